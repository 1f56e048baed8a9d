"""The report's web page in Chromium: charts answer to the mouse and the keyboard, tables sort, nothing is fetched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import made_up
import pytest

from sipas_forms.plan import create_workspace
from sipas_forms.report import Numbers, write_report
from sipas_forms.tally import Results, compute_results

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python isn't installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None:
    pytest.skip("Chromium isn't installed: the page's own behaviour is not tested here", allow_module_level=True)

ASKED = made_up.questionnaire()
SURVEY = made_up.long_bien()
WARDS = SURVEY.model_copy(update={"units": SURVEY.units[1:3]})
VI = Numbers("vi")


@pytest.fixture(scope="module")
def results() -> Results:
    return compute_results(WARDS, ASKED, made_up.answers(WARDS, ASKED), made_up.strata(WARDS))


@pytest.fixture(scope="module")
def page(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Iterator[playwright.Page]:
    path: Path = write_report(
        results, create_workspace(tmp_path_factory.mktemp("page")), ("html",), "vi", date(2020, 10, 5)
    )[0]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=["--no-sandbox"])
        opened = browser.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: pytest.fail(str(error)))
        opened.goto(path.as_uri())
        yield opened
        assert asked == [path.as_uri()]  # one file, and nothing else was ever asked for
        browser.close()


def test_the_mouse_and_the_keyboard_bring_up_a_mark_s_figures(page: playwright.Page, results: Results) -> None:
    tip, mark = page.locator("#tip"), page.locator("svg polygon.tip").first
    e = results.estimate("TT")
    assert not tip.is_visible()
    mark.hover()
    said = f"UBND phường Thượng Thanh – Tất cả lĩnh vực: {VI.percent(e.index)} ({VI.interval(e.low, e.high)})"
    assert tip.is_visible() and tip.inner_text() == said
    page.mouse.move(2, 2)
    assert not tip.is_visible()
    mark.focus()
    assert tip.inner_text() == said


def test_the_reader_chooses_the_unit_of_the_last_chart(page: playwright.Page) -> None:
    panels = page.locator("[data-choice]")
    assert [panels.nth(i).is_visible() for i in range(3)] == [True, False, False]
    page.locator("select").select_option(label="UBND phường Việt Hưng")
    assert [panels.nth(i).is_visible() for i in range(3)] == [False, False, True]


def test_a_click_on_a_head_sorts_by_its_numbers(page: playwright.Page) -> None:
    table = page.locator("table.sorts", has_text="Chỉ số nhân tố theo đơn vị")
    column = table.locator("tbody tr td:nth-child(3)")
    figures = [float(text.replace(",", ".")) for text in column.all_inner_texts()]
    for order in (sorted(figures), sorted(figures, reverse=True)):
        table.locator("th").nth(2).click()
        assert [float(text.replace(",", ".")) for text in column.all_inner_texts()] == order
