"""Routes of double entry: how well two people agree, and the third look at what they keyed differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sipas_forms.plan import Question
from sipas_forms.review.queue import answer_words, fault_of, title_of
from sipas_forms.review.render import back_to, desk_of, render, words_of
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.store import review as records
from sipas_forms.store.double import Entry, entries_by_item
from sipas_forms.store.review import Item

# Disagreements on one screen; the rest comes as these are settled.
SCREEN = 50

Pair = tuple[str, str]


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/double", shows(double_page, lead=True)),
        Route("/double/settle", changes(settle, lead=True), methods=["POST"]),
    ]


def double_page(request: Request) -> Response:
    """Agreement so far, and every disagreement with its picture."""
    desk, words = desk_of(request), words_of(request)
    pairs: dict[str, list[Pair]] = {"boxes": [], "writing": []}
    open_: list[tuple[Item, str, Question, list[tuple[Entry, str]]]] = []
    keyed = entries_by_item(desk.store)
    waiting = records.undecided(desk.store, keyed)
    for (serial, question), entries in keyed.items():
        if len(entries) < 2 or question not in desk.questions:
            continue
        known = desk.questions[question]
        # ordered by name, so that "one" and "the other" stay the same two people
        first, second = sorted(entries[:2], key=lambda entry: entry.operator)
        pairs["writing" if known.kind == "writing" else "boxes"].append((first.answer.strip(), second.answer.strip()))
        if first.answer.strip() != second.answer.strip() and (serial, question) in waiting:
            item = records.item_of(desk.store, serial, question)
            if item and len(open_) < SCREEN:
                said = [(e, answer_words(known, e.answer, words, words.language)) for e in (first, second)]
                open_.append((item, title_of(desk, question, words.language), known, said))
    figures = [(kind, len(found), agreement(found), kappa(found)) for kind, found in pairs.items() if found]
    once = sum(1 for key, entries in keyed.items() if len(entries) == 1 and key in waiting)
    return render(request, "double.html", here="double", figures=figures, open=open_, once=once)


def settle(request: Request, form: FormData) -> Response:
    """The third look decides."""
    desk, session, words = desk_of(request), session_of(request), words_of(request)
    serial, question = str(form.get("serial", "")), str(form.get("question", ""))
    known = desk.questions.get(question)
    answer = str(form.get("answer", "")).strip()
    if known and known.kind == "multiple" and "answer" not in form:
        answer = ";".join(str(code) for code in form.getlist("option"))
    fault = fault_of(desk, question, answer)
    if fault or records.item_of(desk.store, serial, question) is None:
        session.notice = words(fault or "unknown_question")
        return back_to("/double")
    outcome = records.decide(desk.store, serial, question, answer, session.operator)
    stands = outcome.decision
    session.notice = words("third_settled")
    if not outcome.accepted and stands.answer != answer:
        said = answer_words(known, stands.answer, words, words.language)
        session.notice = words("decided_already", operator=stands.operator, answer=said)
    return back_to("/double")


def agreement(pairs: Iterable[Pair]) -> float | None:
    """The share of pairs that are equal; None of no pairs."""
    equal = [first == second for first, second in pairs]
    return sum(equal) / len(equal) if equal else None


def kappa(pairs: Iterable[Pair]) -> float | None:
    """Cohen's kappa (1960): agreement beyond what two people of these habits would have by chance.

    None where chance alone would agree always (both gave one and the same answer throughout), or of no pairs.
    """
    found = list(pairs)
    observed = agreement(found)
    if observed is None:
        return None
    first, second = (Counter(pair[side] for pair in found) for side in (0, 1))
    chance = sum(first[answer] * second[answer] for answer in first) / len(found) ** 2
    return None if chance == 1 else (observed - chance) / (1 - chance)
