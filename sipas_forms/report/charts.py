"""Vector charts for the PDF, legible in black and white. Lengths are points (1/72 inch).

Each function takes `Results` and gives drawings that fit the text's width; many units make several
drawings, so that none is higher than a page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Polygon, Rect, String
from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth

from sipas_forms.report.fonts import SANS, SANS_BOLD
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words, domain_names, reading_order
from sipas_forms.tally import ALL, Estimate, QuestionTally, Results

T = TypeVar("T")

FONT = 9.0
SMALL = 8.0
ROW = 17.0
AXIS = 20.0
GRID = HexColor("#c8c8c8")
BAR = HexColor("#a9bfd1")
LINE = HexColor("#1c3d5a")

# A scale from worst (dark) to best (light): lightness falls evenly, so grey prints keep the order.
DARKEST, LIGHTEST = (0.07, 0.16, 0.25), (0.93, 0.96, 0.98)

# Rows of one drawing; more would not fit an A4 page with its caption.
MAX_ROWS = 34

# A segment narrower than this has no room for its number (points).
NUMBER_ROOM = 20.0


@dataclass(frozen=True)
class Axis:
    """A horizontal percent axis from `low` to 100 between two x positions."""

    left: float
    right: float
    low: float = 0.0

    def x(self, percent: float) -> float:
        """Where a percentage lies."""
        return self.left + (percent - self.low) / (100 - self.low) * (self.right - self.left)

    def draw(self, drawing: Drawing, bottom: float, top: float, numbers: Numbers) -> None:
        """Grid lines with their numbers below."""
        step = 10 if 100 - self.low <= 60 else 20
        first = math.ceil(self.low / step) * step
        for tick in range(first, 101, step):
            x = self.x(tick)
            drawing.add(Line(x, bottom, x, top, strokeColor=GRID, strokeWidth=0.4))
            drawing.add(_text(x, bottom - 10, numbers.integer(tick), SMALL, anchor="middle"))


def sipas_by_cell(results: Results, numbers: Numbers, width: float) -> list[Drawing]:
    """The overall index of each unit (diamond) and cell (circle) with intervals; the survey's is dashed."""
    rows = [results.estimate(unit, field) for unit, field in reading_order(results.survey)]
    lows = [e.low for e in rows if e.low is not None]
    if not lows:
        return []
    axis = Axis(width * 0.42, width - 42, max(0.0, math.floor(min(lows) / 10) * 10.0 if min(lows) < 90 else 80.0))
    found = []
    for chunk in _chunks(rows, MAX_ROWS):
        drawing = Drawing(width, len(chunk) * ROW + AXIS)
        top = len(chunk) * ROW + AXIS
        axis.draw(drawing, AXIS, top, numbers)
        survey = results.estimate().index
        if survey is not None:
            x = axis.x(survey)
            drawing.add(Line(x, AXIS, x, top, strokeColor=black, strokeWidth=0.7, strokeDashArray=(3, 2)))
        for i, e in enumerate(chunk):
            _cell_row(drawing, results, numbers, axis, e, top - (i + 0.5) * ROW)
        found.append(drawing)
    return found


def _cell_row(drawing: Drawing, results: Results, numbers: Numbers, axis: Axis, e: Estimate, y: float) -> None:
    total = e.field == ALL
    names = domain_names(results.survey, e.unit, e.field, numbers.language)
    font, indent = (SANS_BOLD, 0.0) if total else (SANS, 10.0)
    label = _fitted(names[0] if total else names[1], font, FONT, axis.left - indent - 10)
    drawing.add(_text(indent, y - 3, label, FONT, font))
    shown = numbers.decimal(e.index) if e.index is not None else Words(numbers.language)("not_defined")
    drawing.add(_text(drawing.width, y - 3, shown, FONT, font, "end"))
    if e.index is not None and e.low is not None and e.high is not None:
        _whisker(drawing, axis, e.low, e.high, y)
        x, r = axis.x(e.index), 3.2
        if total:
            points = [x - r - 1, y, x, y + r + 1, x + r + 1, y, x, y - r - 1]
            drawing.add(Polygon(points, fillColor=LINE, strokeColor=white, strokeWidth=0.5))
        else:
            drawing.add(Circle(x, y, r, fillColor=white, strokeColor=LINE, strokeWidth=1.2))


def _whisker(drawing: Drawing, axis: Axis, low: float, high: float, y: float) -> None:
    a, b = axis.x(low), axis.x(high)
    drawing.add(Line(a, y, b, y, strokeColor=LINE, strokeWidth=1.1))
    for x in (a, b):
        drawing.add(Line(x, y - 2.5, x, y + 2.5, strokeColor=LINE, strokeWidth=1.1))


def factor_profiles(results: Results, numbers: Numbers, width: float) -> list[Drawing]:
    """The factor indices of each unit and of the survey as bars; two panels beside each other a drawing."""
    units = [unit.code for unit in results.survey.units]
    panels = [*units, ALL] if len(units) > 1 else units
    panels = [p for p in panels if results.estimate(p).index is not None]
    gap = 14.0
    each = (width - gap) / 2
    found = []
    for pair in _chunks(panels, 2):
        height = 18 + len(results.questionnaire.factors) * ROW + AXIS
        drawing = Drawing(width, height)
        for i, unit in enumerate(pair):
            panel = _profile(results, numbers, unit, each, height)
            panel.translate(i * (each + gap), 0)
            drawing.add(panel)
        found.append(drawing)
    return found


