"""Tesseract: reads lines that were cut out of a page, all in one call, and the signs that are printed in boxes."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from sipas_forms.adopt.lettering import HEIGHT_PX, MARGIN_PX, Line
from sipas_forms.adopt.types import Found, Pixels, Word
from sipas_forms.errors import AdoptError
from sipas_forms.workers import one_thread

PATIENCE = 240  # seconds for a page of words
LEAST_CONFIDENCE = 8  # percent: below it nothing was read
SURE_WORD = 85  # percent: on five pages that were looked at, words that were read wrong had less, but for some
# Of a text's letters that have accents: English has 0.002 at most, French 0.025, Vietnamese 0.28 (14 scans).
ACCENTED, LEAST_ACCENTED = re.compile(r"[^\W\d_a-zA-Z]"), 0.01
NUMBER = re.compile(r"^\(?(?:\d{1,3}|[IVX]{1,4}(?=\W))[.):/]?$")
# Numbers that were read as letters had up to 89 (the ĩ of a 7), short words that are letters 93 and more.
SURE_LETTERS, LONGEST_NUMBER = 92, 5
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# Signs in boxes that are one sign: as alike as this (correlation of their pictures), at nearly the same breadth.
SAME_SIGN, SIGN_PX, SAME_BREADTH = 0.82, 24, 0.18
LEAST_AGREE = 0.5  # of a row's signs as read that its order must explain
MOST_SHOWN = 5  # of each sign and each row, to be read


@dataclass(frozen=True)
class Read:
    """A word as tesseract read it in a line's picture: its columns, its text, how sure (percent)."""

    left: float
    right: float
    text: str
    sure: float


def read_lines(lines: Sequence[Line], shown: str) -> list[Word]:
    """The words of lines of print; `shown` is the form's name in messages.

    Raises:
        AdoptError: tesseract is not installed, or gives up.
    """
    pictures = [line.picture for line in lines]
    found = _tesseract(pictures, "--psm 7", shown)
    if _is_english(found):  # by Vietnamese letters its question marks are read as numbers
        found = _tesseract(pictures, "--psm 7", shown, "eng")
    again = [index for index, words in enumerate(found) if not words]
    for index, words in zip(again, _tesseract([pictures[i] for i in again], "--psm 8", shown), strict=True):
        found[index] = words
    _mend_numbers(pictures, found, shown)
    return [word for line, words in zip(lines, found, strict=True) for word in _placed(line, words)]


def _is_english(found: list[list[Read]]) -> bool:
    """Whether a page's words are English, as far as was seen."""
    letters = "".join(filter(str.isalpha, "".join(word.text for words in found for word in words)))
    return len(ACCENTED.findall(letters)) < LEAST_ACCENTED * len(letters)


def _mend_numbers(pictures: Sequence[Pixels], found: list[list[Read]], shown: str) -> None:
    """Read the first words of lines that may be numbers once more, by the English letters: the Vietnamese ones make an
    ĩ of a lone 7."""
    short = [index for index, words in enumerate(found) if words and _may_be_number(words[0])]
    firsts = []
    for index in short:
        first = found[index][0]
        left = max(0, int(first.left) - MARGIN_PX)
        piece = pictures[index][:, left : int(first.right) + MARGIN_PX // 2]
        firsts.append(np.asarray(cv2.copyMakeBorder(piece, 0, 0, MARGIN_PX, MARGIN_PX, cv2.BORDER_REPLICATE), np.uint8))
    for index, words in zip(short, _tesseract(firsts, "--psm 7", shown, "eng"), strict=True):
        first = found[index][0]
        if len(words) == 1 and NUMBER.match(words[0].text):
            found[index][0] = replace(first, text=words[0].text, sure=min(words[0].sure, SURE_WORD + first.sure / 100))


def _may_be_number(word: Read) -> bool:
    doubtful = word.sure < SURE_LETTERS and len(word.text) <= LONGEST_NUMBER
    return doubtful and not NUMBER.match(word.text)


def _tesseract(pictures: Sequence[Pixels], settings: str, shown: str, language: str = "") -> list[list[Read]]:
    """The words of each picture, by one run over a file of as many pages: to start tesseract takes longer than to
    read a line."""
    import pytesseract

    if not pictures:
        return []
    one_thread()
    try:
        language = language or ("vie" if "vie" in pytesseract.get_languages() else "eng")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lines.tif"
            frames = [Image.fromarray(picture) for picture in pictures]
            frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(300, 300))
            data = pytesseract.image_to_data(
                str(path), lang=language, config=settings, timeout=PATIENCE, output_type=pytesseract.Output.DICT
            )
    except pytesseract.TesseractNotFoundError:
        raise AdoptError(
            f"{shown} is a picture, and tesseract, which reads its words, is not installed; install it with "
            "Vietnamese, or ask for the form as PDF."
        ) from None
    except (pytesseract.TesseractError, RuntimeError, OSError):
        raise AdoptError(f"{shown}: its words can't be read; scan the blank form at 300 dpi, flat and whole.") from None
    found: list[list[Read]] = [[] for _ in pictures]
    for index, text in enumerate(data["text"]):
        text = unicodedata.normalize("NFC", str(text).strip())
        if text and float(data["conf"][index]) >= LEAST_CONFIDENCE:
            left = float(data["left"][index])
            right = left + float(data["width"][index])
            found[int(data["page_num"][index]) - 1].append(Read(left, right, text, float(data["conf"][index])))
    return found


