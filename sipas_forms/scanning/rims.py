"""Measures ink on the printed frames themselves, which every other measure looks past: a small tick or dash that lies
along an edge of its box leaves next to nothing within it or beyond.

A cut across an edge has as much darkness as the frame there is wide, however the scan and the printer drew it; a pen on
it adds to that, wherever it lies. What is usual at each place of an edge is known from the page's other boxes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.compose import FRAME
from sipas_forms.scanning.blank import PRINT_MARGIN_MM, BlankPage
from sipas_forms.scanning.crops import PX_PER_MM
from sipas_forms.scanning.marks import BoxInk
from sipas_forms.scanning.types import BoxScore, Pixels

# Each edge is cut across from so far outside the box to where the ink within it counts, and a little beyond.
BAND_MM = 0.4
# Along it, the mean over so much counts: a stroke that only crosses the edge has a third of it.
WINDOW_MM = 1.2
# Boxes with less ink (mm²) in and around them show what is usual; with fewer of them all boxes of the page do.
QUIET_MM2, LEAST_QUIET = 0.05, 4
# Of these, one in ten may have more than what then counts as nothing: print and scan make edges uneven.
USUAL_RANK = 90
MARKED_MM2 = 1.5  # with so much ink inside its frame a box is marked, and nobody asks what lies on it
LEAST_MM = 0.03  # less says nothing: one empty box in fifty has as much on a facsimile


def with_rims(blank: BlankPage, found: BoxInk, boxes: tuple[BoxScore, ...]) -> tuple[BoxScore, ...]:
    """The scores with `BoxScore.rim`, on a page whose boxes are all of one size; `blank`: of these boxes."""
    sizes = {(box.w, box.h) for box in blank.layout.boxes}
    if len(sizes) != 1:
        return boxes
    quiet = np.array([box.ink + box.around <= QUIET_MM2 for box in boxes])
    if np.count_nonzero(quiet) < LEAST_QUIET:
        quiet[:] = True
    cuts = _across(found.darker, *sizes.pop())
    means = [_along(cut) / found.levels.black / PX_PER_MM for cut in cuts]
    more = np.max([(mean - np.median(mean[quiet], axis=0)).max(axis=(1, 2)) for mean in means], axis=0)
    more -= max(float(np.percentile(more[quiet], USUAL_RANK)), 0.0)
    return tuple(
        box if rim < LEAST_MM or box.streak or box.ink > MARKED_MM2 else replace(box, rim=round(rim, 3))
        for box, rim in zip(boxes, more.tolist(), strict=True)
    )


def _across(darker: Pixels, w: float, h: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The darkness of the cuts across the upper and the lower edge of every box, and the left and the right one,
    (boxes, 2, length) each, in grey levels times pixels; `w`, `h`: of the boxes, in the middle of their pieces."""
    side = darker.shape[1]
    left, top = (round((side - size * PX_PER_MM) / 2) for size in (w, h))
    out, within = round(BAND_MM * PX_PER_MM), round((FRAME + 2 * PRINT_MARGIN_MM) * PX_PER_MM)
    upper, lower = slice(top - out, top + within), slice(side - top - within, side - top + out)
    before, after = slice(left - out, left + within), slice(side - left - within, side - left + out)
    across, down = slice(left, side - left), slice(top, side - top)
    level = [darker[:, band, across].sum(axis=1, dtype=np.uint16) for band in (upper, lower)]
    upright = [darker[:, down, band].sum(axis=2, dtype=np.uint16) for band in (before, after)]
    return np.stack(level, axis=1).astype(np.float32), np.stack(upright, axis=1).astype(np.float32)


def _along(cuts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over WINDOW_MM along each edge, (boxes, 2, places)."""
    window = round(WINDOW_MM * PX_PER_MM)
    sums = np.cumsum(np.pad(cuts, ((0, 0), (0, 0), (1, 0))), axis=2)
    return np.asarray((sums[:, :, window:] - sums[:, :, :-window]) / window, np.float32)
