"""The Excel workbook: a sheet for each level of detail, the method, and raw answers; real numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sipas_forms.report.findings import banner
from sipas_forms.report.method import method_paragraphs
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words, all_domains, domain_names, method_name
from sipas_forms.tally import ALL, Estimate, Level, Results

Value = str | int | float | date | None

# The formats' separators are the reader's own: Excel in Vietnamese shows 85,48 and 1.234.
FIGURE, COUNT, DAY = "0.00", "#,##0", "dd/mm/yyyy"

# Raw answers of more forms make a workbook that offices' machines can't open; the CSV export has them all.
MAX_RAW_FORMS = 100_000

COVERAGE_KEYS = (
    "eligible",
    "issued",
    "void",
    "returned",
    "absent",
    "complete",
    "partial",
    "doubtful",
    "settled",
    "by_person",
    "rr1",
)

HEAD_ROW = 4
MAX_WIDTH = 60
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


def workbook_report(results: Results, numbers: Numbers, today: date) -> bytes:
    """The whole workbook as an xlsx file's bytes."""
    builder = _Builder(results, numbers, today)
    book = Workbook()
    book.remove(book.active)
    _add_styles(book)
    made = datetime.combine(today, time())
    book.properties.created = book.properties.modified = made
    book.properties.title = results.survey.title.in_(numbers.language)
    book.properties.creator = results.survey.owner.office.in_(numbers.language)
    for sheet in builder.sheets():
        _draw(book.create_sheet(sheet.name), sheet, builder.title, builder.subtitle)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Builder:
    """Lays the results out as rows."""

    def __init__(self, results: Results, numbers: Numbers, today: date) -> None:
        self.results, self.numbers, self.today = results, numbers, today
        self.language = numbers.language
        self.words = Words(numbers.language)
        self.title = results.survey.title.in_(self.language)
        self.subtitle = banner(results, numbers) or ""
        self.level = numbers.percent(100 * results.survey.index.confidence, 0)

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet in order."""
        yield self.summary()
        yield self.level_sheet(
            "factor", {f.code: f.title.in_(self.language) for f in self.results.questionnaire.factors}
        )
        texts = {c.id: c.text.in_(self.language) for c in self.results.questionnaire.criteria}
        yield self.level_sheet("criterion", texts)
        yield self.answers()
        yield self.coverage()
        yield self.method()
        yield self.raw()

    def summary(self) -> Sheet:
        """The overall index of every domain."""
        rows, totals = [], []
        for i, (unit, field) in enumerate(all_domains(self.results.survey)):
            rows.append((*self.names(unit, field), *_figures(self.results.estimate(unit, field))))
            totals += [i] if ALL in (unit, field) else []
        heads = (self.words("unit"), self.words("field"), *self.figure_heads())
        return Sheet(self.words("sheet_summary"), heads, tuple(rows), frozenset(totals))

    def level_sheet(self, level: Level, texts: dict[str, str]) -> Sheet:
        """Every factor or criterion of every domain."""
        rows = [
            (*self.names(unit, field), code, text, *_figures(self.results.estimate(unit, field, level, code)))
            for unit, field in all_domains(self.results.survey)
            for code, text in texts.items()
        ]
        heads = (
            self.words("unit"),
            self.words("field"),
            self.words("code"),
            self.words(level),
            *self.figure_heads(),
        )
        return Sheet(self.words("sheet_factors" if level == "factor" else "sheet_criteria"), heads, tuple(rows))

    def answers(self) -> Sheet:
        """Counts of every option of every question with boxes."""
        states = ("valid", "blank", "invalid", "doubtful", "missing", "not_asked")
        rows: list[tuple[Value, ...]] = []
        questions = [q for q in self.results.questionnaire.all_questions() if q.kind != "writing"]
        for unit, field in all_domains(self.results.survey):
            for question in questions:
                t = self.results.tally(question.id, unit, field)
                text = question.text.in_(self.language)
                if question.kind == "multiple":
                    text = self.words("several", question=text)
                for option, o in zip(question.options, t.options, strict=True):
                    label = option.label.in_(self.language)
                    counts = (o.count, _real(o.share), *(getattr(t, name) for name in states))
                    rows.append((*self.names(unit, field), question.id, text, o.code, label, *counts))
        keys = ("unit", "field", "code", "question", "code", "option", "count", "share", *states)
        return Sheet(self.words("sheet_answers"), tuple(self.words(key) for key in keys), tuple(rows))

    def coverage(self) -> Sheet:
        """What became of the forms of every domain."""
        keys = COVERAGE_KEYS
        rows, totals = [], []
        for i, (unit, field) in enumerate(all_domains(self.results.survey)):
            c = self.results.covered(unit, field)
            figures = [getattr(c, key) for key in keys[:-1]]
            rows.append((*self.names(unit, field), *figures, _real(c.rr1)))
            totals += [i] if ALL in (unit, field) else []
        heads = tuple(self.words(key) for key in ("unit", "field", *keys))
        return Sheet(self.words("sheet_coverage"), heads, tuple(rows), frozenset(totals))

    def method(self) -> Sheet:
        """The method chosen, its formulas in words, dates and counts."""
        survey, c = self.results.survey, self.results.covered()
        vi = self.language == "vi"
        rows: list[tuple[Value, ...]] = [
            ("Mã cuộc khảo sát" if vi else "Survey code", survey.code),
            ("Từ ngày" if vi else "From", survey.window.first),
            ("Đến ngày" if vi else "To", survey.window.last),
            ("Hạn gửi danh sách" if vi else "Deadline of lists", survey.deadline),
            ("Ngày lập báo cáo" if vi else "Date of this report", self.today),
            (self.words("issued"), c.issued),
            (self.words("returned"), c.returned),
            ("Loại chỉ số" if vi else "Kind of index", method_name(survey.index, self.language)),
        ]
        rows += method_paragraphs(self.results, self.numbers)
        rows.append(self.raw_note())
        return Sheet(self.words("sheet_method"), (self.words("item"), self.words("value")), tuple(rows))

    def raw_note(self) -> tuple[str, str]:
        """What the sheet of raw answers leaves out, and why."""
        name = self.words("sheet_raw")
        if len(self.results.raw) > MAX_RAW_FORMS:
            most = self.numbers.integer(MAX_RAW_FORMS)
            vi = f"Có hơn {most} phiếu nên trang này để trống; xem 'sipas export answers'."
            en = f"There are more than {most} forms, so the sheet is empty; see 'sipas export answers'."
        else:
            vi = (
                "Mỗi dòng là một phiếu đã thu về, ghi mã phương án; không có số phiếu, họ tên, chữ viết "
                "tay, và xếp theo nội dung trả lời để không lần ra người trả lời."
            )
            en = (
                "Each row is a form in hand, as option codes; without serial, name or handwriting, and in "
                "the order of the answers, so that no row leads to a person."
            )
        return name, vi if self.language == "vi" else en

    def raw(self) -> Sheet:
        """The answers of each form without anything that leads to a person."""
        frame = self.results.raw
        kept = frame if len(frame) <= MAX_RAW_FORMS else frame.iloc[:0]
        rows = tuple(tuple(_code(value) for value in row) for row in kept.itertuples(index=False, name=None))
        heads = (self.words("unit"), self.words("field"), *(str(name) for name in frame.columns[2:]))
        return Sheet(self.words("sheet_raw"), heads, rows)

    def names(self, unit: str, field: str) -> tuple[str, str]:
        """A domain's names."""
        return domain_names(self.results.survey, unit, field, self.language)

    def figure_heads(self) -> tuple[str, ...]:
        """The heads over `_figures`."""
        keys = ("index", "low", "high", "mean", "forms", "valid", "blank", "invalid", "doubtful", "missing")
        return tuple(self.words(key) for key in keys)


