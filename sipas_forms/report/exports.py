"""The tables that other programs rely on. Names and columns are contracts: they are only ever added to."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sipas_forms.errors import ReportError, unwritable
from sipas_forms.printing.layout import Layout
from sipas_forms.store.forms import FormRow
from sipas_forms.store.printed import PrintedPlace

ANSWER_COLUMNS = ("serial", "unit", "field", "question", "answer", "status", "source", "confidence", "page", "image")
FORM_COLUMNS = ("serial", "unit", "field", "list", "state", "pages_read")
PAGE_COLUMNS = ("file", "pdf_page", "serial", "page")


def export_answers(answers: pd.DataFrame, target: Path) -> Path:
    """One row per form and question."""
    return _write(target, ANSWER_COLUMNS, answers[list(ANSWER_COLUMNS)].itertuples(index=False))


def export_forms(forms: list[FormRow], pages_read: dict[str, int], target: Path) -> Path:
    """One row per form ever issued. `state`: issued, printed, partial, complete or void."""
    rows = (
        (f.serial, f.unit, f.field, f.list, _state(f, pages_read.get(f.serial, 0)), pages_read.get(f.serial, 0))
        for f in forms
    )
    return _write(target, FORM_COLUMNS, rows)


def export_pages(places: list[PrintedPlace], target: Path) -> Path:
    """Where each printed page lies."""
    return _write(target, PAGE_COLUMNS, ((p.file, p.pdf_page, p.serial, p.page) for p in places))


def export_layout(layout: Layout, target: Path) -> Path:
    """The layout as JSON, in millimetres."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(layout.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise _refused(target, error) from error
    return target


def _state(form: FormRow, pages: int) -> str:
    if form.state == "void":
        return "void"
    if form.pages is None:
        return "issued"
    if not pages:
        return "printed"
    return "complete" if pages >= form.pages else "partial"


def _write(target: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Path:
    """UTF-8 with a byte order mark would break plain readers, so there is none; lines end alike on every system."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
    except OSError as error:
        raise _refused(target, error) from error
    return target


def _refused(target: Path, error: OSError) -> ReportError:
    return ReportError(unwritable(target, error))
