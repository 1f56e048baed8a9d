"""Forms of which nothing but the layout is known: no blank shows what is printed in and around their boxes.

A sheet is laid on by the markers in its corners, or by the paper's edges, or as if the picture were the sheet; the
printed outlines of the boxes, whose shape and size are tried, prove it. They must be found in one way of lying only.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.layout import Named, PageLayout
from sipas_forms.scanning.adopted import adopt_blank
from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, apply
from sipas_forms.scanning.learn import Outline
from sipas_forms.scanning.paper import picture_guesses, sheet_guesses
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import IdentifiedPage, Matrix, Pixels, Problem, RegisteredPage, ScanPage

SHAPES: tuple[Outline, ...] = ("circle", "square")
SIZES = (0.85, 1.0, 1.12, 1.25, 1.4)  # of printed outlines, in boxes of a layout that was measured by hand
ROOM_MM = 0.6  # around a box: an outline that somebody drew for it there
MOST_STRETCH = 1.35  # a slanting photo has 1.2; A4 taken a quarter turn too far has 2
SAME_MM = 1.0  # two guesses that lie nearer to each other are one
FAR_SHARE = 0.1  # of the sheet's diagonal: what lies nearer is the same way of lying, told a little differently
LEAD = 1.15  # times as well as in any other way of lying
QUARTERS = ("tl", "tr", "bl", "br")
SIDE = 1000  # px of the picture's long side in which markers are looked for
# A marker's size, as a share of the one that it has where the sheet fills the picture: photos take a third of it.
MARKER_SIZES = np.geomspace(0.28, 1.15, 22)
LEAST_MARKER_PX = 8
# Correlation of the weakest of four markers: a turned, blurred or dirty one has 0.6 and more, other print up to 0.5.
LEAST_MARKER = 0.55


def without_boxes(picture: Pixels, page: PageLayout, size_mm: tuple[float, float]) -> Pixels:
    """A blank page's picture without the outlines that were drawn for boxes that nobody has seen in print."""
    bare, scale = picture.copy(), picture.shape[1] / size_mm[0]
    for box in page.boxes:
        top, left = (round((v - ROOM_MM) * scale) for v in (box.y, box.x))
        low, right = (round((v + ROOM_MM) * scale) for v in (box.y + box.h, box.x + box.w))
        bare[max(0, top) : low, max(0, left) : right] = 255
    return bare


def outlined(bare: BlankPage) -> tuple[BlankPage, ...]:
    """The blank page with outlines of every shape and size that is tried."""
    return tuple(adopt_blank(bare, shape, size) for shape in SHAPES for size in SIZES)


def register_best(
    identified: IdentifiedPage, blanks: tuple[BlankPage, ...]
) -> tuple[RegisteredPage | Problem, BlankPage]:
    """The page laid onto the blank whose outlines it shows best (there is one only where they are known)."""
    tried = [(register(identified, blank), blank) for blank in blanks]
    return max(tried, key=lambda one: _fitness(one[0]))


def _fitness(page: RegisteredPage | Problem) -> float:
    """How well the outlines of a page are found where it was laid, 0 to 1."""
    if isinstance(page, Problem):
        return 0.0
    return float(page.box_seen.mean() * page.frames_share) if page.box_seen.size else 1.0


def lay_by_outlines(scan: ScanPage, blanks: tuple[BlankPage, ...]) -> Matrix | None:
    """Page millimetres to the scan's pixels, of the way of lying in which the boxes' outlines are found; None where
    they are found in none, or about as well in another."""
    width, height = blanks[0].size_mm
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
    found: list[tuple[float, Matrix, NDArray[np.float64]]] = []
    code = PageCode("", "", blanks[0].layout.number, "")
    for laid in _guesses(scan.pixels, blanks[0]):
        at = apply(laid, corners)
        near = SAME_MM * float(np.linalg.norm(at[1] - at[0])) / width
        new = all(np.linalg.norm(at - other, axis=1).max() > near for _, _, other in found)
        if new and _stretch(at, width / height) <= MOST_STRETCH:
            page, _ = register_best(IdentifiedPage(scan, code, (), laid), blanks)
            found.append((_fitness(page), laid, at))
    found.sort(key=lambda item: -item[0])
    if not found or found[0][0] == 0.0:
        return None
    best, laid, at = found[0]
    # the paper's edges are told several times, a little differently: those are one way of lying
    beside = FAR_SHARE * float(np.linalg.norm(at[2] - at[0]))
    rivals = [fit for fit, _, other in found[1:] if np.linalg.norm(at - other, axis=1).max() > beside]
    return laid if best >= LEAD * max(rivals, default=0.0) else None


