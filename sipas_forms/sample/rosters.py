"""The lists that wards act on: one workbook per unit with the official and the reserve list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sipas_forms.errors import SampleError
from sipas_forms.plan import Survey, Unit, Workspace
from sipas_forms.store import Store
from sipas_forms.store.frame import IssuedForm, issued_forms
from sipas_forms.store.people import People, Respondent

# (heading, width in characters); A4 landscape holds about 130 characters of 12 pt.
COLUMNS = (
    ("STT", 6),
    ("Số phiếu", 19),
    ("Họ và tên", 30),
    ("Địa chỉ", 46),
    ("Điện thoại", 15),
    ("Ghi chú", 30),
)
TITLES = {"official": "DANH SÁCH CHÍNH THỨC", "reserve": "DANH SÁCH DỰ PHÒNG"}
SHEETS = {"official": "Chính thức", "reserve": "Dự phòng"}
FACE = "Times New Roman"  # Decree 30/2020/NĐ-CP


def write_rosters(workspace: Workspace, store: Store, people: People) -> list[Path]:
    """Write `output/lists/sample-UNIT.xlsx` for every unit with drawn people; they hold names.

    Raises:
        SampleError: a workbook can't be written because it is open in another program.
    """
    forms = {form.serial: form for form in issued_forms(store)}
    drawn = people.respondents()
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
    for kind in ("official", "reserve"):
        sheet = book.create_sheet(SHEETS[kind])
        _head(sheet, survey, unit, kind)
        _rows(sheet, unit, [person for person in people if person.list == kind], forms, heirs)
    beside = path.with_suffix(".tmp")
    try:
        book.save(beside)
        beside.replace(path)
    except PermissionError:
        raise SampleError(
            f"{path}: can't be written; if it is open in Excel, close it and run the command again."
        ) from None


def _head(sheet: Any, survey: Survey, unit: Unit, kind: str) -> None:
    from openpyxl.styles import Alignment, Font

    last = len(COLUMNS)
    window = f"{survey.window.first:%d/%m/%Y} – {survey.window.last:%d/%m/%Y}"
    lines = (
        (survey.owner.parent.vi, False, "left", 12),
        (survey.owner.office.vi, True, "left", 12),
        (f"{TITLES[kind]}", True, "center", 14),
        (survey.title.vi, False, "center", 12),
        (f"{unit.name.vi} · giao dịch từ {window}", False, "center", 12),
    )
    for number, (text, bold, side, size) in enumerate(lines, start=1):
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=last)
        cell = sheet.cell(number, 1, text)
        cell.font = Font(name=FACE, size=size, bold=bold)
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    sheet.row_dimensions[3].height = 26
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P/&N"


def _rows(
    sheet: Any,
    unit: Unit,
    people: list[Respondent],
    forms: dict[str, IssuedForm],
    heirs: dict[str, str | None],
) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    line = Side(style="thin")
    frame = Border(left=line, right=line, top=line, bottom=line)
    header = 7
    for column, (heading, width) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(header, column, heading)
        cell.font, cell.border = Font(name=FACE, size=12, bold=True), frame
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.fill = PatternFill("solid", fgColor="E7E6E6")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.print_title_rows = f"{header}:{header}"
    row = header
    for field in unit.fields:
        here = [person for person in people if person.field == field.code]
        row += 1
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
        sheet.cell(row, 1, f"Lĩnh vực: {field.name.vi} ({len(here)} người)").font = Font(name=FACE, size=12, bold=True)
        for order, person in enumerate(here, start=1):
            row += 1
            form = forms.get(person.serial or "")
            texts = (
                person.serial or "",
                _who(person),
                person.address,
                person.phone,
                _note(person, form, heirs),
            )
            sheet.cell(row, 1, order)
            for column, text in enumerate(texts, start=2):
                cell = sheet.cell(row, column, text)
                cell.data_type = "s"  # a name that begins with '=' is no formula
            for column in range(1, len(COLUMNS) + 1):
                cell = sheet.cell(row, column)
                struck = form is not None and form.state == "void"
                cell.font, cell.border = (
                    Font(name=FACE, size=12, strike=struck and column < len(COLUMNS)),
                    frame,
                )
                cell.alignment = Alignment(
                    vertical="center", wrap_text=True, horizontal="center" if column == 1 else None
                )


def _who(person: Respondent) -> str:
    return f"{person.name} ({person.organisation})" if person.organisation else person.name


def _note(person: Respondent, form: IssuedForm | None, heirs: dict[str, str | None]) -> str:
    """Whose place a reserve took; why a form is void and which one took its place."""
    notes = []
    if person.replaces:
        notes.append(f"Thay phiếu {person.replaces}")
    if form is not None and form.state == "void":
        heir = heirs.get(person.serial or "")
        notes.append(f"Hủy: {form.reason}; {f'thay bằng {heir}' if heir else 'hết danh sách dự phòng'}")
    return ". ".join(notes)
