"""Forms on which numbers are circled, and numbers that only count something."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from strange import asked, option

from bench.foreign.sheet import Sheet
from sipas_forms.adopt.source import read_form
from sipas_forms.adopt.types import Draft

CIRCLED = "is it to be circled?"
DOT_MM = 0.97  # how wide a dot is in the sheet's type
DIGIT_MM = 1.93, 2.5  # how wide and high a digit is in it


def said(drafts: list[Draft]) -> list[tuple[str, list[str]]]:
    return [(draft.text, draft.labels) for draft in drafts]


def table(sheet: Sheet, xs: list[float], ys: list[float]) -> None:
    for x in xs:
        sheet.rule(x, ys[0], x, ys[-1])
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)


@pytest.mark.parametrize("instructed", [True, False])
def test_numbers_before_the_words_of_options_are_circled(sheet: Sheet, tmp_path: Path, instructed: bool) -> None:
    """As the Ministry of Health's forms have them, each question in a cell and its options in the next; and after a
    question where the form says what to do."""
    if instructed:
        sheet.write(20, 25, "Ông/Bà hãy khoanh tròn vào số thích hợp")
    table(sheet, [20, 90, 190], [30, 38, 46])
    sheet.write(22, 35.5, "A1. Giới tính:")
    sheet.write(92, 35.5, "1. Nam     2. Nữ")
    sheet.write(22, 43.5, "A2. Thẻ bảo hiểm y tế:")
    sheet.write(92, 43.5, "1. Có     2. Không     3. Không biết")
    sheet.write(20, 60, "B1. Ông/Bà có quay trở lại không?")
    sheet.write(25, 68, "1. Chắc chắn không     2. Có thể     3. Chắc chắn có")
    found = asked(sheet, tmp_path)
    rows = [("Giới tính:", ["Nam", "Nữ"]), ("Thẻ bảo hiểm y tế:", ["Có", "Không", "Không biết"])]
    last = ("Ông/Bà có quay trở lại không?", ["Chắc chắn không", "Có thể", "Chắc chắn có"])
    assert said(found) == [*rows, *([last] if instructed else [])]
    assert all(any(CIRCLED in doubt for doubt in draft.doubts) for draft in found)


def test_words_beside_a_number_leave_it_its_room(sheet: Sheet, tmp_path: Path) -> None:
    """Only what stands over or under a number takes room from the circle round it, not a question of two lines."""
    table(sheet, [20, 90, 190], [30, 44])
    sheet.write(22, 35.5, "A5. Ông/Bà có sử dụng thẻ")
    sheet.write(22, 40.5, "bảo hiểm y tế không?")
    sheet.write(92, 38, "1. Có     2. Không")
    path = tmp_path / "form.pdf"
    (page,) = read_form(sheet.done("form", path).path, path.name)
    assert [place.inside for place in page.found] == ["1.", "2."]
    assert all(place.h > 6 for place in page.found)


def test_the_room_round_a_number_has_its_digits_in_the_middle(sheet: Sheet, tmp_path: Path) -> None:
    """Without the full stop behind them, and as high as they stand in their line: that is where people circle."""
    sheet.write(20, 25, "Please circle one number")
    sheet.write(20, 35, "1. How was it?")
    starts = [25.0, 55.0, 85.0]
    for step, x in enumerate(starts, 1):
        sheet.write(x, 44, f"{step}. Step")
    path = tmp_path / "form.pdf"
    (page,) = read_form(sheet.done("form", path).path, path.name)
    middle = 44 - DIGIT_MM[1] / 2
    for start, place in zip(starts, page.found, strict=True):
        assert abs(place.center[0] - start - DIGIT_MM[0] / 2) < 0.25
        assert abs(place.center[1] - middle) < 0.25


def test_numbers_that_count_lines_to_be_written_on_are_no_options(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 25, "Ông/Bà hãy khoanh tròn vào số thích hợp")
    sheet.write(20, 40, "1. Bệnh viện: ....................     2. Ngày điền phiếu: ....................")
    sheet.write(20, 50, "3. Giới tính")
    for x, label in ((60, "Nam"), (90, "Nữ")):
        option(sheet, x, 50, label)
    assert said(asked(sheet, tmp_path)) == [("Giới tính", ["Nam", "Nữ"])]


def test_options_in_rows_under_their_question_with_a_number_beside_each(sheet: Sheet, tmp_path: Path) -> None:
    """The Indonesian survey of public services: two panels side by side, the numbers of each in a narrow column."""
    ys = [30.0, 44, 50, 56, 62, 76, 82, 88, 94]
    for left in (20.0, 105.0):
        table(sheet, [left, left + 8, left + 70, left + 80], ys)
        for number, top in enumerate((30.0, 62.0)):
            sheet.write(left + 2, top + 5, f"{number + 1 + (left > 50) * 2}.")
            sheet.paragraph(left + 10, top + 5, f"Bagaimana pendapat Saudara tentang unsur {number} ini?", 58)
            for step, label in enumerate(("Tidak baik", "Kurang baik", "Baik"), 1):
                sheet.write(left + 12, top + 12.5 + 6 * step, f"{'abc'[step - 1]}. {label}", size=9)
                sheet.write(left + 74, top + 12.5 + 6 * step, str(step), size=9)
    found = asked(sheet, tmp_path)
    assert [draft.labels for draft in found] == [["Tidak baik", "Kurang baik", "Baik"]] * 4
    assert {draft.text for draft in found} == {f"Bagaimana pendapat Saudara tentang unsur {n} ini?" for n in (0, 1)}


@pytest.mark.parametrize("signs", ["abc", "123", "321"])
@pytest.mark.parametrize("questions", [1, 2])
def test_options_in_rows_beside_their_question_with_a_sign_in_the_cell_behind_each(
    sheet: Sheet, tmp_path: Path, signs: str, questions: int
) -> None:
    """The same survey as it is filled in by letters: the question's cell is as high as those of its options."""
    xs, bottom = [20.0, 30, 95, 150, 165], 36 + 21.0 * questions
    sheet.rule(20, 30, 165, 30)
    for x in xs:
        sheet.rule(x, 30, x, bottom)
    for x, head in zip(xs, ("No.", "Pertanyaan", "Jawaban", "Kode"), strict=False):
        sheet.write(x + 2, 34, head, size=9)
    for number in range(questions):
        top = 36 + 21.0 * number
        sheet.rule(20, top, 95, top)
        sheet.write(22, top + 5, f"{number + 1}.", size=9)
        sheet.write(32, top + 5, f"Bagaimana unsur {number} ini?", size=9)
        for step, label in enumerate(("Tidak baik", "Kurang baik", "Baik")):
            sheet.rule(95, top + 7 * step, 165, top + 7 * step)
            sheet.write(97, top + 5 + 7 * step, label, size=9)
            sheet.write(156, top + 5 + 7 * step, signs[step], size=9)
    sheet.rule(20, bottom, 165, bottom)
    asking = [(f"Bagaimana unsur {n} ini?", ["Tidak baik", "Kurang baik", "Baik"]) for n in range(questions)]
    assert said(asked(sheet, tmp_path)) == asking


