"""Every range of the simulator, in physical units: mm, degrees, dpi, grey levels (0 black to 255 white),
shares (0 to 1).

A `Range` is drawn evenly between its ends. Where a range was taken from real material, the comment says
which.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Container = Literal["jpeg", "pdf", "tiff"]

# What the truth calls ambiguous: a careful person would have to ask, so a reader must not decide.
AMBIGUOUS = frozenset({"double", "between", "circled", "withdrawn", "too_many"})

# Every word that truth.csv can say of an answer's marking.
MARKINGS = frozenset(
    {
        "cross",
        "tick",
        "slash",
        "fill",
        "scribble",
        "overshoot",
        "faint",
        "off",
        "edge",
        "corrected",
        "blank",
        "written",
    }
    | AMBIGUOUS
)


@dataclass(frozen=True)
class Range:
    """A range with both ends."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """A number from the range, evenly."""
        return float(rng.uniform(self.low, self.high))


NONE = Range(0.0, 0.0)


@dataclass(frozen=True)
class People:
    """How respondents answer and how they mark. Rates are shares of answered questions unless noted."""

    # Satisfaction: shares of a five-point scale, worst to best; 83% satisfied, as the national index.
    scale_shares: tuple[float, ...] = (0.02, 0.04, 0.11, 0.48, 0.35)
    # How much of the spread (variance 1 in all) lies between cells, between people and between criteria.
    cell_spread: float = 0.25
    person_spread: float = 0.6
    criterion_spread: float = 0.2
    blank: float = 0.02
    digits_written: float = 0.6  # share of people who fill optional digit cells
    words_written: float = 0.15  # share of people who write a comment
    # A person's habit.
    habits: tuple[tuple[str, float], ...] = (
        ("cross", 0.42),
        ("tick", 0.34),
        ("slash", 0.08),
        ("fill", 0.08),
        ("scribble", 0.08),
    )
    keeps_habit: float = 0.93
    # What goes otherwise than the habit.
    exceptions: tuple[tuple[str, float], ...] = (
        ("off", 0.015),
        ("overshoot", 0.015),
        ("corrected", 0.012),
        ("faint", 0.003),
        ("double", 0.0015),
        ("circled", 0.0015),
        ("between", 0.001),
        ("withdrawn", 0.001),
    )
    # Of withdrawn marks: many circle a cross that no longer counts, as in exams; our forms say to black it out.
    taken_back_by_circle: float = 0.5
    faint_person: float = 0.005  # a hard pencil from the first answer to the last
    too_many: float = 0.005  # of those who tick as many as is allowed
    pen_rest: float = 0.0005  # share of boxes in which a pen rested: a dot that is no mark


# How people answer known questions (weights by option code); others get weights from their name.
LIKELY: dict[str, dict[str, float]] = {
    "respondent": {"1": 0.88, "2": 0.12},
    "trips": {"1": 0.25, "2": 0.55, "3": 0.15, "4": 0.05},
    "trouble": {"1": 0.04, "2": 0.96},
    "extra_money": {"1": 0.02, "2": 0.98},
    "on_time": {"1": 0.1, "2": 0.82, "3": 0.08},
}

# Years of birth that go with the age bands of the questionnaire (2020); any adult where no band was ticked.
BIRTH_YEARS: dict[str, tuple[int, int]] = {
    "1": (1996, 2002),
    "2": (1986, 1995),
    "3": (1971, 1985),
    "4": (1960, 1970),
    "5": (1938, 1959),
}
ANY_ADULT = (1938, 2002)

COMMENTS = (
    "Không có ý kiến",
    "Cán bộ nhiệt tình, lịch sự",
    "Cần thêm ghế ngồi chờ cho người dân",
    "Giải quyết nhanh, đúng hẹn",
    "Thủ tục còn nhiều giấy tờ, nên đơn giản hơn",
    "Nên trả kết quả qua mạng để đỡ phải đi lại",
    "Phòng chờ nóng, cần thêm quạt",
    "Hài lòng",
)


@dataclass(frozen=True)
class PenKind:
    """A writing tool. `grey`: on white paper at full pressure; `grain`: how much paper shows through."""

    name: str
    share: float
    width_mm: Range
    grey: Range
    grain: float = 0.0
    skips: float = 0.0  # share of strokes with a gap, as ballpoints make


PEN_KINDS = (
    PenKind("blue ballpoint", 0.5, Range(0.25, 0.55), Range(50, 105), grain=0.1, skips=0.08),
    PenKind("black ballpoint", 0.2, Range(0.25, 0.55), Range(20, 60), grain=0.1, skips=0.08),
    PenKind("gel or ink", 0.15, Range(0.35, 0.8), Range(15, 70)),
    # The darkest parts of the real pencil strips are 55 to 106 at 100 dpi, 82 in the middle.
    PenKind("pencil", 0.15, Range(0.35, 0.8), Range(40, 105), grain=0.3),
)
FAINT_PENCIL = PenKind("hard pencil", 0.0, Range(0.19, 0.22), Range(145, 155), grain=0.2)


@dataclass(frozen=True)
class Marks:
    """Sizes of marks (mm, degrees) for boxes of 4 mm; other boxes scale them."""

    box_mm: float = 4.0
    cross_mm: Range = Range(2.6, 4.6)  # width and height of a cross
    tick_mm: Range = Range(3.4, 6.5)
    slash_mm: Range = Range(3.6, 5.4)
    slash_degrees: Range = Range(30, 65)
    fill_share: Range = Range(0.72, 1.05)  # of the box's width and height
    scribble_share: Range = Range(0.6, 1.0)
    blackout_share: Range = Range(1.02, 1.25)
    circle_mm: Range = Range(5.8, 8.5)
    overshoot: Range = Range(1.5, 2.1)  # times the usual size
    centre_sd_mm: float = 0.3
    off_mm: Range = Range(0.9, 1.5)
    # a small mark on a line of its box: off its middle line, along it, times the usual size
    edge_off_mm: Range = Range(-0.3, 0.3)
    edge_along_mm: Range = Range(-1.6, 1.6)
    edge_size: Range = Range(0.3, 0.7)
    between: Range = Range(0.42, 0.5)  # share of the way to the nearest other box
    rest_mm: Range = Range(0.2, 0.45)
    digit_share: Range = Range(0.55, 0.78)  # of the cell's height
    letter_mm: Range = Range(1.7, 2.4)  # height of an x
    line_mm: Range = Range(6.5, 8.0)


MARKS = Marks()


@dataclass(frozen=True)
class Camera:
    """A phone's photo of a sheet on a table."""

    megapixels: Range = Range(8.0, 12.2)
    # Share of the frame's width that the sheet takes: the real photos have 0.33 to 0.62; most people come
    # nearer.
    sheet_share: Range = Range(0.33, 0.92)
    sheet_share_mode: float = 0.84
    turn_degrees: Range = Range(-10, 10)  # the real photos: 2 to 9
    corner_share: float = 0.035  # how far perspective moves a corner, of the sheet's width
    curl_mm: Range = Range(0.0, 3.0)  # apparent shift of the paper at its highest
    background: Range = Range(12, 130)  # dark cloth in the real photos; wood is lighter
    paper: Range = Range(165, 240)
    ink: Range = Range(25, 70)
    falloff: Range = Range(0.0, 0.3)  # light lost from one side of the sheet to the other
    shadow_share: float = 0.5  # of photos with the shadow of a hand or the phone
    shadow_depth: Range = Range(0.15, 0.45)  # light lost in it
    shadow_edge_mm: Range = Range(4, 25)
    tint: Range = Range(0.88, 1.0)  # red and blue against green
    sideways: float = 0.3  # stored turned by 90° with an EXIF note, as phones do


