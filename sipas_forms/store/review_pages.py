"""Pages that need a person: open problems, pages put aside, and two scans of one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from sipas_forms.store.database import Store, now
from sipas_forms.store.joining import follow_front, forget_front
from sipas_forms.store.readings import TWO_SCANS, ScanRecord, alike_scans, record_scans
from sipas_forms.store.schema import forms, machine_answers, problems, scan_decisions, scans


@dataclass(frozen=True)
class PageProblem:
    """An open problem of reading. `digest` is empty where it can't be opened; `serial`, `page` and `form_version` as
    far as they are known."""

    id: int
    digest: str
    path: str
    frame: int
    code: str
    sentence: str
    serial: str | None
    page: int | None
    form_version: str | None


@dataclass(frozen=True)
class StoredScan:
    """A scan that was read. `reading` is compressed JSON (`scanning.run.pack_reading`)."""

    digest: str
    path: str
    frame: int
    serial: str | None
    page: int | None
    form_version: str | None
    reading: bytes | None


@dataclass(frozen=True)
class Conflict:
    """Two or more scans of one page; nobody has chosen. `answers`: by digest, question to (answer, status)."""

    serial: str
    page: int
    unit: str
    field: str
    scans: tuple[StoredScan, ...]
    answers: dict[str, dict[str, tuple[str, str]]]


@dataclass(frozen=True)
class PutAside:
    """A page, or a file that can't be opened, which a person put aside."""

    id: int
    path: str
    frame: int
    code: str
    reason: str
    operator: str
    at: str


def page_problems(store: Store) -> list[PageProblem]:
    """Open problems but conflicts, by kind and place."""
    query = _problems().where(problems.c.settled_at.is_(None), problems.c.code != TWO_SCANS)
    with store.transaction() as connection:
        rows = connection.execute(query.order_by(problems.c.code, problems.c.path, problems.c.frame, problems.c.id))
        return [_problem(row) for row in rows]


def page_problem(store: Store, number: int) -> PageProblem | None:
    """An open problem by its id."""
    with store.transaction() as connection:
        query = _problems().where(problems.c.id == number, problems.c.settled_at.is_(None))
        row = connection.execute(query).one_or_none()
        return _problem(row) if row else None


def stored_scan(store: Store, digest: str) -> StoredScan | None:
    """A scan by its digest, read or not."""
    with store.transaction() as connection:
        row = connection.execute(_scans().where(scans.c.digest == digest)).one_or_none()
        return StoredScan(*row) if row else None


def form_of(store: Store, serial: str) -> tuple[str, str | None, int] | None:
    """(state, form version of the newest print, pages) of an issued form."""
    c = forms.c
    with store.transaction() as connection:
        row = connection.execute(select(c.state, c.form_version, c.pages).where(c.serial == serial)).one_or_none()
        return (row.state, row.form_version, row.pages or 0) if row else None


def record_rescue(store: Store, record: ScanRecord, action: str, value: str, operator: str) -> None:
    """Write a page that was read again with a person's help, and what the help was."""
    _note(store, record.digest, action, value, operator)
    record_scans(store, [record])
    with store.transaction() as connection:
        forget_front(connection, record.digest)
        follow_front(connection, record.digest)


def _note(store: Store, digest: str, action: str, value: str, operator: str) -> None:
    with store.transaction() as connection:
        _insert(connection, digest, action, value, operator, "")


def set_aside(store: Store, problem: PageProblem, reason: str, operator: str) -> None:
    """Nothing is to be read there: the problem is settled, the scan stays where it is and counts for nothing."""
    with store.transaction() as connection:
        _insert(connection, place_of(problem), "set_aside", f"{problem.code}:{problem.id}", operator, reason)
        connection.execute(update(problems).where(problems.c.id == problem.id).values(settled_at=now()))
        if problem.digest:
            connection.execute(update(scans).where(scans.c.digest == problem.digest).values(state="set_aside"))


def place_of(problem: PageProblem) -> str:
    """What a decision about a scan knows it by: its digest, or its place if it can't be opened."""
    return problem.digest or f"{problem.path}#{problem.frame}"[-64:]


def put_aside(store: Store) -> list[PutAside]:
    """What people put aside, the newest first."""
    d = scan_decisions.c
    query = select(d.id, d.value, d.note, d.operator, d.at).where(d.action == "set_aside", d.undone_at.is_(None))
    result = []
    with store.transaction() as connection:
        for row in connection.execute(query.order_by(d.id.desc())).all():
            code, _, number = row.value.rpartition(":")
            where = select(problems.c.path, problems.c.frame).where(problems.c.id == int(number))
            path, frame = connection.execute(where).one()
            result.append(PutAside(row.id, path, frame, code, row.note, row.operator, row.at))
    return result


