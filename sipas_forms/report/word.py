"""Sets the report as a Word file in the form that an office sends up (Decree 30/2020/NĐ-CP), for it to edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from sipas_forms.report.document import Block, Document, Figure, Grid, Heading, Paragraph
from sipas_forms.report.picture import png
from sipas_forms.report.tables import TEXT_WIDTH

# Decree 30/2020/NĐ-CP, appendix I: Times New Roman, 13 to 14 points; margins 20, 20, 30 and 15 mm.
FACE = "Times New Roman"
BODY, CELL, NOTE, CAPTION = Pt(13), Pt(11), Pt(11), Pt(12)
CELL_STYLE = "Cell"
HEAD_FILL, TOTAL_FILL = "E6EBF0", "F4F6F8"

# Paragraphs that go over to the next page with a signature for which there is no room, the empty one above it included:
# nobody signs a page without text.
SIGNED_WITH = 3
# Word's own margin on the left and right of a cell (mm).
CELL_MARGIN = 1.9


@dataclass(frozen=True)
class Line:
    """A line of the head or the foot; `rule` is a thin line so many mm long instead of text."""

    text: str = ""
    bold: bool = False
    size: Any = BODY
    rule: float = 0.0


def word_report(document: Document, today: date) -> bytes:
    """The whole report as a docx file's bytes."""
    return _Writer(document, today).file()


