"""Finds the printed frames of the boxes on a registered page: the proof of its registration, and its bends.

A frame is two parallel lines a known distance apart, across and down. Its response is the darkness of the weaker line
of the pair against the
paper on both sides of it, so that a stroke of a pen, which has no partner at that distance, can't pull it away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.compose import FRAME
from sipas_forms.printing.layout import PageLayout
from sipas_forms.scanning.bend import FLAT, Bend, fit_bend
from sipas_forms.scanning.crops import PX_PER_MM, cut
from sipas_forms.scanning.types import Matrix, Pixels

SEARCH_MM = 1.6  # how far from its place a frame may lie; half the gap between two rows of boxes is 0.8 mm and more
GAP_MM = 0.5  # a line is compared with what lies this far to both sides of it
# The surroundings are cut once for the frames and the marks: what marks look at (2 mm) and 0.5 mm for local shifts.
PIECE_MARGIN_MM = 2.5
CLEAR = 0.35  # share of the page's typical frame darkness from which a frame counts as found
QUADRATIC = 6  # terms of the bend that frames can tell: they cover part of the page only
LEAST_POINTS = 8  # frames needed to tell how the page is bent


@dataclass(frozen=True)
class FrameFit:
    """Where the frames are.

    Attributes:
        pieces: (boxes, side, side) the surroundings that were searched, PIECE_MARGIN_MM around each box.
        offsets: (boxes, 2) shift of each box beside its place, mm (x, y): its own where it was seen well, else the
        page's. seen: (boxes,) darkness of the frame, as a share of the page's typical one, at most 1.
        astray: (boxes,) how far (mm) a frame that was found lies off the smooth bend; 0 where ink hides it.
        residual_mm: 95th percentile of how far frames lie from the smooth bend of the page.
        share: share of frames found.
        drift_mm: the largest shift that the smooth bend has anywhere on the page.
        black: how much darker than paper the frames typically are, grey levels.
        bend: of the page, as the frames show it.
    """

    pieces: Pixels
    guessed: NDArray[np.float64]
    offsets: NDArray[np.float64]
    seen: NDArray[np.float64]
    astray: NDArray[np.float64]
    residual_mm: float
    share: float
    drift_mm: float
    black: float
    bend: Bend


def fit_frames(pixels: Pixels, to_pixels: Matrix, layout: PageLayout, known: Bend = FLAT) -> FrameFit:
    """Find every frame of the page, looked for where `to_pixels` (page mm to pixels) and the bend `known` so far have
    it."""
    boxes = layout.boxes
    if not boxes:
        nothing = np.zeros((0, 2))
        return FrameFit(
            np.zeros((0, 1, 1), np.uint8), nothing, nothing, np.zeros(0), np.zeros(0), 0.0, 1.0, 0.0, 255.0, known
        )
    side = max(boxes[0].w, boxes[0].h)
    centers = np.array([box.center for box in boxes])
    guessed = known.at(centers)
    pieces = cut(pixels, to_pixels, centers + guessed, side + 2 * PIECE_MARGIN_MM)
    edge = round((PIECE_MARGIN_MM - SEARCH_MM - GAP_MM) * PX_PER_MM)
    crops = pieces[:, edge:-edge, edge:-edge]
    across, across_dark = _pair_shift(crops, side, axis=1)
    down, down_dark = _pair_shift(crops, side, axis=2)
    dark = np.minimum(across_dark, down_dark)
    typical = float(np.percentile(dark, 75))
    seen = np.clip(dark / max(typical, 1.0), 0.0, 1.0)
    found = seen >= CLEAR
    measured = np.column_stack([across, down])
    if found.sum() < min(LEAST_POINTS, (len(boxes) + 1) // 2):
        return FrameFit(pieces, guessed, guessed, seen, 0 * seen, np.inf, float(found.mean()), np.inf, typical, known)
    bend, _ = fit_bend(centers, measured, found, most=QUADRATIC)
    smooth = bend.at(centers)
    off = np.linalg.norm(measured - smooth, axis=1)
    residual = float(np.percentile(off[found], 95))
    offsets = np.where(found[:, None], measured, smooth)
    drift = float(np.linalg.norm(guessed + smooth, axis=1).max())
    share = float(found.mean())
    astray = np.where(found, off, 0.0)
    return FrameFit(pieces, guessed, guessed + offsets, seen, astray, residual, share, drift, typical, known + bend)


def _pair_shift(crops: Pixels, side: float, axis: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per box: the shift (mm) at which the pair of lines across (axis 1) or down (axis 2) is darkest, and that
    darkness.

    Profiles are taken over the middle of the box, so that print beside it stays out of them.
    """
    pad = round((SEARCH_MM + GAP_MM) * PX_PER_MM)
    middle = crops[:, pad:-pad, :] if axis == 1 else crops[:, :, pad:-pad]
    profiles = 255.0 - middle.mean(axis=axis, dtype=np.float32)
    reach, gap = round(SEARCH_MM * PX_PER_MM), round(GAP_MM * PX_PER_MM)
    line = max(1, round(FRAME * PX_PER_MM))
    span = round((side - FRAME) * PX_PER_MM)
    dark = sum(profiles[:, i : profiles.shape[1] - line + 1 + i] for i in range(line)) / line
    ridge = dark[:, gap:-gap] - np.maximum(dark[:, : -2 * gap], dark[:, 2 * gap :])
    count = 2 * reach + 1
    first = ridge[:, :count]
    second = ridge[:, span : span + count]
    pair = np.minimum(first, second)
    best = np.argmax(pair, axis=1)
    rows = np.arange(len(crops))
    inner = np.clip(best, 1, count - 2)
    left, middle, right = pair[rows, inner - 1], pair[rows, inner], pair[rows, inner + 1]
    curve = left - 2 * middle + right
    fraction = np.where(
        (best == inner) & (curve < -1e-6), 0.5 * (left - right) / np.where(curve < -1e-6, curve, 1), 0.0
    )
    return (best + np.clip(fraction, -0.5, 0.5) - reach) / PX_PER_MM, np.maximum(pair[rows, best], 0.0)
