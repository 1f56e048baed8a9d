"""What each index is made of: weights over the criteria, and how scores become percent (docs/statistics.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Questionnaire
from sipas_forms.plan.survey import IndexMethod
from sipas_forms.tally.estimate import Fit, Floats
from sipas_forms.tally.results import SIPAS, Level, rounded


@dataclass(frozen=True)
class Contrast:
    """One index as weights over the criteria: they sum to 1 within each of `parts`, and the parts weigh the same."""

    level: Level
    code: str
    parts: tuple[Floats, ...]

    @property
    def criteria(self) -> NDArray[np.bool_]:
        """Which criteria belong to the index."""
        return np.asarray(np.sum(self.parts, axis=0) > 0, dtype=np.bool_) if self.parts else np.zeros(0, dtype=np.bool_)

    def over(self, present: NDArray[np.bool_]) -> Floats:
        """The weights over the criteria that have answers: a part's others take over, and a part without any drops."""
        kept = [np.where(present, part, 0.0) for part in self.parts]
        kept = [part / part.sum() for part in kept if part.any()]
        return np.asarray(np.mean(kept, axis=0) if kept else np.zeros(len(present)), dtype=np.float64)


@dataclass(frozen=True)
class Scale:
    """Turns scores into 0..1 for estimation, and back into the percent that is published."""

    scores: Floats
    satisfied: NDArray[np.bool_]
    mean: bool

    @property
    def lowest(self) -> float:
        """The worst score."""
        return float(self.scores.min())

    @property
    def top(self) -> float:
        """The best score."""
        return float(self.scores.max())

    def readings(self) -> tuple[Floats, Floats]:
        """Each option's value in 0..1: satisfied or not, and its score."""
        return self.satisfied.astype(np.float64), (self.scores - self.lowest) / (self.top - self.lowest)

    def score(self, unit: float) -> float:
        """A score on the scale from one in 0..1."""
        return self.lowest + unit * (self.top - self.lowest)

    def percent(self, unit: float) -> float:
        """A published index; a mean score is given as percent of the top score."""
        return rounded(100 * self.score(unit) / self.top if self.mean else 100 * unit)

    def points(self, unit: float) -> float:
        """A difference or a standard error in percentage points."""
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


def weights_in(contrast: Contrast, fitted: Fit | None) -> Floats | None:
    """The index as weights over the criteria that have answers in a domain; None where there is none."""
    if fitted is None or not contrast.parts:
        return None
    weights = contrast.over(fitted.weighted > 0)
    return weights if weights.any() else None
