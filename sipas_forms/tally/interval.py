"""Intervals that behave at 0% and 100%: Wilson's score interval on an effective number of answers.

Formulas and sources: docs/statistics.md.
"""

from __future__ import annotations

import math

from scipy.special import ndtri, stdtrit


def wilson(share: float, effective: float, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of a share (0..1) that rests on `effective` independent answers.

    `effective` may be fractional; infinite (a census) gives the share itself.

    Raises:
        ValueError: `effective` is not above zero, or `share` is outside 0..1.
    """
    if not effective > 0 or not 0 <= share <= 1:
        raise ValueError(f"no interval for the share {share} of {effective} answers")
    if math.isinf(effective):
        return share, share
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    middle = (share + z2 / (2 * effective)) / (1 + z2 / effective)
    spread = share * (1 - share) / effective + z2 / (4 * effective**2)
    half = math.sqrt(z2 * spread) / (1 + z2 / effective)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def shrink_by_freedom(effective: float, freedom: float, confidence: float) -> float:
    """The effective number, lowered by (z/t)² because its variance was estimated from few forms."""
    z = float(ndtri((1 + confidence) / 2))
    t = float(stdtrit(freedom, (1 + confidence) / 2))
    return effective * (z / t) ** 2
