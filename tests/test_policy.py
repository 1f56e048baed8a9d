"""The decision policy on scores alone: one test for each row of its table, and what must hold for any scores."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipas_forms.plan.serial import PageCode
from sipas_forms.plan.text import Language
from sipas_forms.printing.layout import LayoutQuestion
from sipas_forms.review.words import Words
from sipas_forms.scanning import decide as decide_module
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.policy import POLICY
from sipas_forms.scanning.types import AreaScore, Blot, BoxScore, PageReading

CODE = PageCode("TEST20", "TT-TP-0001-A", 1, "01234567")
SINGLE = LayoutQuestion("Q", "single", 1)
UP_TO_THREE = LayoutQuestion("Q", "multiple", 3)
WRITING = LayoutQuestion("W", "writing", 0)

NOTHING = {f.name: 0.0 for f in dataclasses.fields(BoxScore)} | {"gap": 1.4, "seen": 1.0}
# as the strokes of a ballpoint's ticks have where there are any
NOTHING |= {"weight": 0.4, "breadth": 0.25, "slender": 0.5}
EMPTY = BoxScore(**NOTHING | {"question": "Q", "option": "1"})  # type: ignore[arg-type]


def box(**changes: float) -> BoxScore:
    return dataclasses.replace(EMPTY, **changes)


# Scores as they come from a 300 dpi scan of a ballpoint.
MARK = box(ink=3.2, cover=0.28, gap=0.65, peak=0.95, reach=3.8)
TICK = box(ink=1.6, cover=0.15, gap=0.8, peak=0.9, reach=3.2)
FULL = box(ink=7.5, cover=0.95, gap=0.1, peak=1.1, reach=3.9, around=2.0)
BLACKENED = dataclasses.replace(FULL, around=5.0, ring=0.7)  # beyond its edges, all round
OFF_FILL = dataclasses.replace(FULL, around=4.5, ring=0.4)  # beyond them to one side
ROUGHLY = dataclasses.replace(BLACKENED, cover=0.8, gap=0.28)
RINGED = dataclasses.replace(FULL, around=9.0, ring=0.8)  # filled, and a circle round it
SCRIBBLE = box(ink=6.5, cover=0.66, gap=0.25, peak=1.0, reach=3.9)
FAINT = box(ink=1.2, cover=0.14, gap=0.7, peak=0.2, reach=3.6)
DOT = box(ink=0.4, cover=0.04, gap=1.0, peak=0.7, reach=0.9)
OVER_EDGE = box(ink=0.1, cover=0.01, gap=1.3, peak=0.8, reach=0.4, around=0.2)  # a stroke that hardly enters
SPECK = box(ink=0.1, cover=0.01, gap=1.2, peak=0.3, reach=0.4)
TAIL = box(ink=0.4, cover=0.03, gap=1.3, peak=0.6, reach=1.0, around=0.5, off=2.3)  # of what lies outside its box
DOT_BY_TAIL = box(ink=0.4, cover=0.03, gap=1.3, peak=0.8, reach=0.9, around=0.9, off=2.1)  # of the mark below it
SMALL = box(ink=0.5, cover=0.05, gap=0.9, peak=0.8, reach=1.4, around=0.5)
DISPLACED = box(ink=0.9, cover=0.1, gap=0.9, peak=0.9, reach=1.5, around=1.2)
# a large tick that leaves its box empty
AROUND = box(around=3.4, outer_peak=0.9, off=1.3, ring=0.35, circle=0.2)
LINE = box(ink=1.4, cover=0.1, gap=0.67, peak=0.8, reach=2.8, around=0.6, through=1.0)
BROKEN_LINE = box(ink=0.8, cover=0.09, gap=0.8, peak=0.8, reach=2.8, around=0.6, through=0.72)
SHORT = box(ink=1.2, cover=0.1, gap=0.9, peak=0.95, reach=2.2)  # a third of what this person's marks have ...
LOOSE = dataclasses.replace(SHORT, around=1.5, off=2.3)  # ... of which the most lies outside the box ...
PALE_SLASH = box(ink=1.7, cover=0.13, gap=0.9, peak=0.75, reach=3.2)  # ... or paler, however long
THIN_HAIR = box(ink=1.7, cover=0.08, gap=0.8, peak=0.95, reach=2.9, weight=0.15, breadth=0.15)  # as dark and long
SLIGHT = dataclasses.replace(THIN_HAIR, breadth=0.14)  # thinner than any pen's stroke
SLIGHT_BESIDE = box(around=1.5, weight=0.15, breadth=0.14)
BLACK_HAIR = box(ink=1.6, cover=0.12, gap=0.8, peak=1.3, reach=2.9)  # ... or darker than they are
CROSSED = box(streak=0.3)  # nothing beside the streak that runs through it
HASTY = box(ink=6.0, cover=0.57, gap=0.4, peak=1.0, reach=3.9)  # a fill that left white
UNSEEN = box(seen=0.1)
PRINTED = dataclasses.replace(box(seen=0.0), printed=True)
WEAK = box(seen=0.2)  # a frame that is hardly seen ...
HIDDEN = dataclasses.replace(MARK, cover=0.5, gap=0.5, seen=0.0)  # ... or not at all, below ink
SHADED = box(ink=6.6, cover=0.5, gap=0.5, peak=1.0, reach=3.9)
ASTRAY = box(astray=5.0)


def others(*boxes: BoxScore) -> list[BoxScore]:
    """More questions on the page, from which a person's habit shows: in each, one of five boxes."""
    page = []
    for number, one in enumerate(boxes):
        row = [EMPTY] * 4 + [one]
        page += [dataclasses.replace(b, question=f"H{number}", option=str(i)) for i, b in enumerate(row, 1)]
    return page


STROKES = others(MARK, MARK, TICK, MARK, MARK)
LIGHT = others(*[dataclasses.replace(MARK, ink=1.3)] * 5)
THIN = others(*[dataclasses.replace(MARK, weight=0.2, breadth=0.2)] * 5)
THIN_MARKS = others(*[dataclasses.replace(MARK, weight=0.3, breadth=0.25)] * 5)
BROAD = others(*[dataclasses.replace(MARK, breadth=0.3)] * 5)
BLACK = [dataclasses.replace(b, question="B1") for b in others(FULL)]  # a mark taken back ...
BLACK_TOO = [dataclasses.replace(b, question="B2") for b in others(FULL)]  # ... or this person fills now and then
HEAVY = others(*[dataclasses.replace(MARK, ink=5.0)] * 5)
FILLS = others(FULL, FULL, FULL, SCRIBBLE, FULL)
MARKER = others(*[dataclasses.replace(MARK, weight=1.1)] * 5)
SCRIBBLES = others(SCRIBBLE, SCRIBBLE, SCRIBBLE, SCRIBBLE, SCRIBBLE)
DARK = others(*[dataclasses.replace(MARK, peak=1.3)] * 5)
SHADES = others(SHADED, SHADED, SHADED, SHADED, SHADED)


