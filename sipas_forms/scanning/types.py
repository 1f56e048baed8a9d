"""What a sheet is at each stage of reading. A stage that can't go on returns a `Problem`, a value, never an exception.

Pixels are grey, uint8, 0 black to 255 white, (height, width). Transforms are 3 × 3 homographies from page millimetres
to pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan.serial import PageCode
from sipas_forms.scanning.bend import Bend
from sipas_forms.scanning.likely import Sureness

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """Where a page came from: a file as written in the store, and its frame (page of a PDF or TIFF), from 1."""

    path: str
    frame: int


@dataclass(frozen=True)
class Problem:
    """Why a page or a file can't be read on: a stable code (see docs/formats.md) and a sentence for a person."""

    code: str
    sentence: str


@dataclass(frozen=True)
class ScanPage:
    """A scanned page as it came. `digest` is the XXH3 (128 bits) of its size and pixels: the page's identity in the
    store."""

    pixels: Pixels
    source: Source
    digest: str


@dataclass(frozen=True)
class FoundCode:
    """A page code on a scan: its place in the layout (`a` or `b`) and its corners in pixels, (4, 2), from the symbol's
    own top left clockwise."""

    id: str
    corners: NDArray[np.float64]


@dataclass(frozen=True)
class IdentifiedPage:
    """A page that is known to be page `code.page` of form `code.serial`, signed with this survey's key; or that is
    taken for it, by a person, by its content or by the serial in clear type: then `laid` (page millimetres to pixels)
    is about how it lies, and `bend` how it is bent beside that, where that is known."""

    scan: ScanPage
    code: PageCode
    found: tuple[FoundCode, ...]
    laid: Matrix | None = None
    bend: Bend | None = None


@dataclass(frozen=True)
class RegisteredPage:
    """A page laid onto its layout.

    Attributes:
        pixels: the scan, halved where it is finer than reading needs.
        to_pixels: page millimetres to `pixels`.
        fiducials: which were found.
        bend: how the sheet is bent beside `to_pixels`.
        pieces: (boxes, side, side) the surroundings of each box, straightened, cut `guessed` (boxes, 2) mm beside
            where `to_pixels` has it.
        box_offsets: (boxes, 2) where each box's printed frame lies beside where `to_pixels` has it, mm.
        box_astray: (boxes,) how far (mm) each frame lies off the smooth bend of the page; 0 where ink hides it.
        box_backed: (boxes,) share of the nearest frames around it that lie on the smooth bend.
        box_seen: (boxes,) how clearly the printed frame was seen, 0 to 1 of its expected blackness: the weakest of its
            four lines.
        box_partly: (boxes,) the same by the clearer one of its two lines across and of its two down.
        residual_mm: how far the printed frames lie from where a smooth page would have them (95th percentile, mm).
        frames_share: share of the page's printed frames that were found.
        frame_black: how much darker than paper the printed frames are, grey levels.
        sureness: how well the bend is known at any place of the page, of a form that was drawn elsewhere.
    """

    identified: IdentifiedPage
    pixels: Pixels
    to_pixels: Matrix
    fiducials: tuple[str, ...]
    bend: Bend
    pieces: Pixels
    guessed: NDArray[np.float64]
    box_offsets: NDArray[np.float64]
    box_seen: NDArray[np.float64]
    box_partly: NDArray[np.float64]
    box_astray: NDArray[np.float64]
    box_backed: NDArray[np.float64]
    residual_mm: float
    frames_share: float
    frame_black: float
    sureness: Sureness | None = None


@dataclass(frozen=True)
class InkLevels:
    """What counts as ink on this page, in grey levels below its paper.

    Attributes:
        black: how much darker than paper its printed frames are.
        noise: standard deviation of smoothed empty paper.
        ink: from where on it is ink.
        trace: from where on it is ink where it hangs together with ink.
    """

    black: float
    noise: float
    ink: float
    trace: float


