"""`sipas read` and `sipas status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sipas_forms.plan import Workspace
    from sipas_forms.scanning.as_is import SerialFrom


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(min=1), help="Processes (default: one per core).")
@click.option("--form", help="The scans are of this adopted form and carry none of our codes.")
@click.option(
    "--serial-from",
    type=click.Choice(["area", "barcode", "name", "order"]),
    help="With --form: where each form's number is.",
)
@click.option("--unit", help="With --form: only forms of this unit's code.")
@click.option("--field", help="With --form: only forms of this field's code.")
@click.option(
    "--begin-at", type=click.IntRange(min=1), help="With --serial-from order: the number of the pile's first form."
)
@click.option("--overlay", is_flag=True, help="Draw what was seen on each page, under output/overlay/.")
@click.pass_obj
def read(
    workspace: Workspace,
    paths: tuple[Path, ...],
    workers: int | None,
    form: str | None,
    serial_from: SerialFrom | None,
    unit: str | None,
    field: str | None,
    begin_at: int | None,
    overlay: bool,
) -> None:
    """Read scans (default: scans/): PDF, TIFF, JPEG, PNG, folders."""
    from sipas_forms.cli.progress import progress_bar
    from sipas_forms.errors import ScanError
    from sipas_forms.scanning.run import Sheets, read_scans

    if (form is None) != (serial_from is None) or (form is None and (unit or field)):
        raise click.UsageError("--form and --serial-from belong together; --unit and --field go with them.")
    if begin_at and serial_from != "order":
        raise click.UsageError("--begin-at goes with --serial-from order.")
    sheets = Sheets(form, serial_from, unit, field, begin_at or 1) if form and serial_from else None
    with progress_bar("reading", "pages") as bar:
        summary = read_scans(
            workspace,
            list(paths) or None,
            workers,
            lambda done, total, problems: bar(done, total, f"{problems} problems" if problems else ""),
            sheets,
        )
    counts = summary.counts
    click.echo(f"{summary.files} files, {summary.pages} pages: {counts.read} read, {counts.problems} problems.")
    for number, words in (
        (summary.passed_over, "files were read before and have not changed."),
        (counts.duplicates, "pages are copies of scans that were read before; they count once."),
        (counts.conflicts, "pages have two different scans; a person must choose (sipas status)."),
        (
            summary.streaked,
            "pages have a line down them that the scanner drew: clean its glass and rollers. Marks that cannot be told"
            " from it are left to a person.",
        ),
    ):
        if number:
            click.echo(f"{number} {words}")
    if summary.in_order:
        first, last = summary.in_order
        click.echo(
            f"The order of the pile made its first sheet {first} and its last one {last}. Is the last sheet that form? "
            "If not, a sheet is missing or too many, and answers stand under other forms: put the pile in order and "
            "read it in a folder of its own."
        )
    if summary.joined:
        click.echo(
            f"{summary.joined} pages carry no number and took that of their front, before them in the pile. Two sheets "
            "that were fed at once look like one with the other's back: where the scanner told of such, compare them."
        )
    if overlay:
        from sipas_forms.scanning.overlay import write_overlays

        with progress_bar("drawing", "pages") as bar:
            drawn = write_overlays(workspace, list(paths) or None, lambda done, total: bar(done, total, ""))
        click.echo(f"{len(drawn)} pages drawn under output/overlay/.")
    if summary.missing:
        names = ", ".join(str(path) for path in summary.missing)
        raise ScanError(f"{names}: there is no such file or folder. Everything else was read.")


@click.command()
@click.option("--problems/--no-problems", default=True, help="List what needs a person.")
@click.option("--missing/--no-missing", default=False, help="List the forms that have not come back.")
@click.pass_obj
def status(workspace: Workspace, problems: bool, missing: bool) -> None:
    """Printed, returned, complete, doubtful, missing: per unit and field."""
    from rich.console import Console
    from rich.table import Table

    from sipas_forms.cli.field import days_line, pages_to_fetch, print_contradictions
    from sipas_forms.field import days_left
    from sipas_forms.flow import survey_status

    state = survey_status(workspace)
    table = Table(box=None, pad_edge=False)
    heads = ("unit", "field", "issued", "printed", "returned", "complete", "doubtful", "missing")
    for head in heads:
        table.add_column(head, justify="left" if head in ("unit", "field") else "right")
    for row in [*state.cells, state.total]:
        table.add_row(*(str(getattr(row, head)) for head in heads))
    Console(width=max(80, Console().width)).print(table)
    click.echo("'doubtful' counts answers that need a person; all other columns count forms.")
    click.echo(
        f"Handed out, as far as it is known: {state.total.handed_out} of {state.total.issued} (sipas field follow)."
    )
    if state.to_fetch:
        click.echo(f"To fetch: {len(state.to_fetch)} forms that are not whole (sipas field follow):")
        for form in state.to_fetch:
            click.echo(f"  {form.serial}: {pages_to_fetch(form)}")
    print_contradictions(state.contradicting)
    if workspace.survey.fieldwork.return_by:
        click.echo(days_line(days_left(workspace.survey), state.all_back))
    if state.otherwise:
        click.echo(f"\n{state.otherwise}")
    if missing:
        click.echo("\nNot come back:")
        for serial in state.not_returned:
            click.echo(f"  {serial}")
    if problems and state.problems:
        click.echo(f"\n{len(state.problems)} problems:")
        for code, number in state.problem_counts.items():
            click.echo(f"  {code}: {number}")
        for problem in state.problems:
            where = f"{problem.path}#{problem.frame}" if problem.frame else problem.path
            click.echo(f"  {where} [{problem.code}] {problem.sentence}")
