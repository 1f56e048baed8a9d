"""The simulator: what people answer, how they mark it, what scanners make of it. Made-up people only."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import insert

from sipas_forms.cli import sipas
from sipas_forms.errors import ScanError
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.plan.questionnaire import Questionnaire
from sipas_forms.plan.serial import make_serial
from sipas_forms.printing.batch import print_forms
from sipas_forms.printing.layout import Box, PageLayout, Rect, WritingArea
from sipas_forms.simulate import (
    AMBIGUOUS,
    MARKINGS,
    PROFILES,
    Device,
    FilledForm,
    Profile,
    damages,
    draw_device,
    draw_marks,
    fill_form,
    scan_page,
    simulate_scans,
)
from sipas_forms.simulate.profiles import FAINT_PENCIL, NONE, PEN_KINDS, People, Range
from sipas_forms.store import open_store, schema
from sipas_forms.store.database import now

PX = 200 / 25.4  # pixels per mm of the pages that tests draw
EVERYBODY_NEAT = dataclasses.replace(People(), exceptions=(), faint_person=0.0, blank=0.0, pen_rest=0.0, too_many=0.0)
STILL = {
    "turn_degrees": NONE,
    "shift_mm": NONE,
    "scale": Range(1, 1),
    "stretch": Range(1, 1),
    "wobble_mm": NONE,
    "dirt": 0.0,
    "blur_mm": NONE,
    "noise": NONE,
    "white": Range(255, 255),
    "black": NONE,
    "gamma": Range(1, 1),
    "light": NONE,
    "tone_spread": 0.0,
    "dpi": (200,),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two cells with three printed forms each."""
    made = create_workspace(tmp_path_factory.mktemp("survey"))
    store = open_store(made.database)
    for unit, field in (("TT", "TP"), ("LB", "HKD")):
        rows = [
            {"serial": make_serial(unit, field, n), "unit": unit, "field": field, "number": n}
            | {"list": "official", "state": "issued", "issued_at": now()}
            for n in (1, 2, 3)
        ]
        with store.transaction() as connection:
            connection.execute(insert(schema.forms), rows)
    store.close()
    print_forms(made)
    return made


@pytest.fixture(scope="module")
def questionnaire(workspace: Workspace) -> Questionnaire:
    return workspace.questionnaire


def with_scanner(name: str, **changes: object) -> Profile:
    profile = PROFILES[name]
    return dataclasses.replace(profile, scanner=dataclasses.replace(profile.scanner, **changes))


def with_people(**changes: object) -> Profile:
    return dataclasses.replace(PROFILES["clean"], people=dataclasses.replace(EVERYBODY_NEAT, **changes))


def grid_of(questionnaire: Questionnaire) -> PageLayout:
    """A row of boxes (4 mm, 11 mm apart) for each question, and a writing area for each other one."""
    boxes, writing = [], []
    for row, question in enumerate(questionnaire.all_questions()):
        y = 10 + 9.0 * row
        boxes += [Box(60 + 11.0 * i, y, 4, 4, question.id, o.code) for i, o in enumerate(question.options)]
        if question.kind == "writing":
            writing.append(WritingArea(60, y, 24 if question.digits else 100, 8, question.id, question.digits))
    return PageLayout(1, (), (), (), tuple(boxes), tuple(writing))


def blank_page(layout: PageLayout) -> np.ndarray:
    height = max(rect.y + rect.h for rect in (*layout.boxes, *layout.writing)) + 12
    return np.full((round(height * PX), round(180 * PX)), 255, np.uint8)


def ink(page: np.ndarray, rect: Rect, grow: float = 0.0) -> float:
    """Darkness in a rectangle, as mm² of black."""
    x0, y0 = round((rect.x - grow) * PX), round((rect.y - grow) * PX)
    x1, y1 = round((rect.x + rect.w + grow) * PX), round((rect.y + rect.h + grow) * PX)
    return float((255.0 - page[y0:y1, x0:x1]).sum() / 255 / PX**2)


def drawn(questionnaire: Questionnaire, profile: Profile, seed: int) -> tuple[FilledForm, PageLayout, np.ndarray]:
    form = fill_form(questionnaire, profile, np.random.default_rng(seed))
    layout = grid_of(questionnaire)
    return form, layout, draw_marks(blank_page(layout), layout, form.marks, PX, np.random.default_rng(seed))


