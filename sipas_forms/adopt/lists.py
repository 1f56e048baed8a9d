"""Options with words beside their boxes: lists below a question, several to a line, yes and no after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sipas_forms.adopt.bands import BESIDE_MM, INDENT_MM, LEVEL, Band
from sipas_forms.adopt.rows import ALIGNED_MM, RULE_MM, cell_around
from sipas_forms.adopt.sizes import inside
from sipas_forms.adopt.text import CODE_DIGITS, ONLY_NUMBER, ROW_SIGN, Run, is_numbered, make_run, plain, rise
from sipas_forms.adopt.types import Draft, FormPage, Found
from sipas_forms.adopt.writing import WRITING_MM
from sipas_forms.printing.layout import Rect

NEXT_LINE = 1.75  # of a line's height: words further below than this begin something else
APART_MM = 22.0  # from one line of options to the next of the same question
STRAY = 2.0  # times the room between a question's lines of options, or a box's height: more parts the next one
ASKING = (":", "?")  # what ends the words before a question's first option
NUMERAL = re.compile(r"\d{1,2}")  # a step of a scale
ROOM = re.compile(r":$|__|…|\.{3}")  # what is to be written after, or on
POINTS = " .:;,…_"  # signs that are no words
SKIP = re.compile(r"^[(\[]?\s*(?:→|➔|➜|⇒|=>|->|►|▶)")  # where to go on after an option: not its words
APART = "an option stands apart from the others: is it one of them?"


@dataclass
class _Line:
    """What stands on one line, from left to right; boxes as (index on the page, box)."""

    y: float
    runs: list[Run] = field(default_factory=list)
    boxes: list[tuple[int, Found]] = field(default_factory=list)

    @property
    def top(self) -> float:
        """The upper edge of its boxes."""
        return min(box.y for _, box in self.boxes)


@dataclass
class _Open:
    """A question under way. `last` is the line of its words read last, `left` where they begin, `end` its last line
    of options, `bottom` the lower edge of these, `room` the most that stands free between two of them; `ends`: the
    last words of the options on that line, by their place among all."""

    draft: Draft
    numbered: bool
    last: Run | None
    left: float
    end: float
    ends: dict[int, Run] = field(default_factory=dict)
    boxes: list[Found] = field(default_factory=list)
    bottom: float = 0.0
    room: float = 0.0


def find_lists(page: FormPage, runs: list[Run], taken: set[int], bands: list[Band]) -> list[Draft]:
    """Questions of the boxes that no table took."""
    boxes = [(i, b) for i, b in enumerate(page.found) if i not in taken and b.shape != "writing"]
    if not boxes:
        return []
    drafts, asked, used = _asked_in_cells(page, runs, boxes)
    runs = [run for run in runs if run not in used]
    boxes = [(i, b) for i, b in boxes if i not in asked]
    for band in bands:
        drafts += _read_band(page, band, runs, boxes)
    for draft in drafts:
        _order_down(draft, page)
    return drafts


def _asked_in_cells(
    page: FormPage, runs: list[Run], boxes: list[tuple[int, Found]]
) -> tuple[list[Draft], set[int], set[Run]]:
    """(questions of tables that have a cell for the question and, right of it, one or more for its options, indices of
    their boxes, words that are theirs)."""
    drafts: list[Draft] = []
    taken: set[int] = set()
    used: set[Run] = set()
    for asking, cells in _asking_cells(page, runs, boxes).items():
        own = [(i, box) for i, box in boxes if any(inside(cell, box) for cell in cells)]
        words = [run for run in runs if any(inside(cell, run) for cell in cells)]
        read = [question.draft for question in _read(page, _lines(words, own))] if len(own) > 1 else []
        before = [run for run in runs if inside(asking, run)]
        said = " ".join(run.text for run in before)
        if len(read) == 1 and _completes(said, read[0].text):
            read[0].text = plain(f"{said} {read[0].text}")
        elif not read or not all(draft.text for draft in read):
            continue
        drafts += read
        taken.update(i for i, _ in own)
        used.update(before, words)
    return drafts, taken, used


def _completes(question: str, words: str) -> bool:
    """Whether the words in the cell of the options go with the question beside it: none, or a hint how to answer."""
    return words[:1] in {"", "("} or (question.endswith("?") and not words.endswith("?"))


def _asking_cells(page: FormPage, runs: list[Run], boxes: list[tuple[int, Found]]) -> dict[Rect, list[Rect]]:
    """The cells with words that have cells with boxes to their right, as high as these or higher; none where another
    cell with boxes stands between."""
    boxed = {cell for cell in (cell_around(page, box, RULE_MM) for _, box in boxes) if cell}
    words = [run for run in runs if not ROW_SIGN.match(run.text)]
    worded = {cell for cell in page.cells if any(inside(cell, run) for run in words)}
    found: dict[Rect, list[Rect]] = {}
    between: set[Rect] = set()
    for cell in sorted(boxed, key=lambda cell: (cell.y, cell.x)):
        before = [at for at in boxed | worded if at.x + at.w < cell.x + RULE_MM and _spans(at, cell)]
        nearest = max(before, key=lambda at: at.x, default=None)
        if nearest is not None and nearest not in boxed:
            found.setdefault(nearest, []).append(cell)
        else:
            between.add(cell)
    return {asking: cells for asking, cells in found.items() if not any(_spans(asking, cell) for cell in between)}


def _spans(cell: Rect, other: Rect) -> bool:
    """Whether a cell reaches from the upper to the lower rule of another one."""
    return cell.y < other.y + RULE_MM and cell.y + cell.h > other.y + other.h - RULE_MM


def _read_band(page: FormPage, band: Band, runs: list[Run], boxes: list[tuple[int, Found]]) -> list[Draft]:
    """Its columns one after the other; options that begin a column without any words go on from the one before."""
    read: list[_Open] = []
    before = Rect(0.0, 0.0, 0.0, 0.0)
    for left, right in pairwise(band.edges):
        area = Rect(left, band.top, right - left, band.bottom - band.top)
        own_runs = [run for run in runs if left <= run.x < right and band.top <= run.center[1] < band.bottom]
        own_boxes = [(i, b) for i, b in boxes if inside(area, b)]
        found = _read(page, _lines(own_runs, own_boxes))
        if read and found and _goes_on_beside(read[-1], found[0], (before, area), (*runs, *page.found)):
            read[-1].draft.places += found[0].draft.places
            read[-1].draft.labels += found[0].draft.labels
            found = found[1:]
        read, before = read + found, area
    for question in read:
        if not question.draft.text:
            question.draft.doubts.append("no question stands before these options")
    return [question.draft for question in read]


def _goes_on_beside(last: _Open, first: _Open, columns: tuple[Rect, Rect], printed: tuple[Rect, ...]) -> bool:
    """Whether the options that begin a column without any words over them are the rest of those that end the one
    before: nothing stands under these, the boxes are alike, and the one before is as full as this one."""
    full = last.bottom + APART_MM
    under = any(inside(columns[0], at) and at.y > last.bottom for at in printed)
    longer = any(inside(columns[1], at) and at.y > full for at in printed)
    return not first.draft.text and not under and not longer and alike(last.boxes[-1], first.boxes[0])


def alike(one: Found, other: Found) -> bool:
    """Whether two boxes are of one kind, as those of a question are."""
    return one.shape == other.shape and max(abs(one.w - other.w), abs(one.h - other.h)) < RULE_MM


def _lines(runs: list[Run], boxes: list[tuple[int, Found]]) -> list[_Line]:
    lines: list[_Line] = []
    for index, box in sorted(boxes, key=lambda item: item[1].center[1]):
        if lines and abs(lines[-1].y - box.center[1]) < 0.5 * box.h:
            lines[-1].boxes.append((index, box))
        else:
            lines.append(_Line(box.center[1], [], [(index, box)]))
    with_boxes = list(lines)
    for run in runs:
        if not run.text.strip(POINTS):
            continue
        level = [line for line in with_boxes if _off(line, run) < LEVEL]
        if level:
            if not SKIP.match(run.text):
                min(level, key=lambda line: _off(line, run)).runs.append(run)
            continue
        same = [line for line in lines if not line.boxes and abs(line.y - run.center[1]) < 0.5 * run.h]
        if same:
            same[0].runs.append(run)
        else:
            lines.append(_Line(run.center[1], [run]))
    for line in lines:
        line.runs.sort(key=lambda run: run.x)
        line.boxes.sort(key=lambda item: item[1].x)
    _drop_codes(with_boxes)
    return sorted(lines, key=lambda line: line.y)


def _off(line: _Line, run: Run) -> float:
    """How far words stand over or under the nearest box of a line, by the height of the larger."""
    return min(abs(box.center[1] - run.center[1]) / max(box.h, run.h) for _, box in line.boxes)


def _drop_codes(lines: list[_Line]) -> None:
    """Leave out the digits printed right before boxes that stand under each other, where they count these."""
    codes = [_code(line) for line in lines]
    numbers = [int(code.text.strip("().")) if code else None for code in codes]
    for index, (line, code, number) in enumerate(zip(lines, codes, numbers, strict=True)):
        around = [*numbers[max(index - 1, 0) : index], *numbers[index + 1 : index + 2]]
        if code and number is not None and any(other in (number - 1, number + 1) for other in around):
            line.runs.remove(code)


def _code(line: _Line) -> Run | None:
    """The digits that stand right before the only box of a line that has words too."""
    box = line.boxes[0][1]
    near = [run for run in line.runs if 0 <= box.x - run.right < BESIDE_MM and CODE_DIGITS.match(run.text)]
    return near[-1] if near and len(line.boxes) == 1 and len(line.runs) > 1 else None


def _read(page: FormPage, lines: list[_Line]) -> list[_Open]:
    """Down a column: words open a question, lines of boxes add its options."""
    questions: list[_Open] = []
    waiting: list[Run] = []
    now: _Open | None = None
    for line in (part for whole in lines for part in _questions_of(whole)):
        if not line.boxes:
            if any(area.shape == "writing" and _is_level(line, area) for area in page.found):
                waiting = []
                continue
            for run in line.runs:
                if now is not None and _goes_on(now, run):
                    continue
                waiting = _wait(waiting, run)
            continue
        lead, labels = _with_poles(*_split(line))
        opened = _opens(now, waiting, lead, line) or (now is not None and _repeats(now, lead, labels))
        if opened or now is None:
            now = _begin(waiting, lead, line)
            questions.append(now)
        elif lead:
            now.draft.text = plain(f"{now.draft.text} {' '.join(run.text for run in lead)}")
            now.last = lead[-1]
        waiting = []
        _add_options(page.number, now, line, labels)
    return questions


def _questions_of(line: _Line) -> list[_Line]:
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
        _Line(
            line.y,
            [run for run in line.runs if left <= run.x < right],
            [(i, box) for i, box in line.boxes if left <= box.x < right],
        )
        for left, right in pairwise(edges)
    ]


def _asks(run: Run) -> bool:
    """Whether words begin as a numbered question does."""
    return is_numbered(run.text) and sum(map(str.isalpha, run.text)) > 1


def _is_level(line: _Line, area: Found) -> bool:
    """Whether words stand on the line that is to be written on, or right before it."""
    near = any(run.right > area.x - BESIDE_MM and run.x < area.right for run in line.runs)
    return near and area.y + WRITING_MM / 2 < line.y <= area.bottom


def _add_options(page: int, now: _Open, line: _Line, labels: list[list[Run]]) -> None:
    """A line of boxes, with the words of each, for the question under way."""
    free = line.top - now.bottom
    if now.boxes and free > _most_room(now, line) and APART not in now.draft.doubts:
        now.draft.doubts.append(APART)
    if now.boxes:
        now.room = max(now.room, free)
    for (index, box), label in zip(line.boxes, labels, strict=True):
        now.draft.places.append((page, index))
        now.draft.labels.append(" ".join(run.text for run in label))
        now.boxes.append(box)
    first = len(now.draft.labels) - len(labels)
    now.ends = {first + place: label[-1] for place, label in enumerate(labels) if label}
    now.end = line.y
    now.bottom = max([box.bottom for _, box in line.boxes] + [run.bottom for label in labels for run in label])


def _wait(waiting: list[Run], run: Run) -> list[Run]:
    """The block of words that comes before boxes: a numbered line, or one further below, begins it anew."""
    if not waiting or is_numbered(run.text) or run.y - waiting[-1].bottom > (NEXT_LINE - 1) * run.h:
        return [run]
    return [*waiting, run]


def _goes_on(now: _Open, run: Run) -> bool:
    """Whether a line without boxes is the second line of an option, or of the question's words beside its options."""
    if is_numbered(run.text):
        return False
    for place, label in now.ends.items():
        if abs(run.x - label.x) < INDENT_MM and run.y - label.bottom < (NEXT_LINE - 1) * run.h:
            now.draft.labels[place] = f"{now.draft.labels[place]} {run.text}"
            now.ends[place], now.bottom = run, max(now.bottom, run.bottom)
            return True
    last = now.last
    if now.draft.text.endswith(ASKING) and not run.text.startswith("("):
        return False  # the question is asked; a hint how to answer may follow
    beside = last is not None and last.right < now.left and run.x - last.x < 3 * INDENT_MM and run.x >= last.x - 1
    if last is not None and beside and run.right < now.left and run.y - last.bottom < (NEXT_LINE - 1) * run.h:
        now.draft.text = plain(f"{now.draft.text} {run.text}")
        now.last = run
        return True
    return False


