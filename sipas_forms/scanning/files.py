"""Opens what a scanner makes: PDF, TIFF, JPEG, PNG, folders. Scans are only ever read.

A PDF that carries one picture per page gives that picture itself, at its own resolution; only a page that is drawn
(or put together from several pictures) is rendered.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import xxhash
from PIL import Image

from sipas_forms.errors import ScanError
from sipas_forms.scanning.types import Pixels, Problem, ScanPage, Source

SUFFIXES = {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".jfif", ".png"}
# What phones, scanners and messengers make besides. In a folder it is likely somebody's form: named as a problem, not
# passed by; what else lies there (notes, Thumbs.db) is.
OTHER_PICTURES = {".heic", ".heif", ".avif", ".webp", ".bmp", ".gif", ".jp2", ".djvu", ".xps", ".zip", ".rar", ".7z"}
NUMBERS = re.compile(r"(\d+)")  # in a file's name
RENDER_DPI = 300  # for PDF pages without a picture of their own
# An A3 sheet at 600 dpi has 70 million pixels; nothing that an office scans is larger, and grey it is 80 MB.
MAX_PIXELS = 80_000_000
# A survey's PDF of 2,000 colour pages at 600 dpi; larger files are better split than held in memory.
MAX_FILE_BYTES = 4_000_000_000
# Below this many pixels on the long side an A4 page has under 60 dpi: an icon, not a scan.
MIN_LONG_SIDE = 700
# A picture that covers this share of its page is the scan; a smaller one is a logo on a drawn page.
WHOLE_PAGE = 0.8

Image.MAX_IMAGE_PIXELS = None  # we bound the size ourselves, with a sentence instead of a warning


@dataclass(frozen=True)
class ScanFile:
    """A file with `frames` pages."""

    path: Path
    frames: int
    size: int
    mtime_ns: int


def find_files(paths: list[Path]) -> list[Path]:
    """All scan files under `paths` (files and folders), and pictures of other kinds, in the order in which people see
    them (`by_name`); hidden ones are passed over, and so are paths that don't exist.

    Raises:
        ScanError: none of them holds a scan.
    """
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts))
            found.update(p for p in inside if is_scan(p))
        elif path.is_file():
            found.add(path)
    if not found:
        names = ", ".join(str(path) for path in paths)
        if missing_paths(paths) == tuple(paths):
            raise ScanError(f"{names}: there is no such file or folder.")
        raise ScanError(f"There are no scans in {names} (PDF, TIFF, JPEG or PNG). Put them there, or name their place.")
    return sorted(found, key=by_name)


def is_scan(path: Path) -> bool:
    """Whether a folder's file is one that reading takes for a scan, or names as one that it can't read."""
    return path.suffix.lower() in SUFFIXES | OTHER_PICTURES and not path.name.startswith(".") and path.is_file()


def by_name(path: Path) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Sorts files as a person and a scanner count them: folder by folder, 2.png before 10.png, and 'scan.png' before
    'scan (1).png'."""
    parts = (*path.parts[:-1], path.stem, path.suffix)
    return *(tuple(_number_or_text(piece) for piece in NUMBERS.split(part)) for part in parts), ((0, str(path)),)


def _number_or_text(piece: str) -> tuple[int, str]:
    return (int(piece), "") if piece.isdecimal() else (-1, piece.casefold())


def missing_paths(paths: list[Path]) -> tuple[Path, ...]:
    """Those that are neither file nor folder."""
    return tuple(path for path in paths if not (path.is_dir() or path.is_file()))


