"""Forms that somebody else drew: printed with numbers, and sheets of them that carry none, read."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from paper import BALLPOINT, Paper, done, papers, sipas
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from review_survey import open_desk

from bench.foreign.forms import cells, grey_boxes, located, three_pages, word_table
from bench.foreign.newcomers import market
from bench.foreign.sheet import A4, Form, Sheet
from sipas_forms.plan import Workspace
from sipas_forms.printing.compose import FRAME
from sipas_forms.printing.layout import Box, PageLayout, load_layout
from sipas_forms.printing.render import render_page
from sipas_forms.review.rescue import Help, Refused, read_again
from sipas_forms.scanning.adopted import adopt_blank
from sipas_forms.scanning.blank import prepare_blank
from sipas_forms.scanning.kinds import tone_curve
from sipas_forms.scanning.learn import without_signs
from sipas_forms.simulate import draw_marks
from sipas_forms.simulate.fill import Mark, Pen
from sipas_forms.store.review_pages import page_problems


def using(workspace: Workspace, name: str) -> Workspace:
    """The workspace with that questionnaire in its plan."""
    plan = workspace.survey_file.read_text(encoding="utf-8")
    plan = re.sub(r"questionnaire: \S+", f"questionnaire: {name}", plan)
    workspace.survey_file.write_text(plan, encoding="utf-8")
    return Workspace(workspace.root)


@pytest.fixture(scope="module")
def stamped(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A survey whose questionnaire is a table of signs, printed with numbers."""
    folder = tmp_path_factory.mktemp("stamped")
    root = folder / "w"
    shutil.copytree(survey_printed.root, root)
    form = located(word_table(folder / "word.pdf"))
    done("adopt", form.path, "--name", "bang", at=root)
    workspace = using(Workspace(root), "bang")
    done("print", at=root)
    return workspace


def test_stamped_copies_show_the_original_untouched(stamped: Workspace) -> None:
    paper = papers(stamped)[0]
    copy = paper.blank(100)
    original = render_page(stamped.templates / "bang.pdf", 0, 100)
    for at in (*paper.page.fiducials, *paper.page.codes, *paper.page.serial_text):
        scale = 100 / 25.4
        part = np.s_[
            int((at.y - 1) * scale) : int((at.y + at.h + 1) * scale),
            int((at.x - 1) * scale) : int((at.x + at.w + 1) * scale),
        ]
        assert original[part].min() > 200, at  # it was empty there
        copy[part] = original[part]
    assert np.abs(copy.astype(int) - original).max() < 40


