"""`read --overlay`: every page straightened, with each box outlined by what was decided about it.

For a person who wants to see what the machine saw. Drawn from the stored reading and the scan; nothing is decided
here. A page that could not be read is shown as far as it got: laid straight by its page codes, or as it came.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sipas_forms.plan import Language, Workspace
from sipas_forms.printing.fonts import FILES, SANS, SANS_BOLD
from sipas_forms.printing.layout import Layout, PageLayout, Rect
from sipas_forms.scanning.bend import FLAT, Bend
from sipas_forms.scanning.crops import straighten
from sipas_forms.scanning.files import ScanFile, find_files, inspect_file, read_frames
from sipas_forms.scanning.identify import identify, laid_by_codes
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.types import IdentifiedPage, Pixels, ScanPage
from sipas_forms.store import open_store
from sipas_forms.store.readings import MachineAnswer
from sipas_forms.store.scans import RecordedPage, recorded_page

SCALE = 8.0  # px a mm (203 dpi): a score of 1.6 mm beside a box can be read, a page takes some 600 kB
BAND_MM = 20.0  # above the page, for its name, its figures and the legend
SCORE_MM, NOTE_MM, HEAD_MM = 1.9, 2.2, 3.2  # heights of the type
NOTE_X_MM = 195.0  # the right margin, where no page has text
LEAST_SHOWN_MM2 = 0.05  # less ink than this in a box is not worth a number
JPEG_QUALITY = 85

Colour = tuple[int, int, int]
GREEN, GREY, ORANGE, BLUE, BLACK = (0, 140, 60), (125, 125, 125), (235, 110, 0), (0, 90, 200), (20, 20, 20)

WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "accepted": "đã nhận",
        "empty": "ô trống",
        "doubtful": "nghi vấn: cần người xem (nét đậm: phỏng đoán)",
        "expected": "vị trí ô theo mã trang, chưa kiểm chứng",
        "page": "trang",
        "off": "lệch",
        "corners": "dấu góc",
        "streaks": "vệt máy quét",
        "numbers": "số cạnh ô: mực, mm²; lề phải: độ chắc chắn hoặc lý do nghi vấn",
        "unknown": "không nhận ra trang",
    },
    "en": {
        "accepted": "accepted",
        "empty": "empty box",
        "doubtful": "doubtful: for a person (bold: best guess)",
        "expected": "where the page codes have the boxes, not proved",
        "page": "page",
        "off": "off by",
        "corners": "corner marks",
        "streaks": "streaks",
        "numbers": "beside a box: ink, mm²; right margin: confidence, or why doubtful",
        "unknown": "page not known",
    },
}


@dataclass(frozen=True)
class _Sheet:
    """A picture under work: the page lies below the band."""

    image: Image.Image
    draw: ImageDraw.ImageDraw

    def outline(self, place: Rect, colour: Colour, width: int) -> None:
        """A frame just outside `place` (page mm)."""
        left, top = place.x * SCALE - width, (place.y + BAND_MM) * SCALE - width
        right, bottom = (place.x + place.w) * SCALE + width, (place.y + place.h + BAND_MM) * SCALE + width
        self.draw.rectangle((left, top, right, bottom), outline=colour, width=width)

    def write(self, x: float, y: float, text: str, colour: Colour, height: float, bold: bool = False) -> float:
        """Text with its top left at page mm (y is negative in the band); returns its width in mm."""
        font = _font(SANS_BOLD if bold else SANS, round(height * SCALE))
        self.draw.text((x * SCALE, (y + BAND_MM) * SCALE), text, fill=colour, font=font)
        return float(font.getlength(text)) / SCALE


def write_overlays(
    workspace: Workspace,
    paths: list[Path] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Draw every page under `paths` (default: `scans/`) that was read or refused; returns the pictures, which lie in
    `output/overlay/`. Files that can't be opened have no picture.

    Raises:
        ScanError: none of the paths exists or holds scans.
        WorkspaceError, PlanError, StoreError: as their classes say.
    """
    inspected = (inspect_file(path) for path in find_files(paths or [workspace.scans]))
    files = [file for file in inspected if isinstance(file, ScanFile)]
    total, done = sum(file.frames for file in files), 0
    store = open_store(workspace.database)
    written = []
    try:
        library = FormLibrary(workspace.layouts, workspace.survey.code, store.key())
        for file in files:
            for _, scan in read_frames(file.path, workspace.relative(file.path), range(1, file.frames + 1)):
                recorded = recorded_page(store, scan.digest) if isinstance(scan, ScanPage) else None
                if isinstance(scan, ScanPage) and recorded:
                    image = draw_overlay(scan, recorded, library, workspace.survey.language)
                    written.append(_save(image, workspace.output / "overlay", scan.digest, recorded))
                done += 1
                progress(done, total)
    finally:
        store.close()
    return written


