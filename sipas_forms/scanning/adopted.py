"""Scores of the boxes of a form that was drawn elsewhere: the same measuring as for ours, kind by kind of box, on
pieces from which the form's own print is taken away."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, cut
from sipas_forms.scanning.kinds import BoxKind, kinds_of, without_print
from sipas_forms.scanning.landmarks import adopted_landmarks
from sipas_forms.scanning.learn import Outline, black_of, with_outlines, without_signs
from sipas_forms.scanning.marks import BoxInk, box_ink, score_boxes
from sipas_forms.scanning.rims import with_rims
from sipas_forms.scanning.streaks import Streak
from sipas_forms.scanning.surroundings import loop_around
from sipas_forms.scanning.types import AreaScore, Blot, BoxScore, RegisteredPage

LARGE = 6.0  # box units of the inside: a mark of 4 mm leaves most of it white
SPILLED = 0.2  # of a cell's width or height: ink at its edge whose middle lies further out may be the next cell's
SLIVER = 0.25  # of its width or height: what keeps so near to the edge that it comes over is that cell's
# Of ink that hangs together over the lines between cells this share and less, without its middle, is not the cell's
# own: of 1,900 cells with marks of their own 1.3%, of 15 that hold but parts of their neighbours' marks six.
OWN = 0.35
BRIDGED = 11  # px (1.1 box units) over which ink is followed where the form has printed a line
PRINTED_BLACK = 0.6  # of the page's black, over half of a box that the form has filled: it is that form's print
# Share of the ink's extent that is its middle, and of that middle that ink covers in a circle round nothing: 95 of 100
# circles round printed numbers left it bare, of 38 round other marks the least filled 0.10 of it.
HOLLOW, HOLLOW_INK = 0.55, 0.03
# Share of its own extent, of so many box units at least, that ink covers: crosses and ticks cover a third, a black-out
# nine tenths, a fill with a circle round it 0.62 and less; of 125 fills 7 cover less than this. A line covers all.
DENSE, NARROW = 0.65, 1.5


def adopt_blank(blank: BlankPage, shape: Outline = "square", size: float = 1.0) -> BlankPage:
    """A blank page of a form that was drawn elsewhere, made ready: landmarks anywhere on it, boxes kind by kind.

    Boxes that it does not show are taken to have an outline as those of their kind that it shows, or `shape`, `size`
    times as large as they are."""
    kinds = kinds_of(blank.layout, blank.pixels, blank.size_mm)
    shown = np.ones(len(blank.layout.boxes), bool)
    for kind in kinds:
        shown[kind.chosen] = kind.shown
    if not shown.all():
        pixels = with_outlines(blank, kinds, shape, size)
        kinds = tuple(replace(k, shown=shown[k.chosen]) for k in kinds_of(blank.layout, pixels, blank.size_mm))
        blank = replace(blank, pixels=pixels)
    # outlines that are only thought to be there lay no page on by their looks
    landmarks = adopted_landmarks(blank.layout, blank.pixels, blank.size_mm) if shown.any() or not len(shown) else ()
    return replace(blank, landmarks=landmarks, kinds=kinds)


def kind_inks(page: RegisteredPage, blank: BlankPage) -> list[tuple[BoxKind, RegisteredPage, BoxInk]]:
    """For each kind of box: the page in its unit of length, and the ink in and around its boxes."""
    inks = []
    for kind in blank.kinds:
        own, learnt = _own_page(page, kind)
        inks.append((learnt, own, box_ink(own, learnt.blank)))
    return inks


def score_kinds(
    inks: list[tuple[BoxKind, RegisteredPage, BoxInk]], blank: BlankPage, streaks: tuple[Streak, ...]
) -> tuple[BoxScore, ...]:
    """A score for every box, in the layout's order."""
    scores: dict[int, BoxScore] = {}
    for kind, page, ink in inks:
        # where the blank doesn't show what is printed, a rule of the form may look like the scanner's line
        lines = streaks if kind.shown.all() else ()
        own = tuple(replace(s, at=s.at / kind.unit, reach=s.reach / kind.unit) for s in lines)
        found = score_boxes(page, kind.blank, ink, own)
        if kind.shown.all() and max(kind.blank.layout.boxes[0].w, kind.blank.layout.boxes[0].h) < LARGE:
            found = with_rims(kind.blank, ink, found)
        for place, index in enumerate(kind.chosen):
            if kind.hidden[place]:
                scores[int(index)] = _printed(found[place], kind, ink, place)
            elif page.box_seen[place] > 0:
                scores[int(index)] = _in_cell(found[place], kind, ink, place)
            else:  # not known, however plainly there are boxes around it
                scores[int(index)] = replace(found[place], seen=0.0, partly=0.0, backed=0.0)
    return tuple(scores[index] for index in range(len(blank.layout.boxes)))


def _printed(score: BoxScore, kind: BoxKind, ink: BoxInk, place: int) -> BoxScore:
    """The score of a box that is filled in print, so that no pen shows on it: all that counts is that it is."""
    rows, columns = kind.blank.inside
    black = float(np.median(ink.darker[place][rows, columns])) >= PRINTED_BLACK * ink.levels.black
    return replace(score, seen=0.0, partly=0.0, backed=0.0, printed=black)


