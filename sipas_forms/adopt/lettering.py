"""Where words stand on a page of pixels: parts of letters gathered into lines, each cut out free of all else around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.adopt.outlines import Drawn
from sipas_forms.adopt.sizes import inside
from sipas_forms.adopt.types import Found, Pixels
from sipas_forms.adopt.writing import WRITING_LEAST
from sipas_forms.printing.layout import Rect

INK = 0.8  # of the paper's tone: print
SPECK_MM, LETTER_MM, TALL_MM = 0.2, 1.0, 14.0  # smaller: dirt; from here a letter, not an accent; higher: a picture
LINK_MM = 3.0  # two letters nearer than this stand on one line, if
ON_LINE = 0.5  # so much of the lower one's height is level with the other
ACCENT_MM = 1.6  # from a letter to the accents, dots and commas that belong to it
# Accents and commas of large print are as high as letters of small print: so high at most beside a letter so near (of
# its height), and so wide.
ACCENT, ACCENT_NEAR, ACCENT_WIDE_MM = 0.7, 0.5, 4.0
# Letters, accents, dots and dirt of a page: the fullest of nineteen scans has 1,330, a photo 27,000.
MOST_PARTS = 12_000
MERGED = 2.2  # times the usual height of letters: lines that run into each other, which link nothing
DOT_MM, DOT_PITCH_MM, DOT_LEVEL_MM = 0.9, 3.2, 0.4  # dots of a line to write on: size, distance, how level
# Gaps, of the height of a line's letters: those between letters are up to 0.27, between words from 0.26 (Source Serif,
# Source Sans at 300 dpi): in a line that has a PLAIN_SPACE they are parted where the sizes of its gaps jump most.
SPACE, PLAIN_SPACE, LEAST_SPACE, LETTER_GAP = 0.28, 0.33, 0.2, 0.08
WIDENED = 0.6  # of it that such a gap gets besides, so that it is read as one
HEIGHT_PX = 34  # of letters, as tesseract likes them
MOST_ENLARGED = 4.0
MARGIN_PX = 14
SIGN = (0.2, 0.66)  # of a box's height that a sign printed in it has; what is higher is an example's cross


@dataclass(frozen=True)
class Line:
    """A line of print: its place (mm), the places of its words, and its picture to be read, with for each of that
    picture's columns the x (mm) on the page."""

    at: Rect
    words: tuple[Rect, ...]
    picture: Pixels
    across: NDArray[np.float64]


@dataclass(frozen=True)
class Lettering:
    """The print of a page: its lines, lines of dots to write on (mm), and the signs in boxes by the box's index."""

    lines: list[Line]
    dots: list[Rect]
    signs: dict[int, Line]


@dataclass(frozen=True)
class _Parts:
    """Connected parts of print: their places (px), and the picture of their numbers (the first part is 1)."""

    at: NDArray[np.int32]  # (n, 4): x, y, w, h
    labels: NDArray[np.int32]


