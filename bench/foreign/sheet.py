"""A sheet under a script's pen: every box that is drawn is noted with its question and its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportlab.lib.colors import Color, black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.printing.fonts import SANS, SANS_BOLD, SERIF, SERIF_BOLD, register_fonts, text_width, wrap

__all__ = ["A4", "A4_WIDE", "A5", "SANS", "SANS_BOLD", "SERIF", "SERIF_BOLD", "Form", "Sheet", "Truth"]

A4, A4_WIDE, A5 = (210.0, 297.0), (297.0, 210.0), (148.0, 210.0)
MM_PER_POINT = 25.4 / 72
# ☐ of Source Sans, ❑ and ❍ of the Dingbats that every PDF reader has.
GLYPHS = {"☐": SANS, "❑": "ZapfDingbats", "❍": "ZapfDingbats"}


@dataclass(frozen=True)
class Spot:
    """A box as drawn, mm."""

    page: int
    x: float
    y: float
    w: float
    h: float
    question: int
    label: str


@dataclass
class Truth:
    """What was drawn: the boxes, and each question's words."""

    boxes: list[Spot] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Form:
    """A drawn form. `by_middle`: others measured its boxes, whose edges each takes to lie elsewhere in their lines."""

    name: str
    path: Path
    size_mm: tuple[float, float]
    truth: Truth
    by_middle: bool = False


class Sheet:
    """Draws with millimetres from the top left; `ask` begins a question and the boxes after it are its."""

    def __init__(self, path: Path, size: tuple[float, float], font: str = SANS, text: float = 11) -> None:
        register_fonts()
        self.size, self.font, self.text = size, font, text
        self.canvas: Any = Canvas(str(path), pagesize=(size[0] * mm, size[1] * mm), invariant=1)
        self.truth, self.page = Truth(), 1
        self.colour: Color = black

    def write(self, x: float, y: float, text: str, font: str = "", size: float = 0) -> float:
        """A line of text with its baseline at y; returns where it ends."""
        font, size = font or self.font, size or self.text
        self.canvas.setFillColor(self.colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x * mm, (self.size[1] - y) * mm, text)
        return x + text_width(text, font, size)

    def paragraph(self, x: float, y: float, text: str, width: float, font: str = "", size: float = 0) -> float:
        """Lines of text; returns the baseline after the last."""
        font, size = font or self.font, size or self.text
        for line in wrap(text, font, size, width):
            self.write(x, y, line, font, size)
            y += size * 0.45
        return y

    def ask(self, text: str) -> None:
        """Begin a question."""
        self.truth.questions.append(text)

    def note(self, x: float, y: float, w: float, h: float, label: str) -> None:
        """What was drawn last is an answer box."""
        number = len(self.truth.questions) - 1
        self.truth.boxes.append(Spot(self.page, x, y, w, h, number, label))

    def box(self, x: float, y: float, side: float, label: str, line: float = 0.3, **style: Any) -> None:
        """A drawn square (outer edges at x, y), `round` its corners' radius, `lines` as four strokes, `tint` inside."""
        c, half = self.canvas, line / 2
        c.setLineWidth(line * mm)
        c.setStrokeColor(self.colour)
        top, inner = (self.size[1] - y) * mm, (side - line) * mm
        left, low = (x + half) * mm, top - (side - half) * mm
        if style.get("tint"):
            c.setFillColor(style["tint"])
        if style.get("lines"):
            for x1, y1, x2, y2 in ((0, 0, 1, 0), (0, 1, 1, 1), (0, 0, 0, 1), (1, 0, 1, 1)):
                c.line(left + x1 * inner, low + y1 * inner, left + x2 * inner, low + y2 * inner)
        elif style.get("round"):
            c.roundRect(left, low, inner, inner, style["round"] * mm, fill=0)
        else:
            c.rect(left, low, inner, inner, fill=1 if style.get("tint") else 0)
        self.note(x, y, side, side, label)

    def bubble(self, x: float, y: float, side: float, label: str, inside: str = "", **style: Any) -> None:
        """A circle of outer diameter `side`, with a sign printed in it; `fill` paints it, `tint` colours it."""
        c, line = self.canvas, style.get("line", 0.25)
        c.setLineWidth(line * mm)
        c.setStrokeColor(self.colour)
        c.setFillColor(style.get("tint") or self.colour)
        middle_x, middle_y = x + side / 2, self.size[1] - y - side / 2
        c.circle(
            middle_x * mm,
            middle_y * mm,
            (side - line) / 2 * mm,
            fill=1 if style.get("fill") or style.get("tint") else 0,
        )
        if inside:
            size = side * 1.7
            c.setFillColor(self.colour)
            c.setFont(self.font, size)
            c.drawCentredString(middle_x * mm, middle_y * mm - 0.33 * size, inside)
        self.note(x, y, side, side, label)

    def glyph(self, x: float, y: float, sign: str, size: float, label: str) -> float:
        """A box that is a letter of a font, its baseline at y; returns where it ends. Its ink's place is noted by
        rendering (`locate_glyphs`)."""
        self.note(x, y, -size, 0, label + "\0" + sign)
        return self.write(x, y, sign, GLYPHS[sign], size)

    def rule(self, x1: float, y1: float, x2: float, y2: float, line: float = 0.2) -> None:
        """A straight line."""
        self.canvas.setStrokeColor(self.colour)
        self.canvas.setLineWidth(line * mm)
        self.canvas.line(x1 * mm, (self.size[1] - y1) * mm, x2 * mm, (self.size[1] - y2) * mm)

    def shade(self, x: float, y: float, w: float, h: float, colour: Color) -> None:
        """A painted rectangle without an outline."""
        self.canvas.setFillColor(colour)
        self.canvas.rect(x * mm, (self.size[1] - y - h) * mm, w * mm, h * mm, stroke=0, fill=1)

    def turn_page(self) -> None:
        """The next page."""
        self.canvas.showPage()
        self.page += 1

    def done(self, name: str, path: Path) -> Form:
        """Write the file."""
        self.canvas.save()
        return Form(name, path, self.size, self.truth)
