"""A blank form that comes as a picture: laid straight, its boxes found by OpenCV, its words by tesseract."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image
from pypdfium2 import raw
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.adopt.codes import CIRCLE, bare_signs
from sipas_forms.adopt.lettering import find_lettering
from sipas_forms.adopt.numbers import numbered_cells
from sipas_forms.adopt.ocr import language_of, read_lines, read_signs
from sipas_forms.adopt.outlines import find_drawn
from sipas_forms.adopt.signs import read_boxes
from sipas_forms.adopt.tables import cells_to_mark, tables_of
from sipas_forms.adopt.turned import with_turned
from sipas_forms.adopt.types import FormPage, Pixels, Word
from sipas_forms.adopt.vector import finish_page
from sipas_forms.adopt.writing import writing_areas, writing_frames
from sipas_forms.errors import AdoptError
from sipas_forms.printing.layout import A4_MM
from sipas_forms.printing.render import REFERENCE_DPI, render_page

MAX_PIXELS = 80_000_000  # an A3 sheet at 600 dpi
LEAST_SHOWN = 20  # pieces of text over such a picture: it is a page's ground, not a scan
SCANNED = 0.5  # of the page that one picture covers: a scan with its margins cut; a logo or a photo covers less
LEAST_DPI = 110  # below it letters and small boxes run together
SAME_PAPER = 0.03  # a sheet whose sides are this near to A4's is A4, whatever its scanner says of its resolution
# The lean of a scan is looked for within these degrees; a sheet that lies further off is scanned again.
MOST_LEAN, LEAN_STEP = 4.0, 0.1
LEAN_SIDE = 900  # px of the long side for that
DOTS_MM = 2.5  # height of the letters on whose line dots stand, of 10 pt


def picture_to_pdf(path: Path, target: Path) -> None:
    """Lay a picture (all pages of a TIFF) straight onto pages of its own size.

    Raises:
        AdoptError: it can't be opened, is too large, or too coarse.
    """
    canvas: Any = Canvas(str(target), invariant=1)
    try:
        with Image.open(path) as image:
            for frame in range(int(getattr(image, "n_frames", 1))):
                image.seek(frame)
                if image.width * image.height > MAX_PIXELS:
                    raise AdoptError(_too_large(path))
                size = _size_mm(image, path.name)
                grey = np.array(image.convert("L"), np.uint8)
                _draw(canvas, _straightened(grey), (size[0] * mm, size[1] * mm))
    except AdoptError:
        raise
    except Image.DecompressionBombError:
        raise AdoptError(_too_large(path)) from None
    except Exception as error:  # whatever a decoder makes of a broken file
        raise AdoptError(
            f"{path.name} is damaged and can't be opened ({type(error).__name__}); scan it again."
        ) from None
    canvas.save()


def _too_large(path: Path) -> str:
    return f"{path.name} has more pixels than an A3 sheet at 600 dpi; scan it at 300 dpi."


def _size_mm(image: Image.Image, name: str) -> tuple[float, float]:
    """The sheet's size, by the paper that has its shape, else by the resolution that the file names."""
    upright = (image.height >= image.width) == (A4_MM[1] >= A4_MM[0])
    a4 = A4_MM if upright else (A4_MM[1], A4_MM[0])
    said = float(image.info.get("dpi", (0, 0))[0] or 0)
    size = (image.width / said * 25.4, image.height / said * 25.4) if 72 < said < 1300 else a4
    if abs(image.width / image.height / (a4[0] / a4[1]) - 1) < SAME_PAPER and abs(size[0] / a4[0] - 1) < 0.1:
        size = a4
    if image.width / size[0] * 25.4 < LEAST_DPI:
        raise AdoptError(
            f"{name} is too coarse ({image.width} × {image.height} pixels); scan the blank form at 300 dpi."
        )
    return size


def scanned_pages(path: Path) -> list[bool]:
    """Of which pages of a PDF a picture makes up the most, as a scan does, and not the ground of a page of words. (What
    a scan's reader wrote on it is not to be seen.)"""
    document = pypdfium2.PdfDocument(path)
    try:
        found = []
        for page in document:
            width, height = page.get_width(), page.get_height()
            covered, shown = False, 0
            for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT)):
                if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
                    left, bottom, right, top = thing.get_bounds()
                    if (right - left) * (top - bottom) > SCANNED * width * height:
                        covered, shown = True, 0
                else:
                    shown += raw.FPDFTextObj_GetTextRenderMode(thing.raw) != raw.FPDF_TEXTRENDERMODE_INVISIBLE
            found.append(covered and shown < LEAST_SHOWN)
        return found
    finally:
        document.close()


