"""Finds the printed frames of the boxes on a registered page: the proof of its registration, and its bends.

A frame is two parallel lines a known distance apart, across and down. Its response is the darkness of the weaker line
of the pair against the paper on both sides of it, so that a stroke of a pen, which has no partner at that distance,
can't pull it away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from sipas_forms.printing.compose import FRAME
from sipas_forms.printing.layout import PageLayout
from sipas_forms.scanning.bend import FLAT, Bend, fit_bend
from sipas_forms.scanning.crops import PX_PER_MM, cut
from sipas_forms.scanning.likely import Sureness, likely_bend
from sipas_forms.scanning.types import Matrix, Pixels

SEARCH_MM = 1.6  # how far from its place a frame may lie; half the gap between two rows of boxes is 0.8 mm and more
GAP_MM = 0.5  # a line is compared with what lies this far to both sides of it
# The surroundings are cut once for the frames and the marks: what marks look at (2 mm) and 0.5 mm for local shifts.
PIECE_MARGIN_MM = 2.5
CLEAR = 0.35  # share of the page's typical frame darkness from which a frame counts as found
QUADRATIC = 6  # terms of the bend that frames can tell: they cover part of the page only
# Where this share of so many nearest frames lie within NEAR_MM of the page's bend, the frame between them does too, and
# one that seems to lie elsewhere is a person's strokes. Flat-bed pages have 99% there; strokes lead half a millimetre
# and more astray.
NEIGHBOURS, NEAR_MM, LEAST_BACKED = 8, 0.25, 0.6
# With so many frames found (share), those that lie further off the smooth bend show the waves of a feeder's rollers.
WAVED_SHARE = 0.85
GUESSED = 0.15  # share of the typical darkness below which such a frame is where its neighbours have it
NOWHERE = -1e3  # darker than nothing by more than any grey level: not looked for there
LEAST_POINTS = 8  # frames needed to tell how the page is bent


@dataclass(frozen=True)
class FrameFit:
    """Where the frames are.

    Attributes:
        pieces: (boxes, side, side) the surroundings that were searched, PIECE_MARGIN_MM around each box.
        offsets: (boxes, 2) shift of each box beside its place, mm (x, y): its own where it was seen well, else the
            page's.
        seen: (boxes,) darkness of the frame, as a share of the page's typical one, at most 1, by its weakest line.
        partly: (boxes,) the same by the clearer one of the two lines across and of the two down: strokes may hide the
            others.
        astray: (boxes,) how far (mm) a frame that was found lies off the smooth bend; 0 where ink hides it.
        backed: (boxes,) share of the nearest frames around it that lie on the smooth bend.
        residual_mm: 95th percentile of how far frames lie from the smooth bend of the page.
        share: share of frames found.
        drift_mm: the largest shift that the smooth bend has anywhere on the page.
        black: how much darker than paper the frames typically are, grey levels.
        bend: of the page, as the frames show it.
        sureness: how well that is known at any place of the page, where it was asked.
    """

    pieces: Pixels
    guessed: NDArray[np.float64]
    offsets: NDArray[np.float64]
    seen: NDArray[np.float64]
    partly: NDArray[np.float64]
    astray: NDArray[np.float64]
    backed: NDArray[np.float64]
    residual_mm: float
    share: float
    drift_mm: float
    black: float
    bend: Bend
    sureness: Sureness | None = None


def fit_frames(pixels: Pixels, to_pixels: Matrix, layout: PageLayout, known: Bend = FLAT) -> FrameFit:
    """Find every frame of the page, looked for where `to_pixels` (page mm to pixels) and the bend `known` so far have
    it."""
    boxes = layout.boxes
    if not boxes:
        nothing, none, uncut = np.zeros((0, 2)), np.zeros(0), np.zeros((0, 1, 1), np.uint8)
        return FrameFit(uncut, nothing, nothing, none, none, none, none, 0.0, 1.0, 0.0, 255.0, known)
    side = max(boxes[0].w, boxes[0].h)
    centers = np.array([box.center for box in boxes])
    guessed = known.at(centers)
    pieces = cut(pixels, to_pixels, centers + guessed, side + 2 * PIECE_MARGIN_MM)
    edge = round((PIECE_MARGIN_MM - SEARCH_MM - GAP_MM) * PX_PER_MM)
    crops = pieces[:, edge:-edge, edge:-edge]
    across, down = _pairs(crops, side, axis=1), _pairs(crops, side, axis=2)
    pairs = across.min(axis=0), down.min(axis=0)
    measured, dark = _darkest(pairs)
    typical = float(np.percentile(dark.min(axis=1), 75))
    seen = partly = _share(dark, typical).min(axis=1)
    found = seen >= CLEAR
    if found.sum() < min(LEAST_POINTS, (len(boxes) + 1) // 2):
        nowhere, share = 0 * seen, float(found.mean())
        return FrameFit(pieces, guessed, guessed, seen, seen, nowhere, nowhere, np.inf, share, np.inf, typical, known)
    bend, _ = fit_bend(centers, measured, found, most=QUADRATIC)
    smooth, off, residual = _beside(bend, centers, measured, found)
    if residual > NEAR_MM and found.mean() >= WAVED_SHARE:
        bend = likely_bend(centers[found], measured[found])
        smooth, off, residual = _beside(bend, centers, measured, found)
    good = found & (off <= NEAR_MM)
    nearest = nearest_boxes(centers)
    backed = good[nearest].mean(axis=1) if nearest.size else np.zeros(len(boxes))
    lost = (backed >= LEAST_BACKED) & ~good
    if lost.any():
        # where its neighbours lie beside the smooth bend, this one does
        beside = np.array([np.median((measured - smooth)[near][good[near]], axis=0) for near in nearest[lost]])
        expected = smooth.copy()
        expected[lost] += beside
        near, near_dark = _darkest(pairs, expected, NEAR_MM)
        single, single_dark = _darkest((across.max(axis=0), down.max(axis=0)), expected, NEAR_MM)
        both, either = _share(near_dark, typical), _share(single_dark, typical)
        seen, partly = (np.where(lost, shown.min(axis=1), seen) for shown in (both, either))
        near = np.where(both >= GUESSED, near, np.where(either >= CLEAR, single, expected))
        measured = np.where(lost[:, None], near, measured)
        off = np.linalg.norm(measured - np.where(lost[:, None], expected, smooth), axis=1)
    offsets = np.where((found | lost)[:, None], measured, smooth)
    drift = float(np.linalg.norm(guessed + smooth, axis=1).max())
    share = float(found.mean())
    astray = np.where(found | lost, off, 0.0)
    return FrameFit(
        pieces,
        guessed,
        guessed + offsets,
        seen,
        partly,
        astray,
        backed,
        residual,
        share,
        drift,
        typical,
        known + bend,
    )


def _beside(
    bend: Bend, centers: NDArray[np.float64], measured: NDArray[np.float64], found: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Where the bend has the boxes (mm beside their places), how far off it they lie, and `FrameFit.residual_mm`."""
    smooth = bend.at(centers)
    off = np.linalg.norm(measured - smooth, axis=1)
    return smooth, off, float(np.percentile(off[found], 95))


