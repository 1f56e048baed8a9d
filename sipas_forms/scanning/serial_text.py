"""A page whose codes are both destroyed: laid on by its print, its serial read in clear type by tesseract.

What is found so is a suggestion for a person, never an identity: the check character holds for one wrong serial in 36.
"""

from __future__ import annotations

import functools
import re
import shutil

from sipas_forms.plan.serial import PageCode, split_serial
from sipas_forms.printing.layout import Rect
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.paper import picture_guesses
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import IdentifiedPage, Problem, RegisteredPage, ScanPage
from sipas_forms.store.confirming import TO_CONFIRM

PX_PER_MM = 16  # some 400 dpi: capitals of 3 mm are 48 px high, which tesseract reads best
MARGIN_MM = 1.0  # around the serial's place: what registration may be off
# Seconds for one line of text: it takes a third of one, and ten times that where other work fills the machine. What was
# read must not hang on how busy that is.
PATIENCE = 60
MOST_VERSIONS = 4  # form versions that are tried, the newest first: each costs half a second on a page that is none
SERIAL = re.compile(r"([A-Z0-9]{1,10}-[A-Z0-9]{1,10}-)([A-Z0-9]{4})(-[A-Z0-9])")
# Signs that are drawn alike, which tesseract takes for each other: of 320 serials in print it had O for 0 or 0 for O in
# ten, always in the check character, and no other sign wrong.
ALIKE = str.maketrans("O0I1Z2S5G6B8", "0O1I2Z5S6G8B")
LETTER_TO_DIGIT = str.maketrans("OIZSGB", "012568")


def identify_by_text(scan: ScanPage, library: FormLibrary) -> IdentifiedPage | None:
    """Which page it seems to be by its print and the serial on it; None where that can't be told or tesseract is not
    installed."""
    if not has_tesseract():
        return None
    for version in library.versions()[:MOST_VERSIONS]:
        layout = library.layout(version)
        for page in layout.pages if layout else ():
            blank = library.blank(version, page.number)
            for laid in picture_guesses(scan.pixels, blank.size_mm):
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
        TO_CONFIRM,
        f"{says} {code.serial}, page {code.page}. Look at it and confirm it in sipas review, which then reads it.",
    )


def _serial(page: RegisteredPage, places: tuple[Rect, ...]) -> str | None:
    """The serial that is printed on the page; None where none is read, or two different ones."""
    read = {serial for place in places if (serial := _read(page, place)) is not None}
    return read.pop() if len(read) == 1 else None


def _read(page: RegisteredPage, place: Rect) -> str | None:
    import pytesseract

    picture = straighten(page.pixels, page.to_pixels, place.grown(MARGIN_MM), PX_PER_MM, page.bend)
    settings = "--psm 7 -c tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    try:
        text = str(pytesseract.image_to_string(picture, lang="eng", config=settings, timeout=PATIENCE))
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return None
    return serial_in("".join(text.split()))


def serial_in(text: str) -> str | None:
    """The serial that tesseract's `text` shows: as it stands, or with one sign read as the one that is drawn like it.

    The check character must hold, and for one serial only.
    """
    for head, number, end in SERIAL.findall(text):
        read = head + number.translate(LETTER_TO_DIGIT) + end
        if split_serial(read):
            return str(read)
        signs = [read[:at] + read[at].translate(ALIKE) + read[at + 1 :] for at in range(len(read))]
        serials = {serial for serial in signs if serial != read and split_serial(serial)}
        if len(serials) == 1:
            return str(serials.pop())
    return None


@functools.cache
def has_tesseract() -> bool:
    """Whether words of pictures can be read here."""
    return shutil.which("tesseract") is not None