def _split(line: _Line) -> tuple[list[Run], list[list[Run]]]:
    """(words before the options, the words of each option). Words stand right of their boxes, unless the line ends
    with a box."""
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
    if (after[-1] and after[-1][0].x - boxes[-1].right < BESIDE_MM) or not any(before):
        return before[0], [_without_room(label) for label in after]
    asking, label = _asking_part(before[0][-1]) if before[0] else (None, None)
    lead = before[0][:-1] + ([asking] if asking else [])
    return lead, [[label] if label else [], *before[1:]]


def _without_room(label: list[Run]) -> list[Run]:
    """An option's words without what stands behind them to be written after: "Other   Age: ____"."""
    asking = [place for place, run in enumerate(label) if place and ROOM.search(run.text)]
    return label[: asking[0]] if asking else label


def _with_poles(lead: list[Run], labels: list[list[Run]]) -> tuple[list[Run], list[list[Run]]]:
    """The same, where a scale of numbers stands between what its ends mean: these words are its first and last
    option's."""
    numbers = [int(label[0].text) for label in labels if label and NUMERAL.fullmatch(label[0].text)]
    steps = {b - a for a, b in pairwise(numbers)}
    scale = len(numbers) == len(labels) > 2 and steps in ({1}, {-1})
    if not (scale and lead and len(labels[-1]) == 2 and all(len(label) == 1 for label in labels[:-1])):
        return lead, labels
    first, last = (replace(words, text=f"({words.text})") for words in (lead[-1], labels[-1][1]))
    return lead[:-1], [[labels[0][0], first], *labels[1:-1], [labels[-1][0], last]]


