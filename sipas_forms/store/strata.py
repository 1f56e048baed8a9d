"""What the tally needs to know of each unit × field cell beside its answers: frame size, reserve, void forms."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from sipas_forms.store import schema
from sipas_forms.store.database import Store
from sipas_forms.store.frame import TAKEN_BACK


@dataclass(frozen=True)
class Stratum:
    """One unit × field cell.

    Attributes:
        eligible: people in the frame, N_h; None where no list of this cell was drawn from.
        listed: rows in the transaction lists.
        void: forms whose place another person took; they stay in response rates, except those of people who were
            not eligible after all (AAPOR 4.x) or stood in by mistake, whom no rate counts.
        reserve: people drawn for the reserve list; None where nothing was drawn.
        reserve_used: forms that went to people of the reserve list, void ones included.
        reasons: why forms are void, as the offices wrote it, each with its number of forms; without the not eligible.
    """

    eligible: int | None = None
    listed: int | None = None
    void: int = 0
    reserve: int | None = None
    reserve_used: int = 0
    reasons: tuple[tuple[str, int], ...] = ()


def read_strata(store: Store) -> dict[tuple[str, str], Stratum]:
    """Every cell that was drawn or has a form, by (unit code, field code)."""
    s, f, r = schema.strata.c, schema.forms.c, schema.replacements.c
    drawn = select(s.unit, s.field, s.eligible, s.listed, s.reserve)
    ineligible = f.serial.in_(select(r.serial).where(r.disposition.like("4.%") | (r.code == TAKEN_BACK)))
    columns = (f.unit, f.field, f.list, f.state, f.reason, ineligible)
    issued = select(*columns, func.count()).group_by(*columns)
    with store.transaction() as connection:
        found = {(row[0], row[1]): tuple(row[2:]) for row in connection.execute(drawn)}
        forms = [tuple(row) for row in connection.execute(issued.order_by(f.unit, f.field, f.reason))]
    result = {}
    for key in {**found, **{(row[0], row[1]): None for row in forms}}:
        eligible, listed, reserve = found.get(key, (None, None, None))
        own = [row[2:] for row in forms if (row[0], row[1]) == key]
        reasons: dict[str, int] = {}
        for _, state, reason, uncounted, number in own:
            if state == "void" and not uncounted:
                reasons[reason] = reasons.get(reason, 0) + int(number)
        used = sum(int(number) for listing, *_, number in own if listing == "reserve")
        result[key] = Stratum(eligible, listed, sum(reasons.values()), reserve, used, tuple(reasons.items()))
    return result