class _Writer:
    """Puts the blocks into python-docx's document."""

    def __init__(self, document: Document, today: date) -> None:
        self.document = document
        self.word: Any = docx.Document()
        self._page()
        self._styles()
        properties = self.word.core_properties
        properties.title, properties.author = document.subject, document.author
        properties.language = {"vi": "vi-VN"}.get(document.language, "en-GB")
        properties.created = properties.modified = datetime.combine(today, time())
        properties.comments = ""

    def file(self) -> bytes:
        self._head()
        self._title()
        for block in self.document.blocks:
            self._set(block)
        self._signature()
        if self.document.appendix:
            for index, line in enumerate(self.document.appendix_title):
                title = self._text(line, bold=True, align=ALIGN.CENTER, indent=False)
                # not a break in a paragraph of its own: after a full page that would be an empty one
                title.paragraph_format.page_break_before = index == 0
            for block in self.document.appendix:
                self._set(block)
        buffer = BytesIO()
        self.word.save(buffer)
        return buffer.getvalue()

    def _page(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        section.header_distance = Mm(10)
        section.different_first_page_header_footer = True  # no number on the first page
        line = section.header.paragraphs[0]
        line.alignment = ALIGN.CENTER
        run = line.add_run()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = text
            run._r.append(part)

    def _styles(self) -> None:
        styles = self.word.styles
        language = "vi-VN" if self.document.language == "vi" else "en-GB"
        for name, size in (("Normal", BODY), ("Heading 1", BODY), ("Heading 2", BODY), ("Caption", CAPTION)):
            style = styles[name]
            style.font.name, style.font.size = FACE, size
            style.font.bold, style.font.italic = name != "Normal", False
            style.font.color.rgb = RGBColor(0, 0, 0)
            properties = style.element.get_or_add_rPr()
            fonts = properties.get_or_add_rFonts()
            for name_of in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
                fonts.set(qn(name_of), FACE)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(theme), None)
            tongue = OxmlElement("w:lang")
            tongue.set(qn("w:val"), language)
            properties.append(tongue)
            style.paragraph_format.space_before = Pt(10 if name.startswith("Heading") else 0)
            style.paragraph_format.space_after = Pt(6)
            style.paragraph_format.keep_with_next = name != "Normal"
        cell = styles.add_style(CELL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style, cell.font.size = styles["Normal"], CELL

    def _set(self, block: Block) -> None:
        if isinstance(block, Heading):
            self.word.add_paragraph(block.text, style=f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            self._text(block.text, lead=block.lead, size=NOTE if block.small else None, indent=not block.small)
        elif isinstance(block, Grid):
            if block.caption:
                self._caption(block.caption)
            self._grid(block)
        else:
            self._figure(block)

    def _text(
        self,
        text: str,
        lead: str = "",
        size: Any = None,
        bold: bool = False,
        align: Any = ALIGN.JUSTIFY,
        indent: bool = True,
    ) -> Any:
        line = self.word.add_paragraph()
        line.alignment = align
        if indent:
            line.paragraph_format.first_line_indent = Mm(10)
        if lead:
            line.add_run(f"- {lead}: ").bold = True
        for number, part in enumerate(re.split(r"(?<=[Nn])_h", text)):
            if number:  # an index below the line, as in N_h
                line.add_run("h").font.subscript = True
            run = line.add_run(part)
            run.bold = bold or None
            if size is not None:
                run.font.size = size
        return line

    def _caption(self, text: str) -> None:
        self.word.add_paragraph(text, style="Caption").alignment = ALIGN.CENTER

    def _figure(self, figure: Figure) -> None:
        self._caption(figure.caption)
        for picture in figure.pictures:
            line = self.word.add_paragraph()
            line.alignment = ALIGN.CENTER
            shape = line.add_run().add_picture(BytesIO(png(picture)), width=Mm(TEXT_WIDTH - 3))
            shape._inline.docPr.set("descr", figure.caption)
        if figure.note:
            self._text(figure.note, size=NOTE, indent=False)

    def _grid(self, grid: Grid) -> None:
        table = self.word.add_table(rows=0, cols=len(grid.heads), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [Emu(Mm(width)) for width in grid.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        head = self._row(table, grid.heads, widths, [ALIGN.CENTER] * len(widths), bold=True, fill=HEAD_FILL)
        repeat = OxmlElement("w:tblHeader")
        head._tr.get_or_add_trPr().append(repeat)
        for row in grid.rows:
            aligns = [ALIGN.LEFT] * len(row.names) + [ALIGN.RIGHT] * len(row.numbers) + [ALIGN.LEFT] * len(row.words)
            texts = (*row.names, *row.numbers, *row.words)
            self._row(table, texts, widths, aligns, row.bold, TOTAL_FILL if row.bold else "", row.indent)
        # Word wants a paragraph after a table; this one takes next to no room
        below = self.word.add_paragraph()
        below.paragraph_format.space_after, below.paragraph_format.line_spacing = Pt(6), Pt(2)
        below.add_run().font.size = Pt(1)

    def _row(
        self,
        table: Any,
        texts: Sequence[str],
        widths: Sequence[Any],
        aligns: Sequence[Any],
        bold: bool,
        fill: str,
        indent: bool = False,
    ) -> Any:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for i, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width, cell.vertical_alignment = widths[i], WD_CELL_VERTICAL_ALIGNMENT.CENTER
            line = cell.paragraphs[0]
            line.style = self.word.styles[CELL_STYLE]  # not the run alone: an empty cell has none, and would be taller
            line.alignment, line.paragraph_format.space_after = aligns[i], Pt(1)
            line.paragraph_format.keep_with_next = bold or None
            if indent and i == 0:
                line.paragraph_format.left_indent = Mm(3)
            run = line.add_run(text)
            run.bold = bold
            if fill:
                shade = OxmlElement("w:shd")
                for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
                    shade.set(qn(key), value)
                cell._tc.get_or_add_tcPr().append(shade)
        return row

    def _columns(self, left: Sequence[Line], right: Sequence[Line], split: int, align: Any = ALIGN.CENTER) -> None:
        """Two columns without rules of which the left is `split` mm wide."""
        table = self.word.add_table(rows=1, cols=2)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = (split, TEXT_WIDTH - split)
        # whole on one page: the empty lines for a signature would fill a page of their own
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, column, lines, width in zip(table.rows[0].cells, table.columns, (left, right), widths, strict=True):
            cell.width = column.width = Mm(width)
            for i, one in enumerate(lines):
                line = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
                line.alignment = align if lines is left else ALIGN.CENTER
                line.paragraph_format.space_after = Pt(0)
                run = line.add_run(one.text)
                run.bold, run.font.size = one.bold, one.size
                if one.rule:
                    self._rule(line, width - 2 * CELL_MARGIN, one.rule)

    def _rule(self, line: Any, room: float, width: float) -> None:
        """A thin line of `width` mm in the middle of the paragraph's `room`: its upper border between indents."""
        shape = line.paragraph_format
        shape.left_indent = shape.right_indent = Mm((room - width) / 2)
        shape.space_before, shape.line_spacing = Pt(2), Pt(5)
        _border(line, ("top",), "6", "1")

    def _head(self) -> None:
        """Offices on the left, the nation's name and motto on the right; number, place and date below."""
        d = self.document
        left = [Line(d.left[0], size=Pt(12)), Line(d.left[1], True, Pt(12)), Line(rule=22.0), Line(d.number)]
        right = [Line(d.right[0], True, Pt(12)), Line(d.right[1], True), Line(rule=52.0), Line(d.place_date)]
        self._columns(left, right, 62)

    def _title(self) -> None:
        self._text("", indent=False)
        for text in self.document.title:
            title = self._text(text, bold=True, align=ALIGN.CENTER, indent=False, size=Pt(14))
            title.paragraph_format.space_after = Pt(0)
        self._rule(self._text("", indent=False), TEXT_WIDTH, 50)
        if self.document.recipient:
            self._text(self.document.recipient, align=ALIGN.CENTER, indent=False)
        if self.document.warning:
            line = self._text(self.document.warning, bold=True, indent=False, size=Pt(12))
            _border(line, ("top", "left", "bottom", "right"), "8", "4")

    def _signature(self) -> None:
        d = self.document
        name, below = d.signer
        self._text("", indent=False)
        for line in self.word.paragraphs[-SIGNED_WITH:]:
            line.paragraph_format.keep_with_next = True
        copies = [Line(text, i == 0, NOTE) for i, text in enumerate(d.copies)]
        self._columns(copies, [Line(name, True), Line(below, size=Pt(12)), *[Line()] * 4], 80, ALIGN.LEFT)


def _border(line: Any, sides: Sequence[str], size: str, space: str) -> None:
    """Borders of a paragraph; `size` in eighths of a point, `space` to the text in points."""
    border = OxmlElement("w:pBdr")
    for side in sides:
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", size), ("space", space), ("color", "000000")):
            edge.set(qn(f"w:{key}"), value)
        border.append(edge)
    properties = line._p.get_or_add_pPr()
    before = [qn(f"w:{name}") for name in ("shd", "tabs", "spacing", "ind", "jc", "rPr")]
    place = next((i for i, part in enumerate(properties) if part.tag in before), len(properties))
    properties.insert(place, border)
