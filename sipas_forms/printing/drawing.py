"""What a composed page consists of: a few kinds of strokes and words in millimetres, and how they reach a PDF
canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from reportlab.lib.units import mm

from sipas_forms.printing.fonts import register_fonts, text_width
from sipas_forms.printing.layout import Rect

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Words:
    """A line of text with its baseline at `y` mm; `size` in points. `slot` names what is filled in per cell, set
    smaller where it is wider than `room` mm."""

    x: float
    y: float
    text: str
    font: str
    size: float
    align: Align = "left"
    slot: str = ""
    room: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A straight line of `width` mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dash: bool = False


@dataclass(frozen=True)
class Solid:
    """A filled black rectangle; with `hole` mm > 0 a frame of which the inside, `hole` mm in from each side, stays
    white."""

    rect: Rect
    hole: float = 0.0


Mark = Words | Rule | Solid


def draw(canvas: Any, marks: list[Mark], page_height: float, slots: dict[str, str]) -> None:
    """Draw `marks` on a reportlab canvas; y is turned from downward (ours) to upward (PDF)."""
    register_fonts()
    for mark in marks:
        if isinstance(mark, Words):
            _draw_words(canvas, mark, page_height, slots)
        elif isinstance(mark, Rule):
            canvas.setLineWidth(mark.width * mm)
            canvas.setDash([0.3 * mm, 0.9 * mm] if mark.dash else [])
            canvas.line(mark.x1 * mm, (page_height - mark.y1) * mm, mark.x2 * mm, (page_height - mark.y2) * mm)
        else:
            draw_solid(canvas, mark, page_height)


def draw_solid(canvas: Any, solid: Solid, page_height: float) -> None:
    """Fill a rectangle or a frame. A frame is one even-odd path, so that its outline in the PDF is its outer edge."""
    rect, hole = solid.rect, solid.hole
    path = canvas.beginPath()
    path.rect(rect.x * mm, (page_height - rect.y - rect.h) * mm, rect.w * mm, rect.h * mm)
    if hole:
        path.rect(
            (rect.x + hole) * mm,
            (page_height - rect.y - rect.h + hole) * mm,
            (rect.w - 2 * hole) * mm,
            (rect.h - 2 * hole) * mm,
        )
    canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def _draw_words(canvas: Any, words: Words, page_height: float, slots: dict[str, str]) -> None:
    text = slots.get(words.slot, "") if words.slot else words.text
    size = words.size
    if words.room:
        size *= min(1.0, words.room / max(text_width(text, words.font, size), 1e-6))
    canvas.setFont(words.font, size)
    write = {"left": canvas.drawString, "center": canvas.drawCentredString, "right": canvas.drawRightString}
    write[words.align](words.x * mm, (page_height - words.y) * mm, text)
