"""What a box shows by its scores, and how one person marks: the words in which the policy decides."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_high
from typing import Literal

from sipas_forms.scanning.policy import POLICY, Policy
from sipas_forms.scanning.types import AreaScore, Blot, BoxScore

HAIRS = 2  # marks on a page that may be hairs

Kind = Literal[
    "empty", "dot", "small", "faint", "mark", "heavy", "full", "line", "crossed", "hair", "unseen", "printed"
]


@dataclass(frozen=True)
class Habit:
    """How this person marks, from the questions of the page in which one box alone was inked. Those from `cover` to
    `breadth` are those of the usual mark, the two last of their lightest and thinnest but for
    hairs; 0 where there are too few marks to tell."""

    fills: bool
    strokes: bool
    fills_some: bool
    cover: float
    ink: float
    reach: float
    peak: float
    around: float
    weight: float
    breadth: float
    least_weight: float
    least_breadth: float


def kind_of(box: BoxScore, policy: Policy = POLICY, usual_cover: float = 0.0) -> Kind:
    """What a box shows by its scores. `usual_cover` is how heavily this person marks."""
    if box.printed:
        return "printed"
    if box.astray > policy.most_astray:
        return "unseen"
    empty = box.reach <= policy.empty_reach and box.ink <= policy.empty_ink
    if box.streak > (policy.most_hidden if empty else policy.most_crossed):
        return "line"
    scribbles = usual_cover >= policy.scribbled_from
    heaviest = policy.scribbled_cover if scribbles else policy.mark_cover
    heaviest = max(heaviest, usual_cover + policy.habit_cover)
    if box.cover >= max(policy.full_cover, heaviest) and box.gap <= policy.full_gap:
        return "full" if box.around <= policy.full_around else "heavy"
    if box.seen < _least_seen(box, policy) and box.cover < policy.mark_cover:
        return "unseen"
    if empty:
        return "crossed" if box.streak else "empty"
    kind = _kind_of_ink(box, policy, heaviest, policy.scribbled_gap if scribbles else policy.mark_gap)
    return "line" if box.streak and kind != "mark" else kind


def _kind_of_ink(box: BoxScore, policy: Policy, heaviest: float, least_gap: float) -> Kind:
    """What ink in a box that is in its place and not filled shows."""
    through = policy.beside_through if box.streak else policy.line_through
    thinnest = policy.thin_through if box.cover < policy.thin_cover else through
    if box.through >= thinnest and box.angled < policy.line_angled:
        return "line"
    if box.cover > heaviest or box.gap < least_gap:
        return "heavy"
    alone = box.around <= policy.dot_around or box.off > policy.dot_off
    if box.reach <= policy.dot_reach and box.ink <= policy.dot_ink and alone:
        return "dot"
    if box.reach < policy.mark_reach or box.ink < policy.mark_ink:
        return "small"
    return "mark" if box.peak >= policy.mark_peak else "faint"


def _least_seen(box: BoxScore, policy: Policy) -> float:
    """How clearly a box's frame must be seen: less where the frames around it are in their places and it is empty, and
    where there is enough ink to hide it."""
    backed = box.backed >= policy.least_backed
    shown = box.backed >= policy.well_backed and box.partly >= policy.partly_seen
    shown |= box.backed >= policy.some_backed and box.partly >= policy.plainly_seen
    if (shown and box.ink > policy.empty_ink) or (box.cover >= policy.hidden_cover and backed):
        return 0.0
    if box.cover >= policy.seen_cover or (backed and box.ink <= policy.empty_ink):
        return policy.marked_seen
    return policy.backed_seen if box.backed >= policy.well_backed else policy.least_seen


def habit_of(questions: list[list[BoxScore]], policy: Policy) -> Habit:
    """How a person marks, by the boxes of a page, question by question."""
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
        return Habit(fills, strokes, bool(full), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    names = ("cover", "ink", "reach", "peak", "weight", "breadth")
    cover, ink, reach, peak, weight, breadth = (median_high(getattr(box, name) for box in lone) for name in names)
    # the neatest quarter: circles round some others would make the usual one spill over
    around = sorted(box.around for box in lone)[len(lone) // 4]
    # a hair may be one of the marks, or two
    lightest, thinnest = (sorted(getattr(box, name) for box in lone)[HAIRS] for name in ("weight", "breadth"))
    return Habit(fills, strokes, bool(full), cover, ink, reach, peak, around, weight, breadth, lightest, thinnest)


def habits_of(questions: dict[str, list[BoxScore]], habit: Habit, policy: Policy) -> dict[str, Habit]:
    """How a person marks each question: small boxes and the cells of tables apart, where there are marks enough in
    them, else as the page's `habit` has it. The empty boxes of a question show how much room there is for a mark."""
    cells = {name for name, boxes in questions.items() if max(box.gap for box in boxes) >= policy.cell_room}
    habits = dict.fromkeys(questions, habit)
    for part in (cells, questions.keys() - cells) if cells and cells != questions.keys() else ():
        own = habit_of([questions[name] for name in part], policy)
        if own.ink:
            habits |= dict.fromkeys(part, own)
    return habits