@dataclass(frozen=True)
class BoxScore:
    """What was measured in and around one box. No thresholds here: `decide` has them.

    Attributes:
        ink: mm² of ink inside the frame that was not printed there.
        cover: share of the inside that its strokes cover, 0 to 1.
        breadth: mm, of the strokes in and around the box: their area by half of their outlines, without what the scan's
            pixels add to it.
        gap: radius in mm of the largest white disc that the strokes leave inside.
        peak: darkness of the darkest 0.3 mm inside, as a share of the page's own printed black.
        pale: how much darker the darkest straight 2 mm inside are, on average, than in the page's empty boxes usually,
            as a share of printed black: what noise hides point by point. 0 on a page whose noise hides nothing.
        reach: mm, extent of the strokes inside, taken together.
        around: mm² of ink in the margin outside the frame.
        outer_peak: as `peak`, in that margin.
        streak: share of the inside that lies under a line that the scanner drew or the sharp edge of a shadow; nothing
            there is counted in the other scores.
        through: share of the box's surroundings that one straight vertical or horizontal line of ink crosses, 0 to 1.
        beside: mm² by which a mark in a near box of another question may reach over here: the lesser of the ink in
            that box and of the ink beside it on the side that faces this one.
        facing: mm² of the latter alone: ink between this box and one of another question.
        off: mm from the box's middle to the middle of the ink in and around it, across or down, the greater of the two:
            what reaches in from elsewhere has its middle outside the box.
        weight: mm of printed black that is as dark as a cut across the strokes in and around the box: how wide they are
            and how dark, together; a hair is thin where it is dark.
        angled: share of the ink in and around the box that runs in a second direction, 50° off the one in which most of
            it runs, less the share that runs in neither: crosses and ticks have two directions, slashes one, and hairs
            turn slowly through many. 0 of broad strokes, unless a line may cross them.
        ring: share of the directions from the box's middle in which there is ink outside the box, 0 to 1: a circle
            round it has most of them, a cross that runs over four narrow ones.
        circle: share of the directions in which ink there runs around the box, not away from it, 0 to 1; 0 where there
            is less of it than a thin arc has.
        seen: how clearly the printed frame was seen, 0 to 1, by the weakest of its four lines.
        partly: the same by the clearer one of its two lines across and of its two down: strokes rarely hide both.
        astray: mm by which its frame lies off the smooth bend of the page; 0 where ink hides it.
        backed: share of the nearest frames around it that lie on the bend: where they do, so does this one.
        shift: mm from where the layout has the box to where its frame was found.
        printed: the form itself has filled the box (one that was drawn elsewhere): no pen shows on it.
        slender: how wide the strokes inside are to how long (standard deviations of their ink), 0 to 1: a lone stroke
            is slender, crosses and scribbles are not.
        tied: mm² of the ink in a box of another question that hangs together with the ink in this one, the most of any;
            looked for where this one's may be the end of a stroke, slender or short, and not in the middle of its box.
        rim: mm of printed black that a cut across an edge of the frame has more than usual on this page, over the
            1.2 mm along it where that is the most: ink on the frame itself. 0 of marked boxes, and where nobody knows.
        tint: how much darker the paper in an empty box is than in each other empty one of its question, as a share of
            printed black: a highlighter, whose strokes are as pale as a shadow. 0 of others, and where nobody knows.
        elsewhere: mm² of the ink in a table's cell that belong to strokes whose middle lies beyond it; where all that
            is in the cell keeps near its edge, it counts as `around`.
    """

    question: str
    option: str
    ink: float
    cover: float
    breadth: float
    gap: float
    peak: float
    pale: float
    reach: float
    around: float
    outer_peak: float
    streak: float
    through: float
    beside: float
    facing: float
    off: float
    weight: float
    angled: float
    ring: float
    circle: float
    seen: float
    partly: float
    astray: float
    backed: float
    shift: float
    slender: float
    printed: bool = False
    tied: float = 0.0
    rim: float = 0.0
    elsewhere: float = 0.0
    tint: float = 0.0


@dataclass(frozen=True)
class Blot:
    """One piece of ink away from the boxes: mm² of it, mm of its extent, and its weight as `BoxScore.weight` has it."""

    ink: float
    reach: float
    weight: float


@dataclass(frozen=True)
class AreaScore:
    """Ink that was not printed there: in a writing area, or in a question's row outside its boxes, blot by blot, those
    with the most ink first; `over` (mm²) on the words printed there. `known`: the print in that area and its place
    are known, so that all of it is a pen's. `seen`: how dark the lines printed in a writing area are, as a share of
    what they would be in the page's printed black, in the piece of it where they are palest; 1 where there are
    none."""

    question: str
    blots: tuple[Blot, ...] = ()
    over: float = 0.0
    known: bool = True
    seen: float = 1.0

    @property
    def ink(self) -> float:
        """mm² of all blots."""
        return sum(blot.ink for blot in self.blots)

    @property
    def reach(self) -> float:
        """mm of the widest blot."""
        return max((blot.reach for blot in self.blots), default=0.0)


@dataclass(frozen=True)
class PageReading:
    """Everything that was measured on one page; all decisions can be made from it again without the scan. `to_pixels`
    is page millimetres to the scan as it came; `noise` and `area_noise` are what varies on empty paper, as shares of
    printed black, in the pieces around the boxes and in the areas; `bend` are the coefficients of its `Bend`, row by
    row; `streaks` is the number of lines that the scanner drew across it; `strays` is the ink near the boxes,
    `wide` that in the rest of their rows."""

    code: PageCode
    residual_mm: float
    noise: float
    area_noise: float
    to_pixels: tuple[float, ...]
    fiducials: tuple[str, ...]
    boxes: tuple[BoxScore, ...]
    strays: tuple[AreaScore, ...]
    writing: tuple[AreaScore, ...]
    streaks: int
    bend: tuple[float, ...] = ()
    wide: tuple[AreaScore, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())
