"""Writes made-up rows as offices do: four styles of file, and in each the habits of a careless typist."""

from __future__ import annotations

import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sipas_forms.plan import Survey, Unit
from sipas_forms.sample.values import EXCEL_DAY_0
from sipas_forms.sample.words import Value, as_text

if TYPE_CHECKING:
    from sipas_forms.simulate.lists import MadeRow

# Zip and document time of every workbook made here, so that the same seed gives the same bytes.
STAMP = (2020, 8, 3, 8, 0, 0)
BLANK_ROW_CHANCE = 0.01
# Tone marks that Windows-1258 keeps as signs of their own, after the vowel.
TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True)
class Placed:
    """Where a row came to stand; `made` is None for what is no person's row (totals, signatures)."""

    sheet_number: int
    sheet: str
    row: int
    made: MadeRow | None


@dataclass(frozen=True)
class Table:
    """One sheet to be written: `merged` are rows (from 1) that are merged over the whole width."""

    name: str
    rows: list[list[Value]]
    merged: list[int]
    two_level: bool = False


def write_list(
    rng: random.Random, survey: Survey, unit: Unit, rows: Sequence[MadeRow], folder: Path, style: int
) -> tuple[Path, list[Placed]]:
    """Write a unit's rows; `style` (taken modulo 4) chooses the kind of file and its columns."""
    maker = (_one_sheet, _sheet_per_field, _semicolon_csv, _windows_csv)[style % 4]
    return maker(rng, survey, unit, list(rows), folder)


def _one_sheet(
    rng: random.Random, survey: Survey, unit: Unit, rows: list[MadeRow], folder: Path
) -> tuple[Path, list[Placed]]:
    """xlsx: letterhead, merged titles, a header over two rows, real dates and serial numbers mixed."""
    rng.shuffle(rows)
    title: list[list[Value]] = [
        [survey.owner.parent.vi],
        [f"DANH SÁCH GIAO DỊCH TẠI {unit.name.vi.upper()}"],
        [],
    ]
    title[1:1] = [[survey.owner.office.vi]]
    top: list[Value] = [
        "STT",
        "Họ và tên người nộp hồ sơ",
        "Thông tin liên hệ",
        None,
        "Ngày",
        None,
        "Lĩnh vực",
        "Thủ tục",
        "Hình thức",
    ]
    low: list[Value] = [None, None, "Địa chỉ", "Số điện thoại", "tiếp nhận", "hẹn trả", None, None, "nộp"]
    table = Table("Danh sách", [*title, top, low], [1, 2, 3], two_level=True)
    placed: list[Placed] = []
    for number, made in enumerate(rows, start=1):
        day = _typed_day(rng, made, excel=True)
        due = _typed_day(rng, made, excel=False)
        work = rng.choice([made.field.name.vi, made.field.name.vi.upper(), made.field.code])
        cells: list[Value] = [
            number,
            _typed_name(rng, made.name),
            made.address,
            _typed_phone(rng, made),
            day,
            due,
            work,
        ]
        _add(rng, table, placed, 1, [*cells, made.procedure, made.channel], made)
    _footer(table, placed, 1, len(rows))
    path = folder / f"{unit.code}-giao-dich.xlsx"
    _save_xlsx(path, [table])
    return path, placed


