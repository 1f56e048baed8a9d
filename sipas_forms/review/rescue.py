"""Reads a page again with a person's help: whose page it is, which way up it lies, where its corner marks are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.plan.serial import PageCode, split_serial
from sipas_forms.printing.layout import Layout, PageLayout
from sipas_forms.review.desk import Desk
from sipas_forms.scanning.as_is import lay_by_content
from sipas_forms.scanning.decide import decide_page
from sipas_forms.scanning.identify import identify, laid_by_codes
from sipas_forms.scanning.paper import picture_guesses
from sipas_forms.scanning.reader import read_identified, unread
from sipas_forms.scanning.run import pack_reading
from sipas_forms.scanning.types import IdentifiedPage, Problem, ScanPage
from sipas_forms.store.readings import MachineAnswer, ScanRecord
from sipas_forms.store.review import HANDWRITING
from sipas_forms.store.review_pages import PageProblem, form_of

Points = tuple[tuple[float, float], ...]
CORNERS = ("tl", "tr", "br", "bl")
BY_HAND = "by_hand"  # the reason of an answer on a page that nobody but a person can read


@dataclass(frozen=True)
class Help:
    """What a person said of a page.

    Attributes:
        turn: degrees clockwise by which the picture must be turned to stand upright: 0, 90, 180, 270.
        corners: middles of the corner marks (tl, tr, br, bl) as shares of the turned picture's sides; or empty.
    """

    serial: str
    page: int
    turn: int = 0
    corners: Points = ()

    def text(self) -> str:
        """As kept beside the decision."""
        return json.dumps({"serial": self.serial, "page": self.page, "turn": self.turn, "corners": self.corners})


@dataclass(frozen=True)
class Refused:
    """Why the help is of no use: a word of the page's words and what belongs into it."""

    word: str
    values: dict[str, object]


def clean_serial(text: str) -> str:
    """A serial as people type it: any case, spaces or dots for hyphens."""
    return "-".join(text.upper().replace(".", " ").replace("-", " ").replace("–", " ").split())


def check_serial(desk: Desk, serial: str) -> Refused | None:
    """Whether `serial` is whole (its check character) and a printed form of this survey that is not void."""
    if split_serial(serial) is None:
        return Refused("serial_wrong", {"serial": serial})
    form = form_of(desk.store, serial)
    if form is None:
        return Refused("serial_unknown", {"serial": serial})
    state, version, _ = form
    if state != "issued":
        return Refused("serial_void", {"serial": serial})
    # of a form that was drawn elsewhere sheets come back that nobody printed here
    return None if version or desk.questionnaire.adopted else Refused("serial_unprinted", {"serial": serial})


def read_again(desk: Desk, problem: PageProblem, help_: Help) -> ScanRecord | Refused:
    """The page, read with the help; it is proved by its printed boxes like every other page."""
    told = _told(desk, problem, help_)
    if isinstance(told, Refused):
        return told
    for identified in _guesses(desk, told, help_):
        reading = read_identified(identified, desk.library)
        if not isinstance(reading, Problem):
            answers = tuple(MachineAnswer(**vars(one)) for one in decide_page(reading, told.layout.questions))
            return replace(told.record, residual_mm=reading.residual_mm, reading=pack_reading(reading), answers=answers)
    return Refused("not_laid", {})


def take_by_hand(desk: Desk, problem: PageProblem, help_: Help) -> ScanRecord | Refused:
    """The page, of which no answer is read: people are asked every one. For a sheet that can't be laid onto its form
    safely; its pieces are cut where it seems to lie, and the whole page is there beside them."""
    told = _told(desk, problem, help_)
    if isinstance(told, Refused):
        return told
    guess = next(_guesses(desk, told, help_)).laid
    laid = laid_by_codes(told.said, told.page) if told.said and not help_.corners else guess
    assert laid is not None
    written = {area.question for area in told.page.writing}
    asked = {box.question for box in told.page.boxes} | written
    answers = tuple(
        MachineAnswer(q.question, "", "doubtful", HANDWRITING if q.question in written else BY_HAND, 0.0)
        for q in told.layout.questions
        if q.question in asked
    )
    return replace(told.record, reading=pack_reading(unread(told.code, laid)), answers=answers)


