"""Pictures for the page, cut when they are asked for and kept within bounds: crops, whole pages, unread scans."""

from __future__ import annotations

import json
import threading
import zlib
from collections import OrderedDict
from pathlib import Path

import cv2
import numpy as np

from sipas_forms.printing.layout import Box, PageLayout, Rect, WritingArea
from sipas_forms.scanning.crops import px_per_mm, straighten
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
CROP_SCALE, THUMB_SCALE, PAGE_SCALE = 12.0, 5.0, 7.0
# Grey level that paper gets in the gallery.
PAPER = 245.0
# px, the long side of a raw scan on the problems page.
RAW_SIDE = 1600

KINDS = {"crop": CROP_SCALE, "around": 6.0, "row": THUMB_SCALE, "box": THUMB_SCALE + 2}


class Bounded:
    """A cache that forgets what was used longest ago. Not safe for threads by itself."""

    def __init__(self, most_bytes: int) -> None:
        self.most, self.size = most_bytes, 0
        self._items: OrderedDict[object, tuple[object, int]] = OrderedDict()

    def get(self, key: object) -> object | None:
        """What is kept under `key`."""
        if key not in self._items:
            return None
        self._items.move_to_end(key)
        return self._items[key][0]

    def put(self, key: object, value: object, size: int) -> None:
        """Keep `value`, which takes `size` bytes."""
        if key in self._items:
            self.size -= self._items.pop(key)[1]
        self._items[key] = (value, size)
        self.size += size
        while self.size > self.most and len(self._items) > 1:
            self.size -= self._items.popitem(last=False)[1][1]


class Pictures:
    """JPEG pictures by digest, never by path: a browser names no file.

    Args:
        grid: questions of the satisfaction grid, whose boxes have no words beside them.
    """

    def __init__(self, root: Path, store: Store, library: FormLibrary, grid: frozenset[str]) -> None:
        self._root, self._store, self._library, self._grid = root, store, library, grid
        self._scans, self._made = Bounded(SCAN_BYTES), Bounded(PICTURE_BYTES)
        self._lock = threading.RLock()  # PDFium and the caches take one at a time

    def crop(self, digest: str, question: str, kind: str, option: str = "") -> bytes | None:
        """A piece of a read page; None where there is no such page, question or box.

        Args:
            kind: `crop` the boxes, large; `around` the rows about them; `row` the boxes, small; `box` that of `option`.
        """
        key = (digest, question, kind, option)
        with self._lock:
            made = self._made.get(key)
            if made is None:
                opened = self._open(digest)
                if opened is None:
                    return None
                pixels, to_pixels, page = opened
                part = part_of(page, question, kind, option, question not in self._grid)
                if part is None:
                    return None
                scale = min(KINDS[kind], max(px_per_mm(to_pixels), 6.0))
                piece = straighten(pixels, to_pixels, part, scale)
                made = _jpeg(_evened(piece) if kind in ("row", "box") else piece)
                self._made.put(key, made, len(made))
        assert isinstance(made, bytes)
        return made

    def page(self, digest: str) -> bytes | None:
        """A whole read page, straight."""
        with self._lock:
            made = self._made.get(digest)
            if made is None:
                opened = self._open(digest)
                if opened is None:
                    return None
                pixels, to_pixels, _ = opened
                made = _jpeg(straighten(pixels, to_pixels, Rect(0, 0, 210, 297), PAGE_SCALE))
                self._made.put(digest, made, len(made))
        assert isinstance(made, bytes)
        return made

    def raw(self, path: str, frame: int, side: int = RAW_SIDE, turn: int = 0) -> bytes | None:
        """A scan made smaller and turned clockwise by `turn` degrees; None where it can't be opened."""
        key = (path, frame, side, turn)
        with self._lock:
            made = self._made.get(key)
            if made is None:
                pixels = self.pixels(path, frame)
                if pixels is None:
                    return None
                scale = min(1.0, side / max(pixels.shape))
                small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                made = _jpeg(np.asarray(np.rot90(small, -turn // 90), np.uint8))
                self._made.put(key, made, len(made))
        assert isinstance(made, bytes)
        return made

    def pixels(self, path: str, frame: int) -> Pixels | None:
        """A scan's pixels; None where its file is gone or damaged."""
        scan = self.scan(path, frame)
        return scan.pixels if scan else None

    def scan(self, path: str, frame: int) -> ScanPage | None:
        """A scan as the reader takes it; None where its file is gone or damaged."""
        with self._lock:
            kept = self._scans.get((path, frame))
            if isinstance(kept, ScanPage):
                return kept
            file = self._root / path
            if not frame or not file.is_file():
                return None
            for _, scan in read_frames(file, path, range(frame, frame + 1)):
                if isinstance(scan, ScanPage):
                    self._scans.put((path, frame), scan, scan.pixels.nbytes)
                    return scan
        return None

    def _open(self, digest: str) -> tuple[Pixels, Matrix, PageLayout] | None:
        scan = stored_scan(self._store, digest)
        to_pixels = map_of(scan)
        if scan is None or to_pixels is None or scan.form_version is None or scan.page is None:
            return None
        layout = self._library.layout(scan.form_version)
        pixels = self.pixels(scan.path, scan.frame)
        if layout is None or pixels is None:
            return None
        return pixels, to_pixels, layout.page(scan.page)


def map_of(scan: StoredScan | None) -> Matrix | None:
    """Page millimetres to the scan's pixels, of a scan that was read."""
    if scan is None or scan.reading is None:
        return None
    values = json.loads(zlib.decompress(scan.reading))["to_pixels"]
    return np.array(values, np.float64).reshape(3, 3)


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
        return Rect(left - BOX_MARGIN, top - BOX_MARGIN, right - left + 2 * BOX_MARGIN, bottom - top + 2 * BOX_MARGIN)
    if kind == "around":
        top, bottom = max(0.0, top - AROUND), min(297.0, bottom + AROUND)
        return Rect(TEXT_LEFT, top, TEXT_RIGHT - TEXT_LEFT, bottom - top)
    right = TEXT_RIGHT if labelled and isinstance(places[0], Box) else right + MARGIN_X
    return Rect(left - MARGIN_X, top - MARGIN_Y, right - left + MARGIN_X, bottom - top + 2 * MARGIN_Y)


def _evened(piece: Pixels) -> Pixels:
    """Paper made white, so that among hundreds of pieces from many scans only marks differ."""
    paper = max(float(np.median(piece)), 1.0)
    return np.asarray(np.clip(piece * (PAPER / paper), 0, 255), np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    _, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()
