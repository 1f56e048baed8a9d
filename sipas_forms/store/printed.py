"""Where each printed page lies."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from sipas_forms.store.database import Store
from sipas_forms.store.schema import printed_pages


@dataclass(frozen=True)
class PrintedPlace:
    """Page `page` of form `serial` is page `pdf_page` (from 1) of `file` (relative to the workspace)."""

    file: str
    pdf_page: int
    serial: str
    page: int
    form_version: str


def printed_places(store: Store) -> list[PrintedPlace]:
    """Every printed page in the order of the files and their pages."""
    columns = printed_pages.c
    query = select(columns.file, columns.pdf_page, columns.serial, columns.page, columns.form_version).order_by(
        columns.file, columns.pdf_page
    )
    with store.transaction() as connection:
        return [PrintedPlace(**row) for row in connection.execute(query).mappings()]
