"""The log book: an Excel file with the forms of one unit, which a ward fills in and sends back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from sipas_forms.errors import SampleError
from sipas_forms.field.holders import Holder
from sipas_forms.field.log import tries_of
from sipas_forms.field.paper import save
from sipas_forms.field.papers import by_field, said, unit_field
from sipas_forms.plan import Survey, Unit
from sipas_forms.plan.serial import split_serial
from sipas_forms.sample.dispositions import BY_CODE, DISPOSITIONS, in_words, read_reason
from sipas_forms.sample.files import read_sheets
from sipas_forms.sample.paper_words import WORDS, Words
from sipas_forms.sample.rosters import letterhead, row_height
from sipas_forms.sample.sheets import Row, Sheet
from sipas_forms.sample.values import read_date
from sipas_forms.sample.words import Value, fold, tidy
from sipas_forms.store.field_log import Fact, Key

BOOK = re.compile(r"SIPAS ([A-Z0-9]{1,10}) ([A-Z0-9]{1,10})$")
FACE = "Times New Roman"  # Decree 30/2020/NĐ-CP
# Tables of a log book begin within these rows of a sheet.
HEADER_WITHIN = 30
SIZES = {"order": 5, "serial": 18, "name": 24, "address": 32, "phone": 13, "result": 26, "note": 16}
DAY_WIDTH = 12


@dataclass(frozen=True)
class BookRow:
    """A row of a log book that came back: its facts, and sentences about what could not be taken from it."""

    row: int
    serial: str
    facts: tuple[Fact, ...]
    faults: tuple[str, ...]
    remark: bool


@dataclass(frozen=True)
class Book:
    """A log book that came back: whose it is, and its rows."""

    survey: str
    unit: str
    rows: tuple[BookRow, ...]


def book_path(folder: Path, unit: Unit) -> Path:
    """Where the log book of a unit lies."""
    return folder / f"logbook-{unit.code}.xlsx"


def write_logbook(path: Path, survey: Survey, unit: Unit, found: list[Holder], known: dict[Key, list[Fact]]) -> Path:
    """Write the log book with what is known by now; cells to fill in are white, everything else is grey.

    Raises:
        SampleError: the file is open in another program.
    """
    import xlsxwriter

    words = Words(survey.language)
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(words("logbook_sheet"))
    columns = _columns(survey)
    last = len(columns) - 1
    styles = _styles(book)
    header = _head(page, survey, unit, words, styles, last)
    for at, (key, number) in enumerate(columns):
        page.write_string(header, at, words(key, number=number), styles["heading"])
        page.set_column(at, at, SIZES.get(key, DAY_WIDTH))
    headings = [words(key, number=number) for key, number in columns]
    page.set_row(header, row_height(headings, [SIZES.get(key, DAY_WIDTH) for key, _ in columns]))
    row, tries = header, tries_of(known)
    for field, here in by_field(unit, [holder for holder in found if holder.active]):
        row += 1
        name = words("field", name=unit_field(unit, field, words), count=len(here))
        page.merge_range(row, 0, row, last, name, styles["group"])
        for order, holder in enumerate(here, start=1):
            row += 1
            _row(page, row, order, holder, columns, known, tries.get(holder.serial, []), words, styles)
    _rules(page, header, row, columns, words, survey)
    book.close()
    return save(path, buffer.getvalue())


def _columns(survey: Survey) -> list[tuple[str, int]]:
    """(key, number of the try) of the columns, in order."""
    tries = [("attempt", number) for number in range(1, survey.fieldwork.contact_tries + 1)]
    before = ("order", "serial", "name", "address", "phone")
    rest = (*tries, ("handed_out", 0), ("returned", 0), ("result", 0), ("note", 0))
    return [*((key, 0) for key in before), *rest]


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": FACE, "font_size": 12, "valign": "vcenter"}
    middle = {**base, "align": "center", "text_wrap": True}
    given = {**base, "border": 1, "text_wrap": True, "bg_color": "#F2F2F2"}
    return {
        "line": book.add_format(middle),
        "bold": book.add_format({**middle, "bold": True}),
        "title": book.add_format({**middle, "bold": True, "font_size": 14}),
        "how": book.add_format({**base, "text_wrap": True, "italic": True}),
        "code": book.add_format({**base, "font_color": "#595959"}),
        "heading": book.add_format({**middle, "bold": True, "border": 1, "bg_color": "#D9E2EC"}),
        "group": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#F2F2F2"}),
        "given": book.add_format(given),
        "order": book.add_format({**given, "align": "center"}),
        "day": book.add_format({**base, "border": 1, "num_format": "dd/mm/yyyy", "align": "center"}),
        "text": book.add_format({**base, "border": 1, "text_wrap": True}),
    }


def _head(page: Any, survey: Survey, unit: Unit, words: Words, styles: dict[str, Any], last: int) -> int:
    """Letterhead, title, the book's code, how to fill it in; returns the row of the headings (from 0)."""
    above, below = letterhead(survey, unit, words)
    for row, (left, right) in enumerate(((above, words("nation")), (below, words("motto")))):
        page.merge_range(row, 0, row, 2, left, styles["bold" if row else "line"])
        page.merge_range(row, 3, row, last, right, styles["bold"])
    page.merge_range(2, 0, 2, last, words("logbook_title"), styles["title"])
    page.merge_range(3, 0, 3, last, survey.title.in_(words.language), styles["line"])
    back = survey.fieldwork.return_by
    until = words("return_by", day=f"{back:%d/%m/%Y}") if back else words("no_day")
    page.merge_range(4, 0, 4, last, f"{unit.name.in_(words.language)} · {until}", styles["line"])
    page.merge_range(5, 0, 5, last, words("logbook_how"), styles["how"])
    page.merge_range(6, 0, 6, last, words("logbook_code", code=book_code(survey, unit)), styles["code"])
    page.set_row(2, 28)
    page.set_row(5, 34)
    return 7


