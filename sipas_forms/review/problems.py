"""Routes of pages that could not be read, of pages put aside, and of two scans of one page."""

from __future__ import annotations

import itertools
from pathlib import PurePosixPath

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sipas_forms.review.pictures import RAW_SIDE
from sipas_forms.review.queue import answer_words, title_of
from sipas_forms.review.render import back_to, desk_of, render, words_of
from sipas_forms.review.rescue import (
    BY_HAND,
    CORNERS,
    Help,
    Refused,
    check_serial,
    clean_serial,
    read_again,
    take_by_hand,
)
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.review.settle import picture
from sipas_forms.store import review_pages as records
from sipas_forms.store.confirming import TO_CONFIRM, unconfirmed
from sipas_forms.store.readings import choose_scan
from sipas_forms.store.review_pages import Conflict, PageProblem

# px, the long side of a picture in the list.
SMALL = 260
REASONS = ("blank_back", "not_ours", "copy", "unreadable", "other")
# Why pages with these problems are mostly put aside.
USUAL_REASON = {
    "blank_page": "blank_back",
    "dark_page": "unreadable",
    "foreign_code": "not_ours",
    "other_survey": "not_ours",
    "wrong_digest": "copy",
    "void_form": "not_ours",
    "poor_registration": "unreadable",
    "too_small": "unreadable",
}
# Open problems on one screen; the rest comes as these are settled.
MOST_LISTED = 200


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/problems", shows(problems_page, lead=True)),
        Route("/problems/{number:int}", shows(problem_page, lead=True)),
        Route("/problems/{number:int}.jpg", shows(problem_picture, lead=True)),
        Route("/problems/{number:int}/read", changes(read_page_again, lead=True), methods=["POST"]),
        Route("/problems/{number:int}/aside", changes(put_aside, lead=True), methods=["POST"]),
        Route("/aside/{number:int}/back", changes(take_back, lead=True), methods=["POST"]),
        Route("/api/serial", shows(serial_check, lead=True)),
        Route("/conflicts/{serial}/{page:int}", shows(conflict_page, lead=True)),
        Route("/conflicts/{serial}/{page:int}/choose", changes(choose, lead=True), methods=["POST"]),
        Route("/conflicts/{serial}/{page:int}/undo", changes(undo_choice, lead=True), methods=["POST"]),
    ]


def problems_page(request: Request) -> Response:
    """Everything that is open, by kind; and what was settled here and can be taken back."""
    store = desk_of(request).store
    found = records.page_problems(store)
    groups = [(code, list(group)) for code, group in itertools.groupby(found[:MOST_LISTED], lambda p: p.code)]
    return render(
        request,
        "problems.html",
        here="problems",
        groups=groups,
        count=len(found),
        confirmable=unconfirmed(store, 0)[1],
        conflicts=records.conflicts(store),
        aside=records.put_aside(store),
        choices=records.choices(store),
        to_confirm=TO_CONFIRM,
        file_name=_file_name,
    )


def problem_page(request: Request) -> Response:
    """One page that could not be read, and the ways out."""
    desk, problem = desk_of(request), _problem(request)
    if problem is None:
        return back_to("/problems")
    own = desk.layout(problem.form_version) if problem.form_version else None
    layouts = [own] if own else [desk.layout(path.stem) for path in sorted(desk.workspace.layouts.glob("*.json"))]
    known = [page for layout in layouts if layout for page in layout.pages]
    pages = sorted({page.number for page in known})
    seen = bool(problem.frame) and desk.pictures.scan(problem.path, problem.frame) is not None
    return render(
        request,
        "problem.html",
        here="problems",
        problem=problem,
        name=_file_name(problem),
        pages=pages,
        seen=seen,
        reasons=REASONS,
        usual="unreadable" if not seen else USUAL_REASON.get(problem.code, "other"),
        corners=CORNERS if any(page.fiducials for page in known) else (),  # somebody else's form has no marks of ours
    )


def problem_picture(request: Request) -> Response:
    """The scan as it lies, or turned."""
    problem = _problem(request)
    if problem is None:
        return Response(status_code=404)
    turn = request.query_params.get("turn", "0")
    side = SMALL if "small" in request.query_params else RAW_SIDE
    degrees = int(turn) if turn in ("90", "180", "270") else 0
    return picture(request, desk_of(request).pictures.raw(problem.path, problem.frame, side, degrees))


def serial_check(request: Request) -> Response:
    """Is that a form of ours? Answers while it is being typed."""
    desk, words = desk_of(request), words_of(request)
    serial = clean_serial(request.query_params.get("serial", ""))
    refused = check_serial(desk, serial)
    if refused:
        return JSONResponse({"ok": False, "message": words(refused.word, **refused.values)})
    unit, field, _ = serial.split("-")[:3]
    name = desk.survey.unit(unit).name.in_(words.language)
    return JSONResponse(
        {"ok": True, "message": f"✓ {name} · {desk.survey.field(unit, field).name.in_(words.language)}"}
    )


