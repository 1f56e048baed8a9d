"""`sipas close`: nobody can tell whose form is whose any more, a signed record says so, and the answers stay."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from paper import done, sipas

from sipas_forms.errors import SampleError
from sipas_forms.field import close_survey, verify_closing
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import make_serial
from sipas_forms.store.people import open_people

PASSPHRASE = "bốn từ không ai đoán"


@pytest.fixture
def survey(survey_printed: Workspace, tmp_path: Path) -> Workspace:
    """The survey without its printed forms, with papers that hold names."""
    root = tmp_path / "w"
    shutil.copytree(survey_printed.root, root, ignore=shutil.ignore_patterns("*.pdf", "*.png"))
    workspace = Workspace(root)
    done("field", "export", "--unit", "TT", at=root)
    return workspace


def test_closing_is_confirmed_by_the_surveys_code(survey: Workspace) -> None:
    for words in ((), ("--confirm", "yes")):
        run = sipas("close", *words, at=survey.root)
        assert run.code == 6 and "--confirm TEST20" in run.err
    assert survey.people_database.with_suffix(".key").exists() and (survey.output / "field").exists()


def test_the_link_is_gone_and_the_record_says_so(survey: Workspace) -> None:
    key = survey.people_database.with_suffix(".key").read_bytes()
    sealed = survey.people_database.read_bytes()
    said = done("close", "--confirm", "test20", at=survey.root)
    assert "Closed: 15 people" in said.out and "lists/" in said.err
    assert not survey.people_database.with_suffix(".key").exists()
    left = b"".join(path.read_bytes() for path in survey.root.glob("people.db*"))
    assert len(left) < len(sealed) and key.strip() not in left
    assert not any(sealed[at : at + 64] in left for at in range(len(sealed) // 2, len(sealed) - 64, 4096) if sealed[at])
    assert not (survey.output / "lists").exists() and not (survey.output / "field").exists()
    record = survey.output / "closing" / "closing-record.json"
    stated = json.loads(record.read_text(encoding="utf-8"))
    assert (stated["destroyed"]["respondents"], stated["destroyed"]["links"]) == (15, 9)
    assert any(purpose == "field export" for _, purpose, _ in stated["looks"])
    assert verify_closing(record) in said.out and record.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    again = done("close", "--confirm", "TEST20", at=survey.root)
    assert "Closed before: 15 people" in again.out


def test_what_needs_people_says_that_it_is_closed_and_the_rest_goes_on(survey: Workspace) -> None:
    done("close", "--confirm", "TEST20", at=survey.root)
    serial = make_serial("TT", "TP", 1)
    for words in (("sample", "replace", serial, "--reason", "moved"), ("field", "lists"), ("people", "looks")):
        run = sipas(*words, at=survey.root)
        assert run.code == 12 and "closed on" in run.err
    assert "TT" in done("status", at=survey.root).out
    assert "holds" in done("sample", "verify", at=survey.root).out


def test_a_changed_record_does_not_hold(survey: Workspace, tmp_path: Path) -> None:
    closed = close_survey(survey, "TEST20")
    stated = json.loads(closed.record.read_text(encoding="utf-8"))
    stated["destroyed"]["respondents"] = 16
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(stated), encoding="utf-8")
    run = sipas("close", "--verify", forged, at=survey.root)
    assert run.code == 6 and "does not hold" in run.err
    for content in ("[]", "no json", '{"statement": "another"}'):
        forged.write_text(content, encoding="utf-8")
        with pytest.raises(SampleError, match="record of a closing"):
            verify_closing(forged)


@pytest.mark.parametrize("step", ["_remove_papers", "close_people", "_record"])
def test_a_close_that_is_killed_is_finished_by_the_next(
    survey: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"sipas_forms.field.closing.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            close_survey(survey, "TEST20")
    closed = close_survey(survey, "TEST20")
    assert (closed.respondents, closed.files > 0) == (15, True)
    assert verify_closing(closed.record) == closed.fingerprint


def test_whoever_lost_the_passphrase_can_close(survey: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No passphrase is set" in done("sample", "draw", at=survey.root).err
    people = open_people(survey.people_database)
    people.protect(PASSPHRASE)
    people.close()
    assert sipas("field", "lists", at=survey.root).code == 12
    monkeypatch.setenv("SIPAS_PASSPHRASE", PASSPHRASE)
    assert "No passphrase" not in done("sample", "draw", at=survey.root).err
    monkeypatch.delenv("SIPAS_PASSPHRASE")
    assert close_survey(survey, "TEST20").respondents == 15


def test_there_must_be_something_to_close(survey: Workspace) -> None:
    for path in survey.root.glob("people.*"):
        path.unlink()
    assert sipas("close", "--confirm", "TEST20", at=survey.root).code == 12


def test_a_survey_without_people_is_not_closed(tmp_path: Path) -> None:
    done("init", str(tmp_path))
    (tmp_path / "none.csv").write_text("a,b\n", encoding="utf-8")
    sipas("frame", "import", "none.csv", at=tmp_path)
    assert (tmp_path / "people.db").exists()
    run = sipas("close", "--confirm", Workspace(tmp_path).survey.code, at=tmp_path)
    assert run.code == 12
    assert "nobody has been imported" in run.out + run.err
    assert not list(tmp_path.rglob("closing-record*"))
