"""Opens the form that is to be adopted: a PDF, a picture of the blank sheet, or a Word file where LibreOffice is
installed."""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pdfplumber
import pypdfium2

from sipas_forms.adopt.prepare import as_printed
from sipas_forms.adopt.scan import lay_straight, picture_to_pdf, read_scanned_page, scanned_pages
from sipas_forms.adopt.typed import is_readable
from sipas_forms.adopt.types import FormPage
from sipas_forms.adopt.vector import read_vector_page, says_to_circle
from sipas_forms.errors import AdoptError
from sipas_forms.printing.render import REFERENCE_DPI, render_page

PICTURES = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}
WORD_FILES = {".docx", ".doc", ".odt", ".rtf"}
MAX_BYTES = 100_000_000  # a questionnaire has some pages; a file like this is something else
MAX_PAGES = 40
MAX_SIDE_MM = 430.0  # A3: at 300 dpi a page of it is 17 million pixels
LEAST_SIDE_MM = 60.0
WORD_SECONDS = 120  # LibreOffice starts in some ten; longer than this it waits for something
SAME_SIZE_MM = 2.0


@contextmanager
def opened_as_pdf(path: Path) -> Iterator[Path]:
    """The form as a PDF: itself, or one made from it for as long as the context lasts.

    Raises:
        AdoptError: it is missing, of a kind that can't be used, protected or damaged.
    """
    if not path.is_file():
        raise AdoptError(f"{path}: there is no such file.")
    if not 0 < path.stat().st_size <= MAX_BYTES:
        raise AdoptError(f"{path.name} is empty, or larger than 100 MB; give the blank form, a page or some pages.")
    suffix = path.suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        if suffix == ".pdf":
            _page_sizes(path, path.name)  # looked up before anything is made of it
            yield lay_straight(as_printed(path, Path(folder) / "printed.pdf"), Path(folder) / "form.pdf")
        elif suffix in PICTURES:
            target = Path(folder) / "form.pdf"
            picture_to_pdf(path, target)
            yield target
        elif suffix in WORD_FILES:
            yield _from_word(path, Path(folder))
        else:
            raise AdoptError(
                f"{path.name} is not a PDF, a picture (PNG, JPEG, TIFF), a Word file or an OMRChecker "
                "template (.json); save the form as one of these."
            )


def read_form(pdf: Path, shown: str) -> list[FormPage]:
    """Every page of a form, with its words and places; `shown` is its name in messages.

    Raises:
        AdoptError: the file is protected or damaged, has too many pages, or pages of different sizes.
    """
    sizes = _page_sizes(pdf, shown)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # what it says of odd fonts helps nobody
    forms = []
    with ExitStack() as opened:
        try:
            scanned = scanned_pages(pdf)
            pages = opened.enter_context(pdfplumber.open(pdf)).pages
            for page in pages:
                _ = page.objects  # parsed here, where a fault is the file's; what is made of it below is ours
        except Exception as error:  # whatever a broken PDF makes a parser throw
            raise AdoptError(
                f"{shown} is damaged and can't be read ({type(error).__name__}); print it to PDF anew."
            ) from None
        told = says_to_circle([page for page, scan in zip(pages, scanned, strict=True) if not scan])
        for index, page in enumerate(pages):
            picture = render_page(pdf, index, REFERENCE_DPI)
            if scanned[index] or not is_readable(page.chars):
                forms.append(read_scanned_page(picture, index + 1, sizes[index], shown))
            else:
                forms.append(read_vector_page(page, index + 1, picture, told))
    return forms


def _page_sizes(pdf: Path, shown: str) -> list[tuple[float, float]]:
    """Every page's size (mm), looked up before anything is drawn."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise AdoptError(f"{shown} is protected by a password; save it without one.") from None
        raise AdoptError(f"{shown} is damaged and can't be opened; ask for it again.") from None
    try:
        count = len(document)
        if not 1 <= count <= MAX_PAGES:
            raise AdoptError(f"{shown} has {count} pages; a form of 1 to {MAX_PAGES} pages can be adopted.")
        sizes = []
        for index in range(count):
            width, height = document.get_page_size(index)
            sizes.append((width * 25.4 / 72, height * 25.4 / 72))
    finally:
        document.close()
    for number, size in enumerate(sizes, 1):
        if max(size) > MAX_SIDE_MM or min(size) < LEAST_SIDE_MM:
            raise AdoptError(
                f"{shown}, page {number}: is {size[0]:.0f} × {size[1]:.0f} mm; forms up to A3 can be adopted."
            )
        if max(abs(a - b) for a, b in zip(size, sizes[0], strict=True)) > SAME_SIZE_MM:
            raise AdoptError(
                f"{shown}, page {number}: is {size[0]:.0f} × {size[1]:.0f} mm, but page 1 is "
                f"{sizes[0][0]:.0f} × {sizes[0][1]:.0f} mm; "
                "adopt pages of different sizes as forms of their own."
            )
    return sizes


def _from_word(path: Path, folder: Path) -> Path:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise AdoptError(
            f"{path.name} is a Word file, and LibreOffice, which would turn it into PDF, is not installed; "
            "save it as PDF in your word processor and adopt that."
        )
    profile = (folder / "profile").as_uri()  # one of its own, so that an open LibreOffice is not disturbed
    command = [
        program,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
    ]
    try:
        subprocess.run([*command, str(path.resolve())], capture_output=True, check=True, timeout=WORD_SECONDS)
    except (subprocess.SubprocessError, OSError):
        raise AdoptError(
            f"{path.name}: LibreOffice could not turn it into PDF; save it as PDF and adopt that."
        ) from None
    made = folder / f"{path.stem}.pdf"
    if not made.is_file():
        raise AdoptError(f"{path.name}: LibreOffice could not turn it into PDF; save it as PDF and adopt that.")
    return made
