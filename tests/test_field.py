"""The field work: papers for wards, the log, bundles that come back, following up. Made-up people only."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper import Run, done, papers, sipas
from PIL import Image

from sipas_forms.field import FormStanding, export_bundle, merge_returned, standings
from sipas_forms.field.labels import greeting
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import make_serial
from sipas_forms.printing.render import render_page
from sipas_forms.sample.dispositions import DISPOSITIONS
from sipas_forms.store import open_store
from sipas_forms.store.field_log import Fact, history
from sipas_forms.store.people import Respondent, open_people

Edit = Callable[[dict[str, dict[str, object]]], None]
TP, OTHER = make_serial("TT", "TP", 1), make_serial("TT", "TP", 2)
ABROAD = make_serial("LB", "HKD", 1)


def people_of(workspace: Workspace, unit: str | None = None) -> list[Respondent]:
    people = open_people(workspace.people_database)
    try:
        return people.respondents(unit)
    finally:
        people.close()


def known(workspace: Workspace) -> dict[tuple[str, str, int], Fact]:
    store = open_store(workspace.database)
    try:
        return {key: said[-1] for key, said in history(store).items()}
    finally:
        store.close()


def forms_of(workspace: Workspace) -> list[FormStanding]:
    store = open_store(workspace.database)
    try:
        return standings(store)
    finally:
        store.close()


def text_of(path: Path, columns: int = 1) -> str:
    """The words of a PDF; of a sheet of labels column by column."""
    found = []
    with pdfplumber.open(path) as book:
        for page in book.pages:
            width = page.width / columns
            for left in range(columns):
                part = page.crop((left * width, 0, (left + 1) * width, page.height))
                found += (part.extract_text() or "").split()
    return " ".join(found)


def plan(workspace: Workspace, words: str) -> Workspace:
    text = workspace.survey_file.read_text(encoding="utf-8")
    workspace.survey_file.write_text(f"{text.rstrip()}\n  fieldwork: {words}\n", encoding="utf-8")
    return Workspace(workspace.root)


# --- papers


@pytest.fixture(scope="module")
def papers_written(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    import shutil

    root = tmp_path_factory.mktemp("giấy tờ") / "w"
    shutil.copytree(survey_printed.root, root)
    workspace = Workspace(root)
    done("sample", "replace", TP, "--reason", "moved", at=root)
    said = done("field", "lists", at=root)
    assert "field/TT/handout-TT.pdf" in said.out and "lists/sample-LB.xlsx" in said.out
    assert not any(person.name in said.text for person in people_of(workspace))
    return workspace


def test_the_lists_hold_both_lists_and_the_replacement(papers_written: Workspace) -> None:
    text = text_of(papers_written.output / "field" / "TT" / "lists-TT.pdf")
    assert "DANH SÁCH CHÍNH THỨC" in text and "DANH SÁCH DỰ PHÒNG" in text and "THỦ TRƯỞNG ĐƠN VỊ" in text
    heir = make_serial("TT", "TP", 4)
    assert f"Thay phiếu {TP}" in text and "Hủy: đã chuyển đi" in text and heir in text
    assert all(person.phone in text for person in people_of(papers_written, "TT"))
    assert not any(person.phone in text for person in people_of(papers_written, "LB"))


def test_the_rows_of_the_hand_out_sheet_are_told_by_their_codes(papers_written: Workspace) -> None:
    path = papers_written.output / "field" / "TT" / "handout-TT.pdf"
    read = {code.text for code in zxingcpp.read_barcodes(Image.fromarray(render_page(path, 0, 200)))}
    numbers = {"TP": (2, 3, 4), "LDTBXH": (1, 2, 3)}
    serials = [make_serial("TT", field, number) for field, chosen in numbers.items() for number in chosen]
    assert read == {f"SIPAS TEST20 {serial}" for serial in serials}
    assert TP not in text_of(path)


def test_a_label_for_everybody_who_holds_a_form_and_no_phone(papers_written: Workspace) -> None:
    text = text_of(papers_written.output / "field" / "TT" / "labels-TT.pdf", columns=2)
    holders = [p for p in people_of(papers_written, "TT") if p.serial and p.serial != TP]
    assert all(p.serial in text and p.name in text for p in holders) and len(holders) == 6
    assert not any(p.phone in text for p in holders)


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ("Phạm Văn Thịnh", "to_person"),
        ("Ông/Bà Phạm Văn Thịnh", "to_as_listed"),
        ("BÀ Lê Thị Mận", "to_as_listed"),
        ("Bá Văn Tám", "to_person"),  # a surname
        ("Công ty TNHH Một Hai", "to_as_listed"),
    ],
)
def test_a_label_has_one_title(who: str, key: str) -> None:
    assert greeting(who) == key


def test_the_phone_script_names_nobody(papers_written: Workspace) -> None:
    text = text_of(papers_written.output / "field" / "TT" / "phone-script-TT.pdf")
    assert "UBND phường Thượng Thanh" in text and "Sau 3 lần" in text
    assert "hai mặt" not in text  # a form may have three pages, printed on one side each
    assert not any(p.name in text or p.phone in text for p in people_of(papers_written))


def test_a_hand_out_sheet_that_is_scanned_is_put_aside(papers_written: Workspace) -> None:
    path = papers_written.output / "field" / "TT" / "handout-TT.pdf"
    (papers_written.scans / "handout.pdf").write_bytes(path.read_bytes())
    done("read", "--workers", "1", at=papers_written.root)
    said = done("status", at=papers_written.root).out
    assert "foreign_code" in said
    assert "hand-out sheet" in " ".join(said.split())


# --- log


def log(workspace: Workspace, *words: str) -> Run:
    return sipas("field", "log", *words, at=workspace.root)


def test_what_happened_is_logged_and_nothing_is_overwritten(survey_copy: Workspace) -> None:
    assert log(survey_copy, f"SIPAS TEST20 {TP}", OTHER, "--handed-out", "--on", "2020-10-01").code == 0
    again = log(survey_copy, TP, "--handed-out", "--on", "01/10/2020")
    assert again.code == 0 and "logged already" in again.out
    other = log(survey_copy, TP, "--handed-out", "--on", "2020-10-02")
    assert other.code == 6 and "2020-10-01" in other.err and "--correct" in other.err
    assert known(survey_copy)[TP, "handed_out", 0].day == "2020-10-01"
    assert log(survey_copy, TP, "--handed-out", "--on", "2020-10-02", "--correct").code == 0
    assert known(survey_copy)[TP, "handed_out", 0].day == "2020-10-02"


def test_tries_are_numbered_and_count_once_a_day(survey_copy: Workspace) -> None:
    for day in ("2020-10-01", "2020-10-03", "2020-10-03", "2020-10-02"):
        assert log(survey_copy, TP, "--attempt", "--on", day).code == 0
    tries = {key[2]: fact.day for key, fact in known(survey_copy).items() if key[1] == "attempt"}
    assert tries == {1: "2020-10-01", 2: "2020-10-03", 3: "2020-10-02"}
    said = done("sample", "replace", TP, "--reason", "unreachable", at=survey_copy.root)
    assert "tries are logged" not in said.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [((TP[:-1] + "0", "--returned"), 6, "mistyped"), ((make_serial("TT", "TP", 99), "--returned"), 6, "no form"),
     ((TP, "--returned", "--on", f"{date.today() + timedelta(days=1)}"), 6, "future"),
     ((TP, "--returned", "--on", "2019-10-01"), 6, "before the survey's window"),
     ((f"SIPAS OTHER9 {TP}", "--returned"), 6, "another survey"), ((TP, "--result", "mưa to"), 6, "No known result"),
     ((TP,), 2, "Say one of"), ((TP, "--returned", "--result", "died"), 2, "Say one of")],
)  # fmt: skip
def test_what_can_not_be_logged_is_said(
    survey_printed: Workspace, words: tuple[str, ...], code: int, sentence: str
) -> None:
    run = log(survey_printed, *words)
    assert run.code == code and sentence in run.err


def test_results_of_the_log_are_replaced_together(survey_copy: Workspace) -> None:
    log(survey_copy, TP, "--result", "từ chối")
    log(survey_copy, ABROAD, "--result", "died")
    said = done("sample", "replace", "--reported", at=survey_copy.root).out
    assert f"{TP}: void (refused)" in said and f"{ABROAD}: void (died)" in said
    assert "no result" in done("sample", "replace", "--reported", at=survey_copy.root).out
    assert "is void" in log(survey_copy, TP, "--returned").err


# --- bundles


def fill(book: Path, to: Path, edit: Edit) -> Path:
    """Edit a log book as a ward does: `rows[serial][heading]` is a cell's value."""
    workbook = openpyxl.load_workbook(book)
    sheet = workbook.active
    heading = next(row for row in sheet.iter_rows() if any(cell.value == "Số phiếu" for cell in row))
    names = [cell.value for cell in heading]
    lines = {row[1].value: row for row in sheet.iter_rows(min_row=heading[0].row + 1)}
    rows = {serial: dict(zip(names, (cell.value for cell in row), strict=True)) for serial, row in lines.items()}
    edit(rows)
    for serial, row in lines.items():
        for cell, value in zip(row, rows[serial].values(), strict=True):
            if not isinstance(cell, openpyxl.cell.cell.MergedCell):
                cell.value = value
    workbook.save(to)
    return to


