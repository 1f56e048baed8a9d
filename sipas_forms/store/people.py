"""people.db: the rows of the lists, the people drawn, and their serials. The one place for names.

Nothing here is ever written to `survey.db`, which knows serials only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from sipas_forms.errors import StoreError
from sipas_forms.store.database import Store, _sqlite_settings, now

SCHEMA_VERSION = "1"

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

list_files = Table(
    "list_files",
    metadata,
    Column("file", String(255), primary_key=True),  # name without folder
    Column("path", Text, nullable=False),  # relative to the workspace where inside
    Column("digest", String(64), nullable=False),  # SHA-256 of the content
    Column("options", String(40), nullable=False),  # unit and field that were named at import
    Column("imported_at", String(32), nullable=False),
)

# Every row of every list, whatever became of it.
list_rows = Table(
    "list_rows",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file", String(255), nullable=False),
    Column("sheet_number", Integer, nullable=False),  # from 1
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),  # from 1, as the office's program shows it
    Column("unit", String(10), nullable=False),  # '' where not known
    Column("field", String(10), nullable=False),
    Column("outcome", String(10), nullable=False),  # accepted | merged | refused
    Column("reasons", Text, nullable=False),  # codes joined by ';', the first counts
    Column("sentence", Text, nullable=False),
    Column("person", Text, nullable=False),  # who it is within the cell; '' where refused
    Column("name", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("day", String(10), nullable=False),  # ISO 8601
    Column("original", Text, nullable=False),  # the row as it came: a JSON list
    UniqueConstraint("file", "sheet_number", "row"),
    Index("list_rows_cell", "unit", "field", "outcome"),
)

# How each cell was drawn; written together with its respondents.
draws = Table(
    "draws",
    metadata,
    Column("unit", String(10), primary_key=True),
    Column("field", String(10), primary_key=True),
    Column("seed", String(200), nullable=False),
    Column("method", String(40), nullable=False),
    Column("listed", Integer, nullable=False),
    Column("eligible", Integer, nullable=False),
    Column("official", Integer, nullable=False),
    Column("reserve", Integer, nullable=False),
    Column("drawn_at", String(32), nullable=False),
)

# The people drawn, in drawn order, official ones first; `serial` is the link to the answers.
respondents = Table(
    "respondents",
    metadata,
    Column("unit", String(10), primary_key=True),
    Column("field", String(10), primary_key=True),
    Column("position", Integer, primary_key=True),  # from 1
    Column("list", String(10), nullable=False),  # official | reserve
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("serial", String(40), unique=True),  # null: a reserve who has not taken a place
    Column("number", Integer),  # of the serial, within the cell
    Column("replaces", String(40), unique=True),  # the serial whose place a reserve took
    UniqueConstraint("unit", "field", "person"),
)

Cell = tuple[str, str]


@dataclass(frozen=True)
class ListRow:
    """A row of a list: where it stands, what it says, and what became of it (`outcome`)."""

    file: str
    sheet_number: int
    sheet: str
    row: int
    unit: str
    field: str
    outcome: str
    reasons: str
    sentence: str
    person: str
    name: str
    organisation: str
    address: str
    phone: str
    day: str
    original: str


@dataclass(frozen=True)
class ListFile:
    """A list that was imported."""

    file: str
    path: str
    digest: str
    options: str


@dataclass(frozen=True)
class Draw:
    """How a cell was drawn."""

    unit: str
    field: str
    seed: str
    method: str
    listed: int
    eligible: int
    official: int
    reserve: int
    drawn_at: str


@dataclass(frozen=True)
class Respondent:
    """A person drawn; `serial` is None for a reserve who has not taken a place."""

    unit: str
    field: str
    position: int
    list: str
    person: str
    name: str
    organisation: str
    address: str
    phone: str
    serial: str | None = None
    number: int | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class People:
    """The database of people; every method is one transaction."""

    store: Store

    def close(self) -> None:
        """Give back the connections (Windows can't delete an open file)."""
        self.store.close()

    def files(self) -> list[ListFile]:
        """The lists imported so far, by name."""
        t = list_files.c
        with self.store.transaction() as connection:
            rows = connection.execute(select(t.file, t.path, t.digest, t.options).order_by(t.file))
            return [ListFile(*row) for row in rows]

    def put_file(self, file: ListFile, rows: Sequence[ListRow]) -> Counter[tuple[str, str, str]]:
        """Put a list in the place of an earlier one of its name; counts its rows by (unit, field, outcome).

        The first row of a person in a cell, by file, sheet and row, is accepted, later ones are merged into
        it, whatever the order of imports.
        """
        with self.store.transaction() as connection:
            cells = self._cells_of(connection, file.file) | {(row.unit, row.field) for row in rows}
            connection.execute(delete(list_rows).where(list_rows.c.file == file.file))
            connection.execute(delete(list_files).where(list_files.c.file == file.file))
            connection.execute(insert(list_files), [{**asdict(file), "imported_at": now()}])
            if rows:
                connection.execute(insert(list_rows), [vars(row) for row in rows])
            for cell in sorted(cells):
                _settle(connection, cell)
            counts = _counts(connection, file.file)
            if counts.total() != len(rows):
                raise AssertionError(f"{file.file}: {len(rows)} rows read, {counts.total()} kept")
            return counts

    def counts(self, file: str) -> Counter[tuple[str, str, str]]:
        """The rows of a list by (unit, field, outcome)."""
        with self.store.transaction() as connection:
            return _counts(connection, file)

    def rows(self, file: str | None = None, outcome: str | None = None, cell: Cell | None = None) -> list[ListRow]:
        """Rows by file, sheet and row."""
        t = list_rows.c
        query = select(*[t[name] for name in ListRow.__dataclass_fields__]).order_by(t.file, t.sheet_number, t.row)
        if file is not None:
            query = query.where(t.file == file)
        if outcome is not None:
            query = query.where(t.outcome == outcome)
        if cell is not None:
            query = query.where(t.unit == cell[0], t.field == cell[1])
        with self.store.transaction() as connection:
            return [ListRow(*row) for row in connection.execute(query)]

    def listed(self) -> dict[Cell, int]:
        """Rows of the lists per cell, whatever became of them."""
        t = list_rows.c
        with self.store.transaction() as connection:
            rows = connection.execute(select(t.unit, t.field, func.count()).group_by(t.unit, t.field))
            return {(unit, field): count for unit, field, count in rows}

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
                connection.execute(insert(respondents), [asdict(person) for person in people])
        except DatabaseError as error:
            raise StoreError("Another command drew the sample at this moment; run the command again.") from error

    def respondents(self, unit: str | None = None, field: str | None = None) -> list[Respondent]:
        """The people drawn, by cell and position."""
        t = respondents.c
        query = select(respondents).order_by(t.unit, t.field, t.position)
        if unit is not None:
            query = query.where(t.unit == unit)
        if field is not None:
            query = query.where(t.field == field)
        with self.store.transaction() as connection:
            return [Respondent(*row) for row in connection.execute(query)]

    def take_place(self, person: Respondent, serial: str, number: int, replaces: str) -> None:
        """Give a reserve a serial and the place of another; StoreError where another command was quicker."""
        t = respondents.c
        here = and_(t.unit == person.unit, t.field == person.field, t.position == person.position, t.serial.is_(None))
        change = update(respondents).where(here).values(serial=serial, number=number, replaces=replaces)
        try:
            with self.store.transaction() as connection:
                changed = connection.execute(change).rowcount
        except DatabaseError as error:
            raise StoreError("Another command replaced a person at this moment; run the command again.") from error
        if changed != 1:
            raise StoreError("Another command replaced a person at this moment; run the command again.")

    @staticmethod
    def _cells_of(connection: Connection, file: str) -> set[Cell]:
        t = list_rows.c
        found = connection.execute(select(t.unit, t.field).where(t.file == file).distinct())
        return {(unit, field) for unit, field in found}


def _settle(connection: Connection, cell: Cell) -> None:
    """Tell accepted from merged in one cell: the first row of a person counts."""
    t = list_rows.c
    mine = and_(t.unit == cell[0], t.field == cell[1], t.outcome != "refused")
    query = select(t.id, t.person, t.outcome).where(mine).order_by(t.file, t.sheet_number, t.row)
    seen: set[str] = set()
    changes = []
    for row_id, person, outcome in connection.execute(query):
        right = "merged" if person in seen else "accepted"
        seen.add(person)
        if outcome != right:
            changes.append({"row_id": row_id, "right": right})
    _change_outcomes(connection, changes)


def _counts(connection: Connection, file: str) -> Counter[tuple[str, str, str]]:
    t = list_rows.c
    query = select(t.unit, t.field, t.outcome, func.count()).where(t.file == file)
    found = connection.execute(query.group_by(t.unit, t.field, t.outcome))
    return Counter({(unit, field, outcome): count for unit, field, outcome, count in found})


def _change_outcomes(connection: Connection, changes: Iterable[dict[str, object]]) -> None:
    rows = list(changes)
    if rows:
        change = update(list_rows).where(list_rows.c.id == bindparam("row_id")).values(outcome=bindparam("right"))
        connection.execute(change, rows)


def open_people(database: Path) -> People:
    """Open, or make, the database of people.

    Raises:
        StoreError: it is not a database, or one of a newer version of this program.
    """
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _sqlite_settings)
    try:
        metadata.create_all(engine)
        with engine.begin() as connection:
            version = connection.scalar(select(meta.c.value).where(meta.c.key == "schema_version"))
            if version is None:
                known = insert(meta).prefix_with("OR IGNORE")
                connection.execute(known, [{"key": "schema_version", "value": SCHEMA_VERSION}])
    except DatabaseError as error:
        raise StoreError(f"{database}: can't be opened as the database of people ({error.orig}).") from error
    if int(version or SCHEMA_VERSION) > int(SCHEMA_VERSION):
        raise StoreError(f"{database}: was made by a newer version of this program; update the program.")
    return People(Store(engine))
