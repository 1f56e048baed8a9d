"""Draws marks and handwriting into the picture of a page: strokes in mm become ink on paper.

Each mark is drawn in its own small patch at several times the page's resolution, brought down by area, and
multiplied into the page, so that ink darkens print and paper alike and a page of marks costs some tens of
milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Box, PageLayout, WritingArea
from sipas_forms.simulate import glyphs
from sipas_forms.simulate.fill import Mark, Pen
from sipas_forms.simulate.profiles import MARKS
from sipas_forms.simulate.shapes import Stroke, curve, strokes_of

Image = NDArray[np.uint8]

# Patches are drawn this many times finer than the page: a line of 0.2 mm is then 9 px wide at 300 dpi.
FINER = 4
# Sixteenths of a pixel in cv2's fixed-point coordinates.
SHIFT = 4
# A ballpoint misses some 2 mm at most: this many points of a stroke.
GAP_POINTS = 6
# The grain of paper under a pencil (mm), and how many pixels of it are kept.
GRAIN_MM = 0.06
GRAIN_PX = 1024


def draw_marks(
    page_image: Image,
    page_layout: PageLayout,
    marks: Sequence[Mark],
    px_per_mm: float,
    rng: np.random.Generator,
) -> Image:
    """A copy of the page with its marks and writing drawn in; marks of other pages are passed over."""
    page = page_image.copy()
    boxes = {(box.question, box.option): box for box in page_layout.boxes}
    areas = {area.question: area for area in page_layout.writing}
    for mark in marks:
        if mark.shape == "text":
            if mark.question in areas:
                for word in _written(mark, areas[mark.question], rng):
                    _ink(page, word, mark.pen, px_per_mm, rng)
        elif (mark.question, mark.option) in boxes:
            _ink(page, _strokes(mark, boxes, rng), mark.pen, px_per_mm, rng)
    return page


def _strokes(mark: Mark, boxes: dict[tuple[str, str], Box], rng: np.random.Generator) -> list[Stroke]:
    box = boxes[mark.question, mark.option]
    side = min(box.w, box.h)
    x, y = box.center
    if mark.between:
        other = _nearest(box, boxes)
        x += (other.center[0] - x) * mark.between
        y += (other.center[1] - y) * mark.between
    scale = side / MARKS.box_mm
    centre = np.array([x + mark.offset_mm[0] * scale, y + mark.offset_mm[1] * scale])
    strokes = strokes_of(mark.shape, side, mark.size, mark.pen.width_mm, rng)
    return [Stroke(stroke.points + centre, stroke.width, stroke.pressure) for stroke in strokes]


def _nearest(box: Box, boxes: dict[tuple[str, str], Box]) -> Box:
    others = [b for b in boxes.values() if b.question == box.question and b.option != box.option]
    if not others:
        return box
    return min(others, key=lambda b: np.hypot(b.center[0] - box.center[0], b.center[1] - box.center[1]))


def _written(mark: Mark, area: WritingArea, rng: np.random.Generator) -> list[list[Stroke]]:
    """Words, or digits in their cells: each a list of strokes on the page."""
    if area.cells:
        return [_digit(sign, i, area, rng) for i, sign in enumerate(mark.text[: area.cells])]
    unit = MARKS.letter_mm.draw(rng) / (glyphs.X_BOTTOM - glyphs.X_TOP)
    slant, line = float(rng.uniform(0.0, 0.3)), MARKS.line_mm.draw(rng)
    left = area.x + float(rng.uniform(1.5, 5))
    x, y = left, area.y + min(area.h * 0.5, line)
    words = []
    for word in mark.text.split():
        wide = glyphs.ADVANCE * unit * len(word)
        if x + wide > area.x + area.w - 2 and x > left:
            x, y = left + float(rng.normal(0, 0.8)), y + line
        if y > area.y + area.h - 1:
            break
        words.append(_placed(word, x, y + float(rng.normal(0, 0.25)), unit, slant, rng))
        x += wide + glyphs.SPACE * unit * float(rng.uniform(0.8, 1.5))
    return words


def _digit(sign: str, index: int, area: WritingArea, rng: np.random.Generator) -> list[Stroke]:
    cell = area.w / area.cells
    tall = MARKS.digit_share.draw(rng) * min(area.h, 1.4 * cell)
    unit = tall / (glyphs.DIGIT_BOTTOM - glyphs.DIGIT_TOP)
    x = area.x + cell * (index + 0.5) - 4.5 * unit + float(rng.normal(0, 0.06 * cell))
    baseline = area.y + area.h / 2 + tall / 2 + float(rng.normal(0, 0.05 * area.h))
    return _placed(sign, x, baseline, unit, float(rng.uniform(-0.05, 0.25)), rng)


def _placed(text: str, x: float, baseline: float, unit: float, slant: float, rng: np.random.Generator) -> list[Stroke]:
    """Writing with its baseline's left end at (x, baseline)."""
    placed = []
    for points in glyphs.write_line(text):
        rows = points[:, 1] - glyphs.X_BOTTOM
        corners = np.column_stack([x + unit * (points[:, 0] - slant * rows), baseline + unit * rows])
        corners += rng.normal(0, 0.25 * unit, corners.shape)
        placed.append(curve(corners, rng, shake_mm=0.1 * unit, step_mm=0.3))
    return placed


