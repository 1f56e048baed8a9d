"""Lists of options of forms that somebody else drew: which belong to which question, and what stands alone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.lib.colors import HexColor
from strange import asked, option

from bench.foreign.sheet import SANS_BOLD, Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import read_form

DOT_MM = 0.97  # how wide a dot is in the sheet's type
CONSENT = "I agree that my answers are kept for a year."


def down(sheet: Sheet, x: float, y: float, labels: tuple[str, ...]) -> None:
    """Options below each other, the first on the baseline y."""
    for number, label in enumerate(labels):
        option(sheet, x, y + 7 * number, label)


def scale(sheet: Sheet, y: float, ends: tuple[str, str], count: int = 5) -> None:
    """A row of boxes between the words for its ends."""
    start = 120.0
    width = sheet.write(-500, -500, ends[0]) + 500
    sheet.write(start - 3 - width, y, ends[0])
    for number in range(count):
        sheet.box(start + 7 * number, y - 3.4, 4, "")
    sheet.write(start + 7 * count, y, ends[1])


def test_a_scale_between_what_its_ends_mean_beside_what_it_asks(sheet: Sheet, tmp_path: Path) -> None:
    for number, (first, rest, *ends) in enumerate(
        (
            ("How content are you with your", "flat?", "not at all", "very much"),
            ("How safe do you feel in the", "street at night?", "unsafe", "safe"),
            ("How clean are the squares?", "", "dirty", "clean"),
        )
    ):
        y = 40 + 13.0 * number
        sheet.write(20, y, f"1.{number + 1}")
        sheet.write(30, y, first)
        sheet.write(30, y + 5, rest)
        scale(sheet, y, (ends[0], ends[1]))
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts] == [
        "How content are you with your flat?",
        "How safe do you feel in the street at night?",
        "How clean are the squares?",
    ]
    assert drafts[0].labels == ["not at all", "2", "3", "4", "very much"]
    assert drafts[2].labels == ["dirty", "2", "3", "4", "clean"]
    assert not any(draft.doubts for draft in drafts)


def test_how_to_mark_and_to_correct_is_no_question_in_german_either(sheet: Sheet, tmp_path: Path) -> None:
    for y, words in ((40, "Bitte so markieren:"), (47, "Korrektur:")):
        sheet.write(20, y, words)
        for number in range(5):
            sheet.box(70 + 7 * number, y - 3.4, 4, "")
        sheet.shade(77, y - 3.4, 4, 4, sheet.colour)
    sheet.write(20, 70, "1. Sind Sie zufrieden?")
    down(sheet, 25, 78, ("ja", "nein"))
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["Sind Sie zufrieden?"]


def test_a_sentence_to_agree_to_is_a_question_of_its_own(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "1. Where do you live?")
    down(sheet, 28, 48, ("Town", "Village"))
    option(sheet, 20, 64, CONSENT)
    drafts = asked(sheet, tmp_path)
    assert [(draft.text, draft.kind, draft.labels) for draft in drafts] == [
        ("Where do you live?", "single", ["Town", "Village"]),
        (CONSENT, "multiple", [CONSENT]),
    ]
    assert drafts[1].doubts == []


def test_two_sentences_without_a_question_are_two(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "1. Where do you live?")
    down(sheet, 25, 48, ("Town", "Village"))
    down(sheet, 25, 100, (CONSENT, "I want to know the results."))
    assert [draft.text for draft in asked(sheet, tmp_path)][1:] == [CONSENT, "I want to know the results."]


def test_questions_without_numbers_side_by_side(sheet: Sheet, tmp_path: Path) -> None:
    for x, question, labels in (
        (20, "You are", ("a woman", "a man")),
        (80, "How old are you?", ("young", "grown up", "old")),
        (140, "Where do you live?", ("in town", "in a village")),
    ):
        sheet.write(x, 40, question, font=SANS_BOLD)
        down(sheet, x, 49, labels)
    option(sheet, 20, 75, CONSENT + " I can take this back whenever I like.")
    drafts = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in drafts[:3]] == [
        ("You are", ["a woman", "a man"]),
        ("How old are you?", ["young", "grown up", "old"]),
        ("Where do you live?", ["in town", "in a village"]),
    ]
    assert drafts[3].text.startswith(CONSENT)


def test_names_of_groups_side_by_side_ask_nothing(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 32, "Which of these have you used?")
    for x, name, labels in ((20, "By road", ("Bus", "Taxi")), (80, "By rail", ("Train", "Tram"))):
        sheet.write(x, 40, name)
        down(sheet, x, 49, labels)
    assert [sorted(draft.labels) for draft in asked(sheet, tmp_path)] == [["Bus", "Taxi", "Train", "Tram"]]


def test_the_larger_name_of_a_part_is_not_of_the_question_under_it(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "2 · Your journey", font=SANS_BOLD, size=13)
    sheet.write(20, 46, "Would you tell a friend about us?")
    down(sheet, 25, 54, ("Yes", "No"))
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["Would you tell a friend about us?"]


def test_words_before_room_to_write_are_not_of_the_next_question(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "Date: ____ / ____ / ________")
    sheet.write(100, 40, "Time:")
    option(sheet, 115, 40, "morning")
    option(sheet, 145, 40, "afternoon")
    (draft,) = asked(sheet, tmp_path)
    assert (draft.text, draft.labels) == ("Time:", ["morning", "afternoon"])


def test_words_after_a_comma_behind_the_last_box_do_not_turn_a_line_around(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "2. Do you rent or own your home?")
    for x, label in ((25, "rent"), (60, "own"), (95, "other")):
        end = sheet.write(x, 48, label)
        sheet.box(end + 1, 44.6, 4, label)
    sheet.write(end + 5.2, 48, ", namely: ______________")
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Do you rent or own your home?"
    assert draft.labels[:2] == ["rent", "own"]
    assert draft.labels[2].startswith("other")


def test_a_question_that_is_answered_in_writing_is_none_of_the_box_below_it(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "What did you like best?")
    sheet.write(20, 47, "." * 90)
    option(sheet, 20, 55, CONSENT)
    assert [draft.text for draft in asked(sheet, tmp_path)] == [CONSENT]


def test_codes_in_the_cell_beside_the_options_are_circled_and_their_letters_are_not(
    sheet: Sheet, tmp_path: Path
) -> None:
    sheet.write(20, 30, "Lingkari satu angka pada kolom Nilai.")
    ys, xs = [40.0, 75.0, 110.0], [20.0, 110.0, 125.0]
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)
    for x in xs:
        sheet.rule(x, ys[0], x, ys[-1])
    for number, y in enumerate(ys[:-1], 1):
        sheet.write(22, y + 5, f"{number}. Bagaimana pendapat Saudara?")
        for code, (letter, label) in enumerate(zip("abcd", ("Buruk", "Cukup", "Baik", "Sangat baik"), strict=True), 1):
            sheet.write(27, y + 7 + 6 * code, f"{letter}.")
            sheet.write(33, y + 7 + 6 * code, label)
            sheet.write(116, y + 7 + 6 * code, str(code))
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts] == ["Bagaimana pendapat Saudara?"] * 2
    assert all(draft.labels == ["Buruk", "Cukup", "Baik", "Sangat baik"] for draft in drafts)


def test_a_sentence_to_agree_to_may_stand_right_under_the_options_before_it(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "7. Would you like to come back?")
    for x, label in ((20, "Yes"), (70, "No"), (120, "Not sure")):
        option(sheet, x, 48, label)
    option(sheet, 20, 56, CONSENT)
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["Would you like to come back?", CONSENT]


def test_a_code_between_its_dots_and_a_box_counts_the_box(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "C2. Chủ hộ là nam hay nữ?")
    for code, label in enumerate(("Nam", "Nữ"), 1):
        y = 40 + 6.5 * code
        start = sheet.write(30, y, f"{label} ")
        sheet.write(start, y, "." * round(103 - start))
        end = sheet.write(105, y, str(code))
        sheet.box(end + 3, y - 4, 5.5, label)
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Chủ hộ là nam hay nữ?"
    assert draft.labels == ["Nam", "Nữ"]


def test_the_last_row_of_numbers_alone_on_a_page_is_circled_as_those_before_it(sheet: Sheet, tmp_path: Path) -> None:
    edges = [20.0, 110.0, *(110.0 + 12 * n for n in range(1, 6))]

    def table(top: float, rows: tuple[str, ...]) -> None:
        ys = [top + 9.0 * n for n in range(len(rows) + 2)]
        for y in ys:
            sheet.rule(edges[0], y, edges[-1], y)
        for x in edges:
            sheet.rule(x, ys[1] if x in edges[2:-1] else ys[0], x, ys[-1])
        sheet.write(22, top + 6, "Nội dung đánh giá")
        sheet.write(130, top + 6, "Mức độ")
        for row, y in zip(rows, ys[1:], strict=False):
            sheet.write(22, y + 6, row)
            for value, x in enumerate(edges[1:-1], 1):
                sheet.write(x + 5, y + 6, str(value))

    sheet.write(20, 25, "Xin khoanh tròn một số từ 1 đến 5.")
    table(240, ("Vệ sinh buồng bệnh", "Thái độ nhân viên"))
    sheet.turn_page()
    table(20, ("Giá cả dịch vụ",))
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts] == ["Vệ sinh buồng bệnh", "Thái độ nhân viên", "Giá cả dịch vụ"]
    assert all(draft.labels == ["1", "2", "3", "4", "5"] for draft in drafts)


@pytest.mark.parametrize("instructed", [True, False])
def test_two_numbers_in_each_row_are_circled_where_the_form_says_so(
    sheet: Sheet, tmp_path: Path, instructed: bool
) -> None:
    sheet.write(20, 25, "Please circle one number in each line." if instructed else "Please say how it was.")
    rows = ("Was the room warm?", "Was the bus late?", "Did the driver wait for you?")
    for x, head in ((118, "True"), (137, "False")):
        sheet.write(x, 33, head)
    for number, row in enumerate(rows):
        y = 42 + 8 * number
        sheet.write(20, y, f"{number + 1}.")
        sheet.write(28, y, row)
        for step in (1, 2):
            sheet.write(102 + 20 * step, y, str(step))
    found = [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)]
    assert found == ([(row, ["True", "False"]) for row in rows] if instructed else [])


def coded(sheet: Sheet, x: float, y: float, code: int) -> None:
    """A box on the baseline y with a small code at its foot."""
    sheet.box(x, y - 3.6, 5, "")
    sheet.write(x + 6, y + 1.5, str(code), size=6)


def test_small_codes_behind_boxes_are_no_words(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 30, "Do you ride a bicycle?")
    for code, (x, head) in enumerate(((60, "Daily"), (95, "Never")), 1):
        sheet.write(x - 2, 39, head)
        coded(sheet, x, 46, code)
    sheet.write(20, 62, "How far do you ride in a week?")
    distances = ["Not more than a mile", "Some miles", "Many miles"]
    for code, label in enumerate(distances, 1):
        sheet.write(24, 64 + 8 * code, label)
        coded(sheet, 120, 64 + 8 * code, code)
    sheet.write(20, 105, "How safe are the roads?")
    for code in range(1, 5):
        coded(sheet, 80 + 12 * code, 105, code)
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == [
        ("Do you ride a bicycle?", ["Daily", "Never"]),
        ("How far do you ride in a week?", distances),
        ("How safe are the roads?", ["1", "2", "3", "4"]),
    ]


def test_small_signs_beside_boxes_that_are_no_decimal_digits_are_left_alone(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 30, "How large is your garden?")
    for number, (sign, label) in enumerate((("²", "Small"), ("³", "Large"))):
        sheet.box(24, 36.4 + 8 * number, 3.6, label)
        sheet.write(28.2, 37 + 8 * number, sign, size=6)
        sheet.write(32, 40 + 8 * number, label)
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["How large is your garden?"]


def test_a_small_code_over_the_middle_of_an_option_of_two_lines_begins_no_question(
    sheet: Sheet, tmp_path: Path
) -> None:
    sheet.write(20, 40, "4. Where did you go after the concert?")
    for code, label in enumerate(("Straight home", "To a friend", "To another concert in a"), 1):
        y = 40 + 6 * code
        sheet.write(24, y - 1.2, str(code), size=6)
        sheet.box(27, y - 3.2 + 2.4 * (code == 3), 3.6, "")
        sheet.write(33, y, label)
    sheet.write(33, 62.6, "hall of the same town")
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == ["Straight home", "To a friend", "To another concert in a hall of the same town"]


def test_the_name_of_a_part_in_capitals_is_of_no_question(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 30, "I. ABOUT YOUR GARDEN")
    sheet.write(20, 35.5, "Please put a cross in each line.")
    sheet.write(20, 41, "Size")
    sheet.write(46, 41, ":")
    for x, label in ((50, "Small"), (85, "Large")):
        option(sheet, x, 41, label)
    sheet.write(20, 60, "II. THE END")
    sheet.write(20, 65.5, "Would you like to have another garden?")
    down(sheet, 24, 73, ("Yes", "No"))
    assert [draft.text.strip(" :") for draft in asked(sheet, tmp_path)] == [
        "Size",
        "Would you like to have another garden?",
    ]


def test_the_name_of_a_part_in_capitals_is_not_of_the_numbered_words_under_it(sheet: Sheet, tmp_path: Path) -> None:
    """These need not be a question, and their number need not have a sign."""
    sheet.write(20, 40, "ABOUT YOU", size=10)
    sheet.write(20, 45.5, "14 Your age")
    for line, label in enumerate(("Under 16", "16 to 24", "25 or over")):
        option(sheet, 26, 52 + 7 * line, label)
    (draft,) = asked(sheet, tmp_path)
    assert draft.text == "Your age"


def test_dotted_rules_between_rows_are_not_written_on(sheet: Sheet, tmp_path: Path) -> None:
    """The first row's question has two lines, over and under the middle of its boxes."""
    rows = ("3. Do you have a cat, a dog or another", "4. Do you have a garden?", "5. Do you have a car?")
    sheet.canvas.setDash([0.5, 1.5])
    for y in (34, 46, 56, 66):
        sheet.rule(20, y, 190, y)
    sheet.canvas.setDash([])
    sheet.write(22, 41, "animal?")
    for number, row in enumerate(rows):
        y = 41 + 10 * number + 1.5 * bool(number)
        sheet.write(22, y - 4.8 * (not number), row)
        for x, label in ((120, "Yes"), (145, "No"), (168, "Not sure")):
            end = sheet.write(x, y - 2.0 * (not number), label)
            sheet.box(end + 1.5, y - 3.0 - 2.0 * (not number), 3.4, label)
    path = tmp_path / "form.pdf"
    drafts, _ = group_pages(read_form(sheet.done("form", path).path, path.name))
    texts = ["Do you have a cat, a dog or another animal?", "Do you have a garden?", "Do you have a car?"]
    assert [draft.text for draft in drafts] == texts


