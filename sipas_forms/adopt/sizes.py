"""How large an answer box is, and what it can't be; how places lie to each other."""

from __future__ import annotations

from collections.abc import Iterable

from sipas_forms.printing.layout import Rect

MM = 25.4 / 72  # of a point, the unit of PDF
# An answer box is between the ☐ of a 8 pt face and a large bubble (mm); what is smaller is a bullet, what is larger a
# frame for something else.
LEAST_MM, MOST_MM = 1.9, 9.0
SQUARE = 1.35  # the longer side of a box by its shorter one, at most


def is_box_size(at: Rect, square: float = SQUARE) -> bool:
    """Whether a place may be an answer box by its size; `square`: its longer side by its shorter one, at most."""
    small, large = min(at.w, at.h), max(at.w, at.h)
    return small >= LEAST_MM and large <= MOST_MM and large <= square * small


def touches(one: Rect, other: Rect, within: float) -> bool:
    """Whether two places meet or overlap, up to so many mm."""
    across = max(one.x, other.x) - min(one.x + one.w, other.x + other.w)
    down = max(one.y, other.y) - min(one.y + one.h, other.y + other.h)
    return max(across, down) < within


def stands_on(upper: Rect, lower: Rect, within: float) -> bool:
    """Whether a cell ends where another one begins, and is as wide; `within` so many mm."""
    edges = upper.x - lower.x, upper.x + upper.w - lower.x - lower.w, upper.y + upper.h - lower.y
    return max(map(abs, edges)) < within


def stands_before(left: Rect, right: Rect, within: float) -> bool:
    """Whether a cell ends where another one begins, from left to right; `within` so many mm."""
    return abs(left.x + left.w - right.x) < within


def free_of(cells: Iterable[Rect], *things: Iterable[Rect]) -> list[Rect]:
    """The cells in which the middle of none of these things lies."""
    kept = list(cells)
    for some in things:
        kept = [at for at in kept if not any(inside(at, thing) for thing in some)]
    return kept


def inside(large: Rect, small: Rect) -> bool:
    """Whether the middle of one lies within the other."""
    x, y = small.center
    return large.x < x < large.x + large.w and large.y < y < large.y + large.h
