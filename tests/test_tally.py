"""Counts, coverage and the anonymous table, from made-up answers."""

from __future__ import annotations

import made_up
import pytest

from sipas_forms.errors import ReportError
from sipas_forms.store.strata import Stratum
from sipas_forms.tally import Results, compute_results, counts_frame

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
