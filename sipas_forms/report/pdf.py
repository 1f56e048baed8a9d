"""Sets the report as PDF in the form of a Vietnamese administrative report (Decree 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
)
from reportlab.platypus import Paragraph as Text

from sipas_forms.printing.fonts import SERIF, register_fonts
from sipas_forms.report import style
from sipas_forms.report.document import Block, Document, Figure, Grid, Heading, Paragraph, Row
from sipas_forms.report.picture import drawing

# Of a group of rows, the first so many are never parted; a whole page of them could not be placed at all.
HELD_ROWS = 4


def pdf_report(document: Document) -> bytes:
    """The whole report as a PDF file's bytes."""
    register_fonts()
    buffer = BytesIO()
    template = BaseDocTemplate(
        buffer, pagesize=A4, title=document.subject, author=document.author, lang=document.language, invariant=1
    )
    size = (style.TEXT_WIDTH, A4[1] - style.TOP - style.BOTTOM)
    frame = Frame(style.LEFT, style.BOTTOM, *size, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    template.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=_page_number)])
    story = [*_head(document), *_title(document)]
    *body, last = document.blocks
    story += [*_laid_out(body), KeepTogether([*_set(last), *_signature(document)])]
    if document.appendix:
        first, *rest = document.appendix_title
        story += [PageBreak(), _p(first, style.TITLE), *(_p(line, style.CENTER_BOLD) for line in rest), Spacer(1, 8)]
        for block in document.appendix:
            story += _set(block)
    template.build(story)
    return buffer.getvalue()


class _Floating(Flowable):  # type: ignore[misc]
    """A figure that lets the tables and paragraphs after it go first where it has no room on the page."""

    def __init__(self, figure: list[Flowable], after: list[list[Flowable]]) -> None:
        super().__init__()
        self.figure, self.after = figure, after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Never fits as it is: it is always split into what it holds."""
        self.room = (width, height)
        return width, 1e6

    def split(self, width: float, height: float) -> list[Flowable]:
        """The figure where it fits, else the next block and the figure after that; an empty space always fits."""
        needed = sum(part.wrap(width, 1e6)[1] for part in self.figure)
        start: list[Flowable] = [Spacer(1, 0)]
        if needed <= height or not self.after:
            return [*start, KeepTogether(self.figure), *(part for block in self.after for part in block)]
        return [*start, *self.after[0], _Floating(self.figure, self.after[1:])]


def _laid_out(blocks: Sequence[Block]) -> list[Flowable]:
    """Every block set; a figure may move past what follows it, but not past the next heading or figure."""
    story: list[Flowable] = []
    at = 0
    while at < len(blocks):
        last = at + 1
        if isinstance(blocks[at], Figure):
            while last < len(blocks) and isinstance(blocks[last], Grid | Paragraph):
                last += 1
            story.append(_Floating(_set(blocks[at]), [_set(block) for block in blocks[at + 1 : last]]))
        else:
            story += _set(blocks[at])
        at = last
    return story


def _set(block: Block) -> list[Flowable]:
    if isinstance(block, Heading):
        return [_p(block.text, style.SECTION)]
    if isinstance(block, Paragraph):
        lead = f"- <b>{escape(block.lead)}:</b> " if block.lead else ""
        return [Text(lead + _lowered(escape(block.text)), style.NOTE if block.small else style.BODY)]
    if isinstance(block, Grid):
        table = make_table(block)
        caption = _p(block.caption, _plain(style.CAPTION))
        above = [CondPageBreak(_start(block, table, caption)), caption] if block.caption else []
        return [*above, table, Spacer(1, 10)]
    return _figure(block)


def _start(grid: Grid, table: Table, caption: Text) -> float:
    """The room that a table's caption, head and first rows need (points)."""
    table.wrap(style.TEXT_WIDTH, 1e6)
    first = _held_together(grid.rows)[:1] or [(1, min(2, len(grid.rows)))]
    heights: list[float] = table._rowHeights
    space = style.CAPTION.spaceBefore + style.CAPTION.spaceAfter
    return float(sum(heights[: first[0][1] + 1]) + caption.wrap(style.TEXT_WIDTH, 1e6)[1] + space)


def _figure(figure: Figure) -> list[Flowable]:
    first: list[Any] = [_p(figure.caption, _plain(style.CAPTION)), drawing(figure.pictures[0])]
    rest: list[Any] = [item for p in figure.pictures[1:] for item in (Spacer(1, 8), drawing(p))]
    note = [_p(figure.note, style.NOTE)] if figure.note else []
    return [*first, *rest, *note, Spacer(1, 10)]


