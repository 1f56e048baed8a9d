"""Every form's answers for statistics programs: SPSS, CSV with a codebook, Parquet; labels in the report's language.

One row per form in hand, without serial, in the order of the answers, so that no row leads to a person. With strata,
frame sizes and design weights, so that every figure of the report can be worked out again. For the statistician,
not for publication.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sipas_forms.plan import Language, Question
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words, domain_names
from sipas_forms.tally import Results
from sipas_forms.tally.coding import State

# What stands where there is no valid answer; SPSS takes -5..-1 as missing.
MISSING = {
    State.BLANK: (-1, "blank"),
    State.INVALID: (-2, "invalid"),
    State.DOUBTFUL: (-3, "doubtful"),
    State.MISSING: (-4, "missing"),
    State.NOT_ASKED: (-5, "not_asked"),
}


@dataclass(frozen=True)
class Variable:
    """A column: its name, what it is, and what its codes mean."""

    name: str
    label: str
    values: dict[int, str]


@dataclass(frozen=True)
class Records:
    """The table and its variables, in the order of the columns."""

    table: pd.DataFrame
    variables: tuple[Variable, ...]


def records(results: Results, language: Language) -> Records:
    """The data of the forms in hand. `unit` and `field` are numbers from 1 in the plan's order, with their names."""
    coded, survey, words = results.coded, results.survey, Words(language)
    kept, cells = coded.in_hand, survey.cells()
    cell = coded.cell[kept]
    units = [u.code for u in survey.units]
    fields = list(dict.fromkeys(f.code for _, f in cells))
    frames = [results.covered(u.code, f.code).eligible for u, f in cells]
    forms = np.bincount(cell, minlength=len(cells))
    weights = [np.nan if n is None else max(n, k) / k if k else np.nan for n, k in zip(frames, forms, strict=True)]
    data: dict[str, NDArray[np.generic]] = {
        "unit": np.array([units.index(u.code) + 1 for u, _ in cells], dtype=np.int16)[cell],
        "field": np.array([fields.index(f.code) + 1 for _, f in cells], dtype=np.int16)[cell],
        "stratum": (cell + 1).astype(np.int32),
        "population": np.array([np.nan if n is None else n for n in frames], dtype=np.float64)[cell],
        "weight": np.array(weights, dtype=np.float64)[cell],
    }
    name_of = {f.code: domain_names(survey, u.code, f.code, language)[1] for u, f in cells}
    variables = [
        Variable("unit", words("unit"), {i: u.name.in_(language) for i, u in enumerate(survey.units, 1)}),
        Variable("field", words("field"), {i: name_of[code] for i, code in enumerate(fields, 1)}),
        Variable("stratum", words("stratum"), {i: f"{u.code}/{f.code}" for i, (u, f) in enumerate(cells, 1)}),
        Variable("population", words("population"), {}),
        Variable("weight", words("weight"), {}),
    ]
    missing = {code: words(key) for code, key in MISSING.values()}
    for i, question in enumerate(coded.questions):
        for variable, column in _columns(question, coded.state[kept, i], coded.ticked[kept, i], missing, words):
            variables.append(variable)
            data[variable.name] = column
    table = pd.DataFrame(data)
    order = np.lexsort([table[name].to_numpy() for name in reversed(table.columns)])
    return Records(table.iloc[order].reset_index(drop=True), tuple(variables))


def _columns(
    question: Question, state: NDArray[np.int8], ticked: NDArray[np.integer], missing: dict[int, str], words: Words
) -> list[tuple[Variable, NDArray[np.generic]]]:
    """One column of a single choice; of several choices one for each option, 0 or 1."""
    text = question.text.in_(words.language)
    absent = np.zeros(max(State) + 1, dtype=np.int32)
    for held, (code, _) in MISSING.items():
        absent[held] = code
    valid = state == State.VALID
    if question.kind == "multiple":
        yes = {0: words("not_ticked"), 1: words("ticked")} | missing
        found: list[tuple[Variable, NDArray[np.generic]]] = []
        for i, option in enumerate(question.options):
            bit = np.where(valid, (ticked >> i) & 1, absent[state]).astype(np.int32)
            label = f"{text}: {option.label.in_(words.language)}"
            found.append((Variable(f"{question.id}_{option.code}", label, yes), bit))
        return found
    codes = option_numbers(question)
    column = absent[state]
    for i, number in enumerate(codes):
        column[valid & (ticked == 1 << i)] = number
    labels = {n: o.label.in_(words.language) for n, o in zip(codes, question.options, strict=True)}
    return [(Variable(question.id, text, labels | missing), column)]


# Larger codes don't fit the 32 bits that a column has for an answer.
MAX_CODE = 999_999_999


def option_numbers(question: Question) -> list[int]:
    """The number of each option: its code where all codes are numbers of their own, else its place from 1."""
    codes = [option.code for option in question.options]
    numbers = [int(code) if code.isdigit() else -1 for code in codes]
    if len(set(numbers)) == len(codes) and all(0 <= number <= MAX_CODE for number in numbers):
        return numbers
    return list(range(1, len(codes) + 1))


def sav_file(results: Results, numbers: Numbers) -> bytes:
    """SPSS, with variable labels, value labels and missing values."""
    import pyreadstat

    found = records(results, numbers.language)
    answers = [v for v in found.variables if any(code < 0 for code in v.values)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(
            found.table,
            str(path),
            file_label=results.survey.code,
            column_labels={v.name: v.label[:250] for v in found.variables},
            variable_value_labels={
                v.name: {k: w[:120] for k, w in v.values.items()} for v in found.variables if v.values
            },
            missing_ranges={v.name: [{"lo": -5, "hi": -1}] for v in answers},
            variable_measure={v.name: "nominal" for v in found.variables if v.values},
        )
        return path.read_bytes()


def csv_file(results: Results, numbers: Numbers) -> bytes:
    """The same table as CSV, dots as decimals."""
    return records(results, numbers.language).table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def codebook_file(results: Results, numbers: Numbers) -> bytes:
    """What the columns and codes of the CSV file mean: variable, label, value, value label."""
    rows: list[tuple[str, str, int | str, str]] = []
    for variable in records(results, numbers.language).variables:
        values: Sequence[tuple[int | str, str]] = list(variable.values.items()) or [("", "")]
        rows += [(variable.name, variable.label, code, text) for code, text in values]
    frame = pd.DataFrame(rows, columns=["variable", "label", "value", "value_label"])
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")


def parquet_file(results: Results, numbers: Numbers) -> bytes:
    """The same table as Parquet; each column's metadata has its `label` and `values` (JSON)."""
    import pyarrow as pa
    from pyarrow import parquet

    found = records(results, numbers.language)
    table = pa.Table.from_pandas(found.table, preserve_index=False)
    fields = []
    for variable in found.variables:
        values = json.dumps({str(code): text for code, text in variable.values.items()}, ensure_ascii=False)
        field = table.schema.field(variable.name)
        fields.append(field.with_metadata({"label": variable.label, "values": values}))
    sink = pa.BufferOutputStream()
    parquet.write_table(table.cast(pa.schema(fields)), sink, compression="zstd")
    return bytes(sink.getvalue())
