"""PDF papers as Vietnamese administrative documents have it (Decree 30/2020/NĐ-CP): head, title, table, signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import zxingcpp
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from sipas_forms.errors import SampleError, unwritable
from sipas_forms.plan import Survey, Unit
from sipas_forms.plan.serial import ROW_WORD
from sipas_forms.printing.fonts import SERIF, SERIF_BOLD, register_fonts
from sipas_forms.sample.paper_words import Words
from sipas_forms.sample.rosters import letterhead

# Lists are handled, filed at the left edge and printed on any printer: 20 mm there, 12 mm elsewhere.
LEFT, OTHER = 20 * mm, 12 * mm
FOOT = 8 * mm
RULE = HexColor("#8a8a8a")
HEAD_FILL, GROUP_FILL = HexColor("#e6ebf0"), HexColor("#f4f6f8")
# A module of a row code: 25 modules on 12.5 mm are read by a phone from a hand's breadth.
ROW_CODE = 12.5 * mm

BASE = ParagraphStyle("field", fontName=SERIF, fontSize=11.5, leading=14.5)
CENTER = ParagraphStyle("field-center", parent=BASE, alignment=TA_CENTER)
CENTER_BOLD = ParagraphStyle("field-center-bold", parent=CENTER, fontName=SERIF_BOLD)
TITLE = ParagraphStyle("field-title", parent=CENTER_BOLD, fontSize=14, leading=19)
CELL = ParagraphStyle("field-cell", parent=BASE, fontSize=11, leading=13.5)
CELL_BOLD = ParagraphStyle("field-cell-bold", parent=CELL, fontName=SERIF_BOLD)
CELL_HEAD = ParagraphStyle("field-cell-head", parent=CELL_BOLD, alignment=TA_CENTER, fontSize=10.5, leading=12.5)
SMALL = ParagraphStyle("field-small", parent=BASE, fontSize=9.5, leading=12)


@dataclass(frozen=True)
class Column:
    """A column of a paper's table: its heading and its width in mm (shares of what is left where 0)."""

    heading: str
    width: float = 0.0
    center: bool = False


Cell = Any  # a str or a Flowable; reportlab has no types


@dataclass(frozen=True)
class Group:
    """Rows under a line of their own; `struck` rows (numbers from 0) are crossed out, but for their last cell."""

    heading: str
    rows: Sequence[Sequence[Cell]]
    struck: frozenset[int] = frozenset()


class RowCode(Flowable):  # type: ignore[misc]
    """A QR code that opens nothing: plain words, `SIPAS SURVEY SERIAL`, that name the row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        self.dark = np.array(barcode.to_image(scale=1, add_quiet_zones=False)) == 0
        self.width = self.height = ROW_CODE
        self.hAlign = "CENTER"

    def wrap(self, *_room: float) -> tuple[float, float]:
        """The code's size, whatever room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """One path of dark modules."""
        module = self.width / self.dark.shape[0]
        path = self.canv.beginPath()
        for row, column in np.argwhere(self.dark):
            path.rect(int(column) * module, self.height - (int(row) + 1) * module, module, module)
        self.canv.drawPath(path, stroke=0, fill=1)


def row_code(survey: Survey, serial: str) -> str:
    """What a row's code says. Words and spaces: with a colon a phone would look for a program to open it."""
    return f"{ROW_WORD} {survey.code} {serial}"


def paragraph(text: str, style: ParagraphStyle = CELL) -> Paragraph:
    """A paragraph of plain text, whatever signs it holds."""
    register_fonts()
    return Paragraph(escape(text), style)


def head(survey: Survey, unit: Unit | None, words: Words, width: float, dated: bool = True) -> list[Flowable]:
    """Offices on the left, the nation's name and motto on the right, place and date below."""
    owner, language = survey.owner, words.language
    above, below = letterhead(survey, unit, words) if unit else (owner.parent.in_(language), owner.office.in_(language))
    left = [paragraph(above, CENTER), paragraph(below, CENTER_BOLD), _rule("30%")]
    right = [paragraph(words("nation"), CENTER_BOLD), paragraph(words("motto"), CENTER_BOLD), _rule("45%")]
    rows: list[list[Any]] = [[left, right]]
    if dated:
        rows.append(["", paragraph(words("place_date", place=owner.place.in_(language)), CENTER)])
    made = Table(rows, colWidths=[width * 0.42, width * 0.58])
    made.setStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ])  # fmt: skip
    return [made, Spacer(1, 6)]


