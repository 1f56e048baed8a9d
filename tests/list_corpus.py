"""The corpus of lists as offices send them: how each file is made, and what an import must make of it.

`scripts/list-corpus` writes the files into `tests/lists/`. Everybody in them is made up; all lists are of Thượng Thanh.
"""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sipas_forms.sample.legacy import TCVN3, VNI

Row = list[Any]
HEADER: Row = ["STT", "Họ và tên", "Địa chỉ", "Điện thoại", "Ngày tiếp nhận", "Lĩnh vực", "Hình thức"]
NAMES = ("Trần Thị Hồng", "Lê Văn Hùng", "Phạm Thúy Ngân", "Đặng Quốc Toàn", "Vũ Bích Phượng", "Bùi Đức Thắng",
         "Đỗ Kim Tuyết", "Ngô Hữu Nghĩa", "Dương Mỹ Quyên", "Hoàng Gia Bảo", "Tạ Thị Yến", "Lương Thế Vinh")  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file: `expected` is `ROW OUTCOME[:REASON]` for every row, or the words of the sentence that refuses the file.

    `people` are the names as they must be read, of the first rows; `mapping` is the text of a mapping file.
    """

    name: str
    content: Callable[[], bytes]
    expected: list[str] | str
    people: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    mapping: str = ""
    options: dict[str, str] = field(default_factory=lambda: {"unit": "TT"})


def person(n: int, **changes: Any) -> Row:
    """A good row; `changes` by the keys below."""
    row = {"stt": n, "name": NAMES[n - 1], "address": f"Số {n}, tổ 3, phường Thượng Thanh", "phone": f"09123450{n:02d}"}
    row |= {"date": f"{n + 9:02d}/03/2020", "field": "Tư pháp", "channel": "Trực tiếp"}
    return list((row | changes).values())


def people(count: int, **changes: Any) -> list[Row]:
    return [person(n, **changes) for n in range(1, count + 1)]


def good(first: int, count: int) -> list[str]:
    """Rows from `first` that are all accepted."""
    return [f"{row} accepted" for row in range(first, first + count)]


# --- the kinds of files


def xlsx(
    *sheets: list[Row], names: tuple[str, ...] = (), merge: tuple[str, ...] = (), hidden: tuple[int, ...] = ()
) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if names else f"Sheet{number + 1}")
        for row in rows:
            sheet.append(row)
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, date):
                    cell.number_format = "dd/mm/yyyy"
        for area in merge if number == 0 else ():
            sheet.merge_cells(area)
        if number in hidden:
            sheet.sheet_state = "hidden"
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def xls(rows: list[Row], merge: tuple[tuple[int, int, int, int], ...] = ()) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1", cell_overwrite_ok=True)
    style = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value, *([style] if isinstance(value, date) else []))
    for first, last, left, right in merge:
        sheet.merge(first, last, left, right)
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def ods(rows: list[Row], spanned: dict[tuple[int, int], int] | None = None) -> bytes:
    """A sheet as LibreOffice writes it, with its empty rows at the end; `spanned` is how many rows a cell covers."""

    def cell(row: int, column: int, value: Any) -> str:
        over = (spanned or {}).get((row, column))
        span = f' table:number-columns-spanned="1" table:number-rows-spanned="{over}"' if over else ""
        if value is None or value == "":
            return "<table:table-cell/>"
        if isinstance(value, date):
            return f'<table:table-cell{span} office:value-type="date" office:date-value="{value:%Y-%m-%d}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell{span} office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell{span} office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    lines = "".join(
        f"<table:table-row>{''.join(cell(r, c, value) for c, value in enumerate(row))}</table:table-row>"
        for r, row in enumerate(rows)
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Sheet1">{lines}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="1024"/></table:table-row></table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{names}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def zipped(parts: dict[str, str]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return memory.getvalue()


def text(rows: list[Row], encoding: str = "utf-8", delimiter: str = ",", before: str = "") -> bytes:
    memory = io.StringIO(newline="")
    csv.writer(memory, delimiter=delimiter).writerows([["" if c is None else c for c in row] for row in rows])
    return (before + memory.getvalue()).encode(encoding)


def tcvn3(value: Any) -> Any:
    table = {letter: chr(sign) for sign, letter in TCVN3.items()}
    return "".join(table.get(sign, sign) for sign in value) if isinstance(value, str) else value


def tcvn3_capitals(value: Any) -> Any:
    """As typed in a font of capitals: ASCII letters in capitals, small letters where only those have a tone."""
    table = {letter: chr(sign) for sign, letter in TCVN3.items()}
    return "".join(table.get(s, table.get(s.lower(), s)) for s in value.upper()) if isinstance(value, str) else value


def vni(value: Any) -> Any:
    table: dict[str, str] = {}
    for written, letter in VNI.items():
        table.setdefault(letter, written)
    return "".join(table.get(sign, sign) for sign in value) if isinstance(value, str) else value


def windows(value: str) -> str:
    from sipas_forms.simulate.listfiles import _for_windows

    return _for_windows(value)


def each(rows: list[Row], change: Callable[[Any], Any]) -> list[Row]:
    return [[change(cell) for cell in row] for row in rows]


def far_cell() -> bytes:
    """A list with a forgotten sign in the last cell that Excel has."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a</t></is></c></row>' for n in (1, 2))
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'{rows}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>.</t></is></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(io.BytesIO(xlsx([["a"]]))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return zipped({**parts, "xl/worksheets/sheet1.xml": sheet})


