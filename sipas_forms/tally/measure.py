"""One pass over the forms: the moments of every stratum, and of every group of respondents in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sipas_forms.errors import ReportError
from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.contrasts import scale_of
from sipas_forms.tally.estimate import Floats, Moments
from sipas_forms.tally.results import Group

# Forms that are worked on at a time: 65,536 × 3 × 22 doubles are 35 MB.
BLOCK = 65_536


@dataclass(frozen=True)
class Measured:
    """One stratum, or a group of its respondents: moments of the published reading, sums of both readings."""

    moments: Moments
    satisfied: Floats
    score: Floats


class _Sums:
    """What is added up block by block: columns are satisfied, score and validity of the K criteria."""

    def __init__(self, k: int, published: int) -> None:
        self.columns = np.r_[published * k : (published + 1) * k, 2 * k : 3 * k]
        self.forms, self.sums, self.cross = 0, np.zeros(3 * k), np.zeros((2 * k, 2 * k))

    def add(self, block: Floats) -> None:
        self.forms += len(block)
        self.sums += block.sum(axis=0)
        own = block[:, self.columns]
        self.cross += own.T @ own

    def measured(self, forms: int) -> Measured:
        satisfied, score, valid = np.split(self.sums, 3)
        scored = self.sums[self.columns[: len(valid)]]
        moments = Moments(forms, self.forms, math.inf, 1.0, scored, valid, self.cross)
        return Measured(moments, satisfied, score)


Strata = list[Measured]


def measure(survey: Survey, questionnaire: Questionnaire, coded: CodedAnswers) -> dict[Group | None, Strata]:
    """The moments of every cell, in the plan's order: of all forms in hand (None) and of each group of respondents.

    Weights and frame sizes are not in them yet (`weighed`).
    """
    columns = [coded.column(c.id) for c in questionnaire.criteria]
    scale, k = scale_of(questionnaire, survey.index), len(columns)
    table = _lookup(scale.readings())
    groups = [(name, [o.code for o in questionnaire.question(name).options]) for name in questionnaire.groups]
    every: list[Group | None] = [None, *((name, code) for name, codes in groups for code in codes)]
    sums = {group: [_Sums(k, int(scale.mean)) for _ in survey.cells()] for group in every}
    in_hand = np.flatnonzero((coded.state[:, columns] != State.MISSING).any(axis=1) if k else np.zeros(0))
    order = in_hand[np.argsort(coded.cell[in_hand], kind="stable")]
    bounds = np.searchsorted(coded.cell[order], np.arange(len(survey.cells()) + 1))
    for cell, (first, last) in enumerate(pairwise(bounds.tolist())):
        for start in range(first, last, BLOCK):
            rows = order[start : min(start + BLOCK, last)]
            block = _block(coded, rows, columns, table)
            sums[None][cell].add(block)
            for name, codes in groups:
                ticked = coded.ticked[rows, coded.column(name)]
                for bit, code in enumerate(codes):
                    sums[name, code][cell].add(block[ticked == 1 << bit])
    forms = np.diff(bounds).tolist()
    return {group: [s.measured(n) for s, n in zip(cells, forms, strict=True)] for group, cells in sums.items()}


def _lookup(readings: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Each reading's value by the bits of a ticked answer (one bit; 0 where nothing is validly ticked)."""
    tables = []
    for values in readings:
        table = np.zeros(1 << len(values))
        table[1 << np.arange(len(values))] = values
        tables.append(table)
    return tables[0], tables[1]


def _block(
    coded: CodedAnswers, rows: NDArray[np.intp], columns: list[int], table: tuple[Floats, Floats]
) -> NDArray[np.float64]:
    """Forms × (satisfied, score, validity of each criterion); what is not valid is zero."""
    ticked = coded.ticked[rows[:, None], columns]
    return np.hstack([table[0][ticked], table[1][ticked], (ticked != 0).astype(np.float64)])


def weighed(survey: Survey, cells: Strata, strata: Mapping[tuple[str, str], Stratum], weights: str) -> list[Measured]:
    """The cells with their frame size and the weight of their forms.

    Raises:
        ReportError: design weights are asked for and the frame size of a cell with forms is not known.
    """
    found = []
    for (unit, field), cell in zip(survey.cells(), cells, strict=True):
        eligible = strata.get((unit.code, field.code), Stratum()).eligible
        population = float(eligible) if eligible is not None else math.inf
        weight = 1.0 if weights == "equal" else _design_weight(unit.code, field.code, cell.moments.forms, eligible)
        found.append(replace(cell, moments=replace(cell.moments, population=population, weight=weight)))
    return found


def _design_weight(unit: str, field: str, forms: int, eligible: int | None) -> float:
    if forms == 0:
        return 1.0
    if eligible is None:
        raise ReportError(
            "The plan asks for design weights (index: weights: design), but the number of eligible people "
            f"of cell {unit}/{field} is not known. Import the lists and draw the sample, or set weights: "
            "equal."
        )
    return max(eligible, forms) / forms