def counted_table(sheet: Sheet, top: float, rows: tuple[str, ...], signs: tuple[int, ...]) -> list[float]:
    """A ruled table of rows with these numbers in cells behind their words; returns the edges of its columns."""
    edges = [20.0, 30.0, 110.0, *(110.0 + 12 * n for n in range(1, len(signs) + 1))]
    ys = [top + 9.0 * n for n in range(len(rows) + 1)]
    for y in ys:
        sheet.rule(edges[0], y, edges[-1], y)
    for x in edges:
        sheet.rule(x, ys[0], x, ys[-1])
    for letter, row, y in zip("abcd", rows, ys, strict=False):
        sheet.write(24, y + 6, letter)
        sheet.write(32, y + 6, row)
        for sign, x in zip(signs, edges[2:], strict=False):
            sheet.write(x + 5, y + 6, str(sign))
    return edges


def test_a_row_of_numbers_that_is_a_table_by_itself_goes_on_from_another_page(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 25, "Please circle a number in each row.")
    counted_table(sheet, 40, ("The library", "The swimming pool"), (1, 2, 3, 4))
    sheet.turn_page()
    counted_table(sheet, 20, ("The town hall",), (1, 2, 3, 4))
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["The library", "The swimming pool", "The town hall"]


def test_a_painted_row_of_numbers_among_others_is_no_table(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 25, "Please circle a number in each row.")
    for number, row in enumerate(("Buses", "Roads", "Parks", "Trams")):
        y = 40 + 8.0 * number
        for left, right in pairwise((20, 100, 115, 130, 145)) if number % 2 else ():
            sheet.shade(left, y - 5.5, right - left, 8, HexColor(0xF0F0F8))
        sheet.write(22, y, row)
        for sign in (1, 2, 3):
            sheet.write(91.5 + 15 * sign, y, str(sign))
    path = tmp_path / "form.pdf"
    (page,) = read_form(sheet.done("form", path).path, path.name)
    assert len({(box.w, box.h) for box in page.found}) == 1


