"""Days, phones and ways of dealing, read from what offices type. None means: can't be read; nothing is guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
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

MOBILE = re.compile(r"^0[35789]\d{8}$")
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


def read_date(value: Value) -> date | None:
    """The day in a cell: a date, an Excel serial number, or text with the day first (or the year first)."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = CLOCK.sub("", tidy(value)).strip(" '")
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in EXCEL_SERIALS:
        return EXCEL_DAY_0 + timedelta(days=int(float(text)))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _day(match[1], match[2], match[3])
    if match := YEAR_FIRST.match(text):
        return _day(match[1], match[2], match[3])
    if match := DAY_FIRST.match(text) or IN_WORDS.match(fold(text)):
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        return _day(year, match[2], match[1])
    return None


def read_phone(value: Value) -> str | None:
    """A Vietnamese phone number as ten or eleven digits from 0; the first that can be one where several are given."""
    text = as_text(value)
    for part in (text, *re.split(r"[/;,\n]| - |\bhoặc\b", text)):
        number = _one_phone(part)
        if number is not None:
            return number
    return None


def read_channel(value: Value) -> Channel | None:
    """How the person dealt with the office; None where the words are not known."""
    text = fold(tidy(value))
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
    digits = re.sub(r"\D", "", text.removesuffix(".0"))
    for code in ("0084", "84"):
        if digits.startswith(code) and len(digits) >= len(code) + 9:
            digits = digits.removeprefix(code)
            break
    if not digits.startswith("0"):
        digits = f"0{digits}"
    if len(digits) == 11 and digits[:4] in OLD_PREFIXES:
        digits = OLD_PREFIXES[digits[:4]] + digits[4:]
    return digits if MOBILE.match(digits) or LANDLINE.match(digits) else None