def lay_straight(path: Path, target: Path) -> Path:
    """A PDF as it is, or, where all its pages are scans and one of them leans, `target` with all of them straight."""
    scanned = scanned_pages(path)
    count = len(scanned)
    if not all(scanned) or not any(_lean(render_page(path, page, REFERENCE_DPI)) for page in range(count)):
        return path
    canvas: Any = Canvas(str(target), invariant=1)
    for index in range(count):
        picture = render_page(path, index, REFERENCE_DPI)
        size = tuple(side / REFERENCE_DPI * 72 for side in picture.shape[::-1])
        _draw(canvas, _straightened(picture), (size[0], size[1]))
    canvas.save()
    return target


def _draw(canvas: Any, picture: Pixels, size: tuple[float, float]) -> None:
    """A page of a PDF that is this picture; its size in points."""
    canvas.setPageSize(size)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    canvas.drawImage(ImageReader(buffer), 0, 0, *size)
    canvas.showPage()


def _straightened(grey: Pixels) -> Pixels:
    """Turned so that its lines of print are level."""
    lean = _lean(grey)
    if not lean:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    white = (float(np.percentile(grey, 80)),)
    return np.asarray(cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=white), np.uint8)


def _lean(grey: Pixels) -> float:
    """By how many degrees a picture is to be turned so that its lines of print are level (Postl 1986: rows then differ
    most); 0 where that is too little to matter."""
    share = min(1.0, LEAN_SIDE / max(grey.shape))
    small = 255 - cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    best, lean = -1.0, 0.0
    for degrees in np.arange(-MOST_LEAN, MOST_LEAN + LEAN_STEP / 2, LEAN_STEP):
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(degrees), 1.0)
        level = cv2.warpAffine(small, turn, (width, height))
        contrast = float(np.var(np.diff(level.mean(axis=1, dtype=np.float64))))
        if contrast > best:
            best, lean = contrast, float(degrees)
    return 0.0 if abs(lean) < LEAN_STEP / 2 else lean


def read_scanned_page(picture: Pixels, number: int, size_mm: tuple[float, float], shown: str) -> FormPage:
    """The words and places of a page that is a picture (grey, the whole page); `shown` is the form's name in messages.

    Raises:
        AdoptError: tesseract is not installed, or gives up on the page.
    """
    scale = picture.shape[1] / size_mm[0]
    drawn = find_drawn(picture, scale)
    lettering = find_lettering(drawn, scale)
    if lettering is None:
        raise AdoptError(
            f"{shown}, page {number}: is no print on white paper, but a photo or a very poor scan; scan the blank form "
            "at 300 dpi, flat and clean."
        )
    language = language_of(lettering.lines, shown)
    words = with_turned(read_lines(lettering.lines, language, shown), drawn, scale, language, shown)
    boxes = list(drawn.boxes)
    signs = read_signs(boxes, lettering.signs, shown)
    for index, (sign, sure) in signs.items():
        at = lettering.signs[index].at
        words.append(Word(at.x, at.y, at.w, at.h, sign))
        if not sure:
            boxes[index] = replace(boxes[index], doubt="the sign in the box was not read surely")
    typed, words = read_boxes(words, picture, scale)
    boxes += typed
    tables = tables_of(drawn.cells)
    print_ = [line.at for line in lettering.lines]  # where words may not have been read, too
    found = [*boxes, *cells_to_mark(tables, words, print_, boxes)]
    found += numbered_cells(tables, words, found)
    told = any(CIRCLE.search(word.text) for word in words)
    dots = [Word(at.x, at.y + at.h - DOTS_MM, at.w, DOTS_MM, "....") for at in lettering.dots]
    found += bare_signs([*words, *dots], drawn.cells, found, told)
    found += writing_areas(lettering.dots, words, found)
    found += writing_frames([], drawn.cells, words, [*print_, *found])
    return finish_page(number, size_mm, words, found, picture, drawn.cells)