def inspect_file(path: Path) -> ScanFile | Problem:
    """How many pages a file has, without decoding any."""
    try:
        stat = path.stat()
        if stat.st_size == 0:
            return Problem("empty_file", f"{path.name} is empty; scan it again.")
        if stat.st_size > MAX_FILE_BYTES:
            return Problem("huge_file", f"{path.name} is larger than {MAX_FILE_BYTES / 1e9:.0f} GB; split it.")
        if path.suffix.lower() == ".pdf":
            with _pdf(path) as document:
                frames = len(document)
        elif path.suffix.lower() in (".tif", ".tiff"):
            with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
                frames = _tiff_frames(image)
        elif path.suffix.lower() in SUFFIXES:
            frames = 1
        else:
            words = "is not a PDF, TIFF, JPEG or PNG file; save it as one of these (a .zip: unpack it)."
            return Problem("unknown_kind", f"{path.name} {words}")
    except Exception as error:
        return _damaged(path, error)
    if not frames:
        return Problem("empty_file", f"{path.name} has no pages; scan it again.")
    return ScanFile(path, frames, stat.st_size, stat.st_mtime_ns)


def read_frames(path: Path, name: str, frames: range) -> Iterator[tuple[int, ScanPage | Problem]]:
    """The pages `frames` (from 1) of a file, one at a time. `name` is the file as the store knows it."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".pdf":
            with _pdf(path) as document:
                for frame in frames:
                    yield frame, _guarded(path, name, frame, lambda f=frame: _pdf_page(document, f - 1))
        elif suffix in (".tif", ".tiff"):
            with Image.open(path) as image:
                for frame in frames:
                    yield frame, _guarded(path, name, frame, lambda f=frame: _tiff_page(image, f - 1))
        else:
            yield 1, _guarded(path, name, 1, lambda: _picture(path))
    except Exception as error:
        yield 0, _damaged(path, error)


def make_page(pixels: Pixels, source: Source) -> ScanPage:
    """A page with its digest."""
    pixels = np.ascontiguousarray(pixels)
    # XXH3 takes a tenth of SHA-256's time, which on a 300 dpi page was a quarter of the decoding; 128 bits tell scans
    # apart
    digest = xxhash.xxh3_128(f"{pixels.shape[1]}x{pixels.shape[0]}:".encode())
    digest.update(pixels.data)
    return ScanPage(pixels, source, digest.hexdigest())


def _guarded(path: Path, name: str, frame: int, load: Any) -> ScanPage | Problem:
    """Anything that a decoder may throw at a damaged page becomes a problem of that page alone."""
    try:
        with warnings.catch_warnings(action="ignore"):  # decoders warn about damage that we report ourselves
            loaded = load()
    except MemoryError:
        return Problem("huge_page", f"{path.name}, page {frame}: there is not enough memory to open it.")
    except Exception as error:
        return _damaged(path, error, frame)
    if isinstance(loaded, Problem):
        return Problem(loaded.code, f"{path.name}, page {frame}: {loaded.sentence}")
    if max(loaded.shape) < MIN_LONG_SIDE:
        size = f"{loaded.shape[1]} × {loaded.shape[0]} pixels"
        return Problem(
            "too_small", f"{path.name}, page {frame}: {size} is too coarse to read; scan it at 150 dpi or more."
        )
    return make_page(loaded, Source(name, frame))


def _damaged(path: Path, error: Exception, frame: int = 0) -> Problem:
    where = f"{path.name}, page {frame}" if frame else path.name
    if isinstance(error, pypdfium2.PdfiumError) and "password" in str(error).lower():
        return Problem("encrypted_file", f"{where} is protected by a password; save it without one.")
    if isinstance(error, PermissionError):
        return Problem("no_access", f"{where} can't be opened: another program holds it, or you may not read it.")
    return Problem("damaged_file", f"{where} is damaged and can't be opened; scan it again.")


def _too_large(width: int, height: int) -> Problem | None:
    if width * height <= MAX_PIXELS:
        return None
    return Problem(
        "huge_page", f"it has {width} × {height} pixels, more than an A3 sheet at 600 dpi; scan it at 300 dpi."
    )


def _picture(path: Path) -> Pixels | Problem:
    """A JPEG or PNG; its size is looked up before its pixels are unpacked."""
    with Image.open(path) as image:
        problem = _too_large(*image.size)
    return problem or _decode(np.fromfile(path, np.uint8))


def _decode(data: np.ndarray[Any, np.dtype[np.uint8]]) -> Pixels:
    # Turned photos are left as they lie: the page's own marks tell which way is up.
    pixels = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        raise ValueError("not decodable")
    return np.asarray(pixels, np.uint8)


def _tiff_frames(image: Image.Image) -> int:
    """Pages of a TIFF, with those that can't be opened: where the file was cut off, the last one. After two of these in
    a row nothing leads on."""
    frames = damaged = 0
    while damaged < 2:
        try:
            image.seek(frames)
            damaged = 0
        except EOFError:
            break
        except Exception:  # what a decoder may throw; reading that page says so
            damaged += 1
        frames += 1
    return frames


def _tiff_page(image: Image.Image, index: int) -> Pixels | Problem:
    image.seek(index)
    problem = _too_large(*image.size)
    return problem or _grey(image)


def _grey(image: Image.Image) -> Pixels:
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        wide = np.asarray(image, np.float32)
        return np.asarray(wide * (255.0 / max(float(wide.max()), 1.0)), np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return np.array(image.convert("L"), np.uint8)


class _pdf:  # noqa: N801 - used as a function, `with _pdf(path) as document`
    """A PDF document that is closed whatever happens."""

    def __init__(self, path: Path) -> None:
        self.document = pypdfium2.PdfDocument(path)

    def __enter__(self) -> pypdfium2.PdfDocument:
        return self.document

    def __exit__(self, *_: object) -> None:
        self.document.close()


def _pdf_page(document: pypdfium2.PdfDocument, index: int) -> Pixels | Problem:
    page = document[index]
    try:
        image = _whole_page_image(page)
        if image is not None:
            pixels = _embedded(page, image)
            if pixels is not None:
                return pixels
        width, height = (round(side * RENDER_DPI / 72) for side in page.get_size())
        problem = _too_large(width, height)
        if problem:
            return problem
        return _from_bitmap(page.render(scale=RENDER_DPI / 72, grayscale=True))
    finally:
        page.close()


def _whole_page_image(page: pypdfium2.PdfPage) -> Any | None:
    """The page's picture, if it has exactly one and that covers it."""
    images = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if len(images) != 1:
        return None
    left, bottom, right, top = images[0].get_bounds()
    box = page.get_mediabox()
    area = abs((box[2] - box[0]) * (box[3] - box[1])) or 1.0
    return images[0] if (right - left) * (top - bottom) >= WHOLE_PAGE * area else None


