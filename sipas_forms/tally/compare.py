"""Which figures differ beyond chance: units, fields, cells, factors, criteria, and against an earlier survey."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from sipas_forms.plan.survey import IndexMethod
from sipas_forms.tally.contrasts import Contrast, Scale
from sipas_forms.tally.estimate import Fit, Floats
from sipas_forms.tally.indices import FittedDomain
from sipas_forms.tally.interval import (
    HALVINGS,
    LEAST_POWER,
    MOST_POWER,
    Method,
    difference_interval,
    freedom_factor,
    holm,
    share_interval,
)
from sipas_forms.tally.results import ALL, Comparison, ComparisonKind, Estimate, rounded

# With more figures of a kind, their pairs (19,900 of 200) fill no table that anybody reads.
MOST_COMPARED = 200


@dataclass(frozen=True)
class Figure:
    """An index as published, with what its comparisons need."""

    estimate: Estimate
    weights: Floats
    fitted: Fit
    value: float
    variance: float
    base: float
    freedom: float
    reference: float


Pair = tuple[Figure, Figure]


def figures(
    method: IndexMethod, contrasts: Sequence[Contrast], fits: Sequence[FittedDomain], found: Sequence[Estimate]
) -> list[Figure]:
    """Every index that exists and is not hidden; `found` are the estimates of the same fits and contrasts, in order."""
    published = iter(found)
    result = []
    for one in fits:
        shares = one.shares(method, contrasts)
        for number, estimate in enumerate(islice(published, len(contrasts))):
            if shares is None or one.fitted is None or estimate.index is None:
                continue
            columns = (shares.value, shares.variance, shares.base, shares.freedom, shares.reference)
            own = (float(column[number]) for column in columns)
            result.append(Figure(estimate, shares.weights[number], one.fitted, *own))
    return result


def within(figures: Sequence[Figure], method: IndexMethod, scale: Scale) -> Iterator[Comparison]:
    """The figures of one survey against each other; every kind is a family of tests."""
    overall = [f for f in figures if f.estimate.level == "sipas"]
    kinds: list[tuple[ComparisonKind, list[Figure]]] = [
        ("unit", [f for f in overall if f.estimate.unit != ALL and f.estimate.field == ALL]),
        ("field", [f for f in overall if f.estimate.unit == ALL and f.estimate.field != ALL]),
        ("cell", [f for f in overall if ALL not in (f.estimate.unit, f.estimate.field)]),
        ("factor", [f for f in figures if _whole(f, "factor")]),
        ("criterion", [f for f in figures if _whole(f, "criterion")]),
    ]
    for kind, those in kinds:
        if 1 < len(those) <= MOST_COMPARED:
            yield from compare(kind, list(combinations(those, 2)), method, scale)


def _whole(figure: Figure, level: str) -> bool:
    e = figure.estimate
    return e.level == level and e.unit == ALL and e.field == ALL


def across(
    now: Sequence[Figure], before: Sequence[Figure], method: IndexMethod, scale: Scale, comparable: set[tuple[str, str]]
) -> list[Comparison]:
    """Each figure against the same one of an earlier survey: the overall index of every domain that both have, and
    the factors and criteria of the whole; `comparable` are (level, code) of indices that were asked alike."""
    known = {_key(f): f for f in before}
    pairs = [
        (f, known[_key(f)])
        for f in now
        if _key(f) in known
        and (f.estimate.level, f.estimate.code) in comparable
        and (f.estimate.level == "sipas" or _whole(f, f.estimate.level))
    ]
    return compare("earlier", pairs, method, scale)


def _key(figure: Figure) -> tuple[str, str, str, str]:
    e = figure.estimate
    return e.unit, e.field, e.level, e.code


def compare(kind: ComparisonKind, pairs: Sequence[Pair], method: IndexMethod, scale: Scale) -> list[Comparison]:
    """One family of tests: difference, interval, p, and p after Holm's correction."""
    if not pairs:
        return []
    alpha = 1 - method.confidence
    test = _Pairs(pairs, method.interval)
    low, high = test.interval(np.full(len(pairs), alpha))
    p = test.p()
    adjusted = holm(p)
    same = rounded(np.array([(a.estimate.index or 0.0) - (b.estimate.index or 0.0) for a, b in pairs]))
    columns = (same, scale.points(low), scale.points(high), p, adjusted, adjusted < alpha)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Comparison(kind, a.estimate, b.estimate, *row) for (a, b), row in zip(pairs, rows, strict=True)]


class _Pairs:
    """Both sides of every pair as arrays."""

    def __init__(self, pairs: Sequence[Pair], method: Method) -> None:
        self.method = method
        sides = list(zip(*pairs, strict=True))
        self.value = [np.array([f.value for f in side]) for side in sides]
        self.base = [np.array([f.base for f in side]) for side in sides]
        self.freedom = [np.array([f.freedom for f in side]) for side in sides]
        self.reference = [np.array([f.reference for f in side]) for side in sides]
        self.correlation = np.array([_correlation(a, b) for a, b in pairs])

    def interval(self, alpha: Floats) -> tuple[Floats, Floats]:
        """Of every difference, at its own `alpha`."""
        sides = []
        for i in (0, 1):
            effective = self.base[i] * freedom_factor(self.freedom[i], self.reference[i], alpha)
            sides.append((self.value[i], *share_interval(self.value[i], effective, alpha, self.method)))
        return difference_interval(sides[0], sides[1], self.correlation)

    def p(self) -> Floats:
        """The error probability at which a difference's interval just reaches zero; 1 where there is none."""
        none = self.value[0] == self.value[1]
        least, most = np.full(len(none), LEAST_POWER), np.full(len(none), MOST_POWER)
        for _ in range(HALVINGS):
            middle = (least + most) / 2
            low, high = self.interval(10.0**middle)
            apart = (low > 0) | (high < 0)
            least, most = np.where(apart, least, middle), np.where(apart, middle, most)
        return np.where(none | (most >= MOST_POWER), 1.0, 10.0**most)


def _correlation(a: Figure, b: Figure) -> float:
    """Of two indices of the same forms; figures of different forms are independent."""
    if a.fitted is not b.fitted:
        return 0.0
    scale = math.sqrt(a.variance * b.variance)
    return float(np.clip(a.weights @ a.fitted.covariance @ b.weights / scale, -1, 1)) if scale > 0 else 0.0
