"""Lays a page of a form that was drawn elsewhere onto its blank: by its words, then box by box by its own print.

What `frames` is for boxes of ours. The print of each box and around it is looked for on the scan; where ink hides it,
the bend of the page says where it must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Rect
from sipas_forms.scanning.bend import FLAT, Bend, fit_bend
from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, apply, cut, px_per_mm, straighten
from sipas_forms.scanning.edges import find_edges
from sipas_forms.scanning.frames import CLEAR, LEAST_BACKED, LEAST_POINTS, QUADRATIC, FrameFit, nearest_boxes
from sipas_forms.scanning.landmarks import NEAR_MM, Laid, bend_by_landmarks, lay_by_landmarks
from sipas_forms.scanning.likely import likely_bend, whole_bend
from sipas_forms.scanning.types import Matrix, Pixels

SEARCH_MM = 1.2  # how far from its place a box's print may lie once the words have laid the page
MARGIN_MM = 1.2  # of print around a box that belongs to its picture
# Correlation of a box's print from which its own place is believed; ink in the box brings it down to 0.4 and less.
SURE_MATCH = 0.7
# ... and from which no ink can have led it astray: empty boxes have 0.95 and more.
PLAIN_MATCH = 0.9
ASTRAY_MM = 0.35  # a box with ink, found this far off the bend: a stroke was taken for its print
BACKED_MM = 0.25  # boxes that lie beside the bend as each other, to this much, say where the box between them is
# The second look at a box: half way to what `decide` calls astray, and half of what an empty box of the page has.
NEAR_SEARCH_MM, NEAR_MATCH = 0.4, 0.5
LEAST_DETAIL = 6.0  # standard deviation of the blank's picture of a box, grey levels: less is no print to look for
BLACK_SCALE = 5  # px a mm at which the page's black is taken
BLACK_FROM = 128  # darkness on the blank (of 255) of print that is black, or as dark as the form's print gets
BLACK_RANK = 75  # percentile: thin lines are blurred
# Lines at a box's edges, so far (mm) to both sides of them: what is at least half as dark on the blank as the darkest
# there, and as dark as this (of 255); and the percentile of the rest that is paper, with a mark in it.
EDGE_MM, LINE_SHARE, LEAST_LINE, PAPER_RANK = 0.8, 0.5, 24.0, 30
WIDE_SEARCH_MM = 2.5  # the same where few words, or the paper's edges alone, have laid the page
SURE_SHARE = 0.9  # of the boxes found: nothing wider is needed
OUTLINE_MATCH = 0.42  # correlation of outlines that are there; other print and other sizes have 0.35 and less
# A sheet whose print lies this near (mm, percentile) to an affine map of it was scanned flat; rollers pull it by
# 0.3 mm, a photo's perspective and curl by several.
FLAT_MM, FLAT_RANK = 0.5, 90
STRAY_MM = 1.0  # what lies further off that map says nothing of it
CORNERS_MM = 15.0  # from a scanned sheet's corners to the picture's: it leans by 3 degrees, with 5 mm of glass around
# Boxes that lie no further off their common bend are laid well; of 0.18 there are pages on which boxes under ink lay
# half a millimetre off, so that other ways are tried, and what shows the boxes better by this counts.
SURE_MM, BETTER = 0.15, 1.01
SURE_WORDS = 0.5  # of the landmarks found near: they are in their places
LEAST_WORDS = 5  # landmarks that lay a page: a rating table leaves few words clear of its boxes


def fit_prints(
    pixels: Pixels, to_pixels: Matrix, blank: BlankPage, known: Bend = FLAT, search_mm: float = SEARCH_MM
) -> FrameFit:
    """Find the print of every box of the page, looked for where `to_pixels` and the bend `known` so far have it."""
    boxes = blank.layout.boxes
    black = _black(pixels, to_pixels, blank, known)
    centers = np.array([box.center for box in boxes]).reshape(-1, 2)
    guessed = known.at(centers)
    nothing = np.zeros((len(boxes), 1, 1), np.uint8)
    none = np.zeros(len(boxes))
    if not boxes:
        return FrameFit(nothing, guessed, guessed, none, none, none, none, 0.0, 1.0, 0.0, black, known)
    measured, match = _matches(pixels, to_pixels, blank, centers + guessed, search_mm)
    printed = ~np.isnan(match)
    if not printed.any():  # the blank shows none of them: its words alone say where they are
        return FrameFit(nothing, guessed, guessed, none + 1, none + 1, none, none, 0.0, 1.0, 0.0, black, known)
    match = np.where(printed, match, 0.0)
    typical = max(float(np.percentile(match[printed], 75)), 0.3)
    seen = np.where(printed, np.clip(match / typical, 0.0, 1.0), 1.0)
    share = float((seen[printed] >= CLEAR).mean())
    sure = printed & (match >= SURE_MATCH * typical)
    if sure.sum() < min(LEAST_POINTS, (int(printed.sum()) + 3) // 4):
        return FrameFit(nothing, guessed, guessed, seen, seen, none, none, np.inf, share, np.inf, black, known)
    bend, _ = fit_bend(centers, measured, sure, most=QUADRATIC)
    smooth = bend.at(centers)
    off = np.linalg.norm(measured - smooth, axis=1)
    plain = printed & (match >= PLAIN_MATCH * typical)
    beside, backed = _as_around(centers, measured - smooth, sure)
    expected = smooth + np.where((backed >= LEAST_BACKED)[:, None], beside, 0.0)
    about = printed & ~sure & (match >= NEAR_MATCH * typical) & (off <= ASTRAY_MM)
    expected[about] = measured[about]
    if not (sure | about).all():  # where it must lie about, less print is enough, and none beside it can draw it away
        near, near_match = _matches(pixels, to_pixels, blank, centers + guessed + smooth + beside, NEAR_SEARCH_MM)
        here = printed & ~sure & ~about & (np.nan_to_num(near_match) >= NEAR_MATCH * typical)
        expected[here] = (smooth + beside + near)[here]
        seen[here] = np.maximum(seen, np.clip(np.nan_to_num(near_match) / typical, 0.0, 1.0))[here]
    offsets = np.where((plain | (sure & (off <= ASTRAY_MM)))[:, None], measured, expected)
    partly = np.maximum(seen, _partly_seen(pixels, to_pixels, blank, centers + guessed + offsets, sure))
    residual = float(np.percentile(off[sure], 90))
    drift = float(np.linalg.norm(guessed + smooth, axis=1).max())
    astray = np.where(sure, off, 0.0)
    return FrameFit(
        nothing, guessed, guessed + offsets, seen, partly, astray, backed, residual, share, drift, black, known + bend
    )


def _matches(
    pixels: Pixels, to_pixels: Matrix, blank: BlankPage, at: NDArray[np.float64], search_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(shift of each box's print from `at`, mm; its correlation, nan where the blank shows nothing)."""
    boxes = blank.layout.boxes
    # a piece may be a pixel short on either side for rounding, hence the millimetre more
    side = max(max(box.w, box.h) for box in boxes) + 2 * (MARGIN_MM + search_mm) + 1.0
    scan = cut(pixels, to_pixels, at, side)
    grid = np.diag([float(PX_PER_MM), float(PX_PER_MM), 1.0])
    printed = cut(blank.pixels, grid, np.array([box.center for box in boxes]), side)
    shifts, match = np.zeros((len(boxes), 2)), np.full(len(boxes), np.nan)
    reach, size = round(search_mm * PX_PER_MM), scan.shape[1]
    for index, box in enumerate(boxes):
        rows, columns = (_part(size, length) for length in (box.h, box.w))
        picture = np.ascontiguousarray(printed[index, rows, columns])
        if float(picture.std()) < LEAST_DETAIL:
            continue
        window = scan[index, rows.start - reach : rows.stop + reach, columns.start - reach : columns.stop + reach]
        found = cv2.matchTemplate(np.ascontiguousarray(window), picture, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(found)
        shifts[index] = (x - reach + _top(found[y], x)) / PX_PER_MM, (y - reach + _top(found[:, x], y)) / PX_PER_MM
        # at the edge of the search the top lies beyond it: nothing was found
        match[index] = best if 0 < x < found.shape[1] - 1 and 0 < y < found.shape[0] - 1 else 0.0
    return shifts, match


def _partly_seen(
    pixels: Pixels, to_pixels: Matrix, blank: BlankPage, at: NDArray[np.float64], sure: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """How clearly the print at a box's edges is seen at its place, by the clearer one of left and right and of top and
    bottom, as a share of what the boxes that are `sure` have: a mark brings the whole box's correlation down, and
    rarely hides both. 0 where the blank shows no line."""
    boxes = blank.layout.boxes
    side = max(max(box.w, box.h) for box in boxes) + 2 * MARGIN_MM + 1.0
    scan = cut(pixels, to_pixels, at, side)
    grid = np.diag([float(PX_PER_MM), float(PX_PER_MM), 1.0])
    printed = cut(blank.pixels, grid, np.array([box.center for box in boxes]), side)
    contrast = np.zeros(len(boxes))
    for index, box in enumerate(boxes):
        place = _part(scan.shape[1], box.h), _part(scan.shape[1], box.w)
        contrast[index] = _edge_contrast(255.0 - scan[index][place], 255.0 - printed[index][place])
    typical = float(np.percentile(contrast[sure], 75))
    return np.clip(contrast / typical, 0.0, 1.0) if typical > 0 else contrast


def _edge_contrast(dark: NDArray[np.float64], printed: NDArray[np.float64]) -> float:
    """How much darker the scan is where lines are printed at a box's edges than beside them, as a share of how dark
    they are on the blank."""
    reach = round((MARGIN_MM + EDGE_MM) * PX_PER_MM)
    pairs = (np.s_[:, :reach], np.s_[:, -reach:]), (np.s_[:reach], np.s_[-reach:])
    clearer = []
    for pair in pairs:
        found = []
        for edge in pair:
            line = printed[edge] >= max(LINE_SHARE * float(printed[edge].max()), LEAST_LINE)
            if line.any() and not line.all():
                paper = np.percentile(dark[edge][~line], PAPER_RANK)
                found.append(float((dark[edge][line].mean() - paper) / printed[edge][line].mean()))
        if found:
            clearer.append(max(found))
    return max(0.0, min(clearer, default=0.0))


def _as_around(
    centers: NDArray[np.float64], beside: NDArray[np.float64], sure: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(how the boxes around each lie beside the bend, mm; the share of them that agree on it)."""
    usual, share = np.zeros_like(beside), np.zeros(len(centers))
    for index, near in enumerate(nearest_boxes(centers)):
        found = near[sure[near]]
        if len(found):
            usual[index] = np.median(beside[found], axis=0)
            share[index] = (np.linalg.norm(beside[found] - usual[index], axis=1) <= BACKED_MM).sum() / len(near)
    return usual, share


def _part(size: int, length: float) -> slice:
    half = round((length / 2 + MARGIN_MM) * PX_PER_MM)
    return slice(size // 2 - half, size // 2 + half)


def _top(values: NDArray[Any], at: int) -> float:
    """How far from `at` the parabola through it and its neighbours has its top, in steps."""
    if not 0 < at < len(values) - 1:
        return 0.0
    left, middle, right = (float(v) for v in values[at - 1 : at + 2])
    curve = left - 2 * middle + right
    return 0.5 * (left - right) / curve if curve < -1e-6 else 0.0


def _black(pixels: Pixels, to_pixels: Matrix, blank: BlankPage, bend: Bend) -> float:
    """How much darker than paper this scan shows the form's print."""
    whole = Rect(0.0, 0.0, *blank.size_mm)
    flat = straighten(pixels, to_pixels, whole, BLACK_SCALE, bend)
    printed = cv2.resize(blank.pixels, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_AREA)
    dark = printed < 255 - BLACK_FROM
    if dark.sum() < 100:
        return 255.0
    return max(1.0, float(np.percentile(flat, 80)) - float(np.percentile(flat[dark], 100 - BLACK_RANK)))


def prove_by_print(
    pixels: Pixels, to_pixels: Matrix, blank: BlankPage, known: Bend | None = None
) -> tuple[Matrix, FrameFit, float]:
    """Lay the page on by its words, near and nearer, then find the print of its boxes; `known` is how it is bent, where
    its content has laid it already. The last value is the share of landmarks that agree (0: they could not lay it)."""
    if not any(kind.shown.any() for kind in blank.kinds):
        return to_pixels, *_by_outlines(pixels, to_pixels, blank)
    best: tuple[Laid, FrameFit] | None = None
    for laid in _by_words(pixels, to_pixels, blank, known):
        frames = fit_prints(pixels, laid.to_pixels, blank, laid.bend)
        if best is None or _plainness(frames) > BETTER * _plainness(best[1]):
            best = laid, frames
        if best[1].share >= SURE_SHARE and best[1].residual_mm <= SURE_MM:
            break
    if best is None:
        frames = fit_prints(pixels, to_pixels, blank)
        # without codes and words nothing tells one row from the next
        return to_pixels, frames if blank.layout.codes else replace(frames, share=0.0), 0.0
    laid, frames = best
    if frames.share < SURE_SHARE:  # few words say little of how a photographed sheet is bent between them
        start = frames.bend if np.isfinite(frames.residual_mm) else laid.bend
        wider = fit_prints(pixels, laid.to_pixels, blank, start, _reach(blank))
        better = wider.share > frames.share and np.isfinite(wider.residual_mm)
        frames = fit_prints(pixels, laid.to_pixels, blank, wider.bend) if better else frames
    return *_whole_page(pixels, laid, frames, blank), laid.share


def _plainness(frames: FrameFit) -> float:
    """How plainly the boxes are seen where a page was laid, 0 to 1; 0 where nothing tells how they lie."""
    return float(frames.seen.mean() * frames.share) if frames.seen.size and np.isfinite(frames.residual_mm) else 0.0


def _by_words(pixels: Pixels, to_pixels: Matrix, blank: BlankPage, known: Bend | None) -> Iterator[Laid]:
    """The page laid on by its words, way after way: near where its content or its corner marks have it; then further
    off, and near again."""
    size, words = blank.size_mm, blank.landmarks
    if known is not None or blank.layout.codes:
        near = bend_by_landmarks(pixels, to_pixels, known or FLAT, words, size)
        if known is not None or near.share >= SURE_WORDS:
            yield near
    far = lay_by_landmarks(pixels, to_pixels, words, size, least=LEAST_WORDS)
    if far is not None:
        yield bend_by_landmarks(pixels, far.to_pixels, far.bend, words, size)
        again = lay_by_landmarks(pixels, far.to_pixels, words, size, NEAR_MM, LEAST_WORDS)
        if again is not None:
            yield again


def _whole_page(pixels: Pixels, laid: Laid, frames: FrameFit, blank: BlankPage) -> tuple[Matrix, FrameFit]:
    """The page laid on by all its words and boxes: a map, and the bend beside it.

    Of a sheet that was scanned the map is affine: perspective that noise or rollers feign would run wild where nothing
    is printed."""
    centers = np.array([box.center for box in blank.layout.boxes]).reshape(-1, 2)
    found = frames.seen >= CLEAR
    points = np.concatenate([laid.places, centers[found]])
    seen = points + np.concatenate([laid.shifts, frames.offsets[found]])
    flat = _scanned(pixels, laid.to_pixels, points, apply(laid.to_pixels, seen), blank.size_mm)
    to_pixels = laid.to_pixels if flat is None else flat
    shifts = _through(laid.to_pixels, to_pixels, seen) - points
    edges = find_edges(pixels, to_pixels, blank.pixels, blank.size_mm, likely_bend(points, shifts))
    bend, sureness = whole_bend(points, shifts, edges, flat is not None)
    guessed, offsets = (
        _through(laid.to_pixels, to_pixels, centers + shift) - centers for shift in (frames.guessed, frames.offsets)
    )
    return to_pixels, replace(frames, bend=bend, guessed=guessed, offsets=offsets, sureness=sureness)


def _scanned(
    pixels: Pixels, laid: Matrix, points: NDArray[np.float64], px: NDArray[np.float64], size_mm: tuple[float, float]
) -> Matrix | None:
    """The affine map of these points (mm) to their pixels, where it explains them and the sheet fills the picture, as
    scanners have it; None of a photo."""
    affine, _ = cv2.estimateAffine2D(points, px, method=cv2.RANSAC, ransacReprojThreshold=STRAY_MM * px_per_mm(laid))
    if affine is None or abs(np.linalg.det(affine[:, :2])) < 1e-6:
        return None
    flat = np.vstack([affine, [0.0, 0.0, 1.0]])
    back = np.asarray(np.linalg.inv(flat), np.float64)
    off = np.linalg.norm(apply(back, px) - points, axis=1)
    sheet, picture = (
        np.array([[0.0, 0.0], [wide, 0.0], [wide, high], [0.0, high]])
        for wide, high in (size_mm, (pixels.shape[1], pixels.shape[0]))
    )
    beyond = np.linalg.norm(apply(back, picture)[None] - sheet[:, None], axis=2).min(axis=1).max()
    return flat if float(np.percentile(off, FLAT_RANK)) <= FLAT_MM and beyond <= CORNERS_MM else None


def _through(one: Matrix, other: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places (mm) of one map of the page as the other has them."""
    return apply(np.asarray(np.linalg.inv(other), np.float64), apply(one, points))


def _reach(blank: BlankPage) -> float:
    """How far a box may be looked for without the next one being taken for it (mm)."""
    centers = np.array([box.center for box in blank.layout.boxes])
    apart = np.linalg.norm(centers[:, None] - centers[None], axis=2) + 1e3 * np.eye(len(centers))
    return min(WIDE_SEARCH_MM, 0.45 * float(apart.min()))


def _by_outlines(pixels: Pixels, to_pixels: Matrix, blank: BlankPage) -> tuple[FrameFit, float]:
    """Where nothing but the layout is known: the boxes' outlines, looked for about where the paper's edges have them.
    Rows must be further apart than that search goes, or one could be taken for the next."""
    centers = np.array([box.center for box in blank.layout.boxes])
    first = fit_prints(pixels, to_pixels, blank, search_mm=_reach(blank))
    _, match = _matches(pixels, to_pixels, blank, centers + first.bend.at(centers), SEARCH_MM)
    if float(np.nanpercentile(match, 75)) < OUTLINE_MATCH:
        return replace(first, share=0.0), 0.0
    return fit_prints(pixels, to_pixels, blank, first.bend), 0.0