def title(words: Iterable[str]) -> list[Flowable]:
    """The first line as the title, the others below it."""
    first, *others = words
    return [paragraph(first, TITLE), *(paragraph(line, CENTER) for line in others), Spacer(1, 8)]


def table(columns: Sequence[Column], groups: Sequence[Group], width: float) -> Flowable:
    """A ruled table whose head stands on every page; rows are never parted."""
    fixed = sum(column.width for column in columns) * mm
    open_columns = sum(column.width == 0 for column in columns)
    widths = [column.width * mm or (width - fixed) / open_columns for column in columns]
    rows: list[list[Any]] = [[paragraph(column.heading, CELL_HEAD) for column in columns]]
    commands: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.4, RULE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD_FILL),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    commands += [("ALIGN", (at, 1), (at, -1), "CENTER") for at, column in enumerate(columns) if column.center]
    for group in groups:
        if group.heading:
            commands += [("SPAN", (0, len(rows)), (-1, len(rows))), ("NOSPLIT", (0, len(rows)), (-1, len(rows) + 1))]
            commands.append(("BACKGROUND", (0, len(rows)), (-1, len(rows)), GROUP_FILL))
            rows.append([paragraph(group.heading, CELL_BOLD), *[""] * (len(columns) - 1)])
        for number, cells in enumerate(group.rows):
            last = len(cells) - 1
            struck = number in group.struck
            rows.append([_cell(cell, struck and at < last, columns[at]) for at, cell in enumerate(cells)])
    made = LongTable(rows, colWidths=widths, repeatRows=1, splitByRow=1)
    made.setStyle(commands)
    return made


def _cell(cell: Cell, struck: bool, column: Column) -> Flowable:
    if not isinstance(cell, str):
        return cell
    text = f"<strike>{escape(cell)}</strike>" if struck else escape(cell)
    return Paragraph(text, ParagraphStyle("centred", parent=CELL, alignment=TA_CENTER) if column.center else CELL)


def signatures(words: Words, keys: Sequence[str], width: float) -> Flowable:
    """Who signs, side by side, with room to sign; never parted from itself."""
    cells = [[paragraph(words(key), CENTER_BOLD), paragraph(words("sign"), CENTER)] for key in keys]
    made = Table([cells], colWidths=[width / len(keys)] * len(keys), rowHeights=[32 * mm])
    made.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])
    return KeepTogether([Spacer(1, 10), made])


def text_width(lying: bool) -> float:
    """The width of the text of a page, in points."""
    size = landscape(A4) if lying else A4
    return float(size[0] - LEFT - OTHER)


def write_pdf(
    path: Path,
    name: str,
    survey: Survey,
    words: Words,
    story: list[Flowable],
    lying: bool = True,
    private: bool = True,
) -> Path:
    """Build a paper and write it whole or not at all; where it is `private`, the foot of every page says so.

    Raises:
        SampleError: the file is open in another program.
    """
    register_fonts()
    size = landscape(A4) if lying else A4
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer, pagesize=size, title=name, author=survey.owner.office.in_(words.language), lang=words.language,
        invariant=1,
    )  # fmt: skip
    frame = Frame(
        LEFT, OTHER + FOOT, size[0] - LEFT - OTHER, size[1] - 2 * OTHER - FOOT,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates([PageTemplate(id="page", frames=[frame])])
    document.build(story, canvasmaker=lambda *args, **kept: _Numbered(words, private, *args, **kept))
    return save(path, buffer.getvalue())


def save(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all.

    Raises:
        SampleError: it is open in another program.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise SampleError(unwritable(path, error)) from None
    return path


class _Numbered(Canvas):  # type: ignore[misc]
    """Writes 'page n of m' and the warning about personal data at the foot once the number of pages is known."""

    def __init__(self, words: Words, private: bool, *args: Any, **kept: Any) -> None:
        super().__init__(*args, **kept)
        self._words, self._private, self._pages = words, private, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        """Keep the page until the last one is there."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its foot."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(SERIF, 9)
            self.setFillColor(black)
            if self._private:
                self.drawString(LEFT, OTHER, self._words("private"))
            foot = self._words("page_of", page=number, pages=len(self._pages))
            self.drawRightString(self._pagesize[0] - OTHER, OTHER, foot)
            super().showPage()
        super().save()


def _rule(width: str) -> Flowable:
    return HRFlowable(width=width, thickness=0.7, color="black", spaceBefore=2, spaceAfter=2)
