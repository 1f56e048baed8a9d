"""Workbooks (xlsx, xls, ods) as sheets of rows, by calamine; how much they unpack to is known before it is spent."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sipas_forms.errors import ListError
from sipas_forms.sample.sheets import MAX_COLUMNS, Row, Sheet, bounded

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS_XLSX = "Open it in Excel and save it as .xlsx (Excel Workbook), then import that file."
PROTECTED = "is protected with a password. Remove the password in Excel and import it again."
DAMAGED = "is not a whole Excel file (damaged or cut off); ask the office to send it again."
# What a workbook may unpack to: 200,000 rows take some 200 MB of XML; more is a damaged or hostile file.
MAX_UNPACKED_BYTES = 600_000_000
# Cells from the first to the last one of a sheet, empty ones between them included: calamine keeps 32 bytes for each,
# so this is 320 MB; 200,000 rows of 50 columns.
MAX_AREA = 10_000_000
BLOCK_BYTES = 1 << 20

# A cell with something in it, and where it stands.
XLSX_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]{1,3})(\d{1,7})["'][^>/]*>""")
XLSX_STARTS = (b"<c ", b"<c>", b"<c/", b"<row", b":c ", b":c>", b":c/", b":row")  # of cells and rows
# A cell beyond column Z or row 299,999: a sheet without any fits into MAX_AREA, and its cells need not be counted.
XLSX_FAR = re.compile(rb"""r=["'](?:[A-Z]{2,3}\d|[A-Z](?:[3-9]\d{5}|\d{7}))""")
ODS_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)([\s/][^>]*)?>")
ODS_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d+)"')
ODS_ROWS_SPANNED = re.compile(rb'number-rows-spanned="(\d+)"')

Merged = tuple[int, int, int]  # column, first row, last row, from 0


def read_workbook(path: Path, content: bytes) -> list[Sheet]:
    """All sheets of an Excel or OpenDocument file.

    Raises:
        ListError: protected by a password, damaged, too large, or a zip file of another kind.
    """
    merged = _check_zip(path, content) if content.startswith(b"PK") else {}
    sheets = []
    for number, (name, hidden, cells, ranges) in enumerate(_parts(path, content)):
        rows = bounded(path, (row[:MAX_COLUMNS] for row in cells))
        spans = merged.get(number, []) if ranges is None else [(c, first, last) for (first, c), (last, _) in ranges]
        _fill_merged(rows, spans)
        sheets.append(Sheet(name, rows, hidden))
    return sheets


def _parts(path: Path, content: bytes) -> list[tuple[str, bool, list[Row], Any]]:
    """(name, hidden, rows from row 1 on, merged ranges) of every sheet; charts and hidden sheets have no rows."""
    import python_calamine as calamine

    parts: list[tuple[str, bool, list[Row], Any]] = []
    try:
        with calamine.load_workbook(io.BytesIO(content)) as book:
            for number, about in enumerate(book.sheets_metadata):
                hidden = about.visible != calamine.SheetVisibleEnum.Visible
                if hidden or about.typ != calamine.SheetTypeEnum.WorkSheet:
                    parts.append((about.name, hidden, [], []))
                    continue
                sheet = book.get_sheet_by_index(number)
                rows: list[Row] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
                parts.append((about.name, False, rows, sheet.merged_cell_ranges))
    except calamine.PasswordError:
        raise ListError(f"{path}: {PROTECTED}") from None
    except BaseException as error:
        # calamine's errors have several families, and a panic in Rust is no Exception at all
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        sentence = PROTECTED if "EncryptedPackage".encode("utf-16-le") in content else DAMAGED
        raise ListError(f"{path}: {sentence}") from error
    return parts


def _fill_merged(rows: list[Row], spans: Iterable[Merged]) -> None:
    """What a merged cell says holds for every row that it spans and that has something of its own."""
    for column, first, last in spans:
        if last <= first or first >= len(rows) or column >= len(rows[first]):
            continue
        for row in islice(rows, first + 1, last + 1):
            if row:
                row.extend([None] * (column + 1 - len(row)))
                row[column] = rows[first][column]


