"""A PDF as it is printed: fields to fill in on a screen become print, and a page is what its crop box shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

SAME_PT = 0.5  # points: boxes of a page whose edges are this near are one
LINE_PT = 0.75  # points (0.26 mm): the outline of a field that has none of its own
PUSH_BUTTON = 1 << 16  # flag of buttons that are no boxes (ISO 32000-1, table 226)


def as_printed(path: Path, target: Path) -> Path:
    """The form itself, or `target`, which is made where the form's pages are not what is printed of them.

    A file that can't be opened is returned as it is: whoever reads it says what is wrong with it.
    """
    try:
        with pikepdf.open(path) as document:
            pages = [pikepdf.Page(page) for page in document.pages]
            fields = [widget for page in pages for widget in _fields(page)]
            cropped = [page for page in pages if _is_cropped(page)]
            if not fields and not cropped:
                return path
            _print_fields(document, pages)
            for page in cropped:
                _crop(document, page)
            document.save(target, deterministic_id=True)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError):
        return path
    return target


def _fields(page: pikepdf.Page) -> Iterator[Any]:
    yield from (note for note in page.obj.get("/Annots", []) if _is_field(note))


def _is_field(note: Any) -> bool:
    return bool(note.get("/Subtype") == "/Widget")


def _print_fields(document: pikepdf.Pdf, pages: list[pikepdf.Page]) -> None:
    """Make the fields part of their pages; a box whose look when it is empty the file leaves to the viewer gets an
    outline."""
    outlines = [(page, [_rect(field) for field in _fields(page) if _needs_outline(field)]) for page in pages]
    document.generate_appearance_streams()
    document.flatten_annotations("print")
    for page in pages:  # what had nothing to print
        page.obj["/Annots"] = pikepdf.Array([note for note in page.obj.get("/Annots", []) if not _is_field(note)])
    for page, rects in outlines:
        if rects:
            strokes = "".join(f"{x:.3f} {y:.3f} {w:.3f} {h:.3f} re S\n" for x, y, w, h in rects)
            page.contents_add(b"q", prepend=True)  # whatever the page leaves of its own settings
            page.contents_add(document.make_stream(f"Q q {LINE_PT} w 0 G\n{strokes}Q".encode()))


def _needs_outline(field: Any) -> bool:
    """Whether a box to tick has no picture of its own for its empty state."""
    kind, flags = _inherited(field, "/FT"), int(_inherited(field, "/Ff") or 0)
    if kind != "/Btn" or flags & PUSH_BUTTON:
        return False
    states = field.get("/AP", {}).get("/N", {})
    return isinstance(states, pikepdf.Stream) is False and "/Off" not in states


def _inherited(field: Any, name: str) -> Any:
    """An entry of a field, or of the field that it is a part of."""
    while name not in field and "/Parent" in field:
        field = field["/Parent"]
    return field.get(name)


def _rect(field: Any) -> tuple[float, float, float, float]:
    """(left, bottom, width, height) of a field, in points."""
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    left, bottom = min(x0, x1) + LINE_PT / 2, min(y0, y1) + LINE_PT / 2
    return left, bottom, abs(x1 - x0) - LINE_PT, abs(y1 - y0) - LINE_PT


def _is_cropped(page: pikepdf.Page) -> bool:
    whole, shown = ([float(value) for value in box] for box in (page.mediabox, page.cropbox))
    return any(abs(a - b) > SAME_PT for a, b in zip(whole, shown, strict=True)) or any(
        abs(value) > SAME_PT for value in shown[:2]
    )


def _crop(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Move what the crop box shows to the origin of a page of its size."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    page.contents_add(document.make_stream(f"q 1 0 0 1 {-x0:.4f} {-y0:.4f} cm".encode()), prepend=True)
    page.contents_add(document.make_stream(b"Q"))
    size = pikepdf.Array([0, 0, x1 - x0, y1 - y0])
    for name in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if name in ("/MediaBox", "/CropBox") or name in page.obj:
            page.obj[name] = size