def still_device(name: str = "clean", **changes: object) -> Device:
    return draw_device(with_scanner(name, **(STILL | changes)), np.random.default_rng(0))


# --- fill


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), mood=st.floats(-1, 1))
def test_every_answer_is_possible(questionnaire: Questionnaire, seed: int, mood: float) -> None:
    form = fill_form(questionnaire, PROFILES["office"], np.random.default_rng(seed), mood)
    answers = {answer.question: answer for answer in form.answers}
    assert list(answers) == [question.id for question in questionnaire.all_questions()]
    for question in questionnaire.all_questions():
        answer = answers[question.id]
        codes = [option.code for option in question.options]
        assert answer.marking in MARKINGS
        assert list(answer.options) == [code for code in codes if code in answer.options]
        if answer.marking == "blank":
            assert answer.value == ""
        if answer.marking not in AMBIGUOUS:
            assert len(answer.options) <= question.most
        if question.asked_if and not set(answers[question.asked_if.question].options) & set(question.asked_if.options):
            assert answer.marking == "blank"
        if question.digits:
            assert answer.text == "" or (answer.text.isdigit() and len(answer.text) == question.digits)


def test_people_answer_as_the_profile_says(questionnaire: Questionnaire) -> None:
    rng = np.random.default_rng(3)
    forms = [fill_form(questionnaire, PROFILES["office"], rng) for _ in range(250)]
    criteria = {criterion.id for criterion in questionnaire.criteria}
    rated = [a for form in forms for a in form.answers if a.question in criteria]
    valid = [a for a in rated if len(a.options) == 1]
    satisfied = sum(a.options[0] in questionnaire.scale.satisfied for a in valid) / len(valid)
    assert 0.77 < satisfied < 0.89
    assert 0.01 < sum(a.marking == "blank" for a in rated) / len(rated) < 0.03
    assert 0.001 < sum(a.marking in AMBIGUOUS for a in rated) / len(rated) < 0.012
    # A person keeps to one kind of mark.
    for form in forms:
        kinds = [a.marking for a in form.answers if a.question in criteria and a.options]
        assert max(kinds.count(kind) for kind in set(kinds)) > 0.5 * len(kinds)


# --- pens


@pytest.mark.parametrize("habit", ["cross", "tick", "slash", "fill", "scribble"])
def test_the_ink_is_where_the_truth_says(questionnaire: Questionnaire, habit: str) -> None:
    profile = with_people(habits=((habit, 1.0),), keeps_habit=1.0)
    for seed in range(4):
        form, layout, page = drawn(questionnaire, profile, seed)
        meant = {(a.question, option) for a in form.answers for option in a.options}
        assert {a.marking for a in form.answers if a.options} == {habit}
        for box in layout.boxes:
            dark = ink(page, box, grow=0.5)
            assert (dark > 0.2) if (box.question, box.option) in meant else (dark < 0.05), (seed, box, dark)
        for area in layout.writing:
            written = next(a for a in form.answers if a.question == area.question).text
            assert (ink(page, area) > 0.3) == bool(written)


def one_kind(questionnaire: Questionnaire, kind: str, seed: int = 1) -> tuple[FilledForm, PageLayout, np.ndarray]:
    profile = with_people(exceptions=((kind, 1.0),), habits=(("cross", 1.0),), keeps_habit=1.0)
    profile = dataclasses.replace(profile, pens=PEN_KINDS[1:2])
    form, layout, page = drawn(questionnaire, profile, seed)
    single = {question.id for question in questionnaire.all_questions() if question.kind == "single"}
    kinds = {a.marking for a in form.answers if a.question in single and a.marking != "blank"}
    assert kinds == {kind}
    return (
        dataclasses.replace(form, answers=tuple(a for a in form.answers if a.question in single)),
        layout,
        page,
    )


def row(layout: PageLayout, question: str) -> dict[str, Box]:
    return {box.option: box for box in layout.boxes if box.question == question}


def test_a_corrected_answer_is_a_black_box_and_a_cross(questionnaire: Questionnaire) -> None:
    form, layout, page = one_kind(questionnaire, "corrected")
    for answer in form.answers:
        if not answer.options:
            continue
        dark = {option: ink(page, box) for option, box in row(layout, answer.question).items()}
        (meant,) = answer.options
        (blackest,) = [option for option in dark if dark[option] > 9]
        assert meant != blackest
        assert 0.5 < dark[meant] < 8


