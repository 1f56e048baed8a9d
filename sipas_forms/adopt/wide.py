"""Frames to tick that are wider than boxes, as the borders of single cells in a spreadsheet are: the words of an option
stand right behind each."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from sipas_forms.adopt.rows import OPTION_MM, lines_of
from sipas_forms.adopt.sizes import free_of, is_box_size
from sipas_forms.adopt.strokes import MEET_MM
from sipas_forms.adopt.text import RUN_GAP, has_words
from sipas_forms.adopt.types import Found, Word
from sipas_forms.printing.layout import Rect

# Width and height of such a frame: room for a tick; wider, or higher, it has room for words or is a picture's.
LEAST_MM, WIDE_MM = (4.5, 4.0), (27.0, 12.0)
LEAST_ALIKE = 3  # on a page: two may be the parts of an answer that is written
# What a number written in a frame counts: Vietnamese, English, German, French, Spanish.
UNIT = re.compile(
    r"(?:giờ|phút|ngày|tuần|tháng|năm|tuổi|người|lần|đồng|triệu|hours?|minutes?|days?|weeks?|months?|years?|people|"
    r"persons?|times|stunden?|minuten?|tage?|wochen?|monate?|jahre?|personen|heures?|jours?|semaines?|mois|ans|"
    r"personnes|horas?|minutos?|días?|semanas?|meses|años|personas|[kcm]?m[²2³3]?|k?g|ha|l|h|min|vnd|usd|eur|[€$£%°])(?!\w)",
    re.IGNORECASE,
)
ROOMY = "frames so wide have room for words: are they to be ticked?"


def option_frames(frames: list[Rect], words: list[Word], found: list[Found]) -> list[Found]:
    """The empty frames of one size that stand side by side, each with an option's words right behind it: further from
    the next frame, and no unit of what would be written."""
    sized = [at for at in dict.fromkeys(frames) if _is_wide(at)]
    sized = free_of(sized, words, found)
    taken: list[Rect] = []
    for level in _levels(sized):
        ends = [*(at.x for at in level[1:]), float("inf")]
        behind = [_behind(at, end, words) for at, end in zip(level, ends, strict=True)]
        if len(level) > 1 and all(behind) and not all(UNIT.match(text) for text in behind):
            taken += level
    alike = Counter(round(at.w) for at in taken)
    return [Found(at.x, at.y, at.w, at.h, "cell", doubt=ROOMY) for at in taken if alike[round(at.w)] >= LEAST_ALIKE]


def _is_wide(at: Rect) -> bool:
    fits = all(least <= side <= most for least, side, most in zip(LEAST_MM, (at.w, at.h), WIDE_MM, strict=True))
    return fits and at.w > at.h and not is_box_size(at)


def _levels(frames: list[Rect]) -> list[list[Rect]]:
    """Frames as wide as each other and on one height, from left to right; none that touch."""
    levels: list[list[Rect]] = []
    for at in sorted(frames, key=lambda at: (round(at.y), at.x)):
        last = levels[-1][-1] if levels else None
        same = last and max(abs(at.y - last.y), abs(at.h - last.h), abs(at.w - last.w)) < MEET_MM
        if last and same and at.x > last.x + last.w + MEET_MM:
            levels[-1].append(at)
        else:
            levels.append([at])
    return levels


def _behind(frame: Rect, end: float, words: list[Word]) -> str:
    """The words right behind a frame, if the only ones on its height up to where the next one begins (`end`), and no
    nearer to that."""
    right = frame.x + frame.w
    level = [w for w in words if frame.y < w.center[1] < frame.y + frame.h and right - MEET_MM < w.x < end]
    line = next(iter(lines_of(level)), [])
    if not line or line[0].x - right > OPTION_MM:
        return ""
    near = end - line[-1].x - line[-1].w < line[0].x - right
    apart = any(b.x - a.x - a.w > max(OPTION_MM, RUN_GAP * b.size) for a, b in pairwise(line))
    text = " ".join(word.text for word in line)
    return "" if near or (apart and end < float("inf")) or not has_words(text) else text
