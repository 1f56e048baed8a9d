"""`sample draw` and `sample replace`: the same draw for everyone, each person once, equal chances."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sipas_forms.cli import sipas
from sipas_forms.errors import SampleError
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.plan.serial import split_serial
from sipas_forms.sample import (
    METHODS,
    choose,
    draw_sample,
    formula_size,
    import_lists,
    replace_respondent,
    verify_record,
)  # fmt: skip
from sipas_forms.store import open_store
from sipas_forms.store.frame import IssuedForm, Stratum, issued_forms, strata
from sipas_forms.store.people import People, Respondent, open_people

OFFICIAL, RESERVE = 3, 2


def make_workspace(root: Path, sizes: dict[str, int], backwards: bool = False) -> Workspace:
    """Thượng Thanh's cells with so many eligible people each, drawn 3 + 2; every file holds one cell."""
    workspace = create_workspace(root)
    plan = workspace.survey_file
    words = plan.read_text(encoding="utf-8").replace(
        "official: 30, reserve: 10", f"official: {OFFICIAL}, reserve: {RESERVE}"
    )
    plan.write_text(words, encoding="utf-8")
    workspace = Workspace(root)
    for field, size in sorted(sizes.items(), reverse=backwards):
        rows = [f"Trần Thị {letters(n)},{n} Thượng Thanh,09120{n:05d},05/03/2020" for n in range(size)]
        lines = ["Họ tên,Địa chỉ,Điện thoại,Ngày nộp", *(reversed(rows) if backwards else rows)]
        path = root / f"{field}.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        assert import_lists(workspace, [path], "TT", field).failures == ()
    return workspace


def letters(number: int) -> str:
    return "A" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


def state(workspace: Workspace) -> tuple[list[Respondent], list[IssuedForm], dict[tuple[str, str], Stratum]]:
    people, store = open_people(workspace.people_database), open_store(workspace.database)
    found = people.respondents(), issued_forms(store), strata(store)
    people.close()
    store.close()
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "w", {"TP": 20, "LDTBXH": 4})


def test_official_and_reserve_of_the_right_size_with_serials(workspace: Workspace) -> None:
    cells = {(c.unit, c.field): c for c in draw_sample(workspace, 7)}
    tp, short = cells["TT", "TP"], cells["TT", "LDTBXH"]
    assert (tp.eligible, tp.listed, tp.official, tp.reserve, tp.short) == (20, 20, 3, 2, False)
    assert (short.eligible, short.official, short.reserve, short.short) == (4, 3, 1, True)
    assert cells["LB", "HKD"].seed is None and cells["LB", "HKD"].short
    people, forms, drawn = state(workspace)
    assert set(drawn) == {("TT", "TP"), ("TT", "LDTBXH")}
    assert {(s.seed, s.method) for s in drawn.values()} == {("7", "simple-1")}
    assert {f.serial for f in forms} == {p.serial for p in people if p.list == "official"}
    assert [split_serial(f.serial) for f in forms if f.field == "TP"] == [("TT", "TP", n) for n in (1, 2, 3)]
    assert all(p.serial is None for p in people if p.list == "reserve")
    assert len({(p.field, p.person) for p in people}) == len(people) == 9


def test_anyone_can_draw_again_from_the_documented_algorithm(workspace: Workspace) -> None:
    draw_sample(workspace, "mùa thu 2020")
    drawn = [person.person for person in state(workspace)[0] if person.field == "TP"]
    everyone = sorted(f"tran thi {letters(n).lower()}|09120{n:05d}" for n in range(20))
    tickets = {hashlib.sha256(f"mùa thu 2020\nTT\nTP\n{n}".encode()).hexdigest(): p for n, p in enumerate(everyone, 1)}
    assert drawn == [tickets[ticket] for ticket in sorted(tickets)][:5]


def test_the_record_verifies_anywhere_and_has_no_name(workspace: Workspace, tmp_path: Path) -> None:
    draw_sample(workspace, "đọc tại cuộc họp 16/09")
    record = workspace.output / "sample" / "draw-record.json"
    text = record.read_text(encoding="utf-8")
    assert "tran thi" not in text.lower() and "09120" not in text and "Trần" not in text
    assert verify_record(workspace).fails == ()
    assert verify_record(None, record).fails == ()
    elsewhere = CliRunner().invoke(sipas, ["--workspace", str(tmp_path / "none"), "sample", "verify", str(record)])
    assert elsewhere.exit_code == 0 and "The draw of 2 cells holds" in elsewhere.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [(lambda cell: cell["official"].reverse(), "other numbers"), (lambda cell: cell.update(seed="8"), "other numbers"),
     (lambda cell: cell.pop("strata"), "not whole"), (lambda cell: cell.update(listed=1), "signature")],
)  # fmt: skip
def test_a_record_that_was_changed_fails(workspace: Workspace, tmp_path: Path, change: object, words: str) -> None:
    draw_sample(workspace, 7)
    record = json.loads((workspace.output / "sample" / "draw-record.json").read_text(encoding="utf-8"))
    change(record["cells"][1])  # type: ignore[operator]
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(record), encoding="utf-8")
    fails = verify_record(None, forged).fails
    assert any(words in sentence for sentence in fails) and any("signature" in sentence for sentence in fails)


