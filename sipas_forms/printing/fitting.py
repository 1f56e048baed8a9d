"""Whether everything that is to be printed can be: words that stay on the page and off the boxes, in letters that the
type has. What can't is said before a sheet is spoilt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reportlab.pdfbase import pdfmetrics

from sipas_forms.plan import Language, Questionnaire, Survey
from sipas_forms.printing.drawing import Mark, Words
from sipas_forms.printing.fonts import MM_PER_POINT, SANS, SANS_BOLD, SERIF_BOLD, register_fonts, text_width
from sipas_forms.printing.furniture import LEFT, RIGHT
from sipas_forms.printing.layout import Box

# Share of a letter's size that stands above and below the line: of Source Sans, marks on capitals left aside.
ASCENT, DESCENT = 0.70, 0.20
OVER = 0.3  # mm by which a line may reach over its column: it takes a sharp eye to see more


def page_faults(number: int, marks: Sequence[Mark], boxes: Sequence[Box]) -> list[str]:
    """Sentences about the words of page `number` that leave the column of text or run into a box."""
    found = []
    for mark in marks:
        if not isinstance(mark, Words) or mark.slot or not mark.text:
            continue
        width = text_width(mark.text, mark.font, mark.size)
        width = min(width, mark.room) if mark.room else width
        left = mark.x - {"left": 0.0, "center": width / 2, "right": width}[mark.align]
        height = mark.size * MM_PER_POINT
        top, bottom = mark.y - ASCENT * height, mark.y + DESCENT * height
        if left < LEFT - OVER or left + width > RIGHT + OVER:
            over = max(LEFT - left, left + width - RIGHT)
            found.append(f"Page {number}: '{mark.text}' is {over:.0f} mm too long for its line. Shorten it.")
        elif any(b.x < left + width and left < b.x + b.w and b.y < bottom and top < b.y + b.h for b in boxes):
            found.append(
                f"Page {number}: '{mark.text}' runs into the boxes beside it. Shorten it, or its longest word."
            )
    return found


def letter_faults(texts: Iterable[str], fonts: Sequence[str]) -> list[str]:
    """Sentences about letters that one of `fonts` does not have: they would be printed as empty boxes."""
    register_fonts()
    faces = [pdfmetrics.getFont(font).face.charToGlyph for font in fonts]
    found = []
    for text in texts:
        lacking = sorted({sign for sign in text if sign != "\n" and any(ord(sign) not in face for face in faces)})
        if lacking:
            named = ", ".join(
                f"{sign} (U+{ord(sign):04X})" if sign.isprintable() else f"U+{ord(sign):04X}" for sign in lacking
            )
            found.append(f"'{text}' holds signs that the form's type does not have: {named}. Replace them.")
    return found


def wording_faults(survey: Survey, questionnaire: Questionnaire, language: Language) -> list[str]:
    """The same of everything that plan and questionnaire put onto a form."""
    asked = questionnaire
    heads = [asked.title, survey.owner.parent, survey.owner.office, *(s.title for s in asked.sections)]
    names = [text for unit, field in survey.cells() for text in (unit.name, field.name)]
    rows = [
        asked.introduction,
        asked.thanks,
        *(s.note for s in asked.sections if s.note),
        *(f.title for f in asked.factors),
    ]
    for question in asked.all_questions():
        rows += [question.text, *(option.label for option in question.options)]
    parts = ((heads, (SERIF_BOLD, SANS_BOLD)), (names, (SANS, SANS_BOLD)), (rows, (SANS,)))
    faults = [fault for texts, fonts in parts for fault in letter_faults((text.in_(language) for text in texts), fonts)]
    return list(dict.fromkeys(faults))
