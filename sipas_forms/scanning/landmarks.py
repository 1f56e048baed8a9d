"""Landmarks: pieces of the printed page (words and rules) that are looked for on a scan.

Codes and fiducials lie at the corners only. Where some are missing, or the sheet is curled before a camera, the print
between them tells where every part of the page lies, and being words, never mistakes one row for the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import PageLayout, Rect
from sipas_forms.scanning.bend import Bend, fit_bend
from sipas_forms.scanning.crops import apply, straighten
from sipas_forms.scanning.likely import likely_bend
from sipas_forms.scanning.types import Matrix, Pixels

SCALE = 4  # px a mm (100 dpi): words keep their shape, and a page is matched in a tenth of a second
WIDTH_MM, HEIGHT_MM = 26.0, 8.0  # of a landmark: two or three words
PEN_MM = 1.0, 0.5  # kept off where a pen may have been, across and down
STEP_MM = 6.5  # between candidates
REACH_MM = 7.0  # how far a landmark is looked for: more than a row, so that the right row must win
LEAST_DETAIL = 18.0  # standard deviation of grey levels: rows of words have 25 and more, a lone rule 10
MOST = 60  # landmarks a page: enough for a bend, few enough to be quick
# Correlation from which a landmark counts as found, and its lead over the next best place 2 mm and more away.
LEAST_MATCH, LEAST_LEAD = 0.5, 0.08
RIVAL_MM = 2.0
LEAST_FOUND = 10  # landmarks needed to lay a page by them
AGREE_MM = 1.5  # landmarks further than this from the common homography and bend are mistaken
# Looked for near, on a page that is laid: less far than half of any row. Their common bend leaves 0.15 mm and less.
NEAR_MM, NEAR_AGREE_MM, LEAST_NEAR = 1.8, 0.6, 5
HEAD_MM = 30.0  # the top of a page, where unit, field and serial are printed in, holds none
SIDE_MM, FOOT_MM = 14.0, 15.0  # nor do the other edges, where fiducials stand
# Of a form that was drawn elsewhere: print may stand anywhere but at the paper's very edge, and between its boxes there
# may be room for a word only.
ADOPTED_EDGE_MM = 6.0
SMALL_MM = (13.0, 5.0)
ENOUGH = 30  # landmarks clear of all boxes; with fewer, those that hold a box help out


@dataclass(frozen=True)
class Landmark:
    """A piece of the blank page around `center` (mm), at SCALE."""

    center: tuple[float, float]
    picture: Pixels


@dataclass(frozen=True)
class Laid:
    """A page laid by its landmarks: the map, the bend beside it, the share of landmarks that agree, how far off they
    lie (95th percentile, mm); the places (mm) of those, and how each lies beside the map."""

    to_pixels: Matrix
    bend: Bend
    share: float
    residual_mm: float
    places: NDArray[np.float64]
    shifts: NDArray[np.float64]


def choose_landmarks(layout: PageLayout, pixels: Pixels, size_mm: tuple[float, float]) -> tuple[Landmark, ...]:
    """Landmarks of a blank page (`pixels` at PX_PER_MM), spread over it; none where a pen may have been."""
    edges = (HEAD_MM, SIDE_MM, FOOT_MM)
    pens: list[Rect] = [*layout.boxes, *layout.writing, *layout.serial_text, *layout.codes]
    return tuple(_chosen(_shrunk(pixels, size_mm), size_mm, (WIDTH_MM, HEIGHT_MM), edges, pens, []))


def adopted_landmarks(layout: PageLayout, pixels: Pixels, size_mm: tuple[float, float]) -> tuple[Landmark, ...]:
    """Landmarks of a blank page that was drawn elsewhere: large ones, smaller ones where there are few, and at last
    such as hold a box, in which a pen may have been."""
    small = _shrunk(pixels, size_mm)
    edges = (ADOPTED_EDGE_MM,) * 3
    fixed: list[Rect] = [*layout.writing, *layout.serial_text, *layout.codes]
    chosen = _chosen(small, size_mm, (WIDTH_MM, HEIGHT_MM), edges, [*fixed, *layout.boxes], [])
    for extent, pens in ((SMALL_MM, [*fixed, *layout.boxes]), ((WIDTH_MM, HEIGHT_MM), fixed)):
        if len(chosen) < ENOUGH:
            chosen = _chosen(small, size_mm, extent, edges, pens, chosen)
    return tuple(chosen)


def _shrunk(pixels: Pixels, size_mm: tuple[float, float]) -> Pixels:
    size = (round(size_mm[0] * SCALE), round(size_mm[1] * SCALE))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _chosen(
    small: Pixels,
    size_mm: tuple[float, float],
    extent: tuple[float, float],
    edges: tuple[float, float, float],
    pens: list[Rect],
    known: list[Landmark],
) -> list[Landmark]:
    """The `known` landmarks and more of `extent` mm beside them, the most detailed first, within the head, side and
    foot `edges` and clear of `pens`."""
    wide, high = extent
    head, side, foot = edges
    x, y = np.meshgrid(
        np.arange(side, size_mm[0] - side - wide, STEP_MM), np.arange(head, size_mm[1] - foot - high, STEP_MM / 2)
    )
    corners = np.column_stack([x.ravel(), y.ravel()])
    corners = corners[_clear_of(pens, corners, extent)]
    detail = _detail(small, corners, extent)
    order = np.argsort(-detail, kind="stable")
    found = [
        Rect(float(corners[i, 0]), float(corners[i, 1]), wide, high)
        for i in order[: int((detail >= LEAST_DETAIL).sum())]
    ]
    chosen = list(known)
    for place in found:
        x, y = place.center
        apart = (abs(x - c.center[0]) / wide + abs(y - c.center[1]) / high for c in chosen)
        if len(chosen) < MOST and min(apart, default=9.0) >= 0.75:
            chosen.append(Landmark(place.center, _piece(small, place)))
    return chosen


def _clear_of(pens: list[Rect], corners: NDArray[np.float64], extent: tuple[float, float]) -> NDArray[np.bool_]:
    """Which places of that extent, by their upper left corners (mm), keep off all of `pens`."""
    free = np.ones(len(corners), bool)
    x, y = corners.T
    for pen in pens:
        across = (x < pen.x + pen.w + PEN_MM[0]) & (pen.x < x + extent[0] + PEN_MM[0])
        free &= ~(across & (y < pen.y + pen.h + PEN_MM[1]) & (pen.y < y + extent[1] + PEN_MM[1]))
    return free


def _detail(small: Pixels, corners: NDArray[np.float64], extent: tuple[float, float]) -> NDArray[np.float64]:
    """Standard deviation of the grey levels in each place, by sums over the picture."""
    total, squares = cv2.integral2(small)
    left, top = (np.round(side * SCALE).astype(int) for side in corners.T)
    wide, high = (round(side * SCALE) for side in extent)
    mean, square = (
        (sums[top + high, left + wide] - sums[top, left + wide] - sums[top + high, left] + sums[top, left])
        / (wide * high)
        for sums in (total.astype(np.float64), squares)
    )
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)), np.float64)


def lay_by_landmarks(
    pixels: Pixels,
    to_pixels: Matrix,
    landmarks: tuple[Landmark, ...],
    size_mm: tuple[float, float],
    reach_mm: float = REACH_MM,
    least: int = LEAST_FOUND,
) -> Laid | None:
    """The page laid on anew by the landmarks found within `reach_mm` of where `to_pixels` has them; None where fewer
    than `least` are."""
    flat = straighten(pixels, to_pixels, Rect(0.0, 0.0, *size_mm), SCALE)
    mm, shifts = _found(flat, landmarks, reach_mm)
    if len(mm) < least:
        return None
    seen = mm + shifts
    correction, inliers = cv2.findHomography(mm, seen, cv2.RANSAC, 2 * AGREE_MM)
    if correction is None or inliers.sum() < least:
        return None
    correction = np.asarray(correction, np.float64)
    # what the homography leaves, as seen from it: the curl of the sheet
    left = apply(np.asarray(np.linalg.inv(correction), np.float64), seen) - mm
    bend, used = fit_bend(mm, left, np.linalg.norm(left, axis=1) <= 2 * AGREE_MM)
    off = np.linalg.norm(left - bend.at(mm), axis=1)
    good = used & (off <= AGREE_MM)
    if good.sum() < least:
        return None
    share = float(good.sum()) / len(landmarks)
    laid = np.asarray(to_pixels @ correction, np.float64)
    return Laid(laid, bend, share, float(np.percentile(off[good], 95)), mm[good], left[good])


def bend_by_landmarks(
    pixels: Pixels, to_pixels: Matrix, known: Bend, landmarks: tuple[Landmark, ...], size_mm: tuple[float, float]
) -> Laid:
    """The bend of a page that `to_pixels` and the bend `known` so far have laid to a millimetre, by the landmarks found
    near; the map stays, since few landmarks would turn it wildly."""
    flat = straighten(pixels, to_pixels, Rect(0.0, 0.0, *size_mm), SCALE, known)
    mm, shifts = _found(flat, landmarks, NEAR_MM)
    seen = mm + shifts
    left = seen + known.at(seen) - mm
    bend = likely_bend(mm, left) if len(mm) else known
    off = np.linalg.norm(left - bend.at(mm), axis=1)
    good = off <= NEAR_AGREE_MM
    if good.sum() < LEAST_NEAR:
        return Laid(to_pixels, known, 0.0, 0.0, mm[:0], left[:0])
    residual = float(np.percentile(off[good], 95))
    return Laid(to_pixels, bend, float(good.sum()) / len(landmarks), residual, mm[good], left[good])


def _found(
    flat: Pixels, landmarks: tuple[Landmark, ...], reach_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 2) the places of the landmarks that are found on a straightened page, and their shifts, mm."""
    pairs = [(landmark.center, _look_for(flat, landmark, reach_mm)) for landmark in landmarks]
    found = [(center, shift) for center, shift in pairs if shift is not None]
    places, shifts = (np.array([pair[side] for pair in found], np.float64).reshape(-1, 2) for side in (0, 1))
    return places, shifts


