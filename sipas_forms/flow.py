"""The order of the steps, from lists to report, and how the survey stands. Each step is one call of its station."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sipas_forms.errors import ReportError, WorkspaceError
from sipas_forms.field import FormStanding, standings
from sipas_forms.plan import Workspace
from sipas_forms.printing.adopted import AREA
from sipas_forms.printing.asked import Reworded, named, reworded
from sipas_forms.printing.batch import print_forms, ready_form
from sipas_forms.printing.layout import Layout, load_layout
from sipas_forms.report import write_report
from sipas_forms.sample import draw_sample, import_lists
from sipas_forms.scanning.run import read_scans
from sipas_forms.simulate import simulate_lists, simulate_scans
from sipas_forms.store import Store, open_store
from sipas_forms.store.answers import QuestionPages, answers_frame, pages_read, versions_read
from sipas_forms.store.forms import FormRow, all_forms
from sipas_forms.store.readings import OpenProblem, open_problems
from sipas_forms.store.strata import read_strata
from sipas_forms.tally import Comment, EarlierSurvey, Results, compute_results, write_tally

Say = Callable[[str], None]
Advance = Callable[[int, int, str], None]

# The demo's seed: the same lists, sample, pens and scanners on every machine.
DEMO_SEED = 2020


def run_demo(workspace: Workspace, say: Say, scanning: Advance, reading: Advance) -> tuple[Results, list[Path]]:
    """The whole survey with made-up people: from lists to report. Run again, it goes on from where it was.

    Raises:
        WorkspaceError: the workspace holds a real survey.
    """
    made_up = workspace.output / "lists" / "made-up"
    if workspace.people_database.exists() and not made_up.exists():
        raise WorkspaceError(f"{workspace.root}: holds a survey of its own; give the demo another folder.")
    say("1/6 transaction lists (made up), checked into the frame")
    imported = import_lists(workspace, simulate_lists(workspace.survey, made_up, DEMO_SEED))
    say(f"    {sum(f.rows for f in imported.files)} rows, {sum(f.accepted for f in imported.files)} eligible people")
    say("2/6 sample")
    cells = draw_sample(workspace, DEMO_SEED)
    say(f"    {sum(cell.official for cell in cells)} official, {sum(cell.reserve for cell in cells)} reserve")
    say("3/6 questionnaires")
    batches = print_forms(workspace)
    say(f"    {sum(batch.forms for batch in batches)} forms in {len(batches)} files under forms/")
    say("4/6 filled in and scanned (made up)")
    simulate_scans(workspace, workspace.scans, "office", DEMO_SEED, progress=lambda done, of: scanning(done, of, ""))
    say("5/6 reading")
    summary = read_scans(workspace, progress=lambda done, of, n: reading(done, of, f"{n} problems" if n else ""))
    say(f"    {summary.counts.read} pages read now, {summary.passed_over} files read before")
    say("6/6 tally and reports")
    results = survey_results(workspace)
    paths = write_tally(results, workspace.output / "tally")
    return results, paths + write_report(results, workspace)


@contextmanager
def opened(workspace: Workspace) -> Iterator[Store]:
    """The survey's database, closed whatever happens."""
    store = open_store(workspace.database)
    try:
        yield store
    finally:
        store.close()


def survey_results(workspace: Workspace, unit: str | None = None, earlier: Workspace | None = None) -> Results:
    """Counts and indices of the answers as they stand.

    Args:
        unit: of this unit alone (its code).
        earlier: the workspace of an earlier survey to compare with.

    Raises:
        ReportError: the plan has no such unit, or the other workspace has no answers.
    """
    survey = workspace.survey
    if unit is not None:
        units = tuple(u for u in survey.units if u.code == unit)
        if not units:
            known = ", ".join(u.code for u in survey.units)
            raise ReportError(f"The plan has no unit '{unit}'. It has: {known}.")
        survey = survey.model_copy(update={"units": units})
    before = _earlier_survey(earlier) if earlier is not None else None
    with opened(workspace) as store:
        answers, strata, changes = current_answers(workspace, store), read_strata(store), _mended(workspace, store)
        waiting = len(open_problems(store))
    if unit is not None:
        answers = answers[answers["unit"] == unit]
    results = compute_results(survey, workspace.questionnaire, answers, strata, before)
    return replace(
        results,
        comments=_comments(workspace, answers),
        waiting=waiting,
        reworded=tuple((change.name, change.printed) for change in changes),
    )


def _comments(workspace: Workspace, answers: pd.DataFrame) -> tuple[Comment, ...]:
    """Free writing as it was read; numbers in cells and stamped serials are none."""
    free = {q.id for q in workspace.questionnaire.all_questions() if q.kind == "writing" and not q.digits} - {AREA}
    read = answers[answers["question"].isin(free) & (answers["status"] == "accepted") & (answers["answer"] != "")]
    columns = (read[name] for name in ("unit", "question", "answer"))
    return tuple(sorted(Comment(*row) for row in zip(*columns, strict=True)))


OTHERWISE = (
    "{file} asks otherwise than {forms} forms that came back: {changes}. Nobody was asked that, so tally and report "
    "make no figures. Put the printed words back (they are kept in {kept}); or where it means the same, or is left out "
    "on purpose, say so in the questionnaire, and the report will too: corrected: [{names}]"
)


