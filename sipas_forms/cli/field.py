"""`sipas field …` and `sipas close`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.field import FormStanding, MergeReport
    from sipas_forms.plan import Workspace

# More serials than this on one line are no help on a screen.
SERIALS_SHOWN = 8
UNIT = click.option("--unit", help="Only this unit's code.")


@click.group()
def field() -> None:
    """Handing out and bringing back: papers, log, follow-up, and bundles for wards."""


@field.command("lists")
@UNIT
@click.pass_obj
def lists_command(workspace: Workspace, unit: str | None) -> None:
    """Lists (Excel, PDF), hand-out sheets, envelope labels and a phone script for every unit."""
    from rich.console import Console

    from sipas_forms.cli.people import say_unprotected, unlock
    from sipas_forms.field import write_papers

    unlock(workspace)
    with Console(stderr=True).status("") as status:
        paths = write_papers(workspace, unit, lambda one: status.update(f"{one.code} …"))
    _print_paths(workspace, paths)
    say_unprotected(workspace)


@field.command("log")
@click.argument("serials", nargs=-1, required=True, metavar="SERIAL...")
@click.option("--handed-out", "event", flag_value="handed_out", help="The form was handed over.")
@click.option("--attempt", "event", flag_value="attempt", help="A try to reach the person.")
@click.option("--returned", "event", flag_value="returned", help="The form was collected.")
@click.option(
    "--result",
    help="refused, moved, unreachable, died, unable, not_eligible or other, or words (no names); "
    "none: there was no such result.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="The day (default: today).")
@click.option("--correct", is_flag=True, help="What is logged already was wrong; it stays in the history.")
@click.pass_obj
def log_command(
    workspace: Workspace, serials: tuple[str, ...], event: str | None, result: str | None, on: datetime | None,
    correct: bool,
) -> None:  # fmt: skip
    """Log what happened to forms, by serial or by what a row's code says. Nothing is overwritten."""
    from sipas_forms.field import log_events

    if (event is None) == (result is None):
        raise click.UsageError("Say one of --handed-out, --attempt, --returned or --result CODE.")
    day = on.date() if on else date.today()
    for one in log_events(workspace, serials, event or "result", day, result or "", correct):
        what = one.fact.event.replace("_", " ") + (f" {one.fact.number}" if one.fact.number else "")
        value = one.fact.value or ("taken back" if one.fact.event == "result" else "")
        said = " ".join(filter(None, (what, value, f"on {one.fact.day}")))
        click.echo(f"{one.fact.serial}: {said}" if one.new else f"{one.fact.serial}: {said} is logged already.")


@field.command()
@UNIT
@click.pass_obj
def follow(workspace: Workspace, unit: str | None) -> None:
    """Where every form is, which pages to fetch, and a sheet per unit (Excel and PDF) with what to do."""
    from sipas_forms.cli.people import unlock
    from sipas_forms.field import days_left, standings, write_follow_up
    from sipas_forms.flow import opened

    unlock(workspace)
    paths = write_follow_up(workspace, unit)
    with opened(workspace) as store:
        forms = [form for form in standings(store) if unit is None or form.unit == unit.strip().upper()]
    for code in dict.fromkeys(form.unit for form in forms):
        mine = [form for form in forms if form.unit == code]
        counts = (
            sum(getattr(form, name) for form in mine) for name in ("handed_out", "complete", "to_fetch", "absent")
        )
        click.echo("{}: {} forms: {} handed out, {} complete, {} with pages to fetch, {} not back".format(
            code, len(mine), *counts))  # fmt: skip
    for form in forms:
        if form.to_fetch:
            click.echo(f"  to fetch: {form.serial}: {pages_to_fetch(form)}")
    print_contradictions(form for form in forms if form.contradicts)
    click.echo(days_line(days_left(workspace.survey), bool(forms) and all(form.complete for form in forms)))
    _print_paths(workspace, paths)


