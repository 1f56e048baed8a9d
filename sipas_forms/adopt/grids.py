"""Rows of boxes without words between them: rating tables, answer sheets, number grids."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sipas_forms.adopt.text import Run, is_numbered, plain
from sipas_forms.adopt.types import Draft, FormPage, Found, Word
from sipas_forms.printing.layout import Rect

LEVEL = 0.45  # of a box's height: boxes whose middles are nearer than this stand in one row
ALIGNED_MM = 1.6  # columns of one table
PITCH = 2.6  # of the usual distance between two boxes of a row: a wider gap begins another question
LONE_PAIR_MM = 40.0  # two boxes further apart are two lists, not a row
HEAD_MM = 30.0  # how far above its first row the words over a table may stand
HEAD_GAP = 2.1  # of the words' height: a wider gap ends the head
BESIDE_MM = 15.0  # from a row's ends to the words that say what they mean
ABOVE_MM = 30.0  # how far left of its row a question that stands over it may end
RULE_MM = 1.0  # two cells whose edges are this near share a rule
NUMBER_GAP_MM = 2.5  # between a row's number in a column of its own and its words


@dataclass
class _Row:
    """Boxes side by side; `boxes` are (index on the page, box)."""

    boxes: list[tuple[int, Found]]

    @property
    def middle(self) -> float:
        return sum(box.center[1] for _, box in self.boxes) / len(self.boxes)

    @property
    def columns(self) -> list[float]:
        return [box.center[0] for _, box in self.boxes]

    @property
    def left(self) -> float:
        return self.boxes[0][1].x


def find_grids(page: FormPage, runs: list[Run]) -> tuple[list[Draft], set[int], set[Word]]:
    """(questions, indices of their boxes, words that are theirs)."""
    rows = [part for row in _rows(page) for part in _parts(row, runs)]
    blocks = _blocks(page, rows)
    drafts: list[Draft] = []
    taken: set[int] = set()
    used: set[Word] = set()
    heads_of: list[tuple[_Row, list[str]]] = []
    for block in blocks:
        if _is_number_grid(block):
            drafts += _columns_asked(page, block)
        else:
            above, words = _asked_above(page, block, rows, runs)
            drafts += above or _rows_asked(page, block, rows, used, heads_of)
            used.update(words)
        taken |= {index for row in block for index, _ in row.boxes}
    return drafts, taken, used


def _rows(page: FormPage) -> list[_Row]:
    rows: list[_Row] = []
    boxes = [(i, box) for i, box in enumerate(page.found) if box.shape != "writing"]
    for index, box in sorted(boxes, key=lambda item: item[1].center[1]):
        if rows and abs(rows[-1].middle - box.center[1]) < LEVEL * box.h:
            rows[-1].boxes.append((index, box))
        else:
            rows.append(_Row([(index, box)]))
    for row in rows:
        row.boxes.sort(key=lambda item: item[1].x)
    return rows


def _parts(row: _Row, runs: list[Run]) -> list[_Row]:
    """A row cut where words, or much room, stand between two boxes; parts of one box are no table rows."""
    gaps = [right.x - left.right for (_, left), (_, right) in pairwise(row.boxes)]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0.0
    parts, current = [], [row.boxes[0]]
    for (item, other), gap in zip(pairwise(row.boxes), gaps, strict=True):
        wide = gap > max(PITCH * usual, 12.0)
        if wide or any(_stands_between(item[1], other[1], run) for run in runs):
            parts.append(_Row(current))
            current = []
        current.append(other)
    parts.append(_Row(current))
    kept = [part for part in parts if len(part.boxes) >= 2]
    return [p for p in kept if len(p.boxes) > 2 or p.boxes[1][1].x - p.boxes[0][1].right < LONE_PAIR_MM]


def _stands_between(left: Found, right: Found, run: Run) -> bool:
    level = abs(run.center[1] - left.center[1]) < 0.6 * max(left.h, run.h)
    return level and run.right > left.right and run.x < right.x and run.center[0] < right.center[0]


def _blocks(page: FormPage, rows: list[_Row]) -> list[list[_Row]]:
    """Rows below each other with the same columns."""
    blocks: list[list[_Row]] = []
    for row in rows:
        for block in blocks:
            near = row.middle - block[-1].middle < _reach(block) or _next_in_table(page, block[-1], row)
            if _same_columns(block[-1], row) and near:
                block.append(row)
                break
        else:
            blocks.append([row])
    return blocks


def _reach(block: list[_Row]) -> float:
    """How far below a table's last row its next one may stand: rows of two lines and of one alternate."""
    if len(block) == 1:
        return 20.0
    return 1.8 * max(b.middle - a.middle for a, b in pairwise(block))


