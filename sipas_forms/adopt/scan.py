"""A blank form that comes as a picture."""

from __future__ import annotations

from pathlib import Path

from sipas_forms.adopt.types import FormPage, Pixels
from sipas_forms.errors import AdoptError


def picture_to_pdf(path: Path, target: Path) -> None:
    raise AdoptError(f"{path.name}: not yet")


def read_scanned_page(picture: Pixels, number: int, size_mm: tuple[float, float], shown: str) -> FormPage:
    return FormPage(number, size_mm, (), ())
