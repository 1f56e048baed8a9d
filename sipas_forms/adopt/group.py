"""Groups the boxes of a form into questions: rows of tables first, then lists of options, as a reader's eye does."""

from __future__ import annotations

import re
from itertools import pairwise

from sipas_forms.adopt.bands import Band, find_bands
from sipas_forms.adopt.grids import GROUP, find_grids
from sipas_forms.adopt.heads import Head
from sipas_forms.adopt.lines import statement_and_rest
from sipas_forms.adopt.lists import alike, find_lists
from sipas_forms.adopt.rows import Row, with_steps
from sipas_forms.adopt.stacks import find_stacks
from sipas_forms.adopt.text import (
    EXAMPLE,
    PAGE_NUMBER,
    Run,
    is_numbered,
    is_statement,
    most_answers,
    numbered_codes,
    option_words,
    plain,
    recounted,
    runs_of,
    signed_codes,
    unlettered,
    without_counters,
)
from sipas_forms.adopt.types import Draft, FormPage, Found, Word
from sipas_forms.adopt.writing import OFFICE, WRITING_MM
from sipas_forms.printing.layout import Rect

# Words on the line that is to be written on, so far over its base; how far before it they may end, and how far over the
# area the words may stand that ask for it.
LEVEL_MM, BESIDE_MM, OVER_MM = 5.0, 8.0, 9.0

SAME_PLACE_MM = 2.0  # between running heads of two pages: each page of a scan lies a little differently
MARKS = frozenset("xXvV✓✔✗✘×")  # typed in a box, they show how to mark one
NUMERAL = re.compile(r"\d+")
LONE_LETTER, LETTERS_LEAST = re.compile(r"^[A-Z]\s+(?=[^\W\d_])"), 3

COLUMN_BESIDE, COLUMN_LEAST = 0.5, 2  # of a column's height that the next one stands beside; questions in each


def group_pages(pages: list[FormPage]) -> tuple[list[Draft], set[tuple[int, int]]]:
    """The questions of a form in reading order, and the places of printed examples, which are nobody's answer."""
    drafts: list[Draft] = []
    examples: set[tuple[int, int]] = set()
    pages = [with_steps(without_counters(page)) for page in signed_codes(numbered_codes(pages))]
    runs = {page.number: runs_of(page.words, page.found) for page in pages}
    running = {page.number: _running_words(page.number, runs) for page in pages}
    heads_of: list[tuple[Row, Head]] = []
    for page in pages:
        found = _group_page(page, runs[page.number], running[page.number], heads_of)
        for draft in (part for whole in found for part in _statements(whole)):
            if _is_example(draft, page):
                examples.update(draft.places)
            else:
                _judge(draft, page)
                drafts.append(draft)
    for page, other in pairwise(pages):
        _mark_overleaf(page, other, drafts, running[page.number])
    _drop_letters(drafts)
    return drafts, examples


def _statements(draft: Draft) -> list[Draft]:
    """The question as it is, or, where no words stand over its boxes and a sentence beside each, "I agree to be asked
    again.", one for each of them."""
    alone = not draft.text and not draft.grid and bool(draft.labels) and all(map(is_statement, draft.labels))
    if not alone:
        return [draft]
    return [Draft("", [label], [place]) for label, place in zip(draft.labels, draft.places, strict=True)]


def _drop_letters(drafts: list[Draft]) -> None:
    """Leave out the letters by which questions are counted, "B How old are you?", where three or more rise down the
    form: one by itself may be a word."""
    lettered = [draft for draft in drafts if LONE_LETTER.match(draft.text)]
    letters = [draft.text[0] for draft in lettered]
    if len(letters) >= LETTERS_LEAST and all(a < b for a, b in pairwise(letters)):
        for draft in lettered:
            draft.text = LONE_LETTER.sub("", draft.text, count=1)


def _running_words(page: int, runs: dict[int, list[Run]]) -> set[Word]:
    """The page's number, and its first and last line where another page has the same there: no question's words.
    `runs`: those of each page."""
    lines = _outer_lines(runs[page])
    others = [run for other in runs if other != page for run in _outer_lines(runs[other])]
    repeated = [run for run in lines if not is_numbered(run.text) and any(_same_place(run, at) for at in others)]
    numbers = [run for run in runs[page] if PAGE_NUMBER.match(run.text)]
    return {word for run in (*repeated, *numbers) for word in run.words}


