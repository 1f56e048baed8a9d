"""The decision policy: from the scores of a page to accepted, blank or doubtful answers. Touches no pixels.

Everything that isn't plainly one of the known cases is doubtful and goes to a person with the reason.
`docs/policy.md` is this file as a table; `bench/accuracy` has the evidence for the thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sipas_forms.printing.layout import LayoutQuestion
from sipas_forms.scanning.guess import guess, margin, stands_out
from sipas_forms.scanning.marking import (
    Habit,
    Kind,
    habit_of,
    habits_of,
    is_black_out,
    is_displaced,
    is_foreign,
    is_ringed,
    is_tail,
    is_unlike,
    kind_of,
    may_be_added,
    of_pen,
    spills,
)
from sipas_forms.scanning.policy import POLICY, Policy
from sipas_forms.scanning.types import AreaScore, BoxScore, PageReading

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


def decide_page(
    reading: PageReading, questions: tuple[LayoutQuestion, ...], policy: Policy = POLICY
) -> tuple[Decision, ...]:
    """A decision for every question that has boxes or a writing area on the page."""
    by_question: dict[str, list[BoxScore]] = {}
    for box in reading.boxes:
        by_question.setdefault(box.question, []).append(box)
    strays = {area.question: area for area in reading.strays}
    wide = {area.question: area for area in reading.wide}
    writing = {area.question: area for area in reading.writing}
    habit = habit_of(list(by_question.values()), policy)
    habits = habits_of(by_question, habit, policy)
    decisions = []
    for question in questions:
        if question.question in by_question:
            own = habits[question.question]
            stray = strays.get(question.question, AreaScore(question.question))
            stray = replace(stray, blots=of_pen(stray, own, policy))
            decisions.append(_decide_boxes(question, by_question[question.question], stray, own, policy))
        elif question.question in writing:
            decisions.append(_decide_writing(writing[question.question], habit, policy))
    asked = [decision for decision in decisions if decision.question in by_question]
    bare, blurred = _is_bare(asked, policy), _is_blurred(reading.boxes, policy)
    doubted = []
    for decision in decisions:
        boxes, own, reason = by_question.get(decision.question, []), habits.get(decision.question, habit), None
        if boxes and blurred:
            decision, reason = replace(decision, answer=stands_out(boxes, policy)), "blurred_page"
        elif decision.status == "blank":
            row = wide.get(decision.question, AreaScore(decision.question)) if boxes else None
            reason = _blank_doubt(reading, boxes, row, bare, own, policy)
        elif decision.status == "accepted" and _has_tail(decision, boxes, own, policy):
            reason = "ink_outside"
        doubted.append(replace(decision, status="doubtful", reason=reason, confidence=0.25) if reason else decision)
    return tuple(doubted)


def _blank_doubt(
    reading: PageReading, boxes: list[BoxScore], row: AreaScore | None, bare: bool, habit: Habit, policy: Policy
) -> str | None:
    """Why a question that shows nothing may not be blank; `row` is the ink in the rest of its row, if it has boxes, and
    `bare` whether half of the page shows nothing."""
    if _may_hide(reading, boxes, policy):
        return "noisy_paper"
    if bare:
        return "bare_page"
    return "ink_outside" if row and _is_written_on(row, habit, policy) else None


def _is_bare(decisions: list[Decision], policy: Policy) -> bool:
    """Whether so many of a page's questions are blank, or show less than a mark, that its ink may be lost."""
    lost = sum(decision.status == "blank" or decision.reason in ("small_mark", "faint_mark") for decision in decisions)
    return lost >= max(policy.bare_least, policy.bare_share * len(decisions))


def _is_blurred(boxes: tuple[BoxScore, ...], policy: Policy) -> bool:
    """Whether nearly every box of a page is inked, as frames are that are out of focus and run into their boxes."""
    inked = sum(kind_of(box, policy) not in ("empty", "crossed", "unseen", "printed") for box in boxes)
    return len(boxes) >= policy.blurred_least and inked >= policy.blurred_share * len(boxes)


def _is_written_on(row: AreaScore, habit: Habit, policy: Policy) -> bool:
    """Whether a person has left ink among the words of a question or in the margin beside it."""
    pen = [blot for blot in of_pen(row, habit, policy) if blot.weight <= policy.wide_most]
    return sum(blot.ink for blot in pen if blot.reach >= policy.wide_long) > policy.wide_blank


