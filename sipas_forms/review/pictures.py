"""Pictures for the page, cut when they are asked for and kept within bounds: crops, whole pages, unread scans."""

from __future__ import annotations

import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from sipas_forms.printing.adopted import AREA
from sipas_forms.printing.layout import Box, PageLayout, Rect, WritingArea
from sipas_forms.scanning.bend import FLAT, Bend
from sipas_forms.scanning.blank import PRINT_MARGIN_MM, PRINTED_FROM
from sipas_forms.scanning.crops import PX_PER_MM, px_per_mm, straighten
from sipas_forms.scanning.files import read_frames
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.types import Matrix, Pixels, ScanPage
from sipas_forms.store import Store
from sipas_forms.store.review_pages import StoredScan, stored_scan

# What memory may hold: opened scans (an A4 page at 300 dpi is 9 MB) and encoded pictures (3 to 60 kB each).
SCAN_BYTES = 120_000_000
PICTURE_BYTES = 96_000_000
# JPEG quality: pencil strokes show no blocks.
QUALITY = 85
# mm around the boxes of a question, so that ticks which run out of their box are seen whole.
MARGIN_X, MARGIN_Y = 5.0, 3.6
# mm above and below for the look at the neighbourhood: how else does this person mark?
AROUND = 22.0
# mm around one box in the gallery.
BOX_MARGIN = 3.0
TEXT_LEFT, TEXT_RIGHT = 14.0, 197.0  # mm, the printed column with a little air
# Finest and usual fineness of pictures, px a mm: 300 dpi has 11.8.
CROP_SCALE, THUMB_SCALE, PAGE_SCALE, SERIAL_SCALE = 12.0, 5.0, 7.0, 6.0
SERIAL_MARGIN = 1.0  # mm around the place of a serial: a stamp often lies a little beside it
# Grey level that paper gets in the gallery.
PAPER = 245.0
# px of air above, below, left and right of what tesseract is shown: it misses letters at the very edge.
CELL_AIR = (25, 25, 6, 6)
# px, the long side of a raw scan on the problems page.
RAW_SIDE = 1600

# Locks by file, so that several scans are opened at once: a page of the gallery comes from hundreds of them. PDFium
# takes one caller at a time; of other pictures no more are unpacked at once than memory bears.
PDF_LOCK, PICTURE_LOCKS = 0, 3

KINDS = {"crop": CROP_SCALE, "around": 6.0, "row": THUMB_SCALE, "box": THUMB_SCALE + 2}


@dataclass(frozen=True)
class Gone:
    """A scan that can't be shown: its file isn't where it was read, or (`changed`) is no longer the same picture."""

    path: str
    changed: bool = False


Made = bytes | Gone | None
Opened = tuple[Pixels, Matrix, Bend, PageLayout]


class Bounded:
    """A cache that forgets what was used longest ago."""

    def __init__(self, most_bytes: int) -> None:
        self.most, self.size = most_bytes, 0
        self._items: OrderedDict[object, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> object | None:
        """What is kept under `key`."""
        with self._lock:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key][0]

    def put(self, key: object, value: object, size: int) -> None:
        """Keep `value`, which takes `size` bytes."""
        with self._lock:
            if key in self._items:
                self.size -= self._items.pop(key)[1]
            self._items[key] = (value, size)
            self.size += size
            while self.size > self.most and len(self._items) > 1:
                self.size -= self._items.popitem(last=False)[1][1]


