"""Options with words beside their boxes: lists below a question, several to a line, yes and no after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from sipas_forms.adopt.bands import INDENT_MM, Band
from sipas_forms.adopt.lines import (
    ASKING,
    Line,
    is_level,
    is_written_on,
    lines_with_boxes,
    questions_of,
    split_line,
    with_poles,
)
from sipas_forms.adopt.rows import ALIGNED_MM, RULE_MM, cell_around, lines_of
from sipas_forms.adopt.sizes import inside, stands_before
from sipas_forms.adopt.text import (
    ONLY_NUMBER,
    ROW_SIGN,
    Run,
    in_capitals,
    is_numbered,
    is_statement,
    is_title,
    plain,
    rise,
)
from sipas_forms.adopt.types import Draft, FormPage, Found
from sipas_forms.adopt.writing import OFFICE
from sipas_forms.printing.layout import Rect

NEXT_LINE = 1.75  # of a line's height: words further below than this begin something else
APART_MM = 22.0  # from one line of options to the next of the same question
STRAY = 2.0  # times the room between a question's lines of options, or a box's height: more parts the next one
SENTENCE_ROOM = 0.6  # of a box's height between the options of a question and a sentence to agree to below them
APART = "an option stands apart from the others: is it one of them?"


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
        read = _read_cells(page, cells, own, words)
        before = [run for run in runs if inside(asking, run)]
        over = _words_before(page, asking, runs)
        beside = [] if words else _options_beside(page, own, before, over)
        said = "" if beside else " ".join(run.text for run in before)
        read = beside or read
        if len(read) == 1 and _completes(said, read[0].text):
            read[0].text = plain(f"{said} {read[0].text}")
        elif not read or not all(draft.text for draft in read):
            continue
        drafts += read
        taken.update(i for i, _ in own)
        used.update(before, words, over if beside else ())
    return drafts, taken, used


def _read_cells(page: FormPage, cells: list[Rect], boxes: list[tuple[int, Found]], words: list[Run]) -> list[Draft]:
    """The questions of the options in cells beside a question; where each cell has one box, all its words are that
    option's."""
    places = [[i for i, box in boxes if inside(cell, box)] for cell in cells]
    labels = [
        " ".join(run.text for line in lines_of([w for w in words if inside(cell, w)]) for run in line) for cell in cells
    ]
    if len(cells) > 1 and all(len(own) == 1 for own in places) and all(labels):
        return [Draft("", labels, [(page.number, own[0]) for own in places])]
    return [question.draft for question in _read(page, lines_with_boxes(words, boxes))] if len(boxes) > 1 else []


def _words_before(page: FormPage, cell: Rect, runs: list[Run]) -> list[Run]:
    """The words of the cell before one, as high as it or higher; none where they only count rows."""
    before = [at for at in page.cells if stands_before(at, cell, RULE_MM) and _spans(at, cell)]
    words = [run for run in runs if any(inside(at, run) for at in before)]
    return words if any(not ROW_SIGN.match(run.text) for run in words) else []


def _options_beside(page: FormPage, boxes: list[tuple[int, Found]], runs: list[Run], before: list[Run]) -> list[Draft]:
    """The question of a cell in which its options stand too, each level with a box in the cell beside; what lies
    between two of them is the first one's. Where no words stand over them all, the cell before asks (`before`: its
    words). None where a box has no words beside it, or nothing asks."""
    lines = {i: [run for run in runs if abs(run.center[1] - box.center[1]) < box.h / 2] for i, box in boxes}
    if len(boxes) < 2 or not all(lines.values()):
        return []
    order = sorted(lines, key=lambda i: lines[i][0].y)
    free = [run for run in runs if not any(run in own for own in lines.values())]
    above = [run for run in free if run.y < lines[order[0]][0].y]
    for run in free:
        if run not in above:
            lines[max((i for i in order if lines[i][0].y < run.y), key=order.index)].append(run)
    labels = [" ".join(run.text for run in lines[i]) for i in order]
    asked = above or before
    question = plain(" ".join(run.text for run in asked))
    return [Draft(question, labels, [(page.number, i) for i in order])] if asked else []


