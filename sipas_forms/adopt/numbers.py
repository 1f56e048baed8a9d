"""Numbers that are to be circled or crossed where they stand: in cells of tables, in frames, or bare."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from sipas_forms.adopt.rows import lines_of
from sipas_forms.adopt.sizes import free_of, inside
from sipas_forms.adopt.text import has_words
from sipas_forms.adopt.types import Found, Word
from sipas_forms.printing.layout import Rect

NUMBER, LEAST_COUNTED = re.compile(r"\d{1,2}"), 3  # such a number, and how many side by side are a scale
LETTER = re.compile(r"[A-ZĐ]")  # "Y": what stands for an answer that is to be circled
FRAME_LEAST_MM, FRAME_MOST_MM = (4.0, 4.0), (16.0, 10.0)  # width and height of a frame around a number
EVEN = 0.25  # of the usual distance between two numbers of a scale: more or less is none
ROOM_MM = 9.0  # the most room (mm) that a bare number has to be circled in
ROOM = 0.85  # of the distance to its neighbours: the room of a bare number
SAME_MM = 1.6  # numbers of one column stand this near under each other
BESIDE_MM, OVER_MM = 3.5, 9.0  # nearer boxes, beside or over and under a number, are what it counts
# What surveys number "don't know", "no answer" and "not applicable" by, after the steps of a scale.
NO_ANSWER = {0, 8, 9, 77, 88, 97, 98, 99}
APART = 2.0  # times its own width, or the distance between numbers: what stands further from the one before is no part
EDGE_MM = 0.6  # two cells whose edges are this near share a rule
BARE = "a bare number: is it to be circled?"
QUESTION_GAP = 1.5  # of the words' height: a scale right under its question stands nearer to it
LONG_SCALE = 10  # numbers in a row without any box that are a scale even where there is no other row


def numbered_cells(tables: list[list[Rect]], words: list[Word], boxes: list[Found], told: bool = False) -> list[Found]:
    """Cells with a number in each, to be circled or crossed: rows of consecutive ones, at least two below each other,
    and no box of its own in any. A single row counts the columns of its table, if this has others; but not the last
    one, or the only one with words before it, as a table that goes on from another page has it, where the form says
    that numbers are circled (`told`)."""
    cells: list[Found] = []
    for table in tables:
        rows = [row for row in _counting_rows(table, words, boxes) if not _is_head(row, table)]
        alone = len(rows) == 1 and len(rows[0]) == len(table)
        alone |= told and len(rows) == 1 and (_is_last(rows[0][0], table) or _is_whole(rows[0], table, words))
        if alone or (len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows)):
            cells += [Found(at.x, at.y, at.w, at.h, "cell") for row in rows for at in row]
    return cells


def _is_last(first: Rect, table: list[Rect]) -> bool:
    """Whether a row that begins with this cell ends a table whose head stands over it."""
    over = any(at.x - EDGE_MM < first.x < at.x + at.w and abs(at.y + at.h - first.y) < EDGE_MM for at in table)
    return over and not any(at.y > first.center[1] for at in table)


def _is_whole(row: list[Rect], table: list[Rect], words: list[Word]) -> bool:
    """Whether a table has only this row of numbers, and words before them; no painted row among others without."""
    before = [at for at in table if at.x < row[0].x]
    level = all(abs(at.y - row[0].y) < EDGE_MM for at in table) and len(before) + len(row) == len(table)
    near = [w for w in words if abs(w.center[1] - row[0].center[1]) < APART * row[0].h and NUMBER.fullmatch(w.text)]
    among = any(abs(w.center[0] - row[0].center[0]) < SAME_MM and not inside(row[0], w) for w in near)
    worded = any(inside(at, word) and has_words(word.text) for at in before for word in words)
    return level and worded and not among


def _is_head(row: list[Rect], table: list[Rect]) -> bool:
    """Whether the cell before a row of numbers begins above it: then these count the columns of a head in two rows."""
    first = row[0]
    before = [at for at in table if at.x + at.w < first.x + EDGE_MM and at.y < first.center[1] < at.y + at.h]
    return bool(before) and max(before, key=lambda at: at.x).y < first.y - EDGE_MM


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
    free = free_of(places, boxes)
    texts = {at: " ".join(word.text for word in words if inside(at, word)) for at in free}
    numbers = {at: int(text) for at, text in texts.items() if NUMBER.fullmatch(text)}
    counted = sorted(numbers, key=lambda at: (round(at.y), at.x))
    rows = [list(row) for _, row in groupby(counted, key=lambda at: round(at.y))]
    parts: list[list[Rect]] = []
    for row in rows:
        for at in row:
            last = parts[-1] if parts else []
            # what counts the rows of a table stands before the numbers in them, beyond its words
            beside = bool(last) and last[0] in row and at.x - last[-1].x - last[-1].w < APART * at.w
            on = [numbers[b] for b in (*last, at)]
            if beside and (counts_on(on) or is_scale(on)):
                last.append(at)
            else:
                parts.append([at])
    return [part for part in parts if is_scale([numbers[at] for at in part])]


def bare_numbers(words: list[Word], boxes: list[Found], told: bool = False) -> list[Found]:
    """Numbers without any box around, in a table of rows that count the same columns, or in a row as long as from 0 to
    10: the room around each, as far as its neighbours leave it. Where the form says that signs are to be circled
    (`told`), also letters in such a table, and a shorter row between what its ends mean."""
    boxes = [box for box in boxes if box.shape != "writing"]
    free = [w for w in words if not any(stands_beside(w, box) for box in boxes)]
    scales = [s for line in lines_of([w for w in free if NUMBER.fullmatch(w.text)]) for s in _scales(line)]
    if told:
        scales += _rows_of_letters([w for w in free if LETTER.fullmatch(w.text)])
        scales += [pair for line in lines_of(free) for pair in _pairs(line)]
    # what counts boxes has about one for each number; several may stand under a wide cell of another question, and a
    # cell with the same number in it is the next row's
    cells = {at: {w.text for w in words if inside(at, w)} for at in boxes if at.shape == "cell"}
    counted = [{at for at in boxes for w in s if counts_box(w, at) and w.text not in cells.get(at, ())} for s in scales]
    scales = [s for s, own in zip(scales, counted, strict=True) if 2 * len(own) < len(s)]
    tables: dict[tuple[int, ...], list[list[Word]]] = {}
    for scale in scales:
        alike = [key for key in tables if len(key) == len(scale) and _same(tables[key][0], scale)]
        tables.setdefault(alike[0] if alike else tuple(round(word.x) for word in scale), []).append(scale)
    found: list[Found] = []
    for rows in tables.values():
        asked = told and any(_is_asked_between_poles(row, words) for row in rows)
        if len(rows) < 2 and len(rows[0]) < LONG_SCALE and not asked:
            continue
        high = min([(b[0].center[1] - a[0].center[1]) * ROOM for a, b in pairwise(rows)] + [ROOM_MM])
        pitch = min(b.center[0] - a.center[0] for a, b in pairwise(rows[0]))
        wide = min(pitch * ROOM, ROOM_MM)
        lasts: list[Word | None] = [*_last_column(rows, words, pitch)] or [None] * len(rows)
        for row, last in zip(rows, lasts, strict=True):
            scale = [*row, last] if last else row
            low = min(free_height(word, wide, high, words) for word in scale)
            found += [room_round(word, wide, low) for word in scale]
    return found


def _is_asked_between_poles(scale: list[Word], words: list[Word]) -> bool:
    """Whether a row of numbers from 0 or 1 on has words on both sides, what its ends mean, and right over it a line
    with a question mark: "How likely is it?", "not at all 1 2 3 very"."""
    lines = lines_of(words)
    place = next(place for place, line in enumerate(lines) if scale[0] in line)
    over = lines[place - 1] if place else []
    near = [w for w in over if scale[0].y - w.y - w.h < QUESTION_GAP * w.h]
    sides = [[w for w in lines[place] if w.x < scale[0].x], [w for w in lines[place] if w.x > scale[-1].x]]
    alone = sum(map(len, sides)) + len(scale) == len(lines[place])
    poles = alone and all(any(has_words(word.text) for word in side) for side in sides)
    return poles and scale[0].text in ("0", "1") and any(word.text.endswith("?") for word in near)


def room_round(sign: Word, wide: float, high: float) -> Found:
    """A place so large round a bare sign."""
    x, y = sign.center
    return Found(x - wide / 2, y - high / 2, wide, high, "cell", doubt=BARE)


def free_height(sign: Word, wide: float, most: float, words: list[Word]) -> float:
    """How high the room round a sign may be at most, where it is so wide: what stands over and under it leaves it."""
    x, y = sign.center
    over = [abs(w.center[1] - y) for w in words if abs(w.center[0] - x) < (w.w + wide) / 2]
    return min([most, *(gap for gap in over if gap > sign.h / 2)])


def _last_column(rows: list[list[Word]], words: list[Word], pitch: float) -> list[Word]:
    """The same word or number right of each of several rows of numbers, about as far as these stand apart: "don't
    know", by its sign."""
    found: list[Word] = []
    for row in rows:
        last = row[-1]
        level = [w for w in words if w.x > last.x and abs(w.center[1] - last.center[1]) < last.h / 2 and w is not last]
        after = sorted(level, key=lambda w: w.x)[:2]
        alone = len(after) == 1 or (len(after) == 2 and after[1].x - after[0].x - after[0].w > pitch / 2)
        if not alone or after[0].w > pitch * ROOM or after[0].center[0] - last.center[0] > APART * pitch:
            return []
        found.append(after[0])
    same = all(w.text == found[0].text and abs(w.center[0] - found[0].center[0]) < SAME_MM for w in found)
    return found if len(rows) > 1 and same else []


