"""What the tally needs to know of each unit × field cell beside its answers: frame size, void forms."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from sipas_forms.store import schema
from sipas_forms.store.database import Store


@dataclass(frozen=True)
class Stratum:
    """One unit × field cell.

    Attributes:
        eligible: people in the frame, N_h; None where no list of this cell was drawn from.
        listed: rows in the transaction lists.
        void: forms whose place another person took; they stay in response rates.
    """

    eligible: int | None = None
    listed: int | None = None
    void: int = 0


def read_strata(store: Store) -> dict[tuple[str, str], Stratum]:
    """Every cell that was drawn or has a void form, by (unit code, field code)."""
    drawn = select(schema.strata.c.unit, schema.strata.c.field, schema.strata.c.eligible, schema.strata.c.listed)
    void = (
        select(schema.forms.c.unit, schema.forms.c.field, func.count())
        .where(schema.forms.c.state == "void")
        .group_by(schema.forms.c.unit, schema.forms.c.field)
    )
    with store.transaction() as connection:
        found = {(u, f): (eligible, listed) for u, f, eligible, listed in connection.execute(drawn)}
        voids = {(u, f): int(n) for u, f, n in connection.execute(void)}
    return {key: Stratum(*found.get(key, (None, None)), void=voids.get(key, 0)) for key in {**found, **voids}}
