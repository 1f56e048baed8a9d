"""A table as an office sends it: the one shape that every kind of file is read into."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.sample.words import Value, tidy

Row = list[Value]


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
