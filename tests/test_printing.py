"""What is printed: the layout's boxes in the PDF, codes and serials, same bytes twice, no personal data."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pytest
import zxingcpp
from paper import PLAN, Paper, done, papers, sipas
from PIL import Image as Pil
from pypdfium2 import PdfDocument

from sipas_forms.errors import PrintError, WorkspaceError
from sipas_forms.flow import current_answers
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import PageCode, make_serial
from sipas_forms.printing.batch import print_forms
from sipas_forms.printing.compose import compose
from sipas_forms.printing.layout import Layout, Rect, load_layout, save_layout
from sipas_forms.printing.render import render_page
from sipas_forms.simulate import simulate_scans
from sipas_forms.store import open_store
from sipas_forms.store.forms import all_forms
from sipas_forms.store.printed import printed_places
from sipas_forms.store.schema import forms as forms_table

MM = 25.4 / 72
TOLERANCE = 0.05  # mm, the contract

ENGLISH = """\
questionnaire:
  code: library-3p
  title: "READERS' SURVEY"
  introduction: Please tell us about the library.
  thanks: Thank you!
  scale:
    satisfied: [3]
    options:
      - { code: 1, label: Poor }
      - { code: 2, label: Fair }
      - { code: 3, label: Good }
  sections:
    - title: About you
      questions:
        - id: member
          text: Are you a member
          options: [{ code: Y, label: "Yes" }, { code: N, label: "No" }]
        - id: days
          kind: multiple
          text: On which days do you come
          options:
            - { code: MO, label: Monday }
            - { code: TU, label: Tuesday }
            - { code: WE, label: Wednesday }
            - { code: TH, label: Thursday }
            - { code: FR, label: Friday }
            - { code: SA, label: Saturday }
            - { code: SU, label: Sunday }
        - id: born
          kind: writing
          digits: 4
          text: Year of birth
    - title: The library
      new_page: true
      factors:
        - code: L
          title: Books
          criteria:
            - { id: L1, text: Choice of books }
            - { id: L2, text: State of the books }
        - code: M
          title: Rooms
          criteria:
            - { id: M1, text: Seats }
            - { id: M2, text: Light }
    - title: More
      new_page: true
      questions:
        - id: better
          kind: multiple
          max_answers: 2
          text: What should be better (choose up to two)
          options:
            - { code: A, label: Opening hours }
            - { code: B, label: New books }
            - { code: C, label: Quiet }
            - { code: D, label: Staff }
        - id: words
          kind: writing
          height_mm: 80
          text: Anything else
