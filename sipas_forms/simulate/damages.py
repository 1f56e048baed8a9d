"""What happens to a sheet of paper, each damage alone: pure functions from a grey page to a grey page.

Lengths are mm from the page's top left corner, tones are grey levels. None is a mark, so none is in the
truth.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.layout import Rect
from sipas_forms.simulate.profiles import Range

Image = NDArray[np.uint8]
Corner = Literal["tl", "tr", "bl", "br"]

PAPER = 255

# ISO 838: two holes of 6 mm, 80 mm apart, 12 mm from the edge.
HOLE_MM, HOLES_APART_MM, HOLES_IN_MM = 6.0, 80.0, 12.0
# Of dirt one piece in ten is a hair or a fibre. Human hair is 0.02 to 0.18 mm wide (Ley, The Physics Factbook, 1999),
# shives in paper to 0.15 mm (ISO 5350); what breaks off or is shed is a few millimetres to a few centimetres long.
HAIRS, HAIR_MM, HAIR_LONG_MM = 0.1, Range(0.03, 0.18), Range(1.0, 30.0)
HAIR_POINTS, HAIR_FINER = 24, 4  # steps of a hair, and how much finer than pixels it is drawn
HAIR_WAVES, HAIR_CURLS = 0.15, 0.06  # radians that it turns in a step, anyhow and all along: standard deviations
# An office staple is 12 mm long, its wire half a millimetre.
STAPLE_MM, WIRE_MM = 12.0, 0.5


def see_through(page: Image, back: Image, share: float, px_per_mm: float) -> Image:
    """The ink of the sheet's other side (as that side is read), mirrored and soft, at a share of its ink."""
    other = cv2.resize(back, (page.shape[1], page.shape[0])) if back.shape != page.shape else back
    ghost = cv2.blur(cv2.flip(other, 1), (_odd(0.3 * px_per_mm),) * 2)
    return _grey(cv2.addWeighted(page, 1.0, ghost, share, -255.0 * share))


def streak(page: Image, x_mm: float, width_mm: float, depth: float, px_per_mm: float) -> Image:
    """A vertical line through the whole page, as a dirty scanner draws it; a negative depth is a pale one."""
    found = page.copy()
    add_streak(found, x_mm * px_per_mm, width_mm * px_per_mm, depth)
    return found


def add_streak(page: Image, x_px: float, width_px: float, depth: float) -> None:
    """Darken the columns from x in place; columns at its edges by as much as it covers of them."""
    first, last = int(np.floor(x_px)), int(np.ceil(x_px + width_px))
    for column in range(max(first, 0), min(last, page.shape[1])):
        part = min(column + 1, x_px + width_px) - max(column, x_px)
        change = np.full((page.shape[0], 1), abs(depth * part), np.uint8)
        act = cv2.subtract if depth > 0 else cv2.add
        page[:, column : column + 1] = act(page[:, column : column + 1], change)


def specks(
    page: Image,
    count: int,
    size_mm: Range,
    depth: Range,
    px_per_mm: float,
    rng: np.random.Generator,
) -> Image:
    """Dirt: blots and hairs anywhere on the page."""
    found = page.copy()
    add_specks(found, count, size_mm, depth, px_per_mm, rng)
    return found


def add_specks(
    page: Image,
    count: int,
    size_mm: Range,
    depth: Range,
    px_per_mm: float,
    rng: np.random.Generator,
) -> None:
    """Draw dirt in place, most of it small; `size_mm` is how wide a blot is."""
    for _ in range(count):
        x, y = int(rng.integers(page.shape[1])), int(rng.integers(page.shape[0]))
        spot = _hair(px_per_mm, rng) if rng.random() < HAIRS else _blot(size_mm, px_per_mm, rng)
        spot = _grey(cv2.convertScaleAbs(spot, alpha=depth.draw(rng) / 255))
        left, top = x - spot.shape[1] // 2, y - spot.shape[0] // 2
        x0, y0 = max(left, 0), max(top, 0)
        part = page[y0 : top + spot.shape[0], x0 : left + spot.shape[1]]
        part[:] = cv2.subtract(part, spot[y0 - top :, x0 - left :][: part.shape[0], : part.shape[1]])


