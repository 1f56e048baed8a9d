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
class Labels:
    """Words in the questions' rows, or parts of them, of a blank page's body at AREA_SCALE.

    Attributes:
        questions: whose each label is.
        starts: (labels,) where its pixels begin in the next two.
        places: pixels, as indices into the flat body, label after label.
        print_: how dark the print is there, 0 to 255.
    """

    questions: tuple[str, ...]
    starts: NDArray[np.intp]
    places: NDArray[np.intp]
    print_: Pixels


NO_LABELS = Labels((), np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.uint8))


def find_labels(
    words: NDArray[np.uint8], print_: Pixels, owner: NDArray[np.uint8], names: tuple[str, ...], px_per_mm: float
) -> Labels:
    """The labels of a blank page's body. `words`: where print may lie, with room around it; `print_`: its darkness;
    `owner`: 1 + index into `names` of the question, or 0 where no label is looked for."""
    found = list(_labels(((words > 0) & (owner > 0)).astype(np.uint8), print_, owner, names, px_per_mm))
    if not found:
        return NO_LABELS
    places = np.concatenate([at for _, at in found])
    starts = np.cumsum([0, *(len(at) for _, at in found[:-1])])
    return Labels(tuple(question for question, _ in found), starts, places, print_.ravel()[places])


def _labels(
    places: NDArray[np.uint8], print_: Pixels, owner: NDArray[np.uint8], names: tuple[str, ...], px_per_mm: float
) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """(question, its pixels in the flat body) of every label."""
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(places, connectivity=8)
    for number in range(1, count):
        x, y, w, h = (int(v) for v in stats[number, :4])
        if h < LEAST_HEIGHT * px_per_mm or x == 0:  # a rule, or the end of words that begin beyond the body
            continue
        rows, whole = slice(y, y + h), slice(x, x + w)
        label = (numbers[rows, whole] == number).astype(np.uint8)
        question = names[int(np.bincount(owner[rows, whole][label > 0]).argmax()) - 1]
        label[:, label.sum(axis=0) < LEAST_COLUMN * px_per_mm] = 0
        dark = print_[rows, whole] * label
        for part in _parts(dark, round(PART_MM * px_per_mm)):
            if dark[:, part].sum(dtype=np.int64) >= LEAST_PRINT * 255 * px_per_mm**2:
                down, across = np.nonzero(label[:, part])
                yield question, np.asarray((y + down) * places.shape[1] + x + part.start + across, np.intp)


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
    labels: Labels, darker: Pixels, hidden: NDArray[np.bool_] | None, levels: InkLevels, px_per_mm: float
) -> dict[str, float]:
    """mm² of ink per question that its labels have beyond their print. `darker`: the body at AREA_SCALE, grey levels
    darker than paper; `hidden`: where lines of the scanner run."""
    if not labels.questions:
        return {}
    ink, print_ = darker.ravel()[labels.places], labels.print_
    ink[ink <= PAPER_NOISE * levels.noise] = 0
    if hidden is not None:
        clear = ~hidden.ravel()[labels.places]
        ink, print_ = ink * clear, print_ * clear
    found, printed = (np.add.reduceat(part, labels.starts, dtype=np.int64) / px_per_mm**2 for part in (ink, print_))
    seen = printed >= LEAST_PRINT * 255
    if np.count_nonzero(seen) < LEAST_LABELS:
        return {}
    prints = printed[seen] / 255
    shares = found[seen] / levels.black / prints
    usual = float(np.median(shares))
    scatter = SCALE_OF_MAD * float(np.median(np.abs(shares - usual)))
    added: dict[str, float] = {}
    for index in np.flatnonzero(shares - usual > SCATTER * scatter).tolist():
        # in the page's own black, as all ink is counted
        question = labels.questions[np.flatnonzero(seen)[index]]
        added[question] = added.get(question, 0.0) + float((shares[index] - usual) * prints[index])
    return added
