"""`sipas review`."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sipas_forms.plan import Workspace
    from sipas_forms.review import BoardIndex, Invitation
    from sipas_forms.store import Store


@click.command()
@click.option("--name", default=None, help="Who is in charge, as decisions will bear it (default: your user name).")
@click.option(
    "--operator", "helpers", multiple=True, metavar="NAME", help="A link for a helper, who sees crops only; repeatable."
)
@click.option("--double", is_flag=True, help="Every item is keyed by two people.")
@click.option("--host", default="127.0.0.1", show_default=True, help="This computer's address, to let helpers in.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: 8321, or one that is free.")
@click.option("--open/--no-open", "show", default=True, help="Open the page in the browser.")
@click.pass_obj
def review(
    workspace: Workspace,
    name: str | None,
    helpers: tuple[str, ...],
    double: bool,
    host: str,
    port: int | None,
    show: bool,
) -> None:
    """The local web page for what needs a person."""
    from sipas_forms.review import Desk, serve, what_waits
    from sipas_forms.store import open_store

    def invited(links: list[Invitation]) -> None:
        for link in links:
            click.echo(f"{link.operator}: {link.address}" if not link.lead else link.address)
        click.echo(what_waits(store), err=True)
        click.echo("Each link lets one browser in, once. Stop with Ctrl+C; nothing that was saved is lost.", err=True)
        if show:
            import webbrowser

            webbrowser.open(links[0].address)

    lead = _known_as(name, "--name") if name is not None else _user()
    helpers = tuple(_known_as(helper, "--operator") for helper in helpers)
    if len({person.casefold() for person in (lead, *helpers)}) < 1 + len(helpers):
        raise click.BadParameter("every person needs a name of their own", param_hint="--operator")
    _ = workspace.survey
    store = open_store(workspace.database)
    try:
        desk = Desk(workspace, store, lambda: _figures(workspace, store), double)
        serve(desk, lead, helpers, host, port, invited)
    finally:
        store.close()


def _known_as(name: str, option: str) -> str:
    """A person's name as decisions bear it."""
    from sipas_forms.review import MOST_NAME

    known_as = " ".join(name.split())
    if not 0 < len(known_as) <= MOST_NAME:
        raise click.BadParameter(f"a name has 1 to {MOST_NAME} letters", param_hint=option)
    return known_as


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no user name on this computer
        return "sipas"


def _figures(workspace: Workspace, store: Store) -> Mapping[tuple[str, str], BoardIndex]:
    """The index of every cell, unit and the survey, as it stands."""
    from sipas_forms.flow import current_answers
    from sipas_forms.review import BoardIndex
    from sipas_forms.store.strata import read_strata
    from sipas_forms.tally import compute_results

    answers = current_answers(workspace, store)
    results = compute_results(workspace.survey, workspace.questionnaire, answers, read_strata(store))
    return {(e.unit, e.field): BoardIndex(e.index, e.low, e.high) for e in results.estimates if e.level == "sipas"}
