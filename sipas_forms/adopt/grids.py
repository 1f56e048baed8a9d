"""Rows of boxes without words between them: rating tables, answer sheets, number grids."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from sipas_forms.adopt.columns import columns_asked
from sipas_forms.adopt.heads import Group, Head, read_head
from sipas_forms.adopt.lines import ASKING
from sipas_forms.adopt.rows import LEVEL, Row, band_of, cell_around, find_blocks, find_rows, lines_of, same_columns
from sipas_forms.adopt.text import Run, has_words, is_numbered, plain
from sipas_forms.adopt.types import Draft, FormPage, Word
from sipas_forms.adopt.wording import (
    BESIDE_MM,
    BLOCK_GAP,
    OVER_MM,
    SHARE_MM,
    Wording,
    below_head,
    labels_under,
    lines_above,
    parts_beside,
    read_wordings,
    right_words,
)

BRACKETED = re.compile(r"^\(([^()]*)\)$")  # "(very good)"
GROUP = " – "  # between a row's words and the name of a group of its columns
TITLE_MM = 16.0  # over a table's head: as far up is the line that says what is asked of all rows
SCALE_LEAST = 4  # boxes of a scale that has words over its ends only: of three, a word may be missing
FAR_MM = 12.0  # from a row up to its question: three lines of words would have room between them


def find_grids(
    page: FormPage, runs: list[Run], heads_of: list[tuple[Row, Head]], stacked: set[int]
) -> tuple[list[Draft], set[int], set[Word]]:
    """(questions, indices of their boxes, words that are theirs). `heads_of`: the heads of the pages before, with the
    row under each; it grows. `stacked`: boxes that belong to questions already."""
    rows = find_rows(page, runs, stacked)
    drafts: list[Draft] = []
    taken: set[int] = set()
    used: set[Word] = set()
    for block in find_blocks(page, rows):
        if _is_number_grid(block):
            drafts += _columns_asked(page, block)
        else:
            above, words = _labelled_under(page, block, runs, used)
            if not above:
                above, words = _asked_above(page, block, runs)
            drafts += above or _rows_asked(page, block, rows, runs, used, heads_of)
            used.update(words)
        taken |= {index for row in block for index, _ in row.boxes}
    return drafts, taken, used


def _is_number_grid(block: list[Row]) -> bool:
    """A sign repeated along each row and different from row to row: the question runs down, as in 0 to 9 under each
    digit of a number."""
    signs = [[box.inside for _, box in row.boxes] for row in block]
    return (
        len(block) >= 3
        and all(len(set(row)) == 1 and row[0] for row in signs)
        and len({row[0] for row in signs}) == len(block)
    )


def _columns_asked(page: FormPage, block: list[Row]) -> list[Draft]:
    drafts = []
    for column, head in enumerate(read_head(page, block[0], set()).labels):
        boxes = [row.boxes[column] for row in block]
        labels = [box.inside for _, box in boxes]
        doubt = [] if head else ["no words over the column"]
        drafts.append(
            Draft(head or f"{column + 1}", labels, [(page.number, i) for i, _ in boxes], grid=True, doubts=doubt)
        )
    return drafts


def _rows_asked(
    page: FormPage,
    block: list[Row],
    rows: list[Row],
    runs: list[Run],
    used: set[Word],
    heads_of: list[tuple[Row, Head]],
) -> list[Draft]:
    """A question a row, or one for each group of its columns: its words to the left, its options over the columns or
    in the boxes. A part of a table that has no head of its own has that of the part above (`heads_of`)."""
    head = read_head(page, block[0], used)
    if not any(block[0].signs):
        head.labels = _with_places(head.labels)
    top, has_own = head.top, bool(head.words)
    if has_own:
        heads_of.append((block[0], head))
    else:
        head = next((h for row, h in reversed(heads_of) if same_columns(row, block[0])), head)
    scales = _poles_beside(block, head, runs)
    named = {word for scale in scales for run in scale.values() for word in run.words}
    if named:
        used.update(named)
        page = replace(page, words=tuple(word for word in page.words if word not in named))
        runs = [run for run in runs if not any(word in named for word in run.words)]
    wordings = read_wordings(page, block, rows, top)
    before = parts_beside(page, block, rows, -1)
    if head.title and (before or parts_beside(page, block, rows, 1)):  # a table that room parts into groups of columns
        head.groups = [Group(head.title, 0, len(head.labels) - 1)]
        wordings = read_wordings(page, before, rows, top) if before else wordings
    heading = _heading(page, block, top, set(wordings[0].words)) or ("" if head.groups else head.title)
    if len(block) == 1 and head.words and not head.title:
        ends = _ends(block[0], runs)
        over = _over_head(page, block[0], head, runs)
        if ends[0] and ends[1] and over.text and not is_numbered(ends[0][0].text):
            poles = {0: ends[0][0], len(head.labels) - 1: ends[1][0]}
            wordings[0], head.labels = over, _with_poles(head.labels, _texts(poles))
            wordings[0].words += [word for run in (*ends[0], *ends[1]) for word in run.words]
        elif not wordings[0].text:
            wordings[0] = over
    beside = _add_right_words(block, wordings, right_words(block, rows, runs))
    drafts = []
    for number, (row, own) in enumerate(zip(block, wordings, strict=True)):
        used.update(own.words)
        drafts += _row_asked(page, row, own, head, heading)
        if scales:
            drafts[-1].labels = _with_poles(drafts[-1].labels, _texts(scales[number]))
        elif beside and not any(drafts[-1].labels):
            drafts[-1].labels = _with_poles(drafts[-1].labels, beside[number])
    used.update(head.words)
    turned = columns_asked(page, block, wordings, head, heading) if has_own and not scales else []
    return turned or drafts


def _poles_beside(block: list[Row], head: Head, runs: list[Run]) -> list[dict[int, Run]]:
    """What the ends of each row's scale mean, "bad □□□□□ good", where all rows have such words on both sides, and what
    they ask stands left of these. None where the columns have names."""
    if head.groups or any(has_words(label) for label in head.labels):
        return []
    found = []
    for row in block:
        before, after = _ends(row, runs)
        level = [run for run in runs if abs(run.center[1] - row.middle) < SHARE_MM and has_words(run.text)]
        if not before or not after or not has_words(before[0].text) or not has_words(after[0].text):
            return []
        if not any(run.right < before[0].x and run is not before[0] for run in level):
            return []
        found.append({0: before[0], len(row.boxes) - 1: after[0]})
    return found


def _over_head(page: FormPage, row: Row, head: Head, runs: list[Run]) -> Wording:
    """The words of a row that has none beside it: those over its head."""
    above = lines_above(row, head.top, page, runs, OVER_MM)
    return Wording(plain(" ".join(run.text for run in above)), [word for run in above for word in run.words])


def _add_right_words(block: list[Row], wordings: list[Wording], right: list[Run | None]) -> list[dict[int, str]]:
    """Where words stand right of all rows of a table, each row asks between two poles: "hard – easy". What the ends of
    each row's scale mean then, where all have words on both sides."""
    poles = len(right) > 1 and all(right)
    ends: list[dict[int, str]] = []
    for row, own, run in zip(block, wordings, right, strict=True):
        if run is None:
            continue
        if poles:
            ends += [{0: own.text, len(row.boxes) - 1: run.text}] if own.text else []
            own.text = " – ".join(words for words in (own.text, run.text) if words)
            own.words += run.words
        else:
            own.doubts.append(f"'{run.text}' stands right of its boxes: does it belong to the question?")
    return ends if len(ends) == len(block) else []


