"""Sheets whose number stands on the front alone: which backs take it, and which wait for a person."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from paper import BALLPOINT, done, sipas
from PIL import Image
from test_as_is import using

pytest.importorskip("httpx2", reason="Starlette's test client needs httpx2")
sys.path.insert(0, str(Path(__file__).parent))
from review_survey import Office

from bench.foreign.forms import three_pages
from sipas_forms.plan import Workspace
from sipas_forms.printing.layout import Layout, load_layout
from sipas_forms.printing.render import render_page
from sipas_forms.review.rescue import Help, read_again
from sipas_forms.scanning.backs import Piles, Side, backs_of
from sipas_forms.scanning.run import Sheets, read_scans
from sipas_forms.simulate import draw_marks
from sipas_forms.simulate.fill import Mark
from sipas_forms.store.readings import ScanRecord
from sipas_forms.store.review_pages import page_problems, record_rescue

Picture = np.ndarray[Any, np.dtype[np.uint8]]
DPI = 150


@pytest.fixture(scope="module")
def workspace(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A survey with a foreign form of two pages, which nobody has read yet."""
    root = tmp_path_factory.mktemp("backs") / "w"
    shutil.copytree(survey_printed.root, root)
    drawn = pypdfium2.PdfDocument(three_pages(root.parent / "three.pdf").path)
    two = pypdfium2.PdfDocument.new()
    two.import_pages(drawn, [0, 1])
    two.save(root.parent / "two.pdf")
    done("adopt", root.parent / "two.pdf", "--name", "sheet", at=root)
    return using(Workspace(root), "sheet")


@pytest.fixture(scope="module")
def serials(workspace: Workspace) -> list[str]:
    done("export", "forms", "--to", workspace.root / "forms.csv", at=workspace.root)
    with (workspace.root / "forms.csv").open(encoding="utf-8", newline="") as file:
        return [row["serial"] for row in csv.DictReader(file) if row["unit"] == "TT" and row["field"] == "TP"]


@pytest.fixture(scope="module")
def sides(workspace: Workspace, serials: list[str]) -> dict[str, Picture]:
    """Fronts F1 … with a barcode, backs B1 …; form n has the n-th option marked; N2 is a front without a number, X
    another paper."""
    root = workspace.root
    done("adopt", "--check", "--name", "sheet", at=root)
    sipas("read", root / "forms.csv", "--form", "sheet", "--serial-from", "barcode", at=root)  # lays the layout down
    layout = layout_of(workspace)
    made = {"X": np.full((1754, 1240), 250, np.uint8)}
    cv2.putText(made["X"], "HOA DON", (200, 500), cv2.FONT_HERSHEY_SIMPLEX, 4, (40,), 9)
    for number in range(1, 4):
        for side, page in zip("FB", layout.pages, strict=True):
            asked = dict.fromkeys(box.question for box in page.boxes)
            marks = [Mark(question, str(number), "cross", BALLPOINT) for question in asked]
            blank = render_page(root / "templates" / "sheet.pdf", page.number - 1, DPI)
            rng = np.random.default_rng(number)
            made[f"{side}{number}"] = draw_marks(blank, page, marks, DPI / 25.4, rng)
        made[f"N{number}"] = made[f"F{number}"].copy()
        bars = zxingcpp.create_barcode(serials[number - 1], zxingcpp.BarcodeFormat.Code128).to_image(scale=2)
        row = cv2.resize(np.asarray(bars)[:20], (np.asarray(bars).shape[1], 60), interpolation=cv2.INTER_NEAREST)
        made[f"F{number}"][1600:1660, 300 : 300 + row.shape[1]] = row
    return made


def layout_of(workspace: Workspace) -> Layout:
    kept = map(load_layout, workspace.layouts.glob("*.json"))
    return next(one for one in kept if one.adopted and not one.pages[0].codes)


def pile(workspace: Workspace, root: Path, sides: dict[str, Picture], order: str) -> Workspace:
    """A copy of the workspace with that pile as one TIFF."""
    shutil.copytree(workspace.root, root)
    (root / "in").mkdir()
    first, *rest = (Image.fromarray(sides[name]) for name in order.split())
    first.save(root / "in" / "pile.tif", save_all=True, append_images=rest)
    return Workspace(root)


def read(root: Path, *options: str | Path) -> str:
    paths = [option for option in options if isinstance(option, Path)] or [root / "in"]
    more = [option for option in options if isinstance(option, str)] or ["--workers", "1"]
    return done("read", *paths, "--form", "sheet", "--serial-from", "barcode", *more, at=root).out


