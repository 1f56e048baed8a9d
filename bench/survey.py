"""The survey that benches print and read: Long Biên's plan with made-up serials, no lists and no people."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, update

from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.plan.serial import make_serial
from sipas_forms.printing.batch import print_forms
from sipas_forms.store import open_store, schema
from sipas_forms.store.database import now

# A survey's key is random; this one is not, so that the same seeds give the same page codes on every machine.
KEY = bytes(range(32))


def issue(folder: Path, forms_per_cell: int) -> Workspace:
    """A workspace whose cells have `forms_per_cell` issued forms each; nothing is printed yet."""
    workspace = create_workspace(folder)
    rows = [
        {"serial": make_serial(unit.code, field.code, number), "unit": unit.code, "field": field.code}
        | {"number": number, "list": "official", "state": "issued", "issued_at": now()}
        for unit, field in workspace.survey.cells()
        for number in range(1, forms_per_cell + 1)
    ]
    store = open_store(workspace.database)
    try:
        with store.transaction() as connection:
            meta = schema.meta
            connection.execute(update(meta).where(meta.c.key == "page_key").values(value=KEY.hex()))
            connection.execute(insert(schema.forms), rows)
    finally:
        store.close()
    return workspace


def issue_and_print(folder: Path, forms_per_cell: int) -> Workspace:
    """The same, printed."""
    workspace = issue(folder, forms_per_cell)
    print_forms(workspace)
    return workspace
