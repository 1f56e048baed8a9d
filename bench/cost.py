"""`scripts/bench cost`: the whole cost of reading a page against the bare decoding of the same file.

Both are measured in one process with one thread, batch by batch in turn, so that other load falls on both alike.
"""

from __future__ import annotations

import functools
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import click
import cv2
import numpy as np

from bench.survey import issue_and_print
from sipas_forms.plan import Workspace
from sipas_forms.printing.compose import compose
from sipas_forms.scanning import files, outlines, reader, run
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.simulate import simulate_scans
from sipas_forms.store import open_store

BATCH = 20  # pages that are decoded and then read: a second or so each, that the machine's moods fall on both
BOUND = 3.0  # times the bare decoding; issue 2
# The stages as the reading calls them: (module, function, what it is).
STAGES = (
    (reader, "identify", "page code"),
    (outlines, "register", "registration"),
    (reader, "box_ink", "boxes: ink"),
    (reader, "score_boxes", "boxes: scores"),
    (reader, "measure_areas", "areas, streaks"),
    (run, "decide_page", "decide"),
    (run, "pack_reading", "pack"),
    (run, "record_scans", "store"),
    (files, "make_page", "digest"),
)


@click.command()
@click.option("--batches", type=click.IntRange(min=1), default=8, show_default=True, help=f"Of {BATCH} pages each.")
@click.option(
    "--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Times that each is measured."
)
def main(batches: int, repeats: int) -> None:
    """Whole cost of a page (decode to store) as a multiple of its bare decode; the bound is 3."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, scans = _scans(Path(folder), batches * BATCH)
        ratios, bare, whole = [], [], []
        loading = _keep_library(workspace, scans)
        for repeat in range(repeats):
            for batch in range(batches):
                part = scans[batch * BATCH : (batch + 1) * BATCH]
                bare.append(_decode(part) / BATCH)
                whole.append(_read(workspace, part) / BATCH)
                ratios.append(whole[-1] / bare[-1])
            print(f"round {repeat + 1}: {statistics.median(ratios[-batches:]):.2f} times the decode", file=sys.stderr)
        shares = _shares(workspace, scans)
        boxes = [len(page.boxes) for page in compose(workspace.survey, workspace.questionnaire).layout.pages]
    ratio = statistics.median(ratios)
    size = f"{len(scans)} pages, {sum(boxes) / len(boxes):.0f} boxes a page"
    click.echo(f"Reading, one process, 300 dpi grey JPEG A4: {size}; medians of {len(ratios)} batches of {BATCH}")
    click.echo(f"  bare decode     {1000 * statistics.median(bare):6.1f} ms a page")
    click.echo(f"  whole reading   {1000 * statistics.median(whole):6.1f} ms a page")
    low, _, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratio] * 3
    spread = f"middle half {low:.2f} to {high:.2f}"
    click.echo(f"  ratio           {ratio:6.2f} ({spread}); bound {BOUND:g}: {'held' if ratio <= BOUND else 'MISSED'}")
    click.echo(f"  beside that, once per process: {loading:.2f} s to make the form's blank pages ready")
    click.echo("Stages, ms a page and share of the whole (a run of its own, with clocks in it):")
    total = shares.pop("whole")
    for name, seconds in sorted(shares.items(), key=lambda item: -item[1]):
        click.echo(f"  {name:16} {1000 * seconds / len(scans):6.2f} {100 * seconds / total:5.1f}%")
    sys.exit(0 if ratio <= BOUND else 1)


def _scans(root: Path, pages: int) -> tuple[Workspace, list[Path]]:
    """A printed survey whose first pages came back from a clean scanner as single JPEG files."""
    workspace = issue_and_print(root / "survey", -(-pages // 16))
    batch = simulate_scans(workspace, workspace.scans, "clean", seed=1, limit=-(-pages // 2))
    return workspace, list(batch.files)


def _keep_library(workspace: Workspace, scans: list[Path]) -> float:
    """From now on all readings share one library, as all pages of a process do; returns the seconds that it takes."""
    store = open_store(workspace.database)
    library = FormLibrary(workspace.layouts, workspace.survey.code, store.key())
    store.close()
    setattr(run, "FormLibrary", lambda *_: library)  # noqa: B010 - this process ends with the bench
    first = _read(workspace, scans[:2])
    return max(0.0, first - _read(workspace, scans[:2]))


def _decode(scans: list[Path]) -> float:
    """Seconds to decode the files' bytes, which are in memory."""
    cv2.setNumThreads(1)
    contents = [np.fromfile(path, np.uint8) for path in scans]
    start = time.perf_counter()
    for content in contents:
        cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    return time.perf_counter() - start


def _read(workspace: Workspace, scans: list[Path]) -> float:
    """Seconds to read the files into a store that doesn't know them yet, all in this process."""
    with _fresh_database(workspace):
        start = time.perf_counter()
        summary = run.read_scans(workspace, scans, workers=1)
        seconds = time.perf_counter() - start
    if summary.counts.read != len(scans):
        raise click.ClickException(
            f"Only {summary.counts.read} of {len(scans)} pages were read: the figures mean nothing."
        )
    return seconds


@contextmanager
def _fresh_database(workspace: Workspace) -> Iterator[None]:
    before = workspace.database.with_suffix(".before")
    shutil.copyfile(workspace.database, before)
    try:
        yield
    finally:
        for path in workspace.root.glob("survey.db*"):
            path.unlink()
        before.replace(workspace.database)


def _shares(workspace: Workspace, scans: list[Path]) -> dict[str, float]:
    """Seconds per stage of one more reading, and of the whole of it."""
    spent: defaultdict[str, float] = defaultdict(float)
    with mock.patch.object(run, "read_frames", _timed_pages(files.read_frames, spent)):
        patches = [mock.patch.object(m, name, _timed(getattr(m, name), what, spent)) for m, name, what in STAGES]
        for patch in patches:
            patch.start()
        try:
            whole = _read(workspace, scans)
        finally:
            for patch in patches:
                patch.stop()
    spent["open, decode"] -= spent["digest"]
    spent["rest"] = whole - sum(spent.values())
    spent["whole"] = whole
    return dict(spent)


def _timed(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.perf_counter() - start

    return timed


def _timed_pages(function: Callable[..., Iterator[Any]], spent: dict[str, float]) -> Callable[..., Iterator[Any]]:
    def timed(*arguments: Any) -> Iterator[Any]:
        pages = function(*arguments)
        while True:
            start = time.perf_counter()
            found = next(pages, None)
            spent["open, decode"] += time.perf_counter() - start
            if found is None:
                return
            yield found

    return timed


if __name__ == "__main__":
    main(prog_name="scripts/bench cost")
