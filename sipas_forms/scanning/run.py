"""Reads many files: several processes measure and decide, one writes. Safe to stop at any moment and to run again."""

from __future__ import annotations

import json
import os
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, fields
from operator import attrgetter
from pathlib import Path

import cv2

from sipas_forms.errors import ScanError, SipasError
from sipas_forms.plan import Workspace
from sipas_forms.scanning.as_is import AsIs, Pile, SerialFrom, check_print, plan_as_is
from sipas_forms.scanning.backs import Piles
from sipas_forms.scanning.decide import decide_page
from sipas_forms.scanning.files import ScanFile, find_files, inspect_file, missing_paths, read_frames
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.reader import read_identified, read_page
from sipas_forms.scanning.types import AreaScore, BoxScore, PageReading, Problem, ScanPage
from sipas_forms.store import Store, open_store
from sipas_forms.store.confirming import TO_CONFIRM
from sipas_forms.store.forms import all_forms, issued_forms
from sipas_forms.store.joining import FRONT_FIRST
from sipas_forms.store.readings import (
    MachineAnswer,
    RecordCounts,
    ScanRecord,
    SeenFile,
    finished_files,
    record_scans,
    scan_paths,
    settled_places,
)
from sipas_forms.workers import one_thread, worker_pool

# Pages of one file that go to a worker at once: enough that opening the file again costs little, few enough that all
# workers stay busy to the end and a stop loses little.
CHUNK = 8
# Chunks waiting per worker: memory holds results of these only, however many pages there are.
WAITING = 3


@dataclass(frozen=True)
class _Task:
    path: Path
    name: str
    first: int
    last: int


@dataclass
class ReadSummary:
    """What `read_scans` did. `missing` were asked for and are not there; `passed_over` counts files that were finished
    before, `streaked` pages across which the scanner drew a line; `in_order` are the first and the last serial that the
    order of a pile told, `joined` counts pages that took the serial of their front."""

    missing: tuple[Path, ...] = ()
    files: int = 0
    passed_over: int = 0
    pages: int = 0
    streaked: int = 0
    in_order: tuple[str, str] | None = None
    joined: int = 0
    counts: RecordCounts = field(default_factory=RecordCounts)

    def join(self, more: RecordCounts) -> None:
        """Pages that were problems for want of a serial have one."""
        self.joined += more.read
        self.counts.add(more)


@dataclass(frozen=True)
class Sheets:
    """Scans without our codes: of which adopted form, where their serials come from, of which unit and field they are,
    and with which number within these a pile in order begins."""

    form: str
    serial_from: SerialFrom
    unit: str | None = None
    field: str | None = None
    begin_at: int = 1


# (pages done, pages in all, problems so far)
Progress = Callable[[int, int, int], None]


