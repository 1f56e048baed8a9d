"""Envelope labels: name, address and serial on the common A4 sheet of 2 × 7 labels."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepInFrame

from sipas_forms.field.holders import Holder
from sipas_forms.field.paper import BASE, paragraph, save
from sipas_forms.plan import Survey, Unit
from sipas_forms.printing.fonts import SERIF_BOLD, register_fonts
from sipas_forms.sample.paper_words import Words
from sipas_forms.sample.words import is_organisation, is_titled

# The sheet that every stationer has (L7163 and its likes): 14 labels of 99.1 × 38.1 mm on A4, in mm.
WIDTH, HEIGHT = 99.1, 38.1
ACROSS, DOWN = 2, 7
LEFT, TOP, GAP = 4.65, 15.15, 2.5
INSIDE = 4.0  # kept free at a label's edges: printers shift a sheet by a millimetre or two

SMALL = ParagraphStyle("label-small", parent=BASE, fontSize=8.5, leading=10.5)
SERIAL = ParagraphStyle("label-serial", parent=SMALL, alignment=TA_RIGHT)
NAME = ParagraphStyle("label-name", parent=BASE, fontName=SERIF_BOLD, fontSize=13, leading=16.5)
ADDRESS = ParagraphStyle("label-address", parent=BASE, fontSize=12, leading=15)


def write_labels(path: Path, survey: Survey, unit: Unit, holders: list[Holder]) -> Path:
    """One label for each holder, in the order of the hand-out sheet; long text is set smaller, never cut.

    Raises:
        SampleError: the file is open in another program.
    """
    register_fonts()
    words = Words(survey.language)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(f"{survey.code} {unit.code}")
    order = {field.code: at for at, field in enumerate(unit.fields)}
    ordered = sorted(holders, key=lambda h: (order.get(h.person.field, 0), h.person.position))
    for at, holder in enumerate(ordered):
        place = at % (ACROSS * DOWN)
        if at and place == 0:
            canvas.showPage()
        column, row = place % ACROSS, place // ACROSS
        x = LEFT + column * (WIDTH + GAP) + INSIDE
        y = A4[1] / mm - TOP - (row + 1) * HEIGHT + INSIDE
        _label(canvas, survey, unit, holder, words, (x, y))
    canvas.save()
    return save(path, buffer.getvalue())


def greeting(who: str) -> str:
    """The key of the words above an address: Ông/Bà before a person's name, unless the list has put a title there."""
    return "to_as_listed" if is_organisation(who) or is_titled(who) else "to_person"


def _label(canvas: Canvas, survey: Survey, unit: Unit, holder: Holder, words: Words, at: tuple[float, float]) -> None:
    width, height = (WIDTH - 2 * INSIDE) * mm, (HEIGHT - 2 * INSIDE) * mm
    sender = words("from", office=unit.name.in_(words.language))
    lines = [
        paragraph(sender, SMALL),
        paragraph(words(greeting(holder.who), name=holder.who), NAME),
        paragraph(holder.person.address, ADDRESS),
        paragraph(f"{words('serial')}: {holder.serial}", SERIAL),
    ]
    fitted = KeepInFrame(width, height, lines, mode="shrink")
    _, used = fitted.wrapOn(canvas, width, height)
    fitted.drawOn(canvas, at[0] * mm, at[1] * mm + (height - used) / 2)
