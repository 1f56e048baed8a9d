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
# Of a text's letters that have accents, as read by Vietnamese letters: Vietnamese has 0.27, other languages 0.044 at
# most (English, French, German, Spanish; 15 scans).
ACCENTED, LEAST_VIETNAMESE = re.compile(r"[^\W\d_a-zA-Z]"), 0.1
# What pages in other languages may be read by, as far as it is installed. Without the language's own, English letters
# lose accents; Vietnamese ones besides keep most (of 551 words of four forms 504 were read right, not 484).
STAND_IN = "eng+vie"
MODELS = ("eng", STAND_IN, "ind", "deu", "fra", "spa", "por", "ita")
LAST_SHARED = "ÿ"  # of Unicode's letters with accents: those after it are Vietnamese alone
SAMPLE = 24  # of a page's lines, the broadest, that tell its language: half a second for each model
NUMBER = re.compile(r"^\(?(?:\d{1,3}|[A-Z]\d{1,2}(?=\W)|[IVX]{1,4}(?=\W)|[A-Za-z](?=\)))[.):/]?$")
ONE = re.compile(r"^([A-HJ-UWYZ])[Il](?=[.):/]$)")  # "AI.", "Bl)": no number of Romans, but the first of a part
# Numbers that were read as letters had up to 89 (the ĩ of a 7), short words that are letters 93 and more.
SURE_LETTERS, LONGEST_NUMBER = 92, 5
STROKES = "|¦"  # a rule, or a piece of one between columns: no word
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


def read_lines(lines: Sequence[Line], language: str, shown: str) -> list[Word]:
    """The words of lines of print, by the models of a `language`; `shown` is the form's name in messages.

    Raises:
        AdoptError: tesseract is not installed, or gives up.
    """
    pictures = [line.picture for line in lines]
    found = _tesseract(pictures, "--psm 7", shown, language)
    again = [index for index, words in enumerate(found) if not words]
    for index, words in zip(again, _tesseract([pictures[i] for i in again], "--psm 8", shown, language), strict=True):
        found[index] = words
    if language in ("eng", STAND_IN) and "vie" in _installed(shown):
        accented = _tesseract(pictures, "--psm 7", shown, "vie")
        found = [_with_accents(words, other) for words, other in zip(found, accented, strict=True)]
    _mend_numbers(pictures, found, shown)
    found = [_with_one(words) for words in found]
    if language in ("eng", STAND_IN):
        found = [_with_pronoun(words) for words in found]
    placed = [word for line, words in zip(lines, found, strict=True) for word in _placed(line, words)]
    return [word for word in placed if word.text.strip(STROKES)]


def read_blocks(pictures: Sequence[Pixels], language: str, shown: str) -> list[list[Read]]:
    """The words of pictures with some lines of print each.

    Raises:
        AdoptError: tesseract is not installed, or gives up.
    """
    return _tesseract(pictures, "--psm 6", shown, language)


def language_of(lines: Sequence[Line], shown: str) -> str:
    """The models by which a page is read best: the Vietnamese one, or where its broadest lines have too few accents for
    that, those that are surest of them.

    Raises:
        AdoptError: tesseract is not installed, or gives up.
    """
    sample = sorted((line.picture for line in lines), key=lambda picture: -picture.shape[1])[:SAMPLE]
    installed = _installed(shown)
    if "vie" in installed and _is_vietnamese(_tesseract(sample, "--psm 7", shown, "vie")):
        return "vie"
    models = [model for model in MODELS if set(model.split("+")) <= installed] or ["eng"]
    if len(models) == 1:
        return models[0]
    return max(models, key=lambda model: sureness(_tesseract(sample, "--psm 7", shown, model)))


def _is_vietnamese(found: list[list[Read]]) -> bool:
    """Whether words that were read by Vietnamese letters are Vietnamese."""
    letters = "".join(filter(str.isalpha, "".join(word.text for words in found for word in words)))
    return len(ACCENTED.findall(letters)) >= LEAST_VIETNAMESE * len(letters)


def sureness(found: list[list[Read]]) -> float:
    """How sure the letters of lines were read (percent)."""
    words = [word for line in found for word in line]
    return sum(word.sure * len(word.text) for word in words) / max(1, sum(len(word.text) for word in words))


def _with_accents(words: list[Read], accented: list[Read]) -> list[Read]:
    """A line's words, those without accents with the ones that Vietnamese letters alone see, as far as other languages
    have them too: on four forms 36 words were mended so, and none spoilt."""
    return [
        next((replace(word, text=other.text) for other in accented if _has_accents_of(word, other)), word)
        for word in words
    ]


def _has_accents_of(word: Read, other: Read) -> bool:
    plain = "".join(c for c in unicodedata.normalize("NFD", other.text) if not unicodedata.combining(c))
    accents = ACCENTED.findall(other.text)
    shared = bool(accents) and max(accents) <= LAST_SHARED and plain == word.text
    return shared and word.left < (other.left + other.right) / 2 < word.right


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


def _with_one(words: list[Read]) -> list[Read]:
    """A line's words, the first one with the 1 after its letter that was read as another letter."""
    return [replace(word, text=ONE.sub(r"\g<1>1", word.text)) for word in words[:1]] + words[1:]


def _with_pronoun(words: list[Read]) -> list[Read]:
    """A line's words in English, each "I" that was read as a stroke one again: before a word in small letters, where
    a stroke between two options has a capital behind it."""
    following = [*(word.text for word in words[1:]), ""]
    return [
        replace(word, text="I") if word.text == "|" and after[:1].islower() else word
        for word, after in zip(words, following, strict=False)  # a line in which nothing was read has no words
    ]


def _may_be_number(word: Read) -> bool:
    doubtful = word.sure < SURE_LETTERS and len(word.text) <= LONGEST_NUMBER
    return doubtful and not NUMBER.match(word.text)


def _installed(shown: str) -> set[str]:
    """Tesseract's models on this computer."""
    import pytesseract

    try:
        return set(pytesseract.get_languages())
    except pytesseract.TesseractNotFoundError:
        raise _not_installed(shown) from None


def _not_installed(shown: str) -> AdoptError:
    return AdoptError(
        f"{shown} is a picture, and tesseract, which reads its words, is not installed; install it with "
        "Vietnamese, or ask for the form as PDF."
    )


def _tesseract(pictures: Sequence[Pixels], settings: str, shown: str, language: str) -> list[list[Read]]:
    """The words of each picture, by one run over a file of as many pages: to start tesseract takes longer than to
    read a line."""
    import pytesseract

    if not pictures:
        return []
    one_thread()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lines.tif"
            frames = [Image.fromarray(picture) for picture in pictures]
            frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(300, 300))
            data = pytesseract.image_to_data(
                str(path), lang=language, config=settings, timeout=PATIENCE, output_type=pytesseract.Output.DICT
            )
    except pytesseract.TesseractNotFoundError:
        raise _not_installed(shown) from None
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
