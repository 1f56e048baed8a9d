"""The one set of numbers: everything that any report prints is in a `Results`, rounded once, here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import pandas as pd

from sipas_forms.plan import Questionnaire, Survey

Level = Literal["criterion", "factor", "sipas"]

# Stands for all units or all fields in keys and exports.
ALL = "*"
SIPAS = "SIPAS"

# Published figures (percent, scores) are rounded once to this many decimals, so that every format
# that shows fewer rounds the same number.
DECIMALS = 4


def rounded(value: float) -> float:
    """A figure as published; also turns -0.0 into 0.0."""
    return round(value, DECIMALS) + 0.0


@dataclass(frozen=True)
class Estimate:
    """One index of one domain (cell, unit, field or survey). Numbers that don't exist are None, never NaN.

    Attributes:
        index: percent; `low` and `high` bound it with the plan's confidence.
        mean: mean score on the scale, e.g. 1..5.
        valid, blank, invalid, doubtful, missing: answers to the criteria of this index.
        forms: forms in hand (at least one page with criteria has come back).
        effective: independent answers that would be as precise; None where undefined or without limit.
        used: criteria with valid answers, out of `criteria`.
    """

    unit: str
    field: str
    level: Level
    code: str
    index: float | None
    low: float | None
    high: float | None
    mean: float | None
    valid: int
    blank: int
    invalid: int
    doubtful: int
    missing: int
    forms: int
    effective: float | None
    used: int
    criteria: int


@dataclass(frozen=True)
class OptionCount:
    """How many valid answers ticked an option; `share` of them in percent, None where there is none."""

    code: str
    count: int
    share: float | None


@dataclass(frozen=True)
class QuestionTally:
    """The answers of one domain to one question with boxes; all counts are forms.

    `not_asked` counts blanks of those whom the question does not concern (`asked_if` in the questionnaire).
    """

    unit: str
    field: str
    question: str
    options: tuple[OptionCount, ...]
    valid: int
    blank: int
    invalid: int
    doubtful: int
    missing: int
    not_asked: int


@dataclass(frozen=True)
class Coverage:
    """What became of a domain's questionnaires.

    Attributes:
        eligible: people in the frame; None where a cell's frame is not known.
        issued: forms issued and not void; `void`: forms whose place another person took.
        returned: forms with at least one page in hand; `absent`: issued, nothing in hand.
        complete: at least 80% of the criteria validly answered (AAPOR); `partial`: 50% to 80%.
        doubtful: answers (not forms) that wait for a person, writing questions aside.
        rr1: AAPOR response rate 1, complete / (issued + void), percent; None where nothing was issued.
        by_person: settled answers (writing aside) that a person decided; `settled`: all settled answers.
    """

    unit: str
    field: str
    eligible: int | None
    issued: int
    void: int
    returned: int
    absent: int
    complete: int
    partial: int
    doubtful: int
    by_person: int
    settled: int
    rr1: float | None


@dataclass(frozen=True)
class Results:
    """What a tally found. Built by `compute_results`; reports and exports only format it.

    Attributes:
        raw: one row per form in hand: unit, field, then the answer codes of each question with boxes; without
            serials and in an order that does not lead back to them.
        outside: answer rows left out because the plan has no such cell or the questionnaire no such question.
    """

    survey: Survey
    questionnaire: Questionnaire
    estimates: tuple[Estimate, ...]
    tallies: tuple[QuestionTally, ...]
    coverage: tuple[Coverage, ...]
    raw: pd.DataFrame = field(compare=False)
    outside: int = 0

    @cached_property
    def _estimates(self) -> dict[tuple[str, str, str, str], Estimate]:
        return {(e.unit, e.field, e.level, e.code): e for e in self.estimates}

    @cached_property
    def _tallies(self) -> dict[tuple[str, str, str], QuestionTally]:
        return {(t.unit, t.field, t.question): t for t in self.tallies}

    @cached_property
    def _coverage(self) -> dict[tuple[str, str], Coverage]:
        return {(c.unit, c.field): c for c in self.coverage}

    def estimate(self, unit: str = ALL, field: str = ALL, level: Level = "sipas", code: str = SIPAS) -> Estimate:
        """One index; KeyError where the plan has no such domain or index."""
        return self._estimates[unit, field, level, code]

    def tally(self, question: str, unit: str = ALL, field: str = ALL) -> QuestionTally:
        """The answers to one question; KeyError where there is no such domain or question."""
        return self._tallies[unit, field, question]

    def covered(self, unit: str = ALL, field: str = ALL) -> Coverage:
        """The coverage of one domain; KeyError where there is none."""
        return self._coverage[unit, field]

    @property
    def provisional(self) -> bool:
        """Whether answers still wait for a person."""
        return self.covered().doubtful > 0
