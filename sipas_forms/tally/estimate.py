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

from sipas_forms.tally.interval import shrink_by_freedom, wilson

Floats = NDArray[np.float64]

# Below this share of the binomial variance a linearised variance is rounding noise of double precision: zero.
NOISE = 1e-12


@dataclass(frozen=True)
class Moments:
    """What one stratum's forms say; `cross` is 2K × 2K over v·y of the K criteria, then v of each.

    Attributes:
        forms: forms in hand, n_h.
        population: eligible people, N_h; infinite where it is not known.
        weight: of every form of the stratum.
    """

    forms: int
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
class Share:
    """An estimated share (0..1) with its interval.

    Attributes:
        effective: independent answers that would be as precise (infinite: a census).
        used: criteria with at least one valid answer.
    """

    value: float
    low: float
    high: float
    variance: float
    effective: float
    used: int


def moments(y: Floats, valid: NDArray[np.bool_], population: float, weight: float) -> Moments:
    """The moments of one stratum from forms × criteria arrays; `y` (0..1) counts only where `valid`."""
    v = valid.astype(np.float64)
    columns = np.hstack([np.where(valid, y, 0.0), v])
    k = v.shape[1]
    sums = columns.sum(axis=0)
    return Moments(len(v), population, weight, sums[:k], sums[k:], columns.T @ columns)


def estimate(strata: Sequence[Moments], contrast: Floats, confidence: float) -> Share | None:
    """The index Σ a_c·P_c over a union of strata; None where no criterion has a valid answer.

    Args:
        contrast: a_c for each criterion, zero for those that are not part of the index; rescaled to sum
            to 1 over the criteria that have valid answers.
    """
    strata = [h for h in strata if h.forms]
    weighted = np.sum([h.weight * h.valid for h in strata], axis=0) if strata else np.zeros_like(contrast)
    active = (contrast > 0) & (weighted > 0)
    if not active.any():
        return None
    a = np.where(active, contrast, 0.0) / contrast[active].sum()
    totals = np.where(weighted > 0, weighted, 1.0)
    shares = np.sum([h.weight * h.satisfied for h in strata], axis=0) / totals
    value = min(1.0, max(0.0, float(a @ shares)))
    variance = _variance(strata, a / totals, shares)
    binary = _binary_numbers(strata, weighted, active)
    effective = _effective(value, variance, a[active], binary, _freedom(strata), confidence)
    low, high = wilson(value, effective, confidence)
    return Share(value, low, high, variance, effective, int(active.sum()))


def _variance(strata: Sequence[Moments], a: Floats, shares: Floats) -> float:
    """Stratified variance of the linearised forms, z = Σ a_c·w·v·(y − P_c)/Ŵ_c, with n/(n−1) and fpc."""
    gradient = np.concatenate([a, -a * shares])
    total = 0.0
    for h in strata:
        sums = float(gradient @ np.concatenate([h.satisfied, h.valid])) * h.weight
        squares = max(0.0, float(gradient @ h.cross @ gradient)) * h.weight**2
        if h.forms == 1:  # no variance within one form: its distance from the whole (which is at zero) stands in
            total += h.unsampled * squares
        else:
            spread = max(0.0, squares - sums**2 / h.forms)
            total += h.unsampled * h.forms / (h.forms - 1) * spread
    return total


def _binary_numbers(strata: Sequence[Moments], weighted: Floats, active: NDArray[np.bool_]) -> Floats:
    """For each active criterion, the number of answers after weights and fpc: Ŵ² / Σ (1−f)·w²·n."""
    noise = np.sum([h.unsampled * h.weight**2 * h.valid for h in strata], axis=0)[active]
    with np.errstate(divide="ignore"):
        return np.asarray(weighted[active] ** 2 / noise, dtype=np.float64)


def _freedom(strata: Sequence[Moments]) -> int:
    return sum(h.forms - 1 for h in strata)


def _effective(value: float, variance: float, a: Floats, binary: Floats, freedom: int, confidence: float) -> float:
    """The effective number of answers: P(1−P)/variance, never more than the answers at hand.

    Where the variance can't speak (one form, or all forms at 0% or 100%), each form counts as one answer.
    """
    forms = float(a @ binary / a.sum())
    spread = value * (1 - value)
    if freedom == 0 or spread < NOISE:
        return forms
    if math.isinf(forms):
        return math.inf
    counted = spread / variance if variance > NOISE * spread else math.inf
    return shrink_by_freedom(min(counted, float(binary.sum())), freedom, confidence)
