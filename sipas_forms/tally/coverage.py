"""What became of the forms: response rates by AAPOR's Standard Definitions, reserve, item non-response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.sample.dispositions import read_reason
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, State
from sipas_forms.tally.domains import Domain
from sipas_forms.tally.results import Coverage, percentage

# AAPOR Standard Definitions: at least 80% of the crucial questions answered is a complete, 50% a partial.
COMPLETE_SHARE = 0.8
PARTIAL_SHARE = 0.5

# What a reason for a replacement counts as here; anything else is another reason. Only the refusal rate hangs on it: a
# replaced person stays in the denominator of every response rate, but for those who were not eligible after all.
CLASSES = {"refused": "refused", "unreachable": "not_reached", "moved": "not_reached"}

Counts = NDArray[np.int64]


def reason_class(reason: str) -> str:
    """`refused`, `not_reached` or `other_reason`."""
    return CLASSES.get(read_reason(reason).code, "other_reason")


def coverage(
    survey: Survey,
    questionnaire: Questionnaire,
    coded: CodedAnswers,
    strata: Mapping[tuple[str, str], Stratum],
    domains: Sequence[Domain],
) -> Iterator[Coverage]:
    """What became of each domain's forms."""
    known = [strata.get((unit.code, field.code), Stratum()) for unit, field in survey.cells()]
    facts = {**_counted(questionnaire, coded, len(known)), **_recorded(known)}
    for domain in domains:
        own = list(domain.cells)
        sums = {name: int(values[own].sum()) for name, values in facts.items()}
        yield _coverage(domain, sums, [known[i] for i in own])


def _counted(questionnaire: Questionnaire, coded: CodedAnswers, cells: int) -> dict[str, Counts]:
    """Per cell, from the answers."""
    columns = [coded.column(c.id) for c in questionnaire.criteria] or list(range(len(coded.questions)))
    criteria = coded.state[:, columns]
    answered = (criteria == State.VALID).mean(axis=1) if columns else np.zeros(len(coded.cell))
    settled = (coded.state != State.MISSING) & (coded.state != State.DOUBTFUL)
    lost = (criteria == State.BLANK) | (criteria == State.INVALID)
    open_ = ((criteria == State.MISSING) | (criteria == State.DOUBTFUL)).any(axis=1)  # what may still be answered

    def per_cell(flags: NDArray[np.bool_]) -> Counts:
        """Forms, or answers where the flags are of answers."""
        weights = flags.sum(axis=1) if flags.ndim == 2 else flags
        return np.bincount(coded.cell, weights=weights, minlength=cells).astype(np.int64)

    return {
        "issued": per_cell(np.ones(len(coded.cell), dtype=np.bool_)),
        "returned": per_cell(coded.in_hand),
        "not_whole": per_cell(coded.in_hand & (coded.state == State.MISSING).any(axis=1)),
        "complete": per_cell(answered >= COMPLETE_SHARE),
        "partial": per_cell((answered >= PARTIAL_SHARE) & (answered < COMPLETE_SHARE)),
        "broken_off": per_cell((answered < PARTIAL_SHARE) & coded.in_hand & ~open_),
        "doubtful": per_cell(coded.state == State.DOUBTFUL),
        "by_person": per_cell(settled & coded.person),
        "settled": per_cell(settled),
        "lost_items": per_cell(lost),
        "items": per_cell(lost | (criteria == State.VALID)),
    }


def _recorded(known: Sequence[Stratum]) -> dict[str, Counts]:
    """Per cell, from what the store knows of the forms."""
    classes = [[(reason_class(reason), n) for reason, n in s.reasons] for s in known]
    found = {
        name: np.array([sum(n for kind, n in own if kind == name) for own in classes], dtype=np.int64)
        for name in ("refused", "not_reached")
    }
    found["void"] = np.array([s.void for s in known], dtype=np.int64)
    found["reserve_used"] = np.array([s.reserve_used for s in known], dtype=np.int64)
    return found


def _coverage(domain: Domain, sums: dict[str, int], strata: Sequence[Stratum]) -> Coverage:
    frames, reserves = [s.eligible for s in strata], [s.reserve for s in strata]
    lost, items = sums.pop("lost_items"), sums.pop("items")
    cases = sums["issued"] + sums["void"]
    absent = sums["issued"] - sums["returned"]
    return Coverage(
        unit=domain.unit,
        field=domain.field,
        eligible=sum(f for f in frames if f is not None) if None not in frames else None,
        reserve=sum(r for r in reserves if r is not None) if None not in reserves else None,
        absent=absent,
        other_reason=sums["void"] - sums["refused"] - sums["not_reached"],
        rr1=percentage(sums["complete"], cases),
        rr2=percentage(sums["complete"] + sums["partial"], cases),
        rr5=percentage(sums["complete"], cases - absent),
        refusal=percentage(sums["refused"] + sums["broken_off"], cases),
        blank_items=percentage(lost, items),
        person_share=percentage(sums["by_person"], sums["settled"]),
        **sums,
    )
