"""Cuts straight pieces, and the whole straight page, out of a scan that is laid onto its layout."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Rect
from sipas_forms.scanning.bend import FLAT, Bend
from sipas_forms.scanning.types import Matrix, Pixels

# 0.1 mm a pixel (254 dpi): a 0.2 mm pencil line is still two pixels wide.
PX_PER_MM = 10

# Perspective that moves no pixel by more than a third of one, from where the tangent in the picture's middle has it, is
# none; an affine warp is twice as quick.
NO_PERSPECTIVE_PX = 1 / 3

HALF = np.diag([0.5, 0.5, 1.0])  # pixels to those of the halved picture

MESH_MM = 8.0  # between exact places of a bent page

_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
# Turns pixel indices into pixel middles: the middle of pixel i lies at i + ½.
_HALF = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
_UNHALF = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])


def apply(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) points through a homography."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def px_per_mm(to_pixels: Matrix) -> float:
    """The scan's fineness in the middle of an A4 page, pixels a millimetre."""
    middle = apply(to_pixels, np.array([[105.0, 148.0], [106.0, 148.0], [105.0, 149.0]]))
    return float(max(np.linalg.norm(middle[1] - middle[0]), np.linalg.norm(middle[2] - middle[0])))


def halve(pixels: Pixels) -> Pixels:
    """The picture at half its resolution. An odd last row or column is left out: only whole 2 × 2 blocks average fast
    (a tenth of the time)."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    return np.asarray(
        cv2.resize(pixels[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )


def cut(pixels: Pixels, to_pixels: Matrix, centers: NDArray[np.float64], side_mm: float) -> Pixels:
    """Square pieces of `side_mm` around `centers` ((n, 2), page mm), straightened: (n, side, side) at PX_PER_MM.

    Over a few millimetres a homography is as good as its tangent, so each piece is one small affine warp. White where
    the scan ends.
    """
    size = round(side_mm * PX_PER_MM)
    at = apply(to_pixels, centers)
    half_right, half_down = np.array([0.5, 0.0]), np.array([0.0, 0.5])
    right = (apply(to_pixels, centers + half_right) - apply(to_pixels, centers - half_right)) / PX_PER_MM
    down = (apply(to_pixels, centers + half_down) - apply(to_pixels, centers - half_down)) / PX_PER_MM
    corner = at - (size - 1) / 2 * (right + down) - 0.5
    matrices = np.stack([right, down, corner], axis=2)
    pieces = np.empty((len(centers), size, size), np.uint8)
    for piece, matrix in zip(pieces, matrices, strict=True):
        cv2.warpAffine(pixels, matrix, (size, size), piece, _FLAGS, cv2.BORDER_CONSTANT, (255,))
    return pieces


def straighten(pixels: Pixels, to_pixels: Matrix, part: Rect, scale: float = PX_PER_MM, bend: Bend = FLAT) -> Pixels:
    """A part of the page (mm) on its layout's axes, `scale` pixels a millimetre; white where the scan ends. `bend` is
    how the sheet lies beside `to_pixels`."""
    size = (round(part.w * scale), round(part.h * scale))
    if not bend.is_flat:
        return _straighten_bent(pixels, to_pixels, part, size, bend)
    grid = np.array([[1 / scale, 0.0, part.x], [0.0, 1 / scale, part.y], [0.0, 0.0, 1.0]])
    to_source = _UNHALF @ to_pixels @ grid @ _HALF
    tangent, error = _tangent(to_source, size)
    if error < NO_PERSPECTIVE_PX:
        return np.asarray(cv2.warpAffine(pixels, tangent, size, None, _FLAGS, cv2.BORDER_CONSTANT, (255,)), np.uint8)
    return np.asarray(
        cv2.warpPerspective(pixels, to_source, size, flags=_FLAGS, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,)),
        np.uint8,
    )


def _tangent(matrix: Matrix, size: tuple[int, int]) -> tuple[Matrix, float]:
    """(2, 3) the affine map that is a homography's tangent in the middle of a picture (width, height), and how far they
    are apart in its corners (pixels)."""
    middle = np.array(size) / 2
    corners = np.array([[x, y] for x in (0.0, float(size[0])) for y in (0.0, float(size[1]))])
    at = apply(matrix, middle + np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]))
    turn = np.column_stack([at[1] - at[2], at[3] - at[4]]) / 2
    affine = np.column_stack([turn, at[0] - turn @ middle])
    away = corners @ turn.T + affine[:, 2] - apply(matrix, corners)
    return affine, float(np.hypot(*away.T).max())


def _straighten_bent(pixels: Pixels, to_pixels: Matrix, part: Rect, size: tuple[int, int], bend: Bend) -> Pixels:
    """Through a coarse grid of exact places: between them the map is as good as straight."""
    scale = size[0] / part.w, size[1] / part.h
    cell = round(MESH_MM * scale[0])  # of whole pixels, so that the mesh stays in step with them
    columns, rows = (-(-side // cell) for side in size)
    # the middles of the mesh's cells, as resizing sees them, with one more on every side: it holds the outermost still
    x = part.x + (np.arange(-1, columns + 1) + 0.5) * cell / scale[0]
    y = part.y + (np.arange(-1, rows + 1) + 0.5) * cell / scale[1]
    mm = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    px = (apply(to_pixels, mm + bend.at(mm)) - 0.5).reshape(rows + 2, columns + 2, 2).astype(np.float32)
    full = cv2.resize(px, ((columns + 2) * cell, (rows + 2) * cell), interpolation=cv2.INTER_LINEAR)
    inner = full[cell : cell + size[1], cell : cell + size[0]]
    # both coordinates in one map: for two they would have to be copied apart (the stubs know of no map that is None)
    bent = cv2.remap(pixels, inner, None, cv2.INTER_LINEAR, None, cv2.BORDER_CONSTANT, (255,))  # type: ignore[call-overload]
    return np.asarray(bent, np.uint8)
