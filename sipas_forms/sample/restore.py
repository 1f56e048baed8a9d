"""`sample restore`: a replacement by mistake is taken back; the form counts again, the one that took its place is void.

Nothing is wiped out: why the form was void stays in `restorations`, and the serial that was given out stays void. Its
person does not go back to the reserve, since somebody may have spoken to them by now.
"""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.errors import SampleError
from sipas_forms.plan import Workspace
from sipas_forms.sample.paper_words import Words
from sipas_forms.sample.replace import find_form
from sipas_forms.sample.rosters import write_rosters
from sipas_forms.store import Store, open_store
from sipas_forms.store.answers import pages_read
from sipas_forms.store.field_log import history, refused_pages, replaced
from sipas_forms.store.frame import TAKEN_BACK, IssuedForm, issued_forms, restorations, restore_form
from sipas_forms.store.people import open_people


@dataclass(frozen=True)
class Restoration:
    """What became of a form: `heir` had taken its place and is void now; None where nobody had.

    `already` is True where nothing changed. `result` of the log was taken back too ('' for none). `waiting` of its
    pages came back while it was void, and have to be read again.
    """

    serial: str
    heir: str | None
    already: bool
    result: str = ""
    waiting: int = 0


def restore_respondent(workspace: Workspace, serial: str, reason: str) -> Restoration:
    """Take a replacement back. `reason` is kept, so it should name no one. May be killed and run again.

    Raises:
        SampleError: not a serial, no form of this survey, not void, no reason, or the form that took its place has come
            back, is void itself, or was void by a restoration.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise SampleError("Say why the replacement is taken back: --reason 'the wrong serial was typed' (no names).")
    store = open_store(workspace.database)
    people = open_people(workspace.people_database, "sample restore")
    try:
        form = find_form(store, serial)
        if form.state != "void":
            heirs = [heir for restored, heir in restorations(store) if restored == form.serial]
            if not heirs:
                raise SampleError(f"{form.serial}: is not void; there is no replacement to take back.")
            return Restoration(form.serial, heirs[-1], True)
        why = replaced(store).get(form.serial)
        heir = _heir(store, form, why.successor if why else None, why.code if why else "")
        told = history(store).get((form.serial, "result", 0), [])
        # People first: a rerun after a kill finds the form void still, and its successor in survey.db.
        if heir is not None:
            people.leave_place(heir)
        restore_form(store, form.serial, heir, reason, Words(workspace.survey.language)("mistaken"))
        write_rosters(workspace, store, people)
        waiting = sum(key[0] == form.serial and code == "void_form" for key, code in refused_pages(store).items())
        return Restoration(form.serial, heir, False, told[-1].value if told else "", waiting)
    finally:
        people.close()
        store.close()


def _heir(store: Store, form: IssuedForm, successor: str | None, code: str) -> str | None:
    """The form that has to be void in its place; SampleError where it can't be."""
    if code == TAKEN_BACK:
        raise SampleError(f"{form.serial}: is void because its replacement was taken back; {successor} counts.")
    if successor is None:
        return None
    if next(f.state for f in issued_forms(store, form.unit, form.field) if f.serial == successor) == "void":
        raise SampleError(f"{form.serial}: {successor}, which took its place, is void too; take that back first.")
    if pages_read(store).get(successor) or history(store).get((successor, "returned", 0)):
        raise SampleError(
            f"{form.serial}: {successor}, which took its place, has come back; only one of them can count. Nothing was "
            "changed."
        )
    return successor
