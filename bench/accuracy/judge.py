"""Reads simulated forms and compares every decision with the truth."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2

from bench.accuracy.pages import Desk
from bench.accuracy.scores import ScoredPage
from sipas_forms.printing.layout import LayoutQuestion, PageLayout
from sipas_forms.scanning.decide import Decision, decide_page
from sipas_forms.scanning.policy import POLICY
from sipas_forms.scanning.reader import read_page
from sipas_forms.scanning.types import PageReading, Problem, ScanPage
from sipas_forms.simulate import AMBIGUOUS, Answer

UNWRITTEN = "unwritten"  # a writing area that was left empty; `blank` are boxes that were
NEAREST = 4  # decided questions kept per seed for the contact sheet: those with the least confidence


@dataclass
class Count:
    """Questions of one marking.

    Attributes:
        boxes: boxes of the questions that were read.
        right: decided as the truth says; for writing: seen to be written, or empty.
        doubtful: left to a person.
        misread: decided, and not as the truth says; never counted for ambiguous markings.
        decided, as_meant: ambiguous markings that the machine decided, and those decided as was meant.
        unread: on pages that could not be read.
    """

    questions: int = 0
    boxes: int = 0
    right: int = 0
    doubtful: int = 0
    misread: int = 0
    decided: int = 0
    as_meant: int = 0
    unread: int = 0

    def add(self, other: Count | dict[str, int]) -> None:
        """Sum up."""
        for name, value in (other if isinstance(other, dict) else asdict(other)).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class Verdict:
    """What was counted over some pages; single questions are named so that they can be looked at again."""

    pages: int = 0
    markings: dict[str, Count] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    misreads: list[dict[str, Any]] = field(default_factory=list)
    decided: list[dict[str, Any]] = field(default_factory=list)
    nearest: list[dict[str, Any]] = field(default_factory=list)

    def unread(self, code: str, answers: list[tuple[LayoutQuestion, Answer]]) -> None:
        """Count a page that was not read, and why."""
        self.pages += 1
        self.problems[code] += 1
        for question, answer in answers:
            self._count(question, answer).add({"questions": 1, "unread": 1})

    def decide(self, page: ScoredPage) -> None:
        """Decide a page by its scores, and compare."""
        answers = zip(page.questions, page.answers, strict=True)
        decisions = decide_page(page.reading, page.questions, POLICY)
        self.read(page.reading.code.serial, page.reading, answers, decisions)

    def read(
        self,
        serial: str,
        page: PageLayout | PageReading,
        answers: Iterable[tuple[LayoutQuestion, Answer]],
        decisions: tuple[Decision, ...],
    ) -> None:
        """Compare a page's decisions with the truth."""
        self.pages += 1
        boxes = Counter(box.question for box in page.boxes)
        found = {decision.question: decision for decision in decisions}
        for question, answer in answers:
            count = self._count(question, answer)
            count.add({"questions": 1, "boxes": boxes[question.question]})
            self._judge(count, serial, question, answer, found[question.question])

    def _judge(self, count: Count, serial: str, question: LayoutQuestion, answer: Answer, decision: Decision) -> None:
        writing = question.kind == "writing"
        meant = set() if writing else set(answer.options)
        given = set(filter(None, decision.answer.split(";")))
        if decision.status == "doubtful":
            if writing and answer.text:
                count.right += 1  # a person reads handwriting in any case
                return
            count.doubtful += 1
            if answer.marking not in AMBIGUOUS:
                self.reasons[f"{_marking(question, answer)}: {decision.reason}"] += 1
            return
        right = given == meant and not (writing and answer.text)
        note: dict[str, Any] = {
            "serial": serial,
            "question": question.question,
            "marking": answer.marking,
            "truth": answer.value,
        }
        note |= {"answer": decision.answer, "status": decision.status, "reason": decision.reason}
        note["confidence"] = decision.confidence
        if answer.marking in AMBIGUOUS:
            count.decided += 1
            count.as_meant += right
            self.decided.append(note)
        elif right:
            count.right += 1
            if not writing:
                self.nearest = sorted([*self.nearest, note], key=lambda n: float(n["confidence"]))[:NEAREST]
        else:
            count.misread += 1
            self.misreads.append(note)

    def as_json(self) -> dict[str, Any]:
        """For a line of results."""
        return vars(self) | {"markings": {name: asdict(count) for name, count in self.markings.items()}}

    def _count(self, question: LayoutQuestion, answer: Answer) -> Count:
        return self.markings.setdefault(_marking(question, answer), Count())


def _marking(question: LayoutQuestion, answer: Answer) -> str:
    return UNWRITTEN if question.kind == "writing" and not answer.text else answer.marking


def page_answers(desk: Desk, profile: str, seed: int, serial: str, page: int) -> list[tuple[LayoutQuestion, Answer]]:
    """The truth of one page, question by question."""
    layout = desk.layout(serial)
    place = layout.page(page)
    here = {box.question for box in place.boxes} | {area.question for area in place.writing}
    truth = {answer.question: answer for answer in desk.truth(profile, seed, serial).answers}
    return [(question, truth[question.question]) for question in layout.questions if question.question in here]


def read_simulated(desk: Desk, scan: ScanPage, serial: str, page: int) -> PageReading | Problem:
    """The reader's reading, or why there is none. A page taken for another one is the worst of problems."""
    reading, _ = read_page(scan, desk.library)
    if isinstance(reading, PageReading) and (reading.code.serial, reading.code.page) != (serial, page):
        return Problem("misidentified", f"{serial}, page {page} was taken for {reading.code}.")
    return reading


def judge_seed(desk: Desk, profile: str, seed: int, forms: int) -> tuple[dict[str, Any], list[ScoredPage]]:
    """Fill, scan, read and judge one seed's forms: the counts as JSON has them, the scores of the pages."""
    cv2.setNumThreads(1)
    start = time.perf_counter()
    verdict, scored = Verdict(), []
    serials = desk.serials(seed)[:forms]
    for serial in serials:
        for page, scan in desk.scans(profile, seed, serial):
            answers = page_answers(desk, profile, seed, serial, page)
            reading = read_simulated(desk, scan, serial, page)
            if isinstance(reading, Problem):
                verdict.unread(reading.code, answers)
                continue
            questions, truth = zip(*answers, strict=True)
            scored.append(ScoredPage(reading, questions, truth))
            verdict.decide(scored[-1])
    result = {"profile": profile, "seed": seed, "forms": len(serials)}
    return result | {"seconds": round(time.perf_counter() - start, 2)} | verdict.as_json(), scored


def judge_again(line: dict[str, Any], pages: Iterable[ScoredPage]) -> dict[str, Any]:
    """The result of a seed that was read before, its stored scores decided by the policy as it is now."""
    verdict = Verdict(problems=Counter(line["problems"]))
    verdict.pages = verdict.problems.total()
    for name, count in line["markings"].items():
        verdict.markings[name] = Count(questions=count["unread"], unread=count["unread"])
    for page in pages:
        verdict.decide(page)
    return line | verdict.as_json()


_desk: Desk | None = None


def start_worker(root: Path) -> None:
    """Open the printed survey once per process."""
    global _desk
    _desk = Desk.of(root)


def judge_in_worker(profile: str, seed: int, forms: int) -> tuple[dict[str, Any], list[ScoredPage]]:
    """`judge_seed` in a worker process."""
    assert _desk is not None
    return judge_seed(_desk, profile, seed, forms)