def read_scans(
    workspace: Workspace,
    paths: list[Path] | None = None,
    workers: int | None = None,
    progress: Progress = lambda done, total, problems: None,
    sheets: Sheets | None = None,
) -> ReadSummary:
    """Read all scans under `paths` (default: the workspace's `scans/`) into the store; `sheets`: they are of an adopted
    form and carry none of our codes.

    Raises:
        ScanError: none of the paths exists or holds scans.
        WorkspaceError, PlanError, StoreError: as their classes say.
    """
    database = workspace.database  # says so where this is no workspace, before scans are looked for
    files = find_files(paths or [workspace.scans])
    store = open_store(database)
    try:
        known = _as_is(workspace, store, files, sheets) if sheets else None
        in_order = known if known and known.serial_from == "order" else None
        pile = Pile.of(in_order, settled_places(store)) if in_order else Pile({})
        serials = {form.serial for form in all_forms(store)}
        library = FormLibrary(workspace.layouts, workspace.survey.code, store.key(), known, serials)
        if sheets:
            check_print(library, sheets.form)
        piles = Piles.of(workspace, store, library)
        summary = ReadSummary(missing_paths(paths or []))
        todo = list(_todo(workspace, store, files, summary))
        total = sum(file.frames for file in todo)
        left = {workspace.relative(file.path): file for file in todo}
        pending = {name: file.frames for name, file in left.items()}
        tasks = [task for file in todo for task in _tasks(workspace, file)]
        count = min(workers or os.cpu_count() or 1, max(1, len(tasks)))
        gone = {name for name in scan_paths(store) if not (workspace.root / name).is_file()} if tasks else set()
        for task, records in _results(tasks, library, count):
            pages = task.last - task.first + 1
            summary.pages += pages
            records = [pile.hold(record) for record in records]
            summary.streaked += sum(record.streaks > 0 for record in records)
            pending[task.name] -= pages
            file = left[task.name]
            seen = SeenFile(task.name, file.size, file.mtime_ns, file.frames) if not pending[task.name] else None
            summary.counts.add(record_scans(store, records, gone, seen))
            if piles:
                piles.add(records)
                summary.join(piles.join_file(task.name, file.frames) if seen and file.frames > 1 else RecordCounts())
            progress(summary.pages, total, summary.counts.problems)
        summary.join(piles.join_folders() if piles else RecordCounts())
        summary.in_order = pile.ends
        return summary
    finally:
        store.close()


def _as_is(workspace: Workspace, store: Store, files: list[Path], sheets: Sheets) -> AsIs:
    issued = issued_forms(store, sheets.unit, sheets.field)
    if not issued:
        raise ScanError("No form is issued for that unit and field; draw the sample first: sipas sample draw.")
    inspected = (inspect_file(path) for path in files)
    named = [(workspace.relative(file.path), file.frames) for file in inspected if isinstance(file, ScanFile)]
    return plan_as_is(workspace, sheets.form, sheets.serial_from, issued, named, sheets.begin_at)


def _todo(workspace: Workspace, store: Store, files: list[Path], summary: ReadSummary) -> Iterator[ScanFile]:
    """Files with pages to read; those that can't be opened are recorded as problems, finished ones passed over."""
    finished = finished_files(store)
    for path in files:
        name = workspace.relative(path)
        summary.files += 1
        found = inspect_file(path)
        if isinstance(found, Problem):
            record = ScanRecord(name, 0, problem=(found.code, found.sentence))
            summary.counts.add(record_scans(store, [record]))
        elif finished.get(name) == (found.size, found.mtime_ns):
            summary.passed_over += 1
        else:
            yield found


def _tasks(workspace: Workspace, file: ScanFile) -> Iterator[_Task]:
    name = workspace.relative(file.path)
    for first in range(1, file.frames + 1, CHUNK):
        yield _Task(file.path, name, first, min(first + CHUNK - 1, file.frames))


def _results(tasks: list[_Task], library: FormLibrary, workers: int) -> Iterator[tuple[_Task, list[ScanRecord]]]:
    if workers == 1:
        one_thread()
        for task in tasks:
            yield task, _read_task(task, library)
        return
    unfinished = yield from _in_pool(tasks, library, workers)
    for task in unfinished:  # a worker died (memory?): one page at a time, so that the one to blame is known
        for frame in range(task.first, task.last + 1):
            one = _Task(task.path, task.name, frame, frame)
            alone = yield from _in_pool([one], library, 1)
            if alone:
                sentence = f"{task.path.name}, page {frame}: reading it brought the program down; scan it at 300 dpi."
                yield one, [ScanRecord(task.name, frame, problem=("reader_failed", sentence))]


