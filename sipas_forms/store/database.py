"""Opens the survey's database and hands out connections; SQLite in WAL mode, or any SQLAlchemy URL."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import IntegrityError as IntegrityError

from sipas_forms.errors import StoreError
from sipas_forms.store import schema

# Another command may hold the database for the length of one short transaction.
BUSY_SECONDS = 30
# What a user can do about what SQLite reports, by the lowest byte of its result code (https://sqlite.org/rescode.html).
WRITABLE = "It, or its folder, can't be written: make both writable, or copy the whole survey to where they are"
CURES = {
    sqlite3.SQLITE_FULL: "The disk is full: make room on it",
    sqlite3.SQLITE_IOERR: "The disk is full, mostly: make room on it; or it is a network drive: use a local one",
    sqlite3.SQLITE_READONLY: WRITABLE,
    sqlite3.SQLITE_CANTOPEN: WRITABLE,
    sqlite3.SQLITE_NOTADB: "Something else has overwritten it: bring it back from a copy",
    sqlite3.SQLITE_CORRUPT: "It is damaged: bring it back from a copy",
}


@dataclass(frozen=True)
class Store:
    """The survey's database. Reads and writes go through the functions of this package."""

    engine: Engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in one transaction: all of it is written, or, whatever happens, nothing."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StoreError(f"The survey's database refuses the change: {why(error)}") from error

    def meta(self, key: str) -> str | None:
        """A stored fact about the survey, or None."""
        with self.transaction() as connection:
            return connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == key))

    def put_meta(self, key: str, value: str) -> None:
        """Store a fact about the survey in the place of an earlier one."""
        with self.transaction() as connection:
            connection.execute(delete(schema.meta).where(schema.meta.c.key == key))
            connection.execute(insert(schema.meta), [{"key": key, "value": value}])

    def key(self) -> bytes:
        """The secret of this survey's page codes (32 bytes), the same for as long as the database lives."""
        found = self.meta("page_key")
        if found is None:
            raise StoreError("The survey's database has lost the key of its page codes; restore it from a copy.")
        return bytes.fromhex(found)

    def close(self) -> None:
        """Give back the connections (Windows can't delete an open file)."""
        self.engine.dispose()


def open_store(database: Path | str) -> Store:
    """Open, or make, the survey's database at a path or an SQLAlchemy URL.

    Raises:
        StoreError: it is not a database, or one of a newer version of this program.
    """
    url = f"sqlite:///{database}" if isinstance(database, Path) else database
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    try:
        schema.metadata.create_all(engine)
        with engine.begin() as connection:
            rows = connection.execute(select(schema.meta.c.key, schema.meta.c.value))
            known: dict[str, str] = {row.key: row.value for row in rows}
            fresh = {"schema_version": str(schema.SCHEMA_VERSION), "page_key": secrets.token_hex(32)}
            if not known:
                connection.execute(insert(schema.meta), [{"key": k, "value": v} for k, v in fresh.items()])
    except IntegrityError:
        return open_store(database)  # another process made it at this very moment
    except DatabaseError as error:
        raise StoreError(f"{database}: can't be opened as the survey's database: {why(error)}") from error
    version = int(known.get("schema_version", schema.SCHEMA_VERSION))
    if version > schema.SCHEMA_VERSION:
        raise StoreError(f"{database}: was made by a newer version of this program; update the program.")
    return Store(engine)


def why(error: DatabaseError) -> str:
    """What a database reports, and what a user can do about it: the end of a sentence."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    cure = CURES.get(code, "Close other programs that use it")
    return f"{error.orig}. {cure}, and run the command again."


def now() -> str:
    """This moment as the databases write it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _sqlite_settings(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
