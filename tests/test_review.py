"""The review page in process: who gets in, what a decision does, and how each kind of trouble is settled."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

pytest.importorskip("httpx2", reason="Starlette's test client needs httpx2")
from click.testing import CliRunner
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))
from review_survey import HOST, SERIALS, Office, copy_of

from bench.review import time_requests
from sipas_forms.cli import sipas
from sipas_forms.errors import ReviewError, SipasError
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.printing.layout import load_layout
from sipas_forms.review import Desk, suggest, what_waits
from sipas_forms.review.double import agreement, kappa
from sipas_forms.review.gallery import View, alike, answers_of
from sipas_forms.review.pictures import KINDS, part_of
from sipas_forms.review.queue import next_batch, waiting
from sipas_forms.review.server import serve
from sipas_forms.review.words import FOLDER, Words
from sipas_forms.scanning.run import read_scans
from sipas_forms.store import open_store, review_pages, schema
from sipas_forms.store import review as records
from sipas_forms.store.review import Alike

ONE, TWO, THREE, FOUR, FIVE = SERIALS


@pytest.fixture
def workspace(reviewed: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(reviewed, tmp_path)


@pytest.fixture
def office(workspace: Workspace) -> Iterator[Office]:
    made = Office(workspace)
    yield made
    made.desk.store.close()


def decide(client: TestClient, serial: str, question: str, answer: str, **more: str) -> dict[str, object]:
    reply = client.post("/api/decide", data={"serial": serial, "question": question, "answer": answer, **more})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def routes(app: Starlette, method: str) -> list[str]:
    """Every address of the app, with something in its places."""
    found = [r.path for r in app.routes if isinstance(r, Route) and method in (r.methods or ())]
    filled = [re.sub(r"\{number:int\}", "1", re.sub(r"\{page:int\}", "1", path)) for path in found]
    return [re.sub(r"\{\w+\}", ONE, path) for path in filled]


# Who gets in


def test_foreign_host_names_are_refused(office: Office) -> None:
    client = office.come()
    for path in routes(office.app, "GET"):
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 421
    assert client.get("/board", headers={"Host": "127.0.0.1:9999"}).status_code == 421
    assert client.get("/board").status_code == 200


def test_nothing_is_shown_or_changed_without_a_token(office: Office) -> None:
    paths = routes(office.app, "GET")
    assert len(paths) > 12
    for path in paths:
        assert office.stranger().get(path).status_code == 401, path
    for path in routes(office.app, "POST"):
        assert office.stranger().post(path, data={"serial": TWO}).status_code == 401, path


def test_a_token_lets_one_browser_in(office: Office) -> None:
    token = office.doors.invite("Hà", True)
    first = office.stranger()
    assert first.get(f"/enter?token={token}").status_code == 303
    cookie = first.get(f"/enter?token={office.doors.invite('x', True)}").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert office.stranger().get(f"/enter?token={token}").status_code == 401
    assert office.stranger().get("/enter?token=").status_code == 401


def test_cross_site_posts_change_nothing(office: Office) -> None:
    client = office.come()
    data = {"serial": TWO, "question": "A1", "answer": "5"}
    foreign = [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"X-CSRF-Token": "made up"}]
    for headers in (*foreign, {"X-CSRF-Token": ""}, {"Origin": "null"}):
        assert client.post("/api/decide", data=data, headers=headers).status_code == 403, headers
    assert client.post("/api/decide", data={**data, "note": "x" * 300_000}).status_code == 413
    assert records.history(office.desk.store, 10) == []
    assert client.post("/api/decide", data=data, headers={"Origin": f"http://{HOST}"}).status_code == 200


def test_no_change_by_get(office: Office) -> None:
    client = office.come()
    for path in routes(office.app, "POST"):
        assert client.get(path).status_code in (404, 405), path


def test_safe_headers(office: Office) -> None:
    headers = office.come().get("/queue").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_a_helper_sees_crops_only(office: Office) -> None:
    helper = office.come("Minh", lead=False)
    digest = waiting(office.desk, office.doors.session(helper.cookies[office.doors.cookie]), False)[0].digest  # type: ignore[arg-type]
    for path in ("/board", "/api/board", "/problems", "/gallery", "/double", f"/page/{digest}.jpg", "/problems/1"):
        assert helper.get(path).status_code == 403, path
    assert helper.post("/helpers", data={"name": "x"}).status_code == 403
    assert helper.post("/problems/1/aside", data={"reason": "other"}).status_code == 403
    assert helper.get("/queue").status_code == 200
    assert helper.get("/api/next?kind=boxes").json()["units"] == []
    assert helper.get("/").headers["location"] == "/queue"
    decide(helper, TWO, "A1", "5")
    assert records.history(office.desk.store, 1)[0].operator == "Minh"


def test_a_helper_decides_only_what_people_are_asked(office: Office) -> None:
    helper, lead = office.come("Minh", lead=False), office.come()
    item = records.decided_alike(office.desk.store, Alike(("A3",), None), 1, 0)[0]
    data = {"serial": item.serial, "question": "A3", "answer": "1"}
    assert helper.post("/api/decide", data=data).status_code == 403
    lead.post("/api/doubt", data={"serial": item.serial, "question": "A3", "wrong": "1"})
    decide(helper, item.serial, "A3", "1")


def test_nobody_comes_in_by_a_preview_of_the_link(office: Office) -> None:
    address = f"/enter?token={office.doors.invite('Minh', False)}"
    for method, headers in (
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "prefetch"}),
    ):
        reply = office.stranger().request(method, address, headers=headers)
        assert reply.status_code == 204 and "set-cookie" not in reply.headers
    assert office.stranger().get(address).status_code == 303


def test_addresses_name_no_files(office: Office) -> None:
    client = office.come()
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/crop/..%2f..%2fsurvey.db/A1/crop.jpg",
        "/page/survey.db.jpg",
    ):
        assert client.get(path).status_code == 404, path
    item = records.item_of(office.desk.store, TWO, "A1")
    assert item and client.get(f"/crop/{item.digest}/A1/other.jpg").status_code == 404
    assert client.get(f"/crop/{item.digest}/nosuch/crop.jpg").status_code == 404


def test_only_addresses_of_this_computer(office: Office) -> None:
    for host in ("0.0.0.0", "example.com", "203.0.113.7"):
        with pytest.raises(ReviewError):
            serve(office.desk, "Hà", host=host)


# Queue and decisions


def test_every_page_in_both_languages(office: Office) -> None:
    client = office.come()
    pages = ["/queue", "/writing", "/problems", "/gallery", "/gallery?question=A1&answer=", "/double", "/board"]
    pages += [f"/problems/{p.id}" for p in review_pages.page_problems(office.desk.store)]
    pages.append(f"/conflicts/{ONE}/1")
    for language, word in (("vi", "Bảng theo dõi"), ("en", "Board")):
        assert client.post("/language", data={"language": language, "back": "/queue"}).headers["location"] == "/queue"
        for path in pages:
            reply = client.get(path)
            assert reply.status_code == 200, path
            assert word in reply.text and f'lang="{language}"' in reply.text
    assert client.post("/language", data={"back": "//evil.example"}).headers["location"] == "/"


def test_the_tables_of_words_match() -> None:
    tables = [json.loads((FOLDER / f"words-{name}.json").read_text(encoding="utf-8")) for name in ("vi", "en")]
    assert tables[0].keys() == tables[1].keys()
    for key in tables[0]:
        assert set(re.findall(r"\{\w+\}", tables[0][key])) == set(re.findall(r"\{\w+\}", tables[1][key])), key


def test_a_decision_stands_over_the_machine_and_can_be_undone(office: Office) -> None:
    client = office.come()
    assert office.answer(TWO, "A1") == ("2", "doubtful", "machine")
    decide(client, TWO, "A1", "5", note="rõ")
    assert office.answer(TWO, "A1") == ("5", "accepted", "person")
    made = records.history(office.desk.store, 1)[0]
    assert (made.operator, made.note, made.at[:2]) == ("Hà", "rõ", "20")
    assert client.post("/api/undo").json()["item"]["serial"] == TWO
    assert office.answer(TWO, "A1") == ("2", "doubtful", "machine")
    decide(client, TWO, "A1", "")
    assert office.answer(TWO, "A1") == ("", "blank", "person")


def test_undo_takes_back_ones_own_only(office: Office) -> None:
    first, second = office.come("Hà"), office.come("Minh", lead=False)
    decide(first, TWO, "A1", "5")
    assert second.post("/api/undo").status_code == 404
    assert office.answer(TWO, "A1")[0] == "5"


def test_answers_that_cannot_be(office: Office) -> None:
    client = office.come()
    for question, answer in (
        ("A1", "6"),
        ("A1", "5;5"),
        ("nosuch", "1"),
        ("birth_year", "19x0"),
        ("birth_year", "19600"),
    ):
        reply = client.post("/api/decide", data={"serial": TWO, "question": question, "answer": answer})
        assert reply.status_code == 422, (question, answer)
    assert client.post("/api/decide", data={"serial": FIVE, "question": "A1", "answer": "1"}).status_code == 422
    decide(client, TWO, "A1", "2;4")  # two boxes marked and both meant: the tally counts it as invalid
    assert office.answer(TWO, "A1")[0] == "2;4"


def test_two_people_at_once_lose_nothing(office: Office) -> None:
    first, second = office.come("Hà"), office.come("Minh", lead=False)
    decide(first, TWO, "A1", "5")
    data = {"serial": TWO, "question": "A1", "answer": "4"}
    reply = second.post("/api/decide", data=data)
    assert reply.status_code == 409 and "Hà" in reply.json()["message"]
    assert office.answer(TWO, "A1")[0] == "5"
    decide(second, TWO, "A1", "5")  # the same: nothing to complain of
    assert second.post("/api/decide", data={**data, "seen": str(reply.json()["seen"])}).status_code == 200
    assert office.answer(TWO, "A1")[0] == "4"


def test_two_people_get_different_items(office: Office) -> None:
    keys = []
    for name in ("Hà", "Minh"):
        items = office.come(name).get("/api/next?kind=boxes").json()["items"]
        keys.append({(item["serial"], item["question"]) for item in items})
    assert len(keys[0]) == 10 and len(keys[1]) == 5
    assert not keys[0] & keys[1]


def test_likenesses_come_together_and_skipped_ones_last(office: Office) -> None:
    client = office.come()
    items = client.get("/api/next?kind=boxes").json()["items"]
    questions = [item["question"] for item in items]
    assert questions == sorted(questions, key=office.desk.order.__getitem__)
    client.post("/api/skip", data={"serial": items[0]["serial"], "question": items[0]["question"]})
    session = office.doors.session(client.cookies[office.doors.cookie])
    assert session and waiting(office.desk, session, False)[-1].key == (items[0]["serial"], items[0]["question"])
    assert next_batch(office.desk, session, False, unit="VH").items == ()
    assert next_batch(office.desk, session, False).by_unit == {"TT": 15}


def test_crops_show_every_box_where_the_item_says(office: Office) -> None:
    client = office.come()
    item = next(i for i in client.get("/api/next?kind=boxes").json()["items"] if i["question"] == "A1")
    picture = cv2.imdecode(np.frombuffer(client.get(item["picture"]).content, np.uint8), cv2.IMREAD_GRAYSCALE)
    height, width = picture.shape
    assert width / height == pytest.approx(item["size"][0] / item["size"][1], rel=0.02)
    for box in item["boxes"]:
        x, y, w, h = (round(v / 100 * side) for v, side in zip(box["at"], (width, height) * 2, strict=True))
        frame = min(int(picture[y : y + 6, x + w // 2].min()), int(picture[y + h - 6 : y + h, x + w // 2].min()))
        assert frame < 140, box  # the printed edge is there


def test_crops_of_a_scan_too_fine_to_measure(workspace: Workspace) -> None:
    """600 dpi: measured at half its size, but cut from the scan as it came."""
    picture = cv2.imread(str(workspace.scans / "03.jpg"), cv2.IMREAD_GRAYSCALE)
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    folder = workspace.root / "fine"
    folder.mkdir()
    (folder / "large.jpg").write_bytes(cv2.imencode(".jpg", large)[1].tobytes())
    read_scans(workspace, [folder], workers=1)
    office = Office(workspace)
    serial, page = next((c.serial, c.page) for c in review_pages.conflicts(office.desk.store) if c.serial != ONE)
    found = next(c for c in review_pages.conflicts(office.desk.store) if (c.serial, c.page) == (serial, page))
    crops = []
    question = "A1" if page == 2 else "age"
    for scan in found.scans:
        crop = office.desk.pictures.crop(scan.digest, question, "row")
        assert crop is not None
        crops.append(cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_GRAYSCALE).astype(float))
    assert crops[0].shape == crops[1].shape
    assert np.abs(crops[0] - crops[1]).mean() < 6
    office.desk.store.close()


def test_a_scan_that_was_moved_or_changed_is_said_and_found_again(office: Office) -> None:
    client, scans = office.come(), office.workspace.scans
    item = next(i for i in client.get("/api/next?kind=boxes").json()["items"] if i["question"] == "A1")
    stored = records.item_of(office.desk.store, item["serial"], "A1")
    assert stored
    found = review_pages.stored_scan(office.desk.store, stored.digest)
    assert found
    (scans / "kho").mkdir()
    moved = shutil.move(office.workspace.root / found.path, scans / "kho" / "moved.jpg")
    reply = client.get(item["picture"])
    assert reply.status_code == 404 and f"Không còn tệp quét {found.path}" in reply.text
    shutil.copyfile(scans / "blank.jpg", office.workspace.root / found.path)
    for address in (item["picture"], item["whole"]):  # never the marks of another sheet
        reply = client.get(address)
        assert reply.status_code == 404 and "không còn là ảnh đã đọc" in reply.text
    (office.workspace.root / found.path).unlink()
    before = records.queue(office.desk.store, False)
    summary = read_scans(office.workspace, [scans / "kho"], workers=1)
    assert summary.counts.duplicates == 0 and records.queue(office.desk.store, False) == before
    assert client.get(item["picture"]).headers["content-type"] == "image/jpeg" and Path(moved).is_file()


def test_parts_of_pages_hold_their_boxes(office: Office) -> None:
    layout = load_layout(next(office.workspace.layouts.glob("*.json")))
    for page in layout.pages:
        for box in page.boxes:
            for kind in KINDS:
                part = part_of(page, box.question, kind, box.option)
                assert part and part.x < box.x and part.y < box.y
                assert part.x + part.w > box.x + box.w and part.y + part.h > box.y + box.h


# Handwriting


def test_handwriting_is_typed_with_tags(office: Office) -> None:
    client = office.come()
    data = client.get("/api/next?kind=writing").json()
    assert data["left"] == 6 and {item["question"] for item in data["items"]} == {"birth_year", "comments"}
    decide(client, TWO, "comments", "Cán bộ nhiệt tình", note="#thái-độ")
    assert office.answer(TWO, "comments") == ("Cán bộ nhiệt tình", "accepted", "person")
    assert "#thái-độ" in client.get("/writing").text
    assert client.get("/api/next?kind=writing").json()["left"] == 5
    assert isinstance(client.get(f"/api/suggest?at={TWO}|birth_year").json()["text"], str)


def test_a_year_that_can_hardly_be_is_asked_about_once(office: Office) -> None:
    client = office.come()
    item = next(i for i in client.get("/api/next?kind=writing").json()["items"] if i["question"] == "birth_year")
    assert item["between"] == [1905, 2005]
    for odd in ("1895", "2019", "97"):
        data = {"serial": item["serial"], "question": "birth_year", "answer": odd}
        reply = client.post("/api/decide", data=data)
        assert reply.status_code == 422 and odd in reply.json()["message"]
    decide(client, item["serial"], "birth_year", "1895", sure="1")
    assert office.answer(item["serial"], "birth_year")[0] == "1895"
    client.post("/api/undo")
    decide(client, item["serial"], "birth_year", "1958")


def test_a_suggestion_comes_with_how_sure_tesseract_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"text": ["", "19", "58"], "conf": [-1, 90.0, 70.0]}
    monkeypatch.setattr(suggest, "_languages", lambda: ("eng", "vie"))
    monkeypatch.setattr("pytesseract.image_to_data", lambda image, **more: said)
    item = next(i for i in records.queue(office.desk.store, True) if i.question == "birth_year")
    address = f"/api/suggest?at={item.serial}|birth_year"
    assert office.come().get(address).json() == {"text": "1958", "confidence": 80}
    said["text"][1] = "1"  # three digits for four cells are no suggestion
    office.desk.suggester = suggest.Suggester(office.desk.pictures)
    assert office.come().get(address).json() == {"text": "", "confidence": 0}
    comment = next(i for i in records.queue(office.desk.store, True) if i.question == "comments")
    address = f"/api/suggest?at={comment.serial}|comments"
    said |= {"text": ["cán", "bộ", "|", "vui"], "conf": [60, 60, 10, 60]}
    assert office.come().get(address).json() == {"text": "cán bộ vui", "confidence": 54}


# Gallery


def test_gallery_calls_an_answer_doubtful_until_it_is_decided(office: Office) -> None:
    client = office.come()
    item = records.decided_alike(office.desk.store, Alike(tuple(office.desk.criteria), "4"), 500, 0)[0]
    assert f'data-serial="{item.serial}" data-question="{item.question}"' in client.get("/gallery?answer=4").text
    before = office.answer(*item.key)
    data = {"serial": item.serial, "question": item.question}
    client.post("/api/doubt", data={**data, "wrong": "1"})
    assert office.answer(*item.key) == (before[0], "doubtful", "machine")
    assert records.CALLED_DOUBTFUL in {i.reason for i in records.queue(office.desk.store, False)}
    decide(client, *item.key, "3")
    assert office.answer(*item.key) == ("3", "accepted", "person")
    client.post("/api/undo")
    assert office.answer(*item.key)[1] == "doubtful"
    client.post("/api/doubt", data={**data, "wrong": "0"})
    assert office.answer(*item.key) == before


def test_a_doubted_decision_can_be_decided_anew(office: Office) -> None:
    client = office.come()
    decide(client, TWO, "A1", "5")
    client.post("/api/doubt", data={"serial": TWO, "question": "A1", "wrong": "1"})
    assert office.answer(TWO, "A1") == ("5", "doubtful", "person")
    items = client.get("/api/next?kind=boxes").json()["items"]
    item = next(i for i in items if (i["serial"], i["question"]) == (TWO, "A1"))
    assert item["guess"] == "5" and item["seen"] > 0
    decide(client, TWO, "A1", "4", seen=str(item["seen"]))
    assert office.answer(TWO, "A1") == ("4", "accepted", "person")


def test_gallery_is_sorted_by_certainty(office: Office) -> None:
    found = records.decided_alike(office.desk.store, Alike(tuple(office.desk.criteria), "4"), 500, 0)
    assert len(found) > 5 and [i.confidence for i in found] == sorted(i.confidence for i in found)
    assert records.decided_alike(office.desk.store, Alike(tuple(office.desk.criteria), "4"), 3, 2) == found[2:5]


def test_the_gallery_shows_every_decision_of_the_machine(office: Office) -> None:
    desk = office.desk
    with desk.store.transaction() as connection:
        c = schema.machine_answers.c
        rows = connection.execute(select(c.digest, c.question, c.answer).where(c.status != "doubtful")).all()
    silent = {scan.digest for conflict in review_pages.conflicts(desk.store) for scan in conflict.scans}
    settled = {(digest, question): answer for digest, question, answer in rows if digest not in silent}

    def shown(question: str, answer: str) -> set[tuple[str, str]]:
        items = records.decided_alike(desk.store, alike(desk, View(question, answer)), 10_000, 0)
        return {(item.digest, item.question) for item in items}

    assert shown("all", "*") == set(settled)
    found: set[tuple[str, str]] = set()
    for question in desk.questions:
        for answer, _ in answers_of(desk, question, Words("vi")):
            if answer != "*":
                found |= shown(question, answer)
    assert found == set(settled)
    for option in desk.questions["improve"].options:  # in a multiple choice every box is a decision of its own
        ticked, unticked = shown("improve", f"+{option.code}"), shown("improve", f"-{option.code}")
        assert ticked == {k for k, a in settled.items() if k[1] == "improve" and option.code in a.split(";")}
        assert ticked | unticked == {k for k in settled if k[1] == "improve"} and not ticked & unticked
    assert shown("comments", "") == {k for k in settled if k[1] == "comments"}


def test_the_gallery_shows_the_box_that_was_decided(office: Office) -> None:
    client = office.come()
    option = next(
        o.code
        for o in office.desk.questions["improve"].options
        if records.count_alike(office.desk.store, alike(office.desk, View("improve", f"+{o.code}")))
    )
    text = client.get("/gallery", params={"question": "improve", "answer": f"+{option}"}).text
    picture = re.search(rf'src="(/crop/\w+/improve/box/{option}.jpg)"', text)
    assert picture and client.get(picture[1]).headers["content-type"] == "image/jpeg"
    for odd in ("question=nosuch&answer=9", "question=A1&answer=-3&from=-1", "from=99999999999999999999&reason=x"):
        assert client.get(f"/gallery?{odd}").status_code == 200, odd


# Pages with a problem, conflicts


def hidden_problem(desk: Desk) -> review_pages.PageProblem:
    return next(p for p in review_pages.page_problems(desk.store) if p.code == "no_code")


def test_a_page_without_codes_is_read_by_its_serial(office: Office) -> None:
    client, problem = office.come(), hidden_problem(office.desk)
    assert office.answer(FOUR, "A3")[1] == "missing"
    wrong = FOUR[:-1] + ("A" if FOUR[-1] != "A" else "B")
    for serial in (wrong, "XX-TP-0001-9", FIVE[:-1]):
        client.post(f"/problems/{problem.id}/read", data={"serial": serial, "page": "2", "turn": "0"})
        assert hidden_problem(office.desk) == problem
    client.post(f"/problems/{problem.id}/read", data={"serial": FOUR, "page": "1", "turn": "0"})
    assert hidden_problem(office.desk) == problem  # its boxes are not those of page 1
    typed = FOUR.lower().replace("-", " ")
    client.post(f"/problems/{problem.id}/read", data={"serial": typed, "page": "2", "turn": "0"})
    assert [p.code for p in review_pages.page_problems(office.desk.store)] == ["blank_page", "damaged_file"]
    assert office.answer(FOUR, "A3")[1] in ("accepted", "blank", "doubtful")
    read_scans(office.workspace, workers=1)  # reading everything again changes nothing
    assert office.answer(FOUR, "A3")[1] in ("accepted", "blank", "doubtful")


def test_a_serial_that_was_read_from_print_is_confirmed(office: Office) -> None:
    """Both codes destroyed, the serial beside them not: its form is filled in on the page, and one press reads it."""
    client, problem = office.come(), hidden_problem(office.desk)
    path = office.workspace.root / problem.path
    picture = cv2.imread(str(office.workspace.scans / "01.jpg"), cv2.IMREAD_GRAYSCALE)
    serial, page = (int(v) if v.isdigit() else v for v in zxingcpp.read_barcodes(picture)[0].text.split(":")[1:3])
    for code in zxingcpp.read_barcodes(picture):
        at = code.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        cv2.fillConvexPoly(picture, np.array(corners), 235)
    path.write_bytes(cv2.imencode(".jpg", picture)[1].tobytes())
    read_scans(office.workspace, [path], workers=1)
    [problem] = [p for p in review_pages.page_problems(office.desk.store) if p.code == "serial_to_confirm"]
    assert (problem.serial, problem.page) == (serial, page)
    shown = client.get(f"/problems/{problem.id}").text
    assert f'value="{serial}"' in shown
    client.post(f"/problems/{problem.id}/read", data={"serial": str(serial), "page": str(page), "turn": "0"})
    assert "serial_to_confirm" not in [p.code for p in review_pages.page_problems(office.desk.store)]


def test_a_page_that_cannot_be_laid_is_entered_by_hand(office: Office) -> None:
    """Crumpled, and the sheet is gone: people are asked every question, with the page before them."""
    client, problem = office.come(), hidden_problem(office.desk)
    path = office.workspace.root / problem.path
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    rows, columns = np.indices(picture.shape, np.float32)
    waves = columns + 60 * np.sin(rows / 90), rows + 60 * np.sin(columns / 110)
    crumpled = cv2.remap(picture, *(wave.astype(np.float32) for wave in waves), cv2.INTER_LINEAR, borderValue=(255,))
    path.write_bytes(cv2.imencode(".jpg", crumpled)[1].tobytes())
    read_scans(office.workspace, [path], workers=1)
    told = {"serial": FOUR, "page": "2", "turn": "0"}
    problem = hidden_problem(office.desk)
    client.post(f"/problems/{problem.id}/read", data=told)
    assert hidden_problem(office.desk) == problem
    wrong = FOUR[:-1] + ("A" if FOUR[-1] != "A" else "B")
    client.post(f"/problems/{problem.id}/read", data={**told, "serial": wrong, "by_hand": "1"})
    assert hidden_problem(office.desk) == problem
    client.post(f"/problems/{problem.id}/read", data={**told, "by_hand": "1"})
    assert "no_code" not in [p.code for p in review_pages.page_problems(office.desk.store)]
    layout = load_layout(next(office.workspace.layouts.glob("*.json")))
    boxed = {box.question for box in layout.page(2).boxes}
    queued = [
        item for item in records.queue(office.desk.store, handwriting=False) if item.serial == FOUR and item.page == 2
    ]
    assert {item.question for item in queued} == boxed and {item.reason for item in queued} == {"by_hand"}
    written = [
        item for item in records.queue(office.desk.store, handwriting=True) if item.serial == FOUR and item.page == 2
    ]
    assert {item.question for item in written} == {area.question for area in layout.page(2).writing}
    assert client.get(f"/crop/{queued[0].digest}/{queued[0].question}/crop.jpg").status_code == 200
    assert client.get(f"/page/{queued[0].digest}.jpg").status_code == 200
    shown = [item for item in client.get("/api/next").json()["items"] if item["serial"] == FOUR]
    assert shown and all("(F)" in item["reason"] and not item["guesses"] for item in shown)
    order = list(office.desk.questions)
    assert [item["question"] for item in shown] == sorted((item["question"] for item in shown), key=order.index)
    name = queued[0].question
    decide(client, FOUR, name, "1")
    assert office.answer(FOUR, name) == ("1", "accepted", "person")
    read_scans(office.workspace, workers=1)
    assert office.answer(FOUR, name) == ("1", "accepted", "person")


def test_a_turned_page_is_read_by_its_corners(office: Office) -> None:
    client, problem = office.come(), hidden_problem(office.desk)
    path = office.workspace.root / problem.path
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    height, width = picture.shape
    desk_top = np.full((height + 700, width + 900), 90, np.uint8)  # lies askew on something dark, far from the middle
    desk_top[100 : 100 + height, 800 : 800 + width] = picture
    path.write_bytes(cv2.imencode(".jpg", cv2.rotate(desk_top, cv2.ROTATE_90_COUNTERCLOCKWISE))[1].tobytes())
    read_scans(office.workspace, [path], workers=1)
    problem = hidden_problem(office.desk)
    form = {"serial": FOUR, "page": "2", "turn": "90"}
    client.post(f"/problems/{problem.id}/read", data=form)
    assert hidden_problem(office.desk).id == problem.id
    corners = []
    for mark in ((10.5, 10.5), (199.5, 10.5), (199.5, 286.5), (10.5, 286.5)):
        x, y = 800 + mark[0] / 210 * width, 100 + mark[1] / 297 * height
        corners += [f"{x / desk_top.shape[1]:.4f}", f"{y / desk_top.shape[0]:.4f}"]
    client.post(f"/problems/{problem.id}/read", data={**form, "corners": ",".join(corners)})
    assert office.answer(FOUR, "A3")[1] != "missing"


def test_a_code_that_can_be_read_is_not_overruled(office: Office) -> None:
    client = office.come()
    problem = hidden_problem(office.desk)
    shutil.copyfile(office.workspace.scans / "01.jpg", office.workspace.root / problem.path)
    reply = client.post(f"/problems/{problem.id}/read", data={"serial": FIVE, "page": "2", "turn": "0"})
    assert reply.status_code == 303 and hidden_problem(office.desk) == problem
    assert re.search(r"TT-TP-000\d-\w, trang \d; hãy", client.get(f"/problems/{problem.id}").text)


def test_forms_that_are_not_ours_are_refused(office: Office) -> None:
    client, problem = office.come(), hidden_problem(office.desk)
    for bad in ({"turn": "45"}, {"corners": "1,2,3"}, {"corners": "9,9,9,9,9,9,9,9"}, {"page": "x"}):
        data = {"serial": FOUR, "page": "2", "turn": "0", **bad}
        assert client.post(f"/problems/{problem.id}/read", data=data).status_code == 422, bad


def test_put_aside_and_taken_back(office: Office) -> None:
    client = office.come()
    problems = {p.code: p for p in review_pages.page_problems(office.desk.store)}
    for code in ("blank_page", "damaged_file"):
        client.post(f"/problems/{problems[code].id}/aside", data={"reason": "blank_back", "more": "trang bìa"})
    read_scans(office.workspace, [office.workspace.scans / name for name in ("blank.jpg", "broken.pdf")], workers=1)
    assert [p.code for p in review_pages.page_problems(office.desk.store)] == ["no_code"]
    aside = review_pages.put_aside(office.desk.store)
    assert {a.code for a in aside} == {"blank_page", "damaged_file"} and "trang bìa" in client.get("/problems").text
    for one in aside:
        client.post(f"/aside/{one.id}/back")
    assert len(review_pages.page_problems(office.desk.store)) == 3


def test_a_conflict_is_settled_and_reopened(office: Office) -> None:
    client = office.come()
    conflict = review_pages.conflicts(office.desk.store)[0]
    assert (conflict.serial, conflict.page, len(conflict.scans)) == (ONE, 1, 2)
    assert office.answer(ONE, "sex")[1] == "doubtful"
    client.post(f"/conflicts/{ONE}/1/choose", data={"digest": "0" * 32})
    assert len(review_pages.conflicts(office.desk.store)) == 1
    reply = client.post(f"/conflicts/{ONE}/1/choose", data={"digest": conflict.scans[1].digest})
    assert reply.headers["location"] == "/problems"
    assert office.answer(ONE, "sex")[1] != "doubtful" and not review_pages.conflicts(office.desk.store)
    assert (ONE, "learnt") in {item.key for item in records.queue(office.desk.store, False)}
    item = records.item_of(office.desk.store, ONE, "learnt")
    assert item and item.digest == conflict.scans[1].digest
    client.post(f"/conflicts/{ONE}/1/undo")
    assert len(review_pages.conflicts(office.desk.store)) == 1


# Double entry, board


def test_two_who_agree_decide_and_two_who_differ_ask_a_third(workspace: Workspace) -> None:
    office = Office(workspace, double=True)
    first, second, third = office.come("Hà"), office.come("Minh", lead=False), office.come("Lan")
    assert decide(first, TWO, "A1", "5")["state"] == "waiting"
    assert office.answer(TWO, "A1")[1] == "doubtful"
    assert first.get("/api/next?kind=boxes").json()["left"] == 14
    assert second.get("/api/next?kind=boxes").json()["left"] == 15
    assert decide(second, TWO, "A1", "5")["state"] == "agreed"
    assert office.answer(TWO, "A1") == ("5", "accepted", "person")
    assert records.history(office.desk.store, 1)[0].operator == "Hà + Minh"
    decide(first, TWO, "A2", "4")
    assert decide(second, TWO, "A2", "3")["state"] == "differs"
    assert office.answer(TWO, "A2")[1] == "doubtful"
    text = third.get("/double").text
    assert "4 Hài lòng" in text and "3 Bình thường" in text and "50,0%" in text
    assert third.get("/api/next?kind=boxes").json()["left"] == 13
    third.post("/double/settle", data={"serial": TWO, "question": "A2", "answer": "4"})
    assert office.answer(TWO, "A2") == ("4", "accepted", "person")
    decide(first, TWO, "B5", "1")
    assert first.post("/api/undo").json()["item"]["question"] == "B5"
    assert first.get("/api/next?kind=boxes").json()["left"] == 13
    office.desk.store.close()


def test_cohens_kappa() -> None:
    """The textbook's fifty grants: 20 both yes, 15 both no, 5 and 10 apart; agreement 0.7, kappa 0.4."""
    pairs = [("y", "y")] * 20 + [("n", "n")] * 15 + [("y", "n")] * 5 + [("n", "y")] * 10
    assert agreement(pairs) == pytest.approx(0.7)
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("y", "y")] * 3) is None and kappa([]) is None and agreement([]) is None


