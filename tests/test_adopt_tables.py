"""Tables of forms that somebody else drew: whose words are whose."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.lib.colors import HexColor
from strange import boxes, centred

from bench.foreign.sheet import SANS, Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import read_form
from sipas_forms.adopt.types import Draft
from sipas_forms.printing.fonts import wrap

NUMBERS = ["1", "2", "3", "4"]


def asked(sheet: Sheet, tmp_path: Path) -> list[Draft]:
    """The questions of what was drawn."""
    path = tmp_path / "form.pdf"
    return group_pages(read_form(sheet.done("form", path).path, path.name))[0]


def ruled(sheet: Sheet, xs: list[float], ys: list[float]) -> None:
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)
    for x in xs:
        sheet.rule(x, ys[0], x, ys[-1])


def table(sheet: Sheet, left: float, edges: list[float], merged: list[float]) -> None:
    """A ruled table of two rows at 44 and 54 mm, with a head of two lines: its upper cells reach between `merged`."""
    for y in (30, 44, 54, 64):
        sheet.rule(left, y, edges[-1], y)
    sheet.rule(merged[0], 37, merged[-1], 37)
    for x in (left, *edges):
        sheet.rule(x, 37 if merged[0] < x < merged[-1] and x not in merged else 30, x, 64)


def test_a_merged_cell_at_the_left_is_the_heading_of_its_rows(sheet: Sheet, tmp_path: Path) -> None:
    columns = [130.0, 150.0, 170.0]
    rows = ["Độ trong", "Mùi vị", "Áp lực", "Dễ hiểu"]
    ruled(sheet, [50, 120, 140, 160, 180], [30, 40])
    ruled(sheet, [50, 120, 140, 160, 180], [40, 50, 60, 70, 80])
    ruled(sheet, [18, 50], [30, 40, 70, 80])
    for x, head in zip(columns, ("Kém", "Khá", "Tốt"), strict=True):
        centred(sheet, x, 36, head)
    sheet.write(20, 54, "Chất lượng")
    sheet.write(20, 59, "nước máy")
    sheet.write(20, 76, "Hóa đơn")
    for number, row in enumerate(rows):
        sheet.write(52, 46 + 10 * number, row)
        boxes(sheet, 45 + 10 * number, columns)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == rows
    assert [draft.heading for draft in found] == ["Chất lượng nước máy"] * 3 + ["Hóa đơn"]
    assert all(draft.labels == ["Kém", "Khá", "Tốt"] for draft in found)


def asks_of_two_groups(sheet: Sheet, columns: list[float], tmp_path: Path) -> None:
    """Draws two rows of eight boxes under the heads of two levels: each row asks once for each group of four."""
    groups = {"Quan trọng": columns[:4], "Hài lòng": columns[4:]}
    for group, own in groups.items():
        centred(sheet, sum(own) / 4, 35, group)
    for number, x in enumerate(columns):
        centred(sheet, x, 42, NUMBERS[number % 4])
    for number, row in enumerate(("Thư viện", "Nhà ăn")):
        sheet.write(22, 50 + 10 * number, row)
        boxes(sheet, 49 + 10 * number, columns)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [f"{row} – {group}" for row in ("Thư viện", "Nhà ăn") for group in groups]
    assert all(draft.labels == NUMBERS and not draft.doubts for draft in found)


@pytest.mark.parametrize("rules", [True, False])
def test_a_head_over_several_columns_parts_each_row(sheet: Sheet, tmp_path: Path, rules: bool) -> None:
    columns = [95.0 + 12 * i for i in range(8)]
    edges = [x - 6 for x in columns] + [columns[-1] + 6]
    if rules:
        table(sheet, 20, edges, [edges[0], edges[4], edges[8]])
    asks_of_two_groups(sheet, columns, tmp_path)


@pytest.mark.parametrize("head", [[30, 37, 44], [30, 44]])
def test_boxes_that_share_a_cell_are_a_group_of_columns(sheet: Sheet, tmp_path: Path, head: list[float]) -> None:
    """One line between two groups and none between their columns; one of these has a label of two lines."""
    columns = [105.0, 117, 129, 141, 154, 167, 180]
    ruled(sheet, [20, 99, 135, 187], [*head, 54, 64])
    groups = {"How important?": [0, 1, 2], "How satisfied?": [3, 4, 5, 6]}
    labels = ["Very", "Fairly", "Not", "Very", "Fairly", "Not", "Does not apply"]
    for x, group in zip((117, 161), groups, strict=True):
        centred(sheet, x, 35, group, 8)
    for x, label in zip(columns, labels[:-1], strict=False):
        centred(sheet, x, 41, label, 8)
    for y, words in ((39.5, "Does not"), (42.5, "apply")):
        centred(sheet, columns[-1], y, words, 8)
    rows = ("Front desk", "Waiting room")
    for number, row in enumerate(rows):
        sheet.write(22, 50 + 10 * number, row)
        boxes(sheet, 49 + 10 * number, columns)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [f"{row} – {group}" for row in rows for group in groups]
    assert [draft.labels for draft in found] == [labels[:3], labels[3:]] * 2


def test_groups_of_columns_with_room_between_them_share_the_words_of_their_row(sheet: Sheet, tmp_path: Path) -> None:
    columns = [90.0 + 10 * i for i in range(4)] + [150.0 + 10 * i for i in range(4)]
    asks_of_two_groups(sheet, columns, tmp_path)


def test_signs_that_start_anew_part_each_row_though_only_the_ends_have_names(sheet: Sheet, tmp_path: Path) -> None:
    columns = [90.0 + 10 * i for i in range(4)] + [137.0 + 10 * i for i in range(4)]
    groups = {"QUAN TRỌNG": columns[:4], "HÀI LÒNG": columns[4:]}
    for group, own in groups.items():
        centred(sheet, sum(own) / 4, 33, group)
        sheet.rule(own[0] - 4, 35, own[-1] + 4, 35)
        sheet.write(own[0] - 4, 40, "Rất thấp", size=8)
        right = sheet.write(-500, -500, "Rất cao", size=8) + 500
        sheet.write(own[-1] + 4 - right, 40, "Rất cao", size=8)
    rows = ("Thư viện", "Nhà ăn")
    for number, row in enumerate(rows):
        sheet.write(22, 50 + 10 * number, row)
        for x, sign in zip(columns, NUMBERS * 2, strict=True):
            sheet.bubble(x - 2.5, 46.5 + 10 * number, 5, "", sign)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [f"{row} – {group}" for row in rows for group in groups]
    assert all(draft.labels == ["1 (Rất thấp)", "2", "3", "4 (Rất cao)"] and not draft.doubts for draft in found)


def test_a_name_of_a_part_over_a_row_is_none_of_its_words(sheet: Sheet, tmp_path: Path) -> None:
    rows = {51.0: "Thư viện", 59.0: "Nhà ăn", 73.0: "Giảng viên", 81.0: "Trợ giảng"}
    for x, head in ((120, "Kém"), (140, "Vừa"), (160, "Tốt")):
        centred(sheet, x, 42, head)
    sheet.write(22, 66, "Con người", size=8)
    for y, row in rows.items():
        sheet.write(22, y, row, size=8)
        boxes(sheet, y - 1, [120, 140, 160])
    assert [draft.text for draft in asked(sheet, tmp_path)] == list(rows.values())


@pytest.mark.parametrize("sign", ["{}.", "({})"])
@pytest.mark.parametrize("rules", [True, False])
def test_letters_that_count_rows_may_stand_between_the_lines_of_their_words(
    sheet: Sheet, tmp_path: Path, rules: bool, sign: str
) -> None:
    rows = ["It was easy to find.", "The forms that I needed were clear and easy to understand.", "I felt safe."]
    columns, ys = [120.0, 140, 160], [30.0, 40, 54, 70, 80]
    if rules:
        ruled(sheet, [20, 28, 110, 130, 150, 170], ys)
    for x, head in zip(columns, ("Yes", "No", "N/A"), strict=True):
        centred(sheet, x, 36, head)
    for row, letter, (top, low) in zip(rows, "abc", pairwise(ys[1:]), strict=True):
        middle = (top + low) / 2
        sheet.write(22, middle + 1.3, sign.format(letter))
        lines = wrap(row, SANS, 11, 76)
        for number, line in enumerate(lines):
            sheet.write(31, middle + 1.3 + 5 * (number - (len(lines) - 1) / 2), line)
        boxes(sheet, middle, columns)
    assert [draft.text for draft in asked(sheet, tmp_path)] == rows


def test_groups_of_unlike_columns_are_marked(sheet: Sheet, tmp_path: Path) -> None:
    columns = [95.0 + 20 * i for i in range(4)]
    edges = [x - 10 for x in columns] + [columns[-1] + 10]
    table(sheet, 20, edges, [edges[0], edges[2], edges[4]])
    for x, head in ((edges[1], "Đồng ý"), (edges[3], "Phản đối")):
        centred(sheet, x, 35, head)
    for x, head in zip(columns, ("Hẳn", "Gần như", "Phần nào", "Hết thảy"), strict=True):
        centred(sheet, x, 42, head)
    for number, row in enumerate(("Thư viện", "Nhà ăn")):
        sheet.write(22, 50 + 10 * number, row)
        boxes(sheet, 49 + 10 * number, columns)
    found = asked(sheet, tmp_path)
    assert len(found) == 4
    assert all("a question of its own?" in draft.doubts[0] for draft in found)


@pytest.mark.parametrize(("rules", "silent"), [(True, False), (True, True), (False, False)])
def test_a_head_over_all_columns_is_no_label(sheet: Sheet, tmp_path: Path, rules: bool, silent: bool) -> None:
    """Nor is one over all but the column for "no opinion"."""
    columns = [100.0 + 18 * i for i in range(5)]
    labels = [*NUMBERS, "Không rõ" if silent else "5"]
    edges = [x - 9 for x in columns] + [columns[-1] + 9]
    last = edges[4 if silent else 5]
    if rules:
        table(sheet, 20, edges, [91, last])
    centred(sheet, (91 + last) / 2, 35, "Mức độ hài lòng")
    for x, label in zip(columns, labels, strict=True):
        centred(sheet, x, 42, label)
    for number, row in enumerate(("Thư viện", "Nhà ăn")):
        sheet.write(22, 50 + 10 * number, row)
        boxes(sheet, 49 + 10 * number, columns)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["Thư viện", "Nhà ăn"]
    assert all(draft.labels == labels for draft in found)


@pytest.mark.parametrize("inside", [True, False])
def test_words_over_the_ends_of_a_scale_stay_together(sheet: Sheet, tmp_path: Path, inside: bool) -> None:
    columns = [124.0 + 15 * i for i in range(4)]
    sheet.write(118, 35, "Hoàn toàn", size=9)
    sheet.write(118, 39, "không đồng ý", size=9)
    end = sheet.write(-500, -500, "Hoàn toàn đồng ý", size=9) + 500
    sheet.write(174 - end, 39, "Hoàn toàn đồng ý", size=9)
    for number, x in enumerate(columns, 1):
        if not inside:
            centred(sheet, x, 45, str(number))
    for number, row in enumerate(("Phòng sạch", "Việc rõ ràng", "Giờ giấc hợp lý")):
        sheet.write(20, 53 + 9 * number, row)
        boxes(sheet, 52 + 9 * number, columns, circles=inside)
    found = asked(sheet, tmp_path)
    assert len(found) == 3
    assert all(draft.labels == ["1 (Hoàn toàn không đồng ý)", "2", "3", "4 (Hoàn toàn đồng ý)"] for draft in found)


def test_the_first_row_after_a_gap_keeps_its_first_line(sheet: Sheet, tmp_path: Path) -> None:
    columns = [168.0, 178.0, 188.0]
    for x, head in zip(columns, ("Có", "Không", "Chưa rõ"), strict=True):
        centred(sheet, x, 40, head, 7)
    y = 50.0
    texts = []
    for lines in (["1. Hôm nay có mệt không?"], ["2. Đã tiêm bao giờ chưa?"]):
        sheet.write(20, y, lines[0])
        boxes(sheet, y - 1.3, columns)
        y += 7.5
    sheet.write(26, y, "Nếu có, sau lần tiêm trước có bị:")
    y += 7
    for lines in (
        ["a. Dị ứng nặng tới mức phải dùng thuốc", "hoặc phải vào bệnh viện ngay trong ngày", "hay hôm sau?"],
        ["b. Ngất hay chóng mặt?"],
        ["3. Có rối loạn đông máu không?"],
    ):
        for line in lines:
            sheet.write(28, y, line)
            y += 4.6
        boxes(sheet, y - 5.9, columns)
        texts.append(" ".join(lines).split(" ", 1)[1])
        y += 3
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found][2:] == texts


def test_a_row_that_may_lack_its_first_line_is_marked(sheet: Sheet, tmp_path: Path) -> None:
    columns = [150.0, 165.0, 180.0]
    for x, head in zip(columns, ("Có", "Không", "Chưa rõ"), strict=True):
        centred(sheet, x, 43, head, 7)
    sheet.write(20, 47, "Trong tháng qua đã phải nghỉ làm")
    for number, row in enumerate(("vì ốm đau của người nhà", "Vì tai nạn", "Vì lý do khác")):
        sheet.write(20, 53.4 + 7 * number, row)
        boxes(sheet, 52 + 7 * number, columns)
    found = asked(sheet, tmp_path)
    assert [bool(draft.doubts) for draft in found] == [True, False, False]


def test_labels_under_the_boxes_belong_to_them(sheet: Sheet, tmp_path: Path) -> None:
    labels = ["Rất tệ", "Tệ", "Bình thường", "Tốt", "Rất tốt"]
    columns = [35.0 + 34 * i for i in range(5)]
    questions = ["Lần khám hôm nay bạn thấy thế nào?", "Bạn có hay quay lại đây khám bệnh không?"]
    for number, question in enumerate(questions):
        y = 40 + 24 * number
        sheet.write(20, y, f"{number + 1}. {question}")
        boxes(sheet, y + 8, columns)
        for x, label in zip(columns, labels, strict=True):
            centred(sheet, x, y + 14, label, 8)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == questions
    assert all(draft.labels == labels and not draft.doubts for draft in found)


def test_labels_under_pictures_keep_the_question_over_them(sheet: Sheet, tmp_path: Path) -> None:
    labels = ["Tệ", "Tạm", "Tốt"]
    columns = [35.0, 85.0, 135.0]
    sheet.write(20, 40, "1. Lần khám hôm nay bạn thấy thế nào?")
    boxes(sheet, 62, columns)  # with a picture over each
    for x, label in zip(columns, labels, strict=True):
        centred(sheet, x, 68, label, 8)
    (found,) = asked(sheet, tmp_path)
    assert found.text == "Lần khám hôm nay bạn thấy thế nào?"
    assert found.labels == labels


@pytest.mark.parametrize("heads", [True, False])
def test_both_poles_of_a_row_are_kept(sheet: Sheet, tmp_path: Path, heads: bool) -> None:
    columns = [70.0 + 10 * i for i in range(7)]
    sheet.write(20, 30, "1. Triển lãm thế nào? Mỗi dòng một ô.")
    for number, x in enumerate(columns, 1):
        if heads:
            centred(sheet, x, 38, str(number))
    poles = [("tẻ nhạt", "hấp dẫn"), ("khó hiểu", "dễ hiểu"), ("chật chội", "rộng rãi")]
    for number, (left, right) in enumerate(poles):
        sheet.write(40, 47 + 9 * number, left)
        boxes(sheet, 45.6 + 9 * number, columns)
        sheet.write(138, 47 + 9 * number, right)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [f"{left} – {right}" for left, right in poles]
    steps = [str(number) for number in range(1, 8)]
    wanted = [steps if heads else [left, *steps[1:-1], right] for left, right in poles]
    assert [draft.labels for draft in found] == wanted


def test_rows_with_signs_of_their_own_and_no_head(sheet: Sheet, tmp_path: Path) -> None:
    columns = [90.0 + 12 * i for i in range(4)]
    for number, (row, signs) in enumerate({"Floor of your room": "1234", "Wing of the house": "NEWS"}.items()):
        sheet.write(20, 47 + 9 * number, row)
        for x, sign in zip(columns, signs, strict=True):
            sheet.bubble(x - 2.5, 43 + 9 * number, 5, "", sign)
    assert [draft.labels for draft in asked(sheet, tmp_path)] == [list("1234"), list("NEWS")]


def test_a_sentence_over_a_row_of_signs_is_no_head(sheet: Sheet, tmp_path: Path) -> None:
    columns = [60.0 + 11 * i for i in range(5)]
    for x, word in zip(columns, ("Would", "others", "travel", "along", "there?"), strict=True):
        centred(sheet, x, 40, word)
    for number, x in enumerate(columns, 1):
        sheet.bubble(x - 2.5, 43, 5, "", str(number))
    (found,) = asked(sheet, tmp_path)
    assert (found.text, found.labels) == ("Would others travel along there?", ["1", "2", "3", "4", "5"])


def test_signs_that_point_from_heads_to_boxes_are_no_words(sheet: Sheet, tmp_path: Path) -> None:
    columns = [60.0, 90.0, 120.0]
    sheet.write(20, 30, "1. How was the journey?")
    for x, head in zip(columns, ("Pleasant", "Long", "Tiring"), strict=True):
        centred(sheet, x, 38, head)
        centred(sheet, x, 43, "▼", 7)
    boxes(sheet, 48, columns)
    (found,) = asked(sheet, tmp_path)
    assert found.text == "How was the journey?"
    assert found.labels == ["Pleasant", "Long", "Tiring"]


def test_words_right_of_some_rows_only_are_marked(sheet: Sheet, tmp_path: Path) -> None:
    columns = [100.0, 115.0, 130.0]
    for x, head in zip(columns, ("Có", "Không", "Chưa rõ"), strict=True):
        centred(sheet, x, 35, head, 7)
    for number, row in enumerate(("Việc làm", "Nhà ở", "Sức khỏe")):
        sheet.write(20, 46.4 + 8 * number, row)
        boxes(sheet, 45 + 8 * number, columns)
    sheet.write(138, 54.4, "nếu không, sang câu 9")
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["Việc làm", "Nhà ở", "Sức khỏe"]
    assert [any("right of its boxes" in doubt for doubt in draft.doubts) for draft in found] == [False, True, False]


def test_one_row_of_empty_cells_under_words_is_to_be_ticked_perhaps(sheet: Sheet, tmp_path: Path) -> None:
    heads = ["Rất tốt", "Tốt", "Vừa", "Kém"]
    sheet.write(20, 30, "1. Ông bà thấy trang thông tin của phường thế nào?")
    ruled(sheet, [20, 44, 68, 92, 116], [36, 44, 54])
    for number, head in enumerate(heads):
        centred(sheet, 32 + 24 * number, 41, head)
    (found,) = asked(sheet, tmp_path)
    assert found.text == "Ông bà thấy trang thông tin của phường thế nào?"
    assert found.labels == heads
    assert any("one row of empty cells" in doubt for doubt in found.doubts)


def test_a_row_of_cells_that_no_words_stand_over_is_none(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 30, "Mã hồ sơ:")
    ruled(sheet, [20, 28, 36, 44, 52], [36, 44])
    sheet.write(20, 60, "1. Ông bà có hài lòng không?")
    sheet.box(30, 66, 4, "")
    sheet.write(37, 69, "Có")
    sheet.box(60, 66, 4, "")
    sheet.write(67, 69, "Không")
    (found,) = asked(sheet, tmp_path)
    assert found.labels == ["Có", "Không"]


def test_empty_cells_beside_the_name_of_a_part_are_no_boxes(sheet: Sheet, tmp_path: Path) -> None:
    """Where the cells of the other rows have boxes of their own."""
    heads = ["Kém", "Vừa", "Tốt"]
    rows = ["Phục vụ", "Thái độ", "Tốc độ", "Cơ sở vật chất", "Phòng chờ", "Vệ sinh"]
    ruled(sheet, [20, 100, 120, 140, 160], [30 + 8.0 * n for n in range(len(rows) + 2)])
    for number, head in enumerate(heads):
        centred(sheet, 110 + 20 * number, 35.5, head)
    for number, row in enumerate(rows, 1):
        sheet.write(22, 35.5 + 8 * number, row)
        if row not in ("Phục vụ", "Cơ sở vật chất"):
            boxes(sheet, 34 + 8 * number, [110, 130, 150])
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["Thái độ", "Tốc độ", "Phòng chờ", "Vệ sinh"]
    assert all(draft.labels == heads for draft in found)


def test_boxes_of_the_office_are_asked_about(sheet: Sheet, tmp_path: Path) -> None:
    sheet.write(20, 40, "FOR HOSPITAL USE ONLY:")
    for x, label in ((80, "Entered"), (120, "Checked")):
        sheet.box(x, 36.5, 4, label)
        sheet.write(x + 6, 40, label)
    (found,) = asked(sheet, tmp_path)
    assert any("for the office" in doubt for doubt in found.doubts)


@pytest.mark.parametrize("question", ["How often do you drink tea?", "Who lives in your household:"])
def test_one_row_of_wide_cells_is_ticked_where_a_question_stands_over_it(
    sheet: Sheet, tmp_path: Path, question: str
) -> None:
    """Else it may be a table to write in; the numbers under it are a scale of their own."""
    sheet.write(20, 27, f"1. {question}")
    ruled(sheet, [20, 50, 80, 110, 140], [30, 38, 44])
    for x, head in zip((35, 65, 95, 125), ("Never", "Monthly", "Weekly", "Daily"), strict=True):
        centred(sheet, x, 35.5, head)
    sheet.write(20, 48, "2. How bad is it?")
    for number in range(11):
        sheet.write(25 + 10 * number, 53, str(number))
    found = [draft for draft in asked(sheet, tmp_path) if draft.kind != "writing"]
    ticked = question.endswith("?")
    assert [(draft.text, len(draft.places)) for draft in found] == [(question, 4)] * ticked + [("How bad is it?", 11)]
    assert not ticked or any("are they to be ticked?" in doubt for doubt in found[0].doubts)


def with_cells(sheet: Sheet, y: float, words: str, rows: list[str], wide: float = 10) -> None:
    """Words over a table of rows, each with an empty cell behind what it says; the table begins 3 mm below."""
    sheet.write(20, y, words)
    ruled(sheet, [20, 80, 80 + wide], [y + 3 + 6.0 * row for row in range(len(rows) + 1)])
    for row, text in enumerate(rows):
        sheet.write(22, y + 7.5 + 6 * row, text)


def test_empty_cells_behind_options_under_each_other_are_to_be_ticked(sheet: Sheet, tmp_path: Path) -> None:
    """Where a question stands over them, and in the other tables of its kind on the page, but in no other table."""
    ages, ways = ["Up to 24", "25 to 64", "65 or more"], ["By letter", "By telephone", "Other: __________"]
    with_cells(sheet, 30, "1. Age group", ages)
    sheet.write(20, 60, "2. Sex")
    ruled(sheet, [20, 50, 60, 90, 100], [63, 69])
    for x, label in ((22, "Female"), (62, "Male")):
        sheet.write(x, 67.5, label)
    with_cells(
        sheet, 80, "3. In which of these ways have you heard of us since you moved here? (mark all that apply)", ways
    )
    with_cells(sheet, 115, "4. Your household", ["Adults", "Children"], wide=16)
    with_cells(sheet, 140, "5. Your address", ["Street:", "Town:"])
    found = [draft for draft in asked(sheet, tmp_path) if draft.kind != "writing"]
    assert [(draft.text.split("?")[0], draft.labels) for draft in found] == [
        ("Age group", ages),
        ("Sex", ["Female", "Male"]),
        ("In which of these ways have you heard of us since you moved here", [*ways[:2], "Other:"]),
    ]
    assert all(any("are they to be ticked?" in doubt for doubt in draft.doubts) for draft in found)


def test_empty_cells_behind_words_that_nobody_asks_are_written_in(sheet: Sheet, tmp_path: Path) -> None:
    with_cells(sheet, 30, "1. Your household", ["Adults", "Children"])
    with_cells(sheet, 60, "2. Your animals", ["Dogs", "Cats"])
    sheet.write(20, 90, "3. Is it open?")
    for x, label in ((30, "Yes"), (60, "No")):
        sheet.box(x, 94, 4, label)
        sheet.write(x + 7, 97.5, label)
    (found,) = [draft for draft in asked(sheet, tmp_path) if draft.kind != "writing"]
    assert found.labels == ["Yes", "No"]


def test_the_shade_of_a_row_cell_by_cell_is_no_box(sheet: Sheet, tmp_path: Path) -> None:
    """As browsers print it; the rows' numbers stand in shaded cells that have a box's size, one between two lines."""
    rows = [("Thái độ của nhân viên",), ("Thời gian chờ khi nộp hồ sơ", "và khi nhận kết quả"), ("Phòng chờ sạch sẽ",)]
    for number, head in enumerate(("Kém", "Vừa", "Tốt")):
        centred(sheet, 120 + 20 * number, 35, head)
    for number, lines in enumerate(rows, 1):
        top = 40 + 12.0 * (number - 1)
        if number % 2:
            for x, width in ((20, 8), (28, 80), (108, 62)):
                sheet.shade(x, top, width, 8, HexColor("#e8f0f8"))
        sheet.write(22, top + 5.5, str(number), size=9)
        for line, words in enumerate(lines):
            sheet.write(30, top + 5.5 + 4.6 * (line - (len(lines) - 1) / 2), words, size=9)
        boxes(sheet, top + 4, [120, 140, 160])
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == [" ".join(lines) for lines in rows]
    assert all(draft.labels == ["Kém", "Vừa", "Tốt"] for draft in found)


def test_options_of_which_each_has_a_cell_have_all_its_words(sheet: Sheet, tmp_path: Path) -> None:
    options = (("Never",), ("Monthly", "or less"), ("Two or three", "times a month"), ("Weekly",))
    ruled(sheet, [20, 80, 105, 130, 155, 180], [40, 54, 68])
    for row, question in enumerate(("How often do you drink?", "How often do you smoke?")):
        sheet.write(22, 48 + 14 * row, question, size=9)
        for number, lines in enumerate(options):
            x, y = 82 + 25 * number, 45.5 + 14 * row
            sheet.box(x, y - 3, 3.5, lines[0])
            sheet.write(x + 5, y, lines[0], size=8)
            for line in lines[1:]:
                sheet.write(x, y + 5, line, size=8)
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["How often do you drink?", "How often do you smoke?"]
    assert all(draft.labels == [" ".join(lines) for lines in options] for draft in found)


def test_options_in_the_questions_cell_with_their_boxes_in_the_next(sheet: Sheet, tmp_path: Path) -> None:
    rows = {"Ai nộp thuế?": ["Doanh nghiệp", "Hộ kinh doanh", "Cá nhân"], "Nộp qua đâu?": ["Cổng điện tử", "Trực tiếp"]}
    ruled(sheet, [20, 30, 160, 180], [40, 64, 82])
    y = 45.0
    for number, (question, options) in enumerate(rows.items(), 1):
        sheet.write(23, y, str(number))
        sheet.write(32, y, question, size=9)
        for line, label in enumerate(options, 1):
            sheet.write(36, y + 5.5 * line, f"– {label}", size=9)
            boxes(sheet, y + 5.5 * line - 1.2, [170])
        y = 69.0
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == list(rows.items())


@pytest.mark.parametrize("coded", [True, False])
def test_options_in_a_cell_of_their_own_between_their_question_and_its_boxes(
    sheet: Sheet, tmp_path: Path, coded: bool
) -> None:
    """As offices of statistics have them, with codes to circle, or with boxes; where to go on stands in the last."""
    rows = {"Giới tính của Ông/Bà": ["Nam", "Nữ"], "Ông/Bà biết tin qua đâu?": ["Bạn bè", "Đài báo", "Nơi khác"]}
    sheet.write(20, 25, "Xin khoanh tròn vào mã số" if coded else "Xin đánh dấu vào ô")
    ruled(sheet, [20, 30, 90, 150, 165, 185], [40, 54, 72])
    y = 45.0
    for number, (question, options) in enumerate(rows.items(), 1):
        sheet.write(23, y, str(number))
        sheet.paragraph(32, y, question, 40, size=9)
        for line, label in enumerate(options):
            sheet.write(92, y + 5.5 * line, label, size=9)
            if coded:
                sheet.write(157, y + 5.5 * line, str(line + 1), size=9)
            else:
                boxes(sheet, y + 5.5 * line - 1.2, [158])
        y = 59.0
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == list(rows.items())


def test_the_code_of_the_next_cell_is_no_word_of_an_option(sheet: Sheet, tmp_path: Path) -> None:
    ruled(sheet, [20, 30, 130, 140, 190], [40, 48])
    for x, words in ((22, "A1"), (32, "Giới tính:"), (132, "A2"), (142, "Năm sinh: ............")):
        sheet.write(x, 45.4, words)
    for x, label in ((60, "Nam"), (85, "Nữ")):
        sheet.box(x, 42, 4, label)
        sheet.write(x + 6, 45.4, label)
    sheet.write(22, 60, "A3. Nơi sinh sống:")
    sheet.box(60, 56.6, 4, "")
    sheet.write(66, 60, "Thành thị")
    sheet.box(100, 56.6, 4, "")
    sheet.write(106, 60, "Nông thôn")
    assert next(draft.labels for draft in asked(sheet, tmp_path) if draft.kind != "writing") == ["Nam", "Nữ"]


THINGS = ["Nước sạch", "Điện", "Đường đi"]
OFTEN = ["Luôn luôn", "Thường xuyên", "Hiếm khi", "Không bao giờ"]
STEPS = ["15 đến 30 phút", "31 đến 60 phút", "Trên một giờ"]


def asked_below(sheet: Sheet, tmp_path: Path, over: str, rows: list[str], heads: list[str]) -> list[Draft]:
    """The questions of a ruled table of empty cells with these words over it, beside its rows and over its columns."""
    edges = [20.0, 70.0, *(100.0 + 30 * column for column in range(len(heads)))]
    sheet.write(20, 40, over)
    ruled(sheet, edges, [43.0 + 9 * row for row in range(len(rows) + 2)])
    for column, head in enumerate(heads):
        centred(sheet, 85 + 30 * column, 49, head)
    for row, label in enumerate(rows):
        sheet.write(21, 58 + 9 * row, label)
    return asked(sheet, tmp_path)


@pytest.mark.parametrize(
    ("over", "rows"),
    [
        ("1. Đi đến nơi đó mất bao lâu? (mỗi cột đánh một dấu)", STEPS),
        ("1. How long does it take? (one tick in every column)", STEPS),
        ("1. Có đủ các thứ này không?", [*OFTEN, "Không biết"]),
    ],
    ids=["said", "in English", "answers"],
)
def test_the_columns_of_a_table_may_ask_and_its_rows_answer(
    sheet: Sheet, tmp_path: Path, over: str, rows: list[str]
) -> None:
    found = asked_below(sheet, tmp_path, over, rows, THINGS)
    assert [(draft.text, draft.labels, draft.heading) for draft in found] == [(head, rows, over) for head in THINGS]


@pytest.mark.parametrize(
    ("over", "rows", "heads"),
    [
        ("1. Có đủ các thứ này không?", THINGS, OFTEN[:3]),
        ("1. Thời gian đi lại?", STEPS, THINGS),
        ("1. Xếp hạng, mỗi hàng và mỗi cột một dấu.", THINGS, ["Nhất", "Nhì", "Ba"]),
        (
            "1. Khi nào?",
            ["Luôn luôn đi học muộn", "Thường xuyên vắng", "Hiếm khi đọc"],
            ["Có", "Không"],
        ),
        ("1. Điều gì là tốt?", ["Tốt", "Khá", "Kém"], ["Tốt", "Khá", "Kém"]),
        ("1. Điều gì là tốt?", ["Tốt", "Khá", "Kém"], ["Có", "Không"]),
    ],
    ids=["usual", "amounts", "both ways", "sentences", "answers on both sides", "yes and no"],
)
def test_other_tables_are_not_turned(
    sheet: Sheet, tmp_path: Path, over: str, rows: list[str], heads: list[str]
) -> None:
    found = asked_below(sheet, tmp_path, over, rows, heads)
    assert [draft.labels for draft in found] == [heads] * len(rows)


def test_tables_asked_by_their_columns_are_read_one_after_the_other(sheet: Sheet, tmp_path: Path) -> None:
    for number, top in enumerate((40.0, 100.0, 160.0), 1):
        sheet.write(20, top, f"{number}. Có đủ không?")
        for column, head in enumerate(THINGS):
            centred(sheet, 85 + 30 * column, top + 8, f"{head} {number}")
        for row, label in enumerate(OFTEN):
            sheet.write(21, top + 17 + 9 * row, label)
            boxes(sheet, top + 16 + 9 * row, [85.0, 115.0, 145.0])
    assert [draft.text for draft in asked(sheet, tmp_path)] == [f"{head} {n}" for n in (1, 2, 3) for head in THINGS]


@pytest.mark.parametrize("letters", ["ghijk", "cdđeg"])
def test_rows_are_counted_on_by_letters_that_count_no_questions(sheet: Sheet, tmp_path: Path, letters: str) -> None:
    """Beyond h, or the đ of Vietnamese; a letter by itself is of a name."""
    rows = ["Campground", "Shuttle bus", "Trash bins", "Parking", "J. Smith"]
    for x, head in ((120, "Poor"), (140, "Fair"), (160, "Good")):
        centred(sheet, x, 42, head)
    for number, (row, letter) in enumerate(zip(rows, letters, strict=True)):
        sheet.write(22, 51 + 8 * number, f"{letter}. {row}")
        boxes(sheet, 49.7 + 8 * number, [120, 140, 160])
    sheet.turn_page()
    for number, row in enumerate(("J. Smith", "Mother Teresa")):
        sheet.write(22, 51 + 8 * number, row)
        boxes(sheet, 49.7 + 8 * number, [120, 140, 160])
    assert [draft.text for draft in asked(sheet, tmp_path)] == [*rows, "J. Smith", "Mother Teresa"]