def test_a_frame_or_people_changed_after_the_draw_are_noticed(workspace: Workspace) -> None:
    draw_sample(workspace, 7)
    connection = sqlite3.connect(workspace.people_database)
    connection.execute("DELETE FROM list_rows WHERE id IN (SELECT id FROM list_rows WHERE field = 'TP' LIMIT 1)")
    connection.commit()
    connection.close()
    assert any("TT-TP: the frame is not the one" in sentence for sentence in verify_record(workspace).fails)


@pytest.mark.parametrize(("method", "by"), [("systematic", "month"), ("stratified", "month"), ("stratified", "kind")])
def test_the_plan_chooses_the_method(tmp_path: Path, method: str, by: str) -> None:
    workspace = make_workspace(tmp_path / "w", {"TP": 20})
    plan = workspace.survey_file.read_text(encoding="utf-8")
    planned = f"official: {OFFICIAL}, reserve: {RESERVE}"
    workspace.survey_file.write_text(plan.replace(planned, f"{planned}, method: {method}, by: {by}"), encoding="utf-8")
    workspace = Workspace(workspace.root)
    draw_sample(workspace, 7)
    assert state(workspace)[2]["TT", "TP"].method == METHODS[method]  # type: ignore[index]
    assert verify_record(workspace).fails == ()


def test_sizes_by_the_formula(tmp_path: Path) -> None:
    assert [formula_size(n, 0.05) for n in (0, 1, 100, 1000, 10_000, 100_000)] == [0, 1, 80, 286, 385, 399]
    workspace = make_workspace(tmp_path / "w", {"TP": 60})
    shown = CliRunner().invoke(sipas, ["--workspace", str(workspace.root), "sample", "size", "--margin", "0.1"])
    assert "TT-TP: N = 60, n = 38 (e = 0.1); the plan asks 3 official, 2 reserve; frame " in shown.stdout
    plan = workspace.survey_file.read_text(encoding="utf-8")
    workspace.survey_file.write_text(plan.replace("reserve: 2 }", "reserve: 2, margin: 0.1 }"), encoding="utf-8")
    cell = next(c for c in draw_sample(Workspace(workspace.root), 7) if (c.unit, c.field) == ("TT", "TP"))
    assert (cell.official, cell.reserve, cell.short) == (38, 2, False)


def test_the_draw_does_not_depend_on_the_order_of_lists(tmp_path: Path) -> None:
    sizes = {"TP": 20, "LDTBXH": 9}
    found = []
    for backwards in (False, True):
        workspace = make_workspace(tmp_path / f"w{backwards}", sizes, backwards)
        draw_sample(workspace, 7)
        found.append(state(workspace)[:2])
    assert found[0] == found[1]


def test_a_second_draw_changes_nothing_and_another_seed_is_refused(workspace: Workspace) -> None:
    draw_sample(workspace, 7)
    before = state(workspace)
    assert not any(cell.new for cell in draw_sample(workspace, 7) + draw_sample(workspace))
    with pytest.raises(SampleError, match="seed 7"):
        draw_sample(workspace, 8)
    assert state(workspace) == before


def test_a_random_seed_is_stored_and_serves_cells_that_come_later(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "w", {"TP": 9})
    seed = next(c.seed for c in draw_sample(workspace) if c.seed)
    make_workspace(tmp_path / "w", {"LDTBXH": 9})
    late = {c.field: c for c in draw_sample(workspace) if c.unit == "TT"}
    assert (late["LDTBXH"].new, late["LDTBXH"].seed) == (True, seed)
    assert (late["TP"].new, late["TP"].seed) == (False, seed)


def test_random_seeds_differ(tmp_path: Path) -> None:
    seeds = {draw_sample(make_workspace(tmp_path / f"w{n}", {"TP": 1}))[2].seed for n in range(3)}
    assert len(seeds) == 3 and None not in seeds


def test_nobody_to_draw_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="frame import"):
        draw_sample(create_workspace(tmp_path / "w"))


