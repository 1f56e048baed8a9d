"""Room for writing on forms that somebody else drew: dots, rules, frames."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.lib.colors import Color
from reportlab.lib.units import mm

from bench.foreign.sheet import A4, Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import read_form
from sipas_forms.adopt.types import Draft, FormPage, Found
from sipas_forms.adopt.write import questionnaire_yaml


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """One question with boxes, as a form has, at the top of the page."""
    drawn = Sheet(tmp_path / "form.pdf", A4)
    drawn.write(20, 20, "1. Ông bà có hài lòng không?")
    for x, label in ((30, "Có"), (60, "Không")):
        drawn.box(x, 24, 4, label)
        drawn.write(x + 7, 27.5, label)
    return drawn


def taken_in(sheet: Sheet, tmp_path: Path) -> list[FormPage]:
    path = tmp_path / "form.pdf"
    return read_form(sheet.done("form", path).path, path.name)


def written(pages: list[FormPage]) -> list[tuple[Draft, Found]]:
    """The questions to be answered in writing, with their areas."""
    drafts = [draft for draft in group_pages(pages)[0] if draft.kind == "writing"]
    return [(draft, pages[0].found[draft.places[0][1]]) for draft in drafts]


def frame(sheet: Sheet, x: float, y: float, w: float, h: float) -> None:
    sheet.canvas.setLineWidth(0.5)
    sheet.canvas.rect(x * 72 / 25.4, (297 - y - h) * 72 / 25.4, w * 72 / 25.4, h * 72 / 25.4)


def test_a_rule_right_after_words_is_written_on(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 50, "2. Nghề nghiệp:")
    sheet.rule(end + 1, 50.5, 150, 50.5)
    ((draft, area),) = written(taken_in(sheet, tmp_path))
    assert draft.text == "Nghề nghiệp:" and not draft.doubts
    assert area.x == pytest.approx(end + 1, abs=0.5) and area.right == pytest.approx(150, abs=0.5)
    assert 43 < area.y < 45 and area.bottom == pytest.approx(50.5, abs=0.5)


def test_rules_under_each_other_with_nothing_between_are_one_area(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 50, "2. Ông bà đề nghị gì?")
    for y in (60, 69, 78):
        sheet.rule(20, y, 190, y)
    ((draft, area),) = written(taken_in(sheet, tmp_path))
    assert draft.text == "Ông bà đề nghị gì?"
    assert 52 < area.y < 54 and area.bottom == pytest.approx(78, abs=0.5)


def test_rules_between_lines_of_words_and_of_tables_are_none(sheet: Sheet, tmp_path: Path) -> None:
    for y in (50, 60, 70, 80):
        sheet.rule(20, y, 190, y)
        sheet.write(20, y + 6, "Đoạn này được đọc, không phải để viết.")
    for y in (110, 120, 130):
        sheet.rule(20, y, 190, y)
    for x in (20, 120, 190):
        sheet.rule(x, 110, x, 130)
    assert not written(taken_in(sheet, tmp_path))


def test_dotted_rules_between_rows_of_boxes_are_none(sheet: Sheet, tmp_path: Path) -> None:
    sheet.canvas.setDash(0.7, 1.8)
    for y, row in ((50, "Thái độ"), (56, "Thời gian"), (66, "Chi phí của người đi cùng")):
        sheet.write(20, y, row)
        for x in (100, 130, 160):
            sheet.bubble(x, y - 3.4, 4, row)
        end = y + (5.2 if y == 66 else 1.2)  # a row of two lines, its boxes beside the first
        sheet.rule(20, end, 190, end)
    sheet.write(20, 70.5, "và người nhà")
    assert not written(taken_in(sheet, tmp_path))


def test_an_empty_frame_is_for_writing_and_a_person_is_asked(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(22, 56, "2. Góp ý khác:")
    frame(sheet, 20, 50, 170, 40)
    ((draft, area),) = written(taken_in(sheet, tmp_path))
    assert draft.text == "Góp ý khác:"
    assert any("is it for writing" in doubt for doubt in draft.doubts)
    assert 56 < area.y < 60 and 88 < area.bottom < 90


def test_frames_with_words_or_boxes_are_not(sheet: Sheet, tmp_path: Path) -> None:
    frame(sheet, 15, 10, 180, 25)
    frame(sheet, 20, 50, 170, 40)
    sheet.write(22, 75, "Xin cảm ơn ông bà đã trả lời.")
    frame(sheet, 20, 100, 170, 20)
    sheet.write(22, 105, "Phần dành cho cán bộ nhập liệu")
    assert not written(taken_in(sheet, tmp_path))


def test_a_field_with_a_place_for_each_letter_is_written_in(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 50, "2. Ngày sinh:")
    xs = [end + 2 + 6 * n for n in range(2)] + [end + 18 + 6 * n for n in range(4)]
    for x in xs:
        sheet.box(x, 45, 6, "")
    sheet.write(end + 15, 50, "/")
    pages = taken_in(sheet, tmp_path)
    ((draft, area),) = written(pages)
    assert draft.text == "Ngày sinh:"
    assert area.x == pytest.approx(end + 2, abs=0.3) and area.right == pytest.approx(xs[-1] + 6, abs=0.3)
    assert sum(box.shape == "square" for box in pages[0].found) == 2


def test_boxes_that_touch_under_words_for_each_are_answers(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 50, "2. Xin cho điểm:")
    for number in range(4):
        sheet.write(72.5 + 6 * number, 48, str(number), size=8)
        sheet.box(71 + 6 * number, 50, 6, str(number))
    pages = taken_in(sheet, tmp_path)
    assert not written(pages)
    assert sum(box.shape == "square" for box in pages[0].found) == 6


@pytest.mark.parametrize(
    ("asks", "wide"), [("How well did you eat? (one tick)", 18), ("Ration card:", 18), ("Why?", 40)]
)
def test_empty_cells_under_the_numbers_of_a_scale_are_answers_where_a_question_is_over_them(
    sheet: Sheet, tmp_path: Path, asks: str, wide: int
) -> None:
    """Else each may be for a digit, and wider ones for words."""
    sheet.write(20, 45, f"2. {asks}")
    for number in range(4):
        sheet.write(28 + wide * number, 51, str(number + 1))
        sheet.rule(25 + wide * number, 53, 25 + wide * number, 60)
    sheet.rule(25 + wide * 4, 53, 25 + wide * 4, 60)
    for y in (53, 60):
        sheet.rule(25, y, 25 + wide * 4, y)
    found = [draft for draft in group_pages(taken_in(sheet, tmp_path))[0] if len(draft.places) == 4]
    ticked = asks.startswith("How")
    assert [(draft.text, draft.labels) for draft in found] == [(asks, ["1", "2", "3", "4"])] * ticked
    assert not ticked or any("under numbers" in doubt for doubt in found[0].doubts)


@pytest.mark.parametrize(
    ("asks", "labels"),
    [("Do you keep bees?", ["Yes", "No"]), ("Your hives", ["Yes", "No"]), ("Who are you?", ["Name:", "Town:"])],
)
def test_one_row_of_empty_cells_behind_options_is_ticked_where_a_question_is_over_it(
    sheet: Sheet, tmp_path: Path, asks: str, labels: list[str]
) -> None:
    sheet.write(20, 45, f"2. {asks}")
    xs = [20, 90, 103, 173, 186]
    for x in xs:
        sheet.rule(x, 48, x, 54)
    for y in (48, 54):
        sheet.rule(xs[0], y, xs[-1], y)
    for x, label in zip((22, 105), labels, strict=True):
        sheet.write(x, 52.5, label)
    found = [(draft.text, draft.labels) for draft in group_pages(taken_in(sheet, tmp_path))[0][1:] if draft.labels]
    assert found == [(asks, labels)] * (asks == "Do you keep bees?")


def test_fields_for_letters_under_each_other_may_be_longer_than_one_another(sheet: Sheet, tmp_path: Path) -> None:
    for y, words, x, places in ((50, "Mã hộ:", 120.0, 5), (57, "Tổ số:", 119.5, 3)):
        sheet.write(105, y, words)
        for number in range(places):
            sheet.box(x + 5 * number, y - 5, 5, "")
    pages = taken_in(sheet, tmp_path)
    assert [draft.text for draft, _ in written(pages)] == ["Mã hộ:", "Tổ số:"]
    assert sum(box.shape == "square" for box in pages[0].found) == 2


def test_places_for_letters_may_be_three_strokes_each_and_the_last_a_box(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 50, "2. Năm sinh")
    for x in (46.0, 51.0, 56.0):
        for y in (45.5, 50.5):
            sheet.rule(x, y, x + 5, y)
        sheet.rule(x, 45.5, x, 50.5)
    sheet.box(61, 45.5, 5, "")
    pages = taken_in(sheet, tmp_path)
    ((draft, area),) = written(pages)
    assert (
        draft.text == "Năm sinh" and area.x == pytest.approx(46, abs=0.3) and area.right == pytest.approx(66, abs=0.3)
    )
    assert sum(box.shape == "square" for box in pages[0].found) == 2


def test_the_last_place_for_a_letter_may_be_a_little_narrower(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 55, "Founded in:")
    for number, wide in enumerate((4.76, 4.76, 4.76, 4.5)):
        sheet.canvas.rect((60 + 4.76 * number) * mm, (297 - 56.3) * mm, wide * mm, 6.35 * mm)
    ((_, field),) = written(taken_in(sheet, tmp_path))
    assert (round(field.x), round(field.right)) == (60, 79)


def test_a_box_of_another_question_over_a_field_for_letters(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 50, "2. Giới tính:")
    for x, label in ((48, "Nam"), (70, "Nữ")):
        sheet.write(x, 50, label)
        sheet.box(x + 9, 46.6, 4, label)
    sheet.write(20, 57, "3. Năm sinh:")
    for number in range(4):
        sheet.box(46 + 6 * number, 52.6, 6, "")
    pages = taken_in(sheet, tmp_path)
    ((draft, _),) = written(pages)
    assert draft.text == "Năm sinh:"
    assert sum(box.shape == "square" for box in pages[0].found) == 4


def test_lines_of_drawn_dots_are_written_on(sheet: Sheet, tmp_path: Path) -> None:
    """Each dot a small square, as a browser draws a dotted line."""
    sheet.write(20, 50, "2. Ông bà đề nghị gì?")
    for y in (58, 66):
        for dot in range(280):
            sheet.shade(20 + 0.6 * dot, y, 0.3, 0.3, Color(0, 0, 0))
    ((draft, area),) = written(taken_in(sheet, tmp_path))
    assert draft.text == "Ông bà đề nghị gì?"
    assert area.bottom == pytest.approx(66, abs=0.5) and area.h > 12


def test_words_of_a_longer_line_over_letter_places_label_none_of_them(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 50, "Lớp:")
    sheet.write(24, 43, "Nhà trường ghi vào đây", size=9)
    sheet.write(24, 60, "STT phiếu do nhà trường ghi", size=9)
    for number in range(3):
        sheet.box(32 + 6 * number, 45.5, 6, "")
    pages = taken_in(sheet, tmp_path)
    ((draft, _),) = written(pages)
    assert draft.text == "Lớp:"
    assert sum(box.shape == "square" for box in pages[0].found) == 2  # those of the first question


def test_a_short_line_to_write_on_is_no_part_of_the_next_question(sheet: Sheet, tmp_path: Path) -> None:
    for y, name, labels in ((44, "Jenis kelamin", ("Laki-laki", "Perempuan")), (56.4, "Pendidikan", ("SD", "SMP"))):
        sheet.write(20, y, name)
        sheet.write(56, y, ":")
        for x, label in zip((60, 100), labels, strict=True):
            sheet.box(x, y - 3.4, 4, label)
            sheet.write(x + 6, y, label)
    sheet.write(20, 50.2, "Usia")
    sheet.write(56, 50.2, ": .......... tahun")
    sheet.write(20, 70, "Trong .... tháng qua, ông bà có đến")
    sheet.write(20, 74.6, "phường không?")
    for x, label in ((60, "Có"), (90, "Không")):
        sheet.box(x, 78, 4, label)
        sheet.write(x + 6, 81.4, label)
    drafts = group_pages(taken_in(sheet, tmp_path))[0]
    asked = [draft.text for draft in drafts if draft.kind != "writing"]
    assert asked[1:] == ["Jenis kelamin", "Pendidikan", "Trong .... tháng qua, ông bà có đến phường không?"]


@pytest.mark.parametrize(("x", "y", "words"), [(152.0, 38.0, "Số phiếu"), (140.0, 48.0, "No.")])
def test_a_frame_for_a_stamped_number_is_the_question_that_reading_asks_for(
    sheet: Sheet, tmp_path: Path, x: float, y: float, words: str
) -> None:
    sheet.write(x, y, words)
    frame(sheet, 150, 40, 40, 12)
    frame(sheet, 150, 80, 40, 12)  # nobody says what for
    pages = taken_in(sheet, tmp_path)
    ((draft, area),) = written(pages)
    assert draft.text == words
    assert (round(area.x), round(area.y), round(area.w), round(area.h)) == (151, 41, 38, 10)
    numbers = {place: number for number, place in enumerate(p for d in group_pages(pages)[0] for p in d.places)}
    text = questionnaire_yaml("form", "form.pdf", pages, group_pages(pages)[0], numbers)
    assert "- id: serial" in text


def test_the_rule_of_a_pages_foot_is_not_written_on(sheet: Sheet, tmp_path: Path) -> None:
    start = sheet.write(70, 250, "7. Góp ý thêm: ")
    sheet.rule(start, 250.5, 190, 250.5)
    sheet.rule(70, 258.5, 190, 258.5)
    sheet.rule(15, 268.5, 190, 268.5)  # from margin to margin, under both columns
    ((_, area),) = written(taken_in(sheet, tmp_path))
    assert area.x > 65
    assert area.bottom < 260
