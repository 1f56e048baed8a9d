"""Whether a writing area is in the picture at all: what is printed there to write on, dotted lines or a row of cells,
must be seen. Where it is torn off, covered or cut, nothing is seen of a person's words either."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import PageLayout, Rect
from sipas_forms.scanning.types import Pixels

# An area is looked at in pieces of this size (mm): a note or a fold that hides less hides no word.
PIECE_MM = (12.0, 8.0)
# The print may lie this far (mm) from where the page's bend has it: below the last boxes of a page that came through a
# feeder in waves it lay 1.2 mm off.
DRIFT_MM = 1.6
# Mostly it lies nearer, where it is looked for first: a tenth of the time. So dark (share of printed black) is plainly
# seen.
NEAR_MM, PLAIN = 0.4, 0.4
# A piece with less print (mm² of full black) than 4 mm of a dotted line has tells nothing.
LEAST_PRINT_MM2 = 0.25


@dataclass(frozen=True)
class Ruling:
    """A piece of a writing area with what is printed there: the part of the body, and how much darker than paper it is
    (0 to 1), less its mean."""

    question: str
    rows: slice
    columns: slice
    print: NDArray[np.float32]


def find_rulings(layout: PageLayout, body: Rect, printed: Pixels, px_per_mm: int) -> tuple[Ruling, ...]:
    """The pieces of a page's writing areas in which there is print; `printed` is how much darker than paper the blank's
    body is."""
    found = []
    width, height = (round(size * px_per_mm) for size in PIECE_MM)
    for area in layout.writing:
        left, top = round((area.x - body.x) * px_per_mm), round((area.y - body.y) * px_per_mm)
        right, bottom = left + round(area.w * px_per_mm), top + round(area.h * px_per_mm)
        for rows in _pieces(max(top, 0), min(bottom, printed.shape[0]), height):
            for columns in _pieces(max(left, 0), min(right, printed.shape[1]), width):
                piece = np.asarray(printed[rows, columns] / np.float32(255), np.float32)
                if piece.sum() >= LEAST_PRINT_MM2 * px_per_mm**2:
                    found.append(Ruling(area.question, rows, columns, piece - piece.mean()))
    return tuple(found)


def rulings_seen(
    rulings: tuple[Ruling, ...], darker: Pixels, hidden: NDArray[np.bool_] | None, black: float, px_per_mm: int
) -> dict[str, float]:
    """By question: how dark the print of its writing area is, as a share of what it would be in the page's printed
    `black`, in the piece where that is the least; but for what lines of the scanner have `hidden`."""
    near, drift = (round(mm * px_per_mm) for mm in (NEAR_MM, DRIFT_MM))
    shown = darker if hidden is None else np.where(hidden, 0, darker).astype(np.uint8)
    padded = np.asarray(
        cv2.copyMakeBorder(shown, drift, drift, drift, drift, cv2.BORDER_CONSTANT, value=(0,)), np.uint8
    )
    seen: dict[str, float] = {}
    for ruling in rulings:
        printed = ruling.print
        if hidden is not None:
            printed = np.where(hidden[ruling.rows, ruling.columns], 0, printed).astype(np.float32)
        whole = float((printed**2).sum()) * black
        share = 0.0
        for reach in (near, drift):
            if share < PLAIN and whole:
                share = _match(padded, ruling, printed, drift, reach) / whole
        seen[ruling.question] = min(seen.get(ruling.question, 1.0), round(max(share, 0.0), 3))
    return seen


def _match(padded: Pixels, ruling: Ruling, printed: NDArray[np.float32], margin: int, reach: int) -> float:
    """The best that a piece's print matches what is there, up to `reach` px away; `padded` has a margin all round."""
    height, width = printed.shape
    top, left = ruling.rows.start + margin - reach, ruling.columns.start + margin - reach
    place = padded[top : top + height + 2 * reach, left : left + width + 2 * reach].astype(np.float32)
    return float(cv2.matchTemplate(place, printed, cv2.TM_CCORR).max())


def _pieces(first: int, end: int, length: int) -> list[slice]:
    """A way cut into equal pieces of about that length."""
    edges = np.linspace(first, end, max(1, round((end - first) / length)) + 1).astype(int).tolist()
    return [slice(*pair) for pair in pairwise(edges)]
