"""Issued questionnaires: who may be printed, what was printed where."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import delete, insert, select, update

from sipas_forms.store.database import Store, now
from sipas_forms.store.schema import forms, printed_pages


@dataclass(frozen=True)
class FormRow:
    """An issued questionnaire; `list` is official or reserve, `state` issued or void."""

    serial: str
    unit: str
    field: str
    number: int
    list: str
    state: str
    form_version: str | None
    pages: int | None


@dataclass(frozen=True)
class PrintedPage:
    """Page `page` of form `serial` is page `pdf_page` (from 1) of a printed file."""

    pdf_page: int
    serial: str
    page: int


def all_forms(store: Store) -> list[FormRow]:
    """Every form ever issued, void ones included, by cell and number."""
    names = [forms.c[field.name] for field in fields(FormRow)]
    query = select(*names).order_by(forms.c.unit, forms.c.field, forms.c.number)
    with store.transaction() as connection:
        return [FormRow(**row) for row in connection.execute(query).mappings()]


def issued_forms(
    store: Store, unit: str | None = None, field: str | None = None, serial: str | None = None
) -> list[FormRow]:
    """Forms that are not void, of one unit, field or serial where given."""
    return [
        form
        for form in all_forms(store)
        if form.state == "issued"
        and unit in (None, form.unit)
        and field in (None, form.field)
        and serial in (None, form.serial)
    ]


def record_print(store: Store, file: str, form_version: str, pages: list[PrintedPage]) -> None:
    """Note where each page of a printed file lies; printing the same file again replaces what was noted of it."""
    count: dict[str, int] = {}
    for page in pages:
        count[page.serial] = count.get(page.serial, 0) + 1
    rows = [
        {"file": file, "pdf_page": p.pdf_page, "serial": p.serial, "page": p.page, "form_version": form_version}
        for p in pages
    ]
    with store.transaction() as connection:
        connection.execute(delete(printed_pages).where(printed_pages.c.file == file))
        connection.execute(insert(printed_pages), rows)
        for serial, number in count.items():
            connection.execute(
                update(forms)
                .where(forms.c.serial == serial)
                .values(form_version=form_version, pages=number, printed_at=now())
            )
