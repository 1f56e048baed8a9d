"""`frame import`: lists become the frame. A file is imported whole or not at all; the others go on."""

from __future__ import annotations

import csv
import gc
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sipas_forms.errors import ListError, unwritable
from sipas_forms.plan import Survey, Workspace
from sipas_forms.sample.cells import match_field, match_unit
from sipas_forms.sample.columns import HEADER_WITHIN_ROWS, RESULT_OF
from sipas_forms.sample.duplicates import settle
from sipas_forms.sample.eligibility import Doubt
from sipas_forms.sample.files import read_sheets
from sipas_forms.sample.listrows import FileReading, Options, SheetReading, read_list
from sipas_forms.sample.mapping import Mapping
from sipas_forms.sample.returns import write_return
from sipas_forms.sample.sheets import Sheet
from sipas_forms.sample.words import tidy
from sipas_forms.store import open_store
from sipas_forms.store.frame import strata
from sipas_forms.store.list_store import Change
from sipas_forms.store.people import ListFile, ListRow, People, PlacedRow, open_people

Cell = tuple[str, str]
EMPTY_FOLDER = "{folder}: holds no list (.xlsx, .xlsm, .xls, .ods, .csv); folders inside it are not looked into."
NO_LIST = "is not a list (.xlsx, .xlsm, .xls, .ods, .csv); passed by"
LIST_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
OUTCOMES = ("accepted", "merged", "refused", "check")
# First line of the key that `simulate lists` writes beside its lists; a folder's key is no list.
TRUTH_HEADER = ("file", "sheet", "row", "unit", "field", "expected", "reason")
REFUSED_HEADER = (
    "Tệp", "Trang tính", "Dòng", "Đơn vị", "Lĩnh vực", "Họ và tên", "Địa chỉ", "Điện thoại", "Ngày",
    "Mã lý do", "Lý do",
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A row that is not accepted, by its place; no personal data. `reasons` are codes, the first counts.

    `link` is the place of the row that it was merged into or resembles.
    """

    file: str
    sheet: str
    row: int
    unit: str
    field: str
    reasons: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True)
class FileReport:
    """What became of one file: `rows` = accepted + merged + refused + check; counts are also given per cell.

    `changed` rows are new or other than at the last import, `gone` rows were there then and are not now.
    """

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
    check: int = 0
    merges: tuple[Refusal, ...] = ()
    checks: tuple[Refusal, ...] = ()
    changed: int = 0
    gone: int = 0


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
    mapping: Mapping | None = None,
) -> ImportReport:
    """Check transaction lists into the frame; folders stand for the lists in them. May be run again.

    A file that can't be used is in `failures`, and the others are imported.

    Raises:
        ListError: `unit` or `field` is not in the plan.
    """
    files = list(files)
    options = _options(workspace.survey, unit, field, mapping)
    people = open_people(workspace.people_database, "frame import")
    store = open_store(workspace.database)
    reports: list[FileReport] = []
    failures: list[FileFailure] = []
    try:
        drawn = set(strata(store)) | set(people.draws())
        done: dict[str, Path] = {}
        for path in filter(Path.is_dir, files):
            if not _expand([path]):
                failures.append(FileFailure(path.name, EMPTY_FOLDER.format(folder=path)))
            reports.extend(_passed_by(other.name, NO_LIST) for other in _others(path))
        for path in _expand(files):
            on_file(path)
            try:
                with _uncollected():
                    reports.append(_import_file(workspace, people, path, options, drawn, done))
            except ListError as error:
                failures.append(FileFailure(path.name, str(error)))
        refused_list = _write_refused(workspace, people.rows(outcome="refused"))
    finally:
        people.close()
        store.close()
    return ImportReport(tuple(reports), tuple(failures), refused_list)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A long list is millions of objects, none of them in a cycle: looking for cycles takes a quarter of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def return_lists(workspace: Workspace, unit: str | None = None) -> list[Path]:
    """Write for every list (of one unit) the workbook that goes back to the office: its rows and what became of them.

    Raises:
        ListError: `unit` is not in the plan, there is no list, or a workbook is open in another program.
    """
    named = _options(workspace.survey, unit, None, None).unit
    people = open_people(workspace.people_database, "frame return")
    try:
        paths = []
        for file in people.files():
            rows = people.rows(file=file.file)
            if named is None or any(row.unit == named.code for row in rows):
                folder = workspace.output / "lists" / "returned"
                paths.append(write_return(folder, file.file, people.heads(file.file), rows))
        if not paths:
            raise ListError("There is no list to send back. Import the offices' lists first: sipas frame import FILE…")
        return paths
    finally:
        people.close()


def _options(survey: Survey, unit: str | None, field: str | None, mapping: Mapping | None) -> Options:
    named = match_unit(survey, unit) if unit else None
    if unit and named is None:
        known = ", ".join(f"{u.code} ({u.name.vi})" for u in survey.units)
        raise ListError(f"There is no unit '{unit}' in the plan. There is: {known}.")
    units = [named] if named else list(survey.units)
    if field and not any(match_field(u, field) for u in units):
        known = ", ".join(sorted({f.code for u in units for f in u.fields}))
        raise ListError(f"There is no field '{field}'{f' in unit {named.code}' if named else ''}. There is: {known}.")
    return Options(named, field or "", mapping)


def _expand(files: Iterable[Path]) -> list[Path]:
    """Folders as the lists in them; Excel's lock files (~$…) and a key of made-up lists are none."""
    paths: list[Path] = []
    for path in files:
        if path.is_dir():
            paths.extend(p for p in _inside(path) if p.suffix.lower() in LIST_SUFFIXES)
        else:
            paths.append(path)
    return list(dict.fromkeys(paths))


def _others(folder: Path) -> list[Path]:
    """What an office may have sent in a folder that is not looked into: pictures, PDFs."""
    return [path for path in _inside(folder) if path.suffix.lower() not in LIST_SUFFIXES]


def _inside(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith(("~$", "."))]


def _import_file(
    workspace: Workspace,
    people: People,
    path: Path,
    options: Options,
    drawn: set[Cell],
    done: dict[str, Path],
) -> FileReport:
    sheets = read_sheets(path)
    mends = _mended(path, sheets)
    name = unicodedata.normalize("NFC", mends or path.name)
    if _is_truth(sheets):
        return _passed_by(name, "is the key of made-up lists, not a list; passed by")
    unit = options.unit.code if options.unit else ""
    named = f"{unit}/{options.field}" + (f"/{options.mapping.digest()}" if options.mapping else "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    known = {other.file: other for other in people.files()}
    if mends and options.unit is None and not options.field and name in known:
        options, named = _as_before(workspace.survey, known[name], options)
    file = ListFile(name, workspace.relative(path), digest, named)
    for other in known.values():
        if other.file != name and (other.digest, other.options) == (digest, named):
            return _passed_by(name, f"is the same file as {other.file}, which is imported; passed by")
    reading = read_list(workspace.survey, name, sheets, options)
    if mends:
        _keep_doubts(people.rows(file=name, outcome="check"), reading.rows)
    if name in known and not mends:
        _refuse_namesake(file, known[name], people.placed(name), reading.rows, done)
    done[name] = path
    if drawn:
        _refuse_drawn(name, people.rows(file=name), reading.rows, drawn)
    change = people.put_file(file, reading.heads, reading.rows, settle)
    return _report(name, reading, people.placed(name), change)


def _as_before(survey: Survey, known: ListFile, options: Options) -> tuple[Options, str]:
    """A mended list is read as the list that it mends was: for the same unit and field, with a mapping file if any."""
    unit, field, *mapping = known.options.split("/")
    if mapping and options.mapping is None:
        raise ListError(f"{known.file}: was read with a mapping file; give it again beside what mends it (--mapping).")
    mapped = f"/{options.mapping.digest()}" if options.mapping else ""
    return Options(match_unit(survey, unit) if unit else None, field, options.mapping), f"{unit}/{field}{mapped}"


def _keep_doubts(before: list[ListRow], rows: list[ListRow]) -> None:
    """What a list went back decoded no longer shows: letters that were in doubt stay so until their cells change."""
    doubts = {row.original: row.doubts for row in before if Doubt.UNSURE_ENCODING in row.doubts.split(";")}
    for number, row in enumerate(rows):
        if row.original in doubts and not row.reasons:
            rows[number] = replace(row, doubts=doubts[row.original])


def _mended(path: Path, sheets: list[Sheet]) -> str | None:
    """The list that a returned file mends, by the heading of its results; ListError where it names several."""
    found = {
        match[1]
        for sheet in sheets
        for row in sheet.rows[: 2 * HEADER_WITHIN_ROWS]
        for cell in row
        if isinstance(cell, str) and (match := RESULT_OF.match(tidy(cell)))
    }
    if len(found) > 1:
        raise ListError(f"{path.name}: holds the results of several lists ({', '.join(sorted(found))}); one at a time.")
    return found.pop() if found else None


def _is_truth(sheets: list[Sheet]) -> bool:
    first = sheets[0].rows[0] if sheets and sheets[0].rows else []
    return tuple(tidy(cell) for cell in first) == TRUTH_HEADER


def _passed_by(name: str, note: str) -> FileReport:
    return FileReport(name, 0, 0, 0, 0, {}, (), note=note, unchanged=True)


def _refuse_namesake(
    file: ListFile, other: ListFile, before: list[PlacedRow], rows: list[ListRow], done: dict[str, Path]
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

    def content(rows: list[ListRow]) -> Counter[tuple[str | bool, ...]]:
        cells = [row for row in rows if (row.unit, row.field) in drawn]
        return Counter((r.unit, r.field, r.person, r.reasons, r.name, r.address, r.confirmed) for r in cells)

    old, new = content(before), content(rows)
    changed = sorted({f"{key[0]}-{key[1]}" for key in (old - new) | (new - old)})
    if changed:
        raise ListError(
            f"{name}: nothing of it was imported, since it would change the lists of {', '.join(changed)}, "
            "whose sample is drawn. Leave these cells out of the file; a person who can't be asked is "
            "replaced with 'sipas sample replace'."
        )


def _report(name: str, reading: FileReading, rows: list[PlacedRow], change: Change) -> FileReport:
    cells: dict[Cell, Counter[str]] = {}
    for row in rows:
        cells.setdefault((row.unit, row.field), Counter())[row.outcome] += 1
    counts = sum(cells.values(), Counter[str]())
    if len(reading.rows) != sum(counts[outcome] for outcome in OUTCOMES):
        raise AssertionError(f"{name}: {len(reading.rows)} rows in, {dict(counts)} out")
    said = {outcome: tuple(_refusal(row) for row in rows if row.outcome == outcome) for outcome in OUTCOMES[1:]}
    return FileReport(
        name,
        len(reading.rows),
        counts["accepted"],
        counts["merged"],
        counts["refused"],
        cells,
        said["refused"],
        tuple(reading.sheets),
        unchanged=not change.rows and not change.gone,
        check=counts["check"],
        merges=said["merged"],
        checks=said["check"],
        changed=change.rows,
        gone=change.gone,
    )


def _refusal(row: PlacedRow) -> Refusal:
    codes = ";".join(filter(None, (row.reasons, row.link_reason, row.doubts)))
    return Refusal(row.file, row.sheet, row.row, row.unit, row.field, tuple(codes.split(";")), row.link)


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
    except OSError as error:
        raise ListError(unwritable(path, error)) from None
    return path


def _harmless(value: object) -> object:
    """A list's text that a spreadsheet would run as a formula stays text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
