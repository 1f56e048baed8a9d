"""Forms that somebody else drew: found, grouped, corrected by a person."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import cv2
import pikepdf
import pytest
from paper import done, sipas
from PIL import Image
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bench.foreign import __main__ as foreign
from bench.foreign.forms import DRAWN, bubbles, located
from bench.foreign.newcomers import NEWCOMERS
from bench.foreign.sheet import A4, Form, Sheet
from bench.foreign.strangers import STRANGERS
from sipas_forms.adopt import proof, source
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.printing.adopted import geometry_path, load_geometry
from sipas_forms.printing.layout import load_layout
from sipas_forms.printing.render import render_page


@pytest.fixture(scope="module", autouse=True)
def coarse_proofs() -> Iterator[None]:
    """Proof pictures are for people's eyes; here they need no fineness."""
    with mock.patch.multiple(proof, DPI=50, SCALE=50 / 25.4):
        yield


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Form]:
    """The forms of the bench, the longest one shorter."""
    folder = tmp_path_factory.mktemp("forms")
    forms = [draw(folder / f"{draw.__name__}.pdf") for draw in (*DRAWN, *STRANGERS, *NEWCOMERS) if draw is not bubbles]
    return [located(form) for form in (*forms, bubbles(folder / "bubbles.pdf", rows=5))]


@pytest.fixture(scope="module")
def adopted(drawn: list[Form], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """All of them adopted into one workspace."""
    workspace = create_workspace(tmp_path_factory.mktemp("phiếu người khác"))
    for form in drawn:
        done("adopt", form.path, "--name", form.name, at=workspace.root)
    return workspace


def using(workspace: Workspace, name: str) -> Workspace:
    """The workspace with that questionnaire in its plan."""
    plan = workspace.survey_file.read_text(encoding="utf-8")
    plan = re.sub(r"questionnaire: \S+", f"questionnaire: {name}", plan)
    workspace.survey_file.write_text(plan, encoding="utf-8")
    return Workspace(workspace.root)


def test_boxes_and_questions_are_found_before_any_correction(drawn: list[Form], adopted: Workspace) -> None:
    boxes = questions = 0
    for form in drawn:
        found = foreign.judge(form, adopted)
        boxes, questions = boxes + found[0], questions + found[1]
    assert boxes >= 0.98 * sum(len(form.truth.boxes) for form in drawn)
    assert questions >= 0.95 * sum(len(form.truth.questions) for form in drawn)


def test_a_printed_example_is_nobodys_answer(adopted: Workspace) -> None:
    questionnaire = using(adopted, "grey-boxes").questionnaire
    geometry = load_geometry(geometry_path(adopted.templates, "grey-boxes"))
    example = [place for place in geometry.places if place.doubt]
    assert len(example) == 1
    assert example[0].number not in {n for q in questionnaire.all_questions() for n in q.boxes}


def test_our_own_form_has_the_same_layout(survey_printed: Workspace, tmp_path: Path) -> None:
    printed = load_layout(next(survey_printed.layouts.glob("*.json")))
    workspace = create_workspace(tmp_path / "own")
    blank = next(survey_printed.layouts.glob("*.pdf"))
    done("adopt", blank, "--name", "own", at=workspace.root)
    layout = load_layout(next(workspace.layouts.glob("*.json")))
    for ours, theirs in zip(printed.pages, layout.pages, strict=True):
        of_question: dict[str, list[str]] = {}
        for box, found in zip(
            sorted(ours.boxes, key=lambda b: (b.y, b.x)), sorted(theirs.boxes, key=lambda b: (b.y, b.x)), strict=True
        ):
            assert max(abs(box.x - found.x), abs(box.y - found.y), abs(box.w - found.w), abs(box.h - found.h)) < 0.2
            of_question.setdefault(found.question, []).append(box.question)
        assert all(len(set(names)) == 1 for names in of_question.values())
    wanted = [q for q in printed.questions if q.kind != "writing"]
    assert [q.kind for q in layout.questions if q.kind != "writing"] == [q.kind for q in wanted]


def test_corrections_are_kept_and_checked(drawn: list[Form], adopted: Workspace, tmp_path: Path) -> None:
    form = next(form for form in drawn if form.name == "three-pages")
    shutil.copytree(adopted.root, tmp_path / "w")
    workspace = Workspace(tmp_path / "w")
    path = workspace.templates / "three-pages.yaml"
    known = set(workspace.layouts.glob("*.json"))
    text = path.read_text(encoding="utf-8").replace("id: q1\n", "id: loai\n").replace('"Tư nhân"', '"Tư nhân, hộ"')
    path.write_text(text, encoding="utf-8")
    again = done("adopt", form.path, "--name", "three-pages", at=workspace.root)
    assert "kept" in again.err
    assert path.read_text(encoding="utf-8") == text
    (newer,) = set(workspace.layouts.glob("*.json")) - known
    assert load_layout(newer).questions[0].question == "loai"
    path.write_text(text.replace("boxes: [1, 2, 3, 4]", "boxes: [1, 2, 5, 99]"), encoding="utf-8")
    wrong = sipas("adopt", "--check", "--name", "three-pages", at=workspace.root)
    assert wrong.code == 3
    assert "no box 99" in wrong.err
    assert "box 5 is question" in wrong.err
    assert ".png" in wrong.err


def test_what_is_not_sure_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "lone.pdf"
    canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm))
    for x, y in ((30, 200), (60, 200), (100, 100)):
        canvas.rect(x * mm, y * mm, 4 * mm, 4 * mm)
    canvas.save()
    workspace = create_workspace(tmp_path / "w")
    run = done("adopt", path, "--name", "lone", at=workspace.root)
    text = (workspace.templates / "lone.yaml").read_text(encoding="utf-8")
    assert text.count("# CHECK:") >= 3
    assert "box 3" in text
    assert "CHECK" in run.err


