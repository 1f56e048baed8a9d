"""The charts of the report, legible in black and white; every format shows the same ones.

Each function takes `Results` and gives pictures that fit the text's width (points); many units make several
pictures, so that none is higher than a page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sipas_forms.report.numbers import Numbers
from sipas_forms.report.picture import BLACK, WHITE, Picture, Shape, box, label, line, text_width, wrapped
from sipas_forms.report.words import Words, domain_names, reading_order
from sipas_forms.tally import ALL, Estimate, Priority, QuestionTally, Results

T = TypeVar("T")

FONT = 9.0
SMALL = 8.0
ROW = 17.0
AXIS = 20.0
GRID = "#c8c8c8"
BAR = "#a9bfd1"
LINE = "#1c3d5a"
PALE = "#eef2f6"

# A scale from worst (dark) to best (light): lightness falls evenly, so grey prints keep the order.
DARKEST, LIGHTEST = (18, 41, 64), (237, 245, 250)

# Rows of one picture; more would not fit an A4 page with its caption.
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

    def draw(self, picture: Picture, bottom: float, top: float, numbers: Numbers) -> None:
        """Grid lines with their numbers below."""
        step = 10 if 100 - self.low <= 60 else 20
        for tick in range(math.ceil(self.low / step) * step, 101, step):
            x = self.x(tick)
            picture.add(line(x, bottom, x, top, GRID, 0.4))
            picture.add(label(x, bottom - 10, numbers.integer(tick), SMALL, anchor="middle"))


def sipas_by_cell(results: Results, numbers: Numbers, width: float) -> list[Picture]:
    """The overall index of each unit (diamond) and cell (circle) with intervals; the survey's is dashed."""
    rows = [results.estimate(unit, field) for unit, field in reading_order(results.survey)]
    lows = [e.low for e in rows if e.low is not None]
    if not lows:
        return []
    axis = Axis(width * 0.42, width - 42, max(0.0, math.floor(min(lows) / 10) * 10.0 if min(lows) < 90 else 80.0))
    found = []
    for chunk in _chunks(rows, MAX_ROWS):
        top = len(chunk) * ROW + AXIS
        picture = Picture(width, top)
        axis.draw(picture, AXIS, top, numbers)
        survey = results.estimate().index
        if survey is not None:
            picture.add(line(axis.x(survey), AXIS, axis.x(survey), top, BLACK, 0.7, dash=True))
        for i, e in enumerate(chunk):
            _cell_row(picture, results, numbers, axis, e, top - (i + 0.5) * ROW)
        found.append(picture)
    return found


def _cell_row(picture: Picture, results: Results, numbers: Numbers, axis: Axis, e: Estimate, y: float) -> None:
    total = e.field == ALL
    names = domain_names(results.survey, e.unit, e.field, numbers.language)
    indent = 0.0 if total else 10.0
    text = _fitted(names[0] if total else names[1], FONT, axis.left - indent - 10, total)
    picture.add(label(indent, y - 3, text, FONT, total))
    shown = numbers.decimal(e.index) if e.index is not None else Words(numbers.language)("not_defined")
    picture.add(label(picture.width, y - 3, shown, FONT, total, "end"))
    if e.index is not None and e.low is not None and e.high is not None:
        _whisker(picture, axis, e.low, e.high, y)
        tip = f"{' – '.join(names)}: {numbers.percent(e.index)} ({numbers.interval(e.low, e.high)})"
        x, r = axis.x(e.index), 3.2
        if total:
            points = (x - r - 1, y, x, y + r + 1, x + r + 1, y, x, y - r - 1)
            picture.add(Shape("polygon", points, LINE, WHITE, 0.5, tip=tip))
        else:
            picture.add(Shape("circle", (x, y), WHITE, LINE, 1.2, radius=r, tip=tip))


def _whisker(picture: Picture, axis: Axis, low: float, high: float, y: float) -> None:
    a, b = axis.x(low), axis.x(high)
    picture.add(line(a, y, b, y, LINE, 1.1), *(line(x, y - 2.5, x, y + 2.5, LINE, 1.1) for x in (a, b)))


def factor_profiles(results: Results, numbers: Numbers, width: float) -> list[Picture]:
    """The factor indices of each unit and of the survey as bars; two panels beside each other a picture."""
    units = [unit.code for unit in results.survey.units]
    panels = [*units, ALL] if len(units) > 1 else units
    panels = [p for p in panels if results.estimate(p).index is not None]
    gap = 14.0
    each = (width - gap) / 2
    found = []
    for pair in _chunks(panels, 2):
        picture = Picture(width, 18 + len(results.questionnaire.factors) * ROW + AXIS)
        for i, unit in enumerate(pair):
            picture.put(_profile(results, numbers, unit, each, picture.height), i * (each + gap), 0)
        found.append(picture)
    return found


