"""A sheet on a table: its edges in a photo, for forms of which nothing but the layout is known."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.types import Matrix, Pixels

SIDE = 1000  # px of the photo's long side: an edge is told to a pixel and a half there
LEAST_SHEET = 0.04  # of the picture
STRAIGHT = 0.93  # of its outline's hull that the four corners must fill: a sheet, not a cushion
LEAST_TEXT = 3.0  # standard deviation inside, grey levels: an empty table top has less


def sheet_corners(pixels: Pixels) -> list[NDArray[np.float64]]:
    """Four-cornered bright areas, (4, 2) clockwise in the photo's pixels, the likeliest sheet first."""
    share = min(1.0, SIDE / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    soft = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))  # print would cut the sheet up
    otsu, _ = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    found: list[tuple[float, NDArray[np.float64]]] = []
    for level in (otsu, otsu + 20, otsu - 20, otsu + 40):
        bright = (soft > level).astype(np.uint8)
        outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in outlines:
            hull = cv2.convexHull(outline)
            area = float(cv2.contourArea(hull))
            if area < LEAST_SHEET * small.size:
                continue
            corners = _four(np.asarray(hull, np.int32))
            if corners is None or cv2.contourArea(outline) < STRAIGHT * area:
                continue
            fills = min(float(cv2.contourArea(corners.astype(np.float32))), area) / area
            if fills >= STRAIGHT:
                found.append((fills * area, (corners + 0.5) / share))
    found.sort(key=lambda item: -item[0])
    return [corners for _, corners in found]


def _four(hull: NDArray[np.int32]) -> NDArray[np.float64] | None:
    """The hull as four corners, clockwise."""
    around = cv2.arcLength(hull, True)
    for tolerance in np.arange(0.01, 0.08, 0.005):
        corners = cv2.approxPolyDP(hull, float(tolerance) * around, True).reshape(-1, 2)
        if len(corners) == 4:
            # convexHull runs clockwise or not, as the picture's axes have it: the area's sign tells
            if cv2.contourArea(corners.astype(np.float32), oriented=True) < 0:
                corners = corners[::-1]
            return np.asarray(corners, np.float64)
    return None


def sheet_guesses(pixels: Pixels, size_mm: tuple[float, float]) -> Iterator[Matrix]:
    """Page millimetres to pixels for every sheet in the photo and every way that it may lie."""
    width, height = size_mm
    page = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    for corners in sheet_corners(pixels):
        for turn in range(4):
            yield np.asarray(cv2.getPerspectiveTransform(page, np.roll(corners, turn, axis=0).astype(np.float32)))