@pytest.fixture
def book(survey_copy: Workspace, tmp_path: Path) -> Path:
    done("field", "log", OTHER, "--handed-out", "--on", "2020-10-01", at=survey_copy.root)
    with zipfile.ZipFile(export_bundle(survey_copy, "tt")) as bundle:
        bundle.extract("logbook-TT.xlsx", tmp_path)
    return tmp_path / "logbook-TT.xlsx"


def test_a_bundle_holds_what_its_ward_needs_and_nobody_else(survey_printed: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "gói.zip"
    said = done("field", "export", "--unit", "TT", "--to", path, at=survey_printed.root)
    assert "not encrypted" in said.err
    zipfile.ZipFile(path).extractall(tmp_path)
    texts = [text_of(found) for found in tmp_path.glob("*.pdf")]
    for found in tmp_path.glob("*.xlsx"):
        sheet = openpyxl.load_workbook(found).active
        texts.append(" ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row))
    everything = " ".join(texts)
    for person in people_of(survey_printed):
        assert (person.phone in everything) == (person.unit == "TT" and person.serial is not None)
    people = open_people(survey_printed.people_database)
    assert ("field export", "TT", 10) in [(look.purpose, look.of, look.people) for look in people.looks()]
    people.close()


def test_every_result_has_room_in_its_row(book: Path) -> None:
    """No program makes a row higher when something longer is chosen in it."""
    sheet = openpyxl.load_workbook(book).active
    rows = [row[1].row for row in sheet.iter_rows() if str(row[1].value).startswith("TT-")]
    [column] = [cell.column_letter for row in sheet.iter_rows() for cell in row if "Kết quả" in str(cell.value)]
    width = sheet.column_dimensions[column].width
    lines = max(-(-len(choice.vi) // int(width)) for choice in DISPOSITIONS)
    assert rows and min(sheet.row_dimensions[row].height for row in rows) >= 15 * lines


def test_a_filled_book_joins_what_is_known_and_is_joined_once(survey_copy: Workspace, book: Path) -> None:
    def ward(rows: dict[str, dict[str, object]]) -> None:
        assert rows[OTHER]["Ngày phát"] == datetime(2020, 10, 1)
        rows[TP] |= {"Ngày phát": datetime(2020, 10, 2), "Ngày thu": "5.10.2020", "Liên hệ lần 1": "01/10/2020"}
        rows[OTHER] |= {"Kết quả nếu không thu được": "từ chối trả lời", "Ghi chú": "bận"}

    back = fill(book, book.with_name("gửi lại.xlsx"), ward)
    first = done("field", "merge", back, at=survey_copy.root)
    assert "TT: 4 new, 1 known before, 0 conflicts" in first.out and f"to replace: {OTHER} (refused)" in first.out
    assert "Remarks are not kept" in first.err and "bận" not in first.text
    assert "TT: 0 new, 5 known before, 0 conflicts" in done("field", "merge", back, at=survey_copy.root).out
    found = {key: (fact.day, fact.value, fact.source) for key, fact in known(survey_copy).items()}
    assert found == {
        (OTHER, "handed_out", 0): ("2020-10-01", "", "office"),
        (OTHER, "result", 0): ("", "refused", "TT"),
        (TP, "handed_out", 0): ("2020-10-02", "", "TT"),
        (TP, "returned", 0): ("2020-10-05", "", "TT"),
        (TP, "attempt", 1): ("2020-10-01", "", "TT"),
    }


def test_a_conflict_is_shown_and_left_to_a_person(survey_copy: Workspace, book: Path) -> None:
    done("field", "log", TP, "--handed-out", "--on", "2020-10-03", at=survey_copy.root)  # after the export
    done("field", "log", TP, "--attempt", "--on", "2020-09-30", at=survey_copy.root)

    def ward(rows: dict[str, dict[str, object]]) -> None:
        rows[TP] |= {"Ngày phát": "04/10/2020", "Liên hệ lần 1": "01/10/2020"}

    back = fill(book, book.with_name("b.xlsx"), ward)
    said = done("field", "merge", back, at=survey_copy.root).out
    assert "1 new, 1 known before, 1 conflicts" in said and "2020-10-03 (by office) stays" in said
    assert known(survey_copy)[TP, "handed_out", 0].day == "2020-10-03"
    assert known(survey_copy)[TP, "attempt", 2].day == "2020-10-01"  # another try, no conflict
    done("field", "log", TP, "--handed-out", "--on", "2020-10-04", "--correct", at=survey_copy.root)
    assert "0 new, 3 known before, 0 conflicts" in done("field", "merge", back, at=survey_copy.root).out


def test_an_older_book_brings_no_old_news(survey_copy: Workspace, book: Path) -> None:
    """The office corrected a day after the export: the ward's untouched cell is no conflict, and changes nothing."""
    done("field", "log", OTHER, "--handed-out", "--on", "2020-10-02", "--correct", at=survey_copy.root)
    assert "0 new, 1 known before, 0 conflicts" in done("field", "merge", book, at=survey_copy.root).out
    assert known(survey_copy)[OTHER, "handed_out", 0].day == "2020-10-02"


def test_cells_that_can_not_be_are_named_and_the_rest_is_taken(survey_copy: Workspace, book: Path) -> None:
    third = make_serial("TT", "TP", 3)

    def ward(rows: dict[str, dict[str, object]]) -> None:
        rows[TP] |= {
            "Ngày phát": "hôm qua",
            "Liên hệ lần 2": "02/10/2020",
            "Kết quả nếu không thu được": "Trần Văn Kín",
        }
        rows[OTHER] |= {"Ngày thu": "30/09/2020"}
        rows[third] |= {"Số phiếu": ABROAD, "Ngày phát": "02/10/2020"}
        rows[make_serial("TT", "LDTBXH", 1)] |= {"Số phiếu": "TT-LDTBXH-0001-?", "Ngày phát": "02/10/2020"}

    run = done("field", "merge", fill(book, book.with_name("b.xlsx"), ward), at=survey_copy.root)
    assert run.out.startswith("TT: 1 new, 0 known before")
    assert "no day can be read in the column handed out" in run.err and "no known result" in run.err
    assert "collected before it was handed out" in run.err and f"{ABROAD} is no form of TT" in run.err
    assert "mistyped" in run.err and f"Not in the book: {make_serial('TT', 'LDTBXH', 1)}, {third}" in run.err
    assert "Kín" not in run.text and set(known(survey_copy)) == {(OTHER, "handed_out", 0), (TP, "attempt", 2)}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [("SIPAS OTHER9 TT", "another survey|survey OTHER9"), ("", "no log book"), ("SIPAS TEST20 XX", "no unit 'XX'")],
)
def test_a_book_of_somewhere_else_is_refused(survey_copy: Workspace, book: Path, change: str, sentence: str) -> None:
    workbook = openpyxl.load_workbook(book)
    for row in workbook.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "SIPAS TEST20" in cell.value:
                cell.value = change
    workbook.save(book)
    run = sipas("field", "merge", book, at=survey_copy.root)
    assert run.code == 6 and any(words in run.err for words in sentence.split("|"))


def test_files_that_are_no_book_are_refused_with_a_sentence(survey_printed: Workspace, tmp_path: Path) -> None:
    empty, broken = tmp_path / "empty.zip", tmp_path / "broken.xlsx"
    zipfile.ZipFile(empty, "w").close()
    broken.write_bytes(b"PK\x03\x04 cut off")
    torn = tmp_path / "torn.zip"
    with zipfile.ZipFile(torn, "w") as bundle:
        bundle.writestr("logbook-TT.xlsx", b"as it was")
    torn.write_bytes(torn.read_bytes().replace(b"as it was", b"as it is!"))
    for path, words in (
        (empty, "one log book"),
        (broken, "damaged"),
        (torn, "can't be unpacked"),
        (tmp_path / "none.xlsx", "no such file"),
    ):
        run = sipas("field", "merge", path, at=survey_printed.root)
        assert run.code in (5, 6) and words in run.err


DAYS = st.sampled_from([f"2020-10-0{day}" for day in range(1, 6)])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.tuples(st.sampled_from(["--handed-out", "--attempt"]), DAYS), max_size=4))
def test_a_merge_never_takes_anything_back(survey_copy: Workspace, book: Path, events: list[tuple[str, str]]) -> None:
    """Whatever the office logged, merging a ward's book adds or shows; what counted before counts after."""
    for event, day in events:
        log(survey_copy, TP, event, "--on", day)
    before = known(survey_copy)

    def ward(rows: dict[str, dict[str, object]]) -> None:
        rows[TP] |= {"Ngày phát": "03/10/2020", "Liên hệ lần 1": "02/10/2020", "Liên hệ lần 2": "04/10/2020"}

    back = fill(book, book.with_name("b.xlsx"), ward)
    report = merge_returned(survey_copy, back)
    after = known(survey_copy)
    assert all(after[key] == fact for key, fact in before.items())
    assert len(report.new) + report.same + len(report.conflicts) == 4
    assert merge_returned(survey_copy, back).new == ()


# --- following up


def test_a_page_without_its_other_side_is_on_the_list_to_fetch(survey_copy: Workspace) -> None:
    workspace = plan(survey_copy, "{ return_by: 2020-10-15 }")
    pages = {(p.place.serial, p.place.page): p for p in papers(workspace)}
    Image.fromarray(pages[TP, 1].filled(150)).save(workspace.scans / "a.png")
    torn = pages[OTHER, 2].filled(150)
    torn[torn.shape[0] // 3 :, torn.shape[1] // 3 :] = 255  # a corner of the page is left
    Image.fromarray(torn).save(workspace.scans / "b.png")
    done("read", "--workers", "1", at=workspace.root)
    store = open_store(workspace.database)
    found = {form.serial: form for form in standings(store)}
    store.close()
    assert (found[TP].missing, found[TP].to_fetch, found[TP].handed_out) == ((2,), True, True)
    assert found[OTHER].to_fetch and found[OTHER].refused[0][0] == 2 and found[OTHER].missing == (1,)
    assert found[ABROAD].absent and not found[ABROAD].to_fetch
    status = done("status", at=workspace.root).out
    assert f"{TP}: page 2 is missing" in status and "days late" in status
    said = done("field", "follow", "--unit", "TT", at=workspace.root)
    assert "TT: 6 forms: 2 handed out, 0 complete, 2 with pages to fetch, 4 not back" in said.out
    sheet = text_of(workspace.output / "field" / "TT" / "follow-TT.pdf")
    assert "Thiếu trang 2" in sheet and "Trang 2 không đọc được" in sheet
    assert "Quá hạn" in sheet and "Chưa phát" in sheet
    excel = openpyxl.load_workbook(workspace.output / "field" / "TT" / "follow-TT.xlsx").active
    assert any(TP in row and "Thiếu trang 2" in str(row[-1]) for row in excel.iter_rows(values_only=True))


def test_one_form_is_printed_again_and_a_void_one_is_not(survey_copy: Workspace) -> None:
    assert "1 forms, 2 pages" in done("print", "--serial", TP, at=survey_copy.root).out
    done("sample", "replace", TP, "--reason", "moved", at=survey_copy.root)
    run = sipas("print", "--serial", TP, at=survey_copy.root)
    assert run.code == 7 and "void" in run.err


@pytest.mark.parametrize("command", ["lists", "follow", "export"])
def test_an_unknown_unit_is_said(survey_printed: Workspace, command: str) -> None:
    run = sipas("field", command, "--unit", "ZZ", at=survey_printed.root)
    assert run.code == 6 and "no unit 'ZZ'" in run.err and "Traceback" not in run.text


def all_back(workspace: Workspace) -> Workspace:
    """Both pages of the form TP are read."""
    for number, paper in enumerate(p for p in papers(workspace) if p.place.serial == TP):
        Image.fromarray(paper.filled(150)).save(workspace.scans / f"{number}.png")
    done("read", "--workers", "1", at=workspace.root)
    return workspace


def test_a_form_that_was_read_is_replaced_at_a_word_only(survey_copy: Workspace) -> None:
    root = all_back(survey_copy).root
    run = sipas("sample", "replace", TP, "--reason", "moved", at=root)
    assert run.code == 6 and "2 of its pages were read" in run.err and "--void-answers" in run.err
    assert any(form.serial == TP and form.complete for form in forms_of(survey_copy))
    said = done("sample", "replace", TP, "--reason", "moved", "--void-answers", at=root)
    assert f"{TP}: void (moved)" in said.out and "their answers no longer count" in said.err
    assert "void already" in done("sample", "replace", TP, "--reason", "moved", at=root).out


def test_a_form_that_came_back_though_the_log_says_it_can_not_is_shown(survey_copy: Workspace) -> None:
    root = all_back(survey_copy).root
    assert "contradicts" not in done("status", at=root).out
    log(survey_copy, TP, "--result", "từ chối")
    for words in (("status",), ("field", "follow", "--unit", "TT")):
        said = done(*words, at=root).out
        assert f"contradicts: {TP}: the log says refused, yet 2 of its pages came back" in said
    folder = survey_copy.output / "field" / "TT"
    assert "Sổ ghi: từ chối trả lời" in text_of(folder / "follow-TT.pdf")
    excel = openpyxl.load_workbook(folder / "follow-TT.xlsx").active
    assert any(TP in row and "đối chiếu sổ" in str(row[-1]) for row in excel.iter_rows(values_only=True))
    assert next(form for form in forms_of(survey_copy) if form.serial == TP).complete  # its answers count all the same
    assert log(survey_copy, TP, "--result", "none").code == 6  # only as a correction
    assert f"{TP}: result taken back on" in log(survey_copy, TP, "--result", "none", "--correct").out
    assert "contradicts" not in done("status", at=root).out
    assert "no result is logged" in log(survey_copy, TP, "--result", "none", "--correct").err


def test_nothing_is_late_when_all_is_back(survey_copy: Workspace) -> None:
    workspace = plan(survey_copy, "{ return_by: 2020-10-15 }")
    for number, paper in enumerate(p for p in papers(workspace) if p.place.serial != TP):
        Image.fromarray(paper.filled(150)).save(workspace.scans / f"other {number}.png")
    done("read", at=workspace.root)
    assert "days late" in done("status", at=workspace.root).out
    abroad = done("field", "follow", "--unit", "LB", at=workspace.root).out
    assert "late" not in abroad and "All forms are back and whole." in abroad
    all_back(workspace)
    assert "All forms are back and whole." in done("status", at=workspace.root).out
    done("field", "follow", at=workspace.root)
    sheet = text_of(workspace.output / "field" / "TT" / "follow-TT.pdf")
    assert "Quá hạn" not in sheet and "Hạn thu phiếu: 15/10/2020" in sheet
