"""The indices of docs/statistics.md: criterion, factor and SIPAS for every domain, by the plan's method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.plan.survey import IndexMethod
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.contrasts import Contrast, Scale, contrasts_of, scale_of, weights_over
from sipas_forms.tally.counts import StateCounts
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.estimate import Fit, Floats, Shares, fit, index_shares
from sipas_forms.tally.measure import Measured, Strata, weighed
from sipas_forms.tally.results import Estimate, Group, Variant, figures_of, rounded


@dataclass(frozen=True)
class FittedDomain:
    """One domain with its fit, from which any index and any comparison of it comes."""

    domain: Domain
    fitted: Fit | None
    cells: Sequence[Measured]

    @cached_property
    def forms(self) -> int:
        """Its forms in hand."""
        return sum(c.moments.members for c in self.cells)

    def means(self, weights: Floats) -> Floats:
        """The mean scores, 0..1, of indices × criteria."""
        totals = np.sum([c.moments.weight * c.moments.valid for c in self.cells], axis=0)
        scores = np.sum([c.moments.weight * c.score for c in self.cells], axis=0)
        return np.asarray(weights @ (scores / np.where(totals > 0, totals, 1.0)), dtype=np.float64)

    def shares(self, method: IndexMethod, contrasts: Sequence[Contrast]) -> Shares | None:
        """The share of each index; None without forms."""
        if self.fitted is None:
            return None
        weights = weights_over(contrasts, self.fitted.weighted > 0)
        return index_shares(self.fitted, weights, method.confidence, method.interval)


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
    belongs = np.array([c.criteria for c in contrasts], dtype=np.int64)
    for one in fits:
        held = belongs @ counts.states(one.domain)[columns]
        rows = _figures(one, one.shares(survey.index, contrasts), scale, len(contrasts))
        group, answer = one.domain.group or ("", "")
        for contrast, row, counted in zip(contrasts, rows, held.tolist(), strict=True):
            yield Estimate(
                unit=one.domain.unit,
                field=one.domain.field,
                level=contrast.level,
                code=contrast.code,
                valid=counted[State.VALID],
                blank=counted[State.BLANK],
                invalid=counted[State.INVALID],
                doubtful=counted[State.DOUBTFUL],
                missing=counted[State.MISSING],
                forms=one.forms,
                criteria=contrast.size,
                group=group,
                answer=answer,
                **row,
            )


def _figures(one: FittedDomain, shares: Shares | None, scale: Scale, indices: int) -> list[dict[str, Any]]:
    """Each index's figures by the name that they have in an `Estimate`."""
    names = ("index", "low", "high", "mean", "effective", "se", "deff")
    if shares is None:
        return [{**dict.fromkeys(names), "used": 0}] * indices
    columns = (
        scale.percent(shares.value),
        scale.percent(shares.low),
        scale.percent(shares.high),
        np.where(shares.used > 0, rounded(scale.score(one.means(shares.weights))), np.nan),
        rounded(shares.effective),
        scale.points(np.sqrt(shares.variance)),
        rounded(shares.deff),
    )
    rows = zip(*map(figures_of, columns), shares.used.tolist(), strict=True)
    return [dict(zip((*names, "used"), row, strict=True)) for row in rows]


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
    weights = weights_over(contrasts_of(questionnaire, method)[-1:], totals > 0)[0]
    if not weights.any():
        return None
    shares = np.sum(sums, axis=0) / np.where(totals > 0, totals, 1.0)
    return float(scale_of(questionnaire, method).percent(weights @ shares))
