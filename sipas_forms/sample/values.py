"""Days, phones and ways of dealing, read from what offices type. None: can't be read; nothing is guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from sipas_forms.sample.words import Value, as_text, fold, tidy

Channel = Literal["in_person", "remote"]

# Excel counts days from here (its false leap day of 1900 included); 20,000 to 80,000 is 1954 to 2119.
EXCEL_DAY_0 = date(1899, 12, 30)
EXCEL_SERIALS = range(20_000, 80_000)

DAY_FIRST = re.compile(r"^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})$")
YEAR_FIRST = re.compile(r"^(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})$")
IN_WORDS = re.compile(r"^(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})$")
CLOCK = re.compile(
    r"^(?:\d{1,2}[:h]\d{2}(?::\d{2})?\s+)|(?:[T\s]+\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:AM|PM|SA|CH)?)$"
)

# Five dates with days up to 12 only come by chance once in a hundred lists ((12/30)^5), and five texts with days above
# 12 only once in ten; both together are the trace of a swap.
TRACES = 5
# One date in twenty typed the wrong way round is a slip; more is a habit.
SLIPS = 0.05

MOBILE = re.compile(r"^0[35789]\d{8}$")
PHONES_BETWEEN = re.compile(r"[/;,\n]| - |\bhoặc\b")
NO_DIGITS = re.compile(r"\D")
LANDLINE = re.compile(r"^02\d{9}$")
# Mobile numbers of 11 digits lost one on 15/09/2018 (Decision 798/QĐ-BTTTT of 2018): old prefix -> new.
OLD_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip

REMOTE_WORDS = (
    "truc tuyen", "online", "qua mang", "internet", "buu chinh", "buu dien", "bcci", "dich vu cong", "dvc",
    "email", "e mail", "zalo", "dien thoai",
)  # fmt: skip
IN_PERSON_WORDS = (
    "truc tiep",
    "tai mot cua",
    "bo phan mot cua",
    "tai bo phan",
    "tai quay",
    "tai cho",
    "in person",
)


def read_date(value: Value, month_first: bool = False) -> date | None:
    """The day in a cell: a date, an Excel serial number, or text with the day first (or the year first)."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _written_date(tidy(value), month_first)


@lru_cache(maxsize=65_536)  # a list has few different days
def _written_date(written: str, month_first: bool) -> date | None:
    text = CLOCK.sub("", written).strip(" '")
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in EXCEL_SERIALS:
        return EXCEL_DAY_0 + timedelta(days=int(float(text)))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _day(match[1], match[2], match[3])
    if match := YEAR_FIRST.match(text):
        return _day(match[1], match[2], match[3])
    if match := DAY_FIRST.match(text) or IN_WORDS.match(fold(text)):
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        day, month = (match[2], match[1]) if month_first else (match[1], match[2])
        return _day(year, month, day)
    return None


def unsure_dates(values: list[Value], month_first: bool = False) -> set[int]:
    """Which cells of a date column (numbers from 0) may have day and month swapped.

    Two habits leave traces: an Excel of another country, which turned '05/03' into 3 May and left '25/03' as text;
    and text with the month first among text with the day first. A cell whose day and month are alike is safe.
    """
    cells = {i for i, value in enumerate(values) if isinstance(value, date)}
    texts = {i: parts for i, value in enumerate(values) if isinstance(value, str) and (parts := _two_parts(value))}
    either = {i for i, (first, second) in texts.items() if first <= 12 and second <= 12}
    day_first = {i for i, (first, _) in texts.items() if first > 12}
    other_first = {i for i, (_, second) in texts.items() if second > 12}
    unsure: set[int] = set()
    if not either and min(len(cells), len(day_first)) >= TRACES and all(_month_like(values[i]) for i in cells):
        unsure |= {i for i in cells if not _alike(values[i])}
    odd = day_first if month_first else other_first
    if len(odd) > SLIPS * (len(day_first) + len(other_first)):
        unsure |= {i for i in either if texts[i][0] != texts[i][1]}
    return unsure


@lru_cache(maxsize=65_536)
def _two_parts(text: str) -> tuple[int, int] | None:
    match = DAY_FIRST.match(CLOCK.sub("", tidy(text)).strip(" '"))
    return (int(match[1]), int(match[2])) if match else None


def _month_like(value: Value) -> bool:
    return isinstance(value, date) and value.day <= 12


def _alike(value: Value) -> bool:
    return isinstance(value, date) and value.day == value.month


def read_phone(value: Value) -> str | None:
    """A Vietnamese phone number, digits from 0; of several the first that can be one."""
    text = as_text(value)
    whole = _one_phone(text)
    if whole is not None:
        return whole
    return next((number for part in PHONES_BETWEEN.split(text) if (number := _one_phone(part)) is not None), None)


def read_channel(value: Value) -> Channel | None:
    """How the person dealt with the office; None where the words are not known."""
    return _written_channel(tidy(value))


@lru_cache(maxsize=4096)
def _written_channel(written: str) -> Channel | None:
    text = fold(written)
    if any(f" {words}" in f" {text}" for words in REMOTE_WORDS):
        return "remote"
    if any(f" {words} " in f" {text} " for words in IN_PERSON_WORDS):
        return "in_person"
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _one_phone(text: str) -> str | None:
    digits = text if text.isascii() and text.isdigit() else NO_DIGITS.sub("", text.removesuffix(".0"))
    for code in ("0084", "84"):
        if digits.startswith(code) and len(digits) >= len(code) + 9:
            digits = digits.removeprefix(code)
            break
    if not digits.startswith("0"):
        digits = f"0{digits}"
    if len(digits) == 11 and digits[:4] in OLD_PREFIXES:
        digits = OLD_PREFIXES[digits[:4]] + digits[4:]
    return digits if MOBILE.match(digits) or LANDLINE.match(digits) else None