def _row_asked(page: FormPage, row: Row, own: Wording, head: Head, heading: str) -> list[Draft]:
    """The question of a row; "row – group" for each group of columns that has a name."""
    own_signs = not head.words and all(row.signs)  # with no head each row has the signs in its own boxes
    labels = row.signs if own_signs else [label or sign for label, sign in zip(head.labels, row.signs, strict=True)]
    places = [(page.number, index) for index, _ in row.boxes]
    parts = [(group.name, slice(group.first, group.last + 1)) for group in head.groups] or [("", slice(None))]
    doubts = [*own.doubts, *head.doubts]
    if head.title and not own.text:
        doubts.append("the words over its columns: are they its question?")
    drafts = []
    for name, part in parts:
        text = GROUP.join(words for words in (own.text or head.title, name) if words)
        drafts.append(
            Draft(text, labels[part], places[part], heading=own.group or heading, grid=True, doubts=[*doubts])
        )
    return drafts


def _asked_above(page: FormPage, block: list[Row], runs: list[Run]) -> tuple[list[Draft], list[Word]]:
    """(questions that stand over their rows of signs, as a line of numbers from "poor" to "good" has; their words).
    None, where a row has words of its own beside it, or nothing over it."""
    drafts: list[Draft] = []
    words: list[Word] = []
    for row in block:
        before, after = _ends(row, runs)
        signs = row.signs
        poles = {} if before or after else _poles(page, row, runs)
        above = [run for run in lines_above(row, row.top, page, runs, 0.0) if run not in poles.values()]
        first = above[0].text if above else ""
        named = all(signs) or (before and len(block) == 1 and is_numbered(first) and has_words(first))
        asked = above and named and len(before) == len(after) and not _is_named(page, row, runs)
        if not asked or any(is_numbered(run.text) for run in before):
            return [], []
        head = read_head(page, row, set())
        if all(head.labels) and (not all(signs) or _is_worded(head, row, runs)):  # what the boxes mean is over them
            return [], []
        if before:
            poles = {0: before[0], len(signs) - 1: after[0]}
        drafts.append(_asked(page, row, above, _with_poles(signs, _texts(poles))))
        words += [word for run in (*above, *poles.values()) for word in run.words]
    return drafts, words


