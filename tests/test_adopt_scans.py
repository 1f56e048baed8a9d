"""Blank forms that come as pictures: in which language they are read, and what is taken for a box."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import pytest

from bench.foreign.sheet import A4, SERIF, Sheet
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
