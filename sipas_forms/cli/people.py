"""`sipas people …`: the passphrase of the data of people, and who looked at them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace


def unlock(workspace: Workspace) -> None:
    """Ask for the passphrase where one is set, a person is at the terminal, and the environment does not give it."""
    from sipas_forms.store.people import needs_passphrase
    from sipas_forms.store.vault import PASSPHRASE_VARIABLE

    if PASSPHRASE_VARIABLE in os.environ or not sys.stdin.isatty():
        return
    if needs_passphrase(workspace.people_database):
        os.environ[PASSPHRASE_VARIABLE] = click.prompt("Passphrase of the data of people", hide_input=True, err=True)


def say_unprotected(workspace: Workspace) -> None:
    """Say that no passphrase protects the data of people, where that is so."""
    from sipas_forms.store.people import needs_passphrase

    if workspace.people_database.exists() and not needs_passphrase(workspace.people_database):
        click.echo(
            "No passphrase is set: whoever has this folder (people.db and people.key) can read names, addresses and "
            "phones. Set one: sipas people protect.",
            err=True,
        )


@click.group()
def people() -> None:
    """The data of people: their passphrase, and who looked at them."""


@people.command()
@click.option("--passphrase", envvar="SIPAS_NEW_PASSPHRASE", help="Better left out: then it is asked for.")
@click.pass_obj
def protect(workspace: Workspace, passphrase: str | None) -> None:
    """Set a passphrase (or change it): from then on nobody reads people.db without it.

    It can't be recovered: write it down and keep it apart from the computer.
    """
    from sipas_forms.store.people import open_people

    unlock(workspace)
    opened = open_people(workspace.people_database, "people protect")
    try:
        new = passphrase or click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
        opened.protect(new)
    finally:
        opened.close()
    click.echo(
        "people.db now needs the passphrase; people.key is destroyed. Lists under output/lists are not encrypted."
    )


@people.command()
@click.pass_obj
def looks(workspace: Workspace) -> None:
    """Every reading of personal data so far: when, who, what for, of whom, how many people."""
    from sipas_forms.store.people import open_people

    unlock(workspace)
    opened = open_people(workspace.people_database, "people looks")
    try:
        for look in opened.looks():
            click.echo(f"{look.at}  {look.who}  {look.purpose}  {look.of}  {look.people}")
    finally:
        opened.close()
