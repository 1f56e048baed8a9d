"""The two type families of the forms and reports: Source Serif for heads, Source Sans for everything that is read in
rows.

Both come pinned from PyPI, complete in Vietnamese (Serif upright only), so that a form looks the same on every machine.
"""

from __future__ import annotations

import functools
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SANS = "SourceSans"
SANS_BOLD = "SourceSans-Semibold"
SANS_ITALIC = "SourceSans-Italic"
SERIF = "SourceSerif"
SERIF_BOLD = "SourceSerif-Bold"

_SANS_FILES = Path(font_source_sans_pro.__file__).parent / "files"
_SERIF_FILES = Path(font_source_serif_pro.__file__).parent / "files"

FILES = {
    SANS: _SANS_FILES / "SourceSansPro-Regular.ttf",
    SANS_BOLD: _SANS_FILES / "SourceSansPro-Semibold.ttf",
    SANS_ITALIC: _SANS_FILES / "SourceSansPro-It.ttf",
    SERIF: _SERIF_FILES / "SourceSerifPro-Regular.ttf",
    SERIF_BOLD: _SERIF_FILES / "SourceSerifPro-Bold.ttf",
}

MM_PER_POINT = 25.4 / 72


@functools.cache
def register_fonts() -> None:
    """Make the families known to reportlab; once per process."""
    for name, path in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(path)))
    for family, bold in ((SANS, SANS_BOLD), (SERIF, SERIF_BOLD)):  # paragraphs of reportlab look their cuts up here
        pdfmetrics.registerFontFamily(family, normal=family, bold=bold, italic=family, boldItalic=bold)


def text_width(text: str, font: str, size: float) -> float:
    """Width in mm of `text` set in `font` at `size` points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size)) * MM_PER_POINT


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """`text` broken into lines of at most `width` mm at its spaces; a longer word stands alone."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, font, size) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines
