"""`sipas frame …` and `sipas sample …`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace
    from sipas_forms.sample import DrawnCell, FileReport


@click.group()
def frame() -> None:
    """Transaction lists become the frame."""


@frame.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--unit", help="The unit of all rows (code or name), where the list doesn't say it.")
@click.option("--field", help="The field of all rows (code or name), where the list doesn't say it.")
@click.pass_obj
def import_command(workspace: Workspace, files: tuple[Path, ...], unit: str | None, field: str | None) -> None:
    """Check transaction lists (xlsx, csv, or folders of them) into the frame.

    Prints what was accepted, merged (the same person again) and refused, and where; never a name. The refused
    rows with names and reasons are in output/lists/refused.csv.
    """
    from rich.console import Console

    from sipas_forms.errors import ListError
    from sipas_forms.sample import import_lists

    with Console(stderr=True).status("") as status:
        report = import_lists(workspace, files, unit, field, on_file=lambda path: status.update(f"{path.name} …"))
    for file in report.files:
        _print_file(file)
    totals = [sum(getattr(file, name) for file in report.files) for name in ("rows", "accepted", "merged", "refused")]
    click.echo("Total: {} rows = {} accepted + {} merged + {} refused.".format(*totals))
    if totals[3]:
        click.echo(f"Refused rows with their reasons: {workspace.relative(report.refused_list)}")
    if report.failures:
        sentences = "\n".join(failure.sentence for failure in report.failures)
        raise ListError(f"{sentences}\n{len(report.failures)} file(s) not imported; the others are.")


def _print_file(file: FileReport) -> None:
    if file.note:
        click.echo(f"{file.file}: {file.note}.")
        return
    counts = f"{file.rows} rows = {file.accepted} accepted + {file.merged} merged + {file.refused} refused"
    click.echo(f"{file.file}: {counts}{' (unchanged)' if file.unchanged else ''}")
    for (unit, field), outcomes in sorted(file.cells.items()):
        name = f"{unit}-{field}" if unit else "no cell"
        parts = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("accepted", "merged", "refused"))
        click.echo(f"  {name}: {parts}")
    for sheet in file.sheets:
        if sheet.note:
            click.echo(f"  note: {f'sheet {sheet.sheet!r}: ' if sheet.sheet else ''}{sheet.note}")
    places = sorted(file.refusals, key=lambda r: (r.reasons[0], r.sheet, r.row))
    for (reason, sheet_name), rows in groupby(places, key=lambda r: (r.reasons[0], r.sheet)):
        numbers = [refusal.row for refusal in rows]
        where = f"sheet {sheet_name!r}, " if sheet_name else ""
        click.echo(f"  refused, {_label(reason)} [{reason}]: {len(numbers)}: {where}rows {_ranges(numbers)}")


def _label(reason: str) -> str:
    from sipas_forms.sample.eligibility import LABELS, Reason

    return LABELS[Reason(reason)].in_("en")


def _ranges(numbers: Iterable[int]) -> str:
    """'3, 5–7' for 3, 5, 6, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


@click.group()
def sample() -> None:
    """Official and reserve lists."""


@sample.command()
@click.option("--seed", help="A number or a line of text; without it the stored one, or a random one.")
@click.pass_obj
def draw(workspace: Workspace, seed: str | None) -> None:
    """Draw every cell's official and reserve list; the seed is stored, so that anyone can redraw it."""
    from sipas_forms.sample import METHOD, draw_sample

    cells = draw_sample(workspace, seed)
    used = next(cell.seed for cell in cells if cell.seed is not None)
    click.echo(f"Seed {used}, method {METHOD}")
    for cell in cells:
        click.echo(_cell_line(cell))
    click.echo(f"Total: {sum(c.official for c in cells)} official, {sum(c.reserve for c in cells)} reserve.")
    click.echo("Lists with names: output/lists/sample-UNIT.xlsx")
    for cell in cells:
        if cell.short:
            click.echo(_short_line(cell), err=True)


def _cell_line(cell: DrawnCell) -> str:
    if cell.seed is None:
        return f"{cell.unit}-{cell.field}: nobody eligible, nothing drawn"
    before = "" if cell.new else " (drawn before, unchanged)"
    return (
        f"{cell.unit}-{cell.field}: {cell.eligible} eligible of {cell.listed} rows; "
        f"{cell.official} official, {cell.reserve} reserve{before}"
    )


def _short_line(cell: DrawnCell) -> str:
    name = f"{cell.unit}-{cell.field}"
    if cell.seed is None:
        listed = f"{cell.listed} rows listed"
        return f"{name}: no eligible person ({listed}). Ask the office for its list, import it and draw again."
    return (
        f"{name}: only {cell.eligible} eligible for {cell.official_wanted} official and "
        f"{cell.reserve_wanted} reserve; all were taken."
    )


@sample.command()
@click.argument("serial")
@click.option("--reason", required=True, help="Why the person can't be asked (no names): 'moved away', 'refused' …")
@click.pass_obj
def replace(workspace: Workspace, serial: str, reason: str) -> None:
    """The form SERIAL is void; the next reserve of its cell takes the place with a new serial."""
    from sipas_forms.sample import replace_respondent

    done = replace_respondent(workspace, serial, reason)
    took = f"{done.new_serial} took its place" if done.new_serial else "nobody took its place"
    if done.already:
        click.echo(f"{done.serial}: is void already ({done.reason}); {took}. Nothing changed.")
        return
    click.echo(f"{done.serial}: void ({done.reason}); {took}. Reserve left in the cell: {done.reserves_left}.")
    if done.new_serial is None:
        click.echo("The reserve of this cell is used up: one form fewer will come back.", err=True)
    else:
        click.echo(f"Print the new form: sipas print --serial {done.new_serial}")
