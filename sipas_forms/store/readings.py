"""Readings of scans: what was seen, what the machine decided, what went wrong. One writer at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from sipas_forms.store.database import Store, now
from sipas_forms.store.schema import (
    forms,
    machine_answers,
    problems,
    replacements,
    scan_decisions,
    scan_files,
    scans,
)


@dataclass(frozen=True)
class MachineAnswer:
    """One question of one scan as the policy decided it."""

    question: str
    answer: str
    status: str
    reason: str
    confidence: float


@dataclass(frozen=True)
class ScanRecord:
    """One page of one file, read or not.

    Attributes:
        path, frame: the file relative to the workspace, and its page from 1 (0: the whole file).
        digest: of the pixels; empty where the page could not be opened.
        serial, page, form_version: as far as they are known.
        problem: (code, sentence) where it could not be read, or waits for a person to confirm whose it is: then it has
            a reading and answers all the same, which count for nothing until then.
        reading: the page's scores, compressed.
        streaks: lines that the scanner drew across it.
    """

    path: str
    frame: int
    digest: str = ""
    width: int = 0
    height: int = 0
    serial: str | None = None
    page: int | None = None
    form_version: str | None = None
    residual_mm: float | None = None
    problem: tuple[str, str] | None = None
    reading: bytes | None = None
    answers: tuple[MachineAnswer, ...] = field(default=())
    streaks: int = 0


@dataclass
class RecordCounts:
    """What became of the recorded pages."""

    read: int = 0
    problems: int = 0
    duplicates: int = 0
    conflicts: int = 0

    def add(self, more: RecordCounts) -> None:
        """What became of further pages."""
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(more, part.name))


def finished_files(store: Store) -> dict[str, tuple[int, int]]:
    """(size, mtime_ns) by path of the files whose pages were all seen and left no open problem of reading."""
    troubled = select(problems.c.path).where(problems.c.settled_at.is_(None), problems.c.code != TWO_SCANS)
    query = select(scan_files.c.path, scan_files.c.size, scan_files.c.mtime_ns).where(
        scan_files.c.path.not_in(troubled)
    )
    with store.transaction() as connection:
        return {path: (size, mtime) for path, size, mtime in connection.execute(query)}


@dataclass(frozen=True)
class SeenFile:
    """A file every page of which has been seen: where, relative to the workspace, and how it was then."""

    path: str
    size: int
    mtime_ns: int
    frames: int


TWO_SCANS = "two_scans"

# What is kept of a scan as the record has it.
SCAN_COLUMNS = (
    "digest",
    "path",
    "frame",
    "width",
    "height",
    "serial",
    "page",
    "form_version",
    "residual_mm",
    "reading",
)
# Statements of which every page needs one: made once, since making them takes as long as running them.
_KNOWN = select(scans.c.state, scans.c.path, scans.c.frame).where(scans.c.digest == bindparam("digest"))
_FORM = (
    select(forms.c.state, forms.c.reason, replacements.c.successor)
    .join(replacements, replacements.c.serial == forms.c.serial, isouter=True)
    .where(forms.c.serial == bindparam("serial"))
)
_SETTLE = (
    update(problems)
    .where(
        ((problems.c.path == bindparam("at_path")) & (problems.c.frame == bindparam("at_frame")))
        | (problems.c.digest == bindparam("of_digest")),
        problems.c.settled_at.is_(None),
    )
    .values(settled_at=bindparam("settled"))
)
_READ_SCANS = (
    select(func.count())
    .select_from(scans)
    .where(scans.c.serial == bindparam("serial"), scans.c.page == bindparam("page"), scans.c.state == "read")
)
_FORGET_FILE = delete(scan_files).where(scan_files.c.path == bindparam("of_path"))
_SEEN_FILE = insert(scan_files)


def scan_paths(store: Store) -> set[str]:
    """The files in which pages were found, relative to the workspace."""
    with store.transaction() as connection:
        return set(connection.scalars(select(scans.c.path).distinct()))


def settled_places(store: Store) -> dict[tuple[str, int], tuple[str, int] | None]:
    """By (file, page) of every scan that was read or set aside: the serial and page that it is, or None."""
    columns = (scans.c.path, scans.c.frame, scans.c.serial, scans.c.page, scans.c.state)
    with store.transaction() as connection:
        rows = connection.execute(select(*columns).where(scans.c.state != "problem")).all()
    return {(path, frame): (serial, page) if state == "read" else None for path, frame, serial, page, state in rows}


def record_scans(
    store: Store, records: list[ScanRecord], gone: Collection[str] = (), seen: SeenFile | None = None
) -> RecordCounts:
    """Write pages in one transaction, and that with them all of a file has been `seen`. A scan that is known already
    changes nothing, unless its file is one of those that are `gone`: then it was moved here. A second, different scan
    of a page is kept beside the first and becomes a conflict for a person, unless both plainly say the same."""
    counts = RecordCounts()
    with store.transaction() as connection:
        for record in records:
            _record(connection, record, counts, gone)
        if seen:
            connection.execute(_FORGET_FILE, {"of_path": seen.path})
            connection.execute(_SEEN_FILE, vars(seen))
    return counts


def _record(connection: Connection, record: ScanRecord, counts: RecordCounts, gone: Collection[str]) -> None:
    known = None
    if record.digest:
        known = connection.execute(_KNOWN, {"digest": record.digest}).one_or_none()
    if known and known[0] != "problem":
        if known[1] in gone:
            moved = update(scans).where(scans.c.digest == record.digest)
            connection.execute(moved.values(path=record.path, frame=record.frame))
        elif (known[1], known[2]) != (record.path, record.frame):
            counts.duplicates += 1
        return
    if not record.digest and _put_aside(connection, record):
        return
    problem = record.problem or form_problem(connection, record.serial)
    _settle(connection, record)
    if problem:
        counts.problems += 1
        add_problem(connection, record, *problem)
    if record.digest:
        if known:
            _forget_scan(connection, record.digest)
        _write_scan(connection, record, "problem" if problem else "read")
    if not problem:
        counts.read += 1
        counts.conflicts += note_conflict(connection, record)


def form_problem(connection: Connection, serial: str | None) -> tuple[str, str] | None:
    """A page of a form that this survey never issued, or that is void."""
    row = connection.execute(_FORM, {"serial": serial}).one_or_none()
    if row is None:
        return "unknown_serial", f"Form {serial} was never issued by this survey; look at the page."
    if row.state == "void":
        reason = f" ({row.reason})" if row.reason else ""
        heir = f" {row.successor} took its place." if row.successor else ""
        return "void_form", f"Form {serial} is void{reason}; its answers are not counted. Put it aside.{heir}"
    return None


def _put_aside(connection: Connection, record: ScanRecord) -> bool:
    """Whether a person has put this file, or page that can't be opened, aside."""
    d = scan_decisions.c
    place = f"{record.path}#{record.frame}"[-64:]
    query = select(d.id).where(d.digest == place, d.action == "set_aside", d.undone_at.is_(None))
    return connection.execute(query.limit(1)).first() is not None


