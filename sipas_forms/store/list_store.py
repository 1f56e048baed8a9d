"""people.db: the rows of the transaction lists. A list that comes again changes only the rows that changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from sipas_forms.store.database import now
from sipas_forms.store.people_schema import (
    PLACED,
    SAID,
    Cell,
    ListFile,
    ListRow,
    ListSheet,
    PlacedRow,
    list_files,
    list_rows,
    list_sheets,
)
from sipas_forms.store.vault import Vault

# SQLite takes so many values in one `IN`.
CHUNK = 500


@dataclass(frozen=True)
class Settled:
    """What became of a row among the others of its cell; `link` is the position of the row it was merged into."""

    outcome: str
    link: int | None = None
    link_reason: str = ""


Settle = Callable[[list[ListRow]], list[Settled]]
Counts = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class Change:
    """What an import changed: `rows` new or changed ones, `gone` rows, `counts` by (unit, field, outcome)."""

    rows: int
    gone: int
    counts: Counts


def files(connection: Connection) -> list[ListFile]:
    """The lists imported so far, by name."""
    t = list_files.c
    rows = connection.execute(select(t.file, t.path, t.digest, t.options).order_by(t.file))
    return [ListFile(*row) for row in rows]


def put_file(
    connection: Connection,
    vault: Vault,
    file: ListFile,
    sheets: Sequence[ListSheet],
    rows: Sequence[ListRow],
    settle: Settle,
) -> Change:
    """Put a list in the place of an earlier one of its name, and settle every cell that it touches."""
    _put_head(connection, vault, file, sheets)
    found = _compared(connection, vault, file.file, rows)
    t = list_rows.c
    if found.gone:
        ids = [{"row_id": row_id} for row_id, _ in found.gone]
        connection.execute(delete(list_rows).where(t.id == bindparam("row_id")), ids)
    if found.moved:
        _update(connection, found.moved, ("sheet_number", "sheet", "row"))
    if found.new:
        # the driver's own way, several times as quick as named values where a list is long
        connection.exec_driver_sql(str(insert(list_rows).compile(connection.engine)), found.new)
    if found.new or found.gone or found.moved:
        cells = {cell for _, cell in found.gone} | {(row.unit, row.field) for row in found.mine.values()}
        _settle(connection, vault, cells, found.mine, settle)
    counts = count(connection, file.file)
    if counts.total() != len(rows):
        raise AssertionError(f"{file.file}: {len(rows)} rows read, {counts.total()} kept")
    return Change(len(found.new), len(found.gone), counts)


@dataclass(frozen=True)
class _Compared:
    """A list beside what is kept of it: its rows by id; new ones (values of the table); moved and gone ones."""

    mine: dict[int, ListRow]
    new: list[tuple[Any, ...]]
    moved: list[dict[str, Any]]
    gone: list[tuple[int, Cell]]


def _compared(connection: Connection, vault: Vault, file: str, rows: Sequence[ListRow]) -> _Compared:
    t = list_rows.c
    kept: dict[str, list[Any]] = {}
    for old in connection.execute(select(list_rows).with_only_columns(
        t.id, t.digest, t.unit, t.field, t.sheet_number, t.sheet, t.row).where(t.file == file)):  # fmt: skip
        kept.setdefault(old.digest, []).append(old)
    next_id = (connection.scalar(select(func.max(t.id))) or 0) + 1
    compared = _Compared({}, [], [], [])
    for row in rows:
        said = row.said()
        digest = vault.token(repr((said, row.unit, row.field, row.reasons, row.doubts)))
        if same := kept.get(digest):
            old = same.pop(0)
            compared.mine[old.id] = row
            if (old.sheet_number, old.sheet, old.row) != (row.sheet_number, row.sheet, row.row):
                at = {"sheet_number": row.sheet_number, "sheet": row.sheet, "row": row.row}
                compared.moved.append({"row_id": old.id, **at})
        else:
            placed = (row.file, row.sheet_number, row.sheet, row.row, row.unit, row.field, row.outcome, row.reasons)
            sealed = vault.seal(said, digest)
            compared.new.append((next_id, *placed, row.doubts, None, "", digest, sealed))
            compared.mine[next_id] = row
            next_id += 1
    compared.gone.extend((old.id, (old.unit, old.field)) for left in kept.values() for old in left)
    return compared


def _put_head(connection: Connection, vault: Vault, file: ListFile, sheets: Sequence[ListSheet]) -> None:
    for table in (list_files, list_sheets):
        connection.execute(delete(table).where(table.c.file == file.file))
    connection.execute(insert(list_files), [{**asdict(file), "imported_at": now()}])
    heads = [
        {"file": s.file, "sheet_number": s.sheet_number, "sheet": s.sheet, "sealed": vault.seal(s.head, s.file)}
        for s in sheets
    ]
    if heads:
        connection.execute(insert(list_sheets), heads)


def _settle(connection: Connection, vault: Vault, cells: set[Cell], mine: dict[int, ListRow], settle: Settle) -> None:
    """Outcomes of every row without faults in these cells; rows of `mine` are at hand, others are opened."""
    t = list_rows.c
    changes = []
    for unit, field in sorted(cells):
        query = (
            select(t.id, t.outcome, t.link, t.link_reason)
            .where(t.unit == unit, t.field == field, t.reasons == "")
            .order_by(t.file, t.sheet_number, t.row)
        )
        found = connection.execute(query).all()
        others = _by_id(connection, vault, [row.id for row in found if row.id not in mine])
        rows = [mine.get(row.id) or others[row.id] for row in found]
        for row, settled in zip(found, settle(rows), strict=True):
            link = None if settled.link is None else found[settled.link].id
            if (row.outcome, row.link, row.link_reason) != (settled.outcome, link, settled.link_reason):
                changes.append({"row_id": row.id, "outcome": settled.outcome, "link": link,
                                "link_reason": settled.link_reason})  # fmt: skip
    if changes:
        _update(connection, changes, ("outcome", "link", "link_reason"))


def _by_id(connection: Connection, vault: Vault, ids: Sequence[int]) -> dict[int, ListRow]:
    rows: dict[int, ListRow] = {}
    for start in range(0, len(ids), CHUNK):
        for row in connection.execute(select(list_rows).where(list_rows.c.id.in_(ids[start : start + CHUNK]))):
            rows[row.id] = _opened(vault, row, {})
    return rows


def count(connection: Connection, file: str) -> Counts:
    """The rows of a list by (unit, field, outcome)."""
    t = list_rows.c
    query = select(t.unit, t.field, t.outcome, func.count()).where(t.file == file)
    found = connection.execute(query.group_by(t.unit, t.field, t.outcome))
    return Counter({(unit, field, outcome): number for unit, field, outcome, number in found})


def rows_of(
    connection: Connection, vault: Vault, file: str | None, outcomes: Iterable[str] | None, cell: Cell | None
) -> list[ListRow]:
    """Rows by file, sheet and row, with the places that they are linked to."""
    t = list_rows.c
    query = select(list_rows).order_by(t.file, t.sheet_number, t.row)
    if file is not None:
        query = query.where(t.file == file)
    if outcomes is not None:
        query = query.where(t.outcome.in_(list(outcomes)))
    if cell is not None:
        query = query.where(t.unit == cell[0], t.field == cell[1])
    found = connection.execute(query).all()
    places = _places(connection, found)
    return [_opened(vault, row, places) for row in found]


def placed_of(connection: Connection, file: str) -> list[PlacedRow]:
    """What became of a list's rows, by sheet and row; nothing sealed is opened."""
    t = list_rows.c
    names = (*PLACED, "doubts", "link_reason", "link")
    query = select(*[t[name] for name in names]).where(t.file == file).order_by(t.sheet_number, t.row)
    found = connection.execute(query).all()
    places = _places(connection, found)
    return [PlacedRow(*(*place, places.get(link, ""))) for *place, link in found]


