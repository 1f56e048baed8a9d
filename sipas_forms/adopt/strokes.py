"""The straight level and upright strokes of a drawn page: rules, the edges of boxes and of the cells of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from sipas_forms.adopt.sizes import LEAST_MM, MM, MOST_MM, is_box_size
from sipas_forms.adopt.types import Found, Word
from sipas_forms.printing.layout import Rect

LINE_MM = 0.7  # a rectangle thinner than this is a rule
NEXT_DOT_MM, LEAST_DOTS = 2.0, 3  # from a drawn dot of a line to the next one, and so many at least make one
DASH_GAP = 2.0  # of the longer of two dashes: the room between them is less, else each belongs to another stroke
MEET_MM = 0.5  # strokes that end this near to each other meet
CORNERS = 3  # of an arrow's head
TOUCH_PX, GRID = 1, 10  # px; px a mm: strokes are drawn so coarsely to see which of them touch


@dataclass(frozen=True)
class Stroke:
    """A stroke with its width, and the things on the page that draw it (their ids): a dashed one has many."""

    level: bool
    at: Rect
    items: frozenset[int]


def rect_of(item: dict[str, Any], line: float = 0.0) -> Rect:
    """The place of a thing that pdfplumber names (mm), wider by half a `line` (mm) on each side."""
    x, y = float(item["x0"]) * MM - line / 2, float(item["top"]) * MM - line / 2
    return Rect(x, y, float(item["x1"]) * MM + line / 2 - x, float(item["bottom"]) * MM + line / 2 - y)


def lines_of_dots(things: list[Rect]) -> list[Rect]:
    """The level lines of dots of which each was drawn by itself, as browsers draw them."""
    dots = [(at, 0) for at in things if max(at.w, at.h) < LINE_MM]
    return [at for at, _ in _chains(dots, lambda last, dot: dot.x - last.x < NEXT_DOT_MM)]


def _chains(pieces: list[tuple[Rect, int]], is_next: Callable[[Rect, Rect], bool]) -> list[tuple[Rect, frozenset[int]]]:
    """The level lines of pieces (with their ids) that follow each other, LEAST_DOTS at least."""
    lines: list[list[tuple[Rect, int]]] = []
    for piece, item in sorted(pieces, key=lambda piece: (round(piece[0].y, 1), piece[0].x)):
        last = lines[-1][-1][0] if lines else None
        if last and abs(piece.y - last.y) < piece.h / 2 and piece.x > last.x and is_next(last, piece):
            lines[-1].append((piece, item))
        else:
            lines.append([(piece, item)])
    chains = []
    for line in (line for line in lines if len(line) >= LEAST_DOTS):
        first, last = line[0][0], line[-1][0]
        whole = Rect(first.x, first.y, last.x + last.w - first.x, first.h)
        chains.append((whole, frozenset(item for _, item in line)))
    return chains


def strokes_of(page: Any) -> list[Stroke]:
    """Every straight stroke, drawn as a line, as a thin rectangle, or by its dashes or dots."""
    whole = [*_lines(page), *_thin(page)]
    dashes = list(_dashed(page, whole))
    parts = {item for stroke in dashes for item in stroke.items}
    return [*(stroke for stroke in whole if not stroke.items & parts), *dashes]


def _lines(page: Any) -> Iterator[Stroke]:
    for item in page.lines:
        line = float(item.get("linewidth") or 0) * MM
        at = rect_of(item)
        if at.w >= at.h and at.h < MEET_MM:
            yield Stroke(True, Rect(at.x, at.y - line / 2, at.w, at.h + line), frozenset([id(item)]))
        elif at.w < MEET_MM:
            yield Stroke(False, Rect(at.x - line / 2, at.y, at.w + line, at.h), frozenset([id(item)]))


def _thin(page: Any) -> Iterator[Stroke]:
    for item in page.rects:
        at = rect_of(item)
        if at.h < LINE_MM < at.w:
            yield Stroke(True, at, frozenset([id(item)]))
        elif at.w < LINE_MM < at.h:
            yield Stroke(False, at, frozenset([id(item)]))


def _dashed(page: Any, whole: list[Stroke]) -> Iterator[Stroke]:
    """Strokes of dashes of which each was drawn by itself, shorter than any side of a box: browsers fill each."""
    filled = [(rect_of(item), id(item)) for item in (*page.rects, *page.curves)]
    short = [(at, item) for at, item in filled if max(at.w, at.h) < LEAST_MM and min(at.w, at.h) < LINE_MM]
    drawn = {item for _, item in short}
    short += [(s.at, i) for s in whole for i in s.items if i not in drawn and max(s.at.w, s.at.h) < LEAST_MM]
    lengths = {item: round(at.w - at.h, 2) for at, item in short}  # a dot is as wide as high
    for at, items in _chains([(at, item) for at, item in short if lengths[item] >= 0], _is_next_dash):
        yield Stroke(True, at, items)
    for at, items in _chains([(_turned(at), item) for at, item in short if lengths[item] <= 0], _is_next_dash):
        yield Stroke(False, _turned(at), items)


def _is_next_dash(last: Rect, dash: Rect) -> bool:
    return dash.x - last.x - last.w < DASH_GAP * max(last.w, dash.w)


def _turned(at: Rect) -> Rect:
    return Rect(at.y, at.x, at.h, at.w)


def drawn_arrows(page: Any, strokes: list[Stroke]) -> list[Word]:
    """The heads of arrows that point right at the end of a level stroke, as the signs that they are: "→"."""
    tips = [rect_of(item) for item in page.curves if is_triangle(item) and _points_right(item["pts"])]
    shafts = [stroke.at for stroke in strokes if stroke.level]
    return [Word(at.x, at.y, at.w, at.h, "→") for at in tips if any(_carries(shaft, at) for shaft in shafts)]


def is_triangle(item: dict[str, Any]) -> bool:
    """Whether a thing that pdfplumber names has three corners and straight edges."""
    straight = all(step[0] in "mlh" for step in item.get("path", ()))
    return straight and len({(round(x, 1), round(y, 1)) for x, y in item.get("pts", ())}) == CORNERS


def _points_right(corners: Sequence[tuple[float, float]]) -> bool:
    """Whether one corner of a triangle lies furthest right, halfway up between the two others."""
    upper, tip, lower = sorted(set(corners), key=lambda corner: corner[1])
    return tip[0] > max(upper[0], lower[0]) and abs(upper[0] - lower[0]) * MM < MEET_MM


def _carries(shaft: Rect, tip: Rect) -> bool:
    """Whether a stroke from the left ends at, or in, the head of an arrow."""
    end = shaft.x + shaft.w
    return tip.y < shaft.center[1] < tip.y + tip.h and shaft.x < tip.x and tip.x - MEET_MM < end < tip.x + tip.w


def of_boxes(strokes: list[Stroke], size: tuple[float, float], most: float = MOST_MM) -> list[Stroke]:
    """The strokes of all figures that are no larger than a box, or `most` (mm) wide and high; those of tables touch
    each other all over, but for upright ones alone, which part the cells of a frame that was drawn whole."""
    if not strokes:
        return []
    grid = np.zeros((round(size[1] * GRID) + 1, round(size[0] * GRID) + 1), np.uint8)
    for stroke in strokes:
        at = stroke.at
        corner = (int((at.x + at.w) * GRID) + TOUCH_PX, int((at.y + at.h) * GRID) + TOUCH_PX)
        cv2.rectangle(grid, (int(at.x * GRID), int(at.y * GRID)), corner, 1, cv2.FILLED)
    _, figures, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    small = np.maximum(wide, high) <= most * GRID + 2 * TOUCH_PX
    height, width = grid.shape
    middles = [stroke.at.center for stroke in strokes]
    rows = np.clip([int(y * GRID) for _, y in middles], 0, height - 1)
    columns = np.clip([int(x * GRID) for x, _ in middles], 0, width - 1)
    drawn = list(zip(strokes, figures[rows, columns], strict=True))
    sided = {figure for stroke, figure in drawn if stroke.level}
    return [stroke for stroke, figure in drawn if small[figure] and figure in sided]


def boxes_of(strokes: list[Stroke]) -> Iterator[Found]:
    """Boxes of four strokes."""
    for at in frames_of(strokes, MOST_MM):
        if is_box_size(at):
            yield Found(at.x, at.y, at.w, at.h, "square")


def places_before(boxes: list[Found], strokes: list[Stroke]) -> list[Found]:
    """The places of fields that end with a box drawn whole: each has its upper, lower and left stroke, and the next
    one's left edge on its right."""
    level = [stroke.at for stroke in strokes if stroke.level and LEAST_MM <= stroke.at.w <= MOST_MM]
    upright = [stroke.at for stroke in strokes if not stroke.level and stroke.at.h <= MOST_MM]
    places: list[Found] = []
    for box in boxes:
        place = _place_before(box, level, upright)
        while place is not None:
            places.append(place)
            place = _place_before(place, level, upright)
    return places


