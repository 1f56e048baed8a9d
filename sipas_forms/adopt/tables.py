"""Which cells of ruled tables serve as boxes: empty ones in rows and columns, and those of `stacks`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sipas_forms.adopt.numbers import LEAST_COUNTED
from sipas_forms.adopt.rows import said
from sipas_forms.adopt.sizes import free_of, inside, stands_on, touches
from sipas_forms.adopt.stacks import (
    cells_behind_options,
    cells_under_a_scale,
    is_asked,
    stacked_cells,
    stacked_numbers,
)
from sipas_forms.adopt.strokes import MEET_MM
from sipas_forms.adopt.types import Found, Word
from sipas_forms.printing.layout import Rect

# An empty cell that serves as a box: room for a cross, but not for a sentence.
CELL_LEAST_MM, CELL_MOST_MM = 4.5, 42.0
CELL_TALL_MM = 25.0
# An empty cell wider than this has room for a word: to tick, or to write in?
CELL_WIDE_MM = 27.0
# A column that is written in beside some to tick: wider than the widest of these by so many times, the others even; or
# what its head says: Vietnamese, English, German, French, Spanish and Portuguese, Italian, Indonesian.
WRITTEN_WIDER, EVEN_COLUMNS = 2.0, 2
REMARK = re.compile(
    r"ghi chú|nhận xét|lý do|remark|comment|notes?\b|action|reason|bemerkung|anmerkung|kommentar|maßnahme|grund\b|"
    r"remarque|commentaire|raison|observa[ctç]|comentario|comentário|motivo|osservazion|commenti|catatan|keterangan|alasan",
    re.IGNORECASE,
)
JOINED_MM = 1.0  # cells of one table lie this near to each other: a rule is between them
WIDE = "cells so wide have room for words: are they to be ticked?"
LONE = "one row of empty cells under words: are they to be ticked, or written in?"


def tables_of(cells: list[Rect]) -> list[list[Rect]]:
    """Cells that were seen on a page, table by table: those of one lie side by side."""
    tables: list[list[Rect]] = []
    for cell in cells:
        beside = [table for table in tables if any(touches(cell, other, JOINED_MM) for other in table)]
        tables = [table for table in tables if table not in beside]
        tables.append([cell, *(other for table in beside for other in table)])
    return tables


def cells_to_mark(
    tables: list[list[Rect]], words: list[Word], printed: Sequence[Rect], found: list[Found]
) -> list[Found]:
    """The cells of a page's tables that serve as boxes, beside those `found`; `printed`: what there is but words."""
    cells = stacked_numbers(tables, words, found)
    cells += stacked_cells(tables, words, [*found, *cells])
    for table in tables:
        known = [*found, *cells]
        empty = _to_tick(table, _empty(table, [*words, *printed], known), words)
        cells += _table_cells(table, empty, known, is_asked(table, words))
    cells += cells_behind_options(tables, words, [*printed, *found, *cells])
    return cells + cells_under_a_scale(tables, words, [*printed, *found, *cells])


def _empty(cells: list[Rect], printed: list[Rect], found: list[Found]) -> list[Rect]:
    """The cells in which nothing is printed; none on which a stack of numbers stands, whose head it is."""
    return [
        at
        for at in free_of(cells, printed, found)
        if not any(box.shape == "cell" and stands_on(at, box, MEET_MM) for box in found)
    ]


def _to_tick(cells: list[Rect], empty: list[Rect], words: list[Word]) -> list[Rect]:
    """The empty cells of a table but those of columns that are to be written in, beside others to tick."""
    down = Counter(round(at.x) for at in empty)
    wide = {round(at.x): at.w for at in empty if 2 * down[round(at.x)] > max(down.values())}
    written = {x for x in wide if _is_for_remarks([at for at in cells if round(at.x) == x], words)}
    narrow = [w for x, w in wide.items() if w <= CELL_WIDE_MM and x not in written]
    if len(narrow) < EVEN_COLUMNS:
        return empty
    if max(narrow) - min(narrow) < MEET_MM:
        written |= {x for x, w in wide.items() if w > max(CELL_WIDE_MM, WRITTEN_WIDER * max(narrow))}
    return [at for at in empty if round(at.x) not in written]


def _is_for_remarks(column: list[Rect], words: list[Word]) -> bool:
    """Whether the head of a column says that it is written in."""
    own = [said([word for word in words if inside(at, word)]) for at in sorted(column, key=lambda at: at.y)]
    return bool(REMARK.match(next(filter(None, own), "")))


def _table_cells(cells: list[Rect], empty: list[Rect], found: list[Found], asked: bool) -> list[Found]:
    """The cells of a table that serve as boxes, of the empty ones: where these make at least two rows and two columns,
    or one row under a head of words; wide ones in one row only if they are even, and the table is `asked` for. None in
    columns whose cells have boxes of their own, beside the name of a part."""
    boxed = Counter(round(at.x) for at in cells if any(inside(at, box) for box in found))
    free = [at for at in empty if CELL_LEAST_MM <= at.w <= CELL_MOST_MM and CELL_LEAST_MM <= at.h <= CELL_TALL_MM]
    own = Counter(round(at.x) for at in free)
    free = [at for at in free if boxed[round(at.x)] <= own[round(at.x)]]
    down, across = Counter(round(at.x) for at in free), Counter(round(at.y) for at in free)
    tallest, widest = (max(counts.values(), default=0) for counts in (down, across))
    # not a corner that is left free
    free = [at for at in free if down[round(at.x)] > tallest / 2 and across[round(at.y)] > widest / 2]
    columns, rows = _groups([at.x for at in free]), _groups([at.y for at in free])
    if len(columns) < 2 or len(free) < 0.7 * len(columns) * len(rows):
        return []
    doubt = WIDE if max(at.w for at in free) > CELL_WIDE_MM else ""
    if len(rows) < 2:
        worded = [at for at in cells if at not in empty]
        headed = all(any(stands_on(at, low, MEET_MM) for at in worded) for low in free)
        even = max(at.w for at in free) - min(at.w for at in free) < MEET_MM
        if len(free) < LEAST_COUNTED or not headed or (doubt and not (asked and even)):
            return []
        doubt = doubt or LONE
    return [Found(at.x, at.y, at.w, at.h, "cell", doubt=doubt) for at in free]


def _groups(values: list[float]) -> list[float]:
    """The different values, those within a millimetre being one."""
    ordered = sorted(values)
    return ordered[:1] + [b for a, b in pairwise(ordered) if b - a > 1]
