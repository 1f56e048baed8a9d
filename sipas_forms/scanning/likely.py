"""The bend of a whole page, also where nothing is printed, as its print and the sheet's edges make it likeliest; and
how sure it is where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from sipas_forms.scanning.bend import HALF, MIDDLE, TERMS, WAVES, Bend, Points, all_terms, bells_at

COUNT = len(TERMS) + 2 * len(WAVES)  # coefficients of a bend
# What is thought of a sheet before its print is looked at (mm): by how much the terms of each degree bend it at its
# edges, times one of STIFF for those that a flat sheet lacks, and one of WAVED for its waves; the likeliest counts.
USUAL_MM = (3.0, 1.5, 1.6, 0.8)
STIFF, WAVED_MM = (0.01, 0.1, 0.3, 1.0, 3.0), (0.02, 0.05, 0.1, 0.2)
# Where a sheet's edges are beside the page's (mm): printers place a page so exactly and turn it so much over half of
# its length; paper is cut to TRUE_MM, or a copier has scaled the print; a corner is square to SKEWED_MM.
PLACED_MM, TURNED_MM, TRUE_MM, LOOSE_MM, SKEWED_MM = 3.0, 2.0, 0.2, 6.0, 0.1
# How exactly a piece of print tells its place (mm): scans of 300 dpi 0.02, coarse ones and photos 0.05 to 0.1; and how
# exactly a place of an edge does, which scissors and shadows move.
EXACT_MM, EDGE_MM = 0.08, 0.1
OFF_MM = 0.3  # what lies further off than this says little
# A roller that is not quite round pulls a sheet in waves of its girth (mm), so far (standard deviation).
LENGTHS, PULLED_MM = np.geomspace(70.0, 330.0, 15), 0.2
LEAST_WEIGHT = 1e-3  # of the likeliest thought: what is less likely says nothing
ROUNDS = 4  # in which what lies off loses weight


@dataclass(frozen=True)
class Edge:
    """One edge of a sheet as it was found in its picture. `axis`: 0 for the left and right one, 1 for the upper and
    lower one; `places` (n, 2), mm, on the page's edge, and `shifts` (n,), mm, by which the sheet's lies beside it."""

    axis: int
    places: Points
    shifts: Points


@dataclass(frozen=True)
class Sureness:
    """How well the bend of a page is known: the covariance of its coefficients, mm², across and down."""

    covariances: tuple[Points, Points]

    def at(self, points: Points) -> Points:
        """The standard deviation (mm) of the bend at (n, 2) places (mm), both directions together."""
        terms = all_terms(points)
        variance = sum(np.einsum("ij,jk,ik->i", terms, part, terms) for part in self.covariances)
        return np.asarray(np.sqrt(variance), np.float64)


def likely_bend(points: Points, shifts: Points) -> Bend:
    """The bend that the shifts of these points (mm) make likeliest, as it is needed near them."""
    sides = [_Side(axis, points, shifts[:, axis], []) for axis in (0, 1)]
    _weigh(sides, len(points), STIFF)
    tried = [_Thought(stiff, waved, LOOSE_MM) for stiff in STIFF for waved in WAVED_MM]
    return _mean(sides, tried)[0]


def whole_bend(points: Points, shifts: Points, edges: tuple[Edge, ...], scanned: bool) -> tuple[Bend, Sureness]:
    """The bend of the whole page that the shifts of these points (mm) and the sheet's edges make likeliest, also where
    there are none; and how sure it is where. `scanned`: it lay flat on glass or went through a feeder, so that it has
    waves at most.

    How much a sheet bends, whether rollers pulled it in waves, and how long these are, is told from the shifts
    themselves, so that little print doesn't bend the rest of the page any further than it must: the mean over all that
    may be thought of it, each by its evidence (Gaussian priors; MacKay 1992, Hoeting and others 1999).
    """
    sides = [_Side(axis, points, shifts[:, axis], [e for e in edges if e.axis == axis]) for axis in (0, 1)]
    stiff = STIFF[:1] if scanned else STIFF
    _weigh(sides, len(points), stiff)
    return _mean(sides, list(_thoughts(stiff, bool(edges))))


def _weigh(sides: list[_Side], points: int, stiffness: tuple[float, ...]) -> None:
    """Find what lies off, so that it says little (Cauchy)."""
    freest = _Thought(stiffness[-1], WAVED_MM[-1], LOOSE_MM)
    for _ in range(ROUNDS):
        off = [side.off(side.fitted(freest).mean) for side in sides]
        beside = np.hypot(*(each[:points] for each in off))
        for side, each in zip(sides, off, strict=True):
            each[:points] = beside
            side.weigh(1 / (1 + (each / OFF_MM) ** 2))


def _mean(sides: list[_Side], thoughts: list[_Thought]) -> tuple[Bend, Sureness]:
    """The mean of the bends of all thoughts, and how far they and what each leaves open lie apart."""
    fits = [[side.fitted(thought) for side in sides] for thought in thoughts]
    evidence = np.array([sum(fit.evidence for fit in both) for both in fits])
    weight = np.exp(evidence - evidence.max())
    likely = np.flatnonzero(weight > LEAST_WEIGHT)
    weight = weight[likely] / weight[likely].sum()
    means = np.array([[_on_page(fits[i][axis].mean, thoughts[i]) for axis in (0, 1)] for i in likely])
    mean = np.einsum("i,ijk->jk", weight, means)
    covariances = []
    for axis, side in enumerate(sides):
        apart = means[:, axis] - mean[axis]
        spread = np.einsum("i,ij,ik->jk", weight, apart, apart)
        for share, index in zip(weight, likely, strict=True):
            spread += share * _covariance(side, thoughts[index])
        covariances.append(spread)
    return Bend(mean.T), Sureness((covariances[0], covariances[1]))


@dataclass(frozen=True)
class _Thought:
    """What may be thought of a sheet: its stiffness, how high bells may be, how true its paper is cut; and the wave
    (index into LENGTHS, along 0: x, 1: y) that rollers made of it, or none."""

    stiff: float
    waved: float
    paper_mm: float
    wave: tuple[int, int] | None = None


def _thoughts(stiffness: tuple[float, ...], edges: bool) -> Iterator[_Thought]:
    papers = (TRUE_MM, LOOSE_MM) if edges else (LOOSE_MM,)
    lengths = [(index, along) for index in range(len(LENGTHS)) for along in (0, 1)]
    for stiff in stiffness:
        for paper in papers:
            for waved in WAVED_MM:
                yield _Thought(stiff, waved, paper)
            for wave in lengths:
                yield _Thought(stiff, WAVED_MM[0], paper, wave)


@dataclass(frozen=True)
class _Fit:
    """Likeliest coefficients of one direction, and the logarithm of how likely the shifts are under that thought."""

    mean: Points
    evidence: float


class _Side:
    """What is known of the bend in one direction: the shifts of points, and of edges that run across it. Where the
    print stands on the sheet, and how large the sheet is, is not known exactly: a common shift and turn of both edges,
    and one of each. Columns: the bend's terms, those of the edges, those of every wave."""

    def __init__(self, axis: int, points: Points, shifts: Points, edges: list[Edge]) -> None:
        places = np.vstack([points, *(edge.places for edge in edges)])
        own = np.zeros((len(places), 2 + 2 * len(edges)))
        start = len(points)
        for index, edge in enumerate(edges):
            part = slice(start, start + len(edge.places))
            along = (edge.places[:, 1 - axis] - MIDDLE[1 - axis]) / HALF[1 - axis]
            own[part, 0] = own[part, 2 + 2 * index] = 1.0
            own[part, 1] = own[part, 3 + 2 * index] = along
            start = part.stop
        self.points, self.edges = len(points), len(edges)
        self.columns = np.hstack([all_terms(places), own, _all_waves(places)])
        self.shifts = np.concatenate([shifts, *(edge.shifts for edge in edges)])
        self.weigh(np.ones(len(self.shifts)))

    def weigh(self, weight: Points) -> None:
        """How much each shift says."""
        scale = weight / EDGE_MM**2
        scale[: self.points] = weight[: self.points] / EXACT_MM**2
        scaled = self.columns * scale[:, None]
        self.inner, self.right = self.columns.T @ scaled, scaled.T @ self.shifts
        self.square = float((self.shifts**2 * scale).sum())

    def off(self, mean: Points) -> Points:
        """How far every shift lies off what the coefficients (without waves) say, mm."""
        return np.asarray(np.abs(self.shifts - self.columns[:, : len(mean)] @ mean), np.float64)

    def chosen(self, thought: _Thought) -> tuple[NDArray[np.intp], Points]:
        """(columns of a thought, their inner products with what it thinks of each coefficient beforehand)."""
        own = [PLACED_MM, TURNED_MM, *[thought.paper_mm, SKEWED_MM] * self.edges]
        smooth = [USUAL_MM[i + j] * (thought.stiff if i + j > 1 else 1.0) for i, j in TERMS]
        usual = [*smooth, *[thought.waved] * (2 * len(WAVES)), *own]
        columns = list(range(len(usual)))
        if thought.wave is not None:
            first = len(usual) + 4 * thought.wave[0] + 2 * thought.wave[1]
            columns += [first, first + 1]
            usual += [PULLED_MM, PULLED_MM]
        picked = np.array(columns)
        return picked, self.inner[np.ix_(picked, picked)] + np.diag(1 / np.square(usual))

    def fitted(self, thought: _Thought) -> _Fit:
        """The likeliest coefficients."""
        picked, inner = self.chosen(thought)
        factor = cho_factor(inner, lower=True)
        right = self.right[picked]
        mean = np.asarray(cho_solve(factor, right), np.float64)
        prior = np.diag(inner) - np.diag(self.inner)[picked]
        spread = 2 * np.log(np.diag(factor[0])).sum() - np.log(prior).sum()
        return _Fit(mean, float(-spread - self.square + right @ mean) / 2)


