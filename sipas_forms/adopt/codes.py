"""What stands by the words of options without a box, cell or frame: numbers and letters that are to be circled, before
them, several to a line or one, or at the end of dots behind them; short blanks before them that are to be ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sipas_forms.adopt.counted import (
    CLOSE_MM,
    OPTION_MM,
    cells_of,
    counted_on_a_line,
    follows,
    going_on,
    is_apart,
    share_a_cell,
    signed,
)
from sipas_forms.adopt.lines import ROOM
from sipas_forms.adopt.numbers import (
    EDGE_MM,
    NO_ANSWER,
    SAME_MM,
    bare_numbers,
    counts_box,
    free_height,
    room_round,
    stands_beside,
    step_of,
)
from sipas_forms.adopt.rows import lines_of
from sipas_forms.adopt.sizes import inside, stands_before
from sipas_forms.adopt.strokes import LINE_MM
from sipas_forms.adopt.text import LEADER, LED_SIGN, has_words, is_numbered
from sipas_forms.adopt.types import Found, Word
from sipas_forms.adopt.writing import LEADER_MM, WRITING_LEAST
from sipas_forms.printing.layout import Rect

# What a form says where numbers are to be circled: Vietnamese, English, Indonesian, German, French, Spanish and
# Portuguese, Italian. By itself a number before words only counts them.
CIRCLE = re.compile(
    r"khoanh|circle|lingkar|umkreis|einkreis|entour|encier|rode[ea]|círcul|circond|cerchi", re.IGNORECASE
)
LISTED_MM = 120.0  # one to a line they may be longer, but not as long as a line of A4, in which a sentence runs on
CIRCLE_MM = 7.0  # across, and down where the lines leave it: a circle round a number
NEXT_OPTION = 3.0  # of the words' height: the next option begins at most so far below, after one of two lines
QUESTION_GAP = 1.0  # of the words' height: lines of a question, and its first option, stand nearer to each other
# "____ Yes": so wide is a blank to be ticked, and so high the room over its line (mm); so many on a line, or under each
# other, are some.
SHORT_BLANK, BLANK_MM, TICK_MM, ON_LINE, LISTED = re.compile(r"_{2,}"), (3.5, 12.0), 4.5, 2, 3
BLANK = "a blank before an option: is it to be ticked?"
BEFORE_MM = 15.0  # how far left of its options a question may begin


@dataclass(frozen=True)
class Print:
    """What stands on a page: its words, the same by lines, and the cells of its tables."""

    words: list[Word]
    lines: list[list[Word]]
    cells: list[Rect]

    @cached_property
    def worded(self) -> list[Rect]:
        """The cells with words in them."""
        return [at for at in self.cells if any(inside(at, word) and has_words(word.text) for word in self.words)]


@dataclass(frozen=True)
class _Led:
    """An option with a code at the end of its dots; `beside`: words stand left of it on its line; `written`: these dots
    are to be written on, "Other: ........ 5"."""

    first: Word
    dots: Word
    code: Word
    beside: bool
    written: bool


def bare_signs(words: list[Word], cells: list[Rect], boxes: list[Found], told: bool) -> list[Found]:
    """All numbers and letters of a page that are to be circled where they stand, with no cell or frame of their own;
    `told`: the form says that such are. And all blanks that are to be ticked."""
    page = Print(words, lines_of(words), cells)
    found = [*boxes, *ticked_blanks(page)]
    found += bare_numbers(words, found, told)
    found += led_codes(page, found, told)
    found += coded_cells(page, found, told)
    found += counted_options(page, found, told)
    found += listed_options(page, found, told)
    return found[len(boxes) :]


def counted_options(page: Print, boxes: list[Found], told: bool) -> list[Found]:
    """Signs before the words of options, "1. Nam  2. Nữ", on a form that says that such are to be circled (`told`), or
    numbers in a cell beside a question's: two or more on a line, that count from the first or on from the line before,
    all in one cell where there are cells; the room for a circle round each."""
    found = []
    before: list[list[Word]] = []
    for line in page.lines:
        rest = going_on(line, before)
        before = before + rest if rest else []
        found += [_circle(option[0], option[1], page.words) for option in rest]
        for options in counted_on_a_line(line, page.cells):
            if any(counts_box(option[0], box) for option in options for box in boxes):
                continue
            first = options[0][0]
            counted = first.text[0].isdigit()  # letters count parts of a form too: these need a question before them
            asked = counted or line[0] is not first or _is_asked(first, page)
            if (told and asked) or (counted and _beside_a_question(first, page)):
                found += [_circle(option[0], option[1], page.words) for option in options]
                before = options
    return found


def listed_options(page: Print, boxes: list[Found], told: bool) -> list[Found]:
    """The same, one option to a line under its question, or in the cell beside it, where the form says that signs are
    to be circled (`told`), or numbers in the cell beside what ends with a question mark; no box at any of them."""
    cells = page.cells
    options = [option for line in page.lines for place in range(len(line)) if (option := _listed(line, place, cells))]
    found = []
    for stack in _stacks(options, cells):
        first, last = stack[0][0], stack[-1][0]
        beside = [box for box in boxes if first.y - first.h < box.center[1] < last.y + 2 * last.h]
        own = cells_of(first, cells)
        boxed = any(cells_of(box, cells) == own or _stands_beside(box, own, cells) for box in beside)
        asked = told and (_is_asked(first, page) or _beside_a_question(first, page))
        if not boxed and (asked or (first.text[0].isdigit() and _beside_a_question(first, page, "?"))):
            found += [_circle(option[0], option[1], page.words) for option in stack]
    return found


def led_codes(page: Print, boxes: list[Found], told: bool) -> list[Found]:
    """Codes at the end of dots from the words of options, "Yes ........ 1", under each other, as offices of statistics
    have them: of a question beside or over them, or where the form says that such are to be circled (`told`). The room
    for a circle round each."""
    stacks: list[list[_Led]] = []
    for led in (led for line in page.lines for led in _led(line, page.cells)):
        stack = next((stack for stack in stacks if _goes_on(stack[-1].code, led.code, page.cells)), None)
        if stack is not None:
            stack.append(led)
        elif not led.written:
            stacks.append([led])
    found = []
    for stack in stacks:
        boxed = any(stands_beside(led.code, box) or _leads_to(led.code, box) for led in stack for box in boxes)
        asked = told or stack[0].beside or _is_asked(stack[0].first, page)
        if not boxed and asked and _codes_options([step_of(led.code.text) for led in stack]):
            found += [_circle(led.code, led.dots, page.words) for led in stack]
    return found


def coded_cells(page: Print, boxes: list[Found], told: bool) -> list[Found]:
    """Codes under each other in one cell, each level with an option in the cell to its left, of a question there or
    where the form says that such are to be circled (`told`). The room for a circle round each."""
    found = []
    for cell in page.cells:
        codes = sorted((word for word in page.words if inside(cell, word)), key=lambda word: word.y)
        digits = all(word.text.isdecimal() and len(word.text) <= 2 for word in codes)
        if not digits or not _codes_options([int(word.text) for word in codes]):
            continue
        asking = _worded_before(cell, page)
        own = [word for word in page.words if any(inside(at, word) for at in asking)]
        level = [[word for word in own if abs(word.center[1] - code.center[1]) < code.h / 2] for code in codes]
        boxed = any(counts_box(code, box) for code in codes for box in boxes)
        if all(level) and not boxed and (told or any(word.text.endswith("?") for word in own)):
            found += [_circle(code, words[-1], page.words) for code, words in zip(codes, level, strict=True)]
    return found


def _leads_to(code: Word, box: Found) -> bool:
    """Whether a box follows a code on its line: then that is marked, and the code only counts it."""
    return box.shape != "writing" and box.y < code.center[1] < box.bottom and 0 < box.x - code.x - code.w < LEADER_MM


def drawn_leaders(rules: list[tuple[Rect, bool]], words: list[Word]) -> list[Word]:
    """Dots from the words of an option to its code that are drawn, not typed, as words of dots; `rules`: all that is as
    thin as a line, and whether it is dashed."""
    codes = [word for word in words if LED_SIGN.fullmatch(word.text)]
    found = []
    for at in (at for at, dashed in rules if dashed):
        led = [code for code in codes if 0 < code.x - at.x - at.w < LEADER_MM and _is_base(at, code)]
        if led and any(-LINE_MM < at.x - w.x - w.w < CLOSE_MM and _is_base(at, w) for w in words):
            found.append(Word(at.x, led[0].y, at.w, led[0].h, "." * WRITING_LEAST))
    return found


def _is_base(dots: Rect, word: Word) -> bool:
    """Whether dots lie at the foot of a word."""
    return word.center[1] < dots.y < word.y + word.h + LINE_MM


def ticked_blanks(page: Print) -> list[Found]:
    """Short blanks right before the words of options, "____ Yes   ____ No": the room over each line. What stands in a
    sentence, or before a unit, is to be written in."""
    single: list[Word] = []
    found: list[Word] = []
    for line in page.lines:
        blanks = [word for place, word in enumerate(line) if _is_blank(line, place)]
        if len(blanks) >= ON_LINE:
            found += blanks
        else:
            single += blanks
    for blank in single:
        column = [other for other in (*single, *found) if abs(other.x - blank.x) < SAME_MM]
        near = [other for other in column if abs(other.y - blank.y) < LISTED * NEXT_OPTION * blank.h]
        if len(near) >= LISTED or any(other in found for other in near):
            found.append(blank)
    return [Found(at.x, at.y + at.h - TICK_MM, at.w, TICK_MM, "cell", doubt=BLANK) for at in found]


def _is_blank(line: list[Word], place: int) -> bool:
    """Whether a word of a line is a blank with an option's words right after it, and none right before."""
    word = line[place]
    if not SHORT_BLANK.fullmatch(word.text) or not BLANK_MM[0] <= word.w <= BLANK_MM[1] or place + 1 == len(line):
        return False
    after = line[place + 1]
    follows = after.x - word.x - word.w < CLOSE_MM and has_words(after.text) and not after.text.endswith(":")
    return follows and (place == 0 or word.x - line[place - 1].x - line[place - 1].w > CLOSE_MM)


