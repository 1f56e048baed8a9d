"""The boxes and words of a PDF that was drawn, not scanned: rectangles, circles, four strokes, box signs of fonts,
empty cells of tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from sipas_forms.adopt.codes import CIRCLE, bare_signs, drawn_leaders
from sipas_forms.adopt.numbers import NUMBER, numbered_cells, numbered_frames
from sipas_forms.adopt.outlines import find_boxes, once
from sipas_forms.adopt.signs import INK, may_be_signs, on_ink, room_of, sign_box, sign_of, typed_boxes
from sipas_forms.adopt.sizes import MM, MOST_MM, inside, is_box_size, stands_before, touches
from sipas_forms.adopt.strokes import (
    LINE_MM,
    MEET_MM,
    boxes_of,
    drawn_arrows,
    frames_of,
    is_triangle,
    lines_of_dots,
    of_boxes,
    places_before,
    rect_of,
    strokes_of,
)
from sipas_forms.adopt.tables import cells_to_mark
from sipas_forms.adopt.text import POINTER, with_codes
from sipas_forms.adopt.typed import typed_words
from sipas_forms.adopt.types import FormPage, Found, Pixels, Word
from sipas_forms.adopt.wide import WIDE_MM, option_frames
from sipas_forms.adopt.writing import (
    dotted_lines,
    is_dotted,
    letter_fields,
    lines_to_write_on,
    writing_areas,
    writing_frames,
)
from sipas_forms.printing.layout import Rect

CHIP_MM = 30.0  # from a question's number to the next box on its line, at least: its words stand between
LONG, LEAST_LONG = 2.2, 4  # the longer side of boxes and ovals by the shorter one, at most, where a page has so many
BAND_MM = 0.3  # the grounds of cells side by side lie this near to each other
LEAST_FACE_MM, FACE_MM, EYE = 4.0, 25.0, 0.35  # mm, mm: a smiley's face; of its width: an eye, at most
ROUND_AREA = 0.88  # of its square: more is a square with round corners
# Where the outline of a drawn box is looked for: so near its place and up to so far (mm), on this share of its side. It
# is so many grey levels darker than white at least, and may reach so much further (mm) to one side of its place.
EDGE_MM, OUTLINE_MM, OUTLINE_PART, FAINT, EVEN_MM = 0.4, 1.2, 0.1, 25.0, 0.05
# Of the middle of a box: painted in print; crossed in print, where no letter stands in it; with something drawn in it.
DARK_SHARE, CROSSED, DRAWN = 0.45, 0.12, 0.03


def says_to_circle(pages: list[Any]) -> bool:
    """Whether a form of these pdfplumber pages says that numbers or letters are to be circled."""
    return any(CIRCLE.search(page.extract_text()) for page in pages)


def read_vector_page(page: Any, number: int, picture: Pixels, told: bool) -> FormPage:
    """A pdfplumber page, with its picture (grey, the whole page); `told`: the form says that signs are circled."""
    size = float(page.width) * MM, float(page.height) * MM
    signs = [char for char in page.chars if sign_of(char)]
    of_signs = [box for sign in signs if (box := sign_box(sign, picture, size)) is not None]
    typed = typed_boxes(page.chars, picture, size)
    strokes = strokes_of(page)
    edges = of_boxes(strokes, size)
    drawn = [_outlined(box, picture, size) for box in (*_drawn(page), *boxes_of(edges))]
    found = once([*drawn, *places_before(drawn, strokes), *of_signs, *(box for box, _ in typed)])
    unknown = may_be_signs(page.chars)
    pictures = [rect_of(item) for item in page.images]
    seen = _seen([room_of(char) for char in unknown], pictures, found, picture, size)
    found += seen
    taken = [char for char in unknown if any(inside(room_of(char), box) for box in seen)]
    brackets = [char for _, pair in typed for char in pair]
    words = [*typed_words(page, {id(char) for char in (*signs, *taken, *brackets)}), *drawn_arrows(page, strokes)]
    tables = _tables(page, {item for edge in edges for item in edge.items})
    found += cells_to_mark(tables, words, pictures, found)
    found += numbered_cells(tables, words, found, told)
    frames = _frames(page)
    found += numbered_frames(frames, words, found)
    single = frames_of(of_boxes(strokes, size, WIDE_MM[0]), WIDE_MM[1])
    found += option_frames([*frames, *single], words, found)
    cells = [cell for table in tables for cell in table]
    rules = list(_rules(page))
    found += on_ink(bare_signs([*words, *drawn_leaders(rules, words)], cells, found, told), words, picture, size)
    uprights = [stroke.at for stroke in strokes if not stroke.level]  # of fields with a place for each letter
    lines = [*dotted_lines(words), *lines_to_write_on(rules, cells, words, [*found, *uprights])]
    found += writing_areas(lines, words, found)
    found += writing_frames(frames, cells, words, [*words, *found])
    return with_codes(finish_page(number, size, words, found, picture, cells))


def _seen(
    signs: list[Rect], pictures: list[Rect], known: list[Found], picture: Pixels, size: tuple[float, float]
) -> list[Found]:
    """Boxes that the page's picture shows where nothing else tells what is drawn: unknown signs, and pictures on it."""
    if not signs and not pictures:
        return []
    scale = picture.shape[1] / size[0]
    seen = []
    for box in find_boxes(picture, scale):
        is_sign = any(inside(at, box) for at in signs)
        if is_sign and _dark_inside(box, picture, scale) > CROSSED:
            box = replace(box, inside="?", doubt="the sign that is printed in the box is not known")
        empty = _dark_inside(box, picture, scale) < DRAWN  # a smiley is no box
        if is_sign or (empty and any(inside(at, box) for at in pictures)):
            seen.append(box)
    return [box for box in seen if not any(inside(box, other) or inside(other, box) for other in known)]