def decide(
    boxes: list[BoxScore],
    question: LayoutQuestion = SINGLE,
    page: list[BoxScore] = STROKES,
    stray: float = 0.0,
    over: float = 0.0,
    long: float = 3.0,
    known: bool = True,
    noise: float = 0.01,
    heavy: float = 0.4,
) -> Decision:
    """The decision on question Q with these boxes, options 1, 2, …"""
    mine = [dataclasses.replace(b, question="Q", option=str(i)) for i, b in enumerate(boxes, 1)]
    found = decide_page(
        reading([*page, *mine], strays=(AreaScore("Q", blots(stray, long, heavy), over, known),), noise=noise),
        questions_of(page, question),
    )
    [decision] = [d for d in found if d.question == "Q"]
    return decision


def blots(ink: float, reach: float, weight: float = 0.4) -> tuple[Blot, ...]:
    return (Blot(ink, reach, weight),) if ink else ()


def questions_of(page: list[BoxScore], *more: LayoutQuestion) -> tuple[LayoutQuestion, ...]:
    return (*(LayoutQuestion(name, "single", 1) for name in dict.fromkeys(b.question for b in page)), *more)


def reading(
    boxes: list[BoxScore],
    strays: tuple[AreaScore, ...] = (),
    writing: tuple[AreaScore, ...] = (),
    noise: float = 0.01,
    area_noise: float = 0.01,
) -> PageReading:
    return PageReading(
        CODE,
        residual_mm=0.05,
        noise=noise,
        area_noise=area_noise,
        to_pixels=(1.0, 0, 0, 0, 1, 0, 0, 0, 1),
        fiducials=("bl", "br", "tl", "tr"),
        boxes=tuple(boxes),
        strays=strays,
        writing=writing,
        streaks=0,
    )


