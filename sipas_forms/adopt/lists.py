"""Options with words beside their boxes: lists below a question, several to a line, yes and no after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from sipas_forms.adopt.text import Run, is_numbered, plain
from sipas_forms.adopt.types import Draft, FormPage, Found

LEVEL = 0.62  # of the larger height: a box and words whose middles are nearer than this stand on one line
BESIDE_MM = 8.0  # from a box to the words of its option, on whichever side they stand
NEXT_LINE = 1.75  # of a line's height: words further below than this begin something else
INDENT_MM = 3.0  # words that begin this near to each other stand under each other
COLUMN_SHARE = 0.3  # of the page's width between the starts of two columns of questions
COLUMN_LEAST = 2  # numbered questions in each of them
APART_MM = 22.0  # from one line of options to the next of the same question


@dataclass
class _Line:
    """What stands on one line, from left to right; boxes as (index on the page, box)."""

    y: float
    runs: list[Run] = field(default_factory=list)
    boxes: list[tuple[int, Found]] = field(default_factory=list)


@dataclass
class _Open:
    """A question under way. `last` is the line of its words read last, `left` where they begin, `end` its last line
    of options."""

    draft: Draft
    numbered: bool
    last: Run | None
    left: float
    end: float
    label: Run | None = None


def find_lists(page: FormPage, runs: list[Run], taken: set[int]) -> list[Draft]:
    """Questions of the boxes that no table took."""
    boxes = [(i, b) for i, b in enumerate(page.found) if i not in taken and b.shape != "writing"]
    if not boxes:
        return []
    drafts: list[Draft] = []
    edges = _columns(page, runs)
    for left, right in pairwise(edges):
        own_runs = [run for run in runs if left <= run.x < right]
        own_boxes = [(i, b) for i, b in boxes if left <= b.center[0] < right]
        drafts += _read(page.number, _lines(own_runs, own_boxes))
    return drafts


def _columns(page: FormPage, runs: list[Run]) -> list[float]:
    """The borders of the page's columns of questions, told by where numbered lines begin."""
    starts = sorted(run.x for run in runs if is_numbered(run.text))
    groups: list[list[float]] = []
    for x in starts:
        if groups and x - groups[-1][-1] < INDENT_MM:
            groups[-1].append(x)
        else:
            groups.append([x])
    columns = [group[0] for group in groups if len(group) >= COLUMN_LEAST]
    edges = [0.0]
    for x in columns[1:]:
        if x - max(columns[0], edges[-1]) > COLUMN_SHARE * page.size_mm[0]:
            edges.append(x - 2.0)
    return [*edges, page.size_mm[0]]


def _lines(runs: list[Run], boxes: list[tuple[int, Found]]) -> list[_Line]:
    lines: list[_Line] = []
    for index, box in sorted(boxes, key=lambda item: item[1].center[1]):
        if lines and abs(lines[-1].y - box.center[1]) < 0.5 * box.h:
            lines[-1].boxes.append((index, box))
        else:
            lines.append(_Line(box.center[1], [], [(index, box)]))
    with_boxes = list(lines)
    for run in runs:
        near = [line for line in with_boxes if abs(line.y - run.center[1]) < LEVEL * max(line.boxes[0][1].h, run.h)]
        if near:
            min(near, key=lambda line: abs(line.y - run.center[1])).runs.append(run)
            continue
        same = [line for line in lines if not line.boxes and abs(line.y - run.center[1]) < 0.5 * run.h]
        if same:
            same[0].runs.append(run)
        else:
            lines.append(_Line(run.center[1], [run]))
    for line in lines:
        line.runs.sort(key=lambda run: run.x)
        line.boxes.sort(key=lambda item: item[1].x)
    return sorted(lines, key=lambda line: line.y)


def _read(page: int, lines: list[_Line]) -> list[Draft]:
    """Down a column: words open a question, lines of boxes add its options."""
    drafts: list[Draft] = []
    waiting: list[Run] = []
    now: _Open | None = None
    for line in lines:
        if not line.boxes:
            for run in line.runs:
                if now is not None and _goes_on(now, run):
                    continue
                waiting = _wait(waiting, run)
            continue
        lead, labels = _split(line)
        opened = _opens(now, waiting, lead, line)
        if opened or now is None:
            now = _begin(waiting, lead, line)
            drafts.append(now.draft)
        elif lead:
            now.draft.text = plain(f"{now.draft.text} {' '.join(run.text for run in lead)}")
            now.last = lead[-1]
        waiting = []
        for (index, _), label in zip(line.boxes, labels, strict=True):
            now.draft.places.append((page, index))
            now.draft.labels.append(" ".join(run.text for run in label))
        now.label = labels[-1][-1] if labels[-1] else None
        now.end = line.y
    return drafts


def _wait(waiting: list[Run], run: Run) -> list[Run]:
    """The block of words that comes before boxes: a numbered line, or one further below, begins it anew."""
    if not waiting or is_numbered(run.text) or run.y - waiting[-1].bottom > (NEXT_LINE - 1) * run.h:
        return [run]
    return [*waiting, run]


def _goes_on(now: _Open, run: Run) -> bool:
    """Whether a line without boxes is the second line of an option, or of the question's words beside its options."""
    if is_numbered(run.text):
        return False
    label = now.label
    if label and abs(run.x - label.x) < INDENT_MM and run.y - label.bottom < (NEXT_LINE - 1) * run.h:
        now.draft.labels[-1] = f"{now.draft.labels[-1]} {run.text}"
        now.label = run
        return True
    last = now.last
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
        return before[0], after
    lead = before[0][:-1]
    return lead, [before[0][-1:], *before[1:]]


def _opens(now: _Open | None, waiting: list[Run], lead: list[Run], line: _Line) -> bool:
    if now is None:
        return True
    if lead:
        beside = now.last is not None and lead[0].x >= now.last.x - 1 and lead[0].x - now.last.x < 3 * INDENT_MM
        near = now.last is not None and lead[0].y - now.last.bottom < (NEXT_LINE - 1) * lead[0].h
        return not (now.numbered and not is_numbered(lead[0].text) and beside and near)
    return bool(waiting) or line.y - now.end > APART_MM


def _begin(waiting: list[Run], lead: list[Run], line: _Line) -> _Open:
    """A new question: the words before its boxes on the line, after those above that belong to them."""
    left = line.boxes[0][1].x
    above = waiting
    if lead and waiting:
        near = lead[0].y - waiting[-1].bottom < (NEXT_LINE - 1) * lead[0].h
        above = waiting if near and not is_numbered(lead[0].text) else []
    runs = [*above, *lead]
    text = " ".join(run.text for run in runs)
    draft = Draft(plain(text), [], [])
    if not runs:
        draft.doubts.append("no question stands before these options")
    return _Open(draft, is_numbered(text), runs[-1] if runs else None, left, line.y)
