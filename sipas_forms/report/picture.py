"""A chart as plain shapes, drawn once and put into every format: PDF (vector), Word (PNG), web page (SVG).

Lengths are points (1/72 inch), y goes up from the bottom. Colours are `#rrggbb`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

import pypdfium2
from reportlab.graphics import shapes
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.printing.fonts import SANS, SANS_BOLD, register_fonts

BLACK, WHITE = "#000000", "#ffffff"

# Of a picture in a Word file: sharp on an office printer, some tens of kilobytes each.
PNG_DPI = 220
# Shades of a picture in a Word file: enough for smooth edges, and a file a third as large as with 256.
GREYS = 16


@dataclass(frozen=True)
class Shape:
    """What can be drawn. `points` are x, y pairs: of a line its ends, of a box two corners, of a circle its centre.

    Attributes:
        kind: line, box, circle, polygon or text.
        tip: what a web page says when the mouse is on it.
    """

    kind: str
    points: tuple[float, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.5
    dash: bool = False
    radius: float = 0.0
    text: str = ""
    size: float = 9.0
    bold: bool = False
    anchor: str = "start"
    tip: str = ""

    def moved(self, dx: float, dy: float) -> Shape:
        """The same shape elsewhere."""
        return replace(self, points=tuple(p + (dy if i % 2 else dx) for i, p in enumerate(self.points)))


@dataclass
class Picture:
    """Shapes on a sheet of `width` × `height`; `title` says in words what it shows."""

    width: float
    height: float
    title: str = ""
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *those: Shape) -> None:
        """Draw them above what is there."""
        self.shapes.extend(those)

    def put(self, other: Picture, dx: float, dy: float) -> None:
        """Draw another picture into this one."""
        self.shapes.extend(shape.moved(dx, dy) for shape in other.shapes)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 0.5, dash: bool = False) -> Shape:
    """A straight line."""
    return Shape("line", (x1, y1, x2, y2), stroke=stroke, width=width, dash=dash)


def box(x: float, y: float, w: float, h: float, fill: str | None, stroke: str | None = None, tip: str = "") -> Shape:
    """A rectangle from its lower left corner."""
    return Shape("box", (x, y, x + w, y + h), fill, stroke, 0.4, tip=tip)


def label(
    x: float, y: float, text: str, size: float = 9.0, bold: bool = False, anchor: str = "start", fill: str = BLACK
) -> Shape:
    """Text on a base line; `anchor` is start, middle or end."""
    return Shape("text", (x, y), fill, text=text, size=size, bold=bold, anchor=anchor)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """In points."""
    register_fonts()
    return float(stringWidth(text, SANS_BOLD if bold else SANS, size))


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines that fit `room` points."""
    register_fonts()
    return list(simpleSplit(text, SANS, size, room))


def drawing(picture: Picture) -> shapes.Drawing:
    """For the PDF."""
    register_fonts()
    sheet = shapes.Drawing(picture.width, picture.height)
    for shape in picture.shapes:
        sheet.add(_drawn(shape))
    return sheet


def _drawn(s: Shape) -> shapes.Shape:
    fill, stroke = (HexColor(c) if c else None for c in (s.fill, s.stroke))
    look = {"fillColor": fill, "strokeColor": stroke, "strokeWidth": s.width if s.stroke else 0}
    p = s.points
    if s.kind == "line":
        return shapes.Line(*p, strokeColor=stroke, strokeWidth=s.width, strokeDashArray=(3, 2) if s.dash else None)
    if s.kind == "box":
        return shapes.Rect(p[0], p[1], p[2] - p[0], p[3] - p[1], **look)
    if s.kind == "circle":
        return shapes.Circle(p[0], p[1], s.radius, **look)
    if s.kind == "polygon":
        return shapes.Polygon(list(p), **look)
    font = SANS_BOLD if s.bold else SANS
    return shapes.String(p[0], p[1], s.text, fontName=font, fontSize=s.size, textAnchor=s.anchor, fillColor=fill)


def png(picture: Picture) -> bytes:
    """For the Word file: the PDF's drawing as pixels."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(picture.width, picture.height), invariant=1)
    drawing(picture).drawOn(canvas, 0, 0)
    canvas.save()
    document = pypdfium2.PdfDocument(buffer.getvalue())
    try:
        image = document[0].render(scale=PNG_DPI / 72).to_pil().convert("L").quantize(GREYS)
    finally:
        document.close()
    out = BytesIO()
    image.save(out, "PNG", dpi=(PNG_DPI, PNG_DPI))
    return out.getvalue()


def svg(picture: Picture) -> str:
    """For the web page; grows with the page's width."""
    size = f'viewBox="0 0 {_n(picture.width)} {_n(picture.height)}"'
    inside = "".join(_marked(shape, picture.height) for shape in picture.shapes)
    name = f'role="img" aria-label={quoteattr(picture.title)}'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {name} {size}>{inside}</svg>'


def _marked(s: Shape, height: float) -> str:
    p = [height - v if i % 2 else v for i, v in enumerate(s.points)]
    look = f'fill="{s.fill or "none"}"' + (f' stroke="{s.stroke}" stroke-width="{_n(s.width)}"' if s.stroke else "")
    look += ' stroke-dasharray="3 2"' if s.dash else ""
    look += f' class="tip" tabindex="0" data-tip={quoteattr(s.tip)}' if s.tip else ""
    if s.kind == "line":
        return f'<line x1="{_n(p[0])}" y1="{_n(p[1])}" x2="{_n(p[2])}" y2="{_n(p[3])}" {look}/>'
    if s.kind == "box":
        return f'<rect x="{_n(p[0])}" y="{_n(p[3])}" width="{_n(p[2] - p[0])}" height="{_n(p[1] - p[3])}" {look}/>'
    if s.kind == "circle":
        return f'<circle cx="{_n(p[0])}" cy="{_n(p[1])}" r="{_n(s.radius)}" {look}/>'
    if s.kind == "polygon":
        return f'<polygon points="{_pairs(p)}" {look}/>'
    bold = ' font-weight="600"' if s.bold else ""
    at = f'x="{_n(p[0])}" y="{_n(p[1])}" font-size="{_n(s.size)}" text-anchor="{s.anchor}"'
    return f"<text {at}{bold} {look}>{escape(s.text)}</text>"


def _pairs(points: Iterable[float]) -> str:
    return " ".join(_n(v) for v in points)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
