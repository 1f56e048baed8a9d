"""The look of the PDF (Decree 30/2020/NĐ-CP): A4, margins, a 13-point serif, paragraph and table styles."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import TableStyle

from sipas_forms.printing.fonts import SERIF, SERIF_BOLD

# Decree 30/2020/NĐ-CP, appendix I: top and bottom 20–25 mm, left 30–35 mm, right 15–20 mm.
TOP, BOTTOM, LEFT, RIGHT = 20 * mm, 20 * mm, 30 * mm, 15 * mm
TEXT_WIDTH = A4[0] - LEFT - RIGHT

HEAD_FILL = HexColor("#e6ebf0")
TOTAL_FILL = HexColor("#f4f6f8")
RULE = HexColor("#8a8a8a")

# Left and right of a table cell's text (points).
CELL_PADDING = 4.0

BODY = ParagraphStyle(
    "body",
    fontName=SERIF,
    fontSize=13,
    leading=18,
    alignment=TA_JUSTIFY,
    firstLineIndent=10 * mm,
    spaceAfter=6,
)
CENTER = ParagraphStyle("center", parent=BODY, alignment=TA_CENTER, firstLineIndent=0, spaceAfter=0, leading=16)
CENTER_BOLD = ParagraphStyle("center-bold", parent=CENTER, fontName=SERIF_BOLD)
SMALL_CENTER = ParagraphStyle("small-center", parent=CENTER, fontSize=12, leading=15)
SMALL_CENTER_BOLD = ParagraphStyle("small-center-bold", parent=SMALL_CENTER, fontName=SERIF_BOLD)
TITLE = ParagraphStyle("title", parent=CENTER_BOLD, fontSize=14, leading=19)
SECTION = ParagraphStyle(
    "section",
    parent=BODY,
    fontName=SERIF_BOLD,
    firstLineIndent=0,
    spaceBefore=10,
    spaceAfter=5,
    keepWithNext=1,
)
CAPTION = ParagraphStyle(
    "caption", parent=CENTER_BOLD, fontSize=12, leading=16, spaceBefore=8, spaceAfter=5, keepWithNext=1
)
NOTE = ParagraphStyle("note", parent=BODY, fontSize=11, leading=14, firstLineIndent=0, spaceBefore=3)
BANNER = ParagraphStyle(
    "banner",
    parent=BODY,
    fontName=SERIF_BOLD,
    fontSize=12,
    leading=16,
    firstLineIndent=0,
    borderColor=black,
    borderWidth=1,
    borderPadding=6,
    leftIndent=7,
    rightIndent=7,
    spaceBefore=8,
    spaceAfter=14,
)
COPIES = ParagraphStyle("copies", parent=BODY, fontSize=11, leading=14, firstLineIndent=0, spaceAfter=0)

CELL = ParagraphStyle("cell", fontName=SERIF, fontSize=11, leading=13.5)
CELL_INDENT = ParagraphStyle("cell-indent", parent=CELL, leftIndent=10)
CELL_BOLD = ParagraphStyle("cell-bold", parent=CELL, fontName=SERIF_BOLD)
CELL_RIGHT = ParagraphStyle("cell-right", parent=CELL, alignment=TA_RIGHT)
CELL_RIGHT_BOLD = ParagraphStyle("cell-right-bold", parent=CELL_RIGHT, fontName=SERIF_BOLD)
CELL_HEAD = ParagraphStyle("cell-head", parent=CELL_BOLD, fontSize=10.5, leading=12.5, alignment=TA_CENTER)


def table_style(bold_rows: list[int]) -> TableStyle:
    """Thin rules, a shaded head, shaded rows of totals."""
    commands: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.4, RULE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD_FILL),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LEFTPADDING", (0, 0), (-1, -1), CELL_PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PADDING),
    ]
    commands += [("BACKGROUND", (0, row), (-1, row), TOTAL_FILL) for row in bold_rows]
    return TableStyle(commands)
