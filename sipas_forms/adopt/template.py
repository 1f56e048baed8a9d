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

from sipas_forms.adopt.write import CHECK, CODE
from sipas_forms.errors import AdoptError
from sipas_forms.printing.adopted import Geometry, Place
from sipas_forms.printing.layout import A4_MM, Named, Rect

MAX_BYTES = 1_000_000
MOST_BUBBLES = 5_000  # of a page: a sheet of 200 questions has a thousand
A4_SHAPE = 0.12  # how far a page's shape may be from A4's; cropping at markers takes a tenth off one side
# The kinds of field that OMRChecker knows by name: values, and whether they run down.
FIELD_TYPES = {
    "QTYPE_INT": (list("0123456789"), True),
    "QTYPE_INT_FROM_1": (list("1234567890"), True),
    "QTYPE_MCQ4": (list("ABCD"), False),
    "QTYPE_MCQ5": (list("ABCDE"), False),
}
# Steps that lay a page on, and those that only make it clearer, which reading does in its own way.
MARKERS, PAPER, ALIGNMENT = "CropOnMarkers", "CropPage", "FeatureBasedAlignment"
CLEARING = {"GaussianBlur", "MedianBlur", "Levels", "Contrast"}
MARKER_FILE = "omr_marker.jpg"  # the marker's picture and its share of the sheet's width, where the step doesn't say it
MARKER_RATIO, RATIOS = 17.0, (4.0, 80.0)
MARKER_EDGE_MM = 5.0  # from the paper's edge to a marker: what office printers leave white
RANGE = re.compile(r"^(.*?)(\d+)\.{2,3}(\d+)$")
LINE_MM = 0.25


@dataclass(frozen=True)
class _Field:
    """One question of a template: its label, its block, its options with their bubbles (pixels)."""

    label: str
    block: str
    options: tuple[tuple[str, Rect], ...]


def read_template(path: Path, name: str, pdf: Path) -> tuple[Geometry, str]:
    """The places and the questionnaire of a template; its blank page is written as `pdf`.

    Raises:
        AdoptError: the file is missing, too large, or no template.
    """
    data = _load(path)
    try:
        width, height = (float(side) for side in data["pageDimensions"])
        fields = [field for block, value in data["fieldBlocks"].items() for field in _fields(block, value, data)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AdoptError(f"{path.name} is no OMRChecker template that can be used ({error!r}).") from None
    count = sum(len(field.options) for field in fields)
    if not 0 < count <= MOST_BUBBLES or min(width, height) <= 0:
        raise AdoptError(f"{path.name}: describes {count} bubbles; a form has 1 to {MOST_BUBBLES}.")
    reference = _reference(path, data)
    marker = None if reference else _marker(path, data)
    size, crop = _sheet(width, height, marker)
    scales = crop.w / width, crop.h / height
    places: list[Place] = []
    boxes: dict[str, list[tuple[str, int]]] = {}
    for field in fields:
        for option, at in field.options:
            x, y, w, h = at.x * scales[0], at.y * scales[1], at.w * scales[0], at.h * scales[1]
            places.append(Place(crop.x + x, crop.y + y, w, h, len(places) + 1, 1, "circle"))
            boxes.setdefault(field.label, []).append((option, len(places)))
    markers = _corners(crop, marker) if marker else ()
    geometry = Geometry(size, 1, tuple(places), markers, reference is not None)
    _draw_blank(pdf, geometry, reference, marker)
    return geometry, _yaml(name, path.name, fields, boxes, data, _checks(data, geometry))


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


def _marker(path: Path, data: dict[str, Any]) -> _Marker | None:
    """The marker of a template that crops at markers.

    Raises:
        AdoptError: its picture does not lie beside the template, or is damaged.
    """
    options = next((options for name, options in _steps(data) if name == MARKERS), None)
    if options is None:
        return None
    picture = path.parent / Path(str(options.get("relativePath", MARKER_FILE))).name
    if not picture.is_file():
        raise AdoptError(f"{path.name} crops at the markers in {picture.name}; put that picture beside it.")
    try:
        width, height = ImageReader(str(picture)).getSize()
        ratio = float(options.get("sheetToMarkerWidthRatio", MARKER_RATIO))
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
    for name, _ in _steps(data):
        if name not in {MARKERS, PAPER, ALIGNMENT} | CLEARING:
            checks.append(f"the template's step '{name}' is not known here and was left out")
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
    if not isinstance(data, dict) or "fieldBlocks" not in data:
        raise AdoptError(f"{path.name} has no 'fieldBlocks', so it is no OMRChecker template.")
    return data


def _fields(block: str, value: dict[str, Any], data: dict[str, Any]) -> list[_Field]:
    values, down = FIELD_TYPES.get(str(value.get("fieldType", "")), (None, False))
    values = [str(v) for v in value.get("bubbleValues", values or ())]
    if not values:
        raise ValueError(f"block {block} has neither a known fieldType nor bubbleValues")
    down = str(value.get("direction", "vertical" if down else "horizontal")) == "vertical"
    w, h = (float(side) for side in value.get("bubbleDimensions", data.get("bubbleDimensions", (0, 0))))
    left, top = (float(side) for side in value["origin"])
    gap, next_label = float(value["bubblesGap"]), float(value["labelsGap"])
    fields = []
    for index, label in enumerate(_labels(value["fieldLabels"])):
        x, y = (left + index * next_label, top) if down else (left, top + index * next_label)
        steps = [(x, y + i * gap) if down else (x + i * gap, y) for i in range(len(values))]
        options = tuple((v, Rect(sx, sy, w, h)) for v, (sx, sy) in zip(values, steps, strict=True))
        fields.append(_Field(label, block, options))
    return fields


def _labels(given: list[str]) -> list[str]:
    """Labels written out: `q1..4` is q1, q2, q3, q4."""
    labels = []
    for label in given:
        match = RANGE.match(str(label))
        if match and 0 <= int(match[3]) - int(match[2]) < MOST_BUBBLES:
            labels += [f"{match[1]}{number}" for number in range(int(match[2]), int(match[3]) + 1)]
        else:
            labels.append(str(label))
    return labels


def _reference(path: Path, data: dict[str, Any]) -> Path | None:
    """The picture of the blank form that a step of the template names, if it lies beside it."""
    for name, options in _steps(data):
        named = options.get("reference")
        if name != MARKERS and named and (path.parent / Path(str(named)).name).is_file():
            return path.parent / Path(str(named)).name
    return None


def _draw_blank(pdf: Path, geometry: Geometry, reference: Path | None, marker: _Marker | None) -> None:
    width, height = geometry.page_size_mm
    canvas: Any = Canvas(str(pdf), pagesize=(width * mm, height * mm), invariant=1)
    if reference is not None:
        _picture(canvas, reference, Rect(0, 0, width, height), height)
    else:
        canvas.setLineWidth(LINE_MM * mm)
        for at in geometry.places:
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
    fields: list[_Field],
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
    together = {part: whole for whole, parts in data.get("customLabels", {}).items() for part in _labels(parts)}
    used: set[str] = set()
    block = None
    for field in fields:
        if field.block != block:
            block = field.block
            lines += [f"    - title: {_quoted(together.get(field.label, block))}", "      questions:"]
        lines.append(f"        - id: {_identifier(field.label, used)}")
        lines.append(f"          text: {_quoted(field.label)}")
        lines += [f"          boxes: {[number for _, number in boxes[field.label]]}", "          options:"]
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
