"""Scales of forms that somebody else drew: what their steps mean, and the words under boxes far from each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from strange import asked, boxes, centred

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
