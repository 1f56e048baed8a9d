"""`sipas adopt`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the form is called here: small letters, digits and '-'.")
@click.option("--check", is_flag=True, help="Check the corrected questionnaire and draw its proof anew.")
@click.pass_obj
def adopt(workspace: Workspace, file: Path | None, name: str, check: bool) -> None:
    """Use a form that was drawn elsewhere: its boxes become a questionnaire to correct."""
    from sipas_forms.adopt.run import adopt_form, check_adopted

    if check == (file is not None):
        raise click.UsageError("Give the form's FILE to adopt it, or --check to check its corrected questionnaire.")
    result = adopt_form(workspace, file, name) if file else check_adopted(workspace, name)
    click.echo(f"{workspace.relative(result.questionnaire)}: {result.questions} questions with {result.boxes} boxes.")
    for path in result.proofs:
        click.echo(workspace.relative(path))
    if result.kept and file:
        click.echo("The questionnaire was there already and was kept as it is.", err=True)
    if result.examples:
        click.echo(f"{result.examples} boxes are filled in print and were taken for examples.", err=True)
    if result.unused:
        shown = ", ".join(map(str, result.unused[:20])) + (" …" if len(result.unused) > 20 else "")
        click.echo(f"{len(result.unused)} boxes belong to no question: {shown}. Look at the proof pictures.", err=True)
    if result.checks:
        click.echo(f"{result.checks} lines of the questionnaire say '# CHECK:'; look there, correct it, then", err=True)
        click.echo(f"  sipas adopt --check --name {name}", err=True)
    if workspace.survey.questionnaire != name:
        click.echo(f"To use it, put 'questionnaire: {name}' into {workspace.survey_file.name}.", err=True)
