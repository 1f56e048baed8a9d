"""The survey's database over many runs: copies, conflicts, choices, a killed run, a second run."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from paper import BALLPOINT, Image, Paper, done, papers, sipas
from PIL import Image as Pil
from pypdfium2 import PdfDocument

from sipas_forms.errors import StoreError
from sipas_forms.flow import current_answers, survey_status
from sipas_forms.plan import Workspace
from sipas_forms.simulate import damages, draw_marks
from sipas_forms.simulate.fill import Mark
from sipas_forms.store import Store, open_store
from sipas_forms.store.people import open_people
from sipas_forms.store.readings import choose_scan
from sipas_forms.store.review import out_of_count
from sipas_forms.store.review_pages import conflicts
from sipas_forms.store.schema import decisions, machine_answers, scans

DPI = 150


def put(workspace: Workspace, name: str, page: Image) -> Path:
    path = workspace.scans / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Pil.fromarray(page).save(path)
    return path


def read(workspace: Workspace) -> str:
    return done("read", "--workers", "1", at=workspace.root).out


def answers_of(workspace: Workspace) -> pd.DataFrame:
    store = open_store(workspace.database)
    try:
        return current_answers(workspace, store)
    finally:
        store.close()


def on(page: Paper, answers: pd.DataFrame) -> pd.DataFrame:
    """The answers on one page, by question."""
    mine = answers[(answers["serial"] == page.place.serial) & (answers["page"] == page.place.page)]
    return mine.set_index("question")


def with_more(page: Paper, question: str, option: str, dpi: float = DPI) -> Image:
    """The filled page with one more cross."""
    mark = Mark(question, option, "cross", BALLPOINT)
    return draw_marks(page.filled(dpi), page.page, [mark], dpi / 25.4, np.random.default_rng(1))


def dump(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the database."""
    with sqlite3.connect(workspace.database) as connection:
        names = [n for (n,) in connection.execute("select name from sqlite_master where type = 'table'")]
        tables = {n: sorted(connection.execute(f"select * from {n}"), key=repr) for n in sorted(names)}
    connection.close()
    return tables


# --- once, and only once


def test_reading_again_changes_nothing(survey_copy: Workspace, page: Paper) -> None:
    put(survey_copy, "a.png", page.filled(DPI))
    assert "1 read" in read(survey_copy)
    before = dump(survey_copy)
    again = read(survey_copy)
    assert "0 read, 0 problems" in again
    assert "1 files were read before" in again
    assert dump(survey_copy) == before


def test_a_line_that_the_scanner_drew_is_said(survey_copy: Workspace, page: Paper) -> None:
    put(survey_copy, "a.png", damages.streak(page.filled(DPI), 100, 0.2, 60, DPI / 25.4))
    put(survey_copy, "b.png", page.blank(DPI))
    assert "1 pages have a line down them" in read(survey_copy)


def test_a_touched_file_is_read_again_and_counts_once(survey_copy: Workspace, page: Paper) -> None:
    path = put(survey_copy, "a.png", page.filled(DPI))
    read(survey_copy)
    before = answers_of(survey_copy)
    path.touch()
    assert "0 read, 0 problems" in read(survey_copy)
    assert answers_of(survey_copy).equals(before)
    assert survey_status(survey_copy).problems == ()


def test_the_same_scan_under_another_name_counts_once(survey_copy: Workspace, page: Paper) -> None:
    path = put(survey_copy, "a.png", page.filled(DPI))
    read(survey_copy)
    before = answers_of(survey_copy)
    shutil.copyfile(path, survey_copy.scans / "bản sao.png")
    out = read(survey_copy)
    assert "1 pages are copies of scans that were read before" in out
    assert answers_of(survey_copy).equals(before)
    assert survey_status(survey_copy).problems == ()


def test_the_same_pixels_in_another_container_count_once(survey_copy: Workspace, page: Paper) -> None:
    put(survey_copy, "a.png", page.filled(DPI))
    put(survey_copy, "b.tif", page.filled(DPI))
    assert "1 pages are copies" in read(survey_copy)
    assert survey_status(survey_copy).problems == ()