def _outer_lines(runs: list[Run]) -> list[Run]:
    return [run for run in runs if min(abs(run.center[1] - end.center[1]) for end in (runs[0], runs[-1])) < run.h / 2]


def _same_place(run: Run, other: Run) -> bool:
    """Whether two pages have the same words in the same place, but for a number that counts the pages."""
    near = max(abs(run.x - other.x), abs(run.y - other.y)) < SAME_PLACE_MM
    return near and NUMERAL.sub("", run.text) == NUMERAL.sub("", other.text)


def _group_page(page: FormPage, runs: list[Run], running: set[Word], heads_of: list[tuple[Row, Head]]) -> list[Draft]:
    stacks, stacked, words = find_stacks(page)
    grids, taken, used = find_grids(page, runs, heads_of, stacked)
    used |= words | running
    left = tuple(word for word in page.words if word not in used)
    rest = runs_of(left, page.found)
    bands = find_bands(page, runs, rest, [_extent(draft, page) for draft in grids])
    drafts = stacks + grids + find_lists(page, rest, taken | stacked, bands) + _writing(page)
    return [draft for band in bands for draft in _in_band(page, band, drafts)]


def _in_band(page: FormPage, band: Band, drafts: list[Draft]) -> list[Draft]:
    """The questions of a strip of the page in reading order."""
    own = [(draft, _first(draft, page)) for draft in drafts if band.top <= _first(draft, page).center[1] < band.bottom]
    asked = [draft for draft, _ in own if draft.kind != "writing"]  # a line to write on ends anywhere
    edges = band.edges[1:-1] or _column_edges(_whole_rows(asked, page))
    own.sort(key=lambda item: (sum(edge <= item[1].x for edge in edges), item[1].y + 0.001 * item[1].x))
    return [draft for draft, _ in own]


def _whole_rows(drafts: list[Draft], page: FormPage) -> list[Rect]:
    """What the questions take up; those of the groups of one row of a table, or of its columns, are one: they make no
    columns of the page."""
    rows: list[list[Draft]] = []
    for draft in drafts:
        asked, at = draft.text.split(GROUP)[0], _first(draft, page).center[1]
        same = [
            row
            for row in rows
            if draft.grid and row[0].grid
            if row[0].text.split(GROUP)[0] == asked or (_runs_down(draft, page) and _runs_down(row[0], page))
            if abs(_first(row[0], page).center[1] - at) < SAME_PLACE_MM
        ]
        if same:
            same[0].append(draft)
        else:
            rows.append([draft])
    return [_extent(Draft("", [], [place for draft in row for place in draft.places]), page) for row in rows]


def _runs_down(draft: Draft, page: FormPage) -> bool:
    """Whether the boxes of a question stand under each other."""
    return len(draft.places) > 1 and abs(_first(draft, page).x - page.found[draft.places[1][1]].x) < SAME_PLACE_MM


def _first(draft: Draft, page: FormPage) -> Found:
    """The box that a question begins with, as its form is read."""
    return page.found[draft.places[0][1]]


def _mark_overleaf(page: FormPage, other: FormPage, drafts: list[Draft], running: set[Word]) -> None:
    """Options at the head of a page, no words over them, are the rest of the question at the foot of the page before.
    A question can't be on two pages: both halves keep its words, and a person decides."""
    before = [draft for draft in drafts if draft.places[0][0] == page.number]
    after = [draft for draft in drafts if draft.places[0][0] == other.number]
    if not before or not after or after[0].text or "writing" in (before[-1].kind, after[0].kind):
        return
    last, first = page.found[before[-1].places[-1][1]], other.found[after[0].places[0][1]]
    under = [word for word in page.words if word.y > last.bottom and word not in running]
    if not under and alike(last, first):
        after[0].text = before[-1].text
        after[0].doubts = [f"the rest of a question on page {page.number}: a question can't be on two pages"]
        before[-1].doubts.append(f"goes on on page {other.number}: a question can't be on two pages")


def _extent(draft: Draft, page: FormPage) -> Rect:
    """What the boxes of a question take up."""
    boxes = [page.found[index] for _, index in draft.places]
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Rect(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)


