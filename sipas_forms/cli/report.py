"""`sipas tally`, `sipas report`, `sipas export …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

    from sipas_forms.plan import Language, Workspace
    from sipas_forms.tally import Results

FORMATS = ("xlsx", "pdf", "all")


@click.command()
@click.pass_obj
def tally(workspace: Workspace) -> None:
    """Count the answers and compute the indices."""
    from rich.console import Console

    from sipas_forms.flow import survey_results
    from sipas_forms.report import Numbers, banner
    from sipas_forms.tally import write_tally

    results = survey_results(workspace)
    paths = write_tally(results, workspace.output / "tally")
    Console().print(index_table(results))
    warning = banner(results, Numbers(results.survey.language))
    if warning:
        click.echo(warning, err=True)
    for path in paths:
        click.echo(workspace.relative(path))


@click.command()
@click.option("--format", "wanted", type=click.Choice(FORMATS), default="all", show_default=True)
@click.option("--language", type=click.Choice(["vi", "en"]), default=None, help="Default: the plan's language.")
@click.pass_obj
def report(workspace: Workspace, wanted: str, language: Language | None) -> None:
    """Write the reports under output/reports."""
    from sipas_forms.flow import survey_results
    from sipas_forms.report import write_report

    results = survey_results(workspace)
    formats = FORMATS[:-1] if wanted == "all" else (wanted,)
    for path in write_report(results, workspace, formats, language or results.survey.language):
        click.echo(workspace.relative(path))


@click.group()
def export() -> None:
    """Write tables for other programs."""


TARGET = click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)


@export.command()
@TARGET
@click.pass_obj
def answers(workspace: Workspace, target: Path) -> None:
    """One row per form and question."""
    from sipas_forms.flow import current_answers, opened
    from sipas_forms.report.exports import export_answers

    with opened(workspace) as store:
        click.echo(export_answers(current_answers(workspace, store), target))


@export.command()
@TARGET
@click.pass_obj
def forms(workspace: Workspace, target: Path) -> None:
    """One row per form: its list, its state, how many of its pages were read."""
    from sipas_forms.flow import opened
    from sipas_forms.report.exports import export_forms
    from sipas_forms.store.answers import pages_read
    from sipas_forms.store.forms import all_forms

    with opened(workspace) as store:
        click.echo(export_forms(all_forms(store), pages_read(store), target))


@export.command()
@TARGET
@click.pass_obj
def pages(workspace: Workspace, target: Path) -> None:
    """Where each printed page lies."""
    from sipas_forms.flow import opened
    from sipas_forms.report.exports import export_pages
    from sipas_forms.store.printed import printed_places

    with opened(workspace) as store:
        click.echo(export_pages(printed_places(store), target))


@export.command()
@TARGET
@click.pass_obj
def layout(workspace: Workspace, target: Path) -> None:
    """The geometry of the form, in millimetres."""
    from sipas_forms.flow import current_layout, opened
    from sipas_forms.report.exports import export_layout

    with opened(workspace) as store:
        click.echo(export_layout(current_layout(workspace, store), target))


@export.command()
@TARGET
@click.pass_obj
def indices(workspace: Workspace, target: Path) -> None:
    """Every index with its interval, one row per unit, field and index."""
    from sipas_forms.flow import survey_results
    from sipas_forms.tally import indices_frame, write_csv

    click.echo(write_csv(indices_frame(survey_results(workspace)), target))


def index_table(results: Results) -> Table:
    """The SIPAS index of each cell, unit and of the survey."""
    from rich.table import Table

    from sipas_forms.report import Numbers, Words, domain_names, method_name, reading_order

    survey = results.survey
    numbers, words = Numbers(survey.language), Words(survey.language)
    table = Table(title=f"{survey.code}: SIPAS, {method_name(survey.index, survey.language)}", title_justify="left")
    level = numbers.percent(100 * survey.index.confidence, 0)
    table.add_column(f"{words('unit')} / {words('field').lower()}")
    for head in (words("index"), words("interval", level=level), words("mean"), words("forms")):
        table.add_column(head, justify="right")
    for unit, field in reading_order(survey):
        e = results.estimate(unit, field)
        names = domain_names(survey, unit, field, survey.language)
        table.add_row(
            names[0] if field == "*" else f"  {names[1]}",
            numbers.decimal(e.index),
            numbers.interval(e.low, e.high),
            numbers.decimal(e.mean),
            numbers.integer(e.forms),
            style="bold" if field == "*" else None,
        )
    return table