def book_code(survey: Survey, unit: Unit) -> str:
    """What a log book is known by when it comes back."""
    return f"SIPAS {survey.code} {unit.code}"


def _row(
    page: Any,
    row: int,
    order: int,
    holder: Holder,
    columns: list[tuple[str, int]],
    known: dict[Key, list[Fact]],
    tries: list[Fact],
    words: Words,
    styles: dict[str, Any],
) -> None:
    page.write_number(row, 0, order, styles["order"])
    given = said(holder)
    ended = known.get((holder.serial, "result", 0))
    result = in_words(ended[-1].value, words.language) if ended else ""
    # no program makes a row higher when a result is chosen in it: there is room for the longest from the beginning
    said_or_chosen = max(result, *(in_words(code, words.language) for code in BY_CODE), key=len)
    texts = [*given, said_or_chosen]
    page.set_row(row, row_height(texts, [*(SIZES[key] for key, _ in columns[1 : 1 + len(given)]), SIZES["result"]]))
    for at, text in enumerate(given, start=1):
        page.write_string(row, at, text, styles["given"])
    for at, (key, number) in enumerate(columns[5:], start=5):
        facts = known.get((holder.serial, key, 0))
        fact = (tries[number - 1] if number <= len(tries) else None) if key == "attempt" else facts and facts[-1]
        if key == "note":
            page.write_blank(row, at, None, styles["text"])
        elif key == "result":
            page.write_string(row, at, result, styles["text"])
        elif fact and fact.day:
            page.write_datetime(row, at, date.fromisoformat(fact.day), styles["day"])
        else:
            page.write_blank(row, at, None, styles["day"])


def _rules(page: Any, header: int, last: int, columns: list[tuple[str, int]], words: Words, survey: Survey) -> None:
    """What cells take, how the sheet prints."""
    results = [d.vi if words.language == "vi" else d.en for d in DISPOSITIONS]
    for at, (key, _) in enumerate(columns):
        if key == "result":
            rule: dict[str, Any] = {"validate": "list", "source": results, "error_title": words("result"),
                    "error_message": words("choose")}  # fmt: skip
            page.data_validation(header + 1, at, last, at, rule)
        elif key in ("attempt", "handed_out", "returned"):
            rule = {"validate": "date", "criteria": ">=", "value": survey.window.first, "error_type": "warning",
                    "error_title": words(key, number=""), "error_message": words("day_wanted")}  # fmt: skip
            page.data_validation(header + 1, at, last, at, rule)
    page.freeze_panes(header + 1, 3)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(header)
    page.set_footer(f"&L&9{words('private')}&R&9&P/&N")