def heads(connection: Connection, vault: Vault, file: str) -> list[ListSheet]:
    """What stands above the rows of a list's sheets."""
    t = list_sheets.c
    found = connection.execute(select(list_sheets).where(t.file == file).order_by(t.sheet_number))
    return [ListSheet(row.file, row.sheet_number, row.sheet, vault.open(row.sealed, row.file)) for row in found]


def _opened(vault: Vault, row: Any, places: dict[int, str]) -> ListRow:
    said = dict(zip(SAID, vault.open(row.sealed, row.digest), strict=True))
    plain = {name: getattr(row, name) for name in PLACED}
    link = places.get(row.link, "")
    return ListRow(**plain, **said, doubts=row.doubts, link=link, link_reason=row.link_reason)


def _places(connection: Connection, rows: Sequence[Any]) -> dict[int, str]:
    """The places of the rows that these are linked to."""
    t = list_rows.c
    ids = sorted({row.link for row in rows if row.link is not None})
    places = {}
    for start in range(0, len(ids), CHUNK):
        query = select(t.id, t.file, t.sheet, t.row).where(t.id.in_(ids[start : start + CHUNK]))
        for row_id, file, sheet, row in connection.execute(query):
            places[row_id] = f"{file}, {f'{sheet} ' if sheet else ''}row {row}"
    return places


def _update(connection: Connection, changes: list[dict[str, Any]], names: Iterable[str]) -> None:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    rows = [{"row_id": c["row_id"], **{f"new_{name}": c[name] for name in names}} for c in changes]
    connection.execute(update(list_rows).where(list_rows.c.id == bindparam("row_id")).values(**values), rows)
