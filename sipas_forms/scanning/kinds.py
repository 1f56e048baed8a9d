"""Boxes of a form that was drawn elsewhere, kind by kind: of one size and shape, and measured as ours are.

A small box is looked at through a glass that makes it 4 mm, so that the same scores mean the same; a larger one as it
is. Each kind is then a blank page of its own, in its own unit of length.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.compose import BOX, FRAME
from sipas_forms.printing.layout import Box, PageLayout, Rect
from sipas_forms.scanning.blank import (
    AROUND_MM,
    PRINT_MARGIN_MM,
    PRINTED_FROM,
    BlankPage,
    beside_of,
    grown,
    inside_page,
    own_territory,
)
from sipas_forms.scanning.crops import PX_PER_MM, cut
from sipas_forms.scanning.territory import Territory
from sipas_forms.scanning.types import Pixels

ALIKE_MM = 0.4  # boxes whose sides differ by less are of one kind: signs of a font are drawn a little unevenly
# Blank darkness (of 255) from which print is opaque: a pen on it can't be seen. Even lighter tones are a tint, through
# which ink shows; lines, however faint, move with the last of misregistration and are looked past.
OPAQUE = 128
TINT = 0.9  # box units: even tones are at least this wide
BLOCK = 8  # px: pieces are cut in whole blocks of this side, as `marks` takes the paper's tone from them
# A round box leaves its corners to others: its inside is the square whose half side is this share of the radius.
ROUND_INSIDE = 0.8
ROUND_CORNER = 0.35  # of the outline's darkness: what the corners of a round box have at most
# Print inside a box is looked past with this much room (box units): half of what the local alignment leaves, and the
# blur of a scanner.
SIGN_MARGIN = 0.15
THICK = 0.5  # box units by which an outline may be thicker than ours and still be told from a sign in the box
COVERED = 0.75  # share of it that signs with the room around them cover: too little is left to tell ink by
HIDDEN = 0.5  # share of the inside that opaque print covers: such a box is filled in print, and no pen shows on it
LEAST_SIGN = 0.3  # box units squared of print in the middle of a box that stand for its number: a thin "1" has 0.6
SHOWN = 12  # darkness (of 255) that a box has at least at its edge on the blank page: the lightest tint that prints


@dataclass(frozen=True)
class BoxKind:
    """Boxes alike, and how to look at them.

    Attributes:
        chosen: their indices in the page's boxes.
        unit: mm of the page that make one unit of length here.
        blank: the page for these boxes alone, lengths in `unit`.
        tint: (boxes, side, side) darkness of even tones in the piece around each box, 0 to 255: through them ink shows.
        sign: (boxes, side, side) where lines of print inside a box hide the paper.
        hidden: (boxes,) filled in print.
        is_round: whether the outlines are circles.
        shown: (boxes,) whether the blank page shows the box; what is printed in others is learnt from the scan.
    """

    chosen: NDArray[np.intp]
    unit: float
    blank: BlankPage
    tint: Pixels
    sign: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    is_round: bool
    shown: NDArray[np.bool_]


def kinds_of(layout: PageLayout, pixels: Pixels, size_mm: tuple[float, float]) -> tuple[BoxKind, ...]:
    """The kinds of boxes of a blank page (`pixels` at PX_PER_MM)."""
    groups: list[list[int]] = []
    for index, box in enumerate(layout.boxes):
        for group in groups:
            first = layout.boxes[group[0]]
            if max(abs(box.w - first.w), abs(box.h - first.h)) < ALIKE_MM:
                group.append(index)
                break
        else:
            groups.append([index])
    return tuple(_kind(layout, group, pixels, size_mm) for group in groups)


def _kind(layout: PageLayout, group: list[int], pixels: Pixels, size_mm: tuple[float, float]) -> BoxKind:
    boxes = [layout.boxes[index] for index in group]
    w, h = (float(np.median([getattr(box, side) for box in boxes])) for side in "wh")
    unit = min(1.0, min(w, h) / BOX)
    scaled = tuple(_scaled(box, unit, w, h) for box in boxes)
    w, h = w / unit, h / unit
    side = BLOCK * -(-round((max(w, h) + 2 * AROUND_MM) * PX_PER_MM) // BLOCK)
    piece_mm = side / PX_PER_MM
    centers = np.array([box.center for box in scaled])
    grid = np.diag([PX_PER_MM * unit, PX_PER_MM * unit, 1.0])
    expected = np.asarray(255 - cut(pixels, grid, centers, piece_mm), np.uint8)
    tint = np.stack([opened(piece, TINT) for piece in expected])
    tint[tint >= OPAQUE] = 0
    line = expected - tint >= PRINTED_FROM
    ring = _rect_mask(side, w + 0.2, h + 0.2) & ~_rect_mask(side, w - 1.0, h - 1.0)
    edged = np.percentile(expected[:, ring], 75, axis=1) >= SHOWN
    round_ = bool(edged.any()) and _is_round(expected[edged], w, h)
    half = [s / 2 - FRAME - PRINT_MARGIN_MM for s in (h, w)]
    half = [ROUND_INSIDE * part if round_ else part for part in half]
    inside = (_middle(side, half[0]), _middle(side, half[1]))
    middle = _in(side, (_inset(inside[0]), _inset(inside[1])))
    # a bare number has no outline, and is shown all the same
    shown = edged | ((line & middle).sum(axis=(1, 2)) >= LEAST_SIGN * PX_PER_MM**2)
    sign = grow_each(line & middle, SIGN_MARGIN) & _in(side, inside)
    outline = line & ~middle
    page = (size_mm[0] / unit, size_mm[1] / unit)
    free = ~grow_each(outline, PRINT_MARGIN_MM) & inside_page(centers, piece_mm, page)
    page_boxes = tuple(_scaled(box, unit, box.w, box.h) for box in layout.boxes)
    around = free & own_territory(scaled, piece_mm, page_boxes) & ~_rect_mask(side, w, h)
    hidden = (expected >= OPAQUE)[:, inside[0], inside[1]].mean(axis=(1, 2)) > HIDDEN
    hidden |= sign[:, inside[0], inside[1]].mean(axis=(1, 2)) > COVERED
    blank = _blank(replace(layout, boxes=scaled, writing=()), pixels, page, free, inside, around, piece_mm)
    return BoxKind(np.array(group, np.intp), unit, blank, tint, sign, hidden, round_, shown)


def _scaled(box: Box, unit: float, w: float, h: float) -> Box:
    x, y = box.center
    return Box(x / unit - w / unit / 2, y / unit - h / unit / 2, w / unit, h / unit, box.question, box.option)


def _blank(
    layout: PageLayout,
    pixels: Pixels,
    size: tuple[float, float],
    free: NDArray[np.bool_],
    inside: tuple[slice, slice],
    around: NDArray[np.bool_],
    piece_mm: float,
) -> BlankPage:
    """A blank page for boxes alone: areas are measured once for the whole page, not kind by kind."""
    nothing = np.zeros((1, 1), np.uint8)
    nobodys = Territory(nothing, nothing)
    body = Rect(0, 0, 1, 1)
    beside = beside_of(layout.boxes)
    return BlankPage(
        layout, pixels, size, (), free, inside, around, beside, body, nothing > 0, nobodys, nobodys, (), piece_mm
    )


def _middle(side: int, half: float) -> slice:
    """The middle rows or columns of a piece, `half` units to both sides of its middle."""
    edge = max(0, round(side / 2 - half * PX_PER_MM))
    return slice(edge, side - edge)


def _inset(part: slice) -> slice:
    """A part of a piece, less the room in which a thick outline may stand."""
    edge = round(THICK * PX_PER_MM)
    return slice(part.start + edge, part.stop - edge) if part.stop - part.start > 4 * edge else part


def _in(side: int, inside: tuple[slice, slice]) -> NDArray[np.bool_]:
    mask = np.zeros((side, side), bool)
    mask[inside] = True
    return mask


def _rect_mask(side: int, w: float, h: float) -> NDArray[np.bool_]:
    return _in(side, (_middle(side, h / 2), _middle(side, w / 2)))


def opened(piece: Pixels, across: float) -> Pixels:
    """Only what is darker over this width."""
    size = 2 * round(across * PX_PER_MM / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.morphologyEx(piece, cv2.MORPH_OPEN, disc), np.uint8)


def grow_each(masks: NDArray[np.bool_], margin: float) -> NDArray[np.bool_]:
    """Masks of pieces, (boxes, side, side), with this much room (box units) around what they mark."""
    return np.stack([grown(mask.astype(np.uint8), margin) > 0 for mask in masks])


def _is_round(expected: Pixels, w: float, h: float) -> bool:
    """Whether the outlines leave the corners of their square white."""
    side = expected.shape[1]
    typical = np.median(expected, axis=0)
    band = _rect_mask(side, w + 0.2, h + 0.2) & ~_rect_mask(side, w - 0.8, h - 0.8)
    middle = np.abs(np.arange(side) + 0.5 - side / 2) < 0.15 * min(w, h) * PX_PER_MM
    edges = band & (middle[:, None] | middle[None, :])
    corner = 0.12 * min(w, h)
    corners = band & ~_rect_mask(side, w, h - 2 * corner) & ~_rect_mask(side, w - 2 * corner, h)
    if not edges.any() or not corners.any():
        return False
    edge = float(np.percentile(typical[edges], 80))
    return edge >= SHOWN and float(np.percentile(typical[corners], 80)) < ROUND_CORNER * edge


def tone_curve(observed: NDArray[np.uint8], tint: Pixels) -> NDArray[np.float32]:
    """How dark this scan shows print of each darkness (256 levels), told from all boxes: most hold no ink.

    Tints come out of a scanner lighter or darker than they were drawn; the lighter part of what is seen over each
    level is the print's own. What is no more than the blurred edge of a line tells nothing."""
    drawn, shown = [0.0], [0.0]
    for low in range(TONE_STEP, 256, TONE_STEP):
        there = (tint >= low) & (tint < low + TONE_STEP)
        if there.sum(axis=(1, 2)).max(initial=0) >= LEAST_TONE * PX_PER_MM**2:
            drawn.append(float(tint[there].mean()))
            shown.append(float(np.percentile(observed[there], TONE_RANK)))
    return np.interp(np.arange(256), drawn, np.maximum.accumulate(shown)).astype(np.float32)


