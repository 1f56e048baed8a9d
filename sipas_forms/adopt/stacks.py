"""Tables that list the options of a question in rows below it or beside it, beside each a number or letter to circle,
as the Indonesian survey of public services has it (Permenpan 14/2017), or an empty cell to tick; and rows of such cells
under a scale or behind options."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sipas_forms.adopt.lines import ASKING
from sipas_forms.adopt.numbers import EDGE_MM, NUMBER, OVER_MM, counts_on, is_scale, step_of
from sipas_forms.adopt.rows import lines_of, said
from sipas_forms.adopt.sizes import free_of, inside, stands_before, stands_on
from sipas_forms.adopt.text import has_words, plain, runs_of
from sipas_forms.adopt.types import Draft, FormPage, Found, Word
from sipas_forms.printing.layout import Rect

LEAST_STACKS, LEAST_OPTIONS = 2, 2  # in a table, and in each: a single column of numbers counts its rows
SIGN = re.compile(r"\d{1,2}|[A-Za-z]")  # what is circled in a cell behind an option's
WIDEST_MM = 25.0  # a cell with room for one number or tick
HINT = re.compile(r"\s*\([^()]*\)$")  # "(several may be marked)", behind a question
ASKED_MM = 9.0  # over a table: so far up stands the middle of the line that asks what is to be ticked in it
TICKED = "empty cells beside options: are they to be ticked?"
UNDER = "one row of empty cells under numbers: are they to be ticked, or written in?"


def stacked_numbers(tables: list[list[Rect]], words: list[Word], boxes: list[Found]) -> list[Found]:
    """The cells of such signs: several stacks of them in a table, each counting from 1 or "a" down or up to it, or one
    beside a single cell with a question."""
    found: list[Found] = []
    for table in tables:
        free = free_of((at for at in table if at.w < WIDEST_MM), boxes)
        signs = {at: said([word for word in words if inside(at, word)]) for at in free}
        signed = [at for at in free if SIGN.fullmatch(signs[at]) and _is_worded(_before(at, table), words)]
        stacks = [part for stack in _stacks(signed) for part in _counted(stack, signs)]
        if len(stacks) >= LEAST_STACKS or any(_is_question(_beside_all(stack, table), words) for stack in stacks):
            found += [Found(at.x, at.y, at.w, at.h, "cell") for stack in stacks for at in stack]
    return found


def stacked_cells(tables: list[list[Rect]], words: list[Word], boxes: list[Found]) -> list[Found]:
    """Empty cells under each other, each beside an option's words, under one cell over both with the question."""
    found: list[Found] = []
    for table in tables:
        empty = free_of((at for at in table if at.w < WIDEST_MM), words, boxes)
        for stack in _stacks([at for at in empty if _is_worded(_before(at, table), words)]):
            if _is_worded(_over_both(stack[0], table), words):
                found += [Found(at.x, at.y, at.w, at.h, "cell", doubt=TICKED) for at in stack]
    return found


def cells_behind_options(tables: list[list[Rect]], words: list[Word], printed: list[Rect]) -> list[Found]:
    """The narrow cells of tables that have nothing but these, each empty (`printed`: what there is but words), and an
    option's words right before each, where a question stands over the table: without one, they may ask for what is
    written. And where other words do, "2. Age", if the cells of one that is asked are as wide."""
    lists = [(table, cells) for table in tables if (cells := _behind_options(table, words, printed))]
    widths = [cells[0].w for table, cells in lists if is_asked(table, words)]
    found: list[Found] = []
    for table, cells in lists:
        if _words_over(table, words) and any(abs(cells[0].w - wide) < EDGE_MM for wide in widths):
            found += [Found(at.x, at.y, at.w, at.h, "cell", doubt=TICKED) for at in cells]
    return found


def _behind_options(table: list[Rect], words: list[Word], printed: list[Rect]) -> list[Rect]:
    """The empty cells of a table of nothing but these and the options before them, all as wide as one; else none."""
    empty = free_of((at for at in table if at.w < WIDEST_MM), words, printed)
    options = [at for cell in empty if (at := _before(cell, table))]
    whole = 2 * len(options) == 2 * len(empty) == len(table) and len(empty) >= LEAST_OPTIONS
    alike = whole and max(at.w for at in empty) - min(at.w for at in empty) < EDGE_MM
    return empty if alike and all(_is_option(said([w for w in words if inside(at, w)])) for at in options) else []


def _is_option(text: str) -> bool:
    """Whether words in a cell name an option, and not what is to be written beside them."""
    return has_words(text) and not text.endswith(ASKING)


def is_asked(table: list[Rect], words: list[Word]) -> bool:
    """Whether the words right over a table end with a question mark, but for a hint in brackets."""
    return HINT.sub("", _words_over(table, words)).endswith("?")


def _words_over(table: list[Rect], words: list[Word]) -> str:
    """The words right over a table, also where they begin before or end behind it."""
    top, left, right = min(at.y for at in table), min(at.x for at in table), max(at.x + at.w for at in table)
    level = tuple(word for word in words if top - ASKED_MM < word.center[1] < top)
    return " ".join(run.text for run in runs_of(level, ()) if run.x < right and run.right > left)


