"""Ink between the boxes and in the writing areas: what a person drew beside, between or around them, or wrote."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from sipas_forms.scanning.blank import AREA_SCALE, BlankPage
from sipas_forms.scanning.crops import HALF, apply, halve, px_per_mm, straighten
from sipas_forms.scanning.labels import ink_on_labels
from sipas_forms.scanning.rulings import rulings_seen
from sipas_forms.scanning.streaks import Streak, find_streaks, under
from sipas_forms.scanning.territory import Territory
from sipas_forms.scanning.types import AreaScore, Blot, InkLevels, Pixels, RegisteredPage

PAPER_BLOCK = 10  # px (2 mm) of the blocks in which the paper's tone is taken
# Blocks: what is darker and narrower than this (10 mm) is written or printed, and its paper is as light as that around
# it. Lines of writing are 8 mm high at most; a shadow is wider, and keeps its edge.
WRITTEN = 5
# Smaller blots are dust: 0.12 mm² is a grain of toner of 0.4 mm.
LEAST_BLOT_MM2 = 0.12
# Ink is what is darker than paper by this share of printed black, or by so many times the noise of empty paper here:
# three pixels in a row, a blot, that are so dark by chance are rarer than one on ten thousand pages.
INK_FROM, INK_NOISE = 0.14, 5.0
# Darkness is cut off at the paper's tone: what is above one standard deviation is above this percentile.
NOISE_RANK = 84
NOISE_STEP = 3  # px: every third pixel down and across tells the noise as well as all
# The scan is cut out this much (mm) beyond where the body's edges lie, at so many places along each.
ROOM_MM, PROBES = 3.0, 9
# Blots of an area that are kept one by one; a comment in three lines has a hundred. What is left counts as one more.
MOST_BLOTS = 12


@dataclass(frozen=True)
class AreaInk:
    """What was measured away from the boxes, in the order of the blank's `area_names`: stray ink `near` them and in
    writing areas, and in the rest of the rows of questions that show no mark (`wide`); the streaks of the scanner,
    which are counted in neither; and the noise of the paper (`PageReading.area_noise`)."""

    near: tuple[AreaScore, ...]
    wide: tuple[AreaScore, ...]
    streaks: tuple[Streak, ...]
    noise: float


def measure_areas(page: RegisteredPage, blank: BlankPage, levels: InkLevels, marked: set[str]) -> AreaInk:
    """Ink away from the boxes, per question: blots whose middle lies in its territory, and the ink on the labels near
    its boxes; further off, the bend is not known well enough for that. `marked`: the questions with ink in their
    boxes."""
    darker = _darker_than_paper(_straight_body(page, blank))
    streaks = find_streaks(darker, levels, blank, page.to_pixels)
    hidden = under(streaks, blank) if streaks else None
    noise = _noise(darker, blank)
    least = max(INK_FROM * levels.black, INK_NOISE * max(noise, 0.5))
    ink = np.asarray(cv2.threshold(darker, least, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if hidden is not None:
        ink[hidden] = 0
    over = ink_on_labels(blank.labels, darker, hidden, levels, AREA_SCALE)
    blots = _blots(blank.near, ink, darker, levels)
    seen = rulings_seen(blank.rulings, darker, hidden, levels.black, AREA_SCALE)
    near = tuple(
        AreaScore(name, _largest(blots.get(number, [])), round(over.get(name, 0.0), 3), seen=seen.get(name, 1.0))
        for number, name in enumerate(blank.area_names, 1)
    )
    asked = {box.question for box in blank.layout.boxes} - marked
    blots = _blots(blank.wide, ink, darker, levels) if asked else {}
    wide = tuple(
        AreaScore(blank.area_names[number - 1], _largest(found))
        for number, found in sorted(blots.items())
        if blank.area_names[number - 1] in asked
    )
    return AreaInk(near, wide, streaks, round(noise / levels.black, 4))


def _straight_body(page: RegisteredPage, blank: BlankPage) -> Pixels:
    """The page's body at AREA_SCALE, from no more of the scan than holds it: halving takes as long as straightening."""
    body, height, width = blank.body, *page.pixels.shape
    x, y = (start + np.linspace(0, size, PROBES) for start, size in ((body.x, body.w), (body.y, body.h)))
    places = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    at = apply(page.to_pixels, places + page.bend.at(places))
    room = ROOM_MM * px_per_mm(page.to_pixels)
    # whole pairs of pixels, so that halving averages what it would of the whole page
    low, high, most = at.min(axis=0) - room, at.max(axis=0) + room, np.array([width, height])
    left, top = (np.clip(low, 0, most - 2) // 2 * 2).astype(int).tolist()
    right, bottom = np.clip(high, (left + 2, top + 2), most).astype(int).tolist()
    moved = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top], [0.0, 0.0, 1.0]]) @ page.to_pixels
    return straighten(halve(page.pixels[top:bottom, left:right]), HALF @ moved, body, AREA_SCALE, page.bend)


