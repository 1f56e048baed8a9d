"""`read --form N`: sheets of an adopted form that carry none of our codes. The page is known by its content, the form
by a number on it, a barcode, the file's name, or the order of the pile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import zxingcpp

from sipas_forms.errors import ScanError
from sipas_forms.plan import Workspace, load_questionnaire
from sipas_forms.plan.serial import PageCode, split_serial
from sipas_forms.printing.adopted import AREA, adopted_layout, geometry_path, load_geometry, original_path
from sipas_forms.printing.layout import Layout, Rect
from sipas_forms.printing.reference import save_reference
from sipas_forms.scanning.bend import FLAT
from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.content import (
    LEAST_SPREAD,
    FoundPage,
    best_page,
    lies_plainly,
    match_page,
    scan_features,
    spread,
)
from sipas_forms.scanning.crops import PX_PER_MM, straighten
from sipas_forms.scanning.identify import nothing_on
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.outlines import lay_by_outlines
from sipas_forms.scanning.prints import prove_by_print
from sipas_forms.scanning.serial_text import has_tesseract, to_confirm
from sipas_forms.scanning.types import IdentifiedPage, Pixels, Problem, ScanPage
from sipas_forms.store.forms import FormRow
from sipas_forms.store.joining import FRONT_FIRST
from sipas_forms.store.readings import ScanRecord

SerialFrom = Literal["area", "barcode", "name", "order"]
WRONG_ORDER = "wrong_order"  # a page that is not the one its place in the pile asks for
PILE_HELD = "pile_held"  # a page after such a one
# A page whose number stands on its front: which that is hangs on the pile.
UNJOINED = Problem(
    FRONT_FIRST, "The number stands on its front, which was not looked for yet; run the same command again."
)
# After a page that shows nothing of the form it isn't known either whether it belongs to the pile.
OUT_OF_ORDER = (WRONG_ORDER, "unknown_page", "blank_page", "dark_page")
OCR_PX_PER_MM = (12, 16)  # two readings of the number at different fineness must agree
OCR_SECONDS = 5
NUMBER_MARGIN_MM = 1.0  # around its place: what registration may be off, and a stamp beside it
# Light is even over so much of a page (standard deviation); the grey level of its paper then.
LIGHT_MM, PAPER = 4.0, 200
NUMBER = re.compile(r"^\D{0,3}0*(\d{1,6})$")
# A file's name: its serial, and after a sign that no serial has, anything.
STEM = re.compile(r"^([A-Za-z0-9-]+)(?:[ _.(].*)?$")


@dataclass(frozen=True)
class AsIs:
    """How sheets without codes are told.

    Attributes:
        version: of the form as it is, which has so many `pages`.
        serial_from: where the form's number comes from.
        stamped: the pages that have a place for a stamped number.
        numbers: serials by the number of the form within its cell.
        places: for `name` and `order`, by (file, frame): the serial, and the page that it must be (0: any).
    """

    version: str
    serial_from: SerialFrom
    pages: int
    stamped: frozenset[int] = frozenset()
    numbers: dict[int, str] = field(default_factory=dict)
    places: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    @property
    def on_front(self) -> bool:
        """Whether the number may stand on the front alone, and the other pages follow it."""
        return self.serial_from in ("area", "barcode") and self.pages > 1


@dataclass
class Pile:
    """Sheets whose serials their order tells: from the first page that is not the one expected, or not known, nobody
    knows how many sheets are missing or too many, and so whose the others are.

    Attributes:
        order: place in the pile by (file, frame).
        lost: the place of the first page out of order, or None.
        serials: of the pages that were read, by their place.
    """

    order: dict[tuple[str, int], int]
    lost: int | None = None
    serials: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, known: AsIs, settled: dict[tuple[str, int], tuple[str, int] | None]) -> Pile:
        """The pile of sheets told by their order; `settled`: which page each is that was read, None where set aside."""
        order = {place: number for number, place in enumerate(known.places)}
        astray = [order[place] for place, page in settled.items() if place in order and page != known.places[place]]
        return cls(order, min(astray, default=None))

    def hold(self, record: ScanRecord) -> ScanRecord:
        """The record; without its serial, and with a problem, where an earlier page was out of order."""
        at = self.order.get((record.path, record.frame))
        if at is None:
            return record
        if record.problem and record.problem[0] in OUT_OF_ORDER:
            self.lost = at if self.lost is None else min(self.lost, at)
        elif self.lost is not None and at > self.lost and not record.problem:
            where = f"{Path(record.path).name}, page {record.frame}"
            sentence = (
                f"{where}: an earlier page of this pile was not the one expected, so whose sheet this is cannot be "
                "told by its place. Put the pile in order and scan it again, or say whose it is in sipas review."
            )
            held = (PILE_HELD, sentence)
            return replace(record, serial=None, problem=held, reading=None, answers=(), residual_mm=None)
        elif record.serial:
            self.serials[at] = record.serial
        return record

    @property
    def ends(self) -> tuple[str, str] | None:
        """The serials of its first and its last page that were read."""
        return (self.serials[min(self.serials)], self.serials[max(self.serials)]) if self.serials else None


def plan_as_is(
    workspace: Workspace,
    form: str,
    serial_from: SerialFrom,
    issued: list[FormRow],
    files: list[tuple[str, int]],
    begin_at: int = 1,
) -> AsIs:
    """How the sheets of these files, (name, frames), are told; `issued` are the forms that they may be, a pile in order
    begins with number `begin_at` of them.

    Raises:
        ScanError: no such form was adopted, or numbers can't tell the forms.
        PlanError, WorkspaceError: the form's questionnaire or places have mistakes.
    """
    layout = _as_is_layout(workspace, form)
    cells = {(row.unit, row.field) for row in issued}
    if len(cells) > 1 and serial_from == "order":
        raise ScanError(
            f"--serial-from order counts forms within one unit and field, and there are {len(cells)}; "
            "say which with --unit and --field, and read each pile by itself."
        )
    numbers = {row.number: row.serial for row in issued} if len(cells) == 1 else {}
    stamped = frozenset(page.number for page in layout.pages for area in page.writing if area.question == AREA)
    if serial_from == "area" and not stamped:
        raise ScanError(
            f"The form '{form}' has no place named '{AREA}': give the writing area with the stamped number that id in "
            f"templates/{form}.yaml, then: sipas adopt --check --name {form}"
        )
    if serial_from == "order":
        issued = [row for row in issued if row.number >= begin_at]
    places = dict(_places(serial_from, files, issued, numbers, len(layout.pages)))
    return AsIs(layout.form_version, serial_from, len(layout.pages), stamped, numbers, places)


def _as_is_layout(workspace: Workspace, form: str) -> Layout:
    if not geometry_path(workspace.templates, form).is_file():
        raise ScanError(f"No form was adopted as '{form}'; begin with: sipas adopt FILE --name {form}")
    path = workspace.templates / f"{form}.yaml"
    layout = adopted_layout(load_questionnaire(path), load_geometry(geometry_path(workspace.templates, form)))
    save_reference(layout, original_path(workspace.templates, form).read_bytes, path, workspace.layouts)
    return layout


def _places(
    serial_from: SerialFrom, files: list[tuple[str, int]], issued: list[FormRow], numbers: dict[int, str], pages: int
) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """The serial of every sheet that file names or the order tell."""
    if serial_from == "name":
        for name, frames in files:
            match = STEM.match(Path(name).stem)
            serial = _serial_of(match[1] if match else "", numbers)
            for frame in range(1, frames + 1) if serial else ():
                yield (name, frame), (serial or "", 0)
    elif serial_from == "order":
        sheets = [(name, frame) for name, frames in files for frame in range(1, frames + 1)]
        for index, sheet in enumerate(sheets):
            if index // pages < len(issued):
                yield sheet, (issued[index // pages].serial, index % pages + 1)


def _serial_of(text: str, numbers: dict[int, str]) -> str | None:
    """A serial whose check character holds, or the one of a plain number; None where it is neither."""
    text = text.strip().upper()
    if split_serial(text):
        return text
    number = NUMBER.match(text)
    return numbers.get(int(number[1])) if number else None


def check_print(library: FormLibrary, form: str) -> None:
    """Refuse a form by whose print no sheet could be told or laid on.

    Raises:
        ScanError: a page of it shows too little.
    """
    layout = library.layout(library.as_is.version) if library.as_is else None
    if layout is None or not layout.boxes_shown:
        return
    for page in layout.pages:
        count = spread(library.features(layout.form_version, page.number))
        if count < LEAST_SPREAD:
            raise ScanError(
                f"Page {page.number} of '{form}' shows too little print to know a sheet by it (at {count} places; "
                f"{LEAST_SPREAD} are needed). Print numbered copies instead (sipas print), or add a heading to the "
                "form and adopt it under another name."
            )


def identify_as_is(scan: ScanPage, library: FormLibrary, known: AsIs) -> tuple[IdentifiedPage | None, Problem | None]:
    """Which page of which form it is; a number that tesseract read comes with the problem that has it confirmed."""
    laid = lay_by_content(scan, library, known.version)
    if laid is None:
        return None, nothing_on(scan.pixels) or Problem(
            "unknown_page",
            "The page is not plainly one of this form's by what is printed on it. Is it this form, whole, flat and "
            "sharp? Scan it again at 200 dpi or more, or read it by hand.",
        )
    serial = _serial(scan, laid, library, known)
    if isinstance(serial, Problem):  # a person will say whose it is; the page is known
        return laid.identified(scan, PageCode(library.survey, "", laid.number, known.version)), serial
    code = PageCode(library.survey, serial, laid.number, known.version)
    if known.serial_from != "area":
        return laid.identified(scan, code), None
    return laid.identified(scan, code), to_confirm(code, "The number on the page seems to be that of", library)


def lay_by_content(scan: ScanPage, library: FormLibrary, version: str, page: int = 0) -> FoundPage | None:
    """The page of the form that the scan plainly shows (of all, or `page` alone), and how it lies."""
    layout = library.layout(version)
    if layout and not layout.boxes_shown:
        laid = lay_by_outlines(scan, library.blanks(version, 1))
        return None if laid is None else FoundPage(1, laid, 0)
    points, descriptors = scan_features(scan.pixels)
    numbers = [one.number for one in layout.pages if page in (0, one.number)] if layout else []
    candidates = [match_page(n, library.features(version, n), points, descriptors) for n in numbers]
    found = best_page([one for one in candidates if one is not None])
    if found is None:
        return None
    plainly = lies_plainly(scan.pixels, found.to_pixels, library.blank(version, found.number), found.bend or FLAT)
    return found if plainly else None


def _serial(scan: ScanPage, laid: FoundPage, library: FormLibrary, known: AsIs) -> str | Problem:
    if known.serial_from == "barcode":
        return _by_barcode(scan.pixels, laid, library.blank(known.version, laid.number), known)
    if known.serial_from == "area":
        if 1 in known.stamped and laid.number not in known.stamped:
            return UNJOINED
        return _by_area(scan.pixels, laid, library.blank(known.version, laid.number), known)
    told = known.places.get((scan.source.path, scan.source.frame))
    if told is None:
        why = "The file's name is no serial of this survey" if known.serial_from == "name" else "No form is left for it"
        return Problem("no_serial", f"{why}; name the file after its serial (sipas export forms lists them).")
    serial, wanted = told
    if wanted and wanted != laid.number:
        return Problem(
            WRONG_ORDER,
            f"Here page {wanted} of {serial} should lie, but it is page {laid.number}: a sheet is missing or was "
            "turned over. Put the pile in order and scan it again.",
        )
    return serial


def _by_barcode(pixels: Pixels, laid: FoundPage, blank: BlankPage, known: AsIs) -> str | Problem:
    """The number in a barcode on the scan as it came, or else on the page alone, laid straight and evenly lit: on a
    table's wood and in the shade of a photo stripes are not found."""
    read: set[str] = set()
    found: set[str | None] = set()
    for picture in _pictures(pixels, laid, blank):
        read |= {result.text for result in zxingcpp.read_barcodes(picture)}
        found = {_serial_of(text, known.numbers) for text in read} - {None}
        if found:
            break
    if len(found) == 1:
        return str(found.pop())
    if found:
        why = "Barcodes on the page say numbers of two forms of this survey, or more"
    elif read:  # not what they say: it may be a person's card
        why = "A barcode is on the page, but none that says the number of a form of this survey, with its check sign"
    elif laid.number > 1:
        return UNJOINED
    else:
        why = "No barcode can be read on the page"
    return Problem("no_serial", f"{why}; look at it.")