def changed_questions(workspace: Workspace, store: Store) -> tuple[Reworded, ...]:
    """What the questionnaire has otherwise than the forms that came back."""
    return reworded(workspace, versions_read(store), lambda: ready_form(workspace).layout.form_version)


def warning_of(workspace: Workspace, store: Store) -> str:
    """A sentence on questions that the forms in hand don't ask as the questionnaire does now; empty where all agree."""
    return _warning(workspace, store, changed_questions(workspace, store))


def _warning(workspace: Workspace, store: Store, all_changes: tuple[Reworded, ...]) -> str:
    changes = [change for change in all_changes if not change.settled]
    if not changes:
        return ""
    read, versions = versions_read(store), sorted({change.version for change in changes})
    return OTHERWISE.format(
        file=workspace.relative(workspace.questionnaire_file),
        forms=sum(read[version] for version in versions),
        changes=named(changes),
        kept=", ".join(workspace.relative(workspace.layouts / f"{version}.yaml") for version in versions),
        names=", ".join(dict.fromkeys(change.name for change in changes)),
    )


def _mended(workspace: Workspace, store: Store) -> tuple[Reworded, ...]:
    """The changes that the questionnaire owns to. ReportError where it has others."""
    changes = changed_questions(workspace, store)
    if warning := _warning(workspace, store, changes):
        raise ReportError(warning)
    return changes


def _earlier_survey(workspace: Workspace) -> EarlierSurvey:
    if not workspace.database.exists():  # opening would make one
        raise ReportError(f"{workspace.root}: holds no survey.db, so there is nothing to compare with.")
    with opened(workspace) as store:
        _mended(workspace, store)
        answers, strata = current_answers(workspace, store), read_strata(store)
    return EarlierSurvey(workspace.survey, workspace.questionnaire, answers, strata)


def current_answers(workspace: Workspace, store: Store) -> pd.DataFrame:
    """Every answer as it stands (columns: `store.answers.COLUMNS`)."""
    layouts = known_layouts(workspace)
    current = ready_form(workspace).layout
    layouts.setdefault(current.form_version, current)
    return answers_frame(store, {v: question_pages(layout) for v, layout in layouts.items()}, current.form_version)


def current_layout(workspace: Workspace, store: Store) -> Layout:
    """The layout that most forms were last printed with; before the first print, the one that they would get."""
    versions = Counter(form.form_version for form in all_forms(store) if form.form_version)
    if versions:
        return load_layout(workspace.layouts / f"{versions.most_common(1)[0][0]}.json")
    return ready_form(workspace).layout


def known_layouts(workspace: Workspace) -> dict[str, Layout]:
    """Every layout that this workspace has printed with, by form version."""
    return {path.stem: load_layout(path) for path in sorted(workspace.layouts.glob("*.json"))}


def question_pages(layout: Layout) -> QuestionPages:
    """Each question and the page that it stands on."""
    places: dict[str, int] = {}
    for page in layout.pages:
        places |= dict.fromkeys((box.question for box in page.boxes), page.number)
        places |= dict.fromkeys((area.question for area in page.writing), page.number)
    return tuple((q.question, places[q.question]) for q in layout.questions if q.question in places)


@dataclass(frozen=True)
class CellStatus:
    """How one cell stands: forms, but `doubtful` counts answers; `handed_out` as far as it is logged or shown."""

    unit: str
    field: str
    issued: int
    printed: int
    returned: int
    complete: int
    doubtful: int
    missing: int
    handed_out: int


@dataclass(frozen=True)
class SurveyStatus:
    """How the whole survey stands.

    Of the forms `to_fetch` something came back, and pages are still wanted; of those that are `contradicting` the log
    says that nobody could be asked, and they came back. `otherwise`: a sentence where the questionnaire asks otherwise
    than the forms in hand, or nothing.
    """

    cells: tuple[CellStatus, ...]
    total: CellStatus
    not_returned: tuple[str, ...]
    problems: tuple[OpenProblem, ...]
    to_fetch: tuple[FormStanding, ...]
    contradicting: tuple[FormStanding, ...]
    otherwise: str

    @property
    def all_back(self) -> bool:
        """Whether every page of every form that counts was read."""
        return self.total.issued > 0 and not self.not_returned and not self.to_fetch

    @functools.cached_property
    def problem_counts(self) -> dict[str, int]:
        """Open problems by code."""
        return dict(sorted(Counter(problem.code for problem in self.problems).items()))


def survey_status(workspace: Workspace) -> SurveyStatus:
    """Printed, returned, complete, doubtful and missing per cell, and what needs a person."""
    with opened(workspace) as store:
        forms = [form for form in all_forms(store) if form.state == "issued"]
        pages = pages_read(store)
        answers = current_answers(workspace, store)
        problems = tuple(open_problems(store))
        stand = standings(store)
        otherwise = warning_of(workspace, store)
    out = {form.serial for form in stand if form.handed_out}
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
            handed_out=sum(1 for form in chosen if form.serial in out),
        )

    cells = tuple(
        count(unit.code, field.code, [f for f in forms if (f.unit, f.field) == (unit.code, field.code)])
        for unit, field in workspace.survey.cells()
    )
    not_returned = tuple(form.serial for form in forms if not pages.get(form.serial))
    to_fetch = tuple(form for form in stand if form.to_fetch)
    contradicting = tuple(form for form in stand if form.contradicts)
    return SurveyStatus(cells, count("*", "*", forms), not_returned, problems, to_fetch, contradicting, otherwise)
