"""`scripts/bench real-marks --data DIR`: 1,200 answer rows that people marked with pencils, decided as ours are.

The rows are no forms of ours, so what is ours starts after registration: each row is laid onto a blank row, the median
of all, by its red print; thirty rows make up a page of questions with five boxes; from there on `box_ink`,
`measure_areas`, `score_boxes` and `decide_page` run as they are, with the policy as it is. Our boxes are empty inside,
these hold a letter. So the print of the blank row is taken out of the pictures first; `masked` leaves it in, and the
reader then looks past it as it does on our forms, which leaves it a quarter of each box to look at.
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
from sipas_forms.scanning.bend import FLAT
from sipas_forms.scanning.blank import BlankPage, prepare_blank
from sipas_forms.scanning.crops import cut
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.files import make_page
from sipas_forms.scanning.frames import PIECE_MARGIN_MM
from sipas_forms.scanning.marks import box_ink, marked_questions, score_boxes
from sipas_forms.scanning.types import IdentifiedPage, PageReading, Pixels, RegisteredPage, Source

OPTIONS = "ABCDE"
DPI = 100  # of the strips (their README)
FINER = 3  # the strips are enlarged to 300 dpi first: our measuring takes pieces at 254 dpi
PX_PER_MM = FINER * DPI / 25.4
REACH = 6  # px of the strips: how far a row lies off at most
ROWS_PER_PAGE = 30  # as on ours; the policy learns from a page how its person marks
ROW_MM = 12.0  # from one row to the next on the page that we make up
EDGE_MM = 10.0
BOX_MM = 4.8  # the printed brackets stand 5 mm apart, the letters 6.4 mm; box_ink takes pieces of whole 0.8 mm blocks
BEYOND_MM = 1.5  # what a strip shows further out is print of other parts of its sheet
TONER = 205.0  # grey levels by which the black digits beside some rows are darker than paper; rows have no black print
# The print is taken out with this much room on all sides (px at FINER, 0.17 mm): rows are laid on to half a pixel, and
# enlarging spreads an edge over one and a half.
GROWN = 2
# (channel, masked): the first is what the bound is judged by, the others show what limits the reader on such rows.
WAYS = (("grey", False), ("red", False), ("grey", True), ("red", True))
MOST_NAMED = 10  # wrong rows that are named
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
@click.option("--out", type=click.Path(path_type=Path), help="Write pictures of the rows not decided right there.")
def main(data: Path, out: Path | None) -> None:
    """Real pencil marks: how many are decided wrong, how many are left to a person."""
    if not (data / "strips.csv").exists():
        click.echo(f"skipped: {data} holds no strips.csv.")
        return
    strips = load(data)
    prints = [printed(strip.picture) for strip in strips]
    shifts = align(prints)
    held = []
    for channel, masked in WAYS:
        name = f"{channel}, print {'masked' if masked else 'taken out'}"
        decisions = read(strips, prints, shifts, channel, masked)
        held.append(report(strips, decisions, name))
        if out:
            write_sheet(strips, decisions, out / f"real-marks-{channel}{'-masked' if masked else ''}.png")
    sys.exit(0 if held[0] else 1)


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
    # no further than `reach`: a row moved by a whole letter fits nearly as well
    window = picture[: core.shape[0] + 2 * reach, : core.shape[1] + 2 * reach]
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(window, core, cv2.TM_CCOEFF_NORMED))
    return x - reach, y - reach


def _moved(picture: NDArray[np.float32], shift: tuple[int, int]) -> NDArray[np.float32]:
    matrix = np.array([[1.0, 0.0, -shift[0]], [0.0, 1.0, -shift[1]]])
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.float32)


def read(
    strips: list[Strip],
    prints: list[NDArray[np.float32]],
    shifts: list[tuple[int, int]],
    channel: str,
    masked: bool,
) -> list[Decision]:
    """A decision for every strip."""
    greys = [_moved(_channel(strip.picture, channel), shift) for strip, shift in zip(strips, shifts, strict=True)]
    height, width = (min(grey.shape[axis] for grey in greys) for axis in (0, 1))
    rows = [np.clip(grey[:height, :width], 0, 255).astype(np.uint8) for grey in greys]
    redness = np.median([_moved(p, shift)[:height, :width] for p, shift in zip(prints, shifts, strict=True)], axis=0)
    common = np.median(rows, axis=0).astype(np.uint8)
    blank = Row(common if masked else np.full_like(common, 255), *_letters(redness))
    if not masked:
        dark = np.asarray(cv2.dilate(_paper(common) - np.minimum(common, _paper(common)), _square(GROWN)), np.uint8)
        rows = [_without(row, dark) for row in rows]
    starts = range(0, len(rows), ROWS_PER_PAGE)
    return [decision for first in starts for decision in _decide(rows[first : first + ROWS_PER_PAGE], blank)]


def _without(row: Pixels, dark: Pixels) -> Pixels:
    """The row with only what is darker than its paper by more than the print is."""
    paper = _paper(row)
    beyond = np.asarray(cv2.subtract(paper - np.minimum(row, paper), dark), np.uint8)
    return np.asarray(paper - beyond, np.uint8)


def _paper(row: Pixels) -> np.uint8:
    """The tone of a row's paper: most of a row is paper."""
    return np.uint8(np.percentile(row, 80))