def _cases() -> list[Case]:
    return [*_shapes(), *_values(), *_letters(), *_kinds(), *_who(), *_mapped(), *_refused_files()]


def _shapes() -> list[Case]:
    """Titles, headers, sheets, columns."""
    three = people(3)
    title: list[Row] = [["UBND QUẬN LONG BIÊN"], ["UBND PHƯỜNG THƯỢNG THANH"], ["DANH SÁCH HỒ SƠ THÁNG 3"], []]
    top: Row = ["STT", "Người nộp", "Liên hệ", None, "Ngày", None, "Lĩnh vực", "Hình thức"]
    low: Row = [None, None, "Địa chỉ", "SĐT", "nộp", "trả", None, None]
    two = [
        top,
        low,
        *([n, name, where, phone, day, "30/12/2020", work, how] for n, name, where, phone, day, work, how in three),
    ]
    order = [[row[i] for i in (4, 6, 3, 1, 2, 5, 0)] for row in [HEADER, *three]]
    parts = ["Họ đệm", "Tên", "Số nhà", "Phường", "Quận", "Di động", "Ngày nộp"]
    split = [["Trần Thị", "Hồng", "Số 1 phố Lúa Mới", "Thượng Thanh", "Long Biên", "0912345001", "10/03/2020"]]
    firms = [["Tên tổ chức", "Người đại diện", "Địa chỉ", "SĐT", "Ngày nộp"],
             ["Công ty TNHH Hoa Sữa", "Trần Thị Hồng", "Số 1 phường Thượng Thanh", "0912345001", "10/03/2020"],
             ["Hộ kinh doanh Minh Anh", "", "Số 2 phường Thượng Thanh", "0912345002", "11/03/2020"]]  # fmt: skip
    only = [
        ["Tên tổ chức", "Địa chỉ", "SĐT", "Ngày nộp"],
        ["Công ty TNHH Hoa Sữa", "Số 1 Thượng Thanh", "0912345001", "10/03/2020"],
    ]
    single = {"unit": "TT", "field": "TP"}
    result_first = [[*HEADER[:4], "Ngày", None, "Lĩnh vực"], [None] * 4 + ["trả kết quả", "tiếp nhận"]]
    result_first += [[*person(n)[:4], date(2020, 4, 10 + n), date(2020, 3, 10 + n), "Tư pháp"] for n in (1, 2)]
    return [
        Case("plain.xlsx", lambda: xlsx([HEADER, *three]), good(2, 3), people=NAMES[:3]),
        Case("title-rows.xlsx", lambda: xlsx([*title, HEADER, *three], merge=("A1:G1", "A2:G2", "A3:G3")), good(6, 3), options={}),
        Case("header-over-two-rows.xlsx", lambda: xlsx([*title, *two], merge=("C5:D5", "E5:F5", "A5:A6", "B5:B6")), good(7, 3), days=("2020-03-10",)),
        Case("day-of-return-before-day-of-dealing.xlsx", lambda: xlsx(result_first, merge=("E1:F1", *(f"{c}1:{c}2" for c in "ABCDG"))), good(3, 2), days=("2020-03-11", "2020-03-12")),
        Case("field-merged-down.xlsx", lambda: xlsx([HEADER, three[0], *([*row[:5], None, *row[6:]] for row in three[1:])], merge=("F2:F4",)), good(2, 3)),
        Case("sheet-per-field.xlsx", lambda: xlsx([HEADER, *people(2, field=None)], [HEADER, person(3, field=None)], names=("Tư pháp", "LĐTBXH")), ["2 accepted", "3 accepted", "2 accepted"]),
        Case("hidden-sheet.xlsx", lambda: xlsx([HEADER, *three], [HEADER, *people(9)], hidden=(1,)), good(2, 3)),
        Case("cover-sheet.xlsx", lambda: xlsx([["SỔ THEO DÕI"], ["Năm 2020"]], [HEADER, *three], names=("Bìa", "Sổ")), good(2, 3)),
        Case("columns-in-another-order.xlsx", lambda: xlsx(order), good(2, 3), people=NAMES[:3]),
        Case("header-without-accents.xlsx", lambda: xlsx([["ho ten", "noi cu tru", "sdt", "ngay nop", "linh vuc"], *(row[1:6] for row in three)]), good(2, 3)),
        Case("header-in-capitals.xlsx", lambda: xlsx([[str(cell).upper() for cell in HEADER], *three]), good(2, 3)),
        Case("name-and-address-in-parts.xlsx", lambda: xlsx([parts, *split]), ["2 accepted"], people=("Trần Thị Hồng",), options=single),
        Case("organisations-with-representatives.xlsx", lambda: xlsx(firms), ["2 accepted", "3 refused:no_name"], options=single),
        Case("organisations-alone.xlsx", lambda: xlsx(only), ["2 accepted"], options=single),
        Case("starts-at-column-c.xlsx", lambda: xlsx([[], [], *([None, None, *row] for row in [HEADER, *three])]), good(4, 3)),
        Case("blank-rows-between.xlsx", lambda: xlsx([HEADER, three[0], [], [], three[1], [], three[2]]), ["2 accepted", "5 accepted", "7 accepted"]),
        Case("column-numbers-under-header.xlsx", lambda: xlsx([HEADER, [f"({n})" for n in range(1, 8)], *three]), ["2 refused:not_a_record", *good(3, 3)]),
        Case("totals-and-signatures.xlsx", lambda: xlsx([HEADER, *three, ["Tổng cộng: 3 hồ sơ"], [], [None, "Người lập biểu", None, "Thủ trưởng đơn vị"]]), [*good(2, 3), "5 refused:not_a_record", "7 refused:not_a_record"]),
        Case("headings-between-rows.xlsx", lambda: xlsx([HEADER, ["I. Tư pháp"], person(1, field=None), ["II. Lao động, Thương binh và Xã hội"], person(2, field=None)]), ["2 refused:not_a_record", "3 accepted", "4 refused:not_a_record", "5 accepted"]),
        Case("header-again-on-each-page.xlsx", lambda: xlsx([HEADER, three[0], HEADER, three[1]]), ["2 accepted", "3 refused:not_a_record", "4 accepted"]),
        Case("broken-formulas.xlsx", lambda: xlsx([HEADER, person(1, date="#REF!"), person(2)]), ["2 refused:no_date", "3 accepted"]),
        Case("only-the-day-of-return.xlsx", lambda: xlsx([["Họ tên", "Địa chỉ", "SĐT", "Ngày trả"], *(row[1:5] for row in three)]), good(2, 3), options=single),
        Case("unit-in-a-column.xlsx", lambda: xlsx([[*HEADER, "Đơn vị"], [*three[0], "TT"], [*three[1], "UBND phường Thượng Thanh"], [*three[2], "UBND phường Bồ Đề"]]), ["2 accepted", "3 accepted", "4 refused:unknown_unit"], options={}),
        Case("rows-of-another-unit.xlsx", lambda: xlsx([[*HEADER, "Đơn vị"], [*three[0], "TT"], [*three[1], "VH"]]), ["2 accepted", "3 refused:other_unit"]),
        Case("field-said-by-procedure.xlsx", lambda: xlsx([["Họ tên", "Địa chỉ", "SĐT", "Ngày nộp", "Thủ tục"], [*three[0][1:5], "Tư pháp - chứng thực"], [*three[1][1:5], "Địa chính"]]), ["2 accepted", "3 refused:unknown_field"]),
    ]  # fmt: skip