def is_unlike(box: BoxScore, habit: Habit, among: bool, policy: Policy) -> bool:
    """Whether it would be a mark of anybody, but not of this person; `among` others, it may have been added by dirt."""
    if _is_thin_cross(box, habit, policy):
        return False
    if box.peak > policy.other_peak * habit.peak > 0 and box.ink < policy.other_ink * habit.ink:
        return True
    if box.peak > policy.other_most * habit.peak > 0:
        return True
    if _is_hair(box, habit, policy) or _is_lone_line(box, habit, policy) or _is_stain(box, habit, policy):
        return True
    if habit.ink and box.ink + box.around > policy.unlike_more * habit.ink:
        return True
    if box.peak < policy.rubbed_peak * habit.peak:
        return True
    if habit.ink and box.off > policy.dot_off and not _is_of_usual_ink(box, habit, policy):
        return True
    pale = box.peak < policy.pale_peak or box.reach < policy.pale_reach * habit.reach
    if pale and box.breadth >= policy.ghost_breadth and box.peak < policy.least_peak * habit.peak:
        return True
    less = policy.unlike_ink * habit.ink
    if among and box.ink < less and box.peak < policy.added_peak * habit.peak:
        return True
    if among and (box.reach < policy.unlike_among * habit.reach or box.off > policy.displaced_among):
        return True
    least = min(less, policy.unlike_most)
    if box.ink >= least or box.reach >= policy.unlike_reach * habit.reach:
        return False
    return not (box.off <= policy.dot_off and _is_of_usual_ink(box, habit, policy))


def is_tail(box: BoxScore, corrects: bool, habit: Habit, policy: Policy) -> bool:
    """Whether a mark may be the end of a stroke that belongs to a mark of another question: a lone stroke or a short
    one, off its box and no more than this person's marks, that leaves its box to one side and hangs together with more
    ink in that one's box. By a person who fills boxes, any stroke that hangs together with ink there; and where they
    seem to take a fill back for it (`corrects`), any lone stroke, and any towards an inked box. In a table's cell, what
    is mostly of strokes whose middle lies beyond it."""
    if box.elsewhere > policy.tail_elsewhere * box.ink > 0:
        return True
    if habit.fills:
        end = corrects and (box.beside >= policy.tail_beside or box.slender < policy.tail_slender)
        return box.ink < policy.tail_fill * habit.ink and (end or box.tied >= policy.tail_tied)
    if box.tied <= box.ink or box.off <= policy.tail_off or box.ring > policy.tail_ring:
        return False
    if box.ink >= policy.tail_ink * habit.ink > 0:
        return False
    short = box.reach < policy.tail_short * habit.reach
    return short or (box.slender < policy.tail_slender and (box.reach <= habit.reach or not habit.reach))


