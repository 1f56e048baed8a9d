"""Lays a scan onto its layout: from the page codes to the fiducials to the printed frames of the boxes.

Each step starts from the one before it: the codes place the page within some millimetres, the fiducials within some
tenths, and the printed frames, dozens of them, prove it (or refuse it) and show where paper or lens bent it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.furniture import FIDUCIAL_RING
from sipas_forms.printing.layout import Named, PageLayout
from sipas_forms.scanning.bend import FLAT, Bend
from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import HALF, apply, halve, px_per_mm
from sipas_forms.scanning.frames import FrameFit, fit_frames
from sipas_forms.scanning.landmarks import lay_by_landmarks
from sipas_forms.scanning.prints import prove_by_print
from sipas_forms.scanning.rows import unproven_boxes
from sipas_forms.scanning.types import FoundCode, IdentifiedPage, Matrix, Pixels, Problem, RegisteredPage

# A fiducial is looked for this far (mm) from where the points known so far have it, and further by this share of its
# distance from the nearest of them: perspective and curl add up on the way.
REACH_MM, REACH_SHARE = 5.0, 0.05
# ... and this far where nothing is known but that the picture is about the sheet: margins that a glass adds or a copier
# cuts.
ABOUT_MM = 12.0
# Points this far apart (mm) show a page's perspective; one code, 20 mm across, doesn't.
FAR_APART_MM = 100.0
# The fiducial beside a code lies within this distance (mm) of all its corners.
CLOSE_MM = 30.0
PATCH_SCALE = 5  # px a mm in the search patch: a 5 mm fiducial is 25 px; finer costs time and finds the same places
NEARBY = 4  # px of the patch around where half the resolution has a fiducial: a pixel there, and one of its own
QUIET_MM = 1.5  # white around a fiducial that belongs to its picture
# Correlation with the drawn fiducial: found ones have 0.80 and more on rough scans, other print under 0.55.
LEAST_MATCH = 0.65
# A finer scan is halved first, so that no pixel of it is skipped over.
FINE_PX_PER_MM = 16.0
# What the frames must show for a page to be read at all; see docs/benchmarks.md for the distribution on good pages.
LEAST_FRAMES_SHARE = 0.7
# ... on a page with all its corner marks: half of 40 bare numbers were hidden by marks, and on a last page with one
# question of nine boxes four fills hide 44% of the frames.
LEAST_HELD_SHARE = 0.4
MOST_RESIDUAL_MM = 0.6
# Codes and fiducials further than this (mm) from where the frames would have them: the frames are those of the next
# row or column (rows are 5.6 mm apart and more). A sheet that curls by 3 mm in a photo moves them by 2 mm.
MOST_POINT_ERROR_MM = 2.5
# Frames that are nearly all there and nearly in place need no second look.
SURE_SHARE, SURE_DRIFT_MM = 0.9, 0.4
# Where most are there and lie as exactly as this, the page's words lay it no better: black boxes hide the others. Of
# clean pages one in 25 is so, and words cost as much as all else that is measured on a page.
EXACT_MM = 0.1
# With this share of the page's words found where the map has them, a sheet may curl by more than that.
WORDS_SHARE = 0.5
# ... but by less than a row's height, 5.6 mm and more.
MOST_CURL_MM = 5.0
# With fewer of its rows proven by their words, a page is not laid.
LEAST_PROVEN = 0.5
# A row that is not proven may lie this far (mm) off, or anywhere.
UNPROVEN_MM = 99.0


@dataclass(frozen=True)
class _Point:
    """A place known in mm and in pixels."""

    mm: tuple[float, float]
    px: tuple[float, float]


def register(identified: IdentifiedPage, blank: BlankPage) -> RegisteredPage | Problem:
    """The page laid onto its layout; a problem where it can't be done safely."""
    pixels, layout = identified.scan.pixels, blank.layout
    code_points = _code_points(identified.found, layout)
    about = _about(identified.laid, blank.size_mm) if identified.laid is not None else []
    # a form without codes has its own signs in the corners, if any, and `laid` knows of them
    found = _find_fiducials(pixels, code_points, about, layout) if layout.codes else {}
    points = [found[f.id] for f in layout.fiducials if f.id in found]
    known = points if len(points) >= 4 else points + code_points
    to_pixels = _fit(known if len(known) > 1 else known + about)
    scale = np.eye(3)
    if px_per_mm(to_pixels) > FINE_PX_PER_MM:
        pixels, scale = halve(pixels), HALF
        to_pixels = scale @ to_pixels
    to_pixels, frames, words = _prove(pixels, to_pixels, blank, identified.bend)
    in_scan = np.asarray(np.linalg.inv(scale) @ to_pixels, np.float64)
    worded = words is not None and words >= WORDS_SHARE
    if identified.laid is not None and not layout.codes:
        error = _moved(identified.laid, identified.bend, in_scan, frames, layout)
        astray = error > MOST_POINT_ERROR_MM and not worded
    else:
        # codes are signed; a fiducial that words speak against may be the other side's on a folded corner
        judged = (code_points if worded else []) or points + code_points or about
        error = _point_error(in_scan, judged, frames.bend if worded else FLAT)
        astray = error > (MOST_CURL_MM if worded else MOST_POINT_ERROR_MM)
    proven = not blank.kinds and (words is not None or not _held(points + code_points, blank.size_mm))
    shown = frames.share
    if proven:
        frames = _proven(pixels, to_pixels, blank, frames)
    # a mark hides a bare number that is circled, and a fill its frame: held by its corner marks, the page is read, of
    # our own forms by their words, too
    held = len(points) == len(layout.fiducials) > 0 and (bool(blank.kinds) or worded)
    exact = frames.residual_mm <= EXACT_MM and not astray
    # so is what is left of one whose lower or upper part is lost: points on both sides leave no room for a column that
    # a fold hides, and words none for a row
    held |= exact and proven and all(_halves(points + code_points, blank.size_mm)[0])
    least = LEAST_HELD_SHARE if held else LEAST_FRAMES_SHARE
    if frames.share < least or frames.residual_mm > MOST_RESIDUAL_MM or astray:
        return Problem("poor_registration", _why_not(shown, max(frames.residual_mm, error), exact))
    return RegisteredPage(
        identified,
        pixels,
        to_pixels,
        tuple(sorted(found)),
        frames.bend,
        frames.pieces,
        frames.guessed,
        frames.offsets,
        frames.seen,
        frames.partly,
        frames.astray,
        frames.backed,
        frames.residual_mm,
        frames.share,
        frames.black,
        frames.sureness,
    )