def test_numbers_in_the_second_row_of_a_head_count_its_columns(sheet: Sheet, tmp_path: Path) -> None:
    """Nobody circles these, though the same numbers are circled in the rows below; other columns have boxes."""
    xs, ys = [20.0, 30, 100, 112, 124, 136, 148, 160], [30.0, 38, 46, 56, 66, 76]
    for x in (20.0, 30, 100, 136, 160):
        sheet.rule(x, ys[0], x, ys[-1])
    for x in (112.0, 124, 148):
        sheet.rule(x, ys[1], x, ys[-1])
    for y in (ys[0], *ys[2:]):
        sheet.rule(20, y, 160, y)
    sheet.rule(100, ys[1], 160, ys[1])
    sheet.write(22, 40, "No")
    sheet.write(34, 40, "Statement")
    sheet.write(101, 35, "Do you agree?", size=9)
    sheet.write(137, 35, "Important?", size=9)
    for x, head in zip(xs[2:7], ("1", "2", "3", "Yes", "No"), strict=True):
        sheet.write(x + 4, 44, head, size=9)
    for number, row in enumerate(("It was clear", "It was useful", "It was short"), 1):
        y = 42.5 + 10 * number
        sheet.write(24, y, str(number))
        sheet.write(34, y, row)
        for step, x in enumerate(xs[2:5], 1):
            sheet.write(x + 4, y, str(step))
        for x in xs[5:7]:
            sheet.box(x + 4, y - 3, 4, row)
    rows = [f"It was {row}" for row in ("clear", "useful", "short")]
    found = said(asked(sheet, tmp_path))
    assert [text for text, _ in found] == [f"{row} – {g}" for row in rows for g in ("Do you agree?", "Important?")]
    assert [labels for _, labels in found] == [["1", "2", "3"], ["Yes", "No"]] * 3


def test_a_lone_row_from_0_to_10_is_a_scale(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "7. ¿Qué nota le pone al servicio?")
    for number in range(11):
        sheet.write(25 + 14 * number, 50, str(number))
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "¿Qué nota le pone al servicio?"
    assert draft.labels == [str(number) for number in range(11)]
    assert any(CIRCLED in doubt for doubt in draft.doubts)


def test_the_ends_of_a_scale_of_numbers_stand_beside_it(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "7. Overall, how satisfied were you?")
    x = sheet.write(25, 48, "Very satisfied") + 5
    for step in range(5, 0, -1):
        sheet.box(x, 44.8, 4, str(step))
        x = sheet.write(x + 4.6, 48, str(step)) + 6
    sheet.write(x, 48, "Very dissatisfied")
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Overall, how satisfied were you?"
    assert draft.labels == ["5 (Very satisfied)", "4", "3", "2", "1 (Very dissatisfied)"]


def test_a_question_without_a_number_begins_on_the_line_of_another(sheet: Sheet, tmp_path: Path) -> None:
    x = sheet.write(20, 40, "Type of session: ") + 3
    for label in ("Classroom", "Online"):
        x = option(sheet, x, 40, label) + 9
    x = sheet.write(x, 40, "Was it required?") + 3
    for label in ("Yes", "No"):
        x = option(sheet, x, 40, label) + 9
    assert said(asked(sheet, tmp_path)) == [
        ("Type of session:", ["Classroom", "Online"]),
        ("Was it required?", ["Yes", "No"]),
    ]


