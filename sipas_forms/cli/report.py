"""`sipas tally`, `sipas report`, `sipas compare`, `sipas export …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

    from sipas_forms.plan import Language, Workspace
    from sipas_forms.report import Numbers
    from sipas_forms.tally import Results

FORMATS = ("docx", "xlsx", "pdf", "html", "sav", "csv", "parquet", "all")


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


OTHER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--format", "wanted", type=click.Choice(FORMATS), default="all", show_default=True)
@click.option("--language", type=click.Choice(["vi", "en"]), default=None, help="Default: the plan's language.")
@click.option("--unit", default=None, help="Of this unit alone (its code).")
@click.option("--compare", "other", type=OTHER, default=None, help="The workspace of an earlier survey.")
@click.pass_obj
def report(workspace: Workspace, wanted: str, language: Language | None, unit: str | None, other: Path | None) -> None:
    """Write the reports under output/reports, and each form's answers for statistics programs under output/data."""
    from sipas_forms.flow import survey_results
    from sipas_forms.plan import Workspace
    from sipas_forms.report import write_report

    results = survey_results(workspace, unit, Workspace(other) if other else None)
    formats = FORMATS[:-1] if wanted == "all" else (wanted,)
    for path in write_report(results, workspace, formats, language or results.survey.language, part=unit or ""):
        click.echo(workspace.relative(path))


@click.command()
@click.argument("other", metavar="OTHER_WORKSPACE", type=OTHER)
@click.option("--language", type=click.Choice(["vi", "en"]), default=None, help="Default: the plan's language.")
@click.pass_obj
def compare(workspace: Workspace, other: Path, language: Language | None) -> None:
    """Set this survey against an earlier one: what rose, what fell, what can't be told apart."""
    from rich.console import Console

    from sipas_forms.flow import survey_results
    from sipas_forms.plan import Workspace
    from sipas_forms.report import Numbers, Teller
    from sipas_forms.tally import comparisons_frame, write_csv

    results = survey_results(workspace, earlier=Workspace(other))
    numbers = Numbers(language or results.survey.language)
    for sentence in Teller(results, numbers).changes():
        click.echo(sentence)
    if results.compared("earlier"):
        Console().print(change_table(results, numbers))
    path = write_csv(comparisons_frame(results), workspace.output / "tally" / "comparisons.csv")
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
    from sipas_forms.flow import current_answers, opened, warning_of
    from sipas_forms.report.exports import export_answers

    with opened(workspace) as store:
        click.echo(export_answers(current_answers(workspace, store), target))
        if warning := warning_of(workspace, store):
            click.echo(warning, err=True)


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


def change_table(results: Results, numbers: Numbers) -> Table:
    """Each index of this survey beside the earlier one's."""
    from rich.table import Table

    from sipas_forms.report import Words, pair_name

    words = Words(numbers.language)
    table = Table(title=results.earlier, title_justify="left")
    table.add_column(words("pair"))
    for key in ("first", "second", "difference", "p_adjusted"):
        table.add_column(words(key), justify="right")
    table.add_column(words("conclusion"))
    for c in results.compared("earlier"):
        figures = (numbers.decimal(c.first.index), numbers.decimal(c.second.index), numbers.signed(c.difference))
        verdict = words("differs" if c.different else "no_difference")
        table.add_row(pair_name(results, numbers, c), *figures, numbers.probability(c.adjusted), verdict)
    return table
