"""`scripts/bench real-scans --data DIR`: pages that people filled in on forms that nobody here drew, read as they are.

DIR holds `truth.csv` (image,layout,question,answer), the images, a `<layout>.layout.json` for each layout, and a blank
page where there is one (a PNG whose name the layout's `questionnaire` mentions). The page is laid on by the blank's
content, or by the paper's edges and the boxes' outlines where there is no blank; then the reader's own stages follow.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import cv2
import numpy as np

from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.compose import FRAME
from sipas_forms.printing.layout import Box, LayoutQuestion, PageLayout
from sipas_forms.scanning.adopted import adopt_blank
from sipas_forms.scanning.bend import FLAT
from sipas_forms.scanning.blank import BlankPage, prepare_blank
from sipas_forms.scanning.content import FoundPage, features_of, lies_plainly, match_page, scan_features
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.files import read_frames
from sipas_forms.scanning.paper import sheet_guesses
from sipas_forms.scanning.reader import read_registered
from sipas_forms.scanning.register import register
from sipas_forms.scanning.types import Problem, RegisteredPage, ScanPage

BLANK_PX_PER_MM = 10
SIZES = (0.85, 1.0, 1.12, 1.25, 1.4)  # of printed outlines, in boxes of a layout that was measured by hand


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The folder that holds truth.csv.")
def main(data: Path) -> None:
    """Real pages of foreign forms: how many answers are right, how many are left to a person."""
    if not (data / "truth.csv").exists():
        click.echo(f"skipped: {data} holds no truth.csv.")
        return
    truth: dict[str, dict[str, str]] = {}
    layouts: dict[str, str] = {}
    with (data / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            truth.setdefault(row["image"], {})[row["question"]] = row["answer"]
            layouts[row["image"]] = row["layout"]
    blanks = {name: list(load(data, name)) for name in sorted(set(layouts.values()))}
    total: Counter[str] = Counter()
    for image, answers in truth.items():
        counts, said = judge(data / image, blanks[layouts[image]], answers)
        total.update(counts)
        click.echo(f"{image}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
        for line in said:
            click.echo(f"  {line}")
    click.echo("all: " + ", ".join(f"{number} {name}" for name, number in total.items()))
    held = total["right"] == total.total()
    click.echo("bound (every answer right) " + ("held" if held else "MISSED"))
    sys.exit(0 if held else 1)


def load(data: Path, name: str) -> Iterator[tuple[BlankPage, bool]]:
    """The blank page of a layout, and whether it is a real one; without one, outlines of several shapes and sizes."""
    form = json.loads((data / f"{name}.layout.json").read_text(encoding="utf-8"))
    page = form["pages"][0]
    layout = PageLayout(
        1, (), (), (), tuple(Box(**{k: box[k] for k in Box.__match_args__}) for box in page["boxes"]), ()
    )
    size = float(form["page_size_mm"][0]), float(form["page_size_mm"][1])
    named = [data / found for found in re.findall(r"[\w.-]+\.png", form["questionnaire"])]
    pictures = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in named if path.is_file()]
    if pictures and pictures[0] is not None:
        yield adopt_blank(prepare_blank(layout, np.asarray(pictures[0], np.uint8), size, FRAME), "circle"), True
        return
    white = np.full((round(size[1] * BLANK_PX_PER_MM), round(size[0] * BLANK_PX_PER_MM)), 255, np.uint8)
    bare = prepare_blank(layout, white, size, FRAME)
    for shape in ("circle", "square"):
        for larger in SIZES:
            yield adopt_blank(bare, shape, larger), False


def judge(path: Path, blanks: list[tuple[BlankPage, bool]], truth: dict[str, str]) -> tuple[Counter[str], list[str]]:
    """(answers by what became of them, lines about those that are not right)."""
    counts: Counter[str] = Counter()
    said: list[str] = []
    scan = next(scan for _, scan in read_frames(path, path.name, range(1, 2)))
    found = place(scan, blanks) if isinstance(scan, ScanPage) else scan
    if isinstance(found, Problem):
        return Counter({"not read": len(truth)}), [found.sentence]
    page, blank = found
    reading = read_registered(page, blank)
    names = list(dict.fromkeys(box.question for box in blank.layout.boxes))
    # no layout says how many marks a question may have, so all count
    marks = Counter(box.question for box in blank.layout.boxes)
    questions = tuple(LayoutQuestion(name, "multiple", marks[name]) for name in names)
    decisions: dict[str, Decision] = {d.question: d for d in decide_page(reading, questions)}
    said.append(f"{page.frames_share:.0%} of the boxes found, {page.residual_mm:.2f} mm off")
    for question, answer in truth.items():
        decision = decisions[question]
        if decision.status == "doubtful":
            counts["doubtful"] += 1
            said.append(f"{question}: '{answer}' doubtful as '{decision.answer}' ({decision.reason})")
        elif decision.answer == answer:
            counts["right"] += 1
        else:
            counts["WRONG"] += 1
            said.append(f"{question}: '{answer}' WRONG as '{decision.answer}' ({decision.reason})")
    return counts, said


def place(scan: ScanPage, blanks: list[tuple[BlankPage, bool]]) -> tuple[RegisteredPage, BlankPage] | Problem:
    """The page laid onto the layout, the best way of all that hold."""
    best: tuple[float, RegisteredPage, BlankPage] | None = None
    problem = Problem("unknown_page", "No sheet of this form can be made out in the picture.")
    for blank, real in blanks:
        for laid in guesses(scan, blank, real):
            identified = laid.identified(scan, PageCode("REAL", "", 1, "REAL"))
            page = register(identified, blank)
            if isinstance(page, Problem):
                problem = page
            elif best is None or page.box_seen.mean() * page.frames_share > best[0]:
                best = float(page.box_seen.mean() * page.frames_share), page, blank
    return problem if best is None else (best[1], best[2])


def guesses(scan: ScanPage, blank: BlankPage, real: bool) -> Iterator[FoundPage]:
    """How the page may lie: by the blank's content, or by the paper's edges."""
    if not real:
        yield from (FoundPage(1, laid, 0) for laid in sheet_guesses(scan.pixels, blank.size_mm))
        return
    found = match_page(1, features_of(blank), *scan_features(scan.pixels))
    if found is not None and lies_plainly(scan.pixels, found.to_pixels, blank, found.bend or FLAT):
        yield found


if __name__ == "__main__":
    main(prog_name="scripts/bench real-scans")
