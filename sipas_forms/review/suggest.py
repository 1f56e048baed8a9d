"""Tesseract's guess at a piece of handwriting: a suggestion beside the picture, never an answer. Absent is fine."""

from __future__ import annotations

import functools
import shutil
import threading
from dataclasses import dataclass

import cv2
import numpy as np

from sipas_forms.review.pictures import Pictures
from sipas_forms.scanning.types import Pixels

# Seconds: later than that the person has read it already.
PATIENCE = 4.0
# Percent. Of 24 simulated comments (office and photo) whatever tesseract said below this was noise (26 at most), and
# what could be understood was above it (48 at least).
LEAST_CONFIDENCE = 35
# Digits are read best when they are as small as type: of 40 simulated years 19 right and 1 wrong at this scale, 18 and
# 2 at full size.
DIGIT_SCALE = 0.45
# For digits the Vietnamese data are of no use: of the same 40 years none right, 9 wrong.
TEXT_LANGUAGES, DIGIT_LANGUAGES = ("vie", "eng"), ("eng",)
# Of the signs in free writing, at least this share are letters: dotted lines and streaks give signs, too.
LETTERS = 0.5


@dataclass(frozen=True)
class Suggestion:
    """`confidence` is tesseract's own, 0 to 100; the text is "" where nothing sensible was seen."""

    text: str = ""
    confidence: int = 0


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


class Suggester:
    """Suggestions for writing areas, one at a time, so that a person who is quicker than tesseract waits for none."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._known: dict[tuple[str, str], Suggestion] = {}
        self._one = threading.Lock()

    def suggest(self, digest: str, question: str, digits: int) -> Suggestion:
        """The text in a writing area. `digits`: cells of a number, 0: free writing."""
        wanted = DIGIT_LANGUAGES if digits else TEXT_LANGUAGES
        language = next((name for name in wanted if name in _languages()), None)
        if language is None or not self._one.acquire(timeout=PATIENCE):
            return Suggestion()
        try:
            known = self._known.get((digest, question))
            if known is None:
                image = self._pictures.writing(digest, question)
                known = Suggestion() if image is None else _read(image, language, digits)
                self._known[digest, question] = known
            return known
        finally:
            self._one.release()


def _read(image: Pixels, language: str, digits: int) -> Suggestion:
    import pytesseract

    settings = "--psm 7 -c tessedit_char_whitelist=0123456789" if digits else "--psm 6"
    if digits:
        image = np.asarray(
            cv2.resize(image, None, fx=DIGIT_SCALE, fy=DIGIT_SCALE, interpolation=cv2.INTER_AREA), np.uint8
        )
    try:
        table = pytesseract.image_to_data(
            image, lang=language, config=settings, timeout=PATIENCE, output_type=pytesseract.Output.DICT
        )
    except (pytesseract.TesseractError, RuntimeError, OSError):  # RuntimeError: the patience has an end
        return Suggestion()
    pairs = zip(table["text"], table["conf"], strict=True)
    words = [(str(word).strip(), float(sure)) for word, sure in pairs if str(word).strip() and float(sure) >= 0]
    length = sum(len(word) for word, _ in words)
    if not length:
        return Suggestion()
    confidence = round(sum(len(word) * sure for word, sure in words) / length)
    if digits:
        text = "".join(word for word, _ in words)
        return Suggestion(text, confidence) if text.isdecimal() and len(text) == digits else Suggestion()
    text = " ".join(word for word, _ in words if any(sign.isalnum() for sign in word))
    letters = sum(sign.isalpha() for sign in text)
    sensible = letters >= 3 and letters >= LETTERS * length and confidence >= LEAST_CONFIDENCE
    return Suggestion(text, confidence) if sensible else Suggestion()
