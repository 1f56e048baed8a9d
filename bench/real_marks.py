"""`scripts/bench real-marks --data DIR`: 1,200 answer rows that people marked with pencils, measured and decided as ours are.

The rows are no forms of ours, so what is ours starts after registration: each row is laid onto a blank row, the median of all, by
its print; thirty rows make up a page of five boxes each; from there on `box_ink`, `measure_areas`, `score_boxes` and `decide_page`
run as they are, with the policy as it is.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.layout import Box, LayoutQuestion, PageLayout
from sipas_forms.scanning.areas import measure_areas
from sipas_forms.scanning.blank import BlankPage, prepare_blank
from sipas_forms.scanning.crops import cut
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.files import make_page
from sipas_forms.scanning.frames import PIECE_MARGIN_MM
from sipas_forms.scanning.marks import box_ink, score_boxes
from sipas_forms.scanning.types import IdentifiedPage, PageReading, Pixels, RegisteredPage, Source

OPTIONS = "ABCDE"
DPI = 100  # of the strips (their README)
FINER = 3  # the strips are enlarged to 300 dpi first: our measuring takes pieces at 254 dpi
PX_PER_MM = FINER * DPI / 25.4
# The middle of each printed letter in the blank row, px of the strips from its left and top edge: the row is 25.4 px a letter.
REACH = 6  # px of the strips: how far a row lies off at most
ROWS_PER_PAGE = 30  # as on ours; the policy learns from a page how its person marks
ROW_MM = 12.0  # from one row to the next on the page that we make up
EDGE_MM = 10.0
BOX_MM = 4.8  # the printed brackets stand 5 mm apart, the letters 6.4 mm; box_ink takes pieces of whole 0.8 mm blocks
BEYOND_MM = 1.5  # what a strip shows further out is print of other parts of its sheet
TONER = 205.0  # grey levels by which the black digits beside some rows are darker than paper; rows have no black print
MOST_DOUBTFUL = 0.01  # issue 3


@dataclass(frozen=True)
class Strip:
    """A row as it was scanned (BGR) and the letter that is marked in it, or nothing."""

    index: int
    picture: NDArray[np.uint8]
    marked: str


@dataclass(frozen=True)
class Row:
    """A blank row: its picture at FINER, grey, and where in it the letters' middles are (px)."""

    picture: Pixels
    across: tuple[float, ...]
    down: float


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The folder that holds strips.jpg.")
@click.option("--channel", type=click.Choice(["grey", "red"]), multiple=True, help="Default: both.")
@click.option("--out", type=click.Path(path_type=Path), help="Write pictures of the rows not decided right there.")
def main(data: Path, channel: tuple[str, ...], out: Path | None) -> None:
    """Real pencil marks: how many are decided wrong, how many are left to a person."""
    if not (data / "strips.csv").exists():
        click.echo(f"skipped: {data} holds no strips.csv.")
        return
    strips = load(data)
    print_only = [printed(strip.picture) for strip in strips]
    shifts = align(print_only)
    held = True
    for name in channel or ("grey", "red"):
        decisions = read(strips, shifts, name)
        held &= report(strips, decisions, name, channel == () and name == "grey")
        if out:
            write_sheet(strips, decisions, out / f"real-marks-{name}.png")
    sys.exit(0 if held else 1)


def load(folder: Path) -> list[Strip]:
    """The strips in the order of their index."""
    sheet = cv2.imread(str(folder / "strips.jpg"))
    if sheet is None:
        raise click.ClickException(f"{folder / 'strips.jpg'} can't be read.")
    strips = []
    with (folder / "strips.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            x, y, w, h = (int(row[name]) for name in ("x", "y", "width", "height"))
            strips.append(Strip(int(row["index"]), np.asarray(sheet[y : y + h, x : x + w], np.uint8), row["marked"]))
    return strips


def printed(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How red each pixel is, enlarged: the print without the pencil."""
    blue, green, red = (plane.astype(np.float32) for plane in cv2.split(picture))
    redness = np.clip(red - (blue + green) / 2, 0, None)
    return np.asarray(cv2.resize(redness, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC), np.float32)


def align(prints: list[NDArray[np.float32]]) -> list[tuple[int, int]]:
    """By how many enlarged pixels (x, y) each row's print lies off the common one, which is found on the way."""
    height = min(p.shape[0] for p in prints)
    width = min(p.shape[1] for p in prints)
    reach = REACH * FINER
    shifts = [(0, 0)] * len(prints)
    for _ in range(4):
        common = np.median([_moved(p, s)[:height, :width] for p, s in zip(prints, shifts, strict=True)], axis=0)
        core = common.astype(np.float32)[reach:-reach, reach:-reach]
        shifts = [_offset(p, core, reach) for p in prints]
    return shifts


def _offset(picture: NDArray[np.float32], core: NDArray[np.float32], reach: int) -> tuple[int, int]:
    wide = cv2.copyMakeBorder(picture, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(0,))
    wide = wide[: core.shape[0] + 4 * reach, : core.shape[1] + 4 * reach]
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(wide, core, cv2.TM_CCOEFF_NORMED))
    return x - 2 * reach, y - 2 * reach


def _moved(picture: NDArray[np.float32], shift: tuple[int, int]) -> NDArray[np.float32]:
    matrix = np.array([[1.0, 0.0, -shift[0]], [0.0, 1.0, -shift[1]]])
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.float32)


