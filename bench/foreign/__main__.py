"""`scripts/bench foreign`: sixteen forms that we did not draw are adopted, stamped, filled in, scanned and read.

Adoption is judged before any correction: a box is right where all four edges are within 0.2 mm (a table cell 0.35 mm:
its rules belong to both neighbours), a question where its boxes, the wording and each box's words are. Of a scan
(`--scanned`) it is also counted where up to a tenth of its letters is read wrong, and the bound is set to that. Then
the adopted form goes the road of any questionnaire: print, simulate, read; a misread is an answer that was decided,
shown to nobody, and is not what the truth says. With `--data` the forms are others' (`elsewhere.py`).
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import cv2
import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

from bench.foreign.elsewhere import forms_in
from bench.foreign.forms import DRAWN, located
from bench.foreign.laid import lay_sheets
from bench.foreign.newcomers import NEWCOMERS
from bench.foreign.sheet import Form, Spot
from bench.foreign.strangers import STRANGERS
from bench.survey import issue
from sipas_forms.adopt.run import adopt_form
from sipas_forms.errors import PrintError
from sipas_forms.flow import current_answers, opened
from sipas_forms.plan import Workspace, load_questionnaire
from sipas_forms.printing.adopted import Place, geometry_path, load_geometry
from sipas_forms.printing.batch import print_forms
from sipas_forms.printing.layout import load_layout
from sipas_forms.printing.render import render_page
from sipas_forms.scanning.run import Sheets, read_scans
from sipas_forms.simulate import draw_marks, simulate_scans
from sipas_forms.simulate.files import write_jpeg
from sipas_forms.simulate.profiles import PROFILES
from sipas_forms.simulate.scanners import draw_device, scan_page
from sipas_forms.simulate.scans import truth_of
from sipas_forms.simulate.seeds import generator
from sipas_forms.store.forms import issued_forms

BOX_MM, CELL_MM = 0.2, 0.35
MIDDLE_MM = 0.5  # between the middles of a box as others measured it and as it was adopted: half of a small box is 1.2
LEAST_BOXES, LEAST_QUESTIONS = 0.98, 0.95  # what must be right before any correction
MOST_WRONG = 0.1  # of a question's letters, options and all: read from a scan, it is still known for what it is
CELLS = 8  # of the plan: as many devices scan
AMBIGUOUS = {"double", "between", "circled", "withdrawn", "too_many"}


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), default=Path("bench/out/foreign"))
@click.option("--profiles", default="office,photo", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--forms", "count", default=20, show_default=True, help="Filled copies of each form and profile.")
@click.option("--as-is", is_flag=True, help="Sheets without our codes, known by content and file name.")
@click.option("--laid", is_flag=True, help="How far off such sheets are laid onto their form, against the truth.")
@click.option("--scanned", is_flag=True, help="Adopt a scan of each blank form instead of its PDF, and no more.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder of other forms.")
@click.option("--to-adopt", is_flag=True, help="Adopt and judge, and no more; say which questions are wrong.")
@click.option("--only", default="", help="The name of one form.")
def main(
    folder: Path,
    profiles: str,
    seed: int,
    count: int,
    as_is: bool,
    laid: bool,
    scanned: bool,
    data: Path | None,
    to_adopt: bool,
    only: str,
) -> None:
    """Adopt foreign forms, and read them back."""
    totals: Counter[str] = Counter()
    wrong: list[str] = []
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "drawn").mkdir(parents=True)
    for form in forms_in(data) if data else drawn_forms(folder / "drawn"):
        if only and form.name != only:
            continue
        source = scanned_blank(form, folder / "drawn", seed) if scanned else form.path
        workspace = adopted(form, folder / form.name, count, source)
        boxes, questions, near, said_wrongly = judge(form, workspace, scanned)
        totals.update(boxes=boxes, of_boxes=len(form.truth.boxes), near=near, questions=questions)
        totals.update(of_questions=len(form.truth.questions))
        asked = len(form.truth.questions)
        said = f"boxes {boxes}/{len(form.truth.boxes)}, questions {questions}/{asked}"
        click.echo(f"{form.name}: {said}" + (f", but for letters {near}/{asked}" if scanned else ""))
        if scanned or to_adopt:
            click.echo("".join(f"  {line}\n" for line in said_wrongly), nl=False)
            continue
        if laid:
            for profile in profiles.split(","):
                click.echo(f"  {profile}: {lay_sheets(workspace, profile, seed, count).said()}")
            continue
        if not as_is:
            try:
                print_forms(workspace)
            except PrintError as error:  # no room for our codes: such a form is read as it is
                click.echo(f"  not stamped: {error}")
                continue
        for profile in profiles.split(","):
            counts, misreads = read_back(workspace, profile, seed, count, as_is)
            wrong += [f"{form.name} {profile}: {misread}" for misread in misreads]
            totals.update({f"{profile} {name}": number for name, number in counts.items()})
            click.echo(f"  {profile}: " + ", ".join(f"{n} {name}" for name, n in sorted(counts.items())))
    click.echo("all: " + ", ".join(f"{name} {number}" for name, number in totals.items()))
    for misread in wrong:
        click.echo(f"MISREAD {misread}")
    held = totals["boxes"] >= LEAST_BOXES * totals["of_boxes"] and not wrong
    held &= totals["near" if scanned else "questions"] >= LEAST_QUESTIONS * totals["of_questions"]
    click.echo("bounds held" if held else "bounds MISSED")
    sys.exit(0 if held else 1)


def drawn_forms(folder: Path) -> Iterator[Form]:
    """The forms of this bench, drawn into the folder."""
    for draw in (*DRAWN, *STRANGERS, *NEWCOMERS):
        yield located(draw(folder / f"{draw.__name__}.pdf"))


def scanned_blank(form: Form, folder: Path, seed: int) -> Path:
    """The form as a scanner sees the blank sheet: 300 dpi, a little blurred, noisy, paper not quite white."""
    rng = np.random.default_rng(seed)
    pages = []
    for number in range(max(spot.page for spot in form.truth.boxes)):
        soft = cv2.GaussianBlur(render_page(form.path, number, 300), (0, 0), 0.8)
        noisy = 0.94 * soft.astype(np.float32) + rng.normal(0, 3, soft.shape)
        pages.append(Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)))
    path = folder / f"{form.name}.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(300, 300))
    return path


def adopted(form: Form, root: Path, count: int, source: Path | None = None) -> Workspace:
    """A workspace with issued forms, whose questionnaire is the form, adopted from `source` or its PDF."""
    workspace = issue(root, -(-count // CELLS))
    adopt_form(workspace, source or form.path, form.name)
    plan = workspace.survey_file.read_text(encoding="utf-8")
    plan = re.sub(r"questionnaire: \S+", f"questionnaire: {form.name}", plan)
    workspace.survey_file.write_text(plan, encoding="utf-8")
    return Workspace(root)


class Judged(NamedTuple):
    """How many boxes and questions of an adopted form are right. `near`: the questions whose boxes are grouped right
    and whose wording is that of the form but for misread letters; `wrong`: a line for each question that isn't."""

    boxes: int
    questions: int
    near: int
    wrong: list[str]


