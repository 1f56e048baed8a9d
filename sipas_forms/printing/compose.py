"""Composes the form: from questionnaire and survey to the one geometry and the words and rules around it.

The page: a fiducial in each corner (a frame at the top left, solid squares elsewhere, so that they tell which way is
up), page codes at the top right and the bottom left, the serial in clear type beside each, and between them the
questions.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sipas_forms.errors import PrintError
from sipas_forms.plan import Language, Question, Questionnaire, Survey
from sipas_forms.plan.questionnaire import Section
from sipas_forms.printing.drawing import Mark, Rule, Solid, Words
from sipas_forms.printing.fitting import page_faults, wording_faults
from sipas_forms.printing.fonts import SANS, SANS_BOLD, SANS_ITALIC, text_width, wrap
from sipas_forms.printing.furniture import (
    BODY_BOTTOM,
    LEFT,
    RIGHT,
    first_page_head,
    later_page_head,
    page_furniture,
)
from sipas_forms.printing.layout import (
    A4_MM,
    Box,
    Layout,
    LayoutQuestion,
    PageLayout,
    Rect,
    WritingArea,
    digest_version,
)

BOX = 4.0  # mm, outer size of an answer box: room for a cross by an unsteady hand
FRAME = 0.3  # mm, a box's printed line: survives a photocopy, thinner than most pens
TEXT_SIZE = 9.5  # pt
LINE = 3.9  # mm between two lines of one paragraph at TEXT_SIZE
CAP_DROP = 1.15  # mm from a row's middle down to the baseline at TEXT_SIZE

# Vertical room of a row of boxes. At least 1.6 mm stay free between two boxes, so that a mark that leaves its box is
# seen to; never more than 9 mm, or rows no longer read as a group.
ROW_LEAST, ROW_MOST = 5.6, 9.0

LABEL_COLUMN = 58.0  # mm for the question's wording on the left
OPTION_COLUMN = (RIGHT - LEFT - LABEL_COLUMN) / 6  # options stand on a grid of six columns
OPTION_GAP = 1.8  # mm from a box to its words
LIKERT_COLUMN = 14.0  # mm from one box of the satisfaction grid to the next


@dataclass(frozen=True)
class ComposedForm:
    """The layout and, per page, what is drawn the same on each copy of a cell (`marks`)."""

    layout: Layout
    marks: tuple[list[Mark], ...]


@dataclass
class _Page:
    """A page being filled from the top; `y` is the next free height."""

    number: int
    y: float
    marks: list[Mark] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    writing: list[WritingArea] = field(default_factory=list)

    def add_box(self, x: float, middle: float, question: str, option: str) -> None:
        box = Box(round(x, 3), round(middle - BOX / 2, 3), BOX, BOX, question, option)
        self.boxes.append(box)
        self.marks.append(Solid(Rect(box.x, box.y, box.w, box.h), hole=FRAME))


def compose(survey: Survey, questionnaire: Questionnaire, language: Language | None = None) -> ComposedForm:
    """Lay the questionnaire out on A4 pages.

    Raises:
        PrintError: a part doesn't fit on one page or in its line, or has letters that the type lacks; the message
            says which.
    """
    language = language or survey.language
    faults = wording_faults(survey, questionnaire, language)
    if faults:
        raise PrintError("\n".join(faults))
    parts = _split_pages(questionnaire)
    pages: list[_Page] = []
    counter = 0
    for number, sections in enumerate(parts, 1):
        page, row = _fit(survey, questionnaire, sections, number, counter, language)
        counter += sum(len(section.questions) for section in sections)
        pages.append(page)
        if number == len(parts):
            middle = (page.y + row / 2 + 1, BODY_BOTTOM - 1)
            page.marks.append(
                Words((LEFT + RIGHT) / 2, min(middle), questionnaire.thanks.in_(language), SANS_ITALIC, 10, "center")
            )
    return _finish(questionnaire, pages, language)


def _split_pages(questionnaire: Questionnaire) -> list[list[Section]]:
    parts: list[list[Section]] = [[]]
    for section in questionnaire.sections:
        if section.new_page and parts[-1]:
            parts.append([])
        parts[-1].append(section)
    return parts


def _fit(
    survey: Survey, questionnaire: Questionnaire, sections: list[Section], number: int, counter: int, language: Language
) -> tuple[_Page, float]:
    """The page with the widest rows that fit (mm, in steps of 0.1)."""
    row = ROW_MOST
    while row >= ROW_LEAST:
        page = _fill(survey, questionnaire, sections, number, counter, language, row)
        if page.y <= BODY_BOTTOM - 4:  # the last line of thanks stands below
            return page, row
        row = round(row - 0.1, 1)
    over = page.y - (BODY_BOTTOM - 4)
    raise PrintError(
        f"Page {number} of questionnaire {questionnaire.code} is {over:.0f} mm too long even with the narrowest rows. "
        f"Shorten it, or give a section of it 'new_page: true' in its YAML file."
    )


def _fill(
    survey: Survey,
    questionnaire: Questionnaire,
    sections: list[Section],
    number: int,
    counter: int,
    language: Language,
    row: float,
) -> _Page:
    if number == 1:
        head, y = first_page_head(survey, questionnaire, language)
    else:
        head, y = later_page_head(survey, questionnaire, language)
    page = _Page(number, y, list(head))
    for index, section in enumerate(sections):
        if index or number == 1:
            page.y += row * 0.35
        numeral = _roman(1 + questionnaire.sections.index(section))
        if section.factors:
            _likert(page, questionnaire, section, numeral, language, row)
        else:
            counter = _questions(page, section, numeral, counter, language, row)
    return page


def _section_title(page: _Page, section: Section, numeral: str, language: Language) -> None:
    page.y += 4.2
    lines = wrap(f"{numeral}. {section.title.in_(language)}".upper(), SANS_BOLD, 10.5, RIGHT - LEFT)
    for index, line in enumerate(lines):
        page.y += LINE if index else 0
        page.marks.append(Words(LEFT, page.y, line, SANS_BOLD, 10.5))
    if section.note:
        note = f"({section.note.in_(language)})"
        after = LEFT + text_width(lines[-1], SANS_BOLD, 10.5) + 2
        if after + text_width(note, SANS_ITALIC, TEXT_SIZE) <= RIGHT:
            page.marks.append(Words(after, page.y, note, SANS_ITALIC, TEXT_SIZE))
        else:
            for line in wrap(note, SANS_ITALIC, TEXT_SIZE, RIGHT - LEFT):
                page.y += LINE
                page.marks.append(Words(LEFT, page.y, line, SANS_ITALIC, TEXT_SIZE))
    page.y += 1.4
    page.marks.append(Rule(LEFT, page.y, RIGHT, page.y, 0.35))


def _questions(page: _Page, section: Section, numeral: str, counter: int, language: Language, row: float) -> int:
    _section_title(page, section, numeral, language)
    page.y += 0.5
    for question in section.questions:
        counter += 1
        if question.kind == "writing" and not question.digits:
            _free_writing(page, question, counter, language)
        else:
            _one_question(page, question, counter, language, row)
        if question is not section.questions[-1]:
            page.marks.append(Rule(LEFT, page.y, RIGHT, page.y, 0.12))
    return counter


def _one_question(page: _Page, question: Question, number: int, language: Language, row: float) -> None:
    """Wording on the left, options on the six-column grid on the right; a wide list goes below its wording."""
    label = f"{number}. {question.text.in_(language)}"
    needs = [_need(option.label.in_(language)) for option in question.options]
    below = len(question.options) > 6 or max(needs, default=0) > RIGHT - LEFT - LABEL_COLUMN
    columns = 9 if below else 6
    spans = [min(columns, -int(-need // OPTION_COLUMN)) for need in needs]
    left = LEFT if below else LEFT + LABEL_COLUMN
    if below:
        lines = wrap(label, SANS, TEXT_SIZE, RIGHT - LEFT)
        for line in lines:
            page.marks.append(Words(LEFT, page.y + 4.0, line, SANS, TEXT_SIZE))
            page.y += LINE
        page.y += 1.4
        widest = max(spans)
        spans = [widest] * len(spans)
    else:
        lines = _hanging(label, LABEL_COLUMN - 3)
    top = page.y
    places = _place(spans, columns)
    rows = 1 + max((line for line, _ in places), default=0)
    for option, (place, column) in zip(question.options, places, strict=True):
        middle = top + row * (place + 0.5)
        x = left + column * OPTION_COLUMN
        page.add_box(x, middle, question.id, option.code)
        words = option.label.in_(language)
        page.marks.append(Words(x + BOX + OPTION_GAP, middle + CAP_DROP, words, SANS, TEXT_SIZE))
    if question.digits:
        _digit_cells(page, question, left, top + row / 2)
    height = rows * row
    if not below:
        height = max(height, len(lines) * LINE + row - LINE)
        first = top + row / 2 if rows > 1 or len(lines) == 1 else top + height / 2 - (len(lines) - 1) * LINE / 2
        _label(page, lines, first)
    page.y = top + height


def _label(page: _Page, lines: list[str], first_middle: float) -> None:
    for index, line in enumerate(lines):
        indent = 0.0 if index == 0 else _indent(lines[0])
        page.marks.append(Words(LEFT + indent, first_middle + CAP_DROP + index * LINE, line, SANS, TEXT_SIZE))


def _hanging(label: str, width: float) -> list[str]:
    """Lines of a numbered label; the second and later ones are indented under the first word."""
    lines = wrap(label, SANS, TEXT_SIZE, width)
    if len(lines) == 1:
        return lines
    return [lines[0], *wrap(" ".join(lines[1:]), SANS, TEXT_SIZE, width - _indent(lines[0]))]


def _indent(first_line: str) -> float:
    """Where a label's words begin, after its number."""
    return text_width(first_line.split(" ", 1)[0] + " ", SANS, TEXT_SIZE)


