"""What sentences are made of: figures with their intervals, verdicts on differences, the highest and the lowest.

Two figures are called different only where the tally's comparison says so, after Holm's correction
(docs/statistics.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sipas_forms.plan import Question
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import domain_names
from sipas_forms.tally import ALL, Comparison, ComparisonKind, Estimate, Results
from sipas_forms.tally.results import rounded

# Percentage points; an interval wider than this is printed with a word of caution (the limit of the US
# National Center for Health Statistics, Data Presentation Standards for Proportions, 2017).
WIDE = 30.0

# How many of the weakest and strongest criteria the text names.
NAMED_CRITERIA = 3


def wide(e: Estimate) -> bool:
    """Whether an interval is too wide to rest a judgement on."""
    return e.low is not None and e.high is not None and e.high - e.low > WIDE


def ranked(estimates: Sequence[Estimate]) -> list[Estimate]:
    """The figures that exist, highest first; equal ones stay in the plan's order."""
    return sorted((e for e in estimates if e.index is not None), key=lambda e: -(e.index or 0.0))


@dataclass(frozen=True)
class Sayer:
    """Says things of one `Results` in the language of `numbers`."""

    results: Results
    numbers: Numbers

    def _compared(self, kind: ComparisonKind, a: Estimate, b: Estimate) -> Comparison | None:
        ends = {(e.unit, e.field, e.code) for e in (a, b)}
        those = self.results.compared(kind)
        return next((c for c in those if {(e.unit, e.field, e.code) for e in (c.first, c.second)} == ends), None)

    def _verdict(self, kind: ComparisonKind, best: Estimate, worst: Estimate) -> str:
        gap = float(rounded((best.index or 0.0) - (worst.index or 0.0)))
        exact = self.numbers.exact(gap, best.index, worst.index)
        gap_vi, gap_en = (
            f"{self.numbers.decimal(gap)} {unit}" + (f" ({exact})" if exact else "")
            for unit in ("điểm phần trăm", "points")
        )
        c = self._compared(kind, best, worst)
        if c is None:
            return self._say(f"Chênh lệch {gap_vi}.", f"The gap is {gap_en}.")
        p = self.numbers.probability(c.adjusted)
        p = p if p.startswith("<") else f"= {p}"
        if c.different:
            return self._say(
                f"Chênh lệch {gap_vi} có ý nghĩa thống kê (p {p}, hiệu chỉnh Holm).",
                f"The gap of {gap_en} is statistically significant (p {p}, Holm).",
            )
        return self._say(
            f"Chênh lệch {gap_vi}: khác biệt không có ý nghĩa thống kê (p {p}, hiệu chỉnh Holm).",
            f"The gap of {gap_en} is no significant difference (p {p}, Holm).",
        )

    def _family(self, kind: ComparisonKind, of: str) -> list[str]:
        """How many pairs of a kind differ."""
        those = self.results.compared(kind)
        if len(those) < 2:
            return []
        n, all_ = self.numbers.integer(sum(c.different for c in those)), self.numbers.integer(len(those))
        return [
            self._say(
                f"Trong {all_} cặp {of} được so sánh, {n} cặp có khác biệt có ý nghĩa thống kê sau hiệu chỉnh Holm; "
                "với các cặp còn lại, khác biệt không có ý nghĩa thống kê.",
                f"Of {all_} pairs of {of} compared, {n} differ significantly after Holm's correction; the others show "
                "no significant difference.",
            )
        ]

    def _extremes(
        self, kind_of: ComparisonKind, estimates: Sequence[Estimate], kind: str, name: Callable[[Estimate], str]
    ) -> list[str]:
        order = ranked(estimates)
        if not order:
            return []
        if len(order) == 1:
            only = order[0]
            return [
                self._say(
                    f"Mới có số liệu của một {kind}: {name(only)}, {self._with_interval(only)}.",
                    f"Only one {kind} has a figure: {name(only)}, {self._with_interval(only)}.",
                )
            ]
        best, worst = order[0], order[-1]
        if best.index == worst.index:
            return [
                self._say(
                    f"Các {kind} có chỉ số bằng nhau: {self.numbers.percent(best.index)}.",
                    f"Every {kind} has the same index: {self.numbers.percent(best.index)}.",
                )
            ]
        return [
            self._say(
                f"Cao nhất trong các {kind} là {name(best)}: {self._with_interval(best)}; thấp nhất là "
                f"{name(worst)}: {self._with_interval(worst)}. {self._verdict(kind_of, best, worst)}",
                f"The highest {kind} is {name(best)}: {self._with_interval(best)}; the lowest is "
                f"{name(worst)}: {self._with_interval(worst)}. {self._verdict(kind_of, best, worst)}",
            )
        ]

    def _most_chosen(self, questions: Sequence[Question]) -> list[str]:
        found = []
        for question in questions:
            tally = self.results.tally(question.id)
            labels = {o.code: o.label.in_(self.numbers.language) for o in question.options}
            top = sorted(tally.options, key=lambda o: -(o.count or 0))[:NAMED_CRITERIA]
            named = [f"{labels[o.code]} ({self.numbers.percent(o.share)})" for o in top if o.count]
            if named:
                text = question.text.in_(self.numbers.language).rstrip(" .?:")
                found.append(
                    self._say(
                        f"{text}: được chọn nhiều nhất là {'; '.join(named)}.",
                        f"{text}: most chosen are {'; '.join(named)}.",
                    )
                )
        return found

    def _nothing(self) -> str:
        return self._say(
            "Chưa có câu trả lời hợp lệ nào về các tiêu chí nên chưa tính được chỉ số.",
            "There is no valid answer to the criteria yet, so there is no index.",
        )

    def _with_interval(self, e: Estimate) -> str:
        return f"{self.numbers.percent(e.index)} ({self.numbers.interval(e.low, e.high)})"

    def _unit_name(self, e: Estimate) -> str:
        return domain_names(self.results.survey, e.unit, ALL, self.numbers.language)[0]

    def _cell_name(self, e: Estimate) -> str:
        return " – ".join(domain_names(self.results.survey, e.unit, e.field, self.numbers.language))

    def _factor_name(self, e: Estimate) -> str:
        title = {f.code: f.title.in_(self.numbers.language) for f in self.results.questionnaire.factors}
        return f"“{title[e.code]}”"

    def _say(self, vi: str, en: str) -> str:
        return vi if self.numbers.language == "vi" else en
