"""The blank page as printed, made ready to be compared with: where print hides a pen, and which ink belongs to which
question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Box, PageLayout, Rect
from sipas_forms.scanning.crops import PX_PER_MM, cut
from sipas_forms.scanning.labels import NO_LABELS, Labels, find_labels
from sipas_forms.scanning.landmarks import Landmark, choose_landmarks
from sipas_forms.scanning.rows import Row, find_rows
from sipas_forms.scanning.rulings import Ruling, find_rulings
from sipas_forms.scanning.territory import WRITING_REACH_MM, Territory, claims, fill
from sipas_forms.scanning.types import Pixels

if TYPE_CHECKING:
    from sipas_forms.scanning.kinds import BoxKind

# A box is looked at with this much of its surroundings (mm) on every side: a mark that is off its box by half a box
# still has most of its ink in view.
AROUND_MM = 2.0
# A mark of another question this far away (mm between the boxes' middles) may reach over with its strokes.
BESIDE_MM = 9.5
FACING = ("top", "bottom", "left", "right")
# Printed ink is looked past with this much room (mm): what is left of registration after the local alignment, and the
# printer's own spread of ink.
PRINT_MARGIN_MM = 0.25
# Outside the boxes, where nothing aligns locally, with more.
WIDE_MARGIN_MM = 0.5
# Reference darkness (of 255) from which a pixel counts as printed: anti-aliased edges included.
PRINTED_FROM = 24
# No stroke of a letter is as long as this: what is is a rule.
RULE_MM = 6.0
# The rest of the page is looked at with half the resolution: 0.2 mm a pixel.
AREA_SCALE = PX_PER_MM // 2
# The open paper is looked over for lines in so many bands, each some 3.5 mm of the page.
BANDS = 60


@dataclass(frozen=True)
class BlankPage:
    """A page of a form version as printed.

    Attributes:
        layout: its geometry.
        pixels: the blank page at PX_PER_MM.
        size_mm: of the page.
        landmarks: words of it by which a bent page is laid on.
        free: (boxes, side, side) where print hides nothing, in the piece cut around each box.
        inside: (side, side) the inside of a box in such a piece.
        around: (boxes, side, side) the free surroundings that belong to this box and no other.
        beside: (boxes, most) the boxes of other questions within BESIDE_MM of each, and the index in FACING of their
            side that faces it; where there are fewer, the number of boxes stands for none.
        body: the part of the page (mm) in which stray ink and writing are looked for.
        open_paper: that part at AREA_SCALE: where neither print nor a box nor words may hide a line that the scanner
            drew.
        near: that part at AREA_SCALE: whose stray ink and writing is, near boxes and in writing areas.
        wide: the same of the rest of the questions' rows.
        area_names: questions, in the order in which these two number them.
        piece_mm: side of the piece that is cut around each box.
        labels: words near the boxes, for ink that lies on them.
        rulings: what is printed in writing areas to write on.
        kinds: of a form that was drawn elsewhere, its boxes kind by kind; none for a form of ours.
    """

    layout: PageLayout
    pixels: Pixels
    size_mm: tuple[float, float]
    landmarks: tuple[Landmark, ...]
    free: NDArray[np.bool_]
    inside: tuple[slice, slice]
    around: NDArray[np.bool_]
    beside: tuple[NDArray[np.intp], NDArray[np.intp]]
    body: Rect
    open_paper: NDArray[np.bool_]
    near: Territory
    wide: Territory
    area_names: tuple[str, ...]
    piece_mm: float
    labels: Labels = NO_LABELS
    rulings: tuple[Ruling, ...] = ()
    kinds: tuple[BoxKind, ...] = ()

    @cached_property
    def open_bands(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """How much open paper there is in the `band_sums` of the body, down the page and across."""
        free = self.open_paper.view(np.uint8)
        return band_sums(free), band_sums(np.asarray(cv2.transpose(free), np.uint8))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Rows of boxes that are told from each other by their words; made when a page needs them."""
        return find_rows(self.layout, self.pixels, self.size_mm)


