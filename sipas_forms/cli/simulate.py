"""`sipas simulate …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace


@click.group()
def simulate() -> None:
    """Made-up lists and scans, for trying the road without people."""


@simulate.command()
@click.option("--seed", type=int, help="The same seed makes the same files (default: 2020).")
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder."
)
@click.pass_obj
def lists(workspace: Workspace, seed: int | None, folder: Path) -> None:
    """Made-up transaction lists, one file a unit, dirty as real ones; truth.csv beside is their key."""
    from sipas_forms.simulate.lists import simulate_lists

    for path in simulate_lists(workspace.survey, folder, seed):
        click.echo(str(path))
    click.echo(f"{folder / 'truth.csv'} (what an import must make of every row)", err=True)
