"""`frame import`: lists as offices send them, and that no row is ever lost."""

from __future__ import annotations

import csv
import sqlite3
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from sipas_forms.cli import sipas
from sipas_forms.errors import ListError
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.printing.fonts import SANS, SANS_BOLD, SERIF, SERIF_BOLD, register_fonts
from sipas_forms.sample import ImportReport, draw_sample, import_lists, return_lists, sheets, workbooks
from sipas_forms.sample import files as files_limits
from sipas_forms.sample.words import has_odd_signs, tidy
from sipas_forms.simulate.lists import simulate_lists
from sipas_forms.store.people import open_people

HEADER = ["STT", "Họ và tên", "Địa chỉ", "Điện thoại", "Ngày tiếp nhận", "Lĩnh vực", "Hình thức"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def person(number: int, **changes: Any) -> list[Any]:
    """A good row of Thượng Thanh."""
    row = {"stt": number, "name": f"Trần Thị {'ABCDEGHIKL'[number % 10]}a{'b' * (number // 10)}"}
    row |= {"address": f"Tổ {number}, Thượng Thanh", "phone": f"09123{number:05d}", "date": "05/03/2020"}
    row |= {"field": "TP", "channel": "Trực tiếp"}
    return list((row | changes).values())


def xlsx(path: Path, *sheets: list[list[Any]], merge: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if names else f"Sheet{number + 1}")
        for row in rows:
            sheet.append(row)
        for area in merge:
            sheet.merge_cells(area)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def text_csv(path: Path, rows: list[list[Any]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    lines = [delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def outcomes(workspace: Workspace) -> dict[tuple[str, str, int], tuple[str, str]]:
    people = open_people(workspace.people_database)
    try:
        return {
            (r.file, r.sheet, r.row): (r.outcome, r.reasons or (r.link_reason if r.outcome == "check" else ""))
            for r in people.rows()
        }
    finally:
        people.close()


def totals(report: ImportReport) -> tuple[int, int, int, int]:
    files = report.files
    return tuple(sum(getattr(f, name) for f in files) for name in ("rows", "accepted", "merged", "refused"))  # type: ignore[return-value]


@pytest.mark.parametrize("seed", [1, 2])
def test_made_up_lists_are_judged_as_their_key_says(workspace: Workspace, tmp_path: Path, seed: int) -> None:
    lists = simulate_lists(workspace.survey, tmp_path / "lists", seed)
    report = import_lists(workspace, [tmp_path / "lists"])
    assert report.failures == () and len(lists) == 4
    with (tmp_path / "lists" / "truth.csv").open(encoding="utf-8", newline="") as stream:
        key = list(csv.DictReader(stream))
    expected = {(r["file"], r["sheet"], int(r["row"])): (r["expected"], r["reason"]) for r in key}
    assert outcomes(workspace) == expected
    kinds = Counter(r["reason"] or r["expected"] for r in key)
    assert min(kinds.values()) >= 8 and len(kinds) == 15, kinds
    assert all(150 <= sum(r["unit"] == u.code and r["field"] == f.code for r in key) <= 300
               for u, f in workspace.survey.cells())  # fmt: skip


def test_the_same_seed_makes_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    first = simulate_lists(workspace.survey, tmp_path / "a", 5)
    again = simulate_lists(workspace.survey, tmp_path / "b", 5)
    other = simulate_lists(workspace.survey, tmp_path / "c", 6)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]
    assert all(p.read_bytes() != q.read_bytes() for p, q in zip(first, other, strict=True))


def test_titles_merged_cells_and_a_header_over_two_rows(workspace: Workspace, tmp_path: Path) -> None:
    top = ["STT", "Người nộp", "Ngày", None, "Lĩnh vực", "Liên hệ", None]
    low = [None, None, "hẹn trả", "nộp", None, "Nơi cư trú", "SĐT"]
    day = datetime(2020, 3, 5)
    rows = [
        ["UBND QUẬN LONG BIÊN"],
        ["UBND PHƯỜNG THƯỢNG THANH"],
        ["DANH SÁCH NGƯỜI NỘP HỒ SƠ"],
        [],
        top,
        low,
    ]
    rows += [[1, "Trần Thị Hồng", datetime(2021, 1, 1), day, "Tư pháp", "Tổ 1, Thượng Thanh", "0912345678"]]
    rows += [[2, "Lê Văn Hùng", None, 43895, None, "Tổ 2, Thượng Thanh", 987654321]]
    merges = ("A1:G1", "A2:G2", "A3:G3", "C5:D5", "F5:G5", "A5:A6", "B5:B6", "E5:E6", "E7:E8")
    report = import_lists(workspace, [xlsx(tmp_path / "a.xlsx", rows, merge=merges)])
    assert totals(report) == (2, 2, 0, 0)
    assert report.files[0].cells.keys() == {("TT", "TP")}


def test_columns_in_any_order_under_other_names_and_several_sheets(workspace: Workspace, tmp_path: Path) -> None:
    first = [
        ["SỐ ĐT", "ngay giao dich", "HO TEN", "Noi cu tru"],
        ["0912345678", "5.3.20", "TRAN THI HONG", "thuong thanh"],
    ]
    second = [["Di động", "Ngày nộp", "Họ đệm", "Tên", "Số nhà", "Phường"]]
    second += [["0987654321", "2020-03-05", "Lê Văn", "Hùng", "Số 3", "Thượng Thanh"]]
    path = xlsx(tmp_path / "a.xlsx", first, second, [["Ghi chú"]], names=("Tư pháp", "LĐTBXH", "Khác"))
    report = import_lists(workspace, [path], unit="Thượng Thanh")
    assert totals(report) == (2, 2, 0, 0)
    assert report.files[0].cells.keys() == {("TT", "TP"), ("TT", "LDTBXH")}
    people = open_people(workspace.people_database)
    assert [row.name for row in people.rows()] == ["Tran Thi Hong", "Lê Văn Hùng"]
    assert people.rows()[1].address == "Số 3, Thượng Thanh"
    people.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_usual_encodings_and_delimiters(
    workspace: Workspace, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [HEADER, *(person(n, address=f'"Số {n}, tổ 5, Thượng Thanh"') for n in range(1, 6))]
    report = import_lists(workspace, [text_csv(tmp_path / "a.csv", rows, delimiter, encoding)], unit="TT")
    assert totals(report) == (5, 5, 0, 0)


def test_the_same_person_is_merged_within_a_cell_and_kept_apart_between_cells(
    workspace: Workspace, tmp_path: Path
) -> None:
    names = ["Trần Thị Hồng", "TRẦN THỊ HỒNG", "Tran Thi Hong"]
    rows = [HEADER, *(person(1, name=name) for name in names), person(1, name=names[0], field="LDTBXH")]
    rows += [person(2, name=names[0])]
    report = import_lists(workspace, [xlsx(tmp_path / "a.xlsx", rows)], unit="TT")
    assert totals(report) == (5, 3, 2, 0)


def test_signs_that_papers_cannot_print_wait_for_the_unit(workspace: Workspace, tmp_path: Path) -> None:
    names = ["阮 文 安", "Lê 😀 Vui", "Nguyễn Văn <b>Đậm</b>", "Phạm Thị Hoà�", "H’Hen Niê", "Đỗ (Ba) N. Œuvre-Müller"]
    rows = [person(n, name=name) for n, name in enumerate(names)]
    rows += [person(8, address="Tổ 8 ☎, Thượng Thanh"), person(9, address="№ 9/2A, tổ 9 – Thượng Thanh")]
    import_lists(workspace, [xlsx(tmp_path / "a.xlsx", [HEADER, *rows])], unit="TT")
    found = outcomes(workspace)
    assert [found["a.xlsx", "Sheet1", n][0] for n in range(2, 10)] == ["check"] * 4 + ["accepted"] * 2 + [
        "check",
        "accepted",
    ]
    (back,) = return_lists(workspace)
    told = [row[-2] for row in openpyxl.load_workbook(back).active.iter_rows(values_only=True)]
    assert "ký tự lạ, không in được" in str(told[1])


def test_the_papers_have_every_sign_that_a_list_may_be_written_with() -> None:
    signs = [sign for sign in map(chr, range(32, 0x11000)) if not has_odd_signs(sign)]
    register_fonts()
    for font in (SANS, SANS_BOLD, SERIF, SERIF_BOLD):
        known = pdfmetrics.getFont(font).face.charToGlyph
        assert len(signs) > 400 and [sign for sign in signs if ord(sign) not in known] == []


def test_a_merge_does_not_depend_on_the_order_of_imports(tmp_path: Path) -> None:
    found = []
    for order in ((0, 1), (1, 0)):
        workspace = create_workspace(tmp_path / f"w{order[0]}")
        files = [xlsx(tmp_path / f"{n}.xlsx", [HEADER, person(1), person(1 + n)]) for n in (1, 2)]
        for index in order:
            import_lists(workspace, [files[index]], unit="TT")
        found.append(outcomes(workspace))
    assert found[0] == found[1]
    assert Counter(outcome for outcome, _ in found[0].values()) == {"accepted": 3, "merged": 1}


def test_the_same_file_again_changes_nothing_and_a_corrected_one_replaces_its_rows(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADER, person(1), person(2, phone="")])
    import_lists(workspace, [path], unit="TT")
    before = outcomes(workspace)
    again = import_lists(workspace, [path], unit="TT")
    assert again.files[0].unchanged and outcomes(workspace) == before
    xlsx(path, [HEADER, person(1), person(2)])
    report = import_lists(workspace, [path], unit="TT")
    assert totals(report) == (2, 2, 0, 0) and len(outcomes(workspace)) == 2
    copy = xlsx(tmp_path / "copy.xlsx", [HEADER])
    copy.write_bytes(path.read_bytes())
    assert "same file" in import_lists(workspace, [copy], unit="TT").files[0].note
    assert len(outcomes(workspace)) == 2


def test_a_merged_row_is_accepted_once_the_first_one_is_gone(workspace: Workspace, tmp_path: Path) -> None:
    first = xlsx(tmp_path / "a.xlsx", [HEADER, person(1)])
    import_lists(workspace, [first, xlsx(tmp_path / "b.xlsx", [HEADER, person(1, address="Thượng Thanh")])], unit="TT")
    assert outcomes(workspace)[("b.xlsx", "Sheet1", 2)] == ("merged", "")
    xlsx(first, [HEADER, person(2)])
    import_lists(workspace, [first], unit="TT")
    assert outcomes(workspace)[("b.xlsx", "Sheet1", 2)] == ("accepted", "")


def test_two_offices_lists_of_one_name_do_not_wipe_each_other_out(workspace: Workspace, tmp_path: Path) -> None:
    header = [*HEADER, "Đơn vị"]
    rows = [header, [*person(1), "TT"]], [header, [*person(1, address="Việt Hưng"), "VH"]]
    files = [xlsx(tmp_path / unit / "danh sach.xlsx", part) for unit, part in zip(("TT", "VH"), rows, strict=True)]
    report = import_lists(workspace, files)
    assert [failure.file for failure in report.failures] == ["danh sach.xlsx"]
    assert "another name" in report.failures[0].sentence
    assert len(outcomes(workspace)) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [([None, "Tổng cộng: 3 hồ sơ"], "not_a_record"), (["(1)", "(2)", "(3)", "(4)"], "not_a_record"),
     (HEADER, "not_a_record"), ([None, "Người lập biểu", None, None, "Thủ trưởng"], "not_a_record"),
     (person(2, field="Địa chính"), "unknown_field"),
     (person(2, address="Tổ 2, Việt Hưng"), "outside_residence"),
     (person(2, name=None), "no_name"), (person(2, date="#REF!"), "no_date")],
)  # fmt: skip
def test_a_refused_row_has_a_reason_and_a_place(
    workspace: Workspace, tmp_path: Path, row: list[Any], reason: str
) -> None:
    report = import_lists(workspace, [xlsx(tmp_path / "a.xlsx", [HEADER, person(1), row])], unit="TT")
    assert totals(report) == (2, 1, 0, 1)
    refusal = report.files[0].refusals[0]
    assert (refusal.file, refusal.sheet, refusal.row, refusal.reasons) == ("a.xlsx", "Sheet1", 3, (reason,))
    line = list(csv.reader(report.refused_list.read_text(encoding="utf-8-sig").splitlines()))[1]
    assert line[:3] == ["a.xlsx", "Sheet1", "3"] and line[9] == reason and line[10].endswith(".")


def test_rows_of_another_unit_or_field_than_the_named_one_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[*HEADER, "Đơn vị"], [*person(1), "TT"], [*person(2), "VH"], [*person(3, field="LDTBXH"), None]]
    import_lists(workspace, [xlsx(tmp_path / "a.xlsx", rows)], unit="TT", field="TP")
    assert [reason for _, reason in outcomes(workspace).values()] == ["", "other_unit", "other_field"]


def test_headings_between_rows_name_the_field(workspace: Workspace, tmp_path: Path) -> None:
    header = [name for name in HEADER if name != "Lĩnh vực"]
    rows = [header, ["I. Tư pháp"], *(_without_field(person(n)) for n in (1, 2))]
    rows += [["II. Lao động, Thương binh và Xã hội"], _without_field(person(3))]
    report = import_lists(workspace, [xlsx(tmp_path / "a.xlsx", rows)], unit="TT")
    assert {cell: counts["accepted"] for cell, counts in report.files[0].cells.items()} == {
        ("", ""): 0, ("TT", "TP"): 2, ("TT", "LDTBXH"): 1,
    }  # fmt: skip


def _without_field(row: list[Any]) -> list[Any]:
    return [cell for index, cell in enumerate(row) if index != HEADER.index("Lĩnh vực")]


def _encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + "EncryptedPackage".encode("utf-16-le")


def _bomb() -> bytes:
    import io

    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(workbooks.MAX_UNPACKED_BYTES + 1))
    return memory.getvalue()


