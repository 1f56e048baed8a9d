"""Measures the ink around boxes: circles round them, large marks that run over them, what reaches in from their
neighbours. Measures only; `decide` has the thresholds."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import AROUND_MM, BlankPage
from sipas_forms.scanning.crops import PX_PER_MM
from sipas_forms.scanning.types import InkLevels, Pixels

DIRECTIONS = 72  # of 5° each: a stroke of 0.3 mm, 3.5 mm from the middle, takes one
# Less ink (mm²) in the margin of a box is no circle: a quarter of one, drawn with a thin pen, has as much.
LEAST_CIRCLE = 0.8
# Strokes are looked at over 0.5 mm (px); one runs around the box where its edges face the box's middle this many times
# as strongly (squared) as they face across: by 57° and more off the way outwards. Of 1,095 drawn circles each ran so in
# 36% of the directions or more, of 3,700 other marks but fills and black-outs each in 31% or less.
STROKE_SPAN, RUNS_AROUND = 5, 7 / 3
# Share of the directions from the middle of a cell's ink in which ink there, and what hangs over from it, runs around
# that middle: it is a circle, in the cell or round the mark. Of 920 drawn circles all but 1% have 0.88 and more, of
# 1,900 other marks all but 1% have 0.79 and less; with 0.85 three of them are taken for circles.
LOOP = 0.85
# A stroke's width is where it is half as dark as its middle; the smoothed ink around it is wider by a tenth of a
# millimetre on each side, which would make a thick cross look like a fill.
STROKE_RANK, STROKE_HALF = 80, 0.5


def measure_around(
    inked: NDArray[np.bool_],
    ink: NDArray[np.float64],
    darker: Pixels,
    smooth: Pixels,
    blank: BlankPage,
    levels: InkLevels,
    spread_mm: float,
) -> dict[str, NDArray[np.float64]]:
    """For the pieces around all boxes (boxes, side, side), where they are inked and how dark, raw and smoothed, and the
    `ink` (mm²) that is inside each, of a scan whose pixels make strokes look broader by `spread_mm`: the scores of
    `BoxScore` that look around a box, by name, (boxes,) each."""
    rows, columns = blank.inside
    touched = np.flatnonzero(inked.any(axis=(1, 2)))  # most boxes are empty, and most of the time is saved
    names = ("around", "outer_peak", "beside", "facing", "off", "breadth", "weight", "ring", "circle")
    scores = {name: np.zeros(len(inked)) for name in names}
    if not len(touched):
        return scores
    near = _without_slivers(inked[touched] & blank.around[touched])
    around = scores["around"]
    around[touched] = mm2(near)
    for i, beyond in zip(touched.tolist(), near, strict=True):
        if not (ink[i] or around[i]):
            continue
        piece = beyond.copy()
        piece[rows, columns] |= inked[i, rows, columns]
        scores["outer_peak"][i] = min(smooth[i][beyond].max(initial=0) / levels.black, 2.0)
        scores["off"][i] = _middle(piece)
        scores["breadth"][i] = _breadth(at_own_width(darker[i], piece), spread_mm)
        scores["weight"][i] = _weight(piece, smooth[i]) / levels.black
        scores["ring"][i] = _ring(beyond) if ink[i] > 0 else 0.0
        scores["circle"][i] = _circle(beyond, smooth[i], blank.free[i]) if around[i] >= LEAST_CIRCLE else 0.0
    scores["beside"], scores["facing"] = _from_beside(near, touched, ink, blank)
    return scores


def mm2(masks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """mm² that each of the masks (boxes, side, side) marks."""
    flat = np.ascontiguousarray(masks).view(np.uint8).reshape(len(masks), -1)
    return np.asarray(cv2.reduce(flat, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0] / PX_PER_MM**2, np.float64)


def _without_slivers(masks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The masks (boxes, side, side) without what is one pixel thin: the edge of a frame that lies a tenth of a
    millimetre off shows so, a stroke never."""
    pair = np.ones((2, 2), np.uint8)
    picture = masks.view(np.uint8).reshape(-1, masks.shape[2])
    thinned = cv2.erode(picture, pair, anchor=(0, 0))
    return np.asarray(cv2.dilate(thinned, pair, anchor=(1, 1)), np.uint8).reshape(masks.shape).view(bool)


