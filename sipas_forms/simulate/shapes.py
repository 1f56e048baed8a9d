"""The paths that a hand takes: each shape as strokes in mm about the centre of a box. No pixels here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sipas_forms.simulate.profiles import MARKS

Points = NDArray[np.float64]

# Distance between the points of a drawn curve (mm): a hand's bends are longer.
STEP_MM = 0.35


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen: points (mm) and, for each, its share of the usual width and darkness."""

    points: Points
    width: Points
    pressure: Points


def strokes_of(shape: str, box_mm: float, size: float, pen_mm: float, rng: np.random.Generator) -> list[Stroke]:
    """The strokes of a shape about (0, 0), for a box of side `box_mm` and a pen of width `pen_mm`.

    Raises:
        KeyError: there is no such shape.
    """
    return _SHAPES[shape](box_mm, size, pen_mm, rng)


def curve(corners: Points, rng: np.random.Generator, shake_mm: float = 0.04, step_mm: float = STEP_MM) -> Stroke:
    """A hand's way through the corners: rounded a little, shaken a little, uneven in width and pressure."""
    points = _smooth(corners, step_mm)
    count = len(points)
    sway, thick, press = _drifts(count, rng)
    points = points + sway[:, None] * rng.normal(0, shake_mm, 2) + rng.normal(0, shake_mm / 4, points.shape)
    # A pen lands and leaves: thinner and paler over the last bit.
    steps = np.arange(count)
    ends = np.minimum(steps, count - 1 - steps)
    taper = np.clip((ends + rng.uniform(0.5, 2.5)) / 2.5, 0.45, 1)
    width = (1 + 0.14 * thick) * (0.4 + 0.6 * taper)
    pressure = np.clip(0.93 + 0.1 * press, 0.6, 1.0) * (0.55 + 0.45 * taper)
    return Stroke(points, width, pressure)


def _smooth(corners: Points, step_mm: float) -> Points:
    """Catmull-Rom through the corners, a point about every step."""
    if len(corners) < 3:
        start, end = corners[0], corners[-1]
        count = max(2, int(np.hypot(*(end - start)) / step_mm) + 1)
        return np.asarray(start + np.linspace(0, 1, count)[:, None] * (end - start))
    padded = np.vstack([2 * corners[0] - corners[1], corners, 2 * corners[-1] - corners[-2]])
    counts = np.maximum(2, (np.hypot(*np.diff(corners, axis=0).T) / step_mm).astype(int) + 1)
    piece = np.repeat(np.arange(len(counts)), counts)
    t = ((np.arange(len(piece)) - (np.cumsum(counts) - counts)[piece]) / counts[piece])[:, None]
    a, b, c, d = (padded[piece + i] for i in range(4))
    points = 0.5 * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d))))
    return np.vstack([points, corners[-1:]])


def _drifts(count: int, rng: np.random.Generator) -> tuple[Points, Points, Points]:
    """Three slow waves of unit height, never the same twice."""
    along = np.linspace(0, 1, count)
    spans, starts = rng.uniform(2, 7, 3), rng.uniform(0, 2 * np.pi, 3)
    waves = np.sin(along * spans[:, None] + starts[:, None])
    return waves[0], waves[1], waves[2]


def _bow(start: tuple[float, float], end: tuple[float, float], bend: float) -> Points:
    """A stroke from start to end that bends aside by a share of its length."""
    a, b = np.array(start), np.array(end)
    along = b - a
    return np.array([a, (a + b) / 2 + bend * np.array([-along[1], along[0]]), b])


def _line(box: float, length: float, degrees: float, rng: np.random.Generator) -> Points:
    angle = np.radians(degrees)
    dx, dy = length / 2 * np.cos(angle), length / 2 * np.sin(angle)
    near, far = rng.normal(0, 0.06 * length, 2), rng.normal(0, 0.06 * length, 2)
    return _bow((-dx + near[0], -dy + near[1]), (dx + far[0], dy + far[1]), float(rng.normal(0, 0.05)))