def _values() -> list[Case]:
    """Days, phones, ways of dealing."""

    def dates(name: str, *written: Any, expected: list[str] | None = None, day: str = "2020-03-05") -> Case:
        rows = [person(n, date=value) for n, value in enumerate(written, start=1)]
        days = () if expected else (day,) * len(rows)
        return Case(name, lambda: xlsx([HEADER, *rows]), expected or good(2, len(rows)), days=days)

    def phones(name: str, *written: Any, read: tuple[str, ...] = (), expected: list[str] | None = None) -> Case:
        rows = [person(n, phone=value) for n, value in enumerate(written, start=1)]
        return Case(name, lambda: xlsx([HEADER, *rows]), expected or good(2, len(rows)), phones=read)

    swapped = [datetime(2020, m, 3) for m in (1, 2, 4, 5, 6)] + [f"{d}/03/2020" for d in (13, 17, 21, 25, 29)]
    swapped.append(datetime(2020, 3, 3))
    both = ["03/25/2020", "04/05/2020", "25/03/2020", "05/05/2020"]
    return [
        dates("dates-real.xlsx", datetime(2020, 3, 5), date(2020, 3, 5), datetime(2020, 3, 5, 8, 30)),
        dates("dates-as-excel-numbers.xlsx", 43895, "43895", 43895.4),
        dates("dates-with-dots-and-dashes.xlsx", "5.3.2020", "05-03-2020", "5 / 3 / 2020"),
        dates("dates-with-short-years.xlsx", "5/3/20", "05-3-20"),
        dates("dates-with-clock.xlsx", "05/03/2020 08:30", "8h30 05/03/2020", "2020-03-05T08:30:00"),
        dates("dates-in-words.xlsx", "ngày 5 tháng 3 năm 2020", "5 tháng 3 năm 2020"),
        dates("dates-year-first.xlsx", "2020-03-05", "2020/3/5", 20200305),
        dates("dates-that-are-none.xlsx", "31/02/2020", "tháng 3", "2020", expected=[f"{n} refused:bad_date" for n in (2, 3, 4)]),
        dates("dates-at-the-edges.xlsx", "01/01/2020", "31/07/2020", "31/12/2019", "01/08/2020", expected=["2 accepted", "3 accepted", "4 refused:outside_window", "5 refused:outside_window"]),
        dates("dates-swapped-by-excel.xlsx", *swapped, expected=[*(f"{n} check:unsure_date" for n in range(2, 7)), *good(7, 6)]),
        dates("dates-in-both-orders.xlsx", *both, expected=["2 refused:bad_date", "3 check:unsure_date", "4 accepted", "5 accepted"]),
        phones("phones-with-dots-and-spaces.xlsx", "0912.345.001", "091 234 5002", "(0912) 345-003", read=("0912345001", "0912345002", "0912345003")),
        phones("phones-with-84.xlsx", "+84912345001", "84 912 345 002", "(+84)0912345003", read=("0912345001", "0912345002", "0912345003")),
        phones("phones-without-zero.xlsx", 912345001, "912345002", 912345003.0, read=("0912345001", "0912345002", "0912345003")),
        phones("phones-of-eleven-digits.xlsx", "01681234567", "0120.123.4567", 1261234567, read=("0381234567", "0701234567", "0761234567")),
        phones("phones-two-in-a-cell.xlsx", "0912345001 / 0987654321", "ĐT: 0912345002", "123; 0912345003", read=("0912345001", "0912345002", "0912345003")),
        phones("phones-on-land.xlsx", "024 3827 1234", 2438271235, read=("02438271234", "02438271235")),
        phones("phones-that-are-none.xlsx", "0123", "không có", "", "09123450011", expected=["2 refused:bad_phone", "3 refused:bad_phone", "4 refused:no_phone", "5 refused:bad_phone"]),
        Case("ways-of-dealing.xlsx", lambda: xlsx([HEADER, *(person(n, channel=c) for n, c in enumerate(("TRUC TIEP", "Tại bộ phận một cửa", "Trực tuyến", "Bưu chính công ích", "", "khác"), 1))]), ["2 accepted", "3 accepted", "4 refused:not_in_person", "5 refused:not_in_person", "6 refused:unknown_channel", "7 refused:unknown_channel"]),
        Case("places.xlsx", lambda: xlsx([HEADER, *(person(n, address=a) for n, a in enumerate(("P. THƯỢNG THANH", "tổ 3 thuong thanh", "Tổ 3, phường Việt Hưng", "Số 5 đường Thượng Thanh, phường Đức Giang", "", "Gia Lâm"), 1))]), ["2 accepted", "3 accepted", "4 refused:outside_residence", "5 refused:outside_residence", "6 refused:no_address", "7 refused:outside_residence"]),
        Case("names-that-are-none.xlsx", lambda: xlsx([HEADER, person(1, name=None), person(2, name="Hồng"), person(3, name="Hồng 2"), person(4)]), ["2 refused:no_name", "3 refused:bad_name", "4 refused:bad_name", "5 accepted"]),
    ]  # fmt: skip


