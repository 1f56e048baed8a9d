"""`sipas close`: the link between people and serials is destroyed, and a signed record says that it was.

In this order, so that a close that is killed is finished by the next: what is there is counted into survey.db; the
lists and papers that the program wrote are overwritten and removed; the key and everything in people.db are
destroyed; the record is signed and written. Without the key nothing sealed can be read, be it in a backup of people.db.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reportlab.platypus import Spacer
from reportlab.platypus.flowables import Flowable

from sipas_forms.errors import PeopleError, SampleError, unwritable
from sipas_forms.field.follow import standings
from sipas_forms.field.paper import BASE, head, paragraph, signatures, text_width, title, write_pdf
from sipas_forms.plan import Workspace
from sipas_forms.sample.paper_words import Words
from sipas_forms.store import Store, open_store
from sipas_forms.store.database import now
from sipas_forms.store.people_closing import close_people, count_people
from sipas_forms.store.signing import fingerprint, sign, signature_holds

STATEMENT = "sipas closing record 1"
RECORD = "closing-record"
# A record of a survey of every unit of a province is some kilobytes; more is no record.
MAX_BYTES = 1_000_000
# Overwritten in pieces: a bundle of many wards is some hundred megabytes.
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Closing:
    """What a close did, or had done: `record` is the signed statement, `left` what the office must delete itself."""

    record: Path
    paper: Path
    fingerprint: str
    respondents: int
    list_rows: int
    files: int
    already: bool
    left: tuple[str, ...]


def record_path(workspace: Workspace) -> Path:
    """Where the record of the closing lies."""
    return workspace.output / "closing" / f"{RECORD}.json"


def close_survey(workspace: Workspace, confirm: str) -> Closing:
    """Destroy who the people were; answers, tallies and reports stay. `confirm` is the survey's code, typed.

    Needs no passphrase: whoever lost it must be able to close too.

    Raises:
        SampleError: not confirmed, a file can't be removed, or the record can't be written.
        PeopleError: there is nothing to close.
    """
    survey = workspace.survey
    if confirm.strip().upper() != survey.code:
        out = _still_out(workspace)
        raise SampleError(
            f"Closing can't be undone: nobody will know any more whose form is whose. {out} forms are not back or not "
            f"whole. To close all the same, confirm with the survey's code: --confirm {survey.code}"
        )
    store = open_store(workspace.database)
    try:
        already = store.meta("closed_at") is not None
        found = _counted(workspace, store)
        _remove_papers(workspace)
        close_people(workspace.people_database)
        if not already:
            store.put_meta("closed_at", now())
        signed = _record(workspace, store, found)
        paper = _paper(workspace, signed)
        return Closing(
            record_path(workspace), paper, fingerprint(signed), found["respondents"], found["list_rows"],
            len(found["papers"]), already, tuple(found["sources"]),
        )  # fmt: skip
    finally:
        store.close()


def _still_out(workspace: Workspace) -> int:
    store = open_store(workspace.database)
    try:
        return sum(not form.complete for form in standings(store))
    finally:
        store.close()


def verify_closing(path: Path) -> str:
    """The fingerprint of the key that signed a record of a closing.

    Raises:
        SampleError: there is none, it is no such record, or it was changed after it was signed.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SampleError(f"{path}: is too large for a record of a closing.")
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SampleError(f"{path}: there is no such record. 'sipas close' writes it.") from None
    except (OSError, ValueError):
        raise SampleError(f"{path}: can't be read as a record of a closing.") from None
    if not isinstance(record, dict) or record.get("statement") != STATEMENT:
        raise SampleError(f"{path}: is not a record of a closing.")
    if not signature_holds(record):
        raise SampleError(f"{path}: the signature does not hold: the record was changed after it was written.")
    return fingerprint(record)