def find_lettering(drawn: Drawn, scale: float) -> Lettering | None:
    """The print of a page whose boxes and rules are wiped out, `scale` px a mm; None, where it is in more pieces than
    print is."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((drawn.tone < INK).astype(np.uint8), connectivity=8)
    parts = _Parts(np.asarray(stats[1:, :4], np.int32), np.asarray(labels, np.int32))
    sizes = parts.at[:, 2:] / scale
    usable = [i for i, (w, h) in enumerate(sizes) if max(w, h) >= SPECK_MM and h <= TALL_MM]
    if len(usable) > MOST_PARTS:
        return None
    places = {i: Rect(*(float(v) / scale for v in parts.at[i])) for i in usable}
    in_boxes = _in_boxes(places, drawn.boxes)
    signs = {}
    for number, members in in_boxes.items():
        line = _cut(drawn.tone, parts, members, scale)
        if SIGN[0] * drawn.boxes[number].h <= line.at.h <= SIGN[1] * drawn.boxes[number].h:
            signs[number] = line
    taken = {i for members in in_boxes.values() for i in members}
    free = [i for i in usable if i not in taken]
    rows = _dot_rows({i: places[i] for i in free if max(sizes[i]) <= DOT_MM})
    dots = {i for row in rows for i in row}
    free = [i for i in free if i not in dots]
    lines = [_cut(drawn.tone, parts, line, scale) for line in _lines(free, places, drawn)]
    return Lettering(lines, [around([places[i] for i in row]) for row in rows], signs)


def _in_boxes(places: dict[int, Rect], boxes: Sequence[Found]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for i, at in places.items():
        for number, box in enumerate(boxes):
            if inside(box, at) and at.w <= box.w:
                found.setdefault(number, []).append(i)
                break
    return found


def _dot_rows(dots: dict[int, Rect]) -> list[list[int]]:
    """Rows of so many dots that they stand for room to write."""
    rows: list[list[int]] = []
    for i, at in sorted(dots.items(), key=lambda item: item[1].x):
        for row in rows:
            last = dots[row[-1]]
            if 0 < at.x - last.x < DOT_PITCH_MM and abs(at.center[1] - last.center[1]) < DOT_LEVEL_MM:
                row.append(i)
                break
        else:
            rows.append([i])
    return [row for row in rows if len(row) >= WRITING_LEAST]


def around(places: Sequence[Rect]) -> Rect:
    """The smallest place that holds all of these."""
    x, y = min(at.x for at in places), min(at.y for at in places)
    return Rect(x, y, max(at.x + at.w for at in places) - x, max(at.y + at.h for at in places) - y)


def _lines(free: list[int], places: dict[int, Rect], drawn: Drawn) -> list[list[int]]:
    """The parts of each line: letters linked to their neighbours, then the accents nearest to a letter."""
    letters = sorted((i for i in free if places[i].h >= LETTER_MM), key=lambda i: places[i].x)
    if not letters:
        return []
    usual = float(np.median([places[i].h for i in letters]))
    cell_of = {i: _cell(places[i], drawn.cells) for i in letters}
    line_of = {i: i for i in letters}

    def root(i: int) -> int:
        while line_of[i] != i:
            i = line_of[i]
        return i

    links = [i for i in letters if places[i].h <= MERGED * max(usual, LETTER_MM)]
    for index, i in enumerate(links):
        one = places[i]
        for j in links[index + 1 :]:
            other = places[j]
            if other.x - one.x - one.w > LINK_MM:
                if other.x - one.x > LINK_MM + TALL_MM:
                    break
                continue
            level = min(one.y + one.h, other.y + other.h) - max(one.y, other.y) >= ON_LINE * min(one.h, other.h)
            if level and cell_of[i] == cell_of[j] and not _box_between(one, other, drawn.boxes):
                line_of[root(j)] = root(i)
    members: dict[int, list[int]] = {}
    for i in letters:
        members.setdefault(root(i), []).append(i)
    for start in [start for start, own in members.items() if _is_accent(own, places)]:
        at, own = around([places[i] for i in members[start]]), set(members[start])
        tall = [i for i in letters if i not in own and at.h < ACCENT * places[i].h]
        nearest = _nearest(at, tall, places)
        if nearest is not None and _away(at, places[nearest]) < ACCENT_NEAR * places[nearest].h:
            home = root(nearest)
            line_of[start] = home
            members[home] += members.pop(start)
    for i in free:
        nearest = _nearest(places[i], letters, places) if places[i].h < LETTER_MM else None
        if nearest is not None and _away(places[i], places[nearest]) < ACCENT_MM:
            members[root(nearest)].append(i)
    return list(members.values())


def _is_accent(parts: list[int], places: dict[int, Rect]) -> bool:
    """Whether a line may be no more than an accent, or two that touch, or a comma."""
    return len(parts) <= 2 and around([places[i] for i in parts]).w < ACCENT_WIDE_MM


def _nearest(at: Rect, letters: Sequence[int], places: dict[int, Rect]) -> int | None:
    return min(letters, key=lambda i: _away(at, places[i]), default=None)


def _away(one: Rect, other: Rect) -> float:
    """How far two places are apart (mm)."""
    beside = max(0.0, other.x - one.x - one.w, one.x - other.x - other.w)
    return float(np.hypot(beside, max(0.0, other.y - one.y - one.h, one.y - other.y - other.h)))


def _cell(at: Rect, cells: Sequence[Rect]) -> Rect | None:
    """The smallest cell in which a part of print stands."""
    return min((cell for cell in cells if inside(cell, at)), key=lambda cell: cell.w * cell.h, default=None)


def _box_between(one: Rect, other: Rect, boxes: Sequence[Found]) -> bool:
    left, right = one.center[0], other.center[0]
    return any(left < box.center[0] < right and box.y < one.center[1] < box.bottom for box in boxes)


def _of_letters(own: NDArray[np.bool_], boxes: NDArray[np.int32], height: float) -> NDArray[np.bool_]:
    """The print of a line without the accents that reach over the gap to the next word."""
    plain = own.copy()
    low = [box for box in boxes.tolist() if box[3] < ACCENT * height]
    if len(low) < len(boxes):
        for x, y, w, h in low:
            others = [b for b in boxes.tolist() if b[3] >= ACCENT * height and b[0] < x + w and x < b[0] + b[2]]
            if others:
                plain[y : y + h, x : x + w] = False
                for box in others:
                    plain[box[1] : box[1] + box[3], box[0] : box[0] + box[2]] = own[
                        box[1] : box[1] + box[3], box[0] : box[0] + box[2]
                    ]
    return plain


def _space(gaps: NDArray[np.float64]) -> float:
    """The gap (of the height of letters) from which on a line's words are parted."""
    sizes = np.sort(gaps[gaps > LETTER_GAP])
    if not sizes.size or sizes[-1] < PLAIN_SPACE:
        return SPACE
    lower, upper = np.r_[LETTER_GAP, sizes[:-1]], sizes
    jumps = np.where((lower < PLAIN_SPACE) & (upper > LEAST_SPACE), upper / lower, 0.0)
    best = int(np.argmax(jumps))
    return float(np.sqrt(lower[best] * upper[best]))


