"""The words that stand beside, over and under the rows of a table: what each row asks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from sipas_forms.adopt.rows import ALIGNED_MM, LEVEL, RULE_MM, Row, band_of, cell_around, edges_of, lines_of, said
from sipas_forms.adopt.sizes import inside, stands_before
from sipas_forms.adopt.text import (
    COUNTED,
    ROW_LETTER,
    ROW_NUMBER,
    ROW_SIGN,
    Run,
    asks_by_number,
    counts_after,
    has_words,
    is_numbered,
    is_title,
    plain,
)
from sipas_forms.adopt.types import FormPage, Word
from sipas_forms.printing.layout import Rect

BESIDE_MM = 20.0  # from a row's ends to the words that say what they mean
ABOVE_MM = 30.0  # how far left of its row a question that stands over it may end
OVER_MM = 30.0  # from a row whose labels stand under it up to its question: pictures may come between
HEAD_MM = 30.0  # how far beside a row boxes may end that stand at its left
LINE_GAP = 0.5  # of the words' height: lines of one sentence are nearer to each other
BLOCK_GAP = 2.1  # of the words' height: a wider gap ends what belongs to a row
PART_GAP = 1.0  # of the words' height: with more room under it a line over a row's words is the name of a part
NUMBER_GAP_MM = 2.5  # between a row's number in a column of its own and its words
SAME_ROW_MM = 3.0  # boxes this level bound the words between them
GUTTER_MM = 4.0  # room between two columns of a page, from top to bottom of what stands in them
LIST_MM = 12.0  # so far over and under a row the boxes of a list beside it are counted
SHARE_MM = 5.0  # of a row that stands alone: its words are up to so far over and under its middle
ALIGNED = 0.25  # of the distance between two boxes: words this near to a box's middle stand under it


@dataclass
class Wording:
    """A row's words; `group`: what its merged cell says, which holds for other rows too."""

    text: str
    words: list[Word]
    group: str = ""
    doubts: list[str] = field(default_factory=list)


def read_wordings(page: FormPage, block: list[Row], rows: list[Row], top: float) -> list[Wording]:
    """What stands left of each row, back to the next boxes on the left or to the next column of the page; `top`: where
    the head begins. Where they stand with their words in one cell beside another, that asks all of them."""
    around, asking = _cell_beside(page, block)
    if around is not None:
        page = replace(page, words=tuple(word for word in page.words if inside(around, word)))
    roof = below_head(page, block, top)
    edge = _column_edge(page, block, rows)
    owned = _owned_paragraphs(page, block, roof, edge)
    counted = _rows_counted(block, owned)
    wordings = []
    for number, row in enumerate(block):
        band = band_of(page, row)
        if band is not None:
            wordings.append(_within_rules(page, block, row, band))
            continue
        low, high = _share(block, number, roof)
        near = [word for word in _left_words(page, row, edge) if word not in owned or owned[word] == number]
        own = [word for word in near if word in owned]
        # where each row begins with its number, what stands between two of them is a part's name
        loose = [] if counted else [word for word in near if word not in owned and low <= word.center[1] < high]
        part = [word for word in loose if _is_apart(word, own)]
        words = [word for word in near if word in own or (word in loose and word not in part)]
        above = [word for word in near if word not in (*words, *part) and word.center[1] > roof]
        text, doubts = _without_number(words), _first_line_doubts(words, above)
        wordings.append(Wording(text, [*words, *part, *asking], plain(said(asking)) if asking else "", doubts))
    _drop_letters(wordings)
    return wordings


def _drop_letters(wordings: list[Wording]) -> None:
    """Leave out letters that no question is counted by, "j. Parking", where the row before or after has the next one:
    by itself such a letter may begin a name."""
    nothing = Wording("", [])
    for before, own, after in zip([nothing, *wordings], wordings, [*wordings[1:], nothing], strict=False):
        sign, _, rest = own.text.partition(" ")
        goes_on = any(counts_after(sign, word.text) for word in before.words)
        if rest and (goes_on or any(counts_after(word.text, sign) for word in after.words)):
            own.text = rest


