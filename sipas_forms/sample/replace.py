"""`sample replace`: a person can't be asked; the form is void and the next reserve takes the place."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.errors import SampleError
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import make_serial, split_serial
from sipas_forms.sample.dispositions import read_reason
from sipas_forms.sample.rosters import write_rosters
from sipas_forms.store import Store, open_store
from sipas_forms.store.answers import pages_read
from sipas_forms.store.field_log import attempts_of, history, replaced
from sipas_forms.store.frame import IssuedForm, issued_forms, void_form
from sipas_forms.store.people import People, Respondent, open_people

# A person who answered has been asked; a mistyped serial must not take answers out.
ANSWERED = (
    "{serial}: {pages} of its pages were read, and answers of a void form do not count. Look at the serial: nobody "
    "who has answered need be replaced. Where these answers must not count (the wrong person's), add --void-answers."
)


@dataclass(frozen=True)
class Replacement:
    """What became of a form: `new_serial` is None where the reserve of the cell is used up.

    `already` is True where the form was void before, and nothing changed; `reserves_left` is of the cell. `code` and
    `disposition` (AAPOR) are what the reason counts as; `attempts` contact attempts were logged. `pages_back` of its
    pages were read before, which no longer count.
    """

    serial: str
    new_serial: str | None
    reason: str
    already: bool
    reserves_left: int
    code: str = ""
    disposition: str = ""
    attempts: int = 0
    pages_back: int = 0


def replace_respondent(workspace: Workspace, serial: str, reason: str, void_answers: bool = False) -> Replacement:
    """Make a form void and give its place to the next reserve of the same cell, with a new serial.

    `reason` is a code of `dispositions` or words that are read as one; it is kept beside the form, so it should name
    no one. A form of which pages were read is refused unless `void_answers` says that they are not to count. May be
    killed and run again.

    Raises:
        SampleError: not a serial (or mistyped), no form of this survey, no reason, pages that were read, or no link to
            people.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise SampleError("Say why the person can't be asked: --reason 'moved away' (no names).")
    store = open_store(workspace.database)
    people = open_people(workspace.people_database, "sample replace")
    try:
        form = find_form(store, serial)
        back = pages_read(store).get(form.serial, 0)
        if back and form.state != "void" and not void_answers:
            raise SampleError(ANSWERED.format(serial=form.serial, pages=back))
        return _replace(workspace, store, people, form, reason)
    finally:
        people.close()
        store.close()


def find_form(store: Store, serial: str) -> IssuedForm:
    """The form of a serial as typed.

    Raises:
        SampleError: not a serial (or mistyped), or no form of this survey.
    """
    asked = serial.strip().upper()
    parts = split_serial(asked)
    if parts is None:
        raise SampleError(
            f"'{serial}' is not a serial, or is mistyped (its check character is wrong). Look at the form."
        )
    form = next((f for f in issued_forms(store, parts[0], parts[1]) if f.serial == asked), None)
    if form is None:
        raise SampleError(f"{asked}: no form of this serial was issued in this survey.")
    return form


def reported(workspace: Workspace) -> list[tuple[str, str]]:
    """(serial, code) of the forms of which the log gives a result, that count and have not come back, by serial."""
    store = open_store(workspace.database)
    try:
        issued = {form.serial for form in issued_forms(store) if form.state == "issued"} - set(pages_read(store))
        results = {key[0]: said[-1].value for key, said in history(store).items() if key[1] == "result"}
        return sorted((serial, code) for serial, code in results.items() if code and serial in issued)
    finally:
        store.close()


def _replace(workspace: Workspace, store: Store, people: People, form: IssuedForm, reason: str) -> Replacement:
    cell = people.respondents(form.unit, form.field)
    if not any(person.serial == form.serial for person in cell):
        raise SampleError(f"{form.serial}: people.db does not know whose form this is; restore it from a copy.")
    heir = next((person for person in cell if person.replaces == form.serial), None)
    if form.state == "void":
        why = replaced(store).get(form.serial)
        known = (why.code, why.disposition, why.attempts) if why else ("", "", 0)
        back = pages_read(store).get(form.serial, 0)
        taken = heir.serial if heir else None
        return Replacement(form.serial, taken, form.reason, True, _left(cell), *known, pages_back=back)
    if heir is None:
        heir = _next_reserve(people, cell, form)
    successor = None
    if heir is not None and heir.serial is not None and heir.number is not None:
        successor = IssuedForm(heir.serial, form.unit, form.field, heir.number, "reserve", "issued", "")
    disposition = read_reason(reason)
    why_void = (disposition.code, disposition.aapor, attempts_of(store, form.serial))
    void_form(store, form.serial, reason, successor, why_void)
    write_rosters(workspace, store, people)
    left = _left(people.respondents(form.unit, form.field))
    back = pages_read(store).get(form.serial, 0)
    return Replacement(form.serial, heir.serial if heir else None, reason, False, left, *why_void, pages_back=back)


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
