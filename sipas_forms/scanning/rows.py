"""Proves each row of boxes by the words that are printed beside it.

Rows are alike in their boxes. Where a feeder jumps by a row, or a pleat hides one, the boxes of one row lie where those
of another are looked for, frame on frame; only the words beside them tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from sipas_forms.printing.layout import PageLayout, Rect
from sipas_forms.scanning.bend import Bend
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.types import Matrix, Pixels

SCALE = 3  # px a mm: words keep enough of their shape, and are averaged from twice that
HALF = round(2.4 * SCALE)  # px, half the height of a row's print: one line of words
EDGE_MM = 12.0  # left and right of the words: fiducials, codes, holes, dark edges
PEN_MM = 3.0  # around a box or a writing area in which a pen may have been
ALIKE_MM = 1.6  # boxes within this of another row's columns are looked for there (`frames.SEARCH_MM`)
LIGHT_MM = 5.0  # over which light is even: wider than a stroke and a word's gaps
# Words are compared in pieces, which may lie REACH (px) beside where their row's boxes have them: on a curled sheet,
# 80 mm from the boxes, they lie up to a millimetre off, and drawn out.
PIECE_MM, LEAST_PIECE_MM, REACH = 20.0, 4.0, 3
# By how much a row's words look like its own rather than any other row's: 1 as printed, -1 as the other's. Of 640 rows
# each of `photo`, `bw`, `office` and `rough` pages half have 0.7 and more, 1% of `photo`'s 0.12, and one 0.09; a row in
# another's place has as much below zero.
LEAST_LEAD = 0.1
# How much they look like it at all, a correlation: those rows have 0.74 and more.
LEAST_MATCH = 0.5


@dataclass(frozen=True)
class Row:
    """A row of boxes of the blank page that could be taken for another.

    Attributes:
        boxes: their indices in the page's boxes.
        y: its middle (mm).
        pieces: the columns of pixels, at SCALE, where its print is compared.
        words: per piece, (rows, n) darkness of what is printed there (over all pieces mean 0, norm 1): in the row
            itself, then in each row that it could be taken for.
        apart: (rows - 1,) how much less the row's own print looks like each of the others: 1 for nothing in common.
    """

    boxes: NDArray[np.intp]
    y: float
    pieces: tuple[slice, ...]
    words: tuple[NDArray[np.float32], ...]
    apart: NDArray[np.float32]


def find_rows(layout: PageLayout, pixels: Pixels, size_mm: tuple[float, float]) -> tuple[Row, ...]:
    """The rows of a blank page (`pixels`: all of it) of which another has boxes in the same columns."""
    size = (round(size_mm[0] * SCALE), round(size_mm[1] * SCALE))
    page = _darkness(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
    groups = _grouped(layout)
    middles = [float(np.mean([layout.boxes[i].center[1] for i in group])) for group in groups]
    columns = [np.array([layout.boxes[i].center[0] for i in group]) for group in groups]
    rows = []
    for own, group in enumerate(groups):
        alike = [bool((np.abs(xs[:, None] - columns[own]) <= ALIKE_MM).any()) for xs in columns]
        others = [k for k in range(len(groups)) if k != own and alike[k]]
        pieces = _pieces(layout, middles[own], size[0])
        if others and pieces:
            strips = [_strip(page, middles[k], 0.0, pieces) for k in (own, *others)]
            inner = [[window[REACH:-REACH, REACH:-REACH].ravel() for window in strip] for strip in strips]
            words = tuple(np.stack(piece) for piece in zip(*inner, strict=True))
            likeness = _alike(strips[0], words)
            apart = np.maximum(likeness[0] - likeness[1:], 1e-3)  # rows that say the same are told by nothing
            rows.append(Row(np.array(group, np.intp), middles[own], pieces, words, apart))
    return tuple(rows)


def _grouped(layout: PageLayout) -> list[list[int]]:
    """Boxes (their indices) that stand in one line, from the top."""
    groups: list[list[int]] = []
    for index in sorted(range(len(layout.boxes)), key=lambda i: layout.boxes[i].center[1]):
        first = layout.boxes[groups[-1][0]] if groups else None
        if first is not None and layout.boxes[index].center[1] - first.center[1] < HALF / SCALE:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _pieces(layout: PageLayout, y: float, width: int) -> tuple[slice, ...]:
    """Columns of pixels of the row at `y` (mm) in which print stands and no pen is expected."""
    shown = np.ones(width, bool)
    edge = round(EDGE_MM * SCALE)
    shown[:edge] = shown[-edge:] = False
    half = HALF / SCALE
    for place in (*layout.boxes, *layout.writing, *layout.codes):
        if place.y - PEN_MM < y + half and place.y + place.h + PEN_MM > y - half:
            shown[max(0, round((place.x - PEN_MM) * SCALE)) : round((place.x + place.w + PEN_MM) * SCALE)] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[0], shown.astype(np.int8), [0]])))
    pieces = []
    for start, stop in edges.reshape(-1, 2):
        count = -(-(stop - start) // round(PIECE_MM * SCALE))
        cuts = np.linspace(start, stop, count + 1).round().astype(int)
        pieces += [slice(a, b) for a, b in pairwise(cuts) if b - a >= LEAST_PIECE_MM * SCALE]
    return tuple(pieces)


def _darkness(page: Pixels) -> NDArray[np.float32]:
    """How dark print is against the paper around it, whatever the light; with a white edge of EDGE_MM all around."""
    size = 2 * round(LIGHT_MM * SCALE / 2) + 1
    paper = cv2.blur(cv2.dilate(page, np.ones((size, size), np.uint8)), (size, size))
    dark = 255 - cv2.divide(page, paper, scale=255).astype(np.float32)
    edge = round(EDGE_MM * SCALE)
    return np.asarray(cv2.copyMakeBorder(dark, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(0,)), np.float32)


def _strip(page: NDArray[np.float32], y: float, x: float, pieces: tuple[slice, ...]) -> list[NDArray[np.float32]]:
    """The pieces of the row at `y` of a page's darkness, moved by `x` (mm), with REACH around them; over all pieces
    mean 0 and norm 1."""
    edge = round(EDGE_MM * SCALE)
    middle, across = edge + round(y * SCALE), edge + round(x * SCALE)
    band = page[middle - HALF - REACH : middle + HALF + REACH]
    windows = [band[:, piece.start + across - REACH : piece.stop + across + REACH] for piece in pieces]
    inner = np.concatenate([window[REACH:-REACH, REACH:-REACH].ravel() for window in windows])
    mean = inner.mean()
    norm = max(float(np.linalg.norm(inner - mean)), 1.0)
    return [(window - mean) / norm for window in windows]


def _alike(seen: list[NDArray[np.float32]], words: tuple[NDArray[np.float32], ...]) -> NDArray[np.float32]:
    """(rows,) how much what is seen looks like each row's words, piece by piece where it fits best."""
    total = np.zeros(len(words[0]), np.float32)
    for window, known in zip(seen, words, strict=True):
        height, width = window.shape[0] - 2 * REACH, window.shape[1] - 2 * REACH
        places = sliding_window_view(window, (height, width)).reshape(-1, height * width)
        total += (known @ places.T).max(axis=1)
    return total