def read(strips: list[Strip], shifts: list[tuple[int, int]], channel: str) -> list[Decision]:
    """A decision for every strip."""
    greys = [_moved(_channel(s.picture, channel), shift) for s, shift in zip(strips, shifts, strict=True)]
    height, width = (min(g.shape[axis] for g in greys) for axis in (0, 1))
    aligned = [np.clip(g[:height, :width], 0, 255).astype(np.uint8) for g in greys]
    redness = np.median([_moved(printed(s.picture), shift)[:height, :width] for s, shift in zip(strips, shifts, strict=True)], axis=0)
    blank = Row(np.median(aligned, axis=0).astype(np.uint8), *_letters(redness))
    decisions: list[Decision] = []
    for first in range(0, len(aligned), ROWS_PER_PAGE):
        rows = aligned[first : first + ROWS_PER_PAGE]
        decisions += _decide(rows, blank)
    return decisions


def _channel(picture: NDArray[np.uint8], channel: str) -> NDArray[np.float32]:
    flat = picture[:, :, 2] if channel == "red" else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(flat, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC), np.float32)


def _letters(redness: NDArray[np.float64]) -> tuple[tuple[float, ...], float]:
    """Where the five letters stand: the comb of five that fits the blank row's redness best, and the row's middle."""
    columns = redness.sum(axis=0)
    sums = np.concatenate([[0.0], np.cumsum(columns)])
    half, best, found = BOX_MM * PX_PER_MM / 2, -1.0, (0.0, 0.0)
    for pitch in np.arange(22.0, 30.0, 0.1) * FINER:
        for start in np.arange(half, len(columns) - 4 * pitch - half, 1.0):
            middles = start + pitch * np.arange(5)
            total = float(sum(sums[int(m + half)] - sums[int(m - half)] for m in middles))
            if total > best:
                best, found = total, (start, pitch)
    rows = redness.sum(axis=1)
    return tuple(found[0] + found[1] * i for i in range(5)), float((rows * np.arange(len(rows))).sum() / rows.sum())


def _decide(rows: list[Pixels], blank: Row) -> tuple[Decision, ...]:
    """The rows one below the other as a page of questions, measured and decided as a page of ours."""
    layout, questions = _layout(len(rows), blank)
    prepared = prepare_blank(layout, _page([blank.picture] * len(rows), blank), _size_mm(len(rows), blank), 0.3)
    reading = _measure(_page(rows, blank), layout, prepared)
    return decide_page(reading, questions)


def _size_mm(count: int, blank: Row) -> tuple[float, float]:
    return (blank.across[-1] - blank.across[0]) / PX_PER_MM + 2 * EDGE_MM, (count + 1) * ROW_MM


def _page(rows: list[Pixels], blank: Row) -> Pixels:
    width, height = (round(side * PX_PER_MM) for side in _size_mm(len(rows), blank))
    page = np.full((height, width), 255, np.uint8)
    beyond = (BOX_MM / 2 + BEYOND_MM) * PX_PER_MM
    left, right = round(blank.across[0] - beyond), round(blank.across[-1] + beyond)
    x = round(EDGE_MM * PX_PER_MM - blank.across[0])
    for number, row in enumerate(rows):
        y = round((number + 1) * ROW_MM * PX_PER_MM - blank.down)
        paper = np.percentile(row, 80)  # as light as the row's own paper, wherever the row itself ends
        top, bottom = max(0, y - 40), min(height, y + row.shape[0] + 40)
        page[top:bottom] = paper
        part = row[:, max(left, 0) : min(right, row.shape[1])]
        page[y : y + row.shape[0], x + max(left, 0) : x + max(left, 0) + part.shape[1]] = part
    return page


