"""The wording of questions of forms that somebody else drew, and its options' words."""

from __future__ import annotations

from pathlib import Path

import pytest
from strange import asked, option

from bench.foreign.sheet import Sheet


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
