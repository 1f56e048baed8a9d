"""How a sheet is bent, told from the places of its print, and where nothing is printed."""

from __future__ import annotations

import numpy as np

from sipas_forms.scanning.bend import Bend
from sipas_forms.scanning.edges import find_edges
from sipas_forms.scanning.likely import Edge, likely_bend, whole_bend

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
    bend, sureness = whole_bend(places, shift + rng.normal(0, EXACT_MM, places.shape), (), True)
    everywhere = sheet(290)
    assert off(bend, everywhere, np.tile(shift, (len(everywhere), 1))) < 0.3
    assert sureness.at(places).max() < 0.15 < sureness.at(everywhere).max()


def test_what_rollers_and_curl_do_is_followed() -> None:
    rng = np.random.default_rng(2)
    places = sheet(290)
    waves = np.column_stack([0.05 * np.sin(places[:, 1] / 15), 0.2 * np.sin(places[:, 1] / 15)])
    curl = np.column_stack([0 * places[:, 0], 2.5 * ((places[:, 0] - 105) / 105) ** 2])
    for real in (waves, curl):
        seen = real + rng.normal(0, EXACT_MM, places.shape)
        seen[::17] += 1.5  # a stroke was taken for print
        assert off(likely_bend(places, seen), places, real) < 0.2


def test_a_rollers_wave_goes_on_where_nothing_is_printed() -> None:
    rng = np.random.default_rng(3)
    places, everywhere = sheet(190), sheet(290)

    def pulled(at: np.ndarray) -> np.ndarray:
        turn = 2 * np.pi * at[:, 1] / 110
        return np.column_stack([0.1 * np.sin(turn + 1), 0.3 * np.sin(turn)])

    bend, sureness = whole_bend(places, pulled(places) + rng.normal(0, 0.02, places.shape), (), True)
    assert off(bend, everywhere, pulled(everywhere)) < 0.3
    apart = np.linalg.norm(bend.at(everywhere) - pulled(everywhere), axis=1)
    assert (apart < 3 * sureness.at(everywhere) + EXACT_MM).all()


def test_a_sheets_edges_tell_how_it_curls_where_nothing_is_printed() -> None:
    rng = np.random.default_rng(4)
    places, everywhere = sheet(120), sheet(290)

    def curled(at: np.ndarray) -> np.ndarray:
        return np.column_stack([1.2 * np.sin(np.pi * at[:, 1] / 297), 0 * at[:, 0]])

    shifts = curled(places) + rng.normal(0, EXACT_MM, places.shape)
    along = np.arange(5.0, 295, 5)
    edges = []
    for x in (0.0, 210.0):
        at = np.column_stack([np.full(len(along), x), along])
        edges.append(Edge(0, at, curled(at)[:, 0] + 1.5))  # the print stands beside where it should on the paper
    bend, sureness = whole_bend(places, shifts, tuple(edges), False)
    across = np.abs(bend.at(everywhere) - curled(everywhere))[:, 0]
    assert across.max() < 0.3
    _, without = whole_bend(places, shifts, (), False)
    low = everywhere[everywhere[:, 1] > 250]
    assert (sureness.at(low) < without.at(low)).all()


def test_edges_are_found_where_the_paper_ends() -> None:
    scale, size = 4.0, (210.0, 297.0)
    blank = np.full((2970, 2100), 255, np.uint8)
    blank[:, 2070:2090] = 40  # print down the right side: the paper's tone isn't known there
    picture = np.full((1260, 920), 70, np.uint8)
    picture[32 : 32 + 1188, 40 : 40 + 840] = 225
    picture[32 : 32 + 1188, 40 + 828 : 40 + 836] = 60
    picture[620:, :200] = np.maximum(picture[620:, :200] * 0.8, 70).astype(np.uint8)  # a shadow across the left one
    noise = np.random.default_rng(5).normal(0, 2, picture.shape)
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    thought = np.array([[scale, 0, 42.0], [0, scale, 30.0], [0, 0, 1]])  # half a millimetre off
    found = {(edge.axis, float(edge.places[0, edge.axis])): edge for edge in find_edges(picture, thought, blank, size)}
    assert set(found) == {(0, 0.0), (1, 0.0), (1, 297.0)}
    for (axis, _), edge in found.items():
        assert abs(edge.shifts - (-0.5, 0.5)[axis]).max() < 0.1
    assert find_edges(np.full((1260, 920), 255, np.uint8), thought, blank, size) == ()
