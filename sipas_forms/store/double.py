"""Double entry: two people key the same item apart; agreement decides, disagreement asks a third person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update

from sipas_forms.store.database import Store, now
from sipas_forms.store.review import decide_in, standing_decision
from sipas_forms.store.schema import entries

State = Literal["waiting", "agreed", "differs"]


@dataclass(frozen=True)
class Entry:
    """What one person keyed."""

    id: int
    serial: str
    question: str
    answer: str
    operator: str
    note: str


def key_entry(
    store: Store, serial: str, question: str, answer: str, operator: str, note: str = ""
) -> tuple[State, int]:
    """Add what a person keyed, over what the same person keyed before: what it led to, and the entry's id.

    The decision that two equal entries make bears both names.
    """
    e = entries.c
    row = {"serial": serial, "question": question, "answer": answer, "operator": operator, "at": now(), "note": note}
    with store.transaction() as connection:
        mine = update(entries).where(e.serial == serial, e.question == question, e.operator == operator)
        connection.execute(mine.where(e.undone_at.is_(None)).values(undone_at=now()))
        key = connection.execute(insert(entries).values(**row)).inserted_primary_key
        number = int(key[0]) if key else 0
        both = _entries(connection, e.serial == serial, e.question == question)
        if len(both) < 2:
            return "waiting", number
        if len({x.answer.strip() for x in both}) > 1:
            return "differs", number
        names = " + ".join(sorted(x.operator for x in both))[:80]
        standing = standing_decision(connection, serial, question)
        words = " ".join(dict.fromkeys(x.note for x in both if x.note))
        decide_in(connection, serial, question, answer.strip(), names, words, standing.id if standing else 0)
        return "agreed", number


def undo_entry(store: Store, operator: str) -> Entry | None:
    """Take back the newest thing that this person keyed and that is no decision yet; None where there is none."""
    with store.transaction() as connection:
        for entry in reversed(_entries(connection)):
            if entry.operator == operator and standing_decision(connection, entry.serial, entry.question) is None:
                connection.execute(update(entries).where(entries.c.id == entry.id).values(undone_at=now()))
                return entry
    return None


def entries_by_item(store: Store) -> dict[tuple[str, str], list[Entry]]:
    """Standing entries of each (serial, question), in the order of keying."""
    result: dict[tuple[str, str], list[Entry]] = {}
    with store.transaction() as connection:
        for entry in _entries(connection):
            result.setdefault((entry.serial, entry.question), []).append(entry)
    return result


def _entries(connection: Connection, *conditions: ColumnElement[bool]) -> list[Entry]:
    e = entries.c
    query = select(e.id, e.serial, e.question, e.answer, e.operator, e.note).where(e.undone_at.is_(None), *conditions)
    return [Entry(*row) for row in connection.execute(query.order_by(e.id))]
