"""people.db: the rows of the lists, the people drawn, and their serials. The one place for names.

What names a person is sealed (see `vault`), every reading of it is noted in `looks`, and nothing here is ever written
to `survey.db`, which knows serials only.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sqlalchemy import Engine, and_, create_engine, delete, event, func, insert, inspect, select, update
from sqlalchemy.exc import DatabaseError

from sipas_forms.errors import PeopleError, StoreError
from sipas_forms.store import list_store
from sipas_forms.store.database import Store, _sqlite_settings, now, why
from sipas_forms.store.people_schema import (
    SCHEMA_VERSION,
    Cell,
    Draw,
    ListFile,
    ListRow,
    ListSheet,
    Look,
    PlacedRow,
    Respondent,
    draws,
    list_rows,
    looks,
    meta,
    metadata,
    respondents,
)
from sipas_forms.store.vault import PASSPHRASE_VARIABLE, Vault, key_file, make_key, read_key, unwrap_key, wrap_key

QUICKER = "Another command replaced a person at this moment; run the command again."


@dataclass(frozen=True)
class People:
    """The database of people; every method is one transaction, and notes what it read for `purpose`."""

    store: Store
    vault: Vault
    database: Path
    purpose: str

    def close(self) -> None:
        """Give back the connections (Windows can't delete an open file)."""
        self.store.close()

    # --- lists

    def files(self) -> list[ListFile]:
        """The lists imported so far, by name."""
        with self.store.transaction() as connection:
            return list_store.files(connection)

    def put_file(
        self, file: ListFile, sheets: Sequence[ListSheet], rows: Sequence[ListRow], settle: list_store.Settle
    ) -> list_store.Change:
        """Put a list in the place of an earlier one of its name; only rows that changed are written.

        `settle` tells accepted, merged and check apart within a cell, whatever the order of imports.
        """
        try:
            with self.store.transaction() as connection:
                return list_store.put_file(connection, self.vault, file, sheets, rows, settle)
        except DatabaseError as error:
            raise StoreError("Another command imported a list at this moment; run the command again.") from error

    def counts(self, file: str) -> list_store.Counts:
        """The rows of a list by (unit, field, outcome)."""
        with self.store.transaction() as connection:
            return list_store.count(connection, file)

    def rows(
        self, file: str | None = None, outcome: str | Iterable[str] | None = None, cell: Cell | None = None
    ) -> list[ListRow]:
        """Rows by file, sheet and row."""
        outcomes = [outcome] if isinstance(outcome, str) else outcome
        with self.store.transaction() as connection:
            found = list_store.rows_of(connection, self.vault, file, outcomes, cell)
        self._look(file or ("-".join(cell) if cell else "lists"), len(found))
        return found

    def placed(self, file: str) -> list[PlacedRow]:
        """What became of a list's rows; no personal data."""
        with self.store.transaction() as connection:
            return list_store.placed_of(connection, file)

    def heads(self, file: str) -> list[ListSheet]:
        """What stands above the rows of a list's sheets."""
        with self.store.transaction() as connection:
            return list_store.heads(connection, self.vault, file)

    def outcomes(self) -> dict[Cell, dict[str, int]]:
        """Rows of the lists per cell and outcome; no personal data."""
        t = list_rows.c
        found: dict[Cell, dict[str, int]] = {}
        with self.store.transaction() as connection:
            query = select(t.unit, t.field, t.outcome, func.count()).group_by(t.unit, t.field, t.outcome)
            for unit, field, outcome, count in connection.execute(query):
                found.setdefault((unit, field), {})[outcome] = count
        return found

    def listed(self) -> dict[Cell, int]:
        """Rows of the lists per cell, whatever became of them."""
        return {cell: sum(counts.values()) for cell, counts in self.outcomes().items()}

    # --- draw

    def draws(self) -> dict[Cell, Draw]:
        """The cells drawn so far."""
        with self.store.transaction() as connection:
            rows = connection.execute(select(draws))
            return {(row[0], row[1]): Draw(*row) for row in rows}

    def put_draws(self, drawn: Sequence[Draw], people: Sequence[Respondent]) -> None:
        """Write draws and their respondents, all or none; StoreError where a cell is drawn already."""
        if not drawn:
            return
        try:
            with self.store.transaction() as connection:
                connection.execute(insert(draws), [asdict(draw) for draw in drawn])
                if people:
                    connection.execute(insert(respondents), [self._sealed(person) for person in people])
        except DatabaseError as error:
            raise StoreError("Another command drew the sample at this moment; run the command again.") from error

    def respondents(
        self, unit: str | None = None, field: str | None = None, serial: str | None = None
    ) -> list[Respondent]:
        """The people drawn, by cell and position."""
        t = respondents.c
        query = select(respondents).order_by(t.unit, t.field, t.position)
        if unit is not None:
            query = query.where(t.unit == unit)
        if field is not None:
            query = query.where(t.field == field)
        if serial is not None:
            query = query.where(t.serial == serial)
        with self.store.transaction() as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            person, name, organisation, address, phone = self.vault.open(
                row.sealed, f"{row.unit}-{row.field}-{row.position}"
            )
            said = (person, name, organisation, address, phone)
            place = (row.unit, row.field, row.position, row.list)
            found.append(Respondent(*place, *said, row.serial, row.number, row.replaces))
        self._look(serial or "-".join(filter(None, (unit, field))) or "sample", len(found))
        return found

    def take_place(self, person: Respondent, serial: str, number: int, replaces: str) -> None:
        """Give a reserve a serial and the place of another; StoreError where another command was quicker."""
        t = respondents.c
        here = and_(t.unit == person.unit, t.field == person.field, t.position == person.position, t.serial.is_(None))
        change = update(respondents).where(here).values(serial=serial, number=number, replaces=replaces)
        try:
            with self.store.transaction() as connection:
                changed = connection.execute(change).rowcount
        except DatabaseError as error:
            raise StoreError(QUICKER) from error
        if changed != 1:
            raise StoreError(QUICKER)

    def leave_place(self, serial: str) -> None:
        """Whoever holds a serial stands for nobody any more."""
        with self.store.transaction() as connection:
            connection.execute(update(respondents).where(respondents.c.serial == serial).values(replaces=None))

    # --- who looked, and the key

    def looks(self) -> list[Look]:
        """Every reading of personal data so far, oldest first."""
        t = looks.c
        with self.store.transaction() as connection:
            rows = connection.execute(select(t.at, t.who, t.purpose, t.of, t.people).order_by(t.id))
            return [Look(*row) for row in rows]

    def _look(self, of: str, people: int) -> None:
        if people:
            entry = {"at": now(), "who": _user(), "purpose": self.purpose, "of": of, "people": people}
            with self.store.transaction() as connection:
                connection.execute(insert(looks), [entry])

    @property
    def protected(self) -> bool:
        """Whether a passphrase is needed to read anything here."""
        return not key_file(self.database).exists()

    def protect(self, passphrase: str) -> None:
        """Wrap the key with a passphrase (a new one in the place of an old one) and remove the open key."""
        wrapped = wrap_key(self.vault.key, passphrase)
        with self.store.transaction() as connection:
            connection.execute(delete(meta).where(meta.c.key == "wrapped_key"))
            connection.execute(insert(meta), [{"key": "wrapped_key", "value": wrapped}])
        _destroy_file(key_file(self.database))

    def _sealed(self, person: Respondent) -> dict[str, object]:
        place = f"{person.unit}-{person.field}-{person.position}"
        kept = {"unit", "field", "position", "list", "serial", "number", "replaces"}
        values = {f.name: getattr(person, f.name) for f in fields(person) if f.name in kept}
        token = self.vault.token(f"{person.unit}\n{person.field}\n{person.person}")
        return {**values, "token": token, "sealed": self.vault.seal(person.said(), place)}


def open_people(database: Path, purpose: str = "open_people", passphrase: str | None = None) -> People:
    """Open, or make, the database of people; `purpose` is noted with everything that is read.

    The passphrase, where one is set, is `passphrase` or the environment's SIPAS_PASSPHRASE.

    Raises:
        StoreError: it is not a database, or one of another version of this program.
        PeopleError: the passphrase is missing or wrong, the key is lost, or the survey is closed.
    """
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _sqlite_settings)
    try:
        known = _prepared(engine, database)
        if "closed_at" in known:
            raise PeopleError(
                f"The survey was closed on {known['closed_at'][:10]}: who its people were is destroyed, as the closing "
                "record says. Answers, tallies and reports are still there."
            )
        key = _key(database, known, passphrase or os.environ.get(PASSPHRASE_VARIABLE))
    except BaseException:
        engine.dispose()
        raise
    return People(Store(engine), Vault(key), database, purpose)