"""


def rectangles(page: pdfplumber.page.Page) -> list[tuple[float, float, float, float]]:
    """Everything that was filled or stroked as a rectangle: (x, y, w, h) in mm from the top left."""
    found = []
    for rect in page.rects:
        half = (rect["linewidth"] or 0) / 2 if rect["stroke"] else 0.0
        x, y = (rect["x0"] - half) * MM, (rect["top"] - half) * MM
        found.append((x, y, (rect["x1"] + half) * MM - x, (rect["bottom"] + half) * MM - y))
    for curve in page.curves:  # a square with a hole is one path
        xs, ys = zip(*curve["pts"], strict=True)
        found.append((min(xs) * MM, min(ys) * MM, (max(xs) - min(xs)) * MM, (max(ys) - min(ys)) * MM))
    return found


@dataclass(frozen=True)
class Sheet:
    """A page of the PDF as pdfplumber sees it (mm)."""

    rectangles: list[tuple[float, float, float, float]]
    words: list[tuple[str, Rect]]

    @property
    def text(self) -> str:
        return " ".join(word for word, _ in self.words)


@functools.cache
def pages_of(workspace: Workspace) -> list[tuple[Paper, Sheet]]:
    """Every printed page with its sheet; taken apart once, since that costs a third of a second a page."""
    found = []
    some = papers(workspace)
    for file in dict.fromkeys(p.place.file for p in some):
        with pdfplumber.open(workspace.root / file) as pdf:
            mine = [p for p in some if p.place.file == file]
            assert len(pdf.pages) == len(mine)
            for paper in mine:
                page = pdf.pages[paper.place.pdf_page - 1]
                found.append((paper, Sheet(rectangles(page), words(page))))
                page.close()
    return found


def words(page: pdfplumber.page.Page) -> list[tuple[str, Rect]]:
    return [
        (
            w["text"],
            Rect(w["x0"] * MM, w["top"] * MM, (w["x1"] - w["x0"]) * MM, (w["bottom"] - w["top"]) * MM),
        )
        for w in page.extract_words()
    ]


def within(inner: Rect, outer: Rect, room: float) -> bool:
    return (
        outer.x - room <= inner.x
        and outer.y - room <= inner.y
        and inner.x + inner.w <= outer.x + outer.w + room
        and inner.y + inner.h <= outer.y + outer.h + room
    )


def off(places: tuple[Rect, ...], found: list[tuple[float, float, float, float]]) -> float:
    """How far (mm) the worst place is from the nearest rectangle of the PDF, in any of its four measures."""
    there = np.array(found)
    wanted = np.array([(p.x, p.y, p.w, p.h) for p in places])
    return float(np.abs(wanted[:, None] - there[None]).max(axis=2).min(axis=1).max())


def assert_found_again(workspace: Workspace) -> int:
    count = 0
    for paper, page in pages_of(workspace):
        found = page.rectangles
        assert off(paper.page.fiducials, found) < TOLERANCE
        if paper.page.boxes:
            assert off(paper.page.boxes, found) < TOLERANCE
        box = paper.page.boxes[0]
        boxes = [r for r in found if abs(r[2] - box.w) < TOLERANCE and abs(r[3] - box.h) < TOLERANCE]
        # frames only, not the two examples of the first page
        distinct = {(round(x, 1), round(y, 1)) for x, y, _, _ in boxes}
        assert len(distinct) == len(paper.page.boxes) + (2 if paper.place.page == 1 else 0)
        count += 1
    return count


def test_the_boxes_of_the_pdf_are_the_layouts(survey_printed: Workspace) -> None:
    assert assert_found_again(survey_printed) == 18


def test_boxes_keep_their_distance(survey_printed: Workspace) -> None:
    """No box touches another, a code, a fiducial or the place of a serial; all lie on the page."""
    for page in papers(survey_printed)[0].layout.pages:
        areas = [*page.boxes, *page.codes, *page.fiducials, *page.serial_text, *page.writing]
        for i, a in enumerate(areas):
            assert a.x >= 5
            assert a.y >= 5
            assert a.x + a.w <= 205
            assert a.y + a.h <= 292
            for b in areas[i + 1 :]:
                apart = max(b.x - a.x - a.w, a.x - b.x - b.w, b.y - a.y - a.h, a.y - b.y - b.h)
                assert apart >= 1.5, (a, b)


def test_the_codes_say_their_page(survey_printed: Workspace) -> None:
    store = open_store(survey_printed.database)
    key = store.key()
    store.close()
    seen = set()
    for paper in papers(survey_printed):
        picture = paper.blank(200)
        for place in paper.page.codes:
            x, y, w = (int(v * 200 / 25.4) for v in (place.x - 2, place.y - 2, place.w + 4))
            [result] = zxingcpp.read_barcodes(np.ascontiguousarray(picture[y : y + w, x : x + w]))
            parsed = PageCode.parse(result.text)
            assert parsed is not None
            assert parsed[0] == PageCode("TEST20", paper.place.serial, paper.place.page, paper.layout.form_version)
            assert parsed[0].signed_by(key, parsed[1])
            seen.add((parsed[0].serial, parsed[0].page, place.id))
    assert len(seen) == 36


def test_the_serial_is_clear_type(survey_printed: Workspace) -> None:
    """Twice on each page, where the layout says, as text that can be searched and copied."""
    for paper, sheet in pages_of(survey_printed):
        found = [rect for word, rect in sheet.words if word == paper.place.serial]
        assert len(found) == 2
        for place in paper.page.serial_text:
            assert sum(within(rect, place, 0.2) for rect in found) == 1


def test_unit_and_field_are_printed_in(survey_printed: Workspace) -> None:
    for paper, sheet in pages_of(survey_printed):
        unit, field = paper.place.serial.split("-")[:2]
        assert survey_printed.survey.unit(unit).name.vi in sheet.text
        assert survey_printed.survey.field(unit, field).name.vi in sheet.text


def test_every_letter_is_there(survey_printed: Workspace) -> None:
    """Vietnamese comes out of the PDF as it went in, with no letter missing from the fonts."""
    text = " ".join(sheet.text for _, sheet in pages_of(survey_printed))
    for criterion in survey_printed.questionnaire.criteria:
        for word in criterion.text.vi.split():
            assert word in text
    assert "\ufffd" not in text
    assert "(cid:" not in text


def test_a_second_print_gives_the_same_bytes(survey_copy: Workspace) -> None:
    before = {
        path.relative_to(survey_copy.root): path.read_bytes() for path in survey_copy.forms.rglob("*") if path.is_file()
    }
    assert len(before) >= 3 + 4
    done("print", at=survey_copy.root)
    for path, content in before.items():
        assert (survey_copy.root / path).read_bytes() == content


def test_a_print_is_small(survey_printed: Workspace) -> None:
    """What forms share is written once: a form more costs a few kilobytes."""
    sizes = {path.name: path.stat().st_size for path in survey_printed.forms.glob("*.pdf")}
    assert len(sizes) == 3
    assert all(size < 250_000 for size in sizes.values()), sizes


def test_no_personal_data(survey_copy: Workspace) -> None:
    """The form's words and the PDF's properties are of the survey, never of its author's machine."""
    allowed = {
        "/Title",
        "/Author",
        "/Subject",
        "/Creator",
        "/Producer",
        "/CreationDate",
        "/ModDate",
        "/Keywords",
        "/Trapped",
    }
    for path in survey_copy.forms.glob("*.pdf"):
        document = PdfDocument(path)
        properties = document.get_metadata_dict()
        document.close()
        assert {f"/{name}" for name in properties} <= allowed
        assert properties["Author"] == "PHÒNG NỘI VỤ"
        assert properties["Title"].startswith("TEST20 ")
        assert str(Path.home()) not in repr(properties)