E = EMPTY
BESIDE = box(around=0.6, beside=0.5)  # ink outside that a marked box of another question may own
ROWS: list[tuple[str, str, list[BoxScore], dict[str, object], str]] = [
    ("nothing_marked", "blank", [E, E, E, E, E], {}, ""),
    ("nothing_marked", "blank", [E, SPECK, E, SPECK, E], {}, ""),
    ("nothing_marked", "blank", [E, E, E, E, E], {"noise": 0.049}, ""),
    # on noisy paper a line that hides is looked for in each box
    ("nothing_marked", "blank", [E, E, box(pale=0.11), E, E], {"noise": 0.051}, ""),
    ("noisy_paper", "doubtful", [E, E, box(pale=0.13), E, E], {"noise": 0.051}, ""),
    ("noisy_paper", "doubtful", [E, E, E, E, E], {"noise": 0.08}, ""),
    ("marked", "accepted", [E, MARK, E, E, E], {"noise": 0.06}, "2"),
    ("nothing_marked", "blank", [E, BESIDE, E, E, E], {}, ""),
    ("marked", "accepted", [E, MARK, E, E, E], {}, "2"),
    ("marked", "accepted", [E, TICK, SPECK, E, E], {}, "2"),
    ("marked", "accepted", [E, MARK, E, DOT, E], {}, "2"),
    ("marked", "accepted", [E, DISPLACED, E, E, E], {}, "2"),
    ("marked", "accepted", [MARK, E, TICK, MARK, E], {"question": UP_TO_THREE}, "1;3;4"),
    ("corrected", "accepted", [E, FULL, E, MARK, E], {}, "4"),
    ("corrected", "accepted", [TICK, BLACKENED, E, MARK, E], {"question": UP_TO_THREE}, "1;4"),
    # who has filled one box elsewhere on the page may have filled this one
    (
        "black_out_or_fill",
        "doubtful",
        [TICK, BLACKENED, E, MARK, E],
        {"question": UP_TO_THREE, "page": [*STROKES, *BLACK]},
        "1;4",
    ),
    ("black_out_or_fill", "doubtful", [TICK, FULL, E, MARK, E], {"question": UP_TO_THREE}, "1;4"),
    ("black_out_or_fill", "doubtful", [BLACKENED, BLACKENED, E, MARK, E], {"question": UP_TO_THREE}, "4"),
    ("corrected", "accepted", [E, FULL, E, MARK, E], {"page": [*STROKES, *BLACK]}, "4"),
    ("black_out_or_fill", "doubtful", [E, FULL, E, MARK, E], {"page": [*STROKES, *BLACK, *BLACK_TOO]}, "4"),
    ("filled", "accepted", [E, FULL, E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [E, SCRIBBLE, E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [FULL, HASTY, E, E, E], {"page": FILLS, "question": UP_TO_THREE}, "1;2"),
    ("two_marks", "doubtful", [FULL, HASTY, E, E, E], {"page": FILLS}, "1"),
    ("lone_black_out", "doubtful", [E, dataclasses.replace(FULL, cover=0.98), E, E, E], {"page": SCRIBBLES}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, peak=0.65, breadth=0.26), E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [E, dataclasses.replace(MARK, peak=0.67, breadth=0.26), E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [E, dataclasses.replace(FULL, cover=0.98), E, E, E], {"page": FILLS}, "2"),
    ("printed", "accepted", [E, PRINTED, E, CROSSED, E], {}, "2"),
    ("printed_and_marked", "doubtful", [E, PRINTED, E, MARK, E], {}, "2"),
    ("printed_and_marked", "doubtful", [E, PRINTED, PRINTED, E, E], {}, "2;3"),
    ("box_not_seen", "doubtful", [E, E, UNSEEN, E, E], {}, ""),
    ("box_not_seen", "doubtful", [E, MARK, UNSEEN, E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, E, ASTRAY, E, E], {}, ""),
    ("box_not_seen", "doubtful", [E, dataclasses.replace(MARK, astray=5.0), E, E, E], {}, "2"),
    ("line_through", "doubtful", [E, E, LINE, E, E], {}, "3"),
    ("line_through", "doubtful", [E, MARK, LINE, E, E], {}, "2"),
    ("line_through", "doubtful", [E, E, BROKEN_LINE, E, E], {}, "3"),
    ("marked", "accepted", [E, E, dataclasses.replace(MARK, through=0.8), E, E], {}, "3"),
    ("marked", "accepted", [E, MARK, CROSSED, E, E], {}, "2"),
    ("line_through", "doubtful", [E, E, CROSSED, E, E], {}, ""),
    ("line_through", "doubtful", [E, MARK, dataclasses.replace(CROSSED, streak=0.6), E, E], {}, "2"),
    ("marked", "accepted", [E, E, dataclasses.replace(MARK, streak=0.3), E, E], {}, "3"),
    ("line_through", "doubtful", [E, E, dataclasses.replace(MARK, streak=0.6), E, E], {}, "3"),
    ("line_through", "doubtful", [E, E, dataclasses.replace(MARK, streak=0.3, through=0.85), E, E], {}, "3"),
    ("line_through", "doubtful", [E, E, dataclasses.replace(SMALL, streak=0.3), E, E], {}, "3"),
    ("line_through", "doubtful", [E, E, dataclasses.replace(FAINT, streak=0.3), E, E], {}, "3"),
    ("line_through", "doubtful", [E, MARK, dataclasses.replace(DOT, streak=0.3), E, E], {}, "2"),
    ("line_through", "doubtful", [E, dataclasses.replace(FULL, streak=0.7), E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [E, dataclasses.replace(FULL, streak=0.3), E, E, E], {"page": FILLS}, "2"),
    ("small_mark", "doubtful", [E, DISPLACED, CROSSED, E, E], {}, "2"),
    ("marked", "accepted", [E, MARK, dataclasses.replace(WEAK, backed=1.0), E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, MARK, dataclasses.replace(UNSEEN, backed=1.0), E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, MARK, dataclasses.replace(WEAK, backed=0.5), E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(HIDDEN, backed=1.0), E, E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, dataclasses.replace(HIDDEN, backed=0.5), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(TICK, seen=0.35, backed=1.0), E, E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, dataclasses.replace(TICK, seen=0.35, backed=0.7), E, E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, dataclasses.replace(TICK, seen=0.2, backed=1.0), E, E, E], {}, "2"),
    ("box_not_seen", "doubtful", [E, dataclasses.replace(MARK, seen=0.1, backed=1.0), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, seen=0.2), E, E, E], {}, "2"),
    ("marked", "accepted", [E, SCRIBBLE, E, E, E], {"page": SHADES}, "2"),
    ("lone_black_out", "doubtful", [E, dataclasses.replace(SCRIBBLE, cover=0.8), E, E, E], {"page": SHADES}, "2"),
    ("corrected", "accepted", [E, FULL, E, SHADED, E], {"page": SHADES}, "4"),
    ("heavy_mark", "doubtful", [E, SCRIBBLE, E, E, E], {}, "2"),
    ("heavy_mark", "doubtful", [E, SCRIBBLE, E, MARK, E], {}, "4"),
    ("faint_mark", "doubtful", [E, E, E, FAINT, E], {}, "4"),
    ("faint_mark", "doubtful", [E, MARK, E, FAINT, E], {}, "2"),
    ("small_mark", "doubtful", [E, DOT, E, E, E], {}, "2"),
    # what shows as a dot may be the end of one more mark
    ("small_mark", "doubtful", [E, MARK, E, dataclasses.replace(DOT, reach=1.3), E], {"question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, MARK, E, dataclasses.replace(DOT, reach=1.3), E], {}, "2"),
    ("marked", "accepted", [E, MARK, E, DOT, E], {"question": UP_TO_THREE}, "2"),
    ("small_mark", "doubtful", [E, TICK, E, DOT, E], {"question": UP_TO_THREE, "page": LIGHT}, "2"),
    ("small_mark", "doubtful", [E, SMALL, E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, MARK, E, dataclasses.replace(TAIL, off=1.5), E], {}, "2"),
    ("marked", "accepted", [E, MARK, E, TAIL, E], {}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, dataclasses.replace(TAIL, around=1.5), E], {}, "2"),
    ("small_mark", "doubtful", [E, E, E, TAIL, E], {}, "4"),
    ("small_mark", "doubtful", [E, MARK, E, SMALL, E], {}, "2"),
    ("small_mark", "doubtful", [E, DISPLACED, box(around=0.3), E, E], {}, "2"),
    ("marked", "accepted", [MARK, DISPLACED, E, E, E], {"question": UP_TO_THREE}, "1;2"),
    ("small_mark", "doubtful", [MARK, DISPLACED, box(around=0.3), E, E], {"question": UP_TO_THREE}, "1"),
    ("small_mark", "doubtful", [MARK, DISPLACED, E, E, E], {}, "1"),
    (
        "small_mark",
        "doubtful",
        [MARK, dataclasses.replace(DISPLACED, off=2.3), E, E, E],
        {"question": UP_TO_THREE},
        "1",
    ),
    ("small_mark", "doubtful", [MARK, DOT_BY_TAIL, E, E, E], {"question": UP_TO_THREE}, "1"),
    ("marked", "accepted", [E, DISPLACED, E, E, E], {"question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [MARK, dataclasses.replace(DISPLACED, off=2.1), E, E, E], {"question": UP_TO_THREE}, "1;2"),
    # the tail of a large mark that runs past an empty box is no mark there
    ("ink_outside", "doubtful", [MARK, AROUND, E, E, E], {"question": UP_TO_THREE}, "1"),
    ("marked", "accepted", [MARK, SHORT, E, E, E], {"question": UP_TO_THREE}, "1;2"),
    ("small_mark", "doubtful", [MARK, dataclasses.replace(SHORT, peak=0.8), E, E, E], {"question": UP_TO_THREE}, "1"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, around=7.0), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, peak=0.42, breadth=0.2), E, E, E], {"page": DARK}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, peak=0.5, breadth=0.2), E, E, E], {"page": DARK}, "2"),
    ("faint_mark", "doubtful", [E, box(tint=0.15), E, E, E], {}, ""),  # a highlighter
    ("nothing_marked", "blank", [E, box(tint=0.08), E, E, E], {}, ""),
    ("marked", "accepted", [MARK, box(tint=0.15), E, E, E], {}, "1"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, around=6.0), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, around=6.0, off=2.2), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [MARK, MARK, PALE_SLASH, E, E], {"question": UP_TO_THREE}, "1;2"),
    ("marked", "accepted", [E, E, PALE_SLASH, E, E], {}, "3"),
    # a short stroke counts, if it is as broad as a pen's; the least of one does not
    ("marked", "accepted", [E, SHORT, E, E, E], {}, "2"),
    ("marked", "accepted", [E, SHORT, E, E, E], {"page": HEAVY}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(SHORT, ink=0.7), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(SHORT, ink=0.7, reach=2.8), E, E, E], {}, "2"),
    ("marked", "accepted", [MARK, SHORT, E, E, E], {"question": UP_TO_THREE, "page": others(MARK)}, "1;2"),
    ("marked", "accepted", [MARK, dataclasses.replace(SHORT, around=1.5), E, E, E], {"question": UP_TO_THREE}, "1;2"),
    ("small_mark", "doubtful", [MARK, LOOSE, E, E, E], {"question": UP_TO_THREE}, "1"),
    ("small_mark", "doubtful", [E, BLACK_HAIR, E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, peak=1.3), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, peak=1.2), E, E, E], {}, "2"),
    # a thin line by somebody with a ballpoint may be a hair, by one with a thin pen not
    ("small_mark", "doubtful", [E, THIN_HAIR, E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, around=1.0), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, THIN_HAIR, E, E, E], {"page": others(MARK)}, "2"),
    ("marked", "accepted", [E, THIN_HAIR, E, E, E], {"page": THIN}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, weight=0.11), E, E, E], {"page": THIN}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, breadth=0.12), E, E, E], {"page": THIN}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(THIN_HAIR, breadth=0.17), E, E, E], {"page": others(MARK)}, "2"),
    # a thin cross or tick in the middle of its box is one all the same: hairs turn slowly
    ("marked", "accepted", [E, dataclasses.replace(THIN_HAIR, angled=0.2), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, angled=0.1), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, angled=0.2, off=1.1), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, angled=0.2, around=0.8), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(THIN_HAIR, angled=0.2, reach=1.9), E, E, E], {}, "2"),
    # a hair in or beside another box says nothing against a mark, unless there may be several
    ("marked", "accepted", [E, MARK, E, SLIGHT, E], {}, "2"),
    ("marked", "accepted", [E, MARK, E, dataclasses.replace(SLIGHT, around=1.5), E], {}, "2"),
    ("small_mark", "doubtful", [E, E, E, SLIGHT, E], {}, "4"),
    ("small_mark", "doubtful", [E, MARK, E, SLIGHT, E], {"question": UP_TO_THREE}, "2"),
    ("two_marks", "doubtful", [E, MARK, E, dataclasses.replace(SLIGHT, angled=0.2), E], {}, "2"),
    ("small_mark", "doubtful", [E, MARK, E, dataclasses.replace(SLIGHT, angled=0.12), E], {}, "2"),
    ("small_mark", "doubtful", [E, MARK, E, dataclasses.replace(SLIGHT, weight=0.23), E], {}, "2"),
    ("small_mark", "doubtful", [E, MARK, E, SLIGHT, E], {"page": SHADES}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, SLIGHT_BESIDE, E], {"page": SHADES}, "2"),
    ("marked", "accepted", [E, MARK, E, SLIGHT_BESIDE, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, weight=0.15, breadth=0.15), E, E, E], {}, "2"),
    # the rim of a cup is as broad as this person's strokes, broader than a hard pencil's, and paler
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, breadth=0.28, peak=0.56), E, E, E], {"page": BROAD}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, breadth=0.28, peak=0.58), E, E, E], {"page": BROAD}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, breadth=0.26, peak=0.56), E, E, E], {"page": BROAD}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, breadth=0.25, peak=0.56), E, E, E], {}, "2"),
    # however light, a stroke that is broader than hairs and fibres are is of a pen
    ("marked", "accepted", [E, dataclasses.replace(THIN_HAIR, breadth=0.19), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [MARK, dataclasses.replace(MARK, reach=1.85), E, E, E], {"question": UP_TO_THREE}, "1"),
    ("marked", "accepted", [MARK, dataclasses.replace(MARK, reach=1.95), E, E, E], {"question": UP_TO_THREE}, "1;2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, peak=0.37), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, peak=0.4, breadth=0.2), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, peak=0.45, breadth=0.2), E, E, E], {"page": DARK}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(MARK, peak=0.45, reach=3.2), E, E, E], {"page": DARK}, "2"),
    ("small_mark", "doubtful", [E, DISPLACED, DISPLACED, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, DISPLACED, DISPLACED, E, E], {"question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(DISPLACED, facing=0.6), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, facing=0.65), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, facing=1.0), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, off=2.8), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(DISPLACED, off=2.7), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, around=8.0), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, around=3.0, circle=0.6), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, DISPLACED, E, E, E], {"stray": 3.0}, "2"),
    ("marked", "accepted", [E, DISPLACED, E, E, E], {"stray": 2.0}, "2"),
    ("marked", "accepted", [E, AROUND, E, E, E], {}, "2"),
    ("marked", "accepted", [E, AROUND, E, E, E], {"stray": 3.3}, "2"),
    ("ink_outside", "doubtful", [E, AROUND, E, E, E], {"stray": 3.5}, "2"),
    ("ink_outside", "doubtful", [E, AROUND, E, E, E], {"page": []}, "2"),
    ("ink_outside", "doubtful", [E, AROUND, E, E, E], {"known": False}, "2"),
    ("ink_outside", "doubtful", [E, AROUND, box(around=0.2), E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, breadth=0.15), E, E, E], {"page": THIN_MARKS}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, off=2.4), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, facing=0.6), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, circle=0.4), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, around=1.2), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, around=9.0), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, outer_peak=0.5), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(AROUND, outer_peak=1.2), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, around=0.3), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, peak=1.5), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, dataclasses.replace(DISPLACED, peak=0.5), E, E, E], {}, "2"),
    ("small_mark", "doubtful", [E, DISPLACED, E, E, E], {"page": others(MARK)}, "2"),
    ("ink_outside", "doubtful", [E, box(around=0.5), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, box(around=1.0, beside=0.6), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, box(around=1.5), E], {}, "2"),
    ("marked", "accepted", [E, MARK, E, box(around=1.5, beside=0.6), E], {}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, box(around=3.0, beside=0.6), E], {}, "2"),
    ("ink_outside", "doubtful", [E, box(ink=0.13, around=0.15), E, E, E], {}, "2"),
    ("nothing_marked", "blank", [E, box(ink=0.05, around=0.12), E, E, E], {}, ""),
    ("ink_outside", "doubtful", [E, E, E, E, E], {"stray": 0.6}, ""),
    ("nothing_marked", "blank", [E, E, E, E, E], {"stray": 0.4, "long": 0.8}, ""),
    ("nothing_marked", "blank", [E, E, E, E, E], {"stray": 0.4, "long": 1.2}, ""),
    ("ink_outside", "doubtful", [E, E, E, E, E], {"stray": 0.4, "long": 1.2, "over": 0.15}, ""),
    ("nothing_marked", "blank", [E, E, E, E, E], {"stray": 1.4, "long": 1.4}, ""),  # dust
    ("ink_outside", "doubtful", [E, E, E, E, E], {"stray": 1.6, "long": 1.4}, ""),
    ("nothing_marked", "blank", [E, E, E, E, E], {"stray": 4.0, "heavy": 0.2}, ""),  # a hair, lighter than this pen
    ("ink_outside", "doubtful", [E, E, E, E, E], {"stray": 4.0, "heavy": 0.2, "page": FILLS}, ""),
    ("nothing_marked", "blank", [E, E, E, E, E], {"stray": 4.0, "heavy": 0.25, "page": MARKER}, ""),
    ("ink_outside", "doubtful", [E, E, E, E, E], {"stray": 4.0, "heavy": 0.35, "page": MARKER}, ""),
    ("ink_outside", "doubtful", [E, box(ink=0.1, around=0.3, beside=0.5), E, E, E], {}, "2"),
    ("nothing_marked", "blank", [E, E, E, E, E], {"stray": 0.2, "long": 1.2}, ""),
    ("ink_outside", "doubtful", [E, E, box(ink=0.08), E, E], {"stray": 0.4}, "3"),
    ("ink_outside", "doubtful", [E, MARK, OVER_EDGE, E, E], {"question": UP_TO_THREE}, "2"),
    (
        "ink_outside",
        "doubtful",
        [E, MARK, dataclasses.replace(OVER_EDGE, peak=0.3, outer_peak=1.1), E, E],
        {"question": UP_TO_THREE},
        "2",
    ),
    ("marked", "accepted", [E, MARK, OVER_EDGE, E, E], {}, "2"),
    ("marked", "accepted", [E, MARK, dataclasses.replace(OVER_EDGE, peak=0.3), E, E], {"question": UP_TO_THREE}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, E, E], {"stray": 6.0}, "2"),
    ("ink_outside", "doubtful", [E, E, E, E, E], {"over": 0.8}, ""),
    ("marked", "accepted", [E, MARK, E, E, E], {"over": 0.8}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, E, E], {"over": 0.8, "question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, MARK, E, E, E], {"stray": 2.0}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, E, E], {"stray": 2.0, "question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, MARK, E, E, E], {"stray": 1.0, "question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, MARK, E, E, E], {"stray": 2.0, "long": 1.5, "question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, MARK, E, E, E], {"stray": 3.0, "long": 15.0, "question": UP_TO_THREE}, "2"),
    ("ink_outside", "doubtful", [E, MARK, box(around=0.9), E, E], {"stray": 1.9, "question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [E, MARK, E, box(around=1.1), E], {}, "2"),
    ("ink_outside", "doubtful", [box(around=0.6), MARK, E, box(around=0.7), E], {"question": UP_TO_THREE}, "2"),
    ("marked", "accepted", [box(around=0.5), MARK, E, box(around=0.6), E], {"question": UP_TO_THREE}, "2"),
    ("ink_outside", "doubtful", [E, MARK, E, box(around=1.1), E], {"question": UP_TO_THREE}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(MARK, around=6.0, ring=0.7, circle=0.7), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(MARK, around=3.0, ring=0.35, circle=0.3), E, E, E], {}, "2"),
    ("ink_outside", "doubtful", [E, dataclasses.replace(MARK, around=6.0, ring=0.7, circle=0.38), E, E, E], {}, "2"),
    ("marked", "accepted", [E, dataclasses.replace(MARK, around=6.0, ring=0.7, circle=0.36), E, E, E], {}, "2"),
    ("filled", "accepted", [E, dataclasses.replace(FULL, ring=0.5, circle=0.38), E, E, E], {"page": FILLS}, "2"),
    # a large cross is all round its box, too, but runs away from it
    ("marked", "accepted", [E, dataclasses.replace(MARK, around=6.0, ring=0.46, circle=0.2), E, E, E], {}, "2"),
    (
        "marked",
        "accepted",
        [E, dataclasses.replace(MARK, around=4.5, ring=0.4, circle=0.1), E, E, E],
        {"stray": 2.0},
        "2",
    ),
    ("lone_black_out", "doubtful", [E, FULL, E, E, E], {}, "2"),
    ("lone_black_out", "doubtful", [E, BLACKENED, E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [E, OFF_FILL, E, E, E], {"page": FILLS}, "2"),
    ("lone_black_out", "doubtful", [E, dataclasses.replace(OFF_FILL, around=5.5), E, E, E], {"page": FILLS}, "2"),
    ("lone_black_out", "doubtful", [E, dataclasses.replace(OFF_FILL, peak=1.3), E, E, E], {"page": FILLS}, "2"),
    ("corrected", "accepted", [E, BLACKENED, E, MARK, E], {"page": FILLS}, "4"),
    ("corrected", "accepted", [E, dataclasses.replace(FULL, ring=0.45, peak=1.3), E, MARK, E], {"page": FILLS}, "4"),
    ("lone_black_out", "doubtful", [E, dataclasses.replace(FULL, ring=0.45, peak=1.3), E, E, E], {"page": FILLS}, "2"),
    ("lone_black_out", "doubtful", [E, dataclasses.replace(FULL, ring=0.25, peak=1.3), E, E, E], {"page": FILLS}, "2"),
    ("filled", "accepted", [E, dataclasses.replace(FULL, ring=0.15, peak=1.3), E, E, E], {"page": FILLS}, "2"),
    (
        "fill_and_mark",
        "doubtful",
        [E, dataclasses.replace(FULL, ring=0.15, peak=1.3), E, MARK, E],
        {"page": FILLS},
        "2",
    ),
    ("lone_black_out", "doubtful", [E, OFF_FILL, E, E, E], {"page": FILLS, "stray": 2.0}, "2"),
    ("lone_black_out", "doubtful", [E, BLACKENED, E, MARK, MARK], {"page": FILLS}, "2"),
    ("fill_and_mark", "doubtful", [E, OFF_FILL, E, MARK, E], {"page": FILLS}, "2"),
    ("lone_black_out", "doubtful", [E, BLACKENED, E, MARK, E], {"page": FILLS, "question": UP_TO_THREE}, "2"),
    ("lone_black_out", "doubtful", [E, BLACKENED, E, dataclasses.replace(MARK, cover=0.75), E], {"page": FILLS}, "2"),
    ("corrected", "accepted", [E, ROUGHLY, E, MARK, E], {}, "4"),
    ("black_out_or_fill", "doubtful", [E, dataclasses.replace(ROUGHLY, ring=0.4), E, MARK, E], {}, "4"),
    ("lone_black_out", "doubtful", [FULL, BLACKENED, E, E, E], {"page": FILLS, "question": UP_TO_THREE}, "1;2"),
    ("filled", "accepted", [FULL, FULL, E, E, E], {"page": FILLS, "question": UP_TO_THREE}, "1;2"),
    ("filled", "accepted", [E, BLACKENED, E, E, E], {"page": others(*[BLACKENED] * 5)}, "2"),
    ("lone_black_out", "doubtful", [E, RINGED, E, E, E], {"page": others(FULL, FULL, RINGED, RINGED, RINGED)}, "2"),
    (
        "lone_black_out",
        "doubtful",
        [E, dataclasses.replace(FULL, around=11.5), E, E, E],
        {"page": others(*[BLACKENED] * 5)},
        "2",
    ),
    ("two_marks", "doubtful", [E, MARK, E, TICK, E], {}, "2"),
    ("too_many", "doubtful", [MARK, MARK, E, MARK, MARK], {"question": UP_TO_THREE}, "1;2;4;5"),
    ("fill_and_mark", "doubtful", [E, FULL, E, MARK, E], {"page": FILLS}, "2"),
    ("two_marks", "doubtful", [E, FULL, E, FULL, E], {"page": FILLS}, "2"),
    ("black_out_or_fill", "doubtful", [E, FULL, E, MARK, E], {"page": others(MARK)}, "4"),
]


@pytest.mark.parametrize(
    ("reason", "status", "boxes", "around", "answer"), ROWS, ids=[f"{i}-{r[0]}" for i, r in enumerate(ROWS)]
)
def test_rows(reason: str, status: str, boxes: list[BoxScore], around: dict[str, object], answer: str) -> None:
    decision = decide(boxes, **around)  # type: ignore[arg-type]
    assert (decision.reason, decision.status) == (reason, status)
    if status != "doubtful" or answer:
        assert decision.answer == answer


@pytest.mark.parametrize(
    ("ink", "reach", "status", "reason"),
    [
        (0.0, 0.0, "blank", "nothing_written"),
        (0.5, 0.8, "blank", "nothing_written"),
        (0.8, 1.4, "blank", "nothing_written"),
        (0.5, 1.6, "doubtful", "handwriting"),
        (1.6, 1.2, "doubtful", "handwriting"),
        (1.6, 0.8, "blank", "nothing_written"),  # dust, and the dots of the form's own lines
        (40.0, 60.0, "doubtful", "handwriting"),
    ],
)
def test_rows_of_writing(ink: float, reach: float, status: str, reason: str) -> None:
    [decision] = decide_page(reading([], writing=(AreaScore("W", blots(ink, reach)),)), (WRITING,))
    assert (decision.status, decision.reason, decision.answer) == (status, reason, "")
    [decision] = decide_page(reading([], writing=(AreaScore("W", blots(ink, reach), known=False),)), (WRITING,))
    assert (decision.status, decision.reason) == ("doubtful", "handwriting")
    [decision] = decide_page(reading([], writing=(AreaScore("W", blots(ink, reach), seen=0.1),)), (WRITING,))
    assert (decision.status, decision.reason) == ("doubtful", "area_not_seen" if status == "blank" else reason)


@pytest.mark.parametrize(
    ("weights", "status"),
    [((0.2,), "blank"), ((0.2,) * 3, "blank"), ((0.2,) * 4, "doubtful"), ((0.2, 0.25), "doubtful")],
)
def test_hairs_where_one_writes(weights: tuple[float, ...], status: str) -> None:
    """A line that is lighter than this person's strokes is a hair; many of them are writing."""
    area = AreaScore("W", tuple(Blot(2.0, 5.0, weight) for weight in weights))
    found = decide_page(reading(STROKES, writing=(area,)), questions_of(STROKES, WRITING))
    assert found[-1].status == status
    area = AreaScore("W", (Blot(2.0, 5.0, 0.2),))  # whose strokes are not known
    found = decide_page(reading(FILLS, writing=(area,)), questions_of(FILLS, WRITING))
    assert found[-1].status == "doubtful"


# The end of a long tick of the row below: one stroke, that hangs together with more ink in that row's box.
END = box(ink=1.1, cover=0.1, gap=0.9, peak=0.92, reach=2.1, around=0.42, off=1.24, ring=0.06, slender=0.2, tied=2.4)
LONG_END = dataclasses.replace(END, ink=1.9, reach=3.3, off=0.6)  # as dark and nearly as long as a mark
SHORT_END = dataclasses.replace(END, slender=0.7, reach=1.9)  # so short that it is about as wide


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        (END, "doubtful"),
        (LONG_END, "doubtful"),
        (SHORT_END, "doubtful"),
        (dataclasses.replace(END, tied=0.0), "accepted"),  # it begins at this box
        (dataclasses.replace(END, tied=1.0), "accepted"),  # the longer part of the stroke is in this one
        (dataclasses.replace(LONG_END, slender=0.7), "accepted"),  # two strokes: a mark of its own
        (dataclasses.replace(LONG_END, reach=3.9), "accepted"),  # longer than this person's marks are
        (dataclasses.replace(END, off=0.2), "accepted"),  # in the middle of its box
        (dataclasses.replace(END, ring=0.2), "accepted"),  # it crosses the box and goes on
        (dataclasses.replace(LONG_END, ink=3.3, tied=3.4), "accepted"),  # as much ink as this person's marks have
    ],
)
def test_the_end_of_a_stroke_of_another_row_is_no_mark(mark: BoxScore, status: str) -> None:
    decision = decide([EMPTY, mark, EMPTY], page=others(MARK, MARK, TICK, MARK, MARK))
    assert decision.status == status
    assert decision.reason == ("marked" if status == "accepted" else "ink_outside")