def _embedded(page: pypdfium2.PdfPage, image: Any) -> Pixels | Problem | None:
    """The picture's own pixels; None where only rendering shows it as it is meant (mirrored, masked, odd colours)."""
    width, height = image.get_px_size()
    problem = _too_large(width, height)
    if problem:
        return problem
    matrix = image.get_matrix()
    if matrix.a * matrix.d - matrix.b * matrix.c <= 0:
        return None  # mirrored
    if image.get_filters()[-1:] == ["DCTDecode"]:
        data = bytes(image.get_data(decode_simple=True))
        with Image.open(io.BytesIO(data)) as header:
            plain = header.mode in ("L", "RGB")
        return _decode(np.frombuffer(data, np.uint8)) if plain else None
    pixels = _from_bitmap(image.get_bitmap(render=False))
    return pixels if _agrees(page, pixels) else None


def _from_bitmap(bitmap: Any) -> Pixels:
    array = bitmap.to_numpy()
    if array.ndim == 2:
        return np.array(array, np.uint8)
    if array.shape[2] == 1:
        return np.array(array[:, :, 0], np.uint8)
    code = cv2.COLOR_BGR2GRAY if array.shape[2] == 3 else cv2.COLOR_BGRA2GRAY
    return np.asarray(cv2.cvtColor(array, code), np.uint8)


def _agrees(page: pypdfium2.PdfPage, pixels: Pixels) -> bool:
    """Whether the raw pixels show black on white as the page does: a Decode array or a mask may turn them round."""
    shown = _from_bitmap(page.render(scale=20 / 72, grayscale=True))
    return bool(abs(float(shown.mean()) - float(pixels.mean())) < 40)
