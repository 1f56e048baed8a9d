"""Counts, coverage and the anonymous table, from made-up answers."""

from __future__ import annotations

import made_up
import numpy as np
import pytest

from sipas_forms.errors import ReportError
from sipas_forms.store.strata import Stratum
from sipas_forms.tally import EarlierSurvey, Results, compute_results, counts_frame
from sipas_forms.tally.interval import difference_interval, holm, share_interval

SURVEY = made_up.long_bien()
ASKED = made_up.questionnaire()


def tallied(answers: object, **kwargs: object) -> Results:
    return compute_results(SURVEY, ASKED, answers, kwargs.get("strata", made_up.strata(SURVEY)))  # type: ignore[arg-type]


def rows(question: str, answers: list[tuple[str, str]], unit: str = "TT", field: str = "TP") -> object:
    return made_up.frame([(f"S-{unit}-{field}-{i}", unit, field, question, a, s) for i, (a, s) in enumerate(answers)])


def test_each_answer_is_counted_under_what_it_is() -> None:
    given = [("4", "accepted"), ("4", "accepted"), ("5", "accepted"), ("", "blank"), ("3;4", "accepted")]
    given += [("9", "accepted"), ("5", "doubtful"), ("", "missing")]
    t = tallied(rows("A1", given)).tally("A1", "TT", "TP")
    assert {o.code: o.count for o in t.options} == {"1": 0, "2": 0, "3": 0, "4": 2, "5": 1}
    assert (t.valid, t.blank, t.invalid, t.doubtful, t.missing) == (3, 1, 2, 1, 1)
    assert [o.share for o in t.options] == [0.0, 0.0, 0.0, 66.6667, 33.3333]


def test_several_ticks_are_valid_up_to_the_most_that_the_question_allows() -> None:
    t = tallied(rows("improve", [("1;2;3", "accepted"), ("1", "accepted"), ("1;2;3;4", "accepted")])).tally("improve")
    assert [o.count for o in t.options][:4] == [2, 1, 1, 0]
    assert (t.valid, t.invalid) == (2, 1)


def test_a_blank_of_those_who_were_not_asked_is_no_refusal() -> None:
    answers = [
        ("a", "on_time", "3"),
        ("a", "late_notice", ""),
        ("b", "on_time", "2"),
        ("b", "late_notice", ""),
    ]
    frame = made_up.frame([(s, "TT", "TP", q, a, "accepted" if a else "blank") for s, q, a in answers])
    t = tallied(frame).tally("late_notice")
    assert (t.blank, t.not_asked) == (1, 1)


def test_units_fields_and_the_survey_are_sums_of_their_cells() -> None:
    results = tallied(made_up.answers(SURVEY, ASKED, doubtful=0.02))
    for question in ("A1", "improve", "sex"):
        cells = [results.tally(question, u.code, f.code) for u, f in SURVEY.cells()]
        tp = [t for t in cells if t.field == "TP"]
        for name in ("valid", "blank", "doubtful", "missing"):
            assert getattr(results.tally(question), name) == sum(getattr(t, name) for t in cells)
            assert getattr(results.tally(question, "*", "TP"), name) == sum(getattr(t, name) for t in tp)
    total = results.tally("A1")
    assert total.valid + total.blank + total.invalid + total.doubtful + total.missing == 240


def test_coverage_follows_the_standard_definitions() -> None:
    full = {c.id: "4" for c in ASKED.criteria}
    half = {c.id: "4" for c in ASKED.criteria[:12]}
    gone = {c.id: "-" for c in ASKED.criteria}
    strata = {("TT", "TP"): Stratum(eligible=50, listed=60, void=1)}
    c = tallied(made_up.one_cell([full, full, half, gone]), strata=strata).covered("TT", "TP")
    assert (c.eligible, c.issued, c.void, c.returned, c.absent, c.complete, c.partial) == (
        50,
        4,
        1,
        3,
        1,
        2,
        1,
    )
    assert c.rr1 == 40.0  # two complete of four issued and one replaced


def test_the_raw_table_leads_to_no_serial() -> None:
    answers = made_up.answers(SURVEY, ASKED)
    raw = tallied(answers).raw
    assert "serial" not in raw.columns and "comments" not in raw.columns and "birth_year" not in raw.columns
    assert list(raw.itertuples(index=False)) == sorted(raw.itertuples(index=False))
    shuffled = tallied(answers.sample(frac=1, random_state=3)).raw
    assert raw.equals(shuffled)


def test_answers_outside_the_plan_are_left_out_and_counted() -> None:
    frame = made_up.frame(
        [
            ("a", "TT", "TP", "A1", "4", "accepted"),
            ("b", "XX", "TP", "A1", "4", "accepted"),
            ("a", "TT", "TP", "Z9", "4", "accepted"),
            ("a", "TT", "TP", "comments", "", "blank"),
        ]
    )
    results = tallied(frame)
    assert results.outside == 2
    assert results.tally("A1").valid == 1


def test_a_table_without_a_column_is_refused_with_its_name() -> None:
    with pytest.raises(ReportError, match="status"):
        tallied(made_up.frame([]).drop(columns=["status"]))


