"""Ink on printed words: a tick through an option's label, where print hides strokes from everything else that looks.

The darkness of a label, summed up, is what was printed, whatever the blur: times one factor for the whole page, its
printer's and scanner's. What a label has beyond that, somebody has added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.types import InkLevels, Pixels

# mm² of print that a label has at least: below, a grain of dirt is more than the print's own spread.
LEAST_PRINT = 0.5
# mm from the top of a line of words to its bottom, with the room around it, at least: ruled lines are lower, and the
# territories of two questions cut them at a hair's breadth.
LEAST_HEIGHT = 2.5
# Labels that tell the page's factor and how far they scatter around it.
LEAST_LABELS = 6
# Beyond this many times the scatter, ink was added: so it was said of one in 500 questions on whose labels nobody wrote
# (all profiles of the simulator, seeds 304 to 306); a tick of 4 mm on a label of 6 mm² is seen in all but `photo`.
SCATTER = 4.0
SCALE_OF_MAD = 1.4826  # median deviation to standard deviation, of a normal distribution
# Paper is darker than paper by less than this many times its noise.
PAPER_NOISE = 2.0


@dataclass(frozen=True)
class Label:
    """Words in a question's row: its place on the body at AREA_SCALE, which pixels of it, how much print (mm²)."""

    question: str
    rows: slice
    columns: slice
    mask: NDArray[np.uint8]
    printed: float


def find_labels(
    words: NDArray[np.uint8], print_: Pixels, owner: NDArray[np.uint8], names: tuple[str, ...], px_per_mm: float
) -> tuple[Label, ...]:
    """The labels of a blank page's body. `words`: where print may lie, with room around it; `print_`: its darkness;
    `owner`: 1 + index into `names` of the question, or 0 where no label is looked for."""
    return tuple(_labels(((words > 0) & (owner > 0)).astype(np.uint8), print_, owner, names, px_per_mm))


def _labels(
    places: NDArray[np.uint8], print_: Pixels, owner: NDArray[np.uint8], names: tuple[str, ...], px_per_mm: float
) -> Iterator[Label]:
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(places, connectivity=8)
    for number in range(1, count):
        x, y, w, h = (int(v) for v in stats[number, :4])
        rows, columns = slice(y, y + h), slice(x, x + w)
        mask = (numbers[rows, columns] == number).astype(np.uint8)
        printed = float(print_[rows, columns][mask > 0].sum()) / 255 / px_per_mm**2
        owners = np.bincount(owner[rows, columns][mask > 0])
        if printed >= LEAST_PRINT and h >= LEAST_HEIGHT * px_per_mm:
            yield Label(names[int(owners.argmax()) - 1], rows, columns, mask, printed)


def ink_on_labels(labels: tuple[Label, ...], darker: Pixels, levels: InkLevels, px_per_mm: float) -> dict[str, float]:
    """mm² of ink per question that its labels have beyond their print. `darker`: the body at AREA_SCALE, grey levels
    darker than paper."""
    added: dict[str, float] = {}
    if len(labels) < LEAST_LABELS:
        return added
    _, ink = cv2.threshold(darker, PAPER_NOISE * levels.noise, 255, cv2.THRESH_TOZERO)
    found = np.array([cv2.mean(ink[label.rows, label.columns], label.mask)[0] * label.mask.sum() for label in labels])
    printed = np.array([label.printed for label in labels])
    share = found / (levels.black * px_per_mm**2) / printed
    usual = float(np.median(share))
    scatter = SCALE_OF_MAD * float(np.median(np.abs(share - usual)))
    beyond = share - usual
    for label, more in zip(labels, beyond, strict=True):
        if more > SCATTER * scatter:
            # in the page's own black, as all ink is counted
            added[label.question] = added.get(label.question, 0.0) + float(more) * label.printed
    return added