def cells_under_a_scale(tables: list[list[Rect]], words: list[Word], printed: list[Rect]) -> list[Found]:
    """The cells of tables of one row with nothing in any (`printed`: what there is but words), each under a number of a
    scale, a question right over these: without one, the numbers count the digits that are written there."""
    found: list[Found] = []
    for table in tables:
        row = sorted(free_of((at for at in table if at.w < WIDEST_MM), words, printed), key=lambda at: at.x)
        if len(row) == len(table) and all(abs(at.y - row[0].y) < EDGE_MM for at in row) and _is_under(row, words):
            found += [Found(at.x, at.y, at.w, at.h, "cell", doubt=UNDER) for at in row]
    return found


def _is_under(row: list[Rect], words: list[Word]) -> bool:
    """Whether right over each cell of a row a number of a scale stands, and a question over them."""
    over = lines_of([word for word in words if row[0].x < word.x and 0 < row[0].y - word.center[1] < OVER_MM])
    if len(over) < 2 or len(over[-1]) != len(row):  # a question and its scale
        return False
    scale = [word.text for word in over[-1]]
    each = all(at.x < word.center[0] < at.x + at.w for word, at in zip(over[-1], row, strict=True))
    asked = any(word.text.endswith("?") for word in over[-2])
    return each and asked and all(map(NUMBER.fullmatch, scale)) and is_scale(list(map(int, scale)))


def find_stacks(page: FormPage) -> tuple[list[Draft], set[int], set[Word]]:
    """(the questions over such stacks, indices of their boxes, words that are theirs)."""
    drafts: list[Draft] = []
    taken: set[int] = set()
    used: set[Word] = set()
    places = {
        Rect(box.x, box.y, box.w, box.h): index
        for index, box in enumerate(page.found)
        if box.shape == "cell" and (not box.inside or SIGN.fullmatch(box.inside))
    }
    signs = {at: page.found[index].inside for at, index in places.items()}
    for stack in [part for whole in _stacks(list(places)) for part in _counted(whole, signs)]:
        before = [_before(at, page.cells) for at in stack]
        options = [[word for word in page.words if at and inside(at, word)] for at in before]
        if signs[stack[0]]:
            over = next((at for at in page.cells if before[0] and stands_on(at, before[0], EDGE_MM)), None)
            asking = _beside_all(stack, page.cells) or over
        else:
            asking = _over_both(stack[0], page.cells)
        words = [word for word in page.words if asking and inside(asking, word)]
        counting = next((at for at in page.cells if asking and _counts_row(at, asking)), None)
        if not words or not all(options):
            continue
        labels = [said(option) for option in options]
        drafts.append(Draft(plain(said(words)), labels, [(page.number, places[at]) for at in stack]))
        taken.update(places[at] for at in stack)
        used.update(words, *options, [word for word in page.words if counting and inside(counting, word)])
    return drafts, taken, used


def _stacks(cells: list[Rect]) -> list[list[Rect]]:
    """Cells that stand on each other, from the top."""
    stacks: list[list[Rect]] = []
    for at in sorted(cells, key=lambda at: (at.y, at.x)):
        under = [stack for stack in stacks if stands_on(stack[-1], at, EDGE_MM)]
        if under:
            under[0].append(at)
        else:
            stacks.append([at])
    return [stack for stack in stacks if len(stack) >= LEAST_OPTIONS]


def _counted(stack: list[Rect], signs: dict[Rect, str]) -> list[list[Rect]]:
    """The parts of a stack, two cells at least, of which the signs count on, from the first one or to it; all of it
    where it has none."""
    if not any(signs[at] for at in stack):
        return [stack]
    parts: list[list[Rect]] = []
    for at in stack:
        last = parts[-1] if parts else []
        if last and signs[at] and counts_on([step_of(signs[cell]) for cell in (*last, at)]):
            last.append(at)
        elif signs[at]:
            parts.append([at])
    return [part for part in parts if len(part) >= LEAST_OPTIONS and min(step_of(signs[at]) for at in part) == 1]


def _before(cell: Rect, cells: Sequence[Rect]) -> Rect | None:
    """The cell left of one, on the same row."""
    level = [at for at in cells if abs(at.y - cell.y) < EDGE_MM and abs(at.h - cell.h) < EDGE_MM]
    return next((at for at in level if stands_before(at, cell, EDGE_MM)), None)


def _beside_all(stack: list[Rect], cells: Sequence[Rect]) -> Rect | None:
    """The one cell left of all options of a stack, as high as they are together."""
    before, end = _before(stack[0], cells), stack[-1].y + stack[-1].h
    beside = [at for at in cells if before and stands_before(at, before, EDGE_MM) and abs(at.y - before.y) < EDGE_MM]
    return next((at for at in beside if abs(at.y + at.h - end) < EDGE_MM), None)


def _is_question(cell: Rect | None, words: list[Word]) -> bool:
    """Whether what stands in a cell ends with a question mark, but for a hint in brackets."""
    return cell is not None and HINT.sub("", said([word for word in words if inside(cell, word)])).endswith("?")


def _counts_row(cell: Rect, asking: Rect) -> bool:
    """Whether a cell stands left of a question's, from the same height on: the question's number is in it."""
    return abs(cell.y - asking.y) < EDGE_MM and stands_before(cell, asking, EDGE_MM)


def _over_both(cell: Rect, cells: Sequence[Rect]) -> Rect | None:
    """The cell over one and the one before it, as wide as both."""
    before = _before(cell, cells)
    if before is None:
        return None
    both = Rect(before.x, cell.y, before.w + cell.w, cell.h)
    return next((at for at in cells if stands_on(at, both, EDGE_MM)), None)


def _is_worded(cell: Rect | None, words: list[Word]) -> bool:
    return cell is not None and has_words(said([word for word in words if inside(cell, word)]))
