"""The page as one application: all routes behind one guard."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sipas_forms.errors import SipasError
from sipas_forms.review import board, confirming, double, gallery, problems, settle
from sipas_forms.review.desk import Desk
from sipas_forms.review.render import back_to
from sipas_forms.review.safety import SESSION_SECONDS, Doors, Guard, changes, session_of, shows

STATIC = Path(__file__).parent / "static"


def make_app(desk: Desk, doors: Doors) -> Starlette:
    """The application; tests call it in process, `serve` over a socket."""
    routes = [
        Route("/enter", enter),
        Route("/", shows(start)),
        Route("/language", changes(change_language), methods=["POST"]),
        *settle.routes(),
        *problems.routes(),
        *confirming.routes(),
        *gallery.routes(),
        *double.routes(),
        *board.routes(),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, doors=doors)],
        exception_handlers={SipasError: say_fault, 404: say_missing},
    )
    app.state.desk, app.state.doors = desk, doors
    return app


def enter(request: Request) -> Response:
    """A one-time token becomes a cookie."""
    doors = request.app.state.doors
    if request.method != "GET" or "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
        return Response(status_code=204)  # a browser that looks ahead, or a messenger's preview: nobody has come yet
    name = doors.enter(request.query_params.get("token", ""))
    if name is None:
        if request.state.session is not None:  # the same browser opens its link once more
            return back_to("/")
        return shows(start)(request)
    response = back_to("/")
    response.set_cookie(doors.cookie, name, max_age=SESSION_SECONDS, httponly=True, samesite="strict", path="/")
    return response


def start(request: Request) -> Response:
    """The person in charge begins at the board, a helper at the queue."""
    return RedirectResponse("/board" if session_of(request).lead else "/queue", 303)


def change_language(request: Request, form: FormData) -> Response:
    """Vietnamese or English, for this browser."""
    session_of(request).language = "en" if form.get("language") == "en" else "vi"
    place = str(form.get("back", "/"))
    return back_to(place if place.startswith("/") and not place.startswith("//") and "\\" not in place else "/")


def say_fault(request: Request, error: Exception) -> Response:
    """An error of ours is a sentence on the page, too."""
    return PlainTextResponse(str(error), 500)


def say_missing(request: Request, error: Exception) -> Response:
    """No such page."""
    return PlainTextResponse("Không có trang này.\nThere is no such page.", 404)