def _cell_beside(page: FormPage, block: list[Row]) -> tuple[Rect | None, list[Word]]:
    """(the cell in which all rows of a block stand, each with words before its boxes; the words of the cell before
    that), none where there is no such cell, or no words before it."""
    around = {cell_around(page, box) for row in block for _, box in row.boxes}
    cell = around.pop() if len(around) == 1 else None
    if cell is None or len(block) < 2 or any(not _is_worded(page, row, cell) for row in block):
        return None, []
    level = [at for at in page.cells if abs(at.y - cell.y) + abs(at.h - cell.h) < RULE_MM]
    before = [at for at in level if stands_before(at, cell, RULE_MM)]
    asking = [word for word in page.words if any(inside(at, word) for at in before)]
    return (cell, asking) if has_words(said(asking)) else (None, [])


def _is_worded(page: FormPage, row: Row, cell: Rect) -> bool:
    """Whether words stand in a cell level with a row, before its boxes."""
    level = [word for word in page.words if abs(word.center[1] - row.middle) < LEVEL * word.h]
    return any(inside(cell, word) and word.x + word.w < row.left and has_words(word.text) for word in level)


def _is_apart(word: Word, own: list[Word]) -> bool:
    """Whether a word stands over a row's own words with room for a line between, as a part's name does."""
    return bool(own) and min(other.y for other in own) - (word.y + word.h) > PART_GAP * word.h


def below_head(page: FormPage, block: list[Row], top: float) -> float:
    """Words level with the table's head belong to it, not to the first row."""
    first = block[0]
    heads = [w for w in page.words if top - 0.5 <= w.center[1] < first.top and w.x > first.left - 1]
    return max((w.y + w.h for w in heads), default=0.0)


def _column_edge(page: FormPage, block: list[Row], rows: list[Row]) -> float:
    """Where the words of a block's rows begin at the earliest: the room between two columns of the page lies left of
    it, if options with their boxes stand in the column before. 0 where there are none."""
    left, high, low = block[0].left, block[0].top, block[-1].bottom
    of_rows = {index for row in rows for index, _ in row.boxes}
    lone = [box for i, box in enumerate(page.found) if i not in of_rows and box.shape != "writing" and box.right < left]
    beside = [box for box in lone if high - SAME_ROW_MM < box.center[1] < low + SAME_ROW_MM]
    words = [w for w in page.words if w.x + w.w <= left + 0.5 and high - SAME_ROW_MM < w.center[1] < low + SAME_ROW_MM]
    if not beside:
        return 0.0
    column: list[Rect] = []
    right = 0.0
    for thing in sorted((*beside, *words), key=lambda at: at.x):
        if thing.x - right > GUTTER_MM:
            column = []
        column.append(thing)
        right = max(right, thing.x + thing.w)
    if not any(thing in beside for thing in column):
        return min(thing.x for thing in column) - 0.1
    around = [box for box in lone if high - LIST_MM < box.center[1] < low + LIST_MM]
    return left if len(around) > len(block) + 1 else 0.0


def _left_words(page: FormPage, row: Row, least: float) -> list[Word]:
    """All words between a row's first box and the boxes at its left, at any height, from `least` on."""
    others = [box for box in page.found if box.shape != "writing" and box.right < row.left]
    edge = max((box.right for box in others if abs(box.center[1] - row.middle) < SAME_ROW_MM), default=0.0)
    edge = max(edge, least)
    return [word for word in page.words if edge < word.x and word.x + word.w <= row.left + 0.5]


def _share(block: list[Row], number: int, roof: float) -> tuple[float, float]:
    """The heights between which a row's words stand: half the way to its neighbours."""
    row = block[number]
    up = (block[number - 1].middle + row.middle) / 2 if number else None
    down = (block[number + 1].middle + row.middle) / 2 if number + 1 < len(block) else None
    half = (down - row.middle) if down is not None else (row.middle - up) if up is not None else SHARE_MM
    return up if up is not None else max(row.middle - half, roof), down if down is not None else row.middle + half


