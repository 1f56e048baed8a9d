"""Where the ink in a box comes from: whether it hangs together with a mark in a box of another question, as the tail of
a tick does that was drawn in haste. Measures only; `decide` has the thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median_high

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Box, Rect
from sipas_forms.scanning.blank import AROUND_MM, PRINT_MARGIN_MM, PRINTED_FROM, BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, straighten
from sipas_forms.scanning.marks import SMOOTH
from sipas_forms.scanning.surroundings import loop_around
from sipas_forms.scanning.types import BoxScore, InkLevels, Pixels, RegisteredPage

# A stroke is followed this far (mm) from the middle of its box, across and down: tails of ticks end two rows or one
# column (14 mm) from their own box at most.
ACROSS_MM, DOWN_MM = 17.0, 9.0
# A stroke goes on where its pieces are no further apart than twice this (mm), as of a ballpoint that skipped; and below
# print, where a frame with its margins hides up to 0.8 mm of it, more where it crosses on a slant. With 0.4 mm there
# half of 71 tails were cut from their marks, with 0.6 mm none.
SKIP_MM, CROSSING_MM = 0.2, 0.6
# Only what may be an end is followed, since each costs as much as measuring ten boxes. With less ink (mm²) a box is no
# answer, what has more than the page's usual mark (times) is one, and what keeps to its box has less ink (mm²) around
# it. Where so large a share of the marks cover so much of their box, as of a person who fills, any stroke may be an
# end; else it lies this far (mm) off the middle of its box, leaves it in few directions (share; of 75 tails none has
# more than 0.12), and is slender (of 27 tails that were taken for marks 26 are below 0.4) or short, as a share of the
# usual reach.
LEAST_MM2, MOST_INK, LEAST_AROUND = 0.3, 1.1, 0.05
FILLS, FILLED, LEAST_OFF, MOST_RING, ROUNDEST, SHORT = 0.35, 0.6, 0.25, 0.15, 0.45, 0.6
# A box so wide or high is a cell of a table, into which marks of other rows reach. Its ink is followed into the cells
# beside it, no further away than this, where there is so much (mm²) in or around it.
CELL_MM, BESIDE_MM, LEAST_IN_CELL_MM2 = 7.0, 1.5, 0.5
WITHIN = 0.9  # share of strokes that is all of them, but for what reaches over a line
PAPER_RANK = 70  # percentile of the open paper around a box: pens only darken


@dataclass(frozen=True)
class _Seen:
    """A part of the page at PX_PER_MM: its ink, numbered by the stroke that it belongs to, 0 elsewhere; how much darker
    than paper it is, and where print hides nothing."""

    strokes: NDArray[np.int32]
    darker: Pixels
    free: NDArray[np.bool_]


def with_ties(
    page: RegisteredPage, blank: BlankPage, levels: InkLevels, scores: tuple[BoxScore, ...]
) -> tuple[BoxScore, ...]:
    """The scores of a page's boxes, in the layout's order, with `BoxScore.tied` of those in which there may be the end
    of a stroke from elsewhere, and `BoxScore.elsewhere` of cells."""
    boxes = blank.layout.boxes
    centers = np.array([box.center for box in boxes]).reshape(-1, 2)
    ink = np.array([score.ink for score in scores])
    inked = ink > LEAST_MM2
    marks = [score for score in scores if score.ink > LEAST_MM2]
    found = list(scores)
    for index in _ends(scores, marks) if marks else ():
        score = scores[index]
        way = np.abs(centers - centers[index])
        near = np.flatnonzero(inked & (way[:, 0] < ACROSS_MM) & (way[:, 1] < DOWN_MM)).tolist()
        others = [boxes[other] for other in near if boxes[other].question != score.question]
        if others:
            part = _around([boxes[index], *others])
            own, *theirs = (_place(box, part) for box in (boxes[index], *others))
            seen = _strokes(page, blank, levels, part, page.box_offsets[index])
            found[index] = replace(score, tied=_tied(seen.strokes, own, theirs))
    for index in _cells(boxes, scores):
        beside = _beside(boxes, centers, index)
        if any(scores[other].ink > 0 for other in beside):
            part = _around([boxes[other] for other in (index, *beside)])
            seen = _strokes(page, blank, levels, part, page.box_offsets[index])
            found[index] = _followed(found[index], seen, _place(boxes[index], part))
    return tuple(found)


def _ends(scores: tuple[BoxScore, ...], marks: list[BoxScore]) -> Iterator[int]:
    """The boxes in which there may be the end of a stroke from elsewhere, beside the `marks` of the page."""
    usual_ink, usual_reach = (median_high(getattr(mark, name) for mark in marks) for name in ("ink", "reach"))
    fills = sum(mark.cover >= FILLED for mark in marks) >= FILLS * len(marks)
    for index, score in enumerate(scores):
        if not LEAST_MM2 < score.ink < MOST_INK * usual_ink or score.around <= LEAST_AROUND:
            continue
        stroke = score.slender < ROUNDEST or score.reach < SHORT * usual_reach
        if fills or (stroke and score.off > LEAST_OFF and score.ring <= MOST_RING):
            yield index


def _cells(boxes: tuple[Box, ...], scores: tuple[BoxScore, ...]) -> Iterator[int]:
    """The cells of tables with ink in or around them."""
    for index, (box, score) in enumerate(zip(boxes, scores, strict=True)):
        if max(box.w, box.h) >= CELL_MM and score.ink + score.around >= LEAST_IN_CELL_MM2:
            yield index


def _followed(score: BoxScore, seen: _Seen, own: tuple[slice, slice]) -> BoxScore:
    """The score of a cell with what its strokes are in the cells beside it."""
    circle = max(score.circle, _loop(seen, own)) if score.ink else score.circle
    return replace(score, elsewhere=_elsewhere(seen.strokes, own), circle=circle)


def _around(boxes: list[Box]) -> Rect:
    """The part of the page that holds these boxes and what lies around them, in whole pixels."""
    left, top = (min(at) for at in zip(*((box.x, box.y) for box in boxes), strict=True))
    right, bottom = (max(at) for at in zip(*((box.x + box.w, box.y + box.h) for box in boxes), strict=True))
    first = [max(0, round((at - AROUND_MM) * PX_PER_MM)) for at in (left, top)]
    last = [round((at + AROUND_MM) * PX_PER_MM) for at in (right, bottom)]
    return Rect(*(at / PX_PER_MM for at in (*first, last[0] - first[0], last[1] - first[1])))


def _place(box: Box, part: Rect) -> tuple[slice, slice]:
    """Where a box lies in the picture of a part of the page."""
    x, y = box.x - part.x, box.y - part.y
    down, across = ((round(at * PX_PER_MM), round((at + size) * PX_PER_MM)) for at, size in ((y, box.h), (x, box.w)))
    return slice(*down), slice(*across)


def _tied(strokes: NDArray[np.int32], own: tuple[slice, slice], theirs: list[tuple[slice, slice]]) -> float:
    """mm² of ink in another box that belongs to a stroke of which there is ink in the own box, the most of any."""
    numbers = np.unique(strokes[own])
    most = max(np.count_nonzero(np.isin(strokes[place], numbers[numbers > 0])) for place in theirs)
    return round(float(most) / PX_PER_MM**2, 3)


def _beside(boxes: tuple[Box, ...], centers: NDArray[np.float64], index: int) -> list[int]:
    """The boxes of other questions that touch a cell, nearly."""
    way, sizes = np.abs(centers - centers[index]), np.array([(box.w, box.h) for box in boxes])
    near = np.flatnonzero((way <= (sizes + sizes[index]) / 2 + BESIDE_MM).all(axis=1)).tolist()
    return [other for other in near if boxes[other].question != boxes[index].question]


def _elsewhere(strokes: NDArray[np.int32], own: tuple[slice, slice]) -> float:
    """mm² of the ink in the own box that belong to strokes whose middle, of their ink and of their extent, lies
    beyond it."""
    numbers, counts = np.unique(strokes[own], return_counts=True)
    beyond = 0
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        at = np.nonzero(strokes == number)
        middles = ([float(places.mean()) for places in at], [(places.min() + places.max()) / 2 for places in at])
        if number and not any(_holds(own, middle) for middle in middles):
            beyond += count
    return round(beyond / PX_PER_MM**2, 3)


def _loop(seen: _Seen, own: tuple[slice, slice]) -> float:
    """How much of a circle the strokes make that have ink in the own box and beyond it, from the middle of the ink in
    it; 0 where there is none. A circle within the box was seen there."""
    down, across = np.nonzero(seen.strokes[own])
    inked = np.isin(seen.strokes, np.unique(seen.strokes[own])) & (seen.strokes > 0)
    if len(down) >= WITHIN * np.count_nonzero(inked):
        return 0.0
    x, y = ((at.min() + at.max()) / 2 + part.start for at, part in ((across, own[1]), (down, own[0])))
    return loop_around(inked, seen.darker, seen.free, (x, y))


def _holds(place: tuple[slice, slice], middle: Sequence[float]) -> bool:
    return all(part.start <= at < part.stop for part, at in zip(place, middle, strict=True))


def _strokes(
    page: RegisteredPage, blank: BlankPage, levels: InkLevels, part: Rect, offset: NDArray[np.float64]
) -> _Seen:
    """The strokes in a part of the page at PX_PER_MM, which lies `offset` (mm) beside its place."""
    moved = Rect(part.x + offset[0], part.y + offset[1], part.w, part.h)
    piece = straighten(page.pixels, page.to_pixels, moved)
    free = _free(blank.pixels, part, piece.shape)
    tones = np.cumsum(cv2.calcHist([piece], [0], free, [256], [0, 256]))
    paper = int(np.searchsorted(tones, tones[-1] * PAPER_RANK // 100))
    darker = np.asarray(cv2.blur(cv2.subtract(np.full_like(piece, paper), piece), (SMOOTH, SMOOTH)))
    inked = ((darker > levels.ink) & (free > 0)).astype(np.uint8)
    skipped, crossed = (np.asarray(cv2.dilate(inked, _square(gap))) for gap in (SKIP_MM, CROSSING_MM))
    _, numbers = cv2.connectedComponents(np.where(free > 0, skipped, crossed), connectivity=8)
    return _Seen(np.asarray(numbers * inked, np.int32), np.asarray(darker, np.uint8), free > 0)


def _free(blank: Pixels, part: Rect, shape: tuple[int, ...]) -> Pixels:
    """1 where print hides nothing, in that part of the blank; none of it beyond the page."""
    left, top = round(part.x * PX_PER_MM), round(part.y * PX_PER_MM)
    free = np.zeros(shape, np.uint8)
    seen = blank[top : top + shape[0], left : left + shape[1]]
    printed = cv2.dilate((seen <= 255 - PRINTED_FROM).view(np.uint8), _square(PRINT_MARGIN_MM))
    free[: seen.shape[0], : seen.shape[1]] = 1 - printed
    return free


def _square(margin_mm: float) -> Pixels:
    size = 2 * round(margin_mm * PX_PER_MM) + 1
    return np.ones((size, size), np.uint8)
