"""Ink between the boxes and in the writing areas: what a person drew beside, between or around them, or wrote."""

from __future__ import annotations

import cv2
import numpy as np

from sipas_forms.scanning.blank import AREA_SCALE, BlankPage
from sipas_forms.scanning.crops import HALF, halve, straighten
from sipas_forms.scanning.labels import ink_on_labels
from sipas_forms.scanning.streaks import Streak, find_streaks, under
from sipas_forms.scanning.types import AreaScore, InkLevels, Pixels, RegisteredPage

PAPER_BLOCK = 10  # px (2 mm) of the blocks in which the paper's tone is taken
# Blocks: what is darker and narrower than this (10 mm) is written or printed, and its paper is as light as that around
# it. Lines of writing are 8 mm high at most; a shadow is wider, and keeps its edge.
WRITTEN = 5
# Smaller blots are dust: 0.12 mm² is a grain of toner of 0.4 mm.
LEAST_BLOT_MM2 = 0.12


def measure_areas(
    page: RegisteredPage, blank: BlankPage, levels: InkLevels
) -> tuple[tuple[AreaScore, ...], tuple[Streak, ...]]:
    """Stray ink per question (mm² in blots whose middle lies in its rows or its writing area, and the widest blot's
    extent, and the ink on its labels), and the streaks of the scanner, which are not counted in it."""
    flat = straighten(halve(page.pixels), HALF @ page.to_pixels, blank.body, AREA_SCALE, page.bend)
    darker = _darker_than_paper(flat)
    ink = darker > levels.ink
    streaks = find_streaks(darker, levels, blank, page.to_pixels)
    hidden = under(streaks, blank)
    inked = (ink & (blank.area_of > 0) & ~hidden).astype(np.uint8)
    total = dict.fromkeys(range(1, len(blank.area_names) + 1), 0.0)
    widest = dict(total)
    # outlines, not labels: a tenth of the time on a page that is mostly white
    outlines, _ = cv2.findContours(inked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        x, y, w, h = cv2.boundingRect(outline)
        area = cv2.countNonZero(inked[y : y + h, x : x + w]) / AREA_SCALE**2
        owner = int(blank.territory[y + h // 2, x + w // 2])
        if area >= LEAST_BLOT_MM2 and owner:
            total[owner] += area
            widest[owner] = max(widest[owner], float(np.hypot(w, h)) / AREA_SCALE)
    over = ink_on_labels(blank.labels, darker, hidden, levels, AREA_SCALE)
    scores = tuple(
        AreaScore(name, round(total[number], 3), round(widest[number], 3), round(over.get(name, 0.0), 3))
        for number, name in enumerate(blank.area_names, 1)
    )
    return scores, streaks


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
