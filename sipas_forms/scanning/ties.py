"""Where the ink in a box comes from: whether it hangs together with a mark in a box of another question, as the tail of
a tick does that was drawn in haste. Measures only; `decide` has the thresholds."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Box, Rect
from sipas_forms.scanning.blank import PRINT_MARGIN_MM, PRINTED_FROM, BlankPage, grown
from sipas_forms.scanning.crops import PX_PER_MM, straighten
from sipas_forms.scanning.marks import SMOOTH
from sipas_forms.scanning.types import BoxScore, InkLevels, Pixels, RegisteredPage

# A stroke is followed this far (mm) from the middle of its box, across and down: tails of ticks end two rows or one
# column (14 mm) from their own box at most.
ACROSS_MM, DOWN_MM = 17.0, 9.0
# A stroke goes on where its pieces are no further apart than twice this (mm), as of a ballpoint that skipped; and below
# print, where a frame with its margins hides up to 0.8 mm of it, more where it crosses on a slant. With 0.4 mm there
# half of 71 tails were cut from their marks, with 0.6 mm none.
SKIP_MM, CROSSING_MM = 0.2, 0.6
# Only strokes are followed: with less ink (mm²) a box decides nothing, crosses and scribbles are rounder (of 27 tails
# that were taken for marks the roundest had 0.62), and what keeps to its box has less ink (mm²) around it.
LEAST_MM2, ROUNDEST, LEAST_AROUND = 0.3, 0.7, 0.05
PAPER_RANK = 70  # percentile of the open paper around a box: pens only darken


def with_ties(
    page: RegisteredPage, blank: BlankPage, levels: InkLevels, scores: tuple[BoxScore, ...]
) -> tuple[BoxScore, ...]:
    """The scores of a page's boxes, in the layout's order, with `BoxScore.tied` of those in which there may be the end
    of a stroke from elsewhere."""
    boxes = blank.layout.boxes
    centers = np.array([box.center for box in boxes]).reshape(-1, 2)
    inked = np.array([score.ink > LEAST_MM2 for score in scores], bool)
    found = list(scores)
    for index, score in enumerate(scores):
        if not (inked[index] and score.slender < ROUNDEST and score.around > LEAST_AROUND):
            continue
        way = np.abs(centers - centers[index])
        near = np.flatnonzero(inked & (way[:, 0] < ACROSS_MM) & (way[:, 1] < DOWN_MM)).tolist()
        others = [boxes[other] for other in near if boxes[other].question != score.question]
        if others:
            tied = _tied(boxes[index], others, _strokes(page, blank, levels, index))
            found[index] = replace(score, tied=round(tied, 3))
    return tuple(found)


def _tied(middle: Box, others: list[Box], strokes: NDArray[np.int32]) -> float:
    """mm² of ink in another box that belongs to a stroke of which there is ink in the box in the middle, the most of
    any; of the numbered `strokes` around it."""
    own = np.unique(strokes[_place(middle, middle, strokes)])
    counts = [np.count_nonzero(np.isin(strokes[_place(middle, box, strokes)], own[own > 0])) for box in others]
    return float(max(counts)) / PX_PER_MM**2


def _place(middle: Box, box: Box, picture: NDArray[np.int32]) -> tuple[slice, slice]:
    """Where a box lies in a picture around the middle of another."""
    spans = []
    for length, at, start, size in zip(picture.shape[::-1], middle.center, (box.x, box.y), (box.w, box.h), strict=True):
        first, last = (round(length / 2 + (edge - at) * PX_PER_MM) for edge in (start, start + size))
        spans.append(slice(max(0, first), max(0, last)))
    return spans[1], spans[0]


def _strokes(page: RegisteredPage, blank: BlankPage, levels: InkLevels, index: int) -> NDArray[np.int32]:
    """The ink around the middle of a box at PX_PER_MM, numbered by the stroke that it belongs to; 0 elsewhere."""
    x, y = blank.layout.boxes[index].center
    left, top = (round((at - size) * PX_PER_MM) for at, size in ((x, ACROSS_MM), (y, DOWN_MM)))
    width, height = round(2 * ACROSS_MM * PX_PER_MM), round(2 * DOWN_MM * PX_PER_MM)
    right, down = page.box_offsets[index]
    part = Rect(left / PX_PER_MM + right, top / PX_PER_MM + down, width / PX_PER_MM, height / PX_PER_MM)
    piece = straighten(page.pixels, page.to_pixels, part)
    printed = _print(blank.pixels, left, top, width, height)
    tones = np.bincount(piece[printed == 0], minlength=256).cumsum()
    paper = int(np.searchsorted(tones, tones[-1] * PAPER_RANK // 100))
    darker = cv2.blur(cv2.subtract(np.full_like(piece, paper), piece), (SMOOTH, SMOOTH))
    inked = ((darker > levels.ink) & (printed == 0)).astype(np.uint8)
    joined = grown(inked, SKIP_MM) | (printed & grown(inked, CROSSING_MM))
    _, numbers = cv2.connectedComponents(joined, connectivity=8)
    return np.asarray(numbers * inked, np.int32)


def _print(blank: Pixels, left: int, top: int, width: int, height: int) -> Pixels:
    """1 where print or the page's end hides a pen, in that part of the blank (px)."""
    part = np.zeros((height, width), np.uint8)
    rows, columns = (slice(max(0, at), max(0, at + size)) for at, size in ((top, height), (left, width)))
    seen = blank[rows, columns]
    below, beside = max(0, -top), max(0, -left)
    part[below : below + seen.shape[0], beside : beside + seen.shape[1]] = seen
    return grown((255 - part >= PRINTED_FROM).astype(np.uint8), PRINT_MARGIN_MM)
