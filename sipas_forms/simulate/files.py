"""Writes pictures as scanners and phones do: JPEG files, PDF around JPEG pages, multi-page TIFF.

Each file appears whole or not at all, and the same pictures give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab import rl_config
from reportlab.lib.units import inch
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

# A scanner writes the JPEG as it is, without armouring it as text.
rl_config.useA85 = 0

Pixels = NDArray[np.uint8]
# EXIF tag "Orientation": 6 says "turn clockwise by 90° to see it upright".
ORIENTATION, TURN_CLOCKWISE = 0x0112, 6


def write_jpeg(path: Path, picture: Pixels, dpi: int, quality: int) -> None:
    """One grey JPEG."""
    _replace(path, _jpeg(picture, dpi, quality))


def write_phone_jpeg(path: Path, picture: Pixels, quality: int, tint: tuple[float, float], sideways: bool) -> None:
    """A colour JPEG whose red and blue are `tint` of its green; `sideways`: turned, with an EXIF note."""
    red, blue = (cv2.convertScaleAbs(picture, alpha=share) for share in tint)
    colour = np.dstack([red, picture, blue])
    exif = Image.Exif()
    if sideways:
        colour = np.ascontiguousarray(np.rot90(colour))
        exif[ORIENTATION] = TURN_CLOCKWISE
    buffer = io.BytesIO()
    Image.fromarray(colour).save(buffer, "JPEG", quality=quality, dpi=(72, 72), exif=exif)
    _replace(path, buffer.getvalue())


class _AsIs(ImageReader):  # type: ignore[misc]
    """A JPEG that reportlab embeds without decoding it; the picture's name comes from its file's bytes."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._content = content
        self._dataA = None  # no transparency; reportlab asks for it beside the pixels

    def getRGBData(self) -> bytes:  # noqa: N802 - reportlab's name
        return self._content


def write_pdf(path: Path, pictures: Iterator[Pixels], dpi: int, quality: int) -> None:
    """A PDF with one grey JPEG per page, embedded as it is."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=0)
    for picture in pictures:
        size = picture.shape[1] * inch / dpi, picture.shape[0] * inch / dpi
        canvas.setPageSize(size)
        canvas.drawImage(_AsIs(_jpeg(picture, dpi, quality)), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    _replace(path, buffer.getvalue())


def write_tiff(path: Path, pictures: Iterator[Pixels], dpi: int, quality: int, bilevel: bool) -> None:
    """A multi-page TIFF: Group 4 for black and white, else JPEG-compressed grey."""
    pages = map(_bilevel if bilevel else Image.fromarray, pictures)
    buffer = io.BytesIO()
    settings = {"compression": "group4"} if bilevel else {"compression": "jpeg", "quality": quality}
    next(pages).save(buffer, "TIFF", save_all=True, append_images=pages, dpi=(dpi, dpi), **settings)
    _replace(path, buffer.getvalue())


def _bilevel(picture: Pixels) -> Image.Image:
    return Image.fromarray(picture).convert("1", dither=Image.Dither.NONE)


def _jpeg(picture: Pixels, dpi: int, quality: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi))
    return buffer.getvalue()


def _replace(path: Path, content: bytes) -> None:
    write_whole(path, lambda unfinished: unfinished.write_bytes(content))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `path`, then put it in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    write(unfinished)
    unfinished.replace(path)
