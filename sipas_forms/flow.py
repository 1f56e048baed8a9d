"""The order of the steps, from lists to report, and how the survey stands. Each step is one call of its station."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sipas_forms.plan import Workspace
from sipas_forms.printing.compose import compose
from sipas_forms.printing.layout import Layout, load_layout
from sipas_forms.store import Store, open_store
from sipas_forms.store.answers import QuestionPages, answers_frame, pages_read
from sipas_forms.store.forms import FormRow, all_forms
from sipas_forms.store.readings import OpenProblem, open_problems


def current_answers(workspace: Workspace, store: Store) -> pd.DataFrame:
    """Every answer as it stands (columns: `store.answers.COLUMNS`)."""
    layouts = known_layouts(workspace)
    current = compose(workspace.survey, workspace.questionnaire).layout
    layouts.setdefault(current.form_version, current)
    return answers_frame(store, {v: question_pages(layout) for v, layout in layouts.items()}, current.form_version)


def known_layouts(workspace: Workspace) -> dict[str, Layout]:
    """Every layout that this workspace has printed with, by form version."""
    return {path.stem: load_layout(path) for path in sorted(workspace.layouts.glob("*.json"))}


def question_pages(layout: Layout) -> QuestionPages:
    """Each question and the page that it stands on."""
    places = {}
    for page in layout.pages:
        places |= {item.question: page.number for item in (*page.boxes, *page.writing)}
    return tuple((q.question, places[q.question]) for q in layout.questions if q.question in places)


@dataclass(frozen=True)
class CellStatus:
    """How one cell stands: forms, but `doubtful` counts answers."""

    unit: str
    field: str
    issued: int
    printed: int
    returned: int
    complete: int
    doubtful: int
    missing: int


@dataclass(frozen=True)
class SurveyStatus:
    """How the whole survey stands."""

    cells: tuple[CellStatus, ...]
    total: CellStatus
    not_returned: tuple[str, ...]
    problems: tuple[OpenProblem, ...]

    @functools.cached_property
    def problem_counts(self) -> dict[str, int]:
        """Open problems by code."""
        return dict(sorted(Counter(problem.code for problem in self.problems).items()))


def survey_status(workspace: Workspace) -> SurveyStatus:
    """Printed, returned, complete, doubtful and missing per cell, and what needs a person."""
    store = open_store(workspace.database)
    try:
        forms = [form for form in all_forms(store) if form.state == "issued"]
        pages = pages_read(store)
        answers = current_answers(workspace, store)
        problems = tuple(open_problems(store))
    finally:
        store.close()
    doubtful = Counter(answers.loc[answers["status"] == "doubtful", "serial"])
    incomplete = set(answers.loc[answers["status"] == "missing", "serial"])

    def count(unit: str, field: str, chosen: list[FormRow]) -> CellStatus:
        returned = [form for form in chosen if pages.get(form.serial)]
        return CellStatus(
            unit,
            field,
            issued=len(chosen),
            printed=sum(1 for form in chosen if form.form_version),
            returned=len(returned),
            complete=sum(1 for form in returned if form.serial not in incomplete),
            doubtful=sum(doubtful[form.serial] for form in chosen),
            missing=len(chosen) - len(returned),
        )

    cells = tuple(
        count(unit.code, field.code, [f for f in forms if (f.unit, f.field) == (unit.code, field.code)])
        for unit, field in workspace.survey.cells()
    )
    not_returned = tuple(form.serial for form in forms if not pages.get(form.serial))
    return SurveyStatus(cells, count("*", "*", forms), not_returned, problems)


Say = Callable[[str], None]