def _prove(
    pixels: Pixels, to_pixels: Matrix, blank: BlankPage, bend: Bend | None
) -> tuple[Matrix, FrameFit, float | None]:
    """Find the printed frames; where they are not all about where they should be, lay the page on by its words first.
    `bend`: how the sheet is bent, as far as that is known.

    The last value is the share of words that agree; None where the frames needed none.
    """
    if blank.kinds:
        return prove_by_print(pixels, to_pixels, blank, bend)
    frames = fit_frames(pixels, to_pixels, blank.layout)
    if frames.share >= SURE_SHARE and frames.drift_mm <= SURE_DRIFT_MM:
        return to_pixels, frames, None
    if frames.share >= LEAST_FRAMES_SHARE and max(frames.drift_mm, frames.residual_mm) <= EXACT_MM:
        return to_pixels, frames, 0.0
    laid = lay_by_landmarks(pixels, to_pixels, blank.landmarks, blank.size_mm)
    again = laid and lay_by_landmarks(pixels, laid.to_pixels, blank.landmarks, blank.size_mm)
    laid = again or laid
    if laid is None:
        return to_pixels, frames, 0.0
    better = fit_frames(pixels, laid.to_pixels, blank.layout, laid.bend)
    if better.share < frames.share:
        return to_pixels, frames, 0.0
    # words end before the last column of boxes does: the frames beside it know better where a curled edge went
    nearer = fit_frames(pixels, laid.to_pixels, blank.layout, better.bend)
    return laid.to_pixels, nearer if nearer.share > better.share else better, laid.share


def _why_not(shown: float, off_mm: float, exact: bool) -> str:
    """Why a page can't be laid: what there is of it lies where it should, or not."""
    if exact:
        return (
            f"Only {shown:.0%} of the page's boxes are in the picture: a part of it is cut off, covered or lost; scan "
            "the whole page again, or enter it by hand (sipas review)."
        )
    return (
        f"The page can't be laid onto its form safely ({shown:.0%} of the boxes found, {off_mm:.1f} mm off); scan it "
        "again, flat and whole."
    )


def _held(points: list[_Point], size_mm: tuple[float, float]) -> bool:
    """Whether points in all halves of the page hold it: between them no row can slip into another's place, since it
    would take half the page's frames out of theirs."""
    return all(all(halves) for halves in _halves(points, size_mm))


