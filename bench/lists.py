"""`scripts/bench lists`: seconds and memory of importing a long list: reading, judging, finding duplicates, sealing."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from bench.memory import peak_mb
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.sample import import_lists
from sipas_forms.simulate.lists import Town

SECONDS, MEGABYTES = 30.0, 1000.0  # for 100,000 rows; issue 6
HEADER = ("STT", "Họ và tên", "Địa chỉ", "Số điện thoại", "Ngày tiếp nhận", "Lĩnh vực", "Thủ tục", "Hình thức")


@click.command()
@click.option("--rows", type=click.IntRange(min=1), default=100_000, show_default=True)
@click.option("--kind", type=click.Choice(["xlsx", "csv"]), multiple=True, default=["xlsx", "csv"], show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--child", type=click.Path(path_type=Path), hidden=True, help="Import this one file and print figures.")
def main(rows: int, kind: tuple[str, ...], seed: int, child: Path | None) -> None:
    """Import a list of one ward; the bound is 30 s and 1 GB for 100,000 rows."""
    if child is not None:
        click.echo(_import(child))
        return
    missed = False
    for each in kind:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"TT.{each}"
            _write(path, rows, seed)
            command = [sys.executable, "-m", "bench.lists", "--child", str(path)]
            found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            seconds, again, megabytes, yardstick = map(float, found[:4])
            held = seconds <= SECONDS and megabytes <= MEGABYTES
            missed = missed or not held
            click.echo(
                f"{each}: {rows:,} rows, {path.stat().st_size / 1e6:.1f} MB: import {seconds:.1f} s, again unchanged "
                f"{again:.1f} s, at most {megabytes:.0f} MB; {' '.join(found[4:])}; bound {SECONDS:g} s, "
                f"{MEGABYTES:g} MB: {'held' if held else 'MISSED'}\n"
                f"     {seconds / yardstick:.0f} times the yardstick, which took {yardstick:.2f} s beside it"
            )
    sys.exit(1 if missed else 0)


def _write(path: Path, rows: int, seed: int) -> None:
    """A ward's list: a tenth of its people come twice, some rows are wrong."""
    workspace = create_workspace(path.parent / "names")
    unit = workspace.survey.unit("TT")
    town = Town(random.Random(seed))
    lines: list[list[str]] = []
    for number in range(rows):
        if number % 10 == 9:
            lines.append([str(number + 1), lines[number - 5][1].upper(), *lines[number - 5][2:]])
            continue
        person = town.person(unit)
        day = f"{town.rng.randint(1, 28):02d}/{town.rng.randint(1, 8):02d}/2020"
        field = town.rng.choice(["Tư pháp", "LĐTBXH"])
        lines.append([str(number + 1), person.name, person.address, person.phone, day, field, "Cấp mới", "Trực tiếp"])
    if path.suffix == ".csv":
        import csv

        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *lines])
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    for row, line in enumerate([list(HEADER), *lines]):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell)
    book.close()


def _import(path: Path) -> str:
    """Processor seconds of the first import, of the same again and of the yardstick, and what became of the rows."""
    workspace: Workspace = create_workspace(path.parent / "survey")
    seconds, yardsticks = [], [_yardstick()]
    for _ in range(2):
        start = time.process_time()
        report = import_lists(workspace, [path], unit="TT")
        seconds.append(time.process_time() - start)
        yardsticks.append(_yardstick())
    file = report.files[0]
    counts = f"{file.accepted} accepted, {file.merged} merged, {file.refused} refused, {file.check} to check"
    return f"{seconds[0]:.2f} {seconds[1]:.2f} {peak_mb():.0f} {sum(yardsticks[:2]) / 2:.2f} {counts}"


def _yardstick() -> float:
    """Seconds of five million rounds of adding: how quick this machine is at this moment."""
    start, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number * number % 7
    return time.process_time() - start


if __name__ == "__main__":
    main(prog_name="scripts/bench lists")
