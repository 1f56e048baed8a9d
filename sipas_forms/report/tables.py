"""The tables of the PDF, as platypus flowables that repeat their heads on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, Table

from sipas_forms.report import style
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words, domain_names, reading_order
from sipas_forms.tally import ALL, Level, Results

# Units beside each other in the appendix; more would not fit the width.
UNITS_PER_TABLE = 5

# Of a group of rows, the first so many are never parted; a whole page of them could not be placed at all.
HELD_ROWS = 8


@dataclass(frozen=True)
class Row:
    """One row: names on the left, numbers (as text) on the right."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]
    bold: bool = False
    indent: bool = False


def make_table(heads: Sequence[str], rows: Sequence[Row], widths: Sequence[float]) -> Table:
    """A table with a repeated head; widths in points, None-free and as many as heads."""
    data = [[_head(head, width) for head, width in zip(heads, widths, strict=True)]]
    for row in rows:
        left = style.CELL_BOLD if row.bold else style.CELL
        first = style.CELL_INDENT if row.indent else left
        right = style.CELL_RIGHT_BOLD if row.bold else style.CELL_RIGHT
        names = [Paragraph(escape(n), first if i == 0 else left) for i, n in enumerate(row.names)]
        data.append([*names, *(Paragraph(escape(n), right) for n in row.numbers)])
    bold = [i + 1 for i, row in enumerate(rows) if row.bold]
    table = Table(data, colWidths=list(widths), repeatRows=1, style=style.table_style(bold))
    table.setStyle([("NOSPLIT", (0, first), (0, last)) for first, last in _held_together(rows)])
    return table


def _head(text: str, width: float) -> Paragraph:
    """A head in type small enough that no word of it is broken."""
    full = style.CELL_HEAD
    room = width - 2 * style.CELL_PADDING - 0.5
    widest = max((stringWidth(word, full.fontName, full.fontSize) for word in text.split()), default=0.0)
    size = full.fontSize * min(1.0, room / widest) if widest else full.fontSize
    return Paragraph(escape(text), full.clone("head-fitted", fontSize=size))