def band_edges(length: int) -> NDArray[np.intp]:
    """(BANDS + 1,) rows at which a picture of that many rows is cut into bands."""
    return np.linspace(0, length, BANDS + 1).astype(np.intp)


def band_sums(picture: Pixels) -> NDArray[np.int32]:
    """(BANDS, width) sums of a picture over every second row of each band."""
    sums = np.zeros((BANDS, picture.shape[1]), np.int32)
    for band, (top, bottom) in enumerate(pairwise(band_edges(len(picture)))):
        if bottom > top:
            cv2.reduce(picture[top:bottom:2], 0, cv2.REDUCE_SUM, dst=sums[band : band + 1], dtype=cv2.CV_32S)
    return sums


def prepare_blank(layout: PageLayout, picture: Pixels, size_mm: tuple[float, float], frame_mm: float) -> BlankPage:
    """Make a blank page's picture (any resolution, the whole page) ready."""
    size = (round(size_mm[0] * PX_PER_MM), round(size_mm[1] * PX_PER_MM))
    pixels = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    dark = (255 - pixels >= PRINTED_FROM).astype(np.uint8)
    boxes = layout.boxes
    box_mm = max((max(box.w, box.h) for box in boxes), default=4.0)
    piece_mm = box_mm + 2 * AROUND_MM
    to_grid = np.diag([float(PX_PER_MM), float(PX_PER_MM), 1.0])
    centers = np.array([box.center for box in boxes]).reshape(-1, 2)
    printed = cut(grown(dark, PRINT_MARGIN_MM) * 255, to_grid, centers, piece_mm) > 0
    outside_page = ~inside_page(centers, piece_mm, size_mm)
    free = ~printed & ~outside_page
    side = round(piece_mm * PX_PER_MM)
    edge = round((AROUND_MM + frame_mm + PRINT_MARGIN_MM) * PX_PER_MM)
    inside = (slice(edge, side - edge),) * 2
    around = free & own_territory(boxes, piece_mm)
    edge = round(AROUND_MM * PX_PER_MM)
    around[:, edge : side - edge, edge : side - edge] = False
    names, near, wide = claims(layout, (size[1] // 2, size[0] // 2), AREA_SCALE)
    hidden = _shrunk(grown(dark, WIDE_MARGIN_MM), near.shape) > 0
    words = hidden.astype(np.uint8)
    words[_shrunk(grown(_rules(dark), WIDE_MARGIN_MM), words.shape) > 0] = 0
    printed_here = hidden.copy()
    for part in (*layout.boxes, *layout.writing):  # a line of words on a line of dots is none that the scanner drew
        fill(hidden, part, 0.0, True, AREA_SCALE)
    body, rows, columns = _body(near | wide)
    print_ = 255 - cv2.resize(pixels, hidden.shape[::-1], interpolation=cv2.INTER_AREA)[rows, columns]

    labelled = near.copy()
    for box in boxes:
        fill(labelled, box, AROUND_MM, 0, AREA_SCALE)
    for area in layout.writing:
        fill(labelled, area, WRITING_REACH_MM, 0, AREA_SCALE)
    labels = find_labels(words[rows, columns], np.asarray(print_, np.uint8), labelled[rows, columns], names, AREA_SCALE)

    def territory(owner: NDArray[np.uint8]) -> Territory:
        seen = np.asarray((owner > 0) & ~printed_here, np.uint8) * np.uint8(255)
        for box in boxes:
            fill(seen, box, AROUND_MM, 0, AREA_SCALE)
        return Territory(owner[rows, columns].copy(), seen[rows, columns].copy())

    return BlankPage(
        layout,
        pixels,
        size_mm,
        choose_landmarks(layout, pixels, size_mm),
        free,
        inside,
        around,
        beside_of(boxes),
        body,
        ~hidden[rows, columns],
        territory(near),
        territory(wide),
        names,
        piece_mm,
        labels,
        find_rulings(layout, body, np.asarray(print_, np.uint8), AREA_SCALE),
    )


def _body(territory: NDArray[np.uint8]) -> tuple[Rect, slice, slice]:
    """The smallest part of the page that holds every territory: in mm, and as rows and columns at AREA_SCALE."""
    if not territory.any():
        return Rect(0, 0, 1, 1), slice(0, AREA_SCALE), slice(0, AREA_SCALE)
    down, across = np.flatnonzero(territory.any(axis=1)), np.flatnonzero(territory.any(axis=0))
    top, bottom, left, right = int(down[0]), int(down[-1]) + 1, int(across[0]), int(across[-1]) + 1
    body = Rect(left / AREA_SCALE, top / AREA_SCALE, (right - left) / AREA_SCALE, (bottom - top) / AREA_SCALE)
    return body, slice(top, bottom), slice(left, right)


def beside_of(boxes: tuple[Box, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """`BlankPage.beside` of these boxes."""
    centers = np.array([box.center for box in boxes]).reshape(-1, 2)
    questions = np.array([box.question for box in boxes])
    way = centers[:, None] - centers[None]  # from the other box to this one
    near = (np.abs(way).max(axis=2) <= BESIDE_MM) & (questions[:, None] != questions[None])
    upright = np.abs(way[:, :, 1]) >= np.abs(way[:, :, 0])
    vertical = np.where(way[:, :, 1] < 0, FACING.index("top"), FACING.index("bottom"))
    level = np.where(way[:, :, 0] < 0, FACING.index("left"), FACING.index("right"))
    sides = np.where(upright, vertical, level)
    others = np.full((len(boxes), int(near.sum(axis=1).max(initial=0))), len(boxes), np.intp)
    facing = np.zeros_like(others)
    for i, row in enumerate(near):
        found = np.flatnonzero(row)
        others[i, : len(found)], facing[i, : len(found)] = found, sides[i][found]
    return others, facing


def own_territory(boxes: tuple[Box, ...], piece_mm: float, page: tuple[Box, ...] = ()) -> NDArray[np.bool_]:
    """In the piece around each box: what lies nearer to it than to any other box of the `page`, or of these."""
    side = round(piece_mm * PX_PER_MM)
    steps = (np.arange(side) + 0.5) / PX_PER_MM - piece_mm / 2
    own = np.ones((len(boxes), side, side), bool)
    for index, box in enumerate(boxes):
        mine = np.maximum(np.abs(steps)[None, :] - box.w / 2, np.abs(steps)[:, None] - box.h / 2)
        for other in page or boxes:
            dx, dy = other.center[0] - box.center[0], other.center[1] - box.center[1]
            away = max(abs(dx) - other.w / 2, abs(dy) - other.h / 2)  # of a large box the middle may be far
            if (other.question, other.option) == (box.question, box.option) or away > piece_mm:
                continue
            theirs = np.maximum(np.abs(steps - dx)[None, :] - other.w / 2, np.abs(steps - dy)[:, None] - other.h / 2)
            own[index] &= mine <= theirs
    return own


def inside_page(centers: NDArray[np.float64], piece_mm: float, size_mm: tuple[float, float]) -> NDArray[np.bool_]:
    """In the piece around each box: what lies on the paper."""
    side = round(piece_mm * PX_PER_MM)
    steps = (np.arange(side) + 0.5) / PX_PER_MM - piece_mm / 2
    across = (centers[:, :1] + steps >= 0) & (centers[:, :1] + steps <= size_mm[0])
    down = (centers[:, 1:] + steps >= 0) & (centers[:, 1:] + steps <= size_mm[1])
    return np.asarray(down[:, :, None] & across[:, None, :], bool)


def grown(mask: NDArray[np.uint8], margin_mm: float) -> Pixels:
    """A mask (at PX_PER_MM) with this much room around what it marks."""
    size = 2 * round(margin_mm * PX_PER_MM) + 1
    return np.asarray(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.uint8)


def _rules(dark: NDArray[np.uint8]) -> Pixels:
    """The printed lines of a page, level ones: a scan makes more or less of them than of words."""
    long = np.ones((1, round(RULE_MM * PX_PER_MM)), np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, long), np.uint8)


def _shrunk(mask: Pixels, shape: tuple[int, ...]) -> Pixels:
    """A mask at AREA_SCALE: set where any of its pixels is."""
    return np.asarray(cv2.resize(mask * 255, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)
