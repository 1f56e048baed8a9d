"""Blank forms that come as pictures: in which language they are read, and what is taken for a box."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import pytest
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from bench.foreign.sheet import A4, SANS, SERIF, Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import opened_as_pdf, read_form
from sipas_forms.adopt.types import Draft, Found
from sipas_forms.printing.render import render_page

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the words of a picture")


def adopted(sheet: Sheet, folder: Path) -> tuple[list[Found], list[Draft]]:
    """(boxes, questions) of a sheet's scan at 300 dpi, a little soft."""
    picture = render_page(sheet.done("form", folder / "form.pdf").path, 0, 300)
    cv2.imwrite(str(folder / "scan.png"), cv2.GaussianBlur(picture, (0, 0), 0.8))
    with opened_as_pdf(folder / "scan.png") as pdf:
        pages = read_form(pdf, "scan.png")
    return [box for box in pages[0].found if box.shape != "writing"], group_pages(pages)[0]


def options(sheet: Sheet, y: float, labels: tuple[str, ...], font: str = "") -> None:
    for step, label in enumerate(labels):
        sheet.box(30, y + 9 * step - 2.9, 2.9, label)
        sheet.write(35, y + 9 * step, label, font)


def test_a_language_whose_model_is_not_installed_keeps_its_accents_and_question_marks(tmp_path: Path) -> None:
    wordings = ["¿Cómo calificaría la atención del médico?", "Votre enfant mange-t-il à la cantine ?"]
    sheet = Sheet(tmp_path / "form.pdf", A4)
    for number, wording in enumerate(wordings):
        sheet.write(25, 60 + 50 * number, f"{number + 1}. {wording}")
        options(sheet, 70 + 50 * number, ("Muy buena", "Regular", "Mala"))
    assert [draft.text for draft in adopted(sheet, tmp_path)[1]] == wordings


