"""Signs of fonts that serve as answer boxes: known by their codes, placed by their ink."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.adopt.lettering import around
from sipas_forms.adopt.rows import lines_of
from sipas_forms.adopt.sizes import LEAST_MM, MM, MOST_MM, is_box_size
from sipas_forms.adopt.types import Found, Pixels, Word
from sipas_forms.printing.adopted import Shape
from sipas_forms.printing.layout import Rect

BOX_SIGNS = frozenset("□☐▢❏❐❑❒◻◽⬜○◯⚪❍\uf06f\uf0a8\uf071\uf072\uf0a1\uf063\uf06d\uf0a3")
DONE_SIGNS = frozenset("■☑☒●⬛\uf0fe\uf06e\uf078\uf06c")  # boxes of an example, filled in print
ROUND_SIGNS = frozenset("○◯⚪❍●\uf0a1\uf06d\uf06c")
SIGN_FONTS = ("dingbat", "wingding", "webding")
SIGNS_OF_FONTS = {
    "o": "\uf06f",
    "q": "\uf071",
    "r": "\uf072",
    "m": "\uf06d",
    "p": "❐",
    "n": "\uf06e",
    "l": "\uf06c",
    "x": "\uf078",
    "\xa8": "\uf0a8",
    "\xa3": "\uf0a3",
    "c": "\uf063",
}
# Numbers and letters in circles: Unicode's, and Wingdings' from 0 to 10.
CIRCLED = re.compile(r"[①-⑳Ⓐ-ⓩ⓪➀-➉\uf080-\uf08a]")
WINGDINGS_ZERO = 0xF080
# Codes that no word is written with: geometric shapes, dingbats, arrows and stars, the private codes of sign fonts.
SIGN_LIKE = re.compile(r"[■-◿☀-➿⬀-⯿\uf020-\uf0ff]")
UNREADABLE = re.compile(r"\(cid:\d+\)|[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf01f\uf100-\uf8ff]")
# A font of which a page has no more different characters than this, of each so many, writes no words.
FEW_KINDS, LEAST_TIMES = 3, 4
LEVEL_PT = 2.0  # points: characters of one line are this level
ASLANT = 10.0  # degrees off level or upright: a page that was scanned askew and typed over has some, watermarks have 30
SIGN_EM = 0.8  # of its size: the width of a sign whose font does not say it
SPECK_MM = 0.8  # a figure no larger is a dot or dash of a rule by a sign, and no part of its outline
SAME_PLACE_MM = 0.1  # between the middles of a word and of the room that was laid round it
SIGN_ROOM_MM = 1.0  # ink of a sign beyond the room that its font says it takes
# Boxes that were typed: "[ ]", "( )". Between their brackets is room for a cross, and no letter.
BRACKETS = {"[": "]", "(": ")", "{": "}"}
# That room, a narrow space of 8 pt at least; and how many such boxes a page has at least.
BETWEEN_MM, LEAST_TYPED = (0.5, MOST_MM), 2
TYPED_MM = 12.0  # such a box may be wider than others: three spaces of 10.5 pt between brackets of a typewriter's face
INK = 100  # grey levels darker than paper: print, not a tint


def sign_of(char: dict[str, Any]) -> str:
    """The box sign that a character is, or nothing: fonts of signs name theirs by common letters."""
    text = str(char["text"])
    if is_of_signs(char):
        text = SIGNS_OF_FONTS.get(text, text)
    return text if text in BOX_SIGNS | DONE_SIGNS or CIRCLED.fullmatch(text) else ""


def is_of_signs(char: dict[str, Any]) -> bool:
    """Whether a character is drawn by a font of signs."""
    font = str(char["fontname"]).lower()
    return any(name in font for name in SIGN_FONTS)


def may_be_signs(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Characters that are no known box signs, and may be ones all the same: the page's picture tells."""
    of_font: dict[str, list[str]] = defaultdict(list)
    for char in chars:
        of_font[str(char["fontname"])].append(str(char["text"]))
    wordless = {
        font
        for font, texts in of_font.items()
        if len(set(texts) - {" "}) <= FEW_KINDS and len(texts) >= LEAST_TIMES * len(set(texts))
    }
    return [
        char
        for char in chars
        if not sign_of(char)
        and str(char["text"]).strip()
        and (
            SIGN_LIKE.fullmatch(str(char["text"]))
            or UNREADABLE.fullmatch(str(char["text"]))
            or is_of_signs(char)
            or str(char["fontname"]) in wordless
        )
    ]