def judge(form: Form, workspace: Workspace, scanned: bool = False) -> Judged:
    """Compare what was adopted with what was drawn."""
    geometry = load_geometry(geometry_path(workspace.templates, form.name))
    numbers = [_number(spot, geometry.places, form, scanned) for spot in form.truth.boxes]
    questionnaire = load_questionnaire(workspace.templates / f"{form.name}.yaml")
    asked = {frozenset(q.boxes): q for q in questionnaire.all_questions()}
    exact = near = 0
    wrong = []
    for index, text in enumerate(form.truth.questions):
        spots = {n: _plain(s.label) for n, s in zip(numbers, form.truth.boxes, strict=True) if s.question == index}
        question = asked.get(frozenset(n or 0 for n in spots))
        if question is None:
            wrong.append(
                f"'{text}': of its {len(spots)} boxes {sum(n is not None for n in spots)} are found, not as one"
            )
            continue
        labels = (_plain(option.label.vi) for option in question.options)
        read = dict(zip(question.boxes, labels, strict=True))
        wording, said = _plain(text), _plain(question.text.vi)
        if said == wording and read == spots:
            exact += 1
        elif said != wording:
            wrong.append(f"'{text}' is '{question.text.vi}'")
        else:
            wrong += [f"'{text}': '{s}' is '{read[n]}'" for n, s in spots.items() if n is not None and read[n] != s]
        near += _is_near(said, wording, [(read[n], label) for n, label in spots.items() if n is not None])
    return Judged(sum(number is not None for number in numbers), exact, near, wrong)


def _is_near(said: str, wording: str, labels: list[tuple[str, str]]) -> bool:
    """Whether a question's words, and each option's, are read with a few wrong letters at most (MOST_WRONG of all), and
    each option is unlike the others of its question more than unlike itself."""
    wrong = Levenshtein.distance(said, wording)
    length = len(wording)
    for read, label in labels:
        off = Levenshtein.distance(read, label)
        others = [Levenshtein.distance(read, other) for _, other in labels if other != label]
        if not read or any(off >= other for other in others):
            return False
        wrong, length = wrong + off, length + len(label)
    return bool(said) and wrong <= MOST_WRONG * length


