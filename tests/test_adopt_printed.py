"""Forms as browsers and word processors print them: tables cell by cell, scaled lines, questions side by side."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.lib.colors import green, white
from reportlab.lib.units import mm
from strange import asked, option

from bench.foreign.sheet import SANS, Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import read_form
from sipas_forms.adopt.types import FormPage

HEADS = ["Tốt", "Khá", "Kém"]
COLUMNS = [120.0, 140.0, 160.0, 180.0]


def taken_in(sheet: Sheet, tmp_path: Path) -> list[FormPage]:
    path = tmp_path / "form.pdf"
    return read_form(sheet.done("form", path).path, path.name)


def cells(sheet: Sheet, xs: list[float], ys: list[float]) -> None:
    """A table as a browser prints it: each cell's edges as four thin rectangles of its own."""
    for x, right in pairwise(xs):
        for y, bottom in pairwise(ys):
            for at in ((x, y, right - x, 0.25), (x, bottom, right - x, 0.25), (x, y, 0.25, bottom - y)):
                sheet.shade(*at, sheet.colour)
            sheet.shade(right, y, 0.25, bottom - y, sheet.colour)


def test_small_cells_drawn_one_by_one_are_cells_and_no_boxes(sheet: Sheet, tmp_path: Path) -> None:
    cells(sheet, [20.0, 28.0, *COLUMNS], [30.0, 37.0, 44.0, 51.0])
    for x, head in zip(COLUMNS, HEADS, strict=False):
        sheet.write(x + 3, 35, head)
    for number, row in enumerate(("Thái độ", "Thời gian"), 1):
        sheet.write(22, 35 + 7 * number, str(number))
        sheet.write(30, 35 + 7 * number, row)
    pages = taken_in(sheet, tmp_path)
    assert [box.shape for box in pages[0].found] == ["cell"] * 6
    assert [(draft.text, draft.labels) for draft in group_pages(pages)[0]] == [("Thái độ", HEADS), ("Thời gian", HEADS)]


def test_a_head_is_known_over_the_name_of_the_first_part(sheet: Sheet, tmp_path: Path) -> None:
    cells(sheet, [20.0, *COLUMNS], [30.0, 44.0])
    cells(sheet, [20.0, 180.0], [44.0, 54.0])
    cells(sheet, [20.0, *COLUMNS], [54.0, 66.0, 78.0])
    sheet.write(22, 50, "A. Tiếp cận dịch vụ")
    for x, head in zip(COLUMNS, HEADS, strict=False):
        sheet.write(x + 5, 38, head)
        for y in (58, 70):
            sheet.box(x + 8, y, 4, head)
    for y, row in ((61, "Nơi ngồi chờ"), (73, "Trang thiết bị")):
        sheet.write(22, y, row)
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == [
        ("Nơi ngồi chờ", HEADS),
        ("Trang thiết bị", HEADS),
    ]


def test_a_table_that_goes_on_overleaf_has_the_head_of_the_page_before(sheet: Sheet, tmp_path: Path) -> None:
    for x, head in zip(COLUMNS, HEADS, strict=False):
        sheet.write(x, 30, head)
    for row in ("một", "hai", "ba", "bốn"):
        y = 40.0 if row in ("một", "ba") else 50.0
        sheet.write(20, y + 3.5, f"Ý kiến {row}")
        for x in COLUMNS[:3]:
            sheet.box(x, y, 4, "")
        if row == "hai":
            sheet.turn_page()
    assert [draft.labels for draft in asked(sheet, tmp_path)] == [HEADS] * 4


def test_the_outline_of_a_box_is_as_wide_as_it_is_seen(sheet: Sheet, tmp_path: Path) -> None:
    """A line of 2 units on a page that is drawn at half its size is one point wide, whatever the PDF says of it."""
    sheet.write(40, 53, "Có")
    sheet.canvas.saveState()
    sheet.canvas.scale(0.5, 0.5)
    sheet.canvas.setLineWidth(2)
    sheet.canvas.rect(60 * mm, (297 - 54) * 2 * mm, 8 * mm, 8 * mm)
    sheet.canvas.restoreState()
    (box,) = taken_in(sheet, tmp_path)[0].found
    assert box.w == pytest.approx(4 + 25.4 / 72, abs=0.08) and box.x == pytest.approx(30 - 12.7 / 72, abs=0.06)