TONE_STEP = 16  # of darkness (of 255): tints that are nearer are taken for one
LEAST_TONE = 4.0  # box units squared of a tone in the piece of one box, at least: corners of outlines have up to 0.8
TONE_RANK = 40  # percentile: half of a pair of boxes may be filled
PAPER_RANK = 80  # percentile of the tones of unprinted paper that is paper: it is mostly white
LEAST_PAPER = 0.1  # share of a piece that shows how light its paper is; a corner beside a tint is blurred


def without_print(pieces: Pixels, kind: BoxKind) -> Pixels:
    """The pieces around the boxes as if their boxes were printed empty: tints taken off, signs filled in from the
    paper or ink beside them. In a shadow a tint takes less light away, in proportion."""
    bare = kind.tint == 0
    paper = float(np.percentile(pieces, PAPER_RANK))
    share = np.ones((len(pieces), 1, 1), np.float32)
    for index in np.flatnonzero(bare.mean(axis=(1, 2)) >= LEAST_PAPER):
        share[index] = max(float(np.percentile(pieces[index][bare[index]], PAPER_RANK)), 1.0) / paper
    darker = np.asarray(np.clip(paper - pieces / share, 0, 255), np.uint8)
    curve = tone_curve(darker, kind.tint)
    clear = np.clip(pieces + curve[kind.tint] * share, 0, 255)
    result = np.asarray(clear, np.uint8)
    for index in np.flatnonzero(kind.sign.any(axis=(1, 2)) & ~kind.hidden):
        result[index] = _filled_in(clear[index], kind.sign[index])
    return result


def _filled_in(piece: NDArray[np.float32], sign: NDArray[np.bool_]) -> Pixels:
    """A piece whose hidden pixels take the tone of what is seen around them."""
    return np.asarray(cv2.inpaint(piece.astype(np.uint8), sign.astype(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8)
