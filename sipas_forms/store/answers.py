"""The answers as they stand: the machine's, with people's decisions over them. What tally and exports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, select

from sipas_forms.store.database import Store
from sipas_forms.store.schema import decisions, forms, machine_answers, scan_decisions, scans

COLUMNS = ["serial", "unit", "field", "question", "answer", "status", "source", "confidence", "page", "image"]

# The questions of a form version with the page each stands on, in the form's order.
QuestionPages = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PageScan:
    """The scan that counts for a page. `conflict`: another one is there and nobody has chosen yet."""

    digest: str
    image: str
    form_version: str
    conflict: bool


def answers_frame(store: Store, questions: Mapping[str, QuestionPages], default_version: str) -> pd.DataFrame:
    """One row per issued form and question, in `COLUMNS`.

    Args:
        questions: by form version, every question and its page.
        default_version: for forms that were never printed.

    `status` is accepted, blank, doubtful or missing (the page hasn't come back); `source` is machine or person. Every
    answer on a page with two different scans is doubtful until a person chooses one.
    """
    with store.transaction() as connection:
        pages = _counting_scans(connection)
        machine = _machine(connection)
        person = _person(connection)
        issued = connection.execute(
            select(forms.c.serial, forms.c.unit, forms.c.field, forms.c.form_version)
            .where(forms.c.state == "issued")
            .order_by(forms.c.unit, forms.c.field, forms.c.number)
        ).all()
    rows: list[tuple[object, ...]] = []
    for serial, unit, field, printed in issued:
        for question, number in _questions_of(serial, printed or default_version, pages, questions):
            scan = pages.get((serial, number))
            state = _answer(serial, question, scan, machine, person)
            rows.append((serial, unit, field, question, *state, number, scan.image if scan else ""))
    return pd.DataFrame(rows, columns=COLUMNS)


def _questions_of(
    serial: str, version: str, pages: Mapping[tuple[str, int], PageScan], questions: Mapping[str, QuestionPages]
) -> QuestionPages:
    """The questions by the version that came back, should the form have been printed anew since."""
    for number in (1, 2):
        scan = pages.get((serial, number))
        if scan and scan.form_version in questions:
            return questions[scan.form_version]
    return questions.get(version, ())


def _answer(
    serial: str,
    question: str,
    scan: PageScan | None,
    machine: Mapping[tuple[str, str], tuple[str, str, float]],
    person: Mapping[tuple[str, str], str],
) -> tuple[str, str, str, float]:
    """(answer, status, source, confidence)."""
    decided = person.get((serial, question))
    if decided is not None:
        return decided, "accepted" if decided else "blank", "person", 1.0
    if scan is None:
        return "", "missing", "machine", 0.0
    answer, status, confidence = machine.get((scan.digest, question), ("", "doubtful", 0.0))
    return answer, "doubtful" if scan.conflict else status, "machine", confidence


def _counting_scans(connection: Connection) -> dict[tuple[str, int], PageScan]:
    chosen = dict(
        connection.execute(
            select(scan_decisions.c.digest, scan_decisions.c.id)
            .where(scan_decisions.c.action == "chosen", scan_decisions.c.undone_at.is_(None))
            .order_by(scan_decisions.c.id)
        ).all()
    )
    rows = connection.execute(
        select(scans.c.serial, scans.c.page, scans.c.digest, scans.c.path, scans.c.frame, scans.c.form_version)
        .where(scans.c.state == "read")
        .order_by(scans.c.serial, scans.c.page, scans.c.read_at, scans.c.path, scans.c.frame)
    ).all()
    by_page: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for serial, page, digest, path, frame, version in rows:
        by_page.setdefault((serial, page), []).append((digest, f"{path}#{frame}", version))
    result = {}
    for key, found in by_page.items():
        picked = [scan for scan in found if scan[0] in chosen]
        digest, image, version = max(picked, key=lambda scan: chosen[scan[0]]) if picked else found[0]
        result[key] = PageScan(digest, image, version, conflict=len(found) > 1 and not picked)
    return result


def _machine(connection: Connection) -> dict[tuple[str, str], tuple[str, str, float]]:
    c = machine_answers.c
    rows = connection.execute(select(c.digest, c.question, c.answer, c.status, c.confidence))
    return {(digest, question): (answer, status, confidence) for digest, question, answer, status, confidence in rows}


def _person(connection: Connection) -> dict[tuple[str, str], str]:
    """The newest decision that is not undone."""
    c = decisions.c
    rows = connection.execute(select(c.serial, c.question, c.answer).where(c.undone_at.is_(None)).order_by(c.id))
    return {(serial, question): answer for serial, question, answer in rows}


def pages_read(store: Store) -> dict[str, int]:
    """How many different pages of each form were read."""
    with store.transaction() as connection:
        count: dict[str, int] = {}
        for serial, _page in _counting_scans(connection):
            count[serial] = count.get(serial, 0) + 1
        return count
