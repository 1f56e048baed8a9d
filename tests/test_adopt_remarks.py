"""Tables of empty cells with a column that is written in, beside those that are ticked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.lib.units import mm
from strange import asked, centred

from bench.foreign.sheet import Sheet

ROWS = ["Floors dry", "Aisles clear", "Exits open"]


def checklist(sheet: Sheet, heads: list[str], widths: list[float]) -> None:
    """A table of empty cells under these heads, as wide."""
    xs = [80.0]
    for width in widths:
        xs.append(xs[-1] + width)
    ys = [30.0, 38, 46, 54, 62] if heads else [38.0, 46, 54, 62]
    for y in ys:
        sheet.rule(20, y, xs[-1], y)
    for x in (20, *xs):
        sheet.rule(x, ys[0], x, ys[-1])
    for (left, right), head in zip(pairwise(xs), heads, strict=False):
        centred(sheet, (left + right) / 2, 35, head)
    for number, row in enumerate(ROWS):
        sheet.write(22, 43 + 8 * number, row)


@pytest.mark.parametrize(
    ("last", "width"),
    [("Remark / action", 20.0), ("Ghi chú", 16.0), ("Bemerkungen", 30.0), ("Megjegyzés", 40.0)],
)
def test_a_column_to_be_written_in_is_none_of_the_answers(
    sheet: Sheet, tmp_path: Path, last: str, width: float
) -> None:
    checklist(sheet, ["OK", "Not OK", "N/A", last], [16.0, 16, 16, width])
    sheet.turn_page()
    if width == 40:  # what only its width tells, a head need not
        checklist(sheet, [], [16.0, 16, 16, width])
    found = asked(sheet, tmp_path)
    assert [draft.text for draft in found] == ROWS * (2 if width == 40 else 1)
    assert all(draft.labels == ["OK", "Not OK", "N/A"] for draft in found)


@pytest.mark.parametrize(
    ("heads", "widths"),
    [
        (["Yes", "No", "I do not know"], [16.0, 16, 28]),
        (["Yes", "No", "I would rather not say"], [12.0, 22, 40]),
    ],
    ids=["hardly wider", "none even"],
)
def test_a_wider_column_may_be_an_answer_still(
    sheet: Sheet, tmp_path: Path, heads: list[str], widths: list[float]
) -> None:
    checklist(sheet, heads, widths)
    assert [draft.labels for draft in asked(sheet, tmp_path)] == [heads] * len(ROWS)


def test_strokes_between_the_heads_in_a_frame_part_them(sheet: Sheet, tmp_path: Path) -> None:
    """They touch no other stroke where the name of a part, in a frame too, stands between them and the cells."""
    checklist(sheet, [], [16.0, 16, 16])
    for top in (22, 30):
        sheet.canvas.rect(20 * mm, (297 - top - 8) * mm, 108 * mm, 8 * mm)
    sheet.write(22, 35, "Fire protection")
    for x in (80, 96, 112):
        sheet.rule(x, 22, x, 30)
    for x, head in ((88, "OK"), (104, "Not OK"), (120, "N/A")):
        centred(sheet, x, 27, head)
    assert [draft.labels for draft in asked(sheet, tmp_path)] == [["OK", "Not OK", "N/A"]] * len(ROWS)