def test_options_on_the_line_of_their_question_with_the_box_after(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "Câu 4. Ý kiến của anh chị:")
    for number, row in enumerate(("a) Bữa ăn", "b) Vệ sinh")):
        x = sheet.write(25, 48 + 7 * number, f"{row}: Tốt")
        sheet.box(x + 1, 44.7 + 7 * number, 4, "")
        x = sheet.write(x + 8, 48 + 7 * number, "Chưa tốt")
        sheet.box(x + 1, 44.7 + 7 * number, 4, "")
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["Bữa ăn:", "Vệ sinh:"]
    assert [draft.labels for draft in found] == [["Tốt", "Chưa tốt"]] * 2


def test_two_questions_on_one_line(sheet: Sheet, tmp_path: Path) -> None:
    x = sheet.write(20, 40, "1. Giới tính: ")
    for text in ("Nam", "Nữ"):
        sheet.box(x, 36.7, 4, text)
        x = sheet.write(x + 5.5, 40, text) + 6
    x = sheet.write(x + 8, 40, "2. Lần đầu đến? ") + 4
    for text in ("Phải", "Không"):
        sheet.box(x, 36.7, 4, text)
        x = sheet.write(x + 5.5, 40, text) + 6
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [
        ("Giới tính:", ["Nam", "Nữ"]),
        ("Lần đầu đến?", ["Phải", "Không"]),
    ]


@pytest.mark.parametrize("sign", [".", ""])
def test_questions_side_by_side_are_columns_of_their_strip(sheet: Sheet, tmp_path: Path, sign: str) -> None:
    sheet.write(20, 30, f"7{sign} How would you rate the service of our bus company over the whole of last year?")
    for x, label in ((25, "Good"), (60, "Bad")):
        sheet.box(x, 34, 4, label)
        sheet.write(x + 6, 37.5, label)
    for x, text, labels in ((20, "Are you", ("Male", "Female")), (120, "Your age", ("Under 16", "Over 16"))):
        sheet.write(x, 60, f"{8 + (x > 100)}{sign} {text}")
        for step, label in enumerate(labels, 1):
            sheet.write(x, 60 + 7 * step, label)
            sheet.box(x + 50, 57 + 7 * step, 4, label)
    found = asked(sheet, tmp_path)
    assert [draft.labels for draft in found] == [["Good", "Bad"], ["Male", "Female"], ["Under 16", "Over 16"]]
    assert [draft.text for draft in found[1:]] == ["Are you", "Your age"]


def test_words_of_the_column_before_are_not_a_rows(sheet: Sheet, tmp_path: Path) -> None:
    for number, source in enumerate(("Nước mưa", "Nước sông", "Giếng khoan", "Nguồn khác")):
        sheet.box(20, 40 + 9 * number, 3, source)
        sheet.write(25, 42.6 + 9 * number, source)
    for x, head in zip((140, 155, 170), HEADS, strict=True):
        sheet.write(x, 36, head, size=8)
    for number, row in enumerate(("Áp lực nước", "Giá nước", "Cách thanh toán")):
        sheet.write(90, 45.6 + 8 * number, row)
        for x in (140, 155, 170):
            sheet.box(x, 43 + 8 * number, 3, row)
    rows = [draft for draft in asked(sheet, tmp_path) if draft.grid]
    assert [draft.text for draft in rows] == ["Áp lực nước", "Giá nước", "Cách thanh toán"]


def test_bare_numbers_in_rows_are_to_be_circled_perhaps(sheet: Sheet, tmp_path: Path) -> None:
    for number, row in enumerate(("Leak detection", "Pipe renewal")):
        sheet.write(20, 50 + 8 * number, row)
        for step in range(1, 6):
            sheet.write(120 + 9 * step, 50 + 8 * number, str(step))
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [
        ("Leak detection", ["1", "2", "3", "4", "5"]),
        ("Pipe renewal", ["1", "2", "3", "4", "5"]),
    ]
    assert all(any("to be circled" in doubt for doubt in draft.doubts) for draft in found)


