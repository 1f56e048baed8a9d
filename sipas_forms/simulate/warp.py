"""Resampling a page through any smooth map: coordinates on a coarse grid, then one remap."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Coordinates = NDArray[np.float64]
# From picture positions (px) to page positions (px), both as x and y arrays.
BackMap = Callable[[Coordinates, Coordinates], tuple[Coordinates, Coordinates]]

# Distance of the grid (px): between its points the map is straight; a wave of 80 mm is good to 0.02 px.
GRID_PX = 32


def page_coordinates(shape: tuple[int, int], back: BackMap) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For every pixel of a picture of (height, width) `shape`: where on the page it looks (x and y, px)."""
    rows, columns = -(-shape[0] // GRID_PX) + 2, -(-shape[1] // GRID_PX) + 2
    # cv2.resize takes a coarse cell's value for its middle; one more cell on each side for the edges.
    x = (np.arange(columns) - 0.5) * GRID_PX - 0.5
    y = (np.arange(rows) - 0.5) * GRID_PX - 0.5
    found = back(*np.meshgrid(x, y))
    size = (columns * GRID_PX, rows * GRID_PX)
    inner = np.s_[GRID_PX : GRID_PX + shape[0], GRID_PX : GRID_PX + shape[1]]
    fine = [cv2.resize(c.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)[inner] for c in found]
    return np.asarray(fine[0], np.float32), np.asarray(fine[1], np.float32)


def remap(page: Image, x: NDArray[np.float32], y: NDArray[np.float32], beyond: int) -> Image:
    """The picture; `beyond` is the tone outside the page."""
    return np.asarray(
        cv2.remap(page, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=beyond),
        dtype=np.uint8,
    )