def unproven_boxes(
    pixels: Pixels,
    to_pixels: Matrix,
    bend: Bend,
    beside: NDArray[np.float64],
    rows: tuple[Row, ...],
    size_mm: tuple[float, float],
) -> NDArray[np.intp]:
    """Boxes whose row's words are not plainly its own. Between two rows that are proven it is enough that they are not
    plainly another's, since nothing slips and comes back at once. `beside`: (boxes, 2) where each box was found beside
    where `to_pixels` and `bend` have it, mm."""
    flat = straighten(pixels, to_pixels, Rect(0.0, 0.0, *size_mm), 2 * SCALE, bend)
    page = _darkness(np.asarray(cv2.resize(flat, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8))
    leads = [_lead(page, row, np.median(beside[row.boxes], axis=0)) for row in rows]
    proven = [False, *(lead >= LEAST_LEAD for lead in leads), False]
    open_ = [lead > -LEAST_LEAD and proven[at] and proven[at + 2] for at, lead in enumerate(leads)]
    lost = [row.boxes for at, row in enumerate(rows) if not (proven[at + 1] or open_[at])]
    return np.concatenate([np.zeros(0, np.intp), *lost])


def _lead(page: NDArray[np.float32], row: Row, shift: NDArray[np.float64]) -> float:
    """By how much the words of a row, shifted (mm) as its boxes are, look like its own rather than another's: 1 to -1;
    0 or less where hardly any are seen."""
    alike = _alike(_strip(page, float(row.y + shift[1]), float(shift[0]), row.pieces), row.words)
    lead = float(((alike[0] - alike[1:]) / row.apart).min())
    return lead if alike[0] >= LEAST_MATCH else min(lead, 0.0)
