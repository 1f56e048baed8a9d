"""Importance and performance of each criterion (Martilla & James 1977): what to improve first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.tally.coding import CodedAnswers
from sipas_forms.tally.contrasts import scale_of
from sipas_forms.tally.measure import BLOCK, Measured
from sipas_forms.tally.results import Estimate, Priority, Quadrant, rounded

Floats = NDArray[np.float64]

# A correlation from fewer pairs is a matter of luck: with 20, anything up to ±0.44 is within chance.
LEAST_PAIRS = 20


def priorities(
    survey: Survey,
    questionnaire: Questionnaire,
    coded: CodedAnswers,
    cells: Sequence[Measured],
    found: Sequence[Estimate],
) -> tuple[Priority, ...]:
    """Each criterion's importance and index in the whole survey; empty where there are too few forms to tell.

    Args:
        found: the criteria's estimates of the whole survey, in order.
    """
    columns = [coded.column(c.id) for c in questionnaire.criteria]
    if len(columns) < 2 or any(e.index is None for e in found):
        return ()
    weights = np.array([c.moments.weight for c in cells])
    importance = _item_rest(coded, columns, weights, scale_of(questionnaire, survey.index).readings()[1])
    if np.isnan(importance).any():
        return ()
    performance = np.array([e.index for e in found], dtype=np.float64)
    middle = float(importance.mean()), float(performance.mean())
    return tuple(
        Priority(e.code, float(rounded(i)), float(p), _quadrant(i >= middle[0], p >= middle[1]))
        for e, i, p in zip(found, importance, performance, strict=True)
    )


def _quadrant(important: bool, well: bool) -> Quadrant:
    if important:
        return "keep" if well else "improve"
    return "ease" if well else "watch"


def _item_rest(coded: CodedAnswers, columns: list[int], weights: Floats, values: Floats) -> Floats:
    """Weighted correlation of each criterion's score with the mean of the form's other valid criteria; NaN where a
    criterion has too few forms or does not vary."""
    table = np.zeros(1 << len(values))
    table[1 << np.arange(len(values))] = values
    sums = np.zeros((6, len(columns)))  # of w, w·x, w·y, w·x², w·y², w·x·y
    pairs = np.zeros(len(columns))
    for start in range(0, len(coded.cell), BLOCK):
        rows = slice(start, start + BLOCK)
        ticked = coded.ticked[rows, :][:, columns]
        x, valid = table[ticked], ticked != 0
        others = valid.sum(axis=1, keepdims=True) - valid
        used = valid & (others > 0)
        y = (x.sum(axis=1, keepdims=True) - x) / np.maximum(others, 1)
        w = weights[coded.cell[rows], None] * used
        sums += np.stack([(w * term).sum(axis=0) for term in (1.0, x, y, x * x, y * y, x * y)])
        pairs += used.sum(axis=0)
    total = np.where(sums[0] > 0, sums[0], np.nan)
    mx, my, xx, yy, xy = sums[1:] / total
    spread = np.sqrt(np.maximum(xx - mx**2, 0) * np.maximum(yy - my**2, 0))
    spread = np.where((spread > 1e-12) & (pairs >= LEAST_PAIRS), spread, np.nan)
    return np.asarray((xy - mx * my) / spread, dtype=np.float64)