def test_two_numbers_of_no_answer_may_end_a_scale_and_letters_apart_count_its_rows(
    sheet: Sheet, tmp_path: Path
) -> None:
    edges = counted_table(sheet, 40, ("Buses", "Roads", "Parks"), (1, 2, 3, 88, 99))
    for label, x in zip(("Bad", "Fair", "Good", "DK", "NA"), edges[2:], strict=False):
        sheet.write(x + 3, 37, label, size=8)
    drafts = asked(sheet, tmp_path)
    assert [draft.text for draft in drafts] == ["Buses", "Roads", "Parks"]
    assert all(len(draft.labels) == 5 for draft in drafts)


def test_dots_without_a_space_lead_to_an_options_words(sheet: Sheet, tmp_path: Path) -> None:
    """As in a health office's checklist; what is to be written behind a colon is another thing."""
    rows = ("Đang mắc bệnh cấp tính", "Nghe tim bất thường", "Cân nặng dưới 2 000 g")
    sheet.write(20, 30, "I. Khám sàng lọc")
    for number, text in enumerate(rows):
        y = 40 + 8 * number
        x = sheet.write(20, y, f"{number + 1}. {text}{'.' * 30}Không")
        sheet.box(x + 2, y - 3.4, 4, "")
        x = sheet.write(x + 16, y, "Có")
        sheet.box(x + 2, y - 3.4, 4, "")
    x = sheet.write(20, 70, f"Ngày sinh: {'.' * 30}Giới tính: Nam")
    sheet.box(x + 2, 66.6, 4, "")
    x = sheet.write(x + 16, 70, "Nữ")
    sheet.box(x + 2, 66.6, 4, "")
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [*rows, "Giới tính:"]
    assert [draft.labels for draft in found] == [["Không", "Có"]] * 3 + [["Nam", "Nữ"]]


