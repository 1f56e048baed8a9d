"""Routes of serials that tesseract read: a screen of them, each beside its picture, confirmed at once."""

from __future__ import annotations

from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sipas_forms.review.render import back_to, desk_of, render, words_of
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.review.settle import picture
from sipas_forms.store import confirming as records

# Numbers on one screen: what is compared at one go without losing the place, and opened within a second.
SCREEN = 40
SIGN = "|"  # between a scan's digest and its serial


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/serials", shows(serials_page, lead=True)),
        Route("/serials/confirm", changes(confirm, lead=True), methods=["POST"]),
        Route("/serials/undo", changes(undo, lead=True), methods=["POST"]),
        Route("/serials/{digest}.jpg", shows(serial_picture, lead=True)),
    ]


def serials_page(request: Request) -> Response:
    """Serials beside the print or stamp that they were read from, by number: a wrong one stands out."""
    store = desk_of(request).store
    waiting, total = records.unconfirmed(store, SCREEN)
    return render(
        request,
        "serials.html",
        here="problems",
        waiting=waiting,
        total=total,
        sign=SIGN,
        batches=[(batch, _clock(batch.at)) for batch in records.batches(store)],
    )


def confirm(request: Request, form: FormData) -> Response:
    """All on the screen but those marked as wrong, which stay problems."""
    store, session, words = desk_of(request).store, session_of(request), words_of(request)
    wrong = set(_keys(form, "wrong"))
    right = [key for key in _keys(form, "shown") if key not in wrong]
    records.deny(store, wrong, session.operator)
    count = records.confirm(store, right, session.operator)
    said = [words("were_confirmed", n=words.number(count))]
    if wrong:
        said.append(words("were_denied", n=words.number(len(wrong))))
    session.notice = " ".join(said)
    return back_to("/serials")


def undo(request: Request, form: FormData) -> Response:
    """What was confirmed at once waits again."""
    session, words = session_of(request), words_of(request)
    count = records.undo_batch(desk_of(request).store, str(form.get("operator", "")), str(form.get("at", "")))
    session.notice = words("were_undone", n=words.number(count))
    return back_to("/serials")


def serial_picture(request: Request) -> Response:
    """The place on the page from which the serial was read."""
    return picture(request, desk_of(request).pictures.serial(request.path_params["digest"]))


def _clock(moment: str) -> str:
    """A moment of the store, UTC, as this office's clock shows it."""
    return datetime.fromisoformat(moment).astimezone().strftime("%d/%m %H:%M:%S")


def _keys(form: FormData, name: str) -> list[tuple[str, str]]:
    """(digest, serial) of each."""
    parts = (str(value).partition(SIGN) for value in form.getlist(name))
    return [(digest, serial) for digest, _, serial in parts]