def _in_pool(
    tasks: list[_Task], library: FormLibrary, workers: int
) -> Generator[tuple[_Task, list[ScanRecord]], None, list[_Task]]:
    """Results in the order of the tasks; returns the tasks that a dead worker left undone."""
    waiting: deque[tuple[_Task, Future[list[ScanRecord]]]] = deque()
    rest = deque(tasks)
    with worker_pool(workers, _start, (library,)) as pool:
        try:
            while rest or waiting:
                while rest and len(waiting) < workers * WAITING:
                    task = rest.popleft()
                    waiting.append((task, pool.submit(_work, task)))
                task, future = waiting[0]
                records = future.result()
                waiting.popleft()
                yield task, records
        except BrokenProcessPool:
            return [task for task, _ in waiting] + list(rest)
        finally:
            for _, future in waiting:
                future.cancel()
    return []


_library: FormLibrary | None = None


def _start(library: FormLibrary) -> None:
    global _library
    _library = library


def _work(task: _Task) -> list[ScanRecord]:
    assert _library is not None
    return _read_task(task, _library)


def _read_task(task: _Task, library: FormLibrary) -> list[ScanRecord]:
    records = []
    for frame, scan in read_frames(task.path, task.name, range(task.first, task.last + 1)):
        if isinstance(scan, Problem):
            records.append(ScanRecord(task.name, frame, problem=(scan.code, scan.sentence)))
        else:
            records.append(_read_one(scan, library))
    return records


def _read_one(scan: ScanPage, library: FormLibrary) -> ScanRecord:
    height, width = scan.pixels.shape
    place = ScanRecord(scan.source.path, scan.source.frame, scan.digest, width, height)
    try:
        reading, identified = read_page(scan, library)
    except SipasError as error:
        reading, identified = Problem("missing_layout", str(error)), None
    except (cv2.error, ArithmeticError, ValueError, IndexError) as error:
        reading, identified = (
            Problem("reader_failed", f"The page could not be measured ({error}); scan it again."),
            None,
        )
    known = {**vars(place)}
    if identified:
        code = identified.code
        known |= {"serial": code.serial or None, "page": code.page, "form_version": code.form_version}
    if isinstance(reading, Problem):
        where = f"{Path(place.path).name}, page {place.frame}"
        known |= {"problem": (reading.code, f"{where}: {reading.sentence}")}
        if reading.code not in (TO_CONFIRM, FRONT_FIRST) or identified is None:
            return ScanRecord(**known)
        # measured now, so that a person who confirms hundreds of serials waits for none
        unjoined, reading = reading.code == FRONT_FIRST, read_identified(identified, library)
        if isinstance(reading, Problem):
            if unjoined:  # a person will say whose it is and how it lies, both at once
                known |= {"problem": (reading.code, f"{where}: {reading.sentence}")}
            return ScanRecord(**known)
    layout = library.layout(reading.code.form_version)
    assert layout is not None
    answers = tuple(MachineAnswer(**vars(decision)) for decision in decide_page(reading, layout.questions))
    known |= {"residual_mm": reading.residual_mm, "reading": pack_reading(reading), "answers": answers}
    known |= {"streaks": reading.streaks}
    return ScanRecord(**known)


def pack_reading(reading: PageReading) -> bytes:
    """The scores of a page as compressed JSON: boxes as lists in the order of `BoxScore`'s fields."""
    names = [f.name for f in fields(BoxScore)]
    data = {
        "fields": names,
        "boxes": list(map(attrgetter(*names), reading.boxes)),
        "strays": [_area(area) for area in reading.strays if area.blots or area.over],
        "wide": [_area(area) for area in reading.wide if area.blots or area.over],
        "writing": [_area(area) for area in reading.writing],
        "to_pixels": reading.to_pixels,
        "bend": reading.bend,
        "fiducials": reading.fiducials,
        "noise": reading.noise,
        "area_noise": reading.area_noise,
        "streaks": reading.streaks,
    }
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1)


def _area(area: AreaScore) -> list[object]:
    """[question, blots as [ink, reach, weight], ink on words, whether its print is known, how dark that is]"""
    blots = [[blot.ink, blot.reach, blot.weight] for blot in area.blots]
    return [area.question, blots, area.over, area.known, area.seen]
