"""A batch of simulated scans: every printed form filled, scanned and written, with the truth beside it.

Everything hangs on names: a cell's device and mood on (seed, cell), a respondent on (seed, serial), a page's
way through the scanner on (seed, serial, page). So a limit, the number of workers or a second run change
nothing in what is made.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sipas_forms.errors import ScanError
from sipas_forms.plan import Questionnaire, Workspace
from sipas_forms.plan.serial import split_serial
from sipas_forms.printing.layout import Layout, load_layout
from sipas_forms.printing.render import render_page
from sipas_forms.simulate.files import write_jpeg, write_pdf, write_phone_jpeg, write_tiff, write_whole
from sipas_forms.simulate.fill import FilledForm, cell_mood, fill_form
from sipas_forms.simulate.pens import draw_marks
from sipas_forms.simulate.profiles import PROFILES, Container, Profile
from sipas_forms.simulate.scanners import Device, draw_device, scan_page
from sipas_forms.simulate.seeds import generator
from sipas_forms.store import open_store
from sipas_forms.store.printed import PrintedPlace, printed_places
from sipas_forms.workers import worker_pool

MADE = ".simulated"  # hidden, so that reading passes it by
TRUTH = "truth.csv"
TRUTH_COLUMNS = ("serial", "question", "answer", "marking")
# What fits into the feeder of an office device; it also bounds what a worker holds (some 40 MB of JPEG).
SHEETS_PER_STACK = 20
SUFFIX: dict[Container, str] = {"pdf": ".pdf", "tiff": ".tif", "jpeg": ".jpg"}
SCAN_SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"})


@dataclass(frozen=True)
class SimulatedBatch:
    """What was written: the folder, its image files in order, the truth, and how much is in them."""

    folder: Path
    files: tuple[Path, ...]
    truth: Path
    forms: int
    pages: int


@dataclass(frozen=True)
class Stack:
    """What one device scans in one go: pages and, for each, its number in the cell's pile (from 1)."""

    root: Path
    profile: str
    seed: int
    cell: str
    base: Path
    pages: tuple[tuple[int, PrintedPlace], ...]


