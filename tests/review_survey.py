"""A made-up survey that has been scanned, with every kind of thing that review settles: no person, no paper."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp
from sqlalchemy import insert, update

from sipas_forms.flow import current_answers
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.plan.serial import make_serial
from sipas_forms.printing.batch import print_forms
from sipas_forms.printing.furniture import page_furniture
from sipas_forms.review import BoardIndex, Desk, Doors, make_app
from sipas_forms.scanning.files import read_frames
from sipas_forms.scanning.run import read_scans
from sipas_forms.scanning.types import Pixels, ScanPage
from sipas_forms.simulate import simulate_scans
from sipas_forms.store import Store, open_store, schema
from sipas_forms.store.database import now

if TYPE_CHECKING:
    from starlette.testclient import TestClient

UNIT, FIELD = "TT", "TP"
HOST = "127.0.0.1:8000"
SERIALS = [make_serial(UNIT, FIELD, number) for number in range(1, 6)]
# Form 4: its page 2 has lost its codes. Form 5 was never scanned. Form 1: page 1 was scanned twice, and
# struck through between.
DOUBTFUL = ("A1", "A2", "B5", "C10", "learnt")


def make_workspace(root: Path) -> Workspace:
    """Five forms printed; four of them back, read, with doubtful answers, handwriting, and pages with a problem."""
    workspace = create_workspace(root)
    store = open_store(workspace.database)
    row = {"unit": UNIT, "field": FIELD, "list": "official", "state": "issued", "issued_at": now()}
    with store.transaction() as connection:
        rows = [{**row, "serial": serial, "number": number} for number, serial in enumerate(SERIALS, 1)]
        connection.execute(insert(schema.forms), rows)
    print_forms(workspace)
    outside = root.parent / f"{root.name}-paper"
    batch = simulate_scans(workspace, outside, "clean", seed=3, limit=4, workers=1)
    pages = [page for file in batch.files for _, page in read_frames(file, file.name, range(1, 9))]
    for number, page in enumerate(pages, 1):
        assert isinstance(page, ScanPage)
        text = next(code.text for code in zxingcpp.read_barcodes(page.pixels) if ":" in code.text)
        serial, side = text.split(":")[1:3]
        _save(
            workspace.scans / f"{number:02}.jpg",
            _hidden(page.pixels) if (serial, side) == (SERIALS[3], "2") else page.pixels,
        )
        if (serial, side) == (SERIALS[0], "1"):
            _save(workspace.scans / "second.jpg", crossed_out(page.pixels))
    _save(workspace.scans / "blank.jpg", np.full((1754, 1240), 250, np.uint8))
    (workspace.scans / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    read_scans(workspace, workers=1)
    _make_doubtful(store)
    store.close()
    shutil.rmtree(outside)
    return workspace


def crossed_out(page: Pixels) -> Pixels:
    """The page after somebody struck through its lower half."""
    height, width = page.shape
    ends = (width // 5, height * 6 // 10), (width * 4 // 5, height * 8 // 10)
    return np.asarray(cv2.line(page.copy(), *ends, (40,), width // 300), np.uint8)


def copy_of(workspace: Workspace, folder: Path) -> Workspace:
    """A copy to change at will; its plan is not read and checked anew, which takes longer than most tests."""
    shutil.copytree(workspace.root, folder / "survey")
    copy = Workspace(folder / "survey")
    vars(copy).update(survey=workspace.survey, questionnaire=workspace.questionnaire)
    return copy


def open_desk(workspace: Workspace, double: bool = False) -> Desk:
    """The workspace on a desk, with figures that cost nothing."""
    store = open_store(workspace.database)
    return Desk(workspace, store, lambda: {("*", "*"): BoardIndex(81.5, 70.25, 90.0)}, double)


class Office:
    """A survey on the page, and people who come in."""

    def __init__(self, workspace: Workspace, double: bool = False) -> None:
        self.workspace, self.desk = workspace, open_desk(workspace, double)
        self.doors = Doors({HOST, "localhost:8000"})
        self.app = make_app(self.desk, self.doors)

    def stranger(self) -> TestClient:
        from starlette.testclient import TestClient  # needs httpx2, which the browser's tests do without

        return TestClient(self.app, base_url=f"http://{HOST}", follow_redirects=False)

    def come(self, name: str = "Hà", lead: bool = True) -> TestClient:
        client = self.stranger()
        assert client.get(f"/enter?token={self.doors.invite(name, lead)}").status_code == 303
        client.headers["X-CSRF-Token"] = self.doors.session(client.cookies[self.doors.cookie]).csrf  # type: ignore[union-attr]
        return client

    def answer(self, serial: str, question: str) -> tuple[str, str, str]:
        """(answer, status, source) as tally and exports see it."""
        frame = current_answers(self.workspace, self.desk.store)
        row = frame[(frame["serial"] == serial) & (frame["question"] == question)].iloc[0]
        return row["answer"], row["status"], row["source"]


def _save(path: Path, pixels: np.ndarray) -> None:
    path.write_bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())


def _hidden(pixels: np.ndarray) -> np.ndarray:
    """The same page with its codes and the serials beside them rubbed out."""
    pixels = pixels.copy()
    _, _, serials, _ = page_furniture(2, 2, "vi")
    for place in serials:
        x, y, w, h = (round(v * pixels.shape[1] / 210) for v in (place.x, place.y, place.w, place.h))
        pixels[y - 15 : y + h + 15, x - 15 : x + w + 15] = 235
    for code in zxingcpp.read_barcodes(pixels):
        at = code.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        cv2.fillConvexPoly(pixels, np.array(corners), 235)
    return pixels


def _make_doubtful(store: Store) -> None:
    """The same questions are doubtful whatever the policy is, so that tests don't hang on its thresholds."""
    c = schema.machine_answers.c
    with store.transaction() as connection:
        known = c.reason != "handwriting"
        outcomes = (c.answer != "", "accepted", "marked"), (c.answer == "", "blank", "nothing_marked")
        for some, status, reason in outcomes:
            connection.execute(
                update(schema.machine_answers)
                .where(known, some, c.status == "doubtful")
                .values(status=status, reason=reason)
            )
        connection.execute(
            update(schema.machine_answers)
            .where(c.question.in_(DOUBTFUL))
            .values(status="doubtful", reason="two_marks", answer="2", confidence=0.25)
        )
        connection.execute(
            update(schema.machine_answers)
            .where(c.question.in_(("birth_year", "comments")))
            .values(status="doubtful", reason="handwriting", answer="", confidence=0.0)
        )
