"""Every list of the corpus (tests/lists) is read as it must be: each row's outcome, names, days, phones."""

from __future__ import annotations

from pathlib import Path

import list_corpus
import pytest
from list_corpus import CASES, Case

from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.sample import import_lists, load_mapping
from sipas_forms.store.people import ListRow, open_people

CORPUS = Path(__file__).parent / "lists"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return create_workspace(tmp_path_factory.mktemp("lists") / "w")


def rows_of(workspace: Workspace, file: str) -> list[ListRow]:
    people = open_people(workspace.people_database)
    try:
        return people.rows(file=file)
    finally:
        people.close()


def said(row: ListRow) -> str:
    reason = row.reasons if row.outcome == "refused" else row.link_reason if row.outcome == "merged" else ""
    reason = row.link_reason or row.doubts if row.outcome == "check" else reason
    return f"{row.row} {row.outcome}{f':{reason}' if reason else ''}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_list_is_read_as_it_must_be(tmp_path: Path, case: Case) -> None:
    workspace = create_workspace(tmp_path / "w")
    mapping = None
    if case.mapping:
        (tmp_path / "mapping.yaml").write_text(case.mapping, encoding="utf-8")
        mapping = load_mapping(tmp_path / "mapping.yaml")
    report = import_lists(workspace, [CORPUS / case.name], mapping=mapping, **case.options)
    if isinstance(case.expected, str):
        assert [case.expected in failure.sentence for failure in report.failures] == [True]
        return
    assert report.failures == ()
    file = report.files[0]
    rows = rows_of(workspace, case.name)
    assert [said(row) for row in rows] == case.expected
    assert file.rows == len(rows) == file.accepted + file.merged + file.refused + file.check
    for attribute, expected in (("name", case.people), ("day", case.days), ("phone", case.phones)):
        assert tuple(getattr(row, attribute) for row in rows[: len(expected)]) == expected


def test_the_corpus_is_whole_and_small() -> None:
    files = {path.name: path.stat().st_size for path in CORPUS.iterdir()}
    assert set(files) == {case.name for case in CASES}
    assert len(files) >= 60
    assert max(files.values()) < 20_000


def test_text_files_of_the_corpus_are_as_the_script_writes_them() -> None:
    for case in CASES:
        if case.name.endswith((".csv", ".ods")) and not case.name.startswith("xlsx"):
            assert (CORPUS / case.name).read_bytes() == case.content(), f"{case.name}: run scripts/list-corpus"
    assert list_corpus.NAMES
