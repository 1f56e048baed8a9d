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
