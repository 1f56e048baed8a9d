"""OMRChecker's `template.json`: its field blocks become questions, so that its users can move over.

Positions are pixels of the page after its own cropping; the page is taken for a sheet of A4 where it has that shape.
The reference picture that its alignment names, beside the template, is the blank page; without one, outlines are drawn.
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
from sipas_forms.printing.layout import A4_MM, Rect

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
    upright = A4_MM if height >= width else (A4_MM[1], A4_MM[0])
    scale = upright[0] / width
    size = upright if abs(height / width / (upright[1] / upright[0]) - 1) < A4_SHAPE else (upright[0], height * scale)
    scales = size[0] / width, size[1] / height
    places: list[Place] = []
    boxes: dict[str, list[tuple[str, int]]] = {}
    for field in fields:
        for option, at in field.options:
            x, y, w, h = at.x * scales[0], at.y * scales[1], at.w * scales[0], at.h * scales[1]
            places.append(Place(x, y, w, h, len(places) + 1, 1, "circle"))
            boxes.setdefault(field.label, []).append((option, len(places)))
    geometry = Geometry(size, 1, tuple(places))
    reference = _reference(path, data)
    _draw_blank(pdf, size, geometry, reference)
    return geometry, _yaml(name, path.name, fields, boxes, data, reference is not None)


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
    for step in data.get("preProcessors", ()):
        named = step.get("options", {}).get("reference") if isinstance(step, dict) else None
        if named and (path.parent / Path(str(named)).name).is_file():
            return path.parent / Path(str(named)).name
    return None


def _draw_blank(pdf: Path, size: tuple[float, float], geometry: Geometry, reference: Path | None) -> None:
    canvas: Any = Canvas(str(pdf), pagesize=(size[0] * mm, size[1] * mm), invariant=1)
    if reference is not None:
        try:
            canvas.drawImage(ImageReader(str(reference)), 0, 0, size[0] * mm, size[1] * mm)
        except Exception as error:  # whatever a decoder makes of a broken file
            raise AdoptError(f"{reference.name} is damaged ({type(error).__name__}); give the blank anew.") from None
    else:
        canvas.setLineWidth(LINE_MM * mm)
        for at in geometry.places:
            low = size[1] - at.y - at.h
            canvas.ellipse(at.x * mm, low * mm, (at.x + at.w) * mm, (low + at.h) * mm)
    canvas.save()


def _yaml(
    name: str,
    source: str,
    fields: list[_Field],
    boxes: dict[str, list[tuple[str, int]]],
    data: dict[str, Any],
    has_blank: bool,
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
    if not has_blank:
        lines.insert(3, f"{CHECK} no reference picture lies beside the template: its bubbles are drawn as circles")
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