def _has_tail(decision: Decision, boxes: list[BoxScore], habit: Habit, policy: Policy) -> bool:
    """Whether a mark that counts may be the end of a stroke that belongs to a mark of another question."""
    marked = [box for box in boxes if box.option in decision.answer.split(";")]
    return any(is_tail(box, decision.reason == "corrected", habit, policy) for box in marked)


def _may_hide(reading: PageReading, boxes: list[BoxScore], policy: Policy) -> bool:
    """Whether the paper's noise may hide a faint line in these boxes, in which lines too pale to be ink were looked
    for; or in a writing area."""
    if not boxes:
        return reading.area_noise > policy.area_noise
    if reading.noise <= policy.most_noise:
        return False
    return reading.noise > policy.noise_limit or max(box.pale for box in boxes) >= policy.pale_line


def _decide_boxes(
    question: LayoutQuestion, boxes: list[BoxScore], stray: AreaScore, habit: Habit, policy: Policy
) -> Decision:
    kinds = [kind_of(box, policy, 0.0 if habit.fills else habit.cover) for box in boxes]
    if "printed" in kinds:
        return _decide_printed(question, boxes, kinds, policy)
    among = kinds.count("mark") > 1 and question.max_answers > 1
    kinds = [
        "small" if kind == "mark" and is_unlike(box, habit, among, policy) and not is_ringed(box, policy) else kind
        for box, kind in zip(boxes, kinds, strict=True)
    ]
    if question.max_answers > 1:
        kinds = [
            "small" if kind == "dot" and may_be_added(box, habit, policy) else kind
            for box, kind in zip(boxes, kinds, strict=True)
        ]
    kinds = _with_displaced(question, boxes, kinds, stray, habit, policy)
    if question.max_answers == 1:  # where there may be several, a thin line may be one more, of another pen
        kinds = [
            "hair" if kind in ("dot", "small", "faint", "line") and is_foreign(box, habit, policy) else kind
            for box, kind in zip(boxes, kinds, strict=True)
        ]
    marked = [box for box, kind in zip(boxes, kinds, strict=True) if kind == "mark"]
    filled = [box for box, kind in zip(boxes, kinds, strict=True) if kind in ("full", "heavy")]
    full = [box for box, kind in zip(boxes, kinds, strict=True) if kind == "full"]
    reason = None
    if habit.fills and filled:
        if len(filled) == 1 and _takes_back_a_fill(question, filled[0], marked, stray, habit, policy):
            full = filled
        else:
            marked, reason = _filled_by_habit(boxes, filled, marked, stray, habit, policy)
            kinds, full = ["mark" if kind in ("full", "heavy") else kind for kind in kinds], []
    reason = reason or _doubt(kinds)
    if reason is None:
        reason = _count_doubt(question, boxes, marked, full, stray, habit, policy)
    if reason is None and full and not habit.fills and not _takes_back(question, full, habit, policy):
        reason = "black_out_or_fill"
    strokes = [box for box, kind in zip(boxes, kinds, strict=True) if kind in ("mark", "line") and box not in filled]
    if reason in (None, "line_through") and any(is_ringed(box, policy) for box in strokes):
        reason = "ink_outside"  # a large circle is straight beside its box
    if reason:
        return Decision(question.question, guess(question, boxes, marked), "doubtful", reason, 0.25)
    answer = ";".join(box.option for box in marked)
    if not marked:
        return Decision(question.question, "", "blank", "nothing_marked", margin(boxes, [], policy))
    reason = "corrected" if full else "filled" if habit.fills else "marked"
    return Decision(question.question, answer, "accepted", reason, margin(boxes, marked, policy))


def _decide_printed(question: LayoutQuestion, boxes: list[BoxScore], kinds: list[Kind], policy: Policy) -> Decision:
    """The form itself has filled a box: that is the answer, unless a person has marked another."""
    answer = ";".join(box.option for box, kind in zip(boxes, kinds, strict=True) if kind == "printed")
    if (
        all(kind in ("printed", "empty", "crossed") for kind in kinds)
        and kinds.count("printed") <= question.max_answers
    ):
        return Decision(question.question, answer, "accepted", "printed", margin(boxes, [], policy))
    return Decision(question.question, answer, "doubtful", "printed_and_marked", 0.25)