def _owned_paragraphs(page: FormPage, block: list[Row], roof: float, edge: float) -> dict[Word, int]:
    """The words of every sentence that is level with one row of the block and no other boxes, and that row."""
    inside = {index for row in block for index, _ in row.boxes}
    others = [box for index, box in enumerate(page.found) if index not in inside and box.shape != "writing"]
    owned: dict[Word, int] = {}
    for lines in _paragraphs([word for word in _left_words(page, block[0], edge) if word.center[1] > roof]):
        words = [word for line in lines for word in line]
        x, y, bottom = min(w.x for w in words), min(w.y for w in words), max(w.y + w.h for w in words)
        level = [number for number, row in enumerate(block) if y <= row.middle <= bottom]
        if len(level) == 1 and not any(y <= box.center[1] <= bottom and box.x > x for box in others):
            owned |= dict.fromkeys(words, level[0])
    return owned


def _rows_counted(block: list[Row], owned: dict[Word, int]) -> bool:
    """Whether the words of every row begin with its number or code, which counts on from the row before."""
    first = {number: min((w for w in owned if owned[w] == number), key=lambda w: w.x) for number in owned.values()}
    signs = [COUNTED.fullmatch(first[number].text) for number in range(len(block)) if number in first]
    numbers = [int(sign[1]) for sign in signs if sign]
    return len(numbers) >= max(2, len(block)) and all(b == a + 1 for a, b in pairwise(numbers))


def _paragraphs(words: list[Word]) -> list[list[list[Word]]]:
    """Lines that follow each other as those of one sentence do; a number, or a start further left, begins another. A
    row's number in a column of its own stands on any line of its words."""
    paragraphs: list[list[list[Word]]] = []
    start = 0.0
    for line in lines_of(words):
        last = paragraphs[-1] if paragraphs else []
        gap = min(w.y for w in line) - max(w.y + w.h for w in last[-1]) if last else 0.0
        if last and len(line) == 1 and _is_number(line[0]) and gap < 0 and line[0].x < start:
            last[-1].append(line[0])  # it stands between two lines
            continue
        apart = len(line) > 1 and _is_number(line[0]) and line[1].x - line[0].x - line[0].w > NUMBER_GAP_MM
        x = line[1].x if apart else line[0].x
        level = x > start - 1 and (not apart or x < start + ALIGNED_MM)
        follows = last and gap <= LINE_GAP * line[0].h and level
        text = " ".join(word.text for word in line)
        if follows and not is_numbered(text) and not asks_by_number(text):
            last.append(line)
        else:
            paragraphs.append([line])
            start = x
    return paragraphs


def _first_line_doubts(words: list[Word], above: list[Word]) -> list[str]:
    """Whether a wording that begins within a sentence may have its first line among the words over it."""
    lines = lines_of(words)
    if not _without_number(words)[:1].islower():
        return []
    gaps = [lines[0][0].y - (word.y + word.h) for word in above]
    near = any(-0.5 < gap < 2 * LINE_GAP * lines[0][0].h for gap in gaps)
    return ["does the line over it belong to its wording?"] if near else []


def _within_rules(page: FormPage, block: list[Row], row: Row, band: tuple[float, float]) -> Wording:
    """The words in the cells of a row's own band; those of a cell that spans several rows are their group's name."""
    left = _left_words(page, row, 0.0)
    cell_of = {word: cell_around(page, word) for word in left}
    merged = {cell for cell in cell_of.values() if cell and _rows_in(cell, block) > 1}
    columns = {(round(cell.x), round(cell.w)) for cell in merged}
    ruled = any(cell and band[0] <= cell.center[1] < band[1] for cell in cell_of.values())
    own: list[Word] = []
    group: list[Word] = []
    for word, cell in cell_of.items():
        if cell is None and ruled:  # beside the table
            continue
        grouping = cell is not None and (cell in merged or (round(cell.x), round(cell.w)) in columns)
        if grouping and cell is not None and cell.y < row.middle < cell.y + cell.h:
            group.append(word)
        elif not grouping and band[0] <= word.center[1] < band[1]:
            own.append(word)
    return Wording(_without_number(own), [*own, *group], plain(said(group)) if group else "")


