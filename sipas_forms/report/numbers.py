"""How numbers and dates are written: Vietnamese (85,48%; 1.234; 31/07/2020) or English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sipas_forms.plan import Language

# Stands in a table for a number that does not exist.
NONE = "–"

# Percentages and scores are printed with two decimals, as the ministry prints SIPAS (85,48%).
PRINTED = 2


@dataclass(frozen=True)
class Numbers:
    """One way of writing every number. None is written as a dash, so that no NaN can reach a page."""

    language: Language

    def decimal(self, value: float | None, digits: int = PRINTED) -> str:
        """`85,48`; rounds halves up on the decimal digits, as a spreadsheet does."""
        if value is None:
            return NONE
        return self._local(f"{self._printed(value, digits):,f}")

    def _printed(self, value: float, digits: int = PRINTED) -> Decimal:
        return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)

    def percent(self, value: float | None, digits: int = PRINTED) -> str:
        """`85,48%`; `value` is in percent."""
        return NONE if value is None else f"{self.decimal(value, digits)}%"

    def interval(self, low: float | None, high: float | None, digits: int = PRINTED) -> str:
        """`81,02–89,13`, in percent."""
        return NONE if low is None or high is None else f"{self.decimal(low, digits)}–{self.decimal(high, digits)}"

    def signed(self, value: float) -> str:
        """`+3,25`, `−1,04`: a difference."""
        text = self.decimal(abs(value))
        return text if not any(c in "123456789" for c in text) else ("+" if value > 0 else "−") + text

    def exact(self, difference: float, first: float | None, second: float | None) -> str:
        """`tính từ số chưa làm tròn` where the printed difference is not that of the printed figures, else nothing."""
        if self._printed(difference) == self._printed(first or 0.0) - self._printed(second or 0.0):
            return ""
        return "tính từ số chưa làm tròn" if self.language == "vi" else "of the figures before rounding"

    def between(self, low: float, high: float) -> str:
        """`−11,61 đến +1,25`: the interval of a difference."""
        return f"{self.signed(low)} {'đến' if self.language == 'vi' else 'to'} {self.signed(high)}"

    def probability(self, value: float) -> str:
        """`0,032`; `<0,001` where it is smaller."""
        return f"<{self.decimal(0.001, 3)}" if value < 0.001 else self.decimal(value, 3)

    def integer(self, value: int | None) -> str:
        """`1.234`."""
        return NONE if value is None else self._local(f"{value:,}")

    def date(self, day: date) -> str:
        """`31/07/2020`; English: `2020-07-31`."""
        return f"{day:%d/%m/%Y}" if self.language == "vi" else day.isoformat()

    def _local(self, text: str) -> str:
        return text if self.language == "en" else text.translate(str.maketrans(",.", ".,"))