def _held_together(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Runs of table rows (the head is row 0) that no page break may part: a bold row and those below it."""
    starts = [i for i, row in enumerate(rows) if row.bold and not row.indent]
    runs = []
    for start, after in zip(starts, [*starts[1:], len(rows)], strict=True):
        last = min(after, start + HELD_ROWS) - 1
        if last > start:
            runs.append((start + 1, last + 1))
        elif runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], start + 1)  # a total without rows of its own stays with what is above it
    return runs


def spread(first: float, count: int) -> list[float]:
    """Column widths: the first as given (mm), the rest of the text's width shared evenly."""
    return [first * mm, *[(style.TEXT_WIDTH - first * mm) / count] * count]


def coverage_table(results: Results, numbers: Numbers) -> Table:
    """Forms issued and returned per unit and field."""
    words = Words(numbers.language)
    rows = []
    for unit, field in reading_order(results.survey):
        c = results.covered(unit, field)
        counts = (c.eligible, c.issued, c.returned, c.complete)
        figures = (*(numbers.integer(n) for n in counts), numbers.decimal(c.rr1))
        rows.append(_domain_row(results, numbers, unit, field, figures))
    heads = [words(key) for key in ("eligible", "issued", "returned", "complete", "rr1")]
    return make_table([_unit_head(words), *heads], rows, spread(72, 5))


def sipas_table(results: Results, numbers: Numbers) -> Table:
    """The overall index per unit and field with its interval."""
    words = Words(numbers.language)
    rows = []
    for unit, field in reading_order(results.survey):
        e = results.estimate(unit, field)
        figures = (
            numbers.decimal(e.index),
            numbers.interval(e.low, e.high),
            numbers.decimal(e.mean),
            numbers.integer(e.forms),
        )
        rows.append(_domain_row(results, numbers, unit, field, figures))
    level = numbers.percent(100 * results.survey.index.confidence, 0)
    heads = [_unit_head(words), words("index"), words("interval", level=level), words("mean"), words("forms")]
    widths = [70 * mm, 22 * mm, 33 * mm, 20 * mm]
    return make_table(heads, rows, [*widths, style.TEXT_WIDTH - sum(widths)])


def factors_table(results: Results, numbers: Numbers) -> Table:
    """The factor indices per unit; the survey's with intervals below."""
    words = Words(numbers.language)
    factors = results.questionnaire.factors
    rows = []
    for unit in (*(u.code for u in results.survey.units), ALL):
        every = [results.estimate(unit, ALL, "factor", f.code) for f in factors] + [results.estimate(unit)]
        name = domain_names(results.survey, unit, ALL, numbers.language)[0]
        rows.append(Row((name,), tuple(numbers.decimal(e.index) for e in every), bold=unit == ALL))
    return make_table([words("unit"), *(f.code for f in factors), words("sipas")], rows, spread(62, len(factors) + 1))


def criteria_table(results: Results, numbers: Numbers) -> Table:
    """Every criterion of the whole survey under its factor."""
    words = Words(numbers.language)
    rows = []
    for factor in results.questionnaire.factors:
        every = [("factor", factor.code, factor.title)]
        every += [("criterion", c.id, c.text) for c in factor.criteria]
        for level, code, text in every:
            e = results.estimate(ALL, ALL, "factor" if level == "factor" else "criterion", code)
            figures = (
                numbers.decimal(e.index),
                numbers.interval(e.low, e.high),
                numbers.decimal(e.mean),
                numbers.integer(e.valid),
            )
            name = f"{code}. {text.in_(numbers.language)}"
            rows.append(Row((name,), figures, bold=level == "factor", indent=level != "factor"))
    level_text = numbers.percent(100 * results.survey.index.confidence, 0)
    heads = [words("criterion"), words("index"), words("interval", level=level_text)]
    widths = [75 * mm, 22 * mm, 32 * mm, 17 * mm]
    return make_table([*heads, words("mean"), words("valid_short")], rows, [*widths, style.TEXT_WIDTH - sum(widths)])


def others_table(results: Results, numbers: Numbers) -> Table | None:
    """The answers to the questions that are not criteria; None where there is no such question."""
    words = Words(numbers.language)
    criteria = {c.id for c in results.questionnaire.criteria}
    rows = []
    for question in results.questionnaire.all_questions():
        if question.id in criteria or question.kind == "writing":
            continue
        tally = results.tally(question.id)
        text = question.text.in_(numbers.language)
        rows.append(Row((text,), (numbers.integer(tally.valid), ""), bold=True))
        for option, count in zip(question.options, tally.options, strict=True):
            figures = (numbers.integer(count.count), numbers.decimal(count.share))
            rows.append(Row((option.label.in_(numbers.language),), figures, indent=True))
        if tally.blank or tally.invalid or tally.doubtful:
            for key, count_of in (
                ("blank", tally.blank),
                ("invalid", tally.invalid),
                ("doubtful", tally.doubtful),
            ):
                if count_of:
                    rows.append(Row((f"({words(key)})",), (numbers.integer(count_of), ""), indent=True))
    if not rows:
        return None
    widths = [115 * mm, 24 * mm]
    heads = [words("question"), words("count"), words("share")]
    return make_table(heads, rows, [*widths, style.TEXT_WIDTH - sum(widths)])


def appendix_tables(results: Results, numbers: Numbers) -> list[Table]:
    """Criterion indices by unit, a few units beside each other."""
    units = [u.code for u in results.survey.units]
    found = []
    for start in range(0, len(units), UNITS_PER_TABLE):
        chosen = [*units[start : start + UNITS_PER_TABLE], ALL]
        heads = [
            Words(numbers.language)("all") if unit == ALL else results.survey.unit(unit).name.in_(numbers.language)
            for unit in chosen
        ]
        rows = []
        for factor in results.questionnaire.factors:
            rows.append(_across(results, numbers, chosen, "factor", factor.code, factor.title.in_(numbers.language)))
            for c in factor.criteria:
                rows.append(_across(results, numbers, chosen, "criterion", c.id, c.text.in_(numbers.language)))
        widths = spread(165 - 20 * len(chosen), len(chosen))
        found.append(make_table([Words(numbers.language)("criterion"), *heads], rows, widths))
    return found


def _across(results: Results, numbers: Numbers, units: Sequence[str], level: Level, code: str, text: str) -> Row:
    figures = tuple(numbers.decimal(results.estimate(unit, ALL, level, code).index) for unit in units)
    return Row((f"{code}. {text}",), figures, bold=level == "factor", indent=level != "factor")


def _domain_row(results: Results, numbers: Numbers, unit: str, field: str, figures: tuple[str, ...]) -> Row:
    names = domain_names(results.survey, unit, field, numbers.language)
    total = field == ALL
    return Row((names[0] if total else names[1],), figures, bold=total, indent=not total)


def _unit_head(words: Words) -> str:
    return f"{words('unit')} / {words('field').lower()}"