def _filled_by_habit(
    boxes: list[BoxScore],
    filled: list[BoxScore],
    marked: list[BoxScore],
    stray: AreaScore,
    habit: Habit,
    policy: Policy,
) -> tuple[list[BoxScore], str | None]:
    """What a person who fills boxes has filled, and why that is doubtful: who fills can't be told from one who takes a
    mark back, unless nothing else is marked."""
    hasty = [box for box in marked if box.ink >= policy.usual_fill * habit.ink]
    answers = [box for box in boxes if box in filled or box in hasty]
    if any(spills(box, stray, habit, policy) for box in answers):
        return answers, "lone_black_out"
    if any(box.peak < policy.fill_pale * habit.peak for box in answers):
        return answers, "faint_mark"
    return answers, "fill_and_mark" if len(hasty) < len(marked) else None


def _takes_back(question: LayoutQuestion, full: list[BoxScore], habit: Habit, policy: Policy) -> bool:
    """Whether blacked out boxes beside a mark are marks taken back: by a person who doesn't fill; where several may be
    marked, one box only, and blackened beyond its edges, by one who has filled none on the page."""
    if not habit.strokes or not all(is_black_out(box, habit, policy) for box in full):
        return False
    alone = len(full) == 1 and not habit.fills_some
    return question.max_answers == 1 or (alone and full[0].around > policy.fill_around)


def _takes_back_a_fill(
    question: LayoutQuestion,
    black: BoxScore,
    marked: list[BoxScore],
    stray: AreaScore,
    habit: Habit,
    policy: Policy,
) -> bool:
    """Whether a person who fills boxes has taken a mark back: one box is blackened beyond its edges, all round or twice
    over, and another one is plainly marked."""
    if question.max_answers > 1 or len(marked) != 1 or not spills(black, stray, habit, policy):
        return False
    plain = marked[0].around <= policy.fill_around and marked[0].peak >= policy.usual_peak * habit.peak
    beyond = black.ring >= policy.black_ring and black.around > policy.fill_around
    twice = black.ring >= policy.twice_ring and black.peak > policy.spill_peak * habit.peak
    return plain and (beyond or twice) and black.cover >= policy.black_cover


def _with_displaced(
    question: LayoutQuestion,
    boxes: list[BoxScore],
    kinds: list[Kind],
    stray: AreaScore,
    habit: Habit,
    policy: Policy,
) -> list[Kind]:
    """The kinds, with one mark of this person that lies partly outside its box counted as a mark: where there is room
    for it beside the plain ones, and no trace of ink at any other box. Two may be one between two boxes. Beside a
    plain one, what is a dot in its box is no mark for the ink around it, nor nothing."""
    own = [
        kind in ("empty", "dot", "small") and is_displaced(box, stray, habit, policy)
        for box, kind in zip(boxes, kinds, strict=True)
    ]
    plain = kinds.count("mark")
    if sum(own) != 1 or 1 + plain > question.max_answers:
        return kinds
    displaced = boxes[own.index(True)]
    inner = displaced.around < policy.displaced_outside * displaced.ink
    if plain and (inner or _is_beside(displaced, policy)):
        return kinds
    rest = [(box, kind) for box, kind, its in zip(boxes, kinds, own, strict=True) if not its and kind != "mark"]
    if not all(kind == "empty" and box.ink + box.around <= policy.clean for box, kind in rest):
        return kinds
    # a resting pen's dot beside the tail of a mark of the same question looks so, too
    told: Kind = "small" if plain and kinds[own.index(True)] == "dot" else "mark"
    return [told if its else kind for kind, its in zip(kinds, own, strict=True)]


def _is_beside(box: BoxScore, policy: Policy) -> bool:
    """Whether a mark that missed its box may as well be the tail of one in another box."""
    return box.off > policy.displaced_among or box.ink < policy.displaced_ink


def _doubt(kinds: list[Kind]) -> str | None:
    """The first box that is neither empty, marked nor blacked out makes the whole question doubtful; a dot, or a
    streak through an empty box, only where nothing is marked."""
    names: dict[Kind, str] = {
        "unseen": "box_not_seen",
        "line": "line_through",
        "heavy": "heavy_mark",
        "faint": "faint_mark",
        "small": "small_mark",
    }
    reason = next((reason for kind, reason in names.items() if kind in kinds), None)
    if reason is None and "mark" not in kinds:
        return "small_mark" if "dot" in kinds or "hair" in kinds else "line_through" if "crossed" in kinds else None
    return reason