def _rows_in(cell: Rect, block: list[Row]) -> int:
    return sum(cell.y - RULE_MM < row.top and row.bottom < cell.y + cell.h + RULE_MM for row in block)


def _without_number(words: list[Word]) -> str:
    """The row's words; a number that stands in a column of its own, or before the words, is left out."""
    words = [word for line in lines_of(words) for word in line]
    first = min(words, key=lambda word: word.x, default=None)
    others = [word for word in words if word is not first]
    if first and others and _counts(first, others) and all(word.x > first.x + first.w for word in others):
        words = others
    elif words and _is_number(words[0]):
        follows = [w for w in words[1:] if abs(w.center[1] - words[0].center[1]) < 0.6 * w.h]
        gap = min((w.x for w in follows), default=0.0) - (words[0].x + words[0].w)
        if not follows or gap > NUMBER_GAP_MM or is_numbered(words[0].text):
            words = words[1:] or words
    return plain(" ".join(word.text for word in words))


def _counts(first: Word, others: list[Word]) -> bool:
    """Whether the word at the left of a row is what rows are counted by: a number, or a code or letter apart."""
    apart = min(word.x for word in others) - (first.x + first.w) > NUMBER_GAP_MM
    lettered = apart and bool(ROW_LETTER.fullmatch(first.text))
    coded = (apart or len(lines_of(others)) > 1) and bool(ROW_SIGN.match(first.text))
    return _is_number(first) or lettered or coded


def _is_number(word: Word) -> bool:
    return bool(ROW_NUMBER.fullmatch(word.text))


def right_words(block: list[Row], rows: list[Row], runs: list[Run]) -> list[Run | None]:
    """The words right of each row, unless boxes follow them: then they are another row's words."""
    found = []
    for row in block:
        first = row.boxes[0][1]
        level = [run for run in runs if abs(run.center[1] - row.middle) < LEVEL * max(first.h, run.h)]
        after = [run for run in level if -1 < run.x - row.right < BESIDE_MM and has_words(run.text)]
        followed = any(r.left > row.right and abs(r.middle - row.middle) < first.h for r in rows)
        right = None if followed else min(after, key=lambda run: run.x, default=None)
        found.append(_with_lines(right, runs) if right else None)
    return found


def _with_lines(run: Run, runs: list[Run]) -> Run:
    """Words with the lines over and under them that begin below each other as those of one sentence do."""
    lines = [run]
    for other in sorted(runs, key=lambda other: abs(other.center[1] - run.center[1])):
        gap = max(other.y - max(line.bottom for line in lines), min(line.y for line in lines) - other.bottom)
        if other not in lines and abs(other.x - run.x) < ALIGNED_MM and -0.5 <= gap <= LINE_GAP * run.h:
            lines.append(other)
    lines.sort(key=lambda line: line.y)
    top, right = lines[0].y, max(line.right for line in lines)
    words = tuple(word for line in lines for word in line.words)
    text = " ".join(line.text for line in lines)
    return Run(run.x, top, right - run.x, lines[-1].bottom - top, text, words)


def parts_beside(page: FormPage, block: list[Row], rows: list[Row], side: int) -> list[Row]:
    """The rows left (-1) or right (1) of a block's rows, where no words stand between them: they have one wording.
    Nothing unless every row has such a part, all the way to the left."""
    found = []
    for row in block:
        level = [r for r in rows if r is not row and abs(r.middle - row.middle) < LEVEL * row.boxes[0][1].h]
        others = [r for r in level if side * (r.left - row.left) > 0]
        if not others:
            return []
        far = min(others, key=lambda r: r.left)
        start, end = (far.right, row.left) if side < 0 else (row.right, far.left)
        if any(start < w.center[0] < end and abs(w.center[1] - row.middle) < w.h for w in page.words):
            return []
        found.append(far)
    return found


