"""The decision policy: from the scores of a page to accepted, blank or doubtful answers. Touches no pixels.

Everything that isn't plainly one of the known cases is doubtful and goes to a person with the reason.
`docs/policy.md` is this file as a table; `bench/accuracy` has the evidence for the thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_high
from typing import Literal

from sipas_forms.printing.layout import LayoutQuestion
from sipas_forms.scanning.policy import POLICY, Policy
from sipas_forms.scanning.types import AreaScore, BoxScore, PageReading

Kind = Literal[
    "empty", "dot", "small", "displaced", "faint", "mark", "heavy", "full", "line", "crossed", "unseen", "printed"
]
Status = Literal["accepted", "blank", "doubtful"]


@dataclass(frozen=True)
class Decision:
    """What the machine makes of one question. `answer` is the best guess where it is doubtful; `reason` is the row of
    the policy table; `confidence` 0 to 1 is how far every score lies from its threshold (under 0.5: doubtful)."""

    question: str
    answer: str
    status: Status
    reason: str
    confidence: float


@dataclass(frozen=True)
class _Habit:
    """How this person marks, from the questions of the page in which one box alone was inked. The last five are
    those of the usual mark, 0 where there are too few marks to tell."""

    fills: bool
    strokes: bool
    cover: float
    ink: float
    reach: float
    peak: float
    around: float


def decide_page(
    reading: PageReading, questions: tuple[LayoutQuestion, ...], policy: Policy = POLICY
) -> tuple[Decision, ...]:
    """A decision for every question that has boxes or a writing area on the page."""
    by_question: dict[str, list[BoxScore]] = {}
    for box in reading.boxes:
        by_question.setdefault(box.question, []).append(box)
    strays = {area.question: area for area in reading.strays}
    writing = {area.question: area for area in reading.writing}
    habit = _habit(list(by_question.values()), policy)
    decisions = []
    for question in questions:
        if question.question in by_question:
            stray = strays.get(question.question, AreaScore(question.question, 0.0, 0.0))
            decisions.append(_decide_boxes(question, by_question[question.question], stray, habit, policy))
        elif question.question in writing:
            decisions.append(_decide_writing(writing[question.question], policy))
    return tuple(decisions)


def kind_of(box: BoxScore, policy: Policy = POLICY, usual_cover: float = 0.0) -> Kind:
    """What a box shows by its scores. `usual_cover` is how heavily this person marks."""
    if box.printed:
        return "printed"
    if box.astray > policy.most_astray:
        return "unseen"
    scribbles = usual_cover >= policy.scribbled_from
    heaviest = policy.scribbled_cover if scribbles else policy.mark_cover
    heaviest = max(heaviest, usual_cover + policy.habit_cover)
    if box.cover >= max(policy.full_cover, heaviest) and box.gap <= policy.full_gap:
        return "full" if box.around <= policy.full_around else "heavy"
    if box.seen < _least_seen(box, policy) and box.cover < policy.mark_cover:
        return "unseen"
    empty = box.reach <= policy.empty_reach and box.ink <= policy.empty_ink
    if box.streak:
        return "crossed" if empty and box.streak <= policy.most_hidden else "line"
    if empty:
        return "empty"
    if box.through >= (policy.thin_through if box.cover < policy.thin_cover else policy.line_through):
        return "line"
    if box.cover > heaviest or box.gap < (policy.scribbled_gap if scribbles else policy.mark_gap):
        return "heavy"
    alone = box.around <= policy.dot_around or box.off > policy.displaced_off
    if box.reach <= policy.dot_reach and box.ink <= policy.dot_ink and alone:
        return "dot"
    if box.reach < policy.mark_reach or box.ink < policy.mark_ink:
        own = box.reach >= policy.displaced_reach and box.ink >= policy.displaced_ink
        own = own and box.off <= policy.displaced_off and box.beside <= policy.near_owned
        return "displaced" if own and box.ink + box.around >= policy.displaced_total else "small"
    return "mark" if box.peak >= policy.mark_peak else "faint"


def _least_seen(box: BoxScore, policy: Policy) -> float:
    """How clearly a box's frame must be seen: less where the frames around it are in their places and it is empty, and
    where there is enough ink to hide it."""
    backed = box.backed >= policy.least_backed
    if box.cover >= policy.hidden_cover and backed:
        return 0.0
    if box.cover >= policy.seen_cover or (backed and box.ink <= policy.empty_ink):
        return policy.marked_seen
    return policy.least_seen


def _habit(questions: list[list[BoxScore]], policy: Policy) -> _Habit:
    lone: list[BoxScore] = []
    for boxes in questions:
        inked = [box for box in boxes if kind_of(box, policy) not in ("empty", "crossed")]
        if len(inked) == 1 and kind_of(inked[0], policy) in ("mark", "heavy", "full"):
            lone.append(inked[0])
    full = [box for box in lone if kind_of(box, policy) in ("full", "heavy")]
    fills = len(full) >= policy.habit_least and len(full) >= policy.habit_share * len(lone)
    black = sum(kind_of(box, policy) == "full" for box in lone)
    # one black box alone may be a mark taken back, more of them are this person's marks
    strokes = not fills and black <= 1 and len(lone) - len(full) >= policy.stroke_least
    if len(lone) < policy.habit_least:
        return _Habit(fills, strokes, 0.0, 0.0, 0.0, 0.0, 0.0)
    cover, ink, reach, peak = (
        median_high(getattr(box, name) for box in lone) for name in ("cover", "ink", "reach", "peak")
    )
    # the neatest quarter: circles round some others would make the usual one spill over
    around = sorted(box.around for box in lone)[len(lone) // 4]
    return _Habit(fills, strokes, cover, ink, reach, peak, around)


def _is_unlike(box: BoxScore, habit: _Habit, policy: Policy) -> bool:
    """Whether it would be a mark of anybody, but not of this person."""
    if box.peak > policy.other_peak * habit.peak > 0 and box.ink < policy.other_ink * habit.ink:
        return True
    if box.peak < policy.least_peak * habit.peak:
        return True
    least = min(policy.unlike_ink * habit.ink, policy.unlike_most)
    if box.ink >= least or box.reach >= policy.unlike_reach * habit.reach:
        return False
    return not (box.off <= policy.displaced_off and _is_of_usual_ink(box, habit, policy))


def _is_of_usual_ink(box: BoxScore, habit: _Habit, policy: Policy) -> bool:
    """Whether what lies in and around a box is as much ink, and as dark, as this person's marks."""
    ink = box.ink + box.around
    return (
        policy.displaced_least * habit.ink <= ink <= policy.displaced_most * habit.ink
        and policy.usual_peak * habit.peak <= box.peak <= policy.other_peak * habit.peak
    )


