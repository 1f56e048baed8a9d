"""Small figures: where the plan says so they are left out, with what they could be worked out from.

Counts of one question stand in sums that a reader can take: the options make up the valid answers (one choice), cells
make up their unit and their field, units the survey, the groups of respondents the whole. Where exactly one member of
such a sum is hidden, it is the difference of the others; so another one is hidden too, until no sum gives any away.
An index of a criterion is a sum of its counts, so it is hidden with them. This does not guard against somebody who sets
bounds with several sums at once; for that the ministry's statistics office has programs such as τ-ARGUS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.tally.results import ALL, Comparison, Estimate, OptionCount, QuestionTally, Results

Key = TypeVar("Key", bound=Hashable)
Place = tuple[str, str, str, str]  # unit, field, group, answer


def publish(results: Results) -> Results:
    """The results as the plan lets them out: unchanged, or without what could lead to a person."""
    settings = results.survey.publish
    if settings.small_cells == "mark":
        return results
    hidden = {q.id: _hidden_counts(results, q.id, q.kind == "single") for q in results.coded.questions}
    places = _hidden_places(results, settings.smallest)
    criteria = _hidden_criteria(results.questionnaire, hidden)

    def shown(e: Estimate) -> Estimate:
        place = (e.unit, e.field, e.group, e.answer)
        gone = place in places or (e.level == "criterion" and place in criteria[e.code])
        none = {"index": None, "low": None, "high": None, "mean": None, "se": None, "deff": None, "effective": None}
        return replace(e, **none, hidden=True) if gone else e  # type: ignore[arg-type]

    def counted(t: QuestionTally) -> QuestionTally:
        gone = {code for place, code in hidden[t.question] if place == _place(t)}
        options = (OptionCount(o.code, None, None, hidden=True) if o.code in gone else o for o in t.options)
        return replace(t, options=tuple(options))

    def kept(c: Comparison) -> bool:
        return not (shown(c.first).hidden or shown(c.second).hidden)

    whole_criteria = any((ALL, ALL, "", "") in places for places in criteria.values())
    return replace(
        results,
        estimates=tuple(map(shown, results.estimates)),
        groups=tuple(map(shown, results.groups)),
        tallies=tuple(map(counted, results.tallies)),
        group_tallies=tuple(map(counted, results.group_tallies)),
        comparisons=tuple(c for c in results.comparisons if kept(c)),
        priorities=() if whole_criteria else results.priorities,
    )


def _place(t: QuestionTally) -> Place:
    return t.unit, t.field, t.group, t.answer


def _hidden_counts(results: Results, question: str, one_choice: bool) -> set[tuple[Place, str]]:
    """(place, option) of the counts to hide."""
    tallies = [t for t in (*results.tallies, *results.group_tallies) if t.question == question]
    counts = {(_place(t), o.code): o.count or 0 for t in tallies for o in t.options}
    small = {(_place(t), o.code) for t in tallies for o in t.options if o.small}
    sums = [
        [(place, o.code) for place in places]
        for places in _place_sums(results.survey, results.questionnaire)
        for o in tallies[0].options
    ]
    if one_choice:
        sums += [[(_place(t), o.code) for o in t.options] for t in tallies]
    return _closed(small, counts, sums)


def _hidden_places(results: Results, smallest: int) -> set[Place]:
    """Domains and groups of which no index is shown: too few forms, and what would give those away."""
    overall = [e for e in (*results.estimates, *results.groups) if e.level == "sipas"]
    forms = {(e.unit, e.field, e.group, e.answer): e.forms for e in overall}
    small = {place for place, n in forms.items() if 0 < n < smallest}
    return _closed(small, forms, _place_sums(results.survey, results.questionnaire))


def _hidden_criteria(
    questionnaire: Questionnaire, counts: Mapping[str, set[tuple[Place, str]]]
) -> dict[str, set[Place]]:
    """By criterion, the places where its index is hidden: where a count is, and where the factor would tell it."""
    hidden = {c.id: {place for place, _ in counts[c.id]} for c in questionnaire.criteria}
    for factor in questionnaire.factors:
        own = [c.id for c in factor.criteria]
        gone: dict[Place, list[str]] = defaultdict(list)
        for name in own:
            for place in hidden[name]:
                gone[place].append(name)
        for place, names in gone.items():
            if len(names) == 1 and len(own) > 1:
                hidden[next(name for name in own if name not in names)].add(place)
    return hidden


def _place_sums(survey: Survey, questionnaire: Questionnaire) -> list[list[Place]]:
    """Places of which the first is the sum of the others."""
    fields = list(dict.fromkeys(field.code for _, field in survey.cells()))
    units = [unit.code for unit in survey.units]
    sums: list[list[Place]] = []
    for unit in survey.units:
        sums.append([(unit.code, ALL, "", ""), *((unit.code, f.code, "", "") for f in unit.fields)])
    for field in fields:
        owners = [u.code for u in survey.units if field in [f.code for f in u.fields]]
        sums.append([(ALL, field, "", ""), *((unit, field, "", "") for unit in owners)])
    groups = [(name, o.code) for name in questionnaire.groups for o in questionnaire.question(name).options]
    for group in [("", ""), *groups]:
        sums.append([(ALL, ALL, *group), *((unit, ALL, *group) for unit in units)])
        sums.append([(ALL, ALL, *group), *((ALL, field, *group) for field in fields)])
    for name in questionnaire.groups:
        answers = [o.code for o in questionnaire.question(name).options]
        for whole in [*((u, ALL) for u in units), *((ALL, f) for f in fields), (ALL, ALL)]:
            sums.append([(*whole, "", ""), *((*whole, name, answer) for answer in answers)])
    return sums


def _closed(small: set[Key], counts: Mapping[Key, int], sums: Sequence[Sequence[Key]]) -> set[Key]:
    """`small` and what else must be hidden so that no sum has exactly one hidden member.

    The smallest that is not zero goes first: it costs the reader least.
    """
    hidden = set(small)

    def order(key: Key) -> tuple[bool, int]:
        return counts[key] == 0, counts[key]

    again = True
    while again:
        again = False
        for members in sums:
            if sum(key in hidden for key in members) == 1 and len(members) > 1:
                hidden.add(min((key for key in members if key not in hidden), key=order))
                again = True
    return hidden
