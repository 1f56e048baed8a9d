"""The words over the columns of a table: what each column is called, and what several of them are called together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from sipas_forms.adopt.parts import Clump, Part, are_names, grouped, names_of_parts, parts_of, shared_out
from sipas_forms.adopt.rows import RULE_MM, Row, cell_around, cells_of, edges_of, lines_of, said
from sipas_forms.adopt.sizes import inside
from sipas_forms.adopt.text import LEAST_GAP_MM, RUN_GAP, is_numbered
from sipas_forms.adopt.types import FormPage, Word
from sipas_forms.printing.layout import Rect

HEAD_MM = 30.0  # how far above its first row the words over a table may stand
HEAD_GAP = 2.1  # of the words' height: a wider gap ends the head
FIRST_GAP_MM = 12.0  # between a first row and the last line of its head: a row's boxes may stand low in it
SPACE = 0.5  # of the words' height: print sets the words of one label nearer to each other
CENTRED = 0.2  # of the distance between two columns: words this near to a column's middle are set over it
OVERHANG = 0.25  # of that distance: as far may a label reach beyond its column
ASKS_OVER = 3  # columns: what means an end of a scale stands over fewer
SIGN_LETTERS = 2  # "1", "10", "A", "++": a sign that stands for a step of a scale, and no word


@dataclass(frozen=True)
class Group:
    """Columns `first` to `last` that have a name together; each is a question of its own."""

    name: str
    first: int
    last: int


@dataclass
class Head:
    """What stands over a table. `labels`: over each column; `title`: over all of them; `top`: of its first line."""

    labels: list[str]
    top: float
    words: list[Word] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    title: str = ""
    doubts: list[str] = field(default_factory=list)


def read_head(page: FormPage, row: Row, used: set[Word]) -> Head:
    """The head over the first row of a table; words in `used` are another table's."""
    edges = edges_of(page, row)
    lines, low = _ruled_lines(page, row, used) or _head_lines(page, row, edges, used)
    clumps, loose = _by_cells(page, row, [word for line in lines for word in line])
    clumps += _by_gaps(loose, parts_of(page, row, edges), edges)
    head = Head([], low, [word for clump in clumps for word in clump.words])
    columns = len(row.boxes)
    bottom = _lowest(clumps, columns)
    names = [said(clump.words) for clump in bottom] or (row.signs if all(row.signs) else [])
    wide = [clump for clump in clumps if clump.first < clump.last or _alone_in_middle(clump, clumps, bottom, names)]
    single = [clump for clump in clumps if clump not in wide]
    groups = grouped(wide, columns)
    for clump in wide:
        if groups:
            own = [group for group in groups if group.first <= _middle(clump, edges) <= group.last]
            if clump not in own and clump.last - clump.first < own[0].last - own[0].first:
                single.append(_over_one(clump, single, edges, (own[0].first, own[0].last), head.doubts))
        elif _over_all(clump, wide, single, row, edges, names):
            head.title = said(clump.words)
        elif clump.known:
            single += [Clump(clump.words, column, column, known=True) for column in range(clump.first, clump.last + 1)]
            head.doubts.append(f"'{said(clump.words)}' stands over some of the columns: a part of their labels?")
        else:
            single.append(_over_one(clump, clumps, edges, (0, columns - 1), head.doubts))
    head.groups = [Group(said(clump.words), clump.first, clump.last) for clump in groups]
    if len({tuple(names[group.first : group.last + 1]) for group in head.groups}) > 1:
        head.doubts.append("words over several columns: is each group of columns a question of its own?")
    named = [clump for clump in single if clump not in groups]
    head.labels = _labels([[c for c in named if c.first == column] for column in range(columns)], row.signs)
    return head


def _ruled_lines(page: FormPage, row: Row, used: set[Word]) -> tuple[list[list[Word]], float] | None:
    """The same of a ruled table, by its cells: none where a column has no cell with words over it. A cell over all the
    table, as the name of its first part, may stand between."""
    own = cells_of(page, row)
    over: set[Rect] = set()
    for cell, x in zip(own, row.columns, strict=False):
        top, named = cell.y, False
        while above := [at for at in page.cells if _ends_at(at, x, top)]:
            upper = min(above, key=lambda at: at.w)
            if any(inside(upper, box) for box in page.found):
                break
            if own[0].x - RULE_MM < upper.x and upper.x + upper.w < own[-1].x + own[-1].w + RULE_MM:
                over.add(upper)
                named |= any(inside(upper, word) for word in page.words)
            top = upper.y
        if not named:
            return None
    words = [word for word in page.words if word not in used and any(inside(cell, word) for cell in over)]
    return (lines_of(words), min(word.y for word in words)) if words else None


def _ends_at(cell: Rect, x: float, top: float) -> bool:
    """Whether a cell ends at this height, and reaches over this place; one as low as a rule is none."""
    return abs(cell.y + cell.h - top) < RULE_MM and cell.y < top - RULE_MM and cell.x < x < cell.x + cell.w


