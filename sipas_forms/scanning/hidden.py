"""Looks for lines so pale that the noise of the paper hides each of their points: along the line it averages out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.types import Pixels

DIRECTIONS = 12  # 15° apart: a line midway between two leaves the darkest of 2 mm by a pixel at its ends
SPAN = 3 / 4  # of a box's inside, but no more than ...
LONGEST = 11  # px, 2 mm: as long as the shorter leg of most ticks
HALF = 2  # px: what is smooth over three is looked at in every second


def hidden_lines(insides: Pixels, empty: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(boxes,) how dark the darkest straight line inside each box is on average, in grey levels beyond what is usual
    in the `empty` boxes of the page; `insides` are (boxes, height, width), darker than paper, smoothed."""
    count, height, width = (len(insides), *(side // HALF for side in insides.shape[1:]))
    length = min(LONGEST, round(SPAN * min(height, width)) // 2 * 2 + 1)
    if not empty.any() or length > min(height, width):
        return np.zeros(count)
    whole = np.ascontiguousarray(insides[:, : height * HALF, : width * HALF]).reshape(-1, width * HALF)
    small = cv2.resize(whole, (width, count * height), interpolation=cv2.INTER_AREA)
    darkest = np.zeros(count)
    for kernel in _line_kernels(length):
        above, left = (side // 2 for side in kernel.shape)
        along = cv2.filter2D(small, cv2.CV_32F, kernel).reshape(count, height, width)
        whole_lines = along[:, above : height - above, left : width - left]  # that don't leave the box
        darkest = np.maximum(darkest, whole_lines.max(axis=(1, 2)))
    return np.asarray(darkest - np.median(darkest[empty]), np.float64)


def _line_kernels(length: int) -> list[NDArray[np.float32]]:
    """Straight lines of that many pixels through the middle of the least array that holds them, each of weight 1."""
    kernels = []
    steps = np.arange(length) - length // 2
    for angle in np.pi * np.arange(DIRECTIONS) / DIRECTIONS:
        across, down = (np.rint(steps * part).astype(int) for part in (np.cos(angle), np.sin(angle)))
        kernel = np.zeros((np.ptp(down) + 1, np.ptp(across) + 1), np.float32)
        kernel[down - down.min(), across - across.min()] = 1
        kernels.append(kernel / kernel.sum())
    return kernels
