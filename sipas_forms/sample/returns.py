"""What goes back to the unit: its own rows in its own order, with what became of each and why, to mend and send again.

The first added column names the list, so that the mended file finds the list that it mends, whatever its own name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sipas_forms.errors import ListError, unwritable
from sipas_forms.sample.columns import RESULT_HEADINGS
from sipas_forms.sample.eligibility import DOUBTS, MERGES, Doubt, Merge, Reason
from sipas_forms.sample.rosters import row_height
from sipas_forms.store.people import ListRow, ListSheet

VERDICTS = {"accepted": "Đạt", "merged": "Trùng", "check": "Đề nghị kiểm tra", "refused": "Không đạt"}
COLOURS = {"merged": "#EDEDED", "check": "#FFF2CC", "refused": "#F8CBAD"}
TO_CONFIRM = "Nếu đúng, ghi 'đúng' vào cột bên phải; nếu sai, sửa dòng này."
# Widths in characters: columns of the unit are as wide as their longest of the first rows, within these.
NARROW, WIDE = 6, 45
ROWS_FOR_WIDTH = 60
RESULT_WIDTHS = (20, WIDE, 16)
SHEET_WITHOUT_NAME = "Danh sách"
FACE = "Times New Roman"  # Decree 30/2020/NĐ-CP


def return_path(folder: Path, file: str) -> Path:
    """Where the return of a list lies."""
    return folder / f"{file}.ket-qua.xlsx"


def write_return(folder: Path, file: str, heads: Sequence[ListSheet], found: Sequence[ListRow]) -> Path:
    """Write the return of one list.

    Raises:
        ListError: it can't be written because it is open in another program.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    rows: dict[int, list[ListRow]] = {}
    for row in found:
        rows.setdefault(row.sheet_number, []).append(row)
    path = return_path(folder, file)
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _Styles(book)
    for head in heads:
        _write_sheet(book, styles, file, head, rows.get(head.sheet_number, []))
    try:
        book.close()
    except FileCreateError as error:  # xlsxwriter's wrapping of what the system said
        raise ListError(unwritable(path, error.args[0])) from None
    return path


class _Styles:
    """The formats of a workbook: per outcome, for text and for days."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": FACE, "font_size": 12, "valign": "vcenter"}
        self.title = book.add_format({**base, "bold": True})
        self.heading = book.add_format(
            {**base, "bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#D9E2EC"}
        )
        self.text, self.day, self.added = {}, {}, {}
        for outcome in VERDICTS:
            fill = {"bg_color": COLOURS[outcome]} if outcome in COLOURS else {}
            self.text[outcome] = book.add_format({**base, **fill, "border": 1})
            self.day[outcome] = book.add_format({**base, **fill, "border": 1, "num_format": "dd/mm/yyyy"})
            self.added[outcome] = book.add_format({**base, **fill, "border": 1, "text_wrap": True})


def _write_sheet(book: Any, styles: _Styles, file: str, sheet: ListSheet, rows: list[ListRow]) -> None:
    page = book.add_worksheet(sheet.sheet or SHEET_WITHOUT_NAME)
    head = json.loads(sheet.head)
    cells = [json.loads(row.original) for row in rows]
    width = max(map(len, (*head, *cells)), default=0)
    for column, size in enumerate(_widths(head, cells, width)):
        page.set_column(column, column, size)
    for column, size in enumerate(RESULT_WIDTHS, start=width):
        page.set_column(column, column, size)
    page.freeze_panes(len(head), 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if head and rows:
        page.autofilter(len(head) - 1, 0, rows[-1].row - 1, width + 2)
    names = (f"{RESULT_HEADINGS[0]} [{file}]", *RESULT_HEADINGS[1:])
    for number, line in enumerate(head):
        last = number == len(head) - 1
        if last:
            page.set_row(number, row_height(names, RESULT_WIDTHS))
        _write_cells(page, number, line, styles.title, styles.title)
        for column, name in enumerate(names if last else (), start=width):
            page.write_string(number, column, name, styles.heading)
    for row, line in zip(rows, cells, strict=True):
        told = (_verdict(row), " ".join(_sentences(row)), "")
        page.set_row(row.row - 1, row_height(told, RESULT_WIDTHS))
        whole = [*line, *[""] * (width - len(line))]
        _write_cells(page, row.row - 1, whole, styles.text[row.outcome], styles.day[row.outcome])
        for column, text in enumerate(told, start=width):
            page.write_string(row.row - 1, column, text, styles.added[row.outcome])


def _widths(head: list[list[Any]], cells: list[list[Any]], width: int) -> list[int]:
    sizes = [NARROW] * width
    shown = [*head[-1:], *cells[:ROWS_FOR_WIDTH]]
    for line in shown:
        for column, cell in enumerate(line):
            size = 12 if isinstance(cell, dict) else len(str(cell)) + 2
            sizes[column] = min(WIDE, max(sizes[column], size))
    return sizes


def _write_cells(page: Any, row: int, cells: list[Any], text: Any, day: Any) -> None:
    for column, cell in enumerate(cells):
        if cell == "":
            page.write_blank(row, column, None, text)
        elif isinstance(cell, str):
            page.write_string(row, column, cell, text)
        elif isinstance(cell, dict):
            written = cell["d"]
            moment = datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
            page.write_datetime(row, column, moment, day)
        else:
            page.write(row, column, cell, text)


def _verdict(row: ListRow) -> str:
    return "Không phải dòng dữ liệu" if row.reasons == Reason.NOT_A_RECORD.value else VERDICTS[row.outcome]


def _sentences(row: ListRow) -> Iterator[str]:
    """Why, in the office's language."""
    if row.outcome == "refused" and row.reasons != Reason.NOT_A_RECORD.value:
        yield row.sentence
    elif row.outcome == "merged":
        yield f"{_capital(MERGES[Merge(row.link_reason)].vi)} với {_place(row)}."
    elif row.outcome == "check":
        if row.link:
            yield f"{_capital(DOUBTS[Doubt.MAYBE_SAME].vi)} ({_place(row)})."
        for doubt in filter(None, row.doubts.split(";")):
            yield f"{_capital(DOUBTS[Doubt(doubt)].vi)}{_as_read(row, doubt)}."
        yield TO_CONFIRM


def _as_read(row: ListRow, doubt: str) -> str:
    return f" (đọc là {date.fromisoformat(row.day):%d/%m/%Y})" if doubt == Doubt.UNSURE_DATE.value else ""


def _place(row: ListRow) -> str:
    """The linked row's place as the unit sees it: its own file and sheet need no naming."""
    file, _, where = row.link.rpartition(", ")
    sheet, _, number = where.rpartition("row ")
    other_sheet = f" trang '{sheet.strip()}'" if sheet.strip() != row.sheet else ""
    other_file = f" tệp {file}" if file != row.file else ""
    return f"dòng {number}{other_sheet}{other_file}"


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
