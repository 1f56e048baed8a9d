"""The review page in Chromium: by keyboard alone, by two people, killed and started again, and looked at by axe."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import delete, select

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python isn't installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None:
    pytest.skip("Chromium isn't installed: the page's own behaviour is not tested here", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parent))
import uvicorn  # noqa: E402
from review_survey import SERIALS, copy_of, open_desk  # noqa: E402

from sipas_forms.flow import current_answers  # noqa: E402
from sipas_forms.plan import Workspace  # noqa: E402
from sipas_forms.review import Doors, make_app  # noqa: E402
from sipas_forms.scanning.run import read_scans  # noqa: E402
from sipas_forms.store import open_store, review, review_pages, schema  # noqa: E402
from sipas_forms.store.double import key_entry  # noqa: E402

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
ONE, TWO, THREE, FOUR, FIVE = SERIALS
SCREEN = {"width": 1366, "height": 768}
EVERYTHING = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def launched() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def chromium(launched: playwright.Browser) -> Iterator[playwright.Browser]:
    """One Chromium for all tests; what a test opened is closed with it, since pages go on asking for news."""
    yield launched
    for context in launched.contexts:
        context.close()


class Server:
    """The page on a socket, in a thread of this process."""

    def __init__(self, workspace: Workspace, helpers: tuple[str, ...] = (), double: bool = False) -> None:
        self.workspace, self.desk = workspace, open_desk(workspace, double)
        listener = socket.create_server(("127.0.0.1", 0))
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        doors = Doors({host})
        people = [("Hà", True), *((helper, False) for helper in helpers)]
        self.address = f"http://{host}"
        self.links = [f"{self.address}/enter?token={doors.invite(*person)}" for person in people]
        settings = uvicorn.Config(make_app(self.desk, doors), log_level="critical", lifespan="off")
        self.server = uvicorn.Server(settings)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listener]})
        self.thread.start()

    def stop(self) -> None:
        self.server.force_exit = self.server.should_exit = True
        self.thread.join()
        self.desk.store.close()

    def answer(self, serial: str, question: str) -> tuple[str, str]:
        store = open_store(self.workspace.database)
        frame = current_answers(self.workspace, store)
        store.close()
        row = frame[(frame["serial"] == serial) & (frame["question"] == question)].iloc[0]
        return row["answer"], row["status"]

    def decisions(self) -> list[review.Decision]:
        store = open_store(self.workspace.database)
        found = review.history(store, 1000)
        store.close()
        return found


@pytest.fixture
def workspace(reviewed: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(reviewed, tmp_path)


@pytest.fixture
def serve(workspace: Workspace) -> Iterator[object]:
    started: list[Server] = []

    def start(helpers: tuple[str, ...] = (), double: bool = False) -> Server:
        started.append(Server(workspace, helpers, double))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def come(chromium: playwright.Browser, link: str, path: str) -> playwright.Page:
    """A browser of its own that has come in by its link and is at `path`."""
    context = chromium.new_context(viewport=SCREEN)
    context.request.get(link, max_redirects=0)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(link.partition("/enter")[0] + path)
    return page


def settled(page: playwright.Page, number: int) -> None:
    """Wait until the page shows that many as saved."""
    playwright.expect(page.locator("#saved")).to_have_text(str(number), timeout=15_000)


def press(page: playwright.Page, key: str) -> None:
    """Answer the item on the screen; a multiple choice takes Enter, too."""
    shown(page)
    page.keyboard.press(key)
    if "Enter" in page.inner_text(".several"):
        page.keyboard.press("Enter")


def shown(page: playwright.Page) -> tuple[str, str]:
    """(serial, title) of the item on the screen."""
    page.wait_for_selector("#desk:not([hidden])")
    return page.inner_text("#serial"), page.inner_text("#title")


def test_a_queue_is_settled_by_keyboard_alone(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/queue")
    for number in range(1, 16):
        serial, title = shown(page)
        press(page, "3")
        settled(page, number)
        assert serial and title
    page.wait_for_selector("#done:not([hidden])")
    assert server.answer(TWO, "A1") == ("3", "accepted")
    assert server.answer(TWO, "learnt") == ("2;3", "accepted")
    assert len(server.decisions()) == 15
    page.keyboard.press("u")
    shown(page)
    page.keyboard.press("0")
    settled(page, 15)
    assert server.decisions()[0].answer == ""


def test_the_other_keys(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/queue")
    first = shown(page)
    page.keyboard.press("s")
    second = shown(page)
    assert second != first
    page.keyboard.press("f")
    assert page.evaluate("document.getElementById('page-view').open")
    page.keyboard.press("f")
    page.keyboard.press("n")
    page.keyboard.type("mờ 5")  # digits in a note are no answers
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    if page.get_attribute(".option", "aria-pressed") is not None:
        page.keyboard.press("1")
        page.keyboard.press("4")
        page.keyboard.press("Enter")
    settled(page, 1)
    made = server.decisions()[0]
    assert (made.serial, made.note) == (second[0], "mờ 5") and made.answer.split(";")[-1] == "4"
    page.keyboard.press("u")
    page.wait_for_selector("#before:not([hidden])")
    assert shown(page) == second
    assert server.decisions() == []
    page.uncheck("#keys")
    page.keyboard.press("3")
    page.wait_for_timeout(300)
    assert server.decisions() == []


def test_two_people_at_once_settle_everything_once(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve(("Minh",))
    pages = [come(chromium, link, "/queue") for link in server.links]
    counts = [0, 0]
    for _ in range(20):
        for who, page in enumerate(pages):
            if not page.is_visible("#desk"):
                continue
            press(page, "4")
            counts[who] += 1
            settled(page, counts[who])
    made = server.decisions()
    assert len(made) == len({(d.serial, d.question) for d in made}) == 15
    assert {d.operator for d in made} == {"Hà", "Minh"}
    assert not pages[1].is_visible("nav a[href='/board']")


def start_command(workspace: Workspace) -> tuple[subprocess.Popen[str], str]:
    """`sipas review` as people start it, and the link that it prints."""
    command = [sys.executable, "-m", "sipas_forms", "--workspace", str(workspace.root), "review", "--no-open"]
    process = subprocess.Popen(
        [*command, "--name", "Hà"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout
    process.stdout.close()


def test_a_killed_server_loses_nothing_that_was_shown_as_saved(workspace, chromium) -> None:  # type: ignore[no-untyped-def]
    process, link = start_command(workspace)
    page = come(chromium, link, "/queue")
    for _ in range(6):
        press(page, "3")
    page.wait_for_function("() => Number(byId('saved').textContent) >= 3")
    kill(process)  # SIGKILL, with decisions under way
    page.wait_for_timeout(200)
    saved = int(page.inner_text("#saved"))
    press(page, "3")
    page.wait_for_selector("#alert:not([hidden])")
    assert int(page.inner_text("#saved")) == saved  # the last one is not shown as saved
    store = open_store(workspace.database)
    made = len(review.history(store, 100))
    assert saved <= made <= 6
    process, link = start_command(workspace)
    again = chromium.new_page()
    again.goto(link)  # as the browser opens it
    assert again.url.endswith("/board")
    again.goto(link.partition("/enter")[0] + "/queue")
    playwright.expect(again.locator("#left")).to_have_text(str(15 - made))
    kill(process)
    assert len(review.history(store, 100)) == made
    store.close()


def test_a_server_that_is_gone_is_not_taken_for_the_end_of_the_work(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    page = come(chromium, serve().links[0], "/queue")
    shown(page)
    page.route("**/api/next*", lambda route: route.abort())
    page.reload()
    page.wait_for_selector("#alert:not([hidden])")
    assert not page.is_visible("#done") and not page.is_visible("#desk")
    page.unroute("**/api/next*")
    shown(page)
    assert not page.is_visible("#alert")


def test_the_next_crop_is_there_before_it_is_asked_for(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/queue")
    first = shown(page)
    page.wait_for_load_state("networkidle")
    server.desk.pictures.crop = lambda *_: None  # none is given out any more
    for number in (1, 2, 3):
        press(page, "3")
        settled(page, number)
        assert shown(page) != first
        page.wait_for_function("() => byId('crop').complete && byId('crop').naturalWidth > 0")
        page.wait_for_function("() => byId('around').complete && byId('around').naturalWidth > 0")


def test_a_scan_that_is_gone_is_said_in_the_place_of_its_picture(serve, chromium, workspace) -> None:  # type: ignore[no-untyped-def]
    for path in workspace.scans.glob("*.jpg"):
        path.unlink()
    page = come(chromium, serve().links[0], "/queue")
    shown(page)
    page.wait_for_selector("#picture .gone:has-text('Không còn tệp quét scans/')")
    page.goto(page.url.replace("/queue", "/gallery?answer=4"))
    page.wait_for_selector(".card .gone:has-text('scans/')")


def test_handwriting_by_keyboard(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/writing")
    title = shown(page)[1]
    assert title.startswith("Năm sinh")
    page.keyboard.press("Enter")  # an empty field is no answer
    assert page.inner_text("#ask")
    page.keyboard.type("19a5")
    page.keyboard.press("Enter")
    assert "chữ số" in page.inner_text("#ask") and shown(page)[1] == title
    page.fill("#text", "1895")
    page.keyboard.press("Enter")
    assert "1895" in page.inner_text("#ask")
    page.keyboard.press("Enter")
    settled(page, 1)
    page.keyboard.type("1958")
    page.keyboard.press("Enter")
    settled(page, 2)
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    settled(page, 3)
    while not shown(page)[1].startswith("Ý kiến"):
        page.keyboard.press("Escape")
        page.keyboard.press("s")
    page.keyboard.type("Cần thêm ghế")
    page.focus("#newtag")
    page.keyboard.type("chỗ ngồi")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    settled(page, 4)
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    settled(page, 5)
    made = [(decision.answer, decision.note) for decision in reversed(server.decisions())]
    assert made[:3] == [("1895", ""), ("1958", ""), ("", "")]
    assert made[3:] == [("Cần thêm ghế", "#chỗ-ngồi"), ("", "#không-đọc-được")]


def test_what_the_server_refuses_comes_back_to_the_screen(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    page = come(chromium, serve().links[0], "/writing")
    first = shown(page)
    left = page.inner_text("#left")
    page.route("**/api/decide", lambda route: route.fulfill(status=422, json={"message": "Không ghi được."}))
    page.keyboard.type("1958")
    page.keyboard.press("Enter")
    page.wait_for_selector("#alert:has-text('Không ghi được.')")
    assert shown(page) == first and page.input_value("#text") == "1958"
    assert page.inner_text("#left") == left


def test_the_board_lives_while_scans_are_read(serve, chromium, workspace) -> None:  # type: ignore[no-untyped-def]
    store = open_store(workspace.database)
    with store.transaction() as connection:  # as if form 3 had not been read yet
        scans, files, answers = schema.scans, schema.scan_files, schema.machine_answers
        paths = connection.scalars(select(scans.c.path).where(scans.c.serial == THREE)).all()
        read = select(scans.c.digest).where(scans.c.serial == THREE)
        connection.execute(delete(answers).where(answers.c.digest.in_(read)))
        connection.execute(delete(scans).where(scans.c.serial == THREE))
        connection.execute(delete(files).where(files.c.path.in_(paths)))
    store.close()
    page = come(chromium, serve().links[0], "/board")
    playwright.expect(page.locator("[data-total=returned]")).to_have_text("3")
    page.click("#not-back")
    assert THREE in page.inner_text("#missing")
    read_scans(workspace, [workspace.root / path for path in paths], workers=1)
    playwright.expect(page.locator("[data-total=returned]")).to_have_text("4", timeout=20_000)
    assert page.inner_text("#missing code") == FIVE


def test_gallery_correction(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/gallery?answer=4")
    card = page.locator(".card").first
    serial, question = card.get_attribute("data-serial"), card.get_attribute("data-question")
    card.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".card[aria-pressed=true]")
    assert server.answer(serial, question) == ("4", "doubtful")
    page.goto(f"{server.address}/queue")
    titles = set()
    for _ in range(16):
        titles.add(shown(page))
        page.keyboard.press("s")
        page.wait_for_timeout(60)
    assert any(s == serial and title.startswith(f"{question}.") for s, title in titles)


def test_a_page_is_rescued_by_its_corners(serve, chromium, workspace) -> None:  # type: ignore[no-untyped-def]
    path = workspace.scans / "08.jpg"
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    height, width = picture.shape
    table = np.full((height + 300, width + 500), 90, np.uint8)  # on something dark, far from the middle
    table[100 : 100 + height, 400 : 400 + width] = picture
    path.write_bytes(cv2.imencode(".jpg", table)[1].tobytes())
    read_scans(workspace, [path], workers=1)
    server = serve()
    page = come(chromium, server.links[0], "/problems")
    page.click(".cards a:has-text('08.jpg')")
    page.fill("#serial", FOUR[:-1])
    page.wait_for_selector("#checked.bad")
    page.fill("#serial", FOUR.lower())
    page.wait_for_selector("#checked.good")
    page.focus("input[name=page][value='1']")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice")
    assert server.answer(FOUR, "A3")[1] == "missing"  # not without its corners; now type it all again
    page.fill("#serial", FOUR)
    page.check("input[name=page][value='2']")
    sheet = page.locator("#sheet").bounding_box()
    wanted = {"tl": (10.5, 10.5), "tr": (199.5, 10.5), "br": (199.5, 286.5), "bl": (10.5, 286.5)}
    for name, (x, y) in wanted.items():
        at = (400 + x / 210 * width) / table.shape[1], (100 + y / 297 * height) / table.shape[0]
        if name in ("tl", "br"):
            page.locator(f"[data-corner={name}]").hover()
            page.mouse.down()
            page.mouse.move(sheet["x"] + sheet["width"] * at[0], sheet["y"] + sheet["height"] * at[1])
            page.mouse.up()
        else:
            page.focus(f"[data-corner={name}]")
            walk(page, at, {"tr": (0.95, 0.0354), "bl": (0.05, 0.9646)}[name])
    page.focus("#serial")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".notice:has-text('{FOUR}')")
    assert server.answer(FOUR, "A3")[1] != "missing"


def walk(page: playwright.Page, to: tuple[float, float], start: tuple[float, float]) -> None:
    """Move the corner that has the focus by arrow keys: leaps of 1.5%, then steps of 0.15% of the picture."""
    for (less, more), away in zip(
        (("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown")), (to[0] - start[0], to[1] - start[1]), strict=True
    ):
        leaps, steps = divmod(round(abs(away) / 0.0015), 10)
        for key in ["Shift+" + (more if away > 0 else less)] * leaps + [more if away > 0 else less] * steps:
            page.keyboard.press(key)


def test_a_conflict_is_settled_by_a_key(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], f"/conflicts/{ONE}/1")
    page.keyboard.press("2")
    page.wait_for_url("**/problems")
    store = open_store(server.workspace.database)
    assert review_pages.conflicts(store) == [] and review_pages.choices(store)[0].serial == ONE
    store.close()


def test_double_entry(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve(("Minh",), double=True)
    first, second = (come(chromium, link, "/queue") for link in server.links)
    for page, key in ((first, "4"), (second, "5")):
        for number in (1, 2):
            press(page, key if number == 1 else "3")
            settled(page, number)
    first.goto(f"{server.address}/double")
    assert [d.operator for d in server.decisions()] == ["Hà + Minh"]
    assert first.locator(".third").count() == 1 and "50,0%" in first.inner_text(".tiles")
    first.locator(".third button").first.click()
    first.wait_for_selector(".notice")
    assert {d.operator for d in server.decisions()} == {"Hà", "Hà + Minh"}
    assert first.locator(".third").count() == 0


def test_axe_finds_nothing_and_everything_fits_the_screen(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-core isn't installed")
    source = axe.AXE_FILE_PATH.read_text(encoding="utf-8")
    server = serve(("Minh",), double=True)
    review_pages_of_two(server)
    paths = [
        "/queue",
        "/writing",
        "/problems",
        "/problems/2",
        f"/conflicts/{ONE}/1",
        "/gallery?question=sex",
        "/double",
    ]
    page, helper = (come(chromium, link, "/queue") for link in server.links)
    found = []
    for who, path in [*((page, path) for path in [*paths, "/board"]), (helper, "/queue")]:
        who.goto(server.address + path)
        if path in ("/queue", "/writing"):
            shown(who)
        assert who.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"], path
        who.evaluate(source)
        for scheme, run in (("light", EVERYTHING), ("dark", CONTRAST)):
            who.emulate_media(color_scheme=scheme)
            for one in who.evaluate(f"axe.run({json.dumps(run)})")["violations"]:
                nodes = [node["html"][:120] for node in one["nodes"][:2]]
                found.append((scheme, path, one["impact"], one["id"], nodes))
    assert found == []
    box = helper.locator("#options").bounding_box()
    assert box["y"] + box["height"] < 560  # the buttons are on a screen of 768 less the browser's own bars


def review_pages_of_two(server: Server) -> None:
    """One item on which two people differ, so that the third look has something to show."""
    for name, answer in (("Hà", "4"), ("Minh", "5")):
        key_entry(server.desk.store, TWO, "A1", answer, name)