def make_table(grid: Grid) -> Table:
    """A table with a repeated head."""
    widths = [width * mm for width in grid.widths]
    data = [[_column_head(head, width) for head, width in zip(grid.heads, widths, strict=True)]]
    for row in grid.rows:
        left = style.CELL_BOLD if row.bold else style.CELL
        first = style.CELL_INDENT if row.indent else left
        right = style.CELL_RIGHT_BOLD if row.bold else style.CELL_RIGHT
        names = [_p(name, first if i == 0 else left) for i, name in enumerate(row.names)]
        data.append([*names, *(_p(number, right) for number in row.numbers), *(_p(word, left) for word in row.words)])
    bold = [i + 1 for i, row in enumerate(grid.rows) if row.bold]
    table = Table(data, colWidths=widths, repeatRows=1, style=style.table_style(bold))
    table.setStyle([("NOSPLIT", (0, first), (0, last)) for first, last in _held_together(grid.rows)])
    return table


def _column_head(text: str, width: float) -> Text:
    """A head in type small enough that no word of it is broken."""
    full = style.CELL_HEAD
    room = width - 2 * style.CELL_PADDING - 0.5
    widest = max((stringWidth(word, full.fontName, full.fontSize) for word in text.split()), default=0.0)
    size = full.fontSize * min(1.0, room / widest) if widest else full.fontSize
    return Text(escape(text), full.clone("head-fitted", fontSize=size))


def _held_together(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Runs of table rows (the head is row 0) that no page break may part: a bold row and the first below it."""
    starts = [i for i, row in enumerate(rows) if row.bold and not row.indent]
    runs = []
    for start, after in pairwise([*starts, len(rows)]):
        last = min(after, start + HELD_ROWS) - 1
        if last > start:
            runs.append((start + 1, last + 1))
        elif runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], start + 1)  # a total without rows of its own stays with what is above it
    return runs


def _head(document: Document) -> list[Flowable]:
    """Offices on the left, the nation's name and motto on the right, number and place and date below."""
    left = [
        _p(document.left[0], style.SMALL_CENTER),
        _p(document.left[1], style.SMALL_CENTER_BOLD),
        HRFlowable(width="35%", thickness=0.7, color="black", spaceBefore=3, spaceAfter=0),
    ]
    right = [
        _p(document.right[0], style.SMALL_CENTER_BOLD),
        _p(document.right[1], style.CENTER_BOLD),
        HRFlowable(width="58%", thickness=0.7, color="black", spaceBefore=2, spaceAfter=0),
    ]
    below = [_p(document.number, style.CENTER), _p(document.place_date, style.CENTER)]
    table = Table([[left, right], below], colWidths=[62 * mm, style.TEXT_WIDTH - 62 * mm])
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 1), (-1, 1), 8),
        ]
    )
    return [table, Spacer(1, 14)]


def _title(document: Document) -> list[Flowable]:
    """BÁO CÁO, what about, to whom, and the banner while figures are provisional."""
    found: list[Flowable] = [_p(line, style.TITLE) for line in document.title]
    found.append(HRFlowable(width="30%", thickness=0.7, color="black", spaceBefore=4, spaceAfter=10))
    if document.recipient:
        found += [_p(document.recipient, style.CENTER), Spacer(1, 10)]
    return [*found, *([_p(document.warning, style.BANNER)] if document.warning else [])]


def _signature(document: Document) -> list[Flowable]:
    """Copies on the left, the signer on the right; the caller keeps them with the last paragraph."""
    copies = [_p(line, style.COPIES) for line in document.copies]
    name, below = document.signer
    signer = [_p(name, style.CENTER_BOLD), _p(below, style.SMALL_CENTER), Spacer(1, 25 * mm)]
    table = Table([[copies, signer]], colWidths=[style.TEXT_WIDTH / 2] * 2)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [Spacer(1, 14), table]


def _plain(caption: Any) -> Any:
    """The caption's style without keepWithNext: what keeps it together is said around it."""
    return caption.clone("caption-plain", keepWithNext=0)


def _p(text: str, paragraph_style: Any) -> Text:
    return Text(escape(text), paragraph_style)


def _lowered(text: str) -> str:
    """`N_h` with its index set below the line."""
    return re.sub(r"([Nn])_h", r"\1<sub>h</sub>", text)


def _page_number(canvas: Canvas, document: BaseDocTemplate) -> None:
    """Arabic, centred in the top margin, from the second page on (Decree 30)."""
    number = canvas.getPageNumber()
    if number > 1:
        canvas.setFont(SERIF, 13)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, str(number))
