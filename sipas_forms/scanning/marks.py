"""Measures every box: the ink in and around it that was not printed there. Measures only; `decide` has the thresholds.

Everything is relative to the page itself: the paper beside the box is white, the frames as this printer and scanner made them are black, and
what varies on empty paper is noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, cut
from sipas_forms.scanning.types import BoxScore, Pixels, RegisteredPage

# Ink is what is darker than paper by this share of the page's own printed black, after smoothing over 0.3 mm: a pencil
# line of 0.2 mm and grey 150 reaches about 0.3 on a 300 dpi scan, the texture of recycled paper 0.05.
INK_FROM = 0.14
# ... and by this many times the noise of empty paper: one pixel in 100 million would pass by chance.
INK_NOISE = 6.0
SMOOTH = 3  # px of the box filter, 0.3 mm: as wide as a stroke
# Never take less than this many grey levels for printed black: a page this faint shows JPEG blocks, not ink.
LEAST_BLACK = 24.0
BLOCK = 8  # px (0.8 mm) of the blocks in which the paper's tone is taken
PAPER_RANK = 0.7  # the paper is as light as this rank of its free blocks: above the median, since pens only darken
LINE_DRIFT = 2  # px to either side within which a line that runs through may wander in one piece (1.5° over 8 mm)


@dataclass(frozen=True)
class InkLevels:
    """What counts as ink on this page, in grey levels below its paper.

    Attributes:
        black: how much darker than paper its printed frames are.
        noise: standard deviation of smoothed empty paper.
        ink: from where on it is ink.
    """

    black: float
    noise: float
    ink: float


def measure_boxes(page: RegisteredPage, blank: BlankPage) -> tuple[tuple[BoxScore, ...], InkLevels]:
    """A score for every box, in the layout's order, and the levels they were measured with."""
    boxes = blank.layout.boxes
    pieces = _aligned(page, blank)
    darker = _darker_than_paper(pieces, blank.free)
    smooth = np.asarray(cv2.blur(darker.reshape(-1, darker.shape[2]), (SMOOTH, SMOOTH)), np.uint8).reshape(darker.shape)
    levels = _levels(smooth, blank.free, page.frame_black)
    inked = (smooth > levels.ink) & blank.free
    rows, columns = blank.inside
    inside = inked[:, rows, columns]
    cover = inside.mean(axis=(1, 2))
    peak = smooth[:, rows, columns].max(axis=(1, 2), initial=0) / levels.black
    around = (inked & blank.around).sum(axis=(1, 2)) / PX_PER_MM**2
    through = np.zeros(len(boxes))
    touched = inked.any(axis=(1, 2))
    through[touched] = _through(inked[touched], blank.free[touched])
    scores = []
    for i, box in enumerate(boxes):
        reach, gap = _shape(inside[i])
        scores.append(
            BoxScore(
                box.question,
                box.option,
                ink=round(float(cover[i]) * inside[i].size / PX_PER_MM**2, 3),
                cover=round(float(cover[i]), 3),
                gap=gap,
                peak=round(min(float(peak[i]), 2.0), 3),
                reach=reach,
                around=round(float(around[i]), 3),
                through=round(float(through[i]), 3),
                seen=round(float(page.box_seen[i]), 3),
                shift=round(float(np.hypot(*page.box_offsets[i])), 3),
            )
        )
    return tuple(scores), levels


def _aligned(page: RegisteredPage, blank: BlankPage) -> Pixels:
    """The piece around each box with its printed frame in the middle, to within half a pixel (0.05 mm)."""
    side = round(blank.piece_mm * PX_PER_MM)
    room = (page.pieces.shape[1] - side) // 2
    shift = np.rint(page.box_offsets * PX_PER_MM).astype(int)
    if np.abs(shift).max(initial=0) > room:
        centers = np.array([box.center for box in blank.layout.boxes]) + page.box_offsets
        return cut(page.pixels, page.to_pixels, centers, blank.piece_mm)
    aligned = np.empty((len(shift), side, side), np.uint8)
    for piece, whole, (dx, dy) in zip(aligned, page.pieces, shift, strict=True):
        piece[:] = whole[room + dy : room + dy + side, room + dx : room + dx + side]
    return aligned


def _darker_than_paper(pieces: Pixels, free: NDArray[np.bool_]) -> Pixels:
    """Grey levels by which each pixel is darker than the paper around its box."""
    count, side, _ = pieces.shape
    blocks = (side // BLOCK, count * side // BLOCK)
    # all pieces below each other are one picture, in which blocks never straddle two pieces
    tone = cv2.resize(pieces.reshape(-1, side), blocks, interpolation=cv2.INTER_AREA).reshape(count, -1)
    share = cv2.resize(free.reshape(-1, side).view(np.uint8) * 255, blocks, interpolation=cv2.INTER_AREA)
    clear = share.reshape(count, -1) > 0.9 * 255
    ranked = np.sort(np.where(clear, tone, 255), axis=1)
    number = clear.sum(axis=1)
    index = np.minimum((number * PAPER_RANK).astype(int), np.maximum(number - 1, 0))
    paper = ranked[np.arange(count), index].astype(np.uint8)
    return np.maximum(paper[:, None, None], pieces) - pieces


def _levels(smooth: Pixels, free: NDArray[np.bool_], frame_black: float) -> InkLevels:
    sample = smooth[:, ::3, ::3][free[:, ::3, ::3]]
    # darkness is cut off at the paper's tone, so the upper half of the noise is what there is to see: its 68th percentile
    noise = float(np.percentile(sample, 68)) if sample.size else 0.0
    black = max(frame_black, LEAST_BLACK)
    return InkLevels(black, noise, max(INK_FROM * black, INK_NOISE * max(noise, 0.5)))


def _shape(inside: NDArray[np.bool_]) -> tuple[float, float]:
    """(extent of the largest stroke, radius of the largest white disc), mm."""
    if not inside.any():
        return 0.0, round(inside.shape[0] / 2 / PX_PER_MM, 3)
    picture = inside.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(picture, connectivity=8)
    reach = float(np.hypot(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]).max()) / PX_PER_MM
    # the frame bounds the white as ink does
    white = cv2.copyMakeBorder(1 - picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    gap = float(cv2.distanceTransform(white, cv2.DIST_L2, 3).max()) / PX_PER_MM
    return round(reach, 3), round(gap, 3)


def _through(inked: NDArray[np.bool_], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much of a piece one straight line of ink crosses, vertical or horizontal: a streak does, a stroke ends."""
    shape = inked.shape
    if not shape[0]:
        return np.zeros(0)
    picture = inked.reshape(-1, shape[2]).astype(np.uint8)
    result = np.zeros(shape[0])
    for axis, kernel in ((1, (2 * LINE_DRIFT + 1, 1)), (2, (1, 2 * LINE_DRIFT + 1))):
        wide = cv2.dilate(picture, np.ones((kernel[1], kernel[0]), np.uint8)).reshape(shape) > 0
        length = free.sum(axis=axis)
        crossed = (wide & free).sum(axis=axis) / np.maximum(length, 1)
        result = np.maximum(result, np.where(length >= shape[1] // 2, crossed, 0.0).max(axis=1, initial=0.0))
    return result
