"""Where a sheet ends in its picture, as far as it shows: straight edges, by which the page's bend is known also where
nothing is printed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.bend import FLAT, Bend
from sipas_forms.scanning.crops import PX_PER_MM, apply
from sipas_forms.scanning.likely import Edge
from sipas_forms.scanning.types import Matrix, Pixels

Points = NDArray[np.float64]

REACH_MM, STEP_MM = 7.0, 0.2  # looked for this far to both sides of where the edge is thought to be, in these steps
ALONG_MM, GROUP = 1.0, 5  # between two looks along an edge; so many of them tell one place
CORNER_MM = 3.0  # kept off a sheet's corners, which are bent and torn
# The paper's tone is taken this far inside of the edge (mm), and it must go on evenly up to there.
PAPER_MM = (3.0, 7.0)
PRINTED = 12  # grey levels below white from which the blank shows print: the tone there is not the paper's
# The paper ends where the tone leaves it by this share, or by so many times its noise, and stays away from it, and
# this share of the step is within SHARP_MM: shadows are softer.
LEAST_STEP, NOISES, SHARP_MM, SHARP = 0.03, 6.0, 0.8, 0.6
BEYOND_MM = (0.8, 1.8)  # outside of the edge, where the tone beyond is taken
EVEN_MM = 0.4  # a place of an edge that lies further off those within NEAR looks of it is none
NEAR = 15
LEAST_SHARE, LEAST_LOOKS = 0.4, 30  # of the looks that must find the edge


def find_edges(
    pixels: Pixels, to_pixels: Matrix, blank: Pixels, size_mm: tuple[float, float], bend: Bend = FLAT
) -> tuple[Edge, ...]:
    """The edges of the sheet that show in the picture, about where `to_pixels` and `bend` have them; `blank` is the
    page as printed, at PX_PER_MM. The shifts are told in the millimetres of `to_pixels` alone."""
    edges = []
    for axis in (0, 1):
        for far in (False, True):
            edge = _find_edge(pixels, to_pixels, blank, size_mm, bend, axis, far)
            if edge is not None:
                edges.append(edge)
    return tuple(edges)


def _find_edge(
    pixels: Pixels, to_pixels: Matrix, blank: Pixels, size_mm: tuple[float, float], bend: Bend, axis: int, far: bool
) -> Edge | None:
    length, end = size_mm[1 - axis], size_mm[axis] if far else 0.0
    along = np.arange(CORNER_MM, length - CORNER_MM, ALONG_MM)
    inwards = np.arange(-REACH_MM, REACH_MM + STEP_MM / 2, STEP_MM)
    across = end - inwards if far else end + inwards
    grid = np.empty((len(along), len(across), 2))
    grid[..., axis], grid[..., 1 - axis] = across[None, :], along[:, None]
    tones, seen = _tones(pixels, to_pixels, bend, grid)
    white = _white(blank, grid[:, inwards > 0], size_mm)
    at = _paper_ends(tones, seen, inwards)
    at[~white] = np.nan
    looked = white & (seen.mean(axis=1) > 0.75)
    at = _even(at)
    found = ~np.isnan(at)
    if found.sum() < max(LEAST_LOOKS, LEAST_SHARE * looked.sum()):
        return None
    places = np.empty((int(found.sum()), 2))
    places[:, axis], places[:, 1 - axis] = end - at[found] if far else end + at[found], along[found]
    places = _grouped(places)
    # as the map alone has them; the sheet's edge is the page's
    seen_at = places + bend.at(places)
    on_edge = places.copy()
    on_edge[:, axis] = end
    return Edge(axis, on_edge, seen_at[:, axis] - end)


def _tones(
    pixels: Pixels, to_pixels: Matrix, bend: Bend, grid: Points
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(the picture's tones at a grid of page places, smoothed along the edge; which of them the picture shows)."""
    rows, columns, _ = grid.shape
    places = grid.reshape(-1, 2)
    px = (apply(to_pixels, places + bend.at(places)) - 0.5).reshape(rows, columns, 2).astype(np.float32)
    x, y = np.ascontiguousarray(px[..., 0]), np.ascontiguousarray(px[..., 1])
    height, width = pixels.shape
    seen = (x >= 1) & (y >= 1) & (x <= width - 2) & (y <= height - 2)
    tones = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.blur(tones.astype(np.float64), (1, 3)), np.float64), np.asarray(seen)


def _white(blank: Pixels, grid: Points, size_mm: tuple[float, float]) -> NDArray[np.bool_]:
    """At which looks nothing is printed beside the edge."""
    x = np.clip(grid[..., 0] * PX_PER_MM, 0, blank.shape[1] - 1).astype(int)
    y = np.clip(grid[..., 1] * PX_PER_MM, 0, blank.shape[0] - 1).astype(int)
    return np.asarray((blank[y, x] > 255 - PRINTED).all(axis=1))


def _paper_ends(
    tones: NDArray[np.float64], seen: NDArray[np.bool_], inwards: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far inwards of its thought place (mm) the paper ends at each look; nan where that doesn't show."""
    paper = (inwards >= PAPER_MM[0]) & (inwards <= PAPER_MM[1])
    tone = np.median(tones[:, paper], axis=1)
    noise = 1.48 * np.median(np.abs(tones[:, paper] - tone[:, None]), axis=1)
    step = np.maximum(np.maximum(LEAST_STEP * tone, NOISES * noise), 4.0)
    beyond = tuple(round(mm / STEP_MM) for mm in BEYOND_MM)
    half = round(SHARP_MM / 2 / STEP_MM)
    found = np.full(len(tones), np.nan)
    for look in range(len(tones)):
        row, known = tones[look], seen[look]
        away = np.abs(row - tone[look]) > step[look]
        ends = np.flatnonzero(away & (inwards < PAPER_MM[0] + 2.0))
        if not ends.size:
            continue
        last = int(ends[-1])  # the innermost place that isn't paper
        if last < beyond[1] or not known[last - beyond[1] : last + half + 1].all():
            continue
        outside = float(np.median(row[last - beyond[1] : last - beyond[0] + 1]))
        change = outside - tone[look]
        if abs(change) < 1.5 * step[look]:
            continue
        part = (row[last - beyond[0] : last + half + 1] - tone[look]) / change
        crossing = np.flatnonzero((part[:-1] >= 0.5) & (part[1:] < 0.5))
        if not crossing.size:
            continue
        at = int(crossing[-1])
        where = last - beyond[0] + at + (part[at] - 0.5) / (part[at] - part[at + 1])
        middle = round(float(where))
        if middle - half < 0 or middle + half >= len(row):
            continue
        if abs(row[middle - half] - row[middle + half]) < SHARP * abs(change):
            continue
        found[look] = inwards[0] + where * STEP_MM
    return found


def _even(at: Points) -> Points:
    """The places without those that lie off the others around them."""
    kept = at.copy()
    for index in np.flatnonzero(~np.isnan(at)):
        near = at[max(0, index - NEAR) : index + NEAR + 1]
        near = near[~np.isnan(near)]
        if len(near) < NEAR / 2 or abs(at[index] - np.median(near)) > EVEN_MM:
            kept[index] = np.nan
    return kept


def _grouped(places: Points) -> Points:
    """The middle of every GROUP places."""
    parts = np.array_split(places, max(1, len(places) // GROUP))
    return np.array([np.median(part, axis=0) for part in parts])