def _cut(tone: NDArray[np.float32], parts: _Parts, members: list[int], scale: float) -> Line:
    """A line with nothing but its own print, its letters of one height, the gaps between its words widened."""
    boxes = parts.at[members]
    x, y = (int(v) for v in boxes[:, :2].min(axis=0))
    right, bottom = (int(v) for v in (boxes[:, :2] + boxes[:, 2:]).max(axis=0))
    at = Rect(x / scale, y / scale, (right - x) / scale, (bottom - y) / scale)
    x, y, right, bottom = max(0, x - 2), max(0, y - 2), right + 2, bottom + 2
    own = np.isin(parts.labels[y:bottom, x:right], np.array(members) + 1)
    shown = cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    piece = np.where(shown, tone[y:bottom, x:right], 1.0)
    low = float(np.percentile(piece[own], 5))
    grey = np.clip((piece - low) / max(0.05, 0.97 - low), 0, 1)
    letters = boxes[boxes[:, 3] >= LETTER_MM * scale, 3]
    height = float(np.percentile(letters if letters.size else boxes[:, 3], 75))
    columns = np.flatnonzero(_of_letters(own, boxes - (x, y, 0, 0), height).any(axis=0))
    gaps = (np.diff(columns) - 1) / height
    breaks = np.flatnonzero(gaps > _space(gaps))
    starts, ends = columns[np.r_[0, breaks + 1]], columns[np.r_[breaks, len(columns) - 1]]
    pieces, across = [], []
    wide = round(WIDENED * height)
    for index, (begin, end) in enumerate(zip(starts, ends, strict=True)):
        left = 0 if index == 0 else (int(ends[index - 1]) + int(begin)) // 2
        last = grey.shape[1] if index + 1 == len(starts) else (int(end) + int(starts[index + 1])) // 2
        pieces.append(grey[:, left:last])
        across.append(np.arange(left, last, dtype=np.float64))
        if index + 1 < len(starts):
            pieces.append(np.ones((grey.shape[0], wide)))
            across.append(np.full(wide, float(last)))
    share = min(MOST_ENLARGED, HEIGHT_PX / height)
    line = cv2.resize(
        (np.hstack(pieces) * 255).astype(np.uint8), None, fx=share, fy=share, interpolation=cv2.INTER_CUBIC
    )
    picture = cv2.copyMakeBorder(line, MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX, cv2.BORDER_CONSTANT, value=(255,))
    source = np.hstack(across)
    steps = np.clip((np.arange(picture.shape[1]) - MARGIN_PX) / share, 0, len(source) - 1).astype(int)
    words = tuple(
        Rect((x + int(a)) / scale, at.y, (int(b) - int(a) + 1) / scale, at.h) for a, b in zip(starts, ends, strict=True)
    )
    return Line(at, words, np.asarray(picture, np.uint8), (x + source[steps]) / scale)