def room_of(char: dict[str, Any]) -> Rect:
    """The room that a sign takes up; some PDFs don't say how wide those of the standard fonts are."""
    x, y = float(char["x0"]) * MM, float(char["top"]) * MM
    w = float(char["x1"]) * MM - x
    return Rect(x, y, w if w >= LEAST_MM / 2 else SIGN_EM * float(char["size"]) * MM, float(char["bottom"]) * MM - y)


def sign_box(char: dict[str, Any], picture: Pixels, size: tuple[float, float]) -> Found | None:
    """A box sign by its ink: the font says only how wide and high its letters may be."""
    at = _sign_ink(room_of(char), picture, picture.shape[1] / size[0])
    if at is None or not is_box_size(at):
        return None
    sign = sign_of(char)
    circled = CIRCLED.fullmatch(sign)
    shape: Shape = "circle" if sign in ROUND_SIGNS or circled else "square"
    return Found(at.x, at.y, at.w, at.h, shape, _in_circle(sign) if circled else "", filled=sign in DONE_SIGNS)


def on_ink(rooms: list[Found], words: list[Word], picture: Pixels, size: tuple[float, float]) -> list[Found]:
    """Rooms round bare numbers and letters, moved so that the ink of each, without its full stop, is in the middle: the
    height of a line, by which words are placed, says not how high its digits stand."""
    moved = []
    for room in rooms:
        sign = next((word for word in words if math.dist(word.center, room.center) < SAME_PLACE_MM), None)
        ink = _sign_ink(sign, picture, picture.shape[1] / size[0]) if sign and sign.text[0].isalnum() else None
        x, y = ink.center if ink else room.center
        moved.append(replace(room, x=x - room.w / 2, y=y - room.h / 2))
    return moved


def _sign_ink(room: Rect, picture: Pixels, scale: float) -> Rect | None:
    """How far the ink of what stands in this room reaches, which may be a little beyond it."""
    x0, x1 = room.x, room.x + room.w
    y0, y1 = room.y - SIGN_ROOM_MM, room.y + room.h + SIGN_ROOM_MM
    left, top = max(0, round((x0 - SIGN_ROOM_MM) * scale)), max(0, round(y0 * scale))
    part = picture[top : round(y1 * scale), left : round((x1 + SIGN_ROOM_MM) * scale)]
    dark = (part < 255 - INK).astype(np.uint8)
    middle = x0 * scale - left, x1 * scale - left
    # a sign that touches a rule is one with it: what is left of it without that
    own = _own_ink(dark, middle, scale) or _own_ink(dark * ~dark.all(axis=1, keepdims=True), middle, scale)
    if not own:
        return None
    x = min(int(s[cv2.CC_STAT_LEFT]) for s in own)
    y = min(int(s[cv2.CC_STAT_TOP]) for s in own)
    right = max(int(s[cv2.CC_STAT_LEFT] + s[cv2.CC_STAT_WIDTH]) for s in own)
    bottom = max(int(s[cv2.CC_STAT_TOP] + s[cv2.CC_STAT_HEIGHT]) for s in own)
    return Rect((left + x) / scale, (top + y) / scale, (right - x) / scale, (bottom - y) / scale)


