"""Pages from templates: every one gets the session, the words, and the way to the others."""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sipas_forms.review.desk import Desk
from sipas_forms.review.safety import session_of
from sipas_forms.review.words import Words

# (name, address, for the person in charge only)
PLACES = (
    ("queue", "/queue", False),
    ("writing", "/writing", False),
    ("problems", "/problems", True),
    ("gallery", "/gallery", True),
    ("double", "/double", True),
    ("board", "/board", True),
)


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("sipas_forms.review", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def desk_of(request: Request) -> Desk:
    """The survey on the table."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def words_of(request: Request) -> Words:
    """The words in the session's language."""
    return Words(session_of(request).language)


def render(request: Request, template: str, here: str, **values: Any) -> Response:
    """A page. `here` is its name in `PLACES`."""
    session, desk = session_of(request), desk_of(request)
    places = [(name, address) for name, address, lead in PLACES if session.lead or not lead]
    page = _templates().get_template(template)
    words = Words(session.language)
    values = {"tags": [], "kind": "", "notice": session.notice, **values}
    session.notice = ""
    html = page.render(
        session=session,
        t=words,
        here=here,
        places=places,
        survey=desk.survey.title.in_(session.language),
        double=desk.double,
        **values,
    )
    return HTMLResponse(html)


def back_to(address: str) -> Response:
    """After a change by a plain form: the page it came from, by GET."""
    return RedirectResponse(address, 303)
