"""Lists with the parts of an address in columns of their own. Made-up people only."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from list_corpus import each, tcvn3, tcvn3_capitals, vni
from test_lists import xlsx

from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.sample import import_lists
from sipas_forms.store.people import ListRow, open_people

HAMLETS = ("Ấp", "Thôn", "Xóm", "Khu phố", "Khóm", "Bản", "Buôn", "Làng", "Phum", "Sóc", "Tiểu khu", "Khối",
           "Khối phố", "Tổ dân phố", "Khu", "Tổ", "Phum/Sóc", "Thôn, xóm", "Tên thôn", "Ấp (khóm)",
           "Địa chỉ: Ấp")  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def imported(
    workspace: Workspace, header: list[str], *rows: tuple[str, ...], typed: Callable[[Any], Any] = str
) -> list[ListRow]:
    """Rows that say only where people live; they are all of one name."""
    lines = [["Họ và tên", *header, "Điện thoại", "Ngày nộp", "Lĩnh vực"]]
    lines += [["Nguyễn Văn An", *row, f"09123456{n:02d}", "05/03/2020", "Tư pháp"] for n, row in enumerate(rows)]
    report = import_lists(workspace, [xlsx(workspace.root / "a.xlsx", each(lines, typed))], unit="TT")
    assert not report.failures and not report.files[0].sheets[0].unused
    store = open_people(workspace.people_database)
    try:
        return store.rows(file="a.xlsx")
    finally:
        store.close()


def bare(words: str) -> str:
    """Typed without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", words.replace("Đ", "D")) if sign.isascii())


@pytest.mark.parametrize("heading", HAMLETS)
@pytest.mark.parametrize("written", [str, str.upper, bare], ids=["usual", "capitals", "bare"])
def test_people_of_two_hamlets_are_two(workspace: Workspace, heading: str, written: Callable[[str], str]) -> None:
    header = ["Số nhà", written(heading), "Xã"]
    rows = imported(workspace, header, ("5", "1", "Thượng Thanh"), ("5", "3", "Thượng Thanh"))
    assert [row.outcome for row in rows] == ["accepted", "accepted"]
    first = rows[0].address.split(", ")
    assert first[0] == "5" and first[2] == "Thượng Thanh" and first[1].endswith(" 1")


def test_parts_are_written_from_the_house_to_the_district(workspace: Workspace) -> None:
    header = ["Huyện", "Xã/Phường/Thị trấn", "Thôn, ấp", "Xóm", "Đường", "Số nhà"]
    row = imported(workspace, header, ("Gia Lâm", "xã Thượng Thanh", "Thôn Đông", "Chùa", "Láng", "5"))[0]
    assert row.address == "5, Láng, Xóm Chùa, Thôn Đông, xã Thượng Thanh, Gia Lâm"


def test_a_header_over_two_rows_has_its_parts_under_the_address(workspace: Workspace, tmp_path: Path) -> None:
    top = ["Họ và tên", "Địa chỉ", None, None, "Điện thoại", "Ngày nộp", "Lĩnh vực"]
    below = [None, "Số nhà", "Ấp", "Xã", None, None, None]
    person = ["Nguyễn Văn An", "5", "Ấp 1", "Thượng Thanh", "0912345678", "05/03/2020", "TP"]
    import_lists(workspace, [xlsx(tmp_path / "b.xlsx", [top, below, person])], unit="TT")
    store = open_people(workspace.people_database)
    assert [row.address for row in store.rows(file="b.xlsx")] == ["5, Ấp 1, Thượng Thanh"]
    store.close()


def test_a_hamlet_that_the_address_says_already_is_said_once(workspace: Workspace) -> None:
    rows = imported(workspace, ["Địa chỉ", "Ấp"], ("5 ấp 1, Thượng Thanh", "1"), ("Số 7, Thượng Thanh", "10"))
    assert [row.address for row in rows] == ["5 ấp 1, Thượng Thanh", "Số 7, Thượng Thanh, Ấp 10"]


@pytest.mark.parametrize("typed", [tcvn3, tcvn3_capitals, vni])
def test_headings_of_old_fonts_are_known(workspace: Workspace, typed: Callable[[Any], Any]) -> None:
    hamlets = ("Ấp 1", "Ấp 3")
    header = ["Số nhà", "Ấp", "Xã"]
    rows = imported(workspace, header, *(("5", hamlet, "Thượng Thanh") for hamlet in hamlets), typed=typed)
    assert [row.address.title() for row in rows] == [f"5, {hamlet}, Thượng Thanh" for hamlet in hamlets]
    assert [row.outcome for row in rows] == ["accepted", "accepted"]


def test_namesakes_of_one_quarter_are_no_household(workspace: Workspace) -> None:
    rows = imported(workspace, ["Tổ", "Ấp", "Xã"], *[("5", "3", "Thượng Thanh")] * 2)
    assert [row.outcome for row in rows] == ["accepted", "check"]


def test_what_only_looks_like_a_part_is_left_out(workspace: Workspace, tmp_path: Path) -> None:
    header = ["Họ và tên", "Địa chỉ", "Tờ", "Phó", "Điện thoại", "Ngày nộp"]
    row = ["Nguyễn Văn An", "5 Thượng Thanh", "12", "x", "0912345678", "05/03/2020"]
    report = import_lists(workspace, [xlsx(tmp_path / "c.xlsx", [header, row])], unit="TT")
    assert report.files[0].sheets[0].unused == ("'Tờ' (C)", "'Phó' (D)")