def _band(page: FormPage, row: _Row) -> tuple[float, float] | None:
    """The upper and lower rule of the table's row in which all these boxes stand, each in a cell of its own."""
    cells = _cells_of(page, row)
    same = cells and all(abs(at.y - cells[0].y) + abs(at.h - cells[0].h) < RULE_MM for at in cells)
    return (cells[0].y, cells[0].y + cells[0].h) if same else None


def _cells_of(page: FormPage, row: _Row) -> list[Rect]:
    """The cell of each box, none where not every box has one of its own."""
    around = [[at for at in page.cells if _holds(at, box)] for _, box in row.boxes]
    cells = [min(cells, key=lambda at: at.w * at.h) for cells in around if cells]
    return cells if len(set(cells)) == len(row.boxes) else []


def _holds(cell: Rect, box: Found) -> bool:
    x, y = box.center
    return cell.x < x < cell.x + cell.w and cell.y < y < cell.y + cell.h


def _next_in_table(page: FormPage, row: _Row, other: _Row) -> bool:
    """Whether a rule between them is all that parts two rows of a table."""
    upper, lower = _band(page, row), _band(page, other)
    return upper is not None and lower is not None and abs(lower[0] - upper[1]) < RULE_MM


def _same_columns(one: _Row, other: _Row) -> bool:
    if len(one.boxes) != len(other.boxes):
        return False
    return all(abs(a - b) <= ALIGNED_MM for a, b in zip(one.columns, other.columns, strict=True))


def _is_number_grid(block: list[_Row]) -> bool:
    """A sign repeated along each row and different from row to row: the question runs down, as in 0 to 9 under each
    digit of a number."""
    signs = [[box.inside for _, box in row.boxes] for row in block]
    return (
        len(block) >= 3
        and all(len(set(row)) == 1 and row[0] for row in signs)
        and len({row[0] for row in signs}) == len(block)
    )


def _columns_asked(page: FormPage, block: list[_Row]) -> list[Draft]:
    heads = _heads(page, block, None)[0]
    drafts = []
    for column, head in enumerate(heads):
        boxes = [row.boxes[column] for row in block]
        labels = [box.inside for _, box in boxes]
        doubt = [] if head else ["no words over the column"]
        drafts.append(
            Draft(head or f"{column + 1}", labels, [(page.number, i) for i, _ in boxes], grid=True, doubts=doubt)
        )
    return drafts


def _rows_asked(
    page: FormPage, block: list[_Row], rows: list[_Row], used: set[Word], heads_of: list[tuple[_Row, list[str]]]
) -> list[Draft]:
    """A question a row: its words to the left, its options over the columns or in the boxes. A part of a table that
    has no head of its own has that of the part above (`heads_of`)."""
    heads, words, top = _heads(page, block, used)
    if any(heads):
        heads_of.append((block[0], heads))
    else:
        heads = next((h for row, h in reversed(heads_of) if _same_columns(row, block[0])), heads)
    inside = [[box.inside for _, box in row.boxes] for row in block]
    heading = _heading(page, block, top)
    drafts = []
    for number, row in enumerate(block):
        labels = [head or sign for head, sign in zip(heads, inside[number], strict=True)]
        text, own = _row_words(page, block, number, rows, top)
        used.update(own)
        places = [(page.number, index) for index, _ in row.boxes]
        drafts.append(Draft(text, labels, places, heading=heading, grid=True))
    used.update(words)
    return drafts


