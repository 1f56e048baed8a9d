"""From answers to `Results`: the order of the tally's steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import CodedAnswers, code_answers
from sipas_forms.tally.compare import Figure, across, figures, within
from sipas_forms.tally.contrasts import contrasts_of, scale_of
from sipas_forms.tally.counts import StateCounts, question_tallies
from sipas_forms.tally.coverage import coverage
from sipas_forms.tally.domains import domains_of, group_domains
from sipas_forms.tally.indices import FittedDomain, estimates, fitted_domains, variants
from sipas_forms.tally.measure import measure, weighed
from sipas_forms.tally.priority import priorities
from sipas_forms.tally.publish import publish
from sipas_forms.tally.results import ALL, SIPAS, Estimate, Results

Answers = pd.DataFrame | Iterable[pd.DataFrame]
StrataByCell = Mapping[tuple[str, str], Stratum]


@dataclass(frozen=True)
class _Tallied:
    """What is worked out before anything is compared or published."""

    coded: CodedAnswers
    fits: list[FittedDomain]
    estimates: tuple[Estimate, ...]

    def figures(self, survey: Survey, questionnaire: Questionnaire) -> list[Figure]:
        contrasts = contrasts_of(questionnaire, survey.index)
        return figures(survey.index, contrasts, self.fits, self.estimates)


def compute_results(
    survey: Survey,
    questionnaire: Questionnaire,
    answers: Answers,
    strata: StrataByCell,
    earlier: EarlierSurvey | None = None,
) -> Results:
    """Count the answers and compute every index with its interval.

    Args:
        answers: one row per issued, not void form and question (`store.answers.answers_frame`); or several such
            tables, each with whole forms.
        strata: the cells by (unit, field); a cell that is absent has a frame of unknown size.
        earlier: another survey to compare with; its index is worked out by this survey's method.

    Raises:
        ReportError: the table lacks a column, or design weights need the frame size of a cell that has none.
    """
    coded = code_answers(survey, questionnaire, answers)
    counts = StateCounts(questionnaire, coded, len(survey.cells()))
    measured = measure(survey, questionnaire, coded)
    domains, groups = domains_of(survey), group_domains(survey, questionnaire)
    fits = fitted_domains(survey, measured, strata, domains)
    group_fits = fitted_domains(survey, measured, strata, groups)
    found = tuple(estimates(survey, questionnaire, coded, counts, fits))
    own = _Tallied(coded, fits, found).figures(survey, questionnaire)
    scale = scale_of(questionnaire, survey.index)
    whole = [e for e in found if e.unit == ALL and e.field == ALL and e.level == "criterion"]
    cells = weighed(survey, measured[None], strata, survey.index.weights)
    results = Results(
        survey=survey,
        questionnaire=questionnaire,
        estimates=found,
        tallies=tuple(question_tallies(counts, domains, survey.publish.smallest)),
        coverage=tuple(coverage(survey, questionnaire, coded, strata, domains)),
        groups=tuple(estimates(survey, questionnaire, coded, counts, group_fits)),
        group_tallies=tuple(question_tallies(counts, groups, survey.publish.smallest)),
        variants=tuple(variants(survey, questionnaire, measured[None], strata)),
        comparisons=tuple(within(own, survey.index, scale)),
        priorities=priorities(survey, questionnaire, coded, cells, whole),
        coded=coded,
        outside=coded.outside,
    )
    return publish(_with_earlier(results, own, earlier) if earlier else results)


@dataclass(frozen=True)
class EarlierSurvey:
    """An earlier survey as it lies in its own workspace."""

    survey: Survey
    questionnaire: Questionnaire
    answers: pd.DataFrame
    strata: StrataByCell


def _with_earlier(results: Results, own: list[Figure], earlier: EarlierSurvey) -> Results:
    """The results with comparisons against an earlier survey, read by this survey's method."""
    survey = earlier.survey.model_copy(update={"index": results.survey.index})
    asked = earlier.questionnaire
    coded = code_answers(survey, asked, earlier.answers)
    domains = domains_of(survey)
    fits = fitted_domains(survey, measure(survey, asked, coded), earlier.strata, domains)
    counts = StateCounts(asked, coded, len(survey.cells()))
    found = tuple(estimates(survey, asked, coded, counts, fits))
    before = _Tallied(coded, fits, found).figures(survey, asked)
    alike, otherwise = _asked_alike(results.questionnaire, asked)
    scale = scale_of(results.questionnaire, results.survey.index)
    comparisons = across(own, before, results.survey.index, scale, alike)
    return replace(
        results,
        comparisons=(*results.comparisons, *comparisons),
        earlier=f"{earlier.survey.title.in_(results.survey.language)} ({earlier.survey.code})",
        incomparable=tuple(otherwise),
    )


def _asked_alike(now: Questionnaire, before: Questionnaire) -> tuple[set[tuple[str, str]], list[str]]:
    """(level, code) of the indices that both ask in the same words on the same scale; and the codes of the others."""
    same_scale = [o.code for o in now.scale.options] == [o.code for o in before.scale.options]
    same_scale &= now.scale.satisfied == before.scale.satisfied
    old = {c.id: c.text.vi for c in before.criteria}
    criteria = {c.id for c in now.criteria if same_scale and old.get(c.id) == c.text.vi}
    members = {f.code: [c.id for c in f.criteria] for f in before.factors}
    own = {f.code: [c.id for c in f.criteria] for f in now.factors}
    factors = {code for code, ids in own.items() if members.get(code) == ids and criteria.issuperset(ids)}
    alike = {("criterion", name) for name in criteria} | {("factor", code) for code in factors}
    if set(own) == set(members) == factors:
        alike.add(("sipas", SIPAS))
    every = [("criterion", c.id) for c in now.criteria] + [("factor", f.code) for f in now.factors]
    return alike, [code for level, code in [*every, ("sipas", SIPAS)] if (level, code) not in alike]