def protected(path: Path) -> None:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))


def plain_text(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.drawString(100, 700, "Thông báo")
    canvas.save()


def two_sizes(path: Path) -> None:
    canvas = Canvas(str(path))
    for size in ((595, 842), (420, 595)):
        canvas.setPageSize(size)
        canvas.rect(100, 100, 12, 12)
        canvas.showPage()
    canvas.save()


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("protected.pdf", protected, "password"),
        ("text.pdf", plain_text, "no answer boxes"),
        ("sizes.pdf", two_sizes, "different sizes"),
        ("broken.pdf", lambda path: path.write_bytes(b"%PDF-1.7 broken"), "damaged"),
        ("empty.pdf", lambda path: path.write_bytes(b""), "empty"),
        ("form.xlsx", lambda path: path.write_bytes(b"PK"), "not a PDF"),
        ("missing.pdf", lambda path: None, "no such file"),
    ],
)
def test_what_cannot_be_adopted_gets_a_sentence(tmp_path: Path, name: str, make: object, says: str) -> None:
    workspace = create_workspace(tmp_path / "w")
    make(tmp_path / name)  # type: ignore[operator]
    run = sipas("adopt", tmp_path / name, "--name", "x", at=workspace.root)
    assert run.code == 14
    assert says in run.err
    assert not (workspace.templates / "x.yaml").exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for LibreOffice is a script with a first line of Unix")
def test_a_word_file_goes_through_libreoffice(tmp_path: Path, drawn: list[Form]) -> None:
    """A stand-in for LibreOffice: what is asked here is how it is called and what its absence says."""
    office = tmp_path / "soffice"
    workspace = create_workspace(tmp_path / "w")
    (tmp_path / "phiếu.docx").write_bytes(b"PK")
    for program, says in ((None, "not installed"), (str(office), "could not turn it")):
        office.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", encoding="utf-8")
        office.chmod(0o755)
        with mock.patch.object(source.shutil, "which", lambda name, found=program: found):
            run = sipas("adopt", tmp_path / "phiếu.docx", "--name", "word", at=workspace.root)
        assert run.code == 14
        assert says in run.err
        assert "PDF" in run.err
    turn = "import pathlib, shutil, sys\na = sys.argv[1:]\nto = pathlib.Path(a[a.index('--outdir') + 1])\n"
    turn += f"shutil.copy({str(drawn[0].path)!r}, to / (pathlib.Path(a[-1]).stem + '.pdf'))\n"
    office.write_text(f"#!{sys.executable}\n{turn}", encoding="utf-8")
    with mock.patch.object(source.shutil, "which", lambda name: str(office)):
        done("adopt", tmp_path / "phiếu.docx", "--name", "word", at=workspace.root)
    layout = load_layout(next(workspace.layouts.glob("*.json")))
    assert len(layout.pages[0].boxes) == len(drawn[0].truth.boxes)


def test_names_that_are_taken(drawn: list[Form], adopted: Workspace) -> None:
    for name in ("Ü b", "sipas-2017"):
        assert sipas("adopt", drawn[0].path, "--name", name, at=adopted.root).code == 14
    other = sipas("adopt", drawn[1].path, "--name", drawn[0].name, at=adopted.root)
    assert other.code == 14
    assert "Another form" in other.err
    assert sipas("adopt", "--check", "--name", "two", at=adopted.root).code == 14
    assert sipas("adopt", "--name", "two", at=adopted.root).code == 2


