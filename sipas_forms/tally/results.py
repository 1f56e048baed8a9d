"""The one set of numbers: everything that any report prints is in a `Results`, rounded once, here."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.plan.survey import IndexMethod
from sipas_forms.tally.coding import CodedAnswers, State

Level = Literal["criterion", "factor", "sipas"]
ComparisonKind = Literal["unit", "field", "cell", "factor", "criterion", "earlier"]
Quadrant = Literal["improve", "keep", "watch", "ease"]

# Stands for all units or all fields in keys and exports.
ALL = "*"
SIPAS = "SIPAS"

# A group of respondents: a question about them, and the code of the answer.
Group = tuple[str, str]

# Published figures (percent, scores) are rounded once to this many decimals, so that every format
# that shows fewer rounds the same number.
DECIMALS = 4


def rounded(values: NDArray[np.float64] | np.float64 | float) -> NDArray[np.float64]:
    """Figures as published; also turns -0.0 into 0.0."""
    return np.asarray(np.round(values, DECIMALS) + 0.0, dtype=np.float64)


def percentages(part: NDArray[np.integer], whole: NDArray[np.integer]) -> NDArray[np.float64]:
    """Shares in percent as published; NaN of nothing."""
    return rounded(100 * part / np.where(whole > 0, whole, np.nan))


def percentage(part: int, whole: int) -> float | None:
    """A share in percent as published; None of nothing."""
    return float(rounded(100 * part / whole)) if whole else None


def figures_of(values: NDArray[np.float64]) -> list[float | None]:
    """As plain numbers; None where there is none (NaN) or no bound (infinity)."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


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
        se: standard error in percentage points; `deff`: design effect, None where it is not defined.
        group, answer: the group of respondents that it is of; empty for all of them.
        hidden: whether the figures are left out because they could lead to a person.
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
    se: float | None = None
    deff: float | None = None
    group: str = ""
    answer: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class OptionCount:
    """How many valid answers ticked an option; `share` of them in percent, None where there is none.

    Attributes:
        small: so few that they could lead to a person (`survey.publish.smallest`); never said of none.
        hidden: the count and the share are left out (both None) because they could lead to a person.
    """

    code: str
    count: int | None
    share: float | None
    small: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class QuestionTally:
    """The answers of one domain to one question with boxes; all counts are forms.

    `not_asked` counts blanks of those whom the question does not concern (`asked_if` in the questionnaire).
    `group` and `answer` are as in `Estimate`.
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
    group: str = ""
    answer: str = ""

    @property
    def nonresponse(self) -> float | None:
        """Item non-response: blank and invalid answers in percent of those settled; None where there is none."""
        return percentage(self.blank + self.invalid, self.valid + self.blank + self.invalid)


@dataclass(frozen=True)
class Coverage:
    """What became of a domain's questionnaires; rates after AAPOR's Standard Definitions, in percent.

    Every issued form is a case, those that were replaced (void) included: its person was in the sample.

    Attributes:
        eligible: people in the frame; None where a cell's frame is not known.
        issued: forms issued and not void; `void`: forms whose place another person took.
        returned: forms with at least one page in hand; `absent`: issued, nothing in hand.
        complete: at least 80% of the criteria validly answered; `partial`: 50% to 80%; `broken_off`: less,
            with nothing missing or awaiting a person.
        refused, not_reached, other_reason: void forms by what the office gave as the reason.
        reserve: people drawn for the reserve list (None where not known); `reserve_used`: who took a place.
        doubtful: answers (not forms) that wait for a person, writing questions aside.
        rr1: complete of all cases; `rr2`: complete and partial of all cases; `rr5`: complete of the cases
            that were reached or not reached for a known reason (forms of which nothing is known left out);
            `refusal`: REF1, refusals and broken-off forms of all cases. None where there is no case.
        blank_items: criteria left blank or marked twice, in percent of those on pages in hand.
        by_person: settled answers (writing aside) that a person decided; `settled`: all settled answers;
            `person_share`: the one in percent of the other.
        not_whole: returned forms of which a page has not come back.
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
    broken_off: int
    refused: int
    not_reached: int
    other_reason: int
    reserve: int | None
    reserve_used: int
    doubtful: int
    by_person: int
    settled: int
    rr1: float | None
    rr2: float | None
    rr5: float | None
    refusal: float | None
    blank_items: float | None
    person_share: float | None
    not_whole: int


@dataclass(frozen=True)
class Variant:
    """The survey's index by one of the methods that a plan can choose; None where it does not exist."""

    method: IndexMethod
    index: float | None