def _decide_boxes(
    question: LayoutQuestion, boxes: list[BoxScore], stray: AreaScore, habit: _Habit, policy: Policy
) -> Decision:
    kinds = [kind_of(box, policy, 0.0 if habit.fills else habit.cover) for box in boxes]
    if "printed" in kinds:
        return _decide_printed(question, boxes, kinds, policy)
    kinds = [
        "small"
        if (kind == "mark" and _is_unlike(box, habit, policy))
        or (kind == "displaced" and not _is_of_usual_ink(box, habit, policy))
        else kind
        for box, kind in zip(boxes, kinds, strict=True)
    ]
    marked = [box for box, kind in zip(boxes, kinds, strict=True) if kind == "mark"]
    filled = [box for box, kind in zip(boxes, kinds, strict=True) if kind in ("full", "heavy")]
    full = [box for box, kind in zip(boxes, kinds, strict=True) if kind == "full"]
    if habit.fills and filled:
        # who fills boxes can't be told from one who takes a mark back, unless nothing else is marked
        kinds = ["mark" if kind in ("full", "heavy") else kind for kind in kinds]
        reason = "fill_and_mark" if marked else None
        if any(box.around > max(policy.fill_around, policy.fill_usual * habit.around) for box in filled):
            reason = "lone_black_out"
        marked, full = filled, []
    else:
        reason = None
    # beside plain marks, one that misses its box may be dirt, or belong to another
    if not marked and 1 <= kinds.count("displaced") <= question.max_answers and _is_clean(boxes, kinds, policy):
        kinds = ["mark" if kind == "displaced" else kind for kind in kinds]
        marked = [box for box, kind in zip(boxes, kinds, strict=True) if kind == "mark"]
    reason = reason or _doubt(kinds)
    if reason is None:
        reason = _count_doubt(question, boxes, marked, full, stray, policy)
    if reason is None and full and not _takes_back(question, full, habit, policy):
        reason = "black_out_or_fill"
    if reason is None and any(_is_ringed(box, stray, policy) for box in marked if box not in filled):
        reason = "ink_outside"
    if reason:
        return Decision(question.question, _guess(question, boxes, marked), "doubtful", reason, 0.25)
    answer = ";".join(box.option for box in marked)
    if not marked:
        return Decision(question.question, "", "blank", "nothing_marked", _margin(boxes, [], policy))
    reason = "corrected" if full else "filled" if habit.fills else "marked"
    return Decision(question.question, answer, "accepted", reason, _margin(boxes, marked, policy))


