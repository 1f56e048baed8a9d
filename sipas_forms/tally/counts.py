"""Counts: answers per domain and question, what became of the forms, and the anonymous table of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sipas_forms.plan import Question, Questionnaire, Survey
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.results import Coverage, OptionCount, QuestionTally, rounded

# AAPOR Standard Definitions: at least 80% of the crucial questions answered is a complete, 50% a partial.
COMPLETE_SHARE = 0.8
PARTIAL_SHARE = 0.5

Counts = NDArray[np.int64]


def per_cell(coded: CodedAnswers, flags: NDArray[np.bool_], cells: int) -> Counts:
    """How many forms of each cell have the flag."""
    return np.bincount(coded.cell[flags], minlength=cells).astype(np.int64)


def question_tallies(coded: CodedAnswers, cells: int, domains: list[Domain]) -> Iterator[QuestionTally]:
    """One tally for each domain and question, in the order of the domains."""
    states: list[Counts] = []
    options: list[Counts] = []
    for i, question in enumerate(coded.questions):
        held, ticked = coded.state[:, i], coded.ticked[:, i]
        states.append(np.array([per_cell(coded, held == s, cells) for s in State]))
        bits = range(len(question.options))
        options.append(np.array([per_cell(coded, (ticked >> b) & 1 == 1, cells) for b in bits]))
    for domain in domains:
        own = list(domain.cells)
        for question, state, option in zip(coded.questions, states, options, strict=True):
            yield _tally(domain, question, state[:, own].sum(axis=1), option[:, own].sum(axis=1))


def _tally(domain: Domain, question: Question, state: Counts, option: Counts) -> QuestionTally:
    valid = int(state[State.VALID])
    counted = tuple(
        OptionCount(o.code, int(n), rounded(100 * int(n) / valid) if valid else None)
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
    )


def coverage(
    survey: Survey,
    questionnaire: Questionnaire,
    coded: CodedAnswers,
    strata: Mapping[tuple[str, str], Stratum],
    domains: list[Domain],
) -> Iterator[Coverage]:
    """What became of each domain's forms."""
    n = len(survey.cells())
    known = [strata.get((unit.code, field.code), Stratum()) for unit, field in survey.cells()]
    answered = _criteria_share(questionnaire, coded)
    in_hand = (coded.state != State.MISSING).any(axis=1)
    settled = np.isin(coded.state, (State.VALID, State.INVALID, State.BLANK, State.NOT_ASKED))
    facts = {
        "issued": per_cell(coded, np.ones(len(coded.cell), dtype=np.bool_), n),
        "returned": per_cell(coded, in_hand, n),
        "complete": per_cell(coded, answered >= COMPLETE_SHARE, n),
        "partial": per_cell(coded, (answered >= PARTIAL_SHARE) & (answered < COMPLETE_SHARE), n),
        "doubtful": _answers_per_cell(coded, coded.state == State.DOUBTFUL, n),
        "by_person": _answers_per_cell(coded, settled & coded.person, n),
        "settled": _answers_per_cell(coded, settled, n),
        "void": np.array([s.void for s in known], dtype=np.int64),
    }
    for domain in domains:
        own = list(domain.cells)
        sums = {name: int(values[own].sum()) for name, values in facts.items()}
        frames = [known[i].eligible for i in own]
        asked = sums["issued"] + sums["void"]
        yield Coverage(
            unit=domain.unit,
            field=domain.field,
            eligible=sum(f for f in frames if f is not None) if None not in frames else None,
            absent=sums["issued"] - sums["returned"],
            rr1=rounded(100 * sums["complete"] / asked) if asked else None,
            **sums,
        )


def _criteria_share(questionnaire: Questionnaire, coded: CodedAnswers) -> NDArray[np.float64]:
    """Of each form, the share of criteria with a valid answer (all questions where there are no criteria)."""
    columns = [coded.column(c.id) for c in questionnaire.criteria] or list(range(len(coded.questions)))
    return np.asarray((coded.state[:, columns] == State.VALID).mean(axis=1), dtype=np.float64)


def _answers_per_cell(coded: CodedAnswers, flags: NDArray[np.bool_], cells: int) -> Counts:
    weights = flags.sum(axis=1).astype(np.float64)
    return np.bincount(coded.cell, weights=weights, minlength=cells).astype(np.int64)


def raw_answers(survey: Survey, coded: CodedAnswers) -> pd.DataFrame:
    """The forms in hand with their valid answers; sorted by content, so that no place tells a serial."""
    in_hand = (coded.state != State.MISSING).any(axis=1)
    cells = survey.cells()
    data: dict[str, NDArray[np.object_]] = {
        "unit": np.array([unit.code for unit, _ in cells], dtype=object)[coded.cell[in_hand]],
        "field": np.array([field.code for _, field in cells], dtype=object)[coded.cell[in_hand]],
    }
    for i, question in enumerate(coded.questions):
        masks, back = np.unique(coded.ticked[in_hand, i], return_inverse=True)
        texts = [_codes(question, int(mask)) for mask in masks]
        data[question.id] = np.array([*texts, ""], dtype=object)[back]
    frame = pd.DataFrame(data)
    return frame.sort_values(list(frame.columns), ignore_index=True)


def _codes(question: Question, mask: int) -> str:
    return ";".join(option.code for i, option in enumerate(question.options) if mask >> i & 1)
