"""OMRChecker's `template.json`: its field blocks become questions, so that its users can move over.

Positions are pixels of the page after its own cropping: to the paper's edges, or to the middles of markers in the
corners; the sheet is taken for A4 where it has that shape. The reference picture that its alignment names, beside the
template, is the blank page. Without one outlines are drawn, and a sheet is laid on by its markers or the paper's edges.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.adopt.template_fields import MOST_BUBBLES, Field, all_fields, labels_of
from sipas_forms.adopt.write import CHECK, CODE
from sipas_forms.errors import AdoptError
from sipas_forms.printing.adopted import Geometry, Place, Shape
from sipas_forms.printing.layout import A4_MM, Named, Rect

MAX_BYTES = 1_000_000
A4_SHAPE = 0.12  # how far a page's shape may be from A4's; cropping at markers takes a tenth off one side
OLDER = ("QBlocks", "qBlocks")  # what templates before version 1 had for fieldBlocks
# Steps that lay a page on, and those that only make it clearer, which reading does in its own way.
MARKERS, PAPER, ALIGNMENT = "CropOnMarkers", "CropPage", "FeatureBasedAlignment"
FOUR = "FOUR_MARKERS"  # of the kinds of markers that later versions know, the one that earlier ones had
CLEARING = {"GaussianBlur", "MedianBlur", "Levels", "Contrast"}
MARKER_FILE = "omr_marker.jpg"  # the marker's picture and its share of the sheet's width, where the step doesn't say it
MARKER_RATIO, RATIOS = 17.0, (4.0, 80.0)
PICTURE_WIDTH = 650.0  # px of the picture in which later versions look for markers, unless the template says another
MARKER_EDGE_MM = 5.0  # from the paper's edge to a marker: what office printers leave white
LINE_MM = 0.25


def read_template(path: Path, name: str, pdf: Path) -> tuple[Geometry, str]:
    """The places and the questionnaire of a template; its blank page is written as `pdf`.

    Raises:
        AdoptError: the file is missing, too large, or no template.
    """
    data = _load(path)
    width, height = _dimensions(path, data)
    fields = all_fields(path.name, data)
    count = sum(len(field.options) for field in fields)
    if not count:
        raise AdoptError(f"{path.name}: the template has no bubbles, so that nothing on its sheets could be read.")
    if count > MOST_BUBBLES or min(width, height) <= 0:
        raise AdoptError(f"{path.name}: describes {count} bubbles; a form has 1 to {MOST_BUBBLES}.")
    reference = _reference(path, data)
    marker = None if reference else _marker(path, data)
    size, crop = _sheet(width, height, marker)
    places: list[Place] = []
    boxes: dict[str, list[tuple[str, int]]] = {}
    for field in fields:
        shown = field.options if field.area is None else (("", field.area),)
        for option, at in shown:
            on_page = _on_page(at, crop, (width, height))
            shape: Shape = "circle" if field.area is None else "writing"
            places.append(Place(on_page.x, on_page.y, on_page.w, on_page.h, len(places) + 1, 1, shape))
            boxes.setdefault(field.label, []).append((option, len(places)))
    markers = _corners(crop, marker) if marker else ()
    geometry = Geometry(size, 1, tuple(places), markers, reference is not None)
    _draw_blank(pdf, geometry, reference, marker)
    return geometry, _yaml(name, path.name, fields, boxes, data, _checks(data, geometry))


def _dimensions(path: Path, data: dict[str, Any]) -> tuple[float, float]:
    """Width and height of the page that the template's pixels stand on."""
    given = data.get("pageDimensions", data.get("templateDimensions"))
    try:
        width, height = (float(side) for side in given)  # type: ignore[union-attr]
    except (TypeError, ValueError):
        raise AdoptError(
            f"{path.name}: this template's 'pageDimensions' (later versions: 'templateDimensions') are not a width and "
            "a height in pixels."
        ) from None
    return width, height


def _on_page(at: Rect, crop: Rect, pixels: tuple[float, float]) -> Rect:
    """A place in the template's pixels, in millimetres of the sheet."""
    across, down = crop.w / pixels[0], crop.h / pixels[1]
    return Rect(crop.x + at.x * across, crop.y + at.y * down, at.w * across, at.h * down)


@dataclass(frozen=True)
class _Marker:
    """The sign in the corners: its picture, its width as a share of the sheet's, its height by its width."""

    picture: Path
    share: float
    shape: float


