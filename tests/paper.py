"""A small survey on paper for tests: printed, filled with known marks, scanned in memory. Made-up people only."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from sipas_forms.cli import main
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.printing.layout import Layout, PageLayout, load_layout
from sipas_forms.printing.render import render_page
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.files import make_page
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.reader import read_page
from sipas_forms.scanning.types import PageReading, Problem, Source
from sipas_forms.simulate import draw_marks
from sipas_forms.simulate.fill import Mark, Pen
from sipas_forms.store import open_store
from sipas_forms.store.forms import all_forms
from sipas_forms.store.printed import PrintedPlace, printed_places

Image = NDArray[np.uint8]

PLAN = """\
survey:
  code: TEST20
  title: { vi: Khảo sát thử, en: A trial survey }
  questionnaire: sipas-2017
  language: vi
  owner:
    parent: { vi: UBND QUẬN LONG BIÊN, en: LONG BIÊN DISTRICT }
    office: { vi: PHÒNG NỘI VỤ, en: HOME AFFAIRS OFFICE }
    place: Long Biên
  window: { first: 2020-01-01, last: 2020-07-31 }
  deadline: 2020-09-22
  sample: { official: 3, reserve: 2 }
  units:
    - code: LB
      name: { vi: UBND quận Long Biên, en: Long Biên District }
      level: district
      residence: [Long Biên]
      fields:
        - { code: HKD, name: { vi: Đăng ký thành lập hộ kinh doanh, en: Household businesses } }
    - code: TT
      name: { vi: UBND phường Thượng Thanh, en: Thượng Thanh Ward }
      level: ward
      residence: [Thượng Thanh]
      fields:
        - { code: TP, name: { vi: Tư pháp, en: Justice } }
        - { code: LDTBXH, name: { vi: "Lao động, Thương binh và Xã hội", en: Labour } }
"""

# A ballpoint as most people have: 0.4 mm, dark.
BALLPOINT = Pen("ballpoint", 0.4, 60.0, 0.0, 0.0)
# Every seventh question is left blank, so that blanks are looked at on every page.
BLANK_EVERY = 7


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def sipas(*args: str | Path, at: Path | None = None) -> Run:
    """Run a command in this process as the shell would; `at` is the workspace. Anything but an exit is a bug."""
    words = ["sipas", *(["--workspace", str(at)] if at else []), *map(str, args)]
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch.object(sys, "argv", words),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    run = Run(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in run.text
    return run


def done(*args: str | Path, at: Path | None = None) -> Run:
    """The same for a command that must succeed."""
    run = sipas(*args, at=at)
    assert run.code == 0, run.text
    return run


def drawn_survey(root: Path, plan: str = PLAN) -> Workspace:
    """A workspace whose sample is drawn from made-up lists, over the command line."""
    workspace = create_workspace(root)
    workspace.survey_file.write_text(plan, encoding="utf-8")
    workspace = Workspace(root)
    done("simulate", "lists", "--seed", "1", "--to", root / "lists", at=root)
    lists = sorted(p for p in (root / "lists").iterdir() if p.name != "truth.csv")
    done("frame", "import", *lists, at=root)
    done("sample", "draw", "--seed", "1", at=root)
    return workspace


@dataclass(frozen=True)
class Outcome:
    """What a reading says beside the truth. `wrong` are answers that differ from it and that no person would see."""

    problem: Problem | None
    decisions: dict[str, Decision] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    reading: PageReading | None = None

    @property
    def code(self) -> str | None:
        return self.problem.code if self.problem else None


@dataclass(frozen=True)
class Paper:
    """One printed page and what is marked on it."""

    workspace: Workspace
    library: FormLibrary
    place: PrintedPlace
    layout: Layout

    @property
    def page(self) -> PageLayout:
        return self.layout.page(self.place.page)

    def truth(self) -> dict[str, str]:
        """Question to answer for every question with boxes on the page; some are blank, multiple choices have two."""
        options: dict[str, list[str]] = {}
        for box in self.page.boxes:
            options.setdefault(box.question, []).append(box.option)
        most = {q.question: q.max_answers for q in self.layout.questions}
        truth = {}
        for number, (question, codes) in enumerate(options.items(), 1):
            chosen = [codes[(number * 3 + self.place.pdf_page) % len(codes)]]
            if most[question] > 1:
                more = codes[(number * 3 + 1 + self.place.pdf_page) % len(codes)]
                chosen = sorted({*chosen, more}, key=codes.index)  # as on the form
            truth[question] = "" if number % BLANK_EVERY == 0 else ";".join(chosen)
        return truth

    def blank(self, dpi: float = 200) -> Image:
        """The page as printed, rendered."""
        return render_page(self.workspace.root / self.place.file, self.place.pdf_page - 1, dpi)

    def filled(self, dpi: float = 200, pen: Pen = BALLPOINT, shape: str = "cross") -> Image:
        """The page with its truth marked."""
        marks = [
            Mark(question, option, shape, pen)
            for question, answer in self.truth().items()
            for option in answer.split(";")
            if option
        ]
        return draw_marks(self.blank(dpi), self.page, marks, dpi / 25.4, np.random.default_rng(7))

    def read(self, pixels: Image, truth: dict[str, str] | None = None) -> Outcome:
        """Read a picture of this page and compare with the truth (default: this page's)."""
        truth = self.truth() if truth is None else truth
        reading, _ = read_page(make_page(pixels, Source("scans/a.png", 1)), self.library)
        if isinstance(reading, Problem):
            return Outcome(reading)
        assert (reading.code.serial, reading.code.page) == (self.place.serial, self.place.page)
        decisions = {d.question: d for d in decide_page(reading, self.layout.questions)}
        assert set(truth) <= set(decisions)
        wrong = [q for q, a in truth.items() if decisions[q].status != "doubtful" and decisions[q].answer != a]
        doubtful = [q for q in truth if decisions[q].status == "doubtful"]
        return Outcome(None, decisions, tuple(wrong), tuple(doubtful), reading)


def papers(workspace: Workspace) -> list[Paper]:
    """Every printed page of the survey, in the order of the files."""
    store = open_store(workspace.database)
    try:
        serials = {form.serial for form in all_forms(store)}
        library = FormLibrary(workspace.layouts, workspace.survey.code, store.key(), serials=serials)
        places = printed_places(store)
    finally:
        store.close()
    layouts = {v: load_layout(workspace.layouts / f"{v}.json") for v in {p.form_version for p in places}}
    return [Paper(workspace, library, place, layouts[place.form_version]) for place in places]


def paper_of(workspace: Workspace, serial: str, page: int) -> Paper:
    return next(p for p in papers(workspace) if (p.place.serial, p.place.page) == (serial, page))
