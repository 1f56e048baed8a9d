"""Scans that can't be read: each ends as the right recorded problem, `sipas status` counts it, and the rest is read."""

from __future__ import annotations

import io
import shutil
import sqlite3
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from paper import PLAN, Image, Paper, done, papers, sipas
from PIL import Image as Pil
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.errors import ScanError
from sipas_forms.flow import current_answers, survey_status
from sipas_forms.plan import Workspace
from sipas_forms.plan.serial import PageCode, make_serial
from sipas_forms.store import open_store
from sipas_forms.store.people import open_people

DPI = 150


def encoded(page: Image, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Pil.fromarray(page).save(buffer, kind, quality=80)
    return buffer.getvalue()


def tiff(page: Image) -> bytes:
    buffer = io.BytesIO()
    Pil.fromarray(page).save(buffer, "TIFF", compression="tiff_lzw")
    return buffer.getvalue()


def pdf(page: Image, **settings: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **settings)
    canvas.drawImage(ImageReader(Pil.open(io.BytesIO(encoded(page)))), 0, 0, 210 * mm, 297 * mm)
    canvas.save()
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size; its few bytes of content are correct zlib."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


def tiff_claiming(width: int, height: int) -> bytes:
    """An uncompressed TIFF of one strip that claims a size."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8)]
    tags += [(277, 3, 1), (278, 4, height), (279, 4, 100)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 108) + bytes(100) + struct.pack("<H", len(tags)) + entries + bytes(4)


def pdf_claiming(side: float) -> bytes:
    """A drawn page of a huge size (points)."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(side, side))
    canvas.line(0, 0, side, side)
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def page(first_page: Paper) -> Image:
    return first_page.filled(DPI)


def read_with(workspace: Workspace, files: dict[str, bytes | Image]) -> dict[str, str]:
    """Read the files and one good page; the open problems, code by file. The good page must be read."""
    good = papers(workspace)[-1]
    folder = workspace.scans
    for name, content in {**files, "zz tốt.jpg": encoded(good.filled(DPI))}.items():
        data = content if isinstance(content, bytes) else encoded(content, "PNG")
        (folder / name).write_bytes(data)
    run = done("read", "--workers", "1", at=workspace.root)
    status = done("status", at=workspace.root)
    state = survey_status(workspace)
    for code, number in state.problem_counts.items():
        assert f"  {code}: {number}" in status.out
    for problem in state.problems:
        assert problem.sentence[-1] in ".?"
        assert Path(problem.path).name in problem.sentence or "Form " in problem.sentence
        assert problem.sentence in status.out
    assert " 1 read, " in run.out, run.out
    assert f"{len(state.problems)} problems." in run.out
    store = open_store(workspace.database)
    answers = current_answers(workspace, store)
    store.close()
    read = answers[answers["status"] != "missing"]
    assert set(read["serial"]) == {good.place.serial}
    assert set(read["page"]) == {good.place.page}
    return {Path(problem.path).name: problem.code for problem in state.problems}


DAMAGED: dict[str, Callable[[Image], bytes]] = {
    "nothing.pdf": lambda page: b"",
    "nothing.jpg": lambda page: b"",
    "nothing.tif": lambda page: b"",
    "text.pdf": lambda page: "Kính gửi Phòng Nội vụ".encode(),
    "text.jpg": lambda page: b"Not a picture at all. " * 50,
    "text.tif": lambda page: b"Not a picture at all. " * 50,
    "noise.png": lambda page: b"\x89PNG\r\n\x1a\n" + bytes(500),
    "a third.jpg": lambda page: encoded(page)[: len(encoded(page)) // 3],
    "nearly all.jpg": lambda page: encoded(page)[: len(encoded(page)) * 9 // 10],
    "a third.png": lambda page: encoded(page, "PNG")[: len(encoded(page, "PNG")) // 3],
    "nearly all.png": lambda page: encoded(page, "PNG")[: len(encoded(page, "PNG")) * 9 // 10],
    "half.tif": lambda page: tiff(page)[: len(tiff(page)) // 2],
    "a third.pdf": lambda page: pdf(page)[: len(pdf(page)) // 3],
    "spoilt inside.pdf": lambda page: _spoilt(pdf(page)),
    "spoilt inside.jpg": lambda page: _spoilt(encoded(page)),
}
EXPECTED = {name: "empty_file" if name.startswith("nothing") else "damaged_file" for name in DAMAGED}


def _spoilt(content: bytes) -> bytes:
    """A disk error: a block of zeros in the middle."""
    middle = len(content) // 2
    return content[: middle - 2000] + bytes(4000) + content[middle + 2000 :]


@pytest.mark.parametrize("name", [n for n in DAMAGED if not n.startswith("spoilt")])
def test_damaged_files(survey_copy: Workspace, page: Image, name: str) -> None:
    assert read_with(survey_copy, {name: DAMAGED[name](page)}) == {name: EXPECTED[name]}


@pytest.mark.parametrize("name", [n for n in DAMAGED if n.startswith("spoilt")])
def test_a_spoilt_picture_is_never_misread(survey_copy: Workspace, first_page: Paper, page: Image, name: str) -> None:
    """Decoders go on after an error inside; what they make of it must not become an answer that is wrong."""
    (survey_copy.scans / name).write_bytes(DAMAGED[name](page))
    done("read", "--workers", "1", at=survey_copy.root)
    store = open_store(survey_copy.database)
    answers = current_answers(survey_copy, store)
    store.close()
    mine = answers[answers["serial"] == first_page.place.serial].set_index("question")
    for question, answer in first_page.truth().items():
        if mine.loc[question, "status"] in ("accepted", "blank"):
            assert mine.loc[question, "answer"] == answer


def test_all_damaged_files_at_once(survey_copy: Workspace, page: Image) -> None:
    """A whole folder of them: each is counted, none hides another."""
    files = {name: make(page) for name, make in DAMAGED.items() if not name.startswith("spoilt")}
    assert read_with(survey_copy, files) == {name: EXPECTED[name] for name in files}


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_of_a_tiff_that_was_cut_off_the_whole_pages_are_read(survey_copy: Workspace, compression: str) -> None:
    """Half of the second page's pixels are not there; what describes it stands before them, or behind."""
    first, second = (Pil.fromarray(paper.filled(DPI)) for paper in papers(survey_copy)[:2])
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", compression=compression, save_all=True, append_images=[second])
    whole = buffer.getvalue()
    (survey_copy.scans / "hai trang.tif").write_bytes(whole[: len(whole) * 3 // 4])
    assert "1 read, 1 problems" in done("read", "--workers", "1", at=survey_copy.root).out
    state = survey_status(survey_copy)
    assert [(p.code, p.frame) for p in state.problems] == [("damaged_file", 2)]
    assert "hai trang.tif, page 2 is damaged" in state.problems[0].sentence
    (survey_copy.scans / "hai trang.tif").write_bytes(whole)
    assert "1 read, 0 problems" in done("read", "--workers", "1", at=survey_copy.root).out
    assert survey_status(survey_copy).problems == ()


def test_encrypted_pdf(survey_copy: Workspace, page: Image) -> None:
    locked = pdf(page, encrypt=StandardEncryption("bí mật", canPrint=0))
    assert read_with(survey_copy, {"khóa.pdf": locked}) == {"khóa.pdf": "encrypted_file"}


def test_pdf_that_only_its_owner_may_change_is_read(survey_copy: Workspace, page: Image) -> None:
    """No password is needed to look at it."""
    (survey_copy.scans / "a.pdf").write_bytes(pdf(page, encrypt=StandardEncryption("", ownerPassword="x")))
    assert "1 read, 0 problems" in done("read", "--workers", "1", at=survey_copy.root).out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png_claiming(100_000, 100_000)),
        ("a.tif", tiff_claiming(100_000, 100_000)),
        ("b.tif", tiff_claiming(65_000, 30_000)),
        ("a.pdf", pdf_claiming(100_000)),
    ],
    ids=["png", "tiff", "tiff just too large", "pdf"],
)
def test_huge_pages(survey_copy: Workspace, name: str, content: bytes) -> None:
    assert read_with(survey_copy, {name: content}) == {name: "huge_page"}


def test_too_small_a_picture(survey_copy: Workspace) -> None:
    assert read_with(survey_copy, {"logo.png": np.full((200, 300), 255, np.uint8)}) == {"logo.png": "too_small"}


def test_blank_page(survey_copy: Workspace) -> None:
    noise = np.random.default_rng(1).normal(240, 3, (1754, 1240)).clip(0, 255).astype(np.uint8)
    assert read_with(survey_copy, {"a.png": noise}) == {"a.png": "blank_page"}


def test_no_scans_are_a_sentence_and_no_bar(survey_copy: Workspace) -> None:
    run = sipas("read", at=survey_copy.root)
    assert run.code == ScanError.exit_code and "reading" not in run.err
    assert "There are no scans in" in run.err and "Put them there" in run.err


def test_a_missing_path_is_named_and_the_rest_is_read(survey_copy: Workspace, page: Image, tmp_path: Path) -> None:
    scan = survey_copy.scans / "a.png"
    scan.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(scan), page)
    run = sipas("read", "--workers", "1", tmp_path / "none", scan, at=survey_copy.root)
    assert run.code == 8
    assert "1 read" in run.out
    assert f"{tmp_path / 'none'}: there is no such file" in run.err and str(scan) not in run.err


def test_dark_pictures_are_not_blank_pages(survey_copy: Workspace, page: Image) -> None:
    """An open lid without a sheet, and a page with black and white exchanged, whose answers must not be put aside."""
    rng = np.random.default_rng(1)
    black = rng.normal(12, 4, (1754, 1240)).clip(0, 255).astype(np.uint8)
    files = {"black.png": black, "zero.png": np.zeros_like(black), "negative.png": 255 - page}
    assert read_with(survey_copy, files) == dict.fromkeys(files, "dark_page")


def test_page_with_no_code(survey_copy: Workspace) -> None:
    """A letter that lay in the pile."""
    letter = np.full((1754, 1240), 255, np.uint8)
    for line in range(40):
        cv2.putText(letter, "Kinh gui Phong Noi vu quan", (120, 120 + 36 * line), 0, 1.0, (0,), 2)
    assert read_with(survey_copy, {"a.png": letter}) == {"a.png": "no_code"}


def test_page_of_another_program(survey_copy: Workspace) -> None:
    code = np.asarray(zxingcpp.create_barcode("https://example.org", zxingcpp.BarcodeFormat.QRCode).to_image(scale=5))
    sheet = np.full((1754, 1240), 255, np.uint8)
    sheet[100 : 100 + code.shape[0], 900 : 900 + code.shape[1]] = code
    assert read_with(survey_copy, {"a.png": sheet}) == {"a.png": "foreign_code"}


def test_page_of_another_survey(survey_copy: Workspace, survey_printed: Workspace, tmp_path: Path) -> None:
    other = Workspace(shutil.copytree(survey_printed.root, tmp_path / "other"))
    other.survey_file.write_text(PLAN.replace("TEST20", "KHAC19"), encoding="utf-8")
    done("print", "--unit", "LB", at=other.root)
    page = papers(other)[0].filled(DPI)
    assert read_with(survey_copy, {"a.png": page}) == {"a.png": "other_survey"}


def test_page_signed_with_another_key(survey_copy: Workspace, survey_printed: Workspace, tmp_path: Path) -> None:
    """The same survey printed from another database."""
    other = Workspace(shutil.copytree(survey_printed.root, tmp_path / "other"))
    connection = sqlite3.connect(other.database)
    connection.execute("update meta set value = ? where key = 'page_key'", ("ab" * 32,))
    connection.commit()
    connection.close()
    done("print", "--unit", "LB", at=other.root)
    page = papers(other)[0].filled(DPI)
    assert read_with(survey_copy, {"a.png": page}) == {"a.png": "wrong_digest"}


def with_code(paper: Paper, text: str) -> Image:
    """The page with both of its codes replaced; 10 px a mm, 5 px a module."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", version=3)
    picture = np.asarray(code.to_image(scale=5, add_quiet_zones=False))
    page = paper.filled(254).copy()
    for place in paper.page.codes:
        x, y = round(place.x * 10), round(place.y * 10)
        page[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return page


def test_made_up_codes(survey_copy: Workspace, first_page: Paper) -> None:
    """What a code must say for its page to be read: every part of it counts."""
    store = open_store(survey_copy.database)
    key = store.key()
    store.close()
    version, serial = first_page.layout.form_version, first_page.place.serial
    cases = {
        "unknown_serial": PageCode("TEST20", make_serial("LB", "HKD", 9999), 1, version).text(key),
        "wrong_serial": PageCode("TEST20", serial[:-1] + ("A" if serial[-1] != "A" else "B"), 1, version).text(key),
        "unknown_version": PageCode("TEST20", serial, 1, "0123ABCD").text(key),
        "wrong_page": PageCode("TEST20", serial, 7, version).text(key),
        "wrong_digest": PageCode("TEST20", serial, 1, version).text(bytes(32)),
    }
    pages = {f"{code}.png": with_code(first_page, text) for code, text in cases.items()}
    assert read_with(survey_copy, dict(pages)) == {f"{code}.png": code for code in cases}


def test_form_of_somebody_who_was_replaced(survey_copy: Workspace, first_page: Paper, page: Image) -> None:
    done("sample", "replace", first_page.place.serial, "--reason", "moved away", at=survey_copy.root)
    assert read_with(survey_copy, {"a.png": page}) == {"a.png": "void_form"}
    assert "took its place" in done("status", at=survey_copy.root).text


def test_no_names_in_what_is_said(survey_copy: Workspace, first_page: Paper, page: Image) -> None:
    done("sample", "replace", first_page.place.serial, "--reason", "moved away", at=survey_copy.root)
    (survey_copy.scans / "a.png").write_bytes(encoded(page, "PNG"))
    said = done("read", "--workers", "1", at=survey_copy.root).text + done("status", at=survey_copy.root).text
    people = open_people(survey_copy.people_database)
    names = [person.name for person in people.respondents()]
    people.close()
    assert len(names) > 5
    assert not [name for name in names if name in said]


def test_layout_that_was_lost(survey_copy: Workspace, page: Image) -> None:
    """Without the layouts nothing is read, every page says why, and once they are back it is."""
    kept = survey_copy.root / "elsewhere"
    survey_copy.layouts.rename(kept)
    (survey_copy.scans / "a.png").write_bytes(encoded(page, "PNG"))
    run = sipas("read", "--workers", "1", at=survey_copy.root)
    assert run.code == 0
    assert survey_status(survey_copy).problem_counts == {"unknown_version": 1}
    kept.rename(survey_copy.layouts)
    assert "1 read, 0 problems" in done("read", "--workers", "1", at=survey_copy.root).out
    assert survey_status(survey_copy).problem_counts == {}


@pytest.mark.parametrize("name", ["-1.png", ".json"])
def test_layout_that_is_damaged_is_a_problem(survey_copy: Workspace, page: Image, first_page: Paper, name: str) -> None:
    """The page says which file to restore; once it is back the page is read."""
    path = survey_copy.layouts / f"{first_page.layout.form_version}{name}"
    kept = path.read_bytes()
    path.write_bytes(b"{")
    (survey_copy.scans / "a.png").write_bytes(encoded(page, "PNG"))
    assert "0 read, 1 problems" in done("read", "--workers", "1", at=survey_copy.root).out
    status = sipas("status", at=survey_copy.root)
    assert path.name in status.text
    path.write_bytes(kept)
    assert survey_status(survey_copy).problem_counts == {"missing_layout": 1}
    assert "1 read, 0 problems" in done("read", "--workers", "1", at=survey_copy.root).out
    assert survey_status(survey_copy).problem_counts == {}


@pytest.mark.parametrize("content", [None, b"{"], ids=["missing", "damaged"])
def test_a_lost_blank_page_comes_back_by_printing_again(
    survey_copy: Workspace, first_page: Paper, page: Image, content: bytes | None
) -> None:
    """As the problem's sentence advises."""
    path = survey_copy.layouts / f"{first_page.layout.form_version}-1.png"
    path.unlink()
    if content:
        path.write_bytes(content)
    done("print", at=survey_copy.root)
    (survey_copy.scans / "a.png").write_bytes(encoded(page, "PNG"))
    assert "1 read, 0 problems" in done("read", "--workers", "1", at=survey_copy.root).out


def test_a_problem_goes_when_a_good_scan_comes(survey_copy: Workspace, page: Image) -> None:
    path = survey_copy.scans / "a.jpg"
    path.write_bytes(encoded(page)[:5000])
    done("read", "--workers", "1", at=survey_copy.root)
    assert survey_status(survey_copy).problem_counts == {"damaged_file": 1}
    done("read", "--workers", "1", at=survey_copy.root)
    assert survey_status(survey_copy).problem_counts == {"damaged_file": 1}
    path.write_bytes(encoded(page))
    done("read", "--workers", "1", at=survey_copy.root)
    assert survey_status(survey_copy).problem_counts == {}


def test_a_file_of_another_kind_is_named(survey_copy: Workspace) -> None:
    path = survey_copy.root / "thư.docx"
    path.write_bytes(b"PK")
    done("read", path, "--workers", "1", at=survey_copy.root)
    assert survey_status(survey_copy).problem_counts == {"unknown_kind": 1}


def test_a_picture_of_another_kind_in_the_folder_is_named(survey_copy: Workspace) -> None:
    """A ward's phone makes .heic: its form is not passed by in silence; what is no picture is."""
    for name in ("IMG_0001.HEIC", "trang 2.webp", "Thumbs.db", "truth.csv"):
        (survey_copy.scans / name).write_bytes(b"x" * 100)
    run = done("read", "--workers", "1", at=survey_copy.root)
    assert "2 files, 0 pages: 0 read, 2 problems." in run.out
    status = sipas("status", at=survey_copy.root).out
    assert "unknown_kind: 2" in status
    assert "IMG_0001.HEIC is not a PDF, TIFF, JPEG or PNG file; save it as one of these" in status


def test_a_decoder_that_warns_is_not_heard(survey_copy: Workspace) -> None:
    (survey_copy.scans / "a.tif").write_bytes(b"II*\0\xff\0\0\0" + b"\x01" * 90)  # its directory lies past its end
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        done("read", "--workers", "1", at=survey_copy.root)
    assert [str(warning.message) for warning in heard] == []


def test_one_bad_page_among_good_ones(survey_copy: Workspace) -> None:
    """A TIFF whose second page is blank: the problem is that page's alone."""
    one, two = papers(survey_copy)[:2]
    pages = [one.filled(DPI), np.full((1754, 1240), 250, np.uint8), two.filled(DPI)]
    pictures = [Pil.fromarray(p) for p in pages]
    pictures[0].save(survey_copy.scans / "a.tif", save_all=True, append_images=pictures[1:])
    assert "3 pages: 2 read, 1 problems" in done("read", "--workers", "1", at=survey_copy.root).out
    [problem] = survey_status(survey_copy).problems
    assert (problem.code, problem.frame) == ("blank_page", 2)