def _own_ink(dark: Pixels, middle: tuple[float, float], scale: float) -> list[NDArray[np.int32]]:
    """The figures (OpenCV's statistics) of which a sign consists, of the dark of a part of the page: with their middle
    between these columns, and no dots of a rule, unless there is nothing else."""
    _, _, stats, centers = cv2.connectedComponentsWithStats(dark, connectivity=8)
    rim = SIGN_ROOM_MM * scale
    own = [
        s
        for s, (x, y) in zip(stats[1:], centers[1:], strict=True)
        # neither the rule of a table, which runs all through, nor the sign in the next row
        if middle[0] <= x <= middle[1] and s[cv2.CC_STAT_WIDTH] < dark.shape[1] and rim <= y <= dark.shape[0] - rim
    ]
    large = [s for s in own if max(s[cv2.CC_STAT_WIDTH], s[cv2.CC_STAT_HEIGHT]) > SPECK_MM * scale]
    return large or own


def turn_of(char: dict[str, Any]) -> int | None:
    """How a character of pdfplumber stands: level (0), running up the page (1) or down (-1); None where it runs aslant,
    as a watermark does, which is no print of the form's."""
    # its own "upright" is wrong where a quarter turn is written with a cosine of almost 0
    turned = math.degrees(math.atan2(char["matrix"][1], char["matrix"][0]))
    return next((turn for turn in (0, 1, -1) if abs(turned - 90 * turn) < ASLANT), None)


def typed_boxes(
    chars: list[dict[str, Any]], picture: Pixels, size: tuple[float, float]
) -> list[tuple[Found, tuple[dict[str, Any], dict[str, Any]]]]:
    """Boxes that are two brackets with room between them, each with the characters of its brackets."""
    level = [char for char in chars if turn_of(char) == 0 and str(char["text"]).strip()]
    found = []
    for opening in level:
        closing = BRACKETS.get(str(opening["text"]))
        if closing is None:
            continue
        after = [char for char in level if abs(char["top"] - opening["top"]) < LEVEL_PT and char["x0"] > opening["x0"]]
        following = min(after, key=lambda char: float(char["x0"]), default=None)
        if following is None or following["text"] != closing:
            continue
        at, other = room_of(opening), room_of(following)
        if _has_room(at, other):
            ink = _ink(Rect(at.x, at.y, other.x + other.w - at.x, at.h), picture, picture.shape[1] / size[0])
            if ink is not None and _is_typed_size(ink):
                found.append((Found(ink.x, ink.y, ink.w, ink.h, "square"), (opening, following)))
    return found if len(found) >= LEAST_TYPED else []


def read_boxes(words: list[Word], picture: Pixels, scale: float) -> tuple[list[Found], list[Word]]:
    """(boxes that are two brackets with room between them, all words but these brackets) of a page that was read."""
    found: list[Found] = []
    brackets: set[Word] = set()
    for line in lines_of(words):
        for one, other in pairwise(line):
            if BRACKETS.get(one.text) == other.text and _has_room(one, other):
                ink = _ink(around([one, other]), picture, scale)
                if ink is not None and _is_typed_size(ink):
                    found.append(Found(ink.x, ink.y, ink.w, ink.h, "square"))
                    brackets |= {one, other}
    if len(found) < LEAST_TYPED:
        return [], words
    return found, [word for word in words if word not in brackets]


def _has_room(opening: Rect, closing: Rect) -> bool:
    return BETWEEN_MM[0] <= closing.x - opening.x - opening.w <= BETWEEN_MM[1]


def _is_typed_size(ink: Rect) -> bool:
    return LEAST_MM <= min(ink.w, ink.h) <= max(ink.w, ink.h) <= TYPED_MM


def _ink(at: Rect, picture: Pixels, scale: float) -> Rect | None:
    """How far the print reaches in a part of the page."""
    left, top = round(at.x * scale), round(at.y * scale)
    part = picture[top : round((at.y + at.h) * scale), left : round((at.x + at.w) * scale)]
    x, y, w, h = cv2.boundingRect((part < 255 - INK).astype(np.uint8))
    return Rect((left + x) / scale, (top + y) / scale, w / scale, h / scale) if w else None


def _in_circle(sign: str) -> str:
    """The number or letter that a sign has in its circle."""
    if ord(sign) >= WINGDINGS_ZERO:
        return str(ord(sign) - WINGDINGS_ZERO)
    number = unicodedata.numeric(sign, -1)
    return str(int(number)) if number >= 0 else unicodedata.normalize("NFKC", sign)
