"""`scripts/bench print`: how quick and how large printing is, and whether the boxes lie where the layout has them."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pdfplumber

from bench.survey import issue
from sipas_forms.cli.progress import progress_bar
from sipas_forms.plan import Workspace
from sipas_forms.printing.batch import PrintedBatch, print_forms
from sipas_forms.printing.compose import ComposedForm, compose
from sipas_forms.printing.drawing import Solid
from sipas_forms.printing.layout import Box
from sipas_forms.workers import worker_pool

MOST_SECONDS, MOST_MB, MOST_MM = 5.0, 3.0, 0.05  # issue 2: for 240 forms, and for each box of each page
MM = 72 / 25.4  # points per millimetre
SIDE_MM = 0.2  # outlines within this of a box's size are taken for boxes


@click.command()
@click.option("--forms", type=click.IntRange(min=1), default=30, show_default=True, help="Per cell (there are 8).")
@click.option("--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Times that all are printed.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes that check boxes.")
def main(forms: int, repeats: int, workers: int) -> None:
    """240 forms in under 5 s and 3 MB; every box within 0.05 mm of the layout."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = issue(Path(folder), forms)
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            batches = print_forms(workspace)
            seconds.append(time.perf_counter() - start)
        size = sum(batch.path.stat().st_size for batch in batches) / 1e6
        printed = sum(batch.forms for batch in batches)
        took = f"{statistics.median(seconds):.2f} s (first {seconds[0]:.2f} s, median of {repeats})"
        click.echo(
            f"{printed} forms in {len(batches)} files: {took}, {size:.2f} MB; bounds {MOST_SECONDS:g} s, {MOST_MB:g} MB"
        )
        worst, pages, boxes, wrong = _check(workspace, batches, workers)
    click.echo(f"{boxes:,} boxes on {pages} pages: {worst:.4f} mm from the layout at most; bound {MOST_MM:g} mm")
    for sentence in wrong:
        click.echo(f"  {sentence}")
    held = max(seconds) <= MOST_SECONDS and size <= MOST_MB and worst <= MOST_MM and not wrong
    click.echo("held" if held else "MISSED")
    sys.exit(0 if held else 1)


def _check(workspace: Workspace, batches: list[PrintedBatch], workers: int) -> tuple[float, int, int, list[str]]:
    """(largest deviation in mm, pages, boxes, what is wrong) over every page of every file."""
    form = compose(workspace.survey, workspace.questionnaire)
    parts = [(batch.path, form, start, start + 20) for batch in batches for start in range(0, batch.pages, 20)]
    total, pages, boxes, worst = sum(batch.pages for batch in batches), 0, 0, 0.0
    wrong: list[str] = []
    with (
        worker_pool(workers) as pool,
        progress_bar("checking boxes", "pages") as bar,
    ):
        for found in pool.map(_check_pages, *zip(*parts, strict=True)):
            for deviation, count, sentence in found:
                pages, boxes, worst = pages + 1, boxes + count, max(worst, deviation)
                wrong += [sentence] if sentence else []
            bar(pages, total, "")
    return worst, pages, boxes, wrong


def _check_pages(path: Path, form: ComposedForm, first: int, last: int) -> list[tuple[float, int, str]]:
    """(largest deviation in mm, boxes, what is wrong) for the pages `first` (from 0) to before `last`."""
    results = []
    with pdfplumber.open(path) as document:
        for page in document.pages[first:last]:
            number = (page.page_number - 1) % len(form.layout.pages)
            expected = form.layout.pages[number].boxes
            outlines = list(_outlines(page, expected[0].w)) if expected else []
            nearest = [min((_off(box, outline) for outline in outlines), default=99.0) for box in expected]
            where = f"{path.name}, page {page.page_number}"
            count = len(expected) + _examples(form, number)
            sentence = f"{where}: {len(outlines)} outlines, not {count}" if len(outlines) != count else ""
            results.append((max(nearest, default=0.0), len(expected), sentence))
            page.close()
    return results


def _examples(form: ComposedForm, number: int) -> int:
    """How many boxes are drawn on a page beside those to be marked: the instructions' examples."""
    boxes = form.layout.pages[number].boxes
    places = {(box.x, box.y) for box in boxes}
    frames = [mark.rect for mark in form.marks[number] if isinstance(mark, Solid) and mark.hole]
    return sum(abs(f.w - boxes[0].w) <= SIDE_MM and (f.x, f.y) not in places for f in frames) if boxes else 0


def _outlines(page: pdfplumber.page.Page, side: float) -> Iterator[tuple[float, float, float, float]]:
    """(x, y, width, height) in mm of everything drawn that has a box's size; the same outline counts once."""
    seen = set()
    for item in (*page.rects, *page.curves):
        values = item["x0"] / MM, item["top"] / MM, item["width"] / MM, item["height"] / MM
        key = tuple(round(value, 2) for value in values)
        if abs(values[2] - side) <= SIDE_MM and abs(values[3] - side) <= SIDE_MM and key not in seen:
            seen.add(key)
            yield values


def _off(box: Box, outline: tuple[float, float, float, float]) -> float:
    """The largest difference (mm) of any edge."""
    x, y, w, h = outline
    edges = (box.x - x, box.y - y, box.x + box.w - x - w, box.y + box.h - y - h)
    return max(abs(edge) for edge in edges)


if __name__ == "__main__":
    main(prog_name="scripts/bench print")
