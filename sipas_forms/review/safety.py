"""Who may come in: one-time tokens become sessions; other hosts' names and cross-site posts are refused.

Every request passes `Guard`; every change passes `changes`, which takes only a POST with the session's own token.
"""

from __future__ import annotations

import functools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sipas_forms.plan.text import Language

# Hours that a session lives: a working day with its evening.
SESSION_SECONDS = 14 * 3600
# The largest thing that a page of ours sends is a comment; a whole megabyte is somebody else's.
MOST_BYTES = 256 * 1024

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # under no-referrer browsers send our own forms with "Origin: null"
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass
class Session:
    """One browser. `lead` sees everything; a helper sees crops only. `skipped`: items put off, in
    order; `notice`: what the next page says of the last change."""

    operator: str
    lead: bool
    language: Language
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    skipped: dict[tuple[str, str], None] = field(default_factory=dict)
    notice: str = ""


class Doors:
    """Sessions of one server, in memory: a server that starts anew asks for new tokens.

    Args:
        hosts: the values of the Host header that are ours ("127.0.0.1:8300").
        language: of the first page.
    """

    def __init__(self, hosts: set[str], language: Language = "vi") -> None:
        self.hosts = {host.lower() for host in hosts}
        self.language: Language = language
        self.cookie = f"sipas_{min(self.hosts).rpartition(':')[2] or 'review'}"
        self._tokens: dict[str, tuple[str, bool]] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def invite(self, operator: str, lead: bool) -> str:
        """A token that lets one browser in, once."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = (operator, lead)
        return token

    def enter(self, token: str) -> str | None:
        """The cookie's value for a token, which is spent thereby; None for a wrong or spent one."""
        with self._lock:
            invited = self._tokens.pop(token, None)
            if invited is None:
                return None
            name = secrets.token_urlsafe(32)
            self._sessions[name] = Session(*invited, self.language)
            return name

    def session(self, name: str | None) -> Session | None:
        """The session of a cookie's value."""
        return self._sessions.get(name or "")


class Guard:
    """Refuses foreign hosts, oversized bodies and cross-site posts; sets the safe headers on all that goes out."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app, self.doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                extra = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                if b"cache-control" not in names:
                    extra.append((b"cache-control", b"no-store"))
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        refusal = self._refusal(request)
        scope.setdefault("state", {})["session"] = self.doors.session(request.cookies.get(self.doors.cookie))
        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "").lower()
        if host not in self.doors.hosts:
            return PlainTextResponse("This page answers to its own address only.", 421)
        if request.method in ("GET", "HEAD"):
            return None
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return PlainTextResponse("Too large, or of unknown length.", 413)
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        if (origin is not None and origin.lower() != f"http://{host}") or site not in ("same-origin", "none"):
            return PlainTextResponse("Changes are taken from this page only.", 403)
        return None


Page = Callable[[Request], Response]
Change = Callable[[Request, FormData], Response]


def session_of(request: Request) -> Session:
    """The session of a request that `shows` or `changes` let through."""
    session = request.state.session
    assert isinstance(session, Session)
    return session


def shows(page: Page, lead: bool = False) -> Callable[[Request], Response]:
    """A page for those who came in by a token; `lead`: not for helpers."""

    @functools.wraps(page)
    def guarded(request: Request) -> Response:
        return _closed(request, lead) or page(request)

    return guarded


def changes(change: Change, lead: bool = False) -> Callable[[Request], object]:
    """A change: a POST with the session's own token, in the header or in the form."""

    @functools.wraps(change)
    async def guarded(request: Request) -> Response:
        closed = _closed(request, lead)
        if closed:
            return closed
        form = await request.form()
        sent = request.headers.get("x-csrf-token") or str(form.get("csrf", ""))
        if not secrets.compare_digest(sent.encode(), session_of(request).csrf.encode()):
            return PlainTextResponse("This form was not made by this page; load the page again.", 403)
        return await run_in_threadpool(change, request, form)

    return guarded


def _closed(request: Request, lead: bool) -> Response | None:
    session = request.state.session
    if session is None:
        words = (
            "Phiên làm việc đã hết hoặc đường dẫn đã được dùng. Mở lại đường dẫn mới mà lệnh 'sipas review' in ra.\n"
            "The session has ended, or the link was used before. Open the new link that 'sipas review' prints."
        )
        return PlainTextResponse(words, 401)
    if lead and not session.lead:
        return PlainTextResponse("Chỉ người phụ trách được xem trang này.\nThis page is for the person in charge.", 403)
    return None
