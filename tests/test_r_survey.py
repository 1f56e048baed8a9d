"""Every estimator against R's survey package, on 24 data sets and on the package's own; tests/r_survey made them."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import made_up
import numpy as np
import pytest

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.store.strata import Stratum
from sipas_forms.tally import Results, compute_results
from sipas_forms.tally.coding import code_answers
from sipas_forms.tally.contrasts import contrasts_of
from sipas_forms.tally.domains import Domain, domains_of, group_domains
from sipas_forms.tally.estimate import fit, moments
from sipas_forms.tally.indices import fitted_domains
from sipas_forms.tally.interval import Method, freedom_factor, share_interval
from sipas_forms.tally.measure import measure

HERE = Path(__file__).resolve().parent / "r_survey"
FACTORS = {"A": ("A1", "A2"), "B": ("B3", "B4", "B5")}
AGREE = 1e-6


def rows(name: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (HERE / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["set"]].append(row)
    return found


FORMS, PLANS, EXPECTED = rows("forms.csv"), rows("plans.csv"), rows("expected.csv")
COMPARED = [name for name in EXPECTED if EXPECTED[name]]


def questionnaire() -> Questionnaire:
    scale = {"satisfied": ["4", "5"], "options": [{"code": str(i), "label": str(i)} for i in range(1, 6)]}
    factors = [{"code": c, "title": c, "criteria": [{"id": i, "text": i} for i in ids]} for c, ids in FACTORS.items()]
    sex = {"id": "sex", "text": "sex", "options": [{"code": "1", "label": "nam"}, {"code": "2", "label": "nữ"}]}
    sections = [{"title": "a", "questions": [sex]}, {"title": "b", "factors": factors}]
    words = {"code": "r", "title": "r", "introduction": "r", "thanks": "r"}
    return Questionnaire.model_validate({**words, "scale": scale, "sections": sections, "groups": ["sex"]})


ASKED = questionnaire()


def survey_of(name: str, interval: Method) -> tuple[Survey, dict[tuple[str, str], Stratum]]:
    plan = PLANS[name]
    units: dict[str, list[str]] = defaultdict(list)
    for row in plan:
        units[row["unit"]].append(row["field"])
    chosen = {key: plan[0][key] for key in ("criterion", "average", "weights")}
    base = made_up.long_bien(**chosen, interval=interval)
    field, unit = base.units[0].fields[0], base.units[0]
    made = tuple(
        unit.model_copy(update={"code": u, "fields": tuple(field.model_copy(update={"code": f}) for f in fields)})
        for u, fields in units.items()
    )
    sizes = {(r["unit"], r["field"]): Stratum(eligible=int(r["population"]) if r["population"] else None) for r in plan}
    return base.model_copy(update={"units": made}), sizes


def answers_of(name: str) -> made_up.pd.DataFrame:
    asked = ("sex", *(c for ids in FACTORS.values() for c in ids))
    return made_up.frame(
        [
            (f"S{i}", form["unit"], form["field"], q, form[q], "accepted" if form[q] else "blank")
            for i, form in enumerate(FORMS[name])
            for q in asked
        ]
    )


def shares(name: str, interval: Method) -> dict[tuple[str, str, str], tuple[dict[str, float], int]]:
    """By unit, group and code: the share as it is before it is rounded, and its degrees of freedom."""
    survey, sizes = survey_of(name, interval)
    coded = code_answers(survey, ASKED, answers_of(name))
    domains: list[Domain] = [d for d in (*domains_of(survey), *group_domains(survey, ASKED)) if d.field == "*"]
    contrasts = contrasts_of(ASKED, survey.index)
    found = {}
    for one in fitted_domains(survey, measure(survey, ASKED, coded), sizes, domains):
        own = one.shares(survey.index, contrasts)
        if own is None or one.fitted is None:
            continue
        group = one.domain.group[1] if one.domain.group else ""
        for i, contrast in enumerate(contrasts):
            row = {key: float(getattr(own, key)[i]) for key in ("value", "variance", "deff", "low", "high")}
            found[one.domain.unit, group, contrast.code] = row, one.fitted.freedom
    return found


def test_there_are_enough_data_sets() -> None:
    assert len(COMPARED) >= 20
    assert sum(len(EXPECTED[name]) for name in COMPARED) > 900


@pytest.mark.parametrize("name", COMPARED)
def test_estimates_errors_effects_and_intervals_are_those_of_r(name: str) -> None:
    wilson, exact = shares(name, "wilson"), shares(name, "korn-graubard")
    for row in EXPECTED[name]:
        share, freedom = wilson[row["unit"], row["group"], row["code"]]
        assert share["value"] == pytest.approx(float(row["estimate"]), abs=1e-9)
        assert share["variance"] ** 0.5 == pytest.approx(float(row["se"]), abs=1e-8)  # R sees noise where all is alike
        assert freedom == int(row["df"])
        if row["deff"]:
            assert share["deff"] == pytest.approx(float(row["deff"]), rel=AGREE)
        other = exact[row["unit"], row["group"], row["code"]][0]
        if row["kg_low"]:
            assert (other["low"], other["high"]) == pytest.approx(
                (float(row["kg_low"]), float(row["kg_high"])), abs=AGREE
            )
            low_high = float(row["wilson_low"]), float(row["wilson_high"])
            assert (share["low"], share["high"]) == pytest.approx(low_high, abs=AGREE)


@pytest.mark.parametrize("name", COMPARED)
def test_published_figures_are_those_of_r(name: str) -> None:
    survey, sizes = survey_of(name, "wilson")
    results: Results = compute_results(survey, ASKED, answers_of(name), sizes)
    mean = survey.index.criterion == "mean"
    for row in EXPECTED[name]:
        group = ("sex", row["group"]) if row["group"] else ("", "")
        e = results.estimate(row["unit"], "*", row["level"], row["code"], group)  # type: ignore[arg-type]
        assert e.index is not None and e.se is not None
        value = (5 * e.index / 100 - 1) / 4 if mean else e.index / 100
        assert value == pytest.approx(float(row["estimate"]), abs=AGREE)
        assert e.se / (80 if mean else 100) == pytest.approx(float(row["se"]), abs=AGREE)


def test_the_package_s_own_survey_comes_out_as_published() -> None:
    """Lumley 2010 (Complex Surveys), chapter 2, and the package's help: Californian schools, drawn by type."""
    with (HERE / "api.csv").open(encoding="utf-8") as file:
        schools = list(csv.DictReader(file))
    published = {"enroll": (595.28, 18.509), "api00": (662.29, 9.4089), "api99": (629.39, 9.9639)}
    types = sorted({school["stype"] for school in schools})
    for name, (mean, error) in published.items():
        top = 4000.0  # the estimator takes 0..1
        strata = []
        for kind in types:
            own = [school for school in schools if school["stype"] == kind]
            y = np.array([[float(s[name]) / top] for s in own])
            population = float(own[0]["fpc"])
            strata.append(moments(y, np.ones_like(y, dtype=bool), population, population / len(own)))
        fitted = fit(strata)
        assert fitted is not None
        assert float(fitted.shares[0]) * top == pytest.approx(mean, abs=0.005)
        assert float(fitted.covariance[0, 0]) ** 0.5 * top == pytest.approx(error, abs=0.0005)


def test_the_share_of_a_published_survey_has_r_s_korn_graubard_interval() -> None:
    """svyciprop(~I(sch.wide == "Yes"), method = "beta") on the same design; expected.R prints it."""
    with (HERE / "api.csv").open(encoding="utf-8") as file:
        schools = list(csv.DictReader(file))
    strata = []
    for kind in ("E", "H", "M"):
        own = [school for school in schools if school["stype"] == kind]
        y = np.array([[float(s["sch.wide"] == "Yes")] for s in own])
        strata.append(moments(y, np.ones_like(y, dtype=bool), float(own[0]["fpc"]), float(own[0]["fpc"]) / len(own)))
    fitted = fit(strata)
    assert fitted is not None
    p, variance = float(fitted.shares[0]), float(fitted.covariance[0, 0])
    assert (p, variance**0.5) == pytest.approx((0.827948011415823, 0.0243447801130748), abs=AGREE)
    # R's interval is without our cap at the number of answers
    effective = p * (1 - p) / variance * freedom_factor(fitted.freedom, fitted.members - 1, 0.05)
    low, high = share_interval(p, effective, 0.05, "korn-graubard")
    assert (float(low), float(high)) == pytest.approx((0.774171328597313, 0.873431592620735), abs=AGREE)