def _settle(connection: Connection, record: ScanRecord) -> None:
    """What was said about this page before is superseded by this reading."""
    here = {"at_path": record.path, "at_frame": record.frame, "of_digest": record.digest or None}
    connection.execute(_SETTLE, {**here, "settled": now()})


def add_problem(connection: Connection, record: ScanRecord, code: str, sentence: str) -> None:
    """Something about this page needs a person."""
    connection.execute(
        insert(problems).values(
            digest=record.digest or None, path=record.path, frame=record.frame, code=code, sentence=sentence, at=now()
        )
    )


def _forget_scan(connection: Connection, digest: str) -> None:
    """Make room for a scan that could not be read before."""
    connection.execute(delete(machine_answers).where(machine_answers.c.digest == digest))
    connection.execute(delete(scans).where(scans.c.digest == digest))


def _write_scan(connection: Connection, record: ScanRecord, state: str) -> None:
    row = {name: getattr(record, name) for name in SCAN_COLUMNS} | {"state": state, "read_at": now()}
    connection.execute(insert(scans), [row])
    if record.answers:
        rows = [{"digest": record.digest, **vars(answer)} for answer in record.answers]
        connection.execute(insert(machine_answers), rows)


def alike_scans(connection: Connection, at: tuple[str, int] | None = None) -> dict[tuple[str, int], str]:
    """By (serial, page) where several scans are there, all of which say the same and leave no doubt: the first of them,
    which counts without a person; `at`: of that page alone. A conflict that a person was asked to settle stays one."""
    s, m, p = scans.c, machine_answers.c, problems.c
    read = s.state == "read" if at is None else and_(s.state == "read", s.serial == at[0], s.page == at[1])
    several = select(s.serial, s.page, func.count().label("number")).where(read).group_by(s.serial, s.page)
    several_ = several.having(func.count() > 1).subquery()
    here = and_(s.serial == several_.c.serial, s.page == several_.c.page)
    # what not every scan says as the others do, or says with a doubt
    said = select(s.serial, s.page).select_from(scans).join(several_, here)
    said = said.outerjoin(machine_answers, m.digest == s.digest).where(read)
    said = said.group_by(s.serial, s.page, several_.c.number, s.form_version, m.question, m.answer, m.status)
    unlike = said.having(or_(func.count() != several_.c.number, m.status == "doubtful"))
    asked = select(s.serial, s.page).join(problems, p.digest == s.digest)
    asked = asked.where(read, p.code == TWO_SCANS, p.settled_at.is_(None))
    order = (s.read_at.desc(), s.path.desc(), s.frame.desc())
    places = connection.execute(select(s.serial, s.page, s.digest).join(several_, here).where(read).order_by(*order))
    first = {(serial, page): digest for serial, page, digest in places}
    for serial, page in [*connection.execute(unlike), *connection.execute(asked)] if first else ():
        first.pop((serial, page), None)
    return first


