"""Indices and intervals: worked figures, edges, and coverage by simulation."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import made_up
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipas_forms.errors import ReportError
from sipas_forms.store.strata import Stratum
from sipas_forms.tally import Estimate, Results, compute_results, indices_frame, write_csv
from sipas_forms.tally.estimate import Moments, Shares, fit, index_shares, moments
from sipas_forms.tally.interval import share_interval

ASKED = made_up.questionnaire()


def tallied(answers: object, eligible: int | None = 200, **index: object) -> Results:
    survey = made_up.long_bien(**index)
    return compute_results(survey, ASKED, answers, made_up.strata(survey, eligible))  # type: ignore[arg-type]


def estimate(strata: list[Moments], contrast: np.ndarray, confidence: float) -> Shares | None:
    fitted = fit(strata)
    return index_shares(fitted, contrast[None], confidence) if fitted else None


def every(code: str) -> dict[str, str]:
    return {c.id: code for c in ASKED.criteria}


def test_a_criterion_is_the_share_of_valid_answers_in_the_top_boxes() -> None:
    forms = [{"A1": a} for a in ("5", "4", "3", "1", "", "4;5", "5?", "-")]
    e = tallied(made_up.one_cell([{**f, "A1": "?" if "?" in f["A1"] else f["A1"]} for f in forms])).estimate(
        "TT", "TP", "criterion", "A1"
    )
    assert (e.index, e.mean) == (50.0, 3.25)
    assert (e.valid, e.blank, e.invalid, e.doubtful, e.missing) == (4, 1, 1, 1, 1)


def test_a_factor_is_the_mean_of_criteria_and_sipas_of_factors_or_criteria() -> None:
    forms = [{"A1": "5", "A2": "1", "B5": "4"}, {"A1": "4", "A2": "5", "B5": "4"}]
    by_factor = tallied(made_up.one_cell(forms))
    assert by_factor.estimate("TT", "TP", "factor", "A").index == 75.0  # A1 100, A2 50
    assert by_factor.estimate("TT", "TP", "factor", "B").index == 100.0
    assert by_factor.estimate("TT", "TP").index == 87.5
    by_criterion = tallied(made_up.one_cell(forms), average="criteria")
    assert by_criterion.estimate("TT", "TP").index == pytest.approx(250 / 3, abs=1e-4)


def test_the_mean_method_gives_percent_of_the_top_score() -> None:
    e = tallied(made_up.one_cell([{"A1": "5"}, {"A1": "2"}]), criterion="mean").estimate("TT", "TP", "criterion", "A1")
    assert (e.index, e.mean) == (70.0, 3.5)
    assert e.low is not None and e.high is not None and 20 <= e.low < 70 < e.high <= 100


def test_design_weights_follow_the_frame_and_equal_weights_the_forms() -> None:
    answers = made_up.one_cell([every("5")] * 10)
    other = made_up.one_cell([every("1")] * 10, field="LDTBXH")
    both = made_up.pd.concat([answers, other])
    survey = made_up.long_bien(weights="design")
    strata = {("TT", "TP"): Stratum(eligible=300), ("TT", "LDTBXH"): Stratum(eligible=100)}
    assert compute_results(survey, ASKED, both, strata).estimate("TT").index == 75.0
    assert tallied(both).estimate("TT").index == 50.0
    with pytest.raises(ReportError, match="TT/LDTBXH"):
        compute_results(survey, ASKED, both, {("TT", "TP"): Stratum(eligible=300)})


def test_stratified_variance_equals_the_textbook() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, 2, (20, 1)).astype(float), rng.integers(0, 2, (12, 1)).astype(float)
    strata = [moments(y, np.ones_like(y, dtype=bool), n, n / len(y)) for y, n in ((a, 100.0), (b, 40.0))]
    share = estimate(strata, np.ones(1), 0.95)
    assert share is not None
    expected = (100 / 140) ** 2 * (1 - 20 / 100) * a.var(ddof=1) / 20
    expected += (40 / 140) ** 2 * (1 - 12 / 40) * b.var(ddof=1) / 12
    assert share.value == pytest.approx((100 * a.mean() + 40 * b.mean()) / 140)
    assert share.variance == pytest.approx(expected, rel=1e-12)


def test_linearised_variance_of_a_ratio_with_blanks_equals_the_direct_sum() -> None:
    rng = np.random.default_rng(6)
    y, v = rng.random((25, 3)), rng.random((25, 3)) > 0.2
    share = estimate([moments(y, v, 80.0, 1.0)], np.array([0.5, 0.25, 0.25]), 0.95)
    assert share is not None
    p = (y * v).sum(axis=0) / v.sum(axis=0)
    z = (np.array([0.5, 0.25, 0.25]) * v * (y - p) / v.sum(axis=0)).sum(axis=1)
    assert share.variance == pytest.approx((1 - 25 / 80) * 25 / 24 * ((z - z.mean()) ** 2).sum(), rel=1e-10)


def test_wilson_equals_published_figures() -> None:
    # Newcombe 1998 (Statistics in Medicine 17: 857–872), table I, method 3.
    for x, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert share_interval(x / n, n, 0.05, "wilson") == pytest.approx((low, high), abs=5e-5)


def test_all_satisfied_still_has_an_interval_and_a_census_has_none() -> None:
    answers = made_up.one_cell([every("5")] * 30)
    e = tallied(answers).estimate("TT", "TP")
    assert e.index == e.high == 100.0 and e.low is not None and 88 < e.low < 92
    census = tallied(answers, eligible=30).estimate("TT", "TP")
    assert (census.low, census.index, census.high) == (100.0, 100.0, 100.0)


def test_one_form_has_a_wide_interval_and_none_has_no_figure() -> None:
    e = tallied(made_up.one_cell([every("5")])).estimate("TT", "TP")
    assert e.index == 100.0 and e.low is not None and e.low < 25
    for answers in (made_up.frame([]), made_up.one_cell([{}] * 30)):
        for none in tallied(answers).estimates:
            assert (none.index, none.low, none.high, none.mean, none.effective) == (None,) * 5


scores = st.lists(
    st.lists(st.sampled_from(["1", "2", "3", "4", "5", "", "-", "?", "1;2"]), min_size=22, max_size=22),
    max_size=8,
)


@settings(max_examples=20, deadline=None)
@given(
    scores,
    st.sampled_from(["satisfied", "mean"]),
    st.sampled_from(["equal", "design"]),
    st.sampled_from([8, 9, 500]),
)
def test_no_answers_make_a_figure_that_is_not_a_number(
    forms: list[list[str]], criterion: str, weights: str, eligible: int
) -> None:
    names = [c.id for c in ASKED.criteria]
    answers = made_up.one_cell([dict(zip(names, form, strict=True)) for form in forms])
    survey = made_up.long_bien(criterion=criterion, weights=weights)
    survey = survey.model_copy(update={"units": (survey.unit("TT"),)})
    for e in compute_results(survey, ASKED, answers, made_up.strata(survey, eligible)).estimates:
        figures = (e.index, e.low, e.high, e.mean)
        if None in figures:
            assert figures == (None,) * 4 and e.valid == 0
            continue
        assert all(math.isfinite(f) for f in figures if f is not None)
        _in_order(e)


def _in_order(e: Estimate) -> None:
    assert e.low is not None and e.index is not None and e.high is not None
    assert 0 <= e.low <= e.index <= e.high <= 100


@pytest.mark.parametrize(("satisfied", "alike"), [(0.6, 0.0), (0.85, 0.0), (0.85, 1.0)])
def test_intervals_cover_the_truth_about_as_often_as_they_say(satisfied: float, alike: float) -> None:
    rng = np.random.default_rng(11)
    mood = rng.normal(0, alike, (200, 1))
    odds = math.log(satisfied / (1 - satisfied)) * math.sqrt(1 + alike**2 / 3)
    people = (rng.random((200, 22)) < 1 / (1 + np.exp(-odds - mood))).astype(float)
    for contrast in (np.eye(22)[0], np.full(22, 1 / 22)):
        truth, hits = float((people.mean(axis=0) * contrast).sum()), 0
        for _ in range(800):
            drawn = rng.permutation(200)[:30]
            share = estimate([moments(people[drawn], rng.random((30, 22)) > 0.03, 200.0, 1.0)], contrast, 0.95)
            hits += share is not None and share.low <= truth <= share.high
        assert 0.92 <= hits / 800 <= 0.99


def test_the_export_has_every_domain_and_level_in_the_contract_s_columns(tmp_path: Path) -> None:
    survey = made_up.long_bien()
    answers = made_up.answers(survey, ASKED)
    answers = answers[~((answers["unit"] == "PL") & (answers["field"] == "TP"))]
    results = compute_results(survey, ASKED, answers, made_up.strata(survey))
    path = write_csv(indices_frame(results), tmp_path / "new" / "indices.csv")
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "unit,field,level,code,index,low,high,mean,valid,blank,invalid,forms,se,deff"
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == (8 + 4 + 4 + 1) * (22 + 5 + 1)
    for row in rows:
        e = results.estimate(row["unit"], row["field"], row["level"], row["code"])  # type: ignore[arg-type]
        for name in ("index", "low", "high", "mean"):
            value = getattr(e, name)
            assert row[name] == ("" if value is None else f"{value:.4f}")
        assert [int(row[n]) for n in ("valid", "blank", "invalid", "forms")] == [
            e.valid,
            e.blank,
            e.invalid,
            e.forms,
        ]
    assert [r["index"] for r in rows if (r["unit"], r["field"]) == ("PL", "TP")] == [""] * 28
    assert "nan" not in text.lower()