def _from_beside(
    near: NDArray[np.bool_], touched: NDArray[np.intp], ink: NDArray[np.float64], blank: BlankPage
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per box: how much a mark of another question may reach over from the side, and the ink there alone
    (`BoxScore.beside`, `facing`); by the ink `near` the boxes that are `touched`."""
    edge = round(AROUND_MM * PX_PER_MM)
    strips = (near[:, :edge], near[:, -edge:], near[:, :, :edge], near[:, :, -edge:])  # in the order of FACING
    faces = np.zeros((len(ink) + 1, len(strips)))  # the last is none
    faces[touched] = np.column_stack([mm2(strip) for strip in strips])
    others, sides = blank.beside
    face, inside = faces[others, sides], np.append(ink, 0.0)[others]
    return np.minimum(inside, face).max(axis=1, initial=0.0), face.max(axis=1, initial=0.0)


def _middle(piece: NDArray[np.bool_]) -> float:
    """How far the middle of the ink in and around a box lies from the box's own (`BoxScore.off`), by its moments."""
    moments = cv2.moments(piece.view(np.uint8), binaryImage=True)
    middle = (len(piece) - 1) / 2
    return max(abs(moments[m] / moments["m00"] - middle) for m in ("m10", "m01")) / PX_PER_MM


def at_own_width(darker: Pixels, inked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The strokes at their own width: pixels at least half as dark as this ink usually is, whatever the pen."""
    tones = darker[inked]
    rank = len(tones) * STROKE_RANK // 100
    usual = float(np.partition(tones, rank)[rank])
    return np.asarray((darker >= STROKE_HALF * usual) & inked)


def _breadth(strokes: NDArray[np.bool_], spread_mm: float) -> float:
    """How broad strokes are (`BoxScore.breadth`), mm."""
    breadth = np.count_nonzero(strokes) / _length(strokes) / PX_PER_MM
    return float(np.sqrt(max(0.0, breadth**2 - spread_mm**2)))


def _weight(piece: NDArray[np.bool_], smooth: Pixels) -> float:
    """Darkness across a stroke, grey levels times mm (`BoxScore.weight`)."""
    return float(smooth[piece].sum(dtype=np.int64)) / _length(piece) / PX_PER_MM


def _length(piece: NDArray[np.bool_]) -> float:
    """Pixels from end to end of all strokes of a piece: half of their outlines."""
    outlines, _ = cv2.findContours(piece.view(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    return max(sum(cv2.arcLength(outline, True) for outline in outlines) / 2, 1.0)


def loop_around(
    inked: NDArray[np.bool_], smooth: Pixels, free: NDArray[np.bool_], middle: tuple[float, float]
) -> float:
    """The share of directions from a place of a piece (x, y in px) in which ink runs around it, by the structure tensor
    of its edges (Förstner and Gülch 1987); 0 where it makes no circle."""
    share = _runs_around(inked, smooth, free, *_ways(inked.shape, middle))
    return round(share, 3) if share >= LOOP else 0.0


def _ring(near: NDArray[np.bool_]) -> float:
    """The share of directions in which there is ink around a box (`BoxScore.ring`)."""
    return _share(near, _ways_from_middle(len(near))[1])


def _circle(near: NDArray[np.bool_], smooth: Pixels, free: NDArray[np.bool_]) -> float:
    """The share of directions in which ink around a box runs around it (`BoxScore.circle`)."""
    return _runs_around(near, smooth, free, *_ways_from_middle(len(near)))


def _runs_around(
    inked: NDArray[np.bool_],
    smooth: Pixels,
    free: NDArray[np.bool_],
    outward: NDArray[np.float32],
    directions: NDArray[np.intp],
) -> float:
    x, y = outward
    # the slopes of the piece where print hides nothing, squared: away from the middle, and across
    right, down = (cv2.Sobel(smooth, cv2.CV_32F, *way) * free for way in ((1, 0), (0, 1)))
    away, across = np.square(right * x + down * y), np.square(down * x - right * y)
    away, across = (cv2.blur(part, (STROKE_SPAN, STROKE_SPAN)) for part in (away, across))
    return _share(inked & (away > RUNS_AROUND * across), directions)


def _share(inked: NDArray[np.bool_], directions: NDArray[np.intp]) -> float:
    """The share of the directions in which there is ink."""
    return np.count_nonzero(np.bincount(directions[inked], minlength=DIRECTIONS)) / DIRECTIONS


@lru_cache(maxsize=8)
def _ways_from_middle(side: int) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    return _ways((side, side), ((side - 1) / 2, (side - 1) / 2))


def _ways(shape: tuple[int, ...], middle: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Of each pixel of a piece (height, width) the way (right, down) from a place in it, of length 1, (2, height,
    width); and its direction from there, 0 to DIRECTIONS - 1, (height, width)."""
    down, across = (np.arange(length, dtype=np.float32) for length in shape)
    x, y = np.meshgrid(across - np.float32(middle[0]), down - np.float32(middle[1]))
    outward = np.stack([x, y]) / np.maximum(np.hypot(x, y), 1)
    turns = np.arctan2(y, x) / (2 * np.pi) % 1.0
    return outward, np.minimum(turns * DIRECTIONS, DIRECTIONS - 1).astype(np.intp)
