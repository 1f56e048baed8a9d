"""Numbered copies of a form that was drawn elsewhere: the original page untouched, with fiducials, page codes and
serial placed where it is empty.

Where there is no room, the page is scaled to 94%; where there is none even then, fewer marks are set: one code is
enough to know a page, and its own print tells how it lies.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.errors import PrintError
from sipas_forms.plan import Workspace
from sipas_forms.printing.adopted import adopted_layout, geometry_path, load_geometry, original_path
from sipas_forms.printing.drawing import Solid, draw_solid
from sipas_forms.printing.fonts import SANS_BOLD, text_width
from sipas_forms.printing.furniture import (
    CODE,
    FIDUCIAL,
    FIDUCIAL_MARGIN,
    FIDUCIAL_RING,
    SERIAL_HEIGHT,
    SERIAL_SIZE,
)
from sipas_forms.printing.layout import Layout, Named, PageLayout, Rect, digest_version
from sipas_forms.printing.render import render_page

SMALLER = 0.94  # of the original's size where its margins leave no room: still easy to read, 6 mm more on each side
MAP = 4  # px a mm of the map of what is printed
INK = 30  # grey levels darker than paper from which a place counts as printed
CODE_QUIET, FIDUCIAL_QUIET, SERIAL_QUIET = 2.0, 1.5, 0.8  # mm of white that a mark needs around it
PEN_MM = 2.5  # a mark in a box reaches this far over its edge
EDGE_MM = 5.0  # nothing nearer to the paper's edge: printers leave 4.2 mm white
CODE_REACH, FIDUCIAL_REACH = 75.0, 14.0  # mm from its usual place within which a mark is put
# A code tells which way is up by its corner: it must lie this far (mm) on its own side of the falling diagonal.
DIAGONAL_MM = 15.0
STEP = 4  # px of the map between places that are tried: 1 mm


@dataclass(frozen=True)
class StampedForm:
    """An adopted form made ready for numbered copies: where the marks stand, and by how much the page is scaled.
    `notes` are sentences on what had to give way."""

    layout: Layout
    original: Path
    scale: float
    notes: tuple[str, ...]


def stamped_form(workspace: Workspace) -> StampedForm:
    """The workspace's adopted questionnaire with room found for its marks.

    Raises:
        PrintError: a page has no room for a page code even at 94%.
        PlanError, WorkspaceError: as `printing.adopted` says.
    """
    questionnaire = workspace.questionnaire
    name = workspace.survey.questionnaire
    original = original_path(workspace.templates, name)
    if not original.is_file():
        raise PrintError(f"{original}: the original of the form is missing; adopt it again.")
    layout = adopted_layout(questionnaire, load_geometry(geometry_path(workspace.templates, name)))
    longest = max(len(f"{unit.code}-{field.code}-0000-0") for unit, field in workspace.survey.cells())
    serial = text_width("0" * longest, SANS_BOLD, SERIAL_SIZE) + 1
    for scale in (1.0, SMALLER):
        scaled = layout if scale == 1 else _scaled(layout, scale)
        maps = [_printed(original, page, layout.page_size_mm, scale) for page in scaled.pages]
        pages = [
            _place(page, taken, layout.page_size_mm, serial) for page, taken in zip(scaled.pages, maps, strict=True)
        ]
        if all(len(page.codes) == 2 and page.serial_text for page in pages):
            break
    for page in pages:
        if not page.codes:
            raise PrintError(
                f"{original.name}, page {page.number}: there is no empty place of {CODE + 2 * CODE_QUIET:.0f} mm "
                "for a page code in its upper right or lower left part, "
                f"not even at {SMALLER:.0%}. Leave more room on the form."
            )
    version = digest_version(["stamped", layout.form_version, scale, [asdict(page) for page in pages]])
    # what the copies show is what we print, also where nobody knows what older sheets of the form show
    stamped = replace(scaled, form_version=version, pages=tuple(pages), boxes_shown=True)
    return StampedForm(stamped, original, scale, _notes(pages, scale))


def _notes(pages: list[PageLayout], scale: float) -> tuple[str, ...]:
    notes = []
    if scale != 1:
        notes.append(f"The original leaves too little room for the page codes, so it is printed at {scale:.0%}.")
    for page in pages:
        if len(page.codes) < 2:
            notes.append(f"Page {page.number} has room for one page code only; keep that corner clean.")
    return tuple(notes)


def _scaled(layout: Layout, scale: float) -> Layout:
    """Every place moved towards the middle of the page, as the page itself is."""
    width, height = layout.page_size_mm

    def move(at: Any) -> Any:
        x, y = width / 2 + scale * (at.x - width / 2), height / 2 + scale * (at.y - height / 2)
        return replace(at, x=round(x, 3), y=round(y, 3), w=round(at.w * scale, 3), h=round(at.h * scale, 3))

    pages = tuple(
        replace(page, boxes=tuple(map(move, page.boxes)), writing=tuple(map(move, page.writing)))
        for page in layout.pages
    )
    return replace(layout, pages=pages)


def _printed(original: Path, page: PageLayout, size: tuple[float, float], scale: float) -> NDArray[np.uint8]:
    """Where print or a pen may be: 1, at MAP."""
    wide, high = round(size[0] * MAP), round(size[1] * MAP)
    picture = render_page(original, page.number - 1, MAP * 25.4 * 2)
    small = cv2.erode(picture, np.ones((3, 3), np.uint8))
    small = cv2.resize(small, (round(wide * scale), round(high * scale)), interpolation=cv2.INTER_NEAREST)
    whole = np.full((high, wide), 255, np.uint8)
    top, left = (high - small.shape[0]) // 2, (wide - small.shape[1]) // 2
    whole[top : top + small.shape[0], left : left + small.shape[1]] = small
    taken = (whole < 255 - INK).astype(np.uint8)
    for box in (*page.boxes, *page.writing):
        _fill(taken, Rect(box.x - PEN_MM, box.y - PEN_MM, box.w + 2 * PEN_MM, box.h + 2 * PEN_MM))
    return taken


def _fill(taken: NDArray[np.uint8], at: Rect) -> None:
    top, left = max(0, int(at.y * MAP)), max(0, int(at.x * MAP))
    taken[top : int((at.y + at.h) * MAP) + 1, left : int((at.x + at.w) * MAP) + 1] = 1


def _place(page: PageLayout, taken: NDArray[np.uint8], size: tuple[float, float], serial: float) -> PageLayout:
    """The page with its codes, fiducials and serials, each as near to its usual place as it may be."""
    width, height = size
    taken = taken.copy()
    codes: list[Named] = []
    usual = {
        "a": (width - FIDUCIAL_MARGIN - FIDUCIAL - 3 - CODE, FIDUCIAL_MARGIN + 1.5),
        "b": (FIDUCIAL_MARGIN + FIDUCIAL + 3, height - FIDUCIAL_MARGIN - 1.5 - CODE),
    }
    far_x, far_y = width - FIDUCIAL_MARGIN - FIDUCIAL, height - FIDUCIAL_MARGIN - FIDUCIAL
    corners = {"tl": (FIDUCIAL_MARGIN, FIDUCIAL_MARGIN), "tr": (far_x, FIDUCIAL_MARGIN)}
    corners |= {"bl": (FIDUCIAL_MARGIN, far_y), "br": (far_x, far_y)}
    fiducials: list[Named] = []
    for name, corner in corners.items():
        at = _nearest_room(taken, corner, (FIDUCIAL, FIDUCIAL), FIDUCIAL_QUIET, FIDUCIAL_REACH, size, "")
        if at is not None:
            fiducials.append(Named(at[0], at[1], FIDUCIAL, FIDUCIAL, name))
            _fill(taken, Rect(at[0] - 1, at[1] - 1, FIDUCIAL + 2, FIDUCIAL + 2))
    for name, place in usual.items():
        at = _nearest_room(taken, place, (CODE, CODE), CODE_QUIET, CODE_REACH, size, name)
        if at is not None:
            codes.append(Named(at[0], at[1], CODE, CODE, name))
            _fill(taken, Rect(at[0] - CODE_QUIET, at[1] - CODE_QUIET, CODE + 2 * CODE_QUIET, CODE + 2 * CODE_QUIET))
    serials = []
    for code in codes:
        beside = (code.x - 3 - serial, code.y) if code.id == "a" else (code.x + CODE + 3, code.y + CODE - SERIAL_HEIGHT)
        at = _nearest_room(taken, beside, (serial, SERIAL_HEIGHT), SERIAL_QUIET, CODE_REACH, size, "")
        if at is not None:
            serials.append(Rect(at[0], at[1], serial, SERIAL_HEIGHT))
            _fill(taken, serials[-1])
    return replace(page, fiducials=tuple(fiducials), codes=tuple(codes), serial_text=tuple(serials))


def _nearest_room(
    taken: NDArray[np.uint8],
    usual: tuple[float, float],
    extent: tuple[float, float],
    quiet: float,
    reach: float,
    size: tuple[float, float],
    code: str,
) -> tuple[float, float] | None:
    """The empty place (mm, its top left) nearest to the usual one; None where there is none within reach."""
    total = cv2.integral(taken)
    w, h = (round((side + 2 * quiet) * MAP) for side in extent)
    best: tuple[float, float, float] | None = None
    for x, y in _tried(usual, reach, size, extent):
        left, top = round((x - quiet) * MAP), round((y - quiet) * MAP)
        away = float(np.hypot(x - usual[0], y - usual[1]))
        if best is not None and away >= best[0]:
            continue
        if left < 0 or top < 0 or left + w >= total.shape[1] or top + h >= total.shape[0]:
            continue
        if total[top + h, left + w] - total[top, left + w] - total[top + h, left] + total[top, left]:
            continue
        side = (size[1] / 2 - y - extent[1] / 2) - (size[0] / 2 - x - extent[0] / 2)
        if (code == "a" and side < DIAGONAL_MM) or (code == "b" and side > -DIAGONAL_MM):
            continue
        best = away, x, y
    return None if best is None else (round(best[1], 3), round(best[2], 3))


def _tried(
    usual: tuple[float, float], reach: float, size: tuple[float, float], extent: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    yield usual
    step = STEP / MAP
    for x in np.arange(max(EDGE_MM, usual[0] - reach), min(size[0] - EDGE_MM - extent[0], usual[0] + reach), step):
        for y in np.arange(max(EDGE_MM, usual[1] - reach), min(size[1] - EDGE_MM - extent[1], usual[1] + reach), step):
            yield float(x), float(y)


def draw_fiducials(canvas: Any, page: PageLayout, page_height: float) -> None:
    """The corner marks of a page."""
    canvas.setFillGray(0)
    for mark in page.fiducials:
        hole = FIDUCIAL_RING if mark.id == "tl" else 0.0
        draw_solid(canvas, Solid(Rect(mark.x, mark.y, mark.w, mark.h), hole=hole), page_height)


def merge(form: StampedForm, overlay: bytes, target: io.BytesIO) -> None:
    """The original under every page of `overlay`, the form's pages in turn; each is written once, however many copies
    show it."""
    with pikepdf.open(io.BytesIO(overlay)) as marks, pikepdf.open(form.original) as base:
        originals = [marks.copy_foreign(page.as_form_xobject()) for page in base.pages]
        moves = [_move(page, form) for page in base.pages]
        for index, page in enumerate(marks.pages):
            number = index % len(originals)
            name = page.add_resource(originals[number], pikepdf.Name.XObject)
            page.contents_add(f"q {moves[number]} cm {name} Do Q".encode("ascii"), prepend=True)
        # the same copies give the same bytes, whenever they are printed
        marks.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _move(page: pikepdf.Page, form: StampedForm) -> str:
    """The PDF matrix that lays the original's visible part at the origin, scaled about the middle of the page."""
    width, height = (side * mm for side in form.layout.page_size_mm)
    left, bottom = (float(value) for value in page.trimbox[:2])  # as_form_xobject shows the trim box
    turned = int(page.obj.get("/Rotate", 0)) % 360 != 0
    x, y = (0.0, 0.0) if turned else (-left * form.scale, -bottom * form.scale)
    x, y = x + width * (1 - form.scale) / 2, y + height * (1 - form.scale) / 2
    return f"{form.scale:g} 0 0 {form.scale:g} {x:.4f} {y:.4f}"


def blank_pdf(form: StampedForm, target: io.BytesIO) -> None:
    """The form with its corner marks only: what every copy shares."""
    buffer = io.BytesIO()
    width, height = form.layout.page_size_mm
    canvas = Canvas(buffer, pagesize=(width * mm, height * mm), invariant=1)
    for page in form.layout.pages:
        draw_fiducials(canvas, page, height)
        canvas.showPage()
    canvas.save()
    merge(form, buffer.getvalue(), target)