def _counted(workspace: Workspace, store: Store) -> dict[str, Any]:
    """What is there before anything is destroyed; what an earlier, killed close counted where there is such."""
    before = store.meta("closing")
    known: dict[str, Any] = json.loads(before) if before else {}
    if not known and not workspace.people_database.exists():
        raise PeopleError("There is nothing to close: this survey has no data of people.")
    census = count_people(workspace.people_database)
    nobody = not census.respondents + census.list_rows
    if nobody and not known:
        raise PeopleError("There is nothing to close: nobody has been imported yet.")
    papers = sorted({*known.get("papers", []), *(workspace.relative(path) for path in _papers(workspace))})
    if nobody:  # a close that was killed had destroyed them
        return {**known, "papers": papers}
    looks = Counter[tuple[str, str]]()
    for look in census.looks:
        looks[look.who, look.purpose] += 1
    found: dict[str, Any] = {
        "respondents": census.respondents,
        "links": census.links,
        "list_rows": census.list_rows,
        "lists": len(census.files),
        "sources": sorted(file.path for file in census.files),
        "looks": [[who, purpose, count] for (who, purpose), count in sorted(looks.items())],
        "papers": papers,
    }
    store.put_meta("closing", json.dumps(found, ensure_ascii=False))
    return found


def _folders(workspace: Workspace) -> tuple[Path, Path]:
    """The folders that hold names by the program's own doing."""
    return workspace.output / "lists", workspace.output / "field"


def _papers(workspace: Workspace) -> list[Path]:
    return [path for folder in _folders(workspace) for path in folder.rglob("*") if not path.is_dir()]


def _remove_papers(workspace: Workspace) -> None:
    """Overwrite and remove everything in those folders."""
    for folder in _folders(workspace):
        for path in sorted(folder.rglob("*"), reverse=True):
            try:
                if path.is_dir() and not path.is_symlink():
                    path.rmdir()
                else:
                    _destroy(path)
            except OSError as error:
                raise SampleError(
                    f"{path}: can't be removed ({error.strerror}). Close it in other programs and run the command "
                    "again; nobody's link is destroyed yet."
                ) from None
        if folder.is_dir():
            folder.rmdir()


def _destroy(path: Path) -> None:
    """Overwrite and remove; on disks that write elsewhere (SSD) the removal is what can be done."""
    if not path.is_symlink():
        left = path.stat().st_size
        with path.open("r+b") as stream:
            while left > 0:
                left -= stream.write(os.urandom(min(left, BLOCK_BYTES)))
            stream.flush()
            os.fsync(stream.fileno())
    path.unlink()


def _record(workspace: Workspace, store: Store, found: dict[str, Any]) -> dict[str, Any]:
    survey = workspace.survey
    statement = {
        "statement": STATEMENT,
        "survey": survey.code,
        "title": survey.title.vi,
        "closed_at": store.meta("closed_at"),
        "destroyed": {
            **{key: found[key] for key in ("respondents", "links", "list_rows", "lists")},
            "files": len(found["papers"]),
        },
        "how": "key destroyed (AES-256-GCM), tables emptied, database vacuumed, files overwritten and removed",
        "looks": found["looks"],
    }
    path = record_path(workspace)
    signed = sign(store, statement)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(signed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise SampleError(unwritable(path, error)) from None
    return signed


def _paper(workspace: Workspace, record: dict[str, Any]) -> Path:
    """The minutes to sign, with the record's fingerprint."""
    survey = workspace.survey
    words = Words(survey.language)
    width = text_width(lying=False)
    titles = (words("closing_title"), f"{survey.title.in_(words.language)} ({survey.code})")
    story: list[Flowable] = [*head(survey, None, words, width), *title(titles)]
    destroyed = record["destroyed"]
    at = f"{datetime.fromisoformat(record['closed_at']).astimezone():%H:%M, %d/%m/%Y}"
    for key in ("closing_what", "closing_how", "closing_looks", "closing_left", "closing_key"):
        looks = sum(count for *_, count in record["looks"])
        named = {"fingerprint": fingerprint(record), "file": record_path(workspace).name}
        text = words(key, at=at, looks=looks, **named, **destroyed)
        story += [paragraph(text, BASE.clone("minutes", fontSize=13, leading=18)), Spacer(1, 8)]
    story.append(signatures(words, ("closed_by", "head_of_unit"), width))
    path = record_path(workspace).with_suffix(".pdf")
    return write_pdf(path, f"{survey.code}: {words('closing_title')}", survey, words, story, lying=False, private=False)
