"""Room for writing on a form: lines of dots or dashes, rules that nothing else explains, empty frames."""

from __future__ import annotations

import re
from itertools import pairwise

from sipas_forms.adopt.sizes import inside, stands_on
from sipas_forms.adopt.text import has_words
from sipas_forms.adopt.types import Found, Word
from sipas_forms.printing.layout import Rect

WRITING_MM = 7.0  # height of a line of handwriting
WRITING_SIGNS = frozenset("._…‥-")
WRITING_LEAST = 12  # dots or dashes in a row that stand for room to write
RULE_LEAST_MM = 30.0  # a rule this long may be written on
RULES_APART_MM = (5.0, 13.0)  # between rules below each other that are to be written on
ROW_MM = 20.0  # a table's row of three lines of words is as high, at most
LEAST_ROWS = 2  # between rules of one length: one may be a question between two lines to write on
ASKED_MM = 4.0  # from the words that ask for it to the rule beside them
SAME_MM = 1.0  # rules of one area begin and end this near to each other
LEADER_MM, LEAST_LEADERS = 8.0, 2  # from a line of dots to the box that it leads to; and so many in one column
COLUMN_MM = 0.5  # boxes of one column lie this near under each other
FRAME_MM = (50.0, 9.0)  # width and height of the least frame that has room for a comment
# ... and of one for a number that is stamped or stuck there, where words right over or before it say so.
NUMBER_MM, SAID_MM, BEFORE_MM = (18.0, 6.0), 7.0, 30.0
NUMBERED = re.compile(
    r"^(?:(?:số|mã|mã số) phiếu|mã số|số|form (?:no|number)|no|nr|n[°º]|serial(?: no| number)?|"
    r"(?:bogen|formular)-?(?:nr|nummer)|folio)[.: ]*$",
    re.IGNORECASE,
)
FRAME_EDGE_MM = 0.8  # from a frame's outline to the room in it
HEADING_MM = 9.0  # from a frame's upper edge to the end of the words in it that say what it is for
# What a form says of what its office fills in: Vietnamese, English, French, German, Spanish, Indonesian.
OFFICE = re.compile(
    r"dành (?:riêng )?cho (?:cán bộ|cơ quan|điều tra viên|đơn vị|công ty|nhà trường|bệnh viện)|office use|\buse only|"
    r"official use|réservé à|nicht ausfüllen|uso (?:interno|oficial|exclusivo)|diisi (?:oleh )?petugas",
    re.IGNORECASE,
)
# Fields with a place for each letter: places stand so near, parts of a date this near, labels at most so far over one,
# and their words no further apart.
NEAR_MM, PART_MM, LABEL_MM, SPACE_MM, LEAST_PLACES = 1.5, 8.0, 6.0, 1.5, 2
FRAME = "a frame: is it for writing?"


def is_dotted(word: Word) -> bool:
    """Whether a word is a line of dots or dashes; one that dots follow is a word."""
    dots = sum(sign in WRITING_SIGNS for sign in word.text)
    return dots >= WRITING_LEAST and not has_words(word.text)


def dotted_lines(words: list[Word]) -> list[Rect]:
    """The lines of dots and dashes among words."""
    return [word for word in words if is_dotted(word)]


def lines_to_write_on(
    rules: list[tuple[Rect, bool]], cells: list[Rect], words: list[Word], others: list[Rect]
) -> list[Rect]:
    """The level rules (place, dashed) that are to be written on: dashed ones, those right after words, and those under
    each other with neither words nor `others` in the room between. The rules of tables (`cells`) are none, nor those
    between rows of `others`."""
    level = sorted((at for at, _ in rules if at.h < SAME_MM and at.w >= RULE_LEAST_MM), key=lambda at: (at.y, at.x))
    level = [at for at in level if not any(_is_edge(at, cell) for cell in cells)]
    of_rows = _between_rows(level, others)
    chosen = {at for at, dashed in rules if dashed and at not in of_rows}
    chosen |= {at for at in level if _asked_before(at, words)}
    printed = [*words, *others]
    for upper, lower in pairwise(level):
        starts, ends = lower.x - upper.x, lower.x + lower.w - upper.x - upper.w
        near = RULES_APART_MM[0] <= lower.y - upper.y <= RULES_APART_MM[1] and abs(ends) < SAME_MM
        if near and starts < SAME_MM and _is_free(lower, lower.y - upper.y, printed):
            if upper in chosen and (starts > -SAME_MM or _begins_as_asked(lower, upper, words)):
                chosen.add(lower)
            elif abs(starts) < SAME_MM and _is_free(upper, RULES_APART_MM[0], printed):
                chosen |= {upper, lower}
    return [Rect(at.x, at.y - SAME_MM, at.w, SAME_MM) for at in level if at in chosen]