@pytest.mark.parametrize("seed", range(3))
def test_off_marks_stay_with_their_box(questionnaire: Questionnaire, seed: int) -> None:
    form, layout, page = one_kind(questionnaire, "off", seed)
    for answer in form.answers:
        for option in answer.options:
            box = row(layout, answer.question)[option]
            around = Rect(box.x - 3.4, box.y - 2.4, 10.8, 8.8)
            x0, y0 = round(around.x * PX), round(around.y * PX)
            dark = 255.0 - page[y0 : y0 + round(around.h * PX), x0 : x0 + round(around.w * PX)]
            ys, xs = np.mgrid[0 : dark.shape[0], 0 : dark.shape[1]]
            centre = np.array([(xs * dark).sum(), (ys * dark).sum()]) / dark.sum() / PX + (around.x, around.y)
            away = float(np.hypot(*(centre - box.center)))
            assert 0.4 < away < 2.0


def test_a_mark_between_is_between_and_a_circle_is_around(questionnaire: Questionnaire) -> None:
    form, layout, page = one_kind(questionnaire, "between")
    for answer in form.answers:
        for option in answer.options:
            boxes = row(layout, answer.question)
            near = [b for b in boxes.values() if abs(b.x - boxes[option].x) < 12 and b.option != option]
            gaps = [Rect(min(b.x, boxes[option].x) + 4.5, b.y - 1, 6, 6) for b in near]
            assert max(ink(page, gap) for gap in gaps) > 0.5
    form, layout, page = one_kind(questionnaire, "circled")
    for answer in form.answers:
        for option in answer.options:
            box = row(layout, answer.question)[option]
            assert ink(page, Rect(box.x + 1, box.y + 1, 2, 2)) == 0
            assert ink(page, box, grow=3) > 1


def test_double_withdrawn_faint_and_too_many(questionnaire: Questionnaire) -> None:
    form, layout, page = one_kind(questionnaire, "double")
    assert all(len(a.options) == 2 for a in form.answers if a.marking != "blank")
    form, layout, page = one_kind(questionnaire, "withdrawn")
    assert all(a.value == "" for a in form.answers)
    withdrawn = [row(layout, a.question).values() for a in form.answers if a.marking == "withdrawn"]
    blacked = [max(ink(page, box) for box in boxes) > 9 for boxes in withdrawn]
    circled = [max(ink(page, box, grow=3) for box in boxes) > 9 for boxes in withdrawn]
    assert {True, False} == set(blacked)  # both ways occur
    assert all(b or c for b, c in zip(blacked, circled, strict=True))
    form, layout, page = one_kind(questionnaire, "faint")
    boxes = [row(layout, a.question)[a.options[0]] for a in form.answers if a.options]
    darkest = min(
        int(page[round(b.y * PX) : round((b.y + 4) * PX), round(b.x * PX) : round((b.x + 4) * PX)].min()) for b in boxes
    )
    assert 140 <= darkest < 200
    many = with_people(too_many=1.0)
    answers = [a for s in range(60) for a in fill_form(questionnaire, many, np.random.default_rng(s)).answers]
    over = [a for a in answers if a.marking == "too_many"]
    assert over and all(len(a.options) == 4 for a in over)


def test_marks_at_the_edge_and_of_other_pages_do_no_harm(questionnaire: Questionnaire) -> None:
    form = fill_form(questionnaire, with_people(), np.random.default_rng(1))
    question = next(a for a in form.answers if a.options)
    edge = PageLayout(1, (), (), (), (Box(-1, -1, 4, 4, question.question, question.options[0]),), ())
    page = np.full((100, 100), 255, np.uint8)
    assert draw_marks(page, edge, form.marks, PX, np.random.default_rng(0)).min() < 255
    assert page.min() == 255, "the printed page itself is not touched"
    nothing = PageLayout(2, (), (), (), (), ())
    assert draw_marks(page, nothing, form.marks, PX, np.random.default_rng(0)).min() == 255


# --- scanners


def dots() -> np.ndarray:
    """A page of 100 × 140 mm with a small round dot 15 mm from each corner."""
    page = np.full((round(140 * PX), round(100 * PX)), 255, np.uint8)
    for x, y in ((15, 15), (85, 15), (85, 125), (15, 125)):
        cv2.circle(page, (round(x * PX), round(y * PX)), 8, 0, -1, cv2.LINE_AA)
    return page


