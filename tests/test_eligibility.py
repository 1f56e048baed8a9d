"""What a row says, and whether its person may be asked."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipas_forms.plan import Survey, load_survey
from sipas_forms.sample.cells import match_field, match_unit
from sipas_forms.sample.eligibility import LABELS, Reason, Record, judge, lives_inside
from sipas_forms.sample.values import read_channel, read_date, read_phone
from sipas_forms.sample.words import fold, person_key, proper_name

TEMPLATES = Path(__file__).parents[1] / "templates"
GOOD = Record("Trần Thị Hồng", "", "Tổ 5, phường Thượng Thanh", "0912 345 678", "05/03/2020", "Trực tiếp", True)


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(TEMPLATES / "long-bien-2020.yaml")


def reasons(survey: Survey, **changes: object) -> list[str]:
    record = dataclasses.replace(GOOD, **changes)  # type: ignore[arg-type]
    return [fault.reason.value for fault in judge(survey, survey.unit("TT"), record).faults]


@pytest.mark.parametrize(
    "written",
    ["05/03/2020", "5/3/2020", "5-3-20", "05.03.2020", "2020-03-05",
     "2020/3/5", 43895, "43895", 43895.4, 20200305,
     datetime(2020, 3, 5, 8, 30), date(2020, 3, 5), "05/03/2020 08:30", "8:30 05/03/2020",
     "2020-03-05T08:30:00",
     "ngày 5 tháng 3 năm 2020", " 5 / 3 / 2020 ", "'05/03/2020"],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_form(written: object) -> None:
    assert read_date(written) == date(2020, 3, 5)  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["31/02/2020", "03/25/2020", "tháng 3", "2020", 7, None, "", "1/2", "00/00/2020"])
def test_a_day_that_can_be_read_in_no_way_is_not_guessed(written: object) -> None:
    assert read_date(written) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "number"),
    [("0912345678", "0912345678"), ("0912.345.678", "0912345678"), ("091 234 5678", "0912345678"),
     ("+84 912 345 678", "0912345678"), ("(+84)0912345678", "0912345678"), ("84912345678", "0912345678"),
     (912345678, "0912345678"), (912345678.0, "0912345678"), ("912345678", "0912345678"),
     ("912345678.0", "0912345678"),
     ("024 3827 1234", "02438271234"), (2438271234, "02438271234"), ("01681234567", "0381234567"),
     ("0912345678 / 0987654321", "0912345678"), ("123; 0987654321", "0987654321"),
     ("ĐT: 0912345678", "0912345678"),
     ("0841234567", "0841234567"), (841234567, "0841234567")],
)  # fmt: skip
def test_a_phone_is_read_as_typed(written: object, number: str) -> None:
    assert read_phone(written) == number  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["", None, "không có", "0123", "091234567", "09123456789", "113", "0000000000"])
def test_what_can_be_no_phone_is_none(written: object) -> None:
    assert read_phone(written) is None  # type: ignore[arg-type]


@given(
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
    st.lists(st.sampled_from(". -()"), min_size=10, max_size=10),
)
def test_signs_between_digits_change_no_phone(number: str, signs: list[str]) -> None:
    assert read_phone("".join(a + b for a, b in zip(number, signs, strict=True))) == number


@given(st.text())
def test_no_text_breaks_reading(text: str) -> None:
    read_date(text), read_phone(text), read_channel(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("words", "channel"),
    [("Trực tiếp", "in_person"), ("TRUC TIEP", "in_person"), ("Tại bộ phận một cửa", "in_person"),
     ("Online", "remote"),
     ("Trực tuyến mức độ 4", "remote"), ("Bưu chính công ích", "remote"), ("", None), ("khác", None)],
)  # fmt: skip
def test_the_way_of_dealing(words: str, channel: str | None) -> None:
    assert read_channel(words) == channel


def test_a_complete_record_inside_is_a_candidate(survey: Survey) -> None:
    judged = judge(survey, survey.unit("TT"), GOOD)
    assert judged.faults == ()
    assert (judged.key, judged.phone, judged.day) == (
        "tran thi hong|0912345678",
        "0912345678",
        date(2020, 3, 5),
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"name": ""}, "no_name"), ({"name": "Hồng"}, "bad_name"), ({"name": "Hồng 2"}, "bad_name"),
     ({"date": None}, "no_date"), ({"date": "31/02/2020"}, "bad_date"),
     ({"date": "31/12/2019"}, "outside_window"),
     ({"date": "01/08/2020"}, "outside_window"), ({"channel": "Trực tuyến"}, "not_in_person"),
     ({"channel": ""}, "unknown_channel"), ({"address": ""}, "no_address"),
     ({"address": "Tổ 5, phường Việt Hưng"}, "outside_residence"), ({"phone": ""}, "no_phone"),
     ({"phone": "0912"}, "bad_phone")],
)  # fmt: skip
def test_each_fault_has_its_reason(survey: Survey, changes: dict[str, object], reason: str) -> None:
    assert reasons(survey, **changes) == [reason]


@pytest.mark.parametrize("day", ["01/01/2020", "31/07/2020"])
def test_the_first_and_the_last_day_of_the_window_count(survey: Survey, day: str) -> None:
    assert reasons(survey, date=day) == []


def test_every_fault_of_a_row_is_told_with_a_sentence(survey: Survey) -> None:
    record = dataclasses.replace(GOOD, name="", date="1/1/2021", phone="12")
    faults = judge(survey, survey.unit("TT"), record).faults
    assert [fault.reason.value for fault in faults] == ["no_name", "outside_window", "bad_phone"]
    assert "01/01/2021" in faults[1].sentence() and "31/07/2020" in faults[1].sentence()
    assert set(LABELS) == set(Reason)


def test_a_list_without_a_column_for_it_is_taken_as_in_person(survey: Survey) -> None:
    assert reasons(survey, channel="", has_channel=False) == []


@pytest.mark.parametrize(
    ("address", "inside"),
    [("P. THƯỢNG THANH, Long Biên", True), ("to 3 thuong thanh", True), ("Tổ 3, phường Thượng Thanh", True),
     (unicodedata.normalize("NFD", "Tổ 3, Thượng Thanh"), True), ("Tổ 3", False), ("Thượng Thanhh", False),
     ("Số 5 đường Thượng Thanh, phường Đức Giang", False),
     ("phường Đức Giang (nay là phường Thượng Thanh)", True)],
)  # fmt: skip
def test_residence_ignores_accents_and_case_but_not_the_ward(survey: Survey, address: str, inside: bool) -> None:
    assert lives_inside(survey.unit("TT"), address) is inside


@pytest.mark.parametrize(
    "name",
    ["TRẦN THỊ HỒNG", "Tran Thi Hong", "Bà Trần Thị Hồng", unicodedata.normalize("NFD", "Trần  Thị Hồng")],
)
def test_one_person_spelt_many_ways_has_one_key(name: str) -> None:
    assert person_key(name, "0912345678") == "tran thi hong|0912345678"


def test_names_in_capitals_are_made_readable() -> None:
    assert proper_name("ĐỖ THỊ ÁNH") == "Đỗ Thị Ánh"
    assert proper_name("CÔNG TY TNHH ABC") == "CÔNG TY TNHH ABC"


@pytest.mark.parametrize(
    ("words", "unit"),
    [("TT", "TT"), ("ubnd phuong thuong thanh", "TT"), ("P. Thượng Thanh", "TT"), ("Thượng Thanh", "TT"),
     ("Quận Long Biên", "LB"), ("UBND phường Bồ Đề", None), ("", None)],
)  # fmt: skip
def test_units_go_by_code_or_name(survey: Survey, words: str, unit: str | None) -> None:
    found = match_unit(survey, words)
    assert (found.code if found else None) == unit


@pytest.mark.parametrize(
    ("words", "field"),
    [("TP", "TP"), ("tư pháp", "TP"), ("Tư pháp - Hộ tịch", "TP"), ("LĐ-TB&XH", "LDTBXH"),
     ("LĐTB&XH", "LDTBXH"),
     ("LDTBXH", "LDTBXH"), ("LĐTBXH", "LDTBXH"), ("Lao động - Thương binh & Xã hội", "LDTBXH"),
     ("Địa chính", None)],
)  # fmt: skip
def test_fields_go_by_code_or_name(survey: Survey, words: str, field: str | None) -> None:
    found = match_field(survey.unit("TT"), words)
    assert (found.code if found else None) == field