def _asked_above(
    page: FormPage, block: list[_Row], rows: list[_Row], runs: list[Run]
) -> tuple[list[Draft], list[Word]]:
    """(questions that stand over their rows of signs, as a line of numbers from "poor" to "good" has; their words).
    None, where a row has words of its own beside it, or nothing over it."""
    drafts: list[Draft] = []
    words: list[Word] = []
    for row in block:
        first, last = row.boxes[0][1], row.boxes[-1][1]
        level = [run for run in runs if abs(run.center[1] - row.middle) < LEVEL * first.h]
        before = [run for run in level if -1 < first.x - run.right < BESIDE_MM][-1:]
        after = [run for run in level if -1 < run.x - last.right < BESIDE_MM][:1]
        signs = [box.inside for _, box in row.boxes]
        above = _lines_above(row, rows, runs)
        asked = above and all(signs) and len(before) == len(after)
        if not asked or any(is_numbered(run.text) for run in before):
            return [], []
        if before:  # what the ends of the scale mean
            signs[0], signs[-1] = f"{signs[0]} ({before[0].text})", f"{signs[-1]} ({after[0].text})"
        text = plain(" ".join(run.text for run in above))
        drafts.append(Draft(text, signs, [(page.number, index) for index, _ in row.boxes], grid=True))
        words += [word for run in (*above, *before, *after) for word in run.words]
    return drafts, words


def _lines_above(row: _Row, rows: list[_Row], runs: list[Run]) -> list[Run]:
    """The lines of words that stand right over a row, up to a numbered one or to the boxes over it."""
    first, last = row.boxes[0][1], row.boxes[-1][1]
    others = [box for other in rows for _, box in other.boxes if other is not row]
    over = [box.bottom for box in others if box.bottom < first.y and first.x - ABOVE_MM < box.right < last.right + 1]
    left = [box.right for box in others if box.right < first.x and abs(box.center[1] - row.middle) < HEAD_MM]
    roof, edge = max(over, default=0.0), max(left, default=0.0)
    found: list[Run] = []
    low = first.y
    for run in sorted(runs, key=lambda run: -run.center[1]):
        if not (roof <= run.y and run.bottom <= first.y + 0.5 and edge < run.x < last.right):
            continue
        if run.right <= first.x - ABOVE_MM:
            continue
        if low - run.bottom > HEAD_GAP * run.h:
            break
        found.insert(0, run)
        low = run.y
        if is_numbered(run.text):
            break
    return found


def _heads(page: FormPage, block: list[_Row], used: set[Word] | None) -> tuple[list[str], list[Word], float]:
    """(words over each column, those words, the height of their first line)."""
    first = block[0]
    top = min(box.y for _, box in first.boxes)
    edges = _edges(page, first)
    above = [w for w in page.words if top - HEAD_MM < w.center[1] < top and (used is None or w not in used)]
    lines: list[list[Word]] = []
    for word in sorted(above, key=lambda w: -w.center[1]):
        if lines and abs(lines[-1][0].center[1] - word.center[1]) < 0.5 * word.h:
            lines[-1].append(word)
        else:
            lines.append([word])
    taken: list[Word] = []
    low = top
    boxes_above = max(
        (b.bottom for b in page.found if b.bottom < top - 0.5 and edges[0] < b.center[0] < edges[-1]), default=0.0
    )
    for line in lines:
        over = [word for word in line if edges[0] <= word.center[0] <= edges[-1]]
        height = line[0].h
        gap = low - max(word.y + word.h for word in line)
        if gap > (HEAD_GAP * height if taken else max(12.0, HEAD_GAP * height)):
            break
        if _runs_in(line, edges[0]) or line[0].center[1] < boxes_above:
            break
        if over:
            taken += over
            low = min(word.y for word in line)
    heads = []
    for left, right in pairwise(edges):
        mine = [word for word in taken if left <= word.center[0] < right]
        mine.sort(key=lambda w: (round(w.center[1] / (0.5 * w.h)), w.x))
        heads.append(" ".join(word.text for word in _reading_order(mine)))
    return heads, taken, low


