"""Shows single questions again: they are filled, scanned and read anew from their seed, and cut out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np

from bench.accuracy.judge import page_answers, read_simulated
from bench.accuracy.pages import Desk
from bench.accuracy.results import Results
from sipas_forms.printing.layout import PageLayout, Rect
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.identify import identify
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import AreaScore, BoxScore, PageReading, Pixels, Problem, ScanPage

CROP_SCALE = 12  # px per mm, about 300 dpi: nothing that the scan shows is lost
MARGIN_MM = 5.0  # around the boxes: what the reader looks at, and a little more
TILE_SCALE = 6  # px per mm on the contact sheet
TILES = 48  # per profile; the sheet is two tiles wide
TILE_MM = (125.0, 22.0)
CAPTION_PX = 22


@dataclass(frozen=True)
class _Question:
    """One question of one simulated form, read again."""

    crop: Pixels
    reading: PageReading | Problem
    decision: Decision | None
    truth: str
    marking: str


def show_question(desk: Desk, profile: str, name: str, folder: Path) -> Path:
    """Write the crop of SEED/SERIAL/QUESTION (the page if it wasn't read); print scores and decision."""
    try:
        seed, serial, question = name.split("/")
        found = _look(desk, profile, int(seed), serial, question, CROP_SCALE)
    except (ValueError, KeyError, StopIteration):
        example = f"1/{desk.serials(1)[0]}/{desk.questionnaire.criteria[0].id}"
        raise click.BadParameter(f"'{name}' is no SEED/SERIAL/QUESTION of the bench, such as {example}.") from None
    path = folder / f"show-{profile}-{name.replace('/', '-')}.png"
    _write(path, found.crop)
    click.echo(f"written: {path}")
    click.echo(f"truth: '{found.truth}' ({found.marking})")
    if isinstance(found.reading, Problem):
        click.echo(f"not read: {found.reading.code}: {found.reading.sentence}")
        return path
    click.echo(f"decision: {found.decision}")
    scores: list[BoxScore | AreaScore] = [*found.reading.boxes, *found.reading.strays, *found.reading.writing]
    for score in scores:
        if score.question == question:
            values = {k: v for k, v in dataclasses.asdict(score).items() if k != "question"}
            click.echo("  " + ", ".join(f"{key} {value}" for key, value in values.items()))
    return path


def contact_sheet(desk: Desk, results: Results, profiles: list[str]) -> Path:
    """The profiles' misreads, then the decided questions with the least confidence."""
    tiles = []
    for profile in profiles:
        notes: list[dict[str, Any]] = []
        for line in results.lines():
            if line["profile"] == profile:
                notes += [{"seed": line["seed"], **note, "misread": True} for note in line["misreads"]]
                notes += [{"seed": line["seed"], **note, "misread": False} for note in line["nearest"]]
        notes.sort(key=lambda note: (not note["misread"], note["confidence"]))
        tiles += [_tile(desk, profile, note) for note in notes[:TILES]]
    if not tiles:
        raise click.ClickException("There are no results of these profiles yet; run the bench first.")
    if len(tiles) % 2:
        tiles.append(np.full_like(tiles[0], 255))
    path = results.folder / "contact-sheet.png"
    _write(path, np.vstack([np.hstack(pair) for pair in zip(tiles[::2], tiles[1::2], strict=True)]))
    return path


def _tile(desk: Desk, profile: str, note: dict[str, Any]) -> Pixels:
    found = _look(desk, profile, note["seed"], note["serial"], note["question"], TILE_SCALE)
    width, height = (round(side * TILE_SCALE) for side in TILE_MM)
    tile = np.full((height, width), 255, np.uint8)
    crop = found.crop
    fit = min(1.0, width / crop.shape[1], (height - CAPTION_PX) / crop.shape[0])
    if fit < 1:
        crop = np.asarray(cv2.resize(crop, None, fx=fit, fy=fit, interpolation=cv2.INTER_AREA), np.uint8)
    crop = crop[: height - CAPTION_PX, :width]
    tile[CAPTION_PX : CAPTION_PX + crop.shape[0], : crop.shape[1]] = crop
    where = f"{profile} {note['seed']}/{note['serial']}/{note['question']}"
    what = f"{note['marking']} '{note['truth']}' -> {note['status']} '{note['answer']}' {note['confidence']}"
    words = f"{'MISREAD ' if note['misread'] else ''}{where}: {what}"
    cv2.putText(tile, words, (4, CAPTION_PX - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1, cv2.LINE_AA)
    cv2.rectangle(tile, (0, 0), (width - 1, height - 1), 200)
    return tile


def _look(desk: Desk, profile: str, seed: int, serial: str, question: str, scale: int) -> _Question:
    pages = [page for page in desk.layout(serial).pages if question in _names(page)]
    number = pages[0].number if pages else 0
    scan = next(scan for page, scan in desk.scans(profile, seed, serial) if page == number)
    answers = {q.question: answer for q, answer in page_answers(desk, profile, seed, serial, number)}
    truth = answers[question]
    reading = read_simulated(desk, scan, serial, number)
    crop, decision = scan.pixels, None
    if isinstance(reading, PageReading):
        decided = decide_page(reading, desk.layout(serial).questions)
        decision = next(d for d in decided if d.question == question)
        crop = _crop(desk, scan, pages[0], question, scale)
    return _Question(crop, reading, decision, truth.value, truth.marking)


def _crop(desk: Desk, scan: ScanPage, page: PageLayout, question: str, scale: int) -> Pixels:
    """The question's boxes or writing area, straightened as the reader does it."""
    identified = identify(scan, desk.library)
    assert not isinstance(identified, Problem)
    registered = register(identified, desk.library.blank(identified.code.form_version, page.number))
    assert not isinstance(registered, Problem)
    part = _around(list(_places(page, question)))
    return straighten(registered.pixels, registered.to_pixels, part, scale, registered.bend)


def _around(places: list[Rect]) -> Rect:
    left, top = min(p.x for p in places) - MARGIN_MM, min(p.y for p in places) - MARGIN_MM
    right, bottom = max(p.x + p.w for p in places) + MARGIN_MM, max(p.y + p.h for p in places) + MARGIN_MM
    return Rect(left, top, right - left, bottom - top)


def _places(page: PageLayout, question: str) -> Iterator[Rect]:
    yield from (box for box in page.boxes if box.question == question)
    yield from (area for area in page.writing if area.question == question)


def _names(page: PageLayout) -> set[str]:
    return {box.question for box in page.boxes} | {area.question for area in page.writing}


def _write(path: Path, picture: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