def test_the_layout_comes_back_from_json(survey_printed: Workspace, tmp_path: Path) -> None:
    layout = compose(survey_printed.survey, survey_printed.questionnaire).layout
    path = save_layout(layout, tmp_path)
    assert path.name == f"{layout.form_version}.json"
    assert load_layout(path) == layout
    assert Layout.from_json(json.loads(json.dumps(layout.to_json()))) == layout
    kept = load_layout(survey_printed.layouts / f"{layout.form_version}.json")
    assert kept == layout


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"form_version": 1}', "null", "\xff"])
def test_a_damaged_layout_is_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "A.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(WorkspaceError, match=r"A\.json: is not a readable layout"):
        load_layout(path)


def test_a_missing_layout_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="is missing"):
        load_layout(tmp_path / "A.json")


def test_the_version_is_of_what_is_printed(survey_printed: Workspace) -> None:
    """Another wording, another language: another version; the same: the same."""
    survey, asked = survey_printed.survey, survey_printed.questionnaire
    first = compose(survey, asked).layout.form_version
    assert compose(survey, asked).layout.form_version == first
    assert compose(survey, asked, "en").layout.form_version != first
    thanks = asked.thanks.model_copy(update={"vi": "Cảm ơn!"})
    assert compose(survey, asked.model_copy(update={"thanks": thanks})).layout.form_version != first
    assert re.fullmatch(r"[0-9A-F]{8}", first)


