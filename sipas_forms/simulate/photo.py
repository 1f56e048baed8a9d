"""A phone's photo of a sheet on a table: perspective, curl, uneven light, a shadow, a background."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.simulate.profiles import Camera
from sipas_forms.simulate.warp import Coordinates, page_coordinates, remap

Image = NDArray[np.uint8]

# Phones take 4:3.
FRAME_RATIO = 4 / 3
# Light and background change slowly: they are drawn on a field this many times smaller than the photo.
COARSER = 16


def photograph(page: Image, camera: Camera, px_per_mm: float, upside_down: bool, rng: np.random.Generator) -> Image:
    """The photo (grey, portrait) of a page; its pixels are the camera's own, without noise yet."""
    pixels = camera.megapixels.draw(rng) * 1e6
    width = round((pixels / FRAME_RATIO) ** 0.5)
    shape = round(width * FRAME_RATIO), width
    matrix, share = _look(page.shape[:2], shape, camera, upside_down, rng)
    curl = camera.curl_mm.draw(rng) * px_per_mm
    bends = rng.uniform(0.5, 1.5), rng.uniform(0, np.pi), rng.choice([-1.0, 1.0])

    def back(x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
        w = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
        page_x = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w
        page_y = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w
        across, down = page_x / page.shape[1], page_y / page.shape[0]
        page_y = page_y + bends[2] * curl * np.sin(np.pi * np.clip(across, 0, 1) * bends[0] + bends[1])
        page_x = page_x + 0.3 * curl * np.sin(np.pi * np.clip(down, 0, 1) * bends[0])
        return page_x, page_y

    x, y = page_coordinates(shape, back)
    # The camera's pixels are larger than the page's: what falls on one of them is averaged before.
    coarser = page.shape[1] / (share * width)
    sheet = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.4 * coarser), np.uint8) if coarser > 1.1 else page
    paper, ink = camera.paper.draw(rng), camera.ink.draw(rng)
    tones = np.round(ink + (paper - ink) * np.arange(256) / 255).astype(np.uint8)
    photo = remap(np.asarray(cv2.LUT(sheet, tones), np.uint8), x, y, 0)
    off = (x < 0) | (y < 0) | (x > page.shape[1] - 1) | (y > page.shape[0] - 1)
    np.copyto(photo, _background(shape, camera, rng), where=off)
    light = cv2.resize(_light(shape, camera, width * share / 210, rng), shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(photo, light, scale=1 / 255), dtype=np.uint8)


def _look(
    page: tuple[int, ...], shape: tuple[int, int], camera: Camera, upside_down: bool, rng: np.random.Generator
) -> tuple[NDArray[np.float64], float]:
    """The homography from photo to page (px), and the share of the frame's width that the sheet takes."""
    low, high = camera.sheet_share.low, camera.sheet_share.high
    share = float(rng.triangular(low, camera.sheet_share_mode, high))
    wide = share * shape[1]
    tall = wide * page[0] / page[1]
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (wide / 2, tall / 2)
    corners = corners + rng.uniform(-1, 1, (4, 2)) * camera.corner_share * wide
    turn = np.radians(camera.turn_degrees.draw(rng) * (1.1 - share))
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    # Anywhere in the frame, but whole: who takes the photo steps back until it is.
    corners /= max(1.0, float((np.abs(corners).max(axis=0) / (np.array(shape[::-1]) / 2)).max()) * 1.04)
    room = np.array(shape[::-1]) / 2 - np.abs(corners).max(axis=0)
    corners = corners + np.array(shape[::-1]) / 2 + rng.uniform(-0.8, 0.8, 2) * np.maximum(room, 0)
    there = np.array([[0, 0], [page[1], 0], [page[1], page[0]], [0, page[0]]], np.float32) - 0.5
    if upside_down:
        there = np.roll(there, 2, axis=0)
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), there), dtype=np.float64), share


def _background(shape: tuple[int, int], camera: Camera, rng: np.random.Generator) -> Image:
    """Cloth (fine texture) or wood (long streaks)."""
    tone = camera.background.draw(rng)
    small = shape[0] // 4, shape[1] // 4
    grain = rng.normal(0, 1, small).astype(np.float32)
    blur = (1.0, 1.0) if tone < 70 else (30.0, 1.2)
    grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), sigmaX=blur[0], sigmaY=blur[1]), np.float32)
    field = tone * (1 + 0.1 * grain / grain.std())
    return np.asarray(cv2.resize(np.clip(field, 0, 255).astype(np.uint8), shape[::-1]), dtype=np.uint8)


def _light(shape: tuple[int, int], camera: Camera, px_per_mm: float, rng: np.random.Generator) -> Image:
    """How much light there is (255 full), coarse: a slope, perhaps a soft shadow from an edge."""
    height, width = shape[0] // COARSER, shape[1] // COARSER
    way = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    slope = x * np.cos(way) + y * np.sin(way)
    light = 1 - camera.falloff.draw(rng) * (slope - slope.min()) / (slope.max() - slope.min())
    if rng.random() < camera.shadow_share:
        shadow = np.zeros((height, width), np.float32)
        edge, side = rng.uniform(0.15, 0.5), rng.integers(4)
        reach = np.array([[-0.5, -0.5], [1.5, -0.5], [1.5, edge + rng.normal(0, 0.1)], [-0.5, edge]])
        cv2.fillPoly(shadow, [(reach * (width, height)).astype(np.int32)], 1.0)
        shadow = np.ascontiguousarray(np.rot90(shadow, int(side)))
        shadow = np.asarray(cv2.resize(shadow, (width, height)), np.float32)
        soft = max(0.5, camera.shadow_edge_mm.draw(rng) * px_per_mm / COARSER / 2)
        light = light * (1 - camera.shadow_depth.draw(rng) * cv2.GaussianBlur(shadow, (0, 0), soft))
    return np.asarray(np.round(255 * light), dtype=np.uint8)