@dataclass(frozen=True)
class Scanner:
    """A scanner's ranges: what is drawn once for a device (or stack) and what for every page."""

    # per device
    dpi: tuple[int, ...]
    containers: tuple[tuple[Container, float], ...]
    jpeg_quality: tuple[int, int] = (75, 92)
    blur_mm: Range = Range(0.02, 0.04)  # standard deviation of the optics
    noise: Range = Range(1.0, 2.0)  # standard deviation, grey levels
    white: Range = Range(246, 262)  # paper; above 255 is clipped, as in the real roll scans
    black: Range = Range(15, 40)  # toner
    gamma: Range = Range(0.95, 1.05)
    light: Range = Range(0.0, 0.01)  # light lost at one side
    margin_mm: Range = NONE  # what the device scans beyond the sheet on every side
    background: Range = Range(235, 255)
    streaks: float = 0.0  # expected vertical lines of a dirty roller or glass
    streak_mm: Range = Range(0.08, 0.4)
    streak_depth: Range = Range(25, 120)  # grey levels darker than the paper
    see_through: Range = NONE  # share of the other side's ink that shows
    # Black-and-white devices: black is what is darker than this share of the paper's tone, after sharpening.
    threshold: Range | None = None
    sharpen: Range = NONE  # strength of the unsharp mask before the threshold
    # per page
    turn_degrees: Range = Range(-0.3, 0.3)
    shift_mm: Range = Range(-1.0, 1.0)
    scale: Range = Range(0.998, 1.002)
    stretch: Range = Range(0.999, 1.001)  # height against width
    wobble_mm: Range = NONE  # uneven feed: amplitude of the local shift along the page
    wobble_wave_mm: Range = Range(80, 300)
    tone_spread: float = 1.0  # standard deviation of the paper's tone from page to page
    dirt: float = 0.5  # expected specks a page
    dirt_mm: Range = Range(0.08, 0.5)
    dirt_depth: Range = Range(40, 200)
    upside_down: float = 0.0
    disorder_pages: float = 0.0  # standard deviation of a page's place in the stack