@pytest.mark.parametrize("step", ["people", "survey", "rosters"])
def test_a_draw_that_is_killed_is_finished_by_the_next(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    whole = make_workspace(tmp_path / "whole", {"TP": 20, "LDTBXH": 4})
    draw_sample(whole, 7)

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "people":
            patch.setattr(People, "put_draws", killed)
        else:
            name = "write_draw" if step == "survey" else "write_rosters"
            patch.setattr(f"sipas_forms.sample.draw.{name}", killed)
        with pytest.raises(KeyboardInterrupt):
            draw_sample(workspace, 7)
    draw_sample(workspace, 7)
    assert _timeless(state(workspace)) == _timeless(state(whole))
    assert (workspace.output / "lists" / "sample-TT.xlsx").is_file()


def _timeless(found: tuple[list[Respondent], list[IssuedForm], dict[tuple[str, str], Stratum]]) -> object:
    people, forms, drawn = found
    return people, forms, [replace(stratum, drawn_at="") for _, stratum in sorted(drawn.items())]


def test_the_next_reserve_takes_the_place_with_a_new_serial(workspace: Workspace) -> None:
    draw_sample(workspace, 7)
    reserve = [p.person for p in state(workspace)[0] if p.field == "TP" and p.list == "reserve"]
    first, second, third = [f.serial for f in state(workspace)[1] if f.field == "TP"]
    done = replace_respondent(workspace, f" {second.lower()} ", "chuyển đi")
    assert done.new_serial and split_serial(done.new_serial) == ("TT", "TP", 4) and done.reserves_left == 1
    again = replace_respondent(workspace, done.new_serial, "từ chối")
    people, forms, _ = state(workspace)
    heirs = {p.serial: (p.person, p.replaces) for p in people if p.replaces}
    assert heirs == {done.new_serial: (reserve[0], second), again.new_serial: (reserve[1], done.new_serial)}
    found = {f.serial: (f.list, f.state, f.reason) for f in forms if f.field == "TP"}
    assert found == {
        first: ("official", "issued", ""),
        second: ("official", "void", "chuyển đi"),
        third: ("official", "issued", ""),
        done.new_serial: ("reserve", "void", "từ chối"),
        again.new_serial: ("reserve", "issued", ""),
    }
    last = replace_respondent(workspace, third, "mất")
    assert (last.new_serial, last.reserves_left) == (None, 0)
    assert {f.serial: f.state for f in state(workspace)[1]}[third] == "void"


def test_replacing_twice_says_so_and_changes_nothing(workspace: Workspace) -> None:
    draw_sample(workspace, 7)
    serial = state(workspace)[1][0].serial
    first = replace_respondent(workspace, serial, "chuyển đi")
    before = state(workspace)
    again = replace_respondent(workspace, serial, "khác")
    assert again == replace(first, already=True) and state(workspace) == before


def test_a_replacement_that_is_killed_is_finished_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_sample(workspace, 7)
    serial = next(f.serial for f in state(workspace)[1] if f.field == "TP")

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sipas_forms.sample.replace.void_form", killed)
        with pytest.raises(KeyboardInterrupt):
            replace_respondent(workspace, serial, "chuyển đi")
    done = replace_respondent(workspace, serial, "chuyển đi")
    assert (done.already, done.reserves_left) == (False, 1)
    assert Counter(f.state for f in state(workspace)[1] if f.field == "TP") == {"issued": 3, "void": 1}


@pytest.mark.parametrize(
    ("serial", "words"),
    [("TT-TP-0001-0", "mistyped"), ("nonsense", "mistyped"), ("TT-TP-0099-K", "no form"), ("", "mistyped")],
)
def test_what_can_not_be_replaced_is_said(workspace: Workspace, serial: str, words: str) -> None:
    from sipas_forms.plan.serial import make_serial

    draw_sample(workspace, 7)
    serial = make_serial("TT", "TP", 99) if words == "no form" else serial
    with pytest.raises(SampleError, match=words):
        replace_respondent(workspace, serial, "x")
    with pytest.raises(SampleError, match="reason"):
        replace_respondent(workspace, state(workspace)[1][0].serial, "  ")


def test_lists_for_the_wards_show_serials_and_replacements(workspace: Workspace) -> None:
    draw_sample(workspace, 7)
    serial = next(f.serial for f in state(workspace)[1] if f.field == "TP")
    done = replace_respondent(workspace, serial, "chuyển đi")
    book = openpyxl.load_workbook(workspace.output / "lists" / "sample-TT.xlsx")
    texts = {sheet.title: [[c or "" for c in row] for row in sheet.iter_rows(values_only=True)] for sheet in book}
    official, reserve = texts["Chính thức"], texts["Dự phòng"]
    assert official[3][0] == "DANH SÁCH CHÍNH THỨC" and reserve[3][0] == "DANH SÁCH DỰ PHÒNG"
    people = {p.serial: p for p in state(workspace)[0]}
    struck = next(row for row in official if row[1] == serial)
    assert struck[2:5] == [people[serial].name, people[serial].address, people[serial].phone]
    assert "chuyển đi" in struck[5] and str(done.new_serial) in struck[5]
    assert next(row for row in reserve if row[1] == done.new_serial)[5] == f"Thay phiếu {serial}"
    assert sum(1 for row in official if split_serial(str(row[1]))) == 6


def test_the_commands_say_what_was_drawn_without_names(workspace: Workspace) -> None:
    root = ["--workspace", str(workspace.root)]
    drawn = CliRunner().invoke(sipas, [*root, "sample", "draw", "--seed", "7"])
    assert drawn.exit_code == 0 and "Seed 7" in drawn.stdout and "3 official, 2 reserve" in drawn.stdout
    assert "TT-LDTBXH: only 4 eligible" in drawn.stderr and "LB-HKD: no eligible person" in drawn.stderr
    serial = state(workspace)[1][0].serial
    outputs = [CliRunner().invoke(sipas, [*root, "sample", "replace", serial, "--reason", "x"]) for _ in range(2)]
    assert "took its place" in outputs[0].stdout and "void already" in outputs[1].stdout
    assert "Trần" not in drawn.output + outputs[0].output + outputs[1].output


def test_the_link_to_people_gone_is_said(workspace: Workspace) -> None:
    draw_sample(workspace, 7)
    serial = state(workspace)[1][0].serial
    connection = sqlite3.connect(workspace.people_database)
    connection.execute("DELETE FROM respondents")
    connection.commit()
    connection.close()
    with pytest.raises(SampleError, match=r"people\.db"):
        replace_respondent(workspace, serial, "x")


SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=5)


