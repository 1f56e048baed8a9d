"""The frame of a cell: its candidates in the order in which they are numbered, their strata, and their digest."""

from __future__ import annotations

import hashlib
from itertools import groupby

from sipas_forms.plan import Sample
from sipas_forms.sample.words import fold
from sipas_forms.store.people import ListRow


def frame_order(rows: list[ListRow], size: Sample) -> list[ListRow]:
    """The candidates of a cell as they are numbered, from 1."""
    by_day = size.method == "systematic"
    return sorted(rows, key=lambda row: (_stratum(row, size), row.day if by_day else "", row.person))


def frame_strata(frame: list[ListRow], size: Sample) -> list[tuple[str, int]]:
    """(label, people) of every stratum in frame order; one without a label where the draw has no strata."""
    return [(label, len(list(group))) for label, group in groupby(frame, key=lambda row: _stratum(row, size))]


def frame_digest(frame: list[ListRow]) -> str:
    """SHA-256 of everyone in frame order: a frame that was changed after the draw does not match."""
    return hashlib.sha256("\n".join(row.person for row in frame).encode()).hexdigest()


def _stratum(row: ListRow, size: Sample) -> str:
    if size.method != "stratified":
        return ""
    return {"procedure": fold(row.procedure), "month": row.day[:7], "kind": row.kind}[size.by]
