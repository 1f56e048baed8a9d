"""Writes the reports of one `Results` in the formats asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sipas_forms.errors import ReportError, unwritable
from sipas_forms.plan import Language, Workspace
from sipas_forms.report.compose import compose_report, levels_by_unit
from sipas_forms.report.data import codebook_file, csv_file, parquet_file, sav_file
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.page import page_report
from sipas_forms.report.pdf import pdf_report
from sipas_forms.report.word import word_report
from sipas_forms.report.workbook import workbook_report
from sipas_forms.tally import Results

Make = Callable[[Results, Numbers, date], bytes]


@dataclass(frozen=True)
class Format:
    """A format: its folder under output/, and what makes each of its files by the ending of the name."""

    folder: str
    files: tuple[tuple[str, Make], ...]


def _pdf(results: Results, numbers: Numbers, today: date) -> bytes:
    return pdf_report(compose_report(results, numbers, today))


def _word(results: Results, numbers: Numbers, today: date) -> bytes:
    return word_report(compose_report(results, numbers, today), today)


def _page(results: Results, numbers: Numbers, today: date) -> bytes:
    return page_report(compose_report(results, numbers, today), levels_by_unit(results, numbers))


def _data(make: Callable[[Results, Numbers], bytes]) -> Make:
    return lambda results, numbers, today: make(results, numbers)


FORMATS = {
    "docx": Format("reports", ((".docx", _word),)),
    "xlsx": Format("reports", ((".xlsx", workbook_report),)),
    "pdf": Format("reports", ((".pdf", _pdf),)),
    "html": Format("reports", ((".html", _page),)),
    "sav": Format("data", ((".sav", _data(sav_file)),)),
    "csv": Format("data", ((".csv", _data(csv_file)), ("-codebook.csv", _data(codebook_file)))),
    "parquet": Format("data", ((".parquet", _data(parquet_file)),)),
}


def write_report(
    results: Results,
    workspace: Workspace,
    formats: Iterable[str] = tuple(FORMATS),
    language: Language = "vi",
    today: date | None = None,
    part: str = "",
) -> list[Path]:
    """Write `output/reports/<survey code>.<format>` (data: `output/data/`); returns the paths in that order.

    Args:
        language: another than the plan's stands in the name, as in `LB2020.en.pdf`.
        today: the date at the report's head; the present day if None.
        part: what the report is of, where not the whole survey: it stands in the name, as in `LB2020-TT.pdf`.

    Raises:
        ReportError: a format is not known, or a file can't be written (open in another program?).
    """
    paths = []
    name = "-".join([results.survey.code, *([part] if part else [])])
    name += "" if language == results.survey.language else f".{language}"
    for wanted in formats:
        if wanted not in FORMATS:
            raise ReportError(f"There is no report format '{wanted}'. There is: {', '.join(FORMATS)}.")
        for ending, make in FORMATS[wanted].files:
            content = make(results, Numbers(language), today or date.today())
            paths.append(_replace(workspace.output / FORMATS[wanted].folder / f"{name}{ending}", content))
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
        raise ReportError(unwritable(path, error)) from error
    return path