@settings(max_examples=60)
@given(strata_sizes=SIZES, seed=st.text(max_size=10), method=st.sampled_from(sorted(METHODS.values())), data=st.data())
def test_nobody_is_drawn_twice_and_every_stratum_gets_its_share(
    strata_sizes: list[int], seed: str, method: str, data: st.DataObject
) -> None:
    people = sum(strata_sizes)
    official = data.draw(st.integers(0, people))
    reserve = data.draw(st.integers(0, people - official))
    chosen = choose(method, seed, ("TT", "TP"), strata_sizes, official, reserve)
    drawn = [*chosen.official, *chosen.reserve]
    assert (len(chosen.official), len(chosen.reserve)) == (official, reserve)
    assert len(set(drawn)) == len(drawn) and set(drawn) <= set(range(1, people + 1))
    if method == "stratified-1":
        first = 1
        for size in strata_sizes:
            share = official * size / people
            got = sum(first <= number < first + size for number in chosen.official)
            assert math.floor(share) <= got <= math.ceil(share)
            first += size


DRAWS = 20_000
# 3 sigma of one person; with 10 people by 2 lists by 3 methods a fixed seed keeps what chance gave once.
SIGMAS = 3


@pytest.mark.parametrize("method", sorted(METHODS.values()))
def test_everybody_has_the_same_chance(method: str) -> None:
    """Official 3, reserve 2 of 10 in strata of 5, 3 and 2: 20,000 seeds, each person within 3 sigma."""
    official, reserve = np.zeros(10), np.zeros(10)
    for seed in range(DRAWS):
        chosen = choose(method, str(seed), ("TT", "TP"), [5, 3, 2], 3, 2)
        official[np.array(chosen.official) - 1] += 1
        reserve[np.array(chosen.reserve) - 1] += 1
    for counts, chance in ((official, 0.3), (reserve, 0.2)):
        sigma = math.sqrt(DRAWS * chance * (1 - chance))
        assert np.abs(counts - DRAWS * chance).max() < SIGMAS * sigma


def test_every_pair_has_the_same_chance_in_a_simple_draw() -> None:
    """Each of 28 pairs in 3/28 of the samples of 3 of 8, within 4 sigma."""
    pairs: Counter[tuple[int, int]] = Counter()
    for seed in range(DRAWS):
        pairs.update(combinations(sorted(choose("simple-1", str(seed), ("TT", "TP"), [8], 3, 0).official), 2))
    sigma = math.sqrt(DRAWS * 3 / 28 * 25 / 28)
    assert len(pairs) == 28 and all(abs(count - DRAWS * 3 / 28) < 4 * sigma for count in pairs.values())


def test_cells_are_drawn_independently_of_each_other() -> None:
    """The same people in two cells: in both samples as often as chance says, within 4 sigma."""
    draws = 2_000
    both = 0
    for seed in map(str, range(draws)):
        samples = [set(choose("simple-1", seed, ("TT", field), [8], 3, 0).official) for field in ("TP", "LDTBXH")]
        both += len(samples[0] & samples[1])
    mean = 3 * 3 / 8
    variance = 3 * (3 / 8) * (5 / 8) * (5 / 7)  # hypergeometric: 3 of 8, 3 marked
    assert abs(both - draws * mean) < 4 * math.sqrt(draws * variance)
