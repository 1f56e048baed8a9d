"""people.db at the end: how much it holds, and how all of it is destroyed. Needs neither key nor passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, delete, event, func, insert, select, text
from sqlalchemy.exc import DatabaseError

from sipas_forms.errors import StoreError
from sipas_forms.store import list_store
from sipas_forms.store.database import Store, _sqlite_settings, now
from sipas_forms.store.people import _destroy_file, _prepared
from sipas_forms.store.people_schema import ListFile, Look, list_rows, looks, meta, metadata, respondents
from sipas_forms.store.vault import key_file


@dataclass(frozen=True)
class Census:
    """How much a database of people holds, without a word of it; `links` are people with a serial."""

    respondents: int
    links: int
    list_rows: int
    files: tuple[ListFile, ...]
    looks: tuple[Look, ...]


def count_people(database: Path) -> Census:
    """What there is to destroy; needs neither key nor passphrase.

    Raises:
        StoreError: it is not a database of people, or one of another version of this program.
    """
    store = _unlocked(database)
    try:
        with store.transaction() as connection:
            t = looks.c
            seen = connection.execute(select(t.at, t.who, t.purpose, t.of, t.people).order_by(t.id))
            return Census(
                int(connection.scalar(select(func.count()).select_from(respondents)) or 0),
                int(connection.scalar(select(func.count(respondents.c.serial))) or 0),
                int(connection.scalar(select(func.count()).select_from(list_rows)) or 0),
                tuple(list_store.files(connection)),
                tuple(Look(*row) for row in seen),
            )
    finally:
        store.close()


def close_people(database: Path) -> None:
    """Destroy the key and everything about people, lists and the link to serials; nothing brings it back.

    Without the key what may be left on the disk is noise. The note that the survey is closed stays. May be killed and
    run again; where it was done before, nothing is left to do. Needs neither key nor passphrase.
    """
    _destroy_file(key_file(database))
    store = _unlocked(database)
    try:
        with store.engine.begin() as connection:
            connection.execute(text("PRAGMA secure_delete=ON"))
            connection.execute(delete(meta).where(meta.c.key == "wrapped_key"))
            for table in metadata.tables.values():
                if table is not meta:
                    connection.execute(delete(table))
            if connection.scalar(select(meta.c.value).where(meta.c.key == "closed_at")) is None:
                connection.execute(insert(meta), [{"key": "closed_at", "value": now()}])
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    except DatabaseError as error:
        raise StoreError(
            f"{database}: another program holds it ({error.orig}). Close it and run the command again."
        ) from error
    finally:
        store.close()


def _unlocked(database: Path) -> Store:
    """The database without its key: for what needs no word of what is sealed."""
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _sqlite_settings)
    try:
        _prepared(engine, database)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)
