"""One scanned page as it was recorded: what was read, what the machine decided, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from sipas_forms.store.database import Store
from sipas_forms.store.readings import MachineAnswer
from sipas_forms.store.schema import machine_answers, problems, scans


@dataclass(frozen=True)
class RecordedPage:
    """A scan in the store; `reading` is None where it could not be measured, `problem` the sentence of
    its open problem."""

    serial: str | None
    page: int | None
    form_version: str | None
    state: str
    residual_mm: float | None
    reading: bytes | None
    problem: str
    answers: tuple[MachineAnswer, ...]


def recorded_page(store: Store, digest: str) -> RecordedPage | None:
    """The scan of that digest; None where it was never recorded."""
    c, a = scans.c, machine_answers.c
    wanted = (c.serial, c.page, c.form_version, c.state, c.residual_mm, c.reading)
    with store.transaction() as connection:
        scan = connection.execute(select(*wanted).where(c.digest == digest)).one_or_none()
        if scan is None:
            return None
        said = select(problems.c.sentence).where(problems.c.digest == digest).order_by(problems.c.id.desc())
        sentence = connection.scalar(said.where(problems.c.settled_at.is_(None)).limit(1))
        rows = connection.execute(
            select(a.question, a.answer, a.status, a.reason, a.confidence).where(a.digest == digest)
        )
        answers = tuple(MachineAnswer(*row) for row in rows)
    return RecordedPage(*scan, problem=sentence or "", answers=answers)
