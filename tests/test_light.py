"""Paper that isn't evenly lit: shadows over printed and filled pages, photographed by a phone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from paper import Image, Outcome, Paper

DPI = 200
PX = DPI / 25.4


def in_shadow(image: Image, at: float, slope: float, soft: float, light: float) -> Image:
    """A page whose right part has this share of the light: from `at` of its width on, at half its height, with an edge
    that leans by `slope` and is `soft` mm wide."""
    height, width = image.shape
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    lit = np.where(columns + slope * (rows - height / 2) > at * width, light, 1.0).astype(np.float32)
    wide = max(1, round(soft * PX))
    return np.asarray(image * cv2.blur(lit, (wide, wide)), np.uint8)


def read_in_shadow(page: Paper, soft: float, light: float) -> list[Outcome]:
    """That page with the shadow's edge at several places and slopes; all are read, none is read wrong."""
    image = page.filled(DPI)
    places = [(at, slope) for slope in (-0.3, 0.2, 0.5) for at in np.linspace(0.5, 0.97, 12)]
    outcomes = [page.read(in_shadow(image, at, slope, soft, light)) for at, slope in places]
    assert [outcome.problem for outcome in outcomes] == [None] * len(places)
    assert [(place, outcome.wrong) for place, outcome in zip(places, outcomes, strict=True) if outcome.wrong] == []
    return outcomes


@pytest.mark.parametrize("soft", [0.3, 1.5])
@pytest.mark.parametrize("light", [0.55, 0.8])
def test_sharp_edge_of_a_shadow(first_page: Paper, grid_page: Paper, soft: float, light: float) -> None:
    """An edge may look like ink, and hide some: what it passes is for a person."""
    for page in (first_page, grid_page):
        read_in_shadow(page, soft, light)


def test_soft_edge_of_a_shadow(grid_page: Paper) -> None:
    """Light that changes over 15 mm is followed: few boxes look as if there were more ink."""
    outcomes = read_in_shadow(grid_page, 15.0, 0.55)
    doubtful = sum(len(outcome.doubtful) for outcome in outcomes)
    assert doubtful < 0.1 * sum(len(outcome.decisions) for outcome in outcomes)


def test_ink_in_a_shadow(grid_page: Paper) -> None:
    """What is written in the shadow is no fainter than the rest, beside the paper there."""
    outcomes = read_in_shadow(grid_page, 15.0, 0.4)
    reasons = [outcome.decisions[question].reason for outcome in outcomes for question in outcome.doubtful]
    assert "small_mark" not in reasons
