"""`sipas read --overlay`: what a person sees of what the machine saw."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from sipas_forms.cli import sipas
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.printing.batch import print_forms
from sipas_forms.printing.layout import Box, Rect, load_layout
from sipas_forms.sample import draw_sample, import_lists
from sipas_forms.scanning.overlay import BAND_MM, BLUE, GREEN, ORANGE, SCALE
from sipas_forms.simulate import simulate_lists, simulate_scans
from sipas_forms.store import open_store
from sipas_forms.store.answers import answers_frame


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A survey with two scanned forms in `made-up/`, nothing read yet."""
    workspace = create_workspace(tmp_path_factory.mktemp("overlay") / "survey")
    import_lists(workspace, simulate_lists(workspace.survey, workspace.output / "made-up", 1))
    draw_sample(workspace, 1)
    print_forms(workspace, unit="TT", field="TP")
    simulate_scans(workspace, workspace.root / "made-up", "clean", 1, limit=2, workers=1)
    return workspace


@pytest.fixture
def survey(printed: Workspace, tmp_path: Path) -> Workspace:
    """A copy of it that a test may change."""
    shutil.copytree(printed.root, tmp_path / "survey")
    return Workspace(tmp_path / "survey")


def read(workspace: Workspace, *paths: Path) -> str:
    arguments = ["--workspace", str(workspace.root), "read", "--workers", "1", "--overlay", *map(str, paths)]
    result = CliRunner().invoke(sipas, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def pictures(workspace: Workspace) -> list[Path]:
    return sorted((workspace.output / "overlay").iterdir())


def colour_beside(image: Image.Image, place: Rect) -> np.ndarray:
    """The outline's colour: halfway down, just left of the place."""
    at = (round(place.x * SCALE) - 2, round((place.y + place.h / 2 + BAND_MM) * SCALE))
    return np.array(image.getpixel(at), int)


def near(colour: np.ndarray, wanted: tuple[int, int, int]) -> bool:
    """JPEG mixes the colours of neighbours a little."""
    return bool(np.abs(colour - np.array(wanted)).max() < 70)


def boxes_of(workspace: Workspace, page: int) -> tuple[Box, ...]:
    (path,) = workspace.layouts.glob("*.json")
    return load_layout(path).page(page).boxes


def whiten(source: Path, target: Path, part: Rect) -> None:
    """A scan with a part of its page (mm; the clean profile lies within 2 mm) made white."""
    scan = cv2.imread(str(source), cv2.IMREAD_GRAYSCALE)
    assert scan is not None
    scale = scan.shape[1] / 210
    top, left = round(part.y * scale), round(part.x * scale)
    scan[top : top + round(part.h * scale), left : left + round(part.w * scale)] = 250
    cv2.imwrite(str(target), scan)


def test_every_box_is_outlined_by_its_decision(survey: Workspace) -> None:
    assert "4 pages drawn" in read(survey, survey.root / "made-up")
    store = open_store(survey.database)
    boxes = {page: boxes_of(survey, page) for page in (1, 2)}
    questions = tuple(dict.fromkeys((box.question, page) for page in (1, 2) for box in boxes[page]))
    (layout,) = survey.layouts.glob("*.json")
    answers = answers_frame(store, {layout.stem: questions}, layout.stem)
    store.close()
    seen = 0
    for picture in pictures(survey):
        serial, page = picture.stem.rsplit("-", 2)[0], int(picture.stem.rsplit("-", 2)[1])
        image = Image.open(picture)
        mine = answers[(answers["serial"] == serial) & (answers["page"] == page)].set_index("question")
        for box in boxes[page]:
            row = mine.loc[box.question]
            colour = colour_beside(image, box)
            if row["status"] == "doubtful":
                assert near(colour, ORANGE), box
            elif box.option in str(row["answer"]).split(";"):
                assert near(colour, GREEN), box
                seen += 1
            else:
                assert not near(colour, GREEN), box
                assert not near(colour, ORANGE), box
    assert seen > 40


def test_drawn_again_it_is_the_same(survey: Workspace) -> None:
    read(survey, survey.root / "made-up")
    before = [path.read_bytes() for path in pictures(survey)]
    read(survey, survey.root / "made-up")
    assert [path.read_bytes() for path in pictures(survey)] == before


def test_a_page_without_boxes_shows_where_its_codes_have_them(survey: Workspace) -> None:
    scan = sorted((survey.root / "made-up").glob("**/*.jpg"))[1]
    damaged = survey.scans / "damaged.jpg"
    whiten(scan, damaged, Rect(16, 30, 178, 237))
    assert "1 problems" in read(survey)
    (picture,) = pictures(survey)
    assert picture.name.startswith("TT-TP-0001-")
    image = Image.open(picture)
    assert all(near(colour_beside(image, box), BLUE) for box in boxes_of(survey, 2))


def test_a_page_without_codes_is_shown_as_it_came(survey: Workspace) -> None:
    scan = sorted((survey.root / "made-up").glob("**/*.jpg"))[0]
    damaged = survey.scans / "damaged.jpg"
    whiten(scan, damaged, Rect(170, 5, 40, 30))
    again = survey.scans / "again.jpg"
    whiten(damaged, again, Rect(5, 265, 40, 30))
    damaged.unlink()
    assert "1 problems" in read(survey)
    (picture,) = pictures(survey)
    assert picture.name.startswith("unidentified-")
    image = np.array(Image.open(picture).convert("L"))
    assert (image[round(BAND_MM * SCALE) :] < 100).any()  # the page itself, not an empty sheet