def _pictures(pixels: Pixels, laid: FoundPage, blank: BlankPage) -> Iterator[Pixels]:
    yield pixels
    page = straighten(pixels, laid.to_pixels, Rect(0, 0, *blank.size_mm), PX_PER_MM, laid.bend or FLAT)
    yield page
    light = cv2.GaussianBlur(page, (0, 0), LIGHT_MM * PX_PER_MM)
    yield np.asarray(cv2.divide(page, light, scale=PAPER), np.uint8)


def _by_area(pixels: Pixels, found: FoundPage, blank: BlankPage, known: AsIs) -> str | Problem:
    """The number in its place, where two readings agree; even then a person is asked whether it is that one."""
    if not has_tesseract():
        return Problem("no_serial", "Tesseract is not installed, so the number can't be read; see docs/guide-ward.md.")
    places = [area for area in blank.layout.writing if area.question == AREA]
    if not places:
        return Problem("no_serial", "This page has no place for the form's number; read its pages by name or order.")
    laid, frames, _ = prove_by_print(pixels, found.to_pixels, blank, found.bend)
    part = places[0].grown(NUMBER_MARGIN_MM)
    read = {_read_number(straighten(pixels, laid, part, scale, frames.bend)) for scale in OCR_PX_PER_MM}
    text = read.pop() if len(read) == 1 else ""
    serial = _serial_of(text, known.numbers) if text else None
    if serial is None and NUMBER.match(text) and not known.numbers:
        return Problem(
            "no_serial",
            "The number on the page counts forms within one unit and field; say which with --unit and --field, and "
            "read each pile by itself.",
        )
    if serial is None:
        return Problem("no_serial", "The number on the page can't be read plainly, or no form has it; look at it.")
    return serial


def _read_number(picture: Pixels) -> str:
    import pytesseract

    edge = cv2.copyMakeBorder(picture, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(int(np.percentile(picture, 90)),))
    settings = "--psm 7 -c tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    try:
        text = pytesseract.image_to_string(edge, lang="eng", config=settings, timeout=OCR_SECONDS)
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return ""
    return "".join(str(text).split())