def _need(label: str) -> float:
    """Room (mm) for an option's box and words, with a gap before the next option."""
    return BOX + OPTION_GAP + text_width(label, SANS, TEXT_SIZE) + 2.5


def _place(spans: list[int], columns: int) -> list[tuple[int, int]]:
    """(line, column) for options of these spans, set from left to right; alike spans where that costs no line."""
    alike = [max(spans)] * len(spans) if spans else []
    best: list[tuple[int, int]] = []
    for choice in (alike, spans):
        places: list[tuple[int, int]] = []
        line = column = 0
        for span in choice:
            if column + span > columns:
                line, column = line + 1, 0
            places.append((line, column))
            column += span
        if not best or (places and places[-1][0] < best[-1][0]):
            best = places
    return best


def _digit_cells(page: _Page, question: Question, x: float, middle: float) -> None:
    """Cells for handwritten digits: open at the top, so that they can't be taken for answer boxes."""
    width, height = 6.0, 5.0
    area = WritingArea(
        round(x, 3), round(middle - height / 2, 3), width * question.digits, height, question.id, question.digits
    )
    page.writing.append(area)
    bottom = area.y + area.h
    page.marks.append(Rule(area.x, bottom, area.x + area.w, bottom, 0.2))
    for index in range(question.digits + 1):
        at = area.x + index * width
        top = area.y if index in (0, question.digits) else bottom - 2.0
        page.marks.append(Rule(at, top, at, bottom, 0.2))