def take_back(store: Store, decision: int) -> None:
    """A page put aside is a problem again."""
    d = scan_decisions.c
    with store.transaction() as connection:
        query = select(d.digest, d.value).where(d.id == decision, d.action == "set_aside", d.undone_at.is_(None))
        row = connection.execute(query).one_or_none()
        if row is None:
            return
        connection.execute(update(scan_decisions).where(d.id == decision).values(undone_at=now()))
        number = int(row.value.rpartition(":")[2])
        connection.execute(update(problems).where(problems.c.id == number).values(settled_at=None))
        aside = and_(scans.c.digest == row.digest, scans.c.state == "set_aside")
        connection.execute(update(scans).where(aside).values(state="problem"))


def conflicts(store: Store) -> list[Conflict]:
    """Pages with several scans that don't plainly say the same, among which nobody has chosen."""
    s = scans.c
    several = select(s.serial, s.page).where(s.state == "read").group_by(s.serial, s.page).having(func.count() > 1)
    with store.transaction() as connection:
        chosen = select(scan_decisions.c.digest).where(
            scan_decisions.c.action == "chosen", scan_decisions.c.undone_at.is_(None)
        )
        found, alike = [], alike_scans(connection)
        for serial, page in connection.execute(several.order_by(s.serial, s.page)).all():
            mine = and_(s.serial == serial, s.page == page, s.state == "read")
            if (serial, page) in alike or connection.scalar(
                select(func.count()).select_from(scans).where(mine, s.digest.in_(chosen))
            ):
                continue
            found.append(_conflict(connection, serial, page, mine))
        return [conflict for conflict in found if conflict]


@dataclass(frozen=True)
class Choice:
    """A scan that somebody chose among several of its page."""

    serial: str
    page: int
    operator: str
    at: str


def choices(store: Store) -> list[Choice]:
    """What people chose between scans, the newest first."""
    d, s = scan_decisions.c, scans.c
    query = (
        select(s.serial, s.page, d.operator, d.at)
        .select_from(scan_decisions)
        .join(scans, s.digest == d.digest)
        .where(d.action == "chosen", d.undone_at.is_(None))
        .order_by(d.id.desc())
    )
    with store.transaction() as connection:
        return [Choice(*row) for row in connection.execute(query)]


def undo_choice(store: Store, serial: str, page: int) -> None:
    """The scans of that page are in conflict again."""
    with store.transaction() as connection:
        rivals = select(scans.c.digest).where(scans.c.serial == serial, scans.c.page == page)
        d = scan_decisions.c
        mine = and_(d.action == "chosen", d.undone_at.is_(None), d.digest.in_(rivals))
        connection.execute(update(scan_decisions).where(mine).values(undone_at=now()))
        theirs = and_(problems.c.digest.in_(rivals), problems.c.code == TWO_SCANS)
        connection.execute(update(problems).where(theirs).values(settled_at=None))


def _conflict(connection: Connection, serial: str, page: int, mine: Any) -> Conflict | None:
    form = connection.execute(
        select(forms.c.unit, forms.c.field).where(forms.c.serial == serial, forms.c.state == "issued")
    ).one_or_none()
    if form is None:
        return None
    order = (scans.c.read_at, scans.c.path, scans.c.frame)
    rivals = tuple(StoredScan(*row) for row in connection.execute(_scans().where(mine).order_by(*order)))
    answers: dict[str, dict[str, tuple[str, str]]] = {scan.digest: {} for scan in rivals}
    c = machine_answers.c
    rows = connection.execute(
        select(c.digest, c.question, c.answer, c.status).where(c.digest.in_([scan.digest for scan in rivals]))
    )
    for digest, question, answer, status in rows:
        answers[digest][question] = (answer, status)
    return Conflict(serial, page, form.unit, form.field, rivals, answers)


def _insert(connection: Connection, digest: str, action: str, value: str, operator: str, note: str) -> None:
    row = {"digest": digest, "action": action, "value": value, "operator": operator, "at": now(), "note": note}
    connection.execute(insert(scan_decisions).values(**row))


def _problems() -> Select[Any]:
    p = problems.c
    columns = (p.id, p.digest, p.path, p.frame, p.code, p.sentence, scans.c.serial, scans.c.page, scans.c.form_version)
    return select(*columns).select_from(problems).outerjoin(scans, scans.c.digest == p.digest)


def _problem(row: Any) -> PageProblem:
    return PageProblem(row.id, row.digest or "", *row[2:])


def _scans() -> Select[Any]:
    s = scans.c
    return select(s.digest, s.path, s.frame, s.serial, s.page, s.form_version, s.reading)