def _layout(count: int, blank: Row) -> tuple[PageLayout, tuple[LayoutQuestion, ...]]:
    middles = [EDGE_MM + (x - blank.across[0]) / PX_PER_MM for x in blank.across]
    boxes = tuple(
        Box(x - BOX_MM / 2, (number + 1) * ROW_MM - BOX_MM / 2, BOX_MM, BOX_MM, f"{number:02d}", option)
        for number in range(count)
        for x, option in zip(middles, OPTIONS, strict=True)
    )
    questions = tuple(LayoutQuestion(f"{number:02d}", "single", 1) for number in range(count))
    return PageLayout(1, (), (), (), boxes, ()), questions


def _measure(page: Pixels, layout: PageLayout, blank: BlankPage) -> PageReading:
    code = PageCode("REAL", "REAL", 1, "REAL")
    to_pixels = np.diag([PX_PER_MM, PX_PER_MM, 1.0])
    centers = np.array([box.center for box in layout.boxes])
    pieces = cut(page, to_pixels, centers, BOX_MM + 2 * PIECE_MARGIN_MM)
    count = len(layout.boxes)
    registered = RegisteredPage(
        IdentifiedPage(make_page(page, Source("strips", 1)), code, ()),
        page,
        to_pixels,
        fiducials=(),
        pieces=pieces,
        box_offsets=np.zeros((count, 2)),
        box_seen=np.ones(count),
        residual_mm=0.0,
        frames_share=1.0,
        frame_black=TONER,
    )
    ink = box_ink(registered, blank)
    strays, streaks = measure_areas(registered, blank, ink.levels)
    scores = score_boxes(registered, blank, ink, streaks)
    return PageReading(code, 0.0, 0.0, tuple(to_pixels.ravel()), (), scores, strays, (), len(streaks))


def report(strips: list[Strip], decisions: list[Decision], channel: str, only_told: bool) -> bool:
    """Print the counts; whether the bound is held."""
    wrong = [s for s, d in zip(strips, decisions, strict=True) if d.status != "doubtful" and d.answer != s.marked]
    doubtful = [(s, d) for s, d in zip(strips, decisions, strict=True) if d.status == "doubtful"]
    guessed = sum(d.answer == s.marked for s, d in doubtful)
    share = len(doubtful) / len(strips)
    held = not wrong and share <= MOST_DOUBTFUL
    click.echo(f"{channel}: {len(strips)} rows: {len(strips) - len(wrong) - len(doubtful)} right, {len(wrong)} wrong, "
               f"{len(doubtful)} doubtful ({share:.1%}; {guessed} of them with the right guess): bound {'held' if held else 'MISSED'}")
    for kind, chosen in (("marked", True), ("unmarked", False)):
        part = Counter(d.reason for s, d in doubtful if bool(s.marked) == chosen)
        click.echo(f"  doubtful, {kind} rows: " + (", ".join(f"{r} {n}" for r, n in part.most_common()) or "none"))
    for strip in wrong:
        decision = decisions[strip.index]
        click.echo(f"  WRONG {strip.index}: '{strip.marked}' was {decision.status} as '{decision.answer}' ({decision.reason})")
    return held or only_told


def write_sheet(strips: list[Strip], decisions: list[Decision], path: Path) -> None:
    """All rows that were not decided right, enlarged, with what was made of them."""
    tiles = []
    for strip, decision in zip(strips, decisions, strict=True):
        if decision.status != "doubtful" and decision.answer == strip.marked:
            continue
        tile = np.full((110, 420, 3), 255, np.uint8)
        large = cv2.resize(strip.picture, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
        tile[30 : 30 + large.shape[0], : large.shape[1]] = large
        words = f"{strip.index} '{strip.marked}': {decision.status} '{decision.answer}' {decision.reason}"
        cv2.putText(tile, words, (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
        tiles.append(tile)
    tiles += [np.full((110, 420, 3), 255, np.uint8)] * (-len(tiles) % 4)
    path.parent.mkdir(parents=True, exist_ok=True)
    if tiles:
        sheet = np.vstack([np.hstack(tiles[i : i + 4]) for i in range(0, len(tiles), 4)])
        path.write_bytes(cv2.imencode(".png", sheet)[1].tobytes())


if __name__ == "__main__":
    main(prog_name="scripts/bench real-marks")
