"""The tables of people.db and what their rows are in Python. Whatever names or describes a person is `sealed`."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

# 2: personal data are sealed; 1 kept them in the open.
SCHEMA_VERSION = "2"

metadata = MetaData()

# schema_version; wrapped_key where a passphrase protects the key; closed_at where the survey is closed.
meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

list_files = Table(
    "list_files",
    metadata,
    Column("file", String(255), primary_key=True),  # name without folder
    Column("path", Text, nullable=False),  # relative to the workspace where inside
    Column("digest", String(64), nullable=False),  # SHA-256 of the content
    Column("options", Text, nullable=False),  # unit, field and mapping that were named at import
    Column("imported_at", String(32), nullable=False),
)

# What stands above the rows of each sheet that is a list: titles and header.
list_sheets = Table(
    "list_sheets",
    metadata,
    Column("file", String(255), primary_key=True),
    Column("sheet_number", Integer, primary_key=True),  # from 1
    Column("sheet", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the rows, lists of cells
)

# Every row of every list, whatever became of it.
list_rows = Table(
    "list_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", String(255), nullable=False),
    Column("sheet_number", Integer, nullable=False),  # from 1
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),  # from 1, as the office's program shows it
    Column("unit", String(10), nullable=False),  # '' where not known
    Column("field", String(10), nullable=False),
    Column("outcome", String(10), nullable=False),  # accepted | merged | check | refused
    Column("reasons", Text, nullable=False),  # why refused: codes joined by ';', the first counts
    Column("doubts", Text, nullable=False),  # why a person should look at it, likewise
    Column("link", Integer),  # id of the row that this one was merged into, or resembles
    Column("link_reason", String(20), nullable=False),  # same_phone | same_person | maybe_same | ''
    Column("digest", String(32), nullable=False),  # keyed digest of what the row says and was read as
    Column("sealed", LargeBinary, nullable=False),
    Index("list_rows_place", "file", "sheet_number", "row"),
    Index("list_rows_cell", "unit", "field", "outcome"),
)

# How each cell was drawn; written together with its respondents.
draws = Table(
    "draws",
    metadata,
    Column("unit", String(10), primary_key=True),
    Column("field", String(10), primary_key=True),
    Column("seed", String(200), nullable=False),
    Column("method", String(40), nullable=False),
    Column("listed", Integer, nullable=False),
    Column("eligible", Integer, nullable=False),
    Column("official", Integer, nullable=False),
    Column("reserve", Integer, nullable=False),
    Column("drawn_at", String(32), nullable=False),
    Column("strata", Text, nullable=False),  # JSON: [label, people] in frame order
    Column("numbers", Text, nullable=False),  # JSON: frame numbers drawn, in drawn order
    Column("frame_digest", String(64), nullable=False),  # of everyone in the frame, in frame order
)

# The people drawn, in drawn order, official ones first; `serial` is the link to the answers.
respondents = Table(
    "respondents",
    metadata,
    Column("unit", String(10), primary_key=True),
    Column("field", String(10), primary_key=True),
    Column("position", Integer, primary_key=True),  # from 1
    Column("list", String(10), nullable=False),  # official | reserve
    Column("token", String(32), nullable=False),  # keyed digest of who it is
    Column("sealed", LargeBinary, nullable=False),
    Column("serial", String(40), unique=True),  # null: a reserve who has not taken a place
    Column("number", Integer),  # of the serial, within the cell
    Column("replaces", String(40), unique=True),  # the serial whose place a reserve took
    UniqueConstraint("unit", "field", "token"),
)

# Every reading of personal data: who, when, what for, of whom (a serial, a cell, a file), how many people.
looks = Table(
    "looks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("who", String(80), nullable=False),
    Column("purpose", String(80), nullable=False),
    Column("of", Text, nullable=False),
    Column("people", Integer, nullable=False),
)

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list: where it stands, what it says, and what became of it.

    Attributes:
        outcome: accepted, merged, check or refused.
        reasons: why refused: codes joined by ';', the first counts; `sentence` says them in words.
        doubts: why a person should look at it, likewise.
        person: who it is within the cell; '' where refused.
        kind: person or organisation.
        confirmed: the unit says that the row is right as it stands.
        original: the row as it came: a JSON list of cells.
        link: the place (`FILE, SHEET row N`) of the row that this one was merged into or resembles; '' for none.
        link_reason: same_phone, same_person or maybe_same.
    """

    file: str
    sheet_number: int
    sheet: str
    row: int
    unit: str
    field: str
    outcome: str
    reasons: str
    sentence: str
    person: str
    name: str
    organisation: str
    address: str
    phone: str
    day: str
    original: str
    doubts: str = ""
    procedure: str = ""
    kind: str = "person"
    confirmed: bool = False
    link: str = ""
    link_reason: str = ""

    def said(self) -> list[str | bool]:
        """What is sealed: everything that the row says of a person, in the order of SAID."""
        return list(_said(self))

    def place(self) -> str:
        """Where it stands, in words that hold no personal data."""
        return f"{self.file}, {f'{self.sheet} ' if self.sheet else ''}row {self.row}"


SAID = (
    "sentence", "person", "name", "organisation", "address", "phone", "day", "original", "procedure", "kind",
    "confirmed",
)  # fmt: skip
_said = attrgetter(*SAID)
PLACED = ("file", "sheet_number", "sheet", "row", "unit", "field", "outcome", "reasons")


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """What became of a row, without anything that it says; attributes as in ListRow."""

    file: str
    sheet_number: int
    sheet: str
    row: int
    unit: str
    field: str
    outcome: str
    reasons: str
    doubts: str
    link_reason: str
    link: str


@dataclass(frozen=True)
class ListFile:
    """A list that was imported."""

    file: str
    path: str
    digest: str
    options: str


@dataclass(frozen=True)
class ListSheet:
    """What stands above the rows of a sheet: `head` is a JSON list of rows, each a list of cells."""

    file: str
    sheet_number: int
    sheet: str
    head: str


@dataclass(frozen=True)
class Draw:
    """How a cell was drawn; `strata` and `numbers` are JSON, `frame_digest` is of everyone in frame order."""

    unit: str
    field: str
    seed: str
    method: str
    listed: int
    eligible: int
    official: int
    reserve: int
    drawn_at: str
    strata: str = "[]"
    numbers: str = "[]"
    frame_digest: str = ""


@dataclass(frozen=True)
class Respondent:
    """A person drawn; `serial` is None for a reserve who has not taken a place."""

    unit: str
    field: str
    position: int
    list: str
    person: str
    name: str
    organisation: str
    address: str
    phone: str
    serial: str | None = None
    number: int | None = None
    replaces: str | None = None

    def said(self) -> tuple[str, ...]:
        """What is sealed."""
        return (self.person, self.name, self.organisation, self.address, self.phone)


@dataclass(frozen=True)
class Look:
    """One reading of personal data: `of` is a serial, a cell or a file, `people` how many were read."""

    at: str
    who: str
    purpose: str
    of: str
    people: int