def counts_box(word: Word, box: Found) -> bool:
    """Whether a number stands in, beside, over or under a box: then it says something about that."""
    if box.shape == "writing":
        return False
    down = max(box.y - word.center[1], word.center[1] - box.bottom)
    return stands_beside(word, box) or (abs(word.center[0] - box.center[0]) < box.w / 2 and down < OVER_MM)


def stands_beside(word: Word, box: Found) -> bool:
    """Whether a number stands in or right beside a box."""
    x, y = word.center
    return box.y <= y <= box.bottom and max(box.x - x, x - box.right) < BESIDE_MM


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


def _pairs(line: list[Word]) -> list[list[Word]]:
    """Two numbers of a line that count on, "1   2" under "No" and "Yes", behind words: with room between, no third."""
    worded = next((place for place, word in enumerate(line) if any(map(str.isalpha, word.text))), len(line))
    steps = [int(word.text) if NUMBER.fullmatch(word.text) else None for word in line]
    found = []
    for place in range(worded + 1, len(line) - 1):
        around = [step for step in (steps[place - 1], *steps[place : place + 3]) if step is not None]
        one, other = line[place : place + 2]
        first = steps[place]
        pair = first is not None and steps[place + 1] == first + 1 and not {first - 1, first + 2} & set(around)
        if pair and other.x - one.x - one.w > ROOM_MM / 2:  # half of the room of each: no words of a sentence
            found.append([one, other])
    return found