# --- two scans of one page


@pytest.fixture
def page(survey_copy: Workspace) -> Paper:
    """The satisfaction grid of the first form."""
    return papers(survey_copy)[1]


@pytest.fixture
def conflict(survey_copy: Workspace, page: Paper) -> Workspace:
    """A page whose second scan has one cross more, where the first is blank."""
    put(survey_copy, "a.png", page.filled(DPI))
    read(survey_copy)
    put(survey_copy, "b.png", with_more(page, "B7", "5"))
    assert "1 pages have two different scans" in read(survey_copy)
    return survey_copy


def test_two_scans_that_plainly_say_the_same_need_no_person(survey_copy: Workspace, page: Paper) -> None:
    """Scanned again with another setting: the first one counts, and both are kept; a third that differs is for a
    person."""
    put(survey_copy, "a.png", page.filled(DPI))
    read(survey_copy)
    before = answers_of(survey_copy)
    assert set(on(page, before)["status"]) == {"accepted", "blank"}
    put(survey_copy, "b.png", page.filled(240))
    assert "1 read, 0 problems" in read(survey_copy)
    assert survey_status(survey_copy).problems == ()
    assert answers_of(survey_copy).equals(before)
    assert len(dump(survey_copy)["scans"]) == 2
    store = open_store(survey_copy.database)
    second = digest_of(store, "scans/b.png")
    with store.transaction() as connection:
        assert out_of_count(connection) == {second}
    assert conflicts(store) == []
    put(survey_copy, "c.png", with_more(page, "B7", "5"))
    read(survey_copy)
    assert survey_status(survey_copy).problem_counts == {"two_scans": 1}
    assert set(on(page, answers_of(survey_copy))["status"]) == {"doubtful"}
    assert [len(conflict.scans) for conflict in conflicts(store)] == [3]
    choose_scan(store, digest_of(store, "scans/c.png"), operator="LTH")
    store.close()
    assert on(page, answers_of(survey_copy)).loc["B7", "answer"] == "5"


def test_two_scans_with_the_same_doubts_are_for_a_person(survey_copy: Workspace, page: Paper) -> None:
    """Whoever decides these should see the better scan."""
    second = "1" if page.truth()["A1"] != "1" else "5"
    put(survey_copy, "a.png", with_more(page, "A1", second))
    put(survey_copy, "b.png", with_more(page, "A1", second, 240))
    assert "1 pages have two different scans" in read(survey_copy)
    assert on(page, answers_of(survey_copy)).loc["A1", "status"] == "doubtful"


def test_two_scans_that_differ_are_for_a_person(conflict: Workspace, page: Paper) -> None:
    state = survey_status(conflict)
    assert state.problem_counts == {"two_scans": 1}
    assert page.place.serial in state.problems[0].sentence
    mine = on(page, answers_of(conflict))
    assert set(mine["status"]) == {"doubtful"}
    assert state.total.doubtful == len(mine)
    assert "two_scans: 1" in done("status", at=conflict.root).out


def test_a_second_scan_overwrites_nothing(conflict: Workspace, page: Paper) -> None:
    mine = on(page, answers_of(conflict))
    assert set(mine["image"]) == {"scans/a.png#1"}
    assert mine.loc["B7", "answer"] == ""
    store = open_store(conflict.database)
    with store.transaction() as connection:
        rows = connection.execute(scans.select()).all()
        answers = connection.execute(machine_answers.select()).all()
    store.close()
    assert len(rows) == 2
    assert len(answers) == 2 * len(mine)


def test_a_conflict_stays_when_read_again(conflict: Workspace) -> None:
    before = dump(conflict)
    read(conflict)
    assert dump(conflict) == before


def digest_of(store: Store, path: str) -> str:
    with store.transaction() as connection:
        return str(connection.scalar(scans.select().with_only_columns(scans.c.digest).where(scans.c.path == path)))