def test_an_option_as_long_as_leaves_two_dots_before_its_code(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "1. To whom would you turn for help?")
    code = 25 + sheet.write(-500, -500, "The council of the village..") + 500
    labels = ("Nobody", "The council of the village", "A neighbour")
    for number, label in enumerate(labels, 1):
        end = sheet.write(-500, -500, label) + 500
        dots = ".." if number == 2 else "." * int((code - 25 - end) / DOT_MM)
        sheet.write(25, 40 + 6 * number, label + dots)
        sheet.write(code, 40 + 6 * number, str(number))
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == list(labels)


def test_dots_may_begin_further_behind_an_options_words_than_its_next_word(sheet: Sheet, tmp_path: Path) -> None:
    rows = {"The stove you cook on": ["Gas", "Wood", "Another one (which)"], "Do you own it?": ["Yes", "No"]}
    sheet.write(20, 25, "Please circle the code of the answer.")
    for number, (text, labels) in enumerate(rows.items()):
        sheet.write(20, 40 + 24 * number, f"{number + 1}. {text}")
        for line, label in enumerate(labels):
            y = 40 + 24 * number + 5.5 * line
            begin = sheet.write(105, y, label) + 3.2
            sheet.write(begin, y, "." * int((158 - begin) / DOT_MM))
            sheet.write(161, y, "9" if line == 2 else str(line + 1))
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == list(rows.items())


