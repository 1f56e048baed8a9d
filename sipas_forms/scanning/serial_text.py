"""A page whose codes are both destroyed: laid on by its print, its serial read in clear type by tesseract.

What is found so is a suggestion for a person, never an identity: the check character holds for one wrong serial in 36.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Collection

import cv2
import numpy as np

from sipas_forms.plan.serial import PageCode, split_serial
from sipas_forms.printing.layout import Rect
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.paper import picture_guesses
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import IdentifiedPage, Pixels, Problem, RegisteredPage, ScanPage
from sipas_forms.store.confirming import TO_CONFIRM

PX_PER_MM = 16  # some 400 dpi: capitals of 3 mm are 48 px high, which tesseract reads best
MARGIN_MM = 1.0  # around the serial's place: what registration may be off
BLOT_MM = 1.2  # strokes of the serial are half as broad, also where two of them meet
BLOT_RIM_MM = 0.2  # a blot's grey edge
# Seconds for one line of text: it takes a third of one, and ten times that where other work fills the machine. What was
# read must not hang on how busy that is.
PATIENCE = 60
MOST_VERSIONS = 4  # form versions that are tried, the newest first: each costs half a second on a page that is none
SERIAL = re.compile(r"[A-Z0-9]{1,10}-[A-Z0-9]{1,10}-[0-9]{4}-[A-Z0-9]")
# Signs that are drawn alike, which tesseract takes for each other: of 320 serials in print it had O for 0 or 0 for O in
# ten, always in the check character, and no other sign wrong.
ALIKE = str.maketrans("OIZSGB", "012568")
END = len("0001-K")  # signs of a serial's number and check character


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
                if isinstance(found, Problem):
                    continue
                serial = serial_in([_text(found, place) for place in page.serial_text], library.serials)
                if serial:
                    known = PageCode(library.survey, serial, page.number, version)
                    return IdentifiedPage(scan, known, (), laid)
    return None


def to_confirm(code: PageCode, says: str, library: FormLibrary) -> Problem:
    """A serial that tesseract read is a suggestion: the problem that asks a person to confirm it, or says that it is no
    form's."""
    told = f"{says} {code.serial}, page {code.page}"
    if code.serial not in library.serials:
        return Problem(
            "unknown_serial",
            f"{told}, and no such form was ever issued by this survey. Look at it: it is misread, or another survey's.",
        )
    return Problem(TO_CONFIRM, f"{told}. Look at it and confirm it in sipas review, which then reads it.")


def _text(page: RegisteredPage, place: Rect) -> str:
    """What tesseract reads at a place of the page, without spaces."""
    import pytesseract

    picture = _without_blots(straighten(page.pixels, page.to_pixels, place.grown(MARGIN_MM), PX_PER_MM, page.bend))
    settings = "--psm 7 -c tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    try:
        text = str(pytesseract.image_to_string(picture, lang="eng", config=settings, timeout=PATIENCE))
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return ""
    return "".join(text.split())


def _without_blots(picture: Pixels) -> Pixels:
    """White where something dark and broader than any stroke reaches in: beside it tesseract reads nothing."""
    level, _ = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = (picture <= level).astype(np.uint8)
    broad, rim = (np.ones((round(mm * PX_PER_MM),) * 2, np.uint8) for mm in (BLOT_MM, 2 * BLOT_RIM_MM))
    _, blots = cv2.connectedComponents(cv2.morphologyEx(dark, cv2.MORPH_OPEN, broad))
    edges = np.concatenate([blots[0], blots[-1], blots[:, 0], blots[:, -1]])
    inside = np.isin(blots, edges[edges > 0]).astype(np.uint8)
    return np.where(cv2.dilate(inside, rim) > 0, np.uint8(255), picture)


def serial_in(texts: Collection[str], serials: Collection[str]) -> str | None:
    """The serial that the `texts` of a page's places show, one of the survey's `serials` or a whole one that is none of
    them; None where they show none, or two.

    Blots beside it, and one sign of unit and field that is torn or read wrong, are no matter where its number and check
    character stand in one of the texts: the check character differs for any two serials that differ in one sign.
    """
    whole = {serial for text in texts for serial in SERIAL.findall(text) if split_serial(serial)}
    plain = [text.translate(ALIKE) for text in texts]
    ours = {serial for serial in serials if _shown(serial.translate(ALIKE), plain)}
    # a blot before one of ours may be read as a letter of its unit
    others = {serial for serial in whole if not serial.endswith(tuple(ours))}
    found = ours | others
    return found.pop() if len(found) == 1 else None


def _shown(serial: str, texts: list[str]) -> bool:
    """Whether one of the texts has the serial but for one sign (none, one or two others stand for it), and one of them
    its end as it is."""
    if not any(serial[-END:] in text for text in texts):
        return False
    but_one = "|".join(f"{serial[:at]}.{{0,2}}{serial[at + 1 :]}" for at in range(len(serial)))
    return any(re.search(but_one, text) for text in texts)


@functools.cache
def has_tesseract() -> bool:
    """Whether words of pictures can be read here."""
    return shutil.which("tesseract") is not None
