"""Counts: answers per domain, group of respondents and question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Question, Questionnaire
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.results import Group, OptionCount, QuestionTally, percentage

Counts = NDArray[np.int64]


class StateCounts:
    """How many forms of each cell (and of each group in it) hold which state and option of every question.

    Every question is passed over once for all forms and once for each question that makes groups.
    """

    def __init__(self, questionnaire: Questionnaire, coded: CodedAnswers, cells: int) -> None:
        self.questions = coded.questions
        self._states: dict[Group | None, Counts] = {}
        self._options: dict[Group | None, list[Counts]] = {}
        self._count(coded, [None], np.zeros(len(coded.cell), dtype=np.intp), cells)
        for name in questionnaire.groups:
            codes = [option.code for option in questionnaire.question(name).options]
            member = _answer_number(coded.ticked[:, coded.column(name)])
            self._count(coded, [(name, code) for code in codes], member, cells)

    def _count(self, coded: CodedAnswers, groups: Sequence[Group | None], member: NDArray[np.intp], cells: int) -> None:
        """`member` is each form's number in `groups`, or -1."""
        width = len(groups) + 1
        place = coded.cell * width + member + 1
        n = cells * width
        states, options = [], []
        for i, question in enumerate(coded.questions):
            held = np.bincount(place * len(State) + coded.state[:, i], minlength=n * len(State))
            states.append(held.reshape(cells, width, len(State)))
            chosen = [place[coded.ticked[:, i] & (1 << bit) != 0] for bit in range(len(question.options))]
            options.append(np.stack([np.bincount(c, minlength=n).reshape(cells, width) for c in chosen]))
        for number, group in enumerate(groups, 1):
            self._states[group] = np.stack([s[:, number] for s in states])
            self._options[group] = [o[:, :, number] for o in options]

    def states(self, domain: Domain) -> Counts:
        """States × questions of a domain."""
        return np.asarray(self._states[domain.group][:, list(domain.cells)].sum(axis=1).T, dtype=np.int64)

    def options(self, domain: Domain, question: int) -> Counts:
        """The count of each option of a question."""
        counts = self._options[domain.group][question]
        return np.asarray(counts[:, list(domain.cells)].sum(axis=1), dtype=np.int64)


def _answer_number(ticked: NDArray[np.integer]) -> NDArray[np.intp]:
    """The number of the one option that is ticked; -1 where none is."""
    return np.where(ticked > 0, np.frexp(np.maximum(ticked, 1).astype(np.float64))[1] - 1, -1).astype(np.intp)


def question_tallies(counts: StateCounts, domains: Sequence[Domain], smallest: int) -> Iterator[QuestionTally]:
    """One tally for each domain and question, in the order of the domains; counts below `smallest` are small."""
    for domain in domains:
        states = counts.states(domain)
        for i, question in enumerate(counts.questions):
            yield _tally(domain, question, states[:, i], counts.options(domain, i), smallest)


def _tally(domain: Domain, question: Question, state: Counts, option: Counts, smallest: int) -> QuestionTally:
    valid = int(state[State.VALID])
    group, answer = domain.group or ("", "")
    counted = tuple(
        OptionCount(o.code, int(n), percentage(int(n), valid), small=0 < n < smallest)
        for o, n in zip(question.options, option, strict=True)
    )
    return QuestionTally(
        unit=domain.unit,
        field=domain.field,
        question=question.id,
        options=counted,
        valid=valid,
        blank=int(state[State.BLANK]),
        invalid=int(state[State.INVALID]),
        doubtful=int(state[State.DOUBTFUL]),
        missing=int(state[State.MISSING]),
        not_asked=int(state[State.NOT_ASKED]),
        group=group,
        answer=answer,
    )