def test_strokes_whose_middle_lies_beyond_a_cell_are_neither_its_answer_nor_in_the_way_of_another() -> None:
    theirs = dataclasses.replace(MARK, elsewhere=2.0)
    assert decide([EMPTY, theirs, EMPTY]).reason == "ink_outside"
    assert decide([EMPTY, dataclasses.replace(MARK, elsewhere=1.0), EMPTY]).reason == "marked"
    over = box(around=5.0, elsewhere=4.5)
    assert decide([MARK, over, EMPTY]).reason == "marked"
    assert decide([MARK, dataclasses.replace(over, elsewhere=0.0), EMPTY]).reason == "ink_outside"
    assert decide([EMPTY, over, EMPTY]).status == "doubtful"  # nobody has marked anything else


def test_marks_in_cells_are_as_large_as_this_person_makes_them_there() -> None:
    """Four times as much ink as in the small boxes of the same page."""
    large = dataclasses.replace(MARK, ink=13.0, cover=0.1, reach=12.0)
    roomy = dataclasses.replace(EMPTY, gap=4.0)
    cells = [dataclasses.replace(b, question=f"C{n}") for n in range(6) for b in (large, roomy)]
    assert decide([large, roomy, roomy], page=[*STROKES, *cells]).reason == "marked"
    assert decide([large, EMPTY, EMPTY], page=STROKES).reason == "small_mark"