def test_where_each_page_lies(survey_printed: Workspace) -> None:
    store = open_store(survey_printed.database)
    places = printed_places(store)
    forms = all_forms(store)
    store.close()
    assert len(places) == 18
    assert {(p.serial, p.page) for p in places} == {(f.serial, n) for f in forms for n in (1, 2)}
    for file in {p.file for p in places}:
        assert [p.pdf_page for p in places if p.file == file] == [1, 2, 3, 4, 5, 6]
        assert (survey_printed.root / file).is_file()
        cell = Path(file).stem.removeprefix("TEST20-")
        assert all(p.serial.startswith(f"{cell}-") for p in places if p.file == file)
    assert all(f.form_version == places[0].form_version for f in forms)


def test_one_form_again(survey_copy: Workspace) -> None:
    serial = make_serial("TT", "TP", 2)
    run = done("print", "--serial", serial, at=survey_copy.root)
    assert run.out.strip() == f"forms/TEST20-TT-TP-{serial}.pdf: 1 forms, 2 pages"
    one = render_page(survey_copy.forms / f"TEST20-TT-TP-{serial}.pdf", 1, 100)
    assert np.array_equal(one, render_page(survey_copy.forms / "TEST20-TT-TP.pdf", 3, 100))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--unit", "XX"), "There is no unit 'XX' in the plan. There is: LB, TT"),
        (("--unit", "lb", "--field", "tp"), "There is no field 'TP' in unit LB. There is: HKD."),
        (("--field", "XX"), "There is no field 'XX' in the plan."),
        (("--serial", "TT-TP-0099-A"), "Form TT-TP-0099-A is not issued"),
    ],
)
def test_nothing_to_print_is_a_sentence(survey_printed: Workspace, words: tuple[str, ...], expected: str) -> None:
    run = sipas("print", *words, at=survey_printed.root)
    assert run.code == PrintError.exit_code
    assert expected in run.err


def test_a_plan_that_lost_a_drawn_cell_is_a_sentence(survey_copy: Workspace) -> None:
    plan = survey_copy.survey_file.read_text(encoding="utf-8")
    survey_copy.survey_file.write_text(
        plan.replace("code: TT,", "code: TTH,").replace("code: TT\n", "code: TTH\n"), "utf-8"
    )
    run = sipas("print", at=survey_copy.root)
    assert run.code == PrintError.exit_code
    assert "issued for TT-LDTBXH, TT-TP, which the plan does not have" in run.err


def test_a_questionnaire_that_is_too_long(survey_copy: Workspace) -> None:
    """Which page, how much too long, what to do."""
    path = survey_copy.templates / "sipas-2017.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("height_mm: 22", "height_mm: 90"), encoding="utf-8")
    before = (survey_copy.forms / "TEST20-TT-TP.pdf").read_bytes()
    run = sipas("print", at=survey_copy.root)
    assert run.code == PrintError.exit_code
    assert re.search(r"Page 2 of questionnaire sipas-2017 is \d+ mm too long", run.err)
    assert "new_page: true" in run.err
    assert (survey_copy.forms / "TEST20-TT-TP.pdf").read_bytes() == before


def reworded(workspace: Workspace, old: str, new: str) -> None:
    path = workspace.templates / "sipas-2017.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "vi: Nam,",
            "vi: Nam \U0001f600,",
            "'Nam \U0001f600' holds signs that the form's type does not have: \U0001f600 (U+1F600)",
        ),
        ("vi: Nam,", f"vi: {'Nam ' * 40},", "mm too long for its line. Shorten it."),
        ("vi: Nơi ngồi chờ", f"vi: {'T' * 90}", "runs into the boxes beside it"),
    ],
    ids=["letters that the type lacks", "an option wider than the page", "a word wider than its column"],
)
def test_what_would_spoil_the_sheet_is_a_sentence(survey_copy: Workspace, old: str, new: str, expected: str) -> None:
    reworded(survey_copy, old, new)
    run = sipas("print", at=survey_copy.root)
    assert run.code == PrintError.exit_code
    assert expected in run.err


