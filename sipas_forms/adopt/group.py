"""Groups the boxes of a form into questions: rows of tables first, then lists of options, as a reader's eye does."""

from __future__ import annotations

from itertools import pairwise

from sipas_forms.adopt.grids import find_grids
from sipas_forms.adopt.lists import find_lists
from sipas_forms.adopt.text import EXAMPLE, most_answers, plain, runs_of, unlettered
from sipas_forms.adopt.types import Draft, FormPage, Found
from sipas_forms.adopt.vector import WRITING_MM
from sipas_forms.printing.layout import Rect

# Words on the line that is to be written on, so far over its base; how far before it they may end, and how far over the
# area the words may stand that ask for it.
LEVEL_MM, BESIDE_MM, OVER_MM = 5.0, 8.0, 9.0

COLUMN_BESIDE, COLUMN_LEAST = 0.5, 2  # of a column's height that the next one stands beside; questions in each


def group_pages(pages: list[FormPage]) -> tuple[list[Draft], set[tuple[int, int]]]:
    """The questions of a form in reading order, and the places of printed examples, which are nobody's answer."""
    drafts: list[Draft] = []
    examples: set[tuple[int, int]] = set()
    for page in pages:
        found = _group_page(page)
        for draft in found:
            if _is_example(draft, page):
                examples.update(draft.places)
            else:
                _judge(draft, page)
                drafts.append(draft)
    return drafts, examples


def _group_page(page: FormPage) -> list[Draft]:
    runs = runs_of(page.words, page.found)
    grids, taken, used = find_grids(page, runs)
    left = tuple(word for word in page.words if word not in used)
    lists = find_lists(page, runs_of(left, page.found), taken)
    drafts = grids + lists + _writing(page)
    extents = [_extent(draft, page) for draft in drafts]
    edges = _column_edges(extents)
    order = [(sum(edge <= at.x for edge in edges), at.y + 0.001 * at.x) for at in extents]
    return [drafts[index] for index in sorted(range(len(drafts)), key=lambda index: order[index])]


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
    """Boxes that are all filled in print, or some of them beside words that say so."""
    filled = [page.found[index].filled for _, index in draft.places]
    words = " ".join([draft.text, draft.heading, *draft.labels])
    return all(filled) or (any(filled) and bool(EXAMPLE.search(words)))


def _judge(draft: Draft, page: FormPage) -> None:
    """Its kind by its words, and what about it isn't sure."""
    if draft.kind == "writing":
        return
    several, most = most_answers(f"{draft.text} {draft.heading if draft.grid else ''}")
    if several:
        draft.kind, draft.most = "multiple", most
    draft.labels = unlettered(draft.labels)
    if len(draft.places) == 1:
        draft.doubts.append("a single box: which question does it belong to?")
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
        drafts.append(
            Draft(line, [], [(page.number, index)], "writing", doubts=[] if line else ["what is to be written?"])
        )
    return drafts


def _asked_for(page: FormPage, area: Found) -> str:
    """The words before the first line of an area, or else the nearest line over it."""
    runs = runs_of(tuple(word for word in page.words if not _is_dots(word.text)), page.found)
    base = area.y + min(area.h, WRITING_MM)
    level = [run for run in runs if base - LEVEL_MM < run.center[1] <= base and run.x < area.x + area.w / 2]
    before = [run for run in level if run.right > area.x - BESIDE_MM]
    above = [run for run in runs if area.y - OVER_MM < run.center[1] < base - LEVEL_MM and run.right > area.x]
    if before:
        return max(before, key=lambda run: run.right).text
    beside = [run for run in above if run.x < area.x + area.w]
    return max(beside, key=lambda run: run.center[1]).text if beside else ""


def _is_dots(text: str) -> bool:
    return not any(sign.isalnum() for sign in text)
