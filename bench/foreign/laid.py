"""`scripts/bench foreign --laid`: how far off sheets without our codes are laid onto their form, against the truth.

The simulated scanner or camera is run twice with the same chance: over the filled sheet, and over a sheet of dots in a
grid. Where a dot comes out, the sheet's print came out too, so that the dots are the truth to a tenth of a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.spatial import KDTree

from sipas_forms.flow import opened
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.layout import PageLayout, load_layout
from sipas_forms.printing.render import render_page
from sipas_forms.scanning.as_is import lay_by_content
from sipas_forms.scanning.blank import PRINTED_FROM, BlankPage
from sipas_forms.scanning.crops import PX_PER_MM, apply
from sipas_forms.scanning.files import make_page
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.reader import SURE_SD, scan_map
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import Matrix, Pixels, Problem, ScanPage, Source
from sipas_forms.simulate import draw_marks
from sipas_forms.simulate.profiles import PROFILES
from sipas_forms.simulate.scanners import draw_device, scan_page
from sipas_forms.simulate.scans import truth_of
from sipas_forms.simulate.seeds import generator
from sipas_forms.store.forms import issued_forms

GRID_MM, EDGE_MM = 15.0, 14.0  # between dots, and from the paper's edge to the first: a dark table may lie beyond it
DOT_MM, NEAR_MM = 1.6, 6.0  # a dot, and how far from where the sheet is thought to lie it is looked for
STRANGE_MM = 1.0  # a dot that lies this far beside the dots around it is dirt: sheets bend by less over 30 mm
PRINT_MM = 10.0  # what lies further from all print is known from further print only
DARK = 0.5  # of the way from paper to a dot's middle: from there on it is the dot
LEAST_DOTS = 12
WELL_MM = 0.3  # as well as a sheet must lie, over the whole page


@dataclass
class Laid:
    """How far off (mm) boxes, points all over the page, those of them near print and those whose place the reading says
    it knows were laid; how many pages could not be, and of how many every point was WELL_MM off at most."""

    boxes: list[float] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    printed: list[float] = field(default_factory=list)
    known: list[float] = field(default_factory=list)
    pages: int = 0
    refused: int = 0
    whole: int = 0

    def said(self) -> str:
        """A line of the report."""
        parts = [f"{self.pages} pages, {self.refused} refused, {self.whole} within {WELL_MM} mm all over"]
        named = ("boxes", self.boxes), ("near print", self.printed), ("page", self.points), ("known", self.known)
        for name, off in named:
            if off:
                within = float((np.array(off) <= WELL_MM).mean())
                parts.append(
                    f"{name}: median {np.median(off):.2f}, 95% {np.percentile(off, 95):.2f}, most {max(off):.2f} mm, "
                    f"{within:.1%} within {WELL_MM}"
                )
        if self.points:
            parts.append(f"known: {len(self.known) / len(self.points):.0%} of the page")
        return "; ".join(parts)


def lay_sheets(workspace: Workspace, profile: str, seed: int, count: int) -> Laid:
    """Fill in, scan and lay on `count` copies of the workspace's adopted form."""
    layout = load_layout(next(workspace.layouts.glob("*.json")))
    with opened(workspace) as store:
        library = FormLibrary(workspace.layouts, workspace.survey.code, store.key())
        serials = [form.serial for form in issued_forms(store)][:count]
    laid = Laid()
    original = workspace.templates / f"{layout.questionnaire}.pdf"
    for index, serial in enumerate(serials):
        filled = truth_of(workspace.questionnaire, PROFILES[profile], seed, serial)
        device = draw_device(PROFILES[profile], generator(seed, "laid", profile, index))
        for page in layout.pages:
            printed = render_page(original, page.number - 1, device.dpi)
            drawn = draw_marks(printed, page, filled.marks, device.dpi / 25.4, generator(seed, "pen", serial))
            dots = _dots(printed.shape, _grid(layout.page_size_mm), layout.page_size_mm)
            seen, truth = (scan_page(each, device, generator(seed, serial, page.number)) for each in (drawn, dots))
            _judge(laid, seen, truth, page, library, layout.form_version)
    return laid


