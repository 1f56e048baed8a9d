"""`field merge`: what a ward sends back joins what is known. Nothing is overwritten; what contradicts is shown."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sipas_forms.errors import SampleError
from sipas_forms.field.holders import unit_of
from sipas_forms.field.log import tries_of
from sipas_forms.field.logbook import Book, BookRow, read_logbook
from sipas_forms.plan import Workspace
from sipas_forms.sample import reported
from sipas_forms.sample.files import MAX_BYTES
from sipas_forms.store import open_store
from sipas_forms.store.field_log import Fact, Key, add_facts, history
from sipas_forms.store.forms import FormRow, all_forms

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
# A bundle holds one log book and a few papers; more members than this are no bundle.
MAX_MEMBERS = 200


@dataclass(frozen=True)
class Conflict:
    """What is known and what the ward says instead; what is known stays."""

    row: int
    known: Fact
    said: Fact


@dataclass(frozen=True)
class MergeReport:
    """What a merge did.

    Attributes:
        new: facts that were added.
        same: how many were known already.
        conflicts: facts that contradict what is known; nothing of them was taken.
        faults: sentences about cells and rows that could not be taken.
        remarks: rows (from 1) with remarks, which the program does not keep.
        absent: serials of forms of the unit that count and are not in the book.
        to_replace: serials with a result that asks for a replacement, with its code.
    """

    unit: str
    new: tuple[Fact, ...]
    same: int
    conflicts: tuple[Conflict, ...]
    faults: tuple[str, ...]
    remarks: tuple[int, ...]
    absent: tuple[str, ...]
    to_replace: tuple[tuple[str, str], ...]


def merge_returned(workspace: Workspace, path: Path) -> MergeReport:
    """Join a log book, or the bundle that holds one, with what is known. May be run again: then all of it is known.

    Raises:
        ListError: the file can't be opened as a list.
        SampleError: it is no log book or bundle, or one of another survey.
    """
    with _logbook_of(path) as found:
        book = read_logbook(found, workspace.survey)
    unit = unit_of(workspace, book.unit)
    store = open_store(workspace.database)
    try:
        forms = {form.serial: form for form in all_forms(store)}
        merging = _Merging(unit.code, forms, history(store))
        for row in book.rows:
            merging.take(row)
        add_facts(store, merging.new)
        return merging.report(book, reported(workspace))
    finally:
        store.close()


class _Merging:
    """Takes a book row by row; `known` grows with what is taken, so that a row said twice counts once."""

    def __init__(self, unit: str, forms: dict[str, FormRow], known: dict[Key, list[Fact]]) -> None:
        self.unit, self.forms, self.known = unit, forms, known
        self.tries = tries_of(known)
        self.new: list[Fact] = []
        self.conflicts: list[Conflict] = []
        self.faults: list[str] = []
        self.same = 0

    def take(self, row: BookRow) -> None:
        """One row: its facts are new, known, or contradict what is known."""
        self.faults += row.faults
        if not row.serial:
            return
        form = self.forms.get(row.serial)
        if form is None or form.unit != self.unit:
            self.faults.append(f"row {row.row}: {row.serial} is no form of {self.unit}; nothing of the row was taken")
            return
        days = {fact.event: fact.day for fact in row.facts}
        facts = row.facts
        if days.get("returned") and days["returned"] < days.get("handed_out", ""):
            self.faults.append(f"row {row.row} ({row.serial}): collected before it was handed out; look at both days")
            facts = tuple(fact for fact in facts if fact.event not in ("returned", "handed_out"))
        for fact in facts:
            self._take_fact(row.row, form, fact)

    def _take_fact(self, row: int, form: FormRow, fact: Fact) -> None:
        said_before = self.known.get(fact.key, [])
        if fact.event == "attempt":
            tries = self.tries.get(fact.serial, [])
            if any(one.day == fact.day for one in tries):
                self.same += 1
                return
            if said_before and said_before[-1].source != self.unit:  # the office's own try: this is another one
                fact = replace(fact, number=max(one.number for one in tries) + 1)
                said_before = []
        if any(_alike(one, fact) for one in said_before):
            self.same += 1
        elif said_before:
            self.conflicts.append(Conflict(row, said_before[-1], fact))
        elif form.state == "void":
            self.faults.append(f"row {row} ({form.serial}): the form is void by now; its {fact.event} was not taken")
        else:
            self.new.append(fact)
            self.known.setdefault(fact.key, []).append(fact)
            if fact.event == "attempt":
                self.tries.setdefault(fact.serial, []).append(fact)

    def report(self, book: Book, results: list[tuple[str, str]]) -> MergeReport:
        """What was done, and what the book leaves open; `results` are (serial, code) that ask for a replacement."""
        mine = {form.serial for form in self.forms.values() if form.unit == self.unit and form.state == "issued"}
        return MergeReport(
            self.unit,
            tuple(self.new),
            self.same,
            tuple(self.conflicts),
            tuple(self.faults),
            tuple(row.row for row in book.rows if row.remark),
            tuple(sorted(mine - {row.serial for row in book.rows})),
            tuple((serial, code) for serial, code in results if serial in mine),
        )


def _alike(known: Fact, fact: Fact) -> bool:
    """Whether a fact was said before, be it that something else counts by now: then it is no news."""
    return known.value == fact.value if fact.event == "result" else known.says == fact.says


@contextmanager
def _logbook_of(path: Path) -> Iterator[Path]:
    """The log book itself, or the one in a bundle, unpacked for as long as it is read."""
    if path.is_dir():
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in WORKBOOKS and not p.name.startswith("~$"))
        yield _the_one(path, inside)
        return
    members = _members(path)
    if members is None:
        yield path
        return
    name = _the_one(path, [Path(member.filename) for member in members])
    with tempfile.TemporaryDirectory(prefix="sipas-") as folder, zipfile.ZipFile(path) as archive:
        unpacked = Path(folder) / name.name
        try:
            unpacked.write_bytes(archive.read(name.as_posix()))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):  # damaged, or with a password
            raise SampleError(f"{path}: {name.name} in it can't be unpacked (damaged, or with a password).") from None
        yield unpacked


def _members(path: Path) -> list[zipfile.ZipInfo] | None:
    """The workbooks in a bundle; None where the file is no bundle (a workbook is a zip file too)."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise SampleError(f"{path}: is damaged or cut off; ask the ward to send it again.") from None
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names or "mimetype" in names:
        return None
    books = [entry for entry in entries if Path(entry.filename).suffix.lower() in WORKBOOKS]
    if len(entries) > MAX_MEMBERS or any(entry.file_size > MAX_BYTES for entry in books):
        raise SampleError(f"{path}: is no bundle of a ward (too many or too large files).")
    return books


def _the_one(path: Path, found: list[Path]) -> Path:
    found = [p for p in found if p.name.startswith("logbook")] or found
    if len(found) != 1:
        names = ", ".join(p.name for p in found) or "none"
        raise SampleError(f"{path}: should hold one log book, and holds {len(found)} ({names}); name the file itself.")
    return found[0]
