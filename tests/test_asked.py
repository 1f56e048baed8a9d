"""Figures stand under what was asked on paper, also where the questionnaire was changed since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from paper import done, papers, sipas
from PIL import Image

from sipas_forms.plan import Workspace

A1 = "Nơi ngồi chờ giải quyết công việc có đủ chỗ ngồi"
E22 = "            - { id: E22, text: { vi: Cơ quan thông báo kịp thời kết quả xử lý"


@pytest.fixture(scope="module")
def read_survey(survey_printed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two printed forms of two pages, read. Only to be copied."""
    root = tmp_path_factory.mktemp("read") / "survey"
    shutil.copytree(survey_printed.root, root)
    for i, paper in enumerate(papers(Workspace(root))[:4]):
        Image.fromarray(paper.filled(150)).save(root / "scans" / f"{i}.png")
    done("read", "--workers", "1", at=root)
    return root


@pytest.fixture
def survey(read_survey: Path, tmp_path: Path) -> Path:
    shutil.copytree(read_survey, tmp_path / "survey")
    return tmp_path / "survey"


def edit(root: Path, *changes: tuple[str, str]) -> None:
    path = root / "templates" / "sipas-2017.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def report_text(root: Path) -> str:
    return (root / "output" / "reports" / "TEST20.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ((A1, "Nơi gửi xe miễn phí"), "A1"),
        ((E22, E22.replace("- {", "# {")), "E22"),
        (("vi: Thái độ phục vụ của công chức", "vi: Trang phục của công chức"), "improve"),
        (("Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị", "Chỗ gửi xe"), "E"),
    ],
)
def test_nothing_is_published_under_what_nobody_was_asked(survey: Path, change: tuple[str, str], name: str) -> None:
    edit(survey, change)
    for words in (("tally",), ("report", "--format", "html"), ("export", "indices", "--to", survey / "i.csv")):
        run = sipas(*words, at=survey)
        assert run.code == 10 and "sipas-2017.yaml asks otherwise than 2 forms that came back: " in run.err
        assert f"{name} (printed: " in run.err and "forms/layouts/" in run.err
    assert not list((survey / "output").rglob("TEST20.html"))
    assert "asks otherwise than 2 forms" in done("status", at=survey).out
    assert "asks otherwise than 2 forms" in done("export", "answers", "--to", survey / "a.csv", at=survey).err


def test_the_words_put_back_from_the_kept_copy_are_published(survey: Path) -> None:
    edit(survey, (A1, "Nơi gửi xe miễn phí"))
    (kept,) = (survey / "forms" / "layouts").glob("*.yaml")
    shutil.copyfile(kept, survey / "templates" / "sipas-2017.yaml")
    done("tally", at=survey)
    assert "asks otherwise" not in done("status", at=survey).out


def test_a_slip_that_is_owned_to_is_published_with_the_printed_words(survey: Path) -> None:
    mended = ("improve: improve\n", "improve: improve\n  corrected: [A1, E22]\n")
    edit(survey, (A1, "Nơi ngồi chờ có đủ ghế"), (E22, E22.replace("- {", "# {")), mended)
    done("report", "--format", "html", at=survey)
    assert "Nơi ngồi chờ có đủ ghế" in report_text(survey)
    assert f"A1: “{A1}”; E22: “Cơ quan thông báo kịp thời kết quả xử lý”." in report_text(survey)
    assert "asks otherwise" not in done("status", at=survey).out


def test_what_is_not_on_the_paper_is_free_to_change(survey: Path) -> None:
    edit(
        survey, ("groups: [respondent, sex, ", "groups: ["), ("en: The waiting area has enough", "en: There are enough")
    )
    done("report", "--format", "html", at=survey)
    assert "Sửa sau khi in" not in report_text(survey)


def test_printing_with_other_words_than_before_is_said(survey_copy: Workspace) -> None:
    serial = papers(survey_copy)[0].place.serial
    assert "printed before" not in done("print", "--serial", serial, at=survey_copy.root).err
    edit(survey_copy.root, (A1, "Nơi gửi xe miễn phí"))
    run = done("print", "--serial", serial, at=survey_copy.root)
    assert f"Forms were printed before with another questionnaire: A1 (printed: “{A1}”; now: “Nơi gửi xe" in run.err
