"""Which page is it: finds the page codes on a scan and checks what they say.

The likely places come first (a fraction of a millisecond each); the whole page, and then the page made clearer in
several ways, only where they are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from sipas_forms.plan.serial import ROW_WORD, PageCode, split_serial
from sipas_forms.printing.layout import PageLayout
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.types import FoundCode, IdentifiedPage, Matrix, Pixels, Problem, ScanPage

# Where the codes lie on a page that came straight or upside down: a corner of 27% × 19% holds a code even when the
# page is 10 mm off and turned by 3°. The other two corners serve pages that came sideways.
CORNER_WIDTH, CORNER_HEIGHT = 0.27, 0.19
# A code with less than this share of the contrast of another one shows through from the other side of the sheet, as a
# quarter of it at most does; two sheets in one picture are printed alike. Percentile of a symbol's dark modules.
FAINT, MODULES = 0.5, 10
CODES_A_PAGE = 2  # with fewer found, the search goes on: two tell much better than one how the page lies
# The whole page is searched at about 200 dpi first: quicker, and blur hurts less.
SEARCH_LONG_SIDE = 2400
# A page has at least this share of dark pixels from its print; a sheet with less is blank (printed pages have 3% and
# more).
BLANK_SHARE = 0.004
# Paper is brighter than this (of 255) even in the shadow of a photo (simulated ones: 91), and a sheet fills a third of
# a photo; print that came out white on black fills 15% of its page at most.
DARK_TONE, BRIGHT_SHARE = 80, 0.2


@dataclass(frozen=True)
class _Symbol:
    """A QR symbol: its text and its corners in pixels, (4, 2), from its own top left clockwise."""

    text: str
    corners: NDArray[np.float64]


def identify(scan: ScanPage, library: FormLibrary) -> IdentifiedPage | Problem:
    """The page's identity from its codes, or why it has none."""
    known: list[_Symbol] = []
    for symbols in _searches(scan.pixels):
        known += [symbol for symbol in symbols if not any(_same(symbol, other) for other in known)]
        if sum(1 for symbol in known if PageCode.parse(symbol.text)) >= CODES_A_PAGE:
            break
    if known:
        return _check(scan, known, library)
    return nothing_on(scan.pixels) or Problem(
        "no_code", "No page code can be read. Is it one of this survey's forms? Scan it again, flat and whole."
    )


def nothing_on(pixels: Pixels) -> Problem | None:
    """What is wrong with a picture that shows no page, dark nearly all over or blank; None where it shows one."""
    if _is_dark(pixels):
        return Problem(
            "dark_page",
            "The picture is dark nearly all over: no sheet under an open lid, or black and white exchanged by the "
            "scanner's settings. Scan it again, dark print on white paper.",
        )
    if _is_blank(pixels):
        return Problem("blank_page", "The page is blank (the back of a one-sided sheet?); nothing to read on it.")
    return None


def _same(one: _Symbol, other: _Symbol) -> bool:
    """The same symbol found twice: its middle lies inside the other."""
    size = float(np.linalg.norm(other.corners[2] - other.corners[0]))
    return bool(np.linalg.norm(one.corners.mean(axis=0) - other.corners.mean(axis=0)) < size / 2)


def _searches(pixels: Pixels) -> Iterator[list[_Symbol]]:
    """Symbols found by ever costlier searches."""
    height, width = pixels.shape
    w, h = int(width * CORNER_WIDTH), int(height * CORNER_HEIGHT)
    corners = [(width - w, 0), (0, height - h)]
    found = [s for x, y in corners for s in _symbols(pixels[y : y + h, x : x + w], (x, y), quick=True)]
    yield found
    yield [s for x, y in [(0, 0), (width - w, height - h)] for s in _symbols(pixels[y : y + h, x : x + w], (x, y))]
    scale = min(1.0, SEARCH_LONG_SIDE / max(height, width))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    yield _scaled(_symbols(np.asarray(small, np.uint8), (0, 0)), scale)
    if scale < 1:
        yield _symbols(pixels, (0, 0))
    for clearer in _clearer(np.asarray(small, np.uint8)):
        yield _scaled(_symbols(clearer, (0, 0)), scale * clearer.shape[0] / small.shape[0])


def _clearer(small: Pixels) -> Iterator[Pixels]:
    """The page with uneven light evened out, smoothed, sharpened, and enlarged."""
    paper = cv2.medianBlur(cv2.resize(small, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA), 21)
    paper = cv2.resize(paper, (small.shape[1], small.shape[0]))
    even = cv2.divide(small, np.maximum(paper, 1), scale=235)
    yield np.asarray(even, np.uint8)
    yield np.asarray(cv2.GaussianBlur(even, (5, 5), 0), np.uint8)
    larger = cv2.resize(even, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
    yield np.asarray(cv2.addWeighted(larger, 2.0, cv2.GaussianBlur(larger, (0, 0), 3), -1.0, 0), np.uint8)


def _symbols(part: Pixels, offset: tuple[int, int], quick: bool = False) -> list[_Symbol]:
    results = zxingcpp.read_barcodes(
        np.ascontiguousarray(part),
        # not Micro QR, as the whole family would be: a corner of a symbol that is cut off can look like one of those
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2]),
        try_rotate=False,
        try_downscale=not quick,
        try_invert=False,
    )
    symbols = []
    for result in results:
        at = result.position
        points = [at.top_left, at.top_right, at.bottom_right, at.bottom_left]
        # zxing names pixels by their corner; the middle of the symbol's edge lies half a pixel further in each
        # direction
        corners = np.array([(p.x + offset[0] + 0.5, p.y + offset[1] + 0.5) for p in points])
        symbols.append(_Symbol(result.text, corners))
    return symbols