def finish_page(
    number: int,
    size: tuple[float, float],
    words: list[Word],
    found: list[Found],
    picture: Pixels,
    cells: list[Rect],
) -> FormPage:
    """A page of these words and places: what is printed in a box is the box's, the rest stands beside."""
    bullets = {box: word for box in found for word in words if _is_bullet(box, word, found, picture, size)}
    bullets |= _chips(words, found)
    found = [box for box in found if box not in bullets]
    words = [replace(word, text=f"{word.text}.") if word in bullets.values() else word for word in words]
    fields = letter_fields(words, found)
    places = {box for field in fields.values() for box in field}
    found = [_look_inside(box, words, picture, size) for box in found if box not in places] + list(fields)
    outside = tuple(
        word
        for word in words
        if not is_dotted(word)
        and not POINTER.fullmatch(word.text)
        and not any(_holds(box, word) for box in found if box.shape != "writing")
    )
    return FormPage(number, size, outside, tuple(found), tuple(cells))


def _drawn(page: Any) -> Iterator[Found]:
    """Rectangles and closed curves of the size of a box, by the middle of their outline."""
    faces = _faces(page)
    bands = [rect_of(item) for item in page.rects if not item.get("stroke") and not is_box_size(rect_of(item))]
    stroked = [rect_of(item) for item in (*page.rects, *page.curves) if item.get("stroke")]
    narrow = {at for at in stroked if is_box_size(at, LONG) and not is_box_size(at)}
    long_ones = _long_ones(narrow) | _last_ones(narrow, [at for at in stroked if is_box_size(at)])
    for item in (*page.rects, *page.curves):
        line = float(item.get("linewidth") or 0) * MM if item.get("stroke") else 0.0
        at = rect_of(item)
        sized = is_box_size(rect_of(item, line)) or at in long_ones
        if not sized or (not item.get("stroke") and _is_white(item.get("non_stroking_color"))):
            continue
        points = item.get("pts", ()) if item["object_type"] == "curve" else ()
        if item["object_type"] == "curve" and (not _closed(points) or is_triangle(item)):
            continue
        shaded = not item.get("stroke") and any(_goes_on_as(at, band) for band in bands)
        if not shaded and not any(inside(face, at) for face in faces):
            yield Found(at.x, at.y, at.w, at.h, "circle" if len(points) > 4 and _is_round(points) else "square")


def _long_ones(may_be: set[Rect]) -> set[Rect]:
    """Boxes and ovals longer than others, where a page has several alike; none that touch, as cells do."""
    alike = Counter((round(at.w, 1), round(at.h, 1)) for at in may_be)
    return {
        at
        for at in may_be
        if alike[round(at.w, 1), round(at.h, 1)] >= LEAST_LONG
        and not any(touches(at, other, MEET_MM) for other in may_be - {at})
    }


def _last_ones(narrow: set[Rect], boxes: list[Rect]) -> set[Rect]:
    """The last places of fields with one for each letter: hardly narrower than the box right before them, by the width
    of an edge that the next one would share."""
    return {at for at in narrow if any(_goes_on_as(box, at) and 0 < box.w - at.w < BAND_MM for box in boxes)}


