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
import numpy as np
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


def one_box(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.drawString(100, 700, "Tôi đồng ý tham gia")
    canvas.rect(80, 698, 12, 12)
    canvas.save()


def photo(path: Path) -> None:
    speckled = np.full((1750, 1240), 255, np.uint8)
    for x, y in np.random.default_rng(1).integers(0, (310, 437), (20_000, 2)) * 4:
        cv2.circle(speckled, (int(x), int(y)), 1, (0,), -1)
    cv2.imwrite(str(path), speckled)


def huge(path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(path)


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
        ("one.pdf", one_box, "no two of them that belong to one question"),
        ("photo.png", photo, "no print on white paper"),
        ("huge.png", huge, "more pixels than an A3 sheet"),
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


@pytest.mark.parametrize("written", [False, True])
def test_a_form_is_called_what_it_calls_itself(tmp_path: Path, written: bool) -> None:
    """Not by the office that has its name over it in larger letters, nor by a logo; a title may take two lines."""
    sheet = Sheet(tmp_path / "named.pdf", A4)
    sheet.write(20, 18, "EL", size=30)
    sheet.write(50, 18, "ĐIỆN LỰC HUYỆN YÊN KHÊ", size=18)
    if written:  # a place to write in above the title ends nothing
        sheet.write(130, 25, "Ngày: ........................", size=9)
    sheet.write(40, 34, "PHIẾU KHẢO SÁT Ý KIẾN KHÁCH HÀNG", size=14)
    sheet.write(60, 40, "SỬ DỤNG ĐIỆN", size=14)
    sheet.write(20, 48, "Xin Quý khách đánh dấu vào ô phù hợp.", size=9)
    for row, text in enumerate(("Quý khách có bị mất điện không?", "Quý khách có được báo trước không?")):
        sheet.write(20, 60 + 20 * row, f"{row + 1}. {text}", size=9)
        for column, label in enumerate(("Có", "Không")):
            sheet.box(25 + 30 * column, 65 + 20 * row, 4, label)
            sheet.write(31 + 30 * column, 68.4 + 20 * row, label, size=9)
    workspace = create_workspace(tmp_path / "w")
    done("adopt", sheet.done("named", tmp_path / "named.pdf").path, "--name", "named", at=workspace.root)
    questionnaire = using(workspace, "named").questionnaire
    assert questionnaire.title.vi == "PHIẾU KHẢO SÁT Ý KIẾN KHÁCH HÀNG SỬ DỤNG ĐIỆN"
    assert questionnaire.introduction.vi.endswith("Xin Quý khách đánh dấu vào ô phù hợp.")


def test_columns_of_questions_are_read_one_after_the_other(drawn: list[Form], adopted: Workspace) -> None:
    form = next(form for form in drawn if form.name == "course")
    asked = [q.text.vi for q in using(adopted, "course").questionnaire.all_questions()]
    assert asked == form.truth.questions


Asked = list[tuple[str, list[str]]]


def asked_on(sheet: Sheet, tmp_path: Path) -> tuple[Asked, str]:
    """(each question's words and its options', the questionnaire as it was written) of a form just drawn."""
    workspace = create_workspace(tmp_path / "w")
    done("adopt", sheet.done("new", tmp_path / "new.pdf").path, "--name", "new", at=workspace.root)
    questions = using(workspace, "new").questionnaire.all_questions()
    asked = [(q.text.vi, [option.label.vi for option in q.options]) for q in questions if q.kind != "writing"]
    return asked, (workspace.templates / "new.yaml").read_text(encoding="utf-8")


def options(sheet: Sheet, x: float, y: float, labels: tuple[str, ...], step: float = 7.0) -> float:
    """Boxes under each other with their words; returns the baseline after the last."""
    for label in labels:
        sheet.box(x, y - 3.7, 4.2, label)
        sheet.write(x + 6.5, y, label)
        y += step
    return y


def table(sheet: Sheet, lefts: tuple[float, ...], tops: list[float]) -> None:
    """Rules around the cells of a table."""
    for y in tops:
        sheet.rule(lefts[0], y, lefts[-1], y)
    for x in lefts:
        sheet.rule(x, tops[0], x, tops[-1])


IN_CELLS = (
    ("Anh chị làm việc ở đâu?", ("Nhà nước", "Tư nhân", "Tự làm")),
    ("Anh chị có hợp đồng lao động bằng văn bản còn hạn không?", ("Có", "Không", "Không biết")),
    ("Trong tuần qua anh chị làm bao nhiêu giờ, tính cả giờ làm thêm?", ("Dưới 40 giờ", "Trên 40 giờ")),
)


def test_codes_before_boxes_are_no_questions(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    y = 40.0
    for number, (text, labels) in enumerate(IN_CELLS, 1):
        sheet.write(20, y, f"Câu {number}. {text}")
        for code, label in enumerate(labels, 1):
            y += 7
            sheet.write(26, y, label)
            sheet.write(90, y, str(code))
            sheet.box(95, y - 3.7, 4.2, label)
        y += 11
    asked, _ = asked_on(sheet, tmp_path)
    assert asked == [(text, list(labels)) for text, labels in IN_CELLS]


@pytest.mark.parametrize("coded", [False, True], ids=["box first", "number, words, code, box"])
def test_a_question_has_all_words_of_its_cell_and_all_boxes_of_the_cell_beside_it(tmp_path: Path, coded: bool) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    y, tops = 30.0, [30.0]
    for number, (text, labels) in enumerate(IN_CELLS, 1):
        sheet.ask(text)
        sheet.paragraph(31.5, y + 6, text, 62)
        if coded:
            sheet.write(20, y + 6, f"A{number}")
        for code, label in enumerate(labels, 1):
            box, words = (159.0, 100.0) if coded else (101.0, 107.5)
            sheet.box(box, y + 2.3 + 6.2 * (code - 1), 4.2, label)
            sheet.write(words, y + 6.2 * code, label)
            if coded:
                sheet.write(153, y + 6.2 * code, str(code))
        y += 6.2 * len(labels) + 4
        tops.append(y)
    table(sheet, (18.0, 30.0, 98.0, 192.0) if coded else (30.0, 98.0, 192.0), tops)
    asked, text = asked_on(sheet, tmp_path)
    assert asked == [(text, list(labels)) for text, labels in IN_CELLS]
    assert text.count("# CHECK:") == 1  # in its head, where it is explained


def test_a_cell_with_a_question_of_its_own_leaves_the_one_beside_it_alone(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    for row, (left, text) in enumerate((("Bản thân", "Giới tính:"), ("Gia đình", "Có con nhỏ:"))):
        sheet.write(20, 36 + 9 * row, left)
        end = sheet.write(72, 36 + 9 * row, text)
        sheet.ask(text)
        for x, label in ((end + 6, "Vâng"), (end + 40, "Không phải")):
            sheet.box(x, 32.3 + 9 * row, 4.2, label)
            sheet.write(x + 6, 36 + 9 * row, label)
    table(sheet, (18.0, 69.0, 192.0), [30.0, 39.0, 48.0])
    asked, _ = asked_on(sheet, tmp_path)
    assert [labels for _, labels in asked] == [["Vâng", "Không phải"]] * 2


def test_a_tick_further_below_is_no_option_of_the_question_before(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    sheet.write(20, 40, "1. How old are you?")
    options(sheet, 25, 48, ("Young", "Grown up", "Old"))
    options(sheet, 20, 76, ("I agree to be contacted.",))
    sheet.write(20, 110, "2. Where do you live?")
    y = options(sheet, 25, 118, ("Town", "Village"))
    options(sheet, 25, y + 9, ("Farm",))
    asked, text = asked_on(sheet, tmp_path)
    assert asked[0] == ("How old are you?", ["Young", "Grown up", "Old"])
    assert asked[1] == ("I agree to be contacted.", ["I agree to be contacted."])
    assert "an option stands apart from the others" in text


AGES = ("Under 18", "18–24", "25–34", "35–44", "45–54", "55–64", "65 and over", "I'd rather not say")
LETTERS = ("a) Bus", "b) Car", "c) Bicycle", "d) Train", "e) On foot", "f) Other")
SHOPS = ("Market", "Baker", "Butcher", "Grocer", "Kiosk", "None")


@pytest.mark.parametrize(
    ("drawn_as", "down", "read_as"),
    [
        (AGES, True, AGES),
        (AGES, False, AGES),
        (LETTERS, True, tuple(label[3:] for label in LETTERS)),
        (SHOPS, False, SHOPS),
    ],
)
def test_options_in_columns_are_coded_as_they_are_counted(
    tmp_path: Path, drawn_as: tuple[str, ...], down: bool, read_as: tuple[str, ...]
) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    sheet.write(20, 40, "1. Which of these?")
    for index, label in enumerate(drawn_as):
        column, row = divmod(index, 3) if down else (index % 3, index // 3)
        options(sheet, 25 + 50 * column, 48 + 7 * row, (label,))
    asked, _ = asked_on(sheet, tmp_path)
    assert asked == [("Which of these?", list(read_as))]


def test_the_number_of_a_question_is_not_its_wording(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    y = 40.0
    for number in ("Question 1 – ", "Question 2 — ", "3a. ", "3b) ", "Câu 3c: ", "4.1. ", "IV.2 ", "B.3 "):
        sheet.write(20, y, f"{number}Is it so?")
        y = options(sheet, 25, y + 8, ("18 – 24", "25 – 34")) + 6
    asked, _ = asked_on(sheet, tmp_path)
    assert asked == [("Is it so?", ["18 – 24", "25 – 34"])] * 8


def test_a_line_to_write_on_makes_no_column(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    for column, label in enumerate(("Poor", "Fair", "Good")):
        sheet.write(130 + 20 * column, 40, label, size=9)
    rows = ("Food", "Beds", "Staff")
    for row, words in enumerate(rows):
        sheet.write(20, 50 + 10 * row, words)
        for column in range(3):
            sheet.box(131 + 20 * column, 46.3 + 10 * row, 4.2, "")
    for top, words in ((90.0, "1. How long were you here?"), (130.0, "2. Who are you?")):
        sheet.write(20, top, words)
        options(sheet, 25, top + 8, ("This", "That", "Neither"))
    options(sheet, 115, 138, ("Guest", "Nurse", "Other: ____________________"))
    asked, _ = asked_on(sheet, tmp_path)
    assert [text for text, _ in asked] == [*rows, "How long were you here?", "Who are you?"]


def test_a_question_goes_on_in_the_next_column(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    y = 40.0
    for number in (1, 2, 3):
        sheet.write(20, y, f"{number}. Left question?")
        y = options(sheet, 23, y + 7, ("Noise", "Food", "Beds"), 6) + 4
    y = options(sheet, 115, 40, ("Rooms", "Parking"), 6) + 4
    for number in (4, 5):
        sheet.write(112, y, f"{number}. Right question?")
        y = options(sheet, 115, y + 7, ("Yes", "No"), 6) + 4
    sheet.write(20, 200, "6. In which language would you like to receive your documents, please?")
    for column, label in enumerate(("French", "Khmer", "Thai")):
        options(sheet, 24 + 55 * column, 208, (label,))
    asked, text = asked_on(sheet, tmp_path)
    assert [labels for _, labels in asked] == [
        ["Noise", "Food", "Beds"],
        ["Noise", "Food", "Beds"],
        ["Noise", "Food", "Beds", "Rooms", "Parking"],
        ["Yes", "No"],
        ["Yes", "No"],
        ["French", "Khmer", "Thai"],
    ]
    assert text.count("# CHECK:") == 1  # in its head, where it is explained


def test_a_question_on_two_pages_is_marked_on_both(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "new.pdf", A4)
    sheet.write(20, 14, "Ward survey, page 1", size=8)
    sheet.write(20, 240, "1. What should be built first?")
    options(sheet, 25, 248, ("Road", "School", "Clinic"))
    sheet.write(98, 288, "Trang 1/2")
    sheet.turn_page()
    sheet.write(20, 14, "Ward survey, page 2", size=8)
    options(sheet, 25, 22, ("Water", "Hall"))
    asked, text = asked_on(sheet, tmp_path)
    assert [words for words, _ in asked] == ["What should be built first?"] * 2
    assert text.count("a question can't be on two pages") == 2
