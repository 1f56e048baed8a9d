"""Reading real files: every kind that a scanner, a phone or an office program makes of a page."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from paper import Image, Paper, done, papers
from PIL import Image as Pil
from reportlab.lib.units import inch
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sipas_forms.flow import current_answers
from sipas_forms.plan import Workspace
from sipas_forms.scanning.files import ScanFile, inspect_file, read_frames
from sipas_forms.scanning.types import ScanPage
from sipas_forms.store import open_store


def read_back(paper: Paper, path: Path, frame: int = 1) -> None:
    """The page in the file is read, and every answer is right and sure."""
    found = inspect_file(path)
    assert isinstance(found, ScanFile), found
    scans = dict(read_frames(path, path.name, range(1, found.frames + 1)))
    scan = scans[frame]
    assert isinstance(scan, ScanPage), scan
    outcome = paper.read(scan.pixels)
    assert outcome.problem is None, outcome.problem
    assert outcome.wrong == ()
    assert outcome.doubtful == ()


def pdf_of(path: Path, pictures: list[Pil.Image], dpi: int, turn: int = 0) -> None:
    """A PDF with one picture a page, as scanners make it."""
    canvas = Canvas(str(path))
    for picture in pictures:
        width, height = picture.width * inch / dpi, picture.height * inch / dpi
        canvas.setPageSize((width, height))
        if turn:
            canvas.setPageRotation(turn)
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()


def jpeg(picture: Image, quality: int = 80, mode: str = "L") -> Pil.Image:
    """The picture after JPEG; reportlab then embeds the JPEG itself."""
    buffer = io.BytesIO()
    Pil.fromarray(picture).convert(mode).save(buffer, "JPEG", quality=quality)
    buffer.seek(0)
    return Pil.open(buffer)


def black_and_white(picture: Image) -> Pil.Image:
    return Pil.fromarray(np.where(picture < 170, 0, 255).astype(np.uint8)).convert("1", dither=Pil.Dither.NONE)


def bluish(picture: Image) -> Pil.Image:
    """Colour: ink that is blue, paper that is yellowish."""
    ink = 255 - picture.astype(np.float32)
    rgb = np.stack([250 - 0.9 * ink, 248 - 0.85 * ink, 235 - 0.55 * ink], axis=2)
    return Pil.fromarray(rgb.clip(0, 255).astype(np.uint8))


WRITERS: dict[str, Callable[[Path, Image], None]] = {
    "grey.png": lambda path, page: Pil.fromarray(page).save(path),
    "sixteen bits.png": lambda path, page: Pil.fromarray(page.astype(np.uint16) * 257).save(path),
    "colour.png": lambda path, page: bluish(page).save(path),
    "palette.png": lambda path, page: bluish(page).quantize(16).save(path),
    "black and white.png": lambda path, page: black_and_white(page).save(path),
    "opaque.png": lambda path, page: Pil.fromarray(page).convert("RGBA").save(path),
    "grey.jpg": lambda path, page: Pil.fromarray(page).save(path, quality=75),
    "poor.jpeg": lambda path, page: Pil.fromarray(page).save(path, quality=40),
    "colour.JPG": lambda path, page: bluish(page).save(path, format="JPEG", quality=75),
    "print.jpg": lambda path, page: bluish(page).convert("CMYK").save(path, quality=85),
    "progressive.jpg": lambda path, page: Pil.fromarray(page).save(path, progressive=True),
    "group4.tif": lambda path, page: black_and_white(page).save(path, compression="group4"),
    "lzw.tiff": lambda path, page: Pil.fromarray(page).save(path, compression="tiff_lzw"),
    "plain.TIF": lambda path, page: Pil.fromarray(page).save(path, format="TIFF"),
    "jpeg.tif": lambda path, page: bluish(page).save(path, compression="jpeg", quality=80),
    "jpeg.pdf": lambda path, page: pdf_of(path, [jpeg(page)], 200),
    "colour.pdf": lambda path, page: pdf_of(path, [jpeg(np.asarray(bluish(page)), 80, "RGB")], 200),
    "deflated.pdf": lambda path, page: pdf_of(path, [Pil.fromarray(page)], 200),
    "black and white.pdf": lambda path, page: pdf_of(path, [black_and_white(page)], 200),
    "turned by its page.pdf": lambda path, page: pdf_of(path, [jpeg(page)], 200, turn=90),
}


@pytest.mark.parametrize("name", list(WRITERS))
def test_every_kind_of_file(grid_page: Paper, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"phiếu đã quét {name}"
    WRITERS[name](path, grid_page.filled(200))
    read_back(grid_page, path)


@pytest.mark.parametrize("dpi", [150, 200, 300, 600])
def test_every_fineness(first_page: Paper, tmp_path: Path, dpi: int) -> None:
    path = tmp_path / "a.jpg"
    Pil.fromarray(first_page.filled(dpi)).save(path, quality=80)
    read_back(first_page, path)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["a.jpg", "a.pdf", "a.tif"])
def test_every_way_up(first_page: Paper, tmp_path: Path, name: str, turns: int) -> None:
    page = np.ascontiguousarray(np.rot90(first_page.filled(150), turns))
    WRITERS[{"a.jpg": "grey.jpg", "a.pdf": "jpeg.pdf", "a.tif": "group4.tif"}[name]](tmp_path / name, page)
    read_back(first_page, tmp_path / name)


def test_a_photo_that_says_how_it_is_turned(first_page: Paper, tmp_path: Path) -> None:
    """Phones store pictures sideways with a note; the note changes nothing."""
    exif = Pil.Exif()
    exif[0x0112] = 6
    Pil.fromarray(np.ascontiguousarray(np.rot90(first_page.filled(200)))).save(tmp_path / "a.jpg", exif=exif)
    read_back(first_page, tmp_path / "a.jpg")


@pytest.mark.parametrize("kind", ["group4", "jpeg", "tiff_lzw"])
def test_tiff_of_many_pages(survey_printed: Workspace, tmp_path: Path, kind: str) -> None:
    some = papers(survey_printed)[:4]
    pages = [p.filled(200) for p in some]
    pictures = [black_and_white(p) if kind == "group4" else Pil.fromarray(p) for p in pages]
    pictures[0].save(tmp_path / "a.tif", save_all=True, append_images=pictures[1:], compression=kind)
    for frame, paper in enumerate(some, 1):
        read_back(paper, tmp_path / "a.tif", frame)


def test_pdf_of_many_pages(survey_printed: Workspace, tmp_path: Path) -> None:
    some = papers(survey_printed)[:4]
    pdf_of(tmp_path / "a.pdf", [jpeg(p.filled(200)) for p in some], 200)
    for frame, paper in enumerate(some, 1):
        read_back(paper, tmp_path / "a.pdf", frame)


def test_a_picture_in_a_pdf_is_taken_as_it_is(first_page: Paper, tmp_path: Path) -> None:
    """Not rendered: the very pixels of the JPEG."""
    picture = jpeg(first_page.filled(200))
    pdf_of(tmp_path / "a.pdf", [picture], 200)
    [(_, scan)] = read_frames(tmp_path / "a.pdf", "a.pdf", range(1, 2))
    assert isinstance(scan, ScanPage)
    assert np.array_equal(scan.pixels, np.asarray(picture))


def test_a_pdf_of_pictures_in_strips_is_rendered(first_page: Paper, tmp_path: Path) -> None:
    """Some scanners cut a page into strips."""
    page = first_page.filled(200)
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(page.shape[1] * inch / 200, page.shape[0] * inch / 200))
    rows = [page[top : top + 400] for top in range(0, page.shape[0], 400)]
    y = page.shape[0] * inch / 200
    for row in rows:
        y -= row.shape[0] * inch / 200
        size = row.shape[1] * inch / 200, row.shape[0] * inch / 200
        canvas.drawImage(ImageReader(Pil.fromarray(row)), 0, y, *size)
    canvas.save()
    read_back(first_page, tmp_path / "a.pdf")


def test_a_mirrored_picture_in_a_pdf_is_shown_as_it_is_meant(first_page: Paper, tmp_path: Path) -> None:
    page = Pil.fromarray(np.ascontiguousarray(first_page.filled(200)[:, ::-1]))
    width, height = page.width * inch / 200, page.height * inch / 200
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(width, height))
    canvas.transform(-1, 0, 0, 1, width, 0)
    canvas.drawImage(ImageReader(page), 0, 0, width, height)
    canvas.save()
    read_back(first_page, tmp_path / "a.pdf")


def test_our_own_print_read_back_is_all_blank(survey_copy: Workspace) -> None:
    """The drawn PDF, unmarked: nothing is invented on any of its pages; a person sees that they are bare."""
    folder = survey_copy.root / "scans" / "từ máy in"
    folder.mkdir(parents=True)
    for pdf in survey_copy.forms.glob("*.pdf"):
        (folder / pdf.name).write_bytes(pdf.read_bytes())
    run = done("read", "--workers", "1", at=survey_copy.root)
    assert "3 files, 18 pages: 18 read, 0 problems." in run.out
    store = open_store(survey_copy.database)
    answers = current_answers(survey_copy, store)
    store.close()
    assert set(answers["status"]) == {"doubtful"}
    assert set(answers["answer"]) == {""}
    assert answers["image"].str.contains("scans/từ máy in/TEST20-").all()


def test_a_folder_with_names_in_vietnamese(survey_copy: Workspace) -> None:
    """Deep folders, spaces, letters with two accents, capital suffixes; hidden files are passed over."""
    first, second = papers(survey_copy)[:2]
    folder = survey_copy.scans / "Phường Thượng Thanh" / "đợt 1 (ngày 05-10)"
    folder.mkdir(parents=True)
    Pil.fromarray(first.filled(150)).save(folder / "Phiếu số 1.JPG", quality=80)
    Pil.fromarray(second.filled(150)).save(folder / "Phiếu số 2.png")
    (folder / ".ẩn.jpg").write_bytes(b"not a picture")
    (folder / "ghi chú.txt").write_text("không phải ảnh", encoding="utf-8")
    run = done("read", "--workers", "1", at=survey_copy.root)
    assert "2 files, 2 pages: 2 read, 0 problems." in run.out
    store = open_store(survey_copy.database)
    answers = current_answers(survey_copy, store)
    store.close()
    mine = answers[(answers["serial"] == first.place.serial)].set_index("question")
    truth = first.truth() | second.truth()
    assert {q: mine.loc[q, "answer"] for q in truth} == truth
    assert mine.loc["A1", "image"] == "scans/Phường Thượng Thanh/đợt 1 (ngày 05-10)/Phiếu số 2.png#1"


def test_two_workers_read_the_same_as_one(survey_printed: Workspace, tmp_path: Path) -> None:
    results = []
    for workers in ("1", "2"):
        root = tmp_path / workers
        shutil.copytree(survey_printed.root, root)
        some = papers(Workspace(root))
        for start in (0, 3):
            pages = [Pil.fromarray(p.filled(150)) for p in some[start : start + 3]]
            pages[0].save(
                root / "scans" / f"{start}.tif",
                save_all=True,
                append_images=pages[1:],
                compression="tiff_lzw",
            )
        done("read", "--workers", workers, at=root)
        store = open_store(root / "survey.db")
        results.append(current_answers(Workspace(root), store))
        store.close()
    assert results[0].equals(results[1])
    assert (results[0]["status"] == "accepted").sum() > 50


def test_scans_are_never_altered(survey_copy: Workspace) -> None:
    page = papers(survey_copy)[0]
    path = survey_copy.scans / "a.jpg"
    Pil.fromarray(np.ascontiguousarray(np.rot90(page.filled(150), 2))).save(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    done("read", "--workers", "1", at=survey_copy.root)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_rendering_needs_no_more_than_the_page(first_page: Paper, tmp_path: Path) -> None:
    """A PDF page of an odd size (the sheet on a larger glass) is read too."""
    page = Pil.new("L", (2300, 2600), 200)
    page.paste(Pil.fromarray(first_page.filled(200)), (300, 120))
    pdf_of(tmp_path / "a.pdf", [page], 200)
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    assert document[0].get_size()[0] > 800
    document.close()
    read_back(first_page, tmp_path / "a.pdf")