def simulate_scans(
    workspace: Workspace,
    folder: Path,
    profile: str = "office",
    seed: int = 1,
    limit: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> SimulatedBatch:
    """Fill and scan the printed forms (the first `limit` of them) into `folder`; the truth is written last.

    `progress` is told how many pages are done, and of how many. `workers` processes, all cores by default.

    Raises:
        ScanError: no such profile, nothing is printed, or `folder` holds other scans.
        WorkspaceError: there is no workspace, or a layout or a printed file is missing.
    """
    if profile not in PROFILES:
        raise ScanError(f"There is no profile '{profile}'. There is: {', '.join(PROFILES)}.")
    questionnaire = workspace.questionnaire
    places, serials = _chosen(_places(workspace), limit)
    stacks = _stacks(workspace, folder, places, set(serials), PROFILES[profile], seed)
    files = tuple(path for stack in stacks for path in _files(stack, _device(stack)))
    _refuse_other_scans(folder, files)
    pages = sum(len(stack.pages) for stack in stacks)
    truth, made = folder / TRUTH, folder / MADE
    wanted = _fingerprint(workspace, stacks)
    if (
        made.is_file()
        and made.read_text(encoding="ascii") == wanted
        and all(path.is_file() for path in (truth, *files))
    ):
        progress(pages, pages)
        return SimulatedBatch(folder, files, truth, len(serials), pages)
    done = 0
    for count in _run(stacks, workers):
        done += count
        progress(done, pages)
    write_whole(truth, lambda path: _write_truth(path, questionnaire, PROFILES[profile], seed, serials))
    made.write_text(wanted, encoding="ascii")
    return SimulatedBatch(folder, files, truth, len(serials), pages)


def _fingerprint(workspace: Workspace, stacks: list[Stack]) -> str:
    """What the scans are made from; the same again makes the same files, so that there is nothing to do."""
    parts = [(stack.profile, stack.seed, stack.base.name, stack.pages) for stack in stacks]
    printed = [(path.name, path.stat().st_size) for path in sorted(workspace.forms.glob("*.pdf"))]
    store = open_store(workspace.database)
    try:
        key = store.key()
    finally:
        store.close()
    return hashlib.sha256(repr((parts, printed, workspace.questionnaire, key)).encode()).hexdigest()


def truth_of(questionnaire: Questionnaire, profile: Profile, seed: int, serial: str) -> FilledForm:
    """The form that `simulate_scans` fills for that serial and seed."""
    mood = cell_mood(profile.people, generator(seed, "mood", _cell(serial)))
    return fill_form(questionnaire, profile, generator(seed, "person", serial), mood)


def _places(workspace: Workspace) -> list[PrintedPlace]:
    if not workspace.database.exists():
        raise ScanError("Nothing is printed yet, so there is nothing to scan. Run 'sipas print' first.")
    store = open_store(workspace.database)
    try:
        places = printed_places(store)
    finally:
        store.close()
    if not places:
        raise ScanError("Nothing is printed yet, so there is nothing to scan. Run 'sipas print' first.")
    newest: dict[tuple[str, int], PrintedPlace] = {}
    for place in places:  # a form that was printed again on its own comes back once
        newest[place.serial, place.page] = place
    return list(newest.values())


def _chosen(places: list[PrintedPlace], limit: int | None) -> tuple[list[PrintedPlace], list[str]]:
    """All pages, and the serials that are to be scanned, in the order of print."""
    if limit is not None and limit < 1:
        raise ScanError(f"The limit must be at least one form (here: {limit}).")
    return places, list(dict.fromkeys(place.serial for place in places))[:limit]


def _cell(serial: str) -> str:
    parts = split_serial(serial)
    if parts is None:
        raise ScanError(f"The database names a form '{serial}', which is not a serial; print the forms again.")
    return f"{parts[0]}-{parts[1]}"


def _stacks(
    workspace: Workspace,
    folder: Path,
    places: list[PrintedPlace],
    wanted: set[str],
    profile: Profile,
    seed: int,
) -> list[Stack]:
    """Each cell's pile, out of order as the profile says, cut into stacks; a limit only takes pages out."""
    piles: dict[str, list[PrintedPlace]] = {}
    for place in places:
        piles.setdefault(_cell(place.serial), []).append(place)
    stacks = []
    root = workspace.root.resolve()
    for cell, pile in piles.items():
        disorder = profile.scanner.disorder_pages
        keys = [
            i + float(generator(seed, "order", place.serial, place.page).normal(0, disorder))
            for i, place in enumerate(pile)
        ]
        order = [pile[int(i)] for i in np.argsort(keys, kind="stable")]
        size = 2 * SHEETS_PER_STACK
        for number, start in enumerate(range(0, len(order), size), 1):
            part = tuple(
                (start + i, place) for i, place in enumerate(order[start : start + size], 1) if place.serial in wanted
            )
            if part:
                base = folder.resolve() / f"{profile.name}-{seed}-{cell}-{number}"
                stacks.append(Stack(root, profile.name, seed, cell, base, part))
    return stacks


def _device(stack: Stack) -> Device:
    return draw_device(PROFILES[stack.profile], generator(stack.seed, "device", stack.profile, stack.cell))


def _files(stack: Stack, device: Device) -> list[Path]:
    suffix = SUFFIX[device.container]
    if device.container != "jpeg":
        return [stack.base.with_name(stack.base.name + suffix)]
    return [stack.base / f"{number:05d}{suffix}" for number, _ in stack.pages]


def _refuse_other_scans(folder: Path, files: tuple[Path, ...]) -> None:
    """Scans of other settings would come back as second scans of the same pages."""
    planned = set(files)
    if not folder.is_dir():
        return
    for path in sorted(folder.resolve().rglob("*")):
        if path.suffix.lower() in SCAN_SUFFIXES and path not in planned:
            raise ScanError(f"{folder}: holds other scans ({path.name}); choose an empty folder for --to.")


def _run(stacks: list[Stack], workers: int | None) -> Iterator[int]:
    """Scan the stacks; yields the number of pages of each one that is done."""
    count = min(workers or os.cpu_count() or 1, len(stacks))
    if count <= 1:
        for stack in stacks:
            yield scan_stack(stack)
        return
    with worker_pool(count) as pool:
        jobs = [pool.submit(scan_stack, stack) for stack in stacks]
        try:
            for job in as_completed(jobs):
                yield job.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def scan_stack(stack: Stack) -> int:
    """Fill, scan and write one stack; returns its number of pages. Runs in a worker process."""
    device = _device(stack)
    files = _files(stack, device)
    pictures = (_picture(stack, place, device) for _, place in stack.pages)
    if device.container == "pdf":
        write_pdf(files[0], pictures, device.dpi, device.jpeg_quality)
    elif device.container == "tiff":
        write_tiff(files[0], pictures, device.dpi, device.jpeg_quality, device.threshold is not None)
    else:
        for path, picture, (_, place) in zip(files, pictures, stack.pages, strict=True):
            _write_single(path, picture, device, generator(stack.seed, "file", place.serial, place.page))
    return len(stack.pages)


def _write_single(path: Path, picture: NDArray[np.uint8], device: Device, rng: np.random.Generator) -> None:
    camera = device.profile.camera
    if camera is None:
        write_jpeg(path, picture, device.dpi, device.jpeg_quality)
        return
    tint = camera.tint.draw(rng), camera.tint.draw(rng)
    write_phone_jpeg(path, picture, device.jpeg_quality, tint, bool(rng.random() < camera.sideways))


def _picture(stack: Stack, place: PrintedPlace, device: Device) -> NDArray[np.uint8]:
    filled = _filled_page(stack.root, stack.profile, stack.seed, place, device.dpi)
    back = None
    if device.see_through:
        other = _other_side(place)
        if other.page <= len(_layout(stack.root, place.form_version).pages):
            back = _filled_page(stack.root, stack.profile, stack.seed, other, device.dpi)
    rng = generator(stack.seed, "scan", stack.profile, place.serial, place.page)
    return scan_page(filled, device, rng, back)


def _other_side(place: PrintedPlace) -> PrintedPlace:
    """Pages 1 and 2 share a sheet, then 3 and 4; a form's pages follow each other in the printed file."""
    step = 1 if place.page % 2 else -1
    return PrintedPlace(place.file, place.pdf_page + step, place.serial, place.page + step, place.form_version)


@lru_cache(maxsize=6)  # both sides of a sheet and their neighbours in a pile that is out of order: 50 MB at 300 dpi
def _filled_page(root: Path, profile: str, seed: int, place: PrintedPlace, dpi: int) -> NDArray[np.uint8]:
    layout = _layout(root, place.form_version)
    filled = _filled_form(root, profile, seed, place.serial)
    try:
        printed = render_page(root / place.file, place.pdf_page - 1, dpi)
    except FileNotFoundError:
        raise ScanError(f"{place.file}: the printed forms are missing; run 'sipas print' again.") from None
    rng = generator(seed, "pen", place.serial, place.page)
    return draw_marks(printed, layout.page(place.page), filled.marks, dpi / 25.4, rng)


@lru_cache(maxsize=2 * SHEETS_PER_STACK)
def _filled_form(root: Path, profile: str, seed: int, serial: str) -> FilledForm:
    return truth_of(_questionnaire(root), PROFILES[profile], seed, serial)


@lru_cache(maxsize=8)
def _layout(root: Path, version: str) -> Layout:
    return load_layout(Workspace(root).layouts / f"{version}.json")


@lru_cache(maxsize=2)
def _questionnaire(root: Path) -> Questionnaire:
    return Workspace(root).questionnaire


def _write_truth(path: Path, questionnaire: Questionnaire, profile: Profile, seed: int, serials: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(TRUTH_COLUMNS)
        for serial in serials:
            for answer in truth_of(questionnaire, profile, seed, serial).answers:
                rows.writerow((serial, answer.question, answer.value, answer.marking))
