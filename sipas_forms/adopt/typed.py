"""The words of a PDF's own text, as they stand on the page; those that run up or down, as the heads of narrow columns
do, each block as one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from pdfplumber.utils.text import extract_words

from sipas_forms.adopt.signs import LEVEL_PT, UNREADABLE, is_of_signs, turn_of
from sipas_forms.adopt.sizes import MM
from sipas_forms.adopt.text import LED_TO
from sipas_forms.adopt.types import Word

TIGHT_PT = 1.5  # points: letters of a word are this near to each other
# Of the breadth of a line that runs up or down: how far from it the next word, and the next line, of its block stand.
NEXT_WORD, NEXT_LINE = 1.0, 0.8
BASE_PT = 0.3  # points: characters of one base line are this level
NO_WIDTH_PT = 0.01  # points: a sign that is no wider has no width of its own
# A Thai or Lao vowel of two glyphs, one over its letter and one behind, perhaps with a tone's sign between, which
# programs name by the whole vowel and its second half: the vowel as it is typed, behind the tone.
HALVES = (
    (re.compile("[\u0e4d\u0e33]([\u0e48-\u0e4b]?)\u0e32"), "\\1\u0e33"),
    (re.compile("[\u0ecd\u0eb3]([\u0ec8-\u0ecb]?)\u0eb2"), "\\1\u0eb3"),
)
LEAST_READABLE = 0.98  # of a page's characters: with less its text has no codes that anybody can read


def is_readable(chars: list[dict[str, Any]]) -> bool:
    """Whether a page's text is one that can be read: there is some, and its fonts say which letters they draw."""
    texts = [str(char["text"]) for char in chars if not str(char["text"]).isspace() and not is_of_signs(char)]
    unknown = sum(bool(UNREADABLE.search(text)) for text in texts)
    return bool(texts) and len(texts) - unknown >= LEAST_READABLE * len(texts)


def typed_words(page: Any, left_out: Collection[int]) -> list[Word]:
    """The words of a pdfplumber page; `left_out` are the ids of characters that are boxes, not letters."""
    words = _words(_part(page, 0, left_out), {})
    for turn, down, right in ((1, "btt", "ltr"), (-1, "ttb", "rtl")):
        how = {"char_dir_rotated": down, "line_dir_rotated": right}
        words += _blocks(_words(_part(page, turn, left_out), how), turn)
    return words


def _part(page: Any, turn: int, left_out: Collection[int]) -> Any:
    """The page with only its text that is level (0), runs up (1), or down (-1)."""
    return page.filter(
        lambda item: item["object_type"] != "char" or (id(item) not in left_out and turn_of(item) == turn)
    )


def _words(page: Any, turned: dict[str, Any]) -> list[Word]:
    words = []
    chars = _over_letters(_as_high([char | {"upright": turn_of(char) == 0} for char in page.chars]))
    how: dict[str, Any] = {
        **turned,
        "x_tolerance": TIGHT_PT,
        "y_tolerance": LEVEL_PT,
        "keep_blank_chars": False,
        "return_chars": True,
    }
    for item in (part for word in extract_words(chars, **how) for part in _at_leader(word)):
        text = unicodedata.normalize("NFC", str(item["text"]))
        for halves, whole in HALVES:
            text = halves.sub(whole, text)
        readable = UNREADABLE.sub("", text)
        if not readable:
            continue
        x, y = float(item["x0"]) * MM, float(item["top"]) * MM
        w, h = float(item["x1"]) * MM - x, float(item["bottom"]) * MM - y
        words.append(Word(x, y, w, h, readable, readable == text))
    return words


def _at_leader(item: dict[str, Any]) -> list[dict[str, Any]]:
    """A word of pdfplumber's, or where dots run from a word to a code without any space, "Yes.....1", both."""
    dots = LED_TO.search(item["text"])
    chars, code = item["chars"], item["text"][dots.end() :] if dots else ""
    if not code or "".join(char["text"] for char in chars[-len(code) :]) != code:
        return [item]
    start = chars[-len(code)]["x0"]
    return [item | {"text": item["text"][: -len(code)], "x1": start}, item | {"text": code, "x0": start}]


