"""The people of a unit beside their forms: what every paper for a ward is made from. Holds names; written to no log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sipas_forms.errors import SampleError
from sipas_forms.plan import Unit, Workspace
from sipas_forms.sample.paper_words import Words
from sipas_forms.sample.rosters import full_name, note
from sipas_forms.store import Store, open_store
from sipas_forms.store.frame import IssuedForm, issued_forms
from sipas_forms.store.people import People, Respondent, open_people


@dataclass(frozen=True)
class Holder:
    """A person drawn and the form that is theirs; `form` is None for a reserve who has not taken a place.

    `note` says whose place they took, or why the form is void.
    """

    person: Respondent
    form: IssuedForm | None
    note: str = ""

    @property
    def serial(self) -> str:
        """The form's serial, '' where there is none yet."""
        return self.person.serial or ""

    @property
    def who(self) -> str:
        """The person, with the organisation behind."""
        return full_name(self.person)

    @property
    def active(self) -> bool:
        """Whether this person holds a form that counts."""
        return self.form is not None and self.form.state == "issued"


def unit_of(workspace: Workspace, code: str) -> Unit:
    """The unit of that code, however it is typed.

    Raises:
        SampleError: the plan has no such unit.
    """
    for unit in workspace.survey.units:
        if unit.code == code.strip().upper():
            return unit
    known = ", ".join(f"{unit.code} ({unit.name.vi})" for unit in workspace.survey.units)
    raise SampleError(f"There is no unit '{code}' in the plan. There is: {known}.")


@contextmanager
def opened(workspace: Workspace, purpose: str) -> Iterator[tuple[Store, People]]:
    """Both databases, closed whatever happens; `purpose` is noted with every look."""
    people = open_people(workspace.people_database, purpose)
    store = open_store(workspace.database)
    try:
        yield store, people
    finally:
        people.close()
        store.close()


def holders(store: Store, people: People, unit: Unit, words: Words) -> list[Holder]:
    """The people of a unit and their forms, by field and drawn order.

    Raises:
        SampleError: nobody is drawn there.
    """
    forms = {form.serial: form for form in issued_forms(store)}
    drawn = people.respondents(unit.code)
    if not drawn:
        raise SampleError(f"Nobody is drawn in unit {unit.code}. Draw the sample first: sipas sample draw.")
    heirs = {person.replaces: person.serial for person in drawn if person.replaces}
    mine = [(person, forms.get(person.serial or "")) for person in drawn]
    return [Holder(person, form, note(person, form, heirs, words)) for person, form in mine]
