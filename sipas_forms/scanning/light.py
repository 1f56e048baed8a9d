"""How bright the paper is around each box: evenly lit, lit from one side, or across the edge of a shadow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.types import Pixels

BLOCK = 8  # px (0.8 mm) of the blocks in which the paper's tone is taken
PAPER_RANK = 0.7  # the paper is as light as this rank of its free blocks: above the median, since pens only darken
# Light from one side: the paper of the three outermost blocks on either side, at a rank that no stroke reaches down
# to; less than this many grey levels between the sides is noise.
EDGE, EDGE_RANK, EVEN_LIGHT = 3, 0.8, 8.0
# px (1.3 mm): broader than any pen's stroke with its blur. A stroke that runs along a whole side of a piece darkens
# all blocks there, and is no shadow: where it is gone, the light is even.
PEN = 13
# Blocks that tell how bright the paper is at a step of the way from light to dark; the second round takes them for
# what they are beside the first one's slope.
LEAST_LIT, ROUNDS = 3, 2
# Clear blocks darker than the light there by what is ink: up to a seventh in light that changes over 8 mm, most where a
# pen has drawn a circle through the blocks on all sides.
MOST_INKED = 0.25
# Where the light changes by more than this share of what is ink from one block to the next, ink can't be told from it;
# the blocks next to it are half in it. An edge of 4 mm in a photo changes by 14 grey levels a block at most, of 25 that
# are ink.
STEEP, BESIDE_STEEP = 0.8, 1
# Percentile of the boxes' paper that is the page's light: that of frames from which its printed black is taken.
LIT_RANK = 75
# Paper in a shadow of seven eighths on a well lit page; what is darker is shown no more strongly, as it would be noise.
DARKEST = 30.0


@dataclass(frozen=True)
class Darkness:
    """Grey levels by which the pieces around boxes are `darker` than their paper, (boxes, side, side); and by box where
    in its piece the light changes too sharply to tell, (side, side)."""

    darker: Pixels
    sharp: dict[int, NDArray[np.bool_]]


def darker_than_paper(pieces: Pixels, free: NDArray[np.bool_], ink: float) -> Darkness:
    """The pieces (boxes, side, side) against the paper around each box, of which nothing is printed where it is `free`;
    `ink` grey levels darker are ink."""
    side = pieces.shape[1]
    number = side // BLOCK
    tone = _in_blocks(pieces, number)
    clear = _in_blocks(free.view(np.uint8) * 255, number) > 0.9 * 255
    level = np.rint(_ranked(tone, clear, PAPER_RANK)).astype(np.uint8)[:, None, None]
    across, down = _lit_from(tone, clear)
    uneven = np.flatnonzero(np.maximum(np.abs(across), np.abs(down)) >= EVEN_LIGHT).tolist()
    if uneven:
        without = np.array(
            [cv2.morphologyEx(pieces[i], cv2.MORPH_CLOSE, np.ones((PEN, PEN), np.uint8)) for i in uneven]
        )
        still = np.abs(_lit_from(_in_blocks(np.asarray(without, np.uint8), number), clear[uneven])).max(axis=0)
        uneven = [i for i, most in zip(uneven, still, strict=True) if most >= EVEN_LIGHT]
    sharp = {}
    if uneven:
        level = np.broadcast_to(level, pieces.shape).copy()
    for i in uneven:
        way = np.array([across[i], down[i]]) / np.hypot(across[i], down[i])
        found = _along_the_light(tone[i], clear[i], way, side, ink)
        if found is None:
            continue
        level[i], steps = found
        steep = np.asarray(steps > STEEP * ink)
        if steep.any():
            sharp[i] = steep
    return Darkness(_as_usually_lit(np.asarray(np.maximum(level, pieces) - pieces, np.uint8), level), sharp)


def _in_blocks(pieces: Pixels, number: int) -> Pixels:
    """The mean of each block of the pieces, (boxes, number, number)."""
    count, side, _ = pieces.shape
    # all pieces below each other are one picture, in which blocks never straddle two pieces
    blocks = cv2.resize(pieces.reshape(-1, side), (number, count * number), interpolation=cv2.INTER_AREA)
    return np.asarray(blocks, np.uint8).reshape(count, number, number)


def _lit_from(tone: Pixels, clear: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """By how much the paper of each piece is lighter on its right side than on its left, and below than above."""
    left, right, upper, lower = (
        _ranked(tone[part], clear[part], EDGE_RANK)
        for part in (np.s_[:, :, :EDGE], np.s_[:, :, -EDGE:], np.s_[:, :EDGE], np.s_[:, -EDGE:])
    )
    return right - left, lower - upper


def _as_usually_lit(darker: Pixels, level: Pixels) -> Pixels:
    """In a shadow, ink is darker than its paper by less, in proportion: as it would be in this page's own light."""
    middle = level[:, level.shape[1] // 2, level.shape[2] // 2]
    usual = float(np.percentile(middle, LIT_RANK))
    for i in np.flatnonzero(np.abs(middle - usual) >= EVEN_LIGHT).tolist():
        darker[i] = (darker[i] * (usual / np.maximum(level[i], DARKEST))).clip(0, 255)
    return darker


def _along_the_light(
    tone: Pixels, clear: NDArray[np.bool_], way: NDArray[np.floating], side: int, ink: float
) -> tuple[Pixels, NDArray[np.float64]] | None:
    """How bright the paper of a piece is, and by how much that changes there from one block to the next, (side, side)
    each: as its clear blocks are, step by step along the `way` (right, down) on which the light changes. None where
    they don't tell, or were written on."""
    at = _along(way, (np.arange(len(tone)) + 0.5) * BLOCK - side / 2)[clear]
    tones = tone[clear].astype(np.float64)
    steps = np.rint(at / BLOCK).astype(int)
    number = np.bincount(steps - steps.min()) if len(steps) else np.zeros(0, int)
    places = np.flatnonzero(number >= LEAST_LIT) + (steps.min() if len(steps) else 0)
    if len(places) < 2:
        return None
    levels = np.zeros(len(places))
    for _ in range(ROUNDS):
        beside = tones - np.interp(at, places * BLOCK, levels)
        levels += [_upper(beside[steps == place]) for place in places]
    if np.mean(tones < np.interp(at, places * BLOCK, levels) - ink) > MOST_INKED:
        return None
    change = np.abs(np.diff(levels)) / np.diff(places)
    # of the step that a place lies in and of those next to it
    padded = np.pad(change, BESIDE_STEEP, mode="edge")
    widest = np.max([padded[k : k + len(change)] for k in range(2 * BESIDE_STEEP + 1)], axis=0)
    pixels = _along(way, np.arange(side) + 0.5 - side / 2)
    step = np.clip(np.searchsorted(places * BLOCK, pixels) - 1, 0, len(change) - 1)
    return np.rint(np.interp(pixels, places * BLOCK, levels)).clip(0, 255).astype(np.uint8), widest[step]


def _upper(tones: NDArray[np.float64]) -> float:
    return float(np.sort(tones)[int(len(tones) * EDGE_RANK)])


def _along(way: NDArray[np.floating], at: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far on that way (right, down) the places `at` each other lie."""
    return np.asarray(at[None, :] * way[0] + at[:, None] * way[1], np.float64)


def _ranked(tone: Pixels, clear: NDArray[np.bool_], rank: float) -> NDArray[np.float32]:
    """Per piece: the tone of that rank among its clear blocks."""
    count = len(tone)
    ordered = np.sort(np.where(clear, tone, 255).reshape(count, -1), axis=1)
    number = clear.reshape(count, -1).sum(axis=1)
    index = np.minimum((number * rank).astype(int), np.maximum(number - 1, 0))
    return np.asarray(ordered[np.arange(count), index], np.float32)
