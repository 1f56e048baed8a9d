"""Measures every box: the ink in and around it that was not printed there. Measures only; `decide` has the thresholds.

Everything is relative to the page itself: the paper beside the box is white, the frames as this printer and scanner
made them are black, and what varies on empty paper is noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, cut, px_per_mm
from sipas_forms.scanning.directions import angled
from sipas_forms.scanning.hidden import hidden_lines
from sipas_forms.scanning.light import darker_than_paper
from sipas_forms.scanning.streaks import Streak
from sipas_forms.scanning.surroundings import at_own_width, measure_around, mm2
from sipas_forms.scanning.types import BoxScore, InkLevels, Pixels, RegisteredPage

# Ink is what is darker than paper by this share of the page's own printed black, after smoothing over 0.3 mm: a pencil
# line of 0.2 mm and grey 150 reaches about 0.3 on a 300 dpi scan, the texture of recycled paper 0.05.
INK_FROM = 0.14
# ... and by this many times the noise of empty paper: one pixel in 100 million would pass by chance.
INK_NOISE = 6.0
# ... and what hangs together with such ink, by this many: alone, one box in fifty would show such a speck by chance.
TRACE_NOISE = 3.5
SMOOTH = 3  # px of the box filter, 0.3 mm: as wide as a stroke
# Darkness is cut off at the paper's tone, so the upper half of the noise is what there is to see: its 68th percentile.
NOISE_RANK = 68
# Never take less than this many grey levels for printed black: a page this faint shows JPEG blocks, not ink.
LEAST_BLACK = 24.0
# Of a stroke in pieces, those longer than this (mm) count; dust is smaller, as `Policy.empty_reach` has it. With no
# more ink than two large specks have (mm²), they must be longer than those are.
SPECK_MM, LARGE_SPECK_MM, TWO_SPECKS_MM2 = 0.6, 0.9, 0.8
# What a scan's pixels add to a stroke's breadth, pixels: hairs of 0.18 mm and less look up to 0.24 mm broad at 300 dpi,
# 0.27 at 200, 0.33 at 150.
PIXEL_SPREAD = 1.7
# Directions are looked at where there is more than a speck (mm²) in strokes so thin (mm) that they may be hairs, and
# where a line crosses so much of the piece that it may be a streak.
THIN_MM, LEAST_MM2, LONG_THROUGH = 0.17, 0.3, 0.6
DUST_MM2 = 0.2  # a box with less ink shows no mark, as `Policy.empty_ink` has it
TONE_STEP = 2  # px: of the paper in a box every other one tells as well how bright it is
PIXEL_VARIANCE = 1 / 12  # px², of the places within one pixel
# What is measured here of a box, in the order of `BoxScore`: what follows has a value of its own where nobody looks.
MEASURED = tuple(
    one.name for one in fields(BoxScore) if one.default is MISSING and one.name not in ("question", "option")
)
LINE_DRIFT = 2  # px to either side within which a line that runs through may wander in one piece (1.5° over 8 mm)


@dataclass(frozen=True)
class BoxInk:
    """The pieces around all boxes, (boxes, side, side): how much darker than paper, raw and smoothed, and the
    levels; by box where a shadow's edge hides what is below it, (side, side); and how bright each is inside, (boxes,),
    grey levels."""

    darker: Pixels
    smooth: Pixels
    levels: InkLevels
    sharp: dict[int, NDArray[np.bool_]]
    tones: NDArray[np.float64]


def box_ink(page: RegisteredPage, blank: BlankPage) -> BoxInk:
    """The ink in and around every box, in the layout's order."""
    if not blank.layout.boxes:  # a page for writing only
        nothing = np.zeros((0, 1, 1), np.uint8)
        return BoxInk(nothing, nothing, _levels(nothing, nothing > 0, page.frame_black), {}, np.zeros(0))
    pieces = _aligned(page, blank)
    tones = pieces[:, *blank.inside][:, ::TONE_STEP, ::TONE_STEP].mean(axis=(1, 2))
    found = darker_than_paper(pieces, blank.free, INK_FROM * max(page.frame_black, LEAST_BLACK))
    darker = found.darker
    smooth = np.asarray(cv2.blur(darker.reshape(-1, darker.shape[2]), (SMOOTH, SMOOTH)), np.uint8).reshape(darker.shape)
    return BoxInk(darker, smooth, _levels(smooth, blank.free, page.frame_black), found.sharp, tones)


def marked_questions(found: BoxInk, blank: BlankPage) -> set[str]:
    """The questions in one of whose boxes there is more ink than dust has."""
    if not blank.layout.boxes:
        return set()
    inside = (slice(None), *blank.inside)
    inked = mm2((found.smooth[inside] > found.levels.ink) & blank.free[inside]) > DUST_MM2
    return {blank.layout.boxes[index].question for index in np.flatnonzero(inked).tolist()}


