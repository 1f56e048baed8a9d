"""Sheets that carry none of our codes: which page of the form it is, and about how it lies, by what is printed on it.

Features of the blank page are looked for on the scan or photo; those that agree lay the page on. A sheet whose rows
are alike could be laid on a row too far, so that the whole page is then compared with the blank, and with itself moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.layout import Rect
from sipas_forms.scanning.bend import FLAT, Bend, fit_bend
from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import apply, straighten
from sipas_forms.scanning.likely import likely_bend
from sipas_forms.scanning.types import IdentifiedPage, Matrix, Pixels, ScanPage

SCALE = 3.5  # px a mm of the blank page's features (90 dpi): words keep their shape
SCAN_SIDE = 1600  # px of the scan's long side: a sheet that fills half of a photo still has 2.5 px a mm
MOST_FEATURES = 12_000  # rows of dots and noise have thousands; with 4,000 the words of such a form were left out
RATIO = 0.8  # Lowe's test: the best match is nearer than the second by this
AGREE_PX = 4.0  # at SCALE: 1.1 mm, which curl and unevenness need
# A sheet curls by this much (mm) beside the map of its features, and beside its bend they lie within EXACT_MM: half of
# them within 0.06 mm, what was mistaken for another letter further off.
CURL_MM, EXACT_MM = 5.0, 0.6
LEAST_AGREE = 20  # features that lay a page; four would do for a homography, chance gives up to a dozen
# Something must stand out at so many places of a page: a homography needs four, and half of them may be marked over.
LEAST_SPREAD, SPREAD_MM = 8, 15.0
LEAD = 1.5  # times as many as the next best page of the form
# The page moved by up to ROOM_MM in any direction must fit worse than where it lies by this correlation.
CHECK_SCALE, ROOM_MM, NEAR_MM, LEAST_LEAD = 2, 16.0, 2.5, 0.03
LEAST_LIKE = 0.25  # correlation of the whole page with its blank; handwriting and marks leave 0.5 and more
SHEET_LEAST = 0.03  # of the picture that a sheet takes up: less is too coarse to read


@dataclass(frozen=True)
class Features:
    """What stands out on a blank page: places (n, 2) in mm, and their descriptions."""

    places: NDArray[np.float64]
    descriptors: NDArray[np.float32]


@dataclass(frozen=True)
class FoundPage:
    """A page of the form, page millimetres to the scan's pixels, and how the sheet is bent beside that, where it can be
    told; `agree`: features that say so."""

    number: int
    to_pixels: Matrix
    agree: int
    bend: Bend | None = None

    def identified(self, scan: ScanPage, code: PageCode) -> IdentifiedPage:
        """The scan as that page of a form."""
        return IdentifiedPage(scan, code, (), self.to_pixels, self.bend)


def features_of(blank: BlankPage) -> Features:
    """The features of a blank page."""
    size = (round(blank.size_mm[0] * SCALE), round(blank.size_mm[1] * SCALE))
    small = cv2.resize(blank.pixels, size, interpolation=cv2.INTER_AREA)
    points, descriptors = _detect(np.asarray(small, np.uint8))
    return Features((points + 0.5) / SCALE, descriptors)


def spread(features: Features) -> int:
    """At how many places of a page, SPREAD_MM apart, something stands out."""
    return len({(int(x // SPREAD_MM), int(y // SPREAD_MM)) for x, y in features.places})


def scan_features(pixels: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """(places in the scan's pixels, descriptions)."""
    share = min(1.0, SCAN_SIDE / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) if share < 1 else pixels
    points, descriptors = _detect(np.asarray(small, np.uint8))
    return (points + 0.5) / share, descriptors


def match_page(
    number: int, features: Features, points: NDArray[np.float64], descriptors: NDArray[np.float32]
) -> FoundPage | None:
    """How a scan lies if it is that page; None where too little agrees."""
    if min(len(features.places), len(points)) < LEAST_AGREE:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(features.descriptors, descriptors, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) < LEAST_AGREE:
        return None
    mm = features.places[[match.queryIdx for match in good]]
    px = points[[match.trainIdx for match in good]]
    cv2.setRNGSeed(1)  # the same scan gives the same answer
    found, agree = cv2.findHomography(px, mm * SCALE, cv2.USAC_MAGSAC, AGREE_PX, maxIters=5000, confidence=0.9999)
    if found is None or int(agree.sum()) < LEAST_AGREE:
        return None
    back = np.asarray(np.linalg.inv(np.diag([1 / SCALE, 1 / SCALE, 1.0]) @ found), np.float64)
    if abs(back[2, 2]) < 1e-12:
        return None
    back = back / back[2, 2]
    return FoundPage(number, back, int(agree.sum()), _bend(mm, px, back))


def _bend(mm: NDArray[np.float64], px: NDArray[np.float64], to_pixels: Matrix) -> Bend | None:
    """How a sheet is bent, by its features: a photographed one curls by millimetres that no perspective explains."""
    beside = apply(np.asarray(np.linalg.inv(to_pixels), np.float64), px) - mm
    about = np.isfinite(beside).all(axis=1) & (np.linalg.norm(beside, axis=1) <= CURL_MM)
    rough, _ = fit_bend(mm, beside, about)
    own = np.linalg.norm(beside - rough.at(mm), axis=1) <= EXACT_MM
    return likely_bend(mm[own], beside[own]) if own.sum() >= LEAST_AGREE else None


def best_page(found: list[FoundPage]) -> FoundPage | None:
    """The page that most features agree on, if it leads the others clearly."""
    ordered = sorted(found, key=lambda page: -page.agree)
    if not ordered or (len(ordered) > 1 and ordered[0].agree < LEAD * ordered[1].agree):
        return None
    return ordered[0]


def lies_plainly(pixels: Pixels, to_pixels: Matrix, blank: BlankPage, bend: Bend = FLAT) -> bool:
    """Whether the whole page looks like its blank, and nowhere else than where it lies."""
    width, height = blank.size_mm
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64) @ to_pixels.T
    if (corners[:, 2] <= 0).any():
        return False
    outline = (corners[:, :2] / corners[:, 2:]).astype(np.float32)
    area = float(cv2.contourArea(outline, oriented=True))
    if area < SHEET_LEAST * pixels.size or not cv2.isContourConvex(outline):
        return False  # turned inside out, or folded over
    room = Rect(-ROOM_MM, -ROOM_MM, width + 2 * ROOM_MM, height + 2 * ROOM_MM)
    flat = _evened(straighten(pixels, to_pixels, room, CHECK_SCALE, bend))
    size = (round(width * CHECK_SCALE), round(height * CHECK_SCALE))
    printed = _evened(np.asarray(cv2.resize(blank.pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
    match = cv2.matchTemplate(flat, printed, cv2.TM_CCOEFF_NORMED)
    middle, near = round(ROOM_MM * CHECK_SCALE), round(NEAR_MM * CHECK_SCALE)
    around = np.s_[middle - near : middle + near + 1, middle - near : middle + near + 1]
    here = float(match[around].max())
    match[around] = -1.0
    return here >= LEAST_LIKE and here - float(match.max()) >= LEAST_LEAD


def _evened(picture: Pixels) -> Pixels:
    """Darkness beside the surroundings: shadows and tints don't count."""
    paper = cv2.blur(cv2.dilate(picture, np.ones((7, 7), np.uint8)), (15, 15))
    return np.asarray(cv2.subtract(paper, picture), np.uint8)


def _detect(picture: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    library: Any = cv2  # its type stubs leave SIFT out
    sift = library.SIFT_create(nfeatures=MOST_FEATURES, contrastThreshold=0.03)
    points, descriptors = sift.detectAndCompute(picture, None)
    if descriptors is None:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))  # Arandjelović 2012
    return np.array([point.pt for point in points], np.float64), root.astype(np.float32)
