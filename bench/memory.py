"""`scripts/bench memory`: how much memory a reading process needs, and whether it grows with the pages."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

BOUND_MB = 400.0  # issue 2
# Flat: the longest run may need this much more than the shortest (allocators keep pieces of different size).
FLAT_MB = 20.0
SOURCE_PAGES = 80  # different pages; longer runs read them again under other names


@click.command()
@click.option("--pages", default="100,500,2000", show_default=True, help="Lengths of the runs.")
@click.option("--child", type=click.Path(path_type=Path), hidden=True)
def main(pages: str, child: Path | None) -> None:
    """Peak memory of one process that reads 300 dpi pages into the store; under 400 MB, and flat."""
    if child:
        _read(child)
        return
    if sys.platform == "win32":
        click.echo("skipped: Windows doesn't tell a process's peak memory without further packages.")
        return
    lengths = [int(length) for length in pages.split(",")]
    peaks = []
    for length in lengths:
        with tempfile.TemporaryDirectory() as folder:
            _python("bench.memory_pages", folder, str(min(length, SOURCE_PAGES)), str(length))
            peaks.append(float(_python("bench.memory", "--child", folder)))
        click.echo(f"{length:6,} pages: {peaks[-1]:6.1f} MB at most")
    held = max(peaks) <= BOUND_MB and peaks[-1] - peaks[0] <= FLAT_MB
    click.echo(
        f"bound {BOUND_MB:g} MB, and at most {FLAT_MB:g} MB more on the longest run: {'held' if held else 'MISSED'}"
    )
    sys.exit(0 if held else 1)


def _python(module: str, *arguments: str) -> str:
    """A module's standard output, run in a process of its own: this one must stay small, since a child inherits its
    parent's peak on some systems."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ)).stdout


def _read(folder: Path) -> None:
    from sipas_forms.plan import Workspace
    from sipas_forms.scanning.run import read_scans

    summary = read_scans(Workspace(folder), workers=1)
    if not summary.counts.read or summary.counts.problems:
        raise click.ClickException(f"The pages were not read ({summary.counts}): the figures mean nothing.")
    click.echo(f"{peak_mb():.1f}")


def peak_mb() -> float:
    """The most memory that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: of this program alone, whatever started it
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    main(prog_name="scripts/bench memory")