def score_boxes(
    page: RegisteredPage, blank: BlankPage, found: BoxInk, streaks: tuple[Streak, ...]
) -> tuple[BoxScore, ...]:
    """A score for every box, in the layout's order."""
    boxes = blank.layout.boxes
    if not boxes:
        return ()
    darker, smooth, levels = found.darker, found.smooth, found.levels
    rows, columns = blank.inside
    hidden = np.zeros(len(boxes))
    under = dict(found.sharp)
    for index, covered in _near_streaks(blank, streaks) if streaks else ():
        under[index] = under.get(index, False) | covered
    if under:
        smooth = smooth.copy()
        for index, covered in under.items():
            smooth[index][covered] = 0
            hidden[index] = covered[rows, columns].mean()
    inked = (smooth > levels.ink) & blank.free
    if levels.trace < levels.ink:
        _follow(inked, (smooth > levels.trace) & blank.free)
    inside = inked[:, rows, columns]
    ink = mm2(inside)
    through = np.zeros(len(boxes))
    touched = ink > 0
    through[touched] = _through(inked[touched], blank.free[touched], rows)
    shapes = np.tile((0.0, 0.0, inside.shape[1] / 2 / PX_PER_MM, 0.0), (len(boxes), 1))  # of a box without ink
    for i in np.flatnonzero(touched).tolist():
        strokes = at_own_width(darker[i, rows, columns], inside[i])
        shapes[i, :3] = _cover_and_shape(strokes, under[i][rows, columns] if i in under else None)
        shapes[i, 3] = _slender(strokes)
    around = measure_around(inked, ink, darker, smooth, blank, levels, PIXEL_SPREAD / px_per_mm(page.to_pixels))
    columns_of_scores = {
        "ink": ink,
        "cover": shapes[:, 0],
        "reach": shapes[:, 1],
        "gap": shapes[:, 2],
        "peak": np.minimum(smooth[:, rows, columns].max(axis=(1, 2), initial=0) / levels.black, 2.0),
        "pale": _pale(smooth[:, rows, columns], ~touched, levels),
        "streak": hidden,
        "through": through,
        **around,
        "angled": _angled(
            inked,
            smooth,
            blank,
            (around["breadth"] < THIN_MM) & (ink + around["around"] > LEAST_MM2) | (through > LONG_THROUGH),
        ),
        "seen": page.box_seen,
        "partly": page.box_partly,
        "astray": page.box_astray,
        "backed": page.box_backed,
        "shift": np.hypot(*page.box_offsets.T),
        "slender": shapes[:, 3],
    }
    table = np.round(np.column_stack([columns_of_scores[name] for name in MEASURED]), 3).tolist()
    return tuple(BoxScore(box.question, box.option, *row) for box, row in zip(boxes, table, strict=True))


def with_tints(found: BoxInk, scores: tuple[BoxScore, ...]) -> tuple[BoxScore, ...]:
    """The scores of a page's boxes, in the order of the ink `found`, with `BoxScore.tint`."""
    empty: dict[str, list[int]] = {}
    for index, score in enumerate(scores):
        if score.ink <= DUST_MM2:
            empty.setdefault(score.question, []).append(index)
    tinted = list(scores)
    for boxes in (sorted(its, key=lambda index: found.tones[index]) for its in empty.values() if len(its) > 1):
        darkest, next_one = boxes[:2]
        tint = (found.tones[next_one] - found.tones[darkest]) / found.levels.black
        tinted[darkest] = replace(scores[darkest], tint=round(float(tint), 3))
    return tuple(tinted)