@pytest.mark.parametrize("how", ["painted", "letters"])
def test_what_counts_questions_is_no_box_and_no_word(sheet: Sheet, tmp_path: Path, how: str) -> None:
    """Small painted squares with a number, or bare letters, before the words."""
    for number, text in enumerate(("Which workshop?", "How old are you?", "Who told you?")):
        y = 40.0 + 25 * number
        if how == "painted":
            sheet.canvas.setFillColor(Color(0.95, 0.86, 0.86))
            sheet.canvas.roundRect(20 * mm, (297 - y - 0.8) * mm, 4.8 * mm, 4 * mm, 2, stroke=0, fill=1)
            sheet.write(21.6, y, str(number + 1), size=9)
        else:
            sheet.write(20, y, "BCD"[number])
        sheet.write(26, y, text)
        for x, label in ((26, "One"), (70, "Two")):
            sheet.bubble(x, y + 4, 4.2, label)
            sheet.write(x + 6, y + 7.5, label)
    assert said(asked(sheet, tmp_path)) == [
        (text, ["One", "Two"]) for text in ("Which workshop?", "How old are you?", "Who told you?")
    ]


def test_any_option_of_a_line_may_go_on_below(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "5. Gia đình xử lý nước như thế nào?")
    for x, label in ((25, "Dùng hóa chất do y"), (85, "Không xử lý"), (145, "Đun sôi")):
        option(sheet, x, 48, label)
    sheet.write(31, 53, "tế cấp hoặc tự mua")
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == ["Dùng hóa chất do y tế cấp hoặc tự mua", "Không xử lý", "Đun sôi"]


def test_words_level_with_a_line_to_write_on_in_the_next_column_are_a_questions(sheet: Sheet, tmp_path: Path) -> None:
    for number in range(2):
        sheet.write(20, 30 + 20 * number, f"{number + 1}. Question {number + 1}?")
        option(sheet, 22, 36.5 + 20 * number, "Yes")
        option(sheet, 50, 36.5 + 20 * number, "No")
    sheet.write(20, 70, "3. How do you come to the")
    sheet.write(20, 75, "campus most days?")
    for number, label in enumerate(("By bus", "On foot")):
        option(sheet, 22, 81.5 + 7 * number, label)
    sheet.write(115, 30, "4. A question on the right?")
    option(sheet, 117, 36.5, "Yes")
    option(sheet, 150, 36.5, "No")
    sheet.write(115, 50, "5. Comments")
    for y in (64, 71, 78):
        sheet.rule(115, y, 190, y)
    assert ("How do you come to the campus most days?", ["By bus", "On foot"]) in said(asked(sheet, tmp_path))


def test_cells_of_a_head_with_pictures_are_no_boxes(sheet: Sheet, tmp_path: Path) -> None:
    """Faces as pictures over the columns of empty cells; one column has none."""
    from PIL import Image, ImageDraw

    face = Image.new("RGB", (120, 120), "white")
    draw = ImageDraw.Draw(face)
    draw.ellipse((4, 4, 115, 115), outline="black", width=4)
    for x in (38, 74):
        draw.ellipse((x, 38, x + 10, 48), fill="black")
    draw.arc((32, 50, 88, 92), 20, 160, fill="black", width=5)
    picture = tmp_path / "face.png"
    face.save(picture)
    xs, ys = [20.0, 90, 115, 140, 165], [30.0, 42, 52, 62, 72]
    table(sheet, xs, ys)
    for x in xs[1:4]:
        sheet.canvas.drawImage(str(picture), (x + 8.5) * mm, (297 - 40) * mm, 8 * mm, 8 * mm)
    for y, row in zip(ys[1:], ("The welcome", "The wait", "The answer"), strict=False):
        sheet.write(22, y + 6.5, row)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["The welcome", "The wait", "The answer"]
    assert all(len(draft.places) == 3 for draft in found)


def test_tables_of_rows_and_columns_stay_as_they_are(sheet: Sheet, tmp_path: Path) -> None:
    """The number of a row is no part of the scale that follows its words."""
    xs, ys = [20.0, 30, 110, 122, 134, 146], [30.0, 38, 46, 54]
    table(sheet, xs, ys)
    for number, row in enumerate(("Một", "Hai", "Ba")):
        sheet.write(23, 35.5 + 8 * number, str(number + 1))
        sheet.write(32, 35.5 + 8 * number, row)
        for step, (x, _) in enumerate(pairwise(xs[2:]), 1):
            sheet.write(x + 5, 35.5 + 8 * number, str(step))
    assert said(asked(sheet, tmp_path)) == [(row, ["1", "2", "3"]) for row in ("Một", "Hai", "Ba")]


def test_empty_cells_beside_options_under_their_question_are_to_be_ticked(sheet: Sheet, tmp_path: Path) -> None:
    """The question is a table's head over both columns, the last column is for a tick."""
    ys = [30.0, 38, 46, 54]
    for x in (20.0, 190.0):
        sheet.rule(x, ys[0], x, ys[-1])
    sheet.rule(170, ys[1], 170, ys[-1])
    for y in ys:
        sheet.rule(20, y, 190, y)
    sheet.write(22, 35.5, "Q4. How was the last repair?")
    for y, label in zip(ys[1:], ("Done at once", "More than one visit was needed"), strict=False):
        sheet.write(22, y + 5.5, label)
    (draft,) = asked(sheet, tmp_path)
    assert (draft.text, draft.labels) == (
        "How was the last repair?",
        ["Done at once", "More than one visit was needed"],
    )
    assert any("are they to be ticked?" in doubt for doubt in draft.doubts)


