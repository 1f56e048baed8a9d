"""In which directions strokes run: crosses and ticks have two, slashes one, and hairs turn slowly through many."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.types import Pixels

SPAN = 5  # px: strokes are looked at over 0.5 mm
# Directions of half a turn: 10° each; two that differ by at least this many (50°) are the two of a cross or of a tick.
WAYS, SQUARE = 18, 5
# A stroke runs where the slopes are this much stronger across it than along (share of both): ends and crossings have
# 0.5 and less.
RUNS = 0.6


def angled(pieces: Pixels, free: NDArray[np.bool_], inked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(pieces,) `BoxScore.angled` of pieces, (pieces, side, side): how dark they are, where print hides nothing, and
    where they are inked."""
    ways = _ways(pieces, free)
    return np.array([_second_way(way[ink]) for way, ink in zip(ways, inked, strict=True)])


def _ways(smooth: Pixels, free: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(pieces, side, side) the direction in which a stroke runs at each pixel, 0 to WAYS - 1 of half a turn, by the
    structure tensor (Förstner and Gülch 1987); WAYS where none does: at crossings, corners and ends."""
    count, side, _ = smooth.shape
    flat, clear = smooth.reshape(-1, side), free.reshape(-1, side)
    right, down = (cv2.Sobel(flat, cv2.CV_32F, *way) * clear for way in ((1, 0), (0, 1)))
    along, across, both = (cv2.blur(part, (SPAN, SPAN)) for part in (right * right, down * down, right * down))
    # the tensor's direction, doubled, is that of the steepest slope; the stroke runs square to it
    length = np.hypot(along - across, 2 * both)
    turn = (cv2.phase(along - across, 2 * both) / (2 * np.pi) * WAYS).astype(np.uint8) % WAYS
    return np.where(length >= RUNS * (along + across), turn, WAYS).astype(np.uint8).reshape(count, side, side)


def _second_way(ways: NDArray[np.uint8]) -> float:
    """The share of what runs in a second direction, less that of what runs in neither."""
    found = np.bincount(ways, minlength=WAYS + 1)[:WAYS].astype(float)
    total = float(found.sum())
    if not total:
        return 0.0
    runs = found + np.roll(found, 1) + np.roll(found, -1)  # what runs about one way, within 15°
    first = int(runs.argmax())
    second = float(np.roll(runs, -first)[SQUARE : WAYS - SQUARE + 1].max())
    return max(0.0, (float(runs[first]) + 2 * second) / total - 1)
