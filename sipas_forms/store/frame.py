"""survey.db: how each cell was drawn (strata), which questionnaires were issued (forms); no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from sipas_forms.store import schema
from sipas_forms.store.database import Store, now

# Code of the form that is void because the replacement it stood for was taken back: no rate counts it.
TAKEN_BACK = "taken_back"


@dataclass(frozen=True)
class Stratum:
    """A drawn cell: `listed` rows of the lists, `eligible` people (N_h), `official` and `reserve` drawn."""

    unit: str
    field: str
    listed: int
    eligible: int
    official: int
    reserve: int
    seed: str
    method: str
    drawn_at: str


@dataclass(frozen=True)
class IssuedForm:
    """A questionnaire with a serial; `list` is official or reserve, `state` issued or void."""

    serial: str
    unit: str
    field: str
    number: int
    list: str
    state: str
    reason: str


def strata(store: Store) -> dict[tuple[str, str], Stratum]:
    """The drawn cells."""
    columns = [schema.strata.c[name] for name in Stratum.__dataclass_fields__]
    with store.transaction() as connection:
        return {(row[0], row[1]): Stratum(*row) for row in connection.execute(select(*columns))}


def issued_forms(store: Store, unit: str | None = None, field: str | None = None) -> list[IssuedForm]:
    """The questionnaires issued so far, void ones included, by cell and number."""
    t = schema.forms.c
    query = select(*[t[name] for name in IssuedForm.__dataclass_fields__]).order_by(t.unit, t.field, t.number)
    if unit is not None:
        query = query.where(t.unit == unit)
    if field is not None:
        query = query.where(t.field == field)
    with store.transaction() as connection:
        return [IssuedForm(*row) for row in connection.execute(query)]


def write_draw(store: Store, drawn: Sequence[Stratum], forms: Sequence[IssuedForm]) -> None:
    """Write strata and their forms in one transaction; those that are there already stay as they are."""
    with store.transaction() as connection:
        cells = set(connection.execute(select(schema.strata.c.unit, schema.strata.c.field)).all())
        serials = set(connection.scalars(select(schema.forms.c.serial)).all())
        new_cells = [vars(stratum) for stratum in drawn if (stratum.unit, stratum.field) not in cells]
        new_forms = [{**vars(form), "issued_at": now()} for form in forms if form.serial not in serials]
        if new_cells:
            connection.execute(insert(schema.strata), new_cells)
        if new_forms:
            connection.execute(insert(schema.forms), new_forms)


def void_form(
    store: Store, serial: str, reason: str, successor: IssuedForm | None, why: tuple[str, str, int] = ("other", "", 0)
) -> None:
    """Make a form void and issue the one that takes its place (if any), in one transaction.

    `why` is the reason's code, its AAPOR disposition, and how many contact attempts were logged.
    """
    t = schema.forms.c
    with store.transaction() as connection:
        connection.execute(delete(schema.replacements).where(schema.replacements.c.serial == serial))
        names = dict(zip(("code", "disposition", "attempts"), why, strict=True))
        taken = successor.serial if successor is not None else None
        connection.execute(insert(schema.replacements), [{"serial": serial, **names, "successor": taken, "at": now()}])
        connection.execute(update(schema.forms).where(t.serial == serial).values(state="void", reason=reason))
        if successor is not None and connection.scalar(select(t.serial).where(t.serial == successor.serial)) is None:
            connection.execute(insert(schema.forms), [{**vars(successor), "issued_at": now()}])


def restorations(store: Store) -> list[tuple[str, str | None]]:
    """(serial that counts again, serial that had taken its place), oldest first."""
    t = schema.restorations.c
    with store.transaction() as connection:
        return [(row[0], row[1]) for row in connection.execute(select(t.serial, t.heir).order_by(t.id))]


def restore_form(store: Store, serial: str, heir: str | None, why: str, mistaken: str) -> None:
    """Make a void form count again and the one that took its place void, in one transaction.

    What made it void is kept in `restorations`, with `why` that was a mistake; a result in the log is taken back, so
    that it is not replaced for it again. `mistaken` is what stands beside `heir` from now on.
    """
    f, r, log = schema.forms, schema.replacements, schema.field_log
    said = ("code", "disposition", "attempts")
    with store.transaction() as connection:
        query = select(f.c.reason, *[r.c[name] for name in said], r.c.at.label("replaced_at"))
        joined = query.join(r, r.c.serial == f.c.serial).where(f.c.serial == serial)
        before = dict(connection.execute(joined).one()._mapping)
        entry = {**before, "serial": serial, "heir": heir, "why": why, "at": now()}
        connection.execute(insert(schema.restorations), [entry])
        connection.execute(delete(r).where(r.c.serial == serial))
        connection.execute(update(f).where(f.c.serial == serial).values(state="issued", reason=""))
        if heir is not None:
            connection.execute(update(f).where(f.c.serial == heir).values(state="void", reason=mistaken))
            void = {"code": TAKEN_BACK, "disposition": "", "attempts": 0, "successor": serial, "at": now()}
            connection.execute(insert(r), [{"serial": heir, **void}])
        results = select(log.c.value).where(log.c.serial == serial, log.c.event == "result").order_by(log.c.id.desc())
        if connection.scalar(results.limit(1)):
            fact = {"serial": serial, "event": "result", "number": 0, "day": "", "value": "", "source": "office"}
            connection.execute(insert(log), [{**fact, "at": now()}])
