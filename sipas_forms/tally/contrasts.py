"""What each index is made of: weights over the criteria, and how scores become percent (docs/statistics.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Questionnaire
from sipas_forms.plan.survey import IndexMethod
from sipas_forms.tally.estimate import Floats
from sipas_forms.tally.results import SIPAS, Level, rounded


@dataclass(frozen=True)
class Contrast:
    """One index as weights over the criteria: they sum to 1 within each of `parts`, and the parts weigh the same."""

    level: Level
    code: str
    parts: tuple[Floats, ...]

    @cached_property
    def criteria(self) -> NDArray[np.bool_]:
        """Which criteria belong to the index."""
        return np.asarray(np.sum(self.parts, axis=0) > 0, dtype=np.bool_) if self.parts else np.zeros(0, dtype=np.bool_)

    @cached_property
    def size(self) -> int:
        """How many criteria belong to it."""
        return int(self.criteria.sum())


@dataclass(frozen=True)
class Scale:
    """Turns scores into 0..1 for estimation, and back into the percent that is published."""

    scores: Floats
    satisfied: NDArray[np.bool_]
    mean: bool

    @cached_property
    def lowest(self) -> float:
        """The worst score."""
        return float(self.scores.min())

    @cached_property
    def top(self) -> float:
        """The best score."""
        return float(self.scores.max())

    def readings(self) -> tuple[Floats, Floats]:
        """Each option's value in 0..1: satisfied or not, and its score."""
        return self.satisfied.astype(np.float64), (self.scores - self.lowest) / (self.top - self.lowest)

    def score(self, unit: Floats) -> Floats:
        """Scores on the scale from those in 0..1."""
        return self.lowest + unit * (self.top - self.lowest)

    def percent(self, unit: Floats) -> Floats:
        """Published indices; a mean score is given as percent of the top score."""
        return rounded(100 * self.score(unit) / self.top if self.mean else 100 * unit)

    def points(self, unit: Floats) -> Floats:
        """Differences or standard errors in percentage points."""
        return rounded(unit * (100 * (self.top - self.lowest) / self.top if self.mean else 100))


def scale_of(questionnaire: Questionnaire, method: IndexMethod) -> Scale:
    """The scale of the questionnaire as the method reads it."""
    options = questionnaire.scale.options
    return Scale(
        scores=np.array([float(o.code) for o in options]),
        satisfied=np.array([o.code in questionnaire.scale.satisfied for o in options]),
        mean=method.criterion == "mean",
    )


def contrasts_of(questionnaire: Questionnaire, method: IndexMethod) -> list[Contrast]:
    """Every index of the questionnaire: criteria, factors, SIPAS (of nothing where there is no criterion)."""
    every = np.eye(len(questionnaire.criteria))
    found: list[Contrast] = []
    factors: list[Contrast] = []
    at = 0
    for factor in questionnaire.factors:
        own = every[at : at + len(factor.criteria)]
        found += [Contrast("criterion", c.id, (row,)) for c, row in zip(factor.criteria, own, strict=True)]
        factors.append(Contrast("factor", factor.code, (own.mean(axis=0),)))
        at += len(factor.criteria)
    parts = tuple(f.parts[0] for f in factors)
    if method.average == "criteria" and parts:
        parts = (every.mean(axis=0),)
    return [*found, *factors, Contrast("sipas", SIPAS, parts)]


def weights_over(contrasts: Sequence[Contrast], present: NDArray[np.bool_]) -> Floats:
    """Indices × criteria, as weights over the criteria that have answers; a row of zeros where none has.

    The others of a part take over for a criterion without answers, and a part without any drops out.
    """
    found = np.zeros((len(contrasts), len(present)))
    owner = np.repeat(np.arange(len(contrasts)), [len(c.parts) for c in contrasts])
    parts = [part for contrast in contrasts for part in contrast.parts]
    if not parts:
        return found
    kept = np.where(present, np.stack(parts), 0.0)
    sums = kept.sum(axis=1)
    np.add.at(found, owner, kept / np.where(sums > 0, sums, 1.0)[:, None])
    count = np.bincount(owner, weights=sums > 0, minlength=len(contrasts))
    return np.asarray(found / np.maximum(count, 1.0)[:, None], dtype=np.float64)
