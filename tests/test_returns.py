"""What goes back to a unit and comes again: its own rows, what became of them, and only what changed changes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from list_corpus import HEADER, person, tcvn3, text, xlsx

from sipas_forms.errors import PeopleError, StoreError
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.sample import draw_sample, import_lists, load_mapping, return_lists
from sipas_forms.store.people import open_people

ROWS = [person(1), person(2, phone=""), person(3), person(3, name="Phạm Thúy Ngạn", phone="0987654321"), person(1)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = create_workspace(tmp_path / "w")
    source = tmp_path / "danh sách.xlsx"
    source.write_bytes(xlsx([["DANH SÁCH"], [], HEADER, *ROWS], merge=("A1:G1",)))
    assert import_lists(workspace, [source], unit="TT").failures == ()
    return workspace


def sheet_of(path: Path) -> tuple[openpyxl.Workbook, list[list[object]]]:
    book = openpyxl.load_workbook(path)
    return book, [list(row) for row in book.active.iter_rows(values_only=True)]


def test_every_row_goes_back_in_its_place_with_a_verdict(workspace: Workspace) -> None:
    (path,) = return_lists(workspace)
    book, rows = sheet_of(path)
    assert book.active.row_dimensions[7].height == 48  # points: its sentence takes three lines
    assert rows[0][0] == "DANH SÁCH" and rows[2][:7] == HEADER
    assert [row[:7] for row in rows[3:]] == [[cell or None for cell in row] for row in ROWS]
    assert [row[7] for row in rows[3:]] == ["Đạt", "Không đạt", "Đạt", "Đề nghị kiểm tra", "Trùng"]
    assert rows[4][8] == "Thiếu số điện thoại." and "dòng 6" in str(rows[6][8]) and "dòng 4" in str(rows[7][8])


def test_a_mended_list_changes_only_what_changed_whatever_its_name(workspace: Workspace, tmp_path: Path) -> None:
    (path,) = return_lists(workspace)
    book, _ = sheet_of(path)
    book.active["D5"] = "0912345099"
    book.active["J7"] = "Đúng"
    mended = tmp_path / "gửi lại lần 2.xlsx"
    book.save(mended)
    before = people_of(workspace)
    file = import_lists(workspace, [mended]).files[0]
    assert (file.file, file.changed, file.gone) == ("danh sách.xlsx", 2, 2)
    assert (file.rows, file.accepted, file.merged, file.refused, file.check) == (5, 4, 1, 0, 0)
    after = people_of(workspace)
    assert [row for row in before if row in after] == [before[0], before[2], before[4]]
    assert import_lists(workspace, [mended]).files[0].unchanged


def people_of(workspace: Workspace) -> list[tuple[str, ...]]:
    people = open_people(workspace.people_database)
    try:
        return [(str(row.row), row.name, row.phone, row.outcome) for row in people.rows()]
    finally:
        people.close()


@pytest.mark.parametrize("kind", ["tcvn3", "csv"])
def test_a_returned_list_that_nobody_touched_changes_nothing(tmp_path: Path, kind: str) -> None:
    workspace = create_workspace(tmp_path / "w")
    rows = [HEADER, *ROWS, ["Tổng cộng: 5"]]
    source = tmp_path / f"a.{'csv' if kind == 'csv' else 'xlsx'}"
    written = [[tcvn3(cell) for cell in row] for row in rows]
    source.write_bytes(text(rows) if kind == "csv" else xlsx(written))
    import_lists(workspace, [source], unit="TT", field="TP")
    (path,) = return_lists(workspace)
    report = import_lists(workspace, [path])
    assert report.failures == () and report.files[0].unchanged


@pytest.mark.parametrize(
    "name", ["column-numbers-under-header.xlsx", "headings-between-rows.xlsx", "tcvn3-and-unicode-unclear.xlsx"]
)
def test_what_stands_beside_a_row_does_not_change_how_it_is_read(tmp_path: Path, name: str) -> None:
    workspace = create_workspace(tmp_path / "w")
    import_lists(workspace, [Path(__file__).parent / "lists" / name], unit="TT")
    (path,) = return_lists(workspace)
    assert import_lists(workspace, [path]).files[0].unchanged


def test_a_remark_below_the_list_is_no_row(workspace: Workspace, tmp_path: Path) -> None:
    (path,) = return_lists(workspace)
    book, _ = sheet_of(path)
    book.active["J20"] = "đã sửa"
    book.save(tmp_path / "mended.xlsx")
    assert import_lists(workspace, [tmp_path / "mended.xlsx"]).files[0].unchanged


def test_a_list_that_needed_a_mapping_is_mended_with_it_alone(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    (tmp_path / "mapping.yaml").write_text("dates: month_first\n", encoding="utf-8")
    mapping = load_mapping(tmp_path / "mapping.yaml")
    source = Path(__file__).parent / "lists" / "mapping-month-first.xlsx"
    import_lists(workspace, [source], unit="TT", mapping=mapping)
    (path,) = return_lists(workspace)
    assert "--mapping" in import_lists(workspace, [path]).failures[0].sentence
    assert import_lists(workspace, [path], mapping=mapping).files[0].unchanged


def test_a_row_to_check_is_not_drawn(workspace: Workspace) -> None:
    cell = next(cell for cell in draw_sample(workspace, 1) if (cell.unit, cell.field) == ("TT", "TP"))
    assert (cell.listed, cell.eligible) == (5, 2)


def test_nobody_reads_people_without_the_key_or_the_passphrase(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = workspace.people_database.read_bytes()
    assert b"0912345001" not in sealed and "Trần".encode() not in sealed
    people = open_people(workspace.people_database)
    people.protect("bốn từ không ai đoán")
    people.close()
    assert not workspace.people_database.with_suffix(".key").exists()
    with pytest.raises(PeopleError, match="SIPAS_PASSPHRASE"):
        open_people(workspace.people_database)
    with pytest.raises(PeopleError, match="wrong"):
        open_people(workspace.people_database, passphrase="một câu khác hẳn")
    monkeypatch.setenv("SIPAS_PASSPHRASE", "bốn từ không ai đoán")
    assert len(people_of(workspace)) == 5


def test_a_lost_key_is_said(workspace: Workspace) -> None:
    workspace.people_database.with_suffix(".key").unlink()
    with pytest.raises(PeopleError, match="is missing"):
        open_people(workspace.people_database)


def test_every_look_is_noted(workspace: Workspace) -> None:
    draw_sample(workspace, 1)
    people = open_people(workspace.people_database, "a test")
    people.rows(file="danh sách.xlsx")
    noted = [(look.purpose, look.of, look.people) for look in people.looks()]
    people.close()
    assert noted[-1] == ("a test", "danh sách.xlsx", 5)
    assert ("sample draw", "TT-TP", 2) in noted


def test_an_older_database_is_not_taken_for_this_one(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "people.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (key VARCHAR(64) PRIMARY KEY, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('schema_version', '1')")
    connection.close()
    with pytest.raises(StoreError, match="earlier version"):
        open_people(path)
