"""Results as tables for other tools: `indices` and `counts`, as frames and as CSV files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sipas_forms.errors import ReportError
from sipas_forms.tally.results import DECIMALS, Results

INDEX_COLUMNS = (
    "unit",
    "field",
    "level",
    "code",
    "index",
    "low",
    "high",
    "mean",
    "valid",
    "blank",
    "invalid",
    "forms",
)
STATES = ("valid", "blank", "invalid", "doubtful", "missing", "not_asked")
COUNT_COLUMNS = ("unit", "field", "question", "option", "count", "share", *STATES)


def indices_frame(results: Results) -> pd.DataFrame:
    """One row per unit, field and index; indices in percent, NaN where an index does not exist."""
    rows = [[getattr(e, name) for name in INDEX_COLUMNS] for e in results.estimates]
    frame = pd.DataFrame(rows, columns=list(INDEX_COLUMNS))
    floats = ["index", "low", "high", "mean"]
    frame[floats] = frame[floats].astype("float64")
    return frame


def counts_frame(results: Results) -> pd.DataFrame:
    """One row per unit, field, question and option; `share` of the valid answers in percent."""
    rows = [
        (t.unit, t.field, t.question, o.code, o.count, o.share, *(getattr(t, name) for name in STATES))
        for t in results.tallies
        for o in t.options
    ]
    frame = pd.DataFrame(rows, columns=list(COUNT_COLUMNS))
    return frame.astype({"share": "float64"})


def write_csv(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame with dot decimals, empty cells for what does not exist, and \\n line ends.

    Raises:
        ReportError: the file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False, float_format=f"%.{DECIMALS}f", lineterminator="\n", encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"{path}: can't be written ({error.strerror}). Close the file elsewhere and try again."
        ) from error
    return path


def write_tally(results: Results, folder: Path) -> list[Path]:
    """Write `counts.csv` and `indices.csv` into `folder`; returns their paths. ReportError if it can't."""
    return [
        write_csv(counts_frame(results), folder / "counts.csv"),
        write_csv(indices_frame(results), folder / "indices.csv"),
    ]
