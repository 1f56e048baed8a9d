"""Whose ink is whose away from the boxes: near them and in writing areas, and in all of a question's row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import PageLayout, Rect
from sipas_forms.scanning.types import Pixels

# A question's row reaches this far (mm) to the left of its first and to the right of its last box (its label).
ROW_LEFT_MM, ROW_RIGHT_MM = 5.0, 48.0
# ... and at most this far above and below its boxes' middles.
ROW_HALF_MM = 4.5
# Handwriting strays over the edges of its area by about this much (mm).
WRITING_MARGIN_MM = 1.5
# ... and with long strokes by about this much; ink nearer than that says nothing of the labels and rows beside it.
WRITING_REACH_MM = 4.0
# The scanner's own shadow, staples and the edge of a sheet that came askew lie nearer than this (mm) to a page's edge.
EDGE_MM, NEAR_EDGE_MM = 10.0, 15.0
# Fiducials, page codes and the serial are looked past with this much room (mm).
FURNITURE_MM = 2.0


@dataclass(frozen=True)
class Territory:
    """Which question the ink on a part of the page belongs to, at so many pixels a millimetre.

    Attributes:
        owner: 1 + index into the questions' names, or 0.
        open: 255 where ink has an owner and is looked at: print hides none of it and no box's own piece counts it.
    """

    owner: NDArray[np.uint8]
    open: Pixels


def claims(
    layout: PageLayout, shape: tuple[int, int], px_per_mm: float
) -> tuple[tuple[str, ...], NDArray[np.uint8], NDArray[np.uint8]]:
    """The questions of a page, and which of them (1 + index, or 0) each place of it belongs to: the rows of boxes with
    their labels, and writing areas; and the rest of those rows, from edge to edge, with the questions' own words."""
    names = tuple(dict.fromkeys([box.question for box in layout.boxes] + [area.question for area in layout.writing]))
    near, wide = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    width = shape[1] / px_per_mm
    middles = sorted({box.center[1] for box in layout.boxes})
    for question, middle in dict.fromkeys((box.question, box.center[1]) for box in layout.boxes):
        boxes = [box for box in layout.boxes if box.question == question]  # every row as wide as the widest
        gaps = [abs(other - middle) for other in middles if abs(other - middle) > 0.5]
        half = min([gap / 2 for gap in gaps] + [ROW_HALF_MM])
        left = min(box.x for box in boxes) - ROW_LEFT_MM
        right = min(max(box.x + box.w for box in boxes) + ROW_RIGHT_MM, width - NEAR_EDGE_MM)
        own = 1 + names.index(question)
        fill(near, Rect(left, middle - half, right - left, 2 * half), 0.0, own, px_per_mm)
        fill(wide, Rect(EDGE_MM, middle - half, width - 2 * EDGE_MM, 2 * half), 0.0, own, px_per_mm)
    for area in layout.writing:
        fill(near, area, WRITING_MARGIN_MM, 1 + names.index(area.question), px_per_mm)
        fill(wide, area, WRITING_REACH_MM, 0, px_per_mm)
    for part in (*layout.fiducials, *layout.codes, *layout.serial_text):
        fill(wide, part, FURNITURE_MM, 0, px_per_mm)
    wide[near > 0] = 0
    return names, near, wide


def fill(picture: NDArray[Any], part: Rect, margin_mm: float, value: int, px_per_mm: float) -> None:
    """Set a part of a picture (mm), and a margin around it, to a value."""
    m = margin_mm
    top, bottom = (max(0, round(y * px_per_mm)) for y in (part.y - m, part.y + part.h + m))
    left, right = (max(0, round(x * px_per_mm)) for x in (part.x - m, part.x + part.w + m))
    picture[top:bottom, left:right] = value