def centres(picture: np.ndarray) -> np.ndarray:
    _, _, _, found = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    points = np.array(sorted(found[1:].tolist(), key=lambda p: (p[1] > picture.shape[0] / 2, p[0])))
    assert len(points) == 4
    return points / PX


def test_a_perfect_scanner_changes_nothing() -> None:
    page = dots()
    assert np.array_equal(scan_page(page, still_device(), np.random.default_rng(1)), page)
    # The way over the coordinate grid, which uneven feeding takes, agrees with the direct one.
    bent = scan_page(page, still_device(wobble_mm=Range(1e-6, 1e-6)), np.random.default_rng(1))
    assert int(np.abs(bent.astype(int) - page).max()) <= 8


def test_pages_are_turned_shifted_and_scaled_as_the_profile_says() -> None:
    page = dots()
    true = centres(page)
    ranges = {"turn_degrees": Range(1.5, 1.5), "shift_mm": Range(2, 2), "scale": Range(0.98, 0.98)}
    found = centres(scan_page(page, still_device(**ranges), np.random.default_rng(1)))
    edge, moved = true[1] - true[0], found[1] - found[0]
    turned = np.degrees(np.arctan2(moved[1], moved[0]) - np.arctan2(edge[1], edge[0]))
    assert abs(abs(turned) - 1.5) < 0.05
    assert abs(np.hypot(*moved) / np.hypot(*edge) - 0.98) < 0.001
    assert np.allclose(found.mean(axis=0) - true.mean(axis=0), 2, atol=0.05)


def test_upside_down_is_upside_down() -> None:
    page = dots()
    page[40:60, 100:300] = 0
    turned = scan_page(page, still_device(upside_down=1.0), np.random.default_rng(1))
    assert int(np.abs(turned.astype(int) - page[::-1, ::-1]).max()) <= 2


def test_streaks_are_straight_and_everywhere() -> None:
    device = dataclasses.replace(
        still_device(),
        streaks=draw_device(with_scanner("rough", streaks=5.0), np.random.default_rng(2)).streaks,
    )
    assert device.streaks
    page = np.full((300, round(210 * PX)), 255, np.uint8)
    picture = scan_page(page, device, np.random.default_rng(1))
    columns = picture.min(axis=0) < 255
    assert columns.any() and np.array_equal(picture.min(axis=0), picture.max(axis=0))
    assert columns.sum() < 0.05 * picture.shape[1]


def test_black_and_white_keeps_faint_pencil_as_documented(questionnaire: Questionnaire) -> None:
    profile = dataclasses.replace(
        with_people(habits=(("slash", 1.0),)), pens=(dataclasses.replace(FAINT_PENCIL, share=1.0),)
    )
    form, layout, page = drawn(questionnaire, profile, 1)
    boxes = [b for b in layout.boxes for a in form.answers if a.question == b.question and b.option in a.options]
    lowest = PROFILES["bw"].scanner.threshold
    assert lowest is not None
    still = {k: v for k, v in STILL.items() if k not in ("blur_mm", "noise", "white", "black", "gamma")}

    def survivors(threshold: float, seed: int) -> float:
        rng = np.random.default_rng(seed)
        device = draw_device(with_scanner("bw", **still, streaks=0.0), rng)
        picture = scan_page(page, dataclasses.replace(device, threshold=threshold), rng)
        assert set(np.unique(picture)) <= {0, 255}
        return float(np.mean([ink(picture, box, grow=1) > 0.06 for box in boxes]))

    assert min(survivors(lowest.low, seed) for seed in range(6)) == 1.0
    # What is documented of devices left at half of the paper's tone: some lose nearly every faint mark.
    assert min(survivors(0.5, seed) for seed in range(6)) < 0.1


