"""The title of a form and what it says to the person who fills it in: the words at the top of its first page."""

from __future__ import annotations

import re

from sipas_forms.adopt.text import Run, runs_of
from sipas_forms.adopt.types import Draft, FormPage

# What forms call themselves; where none of these words stands on top, the largest ones are the title.
NAMES = re.compile(
    r"phiếu|khảo sát|điều tra|ý kiến|góp ý|bảng (?:hỏi|kiểm)|survey|questionnaire|evaluation|assessment|feedback|"
    r"comment card|checklist|inspection|umfrage|befragung|fragebogen|meinung|enquête|sondage|satisfac|encuesta|"
    r"cuestionario|opinión|inquérito|questionário|opinião|pesquisa|kuesioner|survei|angket|sarbey|palatanungan|"
    r"kasiyahan|questionario|sondaggio|indagine|แบบสอบถาม|แบบประเมิน",
    re.IGNORECASE,
)
TOP_SHARE = 0.4  # of the first page, in which its title stands
LARGE, AS_LARGE = 1.15, 1.1  # times the usual height of words: a title; times each other's: lines of one
LEAST_LETTERS = 5  # of a title: a logo has fewer
LINES_APART = 1.0  # heights of a line: what is further apart is no more of it
MOST_INTRODUCTION = 600  # letters
NO_TITLE, NO_INTRODUCTION = "Phiếu khảo sát", "—"


def head_of(pages: list[FormPage], drafts: list[Draft]) -> tuple[str, str]:
    """(title, introduction): what the form calls itself at the top of its first page, and what stands under that, down
    to its first question."""
    page = pages[0]
    runs = sorted(runs_of(page.words, page.found), key=lambda run: (run.y, run.x))
    wording = {draft.text for draft in drafts} | {draft.heading for draft in drafts}
    asked = [page.found[i].y for draft in drafts if draft.kind != "writing" for n, i in draft.places if n == 1]
    end = min(asked, default=page.size_mm[1])
    over = [run for run in runs if run.bottom < end and not _is_of(run, wording)]
    top = [run for run in over if run.bottom < TOP_SHARE * page.size_mm[1] and _letters(run.text) >= LEAST_LETTERS]
    if not top:
        return NO_TITLE, NO_INTRODUCTION
    usual = sorted(run.h for run in runs)[len(runs) // 2]
    large = [run for run in top if run.h >= LARGE * usual] or top
    named = [run for run in large if NAMES.search(run.text)] or [run for run in top if _shouts(run)] or large
    lines = _lines_of(max(named, key=lambda run: run.h), top)
    under = " ".join(run.text for run in over if run.y > lines[-1].y and run not in lines)
    return " ".join(run.text for run in lines), under[:MOST_INTRODUCTION] or NO_INTRODUCTION


def _lines_of(title: Run, runs: list[Run]) -> list[Run]:
    """The title with the lines right under it that are as large and in capitals where it is."""
    lines = [title]
    for run in runs:
        alike = max(title.h, run.h) <= AS_LARGE * min(title.h, run.h) and run.text.isupper() == title.text.isupper()
        below = run.y > lines[-1].y and run.y - lines[-1].bottom < LINES_APART * title.h
        beside = run.x < lines[-1].right and run.right > lines[-1].x
        if alike and below and beside:
            lines.append(run)
    return lines


def _shouts(run: Run) -> bool:
    """Whether it names a form in capitals, however small."""
    return run.text.isupper() and bool(NAMES.search(run.text))


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


def _is_of(run: Run, wording: set[str]) -> bool:
    """Whether a run is part of a question's own words."""
    return any(text and (text in run.text or run.text in text) for text in wording)