def _between_rows(level: list[Rect], others: list[Rect]) -> set[Rect]:
    """The rules of tables that have no upright ones: as long as each other, with what is to be ticked in the room
    between any two, which is a row's."""
    tables: list[list[Rect]] = []
    for at in level:
        table = next((table for table in tables if _is_next_row(table[-1], at, others)), None)
        if table is not None:
            table.append(at)
        else:
            tables.append([at])
    return {at for table in tables if len(table) > LEAST_ROWS for at in table}


def _is_next_row(upper: Rect, lower: Rect, others: list[Rect]) -> bool:
    high = lower.y - upper.y
    alike = max(abs(upper.x - lower.x), abs(upper.w - lower.w)) < SAME_MM
    return alike and SAME_MM < high <= ROW_MM and not _is_free(lower, high, others)


def _is_edge(rule: Rect, cell: Rect) -> bool:
    """Whether a rule is the upper or the lower one of a table's cell."""
    level = min(abs(rule.y - cell.y), abs(rule.y - cell.y - cell.h)) < SAME_MM
    return level and rule.x < cell.x + cell.w and rule.x + rule.w > cell.x


def _asked_before(rule: Rect, words: list[Word]) -> bool:
    """Whether words end right before a rule, which lies about at their base."""
    return any(
        -SAME_MM < rule.x - at.x - at.w < ASKED_MM and at.center[1] < rule.y < at.y + at.h + SAME_MM for at in words
    )


def _begins_as_asked(lower: Rect, upper: Rect, words: list[Word]) -> bool:
    """Whether a rule that begins further left than the one over it begins no further than the words before that: what
    does is a rule of the page's foot."""
    before = [at.x for at in words if at.x < upper.x and at.y < upper.y < at.y + at.h + 2 * SAME_MM]
    return bool(before) and lower.x > min(before) - ASKED_MM


def _is_free(rule: Rect, height: float, printed: list[Rect]) -> bool:
    """Whether nothing is printed in the room over a rule."""
    room = Rect(rule.x, rule.y - height, rule.w, height)
    return not any(inside(room, at) for at in printed)


def writing_frames(frames: list[Rect], cells: list[Rect], words: list[Word], printed: list[Rect]) -> list[Found]:
    """The room in frames, and in the cells of tables with none beside them, and words in them or right over them,
    where nothing is printed but what it is for."""
    alone = [at for at in cells if not any(at.y < other.center[1] < at.y + at.h for other in cells if other != at)]
    large = [at for at in (*frames, *alone) if at.w >= FRAME_MM[0] and at.h >= FRAME_MM[1]]
    found = [
        Found(at.x + FRAME_EDGE_MM, at.y + FRAME_EDGE_MM, at.w - 2 * FRAME_EDGE_MM, at.h - 2 * FRAME_EDGE_MM, "writing")
        for at in dict.fromkeys(frames)
        if at not in large and not any(inside(at, other) for other in printed) and _is_for_a_number(at, words)
    ]
    for frame in sorted(large, key=lambda at: at.w * at.h):
        heading = [word for word in words if inside(frame, word)]
        top = max((word.y + word.h for word in heading), default=frame.y)
        others = [at for at in printed if inside(frame, at) and at not in heading]
        room = Rect(
            frame.x + FRAME_EDGE_MM,
            top + FRAME_EDGE_MM,
            frame.w - 2 * FRAME_EDGE_MM,
            frame.y + frame.h - top - 2 * FRAME_EDGE_MM,
        )
        if others or top > frame.y + HEADING_MM or room.h < FRAME_MM[1] - 2 * FRAME_EDGE_MM:
            continue
        headed = any(stands_on(at, frame, SAME_MM) and any(inside(at, word) for word in words) for at in cells)
        if frame not in frames and not heading and not headed:
            continue
        known = any(inside(frame, at) for at in found)
        if not known and not OFFICE.search(" ".join(word.text for word in heading)):
            found.append(Found(room.x, room.y, room.w, room.h, "writing", doubt=FRAME))
    return found


def _is_for_a_number(frame: Rect, words: list[Word]) -> bool:
    """Whether a frame has room for a form's number, and words right over or before it that say so."""
    if frame.w < NUMBER_MM[0] or frame.h < NUMBER_MM[1]:
        return False
    over = Rect(frame.x, frame.y - SAID_MM, frame.w, SAID_MM)
    before = Rect(frame.x - BEFORE_MM, frame.y, BEFORE_MM, frame.h)
    said = [" ".join(word.text for word in words if inside(room, word)) for room in (over, before)]
    return any(NUMBERED.match(text) for text in said)


def writing_areas(lines: list[Rect], words: list[Word], found: list[Found]) -> list[Found]:
    """Room for writing over each line of dots or dashes that does not lead to a box in `found`; lines below each other
    are one area, the first of which may begin after the words that ask for it."""
    areas: list[Rect] = []
    for line in sorted(_without_leaders(lines, found), key=lambda line: line.y):
        top = line.y + line.h - WRITING_MM
        at = Rect(line.x, max(0.0, top), line.w, WRITING_MM)
        last = areas[-1] if areas else None
        below = last is not None and at.y - (last.y + last.h) < 5
        if last and below and (abs(last.x - at.x) < 5 or _goes_on(last, at, words)):
            left, right = min(last.x, at.x), max(last.x + last.w, at.x + at.w)
            areas[-1] = Rect(left, last.y, right - left, at.y + at.h - last.y)
        else:
            areas.append(at)
    return [Found(at.x, at.y, at.w, at.h, "writing") for at in areas]