def test_long_names_stay_on_the_page(survey_copy: Workspace) -> None:
    """A long title, office and option are set in several lines, smaller, or below their question."""
    long = "CƠ QUAN CHUYÊN MÔN THUỘC ỦY BAN NHÂN DÂN THÀNH PHỐ TRỰC THUỘC TRUNG ƯƠNG"
    option = "Nam, hoặc một phương án trả lời dài hơn những phương án thường thấy ở các câu hỏi khác"
    reworded(survey_copy, 'vi: "PHIẾU KHẢO SÁT', f'vi: "{long}')
    reworded(survey_copy, "vi: Nam,", f'vi: "{option}",')
    plan = survey_copy.survey_file.read_text(encoding="utf-8")
    survey_copy.survey_file.write_text(plan.replace("PHÒNG NỘI VỤ", long), encoding="utf-8")
    assert sipas("print", "--unit", "LB", at=survey_copy.root).code == 0
    with pdfplumber.open(survey_copy.forms / "TEST20-LB-HKD.pdf") as pdf:
        for page in pdf.pages[:2]:
            words = page.extract_words()
            assert max(word["x1"] for word in words) <= 194.5 / MM
            head = [w for w in words if w["top"] < 22 / MM and w["x0"] < 110 / MM]
            assert max(word["x1"] for word in head) <= 118 / MM  # where the serial begins
        assert option.split()[-1] in page.pdf.pages[0].extract_text()


# --- other surveys are other files


def other_workspace(root: Path, plan: str, questionnaire: str, cells: dict[tuple[str, str], int]) -> Workspace:
    """A workspace with a plan and questionnaire of its own, and forms issued by hand."""
    for name in ("templates", "scans"):
        (root / name).mkdir(parents=True)
    (root / "templates" / "plan.yaml").write_text(plan, encoding="utf-8")
    code = questionnaire.split("code: ", 1)[1].split("\n", 1)[0]
    (root / "templates" / f"{code}.yaml").write_text(questionnaire, encoding="utf-8")
    workspace = Workspace(root)
    store = open_store(workspace.database)
    rows = [
        {"serial": make_serial(unit, field, n), "unit": unit, "field": field, "number": n, "list": "official"}
        | {"state": "issued", "issued_at": "2020-09-22T00:00:00+00:00"}
        for (unit, field), number in cells.items()
        for n in range(1, number + 1)
    ]
    with store.transaction() as connection:
        connection.execute(forms_table.insert(), rows)
    store.close()
    return workspace


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """An English survey of three pages, printed; with longest codes."""
    plan = PLAN.replace("sipas-2017", "library-3p").replace("TEST20", "LIBRARY202")
    plan = plan.replace("language: vi", "language: en").replace("code: LDTBXH", "code: LIBRARYXYZ")
    plan = plan.replace("code: TT\n", "code: TOWNHALL99\n")
    cells = {("LB", "HKD"): 2, ("TOWNHALL99", "LIBRARYXYZ"): 2}
    workspace = other_workspace(tmp_path_factory.mktemp("library"), plan, ENGLISH, cells)
    print_forms(workspace)
    return workspace


def test_another_questionnaire_needs_no_code(library: Workspace) -> None:
    assert assert_three_pages(library) == 12
    for paper, sheet in pages_of(library):
        assert paper.place.serial in sheet.text
        assert f"Page {paper.place.page}/3" in sheet.text
        assert "Trang" not in sheet.text


def assert_three_pages(workspace: Workspace) -> int:
    count = 0
    for paper, page in pages_of(workspace):
        assert off(paper.page.boxes, page.rectangles) < TOLERANCE
        assert len(paper.layout.pages) == 3
        count += 1
    return count


def test_a_form_of_three_pages_is_printed_on_one_side(library: Workspace, survey_printed: Workspace) -> None:
    """Or the next person's form would begin on the back of its last page; each page says what follows."""
    assert "print on one side of the paper only" in done("print", "--unit", "LB", at=library.root).err
    assert "side" not in done("print", "--unit", "LB", at=survey_printed.root).err
    for paper, sheet in pages_of(library):
        assert (f"Please go on to page {paper.place.page + 1}" in sheet.text) == (paper.place.page < 3)