def test_frames_around_numbers_that_count_are_a_scale(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "1. How likely are you to recommend us?")
    sheet.canvas.setLineWidth(0.8)
    for number in range(11):
        sheet.canvas.roundRect((20 + 12 * number) * mm, (297 - 51) * mm, 10 * mm, 6 * mm, 4)
        sheet.write(24 + 12 * number, 49, str(number), size=9)
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "How likely are you to recommend us?"
    assert draft.labels == [str(number) for number in range(11)]


def test_a_number_on_a_painted_ground_counts_the_question(sheet: Sheet, tmp_path: Path) -> None:
    for number, text in ((1, "Bạn đến khám bằng cách nào?"), (2, "Bạn có giới thiệu bệnh viện không?")):
        y = 30.0 + 30 * number
        sheet.canvas.setFillColor(green)
        sheet.canvas.circle(24 * mm, (297 - y + 1.2) * mm, 2.4 * mm, stroke=0, fill=1)
        sheet.colour = white
        sheet.write(23.2, y, str(number), SANS, 9)
        sheet.colour = sheet.colour.__class__(0, 0, 0)
        sheet.write(30, y, text)
        for x, label in ((32, "Có"), (70, "Không")):
            sheet.box(x, y + 5, 4, label)
            sheet.write(x + 6, y + 8.5, label)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["Bạn đến khám bằng cách nào?", "Bạn có giới thiệu bệnh viện không?"]
    assert [draft.labels for draft in found] == [["Có", "Không"]] * 2


def test_a_note_where_to_go_on_is_not_an_options_words(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "Câu 3. Hồ sơ có được giải quyết đúng hẹn không?")
    for number, label in enumerate(("Đúng hẹn", "Trễ hẹn")):
        sheet.write(25, 48 + 7 * number, label)
        sheet.box(120, 44.7 + 7 * number, 4, label)
        sheet.write(130, 48 + 7 * number, f"=> chuyển câu {5 - number}")
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Hồ sơ có được giải quyết đúng hẹn không?"
    assert draft.labels == ["Đúng hẹn", "Trễ hẹn"]


def test_a_drawn_arrow_leads_to_a_note_where_to_go_on(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "3. Did you stay overnight?")
    for number, label in enumerate(("Yes", "No")):
        end = option(sheet, 25, 48 + 7 * number, label)
    sheet.rule(end + 2, 53.6, end + 9, 53.6, 0.4)
    head = sheet.canvas.beginPath()
    head.moveTo((end + 9) * mm, (297 - 52.4) * mm)
    for x, y in ((end + 11.2, 53.6), (end + 9, 54.8)):
        head.lineTo(x * mm, (297 - y) * mm)
    head.close()
    sheet.canvas.drawPath(head, stroke=0, fill=1)
    sheet.write(end + 13, 55, "Continue with question 9", size=9)
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == ["Yes", "No"]


def test_boxes_at_and_beyond_the_papers_edge_are_where_they_are_drawn(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 30, "Boxes that a printer would cut off.")
    for x, y in ((0.3, 50), (100, -1), (208, 100), (100, 150)):
        sheet.box(x, y, 4, "")
    found = sorted((round(box.x), round(box.y)) for box in taken_in(sheet, tmp_path)[0].found)
    assert found == [(0, 50), (100, -1), (100, 150), (208, 100)]


def test_codes_without_a_sign_count_questions(sheet: Sheet, tmp_path: Path) -> None:
    """ "A1 ..." in rows of a table under the name of a part, and before a question with its options."""
    for y, code, words in ((50, "A1", "Giá cả"), (57, "A2", "Vệ sinh"), (71, "A3", "Thái độ"), (78, "A4", "Tốc độ")):
        sheet.write(20, y, code)
        sheet.write(32, y, words)
        for x, label in ((120, "Kém"), (140, "Khá"), (160, "Tốt")):
            sheet.box(x, y - 3.4, 4, label)
    sheet.write(32, 64, "Nhân viên")
    for x, label in ((120, "Kém"), (140, "Khá"), (160, "Tốt")):
        sheet.write(x - 1, 43, label, size=9)
    sheet.write(20, 95, "B1 Giới tính")
    option(sheet, 60, 95, "Nam")
    option(sheet, 90, 95, "Nữ")
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts] == ["Giá cả", "Vệ sinh", "Thái độ", "Tốc độ", "Giới tính"]
    assert drafts[-1].labels == ["Nam", "Nữ"]


