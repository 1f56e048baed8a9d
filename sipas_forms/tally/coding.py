"""From the table of answers (one row per form and question) to arrays of forms × questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sipas_forms.errors import ReportError
from sipas_forms.plan import Question, Questionnaire, Survey

COLUMNS = ("serial", "unit", "field", "question", "answer", "status", "source")

# Ticked options are the bits of one 64-bit number; its sign stays unused.
MAX_OPTIONS = 62


class State(IntEnum):
    """What a form holds for a question."""

    MISSING = 0
    BLANK = 1
    DOUBTFUL = 2
    INVALID = 3
    VALID = 4
    NOT_ASKED = 5


@dataclass(frozen=True)
class CodedAnswers:
    """Forms × questions with boxes. `ticked` has bit i set where option i was validly ticked.

    Attributes:
        cell: of each form, an index into the plan's cells.
        person: whether a person settled the answer.
        outside: rows left out (a cell or a question that is not in the plan).
    """

    questions: tuple[Question, ...]
    cell: NDArray[np.intp]
    state: NDArray[np.int8]
    ticked: NDArray[np.int64]
    person: NDArray[np.bool_]
    outside: int

    def column(self, question: str) -> int:
        """The column of that question."""
        return [q.id for q in self.questions].index(question)


def code_answers(survey: Survey, questionnaire: Questionnaire, answers: pd.DataFrame) -> CodedAnswers:
    """Code the answers of every issued form; writing questions are left aside.

    Raises:
        ReportError: the table lacks a column, or a question has too many options.
    """
    lacking = [name for name in COLUMNS if name not in answers.columns]
    if lacking:
        raise ReportError(f"The table of answers lacks the columns {', '.join(lacking)}; it can't be tallied.")
    every = list(questionnaire.all_questions())
    questions = tuple(q for q in every if q.kind != "writing")
    for q in questions:
        if len(q.options) > MAX_OPTIONS:
            raise ReportError(
                f"Question {q.id} has {len(q.options)} options; more than {MAX_OPTIONS} can't be tallied."
            )
    cells = {(u.code, f.code): i for i, (u, f) in enumerate(survey.cells())}
    column = _translate(answers["question"], {q.id: i for i, q in enumerate(questions)})
    cell = _cells(answers, cells)
    writing = answers["question"].isin([q.id for q in every if q.kind == "writing"]).to_numpy(dtype=bool)
    kept = (column >= 0) & (cell >= 0)
    forms, _ = pd.factorize(answers["serial"].to_numpy()[cell >= 0])
    form = np.full(len(answers), -1, dtype=np.intp)
    form[cell >= 0] = forms
    size = (int(forms.max()) + 1 if len(forms) else 0, len(questions))
    state_of_row, bits_of_row = _states(answers[kept], column[kept], questions)
    at = (form[kept], column[kept])
    state = np.zeros(size, dtype=np.int8)
    ticked = np.zeros(size, dtype=np.int64)
    person = np.zeros(size, dtype=np.bool_)
    state[at], ticked[at] = state_of_row, bits_of_row
    person[at] = (answers["source"][kept] == "person").to_numpy(dtype=bool)
    cell_of_form = np.zeros(size[0], dtype=np.intp)
    cell_of_form[form[cell >= 0]] = cell[cell >= 0]
    _mark_not_asked(questions, state, ticked)
    outside = int((~kept & ~(writing & (cell >= 0))).sum())
    return CodedAnswers(questions, cell_of_form, state, ticked, person, outside)


def _translate(values: pd.Series, known: dict[str, int]) -> NDArray[np.intp]:
    """The number of each value in `known`, or -1; looks up each distinct value once."""
    codes, uniques = pd.factorize(values.to_numpy())
    numbers = np.array([known.get(str(value), -1) for value in uniques] + [-1], dtype=np.intp)
    return np.asarray(numbers[codes], dtype=np.intp)


def _cells(answers: pd.DataFrame, cells: dict[tuple[str, str], int]) -> NDArray[np.intp]:
    units, unit_names = pd.factorize(answers["unit"].to_numpy())
    fields, field_names = pd.factorize(answers["field"].to_numpy())
    table = np.full((len(unit_names) + 1, len(field_names) + 1), -1, dtype=np.intp)
    for i, unit in enumerate(unit_names):
        for j, name in enumerate(field_names):
            table[i, j] = cells.get((str(unit), str(name)), -1)
    return np.asarray(table[units, fields], dtype=np.intp)


def _states(
    rows: pd.DataFrame, column: NDArray[np.intp], questions: tuple[Question, ...]
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """State and ticked options of each row; each distinct answer of a question is judged once."""
    texts, distinct = pd.factorize(rows["answer"].to_numpy())
    width = len(distinct) + 1
    pairs, back = np.unique(column * width + texts, return_inverse=True)
    judged = [_judge(questions[p // width], _text(distinct, p % width)) for p in pairs.tolist()]
    states = np.array([s for s, _ in judged], dtype=np.int8)[back] if judged else np.zeros(0, dtype=np.int8)
    bits = np.array([b for _, b in judged], dtype=np.int64)[back] if judged else np.zeros(0, dtype=np.int64)
    unsettled = {"blank": State.BLANK, "doubtful": State.DOUBTFUL, "missing": State.MISSING}
    for status, state in unsettled.items():
        those = (rows["status"] == status).to_numpy(dtype=bool)
        states[those] = state
    bits[states != State.VALID] = 0
    return states, bits


def _text(distinct: pd.Index | NDArray[np.object_], number: int) -> str:
    return str(distinct[number]) if number < len(distinct) else ""


def _judge(question: Question, answer: str) -> tuple[State, int]:
    """What an accepted answer is: blank, invalid (too many ticks, no such option), or valid with ticks."""
    codes = {code for code in answer.split(";") if code}
    if not codes:
        return State.BLANK, 0
    known = [option.code for option in question.options]
    if len(codes) > question.most or not codes <= set(known):
        return State.INVALID, 0
    return State.VALID, sum(1 << known.index(code) for code in codes)


def _mark_not_asked(questions: tuple[Question, ...], state: NDArray[np.int8], ticked: NDArray[np.int64]) -> None:
    """A blank is no refusal where the condition of the question is validly answered otherwise."""
    place: Callable[[str], int] = [q.id for q in questions].index
    for i, question in enumerate(questions):
        if question.asked_if is None or question.asked_if.question not in [q.id for q in questions]:
            continue
        j = place(question.asked_if.question)
        codes = [option.code for option in questions[j].options]
        wanted = sum(1 << codes.index(code) for code in question.asked_if.options)
        otherwise = (state[:, j] == State.VALID) & ((ticked[:, j] & wanted) == 0)
        state[otherwise & (state[:, i] == State.BLANK), i] = State.NOT_ASKED
