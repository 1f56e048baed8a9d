"""A table as an office sends it: the one shape that every kind of file is read into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sipas_forms.errors import ListError
from sipas_forms.sample.words import Value, tidy

Row = list[Value]

# Beyond these it isn't a transaction list: a busy office's year is some 100,000 transactions.
MAX_ROWS = 200_000
MAX_COLUMNS = 200


@dataclass(frozen=True)
class Sheet:
    """A table as the file has it: `rows[0]` is row 1. A `hidden` sheet is not meant to be sent."""

    name: str
    rows: list[Row]
    hidden: bool = False


def sheet_preview(sheet: Sheet) -> str:
    """The first words of a sheet, to say what was found instead of a list (two: titles, not people)."""
    words = [tidy(cell) for row in sheet.rows[:3] for cell in row if tidy(cell)]
    return "; ".join(words[:2])[:80]


def bounded(path: Path, rows: Iterable[Row]) -> list[Row]:
    """The rows up to the last one with anything in it; ListError where too many hold something."""
    kept: list[Row] = []
    blank = 0
    for row in rows:
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        if not row:
            blank += 1
            continue
        if len(kept) + blank >= MAX_ROWS:
            raise ListError(f"{path}: has more than {MAX_ROWS:,} rows; split it by month or by field.")
        kept.extend([] for _ in range(blank))
        blank = 0
        kept.append(row)
    return kept
