"""Finds boxes that stand side by side, and such rows below each other with the same columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from sipas_forms.adopt.sizes import inside, stands_before
from sipas_forms.adopt.text import Run, has_words
from sipas_forms.adopt.types import FormPage, Found, Word
from sipas_forms.printing.layout import Rect

LEVEL = 0.45  # of a box's height: boxes whose middles are nearer than this stand in one row
ALIGNED_MM = 1.6  # boxes of one column: what a scan's slant and a hand-set tab leave between them
PITCH = 2.6  # of the usual distance between two boxes of a row: a wider gap begins another question
LONE_PAIR_MM = 40.0  # two boxes further apart are two lists, not a row
UNDER = 1.0  # of the words' height: from a box to the words of its option that are set under it, at most
STEPS_LEAST = 3  # numbers before boxes that count on by chance are seldom this many
OPTION_MM = 4.0  # from a box to the words of its option, at most, if these follow it
RULE_MM = 1.0  # two cells whose edges are this near share a rule


Printed = TypeVar("Printed", Word, Run)


@dataclass
class Row:
    """Boxes side by side; `boxes` are (index on the page, box)."""

    boxes: list[tuple[int, Found]]

    @property
    def middle(self) -> float:
        """The height on which it stands."""
        return sum(box.center[1] for _, box in self.boxes) / len(self.boxes)

    @property
    def columns(self) -> list[float]:
        """The middle of each box."""
        return [box.center[0] for _, box in self.boxes]

    @property
    def left(self) -> float:
        """Where its first box begins."""
        return self.boxes[0][1].x

    @property
    def right(self) -> float:
        """Where its last box ends."""
        return self.boxes[-1][1].right

    @property
    def top(self) -> float:
        """The upper edge of its boxes."""
        return min(box.y for _, box in self.boxes)

    @property
    def bottom(self) -> float:
        """Their lower edge."""
        return max(box.bottom for _, box in self.boxes)

    @property
    def signs(self) -> list[str]:
        """What is printed in each box."""
        return [box.inside for _, box in self.boxes]


def with_steps(page: FormPage) -> FormPage:
    """The page with the numbers right before the boxes of a scale, "1 ( ) 2 ( ) 3 ( )", as the signs of these boxes,
    where rows below each other have the same, as a table's, or the scale stands between what its ends mean: the numbers
    before its boxes are no words then."""
    scales = [scale for row in _levels(page, set()) if (scale := _steps_before(page, row))]
    alike = [one for one in scales if any(one is not other and _repeat(one, other) for other in scales)]
    known = alike + [scale for scale in scales if scale not in alike and _has_poles(page, scale)]
    words = {word for scale in known for word in scale.steps}
    signs = {i: word.text for scale in known for (i, _), word in zip(scale.row.boxes, scale.steps, strict=True)}
    found = tuple(replace(box, inside=signs.get(i, box.inside)) for i, box in enumerate(page.found))
    return replace(page, words=tuple(word for word in page.words if word not in words), found=found)


@dataclass
class _Scale:
    """Boxes side by side, and the number before each of them."""

    row: Row
    steps: list[Word]


def _repeat(one: _Scale, other: _Scale) -> bool:
    """Whether two rows have the same numbers under each other."""
    return [word.text for word in one.steps] == [word.text for word in other.steps] and same_columns(one.row, other.row)


def _has_poles(page: FormPage, scale: _Scale) -> bool:
    """Whether a scale has words on both sides, what its ends mean, and the one before it asks nothing."""
    row, first = scale.row, scale.steps[0]
    level = [word for word in page.words if abs(word.center[1] - row.middle) < LEVEL * row.boxes[0][1].h]
    before = max((word for word in level if word.x < first.x), key=lambda word: word.x, default=first)
    after = min((word for word in level if word.x > row.right), key=lambda word: word.x, default=first)
    return all(map(has_words, (before.text, after.text))) and not before.text.endswith((":", "?"))


def _steps_before(page: FormPage, row: Row) -> _Scale | None:
    """The boxes of a row that have a number right before each, counted on, and nothing else between two of them."""
    level = [word for word in page.words if abs(word.center[1] - row.middle) < LEVEL * row.boxes[0][1].h]
    scale = _Scale(Row([]), [])
    right = 0.0
    for index, box in row.boxes:
        before = [word for word in level if right < word.center[0] < box.x]
        step = max(before, key=lambda word: word.x, default=None)
        right, last = box.right, right
        near = step is not None and -RULE_MM < box.x - step.x - step.w < min(OPTION_MM, step.x - last)
        if step is None or not near or not step.text.isdecimal() or box.inside:
            continue
        if scale.steps and (len(before) > 1 or int(step.text) != int(scale.steps[-1].text) + 1):
            return None
        scale.row.boxes.append((index, box))
        scale.steps.append(step)
    return scale if len(scale.steps) >= STEPS_LEAST else None


def find_rows(page: FormPage, runs: list[Run], taken: set[int]) -> list[Row]:
    """All rows of a page but of the boxes that are `taken`; boxes with words between them are no row."""
    return [part for row in _levels(page, taken) for part in _parts(page, row, runs)]


def _levels(page: FormPage, taken: set[int]) -> list[Row]:
    rows: list[Row] = []
    boxes = [(i, box) for i, box in enumerate(page.found) if box.shape != "writing" and i not in taken]
    for index, box in sorted(boxes, key=lambda item: item[1].center[1]):
        if rows and abs(rows[-1].middle - box.center[1]) < LEVEL * box.h:
            rows[-1].boxes.append((index, box))
        else:
            rows.append(Row([(index, box)]))
    for row in rows:
        row.boxes.sort(key=lambda item: item[1].x)
    return rows


def _parts(page: FormPage, row: Row, runs: list[Run]) -> list[Row]:
    """A row cut where words, or much room, stand between two boxes, and where a table begins or ends; parts of one box
    are no table rows."""
    around = [cell_around(page, box) or box for _, box in row.boxes]
    # boxes in cells that touch stand no further apart than these do, however wide they are
    gaps = [
        min(right.x - left.right, max(0.0, cell.x - before.x - before.w))
        for (_, left), (_, right), before, cell in zip(row.boxes, row.boxes[1:], around, around[1:], strict=False)
    ]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0.0
    parts, current = [], [row.boxes[0]]
    for (item, other), gap in zip(pairwise(row.boxes), gaps, strict=True):
        wide = gap > max(PITCH * usual, 12.0)
        bounds = (cell_around(page, item[1]) is None) != (cell_around(page, other[1]) is None)
        if wide or bounds or any(_stands_between(item[1], other[1], run) for run in runs):
            parts.append(Row(current))
            current = []
        current.append(other)
    parts.append(Row(current))
    kept = [part for part in parts if len(part.boxes) >= 2]
    return [part for part in kept if len(part.boxes) > 2 or _is_pair(part, runs)]


def _is_pair(row: Row, runs: list[Run]) -> bool:
    """Whether two boxes side by side belong together: not far apart, or with words set under each, and no words of an
    option right behind them, as where one list ends with its boxes beside another that begins with its own."""
    level = [run for run in runs if abs(run.center[1] - row.middle) < LEVEL * max(run.h, row.boxes[0][1].h)]
    behind = any(0 <= run.x - row.right < OPTION_MM for run in level)
    near = row.boxes[1][1].x - row.boxes[0][1].right < LONE_PAIR_MM
    return (near or all(_is_named_under(box, runs) for _, box in row.boxes)) and not behind


def _is_named_under(box: Found, runs: list[Run]) -> bool:
    """Whether words stand right under a box, set under its middle."""
    under = [run for run in runs if -RULE_MM < run.y - box.bottom < UNDER * run.h]
    return any(abs(run.center[0] - box.center[0]) < ALIGNED_MM for run in under)


def _stands_between(left: Found, right: Found, run: Run) -> bool:
    level = abs(run.center[1] - left.center[1]) < 0.6 * max(left.h, run.h)
    return level and run.right > left.right and run.x < right.x and run.center[0] < right.center[0]


def find_blocks(page: FormPage, rows: list[Row]) -> list[list[Row]]:
    """Rows below each other with the same columns."""
    blocks: list[list[Row]] = []
    for row in rows:
        for block in blocks:
            near = row.middle - block[-1].middle < _reach(block) or _next_in_table(page, block[-1], row)
            if same_columns(block[-1], row) and near:
                block.append(row)
                break
        else:
            blocks.append([row])
    return blocks


def _reach(block: list[Row]) -> float:
    """How far below a table's last row its next one may stand: rows of two lines and of one alternate."""
    if len(block) == 1:
        return 20.0
    return 1.8 * max(b.middle - a.middle for a, b in pairwise(block))