def test_a_sentence_to_agree_to_ends_before_what_is_to_be_written_behind_it(sheet: Sheet, tmp_path: Path) -> None:
    option(sheet, 20, 40, f"{CONSENT} Name: {'.' * 40}")
    assert [draft.text for draft in asked(sheet, tmp_path)] == [CONSENT]
    path = tmp_path / "form.pdf"
    drafts, _ = group_pages(read_form(path, path.name))
    assert [draft.text for draft in drafts if draft.kind == "writing"] == ["Name:"]


def test_words_before_dots_on_the_line_are_not_of_the_options_behind_these(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 40, f"Ward: {'.' * 50} ")
    end = sheet.write(end, 40, "You come as:") + 3
    for label in ("guest", "patient"):
        end = sheet.write(end, 40, label)
        sheet.box(end + 1, 36.6, 4, label)
        end += 9
    (draft,) = asked(sheet, tmp_path)
    assert (draft.text, draft.labels) == ("You come as:", ["guest", "patient"])


def test_a_line_that_begins_with_whose_it_is_stays_the_offices(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 40, f"OFFICE USE ONLY No. {'.' * 30} ")
    end = sheet.write(end, 40, "Entered:") + 3
    for label in ("once", "twice"):
        end = option(sheet, end, 40, label) + 6
    (draft,) = asked(sheet, tmp_path)
    assert any("for the office" in doubt for doubt in draft.doubts)


