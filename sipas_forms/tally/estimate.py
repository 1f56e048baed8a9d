"""Design-based estimation by Taylor linearisation: strata (cells), weights, finite population, blanks.

Every form gives, for each criterion, v (1 where the answer is valid) and v·y (y in 0..1). The sums and cross
products of these, one `Moments` per stratum, are all that any index of any union of strata needs: the data
are passed over once, whatever the number of units, fields and levels. Formulas: docs/statistics.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sipas_forms.tally.interval import KORN_GRAUBARD, Method, freedom_factor, share_interval

Floats = NDArray[np.float64]

# Below this share of the binomial variance a linearised variance is rounding noise of double precision: zero.
NOISE = 1e-12


@dataclass(frozen=True)
class Moments:
    """What one stratum's forms say; `cross` is 2K × 2K over v·y of the K criteria, then v of each.

    Attributes:
        forms: forms in hand, n_h.
        members: those of them that are in the domain (fewer than `forms` for a group of respondents).
        population: eligible people, N_h; infinite where it is not known.
        weight: of every form of the stratum.
    """

    forms: int
    members: int
    population: float
    weight: float
    satisfied: Floats
    valid: Floats
    cross: Floats

    @property
    def unsampled(self) -> float:
        """The finite population correction, 1 − n_h/N_h; never below zero."""
        return max(0.0, 1.0 - self.forms / self.population) if self.population else 0.0


@dataclass(frozen=True)
class Fit:
    """Every criterion's share in one domain, with what the variance of any index of them is made from.

    Attributes:
        shares: P_c of each criterion; 0 where it has no valid answer.
        covariance: of the shares, by Taylor linearisation under the design.
        simple: the same under simple random sampling of as many forms; what the design effect compares with.
        weighted: Ŵ_c, the weights of the valid answers.
        binary: valid answers after weights and finite population correction: Ŵ_c² / Σ (1−f)·w²·v.
        members: forms of the domain; `freedom`: those less one for each stratum.
    """

    shares: Floats
    covariance: Floats
    simple: Floats
    weighted: Floats
    binary: Floats
    members: int
    freedom: int


@dataclass(frozen=True)
class Share:
    """An estimated share (0..1) with its interval.

    Attributes:
        deff: the design effect: `variance` over that of a simple random sample; None where that is zero.
        base: effective number of answers before `freedom` (infinite where it takes no part) lowers it; `reference`
            is the freedom that the interval's own method reckons with.
        effective: independent answers that would be as precise (infinite: a census).
        used: criteria with at least one valid answer.
    """

    value: float
    low: float
    high: float
    variance: float
    deff: float | None
    base: float
    freedom: float
    reference: float
    effective: float
    used: int


def moments(y: Floats, valid: NDArray[np.bool_], population: float, weight: float) -> Moments:
    """The moments of one stratum from forms × criteria arrays; `y` (0..1) counts only where `valid`."""
    v = valid.astype(np.float64)
    columns = np.hstack([np.where(valid, y, 0.0), v])
    k = v.shape[1]
    sums = columns.sum(axis=0)
    return Moments(len(v), len(v), population, weight, sums[:k], sums[k:], columns.T @ columns)


def fit(strata: Sequence[Moments]) -> Fit | None:
    """The shares of a union of strata and their covariance; None where no stratum has a form of the domain.

    The linearised form is g_c = v·(y − P_c)/Ŵ_c; with weights and n/(n−1) and finite population correction per stratum.
    """
    strata = [h for h in strata if h.members]
    if not strata:
        return None
    weighted = np.sum([h.weight * h.valid for h in strata], axis=0)
    totals = np.where(weighted > 0, weighted, 1.0)
    shares = np.sum([h.weight * h.satisfied for h in strata], axis=0) / totals
    gradient = np.vstack([np.diag(1 / totals), np.diag(-shares / totals)])
    covariance, squares, noise = np.zeros_like(np.diag(totals)), np.zeros_like(np.diag(totals)), np.zeros_like(totals)
    for h in strata:
        own = gradient.T @ h.cross @ gradient
        covariance += h.unsampled * h.weight**2 * _spread(h, own, gradient)
        squares += h.weight * own
        noise += h.unsampled * h.weight**2 * h.valid
    with np.errstate(divide="ignore", invalid="ignore"):
        binary = np.where(weighted > 0, weighted**2 / noise, 0.0)
    return Fit(
        shares=np.clip(shares, 0.0, 1.0),
        covariance=covariance,
        simple=_simple_factor(strata) * squares,
        weighted=weighted,
        binary=binary,
        members=sum(h.members for h in strata),
        freedom=sum(h.members - 1 for h in strata),
    )


def _spread(h: Moments, own: Floats, gradient: Floats) -> Floats:
    """n/(n−1) · Σ (g − ḡ)(g − ḡ)ᵀ of a stratum's forms, of which `own` are the cross products."""
    if h.forms == 1:  # no variance within one form: its distance from the whole (which is at zero) stands in
        return own
    sums = gradient.T @ np.concatenate([h.satisfied, h.valid])
    return np.asarray(h.forms / (h.forms - 1) * (own - np.outer(sums, sums) / h.forms), dtype=np.float64)


