"""`frame import`: lists become the frame. A file is imported whole or not at all; the others go on."""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from sipas_forms.errors import ListError
from sipas_forms.plan import Survey, Workspace
from sipas_forms.sample.cells import match_field, match_unit
from sipas_forms.sample.files import read_sheets
from sipas_forms.sample.listrows import FileReading, Options, SheetReading, read_list
from sipas_forms.sample.sheets import Sheet
from sipas_forms.sample.words import tidy
from sipas_forms.store import open_store
from sipas_forms.store.frame import strata
from sipas_forms.store.people import ListFile, ListRow, People, open_people

Cell = tuple[str, str]
LIST_SUFFIXES = (".xlsx", ".xlsm", ".csv")
# First line of the key that `simulate lists` writes beside its lists; a folder's key is no list.
TRUTH_HEADER = ("file", "sheet", "row", "unit", "field", "expected", "reason")
REFUSED_HEADER = (
    "Tệp", "Trang tính", "Dòng", "Đơn vị", "Lĩnh vực", "Họ và tên", "Địa chỉ", "Điện thoại", "Ngày",
    "Mã lý do", "Lý do",
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A refused row by its place; no personal data. `reasons` are codes, the first counts."""

    file: str
    sheet: str
    row: int
    unit: str
    field: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class FileReport:
    """What became of one file: `rows` = accepted + merged + refused; counts are also given per cell."""

    file: str
    rows: int
    accepted: int
    merged: int
    refused: int
    cells: dict[Cell, Counter[str]]
    refusals: tuple[Refusal, ...]
    sheets: tuple[SheetReading, ...] = ()
    unchanged: bool = False
    note: str = ""


@dataclass(frozen=True)
class FileFailure:
    """A file of which nothing was imported, and the sentence that says why."""

    file: str
    sentence: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did; `refused_list` is the csv with every refused row of the frame (it holds names)."""

    files: tuple[FileReport, ...]
    failures: tuple[FileFailure, ...]
    refused_list: Path


def import_lists(
    workspace: Workspace,
    files: Iterable[Path],
    unit: str | None = None,
    field: str | None = None,
    on_file: Callable[[Path], None] = lambda path: None,
) -> ImportReport:
    """Check transaction lists into the frame; folders stand for the lists in them. May be run again.

    A file that can't be used is in `failures`, and the others are imported.

    Raises:
        ListError: `unit` or `field` is not in the plan.
    """
    options = _options(workspace.survey, unit, field)
    people = open_people(workspace.people_database)
    store = open_store(workspace.database)
    reports: list[FileReport] = []
    failures: list[FileFailure] = []
    try:
        drawn = set(strata(store)) | set(people.draws())
        done: dict[str, Path] = {}
        for path in _expand(files):
            on_file(path)
            try:
                reports.append(_import_file(workspace, people, path, options, drawn, done))
            except ListError as error:
                failures.append(FileFailure(path.name, str(error)))
        refused_list = _write_refused(workspace, people.rows(outcome="refused"))
    finally:
        people.close()
        store.close()
    return ImportReport(tuple(reports), tuple(failures), refused_list)


def _options(survey: Survey, unit: str | None, field: str | None) -> Options:
    named = match_unit(survey, unit) if unit else None
    if unit and named is None:
        known = ", ".join(f"{u.code} ({u.name.vi})" for u in survey.units)
        raise ListError(f"There is no unit '{unit}' in the plan. There is: {known}.")
    units = [named] if named else list(survey.units)
    if field and not any(match_field(u, field) for u in units):
        known = ", ".join(sorted({f.code for u in units for f in u.fields}))
        raise ListError(f"There is no field '{field}'{f' in unit {named.code}' if named else ''}. There is: {known}.")
    return Options(named, field or "")


def _expand(files: Iterable[Path]) -> list[Path]:
    """Folders as the lists in them; Excel's lock files (~$…) and a key of made-up lists are none."""
    paths: list[Path] = []
    for path in files:
        if path.is_dir():
            inside = [p for p in sorted(path.iterdir()) if p.suffix.lower() in LIST_SUFFIXES and p.is_file()]
            paths.extend(p for p in inside if not p.name.startswith(("~$", ".")))
        else:
            paths.append(path)
    return list(dict.fromkeys(paths))


def _import_file(
    workspace: Workspace,
    people: People,
    path: Path,
    options: Options,
    drawn: set[Cell],
    done: dict[str, Path],
) -> FileReport:
    sheets = read_sheets(path)
    name = unicodedata.normalize("NFC", path.name)
    if _is_truth(sheets):
        return _passed_by(name, "is the key of made-up lists, not a list; passed by")
    named = f"{options.unit.code if options.unit else ''}/{options.field}"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    file = ListFile(name, workspace.relative(path), digest, named)
    known = {other.file: other for other in people.files()}
    for other in known.values():
        if other.file != name and (other.digest, other.options) == (digest, named):
            return _passed_by(name, f"is the same file as {other.file}, which is imported; passed by")
    reading = read_list(workspace.survey, name, sheets, options)
    before = people.rows(file=name)
    if name in known:
        _refuse_namesake(file, known[name], before, reading.rows, done)
    done[name] = path
    _refuse_drawn(name, before, reading.rows, drawn)
    unchanged = known.get(name) == file and _as_read(before) == _as_read(reading.rows)
    counts = people.counts(name) if unchanged else people.put_file(file, reading.rows)
    return _report(name, reading, counts, unchanged)


def _is_truth(sheets: list[Sheet]) -> bool:
    first = sheets[0].rows[0] if sheets and sheets[0].rows else []
    return tuple(tidy(cell) for cell in first) == TRUTH_HEADER


def _passed_by(name: str, note: str) -> FileReport:
    return FileReport(name, 0, 0, 0, 0, {}, (), note=note, unchanged=True)


def _as_read(rows: list[ListRow]) -> list[tuple[str | int, ...]]:
    """Rows without their outcome: accepted or merged depends on the other lists too."""
    return list(map(attrgetter(*(name for name in ListRow.__dataclass_fields__ if name != "outcome")), rows))


def _refuse_namesake(
    file: ListFile, other: ListFile, before: list[ListRow], rows: list[ListRow], done: dict[str, Path]
) -> None:
    """Two offices may both send 'danh sach.xlsx': the second must not wipe out the first."""
    old = {(row.unit, row.field) for row in before if row.unit}
    new = {(row.unit, row.field) for row in rows if row.unit}
    elsewhere = file.path != other.path
    if elsewhere and (file.file in done or (old and new and not old & new)) and file.digest != other.digest:
        raise ListError(
            f"{file.file}: another list of this name, from another folder, is imported already. Give one "
            "of them another name (such as the unit's code) and import it again."
        )


def _refuse_drawn(name: str, before: list[ListRow], rows: list[ListRow], drawn: set[Cell]) -> None:
    """The frame of a drawn cell stays as it was drawn from."""

    def content(rows: list[ListRow]) -> Counter[tuple[str, ...]]:
        cells = [row for row in rows if (row.unit, row.field) in drawn]
        return Counter((row.unit, row.field, row.person, row.reasons, row.name, row.address) for row in cells)

    old, new = content(before), content(rows)
    changed = sorted({f"{key[0]}-{key[1]}" for key in (old - new) | (new - old)})
    if changed:
        raise ListError(
            f"{name}: nothing of it was imported, since it would change the lists of {', '.join(changed)}, "
            "whose sample is drawn. Leave these cells out of the file; a person who can't be asked is "
            "replaced with 'sipas sample replace'."
        )


def _report(name: str, reading: FileReading, counts: Counter[tuple[str, str, str]], unchanged: bool) -> FileReport:
    cells: dict[Cell, Counter[str]] = {}
    outcomes: Counter[str] = Counter()
    for (unit, field, outcome), count in counts.items():
        cells.setdefault((unit, field), Counter())[outcome] = count
        outcomes[outcome] += count
    accepted, merged, refused = outcomes["accepted"], outcomes["merged"], outcomes["refused"]
    rows = len(reading.rows)
    if rows != accepted + merged + refused:
        raise AssertionError(f"{name}: {rows} rows in, {accepted} + {merged} + {refused} out")
    refusals = tuple(
        Refusal(row.file, row.sheet, row.row, row.unit, row.field, tuple(row.reasons.split(";")))
        for row in reading.rows
        if row.outcome == "refused"
    )
    return FileReport(name, rows, accepted, merged, refused, cells, refusals, tuple(reading.sheets), unchanged)


def _write_refused(workspace: Workspace, rows: list[ListRow]) -> Path:
    """Every refused row of the frame, for the offices to mend; Excel knows UTF-8 by its mark."""
    path = workspace.output / "lists" / "refused.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(REFUSED_HEADER)
            for row in rows:
                place = [row.file, row.sheet, row.row, row.unit, row.field]
                said = [row.name, row.address, row.phone, row.day]
                writer.writerow([*map(_harmless, [*place, *said]), row.reasons, row.sentence])
    except PermissionError:
        raise ListError(
            f"{path}: can't be written; if it is open in Excel, close it and run the import again."
        ) from None
    return path


def _harmless(value: object) -> object:
    """A list's text that a spreadsheet would run as a formula stays text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