@dataclass(frozen=True)
class _Told:
    """A page as a person told whose it is; `said`: its codes, if they can be read; `record`: what is known of it."""

    scan: ScanPage
    said: IdentifiedPage | None
    code: PageCode
    layout: Layout
    page: PageLayout
    record: ScanRecord


def _told(desk: Desk, problem: PageProblem, help_: Help) -> _Told | Refused:
    """What the help says, where nothing speaks against it."""
    refused = check_serial(desk, help_.serial)
    if refused:
        return refused
    scan = desk.pictures.scan(problem.path, problem.frame)
    if scan is None:
        return Refused("file_gone", {})
    said = identify(scan, desk.library)
    if isinstance(said, IdentifiedPage) and (said.code.serial, said.code.page) != (help_.serial, help_.page):
        return Refused("code_says", {"serial": said.code.serial, "page": said.code.page})
    form = form_of(desk.store, help_.serial)
    if isinstance(said, IdentifiedPage):
        version = said.code.form_version
    else:
        version = problem.form_version or (form and form[1]) or _as_it_is(desk)
    layout = desk.layout(version)
    pages = [page for page in layout.pages if page.number == help_.page] if layout else []
    if layout is None or not pages:
        return Refused("page_unknown", {"page": help_.page})
    height, width = scan.pixels.shape
    record = ScanRecord(problem.path, problem.frame, scan.digest, width, height, help_.serial, help_.page, version)
    code = PageCode(desk.survey.code, help_.serial, help_.page, version)
    return _Told(scan, said if isinstance(said, IdentifiedPage) else None, code, layout, pages[0], record)


def _as_it_is(desk: Desk) -> str:
    """The newest version of the survey's form as it was drawn elsewhere; empty where it was drawn here."""
    for version in desk.library.versions():
        layout = desk.layout(version)
        if layout and layout.adopted and layout.questionnaire == desk.questionnaire.code and not layout.pages[0].codes:
            return version
    return ""


def _guesses(desk: Desk, told: _Told, help_: Help) -> Iterator[IdentifiedPage]:
    """How the sheet lies: by the corner marks that the person placed; by what is printed on it, where it has none;
    else as if the picture were the sheet, the way up that the person said first."""
    scan, code, page = told.scan, told.code, told.page
    size_mm = desk.library.blank(code.form_version, page.number).size_mm
    if not page.fiducials:
        found = lay_by_content(scan, desk.library, code.form_version, page.number)
        if found:
            yield found.identified(scan, code)
    if help_.corners and page.fiducials:
        centers = {mark.id: mark.center for mark in page.fiducials}
        mm = np.array([centers[name] for name in CORNERS])
        px = _unturned(help_.corners, help_.turn, scan)
        laid = cv2.getPerspectiveTransform(mm.astype(np.float32), px.astype(np.float32))
        yield IdentifiedPage(scan, code, (), np.asarray(laid, np.float64))
    else:
        # the picture must be turned clockwise by so much to stand upright: the sheet lies turned back by it
        for laid in picture_guesses(scan.pixels, size_mm, -help_.turn % 360):
            yield IdentifiedPage(scan, code, (), laid)


def _unturned(points: Points, turn: int, scan: ScanPage) -> NDArray[np.float64]:
    """Shares of the turned picture as pixels of the scan as it lies in its file."""
    height, width = scan.pixels.shape
    u, v = np.array(points, np.float64).T
    x, y = {0: (u, v), 90: (v, 1 - u), 180: (1 - u, 1 - v), 270: (1 - v, u)}[turn]
    return np.column_stack([x * width, y * height])