def _reading_order(words: list[Word]) -> list[Word]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.center[1]):
        if lines and abs(lines[-1][0].center[1] - word.center[1]) < 0.5 * word.h:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda w: w.x)]


def _edges(page: FormPage, row: _Row) -> list[float]:
    """The borders between the columns: the table's rules, or the middles between its boxes."""
    cells = _cells_of(page, row)
    if cells:
        return [*(cell.x for cell in cells), cells[-1].x + cells[-1].w]
    columns = row.columns
    pitch = [b - a for a, b in pairwise(columns)]
    middles = [(a + b) / 2 for a, b in pairwise(columns)]
    return [columns[0] - pitch[0] / 2, *middles, columns[-1] + pitch[-1] / 2]


def _runs_in(line: list[Word], edge: float) -> bool:
    """Whether a sentence from the left runs on into the columns: then it is no head."""
    ordered = sorted(line, key=lambda w: w.x)
    for left, right in pairwise(ordered):
        if left.x + left.w / 2 < edge <= right.x + right.w / 2:
            return right.x - (left.x + left.w) < 0.5 * left.h
    return False


def _heading(page: FormPage, block: list[_Row], top: float) -> str:
    """The last line of words above the first row, beside or above the head: what is asked of all rows."""
    left, first = block[0].left, block[0].middle - block[0].boxes[0][1].h / 2
    below = _below_head(page, block, top)
    above = [w for w in page.words if below <= w.y + 0.5 and w.y + w.h <= first + 0.5 and w.x < left]
    above = [w for w in above if w.y > below - 0.5] if below else []
    if not above:
        above = [w for w in page.words if top - 16 < w.y + w.h <= top + 0.5 and w.x < left]
    if not above:
        return ""
    low = max(word.center[1] for word in above)
    line = [word for word in page.words if abs(word.center[1] - low) < 0.5 * word.h]
    return " ".join(word.text for word in sorted(line, key=lambda w: w.x))


def _row_words(page: FormPage, block: list[_Row], number: int, rows: list[_Row], top: float) -> tuple[str, list[Word]]:
    """The words left of a row's boxes, within the row's share of the height, back to the next boxes on the left."""
    row = block[number]
    first, last = number == 0, number == len(block) - 1
    up = (block[number - 1].middle + row.middle) / 2 if not first else None
    down = (block[number + 1].middle + row.middle) / 2 if not last else None
    half = (down - row.middle) if down is not None else (row.middle - up) if up is not None else 5.0
    low = up if up is not None else max(row.middle - half, _below_head(page, block, top))
    high = down if down is not None else row.middle + half
    low, high = _band(page, row) or (low, high)
    beside = [r for r in rows if r is not row and abs(r.middle - row.middle) < 3 and r.left < row.left]
    edge = max((box.right for other in beside for _, box in other.boxes), default=0.0)
    words = [w for w in page.words if low <= w.center[1] < high and edge < w.x and w.x + w.w <= row.left + 0.5]
    ordered = _reading_order(words)
    return _without_number(ordered), words


def _below_head(page: FormPage, block: list[_Row], top: float) -> float:
    """Words level with the table's head belong to it, not to the first row."""
    first = min(box.y for _, box in block[0].boxes)
    heads = [w for w in page.words if top - 0.5 <= w.center[1] < first and w.x > block[0].left - 1]
    return max((w.y + w.h for w in heads), default=0.0)


def _without_number(words: list[Word]) -> str:
    """The row's words; a number that stands in a column of its own, or before the words, is left out."""
    if len(words) > 1 and words[0].text.rstrip(".)").isdigit():
        follows = [w for w in words[1:] if abs(w.center[1] - words[0].center[1]) < 0.6 * w.h]
        gap = min((w.x for w in follows), default=0.0) - (words[0].x + words[0].w)
        apart = not follows or gap > NUMBER_GAP_MM or is_numbered(words[0].text)
        if apart or all(w.x > words[0].x + words[0].w for w in words[1:]):
            words = words[1:]
    return plain(" ".join(word.text for word in words))