def backs(root: Path, workspace: Workspace) -> dict[str, set[str]]:
    """The answers on page 2 by serial, of the forms whose page 2 is back."""
    second = {box.question for box in layout_of(workspace).page(2).boxes}
    done("export", "answers", "--to", root / "a.csv", at=root)
    found: dict[str, set[str]] = {}
    with (root / "a.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["question"] in second and row["status"] == "accepted":
                found.setdefault(row["serial"], set()).add(row["answer"])
    return found


def problems(root: Path) -> list[tuple[int, str]]:
    """(page of the pile, code) of every problem."""
    said = done("status", at=root).out
    return [(int(page), code) for page, code in re.findall(r"pile\.tif#(\d+) \[(\w+)\]", said.replace("\n", " "))]


def test_backs_take_the_number_of_the_front_before_them(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path
) -> None:
    root = pile(workspace, tmp_path / "w", sides, "F2 B2 F1 B1 F3 B3").root
    said = read(root, "--workers", "2")
    assert "6 pages: 6 read, 0 problems" in said
    assert "3 pages carry no number and took that of their front" in said
    whose = {serial: {str(number)} for number, serial in enumerate(serials[:3], 1)}
    assert backs(root, workspace) == whose
    again = read(root)
    assert "0 pages" in again and "1 files were read before" in again
    assert backs(root, workspace) == whose


@pytest.mark.parametrize(
    ("order", "joined", "left"),
    [
        ("F1 B1 F2 F3 B3", "1", [(5, "pile_held")]),  # a back is missing
        ("F1 B1 B2 F3 B3", "1", [(3, "wrong_order"), (5, "pile_held")]),  # a front is missing
        ("F1 F2 F3 B1 B2 B3", "", [(4, "pile_held"), (5, "pile_held"), (6, "pile_held")]),  # one side after the other
        ("F1 B1 B2 F2 F3 B3", "1 3", [(3, "wrong_order")]),  # one sheet is turned over
        ("F1 B1 B2 F2 B3 F3", "1", [(3, "wrong_order"), (5, "wrong_order")]),  # F2 and B3 lie side by side
        ("F1 B1 F2 X F3 B3", "1 3", [(4, "unknown_page")]),
        ("F1 B1 X B2 F3 B3", "1 3", [(3, "unknown_page"), (4, "front_first")]),
        ("F1 B1 N2 B2 F3 B3", "1 3", [(3, "no_serial"), (4, "front_first")]),
        ("F1 B1 X F2 B2", "1", [(3, "unknown_page"), (5, "pile_held")]),  # a strange sheet of one page
    ],
)
def test_what_is_not_certain_waits(
    order: str,
    joined: str,
    left: list[tuple[int, str]],
    workspace: Workspace,
    serials: list[str],
    sides: dict[str, Picture],
    tmp_path: Path,
) -> None:
    root = pile(workspace, tmp_path / "w", sides, order).root
    read(root)
    assert problems(root) == left
    assert backs(root, workspace) == {serials[int(number) - 1]: {number} for number in joined.split()}
    read(root)
    assert problems(root) == left


def test_the_empty_side_behind_an_odd_last_page_is_its_own_sheets_and_an_unfinished_sheet_waits() -> None:
    def whose(pages: list[int]) -> list[str]:
        """The fronts of the pages after the first, by their place in the pile; 0 is a page with nothing on it."""
        found = [Side("a.pdf", at, str(at), page, "", page > 1, not page) for at, page in enumerate(pages, 1)]
        return [back.front for back in backs_of(found, 3)]

    assert whose([1, 2, 3, 0, 1, 2, 3, 0]) == ["1", "1", "5", "5"]
    assert whose([1, 2, 3, 1, 2]) == ["1", "1", ""]
    assert whose([1, 3, 2, 1, 2, 3]) == ["", "", "4", "4"]
    assert whose([1, 1, 2, 2, 3, 3]) == [""] * 4


def with_stamp(root: Path) -> None:
    """The form's places are corrected: there is one for a stamped number on page 1."""
    path = root / "templates" / "sheet.boxes.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    place = {"x": 150.0, "y": 8.0, "w": 45.0, "h": 10.0, "number": 900, "page": 1, "shape": "writing", "doubt": ""}
    path.write_text(json.dumps({**data, "places": [*data["places"], place]}), encoding="utf-8")
    text = (root / "templates" / "sheet.yaml").read_text(encoding="utf-8")
    asked = "questions:\n        - { id: serial, text: Số, kind: writing, boxes: [900] }\n"
    (root / "templates" / "sheet.yaml").write_text(text.replace("questions:\n", asked, 1), encoding="utf-8")


def test_a_front_that_was_read_before_the_form_was_corrected_is_one_still(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    shutil.copytree(workspace.root, root)
    (root / "in").mkdir()
    (root / "in" / "1.png").write_bytes(cv2.imencode(".png", sides["F1"])[1].tobytes())
    read(root)
    with_stamp(root)
    (root / "in" / "2.png").write_bytes(cv2.imencode(".png", sides["B1"])[1].tobytes())
    assert "1 pages: 1 read" in read(root)
    assert backs(root, workspace) == {serials[0]: {"1"}}


def settle(desk: Any, frame: int, serial: str, page: int) -> None:
    problem = next(p for p in page_problems(desk.store) if p.frame == frame)
    record = read_again(desk, problem, Help(serial, page))
    assert isinstance(record, ScanRecord)
    record_rescue(desk.store, record, "serial", "", "Hà")


def test_a_back_follows_the_front_that_a_person_settles(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path
) -> None:
    found = pile(workspace, tmp_path / "w", sides, "F1 B1 N2 B2 F3 B3")
    read(found.root)
    office = Office(found)
    settle(office.desk, 3, serials[1], 1)
    office.desk.store.close()
    assert problems(found.root) == []
    assert backs(found.root, workspace)[serials[1]] == {"2"}


def test_a_back_goes_where_a_person_says_and_its_front_no_longer_moves_it(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path
) -> None:
    found = pile(workspace, tmp_path / "w", sides, "F1 B1 N2 B2")
    read(found.root)
    office = Office(found)
    settle(office.desk, 4, serials[2], 2)
    settle(office.desk, 3, serials[1], 1)
    office.desk.store.close()
    assert set(backs(found.root, workspace)) == {serials[0], serials[2]}


def test_a_run_that_is_killed_before_backs_are_joined_joins_them_the_next_time(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    found = pile(workspace, tmp_path / "w", sides, "F1 B1 F2 B2")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Piles, "join_file", killed)
        read_scans(found, [found.root / "in"], workers=1, sheets=Sheets("sheet", "barcode"))
    assert problems(found.root) == [(2, "front_first"), (4, "front_first")]
    read(found.root)
    assert set(backs(found.root, workspace)) == set(serials[:2])


def test_the_files_of_a_folder_are_a_pile_in_the_order_of_their_numbers(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    shutil.copytree(workspace.root, root)
    (root / "in").mkdir()
    for number, name in enumerate(("F1", "B1", "F2", "B2"), 8):
        (root / "in" / f"{number}.png").write_bytes(cv2.imencode(".png", sides[name])[1].tobytes())
    read(root, root / "in" / "8.png", root / "in" / "11.png")  # as if they were one sheet
    assert backs(root, workspace) == {}
    read(root)
    assert backs(root, workspace) == {serials[0]: {"1"}, serials[1]: {"2"}}


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract reads the number")
def test_backs_count_with_the_stamped_fronts_that_a_person_confirms_and_not_without(
    workspace: Workspace, serials: list[str], sides: dict[str, Picture], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    shutil.copytree(workspace.root, root)
    with_stamp(root)
    (root / "in").mkdir()
    pages = [sides["N1"].copy(), sides["B1"], sides["N2"].copy(), sides["B2"]]
    for number, front in enumerate(pages[::2], 1):
        cv2.putText(front, f"No 00000{number}", (900, 94), cv2.FONT_HERSHEY_SIMPLEX, 1.05, (40,), 3)
    first, *rest = map(Image.fromarray, pages)
    first.save(root / "in" / "pile.tif", save_all=True, append_images=rest)
    how = ("--form", "sheet", "--serial-from", "area", "--unit", "TT", "--field", "TP", "--workers", "1")
    done("read", root / "in", *how, at=root)
    waiting = [(1, "serial_to_confirm"), (2, "front_first"), (3, "serial_to_confirm"), (4, "front_first")]
    assert problems(root) == waiting
    office = Office(Workspace(root))
    client = office.come()
    shown = re.findall(r'name="shown" value="(.+?)"', client.get("/serials").text)
    wrong = [one for one in shown if one.endswith(serials[1])]
    client.post("/serials/confirm", data={"shown": shown, "wrong": wrong})
    assert problems(root) == waiting[2:]
    assert backs(root, workspace) == {serials[0]: {"1"}}
    question = layout_of(workspace).page(2).boxes[0].question
    decided = {"serial": serials[0], "question": question, "answer": "3"}
    assert client.post("/api/decide", data=decided).status_code == 200
    shown = client.get("/serials").text
    [(operator, at)] = re.findall(r'name="operator" value="(.+?)".*?name="at" value="(.+?)"', shown, re.DOTALL)
    client.post("/serials/undo", data={"operator": operator, "at": at})
    assert problems(root) == waiting
    assert backs(root, workspace) == {}
    done("read", root / "in", *how, at=root)
    assert problems(root) == waiting
    office.desk.store.close()