def _ink(page: Image, strokes: list[Stroke], pen: Pen, px_per_mm: float, rng: np.random.Generator) -> None:
    """Multiply the strokes' ink into the page, in place; what lies beyond the page is lost."""
    points = np.vstack([stroke.points for stroke in strokes])
    edge = pen.width_mm + 0.2
    low = np.floor((points.min(axis=0) - edge) * px_per_mm).astype(int)
    high = np.ceil((points.max(axis=0) + edge) * px_per_mm).astype(int) + 1
    mask = _coverage(strokes, pen, low, high - low, px_per_mm, rng)
    x0, y0 = max(low[0], 0), max(low[1], 0)
    x1, y1 = min(high[0], page.shape[1]), min(high[1], page.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    mask = mask[y0 - low[1] : y1 - low[1], x0 - low[0] : x1 - low[0]]
    light = cv2.LUT(mask, _light_through(round(pen.grey)))
    page[y0:y1, x0:x1] = cv2.multiply(page[y0:y1, x0:x1], light, scale=1 / 255)


@lru_cache(maxsize=256)
def _light_through(grey: int) -> Image:
    """How much light a pixel gives back (0 to 255) for each coverage by an ink of that grey."""
    return np.round(255 - np.arange(256) * (1 - grey / 255)).astype(np.uint8)


def _coverage(
    strokes: list[Stroke],
    pen: Pen,
    origin: NDArray[np.int_],
    size: NDArray[np.int_],
    px_per_mm: float,
    rng: np.random.Generator,
) -> Image:
    """How much of each pixel is inked (0 to 255), pressure and gaps included."""
    fine = px_per_mm * FINER
    patch = np.zeros((int(size[1]) * FINER, int(size[0]) * FINER), np.uint8)
    for stroke in strokes:
        pressure = stroke.pressure
        if rng.random() < pen.skips:
            pressure = _with_gap(pressure, rng)
        # cv2 counts from pixel centres, hence the half; SHIFT bits behind the point.
        at = ((stroke.points - origin / px_per_mm) * fine - 0.5) * (1 << SHIFT)
        steps = np.round(at).astype(int).tolist()
        wide = np.maximum(np.round(stroke.width * pen.width_mm * fine), 1).astype(int).tolist()
        dark = np.round(pressure * 255).astype(int).tolist()
        for i in range(len(steps) - 1):
            cv2.line(patch, steps[i], steps[i + 1], dark[i], wide[i], cv2.LINE_8, SHIFT)
    mask = cv2.resize(patch, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    if pen.grain:
        mask = cv2.multiply(mask, _grain(mask.shape, px_per_mm, pen.grain, rng), scale=1 / 255)
    return np.asarray(mask, dtype=np.uint8)


def _with_gap(pressure: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A ballpoint that gives no ink for a while."""
    count = len(pressure)
    start = int(rng.integers(0, count))
    gap = pressure.copy()
    gap[start : start + max(1, min(GAP_POINTS, int(count * rng.uniform(0.06, 0.18))))] *= rng.uniform(0.0, 0.35)
    return gap


def _grain(shape: tuple[int, ...], px_per_mm: float, depth: float, rng: np.random.Generator) -> Image:
    """A piece of paper grain: 255 where ink takes fully, less by up to `depth` where the paper shows."""
    field = _grain_field(round(px_per_mm * GRAIN_MM, 2), round(depth, 2))
    height, width = min(shape[0], GRAIN_PX), min(shape[1], GRAIN_PX)
    x, y = int(rng.integers(GRAIN_PX - width + 1)), int(rng.integers(GRAIN_PX - height + 1))
    piece = field[y : y + height, x : x + width]
    if piece.shape == shape:
        return piece
    more = (0, shape[0] - height, 0, shape[1] - width)
    return np.asarray(cv2.copyMakeBorder(piece, *more, cv2.BORDER_WRAP), dtype=np.uint8)


@lru_cache(maxsize=16)
def _grain_field(sigma_px: float, depth: float) -> Image:
    noise = np.random.default_rng(0).normal(0, 1, (GRAIN_PX, GRAIN_PX)).astype(np.float32)
    if sigma_px > 0.3:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma_px), np.float32)
        noise /= noise.std()
    shows = np.clip(0.5 + 0.45 * noise, 0, 1) * depth
    return np.asarray(np.round(255 * (1 - shows)), dtype=np.uint8)