def test_kappa_of_many_answers_is_scikit_learns() -> None:
    """cohen_kappa_score of scikit-learn 1.9.1, on these forty answers with a blank and a double mark among them."""
    first = ["1"] * 10 + ["2"] * 8 + ["3"] * 12 + ["4;5"] * 5 + [""] * 5
    second = [*"1111111", "2", "2", "", *"222222", "1", "3", *"333333333", "2", "4;5", "4;5"]
    second += ["4;5"] * 4 + ["3"] + [""] * 4 + ["1"]
    assert agreement(zip(first, second, strict=True)) == 0.75
    assert kappa(zip(first, second, strict=True)) == pytest.approx(0.680255795363709, abs=1e-12)


def test_the_board_counts(office: Office) -> None:
    client = office.come()
    decide(client, TWO, "A1", "5")
    for _ in range(100):
        data = client.get("/api/board").json()
        if data["ready"]:
            break
    assert data["total"] == {
        "issued": "5",
        "printed": "5",
        "returned": "4",
        "complete": "3",
        "doubtful": "14",
        "handwriting": "6",
        "settled": "1",
    }
    assert data["problems"] == "4" and data["rows"][0]["counts"] == data["total"]
    assert data["index"]["text"] == "81,5"
    assert data["missing"] == [FIVE] and not data["missing_more"]


