"""From the sheets of one file to judged rows, each with its place: rows in are rows out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

from pydantic_core import to_json

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
from sipas_forms.sample.columns import RESULT_OF, Columns, Role, column_letter, find_columns
from sipas_forms.sample.eligibility import Doubt, Fault, Reason, Record, judge
from sipas_forms.sample.legacy import Decoded, decode_sheet
from sipas_forms.sample.mapping import Mapping
from sipas_forms.sample.places import is_within, part
from sipas_forms.sample.sheets import Row, Sheet, sheet_preview
from sipas_forms.sample.values import unsure_dates
from sipas_forms.sample.words import Value, as_text, fold, has_odd_signs, is_organisation, tidy
from sipas_forms.store.people import ListRow, ListSheet

FOOTER = re.compile(r"^(tong cong|tong so|cong|nguoi lap|lap bieu|thu truong|ky ten|xac nhan|t m|tm|kt|k t)\b")
# What a unit writes beside a row that it was asked to look at, and that is right as it stands.
CONFIRMATIONS = frozenset({"dung", "x", "ok", "co", "yes", "dung roi", "da kiem tra"})
PERSONS: tuple[Role, ...] = ("name", "representative", "family")
COLUMN_NUMBER = re.compile(r"^\(?\d{1,2}\)?$")
# A unit column that says one of these names an office; other words there ('Bộ phận một cửa') name none.
OFFICE_WORDS = re.compile(r"\b(phuong|xa|thi tran|quan|huyen|thi xa|thanh pho|ubnd|uy ban)\b")


@dataclass(frozen=True)
class Options:
    """The unit and the field that the user named for a whole file, and how to read it."""

    unit: Unit | None = None
    field: str = ""
    mapping: Mapping | None = None


@dataclass(frozen=True)
class SheetReading:
    """How a sheet was read: `columns` is role → names as written; one that is no list says so in `note`."""

    sheet: str
    rows: int
    columns: dict[Role, tuple[str, ...]]
    note: str = ""
    header_row: int = 0
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileReading:
    """All rows of a file, judged, how its sheets were read, and what stands above their rows."""

    rows: list[ListRow]
    sheets: list[SheetReading]
    heads: list[ListSheet]


def read_list(survey: Survey, file: str, sheets: list[Sheet], options: Options) -> FileReading:
    """Judge every row of a file.

    Raises:
        ListError: no sheet is a list, one lacks a single needed column (its rows would be lost unsaid), or the
            mapping names what is not there.
    """
    mapping = options.mapping
    wanted = mapping.sheets if mapping else ()
    if absent := set(wanted) - {sheet.name for sheet in sheets}:
        raise ListError(f"{file}: has no sheet {', '.join(sorted(absent))}, which the mapping names.")
    decoded = {n: decode_sheet(sheet, mapping.encoding if mapping else None) for n, sheet in enumerate(sheets, start=1)}
    chosen = {n: d.sheet for n, d in decoded.items() if d.sheet.rows and (not wanted or d.sheet.name in wanted)}
    try:
        found = [(number, sheet, find_columns(sheet, mapping)) for number, sheet in chosen.items()]
    except ListError as error:
        raise ListError(f"{file}: {error}") from None
    usable = [(number, sheet, columns) for number, sheet, columns in found if columns and not columns.missing()]
    near = [(sheet, columns) for _, sheet, columns in found if columns and len(columns.missing()) == 1]
    if not usable or near:
        raise ListError(_not_a_list(file, near or [(sheet, columns) for _, sheet, columns in found]))
    readings, rows, heads = [], [], []
    for number, sheet, columns in usable:
        judged = list(_SheetReader(survey, file, number, decoded[number], columns, options).rows())
        rows.extend(judged)
        readings.append(_reading(decoded[number], columns, len(judged)))
        own = own_width(columns)
        head = [kept_cells(row, own) for row in sheet.rows[: columns.first_row]]
        heads.append(ListSheet(file, number, sheet.name, to_json(head).decode()))
    for number, sheet in enumerate(sheets, start=1):
        if number not in {number for number, _, _ in usable}:
            why = "is hidden" if sheet.hidden else "is empty" if not sheet.rows else "is not a list"
            why = "is not named by the mapping" if wanted and sheet.name not in wanted else why
            readings.append(SheetReading(sheet.name, 0, {}, f"{why}; passed by"))
    return FileReading(rows, readings, heads)


def _reading(decoded: Decoded, columns: Columns, rows: int) -> SheetReading:
    """How a sheet was read, in words for the person who imports it."""

    def said(index: int) -> str:
        encoding = f", {decoded.found[index].upper()}" if index in decoded.found else ""
        return f"'{columns.names.get(index, '')}' ({column_letter(index)}{encoding})"

    read = {role: tuple(map(said, at)) for role, at in columns.at.items()}
    used = {index for at in columns.at.values() for index in at}
    unused = tuple(said(index) for index in sorted(columns.names) if index not in used)
    note = "" if "channel" in columns.at else "no column for the way of dealing: all rows taken as in person"
    return SheetReading(decoded.sheet.name, rows, read, note, columns.first_row, unused)


def own_width(columns: Columns) -> int | None:
    """How many columns of a sheet are the unit's own: those before the results that were sent back with it."""
    return next((index for index, name in sorted(columns.names.items()) if RESULT_OF.match(name)), None)