def _decide_printed(question: LayoutQuestion, boxes: list[BoxScore], kinds: list[Kind], policy: Policy) -> Decision:
    """The form itself has filled a box: that is the answer, unless a person has marked another."""
    answer = ";".join(box.option for box, kind in zip(boxes, kinds, strict=True) if kind == "printed")
    if (
        all(kind in ("printed", "empty", "crossed") for kind in kinds)
        and kinds.count("printed") <= question.max_answers
    ):
        return Decision(question.question, answer, "accepted", "printed", _margin(boxes, [], policy))
    return Decision(question.question, answer, "doubtful", "printed_and_marked", 0.25)


def _takes_back(question: LayoutQuestion, full: list[BoxScore], habit: _Habit, policy: Policy) -> bool:
    """Whether blacked out boxes beside a mark are marks taken back: by a person who doesn't fill; where several may be
    marked, one box only, and blackened beyond its edges."""
    if not habit.strokes or not all(_is_black_out(box, habit, policy) for box in full):
        return False
    return question.max_answers == 1 or (len(full) == 1 and full[0].around > policy.fill_around)


def _is_ringed(box: BoxScore, stray: AreaScore, policy: Policy) -> bool:
    """Whether a marked box has a circle round it."""
    if box.ring > policy.ring_share and box.around > policy.ring_around:
        return True
    total = box.around + (stray.ink if stray.known else 0.0)
    return box.ring > policy.ring_partly and total > policy.ring_total


def _is_black_out(box: BoxScore, habit: _Habit, policy: Policy) -> bool:
    """A box made black on purpose: nothing white left, and far heavier than this person's marks."""
    heavy = box.cover >= policy.black_cover and box.gap <= policy.black_gap
    return heavy and box.cover - habit.cover >= policy.black_beyond


def _is_clean(boxes: list[BoxScore], kinds: list[Kind], policy: Policy) -> bool:
    """No trace of ink in or around any box but the marked and the displaced ones."""
    others = [(box, kind) for box, kind in zip(boxes, kinds, strict=True) if kind not in ("mark", "displaced")]
    return all(kind == "empty" and box.ink + box.around <= policy.clean for box, kind in others)