def test_among_fills_a_stroke_that_hangs_together_with_one_may_be_its_end() -> None:
    stroke = dataclasses.replace(HASTY, ink=3.2, cover=0.3, gap=0.6, slender=0.6)
    assert decide([EMPTY, dataclasses.replace(stroke, tied=1.0), EMPTY], page=FILLS).reason == "ink_outside"
    assert decide([EMPTY, stroke, EMPTY], page=FILLS).reason != "ink_outside"


def test_one_line_far_lighter_than_a_persons_strokes_may_be_a_hair() -> None:
    thick = others(*[dataclasses.replace(MARK, weight=0.45, peak=1.45, breadth=0.35)] * 5)
    hair = box(ink=1.4, cover=0.11, gap=1.0, peak=0.79, reach=3.0, around=2.2, weight=0.2, breadth=0.21, slender=0.12)
    assert decide([EMPTY, hair, EMPTY], page=thick).reason == "small_mark"
    crossed = dataclasses.replace(hair, slender=0.6)
    assert decide([EMPTY, crossed, EMPTY], page=thick).reason == "marked"


def test_among_fills_two_hairs_across_each_other_are_no_mark_however_much_ink_they_have() -> None:
    hairs = box(ink=2.7, cover=0.18, gap=0.7, peak=1.2, reach=3.7, around=4.3, weight=0.28, breadth=0.06)
    thick = dataclasses.replace(hairs, breadth=0.25)
    found = [decide([EMPTY, mark, EMPTY], page=FILLS) for mark in (hairs, thick)]
    assert [one.reason for one in found] == ["small_mark", "filled"]


