"""The strips and columns of a page: how far across it its questions reach, and where the next column begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sipas_forms.adopt.rows import lines_of
from sipas_forms.adopt.text import BARE_NUMBER, CODE_DIGITS, LETTERED, Run, asks_by_number, is_numbered
from sipas_forms.adopt.types import FormPage, Found
from sipas_forms.printing.layout import Rect

LEVEL = 0.62  # of the larger height: a box and words whose middles are nearer than this stand on one line
BESIDE_MM = 8.0  # from a box to the words of its option, on whichever side they stand
INDENT_MM = 3.0  # words that begin this near to each other stand under each other
COLUMN_SHARE = 0.25  # of the page's width between the starts of two columns of questions: of three, 0.29
NUMBER_MM = 12.0  # from a question's number to its words
LEAST_LETTERS = 4  # of a numbered line that is a question, not an amount
EDGE_MM = 2.0  # from a column's border to where its lines begin
UNDER = 2.2  # of a line's height: from a question's first line to its first box, at most: one more line between
COLUMN_LEAST = 2  # numbered questions in each of them


@dataclass(frozen=True)
class Band:
    """A strip across the page, and the borders of the columns of questions in it."""

    top: float
    bottom: float
    edges: tuple[float, ...]


def find_bands(page: FormPage, runs: list[Run], rest: list[Run], tables: list[Rect]) -> list[Band]:
    """The page from top to bottom: a question or table that reaches over the columns' borders has the page's width, up
    to the next numbered line. `rest`: the words that are no table's, by which columns are told."""
    edges = _columns(page, rest)
    whole = (edges[0], edges[-1])
    asking = sorted((run for run in runs if is_numbered(run.text) or _is_counted(run, page)), key=lambda run: run.y)
    numbered = [run.y for run in asking]
    wide = [run.y for run in rest if _reaches_over(run, edges)]
    for table in tables:
        if _reaches_over(table, edges):
            wide.append(max((y for y in numbered if y <= table.center[1]), default=table.y))
    starts = {0.0: tuple(edges)}
    alone = tuple(edges) == whole  # no columns all the way down
    counted = _side_by_side(page, rest) if alone else []
    named = _named_side_by_side(page, rest) if alone and not counted else []
    strips = [_strip(line, page) for line in (*counted, *named)]
    asking = sorted([*asking, *(run for line in named for run in line)], key=lambda run: run.y)
    for line, (_, beside) in zip(named, strips, strict=False):
        ends = [run.y for run in rest if run.y > line[0].bottom and _reaches_over(run, beside)]
        if ends:
            starts.setdefault(min(ends) - EDGE_MM, whole)
    starts |= dict(strips)
    for y in sorted(wide):
        starts[y] = whole
        following = [other for other in numbered if other > y and other not in wide]
        if following:
            starts.setdefault(following[0], tuple(edges))
    for y, beside in strips:
        below = [run.y for run in asking if run.x < beside[1] and run.y > y + INDENT_MM]
        if below:
            starts.setdefault(below[0], tuple(edges))
    tops = [*sorted(starts), page.size_mm[1]]
    bands: list[Band] = []
    for band in (Band(top, bottom, starts[top]) for top, bottom in pairwise(tops)):
        if _begin_beside(asking, band):
            bands.append(band)
        elif bands and bands[-1].edges == whole:
            bands[-1] = replace(bands[-1], bottom=band.bottom)
        else:
            bands.append(replace(band, edges=whole))
    return bands


def _begin_beside(asking: list[Run], band: Band) -> bool:
    """Whether questions begin in two columns of a strip, or more: else the options of one stand side by side."""
    own = [run for run in asking if band.top - INDENT_MM < run.y < band.bottom]
    begun = [any(left <= run.x < right for run in own) for left, right in pairwise(band.edges)]
    return sum(begun) > 1


def _strip(line: list[Run], page: FormPage) -> tuple[float, tuple[float, ...]]:
    """(upper edge, borders of columns) of the strip in which questions begin side by side on a line."""
    return min(run.y for run in line), (0.0, *(run.x - EDGE_MM for run in line[1:]), page.size_mm[0])


def _side_by_side(page: FormPage, runs: list[Run]) -> list[list[Run]]:
    """The lines on which numbered questions begin side by side."""
    worded = [run for run in runs if sum(map(str.isalpha, run.text)) >= LEAST_LETTERS]
    counted = [run for run in worded if BARE_NUMBER.match(run.text)]
    asking = [run for run in runs if is_numbered(run.text) and (run in worded or _right_before(run, worded))]
    asking += [run for run in counted if any(_counts_on(run, other) or _counts_on(other, run) for other in counted)]
    asking = [run for run in asking if not _counts_a_box(run, page)]
    found = []
    for first in asking:
        line = sorted((run for run in asking if abs(run.y - first.y) < first.h / 2), key=lambda run: run.x)
        level = [box for box in page.found if abs(box.center[1] - first.center[1]) < LEVEL * first.h]
        if len(line) > 1 and line[0] is first and not level:
            found.append(line)
    return found


