"""The benches, on tiny runs: what they count is right; how quick anything is, is not asked here."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from bench import cost, memory, real_marks
from bench import print as print_bench
from bench.accuracy import __main__ as accuracy
from bench.accuracy.curve import DOWN, UP, decided_again, scaled
from bench.accuracy.judge import UNWRITTEN, Count, Verdict, judge_seed
from bench.accuracy.pages import Desk
from bench.accuracy.pictures import show_question
from bench.accuracy.results import POLICY as POLICY_FILES
from bench.accuracy.results import ROOT, SOURCES, Results, code_digest
from bench.accuracy.scores import load_scores, save_scores
from bench.accuracy.table import report, sums, upper_bound
from bench.survey import issue_and_print
from sipas_forms.plan import Workspace
from sipas_forms.printing.compose import ComposedForm, compose
from sipas_forms.printing.layout import Box, LayoutQuestion, PageLayout
from sipas_forms.scanning import run as run_module
from sipas_forms.scanning.decide import Decision
from sipas_forms.scanning.files import find_files, inspect_file, read_frames
from sipas_forms.scanning.policy import POLICY, Policy
from sipas_forms.scanning.types import Problem, ScanPage
from sipas_forms.simulate import Answer, simulate_scans


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return issue_and_print(tmp_path_factory.mktemp("survey"), 1)


@pytest.fixture(scope="module")
def desk(workspace: Workspace) -> Desk:
    return Desk.of(workspace.root)


def run(command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# --- accuracy: pages


@pytest.mark.parametrize("profile", ["office", "bw", "photo"])
def test_pages_are_those_that_sipas_simulates(workspace: Workspace, desk: Desk, profile: str, tmp_path: Path) -> None:
    simulate_scans(workspace, tmp_path, profile, seed=3, limit=1, workers=1)
    written = {}
    for path in find_files([tmp_path]):
        inspected = inspect_file(path)
        assert not isinstance(inspected, Problem)
        for _, scan in read_frames(path, path.name, range(1, inspected.frames + 1)):
            assert isinstance(scan, ScanPage)
            written[scan.digest] = scan
    serial = next(iter(desk.places))
    assert {scan.digest for _, scan in desk.scans(profile, 3, serial)} == set(written)
    assert len(written) == 2


# --- accuracy: judging

QUESTION = LayoutQuestion("q", "single", 1)
MULTIPLE = LayoutQuestion("q", "multiple", 3)
WRITING = LayoutQuestion("q", "writing", 0)
PAGE = PageLayout(1, (), (), (), tuple(Box(10.0 * i, 10, 4, 4, "q", str(i)) for i in range(5)), ())


def judged(question: LayoutQuestion, answer: Answer, status: str, given: str = "") -> Verdict:
    verdict = Verdict()
    decision = Decision("q", given, status, "because", 0.7)  # type: ignore[arg-type]
    verdict.read("S", PAGE, [(question, answer)], (decision,))
    return verdict


@pytest.mark.parametrize(
    ("question", "answer", "status", "given", "marking", "counted"),
    [
        (QUESTION, Answer("q", ("3",), "cross"), "accepted", "3", "cross", "right"),
        (QUESTION, Answer("q", ("3",), "cross"), "accepted", "2", "cross", "misread"),
        (QUESTION, Answer("q", ("3",), "cross"), "blank", "", "cross", "misread"),
        (QUESTION, Answer("q", ("3",), "cross"), "doubtful", "3", "cross", "doubtful"),
        (QUESTION, Answer("q", (), "blank"), "blank", "", "blank", "right"),
        (QUESTION, Answer("q", (), "blank"), "accepted", "1", "blank", "misread"),
        (MULTIPLE, Answer("q", ("1", "3"), "tick"), "accepted", "3;1", "tick", "right"),
        (MULTIPLE, Answer("q", ("1", "3"), "tick"), "accepted", "1", "tick", "misread"),
        (QUESTION, Answer("q", ("1", "2"), "double"), "accepted", "1", "double", "decided"),
        (QUESTION, Answer("q", ("1",), "between"), "accepted", "1", "between", "as_meant"),
        (WRITING, Answer("q", (), "written", "1970"), "doubtful", "", "written", "right"),
        (WRITING, Answer("q", (), "written", "1970"), "blank", "", "written", "misread"),
        (WRITING, Answer("q", (), "blank"), "blank", "", UNWRITTEN, "right"),
        (WRITING, Answer("q", (), "blank"), "doubtful", "", UNWRITTEN, "doubtful"),
    ],
)
def test_each_decision_is_counted_for_what_it_is(
    question: LayoutQuestion, answer: Answer, status: str, given: str, marking: str, counted: str
) -> None:
    verdict = judged(question, answer, status, given)
    [(name, count)] = verdict.markings.items()
    assert name == marking
    found = {key for key, value in dataclasses.asdict(count).items() if value and key not in ("questions", "boxes")}
    assert found == {counted} | ({"decided"} if counted == "as_meant" else set())
    assert [note["serial"] for note in verdict.misreads] == (["S"] if counted == "misread" else [])
    assert (count.questions, count.boxes) == (1, 5)


def test_a_page_that_is_not_read_is_no_doubt_and_no_misread() -> None:
    verdict = Verdict()
    verdict.unread("no_code", [(QUESTION, Answer("q", ("3",), "cross"))])
    count = verdict.markings["cross"]
    assert (count.unread, count.doubtful, count.misread, verdict.problems["no_code"]) == (1, 0, 0, 1)


def test_the_bound_is_clopper_and_pearsons() -> None:
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000))  # the rule of three, exactly
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=5e-5)
    assert upper_bound(3, 3) == 1.0


# --- accuracy: results


def test_seeds_add_up_and_are_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("--profiles", "clean", "--workers", "1", "--out", str(tmp_path))
    run(accuracy.main, *arguments, "--forms", "1", "--seed", "5")
    shown = run(accuracy.main, *arguments, "--forms", "1", "--seed", "6").output
    assert "clean: 2 forms, 4 pages (seeds 5–6;" in shown
    [part] = sums(Results(tmp_path).lines())
    assert sum(count.questions for count in part.markings.values()) == 2 * 36
    assert part.plain().misread == 0
    again = run(accuracy.main, *arguments, "--forms", "1", "--seed", "6").output
    assert "1 seeds are counted already" in again
    assert len(Results(tmp_path).path.read_text().splitlines()) == 2
    assert "| clean | " in again  # the curve, from the stored scores
    # another policy made these lines: what it measured is decided again, and no page is read
    path = Results(tmp_path).path
    path.write_text(path.read_text().replace(Results(tmp_path).code, "another"))
    with monkeypatch.context() as blind:
        blind.setattr(accuracy, "_results", lambda *_: pytest.fail("pages were read"))
        assert (
            "clean: 2 forms, 4 pages (seeds 5–6;" in run(accuracy.main, *arguments, "--forms", "2", "--report").output
        )
    assert sums(Results(tmp_path).lines())[0].markings == part.markings


def test_results_of_other_code_are_left_out_and_a_later_line_replaces(tmp_path: Path) -> None:
    results = Results(tmp_path)
    line = {"profile": "clean", "seed": 1, "forms": 20, "pages": 40, "seconds": 1.0, "markings": {}}
    line |= {"problems": {}, "reasons": {}, "misreads": [], "decided": [], "nearest": []}
    results.append(line)
    results.append({**line, "forms": 10})
    with results.path.open("a") as file:
        file.write(json.dumps({**line, "code": "another", "seed": 2}) + "\n")
        file.write('{"code": "cut off by a ki')
    assert [(found["seed"], found["forms"]) for found in results.lines()] == [(1, 10)]
    assert results.other_lines() == 1


def test_comments_change_nothing_but_code_does(tmp_path: Path) -> None:
    for folder in (*SOURCES, "templates", "bench/accuracy"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("out", "__pycache__"))
    before, measuring = code_digest(root=tmp_path), code_digest(POLICY_FILES, tmp_path)
    assert before == code_digest()
    _, kinds, policy = (tmp_path / file for file in POLICY_FILES)
    text = kinds.read_text(encoding="utf-8")
    kinds.write_text(
        "# a remark\n" + text.replace('"""What a box shows', '"""Here: what a box shows'), encoding="utf-8"
    )
    assert code_digest(root=tmp_path) == before
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("empty_reach: float = ", "empty_reach: float = 1"), encoding="utf-8")
    assert code_digest(root=tmp_path) != before
    assert code_digest(POLICY_FILES, tmp_path) == measuring


def test_stored_scores_are_decided_as_the_page_was(desk: Desk, tmp_path: Path) -> None:
    line, scored = judge_seed(desk, "office", 2, forms=1)
    path = tmp_path / "scores.json.gz"
    save_scores(path, scored)
    loaded = list(load_scores(path))
    assert [page.reading.boxes for page in loaded] == [page.reading.boxes for page in scored]
    count, doubtful, misread = decided_again(loaded, POLICY)
    markings = {name: value for name, value in line["markings"].items() if name not in ("written", UNWRITTEN)}
    assert misread == len(line["misreads"])
    assert doubtful == sum(value["doubtful"] for value in markings.values())
    assert count == sum(value["questions"] for value in markings.values()) > 20
    nothing_passes = dataclasses.replace(
        POLICY, mark_reach=99.0, dot_reach=0.0, displaced_reach=99.0, displaced_end=99.0, embracing_off=-1.0
    )
    assert decided_again(loaded, nothing_passes)[1] > 0.7 * count


def test_people_who_try_a_reader(desk: Desk) -> None:
    """A circle round a cross is how these people take it back; nothing of it is decided without a person."""
    line, _ = judge_seed(desk, "clean+circles", 3, forms=1)
    withdrawn = line["markings"]["withdrawn"]
    assert withdrawn["doubtful"] == withdrawn["questions"] > 5
    assert line["misreads"] == []


def test_thresholds_move_to_both_sides() -> None:
    names = {field.name for field in dataclasses.fields(Policy)}
    assert names >= {*UP, *DOWN} and not set(UP) & set(DOWN)
    assert scaled(1.0) == POLICY
    assert scaled(2.0).empty_ink == 2 * POLICY.empty_ink and scaled(2.0).mark_ink == POLICY.mark_ink / 2


def test_a_misread_is_named_with_its_seed() -> None:
    verdict = judged(QUESTION, Answer("q", ("3",), "cross"), "accepted", "2")
    line = {"profile": "clean", "seed": 7, "forms": 1, "seconds": 1.0, **vars(verdict)}
    line["markings"] = {name: dataclasses.asdict(count) for name, count in verdict.markings.items()}
    shown = "\n".join(report(sums([line])))
    assert "MISREAD 7/S/q (cross): '3' was accepted as '2'" in shown


def test_doubt_is_told_by_reason_as_a_share_of_the_questions() -> None:
    count = dataclasses.asdict(Count(questions=200, doubtful=3))
    line = {
        "profile": "bw",
        "seed": 7,
        "forms": 1,
        "seconds": 1.0,
        "pages": 2,
        "markings": {"cross": count, "tick": count},
    }
    line |= {"problems": {}, "misreads": [], "decided": []}
    line |= {"reasons": {"cross: line_through": 3, "tick: line_through": 2, "tick: small_mark": 1}}
    assert "Doubtful by reason: line_through 1.25%, small_mark 0.25%" in report(sums([line]))


def test_one_question_is_shown_again(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    serial = next(iter(desk.places))
    path = show_question(desk, "clean", f"1/{serial}/A1", tmp_path)
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None and picture.shape[1] > 3 * picture.shape[0]  # the row of five boxes
    truth = next(answer for answer in desk.truth("clean", 1, serial).answers if answer.question == "A1")
    shown = capsys.readouterr().out
    assert f"truth: '{truth.value}' ({truth.marking})" in shown and shown.count("option") == 5
    with pytest.raises(click.BadParameter, match="no SEED/SERIAL/QUESTION"):
        show_question(desk, "clean", f"1/{serial}/Z9", tmp_path)


# --- cost, memory, print


def test_cost_tells_all_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "BATCH", 2)
    monkeypatch.setattr(run_module, "FormLibrary", run_module.FormLibrary)  # the bench replaces it; put back after
    shown = run(cost.main, "--batches", "1", "--repeats", "1").output
    for name in ("bare decode", "ratio", "open, decode", *(what for _, _, what in cost.STAGES)):
        assert name in shown


@pytest.mark.skipif(sys.platform == "win32", reason="no peak memory on Windows")
def test_memory_is_that_of_the_reading_process() -> None:
    shown = run(memory.main, "--pages", "2").output
    peak = float(shown.split("2 pages:")[1].split("MB")[0])
    assert 60 < peak < 400


def moved(by: float) -> Callable[..., ComposedForm]:
    def composed(*arguments: object) -> ComposedForm:
        form = compose(*arguments)  # type: ignore[arg-type]
        page = form.layout.pages[1]
        box = dataclasses.replace(page.boxes[3], x=page.boxes[3].x + by)
        page = dataclasses.replace(page, boxes=(*page.boxes[:3], box, *page.boxes[4:]))
        return dataclasses.replace(form, layout=dataclasses.replace(form.layout, pages=(form.layout.pages[0], page)))

    return composed


def test_print_measures_every_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_bench, "compose", moved(0.07))  # of one box; the others lie where they should
    result = run(print_bench.main, "--forms", "1", "--repeats", "1", "--workers", "1")
    assert "1,272 boxes on 16 pages: 0.0700 mm from the layout" in result.output
    assert result.exit_code == 1 and "MISSED" in result.output


# --- real marks


def strip(marked: str, rng: np.random.Generator) -> np.ndarray:
    """Red brackets with a letter, shifted by a few pixels, and a grey scribble in one of five."""
    row = np.full((24, 130, 3), 252, np.uint8)
    x0, y0 = (int(v) for v in rng.integers(-3, 4, 2))
    for i, letter in enumerate("ABCDE"):
        x, y = 15 + 25 * i + x0, 15 + y0
        cv2.putText(row, letter, (x - 4, y), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (90, 60, 200), 1, cv2.LINE_AA)
        cv2.line(row, (x - 9, y - 6), (x - 9, y), (90, 60, 200), 1)
        cv2.line(row, (x + 9, y - 6), (x + 9, y), (90, 60, 200), 1)
        if letter == marked:
            row[y - 8 : y + 2, x - 9 : x + 9] = np.minimum(row[y - 8 : y + 2, x - 9 : x + 9], 75)
    return row


def test_real_marks_are_laid_on_measured_and_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    marked = ["A", "B", "C", "D", "E", ""] * 10
    rows = [strip(letter, rng) for letter in marked]
    cv2.imwrite(str(tmp_path / "strips.jpg"), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 95])
    told = [*marked]
    told[1] = "D"  # the list says so, the paper doesn't
    with (tmp_path / "strips.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("index", "x", "y", "width", "height", "marked"))
        table.writerows((i, 0, 24 * i, 130, 24, letter) for i, letter in enumerate(told))
    result = run(real_marks.main, "--data", str(tmp_path), "--out", str(tmp_path))
    first = result.output.split("red, print taken out")[0]
    assert "60 rows, 59 right, 1 wrong, 0 doubtful" in first
    assert "WRONG 1: 'D' was accepted as 'B'" in first
    assert result.exit_code == 1
    assert (tmp_path / "real-marks-grey.png").exists()


def test_real_marks_say_that_they_were_skipped(tmp_path: Path) -> None:
    result = run(real_marks.main, "--data", str(tmp_path))
    assert result.exit_code == 0 and "skipped" in result.output


def test_the_scripts_start() -> None:
    for name, code in (("bench", 2), ("bench --help", 0)):
        run = subprocess.run([sys.executable, *f"scripts/{name}".split()], cwd=ROOT, capture_output=True, check=False)
        assert (run.returncode, b"scripts/bench NAME" in run.stderr) == (code, True), run.stderr