def _look_for(flat: Pixels, landmark: Landmark, reach_mm: float) -> tuple[float, float] | None:
    """Shift (mm) of a landmark from its place on the straightened page."""
    reach = round(reach_mm * SCALE)
    height, width = landmark.picture.shape
    left = round(landmark.center[0] * SCALE - width / 2) - reach
    top = round(landmark.center[1] * SCALE - height / 2) - reach
    if left < 0 or top < 0 or left + width + 2 * reach > flat.shape[1] or top + height + 2 * reach > flat.shape[0]:
        return None
    window = flat[top : top + height + 2 * reach, left : left + width + 2 * reach]
    match = cv2.matchTemplate(window, landmark.picture, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(match)
    rival = match.copy()
    near = round(RIVAL_MM * SCALE)
    rival[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = -1
    if best < LEAST_MATCH or best - float(rival.max()) < LEAST_LEAD:
        return None
    return (x + _vertex(match[y, :], x) - reach) / SCALE, (y + _vertex(match[:, x], y) - reach) / SCALE


def _vertex(values: NDArray[Any], at: int) -> float:
    """How far from `at` the parabola through it and its neighbours has its top, in steps."""
    if not 0 < at < len(values) - 1:
        return 0.0
    left, middle, right = (float(v) for v in values[at - 1 : at + 2])
    curve = left - 2 * middle + right
    return 0.5 * (left - right) / curve if curve < -1e-6 else 0.0


def _piece(small: Pixels, place: Rect) -> Pixels:
    top, left = round(place.y * SCALE), round(place.x * SCALE)
    return small[top : top + round(place.h * SCALE), left : left + round(place.w * SCALE)].copy()
