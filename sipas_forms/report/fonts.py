"""The report's type: Source Serif for text, Source Sans for charts, from the packages that carry them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

# Upright cuts only: the serif's italics lack Vietnamese letters.
SERIF, SERIF_BOLD = "SipasSerif", "SipasSerif-Bold"
SANS, SANS_BOLD = "SipasSans", "SipasSans-Bold"


@cache
def register_fonts() -> None:
    """Make the four cuts known to reportlab; once per process."""
    files = {
        SERIF: (font_source_serif_pro, "SourceSerifPro-Regular.ttf"),
        SERIF_BOLD: (font_source_serif_pro, "SourceSerifPro-Bold.ttf"),
        SANS: (font_source_sans_pro, "SourceSansPro-Regular.ttf"),
        SANS_BOLD: (font_source_sans_pro, "SourceSansPro-Bold.ttf"),
    }
    for name, (package, file) in files.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(package.__file__).parent / "files" / file)))
    for family, bold in ((SERIF, SERIF_BOLD), (SANS, SANS_BOLD)):
        pdfmetrics.registerFontFamily(family, normal=family, bold=bold, italic=family, boldItalic=bold)