def read_logbook(path: Path, survey: Survey) -> Book:
    """What a log book says now. Rows that can't be taken say why; remarks are left where they are.

    Raises:
        ListError: the file can't be opened as a list.
        SampleError: it is no log book, or one of another survey or unit.
    """
    for sheet in read_sheets(path):
        found = _book_of(sheet)
        if found is None:
            continue
        if found[0] != survey.code:
            raise SampleError(f"{path.name}: is a log book of the survey {found[0]}; this one is {survey.code}.")
        header, columns = _header(path, sheet)
        rows = []
        for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
            read = _read_row(survey, number, row, columns, found[1])
            if read:
                rows.append(read)
        return Book(*found, tuple(rows))
    raise SampleError(
        f"{path.name}: is no log book of this program (it has no line 'Mã sổ: SIPAS …'). Ask the ward for the file "
        "that was sent to it, filled in."
    )


def _book_of(sheet: Sheet) -> tuple[str, str] | None:
    for row in sheet.rows[:HEADER_WITHIN]:
        for cell in row:
            match = BOOK.search(tidy(cell)) if isinstance(cell, str) else None
            if match:
                return match[1], match[2]
    return None


def _header(path: Path, sheet: Sheet) -> tuple[int, dict[int, tuple[str, int]]]:
    """The row of the headings (from 0), and what each column is."""
    tries = {fold(text.format(number=n)): ("attempt", n) for text in WORDS["attempt"] for n in range(1, 21)}
    keys = ("serial", "handed_out", "returned", "result", "note")
    known = {fold(text): (key, 0) for key in keys for text in WORDS[key]} | tries
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        columns = {at: known[fold(tidy(cell))] for at, cell in enumerate(row) if fold(tidy(cell)) in known}
        if ("serial", 0) in columns.values() and len(columns) > 1:
            return number, columns
    raise SampleError(f"{path.name}: its row of headings is gone. Ask the ward for the file as it was sent to it.")


def _read_row(survey: Survey, number: int, row: Row, columns: dict[int, tuple[str, int]], unit: str) -> BookRow | None:
    cells = {key: row[at] for at, key in columns.items() if at < len(row)}
    serial = tidy(cells.get(("serial", 0))).upper()
    filled = {key: cell for key, cell in cells.items() if key[0] != "serial" and tidy(cell)}
    if not serial or split_serial(serial) is None:
        said_something = any(key[0] != "note" for key in filled)
        fault = f"row {number}: its form number is missing or mistyped; nothing of the row was taken"
        return BookRow(number, "", (), (fault,), False) if said_something or serial.count("-") == 3 else None
    facts, faults = [], []
    for (event, nth), cell in filled.items():
        if event == "note":
            continue
        read = _result(cell) if event == "result" else _day(survey, cell)
        if isinstance(read, Fault):
            faults.append(f"row {number} ({serial}): {read.words} in the column {event.replace('_', ' ')}")
        else:
            facts.append(Fact(serial, event, nth, *read, source=unit))
    return BookRow(number, serial, tuple(facts), tuple(faults), ("note", 0) in filled)


@dataclass(frozen=True)
class Fault:
    """Why a cell is not taken; it does not say what the cell says, which may name a person."""

    words: str


def _day(survey: Survey, cell: Value) -> tuple[str, str] | Fault:
    day = read_date(cell)
    if day is None:
        return Fault("no day can be read")
    if not survey.window.first <= day <= date.today():
        return Fault(f"the day {day:%d/%m/%Y} can't be")
    return day.isoformat(), ""


def _result(cell: Value) -> tuple[str, str] | Fault:
    text = tidy(cell)
    code = read_reason(text).code
    if code == "other" and fold(text) not in {"other", fold(BY_CODE["other"].vi), fold(BY_CODE["other"].en)}:
        return Fault("no known result; choose one from the list")
    return "", code