def _stretch(corners: NDArray[np.float64], shape: float) -> float:
    """How many times as much a sheet of that shape (width by height) is drawn out one way as the other; `corners`
    (4, 2) are clockwise from the upper left."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    seen = float((sides[0] + sides[2]) / max(sides[1] + sides[3], 1e-9))
    return max(seen / shape, shape / max(seen, 1e-9))


def _guesses(pixels: Pixels, blank: BlankPage) -> Iterator[Matrix]:
    """How the sheet may lie."""
    if blank.layout.fiducials:
        yield from _by_markers(pixels, blank)
    else:
        yield from sheet_guesses(pixels, blank.size_mm)
        yield from picture_guesses(pixels, blank.size_mm)


def _by_markers(pixels: Pixels, blank: BlankPage) -> Iterator[Matrix]:
    """The sheet laid by the markers in its corners, each way up in which they are found."""
    share = min(1.0, SIDE / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    corners = {mark.id: mark for mark in blank.layout.fiducials}
    for turn in range(4):  # quarter turns to the left that make the picture upright
        upright = np.ascontiguousarray(np.rot90(small, turn))
        middles = _four_markers(np.asarray(upright, np.uint8), blank, corners["tl"])
        if middles is None:
            continue
        mm = np.array([corners[name].center for name in QUARTERS], np.float32)
        px = (_turned_back(middles, turn, (small.shape[0], small.shape[1])) / share).astype(np.float32)
        yield np.asarray(cv2.getPerspectiveTransform(mm, px), np.float64)


def _four_markers(upright: Pixels, blank: BlankPage, marker: Named) -> NDArray[np.float64] | None:
    """(4, 2) the middles of the markers, in the order of QUARTERS, pixels; None where they are not in all quarters."""
    height, width = upright.shape
    scale = PX_PER_MM
    shown = blank.pixels[
        round(marker.y * scale) : round((marker.y + marker.h) * scale),
        round(marker.x * scale) : round((marker.x + marker.w) * scale),
    ]
    quarters = [(x, y) for y in (0, height // 2) for x in (0, width // 2)]
    best, found = LEAST_MARKER, None
    for size in MARKER_SIZES:
        wide = round(float(size) * marker.w / blank.size_mm[0] * width)
        high = round(wide * marker.h / marker.w)
        if min(wide, high) < LEAST_MARKER_PX or wide > width // 2 or high > height // 2:
            continue
        picture = cv2.resize(shown, (wide, high), interpolation=cv2.INTER_AREA)
        match = cv2.matchTemplate(upright, picture, cv2.TM_CCOEFF_NORMED)
        tops, worst = [], 1.0
        for x, y in quarters:
            part = match[y : y + height // 2, x : x + width // 2]
            if not part.size:
                break
            _, top, _, (left, high_up) = cv2.minMaxLoc(part)
            worst = min(worst, top)
            tops.append((x + left + wide / 2, y + high_up + high / 2))
        if len(tops) == len(quarters) and worst > best:
            best, found = worst, np.array(tops)
    return found


def _turned_back(points: NDArray[np.float64], turn: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Points of a picture turned to the left `turn` times, in the picture of that `shape` (height, width)."""
    height, width = shape
    for back in range(turn, 0, -1):
        side = width if back % 2 else height  # of the picture before this turn
        points = np.column_stack([side - points[:, 1], points[:, 0]])
    return points
