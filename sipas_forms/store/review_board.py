"""Counts for the board: how forms and answers of each cell stand, without reading every answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from sipas_forms.store.database import Store
from sipas_forms.store.review import waiting_counts
from sipas_forms.store.schema import decisions, forms, scans

Cell = tuple[str, str]


@dataclass(frozen=True)
class CellCounts:
    """How one cell stands. Forms: issued, printed, returned, complete (every page read). Answers: doubtful (boxes),
    handwriting (waiting), settled (decided by people)."""

    unit: str
    field: str
    issued: int
    printed: int
    returned: int
    complete: int
    doubtful: int
    handwriting: int
    settled: int


def cell_counts(store: Store) -> list[CellCounts]:
    """Every cell that has forms, by unit and field."""
    waiting = waiting_counts(store)
    f = forms.c
    with store.transaction() as connection:
        issued = connection.execute(
            select(f.unit, f.field, func.count(), func.count(f.form_version))
            .where(f.state == "issued")
            .group_by(f.unit, f.field)
            .order_by(f.unit, f.field)
        ).all()
        back = (
            select(scans.c.serial, func.count(func.distinct(scans.c.page)).label("pages"))
            .where(scans.c.state == "read")
            .group_by(scans.c.serial)
            .subquery()
        )
        rows = connection.execute(
            select(f.unit, f.field, back.c.pages >= f.pages, func.count())
            .select_from(forms)
            .join(back, back.c.serial == f.serial)
            .where(f.state == "issued")
            .group_by(f.unit, f.field, back.c.pages >= f.pages)
        ).all()
        returned: Counter[Cell] = Counter()
        complete: Counter[Cell] = Counter()
        for unit, field, whole, number in rows:
            returned[unit, field] += number
            complete[unit, field] += number if whole else 0
        settled = {
            (unit, field): number
            for unit, field, number in connection.execute(
                select(f.unit, f.field, func.count(func.distinct(decisions.c.serial + " " + decisions.c.question)))
                .select_from(decisions)
                .join(forms, and_(f.serial == decisions.c.serial, f.state == "issued"))
                .where(decisions.c.undone_at.is_(None))
                .group_by(f.unit, f.field)
            )
        }
    return [
        CellCounts(
            unit,
            field,
            total,
            printed,
            returned[unit, field],
            complete[unit, field],
            waiting[unit, field, False],
            waiting[unit, field, True],
            settled.get((unit, field), 0),
        )
        for unit, field, total, printed in issued
    ]


def not_returned(store: Store, limit: int) -> list[str]:
    """Serials of printed forms of which no page was read, by cell and number."""
    f = forms.c
    seen = select(scans.c.serial).where(scans.c.state == "read", scans.c.serial.is_not(None))
    query = (
        select(f.serial)
        .where(f.state == "issued", f.form_version.is_not(None), f.serial.not_in(seen))
        .order_by(f.unit, f.field, f.number)
        .limit(limit)
    )
    with store.transaction() as connection:
        return list(connection.scalars(query))
