"""Routes of the gallery: hundreds of crops of one decision, the least certain first; a click calls one doubtful."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sipas_forms.review.desk import Desk
from sipas_forms.review.render import desk_of, render, words_of
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.store import review as records
from sipas_forms.store.review import Item

# Crops on one screen: more are slower to look over than to page through.
SCREEN = 240
# Scopes besides single questions: all rows of the satisfaction grid.
GRID = "*"
REASONS = ("marked", "corrected", "filled")


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/gallery", shows(gallery_page, lead=True)),
        Route("/api/doubt", changes(doubt, lead=True), methods=["POST"]),
    ]


def gallery_page(request: Request) -> Response:
    """Crops of one decision."""
    desk, words = desk_of(request), words_of(request)
    asked = request.query_params
    scope = asked.get("question", GRID)
    known = desk.questions.get(scope)
    options = known.options if known else desk.questionnaire.scale.options
    answer = asked.get("answer", options[-1].code if options else "")
    if answer and answer not in [option.code for option in options]:
        answer = ""
    reason = asked.get("reason", "")
    reason = reason if reason in REASONS else ""
    start = int(asked.get("from", "0")) if asked.get("from", "0").isdigit() else 0
    questions = [scope] if known else desk.criteria
    found = records.decided_alike(desk.store, answer, questions, reason or None, SCREEN, start)
    return render(
        request,
        "gallery.html",
        here="gallery",
        cards=[_card(item) for item in found],
        doubted=records.doubted(desk.store),
        scope=scope if known else GRID,
        answer=answer,
        reason=reason,
        reasons=REASONS,
        options=[(option.code, option.label.in_(words.language)) for option in options],
        questions=_scopes(desk),
        start=start,
        more=len(found) >= SCREEN - SCREEN // 8,  # rivals of chosen scans may have left gaps
        screen=SCREEN,
        titles={q.id: q.text.in_(words.language) for q in desk.questions.values()},
    )


def doubt(request: Request, form: FormData) -> Response:
    """Call an answer doubtful, or take that back."""
    desk, session = desk_of(request), session_of(request)
    serial, question = str(form.get("serial", "")), str(form.get("question", ""))
    if records.item_of(desk.store, serial, question) is None:
        return JSONResponse({}, 422)
    if form.get("wrong") == "1":
        records.call_doubtful(desk.store, serial, question, session.operator)
    else:
        records.withdraw_doubt(desk.store, serial, question)
    return JSONResponse({})


def _card(item: Item) -> tuple[Item, str]:
    """An item and its picture: all boxes of the row, so that a second mark is seen too."""
    return item, f"/crop/{item.digest}/{item.question}/row.jpg"


def _scopes(desk: Desk) -> list[str]:
    """Single questions with one answer; multiple ones have too many combinations for a gallery."""
    return [question.id for question in desk.questions.values() if question.kind == "single"]
