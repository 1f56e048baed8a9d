"""The proof pictures of an adopted form: the page, faded, with every place outlined and numbered."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sipas_forms.plan import Questionnaire
from sipas_forms.printing.adopted import Geometry, Place
from sipas_forms.printing.fonts import FILES, SANS, SANS_BOLD
from sipas_forms.printing.render import render_page

DPI = 200
SCALE = DPI / 25.4
BAND_MM = 9.0  # above the page, for the legend
QUICK = 2  # of nine: half of the time of adopting went into packing pictures
FADE = 0.45  # how much of the page's darkness stays: the numbers must stand out
TYPE_MM, NAME_MM = 2.3, 2.6  # heights of numbers and of questions' names
# Okabe and Ito's colours, which people tell apart who don't see red or green.
SURE, UNSURE, UNUSED, WRITING = (0, 114, 178), (213, 94, 0), (120, 120, 120), (0, 140, 100)
WORDS = (
    (SURE, "ô trả lời"),
    (UNSURE, "chưa chắc: xem dòng CHECK trong tệp YAML"),
    (UNUSED, "không dùng"),
    (WRITING, "chỗ viết"),
)


def write_proofs(
    original: Path, geometry: Geometry, questionnaire: Questionnaire | None, unsure: set[int], folder: Path, name: str
) -> list[Path]:
    """One PNG a page, `<name>-<page>.png`, in `folder`; questions are named beside their first box."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = {n: q.id for q in (questionnaire.all_questions() if questionnaire else ()) for n in q.boxes}
    paths = []
    for page in range(1, geometry.pages + 1):
        picture = render_page(original, page - 1, DPI)
        faded = np.asarray(255 - (255 - picture) * FADE, np.uint8)
        band = round(BAND_MM * SCALE)
        image = Image.new("RGB", (picture.shape[1], picture.shape[0] + band), "white")
        image.paste(Image.fromarray(faded), (0, band))
        draw = ImageDraw.Draw(image)
        _legend(draw, f"{name} · {page}/{geometry.pages}")
        named: set[str] = set()
        for place in geometry.places:
            if place.page == page:
                _outline(draw, place, owner, unsure, named)
        paths.append(_save(image, folder / f"{name}-{page}.png"))
    return paths


def _legend(draw: ImageDraw.ImageDraw, name: str) -> None:
    x = 4.0
    draw.text((x * SCALE, 2.6 * SCALE), name, fill=(20, 20, 20), font=_font(SANS_BOLD, 3.2))
    x += _font(SANS_BOLD, 3.2).getlength(name) / SCALE + 6
    for colour, words in WORDS:
        draw.rectangle((x * SCALE, 3 * SCALE, (x + 3) * SCALE, 6 * SCALE), outline=colour, width=3)
        draw.text(((x + 4.2) * SCALE, 2.9 * SCALE), words, fill=(20, 20, 20), font=_font(SANS, 2.8))
        x += 8 + _font(SANS, 2.8).getlength(words) / SCALE


def _outline(draw: ImageDraw.ImageDraw, place: Place, owner: dict[int, str], unsure: set[int], named: set[str]) -> None:
    used = place.number in owner
    colour = UNUSED if not used else UNSURE if place.number in unsure else WRITING if place.shape == "writing" else SURE
    left, top = place.x * SCALE, (place.y + BAND_MM) * SCALE
    right, bottom = (place.x + place.w) * SCALE, (place.y + place.h + BAND_MM) * SCALE
    if place.shape == "circle":
        draw.ellipse((left, top, right, bottom), outline=colour, width=3)
    else:
        draw.rectangle((left, top, right, bottom), outline=colour, width=3)
    number = _font(SANS_BOLD, TYPE_MM)
    wide = number.getlength(str(place.number))
    if place.shape == "writing":
        draw.text((left + 4, top + 2), str(place.number), fill=colour, font=number)
    else:
        at = ((left + right - wide) / 2, (top + bottom) / 2 - 0.62 * TYPE_MM * SCALE)
        draw.text(at, str(place.number), fill=colour, font=number, stroke_width=2, stroke_fill="white")
    question = owner.get(place.number)
    if question and question not in named:
        named.add(question)
        font = _font(SANS_BOLD, NAME_MM)
        x = left - font.getlength(question) - 0.8 * SCALE
        draw.text(
            (max(2.0, x), top - 1.7 * SCALE), question, fill=colour, font=font, stroke_width=2, stroke_fill="white"
        )


def _font(name: str, height_mm: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES[name]), round(height_mm * SCALE))


def _save(image: Image.Image, path: Path) -> Path:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=QUICK)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(buffer.getvalue())
    unfinished.replace(path)
    return path
