"""One sheet of the workbook: heads, rows with real numbers, filters, and how it looks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | None

# The formats' separators are the reader's own: Excel in Vietnamese shows 85,48 and 1.234.
FIGURE, COUNT, DAY, CHANCE = "0.00", "#,##0", "dd/mm/yyyy", "0.000"
STYLES = (("text", "General"), ("count", COUNT), ("figure", FIGURE), ("day", DAY), ("probability", CHANCE))

HEAD_ROW = 4
MAX_WIDTH = 60
LINE_HEIGHT = 15.0  # points, of 11-point type
HEAD_FILL = PatternFill("solid", fgColor="DDE5EC")
TOTAL_FILL = PatternFill("solid", fgColor="F4F6F8")
THIN = Side(style="thin", color="B0B0B0")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
# A Times-like face, as offices set their papers.
FACE = "Times New Roman"
PLAIN, BOLD = Font(name=FACE, size=11), Font(name=FACE, size=11, bold=True)


@dataclass(frozen=True)
class Sheet:
    """One sheet: heads, rows, and whether a row is a total."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: frozenset[int] = frozenset()


def draw(page: Worksheet, sheet: Sheet, title: str, subtitle: str) -> None:
    """Put the rows below a title, a warning and the heads."""
    page.cell(1, 1, title).font = Font(name=FACE, bold=True, size=13)
    page.cell(2, 1, subtitle or None).font = Font(name=FACE, bold=True, size=11, color="9C0006")
    for column, head in enumerate(sheet.heads, 1):
        cell = page.cell(HEAD_ROW, column, head)
        cell.font, cell.fill, cell.border = BOLD, HEAD_FILL, BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    widths = _widths(sheet.heads, sheet.rows)
    for number, row in enumerate(sheet.rows):
        _draw_row(page, HEAD_ROW + 1 + number, row, number in sheet.totals)
        lines = _lines(row, widths)
        if lines > 1:  # not every program makes room for wrapped text by itself
            page.row_dimensions[HEAD_ROW + 1 + number].height = lines * LINE_HEIGHT
    page.freeze_panes = page.cell(HEAD_ROW + 1, 3 if len(sheet.heads) > 2 else 1)
    last = f"{get_column_letter(len(sheet.heads))}{HEAD_ROW + len(sheet.rows)}"
    page.auto_filter.ref = f"A{HEAD_ROW}:{last}"
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.row_dimensions[HEAD_ROW].height = 48
    page.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _draw_row(page: Worksheet, at: int, row: Sequence[Value], total: bool) -> None:
    for column, value in enumerate(row, 1):
        cell = page.cell(at, column)
        cell.style = _style_name(value, total)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"  # a wording that begins with = is no formula
        else:
            cell.value = value


class Probability(float):
    """A number that is shown with more places."""


def _style_name(value: Value, total: bool) -> str:
    """The cell style of a value: its format follows its type."""
    kinds: dict[type, str] = {int: "count", float: "figure", Probability: "probability"}
    kind = "day" if isinstance(value, date) else kinds.get(type(value), "text")
    return f"total {kind}" if total else kind


def add_styles(book: Workbook) -> None:
    """Named styles, made once: a style set part by part on each cell costs seconds."""
    for total in (False, True):
        for kind, number_format in STYLES:
            named = NamedStyle(f"total {kind}" if total else kind)
            named.font = BOLD if total else PLAIN
            named.border, named.number_format = BORDER, number_format
            text = kind == "text"
            named.alignment = Alignment("left" if text else None, "top", wrap_text=text, indent=int(text))
            if total:
                named.fill = TOTAL_FILL
            book.add_named_style(named)


def _lines(row: Sequence[Value], widths: Sequence[float]) -> int:
    """How many lines the row's longest text takes in its column; words break early, so a tenth of it stays empty."""
    texts = ((len(value), width) for value, width in zip(row, widths, strict=True) if isinstance(value, str))
    return max((math.ceil(size / (0.9 * width)) for size, width in texts if size > width), default=1)


def _widths(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> list[float]:
    """Characters per column: as wide as its text, within bounds; heads may wrap."""
    widest = [max(9, max((len(word) for word in head.split()), default=0) + 3) for head in heads]
    for row in rows:
        for i, value in enumerate(row):
            if isinstance(value, str):
                widest[i] = max(widest[i], len(value) + 2)
            elif isinstance(value, date):
                widest[i] = max(widest[i], 12)
    return [float(min(width, MAX_WIDTH)) for width in widest]
