"""Pages whose form's number stands on their front alone: they wait for it, and take the serial that it gets."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from sipas_forms.store.database import Store, now
from sipas_forms.store.readings import RecordCounts, ScanRecord, form_problem, note_conflict
from sipas_forms.store.schema import fronts, problems, scan_files, scans

FRONT_FIRST = "front_first"
AT_ONCE = 400  # names in one query: SQLite takes some thousands


@dataclass(frozen=True)
class Back:
    """A page without a number of its own: `front` is the digest of the page whose serial it takes, or empty where that
    can't be told; `code` and `sentence` are its problem until it has a serial."""

    digest: str
    front: str
    code: str
    sentence: str


@dataclass(frozen=True)
class KnownScan:
    """What the store knows of a scan. `size` and `mtime_ns` are of its file when all of that was seen."""

    digest: str
    path: str
    serial: str | None
    page: int | None
    form_version: str | None
    state: str
    size: int | None
    mtime_ns: int | None


def known_scans(store: Store, digests: Collection[str] = (), paths: Collection[str] = ()) -> list[KnownScan]:
    """The scans of these digests, and those in these files."""
    s, f = scans.c, scan_files.c
    query = select(s.digest, s.path, s.serial, s.page, s.form_version, s.state, f.size, f.mtime_ns)
    query = query.select_from(scans).join(scan_files, f.path == s.path, isouter=True)
    found = []
    with store.transaction() as connection:
        for column, wanted in ((s.digest, list(digests)), (s.path, list(paths))):
            for start in range(0, len(wanted), AT_ONCE):
                rows = connection.execute(query.where(column.in_(wanted[start : start + AT_ONCE])))
                found += [KnownScan(*row) for row in rows]
    return found


def record_backs(store: Store, backs: Iterable[Back]) -> RecordCounts:
    """Write whose backs these pages are, as far as that is known; those whose front counts already count with it. A
    page that has a serial by now, or another problem, is left as it is."""
    counts = RecordCounts()
    with store.transaction() as connection:
        for back in backs:
            if _waiting(connection, back.digest) is None:
                continue
            forget_front(connection, back.digest)
            if back.front:
                connection.execute(insert(fronts), [{"digest": back.digest, "front": back.front}])
            mine = and_(problems.c.digest == back.digest, problems.c.settled_at.is_(None))
            connection.execute(update(problems).where(mine).values(code=back.code, sentence=back.sentence))
            taken, conflict = _take(connection, back.digest)
            counts.read += taken
            counts.problems -= taken  # it was counted as one when it was read
            counts.conflicts += conflict
    return counts


def follow_front(connection: Connection, front: str) -> None:
    """This page counts from now on, and so do those that wait for its serial."""
    for digest in connection.scalars(select(fronts.c.digest).where(fronts.c.front == front)).all():
        _take(connection, digest)


def forget_front(connection: Connection, digest: str) -> None:
    """Somebody said whose page this is: it follows no other."""
    connection.execute(delete(fronts).where(fronts.c.digest == digest))


def joined_backs(connection: Connection, front: str) -> list[str]:
    """Digests of the pages that have taken this one's serial."""
    s = scans.c
    query = select(s.digest).join(fronts, fronts.c.digest == s.digest).where(fronts.c.front == front, s.state == "read")
    return list(connection.scalars(query))


def wait_again(connection: Connection, digest: str) -> None:
    """The serial that this page took counts no more: it waits for its front's as before."""
    p = problems.c
    newest = select(func.max(p.id)).where(p.digest == digest, p.code == FRONT_FIRST).scalar_subquery()
    connection.execute(update(problems).where(p.digest == digest, p.settled_at.is_(None)).values(settled_at=now()))
    connection.execute(update(problems).where(p.id == newest).values(settled_at=None))
    connection.execute(update(scans).where(scans.c.digest == digest).values(state="problem", serial=None))


def _waiting(connection: Connection, digest: str) -> int | None:
    """The id of its problem, where a page that was measured waits for its front."""
    p, s = problems.c, scans.c
    query = select(func.max(p.id)).select_from(problems).join(scans, s.digest == p.digest)
    open_ = and_(p.digest == digest, p.code == FRONT_FIRST, p.settled_at.is_(None))
    number: int | None = connection.scalar(query.where(open_, s.state == "problem", s.reading.is_not(None)))
    return number


def _take(connection: Connection, digest: str) -> tuple[int, int]:
    """(1 where the page has taken its front's serial, 1 where another scan of that page is there)."""
    problem = _waiting(connection, digest)
    back, front = scans.alias(), scans.alias()
    query = select(back.c.path, back.c.frame, back.c.page, front.c.serial).select_from(back)
    query = query.join(fronts, fronts.c.digest == back.c.digest).join(front, front.c.digest == fronts.c.front)
    query = query.where(back.c.digest == digest, front.c.state == "read", front.c.page == 1)
    row = connection.execute(query).one_or_none()
    if problem is None or row is None or form_problem(connection, row.serial):
        return 0, 0
    connection.execute(update(problems).where(problems.c.id == problem).values(settled_at=now()))
    taken = update(scans).where(scans.c.digest == digest)
    connection.execute(taken.values(state="read", serial=row.serial))
    record = ScanRecord(row.path, row.frame, digest, serial=row.serial, page=row.page)
    return 1, note_conflict(connection, record)
