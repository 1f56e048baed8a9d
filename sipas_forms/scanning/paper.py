"""Where a sheet lies in a picture by nothing but its shape: its edges in a photo, or the picture as the whole sheet."""

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

# The skew of a page is looked for on a small picture (px of its long side), in degrees.
SKEW_SIDE, SKEW_MOST, SKEW_STEP = 600, 12.0, 0.5
# A sheet's own shape tells which way it lies, unless the picture is nearly square.
SQUARE = 1.15


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


def picture_guesses(pixels: Pixels, size_mm: tuple[float, float], first: int = 0) -> Iterator[Matrix]:
    """Page millimetres to pixels as if the picture were the whole sheet, in every way that it may lie; `first`: degrees
    clockwise by which it was turned, as far as known."""
    height, width = pixels.shape
    turns = [first, *(turn for turn in (0, 180, 90, 270) if turn != first)]
    if not first and max(height / width, width / height) > SQUARE:
        turns = [0, 180] if (height > width) == (size_mm[1] > size_mm[0]) else [90, 270]
    lean = skew(pixels)
    for turn in turns:
        across, down = (width, height) if turn in (0, 180) else (height, width)
        scale = (across / size_mm[0] + down / size_mm[1]) / 2  # a sheet that was cropped keeps its scale about
        angle = np.radians(turn + lean)
        turned = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shift = np.array([width / 2, height / 2]) - turned @ np.array([size_mm[0] / 2, size_mm[1] / 2])
        yield np.array([[*turned[0], shift[0]], [*turned[1], shift[1]], [0.0, 0.0, 1.0]])


def skew(pixels: Pixels) -> float:
    """Degrees clockwise by which the lines of print are turned: the angle under which rows are darkest against the
    white between them (Postl 1986); 0 where there is no print."""
    share = min(1.0, SKEW_SIDE / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ink = np.asarray(255 - small, np.uint8)
    height, width = ink.shape
    middle = (width / 2, height / 2)
    best, angle = 0.0, 0.0
    for degrees in np.arange(-SKEW_MOST, SKEW_MOST + SKEW_STEP / 2, SKEW_STEP):
        level = cv2.warpAffine(ink, cv2.getRotationMatrix2D(middle, float(degrees), 1.0), (width, height))
        for axis in (0, 1):  # lines of a sheet that lies sideways run down the picture
            contrast = float(np.var(np.diff(level.mean(axis=axis, dtype=np.float64))))
            if contrast > best:
                best, angle = contrast, float(degrees)
    return angle
