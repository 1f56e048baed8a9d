"""The likeliest answer of a question that is doubtful, and how far an answer lies from the thresholds. Nothing is
decided by either."""

from __future__ import annotations

from sipas_forms.printing.layout import LayoutQuestion
from sipas_forms.scanning.policy import Policy
from sipas_forms.scanning.types import BoxScore


def guess(question: LayoutQuestion, boxes: list[BoxScore], marked: list[BoxScore]) -> str:
    """The likeliest answer of a doubtful question: what is plainly marked, else the box with the most ink in and
    around it."""
    if marked and len(marked) <= max(question.max_answers, 1):
        return ";".join(box.option for box in marked)
    if marked:
        return ";".join(box.option for box in marked) if question.max_answers > 1 else _most(marked)
    return _most(boxes)


def stands_out(boxes: list[BoxScore], policy: Policy) -> str:
    """The box with by far the most ink, if there is one."""
    first, second, *_ = [*sorted((box.ink for box in boxes), reverse=True), 0.0]
    return _most(boxes) if first >= policy.blurred_times * second else ""


def _most(boxes: list[BoxScore]) -> str:
    best = max(boxes, key=lambda box: box.ink + 0.5 * box.around)
    return best.option if best.ink + best.around > 0 else ""


def margin(boxes: list[BoxScore], marked: list[BoxScore], policy: Policy) -> float:
    """0.5 at a threshold, 1 at twice the threshold of a mark or at nothing at all in an empty box."""
    margins = [1.0]
    for box in boxes:
        if box in marked:
            ratios = (box.reach / policy.mark_reach, box.ink / policy.mark_ink, box.peak / policy.mark_peak)
            margins.append(min(1.0, min(ratios) - 1.0))
        elif box.cover < policy.full_cover:
            margins.append(1.0 - min(1.0, max(box.ink / policy.empty_ink, box.reach / policy.empty_reach)))
    return round(0.5 + 0.5 * max(0.0, min(margins)), 3)
