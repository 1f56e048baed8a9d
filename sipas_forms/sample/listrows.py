"""From the sheets of one file to judged rows, each with its place: rows in are rows out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sipas_forms.errors import ListError
from sipas_forms.plan import Field, Survey, Unit
from sipas_forms.plan.text import Text
from sipas_forms.sample.cells import (
    Context,
    field_of_context,
    file_context,
    find_unit,
    match_field,
    match_unit,
)
from sipas_forms.sample.columns import Columns, Role, find_columns, header_words
from sipas_forms.sample.eligibility import Fault, Reason, Record, judge
from sipas_forms.sample.sheets import Row, Sheet, sheet_preview
from sipas_forms.sample.words import Value, as_text, fold, tidy
from sipas_forms.store.people import ListRow

FOOTER = re.compile(r"^(tong cong|tong so|cong|nguoi lap|lap bieu|thu truong|ky ten|xac nhan|t m|tm|kt|k t)\b")
COLUMN_NUMBER = re.compile(r"^\(?\d{1,2}\)?$")
# A unit column that says one of these names an office; other words there ('Bộ phận một cửa') name none.
OFFICE_WORDS = re.compile(r"\b(phuong|xa|thi tran|quan|huyen|thi xa|thanh pho|ubnd|uy ban)\b")


@dataclass(frozen=True)
class Options:
    """The unit and the field that the user named for a whole file."""

    unit: Unit | None = None
    field: str = ""


@dataclass(frozen=True)
class SheetReading:
    """How a sheet was read: `columns` is role → names as written; one that is no list says so in `note`."""

    sheet: str
    rows: int
    columns: dict[Role, tuple[str, ...]]
    note: str = ""


@dataclass(frozen=True)
class FileReading:
    """All rows of a file, judged, and how its sheets were read."""

    rows: list[ListRow]
    sheets: list[SheetReading]


def read_list(survey: Survey, file: str, sheets: list[Sheet], options: Options) -> FileReading:
    """Judge every row of a file.

    Raises:
        ListError: no sheet is a list, or one lacks a single needed column (its rows would be lost unsaid).
    """
    found = [(number, sheet, find_columns(sheet)) for number, sheet in enumerate(sheets, start=1) if sheet.rows]
    usable = [(number, sheet, columns) for number, sheet, columns in found if columns and not columns.missing()]
    near = [(sheet, columns) for _, sheet, columns in found if columns and len(columns.missing()) == 1]
    if not usable or near:
        raise ListError(_not_a_list(file, near or [(sheet, columns) for _, sheet, columns in found]))
    readings, rows = [], []
    for number, sheet, columns in usable:
        judged = list(_SheetReader(survey, file, number, sheet, columns, options).rows())
        rows.extend(judged)
        names = {role: tuple(columns.names.get(index, "") for index in at) for role, at in columns.at.items()}
        note = "" if "channel" in columns.at else "no column for the way of dealing: all rows taken as in person"
        readings.append(SheetReading(sheet.name, len(judged), names, note))
    passed = [sheet for sheet in sheets if sheet.name not in {sheet.name for _, sheet, _ in usable}]
    for sheet in passed:
        why = "is hidden" if sheet.hidden else "is empty" if not sheet.rows else "is not a list"
        readings.append(SheetReading(sheet.name, 0, {}, f"{why}; passed by"))
    return FileReading(rows, readings)


def _not_a_list(file: str, found: list[tuple[Sheet, Columns]] | list[tuple[Sheet, Columns | None]]) -> str:
    """What is missing where, in words that the office can act on."""
    if not found:
        return f"{file}: holds no rows; ask the office for its list again."
    told = []
    for sheet, columns in found:
        where = f"sheet '{sheet.name}' " if sheet.name else ""
        if columns is None:
            told.append(f"{where}has no header that is known (it begins '{sheet_preview(sheet)}')")
        else:
            told.append(f"{where}has no column for: {', '.join(columns.missing())}")
    return (
        f"{file}: can't be used as a list: {'; '.join(told)}. Every list needs a header row with họ và tên, "
        "địa chỉ, điện thoại and ngày giao dịch; add what is missing and import it again."
    )


@dataclass
class _SheetReader:
    """One pass over a sheet; `context` changes where a heading row names another field."""

    survey: Survey
    file: str
    number: int
    sheet: Sheet
    columns: Columns
    options: Options
    units: dict[str, Unit | None] = field(default_factory=dict)
    fields: dict[tuple[str, str], Field | None] = field(default_factory=dict)

    def rows(self) -> Iterator[ListRow]:
        heading = ""
        for index in range(self.columns.first_row, len(self.sheet.rows)):
            row = self.sheet.rows[index]
            if not any(tidy(cell) for cell in row):
                continue
            record = self._record(row)
            if self._is_record(row, record):
                unit, work, faults = self._cell(row, heading)
            else:
                unit, work, faults = None, None, (Fault(Reason.NOT_A_RECORD),)
                heading = self._heading(row) or heading
            yield self._judged(index + 1, row, record, unit, work, faults)

    @cached_property
    def context(self) -> Context:
        titles = [tidy(cell) for row in self.sheet.rows[: max(self.columns.first_row - 1, 0)] for cell in row]
        return file_context(self.survey, [text for text in titles if text], self.sheet.name, self.file)

    def _judged(
        self,
        number: int,
        row: Row,
        record: Record,
        unit: Unit | None,
        work: Field | None,
        faults: tuple[Fault, ...],
    ) -> ListRow:
        judged = judge(self.survey, unit, record, faults)
        told = judged.faults[:1] if faults and faults[0].reason is Reason.NOT_A_RECORD else judged.faults
        known = unit is not None and work is not None
        return ListRow(
            file=self.file,
            sheet_number=self.number,
            sheet=self.sheet.name,
            row=number,
            unit=unit.code if known and unit else "",
            field=work.code if known and work else "",
            outcome="refused" if told else "accepted",
            reasons=";".join(fault.reason.value for fault in told),
            sentence=" ".join(fault.sentence() for fault in told),
            person=judged.key,
            name=judged.name,
            organisation=judged.organisation,
            address=judged.address,
            phone=judged.phone or tidy(record.phone),
            day=judged.day.isoformat() if judged.day else "",
            original=json.dumps([as_text(cell) for cell in row], ensure_ascii=False),
        )

    def _texts(self, row: Row, role: Role) -> list[str]:
        return [text for cell in self._cells(row, role) if (text := tidy(cell))]

    def _cells(self, row: Row, role: Role) -> list[Value]:
        return [row[index] for index in self.columns.at.get(role, ()) if index < len(row)]

    def _record(self, row: Row) -> Record:
        person = self._texts(row, "name") or self._texts(row, "representative") or self._texts(row, "family")
        given = self._texts(row, "given")
        organisation = self._texts(row, "organisation")
        # Where the list has a column for persons, an organisation without one has nobody to ask.
        alone = not any(self.columns.at.get(role) for role in ("name", "representative", "family"))
        phones = [cell for cell in self._cells(row, "phone") if tidy(cell)]
        dates = [cell for cell in self._cells(row, "date") if tidy(cell)]
        name = " ".join(person[:1] + given[:1]) if person or not alone else ""
        return Record(
            name=name,
            organisation="" if not organisation or (not name and not alone) else organisation[0],
            address=", ".join(dict.fromkeys(self._texts(row, "address")[:1] + self._texts(row, "place"))),
            phone=phones[0] if len(phones) == 1 else " ; ".join(as_text(cell) for cell in phones),
            date=dates[0] if dates else None,
            channel=" ".join(self._texts(row, "channel")),
            has_channel="channel" in self.columns.at,
        )

    def _is_record(self, row: Row, record: Record) -> bool:
        """A person's row; not a total, a signature, a heading, the header again or its column numbers."""
        said = [tidy(cell) for cell in row if tidy(cell)]
        if len(header_words(row, self.columns)) >= 3 or all(COLUMN_NUMBER.match(text) for text in said):
            return False
        if FOOTER.match(fold(said[0])) and not tidy(record.phone):
            return False
        return sum(1 for value in (record.name, record.address, record.phone, record.date) if tidy(value)) >= 2

    def _heading(self, row: Row) -> str:
        """The words of a row that stands above its group ('II. Lao động, Thương binh và Xã hội')."""
        said = {tidy(cell) for cell in row if len(tidy(cell)) > 3}
        return said.pop() if len(said) == 1 else ""

    def _cell(self, row: Row, heading: str) -> tuple[Unit | None, Field | None, tuple[Fault, ...]]:
        unit, fault = self._unit(" ".join(self._texts(row, "unit")))
        if unit is None or fault is not None:
            return None, None, (fault,) if fault else ()
        work, fault = self._field(unit, row, heading)
        return unit, work, (fault,) if fault else ()

    def _unit(self, text: str) -> tuple[Unit | None, Fault | None]:
        if text not in self.units:
            self.units[text] = match_unit(self.survey, text) or find_unit(self.survey, text) if text else None
        said, named = self.units[text], self.options.unit
        if named is not None:
            other = said is not None and said.code != named.code
            return named, Fault(Reason.OTHER_UNIT, Text(vi=text[:60])) if other else None
        if said is None and OFFICE_WORDS.search(fold(text)):
            return None, Fault(Reason.UNKNOWN_UNIT, Text(vi=text[:60]))
        sole = self.survey.units[0] if len(self.survey.units) == 1 else None
        unit = said or self.context.unit or sole
        known = ", ".join(f"{unit.code} {unit.name.vi}" for unit in self.survey.units)
        return unit, None if unit else Fault(Reason.UNKNOWN_UNIT, Text(vi=f"kế hoạch có: {known}"))

    def _field(self, unit: Unit, row: Row, heading: str) -> tuple[Field | None, Fault | None]:
        fields, procedures = self._texts(row, "field"), self._texts(row, "procedure")
        said = next((f for text in fields + procedures if (f := self._match_field(unit, text))), None)
        if self.options.field:
            named = self._match_field(unit, self.options.field)
            if named is not None and said is not None and said.code != named.code:
                return None, Fault(Reason.OTHER_FIELD, Text(vi=said.name.vi))
            return named, None if named else _unknown_field(unit, self.options.field)
        if said is None and fields:
            return None, _unknown_field(unit, fields[0])
        sole = unit.fields[0] if len(unit.fields) == 1 else None
        work = said or self._match_field(unit, heading) or field_of_context(unit, self.context) or sole
        return work, None if work else _unknown_field(unit, procedures[0] if procedures else "")

    def _match_field(self, unit: Unit, text: str) -> Field | None:
        if (unit.code, text) not in self.fields:
            self.fields[unit.code, text] = match_field(unit, text) if text else None
        return self.fields[unit.code, text]


def _unknown_field(unit: Unit, text: str) -> Fault:
    known = ", ".join(f"{field.code} {field.name.vi}" for field in unit.fields)
    written = f"ghi là '{text[:60]}'; " if text else ""
    return Fault(Reason.UNKNOWN_FIELD, Text(vi=f"{written}đơn vị {unit.code} có: {known}"))