def _count_doubt(
    question: LayoutQuestion,
    boxes: list[BoxScore],
    marked: list[BoxScore],
    full: list[BoxScore],
    stray: AreaScore,
    habit: Habit,
    policy: Policy,
) -> str | None:
    if not marked:
        if full:
            return "lone_black_out"
        if any(box.tint > policy.tint_blank for box in boxes):
            return "faint_mark"
        return None if _is_untouched(boxes, stray, habit, policy) else "ink_outside"
    if len(marked) > question.max_answers:
        return "two_marks" if question.max_answers == 1 else "too_many"
    if full and min(b.cover for b in full) - max(m.cover for m in marked) < policy.habit_cover:
        return "heavy_mark"
    among = question.max_answers > 1
    for box in boxes:
        beyond = box not in marked and box not in full and box.around - box.elsewhere > _most_near(box, among, policy)
        if beyond and (among or not is_foreign(box, habit, policy)):
            return "ink_outside"
        if box not in marked and box not in full and _is_on_frame(box, among, policy):
            return "ink_outside"
    if not stray.known:  # nobody has a blank of the form: other marks in the row may be answers the layout doesn't know
        return None
    if stray.ink > policy.stray_marked:
        return "ink_outside"
    others = [box for box in boxes if box not in marked and box not in full]
    return "ink_outside" if among and _may_be_added(others, stray, habit, policy) else None


def _is_on_frame(box: BoxScore, among: bool, policy: Policy) -> bool:
    """Whether there is ink on the frame of a box that isn't marked, of which one more mark might have been made."""
    if among:
        beyond = box.ink + box.around > policy.near_blank
        return box.rim > (policy.rim_added if beyond else policy.rim_blank)
    return box.rim > policy.rim_marked and box.facing <= policy.rim_faced


def _most_near(box: BoxScore, among: bool, policy: Policy) -> float:
    """How much ink (mm²) may lie beside a box where another one is marked."""
    if box.beside > policy.near_beside:  # a mark of another question reaches over
        return policy.near_crossing
    if among:
        return policy.near_added
    faced = box.ink <= policy.trace_ink and box.facing >= policy.faced_share * box.around
    return policy.near_faced if faced else policy.near_marked


def _is_untouched(boxes: list[BoxScore], stray: AreaScore, habit: Habit, policy: Policy) -> bool:
    """Whether a question without marks has no other ink either, of which a mark beside a box might have been made."""
    most_owned = min(policy.near_owned, policy.near_share * habit.ink) if habit.ink else policy.near_owned
    for box in boxes:
        owned = box.beside > policy.near_beside and box.ink <= policy.trace_ink
        if box.ink + box.around > max(policy.near_blank, most_owned if owned else 0.0) or box.rim > policy.rim_blank:
            return False
    traced = stray.over > policy.over_traced or max(box.ink + box.around for box in boxes) > policy.trace_ink
    if stray.ink > policy.stray_traced and traced:
        return False
    strokes = sum(blot.ink for blot in stray.blots if blot.reach >= policy.stray_long)
    return strokes <= policy.stray_blank and stray.ink <= policy.stray_specks and stray.over <= policy.over_blank


def _may_be_added(others: list[BoxScore], stray: AreaScore, habit: Habit, policy: Policy) -> bool:
    """Whether the ink away from the marked boxes may be one more mark, that missed its box."""
    least = policy.usual_peak * habit.peak
    over_edge = [box for box in others if box.ink > policy.trace_ink and box.around > policy.clean]
    if any(max(box.peak, box.outer_peak) >= least for box in over_edge):
        return True  # a stroke goes over the edge of another box
    rest = sorted((box.around for box in others if box.beside <= policy.empty_ink), reverse=True)
    outside = stray.ink + sum(rest[:1])
    long = policy.mark_reach < stray.reach <= policy.stray_longest
    return (outside > policy.stray_added and long) or stray.over > policy.over_added or sum(rest[:2]) > policy.near_two


def _decide_writing(area: AreaScore, habit: Habit, policy: Policy) -> Decision:
    strokes = [blot for blot in area.blots if blot.reach >= policy.writing_speck]
    pen = [blot for blot in of_pen(area, habit, policy) if blot in strokes]
    if len(strokes) - len(pen) > policy.writing_hairs:
        pen = strokes
    written = any(b.reach >= policy.writing_reach for b in pen) or sum(b.ink for b in pen) >= policy.writing_ink
    if written or not area.known:
        return Decision(area.question, "", "doubtful", "handwriting", 0.0)
    if area.seen < policy.area_seen:
        return Decision(area.question, "", "doubtful", "area_not_seen", 0.0)
    return Decision(area.question, "", "blank", "nothing_written", 1.0)