def test_a_letter_of_a_boxs_size_is_none(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(25, 60, "1. Trình độ của ông bà", SERIF)
    options(sheet, 70, ("Dưới tiểu học", "Đại học trở lên", "Quá trình khác"), SERIF)
    found, (question,) = adopted(sheet, tmp_path)
    assert [round(box.x) for box in found] == [30] * 3
    assert question.labels == ["Dưới tiểu học", "Đại học trở lên", "Quá trình khác"]


def test_bare_numbers_of_a_scan_are_circled(tmp_path: Path) -> None:
    wordings = ["Sạch sẽ", "Yên tĩnh", "Thoáng mát"]
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(25, 50, "Khoanh tròn một số cho mỗi dòng:")
    for row, wording in enumerate(wordings):
        sheet.write(25, 65 + 9 * row, wording)
        for number in range(1, 6):
            sheet.write(100 + 14 * number, 65 + 9 * row, str(number))
    found, questions = adopted(sheet, tmp_path)
    assert len(found) == 15 and all(box.doubt for box in found)
    assert [draft.text for draft in questions] == wordings


def test_codes_at_the_end_of_dots_are_circled_on_a_scan_too(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(20, 58, "1. Giới tính của chủ hộ")
    for number, label in enumerate(("Nam", "Nữ", "Không trả lời"), 1):
        end = sheet.write(110, 51 + 7 * number, f"{label} ")
        sheet.write(end, 51 + 7 * number, "." * int((170 - end) / 0.97))
        sheet.write(172, 51 + 7 * number, str(number))
    found, (question,) = adopted(sheet, tmp_path)
    assert [round(box.center[0]) for box in found] == [173] * 3
    assert question.labels == ["Nam", "Nữ", "Không trả lời"]


@pytest.mark.parametrize("degrees", [90, -90])
def test_heads_that_run_up_or_down_are_read_turned(tmp_path: Path, degrees: int) -> None:
    heads = ["Không hài lòng", "Bình thường", "Rất hài lòng"]
    sheet = Sheet(tmp_path / "form.pdf", A4)
    tops, lefts = (50.0, 85.0, 95.0, 105.0), (20.0, 100.0, 112.0, 124.0, 136.0)
    for top in tops:
        sheet.rule(lefts[0], top, lefts[-1], top)
    for left in lefts:
        sheet.rule(left, tops[0], left, tops[-1])
    for left, head in zip(lefts[1:], heads, strict=False):
        sheet.canvas.saveState()
        sheet.canvas.translate((left + (7 if degrees > 0 else 5)) * mm, (A4[1] - (83 if degrees > 0 else 52)) * mm)
        sheet.canvas.rotate(degrees)
        sheet.canvas.setFont(SANS, 11)
        sheet.canvas.drawString(0, 0, head)
        sheet.canvas.restoreState()
    for top, wording in ((92, "Thái độ của nhân viên"), (102, "Giờ làm việc")):
        sheet.write(23, top, wording)
        for left in lefts[1:-1]:
            sheet.box(left + 4, top - 4, 4, "")
    found, questions = adopted(sheet, tmp_path)
    assert len(found) == 6
    assert [sorted(draft.labels) for draft in questions] == [sorted(heads)] * 2


@pytest.mark.parametrize("box", ["[   ]", "(   )"])
def test_brackets_of_a_scan_are_boxes(tmp_path: Path, box: str) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(25, 60, "1. Were you seen on time (more or less)?")
    for step, label in enumerate(("Yes", "No", "Don't know")):
        sheet.write(30, 70 + 9 * step, f"{box} {label}")
    found, (question,) = adopted(sheet, tmp_path)
    assert len(found) == 3 and all(2 < at.w < 7 and 3 < at.h < 5 for at in found)
    assert question.text == "Were you seen on time (more or less)?"
    assert question.labels == ["Yes", "No", "Don't know"]


def test_the_letter_and_number_of_a_question_are_not_its_wording(tmp_path: Path) -> None:
    wordings = ["Giới tính của ông bà", "Lãi suất tiền gửi"]
    sheet = Sheet(tmp_path / "form.pdf", A4)
    for y, sign, wording in zip((60, 110), ("A1.", "e)"), wordings, strict=True):
        sheet.write(25, y, f"{sign} {wording}", SERIF)
        options(sheet, y + 10, ("Nam", "Không", "Khác"))
    assert [draft.text for draft in adopted(sheet, tmp_path)[1]] == wordings


def test_places_for_letters_are_no_boxes(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    sheet.write(120, 30, "Mã phiếu:")
    for place in range(5):
        sheet.box(150 + 5 * place, 26, 5, "")
    sheet.write(25, 60, "1. Ông bà hài lòng không?")
    options(sheet, 70, ("Có", "Không"))
    found, _ = adopted(sheet, tmp_path)
    assert [round(box.x) for box in found] == [30, 30]


def test_empty_cells_of_a_scan_are_boxes_table_by_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4)
    tables = (
        (40.0, (90, 115, 140, 165), ("Good", "Fair", "Poor"), ("Rooms", "Meals", "Lifts")),
        (100.0, (120, 145, 170), ("Yes", "No"), ("Would come again", "Would tell others")),
    )
    for top, edges, heads, rows in tables:
        for row in range(len(rows) + 2):
            sheet.rule(25, top + 9 * row, edges[-1], top + 9 * row)
        for x in (25, *edges):
            sheet.rule(x, top, x, top + 9 * (len(rows) + 1))
        for x, head in zip(edges, heads, strict=False):
            sheet.write(x + 6, top + 6, head)
        for row, words in enumerate(rows, 1):
            sheet.write(28, top + 9 * row + 6, words)
    found, questions = adopted(sheet, tmp_path)
    assert len(found) == 13
    assert [(draft.text, draft.labels) for draft in questions] == [
        (words, list(heads)) for _, _, heads, rows in tables for words in rows
    ]


def test_a_stroke_between_small_words_of_an_english_scan_is_the_pronoun(tmp_path: Path) -> None:
    wordings = ["I can ask for help when I am stuck", "The library has books I like", "There is an adult I can talk to"]
    sheet = Sheet(tmp_path / "form.pdf", A4, SANS, 11)
    for number, wording in enumerate(wordings):
        sheet.write(25, 60 + 40 * number, wording)
        options(sheet, 70 + 40 * number, ("Yes", "No", "I cannot say"))
    sheet.canvas.circle(30 * mm, 270 * mm, 1.3 * mm, fill=1)  # in which nothing is read
    questions = adopted(sheet, tmp_path)[1]
    assert [draft.text for draft in questions] == wordings
    assert {draft.labels[2] for draft in questions} == {"I cannot say"}


def test_a_pale_rule_between_columns_is_no_word(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "form.pdf", A4, SANS, 11)
    for piece in range(10):
        sheet.shade(105, 40 + 10.5 * piece, 0.3, 9, HexColor("#b8b8b8"))
    for x, wording in ((25, "1. How was the food?"), (109, "2. Did you rest?")):
        sheet.write(x, 60, wording)
        for step, label in enumerate(("Well", "Badly", "Not at all")):
            sheet.box(x + 5, 67.1 + 9 * step, 2.9, label)
            sheet.write(x + 10, 70 + 9 * step, label)
    cv2.imwrite(str(tmp_path / "scan.png"), render_page(sheet.done("form", tmp_path / "form.pdf").path, 0, 300))
    with opened_as_pdf(tmp_path / "scan.png") as pdf:
        words = [word.text for page in read_form(pdf, "scan.png") for word in page.words]
    said = ["1. How was the food?", "2. Did you rest?", *(2 * ["Well", "Badly", "Not at all"])]
    assert sorted(words) == sorted(" ".join(said).split())