@dataclass(frozen=True)
class Profile:
    """A way in which forms come back: people with pens, and a scanner or a phone."""

    name: str
    scanner: Scanner
    people: People = field(default_factory=People)
    pens: tuple[PenKind, ...] = PEN_KINDS
    camera: Camera | None = None


CLEAN = Profile("clean", Scanner(dpi=(300,), containers=(("jpeg", 1.0),), jpeg_quality=(85, 92)))

OFFICE = Profile(
    "office",
    Scanner(
        dpi=(200, 240, 300),
        containers=(("pdf", 0.5), ("tiff", 0.25), ("jpeg", 0.25)),
        jpeg_quality=(60, 82),
        blur_mm=Range(0.03, 0.06),
        noise=Range(1.0, 3.0),
        white=Range(232, 262),
        black=Range(20, 55),
        gamma=Range(0.85, 1.15),
        light=Range(0.0, 0.04),
        background=Range(200, 255),
        streaks=0.4,
        see_through=Range(-0.06, 0.05),
        turn_degrees=Range(-1.5, 1.5),
        shift_mm=Range(-2.0, 2.0),
        scale=Range(0.99, 1.01),
        stretch=Range(0.996, 1.004),
        wobble_mm=Range(0.0, 0.15),
        dirt=4.0,
        upside_down=0.06,
        disorder_pages=2.0,
    ),
)

ROUGH = Profile(
    "rough",
    Scanner(
        dpi=(150, 200, 300),
        containers=(("pdf", 0.5), ("jpeg", 0.5)),
        jpeg_quality=(50, 80),
        blur_mm=Range(0.05, 0.1),
        noise=Range(3.0, 8.0),
        white=Range(190, 245),
        black=Range(40, 90),
        gamma=Range(0.75, 1.3),
        light=Range(0.0, 0.12),
        margin_mm=Range(0.0, 5.0),
        background=Range(60, 255),
        streaks=1.2,
        see_through=Range(-0.05, 0.1),
        turn_degrees=Range(-3.0, 3.0),
        shift_mm=Range(-2.0, 2.0),
        scale=Range(0.98, 1.02),
        stretch=Range(0.992, 1.008),
        wobble_mm=Range(0.0, 0.3),
        tone_spread=3.0,
        dirt=25.0,
        upside_down=0.1,
        disorder_pages=5.0,
    ),
)

# Office devices in their "text" mode with the darkness turned up: edges are sharpened, then one threshold at
# a share of the tone of the paper. What survives, on 2,400 marks of each pen over 40 devices: the share of a
# mark's ink that comes out black, the worst mark and the middle one, 200 and 300 dpi alike:
#   threshold   hard pencil (0.2 mm, grey 150)   pencil         ballpoint
#   0.50        0.00, 0.02 (59% vanish)          0.00, 0.42     0.01, 0.55
#   0.60        0.00, 0.40 (6% vanish)           0.25, 0.60     0.49, 0.62
#   0.66        0.02, 0.75                       0.50, 0.68     0.53, 0.65
#   0.70        0.22, 0.92                       0.58, 0.71     0.55, 0.67
#   0.78        0.87, 1.10                       0.59, 0.75     0.56, 0.69
# The profile was put where every mark leaves something, so what is claimed of `bw` holds for such devices.
# One that is left at half of the tone loses faint pencil for good: no reader can tell such a box from a
# blank one, so an office with pencils on its forms must scan grey.
BW = Profile(
    "bw",
    Scanner(
        dpi=(200, 300),
        containers=(("tiff", 1.0),),
        blur_mm=Range(0.02, 0.05),
        noise=Range(1.0, 3.0),
        white=Range(235, 255),
        black=Range(15, 50),
        background=Range(235, 255),
        streaks=0.15,
        threshold=Range(0.70, 0.78),
        sharpen=Range(0.5, 1.5),
        turn_degrees=Range(-1.0, 1.0),
        shift_mm=Range(-1.5, 1.5),
        scale=Range(0.993, 1.007),
        stretch=Range(0.997, 1.003),
        wobble_mm=Range(0.0, 0.1),
        dirt=5.0,
        upside_down=0.04,
        disorder_pages=2.0,
    ),
)

PHOTO = Profile(
    "photo",
    Scanner(
        dpi=(250,),  # of the sheet before the camera looks at it; the camera's pixels are its own
        containers=(("jpeg", 1.0),),
        jpeg_quality=(80, 93),
        blur_mm=Range(0.03, 0.09),
        noise=Range(1.5, 5.0),
        dirt=0.0,
        upside_down=0.05,
        disorder_pages=3.0,
    ),
    camera=Camera(),
)

PROFILES: dict[str, Profile] = {profile.name: profile for profile in (CLEAN, OFFICE, ROUGH, BW, PHOTO)}
