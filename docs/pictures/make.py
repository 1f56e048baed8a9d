"""Draws the pictures of the documentation from the demo's workspace; started by scripts/pictures.

The demo has one seed, so that the same form shows the same marks wherever this runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from review import review_pictures

from sipas_forms.flow import opened
from sipas_forms.plan import Workspace
from sipas_forms.scanning.files import read_frames
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.overlay import GREEN, ORANGE, draw_overlay
from sipas_forms.scanning.types import ScanPage
from sipas_forms.store.scans import recorded_page

HERE = Path(__file__).resolve().parent
CELL = "LB2020-TT-TP"  # whose first form is shown as printed
# A page of the demo with crosses, a mark taken back, and answers that a person must look at.
READ = ("scans/office-2020-VH-TP-1.pdf", 16)
WEB_PART = (0, 1700, 980, 2600)  # pixels: the first chart and the sentences above it
WORD_PAGES = (0, 2)
REPORT_PAGES = (1, 2)  # from 0: the table of indices and its chart
OWN_COLOURS = 96  # of a screen's picture
GREYS = 12  # of the palette, for type and ink
PAPER = 215  # grey level from which a scan's paper is shown white: its noise makes up most of a PNG
MAX_BYTES = 250_000


def rendered(path: Path, index: int, dpi: int) -> Image.Image:
    """A page (from 0) of a PDF."""
    document = pypdfium2.PdfDocument(path)
    try:
        return document[index].render(scale=dpi / 72).to_pil().convert("RGB")
    finally:
        document.close()


def overlay(workspace: Workspace) -> Image.Image:
    """A read page with its decisions."""
    name, frame = READ
    with opened(workspace) as store:
        library = FormLibrary(workspace.layouts, workspace.survey.code, store.key())
        ((_, scan),) = read_frames(workspace.root / name, name, range(frame, frame + 1))
        recorded = recorded_page(store, scan.digest) if isinstance(scan, ScanPage) else None
        if recorded is None or not isinstance(scan, ScanPage):
            sys.exit(f"{name}#{frame} is not read; run scripts/demo first.")
        clear = np.minimum(scan.pixels.astype(np.uint16) * 255 // PAPER, 255).astype(np.uint8)
        return draw_overlay(replace(scan, pixels=clear), recorded, library, "en")


def word_pages(path: Path, indices: tuple[int, ...]) -> list[Image.Image]:
    """Pages of a Word file as LibreOffice sets them; none where it is not installed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        print("LibreOffice is not installed: the Word report is not drawn.", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder:
        command = [office, "--headless", f"-env:UserInstallation={Path(folder).as_uri()}/profile"]
        subprocess.run(
            [*command, "--convert-to", "pdf", "--outdir", folder, str(path)], check=True, capture_output=True
        )
        return [rendered(Path(folder) / f"{path.stem}.pdf", index, 80) for index in indices]


def web_page(browser: str, path: Path) -> Image.Image:
    """The part of the web page with the first chart, as Chromium (its program) shows it."""
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "page.png"
        look = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=980,2900"]
        subprocess.run([browser, *look, f"--screenshot={shot}", path.as_uri()], check=True, capture_output=True)
        return Image.open(shot).convert("RGB").crop(WEB_PART)


def beside(pages: list[Image.Image]) -> Image.Image:
    """Pages side by side with a grey line between them."""
    gap, height = 2, max(page.height for page in pages)
    sheet = Image.new("RGB", (sum(page.width + gap for page in pages) - gap, height), (170, 170, 170))
    x = 0
    for page in pages:
        sheet.paste(page, (x, 0))
        x += page.width + gap
    return sheet


def palette() -> Image.Image:
    """Greys, and the outlines' colours in full and half way to white."""
    colours = [(round(255 * i / (GREYS - 1)),) * 3 for i in range(GREYS)]
    colours += [tuple(255 - (255 - c) * share // 2 for c in full) for full in (GREEN, ORANGE) for share in (1, 2)]
    colours += [(230, 233, 238), (170, 190, 210)]  # the report's table heads and bars
    holder = Image.new("P", (1, 1))
    holder.putpalette([channel for colour in colours for channel in colour])
    return holder


def save(image: Image.Image, name: str, colours: Image.Image | None = None) -> None:
    """As a PNG with few colours: those of a palette, or the picture's own."""
    path = HERE / f"{name}.png"
    few = image.quantize(palette=colours, dither=Image.Dither.NONE) if colours else image.quantize(OWN_COLOURS)
    few.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(HERE.parents[1])}: {image.width} × {image.height}, {size // 1000} kB")
    if size > MAX_BYTES:
        sys.exit(f"{path.name} is larger than {MAX_BYTES // 1000} kB.")


def main(root: Path) -> None:
    """Make every picture."""
    workspace = Workspace(root)
    printed = workspace.forms / f"{CELL}.pdf"
    report = workspace.output / "reports" / f"{workspace.survey.code}.pdf"
    for needed in (printed, report, workspace.root / READ[0]):
        if not needed.exists():
            sys.exit(f"{needed} is not there; run scripts/demo first.")
    for index in (0, 1):
        save(rendered(printed, index, 110), f"form-{index + 1}", palette())
    page = overlay(workspace)
    save(page.resize((page.width * 5 // 8, page.height * 5 // 8), Image.Resampling.LANCZOS), "read-page", palette())
    save(beside([rendered(report, index, 90) for index in REPORT_PAGES]), "report", palette())
    word = word_pages(report.with_suffix(".docx"), WORD_PAGES)
    if word:
        save(beside(word), "report-word", palette())
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("Chromium is not installed: the web pages are not drawn.", file=sys.stderr)
        return
    save(web_page(browser, report.with_suffix(".html")), "report-page", palette())
    for name, picture in review_pictures(root, browser):
        save(picture, name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
