"""Draws the review page for the documentation, in Chromium, on a copy of the demo's workspace."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from sipas_forms.plan import Workspace
from sipas_forms.printing.render import render_page
from sipas_forms.scanning.run import read_scans
from sipas_forms.simulate import simulate_scans

Share = tuple[float, float]  # of a picture's width and height

SCREEN, SHOWN = {"width": 1366, "height": 768}, (1024, 576)
LEAD = "Thu Hà"  # made up, like everybody
LOST = "LB2020-TT-TP"  # the batch whose first page comes without its codes, photographed on a table
TABLE, TABLE_MM, DPI = 70, 22.0, 150
CORNER_MM = 10.5  # the middle of its upper left corner mark
SETTLED = 25  # answers keyed before the board is drawn


def review_pictures(root: Path, browser: str) -> Iterator[tuple[str, Image.Image]]:
    """(name, picture) of every page of review that the guide shows; `root` is the demo's workspace, `browser`
    Chromium's program."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "survey"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("output"))
        corner = _troubles(Workspace(copy))
        with _served(copy) as link, sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = chromium.new_context(viewport=SCREEN, bypass_csp=True).new_page()
            page.goto(link)
            at = link.partition("/enter")[0]
            for name, show in VIEWS.items():
                show(page, at, corner)
                shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                yield f"review-{name}", shot.resize(SHOWN, Image.Resampling.LANCZOS)
            chromium.close()


def _troubles(workspace: Workspace) -> Share:
    """A page that was scanned twice and is not the same, and a photo of one whose codes are covered; where its upper
    left corner mark is, as shares of its sides."""
    simulate_scans(workspace, workspace.scans / "again", "office", seed=2, limit=1, workers=1)
    page = render_page(workspace.forms / f"{LOST}.pdf", 0, DPI)
    px = DPI / 25.4
    for x, y in ((174, 8), (15, 268)):  # mm: where the codes are
        page[round(y * px) : round((y + 24) * px), round(x * px) : round((x + 24) * px)] = 245
    edge = round(TABLE_MM * px)
    photo = cv2.copyMakeBorder(page, edge, edge, 2 * edge, edge, cv2.BORDER_CONSTANT, value=(TABLE,))
    turn = cv2.getRotationMatrix2D((photo.shape[1] / 2, photo.shape[0] / 2), 2.0, 1.0)
    photo = cv2.warpAffine(photo, turn, photo.shape[::-1], borderValue=(TABLE,))
    Image.fromarray(np.asarray(photo, np.uint8)).save(workspace.scans / "IMG_20201005.jpg", quality=80)
    read_scans(workspace, workers=1)
    x, y = turn @ (2 * edge + CORNER_MM * px, edge + CORNER_MM * px, 1.0)
    return float(x / photo.shape[1]), float(y / photo.shape[0])


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """The link to a running `sipas review`."""
    command = [sys.executable, "-m", "sipas_forms", "--workspace", str(root), "review", "--name", LEAD, "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as server:
        assert server.stdout is not None
        try:
            yield next(line.strip() for line in server.stdout if "http" in line)
        finally:
            server.terminate()


def _queue(page: Any, at: str, _: Share) -> None:
    page.goto(f"{at}/queue")
    page.wait_for_selector("#desk:not([hidden])")
    page.wait_for_timeout(1500)  # for its picture


def _writing(page: Any, at: str, _: Share) -> None:
    page.goto(f"{at}/writing")
    page.wait_for_selector("#desk:not([hidden])")
    page.wait_for_timeout(6000)  # for tesseract's suggestion


def _corners(page: Any, at: str, corner: Share) -> None:
    page.goto(f"{at}/problems")
    page.click(".cards a:has-text('IMG_20201005')")
    page.wait_for_timeout(1500)
    page.fill("#serial", "TT-TP-0001-Z")
    page.wait_for_selector("#checked.good")
    page.check("input[name=page][value='1']")
    sheet = page.locator("#sheet").bounding_box()
    page.locator("[data-corner=tl]").hover()
    page.mouse.down()
    page.mouse.move(sheet["x"] + corner[0] * sheet["width"], sheet["y"] + corner[1] * sheet["height"], steps=5)


def _conflict(page: Any, at: str, _: Share) -> None:
    page.mouse.up()
    page.goto(f"{at}/problems")
    page.click("a[href^='/conflicts/']")
    page.wait_for_timeout(1500)


def _gallery(page: Any, at: str, _: Share) -> None:
    page.goto(f"{at}/gallery")
    seen = "[...document.images].filter(one => one.getBoundingClientRect().top < innerHeight)"
    page.wait_for_function(f"{seen}.length > 9 && {seen}.every(one => one.naturalWidth)", timeout=120_000)


def _board(page: Any, at: str, _: Share) -> None:
    _queue(page, at, _)
    for _number in range(SETTLED):
        page.keyboard.press("1")
        if "Enter" in page.inner_text(".several"):
            page.keyboard.press("Enter")
        page.wait_for_timeout(300)
    page.goto(f"{at}/board")
    page.click("#theme")
    page.wait_for_timeout(3000)


VIEWS: dict[str, Callable[[Any, str, Share], None]] = {
    "queue": _queue,
    "writing": _writing,
    "corners": _corners,
    "conflict": _conflict,
    "gallery": _gallery,
    "board": _board,
}
