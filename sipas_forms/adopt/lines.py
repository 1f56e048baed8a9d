"""What stands on a line with boxes: its words and boxes from left to right, the words of each option, the questions of
which it has parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sipas_forms.adopt.bands import BESIDE_MM, LEVEL
from sipas_forms.adopt.numbers import LEAST_COUNTED, NUMBER, counts_on
from sipas_forms.adopt.rows import ALIGNED_MM
from sipas_forms.adopt.text import CODE_DIGITS, LEADER, ROW_SIGN, Run, is_numbered, is_statement, make_run, points_on
from sipas_forms.adopt.types import Found
from sipas_forms.adopt.writing import WRITING_MM

ASKING = (":", "?")  # what ends the words before a question's first option
ROOM = re.compile(r":$|__|…|\.{3}")  # what is to be written after, or on
ENDS_IN_ROOM = re.compile(r"\S.*(?:\.{4,}|…{2,}|_{2,})\s*[^\s.…_?]*$")  # "Are you…" asks
LED_MM = 1.0  # from the end of dots to the words they lead to: no room to see
NEARER = 2.0  # times as near to its own box as to the one before: words of an option
POINTS = " .:;,…_"  # signs that are no words


@dataclass
class Line:
    """What stands on one line, from left to right; boxes as (index on the page, box)."""

    y: float
    runs: list[Run] = field(default_factory=list)
    boxes: list[tuple[int, Found]] = field(default_factory=list)

    @property
    def top(self) -> float:
        """The upper edge of its boxes."""
        return min(box.y for _, box in self.boxes)


def lines_with_boxes(runs: list[Run], boxes: list[tuple[int, Found]]) -> list[Line]:
    """The lines of a column from the top, those with boxes with the words level with these; codes that only count the
    boxes, and notes where to go on, are left out."""
    lines: list[Line] = []
    for index, box in sorted(boxes, key=lambda item: item[1].center[1]):
        if lines and abs(lines[-1].y - box.center[1]) < 0.5 * box.h:
            lines[-1].boxes.append((index, box))
        else:
            lines.append(Line(box.center[1], [], [(index, box)]))
    with_boxes = list(lines)
    for run in runs:
        if not run.text.strip(POINTS):
            continue
        level = [line for line in with_boxes if _off(line, run) < LEVEL]
        if level:
            if not points_on(run.text):
                min(level, key=lambda line: _off(line, run)).runs.append(run)
            continue
        same = [line for line in lines if not line.boxes and abs(line.y - run.center[1]) < 0.5 * run.h]
        if same:
            same[0].runs.append(run)
        else:
            lines.append(Line(run.center[1], [run]))
    for line in lines:
        line.runs.sort(key=lambda run: run.x)
        line.boxes.sort(key=lambda item: item[1].x)
    _drop_codes(with_boxes)
    _drop_notes(with_boxes)
    return sorted(lines, key=lambda line: line.y)


def _off(line: Line, run: Run) -> float:
    """How far words stand over or under the nearest box of a line, by the height of the larger."""
    return min(abs(box.center[1] - run.center[1]) / max(box.h, run.h) for _, box in line.boxes)


def _drop_codes(lines: list[Line]) -> None:
    """Leave out the digits printed right before boxes that stand under each other, where they count these."""
    codes = [_code(line) for line in lines]
    numbers = [int(code.text.strip("().")) if code else None for code in codes]
    for index, (line, code, number) in enumerate(zip(lines, codes, numbers, strict=True)):
        around = [*numbers[max(index - 1, 0) : index], *numbers[index + 1 : index + 2]]
        if code and number is not None and any(other in (number - 1, number + 1) for other in around):
            line.runs.remove(code)


def _drop_notes(lines: list[Line]) -> None:
    """Leave out what stands behind a box that has its option's words before it, as the one over or under it has, and
    nothing behind: where to go on, "Yes ..... ☐", "No ..... ☐ go to 5"."""
    sides = [_sides(line) for line in lines]
    for place, line in enumerate(lines):
        around = [*range(max(place - 1, 0), place), *range(place + 1, min(place + 2, len(lines)))]
        before, after = sides[place]
        led = [n for n in around if sides[n][0] and not sides[n][1] and _is_under(lines[n], line)]
        if led and before and after and not before[-1].text.endswith(ASKING):
            line.runs = before


def _sides(line: Line) -> tuple[list[Run], list[Run]]:
    """The words before and behind the only box of a line; none where it has more."""
    if len(line.boxes) > 1:
        return [], []
    x = line.boxes[0][1].center[0]
    return [run for run in line.runs if run.center[0] < x], [run for run in line.runs if run.center[0] > x]


def _is_under(line: Line, other: Line) -> bool:
    """Whether the only boxes of two lines, and the words that these begin with, stand under each other."""
    pairs = (line.boxes[0][1], other.boxes[0][1]), (line.runs[0], other.runs[0])
    return all(abs(one.x - two.x) < ALIGNED_MM for one, two in pairs)


def _code(line: Line) -> Run | None:
    """The digits that stand right before the only box of a line that has words too."""
    box = line.boxes[0][1]
    near = [run for run in line.runs if 0 <= box.x - run.right < BESIDE_MM and CODE_DIGITS.match(run.text)]
    return near[-1] if near and len(line.boxes) == 1 and len(line.runs) > 1 else None


def questions_of(line: Line) -> list[Line]:
    """The parts of a line on which another question begins after the words of an option: one that has a number, or
    that asks right before a box."""
    things = sorted([*line.runs, *(box for _, box in line.boxes)], key=lambda at: at.x)
    cuts = [
        thing.x
        for before, last, thing, after in zip(things, things[1:], things[2:], [*things[3:], None], strict=False)
        if isinstance(thing, Run) and isinstance(last, Run) and isinstance(before, Found)
        if _asks(thing) or (isinstance(after, Found) and thing.text.endswith(ASKING))
    ]
    edges = [0.0, *cuts, float("inf")]
    return [
        Line(
            line.y,
            [run for run in line.runs if left <= run.x < right],
            [(i, box) for i, box in line.boxes if left <= box.x < right],
        )
        for left, right in pairwise(edges)
    ]


def _asks(run: Run) -> bool:
    """Whether words begin as a numbered question does."""
    return is_numbered(run.text) and sum(map(str.isalpha, run.text)) > 1


def is_written_on(line: Line) -> bool:
    """Whether a line ends in room to write, and perhaps a unit: "Age: ...... years"."""
    return bool(ENDS_IN_ROOM.search(" ".join(run.text for run in line.runs)))


def is_level(line: Line, area: Found) -> bool:
    """Whether words stand on the line that is to be written on, or right before it."""
    near = any(run.right > area.x - BESIDE_MM and run.x < area.right for run in line.runs)
    return near and area.y + WRITING_MM / 2 < line.y <= area.bottom


def split_line(line: Line) -> tuple[list[Run], list[list[Run]]]:
    """(words before the options, the words of each option). Words stand right of their boxes, unless the line ends
    with a box, or they stand right before every one."""
    boxes = [box for _, box in line.boxes]
    after: list[list[Run]] = [[] for _ in boxes]
    before: list[list[Run]] = [[] for _ in boxes]
    for run in line.runs:
        right = [i for i, box in enumerate(boxes) if box.center[0] < run.center[0]]
        if right:
            after[right[-1]].append(run)
        left = [i for i, box in enumerate(boxes) if box.center[0] > run.center[0]]
        if left:
            before[left[0]].append(run)
    goes_on = bool(after[-1]) and after[-1][0].text[0] in ",;"  # "Other ☐, namely: ____"
    behind = bool(after[-1]) and not goes_on and after[-1][0].x - boxes[-1].right < BESIDE_MM
    if (behind and not _lead_to(boxes, before)) or not any(before):
        return _after_room(before[0]), [_without_room(label) for label in after]
    before[0] = _after_room(before[0])
    asking, label = _asking_part(before[0][-1]) if before[0] else (None, None)
    lead = before[0][:-1] + ([asking] if asking else [])
    return lead, [[label] if label else [], *before[1:]]


def _lead_to(boxes: list[Found], before: list[list[Run]]) -> bool:
    """Whether the words before every box of several, the first too, stand much nearer to it than to the one before:
    "Yes ☐    No ☐   go to 5"."""
    if len(boxes) < 2 or not all(before) or before[0][-1].text.endswith(ASKING):
        return False
    near = max(box.x - own[-1].right for box, own in zip(boxes, before, strict=True))
    far = min(own[0].x - box.right for box, own in zip(boxes, before[1:], strict=False))
    return near < BESIDE_MM and near * NEARER < far


def _after_room(lead: list[Run]) -> list[Run]:
    """The words before a line's first box without those that are to be written after: "Date: ____   Time:"; dots may
    lead to an option's words, too: "2. Your hearing ......Good"."""
    ends = [
        place
        for place, (run, after) in enumerate(pairwise(lead), 1)
        if ENDS_IN_ROOM.search(run.text) and (_asks_to_write(run) or after.x - run.right > LED_MM)
    ]
    return lead[ends[-1] :] if ends else lead