def _head_lines(page: FormPage, row: Row, edges: list[float], used: set[Word]) -> tuple[list[list[Word]], float]:
    """The lines over the columns from the row upwards, and how far up they reach."""
    above = [w for w in page.words if row.top - HEAD_MM < w.center[1] < row.top and w not in used]
    over_row = [box for box in page.found if box.bottom < row.top - 0.5 and edges[0] < box.center[0] < edges[-1]]
    roof = max((box.bottom for box in over_row), default=0.0)
    taken: list[list[Word]] = []
    low = row.top
    for line in reversed(lines_of(above)):
        over = [word for word in line if edges[0] <= word.center[0] <= edges[-1]]
        height = line[0].size
        gap = low - max(word.y + word.h for word in line)
        if gap > (HEAD_GAP * height if taken else max(FIRST_GAP_MM, HEAD_GAP * height)):
            break
        if _runs_in(line, edges[0]) or _asks(over, edges) or line[0].center[1] < roof:
            break
        if _is_named(taken, edges) and over and len(_phrases(over, edges)) == 1 and _reach(over, edges) >= ASKS_OVER:
            break  # one sentence over columns that have their names: what is asked
        if over:
            taken.append(over)
            low = min(word.y for word in line)
    return taken[::-1], low


def _is_named(lines: list[list[Word]], edges: list[float]) -> bool:
    """Whether each column has words of its own."""
    return len({_column(word, edges) for line in lines for word in line}) == len(edges) - 1


def _reach(words: list[Word], edges: list[float]) -> int:
    """Over how many columns words stand."""
    return len({_column(word, edges) for word in words})


def _runs_in(line: list[Word], edge: float) -> bool:
    """Whether a sentence from the left runs on into the columns: then it is no head."""
    for left, right in pairwise(line):
        if left.x + left.w / 2 < edge <= right.x + right.w / 2:
            return right.x - (left.x + left.w) < RUN_GAP * left.size
    return False


def _asks(line: list[Word], edges: list[float]) -> bool:
    """Whether a numbered sentence runs across columns without regard to them: a question, not a head."""
    first = _phrases(line, edges)[0] if line else []
    reached = {_column(word, edges) for word in first}
    return len(first) > 2 and len(reached) > 1 and is_numbered(" ".join(word.text for word in first))


def _by_cells(page: FormPage, row: Row, words: list[Word]) -> tuple[list[Clump], list[Word]]:
    """(words in ruled cells of the head, with the columns that each cell spans; words that stand in no such cell).
    A cell that reaches beyond the columns is a band over the whole table and none of them."""
    own = cells_of(page, row)
    cells: dict[Rect, list[Word]] = {}
    loose: list[Word] = []
    for word in words:
        cell = cell_around(page, word) if own else None
        if cell is None:
            loose.append(word)
        else:
            cells.setdefault(cell, []).append(word)
    clumps = []
    for cell, within in cells.items():
        spans = [i for i, x in enumerate(row.columns) if cell.x < x < cell.x + cell.w]
        if spans and cell.x > own[0].x - own[0].w / 2 and cell.x + cell.w < own[-1].x + 1.5 * own[-1].w:
            clumps.append(Clump(within, spans[0], spans[-1], known=True))
    return clumps, loose


def _by_gaps(words: list[Word], parts: list[Part], edges: list[float]) -> list[Clump]:
    """Words over columns without rules: lines under each other are read together where they stand over each other, but
    for names of the row's `parts`."""
    clumps: list[Clump] = []
    upper: list[Clump] = []
    groups: dict[int, tuple[int, int]] = {}
    for line in lines_of(words):
        phrases = [Clump(phrase, 0, 0) for phrase in _phrases(line, edges)]
        spans = shared_out(upper, edges) if len(phrases) == len(edges) - 1 and _is_named([line], edges) else []
        groups |= {id(clump): span for clump, span in zip(upper, spans, strict=False)}
        named = bool(spans) or are_names(upper, phrases, parts)
        pairs = [(above, phrase) for above in clumps for phrase in phrases if not named and _goes_on(above, phrase)]
        upper = phrases
        for phrase in phrases:
            over = [above for above, other in pairs if other is phrase]
            if len(over) == 1 and sum(above is over[0] for above, _ in pairs) == 1:
                over[0].words += phrase.words
            else:
                clumps.append(phrase)
    for clump in clumps:
        clump.first, clump.last = groups.get(id(clump)) or _columns_under(clump, edges)
        clump.known = id(clump) in groups
    for clump, span in names_of_parts(clumps, parts):
        clump.first, clump.last, clump.known = *span, True
    return clumps


def _goes_on(above: Clump, phrase: Clump) -> bool:
    """Whether words may be the next line of those over them."""
    near = phrase.y - above.bottom < (HEAD_GAP - 1) * phrase.words[0].size
    return near and min(above.right, phrase.right) > max(above.x, phrase.x) and not _is_sign(phrase.words)


