"""The lists that wards act on: one workbook per unit with the official and the reserve list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sipas_forms.errors import SampleError, unwritable
from sipas_forms.plan import Survey, Unit, Workspace
from sipas_forms.sample.dispositions import in_words
from sipas_forms.sample.paper_words import WORDS, Words
from sipas_forms.sample.words import fold
from sipas_forms.store import Store
from sipas_forms.store.frame import IssuedForm, issued_forms
from sipas_forms.store.people import People, Respondent

# (key of the heading, width in characters); A4 landscape holds about 130 characters of 12 pt.
COLUMNS = (("order", 6), ("serial", 19), ("name", 30), ("address", 46), ("phone", 15), ("note", 30))
HEADER_ROW = 8
LINE = 16  # points, of Times at 12
FACE = "Times New Roman"  # Decree 30/2020/NĐ-CP


def write_rosters(workspace: Workspace, store: Store, people: People, only: str | None = None) -> list[Path]:
    """Write `output/lists/sample-UNIT.xlsx` for every unit with drawn people (or `only` one); they hold names.

    Raises:
        SampleError: a workbook can't be written because it is open in another program.
    """
    forms = {form.serial: form for form in issued_forms(store)}
    drawn = people.respondents(only)
    folder = workspace.output / "lists"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for unit in workspace.survey.units:
        mine = [person for person in drawn if person.unit == unit.code]
        if mine:
            path = folder / f"sample-{unit.code}.xlsx"
            _write(path, workspace.survey, unit, mine, forms)
            paths.append(path)
    return paths


def _write(path: Path, survey: Survey, unit: Unit, people: list[Respondent], forms: dict[str, IssuedForm]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    heirs = {person.replaces: person.serial for person in people if person.replaces}
    words = Words(survey.language)
    for kind in ("official", "reserve"):
        sheet = book.create_sheet(words(f"{kind}_sheet"))
        _head(sheet, survey, unit, kind, words)
        last = _rows(sheet, unit, [person for person in people if person.list == kind], forms, heirs, words)
        _signatures(sheet, last + 2, words)
    beside = path.with_suffix(".tmp")
    try:
        book.save(beside)
        beside.replace(path)
    except OSError as error:
        raise SampleError(unwritable(path, error)) from None


def _head(sheet: Any, survey: Survey, unit: Unit, kind: str, words: Words) -> None:
    """The office's letterhead with the nation's name and motto beside it, the title, and what the list is of."""
    last, language = len(COLUMNS), survey.language
    window = {"first": f"{survey.window.first:%d/%m/%Y}", "last": f"{survey.window.last:%d/%m/%Y}"}
    name = unit.name.in_(language)
    above, below = letterhead(survey, unit, words)
    _line(sheet, 1, (1, 3), above)
    _line(sheet, 2, (1, 3), below, bold=True)
    _line(sheet, 1, (4, last), words("nation"), bold=True)
    _line(sheet, 2, (4, last), words("motto"), bold=True)
    _line(sheet, 3, (4, last), words("place_date", place=survey.owner.place.in_(language)))
    _line(sheet, 4, (1, last), words(f"{kind}_title"), bold=True, size=14)
    _line(sheet, 5, (1, last), survey.title.in_(language))
    _line(sheet, 6, (1, last), words("window", unit=name, **window))
    sheet.row_dimensions[4].height = 30
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P/&N"


def _line(sheet: Any, row: int, columns: tuple[int, int], text: str, bold: bool = False, size: int = 12) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.merge_cells(start_row=row, end_row=row, start_column=columns[0], end_column=columns[1])
    cell = sheet.cell(row, columns[0], text)
    cell.font = Font(name=FACE, size=size, bold=bold)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _signatures(sheet: Any, row: int, words: Words) -> None:
    for columns, signer in (((1, 3), "prepared_by"), ((4, len(COLUMNS)), "head_of_unit")):
        _line(sheet, row, columns, words(signer), bold=True)
        _line(sheet, row + 1, columns, words("sign"))


def _rows(
    sheet: Any,
    unit: Unit,
    people: list[Respondent],
    forms: dict[str, IssuedForm],
    heirs: dict[str, str | None],
    words: Words,
) -> int:
    """The table, field by field; returns its last row."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (heading, width) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(HEADER_ROW, column, words(heading))
        cell.font, cell.border = Font(name=FACE, size=12, bold=True), _frame()
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.fill = PatternFill("solid", fgColor="E7E6E6")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    row = HEADER_ROW
    for field in unit.fields:
        here = [person for person in people if person.field == field.code]
        row += 1
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
        heading = words("field", name=field.name.in_(words.language), count=len(here))
        sheet.cell(row, 1, heading).font = Font(name=FACE, size=12, bold=True)
        for order, person in enumerate(here, start=1):
            row += 1
            form = forms.get(person.serial or "")
            texts = (
                person.serial or "",
                full_name(person),
                person.address,
                person.phone,
                note(person, form, heirs, words),
            )
            _write_row(sheet, row, order, texts, form is not None and form.state == "void")
            sheet.row_dimensions[row].height = row_height(("", *texts), [width for _, width in COLUMNS])
    return row


def _write_row(sheet: Any, row: int, order: int, texts: tuple[str, ...], struck: bool) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.cell(row, 1, order)
    for column, text in enumerate(texts, start=2):
        cell = sheet.cell(row, column, text)
        cell.data_type = "s"  # a name that begins with '=' is no formula
    for column in range(1, len(COLUMNS) + 1):
        cell = sheet.cell(row, column)
        cell.font, cell.border = Font(name=FACE, size=12, strike=struck and column < len(COLUMNS)), _frame()
        cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="center" if column == 1 else None)


def row_height(texts: Sequence[str], widths: Sequence[int]) -> int:
    """The height in points that these texts of 12 points take in columns of so many characters.

    Rows that wrap say it, since not every program that opens a workbook finds it by itself.
    """
    return LINE * max(max(1, -(-len(text) // width)) for text, width in zip(texts, widths, strict=True))


def _frame() -> Any:
    from openpyxl.styles import Border, Side

    line = Side(style="thin")
    return Border(left=line, right=line, top=line, bottom=line)


def letterhead(survey: Survey, unit: Unit, words: Words) -> tuple[str, str]:
    """Who a unit's paper comes from: the authority above it and the unit, or, where they are the same, its office."""
    parent, name = survey.owner.parent.in_(words.language), unit.name.in_(words.language).upper()
    return (parent, name) if fold(parent) != fold(name) else (parent, survey.owner.office.in_(words.language))


def full_name(person: Respondent) -> str:
    """The person, with the organisation behind."""
    return f"{person.name} ({person.organisation})" if person.organisation else person.name


def note(person: Respondent, form: IssuedForm | None, heirs: dict[str, str | None], words: Words) -> str:
    """Whose place a reserve took; why a form is void and which one (of `heirs`, by void serial) took its place."""
    notes = []
    if person.replaces:
        notes.append(words("replaces", serial=person.replaces))
    if form is not None and form.state == "void":
        heir = heirs.get(person.serial or "")
        taken = words("heir", serial=heir) if heir else words("no_heir")
        why = words("void", reason=in_words(form.reason, words.language))
        notes.append(why if form.reason in WORDS["mistaken"] else f"{why}; {taken}")
    return ". ".join(notes)
