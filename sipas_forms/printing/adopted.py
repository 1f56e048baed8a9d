"""A form that was drawn elsewhere: its numbered places, the questionnaire that names them, and the layout of both.

Beside `templates/<name>.yaml` lie the untouched original, `<name>.pdf`, and `<name>.boxes.json`: every place that was
found on it, with the number that the proof picture shows. A question of the YAML names its places in the order of its
options, so that a person corrects groups and names without touching geometry.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sipas_forms.errors import PlanError, WorkspaceError
from sipas_forms.plan import Questionnaire
from sipas_forms.printing.layout import (
    Box,
    Layout,
    LayoutQuestion,
    Named,
    PageLayout,
    Rect,
    WritingArea,
    digest_version,
)

Shape = Literal["square", "circle", "cell", "writing"]

AREA = "serial"  # the id of the writing question in which a numbering machine has stamped the form's number
DIGITS = 3  # of millimetres: a thousandth is far below any printer


@dataclass(frozen=True)
class Place(Rect):
    """A numbered place on a page (mm). `doubt`: why the program isn't sure of it, or nothing."""

    number: int
    page: int
    shape: Shape
    doubt: str = ""


@dataclass(frozen=True)
class Geometry:
    """Everything that was found on a form. `markers`: signs that its first page has in the corners (`tl`, `tr`, `bl`,
    `br`); `boxes_shown`: whether the original shows what is printed in its boxes."""

    page_size_mm: tuple[float, float]
    pages: int
    places: tuple[Place, ...]
    markers: tuple[Named, ...] = ()
    boxes_shown: bool = True

    def to_json(self) -> dict[str, Any]:
        """As `<name>.boxes.json` has it; what few forms have is left out of the others."""
        data = {"page_size_mm": list(self.page_size_mm), "pages": self.pages, "places": _rounded(self.places)}
        if self.markers:
            data["markers"] = _rounded(self.markers)
        return data if self.boxes_shown else {**data, "boxes_shown": False}


def _rounded(places: tuple[Rect, ...]) -> list[dict[str, Any]]:
    return [{k: round(v, DIGITS) if isinstance(v, float) else v for k, v in asdict(p).items()} for p in places]


def geometry_path(templates: Path, name: str) -> Path:
    """Where the places of an adopted form are kept."""
    return templates / f"{name}.boxes.json"


def original_path(templates: Path, name: str) -> Path:
    """Where the untouched original of an adopted form is kept."""
    return templates / f"{name}.pdf"


def load_geometry(path: Path) -> Geometry:
    """Read the places of an adopted form.

    Raises:
        WorkspaceError: the file is missing or damaged.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        size = float(data["page_size_mm"][0]), float(data["page_size_mm"][1])
        places = tuple(Place(**item) for item in data["places"])
        markers = tuple(Named(**item) for item in data.get("markers", ()))
        return Geometry(size, int(data["pages"]), places, markers, bool(data.get("boxes_shown", True)))
    except FileNotFoundError:
        raise WorkspaceError(f"{path}: is missing; run 'sipas adopt' again with the original form.") from None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WorkspaceError(f"{path}: is damaged ({error}); run 'sipas adopt' again with the original form.") from None


def adopted_layout(questionnaire: Questionnaire, geometry: Geometry) -> Layout:
    """The layout of an adopted form: its questions at their places.

    Raises:
        PlanError: the questionnaire names places wrongly; every mistake at once.
    """
    problems = place_problems(questionnaire, geometry)
    if problems:
        raise PlanError("\n".join(problems))
    places = {place.number: place for place in geometry.places}
    boxes: dict[int, list[Box]] = {}
    writing: dict[int, list[WritingArea]] = {}
    for question in questionnaire.all_questions():
        for index, number in enumerate(question.boxes):
            at = places[number]
            if question.kind == "writing":
                area = WritingArea(at.x, at.y, at.w, at.h, question.id, question.digits)
                writing.setdefault(at.page, []).append(area)
            else:
                box = Box(at.x, at.y, at.w, at.h, question.id, question.options[index].code)
                boxes.setdefault(at.page, []).append(box)
    pages = tuple(
        PageLayout(
            number,
            geometry.markers if number == 1 else (),
            (),
            (),
            tuple(boxes.get(number, ())),
            tuple(writing.get(number, ())),
        )
        for number in range(1, geometry.pages + 1)
    )
    asked = (q for q in questionnaire.all_questions() if q.boxes and q.id != AREA)  # nobody answers a stamped number
    questions = tuple(LayoutQuestion(q.id, q.kind, q.most) for q in asked)
    version = digest_version(
        ["adopted", geometry.to_json(), [asdict(p) for p in pages], [asdict(q) for q in questions]]
    )
    size = geometry.page_size_mm
    return Layout(version, questionnaire.code, size, pages, questions, True, geometry.boxes_shown)


def place_problems(questionnaire: Questionnaire, geometry: Geometry) -> list[str]:
    """What is wrong between the questionnaire and the places, a sentence each."""
    places = {place.number: place for place in geometry.places}
    used: dict[int, str] = {}
    problems = []
    for question in questionnaire.all_questions():
        wanted = 1 if question.kind == "writing" else len(question.options)
        if len(question.boxes) != wanted:
            problems.append(
                f"question {question.id}: names {len(question.boxes)} boxes for {wanted} options; "
                "give the numbers of the proof picture in the order of the options."
            )
        for number in question.boxes:
            if number not in places:
                problems.append(f"question {question.id}: there is no box {number} on the form; see the proof picture.")
            elif number in used:
                problems.append(f"question {question.id}: box {number} is question {used[number]}'s already.")
            used[number] = question.id
        pages = {places[number].page for number in question.boxes if number in places}
        if len(pages) > 1:
            problems.append(f"question {question.id}: its boxes are on different pages; make it two questions.")
    return problems


def unused_places(questionnaire: Questionnaire, geometry: Geometry) -> list[int]:
    """The numbers of places that no question names."""
    used = {number for question in questionnaire.all_questions() for number in question.boxes}
    return [place.number for place in geometry.places if place.number not in used]
