"""The wording of questions of forms that somebody else drew, and its options' words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from strange import asked, boxes, centred, option

from bench.foreign.sheet import Sheet
from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.source import read_form


@pytest.mark.parametrize("behind", ["Nếu không, xin chuyển sang câu 12", "Vì sao? ......................."])
def test_words_right_before_every_box_of_a_line_are_its_options_whatever_stands_behind(
    sheet: Sheet, tmp_path: Path, behind: str
) -> None:
    sheet.write(20, 40, "9. Quý khách có bị mất điện không?")
    for x, label in ((25, "Có"), (60, "Không")):
        sheet.box(sheet.write(x, 47, label) + 2, 43.6, 4, label)
    sheet.write(82, 47, behind)
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [("Quý khách có bị mất điện không?", ["Có", "Không"])]


def test_words_as_near_to_the_box_before_are_that_boxs(sheet: Sheet, tmp_path: Path) -> None:
    end = sheet.write(20, 40, "9. Mất điện, ngày thường")
    for label in ("Có", "Không", "Không biết"):
        end = option(sheet, end + 3, 40, label)
    found = asked(sheet, tmp_path)
    assert [(draft.text, draft.labels) for draft in found] == [("Mất điện, ngày thường", ["Có", "Không", "Không biết"])]


@pytest.mark.parametrize("off", [-0.4, 0.3])
@pytest.mark.parametrize(
    ("signs", "text"),
    [
        ("เพื่อ", "เพื่อ"),
        ("จ\u0e4d\u0e32นวน", "จำนวน"),
        ("ต\u0e4d\u0e48\u0e32กว\u0e48\u0e32", "ต่ำกว่า"),
        ("ngu\u031bo\u031b\u0300i", "người"),
    ],
)
def test_signs_over_letters_belong_to_the_letter_they_stand_over(
    sheet: Sheet, tmp_path: Path, signs: str, text: str, off: float
) -> None:
    """Thai is drawn by stand-ins, as there is no such font, and the file says what they stand for."""
    sheet.canvas._doc.compression = 0
    drawn = dict(zip(sorted(set(signs)), stand_ins(sorted(set(signs))), strict=True))
    set_letters(sheet, 20, 40, [drawn[sign] for sign in signs], off)
    for x in (25, 60):
        option(sheet, x, 47, "18")
    path = tmp_path / "form.pdf"
    said = sheet.done("form", path).path.read_bytes()
    for sign, stand_in in drawn.items():
        said = said.replace(b"> <%04X>" % ord(stand_in), b"> {%04X}" % ord(sign))
    path.write_bytes(re.sub(rb"> \{(\w{4})\}", rb"> <\1>", said))
    assert [draft.text for draft in group_pages(read_form(path, path.name))[0]] == [text]


def stand_ins(signs: list[str]) -> list[str]:
    """As many Latin letters, and signs over letters, as there are of either."""
    letters, marks = iter("abcdefgh"), iter("\u0300\u0301\u0302\u0303")
    return [next(marks if unicodedata.category(sign) == "Mn" else letters) for sign in signs]


def set_letters(sheet: Sheet, x: float, y: float, signs: list[str], off: float) -> None:
    """Letters one by one, as word processors set them, with the signs over them so far (mm) off the letter's end."""
    for sign in signs:
        if unicodedata.category(sign) == "Mn":
            sheet.write(x + off, y, sign)
        else:
            x = sheet.write(x, y, sign)


def test_codes_of_initials_and_a_number_count_questions(sheet: Sheet, tmp_path: Path) -> None:
    """In a list, "CC1", and in a table, "SQD0.", as each part of a form has its own."""
    lists = ["Do you know the charter?", "Is it easy to see?", "Did it help you?"]
    rows = ["I was served in time.", "The office is clean.", "I paid what is due."]
    for number, text in enumerate(lists):
        sheet.write(20, 40 + 14 * number, f"CC{number + 1}  {text}")
        for x, label in ((25, "Yes"), (60, "No")):
            option(sheet, x, 47 + 14 * number, label)
    for x, head in ((120, "Poor"), (140, "Fair"), (160, "Good")):
        centred(sheet, x, 96, head)
    for number, text in enumerate(rows):
        sheet.write(20, 105 + 9 * number, f"SQD{number}.")
        sheet.write(36, 105 + 9 * number, text)
        boxes(sheet, 103.7 + 9 * number, [120, 140, 160])
    assert [draft.text for draft in asked(sheet, tmp_path)] == [*lists, *rows]


@pytest.mark.parametrize("signs", [("KV1", "KV2", "KV3"), ("CO2", "PM10", "SO2")], ids=["options", "substances"])
def test_other_codes_are_words(sheet: Sheet, tmp_path: Path, signs: tuple[str, ...]) -> None:
    for number, sign in enumerate(signs):
        sheet.write(20, 40 + 14 * number, f"{sign} in the air?" if sign[0] != "K" else "Where do you live?")
        for x, label in zip((25, 60, 95), signs, strict=True):
            option(sheet, x, 47 + 14 * number, label)
    found = asked(sheet, tmp_path)
    assert [draft.labels for draft in found] == [list(signs)] * 3
    assert signs[0] == "KV1" or [draft.text for draft in found] == [f"{sign} in the air?" for sign in signs]
