"""Serial numbers with a check character, and what a page code says.

A serial is `UNIT-FIELD-NNNN-C`, e.g. `TT-TP-0007-K`: C is the check character of ISO/IEC 7064 MOD 37,36 over the
letters and digits before it, which catches every single wrong character and nearly every swap of two neighbours.
A page code is `SURVEY:SERIAL:PAGE:VERSION:DIGEST` in the alphanumeric set of QR codes; DIGEST is 8 characters (40
bits) of an HMAC-SHA256 under the survey's own key, so that a made-up serial is noticed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SERIAL = re.compile(r"^([A-Z0-9]{1,10})-([A-Z0-9]{1,10})-(\d{4})-([A-Z0-9])$")
DIGEST_CHARACTERS = 8
ROW_WORD = "SIPAS"  # the code of a row on the papers of wards begins so: SIPAS SURVEY SERIAL
PAGE_CODE = re.compile(r"([A-Z0-9]{1,10}):([A-Z0-9-]{1,40}):([0-9]{1,2}):([A-Z0-9]{1,16}):([A-Z0-9]{8})")


def make_serial(unit: str, field: str, number: int) -> str:
    """The serial of form `number` (1 to 9999) of a cell."""
    if not 1 <= number <= 9999:
        raise ValueError(f"form number {number} is not between 1 and 9999")
    body = f"{unit}-{field}-{number:04d}"
    return f"{body}-{check_character(body)}"


def split_serial(serial: str) -> tuple[str, str, int] | None:
    """(unit, field, number) of a serial whose check character holds; None otherwise."""
    match = SERIAL.match(serial)
    if not match or check_character(serial[:-2]) != match[4]:
        return None
    return match[1], match[2], int(match[3])


def check_character(text: str) -> str:
    """ISO/IEC 7064 MOD 37,36 over the letters and digits of `text`; other signs are passed over."""
    total = 36
    for sign in text:
        if sign in ALPHABET:
            total = (total + ALPHABET.index(sign)) % 36 or 36
            total = total * 2 % 37
    return ALPHABET[(37 - total) % 36]


@dataclass(frozen=True)
class PageCode:
    """What the page codes of one printed page say."""

    survey: str
    serial: str
    page: int
    form_version: str

    def text(self, key: bytes) -> str:
        """The code's content, signed with the survey's key."""
        return f"{self._body()}:{self._digest(key)}"

    def _body(self) -> str:
        return f"{self.survey}:{self.serial}:{self.page}:{self.form_version}"

    def _digest(self, key: bytes) -> str:
        mac = hmac.new(key, self._body().encode("ascii"), hashlib.sha256).digest()
        return base64.b32encode(mac[:5]).decode("ascii")[:DIGEST_CHARACTERS]

    @staticmethod
    def parse(text: str) -> tuple[PageCode, str] | None:
        """The code and its digest as printed; None where `text` is not a page code of ours."""
        match = PAGE_CODE.fullmatch(text)
        if not match:
            return None
        return PageCode(match[1], match[2], int(match[3]), match[4]), match[5]

    def signed_by(self, key: bytes, digest: str) -> bool:
        """Whether `digest` is the one that this survey's key makes."""
        return hmac.compare_digest(self._digest(key), digest)