def _number(spot: Spot, places: tuple[Place, ...], form: Form, scanned: bool) -> int | None:
    if form.by_middle:
        middle = np.array([spot.x + spot.w / 2, spot.y + spot.h / 2])
        away = [(float(np.hypot(*(at.center - middle))), at.number) for at in places if at.page == spot.page]
        nearest, number = min(away, default=(np.inf, 0))
        return number if nearest <= MIDDLE_MM else None
    for at in places:
        near = CELL_MM if at.shape == "cell" or scanned else BOX_MM
        off = max(abs(at.x - spot.x), abs(at.y - spot.y), abs(at.w - spot.w), abs(at.h - spot.h))
        if at.page == spot.page and off <= near:
            return at.number
    return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def scan_as_is(
    workspace: Workspace, folder: Path, profile: str, seed: int, count: int
) -> dict[tuple[str, str], tuple[str, str]]:
    """Filled sheets without our codes, each file named after its serial; the truth is (value, marking) by serial and
    question. Handwriting is left out: it has no truth that a reader could meet."""
    path = next(workspace.layouts.glob("*.json"))
    layout = load_layout(path)
    with opened(workspace) as store:
        serials = [form.serial for form in issued_forms(store)][:count]
    truth: dict[tuple[str, str], tuple[str, str]] = {}
    folder.mkdir(parents=True)
    for index, serial in enumerate(serials):
        filled = truth_of(workspace.questionnaire, PROFILES[profile], seed, serial)
        device = draw_device(PROFILES[profile], generator(seed, "as is", profile, index // 4))
        for page in layout.pages:
            rng = generator(seed, "sheet", serial, page.number)
            original = workspace.templates / f"{layout.questionnaire}.pdf"
            printed = render_page(original, page.number - 1, device.dpi)
            drawn = draw_marks(printed, page, filled.marks, device.dpi / 25.4, rng)
            picture = scan_page(drawn, device, rng)
            write_jpeg(folder / f"{serial}_{page.number}.jpg", picture, device.dpi, device.jpeg_quality)
        truth |= {(serial, a.question): (a.value, a.marking) for a in filled.answers}
    return truth


def read_back(workspace: Workspace, profile: str, seed: int, count: int, as_is: bool) -> tuple[Counter[str], list[str]]:
    """(answers by what became of them, misreads)."""
    folder = workspace.root / f"scans-{profile}"
    sheets = Sheets(workspace.questionnaire.code, "name") if as_is else None
    if as_is:
        truth = scan_as_is(workspace, folder, profile, seed, count)
    else:
        batch = simulate_scans(workspace, folder, profile, seed, count, workers=1)
        with batch.truth.open(encoding="utf-8", newline="") as file:
            truth = {(r["serial"], r["question"]): (r["answer"], r["marking"]) for r in csv.DictReader(file)}
    kept = workspace.database.read_bytes()  # the same forms come back once for every profile
    read_scans(workspace, [folder], workers=1, sheets=sheets)
    with opened(workspace) as store:
        answers = current_answers(workspace, store)
    for end in ("-wal", "-shm"):
        workspace.database.with_name(workspace.database.name + end).unlink(missing_ok=True)
    workspace.database.write_bytes(kept)
    made = {(row.serial, row.question): row for row in answers.itertuples() if f"scans-{profile}/" in str(row.image)}
    counts: Counter[str] = Counter()
    misreads = []
    for (serial, question), (value, marking) in truth.items():
        answer = made.get((serial, question))
        if marking == "written":
            continue
        if answer is None:
            counts["not read"] += 1
        elif marking in AMBIGUOUS:
            decided = answer.status != "doubtful"
            counts["ambiguous, decided" if decided else "ambiguous, doubtful"] += 1
            if decided:
                misreads.append(f"{answer.image} {question}: '{value}' ({marking}) decided as '{answer.answer}'")
        elif answer.status == "doubtful":
            counts["doubtful"] += 1
        elif answer.answer == value:
            counts["right"] += 1
        else:
            counts["MISREAD"] += 1
            misreads.append(f"{answer.image} {question}: '{value}' ({marking}) as '{answer.answer}'")
    return counts, misreads


if __name__ == "__main__":
    main(prog_name="scripts/bench foreign")
