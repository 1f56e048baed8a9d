"""survey.db: what happened to forms outside the office, and why forms are void. Serials only, no person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from sipas_forms.store import schema
from sipas_forms.store.answers import _counting_scans
from sipas_forms.store.database import Store, now

OFFICE = "office"
Key = tuple[str, str, int]


@dataclass(frozen=True)
class Fact:
    """One thing that happened to a form: `event` handed_out, attempt (with its `number`), returned or result.

    `day` is ISO 8601 or '', `value` the code of a result or '', `source` who says so: office or a unit.
    """

    serial: str
    event: str
    number: int
    day: str
    value: str
    source: str = OFFICE

    @property
    def says(self) -> tuple[str, str]:
        """What was said: day and value."""
        return self.day, self.value

    @property
    def key(self) -> Key:
        """What the fact is about: of one key the newest counts."""
        return self.serial, self.event, self.number


@dataclass(frozen=True)
class Replaced:
    """Why a form is void."""

    serial: str
    code: str
    disposition: str
    successor: str | None
    attempts: int


def history(store: Store) -> dict[Key, list[Fact]]:
    """Everything ever said about every key, oldest first; the last one counts."""
    t = schema.field_log.c
    names = ("serial", "event", "number", "day", "value", "source")
    found: dict[Key, list[Fact]] = {}
    with store.transaction() as connection:
        for row in connection.execute(select(*[t[name] for name in names]).order_by(t.id)):
            fact = Fact(*row)
            found.setdefault(fact.key, []).append(fact)
    return found


def add_facts(store: Store, new: Iterable[Fact]) -> None:
    """Add facts, all or none; nothing that is there is changed."""
    rows = [{**vars(fact), "at": now()} for fact in new]
    if rows:
        with store.transaction() as connection:
            connection.execute(insert(schema.field_log), rows)


def attempts_of(store: Store, serial: str) -> int:
    """How many contact attempts of a form are logged."""
    t = schema.field_log.c
    query = select(func.count(func.distinct(t.number))).where(t.serial == serial, t.event == "attempt")
    with store.transaction() as connection:
        return int(connection.scalar(query) or 0)


def replaced(store: Store) -> dict[str, Replaced]:
    """Why each void form is void, by serial."""
    t = schema.replacements.c
    with store.transaction() as connection:
        rows = connection.execute(select(t.serial, t.code, t.disposition, t.successor, t.attempts))
        return {row[0]: Replaced(*row) for row in rows}


def pages_back(store: Store) -> dict[str, set[int]]:
    """The pages of each form that were read."""
    found: dict[str, set[int]] = {}
    with store.transaction() as connection:
        for serial, page in _counting_scans(connection):
            found.setdefault(serial, set()).add(page)
    return found


def refused_pages(store: Store) -> dict[tuple[str, int], str]:
    """Pages that came back, are known by their code, and could not be read: (serial, page) to the problem's code."""
    scans, problems = schema.scans, schema.problems
    query = (
        select(scans.c.serial, scans.c.page, problems.c.code)
        .join(problems, problems.c.digest == scans.c.digest)
        .where(scans.c.state == "problem", scans.c.serial.is_not(None), problems.c.settled_at.is_(None))
    )
    with store.transaction() as connection:
        return {(serial, int(page or 0)): code for serial, page, code in connection.execute(query)}
