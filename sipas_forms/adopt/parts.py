"""Words over the columns of a table that are the names of groups of these."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.adopt.types import Word

GROUP_OFF = 0.3  # of a column: so far from the middle of its columns may the name of a group stand


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


def names_of_parts(clumps: list[Clump], signs: list[str], edges: list[float]) -> list[tuple[Clump, tuple[int, int]]]:
    """The names over the parts of a row whose signs start anew, 1 to 5 and 1 to 5, each with its columns: over the
    middle of its part, and over all else there. None where a part has no such name."""
    wide = _part_length(signs)
    found = []
    for first in range(0, len(signs), wide) if wide else ():
        left, right = edges[first], edges[first + wide]
        over = sorted((clump for clump in clumps if left < (clump.x + clump.right) / 2 < right), key=lambda c: c.y)
        alone = bool(over) and all(other.y > over[0].y + over[0].words[0].size / 2 for other in over[1:])
        pitch = (right - left) / wide
        if not alone or abs((over[0].x + over[0].right) / 2 - (left + right) / 2) > GROUP_OFF * pitch:
            return []
        found.append((over[0], (first, first + wide - 1)))
    return found


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