def _profile(results: Results, numbers: Numbers, unit: str, width: float, height: float) -> Group:
    drawing = Drawing(width, height)
    name = domain_names(results.survey, unit, ALL, numbers.language)[0]
    drawing.add(_text(0, height - 11, _fitted(name, SANS_BOLD, FONT, width), FONT, SANS_BOLD))
    axis = Axis(22, width - 30)
    top = height - 18
    axis.draw(drawing, AXIS, top, numbers)
    for i, factor in enumerate(results.questionnaire.factors):
        y = top - (i + 0.5) * ROW
        e = results.estimate(unit, ALL, "factor", factor.code)
        drawing.add(_text(0, y - 3, factor.code, FONT))
        drawing.add(_text(width, y - 3, numbers.decimal(e.index), FONT, anchor="end"))
        if e.index is not None and e.low is not None and e.high is not None:
            bar = axis.x(e.index) - axis.left
            drawing.add(Rect(axis.left, y - 4.5, bar, 9, fillColor=BAR, strokeColor=LINE, strokeWidth=0.5))
            _whisker(drawing, axis, e.low, e.high, y)
    drawing.add(Line(axis.left, AXIS, axis.left, top, strokeColor=black, strokeWidth=0.6))
    return Group(*drawing.contents)


def levels_by_criterion(results: Results, numbers: Numbers, width: float) -> list[Drawing]:
    """A stacked bar of the scale's levels for each criterion; nothing where nothing was answered."""
    criteria = results.questionnaire.criteria
    tallies = [results.tally(c.id) for c in criteria]
    if not any(t.valid for t in tallies):
        return []
    wording = {c.id: f"{c.id}. {c.text.in_(numbers.language)}" for c in criteria}
    label = width * 0.40
    found = []
    for chunk in _chunks(tallies, MAX_ROWS // 2 + 5):
        lines = [simpleSplit(wording[t.question], SANS, SMALL, label - 8)[:2] for t in chunk]
        heights = [24.0 if len(text) > 1 else ROW for text in lines]
        legend = _legend(results, numbers, width)
        drawing = Drawing(width, sum(heights) + legend.height + AXIS)
        legend_group = Group(*legend.contents)
        legend_group.translate(0, drawing.height - legend.height)
        drawing.add(legend_group)
        axis = Axis(label, width - 8)
        axis.draw(drawing, AXIS, AXIS + sum(heights), numbers)
        y = AXIS + sum(heights)
        for tally, text, height in zip(chunk, lines, heights, strict=True):
            for i, line in enumerate(text):
                drawing.add(_text(0, y - height / 2 - 3 + (len(text) - 1) * 5 - i * 10, line, SMALL))
            _stack(drawing, axis, tally, y - height / 2, numbers)
            y -= height
        found.append(drawing)
    return found


def _stack(drawing: Drawing, axis: Axis, tally: QuestionTally, y: float, numbers: Numbers) -> None:
    if not tally.valid:
        drawing.add(_text(axis.left + 4, y - 3, Words(numbers.language)("not_defined"), SMALL))
        return
    start = 0.0
    for i, option in enumerate(tally.options):
        share = option.share or 0.0
        a, b = axis.x(start), axis.x(min(100.0, start + share))
        shade, ink = shade_of(i, len(tally.options))
        if share:
            drawing.add(Rect(a, y - 6, b - a, 12, fillColor=shade, strokeColor=LINE, strokeWidth=0.4))
        if b - a >= NUMBER_ROOM:
            drawing.add(_text((a + b) / 2, y - 3, numbers.decimal(share, 1), SMALL, anchor="middle", color=ink))
        start += share


def _legend(results: Results, numbers: Numbers, width: float) -> Drawing:
    """The scale's levels in rows as wide as the chart."""
    options = results.questionnaire.scale.options
    x, row, placed = 0.0, 0, []
    for i, option in enumerate(options):
        text = f"{option.code} {option.label.in_(numbers.language)}"
        room = 14 + stringWidth(text, SANS, SMALL) + 12
        if x and x + room > width:
            x, row = 0.0, row + 1
        placed.append((i, text, x, row))
        x += room
    drawing = Drawing(width, (row + 1) * 13 + 5)
    for i, text, left, line in placed:
        y = drawing.height - (line + 1) * 13
        fill = shade_of(i, len(options))[0]
        drawing.add(Rect(left, y, 10, 8, fillColor=fill, strokeColor=LINE, strokeWidth=0.4))
        drawing.add(_text(left + 14, y + 1, text, SMALL))
    return drawing


def shade_of(number: int, of: int) -> tuple[Color, Color]:
    """The fill of a level, and the ink that can be read on it."""
    part = number / max(1, of - 1)
    channels = [d + (b - d) * part for d, b in zip(DARKEST, LIGHTEST, strict=True)]
    return Color(*channels), white if part < 0.45 else black


def _text(
    x: float,
    y: float,
    text: str,
    size: float,
    font: str = SANS,
    anchor: str = "start",
    color: Color = black,
) -> String:
    return String(x, y, text, fontName=font, fontSize=size, textAnchor=anchor, fillColor=color)


def _fitted(text: str, font: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than `width`."""
    if stringWidth(text, font, size) <= width:
        return text
    while text and stringWidth(text + "…", font, size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[i : i + size] for i in range(0, len(items), size)]
