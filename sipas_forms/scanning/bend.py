"""The bend of a page: how far its parts lie from where a flat sheet would have them. Paper curls, lenses and rollers
stretch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# The middle and half size of an A4 page (mm): coordinates near ±1 keep the fit well conditioned.
MIDDLE, HALF = np.array([105.0, 148.5]), np.array([105.0, 148.5])
# Half of the margin (mm) by which stray ink is looked for beside print: straightening through a bend costs a third of
# a page's time.
FLAT_MM = 0.25
# How far (mm) terms of each degree bend a sheet at its edges, and how exactly a piece of print tells its place.
USUAL_MM, EXACT_MM, ROUNDS = (3.0, 1.5, 0.8, 0.4), 0.1, 4
TERMS = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (3, 0), (0, 3))
# Points needed for a plane, a quadratic and a cubic surface: twice the terms of each.
LEVELS = ((3, 6), (6, 12), (10, 24))
# What each round takes for a part of the page (mm off the round before): generous first, since a few points on the
# far side are all that tells how the page bends there.
TRUST_MM = (2.0, 1.5, 0.8, 0.4)


@dataclass(frozen=True)
class Bend:
    """A smooth shift over the page: cubic in x and y. `coefficients`: (10, 2), mm, in the order of TERMS."""

    coefficients: NDArray[np.float64]

    def at(self, points: Points) -> Points:
        """The shift (mm) at (n, 2) places (mm)."""
        return np.asarray(_terms(points) @ self.coefficients, np.float64)

    def __add__(self, other: Bend) -> Bend:
        return Bend(self.coefficients + other.coefficients)

    @property
    def is_flat(self) -> bool:
        """Whether it moves nothing on the page by more than what is looked past around print anyway."""
        return bool(np.abs(self.coefficients).sum(axis=0).max() < FLAT_MM)


FLAT = Bend(np.zeros((len(TERMS), 2)))


def fit_bend(points: Points, shifts: Points, used: NDArray[np.bool_], most: int = 10) -> tuple[Bend, NDArray[np.bool_]]:
    """The bend that fits the shifts of the `used` points, fitted again without what lies far from it; and what it fits.

    `most` is the number of terms at most: 6 for a quadratic surface.
    """
    coefficients = np.zeros((len(TERMS), 2))
    if not used.any():
        return FLAT, used
    coefficients[0] = np.median(shifts[used], axis=0)
    near = used
    for (level, least), trust in zip((*LEVELS, LEVELS[-1]), TRUST_MM, strict=True):
        off = np.linalg.norm(shifts - _terms(points) @ coefficients, axis=1)
        near = used & (off <= max(trust, 3 * float(np.median(off[used]))))
        level = min(level, most)
        if near.sum() < least:
            continue
        solution, *_ = np.linalg.lstsq(_terms(points)[near, :level], shifts[near], rcond=None)
        coefficients = np.zeros((len(TERMS), 2))
        coefficients[:level] = solution
    return Bend(coefficients), near


def likely_bend(points: Points, shifts: Points) -> Bend:
    """The bend of the whole page that the shifts of these points (mm) make likeliest, also where there are none: sheets
    bend by USUAL_MM, so that little print does not bend the rest of the page any further (ridge regression)."""
    weight = np.ones(len(points))
    stiff = np.diag(1 / np.array([USUAL_MM[i + j] for i, j in TERMS]) ** 2)
    terms = _terms(points)
    coefficients = np.zeros((len(TERMS), 2))
    for _ in range(ROUNDS):
        weighted = terms * weight[:, None] / EXACT_MM**2
        coefficients = np.asarray(np.linalg.solve(weighted.T @ terms + stiff, weighted.T @ shifts), np.float64)
        off = np.linalg.norm(shifts - terms @ coefficients, axis=1)
        weight = 1 / (1 + (off / (3 * EXACT_MM)) ** 2)  # what lies far off says little (Cauchy)
    return Bend(coefficients)


def _terms(points: Points) -> Points:
    x, y = ((points - MIDDLE) / HALF).T
    return np.column_stack([x**i * y**j for i, j in TERMS])