def _profile(results: Results, numbers: Numbers, unit: str, width: float, height: float) -> Picture:
    picture = Picture(width, height)
    name = domain_names(results.survey, unit, ALL, numbers.language)[0]
    picture.add(label(0, height - 11, _fitted(name, FONT, width, True), FONT, True))
    axis = Axis(22, width - 30)
    top = height - 18
    axis.draw(picture, AXIS, top, numbers)
    for i, factor in enumerate(results.questionnaire.factors):
        y = top - (i + 0.5) * ROW
        e = results.estimate(unit, ALL, "factor", factor.code)
        picture.add(label(0, y - 3, factor.code, FONT))
        picture.add(label(width, y - 3, numbers.decimal(e.index), FONT, anchor="end"))
        if e.index is not None and e.low is not None and e.high is not None:
            title = factor.title.in_(numbers.language)
            tip = f"{name}, {title}: {numbers.percent(e.index)} ({numbers.interval(e.low, e.high)})"
            picture.add(box(axis.left, y - 4.5, axis.x(e.index) - axis.left, 9, BAR, LINE, tip))
            _whisker(picture, axis, e.low, e.high, y)
    picture.add(line(axis.left, AXIS, axis.left, top, BLACK, 0.6))
    return picture


def levels_by_criterion(results: Results, numbers: Numbers, width: float, unit: str = ALL) -> list[Picture]:
    """A stacked bar of the scale's levels for each criterion; nothing where nothing was answered."""
    criteria = results.questionnaire.criteria
    tallies = [results.tally(c.id, unit) for c in criteria]
    if not any(t.valid for t in tallies):
        return []
    wording = {c.id: f"{c.id}. {c.text.in_(numbers.language)}" for c in criteria}
    room = width * 0.40
    found = []
    every = [(t, wrapped(wording[t.question], SMALL, room - 8)) for t in tallies]
    for rows in _filled(every, lambda row: _height(row[1])):
        chunk, lines = [t for t, _ in rows], [text for _, text in rows]
        heights = [_height(text) for text in lines]
        legend = _legend(results, numbers, width)
        picture = Picture(width, sum(heights) + legend.height + AXIS)
        picture.put(legend, 0, picture.height - legend.height)
        axis = Axis(room, width - 8)
        axis.draw(picture, AXIS, AXIS + sum(heights), numbers)
        y = AXIS + sum(heights)
        for tally, text, height in zip(chunk, lines, heights, strict=True):
            for i, words in enumerate(text):
                picture.add(label(0, y - height / 2 - 3 + (len(text) - 1) * 5 - i * 10, words, SMALL))
            _stack(picture, results, axis, tally, y - height / 2, numbers)
            y -= height
        found.append(picture)
    return found


def _height(lines: Sequence[str]) -> float:
    """Of a row of the stacked bars (points)."""
    return 4 + 10.0 * len(lines) if len(lines) > 1 else ROW


def _stack(picture: Picture, results: Results, axis: Axis, tally: QuestionTally, y: float, numbers: Numbers) -> None:
    words = Words(numbers.language)
    if not tally.valid or any(o.hidden for o in tally.options):
        picture.add(label(axis.left + 4, y - 3, words("suppressed" if tally.valid else "not_defined"), SMALL))
        return
    start = 0.0
    for i, (option, scale) in enumerate(zip(tally.options, results.questionnaire.scale.options, strict=True)):
        share = option.share or 0.0
        a, b = axis.x(start), axis.x(min(100.0, start + share))
        shade, ink = shade_of(i, len(tally.options))
        if share:
            level = scale.label.in_(numbers.language)
            tip = f"{tally.question}, {level}: {numbers.integer(option.count)} ({numbers.percent(share)})"
            picture.add(box(a, y - 6, b - a, 12, shade, LINE, tip))
        if b - a >= NUMBER_ROOM:
            picture.add(label((a + b) / 2, y - 3, numbers.decimal(share, 1), SMALL, anchor="middle", fill=ink))
        start += share


def _legend(results: Results, numbers: Numbers, width: float) -> Picture:
    """The scale's levels in rows as wide as the chart."""
    options = results.questionnaire.scale.options
    x, row, placed = 0.0, 0, []
    for i, option in enumerate(options):
        text = f"{option.code} {option.label.in_(numbers.language)}"
        room = 14 + text_width(text, SMALL) + 12
        if x and x + room > width:
            x, row = 0.0, row + 1
        placed.append((i, text, x, row))
        x += room
    picture = Picture(width, (row + 1) * 13 + 5)
    for i, text, left, number in placed:
        y = picture.height - (number + 1) * 13
        picture.add(box(left, y, 10, 8, shade_of(i, len(options))[0], LINE), label(left + 14, y + 1, text, SMALL))
    return picture


