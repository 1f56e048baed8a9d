"""Writes what was understood of a form as a questionnaire for a person to correct."""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from dataclasses import dataclass

from sipas_forms.adopt.title import head_of
from sipas_forms.adopt.types import Draft, FormPage
from sipas_forms.adopt.writing import NUMBERED

CHECK = "# CHECK:"  # stands before what the program isn't sure of, until a person takes it out
CODE = re.compile(r"^[A-Za-z0-9_]{1,16}$")
RATING = re.compile(r"hài lòng|đồng ý|tốt|kém|khá|satisf|agree|excellent|poor|good|quan trọng|likely", re.IGNORECASE)
# Which end of a scale is the good one: words of the bad end are looked for first, "không hài lòng" has both.
BAD = re.compile(
    r"\b(?:không|chưa|kém|xấu|tệ|thấp|yếu|ít|chậm|khó|not|un\w+|dis\w+|poor|bad|low|never|worst|weak)\b", re.IGNORECASE
)
GOOD = re.compile(
    r"\b(?:hài lòng|đồng ý|tốt|khá|cao|nhanh|dễ|quan trọng|xuất sắc|nhiều|satisf\w*|agree\w*|excellent|good|high|"
    r"likely|important|best|always)\b",
    re.IGNORECASE,
)
NO_OPINION = re.compile(
    r"không (?:có ý kiến|biết|rõ|áp dụng)|khó (?:nói|trả lời)|no opinion|don.t know|\bn/?a\b|not applicable",
    re.IGNORECASE,
)
LEAST_ROWS, LEAST_OPTIONS, MOST_OPTIONS = 3, 3, 11  # of a table that makes the satisfaction scale
TOP_BOXES = 4  # from this many options on the two best count as satisfied, else the best alone
FACTOR = re.compile(r"^([A-Z]|[IVX]{1,4})\s*[.)]\s*(.+)$")
DEFAULT_SCALE = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")


@dataclass(frozen=True)
class _Scale:
    """The satisfaction scale, worst to best; `turned`: the form has it from best to worst; `doubt`: what about it is
    not sure, or nothing."""

    labels: tuple[str, ...]
    turned: bool
    doubt: str = ""


def questionnaire_yaml(
    name: str, source: str, pages: list[FormPage], drafts: list[Draft], numbers: dict[tuple[int, int], int]
) -> str:
    """The YAML of an adopted form; `numbers` are those of the places on the proof picture."""
    scale = _find_scale(drafts)
    title, introduction = head_of(pages, drafts)
    lines = [
        f"# Adopted from {source}. Correct names and groups here. The numbers in 'boxes' are those of the proof",
        f"# pictures output/adopt/{name}-*.png, in the order of the options. Then: sipas adopt --check --name {name}",
        f"# What the program was not sure of stands under '{CHECK}'; take these lines out when you have looked.",
        "questionnaire:",
        f"  code: {name}",
        f"  source: {_quoted(source)}",
        "  adopted: true",
        f"  title: {_quoted(title)}",
        f"  introduction: {_quoted(introduction)}",
        "  thanks: Xin cảm ơn!",
        *_scale_lines(scale),
        "  sections:",
    ]
    ids = {id(draft): f"q{number}" for number, draft in enumerate(drafts, 1)}
    # read by `sipas read --serial-from area`
    stamped = next((d for d in drafts if d.kind == "writing" and NUMBERED.match(d.text.strip())), None)
    if stamped is not None:
        ids[id(stamped)] = "serial"
    codes: set[str] = set()
    for section in _sections(drafts, scale):
        lines += _section_lines(section, scale, numbers, ids, codes)
    alone = [draft for draft in drafts if not _is_asked(draft)]
    for draft in alone:
        shown = ", ".join(str(numbers[place]) for place in draft.places)
        lines.append(
            f"  {CHECK} box {shown} ('{_one_line(draft.text or ' '.join(draft.labels))}') belongs to no question"
        )
    return "\n".join(lines) + "\n"


def count_checks(text: str) -> int:
    """How many places of a questionnaire still wait for a person."""
    return sum(CHECK in line for line in text.splitlines()[3:])


