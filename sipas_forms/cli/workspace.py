"""`sipas init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--survey", default="long-bien-2020", show_default=True, help="A built-in survey to start from.")
def init(directory: Path, survey: str) -> None:
    """Make a new workspace."""
    from sipas_forms.plan import create_workspace

    workspace = create_workspace(directory, survey)
    click.echo(f"{workspace.root}: ready. The plan is {workspace.survey_file}; edit it, then import the lists.")