def importance_performance(results: Results, numbers: Numbers, width: float) -> list[Picture]:
    """Every criterion by importance (up) and index (right), parted at the means; nothing where there are too few."""
    those = results.priorities
    if not those:
        return []
    words, height = Words(numbers.language), 300.0
    left, right, bottom, top = 42.0, width - 10, 34.0, height - 18
    xs, ys = [p.index for p in those], [p.importance for p in those]
    x_of, y_of = _placed(xs, left + 16, right - 26), _placed(ys, bottom + 14, top - 20)
    picture = Picture(width, height)
    x, y = x_of(sum(xs) / len(xs)), y_of(sum(ys) / len(ys))
    picture.add(box(left, y, x - left, top - y, PALE), box(left, bottom, right - left, top - bottom, None, LINE))
    picture.add(line(x, bottom, x, top, LINE, 0.6, dash=True), line(left, y, right, y, LINE, 0.6, dash=True))
    corners = [("improve", left + 5, top - 11, "start"), ("keep", right - 5, top - 11, "end")]
    corners += [("watch", left + 5, bottom + 5, "start"), ("ease", right - 5, bottom + 5, "end")]
    for key, cx, cy, anchor in corners:
        picture.add(label(cx, cy, words(f"quadrant_{key}"), SMALL, True, anchor, LINE))
    for value in (min(xs), max(xs)):
        picture.add(label(x_of(value), bottom - 11, numbers.decimal(value), SMALL, anchor="middle"))
    for value in (min(ys), max(ys)):
        picture.add(label(left - 4, y_of(value) - 3, numbers.decimal(value), SMALL, anchor="end"))
    picture.add(label((left + right) / 2, 6, words("axis_index"), SMALL, anchor="middle"))
    picture.add(label(0, height - 9, words("axis_importance"), SMALL))
    taken: list[tuple[float, float]] = []
    for p in sorted(those, key=lambda p: (p.quadrant != "improve", -p.importance)):
        _point(picture, results, numbers, p, x_of(p.index), y_of(p.importance), taken)
    return [picture]


def _placed(values: Sequence[float], low: float, high: float) -> Callable[[float], float]:
    """Where a value lies between two ends of the sheet."""
    first, last = min(values), max(values)
    scale = (high - low) / (last - first) if last > first else 0.0
    return lambda value: low + (value - first) * scale if scale else (low + high) / 2


def _point(
    picture: Picture,
    results: Results,
    numbers: Numbers,
    p: Priority,
    x: float,
    y: float,
    taken: list[tuple[float, float]],
) -> None:
    text = {c.id: c.text.in_(numbers.language) for c in results.questionnaire.criteria}[p.code]
    tip = f"{p.code}. {text}: {numbers.percent(p.index)}; r = {numbers.decimal(p.importance)}"
    fill = LINE if p.quadrant == "improve" else WHITE
    picture.add(Shape("circle", (x, y), fill, LINE, 1.0, radius=3.0, tip=tip))
    # right, left, above, below: the first place where no other name stands
    width = text_width(p.code, SMALL)
    places = [(x + 5, y - 3), (x - 5 - width, y - 3), (x - width / 2, y + 5), (x - width / 2, y - 11)]
    free = [(a, b) for a, b in places if not any(abs(a - c) < width and abs(b - d) < SMALL for c, d in taken)]
    at = (free or places)[0]
    taken += [at, (x - 3, y - 3)]
    picture.add(label(*at, p.code, SMALL, p.quadrant == "improve"))


def shade_of(number: int, of: int) -> tuple[str, str]:
    """The fill of a level, and the ink that can be read on it."""
    part = number / max(1, of - 1)
    channels = [round(d + (b - d) * part) for d, b in zip(DARKEST, LIGHTEST, strict=True)]
    return "#" + "".join(f"{c:02x}" for c in channels), WHITE if part < 0.45 else BLACK


def _fitted(text: str, size: float, width: float, bold: bool) -> str:
    """The text, cut with an ellipsis where it is wider than `width`."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(text + "…", size, bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def _filled(items: Sequence[T], height: Callable[[T], float]) -> list[list[T]]:
    """The items in runs that are at most `MAX_ROWS` of one line high each."""
    found: list[list[T]] = []
    room = 0.0
    for item in items:
        if height(item) > room:
            found.append([])
            room = MAX_ROWS * ROW
        found[-1].append(item)
        room -= height(item)
    return found