def _simple_factor(strata: Sequence[Moments]) -> float:
    """What Σ w·g·gᵀ is multiplied with for the variance of a simple random sample of as many forms."""
    forms = sum(h.members for h in strata)
    if forms < 2:
        return 0.0
    population = sum(max(h.population, h.forms) * h.members / h.forms for h in strata)
    return sum(h.weight * h.members for h in strata) * (1 - forms / population) / (forms - 1)


def index_share(fitted: Fit, contrast: Floats, confidence: float, method: Method = "wilson") -> Share | None:
    """The index Σ a_c·P_c with its interval; None where no criterion of it has a valid answer.

    Args:
        contrast: a_c for each criterion, zero for those that are not part of the index; rescaled to sum
            to 1 over the criteria that have valid answers.
    """
    a = present(fitted, contrast)
    active = a > 0
    if not active.any():
        return None
    value = min(1.0, max(0.0, float(a @ fitted.shares)))
    variance = max(0.0, float(a @ fitted.covariance @ a))
    simple = float(a @ fitted.simple @ a)
    base, freedom = _base(value, variance, a[active], fitted, fitted.binary[active])
    reference = fitted.members - 1 if method == KORN_GRAUBARD and math.isfinite(freedom) else math.inf
    effective = base * float(freedom_factor(freedom, reference, 1 - confidence))
    low, high = share_interval(value, effective, 1 - confidence, method)
    real = simple > NOISE**2 and variance > NOISE * value * (1 - value)
    return Share(
        value=value,
        low=float(low),
        high=float(high),
        variance=variance,
        deff=variance / simple if real else None,
        base=base,
        freedom=freedom,
        reference=reference,
        effective=effective,
        used=int(active.sum()),
    )


def present(fitted: Fit, contrast: Floats) -> Floats:
    """The contrast over the criteria that have valid answers, summing to 1 (all zero where there is none)."""
    active = (contrast > 0) & (fitted.weighted > 0)
    return np.where(active, contrast, 0.0) / (contrast[active].sum() if active.any() else 1.0)


def _base(value: float, variance: float, a: Floats, fitted: Fit, binary: Floats) -> tuple[float, float]:
    """The effective number of answers, P(1−P)/variance, never more than the answers at hand; and its freedom.

    Where the variance can't speak (one form, or all forms at 0% or 100%), each form counts as one answer.
    """
    forms = float(a @ binary / a.sum())
    spread = value * (1 - value)
    if fitted.freedom == 0 or spread < NOISE or math.isinf(forms):
        return forms, math.inf
    counted = spread / variance if variance > NOISE * spread else math.inf
    return min(counted, float(binary.sum())), float(fitted.freedom)