def _place_before(box: Found, level: list[Rect], upright: list[Rect]) -> Found | None:
    """The place of three strokes that ends where a box begins, as high as it."""
    ending = [at for at in level if abs(at.x + at.w - box.x) < MEET_MM]
    upper = next((at for at in ending if abs(at.y - box.y) < MEET_MM), None)
    if upper is None or not any(abs(at.y + at.h - box.bottom) < MEET_MM for at in ending):
        return None
    beside = [at for at in upright if abs(at.x - upper.x) < MEET_MM and abs(at.y - box.y) < MEET_MM]
    left = any(abs(at.h - box.h) < 2 * MEET_MM for at in beside)
    return Found(upper.x, box.y, box.x - upper.x, box.h, "square") if left else None


def frames_of(strokes: list[Stroke], most: float) -> Iterator[Rect]:
    """Frames of four strokes, as high as a box at least and no higher than `most` (mm)."""
    upright = [stroke.at for stroke in strokes if not stroke.level]
    level = sorted((stroke.at for stroke in strokes if stroke.level), key=lambda at: (at.x, at.y))
    for index, one in enumerate(level):
        for other in level[index + 1 :]:
            if other.x - one.x > MEET_MM:
                break
            top, bottom = sorted((one, other), key=lambda at: at.y)  # either may begin further left
            height = bottom.y - top.y
            if abs(bottom.w - top.w) > 2 * MEET_MM or not LEAST_MM <= height <= most:
                continue
            sides = [
                side
                for side in upright
                if abs(side.y - top.y) < 2 * MEET_MM and abs(side.y + side.h - bottom.y - bottom.h) < 2 * MEET_MM
            ]
            left = [s for s in sides if abs(s.x - top.x) < 2 * MEET_MM]
            right = [s for s in sides if abs(s.x + s.w - top.x - top.w) < 2 * MEET_MM]
            if left and right:
                x, y = min(left[0].x, top.x), min(top.y, left[0].y)
                yield Rect(x, y, max(right[0].x + right[0].w, top.x + top.w) - x, bottom.y + bottom.h - y)
