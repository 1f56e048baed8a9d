"""Vietnamese words as offices type them, made comparable: composed, without accents, without stray signs."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache

# What a cell of a list may hold, as openpyxl and csv give it.
Value = str | int | float | bool | date | datetime | time | None

# Signs that take no room and come along with pasted text: zero-width ones, byte order mark, soft hyphen.
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
MARKS = re.compile(r"[\u0300-\u036f]")
# What a name or an address of a list may be written with, which the papers' fonts have: Latin letters with the accents
# of Vietnam and of Europe, and usual signs. No < >, which begin tags; anything else would be printed as an empty box.
ODD = re.compile(
    "[^ -;=?-~\u00a1-\u012b\u012e-\u0131\u0134-\u0149\u014c-\u0165\u0168-\u017eƠơƯư\u02bb\u02bc"
    "\u0300-\u0304\u0306-\u030c\u0323\u1ea0-\u1ef9\u2012-\u2015\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033₫€№]"
)
SIGNS = re.compile(r"[\W_]+")
# Every letter of Vietnamese to its small ASCII letter, and the marks of decomposed Unicode to nothing.
VOWELS = {"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uư", "y": "y"}
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
BARE = (
    {
        ord(sign): base
        for base, letters in VOWELS.items()
        for letter in letters
        for tone in TONES
        for small in (unicodedata.normalize("NFC", letter + tone),)
        for sign in (small, small.upper())
    }
    | {ord("đ"): "d", ord("Đ"): "d"}
    | dict.fromkeys(range(0x300, 0x370), "")
)
HONORIFIC = re.compile(r"^(ong ba|ong|ba|anh|chi|co|chu|o|b)\s+(?=\S+\s+\S)")
# In their own accents, since without them they may be surnames (Bá, Ong).
TITLED = re.compile(r"(ông\s*/\s*bà|ông|bà)\s+\S+\s+\S", re.IGNORECASE)
ORGANISATION = re.compile(
    r"^(cong ty|cty|ct|ho kinh doanh|hkd|truong|doanh nghiep|dntn|hop tac xa|htx|uy ban|ubnd|trung tam|"
    r"chi nhanh|"
    r"van phong|ngan hang|benh vien|phong kham|cua hang|hoi|co so|to chuc|chua)\s"
)


def tidy(value: Value) -> str:
    """The cell as one line of composed Unicode (NFC) without invisible signs; '' for an empty one."""
    text = value if isinstance(value, str) else as_text(value)
    if not text.isascii():  # what is printable holds nothing invisible
        text = unicodedata.normalize("NFC", text if text.isprintable() else INVISIBLE.sub("", text))
    return " ".join(text.split())


def as_text(value: Value) -> str:
    """The cell as written, which is what is kept; a whole number has no '.0', a day no midnight."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


@lru_cache(maxsize=1024)  # a row's words are folded for several questions in turn
def fold(text: str) -> str:
    """Small letters and digits without accents, one space apart: 'P. Thượng-Thanh' is 'p thuong thanh'."""
    return " ".join(filter(None, map(_folded_word, text.split())))


@lru_cache(maxsize=65_536)  # a list has few different words
def _folded_word(word: str) -> str:
    bare = word.translate(BARE)  # most words are Vietnamese; the rest goes the long way
    if not bare.isascii():
        bare = MARKS.sub("", unicodedata.normalize("NFD", word)).casefold().replace("đ", "d")
    return SIGNS.sub(" ", bare.lower()).strip()


def has_odd_signs(text: str) -> bool:
    """Whether a name or an address holds what papers can't show or nobody is called by ('阮', '😀', '<b>')."""
    return ODD.search(text) is not None


def squeeze(text: str) -> str:
    """Folded, without spaces and without 'và': 'LĐ-TB&XH' is 'ldtbxh'."""
    return "".join(word for word in fold(text).split() if word != "va")


def holds(folded: str, words: str) -> bool:
    """Whether whole words stand in a folded text: 'long bien' in 'quan long bien', not in 'long bienh'."""
    return bool(words) and f" {words} " in f" {folded} "


@lru_cache(maxsize=64)  # asked several times of one row
def is_organisation(name: str) -> bool:
    """Whether a name begins as an organisation's does (Công ty …, Hộ kinh doanh …)."""
    return bool(ORGANISATION.match(fold(name)))


def is_titled(name: str) -> bool:
    """Whether a list has put Ông or Bà before a person's name itself."""
    return bool(TITLED.match(unicodedata.normalize("NFC", name)))


def proper_name(name: str) -> str:
    """A person's name for lists: all-capital or all-small ones get a capital at each word."""
    if not (name.isupper() or name.islower()) or is_organisation(name):
        return name
    return " ".join(word.capitalize() for word in name.split())


def person_key(name: str, phone: str) -> str:
    """Who a candidate is within a cell: the folded name without Ông/Bà, and the phone."""
    return f"{HONORIFIC.sub('', fold(name))}|{phone}"
