"""Lines that no hand drew: a grain of dust on the scanner's glass, or a scratched roller, draws one down (or across)
the whole page.

In the scan such a line runs exactly along the paper's path. On the straightened page it leans by the page's own turn,
which is known, so that all of its ink falls on one value of `x - y·lean`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import AREA_SCALE, BlankPage
from sipas_forms.scanning.crops import apply
from sipas_forms.scanning.types import Matrix

BANDS = 60  # the page is cut into this many bands along the line (some 3.5 mm each)
# A streak shows in this share of the bands where print doesn't hide it: faint ones come through a black-and-white
# scan as a dotted line. A column of 22 crosses, each leaving its box by a millimetre, shows in a third.
LEAST_BANDS = 0.5
# ... and there must be this many bands to judge by: a quarter of the page.
LEAST_FREE = BANDS // 4
# Wider is no streak: dust and scratches draw lines of up to 0.4 mm, blur and the bend of a page double that. The
# print of a page that isn't laid well shows in wide stretches, and what is written there would go with them.
WIDEST_MM = 2.0
BLUR_MM = 0.4  # ink this near to the edge of a streak is taken for a part of it


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


def find_streaks(inked: NDArray[np.uint8], blank: BlankPage, to_pixels: Matrix) -> tuple[Streak, ...]:
    """Streaks in the ink of the page's body (at AREA_SCALE, where `blank.open_paper`)."""
    points = cv2.findNonZero(inked)
    if points is None:
        return ()
    x, y = points.reshape(-1, 2).astype(np.float64).T
    lean = _lean(to_pixels)
    free = blank.open_paper
    upright = _lines(x, y, free, lean)
    level = _lines(y, x, free.T, -lean)
    left, top = blank.body.x, blank.body.y
    # from pixels of the body to millimetres of the page
    found = [Streak(True, left + at / AREA_SCALE - lean * top, lean, reach) for at, reach in upright]
    found += [Streak(False, top + at / AREA_SCALE + lean * left, -lean, reach) for at, reach in level]
    return tuple(found)


def under(streaks: tuple[Streak, ...], blank: BlankPage) -> NDArray[np.bool_]:
    """Where on the page's body (at AREA_SCALE) streaks hide what is written."""
    hidden = np.zeros(blank.area_of.shape, bool)
    if not streaks:
        return hidden
    rows, columns = np.indices(hidden.shape, np.float64)
    x = np.asarray(blank.body.x + (columns + 0.5) / AREA_SCALE, np.float64)
    y = np.asarray(blank.body.y + (rows + 0.5) / AREA_SCALE, np.float64)
    for streak in streaks:
        hidden |= streak.covers(x, y)
    return hidden


def _lean(to_pixels: Matrix) -> float:
    """Δx per Δy on the page of a line that is upright (or, negated, Δy per Δx of one that is level) on the scan."""
    inverse = np.linalg.inv(to_pixels)
    middle = apply(to_pixels, np.array([[105.0, 148.0]]))[0]
    step = np.array([0.0, 50.0])
    ends = apply(np.asarray(inverse, np.float64), np.array([middle - step, middle + step], np.float64))
    dx, dy = ends[1] - ends[0]
    if abs(dx) > abs(dy):  # the page came sideways
        dx, dy = -dy, dx
    return float(dx / dy)


def _lines(
    across: NDArray[np.float64], along: NDArray[np.float64], free: NDArray[np.bool_], lean: float
) -> list[tuple[float, float]]:
    """(position in pixels where `along` is 0, half width in mm) of the lines that show in nearly all bands where they
    could."""
    length = free.shape[0]
    band = np.minimum((along * BANDS / length).astype(int), BANDS - 1)
    offset = int(abs(lean) * length) + 2
    place = np.rint(across - lean * along).astype(int) + offset
    width = free.shape[1] + 2 * offset
    hit = np.zeros((BANDS, width), bool)
    hit[band, np.clip(place, 0, width - 1)] = True
    hit[:, 1:-1] |= hit[:, :-2] | hit[:, 2:]  # a line wanders by a pixel
    shown = hit.sum(axis=0)
    candidates = np.flatnonzero(shown >= LEAST_BANDS * LEAST_FREE)
    lines: list[tuple[float, float]] = []
    for start in np.split(candidates, np.flatnonzero(np.diff(candidates) > 3) + 1):
        if not start.size:
            continue
        best = int(start[np.argmax(shown[start])])
        steps = np.arange(length)
        columns = np.clip(np.rint(best - offset + lean * steps).astype(int), 0, free.shape[1] - 1)
        possible = np.bincount((steps * BANDS) // length, weights=free[steps, columns], minlength=BANDS) > 0
        if possible.sum() >= LEAST_FREE and (hit[:, best] & possible).sum() >= LEAST_BANDS * possible.sum():
            wide = start[shown[start] >= 0.7 * shown[best]]
            half = (float(wide[-1] - wide[0]) + 1) / 2 / AREA_SCALE
            if 2 * half > WIDEST_MM:
                continue
            lines.append((float(wide[0] + wide[-1]) / 2 - offset + 0.5, half + BLUR_MM))
    return lines
