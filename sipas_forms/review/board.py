"""Routes of the board: how the survey stands, at a glance, live."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sipas_forms.review.desk import BoardIndex
from sipas_forms.review.render import back_to, desk_of, render, words_of
from sipas_forms.review.safety import changes, session_of, shows
from sipas_forms.review.words import Words
from sipas_forms.store.review_board import CellCounts, cell_counts, not_returned
from sipas_forms.store.review_pages import conflicts, page_problems

# Serials that the board lists as not come back; `sipas status --missing` lists them all.
MOST_MISSING = 400
# Letters of a person's name: in double entry a decision bears two, and the store keeps 80.
MOST_NAME = 38
ALL = "*"
COUNTS = ("issued", "printed", "returned", "complete", "doubtful", "handwriting", "settled")


def routes() -> list[BaseRoute]:
    """What this module answers to."""
    return [
        Route("/board", shows(board_page, lead=True)),
        Route("/api/board", shows(board_data, lead=True)),
        Route("/helpers", changes(invite, lead=True), methods=["POST"]),
    ]


def board_page(request: Request) -> Response:
    """The frame; its script fills and refreshes it."""
    return render(request, "board.html", here="board")


def board_data(request: Request) -> Response:
    """The figures, by cell in the plan's order, with totals."""
    desk, words = desk_of(request), words_of(request)
    counted = {(cell.unit, cell.field): cell for cell in cell_counts(desk.store)}
    index = desk.index.latest()
    most = max((_needed(vars(cell)) for cell in counted.values()), default=0)
    missing = not_returned(desk.store, MOST_MISSING)
    rows = []
    for unit, field in desk.survey.cells():
        cell = counted.get((unit.code, field.code))
        if cell is None:
            continue
        names = (unit.name.in_(words.language), field.name.in_(words.language))
        rows.append(_row(names, cell, most, (index or {}).get((unit.code, field.code)), words))
    total = {name: sum(getattr(cell, name) for cell in counted.values()) for name in COUNTS}
    problems = len(page_problems(desk.store)) + len(conflicts(desk.store))
    data: dict[str, Any] = {
        "rows": rows,
        "total": {name: words.number(number) for name, number in total.items()},
        "shares": _shares(total, _needed(total)),
        "missing": missing,
        "missing_more": len(missing) == MOST_MISSING,
        "problems": words.number(problems),
        "index": _index((index or {}).get((ALL, ALL)), words),
        "ready": index is not None,
    }
    return JSONResponse(data)


def invite(request: Request, form: FormData) -> Response:
    """A link for a helper, shown once."""
    session, words = session_of(request), words_of(request)
    name = " ".join(str(form.get("name", "")).split())[:MOST_NAME]
    if not name:
        return back_to("/board")
    if name.casefold() == session.operator.casefold():
        session.notice = words("own_name", name=name)
        return back_to("/board")
    token = request.app.state.doors.invite(name, lead=False)
    session.notice = words("helper_link", name=name, address=f"http://{request.headers['host']}/enter?token={token}")
    return back_to("/board")


def _row(names: tuple[str, str], cell: CellCounts, most: int, index: BoardIndex | None, words: Words) -> dict[str, Any]:
    counts = {name: getattr(cell, name) for name in COUNTS}
    return {
        "unit": names[0],
        "field": names[1],
        "counts": {name: words.number(number) for name, number in counts.items()},
        "shares": _shares(counts, most),
        "index": _index(index, words),
    }


def _needed(counts: dict[str, int]) -> int:
    """Answers that a person settled or has to settle."""
    return counts["settled"] + counts["doubtful"] + counts["handwriting"]


def _shares(counts: dict[str, int], most: int) -> dict[str, float]:
    """Bars, percent: forms of those printed; answers that need a person of `most`, the longest bar's, so that bars of
    several cells can be compared."""
    printed = max(1, counts["printed"], counts["issued"])
    needed = max(1, most)
    forms = {name: round(100 * counts[name] / printed, 2) for name in ("printed", "returned", "complete")}
    open_ = counts["doubtful"] + counts["handwriting"]
    return {**forms, "settled": round(100 * counts["settled"] / needed, 2), "open": round(100 * open_ / needed, 2)}


def _index(index: BoardIndex | None, words: Words) -> dict[str, Any] | None:
    if index is None or index.index is None:
        return None
    known = index.low is not None and index.high is not None
    interval = f"{words.number(index.low or 0, 1)} – {words.number(index.high or 0, 1)}" if known else ""
    return {
        "text": words.number(index.index, 1),
        "interval": interval,
        "at": [index.low or index.index, index.index, index.high or index.index],
    }