def _judge(laid: Laid, seen: Pixels, truth: Pixels, page: PageLayout, library: FormLibrary, version: str) -> None:
    scan = make_page(seen, Source("simulated", 1))
    assert isinstance(scan, ScanPage)
    laid.pages += 1
    blank = library.blank(version, page.number)
    found = lay_by_content(scan, library, version, page.number)
    code = PageCode(library.survey, "", page.number, version)
    done = register(found.identified(scan, code), blank) if found else None
    if done is None or isinstance(done, Problem):
        laid.refused += 1
        return
    to_scan = scan_map(done)
    grid = _grid(blank.size_mm)
    thought = apply(to_scan, grid + done.bend.at(grid))
    dots = [_dot(truth, to_scan, mm, px) for mm, px in zip(grid, thought, strict=True)]
    back = np.asarray(np.linalg.inv(to_scan), np.float64)
    real = np.array([apply(back, dot[None])[0] if dot is not None else (np.nan, np.nan) for dot in dots])
    known = _plain(grid, real)
    if known.sum() < LEAST_DOTS:
        laid.refused += 1
        return
    off = np.linalg.norm(real - apply(back, thought), axis=1)
    laid.points += list(off[known])
    laid.printed += list(off[known & _near_print(grid, blank)])
    laid.whole += bool((off[known] <= WELL_MM).all())
    if done.sureness is not None:
        laid.known += list(off[known & (SURE_SD * done.sureness.at(grid) <= WELL_MM)])
    centers = np.array([box.center for box in page.boxes])
    true = RBFInterpolator(grid[known], real[known])(centers)  # lens and feed bend a sheet smoothly
    laid.boxes += list(np.linalg.norm(true - centers - done.box_offsets, axis=1))


def _plain(grid: NDArray[np.float64], real: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which dots were found, and lie as those around them do: not a speck of dirt."""
    known = ~np.isnan(real[:, 0])
    if known.sum() < LEAST_DOTS:
        return known
    places, off = grid[known], (real - grid)[known]
    _, near = KDTree(places).query(places, 9)
    strange = np.linalg.norm(off - np.median(off[near[:, 1:]], axis=1), axis=1) > STRANGE_MM
    known[np.flatnonzero(known)[strange]] = False
    return known


def _near_print(grid: NDArray[np.float64], blank: BlankPage) -> NDArray[np.bool_]:
    """Which places are near print: how paper lies that nothing is printed on, no print can tell."""
    away = cv2.distanceTransform((blank.pixels > 255 - PRINTED_FROM).astype(np.uint8), cv2.DIST_L2, 3)
    x, y = (grid * PX_PER_MM).astype(int).T
    return np.asarray(away[y, x] <= PRINT_MM * PX_PER_MM)


def _grid(size_mm: tuple[float, float]) -> NDArray[np.float64]:
    x, y = (np.arange(EDGE_MM, side - EDGE_MM, GRID_MM) for side in size_mm)
    return np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)


def _dots(shape: tuple[int, ...], grid: NDArray[np.float64], size_mm: tuple[float, float]) -> Pixels:
    """A sheet of dots in place of the form, whose picture of that shape fills whole pixels as the form's does."""
    sheet = np.full(shape, 255, np.uint8)
    across, down = shape[1] / size_mm[0], shape[0] / size_mm[1]
    for x, y in grid:
        middle = round((x * across - 0.5) * 16), round((y * down - 0.5) * 16)
        cv2.circle(sheet, middle, round(DOT_MM / 2 * across * 16), (0,), -1, cv2.LINE_AA, 4)
    return sheet


def _dot(
    truth: Pixels, to_scan: Matrix, mm: NDArray[np.float64], px: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Where the dot of the place `mm` came out, pixels; None where it is cut off or soiled."""
    scale = float(np.linalg.norm(apply(to_scan, mm[None] + [1.0, 0.0]) - apply(to_scan, mm[None])))
    reach = round(NEAR_MM * scale)
    x, y = round(px[0]), round(px[1])
    part = truth[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].astype(np.float64)
    if part.shape != (2 * reach + 1, 2 * reach + 1):
        return None
    paper, black = np.percentile(part, 80), float(part.min())
    dark = np.clip((paper - part) / max(1.0, paper - black) - DARK, 0, None)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((dark > 0).astype(np.uint8))
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if len(stats) > 1 else 0
    size = np.pi * (DOT_MM * scale / 2) ** 2
    if best == 0 or not 0.5 * size < stats[best][cv2.CC_STAT_AREA] < 1.8 * size:
        return None
    weight = dark * (labels == best)
    rows, columns = np.indices(part.shape)
    across, down = (float((steps * weight).sum() / weight.sum()) for steps in (columns, rows))
    return np.array([across + x - reach + 0.5, down + y - reach + 0.5])