def lines_above(row: Row, top: float, page: FormPage, runs: list[Run], reach: float) -> list[Run]:
    """The lines of words that stand over a row or its head, which begins at `top`, the last at most `reach` over it, up
    to a numbered one or to the boxes over it."""
    own = {index for index, _ in row.boxes}
    others = [box for index, box in enumerate(page.found) if index not in own]
    # boxes that share out the page stand half their distance from where their question begins
    edge_left = row.left - max(ABOVE_MM, min(b - a for a, b in pairwise(row.columns)) / 2)
    over = [box.bottom for box in others if box.bottom < top and edge_left < box.right < row.right + 1]
    left = [box for box in others if box.right < row.left and row.top - HEAD_MM < box.y < row.bottom]
    roof = max(over, default=0.0)
    found: list[Run] = []
    low = top
    asked: Run | None = None
    for run in sorted(runs, key=lambda run: -run.center[1]):
        if not any(map(str.isalnum, run.text)):  # what a scan's reader makes of a picture
            continue
        edge = max((box.right for box in left if box.bottom > run.y), default=0.0)  # what ends over it is not beside
        if not (roof <= run.y and run.bottom <= top + 0.5 and edge < run.x < row.right):
            continue
        if run.right <= edge_left:
            continue
        if low - run.bottom > (BLOCK_GAP * run.h if found else max(reach, BLOCK_GAP * run.h)):
            break
        if asked is not None and abs(run.center[1] - asked.center[1]) > run.h / 2:
            break
        if found and (is_title(run, found[0]) or _ends_before(run, found[0])):
            break
        found.insert(0, run)
        low = run.y
        if _begins_question(run, runs):
            asked = run
    if asked is not None:
        level = [run for run in found if abs(run.center[1] - asked.center[1]) <= run.h / 2]
        first = sorted((run for run in level if run.x >= asked.x), key=lambda run: run.x)
        return first + [run for run in found if run not in level and run.x >= asked.x - ALIGNED_MM]
    return found


def _ends_before(run: Run, below: Run) -> bool:
    """Whether a sentence ends over a question with room for a line between, as one that says how to answer does."""
    return run.text.endswith(".") and below.text.endswith("?") and below.y - run.bottom > PART_GAP * run.h


def _begins_question(run: Run, runs: list[Run]) -> bool:
    """Whether a run begins as a numbered question does; a number alone where words follow on its line."""
    if not is_numbered(run.text) or has_words(run.text):
        return is_numbered(run.text)
    follows = [other for other in runs if abs(other.center[1] - run.center[1]) < run.h / 2 and other.x > run.right]
    return bool(follows) and has_words(min(follows, key=lambda other: other.x).text)


def labels_under(row: Row, page: FormPage, runs: list[Run], above: float) -> list[list[Run]]:
    """The words under each box, where every one has some set under its middle, nearer to the row than what is over it
    (`above`: how near that is), and the row has none over the columns."""
    edges = edges_of(page, row)
    floor = min(
        (box.y for box in page.found if box.y > row.bottom and edges[0] < box.center[0] < edges[-1]), default=1e6
    )
    under = [run for run in runs if row.bottom - 0.5 <= run.y and run.bottom < floor and run.x < edges[-1]]
    labels: list[list[Run]] = [[] for _ in row.boxes]
    low = row.bottom
    for line in lines_of([run for run in under if run.right > edges[0]]):
        gap = min(run.y for run in line) - low
        first = not any(labels)
        if gap > (min(above, BLOCK_GAP * line[0].h) if first else LINE_GAP * line[0].h):
            break
        places = [_set_under(run, row) for run in line]
        if None in places or (first and sorted(p for p in places if p is not None) != list(range(len(labels)))):
            break
        for run, place in zip(line, places, strict=True):
            if place is not None:
                labels[place].append(run)
        low = max(run.bottom for run in line)
    return labels if all(labels) else []


def _set_under(run: Run, row: Row) -> int | None:
    """The box of a row under whose middle words are set."""
    pitch = min(b - a for a, b in pairwise(row.columns))
    near = [i for i, x in enumerate(row.columns) if abs(run.center[0] - x) < ALIGNED * pitch]
    return near[0] if near else None