def read_page_again(request: Request, form: FormData) -> Response:
    """Read with the person's help; where that fails, the same page says why."""
    desk, session, words, problem = desk_of(request), session_of(request), words_of(request), _problem(request)
    if problem is None:
        return back_to("/problems")
    help_ = _help(form)
    if help_ is None:
        return PlainTextResponse("The form is not complete.", 422)
    by_hand = form.get("by_hand") == "1"
    record = take_by_hand(desk, problem, help_) if by_hand else read_again(desk, problem, help_)
    if isinstance(record, Refused):
        session.notice = words(record.word, **record.values)
        return back_to(f"/problems/{problem.id}")
    action = BY_HAND if by_hand else "corners" if help_.corners else "turned" if help_.turn else "serial"
    records.record_rescue(desk.store, record, action, help_.text(), session.operator)
    session.notice = words("was_taken" if by_hand else "was_read", serial=help_.serial, page=help_.page)
    return back_to("/problems")


def put_aside(request: Request, form: FormData) -> Response:
    """Nothing to read there, for a reason that is kept."""
    desk, session, problem = desk_of(request), session_of(request), _problem(request)
    words = words_of(request)
    reason = str(form.get("reason", ""))
    if problem is None or reason not in REASONS:
        return back_to("/problems")
    more = str(form.get("more", "")).strip()[:300]
    said = f"{reason}: {more}" if more else reason
    records.set_aside(desk.store, problem, said, session.operator)
    session.notice = words("was_put_aside")
    return back_to("/problems")


def take_back(request: Request, form: FormData) -> Response:
    """A page put aside is a problem again."""
    records.take_back(desk_of(request).store, request.path_params["number"])
    return back_to("/problems")


def conflict_page(request: Request) -> Response:
    """The scans of one page side by side, with the answers in which they differ."""
    desk, conflict = desk_of(request), _conflict(request)
    if conflict is None:
        return back_to("/problems")
    words = words_of(request)
    differing = []
    for question in desk.questions:
        found = [conflict.answers[scan.digest].get(question) for scan in conflict.scans]
        if any(found) and len(set(found)) > 1:
            cells = [
                (answer_words(desk.questions[question], f[0], words, words.language), f[1] == "doubtful")
                if f
                else ("", False)
                for f in found
            ]
            differing.append((title_of(desk, question, words.language), cells))
    return render(request, "conflict.html", here="problems", conflict=conflict, differing=differing)


def choose(request: Request, form: FormData) -> Response:
    """This scan counts."""
    desk, conflict, session = desk_of(request), _conflict(request), session_of(request)
    digest = str(form.get("digest", ""))
    if conflict is None or digest not in [scan.digest for scan in conflict.scans]:
        return back_to("/problems")
    choose_scan(desk.store, digest, session.operator)
    session.notice = words_of(request)("was_chosen", serial=conflict.serial, page=conflict.page)
    left = records.conflicts(desk.store)
    return back_to(f"/conflicts/{left[0].serial}/{left[0].page}" if left else "/problems")


def undo_choice(request: Request, form: FormData) -> Response:
    """The scans are in conflict again."""
    serial, page = request.path_params["serial"], request.path_params["page"]
    records.undo_choice(desk_of(request).store, serial, page)
    return back_to(f"/conflicts/{serial}/{page}")


def _problem(request: Request) -> PageProblem | None:
    return records.page_problem(desk_of(request).store, request.path_params["number"])


def _conflict(request: Request) -> Conflict | None:
    place = (request.path_params["serial"], request.path_params["page"])
    return next((c for c in records.conflicts(desk_of(request).store) if (c.serial, c.page) == place), None)


def _file_name(problem: PageProblem) -> str:
    name = PurePosixPath(problem.path).name
    return f"{name} · {problem.frame}" if problem.frame else name


def _help(form: FormData) -> Help | None:
    """What the form says; None where it is not what our page sends."""
    serial, page, turn = (str(form.get(name, "")) for name in ("serial", "page", "turn"))
    points = str(form.get("corners", ""))
    try:
        numbers = [float(value) for value in points.split(",")] if points else []
        corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        number, degrees = int(page), int(turn or "0")
    except ValueError:
        return None
    if degrees not in (0, 90, 180, 270) or len(corners) not in (0, 4):
        return None
    if any(not -0.5 <= value <= 1.5 for value in numbers):
        return None
    return Help(clean_serial(serial), number, degrees, corners)