def test_a_link_for_a_helper(office: Office) -> None:
    client = office.come()
    client.post("/helpers", data={"name": " hà "})
    text = client.get("/board").text
    assert "token=" not in text and "hà là tên của người phụ trách" in text
    client.post("/helpers", data={"name": "Minh"})
    address = re.search(r"http://127[^\s<]+", client.get("/board").text)
    assert address and address[0] not in client.get("/board").text  # shown once
    helper = office.stranger()
    assert helper.get(address[0]).status_code == 303
    assert helper.get("/board").status_code == 403 and helper.get("/queue").status_code == 200


def test_every_request_over_http_to_the_command_as_it_is_started(workspace: Workspace) -> None:
    times = time_requests(workspace, 1)
    assert {"board", "gallery: everything", "one conflict", "POST decide", "the whole page"} <= times.keys()
    assert all(len(seconds) == 1 for seconds in times.values())


def test_the_command_says_what_waits_and_refuses_what_it_can_not_do(workspace: Workspace, tmp_path: Path) -> None:
    store = open_store(workspace.database)
    assert what_waits(store) == "Waiting for a person: 15 doubtful answers, 6 with handwriting, 4 pages."
    store.close()
    empty = create_workspace(tmp_path / "empty")
    store = open_store(empty.database)
    assert what_waits(store).startswith("Nothing waits for a person: no page has been read yet (sipas read)")
    store.close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = [(("--port", port), 11, f"port {port}: can't be listened on"), (("--host", "0.0.0.0"), 11, "many")]
        refused += [(("--name", "Hà", "--operator", "hà "), 2, "a name of their own"), (("--name", " "), 2, "1 to 38")]
        for arguments, code, sentence in refused:
            result = CliRunner().invoke(sipas, ["--workspace", str(empty.root), "review", "--no-open", *arguments])
            error = result.exception
            found = error.exit_code if isinstance(error, SipasError) else result.exit_code
            assert found == code and sentence in f"{error} {result.output}", arguments
