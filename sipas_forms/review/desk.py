"""What the pages work with: the plan, the store, the layouts, the pictures, and who works on what."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sipas_forms.plan import Question, Workspace
from sipas_forms.printing.layout import Layout
from sipas_forms.review.pictures import Pictures
from sipas_forms.review.suggest import Suggester
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.store import Store

# Seconds for which an item that one browser was given is not given to another: longer than anybody looks at one.
LEASE_SECONDS = 120.0
# Seconds between two computations of the index on the board; a survey of 100,000 answers takes one or two.
INDEX_SECONDS = 20.0

Key = tuple[str, str]


@dataclass(frozen=True)
class BoardIndex:
    """The index of one cell (or unit, or the survey: field or both `*`) as it stands, percent with its interval."""

    index: float | None
    low: float | None
    high: float | None


Figures = Callable[[], Mapping[tuple[str, str], BoardIndex]]


class Desk:
    """One survey on the table of those who review it.

    Args:
        figures: computes the index of every cell as it stands; slow, so it is called in the background.
        double: every item is keyed by two people.
    """

    def __init__(self, workspace: Workspace, store: Store, figures: Figures, double: bool = False) -> None:
        self.workspace, self.store, self.figures, self.double = workspace, store, figures, double
        self.survey, self.questionnaire = workspace.survey, workspace.questionnaire
        self.library = FormLibrary(workspace.layouts, self.survey.code, store.key())
        self.pictures = Pictures(workspace.root, store, self.library, frozenset(self.criteria))
        self.suggester = Suggester(self.pictures)
        self.leases = Leases()
        self.index = IndexAsItStands(figures)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by id, in the form's order."""
        return {question.id: question for question in self.questionnaire.all_questions()}

    @cached_property
    def order(self) -> dict[str, int]:
        """Each question's place on the form."""
        return {name: place for place, name in enumerate(self.questions)}

    @property
    def criteria(self) -> list[str]:
        """The questions of the satisfaction scale."""
        return [criterion.id for criterion in self.questionnaire.criteria]

    def layout(self, version: str) -> Layout | None:
        """The layout of a form version, or None where this workspace never printed it."""
        return self.library.layout(version)


class Leases:
    """Which browser is at which item, so that two people at once don't get the same one."""

    def __init__(self) -> None:
        self._held: dict[Key, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def take(self, keys: list[Key], holder: str, number: int) -> list[Key]:
        """Up to `number` of `keys` that nobody else holds; the holder's other items are free again."""
        moment = time.monotonic()
        with self._lock:
            self._held = {k: v for k, v in self._held.items() if v[0] != holder and v[1] > moment}
            taken = [key for key in keys if key not in self._held][:number]
            self._held |= dict.fromkeys(taken, (holder, moment + LEASE_SECONDS))
            return taken


class IndexAsItStands:
    """The index, computed in the background and at most every `INDEX_SECONDS`: no page waits for it."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._lock = threading.Lock()
        self._latest: Mapping[tuple[str, str], BoardIndex] | None = None
        self._at = -INDEX_SECONDS
        self._running = False

    def latest(self) -> Mapping[tuple[str, str], BoardIndex] | None:
        """The newest figures, None until the first are there; asks for newer ones when they are old."""
        with self._lock:
            if not self._running and time.monotonic() - self._at >= INDEX_SECONDS:
                self._running = True
                threading.Thread(target=self._compute, daemon=True).start()
            return self._latest

    def _compute(self) -> None:
        try:
            self._latest = self._figures()
        finally:
            self._at = time.monotonic()
            self._running = False
