"""Words of a scan that run up or down the page, as heads of narrow columns do: read level and turned, and taken as they
are read most surely."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.adopt.lettering import MARGIN_PX, around
from sipas_forms.adopt.ocr import SURE_WORD, read_blocks, sureness
from sipas_forms.adopt.outlines import Drawn
from sipas_forms.adopt.sizes import inside
from sipas_forms.adopt.types import Pixels, Word
from sipas_forms.printing.layout import Rect

# What fills its cell so may run up or down: so many times as high as wide, so high at least (a word of five letters of
# 9 pt), and no wider than three lines of a head.
TALL, HIGH_MM, WIDEST_MM = 1.5, 8.0, 16.0
WAYS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)


def with_turned(words: list[Word], drawn: Drawn, scale: float, language: str, shown: str) -> list[Word]:
    """The words of a page, those of each cell that are read more surely turned as one that is `turned`.

    Raises:
        AdoptError: tesseract is not installed, or gives up.
    """
    tall = _tall(words, drawn.cells)
    pictures = [_turned(_piece(drawn.tone, at, scale), way) for at in tall for way in WAYS]
    read = read_blocks(pictures, language, shown)
    level = list(words)
    for number, (at, own) in enumerate(tall.items()):
        ways = read[number * len(WAYS) : (number + 1) * len(WAYS)]
        best = max(range(len(WAYS)), key=lambda way: sureness([ways[way]]))
        if WAYS[best] is None or not ways[best]:
            continue
        text, sure = " ".join(word.text for word in ways[best]), min(word.sure for word in ways[best])
        level = [word for word in level if word not in own]
        level.append(Word(at.x, at.y, at.w, at.h, text, sure >= SURE_WORD, turned=True))
    return level


def _tall(words: Sequence[Word], cells: Sequence[Rect]) -> dict[Rect, list[Word]]:
    """The words of cells in which they stand higher than wide, by the place of all of a cell."""
    tall = {}
    for cell in cells:
        own = [word for word in words if inside(cell, word)]
        at = around(own) if own else cell
        if own and at.w < WIDEST_MM and at.h > max(HIGH_MM, TALL * at.w):
            tall[at] = own
    return tall


def _piece(tone: NDArray[np.float32], at: Rect, scale: float) -> Pixels:
    rows = slice(max(0, int(at.y * scale) - 2), int((at.y + at.h) * scale) + 3)
    columns = slice(max(0, int(at.x * scale) - 2), int((at.x + at.w) * scale) + 3)
    grey = (tone[rows, columns] * 255).astype(np.uint8)
    margins = (MARGIN_PX,) * 4
    return np.asarray(cv2.copyMakeBorder(grey, *margins, cv2.BORDER_CONSTANT, value=(255,)), np.uint8)


def _turned(picture: Pixels, way: int | None) -> Pixels:
    return picture if way is None else np.asarray(cv2.rotate(picture, way), np.uint8)
