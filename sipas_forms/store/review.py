"""What waits for a person, and what people decide: the queue, decisions with who and when, undo, doubts.

Decisions are only added to. A decision that would cover one which its page has not seen is refused and handed back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from sipas_forms.store.answers import doubted_answers
from sipas_forms.store.database import Store, now
from sipas_forms.store.readings import alike_scans
from sipas_forms.store.schema import decisions, doubts, forms, machine_answers, scan_decisions, scans

# The reason of the policy table that sends a writing area to a person.
HANDWRITING = "handwriting"
# The reason shown for an answer that a person called doubtful.
CALLED_DOUBTFUL = "called_doubtful"


@dataclass(frozen=True)
class Item:
    """One question of one form as the machine left it. `answer` is its decision, or its best guess; `seen` is the id
    of the person's decision that is doubted, 0 where there is none."""

    serial: str
    unit: str
    field: str
    question: str
    page: int
    digest: str
    form_version: str
    answer: str
    reason: str
    confidence: float
    seen: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What decisions know it by."""
        return self.serial, self.question


@dataclass(frozen=True)
class Alike:
    """One kind of decision of the machine, to be looked over.

    Attributes:
        answer: exactly this ("": blank); None: any.
        holds, lacks: an option code that is, or is not, among the answer's; "" for no such wish.
        reason: a row of the policy table; "" for any.
    """

    questions: tuple[str, ...]
    answer: str | None
    holds: str = ""
    lacks: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """What a person decided; `id` counts up in the order of deciding."""

    id: int
    serial: str
    question: str
    answer: str
    operator: str
    at: str
    note: str


@dataclass(frozen=True)
class Outcome:
    """`decision` stands now. `accepted` is False where another stood there already and the new one wasn't written."""

    accepted: bool
    decision: Decision


def queue(store: Store, handwriting: bool) -> list[Item]:
    """Every doubtful answer without a decision, handwriting or boxes, but for pages in conflict; in no order."""
    c = machine_answers.c
    reason = c.reason == HANDWRITING if handwriting else c.reason != HANDWRITING
    with store.transaction() as connection:
        silent = out_of_count(connection)
        waiting = _items().where(c.status == "doubtful", reason, ~_decided())
        found = {item.key: item for item in _read(connection, waiting, silent)}
        for serial, question in doubted_answers(connection):
            query = _items().where(scans.c.serial == serial, c.question == question, reason)
            for item in _read(connection, query, silent):
                found[item.key] = _called(connection, item)
    return list(found.values())


def waiting_counts(store: Store) -> Counter[tuple[str, str, bool]]:
    """How many answers wait for a person, by (unit, field, whether it is handwriting): `queue` by cell."""
    c = machine_answers.c
    handwriting = (c.reason == HANDWRITING).label("handwriting")
    with store.transaction() as connection:
        silent = out_of_count(connection)
        query = _items().where(c.status == "doubtful", c.digest.not_in(silent), ~_decided())
        grouped = query.with_only_columns(forms.c.unit, forms.c.field, handwriting, func.count())
        rows = connection.execute(grouped.group_by(forms.c.unit, forms.c.field, handwriting))
        counts = Counter({(unit, field, bool(kind)): number for unit, field, kind, number in rows})
        for serial, question in doubted_answers(connection):
            called = _items().where(scans.c.serial == serial, c.question == question)
            known = or_(c.status != "doubtful", _decided())  # the others are counted above
            for item in _read(connection, called.where(known), silent):
                counts[item.unit, item.field, item.reason == HANDWRITING] += 1
    return counts


