"""Lines that no hand drew: a grain of dust on the scanner's glass, or a scratched roller, draws one down (or across)
the whole page.

In the scan such a line runs exactly along the paper's path. On the straightened page it leans by the page's own turn,
which is known, so that all of its ink falls on one value of `x - y·lean`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import AREA_SCALE, BANDS, BlankPage, band_edges, band_sums
from sipas_forms.scanning.crops import apply
from sipas_forms.scanning.types import InkLevels, Matrix, Pixels

# A streak shows in this share of the bands where print doesn't hide it: faint ones come through a black-and-white
# scan as a dotted line. A column of 22 crosses, each leaving its box by a millimetre, shows in a third.
LEAST_BANDS = 0.5
# ... and there must be this many bands to judge by: a quarter of the page.
LEAST_FREE = BANDS // 4
# It shows in a band where the open paper (every other row of it) is darker on average, by this share of printed black,
# than the paper to both sides: a third of what is ink in a box, where a mark may hide what is fainter still.
SHOWN_FROM = 0.045
SHOWN_NOISE = 1.5  # ... and by this many times the noise of empty paper
OPEN = 0.3  # share of a band that must be open paper for it to be judged
AWAY_MM, BESIDE_MM = 1.6, 1.0  # the paper to both sides: strips so wide, their middles so far away
# Wider is no streak: dust and scratches draw lines of up to 0.4 mm, blur and the bend of a page double that. The
# print of a page that isn't laid well shows in wide stretches, and what is written there would go with them.
WIDEST_MM = 2.0
WIDE_SHARE = 0.4  # its width is where it shows in this share of the bands in which its middle does
BLUR_MM = 0.25  # ink this near to its edge is taken for a part of it: what the bend of a page may move it by


@dataclass(frozen=True)
class Streak:
    """A straight line across the page: x = at + lean · y for an upright one, y = at + lean · x for a level one (mm).
    What lies within `reach` mm of its middle is its ink."""

    upright: bool
    at: float
    lean: float
    reach: float

    def covers(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether places (mm) may hold its ink."""
        across, along = (x, y) if self.upright else (y, x)
        return np.asarray(np.abs(across - self.at - self.lean * along) <= self.reach)


def find_streaks(darker: Pixels, levels: InkLevels, blank: BlankPage, to_pixels: Matrix) -> tuple[Streak, ...]:
    """Streaks on the page's body, by how much darker than paper it is (at AREA_SCALE).

    A device draws them down its own picture. The faint ones are looked for in that direction only, since lines that are
    printed on the sheet's other side, and show through, run across as well."""
    lean, sideways = _lean(to_pixels)
    free = blank.open_paper.view(np.uint8)
    seen = np.asarray(cv2.multiply(darker, free), np.uint8)
    fed = max(SHOWN_FROM * levels.black, SHOWN_NOISE * levels.noise), levels.ink
    down, across = blank.open_bands
    upright = _lines(seen, down, lean, fed[sideways])
    level = _lines(np.asarray(cv2.transpose(seen), np.uint8), across, -lean, fed[not sideways])
    left, top = blank.body.x, blank.body.y
    # from pixels of the body to millimetres of the page
    found = [Streak(True, left + at / AREA_SCALE - lean * top, lean, reach) for at, reach in upright]
    found += [Streak(False, top + at / AREA_SCALE + lean * left, -lean, reach) for at, reach in level]
    return tuple(found)


def under(streaks: tuple[Streak, ...], blank: BlankPage) -> NDArray[np.bool_]:
    """Where on the page's body (at AREA_SCALE) streaks hide what is written."""
    hidden = np.zeros(blank.open_paper.shape, bool)
    rows, columns = np.indices(hidden.shape, np.float64)
    x = np.asarray(blank.body.x + (columns + 0.5) / AREA_SCALE, np.float64)
    y = np.asarray(blank.body.y + (rows + 0.5) / AREA_SCALE, np.float64)
    for streak in streaks:
        hidden |= streak.covers(x, y)
    return hidden


def _lean(to_pixels: Matrix) -> tuple[float, bool]:
    """Δx per Δy on the page of a line that is upright (or, negated, Δy per Δx of one that is level) on the scan, and
    whether the page came sideways."""
    inverse = np.linalg.inv(to_pixels)
    middle = apply(to_pixels, np.array([[105.0, 148.0]]))[0]
    step = np.array([0.0, 50.0])
    ends = apply(np.asarray(inverse, np.float64), np.array([middle - step, middle + step], np.float64))
    dx, dy = ends[1] - ends[0]
    sideways = bool(abs(dx) > abs(dy))
    return float(-dy / dx if sideways else dx / dy), sideways


def _lines(seen: Pixels, free: NDArray[np.int32], lean: float, least: float) -> list[tuple[float, float]]:
    """(position in pixels where y is 0, half width in mm) of the upright lines that show in half of the bands where
    they could. `seen` is the darkness of open paper, `free` how much of that there is in each band."""
    shown, judged = _bands(seen, free, lean, least)
    near = shown.copy()
    near[:, 1:-1] |= shown[:, :-2] | shown[:, 2:]  # a line wanders by a pixel
    times, possible = near.sum(axis=0), judged.sum(axis=0)
    candidates = np.flatnonzero((possible >= LEAST_FREE) & (times >= LEAST_BANDS * possible))
    lines: list[tuple[float, float]] = []
    for run in np.split(candidates, np.flatnonzero(np.diff(candidates) > 3) + 1):
        if not run.size:
            continue
        own = shown[:, run].sum(axis=0)
        wide = run[own >= WIDE_SHARE * own.max()]
        width = float(wide[-1] - wide[0] + 1) / AREA_SCALE
        if width <= WIDEST_MM:
            lines.append((float(wide[0] + wide[-1] + 1) / 2 - _room(seen.shape[0], lean), width / 2 + BLUR_MM))
    return lines


def _bands(
    seen: Pixels, free: NDArray[np.int32], lean: float, least: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(BANDS, width with room for the lean): where the open paper of a band is darker than on both sides, and where
    there is enough of it to tell; each band moved so that a line that leans stands upright at its place in row 0."""
    length, width = seen.shape
    room = _room(length, lean)
    mean = np.zeros((BANDS, width + 2 * room), np.float32)
    judged = np.zeros(mean.shape, bool)
    means = band_sums(seen) / np.maximum(free, 1)
    edges = band_edges(length)
    enough = free >= OPEN / 2 * np.diff(edges)[:, None]  # every second row counts
    for band, (top, bottom) in enumerate(pairwise(edges)):
        start = room - round(lean * (top + bottom) / 2)
        mean[band, start : start + width] = means[band]
        judged[band, start : start + width] = enough[band]
    beside = cv2.blur(mean, (round(BESIDE_MM * AREA_SCALE), 1), borderType=cv2.BORDER_CONSTANT)
    away = round(AWAY_MM * AREA_SCALE)
    darkest = np.maximum(np.roll(beside, away, axis=1), np.roll(beside, -away, axis=1))
    return (mean - darkest > least) & judged, judged


def _room(length: int, lean: float) -> int:
    """Pixels that a leaning line may move to either side over the page."""
    return int(abs(lean) * length) + 2
