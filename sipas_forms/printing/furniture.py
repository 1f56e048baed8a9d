"""What stands on every page whatever is asked: fiducials, page codes, serial, head, and how to mark a box."""

from __future__ import annotations

from sipas_forms.plan import Language, Questionnaire, Survey
from sipas_forms.printing.drawing import Mark, Rule, Solid, Words
from sipas_forms.printing.fonts import SANS, SANS_BOLD, SANS_ITALIC, SERIF, SERIF_BOLD, text_width, wrap
from sipas_forms.printing.layout import A4_MM, Named, Rect

WIDTH, HEIGHT = A4_MM
LEFT, RIGHT = 16.0, 194.0  # mm, the column of text: between the fiducials, so that nothing comes near them
BODY_BOTTOM = 271.0  # mm, above the lower page code

# 5 mm squares 8 mm in from the paper's edges: outside every printer's dead margin (4.2 mm on common laser printers) and
# large enough to be told from print at 150 dpi (30 px).
FIDUCIAL, FIDUCIAL_MARGIN, FIDUCIAL_RING = 5.0, 8.0, 1.4
# 29 modules of 0.5 mm (QR version 3): 3 px a module at 150 dpi, which is what the decoder needs.
CODE, CODE_MODULES = 14.5, 29
SERIAL_SIZE = 11.0  # pt, clear type that tesseract reads at 200 dpi
SERIAL_WIDTH, SERIAL_HEIGHT = 58.0, 6.0  # mm, room for the longest serial (28 characters)
HEAD_ROOM = 100.0  # mm from the left, up to the serial: what is longer is set smaller

WORDS = {
    "vi": {
        "serial": "Số phiếu",
        "page": "Trang",
        "unit": "Cơ quan",
        "field": "Lĩnh vực, thủ tục",
        "how": "Cách trả lời",
        "mark": "đánh dấu X hoặc \u2713 vào ô được chọn",
        "undo": "muốn bỏ ô đã chọn: tô đen kín ô đó, rồi đánh dấu ô khác",
        "other_side": "Mời xem tiếp mặt sau",
        "next_page": "Mời xem tiếp trang {page}",
    },
    "en": {
        "serial": "Form No.",
        "page": "Page",
        "unit": "Office",
        "field": "Field, procedure",
        "how": "How to answer",
        "mark": "put a cross or a tick in the box of your choice",
        "undo": "to undo, black it out completely and mark another",
        "other_side": "Please turn over",
        "next_page": "Please go on to page {page}",
    },
}


def page_furniture(
    number: int, pages: int, language: Language
) -> tuple[tuple[Named, ...], tuple[Named, ...], tuple[Rect, ...], list[Mark]]:
    """(fiducials, page codes, places of the serial, what is drawn) of page `number` of `pages`."""
    far_x = WIDTH - FIDUCIAL_MARGIN - FIDUCIAL
    far_y = HEIGHT - FIDUCIAL_MARGIN - FIDUCIAL
    corners = {"tl": (FIDUCIAL_MARGIN, FIDUCIAL_MARGIN), "tr": (far_x, FIDUCIAL_MARGIN)}
    corners |= {"bl": (FIDUCIAL_MARGIN, far_y), "br": (far_x, far_y)}
    fiducials = tuple(Named(x, y, FIDUCIAL, FIDUCIAL, name) for name, (x, y) in corners.items())
    top = Named(RIGHT - CODE, FIDUCIAL_MARGIN + 1.5, CODE, CODE, "a")
    bottom = Named(LEFT, HEIGHT - FIDUCIAL_MARGIN - 1.5 - CODE, CODE, CODE, "b")
    serials = (
        Rect(top.x - 3 - SERIAL_WIDTH, top.y, SERIAL_WIDTH, SERIAL_HEIGHT),
        Rect(bottom.x + CODE + 3, bottom.y + CODE - SERIAL_HEIGHT, SERIAL_WIDTH, SERIAL_HEIGHT),
    )
    marks: list[Mark] = [
        Solid(Rect(f.x, f.y, f.w, f.h), hole=FIDUCIAL_RING if f.id == "tl" else 0.0) for f in fiducials
    ]
    words = WORDS[language]
    marks.append(Words(serials[1].x, serials[1].y - 1.0, words["serial"], SANS, 8))
    marks.append(Words(RIGHT, bottom.y + CODE - 1.5, f"{words['page']} {number}/{pages}", SANS, 9, "right"))
    if number < pages:  # a sheet has two sides; longer forms are printed on one side (see `batch`)
        text = words["other_side"] if pages == 2 else words["next_page"].format(page=number + 1)
        text = f"{text} \u2192"
        marks.append(Words(RIGHT, bottom.y + CODE - 6.5, text, SANS_ITALIC, 9, "right"))
    return fiducials, (top, bottom), serials, marks