def _completes(question: str, words: str) -> bool:
    """Whether the words in the cell of the options go with the question beside it: none, or a hint how to answer."""
    return words[:1] in {"", "("} or (question.endswith("?") and not words.endswith("?"))


def _asking_cells(page: FormPage, runs: list[Run], boxes: list[tuple[int, Found]]) -> dict[Rect, list[Rect]]:
    """The cells with words that have cells with boxes to their right, as high as these or higher; none where another
    cell with boxes stands between, but for options of which each has a cell."""
    around = [cell for cell in (cell_around(page, box, RULE_MM) for _, box in boxes) if cell]
    boxed = set(around)
    words = [run for run in runs if not ROW_SIGN.match(run.text)]
    worded = {cell for cell in page.cells if any(inside(cell, run) for run in words)}
    found: dict[Rect, list[Rect]] = {}
    between: set[Rect] = set()
    for cell in sorted(boxed, key=lambda cell: (cell.y, cell.x)):
        before = [at for at in boxed | worded if at.x + at.w < cell.x + RULE_MM and _spans(at, cell)]
        nearest = max(before, key=lambda at: at.x, default=None)
        options = all(at in worded and around.count(at) == 1 for at in (cell, nearest))
        row = next((own for own in found.values() if nearest == own[-1]), None) if options else None
        if row is not None:
            row.append(cell)
        elif nearest is not None and nearest not in boxed:
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
        found = _read(page, lines_with_boxes(own_runs, own_boxes))
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


def _read(page: FormPage, lines: list[Line]) -> list[_Open]:
    """Down a column: words open a question, lines of boxes add its options."""
    questions: list[_Open] = []
    waiting: list[Run] = []
    now: _Open | None = None
    for line in (part for whole in lines for part in questions_of(whole)):
        if not line.boxes:
            if is_written_on(line) or any(area.shape == "writing" and is_level(line, area) for area in page.found):
                waiting = []
                continue
            for run in line.runs:
                if now is not None and _goes_on(page, now, run):
                    continue
                waiting = _wait(waiting, run)
            continue
        waiting = [] if _is_answered(page, waiting, line) else waiting
        lead, labels = with_poles(*split_line(line))
        lead = _after_writing(page, lead)
        if now is None or _opens(now, waiting, line, lead, labels):
            now = _begin(waiting, lead, line)
            questions.append(now)
        elif lead:
            now.draft.text = plain(f"{now.draft.text} {' '.join(run.text for run in lead)}")
            now.last = lead[-1]
        waiting = []
        _add_options(page.number, now, line, labels)
    return questions


def _after_writing(page: FormPage, lead: list[Run]) -> list[Run]:
    """The words before a line's first box without those that have room to write behind them; all where these say that
    the line is for the office."""
    areas = [area for area in page.found if area.shape == "writing"]
    ends = [
        place
        for place, (run, after) in enumerate(pairwise(lead), 1)
        if any(area.y < run.center[1] <= area.bottom and run.x < area.center[0] < after.x for area in areas)
    ]
    office = ends and any(OFFICE.search(run.text) for run in lead[: ends[-1]])
    return lead[ends[-1] :] if ends and not office else lead


def _is_answered(page: FormPage, waiting: list[Run], line: Line) -> bool:
    """Whether there is room to write between words and the boxes below them: these are another question's."""
    areas = [area for area in page.found if area.shape == "writing" and area.bottom <= line.top]
    last = waiting[-1] if waiting else None
    return last is not None and any(
        last.bottom < area.bottom and area.x < last.right and area.right > last.x for area in areas
    )


