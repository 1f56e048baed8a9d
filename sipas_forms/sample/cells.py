"""Which cell (unit × field) a row belongs to: codes or names, in columns, titles, sheet and file names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sipas_forms.plan import Field, Survey, Unit
from sipas_forms.sample.words import fold, holds, squeeze

# A ward's letterhead names its district too: the lower level is the one that sends the list.
LEVELS = ("ward", "district", "province", "other")
UNIT_PREFIX = re.compile(
    r"^((ubnd|uy ban nhan dan|hdnd va ubnd) )?"
    r"((phuong|xa|thi tran|quan|huyen|thi xa|thanh pho|tinh|p|q|tp|tx|tt) )?"
)


@dataclass(frozen=True)
class Context:
    """What the file says about its rows outside of the columns; None: nothing, or nothing certain."""

    unit: Unit | None = None
    field: str = ""  # words that may name a field; which one depends on the unit


def match_unit(survey: Survey, text: str) -> Unit | None:
    """The one unit that `text` names by code or name ('UBND phường X', 'P. X', 'X'); else None."""
    bare = UNIT_PREFIX.sub("", fold(text))
    same = [unit for unit in survey.units if squeeze(text) == unit.code.lower() or squeeze(text) == _squeezed(unit)]
    if len(same) == 1:
        return same[0]
    named = [unit for unit in survey.units if bare and bare == _bare(unit)]
    return named[0] if len(named) == 1 else None


def find_unit(survey: Survey, text: str) -> Unit | None:
    """The one unit that is named somewhere in a title; a ward goes before the district of its letterhead."""
    folded = fold(text)
    found = [unit for unit in survey.units if holds(folded, fold(unit.name.vi)) or holds(folded, _worded(unit))]
    for level in LEVELS:
        at_level = [unit for unit in found if unit.level == level]
        if at_level:
            return at_level[0] if len(at_level) == 1 else None
    return None


def match_field(unit: Unit, text: str) -> Field | None:
    """The one field of the unit that `text` names by code or name, alone or among other words; else None."""
    squeezed = squeeze(text)
    same = [f for f in unit.fields if squeezed in (f.code.lower(), squeeze(f.name.vi), squeeze(f.name.en or f.code))]
    if len(same) == 1:
        return same[0]
    folded = " ".join(word for word in fold(text).split() if word != "va")
    among = [field for field in unit.fields if holds(folded, _field_words(field)) or holds(folded, field.code.lower())]
    return among[0] if len(among) == 1 else None


def file_context(survey: Survey, titles: list[str], sheet: str, file: str) -> Context:
    """The unit and the field that a sheet's title rows, its name or its file's name give."""
    unit = None
    for text in (" ".join(titles), sheet, file):
        unit = unit or find_unit(survey, text) or match_unit(survey, text)
    words = [sheet, *titles, file]
    if unit is None:
        return Context(None, " | ".join(words))
    return Context(unit, next((text for text in words if match_field(unit, text)), ""))


def field_of_context(unit: Unit, context: Context) -> Field | None:
    """The field that the file gives for a unit; the only one where the unit has no other."""
    for text in context.field.split(" | "):
        if text and (field := match_field(unit, text)):
            return field
    return None


def _field_words(field: Field) -> str:
    return " ".join(word for word in fold(field.name.vi).split() if word != "va")


def _squeezed(unit: Unit) -> str:
    return squeeze(unit.name.vi)


def _bare(unit: Unit) -> str:
    return UNIT_PREFIX.sub("", fold(unit.name.vi))


def _worded(unit: Unit) -> str:
    """'phuong thuong thanh' of 'UBND phường Thượng Thanh'."""
    return re.sub(r"^(ubnd|uy ban nhan dan|hdnd va ubnd) ", "", fold(unit.name.vi))
