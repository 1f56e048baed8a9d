"""The boxes, rules and ruled cells of a picture of a form, by OpenCV: what is drawn, not written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.adopt.sizes import LEAST_MM, MOST_MM, SQUARE, inside
from sipas_forms.adopt.types import Found, Pixels
from sipas_forms.printing.layout import Rect

# Print is darker than this share of the paper around it; a shadow or a stain is lighter. Pale outlines are looked for
# once more at the second share, with their gaps closed.
DARK, PALE = 0.72, 0.88
PAPER_MM, PAPER_SMOOTH_MM = 1.3, 2.6  # the lightest within so much is the paper there, smoothed over so much
ROUND = (0.70, 0.86)  # of its square that a circle fills (0.785); a square with round corners fills more
DENTED = 0.8  # of its hull that the white inside fills at least, where print touches the outline from within
HOLE = 0.5  # of it that is white inside: an outline, not a letter
ROUND_LEAST_MM = 3.1  # circles smaller than this are letters (a 12 pt O is 2.9 mm)
THICK_MM = 1.3  # of the outline, with the shadow that some signs have
BEYOND_MM, ARMS = 0.7, 3  # a rule that runs on beyond a corner so far; with so many of them it is a cell of a table
# A letter has another one this near (of its height) on its line; boxes have twins of their size that stand alone.
TOUCH, LEVEL, TWIN_MM = 0.22, 0.5, 0.35
SAME_FILL = 0.05  # of their squares that twins fill alike: boxes 0.975 and more, a D, an O or a Q 0.86 to 0.91
OVER = 0.3  # of its width that a letter which looks like a box may run into its neighbour
RULE_MM = 8.5  # strokes longer than any letter's
RULE_THICK_MM = 1.2
LEAST_CELL_MM = MOST_MM / 2  # of a table, where a line of words has room
# A box and a cell as large, of which both have the rule between them, are places for letters. A box is taken by its
# outer edges, a cell by its inner ones: they are a rule's width apart.
SIDE_MM = 0.6
# Boxes without an outline: of the paper's tone so much at most, so even inside (standard deviation), and as many
# alike: a stain or a shadow has no twin. The paper is told from a coarse picture (px a mm).
LIGHT, EVEN, LEAST_ALIKE, ALIKE_MM = 0.94, 0.03, 4, 0.4
PAPER_SCALE = 1.5


@dataclass(frozen=True)
class _Outline:
    """A box by its outline, and how much of the square around it the white inside fills."""

    box: Found
    filled: float


@dataclass(frozen=True)
class Drawn:
    """What is drawn on a page: its boxes (mm), the white rectangles that rules enclose (mm), and its tone: the picture
    by the paper around, 0 black to 1 paper, with boxes and rules wiped out."""

    boxes: list[Found]
    cells: list[Rect]
    tone: NDArray[np.float32]


def find_drawn(picture: Pixels, scale: float) -> Drawn:
    """Boxes, cells and what is left of a page, `scale` px a mm."""
    tone = _tone(picture, scale)
    boxes, cells = _boxes_and_cells(picture, tone, scale)
    return Drawn(boxes, cells, _wiped(tone, boxes, scale))


def find_boxes(picture: Pixels, scale: float) -> list[Found]:
    """The boxes of a page alone, `scale` px a mm."""
    return _boxes_and_cells(picture, _tone(picture, scale), scale)[0]


def _boxes_and_cells(picture: Pixels, tone: NDArray[np.float32], scale: float) -> tuple[list[Found], list[Rect]]:
    dark = (tone < DARK).astype(np.uint8)
    pale = cv2.morphologyEx((tone < PALE).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    parts = [Rect(*(float(v) / scale for v in row[:4])) for row in stats[1:]]
    outlines, cells = _enclosed(dark, scale)
    boxes = _without_letters(outlines, parts)
    boxes += _tinted(picture, scale, boxes)
    for box in _without_letters(_enclosed(np.asarray(pale, np.uint8), scale)[0], parts):
        if not any(inside(other, box) or inside(box, other) for other in boxes):
            boxes.append(box)
    fields = [box for box in boxes if any(_share_a_side(box, cell) for cell in cells)]
    cells += [Rect(box.x, box.y, box.w, box.h) for box in fields]
    boxes = [box for box in boxes if box not in fields]
    return once(boxes), [cell for cell in cells if min(cell.w, cell.h) > LEAST_CELL_MM]


def _share_a_side(box: Found, cell: Rect) -> bool:
    """Whether a box is the first or last of a field with a place for each letter, whose next one a cell is."""
    apart = max(cell.x - box.right, box.x - cell.x - cell.w)
    level = abs(cell.center[1] - box.center[1]) < SIDE_MM and abs(cell.h - box.h) < 2 * SIDE_MM
    return level and abs(apart) < SIDE_MM and abs(cell.w - box.w) < 2 * SIDE_MM


def once(found: list[Found]) -> list[Found]:
    """Each box once: an outline inside another one at nearly its size is its inner edge."""
    kept: list[Found] = []
    for box in sorted(found, key=lambda b: -b.w * b.h):
        if not any(inside(other, box) for other in kept):
            kept.append(box)
    return sorted(kept, key=lambda b: (round(b.y, 1), b.x))


def _tone(picture: Pixels, scale: float) -> NDArray[np.float32]:
    """The picture by its paper (1): tints of whole areas are gone; light print on a dark band is not seen."""
    near, smooth = (2 * round(size * scale / 2) + 1 for size in (PAPER_MM, PAPER_SMOOTH_MM))
    paper = cv2.blur(cv2.dilate(picture, np.ones((near, near), np.uint8)), (smooth, smooth))
    return np.asarray(np.minimum(1.0, picture / np.maximum(paper.astype(np.float32), 1.0)), np.float32)


def _enclosed(dark: Pixels, scale: float) -> tuple[list[_Outline], list[Rect]]:
    """(boxes, cells): white that an outline encloses. The outline may touch words or rules without."""
    outlines, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    boxes: list[_Outline] = []
    cells: list[Rect] = []
    for index, outline in enumerate(outlines):
        if tree[0][index][3] < 0:
            continue
        x, y, w, h = cv2.boundingRect(outline)
        if min(w, h) < LEAST_MM / 2 * scale:
            continue
        box = _box(dark, outline, (x, y, w, h), scale)
        if box is not None:
            boxes.append(box)
        elif min(w, h) > LEAST_MM * scale and cv2.contourArea(outline) > 0.9 * w * h:
            cells.append(Rect(x / scale, y / scale, w / scale, h / scale))
    return boxes, cells


def _box(dark: Pixels, outline: Any, hole: tuple[int, int, int, int], scale: float) -> _Outline | None:
    """The box whose white inside this is, by the outer edge of its outline."""
    x, y, w, h = hole
    if max(w, h) > MOST_MM * scale:
        return None
    hull, area = cv2.contourArea(cv2.convexHull(outline)), cv2.contourArea(outline)
    filled = hull / max(1.0, float((w - 1) * (h - 1)))
    if filled < ROUND[0] or area < DENTED * hull:
        return None
    around = _outer(dark, (x + 1, y + 1, w - 2, h - 2), scale)
    if around is None:
        return None
    left, top, right, bottom = around
    at = Rect(left / scale, top / scale, (right - left) / scale, (bottom - top) / scale)
    small, large = min(at.w, at.h), max(at.w, at.h)
    if small < LEAST_MM or large > MOST_MM or large > SQUARE * small:
        return None
    is_round = filled <= ROUND[1]
    full = np.pi / 4 if is_round else 1.0
    if w * h < HOLE * (right - left) * (bottom - top) or (is_round and small < ROUND_LEAST_MM) or full * small < 1.0:
        return None
    if not is_round and _arms(dark, around, scale) >= ARMS:
        return None
    return _Outline(Found(at.x, at.y, at.w, at.h, "circle" if is_round else "square"), filled)


def _outer(dark: Pixels, hole: tuple[int, int, int, int], scale: float) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) of the outline around a white rectangle (px), each side by the middle of it."""
    x, y, w, h = hole
    most = round(THICK_MM * scale)
    if x - most < 0 or y - most < 0 or x + w + most > dark.shape[1] or y + h + most > dark.shape[0]:
        return None
    rows, columns = slice(y + h * 3 // 8, y + h - h * 3 // 8 + 1), slice(x + w * 3 // 8, x + w - w * 3 // 8 + 1)
    sides = (
        dark[rows, x - most : x].T[::-1],
        dark[y - most : y, columns][::-1],
        dark[rows, x + w : x + w + most].T,
        dark[y + h : y + h + most, columns],
    )
    widths = [_thickness(side) for side in sides]
    if min(widths) < 1 or max(widths) >= most:
        return None
    return x - widths[0], y - widths[1], x + w + widths[2], y + h + widths[3]


def _thickness(side: Pixels) -> int:
    """How far a stroke reaches from the inside out; `side` has one row for each step outwards. Where it ends is told
    by most of the width; the white inside a curved one is passed over."""
    share = side.mean(axis=1)
    begin = int(np.argmax(share >= 0.5)) if (share >= 0.5).any() else -1
    if begin < 0 or begin > 3:
        return 0
    ends = np.flatnonzero(share[begin:] < 0.5)
    return begin + int(ends[0]) if ends.size else len(share)


def _arms(dark: Pixels, around: tuple[int, int, int, int], scale: float) -> int:
    """How many of the outline's strokes run on beyond its corners."""
    left, top, right, bottom = around
    reach, line = round(BEYOND_MM * scale), max(2, round(0.2 * scale))
    height, width = dark.shape
    found = 0
    for y in (top, bottom - line):
        for x in (left - reach, right):
            found += bool(dark[y : y + line, max(0, x + 1) : min(width, x + reach)].max(axis=0, initial=0).all())
    for x in (left, right - line):
        for y in (top - reach, bottom):
            found += bool(dark[max(0, y + 1) : min(height, y + reach), x : x + line].max(axis=1, initial=0).all())
    return found


def _without_letters(outlines: list[_Outline], parts: Sequence[Rect]) -> list[Found]:
    """The boxes that are no letters of a word, by the parts of all print (mm): a letter has its neighbour near it, and
    so have its likes."""
    alone = [not any(_touches(outline.box, part) for part in parts) for outline in outlines]
    free = [outline for outline, is_alone in zip(outlines, alone, strict=True) if is_alone]
    return [
        outline.box
        for outline, is_alone in zip(outlines, alone, strict=True)
        if is_alone or any(_is_twin(outline, other) for other in free)
    ]


def _is_twin(one: _Outline, other: _Outline) -> bool:
    return _alike(one.box, other.box, TWIN_MM) and abs(one.filled - other.filled) < SAME_FILL


def _touches(box: Found, part: Rect) -> bool:
    """Whether a part of print stands right beside a box as the next letter of a word would."""
    gap = max(part.x - box.right, box.x - part.x - part.w)
    level = part.y < box.center[1] < part.y + part.h
    beyond = part.x + part.w > box.right + OVER * box.w or part.x < box.x - OVER * box.w
    return -OVER * box.w < gap < TOUCH * box.h and beyond and level and LEVEL * box.h < part.h < 2 * box.h


def _tinted(picture: Pixels, scale: float, known: Sequence[Rect]) -> list[Found]:
    """Boxes without an outline: even grey patches of a box's size, several alike, with nothing `known` on them."""
    share = PAPER_SCALE / scale
    coarse = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    around = 2 * round(MOST_MM * PAPER_SCALE / 2) + 1
    paper = cv2.resize(cv2.dilate(coarse, np.ones((around, around), np.uint8)), picture.shape[::-1])
    soft = cv2.medianBlur(picture, 5)
    grey = soft.astype(np.float32) / np.maximum(paper, 1)
    found: list[Found] = []
    outlines, _ = cv2.findContours((grey < LIGHT).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for outline in outlines:
        x, y, w, h = cv2.boundingRect(outline)
        if not LEAST_MM * scale <= min(w, h) <= max(w, h) <= min(MOST_MM * scale, SQUARE * min(w, h)):
            continue
        tone = grey[y + h // 4 : y + h - h // 4, x + w // 4 : x + w - w // 4]
        level = float(np.median(tone))
        if not DARK < level < LIGHT or float(tone.std()) > EVEN:
            continue
        # its edges are where the tone is half way to the paper's
        patch = (grey[y : y + h, x : x + w] < (1 + level) / 2).astype(np.uint8)
        left, top, wide, high = cv2.boundingRect(patch)
        filled = float(patch.sum()) / max(1, wide * high)
        at = Rect((x + left) / scale, (y + top) / scale, wide / scale, high / scale)
        if filled < ROUND[0] or any(inside(at, thing) for thing in known):
            continue
        found.append(Found(at.x, at.y, at.w, at.h, "square" if filled >= ROUND[1] else "circle"))
    return [box for box in found if sum(_alike(box, other, ALIKE_MM) for other in found) >= LEAST_ALIKE]


def _alike(one: Rect, other: Rect, within_mm: float) -> bool:
    return abs(one.w - other.w) < within_mm and abs(one.h - other.h) < within_mm


def _wiped(tone: NDArray[np.float32], boxes: list[Found], scale: float) -> NDArray[np.float32]:
    """The page without its rules and without the outlines of its boxes; what is printed in a box stays."""
    clean = tone.copy()
    rules = np.zeros(tone.shape, np.uint8)
    long = round(RULE_MM * scale)
    # no letters hang together down a page: a rule between columns may be pale
    for size, darkest in (((1, long), DARK), ((long, 1), PALE)):
        strokes = cv2.morphologyEx((tone < darkest).astype(np.uint8), cv2.MORPH_OPEN, np.ones(size, np.uint8))
        count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
        for index in range(1, count):
            if min(stats[index][cv2.CC_STAT_WIDTH], stats[index][cv2.CC_STAT_HEIGHT]) <= RULE_THICK_MM * scale:
                x, y, w, h = stats[index][:4]
                part = labels[y : y + h, x : x + w] == index
                rules[y : y + h, x : x + w] |= part.astype(np.uint8)
    clean[cv2.dilate(rules, np.ones((5, 5), np.uint8)) > 0] = 1.0
    for box in boxes:
        wipe_outline(clean, box, scale)
    return clean


def wipe_outline(clean: NDArray[np.float32], box: Found, scale: float) -> None:
    """Make everything of a box white but the print that stands free in it."""
    edge = round(0.25 * scale)
    left, top = max(0, round(box.x * scale) - edge), max(0, round(box.y * scale) - edge)
    part = clean[top : round(box.bottom * scale) + edge, left : round(box.right * scale) + edge]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((part < PALE).astype(np.uint8), connectivity=8)
    height, width = part.shape
    rim = 2 * edge + 1
    for index, (x, y, w, h) in enumerate(stats[1:, :4].tolist(), 1):
        free = x >= rim and y >= rim and x + w <= width - rim and y + h <= height - rim
        if not free:
            grown = cv2.dilate((labels == index).astype(np.uint8), np.ones((3, 3), np.uint8))
            part[grown > 0] = 1.0