def _is_worded(head: Head, row: Row, runs: list[Run]) -> bool:
    """Whether each box of a row of signs has words over it, and none that run on over the next one, as a sentence's."""
    own = [run for run in runs if any(word in head.words for word in run.words)]
    sentence = any(sum(run.x < column < run.right for column in row.columns) > 1 for run in own)
    named = all(has_words(label) and label != sign for label, sign in zip(head.labels, row.signs, strict=True))
    return named and not sentence


def _is_named(page: FormPage, row: Row, runs: list[Run]) -> bool:
    """Whether a row of a ruled table has words in the cells before it."""
    band = band_of(page, row)
    if band is None:
        return False
    before = [run for run in runs if run.right < row.left and band[0] < run.center[1] < band[1] and has_words(run.text)]
    return any(cell_around(page, run) for run in before)


def _texts(poles: dict[int, Run]) -> dict[int, str]:
    """What is said of the steps of a scale, without brackets round it."""
    return {step: BRACKETED.sub(r"\1", run.text) for step, run in poles.items()}


def _with_poles(labels: list[str], said: dict[int, str]) -> list[str]:
    """The labels of a scale with what its ends mean, or others of its steps: "1 (poor)", "2", …; a step between them of
    which nothing is said has its number."""
    steps = [label or (str(i + 1) if said else "") for i, label in enumerate(labels)]
    return [(f"{label} ({said[i]})" if label else said[i]) if i in said else steps[i] for i, label in enumerate(labels)]


def _with_places(labels: list[str]) -> list[str]:
    """The labels of columns, where words stand over their ends and perhaps over the middle one: those between mean
    their place."""
    last = len(labels) - 1
    said = {step: label for step, label in enumerate(labels) if label}
    scale = len(labels) >= SCALE_LEAST and {0, last} <= said.keys() <= {0, last / 2, last}
    return _with_poles([""] * len(labels), said) if scale else labels


