"""The record of the draw: what lets anyone do it again, without a name; and `sample verify`, which does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sipas_forms.errors import SampleError, unwritable
from sipas_forms.plan import Workspace
from sipas_forms.sample.choose import choose
from sipas_forms.sample.frame import frame_digest, frame_order
from sipas_forms.store import Store, open_store
from sipas_forms.store.frame import strata
from sipas_forms.store.people import Draw, People, open_people
from sipas_forms.store.signing import fingerprint, sign, signature_holds, survey_fingerprint

RECORD = "draw-record.json"
# A survey of all cells of a province is some hundred kilobytes; more is no record.
MAX_BYTES = 20_000_000


def record_path(workspace: Workspace) -> Path:
    """Where the record of this workspace's draw lies."""
    return workspace.output / "sample" / RECORD


def write_record(workspace: Workspace, store: Store, people: People) -> Path:
    """Write the signed record of every draw so far.

    Raises:
        SampleError: it can't be written.
    """
    cells = [_cell(draw) for _, draw in sorted(people.draws().items())]
    survey = workspace.survey
    statement = {
        "statement": "sipas draw record 1",
        "survey": survey.code,
        "title": survey.title.vi,
        "window": [survey.window.first.isoformat(), survey.window.last.isoformat()],
        "cells": cells,
    }
    path = record_path(workspace)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sign(store, statement), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise SampleError(unwritable(path, error)) from None
    return path


def _cell(draw: Draw) -> dict[str, Any]:
    numbers = json.loads(draw.numbers)
    return {
        "unit": draw.unit,
        "field": draw.field,
        "seed": draw.seed,
        "method": draw.method,
        "listed": draw.listed,
        "eligible": draw.eligible,
        "strata": json.loads(draw.strata),
        "frame_sha256": draw.frame_digest,
        "official": numbers[: draw.official],
        "reserve": numbers[draw.official :],
        "drawn_at": draw.drawn_at,
    }


@dataclass(frozen=True)
class Verification:
    """What a verification found: sentences on what holds, and on what does not."""

    cells: int
    holds: tuple[str, ...]
    fails: tuple[str, ...]


def verify_record(workspace: Workspace | None, path: Path | None = None) -> Verification:
    """Draw again what a record says, and compare; with a workspace, also with its frame, people and forms.

    Without `path` the workspace's own record is taken. The record alone is enough for whoever has no workspace.

    Raises:
        SampleError: there is no such record, or it is none.
    """
    if path is None:
        if workspace is None:
            raise SampleError("Name the record to verify.")
        path = record_path(workspace)
    record = _load(path)
    holds: list[str] = []
    fails: list[str] = []
    (holds if signature_holds(record) else fails).append(
        f"signature of the key {fingerprint(record)}"
        if signature_holds(record)
        else "the signature does not hold: the record was changed after it was written"
    )
    for cell in record["cells"]:
        name = f"{cell['unit']}-{cell['field']}"
        problem = _redrawn(cell)
        (fails if problem else holds).append(f"{name}: {problem or 'the seed draws the same numbers'}")
    if workspace is not None and workspace.database.exists():
        _compare(workspace, record, holds, fails)
    return Verification(len(record["cells"]), tuple(holds), tuple(fails))


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SampleError(f"{path}: is too large for a record of a draw.")
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SampleError(f"{path}: there is no such record. 'sipas sample draw' writes it.") from None
    except (OSError, ValueError):
        raise SampleError(f"{path}: can't be read as a record of a draw.") from None
    if not isinstance(record, dict) or record.get("statement") != "sipas draw record 1" or not record.get("cells"):
        raise SampleError(f"{path}: is not a record of a draw.")
    return record


def _redrawn(cell: dict[str, Any]) -> str:
    """What differs when a cell is drawn again from its seed; '' where nothing does."""
    try:
        sizes = [int(count) for _, count in cell["strata"]]
        if sum(sizes) != cell["eligible"]:
            return f"its strata hold {sum(sizes)} people, not {cell['eligible']}"
        official, reserve = cell["official"], cell["reserve"]
        key = (str(cell["unit"]), str(cell["field"]))
        chosen = choose(cell["method"], cell["seed"], key, sizes, len(official), len(reserve))
    except (KeyError, TypeError, ValueError):
        return "the record of it is not whole"
    same = (list(chosen.official), list(chosen.reserve)) == (official, reserve)
    return "" if same else "the seed draws other numbers than the record says"


def _compare(workspace: Workspace, record: dict[str, Any], holds: list[str], fails: list[str]) -> None:
    """The record beside what this workspace kept."""
    store = open_store(workspace.database)
    try:
        kept = strata(store)
        own = survey_fingerprint(store) == fingerprint(record)
        (holds if own else fails).append("the key is this survey's" if own else "the key is not this survey's")
        for cell in record["cells"]:
            s = kept.get((cell["unit"], cell["field"]))
            said = (cell["seed"], cell["method"], cell["eligible"], len(cell["official"]), len(cell["reserve"]))
            if s is None or (s.seed, s.method, s.eligible, s.official, s.reserve) != said:
                fails.append(f"{cell['unit']}-{cell['field']}: survey.db knows another draw")
        if store.meta("closed_at") is None and workspace.people_database.exists():
            _compare_people(workspace, record, holds, fails)
    finally:
        store.close()


def _compare_people(workspace: Workspace, record: dict[str, Any], holds: list[str], fails: list[str]) -> None:
    people = open_people(workspace.people_database, "sample verify")
    try:
        survey = workspace.survey
        planned = {(unit.code, field.code): survey.sample_of(field) for unit, field in survey.cells()}
        for cell in record["cells"]:
            key, name = (cell["unit"], cell["field"]), f"{cell['unit']}-{cell['field']}"
            if key not in planned:
                fails.append(f"{name}: the plan has no such cell")
                continue
            frame = frame_order(people.rows(outcome="accepted", cell=key), planned[key])
            drawn = [person.person for person in people.respondents(*key)]
            numbers = [*cell["official"], *cell["reserve"]]
            if frame_digest(frame) != cell["frame_sha256"]:
                fails.append(f"{name}: the frame is not the one that was drawn from")
            elif drawn != [frame[number - 1].person for number in numbers]:
                fails.append(f"{name}: the people kept are not the ones drawn")
            else:
                holds.append(f"{name}: the frame and the people are the ones drawn")
    finally:
        people.close()