def test_counts_have_a_row_for_each_option_of_each_domain() -> None:
    frame = counts_frame(tallied(made_up.frame([])))
    boxes = sum(len(q.options) for q in ASKED.all_questions())
    assert len(frame) == boxes * (8 + 4 + 4 + 1)
    assert frame["share"].isna().all()


def test_holm_s_correction_is_that_of_r() -> None:
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") in R
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_the_interval_of_a_difference_equals_published_figures() -> None:
    # Newcombe 1998 (Statistics in Medicine 17: 873–890), table II, method 10
    for x, m, y, n, low, high in ((56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090)):
        a, b = ((k / size, *share_interval(k / size, size, 0.05, "wilson")) for k, size in ((x, m), (y, n)))
        found = difference_interval(a, b, np.zeros(1))
        assert (float(found[0][0]), float(found[1][0])) == pytest.approx((low, high), abs=5e-5)


def test_a_difference_is_called_one_exactly_where_its_interval_leaves_zero() -> None:
    survey = SURVEY.model_copy(update={"units": SURVEY.units[1:3]})
    results = compute_results(survey, ASKED, made_up.answers(survey, ASKED, seed=5), made_up.strata(survey))
    for kind in ("unit", "factor", "criterion"):
        for c in results.compared(kind):  # type: ignore[arg-type]
            assert c.adjusted >= c.p and c.different == (c.adjusted < 0.05)
            assert (c.p < 0.05) == (c.low > 0 or c.high < 0)
            assert c.low <= c.difference <= c.high
    assert len(results.compared("unit")) == 1 and len(results.compared("factor")) == 10


def test_the_same_survey_twice_is_no_change() -> None:
    answers = made_up.answers(SURVEY, ASKED, forms=10)
    before = EarlierSurvey(SURVEY, ASKED, answers, made_up.strata(SURVEY))
    results = compute_results(SURVEY, ASKED, answers, made_up.strata(SURVEY), before)
    assert {(c.difference, c.p, c.different) for c in results.compared("earlier")} == {(0.0, 1.0, False)}


def test_what_was_asked_otherwise_is_not_compared() -> None:
    answers = made_up.answers(SURVEY, ASKED, forms=3)
    first = ASKED.criteria[0]
    other = ASKED.model_dump()
    section = next(s for s in other["sections"] if s.get("factors"))
    section["factors"][0]["criteria"][0]["text"] = {"vi": "Câu hỏi khác", "en": "Another question"}
    before = EarlierSurvey(SURVEY, type(ASKED).model_validate(other), answers, made_up.strata(SURVEY))
    results = compute_results(SURVEY, ASKED, answers, made_up.strata(SURVEY), before)
    assert results.incomparable == (first.id, "A", "SIPAS")
    assert not {first.id, "A", "SIPAS"} & {c.first.code for c in results.compared("earlier")}


def test_refusals_and_the_reserve_are_told_from_the_reasons() -> None:
    full = {c.id: "4" for c in ASKED.criteria}
    reasons = (("Từ chối trả lời", 2), ("đã chuyển đi", 1), ("mất phiếu", 1))
    strata = {("TT", "TP"): Stratum(eligible=50, void=4, reserve=10, reserve_used=3, reasons=reasons)}
    c = tallied(made_up.one_cell([full] * 6), strata=strata).covered("TT", "TP")
    assert (c.refused, c.not_reached, c.other_reason, c.reserve, c.reserve_used) == (2, 1, 1, 10, 3)
    assert (c.rr1, c.refusal, c.rr5) == (60.0, 20.0, 60.0)


def test_importance_is_the_correlation_with_the_other_criteria() -> None:
    results = tallied(made_up.answers(SURVEY, ASKED, blank=0.0, missing=0.0))
    raw = results.raw[[c.id for c in ASKED.criteria]].astype(float)
    middle = raw.corrwith(raw.mean(axis=1)).mean()
    assert len(results.priorities) == 22 and middle > 0.4
    for p in results.priorities:
        rest = raw.drop(columns=p.code).mean(axis=1)
        assert p.importance == pytest.approx(raw[p.code].corr(rest), abs=1e-4)
    mean = sum(p.index for p in results.priorities) / 22
    assert all((p.index >= mean) == (p.quadrant in ("keep", "ease")) for p in results.priorities)
    assert tallied(made_up.answers(SURVEY, ASKED, forms=2)).priorities == ()  # under 20 forms


def test_groups_are_the_answers_of_those_who_ticked_so() -> None:
    answers = made_up.answers(SURVEY, ASKED, forms=8)
    results = tallied(answers)
    women = set(answers.loc[(answers["question"] == "sex") & (answers["answer"] == "2"), "serial"])
    own = answers[answers["serial"].isin(women) & (answers["question"] == "A1") & (answers["status"] == "accepted")]
    e = results.estimate("*", "*", "criterion", "A1", ("sex", "2"))
    assert (e.valid, e.forms) == (len(own), len(women))
    assert e.index == pytest.approx(100 * own["answer"].isin(["4", "5"]).mean(), abs=1e-4)
    assert sum(o.count or 0 for o in results.tally("A1", group=("sex", "2")).options) == len(own)
