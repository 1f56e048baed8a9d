"""Measures ink on the printed frames themselves, which every other measure looks past: a small tick or dash that lies
along an edge of its box leaves next to nothing within it or beyond.

A cut across an edge has as much darkness as the frame there is wide, however the scan and the printer drew it; a pen on
it adds to that, wherever it lies. What is usual at each place of an edge is known from the page's other boxes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import AROUND_MM, PRINT_MARGIN_MM, BlankPage
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
    """The scores with `BoxScore.rim`, on a page whose boxes are squares of one size."""
    if len({side for box in blank.layout.boxes for side in (box.w, box.h)}) != 1:
        return boxes
    quiet = np.array([box.ink + box.around <= QUIET_MM2 for box in boxes])
    if np.count_nonzero(quiet) < LEAST_QUIET:
        quiet[:] = True
    means = _along(_across(found.darker, blank.inside[0])) / found.levels.black / PX_PER_MM
    more = (means - np.median(means[quiet], axis=0)).max(axis=(1, 2))
    more -= max(float(np.percentile(more[quiet], USUAL_RANK)), 0.0)
    return tuple(
        box if rim < LEAST_MM or box.streak or box.ink > MARKED_MM2 else replace(box, rim=round(rim, 3))
        for box, rim in zip(boxes, more.tolist(), strict=True)
    )


def _across(darker: Pixels, inside: slice) -> NDArray[np.float32]:
    """The darkness of the cuts across the upper, lower, left and right edge of every box, (boxes, 4, length), in grey
    levels times pixels; `inside`: of a piece, along either side, what is the inside of its box."""
    side = darker.shape[1]
    edge = round(AROUND_MM * PX_PER_MM)
    first, last = edge - round(BAND_MM * PX_PER_MM), inside.start + round(PRINT_MARGIN_MM * PX_PER_MM)
    near, far, along = slice(first, last), slice(side - last, side - first), slice(edge, side - edge)
    bands = [darker[:, near, along], darker[:, far, along]]
    bands += [darker[:, along, near].transpose(0, 2, 1), darker[:, along, far].transpose(0, 2, 1)]
    # short sums are quick: a band has no more than 20 rows of 255 at most
    return np.stack([band.sum(axis=1, dtype=np.uint16) for band in bands], axis=1).astype(np.float32)


def _along(cuts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over WINDOW_MM along each edge, (boxes, 4, places)."""
    window = round(WINDOW_MM * PX_PER_MM)
    sums = np.cumsum(np.pad(cuts, ((0, 0), (0, 0), (1, 0))), axis=2)
    return np.asarray((sums[:, :, window:] - sums[:, :, :-window]) / window, np.float32)
