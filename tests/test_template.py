"""OMRChecker's templates: taken over with their markers and crops, by which sheets without a known blank are read."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from paper import done, sipas

from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.printing.layout import Layout, load_layout

Picture = NDArray[np.uint8]

SCALE = 6.0  # px a mm of the made-up sheet, 152 dpi
SIDE, FROM = 70, (8.0, 10.0)  # of the marker's picture, px; and where (mm) it stands in the sheet's corner
MARKER_MM, STEP, FIRST = 10.0, 14.0, (40.0, 60.0)
QUESTIONS, SIGNS = 6, "ABCD"
CROP = FROM[0] + MARKER_MM / 2, FROM[1] + MARKER_MM / 2  # the middle of the marker in the upper left corner
UNIT = 5.0  # template pixels a millimetre


def marker() -> Picture:
    """Rings about a dot, as OMRChecker's samples have."""
    picture = np.full((SIDE, SIDE), 255, np.uint8)
    for radius, grey in ((33, 0), (24, 255), (14, 0)):
        cv2.circle(picture, (SIDE // 2, SIDE // 2), radius, (grey,), -1, cv2.LINE_AA)
    return picture


def sheet(answers: str) -> Picture:
    """A sheet that nobody here has a blank of, filled with a pencil: letters in its bubbles, words, markers."""
    page = np.full((round(297 * SCALE), round(210 * SCALE)), 250, np.uint8)
    cv2.putText(page, "TRUNG TAM KHAO THI  -  PHIEU TRA LOI", (210, 210), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (40,), 3)
    small = cv2.resize(marker(), (round(MARKER_MM * SCALE),) * 2, interpolation=cv2.INTER_AREA)
    for x in (FROM[0], 210 - FROM[0] - MARKER_MM):
        for y in (FROM[1], 297 - FROM[1] - MARKER_MM):
            page[round(y * SCALE) :, round(x * SCALE) :][: small.shape[0], : small.shape[1]] = small
    for row in range(QUESTIONS):
        y = FIRST[1] + STEP * row
        cv2.putText(
            page, f"{row + 1}.", (round(26 * SCALE), round((y + 1) * SCALE)), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (40,), 2
        )
        for column, sign in enumerate(SIGNS):
            middle = round((FIRST[0] + STEP * column) * SCALE), round(y * SCALE)
            cv2.circle(page, middle, round(2.5 * SCALE), (60,), 2, cv2.LINE_AA)
            cv2.putText(
                page, sign, (middle[0] - 6, middle[1] + 6), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (90,), 1, cv2.LINE_AA
            )
            if answers[row] == sign:
                cv2.circle(page, middle, round(2.1 * SCALE), (70,), -1, cv2.LINE_AA)
    return page


def template(folder: Path, *steps: dict[str, Any], crop: tuple[float, float] = CROP) -> Path:
    """The template of that sheet; `crop` (mm) is what its steps cut off on every side."""
    left, top = crop
    origin = [(FIRST[0] - 2.5 - left) * UNIT, (FIRST[1] - 2.5 - top) * UNIT]
    block = {"fieldType": "QTYPE_MCQ4", "origin": origin, "fieldLabels": [f"q1..{QUESTIONS}"]}
    block |= {"bubblesGap": STEP * UNIT, "labelsGap": STEP * UNIT}
    data = {
        "pageDimensions": [(210 - 2 * left) * UNIT, (297 - 2 * top) * UNIT],
        "bubbleDimensions": [5.0 * UNIT] * 2,
        "preProcessors": list(steps),
        "fieldBlocks": {"mcq": block},
    }
    folder.mkdir(exist_ok=True)
    (folder / "template.json").write_text(json.dumps(data), encoding="utf-8")
    return folder / "template.json"


def at_markers(folder: Path) -> Path:
    """The template that crops at the markers."""
    options = {"relativePath": "omr_marker.jpg", "sheetToMarkerWidthRatio": 210 / MARKER_MM}
    path = template(folder, {"name": "CropPage"}, {"name": "CropOnMarkers", "options": options})
    (folder / "omr_marker.jpg").write_bytes(cv2.imencode(".jpg", marker())[1].tobytes())
    return path


def on_a_table(page: Picture) -> Picture:
    """A photo of the sheet on a dark table."""
    high, wide = page.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = np.array([[330, 210], [1500, 260], [1560, 1900], [250, 1840]], np.float32)
    to_photo = cv2.getPerspectiveTransform(corners, seen)
    return np.asarray(cv2.warpPerspective(page, to_photo, (1800, 2100), borderValue=(60,)), np.uint8)


def leaning(page: Picture, degrees: float) -> Picture:
    high, wide = page.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, turn, (wide, high), borderValue=(250,)), np.uint8)


