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
class Shares:
    """Estimated shares (0..1) of several indices of one domain, with their intervals; NaN where there is no answer.

    Attributes:
        used: criteria with at least one valid answer.
        weights: indices × criteria, what each is made of.
        deff: the design effect: `variance` over that of a simple random sample; NaN where that is zero.
        base: effective number of answers before `freedom` (infinite where it takes no part) lowers it; `reference`
            is the freedom that the interval's own method reckons with.
        effective: independent answers that would be as precise (infinite: a census).
    """

    used: NDArray[np.int64]
    weights: Floats
    value: Floats
    low: Floats
    high: Floats
    variance: Floats
    deff: Floats
    base: Floats
    freedom: Floats
    reference: Floats
    effective: Floats


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


def index_shares(fitted: Fit, weights: Floats, confidence: float, method: Method = "wilson") -> Shares:
    """The indices Σ a_c·P_c with their intervals.

    Args:
        weights: indices × criteria, a_c of each: every row sums to 1 over criteria that have valid answers, or is zero.
    """
    there = weights.sum(axis=1) > 0
    a = weights[there]
    value = np.clip(a @ fitted.shares, 0.0, 1.0)
    variance = np.maximum(0.0, ((a @ fitted.covariance) * a).sum(axis=1))
    simple = ((a @ fitted.simple) * a).sum(axis=1)
    base, freedom = _base(value, variance, a, fitted)
    estimated = np.isfinite(freedom)
    exact = fitted.members - 1.0 if method == KORN_GRAUBARD else math.inf
    reference = np.where(estimated, exact, math.inf)
    lowered = freedom_factor(max(fitted.freedom, 1), exact, 1 - confidence)
    effective = base * np.where(estimated, lowered, 1.0)
    low, high = share_interval(value, effective, 1 - confidence, method)
    real = (simple > NOISE**2) & (variance > NOISE * value * (1 - value))
    deff = np.where(real, variance / np.where(real, simple, 1.0), np.nan)

    def whole(those: Floats) -> Floats:
        spread = np.full(len(there), np.nan)
        spread[there] = those
        return spread

    columns = (value, low, high, variance, deff, base, freedom, reference, effective)
    return Shares((weights > 0).sum(axis=1), weights, *map(whole, columns))


def _base(value: Floats, variance: Floats, a: Floats, fitted: Fit) -> tuple[Floats, Floats]:
    """The effective number of answers, P(1−P)/variance, never more than the answers at hand; and its freedom.

    Where the variance can't speak (one form, or all forms at 0% or 100%), each form counts as one answer.
    """
    answers = np.where(a > 0, fitted.binary, 0.0)
    forms = (np.where(a > 0, a, 1.0) * answers).sum(axis=1)
    spread = value * (1 - value)
    silent = (fitted.freedom == 0) | (spread < NOISE) | np.isinf(forms)
    known = variance > NOISE * spread
    counted = np.where(known, spread / np.where(known, variance, 1.0), math.inf)
    base = np.where(silent, forms, np.minimum(counted, answers.sum(axis=1)))
    return base, np.where(silent, math.inf, float(fitted.freedom))