def first_page_head(survey: Survey, questionnaire: Questionnaire, language: Language) -> tuple[list[Mark], float]:
    """Head of the first page: the office, the title, unit and field, the greeting, how to mark; and where it ends
    (mm)."""
    marks: list[Mark] = []
    parent, office = survey.owner.parent.in_(language), survey.owner.office.in_(language)
    names = ((13.0, parent, SERIF), (17.6, office, SERIF_BOLD))
    widths = [text_width(name, font, 10) for _, name, font in names]
    width = min(max(widths), HEAD_ROOM)
    middle = LEFT + width / 2
    for (at, name, font), wide in zip(names, widths, strict=True):
        marks.append(Words(middle, at, name, font, 10, "center", room=HEAD_ROOM if wide > HEAD_ROOM else 0.0))
    marks.append(Rule(middle - width / 5, 19.4, middle + width / 5, 19.4, 0.25))
    y = 30.5
    for index, part in enumerate(questionnaire.title.in_(language).split("\n")):
        size = 15 if index == 0 else 12.5
        for line in wrap(part, SERIF_BOLD, size, RIGHT - LEFT):
            marks.append(Words(WIDTH / 2, y, line, SERIF_BOLD, size, "center"))
            y += 6.2
    marks, y = _cell_lines(marks, y + 0.4, language)
    for line in wrap(questionnaire.introduction.in_(language), SANS, 9.5, RIGHT - LEFT):
        marks.append(Words(LEFT, y, line, SANS, 9.5))
        y += 4.1
    return _how_to_mark(marks, y + 1.2, language)


def later_page_head(survey: Survey, questionnaire: Questionnaire, language: Language) -> tuple[list[Mark], float]:
    """Head of the other pages: the form's name and what it is about; and where it ends (mm)."""
    title = questionnaire.title.in_(language).split("\n")[0]
    room = HEAD_ROOM if text_width(title, SERIF_BOLD, 10.5) > HEAD_ROOM else 0.0
    marks: list[Mark] = [
        Words(LEFT, 13.5, title, SERIF_BOLD, 10.5, room=room),
        Words(LEFT, 18.2, "", SANS, 9, slot="unit", room=HEAD_ROOM),
        Words(LEFT, 22.4, "", SANS, 9, slot="field", room=160.0),
    ]
    return marks, 25.5


def _cell_lines(marks: list[Mark], y: float, language: Language) -> tuple[list[Mark], float]:
    """Unit and field between two rules; the words after the labels are filled in per cell."""
    words = WORDS[language]
    marks.append(Rule(LEFT, y - 4.4, RIGHT, y - 4.4, 0.25))
    for name in ("unit", "field"):
        label = f"{words[name]}: "
        marks.append(Words(LEFT, y, label, SANS, 10.5))
        x = LEFT + text_width(label, SANS, 10.5)
        marks.append(Words(x, y, "", SANS_BOLD, 10.5, slot=name, room=RIGHT - x))
        y += 5.0
    marks.append(Rule(LEFT, y - 3.0, RIGHT, y - 3.0, 0.25))
    return marks, y + 2.2


def _how_to_mark(marks: list[Mark], y: float, language: Language) -> tuple[list[Mark], float]:
    """A drawn example of marking and of taking a mark back. These boxes are not in the layout, so nobody reads them."""
    words = WORDS[language]
    label = f"{words['how']}: "
    marks.append(Words(LEFT, y + 3.1, label, SANS_BOLD, 9.5))
    x = LEFT + text_width(label, SANS_BOLD, 9.5) + 1
    x = _example(marks, x, y, "cross")
    marks.append(Words(x, y + 3.1, f"{words['mark']};", SANS, 9.5))
    x += text_width(f"{words['mark']};", SANS, 9.5) + 3
    x = _example(marks, x, y, "black")
    marks.append(Words(x, y + 3.1, f"{words['undo']}.", SANS, 9.5))
    return marks, y + 4.6


def _example(marks: list[Mark], x: float, y: float, kind: str) -> float:
    size = 4.0
    marks.append(Solid(Rect(x, y, size, size), hole=0.3))
    if kind == "cross":
        marks.append(Rule(x + 0.7, y + 0.8, x + size - 0.6, y + size - 0.7, 0.45))
        marks.append(Rule(x + size - 0.8, y + 0.7, x + 0.8, y + size - 0.6, 0.45))
    else:
        marks.append(Solid(Rect(x + 0.2, y + 0.2, size - 0.4, size - 0.4)))
    return x + size + 1.6
