"""A small hand: digits, letters and Vietnamese accents as pen strokes, for what made-up people write.

A glyph is a list of strokes, a stroke a string of points: column (0 to 9) then row (0 to b, hexadecimal).
Letters without tails stand between rows 3 and 8, tall ones begin at 0, tails end at b. The curve through the
points is drawn by `pens`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# Rows between which an x stands; heights are given as this distance.
X_TOP, X_BOTTOM = 3.0, 8.0
DIGIT_TOP, DIGIT_BOTTOM = 0.0, 8.0
ADVANCE = 6.0  # columns from letter to letter
SPACE = 4.5

_GLYPHS = {
    "0": "40 22 16 38 58 76 72 50 40",
    "1": "32 50 54 58",
    "2": "22 30 60 72 64 28 48 78",
    "3": "21 50 71 64 44,44 74 76 58 28",
    "4": "50 25 75,61 64 68",
    "5": "70 30 24 53 75 67 38 18",
    "6": "60 33 16 48 67 75 54 26",
    "7": "20 50 70 54 48",
    "8": "70 30 22 64 77 48 17 34 71 60",
    "9": "72 50 22 34 72 70,72 65 48",
    "a": "63 43 24 26 48 66 63,63 67 78",
    "b": "20 24 28,25 43 65 67 48 27",
    "c": "64 43 25 27 48 67",
    "d": "63 43 25 27 48 66,60 64 67 78",
    "e": "26 56 65 43 25 27 48 67",
    "g": "63 43 25 27 48 66,63 69 4b 2a",
    "h": "20 24 28,25 43 64 67 78",
    "i": "43 46 48,41 41",
    "k": "20 24 28,63 26 68",
    "l": "40 44 47 58",
    "m": "13 16 18,14 33 44 48,44 63 74 77 88",
    "n": "23 26 28,25 43 64 67 78",
    "o": "43 25 27 48 66 64 43",
    "p": "23 27 2b,24 43 65 67 48 27",
    "q": "63 43 25 27 48 66,63 67 6b",
    "r": "33 36 38,35 43 63",
    "s": "63 43 34 56 57 48 27",
    "t": "41 45 47 58,23 43 63",
    "u": "23 26 48 66,63 66 78",
    "v": "23 48 63",
    "x": "23 45 68,63 45 28",
    "y": "23 46,63 46 2b",
    "đ": "63 43 25 27 48 66,60 64 67 78,41 81",
    ",": "38 29",
    ".": "38 38",
}

# Combining accents (Unicode) as strokes over, or under, the letter.
_ACCENTS = {
    "̀": "31 52",
    "́": "52 71",
    "̉": "50 61 62",
    "̃": "32 41 52 71",
    "̣": "4a 4a",
    "̂": "32 41 52",
    "̆": "31 42 61",
    "̛": "63 72",
}


def write_line(text: str) -> list[Points]:
    """The strokes of a line of writing in glyph units, from column 0, in the order of writing."""
    strokes: list[Points] = []
    column = 0.0
    for sign in unicodedata.normalize("NFC", text.lower()):
        if sign == " ":
            column += SPACE
            continue
        for stroke in _glyph(sign):
            strokes.append(stroke + np.array([column, 0.0]))
        column += ADVANCE
    return strokes


@lru_cache(maxsize=512)
def _glyph(sign: str) -> tuple[Points, ...]:
    if sign in _GLYPHS:
        return _strokes(_GLYPHS[sign])
    base, *accents = list(unicodedata.normalize("NFD", sign))
    found = list(_strokes(_GLYPHS.get(base, "")))
    lift = 0.0
    for accent in sorted(accents, key=lambda a: a not in "̛̂̆"):
        for stroke in _strokes(_ACCENTS.get(accent, "")):
            found.append(stroke + np.array([0.0, -lift]))
        if accent in "̂̆":
            lift = 1.5  # a tone stands above the hat
    return tuple(found)


def _strokes(text: str) -> tuple[Points, ...]:
    return tuple(
        np.array([(int(point[0], 16), int(point[1], 16)) for point in stroke.split()], dtype=np.float64)
        for stroke in text.split(",")
        if stroke
    )