class Pictures:
    """JPEG pictures by digest, never by path: a browser names no file. None stands for what there is not, `Gone` for a
    scan whose file is not what was read.

    Args:
        grid: questions of the satisfaction grid, whose boxes have no words beside them.
    """

    def __init__(self, root: Path, store: Store, library: FormLibrary, grid: frozenset[str]) -> None:
        self._root, self._store, self._library, self._grid = root, store, library, grid
        self._scans, self._made = Bounded(SCAN_BYTES), Bounded(PICTURE_BYTES)
        self._locks = [threading.Lock() for _ in range(1 + PICTURE_LOCKS)]

    def crop(self, digest: str, question: str, kind: str, option: str = "") -> Made:
        """A piece of a read page.

        Args:
            kind: `crop` the boxes, large; `around` the rows about them; `row` the boxes, small; `box` that of `option`.
        """
        kept = self._made.get((digest, question, kind, option))
        if isinstance(kept, bytes):
            return kept
        opened = self._open(digest)
        if opened is None or isinstance(opened, Gone):
            return opened
        made = self._cut(opened, digest, question, kind, option)
        if kind == "row":  # the gallery asks for the other rows of this page next, and opening it was the dear part
            for other in {box.question for box in opened[3].boxes} - {question}:
                self._cut(opened, digest, other, kind)
        return made

    def _cut(self, opened: Opened, digest: str, question: str, kind: str, option: str = "") -> bytes | None:
        pixels, to_pixels, bend, page = opened
        part = part_of(page, question, kind, option, question not in self._grid)
        if part is None:
            return None
        scale = min(KINDS[kind], max(px_per_mm(to_pixels), 6.0))
        piece = straighten(pixels, to_pixels, part, scale, bend)
        made = _jpeg(_evened(piece) if kind in ("row", "box") else piece)
        self._made.put((digest, question, kind, option), made, len(made))
        return made

    def page(self, digest: str) -> Made:
        """A whole read page, straight."""
        return self._drawn(digest, digest, _whole)

    def serial(self, digest: str) -> Made:
        """The places on a page from which its serial was read, one below the other."""
        return self._drawn((digest, AREA), digest, _serial_places)

    def _drawn(self, key: object, digest: str, draw: Callable[[Opened], Pixels | None]) -> Made:
        """What is drawn of a page that was read, kept under `key`."""
        kept = self._made.get(key)
        if isinstance(kept, bytes):
            return kept
        opened = self._open(digest)
        if opened is None or isinstance(opened, Gone):
            return opened
        drawn = draw(opened)
        if drawn is None:
            return None
        made = _jpeg(drawn)
        self._made.put(key, made, len(made))
        return made

    def writing(self, digest: str, question: str) -> Pixels | None:
        """What a person wrote in a writing area, print taken out, at PX_PER_MM; digit cells stand apart."""
        opened = self._open(digest)
        if opened is None or isinstance(opened, Gone):
            return None
        pixels, to_pixels, bend, page = opened
        area = next((area for area in page.writing if area.question == question), None)
        stored = stored_scan(self._store, digest)
        if area is None or stored is None or stored.form_version is None:
            return None
        piece = straighten(pixels, to_pixels, area, PX_PER_MM, bend)
        blank = self._library.blank(stored.form_version, page.number).pixels
        top, left = round(area.y * PX_PER_MM), round(area.x * PX_PER_MM)
        printed = (blank[top : top + piece.shape[0], left : left + piece.shape[1]] < 256 - PRINTED_FROM).astype(
            np.uint8
        )
        size = 2 * round(PRINT_MARGIN_MM * PX_PER_MM) + 1
        piece[cv2.dilate(printed, np.ones((size, size), np.uint8)) > 0] = np.median(piece)
        piece = _evened(piece)
        width = piece.shape[1] / max(1, area.cells)
        cells = [piece[:, round(i * width) : round((i + 1) * width)] for i in range(max(1, area.cells))]
        return np.hstack([cv2.copyMakeBorder(cell, *CELL_AIR, cv2.BORDER_CONSTANT, value=PAPER) for cell in cells])

    def raw(self, path: str, frame: int, side: int = RAW_SIDE, turn: int = 0) -> Made:
        """A scan made smaller and turned clockwise by `turn` degrees."""
        key = (path, frame, side, turn, _version(self._root / path))
        kept = self._made.get(key)
        if isinstance(kept, bytes):
            return kept
        scan = self.scan(path, frame)
        if scan is None:
            return Gone(path)
        scale = min(1.0, side / max(scan.pixels.shape))
        small = cv2.resize(scan.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        made = _jpeg(np.asarray(np.rot90(small, -turn // 90), np.uint8))
        self._made.put(key, made, len(made))
        return made

    def scan(self, path: str, frame: int) -> ScanPage | None:
        """A scan as the reader takes it; None where its file is gone or damaged."""
        file = self._root / path
        lock = PDF_LOCK if file.suffix.lower() == ".pdf" else 1 + hash(path) % PICTURE_LOCKS
        with self._locks[lock]:
            version = _version(file)
            kept = self._scans.get((path, frame, version))
            if isinstance(kept, ScanPage):
                return kept
            if not frame or version is None:
                return None
            for _, scan in read_frames(file, path, range(frame, frame + 1)):
                if isinstance(scan, ScanPage):
                    self._scans.put((path, frame, version), scan, scan.pixels.nbytes)
                    return scan
        return None

    def _open(self, digest: str) -> Opened | Gone | None:
        stored = stored_scan(self._store, digest)
        to_pixels = map_of(stored)
        if stored is None or to_pixels is None or stored.form_version is None or stored.page is None:
            return None
        layout = self._library.layout(stored.form_version)
        if layout is None:
            return None
        scan = self.scan(stored.path, stored.frame)
        if scan is None:
            return Gone(stored.path)
        if scan.digest != digest:  # another picture under the old name: its marks are somebody else's
            return Gone(stored.path, changed=True)
        return scan.pixels, to_pixels, bend_of(stored), layout.page(stored.page)


def _version(file: Path) -> tuple[int, int] | None:
    """Changes when the file does (size, nanoseconds); None where it is not there."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def map_of(scan: StoredScan | None) -> Matrix | None:
    """Page millimetres to the scan's pixels, of a scan that was read."""
    if scan is None or scan.reading is None:
        return None
    values = json.loads(zlib.decompress(scan.reading))["to_pixels"]
    return np.array(values, np.float64).reshape(3, 3)


def bend_of(scan: StoredScan) -> Bend:
    """How the sheet of a scan that was read is bent beside its map."""
    values = json.loads(zlib.decompress(scan.reading)).get("bend") if scan.reading else None
    return Bend(np.array(values, np.float64).reshape(-1, 2)) if values else FLAT


def part_of(page: PageLayout, question: str, kind: str, option: str = "", labelled: bool = False) -> Rect | None:
    """The part of a page (mm) that a picture of that kind shows. `labelled`: words stand right of the boxes."""
    places: list[Box | WritingArea] = [box for box in page.boxes if box.question == question]
    places += [area for area in page.writing if area.question == question]
    if kind == "box":
        places = [place for place in places if isinstance(place, Box) and place.option == option]
    if not places or kind not in KINDS:
        return None
    left, top = min(p.x for p in places), min(p.y for p in places)
    right, bottom = max(p.x + p.w for p in places), max(p.y + p.h for p in places)
    if kind == "box":
        return Rect(left, top, right - left, bottom - top).grown(BOX_MARGIN)
    if kind == "around":
        top, bottom = max(0.0, top - AROUND), min(297.0, bottom + AROUND)
        return Rect(TEXT_LEFT, top, TEXT_RIGHT - TEXT_LEFT, bottom - top)
    right = TEXT_RIGHT if labelled and isinstance(places[0], Box) else right + MARGIN_X
    return Rect(left - MARGIN_X, top - MARGIN_Y, right - left + MARGIN_X, bottom - top + 2 * MARGIN_Y)


def _whole(opened: Opened) -> Pixels:
    pixels, to_pixels, bend, _ = opened
    return straighten(pixels, to_pixels, Rect(0, 0, 210, 297), PAGE_SCALE, bend)


def _serial_places(opened: Opened) -> Pixels | None:
    pixels, to_pixels, bend, page = opened
    areas = [area for area in page.writing if area.question == AREA]
    parts = [at.grown(SERIAL_MARGIN) for at in page.serial_text or areas]
    pieces = [straighten(pixels, to_pixels, part, SERIAL_SCALE, bend) for part in parts]
    if not pieces:
        return None
    wide = max(piece.shape[1] for piece in pieces)
    framed = [cv2.copyMakeBorder(p, 0, 0, 0, wide - p.shape[1], cv2.BORDER_REPLICATE) for p in pieces]
    return np.asarray(np.vstack(framed), np.uint8)


def _evened(piece: Pixels) -> Pixels:
    """Paper made white, so that among hundreds of pieces from many scans only marks differ."""
    paper = max(float(np.median(piece)), 1.0)
    return np.asarray(np.clip(piece * (PAPER / paper), 0, 255), np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    _, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()
