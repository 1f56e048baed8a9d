"""What other programs put into a PDF: fields for the screen, cropped pages, signs, pictures, text that runs up."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.foreign.sheet import A4, Form, Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.signs import sign_box
from sipas_forms.adopt.source import opened_as_pdf, read_form
from sipas_forms.adopt.types import Draft, FormPage, Found
from sipas_forms.printing.fonts import text_width
from sipas_forms.printing.render import render_page

ANSWERS = ["Có", "Không", "Không biết"]


def taken_in(path: Path) -> list[FormPage]:
    with opened_as_pdf(path) as pdf:
        return read_form(pdf, path.name)


def asked(path: Path) -> list[Draft]:
    return group_pages(taken_in(path))[0]


def boxes(path: Path) -> list[Found]:
    return [box for page in taken_in(path) for box in page.found if box.shape != "writing"]


def simple(path: Path) -> Form:
    """Two questions with a box before each answer."""
    sheet = Sheet(path, A4)
    for number, y in enumerate((60, 110), 1):
        sheet.ask(f"Ông bà hài lòng không, lần {number}?")
        sheet.write(25, y, f"{number}. Ông bà hài lòng không, lần {number}?")
        for step, answer in enumerate(ANSWERS, 1):
            sheet.box(30, y + 9 * step - 3.7, 4.2, answer)
            sheet.write(37, y + 9 * step, answer)
    return sheet.done("simple", path)


def test_a_cropped_page_is_what_its_crop_box_shows(tmp_path: Path) -> None:
    whole, cropped = simple(tmp_path / "whole.pdf").path, tmp_path / "cropped.pdf"
    with pikepdf.open(whole) as document:
        page = document.pages[0]
        width, height = (float(value) for value in page.MediaBox[2:])
        page.MediaBox = pikepdf.Array([-28, -40, width + 28, height + 40])
        page.CropBox = pikepdf.Array([0, 0, width, height])
        document.save(cropped)
    [page_in] = taken_in(cropped)
    assert page_in.size_mm == pytest.approx(A4, abs=0.1)
    for one, other in zip(boxes(whole), boxes(cropped), strict=True):
        assert (one.x, one.y, one.w, one.h) == pytest.approx((other.x, other.y, other.w, other.h), abs=0.05)
    assert [draft.text for draft in asked(cropped)] == [draft.text for draft in asked(whole)]


def test_fields_for_the_screen_are_boxes(tmp_path: Path) -> None:
    path = tmp_path / "fields.pdf"
    canvas: Any = Canvas(str(path), pagesize=(A4[0] * mm, A4[1] * mm))
    canvas.drawString(70, 750, "1. How did you come?")
    for number, label in enumerate(("By bus", "On foot", "By car")):
        canvas.acroForm.checkbox(name=label, x=80, y=715 - 25 * number, size=14)
        canvas.drawString(105, 718 - 25 * number, label)
    canvas.save()
    [draft] = asked(path)
    assert (draft.text, draft.labels) == ("How did you come?", ["By bus", "On foot", "By car"])
    assert [box.x for box in boxes(path)] == pytest.approx([80 / mm] * 3, abs=0.3)


def test_a_box_that_its_file_leaves_to_the_viewer_gets_an_outline(tmp_path: Path) -> None:
    path = tmp_path / "fields.pdf"
    canvas: Any = Canvas(str(path), pagesize=(A4[0] * mm, A4[1] * mm))
    canvas.drawString(70, 750, "1. How did you come?")
    for number, label in enumerate(("By bus", "On foot")):
        canvas.acroForm.checkbox(name=label, x=80, y=715 - 25 * number, size=14)
        canvas.drawString(105, 718 - 25 * number, label)
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for note in document.pages[0].Annots:
            del note["/AP"]
        document.save(path)
    assert [(box.x, box.w) for box in boxes(path)] == [pytest.approx((80 / mm, 14 / mm), abs=0.3)] * 2


@pytest.mark.parametrize(
    ("sign", "says"),
    [("①", "1"), ("⑩", "10"), ("➂", "3"), ("Ⓑ", "B"), ("\uf084", "4")],
    ids=["one", "ten", "dingbat", "letter", "wingding"],
)
def test_numbers_and_letters_in_circles_are_boxes(sign: str, says: str) -> None:
    """No font of ours has them: what a page shows of one is drawn here."""
    picture = np.full((200, 300), 255, np.uint8)
    cv2.circle(picture, (80, 60), 20, 0, 2)
    cv2.putText(picture, "1", (75, 66), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0)
    points = 72 / 25.4 / 10  # of a pixel, at 10 px a mm
    char = {"text": sign, "fontname": "Any", "size": 14, "x0": 58 * points, "x1": 102 * points}
    box = sign_box(char | {"top": 38 * points, "bottom": 82 * points}, picture, (30.0, 20.0))
    assert box is not None
    assert (box.shape, box.inside) == ("circle", says)
    assert box.center == pytest.approx((8.0, 6.0), abs=0.1)


@pytest.mark.parametrize("rule", ["solid", "dotted"])
def test_a_sign_is_as_large_as_it_is_beside_the_rule_of_a_table(rule: str) -> None:
    """One that touches its row's upper rule, and one over a rule of dots."""
    picture = np.full((200, 300), 255, np.uint8)
    cv2.rectangle(picture, (61, 41), (99, 79), 0, 3)
    if rule == "solid":
        picture[38:40] = 0
    else:
        for x in range(0, 300, 10):
            picture[86:89, x : x + 4] = 0
    points = 72 / 25.4 / 10  # of a pixel, at 10 px a mm
    char = {"text": "☐", "fontname": "Any", "size": 14, "x0": 55 * points, "x1": 105 * points}
    box = sign_box(char | {"top": 34 * points, "bottom": 86 * points}, picture, (30.0, 20.0))
    assert box is not None
    assert (box.x, box.y, box.w, box.h) == pytest.approx((5.95, 4.0, 4.2, 4.2), abs=0.15)