def test_the_longest_codes_fit(library: Workspace) -> None:
    """Ten characters each: the serial stays in its place, and the QR codes stay as large as drawn."""
    long = [(p, page) for p, page in pages_of(library) if p.place.serial.startswith("TOWNHALL99")]
    assert len(long) == 6
    for paper, sheet in long:
        found = [rect for word, rect in sheet.words if word == paper.place.serial]
        assert len(found) == 2
        for place in paper.page.serial_text:
            assert sum(within(rect, place, 0.2) for rect in found) == 1
        assert paper.read(paper.filled(200)).code != "no_code"


def test_another_questionnaire_is_read(library: Workspace) -> None:
    """All three pages, letters as codes, a choice of up to two."""
    for paper in papers(library)[:6]:
        outcome = paper.read(paper.filled(200))
        assert outcome.problem is None, outcome.problem
        assert outcome.wrong == ()
        assert outcome.doubtful == ()
        assert any(outcome.decisions[q].status == "accepted" for q in paper.truth())


def test_another_questionnaire_goes_all_the_way(library: Workspace, tmp_path: Path) -> None:
    """Simulated clean, read over the command line: nothing is misread, and all three pages are there."""
    batch = simulate_scans(library, tmp_path / "scans", "clean", 3, workers=1)
    assert batch.pages == 12
    assert "12 read, 0 problems" in done("read", tmp_path / "scans", "--workers", "1", at=library.root).out
    store = open_store(library.database)
    answers = current_answers(library, store)
    store.close()
    rows = [line.split(",") for line in batch.truth.read_text(encoding="utf-8").splitlines()[1:]]
    truth = {(r[0], r[1]): r[2] for r in rows}
    sure = answers[answers["status"].isin(["accepted", "blank"])]
    wrong = [r for r in sure.itertuples() if truth[r.serial, r.question] != r.answer]
    assert wrong == []
    assert len(sure) > 0.7 * len(answers)
    assert set(answers["page"]) == {1, 2, 3}


def test_only_the_last_page_came_back(library: Workspace, tmp_path: Path) -> None:
    """After a new print with other words, a page 3 of the old print is still read as the old form."""
    plan = library.survey_file.read_text(encoding="utf-8")
    fresh = other_workspace(tmp_path / "fresh", plan, ENGLISH, {("LB", "HKD"): 1})
    print_forms(fresh)
    third = next(p for p in papers(fresh) if p.place.page == 3)
    Pil.fromarray(third.filled(150)).save(fresh.scans / "a.png")
    path = fresh.templates / "library-3p.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: better", "id: wishes"), encoding="utf-8")
    fresh = Workspace(fresh.root)
    print_forms(fresh)
    done("read", "--workers", "1", at=fresh.root)
    store = open_store(fresh.database)
    answers = current_answers(fresh, store).set_index("question")
    store.close()
    assert "better" in answers.index
    assert answers.loc["better", "status"] == "accepted"


def test_a_page_without_boxes(tmp_path: Path) -> None:
    """A last page for free words only."""
    head, better = ENGLISH.index("        - id: better"), ENGLISH.index("        - id: words")
    asked = ENGLISH[:head] + ENGLISH[better:]
    plan = PLAN.replace("sipas-2017", "library-3p")
    workspace = other_workspace(tmp_path / "words", plan, asked, {("LB", "HKD"): 1})
    print_forms(workspace)
    third = next(p for p in papers(workspace) if p.place.page == 3)
    outcome = third.read(third.blank(200))
    assert outcome.problem is None, outcome.problem
    assert outcome.decisions["words"].status == "blank"
    written = third.blank(200).copy()
    area = third.page.writing[0]
    cv2.putText(written, "Cam on!", (round((area.x + 10) * 7.87), round((area.y + 20) * 7.87)), 0, 1.0, (60,), 3)
    assert third.read(written).decisions["words"].status == "doubtful"