def _column_edges(extents: list[Rect]) -> list[float]:
    """Where a page of several columns begins its second one and so on: questions that stand side by side all the way
    down, none of which reaches over."""
    groups: list[list[Rect]] = []
    for at in sorted(extents, key=lambda at: at.x):
        if groups and at.x < max(other.x + other.w for other in groups[-1]):
            groups[-1].append(at)
        else:
            groups.append([at])
    spans = [(min(at.y for at in group), max(at.y + at.h for at in group)) for group in groups]
    beside = [
        min(one[1], other[1]) - max(one[0], other[0]) > COLUMN_BESIDE * (one[1] - one[0])
        for one, other in pairwise(spans)
    ]
    if len(groups) < 2 or not all(beside) or min(map(len, groups)) < COLUMN_LEAST:
        return []
    return [min(at.x for at in group) for group in groups[1:]]


def _is_example(draft: Draft, page: FormPage) -> bool:
    """Boxes that are all filled in print; or some of them, or a lone circle round a number, where words say so."""
    boxes = [page.found[index] for _, index in draft.places]
    filled = [box.filled or box.inside in MARKS for box in boxes]
    circled = len(boxes) == 1 and boxes[0].shape == "circle" and bool(NUMERAL.fullmatch(boxes[0].inside))
    words = " ".join([draft.text, draft.heading, *draft.labels])
    return all(filled) or ((any(filled) or circled) and bool(EXAMPLE.search(words)))


def _judge(draft: Draft, page: FormPage) -> None:
    """Its kind by its words, and what about it isn't sure."""
    if draft.kind == "writing":
        return
    several, most = most_answers(f"{draft.text} {draft.heading if draft.grid else ''}")
    if several:
        draft.kind, draft.most = "multiple", most
    draft.labels = unlettered(recounted([option_words(label) for label in draft.labels]))
    if len(draft.places) == 1 and is_statement(draft.labels[0]):
        lead = f"{draft.text} " if draft.text.endswith("?") else ""  # else the name of its part of the form
        draft.kind, draft.text = "multiple", lead + draft.labels[0]
    elif len(draft.places) == 1:
        draft.doubts.append("a single box: which question does it belong to?")
    if OFFICE.search(f"{draft.text} {draft.heading}"):
        draft.doubts.append("is it for the office, and no question?")
    if not draft.text:
        draft.doubts.append("no words were found for the question")
    if any(not label for label in draft.labels):
        draft.doubts.append("an option without words")
    if len(set(draft.labels)) < len(draft.labels):
        draft.doubts.append("two options have the same words")
    unsure = {word.text for word in page.words if not word.sure}
    badly = [word for word in dict.fromkeys(" ".join([draft.text, *draft.labels]).split()) if word in unsure]
    if badly:
        draft.doubts.append(f"read from a scan, not surely: {', '.join(badly)}")
    draft.doubts += dict.fromkeys(page.found[index].doubt for _, index in draft.places if page.found[index].doubt)
    if any(page.found[index].filled for _, index in draft.places):
        draft.doubts.append("a box of it is filled in print")


def _writing(page: FormPage) -> list[Draft]:
    """Room for writing, with the line of words above it or to its left."""
    drafts = []
    for index, area in enumerate(page.found):
        if area.shape != "writing":
            continue
        line = plain(_asked_for(page, area))
        doubts = [doubt for doubt in (area.doubt, "" if line else "what is to be written?") if doubt]
        drafts.append(Draft(line, [], [(page.number, index)], "writing", doubts=doubts))
    return drafts


def _asked_for(page: FormPage, area: Found) -> str:
    """The words before the first line of an area, or else the nearest line over it."""
    runs = runs_of(tuple(word for word in page.words if not _is_dots(word.text)), page.found)
    base = area.y + min(area.h, WRITING_MM)
    level = [run for run in runs if base - LEVEL_MM < run.center[1] <= base and run.x < area.x + area.w / 2]
    before = [run for run in level if run.right > area.x - BESIDE_MM]
    above = [run for run in runs if area.y - OVER_MM < run.center[1] < base - LEVEL_MM and run.right > area.x]
    if before:
        sentence, rest = statement_and_rest(max(before, key=lambda run: run.right))
        return (rest or sentence).text
    beside = [run for run in above if run.x < area.x + area.w]
    return max(beside, key=lambda run: run.center[1]).text if beside else ""


def _is_dots(text: str) -> bool:
    return not any(sign.isalnum() for sign in text)