def _asks_to_write(run: Run) -> bool:
    return LEADER.sub("", run.text).endswith(":")


def _without_room(label: list[Run]) -> list[Run]:
    """An option's words without what stands behind them to be written after: "Other   Age: ____", and its code."""
    end = next((place for place, run in enumerate(label) if place and ROOM.search(run.text)), len(label))
    while 1 < end < len(label) and ROW_SIGN.match(label[end - 1].text):
        end -= 1
    return [statement_and_rest(run)[0] for run in label[:end]]


def statement_and_rest(run: Run) -> tuple[Run, Run | None]:
    """(a sentence to agree to, what is to be written behind it), where both stand in one run of words: "I agree to be
    called. Phone: ____"."""
    pairs = enumerate(pairwise(run.words), 1)
    ends = [place for place, (word, after) in pairs if word.text.endswith(".") and after.text[0].isupper()]
    if not ends or not ROOM.search(run.text):
        return run, None
    sentence, rest = make_run(list(run.words[: ends[-1]])), make_run(list(run.words[ends[-1] :]))
    return (sentence, rest) if is_statement(sentence.text) and ROOM.search(rest.text) else (run, None)


def with_poles(lead: list[Run], labels: list[list[Run]]) -> tuple[list[Run], list[list[Run]]]:
    """The same, where a scale of numbers stands between what its ends mean: these words are its first and last
    option's."""
    numbers = [int(label[0].text) for label in labels if label and NUMBER.fullmatch(label[0].text)]
    scale = len(numbers) == len(labels) >= LEAST_COUNTED and counts_on(numbers)
    if not (scale and lead and len(labels[-1]) == 2 and all(len(label) == 1 for label in labels[:-1])):
        return lead, labels
    first, last = (replace(words, text=f"({words.text})") for words in (lead[-1], labels[-1][1]))
    return lead[:-1], [[labels[0][0], first], *labels[1:-1], [labels[-1][0], last]]


def _asking_part(run: Run) -> tuple[Run | None, Run | None]:
    """(what a line asks, its first option), where both stand in one run of words: "Sex: Male"; an option with dots to
    write on, "Other: ......", asks nothing."""
    ends = [i for i, word in enumerate(run.words[:-1], 1) if word.text.endswith(ASKING)]
    if not ends or not any(word.text.strip(POINTS) for word in run.words[ends[-1] :]):
        return None, run
    return make_run(list(run.words[: ends[-1]])), make_run(list(run.words[ends[-1] :]))
