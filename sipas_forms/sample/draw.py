"""`sample draw`: a simple random sample without replacement in every cell, that anyone can draw again.

The draw (method `srs-sha256-1`): a person's ticket is the SHA-256, in hexadecimal, of the UTF-8 text

    SEED newline UNIT newline FIELD newline PERSON

where PERSON is the folded name (small letters without accents, no Ông/Bà), '|' and the phone (digits from 0).
People sorted by ticket are in drawn order: the first `official` are the official list, the next `reserve` the
reserve list. Tickets are as good as random numbers, so every set of people of a size is equally likely, and
nothing depends on the order of lists, on the program's version or on the machine.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sipas_forms.errors import SampleError
from sipas_forms.plan import Survey, Workspace
from sipas_forms.plan.serial import make_serial
from sipas_forms.sample.rosters import write_rosters
from sipas_forms.store import Store, open_store
from sipas_forms.store.database import now
from sipas_forms.store.frame import IssuedForm, Stratum, strata, write_draw
from sipas_forms.store.people import Draw, ListRow, People, Respondent, open_people

METHOD = "srs-sha256-1"
# As wide as the column that keeps it; a public seed is a line of text, not a page.
SEED_CHARACTERS = 200

Cell = tuple[str, str]


@dataclass(frozen=True)
class DrawnCell:
    """A cell after the draw: `eligible` people, how many were drawn, and how many the plan asks for.

    `new` is False where it was drawn before; `seed` is None where nobody is eligible and nothing is drawn.
    """

    unit: str
    field: str
    listed: int
    eligible: int
    official: int
    reserve: int
    official_wanted: int
    reserve_wanted: int
    seed: str | None
    new: bool

    @property
    def short(self) -> bool:
        """Whether the cell has fewer people than the plan asks for, so that all of them were taken."""
        return self.eligible < self.official_wanted + self.reserve_wanted


def drawn_order(seed: str, unit: str, field: str, people: Iterable[str]) -> list[str]:
    """The people of a cell in drawn order; see the module for the algorithm."""
    tickets = {p: hashlib.sha256(f"{seed}\n{unit}\n{field}\n{p}".encode()).hexdigest() for p in people}
    return sorted(tickets, key=lambda person: (tickets[person], person))


def draw_sample(workspace: Workspace, seed: str | int | None = None) -> list[DrawnCell]:
    """Draw every cell that has eligible people and is not drawn yet; one seed serves all cells and is stored.

    Without `seed`, the stored one is used, or a random one made. Killed and run again, it ends the same.

    Raises:
        SampleError: cells are drawn with another seed, or there is nobody to draw from.
    """
    people = open_people(workspace.people_database, "sample draw")
    store = open_store(workspace.database)
    try:
        before = people.draws()
        known = strata(store)
        chosen = _seed(seed, {draw.seed for draw in before.values()} | {stratum.seed for stratum in known.values()})
        drawn = set(before) | set(known)
        draws, respondents = _draw_cells(workspace.survey, people, chosen, drawn)
        if not draws and not drawn:
            raise SampleError("There is nobody to draw from. Import the offices' lists first: sipas frame import FILE…")
        # People first: no form without its person. A rerun after a kill goes on from what is there.
        people.put_draws(draws, respondents)
        _issue(store, people)
        write_rosters(workspace, store, people)
        return _cells(workspace.survey, people, strata(store), {(draw.unit, draw.field) for draw in draws})
    finally:
        people.close()
        store.close()


def _seed(given: str | int | None, stored: set[str]) -> str:
    """The seed to draw with; SampleError where another one is in use."""
    if given is None:
        return sorted(stored)[0] if stored else str(secrets.randbelow(10**12))
    seed = str(given).strip()
    if not seed or len(seed) > SEED_CHARACTERS or "\n" in seed:
        raise SampleError(f"A seed is one line of 1 to {SEED_CHARACTERS} characters.")
    if stored and stored != {seed}:
        raise SampleError(
            f"The sample is drawn already, with the seed {', '.join(sorted(stored))}; a second draw would "
            "let someone choose between samples. Run 'sipas sample draw' without --seed to see it, or "
            "replace a person with 'sipas sample replace'. If the draw must be void, start a new workspace."
        )
    return seed


def _draw_cells(survey: Survey, people: People, seed: str, drawn: set[Cell]) -> tuple[list[Draw], list[Respondent]]:
    listed = people.listed()
    draws: list[Draw] = []
    respondents: list[Respondent] = []
    for unit, field in survey.cells():
        cell = (unit.code, field.code)
        rows = [] if cell in drawn else people.rows(outcome="accepted", cell=cell)
        if not rows:
            continue
        size = survey.sample_of(field)
        chosen = _draw_one(seed, cell, rows, size.official, size.reserve)
        official = sum(person.list == "official" for person in chosen)
        counts = (listed.get(cell, 0), len(rows), official, len(chosen) - official)
        draws.append(Draw(*cell, seed, METHOD, *counts, now()))
        respondents.extend(chosen)
    return draws, respondents


def _draw_one(seed: str, cell: Cell, rows: list[ListRow], official: int, reserve: int) -> list[Respondent]:
    by_person = {row.person: row for row in rows}
    chosen = []
    order = drawn_order(seed, *cell, by_person)
    for position, person in enumerate(order[: official + reserve], start=1):
        row = by_person[person]
        number = position if position <= official else None
        chosen.append(
            Respondent(
                *cell,
                position=position,
                list="official" if number else "reserve",
                person=person,
                name=row.name,
                organisation=row.organisation,
                address=row.address,
                phone=row.phone,
                serial=make_serial(*cell, number) if number else None,
                number=number,
            )
        )
    return chosen


def _issue(store: Store, people: People) -> None:
    """Strata and forms of everything drawn; what is there already stays."""
    done = strata(store)
    draws = [draw for cell, draw in people.draws().items() if cell not in done]
    cells = {(draw.unit, draw.field) for draw in draws}
    forms = [
        IssuedForm(p.serial, p.unit, p.field, p.number, "official", "issued", "")
        for p in people.respondents()
        if (p.unit, p.field) in cells and p.list == "official" and p.serial and p.number
    ]
    new = [
        Stratum(d.unit, d.field, d.listed, d.eligible, d.official, d.reserve, d.seed, d.method, d.drawn_at)
        for d in draws
    ]
    write_draw(store, new, forms)


def _cells(survey: Survey, people: People, done: dict[Cell, Stratum], new: set[Cell]) -> list[DrawnCell]:
    listed = people.listed()
    cells = []
    for unit, field in survey.cells():
        cell, size = (unit.code, field.code), survey.sample_of(field)
        wanted = (size.official, size.reserve)
        s = done.get(cell)
        if s is None:
            cells.append(DrawnCell(*cell, listed.get(cell, 0), 0, 0, 0, *wanted, None, False))
        else:
            counts = (s.listed, s.eligible, s.official, s.reserve)
            cells.append(DrawnCell(*cell, *counts, *wanted, s.seed, cell in new))
    return cells
