"""Opens the files that offices send (xlsx, xls, ods, csv) as sheets of rows; what a file is, its bytes say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sipas_forms.errors import ListError
from sipas_forms.sample.delimited import read_csv
from sipas_forms.sample.sheets import Sheet
from sipas_forms.sample.workbooks import OLE_MAGIC, SAVE_AS_XLSX, read_workbook

# A busy office's year is some 100,000 transactions, 10 MB of xlsx; beyond this it isn't a transaction list.
MAX_BYTES = 50_000_000


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a workbook, or the one table of a csv (named '').

    Raises:
        ListError: missing, empty, too large, protected by a password, damaged, or of another kind.
    """
    content = _content(path)
    _refuse_other_kinds(path, content)
    if content.startswith((b"PK", OLE_MAGIC)):
        return read_workbook(path, content)
    return [Sheet("", read_csv(path, content))]


def _content(path: Path) -> bytes:
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
        return path.read_bytes()
    except FileNotFoundError:
        raise ListError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise ListError(f"{path}: can't be read ({error.strerror}). If it is open in Excel, close it.") from None


def _refuse_other_kinds(path: Path, content: bytes) -> None:
    """A sentence for what is often sent instead of a list, told by content, not by name."""
    head = content[:2048].lstrip().lower()
    if _begins(head, (b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise ListError(f"{path}: is a web page or XML under another name. {SAVE_AS_XLSX}")
    if content.startswith(b"%PDF"):
        raise ListError(f"{path}: is a PDF, not a list. Ask the office for the Excel file that it was made from.")
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*")):
        raise ListError(f"{path}: is a picture, not a list. Ask the office for the Excel file that it was made from.")


def _begins(head: bytes, starts: Iterable[bytes]) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(tuple(starts))
