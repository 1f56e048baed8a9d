"""The answers as they stand: the machine's, with people's decisions over them. What tally and exports read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from sipas_forms.store.database import Store
from sipas_forms.store.readings import alike_scans
from sipas_forms.store.schema import decisions, doubts, forms, machine_answers, scan_decisions, scans

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
        doubted = doubted_answers(connection)
        issued = connection.execute(
            select(forms.c.serial, forms.c.unit, forms.c.field, forms.c.form_version)
            .where(forms.c.state == "issued")
            .order_by(forms.c.unit, forms.c.field, forms.c.number)
        ).all()
    rows: list[tuple[object, ...]] = []
    # the version of the first page that came back, should the form have been printed anew since
    versions = {serial: scan.form_version for (serial, _), scan in sorted(pages.items(), reverse=True)}
    for serial, unit, field, printed in issued:
        came_back = questions.get(versions.get(serial, ""))
        for question, number in came_back or questions.get(printed or default_version, ()):
            scan = pages.get((serial, number))
            answer, status, source, confidence = _answer(serial, question, scan, machine, person)
            if scan and (serial, question) in doubted:
                status = "doubtful"
            image = scan.image if scan else ""
            rows.append((serial, unit, field, question, answer, status, source, confidence, number, image))
    return pd.DataFrame(rows, columns=COLUMNS)


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
    alike = alike_scans(connection)
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
        result[key] = PageScan(digest, image, version, conflict=len(found) > 1 and not picked and key not in alike)
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


def doubted_answers(connection: Connection) -> set[tuple[str, str]]:
    """(serial, question) of answers that a person called doubtful and nobody has decided since."""
    newest = (
        select(func.coalesce(func.max(decisions.c.id), 0))
        .where(
            decisions.c.serial == doubts.c.serial,
            decisions.c.question == doubts.c.question,
            decisions.c.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    query = select(doubts.c.serial, doubts.c.question).where(doubts.c.undone_at.is_(None), doubts.c.decision == newest)
    return {(serial, question) for serial, question in connection.execute(query)}


def pages_read(store: Store) -> dict[str, int]:
    """How many different pages of each form were read."""
    with store.transaction() as connection:
        count: dict[str, int] = {}
        for serial, _page in _counting_scans(connection):
            count[serial] = count.get(serial, 0) + 1
        return count


def versions_read(store: Store) -> dict[str, int]:
    """The form versions of what came back, with the number of forms of each that count."""
    with store.transaction() as connection:
        void = set(connection.scalars(select(forms.c.serial).where(forms.c.state != "issued")))
        found = {(scan.form_version, serial) for (serial, _), scan in _counting_scans(connection).items()}
    return dict(Counter(version for version, serial in found if serial not in void))