@pytest.fixture(scope="module")
def answers() -> list[str]:
    """What four people filled; `-` is a question that was left."""
    return ["ABCDA-", "DDCCBA", "-ABBCD", "CACABD"]


def read(survey: Workspace, root: Path, path: Path, pictures: list[Picture]) -> tuple[str, list[str]]:
    """(how the forms stand, the letters of each picture's form in turn: ? where a person looks, x where it is missing).
    The file's name tells the form."""
    shutil.copytree(survey.root, root)
    done("adopt", path, "--name", "omr", at=root)
    workspace = Workspace(root)
    plan = workspace.survey_file.read_text(encoding="utf-8").replace("questionnaire: sipas-2017", "questionnaire: omr")
    workspace.survey_file.write_text(plan, encoding="utf-8")
    done("export", "forms", "--to", root / "f.csv", at=root)
    with (root / "f.csv").open(encoding="utf-8", newline="") as file:
        serials = [row["serial"] for row in csv.DictReader(file)][: len(pictures)]
    (root / "in").mkdir()
    for serial, picture in zip(serials, pictures, strict=True):
        (root / "in" / f"{serial}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    done("read", root / "in", "--form", "omr", "--serial-from", "name", "--workers", "1", at=root)
    done("export", "answers", "--to", root / "a.csv", at=root)
    shown = {"doubtful": "?", "missing": "x", "blank": "-"}
    letters: dict[str, str] = dict.fromkeys(serials, "")
    with (root / "a.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["serial"] in letters:
                letters[row["serial"]] += shown.get(row["status"], row["answer"])
    return done("status", at=root).out, list(letters.values())


def test_sheets_are_laid_on_by_the_markers_of_a_template(
    survey_printed: Workspace, answers: list[str], tmp_path: Path
) -> None:
    sheets = [sheet(each) for each in answers]
    high = round((FROM[1] + MARKER_MM + 2) * SCALE)
    sheets[3][-high:, -high:] = 250  # a corner is torn off
    pictures = [leaning(sheets[0], 2), np.asarray(np.rot90(sheets[1], 2)), on_a_table(sheets[2]), sheets[3]]
    said, read_as = read(survey_printed, tmp_path / "w", at_markers(tmp_path / "t"), pictures)
    assert read_as[:3] == answers[:3]
    assert set(read_as[3]) == {"x"}
    assert said.count("[unknown_page]") == 1


def test_sheets_are_laid_on_by_the_papers_edges(survey_printed: Workspace, answers: list[str], tmp_path: Path) -> None:
    path = template(tmp_path / "t", {"name": "CropPage"}, crop=(0.0, 0.0))
    pictures = [on_a_table(sheet(answers[0])), leaning(sheet(answers[1]), -1)]
    _, read_as = read(survey_printed, tmp_path / "w", path, pictures)
    assert read_as == answers[:2]


def test_what_a_template_leaves_open_is_said(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    path = at_markers(tmp_path / "t")
    layout = adopted(workspace, path, "markers")
    assert {mark.id for mark in layout.pages[0].fiducials} == {"tl", "tr", "bl", "br"}
    assert "the markers in its corners" in (workspace.templates / "markers.yaml").read_text(encoding="utf-8")
    (tmp_path / "t" / "omr_marker.jpg").unlink()
    run = sipas("adopt", path, "--name", "none", at=workspace.root)
    assert run.code == 14
    assert "omr_marker.jpg" in run.err
    layout = adopted(workspace, template(tmp_path / "u", {"name": "CropOnDotLines"}, crop=(0.0, 0.0)), "lines")
    assert not layout.pages[0].fiducials
    text = (workspace.templates / "lines.yaml").read_text(encoding="utf-8")
    assert "'CropOnDotLines' is not known" in text
    assert "the paper's edges" in text


def adopted(workspace: Workspace, path: Path, name: str) -> Layout:
    known = set(workspace.layouts.glob("*.json"))
    done("adopt", path, "--name", name, at=workspace.root)
    (made,) = set(workspace.layouts.glob("*.json")) - known
    return load_layout(made)


BLOCK = {"origin": [65, 60], "bubblesGap": 41, "labelsGap": 52}
LATER = {"fieldDetectionType": "BUBBLES_THRESHOLD", "bubbleFieldType": "QTYPE_MCQ4"}


def text_of(**given: Any) -> str:
    """A template of the version 1, unless what is given says otherwise."""
    page = {} if "templateDimensions" in given else {"pageDimensions": [420, 594]}
    return json.dumps({"bubbleDimensions": [20, 20], **page, **given})


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "template.json").write_text(text, encoding="utf-8")
    return folder / "template.json"


def boxes_of(layout: Layout) -> dict[tuple[str, str], tuple[float, float]]:
    return {(box.question, box.option): (box.x, box.y) for box in layout.pages[0].boxes}


def test_an_omrchecker_template_is_taken_over(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    number = {"origin": [10, 100], "bubblesGap": 28, "labelsGap": 27, "fieldLabels": ["roll1..2"]}
    blocks = {
        "answers": {"fieldType": "QTYPE_MCQ4", "fieldLabels": ["q1..3"], **BLOCK},
        "number": {"fieldType": "QTYPE_INT", **number},
        "right": {"fieldType": "QTYPE_MCQ4_RTL", "fieldLabels": ["r1..3"], **BLOCK, "labelsGap": [30, 70]},
        "one": {"bubbleValues": ["yes"], "direction": "horizontal", "fieldLabels": ["o1..3"], **BLOCK},
    }
    blocks["right"]["origin"], blocks["one"]["origin"] = [230, 60], [230, 300]
    layout = adopted(workspace, write(tmp_path / "one", text_of(fieldBlocks=blocks)), "omr")
    boxes = boxes_of(layout)
    assert len(boxes) == 3 * 4 + 2 * 10 + 3 * 4 + 3
    assert boxes["q2", "B"] == ((65 + 41) / 2, (60 + 52) / 2)
    assert boxes["roll2", "3"] == ((10 + 27) / 2, (100 + 3 * 28) / 2)
    assert boxes["r3", "D"] == (230 / 2, (60 + 30 + 70) / 2)
    assert boxes["one", "o2"] == (230 / 2, (300 + 52) / 2)
    assert {q.question: q.max_answers for q in layout.questions}["one"] == 3

    # as later versions write it
    blocks = {
        "answers": {**LATER, "fieldLabels": ["q1..3"], **BLOCK},
        "own": {**LATER, "bubbleFieldType": "SIZE", "fieldLabels": ["size"], **BLOCK, "origin": [300, 60]},
        "code": {
            "fieldDetectionType": "OCR",
            "origin": [20, 500],
            "scanZone": {"dimensions": [200, 40]},
            "fieldLabels": ["code"],
        },
    }
    own = {"SIZE": {"bubbleValues": ["S", "L"], "direction": "vertical"}}
    text = text_of(fieldBlocks=blocks, templateDimensions=[420, 594], customBubbleFieldTypes=own)
    layout = adopted(workspace, write(tmp_path / "two", text), "later")
    assert boxes_of(layout)["q2", "B"] == ((65 + 41) / 2, (60 + 52) / 2)
    assert boxes_of(layout)["size", "L"] == (300 / 2, (60 + 41) / 2)
    assert [(area.question, area.x, area.w) for area in layout.pages[0].writing] == [("code", 10.0, 100.0)]
    assert "a person reads it" in (workspace.templates / "later.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not readable JSON"),
        ("{}", "no 'fieldBlocks'"),
        ('{"QBlocks": {}, "Dimensions": [1846, 1500]}', "before its version 1"),
        (text_of(pageDimensions=3, fieldBlocks={}), "this template's 'pageDimensions'"),
        (
            text_of(fieldBlocks={"a": {**LATER, "fieldLabels": ["q1"], "origin": [1, 1]}}),
            "'a' has no 'bubblesGap'",
        ),
        (text_of(fieldBlocks={"a": {"fieldType": "ODD", "fieldLabels": ["q"], **BLOCK}}), "block 'a' can't be used"),
        (text_of(fieldBlocks={n: {**LATER, "fieldLabels": ["q1"], **BLOCK} for n in "ab"}), "with the label 'q1'"),
        (text_of(fieldBlocks={}), "no bubbles"),
    ],
)
def test_what_is_no_template_that_can_be_used_gets_a_sentence(
    survey_printed: Workspace, tmp_path: Path, text: str, says: str
) -> None:
    wrong = sipas("adopt", write(tmp_path, text), "--name", "wrong", at=survey_printed.root)
    assert wrong.code == 14
    assert says in wrong.err
    assert not (survey_printed.templates / "wrong.yaml").exists()
