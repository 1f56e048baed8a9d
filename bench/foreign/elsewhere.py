"""Forms that others drew, for `scripts/bench foreign --data DIR`: NAME.pdf (or another file that can be adopted), and
beside it NAME.json, the truth, in mm from the page's top left corner:

    {"questions": [{"text": "…", "page": 1, "options": [{"text": "…", "box": [left, top, right, bottom]}]}]}

`box` is where one answers: a box, a cell, the number that is circled. An option may have a `page` of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from bench.foreign.sheet import Form, Spot, Truth


def forms_in(folder: Path) -> Iterator[Form]:
    """The forms of a folder, by name."""
    found = sorted(folder.glob("*.json"))
    if not found:
        raise click.ClickException(f"{folder}: no NAME.json there; see bench/foreign/elsewhere.py for what it says.")
    for path in found:
        others = sorted({*folder.glob(f"{path.stem}.*")} - {path}, key=lambda file: (file.suffix != ".pdf", file))
        if not others:
            raise click.ClickException(f"{path}: there is no form of that name beside it.")
        yield Form(path.stem, others[0], (0.0, 0.0), _truth(path), by_middle=True)


def _truth(path: Path) -> Truth:
    truth = Truth()
    for index, question in enumerate(json.loads(path.read_text(encoding="utf-8"))["questions"]):
        truth.questions.append(question["text"])
        for option in question["options"]:
            left, top, right, bottom = option["box"]
            page = int(option.get("page", question.get("page", 1)))
            truth.boxes.append(Spot(page, left, top, right - left, bottom - top, index, option["text"]))
    return truth