def needs_passphrase(database: Path) -> bool:
    """Whether a database of people is there and only a passphrase opens it."""
    if not database.exists():
        return False
    engine = create_engine(f"sqlite:///{database}")
    try:
        return "wrapped_key" in _facts(engine)
    except DatabaseError:
        return False  # opening it says what is wrong
    finally:
        engine.dispose()


def _prepared(engine: Engine, database: Path) -> dict[str, str]:
    """The facts of a database whose tables are there; made where it is new."""
    try:
        known = _facts(engine)
        version = known.get("schema_version", SCHEMA_VERSION)
        if int(version) > int(SCHEMA_VERSION):
            raise StoreError(f"{database}: was made by a newer version of this program; update the program.")
        if int(version) < int(SCHEMA_VERSION):
            raise StoreError(
                f"{database}: was made by an earlier version, which did not encrypt. Move it and survey.db to another "
                "place, then import the lists and draw with the same seed again."
            )
        metadata.create_all(engine)
        if not known:
            with engine.begin() as connection:
                version_row = {"key": "schema_version", "value": SCHEMA_VERSION}
                connection.execute(insert(meta).prefix_with("OR IGNORE"), [version_row])
    except DatabaseError as error:
        raise StoreError(f"{database}: can't be opened as the database of people: {why(error)}") from error
    return known


