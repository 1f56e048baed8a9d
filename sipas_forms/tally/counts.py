"""Counts: answers per domain, group of respondents and question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Question, Questionnaire
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.results import Group, OptionCount, QuestionTally, figures_of, percentages

Counts = NDArray[np.int64]


class StateCounts:
    """How many forms of each cell (and of each group in it) hold which state and option of every question."""

    def __init__(self, questionnaire: Questionnaire, coded: CodedAnswers, cells: int) -> None:
        self.questions = coded.questions
        # by part (all forms, then the groups of each question): each form's place among cells × groups
        parts = [(coded.cell, 1)]
        self._at: dict[Group | None, tuple[int, int]] = {None: (0, 0)}
        for name in questionnaire.groups:
            codes = [option.code for option in questionnaire.question(name).options]
            self._at |= {(name, code): (len(parts), number) for number, code in enumerate(codes, 1)}
            member = _answer_number(coded.ticked[:, coded.column(name)]) + 1  # 0 is in no group
            parts.append((coded.cell * (len(codes) + 1) + member, len(codes) + 1))
        numbers = [_answer_number(coded.ticked[:, i]) for i in range(len(coded.questions))]
        self._states: list[Counts] = []  # of each part: cells × groups × questions × states
        self._options: list[Counts] = []  # of each part: cells × groups × the options of all questions
        for place, width in parts:
            states, options = [], [np.zeros((cells * width, 0), dtype=np.int64)]
            for i, question in enumerate(coded.questions):
                held = _held(place, cells * width, question, coded.state[:, i], coded.ticked[:, i], numbers[i])
                states.append(held[0])
                options.append(held[1])
            shape = (cells, width, len(states), len(State))
            self._states.append(np.stack(states, axis=1).reshape(shape) if states else np.zeros(shape, dtype=np.int64))
            self._options.append(np.concatenate(options, axis=1).reshape(cells, width, -1))

    def states(self, domain: Domain) -> Counts:
        """Questions × states of a domain."""
        part, group = self._at[domain.group]
        return np.asarray(self._states[part][list(domain.cells), group].sum(axis=0), dtype=np.int64)

    def options(self, domain: Domain) -> Counts:
        """The count of each option of every question in turn."""
        part, group = self._at[domain.group]
        return np.asarray(self._options[part][list(domain.cells), group].sum(axis=0), dtype=np.int64)


def _held(
    place: NDArray[np.intp],
    size: int,
    question: Question,
    state: NDArray[np.int8],
    ticked: NDArray[np.integer],
    number: NDArray[np.int8],
) -> tuple[Counts, Counts]:
    """Places × states and places × options; of a single choice `number` is the option's, so that one pass will do."""
    options = len(question.options)
    if question.kind == "multiple":
        held = np.bincount(place * len(State) + state, minlength=size * len(State)).reshape(size, len(State))
        chosen = [np.bincount(place[ticked & (1 << bit) != 0], minlength=size) for bit in range(options)]
        return held, np.stack(chosen, axis=1)
    width = len(State) + options
    code = place * width + np.where(number >= 0, number + len(State), state)
    both = np.bincount(code, minlength=size * width).reshape(size, width)
    held, chosen_one = both[:, : len(State)].copy(), both[:, len(State) :]
    held[:, State.VALID] += chosen_one.sum(axis=1)
    return held, chosen_one


def _answer_number(ticked: NDArray[np.integer]) -> NDArray[np.int8]:
    """The number of the one option that is ticked; -1 where none is."""
    highest = np.frexp(np.maximum(ticked, 1).astype(np.float64))[1] - 1
    return np.where(ticked > 0, highest, -1).astype(np.int8)


def question_tallies(counts: StateCounts, domains: Sequence[Domain], smallest: int) -> Iterator[QuestionTally]:
    """One tally for each domain and question, in the order of the domains; counts below `smallest` are small."""
    sizes = [len(question.options) for question in counts.questions]
    for domain in domains:
        states, options = counts.states(domain), counts.options(domain)
        shares = percentages(options, np.repeat(states[:, State.VALID], sizes))
        rows = zip(options.tolist(), figures_of(shares), strict=True)
        for question, state in zip(counts.questions, states.tolist(), strict=True):
            counted = zip(question.options, islice(rows, len(question.options)), strict=True)
            own = tuple(OptionCount(o.code, n, share, small=0 < n < smallest) for o, (n, share) in counted)
            yield _tally(domain, question, state, own)


def _tally(domain: Domain, question: Question, state: list[int], options: tuple[OptionCount, ...]) -> QuestionTally:
    group, answer = domain.group or ("", "")
    return QuestionTally(
        unit=domain.unit,
        field=domain.field,
        question=question.id,
        options=options,
        valid=state[State.VALID],
        blank=state[State.BLANK],
        invalid=state[State.INVALID],
        doubtful=state[State.DOUBTFUL],
        missing=state[State.MISSING],
        not_asked=state[State.NOT_ASKED],
        group=group,
        answer=answer,
    )
