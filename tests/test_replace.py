"""Replacement: reasons and what they count as, never twice, never across cells, the reserve in its order."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_draw import make_workspace, state

from sipas_forms.cli import sipas
from sipas_forms.errors import SampleError
from sipas_forms.plan import Workspace
from sipas_forms.sample import draw_sample, replace_respondent, restore_respondent, verify_record
from sipas_forms.sample.dispositions import DISPOSITIONS, read_reason
from sipas_forms.store import open_store
from sipas_forms.store.field_log import Fact, add_facts, history, replaced
from sipas_forms.store.strata import read_strata


@pytest.mark.parametrize(
    ("words", "code", "aapor"),
    [("từ chối", "refused", "2.112"), ("đã chuyển đi", "moved", "2.26"), ("moved away", "moved", "2.26"),
     ("không liên lạc được", "unreachable", "2.20"), ("vắng mặt", "unreachable", "2.20"), ("mất", "died", "2.31"),
     ("đã mất liên lạc", "unreachable", "2.20"), ("đã mất phiếu", "other", "2.36"), ("ốm nặng", "unable", "2.32"),
     ("không giao dịch", "not_eligible", "4.10"), ("not_eligible", "not_eligible", "4.10"), ("?", "other", "2.36")],
)  # fmt: skip
def test_reasons_are_read_as_dispositions(words: str, code: str, aapor: str) -> None:
    found = read_reason(words)
    assert (found.code, found.aapor) == (code, aapor)


def test_every_code_is_read_as_itself() -> None:
    assert [read_reason(d.code).code for d in DISPOSITIONS] == [d.code for d in DISPOSITIONS]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = make_workspace(tmp_path / "w", {"TP": 9, "LDTBXH": 5})
    draw_sample(workspace, 7)
    return workspace


def test_the_reason_and_its_successor_are_kept_and_the_ineligible_leave_the_rate(workspace: Workspace) -> None:
    first, second, _ = [f.serial for f in state(workspace)[1] if f.field == "TP"]
    store = open_store(workspace.database)
    add_facts(store, [Fact(first, "attempt", n, f"2020-10-0{n}", "") for n in (1, 2, 3)])
    done = replace_respondent(workspace, first, "không liên lạc được")
    gone = replace_respondent(workspace, second, "not_eligible")
    why = replaced(store)
    assert (why[first].code, why[first].attempts, why[first].successor) == ("unreachable", 3, done.new_serial)
    assert (why[second].disposition, why[second].successor) == ("4.10", gone.new_serial)
    assert read_strata(store)["TT", "TP"].void == 1
    store.close()


def test_the_command_says_what_is_missing(workspace: Workspace) -> None:
    root = ["--workspace", str(workspace.root), "sample", "replace"]
    serials = [f.serial for f in state(workspace)[1] if f.field == "LDTBXH"]
    early = CliRunner().invoke(sipas, [*root, serials[0], "--reason", "unreachable"])
    assert "AAPOR 2.20" in early.stdout and "Only 0 of 3 tries are logged" in early.stderr
    unknown = CliRunner().invoke(sipas, [*root, serials[1], "--reason", "mưa"])
    assert "No known reason" in unknown.stderr and "Reserve left in the cell: 0" in unknown.stdout
    last = CliRunner().invoke(sipas, [*root, serials[2], "--reason", "died"])
    assert "nobody took its place" in last.stdout and "used up" in last.stderr


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = make_workspace(tmp_path_factory.mktemp("drawn") / "w", {"TP": 9, "LDTBXH": 9})
    draw_sample(workspace, 7)
    return workspace


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picks=st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_nobody_takes_two_places_nor_one_of_another_cell(drawn: Workspace, picks: list[int]) -> None:
    """Replacements go on over the examples, until both reserves are used up and beyond."""
    for pick in picks:
        issued = [form.serial for form in state(drawn)[1] if form.state == "issued"]
        if issued:
            replace_respondent(drawn, issued[pick % len(issued)], "moved")
    people, forms, _ = state(drawn)
    serials = [person.serial for person in people if person.serial]
    assert len(set(serials)) == len(serials) and set(serials) == {form.serial for form in forms}
    cell_of = {form.serial: (form.unit, form.field) for form in forms}
    for cell in {(person.unit, person.field) for person in people}:
        reserve = [p for p in people if (p.unit, p.field) == cell and p.list == "reserve"]
        taken = [p for p in reserve if p.serial]
        assert taken == reserve[: len(taken)]  # in drawn order
        assert [p.number for p in taken] == sorted(p.number or 0 for p in taken)
        assert all(cell_of[p.replaces or ""] == cell for p in taken)
        voids = [form for form in forms if (form.unit, form.field) == cell and form.state == "void"]
        assert len(taken) == min(len(voids), len(reserve))


def test_a_replacement_by_mistake_is_taken_back_and_what_was_said_stays(workspace: Workspace) -> None:
    root = ["--workspace", str(workspace.root), "sample"]
    first, second, _ = [f.serial for f in state(workspace)[1] if f.field == "TP"]
    store = open_store(workspace.database)
    add_facts(store, [Fact(first, "result", 0, "2020-10-05", "moved")])
    heir = replace_respondent(workspace, first, "moved").new_serial
    done = CliRunner().invoke(sipas, [*root, "restore", first, "--reason", "nhầm số phiếu"])
    assert done.exit_code == 0 and f"{first}: counts again; {heir} is void" in done.stdout
    states = {f.serial: f.state for f in state(workspace)[1]}
    assert (states[first], states[heir or ""]) == ("issued", "void")
    assert read_strata(store)["TT", "TP"].void == 0  # whoever stood in by mistake is in no rate
    again = CliRunner().invoke(sipas, [*root, "restore", first, "--reason", "x"])
    assert again.exit_code == 0 and "Nothing changed" in again.stdout
    reported = CliRunner().invoke(sipas, [*root, "replace", "--reported"])
    assert "no result" in reported.stdout  # the result that it was replaced for no longer counts, and is kept
    assert [fact.value for fact in history(store)[first, "result", 0]] == ["moved", ""]
    store.close()
    logged = CliRunner().invoke(sipas, [*root[:2], "field", "log", first, "--result", "died"])
    assert logged.exit_code == 0, logged.stderr  # nothing stands against a new result
    taken = replace_respondent(workspace, first, "died")  # the next of the reserve, not the same again
    assert taken.new_serial not in (None, heir) and taken.reserves_left == 0
    assert verify_record(workspace).fails == ()
    assert second in states


def test_what_can_not_be_taken_back_is_said(workspace: Workspace) -> None:
    first, second, _ = [f.serial for f in state(workspace)[1] if f.field == "TP"]
    with pytest.raises(SampleError, match="not void"):
        restore_respondent(workspace, first, "x")
    heir = replace_respondent(workspace, first, "moved").new_serial or ""
    with pytest.raises(SampleError, match="why"):
        restore_respondent(workspace, first, " ")
    replace_respondent(workspace, heir, "died")
    with pytest.raises(SampleError, match="void too"):
        restore_respondent(workspace, first, "x")
    restore_respondent(workspace, heir, "x")
    restore_respondent(workspace, first, "x")
    with pytest.raises(SampleError, match="taken back"):
        restore_respondent(workspace, heir, "x")
    third = replace_respondent(workspace, second, "moved")
    assert third.new_serial is None  # both of the reserve have stood in
    assert restore_respondent(workspace, second, "x").heir is None


def test_a_form_whose_successor_came_back_stays_void(workspace: Workspace) -> None:
    first = next(f.serial for f in state(workspace)[1] if f.field == "TP")
    heir = replace_respondent(workspace, first, "moved").new_serial or ""
    store = open_store(workspace.database)
    add_facts(store, [Fact(heir, "returned", 0, "2020-10-05", "")])
    store.close()
    with pytest.raises(SampleError, match="come back"):
        restore_respondent(workspace, first, "x")


def test_a_restoration_that_is_killed_is_finished_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(f.serial for f in state(workspace)[1] if f.field == "TP")
    heir = replace_respondent(workspace, first, "moved").new_serial

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sipas_forms.sample.restore.restore_form", killed)
        with pytest.raises(KeyboardInterrupt):
            restore_respondent(workspace, first, "x")
    assert restore_respondent(workspace, first, "x").heir == heir
    people = state(workspace)[0]
    assert [p.replaces for p in people if p.serial == heir] == [None]