def _angled(
    inked: NDArray[np.bool_], smooth: Pixels, blank: BlankPage, slight: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """`BoxScore.angled` of every box that is inked and `slight`: of others nobody asks."""
    chosen = np.flatnonzero(slight & inked.any(axis=(1, 2)))
    own = blank.around[chosen]
    own[:, blank.inside[0], blank.inside[1]] = True
    result = np.zeros(len(slight))
    if len(chosen):
        result[chosen] = angled(smooth[chosen], blank.free[chosen], inked[chosen] & own)
    return result


def _pale(insides: Pixels, empty: NDArray[np.bool_], levels: InkLevels) -> NDArray[np.float64]:
    """`BoxScore.pale` of every box."""
    if levels.ink <= INK_FROM * levels.black:  # no noise that could hide a line
        return np.zeros(len(insides))
    return hidden_lines(insides, empty) / levels.black


def _aligned(page: RegisteredPage, blank: BlankPage) -> Pixels:
    """The piece around each box with its printed frame in the middle, to within half a pixel (0.05 mm)."""
    side = round(blank.piece_mm * PX_PER_MM)
    room = (page.pieces.shape[1] - side) // 2
    shift = np.rint((page.box_offsets - page.guessed) * PX_PER_MM).astype(int)
    if len(shift) and np.abs(shift).max() > room:
        centers = np.array([box.center for box in blank.layout.boxes]) + page.box_offsets
        return cut(page.pixels, page.to_pixels, centers, blank.piece_mm)
    aligned = np.empty((len(shift), side, side), np.uint8)
    for piece, whole, (dx, dy) in zip(aligned, page.pieces, shift, strict=True):
        piece[:] = whole[room + dy : room + dy + side, room + dx : room + dx + side]
    return aligned


def _levels(smooth: Pixels, free: NDArray[np.bool_], frame_black: float) -> InkLevels:
    sample = smooth[:, ::3, ::3][free[:, ::3, ::3]]
    rank = sample.size * NOISE_RANK // 100
    noise = float(np.partition(sample, rank)[rank]) if sample.size else 0.0
    black = max(frame_black, LEAST_BLACK)
    least = INK_FROM * black
    ink, trace = (max(least, times * max(noise, 0.5)) for times in (INK_NOISE, TRACE_NOISE))
    return InkLevels(black, noise, ink, trace)


def _follow(inked: NDArray[np.bool_], traces: NDArray[np.bool_]) -> None:
    """Add to the ink, in place, the fainter traces that hang together with it: on a noisy page only the darkest points
    of a pencil line stand out from the noise (hysteresis, Canny 1986)."""
    for piece, trace in zip(inked, traces, strict=True):
        if piece.any():
            _, labels = cv2.connectedComponents(trace.astype(np.uint8), connectivity=8)
            kept = np.unique(labels[piece])
            piece |= trace & np.isin(labels, kept[kept > 0])


def _cover_and_shape(strokes: NDArray[np.bool_], hidden: NDArray[np.bool_] | None) -> tuple[float, float, float]:
    """(share that strokes cover, their extent, radius of the largest white disc) of the inside of a box, as far as no
    streak hides it: a box that is blacked out is so beside the streak, too."""
    if hidden is None or not hidden.any():
        return np.count_nonzero(strokes) / strokes.size, *_shape(strokes, strokes)
    seen = max(1, strokes.size - int(np.count_nonzero(hidden)))
    return np.count_nonzero(strokes) / seen, *_shape(strokes, strokes | hidden)


def _shape(inside: NDArray[np.bool_], dark: NDArray[np.bool_]) -> tuple[float, float]:
    """(extent of the strokes, or of the largest speck where there are none; radius of the largest disc that isn't
    dark), mm."""
    picture = inside.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(picture, connectivity=8)
    sizes = np.hypot(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]) / PX_PER_MM
    reach = float(sizes.max())
    few = np.count_nonzero(inside) <= TWO_SPECKS_MM2 * PX_PER_MM**2
    strokes = stats[1:][sizes > (LARGE_SPECK_MM if few else SPECK_MM)]
    if len(strokes) > 1:  # a ballpoint that skipped leaves a stroke in pieces
        corner = strokes[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
        size = strokes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
        reach = float(np.hypot(*((corner + size).max(axis=0) - corner.min(axis=0)))) / PX_PER_MM
    # the frame bounds the white as ink does
    white = cv2.copyMakeBorder(1 - dark.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    gap = float(cv2.distanceTransform(white, cv2.DIST_L2, 3).max()) / PX_PER_MM
    return reach, gap


def _slender(strokes: NDArray[np.bool_]) -> float:
    """How wide strokes are to how long (`BoxScore.slender`), by the axes of their moments; a pixel has a width, too."""
    moments = cv2.moments(strokes.view(np.uint8), binaryImage=True)
    across, down, slant = (moments[m] / moments["m00"] for m in ("mu20", "mu02", "mu11"))
    middle, half = (across + down) / 2, float(np.hypot((across - down) / 2, slant))
    return float(np.sqrt((max(middle - half, 0.0) + PIXEL_VARIANCE) / (middle + half + PIXEL_VARIANCE)))


def _near_streaks(blank: BlankPage, streaks: tuple[Streak, ...]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """(box, where in its piece streaks run) for the boxes that one passes."""
    side = blank.free.shape[1]
    steps = (np.arange(side) + 0.5) / PX_PER_MM - blank.piece_mm / 2
    for index, box in enumerate(blank.layout.boxes):
        x, y = box.center
        places = np.meshgrid(x + steps, y + steps)
        covered = np.logical_or.reduce([streak.covers(*places) for streak in streaks])
        if covered.any():
            yield index, covered


def _through(inked: NDArray[np.bool_], free: NDArray[np.bool_], within: slice) -> NDArray[np.float64]:
    """How much of a piece one straight line of ink crosses, vertical or horizontal, among those that pass `within`
    the box: a streak crosses all, a stroke ends."""
    shape = inked.shape
    if not shape[0]:
        return np.zeros(0)
    picture = inked.reshape(-1, shape[2]).astype(np.uint8)
    result = np.zeros(shape[0])
    for axis, kernel in ((1, (2 * LINE_DRIFT + 1, 1)), (2, (1, 2 * LINE_DRIFT + 1))):
        wide = cv2.dilate(picture, np.ones((kernel[1], kernel[0]), np.uint8)).reshape(shape) > 0
        # short sums are quick
        length, dark = (part.view(np.uint8).sum(axis=axis, dtype=np.uint16) for part in (free, wide & free))
        share = np.divide(dark, np.maximum(length, 1), dtype=np.float64)
        crossed = np.where(length >= shape[1] // 3, share, 0.0)[:, within]
        result = np.maximum(result, crossed.max(axis=1, initial=0.0))
    return result