def _halves(points: list[_Point], size_mm: tuple[float, float]) -> list[tuple[bool, bool]]:
    """Across and down: whether there are points in the first half of the page and in the second."""
    first = np.array([p.mm for p in points]).reshape(-1, 2) < np.array(size_mm) / 2
    return [(bool(way.any()), bool((~way).any())) for way in first.T]


def _proven(pixels: Pixels, to_pixels: Matrix, blank: BlankPage, frames: FrameFit) -> FrameFit:
    """The frames without those of rows whose words are not their own; none found where that is most of the page."""
    centers = np.array([box.center for box in blank.layout.boxes]).reshape(-1, 2)
    beside = frames.offsets - frames.bend.at(centers)
    lost = unproven_boxes(pixels, to_pixels, frames.bend, beside, blank.rows, blank.size_mm)
    told = sum(len(row.boxes) for row in blank.rows)
    share = frames.share if len(lost) <= (1 - LEAST_PROVEN) * told else 0.0
    astray = frames.astray.copy()
    astray[lost] = UNPROVEN_MM
    return replace(frames, astray=astray, share=share)


def _code_points(found: tuple[FoundCode, ...], layout: PageLayout) -> list[_Point]:
    points = []
    places = {place.id: place for place in layout.codes}
    for code in found:
        place = places[code.id]
        corners = [
            (place.x, place.y),
            (place.x + place.w, place.y),
            (place.x + place.w, place.y + place.h),
            (place.x, place.y + place.h),
        ]
        points += [_Point(mm, (float(p[0]), float(p[1]))) for mm, p in zip(corners, code.corners, strict=True)]
    return points


def _about(laid: Matrix, size_mm: tuple[float, float]) -> list[_Point]:
    """The corners of the sheet where they are thought to be."""
    width, height = size_mm
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    places = apply(laid, np.array(corners))
    return [_Point(mm, (float(p[0]), float(p[1]))) for mm, p in zip(corners, places, strict=True)]


def _fit(points: list[_Point], simplest: bool = False) -> Matrix:
    """The map that the points can carry: from one code a similarity (its own perspective is lost in a pixel's
    rounding), from points far apart a homography."""
    mm = np.array([p.mm for p in points])
    px = np.array([p.px for p in points])
    spread = float(np.ptp(mm, axis=0).min())  # both ways: from one edge alone perspective runs wild at the other
    if spread > FAR_APART_MM and len(points) >= 4 and not simplest:
        matrix, _ = cv2.findHomography(mm, px, 0)
        if matrix is not None:
            return np.asarray(matrix, np.float64)
    return _similarity(mm, px)


def _similarity(mm: NDArray[np.float64], px: NDArray[np.float64]) -> Matrix:
    """Least squares turn, scale and shift (Umeyama 1991, without reflection)."""
    a, b = mm - mm.mean(axis=0), px - px.mean(axis=0)
    square = float((a**2).sum())
    along = float((a * b).sum()) / square
    across = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / square
    linear = np.array([[along, -across], [across, along]])
    shift = px.mean(axis=0) - linear @ mm.mean(axis=0)
    return np.array([[*linear[0], shift[0]], [*linear[1], shift[1]], [0.0, 0.0, 1.0]])


def _point_error(to_pixels: Matrix, points: list[_Point], bend: Bend) -> float:
    """The largest distance (mm) of a code's corner or a fiducial from where the map has it; or from where the bend has
    it, which knows a curled sheet better, and what lies far from all boxes worse."""
    seen = apply(np.asarray(np.linalg.inv(to_pixels), np.float64), np.array([p.px for p in points]))
    places = np.array([p.mm for p in points])
    off = np.linalg.norm(seen - places, axis=1)
    return float(np.minimum(off, np.linalg.norm(seen - places - bend.at(places), axis=1)).max())


def _moved(laid: Matrix, bend: Bend | None, to_pixels: Matrix, frames: FrameFit, layout: PageLayout) -> float:
    """The largest distance (mm) of a box from where the page's content had it."""
    centers = np.array([box.center for box in layout.boxes]).reshape(-1, 2)
    if not len(centers):
        return 0.0
    thought = apply(np.asarray(np.linalg.inv(to_pixels), np.float64), apply(laid, centers + (bend or FLAT).at(centers)))
    return float(np.linalg.norm(thought - centers - frames.offsets, axis=1).max())


