"""How a sheet is bent, told from the places of its print, and where nothing is printed."""

from __future__ import annotations

import numpy as np

from sipas_forms.scanning.bend import Bend, likely_bend

EXACT_MM = 0.05  # how far off each piece of print is told


def sheet(low: float) -> np.ndarray:
    """Places of print all over the part of an A4 page above `low` (mm)."""
    x, y = np.meshgrid(np.arange(20.0, 200, 15), np.arange(20.0, low, 12))
    return np.column_stack([x.ravel(), y.ravel()])


def off(bend: Bend, places: np.ndarray, real: np.ndarray) -> float:
    return float(np.linalg.norm(bend.at(places) - real, axis=1).max())


def test_a_flat_sheet_is_not_bent_where_nothing_is_printed() -> None:
    rng = np.random.default_rng(1)
    shift = np.array([0.2, -0.1])
    places = sheet(150)
    bend = likely_bend(places, shift + rng.normal(0, EXACT_MM, places.shape))
    everywhere = sheet(290)
    assert off(bend, everywhere, np.tile(shift, (len(everywhere), 1))) < 0.3


def test_what_rollers_and_curl_do_is_followed() -> None:
    rng = np.random.default_rng(2)
    places = sheet(290)
    waves = np.column_stack([0.05 * np.sin(places[:, 1] / 15), 0.2 * np.sin(places[:, 1] / 15)])
    curl = np.column_stack([0 * places[:, 0], 2.5 * ((places[:, 0] - 105) / 105) ** 2])
    for real in (waves, curl):
        seen = real + rng.normal(0, EXACT_MM, places.shape)
        seen[::17] += 1.5  # a stroke was taken for print
        assert off(likely_bend(places, seen), places, real) < 0.2