def _circle(sign: Word, beside: Word, words: list[Word]) -> Found:
    """The room for a circle round a sign: the option's words stand beside it, not in it."""
    wide = min(CIRCLE_MM, 2 * abs(beside.center[0] - sign.center[0]) - 0.2)
    return room_round(sign, wide, free_height(sign, wide, CIRCLE_MM, words))


def _stands_beside(box: Rect, own: list[Rect], cells: list[Rect]) -> bool:
    """Whether a box stands in the cell right of one of these."""
    return any(stands_before(left, at, EDGE_MM) for at in cells_of(box, cells) for left in own)


def _beside_a_question(word: Word, page: Print, ending: str = "") -> bool:
    """Whether the cell in which a word stands has one with words to its left, some with this `ending`."""
    asking = [before for at in cells_of(word, page.cells) for before in _worded_before(at, page)]
    return any(inside(at, other) and other.text.endswith(ending) for at in asking for other in page.words)


def _worded_before(cell: Rect, page: Print) -> list[Rect]:
    """The cells with words in them that end where this one begins, level with its middle."""
    level = [at for at in page.worded if at.y - EDGE_MM < cell.center[1] < at.y + at.h + EDGE_MM]
    return [at for at in level if stands_before(at, cell, EDGE_MM)]


def _listed(line: list[Word], place: int, cells: list[Rect]) -> list[Word]:
    """An option that begins at this place of a line, after nothing or much room, up to its room to write: no sentence,
    and not too long, unless it has a cell."""
    option = signed(line, place)
    before = line[place - 1] if place else None
    if not option or (before and option[0].x - before.x - before.w < CLOSE_MM):
        return []
    room = next((number for number, word in enumerate(option) if ROOM.search(word.text)), len(option))
    option, last = option[: room + 1], option[min(room, len(option) - 1)]
    sentence = last.text[-1] in ".?!" and not ROOM.search(last.text)
    long = last.x - option[0].x > LISTED_MM and not cells_of(option[0], cells)
    return [] if sentence or long else option