def _named_side_by_side(page: FormPage, runs: list[Run]) -> list[list[Run]]:
    """The lines of which every part stands over boxes of its own, words beside each, and one at least asks: questions
    without a number, side by side."""
    found = []
    for line in lines_of([run for run in runs if not _level(run, page)]):
        starts = [run.x for run in line]
        ends = [*starts[1:], page.size_mm[0]]
        over = all(_stands_over(page, run, runs, end) for run, end in zip(line, ends, strict=True))
        if len(line) > 1 and over and any("?" in run.text or run.text.endswith(":") for run in line):
            found.append(line)
    return found


def _stands_over(page: FormPage, run: Run, runs: list[Run], end: float) -> bool:
    """Whether a box stands under the start of some words, a line or two below, and words behind it before `end`."""
    under = [box for box in page.found if box.shape != "writing" and -1.0 < box.x - run.x < BESIDE_MM]
    near = [box for box in under if 0 < box.y - run.bottom < UNDER * run.h]
    return any(
        0 <= other.x - box.right < BESIDE_MM and other.right < end
        for box in near
        for other in runs
        if abs(box.center[1] - other.center[1]) < LEVEL * max(box.h, other.h)
    )


def _counts_on(run: Run, other: Run) -> bool:
    """Whether two lines on one height begin with a number and the next one."""
    numbers = [int(line.text.split()[0]) for line in (run, other)]
    return numbers[1] == numbers[0] + 1 and abs(other.y - run.y) < run.h / 2


def _right_before(run: Run, worded: list[Run]) -> bool:
    """Whether words follow a number that stands by itself."""
    return any(0 < other.x - run.right < NUMBER_MM and abs(other.y - run.y) < run.h / 2 for other in worded)


def _reaches_over(at: Rect, edges: Sequence[float]) -> bool:
    """Whether something begins in one column and ends well inside the next."""
    return any(at.x < edge - INDENT_MM and at.x + at.w > edge + INDENT_MM for edge in edges[1:-1])


def _columns(page: FormPage, runs: list[Run]) -> list[float]:
    """The borders of the page's columns of questions, told by where numbered lines begin."""
    starts = [
        run
        for run in runs
        if (is_numbered(run.text) and not _counts_a_box(run, page) and not _follows_a_box(run, page))
        or _is_counted(run, page)
    ]
    groups: list[list[Run]] = []
    for run in sorted(starts, key=lambda run: run.x):
        if groups and run.x - groups[-1][-1].x < INDENT_MM:
            groups[-1].append(run)
        else:
            groups.append([run])
    columns = [group[0].x for group in groups if len(group) >= COLUMN_LEAST and not _are_written_on(group, page)]
    edges = [0.0]
    for x in columns[1:]:
        if x - max(columns[0], edges[-1]) > COLUMN_SHARE * page.size_mm[0]:
            edges.append(x - EDGE_MM)
    return [*edges, page.size_mm[0]]


def _are_written_on(group: list[Run], page: FormPage) -> bool:
    """Whether room to write stands right behind each of some lines: side by side with others, as "1. Date: …… 2. Ward:
    ……", they make no column of options."""
    areas = [area for area in page.found if area.shape == "writing"]
    return all(
        any(area.y < run.center[1] < area.bottom and abs(area.x - run.right) < BESIDE_MM for area in areas)
        for run in group
    )


def _is_counted(run: Run, page: FormPage) -> bool:
    """Whether a line begins with a number without a sign, as questions of some forms do, with no box before it."""
    return asks_by_number(run.text) and not _follows_a_box(run, page)


def _follows_a_box(run: Run, page: FormPage) -> bool:
    """Whether words stand right after a box: an option's, counted or not; or anywhere after one on their line, with a
    letter that goes on from that option's."""
    lettered = LETTERED.match(run.text)
    goes_on = lettered is not None and lettered[1].isalpha() and lettered[1] not in "aA"
    return any(run.x - box.right >= 0 and (goes_on or run.x - box.right < BESIDE_MM) for box in _level(run, page))


def _counts_a_box(run: Run, page: FormPage) -> bool:
    """Whether digits stand right beside a box, as its code does, and not before a question."""
    return bool(CODE_DIGITS.match(run.text)) and any(
        0 <= max(box.x - run.right, run.x - box.right) < BESIDE_MM for box in _level(run, page)
    )


def _level(run: Run, page: FormPage) -> list[Found]:
    """The boxes on the line of some words."""
    return [box for box in page.found if abs(box.center[1] - run.center[1]) < LEVEL * max(box.h, run.h)]
