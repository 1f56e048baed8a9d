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

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python isn't installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None:
    pytest.skip("Chromium isn't installed: the page's own behaviour is not tested here", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parent))
import uvicorn  # noqa: E402
from review_survey import SERIALS, make_workspace, open_desk  # noqa: E402

from sipas_forms.flow import current_answers  # noqa: E402
from sipas_forms.plan import Workspace  # noqa: E402
from sipas_forms.review import Doors, make_app  # noqa: E402
from sipas_forms.store import open_store, review, review_pages  # noqa: E402

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
ONE, TWO, THREE, FOUR, FIVE = SERIALS
SCREEN = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("browser") / "survey")


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


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
def serve(scanned: Workspace, tmp_path: Path) -> Iterator[object]:
    shutil.copytree(scanned.root, tmp_path / "survey")
    started: list[Server] = []

    def start(helpers: tuple[str, ...] = (), double: bool = False) -> Server:
        started.append(Server(Workspace(tmp_path / "survey"), helpers, double))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def come(chromium: playwright.Browser, link: str, path: str) -> playwright.Page:
    page = chromium.new_context(viewport=SCREEN).new_page()
    page.set_default_timeout(15_000)
    page.goto(link)
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


def test_a_killed_server_loses_nothing_that_was_shown_as_saved(scanned, tmp_path, chromium) -> None:  # type: ignore[no-untyped-def]
    workspace = Workspace(tmp_path / "survey")
    shutil.copytree(scanned.root, workspace.root)
    process, link = start_command(workspace)
    page = come(chromium, link, "/queue")
    press(page, "3")
    settled(page, 1)
    kill(process)
    press(page, "3")
    page.wait_for_selector("#alert:not([hidden])")
    assert page.inner_text("#saved") == "1"  # the second is not shown as saved
    process, link = start_command(workspace)
    again = come(chromium, link, "/queue")
    playwright.expect(again.locator("#left")).to_have_text("14")
    kill(process)
    store = open_store(workspace.database)
    assert len(review.history(store, 10)) == 1
    store.close()


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


def test_a_page_is_rescued_by_its_corners(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/problems")
    page.click(".cards a:has-text('08.jpg')")
    page.fill("#serial", FOUR[:-1])
    page.wait_for_selector("#checked.bad")
    page.fill("#serial", FOUR.lower())
    page.wait_for_selector("#checked.good")
    page.check("input[name=page][value='2']")
    sheet = page.locator("#sheet").bounding_box()
    for name, (x, y) in {"tl": (10.5, 10.5), "tr": (199.5, 10.5), "br": (199.5, 286.5), "bl": (10.5, 286.5)}.items():
        page.locator(f"[data-corner={name}]").hover()
        page.mouse.down()
        page.mouse.move(sheet["x"] + sheet["width"] * x / 210, sheet["y"] + sheet["height"] * y / 297)
        page.mouse.up()
    page.focus("[data-corner=br]")
    page.keyboard.press("ArrowLeft")
    page.click("#read button.main")
    page.wait_for_selector(".notice")
    assert FOUR in page.inner_text(".notice")
    assert server.answer(FOUR, "A3")[1] != "missing"


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


def test_axe_finds_nothing_serious(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-core isn't installed")
    server = serve(double=True)
    page = come(chromium, server.links[0], "/queue")
    source = axe.AXE_FILE_PATH.read_text(encoding="utf-8")
    paths = ["/queue", "/writing", "/problems", "/problems/2", f"/conflicts/{ONE}/1", "/gallery", "/double", "/board"]
    everything = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    found = []
    for path in paths:
        page.goto(server.address + path)
        if path in ("/queue", "/writing"):
            shown(page)
        page.evaluate(source)
        for scheme, run in (
            ("light", everything),
            ("dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}),
        ):
            page.emulate_media(color_scheme=scheme)
            for one in page.evaluate(f"axe.run({json.dumps(run)})")["violations"]:
                nodes = [node["html"][:120] for node in one["nodes"][:2]]
                found.append((scheme, path, one["impact"], one["id"], nodes))
    assert [one for one in found if one[2] in ("serious", "critical")] == []


def test_everything_fits_the_screen(serve, chromium) -> None:  # type: ignore[no-untyped-def]
    server = serve()
    page = come(chromium, server.links[0], "/queue")
    shown(page)
    for path in ("/queue", "/writing", "/problems", "/gallery", "/double", "/board"):
        page.goto(server.address + path)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"], path
    page.goto(f"{server.address}/queue")
    shown(page)
    box = page.locator("#options").bounding_box()
    assert box["y"] + box["height"] < 560  # the buttons are on a screen of 768 less the browser's own bars