def _poles(page: FormPage, row: Row, runs: list[Run]) -> dict[int, Run]:
    """What a line right over or under a row says of its first and its last box, and perhaps of some between, but not of
    all: what these steps of a scale mean."""
    pitch, last = min(b - a for a, b in pairwise(row.columns)), len(row.boxes) - 1
    near = [run for run in runs if row.left - pitch < run.center[0] < row.right + pitch and has_words(run.text)]
    for line in lines_of(near):
        gap = max(row.top - max(run.bottom for run in line), min(run.y for run in line) - row.bottom)
        asks = any(is_numbered(run.text) or run.text.endswith(ASKING) for run in line)
        boxed = any(abs(box.center[1] - line[0].center[1]) < line[0].h / 2 for box in page.found)
        if not -0.5 <= gap < BLOCK_GAP * line[0].h or asks or boxed or not 2 <= len(line) <= last:
            continue
        between = [min(range(last + 1), key=lambda i: abs(row.columns[i] - run.center[0])) for run in line[1:-1]]
        steps = [0, *between, last]
        ends = line[0].x < row.boxes[0][1].right and line[-1].right > row.boxes[-1][1].x
        if ends and line[0].right < row.columns[last // 2] < line[-1].x and steps == sorted(set(steps)):
            return dict(zip(steps, line, strict=True))
    return {}


def _labelled_under(
    page: FormPage, block: list[Row], runs: list[Run], used: set[Word]
) -> tuple[list[Draft], list[Word]]:
    """(questions whose labels stand under their boxes, their words). None, where a row has no such labels. Words in
    `used`, as the labels of the row over it, are another question's."""
    drafts: list[Draft] = []
    words: list[Word] = []
    for row in block:
        runs = [run for run in runs if not used.union(words).issuperset(run.words)]
        above = lines_above(row, row.top, page, runs, OVER_MM)
        under = labels_under(row, page, runs, row.top - above[-1].bottom if above else OVER_MM)
        if not under:
            return [], []
        before, _ = _ends(row, runs)
        asked = before or above
        draft = _asked(page, row, asked, [" ".join(run.text for run in label) for label in under])
        if asked and not before and not is_numbered(asked[0].text) and row.top - asked[-1].bottom > FAR_MM:
            draft.doubts.append("the words far over it: are they its question?")
        drafts.append(draft)
        words += [word for run in (*asked, *(run for label in under for run in label)) for word in run.words]
    return drafts, words


def _ends(row: Row, runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """The words right before a row's first box and right after its last, if any."""
    level = [run for run in runs if abs(run.center[1] - row.middle) < LEVEL * row.boxes[0][1].h]
    before = [run for run in level if -1 < row.left - run.right < BESIDE_MM][-1:]
    return before, [run for run in level if -1 < run.x - row.right < BESIDE_MM][:1]


def _asked(page: FormPage, row: Row, asked: list[Run], labels: list[str]) -> Draft:
    text = plain(" ".join(run.text for run in asked))
    return Draft(text, labels, [(page.number, index) for index, _ in row.boxes], grid=True)


def _heading(page: FormPage, block: list[Row], top: float, own: set[Word]) -> str:
    """The last line of words above the first row and its `own` words, beside or above the head: what is asked of all
    rows."""
    left, first = block[0].left, block[0].middle - block[0].boxes[0][1].h / 2
    below = below_head(page, block, top)
    words = [word for word in page.words if word not in own]
    above = [w for w in words if below <= w.y + 0.5 and w.y + w.h <= first + 0.5 and w.x < left]
    above = [w for w in above if w.y > below - 0.5] if below else []
    if not above:
        above = [w for w in words if top - TITLE_MM < w.y + w.h <= top + 0.5 and w.x < left]
    if not above:
        return ""
    low = max(word.center[1] for word in above)
    line = [word for word in page.words if abs(word.center[1] - low) < 0.5 * word.h]
    return " ".join(word.text for word in sorted(line, key=lambda w: w.x))