def _quoted(text: str) -> str:
    """A string that YAML reads back as it is."""
    return json.dumps(_one_line(text) or "?", ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _find_scale(drafts: list[Draft]) -> _Scale | None:
    """The head that most table rows share, if it rates."""
    heads = Counter(tuple(d.labels) for d in drafts if d.grid and d.kind == "single" and all(d.labels))
    for labels, rows in heads.most_common():
        rates = sum(bool(RATING.search(label)) for label in labels) >= len(labels) / 3
        fits = LEAST_OPTIONS <= len(labels) <= MOST_OPTIONS and rows >= LEAST_ROWS
        if fits and rates and len(set(labels)) == len(labels):
            return _directed(labels)
    return None


def _directed(labels: tuple[str, ...]) -> _Scale:
    """The scale of these labels as the form has them, from its worst to its best."""
    rates = [
        0 if NO_OPINION.search(label) else -1 if BAD.search(label) else bool(GOOD.search(label)) for label in labels
    ]
    middle = (len(labels) - 1) / 2
    lean = sum((index - middle) * rate for index, rate in enumerate(rates))
    doubts = ["which end is the good one? 'satisfied' must name its codes"] if lean == 0 else []
    silent = [label for label in labels if NO_OPINION.search(label)]
    if silent:
        doubts.append(f"'{silent[0]}' is no step of a scale: make these rows questions with options of their own")
    return _Scale(labels[::-1] if lean < 0 else labels, lean < 0, "; ".join(doubts))


def _scale_lines(scale: _Scale | None) -> list[str]:
    labels = scale.labels if scale else DEFAULT_SCALE
    count = len(labels)
    satisfied = [count - 1, count] if count >= TOP_BOXES else [count]
    words = [re.sub(r"\s+\d+$", "", label) or label for label in labels]
    note = [] if scale else ["  # no satisfaction table was found; this scale is the standard one and is not used"]
    rows = [f"      - {{ code: {i}, label: {_quoted(label)} }}" for i, label in enumerate(words, 1)]
    if scale and scale.doubt:
        note.append(f"  {CHECK} {scale.doubt}")
    return [*note, "  scale:", f"    satisfied: {satisfied}", "    options:", *rows]


@dataclass
class _Section:
    """Drafts that stand together; rated rows make factors."""

    title: str
    drafts: list[Draft]
    rated: bool


def _is_rated(draft: Draft, scale: _Scale | None) -> bool:
    if scale is None or not draft.grid or draft.kind != "single":
        return False
    return tuple(draft.labels) == (scale.labels[::-1] if scale.turned else scale.labels)


def _is_asked(draft: Draft) -> bool:
    """Whether it is a question: a single box is one beside a statement only."""
    return draft.kind != "single" or len(draft.places) > 1


def _sections(drafts: list[Draft], scale: _Scale | None) -> list[_Section]:
    sections: list[_Section] = []
    for draft in drafts:
        if not _is_asked(draft):
            continue
        rated = _is_rated(draft, scale)
        page = draft.places[0][0]
        same = sections and sections[-1].rated == rated and sections[-1].drafts[-1].places[0][0] == page
        if same:
            sections[-1].drafts.append(draft)
        else:
            title = f"Đánh giá, trang {page}" if rated else f"Câu hỏi, trang {page}"
            sections.append(_Section(title, [draft], rated))
    return sections


def _section_lines(
    section: _Section,
    scale: _Scale | None,
    numbers: dict[tuple[int, int], int],
    ids: dict[int, str],
    codes: set[str],
) -> list[str]:
    """The YAML of a section; `codes` are those of the factors so far, and grow."""
    lines = [f"    - title: {_quoted(section.title)}"]
    if not section.rated:
        lines.append("      questions:")
        for draft in section.drafts:
            lines += _question_lines(draft, numbers, ids[id(draft)])
        return lines
    lines.append("      factors:")
    page = section.drafts[0].places[0][0]
    last: str | None = None
    for draft in section.drafts:
        if draft.heading != last:
            last = draft.heading
            match = FACTOR.match(last)
            own = match[1] if match and len(section.drafts) > 1 else ""
            code = own if own and own not in codes else _free_code(page, codes)
            codes.add(code)
            title = match[2] if match else last or section.title
            lines += [f"        - code: {code}", f"          title: {_quoted(title)}", "          criteria:"]
        places = draft.places[::-1] if scale and scale.turned else draft.places
        lines += _doubt_lines(draft, 12)
        boxes = [numbers[place] for place in places]
        lines.append(f"            - {{ id: {ids[id(draft)]}, text: {_quoted(draft.text)}, boxes: {boxes} }}")
    return lines


def _free_code(page: int, codes: set[str]) -> str:
    """A code for a factor that the form doesn't number: its page and a letter, or two."""
    letters = string.ascii_uppercase
    names = (f"P{page}{name}" for name in (*letters, *(a + b for a in letters for b in letters)))
    return next(name for name in names if name not in codes)


def _question_lines(draft: Draft, numbers: dict[tuple[int, int], int], name: str) -> list[str]:
    boxes = [numbers[place] for place in draft.places]
    lines = [*_doubt_lines(draft, 8), f"        - id: {name}"]
    if draft.kind != "single":
        lines.append(f"          kind: {draft.kind}")
    if draft.most and draft.most <= len(boxes):
        lines.append(f"          max_answers: {draft.most}")
    lines.append(f"          text: {_quoted(draft.text)}")
    lines.append(f"          boxes: {boxes}")
    if draft.kind != "writing":
        lines.append("          options:")
        codes = _codes(draft.labels)
        lines += [
            f"            - {{ code: {code}, label: {_quoted(label)} }}"
            for code, label in zip(codes, draft.labels, strict=True)
        ]
    return lines


def _doubt_lines(draft: Draft, indent: int) -> list[str]:
    return [f"{' ' * indent}{CHECK} {doubt}" for doubt in draft.doubts]


def _codes(labels: list[str]) -> list[str]:
    """The signs printed in the boxes where all have one of their own, else numbers."""
    if all(CODE.match(label) and len(label) <= 3 for label in labels) and len(set(labels)) == len(labels):
        return [json.dumps(label) for label in labels]
    return [str(number) for number in range(1, len(labels) + 1)]
