"""The PDF report in the form of a Vietnamese administrative report (Decree 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
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
    Paragraph,
    Spacer,
    Table,
)

from sipas_forms.report import charts, style, tables
from sipas_forms.report.findings import Findings, Teller, banner
from sipas_forms.report.fonts import SERIF, register_fonts
from sipas_forms.report.method import method_paragraphs
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words
from sipas_forms.tally import Results

# A table begins on this page only if its caption, head and a few rows fit (points).
TABLE_START = 190.0


def pdf_report(results: Results, numbers: Numbers, today: date) -> bytes:
    """The whole report as a PDF file's bytes."""
    register_fonts()
    return _Writer(results, numbers, today).build()


class _Writer:
    """Puts the flowables in order and numbers tables and figures."""

    def __init__(self, results: Results, numbers: Numbers, today: date) -> None:
        self.results, self.numbers, self.today = results, numbers, today
        self.words = Words(numbers.language)
        self.findings: Findings = Teller(results, numbers).all()
        self.tables = self.figures = 0

    def build(self) -> bytes:
        """The PDF file."""
        survey, buffer = self.results.survey, BytesIO()
        document = BaseDocTemplate(
            buffer,
            pagesize=A4,
            title=survey.title.in_(self.numbers.language),
            author=survey.owner.office.in_(self.numbers.language),
            lang=self.numbers.language,
            invariant=1,
        )
        frame = Frame(
            style.LEFT,
            style.BOTTOM,
            style.TEXT_WIDTH,
            A4[1] - style.TOP - style.BOTTOM,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        document.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=_page_number)])
        document.build(self.story())
        return buffer.getvalue()

    def story(self) -> list[Flowable]:
        """Everything, in order."""
        story = [*self.head(), *self.title()]
        story += self.course()
        story.append(self.heading("s_results"))
        story += [*self.overall(), *self.factors(), *self.criteria(), *self.others()]
        story += [self.heading("s_remarks"), *self.body(self.findings.remarks)]
        story += self.method()
        story.append(self.signature())
        return [*story, *self.appendix()]

    def head(self) -> list[Flowable]:
        """Offices on the left, the nation's name and motto on the right, number and place and date below."""
        owner, language = self.results.survey.owner, self.numbers.language
        left = [
            _p(owner.parent.in_(language), style.SMALL_CENTER),
            _p(owner.office.in_(language), style.SMALL_CENTER_BOLD),
            HRFlowable(width="35%", thickness=0.7, color="black", spaceBefore=3, spaceAfter=0),
        ]
        right = [
            _p(self.words("nation"), style.SMALL_CENTER_BOLD),
            _p(self.words("motto"), style.CENTER_BOLD),
            HRFlowable(width="58%", thickness=0.7, color="black", spaceBefore=2, spaceAfter=0),
        ]
        day = self.today
        place = self.words(
            "place_date",
            place=owner.place.in_(language),
            d=f"{day:%d}",
            m=f"{day:%m}" if day.month < 3 else str(day.month),
            y=str(day.year),
        )
        below = [_p(self.words("number"), style.CENTER), _p(place, style.CENTER)]
        widths = [62 * mm, style.TEXT_WIDTH - 62 * mm]
        table = Table([[left, right], below], colWidths=widths)
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

    def title(self) -> list[Flowable]:
        """BÁO CÁO, what about, to whom, and the banner while figures are provisional."""
        survey, language = self.results.survey, self.numbers.language
        title = survey.title.in_(language)
        lowered = title[:1].lower() + title[1:] if language == "vi" else title
        found: list[Flowable] = [
            _p(self.words("report"), style.TITLE),
            _p(self.words("results_of", title=lowered), style.TITLE),
            HRFlowable(width="30%", thickness=0.7, color="black", spaceBefore=4, spaceAfter=10),
        ]
        if survey.owner.recipient:
            found += [
                _p(self.words("to", recipient=survey.owner.recipient.in_(language)), style.CENTER),
                Spacer(1, 10),
            ]
        warning = banner(self.results, self.numbers)
        if warning:
            found.append(_p(warning, style.BANNER))
        return found

    def course(self) -> list[Flowable]:
        """Section I."""
        found = [self.heading("s_course"), *self.body(self.findings.course)]
        return found + self.table("t_coverage", tables.coverage_table(self.results, self.numbers))

    def overall(self) -> list[Flowable]:
        """Section II.1."""
        found = [self.heading("s_overall"), *self.body(self.findings.overall)]
        found += self.table("t_sipas", tables.sipas_table(self.results, self.numbers))
        drawings = charts.sipas_by_cell(self.results, self.numbers, style.TEXT_WIDTH)
        note = self.results.estimate().index
        below = self.words("survey_line", index=self.numbers.percent(note)) if note is not None else None
        return found + self.figure("c_sipas", drawings, below)

    def factors(self) -> list[Flowable]:
        """Section II.2."""
        found = [self.heading("s_factors"), *self.body(self.findings.factors)]
        names = "; ".join(
            f"{f.code} – {f.title.in_(self.numbers.language)}" for f in self.results.questionnaire.factors
        )
        found.append(_p(f"{names}.", style.NOTE))  # before the table: below it, a page break could part them
        found += self.table("t_factors", tables.factors_table(self.results, self.numbers))
        drawings = charts.factor_profiles(self.results, self.numbers, style.TEXT_WIDTH)
        return found + self.figure("c_factors", drawings, None)

    def criteria(self) -> list[Flowable]:
        """Section II.3."""
        found = [self.heading("s_criteria"), *self.body(self.findings.criteria)]
        found += self.table("t_criteria", tables.criteria_table(self.results, self.numbers))
        drawings = charts.levels_by_criterion(self.results, self.numbers, style.TEXT_WIDTH)
        return found + self.figure("c_criteria", drawings, None)

    def others(self) -> list[Flowable]:
        """Section II.4."""
        table = tables.others_table(self.results, self.numbers)
        if table is None:
            return []
        return [self.heading("s_others"), *self.body(self.findings.others), *self.table("t_others", table)]

    def method(self) -> list[Flowable]:
        """Section IV."""
        pairs = method_paragraphs(self.results, self.numbers)
        said = [Paragraph(f"- <b>{escape(item)}:</b> {_lowered(escape(text))}", style.BODY) for item, text in pairs]
        return [self.heading("s_method"), *said]

    def signature(self) -> Flowable:
        """Copies on the left, the signer on the right; never alone on a page's end."""
        copies = [_p(self.words(key), style.COPIES) for key in ("copies", "copy_above", "copy_file")]
        signer = [
            _p(self.words("signer"), style.CENTER_BOLD),
            _p(self.words("sign_here"), style.SMALL_CENTER),
            Spacer(1, 25 * mm),
        ]
        table = Table([[copies, signer]], colWidths=[style.TEXT_WIDTH / 2] * 2)
        table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
        return KeepTogether([Spacer(1, 14), table])

    def appendix(self) -> list[Flowable]:
        """The criteria by unit; none where no factor is asked or nothing was answered."""
        if self.results.estimate().index is None:
            return []
        found: list[Flowable] = [PageBreak(), _p(self.words("s_appendix"), style.TITLE)]
        found += [_p(self.words("appendix_title"), style.CENTER_BOLD), Spacer(1, 8)]
        for table in tables.appendix_tables(self.results, self.numbers):
            found += [table, Spacer(1, 12)]
        return found

    def heading(self, key: str) -> Flowable:
        """A section's heading; stays with what follows."""
        return _p(self.words(key), style.SECTION)

    def body(self, paragraphs: tuple[str, ...]) -> list[Flowable]:
        """Plain paragraphs."""
        return [_p(text, style.BODY) for text in paragraphs]

    def table(self, title: str, table: Table) -> list[Flowable]:
        """A captioned, numbered table."""
        self.tables += 1
        caption = self.words("table", n=str(self.tables), title=self.words(title))
        plain = _plain(style.CAPTION)
        return [CondPageBreak(TABLE_START), _p(caption, plain), table, Spacer(1, 10)]

    def figure(self, title: str, drawings: list[Drawing], below: str | None) -> list[Flowable]:
        """Drawings under one numbered caption; nothing where there is nothing to draw."""
        if not drawings:
            return []
        self.figures += 1
        level = self.numbers.percent(100 * self.results.survey.index.confidence, 0)
        caption = self.words("figure", n=str(self.figures), title=self.words(title, level=level))
        first: list[Any] = [_p(caption, _plain(style.CAPTION)), drawings[0]]
        rest: list[Any] = [item for drawing in drawings[1:] for item in (Spacer(1, 8), drawing)]
        return [KeepTogether(first), *rest, *([_p(below, style.NOTE)] if below else []), Spacer(1, 10)]


def _plain(caption: Any) -> Any:
    """The caption's style without keepWithNext: what keeps it together is said around it."""
    return caption.clone("caption-plain", keepWithNext=0)


def _p(text: str, paragraph_style: Any) -> Paragraph:
    return Paragraph(escape(text), paragraph_style)


def _lowered(text: str) -> str:
    """`N_h` with its index set below the line."""
    return re.sub(r"([Nn])_h", r"\1<sub>h</sub>", text)


def _page_number(canvas: Canvas, document: BaseDocTemplate) -> None:
    """Arabic, centred in the top margin, from the second page on (Decree 30)."""
    number = canvas.getPageNumber()
    if number > 1:
        canvas.setFont(SERIF, 13)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, str(number))