def _facts(engine: Engine) -> dict[str, str]:
    with engine.begin() as connection:
        if not inspect(connection).has_table("meta"):
            return {}
        return {row.key: row.value for row in connection.execute(select(meta.c.key, meta.c.value))}


def _key(database: Path, known: dict[str, str], passphrase: str | None) -> bytes:
    if "wrapped_key" in known:
        _destroy_file(key_file(database))  # left there by a command that was killed while it set the passphrase
        return unwrap_key(known["wrapped_key"], passphrase)
    return read_key(database) if known and key_file(database).exists() else _first_key(database, bool(known))


def _first_key(database: Path, known: bool) -> bytes:
    """A new key for a database that holds nothing yet; one that holds something without its key can't be read."""
    if known and _holds_people(database):
        return read_key(database)  # says that it is missing
    return make_key(database)


def _holds_people(database: Path) -> bool:
    engine = create_engine(f"sqlite:///{database}")
    try:
        with engine.begin() as connection:
            tables = (list_rows, respondents)
            return any(connection.scalar(select(func.count()).select_from(table)) for table in tables)
    finally:
        engine.dispose()


def _destroy_file(path: Path) -> None:
    """Overwrite and remove; on disks that write elsewhere (SSD) the removal is what can be done."""
    if path.exists():
        size = path.stat().st_size
        with path.open("r+b") as stream:
            stream.write(os.urandom(size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()


def _user() -> str:
    try:
        return getpass.getuser()[:80]
    except (OSError, KeyError, ImportError):  # no name for this user on this system
        return "unknown"


__all__ = [
    "Cell", "Draw", "ListFile", "ListRow", "ListSheet", "Look", "People", "PlacedRow", "Respondent",
    "needs_passphrase", "open_people",
]  # fmt: skip