def dotted(picture: object, dpi: int) -> bytes:
    """A PNG that says its resolution."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the words of a picture")
def test_a_blank_scan_is_adopted(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "blank.pdf", (148.0, 105.0))
    for row in range(3):
        sheet.write(12, 20 + 10 * row, f"Nội dung {row + 1} của phiếu")
        for column in range(5):
            sheet.bubble(70 + 12 * column, 16.5 + 10 * row, 4.6, str(column + 1))
    form = sheet.done("blank", tmp_path / "blank.pdf")
    picture = cv2.GaussianBlur(render_page(form.path, 0, 300), (0, 0), 0.8)
    for x in (60, 80, 100):  # boxes without an outline, and a stain
        for y in (60, 72):
            picture[round(y * 300 / 25.4) :, round(x * 300 / 25.4) :][:54, :54] = 216
    cv2.circle(picture, (300, 1050), 30, (200,), -1)
    turned = cv2.getRotationMatrix2D((874, 620), 0.7, 1.0)
    picture = cv2.warpAffine(picture, turned, picture.shape[::-1], borderValue=(255,))
    (tmp_path / "scan.png").write_bytes(dotted(picture, 300))
    workspace = create_workspace(tmp_path / "w")
    done("adopt", tmp_path / "scan.png", "--name", "scan", at=workspace.root)
    layout = load_layout(next(workspace.layouts.glob("*.json")))
    assert len(layout.pages[0].boxes) == len(form.truth.boxes) + 6
    assert [q.max_answers for q in layout.questions] == [1] * 5
    sizes = [abs(box.w - 4.6) for box in layout.pages[0].boxes]
    assert max(sizes) < 0.3
    (tmp_path / "small.png").write_bytes(dotted(picture[::4, ::4], 75))
    coarse = sipas("adopt", tmp_path / "small.png", "--name", "small", at=workspace.root)
    assert coarse.code == 14
    assert "coarse" in coarse.err


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the words of a picture")
def test_questions_of_a_blank_scan_are_grouped_and_worded(drawn: list[Form], tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    for name in ("small-card", "cells", "bubbles"):  # words before boxes, ruled cells, letters in circles
        form = next(form for form in drawn if form.name == name)
        done("adopt", foreign.scanned_blank(form, tmp_path, 1), "--name", name, at=workspace.root)
        found = foreign.judge(form, workspace, scanned=True)
        assert found.boxes == len(form.truth.boxes)
        assert found.near == len(form.truth.questions)


def test_three_pages_keep_their_order(adopted: Workspace) -> None:
    layouts = map(load_layout, adopted.layouts.glob("*.json"))
    layout = next(layout for layout in layouts if layout.questionnaire == "three-pages")
    assert [len(page.boxes) for page in layout.pages] == [10, 40, 7]
    assert layout.questions[-2].max_answers == 3


def test_a_scale_runs_from_worst_to_best_whichever_end_the_form_begins_with(adopted: Workspace) -> None:
    questionnaire = using(adopted, "bus").questionnaire
    assert [option.label.vi for option in questionnaire.scale.options] == ["Kém", "Trung bình", "Tốt"]
    assert [str(code) for code in questionnaire.scale.satisfied] == ["3"]
    geometry = load_geometry(geometry_path(adopted.templates, "bus"))
    across = {place.number: place.x for place in geometry.places}
    rated = [q for q in questionnaire.all_questions() if len(q.boxes) == 3 and q.id in {"q4", "q5", "q6", "q7", "q8"}]
    assert len(rated) == 5
    assert all(sorted(q.boxes, key=lambda number: -across[number]) == list(q.boxes) for q in rated)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (("Tốt", "Không tốt", "Kém", "Khá tốt"), "which end is the good one?"),
        (("Tốt", "Khá", "Kém", "Không có ý kiến"), "'Không có ý kiến' is no step of a scale"),
    ],
)
def test_a_scale_that_is_not_plain_is_marked(tmp_path: Path, labels: tuple[str, ...], says: str) -> None:
    sheet = Sheet(tmp_path / "scale.pdf", A4)
    for column, label in enumerate(labels):
        sheet.write(100 + 25 * column, 40, label, size=8)
    for row in range(4):
        sheet.ask(f"Nội dung {row}")
        sheet.write(20, 53.5 + 10 * row, f"Nội dung thứ {['một', 'hai', 'ba', 'bốn'][row]}")
        for column, label in enumerate(labels):
            sheet.box(103 + 25 * column, 50 + 10 * row, 4.5, label)
    workspace = create_workspace(tmp_path / "w")
    done("adopt", sheet.done("scale", tmp_path / "scale.pdf").path, "--name", "scale", at=workspace.root)
    assert says in (workspace.templates / "scale.yaml").read_text(encoding="utf-8")


def test_columns_of_questions_are_read_one_after_the_other(drawn: list[Form], adopted: Workspace) -> None:
    form = next(form for form in drawn if form.name == "course")
    asked = [q.text.vi for q in using(adopted, "course").questionnaire.all_questions()]
    assert asked == form.truth.questions
