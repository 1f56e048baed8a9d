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

    from sipas_forms.report import Numbers, banner
    from sipas_forms.tally import write_tally

    results = tallied(workspace)
    paths = write_tally(results, workspace.output / "tally")
    Console().print(_table(results))
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
    from sipas_forms.report import write_report

    results = tallied(workspace)
    formats = FORMATS[:-1] if wanted == "all" else (wanted,)
    for path in write_report(results, workspace, formats, language or results.survey.language):
        click.echo(workspace.relative(path))


@click.group()
def export() -> None:
    """Write tables for other programs."""


@export.command()
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def indices(workspace: Workspace, target: Path) -> None:
    """Every index with its interval, one row per unit, field and index."""
    from sipas_forms.tally import indices_frame, write_csv

    click.echo(write_csv(indices_frame(tallied(workspace)), target))


def tallied(workspace: Workspace) -> Results:
    """The workspace's answers as results; progress on stderr.

    Raises:
        SipasError: no workspace, a faulty plan, or a database that can't be read.
    """
    from rich.console import Console

    from sipas_forms.flow import current_answers
    from sipas_forms.store import open_store
    from sipas_forms.store.strata import read_strata
    from sipas_forms.tally import compute_results

    survey, questionnaire = workspace.survey, workspace.questionnaire
    store = open_store(workspace.database)
    try:
        with Console(stderr=True).status(f"{survey.code}: tally"):
            answers = current_answers(workspace, store)
            return compute_results(survey, questionnaire, answers, read_strata(store))
    finally:
        store.close()


def _table(results: Results) -> Table:
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
