"""`sipas adopt`: from a form that somebody else drew to a questionnaire, its layout, and a proof for a person."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sipas_forms.adopt.group import group_pages
from sipas_forms.adopt.proof import write_proofs
from sipas_forms.adopt.source import opened_as_pdf, read_form
from sipas_forms.adopt.template import read_template
from sipas_forms.adopt.types import Draft, FormPage
from sipas_forms.adopt.write import count_checks, questionnaire_yaml
from sipas_forms.errors import AdoptError, PlanError
from sipas_forms.plan import Workspace, load_questionnaire
from sipas_forms.printing.adopted import (
    Geometry,
    Place,
    adopted_layout,
    geometry_path,
    load_geometry,
    original_path,
    unused_places,
)
from sipas_forms.printing.layout import Layout
from sipas_forms.printing.reference import save_reference

NAME = re.compile(r"^[a-z0-9-]{1,40}$")


@dataclass(frozen=True)
class Adoption:
    """How an adopted form stands. `kept`: its questionnaire was there already and was not touched; `checks`: places
    in the YAML that wait for a person; `unused`: numbers of places that no question names."""

    questionnaire: Path
    proofs: tuple[Path, ...]
    layout: Layout
    questions: int
    boxes: int
    checks: int
    unused: tuple[int, ...]
    examples: int
    kept: bool


def adopt_form(workspace: Workspace, source: Path, name: str) -> Adoption:
    """Adopt the form in `source` as `templates/<name>.yaml`; a questionnaire that is there already is kept.

    Raises:
        AdoptError: the form can't be opened, has no boxes, or the name is another form's.
        PlanError: the questionnaire that is there already has mistakes.
    """
    _ = workspace.survey_file  # says so where this is no workspace
    _check_name(name)
    target = workspace.templates / f"{name}.yaml"
    if source.suffix.lower() == ".json":
        return _adopt_template(workspace, source, name, target)
    with opened_as_pdf(source) as pdf:
        _refuse_other(workspace, target, name, pdf)
        pages = read_form(pdf, source.name)
        if not any(found.shape != "writing" for page in pages for found in page.found):
            raise AdoptError(
                f"{source.name}: no answer boxes were found on it. Is it the questionnaire, and is it blank? A picture "
                "of it should be a flat scan at 300 dpi; boxes are squares, circles or empty cells of 2 mm or more."
            )
        drafts, examples = group_pages(pages)
        if not any(draft.kind == "writing" or len(draft.places) > 1 for draft in drafts):
            raise AdoptError(
                f"{source.name}: boxes were found on it, but no two of them that belong to one question, as a "
                "questionnaire needs. Is it the whole form, and are its boxes empty?"
            )
        numbers = _number(pages)
        kept = target.exists()
        if not kept:
            geometry = _geometry(pages, numbers, drafts, examples)
            text = questionnaire_yaml(name, source.name, pages, drafts, numbers)
            _write(workspace, name, pdf.read_bytes(), geometry, text)
    return _stand(workspace, name, kept, len(examples))


def _adopt_template(workspace: Workspace, source: Path, name: str, target: Path) -> Adoption:
    """Another program's template: its places and names are taken as they are."""
    with TemporaryDirectory() as folder:
        pdf = Path(folder) / "form.pdf"
        geometry, text = read_template(source, name, pdf)
        _refuse_other(workspace, target, name, pdf)
        kept = target.exists()
        if not kept:
            _write(workspace, name, pdf.read_bytes(), geometry, text)
    return _stand(workspace, name, kept, 0)


def _write(workspace: Workspace, name: str, original: bytes, geometry: Geometry, questionnaire: str) -> None:
    original_path(workspace.templates, name).write_bytes(original)
    text = json.dumps(geometry.to_json(), ensure_ascii=False, indent=1)
    geometry_path(workspace.templates, name).write_text(text, encoding="utf-8")
    target = workspace.templates / f"{name}.yaml"
    unfinished = target.with_name(target.name + ".part")
    unfinished.write_text(questionnaire, encoding="utf-8")
    unfinished.replace(target)  # last: its presence says that the rest is there


def check_adopted(workspace: Workspace, name: str) -> Adoption:
    """Check a corrected questionnaire against its form; writes its layout and the proof pictures anew.

    Raises:
        AdoptError: no form was adopted under that name.
        PlanError: the questionnaire has mistakes, or names boxes wrongly.
    """
    _check_name(name)
    if not geometry_path(workspace.templates, name).is_file():
        raise AdoptError(f"No form was adopted as '{name}'; begin with: sipas adopt FILE --name {name}")
    return _stand(workspace, name, True, 0)


def _check_name(name: str) -> None:
    if not NAME.match(name):
        raise AdoptError(f"'{name}' can't be the name of a form; use small letters, digits and '-', at most 40.")


def _refuse_other(workspace: Workspace, target: Path, name: str, pdf: Path) -> None:
    """A name that another form has is not taken over."""
    original = original_path(workspace.templates, name)
    if not target.exists():
        return
    if not geometry_path(workspace.templates, name).is_file():
        raise AdoptError(f"{target.name} is a questionnaire already; choose another --name for this form.")
    if original.is_file() and _digest(original) != _digest(pdf):
        raise AdoptError(
            f"Another form was adopted as '{name}' (or an older version of this one); choose another --name, "
            f"or move {target.name}, {original.name} and {name}.boxes.json out of templates/ first."
        )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _number(pages: list[FormPage]) -> dict[tuple[int, int], int]:
    """Numbers of the places, down each page."""
    keys = [(page.number, index, at) for page in pages for index, at in enumerate(page.found)]
    keys.sort(key=lambda key: (key[0], round(key[2].y), key[2].x))
    return {(page, index): number for number, (page, index, _) in enumerate(keys, 1)}


def _geometry(
    pages: list[FormPage], numbers: dict[tuple[int, int], int], drafts: list[Draft], examples: set[tuple[int, int]]
) -> Geometry:
    doubts = {place: "; ".join(draft.doubts) for draft in drafts for place in draft.places}
    doubts |= dict.fromkeys(examples, "filled in print, as an example is")
    found = {(page.number, index): at for page in pages for index, at in enumerate(page.found)}
    places = tuple(
        Place(at.x, at.y, at.w, at.h, number, key[0], at.shape, at.doubt or doubts.get(key, ""))
        for key, number in numbers.items()
        for at in [found[key]]
    )
    return Geometry(pages[0].size_mm, len(pages), places)


def _stand(workspace: Workspace, name: str, kept: bool, examples: int) -> Adoption:
    path = workspace.templates / f"{name}.yaml"
    geometry = load_geometry(geometry_path(workspace.templates, name))
    original = original_path(workspace.templates, name)
    unsure = {place.number for place in geometry.places if place.doubt}
    try:
        questionnaire = load_questionnaire(path)
        layout = adopted_layout(questionnaire, geometry)
    except PlanError as error:
        proofs = write_proofs(original, geometry, None, unsure, workspace.output / "adopt", name)
        raise PlanError(f"{error}\n{proofs[0]}: shows the numbers of the boxes.") from None
    save_reference(layout, original.read_bytes, path, workspace.layouts)
    checks = count_checks(path.read_text(encoding="utf-8-sig"))
    proofs = write_proofs(
        original, geometry, questionnaire, unsure if checks else set(), workspace.output / "adopt", name
    )
    questions = list(questionnaire.all_questions())
    return Adoption(
        path,
        tuple(proofs),
        layout,
        len(questions),
        sum(len(page.boxes) for page in layout.pages),
        checks,
        tuple(unused_places(questionnaire, geometry)),
        examples,
        kept,
    )