def _goes_on_as(cell: Rect, band: Rect) -> bool:
    """Whether the ground of a cell goes on beside it as that of a wider one: the shade of a row, and no box."""
    beside = stands_before(cell, band, BAND_MM) or stands_before(band, cell, BAND_MM)
    return beside and max(abs(cell.y - band.y), abs(cell.h - band.h)) < BAND_MM


def _outlined(box: Found, picture: Pixels, size: tuple[float, float]) -> Found:
    """A drawn box by the outer edge of its outline as the page's picture shows it: a PDF need not say how wide a line
    is, and may scale what it says."""
    scale = picture.shape[1] / size[0]
    x, y = box.center
    across, down = OUTLINE_PART * box.w, OUTLINE_PART * box.h
    left = _beyond(picture, (box.x, y), (-1, 0), down, scale)
    right = _beyond(picture, (box.right, y), (1, 0), down, scale)
    top = _beyond(picture, (x, box.y), (0, -1), across, scale)
    bottom = _beyond(picture, (x, box.bottom), (0, 1), across, scale)
    return replace(box, x=box.x - left, y=box.y - top, w=box.w + left + right, h=box.h + top + bottom)


def _beyond(picture: Pixels, at: tuple[float, float], way: tuple[int, int], part: float, scale: float) -> float:
    """How far (mm) an outline reaches beyond a place on it: no further than it reaches back, where a neighbour's
    touches it."""
    back = _outwards(picture, at, (-way[0], -way[1]), part, scale)
    return min(_outwards(picture, at, way, part, scale), max(0.0, back) + EVEN_MM)


def _outwards(picture: Pixels, at: tuple[float, float], way: tuple[int, int], part: float, scale: float) -> float:
    """How far (mm) beyond a place on an outline its ink reaches; 0 where none is seen there, or it has no end."""
    reach, half = round(OUTLINE_MM * scale), max(1, round(part * scale))
    column, row = round(at[0] * scale), round(at[1] * scale)
    if min(row, column) < reach or row + reach >= picture.shape[0] or column + reach >= picture.shape[1]:
        return 0.0  # at the paper's edge
    if way[0]:
        ink = 255.0 - picture[row - half : row + half + 1, column - reach : column + reach + 1].mean(axis=0)
    else:
        ink = 255.0 - picture[row - reach : row + reach + 1, column - half : column + half + 1].mean(axis=1)
    out = sum(way)
    ink = ink if out > 0 else ink[::-1]
    near = round(EDGE_MM * scale)
    peak = reach - near + int(np.argmax(ink[reach - near : reach + near + 1]))
    beyond = np.flatnonzero(ink[peak:] < ink[peak] / 2)
    if ink[peak] < FAINT or not beyond.size:
        return 0.0
    end = peak + int(beyond[0])
    ground = float(ink[end:].min())
    share = np.clip((ink[end - 1 : end + 1] - ground) / max(1.0, float(ink[peak]) - ground), 0.0, 1.0)
    edge = end - 1 + float(share.sum()) - reach - (out < 0)  # px, as the two last pixels are covered in part
    start = (at[0] * scale - column) * abs(way[0]) + (at[1] * scale - row) * abs(way[1])
    return (edge - out * start) / scale


def _faces(page: Any) -> list[Rect]:
    """Circles that have two small round things in them: what is drawn there are a smiley's eyes and mouth."""
    rounds = [rect_of(item) for item in page.curves if len(item.get("pts", ())) > 4 and _is_round(item["pts"])]
    faces = [at for at in rounds if LEAST_FACE_MM < min(at.w, at.h) <= max(at.w, at.h) < FACE_MM]
    return [at for at in faces if sum(inside(at, eye) and eye.w < EYE * at.w for eye in rounds) >= 2]


def _is_round(points: Any) -> bool:
    """Whether a closed curve is a circle, not a square with round corners, by the area within the points it runs
    through: of a circle's four or eight, 0.5 to 0.83 of their square."""
    outline = np.array(points, np.float64)
    across, down = np.ptp(outline, axis=0)
    return bool(cv2.contourArea(outline.astype(np.float32)) < ROUND_AREA * across * down)


def _closed(points: Any) -> bool:
    if len(points) < 4:
        return False
    first, last = points[0], points[-1]
    return bool(abs(first[0] - last[0]) + abs(first[1] - last[1]) < 2 * MEET_MM / MM)


def _is_white(colour: Any) -> bool:
    values = [float(v) for v in colour] if isinstance(colour, tuple | list) else []
    return bool(values) and len(values) != 4 and min(values) > 0.97


def _rules(page: Any) -> Iterator[tuple[Rect, bool]]:
    """(place, dashed) of every level line, of every rectangle as thin as one, and of drawn dots in a line."""
    for item in (*page.lines, *page.rects):
        at, dash = rect_of(item), item.get("dash")
        if at.h < LINE_MM:
            yield at, isinstance(dash, tuple | list) and bool(dash and dash[0])
    for at in lines_of_dots([rect_of(item) for item in (*page.rects, *page.curves)]):
        yield at, True


def _frames(page: Any) -> list[Rect]:
    """All that has an outline."""
    return [rect_of(item) for item in (*page.rects, *page.curves) if item.get("stroke")]


def _tables(page: Any, edges: set[int]) -> list[list[Rect]]:
    """The cells of each ruled table; the edges of boxes (ids) would make cells of their own."""
    plain = page.filter(lambda item: id(item) not in edges and not _is_small(item))
    return [
        [Rect(x0 * MM, top * MM, (x1 - x0) * MM, (bottom - top) * MM) for x0, top, x1, bottom in table.cells]
        for table in plain.find_tables()
    ]


def _is_small(item: dict[str, Any]) -> bool:
    """Whether a drawn thing that is no stroke is of a box's size or less."""
    if item["object_type"] not in ("rect", "curve"):
        return False
    at = rect_of(item)
    return max(at.w, at.h) <= MOST_MM and (min(at.w, at.h) >= LINE_MM or item["object_type"] == "curve")


def _holds(box: Found, word: Word) -> bool:
    return inside(box, word) and word.w <= box.w + 1


def _look_inside(box: Found, words: list[Word], picture: Pixels, size: tuple[float, float]) -> Found:
    """The box with what is printed in it: its sign, or the dark of an example."""
    if box.shape == "writing":
        return box
    sign = box.inside or " ".join(word.text for word in words if _holds(box, word)).strip("_")
    dark = _dark_inside(box, picture, picture.shape[1] / size[0])
    crossed = dark > CROSSED and not sign
    return replace(box, inside=sign, filled=box.filled or dark > DARK_SHARE or crossed)


def _chips(words: list[Word], found: list[Found]) -> dict[Found, Word]:
    """Small places under each other that count questions, not options: numbers in them that count down a column, no box
    right beside any, with boxes between every two."""
    numbers = {box: word for box in found for word in words if NUMBER.fullmatch(word.text) and _holds(box, word)}
    others = [box for box in found if box not in numbers and box.shape != "writing"]
    level = [(box, at) for box in numbers for at in others if abs(at.center[1] - box.center[1]) < box.h / 2]
    beside = {box for box, at in level if 0 < at.x - box.right < CHIP_MM}
    chips: dict[Found, Word] = {}
    column = sorted((box for box in numbers if box not in beside), key=lambda box: (round(box.x), box.y))
    for one, other in pairwise(column):
        counts = int(numbers[other].text) == int(numbers[one].text) + 1 and abs(one.x - other.x) < MEET_MM
        if counts and any(one.bottom < at.center[1] < other.y for at in others):
            chips |= {one: numbers[one], other: numbers[other]}
    return chips


def _is_bullet(box: Found, word: Word, found: list[Found], picture: Pixels, size: tuple[float, float]) -> bool:
    """Whether a place is the painted ground of a question's number, and no box of a row."""
    if not NUMBER.fullmatch(word.text) or not _holds(box, word):
        return False
    row = [other for other in found if abs(other.center[1] - box.center[1]) < box.h / 2 and other is not box]
    alike = any(max(abs(other.w - box.w), abs(other.h - box.h)) < MEET_MM for other in row)
    return not alike and _dark_inside(box, picture, picture.shape[1] / size[0]) > DARK_SHARE


def _dark_inside(box: Found, picture: Pixels, scale: float) -> float:
    """The share of a box's middle that is print."""
    x, y = box.center
    half = 0.3 * min(box.w, box.h)
    rows = slice(round((y - half) * scale), round((y + half) * scale))
    part = picture[rows, round((x - half) * scale) : round((x + half) * scale)]
    return float((part < 255 - INK).mean()) if part.size else 0.0
