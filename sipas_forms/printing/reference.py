"""Keeps what reading needs of a form version: its layout and its blank pages; and what it asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from sipas_forms.printing.asked import keep_asked
from sipas_forms.printing.layout import Layout, save_layout
from sipas_forms.printing.render import REFERENCE_DPI, render_page


def save_reference(layout: Layout, blank: Callable[[], bytes], questionnaire: Path, folder: Path) -> None:
    """Keep the layout (`<version>.json`), the `blank` form as PDF and its pages (`<version>-<page>.png`, grey,
    300 dpi), and the questionnaire of which it was made; nothing is overwritten, and what was lost comes back."""
    folder.mkdir(parents=True, exist_ok=True)
    keep_asked(questionnaire, folder, layout.form_version)
    pictures = [folder / f"{layout.form_version}-{page.number}.png" for page in layout.pages]
    if (folder / f"{layout.form_version}.json").exists() and all(_is_picture(path) for path in pictures):
        return
    pdf = folder / f"{layout.form_version}.pdf"
    pdf.write_bytes(blank())
    for index, path in enumerate(pictures):
        done, data = cv2.imencode(".png", render_page(pdf, index, REFERENCE_DPI))
        assert done
        path.write_bytes(data.tobytes())
    save_layout(layout, folder)  # last: its presence says that the rest is there


def _is_picture(path: Path) -> bool:
    """Whether a blank page is there and whole."""
    data = np.fromfile(path, np.uint8) if path.is_file() else np.empty(0, np.uint8)
    return data.size > 0 and cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) is not None
