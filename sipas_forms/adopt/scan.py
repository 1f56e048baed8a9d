"""A blank form that comes as a picture."""

from __future__ import annotations

from pathlib import Path

from sipas_forms.adopt.types import FormPage, Pixels
from sipas_forms.errors import AdoptError


def picture_to_pdf(path: Path, target: Path) -> None:
    """Lay a picture of a blank sheet onto a page of its own size.

    Raises:
        AdoptError: always, until pictures can be read.
    """
    raise AdoptError(f"{path.name}: pictures can't be adopted yet; ask for the form as PDF.")


def read_scanned_page(picture: Pixels, number: int, size_mm: tuple[float, float], shown: str) -> FormPage:
    """A page that is a picture: nothing is found on it yet."""
    return FormPage(number, size_mm, (), ())