def test_a_column_to_write_in_under_a_head_of_its_own_is_no_stack_of_boxes(sheet: Sheet, tmp_path: Path) -> None:
    table(sheet, [20, 170, 190], [30, 38, 46, 54])
    for x, y, words in ((22, 35.5, "Thing"), (172, 35.5, "Note"), (22, 43.5, "Chairs"), (22, 51.5, "Tables")):
        sheet.write(x, y, words)
    sheet.write(20, 70, "1. Is it in order?")
    for x, label in ((25, "Yes"), (60, "No")):
        option(sheet, x, 76.5, label)
    assert said(asked(sheet, tmp_path)) == [("Is it in order?", ["Yes", "No"])]


def test_a_parts_name_between_numbered_rows_is_not_the_next_rows(sheet: Sheet, tmp_path: Path) -> None:
    """The number may stand on any line of the row's words."""
    lines = {1: ["It is clear"], 2: ["It treats everybody in", "the same way, whoever", "they are"], 3: ["It is short"]}
    y = 40.0
    for x, head in zip((140, 155, 170), ("Yes", "Partly", "No"), strict=True):
        sheet.write(x - 2, 33, head, size=8)
    for number, texts in lines.items():
        if number == 3:
            sheet.write(20, y + 1, "Its length")
            y += 6
        middle = y + 4.6 * (len(texts) - 1) / 2
        sheet.write(20, middle + 1.2, str(number))
        for line, text in enumerate(texts):
            sheet.write(30, y + 1.2 + 4.6 * line, text)
        for x in (140, 155, 170):
            sheet.bubble(x, middle - 2, 4, text)
        y += 4.6 * len(texts) + 4
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [" ".join(texts) for texts in lines.values()]


def test_a_pole_right_of_its_row_may_have_two_lines(sheet: Sheet, tmp_path: Path) -> None:
    for number in range(7):
        sheet.write(90 + 10 * number, 38, f"{number - 3:+d}", size=8)
    for y, left, right in ((44.0, "schnell", ["langsam"]), (54.0, "diskret", ["nicht diskret, andere", "hörten mit"])):
        sheet.write(60, y + 1.2, left)
        for line, text in enumerate(right):
            sheet.write(165, y + 1.2 + 4.4 * (line - (len(right) - 1) / 2), text, size=9)
        for number in range(7):
            sheet.box(90 + 10 * number, y - 2, 4, left)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["schnell – langsam", "diskret – nicht diskret, andere hörten mit"]


