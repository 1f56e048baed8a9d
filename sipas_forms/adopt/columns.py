"""Tables whose questions are their columns: the options stand beside the rows."""

from __future__ import annotations

import re

from sipas_forms.adopt.heads import Head
from sipas_forms.adopt.rows import Row, said
from sipas_forms.adopt.text import has_words
from sipas_forms.adopt.types import Draft, FormPage
from sipas_forms.adopt.wording import Wording

OVER_MM = 16.0  # from a table's head up to the line that says how it is filled in: two lines of words
# That each column is to be answered: Vietnamese, English, German, French, Spanish, Portuguese, Italian, Indonesian and
# Dutch, Polish; where rows are named beside it, a table may be filled in either way.
BY_COLUMN = re.compile(
    r"\b(?:(?:mỗi|từng) cột|(?:each|every|per) column|(?:jede[rn]?|je|pro) spalte|(?:chaque|par) colonne|"
    r"(?:cada|por) (?:columna|coluna)|(?:ogni|per) colonna|(?:setiap|tiap|per|elke|iedere) kolom|"
    r"każdej kolumnie)\b",
    re.IGNORECASE,
)
BY_ROW = re.compile(
    r"\b(?:(?:mỗi|từng) (?:hàng|dòng)|(?:each|every|per) (?:row|line)|(?:jede[rn]?|je|pro) zeile|"
    r"(?:chaque|par) ligne|(?:cada|por) (?:fila|línea|linha)|(?:ogni|per) riga|(?:setiap|tiap) baris|"
    r"(?:per|elke|iedere) (?:rij|regel)|każdym wierszu)\b",
    re.IGNORECASE,
)
# Words that are an answer and nothing else: how often, how good, yes; and those that make one stronger or weaker.
DEGREE = (
    r"rất|khá|hoàn toàn|hơi|không|almost|nearly|very|quite|rather|fairly|strongly|completely|not|at all|"
    r"fast|sehr|eher|ziemlich|nicht|presque|très|plutôt|assez|pas|tout à fait|casi|muy|bastante|poco|nada|totalmente"
)
ANSWER = re.compile(
    rf"(?:(?:{DEGREE}) )*(?:luôn(?: luôn)?|thường(?: xuyên)?|thỉnh thoảng|đôi khi|hiếm khi|không bao giờ|"
    r"hài lòng|đồng ý|tốt|khá|trung bình|bình thường|kém|always|often|sometimes|occasionally|rarely|seldom|never|"
    r"(?:dis)?satisfied|(?:dis)?agree|neutral|excellent|good|fair|average|poor|bad|immer|oft|häufig|manchmal|selten|"
    r"nie|(?:un)?zufrieden|gut|mittel|schlecht|toujours|souvent|parfois|rarement|jamais|(?:in)?satisfait|bon|moyen|"
    r"mauvais|siempre|a menudo|a veces|rara vez|raramente|nunca|(?:in)?satisfecho|bueno|regular|malo|"
    r"có|không|yes|no|ja|nein|oui|non|sí)"
    rf"(?: (?:{DEGREE}))*",
    re.IGNORECASE,
)
LEAST_ANSWERS = 3  # rows of answers, and no more than one of something else: "Don't know"


def columns_asked(page: FormPage, block: list[Row], wordings: list[Wording], head: Head, heading: str) -> list[Draft]:
    """A question a column with the rows' words as its options, where it is sure that a table asks so; else none."""
    rows = [own.text for own in wordings]
    named = all(rows) and all(head.labels) and bool(head.words) and not head.groups
    if len(block) < 2 or not named or any(own.group for own in wordings):
        return []
    labels = [said(own.words) for own in wordings]
    if all(label != row for label, row in zip(labels, rows, strict=True)):  # each row has its number
        labels = rows
    if not _says_columns(_over(page, block, head)) and not _are_answers(labels, head.labels):
        return []
    drafts = []
    for column, label in enumerate(head.labels):
        places = [(page.number, row.boxes[column][0]) for row in block]
        doubts = [doubt for own in wordings for doubt in own.doubts] + head.doubts
        drafts.append(Draft(label, [*labels], places, heading=heading, grid=True, doubts=doubts))
    return drafts


def _over(page: FormPage, block: list[Row], head: Head) -> str:
    """The words over a table and beside its head, up to the boxes over it."""
    first = block[0]
    roof = max((box.bottom for box in page.found if box.bottom < head.top), default=0.0)
    roof = max(roof, head.top - OVER_MM)
    return said([word for word in page.words if roof < word.center[1] < first.top and word.x < first.right])


def _says_columns(text: str) -> bool:
    return bool(BY_COLUMN.search(text)) and not BY_ROW.search(text)


def _are_answers(rows: list[str], columns: list[str]) -> bool:
    """Whether the rows of a table are answers, and its columns none, nor numbers."""
    answers = sum(bool(ANSWER.fullmatch(row)) for row in rows)
    asking = all(has_words(column) and not ANSWER.fullmatch(column) for column in columns)
    return asking and answers >= max(LEAST_ANSWERS, len(rows) - 1)
