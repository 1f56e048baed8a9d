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
# ... and so high is each column of it: a ruled line that hangs on a word's tail is lower.
LEAST_COLUMN = 1.8
# mm: a longer label is looked at in parts of about this width, or a short stroke is lost in the spread of many words;
# it is cut where there is least print, within a quarter of that.
PART_MM = 8.0
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
    """Words, or a part of them, in a question's row: their place on the body at AREA_SCALE, which pixels of it, and how
    dark the print is there (0 elsewhere)."""

    question: str
    rows: slice
    columns: slice
    mask: NDArray[np.uint8]
    print_: Pixels


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
        if h < LEAST_HEIGHT * px_per_mm:
            continue
        rows, whole = slice(y, y + h), slice(x, x + w)
        label = (numbers[rows, whole] == number).astype(np.uint8)
        question = names[int(np.bincount(owner[rows, whole][label > 0]).argmax()) - 1]
        label[:, label.sum(axis=0) < LEAST_COLUMN * px_per_mm] = 0
        dark = print_[rows, whole] * label
        for part in _parts(dark, round(PART_MM * px_per_mm)):
            if dark[:, part].sum(dtype=np.int64) >= LEAST_PRINT * 255 * px_per_mm**2:
                yield Label(question, rows, slice(x + part.start, x + part.stop), label[:, part], dark[:, part])


def _parts(print_: Pixels, usual: int) -> Iterator[slice]:
    """The columns of a label, cut into parts of about `usual` pixels where there is least print."""
    width = print_.shape[1]
    dark = print_.sum(axis=0, dtype=np.int64)
    start, count = 0, max(1, round(width / usual))
    for number in range(1, count):
        middle, room = round(number * width / count), usual // 4
        end = middle - room + int(dark[middle - room : middle + room].argmin())
        yield slice(start, end)
        start = end
    yield slice(start, width)


def ink_on_labels(
    labels: tuple[Label, ...], darker: Pixels, hidden: NDArray[np.bool_], levels: InkLevels, px_per_mm: float
) -> dict[str, float]:
    """mm² of ink per question that its labels have beyond their print. `darker`: the body at AREA_SCALE, grey levels
    darker than paper; `hidden`: where a line of the scanner runs."""
    _, ink = cv2.threshold(darker, PAPER_NOISE * levels.noise, 255, cv2.THRESH_TOZERO)
    ink[hidden] = 0
    seen, shares, prints = [], [], []
    for label in labels:
        clear = ~hidden[label.rows, label.columns]
        printed = float(label.print_[clear].sum(dtype=np.int64)) / 255 / px_per_mm**2
        if printed >= LEAST_PRINT:
            found = cv2.mean(ink[label.rows, label.columns], label.mask)[0] * int(label.mask.sum())
            seen.append(label.question)
            shares.append(found / (levels.black * px_per_mm**2) / printed)
            prints.append(printed)
    if len(seen) < LEAST_LABELS:
        return {}
    usual = float(np.median(shares))
    scatter = SCALE_OF_MAD * float(np.median(np.abs(np.array(shares) - usual)))
    added: dict[str, float] = {}
    for question, share, printed in zip(seen, shares, prints, strict=True):
        if share - usual > SCATTER * scatter:
            # in the page's own black, as all ink is counted
            added[question] = added.get(question, 0.0) + (share - usual) * printed
    return added
