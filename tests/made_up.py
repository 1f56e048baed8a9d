"""Made-up surveys and answers for tests: no person, no paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sipas_forms.plan import Questionnaire, Survey, Workspace, load_questionnaire, load_survey
from sipas_forms.printing.compose import compose
from sipas_forms.store import open_store, schema
from sipas_forms.store.strata import Stratum

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
COLUMNS = ["serial", "unit", "field", "question", "answer", "status", "source", "confidence", "page", "image"]


@cache
def _plan() -> Survey:
    return load_survey(TEMPLATES / "long-bien-2020.yaml")


def long_bien(**index: object) -> Survey:
    """The built-in survey, with parts of its index method replaced."""
    survey = _plan()
    return survey.model_copy(update={"index": survey.index.model_copy(update=index)})


@cache
def questionnaire() -> Questionnaire:
    """The built-in questionnaire."""
    return load_questionnaire(TEMPLATES / "sipas-2017.yaml")


def frame(rows: list[tuple[str, str, str, str, str, str]]) -> pd.DataFrame:
    """Answers from (serial, unit, field, question, answer, status)."""
    full = [(*row, "machine", 1.0, 1, "") for row in rows]
    return pd.DataFrame(full, columns=COLUMNS)


def strata(survey: Survey, eligible: int | None = 200) -> dict[tuple[str, str], Stratum]:
    """The same frame size for every cell."""
    return {(u.code, f.code): Stratum(eligible=eligible, listed=eligible) for u, f in survey.cells()}


def one_cell(scores: list[dict[str, str]], unit: str = "TT", field: str = "TP") -> pd.DataFrame:
    """Forms of one cell: criterion to answer ("" blank, "?" doubtful, "-" missing); the rest is blank."""
    rows = []
    for i, form in enumerate(scores):
        for criterion in questionnaire().criteria:
            given = form.get(criterion.id, "")
            status = {"": "blank", "?": "doubtful", "-": "missing"}.get(given, "accepted")
            answer = "" if status in ("blank", "missing") else given.replace("?", "4")
            rows.append((f"LB2020-{unit}-{field}-{i + 1:04d}", unit, field, criterion.id, answer, status))
    return frame(rows)


def answers(
    survey: Survey,
    asked: Questionnaire,
    seed: int = 1,
    forms: int | None = None,
    blank: float = 0.02,
    doubtful: float = 0.0,
    missing: float = 0.05,
) -> pd.DataFrame:
    """A whole survey's answers, units and factors of different quality, from a seed.

    `forms` is per cell (the plan's number if None); `blank` and `doubtful` are shares
    of answers, `missing` of forms.
    """
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, str, str, str, str]] = []
    skill = {factor.code: rng.normal(0, 0.35) for factor in asked.factors}
    factor_of = {c.id: f.code for f in asked.factors for c in f.criteria}
    for unit, field in survey.cells():
        level = rng.normal(3.35, 0.25)
        for number in range(1, (survey.sample_of(field).official if forms is None else forms) + 1):
            serial = f"{survey.code}-{unit.code}-{field.code}-{number:04d}"
            mood, gone = rng.normal(0, 0.6), rng.random() < missing
            for question in asked.all_questions():
                status, answer = "accepted", ""
                codes = [o.code for o in question.options]
                if question.id in factor_of:
                    noise = mood + skill[factor_of[question.id]] + rng.normal(0, 0.8)
                    answer = codes[int(np.clip(round(level + noise), 0, len(codes) - 1))]
                elif question.kind == "single":
                    answer = codes[int(rng.integers(len(codes)))]
                elif question.kind == "multiple":
                    answer = ";".join(c for c in codes if rng.random() < 1.5 / len(codes))
                    answer = ";".join(answer.split(";")[: question.most])
                draw = rng.random()
                if gone:
                    status, answer = "missing", ""
                elif draw < blank or not answer:
                    status, answer = "blank", ""
                elif draw < blank + doubtful:
                    status = "doubtful"
                rows.append((serial, unit.code, field.code, question.id, answer, status))
    return frame(rows)


def fill_store(workspace: Workspace, answers: pd.DataFrame, eligible: int = 200) -> None:
    """Put answers into a workspace's database as if their pages had been printed and read."""
    layout = compose(workspace.survey, workspace.questionnaire).layout
    page_of = {b.question: p.number for p in layout.pages for b in (*p.boxes, *p.writing)}
    when = "2020-10-01T00:00:00+00:00"
    issued, scanned, read = {}, {}, []
    for row in answers.itertuples():
        number = int(row.serial.rsplit("-", 1)[1])
        issued[row.serial] = {"serial": row.serial, "unit": row.unit, "field": row.field, "number": number}
        issued[row.serial] |= {"list": "official", "state": "issued", "reason": "", "issued_at": when}
        if row.status == "missing" or row.question not in page_of:
            continue
        page = page_of[row.question]
        digest = f"{row.serial}/{page}"
        scanned[digest] = {
            "digest": digest,
            "path": "scans/a.pdf",
            "frame": len(scanned) + 1,
            "width": 1,
            "height": 1,
        }
        scanned[digest] |= {"serial": row.serial, "page": page, "form_version": layout.form_version}
        scanned[digest] |= {"state": "read", "read_at": when}
        read.append({"digest": digest, "question": row.question, "answer": row.answer, "status": row.status})
        read[-1] |= {"reason": "", "confidence": 1.0}
    cells = [
        {
            "unit": u.code,
            "field": f.code,
            "listed": eligible,
            "eligible": eligible,
            "official": 30,
            "reserve": 10,
        }
        | {"seed": "1", "method": "srswor", "drawn_at": when}
        for u, f in workspace.survey.cells()
    ]
    store = open_store(workspace.database)
    with store.transaction() as connection:
        for table, rows in (
            (schema.strata, cells),
            (schema.forms, list(issued.values())),
            (schema.scans, list(scanned.values())),
            (schema.machine_answers, read),
        ):
            if rows:
                connection.execute(table.insert(), rows)
    store.close()