def note_conflict(connection: Connection, record: ScanRecord) -> int:
    """1 if another scan of the same page is there already that doesn't plainly say the same, and say so once."""
    others = connection.scalar(_READ_SCANS, {"serial": record.serial, "page": record.page})
    if record.serial is None or record.page is None or not others or others < 2:
        return 0
    if alike_scans(connection, (record.serial, record.page)):
        return 0
    sentence = (
        f"Page {record.page} of form {record.serial} was scanned twice, and the scans differ or leave doubts; "
        "a person must choose which one counts."
    )
    add_problem(connection, record, TWO_SCANS, sentence)
    return 1


def choose_scan(store: Store, digest: str, operator: str, note: str = "") -> None:
    """A person's choice between two scans of one page: this one counts."""
    with store.transaction() as connection:
        row = connection.execute(select(scans.c.serial, scans.c.page).where(scans.c.digest == digest)).one()
        connection.execute(
            insert(scan_decisions).values(digest=digest, action="chosen", operator=operator, at=now(), note=note)
        )
        rivals = select(scans.c.digest).where(scans.c.serial == row.serial, scans.c.page == row.page)
        connection.execute(
            update(problems)
            .where(problems.c.digest.in_(rivals), problems.c.code == TWO_SCANS, problems.c.settled_at.is_(None))
            .values(settled_at=now())
        )


@dataclass(frozen=True)
class OpenProblem:
    """Something that needs a person."""

    path: str
    frame: int
    code: str
    sentence: str


def open_problems(store: Store) -> list[OpenProblem]:
    """Every problem that nobody has settled, by place."""
    columns = problems.c
    query = (
        select(columns.path, columns.frame, columns.code, columns.sentence)
        .where(columns.settled_at.is_(None))
        .order_by(columns.path, columns.frame, columns.id)
    )
    with store.transaction() as connection:
        return [OpenProblem(*row) for row in connection.execute(query)]