def _add_options(page: int, now: _Open, line: Line, labels: list[list[Run]]) -> None:
    """A line of boxes, with the words of each, for the question under way."""
    free = line.top - now.bottom
    if now.boxes and free > _most_room(now, line) and APART not in now.draft.doubts:
        now.draft.doubts.append(APART)
    if now.boxes:
        now.room = max(now.room, free)
    for (index, box), label in zip(line.boxes, labels, strict=True):
        now.draft.places.append((page, index))
        now.draft.labels.append(" ".join(run.text for run in label) or box.inside)
        now.boxes.append(box)
    first = len(now.draft.labels) - len(labels)
    now.ends = {first + place: label[-1] for place, label in enumerate(labels) if label}
    now.end = line.y
    now.bottom = max([box.bottom for _, box in line.boxes] + [run.bottom for label in labels for run in label])


def _wait(waiting: list[Run], run: Run) -> list[Run]:
    """The block of words that comes before boxes: a numbered line, or one further below, begins it anew."""
    if not waiting or is_numbered(run.text) or run.y - waiting[-1].bottom > (NEXT_LINE - 1) * run.h:
        return [run]
    if is_title(waiting[-1], run):
        return [run]
    return [*waiting, run]


def _parted(page: FormPage, label: Run, run: Run) -> bool:
    """Whether words stand in the cell of a table, and the option over them doesn't."""
    cell = cell_around(page, run)
    return cell is not None and not inside(cell, label)


def _goes_on(page: FormPage, now: _Open, run: Run) -> bool:
    """Whether a line without boxes is the second line of an option, or of the question's words beside its options."""
    if is_numbered(run.text):
        return False
    for place, label in now.ends.items():
        if _parted(page, label, run):
            continue
        under = abs(run.x - label.x) < INDENT_MM or (
            run.text[0].islower() and abs(run.x - now.boxes[place].x) < INDENT_MM
        )
        if under and run.y - label.bottom < (NEXT_LINE - 1) * run.h:
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


def _opens(now: _Open, waiting: list[Run], line: Line, lead: list[Run], labels: list[list[Run]]) -> bool:
    """Whether a line of boxes, with the words before them and those of each, begins a question."""
    if _repeats(now, lead, labels) or _is_agreed_to(now, line, labels):
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


def _is_agreed_to(now: _Open, line: Line, labels: list[list[Run]]) -> bool:
    """Whether a box alone, a little below the options before it, stands beside a sentence, as none of these does."""
    words = " ".join(run.text for run in labels[0])
    sentence = len(line.boxes) == 1 and words.endswith(".") and is_statement(words)
    apart = line.top - now.bottom > SENTENCE_ROOM * line.boxes[0][1].h
    return sentence and apart and not any(label.endswith(".") for label in now.draft.labels)


def _goes_on_from(text: str, words: str) -> bool:
    """Whether words are the rest of a sentence that was begun."""
    return text[-1:].isalnum() and words[:1].islower()


def _strays(now: _Open, line: Line) -> bool:
    """Whether a line of boxes stands apart from the options before it, and not under any of them; a box alone further
    out than all of them, where the question stands over these, need not stand as far."""
    first = line.boxes[0][1]
    under = any(abs(box.x - first.x) < INDENT_MM for box in now.boxes)
    free = line.top - now.bottom
    out = len(line.boxes) == 1 and first.x < min(box.x for box in now.boxes) - INDENT_MM
    below = now.last is not None and now.last.bottom < now.boxes[0].center[1]
    return not under and (free > _most_room(now, line) or (out and below and free > first.h))


def _most_room(now: _Open, line: Line) -> float:
    """How far the next line of a question's options may stand below the last one."""
    return STRAY * max(now.room, line.boxes[0][1].h)


def _begin(waiting: list[Run], lead: list[Run], line: Line) -> _Open:
    """A new question: the words before its boxes on the line, after those above that belong to them."""
    left = line.boxes[0][1].x
    above = waiting
    if lead and waiting:
        near = lead[0].y - waiting[-1].bottom < (NEXT_LINE - 1) * lead[0].h
        # a section, perhaps with a sentence how to fill it in
        named = waiting[-1].text.isupper() or (in_capitals(waiting[0].text) and waiting[-1].text.endswith("."))
        heads = named and not lead[0].text.isupper()
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
