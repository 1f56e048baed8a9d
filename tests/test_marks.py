"""Ink that is easily overlooked: words on a dotted line, pencil on a dim and noisy picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from paper import Image, Paper

from sipas_forms.printing.layout import Box
from sipas_forms.simulate import draw_marks
from sipas_forms.simulate.fill import Mark, Pen
from sipas_forms.simulate.profiles import COMMENTS

DPI = 200
PX = DPI / 25.4
THIN = Pen("ballpoint", 0.3, 100.0, 0.0, 0.0)
PENCIL = Pen("hard pencil", 0.2, 150.0, 0.0, 0.0)


def dim(image: Image, sigma: float, seed: int) -> Image:
    """A third of the contrast is left, in the noise of a dark room."""
    noise = np.random.default_rng(seed).normal(0, sigma, image.shape)
    return np.clip(35 + image * (1 / 3) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("first", range(4))
def test_words_on_dotted_lines_are_no_streak(first_page: Paper, grid_page: Paper, first: int) -> None:
    page = next(p for p in (first_page, grid_page) if any(a.question == "comments" for a in p.page.writing))
    words = " ".join(COMMENTS[first : first + 3])
    marks = [Mark("comments", "", "text", THIN, text=words)]
    outcome = page.read(draw_marks(page.filled(DPI), page.page, marks, PX, np.random.default_rng(first)))
    assert outcome.decisions["comments"].reason == "handwriting"
    assert outcome.reading is not None
    assert outcome.reading.streaks == 0


def test_a_wide_band_of_dirt_is_no_streak(grid_page: Paper) -> None:
    """What shows all the way down the page in a broad band would take along what is written in it."""
    image = grid_page.blank(DPI)
    for line, top in enumerate(range(0, len(image), round(1.2 * PX))):
        for left in range(round((62 + 9 * (line % 2)) * PX), round(120 * PX), round(18 * PX)):
            image[top : top + 2, left : left + round(9 * PX)] = 90
    reading = grid_page.read(image).reading
    assert reading is not None
    assert reading.streaks == 0


@pytest.mark.parametrize("option", range(5))
def test_a_tick_on_the_words_is_no_blank(first_page: Paper, option: int) -> None:
    """Somebody who ticks the label instead of the box has answered, though print hides the stroke."""
    box = [b for b in first_page.page.boxes if b.question == "age"][option]
    image = first_page.blank(DPI)
    assert first_page.read(image).decisions["age"].reason == "bare_page"  # nothing in the row itself
    x, y = box.x + box.w + 5.5, box.y + box.h / 2
    tick = np.array([[x, y], [x + 1, y + 1.2], [x + 3, y - 1.5]]) * PX
    cv2.polylines(image, [tick.round().astype(np.int32)], False, 50, 4, cv2.LINE_AA)
    assert first_page.read(image).decisions["age"].reason == "ink_outside"


def test_a_short_stroke_on_a_long_label_is_no_blank(first_page: Paper) -> None:
    """A slash on one word of several is a small part of all that is printed there."""
    for box in (b for b in first_page.page.boxes if b.question == "occupation"):
        image = first_page.blank(DPI)
        x, y = box.x + box.w + 9.0, box.y + box.h / 2
        cv2.line(
            image, *[(round(a * PX), round(b * PX)) for a, b in ((x, y + 1.5), (x + 2, y - 1.5))], 70, 3, cv2.LINE_AA
        )
        assert first_page.read(image).decisions["occupation"].reason == "ink_outside"


@pytest.mark.parametrize("across", [6.0, 7.5, 8.5])
def test_a_circle_round_a_mark_takes_it_back(grid_page: Paper, across: float) -> None:
    image = grid_page.filled(DPI)
    chosen = {q: a for q, a in grid_page.truth().items() if a and q in ("A2", "C11", "E20")}
    assert {grid_page.read(image).decisions[q].status for q in chosen} == {"accepted"}
    for box in grid_page.page.boxes:
        if chosen.get(box.question) == box.option:
            x, y = box.center
            axes = (round(across / 2 * PX), round(0.9 * across / 2 * PX))
            cv2.ellipse(image, (round(x * PX), round(y * PX)), axes, 0, 0, 360, 70, 3, cv2.LINE_AA)
    found = grid_page.read(image).decisions
    assert {found[q].reason for q in chosen} == {"ink_outside"}


def test_a_cross_that_runs_over_is_no_circle(grid_page: Paper) -> None:
    truth = grid_page.truth()
    marks = [Mark(q, a, "cross", THIN, size=1.6) for q, a in truth.items() if a and q[0] in "ABCDE"]
    image = draw_marks(grid_page.blank(DPI), grid_page.page, marks, PX, np.random.default_rng(5))
    found = grid_page.read(image).decisions
    assert {found[mark.question].status for mark in marks} == {"accepted"}


def _without_c11(page: Paper, shape: str, pen: Pen) -> tuple[Image, Box]:
    """A page on which everything is marked but one question, and the box that is its answer."""
    truth = page.truth()
    marks = [Mark(q, a, shape, pen) for q, a in truth.items() if a and q[0] in "ABCDE" and q != "C11"]
    image = draw_marks(page.blank(DPI), page.page, marks, PX, np.random.default_rng(5))
    assert page.read(image).decisions["C11"].status == "blank"
    return image, next(b for b in page.page.boxes if b.question == "C11" and b.option == truth["C11"])


@pytest.fixture
def left_out(grid_page: Paper) -> tuple[Image, Box]:
    return _without_c11(grid_page, "tick", THIN)


def test_a_large_thick_cross_is_no_circle(grid_page: Paper) -> None:
    """Its arms lie on all sides of the box, as a circle does, but they run away from it."""
    image, box = _without_c11(grid_page, "cross", Pen("felt pen", 0.5, 80.0, 0.0, 0.0))
    _line(image, box.center, [(-3.6, -1.6), (3.6, 2.4)], 5)
    _line(image, box.center, [(-3.4, 2.9), (3.6, -2.6)], 5)
    found = grid_page.read(image).decisions["C11"]
    assert (found.status, found.answer) == ("accepted", box.option)


def test_a_large_tick_around_an_empty_box_is_read(grid_page: Paper, left_out: tuple[Image, Box]) -> None:
    image, box = left_out
    _line(image, box.center, [(-3.0, -0.6), (-0.8, 2.6), (3.0, -2.4)], 3)
    found = grid_page.read(image).decisions["C11"]
    assert (found.status, found.answer) == ("accepted", box.option)


@pytest.mark.parametrize(("px", "status"), [(1, "doubtful"), (3, "accepted")])
def test_a_hair_is_thinner_than_the_pen(grid_page: Paper, px: int, status: str) -> None:
    """0.13 mm wide and as dark and long as a stroke: across a box that was left out it is no answer."""
    image, box = _without_c11(grid_page, "tick", Pen("ballpoint", 0.4, 80.0, 0.0, 0.0))
    _line(image, box.center, [(-2.2, 2.0), (-0.6, 0.9), (0.7, -0.5), (1.6, -2.3)], px)
    found = grid_page.read(image).decisions["C11"]
    assert (found.status, found.answer) == (status, box.option)


def test_ink_of_both_neighbours_around_an_empty_box_is_no_mark(grid_page: Paper, left_out: tuple[Image, Box]) -> None:
    """What reaches in from above and from below has its middle in the box, too."""
    image, box = left_out
    for way in (-1, 1):
        _line(image, box.center, [(-2.2, way * 4.6), (-1.5, way * 2.6), (1.5, way * 2.6), (2.2, way * 4.6)], 4)
    assert grid_page.read(image).decisions["C11"].reason == "ink_outside"


def _line(image: Image, middle: tuple[float, float], places: list[tuple[float, float]], px: int) -> None:
    """Draw a line through places (mm) beside a box's middle."""
    points = (np.array(places) + middle) * PX
    cv2.polylines(image, [points.round().astype(np.int32)], False, 60, px, cv2.LINE_AA)


def test_a_mark_between_the_options_of_a_multiple_choice_may_be_one_more(first_page: Paper) -> None:
    """Beside boxes that are plainly marked, it is the one that a hand missed."""
    boxes = [b for b in first_page.page.boxes if b.question == "learnt"]
    image = first_page.filled(DPI)
    assert first_page.read(image).decisions["learnt"].status == "accepted"
    x, y = boxes[1].x + 12, (boxes[1].center[1] + boxes[-1].center[1]) / 2
    for dx in (-1.1, 1.1):
        cv2.line(image, *[(round(a * PX), round(b * PX)) for a, b in ((x - dx, y - 1.1), (x + dx, y + 1.1))], 60, 2)
    assert first_page.read(image).decisions["learnt"].reason == "ink_outside"


@pytest.mark.parametrize("seed", range(3))
def test_pencil_in_the_noise_is_never_blank(grid_page: Paper, seed: int) -> None:
    outcome = grid_page.read(dim(grid_page.filled(DPI, PENCIL), 11.0, seed))
    assert outcome.problem is None
    assert outcome.wrong == ()


@pytest.mark.parametrize("columns", [0, -1])
def test_the_tail_of_a_tick_is_no_answer_in_the_row_above(
    grid_page: Paper, left_out: tuple[Image, Box], columns: int
) -> None:
    """Drawn in haste, a tick runs on into a box of a row that was left out: straight up, or a column beside."""
    image, _ = left_out
    marked = grid_page.truth()["C12"]
    own, above = ([b for b in grid_page.page.boxes if b.question == row] for row in ("C12", "C11"))
    at = next(number for number, b in enumerate(own) if b.option == marked)
    (x, y), end = own[at].center, above[at + columns].center
    _line(image, (x, y), [(-1.8, 0.2), (-0.6, 1.6), (end[0] - x + 0.6 + 1.4 * columns, end[1] - y - 1.3)], 2)
    found = grid_page.read(image).decisions
    assert (found["C11"].status, found["C11"].reason) == ("doubtful", "ink_outside")
    assert (found["C12"].status, found["C12"].answer) == ("accepted", marked)


def test_a_stroke_of_its_own_beside_another_rows_is_an_answer(grid_page: Paper, left_out: tuple[Image, Box]) -> None:
    """As short as a tail, but nothing leads to it."""
    image, box = left_out
    _line(image, box.center, [(-0.4, 1.1), (1.4, -2.3)], 3)
    found = grid_page.read(image).decisions["C11"]
    assert (found.status, found.answer) == ("accepted", box.option)


@pytest.mark.parametrize("x", [13.0, 60.0, 120.0])
def test_a_tick_on_a_questions_words_or_in_the_margin_is_no_blank(
    grid_page: Paper, left_out: tuple[Image, Box], x: float
) -> None:
    """Far from the boxes of a row that shows no mark, somebody has said something all the same."""
    image, box = left_out
    _line(image, (x, box.center[1]), [(-1.4, -0.2), (-0.4, 1.4), (1.9, -1.8)], 3)
    found = grid_page.read(image).decisions
    assert (found["C11"].status, found["C11"].reason) == ("doubtful", "ink_outside")
    assert found["C12"].status == "accepted"


def test_a_tick_on_the_words_of_a_question_that_is_answered_says_nothing(grid_page: Paper) -> None:
    image = grid_page.filled(DPI)
    box = next(b for b in grid_page.page.boxes if b.question == "C12")
    _line(image, (60.0, box.center[1]), [(-1.4, -0.2), (-0.4, 1.4), (1.9, -1.8)], 3)
    assert grid_page.read(image).decisions["C12"].status == "accepted"


ON_THE_FRAME = [
    [(-1.3, -1.85), (1.3, -1.8)],  # a dash along its upper edge
    [(1.85, -0.9), (1.8, 1.0)],  # a slash along its right one
    [(-0.8, 1.75), (-0.3, 2.05), (0.8, 1.75)],  # a flat tick on the lower one
]


@pytest.mark.parametrize("places", ON_THE_FRAME)
def test_a_small_mark_on_the_printed_frame_is_no_blank(
    grid_page: Paper, left_out: tuple[Image, Box], places: list[tuple[float, float]]
) -> None:
    """Next to none of it is inside the box or beyond, where print hides no pen."""
    image, box = left_out
    _line(image, box.center, places, 3)
    found = grid_page.read(image).decisions["C11"]
    assert (found.status, found.reason) == ("doubtful", "ink_outside")


@pytest.mark.parametrize("places", ON_THE_FRAME)
def test_a_mark_on_another_frame_may_be_a_second_one(
    grid_page: Paper, left_out: tuple[Image, Box], places: list[tuple[float, float]]
) -> None:
    image, _ = left_out
    marked = grid_page.truth()["C12"]
    other = next(b for b in grid_page.page.boxes if b.question == "C12" and b.option != marked)
    assert grid_page.read(image).decisions["C12"].status == "accepted"
    _line(image, other.center, places, 3)
    found = grid_page.read(image).decisions["C12"]
    assert (found.status, found.reason) == ("doubtful", "ink_outside")


def test_a_brace_beside_the_boxes_of_several_rows_is_no_shadow(grid_page: Paper, left_out: tuple[Image, Box]) -> None:
    """A stroke that runs along all of one side of a box's surroundings darkens all of them, as a shadow's edge does."""
    image, box = left_out
    _line(image, box.center, [(-2.4, -1.9), (-3.2, -1.5), (-3.2, 8.6), (-2.4, 9.0)], 3)
    found = grid_page.read(image).decisions["C11"]
    assert (found.status, found.reason) == ("doubtful", "ink_outside")


def test_a_page_whose_ink_may_be_lost_has_no_blank_writing_area(first_page: Paper) -> None:
    found = first_page.read(first_page.blank(DPI)).decisions["birth_year"]
    assert (found.status, found.reason) == ("doubtful", "bare_page")