def _doubt(kinds: list[Kind]) -> str | None:
    """The first box that is neither empty, marked nor blacked out makes the whole question doubtful; a dot, or a
    streak through an empty box, only where nothing is marked."""
    names: dict[Kind, str] = {
        "unseen": "box_not_seen",
        "line": "line_through",
        "heavy": "heavy_mark",
        "faint": "faint_mark",
        "small": "small_mark",
        "displaced": "small_mark",
    }
    reason = next((reason for kind, reason in names.items() if kind in kinds), None)
    if reason is None and "mark" not in kinds:
        return "small_mark" if "dot" in kinds else "line_through" if "crossed" in kinds else None
    return reason


def _count_doubt(
    question: LayoutQuestion,
    boxes: list[BoxScore],
    marked: list[BoxScore],
    full: list[BoxScore],
    stray: AreaScore,
    policy: Policy,
) -> str | None:
    if not marked:
        if full:
            return "lone_black_out"
        for box in boxes:
            owned = box.beside > policy.empty_ink
            if box.around > (policy.near_owned if owned else policy.near_blank):
                return "ink_outside"
        return "ink_outside" if stray.ink > policy.stray_blank or stray.over > policy.over_blank else None
    if len(marked) > question.max_answers:
        return "two_marks" if question.max_answers == 1 else "too_many"
    if full and min(b.cover for b in full) - max(m.cover for m in marked) < policy.habit_cover:
        return "heavy_mark"
    among = question.max_answers > 1
    for box in boxes:
        owned = box.beside > policy.empty_ink
        least = policy.near_crossing if owned else policy.near_added if among else policy.near_marked
        if box not in marked and box not in full and box.around > least:
            return "ink_outside"
    if not stray.known:  # nobody has a blank of the form: other marks in the row may be answers the layout doesn't know
        return None
    if stray.ink > policy.stray_marked:
        return "ink_outside"
    others = [box for box in boxes if box not in marked and box not in full]
    return "ink_outside" if among and _may_be_added(others, stray, policy) else None


def _may_be_added(others: list[BoxScore], stray: AreaScore, policy: Policy) -> bool:
    """Whether the ink away from the marked boxes may be one more mark, that missed its box."""
    rest = [box.around for box in others if box.beside <= policy.empty_ink]
    outside = stray.ink + max(rest, default=0.0)
    long = policy.mark_reach < stray.reach <= policy.stray_longest
    return (outside > policy.stray_added and long) or stray.over > policy.over_blank


def _decide_writing(area: AreaScore, policy: Policy) -> Decision:
    if area.known and area.reach < policy.writing_reach and area.ink < policy.writing_ink:
        return Decision(area.question, "", "blank", "nothing_written", 1.0)
    return Decision(area.question, "", "doubtful", "handwriting", 0.0)


def _guess(question: LayoutQuestion, boxes: list[BoxScore], marked: list[BoxScore]) -> str:
    """The likeliest answer of a doubtful question: what is plainly marked, else the box with the most ink in and
    around it."""
    if marked and len(marked) <= max(question.max_answers, 1):
        return ";".join(box.option for box in marked)
    if marked:
        return ";".join(box.option for box in marked) if question.max_answers > 1 else _most(marked)
    return _most(boxes)


def _most(boxes: list[BoxScore]) -> str:
    best = max(boxes, key=lambda box: box.ink + 0.5 * box.around)
    return best.option if best.ink + best.around > 0 else ""


def _margin(boxes: list[BoxScore], marked: list[BoxScore], policy: Policy) -> float:
    """0.5 at a threshold, 1 at twice the threshold of a mark or at nothing at all in an empty box."""
    margins = [1.0]
    for box in boxes:
        if box in marked:
            ratios = (box.reach / policy.mark_reach, box.ink / policy.mark_ink, box.peak / policy.mark_peak)
            margins.append(min(1.0, min(ratios) - 1.0))
        elif box.cover < policy.full_cover:
            margins.append(1.0 - min(1.0, max(box.ink / policy.empty_ink, box.reach / policy.empty_reach)))
    return round(0.5 + 0.5 * max(0.0, min(margins)), 3)