def _blots(part: Territory, ink: Pixels, darker: Pixels, levels: InkLevels) -> dict[int, list[Blot]]:
    """The blots in a territory, by its owners."""
    inked = cv2.bitwise_and(ink, part.open)
    blots: dict[int, list[Blot]] = {}
    # outlines, not labels: a tenth of the time on a page that is mostly white
    outlines, _ = cv2.findContours(inked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        x, y, w, h = cv2.boundingRect(outline)
        owner = int(part.owner[y + h // 2, x + w // 2])
        place = np.s_[y : y + h, x : x + w]
        if owner and (blot := _blot(outline, inked[place], darker[place], levels)).ink >= LEAST_BLOT_MM2:
            blots.setdefault(owner, []).append(blot)
    return blots


def _noise(darker: Pixels, blank: BlankPage) -> float:
    """Standard deviation of empty paper."""
    # a histogram: half the time of sorting
    sample = np.ascontiguousarray(darker[::NOISE_STEP, ::NOISE_STEP])
    free = np.ascontiguousarray(blank.open_paper[::NOISE_STEP, ::NOISE_STEP])
    times = np.cumsum(cv2.calcHist([sample], [0], free.view(np.uint8), [256], [0, 256]))
    return float(np.searchsorted(times, times[-1] * NOISE_RANK // 100, side="right")) if times[-1] else 0.0


def _blot(outline: MatLike, inked: MatLike, darker: Pixels, levels: InkLevels) -> Blot:
    """The blot of that outline, by the ink in its bounding box."""
    height, width = inked.shape
    ink = cv2.countNonZero(inked) / AREA_SCALE**2
    dark = float(darker[inked > 0].sum(dtype=np.int64)) / levels.black / AREA_SCALE**2
    # half of the outline that goes around a stroke is as long as it, and a pixel's corners more
    long = max(cv2.arcLength(outline, True) / 2 / AREA_SCALE, 1 / AREA_SCALE)
    return Blot(round(ink, 3), round(float(np.hypot(width, height)) / AREA_SCALE, 3), round(dark / long, 3))


def _largest(blots: list[Blot]) -> tuple[Blot, ...]:
    """The largest one by one, and all others as one."""
    blots = sorted(blots, key=lambda blot: blot.ink, reverse=True)
    kept, rest = blots[:MOST_BLOTS], blots[MOST_BLOTS:]
    if rest:
        ink = round(sum(blot.ink for blot in rest), 3)
        kept.append(Blot(ink, max(blot.reach for blot in rest), max(blot.weight for blot in rest)))
    return tuple(kept)


def _darker_than_paper(flat: Pixels) -> Pixels:
    height, width = flat.shape
    rows, columns = height // PAPER_BLOCK, width // PAPER_BLOCK
    whole = flat[
        : rows * PAPER_BLOCK, : columns * PAPER_BLOCK
    ]  # whole blocks only: averaging them is ten times quicker
    tone = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(tone, cv2.MORPH_CLOSE, np.ones((WRITTEN, WRITTEN), np.uint8))
    paper = cv2.resize(paper, (whole.shape[1], whole.shape[0]), interpolation=cv2.INTER_LINEAR)
    right, below = width - whole.shape[1], height - whole.shape[0]
    paper = cv2.copyMakeBorder(paper, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.subtract(paper, flat), np.uint8)
