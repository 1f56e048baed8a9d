"""Results as tables for other tools: `output/tally/*.csv`, and `sipas export indices`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from sipas_forms.errors import ReportError, unwritable
from sipas_forms.tally.results import DECIMALS, Coverage, Estimate, QuestionTally, Results

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
    "se",
    "deff",
)
STATES = ("valid", "blank", "invalid", "doubtful", "missing", "not_asked")
COUNT_COLUMNS = ("unit", "field", "question", "option", "count", "share", *STATES, "small", "nonresponse")
GROUP = ("group", "answer")
COVERAGE_COLUMNS = tuple(Coverage.__dataclass_fields__)
COMPARISON_COLUMNS = (
    *("kind", "unit", "field", "level", "code", "other_unit", "other_field", "other_code", "index", "other_index"),
    *("difference", "low", "high", "p", "adjusted", "different"),
)
PRIORITY_COLUMNS = ("code", "importance", "index", "quadrant")


def indices_frame(results: Results) -> pd.DataFrame:
    """One row per unit, field and index; indices in percent, NaN where an index does not exist or is not shown."""
    return _estimates(results.estimates, INDEX_COLUMNS)


def groups_frame(results: Results) -> pd.DataFrame:
    """The same for groups of respondents: `group` is the question, `answer` the code of the answer."""
    return _estimates(results.groups, (*GROUP, *INDEX_COLUMNS))


def _estimates(estimates: Iterable[Estimate], columns: Sequence[str]) -> pd.DataFrame:
    rows = [[getattr(e, name) for name in columns] for e in estimates]
    return _frame(rows, columns, ("index", "low", "high", "mean", "se", "deff"))


def counts_frame(results: Results) -> pd.DataFrame:
    """One row per unit, field, question and option; `share` of the valid answers in percent; `small` is 1 where the
    count is too small to publish. Counts that are not shown are NaN."""
    return _counts(results.tallies, COUNT_COLUMNS)


def group_counts_frame(results: Results) -> pd.DataFrame:
    """The same for groups of respondents."""
    return _counts(results.group_tallies, (*GROUP, *COUNT_COLUMNS))


def _counts(tallies: Iterable[QuestionTally], columns: Sequence[str]) -> pd.DataFrame:
    names = [name for name in columns if name not in ("option", "count", "share", "small")]
    rows = []
    for tally in tallies:
        held = {name: getattr(tally, name) for name in names}
        for o in tally.options:
            own = {**held, "option": o.code, "count": o.count, "share": o.share, "small": int(o.small)}
            rows.append([own[name] for name in columns])
    frame = _frame(rows, columns, ("share", "nonresponse"))
    return frame.astype({"count": "Int64"})


def coverage_frame(results: Results) -> pd.DataFrame:
    """One row per unit and field: what became of the forms."""
    rows = [[getattr(c, name) for name in COVERAGE_COLUMNS] for c in results.coverage]
    frame = _frame(rows, COVERAGE_COLUMNS, ("rr1", "rr2", "rr5", "refusal", "blank_items", "person_share"))
    return frame.astype({"eligible": "Int64", "reserve": "Int64"})


def comparisons_frame(results: Results) -> pd.DataFrame:
    """One row per comparison; `p` and `adjusted` (Holm) are probabilities, `different` is 1 or 0."""
    rows: list[list[object]] = []
    for c in results.comparisons:
        a, b = c.first, c.second
        names = (c.kind, a.unit, a.field, a.level, a.code, b.unit, b.field, b.code)
        rows.append([*names, a.index, b.index, c.difference, c.low, c.high, c.p, c.adjusted, int(c.different)])
    return _frame(rows, COMPARISON_COLUMNS, COMPARISON_COLUMNS[8:15])


def priorities_frame(results: Results) -> pd.DataFrame:
    """One row per criterion: its importance, its index, and where that puts it."""
    rows: list[list[object]] = [[p.code, p.importance, p.index, p.quadrant] for p in results.priorities]
    return _frame(rows, PRIORITY_COLUMNS, ("importance", "index"))


def _frame(rows: list[list[object]], columns: Sequence[str], floats: Iterable[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(dict.fromkeys(floats, "float64"))


def write_csv(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame with dot decimals, empty cells for what does not exist, and \\n line ends.

    Raises:
        ReportError: the file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False, float_format=f"%.{DECIMALS}f", lineterminator="\n", encoding="utf-8")
    except OSError as error:
        raise ReportError(unwritable(path, error)) from error
    return path


TABLES = {
    "counts": counts_frame,
    "indices": indices_frame,
    "groups": groups_frame,
    "group_counts": group_counts_frame,
    "coverage": coverage_frame,
    "comparisons": comparisons_frame,
    "priorities": priorities_frame,
}


def write_tally(results: Results, folder: Path) -> list[Path]:
    """Write every table as a CSV file into `folder`; returns their paths. ReportError if it can't."""
    return [write_csv(frame(results), folder / f"{name}.csv") for name, frame in TABLES.items()]
