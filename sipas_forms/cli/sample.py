"""`sipas frame …` and `sipas sample …`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace
    from sipas_forms.sample import DrawnCell, FileReport, Refusal, Replacement, SheetReading

OUTCOMES = ("accepted", "merged", "refused", "check")
# What a person may say of a whole file where its rows don't: the reason that asks for it, and the option.
NAMED_BY = {"unknown_unit": "unit", "unknown_field": "field"}
# More pairs than this of one kind are in what goes back to the unit; a screen is not the place for them.
PAIRS_SHOWN = 8


@click.group()
def frame() -> None:
    """Transaction lists become the frame."""


@frame.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--unit", help="The unit of all rows (code or name), where the list doesn't say it.")
@click.option("--field", help="The field of all rows (code or name), where the list doesn't say it.")
@click.option("--mapping", "mapping_file", type=click.Path(dir_okay=False, path_type=Path),
              help="A YAML file that says how to read the list, where the program reads it otherwise.")  # fmt: skip
@click.pass_obj
def import_command(
    workspace: Workspace, files: tuple[Path, ...], unit: str | None, field: str | None, mapping_file: Path | None
) -> None:
    """Check transaction lists (xlsx, xls, ods, csv, or folders of them) into the frame.

    Says how each column was read, and what was accepted, merged (the same person or phone again), refused or is to
    be checked by the unit, and where; never a name. The refused rows with names and reasons are in
    output/lists/refused.csv; 'sipas frame return' writes what goes back to the units.
    """
    from rich.console import Console

    from sipas_forms.cli.people import say_unprotected, unlock
    from sipas_forms.errors import ListError
    from sipas_forms.sample import import_lists, load_mapping

    unlock(workspace)
    mapping = load_mapping(mapping_file) if mapping_file else None
    with Console(stderr=True).status("") as status:
        report = import_lists(workspace, files, unit, field, lambda path: status.update(f"{path.name} …"), mapping)
    for file in report.files:
        _print_file(file)
    totals = [sum(getattr(file, name) for file in report.files) for name in ("rows", *OUTCOMES)]
    click.echo("Total: {} rows = {} accepted + {} merged + {} refused + {} to check.".format(*totals))
    if totals[3]:
        click.echo(f"Refused rows with their reasons: {workspace.relative(report.refused_list)}")
    if totals[3] + totals[4]:
        click.echo("What goes back to the units, to mend and import again: sipas frame return")
    say_unprotected(workspace)
    if report.failures:
        sentences = "\n".join(failure.sentence for failure in report.failures)
        others = "; the others are" if any(file.rows for file in report.files) else ""
        raise ListError(f"{sentences}\nNot imported: {len(report.failures)}{others}.")


@frame.command("return")
@click.option("--unit", help="Only the lists of this unit (code or name).")
@click.pass_obj
def return_command(workspace: Workspace, unit: str | None) -> None:
    """Write what goes back to the units: their rows in their order, with what became of each and why.

    The unit mends the rows in place, writes 'đúng' beside those that are right as they stand, and sends the file
    back; 'sipas frame import' then changes only what changed.
    """
    from sipas_forms.cli.people import unlock
    from sipas_forms.sample import return_lists

    unlock(workspace)
    for path in return_lists(workspace, unit):
        click.echo(workspace.relative(path))


def _print_file(file: FileReport) -> None:
    if file.note:
        click.echo(f"{file.file}: {file.note}.")
        return
    counts = f"{file.rows} rows = {file.accepted} accepted + {file.merged} merged + {file.refused} refused"
    news = "unchanged" if file.unchanged else f"{file.changed} new or changed, {file.gone} gone"
    click.echo(f"{file.file}: {counts} + {file.check} to check ({news})")
    for (unit, field), outcomes in sorted(file.cells.items()):
        name = f"{unit}-{field}" if unit else "no cell"
        click.echo(f"  {name}: " + ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in OUTCOMES))
    for sheet in file.sheets:
        _print_sheet(sheet)
    _print_places("merged", file.merges)
    _print_places("to check", file.checks)
    _print_places("refused", file.refusals)
    missing = {reason for row in file.refusals for reason in row.reasons}
    for what in (what for reason, what in NAMED_BY.items() if reason in missing):
        click.echo(f"  hint: if all rows are of one {what}, import the file again with --{what} and its code or name.")


def _print_sheet(sheet: SheetReading) -> None:
    """How a sheet was read, so that a person can see a column that was taken for another."""
    name = f"sheet {sheet.sheet!r}: " if sheet.sheet else ""
    if sheet.columns:
        read = "; ".join(f"{role} from {' + '.join(columns)}" for role, columns in sheet.columns.items())
        click.echo(f"  read: {name}header in row {sheet.header_row}; {read}")
    if sheet.unused:
        click.echo(f"  not used: {name}{', '.join(sheet.unused)}")
    if sheet.note:
        click.echo(f"  note: {name}{sheet.note}")


def _print_places(what: str, places: Iterable[Refusal]) -> None:
    """Rows by reason; for merged ones and those to check also the row that each goes with."""
    in_order = sorted(places, key=lambda r: (r.reasons[0], r.sheet, r.row))
    for (reason, sheet_name), rows in groupby(in_order, key=lambda r: (r.reasons[0], r.sheet)):
        found = list(rows)
        where = f"sheet {sheet_name!r}, " if sheet_name else ""
        if all(row.link for row in found):
            pairs = [f"row {row.row} with {row.link}" for row in found[:PAIRS_SHOWN]]
            listed = "; ".join(pairs) + (f"; and {len(found) - PAIRS_SHOWN} more" if len(found) > PAIRS_SHOWN else "")
        else:
            listed = f"rows {_ranges(row.row for row in found)}"
        click.echo(f"  {what}, {_label(reason)} [{reason}]: {len(found)}: {where}{listed}")


def _label(reason: str) -> str:
    from sipas_forms.sample.eligibility import label

    return label(reason).in_("en")


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
    from sipas_forms.cli.people import say_unprotected, unlock
    from sipas_forms.sample import draw_sample
    from sipas_forms.sample.record import record_path

    unlock(workspace)
    cells = draw_sample(workspace, seed)
    used = next(cell.seed for cell in cells if cell.seed is not None)
    methods = sorted({cell.method for cell in cells if cell.method})
    click.echo(f"Seed {used}, method {', '.join(methods)}")
    for cell in cells:
        click.echo(_cell_line(cell))
    click.echo(f"Total: {sum(c.official for c in cells)} official, {sum(c.reserve for c in cells)} reserve.")
    click.echo("Lists with names: output/lists/sample-UNIT.xlsx")
    click.echo(f"Record without names, for sipas sample verify: {workspace.relative(record_path(workspace))}")
    for cell in cells:
        if cell.short:
            click.echo(_short_line(cell), err=True)
        if cell.check and (cell.new or cell.seed is None):
            click.echo(f"{cell.unit}-{cell.field}: rows to check, which could not be drawn: {cell.check}.", err=True)
    say_unprotected(workspace)


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
@click.option("--margin", type=click.FloatRange(0.01, 0.5), default=0.05, show_default=True, help="e of the formula.")
@click.pass_obj
def size(workspace: Workspace, margin: float) -> None:
    """How many people each cell has and should ask: n = N / (1 + N·e²), beside what the plan asks for.

    Read the digests of the frames out before the seed is known: they prove that nobody was added or left out later.
    """
    from sipas_forms.cli.people import unlock
    from sipas_forms.sample import sample_sizes

    unlock(workspace)
    sizes = sample_sizes(workspace, margin)
    for cell in sizes:
        planned = f"the plan asks {cell.official} official, {cell.reserve} reserve"
        digest = f"; frame {cell.frame_digest[:16]}" if cell.frame_digest else ""
        click.echo(
            f"{cell.unit}-{cell.field}: N = {cell.eligible}, n = {cell.formula} (e = {margin}); {planned}{digest}"
        )
    click.echo(f"Total: N = {sum(c.eligible for c in sizes)}, n = {sum(c.formula for c in sizes)}")


@sample.command()
@click.argument("record", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def verify(workspace: Workspace, record: Path | None) -> None:
    """Draw again what RECORD says (default: this survey's) and compare with what was kept.

    The record alone is enough: anyone who has it, and was told the seed, can verify it in an empty folder.
    """
    from sipas_forms.cli.people import unlock
    from sipas_forms.errors import SampleError, WorkspaceError
    from sipas_forms.sample import verify_record

    try:
        _ = workspace.database
        here: Workspace | None = workspace
        unlock(workspace)
    except WorkspaceError:
        here = None
    found = verify_record(here, record)
    for sentence in found.holds:
        click.echo(f"holds: {sentence}")
    if found.fails:
        raise SampleError("\n".join(f"FAILS: {sentence}" for sentence in found.fails))
    click.echo(f"The draw of {found.cells} cells holds.")


@sample.command()
@click.argument("serial", required=False)
@click.option("--reason", help="refused, moved, unreachable, died, unable, not_eligible, other, or words (no names).")
@click.option("--reported", is_flag=True, help="Every form with a result in the field log that has not come back.")
@click.option(
    "--void-answers", is_flag=True, help="Also where pages of SERIAL were read: its answers are not to count."
)
@click.pass_obj
def replace(workspace: Workspace, serial: str | None, reason: str | None, reported: bool, void_answers: bool) -> None:
    """The form SERIAL is void; the next reserve of its cell takes the place with a new serial."""
    from sipas_forms.cli.people import unlock
    from sipas_forms.sample import replace_respondent
    from sipas_forms.sample import reported as results

    if reported == (serial is not None) or (serial is not None and reason is None):
        raise click.UsageError("Name a form and why (SERIAL --reason CODE), or take those of the log (--reported).")
    unlock(workspace)
    chosen = results(workspace) if reported else [(serial or "", reason or "")]
    if not chosen:
        click.echo("The field log has no result of a form that is still out.")
    for one, why in chosen:
        _print_replacement(workspace, replace_respondent(workspace, one, why, void_answers))


@sample.command()
@click.argument("serial")
@click.option("--reason", required=True, help="Why the replacement was a mistake (no names).")
@click.pass_obj
def restore(workspace: Workspace, serial: str, reason: str) -> None:
    """Take back a replacement by mistake: SERIAL counts again, the form that took its place is void."""
    from sipas_forms.cli.people import unlock
    from sipas_forms.sample import restore_respondent

    unlock(workspace)
    done = restore_respondent(workspace, serial, reason)
    if done.already:
        click.echo(f"{done.serial}: counts; its replacement was taken back before. Nothing changed.")
        return
    heir = f"{done.heir} is void and its person out of the reserve" if done.heir else "nobody had taken its place"
    click.echo(f"{done.serial}: counts again; {heir}.")
    if done.result:
        click.echo(f"Its result in the log ({done.result}) no longer counts.")
    if done.heir:
        click.echo(f"If {done.heir} is printed or handed out, get it back; it would be recognised as void.", err=True)
    if done.waiting:
        click.echo(f"{done.waiting} of its pages came back while it was void; read them again: sipas read", err=True)


def _print_replacement(workspace: Workspace, done: Replacement) -> None:
    took = f"{done.new_serial} took its place" if done.new_serial else "nobody took its place"
    if done.already:
        click.echo(f"{done.serial}: is void already ({done.reason}); {took}. Nothing changed.")
        return
    click.echo(f"{done.serial}: void ({done.reason}); {took}. Reserve left in the cell: {done.reserves_left}.")
    click.echo(f"Counted as {done.code} (AAPOR {done.disposition}).")
    tries = workspace.survey.fieldwork.contact_tries
    if done.code == "other":
        click.echo("No known reason: use a code (sipas sample replace --help) where one fits.", err=True)
    if done.code == "unreachable" and done.attempts < tries:
        click.echo(f"Only {done.attempts} of {tries} tries are logged; log them with sipas field log.", err=True)
    if done.pages_back:
        click.echo(f"{done.pages_back} of its pages were read already; their answers no longer count.", err=True)
    if done.new_serial is None:
        click.echo("The reserve of this cell is used up: one form fewer will come back.", err=True)
    else:
        click.echo(f"Print the new form: sipas print --serial {done.new_serial}")
