"""What is printed in boxes that no blank page shows: learnt from the scan itself, where that is safe.

Boxes of one option down a page hold the same sign, and most of them hold no ink: the lighter part of what they show is
print. Where there are too few of them, or they look filled, nothing is learnt, and a person looks at such boxes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.scanning.blank import PRINT_MARGIN_MM, BlankPage
from sipas_forms.scanning.crops import PX_PER_MM
from sipas_forms.scanning.kinds import COVERED, SIGN_MARGIN, BoxKind, grow_each
from sipas_forms.scanning.types import Pixels

Outline = Literal["square", "circle"]
OUTLINE, LINE_MM, SHIFT = 70, 0.25, 4  # grey level and width of an outline that is taken to be there; bits of a pixel
LEAST_PEERS = 6  # boxes of one option from which their sign is learnt
RANK = 0.3  # of their darkness: up to two thirds of them may be marked
SIGN_FROM = 0.2  # of the page's black: print, not paper's texture
# A learnt sign that is darker inside by this share of black than those of the other options usually are holds marks:
# letters and digits differ by 0.08 and less.
MOST_DARKER = 0.12
MOST_SIGN = 0.4  # of the inside that a sign's own lines cover: letters take 0.15 to 0.3
MOST_DARK = 0.45  # of black, over the whole inside: no sign, a fill


def with_outlines(blank: BlankPage, kinds: tuple[BoxKind, ...], shape: Outline, size: float = 1.0) -> Pixels:
    """The blank page with outlines drawn where it shows no box, `size` times as large as the box."""
    pixels = blank.pixels.copy()
    for kind in kinds:
        round_ = kind.is_round if kind.shown.any() else shape == "circle"
        for index in kind.chosen[~kind.shown]:
            box = blank.layout.boxes[index]
            scale, thick = PX_PER_MM * (1 << SHIFT), round(LINE_MM * PX_PER_MM)
            half = LINE_MM / 2 - (size - 1) * min(box.w, box.h) / 2
            if round_:
                middle = tuple(round(v * scale - (1 << SHIFT) / 2) for v in box.center)
                axes = round((box.w / 2 - half) * scale), round((box.h / 2 - half) * scale)
                cv2.ellipse(pixels, middle, axes, 0, 0, 360, (OUTLINE,), thick, cv2.LINE_AA, SHIFT)
            else:
                low = round((box.x + half) * scale), round((box.y + half) * scale)
                high = round((box.x + box.w - half) * scale), round((box.y + box.h - half) * scale)
                cv2.rectangle(pixels, low, high, (OUTLINE,), thick, cv2.LINE_AA, SHIFT)
    return pixels


def learn_signs(pieces: Pixels, kind: BoxKind, paper: float, black: float) -> tuple[BoxKind, NDArray[np.bool_]]:
    """The kind with the signs of boxes that the blank doesn't show, and for which boxes the print is known."""
    known = kind.shown.copy()
    if known.all():
        return kind, known
    dark = np.clip(paper - pieces.astype(np.float32), 0, None) / black
    rows, columns = kind.blank.inside
    peers: dict[str, list[int]] = {}
    for index, box in enumerate(kind.blank.layout.boxes):
        if not kind.shown[index]:
            peers.setdefault(box.option, []).append(index)
    learnt = {
        option: np.quantile(dark[members], RANK, axis=0)
        for option, members in peers.items()
        if len(members) >= LEAST_PEERS
    }
    means = {option: float(sign[rows, columns].mean()) for option, sign in learnt.items()}
    usual = float(np.median(list(means.values()))) if means else 0.0
    sign, free = kind.sign.copy(), kind.blank.free.copy()
    for option, shown in learnt.items():
        if means[option] > usual + MOST_DARKER or means[option] > MOST_DARK:
            continue
        inside = np.zeros(shown.shape, bool)
        inside[rows, columns] = shown[rows, columns] >= SIGN_FROM
        grown_sign = grow_each(inside[None], SIGN_MARGIN)[0]
        # a tint, or marks: filling it in would wipe ink out
        if inside[rows, columns].mean() > MOST_SIGN or grown_sign[rows, columns].mean() > COVERED:
            continue
        members = peers[option]
        beside = shown >= SIGN_FROM
        beside[rows, columns] = False
        free[members] &= ~grow_each(beside[None], PRINT_MARGIN_MM)[0]
        sign[members] = grown_sign
        known[members] = True
    blank = replace(kind.blank, free=free, around=kind.blank.around & free)
    return replace(kind, sign=sign, blank=blank), known