def test_a_single_code_is_a_word(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "A4 Giấy nào bạn dùng?")
    option(sheet, 25, 48, "Khổ lớn")
    option(sheet, 25, 56, "Khổ nhỏ")
    assert asked(sheet, tmp_path)[0].text == "A4 Giấy nào bạn dùng?"


def test_letters_before_boxes_count_the_options(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "1. Loại hình của doanh nghiệp")
    for x, y, letter, label in (
        (25, 48, "a.", "Công ty cổ phần"),
        (100, 48, "b.", "Hợp tác xã"),
        (25, 56, "c.", "Hộ kinh doanh"),
        (100, 56, "d.", "Khác"),
    ):
        sheet.write(x, y, letter)
        option(sheet, x + 5, y, label)
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Loại hình của doanh nghiệp"
    assert draft.labels == ["Công ty cổ phần", "Hợp tác xã", "Hộ kinh doanh", "Khác"]


def test_lettered_options_before_their_boxes_make_no_columns(sheet: Sheet, tmp_path: Path) -> None:
    for y, number, words in ((40, 1, "Quan hệ với học sinh:"), (56, 2, "Con học lớp mấy?")):
        sheet.write(20, y, f"{number}. {words}")
        for x, label in ((28, f"a. Một {number}"), (80, f"b. Hai {number}"), (140, f"c. Ba {number}")):
            sheet.box(sheet.write(x, y + 8, label) + 2, y + 4.6, 4, label)
    first, second = asked(sheet, tmp_path)
    assert (first.text, first.labels) == ("Quan hệ với học sinh:", ["Một 1", "Hai 1", "Ba 1"])
    assert (second.text, second.labels) == ("Con học lớp mấy?", ["Một 2", "Hai 2", "Ba 2"])


def test_print_aslant_is_no_word_of_the_form(sheet: Sheet, tmp_path: Path) -> None:
    """A watermark behind a question; and heads turned by a quarter, written with a cosine that is not quite 0."""
    canvas = sheet.canvas
    canvas.saveState()
    canvas.translate(25 * mm, 235 * mm)
    canvas.rotate(28)
    canvas.setFont(SANS, 60)
    canvas.drawString(0, 0, "BẢN THẢO")
    canvas.restoreState()
    sheet.write(20, 50, "1. Ông/Bà có hài lòng không?")
    option(sheet, 25, 58, "Có")
    option(sheet, 25, 66, "Không")
    for x, label in ((100, "Rất kém"), (112, "Trung bình"), (124, "Rất tốt")):
        canvas.saveState()
        canvas.transform(6e-17, 1.0, -1.0, 6e-17, (x + 3) * mm, (297 - 98) * mm)
        canvas.setFont(SANS, 9)
        canvas.drawString(0, 0, label)
        canvas.restoreState()
        for y in (103, 113):
            sheet.box(x, y, 4, label)
    sheet.write(20, 106.4, "2. Thái độ của nhân viên")
    sheet.write(20, 116.4, "3. Thời gian chờ")
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts] == ["Ông/Bà có hài lòng không?", "Thái độ của nhân viên", "Thời gian chờ"]
    assert [draft.labels for draft in drafts] == [["Có", "Không"], *[["Rất kém", "Trung bình", "Rất tốt"]] * 2]