def _mostly_low(span: Range, rng: np.random.Generator) -> float:
    return span.low + (span.high - span.low) * float(rng.random()) ** 2


def _blot(size_mm: Range, px_per_mm: float, rng: np.random.Generator) -> Image:
    """A round or longish spot, 255 where it covers the paper."""
    size = _mostly_low(size_mm, rng) * px_per_mm
    long = size * rng.uniform(1, 1.8)
    reach = int(long) + 3
    spot = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    axes = (max(1, round(long * 8)), max(1, round(size * 8)))
    centre = (reach * 16 + int(rng.integers(16)), reach * 16 + int(rng.integers(16)))
    cv2.ellipse(spot, centre, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA, 4)
    return spot


def _hair(px_per_mm: float, rng: np.random.Generator) -> Image:
    """A hair that curls, 255 where it covers the paper."""
    long = _mostly_low(HAIR_LONG_MM, rng)
    way = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, HAIR_WAVES, HAIR_POINTS) + rng.normal(0, HAIR_CURLS))
    steps = np.column_stack([np.cos(way), np.sin(way)]) * (long / HAIR_POINTS)
    fine = px_per_mm * HAIR_FINER
    points = np.cumsum(steps, axis=0) * fine
    points += 2 * HAIR_FINER - points.min(axis=0)
    width, height = (int(side) // HAIR_FINER + 3 for side in points.max(axis=0))
    picture = np.zeros((height * HAIR_FINER, width * HAIR_FINER), np.uint8)
    wide = max(1, round(HAIR_MM.draw(rng) * fine))
    cv2.polylines(picture, [np.round(points).astype(np.int32)], False, 255, wide)
    return _grey(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def hide(page: Image, place: Rect, px_per_mm: float, tone: int = PAPER) -> Image:
    """Cover a place (a fiducial, a page code) with one tone: a label, correction fluid, a blot."""
    found = page.copy()
    x0, y0 = round((place.x - 0.5) * px_per_mm), round((place.y - 0.5) * px_per_mm)
    x1, y1 = round((place.x + place.w + 0.5) * px_per_mm), round((place.y + place.h + 0.5) * px_per_mm)
    found[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = tone
    return found


def punch_holes(page: Image, px_per_mm: float, tone: int = 40) -> Image:
    """The two holes of a ring binder at the left edge, with what lies behind showing through."""
    found = page.copy()
    middle = page.shape[0] / px_per_mm / 2
    for y in (middle - HOLES_APART_MM / 2, middle + HOLES_APART_MM / 2):
        centre = (round(HOLES_IN_MM * px_per_mm), round(y * px_per_mm))
        cv2.circle(found, centre, round(HOLE_MM / 2 * px_per_mm), tone, -1, cv2.LINE_AA)
    return found


def staple(page: Image, px_per_mm: float, rng: np.random.Generator) -> Image:
    """A staple across the top left corner: a dark wire with a bright edge and two short shadows."""
    found = page.copy()
    x, y = rng.uniform(8, 16, 2)
    way = np.radians(rng.uniform(-55, -35))
    half = np.array([np.cos(way), np.sin(way)]) * STAPLE_MM / 2
    ends = [tuple(np.round((np.array([x, y]) + s * half) * px_per_mm).astype(int).tolist()) for s in (-1, 1)]
    wide = max(1, round(WIRE_MM * px_per_mm))
    cv2.line(found, ends[0], ends[1], 90, wide + 2, cv2.LINE_AA)
    cv2.line(found, ends[0], ends[1], 215, max(1, wide // 3), cv2.LINE_AA)
    return found


def cut_margins(
    page: Image, left_mm: float, top_mm: float, right_mm: float, bottom_mm: float, px_per_mm: float
) -> Image:
    """What a photocopier leaves out at the edges comes out white."""
    found = np.full_like(page, PAPER)
    x0, y0 = round(left_mm * px_per_mm), round(top_mm * px_per_mm)
    x1, y1 = page.shape[1] - round(right_mm * px_per_mm), page.shape[0] - round(bottom_mm * px_per_mm)
    found[y0:y1, x0:x1] = page[y0:y1, x0:x1]
    return found


def fold_corner(page: Image, corner: Corner, size_mm: float, px_per_mm: float, behind: int = 255) -> Image:
    """A corner folded over onto the page along a diagonal: the blank flap hides what is under it."""
    found = _to_top_left(page, corner).copy()
    size = round(size_mm * px_per_mm)
    gone = np.array([[0, 0], [size, 0], [0, size]], np.int32)
    flap = np.array([[size, 0], [size, size], [0, size]], np.int32)
    cv2.fillPoly(found, [flap], 246, cv2.LINE_AA)
    cv2.fillPoly(found, [gone], behind, cv2.LINE_AA)
    cv2.line(found, (size, 0), (0, size), 190, max(1, round(0.3 * px_per_mm)), cv2.LINE_AA)
    cv2.polylines(found, [flap], True, 205, max(1, round(0.2 * px_per_mm)), cv2.LINE_AA)
    return np.ascontiguousarray(_to_top_left(found, corner))


def tear_corner(
    page: Image, corner: Corner, size_mm: float, px_per_mm: float, rng: np.random.Generator, behind: int = 255
) -> Image:
    """A corner torn off along a ragged line; what lies behind shows."""
    found = _to_top_left(page, corner).copy()
    size = size_mm * px_per_mm
    t = np.linspace(0, 1, 14)
    line = np.column_stack([size * (1 - t), size * t]) + rng.normal(0, size * 0.03, (14, 2))
    line[0, 1] = line[-1, 0] = 0
    gone = np.vstack([[0, 0], line]).astype(np.int32)
    cv2.fillPoly(found, [gone], behind, cv2.LINE_AA)
    cv2.polylines(found, [line.astype(np.int32)], False, 200, max(1, round(0.3 * px_per_mm)), cv2.LINE_AA)
    return np.ascontiguousarray(_to_top_left(found, corner))


def coffee(page: Image, px_per_mm: float, rng: np.random.Generator, depth: float = 45) -> Image:
    """The ring of a cup (70 to 85 mm across) somewhere on the page, uneven, with a few drops."""
    stain = np.zeros_like(page)
    centre = (int(rng.integers(page.shape[1])), int(rng.integers(page.shape[0])))
    radius = rng.uniform(35, 42) * px_per_mm
    for _ in range(5):
        start, length = rng.uniform(0, 360), rng.uniform(90, 330)
        axes = (round(radius * rng.uniform(0.98, 1.02)), round(radius * rng.uniform(0.98, 1.02)))
        wide = max(1, round(rng.uniform(0.4, 2.2) * px_per_mm))
        layer = np.zeros_like(page)
        cv2.ellipse(layer, centre, axes, 0, start, start + length, int(depth * rng.uniform(0.3, 0.8)), wide)
        stain = _grey(cv2.add(stain, layer))
    cv2.circle(stain, centre, round(radius), int(depth * 0.15), -1)
    return _grey(cv2.subtract(page, cv2.blur(stain, (_odd(0.8 * px_per_mm),) * 2)))


def skew(page: Image, degrees: float, tone: int = PAPER) -> Image:
    """The page turned clockwise about its centre within its frame; corners are lost."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    return _grey(cv2.warpAffine(page, matrix, (width, height), borderValue=tone))


def quarter_turns(page: Image, turns: int) -> Image:
    """The page turned clockwise by quarters; 2 is upside down."""
    return np.ascontiguousarray(np.rot90(page, -turns))


def _to_top_left(page: Image, corner: Corner) -> Image:
    """The page flipped so that the corner is at the top left; doing it twice undoes it."""
    rows = slice(None, None, -1) if corner[0] == "b" else slice(None)
    columns = slice(None, None, -1) if corner[1] == "r" else slice(None)
    return np.ascontiguousarray(page[rows, columns])


def _odd(pixels: float) -> int:
    return max(1, int(pixels) // 2 * 2 + 1)


def _grey(image: NDArray[np.generic]) -> Image:
    return np.asarray(image, dtype=np.uint8)
