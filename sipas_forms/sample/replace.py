"""`sample replace`: a person can't be asked; the form is void and the next reserve takes the place."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.errors import SampleError
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import make_serial, split_serial
from sipas_forms.sample.rosters import write_rosters
from sipas_forms.store import Store, open_store
from sipas_forms.store.frame import IssuedForm, issued_forms, void_form
from sipas_forms.store.people import People, Respondent, open_people


@dataclass(frozen=True)
class Replacement:
    """What became of a form: `new_serial` is None where the reserve of the cell is used up.

    `already` is True where the form was void before, and nothing changed; `reserves_left` is of the cell.
    """

    serial: str
    new_serial: str | None
    reason: str
    already: bool
    reserves_left: int


def replace_respondent(workspace: Workspace, serial: str, reason: str) -> Replacement:
    """Make a form void and give its place to the next reserve of the same cell, with a new serial.

    `reason` is kept beside the form, so it should name no one. May be killed and run again.

    Raises:
        SampleError: not a serial (or mistyped), no form of this survey, no reason, or no link to people.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise SampleError("Say why the person can't be asked: --reason 'moved away' (no names).")
    asked = serial.strip().upper()
    parts = split_serial(asked)
    if parts is None:
        raise SampleError(
            f"'{serial}' is not a serial, or is mistyped (its check character is wrong). Look at the form."
        )
    store = open_store(workspace.database)
    people = open_people(workspace.people_database, "sample replace")
    try:
        form = next((f for f in issued_forms(store, parts[0], parts[1]) if f.serial == asked), None)
        if form is None:
            raise SampleError(f"{asked}: no form of this serial was issued in this survey.")
        return _replace(workspace, store, people, form, reason)
    finally:
        people.close()
        store.close()


def _replace(workspace: Workspace, store: Store, people: People, form: IssuedForm, reason: str) -> Replacement:
    cell = people.respondents(form.unit, form.field)
    if not any(person.serial == form.serial for person in cell):
        raise SampleError(f"{form.serial}: people.db does not know whose form this is; restore it from a copy.")
    heir = next((person for person in cell if person.replaces == form.serial), None)
    if form.state == "void":
        return Replacement(form.serial, heir.serial if heir else None, form.reason, True, _left(cell))
    if heir is None:
        heir = _next_reserve(people, cell, form)
    successor = None
    if heir is not None and heir.serial is not None and heir.number is not None:
        successor = IssuedForm(heir.serial, form.unit, form.field, heir.number, "reserve", "issued", "")
    void_form(store, form.serial, reason, successor)
    write_rosters(workspace, store, people)
    left = _left(people.respondents(form.unit, form.field))
    return Replacement(form.serial, heir.serial if heir else None, reason, False, left)


def _next_reserve(people: People, cell: list[Respondent], form: IssuedForm) -> Respondent | None:
    """The next reserve in drawn order, with the cell's next number; written first: a rerun finds it."""
    person = next((person for person in cell if person.list == "reserve" and person.serial is None), None)
    if person is None:
        return None
    number = max(other.number or 0 for other in cell) + 1
    people.take_place(person, make_serial(form.unit, form.field, number), number, form.serial)
    return next(p for p in people.respondents(form.unit, form.field) if p.position == person.position)


def _left(cell: list[Respondent]) -> int:
    return sum(person.list == "reserve" and person.serial is None for person in cell)
