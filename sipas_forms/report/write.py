"""Writes the reports of one `Results` in the formats asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path

from sipas_forms.errors import ReportError
from sipas_forms.plan import Language, Workspace
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.pdf import pdf_report
from sipas_forms.report.workbook import workbook_report
from sipas_forms.tally import Results

WRITERS: dict[str, Callable[[Results, Numbers, date], bytes]] = {"xlsx": workbook_report, "pdf": pdf_report}


def write_report(
    results: Results,
    workspace: Workspace,
    formats: Iterable[str] = tuple(WRITERS),
    language: Language = "vi",
    today: date | None = None,
) -> list[Path]:
    """Write `output/reports/<survey code>.<format>` for each format; returns the paths in that order.

    Args:
        today: the date at the report's head; the present day if None.

    Raises:
        ReportError: a format is not known, or a file can't be written (open in another program?).
    """
    folder = workspace.output / "reports"
    paths = []
    for name in formats:
        if name not in WRITERS:
            raise ReportError(f"There is no report format '{name}'. There is: {', '.join(WRITERS)}.")
        content = WRITERS[name](results, Numbers(language), today or date.today())
        paths.append(_replace(folder / f"{results.survey.code}.{name}", content))
    return paths


def _replace(path: Path, content: bytes) -> Path:
    """Write beside, then put in place, so that a stop never leaves half a report."""
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):  # the folder itself may be what is in the way
            beside.unlink(missing_ok=True)
        raise ReportError(
            f"{path}: can't be written ({error.strerror}). Close it in other programs and run the command again."
        ) from error
    return path
