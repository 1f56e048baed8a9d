"""A blank form that comes as a picture: laid straight, its boxes found by OpenCV, its words by tesseract."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.adopt.types import FormPage, Found, Pixels, Word
from sipas_forms.adopt.vector import LEAST_MM, MOST_MM, SQUARE, finish_page, table_cells
from sipas_forms.errors import AdoptError
from sipas_forms.printing.layout import A4_MM, Rect

MAX_PIXELS = 80_000_000  # an A3 sheet at 600 dpi
LEAST_DPI = 110  # below it letters and small boxes run together
SAME_PAPER = 0.03  # a sheet whose sides are this near to A4's is A4, whatever its scanner says of its resolution
# The lean of a scan is looked for within these degrees; a sheet that lies further off is scanned again.
MOST_LEAN, LEAN_STEP = 4.0, 0.1
LEAN_SIDE = 900  # px of the long side for that
DARK = 0.72  # of the paper around: print; a shadow or a stain is lighter
ROUND = (0.70, 0.84)  # of its square that a circle fills (0.785)
FILLED_SQUARE = 0.86  # of its bounding box that a square's outline encloses, at least
HOLE = 0.5  # of it that is white inside: an outline, not a letter
ROUND_LEAST_MM = 3.1  # circles smaller than this are letters (a 12 pt O is 2.9 mm)
# Boxes without an outline, on a scan: of the paper's tone so much at most, so even inside (standard deviation), and as
# many alike: a stain or a shadow has no twin. The paper is told from a coarse picture (px a mm).
LIGHT, EVEN, LEAST_ALIKE, ALIKE_MM = 0.94, 0.03, 4, 0.4
PAPER_SCALE = 1.5
SURE_WORD = 30  # tesseract's confidence, percent, from which a word is taken
PATIENCE = 90  # seconds for a page of words


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
                    raise AdoptError(f"{path.name} has more pixels than an A3 sheet at 600 dpi; scan it at 300 dpi.")
                size = _size_mm(image, path.name)
                grey = np.array(image.convert("L"), np.uint8)
                straight = _straightened(grey)
                canvas.setPageSize((size[0] * mm, size[1] * mm))
                buffer = io.BytesIO()
                Image.fromarray(straight).save(buffer, "PNG")
                canvas.drawImage(ImageReader(buffer), 0, 0, size[0] * mm, size[1] * mm)
                canvas.showPage()
    except AdoptError:
        raise
    except Exception as error:  # whatever a decoder makes of a broken file
        raise AdoptError(
            f"{path.name} is damaged and can't be opened ({type(error).__name__}); scan it again."
        ) from None
    canvas.save()


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


def _straightened(grey: Pixels) -> Pixels:
    """Turned so that its lines of print are level (Postl 1986: rows then differ most)."""
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
    if abs(lean) < LEAN_STEP / 2:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    white = (float(np.percentile(grey, 80)),)
    return np.asarray(cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=white), np.uint8)


def read_scanned_page(picture: Pixels, number: int, size_mm: tuple[float, float], shown: str) -> FormPage:
    """The words and places of a page that is a picture (grey, the whole page); `shown` is the form's name in messages.

    Raises:
        AdoptError: tesseract is not installed, or gives up on the page.
    """
    scale = picture.shape[1] / size_mm[0]
    words = _words(picture, scale, shown)
    boxes, cells = _outlines(picture, scale, words)
    boxes += _tinted(picture, scale, [*words, *boxes])
    outside = [word for word in words if word.text.strip()]
    empty = [at for at in cells if not any(_inside(at, thing) for thing in (*outside, *boxes))]
    return finish_page(number, size_mm, outside, [*boxes, *table_cells([empty])], picture, cells)


def _words(picture: Pixels, scale: float, shown: str) -> list[Word]:
    import pytesseract

    try:
        known = set(pytesseract.get_languages())
        language = "+".join(name for name in ("vie", "eng") if name in known) or "eng"
        data = pytesseract.image_to_data(
            picture, lang=language, config="--psm 11", timeout=PATIENCE, output_type=pytesseract.Output.DICT
        )
    except pytesseract.TesseractNotFoundError:
        raise AdoptError(
            f"{shown} is a picture, and tesseract, which reads its words, is not installed; install it with "
            "Vietnamese, or ask for the form as PDF."
        ) from None
    except (pytesseract.TesseractError, RuntimeError, OSError):
        raise AdoptError(f"{shown}: its words can't be read; scan the blank form at 300 dpi, flat and whole.") from None
    words = []
    for index, text in enumerate(data["text"]):
        text = unicodedata.normalize("NFC", str(text).strip())
        if text and float(data["conf"][index]) >= SURE_WORD:
            x, y, w, h = (float(data[key][index]) / scale for key in ("left", "top", "width", "height"))
            words.append(Word(x, y, w, h, text))
    return words


def _outlines(picture: Pixels, scale: float, words: list[Word]) -> tuple[list[Found], list[Rect]]:
    """(boxes, white rectangles that rules enclose)."""
    paper = cv2.blur(cv2.dilate(picture, np.ones((15, 15), np.uint8)), (31, 31))
    dark = (picture < DARK * paper.astype(np.float32)).astype(np.uint8)
    outlines, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    boxes: list[Found] = []
    cells: list[Rect] = []
    for index, outline in enumerate(outlines):
        x, y, w, h = cv2.boundingRect(outline)
        at = Rect(x / scale, y / scale, w / scale, h / scale)
        is_hole = tree[0][index][3] >= 0
        if is_hole and min(at.w, at.h) > MOST_MM / 2 and cv2.contourArea(outline) > 0.9 * w * h:
            cells.append(at)
        if not is_hole:
            box = _box(outline, [outlines[child] for child in _children(np.asarray(tree, np.int32), index)], at, w * h)
            if box is not None and not _is_letter(box, words):
                boxes.append(box)
    return sorted(boxes, key=lambda box: (round(box.y, 1), box.x)), cells


def _tinted(picture: Pixels, scale: float, known: list[Rect]) -> list[Found]:
    """Boxes without an outline: even grey patches of a box's size, several alike, with nothing `known` on them."""
    share = PAPER_SCALE / scale
    coarse = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    around = 2 * round(MOST_MM * PAPER_SCALE / 2) + 1
    paper = cv2.resize(cv2.dilate(coarse, np.ones((around, around), np.uint8)), picture.shape[::-1])
    soft = cv2.medianBlur(picture, 5)
    grey = soft.astype(np.float32) / np.maximum(paper, 1)
    found: list[Found] = []
    outlines, _ = cv2.findContours((grey < LIGHT).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for outline in outlines:
        x, y, w, h = cv2.boundingRect(outline)
        if not LEAST_MM * scale <= min(w, h) <= max(w, h) <= min(MOST_MM * scale, SQUARE * min(w, h)):
            continue
        tone = grey[y + h // 4 : y + h - h // 4, x + w // 4 : x + w - w // 4]
        level = float(np.median(tone))
        if not DARK < level < LIGHT or float(tone.std()) > EVEN:
            continue
        # its edges are where the tone is half way to the paper's
        patch = (grey[y : y + h, x : x + w] < (1 + level) / 2).astype(np.uint8)
        left, top, wide, high = cv2.boundingRect(patch)
        filled = float(patch.sum()) / max(1, wide * high)
        at = Rect((x + left) / scale, (y + top) / scale, wide / scale, high / scale)
        if filled < ROUND[0] or any(_inside(at, thing) for thing in known):
            continue
        found.append(Found(at.x, at.y, at.w, at.h, "square" if filled >= FILLED_SQUARE else "circle"))
    return [box for box in found if sum(_alike(box, other) for other in found) >= LEAST_ALIKE]


def _alike(one: Rect, other: Rect) -> bool:
    return abs(one.w - other.w) < ALIKE_MM and abs(one.h - other.h) < ALIKE_MM


def _children(tree: NDArray[np.int32], index: int) -> list[int]:
    found, child = [], int(tree[0][index][2])
    while child >= 0:
        found.append(child)
        child = int(tree[0][child][0])
    return found


def _box(outline: Any, holes: list[Any], at: Rect, area: int) -> Found | None:
    small, large = min(at.w, at.h), max(at.w, at.h)
    if small < LEAST_MM or large > MOST_MM or large > SQUARE * small or not holes:
        return None
    filled = cv2.contourArea(cv2.convexHull(outline)) / area
    white = max(cv2.contourArea(hole) for hole in holes) / area
    if white < HOLE or cv2.contourArea(outline) < 0.9 * filled * area:
        return None
    if filled >= FILLED_SQUARE:
        return Found(at.x, at.y, at.w, at.h, "square")
    if ROUND[0] <= filled <= ROUND[1] and small >= ROUND_LEAST_MM:
        return Found(at.x, at.y, at.w, at.h, "circle")
    return None


def _is_letter(box: Found, words: list[Word]) -> bool:
    """Whether a word of several letters has it in its middle."""
    x, y = box.center
    for word in words:
        within = word.x < x < word.x + word.w and word.y < y < word.y + word.h
        if within and len(word.text) > 1 and word.w > 1.8 * box.w and word.text.isalnum():
            return True
    return False


def _inside(large: Rect, small: Rect) -> bool:
    x, y = small.center
    return large.x < x < large.x + large.w and large.y < y < large.y + large.h