def test_a_fill_that_is_far_lighter_than_this_persons_may_show_through() -> None:
    through = decide([EMPTY, dataclasses.replace(FULL, peak=0.65), EMPTY], page=FILLS)
    assert (through.status, through.reason) == ("doubtful", "faint_mark")
    assert decide([EMPTY, dataclasses.replace(FULL, peak=0.8), EMPTY], page=FILLS).reason == "filled"


def test_the_end_of_a_stroke_beside_a_fill_takes_nothing_back() -> None:
    page = others(FULL, FULL, FULL, FULL, TICK)
    decision = decide([dataclasses.replace(BLACKENED, around=5.0), END, EMPTY], page=page)
    assert decision.status == "doubtful"
    long = dataclasses.replace(END, reach=3.5, ink=3.2, off=0.2, tied=0.0, slender=0.5)
    assert decide([BLACKENED, dataclasses.replace(long, slender=0.2), EMPTY], page=page).reason == "ink_outside"
    assert decide([BLACKENED, dataclasses.replace(long, tied=0.5), EMPTY], page=page).reason == "ink_outside"
    assert decide([BLACKENED, dataclasses.replace(long, beside=0.4), EMPTY], page=page).reason == "ink_outside"
    assert decide([BLACKENED, long, EMPTY], page=page).reason == "corrected"