def kept_cells(row: Row, width: int | None) -> list[object]:
    """A row as it is kept: alike whatever kind of file it came in, days as {"d": …}, nothing after the last cell."""
    cells = [cell if isinstance(cell, str) else _plain(cell) for cell in row[:width]]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _plain(cell: Value) -> object:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, date):
        whole = isinstance(cell, datetime) and cell.time() == time()
        return {"d": cell.date().isoformat() if whole and isinstance(cell, datetime) else cell.isoformat()}
    return cell if isinstance(cell, int | float) else str(cell)


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


class _Words(dict[Role, list[str]]):
    """What a row says in the columns of each role; empty cells say nothing."""

    def __missing__(self, role: Role) -> list[str]:
        return []


@dataclass
class _SheetReader:
    """One pass over a sheet; `context` changes where a heading row names another field."""

    survey: Survey
    file: str
    number: int
    decoded: Decoded
    columns: Columns
    options: Options
    units: dict[str, tuple[Unit | None, Fault | None]] = field(default_factory=dict)
    fields: dict[tuple[str, str], Field | None] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        return self.decoded.sheet

    @property
    def month_first(self) -> bool:
        return self.options.mapping is not None and self.options.mapping.dates == "month_first"

    @cached_property
    def unsure(self) -> set[int]:
        """The rows (from 0) whose day and month may be swapped."""
        first, at = self.columns.first_row, self.columns.at["date"][0]
        dates = [row[at] if at < len(row) else None for row in self.sheet.rows[first:]]
        return {first + number for number in unsure_dates(dates, self.month_first)}

    def rows(self) -> Iterator[ListRow]:
        heading = ""
        for index in range(self.columns.first_row, len(self.sheet.rows)):
            row = self.sheet.rows[index]
            said = [tidy(cell) for cell in row]
            own = said[: self._own]  # what we wrote beside it in an earlier answer says nothing of the row
            if not any(own):
                continue
            words = self._words(said)
            record = self._record(row, said, words)
            if self._is_record(own, record):
                unit, work, faults = self._cell(words, heading)
            else:
                unit, work, faults = None, None, (Fault(Reason.NOT_A_RECORD),)
                heading = self._heading(own) or heading
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
        judged = judge(self.survey, unit, record, faults, self.month_first)
        told = judged.faults[:1] if faults and faults[0].reason is Reason.NOT_A_RECORD else judged.faults
        known = unit is not None and work is not None
        doubts = [] if told else self._doubts(number - 1, record)
        return ListRow(
            file=self.file,
            sheet_number=self.number,
            sheet=self.sheet.name,
            row=number,
            unit=unit.code if known and unit else "",
            field=work.code if known and work else "",
            outcome="refused" if told else "accepted",
            reasons=";".join(fault.reason.value for fault in told),
            doubts=";".join(doubt.value for doubt in doubts),
            sentence=" ".join(fault.sentence() for fault in told),
            person=judged.key,
            name=judged.name,
            organisation=judged.organisation,
            address=judged.address,
            phone=judged.phone or tidy(record.phone),
            day=judged.day.isoformat() if judged.day else "",
            original=to_json(kept_cells(row, self._own)).decode(),
            procedure=record.procedure,
            kind="organisation" if is_organisation(judged.name) or judged.organisation else "person",
            confirmed=record.confirmed,
        )

    def _doubts(self, index: int, record: Record) -> Iterator[Doubt]:
        if index in self.unsure:
            yield Doubt.UNSURE_DATE
        if self.decoded.unsure and any((index, column) in self.decoded.unsure for column in self._told):
            yield Doubt.UNSURE_ENCODING
        if any(map(has_odd_signs, (record.name, record.organisation, record.address))):
            yield Doubt.ODD_SIGNS

    @cached_property
    def _own(self) -> int | None:
        return own_width(self.columns)

    @cached_property
    def _told(self) -> list[int]:
        """The columns whose words matter for who a person is."""
        roles: tuple[Role, ...] = ("name", "family", "given", "representative", "organisation", "address", "place")
        return [index for role in roles for index in self.columns.at.get(role, ())]

    def _words(self, said: list[str]) -> _Words:
        width, at = len(said), self.columns.at
        return _Words({role: [said[i] for i in places if i < width and said[i]] for role, places in at.items()})

    def _values(self, row: Row, said: list[str], role: Role) -> list[Value]:
        at = self.columns.at.get(role, ())
        return [row[index] for index in at if index < len(row) and said[index]]

    def _record(self, row: Row, said: list[str], words: _Words) -> Record:
        person = words["name"] or words["representative"] or words["family"]
        given = words["given"]
        organisation = words["organisation"]
        alone = not self._has_persons
        phones = self._values(row, said, "phone")
        dates = self._values(row, said, "date")
        name = " ".join((*person[:1], *given[:1])) if person or not alone else ""
        return Record(
            name=name,
            organisation="" if not organisation or (not name and not alone) else organisation[0],
            address=self._address(said, words["address"]),
            phone=phones[0] if len(phones) == 1 else " ; ".join(as_text(cell) for cell in phones),
            date=dates[0] if dates else None,
            channel=" ".join(words["channel"]),
            has_channel="channel" in self.columns.at,
            procedure=" ".join(words["procedure"][:1]),
            confirmed=not CONFIRMATIONS.isdisjoint(map(fold, words["confirmed"])),
        )

    def _address(self, said: list[str], whole: list[str]) -> str:
        """The column of whole addresses, then the parts that have columns of their own."""
        names, width = self.columns.names, len(said)
        parts = [part(names.get(i, ""), said[i]) for i in self.columns.at.get("place", ()) if i < width and said[i]]
        return ", ".join(dict.fromkeys((*whole[:1], *(one for one in parts if not is_within("".join(whole[:1]), one)))))

    @cached_property
    def _has_persons(self) -> bool:
        """Whether the list has a column for persons: then an organisation without one has nobody to ask."""
        return any(self.columns.at.get(role) for role in PERSONS)

    def _is_record(self, said: list[str], record: Record) -> bool:
        """A person's row; not a total, a signature, a heading, the header again or its column numbers."""
        words = [text for text in said if text]
        if len(self._names.intersection(words)) >= 3 or all(map(COLUMN_NUMBER.match, words)):
            return False
        if not words[0].isdigit() and FOOTER.match(fold(words[0])) and not any(map(str.isdigit, tidy(record.phone))):
            return False
        written = (record.name != "", record.address != "", record.phone != "", record.date is not None)
        return sum(written) >= 2

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of the columns, as written."""
        return frozenset(self.columns.names.values())

    def _heading(self, said: list[str]) -> str:
        """The words of a row that stands above its group ('II. Lao động, Thương binh và Xã hội')."""
        words = {text for text in said if len(text) > 3}
        return words.pop() if len(words) == 1 else ""

    def _cell(self, words: _Words, heading: str) -> tuple[Unit | None, Field | None, tuple[Fault, ...]]:
        text = " ".join(words["unit"])
        if text not in self.units:
            self.units[text] = self._unit(text)
        unit, fault = self.units[text]
        if unit is None or fault is not None:
            return None, None, (fault,) if fault else ()
        work, fault = self._field(unit, words, heading)
        return unit, work, (fault,) if fault else ()

    def _unit(self, text: str) -> tuple[Unit | None, Fault | None]:
        said = match_unit(self.survey, text) or find_unit(self.survey, text) if text else None
        named = self.options.unit
        if named is not None:
            other = said is not None and said.code != named.code
            return named, Fault(Reason.OTHER_UNIT, Text(vi=text[:60])) if other else None
        if said is None and OFFICE_WORDS.search(fold(text)):
            return None, Fault(Reason.UNKNOWN_UNIT, Text(vi=text[:60]))
        sole = self.survey.units[0] if len(self.survey.units) == 1 else None
        unit = said or self.context.unit or sole
        known = ", ".join(f"{unit.code} {unit.name.vi}" for unit in self.survey.units)
        return unit, None if unit else Fault(Reason.UNKNOWN_UNIT, Text(vi=f"kế hoạch có: {known}"))

    def _field(self, unit: Unit, words: _Words, heading: str) -> tuple[Field | None, Fault | None]:
        fields, procedures = words["field"], words["procedure"]
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
