"""The straight level and upright strokes of a drawn page: rules, the edges of boxes and of the cells of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from sipas_forms.adopt.sizes import LEAST_MM, MM, MOST_MM, is_box_size
from sipas_forms.adopt.types import Found
from sipas_forms.printing.layout import Rect

LINE_MM = 0.7  # a rectangle thinner than this is a rule
NEXT_DOT_MM, LEAST_DOTS = 2.0, 3  # from a drawn dot of a line to the next one, and so many at least make one
MEET_MM = 0.5  # strokes that end this near to each other meet
TOUCH_PX, GRID = 1, 10  # px; px a mm: strokes are drawn so coarsely to see which of them touch


@dataclass(frozen=True)
class Stroke:
    """A stroke with its width, and the thing on the page that draws it (its id)."""

    level: bool
    at: Rect
    item: int


def rect_of(item: dict[str, Any], line: float = 0.0) -> Rect:
    """The place of a thing that pdfplumber names (mm), wider by half a `line` (mm) on each side."""
    x, y = float(item["x0"]) * MM - line / 2, float(item["top"]) * MM - line / 2
    return Rect(x, y, float(item["x1"]) * MM + line / 2 - x, float(item["bottom"]) * MM + line / 2 - y)


def lines_of_dots(things: list[Rect]) -> list[Rect]:
    """The level lines of dots of which each was drawn by itself, as browsers draw them."""
    lines: list[list[Rect]] = []
    for dot in sorted((at for at in things if max(at.w, at.h) < LINE_MM), key=lambda at: (round(at.y, 1), at.x)):
        last = lines[-1][-1] if lines else None
        if last and abs(dot.y - last.y) < dot.h / 2 and 0 < dot.x - last.x < NEXT_DOT_MM:
            lines[-1].append(dot)
        else:
            lines.append([dot])
    dotted = [line for line in lines if len(line) >= LEAST_DOTS]
    return [Rect(of[0].x, of[0].y, of[-1].x + of[-1].w - of[0].x, of[0].h) for of in dotted]


def strokes_of(page: Any) -> list[Stroke]:
    """Every straight stroke, drawn as a line or as a thin rectangle."""
    return [*_lines(page), *_thin(page)]


def _lines(page: Any) -> Iterator[Stroke]:
    for item in page.lines:
        line = float(item.get("linewidth") or 0) * MM
        at = rect_of(item)
        if at.w >= at.h and at.h < MEET_MM:
            yield Stroke(True, Rect(at.x, at.y - line / 2, at.w, at.h + line), id(item))
        elif at.w < MEET_MM:
            yield Stroke(False, Rect(at.x - line / 2, at.y, at.w + line, at.h), id(item))


def _thin(page: Any) -> Iterator[Stroke]:
    for item in page.rects:
        at = rect_of(item)
        if at.h < LINE_MM < at.w:
            yield Stroke(True, at, id(item))
        elif at.w < LINE_MM < at.h:
            yield Stroke(False, at, id(item))


def of_boxes(strokes: list[Stroke], size: tuple[float, float]) -> list[Stroke]:
    """The strokes of all figures that are no larger than a box; those of tables touch each other all over."""
    if not strokes:
        return []
    grid = np.zeros((round(size[1] * GRID) + 1, round(size[0] * GRID) + 1), np.uint8)
    for stroke in strokes:
        at = stroke.at
        corner = (int((at.x + at.w) * GRID) + TOUCH_PX, int((at.y + at.h) * GRID) + TOUCH_PX)
        cv2.rectangle(grid, (int(at.x * GRID), int(at.y * GRID)), corner, 1, cv2.FILLED)
    _, figures, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    small = np.maximum(wide, high) <= MOST_MM * GRID + 2 * TOUCH_PX
    height, width = grid.shape
    middles = [stroke.at.center for stroke in strokes]
    rows = np.clip([int(y * GRID) for _, y in middles], 0, height - 1)
    columns = np.clip([int(x * GRID) for x, _ in middles], 0, width - 1)
    return [stroke for stroke, figure in zip(strokes, figures[rows, columns], strict=True) if small[figure]]


def boxes_of(strokes: list[Stroke]) -> Iterator[Found]:
    """Boxes of four strokes."""
    upright = [stroke.at for stroke in strokes if not stroke.level]
    level = sorted((stroke.at for stroke in strokes if stroke.level), key=lambda at: (at.x, at.y))
    for index, top in enumerate(level):
        for bottom in level[index + 1 :]:
            if bottom.x - top.x > MEET_MM:
                break
            height = bottom.y - top.y
            if abs(bottom.w - top.w) > 2 * MEET_MM or not LEAST_MM <= height <= MOST_MM:
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
                at = Rect(x, y, max(right[0].x + right[0].w, top.x + top.w) - x, bottom.y + bottom.h - y)
                if is_box_size(at):
                    yield Found(at.x, at.y, at.w, at.h, "square")
