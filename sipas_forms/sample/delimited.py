"""Text tables (csv) as rows: encoding and delimiter are told by what makes sense of the text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sipas_forms.errors import ListError
from sipas_forms.sample.columns import HEADER_WITHIN_ROWS, known_names
from sipas_forms.sample.legacy import WORD, decode_sheet, readings
from sipas_forms.sample.sheets import MAX_COLUMNS, Row, Sheet, bounded
from sipas_forms.sample.workbooks import SAVE_AS_XLSX

DELIMITERS = (",", ";", "\t", "|")
# So many characters tell the encoding: some thousand rows.
ENCODING_SAMPLE = 200_000
# What a formula that failed leaves in a cell (#REF!, #N/A …): it says nothing.
BROKEN = re.compile(r"#[A-Z/0!?]+[!?A]?")


def read_csv(path: Path, content: bytes) -> list[Row]:
    """The records of a csv.

    Raises:
        ListError: not text, of an unknown encoding, or no correct csv.
    """
    text = _decode(path, content)
    first, _, rest = text.partition("\n")
    marked = re.fullmatch(r"sep=(.)\r?", first.strip("\ufeff"))  # Excel's own hint, a line that counts as a row
    delimiter = marked[1] if marked else _sniff(text)
    try:
        rows = bounded(path, _records(rest if marked else text, delimiter))
    except csv.Error as error:
        raise ListError(f"{path}: is not a correct csv ({error}). {SAVE_AS_XLSX}") from None
    return [[], *rows] if marked else rows


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """The records of a csv, at most MAX_COLUMNS cells each."""
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        cells = record[:MAX_COLUMNS] if any(cell.strip() for cell in record) else []
        yield [None if cell[:1] == "#" and BROKEN.fullmatch(cell) else cell for cell in cells]


def _decode(path: Path, content: bytes) -> str:
    """Text in UTF-8, UTF-16, Windows-1258 or a legacy encoding (left for `legacy.decode_sheet`), told by its bytes."""
    odd, even = content[1:200:2].count(0), content[0:200:2].count(0)
    half = len(content[1:200:2]) // 2
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif odd > half or even > half:
        candidates = ["utf-16-le" if odd > half else "utf-16-be"]
    elif b"\x00" in content:
        raise ListError(f"{path}: is neither an Excel workbook nor text. {SAVE_AS_XLSX}")
    else:
        candidates = ["utf-8-sig", _one_byte(content)]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListError(f"{path}: is text in an encoding that isn't known (UTF-8, UTF-16, Windows-1258). {SAVE_AS_XLSX}")


def _one_byte(content: bytes) -> str:
    """Windows-1258, or Latin-1 as the carrier of TCVN3 and VNI, whichever has more Vietnamese words."""
    windows = content[:ENCODING_SAMPLE].decode("cp1258", errors="replace")
    carrier = content[:ENCODING_SAMPLE].decode("latin-1")
    words = WORD.findall(unicodedata.normalize("NFC", windows))
    unicode = sum("unicode" in readings(word) for word in words if not word.isascii())
    legacy = [readings(word) for word in WORD.findall(carrier) if not word.isascii()]
    best = max(sum(encoding in said for said in legacy) for encoding in ("tcvn3", "vni"))
    return "latin-1" if best > unicode else "cp1258"


def _sniff(text: str) -> str:
    """The delimiter under which most columns have known names; of equal ones the one that most lines agree on."""
    lines = "\n".join(text.splitlines()[:HEADER_WITHIN_ROWS])

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = decode_sheet(Sheet("", list(_records(lines, delimiter)))).sheet.rows
        except csv.Error:
            return 0, 0
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max(map(known_names, rows), default=0), max(widths.values(), default=0)

    return max(DELIMITERS, key=score)
