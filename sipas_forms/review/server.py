"""Runs the page on this computer: a free port, one-time links, until it is stopped."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import uvicorn

from sipas_forms.errors import ReviewError
from sipas_forms.review.app import make_app
from sipas_forms.review.desk import Desk
from sipas_forms.review.safety import Doors

# Tried first, so that the address looks the same every day; any free one where it is taken.
USUAL_PORT = 8321


@dataclass(frozen=True)
class Invitation:
    """A link that lets one browser in, once."""

    operator: str
    lead: bool
    address: str


def serve(
    desk: Desk,
    name: str,
    helpers: Sequence[str] = (),
    host: str = "127.0.0.1",
    port: int | None = None,
    invited: Callable[[list[Invitation]], None] = lambda links: None,
) -> None:
    """Serve until interrupted. `invited` gets the links as soon as they work.

    Args:
        name: who is in charge, as decisions will bear it.
        helpers: names of those who see crops only.
        host: an address of this computer; only a loopback one is closed to others.
        port: None for the usual one, or any that is free.

    Raises:
        ReviewError: the address isn't one of this computer's, or the port is taken.
    """
    listener = _listen(host, port)
    number = listener.getsockname()[1]
    names = {host, "127.0.0.1", "localhost"} if _is_loopback(host) else {host}
    doors = Doors({f"{n}:{number}" for n in names}, desk.survey.language)
    people = [(name, True), *((helper, False) for helper in helpers)]
    links = [Invitation(o, lead, f"http://{host}:{number}/enter?token={doors.invite(o, lead)}") for o, lead in people]
    settings = uvicorn.Config(make_app(desk, doors), log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(settings)
    invited(links)
    server.run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def _listen(host: str, port: int | None) -> socket.socket:
    if host != "localhost":
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            raise ReviewError(f"{host} is not an address; give one of this computer's, such as 192.168.1.20.") from None
        if address.is_unspecified or address.version != 4:
            raise ReviewError(f"{host} stands for many addresses; give the one by which helpers reach this computer.")
    wanted = [port] if port is not None else [USUAL_PORT, 0]
    for number in wanted:
        # named as TCP, so that asyncio sends without delay: else every page waits 40 ms for the other side's word
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if (
            os.name == "posix"
        ):  # a server that was just stopped still holds its port; on Windows the option means another thing
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen(64)
            return listener
        except OSError as error:
            listener.close()
            reason = error
    raise ReviewError(f"{host}, port {wanted[-1]}: can't be listened on ({reason.strerror}); choose another --port.")