def draw_overlay(scan: ScanPage, recorded: RecordedPage, library: FormLibrary, language: Language) -> Image.Image:
    """One page with what was seen on it."""
    layout = library.layout(recorded.form_version) if recorded.form_version else None
    if recorded.reading is not None and layout is not None and recorded.page is not None:
        reading = json.loads(zlib.decompress(recorded.reading))
        to_pixels = np.array(reading["to_pixels"], np.float64).reshape(3, 3)
        bend = Bend(np.array(reading["bend"]).reshape(-1, 2)) if reading.get("bend") else FLAT
        sheet = _sheet(straighten(scan.pixels, to_pixels, _whole(layout), SCALE, bend))
        _draw_reading(sheet, layout.page(recorded.page), reading, recorded.answers)
        _draw_head(sheet, scan, recorded, language, reading)
        return sheet.image
    identified = identify(scan, library)
    if isinstance(identified, IdentifiedPage):
        layout = library.layout(identified.code.form_version)
        assert layout is not None
        page = layout.page(identified.code.page)
        to_pixels = laid_by_codes(identified, page)
        sheet = _sheet(straighten(scan.pixels, to_pixels, _whole(layout), SCALE))
        for place in (*page.codes, *page.boxes):
            sheet.outline(place, BLUE, 2)
    else:
        sheet = _sheet(_fitted(scan.pixels))
    _draw_head(sheet, scan, recorded, language, None)
    return sheet.image


def _draw_reading(sheet: _Sheet, page: PageLayout, reading: dict[str, Any], answers: tuple[MachineAnswer, ...]) -> None:
    decided = {answer.question: answer for answer in answers}
    names = reading["fields"]
    scores = {(s["question"], s["option"]): s for s in (dict(zip(names, box, strict=True)) for box in reading["boxes"])}
    for fiducial in page.fiducials:
        sheet.outline(fiducial, GREEN if fiducial.id in reading["fiducials"] else ORANGE, 2)
    noted: list[tuple[float, str]] = []
    for box in page.boxes:
        answer = decided.get(box.question)
        chosen = answer is not None and box.option in answer.answer.split(";")
        doubtful = answer is None or answer.status == "doubtful"
        sheet.outline(box, ORANGE if doubtful else GREEN if chosen else GREY, 4 if chosen else 2)
        ink = float(scores.get((box.question, box.option), {}).get("ink", 0.0))
        if ink >= LEAST_SHOWN_MM2:
            sheet.write(box.x + box.w + 0.6, box.y - 1.4, f"{ink:.1f}", ORANGE if doubtful else GREEN, SCORE_MM)
        noted.append((box.y + 0.8, box.question))
    for area in page.writing:
        written = area.question in decided and decided[area.question].status == "doubtful"
        sheet.outline(area, ORANGE if written else GREY, 2)
        noted.append((area.y + 0.8, area.question))
    _draw_notes(sheet, noted, decided)


def _draw_notes(sheet: _Sheet, places: list[tuple[float, str]], decided: dict[str, MachineAnswer]) -> None:
    """In the right margin beside each question's first row: how sure, or why not."""
    first: dict[str, float] = {}
    for y, question in sorted(places):
        first.setdefault(question, y)
    below = 0.0
    for question, y in first.items():
        answer = decided.get(question)
        if answer is None:
            continue
        below = max(y, below)
        doubtful = answer.status == "doubtful"
        words = answer.reason if doubtful else f"{answer.confidence:.2f}"
        sheet.write(NOTE_X_MM, below, words, ORANGE if doubtful else GREY, NOTE_MM, doubtful)
        below += NOTE_MM


def _draw_head(
    sheet: _Sheet, scan: ScanPage, recorded: RecordedPage, language: Language, reading: dict[str, Any] | None
) -> None:
    words = WORDS[language]
    known = f"{recorded.serial} · {words['page']} {recorded.page}" if recorded.serial else words["unknown"]
    sheet.write(8, 1 - BAND_MM, f"{known} · {scan.source.path}#{scan.source.frame}", BLACK, HEAD_MM, True)
    x, y = 8.0, 10.5 - BAND_MM
    if recorded.problem:
        sheet.write(x, 5.5 - BAND_MM, recorded.problem, ORANGE, NOTE_MM + 0.6, True)
    elif reading:
        figures = f"{words['off']} {recorded.residual_mm or 0:.2f} mm · {words['corners']}: "
        figures += f"{' '.join(reading['fiducials'])} · {words['streaks']}: {reading['streaks']}"
        sheet.write(x, 5.5 - BAND_MM, figures, BLACK, NOTE_MM + 0.6)
    entries = [(GREEN, "accepted"), (GREY, "empty"), (ORANGE, "doubtful")] if reading else [(BLUE, "expected")]
    for colour, name in entries if recorded.serial else []:
        sheet.outline(Rect(x, y, 2.5, 2.5), colour, 3)
        x += 4 + sheet.write(x + 4, y, words[name], BLACK, NOTE_MM + 0.4) + 6
    if reading:
        sheet.write(8, 14.5 - BAND_MM, words["numbers"], BLACK, NOTE_MM + 0.4)


def _sheet(pixels: Pixels) -> _Sheet:
    height, width = pixels.shape
    image = Image.new("RGB", (width, height + round(BAND_MM * SCALE)), "white")
    image.paste(Image.fromarray(pixels), (0, round(BAND_MM * SCALE)))
    return _Sheet(image, ImageDraw.Draw(image))


def _fitted(pixels: Pixels) -> Pixels:
    """A scan as it came, at most as large as a straightened A4 page."""
    scale = min(1.0, 297 * SCALE / max(pixels.shape))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _whole(layout: Layout) -> Rect:
    return Rect(0.0, 0.0, *layout.page_size_mm)


@functools.cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES[name]), size)


def _save(image: Image.Image, folder: Path, digest: str, recorded: RecordedPage) -> Path:
    """Named by serial, page and scan; a second run writes the same file."""
    known = f"{recorded.serial}-{recorded.page}" if recorded.serial else "unidentified"
    path = folder / f"{known}-{digest[:8]}.jpg"
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    image.save(beside, "JPEG", quality=JPEG_QUALITY)
    beside.replace(path)
    return path
