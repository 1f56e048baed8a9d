"""What is printed in boxes that no blank page shows: learnt from the scan itself, where that is safe.

A filled box is dark over its whole width, which no letter is. The other boxes of one option hold the same sign, and
most of them no ink: what half of them show is print, and what one shows beyond it is a pen's. Where there are too few
of them, a box is empty if it is no darker than boxes with a sign are on this page and its rim is white, provided that
the person fills boxes elsewhere. What fits none of this is not known, and a person looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import PRINT_MARGIN_MM, BlankPage
from sipas_forms.scanning.crops import PX_PER_MM
from sipas_forms.scanning.kinds import TINT, BoxKind, grow_each, opened
from sipas_forms.scanning.types import Pixels

Outline = Literal["square", "circle"]
OUTLINE, LINE_MM, SHIFT = 70, 0.25, 4  # grey level and width of an outline that is taken to be there; bits of a pixel
LEAST_PEERS = 4  # boxes of one option that are not filled, from which their sign is learnt
PAPER_RANK = 85  # percentile of a piece's tones that is its paper: box and words leave more than half of it white
BLACK_RANK = 3  # ... that is black print: an outline alone takes a tenth of its piece
UNEVEN = 1.6  # times by which black may differ over a page: twice in a photo that is sharp at one end only
SIGN_FROM = 0.2  # of the page's black: print or pen, not the paper's texture
# Darkness over a box's whole width, share of black: on the pages of `bench real-scans` pencil fills have 0.44 and more,
# boxes with a sign 0.04 and less, 0.2 in a photo so coarse (5 px a mm) that letters run together. Between the two it is
# not known. A box of which nothing shows the sign must have less.
FILLED, BARE, LONE_BARE = 0.32, 0.22, 0.08
MOST_FILLED = 0.6  # of a page's boxes: when more are dark, the form is printed so
# A box that is darker inside by this share of black than those of its option usually are may hold a mark: out of focus
# or not, they differ by 0.04 and less; the letters and digits of one form among each other by three times that. Unless
# so much of it shows beside the sign that it can be measured there: a stroke of 0.4 mm through the box has 0.1.
MOST_DARKER, LONE_DARKER, PLAIN = 0.05, 0.12, 0.08
ALIKE = 0.8  # correlation with what its option's boxes usually show, outline and sign, from which a box is there
RIM = 0.25  # box units: a sign keeps about this far from the outline, strokes of a pen don't
# Share of the rim that is inked: the four ends of a cross take a quarter. Of a sign that several boxes share, and of a
# single box, whose sign nothing else shows.
SIGN_RIM, LONE_RIM = 0.2, 0.1
ROUND = 1.25  # how far out a round box is seen, beside half the side of the square inside it
REACH, PLAY = 3, 1  # px: how far a box may lie beside the usual one, and how exactly it is then laid on it
LEAST_FILLS = 4  # filled boxes on a page from which its person is one who fills


@dataclass(frozen=True)
class _Dark:
    """How dark each box is that the blank does not show, shares of black.

    Attributes:
        pieces: (boxes, side, side) the surroundings of all boxes.
        broad: (boxes,) over the whole width inside.
        mean: (boxes,) inside, signs included.
        rim: (boxes,) share of the rim of the inside that is inked.
    """

    pieces: NDArray[np.float32]
    broad: NDArray[np.float64]
    mean: NDArray[np.float64]
    rim: NDArray[np.float64]


def with_outlines(blank: BlankPage, kinds: tuple[BoxKind, ...], shape: Outline, size: float = 1.0) -> Pixels:
    """The blank page with outlines drawn where it shows no box, `size` times as large as the box."""
    pixels = blank.pixels.copy()
    for kind in kinds:
        round_ = kind.is_round if kind.shown.any() else shape == "circle"
        for index in kind.chosen[~kind.shown]:
            box = blank.layout.boxes[index]
            scale, thick = PX_PER_MM * (1 << SHIFT), round(LINE_MM * PX_PER_MM)
            half = LINE_MM / 2 - (size - 1) * min(box.w, box.h) / 2
            if round_:
                middle = tuple(round(v * scale - (1 << SHIFT) / 2) for v in box.center)
                axes = round((box.w / 2 - half) * scale), round((box.h / 2 - half) * scale)
                cv2.ellipse(pixels, middle, axes, 0, 0, 360, (OUTLINE,), thick, cv2.LINE_AA, SHIFT)
            else:
                low = round((box.x + half) * scale), round((box.y + half) * scale)
                high = round((box.x + box.w - half) * scale), round((box.y + box.h - half) * scale)
                cv2.rectangle(pixels, low, high, (OUTLINE,), thick, cv2.LINE_AA, SHIFT)
    return pixels


def black_of(pieces: Pixels, kind: BoxKind, black: float) -> float:
    """How much darker than paper print is: on a form whose boxes the blank does not show, its words may differ from
    the blank's too, and the boxes' own outlines and signs tell it better."""
    unknown = pieces[~kind.shown]
    if not len(unknown):
        return black
    paper, darkest = np.percentile(unknown.reshape(len(unknown), -1), (PAPER_RANK, BLACK_RANK), axis=1)
    return max(black, float(np.median(paper - darkest)))


@dataclass(frozen=True)
class Revealed:
    """What was learnt of the boxes of a kind.

    Attributes:
        pieces: the surroundings of the boxes without the signs that the blank doesn't show.
        kind: with what is printed beside its boxes.
        known: (boxes,) whether the print in a box is known.
        there: (boxes,) whether a box plainly looks as others of its option do, so that it is where it should be.
    """

    pieces: Pixels
    kind: BoxKind
    known: NDArray[np.bool_]
    there: NDArray[np.bool_]


def without_signs(pieces: Pixels, kind: BoxKind, black: float) -> Revealed:
    """Take the signs that the blank does not show out of the pieces around the boxes of a kind, (boxes, side, side)."""
    known, there = kind.shown.copy(), np.zeros(len(pieces), bool)
    unknown = ~known
    if not unknown.any():
        return Revealed(pieces, kind, known, there)
    dark = _darkness(pieces, kind, black)
    filled = unknown & (dark.broad >= FILLED)
    if filled.sum() > MOST_FILLED * unknown.sum():
        return Revealed(pieces, kind, known, there)
    bare = unknown & (dark.broad <= BARE)
    known |= filled
    usual = float(np.median(dark.mean[bare])) if bare.any() else 0.0
    pieces, free = pieces.copy(), kind.blank.free.copy()
    options = np.array([box.option for box in kind.blank.layout.boxes])
    for members in _together(options, unknown):
        peers = members[bare[members]]
        sign = np.median(dark.pieces[peers], axis=0) if len(peers) >= LEAST_PEERS else None
        if sign is not None and _is_sign(sign, kind, usual):
            _hide_beside(free, members, sign, kind)
            signs, there[peers] = _laid_on(dark.pieces[peers], sign, kind)
            unseen = _take_off(pieces, peers, signs, dark, kind)
            darker = dark.mean[peers] - float(np.median(dark.mean[peers]))
            known[peers] = (darker <= MOST_DARKER) | (dark.mean[peers] - unseen >= PLAIN)
        elif filled.sum() >= LEAST_FILLS:
            plain = (dark.broad[peers] <= LONE_BARE) & (dark.rim[peers] <= LONE_RIM)
            alone = peers[plain & (dark.mean[peers] <= usual + LONE_DARKER)]
            _take_off(pieces, alone, np.ones((len(alone), *pieces.shape[1:]), np.float32), dark, kind)
            known[alone] = True
    for members in _together(np.array([box.question for box in kind.blank.layout.boxes]), unknown):
        peers = members[bare[members]]
        if len(peers) >= LEAST_PEERS:  # rules run beside all boxes of a question
            _hide_beside(free, members, np.median(dark.pieces[peers], axis=0), kind)
    blank = replace(kind.blank, free=free, around=kind.blank.around & free)
    return Revealed(pieces, replace(kind, blank=blank), known, there)


def _darkness(pieces: Pixels, kind: BoxKind, black: float) -> _Dark:
    # a photo is lit from one side, and sharper in one place than in another
    paper, darkest = np.percentile(pieces.reshape(len(pieces), -1), (PAPER_RANK, BLACK_RANK), axis=1)
    darker = np.clip(paper[:, None, None] - pieces, 0, 255).astype(np.uint8)
    broad = np.stack([opened(piece, TINT) for piece in darker])
    own = np.clip(paper - darkest, black / UNEVEN, black * UNEVEN).astype(np.float32)
    dark = darker.astype(np.float32) / own[:, None, None]
    rows, columns = kind.blank.inside
    _, rim = _rim(kind)
    return _Dark(
        dark,
        np.median(broad[:, rows, columns], axis=(1, 2)) / black,
        dark[:, rows, columns].mean(axis=(1, 2)),
        (dark[:, rim] >= SIGN_FROM).mean(axis=1),
    )


def _rim(kind: BoxKind) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(the inside of a box in its piece, its outermost part), round for round boxes."""
    side = kind.tint.shape[1]
    rows, columns = kind.blank.inside
    steps = (np.arange(side) + 0.5 - side / 2) / PX_PER_MM
    half = (columns.stop - columns.start) / 2 / PX_PER_MM, (rows.stop - rows.start) / 2 / PX_PER_MM
    across, down = np.abs(steps)[None, :], np.abs(steps)[:, None]
    if kind.is_round:  # the inside of a kind is the square in the circle; a sign stands in the circle
        reach = np.hypot(across, down) - max(half) * ROUND
    else:
        reach = np.maximum(across - half[0], down - half[1])
    return reach < 0, (reach < 0) & (reach > -RIM)


def _together(names: NDArray[np.str_], unknown: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The boxes of each name that the blank does not show."""
    return [np.flatnonzero(unknown & (names == name)) for name in dict.fromkeys(names[unknown])]


def _hide_beside(free: NDArray[np.bool_], members: NDArray[np.intp], usual: NDArray[np.float32], kind: BoxKind) -> None:
    """Look past what these boxes usually have beside them."""
    beside = usual >= SIGN_FROM
    beside[kind.blank.inside] = False
    free[members] &= ~grow_each(beside[None], PRINT_MARGIN_MM)[0]


def _laid_on(
    pieces: NDArray[np.float32], usual: NDArray[np.float32], kind: BoxKind
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(boxes, side, side) what these boxes usually show, laid on each of them to a pixel, with PLAY around it; and
    whether they look so, outline and all."""
    box, side = kind.blank.layout.boxes[0], len(usual)
    edge = round((side / PX_PER_MM - max(box.w, box.h)) / 2 * PX_PER_MM)
    wide, narrow = (slice(cut_off, side - cut_off) for cut_off in (edge - REACH, edge))
    wanted = np.ascontiguousarray(usual[narrow, narrow], np.float32)
    shifts, alike = [], np.zeros(len(pieces), bool)
    for place, piece in enumerate(pieces):
        match = cv2.matchTemplate(np.ascontiguousarray(piece[wide, wide]), wanted, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(match)
        alike[place] = best >= ALIKE
        shifts.append((y - REACH, x - REACH) if alike[place] else (0, 0))
    sharp = np.median([np.roll(p, (-y, -x), (0, 1)) for p, (y, x) in zip(pieces, shifts, strict=True)], axis=0)
    grown_sign = cv2.dilate(sharp.astype(np.float32), np.ones((2 * PLAY + 1, 2 * PLAY + 1), np.uint8))
    return np.stack([np.roll(grown_sign, shift, (0, 1)) for shift in shifts]), alike


def _is_sign(sign: NDArray[np.float32], kind: BoxKind, usual: float) -> bool:
    """Whether what half of an option's boxes show is print: no darker than other signs, clear of the outline."""
    _, rim = _rim(kind)
    rows, columns = kind.blank.inside
    return (
        float(sign[rows, columns].mean()) <= usual + LONE_DARKER and float((sign[rim] >= SIGN_FROM).mean()) <= SIGN_RIM
    )


def _take_off(
    pieces: Pixels, chosen: NDArray[np.intp], signs: NDArray[np.float32], dark: _Dark, kind: BoxKind
) -> NDArray[np.float64]:
    """Give the inside of these boxes their paper's tone wherever they are no darker than their sign; returns how dark
    each was there, as a share of black over its whole inside."""
    rows, columns = kind.blank.inside
    taken = np.zeros(len(chosen))
    for place, index in enumerate(chosen):
        part, shown = pieces[index, rows, columns], dark.pieces[index, rows, columns]
        like = shown <= signs[place, rows, columns] + SIGN_FROM
        part[like] = round(float(np.percentile(pieces[index], PAPER_RANK)))
        taken[place] = float((shown * like).mean())
    return taken