def band_of(page: FormPage, row: Row) -> tuple[float, float] | None:
    """The upper and lower rule of the table's row in which all these boxes stand, each in a cell of its own, or all in
    one that none but them is in, behind another cell."""
    cells = cells_of(page, row) or _shared_cell(page, row)
    same = cells and all(abs(at.y - cells[0].y) + abs(at.h - cells[0].h) < RULE_MM for at in cells)
    return (cells[0].y, cells[0].y + cells[0].h) if same else None


def _shared_cell(page: FormPage, row: Row) -> list[Rect]:
    """The one cell in which all boxes of a row stand, no others with them, right behind a cell of the same row."""
    around = {cell_around(page, box) for _, box in row.boxes}
    cell = around.pop() if len(around) == 1 else None
    if cell is None or sum(inside(cell, box) for box in page.found) > len(row.boxes):
        return []
    level = [at for at in page.cells if abs(at.y - cell.y) + abs(at.h - cell.h) < RULE_MM]
    return [cell] if any(stands_before(at, cell, RULE_MM) for at in level) else []


def cells_of(page: FormPage, row: Row) -> list[Rect]:
    """The cell of each box, none where not every box has one of its own."""
    cells = [at for _, box in row.boxes for at in [cell_around(page, box)] if at]
    return cells if len(set(cells)) == len(row.boxes) else []


