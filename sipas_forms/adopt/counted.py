"""Options that are counted on a line, "1. Nam  2. Nữ", and on the next ones: their signs and their words."""

from __future__ import annotations

import re
from itertools import pairwise

from sipas_forms.adopt.lines import ASKING
from sipas_forms.adopt.numbers import step_of
from sipas_forms.adopt.sizes import inside
from sipas_forms.adopt.text import LEAST_GAP_MM, RUN_GAP
from sipas_forms.adopt.types import Word
from sipas_forms.printing.layout import Rect

SIGNED = re.compile(r"(\d{1,2}|[A-Za-z])[.)]")  # "1.", "2)", "c.": what stands before an option's words
CLOSE_MM, OPTION_MM = 4.0, 60.0  # from such a sign to its words, and how long these are at most
NEXT_LINE = 1.0  # of the words' height: the room to the line that counts on


def counted_on_a_line(line: list[Word], cells: list[Rect]) -> list[list[list[Word]]]:
    """The options on a line that count from the first, each a sign and the words that follow it closely; none that are
    to be written after, "1. Name: ……", and none of which each has a cell of its own."""
    parts: list[list[list[Word]]] = []
    for place in range(len(line)):
        option = signed(line, place)
        if not option:
            continue
        if step_of(option[0].text) == 1:
            parts.append([option])
        elif parts and len(option) > 1 and follows(parts[-1][-1][0], option[0]):
            parts[-1].append(option)
    return [part for part in parts if len(part) > 1 and all(map(_is_option, part)) and share_a_cell(part, cells)]


def going_on(line: list[Word], before: list[list[Word]]) -> list[list[Word]]:
    """The options on a line that count on from those of the line right before, each under one of these, "C. … D. …"
    under "A. … B. …"; none that are counted otherwise. The last letter may be that of "F. Other: ……"; such a number
    may count a question."""
    options = [option for place in range(len(line)) if (option := signed(line, place))]
    last = before[-1][0] if before else None
    plain = [option for option in options if option is not options[-1] or option[0].text[0].isdigit()]
    if last is None or not options or not all(map(_is_option, plain)):
        return []
    near = options[0][0].y - last.y - last.h < NEXT_LINE * last.h
    under = all(any(abs(option[0].x - other[0].x) < CLOSE_MM for other in before) for option in options)
    counted = all(follows(one, other) for one, other in pairwise([last, *(option[0] for option in options)]))
    return options if near and under and counted else []


def signed(line: list[Word], place: int) -> list[Word]:
    """A sign at this place of a line and the words that follow it closely, up to the next one; none without any."""
    word = line[place]
    close = place + 1 < len(line) and line[place + 1].x - word.x - word.w < CLOSE_MM
    if not SIGNED.fullmatch(word.text) or not close:
        return []
    option = [word]
    for other in line[place + 1 :]:
        last = option[-1]
        apart = other.x - last.x - last.w > CLOSE_MM if last is word else is_apart(last, other)
        if apart or SIGNED.fullmatch(other.text):
            break
        option.append(other)
    return option


def follows(sign: Word, other: Word) -> bool:
    """Whether a sign is the next one after another of its kind."""
    alike = [kind(sign.text[0]) == kind(other.text[0]) for kind in (str.isdigit, str.isupper)]
    return all(alike) and step_of(other.text) == step_of(sign.text) + 1


def _is_option(option: list[Word]) -> bool:
    """Whether words after a sign are an option's: not many, and neither a question nor to be written after a colon."""
    last = option[-1]
    text = " ".join(word.text for word in option[1:])
    asks = any(sign in text for sign in ASKING)
    return len(option) > 1 and last.x + last.w - option[0].x < OPTION_MM and not asks


def is_apart(word: Word, other: Word) -> bool:
    """Whether there is more room between two words of a line than within a sentence."""
    return other.x - word.x - word.w > max(LEAST_GAP_MM, RUN_GAP * other.h)


def share_a_cell(options: list[list[Word]], cells: list[Rect]) -> bool:
    """Whether options stand in one cell of a table, or all in none."""
    around = [cells_of(option[0], cells) for option in options]
    return all(at == around[0] for at in around)


def cells_of(thing: Rect, cells: list[Rect]) -> list[Rect]:
    """The cells in which something stands."""
    return [at for at in cells if inside(at, thing)]
