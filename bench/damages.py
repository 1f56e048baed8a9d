"""`scripts/bench damages`: pages that are damaged in one way each; read without a misread, or refused for the right
reason."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.accuracy.judge import Verdict, page_answers, read_simulated
from bench.accuracy.pages import FORMS_PER_SEED, Desk
from bench.survey import issue_and_print
from sipas_forms.cli.progress import progress_bar
from sipas_forms.printing.layout import PageLayout
from sipas_forms.printing.render import render_page
from sipas_forms.scanning.decide import decide_page
from sipas_forms.scanning.files import make_page
from sipas_forms.scanning.types import Problem, Source
from sipas_forms.simulate import PROFILES, damages, draw_device, draw_marks, generator, scan_page
from sipas_forms.workers import worker_pool

Image = NDArray[np.uint8]
PROFILE = "clean"  # what is not the damage is as good as can be, so that what goes wrong is its doing
CORNERS: tuple[damages.Corner, ...] = ("tl", "tr", "bl", "br")


@dataclass(frozen=True)
class Sheet:
    """A filled page before it is scanned: its picture, that of its other side, its layout, pixels a millimetre."""

    page: Image
    back: Image
    layout: PageLayout
    px: float


@dataclass(frozen=True)
class Damage:
    """`paper` damages the sheet, `scan` what the scanner made of it; `refused`: the problems that are right for it
    (none: it must be read)."""

    name: str
    paper: Callable[[Sheet, np.random.Generator], Image] = lambda sheet, _: sheet.page
    scan: Callable[[Image, np.random.Generator], Image] = lambda picture, _: picture
    refused: frozenset[str] = field(default=frozenset())


def _without_fiducials(count: int) -> Callable[[Sheet, np.random.Generator], Image]:
    def act(sheet: Sheet, rng: np.random.Generator) -> Image:
        page = sheet.page
        for index in rng.permutation(4)[:count]:
            page = damages.hide(page, sheet.layout.fiducials[int(index)], sheet.px, int(rng.integers(120, 256)))
        return page

    return act


def _without_codes(count: int) -> Callable[[Sheet, np.random.Generator], Image]:
    def act(sheet: Sheet, rng: np.random.Generator) -> Image:
        page = sheet.page
        for index in rng.permutation(2)[:count]:
            page = damages.hide(page, sheet.layout.codes[int(index)], sheet.px, int(rng.integers(0, 256)))
        return page

    return act


def _streak(sheet: Sheet, rng: np.random.Generator) -> Image:
    box = sheet.layout.boxes[int(rng.integers(len(sheet.layout.boxes)))]
    at = box.center[0] + rng.uniform(-1.5, 1.5)
    return damages.streak(sheet.page, at, rng.uniform(0.1, 0.7), rng.uniform(60, 230), sheet.px)


def _cut(sheet: Sheet, rng: np.random.Generator) -> Image:
    left, top, right, bottom = rng.uniform(0, 7, 4)
    return damages.cut_margins(sheet.page, left, top, right, bottom, sheet.px)


def _corner(rng: np.random.Generator) -> damages.Corner:
    return CORNERS[int(rng.integers(4))]


def _folded(sheet: Sheet, rng: np.random.Generator) -> Image:
    return damages.fold_corner(sheet.page, _corner(rng), rng.uniform(10, 30), sheet.px)


def _torn(sheet: Sheet, rng: np.random.Generator) -> Image:
    return damages.tear_corner(sheet.page, _corner(rng), rng.uniform(10, 40), sheet.px, rng)


def _resized(picture: Image, across: float, down: float) -> Image:
    height, width = picture.shape
    matrix = np.array([[across, 0, (1 - across) * width / 2], [0, down, (1 - down) * height / 2]])
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderValue=(255,)), np.uint8)


def _scaled(picture: Image, rng: np.random.Generator) -> Image:
    share = float(rng.uniform(0.97, 1.03))
    return _resized(picture, share, share)


def _stretched(picture: Image, rng: np.random.Generator) -> Image:
    """A roller that slips: up to 2 mm along the page, smoothly, and another scale across."""
    picture = _resized(picture, float(rng.uniform(0.98, 1.02)), 1.0)
    height, width = picture.shape
    y = np.arange(height, dtype=np.float32)
    slip = np.float32(rng.uniform(-2, 2) * height / 297)
    down = np.tile((y + slip * np.sin(np.pi * y / height))[:, None], (1, width)).astype(np.float32)
    across = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    return np.asarray(cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderValue=(255,)), np.uint8)


def _skewed(picture: Image, rng: np.random.Generator) -> Image:
    """On a glass that is larger than the sheet, up to 8 degrees."""
    edge = picture.shape[1] // 8
    wide = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(255,))
    return damages.skew(np.asarray(wide, np.uint8), float(rng.uniform(-8, 8)))


def _two_sheets(sheet: Sheet, rng: np.random.Generator) -> Image:
    """Fed at once, one beside the other."""
    return np.ascontiguousarray(np.hstack([sheet.page, sheet.back]))


DAMAGES = (
    Damage("one fiducial missing", _without_fiducials(1)),
    Damage("two fiducials missing", _without_fiducials(2)),
    Damage("one page code destroyed", _without_codes(1)),
    Damage("both page codes destroyed", _without_codes(2), refused=frozenset({"serial_to_confirm"})),
    Damage("upside down", scan=lambda picture, _: damages.quarter_turns(picture, 2)),
    Damage("turned by 90°", scan=lambda picture, rng: damages.quarter_turns(picture, int(rng.choice([1, 3])))),
    Damage("skewed up to 8°", scan=_skewed),
    Damage(
        "skewed 8° in its frame",
        scan=lambda picture, rng: damages.skew(picture, float(rng.choice([-8, 8]))),
        refused=frozenset({"serial_to_confirm"}),
    ),
    Damage(
        "corner folded, 10–30 mm", lambda s, rng: damages.fold_corner(s.page, _corner(rng), rng.uniform(10, 30), s.px)
    ),
    Damage(
        "corner torn, 10–40 mm",
        lambda s, rng: damages.tear_corner(s.page, _corner(rng), rng.uniform(10, 40), s.px, rng),
    ),
    Damage("margins cut, up to 7 mm", _cut),
    Damage("97–103% scale", scan=_scaled),
    Damage("unevenly stretched", scan=_stretched),
    Damage("streak through boxes", _streak),
    Damage("see-through, up to 25%", lambda s, rng: damages.see_through(s.page, s.back, rng.uniform(0.02, 0.25), s.px)),
    Damage("punch holes", lambda s, _: damages.punch_holes(s.page, s.px)),
    Damage("staple", lambda s, rng: damages.staple(s.page, s.px, rng)),
    Damage("coffee", lambda s, rng: damages.coffee(s.page, s.px, rng)),
    Damage("two sheets at once", _two_sheets, refused=frozenset({"two_pages"})),
)


@click.command()
@click.option("--pages", type=click.IntRange(min=2), default=500, show_default=True, help="Per damage.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The first seed.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--only", default="", help="Damages whose name holds this.")
def main(pages: int, seed: int, workers: int, only: str) -> None:
    """Damage filled pages, read them, and compare every answer with the truth."""
    chosen = [i for i, damage in enumerate(DAMAGES) if only in damage.name]
    stacks = -(-pages // (2 * FORMS_PER_SEED))
    jobs = [(i, seed + n, min(FORMS_PER_SEED, pages // 2 - n * FORMS_PER_SEED)) for n in range(stacks) for i in chosen]
    found = {i: Verdict() for i in chosen}
    total = sum(2 * forms for _, _, forms in jobs)
    with tempfile.TemporaryDirectory() as folder, progress_bar("damages", "pages") as bar:
        issue_and_print(Path(folder), FORMS_PER_SEED)
        with worker_pool(workers, _start, (Path(folder),)) as pool:
            try:
                for (index, _, _), verdict in zip(jobs, pool.map(_judge, jobs), strict=True):
                    _add(found[index], verdict)
                    bar(sum(v.pages for v in found.values()), total, "")
            except KeyboardInterrupt:  # every damage has been read about as often: that counts
                pool.shutdown(wait=False, cancel_futures=True)
    click.echo("| damage | pages | read | refused | misreads | doubtful % |")
    click.echo("|---|---:|---:|---|---:|---:|")
    failed = False
    for index, verdict in found.items():
        failed |= bool(verdict.misreads) or not set(verdict.problems) <= DAMAGES[index].refused
        click.echo(_row(DAMAGES[index], verdict))
    for index, verdict in found.items():
        for note in verdict.misreads:
            click.echo(f"MISREAD {DAMAGES[index].name}: {note}")
    sys.exit(1 if failed else 0)


def _row(damage: Damage, verdict: Verdict) -> str:
    counts = list(verdict.markings.values())
    read = sum(count.questions - count.unread for count in counts)
    doubtful = 100 * sum(count.doubtful for count in counts) / read if read else 0.0
    refused = ", ".join(
        f"{code} {number}" + ("" if code in damage.refused else " (WRONG)")
        for code, number in verdict.problems.most_common()
    )
    whole = verdict.pages - sum(verdict.problems.values())
    return (
        f"| {damage.name} | {verdict.pages} | {whole} | {refused or '–'} | {len(verdict.misreads)} | {doubtful:.1f} |"
    )


def _add(total: Verdict, more: Verdict) -> None:
    total.pages += more.pages
    for marking, count in more.markings.items():
        total.markings.setdefault(marking, type(count)()).add(vars(count))
    total.problems.update(more.problems)
    total.misreads += more.misreads


_desk: Desk | None = None


def _start(root: Path) -> None:
    global _desk
    _desk = Desk.of(root)


def _judge(job: tuple[int, int, int]) -> Verdict:
    """One damage on one seed's forms."""
    assert _desk is not None
    index, seed, forms = job
    damage, verdict = DAMAGES[index], Verdict()
    for serial in _desk.serials(seed)[:forms]:
        device = draw_device(PROFILES[PROFILE], generator(seed, "device", PROFILE, serial))
        sides = _sides(_desk, seed, serial, device)
        layout = _desk.layout(serial)
        for number, page in sides.items():
            back = sides.get(number + 1 if number % 2 else number - 1, page)
            rng = generator(seed, "damage", damage.name, serial, number)
            sheet = Sheet(page, back, layout.page(number), device.px_per_mm)
            scanned = scan_page(damage.paper(sheet, rng), device, generator(seed, "scan", serial, number), None)
            scan = make_page(damage.scan(np.asarray(scanned, np.uint8), rng), Source("damaged", 1))
            reading = read_simulated(_desk, scan, serial, number)
            answers = page_answers(_desk, PROFILE, seed, serial, number)
            if isinstance(reading, Problem):
                verdict.unread(reading.code, answers)
            else:
                verdict.read(serial, layout.page(number), answers, decide_page(reading, layout.questions))
    return verdict


def _sides(desk: Desk, seed: int, serial: str, device: Any) -> dict[int, Image]:
    marks, drawn = desk.truth(PROFILE, seed, serial).marks, {}
    for place in desk.places[serial]:
        printed = render_page(desk.workspace.root / place.file, place.pdf_page - 1, device.dpi)
        page = desk.layout(serial).page(place.page)
        pen = generator(seed, "pen", serial, place.page)
        drawn[place.page] = np.asarray(draw_marks(printed, page, marks, device.px_per_mm, pen), np.uint8)
    return drawn


if __name__ == "__main__":
    main(prog_name="scripts/bench damages")