def _asking_part(run: Run) -> tuple[Run | None, Run | None]:
    """(what a line asks, its first option), where both stand in one run of words: "Sex: Male"."""
    ends = [i for i, word in enumerate(run.words[:-1], 1) if word.text.endswith(ASKING)]
    if not ends:
        return None, run
    return make_run(list(run.words[: ends[-1]])), make_run(list(run.words[ends[-1] :]))


def _opens(now: _Open | None, waiting: list[Run], lead: list[Run], line: _Line) -> bool:
    if now is None:
        return True
    if lead:
        beside = now.last is not None and lead[0].x >= now.last.x - 1 and lead[0].x - now.last.x < 3 * INDENT_MM
        if now.draft.text.endswith(ASKING) and lead[-1].text[-1:] == "?":
            return True
        near = now.last is not None and lead[0].y - now.last.bottom < (NEXT_LINE - 1) * lead[0].h
        second = beside and near and not is_numbered(lead[0].text)
        return not (second and (now.numbered or _goes_on_from(now.draft.text, lead[0].text)))
    return bool(waiting) or line.y - now.end > APART_MM or _strays(now, line)


def _repeats(now: _Open, lead: list[Run], labels: list[list[Run]]) -> bool:
    """Whether a line has words of its own and the same options as the question before it: a table without rules."""
    own = [" ".join(run.text for run in label) for label in labels]
    return bool(lead) and len(own) > 1 and own == now.draft.labels