@pytest.mark.parametrize(("name", "answer", "status"), [("a.png", "", "blank"), ("b.png", "5", "accepted")])
def test_a_person_chooses(conflict: Workspace, page: Paper, name: str, answer: str, status: str) -> None:
    store = open_store(conflict.database)
    choose_scan(store, digest_of(store, f"scans/{name}"), operator="LTH")
    store.close()
    mine = on(page, answers_of(conflict))
    assert (mine.loc["B7", "answer"], mine.loc["B7", "status"]) == (answer, status)
    assert mine.loc["A1", "status"] == "accepted"
    assert set(mine["image"]) == {f"scans/{name}#1"}
    assert survey_status(conflict).problems == ()
    read(conflict)
    assert survey_status(conflict).problems == ()


def test_a_person_may_choose_anew(conflict: Workspace, page: Paper) -> None:
    """The newest choice counts, and both stay."""
    store = open_store(conflict.database)
    for name in ("b.png", "a.png"):
        choose_scan(store, digest_of(store, f"scans/{name}"), operator="LTH")
    store.close()
    assert on(page, answers_of(conflict)).loc["B7", "status"] == "blank"
    assert len(dump(conflict)["scan_decisions"]) == 2


def test_a_third_scan_after_the_choice(conflict: Workspace, page: Paper) -> None:
    """What a person chose is not undone by one more scan."""
    store = open_store(conflict.database)
    choose_scan(store, digest_of(store, "scans/b.png"), operator="LTH")
    store.close()
    put(conflict, "c.png", with_more(page, "D17", "1"))
    read(conflict)
    assert on(page, answers_of(conflict)).loc["B7", "answer"] == "5"


def test_a_persons_answer_stands_over_the_machines(survey_copy: Workspace, page: Paper) -> None:
    put(survey_copy, "a.png", page.filled(DPI))
    read(survey_copy)
    store = open_store(survey_copy.database)
    row = {"serial": page.place.serial, "question": "A1", "operator": "LTH", "note": ""}
    with store.transaction() as connection:
        for answer, at in (("2", "2020-10-01T08:00:00+00:00"), ("3", "2020-10-01T08:05:00+00:00")):
            connection.execute(decisions.insert(), {**row, "answer": answer, "at": at})
    store.close()
    read(survey_copy)
    mine = on(page, answers_of(survey_copy)).loc["A1"]
    assert (mine["answer"], mine["status"], mine["source"]) == ("3", "accepted", "person")
    assert len(dump(survey_copy)["decisions"]) == 2


# --- killed and run again


def test_a_killed_run_leaves_no_trace(survey_printed: Workspace, tmp_path: Path) -> None:
    """`sipas read` is killed after its first pages; run again, all ends as if it had never stopped."""
    calm, killed = (shutil.copytree(survey_printed.root, tmp_path / name) for name in ("calm", "killed"))
    some = papers(survey_printed)[:12]
    for number, paper in enumerate(some):
        page = paper.filled(300)  # fine enough that the run takes a while
        for root in (calm, killed):
            Pil.fromarray(page).save(root / "scans" / f"{number:02}.jpg", quality=75)
    read(Workspace(calm))
    pages = kill_after_first_pages(killed)
    assert 0 < pages < len(some)
    assert f" {len(some) - pages} read" in read(Workspace(killed))
    before = answers_of(Workspace(calm))
    pd.testing.assert_frame_equal(answers_of(Workspace(killed)), before)
    assert survey_status(Workspace(killed)) == survey_status(Workspace(calm))
    assert (before["status"] == "accepted").sum() > 100