def _find_fiducials(pixels: Pixels, known: list[_Point], about: list[_Point], layout: PageLayout) -> dict[str, _Point]:
    """Fiducials by name; each one found makes the guess for the next, the nearest to known points first. Where the
    page lies is known only `about` until two are found."""
    found: dict[str, _Point] = {}
    left = list(layout.fiducials)
    while left:
        points = known + list(found.values())
        sure = len(points) > 1
        points = points if sure else about
        places = np.array([p.mm for p in points])
        left.sort(key=lambda f: float(np.linalg.norm(places - np.array(f.center), axis=1).min()))
        fiducial = left.pop(0)
        near = np.linalg.norm(places - np.array(fiducial.center), axis=1)
        # beside a code, its own corners know best
        close = [p for p, distance in zip(points, near, strict=True) if distance <= CLOSE_MM]
        guess = _fit(close, simplest=True) if len(close) >= 4 else _fit(points)
        reach = REACH_MM + REACH_SHARE * float(near.min()) if sure else ABOUT_MM
        px = _locate(pixels, guess, fiducial, reach)
        if px is not None:
            found[fiducial.id] = _Point(fiducial.center, px)
    return found


def _locate(pixels: Pixels, guess: Matrix, fiducial: Named, reach: float) -> tuple[float, float] | None:
    """The fiducial's middle in pixels, looked for on a patch that the guess has straightened; None where it isn't."""
    side = fiducial.w + 2 * reach
    cx, cy = fiducial.center
    size = round(side * PATCH_SCALE)
    grid = np.array([[1 / PATCH_SCALE, 0, cx - side / 2], [0, 1 / PATCH_SCALE, cy - side / 2], [0, 0, 1]])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    to_source = np.linalg.inv(half) @ guess @ grid @ half
    patch = cv2.warpPerspective(
        pixels, to_source, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,)
    )
    picture = _picture_of(fiducial)
    best, (x, y) = _best_match(np.asarray(patch, np.uint8), picture)
    if best < LEAST_MATCH:
        return None
    dx, dy = _middle_of_mass(np.asarray(patch[y : y + picture.shape[0], x : x + picture.shape[1]], np.uint8))
    at = np.array([[x + dx, y + dy]]) / PATCH_SCALE + np.array([[cx - side / 2, cy - side / 2]])
    px = apply(guess, at)[0]
    return float(px[0]), float(px[1])


def _best_match(patch: Pixels, picture: Pixels) -> tuple[float, tuple[int, int]]:
    """The correlation of a picture with the place of a patch that it fits best, and that place (its corner, px): looked
    for at half the resolution, which takes a third of the time, and then nearby."""
    _, _, _, about = cv2.minMaxLoc(cv2.matchTemplate(halve(patch), halve(picture), cv2.TM_CCOEFF_NORMED))
    left, top = (max(0, 2 * at - NEARBY) for at in about)
    near = patch[top : 2 * about[1] + picture.shape[0] + NEARBY, left : 2 * about[0] + picture.shape[1] + NEARBY]
    _, best, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(near, picture, cv2.TM_CCOEFF_NORMED))
    return best, (left + x, top + y)


def _picture_of(fiducial: Named) -> Pixels:
    """A fiducial as drawn, with the white around it, at PATCH_SCALE."""
    quiet, side = round(QUIET_MM * PATCH_SCALE), round(fiducial.w * PATCH_SCALE)
    picture = np.full((side + 2 * quiet,) * 2, 255, np.uint8)
    picture[quiet:-quiet, quiet:-quiet] = 0
    if fiducial.id == "tl":
        ring = quiet + round(FIDUCIAL_RING * PATCH_SCALE)
        picture[ring:-ring, ring:-ring] = 255
    return picture


def _middle_of_mass(patch: NDArray[np.uint8]) -> tuple[float, float]:
    """Centre of the darkness of the blot in the middle (patch pixels, from its corner): a fraction of a pixel exact."""
    dark = 255.0 - patch
    tones = np.sort(patch, axis=None)
    low, high = 255.0 - tones[len(tones) * 9 // 10], 255.0 - tones[len(tones) // 10]
    mask = (dark > (low + high) / 2).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    size = patch.shape[0]
    quiet = round(QUIET_MM * PATCH_SCALE)
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if count > 1 else 0
    w, h = int(stats[best][cv2.CC_STAT_WIDTH]), int(stats[best][cv2.CC_STAT_HEIGHT])
    expected = size - 2 * quiet
    if best == 0 or abs(w - expected) > 0.15 * expected or abs(h - expected) > 0.15 * expected:
        return size / 2, size / 2  # something touches it: the place of the best match is the safer one
    weight = np.where(labels == best, dark - low, 0.0)
    total = weight.sum()
    steps = np.arange(size) + 0.5
    return float((weight.sum(axis=0) * steps).sum() / total), float((weight.sum(axis=1) * steps).sum() / total)
