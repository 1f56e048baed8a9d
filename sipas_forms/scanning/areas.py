"""Ink between the boxes and in the writing areas: what a person drew beside, between or around them, or wrote."""

from __future__ import annotations

import cv2
import numpy as np

from sipas_forms.scanning.blank import AREA_SCALE, BlankPage
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.marks import InkLevels
from sipas_forms.scanning.types import AreaScore, Pixels, RegisteredPage

PAPER_BLOCK = 10  # px (2 mm): the paper's tone is the lightest of its neighbourhood, whatever is written there
# Smaller blots are dust: 0.12 mm² is a grain of toner of 0.4 mm.
LEAST_BLOT_MM2 = 0.12


def measure_areas(
    page: RegisteredPage, blank: BlankPage, levels: InkLevels, size_mm: tuple[float, float]
) -> tuple[AreaScore, ...]:
    """Stray ink per question: mm² in blots whose middle lies in its rows or its writing area, and the widest blot's extent."""
    half = (page.pixels.shape[1] // 2, page.pixels.shape[0] // 2)
    small = np.asarray(cv2.resize(page.pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    scale = np.diag([half[0] / page.pixels.shape[1], half[1] / page.pixels.shape[0], 1.0])
    flat = straighten(small, scale @ page.to_pixels, size_mm, AREA_SCALE)[: blank.area_of.shape[0], : blank.area_of.shape[1]]
    inked = ((_darker_than_paper(flat) > levels.ink) & (blank.area_of > 0)).astype(np.uint8)
    _, _, stats, middles = cv2.connectedComponentsWithStats(inked, connectivity=8, ltype=cv2.CV_16U)
    area = stats[1:, cv2.CC_STAT_AREA] / AREA_SCALE**2
    kept = area >= LEAST_BLOT_MM2
    columns, rows = np.rint(middles[1:][kept]).astype(int).T
    owner = blank.territory[rows, columns]
    reach = np.hypot(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])[kept] / AREA_SCALE
    scores = []
    for number, name in enumerate(blank.area_names, 1):
        mine = owner == number
        total, widest = float(area[kept][mine].sum()), float(reach[mine].max(initial=0.0))
        scores.append(AreaScore(name, round(total, 3), round(widest, 3)))
    return tuple(scores)


def _darker_than_paper(flat: Pixels) -> Pixels:
    height, width = flat.shape
    tone = cv2.resize(flat, (width // PAPER_BLOCK, height // PAPER_BLOCK), interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(tone, np.ones((3, 3), np.uint8)), (3, 3))
    return np.asarray(cv2.subtract(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), flat), np.uint8)
