"""The queue: doubtful answers in the order in which a person settles them quickest, and what a page shows of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sipas_forms.plan import Question
from sipas_forms.plan.text import Language
from sipas_forms.review.desk import Desk, Key
from sipas_forms.review.pictures import part_of
from sipas_forms.review.rescue import BY_HAND
from sipas_forms.review.safety import Session
from sipas_forms.review.words import Words
from sipas_forms.store import Store
from sipas_forms.store import review as records
from sipas_forms.store.double import entries_by_item
from sipas_forms.store.readings import scan_paths
from sipas_forms.store.review import Item, waiting_counts
from sipas_forms.store.review_pages import conflicts, page_problems

# Items that a page has at hand: enough that the next picture is always there, few enough to share with a second person.
BATCH = 10
# Ten times what fits into the room for comments.
MOST_LETTERS = 4000
# mm above and below the boxes that the band in the neighbourhood covers: the rows of the grid are 6.1 mm apart.
BAND = 1.0


@dataclass(frozen=True)
class Batch:
    """The next items for one browser, and how many are left in all (per unit, in the plan's order)."""

    items: tuple[Item, ...]
    left: int
    by_unit: dict[str, int]


def what_waits(store: Store) -> str:
    """One sentence on what there is to do, for the command line."""
    counts = waiting_counts(store)
    writing = sum(number for (_, _, handwriting), number in counts.items() if handwriting)
    boxes = sum(counts.values()) - writing
    pages = len(page_problems(store)) + len(conflicts(store))
    if boxes or writing or pages:
        return f"Waiting for a person: {boxes} doubtful answers, {writing} with handwriting, {pages} pages."
    if not scan_paths(store):
        return "Nothing waits for a person: no page has been read yet (sipas read); the page takes in what comes."
    return "Nothing waits for a person; what has been decided can be looked over and undone."


def waiting(desk: Desk, session: Session, handwriting: bool) -> list[Item]:
    """What is left for this person, likenesses together: by reason, question and guess, but what is entered by hand by
    its page; what was put off at the end."""
    items = records.queue(desk.store, handwriting)
    if desk.double:
        keyed = entries_by_item(desk.store)
        items = [
            item
            for item in items
            if len(keyed.get(item.key, ())) < 2 and all(e.operator != session.operator for e in keyed.get(item.key, ()))
        ]
    put_off = {key: place for place, key in enumerate(session.skipped)}

    def order(item: Item) -> tuple[object, ...]:
        late = put_off.get(item.key, -1)
        sheet = (item.serial, item.page) if item.reason == BY_HAND else ("", 0)
        return late, item.reason, *sheet, desk.order.get(item.question, 999), item.answer, item.serial

    return sorted(items, key=order)


def next_batch(desk: Desk, session: Session, handwriting: bool, unit: str = "", first: Sequence[Key] = ()) -> Batch:
    """The next items that nobody else is at. `first`: those that the page is at already stay with it."""
    items = waiting(desk, session, handwriting)
    by_unit = Counter(item.unit for item in items)
    mine = [item for item in items if not unit or item.unit == unit]
    if first:
        mine.sort(key=lambda item: item.key not in first)  # stable: the order of the rest stays
    keys = [item.key for item in mine]
    # in double entry two people are meant to be at the same item
    taken = set(keys[:BATCH] if desk.double else desk.leases.take(keys, session.csrf, BATCH))
    counts = {u.code: by_unit.get(u.code, 0) for u in desk.survey.units if by_unit.get(u.code)}
    return Batch(tuple(item for item in mine if item.key in taken), len(mine), counts)


def shown(desk: Desk, item: Item, language: Language) -> dict[str, Any]:
    """An item as the page's script takes it: words, options, and where the boxes lie in the picture (percent)."""
    question = desk.questions.get(item.question)
    words = Words(language)
    factor = next((f for f in desk.questionnaire.factors for c in f.criteria if c.id == item.question), None)
    return {
        "serial": item.serial,
        "question": item.question,
        "title": title_of(desk, item.question, language),
        "part": factor.title.in_(language) if factor else "",
        "unit": item.unit,
        "kind": question.kind if question else "single",
        "most": question.most if question else 1,
        "digits": question.digits if question else 0,
        "between": question.between if question else None,
        "options": [
            {"code": option.code, "label": option.label.in_(language)}
            for option in (question.options if question else ())
        ],
        "guesses": item.reason != BY_HAND,
        "guess": item.answer,
        "guess_words": answer_words(question, item.answer, words, language),
        "reason": words.reason(item.reason),
        "page": item.page,
        "seen": item.seen,
        "picture": f"/crop/{item.digest}/{item.question}/crop.jpg",
        "around": f"/crop/{item.digest}/{item.question}/around.jpg",
        "whole": f"/page/{item.digest}.jpg",
        **_geometry(desk, item),
    }


def title_of(desk: Desk, question: str, language: Language) -> str:
    """The question as printed, with its id where it is a criterion."""
    known = desk.questions.get(question)
    if known is None:
        return question
    return f"{question}. {known.text.in_(language)}" if question in desk.criteria else known.text.in_(language)


def answer_words(question: Question | None, answer: str, words: Words, language: Language) -> str:
    """An answer in words."""
    if not answer:
        return words("blank")
    if question is None or question.kind == "writing":
        return answer
    labels = {option.code: option.label.in_(language) for option in question.options}
    return "; ".join(
        f"{code} {labels[code]}" if code in labels and code != labels[code] else code for code in answer.split(";")
    )


def _geometry(desk: Desk, item: Item) -> dict[str, Any]:
    """Places as percent of the picture: [left, top, width, height]; and the picture's size in mm."""
    layout = desk.layout(item.form_version)
    page = layout.page(item.page) if layout else None
    labelled = item.question not in desk.criteria
    crop = part_of(page, item.question, "crop", "", labelled) if page else None
    around = part_of(page, item.question, "around") if page else None
    if page is None or crop is None or around is None:
        return {"boxes": [], "size": [100, 20], "around_size": [183, 50], "band": [0, 100]}
    boxes = [
        {
            "code": box.option,
            "at": [
                round(100 * (box.x - crop.x) / crop.w, 3),
                round(100 * (box.y - crop.y) / crop.h, 3),
                round(100 * box.w / crop.w, 3),
                round(100 * box.h / crop.h, 3),
            ],
        }
        for box in page.boxes
        if box.question == item.question
    ]
    mine = [box for box in page.boxes if box.question == item.question]
    low = min((box.y for box in mine), default=crop.y + BAND) - BAND
    high = max((box.y + box.h for box in mine), default=crop.y + crop.h - BAND) + BAND
    top, height = 100 * (low - around.y) / around.h, 100 * (high - low) / around.h
    return {
        "boxes": boxes,
        "size": [round(crop.w, 2), round(crop.h, 2)],
        "around_size": [round(around.w, 2), round(around.h, 2)],
        "band": [round(top, 3), round(height, 3)],
    }


def fault_of(desk: Desk, question: str, answer: str) -> str | None:
    """Why `answer` can't be an answer to `question` (a word of `Words`); None where it can.

    More boxes than may be ticked are an answer too: an invalid one, which the tally counts as such.
    """
    known = desk.questions.get(question)
    if known is None:
        return "unknown_question"
    if known.kind == "writing":
        if known.digits and answer and not (answer.isdigit() and len(answer) <= known.digits):
            return "js.digits_only"
        return "too_long" if len(answer) > MOST_LETTERS else None
    codes = [option.code for option in known.options]
    given = answer.split(";") if answer else []
    if len(set(given)) < len(given) or any(code not in codes for code in given):
        return "unknown_option"
    return None


def is_odd(desk: Desk, question: str, answer: str) -> bool:
    """Whether a number is possible but hardly meant: fewer digits than cells, or outside what the plan says."""
    known = desk.questions.get(question)
    if known is None or not known.digits or not answer:
        return False
    low, high = known.between or (0, 10**known.digits)
    return len(answer) < known.digits or not low <= int(answer) <= high
