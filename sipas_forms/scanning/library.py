"""What the reader knows before it sees a page: the survey's key and, per form version, the layout and the blank
pages."""

from __future__ import annotations

import functools
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from sipas_forms.errors import WorkspaceError
from sipas_forms.printing.compose import FRAME
from sipas_forms.printing.layout import Layout, load_layout
from sipas_forms.scanning.adopted import adopt_blank
from sipas_forms.scanning.blank import BlankPage, prepare_blank
from sipas_forms.scanning.content import Features, features_of
from sipas_forms.scanning.outlines import outlined, without_boxes

if TYPE_CHECKING:
    from sipas_forms.scanning.as_is import AsIs


class FormLibrary:
    """Layouts and blank pages by form version, loaded when first needed and kept.

    Args:
        folder: the workspace's `forms/layouts`.
        survey: the survey's code; pages of others are refused.
        key: the secret of this survey's page codes.
        as_is: how sheets without our codes are told; None where all carry them.
        serials: of all forms of the survey, void ones too: what print on a page without a code may say.
    """

    def __init__(
        self, folder: Path, survey: str, key: bytes, as_is: AsIs | None = None, serials: Collection[str] = ()
    ) -> None:
        self.folder, self.survey, self.key, self.as_is = folder, survey, key, as_is
        self.serials = frozenset(serials)
        self.layout = functools.cache(self._layout)
        self.blanks = functools.cache(self._blanks)
        self.features = functools.cache(self._features)

    def __reduce__(self) -> tuple[type[FormLibrary], tuple[Path, str, bytes, AsIs | None, frozenset[str]]]:
        # workers load for themselves
        return FormLibrary, (self.folder, self.survey, self.key, self.as_is, self.serials)

    def _features(self, version: str, page: int) -> Features:
        """What stands out on a blank page."""
        return features_of(self.blank(version, page))

    def versions(self) -> list[str]:
        """The form versions that were printed here, the newest first."""
        paths = sorted(self.folder.glob("*.json"), key=lambda path: (-path.stat().st_mtime, path.name))
        return [path.stem for path in paths]

    def _layout(self, version: str) -> Layout | None:
        """The layout of a form version, or None where this workspace never printed it."""
        path = self.folder / f"{version}.json"
        return load_layout(path) if path.is_file() else None

    def blank(self, version: str, page: int) -> BlankPage:
        """A blank page. WorkspaceError where its picture is missing or damaged."""
        return self.blanks(version, page)[0]

    def _blanks(self, version: str, page: int) -> tuple[BlankPage, ...]:
        """A blank page; where nobody knows what its boxes look like, with outlines of several shapes and sizes."""
        layout = self.layout(version)
        path = self.folder / f"{version}-{page}.png"
        data = np.fromfile(path, np.uint8) if path.is_file() else np.empty(0, np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
        if layout is None or picture is None:
            raise WorkspaceError(f"{path}: the blank page of a printed form is missing or damaged; print again.")
        shown = np.asarray(picture, np.uint8)
        if not layout.boxes_shown:
            bare = without_boxes(shown, layout.page(page), layout.page_size_mm)
            return outlined(prepare_blank(layout.page(page), bare, layout.page_size_mm, FRAME))
        blank = prepare_blank(layout.page(page), shown, layout.page_size_mm, FRAME)
        return (adopt_blank(blank) if layout.adopted else blank,)
