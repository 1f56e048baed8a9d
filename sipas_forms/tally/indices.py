"""The indices of docs/statistics.md: criterion, factor and SIPAS for every domain, by the plan's method."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.plan.survey import IndexMethod
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.contrasts import Contrast, Scale, contrasts_of, scale_of, weights_in
from sipas_forms.tally.counts import StateCounts
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.estimate import Fit, Floats, Share, fit, index_share
from sipas_forms.tally.measure import Measured, Strata, weighed
from sipas_forms.tally.results import Estimate, Group, Variant, rounded

# The answer states that an index is printed with.
COUNTED = (State.VALID, State.BLANK, State.INVALID, State.DOUBTFUL, State.MISSING)


@dataclass(frozen=True)
class FittedDomain:
    """One domain with its fit, from which any index and any comparison of it comes."""

    domain: Domain
    fitted: Fit | None
    cells: Sequence[Measured]

    def mean(self, weights: Floats) -> float:
        """The mean score, 0..1, over those criteria."""
        totals = np.sum([c.moments.weight * c.moments.valid for c in self.cells], axis=0)
        scores = np.sum([c.moments.weight * c.score for c in self.cells], axis=0)
        return float(weights @ (scores / np.where(totals > 0, totals, 1.0)))


def fitted_domains(
    survey: Survey,
    measured: Mapping[Group | None, Strata],
    strata: Mapping[tuple[str, str], Stratum],
    domains: Sequence[Domain],
) -> list[FittedDomain]:
    """Every domain's fit. ReportError where design weights need a frame size that is not known."""
    ready = {group: weighed(survey, cells, strata, survey.index.weights) for group, cells in measured.items()}
    found = []
    for domain in domains:
        own = [ready[domain.group][i] for i in domain.cells]
        found.append(FittedDomain(domain, fit([m.moments for m in own]), own))
    return found


def estimates(
    survey: Survey, questionnaire: Questionnaire, coded: CodedAnswers, counts: StateCounts, fits: list[FittedDomain]
) -> Iterator[Estimate]:
    """Every index of every domain."""
    contrasts = contrasts_of(questionnaire, survey.index)
    scale = scale_of(questionnaire, survey.index)
    columns = np.array([coded.column(c.id) for c in questionnaire.criteria], dtype=np.intp)
    for one in fits:
        held = counts.states(one.domain)[:, columns]
        for contrast in contrasts:
            numbers = held[:, contrast.criteria].sum(axis=1) if contrast.parts else np.zeros(len(State), dtype=int)
            yield _estimate(survey.index, one, contrast, scale, numbers)


def _estimate(
    method: IndexMethod, one: FittedDomain, contrast: Contrast, scale: Scale, numbers: NDArray[np.int64]
) -> Estimate:
    weights = weights_in(contrast, one.fitted)
    share: Share | None = None
    if one.fitted is not None and weights is not None:
        share = index_share(one.fitted, weights, method.confidence, method.interval)
    valid, blank, invalid, doubtful, missing = (int(numbers[state]) for state in COUNTED)
    group, answer = one.domain.group or ("", "")
    return Estimate(
        unit=one.domain.unit,
        field=one.domain.field,
        level=contrast.level,
        code=contrast.code,
        index=scale.percent(share.value) if share else None,
        low=scale.percent(share.low) if share else None,
        high=scale.percent(share.high) if share else None,
        mean=rounded(scale.score(one.mean(weights))) if weights is not None else None,
        valid=valid,
        blank=blank,
        invalid=invalid,
        doubtful=doubtful,
        missing=missing,
        forms=sum(c.moments.members for c in one.cells),
        effective=rounded(share.effective) if share and math.isfinite(share.effective) else None,
        used=share.used if share else 0,
        criteria=int(contrast.criteria.sum()),
        se=scale.points(math.sqrt(share.variance)) if share else None,
        deff=rounded(share.deff) if share and share.deff is not None else None,
        group=group,
        answer=answer,
    )


def variants(
    survey: Survey, questionnaire: Questionnaire, cells: Strata, strata: Mapping[tuple[str, str], Stratum]
) -> Iterator[Variant]:
    """The survey's index by every method that a plan can choose, beside the one that it chose."""
    for weights in ("equal", "design"):
        known = all(
            strata.get((u.code, f.code), Stratum()).eligible is not None or cell.moments.forms == 0
            for (u, f), cell in zip(survey.cells(), cells, strict=True)
        )
        ready = weighed(survey, cells, strata, weights) if weights == "equal" or known else None
        for criterion in ("satisfied", "mean"):
            for average in ("factors", "criteria"):
                choice = {"criterion": criterion, "average": average, "weights": weights}
                method = survey.index.model_copy(update=choice)
                yield Variant(method, None if ready is None else _overall(questionnaire, method, ready))


def _overall(questionnaire: Questionnaire, method: IndexMethod, cells: Sequence[Measured]) -> float | None:
    if not questionnaire.criteria:
        return None
    totals = np.sum([c.moments.weight * c.moments.valid for c in cells], axis=0)
    sums = [c.moments.weight * (c.score if method.criterion == "mean" else c.satisfied) for c in cells]
    weights = contrasts_of(questionnaire, method)[-1].over(totals > 0)
    if not weights.any():
        return None
    shares = np.sum(sums, axis=0) / np.where(totals > 0, totals, 1.0)
    return scale_of(questionnaire, method).percent(float(weights @ shares))
