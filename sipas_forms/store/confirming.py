"""Serials that tesseract read: pages that were measured, and count as soon as a person has confirmed whose they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from sipas_forms.store.database import Store, now
from sipas_forms.store.joining import follow_front, joined_backs, wait_again
from sipas_forms.store.readings import TWO_SCANS, ScanRecord, add_problem, form_problem, note_conflict
from sipas_forms.store.schema import decisions, entries, forms, machine_answers, problems, scan_decisions, scans

TO_CONFIRM = "serial_to_confirm"
CONFIRMED, DENIED = "confirmed", "denied"
MOST_BATCHES = 50  # confirmed together that are listed, the newest: who undoes something does it soon


@dataclass(frozen=True)
class Unconfirmed:
    """A page that waits; `problem`: the id of its problem, `number`: the form's within its cell, None where there is no
    such form."""

    problem: int
    digest: str
    serial: str
    page: int
    number: int | None


@dataclass(frozen=True)
class Batch:
    """Pages that a person confirmed at once."""

    operator: str
    at: str
    pages: int


def unconfirmed(store: Store, limit: int) -> tuple[list[Unconfirmed], int]:
    """Up to `limit` pages that wait to be confirmed, by serial and page, and how many wait in all. What a person has
    denied is not among them, nor what could not be measured."""
    s, p = scans.c, problems.c
    query = select(p.id, s.digest, s.serial, s.page, forms.c.number)
    query = query.select_from(problems).join(scans, s.digest == p.digest)
    query = query.join(forms, and_(forms.c.serial == s.serial, forms.c.state == "issued"), isouter=True)
    denied = select(scan_decisions.c.digest).where(scan_decisions.c.action == DENIED)
    query = query.where(
        p.code == TO_CONFIRM, p.settled_at.is_(None), s.reading.is_not(None), s.serial.is_not(None), s.page.is_not(None)
    ).where(s.digest.not_in(denied))
    with store.transaction() as connection:
        rows = connection.execute(query.order_by(s.serial, s.page, p.id).limit(limit)).all()
        total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
        return [Unconfirmed(*row) for row in rows], total


def confirm(store: Store, seen: Collection[tuple[str, str]], operator: str) -> int:
    """A person has compared these (digest, serial) with their pictures: the pages count from now on. Returns how many;
    one that says another serial by now, or was settled, is passed over. A form that is void stays a problem, and two
    scans of a page are a conflict, as when a page code says whose it is. Backs that wait for such a page count with it.
    """
    at, done = now(), 0
    with store.transaction() as connection:
        for digest, serial in seen:
            row = _waiting(connection, digest, serial)
            if row is None:
                continue
            _decide(connection, digest, CONFIRMED, row.id, operator, at)
            _settle(connection, problems.c.id == row.id)
            record = ScanRecord(row.path, row.frame, digest, serial=serial, page=row.page)
            refused = form_problem(connection, serial)
            if refused:
                add_problem(connection, record, *refused)
                continue
            connection.execute(update(scans).where(scans.c.digest == digest).values(state="read"))
            note_conflict(connection, record)
            follow_front(connection, digest)
            done += 1
    return done


def deny(store: Store, seen: Collection[tuple[str, str]], operator: str) -> None:
    """Another serial is on these pages: they stay problems, each for itself."""
    with store.transaction() as connection:
        for digest, serial in seen:
            row = _waiting(connection, digest, serial)
            if row is not None:
                _decide(connection, digest, DENIED, row.id, operator, now())


def batches(store: Store) -> list[Batch]:
    """What people confirmed at once, the newest first."""
    d = scan_decisions.c
    query = select(d.operator, d.at, func.count()).where(d.action == CONFIRMED, d.undone_at.is_(None))
    with store.transaction() as connection:
        rows = connection.execute(query.group_by(d.operator, d.at).order_by(d.at.desc()).limit(MOST_BATCHES))
        return [Batch(*row) for row in rows]


def undo_batch(store: Store, operator: str, at: str) -> int:
    """Those pages wait to be confirmed again, and what people decided on them since is undone with it: it may have been
    read off another person's sheet. Returns how many pages."""
    d = scan_decisions.c
    mine = and_(d.action == CONFIRMED, d.undone_at.is_(None), d.operator == operator, d.at == at)
    with store.transaction() as connection:
        rows = connection.execute(select(d.digest, d.value).where(mine)).all()
        connection.execute(update(scan_decisions).where(mine).values(undone_at=now()))
        for digest, problem in rows:
            _settle(connection, problems.c.digest == digest)
            connection.execute(update(problems).where(problems.c.id == int(problem)).values(settled_at=None))
            connection.execute(update(scans).where(scans.c.digest == digest).values(state="problem"))
            _settle_lone(connection, digest)
            _undo_decisions(connection, digest, at)
            for back in joined_backs(connection, digest):
                _undo_decisions(connection, back, at)
                connection.execute(update(scans).where(scans.c.digest == back).values(state="problem"))
                _settle_lone(connection, back)
                wait_again(connection, back)
    return len(rows)


def _waiting(connection: Connection, digest: str, serial: str) -> Any:
    s, p = scans.c, problems.c
    query = select(p.id, s.path, s.frame, s.page).select_from(problems).join(scans, s.digest == p.digest)
    query = query.where(s.digest == digest, p.code == TO_CONFIRM, p.settled_at.is_(None), s.serial == serial)
    return connection.execute(query.where(s.reading.is_not(None))).one_or_none()


def _decide(connection: Connection, digest: str, action: str, problem: int, operator: str, at: str) -> None:
    row = {"digest": digest, "action": action, "value": str(problem), "operator": operator, "at": at}
    connection.execute(insert(scan_decisions).values(**row))


def _settle(connection: Connection, which: ColumnElement[bool]) -> None:
    still = and_(which, problems.c.settled_at.is_(None))
    connection.execute(update(problems).where(still).values(settled_at=now()))


def _settle_lone(connection: Connection, digest: str) -> None:
    """With this scan gone from those that count, another of its page may be the only one: no conflict any more."""
    s = scans.c
    page = connection.execute(select(s.serial, s.page).where(s.digest == digest)).one()
    rivals = select(s.digest).where(s.serial == page.serial, s.page == page.page, s.state == "read")
    if (connection.scalar(select(func.count()).select_from(rivals.subquery())) or 0) < 2:
        _settle(connection, and_(problems.c.code == TWO_SCANS, problems.c.digest.in_(rivals)))


def _undo_decisions(connection: Connection, digest: str, since: str) -> None:
    serial = select(scans.c.serial).where(scans.c.digest == digest).scalar_subquery()
    asked = select(machine_answers.c.question).where(machine_answers.c.digest == digest)
    for table in (decisions, entries):
        c = table.c
        theirs = and_(c.serial == serial, c.question.in_(asked), c.at >= since, c.undone_at.is_(None))
        connection.execute(update(table).where(theirs).values(undone_at=now()))