def _phrases(line: list[Word], edges: list[float]) -> list[list[Word]]:
    """The words of a line that are read together: each column's where all have some set over their middles, else
    parted by gaps, between two columns by smaller ones too."""
    centred = _centred_parts(line, edges)
    if centred:
        return centred
    phrases = [[line[0]]]
    for left, right in pairwise(line):
        gap = right.x - (left.x + left.w)
        crosses = _column(left, edges) != _column(right, edges)
        if gap > max(LEAST_GAP_MM, RUN_GAP * right.size) or (crosses and gap > SPACE * right.size):
            phrases.append([])
        phrases[-1].append(right)
    return phrases


def _centred_parts(line: list[Word], edges: list[float]) -> list[list[Word]]:
    parts: list[list[Word]] = [[] for _ in edges[1:]]
    for word in line:
        parts[_column(word, edges)].append(word)
    for part, (left, right) in zip(parts, pairwise(edges), strict=True):
        if not part:
            return []
        middle = (part[0].x + part[-1].x + part[-1].w) / 2
        if abs(middle - (left + right) / 2) > CENTRED * (right - left):
            return []
    return parts


def _column(word: Rect, edges: list[float]) -> int:
    return max(0, min(sum(edge <= word.center[0] for edge in edges) - 1, len(edges) - 2))


def _columns_under(clump: Clump, edges: list[float]) -> tuple[int, int]:
    """The column whose label it is, or, where it reaches far beyond one, all that it stands over."""
    middle = _middle(clump, edges)
    slack = OVERHANG * (edges[middle + 1] - edges[middle])
    if edges[middle] - slack <= clump.x and clump.right <= edges[middle + 1] + slack:
        return middle, middle
    over = [i for i, (a, b) in enumerate(pairwise(edges)) if clump.x < b and clump.right > a]
    return over[0], over[-1]


def _is_sign(words: list[Word]) -> bool:
    return len(words) == 1 and len(words[0].text) <= SIGN_LETTERS


def _lowest(clumps: list[Clump], columns: int) -> list[Clump]:
    """The lowest words over each column, if all columns have words of their own."""
    found = []
    for column in range(columns):
        own = [clump for clump in clumps if clump.first == clump.last == column]
        if not own:
            return []
        found.append(max(own, key=lambda clump: clump.bottom))
    return found


def _alone_in_middle(clump: Clump, clumps: list[Clump], bottom: list[Clump], names: list[str]) -> bool:
    """Whether words stand over the middle one of columns that all have names, and no others beside them."""
    upper = [other for other in clumps if other not in bottom]
    return bool(names) and upper == [clump] and not clump.known and 2 * clump.first + 1 == len(names)


def _over_all(
    clump: Clump, wide: list[Clump], single: list[Clump], row: Row, edges: list[float], names: list[str]
) -> bool:
    """Whether words are the name of the whole table, or what it asks: in a cell merged over its columns, alone over its
    middle, or alone over many columns that all have names."""
    if clump.known:
        return sum(other.known for other in wide) == 1
    middle = (edges[0] + edges[-1]) / 2
    spans = clump.last - clump.first + 1
    alone = not any(
        other is not clump and other.y < clump.bottom and other.bottom > clump.y for other in (*wide, *single)
    )
    pitch = (edges[-1] - edges[0]) / len(row.boxes)
    centred = abs((clump.x + clump.right) / 2 - middle) < pitch / 2
    return alone and (centred or (all(names) and spans >= ASKS_OVER and clump.first == 0))


def _middle(clump: Clump, edges: list[float]) -> int:
    """The column under the middle of some words."""
    return _column(Rect(clump.x, 0, clump.right - clump.x, 0), edges)


def _over_one(clump: Clump, clumps: list[Clump], edges: list[float], span: tuple[int, int], doubts: list[str]) -> Clump:
    """Words wider than a column, given to one of a `span` of columns: to its first or last if they begin or end over it
    and no others do, else to the one under their middle."""
    first, last = span
    others = [other for other in clumps if other is not clump and not _is_sign(other.words)]
    at_start = clump.first <= first and clump.last < last and not any(other.first == first for other in others)
    at_end = clump.last >= last and clump.first > first and not any(other.last == last for other in others)
    if at_start or at_end:
        column = first if at_start else last
    else:
        column = _middle(clump, edges)
        doubts.append(f"'{said(clump.words)}' stands over more than one column: to which does it belong?")
    return Clump(clump.words, column, column)


def _labels(columns: list[list[Clump]], signs: list[str]) -> list[str]:
    """What each column is called. Where words stand over some columns only of a row of signs, as over its ends, they
    say what the sign means: "1 (poor)"."""
    words = [[word for clump in column for word in clump.words] for column in columns]
    lines = [[" ".join(w.text for w in line) for line in lines_of(own)] for own in words]
    if all(lines) and all(len(line[-1]) <= SIGN_LETTERS for line in lines):
        signs, upper = [line[-1] for line in lines], [" ".join(line[:-1]) for line in lines]
    else:
        upper = [" ".join(line) for line in lines]
        signs = signs if not all(upper) else [""] * len(upper)
    if all(upper) or not all(signs):
        return [" ".join(line) or sign for line, sign in zip(lines, signs, strict=True)]
    return [f"{sign} ({label})" if label else sign for sign, label in zip(signs, upper, strict=True)]
