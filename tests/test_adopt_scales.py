"""Scales of forms that somebody else drew: what their steps mean, and the words under boxes far from each other."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from strange import asked, boxes, centred, option

from bench.foreign.sheet import Sheet


@pytest.mark.parametrize(
    ("over", "labels"),
    [
        ({0: "dull", 4: "thrilling"}, ["dull", "2", "3", "4", "thrilling"]),
        ({0: "dull", 2: "fair", 4: "thrilling"}, ["dull", "2", "fair", "4", "thrilling"]),
        ({0: "dull", 1: "tame", 4: "thrilling"}, ["dull", "tame", "", "", "thrilling"]),
    ],
    ids=["ends", "middle", "some"],
)
def test_columns_between_words_over_the_ends_of_a_scale_mean_their_place(
    sheet: Sheet, tmp_path: Path, over: dict[int, str], labels: list[str]
) -> None:
    columns = [110.0 + 15 * column for column in range(5)]
    for column, words in over.items():
        centred(sheet, columns[column], 40, words)
    for number, words in enumerate(("The film", "The music")):
        sheet.write(20, 49 + 8 * number, words)
        boxes(sheet, 48 + 8 * number, columns)
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == [
        ("The film", labels),
        ("The music", labels),
    ]


def over_their_words(sheet: Sheet, y: float, question: str, labels: list[str]) -> None:
    """A question over boxes that share out 160 mm of the page, each over its words."""
    sheet.write(20, y, question, size=10)
    pitch = 160 / len(labels)
    columns = [20 + pitch * (number + 0.5) for number in range(len(labels))]
    boxes(sheet, y + 5, columns)
    for x, label in zip(columns, labels, strict=True):
        centred(sheet, x, y + 10.5, label)


@pytest.mark.parametrize("second", [["by bus", "by train"], ["never", "once", "often"]], ids=["pair", "same columns"])
def test_words_under_boxes_are_not_of_the_next_question(sheet: Sheet, tmp_path: Path, second: list[str]) -> None:
    asks = {
        "How often do you ride?": ["daily", "weekly", "yearly"],
        "You came": second,
        "How far is it for you?": ["1 km", "2 km", "3 km", "4 km"],
    }
    for number, (question, labels) in enumerate(asks.items()):
        over_their_words(sheet, 40 + 17 * number, question, labels)
    assert [(draft.text, draft.labels) for draft in asked(sheet, tmp_path)] == list(asks.items())


def test_a_sentence_apart_over_boxes_that_stand_over_their_words_is_not_of_their_question(
    sheet: Sheet, tmp_path: Path
) -> None:
    sheet.write(20, 32, "Please tick the box over your answer. Take your time.", size=10)
    over_their_words(sheet, 40, "How often do you ride?", ["daily", "weekly", "yearly"])
    assert [draft.text for draft in asked(sheet, tmp_path)] == ["How often do you ride?"]


@pytest.mark.parametrize("rows", [("Clean seats", "Fair prices", "Kind staff"), ("Clean seats",)], ids=["rows", "one"])
def test_numbers_before_the_boxes_of_rows_are_their_signs(sheet: Sheet, tmp_path: Path, rows: tuple[str, ...]) -> None:
    sheet.write(20, 40, "4. Please give points:", size=10)
    columns = [110.0 + 11 * number for number in range(4)]
    centred(sheet, columns[0], 40, "awful")
    centred(sheet, columns[-1], 40, "great")
    for number, words in enumerate(rows):
        y = 49 + 8 * number
        sheet.write(24, y, words, size=10)
        boxes(sheet, y - 1.3, columns)
        for step, x in enumerate(columns, 1):
            sheet.write(x - 5, y, str(step), size=9)
    labels = ["1 (awful)", "2", "3", "4 (great)"] if len(rows) > 1 else ["1", "2", "3", "4"]
    found = asked(sheet, tmp_path)
    assert [(draft.text.split(": ")[-1], draft.labels) for draft in found] == [(words, labels) for words in rows]


def test_rows_whose_boxes_share_a_cell_have_the_words_of_their_own_row(sheet: Sheet, tmp_path: Path) -> None:
    rows = ["A. Harbour", "A1. The quay is lit", "A2. The water is deep", "B. Town", "B1. Shops are near"]
    edges = [40.0, 48.0, 53.0, 61.0, 69.0, 74.0, 83.5]  # the names of parts have less room than rows, the last one more
    columns = [125.0 + 15 * number for number in range(4)]
    for y in edges:
        sheet.rule(20, y, 180, y)
    for x in (20, 180):
        sheet.rule(x, edges[0], x, edges[-1])
    for column, words in zip(columns, ("bad", "poor", "fair", "good"), strict=True):
        centred(sheet, column, 45.5, words)
    for (top, low), words in zip(pairwise(edges[1:]), rows, strict=True):
        sheet.write(22, (top + low) / 2 + 0.9, words)
        if words[1].isdigit():
            boxes(sheet, (top + low) / 2, columns)
            sheet.rule(115, top, 115, low)
    sheet.rule(115, edges[0], 115, edges[1])
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ["The quay is lit", "The water is deep", "Shops are near"]
    assert all(draft.labels == ["bad", "poor", "fair", "good"] for draft in found)


def test_a_number_behind_an_option_that_was_misread_is_known_by_the_others(sheet: Sheet, tmp_path: Path) -> None:
    labels = ["Poor q)", "Fair (2)", "Good (3)", "Fine (4)"]
    for row in range(2):
        sheet.write(20, 52 + 10 * row, f"{row + 1}. Statement of row {row}")
        for number, label in enumerate(labels):
            sheet.box(100 + 25 * number, 48.5 + 10 * row, 4, label)
    for number, label in enumerate(labels):
        sheet.write(96 + 25 * number, 42, label)
    assert [draft.labels for draft in asked(sheet, tmp_path)] == [["Poor (1)", *labels[1:]]] * 2


@pytest.mark.parametrize("poles", [("(very good)", "(very poor)"), ("very good", "very poor")])
def test_numbers_before_boxes_between_the_ends_of_a_scale_are_their_signs(
    sheet: Sheet, tmp_path: Path, poles: tuple[str, str]
) -> None:
    sheet.write(20, 40, "7. Which mark do you give us?", size=10)
    sheet.write(26, 49, poles[0], size=10)
    for step in range(1, 7):
        sheet.write(40 + 14 * step, 49, str(step), size=10)
        boxes(sheet, 47.7, [46.0 + 14 * step])
    sheet.write(138, 49, poles[1], size=10)
    option(sheet, 26, 58, "I gave it before")
    (draft, _) = asked(sheet, tmp_path)
    assert draft.text == "Which mark do you give us?"
    assert draft.labels == ["1 (very good)", "2", "3", "4", "5", "6 (very poor)"]
