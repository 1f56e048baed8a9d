"""Groups the boxes of a form into questions: rows of tables first, then lists of options, as a reader's eye does."""

from __future__ import annotations

from sipas_forms.adopt.grids import find_grids
from sipas_forms.adopt.lists import find_lists
from sipas_forms.adopt.text import EXAMPLE, make_run, most_answers, runs_of
from sipas_forms.adopt.types import Draft, FormPage, Word
from sipas_forms.printing.layout import Rect

LABEL_MM = 60.0  # how far left of room for writing its words may begin


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
    return sorted(drafts, key=lambda draft: _order(draft, page, lists))


def _order(draft: Draft, page: FormPage, lists: list[Draft]) -> tuple[int, float]:
    """Down the page; lists have found their own columns."""
    boxes = [page.found[index] for _, index in draft.places]
    return 0, min(box.y for box in boxes) + 0.001 * min(box.x for box in boxes)


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
    if len(draft.places) == 1:
        draft.doubts.append("a single box: which question does it belong to?")
    if not draft.text:
        draft.doubts.append("no words were found for the question")
    if any(not label for label in draft.labels):
        draft.doubts.append("an option without words")
    if len(set(draft.labels)) < len(draft.labels):
        draft.doubts.append("two options have the same words")
    if any(page.found[index].filled for _, index in draft.places):
        draft.doubts.append("a box of it is filled in print")


def _writing(page: FormPage) -> list[Draft]:
    """Room for writing, with the line of words above it or to its left."""
    drafts = []
    for index, area in enumerate(page.found):
        if area.shape != "writing":
            continue
        zone = Rect(area.x - LABEL_MM, area.y - 7, area.w + LABEL_MM, 14)
        near = [word for word in page.words if _inside(word, zone) and not _is_dots(word.text)]
        line = make_run(near).text if near else ""
        drafts.append(
            Draft(line, [], [(page.number, index)], "writing", doubts=[] if line else ["what is to be written?"])
        )
    return drafts


def _inside(word: Word, zone: Rect) -> bool:
    x, y = word.center
    return zone.x <= x <= zone.x + zone.w and zone.y <= y <= zone.y + zone.h


def _is_dots(text: str) -> bool:
    return not any(sign.isalnum() for sign in text)