def _unplaced() -> bytes:
    """Cells that don't say where they are, as Excel reads them and nothing bounds them: 100 by 200."""
    import io

    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", ("<row>" + "<c><v>1</v></c>" * 100 + "</row>") * 200)
    return memory.getvalue()


BAD_FILES = {
    "empty": (b"", "is empty"),
    "encrypted": (_encrypted(), "password"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    "cut": (b"PK\x03\x04" + bytes(50), "damaged"),
    "pdf": (b"%PDF-1.4 ...", "PDF"),
    "page": (b"<html><table>", "web page"),
    "binary": (bytes(range(256)), "neither"),
    "prose": ("Kính gửi các đơn vị".encode(), "can't be used as a list"),
    "no phone": ("Họ tên,Địa chỉ,Ngày nộp\nTrần Văn A,Thượng Thanh,1/2/2020".encode(), "điện thoại"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_cannot_be_used_is_a_sentence_and_the_others_go_on(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    content, words = BAD_FILES[kind]
    bad = tmp_path / ("bad.csv" if kind in ("prose", "no phone") else "bad.xlsx")
    bad.write_bytes(content)
    report = import_lists(workspace, [bad, xlsx(tmp_path / "a.xlsx", [HEADER, person(1)])], unit="TT")
    assert len(report.failures) == 1 and words in report.failures[0].sentence
    assert totals(report) == (1, 1, 0, 0)


def test_cells_without_a_place_are_counted_before_they_are_unpacked(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_AREA", 19_000)
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(_unplaced())
    [failure] = import_lists(workspace, [bad], unit="TT").failures
    assert "more than 19,000 cells, too many for a list" in failure.sentence


def test_what_is_missing_too_large_or_too_long_is_said(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = text_csv(tmp_path / "long.csv", [HEADER, *(person(n) for n in range(30))])
    monkeypatch.setattr(sheets, "MAX_ROWS", 20)
    monkeypatch.setattr(files_limits, "MAX_BYTES", 10_000)
    (tmp_path / "large.csv").write_bytes(b"a" * 10_001)
    report = import_lists(workspace, [tmp_path / "none.xlsx", tmp_path / "large.csv", long], unit="TT")
    told = [failure.sentence for failure in report.failures]
    assert ["no such file" in told[0], "MB" in told[1], "more than 20 rows" in told[2]] == [True] * 3


def test_a_folder_without_lists_is_said(workspace: Workspace, tmp_path: Path) -> None:
    empty = tmp_path / "thư mục trống"
    empty.mkdir()
    (empty / "lists.zip").write_bytes(b"")
    result = CliRunner().invoke(sipas, ["--workspace", str(workspace.root), "frame", "import", str(empty)])
    assert isinstance(result.exception, ListError)
    assert "thư mục trống: holds no list" in str(result.exception)
    assert str(result.exception).endswith("Not imported: 1.")


def test_what_is_no_list_in_a_folder_is_said(workspace: Workspace, tmp_path: Path) -> None:
    folder = xlsx(tmp_path / "lists" / "a.xlsx", [HEADER, person(1)]).parent
    for name in ("ảnh.png", "giả.pdf", "~$a.xlsx", ".DS_Store"):
        (folder / name).write_bytes(b"x")
    result = CliRunner().invoke(
        sipas, ["--workspace", str(workspace.root), "frame", "import", str(folder), "--unit", "TT"]
    )
    assert result.exit_code == 0 and "Total: 1 rows = 1 accepted" in result.output
    said = [line.partition(": is not a list")[0] for line in result.output.splitlines() if "passed by" in line]
    assert said == ["giả.pdf", "ảnh.png"]


def test_a_zip_bomb_is_not_unpacked(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 1_000_000)
    (tmp_path / "a.xlsx").write_bytes(_bomb())
    assert "unpacks to" in import_lists(workspace, [tmp_path / "a.xlsx"]).failures[0].sentence


def test_a_drawn_cell_keeps_its_frame(workspace: Workspace, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADER, person(1), person(2)])
    import_lists(workspace, [path], unit="TT")
    draw_sample(workspace, 1)
    assert import_lists(workspace, [path], unit="TT").failures == ()
    xlsx(path, [HEADER, person(1), person(3)])
    report = import_lists(workspace, [path, xlsx(tmp_path / "b.xlsx", [HEADER, person(4)])], unit="TT")
    assert ["TT-TP" in failure.sentence for failure in report.failures] == [True, True]
    late = xlsx(tmp_path / "c.xlsx", [HEADER, person(5, field="LDTBXH")])
    assert import_lists(workspace, [late], unit="TT").failures == ()
    assert len(outcomes(workspace)) == 3


def test_unknown_options_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADER, person(1)])
    with pytest.raises(ListError, match="TT"):
        import_lists(workspace, [path], unit="XX")
    with pytest.raises(ListError, match="LDTBXH"):
        import_lists(workspace, [path], unit="TT", field="HKD")


def test_the_command_prints_counts_and_places_but_no_person(workspace: Workspace, tmp_path: Path) -> None:
    good = xlsx(tmp_path / "a.xlsx", [HEADER, person(1), person(1), person(2, phone="12"), person(3, phone="")])
    arguments = ["--workspace", str(workspace.root), "frame", "import", str(good), "--unit", "TT"]
    result = CliRunner().invoke(sipas, arguments)
    assert result.exit_code == 0
    assert "4 rows = 1 accepted + 1 merged + 2 refused" in result.output and "rows 4" in result.output
    assert "Trần" not in result.output and "Tổ" not in result.output and "09123" not in result.output
    failed = CliRunner().invoke(sipas, [*arguments[:4], str(tmp_path / "none.xlsx")])
    assert isinstance(failed.exception, ListError) and failed.exception.exit_code == 5


def test_the_command_names_the_option_that_says_the_unit_or_the_field(workspace: Workspace, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "tháng 3.xlsx", [HEADER, person(1), person(2, field="")])
    arguments = ["--workspace", str(workspace.root), "frame", "import", str(path)]
    said = CliRunner().invoke(sipas, arguments).output
    assert "[unknown_unit]: 2" in said and "again with --unit and" in said
    said = CliRunner().invoke(sipas, [*arguments, "--unit", "TT"]).output
    assert "--unit" not in said and "[unknown_field]: 1" in said and "again with --field and" in said


def test_no_person_reaches_the_survey_database(workspace: Workspace, tmp_path: Path) -> None:
    import_lists(workspace, [xlsx(tmp_path / "a.xlsx", [HEADER, *(person(n) for n in range(60))])], unit="TT")
    draw_sample(workspace, 1)
    connection = sqlite3.connect(workspace.database)
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert "TT-TP-0001" in dump
    assert not any(words in dump for words in ("Trần", "tran thi", "Thượng", "09123"))


# a NUL makes the file no text at all: it is refused whole, with a sentence
WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
CELLS = st.one_of(st.none(), WRITTEN, st.integers(0, 10**10), st.sampled_from(person(1)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.one_of(st.lists(CELLS, max_size=8), st.integers(0, 5).map(person)), max_size=12))
def test_rows_in_are_rows_out_whatever_they_hold(workspace: Workspace, rows: list[list[Any]]) -> None:
    path = workspace.root / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    with path.open(encoding="utf-8", newline="") as stream:
        filled = [n for n, row in enumerate(csv.reader(stream), start=1) if any(tidy(cell) for cell in row)]
    report = import_lists(workspace, [path], unit="TT")
    assert report.failures == ()
    total, accepted, merged, refused = totals(report)
    assert total == accepted + merged + refused == len(outcomes(workspace))
    below = {row for _, _, row in outcomes(workspace)}
    assert below <= set(filled) and len(filled) - len(below) in (1, 2)  # the header, or the header twice


def test_titles_with_commas_hide_no_semicolon(workspace: Workspace, tmp_path: Path) -> None:
    title = [["UBND PHƯỜNG, QUẬN, THÀNH PHỐ"], ["Danh sách, quý I, quý II"], ["Ngày in, giờ in"]]
    rows = [*title, HEADER, person(1, address="Số 1, ngõ 2, tổ 3, khu 4, phố Lúa, Thượng Thanh, Long Biên")]
    report = import_lists(workspace, [text_csv(tmp_path / "a.csv", rows, ";")], unit="TT")
    assert totals(report) == (1, 1, 0, 0)