def test_painted_numbers_of_two_columns_count_questions_in_both(sheet: Sheet, tmp_path: Path) -> None:
    texts = ["Why did you travel?", "How did you come?", "Did you wait?", "Were you told?"]
    for number, text in enumerate(texts):
        x, y = 20.0 + 90 * (number // 2), 40.0 + 30 * (number % 2)
        sheet.canvas.setFillColor(Color(0.1, 0.4, 0.25))
        sheet.canvas.rect(x * mm, (297 - y - 1) * mm, 5 * mm, 4.6 * mm, stroke=0, fill=1)
        sheet.colour = Color(1, 1, 1)
        sheet.write(x + 1.7, y, str(number + 1), size=9)
        sheet.colour = Color(0, 0, 0)
        sheet.write(x + 8, y, text)
        for step, label in enumerate(("Yes", "No")):
            sheet.box(x + 8 + 30 * step, y + 4, 3.5, label)
            sheet.write(x + 14 + 30 * step, y + 7.2, label)
    assert said(asked(sheet, tmp_path)) == [(text, ["Yes", "No"]) for text in texts]


def test_lettered_options_of_two_columns_make_no_columns_of_the_page(sheet: Sheet, tmp_path: Path) -> None:
    """Else the questions over them, whose options reach across, would be cut in two."""
    x = sheet.write(20, 40, "1.- Sexo") + 20
    for label in ("Mujer", "Hombre", "Otro"):
        x = sheet.write(x, 40, label) + 1.5
        sheet.box(x, 36.8, 4, label)
        x += 20
    sheet.write(20, 60, "2.- ¿Cómo pidió la cita?")
    options = ("a) Por teléfono", "b) Por Internet", "d) En el mostrador", "e) En la visita")
    for number, label in enumerate(options):
        option(sheet, 25.0 + 90 * (number // 2), 67.4 + 7 * (number % 2), label)
    found = asked(sheet, tmp_path)
    assert said(found[:1]) == [("Sexo", ["Mujer", "Hombre", "Otro"])]
    assert found[1].text == "¿Cómo pidió la cita?"
    assert sorted(found[1].labels) == sorted(options)


def test_names_over_groups_of_columns_without_any_rules(sheet: Sheet, tmp_path: Path) -> None:
    """Each stands over the middle of its columns: one of three, one of four."""
    heads = ("Mycket", "Ganska", "Inte", "Mycket", "Ganska", "Missnöjd", "Vet ej")
    columns = [90.0 + 14 * number for number in range(7)]
    for middle, name in ((columns[1], "Hur viktigt?"), ((columns[4] + columns[5]) / 2, "Hur nöjd?")):
        sheet.write(middle - 9, 33, name, size=9)
    for x, head in zip(columns, heads, strict=True):
        sheet.write(x - 5, 38, head, size=8)
    for y, row in ((45.0, "Personalen kommer i tid"), (53.0, "Personalen lyssnar")):
        sheet.write(20, y + 1.2, row)
        for x in columns:
            sheet.box(x - 2, y - 2, 4, row)
    found = asked(sheet, tmp_path)
    rows = ("Personalen kommer i tid", "Personalen lyssnar")
    assert [draft.text for draft in found] == [
        f"{row} – {name}" for row in rows for name in ("Hur viktigt?", "Hur nöjd?")
    ]
    assert [draft.labels for draft in found[:2]] == [list(heads[:3]), list(heads[3:])]


def test_a_scale_may_end_with_the_number_of_no_answer(sheet: Sheet, tmp_path: Path) -> None:
    xs = [20.0, 100, 112, 124, 136, 148]
    table(sheet, xs, [30.0, 38, 46, 54])
    for number, row in enumerate(("Điện áp ổn định", "Khắc phục sự cố", "Hóa đơn chính xác")):
        sheet.write(22, 35.5 + 8 * number, row)
        for x, step in zip(xs[1:], (1, 2, 3, 9), strict=False):
            sheet.write(x + 5, 35.5 + 8 * number, str(step))
    found = asked(sheet, tmp_path)
    assert [draft.labels for draft in found] == [["1", "2", "3", "9"]] * 3


@pytest.mark.parametrize("signs", ["ABCDEF", "123456"])
def test_options_count_on_over_lines(sheet: Sheet, tmp_path: Path, signs: str) -> None:
    """Two to a line under each other, and the next question's number under none of them."""
    sheet.write(20, 20, "Xin khoanh tròn vào chữ cái hoặc số đứng trước câu trả lời.")
    labels = ["May mặc", "Điện lạnh", "Nấu ăn", "Lái xe", "Tin học", "Nghề khác"]
    sheet.write(20, 32, "8. Ông/Bà muốn học nghề gì?")
    for number, (sign, label) in enumerate(zip(signs, labels, strict=True)):
        sheet.write(30 + 70 * (number % 2), 39 + 7 * (number // 2), f"{sign}. {label}")
    sheet.write(20, 60, "9. Họ và tên: ................................")
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["Ông/Bà muốn học nghề gì?"]
    assert sorted(found[0].labels) == sorted(labels) and len(found[0].places) == 6


def test_a_word_with_dots_after_it_is_an_options(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "2. Bao lâu rồi?")
    for number, label in enumerate(("Dưới 1 năm", "Trên 1 năm")):
        end = sheet.write(25, 48 + 7 * number, f"{label}{'.' * 30}")
        sheet.box(end + 2, 44.8 + 7 * number, 4, label)
    assert said(asked(sheet, tmp_path)) == [("Bao lâu rồi?", ["Dưới 1 năm", "Trên 1 năm"])]


def test_what_is_to_be_written_behind_an_option_is_none_of_its_words(sheet: Sheet, tmp_path: Path) -> None:
    x = sheet.write(20, 40, "7. Vous êtes :") + 4
    for label in ("une femme", "un homme"):
        x = option(sheet, x, 40, label) + 8
    sheet.write(x + 6, 40, "Votre âge : ………… ans")
    sheet.write(20, 60, "8. Voulez-vous changer ?")
    option(sheet, 25, 68, "Non")
    option(sheet, 25, 76, "Oui (service : ……………………)")
    assert said(asked(sheet, tmp_path)) == [
        ("Vous êtes :", ["une femme", "un homme"]),
        ("Voulez-vous changer ?", ["Non", "Oui"]),
    ]


@pytest.mark.parametrize("ruled", [True, False])
def test_codes_at_the_end_of_dots_are_circled(sheet: Sheet, tmp_path: Path, ruled: bool) -> None:
    """As offices of statistics have them: question, options with their codes, where to go on."""
    rows = {"Do you treat the water?": {"Yes": "1", "No": "2"}, "How?": {"I boil it": "1", "By a filter": "2"}}
    rows["Is the filter changed?"] = {"Yes, every year": "1", "No": "2", "I do not know": "8"}
    if ruled:
        table(sheet, [20, 100, 170, 190], [30, 46, 62, 78])
        sheet.write(172, 39, "2 → 3", size=9)
    for number, (text, options) in enumerate(rows.items()):
        sheet.write(22, 35 + 16 * number, f"{number + 1}. {text}")
        for line, (label, code) in enumerate(options.items()):
            end = sheet.write(102, 35 + 16 * number + 4.8 * line, label)
            dots = sheet.write(end, 35 + 16 * number + 4.8 * line, "." * int((160 - end) / DOT_MM))
            sheet.write(dots + (0 if ruled else 1.5), 35 + 16 * number + 4.8 * line, code)
    found = asked(sheet, tmp_path)
    assert said(found) == [(text, list(options)) for text, options in rows.items()]
    assert all(any(CIRCLED in doubt for doubt in draft.doubts) for draft in found)


@pytest.mark.parametrize("dashed", [True, False])
def test_codes_at_the_end_of_drawn_dots_are_circled(sheet: Sheet, tmp_path: Path, dashed: bool) -> None:
    """Dots that are a dashed line, or each a small square, as a browser draws them; the question at the left."""
    rows = {"How many live here?": ["One", "Two", "Three or more"], "Is there a car?": ["Yes", "No"]}
    for number, (text, options) in enumerate(rows.items()):
        sheet.rule(20, 28 + 20 * number, 190, 28 + 20 * number)
        sheet.write(22, 35 + 20 * number, f"{number + 1}. {text}")
        for line, label in enumerate(options):
            y = 35 + 20 * number + 4.8 * line
            end = sheet.write(92, y, label) + 1
            if dashed:
                sheet.canvas.setDash(0.7, 1.8)
                sheet.rule(end, y, 160, y)
                sheet.canvas.setDash()
            else:
                for dot in range(int((160 - end) / 0.6)):
                    sheet.shade(end + 0.6 * dot, y - 0.3, 0.3, 0.3, Color(0, 0, 0))
            sheet.write(163, y, str(line + 1))
    found = asked(sheet, tmp_path)
    assert said(found) == list(rows.items())
    path = tmp_path / "form.pdf"
    assert not any(place.shape == "writing" for page in read_form(path, path.name) for place in page.found)


def test_the_last_code_may_stand_behind_room_to_write_and_words_of_the_next_cell_behind_it(
    sheet: Sheet, tmp_path: Path
) -> None:
    table(sheet, [20, 100, 166, 190], [30, 52])
    sheet.write(22, 35, "1. How do you treat the water?")
    for number, label in enumerate(("I boil it", "By a filter", "Other:"), 1):
        end = sheet.write(102, 29 + 6 * number, f"{label} ")
        sheet.write(end, 29 + 6 * number, "." * int((161 - end) / DOT_MM))
        sheet.write(162, 29 + 6 * number, str(number))
    sheet.write(167, 41, "go to 3", size=9)
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == ["I boil it", "By a filter", "Other:"]


def test_numbers_after_dots_that_count_no_options(sheet: Sheet, tmp_path: Path) -> None:
    """Pages, and codes with a box of their own to tick."""
    for line, (label, page) in enumerate((("About you", "1"), ("Your visit", "2"), ("Other things", "4"))):
        sheet.write(20, 30 + 5 * line, f"{label}{'.' * 40}{page}")
    sheet.write(20, 50, "1. Is it open?")
    for line, label in enumerate(("Yes", "No")):
        end = sheet.write(25, 57 + 7 * line, f"{label}{'.' * 30}{line + 1}")
        sheet.box(end + 2, 53.8 + 7 * line, 4, label)
    (draft,) = asked(sheet, tmp_path)
    assert (draft.text, len(draft.places)) == ("Is it open?", 2)


@pytest.mark.parametrize("signs", ["abc", "123"])
def test_signs_before_options_under_each_other_are_circled(sheet: Sheet, tmp_path: Path, signs: str) -> None:
    """In the cells of two columns of questions; the form says so once, on its first page."""
    sheet.write(20, 25, "Please circle your answer")
    labels = ["Not easy", "Very easy", "Other:"]
    for page in (0, 1):
        top = 30.0 + 20 * page
        table(sheet, [20, 105, 190], [top, top + 32, top + 64])
        for number in range(4):
            x, y = 22 + 85 * (number // 2), top + 6 + 32 * (number % 2)
            sheet.write(x, y, f"{4 * page + number + 1}.")
            sheet.write(x + 6, y, f"How easy was part {number}")
            sheet.write(x + 6, y + 5, "of the way to us?")
            for line, (sign, label) in enumerate(zip(signs, labels, strict=True)):
                sheet.write(x + 6, y + 10 + 5 * line, f"{sign}.")
                sheet.write(x + 12, y + 10 + 5 * line, label if line < 2 else f"{label} ....................")
        if not page:
            sheet.turn_page()
    found = asked(sheet, tmp_path)
    assert said(found) == [(f"How easy was part {n} of the way to us?", labels) for n in (0, 1, 2, 3)] * 2
    assert all(any(CIRCLED in doubt for doubt in draft.doubts) for draft in found)


def test_numbered_options_under_each_other_may_be_long(sheet: Sheet, tmp_path: Path) -> None:
    """But no longer than a sentence on its first line, as one that only says something has it."""
    sheet.write(20, 25, "Khoanh tròn vào số tương ứng")
    sheet.write(20, 35, "Ông/Bà có quay trở lại không?")
    labels = [
        "Chắc chắn không bao giờ quay lại nữa",
        "Không muốn quay lại nhưng có ít lựa chọn khác",
        "Chắc chắn sẽ quay lại hoặc giới thiệu cho người khác",
    ]
    for step, label in enumerate(labels, 1):
        sheet.write(30, 35 + 7 * step, f"{step}. {label}")
    sheet.write(20, 80, "Chúng tôi giữ bí mật thế nào?")
    for line in (1, 2):
        sheet.write(20, 80 + 7 * line, f"{line}. " + "Phiếu này chỉ được dùng để tính số liệu của bệnh viện " * 2)
    assert said(asked(sheet, tmp_path)) == [("Ông/Bà có quay trở lại không?", labels)]


@pytest.mark.parametrize("signs", ["ABC", "abc"])
def test_letters_before_options_on_one_line_are_circled(sheet: Sheet, tmp_path: Path, signs: str) -> None:
    """Where the form says so and a question stands before them; the letters of its parts are none."""
    sheet.write(20, 25, "Khoanh tròn vào chữ cái trước ý được chọn")
    sheet.write(20, 34, f"{signs[0]}. Phần một     {signs[1]}. Phần hai")
    sheet.write(20, 45, "1. Anh/chị có hài lòng không?")
    for line in (0, 1):
        text = "     ".join(f"{sign}. {label}" for sign, label in zip(signs, ("Có", "Không", "Khó nói"), strict=True))
        sheet.write(25, 52 + 12 * line, text if not line else f"Lần sau?     {text}")
    found = asked(sheet, tmp_path)
    labels = ["Có", "Không", "Khó nói"]
    assert said(found) == [("Anh/chị có hài lòng không?", labels), ("Lần sau?", labels)]


def test_signs_before_lines_that_are_no_options(sheet: Sheet, tmp_path: Path) -> None:
    """What to do, what is asked in parts, and what is to be written; the form says that numbers are to be circled."""
    sheet.write(20, 20, "How to fill it in:")
    for line, text in enumerate(("Read each question", "Circle one number", "Hand it in")):
        sheet.write(20, 25 + 5 * line, f"{line + 1}. {text}")
    sheet.write(20, 45, "1. How was it?")
    for line, text in enumerate(("The room", "The food")):
        sheet.write(24, 52 + 7 * line, f"{'ab'[line]}. {text}")
        option(sheet, 100, 52 + 7 * line, "Good")
        option(sheet, 130, 52 + 7 * line, "Bad")
    sheet.write(20, 70, "2. Who are you?")
    for line, text in enumerate(("Name ..........", "Street ........")):
        sheet.write(24, 77 + 7 * line, f"{'ab'[line]}. {text}")
    found = asked(sheet, tmp_path)
    assert sum(len(draft.places) for draft in found) == 4


@pytest.mark.parametrize("poles", ["beside", "under", "over"])
def test_a_lone_scale_close_under_its_question(sheet: Sheet, tmp_path: Path, poles: str) -> None:
    """A heading over the question, and the boxes of another one left of where the scale begins, are none of it."""
    sheet.write(20, 30, "4. What next?")
    for line, label in enumerate(("Another course", "Work")):
        option(sheet, 25, 36 + 6 * line, label)
    sheet.write(20, 48.5, "YOUR VIEW")
    sheet.write(20, 54, "5. How bad is the pain from all that you are treated for here with us?")
    for number in range(11):
        sheet.write(50 + 9 * number, 59.2 + 4 * (poles == "over"), str(number), size=10)
    y = {"beside": 59.2, "under": 63.5, "over": 58.5}[poles]
    sheet.write(30 if poles == "beside" else 46, y, "No pain", size=9)
    sheet.write(150 if poles == "beside" else 136, y, "The worst", size=9)
    sheet.write(20, 69, "Would you come again?")
    for x, label in ((25, "Yes"), (60, "No")):
        option(sheet, x, 75.5, label)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [
        "What next?",
        "How bad is the pain from all that you are treated for here with us?",
        "Would you come again?",
    ]
    assert len(found[1].places) == 11
    assert (found[1].labels[0], found[1].labels[-1]) == ("0 (No pain)", "10 (The worst)")


def test_a_word_after_each_row_of_numbers_is_circled_too(sheet: Sheet, tmp_path: Path) -> None:
    for y, row in ((40.0, "The water"), (47.0, "The price"), (54.0, "The repairs")):
        sheet.write(20, y, row)
        for number in range(1, 6):
            sheet.write(100 + 10 * number, y, str(number))
        sheet.write(159, y, "NS")
    found = asked(sheet, tmp_path)
    steps = ["1", "2", "3", "4", "5", "NS"]
    assert said(found) == [(row, steps) for row in ("The water", "The price", "The repairs")]


def test_rows_of_numbers_beside_ruled_ones_are_circled_too(sheet: Sheet, tmp_path: Path) -> None:
    """Only some rows of a table have cells, as where every other row is shaded cell by cell."""
    rows = ["The water", "The price", "The repairs", "The bill"]
    table(sheet, [20, 96, 112, 128, 144], [42.5, 50, 57.5])
    for number, row in enumerate(rows):
        sheet.write(22, 40 + 7.5 * number, row)
        for step in range(3):
            sheet.write(103 + 16 * step, 40 + 7.5 * number, str(step + 1))
    assert said(asked(sheet, tmp_path)) == [(row, ["1", "2", "3"]) for row in rows]


@pytest.mark.parametrize("instructed", [True, False])
def test_letters_in_rows_are_circled_where_the_form_says_so(sheet: Sheet, tmp_path: Path, instructed: bool) -> None:
    heads = ("Yes", "Partly", "No")
    sheet.write(
        20, 30, "For each statement, circle the letter" if instructed else "For each statement, the office notes"
    )
    for step, head in enumerate(heads):
        sheet.write(100 + 22 * step, 37, head, size=9)
    rows = ["The place was safe", "The wait was short", "The staff were kind"]
    for number, row in enumerate(rows):
        sheet.write(20, 45 + 7 * number, row)
        for step, letter in enumerate("YPN"):
            sheet.write(102 + 22 * step, 45 + 7 * number, letter)
    assert said(asked(sheet, tmp_path)) == ([(row, list(heads)) for row in rows] if instructed else [])


def test_a_number_circled_in_print_beside_words_that_say_how_is_an_example(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 30, "How to answer: circle the number, like this: Yes ")
    sheet.bubble(end, 26.3, 5, "", "1")
    sheet.write(end + 9, 30, "No 2.")
    for number, row in enumerate(("The water", "The price")):
        sheet.write(20, 50 + 7 * number, row)
        for step in range(1, 6):
            sheet.write(100 + 10 * step, 50 + 7 * number, str(step))
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["The water", "The price"]


def test_short_blanks_before_options_are_ticked(sheet: Sheet, tmp_path: Path) -> None:
    """Several to a line, or under each other; those in a sentence, before a unit or for a date are written in."""
    sheet.write(20, 40, "1. Mức đoàn phí hiện nay:")
    for x, label in ((25, "Cao"), (70, "Vừa phải"), (115, "Thấp")):
        sheet.write(x, 48, f"____ {label}")
    sheet.write(20, 60, "2. Ai giúp ông bà trước tiên?")
    for y, label in ((68, "Tổ trưởng"), (76, "Công đoàn"), (84, "Không ai")):
        sheet.write(25, y, f"____ {label}")
    sheet.write(20, 100, "Tôi đã làm ____ năm, ngày ____ tháng ____ năm ____")
    drafts = asked(sheet, tmp_path)
    assert said(drafts) == [
        ("Mức đoàn phí hiện nay:", ["Cao", "Vừa phải", "Thấp"]),
        ("Ai giúp ông bà trước tiên?", ["Tổ trưởng", "Công đoàn", "Không ai"]),
    ]
    assert all(any("is it to be ticked?" in doubt for doubt in draft.doubts) for draft in drafts)


def test_an_option_with_dots_before_its_box_is_no_question(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "3. Vì lý do nào?")
    for y, label in ((48, "Quyền lợi"), (56, "Bạn bè"), (64, "Lý do khác (ghi rõ): ……………………")):
        sheet.write(25, y, label)
        sheet.box(100, y - 3.4, 4, label)
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == ["Quyền lợi", "Bạn bè", "Lý do khác (ghi rõ):"]


@pytest.mark.parametrize("instructed", [True, False])
def test_numbers_under_each_other_in_the_cell_beside_a_question_are_circled(
    sheet: Sheet, tmp_path: Path, instructed: bool
) -> None:
    """G2 of the Ministry of Health's forms: options longer than those of other lists, each on a line. Where the form
    does not say what to do, what only counts steps beside the name of a part is left alone."""
    options = [
        "Chắc chắn không bao giờ quay lại bệnh viện này nữa",
        "Có thể quay lại",
        "Chắc chắn sẽ giới thiệu cho người",
    ]
    if instructed:
        sheet.write(20, 25, "Ông/Bà hãy khoanh tròn vào số thích hợp")
    else:
        table(sheet, [20, 95, 190], [70, 90])
        sheet.write(22, 77, "Cách trả lời")
        for number, label in enumerate(("Đọc câu hỏi", "Chọn một ý", "Gửi lại phiếu"), 1):
            sheet.write(97, 70 + 5 * number, f"{number}. {label}", size=9)
    table(sheet, [20, 34, 95, 190], [30, 60])
    sheet.write(22, 45, "G2")
    sheet.write(36, 42, "Nếu có nhu cầu, Ông/Bà có", size=9)
    sheet.write(36, 47, "quay lại không?", size=9)
    for number, label in enumerate(options, 1):
        sheet.write(97, 30 + 6 * number, f"{number}. {label}", size=9)
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Nếu có nhu cầu, Ông/Bà có quay lại không?"
    assert draft.labels == options


def household(sheet: Sheet) -> None:
    """A household survey: codes at the end of dots, and under them a table of numbers in the cell beside a question."""
    sheet.write(20, 25, "Circle the code that fits.")
    table(sheet, [20, 84, 168], [30, 41, 62])
    sheet.write(22, 35, "15. Is there a toilet?")
    for line, label in enumerate(("Inside", "None"), 1):
        y = 30.5 + 4.4 * line
        end = sheet.write(86, y, label)
        sheet.write(end, y, "." * int((159 - end) / DOT_MM))
        sheet.write(159, y, str(line))
    sheet.write(22, 46, "16. Do you have any of")
    sheet.write(22, 50.2, "these at home?")
    for x, label in ((135, "Yes"), (155, "No")):
        sheet.write(x, 45, label, size=9)
    for line, label in enumerate(("a) Radio", "b) Fridge", "c) Car")):
        sheet.write(86, 49.6 + 4.6 * line, label)
        sheet.write(137, 49.6 + 4.6 * line, "1")
        sheet.write(156.5, 49.6 + 4.6 * line, "2")


def test_a_code_at_the_end_of_dots_is_an_options_whatever_stands_under_it(sheet: Sheet, tmp_path: Path) -> None:
    household(sheet)
    assert said(asked(sheet, tmp_path))[0] == ("Is there a toilet?", ["Inside", "None"])


def test_a_table_in_the_cell_beside_its_question_has_the_words_of_its_own_cell(sheet: Sheet, tmp_path: Path) -> None:
    household(sheet)
    found = asked(sheet, tmp_path)[-3:]
    assert said(found) == [(words, ["Yes", "No"]) for words in ("Radio", "Fridge", "Car")]
    assert {draft.heading for draft in found} == {"Do you have any of these at home?"}


@pytest.mark.parametrize("instructed", [True, False])
def test_a_short_scale_between_its_poles_is_circled_where_the_form_says_so(
    sheet: Sheet, tmp_path: Path, instructed: bool
) -> None:
    """Right under its question; one that no question stands over says how to answer others."""
    if instructed:
        sheet.write(20, 25, "Please circle a number")
    for y, wide, over in ((35, 16, "C7. How likely are you to come again?"), (60, 14, "This is what numbers mean.")):
        sheet.write(20, y, over)
        sheet.write(44, y + 7, "Not at all")
        for step in range(1, 6):
            sheet.write(60 + wide * step, y + 7, str(step))
        sheet.write(155, y + 7, "Very likely")
    sheet.write(20, 85, "C8. Did you like it?")
    for x, label in ((30, "Yes"), (60, "No")):
        option(sheet, x, 93, label)
    scale = ("How likely are you to come again?", ["1 (Not at all)", "2", "3", "4", "5 (Very likely)"])
    found = said(asked(sheet, tmp_path))
    assert found == [*([scale] if instructed else []), ("Did you like it?", ["Yes", "No"])]