def _figures(e: Estimate) -> tuple[Value, ...]:
    counts = (e.forms, e.valid, e.blank, e.invalid, e.doubtful, e.missing)
    return (_real(e.index), _real(e.low), _real(e.high), _real(e.mean), *counts)


def _real(value: float | None) -> float | None:
    """Always a float: the cell's format follows the type, and a whole index is still a figure."""
    return None if value is None else float(value)


def _code(value: object) -> Value:
    text = str(value)
    return int(text) if text.isdigit() and len(text) < 10 else text or None


def _draw(page: Worksheet, sheet: Sheet, title: str, subtitle: str) -> None:
    page.cell(1, 1, title).font = Font(name=FACE, bold=True, size=13)
    page.cell(2, 1, subtitle or None).font = Font(name=FACE, bold=True, size=11, color="9C0006")
    for column, head in enumerate(sheet.heads, 1):
        cell = page.cell(HEAD_ROW, column, head)
        cell.font, cell.fill, cell.border = BOLD, HEAD_FILL, BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, row in enumerate(sheet.rows):
        _draw_row(page, HEAD_ROW + 1 + number, row, number in sheet.totals)
    page.freeze_panes = page.cell(HEAD_ROW + 1, 3 if len(sheet.heads) > 2 else 1)
    last = f"{get_column_letter(len(sheet.heads))}{HEAD_ROW + len(sheet.rows)}"
    page.auto_filter.ref = f"A{HEAD_ROW}:{last}"
    for column, width in enumerate(_widths(sheet.heads, sheet.rows), 1):
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


def _style_name(value: Value, total: bool) -> str:
    """The cell style of a value: its format follows its type."""
    kind = "day" if isinstance(value, date) else {int: "count", float: "figure"}.get(type(value), "text")
    return f"total {kind}" if total else kind


def _add_styles(book: Workbook) -> None:
    """Named styles, made once: a style set part by part on each cell costs seconds."""
    for total in (False, True):
        for kind, number_format in (("text", "General"), ("count", COUNT), ("figure", FIGURE), ("day", DAY)):
            named = NamedStyle(f"total {kind}" if total else kind)
            named.font = BOLD if total else PLAIN
            named.border, named.number_format = BORDER, number_format
            named.alignment = Alignment(vertical="top", wrap_text=kind == "text")
            if total:
                named.fill = TOTAL_FILL
            book.add_named_style(named)


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