def _cross(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    length = MARKS.cross_mm.draw(rng) * size * box / MARKS.box_mm * 1.3
    tall = float(rng.uniform(38, 52))
    first = _line(box, length, tall + float(rng.normal(0, 4)), rng)
    second = _line(box, length * float(rng.uniform(0.85, 1.15)), 180 - tall + float(rng.normal(0, 4)), rng)
    if rng.random() < 0.12:  # the pen is hardly lifted between the two
        way = _bow(tuple(first[-1]), tuple(second[0]), float(rng.normal(0, 0.1)))
        link = curve(way, rng)
        return [
            curve(first, rng),
            Stroke(link.points, link.width * 0.6, link.pressure * 0.5),
            curve(second, rng),
        ]
    return [curve(first, rng), curve(second, rng)]


def _tick(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    length = MARKS.tick_mm.draw(rng) * size * box / MARKS.box_mm
    corner = np.array([rng.uniform(-0.12, 0.02), rng.uniform(0.16, 0.3)]) * length
    start = corner + np.array([-rng.uniform(0.18, 0.34), -rng.uniform(0.14, 0.34)]) * length
    end = corner + np.array([rng.uniform(0.42, 0.68), -rng.uniform(0.55, 0.8)]) * length
    up = _bow(tuple(corner), tuple(end), float(rng.normal(0.03, 0.05)))
    # Most people turn sharply: the corner counts twice, which pins the curve there.
    turn = [start, corner + np.array([0.0, 0.03])] if rng.random() < 0.75 else [start]
    return [curve(np.vstack([*turn, up]), rng, shake_mm=0.03)]


def _slash(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    degrees = MARKS.slash_degrees.draw(rng)
    way = -degrees if rng.random() < 0.8 else degrees
    return [curve(_line(box, MARKS.slash_mm.draw(rng) * size * box / MARKS.box_mm, way, rng), rng)]


def _zigzag(width: float, height: float, spacing: float, degrees: float, rng: np.random.Generator) -> Stroke:
    """Back and forth over a rectangle, as one shades a box."""
    legs = max(5, int(height / spacing) + 1)
    rows = np.linspace(-height / 2, height / 2, legs) + rng.normal(0, spacing * 0.35, legs)
    sides = np.where(np.arange(legs) % 2 == 0, -1.0, 1.0) * width / 2
    columns = sides * rng.uniform(0.8, 1.08, legs)
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = np.column_stack([columns, rows]) @ matrix
    step = max(STEP_MM, width / 4)
    return curve(corners, rng, shake_mm=0.05, step_mm=step)


def _shade(box: float, share: float, spacing: float, passes: int, rng: np.random.Generator) -> list[Stroke]:
    strokes = []
    degrees = float(rng.choice([0, 0, 90])) + float(rng.normal(0, 9))
    for _ in range(passes):
        side = box * share
        strokes.append(_zigzag(side * float(rng.uniform(0.93, 1.1)), side * 0.92, spacing, degrees, rng))
        degrees += 90 + float(rng.normal(0, 15))
    return strokes


def _fill(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    passes = 1 if rng.random() < 0.6 else 2
    return _shade(box, MARKS.fill_share.draw(rng), pen * float(rng.uniform(0.55, 1.0)), passes, rng)


def _scribble(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    spacing = max(pen * float(rng.uniform(1.4, 2.6)), 0.45)
    return _shade(box, MARKS.scribble_share.draw(rng), spacing, 1, rng)


def _blackout(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    return _shade(box, MARKS.blackout_share.draw(rng), pen * float(rng.uniform(0.45, 0.7)), 2, rng)


def _circle(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    across = MARKS.circle_mm.draw(rng) * box / MARKS.box_mm
    down = across * float(rng.uniform(0.75, 1.0))
    turns = np.linspace(0, 2 * np.pi * rng.uniform(1.0, 1.2), 14) + rng.uniform(-2.6, -1.6)
    grow = np.linspace(1, rng.uniform(0.94, 1.1), len(turns)) * rng.normal(1, 0.015, len(turns))
    points = np.column_stack([np.cos(turns) * across / 2 * grow, np.sin(turns) * down / 2 * grow])
    return [curve(points, rng)]


def _rest(box: float, size: float, pen: float, rng: np.random.Generator) -> list[Stroke]:
    long = MARKS.rest_mm.draw(rng) / 2
    way = rng.uniform(0, 2 * np.pi)
    tip = np.array([np.cos(way), np.sin(way)]) * long
    return [Stroke(np.array([-tip, tip]), np.full(2, 0.9), np.full(2, float(rng.uniform(0.5, 1.0))))]


_SHAPES: dict[str, Callable[[float, float, float, np.random.Generator], list[Stroke]]] = {
    "cross": _cross,
    "tick": _tick,
    "slash": _slash,
    "fill": _fill,
    "scribble": _scribble,
    "blackout": _blackout,
    "circle": _circle,
    "rest": _rest,
}