def _without_leaders(lines: list[Rect], boxes: list[Found]) -> list[Rect]:
    """The lines of dots but those that lead from an option to its box, as others do to boxes below or above it."""
    ends = [_led_to(line, boxes) for line in lines]
    column = [sum(bool(box and own and abs(box.x - own.x) < COLUMN_MM) for box in ends) for own in ends]
    return [line for line, others in zip(lines, column, strict=True) if others < LEAST_LEADERS]


def _led_to(line: Rect, boxes: list[Found]) -> Found | None:
    """The box right after a line of dots; the room round a bare code reaches over their end."""
    right, low = line.x + line.w, line.y + line.h
    after = [box for box in boxes if -box.w / 2 < box.x - right < LEADER_MM and box.y - 1 < low < box.bottom + 2]
    return after[0] if after else None


def _goes_on(last: Rect, at: Rect, words: list[Word]) -> bool:
    """Whether a line is the second one of the area over it: it begins further left, with no words of its own before."""
    own = [w for w in words if abs(w.center[1] - (at.y + at.h - w.h / 2)) < w.h / 2 and not is_dotted(w)]
    overlap = min(last.x + last.w, at.x + at.w) - max(last.x, at.x)
    return at.x < last.x and overlap > 0.5 * min(last.w, at.w) and not any(w.x < at.x for w in own)


def letter_fields(words: list[Word], found: list[Found]) -> dict[Found, list[Found]]:
    """Rooms for writing with a place for each letter, and the boxes that these places are: side by side with hardly any
    room between, nothing in them nor right over or under them, and no words for each."""
    boxes = [box for box in found if box.shape == "square" and not box.filled]
    every = _chains(boxes)
    chains = [chain for chain in every if _is_field(chain, _rivals(chain, boxes, every), words)]
    fields: dict[Found, list[Found]] = {}
    for number, chain in enumerate(chains):
        places = chain
        if number and _is_part(chains[number - 1], chain):
            places = fields.popitem()[1] + chain
        first, last = places[0], places[-1]
        area = Found(first.x, first.y, last.right - first.x, first.h, "writing")
        fields[area] = places
    return fields


def _chains(boxes: list[Found]) -> list[list[Found]]:
    """Boxes that stand side by side, with hardly any room between, from left to right."""
    chains: list[list[Found]] = []
    for box in sorted(boxes, key=lambda box: (round(box.y), box.x)):
        last = chains[-1][-1] if chains else None
        if last and abs(box.y - last.y) < NEAR_MM and abs(box.x - last.right) < NEAR_MM:
            chains[-1].append(box)
        else:
            chains.append([box])
    return [chain for chain in chains if len(chain) >= LEAST_PLACES]


def _rivals(chain: list[Found], boxes: list[Found], chains: list[list[Found]]) -> list[Found]:
    """The boxes that may be a table's with those of a chain: its rows are as long as each other, and fields under each
    other need not be."""
    unlike = {box for other in chains if len(other) != len(chain) for box in other}
    return [box for box in boxes if box not in unlike and box not in chain]


def _is_field(chain: list[Found], others: list[Found], words: list[Word]) -> bool:
    """Whether nothing makes the places of a chain answers; `others`: boxes that may be of one table with them."""
    first = chain[0]
    # one box over a long field is another question's
    around = [Rect(place.x, first.y - first.h, place.w, 3 * first.h) for place in chain]
    if 2 * sum(any(inside(at, box) for box in others) for at in around) >= len(chain):
        return False
    if any(inside(box, word) for box in chain for word in words):
        return False
    labelled = sum(_is_labelled(box, words) for box in chain)
    return labelled < 2 or labelled < len(chain) / 2


def _is_labelled(box: Found, words: list[Word]) -> bool:
    """Whether words stand right over or under a place, none of which belong to a longer line."""
    near = Rect(box.x, box.y - LABEL_MM, box.w, box.h + 2 * LABEL_MM)
    own = [word for word in words if inside(near, word)]
    others = [word for word in words if word not in own]
    return any(not any(_adjoins(word, other) for other in others) for word in own)


def _adjoins(word: Word, other: Word) -> bool:
    """Whether two words stand side by side in one line."""
    gap = max(other.x - word.x - word.w, word.x - other.x - other.w)
    return abs(other.center[1] - word.center[1]) < word.h / 2 and gap < SPACE_MM


def _is_part(before: list[Found], chain: list[Found]) -> bool:
    """Whether a field goes on from another one, as the year does from the month."""
    level = abs(chain[0].y - before[0].y) < NEAR_MM
    return level and 0 < chain[0].x - before[-1].right < PART_MM
