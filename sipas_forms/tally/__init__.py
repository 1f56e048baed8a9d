"""Tally: answers in, one set of numbers out: counts, indices with intervals, coverage."""

from sipas_forms.tally.compute import compute_results
from sipas_forms.tally.files import counts_frame, indices_frame, write_csv, write_tally
from sipas_forms.tally.results import (
    ALL,
    SIPAS,
    Coverage,
    Estimate,
    Level,
    OptionCount,
    QuestionTally,
    Results,
)

__all__ = [
    "ALL",
    "SIPAS",
    "Coverage",
    "Estimate",
    "Level",
    "OptionCount",
    "QuestionTally",
    "Results",
    "compute_results",
    "counts_frame",
    "indices_frame",
    "write_csv",
    "write_tally",
]
