"""`sipas simulate`: made-up lists and scans for demonstrations, tests and benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace


@click.group()
def simulate() -> None:
    """Make up transaction lists, or filled and scanned forms."""


@simulate.command()
@click.option("--profile", default="office", show_default=True, help="clean, office, rough, bw or photo.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first forms.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes (default: one per core).")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where to.")
@click.pass_obj
def scans(workspace: Workspace, profile: str, seed: int, limit: int | None, workers: int | None, folder: Path) -> None:
    """Fill and scan the printed forms; writes the images and truth.csv."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from sipas_forms.simulate import simulate_scans

    columns = (
        TextColumn("scanning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("scanning", total=None)
        batch = simulate_scans(
            workspace,
            folder,
            profile,
            seed,
            limit,
            workers,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    counts = f"{batch.forms} forms on {batch.pages} pages in {len(batch.files)} files"
    click.echo(f"{batch.folder}: {counts}; the truth is in {batch.truth.name}.")


@simulate.command()
@click.option("--seed", type=int, help="The same seed makes the same files (default: 2020).")
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder.")
@click.pass_obj
def lists(workspace: Workspace, seed: int | None, folder: Path) -> None:
    """Made-up transaction lists, one file a unit, dirty as real ones; truth.csv beside is their key."""
    from sipas_forms.simulate.lists import simulate_lists

    for path in simulate_lists(workspace.survey, folder, seed):
        click.echo(str(path))
    click.echo(f"{folder / 'truth.csv'} (what an import must make of every row)", err=True)
