"""The survey plan: who is asked about what, where and when, how many forms, and which index is published."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic import Field as Bounded

from sipas_forms.plan.text import Language, Text
from sipas_forms.plan.yamlfile import MisplacedError, load_model, spelt

# Names that Windows keeps for devices: no file or folder may be called so, whatever its ending.
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}


def _is_no_device(code: str) -> str:
    if code in DEVICES:
        raise ValueError(f"must not be {code}: Windows keeps that name for a device, and files are named by this code")
    return code


# Capitals and digits only: codes are printed in page codes (QR alphanumeric mode) and used in file names.
Code = Annotated[
    str,
    spelt(r"[A-Z0-9]{1,10}", "1 to 10 capitals (A to Z, without marks) and digits"),
    AfterValidator(_is_no_device),
]

# A cell never has more forms than its serials have numbers for (four digits).
MAX_FORMS_PER_CELL = 9_999


def _says_a_place(value: str) -> str:
    if not any(sign.isalnum() for sign in value):
        raise ValueError("must name a place: an empty one would be found in every address")
    return value


Place = Annotated[str, AfterValidator(_says_a_place)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sample(_Frozen):
    """How many people a cell asks: `official` first, `reserve` to step in for them; and how they are drawn.

    Attributes:
        margin: e of n = N / (1 + N·e²); where it is given, a cell asks n people, and `official` at least.
        method: simple random, systematic (over time), or stratified within the cell.
        by: what the strata are, of stratified draws.
    """

    official: int = Bounded(strict=True, ge=1, le=MAX_FORMS_PER_CELL)
    reserve: int = Bounded(default=0, strict=True, ge=0, le=MAX_FORMS_PER_CELL)
    margin: float | None = Bounded(default=None, ge=0.01, le=0.5)
    method: Literal["simple", "systematic", "stratified"] = "simple"
    by: Literal["procedure", "month", "kind"] = "procedure"

    @model_validator(mode="after")
    def _have_numbers(self) -> Sample:
        if self.official + self.reserve > MAX_FORMS_PER_CELL:
            raise MisplacedError(f"with official, must be at most {MAX_FORMS_PER_CELL} forms of one cell", "reserve")
        return self


class Field(_Frozen):
    """A field of work (lĩnh vực) or a single procedure (TTHC) that a unit is asked about."""

    code: Code
    name: Text
    sample: Sample | None = None


class Unit(_Frozen):
    """An office (đơn vị). An address is inside it if it holds one of `residence`, accents and case aside."""

    code: Code
    name: Text
    level: Literal["province", "district", "ward", "other"] = "other"
    residence: tuple[Place, ...] = Bounded(min_length=1)
    fields: tuple[Field, ...] = Bounded(min_length=1)

    @model_validator(mode="after")
    def _codes_once(self) -> Unit:
        _once("two fields have the code", "fields", [field.code for field in self.fields])
        return self


class Window(_Frozen):
    """The days, both included, between which the person must have dealt with the office."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.first > self.last:
            raise ValueError(f"the window begins ({self.first}) after it ends ({self.last})")
        return self


class Owner(_Frozen):
    """Who runs the survey, as printed at the head of forms and reports (Decree 30/2020/NĐ-CP)."""

    parent: Text
    office: Text
    place: Text
    recipient: Text | None = None


class IndexMethod(_Frozen):
    """Which index is published. Whatever is chosen is printed with every result.

    Attributes:
        criterion: `satisfied`, the share of valid answers in the top two boxes, or `mean`, the mean score.
        average: `factors`, every factor weighs the same, or `criteria`, every criterion does.
        weights: `equal`, forms as collected, or `design`, N_h / n_h from the frame.
        confidence: of every interval, e.g. 0.95.
        interval: `wilson`, or `korn-graubard` (wider, never too short), both on an effective number of answers.
    """

    criterion: Literal["satisfied", "mean"] = "satisfied"
    average: Literal["factors", "criteria"] = "factors"
    weights: Literal["equal", "design"] = "equal"
    confidence: float = Bounded(default=0.95, gt=0.5, lt=1)
    interval: Literal["wilson", "korn-graubard"] = "wilson"


class Publish(_Frozen):
    """What is done with figures that rest on few people.

    Attributes:
        smallest: a count below this (and above zero) is small: it could lead to a person.
        small_cells: `mark` them, or `suppress` them together with what they could be worked out from.
    """

    smallest: int = Bounded(default=5, ge=2, le=100)
    small_cells: Literal["mark", "suppress"] = "mark"


class Fieldwork(_Frozen):
    """Handing out and bringing back: the day by which forms are back, and the tries before a person is given up."""

    return_by: date | None = None
    contact_tries: int = Bounded(default=3, ge=1, le=20)


class Survey(_Frozen):
    """One survey: its codes are stable names that appear in serials, files and exports."""

    code: Code
    title: Text
    questionnaire: str
    owner: Owner
    window: Window
    deadline: date
    sample: Sample
    index: IndexMethod = IndexMethod()
    publish: Publish = Publish()
    language: Language = "vi"
    fieldwork: Fieldwork = Fieldwork()
    units: tuple[Unit, ...] = Bounded(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Survey:
        _once("two units have the code", "units", [unit.code for unit in self.units])
        if self.deadline < self.window.last:
            words = f"the deadline ({self.deadline}) is before the window's last day ({self.window.last})"
            raise MisplacedError(words, "deadline")
        return self

    def unit(self, code: str) -> Unit:
        """The unit of that code; KeyError where there is none."""
        for unit in self.units:
            if unit.code == code:
                return unit
        raise KeyError(code)

    def field(self, unit: str, code: str) -> Field:
        """The field of that unit; KeyError where there is none."""
        for field in self.unit(unit).fields:
            if field.code == code:
                return field
        raise KeyError(code)

    def cells(self) -> list[tuple[Unit, Field]]:
        """Every unit × field cell (stratum), in the plan's order."""
        return [(unit, field) for unit in self.units for field in unit.fields]

    def sample_of(self, field: Field) -> Sample:
        """The sizes for a cell of this field."""
        return field.sample or self.sample


class _File(_Frozen):
    survey: Survey


def load_survey(path: Path) -> Survey:
    """Load and check a survey plan; PlanError lists every mistake with file, line and key."""
    return load_model(path, _File).survey


def _once(words: str, key: str, codes: list[str]) -> None:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise MisplacedError(f"{words} {code}; each needs its own", key, index, "code")
