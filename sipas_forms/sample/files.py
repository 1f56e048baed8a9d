"""Opens the files that offices send (xlsx, csv) as sheets of rows; sizes are bounded first."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sipas_forms.errors import ListError
from sipas_forms.sample.columns import HEADER_WITHIN_ROWS, known_names
from sipas_forms.sample.sheets import Row, Sheet
from sipas_forms.sample.words import Value

# A busy office's year is some 100,000 transactions, 10 MB of xlsx; beyond these it isn't a transaction list.
MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
# What an xlsx may unpack to: 200,000 rows take some 200 MB of XML; more is a damaged or hostile file.
MAX_UNPACKED_BYTES = 600_000_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DELIMITERS = (",", ";", "\t", "|")
SAVE_AS_XLSX = "Open it in Excel and save it as .xlsx (Excel Workbook), then import that file."


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of an xlsx, or the one table of a csv (named '').

    Raises:
        ListError: missing, empty, too large, protected by a password, damaged, or of another kind.
    """
    try:
        if path.is_dir():
            raise ListError(f"{path}: is a folder; name the files in it.")
        size = path.stat().st_size
        if size == 0:
            raise ListError(f"{path}: is empty (0 bytes); ask the office to send it again.")
        if size > MAX_BYTES:
            raise ListError(
                f"{path}: is {size // 1_000_000} MB; a list may have {MAX_BYTES // 1_000_000} MB. "
                "Remove pictures and other sheets, or split it."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise ListError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise ListError(f"{path}: can't be read ({error.strerror}). If it is open in Excel, close it.") from None
    _refuse_other_kinds(path, content)
    if content.startswith(b"PK"):
        return _read_xlsx(path, content)
    return [Sheet("", _read_csv(path, content))]


def _refuse_other_kinds(path: Path, content: bytes) -> None:
    """A sentence for what is often sent instead of xlsx or csv, told by content, not by name."""
    head = content[:2048].lstrip().lower()
    if content.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ListError(f"{path}: is protected with a password. Remove the password in Excel and import it again.")
        raise ListError(f"{path}: is an old Excel file (.xls). {SAVE_AS_XLSX}")
    if content.startswith(b"PK") and b"opendocument" in content[:200]:
        raise ListError(f"{path}: is an OpenDocument file (.ods). {SAVE_AS_XLSX}")
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise ListError(f"{path}: is a web page or XML under another name. {SAVE_AS_XLSX}")
    if content.startswith(b"%PDF"):
        raise ListError(f"{path}: is a PDF, not a list. Ask the office for the Excel file that it was made from.")


def _read_xlsx(path: Path, content: bytes) -> list[Sheet]:
    import openpyxl

    damaged = f"{path}: is not a whole Excel file (damaged or cut off); ask the office to send it again."
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise ListError(f"{path}: unpacks to {unpacked // 1_000_000} MB, too much for a list; split it.")
            if "xl/workbook.xml" not in archive.namelist():
                raise ListError(f"{path}: is not an Excel workbook (.xlsx). {SAVE_AS_XLSX}")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # styles and validations that openpyxl passes over
                book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
                sheets = [_xlsx_sheet(path, archive, sheet) for sheet in book.worksheets]
                book.close()
    except ListError:
        raise
    except Exception as error:  # openpyxl has no family of errors of its own for damaged files
        raise ListError(damaged) from error
    return sheets


def _xlsx_sheet(path: Path, archive: zipfile.ZipFile, sheet: Any) -> Sheet:
    if sheet.sheet_state != "visible":
        return Sheet(sheet.title, [], hidden=True)
    sheet.reset_dimensions()  # many programs write a wrong size
    cells = sheet.iter_rows(values_only=True)
    rows = _bounded(path, ([_without_error(value) for value in row[:MAX_COLUMNS]] for row in cells))
    _fill_merged(rows, _merged_ranges(archive, sheet._worksheet_path))  # no public name in read-only mode
    return Sheet(sheet.title, rows)


def _without_error(value: Value) -> Value:
    """A broken formula (#REF!, #N/A …) says nothing."""
    broken = isinstance(value, str) and value.startswith("#") and re.match(r"^#[A-Z/0!?]+[!?A]?$", value)
    return None if broken else value


def _bounded(path: Path, rows: Iterable[Row]) -> list[Row]:
    """The rows up to the last one with anything in it; ListError where too many hold something."""
    kept: list[Row] = []
    blank = 0
    for row in rows:
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        if not row:
            blank += 1
            continue
        if len(kept) + blank >= MAX_ROWS:
            raise ListError(f"{path}: has more than {MAX_ROWS:,} rows; split it by month or by field.")
        kept.extend([] for _ in range(blank))
        blank = 0
        kept.append(row)
    return kept


def _merged_ranges(archive: zipfile.ZipFile, sheet_path: str) -> Iterator[tuple[int, int, int]]:
    """(column, first row, last row) of every merged range of several rows, all from 0."""
    from openpyxl.utils import range_boundaries

    with archive.open(sheet_path) as stream:
        tail = b""
        while block := stream.read(1 << 20):
            block = tail + block
            for match in re.finditer(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"', block):
                column, first, _, last = range_boundaries(match[1].decode("ascii"))
                if None not in (column, first, last) and last > first:
                    yield column - 1, first - 1, last - 1
            # A tag cut by the block's end is found with the next block.
            tail = block[block.rfind(b"<") :]


def _fill_merged(rows: list[Row], ranges: Iterable[tuple[int, int, int]]) -> None:
    """What a merged cell says holds for every row that it spans and that has something of its own."""
    for column, first, last in ranges:
        if first >= len(rows) or column >= len(rows[first]):
            continue
        for row in islice(rows, first + 1, last + 1):
            if row:
                row.extend([None] * (column + 1 - len(row)))
                row[column] = rows[first][column]


def _read_csv(path: Path, content: bytes) -> list[Row]:
    text = _decode(path, content)
    first, _, rest = text.partition("\n")
    marked = re.fullmatch(r"sep=(.)\r?", first.strip("\ufeff"))  # Excel's own hint, a line that counts as a row
    delimiter = marked[1] if marked else _sniff(text)
    try:
        rows = _bounded(path, csv_rows(rest if marked else text, delimiter))
    except csv.Error as error:
        raise ListError(f"{path}: is not a correct csv ({error}). {SAVE_AS_XLSX}") from None
    return [[], *rows] if marked else rows


def csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The records of a csv, at most MAX_COLUMNS cells each."""
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield list(record[:MAX_COLUMNS]) if any(cell.strip() for cell in record) else []


def _decode(path: Path, content: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows-1258 (Vietnamese Windows), told by its bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif content[1:200:2].count(0) > len(content[1:200:2]) // 2:
        candidates = ["utf-16-le"]
    elif b"\x00" in content:
        raise ListError(f"{path}: is neither an Excel workbook nor text. {SAVE_AS_XLSX}")
    else:
        candidates = ["utf-8-sig", "cp1258"]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListError(f"{path}: is text in an encoding that isn't known (UTF-8, UTF-16, Windows-1258). {SAVE_AS_XLSX}")


def _sniff(text: str) -> str:
    """The delimiter under which most columns have known names; of equal ones the one of more cells."""
    lines = "\n".join(text.splitlines()[:HEADER_WITHIN_ROWS])

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv_rows(lines, delimiter))
        except csv.Error:
            return 0, 0
        return max(map(known_names, rows), default=0), max(map(len, rows), default=0)

    return max(DELIMITERS, key=score)
