"""The one geometry. Printing draws it, reading looks it up, simulation fills it, review crops by it.

All lengths are millimetres; x runs right and y down from the top left corner of the page. A rectangle's x and y are its
outer top left corner, w and h its outer size (the printed frame included).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sipas_forms.errors import WorkspaceError

A4_MM = (210.0, 297.0)


@dataclass(frozen=True)
class Rect:
    """A rectangle on the page (mm)."""

    x: float
    y: float
    w: float
    h: float

    @property
    def center(self) -> tuple[float, float]:
        """The middle (mm)."""
        return self.x + self.w / 2, self.y + self.h / 2

    def grown(self, by: float) -> Rect:
        """With `by` mm more on each side."""
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


@dataclass(frozen=True)
class Named(Rect):
    """A fiducial (`tl`, `tr`, `bl`, `br`) or a page code (`a`, `b`)."""

    id: str


@dataclass(frozen=True)
class Box(Rect):
    """An answer box."""

    question: str
    option: str


@dataclass(frozen=True)
class WritingArea(Rect):
    """Room for handwriting; `cells` digit cells side by side, or 0 for free writing."""

    question: str
    cells: int = 0


@dataclass(frozen=True)
class PageLayout:
    """One page. `number` counts from 1."""

    number: int
    fiducials: tuple[Named, ...]
    codes: tuple[Named, ...]
    serial_text: tuple[Rect, ...]
    boxes: tuple[Box, ...]
    writing: tuple[WritingArea, ...]


@dataclass(frozen=True)
class LayoutQuestion:
    """What reading and simulation need to know of a question. `max_answers` is 0 for writing."""

    question: str
    kind: str
    max_answers: int


@dataclass(frozen=True)
class Layout:
    """The geometry of one form version. `form_version` is a digest of everything that is printed the same on each
    copy, so that a scan is always read with the layout that it was printed with. `adopted`: drawn elsewhere, so that
    boxes may be of any size and shape and are compared with the blank page; `boxes_shown`: whether that page shows what
    is printed in and around them."""

    form_version: str
    questionnaire: str
    page_size_mm: tuple[float, float]
    pages: tuple[PageLayout, ...]
    questions: tuple[LayoutQuestion, ...]
    adopted: bool = False
    boxes_shown: bool = True

    def page(self, number: int) -> PageLayout:
        """The page of that number, from 1; KeyError where there is none."""
        for page in self.pages:
            if page.number == number:
                return page
        raise KeyError(number)

    def to_json(self) -> dict[str, Any]:
        """The layout as other tools rely on it (design: contracts)."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Layout:
        """The inverse of `to_json`; KeyError, TypeError or ValueError where `data` is not a layout."""
        return Layout(
            form_version=str(data["form_version"]),
            questionnaire=str(data["questionnaire"]),
            page_size_mm=(float(data["page_size_mm"][0]), float(data["page_size_mm"][1])),
            pages=tuple(
                PageLayout(
                    number=int(page["number"]),
                    fiducials=tuple(Named(**item) for item in page["fiducials"]),
                    codes=tuple(Named(**item) for item in page["codes"]),
                    serial_text=tuple(Rect(**item) for item in page["serial_text"]),
                    boxes=tuple(Box(**item) for item in page["boxes"]),
                    writing=tuple(WritingArea(**item) for item in page["writing"]),
                )
                for page in data["pages"]
            ),
            questions=tuple(LayoutQuestion(**item) for item in data["questions"]),
            adopted=bool(data.get("adopted", False)),
            boxes_shown=bool(data.get("boxes_shown", True)),
        )


def save_layout(layout: Layout, folder: Path) -> Path:
    """Write `<form_version>.json` into `folder`; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{layout.form_version}.json"
    path.write_text(json.dumps(layout.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def load_layout(path: Path) -> Layout:
    """Read a layout file.

    Raises:
        WorkspaceError: it is missing or damaged.
    """
    try:
        return Layout.from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise WorkspaceError(f"{path}: the layout of a printed form is missing; restore it from a copy.") from None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WorkspaceError(f"{path}: is not a readable layout ({error}); restore it from a copy.") from None


def digest_version(parts: list[object]) -> str:
    """The form version: 8 hexadecimal capitals of SHA-256 over everything that each copy shares."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8].upper()
