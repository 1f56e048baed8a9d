"""What `scripts/demo` shows: the steps as they go, the index per unit and field, and where the reports lie."""

from __future__ import annotations

import sys
from pathlib import Path

import click


def main(root: Path) -> int:
    """Run the demo in the workspace at `root`; returns the exit code."""
    from rich.console import Console

    from sipas_forms.cli import plain_streams
    from sipas_forms.cli.progress import progress_bar
    from sipas_forms.cli.report import index_table
    from sipas_forms.errors import SipasError
    from sipas_forms.flow import run_demo
    from sipas_forms.plan import create_workspace
    from sipas_forms.report import Numbers, banner

    plain_streams()
    try:
        workspace = create_workspace(root)
        with progress_bar("scanning", "pages") as scanning, progress_bar("reading", "pages") as reading:
            results, paths = run_demo(workspace, lambda words: click.echo(words, err=True), scanning, reading)
    except SipasError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("Stopped. What was done is kept; run scripts/demo again to go on.", err=True)
        return 130
    Console().print(index_table(results))
    warning = banner(results, Numbers(results.survey.language))
    if warning:
        click.echo(warning)
    click.echo("\nReports and tables:")
    for path in paths:
        click.echo(f"  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