def may_be_added(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether what shows as a dot may be the end, or the pieces, of one more mark of this person."""
    return box.reach >= policy.dot_share * habit.reach or box.ink >= policy.dot_share * habit.ink


def _is_hair(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether the strokes in and around a box are as thin as hairs and fibres are, and as this person's are not; or
    nobody knows how those are. By somebody who fills boxes, two hairs across each other may have much ink."""
    if box.breadth >= policy.hair_breadth or (box.ink >= policy.hair_ink and not habit.fills):
        return False
    thinner = box.breadth < policy.hair_thinner * habit.least_breadth
    return thinner or not habit.weight or box.weight < policy.hair_share * habit.weight


def _is_lone_line(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether a box shows one line that is far lighter than the lightest of this person's strokes: a thick hair."""
    light = box.weight < policy.line_weight * habit.least_weight and box.peak < policy.line_peak * habit.peak
    return light and box.slender < policy.line_slender and not habit.fills


def _is_thin_cross(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether a box shows strokes in two directions, as crosses and ticks do, thinner than this person's: of a harder
    pencil. Few hairs turn so sharply within a box, and what shows through from the other side is broader."""
    thin = box.breadth < policy.thin_breadth * habit.breadth and box.reach >= policy.thin_reach
    within = box.off <= policy.thin_off and box.around <= policy.thin_around * box.ink
    return thin and within and box.angled >= policy.thin_angled


def is_foreign(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether what there is in and around a box is so slight that it is none of this person's marks: a hair."""
    if not is_stroke_known(habit, policy) or box.streak:
        return False
    slight = box.weight < policy.foreign_weight * habit.weight and box.breadth < policy.foreign_breadth
    return slight and box.angled < policy.foreign_angled


def is_stroke_known(habit: Habit, policy: Policy) -> bool:
    """Whether this person's marks show how heavy one stroke of their pen is: fills and scribbles don't."""
    return bool(habit.weight) and not habit.fills and habit.cover < policy.scribbled_from


def of_pen(area: AreaScore, habit: Habit, policy: Policy) -> tuple[Blot, ...]:
    """The blots of an area that may be of this person's pen: hairs are lighter, all along."""
    if habit.fills or not habit.weight:
        return area.blots
    least = policy.blot_weight * (habit.weight if is_stroke_known(habit, policy) else habit.least_weight)
    least = min(least, policy.blot_most)  # fills weigh more than any stroke
    return tuple(blot for blot in area.blots if blot.weight >= least or blot.reach < policy.blot_reach)


def _is_stain(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether the strokes in and around a box are as broad as this person's, or no fill where this person fills, and
    broader than a hard pencil's, and yet paler."""
    least = 0.0 if habit.fills else policy.stain_breadth * habit.breadth
    return (
        box.breadth > max(least, policy.ghost_breadth)
        and max(box.peak, box.outer_peak) < policy.stain_peak * habit.peak
    )


def _is_of_usual_ink(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """Whether what lies in and around a box is as much ink, and as dark, as this person's marks."""
    ink, peak = box.ink + box.around, max(box.peak, box.outer_peak)
    return (
        0 < policy.displaced_least * habit.ink <= ink <= policy.displaced_most * habit.ink
        and policy.usual_peak * habit.peak <= peak <= policy.other_peak * habit.peak
    )


def is_displaced(box: BoxScore, stray: AreaScore, habit: Habit, policy: Policy) -> bool:
    """Whether what a box shows, and what lies around it, are one of this person's marks that missed it in part, or went
    around it."""
    if box.facing > min(policy.near_owned, policy.displaced_facing * (box.ink + box.around)) or is_ringed(box, policy):
        return False
    if _is_hair(box, habit, policy) or _is_stain(box, habit, policy) or box.breadth < policy.displaced_breadth:
        return False
    if not _is_of_usual_ink(box, habit, policy):
        return False
    if stray.ink > max(policy.displaced_stray, policy.displaced_tail * (box.ink + box.around)):
        return False
    if box.ink >= policy.displaced_ink and box.reach >= policy.displaced_reach:
        return box.off <= policy.displaced_off
    if box.ink >= policy.displaced_end and box.facing <= policy.embracing_facing:
        return box.off <= policy.displaced_off and stray.known
    large = box.around >= policy.embracing_share * habit.ink
    most = policy.embracing_part * box.around if large else 0.0
    return stray.known and box.off <= policy.embracing_off and box.facing <= max(policy.embracing_facing, most)


def spills(box: BoxScore, stray: AreaScore, habit: Habit, policy: Policy) -> bool:
    """Whether a box is blackened more than this person's fills are: beyond its edges and all round, far, or twice over;
    or wholly, by one who only scribbles. A fill that merely lies a little off leaves its box to one side."""
    if box.cover >= policy.black_cover and box.cover - habit.cover >= policy.black_ringed:
        return True
    twice = box.peak > policy.spill_peak * habit.peak
    if twice and box.ring >= policy.spill_twice:
        return True
    usual = policy.fill_usual * habit.around
    if box.around <= max(policy.fill_around, usual):
        return False
    outside = box.around + (stray.ink if stray.known else 0.0)
    return twice or box.ring > policy.spill_ring or outside > max(policy.spill_around, usual)


def is_black_out(box: BoxScore, habit: Habit, policy: Policy) -> bool:
    """A box made black on purpose: nothing white left, and far heavier than this person's marks; where it is blackened
    all round beyond its edges, less of each will do."""
    if box.ring >= policy.black_ring and box.around > policy.fill_around:
        return box.cover - habit.cover >= policy.black_ringed
    heavy = box.cover >= policy.black_cover and box.gap <= policy.black_gap
    return heavy and box.cover - habit.cover >= policy.black_beyond


def is_ringed(box: BoxScore, policy: Policy) -> bool:
    """Whether a box has a circle round it: strokes of a mark that pass along its edges leave some of it elsewhere."""
    if box.circle <= policy.ring_share:
        return False
    large = box.circle > policy.ring_large and box.cover < policy.full_cover  # a fill spills over all round, too
    return large or box.circle >= policy.ring_part * box.ring
