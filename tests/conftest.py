"""Fixtures for the whole session: a small survey is printed once; tests that change it take a copy."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import paper
import pytest

from bench.foreign.sheet import A4, Sheet
from sipas_forms.plan import Workspace


@pytest.fixture(scope="session")
def survey_printed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three cells of three printed forms of two pages each. Only to be looked at."""
    workspace = paper.drawn_survey(tmp_path_factory.mktemp("phiếu khảo sát"))
    paper.done("print", at=workspace.root)
    return workspace


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Scanned forms with everything that review settles. Only to be copied; made once, whichever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reviewed"
    made, failed = folder / "made", folder / "failed"
    try:
        folder.mkdir()
    except FileExistsError:
        while not made.exists():
            assert not failed.exists(), "another worker could not make it"
            time.sleep(0.1)
        return Workspace(folder / "survey")
    try:
        import review_survey

        workspace = review_survey.make_workspace(folder / "survey")
    except BaseException:
        failed.touch()
        raise
    made.touch()
    return workspace


@pytest.fixture
def survey_copy(survey_printed: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the printed survey to change at will."""
    root = tmp_path / "khảo sát"
    shutil.copytree(survey_printed.root, root)
    return Workspace(root)


@pytest.fixture(scope="session")
def first_page(survey_printed: Workspace) -> paper.Paper:
    """A page of questions of many shapes."""
    return paper.papers(survey_printed)[0]


@pytest.fixture(scope="session")
def grid_page(survey_printed: Workspace) -> paper.Paper:
    """The page of the satisfaction grid: columns of boxes."""
    return paper.papers(survey_printed)[1]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """An empty page that a test of adoption draws a form on."""
    return Sheet(tmp_path / "form.pdf", A4)