def cell_around(page: FormPage, thing: Rect, room: float | None = None) -> Rect | None:
    """The smallest cell in which something stands; with `room` (mm), one wider by that: not the thing itself."""
    around = [at for at in page.cells if inside(at, thing) and (room is None or at.w > thing.w + room)]
    return min(around, key=lambda at: at.w * at.h, default=None)


def _next_in_table(page: FormPage, row: Row, other: Row) -> bool:
    """Whether a rule between them is all that parts two rows of a table."""
    upper, lower = band_of(page, row), band_of(page, other)
    return upper is not None and lower is not None and abs(lower[0] - upper[1]) < RULE_MM


def same_columns(one: Row, other: Row) -> bool:
    """Whether the boxes of two rows stand under each other."""
    if len(one.boxes) != len(other.boxes):
        return False
    return all(abs(a - b) <= ALIGNED_MM for a, b in zip(one.columns, other.columns, strict=True))


def edges_of(page: FormPage, row: Row) -> list[float]:
    """The borders between the columns: the table's rules, or the middles between its boxes."""
    cells = cells_of(page, row)
    if cells:
        return [*(cell.x for cell in cells), cells[-1].x + cells[-1].w]
    columns = row.columns
    pitch = [b - a for a, b in pairwise(columns)]
    middles = [(a + b) / 2 for a, b in pairwise(columns)]
    return [columns[0] - pitch[0] / 2, *middles, columns[-1] + pitch[-1] / 2]


def lines_of(words: list[Printed]) -> list[list[Printed]]:
    """Words, or runs of them, by lines: down the page and along each line."""
    lines: list[list[Printed]] = []
    for word in sorted(words, key=lambda w: w.center[1]):
        if lines and abs(lines[-1][0].center[1] - word.center[1]) < 0.5 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.x) for line in lines]


def said(words: list[Word]) -> str:
    """Words in the order in which they are read."""
    return " ".join(word.text for line in lines_of(words) for word in line)