def _rows_of_letters(letters: list[Word]) -> list[list[Word]]:
    """The lines of different letters that stand as far apart as the numbers of a scale do."""
    rows = []
    for line in lines_of(letters):
        gaps = [b.center[0] - a.center[0] for a, b in pairwise(line)]
        even = bool(gaps) and all(abs(gap - gaps[0]) < EVEN * gaps[0] for gap in gaps)
        if even and len(line) >= LEAST_COUNTED and len({w.text for w in line}) == len(line):
            rows.append(line)
    return rows


def _same(one: list[Word], other: list[Word]) -> bool:
    """Whether two rows of numbers stand in the same columns, and say the same."""
    pairs = list(zip(one, other, strict=True))
    return all(abs(a.center[0] - b.center[0]) < SAME_MM and a.text == b.text for a, b in pairs)


def step_of(sign: str) -> int:
    """What a sign counts: 3 of "3." and of "c."."""
    sign = sign.rstrip(".)")
    return int(sign) if sign.isdecimal() else ord(sign.lower()) - ord("a") + 1


def counts_on(numbers: list[int]) -> bool:
    """Whether numbers, two at least, go up or down by one from each to the next."""
    return {b - a for a, b in pairwise(numbers)} in ({1}, {-1})


def is_scale(numbers: list[int]) -> bool:
    """Whether numbers are the steps of a scale, the last ones perhaps those of no answer."""
    steps = numbers
    while len(steps) > LEAST_COUNTED and not counts_on(steps) and steps[-1] in NO_ANSWER:
        steps = steps[:-1]
    return len(steps) >= LEAST_COUNTED and counts_on(steps)
