"""Ink between the boxes and in the writing areas: what a person drew beside, between or around them, or wrote."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from sipas_forms.scanning.blank import AREA_SCALE, BlankPage
from sipas_forms.scanning.crops import HALF, halve, straighten
from sipas_forms.scanning.labels import ink_on_labels
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
# Blots of an area that are kept one by one; a comment in three lines has a hundred. What is left counts as one more.
MOST_BLOTS = 12


@dataclass(frozen=True)
class AreaInk:
    """What was measured away from the boxes, in the order of the blank's `area_names`: stray ink `near` them and in
    writing areas, and in the rest of the questions' rows (`wide`); the streaks of the scanner, which are counted in
    neither; and the noise of the paper (`PageReading.area_noise`)."""

    near: tuple[AreaScore, ...]
    wide: tuple[AreaScore, ...]
    streaks: tuple[Streak, ...]
    noise: float


def measure_areas(page: RegisteredPage, blank: BlankPage, levels: InkLevels) -> AreaInk:
    """Ink away from the boxes, per question: blots whose middle lies in its territory, and ink on the labels there."""
    flat = straighten(halve(page.pixels), HALF @ page.to_pixels, blank.body, AREA_SCALE, page.bend)
    darker = _darker_than_paper(flat)
    streaks = find_streaks(darker, levels, blank, page.to_pixels)
    hidden = under(streaks, blank) if streaks else None
    noise = _noise(darker, blank)
    _, ink = cv2.threshold(darker, max(INK_FROM * levels.black, INK_NOISE * max(noise, 0.5)), 255, cv2.THRESH_BINARY)
    if hidden is not None:
        ink[hidden] = 0
    near, wide = (
        _scores(part, blank.area_names, np.asarray(ink, np.uint8), darker, hidden, levels)
        for part in (blank.near, blank.wide)
    )
    return AreaInk(near, wide, streaks, round(noise / levels.black, 4))


def _scores(
    part: Territory,
    names: tuple[str, ...],
    ink: Pixels,
    darker: Pixels,
    hidden: NDArray[np.bool_] | None,
    levels: InkLevels,
) -> tuple[AreaScore, ...]:
    """The ink in a territory, question by question."""
    inked = cv2.bitwise_and(ink, part.open)
    blots: dict[int, list[Blot]] = {number: [] for number in range(1, len(names) + 1)}
    # outlines, not labels: a tenth of the time on a page that is mostly white
    outlines, _ = cv2.findContours(inked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        x, y, w, h = cv2.boundingRect(outline)
        owner = int(part.owner[y + h // 2, x + w // 2])
        place = np.s_[y : y + h, x : x + w]
        if owner and (blot := _blot(outline, inked[place], darker[place], levels)).ink >= LEAST_BLOT_MM2:
            blots[owner].append(blot)
    over = ink_on_labels(part.labels, darker, hidden, levels, AREA_SCALE)
    return tuple(
        AreaScore(name, _largest(blots[number]), round(over.get(name, 0.0), 3)) for number, name in enumerate(names, 1)
    )


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
