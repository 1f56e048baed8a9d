"""Numbers that are to be circled or crossed where they stand: in cells of tables, in frames, or bare."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from sipas_forms.adopt.sizes import inside
from sipas_forms.adopt.types import Found, Word
from sipas_forms.printing.layout import Rect

NUMBER, LEAST_COUNTED = re.compile(r"\d{1,2}"), 3  # such a number, and how many side by side are a scale
FRAME_LEAST_MM, FRAME_MOST_MM = (4.0, 4.0), (16.0, 10.0)  # width and height of a frame around a number
EVEN = 0.25  # of the usual distance between two numbers of a scale: more or less is none
ROOM_MM = 9.0  # the most room (mm) that a bare number has to be circled in
ROOM = 0.85  # of the distance to its neighbours: the room of a bare number
SAME_MM = 1.6  # numbers of one column stand this near under each other
BESIDE_MM, OVER_MM = 3.5, 9.0  # nearer boxes, beside or over and under a number, are what it counts
BARE = "a bare number: is it to be circled?"


def numbered_cells(tables: list[list[Rect]], words: list[Word], boxes: list[Found]) -> list[Found]:
    """Cells with a number in each, to be circled or crossed: rows of consecutive ones, at least two below each other,
    and no box of its own in any. A single row counts the columns of its table, if this has others."""
    cells: list[Found] = []
    for table in tables:
        rows = _counting_rows(table, words, boxes)
        alone = len(rows) == 1 and len(rows[0]) == len(table)
        if alone or (len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows)):
            cells += [Found(at.x, at.y, at.w, at.h, "cell") for row in rows for at in row]
    return cells


def numbered_frames(frames: list[Rect], words: list[Word], boxes: list[Found]) -> list[Found]:
    """Frames with a number in each that count from one to the next, too wide for boxes."""
    sized = [
        at
        for at in dict.fromkeys(frames)
        if FRAME_LEAST_MM[0] <= at.w <= FRAME_MOST_MM[0] and FRAME_LEAST_MM[1] <= at.h <= FRAME_MOST_MM[1]
    ]
    return [Found(at.x, at.y, at.w, at.h, "cell") for row in _counting_rows(sized, words, boxes) for at in row]


def _counting_rows(places: list[Rect], words: list[Word], boxes: list[Found]) -> list[list[Rect]]:
    """The rows of places with nothing but a number in each, that count from one to the next, and no box in any."""
    free = [at for at in places if not any(inside(at, box) for box in boxes)]
    texts = {at: " ".join(word.text for word in words if inside(at, word)) for at in free}
    numbers = {at: int(text) for at, text in texts.items() if NUMBER.fullmatch(text)}
    counted = sorted(numbers, key=lambda at: (round(at.y), at.x))
    rows = [list(row) for _, row in groupby(counted, key=lambda at: round(at.y))]
    return [row for row in rows if _counts([numbers[at] for at in row])]


def bare_numbers(words: list[Word], boxes: list[Found]) -> list[Found]:
    """Numbers without any box around, in a table of rows that count the same columns: the room around each, as far as
    its neighbours leave it."""
    free = [word for word in words if NUMBER.fullmatch(word.text) and not any(_counts_box(word, box) for box in boxes)]
    lines = [list(line) for _, line in groupby(sorted(free, key=lambda w: (round(w.center[1]), w.x)), key=_height)]
    scales = [scale for line in lines for scale in _scales(line)]
    tables: dict[tuple[int, ...], list[list[Word]]] = {}
    for scale in scales:
        alike = [key for key in tables if len(key) == len(scale) and _same(tables[key][0], scale)]
        tables.setdefault(alike[0] if alike else tuple(round(word.x) for word in scale), []).append(scale)
    found: list[Found] = []
    for rows in tables.values():
        if len(rows) < 2:
            continue
        high = min(min(b[0].center[1] - a[0].center[1] for a, b in pairwise(rows)) * ROOM, ROOM_MM)
        wide = min(min(b.center[0] - a.center[0] for a, b in pairwise(rows[0])) * ROOM, ROOM_MM)
        for word in (word for row in rows for word in row):
            x, y = word.center
            found.append(Found(x - wide / 2, y - high / 2, wide, high, "cell", doubt=BARE))
    return found


def _height(word: Word) -> int:
    return round(word.center[1])


def _counts_box(word: Word, box: Found) -> bool:
    """Whether a number stands in, beside, over or under a box: then it says something about that."""
    if box.shape == "writing":
        return False
    x, y = word.center
    across = max(box.x - x, x - box.right, 0.0)
    down = max(box.y - y, y - box.bottom, 0.0)
    return (down == 0 and across < BESIDE_MM) or (across == 0 and down < OVER_MM)


def _scales(line: list[Word]) -> list[list[Word]]:
    """The parts of a line of numbers that count on evenly, from left to right."""
    parts: list[list[Word]] = []
    for word in line:
        last = parts[-1] if parts else []
        gap = word.center[0] - last[-1].center[0] if last else 0.0
        usual = last[1].center[0] - last[0].center[0] if len(last) > 1 else gap
        if last and int(word.text) == int(last[-1].text) + 1 and abs(gap - usual) < EVEN * usual:
            last.append(word)
        else:
            parts.append([word])
    return [part for part in parts if len(part) >= LEAST_COUNTED]


def _same(one: list[Word], other: list[Word]) -> bool:
    """Whether two rows of numbers stand in the same columns, and say the same."""
    pairs = list(zip(one, other, strict=True))
    return all(abs(a.center[0] - b.center[0]) < SAME_MM and a.text == b.text for a, b in pairs)


def _counts(numbers: list[int]) -> bool:
    """Whether numbers go up or down by one from each to the next."""
    steps = {b - a for a, b in pairwise(numbers)}
    return len(numbers) >= LEAST_COUNTED and steps in ({1}, {-1})
