"""One page through the stages: identify, register, measure. The whole reading of a page fits one function."""

from __future__ import annotations

from sipas_forms.scanning.areas import measure_areas
from sipas_forms.scanning.identify import identify
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.marks import measure_boxes
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import IdentifiedPage, PageReading, Problem, ScanPage


def read_page(scan: ScanPage, library: FormLibrary) -> tuple[PageReading | Problem, IdentifiedPage | None]:
    """Read one scanned page. Beside a problem, the identity as far as it was found."""
    identified = identify(scan, library)
    if isinstance(identified, Problem):
        return identified, None
    code = identified.code
    blank = library.blank(code.form_version, code.page)
    registered = register(identified, blank)
    if isinstance(registered, Problem):
        return registered, identified
    boxes, levels = measure_boxes(registered, blank)
    areas = measure_areas(registered, blank, levels)
    writing = {area.question for area in blank.layout.writing}
    reading = PageReading(
        code,
        residual_mm=round(registered.residual_mm, 3),
        noise=round(levels.noise / levels.black, 4),
        to_pixels=tuple(round(float(v), 9) for v in registered.to_pixels.ravel()),
        fiducials=registered.fiducials,
        boxes=boxes,
        strays=tuple(area for area in areas if area.question not in writing),
        writing=tuple(area for area in areas if area.question in writing),
    )
    return reading, identified