def test_a_small_tick_that_missed_its_box_is_no_end_of_a_neighbours_mark() -> None:
    beside = box(
        ink=0.05, cover=0.001, peak=0.55, reach=0.14, around=0.67, outer_peak=0.8, beside=0.5, facing=0.5, off=1.7
    )
    light = others(*[dataclasses.replace(MARK, ink=2.0)] * 5)
    assert decide([EMPTY, beside], page=light).status == "doubtful"
    assert decide([EMPTY, dataclasses.replace(beside, around=0.5)], page=light).status == "blank"


def test_a_line_as_thin_as_a_hair_that_missed_its_box_is_no_mark() -> None:
    thin = others(*[dataclasses.replace(MARK, breadth=0.0, weight=0.24)] * 5)
    beside = box(ink=0.25, cover=0.01, peak=0.95, reach=0.6, around=1.07, off=2.2, ring=0.08, weight=0.15, breadth=0.0)
    assert decide([beside, EMPTY], page=thin).status == "doubtful"


@pytest.mark.parametrize(
    ("marked", "weak", "status"),
    [(0, 0, "doubtful"), (5, 0, "doubtful"), (6, 0, "blank"), (5, 3, "doubtful"), (6, 2, "blank")],
)
def test_a_page_of_which_half_shows_no_mark_is_looked_at(marked: int, weak: int, status: str) -> None:
    page = others(*[MARK] * marked, *[FAINT] * weak, *[EMPTY] * (10 - marked - weak))
    found = decide_page(reading(page), questions_of(page))
    blank = found[marked + weak : 10]
    assert {decision.status for decision in blank} == {status}
    assert {decision.reason for decision in blank} == {"bare_page" if status == "doubtful" else "nothing_marked"}


def test_a_page_of_few_questions_may_be_blank() -> None:
    page = others(*[EMPTY] * 4)
    assert {decision.status for decision in decide_page(reading(page), questions_of(page))} == {"blank"}


@pytest.mark.parametrize(("clean", "blurred"), [(0, True), (1, True), (3, False)])
def test_a_page_out_of_focus_is_for_a_person(clean: int, blurred: bool) -> None:
    """All its frames run into their boxes, which then look marked; one filled box stands out among them."""
    leaked = box(ink=2.3, cover=0.21, reach=3.9, peak=0.95, around=3.9, gap=1.2)
    filled = [FULL, *[leaked] * 4]
    rows = [[EMPTY] * 5] * clean + [filled] * (8 - clean)
    page = [
        dataclasses.replace(b, question=f"Q{number}", option=str(i))
        for number, row in enumerate(rows)
        for i, b in enumerate(row, 1)
    ]
    decisions = decide_page(reading(page), questions_of(page))
    assert ({d.reason for d in decisions} == {"blurred_page"}) == blurred
    if blurred:
        assert {d.status for d in decisions} == {"doubtful"}
        assert [d.answer for d in decisions][clean:] == ["1"] * (8 - clean)


def test_nothing_written_on_noisy_paper() -> None:
    [decision] = decide_page(reading([], writing=(AreaScore("W"),), area_noise=0.061), (WRITING,))
    assert (decision.status, decision.reason) == ("doubtful", "noisy_paper")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_has_words(language: Language) -> None:
    for reason in {row[0] for row in ROWS} | {"nothing_written", "area_not_seen", "blurred_page", "handwriting"}:
        assert Words(language)(f"reason.{reason}")


def test_every_reason_has_a_row() -> None:
    """Reasons of two words and more, as written in the policy's source, are those of the table."""
    tree = ast.parse(Path(decide_module.__file__).read_text(encoding="utf-8"))
    words = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    reasons = {word for word in words if re.fullmatch(r"[a-z]+(_[a-z]+)+", word)}
    elsewhere = {"nothing_written", "area_not_seen", "bare_page", "blurred_page"}
    assert reasons == {row[0] for row in ROWS if "_" in row[0]} | elsewhere


def test_questions_of_other_pages_are_passed_over() -> None:
    assert decide_page(reading([]), (SINGLE, WRITING)) == ()


# --- any scores

amount = st.floats(0, 12, allow_nan=False)
share = st.floats(0, 1.5, allow_nan=False)
any_box = st.builds(
    box,
    ink=amount,
    cover=st.floats(0, 1),
    gap=st.floats(0, 2),
    peak=st.floats(0, 2),
    reach=st.floats(0, 5.7),
    around=amount,
    streak=st.one_of(st.just(0.0), st.floats(0, 1)),
    through=share,
    beside=st.floats(0, 5),
    facing=st.floats(0, 5),
    off=st.floats(0, 4),
    outer_peak=st.floats(0, 2),
    circle=st.floats(0, 1),
    weight=st.floats(0, 1),
    breadth=st.floats(0, 1),
    seen=st.floats(0, 1),
    astray=st.one_of(st.just(0.0), st.floats(0, 2)),
    backed=st.floats(0, 1),
    shift=st.floats(0, 2),
)
plain_mark = st.builds(
    box,
    ink=st.floats(POLICY.mark_ink, 6),
    cover=st.floats(0.05, 0.45),
    gap=st.floats(POLICY.mark_gap, 1.2),
    peak=st.floats(POLICY.mark_peak, 2),
    reach=st.floats(POLICY.mark_reach, 5.7),
    around=st.floats(0, 3),
    through=st.floats(0, POLICY.thin_through * 0.999),
    seen=st.floats(POLICY.least_seen, 1),
)
kinds = st.sampled_from([EMPTY, SPECK, MARK, TICK, FULL, SCRIBBLE, FAINT, DOT, SMALL, DISPLACED, LINE, UNSEEN, BESIDE])
some_boxes = st.lists(st.one_of(any_box, plain_mark, kinds), min_size=2, max_size=9)
pages = st.sampled_from([STROKES, FILLS, [], others(MARK), others(FULL, FULL, MARK, TICK, MARK, FULL)])
asked = st.sampled_from([SINGLE, UP_TO_THREE, LayoutQuestion("Q", "multiple", 9)])


@settings(max_examples=400, deadline=None)
@given(boxes=some_boxes, question=asked, page=pages, stray=amount)
def test_any_scores_have_a_decision_that_holds_together(
    boxes: list[BoxScore], question: LayoutQuestion, page: list[BoxScore], stray: float
) -> None:
    decision = decide(boxes, question, page, stray)
    chosen = decision.answer.split(";") if decision.answer else []
    assert set(chosen) <= {str(i) for i in range(1, len(boxes) + 1)}
    assert len(set(chosen)) == len(chosen)
    if decision.status == "doubtful":
        assert decision.confidence < 0.5
        return
    assert 0.5 <= decision.confidence <= 1
    assert (decision.status == "accepted") == bool(chosen)
    assert len(chosen) <= question.max_answers
    for i, one in enumerate(boxes, 1):
        inked = one.ink > POLICY.empty_ink or one.reach > POLICY.empty_reach
        if str(i) in chosen:
            assert inked or one.around > POLICY.mark_ink, "an accepted box has ink in it, or a mark around it"
            crossed = one.through >= POLICY.line_through or one.streak > POLICY.most_crossed
            assert not crossed or one.cover >= POLICY.full_cover
        else:
            least = POLICY.marked_seen if one.backed >= POLICY.least_backed else POLICY.least_seen
            assert one.seen >= least or one.cover >= POLICY.seen_cover, "every box was seen"