def _sheet_per_field(
    rng: random.Random, survey: Survey, unit: Unit, rows: list[MadeRow], folder: Path
) -> tuple[Path, list[Placed]]:
    """xlsx: a cover, then a sheet for each field, named in its title only; columns in another order."""
    tables = [Table("Bìa", [["SỔ THEO DÕI HỒ SƠ"], [unit.name.vi], ["Năm 2020"]], [1])]
    placed: list[Placed] = []
    for number, work in enumerate(unit.fields, start=2):
        title: list[list[Value]] = [
            [unit.name.vi.upper()],
            [f"SỔ TIẾP NHẬN HỒ SƠ - LĨNH VỰC {work.name.vi.upper()}"],
        ]
        header: list[Value] = [
            "TT",
            "Ngày giao dịch",
            "Hình thức nộp hồ sơ",
            "SĐT",
            "Họ tên",
            "Nơi cư trú",
            "Ghi chú",
        ]
        columns: list[Value] = [f"({i})" for i in range(1, len(header) + 1)]
        table = Table(f"Sổ {number - 1}", [*title, header, columns], [1, 2])
        placed.append(Placed(number, table.name, 4, None))
        mine = [made for made in rows if made.field.code == work.code]
        for order, made in enumerate(mine, start=1):
            cells = [order, _typed_day(rng, made, excel=True), made.channel, _typed_phone(rng, made)]
            _add(rng, table, placed, number, [*cells, _typed_name(rng, made.name), made.address, None], made)
        _footer(table, placed, number, len(mine))
        tables.append(table)
    path = folder / f"{unit.code}-so-theo-doi.xlsx"
    _save_xlsx(path, tables)
    return path, placed


def _semicolon_csv(
    rng: random.Random, survey: Survey, unit: Unit, rows: list[MadeRow], folder: Path
) -> tuple[Path, list[Placed]]:
    """csv in UTF-8 with ';', codes for unit and field, dates as text."""
    rng.shuffle(rows)
    header: list[Value] = [
        "Đơn vị",
        "Lĩnh vực",
        "Tên tổ chức, cá nhân",
        "Điện thoại",
        "Địa chỉ",
        "Ngày nộp",
        "Hình thức",
    ]
    table = Table("", [header], [])
    placed: list[Placed] = []
    for made in rows:
        cells = [
            unit.code,
            made.field.code,
            _typed_name(rng, made.name),
            _typed_phone(rng, made),
            made.address,
        ]
        _add(rng, table, placed, 1, [*cells, _typed_day(rng, made, excel=False), made.channel], made)
    _footer(table, placed, 1, len(rows))
    path = folder / f"{unit.code}.csv"
    _save_csv(path, table, ";", "utf-8-sig")
    return path, placed


def _windows_csv(
    rng: random.Random, survey: Survey, unit: Unit, rows: list[MadeRow], folder: Path
) -> tuple[Path, list[Placed]]:
    """csv in the code page of Vietnamese Windows, tabs or commas, a title above, names of unit and field."""
    rng.shuffle(rows)
    title: list[list[Value]] = [["Báo cáo giao dịch một cửa"], []]
    header: list[Value] = [
        "STT",
        "Cơ quan tiếp nhận",
        "Người nộp hồ sơ",
        "Địa chỉ thường trú",
        "Di động",
        "Ngày tiếp nhận",
    ]
    table = Table("", [*title, [*header, "Ngày trả kết quả", "Tên lĩnh vực", "Phương thức"]], [])
    placed: list[Placed] = []
    for number, made in enumerate(rows, start=1):
        cells: list[Value] = [
            number,
            unit.name.vi,
            _typed_name(rng, made.name, compose_only=True),
            made.address,
        ]
        cells += [
            _typed_phone(rng, made),
            _typed_day(rng, made, excel=False),
            _typed_day(rng, made, excel=False),
        ]
        _add(rng, table, placed, 1, [*cells, made.field.name.vi, made.channel], made)
    _footer(table, placed, 1, len(rows))
    path = folder / f"{unit.code}_mot_cua.csv"
    _save_csv(path, table, rng.choice([",", "\t"]), "cp1258")
    return path, placed


def _add(
    rng: random.Random, table: Table, placed: list[Placed], number: int, cells: list[Value], made: MadeRow
) -> None:
    if rng.random() < BLANK_ROW_CHANCE:
        table.rows.append([])
    table.rows.append(cells)
    placed.append(Placed(number, table.name, len(table.rows), made))


def _footer(table: Table, placed: list[Placed], number: int, count: int) -> None:
    """A total and the room for signatures, which no import may take for people."""
    for cells in (
        [f"Tổng cộng: {count} hồ sơ"],
        [],
        [None, "Người lập biểu", None, None, "Thủ trưởng đơn vị"],
    ):
        table.rows.append(list(cells))
        if cells:
            placed.append(Placed(number, table.name, len(table.rows), None))


