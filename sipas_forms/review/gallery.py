"""Routes of the gallery: hundreds of crops of one decision, the least certain first; a click calls one doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sipas_forms.review.desk import Desk
from sipas_forms.review.render import desk_of, render, words_of
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.review.words import Words
from sipas_forms.store import review as records
from sipas_forms.store.review import Alike, Item

# Crops on one screen: more are slower to look over than to page through.
SCREEN = 240
# Scopes besides single questions: all rows of the satisfaction grid; every question of the form.
GRID, ALL = "*", "all"
# Decisions besides single options: a blank; whatever was decided. In a multiple choice every box is a decision of its
# own, so that an option stands there twice: with the first sign where it was ticked, with the second where it wasn't.
BLANK, ANY = "", "*"
TICKED, UNTICKED = "+", "-"
REASONS = ("marked", "corrected", "filled")


@dataclass(frozen=True)
class View:
    """What is looked at: `scope` a question, `GRID` or `ALL`; `answer` one of `answers_of`; `start` counts from 0."""

    scope: str
    answer: str
    reason: str = ""
    start: int = 0

    def address(self, start: int) -> str:
        """Of the same view from another place on."""
        asked = {"question": self.scope, "answer": self.answer, "reason": self.reason, "from": start}
        return "/gallery?" + urlencode(asked)

    @property
    def box(self) -> str:
        """The option whose box alone is shown; "" where the whole row is."""
        return self.answer[1:] if self.answer[:1] in (TICKED, UNTICKED) else ""


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/gallery", shows(gallery_page, lead=True)),
        Route("/api/doubt", changes(doubt, lead=True), methods=["POST"]),
    ]


def gallery_page(request: Request) -> Response:
    """Crops of one decision."""
    desk, words = desk_of(request), words_of(request)
    view = view_of(desk, request.query_params)
    sought = alike(desk, view)
    total = records.count_alike(desk.store, sought)
    found = records.decided_alike(desk.store, sought, SCREEN, view.start)
    last = min(view.start + SCREEN, total)
    return render(
        request,
        "gallery.html",
        here="gallery",
        view=view,
        cards=[(item, _picture(item, view)) for item in found],
        doubted=records.doubted(desk.store),
        answers=answers_of(desk, view.scope, words),
        reasons=REASONS if view.answer != BLANK and not view.answer.startswith(UNTICKED) else (),
        questions=[(q.id, q.text.in_(words.language)) for q in desk.questions.values()],
        shape=_shape(desk, view),
        place=words(
            "gallery_place", first=words.number(view.start + 1), last=words.number(last), n=words.number(total)
        ),
        before=view.address(max(0, view.start - SCREEN)) if view.start else "",
        after=view.address(view.start + SCREEN) if last < total else "",
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


def view_of(desk: Desk, asked: QueryParams) -> View:
    """What the address asks for; anything unknown falls back to the first thing there is."""
    scope = asked.get("question", GRID)
    scope = scope if scope in (ALL, *desk.questions) else GRID
    codes = [code for code, _ in answers_of(desk, scope, Words("vi"))]
    answer = asked.get("answer", "")
    if "answer" not in asked or answer not in codes:
        answer = codes[0]
    reason = asked.get("reason", "")
    start = asked.get("from", "0")
    # seven digits are ten million answers; longer numbers the database refuses
    return View(
        scope, answer, reason if reason in REASONS else "", int(start) if start.isdecimal() and len(start) < 8 else 0
    )


def answers_of(desk: Desk, scope: str, words: Words) -> list[tuple[str, str]]:
    """The decisions that the machine may have made there, with their names; the most usual one first."""
    known = desk.questions.get(scope)
    blank, every = (BLANK, words("blank")), (ANY, words("any_answer"))
    if scope == ALL:
        return [every, blank]
    if known and known.kind == "writing":
        return [blank]  # what is written, a person reads
    options = known.options if known else desk.questionnaire.scale.options
    named = [(option.code, option.label.in_(words.language)) for option in options]
    if known and known.kind == "multiple":
        ticked = [(TICKED + code, f"{words('ticked')} · {label}") for code, label in named]
        unticked = [(UNTICKED + code, f"{words('unticked')} · {label}") for code, label in named]
        return [every, *ticked, *unticked, blank]
    return [*((code, f"{code} · {label}") for code, label in reversed(named)), blank, every]


def alike(desk: Desk, view: View) -> Alike:
    """The view as the store looks for it."""
    questions = {GRID: tuple(desk.criteria), ALL: tuple(desk.questions)}.get(view.scope, (view.scope,))
    if view.box:
        ticked = view.answer.startswith(TICKED)
        return Alike(questions, None, view.box if ticked else "", "" if ticked else view.box, view.reason)
    return Alike(questions, None if view.answer == ANY else view.answer, reason=view.reason)


def _shape(desk: Desk, view: View) -> str:
    """How wide the crops are: a class of the style sheet."""
    if view.box:
        return "boxes"
    return "mixed" if view.scope == ALL else "" if view.scope == GRID or view.scope in desk.criteria else "wide"


def _picture(item: Item, view: View) -> str:
    """All boxes of the row, so that a second mark is seen too; or the one box that was decided."""
    return f"/crop/{item.digest}/{item.question}/" + (f"box/{view.box}.jpg" if view.box else "row.jpg")