def _scaled(symbols: list[_Symbol], scale: float) -> list[_Symbol]:
    return [_Symbol(s.text, s.corners / scale) for s in symbols]


def _check(scan: ScanPage, symbols: list[_Symbol], library: FormLibrary) -> IdentifiedPage | Problem:
    """Do the symbols say one page of this survey, printed here?"""
    ours = [(symbol, parsed) for symbol in symbols if (parsed := PageCode.parse(symbol.text))]
    if not ours:
        sentence = "The code on this page is not one of this program's; is it another form?"
        if any(symbol.text.startswith(f"{ROW_WORD} ") for symbol in symbols):
            sentence = "A list or a hand-out sheet, not a form; put it aside, and delete its scan: it holds names."
        return Problem("foreign_code", sentence)
    if len({symbol.text for symbol, _ in ours}) > 1:
        contrasts = [_contrast(scan.pixels, symbol) for symbol, _ in ours]
        ours = [one for one, own in zip(ours, contrasts, strict=True) if own >= FAINT * max(contrasts)]
    if len({symbol.text for symbol, _ in ours}) > 1:
        return Problem("two_pages", "The picture shows codes of two different pages; scan each page by itself.")
    code, digest = ours[0][1]
    if code.survey != library.survey:
        return Problem(
            "other_survey", f"The page belongs to survey {code.survey}, not to {library.survey}; put it aside."
        )
    if not code.signed_by(library.key, digest):
        return Problem(
            "wrong_digest",
            f"The page code of {code.serial} was not made by this survey (copied or made up?); look at it.",
        )
    if split_serial(code.serial) is None:
        return Problem("wrong_serial", f"The serial {code.serial} has a wrong check character; look at the page.")
    layout = library.layout(code.form_version)
    if layout is None:
        return Problem(
            "unknown_version",
            f"The page was printed with form version {code.form_version}, whose layout is not in forms/layouts; "
            "restore that folder from a copy.",
        )
    if code.page not in [page.number for page in layout.pages]:
        return Problem("wrong_page", f"The page code says page {code.page}, which this form doesn't have.")
    return IdentifiedPage(scan, code, _name_codes([symbol for symbol, _ in ours], scan.pixels.shape))


def _contrast(pixels: Pixels, symbol: _Symbol) -> float:
    """Grey levels between the dark and the light modules of a symbol."""
    (left, top), (right, bottom) = symbol.corners.min(axis=0).astype(int), symbol.corners.max(axis=0).astype(int)
    part = pixels[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
    dark, light = np.percentile(part, (MODULES, 100 - MODULES)) if part.size else (0.0, 0.0)
    return float(light - dark)


def _name_codes(symbols: list[_Symbol], shape: tuple[int, ...]) -> tuple[FoundCode, ...]:
    """Tell code `a` (top right of the page) from `b` (bottom left): both say the same, but where they lie differs."""
    first = symbols[0].corners
    right, down = first[1] - first[0], first[3] - first[0]
    if len(symbols) > 1:
        centers = [symbol.corners.mean(axis=0) for symbol in symbols[:2]]
        across = centers[1] - centers[0]
        first_is_a = float(across @ down) > float(across @ right)
        names = ("a", "b") if first_is_a else ("b", "a")
        return tuple(FoundCode(name, s.corners) for name, s in zip(names, symbols[:2], strict=True))
    height, width = shape[:2]
    to_middle = np.array([width / 2, height / 2]) - first.mean(axis=0)
    name = "a" if float(to_middle @ down) > float(to_middle @ right) else "b"
    return (FoundCode(name, first),)


def _is_blank(pixels: Pixels) -> bool:
    """Nothing on it but paper: no more dark than dust and the shade of a scanner's lid."""
    small = _inner(pixels)
    return bool((small < 0.75 * float(np.median(small))).mean() < BLANK_SHARE)


def _is_dark(pixels: Pixels) -> bool:
    """No paper to be seen: black, or print that came out white on black."""
    return bool((_inner(pixels) >= DARK_TONE).mean() < BRIGHT_SHARE)


def _inner(pixels: Pixels) -> Pixels:
    """A small picture of the page without its edges."""
    height, width = pixels.shape
    inner = pixels[height // 20 : -height // 20, width // 20 : -width // 20]
    return np.asarray(cv2.resize(inner, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), np.uint8)


def laid_by_codes(identified: IdentifiedPage, page: PageLayout) -> Matrix:
    """Page millimetres to pixels by the page codes alone: turn, scale and shift."""
    places = {place.id: place for place in page.codes}
    mm, px = [], []
    for code in identified.found:
        at = places[code.id]
        mm += [(at.x, at.y), (at.x + at.w, at.y), (at.x + at.w, at.y + at.h), (at.x, at.y + at.h)]
        px += [tuple(corner) for corner in code.corners]
    found, _ = cv2.estimateAffinePartial2D(np.array(mm), np.array(px))
    return np.vstack([np.asarray(found, np.float64), [0.0, 0.0, 1.0]])