def _typed_name(rng: random.Random, name: str, compose_only: bool = False) -> str:
    """As typed: capitals, decomposed Unicode, stray spaces, tones set the other way."""
    habit = rng.random()
    if habit < 0.2:
        return name.upper()
    if habit < 0.3 and not compose_only:
        return unicodedata.normalize("NFD", name)
    if habit < 0.38:
        return f" {name.replace(' ', '  ', 1)} "
    return name


def _typed_phone(rng: random.Random, made: MadeRow) -> Value:
    """As typed: dots, spaces, +84, a lost zero, a number instead of text."""
    if not re.fullmatch(r"0\d{9}", str(made.phone)):
        return made.phone
    p = str(made.phone)
    forms: list[Value] = [p, p, f"{p[:4]}.{p[4:7]}.{p[7:]}", f"{p[:4]} {p[4:7]} {p[7:]}", f"+84{p[1:]}"]
    forms += [f"(+84) {p[1:4]} {p[4:7]} {p[7:]}", p[1:], int(p), f"84{p[1:]}", f"{p[:3]}-{p[3:6]}-{p[6:]}"]
    return rng.choice(forms)


def _typed_day(rng: random.Random, made: MadeRow, excel: bool) -> Value:
    """As typed: four habits of text and, in Excel, real dates and bare serial numbers."""
    if made.day is None:
        return made.day_text or None
    d = made.day
    forms: list[Value] = [f"{d:%d/%m/%Y}", f"{d.day}-{d.month}-{d:%y}", f"{d:%d.%m.%Y}", d.isoformat()]
    if excel:
        real = datetime(d.year, d.month, d.day)
        forms += [real, real, real, (d - EXCEL_DAY_0).days]
    return rng.choice(forms)


def _save_csv(path: Path, table: Table, delimiter: str, encoding: str) -> None:
    import csv

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([as_text(cell) for cell in row] for row in table.rows)
    words = _for_windows(text.getvalue()) if encoding == "cp1258" else text.getvalue()
    path.write_bytes(words.encode(encoding))


def _for_windows(text: str) -> str:
    """Vowels with circumflex, breve or horn as one sign, the tone after it: what Windows-1258 can write."""

    def parted(sign: str) -> str:
        marks = unicodedata.normalize("NFD", sign)
        tone = "".join(mark for mark in marks if mark in TONES)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        return letter + tone

    return re.sub(r"[^\x00-\x7f]", lambda match: parted(match[0]), unicodedata.normalize("NFC", text))


def _save_xlsx(path: Path, tables: list[Table]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet(table.name)
        for number, row in enumerate(table.rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None and value != "":
                    cell = sheet.cell(number, column, value)
                    if isinstance(value, date):
                        cell.number_format = "dd/mm/yyyy"
        _merge(sheet, table)
    memory = io.BytesIO()
    book.save(memory)
    path.write_bytes(_same_bytes(memory.getvalue()))


def _merge(sheet: Any, table: Table) -> None:
    width = max(len(row) for row in table.rows)
    for number in table.merged:
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    if not table.two_level:
        return
    header = next(number for number, row in enumerate(table.rows, start=1) if row and row[0] == "STT")
    for column in range(1, width + 1):
        top, low = table.rows[header - 1][column - 1], table.rows[header][column - 1]
        if low is None:
            sheet.merge_cells(start_row=header, end_row=header + 1, start_column=column, end_column=column)
        elif top is not None and column < width and table.rows[header - 1][column] is None:
            sheet.merge_cells(start_row=header, end_row=header, start_column=column, end_column=column + 1)


def _same_bytes(content: bytes) -> bytes:
    """The workbook without the time at which it was written."""
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-08-03T08:00:00Z", part)
            entry = zipfile.ZipInfo(name, date_time=STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            new.writestr(entry, part)
    return memory.getvalue()
