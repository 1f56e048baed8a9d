"""Serials that tesseract read, confirmed a screen at a time: nothing counts before, all of it after, and back again."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from sqlalchemy import select, update

pytest.importorskip("httpx2", reason="Starlette's test client needs httpx2")

sys.path.insert(0, str(Path(__file__).parent))
from review_survey import SERIALS, Office, copy_of, crossed_out

from sipas_forms.plan import Workspace
from sipas_forms.scanning.run import read_scans
from sipas_forms.store import confirming, open_store, review_pages, schema
from sipas_forms.store.answers import pages_read
from sipas_forms.store.confirming import TO_CONFIRM
from sipas_forms.store.readings import open_problems
from sipas_forms.store.review import Alike, count_alike

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the serial")
TWO, THREE = SERIALS[1:3]


def without_codes(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    for code in zxingcpp.read_barcodes(picture):
        at = code.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        cv2.fillConvexPoly(picture, np.array(corners), 235)
    return picture


@pytest.fixture(scope="module")
def codeless(reviewed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The survey, but both pages of forms 2 and 3 have lost their codes before they were first read."""
    workspace = copy_of(reviewed, tmp_path_factory.mktemp("codeless"))
    store = open_store(workspace.database)
    s = schema.scans.c
    with store.transaction() as connection:
        query = select(s.path).where(s.serial.in_((TWO, THREE)), s.state == "read").order_by(s.serial, s.page)
        paths = [workspace.root / path for path in connection.scalars(query)]
        for table in (schema.scan_files, schema.problems, schema.machine_answers, schema.scans):
            connection.execute(table.delete())
    for path in paths:
        path.write_bytes(cv2.imencode(".jpg", without_codes(path))[1].tobytes())
    read_scans(workspace, workers=1)
    store.close()
    return workspace


@pytest.fixture
def office(codeless: Workspace, tmp_path: Path) -> Iterator[Office]:
    made = Office(copy_of(codeless, tmp_path))
    yield made
    made.desk.store.close()


def waiting(office: Office) -> list[tuple[str, int]]:
    return [(one.serial, one.page) for one in confirming.unconfirmed(office.desk.store, 99)[0]]


def keys(office: Office) -> list[tuple[str, str]]:
    return [(one.digest, one.serial) for one in confirming.unconfirmed(office.desk.store, 99)[0]]


def problem_codes(office: Office) -> list[str]:
    return [problem.code for problem in open_problems(office.desk.store)]


ALL = [(TWO, 1), (TWO, 2), (THREE, 1), (THREE, 2)]


def test_a_screen_of_serials_counts_once_it_is_confirmed(office: Office) -> None:
    client, store = office.come(), office.desk.store
    assert waiting(office) == ALL
    assert office.answer(TWO, "A3")[1] == "missing" and TWO not in pages_read(store)
    before = count_alike(store, Alike(("A3",), None))
    assert "/serials" in client.get("/problems").text
    shown = client.get("/serials").text
    pictures = re.findall(r'src="(/serials/\w+\.jpg)"', shown)
    assert len(pictures) == 4
    for picture in pictures:
        reply = client.get(picture)
        assert reply.status_code == 200 and reply.headers["content-type"] == "image/jpeg"
    seen, wrong = re.findall(r'name="shown" value="(.+?)"', shown), re.findall(r'name="wrong" value="(.+?)"', shown)
    assert seen == wrong and len(seen) == 4
    client.post("/serials/confirm", data={"shown": seen, "wrong": wrong[2:3]})
    assert office.answer(TWO, "A3")[1] in ("accepted", "blank", "doubtful")
    assert pages_read(store) | {TWO: 2, THREE: 1} == pages_read(store)
    assert count_alike(store, Alike(("A3",), None)) > before
    assert waiting(office) == []  # the wrong one is a problem like others, and not shown here again
    [left] = [p for p in review_pages.page_problems(store) if p.code == TO_CONFIRM]
    assert (left.serial, left.page) == (THREE, 1)
    assert "/serials" not in client.get("/problems").text
    read_scans(office.workspace, workers=1)  # reading again asks nobody again
    assert waiting(office) == [] and TWO in pages_read(store)


def test_undoing_takes_back_what_was_decided_on_those_pages(office: Office) -> None:
    client = office.come()
    client.post("/serials/confirm", data={"shown": [f"{digest}|{serial}" for digest, serial in keys(office)]})
    assert waiting(office) == []
    decided = {"serial": TWO, "question": "A3", "answer": "1"}
    assert client.post("/api/decide", data=decided).status_code == 200
    assert office.answer(TWO, "A3") == ("1", "accepted", "person")
    [batch] = confirming.batches(office.desk.store)
    assert (batch.operator, batch.pages) == ("Hà", 4)
    assert batch.at in client.get("/serials").text
    client.post("/serials/undo", data={"operator": batch.operator, "at": batch.at})
    assert waiting(office) == ALL
    assert office.answer(TWO, "A3")[1:] == ("missing", "machine")
    assert confirming.batches(office.desk.store) == []
    assert problem_codes(office).count(TO_CONFIRM) == 4


def test_a_page_that_says_something_else_by_now_is_passed_over(office: Office) -> None:
    store = office.desk.store
    digest, serial = keys(office)[0]
    assert confirming.confirm(store, [(digest, THREE), ("0" * 64, serial)], "Hà") == 0
    assert waiting(office) == ALL
    assert confirming.confirm(store, [(digest, serial), (digest, serial)], "Hà") == 1


def test_a_confirmed_page_of_a_void_form_stays_a_problem(office: Office) -> None:
    store = office.desk.store
    with store.transaction() as connection:
        connection.execute(update(schema.forms).where(schema.forms.c.serial == TWO).values(state="void"))
    assert confirming.confirm(store, keys(office), "Hà") == 2
    assert problem_codes(office).count("void_form") == 2 and TO_CONFIRM not in problem_codes(office)
    assert TWO not in pages_read(store)


def test_two_sheets_of_one_number_are_a_conflict_until_that_is_undone(office: Office) -> None:
    """The same page again, scanned with its code: whichever was confirmed wrongly, nobody is overruled unseen."""
    store = office.desk.store
    confirming.confirm(store, keys(office), "Hà")
    with store.transaction() as connection:  # another page 1 of form 2 comes
        s = schema.scans.c
        row = connection.execute(select(schema.scans).where(s.serial == TWO, s.page == 1)).one()._asdict()
    twin = office.workspace.root / row["path"]
    other = crossed_out(np.asarray(cv2.imread(str(twin), cv2.IMREAD_GRAYSCALE), np.uint8))
    twin.with_name("twin.jpg").write_bytes(cv2.imencode(".jpg", other)[1].tobytes())
    read_scans(office.workspace, workers=1)
    confirming.confirm(store, keys(office), "Lan")
    assert len(review_pages.conflicts(store)) == 2  # form 1 has one of its own
    assert problem_codes(office).count("two_scans") == 2
    first = next(batch for batch in confirming.batches(store) if batch.operator == "Hà")
    confirming.undo_batch(store, first.operator, first.at)
    assert len(review_pages.conflicts(store)) == 1
    assert problem_codes(office).count("two_scans") == 1
    assert pages_read(store)[TWO] == 1