def _letters() -> list[Case]:
    """Unicode of two kinds, TCVN3, VNI."""
    six = people(6)
    nfd = each([HEADER, *six], lambda cell: unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell)
    invisible = [person(1, name="\u200bTrần\u00a0Thị  Hồng\ufeff"), person(2)]
    under = [HEADER, *([n, tcvn3(name), tcvn3(where), *rest] for n, name, where, *rest in six)]
    mixed = [HEADER, *six[:3], *each(six[3:], tcvn3)]
    unclear = [*mixed, person(7, name=tcvn3("Vũ Hó"))]
    return [
        Case("decomposed-unicode.xlsx", lambda: xlsx(nfd), good(2, 6), people=NAMES[:6]),
        Case("invisible-signs.xlsx", lambda: xlsx([HEADER, *invisible]), good(2, 2), people=NAMES[:2]),
        Case("names-in-capitals.xlsx", lambda: xlsx([HEADER, *(person(n, name=NAMES[n - 1].upper()) for n in range(1, 7))]), good(2, 6), people=NAMES[:6]),
        Case("tcvn3.xlsx", lambda: xlsx(each([HEADER, *six], tcvn3)), good(2, 6), people=NAMES[:6]),
        Case("tcvn3-capitals.xlsx", lambda: xlsx([HEADER, *([n, tcvn3_capitals(name), *rest] for n, name, *rest in six)]), good(2, 6), people=NAMES[:6]),
        Case("tcvn3-under-a-unicode-header.xlsx", lambda: xlsx(under), good(2, 6), people=NAMES[:6]),
        Case("tcvn3-and-unicode-pasted-together.xlsx", lambda: xlsx(mixed), good(2, 6), people=NAMES[:6]),
        Case("tcvn3-and-unicode-unclear.xlsx", lambda: xlsx(unclear), [*good(2, 6), "8 check:unsure_encoding"]),
        Case("tcvn3.csv", lambda: text(each([HEADER, *six], tcvn3), "latin-1"), good(2, 6), people=NAMES[:6]),
        Case("tcvn3-in-utf-8.csv", lambda: text(each([HEADER, *six], tcvn3), "utf-8", ";"), good(2, 6), people=NAMES[:6]),
        Case("tcvn3.xls", lambda: xls(each([HEADER, *six], tcvn3)), good(2, 6), people=NAMES[:6]),
        Case("vni.xlsx", lambda: xlsx(each([HEADER, *six], vni)), good(2, 6), people=NAMES[:6]),
        Case("vni-capitals.xlsx", lambda: xlsx([HEADER, *([n, vni(name.upper()), *rest] for n, name, *rest in six)]), good(2, 6), people=NAMES[:6]),
        Case("vni.csv", lambda: text(each([HEADER, *six], vni), "latin-1", ";"), good(2, 6), people=NAMES[:6]),
    ]  # fmt: skip


def _kinds() -> list[Case]:
    """csv in its encodings and delimiters, xls, ods."""
    rows = [HEADER, *people(3)]
    title: list[Row] = [["UBND PHƯỜNG, QUẬN, THÀNH PHỐ"], ["Danh sách, quý I, quý II"]]
    days = [HEADER, *(person(n, date=date(2020, 3, n)) for n in (1, 2, 3))]
    down = [HEADER, person(1), *(person(n, field=None) for n in (2, 3))]
    return [
        Case("utf-8.csv", lambda: text(rows), good(2, 3), people=NAMES[:3]),
        Case("utf-8-with-mark.csv", lambda: text(rows, "utf-8-sig", ";"), good(2, 3)),
        Case("utf-16.csv", lambda: text(rows, "utf-16", "\t"), good(2, 3), people=NAMES[:3]),
        Case("utf-16-without-mark.csv", lambda: text(rows, "utf-16-be", "\t"), good(2, 3)),
        Case("windows-1258.csv", lambda: text(each(rows, lambda c: windows(c) if isinstance(c, str) else c), "cp1258"), good(2, 3), people=NAMES[:3]),
        Case("bars.csv", lambda: text(rows, delimiter="|"), good(2, 3)),
        Case("says-its-delimiter.csv", lambda: text(rows, delimiter=";", before="sep=;\r\n"), good(3, 3)),
        Case("titles-with-commas.csv", lambda: text([*title, *rows], delimiter=";"), good(4, 3)),
        Case("old-excel.xls", lambda: xls(rows), good(2, 3), people=NAMES[:3]),
        Case("old-excel-dates.xls", lambda: xls(days), good(2, 3), days=("2020-03-01", "2020-03-02", "2020-03-03")),
        Case("old-excel-merged.xls", lambda: xls(down, ((1, 3, 5, 5),)), good(2, 3)),
        Case("opendocument.ods", lambda: ods(rows), good(2, 3), people=NAMES[:3]),
        Case("opendocument-dates.ods", lambda: ods(days), good(2, 3), days=("2020-03-01", "2020-03-02", "2020-03-03")),
        Case("opendocument-merged.ods", lambda: ods(down, {(1, 5): 3}), good(2, 3)),
        Case("xlsx-named-csv.csv", lambda: xlsx(rows), good(2, 3)),
    ]  # fmt: skip


def _who() -> list[Case]:
    """The same person again, and people who may be the same."""
    a = person(1)
    again = [a, person(1, name="TRẦN THỊ HỒNG"), person(1, name="Bà Tran Thi Hong"), person(1, name="Trần Thị Hồngg")]
    family = [a, person(2, phone=a[3]), person(3, phone=f"+84{a[3][1:]}")]
    house = [
        a,
        person(1, phone="0987654321"),
        person(1, phone="0987654322", name="tran thi hong", address="so 1 to 3 P. Thuong Thanh"),
    ]
    tone = [person(1, name="Trần Thị Hoa"), person(1, name="Trần Thị Hòa", phone="0987654321")]
    letter = [person(1, name="Trần Thị Loan"), person(1, name="Trần Thị Lan", phone="0987654321")]
    nowhere = [person(1, address="Thượng Thanh"), person(1, address="Thượng Thanh", phone="0987654321")]
    fields = [a, person(1, field="LĐTBXH")]
    confirmed = [[*HEADER, "Xác nhận của đơn vị"], [*tone[0], ""], [*tone[1], "đúng"]]
    return [
        Case("same-person-spelt-otherwise.xlsx", lambda: xlsx([HEADER, *again]), ["2 accepted", *(f"{n} merged:same_person" for n in (3, 4, 5))]),
        Case("same-phone-other-names.xlsx", lambda: xlsx([HEADER, *family]), ["2 accepted", "3 merged:same_phone", "4 merged:same_phone"]),
        Case("same-house-other-phone.xlsx", lambda: xlsx([HEADER, *house]), ["2 accepted", "3 merged:same_person", "4 merged:same_person"]),
        Case("same-person-in-two-fields.xlsx", lambda: xlsx([HEADER, *fields]), good(2, 2)),
        Case("names-that-differ-in-a-tone.xlsx", lambda: xlsx([HEADER, *tone]), ["2 accepted", "3 check:maybe_same"]),
        Case("names-that-differ-in-a-letter.xlsx", lambda: xlsx([HEADER, *letter]), ["2 accepted", "3 check:maybe_same"]),
        Case("namesakes-without-a-house.xlsx", lambda: xlsx([HEADER, *nowhere]), ["2 accepted", "3 check:maybe_same"]),
        Case("namesakes-confirmed-by-the-unit.xlsx", lambda: xlsx(confirmed), good(2, 2)),
    ]  # fmt: skip


def _mapped() -> list[Case]:
    """Lists that need a person's word."""
    odd: Row = ["a", "b", "c", "d", "e", "f", "g"]
    return [
        Case("mapping-by-letters.xlsx", lambda: xlsx([["x"], odd, *people(3)]), good(3, 3), people=NAMES[:3],
             mapping="header_row: 2\ncolumns: {name: B, address: C, phone: D, date: E, field: F, channel: G}\n"),
        Case("mapping-by-names.xlsx", lambda: xlsx([["Người nộp", "Họ và tên", *HEADER[2:]], *people(3)]), good(2, 3),
             people=NAMES[:3], mapping="columns: {name: Họ và tên, ignored: Người nộp}\n"),
        Case("mapping-month-first.xlsx", lambda: xlsx([HEADER, person(1, date="03/05/2020"), person(2, date="03/25/2020")]),
             good(2, 2), days=("2020-03-05", "2020-03-25"), mapping="dates: month_first\n"),
        Case("mapping-one-sheet.xlsx", lambda: xlsx([HEADER, *people(2)], [HEADER, *people(3)], names=("Cũ", "Mới")),
             good(2, 3), mapping="sheets: [Mới]\n"),
        Case("mapping-names-nobody-knows.csv", lambda: text([["Ai", "Ở đâu", "Gọi số", "Hôm nào"], *(row[1:5] for row in people(3, address="Số 1, ngõ 2, ngách 4, tổ 3, phường Thượng Thanh"))], delimiter=";"), good(2, 3),
             mapping="header_row: 1\ncolumns: {name: Ai, address: Ở đâu, phone: Gọi số, date: Hôm nào}\n", options={"unit": "TT", "field": "TP"}),
        Case("mapping-wrong-column.xlsx", lambda: xlsx([HEADER, *people(2)]), "no column", mapping="columns: {name: Khách}\n"),
    ]  # fmt: skip


def _refused_files() -> list[Case]:
    """What can't be used, and the words of the sentence."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return [
        Case("protected.xlsx", lambda: ole + bytes(504) + "EncryptedPackage".encode("utf-16-le"), "password"),
        Case("cut-off.xlsx", lambda: xlsx([HEADER, *people(3)])[:2000], "damaged"),
        Case("cut-off.xls", lambda: ole + bytes(600), "damaged"),
        Case("a-pdf.xlsx", lambda: b"%PDF-1.4 ...", "PDF"),
        Case("a-web-page.xls", lambda: "<html><table><tr><td>Họ tên</td></tr></table>".encode(), "web page"),
        Case("a-photo.xlsx", lambda: b"\xff\xd8\xff\xe0" + bytes(60), "picture"),
        Case("a-letter.csv", lambda: "Kính gửi các đơn vị".encode(), "can't be used as a list"),
        Case("no-phone-column.xlsx", lambda: xlsx([["Họ tên", "Địa chỉ", "Ngày nộp"], *([r[1], r[2], r[4]] for r in people(2))]), "điện thoại"),
        Case("a-cell-far-away.xlsx", far_cell, "too far for a list"),
        Case("other-zip.xlsx", lambda: zipped({"a.txt": "a"}), "not a workbook"),
    ]  # fmt: skip


CASES = _cases()


def write(folder: Path) -> None:
    """Write every file of the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        (folder / case.name).write_bytes(case.content())


if __name__ == "__main__":
    write(Path(__file__).resolve().parent / "lists")
    print(f"{len(CASES)} files", file=sys.stderr)