def _stacks(options: list[list[Word]], cells: list[Rect]) -> list[list[list[Word]]]:
    """Options under each other that count from the first on, two at least, all in one cell where there are cells. What
    has room to write in is one only after two others: "c. Other: ……"."""
    stacks: list[list[list[Word]]] = []
    for option in options:
        sign = option[0]
        over = [stack for stack in stacks if abs(stack[-1][0].x - sign.x) < SAME_MM]
        last = over[-1] if over else []
        near = bool(last) and sign.y - last[-1][0].y < NEXT_OPTION * sign.h
        written = bool(ROOM.search(option[-1].text))
        if near and follows(last[-1][0], sign) and share_a_cell([last[-1], option], cells):
            if len(last) > written:
                last.append(option)
            else:
                stacks.remove(last)
        elif step_of(sign.text) == 1 and not written:
            stacks.append([option])
    return [stack for stack in stacks if len(stack) > 1]


def _is_asked(first: Word, page: Print) -> bool:
    """Whether a question stands over the first of some options: words that end with a question mark, or over letters
    also ones that begin with a number."""
    own = cells_of(first, page.cells)
    low = first
    for line in reversed(page.lines):
        over = [w for w in line if w.x > first.x - BEFORE_MM and w.y + w.h / 2 < low.y]
        part = [w for w in over if cells_of(w, page.cells) == own]
        part = _up_to_gap(part)
        if not part:
            continue
        if low.y - part[0].y - part[0].h > QUESTION_GAP * part[0].h:
            return False
        text = " ".join(word.text for word in part)
        if text.rstrip(" *").endswith("?"):
            return True
        if is_numbered(text):
            return first.text[0].isalpha() and not text.isupper()
        low = part[0]
    return False