def _check_zip(path: Path, content: bytes) -> dict[int, list[Merged]]:
    """Bound what the zip unpacks to and the area of its sheets; merged cells of an ods by sheet, from 0."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise ListError(f"{path}: unpacks to {unpacked // 1_000_000} MB, too much for a list; split it.")
            if "xl/workbook.xml" in names:
                for name in names:
                    if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name) and _xlsx_reaches_far(path, archive, name):
                        with archive.open(name) as stream:
                            _check_area(path, *_xlsx_extent(stream))
                return {}
            if "content.xml" in names and archive.read("mimetype")[:100].endswith(b".spreadsheet"):
                with archive.open("content.xml") as stream:
                    return _ods_merged(path, stream)
            if "xl/workbook.bin" in names:
                return {}
    except ListError:
        raise
    except Exception as error:  # a damaged zip fails in many ways
        raise ListError(f"{path}: {DAMAGED}") from error
    raise ListError(f"{path}: is a zip file, but not a workbook (.xlsx, .ods). {SAVE_AS_XLSX}")


def _check_area(path: Path, rows: int, columns: int) -> None:
    if rows * columns > MAX_AREA:
        raise ListError(
            f"{path}: a sheet reaches to row {rows:,} and column {columns:,}, too far for a list. Delete what stands "
            "far outside of the table (Ctrl+End finds it), or split the list."
        )


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in blocks that end between two tags."""
    tail = b""
    while block := stream.read(BLOCK_BYTES):
        block = tail + block
        cut = block.rfind(b">") + 1
        tail = block[cut:]
        if len(tail) > BLOCK_BYTES:  # a cell's text of this length is no cell of a list
            tail = tail[-100:]
        yield block[:cut]


def _xlsx_reaches_far(path: Path, archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a cell says that it lies far out; ListError for more cells than a list has that don't say where."""
    far, unplaced = False, 0
    with archive.open(name) as stream:
        for block in _blocks(stream):
            cells = sum(block.count(start) for start in XLSX_STARTS)  # each has its place in r="…"
            unplaced += max(0, cells - block.count(b' r="'))
            if unplaced > MAX_AREA:
                raise ListError(f"{path}: a sheet has more than {MAX_AREA:,} cells, too many for a list; split it.")
            far = far or XLSX_FAR.search(block) is not None
    return far


def _xlsx_extent(stream: IO[bytes]) -> tuple[int, int]:
    """The last row and the last column (from 1) with something in them."""
    last_row, columns = 0, set[bytes]()
    for block in _blocks(stream):
        found = XLSX_CELL.findall(block)
        if found:
            columns.update(letters for letters, _ in found)
            last_row = max(last_row, max(int(number) for _, number in found))
    return last_row, max(map(_column_number, columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + sign - 64
    return number


@dataclass
class _OdsSheet:
    """Where the reading of a sheet of an ods stands; `rows`, `columns` reach to the last cell with a value."""

    row: int = 0
    column: int = 0
    repeated: int = 1
    rows: int = 0
    columns: int = 0
    merged: list[Merged] = field(default_factory=list)


def _ods_merged(path: Path, stream: IO[bytes]) -> dict[int, list[Merged]]:
    """Merged cells by sheet, from 0; ListError where repeated cells would fill more than a list has."""
    sheets: list[_OdsSheet] = []
    for block in _blocks(stream):
        for closing, tag, attributes in ODS_TAG.findall(block):
            if tag == b"table" and not closing:
                sheets.append(_OdsSheet())
            elif sheets:
                _ods_step(sheets[-1], closing, tag, attributes)
                _check_area(path, sheets[-1].rows, sheets[-1].columns)
    return {number: sheet.merged for number, sheet in enumerate(sheets)}


def _ods_step(sheet: _OdsSheet, closing: bytes, tag: bytes, attributes: bytes) -> None:
    repeated = ODS_REPEATED.search(attributes)
    times = int(repeated[1]) if repeated else 1
    if tag == b"table-row":
        if closing or attributes.endswith(b"/"):
            sheet.row += sheet.repeated if closing else times
        else:
            sheet.column, sheet.repeated = 0, times
    elif not closing:
        if b"value-type=" in attributes:
            sheet.rows = max(sheet.rows, sheet.row + sheet.repeated)
            sheet.columns = max(sheet.columns, sheet.column + times)
            if spanned := ODS_ROWS_SPANNED.search(attributes):
                sheet.merged.append((sheet.column, sheet.row, sheet.row + int(spanned[1]) - 1))
        sheet.column += times
