"""Intervals that behave at 0% and 100%, on an effective number of answers; and of the difference of two figures.

Everything takes numbers or arrays of them. Formulas and sources: docs/statistics.md.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, stdtrit

Method = Literal["wilson", "korn-graubard"]
KORN_GRAUBARD: Method = "korn-graubard"

Floats = NDArray[np.float64]

# The smallest error probability that a test tells apart, as a power of ten: doubles give no more.
LEAST_POWER = -12.0
# The largest (0.999): at 1 every quantile is zero and their ratio undefined, and stdtrit is inexact just below.
MOST_POWER = -0.0004
# Halvings of that range: 12 powers of ten to 1e-14 of one.
HALVINGS = 50


def share_interval(share: Any, effective: Any, alpha: Any, method: Method) -> tuple[Floats, Floats]:
    """The interval of a share (0..1) that rests on `effective` independent answers, at confidence 1 − `alpha`.

    `effective` may be fractional; infinite (a census) gives the share itself.

    Raises:
        ValueError: `effective` is not above zero, or `share` is outside 0..1.
    """
    share, effective = np.asarray(share, dtype=np.float64), np.asarray(effective, dtype=np.float64)
    if not (effective > 0).all() or not ((share >= 0) & (share <= 1)).all():
        raise ValueError(f"no interval for the share {share} of {effective} answers")
    finite = np.where(np.isfinite(effective), effective, 1.0)
    low, high = (_exact if method == KORN_GRAUBARD else _wilson)(share, finite, np.asarray(alpha))
    low = np.where(np.isfinite(effective), np.clip(low, 0.0, share), share)
    return low, np.where(np.isfinite(effective), np.clip(high, share, 1.0), share)


def _wilson(share: Floats, effective: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """Wilson's score interval (1927)."""
    z2 = ndtri(alpha / 2) ** 2
    middle = (share + z2 / (2 * effective)) / (1 + z2 / effective)
    spread = share * (1 - share) / effective + z2 / (4 * effective**2)
    half = np.sqrt(z2 * spread) / (1 + z2 / effective)
    return middle - half, middle + half


def _exact(share: Floats, effective: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """Clopper and Pearson's interval on a fractional number, as Korn and Graubard (1998) use it."""
    hits, misses = share * effective, (1 - share) * effective
    low = np.where(hits > 0, betaincinv(np.where(hits > 0, hits, 1.0), misses + 1, alpha / 2), 0.0)
    high = np.where(misses > 0, betaincinv(hits + 1, np.where(misses > 0, misses, 1.0), 1 - alpha / 2), 1.0)
    return low, high


def freedom_factor(freedom: Any, reference: Any, alpha: Any) -> Floats:
    """(t_reference / t_freedom)², what an effective number is lowered by as its variance was estimated from few forms.

    Wilson's interval refers to the normal distribution (infinite `reference`), Korn and Graubard's to n − 1.
    """
    tail = np.asarray(alpha) / 2
    return np.asarray((_quantile(reference, tail) / _quantile(freedom, tail)) ** 2, dtype=np.float64)


def _quantile(freedom: Any, tail: Floats) -> Floats:
    freedom = np.asarray(freedom, dtype=np.float64)
    finite = np.where(np.isfinite(freedom), freedom, 1.0)
    return np.asarray(np.where(np.isfinite(freedom), stdtrit(finite, tail), ndtri(tail)), dtype=np.float64)


def difference_interval(
    first: tuple[Floats, Floats, Floats], second: tuple[Floats, Floats, Floats], correlation: Floats
) -> tuple[Floats, Floats]:
    """The interval of a difference from those of its two figures, each (value, low, high).

    Method of variance estimates recovery: Zou & Donner 2008; Newcombe 1998 for independent shares.
    """
    (a, a_low, a_high), (b, b_low, b_high) = first, second

    def room(x: Floats, y: Floats) -> Floats:
        return np.asarray(np.sqrt(np.maximum(0.0, x**2 + y**2 - 2 * correlation * x * y)), dtype=np.float64)

    return a - b - room(a - a_low, b_high - b), a - b + room(a_high - a, b - b_low)


def holm(p: Floats) -> Floats:
    """Holm's (1979) step-down correction of a family of tests: adjusted p, never above 1."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted
