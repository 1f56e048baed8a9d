"""A clean, filled page is damaged in one way; what must come of it is one exact problem or a right reading.

The rule over all: no answer that differs from the truth is ever accepted or taken for blank.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from unittest import mock

import cv2
import numpy as np
import pytest
import zxingcpp
from paper import Image, Outcome, Paper

from sipas_forms.plan.serial import make_serial
from sipas_forms.printing.layout import Rect
from sipas_forms.scanning import serial_text
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.simulate import damages

DPI = 200
PX = DPI / 25.4
CORNERS = ("tl", "tr", "bl", "br")
# A ballpoint's crosses on an undamaged page leave nothing doubtful, so every doubt below comes from the damage.
SIDES = ("first_page", "grid_page")


@pytest.fixture(params=SIDES)
def page(request: pytest.FixtureRequest) -> Paper:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Paper)
    return found


def hide_all(image: Image, places: list[Rect]) -> Image:
    for place in places:
        image = damages.hide(image, place, PX)
    return image


def assert_read_right(outcome: Outcome, doubtful: int = 0) -> None:
    assert outcome.problem is None, outcome.problem
    assert outcome.wrong == ()
    assert len(outcome.doubtful) <= doubtful, outcome.doubtful


def questions_at(page: Paper, hit: Rect) -> set[str]:
    """Questions with a box that touches a part of the page (mm)."""
    return {
        box.question
        for box in page.page.boxes
        if box.x < hit.x + hit.w and box.x + box.w > hit.x and box.y < hit.y + hit.h and box.y + box.h > hit.y
    }


def resized(image: Image, across: float, down: float) -> Image:
    """The same sheet with another size, on paper as large as before."""
    height, width = image.shape
    matrix = np.array([[across, 0, (1 - across) * width / 2], [0, down, (1 - down) * height / 2]])
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=(255,)), np.uint8)


def test_an_undamaged_page_is_read_whole(page: Paper) -> None:
    outcome = page.read(page.filled(DPI))
    assert_read_right(outcome)
    assert {q: d.answer for q, d in outcome.decisions.items() if q in page.truth()} == page.truth()
    assert {d.status for d in outcome.decisions.values()} >= {"accepted", "blank"}


FOUR_IN_TEN = (0, 1, 3, 6, 9, 12, 15, 18)  # of twenty boxes


def blacked(page: Paper, every: tuple[int, ...]) -> Image:
    """The page with those boxes of each twenty filled to over their frames, as a person does who fills boxes."""
    image = page.filled(DPI)
    for number, box in enumerate(page.page.boxes):
        if number % 20 in every:
            image = damages.hide(image, box.grown(0.2), PX, 60)
    return image


def test_a_page_of_which_fills_hide_four_frames_in_ten_is_read(page: Paper) -> None:
    """As of a last page with one question of nine boxes, four of them filled: its corner marks and words hold it."""
    outcome = page.read(blacked(page, FOUR_IN_TEN))
    assert outcome.problem is None, outcome.problem
    assert outcome.reading is not None and max(abs(box.shift) for box in outcome.reading.boxes) < 0.2
    two = [q for q in page.truth() if outcome.decisions[q].status != "doubtful" and outcome.decisions[q].answer == ""]
    assert not two  # no box that was blackened is passed over


def test_a_box_under_a_highlighter_is_no_blank(page: Paper) -> None:
    """Its stroke is as pale as a shadow, but lies over one box of the question alone."""
    image = page.filled(DPI)
    blank = [question for question, answer in page.truth().items() if not answer]
    boxes = [next(b for b in page.page.boxes if b.question == question) for question in blank]
    for box in boxes:
        part = box.grown(1.0)
        rows, columns = (slice(round(a * PX), round((a + s) * PX)) for a, s in ((part.y, part.h), (part.x, part.w)))
        image[rows, columns] = (image[rows, columns] * 0.93).astype(np.uint8)
    outcome = page.read(image)
    assert blank and {outcome.decisions[question].reason for question in blank} == {"faint_mark"}
    assert set(outcome.doubtful) == set(blank) and not outcome.wrong


def test_so_is_one_with_points_on_both_sides(page: Paper) -> None:
    image, points = blacked(page, FOUR_IN_TEN), (*page.page.fiducials, *page.page.codes)
    outcome = page.read(hide_all(image, [place for place in points if place.id == "br"]))
    assert outcome.problem is None, outcome.problem
    assert "blank" not in {outcome.decisions[question].status for question in page.truth()}
    on_the_right = page.read(hide_all(image, [place for place in points if place.x > 150]))
    assert on_the_right.code == "poor_registration"


def test_room_for_writing_that_is_not_in_the_picture_is_not_blank(page: Paper) -> None:
    """A label over it, or over half of it, or a file that ends: what was written is not there either."""
    image, [place] = page.filled(DPI), page.page.writing
    outcome = page.read(hide_all(image, [place.grown(1.0)]))
    assert outcome.problem is None and outcome.decisions[place.question].reason == "area_not_seen"
    right_half = Rect(place.x + place.w / 2, place.y - 1, place.w / 2 + 1, place.h + 2)
    covered = page.read(hide_all(page.filled(DPI), [right_half]))
    assert covered.problem is None and covered.decisions[place.question].status == "doubtful"


@pytest.mark.parametrize(("length", "far"), [(60.0, 0.6), (90.0, 0.8)])
def test_a_page_that_rollers_pulled_in_waves_is_read(page: Paper, length: float, far: float) -> None:
    """As of a worn feeder, to and fro by more than any smooth bend explains."""
    image = page.filled(DPI)
    rows, columns = np.indices(image.shape, np.float32)
    waves = far * PX * np.sin(2 * np.pi * rows / (length * PX) + 1.0)
    waved = cv2.remap(image, columns, (rows + waves).astype(np.float32), cv2.INTER_LINEAR, borderValue=(255,))
    assert_read_right(page.read(np.asarray(waved, np.uint8)), doubtful=1)


# --- fiducials and codes


@pytest.mark.parametrize("corner", CORNERS)
def test_any_one_fiducial_may_be_missing(page: Paper, corner: str) -> None:
    hidden = [f for f in page.page.fiducials if f.id == corner]
    outcome = page.read(hide_all(page.filled(DPI), list(hidden)))
    assert_read_right(outcome)
    assert outcome.reading is not None
    assert set(outcome.reading.fiducials) == set(CORNERS) - {corner}


@pytest.mark.parametrize("corners", list(combinations(CORNERS, 2)))
def test_any_two_fiducials_may_be_missing(page: Paper, corners: tuple[str, str]) -> None:
    hidden = [f for f in page.page.fiducials if f.id in corners]
    outcome = page.read(hide_all(page.filled(DPI), list(hidden)))
    assert_read_right(outcome)


@pytest.mark.parametrize("shift", [3.9, 9.0])
def test_a_folded_corner_shows_the_other_sides_fiducial(page: Paper, shift: float) -> None:
    """It lies on the flap, which hides this side's fiducial and code: words and frames know better."""
    fiducial = next(f for f in page.page.fiducials if f.id == "bl")
    image = hide_all(page.filled(DPI), [fiducial, *(code for code in page.page.codes if code.id == "b")])
    flap = Rect(fiducial.x + shift, fiducial.y - shift, fiducial.w - 1, fiducial.h - 1)
    assert_read_right(page.read(damages.hide(image, flap, PX, 20)))


@pytest.mark.parametrize("tone", [255, 0, 128])
@pytest.mark.parametrize("code", ["a", "b"])
def test_any_one_code_may_be_destroyed(page: Paper, code: str, tone: int) -> None:
    place = next(c for c in page.page.codes if c.id == code)
    assert_read_right(page.read(damages.hide(page.filled(DPI), place, PX, tone)))


def test_one_code_and_one_fiducial_may_be_missing_together(page: Paper) -> None:
    hidden = [page.page.codes[0], next(f for f in page.page.fiducials if f.id == "bl")]
    assert_read_right(page.read(hide_all(page.filled(DPI), list(hidden))))


@pytest.fixture
def codeless(page: Paper) -> Image:
    return hide_all(page.filled(DPI), list(page.page.codes))


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
def test_without_codes_the_serial_is_read_for_a_person_to_confirm(page: Paper, codeless: Image, turned: int) -> None:
    outcome = page.read(np.ascontiguousarray(np.rot90(codeless, turned)))
    assert outcome.code == "serial_to_confirm"
    assert outcome.problem is not None
    assert f"{page.place.serial}, page {page.page.number}." in outcome.problem.sentence


def test_two_serials_in_clear_type_are_none(page: Paper, codeless: Image) -> None:
    """The serial below is that of another form, pasted over: nothing is suggested."""
    _, bottom = page.page.serial_text
    other = make_serial("TT", "TP", 7)
    image = damages.hide(codeless, bottom, PX)
    cv2.putText(image, other, (round(bottom.x * PX), round((bottom.y + 4.3) * PX)), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
    assert page.read(image).code == "no_code"


OURS = tuple(
    make_serial(unit, field, n) for unit in ("PL", "TT", "VH") for field in ("TP", "LDTBXH") for n in range(1, 11)
)
ALIKE = ("BO-SO-0009-S", "BO-S0-0009-5")  # drawn alike


@pytest.mark.parametrize(
    ("texts", "serial"),
    [
        (["PL-TP-0004-O"], "PL-TP-0004-O"),
        (["PL-TP-0004-0"], "PL-TP-0004-O"),  # the check character is the letter
        (["PL-TP-OO04-O"], "PL-TP-0004-O"),  # numbers have no letters
        (["sốPL-TP-0004-O."], "PL-TP-0004-O"),
        (["7PL-TP-0004-OA-"], "PL-TP-0004-O"),  # blots and lines beside it
        (["", "JH-LDTBXH-0009-D"], "VH-LDTBXH-0009-D"),  # a label's edge on the first letter, which is torn off
        (["T-TP-0005-R"], "TT-TP-0005-R"),
        (["VH-LDTBXH-0005-L", "IVH-LDTBXH-0005-L"], "VH-LDTBXH-0005-L"),  # a blot for an I: the check holds by chance
        (["TT-LDTBXH-0009-F", "PLDTBXH-0009-H"], "TT-LDTBXH-0009-H"),  # each lacks another end
        (["TT-LDTBXH-0009-F", ""], None),  # nothing proves the number
        (["TT-TP-0085-R"], None),
        (["PL-TP-0005-O"], None),  # the check character doesn't hold
        (["BO-SO-0009-S"], None),  # or the other one
        (["PL-TP-0004-O", "TT-TP-0005-R"], None),
        (["PL-TP-0014-K"], "PL-TP-0014-K"),  # whole, and no form of this survey
        (["PL-TP-0014-K", "PL-TP-0004-O"], None),
        (["PL-TP-004-O"], None),
        ([""], None),
    ],
)
def test_the_serial_that_clear_type_shows(texts: list[str], serial: str | None) -> None:
    assert serial_text.serial_in(texts, (*OURS, *ALIKE)) == serial


@pytest.mark.parametrize("tone", [60, 255])
def test_a_serial_is_read_though_its_first_letter_is_covered(page: Paper, codeless: Image, tone: int) -> None:
    """By a blot or a label; the other one is hidden wholly."""
    top, bottom = page.page.serial_text
    cover = Rect(bottom.x - 8, bottom.y, 8.9, bottom.h)
    outcome = page.read(damages.hide(damages.hide(codeless, top, PX), cover, PX, tone))
    assert outcome.code == "serial_to_confirm"
    assert outcome.problem is not None and f"says {page.place.serial}, page" in outcome.problem.sentence


def test_a_serial_that_is_no_forms_says_so(page: Paper, codeless: Image) -> None:
    """Printed by another survey, or made up."""
    ours = page.library.serials - {page.place.serial}
    library = FormLibrary(page.workspace.layouts, page.workspace.survey.code, page.library.key, serials=ours)
    outcome = replace(page, library=library).read(codeless)
    assert outcome.code == "unknown_serial"
    assert outcome.problem is not None
    assert f"{page.place.serial}, page {page.page.number}, and no such form was ever issued" in outcome.problem.sentence


def symbol(kind: zxingcpp.BarcodeFormat, text: str, side: int) -> Image:
    """A barcode, `side` pixels."""
    drawn = np.asarray(zxingcpp.create_barcode(text, kind).to_image(), np.uint8)
    return np.asarray(cv2.resize(drawn, (side, side), interpolation=cv2.INTER_NEAREST), np.uint8)


def test_a_sticker_with_a_foreign_code_hides_no_serial(page: Paper, codeless: Image) -> None:
    """An office's own sticker on a page whose codes are gone."""
    sticker = symbol(zxingcpp.BarcodeFormat.QRCode, "https://example.org/9", 150)
    codeless[300:450, 100:250] = sticker
    outcome = page.read(codeless)
    assert outcome.code == "serial_to_confirm"
    hidden = hide_all(codeless, list(page.page.serial_text))
    assert page.read(hidden).code == "foreign_code"


def test_a_corner_of_a_cut_off_code_is_no_code(page: Paper, codeless: Image) -> None:
    """It can look like a Micro QR code, which nobody printed."""
    image = hide_all(codeless, list(page.page.serial_text))
    image[100:188, 100:188] = symbol(zxingcpp.BarcodeFormat.MicroQRCode, "3828", 88)
    assert page.read(image).code == "no_code"


def test_without_codes_and_tesseract_a_page_is_no_code(codeless: Image, page: Paper) -> None:
    with mock.patch.object(serial_text, "has_tesseract", lambda: False):
        assert page.read(codeless).code == "no_code"


def test_without_any_identity_a_page_is_no_code(page: Paper) -> None:
    hidden = [*page.page.codes, *page.page.serial_text]
    assert page.read(hide_all(page.filled(DPI), list(hidden))).code == "no_code"


def test_without_any_fiducial_nothing_is_misread(page: Paper) -> None:
    outcome = page.read(hide_all(page.filled(DPI), list(page.page.fiducials)))
    assert outcome.wrong == ()
    assert outcome.code in (None, "poor_registration")


# --- how the page came through the scanner


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_whichever_way_up(page: Paper, turns: int) -> None:
    assert_read_right(page.read(damages.quarter_turns(page.filled(DPI), turns)))


def on_larger_glass(image: Image, tone: int = 255) -> Image:
    """The sheet on a glass 30 mm larger on every side, so that a skewed one loses no corner."""
    margin = round(30 * PX)
    return np.asarray(cv2.copyMakeBorder(image, *(margin,) * 4, cv2.BORDER_CONSTANT, value=(tone,)), np.uint8)


@pytest.mark.parametrize("degrees", [-8, -3, 3, 8])
def test_skewed(page: Paper, degrees: float) -> None:
    assert_read_right(page.read(damages.skew(on_larger_glass(page.filled(DPI)), degrees)))


@pytest.mark.parametrize("degrees", [172, 188, 98, -82])
def test_skewed_and_turned(page: Paper, degrees: float) -> None:
    wide = on_larger_glass(page.filled(DPI), tone=90)
    assert_read_right(page.read(damages.skew(wide, degrees, tone=90)))


@pytest.mark.parametrize("degrees", [-5, 5])
def test_skewed_so_that_fiducials_are_lost(page: Paper, degrees: float) -> None:
    outcome = page.read(damages.skew(page.filled(DPI), degrees))
    assert_read_right(outcome)
    assert outcome.reading is not None
    assert len(outcome.reading.fiducials) == 2


@pytest.mark.parametrize("degrees", [-8, 8])
def test_skewed_so_that_codes_are_lost(page: Paper, degrees: float) -> None:
    assert page.read(damages.skew(page.filled(DPI), degrees)).code == "serial_to_confirm"


@pytest.mark.parametrize("share", [0.97, 1.03])
def test_copied_smaller_or_larger(page: Paper, share: float) -> None:
    assert_read_right(page.read(resized(page.filled(DPI), share, share)))


@pytest.mark.parametrize(("across", "down"), [(1.0, 0.97), (0.97, 1.0), (1.0, 1.03), (0.98, 1.02)])
def test_stretched_in_one_direction(page: Paper, across: float, down: float) -> None:
    assert_read_right(page.read(resized(page.filled(DPI), across, down)))


def test_stretched_unevenly_along_the_page(page: Paper) -> None:
    """A roller that slips in the middle of the page: up to 2 mm, smoothly."""
    image = page.filled(DPI)
    height, width = image.shape
    y = np.arange(height, dtype=np.float32)
    source = y - 2.0 * PX * np.sin(np.pi * y / height).astype(np.float32)
    across = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    down = np.tile(source[:, None], (1, width)).astype(np.float32)
    slipped = np.asarray(cv2.remap(image, across, down, cv2.INTER_LINEAR, borderValue=(255,)), np.uint8)
    assert_read_right(page.read(slipped))


@pytest.mark.parametrize("lower_end", ["whole", "hidden"])
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("row", [4, 14])
def test_a_feeder_that_jumps_by_a_row_is_never_misread(grid_page: Paper, row: int, twice: bool, lower_end: str) -> None:
    """A row is lost or scanned twice: below it every row's boxes lie where those of the next one are looked for."""
    image = grid_page.filled(DPI)
    if lower_end == "hidden":
        below = [place for place in (*grid_page.page.codes, *grid_page.page.fiducials) if place.y > 200]
        image = hide_all(image, list(below))
    tops = sorted({box.y for box in grid_page.page.boxes})
    at, jump = round((tops[row] - 0.8) * PX), round((tops[1] - tops[0]) * PX)
    blank = np.full((jump, image.shape[1]), 255, np.uint8)
    rows = [image[:at], image[at - jump : -jump]] if twice else [image[:at], image[at + jump :], blank]
    outcome = grid_page.read(np.vstack(rows))
    assert outcome.wrong == ()
    assert outcome.code in (None, "poor_registration")


@pytest.mark.parametrize("tone", [255, 128])
@pytest.mark.parametrize("share", [0.5, 0.65, 0.8])
def test_the_part_of_a_page_that_is_in_the_picture_is_read(page: Paper, share: float, tone: int) -> None:
    """A transfer that broke off: below some line the file is white or grey, and the lower corner marks are gone."""
    image = page.filled(DPI)
    tops = [box.y for box in page.page.boxes]
    cut = min(tops) + share * (max(tops) - min(tops)) + 2.0  # through a row of boxes, mostly
    image[round(cut * PX) :] = tone
    outcome = page.read(image)
    assert outcome.problem is None, outcome.problem
    assert outcome.wrong == ()
    lost = {box.question for box in page.page.boxes if box.y + box.h > cut}
    assert lost and {outcome.decisions[question].status for question in lost} == {"doubtful"}
    whole = {box.question for box in page.page.boxes if box.y + box.h < cut - 10} - lost
    assert not whole & set(outcome.doubtful)


@pytest.mark.parametrize("column", [1, 3])
def test_a_fold_that_hides_a_column_is_never_misread(grid_page: Paper, column: int) -> None:
    """To the right of it all columns' boxes lie where those of the next one are looked for, as exactly as ever; the
    right edge is out of the picture."""
    image = grid_page.filled(DPI)
    lefts = sorted({box.x for box in grid_page.page.boxes if box.question == "A1"})
    at, jump = round((lefts[column] - 3.0) * PX), round((lefts[1] - lefts[0]) * PX)
    folded = np.hstack([image[:, :at], image[:, at + jump :], np.full((len(image), jump), 255, np.uint8)])
    right = [place for place in (*grid_page.page.codes, *grid_page.page.fiducials) if place.x > 100]
    shifted = [Rect(place.x - jump / PX, place.y, place.w, place.h) for place in right]
    outcome = grid_page.read(hide_all(folded, shifted))
    assert outcome.wrong == ()
    moved = {box.question for box in grid_page.page.boxes if box.x > lefts[column]}
    assert outcome.problem or all(outcome.decisions[question].status == "doubtful" for question in moved)


def test_mirrored_is_never_misread(page: Paper) -> None:
    outcome = page.read(np.ascontiguousarray(page.filled(DPI)[:, ::-1]))
    assert outcome.problem is not None
    assert outcome.code in ("no_code", "poor_registration")


@pytest.mark.parametrize("share", [0.01, 0.03])
def test_photographed_from_one_side(page: Paper, share: float) -> None:
    """Perspective: the far edge shorter than the near one. Mild, it is read; strong, it is read or refused."""
    image = page.filled(DPI)
    height, width = image.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array(
        [[share * width, 0], [(1 - share) * width, 0.5 * share * height], [width, height], [0, height]],
        np.float32,
    )
    matrix = cv2.getPerspectiveTransform(corners, seen)
    view = np.asarray(cv2.warpPerspective(image, matrix, (width, height), borderValue=(90,)), np.uint8)
    outcome = page.read(view)
    assert outcome.wrong == ()
    assert outcome.code in (None, "poor_registration")
    if share <= 0.01:
        assert_read_right(outcome)


@pytest.mark.parametrize("phase", [0.0, 4.9])
def test_a_curl_beyond_the_words(grid_page: Paper, phase: float) -> None:
    """Words end before the last column of boxes; how the sheet curls there is seen by the columns beside it."""
    image = grid_page.filled(DPI)
    height, width = image.shape
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    down = 3.0 * np.sin(1.4 * np.pi * columns / width + phase)
    across = 0.9 * np.sin(1.4 * np.pi * rows / height)
    x, y = columns[None, :] + PX * across[:, None], rows[:, None] - PX * down[None, :]
    curled = cv2.remap(image, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=(255,))
    outcome = grid_page.read(np.asarray(curled, np.uint8))
    assert_read_right(outcome, doubtful=12)  # of 24; without the second look 20 and more


def test_shadow_over_half_the_page(page: Paper) -> None:
    """A phone's shadow with an edge of 6 mm."""
    image = page.filled(DPI).astype(np.float32)
    width = image.shape[1]
    light = np.ones(width, np.float32)
    light[width // 2 :] = 0.6
    light = np.asarray(cv2.blur(light[None, :], (round(6 * PX), 1)), np.float32)
    outcome = page.read((image * light).astype(np.uint8))
    assert outcome.problem is None
    assert outcome.wrong == ()


# --- what happened to the sheet


def test_cut_margins(page: Paper) -> None:
    """A photocopier leaves 6 mm out at every edge: nothing that is read lies there."""
    assert_read_right(page.read(damages.cut_margins(page.filled(DPI), 6, 6, 6, 6, PX)))


def test_margins_cut_through_the_fiducials(page: Paper) -> None:
    outcome = page.read(damages.cut_margins(page.filled(DPI), 11, 4, 11, 4, PX))
    assert outcome.wrong == ()
    assert outcome.code in (None, "poor_registration")


def test_the_picture_ends_where_the_print_begins(page: Paper) -> None:
    """Cropped by software: the picture itself is smaller."""
    edge = round(6 * PX)
    assert_read_right(page.read(np.ascontiguousarray(page.filled(DPI)[edge:-edge, edge:-edge])))


@pytest.mark.parametrize("corner", CORNERS)
def test_folded_corner(page: Paper, corner: damages.Corner) -> None:
    """A flap of 25 mm: what it hides is doubtful, the rest is read."""
    size = 25.0
    outcome = page.read(damages.fold_corner(page.filled(DPI), corner, size, PX))
    x = 0.0 if corner[1] == "l" else 210 - size
    y = 0.0 if corner[0] == "t" else 297 - size
    assert outcome.problem is None
    assert outcome.wrong == ()
    assert set(outcome.doubtful) <= questions_at(page, Rect(x - 4, y - 4, size + 8, size + 8))


@pytest.mark.parametrize("behind", [255, 40])
@pytest.mark.parametrize("corner", CORNERS)
def test_torn_corner_takes_boxes_with_it(page: Paper, corner: damages.Corner, behind: int) -> None:
    """90 mm torn off: boxes in the triangle are gone, and the questions they belong to are for a person."""
    size = 90.0
    torn = damages.tear_corner(page.filled(DPI), corner, size, PX, np.random.default_rng(3), behind)
    outcome = page.read(torn)
    assert outcome.code in (None, "poor_registration")
    assert outcome.wrong == ()
    if outcome.problem is None:
        gone = {box.question for box in page.page.boxes if corner_distance(box.center, corner) < size - 8}
        assert gone <= set(outcome.doubtful)
        # the line of the tear lies in the rows of boxes further away
        near = {box.question for box in page.page.boxes if corner_distance(box.center, corner) < size + 50}
        assert set(outcome.doubtful) <= near


def corner_distance(at: tuple[float, float], corner: str) -> float:
    """x + y from a corner (mm): under the size of a torn triangle, a place is gone."""
    x = at[0] if corner[1] == "l" else 210 - at[0]
    y = at[1] if corner[0] == "t" else 297 - at[1]
    return x + y


def streak_through_boxes(page: Paper, width: float, depth: float) -> Outcome:
    """A streak through the fullest column of boxes: those boxes are for a person; no other answer suffers."""
    columns = sorted({box.center[0] for box in page.page.boxes})
    at = max(columns, key=lambda x: sum(box.center[0] == x for box in page.page.boxes))
    outcome = page.read(damages.streak(page.filled(DPI), at - width / 2, width, depth, PX))
    assert outcome.problem is None
    assert outcome.wrong == ()
    hit = questions_at(page, Rect(at - width, 0, 2 * width, 297))
    assert set(outcome.doubtful) <= hit
    through = {box.question for box in page.page.boxes if abs(box.center[0] - at) < 1.0}
    assert {q for q in through if not page.truth()[q]} <= set(outcome.doubtful)
    return outcome


def test_a_plain_mark_is_read_beside_a_thin_streak(grid_page: Paper) -> None:
    """Dust on the glass draws its line through the same boxes of every form: those that are plainly marked are read."""
    x = max({box.center[0] for box in grid_page.page.boxes})
    outcome = grid_page.read(damages.streak(grid_page.filled(DPI), x - 0.4, 0.2, 120, PX))
    assert outcome.reading is not None
    assert outcome.reading.streaks == 1
    assert outcome.wrong == ()
    through = {box.question for box in grid_page.page.boxes if abs(box.center[0] - x) < 1.0}
    marked = {box.question for box in outcome.reading.boxes if box.streak and box.ink > 1.0}
    assert marked & through
    assert not marked & set(outcome.doubtful)


STREAKS = [(0.15, 90), (0.3, 140), (0.3, 230), (0.6, 230)]


@pytest.mark.parametrize(("width", "depth"), STREAKS)
def test_streak_through_boxes_of_many_questions(first_page: Paper, width: float, depth: float) -> None:
    streak_through_boxes(first_page, width, depth)


@pytest.mark.parametrize(("width", "depth"), STREAKS)
def test_streak_through_a_column_of_the_grid(grid_page: Paper, width: float, depth: float) -> None:
    streak_through_boxes(grid_page, width, depth)


def test_streak_beside_the_boxes(page: Paper) -> None:
    """Between two columns nothing is marked, so nothing becomes doubtful."""
    xs = sorted({round(box.center[0], 1) for box in page.page.boxes})
    middle = next((a + b) / 2 for a, b in pairwise(xs) if b - a > 11)
    assert_read_right(page.read(damages.streak(page.filled(DPI), middle, 0.25, 150, PX)))


def test_pale_streak_is_never_misread(page: Paper) -> None:
    """A burnt-out line takes ink away."""
    at = page.page.boxes[2].center[0]
    outcome = page.read(damages.streak(page.filled(DPI), at - 0.4, 0.8, -255, PX))
    assert outcome.problem is None
    assert outcome.wrong == ()


@pytest.mark.parametrize("seed", range(6))
def test_coffee(page: Paper, seed: int) -> None:
    outcome = page.read(damages.coffee(page.filled(DPI), PX, np.random.default_rng(seed)))
    assert outcome.problem is None
    assert outcome.wrong == ()
    assert len(outcome.doubtful) <= len(page.truth()) / 2


def test_punch_holes(page: Paper) -> None:
    assert_read_right(page.read(damages.punch_holes(page.filled(DPI), PX)))


@pytest.mark.parametrize("seed", range(3))
def test_staple(page: Paper, seed: int) -> None:
    assert_read_right(page.read(damages.staple(page.filled(DPI), PX, np.random.default_rng(seed))))


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_see_through(first_page: Paper, grid_page: Paper, share: float) -> None:
    """The other side's ink, mirrored, at up to a third of its darkness: thin paper."""
    for page, back in ((first_page, grid_page), (grid_page, first_page)):
        outcome = page.read(damages.see_through(page.filled(DPI), back.filled(DPI), share, PX))
        assert outcome.problem is None
        assert outcome.wrong == ()
        if share <= 0.1:
            assert outcome.doubtful == ()


@pytest.mark.parametrize("seed", range(3))
def test_dirt(page: Paper, seed: int) -> None:
    """Specks of up to half a millimetre all over: dust says nothing, a blot is for a person."""
    dirty = damages.specks(
        page.filled(DPI),
        60,
        damages.Range(0.08, 0.5),
        damages.Range(40, 200),
        PX,
        np.random.default_rng(seed),
    )
    outcome = page.read(dirty)
    assert outcome.problem is None
    assert outcome.wrong == ()
    assert len(outcome.doubtful) <= 3


def test_two_sheets_fed_at_once(first_page: Paper, grid_page: Paper) -> None:
    """Two pages side by side in one picture are told apart, not mixed."""
    both = np.hstack([first_page.filled(DPI), grid_page.filled(DPI)])
    assert first_page.read(both).code == "two_pages"


def test_a_strip_of_another_page_over_the_boxes_is_never_misread(first_page: Paper, grid_page: Paper) -> None:
    """Two sheets fed askew: the lower third shows another page."""
    image = grid_page.filled(DPI).copy()
    other = first_page.filled(DPI)
    third = image.shape[0] // 3
    image[third : 2 * third] = other[third : 2 * third]
    outcome = grid_page.read(image)
    assert outcome.code in (None, "poor_registration")
    assert outcome.wrong == ()


def test_a_code_that_shows_through_from_the_other_side_is_none(first_page: Paper, grid_page: Paper) -> None:
    """The reader knows mirrored codes too, and a quarter of the ink is enough for it."""
    image = first_page.filled(DPI)
    code, other = first_page.page.codes[0], grid_page.page.codes[0]
    left, top, side, room = (round(mm * PX) for mm in (other.x, other.y, other.w, 2.0))
    behind = grid_page.blank(DPI)[top - room : top + side + room, left - room : left + side + room][:, ::-1]
    image = hide_all(image, [code])
    here = np.s_[round(6 * PX) : round(6 * PX) + len(behind), round(30 * PX) : round(30 * PX) + len(behind)]
    image[here] = 255 - (255 - behind) // 4
    assert_read_right(first_page.read(image))
    image[here] = behind
    assert first_page.read(image).code == "two_pages"
