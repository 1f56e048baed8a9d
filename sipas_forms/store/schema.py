"""The tables of the survey's database. Nothing here holds personal data: a serial is all that answers know."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

# Raised when a change of the tables would make an older program misread the file.
SCHEMA_VERSION = 1

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# One row per unit × field cell: what the frame held and how the sample was drawn.
strata = Table(
    "strata",
    metadata,
    Column("unit", String(10), primary_key=True),
    Column("field", String(10), primary_key=True),
    Column("listed", Integer, nullable=False),  # rows in the transaction lists
    Column("eligible", Integer, nullable=False),  # people, N_h
    Column("official", Integer, nullable=False),  # drawn for the official list, n_h
    Column("reserve", Integer, nullable=False),  # drawn for the reserve list
    Column("seed", String(200), nullable=False),
    Column("method", String(40), nullable=False),
    Column("drawn_at", String(32), nullable=False),  # ISO 8601, UTC
)

# One row per issued questionnaire.
forms = Table(
    "forms",
    metadata,
    Column("serial", String(40), primary_key=True),
    Column("unit", String(10), nullable=False),
    Column("field", String(10), nullable=False),
    Column("number", Integer, nullable=False),  # within the cell, from 1
    Column("list", String(10), nullable=False),  # official | reserve (a reserve who took a place)
    Column("state", String(10), nullable=False),  # issued | void
    Column("reason", Text, nullable=False, default=""),  # why void
    Column("form_version", String(16)),  # of the newest print; null until printed
    Column("pages", Integer),
    Column("issued_at", String(32), nullable=False),
    Column("printed_at", String(32)),
    Index("forms_cell", "unit", "field"),
)

# Why a form is void: the reason's code, its AAPOR disposition, and which form took its place.
replacements = Table(
    "replacements",
    metadata,
    Column("serial", String(40), primary_key=True),
    Column("code", String(20), nullable=False),
    Column("disposition", String(10), nullable=False),
    Column("successor", String(40)),  # null: the reserve was used up
    Column("attempts", Integer, nullable=False),  # contact attempts that were logged by then
    Column("at", String(32), nullable=False),
)

# Replacements that were taken back: only ever added to. What the replacement had said is kept here.
restorations = Table(
    "restorations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("serial", String(40), nullable=False),  # counts again
    Column("heir", String(40)),  # had taken its place; null: nobody had
    Column("reason", Text, nullable=False),  # why it was void
    Column("code", String(20), nullable=False),
    Column("disposition", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("replaced_at", String(32), nullable=False),
    Column("why", Text, nullable=False),  # why the replacement was taken back
    Column("at", String(32), nullable=False),
)

# What happened to a form outside: only ever added to; of one fact (form, event, number) the newest counts.
field_log = Table(
    "field_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("serial", String(40), nullable=False),
    Column("event", String(20), nullable=False),  # handed_out | attempt | returned | result
    Column("number", Integer, nullable=False),  # of the attempt, from 1; 0 for other events
    Column("day", String(10), nullable=False),  # ISO 8601; '' where not said
    Column("value", String(20), nullable=False),  # a code of a result; '' where there is none
    Column("source", String(20), nullable=False),  # office, or the unit whose bundle said it
    Column("at", String(32), nullable=False),
    Index("field_log_serial", "serial", "event", "number"),
)

# Where each printed page lies.
printed_pages = Table(
    "printed_pages",
    metadata,
    Column("file", String(400), primary_key=True),  # relative to the workspace
    Column("pdf_page", Integer, primary_key=True),  # from 1
    Column("serial", String(40), nullable=False),
    Column("page", Integer, nullable=False),
    Column("form_version", String(16), nullable=False),
    Index("printed_pages_serial", "serial"),
)

# Scan files whose frames have all been seen, so that a second run can pass them by.
scan_files = Table(
    "scan_files",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
)

# One row per distinct scanned page, known by the digest of its pixels.
scans = Table(
    "scans",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("path", String(400), nullable=False),  # relative to the workspace
    Column("frame", Integer, nullable=False),  # page of a PDF or TIFF, from 1
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("serial", String(40)),
    Column("page", Integer),
    Column("form_version", String(16)),
    Column("residual_mm", Float),
    Column("state", String(12), nullable=False),  # read | problem | set_aside
    Column("read_at", String(32), nullable=False),
    Column("reading", LargeBinary),  # the page's scores and registration: zlib-compressed JSON
    Index("scans_page", "serial", "page"),
    Index("scans_state", "state", "serial", "page", "digest"),  # which scans count, without touching the readings
)

# Everything that needs a person and is not a doubtful answer.
problems = Table(
    "problems",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64)),  # null when the file could not be opened
    Column("path", String(400), nullable=False),
    Column("frame", Integer, nullable=False),  # 0: the whole file
    Column("code", String(40), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("settled_at", String(32)),  # null: open
    Index("problems_place", "path", "frame"),
)

# Pages without a number of their own, and the page, their front, whose serial they take.
fronts = Table(
    "fronts",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("front", String(64), nullable=False),  # digest
    Index("fronts_front", "front"),
)

# What the machine decided, per scan: a reading again after a change of policy replaces it, a person's never.
machine_answers = Table(
    "machine_answers",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("question", String(32), primary_key=True),
    Column("answer", Text, nullable=False),  # option codes joined by ';'
    Column("status", String(10), nullable=False),  # accepted | blank | doubtful
    Column("reason", String(40), nullable=False),  # row of the policy table
    Column("confidence", Float, nullable=False),
    # the least certain first, without a look at the table
    Index("machine_answers_certainty", "status", "confidence", "question", "digest", "answer", "reason"),
)

# What people decided: only ever added to; the newest that is not undone counts.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("serial", String(40), nullable=False),
    Column("question", String(32), nullable=False),
    Column("answer", Text, nullable=False),  # option codes joined by ';', or the words of a writing question
    Column("operator", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("undone_at", String(32)),
    Index("decisions_serial", "serial", "question"),
)

# What people decided about a scan: whose page it is, which of two scans counts, or that it is set aside.
scan_decisions = Table(
    "scan_decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False),
    Column(
        "action", String(20), nullable=False
    ),  # chosen | set_aside | serial | corners | turned | by_hand | confirmed | denied
    Column("value", Text, nullable=False, default=""),
    Column("operator", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("undone_at", String(32)),
    Index("scan_decisions_digest", "digest"),
)

# What people, looking over settled answers, called doubtful. Each doubts one decision (0: the machine's) and holds for
# as long as that is the newest one, so that a later decision answers it and undoing that one brings it back.
doubts = Table(
    "doubts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("serial", String(40), nullable=False),
    Column("question", String(32), nullable=False),
    Column("decision", Integer, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    Column("undone_at", String(32)),
    Index("doubts_serial", "serial", "question"),
)

# Double entry: what each of two people keyed apart, before it becomes a decision (or a third person's question).
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("serial", String(40), nullable=False),
    Column("question", String(32), nullable=False),
    Column("answer", Text, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("undone_at", String(32)),
    Index("entries_serial", "serial", "question"),
)