def test_a_killed_run_leaves_no_processes(tmp_path: Path) -> None:
    """What holds the output open is a worker that outlived its parent."""
    script = tmp_path / "busy.py"
    script.write_text(
        "import os, time\n"
        "from sipas_forms.workers import worker_pool\n"
        "if __name__ == '__main__':\n"
        "    with worker_pool(1) as pool:\n"
        "        print(pool.submit(os.getpid).result(), flush=True)\n"
        "        pool.submit(time.sleep, 600).result()\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert int(process.stdout.readline())
    process.kill()
    process.communicate(timeout=60)


def kill_after_first_pages(root: Path) -> int:
    """Start reading, kill it as soon as a page is in the database; how many pages are."""
    command = [sys.executable, "-m", "sipas_forms", "--workspace", str(root), "read", "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not count_scans(root):
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    return count_scans(root)


def count_scans(root: Path) -> int:
    connection = sqlite3.connect(root / "survey.db", timeout=30)
    try:
        return int(connection.execute("select count(*) from scans").fetchone()[0])
    finally:
        connection.close()


# --- the file itself


def test_a_file_that_is_no_database_is_a_sentence(survey_copy: Workspace) -> None:
    survey_copy.database.write_bytes(b"This is not a database, it is a letter. " * 100)
    for words in (("status",), ("print",), ("read",)):
        run = sipas(*words, at=survey_copy.root)
        if words == ("read",):
            put(survey_copy, "a.png", np.full((800, 600), 255, np.uint8))
            run = sipas(*words, at=survey_copy.root)
        assert run.code == StoreError.exit_code
        assert "survey.db" in run.err and "bring it back from a copy" in run.err


def test_a_full_disk_and_a_database_that_cant_be_made_say_what_to_do(tmp_path: Path) -> None:
    store = open_store(tmp_path / "full.db")
    try:
        refused = pytest.raises(StoreError, match="The disk is full: make room on it, and run the command again")
        with refused, store.transaction() as connection:
            connection.exec_driver_sql("pragma max_page_count = 1")  # no page more than it has
            connection.exec_driver_sql("create table more (words text)")
            connection.exec_driver_sql("insert into more values (zeroblob(1000000))")
    finally:
        store.close()
    with pytest.raises(StoreError, match="copy the whole survey to where they are"):
        open_store(tmp_path)  # a folder stands in its place


def test_a_database_of_a_newer_program_is_refused(survey_copy: Workspace) -> None:
    connection = sqlite3.connect(survey_copy.database)
    connection.execute("update meta set value = '99' where key = 'schema_version'")
    connection.commit()
    connection.close()
    run = sipas("status", at=survey_copy.root)
    assert run.code == StoreError.exit_code
    assert "newer version" in run.err


def test_a_lost_key_is_a_sentence(survey_copy: Workspace) -> None:
    connection = sqlite3.connect(survey_copy.database)
    connection.execute("delete from meta where key = 'page_key'")
    connection.commit()
    connection.close()
    run = sipas("print", at=survey_copy.root)
    assert run.code == StoreError.exit_code
    assert "key" in run.err


def test_the_key_stays(survey_copy: Workspace) -> None:
    keys = set()
    for _ in range(2):
        store = open_store(survey_copy.database)
        keys.add(store.key())
        store.close()
    assert len(keys) == 1
    other = open_store(survey_copy.root / "other.db")
    assert other.key() not in keys
    other.close()


def test_names_are_not_in_the_surveys_database(survey_copy: Workspace) -> None:
    """Respondents live in people.db alone; neither the answers' database nor the forms know them."""
    opened = open_people(survey_copy.people_database)
    people = [(person.name, person.phone, person.address) for person in opened.respondents()]
    opened.close()
    assert len(people) > 10
    sealed = b"".join(path.read_bytes() for path in survey_copy.root.glob("people.db*"))
    assert not any(name.encode() in sealed or phone.encode() in sealed for name, phone, _ in people)
    rows = repr(dump(survey_copy))
    printed = ""
    for path in survey_copy.forms.glob("*.pdf"):
        document = PdfDocument(path)
        printed += "".join(sheet.get_textpage().get_text_range() for sheet in document)
        document.close()
    for name, phone, _ in people:
        assert name not in rows
        assert phone not in rows
        assert name not in printed
        assert phone not in printed
