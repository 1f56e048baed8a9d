"""Printed pages as pixels: what reading compares a scan with, and what simulation fills in."""

from __future__ import annotations

import atexit
import functools
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray

REFERENCE_DPI = 300  # of the blank pages that reading compares with


# A batch is rendered page after page, so the last few documents stay open.
@functools.lru_cache(maxsize=4)
def _open(path: Path, _changed_ns: int) -> pypdfium2.PdfDocument:
    document = pypdfium2.PdfDocument(path.read_bytes())
    atexit.register(document.close)
    return document


def render_page(path: Path, index: int, dpi: float) -> NDArray[np.uint8]:
    """Page `index` (from 0) of a PDF of ours as grey pixels (height, width), 0 black to 255 white."""
    document = _open(path, path.stat().st_mtime_ns)
    page = document[index]
    try:
        bitmap = page.render(scale=dpi / 72, grayscale=True)
        return np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width])
    finally:
        page.close()