def test_a_sign_that_nobody_knows_is_a_box_if_it_looks_like_one(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(25, 60, "1. Ông bà hài lòng không?")
    for step, answer in enumerate(ANSWERS, 1):
        sheet.canvas.setFont("ZapfDingbats", 14)
        sheet.canvas.drawString(30 * mm, (297 - 60 - 9 * step) * mm, "➀")
        sheet.write(37, 60 + 9 * step, answer)
    [draft] = asked(sheet.done("form", tmp_path / "form.pdf").path)
    assert (draft.text, draft.labels) == ("Ông bà hài lòng không?", ANSWERS)
    assert draft.doubts == ["the sign that is printed in the box is not known"]


def square() -> ImageReader:
    """A picture of an empty box."""
    picture = np.full((60, 60), 255, np.uint8)
    cv2.rectangle(picture, (4, 4), (55, 55), 0, 4)
    return ImageReader(io.BytesIO(cv2.imencode(".png", picture)[1].tobytes()))


def test_boxes_that_are_pictures_stand_beside_words_that_are_text(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.rule(20, 40, 190, 40)
    sheet.write(25, 60, "1. Ông bà hài lòng không?")
    for step, answer in enumerate(ANSWERS, 1):
        sheet.canvas.drawImage(square(), 30 * mm, (297 - 60 - 9 * step) * mm, 4.5 * mm, 4.5 * mm)
        sheet.write(37, 60 + 9 * step, answer)
    [draft] = asked(sheet.done("form", tmp_path / "form.pdf").path)
    assert (draft.text, draft.labels, draft.doubts) == ("Ông bà hài lòng không?", ANSWERS, [])


@pytest.mark.parametrize("degrees", [90, -90])
def test_the_heads_of_columns_may_run_up_or_down(tmp_path: Path, degrees: int) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    heads = ["Rất không hài lòng", "Bình thường", "Rất hài lòng"]
    for column, head in enumerate(heads):
        sheet.canvas.saveState()
        sheet.canvas.setFont(sheet.font, 10)
        up = 80 if degrees > 0 else 80 - text_width(head, sheet.font, 10)
        sheet.canvas.translate((126 + 12 * column) * mm, (297 - up) * mm)
        sheet.canvas.rotate(degrees)
        sheet.canvas.drawString(0, 0, head)
        sheet.canvas.restoreState()
    for row in range(3):
        sheet.write(20, 90 + 10 * row, f"Thái độ của nhân viên, lần {row + 1}")
        for column in range(3):
            sheet.box(123 + 12 * column, 86.5 + 10 * row, 4.5, "")
    drafts = asked(sheet.done("form", tmp_path / "form.pdf").path)
    assert [draft.labels for draft in drafts] == [heads] * 3


def test_text_whose_fonts_name_no_letters_is_read_from_its_picture(tmp_path: Path) -> None:
    path = simple(tmp_path / "form.pdf").path
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
                del thing["/ToUnicode"]
        document.save(path)
    drafts = asked(path)
    assert [len(draft.places) for draft in drafts] == [3, 3]
    assert drafts[0].text.startswith("Ông bà hài lòng")


def test_a_scan_that_leans_is_laid_straight_in_a_pdf_too(tmp_path: Path) -> None:
    straight = simple(tmp_path / "form.pdf").path
    picture = render_page(straight, 0, 200)
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.0, 1.0)
    leaning = cv2.warpAffine(picture, turn, (width, height), borderValue=(255,))
    canvas: Any = Canvas(str(tmp_path / "scan.pdf"), pagesize=(A4[0] * mm, A4[1] * mm))
    scan = ImageReader(io.BytesIO(cv2.imencode(".png", leaning)[1].tobytes()))
    canvas.drawImage(scan, 0, 0, A4[0] * mm, A4[1] * mm)
    canvas.save()
    for one, other in zip(boxes(straight), boxes(tmp_path / "scan.pdf"), strict=True):
        assert (one.x, one.y) == pytest.approx((other.x, other.y), abs=0.25)


def test_numbers_in_the_cells_of_a_table_are_circled_there(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    lefts, tops = (20, 110, 125, 140, 155, 170), (50, 60, 70, 80)
    for y in tops:
        sheet.rule(lefts[0], y, lefts[-1], y)
    for x in lefts:
        sheet.rule(x, tops[0], x, tops[-1])
    for column, head in enumerate(["Rất kém", "Kém", "Tốt", "Rất tốt"], 1):
        sheet.write(lefts[column] + 1, 57, head, size=8)
    for row, text in enumerate(["Ánh sáng", "Tiếng ồn"], 1):
        sheet.write(22, tops[row] + 7, text)
        for column in range(1, 5):
            sheet.write(lefts[column] + 6, tops[row] + 7, str(column))
    drafts = asked(sheet.done("form", tmp_path / "form.pdf").path)
    assert [(draft.text, draft.labels) for draft in drafts] == [
        ("Ánh sáng", ["Rất kém", "Kém", "Tốt", "Rất tốt"]),
        ("Tiếng ồn", ["Rất kém", "Kém", "Tốt", "Rất tốt"]),
    ]
    assert [box.inside for box in boxes(tmp_path / "form.pdf")] == ["1", "2", "3", "4"] * 2


def test_a_table_to_write_in_is_marked(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    lefts, tops = (20, 35, 70, 105, 140), (50, 60, 70, 80)
    for y in tops:
        sheet.rule(lefts[0], y, lefts[-1], y)
    for x in lefts:
        sheet.rule(x, tops[0], x, tops[-1])
    for column, head in enumerate(["TT", "Họ và tên", "Năm sinh", "Nghề nghiệp"]):
        sheet.write(lefts[column] + 1, 57, head)
    for row in (1, 2):
        sheet.write(25, tops[row] + 7, str(row))
    assert all("room for words" in " ".join(d.doubts) for d in asked(sheet.done("form", tmp_path / "form.pdf").path))


def test_an_english_scan_keeps_its_question_marks(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    for number, y in enumerate((60, 110), 1):
        sheet.write(25, y, f"{number}. How did you hear about our office this year?")
        for step, answer in enumerate(("Friends", "Newspaper", "Other"), 1):
            sheet.box(30, y + 9 * step - 3.7, 4.2, answer)
            sheet.write(37, y + 9 * step, answer)
    picture = render_page(sheet.done("form", tmp_path / "form.pdf").path, 0, 300)
    cv2.imwrite(str(tmp_path / "scan.png"), picture)
    assert [draft.text for draft in asked(tmp_path / "scan.png")] == [
        "How did you hear about our office this year?"
    ] * 2


@pytest.mark.parametrize("box", ["[ ]", "(  )", "[          ]"])
def test_brackets_with_room_between_them_are_boxes(tmp_path: Path, box: str) -> None:
    sheet = Sheet(tmp_path / "typed.pdf", A4)
    sheet.write(25, 40, "1. Were you seen on time (more or less)?")
    for number, label in enumerate(("Yes", "No", "Don't know")):
        sheet.write(30, 50 + 8 * number, f"{box} {label}")
    found = boxes(sheet.done("typed", tmp_path / "typed.pdf").path)
    (question,) = asked(tmp_path / "typed.pdf")
    assert len(found) == 3 and all(2 < at.w < len(box) and 3 < at.h < 5 for at in found)
    assert question.text == "Were you seen on time (more or less)?"
    assert question.labels == ["Yes", "No", "Don't know"]


def test_the_eyes_of_a_smiley_are_no_boxes(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "faces.pdf", A4)
    sheet.write(25, 40, "1. How was it?")
    for number, label in enumerate(("Good", "So so", "Bad")):
        x = 30 + 40 * number
        sheet.bubble(x, 45, 12, "")
        sheet.bubble(x + 2.5, 48, 2.2, "")
        sheet.bubble(x + 7.3, 48, 2.2, "")
        sheet.box(x + 4, 60, 4, label)
        sheet.write(x + 10, 63.5, label)
    found = boxes(sheet.done("faces", tmp_path / "faces.pdf").path)
    assert [(box.shape, round(box.w)) for box in found] == [("square", 4)] * 3


def dashes(sheet: Sheet, x: float, y: float, side: float, *, dots: bool) -> None:
    """A square whose outline is filled dash by dash, or dot by dot, as browsers draw `border: dashed` and `dotted`."""
    wide, count = (0.4, int(side / 0.8)) if dots else (0.8, int(side / 1.4))
    step = (side - wide) / count
    for number in range(count + 1):
        at = number * step
        for left, top, w, h in (
            (x + at, y, wide, 0.4),
            (x + at, y + side - 0.4, wide, 0.4),
            (x, y + at, 0.4, wide),
            (x + side - 0.4, y + at, 0.4, wide),
        ):
            if dots:
                sheet.canvas.circle((left + 0.2) * mm, (297 - top - 0.2) * mm, 0.2 * mm, stroke=0, fill=1)
            else:
                sheet.canvas.rect(left * mm, (297 - top - h) * mm, w * mm, h * mm, stroke=0, fill=1)


@pytest.mark.parametrize(("dots", "side"), [(False, 8.0), (False, 4.5), (True, 5.0)])
def test_boxes_may_be_outlined_with_dashes_or_dots(tmp_path: Path, *, dots: bool, side: float) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(25, 60, "1. Ông bà hài lòng không?")
    for step, answer in enumerate(ANSWERS, 1):
        dashes(sheet, 30, 60 + 12 * step - side / 2 - 1.4, side, dots=dots)
        sheet.write(32 + side, 60 + 12 * step, answer)
    path = sheet.done("form", tmp_path / "form.pdf").path
    assert [(draft.text, draft.labels) for draft in asked(path)] == [("Ông bà hài lòng không?", ANSWERS)]
    assert [(box.x, box.w, box.h) for box in boxes(path)] == [pytest.approx((30, side, side), abs=0.15)] * 3


def test_the_lower_edge_of_a_box_may_begin_further_left(tmp_path: Path) -> None:
    """As word processors draw the borders of single cells: each stroke as far as its neighbours leave it."""
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(25, 60, "1. Ông bà hài lòng không?")
    for step, answer in enumerate(ANSWERS, 1):
        top = 56 + 12 * step
        for x1, y1, x2, y2 in ((30.2, 0, 35, 0), (30, 5, 35, 5), (30.1, -0.1, 30.1, 5.1), (34.9, -0.1, 34.9, 4.9)):
            sheet.rule(x1, top + y1, x2, top + y2)
        sheet.write(38, top + 4, answer)
    path = sheet.done("form", tmp_path / "form.pdf").path
    assert [(draft.text, draft.labels) for draft in asked(path)] == [("Ông bà hài lòng không?", ANSWERS)]


def frames(sheet: Sheet, words: list[str]) -> None:
    """Two rows of single cells with borders, as a spreadsheet draws them, words right behind each."""
    for row, y in enumerate((60, 90)):
        sheet.write(25, y - 6, f"{row + 1}. Ông bà hài lòng không, lần {row + 1}?")
        for column, text in enumerate(words):
            x = 60 + 40 * column
            for x1, y1, x2, y2 in ((0, 0, 17, 0), (0, 6, 17, 6), (0, 0, 0, 6), (17, 0, 17, 6)):
                sheet.rule(x + x1, y + y1, x + x2, y + y2)
            sheet.write(x + 17.5, y + 4.5, text)


def test_single_cells_with_an_option_behind_each_are_ticked(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    frames(sheet, ["Có", "Không"])
    drafts = asked(sheet.done("form", tmp_path / "form.pdf").path)
    asks = "Ông bà hài lòng không, lần"
    assert [(d.text, d.labels) for d in drafts] == [(f"{asks} {n}?", ["Có", "Không"]) for n in (1, 2)]
    assert all("room for words" in " ".join(draft.doubts) for draft in drafts)


def test_single_cells_before_units_are_written_in(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    frames(sheet, ["giờ", "phút"])
    assert boxes(sheet.done("form", tmp_path / "form.pdf").path) == []
