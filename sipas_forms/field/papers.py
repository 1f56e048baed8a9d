"""`field lists`: the official and reserve lists, hand-out sheets, envelope labels and the phone script of each unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from reportlab.platypus import PageBreak
from reportlab.platypus.flowables import Flowable

from sipas_forms.errors import SampleError
from sipas_forms.field.holders import Holder, holders, opened, unit_of
from sipas_forms.field.labels import write_labels
from sipas_forms.field.paper import (
    Column,
    Group,
    RowCode,
    head,
    row_code,
    signatures,
    table,
    text_width,
    title,
    write_pdf,
)
from sipas_forms.field.phone import write_phone_script
from sipas_forms.plan import Survey, Unit, Workspace
from sipas_forms.sample.paper_words import Words
from sipas_forms.sample.rosters import write_rosters


def folder_of(workspace: Workspace, unit: Unit) -> Path:
    """Where the papers of a unit lie; they hold names."""
    return workspace.output / "field" / unit.code


def write_papers(
    workspace: Workspace, unit: str | None = None, on_unit: Callable[[Unit], None] = lambda unit: None
) -> list[Path]:
    """Write the papers of every unit with drawn people (or of one), the lists as Excel too.

    Raises:
        SampleError: no such unit, nobody is drawn, or a file is open in another program.
    """
    chosen = [unit_of(workspace, unit)] if unit else list(workspace.survey.units)
    with opened(workspace, "field lists") as (store, people):
        drawn = {cell[0] for cell in people.draws()}
        if unit is None:
            chosen = [one for one in chosen if one.code in drawn]
        if not chosen:
            raise SampleError("Nobody is drawn yet. Draw the sample first: sipas sample draw.")
        paths = write_rosters(workspace, store, people, unit and chosen[0].code)
        for one in chosen:
            on_unit(one)
            found = holders(store, people, one, Words(workspace.survey.language))
            folder = folder_of(workspace, one)
            paths.append(write_lists(folder, workspace.survey, one, found))
            paths += ward_papers(folder, workspace.survey, one, found)
    return paths


def ward_papers(folder: Path, survey: Survey, unit: Unit, found: list[Holder]) -> list[Path]:
    """The papers that a ward itself needs: of people who hold a form that counts, nobody else."""
    return [
        write_handout(folder, survey, unit, found),
        write_labels(folder / f"labels-{unit.code}.pdf", survey, unit, [h for h in found if h.active]),
        write_phone_script(folder / f"phone-script-{unit.code}.pdf", survey, unit),
    ]


def write_lists(folder: Path, survey: Survey, unit: Unit, found: list[Holder]) -> Path:
    """The official and the reserve list of a unit as one PDF, to be signed."""
    words = Words(survey.language)
    width = text_width(lying=True)
    columns = [
        Column(words("order"), 12, center=True), Column(words("serial"), 40), Column(words("name"), 58),
        Column(words("address")), Column(words("phone"), 28), Column(words("note"), 52),
    ]  # fmt: skip
    story: list[Flowable] = []
    for kind in ("official", "reserve"):
        mine = [holder for holder in found if holder.person.list == kind]
        if story:
            story.append(PageBreak())
        story += [*head(survey, unit, words, width), *_title(survey, unit, words, f"{kind}_title")]
        groups = []
        for field, here in by_field(unit, mine):
            rows = [[str(order), *said(holder), holder.note] for order, holder in enumerate(here, start=1)]
            struck = frozenset(at for at, holder in enumerate(here) if holder.form and not holder.active)
            name = words("field", name=unit_field(unit, field, words), count=len(here))
            groups.append(Group(name, rows, struck))
        story += [table(columns, groups, width), signatures(words, ("prepared_by", "head_of_unit"), width)]
    name = f"{survey.code} {unit.code}: {words('official_title')}"
    return write_pdf(folder / f"lists-{unit.code}.pdf", name, survey, words, story)


def write_handout(folder: Path, survey: Survey, unit: Unit, found: list[Holder]) -> Path:
    """The sheet to tick and sign while forms are handed out: those who hold a form that counts."""
    words = Words(survey.language)
    width = text_width(lying=True)
    columns = [
        Column(words("order"), 10, center=True), Column(words("code"), 17, center=True), Column(words("serial"), 36),
        Column(words("name"), 48), Column(words("address")), Column(words("phone"), 25),
        Column(words("handed_out"), 20), Column(words("received"), 28), Column(words("returned"), 20),
    ]  # fmt: skip
    groups = []
    for field, here in by_field(unit, [holder for holder in found if holder.active]):
        rows = [
            [str(order), RowCode(row_code(survey, h.serial)), *said(h), "", "", ""]
            for order, h in enumerate(here, start=1)
        ]
        groups.append(Group(words("field", name=unit_field(unit, field, words), count=len(here)), rows))
    story = [
        *head(survey, unit, words, width),
        *_title(survey, unit, words, "handout_title", survey.fieldwork.return_by),
    ]
    story += [table(columns, groups, width), signatures(words, ("handed_by", "head_of_unit"), width)]
    name = f"{survey.code} {unit.code}: {words('handout_title')}"
    return write_pdf(folder / f"handout-{unit.code}.pdf", name, survey, words, story)


def by_field(unit: Unit, found: Iterable[Holder]) -> list[tuple[str, list[Holder]]]:
    """Holders by the unit's fields, in the plan's order; fields without anybody are left out."""
    kept = list(found)
    cells = [(field.code, [h for h in kept if h.person.field == field.code]) for field in unit.fields]
    return [(code, here) for code, here in cells if here]


def unit_field(unit: Unit, code: str, words: Words) -> str:
    """The name of a unit's field."""
    return next(field.name.in_(words.language) for field in unit.fields if field.code == code)


def _title(survey: Survey, unit: Unit, words: Words, key: str, back: date | None = None) -> list[Flowable]:
    window = survey.window
    days = {"first": f"{window.first:%d/%m/%Y}", "last": f"{window.last:%d/%m/%Y}"}
    about = words("window", unit=unit.name.in_(words.language), **days)
    until = [words("return_by", day=f"{back:%d/%m/%Y}")] if back else []
    return title((words(key), survey.title.in_(words.language), about, *until))


def said(holder: Holder) -> list[str]:
    """Serial, name, address, phone."""
    return [holder.serial, holder.who, holder.person.address, holder.person.phone]