def test_words_in_the_cell_below_are_not_an_options_second_line(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 40, "3. Would you come back?") + 4
    starts = []
    for label in ("Yes", "No"):
        starts.append(end)
        end = sheet.write(end, 40, label)
        sheet.box(end + 1, 36.6, 4, label)
        end += 14
    for y in (41.5, 60):
        sheet.rule(20, y, 190, y)
    for x in (20, starts[1] - 2, 190):
        sheet.rule(x, 41.5, x, 60)
    sheet.write(22, 46, "Remarks")
    sheet.write(starts[1], 46, "ARCHIVE")
    (draft,) = asked(sheet, tmp_path)
    assert draft.labels == ["Yes", "No"]


@pytest.mark.parametrize(
    ("hint", "kind"), [("Pick one circle.", "single"), ("Tick all that apply.", "multiple")], ids=["one", "several"]
)
def test_how_to_answer_below_an_asterisk_is_not_of_the_question(
    sheet: Sheet, tmp_path: Path, hint: str, kind: str
) -> None:
    sheet.write(20, 40, "Which days suit you? *")
    sheet.write(20, 45.5, hint)
    down(sheet, 20, 54, ("Monday", "Friday"))
    draft = asked(sheet, tmp_path)[0]
    assert draft.kind == kind
    assert draft.text == ("Which days suit you?" if kind == "single" else f"Which days suit you? * {hint}")


def test_lines_to_write_on_beside_others_make_no_columns_of_the_options_under_them(
    sheet: Sheet, tmp_path: Path
) -> None:
    for y, *words in ((40, "1. Name of the boat:", "2. Home port:"), (54, "4. Length:", "5. Owner:")):
        for x, text in zip((20, 105), words, strict=True):
            sheet.write(x, y, f"{text} {'.' * 30}")
    for y, text, labels in ((47, "3. Rigged:", ("sloop", "ketch")), (61, "6. Built of:", ("wood", "steel", "glass"))):
        sheet.write(20, y, text)
        for number, label in enumerate(labels):
            option(sheet, 70 + 35.5 * number, y, label)
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [
        ("Rigged:", ["sloop", "ketch"]),
        ("Built of:", ["wood", "steel", "glass"]),
    ]


def test_questions_that_are_counted_on_one_line_are_none_to_circle(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 35, "Fill in one circle for each answer.")
    sheet.write(20, 45, "1. When do you sail?")
    sheet.write(110, 45, "2. You came by")
    for x, labels in ((22, ("May", "June")), (112, ("road", "rail"))):
        for number, label in enumerate(labels):
            option(sheet, x + 25 * number, 52, label)
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [
        ("When do you sail?", ["May", "June"]),
        ("You came by", ["road", "rail"]),
    ]


def test_an_arrow_before_a_question_that_only_some_answer_is_not_of_its_words(sheet: Sheet, tmp_path: Path) -> None:
    for y, text, labels in ((40, "1. Do you sail?", ("Yes", "No")), (47, "→ 1a. If so, where?", ("Lake", "Sea"))):
        sheet.write(20, y, text)
        for number, label in enumerate(labels):
            option(sheet, 80 + 25 * number, y, label)
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["Do you sail?", "If so, where?"]


def test_words_behind_a_box_that_has_its_options_before_it_say_where_to_go_on(sheet: Sheet, tmp_path: Path) -> None:
    """As the line over it, which has nothing behind its box, shows."""
    for number, (text, labels) in enumerate({"Did you wait?": ("Yes", "No"), "How long?": ("Short", "Long")}.items()):
        y = 40.0 + 25 * number
        sheet.write(20, y, f"{number + 3}. {text}")
        for line, label in enumerate(labels, 1):
            sheet.write(26, y + 7 * line, label)
            sheet.box(150, y + 7 * line - 3.4, 4, label)
    sheet.write(158, 54, "go on with question 5", size=9)
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [
        ("Did you wait?", ["Yes", "No"]),
        ("How long?", ["Short", "Long"]),
    ]
