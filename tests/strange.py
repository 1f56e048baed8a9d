"""What tests of adoption draw, and what was understood of it."""

from __future__ import annotations

from pathlib import Path

from bench.foreign.sheet import Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import read_form
from sipas_forms.adopt.types import Draft


def option(sheet: Sheet, x: float, y: float, label: str) -> float:
    """A box and its words on the baseline y; returns where they end."""
    sheet.box(x, y - 3.4, 4, label)
    return sheet.write(x + 6, y, label)


def asked(sheet: Sheet, tmp_path: Path) -> list[Draft]:
    """The questions of what was drawn but for those that are written in."""
    path = tmp_path / "form.pdf"
    drafts, _ = group_pages(read_form(sheet.done("form", path).path, path.name))
    return [draft for draft in drafts if draft.kind != "writing"]


def centred(sheet: Sheet, x: float, y: float, text: str, size: float = 10) -> None:
    """Words with their middle at x."""
    width = sheet.write(-500, -500, text, size=size) + 500
    sheet.write(x - width / 2, y, text, size=size)


def boxes(sheet: Sheet, y: float, columns: list[float], circles: bool = False) -> None:
    """A row of boxes of 4 mm with their middles at these columns."""
    for number, x in enumerate(columns, 1):
        if circles:
            sheet.bubble(x - 2.5, y - 2.5, 5, "", str(number))
        else:
            sheet.box(x - 2, y - 2, 4, "")
