"""Tesseract's guess at a piece of handwriting: a suggestion beside the picture, never an answer. Absent is fine."""

from __future__ import annotations

import functools
import shutil

import cv2
import numpy as np

from sipas_forms.review.pictures import Pictures

# Seconds: later than that the person has read it already.
PATIENCE = 4


@functools.cache
def _languages() -> tuple[str, ...]:
    """The languages that the installed tesseract reads; none where there is none."""
    if shutil.which("tesseract") is None:
        return ()
    import pytesseract

    try:
        return tuple(pytesseract.get_languages())
    except (pytesseract.TesseractError, OSError):
        return ()


def suggestion(pictures: Pictures, digest: str, question: str, digits: int) -> str:
    """The text in a writing area, "" where nothing sensible is seen. `digits`: cells of a number, 0: free writing."""
    language = next((name for name in ("vie", "eng") if name in _languages()), None)
    data = pictures.crop(digest, question, "crop") if language else None
    if language is None or data is None:
        return ""
    import pytesseract

    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    settings = "--psm 7 -c tessedit_char_whitelist=0123456789" if digits else "--psm 6"
    try:
        text = str(pytesseract.image_to_string(image, lang=language, config=settings, timeout=PATIENCE))
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return ""
    text = " ".join(text.split())
    if digits:
        return text if text.isdigit() and len(text) == digits else ""
    letters = sum(sign.isalpha() for sign in text)
    return text if letters >= 3 and letters >= 0.5 * len(text.replace(" ", "")) else ""
