"""The curve of doubt against error: stored scores decided again by policies that doubt more, or less."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from bench.accuracy.people import KNOWN
from bench.accuracy.results import Results
from bench.accuracy.scores import ScoredPage, load_scores
from sipas_forms.scanning.decide import decide_page
from sipas_forms.scanning.policy import POLICY, Policy
from sipas_forms.simulate import AMBIGUOUS

SEEDS = 100  # of each profile: deciding their 4,000 pages eleven times takes two minutes
FACTORS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
# Which way a threshold goes when less is left to a person: what passes for nothing may be more, ...
UP = (
    *("empty_reach", "empty_ink", "dot_reach", "dot_ink", "dot_around", "clean", "fill_around", "full_gap"),
    *("full_around", "near_blank", "near_owned", "near_marked", "near_crossing", "near_added"),
    *("stray_blank", "stray_marked", "stray_added", "over_blank", "over_added", "spill_around"),
    *("displaced_off", "displaced_among", "displaced_stray", "displaced_most", "embracing_off"),
    *("stray_specks", "near_faced", "writing_reach", "writing_ink", "writing_speck"),
)
# ... and what passes for a mark less.
DOWN = (
    *("mark_reach", "mark_ink", "mark_peak", "mark_gap", "displaced_reach", "displaced_ink"),
    *("displaced_least", "least_seen", "backed_seen", "partly_seen", "habit_cover", "hair_breadth"),
)


def scaled(factor: float, policy: Policy = POLICY) -> Policy:
    """The policy with every distance and area moved by `factor`; above 1 it doubts less. Habits' shares stay."""
    values = {name: getattr(policy, name) * factor for name in UP}
    values |= {name: getattr(policy, name) / factor for name in DOWN}
    return dataclasses.replace(policy, **values)


def curve(results: Results) -> Iterator[str]:
    """A Markdown table per profile."""
    names = [name for name in KNOWN if results.scores(name)]
    if not names:
        return
    yield "### Doubt against error as the thresholds move"
    yield ""
    yield "A factor of 1 is the policy; 2 takes twice as much ink for nothing and half as much for a mark."
    yield ""
    yield "| profile | questions | " + " | ".join(f"× {factor:g}" for factor in FACTORS) + " |"
    yield "|---|---:|" + "---:|" * len(FACTORS)
    for name in names:
        pages = [page for path in results.scores(name)[:SEEDS] for page in load_scores(path)]
        cells = [decided_again(pages, scaled(factor)) for factor in FACTORS]
        yield (
            f"| {name} | {cells[0][0]:,} | "
            + " | ".join(f"{100 * d / max(n, 1):.2f}% / {m}" for n, d, m in cells)
            + " |"
        )
    yield ""
    yield "Each cell: questions (with boxes, not ambiguous) left to a person / silent misreads."


def decided_again(pages: list[ScoredPage], policy: Policy) -> tuple[int, int, int]:
    """(questions with boxes that are not ambiguous, doubtful ones, misread ones) under a policy."""
    count = doubtful = misread = 0
    for page in pages:
        decisions = {d.question: d for d in decide_page(page.reading, page.questions, policy)}
        for question, answer in zip(page.questions, page.answers, strict=True):
            if question.kind == "writing" or answer.marking in AMBIGUOUS:
                continue
            decision = decisions[answer.question]
            count += 1
            if decision.status == "doubtful":
                doubtful += 1
            elif set(filter(None, decision.answer.split(";"))) != set(answer.options):
                misread += 1
    return count, doubtful, misread