def _covariance(side: _Side, thought: _Thought) -> Points:
    """How unsure the coefficients of the bend are under a thought, mm²."""
    _, inner = side.chosen(thought)
    covariance = np.asarray(np.linalg.inv(inner), np.float64)
    onto = np.zeros((COUNT, len(inner)))
    onto[:, :COUNT] = np.eye(COUNT)
    if thought.wave is not None:
        onto[:, -2:] = _asbells_at(*thought.wave)
    return onto @ covariance @ onto.T


def _on_page(mean: Points, thought: _Thought) -> Points:
    """The coefficients of the bend alone, a wave told by bells."""
    bend = mean[:COUNT]
    return bend if thought.wave is None else bend + _asbells_at(*thought.wave) @ mean[-2:]


@lru_cache(maxsize=64)
def _asbells_at(length: int, along: int) -> Points:
    """Cosine and sine of a wave as coefficients of the bells along that side."""
    places = np.arange(-5.0, WAVES[-1] + 5.0, 2.0)
    bells = bells_at(places)
    wanted = _wave(places, LENGTHS[length])
    found = np.linalg.solve(bells.T @ bells + 1e-6 * np.eye(len(WAVES)), bells.T @ wanted)
    onto = np.zeros((COUNT, 2))
    first = len(TERMS) + (0 if along else len(WAVES))  # bells along y come first
    onto[first : first + len(WAVES)] = found
    return onto


def _wave(places: Points, length: float) -> Points:
    turn = 2 * np.pi * places / length
    return np.column_stack([np.cos(turn), np.sin(turn)])


def _all_waves(points: Points) -> Points:
    """Cosine and sine of every length, along x and then along y."""
    return np.hstack([_wave(points[:, along], length) for length in LENGTHS for along in (0, 1)])
