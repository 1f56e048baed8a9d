"""Finds the header of a list and which column says what, under the many names that offices give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sipas_forms.errors import ListError
from sipas_forms.sample.places import HEADING, is_spelt, rank
from sipas_forms.sample.sheets import Row, Sheet
from sipas_forms.sample.words import fold, tidy

if TYPE_CHECKING:
    from sipas_forms.sample.mapping import Mapping

Role = Literal[
    "family", "given", "name", "representative", "organisation", "address", "place", "phone", "date",
    "channel", "unit", "field", "procedure", "confirmed", "ignored",
]  # fmt: skip

# The columns that go back to the unit beside its own rows; the first names the list that they belong to.
RESULT_HEADINGS = ("Kết quả kiểm tra", "Lý do kiểm tra", "Xác nhận của đơn vị")
RESULT_OF = re.compile(rf"^{RESULT_HEADINGS[0]} \[(.+)\]$")
# A header stands under a letterhead and a title; deeper than this it is no longer one.
HEADER_WITHIN_ROWS = 60
# Longer cells are titles or notes, not names of columns.
HEADER_CELL_CHARACTERS = 80

# Tried in order on the folded header; the first that is found decides.
RULES: tuple[tuple[Role, str], ...] = (
    ("ignored", r"^(ket qua kiem tra|ly do kiem tra)\b"),
    ("confirmed", r"^xac nhan cua don vi\b"),
    ("ignored", r"^(stt|so tt|tt|no)$|\b(sinh|gioi tinh|cccd|cmnd|cmt|can cuoc|ho chieu)\b"),
    ("ignored", r"\b(email|nghe nghiep|ghi chu)\b"),
    ("ignored", r"\b(hen|ngay cap|noi cap|ma ho so|so ho so|ma so|tinh trang|trang thai|le phi|cong tac)\b"),
    ("ignored", r"\b(ket qua giai quyet|thoi gian giai quyet|thoi han|so ngay)\b"),
    ("ignored", r"hinh thuc.*\b(tra|nhan ket qua)\b|\b(can bo|cong chuc|vien chuc)\b"),
    ("ignored", r"\bnguoi (tiep nhan|xu ly|giai quyet)\b"),
    ("phone", r"\b(dien thoai|sdt|so dt|dt|di dong|dtdd|phone|mobile|tel)\b"),
    ("date", r"\b(ngay|thoi gian|thoi diem|date)\b"),
    ("channel", r"\b(hinh thuc|kenh|phuong thuc|cach thuc|channel)\b"),
    ("place", rf"^{HEADING}$"),
    ("address", r"\b(dia chi|cu tru|noi o|cho o|thuong tru|tam tru|ho khau|tru quan|address)\b"),
    ("phone", r"\b(lien he|lien lac)\b"),
    ("name", r"\b(ho va ten|ho ten|ho chu dem va ten|ca nhan|cong dan|full name)\b"),
    ("representative", r"\bdai dien\b"),
    ("procedure", r"\b(thu tuc|tthc|loai ho so|ten ho so|noi dung|loai viec|procedure)\b"),
    ("field", r"\b(linh vuc|field)\b"),
    ("name", r"\b(chu ho|chu ho so)\b"),
    ("organisation", r"\b(to chuc|doanh nghiep|cong ty|ho kinh doanh|organisation)\b"),
    ("family", r"^(ho|ho dem|ho va dem|ho va ten dem|ho va chu dem|ho lot|ho va ten lot)$"),
    ("given", r"^ten$"),
    ("name", r"\bnguoi (nop|giao dich|yeu cau|de nghi|dan|den)\b|\bkhach hang\b|^(name|ten nguoi.*)$"),
    ("unit", r"\b(don vi|co quan|ubnd|noi tiep nhan|noi nop|unit)\b"),
)  # fmt: skip

# Which of several date columns is the day of dealing: earlier in this list goes before.
DATE_ORDER = (
    r"giao dich",
    r"tiep nhan",
    r"\bnop\b",
    r"nhan ho so",
    r"lam viec",
    r"^(ngay|ngay thang|ngay thang nam|date)$",
)

ROLE_WORDS = {
    "name": "họ và tên",
    "address": "địa chỉ",
    "phone": "điện thoại",
    "date": "ngày nộp / ngày giao dịch",
}


@dataclass(frozen=True)
class Columns:
    """Where each thing stands: column numbers from 0, several where a list has several; `names` as written.

    `first_row` is the first row (from 0) below the header.
    """

    at: dict[Role, tuple[int, ...]]
    names: dict[int, str]
    first_row: int

    def missing(self) -> list[str]:
        """What a list can't do without and this one lacks, in the office's words."""
        named = any(self.at.get(role) for role in ("name", "representative", "organisation", "given"))
        found = {"name": named, "address": bool(self.at.get("address") or self.at.get("place"))}
        found |= {"phone": bool(self.at.get("phone")), "date": bool(self.at.get("date"))}
        return [words for role, words in ROLE_WORDS.items() if not found[role]]


def find_columns(sheet: Sheet, mapping: Mapping | None = None) -> Columns | None:
    """The columns of a sheet; the nearest to a list where something is missing; None where nothing is.

    Raises:
        ListError: the mapping names a column or a row that the sheet does not have.
    """
    if mapping is not None and (mapping.header_row or mapping.columns):
        return _mapped(sheet, mapping)
    best = _columns([], 0)
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN_ROWS]):
        for names, first_row in _header_candidates(sheet, number, row):
            columns = _columns(names, first_row)
            if not columns.missing():
                return _with_given(_below_repeats(columns, sheet), sheet)
            if len(columns.missing()) < len(best.missing()):
                best = columns
    return best if best.at else None


def _mapped(sheet: Sheet, mapping: Mapping) -> Columns:
    """The columns as found, with those of the mapping in their place."""
    if mapping.header_row:
        if mapping.header_row > len(sheet.rows):
            raise ListError(f"The mapping names header row {mapping.header_row}; sheet '{sheet.name}' ends before it.")
        names = [tidy(cell) for cell in sheet.rows[mapping.header_row - 1]]
        found = _columns(names, mapping.header_row)
    else:
        found = find_columns(sheet) or _columns([], 0)
        if not found.at:
            raise ListError(f"No header is known in sheet '{sheet.name}'; give header_row in the mapping too.")
    at: dict[Role, tuple[int, ...]] = dict(found.at)
    chosen: dict[Role, tuple[int, ...]] = {}
    for role, words in mapping.columns.items():
        chosen[role] = tuple(_named(found, sheet, word) for word in ([words] if isinstance(words, str) else words))
    taken = {index for indices in chosen.values() for index in indices}
    at = {role: tuple(i for i in indices if i not in taken) for role, indices in at.items() if role not in chosen}
    at |= {role: indices for role, indices in chosen.items() if role != "ignored"}
    return Columns({role: indices for role, indices in at.items() if indices}, found.names, found.first_row)


def _named(columns: Columns, sheet: Sheet, word: str) -> int:
    """The column of a name as written (accents and case aside) or of a letter."""
    named = [index for index, name in columns.names.items() if fold(name) == fold(word)]
    if len(named) == 1:
        return named[0]
    if not named and re.fullmatch(r"[A-Za-z]{1,2}", word):
        index = column_index(word)
        if index < max(map(len, sheet.rows), default=0):
            return index
    known = ", ".join(f"{column_letter(index)} '{name}'" for index, name in sorted(columns.names.items()))
    several = "several columns" if named else "no column"
    raise ListError(f"The mapping names '{word}'; sheet '{sheet.name}' has {several} of that name. It has: {known}.")


def column_letter(index: int) -> str:
    """'A' for column 0, as spreadsheets show it."""
    letters = ""
    while index >= 0:
        letters = chr(65 + index % 26) + letters
        index = index // 26 - 1
    return letters


def column_index(letters: str) -> int:
    """0 for 'A'."""
    number = 0
    for sign in letters.upper():
        number = number * 26 + ord(sign) - 64
    return number - 1


def known_names(row: Row) -> int:
    """How many cells of a row read like the name of a column."""
    return sum(_role(tidy(cell)) is not None for cell in row)


def _header_candidates(sheet: Sheet, number: int, row: Row) -> Iterator[tuple[list[str], int]]:
    """The row as a header; and, where it already names a few columns, together with the row below it.

    Where that row says more of columns under one name, both together go first: which day 'Ngày' is, it tells alone.
    """
    names = [tidy(cell) for cell in row]
    alone = (names, number + 1)
    if number + 1 == len(sheet.rows) or sum(_role(name) is not None for name in names) < 3:
        yield alone
        return
    below = sheet.rows[number + 1]
    together = (_two_levels(row, below), number + 2)
    yield from (together, alone) if _says_more(names, [tidy(cell) for cell in below]) else (alone, together)


def _says_more(top: list[str], below: list[str]) -> bool:
    """Whether a row has names of its own only where the row above has one name for several columns."""
    top = [*top, *[""] * (len(below) + 1 - len(top))]
    own = {index for index, name in enumerate(below) if name and name != top[index]}
    return len(own) > 1 and all(not top[index] or (not top[index + 1] and index + 1 in own) for index in own)


def _two_levels(top: Row, below: Row) -> list[str]:
    """Names over two rows: 'Ngày' merged above 'nộp' and 'trả' is 'Ngày nộp' and 'Ngày trả'."""
    names: list[str] = []
    carried = ""
    for index in range(max(len(top), len(below))):
        upper = tidy(top[index]) if index < len(top) else ""
        lower = tidy(below[index]) if index < len(below) else ""
        carried = upper or (carried if lower and not lower.startswith(RESULT_HEADINGS) else "")
        names.append(carried if lower in ("", carried) else f"{carried} {lower}".strip())
    return names


def _columns(names: list[str], first_row: int) -> Columns:
    at: dict[Role, list[int]] = {}
    for index, name in enumerate(names):
        role = _role(name)
        if role is not None and role != "ignored":
            at.setdefault(role, []).append(index)
    if "family" not in at and "given" in at:
        at.setdefault("name", []).extend(at.pop("given"))
    if "date" in at:
        at["date"] = _dates(at["date"], names)
    if "place" in at:
        at["place"].sort(key=lambda index: rank(names[index]))
    written = {index: name for index, name in enumerate(names) if name}
    return Columns({role: tuple(indices) for role, indices in at.items() if indices}, written, first_row)


def _role(name: str) -> Role | None:
    folded = fold(name)
    if not folded or len(name) > HEADER_CELL_CHARACTERS:
        return None
    role = next((role for role, pattern in RULES if re.search(pattern, folded)), None)
    return None if role == "place" and not is_spelt(name) else role


def _dates(indices: list[int], names: list[str]) -> list[int]:
    """The one column that is the day of dealing; the day of the result only where there is no other."""

    def order(index: int) -> tuple[int, int]:
        folded = fold(names[index])
        rank = next((i for i, pattern in enumerate(DATE_ORDER) if re.search(pattern, folded)), len(DATE_ORDER))
        return rank, index

    return [min(indices, key=order)]


def _below_repeats(columns: Columns, sheet: Sheet) -> Columns:
    """A header merged over two rows reads the same twice; the list begins below it."""
    first = columns.first_row
    while first < len(sheet.rows) and len(header_words(sheet.rows[first], columns)) >= 3:
        first += 1
    return Columns(columns.at, columns.names, first)


def header_words(row: Row, columns: Columns) -> set[str]:
    """Which cells of a row are names of columns, as written."""
    return {tidy(cell) for cell in row}.intersection(columns.names.values())


def _with_given(columns: Columns, sheet: Sheet) -> Columns:
    """'Họ và tên' merged over two columns: the second, which has no name of its own, holds the given name."""
    for index in columns.at.get("name", ()):
        if index + 1 in columns.names:
            continue
        beside = [tidy(row[index + 1]) for row in sheet.rows[columns.first_row :] if len(row) > index + 1]
        said = [text for text in beside if text]
        if sum(text.isalpha() for text in said) > 0.8 * max(len(said), 4):
            return Columns({**columns.at, "given": (index + 1,)}, columns.names, columns.first_row)
    return columns