def undecided(store: Store, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of (serial, question) on which no decision stands."""
    with store.transaction() as connection:
        return {key for key in keys if standing_decision(connection, *key) is None}


def item_of(store: Store, serial: str, question: str) -> Item | None:
    """One question of one form by the scan that counts (any scan of it, should none count yet)."""
    with store.transaction() as connection:
        query = _items().where(scans.c.serial == serial, machine_answers.c.question == question)
        return next(iter(_read(connection, query, out_of_count(connection)) or _read(connection, query, set())), None)


def was_asked(store: Store, serial: str, question: str) -> bool:
    """Whether people are, or were, asked about that answer: the machine doubts it, or somebody did."""
    c, d = machine_answers.c, doubts.c
    doubted_by_machine = _items().where(scans.c.serial == serial, c.question == question, c.status == "doubtful")
    doubted_by_people = select(d.id).where(d.serial == serial, d.question == question)
    with store.transaction() as connection:
        found = (connection.execute(query.limit(1)).first() for query in (doubted_by_machine, doubted_by_people))
        return any(row is not None for row in found)


def decided_alike(store: Store, sought: Alike, limit: int, offset: int) -> list[Item]:
    """Of the `limit` answers from `offset` on that the machine settled so, the least certain first, those that count
    and that nobody has decided since."""
    c = machine_answers.c
    statuses = ("accepted", "blank") if sought.answer is None else ("accepted" if sought.answer else "blank",)
    skipped = offset if len(statuses) == 1 else 0
    places: list[tuple[float, str, str]] = []
    with store.transaction() as connection:
        silent = out_of_count(connection)
        for status in statuses:  # each by itself, as the index has them: together all would be sorted
            query = select(c.confidence, c.question, c.digest).where(c.status == status, _alike(sought))
            ordered = query.order_by(c.confidence, c.question, c.digest).limit(offset - skipped + limit).offset(skipped)
            places += [tuple(row) for row in connection.execute(ordered)]
        wanted = sorted(places)[offset - skipped :][:limit]
        pages: dict[str, list[str]] = {}
        for _, question, digest in wanted:
            pages.setdefault(question, []).append(digest)
        chosen = or_(false(), *(and_(c.question == name, c.digest.in_(some)) for name, some in pages.items()))
        found = {(i.question, i.digest): i for i in _read(connection, _items().where(chosen, ~_decided()), silent)}
    return [found[question, digest] for _, question, digest in wanted if (question, digest) in found]


def count_alike(store: Store, sought: Alike) -> int:
    """How many answers `decided_alike` goes through."""
    status = machine_answers.c.status.in_(("accepted", "blank"))
    with store.transaction() as connection:
        return connection.scalar(select(func.count()).where(_alike(sought), status)) or 0


def _alike(sought: Alike) -> ColumnElement[bool]:
    c = machine_answers.c
    unread = select(scans.c.digest).where(scans.c.state != "read")  # a person has yet to confirm whose they are
    wishes: list[ColumnElement[bool]] = [c.question.in_(sought.questions), c.digest.not_in(unread)]
    if sought.answer is not None:
        wishes.append(c.answer == sought.answer)
    codes = literal(";") + c.answer + literal(";")
    if sought.holds:
        wishes.append(codes.contains(f";{sought.holds};", autoescape=True))
    if sought.lacks:
        wishes.append(~codes.contains(f";{sought.lacks};", autoescape=True))
    if sought.reason:
        wishes.append(c.reason == sought.reason)
    return and_(*wishes)


def doubted(store: Store) -> set[tuple[str, str]]:
    """(serial, question) of the answers in which people's doubt stands."""
    with store.transaction() as connection:
        return doubted_answers(connection)


def decide(
    store: Store, serial: str, question: str, answer: str, operator: str, note: str = "", seen: int = 0
) -> Outcome:
    """Add a decision, unless one newer than `seen` (an id, 0: none) stands there: then that one is handed back."""
    with store.transaction() as connection:
        return decide_in(connection, serial, question, answer, operator, note, seen)


def decide_in(
    connection: Connection, serial: str, question: str, answer: str, operator: str, note: str = "", seen: int = 0
) -> Outcome:
    """`decide` within a transaction that does more."""
    c = decisions.c
    newer = and_(c.serial == serial, c.question == question, c.undone_at.is_(None), c.id > seen)
    values = [serial, question, answer, operator, now(), note]
    names = ["serial", "question", "answer", "operator", "at", "note"]
    # one statement, so that two people who decide at the same moment can't both believe to be the first
    row = select(*[literal(v) for v in values]).where(~exists(select(c.id).where(newer).correlate(None)))
    written = connection.execute(insert(decisions).from_select(names, row)).rowcount
    standing = standing_decision(connection, serial, question)
    assert standing is not None
    return Outcome(bool(written), standing)


def standing_decision(connection: Connection, serial: str, question: str) -> Decision | None:
    """The newest decision that is not undone."""
    query = _decisions().where(decisions.c.serial == serial, decisions.c.question == question)
    row = connection.execute(query.order_by(decisions.c.id.desc()).limit(1)).one_or_none()
    return Decision(*row) if row else None


def undo(store: Store, operator: str, decision: int | None = None) -> Decision | None:
    """Take back the operator's own decision of that id, or the operator's newest; None where there is none."""
    with store.transaction() as connection:
        query = _decisions().where(decisions.c.operator == operator).order_by(decisions.c.id.desc()).limit(1)
        if decision is not None:
            query = query.where(decisions.c.id == decision)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        connection.execute(update(decisions).where(decisions.c.id == row.id).values(undone_at=now()))
        return Decision(*row)


def history(store: Store, limit: int) -> list[Decision]:
    """The newest decisions that stand."""
    with store.transaction() as connection:
        rows = connection.execute(_decisions().order_by(decisions.c.id.desc()).limit(limit))
        return [Decision(*row) for row in rows]


def notes_used(store: Store, limit: int = 30) -> list[str]:
    """Tags (#word) that stand in notes, the most frequent first."""
    with store.transaction() as connection:
        rows = connection.scalars(
            select(decisions.c.note).where(decisions.c.undone_at.is_(None), decisions.c.note != "")
        )
        count: dict[str, int] = {}
        for note in rows:
            for word in str(note).split():
                if word.startswith("#"):
                    count[word] = count.get(word, 0) + 1
    return sorted(count, key=lambda word: (-count[word], word))[:limit]


def call_doubtful(store: Store, serial: str, question: str, operator: str) -> None:
    """A settled answer that a person thinks wrong goes to the queue. Doing it twice changes nothing."""
    with store.transaction() as connection:
        if (serial, question) in doubted_answers(connection):
            return
        standing = standing_decision(connection, serial, question)
        row = {"serial": serial, "question": question, "operator": operator, "at": now()}
        connection.execute(insert(doubts).values(**row, decision=standing.id if standing else 0))


def withdraw_doubt(store: Store, serial: str, question: str) -> None:
    """The answer was right after all."""
    with store.transaction() as connection:
        mine = and_(doubts.c.serial == serial, doubts.c.question == question, doubts.c.undone_at.is_(None))
        connection.execute(update(doubts).where(mine).values(undone_at=now()))


def out_of_count(connection: Connection) -> set[str]:
    """Digests of read scans whose answers don't count, or not yet: rivals of a chosen scan, scans in conflict."""
    c = scans.c
    several = (
        select(c.serial, c.page).where(c.state == "read").group_by(c.serial, c.page).having(func.count() > 1).subquery()
    )
    rows = connection.execute(
        select(c.serial, c.page, c.digest)
        .join(several, and_(c.serial == several.c.serial, c.page == several.c.page))
        .where(c.state == "read")
    ).all()
    if not rows:
        return set()
    newest = connection.execute(
        select(scan_decisions.c.digest, func.max(scan_decisions.c.id))
        .where(scan_decisions.c.action == "chosen", scan_decisions.c.undone_at.is_(None))
        .group_by(scan_decisions.c.digest)
    )
    chosen: dict[str, int] = {row[0]: row[1] for row in newest}
    silent = {row.digest for row in rows}
    best: dict[tuple[str, int], tuple[int, str]] = {}
    for serial, page, digest in rows:
        if digest in chosen:
            best[serial, page] = max(best.get((serial, page), (0, "")), (chosen[digest], digest))
    alike = {digest for place, digest in alike_scans(connection).items() if place not in best}
    return silent - alike - {digest for _, digest in best.values()}


def _items() -> Select[Any]:
    s, m, f = scans.c, machine_answers.c, forms.c
    columns = (
        s.serial,
        f.unit,
        f.field,
        m.question,
        s.page,
        s.digest,
        s.form_version,
        m.answer,
        m.reason,
        m.confidence,
    )
    return (
        select(*columns)
        .select_from(machine_answers)
        .join(scans, and_(s.digest == m.digest, s.state == "read"))
        .join(forms, and_(f.serial == s.serial, f.state == "issued"))
    )


def _read(connection: Connection, query: Select[Any], silent: Iterable[str]) -> list[Item]:
    rows = (Item(*row) for row in connection.execute(query))
    return [item for item in rows if item.digest not in silent]


def _decided() -> Any:
    c = decisions.c
    mine = and_(c.serial == scans.c.serial, c.question == machine_answers.c.question, c.undone_at.is_(None))
    return exists(select(c.id).where(mine).correlate(scans, machine_answers))


def _called(connection: Connection, item: Item) -> Item:
    standing = standing_decision(connection, *item.key)
    known = {"answer": standing.answer, "seen": standing.id} if standing else {}
    return Item(**{**vars(item), "reason": CALLED_DOUBTFUL, **known})


def _decisions() -> Select[Any]:
    c = decisions.c
    return select(c.id, c.serial, c.question, c.answer, c.operator, c.at, c.note).where(c.undone_at.is_(None))
