"""Prints numbered questionnaires: one PDF per cell, whose shared content is written once."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.errors import PrintError
from sipas_forms.plan import Field, Language, Survey, Unit, Workspace
from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.asked import named, reworded
from sipas_forms.printing.compose import ComposedForm, compose
from sipas_forms.printing.drawing import draw
from sipas_forms.printing.fonts import SANS_BOLD
from sipas_forms.printing.furniture import CODE_MODULES, SERIAL_SIZE
from sipas_forms.printing.layout import Layout, Named, PageLayout
from sipas_forms.printing.reference import save_reference
from sipas_forms.printing.stamp import StampedForm, blank_pdf, draw_fiducials, merge, stamped_form
from sipas_forms.store import open_store
from sipas_forms.store.forms import FormRow, PrintedPage, issued_forms, record_print

# Streams as they are: text-armoured ones cost a quarter more bytes and time, and no reader needs them.
rl_config.useA85 = 0

ODD = (
    "A form has {pages} page(s): print on one side of the paper only. On both sides, every second form would begin "
    "on the back of another person's."
)

OTHERWISE = (
    "Forms were printed before with another questionnaire: {changes}. Answers to both can't be put together: print "
    "all forms anew and destroy the earlier ones, or put the printed words back."
)

GONE = (
    "Forms are issued for {cells}, which the plan does not have (any more), so nothing is printed. Codes must stay "
    "as they were when the sample was drawn: put them back into the plan."
)


@dataclass(frozen=True)
class PrintedBatch:
    """One PDF that was written."""

    path: Path
    unit: str
    field: str
    forms: int
    pages: int


def print_forms(
    workspace: Workspace,
    unit: str | None = None,
    field: str | None = None,
    serial: str | None = None,
    language: Language | None = None,
    progress: Callable[[str], None] = lambda _: None,
    notes: Callable[[str], None] = lambda _: None,
) -> list[PrintedBatch]:
    """Print the issued forms of the chosen cells, or one form again; returns what was written under `forms/`.
    `progress` is told each file's name, `notes` what to mind when it goes to the printer, and what had to give way
    on a form that was drawn elsewhere.

    Raises:
        PrintError: nothing is issued for the choice, or the questionnaire can't be laid out.
    """
    survey = workspace.survey
    unit, field, serial = (code.strip().upper() if code else None for code in (unit, field, serial))
    store = open_store(workspace.database)
    try:
        forms = issued_forms(store, unit, field, serial)
        if not forms:
            raise PrintError(_nothing(survey, unit, field, serial))
        gone = sorted({(form.unit, form.field) for form in forms} - {(u.code, f.code) for u, f in survey.cells()})
        if gone:
            raise PrintError(GONE.format(cells=", ".join("-".join(cell) for cell in gone)))
        form = ready_form(workspace, language)
        for note in form.notes if isinstance(form, StampedForm) else ():
            notes(note)
        if len(form.layout.pages) % 2:
            notes(ODD.format(pages=len(form.layout.pages)))
        _tell_rewording(workspace, form.layout.form_version, issued_forms(store), notes)
        save_reference(form.layout, lambda: _blank(form), workspace.questionnaire_file, workspace.layouts)
        batches = []
        for plan_unit, plan_field in survey.cells():
            cell = [form for form in forms if (form.unit, form.field) == (plan_unit.code, plan_field.code)]
            if not cell:
                continue
            name = f"{survey.code}-{plan_unit.code}-{plan_field.code}"
            path = workspace.forms / (f"{name}.pdf" if serial is None else f"{name}-{serial}.pdf")
            batch = _print_cell(survey, form, plan_unit, plan_field, cell, path, store.key(), language)
            record_print(store, workspace.relative(path), form.layout.form_version, _pages(cell, form.layout))
            batches.append(batch)
            progress(path.name)
        return batches
    finally:
        store.close()


def _tell_rewording(workspace: Workspace, version: str, forms: list[FormRow], notes: Callable[[str], None]) -> None:
    """Say so where forms that were printed before ask something else."""
    before = {form.form_version for form in forms if form.form_version}
    changes = [change for change in reworded(workspace, before, lambda: version) if not change.settled]
    if changes:
        notes(OTHERWISE.format(changes=named(changes)))


def ready_form(workspace: Workspace, language: Language | None = None) -> ComposedForm | StampedForm:
    """The workspace's questionnaire as it would be printed now: laid out by us, or stamped onto its original.

    Raises:
        PrintError, PlanError, WorkspaceError: as `compose` and `stamped_form` say.
    """
    if workspace.questionnaire.adopted:
        return stamped_form(workspace)
    return compose(workspace.survey, workspace.questionnaire, language)


def _nothing(survey: Survey, unit: str | None, field: str | None, serial: str | None) -> str:
    cells = [(u.code, f.code) for u, f in survey.cells()]
    if unit and unit not in {code for code, _ in cells}:
        return f"There is no unit '{unit}' in the plan. There is: {', '.join(dict(cells))}."
    if field and (fields := [f for u, f in cells if unit in (None, u)]) and field not in fields:
        where = f"unit {unit}" if unit else "the plan"
        return f"There is no field '{field}' in {where}. There is: {', '.join(dict.fromkeys(fields))}."
    if serial:
        return f"Form {serial} is not issued (or is void), so it can't be printed; 'sipas export forms' lists all."
    where = f" for unit {unit or '*'}, field {field or '*'}" if unit or field else ""
    return f"No questionnaires are issued{where}. Draw the sample first: sipas sample draw."


def _blank(form: ComposedForm | StampedForm) -> bytes:
    """The form as printed on all copies alike, as PDF."""
    buffer = io.BytesIO()
    if isinstance(form, StampedForm):
        blank_pdf(form, buffer)
        return buffer.getvalue()
    canvas = Canvas(buffer, pagesize=_size(form.layout), invariant=1)
    for marks in form.marks:
        draw(canvas, marks, form.layout.page_size_mm[1], {})
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _size(layout: Layout) -> tuple[float, float]:
    width, height = layout.page_size_mm
    return width * mm, height * mm


def _pages(cell: list[FormRow], layout: Layout) -> list[PrintedPage]:
    pages = [(form.serial, page.number) for form in cell for page in layout.pages]
    return [PrintedPage(index, serial, number) for index, (serial, number) in enumerate(pages, 1)]


def _print_cell(
    survey: Survey,
    form: ComposedForm | StampedForm,
    unit: Unit,
    field: Field,
    cell: list[FormRow],
    path: Path,
    key: bytes,
    language: Language | None,
) -> PrintedBatch:
    language = language or survey.language
    layout = form.layout
    buffer = io.BytesIO()
    # invariant: the same forms give the same bytes, whenever they are printed
    canvas = Canvas(buffer, pagesize=_size(layout), pageCompression=1, invariant=1)
    canvas.setTitle(f"{survey.code} {unit.code}-{field.code}")
    canvas.setAuthor(survey.owner.office.in_(language))
    canvas.setSubject(survey.title.in_(language))
    slots = {"unit": unit.name.in_(language), "field": field.name.in_(language)}
    if isinstance(form, ComposedForm):
        for page, marks in zip(layout.pages, form.marks, strict=True):
            canvas.beginForm(f"page{page.number}")
            draw(canvas, marks, layout.page_size_mm[1], slots)
            canvas.endForm()
    for row in cell:
        for page in layout.pages:
            if isinstance(form, ComposedForm):
                canvas.doForm(f"page{page.number}")
            else:
                draw_fiducials(canvas, page, layout.page_size_mm[1])
            code = PageCode(survey.code, row.serial, page.number, layout.form_version)
            draw_identity(canvas, page, layout.page_size_mm[1], row.serial, code.text(key))
            canvas.showPage()
    canvas.save()
    if isinstance(form, StampedForm):
        marked, buffer = buffer.getvalue(), io.BytesIO()
        merge(form, marked, buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(buffer.getvalue())
    unfinished.replace(path)
    return PrintedBatch(path, unit.code, field.code, len(cell), len(cell) * len(layout.pages))


def draw_identity(canvas: Any, page: PageLayout, page_height: float, serial: str, code: str) -> None:
    """What makes a copy this person's: both page codes and the serial in clear type."""
    canvas.setFont(SANS_BOLD, SERIAL_SIZE)
    for index, at in enumerate(page.serial_text):
        baseline = (page_height - at.y - 4.3) * mm
        if index == 0:  # the upper one ends beside its code
            canvas.drawRightString((at.x + at.w) * mm, baseline, serial)
        else:
            canvas.drawString(at.x * mm, baseline, serial)
    runs = _code_runs(code)
    for place in page.codes:
        _draw_code(canvas, runs, place, page_height)


def _code_runs(text: str) -> list[tuple[int, int, int]]:
    """(row, first column, length) of each run of dark modules of the QR code for `text`."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", version=3)
    dark = np.array(barcode.to_image(scale=1, add_quiet_zones=False)) == 0
    if dark.shape != (CODE_MODULES, CODE_MODULES):
        raise PrintError(f"The page code '{text}' is too long for its place; use shorter unit and field codes.")
    edges = np.diff(np.pad(dark.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    return [(int(r), int(c), int(e - c)) for (r, c), (_, e) in zip(starts, ends, strict=True)]


def _draw_code(canvas: Any, runs: list[tuple[int, int, int]], place: Named, page_height: float) -> None:
    """Dark modules as bars in module units, as plain PDF operators: half of the time of a batch went into a path
    object."""
    module = place.w / CODE_MODULES
    canvas.saveState()
    canvas.transform(module * mm, 0, 0, -module * mm, place.x * mm, (page_height - place.y) * mm)
    canvas.addLiteral(" ".join(f"{column} {row} {length} 1 re" for row, column, length in runs) + " f")
    canvas.restoreState()