def _placed(line: Line, words: Sequence[Read]) -> list[Word]:
    """The words as read where the line's print stands: each takes the groups of ink whose middles it covers."""
    groups: list[list[int]] = [[] for _ in words]
    for number, at in enumerate(line.words):
        middle = at.center[0]
        spans = [(line.across[int(w.left)], line.across[min(len(line.across) - 1, int(w.right))]) for w in words]
        away = [max(0.0, a - middle, middle - b) for a, b in spans]
        if away:
            groups[int(np.argmin(away))].append(number)
    if len(words) == len(line.words):
        groups = [[number] for number in range(len(words))]
    placed = []
    for word, own in zip(words, groups, strict=True):
        if own and len(words) <= len(line.words):
            x, right = line.words[own[0]].x, line.words[own[-1]].x + line.words[own[-1]].w
        else:  # two words that stand too near each other to be parted
            x, right = (
                float(line.across[int(word.left)]),
                float(line.across[min(len(line.across) - 1, int(word.right))]),
            )
        placed.append(Word(x, line.at.y, max(0.1, right - x), line.at.h, word.text, word.sure >= SURE_WORD))
    return placed


def read_signs(boxes: Sequence[Found], signs: dict[int, Line], shown: str) -> dict[int, tuple[str, bool]]:
    """(sign, sure) of each box that has one, by its index: what most of its likes are read as, or what the order of
    its row demands where most of the others bear that order out.

    Raises:
        AdoptError: tesseract is not installed, or gives up.
    """
    kind = _kinds(signs)
    rows = _in_order(boxes, signs)
    shown_rows: list[tuple[int, ...]] = []
    count: Counter[tuple[int, ...]] = Counter()
    for row in [*rows, *((index,) for index in signs)]:
        pattern = tuple(kind[index] for index in row)
        count[pattern] += 1
        if count[pattern] <= MOST_SHOWN:
            shown_rows.append(row)
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    pictures = [_in_a_row([signs[index] for index in row]) for row in shown_rows]
    settings = f"--psm 7 -c tessedit_char_whitelist={SIGNS}"
    for row, words in zip(shown_rows, _tesseract(pictures, settings, shown, "eng"), strict=True):
        texts = [word.text for word in words]
        if len(texts) == 1 and len(texts[0]) == len(row):
            texts = list(texts[0])
        if len(texts) == len(row):
            for index, text in zip(row, texts, strict=True):
                votes[kind[index]][text] += 1
    read = {number: found.most_common(1)[0][0] for number, found in votes.items() if found}
    result = {index: (read.get(number, "?"), number in read) for index, number in kind.items()}
    for row in [*rows, *_in_order(boxes, signs, down=True)]:
        order = _order([kind[index] for index in row], votes)
        for index, sign in zip(row, order, strict=False):
            result[index] = (sign, votes[kind[index]].total() > 0 and read[kind[index]] == sign)
    return result


def _kinds(signs: dict[int, Line]) -> dict[int, int]:
    """The number of its kind for each sign: signs that look alike are one."""
    samples: list[tuple[Any, float, float]] = []
    kinds = {}
    for index, line in signs.items():
        ink = line.picture[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]
        small = cv2.resize(ink, (SIGN_PX, SIGN_PX), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
        small = (small - small.mean()) / max(1.0, float(np.linalg.norm(small - small.mean())))
        breadth = line.at.w / line.at.h
        for number, (other, wide, high) in enumerate(samples):
            near = abs(breadth - wide) < SAME_BREADTH and abs(line.at.h / high - 1) < SAME_BREADTH
            if near and float(small @ other) >= SAME_SIGN:
                kinds[index] = number
                break
        else:
            kinds[index] = len(samples)
            samples.append((small, breadth, line.at.h))
    return kinds


def _in_order(boxes: Sequence[Found], signs: dict[int, Line], down: bool = False) -> list[tuple[int, ...]]:
    """Boxes with signs that stand side by side (or below each other), evenly, from the first to the last."""
    axis = 1 if down else 0
    groups: list[list[int]] = []
    for index in sorted(signs, key=lambda index: boxes[index].center[axis]):
        here = boxes[index].center
        for group in groups:
            last = boxes[group[-1]]
            step = here[axis] - last.center[axis]
            before = last.center[axis] - boxes[group[-2]].center[axis] if len(group) > 1 else step
            level = abs(here[1 - axis] - last.center[1 - axis]) < 0.3 * last.h
            if level and 0 < step < 6 * last.h and abs(step - before) < 0.2 * before:
                group.append(index)
                break
        else:
            groups.append([index])
    return [tuple(group) for group in groups if len(group) >= 3]


def _in_a_row(lines: Sequence[Line]) -> Pixels:
    """The pictures of signs side by side, as a line to be read."""
    high = max(line.picture.shape[0] for line in lines)
    pieces = []
    for line in lines:
        top = (high - line.picture.shape[0]) // 2
        sides = high - line.picture.shape[0] - top
        pieces.append(
            cv2.copyMakeBorder(line.picture, top, sides, 0, HEIGHT_PX // 2, cv2.BORDER_CONSTANT, value=(255,))
        )
    return np.asarray(np.hstack(pieces), np.uint8)


def _order(row: list[int], votes: dict[int, Counter[str]]) -> list[str]:
    """The signs of a row that are counted by letters or numbers, told from those that were read; none, where too few
    bear it out."""
    length = len(row)
    if len(set(row)) < length:
        return []
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    orders = [list(letters[:length])] if length <= len(letters) else []
    orders += [[str(begin + step) for step in range(length)] for begin in (0, 1)]
    orders += [order[::-1] for order in orders[-2:]]
    scores = [
        sum(
            bool(votes[number]) and votes[number].most_common(1)[0][0] == sign
            for number, sign in zip(row, order, strict=True)
        )
        for order in orders
    ]
    best = int(np.argmax(scores))
    return orders[best] if scores[best] > LEAST_AGREE * length else []
