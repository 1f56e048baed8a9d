"""The command line: parse, call, print. Everything that a command does is callable from Python.

Commands are listed in road order. Results go to stdout, progress and warnings to stderr. This is the only place that
turns an error into an exit code. Heavy imports wait inside the commands, so that `sipas --help` is quick.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from sipas_forms.errors import DiskError, SipasError, unwritable

SHOWN_PLACES = 4  # of a fault, from where it happened outwards: enough to find it, short enough to read out

# Road order; each name is `module:attribute` under sipas_forms.cli.
COMMANDS = {
    "init": "workspace:init",
    "adopt": "adopt:adopt",
    "frame": "sample:frame",
    "sample": "sample:sample",
    "people": "people:people",
    "print": "printing:print_forms",
    "field": "field:field",
    "simulate": "simulate:simulate",
    "read": "scanning:read",
    "review": "review:review",
    "status": "scanning:status",
    "tally": "report:tally",
    "report": "report:report",
    "compare": "report:compare",
    "export": "report:export",
    "close": "field:close",
}


class RoadGroup(click.Group):
    """Lists the commands in road order and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def invoke(self, ctx: click.Context) -> object:
        """A reader that goes away ('| head') is no fault; click and rich end with 1 there, which is for bugs alone."""
        try:
            done: object = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except (BrokenPipeError, SystemExit) as stop:
            if not isinstance(stop, BrokenPipeError) and not isinstance(stop.__context__, BrokenPipeError):
                raise
            # what is still to be written goes nowhere (docs.python.org, signal, "Note on SIGPIPE")
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(f"sipas_forms.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=RoadGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sipas-forms")
@click.option(
    "--workspace",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder of the survey (default: here).",
)
@click.pass_context
def sipas(ctx: click.Context, root: Path) -> None:
    """A paper survey from a list of people to a published index."""
    from sipas_forms.plan import Workspace

    ctx.obj = Workspace(root)


def plain_streams() -> None:
    """Write UTF-8 whatever the console's own code page is: Windows' default has no Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def main() -> None:
    """Entry point of `sipas`: an error of ours becomes its sentence and its exit code, never a traceback."""
    plain_streams()
    try:
        sipas.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped. What was done is kept; run the same command again to go on.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except SipasError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:  # the system's word, not a library's own
            click.echo(unwritable(error.filename or "A file", error), err=True)
            sys.exit(DiskError.exit_code)
        click.echo(_fault(error), err=True)
        sys.exit(1)


def _fault(error: Exception) -> str:
    """The sentence for a mistake of the program: where it was, and no value, since a value may be somebody's name."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{'/'.join(Path(at.filename).parts[-2:])}:{at.lineno}" for at in reversed(frames)]
    return (
        f"sipas has a fault of its own here ({type(error).__name__} at {' < '.join(places[:SHOWN_PLACES])}). What was "
        "done before is kept, and no scan is touched. Please report this line, and try the command without the file "
        "or the option that led to it."
    )