def _free_writing(page: _Page, question: Question, number: int, language: Language) -> None:
    lines = wrap(f"{number}. {question.text.in_(language)}", SANS, TEXT_SIZE, RIGHT - LEFT)
    for index, line in enumerate(lines):
        page.marks.append(Words(LEFT, page.y + 4.2 + index * LINE, line, SANS, TEXT_SIZE))
    top = page.y + 5.4 + (len(lines) - 1) * LINE
    area = WritingArea(LEFT, round(top, 3), RIGHT - LEFT, question.height_mm, question.id)
    page.writing.append(area)
    rules = max(1, int(question.height_mm // 7))
    for index in range(1, rules + 1):
        y = top + question.height_mm * index / rules - 0.6
        page.marks.append(Rule(LEFT, y, RIGHT, y, 0.2, dash=True))
    page.y = top + question.height_mm


def _likert(
    page: _Page, questionnaire: Questionnaire, section: Section, numeral: str, language: Language, row: float
) -> None:
    _section_title(page, section, numeral, language)
    options = questionnaire.scale.options
    first = RIGHT - LIKERT_COLUMN * (len(options) - 0.5)  # middle of the first column
    text_width_mm = first - LIKERT_COLUMN / 2 - LEFT - 2
    _likert_head(page, questionnaire, first, language)
    for factor in section.factors:
        title = wrap(f"{factor.code}. {factor.title.in_(language)}", SANS_BOLD, TEXT_SIZE, RIGHT - LEFT)
        for index, line in enumerate(title):
            baseline = page.y + row * 0.5 + CAP_DROP + index * LINE
            page.marks.append(Words(LEFT, baseline, line, SANS_BOLD, TEXT_SIZE))
        page.y += row * 0.92 + (len(title) - 1) * LINE
        for criterion in factor.criteria:
            page.marks.append(Rule(LEFT, page.y, RIGHT, page.y, 0.12))
            lines = _hanging(f"{criterion.id}. {criterion.text.in_(language)}", text_width_mm)
            height = max(row, len(lines) * LINE + 1.6)
            middle = page.y + height / 2
            _label(page, lines, middle - (len(lines) - 1) * LINE / 2)
            for index, option in enumerate(options):
                page.add_box(first + index * LIKERT_COLUMN - BOX / 2, middle, criterion.id, option.code)
            page.y += height
        page.marks.append(Rule(LEFT, page.y, RIGHT, page.y, 0.35 if factor is section.factors[-1] else 0.2))


def _likert_head(page: _Page, questionnaire: Questionnaire, first: float, language: Language) -> None:
    """Each column's words over its number."""
    heads = [wrap(o.label.in_(language), SANS, 8, LIKERT_COLUMN - 0.6) for o in questionnaire.scale.options]
    deepest = max(len(lines) for lines in heads)
    for index, (option, lines) in enumerate(zip(questionnaire.scale.options, heads, strict=True)):
        x = first + index * LIKERT_COLUMN
        for line_number, line in enumerate(lines):
            y = page.y + 3.4 + (deepest - len(lines) + line_number) * 3.1
            room = LIKERT_COLUMN - 0.6
            room = room if text_width(line, SANS, 8) > room else 0.0  # one long word: set smaller
            page.marks.append(Words(x, y, line, SANS, 8, "center", room=room))
        page.marks.append(Words(x, page.y + 3.4 + deepest * 3.1 + 0.8, option.code, SANS_BOLD, TEXT_SIZE, "center"))
    page.y += 3.4 + deepest * 3.1 + 2.4
    page.marks.append(Rule(LEFT, page.y, RIGHT, page.y, 0.35))


def _finish(questionnaire: Questionnaire, pages: list[_Page], language: Language) -> ComposedForm:
    layouts: list[PageLayout] = []
    faults = [fault for page in pages for fault in page_faults(page.number, page.marks, page.boxes)]
    if faults:
        raise PrintError("\n".join(faults))
    for page in pages:
        fiducials, codes, serials, marks = page_furniture(page.number, len(pages), language)
        page.marks.extend(marks)
        layouts.append(PageLayout(page.number, fiducials, codes, serials, tuple(page.boxes), tuple(page.writing)))
    questions = tuple(LayoutQuestion(q.id, q.kind, q.most) for q in questionnaire.all_questions())
    drawn = [[[type(mark).__name__, asdict(mark)] for mark in page.marks] for page in pages]
    version = digest_version([drawn, [asdict(layout) for layout in layouts], [asdict(q) for q in questions]])
    layout = Layout(version, questionnaire.code, A4_MM, tuple(layouts), questions)
    return ComposedForm(layout, tuple(page.marks for page in pages))


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            text, number = text + sign, number - value
    return text
