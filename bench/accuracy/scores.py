"""The scores of pages that were read, kept so that another policy can decide them without the scans."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from sipas_forms.plan.serial import PageCode
from sipas_forms.printing.layout import LayoutQuestion
from sipas_forms.scanning.types import AreaScore, Blot, BoxScore, PageReading
from sipas_forms.simulate import Answer


@dataclass(frozen=True)
class ScoredPage:
    """A page's measurements, its questions and their truth."""

    reading: PageReading
    questions: tuple[LayoutQuestion, ...]
    answers: tuple[Answer, ...]


def save_scores(path: Path, pages: list[ScoredPage]) -> None:
    """Write the pages of one seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [f.name for f in fields(BoxScore)]
    rows: list[dict[str, Any]] = []
    for page in pages:
        reading = {f.name: getattr(page.reading, f.name) for f in fields(PageReading)}
        reading |= {"code": asdict(page.reading.code), "warnings": []}
        reading |= {"boxes": [[getattr(box, name) for name in names] for box in page.reading.boxes]}
        reading |= {
            part: [[*asdict(a).values()] for a in getattr(page.reading, part)] for part in ("strays", "wide", "writing")
        }
        answers = [[a.question, a.options, a.marking, a.text] for a in page.answers]
        questions = [list(asdict(question).values()) for question in page.questions]
        rows.append({"reading": reading, "questions": questions, "answers": answers})
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(gzip.compress(json.dumps(rows, ensure_ascii=False).encode(), 6))
    unfinished.replace(path)


def load_scores(path: Path) -> Iterator[ScoredPage]:
    """What `save_scores` wrote."""
    for row in json.loads(gzip.decompress(path.read_bytes())):
        reading = row["reading"]
        for part in ("to_pixels", "fiducials", "warnings"):
            reading[part] = tuple(reading[part])
        for part in ("strays", "wide", "writing"):
            reading[part] = tuple(
                AreaScore(name, tuple(Blot(**blot) for blot in blots), *rest) for name, blots, *rest in reading[part]
            )
        reading["boxes"] = tuple(BoxScore(*values) for values in reading["boxes"])
        reading["code"] = PageCode(**reading["code"])
        answers = tuple(Answer(q, tuple(options), marking, text) for q, options, marking, text in row["answers"])
        questions = tuple(LayoutQuestion(*values) for values in row["questions"])
        yield ScoredPage(PageReading(**reading), questions, answers)