def _in_cell(score: BoxScore, kind: BoxKind, ink: BoxInk, place: int) -> BoxScore:
    """The score of a box so large that nobody blackens all of it: what counts is how densely its ink lies."""
    rows, columns = kind.blank.inside
    piece = (ink.smooth[place] > ink.levels.ink) & kind.blank.free[place]
    inked = piece[rows, columns]
    if max(inked.shape) < LARGE * PX_PER_MM or not inked.any():
        return score
    down, across = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if _touches_edge(down, inked.shape[0]) or _touches_edge(across, inked.shape[1]) or _is_theirs(piece, kind, place):
        if _depth(inked) > SLIVER:
            return replace(score, seen=0.0, partly=0.0, cover=0.0)
        around = round(score.around + score.ink, 3)
        return replace(score, ink=0.0, cover=0.0, reach=0.0, peak=0.0, around=around)
    own = inked[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    dense = float(own.mean())
    if dense >= DENSE and min(own.shape) >= NARROW * PX_PER_MM:
        return replace(score, cover=round(dense, 3), gap=0.0)
    sign = kind.sign[place][rows, columns]
    if sign.any() and _is_hollow(inked, down, across, sign):
        return score  # a circle round what the form has printed there to be circled
    middle = columns.start + (across[0] + across[-1]) / 2, rows.start + (down[0] + down[-1]) / 2
    return replace(
        score, circle=max(score.circle, loop_around(piece, ink.smooth[place], kind.blank.free[place], middle))
    )


def _touches_edge(at: NDArray[np.intp], length: int) -> bool:
    """Whether ink in these rows, or columns, of so many of a cell touches its edge and lies near it: it comes over."""
    off = (at[0] + at[-1]) / 2 / length - 0.5
    return bool(abs(off) > SPILLED and (at[0] <= 1 if off < 0 else at[-1] >= length - 2))


def _is_theirs(piece: NDArray[np.bool_], kind: BoxKind, place: int) -> bool:
    """Whether all ink in a cell hangs together, over the lines between, with twice as much ink whose middle lies in
    another."""
    free = kind.blank.free[place]
    over = cv2.morphologyEx(piece.view(np.uint8), cv2.MORPH_CLOSE, np.ones((BRIDGED, BRIDGED), np.uint8)) > 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats((piece | (over & ~free)).view(np.uint8), connectivity=8)
    rows, columns = kind.blank.inside
    for label in np.unique(labels[rows, columns][piece[rows, columns]]).tolist():
        ink = piece & (labels == label)
        x, y, w, h = stats[label, : cv2.CC_STAT_AREA].tolist()
        within = rows.start <= y + h / 2 < rows.stop and columns.start <= x + w / 2 < columns.stop
        if within or np.count_nonzero(ink[rows, columns]) > OWN * np.count_nonzero(ink):
            return False
    return True


def _depth(inked: NDArray[np.bool_]) -> float:
    """How far into a cell ink reaches from its edges, as a share of its width or height."""
    height, width = inked.shape
    y, x = (np.minimum(at, size - 1 - at) / size for at, size in zip(np.nonzero(inked), (height, width), strict=True))
    return float(np.minimum(x, y).max())


def _is_hollow(
    inked: NDArray[np.bool_], down: NDArray[np.intp], across: NDArray[np.intp], sign: NDArray[np.bool_]
) -> bool:
    """Whether the ink in a cell, in these rows and columns of it, leaves its own middle free, but for the `sign`."""
    y, x = np.indices(inked.shape)
    off = [
        (at - (line[0] + line[-1]) / 2) / (HOLLOW * (line[-1] - line[0] + 1) / 2)
        for at, line in ((y, down), (x, across))
    ]
    within = (np.hypot(*off) < 1) & ~sign
    return bool(np.count_nonzero(inked & within) <= HOLLOW_INK * np.count_nonzero(within))


def _own_page(page: RegisteredPage, kind: BoxKind) -> tuple[RegisteredPage, BoxKind]:
    """The page in the kind's unit of length, and the kind with what was learnt of its print."""
    unit = np.diag([kind.unit, kind.unit, 1.0])
    to_pixels = np.asarray(page.to_pixels @ unit, np.float64)
    offsets = page.box_offsets[kind.chosen] / kind.unit
    centers = np.array([box.center for box in kind.blank.layout.boxes]) + offsets
    pieces = cut(page.pixels, to_pixels, centers, kind.blank.piece_mm)
    black = black_of(pieces, kind, page.frame_black)
    learnt = without_signs(pieces, kind, black)
    # a box that is filled in print shows no pen, and one whose print is not known may hold what looks like a pen's
    shown = learnt.known & ~kind.hidden
    seen, partly = (np.where(learnt.there, 1.0, by[kind.chosen]) * shown for by in (page.box_seen, page.box_partly))
    own = replace(
        page,
        to_pixels=to_pixels,
        frame_black=black,
        pieces=without_print(learnt.pieces, learnt.kind),
        guessed=offsets,
        box_offsets=offsets,
        box_seen=seen,
        box_partly=partly,
        box_astray=page.box_astray[kind.chosen],
        box_backed=page.box_backed[kind.chosen],
    )
    return own, learnt.kind


def unusual(strays: tuple[AreaScore, ...]) -> tuple[AreaScore, ...]:
    """Ink beside the boxes beyond what the rows of this page usually show, as one blot: where no blank tells print from
    pen."""
    usual = float(np.median([area.ink for area in strays])) if strays else 0.0
    return tuple(replace(area, blots=_beyond(area.blots, area.ink - usual), known=False) for area in strays)


def _beyond(blots: tuple[Blot, ...], ink: float) -> tuple[Blot, ...]:
    """Blots as one, with so much ink of them."""
    if ink <= 0:
        return ()
    return (Blot(round(ink, 3), max(blot.reach for blot in blots), max(blot.weight for blot in blots)),)