def _steps(data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The template's steps before reading: (name, options)."""
    given = data.get("preProcessors", ())
    steps = [step for step in given if isinstance(step, dict)] if isinstance(given, list) else []
    return [(str(s.get("name", "")), s["options"] if isinstance(s.get("options"), dict) else {}) for s in steps]


def _at_markers(data: dict[str, Any]) -> dict[str, Any] | None:
    """The options of the step that crops at four markers."""
    given = (options for name, options in _steps(data) if name == MARKERS and options.get("type", FOUR) == FOUR)
    return next(given, None)


def _marker(path: Path, data: dict[str, Any]) -> _Marker | None:
    """The marker of a template that crops at markers.

    Raises:
        AdoptError: its picture does not lie beside the template, or is damaged.
    """
    options = _at_markers(data)
    if options is None:
        return None
    named = options.get("relativePath", options.get("referenceImage", MARKER_FILE))
    picture = path.parent / Path(str(named)).name
    if not picture.is_file():
        raise AdoptError(f"{path.name} crops at the markers in {picture.name}; put that picture beside it.")
    try:
        width, height = ImageReader(str(picture)).getSize()
        ratio = float(options.get("sheetToMarkerWidthRatio", MARKER_RATIO))
        if "markerDimensions" in options:  # later versions: pixels of a picture of that (height, width)
            seen = options.get("processingImageShape", data.get("processingImageShape", (0, PICTURE_WIDTH)))
            ratio = float(seen[1]) / float(options["markerDimensions"][0])
    except Exception as error:  # whatever a decoder makes of a broken file, and whatever stands for a number
        raise AdoptError(f"{picture.name} or its ratio in {path.name} is damaged ({type(error).__name__}).") from None
    return _Marker(picture, 1 / min(max(ratio, RATIOS[0]), RATIOS[1]), height / width)


def _sheet(width: float, height: float, marker: _Marker | None) -> tuple[tuple[float, float], Rect]:
    """The sheet (mm) and the part of it that the template's `width` and `height` (pixels) stand for: all of it, or what
    lies between the middles of the markers."""
    sheet = A4_MM if height >= width else (A4_MM[1], A4_MM[0])
    edge = (0.0, 0.0)
    if marker:
        wide = sheet[0] * marker.share
        edge = MARKER_EDGE_MM + wide / 2, MARKER_EDGE_MM + wide * marker.shape / 2
    across, down = sheet[0] - 2 * edge[0], sheet[1] - 2 * edge[1]
    if abs(height / width / (down / across) - 1) >= A4_SHAPE:
        down = across * height / width
    return (sheet[0], down + 2 * edge[1]), Rect(*edge, across, down)


def _corners(crop: Rect, marker: _Marker) -> tuple[Named, ...]:
    wide = (crop.w + 2 * crop.x) * marker.share
    high = wide * marker.shape
    left, top, right, low = crop.x, crop.y, crop.x + crop.w, crop.y + crop.h
    middles = {"tl": (left, top), "tr": (right, top), "bl": (left, low), "br": (right, low)}
    return tuple(Named(x - wide / 2, y - high / 2, wide, high, name) for name, (x, y) in middles.items())


def _checks(data: dict[str, Any], geometry: Geometry) -> list[str]:
    """What a person should know before sheets are read."""
    checks = []
    if not geometry.boxes_shown:
        by = "the markers in its corners" if geometry.markers else "the paper's edges"
        checks.append(
            "no reference picture lies beside the template: bubbles are drawn as circles, and what is printed"
        )
        checks[-1] += f" in them is learnt from each sheet, which is laid on by {by}"
        width, height = geometry.page_size_mm
        checks.append(f"the sheet is taken to be {width:.0f} × {height:.0f} mm")
    for name, options in _steps(data):
        if name == MARKERS and options.get("type", FOUR) != FOUR:
            name = f"{name} of type {options['type']}"
        if name not in {MARKERS, PAPER, ALIGNMENT} | CLEARING:
            checks.append(f"the template's step '{name}' is not known here and was left out")
    for place in geometry.places:
        if place.shape == "writing":
            checks.append(f"place {place.number} is read as letters or a barcode there; here a person reads it")
    return checks


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise AdoptError(f"{path}: there is no such file.")
    if path.stat().st_size > MAX_BYTES:
        raise AdoptError(f"{path.name} is larger than 1 MB, so it is no template.")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise AdoptError(f"{path.name} is not readable JSON; give OMRChecker's template.json.") from None
    older = [name for name in OLDER if isinstance(data, dict) and name in data]
    if older:
        raise AdoptError(
            f"{path.name} is of OMRChecker before its version 1 (it has '{older[0]}'); adopt the blank form itself, as "
            "PDF or as a scan, or write the template anew as version 1 has it."
        )
    if not isinstance(data, dict) or not isinstance(data.get("fieldBlocks"), dict):
        raise AdoptError(f"{path.name} has no 'fieldBlocks', so it is no OMRChecker template.")
    return data


def _reference(path: Path, data: dict[str, Any]) -> Path | None:
    """The picture of the blank form that the template names, if it lies beside it."""
    named = [
        options.get("reference", options.get("referenceImage")) for name, options in _steps(data) if name == ALIGNMENT
    ]
    aligned = data.get("alignment")
    cut_off = any(name in (MARKERS, PAPER) for name, _ in _steps(data))
    if isinstance(aligned, dict) and not cut_off:  # of a page that is cut off first, it shows what is cut off too
        named.append(aligned.get("referenceImage"))
    for each in named:
        if each and (path.parent / Path(str(each)).name).is_file():
            return path.parent / Path(str(each)).name
    return None


def _draw_blank(pdf: Path, geometry: Geometry, reference: Path | None, marker: _Marker | None) -> None:
    width, height = geometry.page_size_mm
    canvas: Any = Canvas(str(pdf), pagesize=(width * mm, height * mm), invariant=1)
    if reference is not None:
        _picture(canvas, reference, Rect(0, 0, width, height), height)
    else:
        canvas.setLineWidth(LINE_MM * mm)
        for at in geometry.places:
            if at.shape == "writing":
                continue
            low = height - at.y - at.h
            canvas.ellipse(at.x * mm, low * mm, (at.x + at.w) * mm, (low + at.h) * mm)
        if marker:
            for corner in geometry.markers:
                _picture(canvas, marker.picture, corner, height)
    canvas.save()


def _picture(canvas: Any, path: Path, at: Rect, page_height: float) -> None:
    try:
        canvas.drawImage(ImageReader(str(path)), at.x * mm, (page_height - at.y - at.h) * mm, at.w * mm, at.h * mm)
    except Exception as error:  # whatever a decoder makes of a broken file
        raise AdoptError(f"{path.name} is damaged ({type(error).__name__}); give the picture anew.") from None


def _yaml(
    name: str,
    source: str,
    fields: list[Field],
    boxes: dict[str, list[tuple[str, int]]],
    data: dict[str, Any],
    checks: list[str],
) -> str:
    lines = [
        f"# Taken over from {source} (OMRChecker). The numbers in 'boxes' are those of the proof picture",
        f"# output/adopt/{name}-1.png. Then: sipas adopt --check --name {name}",
        "#",
        "questionnaire:",
        f"  code: {name}",
        f"  source: {json.dumps(source, ensure_ascii=False)}",
        "  adopted: true",
        f"  title: {json.dumps(name)}",
        "  introduction: —",
        "  thanks: —",
        "  scale:",
        "    satisfied: [4, 5]",
        "    options:",
        *[f"      - {{ code: {i}, label: '{i}' }}" for i in range(1, 6)],
        "  sections:",
    ]
    lines[3:3] = [f"{CHECK} {check}" for check in checks]
    given = data.get("customLabels")
    joined = given.items() if isinstance(given, dict) else ()
    together = {part: whole for whole, parts in joined if isinstance(parts, list) for part in labels_of(parts)}
    used: set[str] = set()
    block = None
    for field in fields:
        if field.block != block:
            block = field.block
            lines += [f"    - title: {_quoted(together.get(field.label, block))}", "      questions:"]
        lines.append(f"        - id: {_identifier(field.label, used)}")
        lines.append(f"          text: {_quoted(field.label)}")
        lines.append(f"          boxes: {[number for _, number in boxes[field.label]]}")
        if field.area is not None:
            lines.append("          kind: writing")
            continue
        lines += ["          kind: multiple"] if field.several else []
        lines.append("          options:")
        for index, (option, _) in enumerate(boxes[field.label], 1):
            code = option if CODE.match(option) else str(index)
            lines.append(f"            - {{ code: {_quoted(code)}, label: {_quoted(option)} }}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _identifier(label: str, used: set[str]) -> str:
    """The label as an id that a questionnaire takes, each once."""
    plain = re.sub(r"\W", "_", label, flags=re.ASCII)
    plain = (plain if plain[:1].isalpha() else f"q{plain}")[:28]
    name, number = plain, 2
    while name in used:
        name, number = f"{plain}_{number}", number + 1
    used.add(name)
    return name
