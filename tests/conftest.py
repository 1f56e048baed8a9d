"""Fixtures for the whole session: a small survey is printed once; tests that change it take a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import paper
import pytest

from sipas_forms.plan import Workspace


@pytest.fixture(scope="session")
def survey_printed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three cells of three printed forms of two pages each. Only to be looked at."""
    workspace = paper.drawn_survey(tmp_path_factory.mktemp("phiếu khảo sát"))
    paper.done("print", at=workspace.root)
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