@pytest.mark.parametrize(
    ("hint", "kind", "most"),
    [
        ("(chọn 2 hạng mục)", "multiple", 2),
        ("(chọn một ý)", "single", None),
        ("(plusieurs réponses possibles)", "multiple", None),
        ("(trois réponses maximum)", "multiple", 3),
        ("(Mehrfachnennungen möglich)", "multiple", None),
        ("(mehrere möglich)", "multiple", None),
        ("(zaznacz maksymalnie trzy)", "multiple", 3),
        ("(marque dos como máximo)", "multiple", 2),
        ("(più risposte possibili)", "multiple", None),
        ("(pode assinalar mais do que uma opção)", "multiple", None),
        ("(pilih maksimal 3)", "multiple", 3),
        ("(at least 2 years)", "single", None),
    ],
)
def test_how_many_may_be_chosen_is_said_in_the_forms_language(
    sheet: Sheet, tmp_path: Path, hint: str, kind: str, most: int | None
) -> None:
    sheet.write(20, 50, f"1. ABC {hint}")
    for number in range(4):
        option(sheet, 25, 58 + 8 * number, f"Ý {number}")
    (draft,) = asked(sheet, tmp_path)
    assert (draft.kind, draft.most) == (kind, most)


def test_ovals_in_three_columns_over_questions_of_the_pages_width(sheet: Sheet, tmp_path: Path) -> None:
    """Lines of the columns lie at heights between each other; below, the options of one question stand side by side."""
    canvas = sheet.canvas
    for column in range(3):
        x, y = 15 + 62.0 * column, 40 + 2.0 * column
        for number in (2 * column + 1, 2 * column + 2):
            sheet.write(x, y, f"{number}. Dịch vụ nào quý", size=9)
            sheet.write(x, y + 4.5, f"khách dùng {number}?", size=9)
            for line, label in enumerate(("Thư", "Tiền", "Khác")):
                top = y + 8 + 5 * line
                canvas.ellipse(x * mm, (297 - top) * mm, (x + 4.6) * mm, (297 - top - 3) * mm)
                sheet.write(x + 7, top + 2.6, label, size=9)
            y += 32
    sheet.write(15, 120, "7. So với năm ngoái, quý khách thấy dịch vụ của bưu điện thế nào trong tháng này?", size=9)
    for column, label in enumerate(("Tốt hơn", "Như cũ", "Kém hơn")):
        option(sheet, 15 + 62 * column, 127, label)
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts[:-1]] == [f"Dịch vụ nào quý khách dùng {n}?" for n in range(1, 7)]
    assert all(draft.labels == ["Thư", "Tiền", "Khác"] for draft in drafts[:-1])
    assert drafts[-1].labels == ["Tốt hơn", "Như cũ", "Kém hơn"]


def test_boxes_at_the_end_of_one_column_and_at_the_start_of_the_next_are_no_pairs(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(15, 40, "1. Nhà có thùng nào?")
    sheet.write(110, 40, "2. Có bị bỏ sót không?")
    for line, (left, right) in enumerate((("Xám", "Có"), ("Xanh", "Không"), ("Nâu", "Không rõ"))):
        sheet.write(15, 48 + 7 * line, left)
        sheet.box(97, 44.6 + 7 * line, 4, left)
        option(sheet, 110, 48 + 7 * line, right)
    sheet.write(15, 75, "3. Thùng đầy không?")
    sheet.write(110, 75, "4. Có báo không?")
    for x in (15, 110):
        option(sheet, x, 83, "Có")
        option(sheet, x, 90, "Không")
    drafts = asked(sheet, tmp_path)
    assert {draft.text: draft.labels for draft in drafts} == {
        "Nhà có thùng nào?": ["Xám", "Xanh", "Nâu"],
        "Có bị bỏ sót không?": ["Có", "Không", "Không rõ"],
        "Thùng đầy không?": ["Có", "Không"],
        "Có báo không?": ["Có", "Không"],
    }


def test_the_second_line_of_an_option_may_begin_under_its_box(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "1. Comment avez-vous connu notre espace ?")
    option(sheet, 25, 48, "Par un courrier d'un")
    sheet.write(25, 52.6, "organisme")
    option(sheet, 90, 48, "Par la presse")
    assert asked(sheet, tmp_path)[0].labels == ["Par un courrier d'un organisme", "Par la presse"]
