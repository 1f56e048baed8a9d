"""The fields of an OMRChecker template: blocks of bubbles, written out as questions with their places in pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sipas_forms.errors import AdoptError
from sipas_forms.printing.layout import Rect

MOST_BUBBLES = 5_000  # of a page: a sheet of 200 questions has a thousand
# The kinds of field that OMRChecker knows by name: values, and whether they run down.
FIELD_TYPES = {
    "QTYPE_INT": (list("0123456789"), True),
    "QTYPE_INT_FROM_1": (list("1234567890"), True),
    "QTYPE_MCQ4": (list("ABCD"), False),
    "QTYPE_MCQ5": (list("ABCDE"), False),
    "QTYPE_MCQ4_RTL": (list("DCBA"), False),
    "QTYPE_MCQ5_RTL": (list("EDCBA"), False),
}
# Blocks that a machine reads as letters or a barcode: here they are room for writing, which a person reads.
READ_TYPES = {"OCR", "BARCODE_QR"}
RANGE = re.compile(r"^(.*?)(\d+)\.{2,3}(\d+)$")


@dataclass(frozen=True)
class Field:
    """One question of a template: its label, its block, its options with their bubbles (pixels), of which `several` may
    be chosen; or the `area` that is read in another way."""

    label: str
    block: str
    options: tuple[tuple[str, Rect], ...]
    area: Rect | None = None
    several: bool = False


def all_fields(name: str, data: dict[str, Any]) -> list[Field]:
    """The fields of all blocks of the template in the file of that name.

    Raises:
        AdoptError: a block lacks what it needs, or two fields have one label.
    """
    fields: list[Field] = []
    for block, value in data["fieldBlocks"].items():
        try:
            fields += _fields(block, value, data)
        except KeyError as error:
            raise AdoptError(f"{name}: the template's block '{block}' has no {error}.") from None
        except (TypeError, ValueError, AttributeError, IndexError) as error:
            raise AdoptError(f"{name}: the template's block '{block}' can't be used ({error}).") from None
    labels = [field.label for field in fields]
    twice = [label for label in labels if labels.count(label) > 1] if len(labels) <= MOST_BUBBLES else []
    if twice:
        raise AdoptError(f"{name}: the template has two fields with the label '{twice[0]}'; rename one of them.")
    return fields


def _fields(block: str, value: dict[str, Any], data: dict[str, Any]) -> list[Field]:
    labels = labels_of(value["fieldLabels"])
    if value.get("fieldDetectionType") in READ_TYPES:
        return [Field(labels[0], block, (), _area(value))]
    values, down = _kind(value, data)
    if not values:
        raise ValueError("it has neither a known field type nor bubbleValues")
    w, h = (float(side) for side in value.get("bubbleDimensions", data.get("bubbleDimensions", (0, 0))))
    left, top = (float(side) for side in value["origin"])
    gap, next_label = float(value["bubblesGap"]), value["labelsGap"]
    uneven = [float(each) for each in next_label] if isinstance(next_label, list) else []
    fields = []
    for index, label in enumerate(labels):
        along = sum(uneven[:index]) if uneven else index * float(next_label)
        x, y = (left + along, top) if down else (left, top + along)
        steps = [(x, y + i * gap) if down else (x + i * gap, y) for i in range(len(values))]
        options = tuple((v, Rect(sx, sy, w, h)) for v, (sx, sy) in zip(values, steps, strict=True))
        fields.append(Field(label, block, options))
    return fields if len(values) > 1 else [_together(fields)]


def _together(fields: list[Field]) -> Field:
    """Fields of one bubble each, filled or not, are the options of one question, of which any may be chosen."""
    if len(fields) < 2:
        raise ValueError("it is a single bubble; a question has two options or more")
    options = tuple((field.label, field.options[0][1]) for field in fields)
    return Field(fields[0].block, fields[0].block, options, several=True)


def _kind(value: dict[str, Any], data: dict[str, Any]) -> tuple[list[str], bool]:
    """The values of a block's bubbles, and whether they run down: its own, of a kind that the template defines, or of
    one that OMRChecker knows by name."""
    kind = str(value.get("bubbleFieldType", value.get("fieldType", "")))
    own = data.get("customBubbleFieldTypes", {}).get(kind, {})
    values, down = FIELD_TYPES.get(kind, ([], False))
    given = value.get("bubbleValues", own.get("bubbleValues", values))
    way = value.get("direction", own.get("direction", "vertical" if down else "horizontal"))
    return [str(each) for each in given], way == "vertical"


def _area(value: dict[str, Any]) -> Rect:
    """Where a block stands that a machine reads."""
    x, y = (float(side) for side in value["origin"])
    w, h = (float(side) for side in value["scanZone"]["dimensions"])
    return Rect(x, y, w, h)


def labels_of(given: list[str]) -> list[str]:
    """Labels written out: `q1..4` is q1, q2, q3, q4."""
    labels = []
    for label in given:
        match = RANGE.match(str(label))
        if match and 0 <= int(match[3]) - int(match[2]) < MOST_BUBBLES:
            labels += [f"{match[1]}{number}" for number in range(int(match[2]), int(match[3]) + 1)]
        else:
            labels.append(str(label))
    return labels