def _square(reach: int) -> NDArray[np.uint8]:
    return np.ones((2 * reach + 1,) * 2, np.uint8)


def _channel(picture: NDArray[np.uint8], channel: str) -> NDArray[np.float32]:
    flat = picture[:, :, 2] if channel == "red" else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(flat, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC), np.float32)


def _letters(redness: NDArray[np.float64]) -> tuple[tuple[float, ...], float]:
    """Where the five letters stand: the comb of five that fits the blank row's redness best, and the row's middle."""
    half = round(BOX_MM * PX_PER_MM / 2)
    weight = 1 - (np.arange(-half, half + 1) / half) ** 2  # a letter stands in the middle of its brackets
    columns = np.convolve(redness.sum(axis=0), weight, mode="same")
    best, found = -1.0, np.zeros(5)
    for pitch in np.arange(22.0, 30.0, 0.1) * FINER:
        for start in range(half, int(len(columns) - 4 * pitch - half)):
            middles = start + pitch * np.arange(5)
            total = float(columns[np.rint(middles).astype(int)].sum())
            if total > best:
                best, found = total, middles
    rows = redness.sum(axis=1)
    return tuple(float(x) for x in found), float((rows * np.arange(len(rows))).sum() / rows.sum())


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
        top, bottom = max(0, y - 40), min(height, y + row.shape[0] + 40)
        page[top:bottom] = _paper(row)
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
        bend=FLAT,
        pieces=pieces,
        guessed=np.zeros((count, 2)),
        box_offsets=np.zeros((count, 2)),
        box_seen=np.ones(count),
        box_partly=np.ones(count),
        box_astray=np.zeros(count),
        box_backed=np.zeros(count),
        residual_mm=0.0,
        frames_share=1.0,
        frame_black=TONER,
    )
    ink = box_ink(registered, blank)
    areas = measure_areas(registered, blank, ink.levels, marked_questions(ink, blank))
    scores = score_boxes(registered, blank, ink, areas.streaks)
    noise, lines = ink.levels.noise / ink.levels.black, len(areas.streaks)
    return PageReading(code, 0.0, noise, areas.noise, tuple(to_pixels.ravel()), (), scores, areas.near, (), lines)


def report(strips: list[Strip], decisions: list[Decision], name: str) -> bool:
    """Print the counts; whether the bound is held."""
    wrong, doubtful = [], []
    for strip, decision in zip(strips, decisions, strict=True):
        if decision.status == "doubtful":
            doubtful.append((strip, decision))
        elif decision.answer != strip.marked:
            wrong.append((strip, decision))
    guessed = sum(decision.answer == strip.marked for strip, decision in doubtful)
    share = len(doubtful) / len(strips)
    held = not wrong and share <= MOST_DOUBTFUL
    right = len(strips) - len(wrong) - len(doubtful)
    counts = f"{right:,} right, {len(wrong)} wrong, {len(doubtful)} doubtful ({share:.1%}; {guessed} guessed right)"
    click.echo(f"{name}: {len(strips):,} rows, {counts}; bound {'held' if held else 'MISSED'}")
    for kind, chosen in (("marked", True), ("unmarked", False)):
        part = Counter(decision.reason for strip, decision in doubtful if bool(strip.marked) == chosen)
        click.echo(f"  doubtful, {kind} rows: " + (", ".join(f"{r} {n}" for r, n in part.most_common()) or "none"))
    for strip, decision in wrong[:MOST_NAMED]:
        what = f"{decision.status} as '{decision.answer}' ({decision.reason})"
        click.echo(f"  WRONG {strip.index}: '{strip.marked}' was {what}")
    if len(wrong) > MOST_NAMED:
        click.echo(f"  ... and {len(wrong) - MOST_NAMED} more")
    return held


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
