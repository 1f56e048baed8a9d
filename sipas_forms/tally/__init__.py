"""Tally: answers in, one set of numbers out: counts, indices with intervals, comparisons, coverage, priorities."""

from sipas_forms.tally.compute import EarlierSurvey, compute_results
from sipas_forms.tally.files import comparisons_frame, counts_frame, indices_frame, write_csv, write_tally
from sipas_forms.tally.results import (
    ALL,
    SIPAS,
    Comment,
    Comparison,
    ComparisonKind,
    Coverage,
    Estimate,
    Group,
    Level,
    OptionCount,
    Priority,
    QuestionTally,
    Results,
    Variant,
)

__all__ = [
    "ALL",
    "SIPAS",
    "Comment",
    "Comparison",
    "ComparisonKind",
    "Coverage",
    "EarlierSurvey",
    "Estimate",
    "Group",
    "Level",
    "OptionCount",
    "Priority",
    "QuestionTally",
    "Results",
    "Variant",
    "comparisons_frame",
    "compute_results",
    "counts_frame",
    "indices_frame",
    "write_csv",
    "write_tally",
]