def test_stamped_copies_go_the_road_of_any_questionnaire(stamped: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "w"
    shutil.copytree(stamped.root, root)
    made = root / "photo"
    done("simulate", "scans", "--profile", "photo", "--limit", "3", "--workers", "1", "--to", made, at=root)
    done("read", made, "--workers", "1", at=root)
    done("export", "answers", "--to", root / "a.csv", at=root)
    with (root / "a.csv").open(encoding="utf-8", newline="") as file:
        answers = {(row["serial"], row["question"]): row for row in csv.DictReader(file)}
    with (made / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = [(row, answers[row["serial"], row["question"]]) for row in csv.DictReader(file)]
    decided = [(t, a) for t, a in truth if a["status"] not in ("doubtful", "missing") and t["marking"] != "written"]
    assert [pair for pair in decided if pair[0]["answer"] != pair[1]["answer"]] == []
    assert len(decided) >= 18
    done("tally", at=root)


def test_marks_in_grey_boxes_in_a_shadow(survey_printed: Workspace, tmp_path: Path) -> None:
    """There the tint takes less light away than on the rest of the page; a pale stroke in it is no blank."""
    paper = stamped_page(grey_boxes, survey_printed, tmp_path / "grey")
    image = paper.filled(200, pen=Pen("pencil", 0.4, 130.0, 0.0, 0.0), shape="tick").astype(np.float32)
    assert paper.read(np.asarray(image, np.uint8)).doubtful == ()
    image[: round(82 / 297 * len(image))] *= 0.5  # between the third question and the fourth
    outcome = paper.read(np.asarray(image, np.uint8))
    assert (outcome.wrong, outcome.doubtful) == ((), ())


def stamped_page(draw: Callable[[Path], Form], survey: Workspace, root: Path) -> Paper:
    """The first stamped page of a form that is drawn and adopted in a copy of a survey."""
    shutil.copytree(survey.root, root)
    done("adopt", draw(root / "form.pdf").path, "--name", "drawn", at=root)
    done("print", at=using(Workspace(root), "drawn").root)
    return papers(Workspace(root))[0]


@pytest.fixture(scope="module")
def ruled(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A page whose boxes are the cells of a table, 21 by 10 mm each."""
    return stamped_page(cells, survey_printed, tmp_path_factory.mktemp("ruled") / "w")


def around(box: Box, dpi: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """(middle, half axes) in px of a circle round the mark in a cell, over its upper and lower edge."""
    return (round(box.center[0] / 25.4 * dpi), round(box.center[1] / 25.4 * dpi)), (7 * dpi // 25, 6 * dpi // 25)


@pytest.mark.parametrize("shape", ["tick", "cross", "fill"])
def test_a_circle_round_the_mark_in_a_cell_makes_it_doubtful(ruled: Paper, shape: str) -> None:
    truth = ruled.truth()
    image = ruled.filled(200, shape=shape)
    doubtful = ruled.read(image).doubtful  # large marks lie over each other
    chosen = next(question for question in truth if question not in doubtful)
    box = next(b for b in ruled.page.boxes if (b.question, b.option) == (chosen, truth[chosen]))
    cv2.ellipse(image, *around(box, 200), 0, 0, 360, 60, 3, cv2.LINE_AA)
    outcome = ruled.read(image)
    assert chosen in outcome.doubtful
    assert outcome.wrong == ()


def test_a_circle_of_the_next_row_is_no_mark_in_a_cell(ruled: Paper) -> None:
    first, second = list(ruled.truth())[2:4]
    image = ruled.blank(200)
    box = next(b for b in ruled.page.boxes if (b.question, b.option) == (second, "2"))
    middle, half = around(box, 200)
    cv2.ellipse(image, middle, (half[0], round(1.6 * half[1])), 0, 0, 360, 60, 3, cv2.LINE_AA)
    decided = ruled.read(image, dict.fromkeys(ruled.truth(), "")).decisions
    assert (decided[first].status, decided[second].status) == ("doubtful", "doubtful")


def test_a_cross_whose_middle_lies_in_the_next_row_is_no_answer_in_this_one(ruled: Paper) -> None:
    first, second = list(ruled.truth())[2:4]
    image = ruled.blank(200)
    box = next(b for b in ruled.page.boxes if (b.question, b.option) == (second, "2"))
    x, y = (round(at / 25.4 * 200) for at in (box.center[0], box.y + 2))
    for way in (-1, 1):
        cv2.line(image, (x - 60, y - 60 * way), (x + 60, y + 60 * way), 60, 3, cv2.LINE_AA)
    decided = ruled.read(image, dict.fromkeys(ruled.truth(), "")).decisions
    assert (decided[first].status, decided[first].reason) == ("doubtful", "ink_outside")
    assert (decided[second].answer, decided[second].status) == ("2", "accepted")


@pytest.fixture(scope="module")
def uneven(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A page whose boxes are cells 16 mm wide, in rows of 7 and of 12 mm in turn."""
    return stamped_page(market, survey_printed, tmp_path_factory.mktemp("uneven") / "w")


def test_ticks_that_reach_into_rows_of_another_height_are_not_in_the_way_there(uneven: Paper) -> None:
    """Each row is marked, and all but the first have the end of the next row's tick in another column."""
    truth = {question: str(1 + n % 2) for n, question in enumerate(uneven.truth())}
    image = uneven.blank(200)
    for question, value in truth.items():
        box = next(b for b in uneven.page.boxes if (b.question, b.option) == (question, value))
        x, foot, top = (at / 25.4 * 200 for at in (box.center[0], box.y + box.h - 1.5, box.y - 1.5))
        points = np.array([[x - 20, foot - 16], [x - 8, foot], [x + 24, top]], np.int32)
        cv2.polylines(image, [points], False, 60, 3, cv2.LINE_AA)
    outcome = uneven.read(image, truth)
    assert (outcome.wrong, outcome.doubtful) == ((), ())


def test_bare_numbers_are_found_by_themselves_and_not_by_outlines_that_nobody_printed(
    survey_printed: Workspace, tmp_path: Path
) -> None:
    def draw(path: Path) -> Form:
        sheet = Sheet(path, A4)
        sheet.write(25, 25, "Khoanh tròn một số ở mỗi dòng.")
        for number in range(1, 9):
            y = 35.0 + 9 * number
            sheet.write(25, y, f"{number}. Điều thứ {number}")
            for value in range(1, 5):
                sheet.write(105 + 18 * value, y, str(value))
        return sheet.done("bare", path)

    root = tmp_path / "w"
    stamped_page(draw, survey_printed, root)
    made = root / "made"
    done("simulate", "scans", "--profile", "office", "--limit", "2", "--workers", "1", "--to", made, at=root)
    assert "2 read, 0 problems" in done("read", made, "--workers", "1", at=root).out


@pytest.fixture(scope="module")
def numbered_cells(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A page whose boxes are cells of 13 by 9 mm with a number in each, to be circled."""

    def draw(path: Path) -> Form:
        sheet = Sheet(path, A4)
        sheet.write(25, 25, "Khoanh tròn một số ở mỗi dòng.")
        edges = [25.0, 105.0, *(105.0 + 13 * n for n in range(1, 6))]
        ys = [40.0 + 9 * n for n in range(7)]
        for y in ys:
            sheet.rule(edges[0], y, edges[-1], y)
        for x in edges:
            sheet.rule(x, ys[0], x, ys[-1])
        for number, y in enumerate(ys[:-1], 1):
            sheet.ask(f"Điều thứ {number}")
            sheet.write(27, y + 6, f"Điều thứ {number}")
            for value, x in enumerate(edges[1:-1], 1):
                sheet.write(x + 5.5, y + 6, str(value))
                sheet.note(x, y, 13.0, 9.0, str(value))
        return sheet.done("numbers", path)

    return stamped_page(draw, survey_printed, tmp_path_factory.mktemp("numbers") / "w")


@pytest.mark.parametrize("crossed", [False, True])
def test_a_number_that_is_circled_is_an_answer_unless_it_is_crossed_too(numbered_cells: Paper, crossed: bool) -> None:
    page = numbered_cells.page
    image = numbered_cells.blank(200)
    truth = {question: str(1 + n % 5) for n, question in enumerate(numbered_cells.truth())}
    for question, value in truth.items():
        box = next(b for b in page.boxes if (b.question, b.option) == (question, value))
        middle, half = around(box, 200)
        cv2.ellipse(image, middle, (round(half[0] / 2), round(half[1] / 2)), 0, 0, 350, 60, 3, cv2.LINE_AA)
        if crossed:
            for way in (-1, 1):
                cv2.line(image, (middle[0] - 14, middle[1] - 14 * way), (middle[0] + 14, middle[1] + 14 * way), 60, 3)
    decided = numbered_cells.read(image, truth).decisions
    for question, value in truth.items():
        expected = ("doubtful", "ink_outside") if crossed else ("accepted", "marked")
        assert (decided[question].status, decided[question].reason) == expected
        assert decided[question].answer == value


@pytest.fixture(scope="module")
def sheets(stamped: Workspace) -> dict[str, np.ndarray[Any, np.dtype[np.uint8]]]:
    """Two sheets of the form as it was drawn, without codes, filled in: by serial."""
    layout = next(p for p in map(load_layout, stamped.layouts.glob("*.json")) if p.adopted and not p.pages[0].codes)
    blank = render_page(stamped.templates / "bang.pdf", 0, 150)
    made = {}
    for index, serial in enumerate(dict.fromkeys(paper.place.serial for paper in papers(stamped))):
        marks = [Mark(q.question, str(1 + (index + n) % 5), "cross", BALLPOINT) for n, q in enumerate(layout.questions)]
        filled = draw_marks(blank, layout.pages[0], marks, 150 / 25.4, np.random.default_rng(index))
        turned = cv2.getRotationMatrix2D((620, 877), 1.5 + 180 * (index % 2), 1.0)
        made[serial] = cv2.warpAffine(filled, turned, (1240, 1754), borderValue=(255,))
    return dict(list(made.items())[:2])


def read_as_is(root: Path, *options: str) -> tuple[str, dict[str, list[str]]]:
    """(what reading said, the answers of each form that came back)."""
    done("read", root / "in", "--form", "bang", *options, "--workers", "1", at=root)
    done("export", "answers", "--to", root / "a.csv", at=root)
    answers: dict[str, list[str]] = {}
    with (root / "a.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["status"] == "accepted":
                answers.setdefault(row["serial"], []).append(row["answer"])
    return done("status", at=root).out, answers


def in_workspace(stamped: Workspace, root: Path, files: dict[str, Any]) -> None:
    shutil.copytree(stamped.root, root)
    (root / "in").mkdir()
    for name, picture in files.items():
        (root / "in" / name).write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def test_sheets_without_codes_are_known_by_content_and_name(
    stamped: Workspace, sheets: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    files = {f"{serial}_2.png": picture for serial, picture in sheets.items()}
    files["hoá đơn.png"] = next(iter(sheets.values()))[:-1]
    files["other.png"] = render_page(three_pages(tmp_path / "other.pdf").path, 0, 150)
    files["back.png"] = np.full((1754, 1240), 250, np.uint8)
    in_workspace(stamped, root, files)
    said, answers = read_as_is(root, "--serial-from", "name")
    for index, serial in enumerate(sheets):
        assert answers[serial] == [str(1 + (index + n) % 5) for n in range(8)]
    assert len(answers) == 2
    assert "[no_serial]" in said
    assert "[unknown_page]" in said
    assert "[blank_page]" in said


def test_sheets_without_codes_in_order(stamped: Workspace, sheets: dict[str, Any], tmp_path: Path) -> None:
    root = tmp_path / "w"
    in_workspace(stamped, root, {f"{i}.png": picture for i, picture in enumerate(list(sheets.values())[:2])})
    several = sipas("read", root / "in", "--form", "bang", "--serial-from", "order", at=root)
    assert several.code == 8
    assert "--unit" in several.err
    _, answers = read_as_is(root, "--serial-from", "order", "--unit", "TT", "--field", "TP")
    assert [row[0] for _, row in sorted(answers.items())] == ["1", "2"]
    area = sipas("read", root / "in", "--form", "bang", "--serial-from", "area", "--unit", "LB", at=root)
    assert "'serial'" in area.err
    assert sipas("read", "--form", "nothing", "--serial-from", "name", at=root).code == 8
    assert sipas("read", "--serial-from", "name", at=root).code == 2


def test_after_a_page_out_of_order_nobody_knows_whose_the_rest_of_the_pile_is(
    survey_printed: Workspace, tmp_path: Path
) -> None:
    """A page is missing in the second form and two in the third, so that the last sheet lies where the second form's
    last page should."""
    root = tmp_path / "w"
    shutil.copytree(survey_printed.root, root)
    form = located(three_pages(tmp_path / "three.pdf"))
    done("adopt", form.path, "--name", "bang", at=root)
    (root / "in").mkdir()
    for place, page in enumerate((1, 2, 3, 1, 3, 3)):
        picture = render_page(form.path, page - 1, 150)
        picture[-30:-20, 20 : 30 + 10 * place] = 0  # no two scans are the same
        (root / "in" / f"{place}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    how = ("read", root / "in", "--form", "bang", "--serial-from", "order", "--unit", "TT", "--field", "TP")
    said = done(*how, at=root).out
    first, second = list(dict.fromkeys(p.place.serial for p in papers(Workspace(root)) if "TT-TP" in p.place.serial))[
        :2
    ]
    assert "6 pages: 4 read, 2 problems" in said
    assert f"its first sheet {first} and its last one {second}" in said
    again = done(*how, at=root).out
    assert "2 pages: 0 read, 2 problems" in again
    shown = done("status", at=root).out
    assert "4.png, page 1: Here page 2 of" in shown
    assert "[pile_held] 5.png, page 1: an earlier page of this pile was not the one expected" in shown


def test_a_strange_sheet_in_a_pile_holds_the_rest_until_it_is_taken_out(
    stamped: Workspace, sheets: dict[str, Any], tmp_path: Path
) -> None:
    """Of a form of one page nothing tells that the sheets after it are one form off."""
    root = tmp_path / "w"
    first, second = sheets
    strange = render_page(three_pages(tmp_path / "other.pdf").path, 0, 150)
    in_workspace(stamped, root, {"0.png": sheets[first], "1.png": strange, "2.png": sheets[second]})
    how = ("--serial-from", "order", "--unit", "LB", "--field", "HKD")
    said, answers = read_as_is(root, *how)
    assert list(answers) == [first]
    assert "[pile_held] 2.png" in said
    (root / "in" / "1.png").unlink()
    said, answers = read_as_is(root, *how)
    assert list(answers) == [first, second]
    assert answers[second] == [str(1 + (1 + n) % 5) for n in range(8)]
    assert "pile_held" not in said


def test_a_pile_may_begin_with_a_later_form(stamped: Workspace, sheets: dict[str, Any], tmp_path: Path) -> None:
    root = tmp_path / "w"
    _, second = sheets
    in_workspace(stamped, root, {"0.png": sheets[second]})
    how = ("--serial-from", "order", "--unit", "LB", "--field", "HKD", "--begin-at", "2")
    _, answers = read_as_is(root, *how)
    assert list(answers) == [second]
    name = sipas("read", "--form", "bang", "--serial-from", "name", "--begin-at", "2", at=root)
    assert name.code == 2


def test_a_pile_of_files_is_in_the_order_of_their_numbers(
    stamped: Workspace, sheets: dict[str, Any], tmp_path: Path
) -> None:
    """The letters of "10.png" come before those of "2.png"; the sheet in it was scanned after."""
    root = tmp_path / "w"
    first, second = sheets
    in_workspace(stamped, root, {"scan 2.png": sheets[first], "scan 10.png": sheets[second]})
    _, answers = read_as_is(root, "--serial-from", "order", "--unit", "LB", "--field", "HKD")
    assert [answers[serial][0] for serial in (first, second)] == ["1", "2"]


@pytest.fixture(scope="module")
def numbered(stamped: Workspace, sheets: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The form with a place for a machine's number; a sheet with one, one whose number no form has, one without."""
    root = tmp_path_factory.mktemp("numbered") / "w"
    in_workspace(stamped, root, {})
    path = root / "templates" / "bang.boxes.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    place = {"x": 150.0, "y": 8.0, "w": 45.0, "h": 10.0, "number": 900, "page": 1, "shape": "writing", "doubt": ""}
    path.write_text(json.dumps({**data, "places": [*data["places"], place]}), encoding="utf-8")
    text = (root / "templates" / "bang.yaml").read_text(encoding="utf-8").rstrip()
    text += "\n        - { id: serial, text: Số, kind: writing, boxes: [900] }\n"
    (root / "templates" / "bang.yaml").write_text(text, encoding="utf-8")
    done("adopt", "--check", "--name", "bang", at=root)
    blank = render_page(root / "templates" / "bang.pdf", 0, 200)
    layout = next(p for p in map(load_layout, (root / "forms" / "layouts").glob("*.json")) if p.adopted)
    marks = [Mark(q.question, "2", "cross", BALLPOINT) for q in layout.questions if q.question != "serial"]
    for name, number in (("a", "No 000001"), ("c", "No 000977"), ("d", "")):
        filled = draw_marks(blank, layout.pages[0], marks, 200 / 25.4, np.random.default_rng(len(name)))
        cv2.putText(filled, number, (1200, 125), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (40,), 4)
        (root / "in" / f"{name}.png").write_bytes(cv2.imencode(".png", filled)[1].tobytes())
    return Workspace(root)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the number")
def test_a_stamped_serial_says_its_unit_and_field_and_a_stamped_number_does_not(
    numbered: Workspace, tmp_path: Path
) -> None:
    root = tmp_path / "w"
    shutil.copytree(numbered.root, root)
    sheet = cv2.imread(str(root / "in" / "d.png"), cv2.IMREAD_GRAYSCALE)
    serial = next(paper.place.serial for paper in papers(numbered))
    cv2.putText(sheet, serial, (1195, 125), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (40,), 3)
    (root / "in" / "d.png").write_bytes(cv2.imencode(".png", sheet)[1].tobytes())
    said, _ = read_as_is(root, "--serial-from", "area")
    assert f"d.png, page 1: The number on the page seems to be that of {serial}, page 1." in said
    assert "a.png, page 1: The number on the page counts forms within one unit and field" in said


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the number")
def test_a_number_that_tesseract_read_is_confirmed_by_a_person(numbered: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "w"
    shutil.copytree(numbered.root, root)
    said, answers = read_as_is(root, "--serial-from", "area", "--unit", "TT", "--field", "TP")
    assert not answers
    assert said.count("[serial_to_confirm]") == 1
    assert said.count("[no_serial]") == 2
    desk = open_desk(Workspace(root))
    with contextlib.closing(desk.store):
        problems = {Path(p.path).stem: p for p in page_problems(desk.store)}
        assert {name for name, p in problems.items() if p.serial} == {"a"}
        serial = str(problems["a"].serial)
        assert serial in problems["a"].sentence
        other = next(paper.place.serial for paper in papers(numbered) if paper.place.serial != serial)
        for name, whose in (("a", serial), ("d", other)):
            record = read_again(desk, problems[name], Help(whose, 1))
            assert not isinstance(record, Refused)
            assert [one.answer for one in record.answers if one.status == "accepted"] == ["2"] * 8
            assert "serial" not in {one.question for one in record.answers}  # nobody is asked what it says


def test_a_barcode_that_is_there_already_tells_the_form(
    stamped: Workspace, sheets: dict[str, Any], tmp_path: Path
) -> None:
    serial, picture = next(iter(sheets.items()))
    files = {}
    for name, text in (("known", serial), ("other", "8934563138165")):
        bars = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_image(scale=2))
        bars = cv2.resize(bars[:20], (bars.shape[1], 60), interpolation=cv2.INTER_NEAREST)
        files[f"{name}.png"] = picture.copy()
        files[f"{name}.png"][1650 : 1650 + bars.shape[0], 300 : 300 + bars.shape[1]] = bars
    root = tmp_path / "w"
    in_workspace(stamped, root, files)
    said, answers = read_as_is(root, "--serial-from", "barcode")
    assert answers == {serial: [str(1 + n % 5) for n in range(8)]}
    assert said.count("[no_serial]") == 1


def test_a_form_with_too_little_print_is_not_read_as_it_is(stamped: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "lone.pdf"
    canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm))
    canvas.rect(30 * mm, 200 * mm, 4 * mm, 4 * mm)
    canvas.rect(60 * mm, 200 * mm, 4 * mm, 4 * mm)
    canvas.save()
    root = tmp_path / "w"
    in_workspace(stamped, root, {"a.png": np.full((1754, 1240), 255, np.uint8)})
    done("adopt", path, "--name", "lone", at=root)
    run = sipas("read", root / "in", "--form", "lone", "--serial-from", "name", at=root)
    assert run.code == 8
    assert "too little print" in run.err
    assert "sipas print" in run.err


def test_a_page_without_room_is_scaled_or_refused(survey_printed: Workspace, tmp_path: Path) -> None:
    for shade, says in ((20.0, "94%"), (3.0, "no empty place")):
        path = tmp_path / f"full{shade:.0f}.pdf"
        canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm))
        canvas.setFillGray(0.8)
        canvas.rect(shade * mm, shade * mm, (210 - 2 * shade) * mm, (297 - 2 * shade) * mm, stroke=0, fill=1)
        canvas.setFillGray(1)
        for row in range(6):
            for column in range(4):
                canvas.rect((60 + 20 * column) * mm, (80 + 15 * row) * mm, 5 * mm, 5 * mm, fill=1)
        canvas.save()
        root = tmp_path / f"w{shade:.0f}"
        shutil.copytree(survey_printed.root, root)
        done("adopt", path, "--name", "full", at=root)
        using(Workspace(root), "full")
        run = sipas("print", at=root)
        assert says in run.text, run.text
        assert run.code == (0 if says == "94%" else 7)


def test_print_that_no_blank_shows_is_learnt_and_never_wipes_ink_out() -> None:
    boxes = tuple(Box(20 + 20 * (i % 2), 20 + 12 * (i // 2), 4.5, 4.5, f"q{i // 2}", str(1 + i % 2)) for i in range(16))
    blank = prepare_blank(PageLayout(1, (), (), (), boxes, ()), np.full((1500, 1000), 255, np.uint8), (100, 150), FRAME)
    kind = adopt_blank(blank).kinds[0]
    assert not kind.shown.any()
    side = kind.tint.shape[1]
    rows, columns = kind.blank.inside
    letters = np.full((16, side, side), 230, np.uint8)
    for piece in letters:
        cv2.rectangle(piece, (side // 2 - 22, side // 2 - 22), (side // 2 + 22, side // 2 + 22), (60,), 3)
    letters[:, side // 2 - 8 : side // 2 + 8, side // 2 - 2 : side // 2 + 2] = 60
    letters[3, rows, columns] = 120  # filled with a pencil
    cv2.line(letters[5], (columns.start, rows.start), (columns.stop, rows.stop), (90,), 4)
    letters[7, rows, columns] = np.minimum(letters[7, rows, columns], 205)  # so pale that nobody can tell
    learnt = without_signs(letters, kind, 180.0)
    assert list(np.flatnonzero(~learnt.known)) == [7]
    inside = learnt.pieces[:, rows, columns]
    assert (inside[[0, 1, 2, 4, 6]] == 230).all()
    assert inside[3].max() < 130
    assert (inside[5] < 100).mean() > 0.08  # the stroke stays
    tint = letters.copy()
    tint[:, rows, columns] = 120  # grey boxes, or all of them filled
    assert not without_signs(tint, kind, 180.0).known.any()


def test_what_is_dark_at_the_edges_of_boxes_says_nothing_of_the_tint_around_them() -> None:
    tint, observed = (np.zeros((20, 88, 88), np.uint8) for _ in range(2))
    tint[:, :, :60], observed[:, :, :60] = 29, 14  # a pale tint that a camera shows paler
    tint[:, 40:48, 20:30], observed[:, 40:48, 20:30] = 33, 54  # a stroke of print in it
    curve = tone_curve(observed, tint)
    assert curve[0] == 0
    assert np.abs(curve[[29, 33]] - 14).max() < 1
    assert 4 < curve[10] < 6
    tint[tint == 29] = 0  # nothing but strokes: no tint
    assert not tone_curve(observed, tint).any()