@field.command("export")
@click.option("--unit", required=True, help="The unit's code.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="The zip file (default: output/field/).")
@click.pass_obj
def export_command(workspace: Workspace, unit: str, to: Path | None) -> None:
    """A bundle for one ward: its hand-out sheet, labels, phone script, log book and follow-up, nobody else's."""
    from sipas_forms.cli.people import unlock
    from sipas_forms.field import export_bundle

    unlock(workspace)
    click.echo(workspace.relative(export_bundle(workspace, unit, to)))
    click.echo("The bundle is not encrypted: hand it over on a stick or over the office's own network.", err=True)


@field.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def merge(workspace: Workspace, file: Path) -> None:
    """Join what a ward sends back (log book or bundle) with what is known; what contradicts is shown and left."""
    from sipas_forms.field import merge_returned

    done = merge_returned(workspace, file)
    click.echo(f"{done.unit}: {len(done.new)} new, {done.same} known before, {len(done.conflicts)} conflicts.")
    for conflict in done.conflicts:
        known, said = (" ".join(filter(None, fact.says)) for fact in (conflict.known, conflict.said))
        what = conflict.said.event.replace("_", " ")
        click.echo(
            f"  conflict, row {conflict.row}: {conflict.said.serial} {what}: {known} (by {conflict.known.source}) "
            f"stays; the ward says {said}. If the ward is right: sipas field log … --correct"
        )
    for fault in done.faults:
        click.echo(f"  not taken: {fault}", err=True)
    _print_left(done)


def _print_left(done: MergeReport) -> None:
    if done.remarks:
        click.echo(f"  Remarks are not kept; read them in the file, rows {_some(map(str, done.remarks))}.", err=True)
    if done.absent:
        click.echo(f"  Not in the book: {_some(done.absent)}", err=True)
    for serial, code in done.to_replace:
        click.echo(f"  to replace: {serial} ({code})")
    if done.to_replace:
        click.echo("  All of them at once: sipas sample replace --reported")


@click.command()
@click.option("--confirm", help="The survey's code, typed: closing can't be undone.")
@click.option("--verify", type=click.Path(dir_okay=False, path_type=Path), help="Check a record of a closing instead.")
@click.pass_obj
def close(workspace: Workspace, confirm: str | None, verify: Path | None) -> None:
    """Destroy who the people were and the link to their forms; write a signed record that it was done.

    Answers, tallies and reports stay. The lists that the offices sent, bundles, prints and backups are the office's own
    to destroy.
    """
    from sipas_forms.field import close_survey, verify_closing

    if verify is not None:
        click.echo(f"The record holds; signed with the key {verify_closing(verify)}.")
        return
    done = close_survey(workspace, confirm or "")
    said = "Closed before" if done.already else "Closed"
    rows = f"{done.list_rows} rows of lists"
    click.echo(f"{said}: {done.respondents} people, {rows} and {done.files} files are destroyed.")
    click.echo(f"Signed record: {workspace.relative(done.record)}, {workspace.relative(done.paper)}")
    click.echo(f"Key: {done.fingerprint}")
    click.echo("Destroy yourself: bundles and prints at the wards, and backups of this folder.", err=True)
    if done.left:
        click.echo("Also these lists, with every copy that was sent before they were mended:", err=True)
    for path in done.left:
        click.echo(f"  {path}", err=True)


def pages_to_fetch(form: FormStanding) -> str:
    """Which pages of a form are wanted, and why."""
    pages = [f"page {page} is missing" for page in form.missing]
    return ", ".join([*pages, *(f"page {page} could not be read ({code})" for page, code in form.refused)])


def print_contradictions(forms: Iterable[FormStanding]) -> None:
    """Forms that came back although the log says why they can't, and both ways out; nothing is changed by it."""
    for form in forms:
        pages = form.back + len(form.refused)
        click.echo(f"  contradicts: {form.serial}: the log says {form.result}, yet {pages} of its pages came back.")
        void = f"sipas sample replace {form.serial} --reason {form.result} --void-answers"
        click.echo(f"    If the log is wrong: sipas field log {form.serial} --result none --correct")
        click.echo(f"    If the answers are somebody else's: {void}")


def days_line(left: int | None, all_back: bool) -> str:
    """How many days are left, as status and follow-up say it; where all is back, nothing can be late."""
    if all_back:
        return "All forms are back and whole."
    if left is None:
        return "The plan names no day by which forms are back (fieldwork: return_by)."
    return f"{left} days left." if left >= 0 else f"{-left} days late."


def _print_paths(workspace: Workspace, paths: Iterable[Path]) -> None:
    for path in paths:
        click.echo(workspace.relative(path))


def _some(words: Iterable[str]) -> str:
    found = list(words)
    more = f" and {len(found) - SERIALS_SHOWN} more" if len(found) > SERIALS_SHOWN else ""
    return ", ".join(found[:SERIALS_SHOWN]) + more
