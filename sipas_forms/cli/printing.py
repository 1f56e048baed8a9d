"""`sipas print`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Language, Workspace


@click.command("print")
@click.option("--unit", help="Only this unit's code.")
@click.option("--field", help="Only this field's code.")
@click.option("--serial", help="Only this form, into a file of its own.")
@click.option("--language", type=click.Choice(["vi", "en"]), help="Default: the plan's.")
@click.pass_obj
def print_forms(
    workspace: Workspace, unit: str | None, field: str | None, serial: str | None, language: Language | None
) -> None:
    """Numbered questionnaires as PDF under forms/."""
    from sipas_forms.printing.batch import print_forms as run

    def tell(words: str) -> None:
        click.echo(words, err=True)

    for batch in run(workspace, unit, field, serial, language, notes=tell):
        click.echo(f"{workspace.relative(batch.path)}: {batch.forms} forms, {batch.pages} pages")