@settings(max_examples=200, deadline=None)
@given(marks=st.tuples(plain_mark, plain_mark), rest=some_boxes, page=pages, where=st.integers(0, 9))
def test_two_plain_marks_are_never_an_answer(
    marks: tuple[BoxScore, BoxScore], rest: list[BoxScore], page: list[BoxScore], where: int
) -> None:
    boxes = [*rest[:where], marks[0], *rest[where:], marks[1]]
    assert decide(boxes, SINGLE, page).status == "doubtful"


@settings(max_examples=200, deadline=None)
@given(marks=st.lists(plain_mark, min_size=4, max_size=6), rest=some_boxes, page=pages)
def test_more_marks_than_allowed_are_never_an_answer(
    marks: list[BoxScore], rest: list[BoxScore], page: list[BoxScore]
) -> None:
    assert decide([*marks, *rest], UP_TO_THREE, page).status == "doubtful"


@settings(max_examples=300, deadline=None)
@given(worse=any_box, boxes=some_boxes, question=asked, page=pages, where=st.integers(0, 9))
def test_a_box_that_is_not_empty_is_never_blank(
    worse: BoxScore, boxes: list[BoxScore], question: LayoutQuestion, page: list[BoxScore], where: int
) -> None:
    worse = dataclasses.replace(worse, ink=worse.ink + POLICY.empty_ink * 1.001)
    decision = decide([*boxes[:where], worse, *boxes[where:]], question, page)
    assert decision.status != "blank"


@settings(max_examples=200, deadline=None)
@given(
    around=st.floats(POLICY.near_owned * 1.001, 20),
    boxes=some_boxes,
    question=asked,
    page=pages,
    stray=amount,
)
def test_much_ink_beside_a_box_is_never_blank(
    around: float, boxes: list[BoxScore], question: LayoutQuestion, page: list[BoxScore], stray: float
) -> None:
    assert decide([*boxes, box(around=around)], question, page, stray).status != "blank"


@settings(max_examples=200, deadline=None)
@given(
    boxes=some_boxes,
    question=asked,
    page=pages,
    cover=st.floats(0, POLICY.seen_cover * 0.999),
    seen=st.floats(0, POLICY.least_seen * 0.999),
)
def test_a_box_that_was_not_seen_is_for_a_person(
    boxes: list[BoxScore], question: LayoutQuestion, page: list[BoxScore], cover: float, seen: float
) -> None:
    hidden = box(cover=cover, seen=seen)
    assert decide([*boxes, hidden], question, page).status == "doubtful"


@settings(max_examples=200, deadline=None)
@given(boxes=some_boxes, question=asked, page=pages, stray=amount, data=st.data())
def test_the_order_of_the_boxes_means_nothing(
    boxes: list[BoxScore], question: LayoutQuestion, page: list[BoxScore], stray: float, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(boxes))))
    first = decide(boxes, question, page, stray)
    second = decide([boxes[i] for i in order], question, page, stray)
    assert (first.status, first.reason, first.confidence) == (second.status, second.reason, second.confidence)
    if first.status != "doubtful":
        back = {str(place): str(i + 1) for place, i in enumerate(order, 1)}
        assert {back[o] for o in second.answer.split(";") if o} == {o for o in first.answer.split(";") if o}


@settings(max_examples=200, deadline=None)
@given(mark=plain_mark, other=any_box, number=st.integers(2, 6))
def test_a_clear_mark_alone_is_accepted(mark: BoxScore, other: BoxScore, number: int) -> None:
    """The policy isn't safe by refusing everything: a mark as anybody makes it is read, by a person of any habit that
    it doesn't contradict."""
    plain = dataclasses.replace(mark, around=min(mark.around, 1.0))
    usual = POLICY.stain_peak * MARK.peak <= plain.peak <= POLICY.other_most * MARK.peak
    alike = plain.ink >= POLICY.other_ink * MARK.ink and usual
    page = STROKES if alike else []
    decision = decide([EMPTY] * number + [plain], SINGLE, page)
    assert (decision.status, decision.answer) == ("accepted", str(number + 1))


@settings(max_examples=200, deadline=None)
@given(boxes=some_boxes, question=asked, share=st.floats(0.2, 0.95))
def test_a_stricter_policy_accepts_nothing_more(boxes: list[BoxScore], question: LayoutQuestion, share: float) -> None:
    """Thresholds that ask for more ink of a mark, and less of a blank, only add doubt (habits apart)."""
    strict = dataclasses.replace(
        POLICY,
        empty_ink=POLICY.empty_ink * share,
        near_blank=POLICY.near_blank * share,
        near_owned=POLICY.near_owned * share,
        near_marked=POLICY.near_marked * share,
        stray_blank=POLICY.stray_blank * share,
        stray_marked=POLICY.stray_marked * share,
    )
    mine = [dataclasses.replace(b, question="Q", option=str(i)) for i, b in enumerate(boxes, 1)]
    page = reading([*STROKES, *mine])
    loose = decide_page(page, questions_of(STROKES, question))[-1]
    tight = decide_page(page, questions_of(STROKES, question), strict)[-1]
    if loose.status == "doubtful":
        assert tight.status == "doubtful"
    elif tight.status != "doubtful":
        assert (tight.status, tight.answer) == (loose.status, loose.answer)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (AreaScore("Q", blots(2.0, 3.0)), "doubtful"),
        (AreaScore("Q", blots(0.4, 3.0)), "blank"),  # less than a stroke
        (AreaScore("Q", blots(2.0, 1.5)), "blank"),  # specks, however many
        (AreaScore("Q", blots(2.0, 3.0, 0.1)), "blank"),  # a hair
        (AreaScore("Q", blots(20.0, 7.0, 2.5)), "blank"),  # a punch hole
        (AreaScore("Other", blots(2.0, 3.0)), "blank"),
    ],
)
def test_ink_among_the_words_of_a_question_without_marks_is_no_blank(row: AreaScore, status: str) -> None:
    mine = [dataclasses.replace(EMPTY, question="Q", option=str(i)) for i in (1, 2)]
    page = dataclasses.replace(reading([*STROKES, *mine]), wide=(row,))
    found = decide_page(page, questions_of(STROKES, SINGLE))[-1]
    assert (found.question, found.status) == ("Q", status)
    assert found.reason == ("nothing_marked" if status == "blank" else "ink_outside")


def test_ink_among_the_words_of_a_question_says_nothing_of_a_mark() -> None:
    mine = [dataclasses.replace(b, question="Q", option=str(i)) for i, b in enumerate((EMPTY, MARK))]
    page = dataclasses.replace(reading([*STROKES, *mine]), wide=(AreaScore("Q", blots(5.0, 6.0)),))
    assert decide_page(page, questions_of(STROKES, SINGLE))[-1].status == "accepted"
