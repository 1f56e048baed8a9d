"""`scripts/bench tally`: how long and how much memory a million forms take, from the answers to every index."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from bench.memory import peak_mb
from sipas_forms.plan import Questionnaire, Survey, load_questionnaire, load_survey
from sipas_forms.plan.questionnaire import Criterion, Question

SECONDS, MEMORY_MB = 20.0, 2048.0  # issue 5
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
# Forms of one table; a table of 50,000 × 27 answers is what one process holds beside the coded forms.
TABLE = 50_000
BLANK, INVALID = 0.02, 0.005  # shares of answers


@click.command()
@click.option("--forms", default=1_000_000, show_default=True)
@click.option("--units", default=4, show_default=True, help="Units, of two fields each; Long Biên has 4.")
@click.option("--seed", default=2020, show_default=True)
@click.option("--child", type=click.Path(path_type=Path), hidden=True)
def main(forms: int, units: int, seed: int, child: Path | None) -> None:
    """Every count, index, interval and comparison of a made-up survey, its answers read from Parquet files."""
    if child:
        _tally(child, units)
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = sum(_write(Path(folder), number, units, seed, forms) for number in range(-(-forms // TABLE)))
        command = [sys.executable, "-m", "bench.tally", "--units", str(units), "--child", folder]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ)).stdout
    seconds, worked, memory, figures = out.split()
    held = float(seconds) <= SECONDS and float(memory) <= MEMORY_MB
    click.echo(f"{forms:,} forms, {rows:,} answers, {units} units × 2 fields; seed {seed}")
    click.echo(f"{float(seconds):.1f} s ({float(worked):.1f} s of processor time), {float(memory):,.0f} MB at most")
    click.echo(f"{int(figures):,} indices with intervals")
    click.echo(f"bounds {SECONDS:g} s and {MEMORY_MB:,.0f} MB: {'held' if held else 'MISSED'}")
    sys.exit(0 if held else 1)


def _plan(units: int) -> tuple[Survey, Questionnaire]:
    survey = load_survey(TEMPLATES / "long-bien-2020.yaml")
    ward = next(u for u in survey.units if len(u.fields) == 2)
    many = tuple(ward.model_copy(update={"code": f"U{number}"}) for number in range(units))
    return survey.model_copy(update={"units": many}), load_questionnaire(TEMPLATES / "sipas-2017.yaml")


def _write(folder: Path, number: int, units: int, seed: int, forms: int) -> int:
    """One table: the criteria and the questions that make groups; returns its rows."""
    survey, asked = _plan(units)
    rng = np.random.default_rng([seed, number])
    first, last = number * TABLE, min(forms, (number + 1) * TABLE)
    n, cells = last - first, survey.cells()
    cell = rng.integers(len(cells), size=n)
    mood = rng.normal(3.4, 0.8, n)
    questions: list[Question | Criterion] = [*(asked.question(name) for name in asked.groups), *asked.criteria]
    answers = [str(code) for code in range(10)]
    held = np.empty((n, len(questions)), dtype=np.int8)
    for i, question in enumerate(questions):
        if isinstance(question, Criterion):
            held[:, i] = np.clip(np.rint(mood + rng.normal(0, 0.9, n)), 1, 5)
        else:
            held[:, i] = rng.integers(1, len(question.options) + 1, n)
    drawn = rng.random(held.shape)
    blank = (drawn < BLANK).ravel()
    texts = np.where(blank, len(answers), np.where((drawn < BLANK + INVALID).ravel(), len(answers) + 1, held.ravel()))
    each = len(questions)
    table = pa.table(
        {
            "serial": _coded(np.repeat(np.arange(n), each), [f"S{i}" for i in range(first, last)]),
            "unit": _coded(np.repeat(cell, each), [unit.code for unit, _ in cells]),
            "field": _coded(np.repeat(cell, each), [field.code for _, field in cells]),
            "question": _coded(np.tile(np.arange(each), n), [q.id for q in questions]),
            "answer": _coded(texts, [*answers, "", "1;2"]),
            "status": _coded(blank, ["accepted", "blank"]),
            "source": _coded(np.zeros(n * each), ["machine"]),
        }
    )
    parquet.write_table(table, folder / f"{number:04d}.parquet", compression="zstd")
    return n * each


def _coded(codes: np.ndarray, names: list[str]) -> pa.DictionaryArray:
    """The distinct names once, so that it reads as a categorical column."""
    distinct = list(dict.fromkeys(names))
    place = np.array([distinct.index(name) for name in names]) if len(distinct) < len(names) else np.arange(len(names))
    return pa.DictionaryArray.from_arrays(pa.array(place[codes.astype(np.intp)], pa.int32()), pa.array(distinct))


def _tables(folder: Path) -> Iterator[pd.DataFrame]:
    """One table after the other; the next is read while the one before is coded."""
    paths = sorted(folder.glob("*.parquet"))
    with ThreadPoolExecutor(1) as reader:
        ahead = reader.submit(_table, paths[0])
        for following in [*paths[1:], None]:
            table = ahead.result()
            if following is not None:
                ahead = reader.submit(_table, following)
            yield table


def _table(path: Path) -> pd.DataFrame:
    table: pd.DataFrame = parquet.read_table(path).to_pandas()
    return table


def _tally(folder: Path, units: int) -> None:
    from sipas_forms.store.strata import Stratum
    from sipas_forms.tally import compute_results

    survey, asked = _plan(units)
    strata = {(u.code, f.code): Stratum(eligible=100_000) for u, f in survey.cells()}
    start, before = time.perf_counter(), time.process_time()
    results = compute_results(survey, asked, _tables(folder), strata)
    seconds, worked = time.perf_counter() - start, time.process_time() - before
    if results.outside or results.estimate().index is None:
        raise click.ClickException("The answers were not tallied: the figures mean nothing.")
    click.echo(f"{seconds:.3f} {worked:.3f} {peak_mb():.1f} {len(results.estimates) + len(results.groups)}")


if __name__ == "__main__":
    main(prog_name="scripts/bench tally")
