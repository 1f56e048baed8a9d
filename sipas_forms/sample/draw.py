"""`sample draw`: official and reserve people of every cell, by a seed that is stored, so that anyone can draw again.

`choose` says which frame numbers a seed draws; here people get their frame numbers and the drawn ones their serials.
Frame order is by stratum (where there are strata), day of dealing (systematic draws only) and who the person is
(folded name and phone), so that nothing depends on the order of lists, on the program's version or on the machine.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from sipas_forms.errors import SampleError
from sipas_forms.plan import Sample, Survey, Workspace
from sipas_forms.plan.serial import make_serial
from sipas_forms.plan.survey import MAX_FORMS_PER_CELL
from sipas_forms.sample.choose import METHODS, Chosen, choose, formula_size
from sipas_forms.sample.frame import frame_digest, frame_order, frame_strata
from sipas_forms.sample.record import write_record
from sipas_forms.sample.rosters import write_rosters
from sipas_forms.store import Store, open_store
from sipas_forms.store.database import now
from sipas_forms.store.frame import IssuedForm, Stratum, strata, write_draw
from sipas_forms.store.people import Draw, ListRow, People, Respondent, open_people

# As wide as the column that keeps it; a public seed is a line of text, not a page.
SEED_CHARACTERS = 200

Cell = tuple[str, str]


@dataclass(frozen=True)
class DrawnCell:
    """A cell after the draw: `eligible` people, how many were drawn, and how many the plan asks for.

    `new` is False where it was drawn before; `seed` is None where nobody is eligible and nothing is drawn; `check`
    rows wait for their unit's word and could not be drawn.
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
    method: str = ""
    check: int = 0

    @property
    def short(self) -> bool:
        """Whether the cell has fewer people than the plan asks for, so that all of them were taken."""
        return self.eligible < self.official_wanted + self.reserve_wanted


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
        write_record(workspace, store, people)
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
        frame = frame_order(rows, size)
        strata_sizes = frame_strata(frame, size)
        official, reserve = wanted_sizes(size, len(frame))
        method = METHODS[size.method]
        chosen = choose(method, seed, cell, [count for _, count in strata_sizes], official, reserve)
        counts = (listed.get(cell, 0), len(rows), official, reserve)
        record = (json.dumps(strata_sizes, ensure_ascii=False), json.dumps([*chosen.official, *chosen.reserve]))
        draws.append(Draw(*cell, seed, method, *counts, now(), *record, frame_digest(frame)))
        respondents.extend(_respondents(cell, frame, chosen))
    return draws, respondents


def wanted_sizes(size: Sample, people: int) -> tuple[int, int]:
    """How many official and reserve people a cell of so many gives."""
    official = max(size.official, formula_size(people, size.margin) if size.margin else 0)
    official = min(official, people, MAX_FORMS_PER_CELL)
    return official, min(size.reserve, people - official, MAX_FORMS_PER_CELL - official)


def _respondents(cell: Cell, frame: list[ListRow], chosen: Chosen) -> Iterator[Respondent]:
    for position, number in enumerate((*chosen.official, *chosen.reserve), start=1):
        row = frame[number - 1]
        order = position if position <= len(chosen.official) else None
        yield Respondent(
            *cell,
            position=position,
            list="official" if order else "reserve",
            person=row.person,
            name=row.name,
            organisation=row.organisation,
            address=row.address,
            phone=row.phone,
            serial=make_serial(*cell, order) if order else None,
            number=order,
        )


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
    outcomes = people.outcomes()
    cells = []
    for unit, field in survey.cells():
        cell, size = (unit.code, field.code), survey.sample_of(field)
        found, s = outcomes.get(cell, {}), done.get(cell)
        check = found.get("check", 0)
        if s is None:
            wanted = (size.official, size.reserve)
            cells.append(DrawnCell(*cell, sum(found.values()), 0, 0, 0, *wanted, None, False, check=check))
        else:
            floor = max(size.official, wanted_sizes(size, s.eligible)[0])
            counts = (s.listed, s.eligible, s.official, s.reserve)
            cells.append(DrawnCell(*cell, *counts, floor, size.reserve, s.seed, cell in new, s.method, check))
    return cells


@dataclass(frozen=True)
class CellSize:
    """How many people a cell has and gives: `formula` is n by the formula, `official` and `reserve` as planned."""

    unit: str
    field: str
    eligible: int
    formula: int
    official: int
    reserve: int
    frame_digest: str


def sample_sizes(workspace: Workspace, margin: float) -> list[CellSize]:
    """For every cell: N, n = N / (1 + N·e²), what the plan asks for, and the digest of the frame as it stands.

    The digest, read out before the seed is known, proves afterwards that nobody was added or left out.
    """
    people = open_people(workspace.people_database, "sample size")
    try:
        sizes = []
        for unit, field in workspace.survey.cells():
            cell, size = (unit.code, field.code), workspace.survey.sample_of(field)
            frame = frame_order(people.rows(outcome="accepted", cell=cell), size)
            formula = formula_size(len(frame), margin)
            digest = frame_digest(frame) if frame else ""
            sizes.append(CellSize(*cell, len(frame), formula, *wanted_sizes(size, len(frame)), digest))
        return sizes
    finally:
        people.close()
