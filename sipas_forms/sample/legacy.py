"""Lists typed before Unicode: TCVN3 ('NguyÔn V¨n') and VNI ('Nguyeãn Vaên') are told from their words and decoded.

Which encoding a column is in is decided by its words: in the right one they are Vietnamese syllables. A cell that
reads as Vietnamese in two encodings, in a column that mixes them, is not decided: it is left as it is and named.
Letters after TCVN 5712:1993 (VN3) and the VNI-Windows table.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sipas_forms.sample.sheets import Row, Sheet
from sipas_forms.sample.words import TONES

Encoding = Literal["unicode", "tcvn3", "vni"]

# Each vowel in the six tones of TONES: level, huyền, hỏi, ngã, sắc, nặng.
TCVN3_VOWELS = {
    "a": "aµ¶·¸¹", "ă": "¨»¼½¾Æ", "â": "©ÇÈÉÊË", "e": "eÌÎÏÐÑ", "ê": "ªÒÓÔÕÖ", "i": "i×ØÜÝÞ",
    "o": "oßáâãä", "ô": "«åæçèé", "ơ": "¬êëìíî", "u": "uïñòóô", "ư": "\u00adõö÷øù", "y": "yúûüýþ",
}  # fmt: skip
TCVN3_OTHERS = {"®": "đ", "§": "Đ", "¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư"}
# VNI writes a vowel and the sign of its tone (or of its tone and hat) after it; '' where there is no such sign.
VNI_TONES = ("", "ø", "û", "õ", "ù", "ï")
VNI_HATS = {"ă": "êèúüéë", "â": "âàåãáä"}  # after a; the second row also after e and o
VNI_SINGLE = {"i": "iìæóíò", "y": ("y", "yø", "yû", "yõ", "yù", "î")}

RHYME = (
    r"a(?:c|ch|i|m|n|ng|nh|o|p|t|u|y)?|ă(?:c|m|n|ng|p|t)|â(?:c|m|n|ng|p|t|u|y)|e(?:c|m|n|ng|o|p|t)?|"
    r"ê(?:ch|m|n|nh|p|t|u)?|i(?:a|ch|m|n|nh|p|t|u)?|iê(?:c|m|n|ng|p|t|u)|o(?:c|i|m|n|ng|p|t)?|"
    r"oa(?:c|ch|i|m|n|ng|nh|o|p|t|y)?|oă(?:c|m|n|ng|t)|oe(?:n|o|t)?|oo(?:c|ng)|ô(?:c|i|m|n|ng|p|t)?|"
    r"ơ(?:i|m|n|p|t)?|u(?:a|c|i|m|n|ng|p|t|y)?|uâ(?:n|ng|t|y)|uê(?:ch|nh|n)?|uô(?:c|i|m|n|ng|t)|uơ|"
    r"uy(?:a|ch|n|nh|p|t|u)?|uyê(?:n|t)|ư(?:a|c|i|m|n|ng|t|u)?|ươ(?:c|i|m|n|ng|p|t|u)|y(?:t|m|n)?|yê(?:m|n|ng|t|u)"
)
SYLLABLE = re.compile(rf"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?(?:{RHYME})|gi(?:n|ng|m|ch)?")
# A word that a legacy font may have: letters of Latin-1 and its signs, which are letters there.
WORD = re.compile(r"[A-Za-z\u00a1-\u00ff\u0100-\u01b0\u0300-\u0323\u1ea0-\u1ef9]+")
# Signs that no Vietnamese word has in Unicode, and pairs of vowels that only VNI writes.
FOREIGN = re.compile("[\u00a1-\u00bf\u00c4-\u00c7\u00cb\u00ce\u00cf\u00d1\u00d6-\u00d8\u00db\u00dc\u00de\u00df"
                     "\u00e4-\u00e7\u00eb\u00ee\u00ef\u00f1\u00f6-\u00f8\u00fb\u00fc\u00fe\u00ff]")  # fmt: skip
# Sought by its second letter, which is the rarer one.
VNI_PAIR = re.compile(
    "[âàáãêèéúùõÂÀÁÃÊÈÉÚÙÕ](?:(?<=[aeoAEO][âÂ])|(?<=[aeAE][àáãÀÁÃ])|(?<=[aA][êèéúÊÈÉÚ])|(?<=[ouyaeôOUYAEÔ][ùõÙÕ]))"
)
# Rows looked at in one go; each is some hundred signs.
BLOCK_ROWS = 500


def _tcvn3_table() -> dict[int, str]:
    table = dict(TCVN3_OTHERS)
    for vowel, signs in TCVN3_VOWELS.items():
        for sign, tone in zip(signs, TONES, strict=True):
            table[sign] = unicodedata.normalize("NFC", vowel + tone)
    return {ord(sign): letter for sign, letter in table.items() if sign not in "aeiouy"}


def _vni_table() -> dict[str, str]:
    def both(table: dict[str, str], written: str, letter: str) -> None:
        letter = unicodedata.normalize("NFC", letter)
        table[written] = letter
        table[written.upper()] = letter.upper()
        if len(written) == 2:
            table[written[0].upper() + written[1]] = letter.upper()

    table: dict[str, str] = {}
    for base, letter in (("a", "a"), ("e", "e"), ("o", "o"), ("u", "u"), ("ô", "ơ"), ("ö", "ư")):
        for sign, tone in zip(VNI_TONES, TONES, strict=True):
            both(table, base + sign, letter + tone)
    for hat, signs in VNI_HATS.items():
        for base in ("a",) if hat == "ă" else ("a", "e", "o"):
            letter = {"a": hat, "e": "ê", "o": "ô"}[base]
            for sign, tone in zip(signs, TONES, strict=True):
                both(table, base + sign, letter + tone)
    for letter, written in VNI_SINGLE.items():
        for sign, tone in zip(written, TONES, strict=True):
            both(table, sign, letter + tone)
    both(table, "ñ", "đ")
    return {written: letter for written, letter in table.items() if written != letter}


TCVN3 = _tcvn3_table()
VNI = _vni_table()
VNI_SIGNS = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))


def decode(text: str, encoding: Encoding) -> str:
    """`text` in Unicode; text typed in a capital TCVN3 font ('NGUYÔN') comes out in capitals."""
    if encoding == "tcvn3":
        return _capitals(text, text.translate(TCVN3))
    if encoding == "vni":
        return VNI_SIGNS.sub(lambda sign: VNI[sign[0]], text)
    return text


def _capitals(written: str, read: str) -> str:
    """TCVN3 has no capital vowels with tones: fonts of capitals show the small ones."""
    ascii_letters = [sign for sign in written if sign.isascii() and sign.isalpha()]
    return read.upper() if len(ascii_letters) > 1 and all(map(str.isupper, ascii_letters)) else read


@lru_cache(maxsize=65_536)  # a list has few different words
def _reads_as(word: str) -> frozenset[Encoding]:
    """The encodings in which a word is a Vietnamese syllable; signs above Latin-1 are in Unicode alone."""
    readings: tuple[Encoding, ...] = ("unicode",) if max(word) > "\xff" else ("unicode", "tcvn3", "vni")
    return frozenset(e for e in readings if _is_syllable(decode(word, e)))


def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    tones = sum(sign in TONES[1:] for sign in parts)
    bare = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in TONES[1:]))
    return tones <= 1 and SYLLABLE.fullmatch(bare) is not None


@lru_cache(maxsize=65_536)
def readings(text: str) -> frozenset[Encoding]:
    """The encodings in which most words that are not plain ASCII are Vietnamese; empty where in none."""
    votes: Counter[Encoding] = Counter()
    words = [word for word in WORD.findall(text) if not word.isascii()]
    for word in words:
        votes.update(_reads_as(word))
    best = max(votes.values(), default=0)
    return frozenset(e for e, count in votes.items() if count == best and 2 * count > len(words))


def looks_legacy(text: str) -> bool:
    """Whether a text holds signs or pairs of signs that Vietnamese in Unicode does not."""
    return FOREIGN.search(text) is not None or VNI_PAIR.search(text) is not None


@dataclass(frozen=True)
class Decoded:
    """A sheet in Unicode: `found` says which columns (from 0) were in which encoding.

    `unsure` are the (row, column) places, from 0, of cells that read as Vietnamese in several encodings in a column
    that mixes them.
    """

    sheet: Sheet
    found: dict[int, Encoding]
    unsure: frozenset[tuple[int, int]]


def decode_sheet(sheet: Sheet, forced: Encoding | None = None) -> Decoded:
    """A sheet with the cells of TCVN3 and VNI columns decoded; `forced` decides for the whole sheet."""
    if forced == "unicode" or (forced is None and not _suspicious(sheet)):
        return Decoded(sheet, {}, frozenset())
    columns = _evidence(sheet)
    total: Counter[Encoding] = sum(columns.values(), Counter())
    rows: list[Row] = []
    unsure: set[tuple[int, int]] = set()
    found: dict[int, Encoding] = {}
    for number, row in enumerate(sheet.rows):
        new = list(row)
        for column, cell in enumerate(row):
            if isinstance(cell, str) and not cell.isascii():
                encoding = forced or _decide(cell, columns.get(column, Counter()), total)
                if encoding is None:
                    unsure.add((number, column))
                elif encoding != "unicode":
                    new[column] = decode(cell, encoding)
                    found.setdefault(column, encoding)
        rows.append(new)
    return Decoded(Sheet(sheet.name, rows, sheet.hidden), found, frozenset(unsure))


def _suspicious(sheet: Sheet) -> bool:
    blocks = (sheet.rows[start : start + BLOCK_ROWS] for start in range(0, len(sheet.rows), BLOCK_ROWS))
    return any(
        looks_legacy("\n".join([cell for row in block for cell in row if isinstance(cell, str)])) for block in blocks
    )


def _evidence(sheet: Sheet) -> dict[int, Counter[Encoding]]:
    """Per column, how many cells read as Vietnamese in one encoding only."""
    columns: dict[int, Counter[Encoding]] = {}
    for row in sheet.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and not cell.isascii():
                said = readings(cell)
                if len(said) == 1:
                    columns.setdefault(column, Counter()).update(said)
    return columns


def _decide(cell: str, column: Counter[Encoding], total: Counter[Encoding]) -> Encoding | None:
    """The encoding of a cell; None where it reads in several and its column mixes them."""
    said = readings(cell)
    if len(said) == 1:
        return next(iter(said))
    if max(cell) > "\xff":
        return "unicode"
    votes = Counter({e: n for e, n in (column or total).items() if not said or e in said})
    if not votes:
        return "unicode"
    if len(votes) > 1:
        first, second = votes.most_common(2)
        # one cell in fifty of the other kind is a stray; more is a column pasted together
        return first[0] if first[1] >= 50 * second[1] or not said else None
    return votes.most_common(1)[0][0]
