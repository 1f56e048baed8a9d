"""Lists of options of forms that somebody else drew: which belong to which question, and what stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from strange import asked, option

from bench.foreign.sheet import A4, SANS_BOLD, Sheet

CONSENT = "I agree that my answers are kept for a year."


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path / "form.pdf", A4)


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