def _goes_on_from(text: str, words: str) -> bool:
    """Whether words are the rest of a sentence that was begun."""
    return text[-1:].isalnum() and words[:1].islower()


def _strays(now: _Open, line: _Line) -> bool:
    """Whether a line of boxes stands apart from the options before it, and not under any of them."""
    first = line.boxes[0][1]
    under = any(abs(box.x - first.x) < INDENT_MM for box in now.boxes)
    return not under and line.top - now.bottom > _most_room(now, line)


def _most_room(now: _Open, line: _Line) -> float:
    """How far the next line of a question's options may stand below the last one."""
    return STRAY * max(now.room, line.boxes[0][1].h)


def _begin(waiting: list[Run], lead: list[Run], line: _Line) -> _Open:
    """A new question: the words before its boxes on the line, after those above that belong to them."""
    left = line.boxes[0][1].x
    above = waiting
    if lead and waiting:
        near = lead[0].y - waiting[-1].bottom < (NEXT_LINE - 1) * lead[0].h
        heads = waiting[-1].text.isupper() and not lead[0].text.isupper()  # a section
        above = waiting if near and not heads and not is_numbered(lead[0].text) else []
    runs = [*above, *lead]
    counted = len(runs) > 1 and bool(ONLY_NUMBER.match(runs[0].text))
    text = " ".join(run.text for run in (runs[1:] if counted else runs))
    draft = Draft(plain(text), [], [])
    return _Open(draft, counted or is_numbered(text), runs[-1] if runs else None, left, line.y)


def _order_down(draft: Draft, page: FormPage) -> None:
    """Options that are counted down their columns, not across, in that order."""
    boxes = [page.found[index] for _, index in draft.places]
    columns: list[float] = []
    for x in sorted(box.x for box in boxes):
        if not columns or x - columns[-1] > ALIGNED_MM:
            columns.append(x)
    order = sorted(range(len(boxes)), key=lambda i: (sum(x <= boxes[i].x for x in columns), boxes[i].y))
    down = [draft.labels[i] for i in order]
    if rise(down) and not rise(draft.labels):
        draft.labels, draft.places = down, [draft.places[i] for i in order]
