"""From answers to `Results`: the order of the tally's steps."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.store.strata import Stratum
from sipas_forms.tally.coding import code_answers
from sipas_forms.tally.counts import coverage, question_tallies, raw_answers
from sipas_forms.tally.domains import domains_of
from sipas_forms.tally.indices import estimates
from sipas_forms.tally.results import Results


def compute_results(
    survey: Survey,
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    strata: Mapping[tuple[str, str], Stratum],
) -> Results:
    """Count the answers and compute every index with its interval.

    Args:
        answers: one row per issued, not void form and question (`store.answers.answers_frame`).
        strata: the cells by (unit, field); a cell that is absent has a frame of unknown size.

    Raises:
        ReportError: the table lacks a column, or design weights need the frame size of a cell that has none.
    """
    coded = code_answers(survey, questionnaire, answers)
    domains = domains_of(survey)
    return Results(
        survey=survey,
        questionnaire=questionnaire,
        estimates=tuple(estimates(survey, questionnaire, coded, strata, domains)),
        tallies=tuple(question_tallies(coded, len(survey.cells()), domains)),
        coverage=tuple(coverage(survey, questionnaire, coded, strata, domains)),
        raw=raw_answers(survey, coded),
        outside=coded.outside,
    )