def _as_high(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The characters, each that goes on from the one before on its base line as high as that: where a font lacks a
    letter, programs take it from another one, whose letters have another height, and a word would be cut there."""
    same: list[dict[str, Any]] = []
    for char in chars:
        last = same[-1] if same else None
        if last and char["upright"] and last["upright"] and _goes_on(last, char):
            char = char | {height: last[height] for height in ("top", "bottom", "doctop")}
        same.append(char)
    return same


def _over_letters(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The characters, each sign that has no width of its own, as a tone's, within the letter before it in the text, as
    high as that: where it is set a little before or behind the letter's end, it would come after the next letter."""
    placed: list[dict[str, Any]] = []
    letter: dict[str, Any] | None = None
    for char in chars:
        if not _is_over(char):
            letter = char
        elif letter and char["upright"] and letter["upright"] and _stands_over(char, letter):
            middle = (float(letter["x0"]) + float(letter["x1"])) / 2
            char = char | {name: letter[name] for name in ("top", "bottom", "doctop", "x1")} | {"x0": middle}
        placed.append(char)
    return placed


def _is_over(char: dict[str, Any]) -> bool:
    """Whether a character is a sign over or under a letter."""
    text, width = str(char["text"]), float(char["x1"]) - float(char["x0"])
    return width <= NO_WIDTH_PT or (bool(text) and all(unicodedata.category(sign) == "Mn" for sign in text))


def _stands_over(char: dict[str, Any], letter: dict[str, Any]) -> bool:
    """Whether a sign stands at a letter: by its side too, as far as a letter of its line may stand, and no line off."""
    x = float(char["x0"]), float(char["x1"])
    near = min(x) < float(letter["x1"]) + TIGHT_PT and max(x) > float(letter["x0"]) - TIGHT_PT
    level = abs(float(char["top"]) - float(letter["top"])) < float(letter["size"]) / 2
    return near and level and not str(letter["text"]).isspace()


def _goes_on(last: dict[str, Any], char: dict[str, Any]) -> bool:
    base = abs(float(char["matrix"][5]) - float(last["matrix"][5]))
    alike = abs(float(char["size"]) - float(last["size"])) < LEVEL_PT
    return base < BASE_PT and alike and abs(float(char["x0"]) - float(last["x1"])) < TIGHT_PT


def _blocks(words: list[Word], turn: int) -> list[Word]:
    """Words that run up (1) or down (-1), those of one block as one word."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (round(w.center[0], 1) * turn, -w.center[1] * turn)):
        if lines and _is_next_word(lines[-1][-1], word):
            lines[-1].append(word)
        else:
            lines.append([word])
    blocks: list[list[list[Word]]] = []
    for line in lines:
        if blocks and _is_next_line(_joined(blocks[-1][-1]), _joined(line), turn):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [_joined([word for line in block for word in line]) for block in blocks]


def _is_next_word(one: Word, other: Word) -> bool:
    gap = max(one.y, other.y) - min(one.y + one.h, other.y + other.h)
    return abs(one.center[0] - other.center[0]) < one.w / 2 and gap < NEXT_WORD * one.w


def _is_next_line(one: Word, other: Word, turn: int) -> bool:
    gap = other.x - (one.x + one.w) if turn > 0 else one.x - (other.x + other.w)
    shared = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return gap < NEXT_LINE * min(one.w, other.w) and shared > min(one.h, other.h) / 2


def _joined(words: list[Word]) -> Word:
    x, y = min(word.x for word in words), min(word.y for word in words)
    right, bottom = max(word.x + word.w for word in words), max(word.y + word.h for word in words)
    return Word(x, y, right - x, bottom - y, " ".join(w.text for w in words), all(w.sure for w in words), True)
