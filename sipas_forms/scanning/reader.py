"""One page through the stages: identify, register, measure. The whole reading of a page fits one function."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sipas_forms.plan.serial import PageCode
from sipas_forms.scanning.adopted import kind_inks, score_kinds, unusual
from sipas_forms.scanning.areas import AreaInk, measure_areas
from sipas_forms.scanning.as_is import identify_as_is
from sipas_forms.scanning.blank import BlankPage
from sipas_forms.scanning.crops import HALF
from sipas_forms.scanning.identify import identify
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.marks import box_ink, marked_questions, score_boxes, with_tints
from sipas_forms.scanning.outlines import register_best
from sipas_forms.scanning.rims import with_rims
from sipas_forms.scanning.serial_text import identify_by_text, to_confirm
from sipas_forms.scanning.territory import WRITING_MARGIN_MM
from sipas_forms.scanning.ties import with_ties
from sipas_forms.scanning.types import AreaScore, IdentifiedPage, Matrix, PageReading, Problem, RegisteredPage, ScanPage

SURE_SD = 2.0  # standard deviations within which a place counts as known


def read_page(scan: ScanPage, library: FormLibrary) -> tuple[PageReading | Problem, IdentifiedPage | None]:
    """Read one scanned page. Beside a problem, the identity as far as it was found."""
    if library.as_is:
        identified, problem = identify_as_is(scan, library, library.as_is)
    else:
        identified, problem = _by_codes(scan, library)
    if problem or identified is None:
        return problem or Problem("no_code", "The page could not be told; look at it."), identified
    return read_identified(identified, library), identified


def _by_codes(scan: ScanPage, library: FormLibrary) -> tuple[IdentifiedPage | None, Problem | None]:
    """Whose page it is by its codes; without them a suggestion by its clear type, with the problem that says so."""
    identified = identify(scan, library)
    if not isinstance(identified, Problem):
        return identified, None
    # a foreign code may be a sticker on a page whose own codes are gone
    taken = identify_by_text(scan, library) if identified.code in ("no_code", "foreign_code") else None
    if taken is None:
        return None, identified
    return taken, to_confirm(taken.code, "No page code of ours can be read; the print says", library)


def read_identified(identified: IdentifiedPage, library: FormLibrary) -> PageReading | Problem:
    """Register and measure a page whose identity is known, from its codes or from a person."""
    code = identified.code
    registered, blank = register_best(identified, library.blanks(code.form_version, code.page))
    return registered if isinstance(registered, Problem) else read_registered(registered, blank)


def read_registered(registered: RegisteredPage, blank: BlankPage) -> PageReading:
    """Measure a page that is laid onto its layout."""
    code = registered.identified.code
    if blank.kinds:
        inks = kind_inks(registered, blank)
        levels = max((ink.levels for _, _, ink in inks), key=lambda its: its.noise / its.black)
        # nobody knows what stands in the rows of somebody else's form: sheets are printed that differ from its blank
        areas = measure_areas(registered, blank, levels, {box.question for box in blank.layout.boxes})
        known = any(kind.shown.any() for kind in blank.kinds)
        if not known:  # of no line is it known whether it is printed
            areas = AreaInk(unusual(areas.near), (), (), areas.noise)
        boxes = score_kinds(inks, blank, areas.streaks)
    else:
        known = True
        ink = box_ink(registered, blank)
        levels = ink.levels
        areas = measure_areas(registered, blank, levels, marked_questions(ink, blank))
        boxes = with_tints(ink, with_rims(blank, ink, score_boxes(registered, blank, ink, areas.streaks)))
    if known:
        boxes = with_ties(registered, blank, levels, boxes)
    writing = {area.question for area in blank.layout.writing}
    to_scan = scan_map(registered)
    return PageReading(
        code,
        residual_mm=round(registered.residual_mm, 3),
        noise=round(levels.noise / levels.black, 4),
        area_noise=areas.noise,
        to_pixels=tuple(round(float(v), 9) for v in to_scan.ravel()),
        fiducials=registered.fiducials,
        boxes=boxes,
        strays=tuple(area for area in areas.near if area.question not in writing),
        wide=areas.wide,
        writing=_placed(tuple(area for area in areas.near if area.question in writing), registered, blank),
        streaks=len(areas.streaks),
        bend=tuple(round(float(v), 4) for v in registered.bend.coefficients.ravel()),
    )


def unread(code: PageCode, to_pixels: Matrix) -> PageReading:
    """A page of which nothing was measured, and that lies about so (page millimetres to the scan's pixels)."""
    return PageReading(code, 0.0, 0.0, 0.0, tuple(round(float(v), 9) for v in to_pixels.ravel()), (), (), (), (), 0)


def _placed(areas: tuple[AreaScore, ...], page: RegisteredPage, blank: BlankPage) -> tuple[AreaScore, ...]:
    """The writing areas of a page; one whose place is not known well enough is not known to be empty either."""
    if page.sureness is None:
        return areas
    lost = set()
    for at in blank.layout.writing:
        corners = np.array([[x, y] for x in (at.x, at.x + at.w) for y in (at.y, at.y + at.h)])
        if SURE_SD * page.sureness.at(corners).max() > WRITING_MARGIN_MM:
            lost.add(at.question)
    return tuple(replace(area, known=False) if area.question in lost else area for area in areas)


def scan_map(page: RegisteredPage) -> Matrix:
    """Page millimetres to the pixels of the scan as it came, also where a finer one was halved for measuring."""
    halvings = round(np.log2(page.identified.scan.pixels.shape[0] / page.pixels.shape[0]))
    return np.asarray(np.linalg.matrix_power(np.linalg.inv(HALF), halvings) @ page.to_pixels, np.float64)
