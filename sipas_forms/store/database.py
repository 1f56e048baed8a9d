"""Opens the survey's database and hands out connections; SQLite in WAL mode, or any SQLAlchemy URL."""

from __future__ import annotations

import secrets
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
            full = "full" in str(error.orig)  # SQLite's "database or disk is full"
            cure = "Make room on the disk" if full else "Close other programs that use it"
            raise StoreError(
                f"The survey's database refuses the change ({error.orig}). {cure} and run the command again."
            ) from error

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
        raise StoreError(f"{database}: can't be opened as the survey's database ({error.orig}).") from error
    version = int(known.get("schema_version", schema.SCHEMA_VERSION))
    if version > schema.SCHEMA_VERSION:
        raise StoreError(f"{database}: was made by a newer version of this program; update the program.")
    return Store(engine)


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
