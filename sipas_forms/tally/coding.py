"""From the table of answers (one row per form and question) to arrays of forms × questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sipas_forms.errors import ReportError
from sipas_forms.plan import Question, Questionnaire, Survey

COLUMNS = ("serial", "unit", "field", "question", "answer", "status", "source")

# Ticked options are the bits of one 64-bit number; its sign stays unused. Most forms need 16 bits only.
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
    ticked: NDArray[np.integer]
    person: NDArray[np.bool_]
    outside: int

    @property
    def in_hand(self) -> NDArray[np.bool_]:
        """Of each form, whether any of it has come back."""
        return np.asarray((self.state != State.MISSING).any(axis=1), dtype=np.bool_)

    def table(self, cells: list[tuple[str, str]]) -> pd.DataFrame:
        """The forms in hand with their valid answers; sorted by content, so that no place tells a serial."""
        kept = self.in_hand
        data: dict[str, NDArray[np.object_]] = {}
        for at, name in enumerate(("unit", "field")):
            data[name] = np.array([cell[at] for cell in cells], dtype=object)[self.cell[kept]]
        for i, question in enumerate(self.questions):
            masks, back = np.unique(self.ticked[kept, i], return_inverse=True)
            data[question.id] = np.array([*(_codes(question, int(mask)) for mask in masks), ""], dtype=object)[back]
        frame = pd.DataFrame(data)
        return frame.sort_values(list(frame.columns), ignore_index=True)

    def column(self, question: str) -> int:
        """The column of that question."""
        return [q.id for q in self.questions].index(question)


def code_answers(
    survey: Survey, questionnaire: Questionnaire, answers: pd.DataFrame | Iterable[pd.DataFrame]
) -> CodedAnswers:
    """Code the answers of every issued form; writing questions are left aside.

    Args:
        answers: one table, or several that are coded one after the other, so that they need not be in memory at
            once; all rows of a form are in one of them. Columns may be categorical, which is quicker.

    Raises:
        ReportError: a table lacks a column, a question has too many options, or a form is in two tables.
    """
    every = list(questionnaire.all_questions())
    questions = tuple(q for q in every if q.kind != "writing")
    for q in questions:
        if len(q.options) > MAX_OPTIONS:
            raise ReportError(
                f"Question {q.id} has {len(q.options)} options; more than {MAX_OPTIONS} can't be tallied."
            )
    writing = frozenset(q.id for q in every if q.kind == "writing")
    tables = [answers] if isinstance(answers, pd.DataFrame) else answers
    coder = _Coder({(u.code, f.code): i for i, (u, f) in enumerate(survey.cells())}, questions, writing)
    coded = [coder.code(table) for table in tables] or [coder.code(pd.DataFrame(columns=list(COLUMNS)))]
    whole = coded[0]
    if len(coded) > 1:
        whole = CodedAnswers(
            questions,
            cell=np.concatenate([c.cell for c in coded]),
            state=np.concatenate([c.state for c in coded]),
            ticked=np.concatenate([c.ticked for c in coded]),
            person=np.concatenate([c.person for c in coded]),
            outside=sum(c.outside for c in coded),
        )
    _mark_not_asked(questions, whole.state, whole.ticked)
    return whole


class _Coder:
    """Codes one table after the other; remembers the serials, of which each belongs to one table."""

    def __init__(
        self, cells: dict[tuple[str, str], int], questions: tuple[Question, ...], writing: frozenset[str]
    ) -> None:
        self.cells, self.questions, self.writing = cells, questions, writing
        self.numbers = {q.id: i for i, q in enumerate(questions)}
        most = max((len(q.options) for q in questions), default=0)
        self.dtype = np.dtype(np.int16 if most < 15 else np.int64)
        self.seen: set[str] = set()

    def code(self, answers: pd.DataFrame) -> CodedAnswers:
        """The coded forms of one table."""
        lacking = [name for name in COLUMNS if name not in answers.columns]
        if lacking:
            raise ReportError(f"The table of answers lacks the columns {', '.join(lacking)}; it can't be tallied.")
        column = _translate(answers["question"], {**self.numbers, **dict.fromkeys(self.writing, WRITING)})
        cell = _cells(answers, self.cells)
        kept = (column >= 0) & (cell >= 0)
        form, serials = _forms(answers["serial"], cell >= 0)
        if not self.seen.isdisjoint(serials):
            raise ReportError(f"The answers of form {min(self.seen & set(serials))} are in two tables; join them.")
        self.seen.update(serials)
        rows, whole = (answers, slice(None)) if kept.all() else (answers[kept], kept)
        column_of_row = column[whole]
        at = form[whole] * len(self.questions) + column_of_row  # into forms × questions, laid out as one line
        size = len(serials) * len(self.questions)
        state, ticked = np.zeros(size, dtype=np.int8), np.zeros(size, dtype=self.dtype)
        person, cell_of_form = np.zeros(size, dtype=np.bool_), np.zeros(len(serials), dtype=np.intp)
        state[at], ticked[at] = _states(rows, column_of_row, self.questions)
        person[at] = (rows["source"] == "person").to_numpy(dtype=bool)
        cell_of_form[form[cell >= 0]] = cell[cell >= 0]
        outside = int((~kept & ~((column == WRITING) & (cell >= 0))).sum())
        table = (len(serials), len(self.questions))
        answered = state.reshape(table), ticked.reshape(table), person.reshape(table)
        return CodedAnswers(self.questions, cell_of_form, *answered, outside)


# The column of a writing question, which has none; -1 is a question that the form does not have.
WRITING = -2


def _factor(values: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Numbers of the distinct values and their names; a missing value is -1."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.intp), values.cat.categories.astype(str).tolist()
    codes, names = pd.factorize(values.to_numpy())
    return np.asarray(codes, dtype=np.intp), [str(name) for name in names]


def _forms(serials: pd.Series, known: NDArray[np.bool_]) -> tuple[NDArray[np.intp], list[str]]:
    """Of each row, the number of its form (-1 outside the plan), in the order of their first rows; the serials."""
    codes, names = _factor(serials)
    first = np.full(len(names) + 1, len(codes))
    rows = np.flatnonzero(known)[::-1]
    first[codes[rows]] = rows  # of several rows the last that is written stays: the first of the form
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
    numbers = np.full(len(names) + 1, -1, dtype=np.intp)
    numbers[order] = np.arange(len(order))
    return np.where(known, numbers[codes], -1), [names[i] for i in order]


def _translate(values: pd.Series, known: dict[str, int]) -> NDArray[np.intp]:
    """The number of each value in `known`, or -1; looks up each distinct value once."""
    codes, names = _factor(values)
    numbers = np.array([known.get(name, -1) for name in names] + [-1], dtype=np.intp)
    return np.asarray(numbers[codes], dtype=np.intp)


def _cells(answers: pd.DataFrame, cells: dict[tuple[str, str], int]) -> NDArray[np.intp]:
    units, unit_names = _factor(answers["unit"])
    fields, field_names = _factor(answers["field"])
    table = np.full((len(unit_names) + 1, len(field_names) + 1), -1, dtype=np.intp)
    for i, unit in enumerate(unit_names):
        for j, name in enumerate(field_names):
            table[i, j] = cells.get((unit, name), -1)
    return np.asarray(table[units, fields], dtype=np.intp)


def _states(
    rows: pd.DataFrame, column: NDArray[np.intp], questions: tuple[Question, ...]
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """State and ticked options of each row; each distinct answer of a question is judged once."""
    texts, distinct = _factor(rows["answer"])
    width = len(distinct) + 1
    pairs = column * width + np.where(texts < 0, width - 1, texts)
    states_of = np.zeros(len(questions) * width, dtype=np.int8)
    bits_of = np.zeros(len(questions) * width, dtype=np.int64)
    for pair in np.flatnonzero(np.bincount(pairs, minlength=len(states_of))).tolist():
        text = distinct[pair % width] if pair % width < len(distinct) else ""
        states_of[pair], bits_of[pair] = _judge(questions[pair // width], text)
    states, bits = states_of[pairs], bits_of[pairs]
    unsettled = {"blank": State.BLANK, "doubtful": State.DOUBTFUL, "missing": State.MISSING}
    held, names = _factor(rows["status"])
    for number, name in enumerate(names):
        if name in unsettled:
            states[held == number] = unsettled[name]
    bits[states != State.VALID] = 0
    return states, bits


def _judge(question: Question, answer: str) -> tuple[State, int]:
    """What an accepted answer is: blank, invalid (too many ticks, no such option), or valid with ticks."""
    codes = {code for code in answer.split(";") if code}
    if not codes:
        return State.BLANK, 0
    known = [option.code for option in question.options]
    if len(codes) > question.most or not codes <= set(known):
        return State.INVALID, 0
    return State.VALID, sum(1 << known.index(code) for code in codes)


def _mark_not_asked(questions: tuple[Question, ...], state: NDArray[np.int8], ticked: NDArray[np.integer]) -> None:
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


def _codes(question: Question, mask: int) -> str:
    return ";".join(option.code for i, option in enumerate(question.options) if mask >> i & 1)
