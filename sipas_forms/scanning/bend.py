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
TERMS = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (3, 0), (0, 3))
# Beside the smooth bend, waves across and along the sheet, as rollers pull it: bells around every WAVE_STEP_MM of a
# page up to A3's short side. A feeder's waves are 80 mm long and more.
WAVE_STEP_MM, WAVE_SD_MM = 15.0, 12.0
WAVES = np.arange(0.0, 301.0, WAVE_STEP_MM)
# Points needed for a plane, a quadratic and a cubic surface: twice the terms of each.
LEVELS = ((3, 6), (6, 12), (10, 24))
# What each round takes for a part of the page (mm off the round before): generous first, since a few points on the
# far side are all that tells how the page bends there.
TRUST_MM = (2.0, 1.5, 0.8, 0.4)
BELLS = float(np.sqrt(2 * np.pi)) * WAVE_SD_MM / WAVE_STEP_MM  # what bells of height one add up to


@dataclass(frozen=True)
class Bend:
    """A smooth shift over the page: cubic in x and y, and waves. `coefficients`: (10 or more, 2), mm, in the order of
    TERMS, then of the bells along y and along x."""

    coefficients: NDArray[np.float64]

    def at(self, points: Points) -> Points:
        """The shift (mm) at (n, 2) places (mm)."""
        terms = _terms(points) if len(self.coefficients) <= len(TERMS) else all_terms(points)
        return np.asarray(terms @ self.coefficients, np.float64)

    def __add__(self, other: Bend) -> Bend:
        shorter, longer = sorted((self.coefficients, other.coefficients), key=len)
        together = longer.copy()
        together[: len(shorter)] += shorter
        return Bend(together)

    @property
    def is_flat(self) -> bool:
        """Whether it moves nothing on the page by more than what is looked past around print anyway."""
        size = np.abs(self.coefficients)
        waves = [bells.max(axis=0) for bells in np.split(size[len(TERMS) :], 2) if len(bells)]
        most = size[: len(TERMS)].sum(axis=0) + BELLS * np.sum(waves, axis=0, initial=0.0)
        return bool(most.max() < FLAT_MM)


FLAT = Bend(np.zeros((len(TERMS), 2)))


def fit_bend(points: Points, shifts: Points, used: NDArray[np.bool_], most: int = 10) -> tuple[Bend, NDArray[np.bool_]]:
    """The bend that fits the shifts of the `used` points, fitted again without what lies far from it; and what it fits.

    `most` is the number of terms at most: 6 for a quadratic surface.
    """
    coefficients = np.zeros((len(TERMS), 2))
    if not used.any():
        return FLAT, used
    coefficients[0] = np.median(shifts[used], axis=0)
    near, terms = used, _terms(points)
    for (level, least), trust in zip((*LEVELS, LEVELS[-1]), TRUST_MM, strict=True):
        off = np.linalg.norm(shifts - terms @ coefficients, axis=1)
        near = used & (off <= max(trust, 3 * float(np.median(off[used]))))
        level = min(level, most)
        if near.sum() < least:
            continue
        solution, *_ = np.linalg.lstsq(terms[near, :level], shifts[near], rcond=None)
        coefficients = np.zeros((len(TERMS), 2))
        coefficients[:level] = solution
    return Bend(coefficients), near


def _terms(points: Points) -> Points:
    x, y = ((points - MIDDLE) / HALF).T
    return np.column_stack([x**i * y**j for i, j in TERMS])


def all_terms(points: Points) -> Points:
    """(n, terms) what each coefficient moves at (n, 2) places (mm)."""
    x, y = points.T
    return np.column_stack([_terms(points), bells_at(y), bells_at(x)])


def bells_at(places: Points) -> Points:
    """(n, bells) the bells along one side of the page, at places of it (mm)."""
    return np.asarray(np.exp(-0.5 * ((places[:, None] - WAVES) / WAVE_SD_MM) ** 2), np.float64)
