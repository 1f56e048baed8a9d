"""A page whose codes are both destroyed: laid on by its print, its serial read in clear type by tesseract.

What is found so is a suggestion for a person, never an identity: the check character holds for one wrong serial in 36.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterator

import cv2
import numpy as np

from sipas_forms.plan.serial import PageCode, split_serial
from sipas_forms.printing.layout import Rect
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import IdentifiedPage, Matrix, Pixels, Problem, RegisteredPage, ScanPage

PX_PER_MM = 16  # some 400 dpi: capitals of 3 mm are 48 px high, which tesseract reads best
MARGIN_MM = 1.0  # around the serial's place: what registration may be off
PATIENCE = 5  # seconds for one line of text; it takes a third of one
MOST_VERSIONS = 4  # form versions that are tried, the newest first: each costs half a second on a page that is none
# The skew of a page is looked for on a small picture (px of its long side), in degrees.
SKEW_SIDE, SKEW_MOST, SKEW_STEP = 600, 12.0, 0.5
# A sheet's own shape tells which way it lies, unless the picture is nearly square.
SQUARE = 1.15
SERIAL = re.compile(r"[A-Z0-9]{1,10}-[A-Z0-9]{1,10}-[0-9]{4}-[A-Z0-9]")


def identify_by_text(scan: ScanPage, library: FormLibrary) -> IdentifiedPage | None:
    """Which page it seems to be by its print and the serial on it; None where that can't be told or tesseract is not
    installed."""
    if not has_tesseract():
        return None
    for version in library.versions()[:MOST_VERSIONS]:
        layout = library.layout(version)
        for page in layout.pages if layout else ():
            blank = library.blank(version, page.number)
            for laid in guesses(scan.pixels, blank.size_mm):
                code = PageCode(library.survey, "", page.number, version)
                found = register(IdentifiedPage(scan, code, (), laid), blank)
                serial = None if isinstance(found, Problem) else _serial(found, page.serial_text)
                if serial:
                    known = PageCode(library.survey, serial, page.number, version)
                    return IdentifiedPage(scan, known, (), laid)
    return None


def to_confirm(code: PageCode, says: str) -> Problem:
    """A serial that tesseract read is a suggestion: the problem that asks a person to confirm it."""
    return Problem(
        "serial_to_confirm",
        f"{says} {code.serial}, page {code.page}. Look at it and confirm it in sipas review, which then reads it.",
    )


def guesses(pixels: Pixels, size_mm: tuple[float, float], first: int = 0) -> Iterator[Matrix]:
    """Page millimetres to pixels as if the picture were the whole sheet, in every way that it may lie; `first`: degrees
    clockwise by which it was turned, as far as known."""
    height, width = pixels.shape
    turns = [first, *(turn for turn in (0, 180, 90, 270) if turn != first)]
    if not first and max(height / width, width / height) > SQUARE:
        turns = [0, 180] if (height > width) == (size_mm[1] > size_mm[0]) else [90, 270]
    lean = skew(pixels)
    for turn in turns:
        across, down = (width, height) if turn in (0, 180) else (height, width)
        scale = (across / size_mm[0] + down / size_mm[1]) / 2  # a sheet that was cropped keeps its scale about
        angle = np.radians(turn + lean)
        turned = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shift = np.array([width / 2, height / 2]) - turned @ np.array([size_mm[0] / 2, size_mm[1] / 2])
        yield np.array([[*turned[0], shift[0]], [*turned[1], shift[1]], [0.0, 0.0, 1.0]])


def skew(pixels: Pixels) -> float:
    """Degrees clockwise by which the lines of print are turned: the angle under which rows are darkest against the
    white between them (Postl 1986); 0 where there is no print."""
    share = min(1.0, SKEW_SIDE / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ink = np.asarray(255 - small, np.uint8)
    height, width = ink.shape
    middle = (width / 2, height / 2)
    best, angle = 0.0, 0.0
    for degrees in np.arange(-SKEW_MOST, SKEW_MOST + SKEW_STEP / 2, SKEW_STEP):
        level = cv2.warpAffine(ink, cv2.getRotationMatrix2D(middle, float(degrees), 1.0), (width, height))
        for axis in (0, 1):  # lines of a sheet that lies sideways run down the picture
            contrast = float(np.var(np.diff(level.mean(axis=axis, dtype=np.float64))))
            if contrast > best:
                best, angle = contrast, float(degrees)
    return angle


def _serial(page: RegisteredPage, places: tuple[Rect, ...]) -> str | None:
    """The serial that is printed on the page; None where none is read, or two different ones."""
    read = {serial for place in places if (serial := _read(page, place)) is not None}
    return read.pop() if len(read) == 1 else None


def _read(page: RegisteredPage, place: Rect) -> str | None:
    import pytesseract

    part = Rect(place.x - MARGIN_MM, place.y - MARGIN_MM, place.w + 2 * MARGIN_MM, place.h + 2 * MARGIN_MM)
    picture = straighten(page.pixels, page.to_pixels, part, PX_PER_MM, page.bend)
    settings = "--psm 7 -c tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    try:
        text = str(pytesseract.image_to_string(picture, lang="eng", config=settings, timeout=PATIENCE))
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return None
    for found in SERIAL.findall("".join(text.split())):
        if split_serial(found):
            return str(found)
    return None


@functools.cache
def has_tesseract() -> bool:
    """Whether words of pictures can be read here."""
    return shutil.which("tesseract") is not None
