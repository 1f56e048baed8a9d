"""What the reader knows before it sees a page: the survey's key and, per form version, the layout and the blank pages."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.errors import WorkspaceError
from sipas_forms.printing.layout import Layout, PageLayout, load_layout
from sipas_forms.scanning.types import Pixels

# The straightened page: 0.1 mm a pixel (254 dpi). A 0.2 mm pencil line is still two pixels wide, and the page is six
# megapixels instead of the nine of a 300 dpi scan.
PX_PER_MM = 10

# Printed ink is looked past with this much room (mm) on every side: registration and the printer's own spread of ink.
PRINT_MARGIN_MM = 0.25
# Outside the boxes, where nothing aligns locally, with more.
WIDE_MARGIN_MM = 0.5
# Reference darkness (of 255) from which a pixel counts as printed: anti-aliased edges included.
PRINTED_FROM = 24


@dataclass(frozen=True)
class BlankPage:
    """A page of a form version as printed, on the straightened grid.

    Attributes:
        layout: its geometry.
        pixels: the blank page, PX_PER_MM.
        printed: True where print, or the margin around it, hides what a pen may have done.
        printed_wide: the same with the wider margin, at half the resolution (PX_PER_MM / 2).
    """

    layout: PageLayout
    pixels: Pixels
    printed: NDArray[np.bool_]
    printed_wide: NDArray[np.bool_]


class FormLibrary:
    """Layouts and blank pages by form version, loaded when first needed and kept.

    Args:
        folder: the workspace's `forms/layouts`.
        survey: the survey's code; pages of others are refused.
        key: the secret of this survey's page codes.
    """

    def __init__(self, folder: Path, survey: str, key: bytes) -> None:
        self.folder, self.survey, self.key = folder, survey, key
        self.layout = functools.cache(self._layout)
        self.blank = functools.cache(self._blank)

    def __reduce__(self) -> tuple[type[FormLibrary], tuple[Path, str, bytes]]:
        return FormLibrary, (self.folder, self.survey, self.key)  # workers load for themselves

    def _layout(self, version: str) -> Layout | None:
        """The layout of a form version, or None where this workspace never printed it."""
        path = self.folder / f"{version}.json"
        return load_layout(path) if path.is_file() else None

    def _blank(self, version: str, page: int) -> BlankPage:
        """A blank page. WorkspaceError where its picture is missing or damaged."""
        layout = self.layout(version)
        path = self.folder / f"{version}-{page}.png"
        data = np.fromfile(path, np.uint8) if path.is_file() else np.empty(0, np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
        if layout is None or picture is None:
            raise WorkspaceError(f"{path}: the blank page of a printed form is missing or damaged; print again.")
        width, height = (round(side * PX_PER_MM) for side in layout.page_size_mm)
        pixels = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        dark = (255 - pixels >= PRINTED_FROM).astype(np.uint8)
        wide = cv2.resize(_grown(dark, WIDE_MARGIN_MM), (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        return BlankPage(layout.page(page), pixels, _grown(dark, PRINT_MARGIN_MM) > 0, np.asarray(wide) > 0)


def _grown(mask: NDArray[np.uint8], margin_mm: float) -> Pixels:
    size = 2 * round(margin_mm * PX_PER_MM) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(mask, kernel), np.uint8)