@pytest.mark.parametrize("name", list(PROFILES))
def test_a_profile_draws_the_same_page_from_the_same_seed(name: str) -> None:
    page = dots()

    def once(seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        return scan_page(page, draw_device(PROFILES[name], rng), rng, back=page)

    assert np.array_equal(once(1), once(1))
    assert not np.array_equal(once(1), once(2))


def test_a_photo_holds_the_whole_sheet() -> None:
    page = np.full(((297 * 6), (210 * 6)), 255, np.uint8)
    camera = PROFILES["photo"].camera
    assert camera is not None
    dark = dataclasses.replace(camera, background=Range(10, 40), sheet_share=Range(0.9, 0.95), sheet_share_mode=0.92)
    profile = dataclasses.replace(PROFILES["photo"], camera=dark)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        picture = scan_page(page, draw_device(profile, rng), rng)
        assert 7.5e6 < picture.size < 12.5e6
        sheet = cv2.morphologyEx((picture > 100).astype(np.uint8), cv2.MORPH_OPEN, np.ones((25, 25), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(sheet)
        x, y, w, h, _ = max(stats[1:].tolist(), key=lambda s: s[4])
        assert x > 0 and y > 0 and x + w < picture.shape[1] and y + h < picture.shape[0]
        assert 0.8 < w / picture.shape[1] < 1


# --- damages


def changed(before: np.ndarray, after: np.ndarray) -> tuple[float, float, float, float]:
    """The bounding box of what differs (mm): left, top, right, bottom."""
    ys, xs = np.nonzero(before != after)
    return xs.min() / PX, ys.min() / PX, (xs.max() + 1) / PX, (ys.max() + 1) / PX


def test_each_damage_stays_where_it_belongs() -> None:
    rng = np.random.default_rng(1)
    page = np.full((round(297 * PX), round(210 * PX)), 200, np.uint8)
    left, top, right, bottom = changed(page, damages.hide(page, Rect(20, 30, 6, 6), PX))
    assert np.allclose((left, top, right, bottom), (19.5, 29.5, 26.5, 36.5), atol=0.2)
    assert changed(page, damages.punch_holes(page, PX))[2] < 16
    assert max(changed(page, damages.staple(page, PX, rng))) < 26
    for corner in ("tl", "tr", "bl", "br"):
        for after in (
            damages.fold_corner(page, corner, 20, PX),
            damages.tear_corner(page, corner, 20, PX, rng),
        ):
            left, top, right, bottom = changed(page, after)
            assert (left < 1) if corner[1] == "l" else (right > 209)
            assert (top < 1) if corner[0] == "t" else (bottom > 296)
            assert right - left < 23 and bottom - top < 23
    cut = damages.cut_margins(page, 5, 6, 7, 8, PX)
    assert cut[:, : round(5 * PX)].min() == 255 and cut[round(150 * PX), round(100 * PX)] == 200
    left, _, right, _ = changed(page, damages.streak(page, 50, 0.3, 40, PX))
    assert 49.7 < left < right < 50.6
    assert np.array_equal(damages.quarter_turns(damages.quarter_turns(page, 1), 3), page)
    assert damages.quarter_turns(page, 1).shape == page.shape[::-1]
    assert (damages.coffee(page, PX, rng) <= page).all()
    assert (damages.specks(page, 9, Range(0.2, 0.5), Range(50, 90), PX, rng) < page).any()
    assert page.min() == page.max() == 200, "no damage touches the page it was given"


def test_long_dirt_is_as_thin_as_a_hair() -> None:
    fine = 40.0  # pixels per mm
    long = 0
    for seed in range(200):  # one speck a picture, so that none touches another
        page = np.full((1200, 1200), 255, np.uint8)
        after = damages.specks(page, 1, Range(0.3, 0.5), Range(200, 200), fine, np.random.default_rng(seed))
        dark = (after < 155).astype(np.uint8)
        if not dark.any():
            continue
        extent = float(np.hypot(*np.ptp(np.argwhere(dark), axis=0))) / fine
        widest = 2 * float(cv2.distanceTransform(dark, cv2.DIST_L2, 5).max()) / fine
        if extent > 1.2:
            long += 1
            assert widest < 0.25, f"seed {seed}: a hair of {widest:.2f} mm"
        else:
            assert widest > 0.02
    assert 8 < long < 40, "about one in ten is a hair"


def test_see_through_is_the_mirrored_back() -> None:
    page, back = np.full((300, 200), 255, np.uint8), np.full((300, 200), 255, np.uint8)
    back[100:120, 20:60] = 0
    ghost = damages.see_through(page, back, 0.1, PX)
    assert abs(int(ghost[110, 160]) - 229) <= 2
    assert ghost[110, 40] == 255


# --- batches


def read_truth(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_writes_scans_and_truth(workspace: Workspace, tmp_path: Path) -> None:
    command = ["--workspace", str(workspace.root), "simulate", "scans", "--to", str(tmp_path / "out")]
    result = CliRunner().invoke(sipas, [*command, "--profile", "clean", "--limit", "2", "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "2 forms on 4 pages in 4 files" in result.stdout
    rows = read_truth(tmp_path / "out")
    serials = list(dict.fromkeys(row["serial"] for row in rows))
    assert list(rows[0]) == ["serial", "question", "answer", "marking"]
    assert len(serials) == 2
    assert len(rows) == 2 * len(list(workspace.questionnaire.all_questions()))
    codes = set()
    for path in sorted((tmp_path / "out").rglob("*.jpg")):
        with Image.open(path) as image:
            assert image.mode == "L" and image.info["dpi"] == (300, 300)
            found = zxingcpp.read_barcodes(np.asarray(image), formats=zxingcpp.BarcodeFormat.QRCode)
        codes |= {tuple(code.text.split(":")[1:3]) for code in found}
    assert codes == {(serial, page) for serial in serials for page in "12"}


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith("."))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_same_seed_same_bytes_whatever_the_limit_and_the_workers(workspace: Workspace, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "few", "other")]
    simulate_scans(workspace, folders[0], "clean", seed=5, limit=4, workers=1)
    simulate_scans(workspace, folders[1], "clean", seed=5, limit=4, workers=2)
    simulate_scans(workspace, folders[2], "clean", seed=5, limit=1, workers=1)
    simulate_scans(workspace, folders[3], "clean", seed=6, limit=1, workers=1)
    first, few, other = snapshot(folders[0]), snapshot(folders[2]), snapshot(folders[3])
    assert first == snapshot(folders[1])
    assert len(few) == 3
    assert all(first[name] == content for name, content in few.items() if name != "truth.csv")
    assert not set(few.values()) & set(other.values())
    # Killed and run again: what is there already is made again as it was, leftovers are overwritten.
    (folders[0] / "truth.csv").unlink()
    victim = next(folders[0].rglob("*.jpg"))
    victim.write_bytes(b"half a fi")
    simulate_scans(workspace, folders[0], "clean", seed=5, limit=4, workers=1)
    assert snapshot(folders[0]) == first


def test_containers(workspace: Workspace, tmp_path: Path) -> None:
    batch = simulate_scans(workspace, tmp_path / "bw", "bw", limit=2, workers=1)
    (path,) = batch.files
    with Image.open(path) as image:
        assert image.n_frames == 4 and image.info["compression"] == "group4" and image.mode == "1"
        assert round(image.info["dpi"][0]) in (200, 300)
    kinds = {}
    for seed in range(1, 30):
        if len(kinds) == 3:
            break
        device_kind = simulate_scans(workspace, tmp_path / f"o{seed}", "office", seed=seed, limit=1, workers=1).files[0]
        kinds[device_kind.suffix] = device_kind
    assert set(kinds) == {".pdf", ".tif", ".jpg"}
    with pypdfium2.PdfDocument(kinds[".pdf"]) as document:
        assert len(document) == 2
        (picture,) = document[0].get_objects()
        assert picture.get_filters() == ["DCTDecode"]
    with Image.open(kinds[".tif"]) as image:
        assert image.n_frames == 2 and image.mode == "L"


def test_photos_are_colour_and_some_are_stored_sideways(workspace: Workspace, tmp_path: Path) -> None:
    batch = simulate_scans(workspace, tmp_path / "photo", "photo", limit=3, seed=2, workers=1)
    shapes = set()
    for path in batch.files:
        with Image.open(path) as image:
            assert image.mode == "RGB"
            turned = image.getexif().get(0x0112) == 6
            assert (image.width > image.height) == turned
            shapes.add(turned)
    assert shapes == {True, False}


def test_faults_are_sentences(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ScanError, match=r"no profile 'fax'.*clean, office"):
        simulate_scans(workspace, tmp_path, "fax")
    with pytest.raises(ScanError, match="sipas print"):
        simulate_scans(create_workspace(tmp_path / "empty"), tmp_path / "out")
    with pytest.raises(ScanError, match="at least one form"):
        simulate_scans(workspace, tmp_path / "out", limit=0)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "scan.pdf").write_bytes(b"%PDF")
    with pytest.raises(ScanError, match=r"holds other scans \(scan.pdf\)"):
        simulate_scans(workspace, tmp_path / "used", limit=1)