def _up_to_gap(line: Sequence[Word]) -> list[Word]:
    """The words of a line up to the next column's."""
    kept = list(line[:1])
    for last, word in pairwise(line):
        if word.x - last.x - last.w > BEFORE_MM:
            break
        kept.append(word)
    return kept


def _led(line: list[Word], cells: list[Rect]) -> list[_Led]:
    """The options on a line that have words, dots, and right at their end a code, followed by no words of its cell."""
    found = []
    for place, (dots, code) in enumerate(pairwise(line)):
        after = line[place + 2] if place + 2 < len(line) else None
        near = after is not None and after.x - code.x - code.w < CLOSE_MM and after.text[0].isalnum()
        ended = after is None or not near or cells_of(after, cells) != cells_of(code, cells)
        led = bool(LEADER.search(dots.text)) and code.x - dots.x - dots.w < LEADER_MM
        # dots that end at one edge begin as they fit: further from the words than these stand from each other
        start = place - (place > 0 and dots.x - line[place - 1].x - line[place - 1].w < CLOSE_MM)
        while start and dots.x - line[start - 1].x < OPTION_MM and not is_apart(line[start - 1], line[start]):
            start -= 1
        text = LEADER.sub("", " ".join(word.text for word in line[start : place + 1]))
        if ended and led and LED_SIGN.fullmatch(code.text) and has_words(text):
            beside = any(has_words(word.text) for word in line[:start])
            found.append(_Led(line[start], dots, code, beside, text.endswith(":")))
    return found


def _goes_on(code: Word, other: Word, cells: list[Rect]) -> bool:
    """Whether a code stands under another one, as the next option's does, and is higher."""
    under = abs(code.center[0] - other.center[0]) < code.h / 2 and 0 < other.y - code.y < NEXT_OPTION * code.h
    alike = code.text.isdigit() == other.text.isdigit()
    rises = alike and step_of(other.text) > step_of(code.text)
    return under and rises and cells_of(code, cells) == cells_of(other, cells)


def _codes_options(codes: list[int]) -> bool:
    """Whether numbers that rise are the codes of options, not amounts or pages: two that count on, or 1 and one of no
    answer."""
    return len(codes) > 1 and (codes[1] == codes[0] + 1 or (codes[0] == 1 and codes[1] in NO_ANSWER))
