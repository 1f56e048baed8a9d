"""The indices of docs/statistics.md: criterion, factor and SIPAS for every domain, by the plan's method."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sipas_forms.errors import ReportError
from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.counts import per_cell
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.estimate import Floats, Moments, Share, estimate, moments
from sipas_forms.tally.results import SIPAS, Estimate, Level, rounded

# The answer states that an index is printed with.
COUNTED = (State.VALID, State.BLANK, State.INVALID, State.DOUBTFUL, State.MISSING)


@dataclass(frozen=True)
class Contrast:
    """One index as weights over the criteria (they sum to 1)."""

    level: Level
    code: str
    weights: Floats


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

    def unit_scores(self) -> Floats:
        """Each option's score in 0..1."""
        return (self.scores - self.lowest) / (self.top - self.lowest)

    def score(self, unit: float) -> float:
        """The inverse: a score on the scale."""
        return self.lowest + unit * (self.top - self.lowest)

    def percent(self, unit: float) -> float:
        """A published index; a mean score is given as percent of the top score."""
        return rounded(100 * self.score(unit) / self.top if self.mean else 100 * unit)


def contrasts_of(survey: Survey, questionnaire: Questionnaire) -> list[Contrast]:
    """Every index of the questionnaire: criteria, factors, SIPAS (of nothing where there is no criterion)."""
    k = len(questionnaire.criteria)
    found: list[Contrast] = []
    factors: list[Contrast] = []
    at = 0
    for factor in questionnaire.factors:
        size = len(factor.criteria)
        for i, criterion in enumerate(factor.criteria):
            found.append(Contrast("criterion", criterion.id, np.eye(k)[at + i]))
        factors.append(Contrast("factor", factor.code, np.eye(k)[at : at + size].sum(axis=0) / size))
        at += size
    average = np.full(k, 1 / k if k else 0.0)
    if survey.index.average == "factors" and factors:
        average = np.sum([f.weights for f in factors], axis=0) / len(factors)
    return [*found, *factors, Contrast("sipas", SIPAS, average)]


def estimates(
    survey: Survey,
    questionnaire: Questionnaire,
    coded: CodedAnswers,
    strata: Mapping[tuple[str, str], Stratum],
    domains: list[Domain],
) -> Iterator[Estimate]:
    """Every index of every domain. ReportError where design weights need a frame size that is not known."""
    contrasts = contrasts_of(survey, questionnaire)
    columns = [coded.column(c.id) for c in questionnaire.criteria]
    scale = _scale(survey, questionnaire)
    per_stratum = _strata_moments(survey, coded, strata, columns, scale)
    counts = _counts(coded, columns, len(survey.cells()))
    for domain in domains:
        own = list(domain.cells)
        for contrast in contrasts:
            members = contrast.weights > 0
            numbers = counts[:, members][:, :, own].sum(axis=(1, 2)).tolist()
            yield _estimate(survey, questionnaire, domain, contrast, scale, [per_stratum[i] for i in own], numbers)


def _counts(coded: CodedAnswers, columns: list[int], cells: int) -> NDArray[np.int64]:
    """States × criteria × cells."""
    counts = np.zeros((len(COUNTED), len(columns), cells), dtype=np.int64)
    for i, state in enumerate(COUNTED):
        for j, column in enumerate(columns):
            counts[i, j] = per_cell(coded, coded.state[:, column] == state, cells)
    return counts


def _scale(survey: Survey, questionnaire: Questionnaire) -> Scale:
    options = questionnaire.scale.options
    return Scale(
        scores=np.array([float(o.code) for o in options]),
        satisfied=np.array([o.code in questionnaire.scale.satisfied for o in options]),
        mean=survey.index.criterion == "mean",
    )


@dataclass(frozen=True)
class _Stratum:
    """A stratum's moments of the published index and of the mean score."""

    index: Moments
    mean: Moments


def _strata_moments(
    survey: Survey,
    coded: CodedAnswers,
    strata: Mapping[tuple[str, str], Stratum],
    columns: list[int],
    scale: Scale,
) -> list[_Stratum]:
    state = coded.state[:, columns]
    in_hand = (state != State.MISSING).any(axis=1)
    found: list[_Stratum] = []
    for i, (unit, field) in enumerate(survey.cells()):
        rows = in_hand & (coded.cell == i)
        n = int(rows.sum())
        eligible = strata.get((unit.code, field.code), Stratum()).eligible
        population = float(eligible) if eligible is not None else math.inf
        weight = _weight(survey, unit.code, field.code, n, eligible)
        valid = state[rows] == State.VALID
        option = _option_number(coded.ticked[np.ix_(rows, columns)])
        mean = moments(scale.unit_scores()[option], valid, population, weight)
        satisfied = moments(scale.satisfied.astype(np.float64)[option], valid, population, weight)
        found.append(_Stratum(mean if scale.mean else satisfied, mean))
    return found


def _option_number(ticked: NDArray[np.int64]) -> NDArray[np.intp]:
    """The option whose bit is set (0 where none is: not valid, so never counted)."""
    return np.frexp(np.maximum(ticked, 1).astype(np.float64))[1].astype(np.intp) - 1


def _weight(survey: Survey, unit: str, field: str, forms: int, eligible: int | None) -> float:
    if survey.index.weights == "equal" or forms == 0:
        return 1.0
    if eligible is None:
        raise ReportError(
            "The plan asks for design weights (index: weights: design), but the number of eligible people "
            f"of cell {unit}/{field} is not known. Import the lists and draw the sample, or set weights: "
            "equal."
        )
    return max(eligible, forms) / forms


def _estimate(
    survey: Survey,
    questionnaire: Questionnaire,
    domain: Domain,
    contrast: Contrast,
    scale: Scale,
    strata: list[_Stratum],
    numbers: list[int],
) -> Estimate:
    weights = _present_weights(survey, questionnaire, contrast, strata)
    share = estimate([s.index for s in strata], weights, survey.index.confidence)
    mean = share if scale.mean else estimate([s.mean for s in strata], weights, survey.index.confidence)
    valid, blank, invalid, doubtful, missing = numbers
    return Estimate(
        unit=domain.unit,
        field=domain.field,
        level=contrast.level,
        code=contrast.code,
        index=scale.percent(share.value) if share else None,
        low=scale.percent(share.low) if share else None,
        high=scale.percent(share.high) if share else None,
        mean=rounded(scale.score(mean.value)) if mean else None,
        valid=valid,
        blank=blank,
        invalid=invalid,
        doubtful=doubtful,
        missing=missing,
        forms=sum(s.index.forms for s in strata),
        effective=_finite(share),
        used=share.used if share else 0,
        criteria=int((contrast.weights > 0).sum()),
    )


def _finite(share: Share | None) -> float | None:
    return rounded(share.effective) if share and math.isfinite(share.effective) else None


def _present_weights(
    survey: Survey, questionnaire: Questionnaire, contrast: Contrast, strata: list[_Stratum]
) -> Floats:
    """The contrast over criteria with answers: a factor is the mean of its criteria, SIPAS of its factors."""
    present = np.sum([s.index.valid for s in strata], axis=0) > 0
    weights = np.where(present, contrast.weights, 0.0)
    if contrast.level != "sipas" or survey.index.average == "criteria":
        return weights
    at = 0
    for factor in questionnaire.factors:
        own = slice(at, at + len(factor.criteria))
        if present[own].any():
            weights[own] = present[own] / present[own].sum()
        at += len(factor.criteria)
    return weights