def nearest_boxes(centers: NDArray[np.float64]) -> NDArray[np.intp]:
    """(boxes, NEIGHBOURS) the boxes nearest to each; empty on a page with few."""
    if len(centers) <= NEIGHBOURS:
        return np.zeros((0, NEIGHBOURS), np.intp)
    _, nearest = KDTree(centers).query(centers, NEIGHBOURS + 1)  # itself comes first
    return np.asarray(nearest[:, 1:], np.intp)


def _share(dark: NDArray[np.float64], typical: float) -> NDArray[np.float64]:
    """Darkness as a share of the page's typical one, at most 1."""
    return np.clip(dark / max(typical, 1.0), 0.0, 1.0)


def _pairs(crops: Pixels, side: float, axis: int) -> NDArray[np.float32]:
    """(2, boxes, shifts) the darkness of the two lines across (axis 1) or down (axis 2) for every shift within
    SEARCH_MM.

    Profiles are taken over the middle of the box, so that print beside it stays out of them.
    """
    pad = round((SEARCH_MM + GAP_MM) * PX_PER_MM)
    middle = crops[:, pad:-pad, :] if axis == 1 else crops[:, :, pad:-pad]
    profiles = 255 - middle.sum(axis=axis, dtype=np.uint16).astype(np.float32) / middle.shape[axis]
    gap = round(GAP_MM * PX_PER_MM)
    line = max(1, round(FRAME * PX_PER_MM))
    span = round((side - FRAME) * PX_PER_MM)
    dark = sum(profiles[:, i : profiles.shape[1] - line + 1 + i] for i in range(line)) / line
    ridge = dark[:, gap:-gap] - np.maximum(dark[:, : -2 * gap], dark[:, 2 * gap :])
    count = 2 * round(SEARCH_MM * PX_PER_MM) + 1
    return np.asarray((ridge[:, :count], ridge[:, span : span + count]), np.float32)


def _darkest(
    pairs: tuple[NDArray[np.float32], NDArray[np.float32]],
    near: NDArray[np.float64] | None = None,
    within_mm: float = SEARCH_MM,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(boxes, 2) each: the shifts (mm; x, y) at which the pairs of lines of a box are darkest, and the darkness of each
    pair; looked for within `within_mm` of the shifts `near`, in x and in y."""
    shifts, dark = [], []
    for axis, pair in enumerate(pairs):
        reach = pair.shape[1] // 2
        steps = (np.arange(pair.shape[1]) - reach) / PX_PER_MM
        if near is not None:
            pair = np.where(np.abs(steps - near[:, axis, None]) <= within_mm, pair, NOWHERE)
        rows = np.arange(len(pair))
        best = np.argmax(pair, axis=1)
        inner = np.clip(best, 1, pair.shape[1] - 2)
        left, middle, right = (pair[rows, inner + step] for step in (-1, 0, 1))
        curve = left - 2 * middle + right
        top = (best == inner) & (curve < -1e-6) & (np.minimum(left, right) > NOWHERE)
        fraction = np.where(top, 0.5 * (left - right) / np.where(top, curve, 1.0), 0.0)
        shifts.append(steps[best] + np.clip(fraction, -0.5, 0.5) / PX_PER_MM)
        dark.append(np.maximum(pair[rows, best], 0.0))
    return np.column_stack(shifts), np.column_stack(dark).astype(np.float64)