@dataclass(frozen=True)
class Comparison:
    """Two figures, and whether they differ beyond chance; all in percentage points.

    Attributes:
        kind: what is set against each other; each kind is a family of tests of its own.
        first, second: unit and field and index of the two; for `earlier` the second is the earlier survey's.
        difference: first less second, with its interval `low`..`high` at the plan's confidence (not corrected).
        p: of the test that there is no difference; `adjusted`: after Holm's correction for its family.
        different: whether `adjusted` is below 1 − confidence.
    """

    kind: ComparisonKind
    first: Estimate
    second: Estimate
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    different: bool


@dataclass(frozen=True)
class Priority:
    """One criterion's place between importance and performance.

    Attributes:
        importance: correlation of its score with the mean of the form's other criteria, -1..1.
        index: its index in percent, which is its performance.
        quadrant: `improve` (important, below the mean), `keep`, `watch` (neither), `ease` (well done, less important).
    """

    code: str
    importance: float
    index: float
    quadrant: Quadrant


@dataclass(frozen=True, order=True)
class Comment:
    """What somebody wrote, as a person has read it; without serial, so that it leads to no other answer."""

    unit: str
    question: str
    text: str


@dataclass(frozen=True)
class Results:
    """What a tally found. Built by `compute_results`; reports and exports only format it.

    Attributes:
        groups, group_tallies: as `estimates` and `tallies`, of groups of respondents.
        coded: the forms behind the figures, for the data files; without serials.
        outside: answer rows left out because the plan has no such cell or the questionnaire no such question.
        earlier: the title of the survey that `earlier` comparisons are with; empty without one.
        incomparable: names of indices that the earlier survey asked otherwise or not at all.
        comments: free writing that was read, in the order of its words; it may name people.
        waiting: scanned pages that could not be used, of any unit, and that wait for a person.
        reworded: questions whose words were mended after printing, each with what the forms say (empty: nothing).
    """

    survey: Survey
    questionnaire: Questionnaire
    estimates: tuple[Estimate, ...]
    tallies: tuple[QuestionTally, ...]
    coverage: tuple[Coverage, ...]
    groups: tuple[Estimate, ...]
    group_tallies: tuple[QuestionTally, ...]
    variants: tuple[Variant, ...]
    comparisons: tuple[Comparison, ...]
    priorities: tuple[Priority, ...]
    coded: CodedAnswers = field(compare=False, repr=False)
    outside: int = 0
    earlier: str = ""
    incomparable: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    waiting: int = 0
    reworded: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _estimates(self) -> dict[tuple[str, str, str, str, str, str], Estimate]:
        every = (*self.estimates, *self.groups)
        return {(e.unit, e.field, e.level, e.code, e.group, e.answer): e for e in every}

    @cached_property
    def _tallies(self) -> dict[tuple[str, str, str, str, str], QuestionTally]:
        return {(t.unit, t.field, t.question, t.group, t.answer): t for t in (*self.tallies, *self.group_tallies)}

    @cached_property
    def _coverage(self) -> dict[tuple[str, str], Coverage]:
        return {(c.unit, c.field): c for c in self.coverage}

    @cached_property
    def raw(self) -> pd.DataFrame:
        """One row per form in hand: unit, field, then the answer codes of each question with boxes.

        Without serials and in an order that does not lead back to them.
        """
        return self.coded.table([(unit.code, field.code) for unit, field in self.survey.cells()])

    def estimate(
        self, unit: str = ALL, field: str = ALL, level: Level = "sipas", code: str = SIPAS, group: Group = ("", "")
    ) -> Estimate:
        """One index; KeyError where the plan has no such domain, index or group."""
        return self._estimates[unit, field, level, code, *group]

    def tally(self, question: str, unit: str = ALL, field: str = ALL, group: Group = ("", "")) -> QuestionTally:
        """The answers to one question; KeyError where there is no such domain, question or group."""
        return self._tallies[unit, field, question, *group]

    def covered(self, unit: str = ALL, field: str = ALL) -> Coverage:
        """The coverage of one domain; KeyError where there is none."""
        return self._coverage[unit, field]

    def compared(self, kind: ComparisonKind) -> list[Comparison]:
        """The comparisons of one kind."""
        return [c for c in self.comparisons if c.kind == kind]

    @property
    def unsure_whether_asked(self) -> bool:
        """Whether somebody left a question for some people blank (`asked_if`), and the question that tells whom too."""
        state = self.coded.state
        pairs = [(q.id, q.asked_if.question) for q in self.coded.questions if q.asked_if is not None]
        known = {q.id: column for column, q in enumerate(self.coded.questions)}
        return any(
            bool(((state[:, known[name]] == State.BLANK) & (state[:, known[before]] != State.VALID)).any())
            for name, before in pairs
            if name in known and before in known
        )

    @property
    def provisional(self) -> bool:
        """Whether answers or pages still wait for a person."""
        return self.covered().doubtful > 0 or self.waiting > 0
