"""Routes of the queue and of handwriting: the page, the next items, decide, put off, undo."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sipas_forms.review.desk import Key
from sipas_forms.review.pictures import Gone, Made
from sipas_forms.review.queue import answer_words, fault_of, is_odd, next_batch, shown
from sipas_forms.review.render import desk_of, render, words_of
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.store import review as records
from sipas_forms.store.double import key_entry, undo_entry

# Seconds that a browser may show a crop again without asking: the scan behind a digest never changes.
PICTURE_SECONDS = 3600
KEY_SIGN = "|"


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/queue", shows(queue_page)),
        Route("/writing", shows(writing_page)),
        Route("/api/next", shows(next_items)),
        Route("/api/suggest", shows(suggest)),
        Route("/api/decide", changes(decide), methods=["POST"]),
        Route("/api/skip", changes(skip), methods=["POST"]),
        Route("/api/undo", changes(undo), methods=["POST"]),
        Route("/crop/{digest}/{question}/{kind}.jpg", shows(crop)),
        Route("/crop/{digest}/{question}/{kind}/{option}.jpg", shows(crop)),
        Route("/page/{digest}.jpg", shows(page, lead=True)),
    ]


def queue_page(request: Request) -> Response:
    """The queue of doubtful boxes."""
    return render(request, "queue.html", here="queue", kind="boxes")


def writing_page(request: Request) -> Response:
    """The queue of handwriting."""
    tags = records.notes_used(desk_of(request).store)
    return render(request, "queue.html", here="writing", kind="writing", tags=tags)


def next_items(request: Request) -> Response:
    """The next items, and how many are left."""
    desk, session = desk_of(request), session_of(request)
    at = [key for key in map(_key, request.query_params.getlist("at")) if key]
    handwriting = request.query_params.get("kind") == "writing"
    batch = next_batch(desk, session, handwriting, request.query_params.get("unit", ""), at)
    names = {unit.code: unit.name.in_(session.language) for unit in desk.survey.units}
    data: dict[str, Any] = {
        "items": [shown(desk, item, session.language) for item in batch.items],
        "left": batch.left,
        "units": [{"code": code, "name": names[code], "left": left} for code, left in batch.by_unit.items()],
    }
    if not session.lead:
        data["units"] = []
    return JSONResponse(data)


def decide(request: Request, form: FormData) -> Response:
    """Store a decision (or, in double entry, what this person keyed). 409: another person's stands there."""
    desk, session, words = desk_of(request), session_of(request), words_of(request)
    serial, question = str(form.get("serial", "")), str(form.get("question", ""))
    answer, note = str(form.get("answer", "")).strip(), str(form.get("note", "")).strip()[:500]
    fault = fault_of(desk, question, answer)
    item = records.item_of(desk.store, serial, question)
    if fault or item is None:
        return JSONResponse({"message": words(fault or "unknown_question")}, 422)
    if is_odd(desk, question, answer) and form.get("sure") != "1":
        return JSONResponse({"message": words("js.odd", answer=answer)}, 422)
    if not session.lead and not records.was_asked(desk.store, serial, question):
        return JSONResponse({"message": words("not_asked")}, 403)
    session.skipped.pop((serial, question), None)
    if desk.double:
        state, number = key_entry(desk.store, serial, question, answer, session.operator, note)
        return JSONResponse({"id": number, "state": state})
    seen = str(form.get("seen", "0"))
    outcome = records.decide(
        desk.store, serial, question, answer, session.operator, note, int(seen) if seen.isdigit() else 0
    )
    stands = outcome.decision
    if not outcome.accepted and stands.answer != answer:
        said = answer_words(desk.questions[question], stands.answer, words, session.language)
        message = words("decided_already", operator=stands.operator, answer=said)
        return JSONResponse({"message": message, "seen": stands.id}, 409)
    return JSONResponse({"id": stands.id, "state": "decided"})


def skip(request: Request, form: FormData) -> Response:
    """Put an item off to the end of this person's queue."""
    session = session_of(request)
    key = (str(form.get("serial", "")), str(form.get("question", "")))
    session.skipped.pop(key, None)
    session.skipped[key] = None
    return JSONResponse({})


def undo(request: Request, form: FormData) -> Response:
    """Take back this person's newest decision; hands back its item. 404: nothing to take back."""
    desk, session = desk_of(request), session_of(request)
    number = str(form.get("id", ""))
    undone: Any = None
    if desk.double:
        undone = undo_entry(desk.store, session.operator)
    if undone is None:
        undone = records.undo(desk.store, session.operator, int(number) if number.isdigit() else None)
    if undone is None:
        return JSONResponse({"message": words_of(request)("nothing_to_undo")}, 404)
    item = records.item_of(desk.store, undone.serial, undone.question)
    if item is None:
        return JSONResponse({"message": words_of(request)("undone")}, 404)
    question = desk.questions.get(item.question)
    before = answer_words(question, undone.answer, words_of(request), session.language)
    data = {**shown(desk, item, session.language), "before": before, "note": undone.note, "text": undone.answer}
    data["writing"] = question is not None and question.kind == "writing"
    return JSONResponse({"item": data})


def suggest(request: Request) -> Response:
    """What tesseract makes of a piece of handwriting; empty where it isn't installed or sees nothing."""
    desk = desk_of(request)
    key = _key(request.query_params.get("at", ""))
    item = records.item_of(desk.store, *key) if key else None
    question = desk.questions.get(item.question) if item else None
    if item is None or question is None or question.kind != "writing":
        return JSONResponse({"text": ""})
    return JSONResponse(vars(desk.suggester.suggest(item.digest, item.question, question.digits)))


def crop(request: Request) -> Response:
    """A piece of a page."""
    place = request.path_params
    made = desk_of(request).pictures.crop(place["digest"], place["question"], place["kind"], place.get("option", ""))
    return picture(request, made)


def page(request: Request) -> Response:
    """A whole page: not for helpers."""
    return picture(request, desk_of(request).pictures.page(request.path_params["digest"]))


def picture(request: Request, made: Made) -> Response:
    """A JPEG that this browser alone may keep for a while; or a sentence, which the page shows in its place."""
    if made is None:
        return PlainTextResponse(words_of(request)("no_picture"), 404)
    if isinstance(made, Gone):
        return PlainTextResponse(
            words_of(request)("scan_changed" if made.changed else "scan_gone", path=made.path), 404
        )
    headers = {"Cache-Control": f"private, max-age={PICTURE_SECONDS}, immutable"}
    return Response(made, media_type="image/jpeg", headers=headers)


def _key(text: str) -> Key | None:
    serial, sign, question = text.partition(KEY_SIGN)
    return (serial, question) if sign else None
