"""Words over the columns of a table that are the names of groups of these."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.adopt.rows import Row, cell_around
from sipas_forms.adopt.types import FormPage, Word

GROUP_OFF = 0.3  # of a column: so far from the middle of its columns may the name of a group stand
LEAST_SHARING = 2  # boxes of a group of columns: one in a cell has that for itself


@dataclass
class Clump:
    """Words that are read together, and the columns over which they stand: `known`, where a cell's rules tell them or
    several names share them out, else told by where the words begin and end."""

    words: list[Word]
    first: int
    last: int
    known: bool = False

    @property
    def x(self) -> float:
        """Where the first of them begins."""
        return min(word.x for word in self.words)

    @property
    def y(self) -> float:
        """The upper edge of the first line."""
        return min(word.y for word in self.words)

    @property
    def right(self) -> float:
        """Where the last of them ends."""
        return max(word.x + word.w for word in self.words)

    @property
    def bottom(self) -> float:
        """The lower edge of the last line."""
        return max(word.y + word.h for word in self.words)


@dataclass(frozen=True)
class Part:
    """The columns `first` to `last` that belong together, and the edges between which they stand."""

    first: int
    last: int
    left: float
    right: float


def parts_of(page: FormPage, row: Row, edges: list[float]) -> list[Part]:
    """The parts of a row of boxes: of which the signs start anew, 1 to 5 and 1 to 5, or that share cells, two or more
    in each of several."""
    signs = row.signs
    wide = _part_length(signs)
    if wide:
        starts = range(0, len(signs), wide)
        return [Part(first, first + wide - 1, edges[first], edges[first + wide]) for first in starts]
    around = [cell_around(page, box) for _, box in row.boxes]
    counts = {cell: around.count(cell) for cell in around}
    if len(counts) < 2 or None in counts or min(counts.values()) < LEAST_SHARING:
        return []
    cells = [(cell, around.index(cell)) for cell in counts if cell is not None]
    return [Part(first, first + counts[cell] - 1, cell.x, cell.x + cell.w) for cell, first in cells]


def names_of_parts(clumps: list[Clump], parts: list[Part]) -> list[tuple[Clump, tuple[int, int]]]:
    """The names over parts of a row, each with its columns: over the middle of its part, and over all else there. None
    where a part has no such name."""
    found = []
    for part in parts:
        over = sorted(_within(clumps, part), key=lambda clump: clump.y)
        alone = bool(over) and all(other.y > over[0].y + over[0].words[0].size / 2 for other in over[1:])
        if not alone or not _is_in_middle(over[0], part):
            return []
        found.append((over[0], (part.first, part.last)))
    return found


def are_names(upper: list[Clump], lower: list[Clump], parts: list[Part]) -> bool:
    """Whether a line has one thing over the middle of each part of a row, and the next line several: then these do not
    go on from it."""
    named = [len(own) == 1 and _is_in_middle(own[0], part) for part in parts for own in [_within(upper, part)]]
    return bool(named) and all(named) and all(len(_within(lower, part)) > 1 for part in parts)


def _within(clumps: list[Clump], part: Part) -> list[Clump]:
    return [clump for clump in clumps if part.left < (clump.x + clump.right) / 2 < part.right]


def _is_in_middle(clump: Clump, part: Part) -> bool:
    pitch = (part.right - part.left) / (part.last - part.first + 1)
    return abs((clump.x + clump.right) / 2 - (part.left + part.right) / 2) <= GROUP_OFF * pitch


def _part_length(signs: list[str]) -> int:
    """After how many different signs of a row the same ones follow again, to its end; 0 where they do not."""
    for wide in range(2, len(signs) // 2 + 1):
        part = signs[:wide]
        if all(part) and len(set(part)) == wide and signs == part * (len(signs) // wide):
            return wide
    return 0


def shared_out(clumps: list[Clump], edges: list[float]) -> list[tuple[int, int]]:
    """The columns over whose middle each of some names stands, if two or more of them share out all columns, each two
    at least: names of groups. None otherwise."""
    columns = len(edges) - 1
    pitch = (edges[-1] - edges[0]) / columns
    spans: list[tuple[int, int]] = []
    first = 0
    for clump in clumps:
        middle = ((clump.x + clump.right) / 2 - edges[0]) / pitch - 0.5
        last = round(2 * middle) - first
        if last <= first or abs((first + last) / 2 - middle) > GROUP_OFF:
            return []
        spans.append((first, last))
        first = last + 1
    return spans if len(spans) > 1 and first == columns else []


def grouped(wide: list[Clump], columns: int) -> list[Clump]:
    """The names of groups of columns: two or more, over columns that are known, that share out all of them."""
    named = sorted((clump for clump in wide if clump.known), key=lambda clump: clump.first)
    covered = [column for clump in named for column in range(clump.first, clump.last + 1)]
    return named if len(named) > 1 and covered == list(range(columns)) else []
