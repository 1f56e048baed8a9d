"""What adoption passes from step to step. All lengths are millimetres from the top left corner of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sipas_forms.printing.adopted import Shape
from sipas_forms.printing.layout import Rect

Pixels = NDArray[np.uint8]
Kind = Literal["single", "multiple", "writing"]


@dataclass(frozen=True)
class Word(Rect):
    """A word in print, or some that run up or down the page (`turned`). `sure` is false of one that was read badly."""

    text: str
    sure: bool = True
    turned: bool = False

    @property
    def size(self) -> float:
        """How high its letters are, by which gaps are measured."""
        return self.w if self.turned else self.h


@dataclass(frozen=True)
class Found(Rect):
    """A place that may be an answer box or room for writing. `inside` is what is printed in it; `filled`: it is
    painted or crossed in print, as an example is; `doubt`: why it is not sure."""

    shape: Shape
    inside: str = ""
    filled: bool = False
    doubt: str = ""

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h


@dataclass(frozen=True)
class FormPage:
    """One page as it was taken in: its words outside the boxes, its places, the cells of its ruled tables."""

    number: int
    size_mm: tuple[float, float]
    words: tuple[Word, ...]
    found: tuple[Found, ...]
    cells: tuple[Rect, ...] = ()


@dataclass
class Draft:
    """A question as it was understood. `places`: (page, index into the page's `found`), one for each option."""

    text: str
    labels: list[str]
    places: list[tuple[int, int]]
    kind: Kind = "single"
    most: int | None = None
    heading: str = ""
    grid: bool = False
    doubts: list[str] = field(default_factory=list)
