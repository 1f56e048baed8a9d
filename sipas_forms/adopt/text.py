"""Words in print as people read them: runs on a line, numbers of questions, what a sentence asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from sipas_forms.adopt.types import FormPage, Found, Word
from sipas_forms.printing.layout import Rect

RUN_GAP = 0.75  # of a line's height: a gap wider than this begins another run of words
LEAST_GAP_MM = 2.6
ON_LINE = 0.5  # of the lower height: words whose middles are nearer than this are on one line
# "1.1 ", "I.1 ", "A.1 ", "1.", "1)", "(1)", "3a.", "1.-", "1.2.", "Câu 1:", "Question 1 –", "Q1.", "I.", "a)": what
# stands before a question.
# A number alone counts only with a sign; a dash before another number is that of a range, "18 – 24".
NUMBERED = re.compile(
    r"^(?:\d{1,2}|[IVX]{1,5}|[A-H])(?:\.\d{1,2}){1,2}[.)]?\s+(?=[^\W\d])|"
    r"^\(?\s*(?:(?:câu|mục|question|q)\s*)?(?:[A-H]?\d{1,3}(?:\.\d{1,2})*[a-h]?|[IVX]{1,5}|[A-Ha-h])\s*"
    r"(?:[.):/](?:-\s?|\s*[-–—]\s)?|\s[-–—](?!\s*\d))\s*",
    re.IGNORECASE,
)
# "a) ", "(2) ", "B. ": what stands before an option where all of a question have it, in order.
LETTERED = re.compile(r"^\(?([A-Za-z]|\d{1,2})\s*[.)]\s*(?=\S{2})")
ONLY_NUMBER = re.compile(r"^\(?(?:câu\s*)?\d{1,3}[a-h]?\s*[.):]?$", re.IGNORECASE)
CODE = re.compile(r"([A-Z])(\d{1,2})")  # "A1", "B12": what some forms count their questions by, without a sign
LONG_CODE = re.compile(r"([A-Z]{2,4})(\d{1,2})[.):]?")  # "CC1", "SQD0.": a part's initials, and a number
ROW_SIGN = re.compile(r"^\(?[A-Z]{0,2}\d{1,3}[a-z]?\s*[.):]?$")  # "A1", "12.": what a table counts its rows by
LETTER = re.compile(r"\(?([A-Za-zđĐ])[.)]")  # "a.", "(b)"
# The order of letters that count. Vietnamese lists have đ and may leave out f, j and w, others have no đ.
ALPHABET, LETTER_STEPS = "abcdđefghijklmnopqrstuvwxyz", (1, 2)
ROW_LETTER = re.compile(r"[a-zđ]|\(?[A-Za-zđĐ][.)]")  # "a", "(b)", "c." in a column of its own
ROW_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*[.)]*")  # "12.", "4.2": a number of a row
COUNTED = re.compile(r"[A-Z]?(\d{1,3})[.)]*")  # the number by which the rows of a table are counted, or their code's
BARE_NUMBER = re.compile(r"^\d{1,2}\s+(?=[^\W\d_])")  # "11 How": a number without a sign, before words
# "Good (4)": an option's number behind its words; and a sign there that may be one.
COUNT_BEHIND, SIGN_BEHIND = re.compile(r"\S\s*\((\d{1,2})\)$"), re.compile(r"\s+\(?[^\s()]{1,2}\)$")
LEADER = re.compile(r"\s*(?:[.…]{2,}|…|_{3,})$")  # dots from words to their box
# "? * Mark only one.": an asterisk for what must be answered, and how to answer below it, as on forms from the web
HOW_BEHIND = re.compile(r"(?<=\?)\s*\*\s+([^?]+\.)$")
# Before a question that only some are to answer, and before where to go on after an option.
ARROWS = r"(?:→|➔|➜|⇒|=>|->|►|▶|↳)"
ARROW, SKIP = re.compile(rf"^{ARROWS}\s*(?=\S)"), re.compile(rf"^[(\[]?\s*{ARROWS}")
DASH = re.compile(r"^[-–—•+]\s+(?=\S)")  # before each option of a list
ROOM_BEHIND = re.compile(r"\s*\([^()]*:[\s.…_]*\)?$")  # "(which: ……)": room to write within brackets
# "1", "11", "A" at the end of such dots: the code of an option; and the dots of a word that such a code ends, or that
# other words follow ("before.....No").
LED_SIGN = re.compile(r"\d{1,2}|[A-Z]")
LED_TO = re.compile(r"(?:\.{2,}|…+|_{3,})(?=(?:\d{1,2}|[A-Z])$)|(?:\.{4,}|…{2,}|_{4,})(?=[^\W\d_]{2})")
LEADS = re.compile(r"(?:\.{4,}|…{2,}|_{4,})$")
LED_BOX_MM = 8.0  # from an option's word to the box behind it
CODE_DIGITS = re.compile(r"^\(?\d{1,2}[.)]?$")  # "1", "(2)": the code printed beside an option's box
# "Trang 1/2", "Page 2 of 3", "- 2 -": print at a page's foot or head that says nothing about a question.
PAGE_NUMBER = re.compile(
    r"^(?:trang|page|seite|página|pagina|halaman|strona)\s*\d+(?:\s*(?:/|of|trên|sur|von|de|di|dari|z|van)\s*\d+)?$|"
    r"^[-–—]\s*\d+\s*[-–—]$",
    re.IGNORECASE,
)
# "18", "5.000.000", "1,5", and the words before it that say on which side of it an option lies: "Under 18", "18–24".
AMOUNT = re.compile(r"\d+(?:[.,]\d{3})*(?:[.,]\d+)?")
BELOW = re.compile(r"^(?:<|dưới|ít hơn|chưa đến|under|below|less than|fewer than|up to|moins de)", re.IGNORECASE)
ABOVE = re.compile(r"^(?:>|trên|hơn|over|above|more than|plus de)", re.IGNORECASE)
COUNTED_LEAST = 3  # options that rise by chance are seldom this many
# What a form says where several options may be chosen, and how many at most: Vietnamese, English, French, German,
# Spanish, Italian, Portuguese, Indonesian, Polish, Dutch.
MANY = re.compile(
    r"chọn nhiều|nhiều (?:phương án|đáp án|lựa chọn|ô|ý)|có thể chọn|một hoặc nhiều|tất cả (?:các )?(?:ô|ý|phương án)|"
    r"all that apply|any that apply|as many as|one or more|more than one|multiple|plusieurs (?:réponses|choix|cases)|"
    r"toutes (?:les cases|celles)|mehrfach|mehrere (?:antworten|kreuze|angaben|nennungen|möglich)|"
    r"(?:varias|múltiples) (?:respuestas|opciones)|más de una|todas las que|"
    r"più (?:risposte|di una)|(?:várias|múltiplas) (?:respostas|opções)|mais (?:de|do que) uma|todas as que|"
    r"lebih dari satu|semua yang|kilka (?:odpowiedzi|opcji)|wszystkie, które|meerdere (?:antwoorden|opties)",
    re.IGNORECASE,
)
COUNT = r"(\d{1,2}|hai|ba|two|three|deux|trois|zwei|drei|dos|tres|due|tre|duas|três|dua|tiga|dwie|trzy|twee|drie)"
AT_MOST = re.compile(
    r"(?:tối đa|nhiều nhất|không quá|chọn|up to|at most|no more than|au plus|au maximum|höchstens|maximal|como máximo|"
    rf"al massimo|no máximo|maksimal|paling banyak|maksymalnie|najwyżej|maximaal)\s*{COUNT}\b|"
    rf"\b{COUNT} (?:\w+ )?(?:au plus|maximum|como máximo|al massimo)",
    re.IGNORECASE,
)
TWO, THREE = "hai two deux zwei dos due duas dua dwie twee", "ba three trois drei tres tre três tiga trzy drie"
NUMBERS = dict.fromkeys(TWO.split(), 2) | dict.fromkeys(THREE.split(), 3)
EXAMPLE = re.compile(
    r"ví dụ|thí dụ|mẫu đánh|đánh dấu mẫu|cách (?:trả lời|đánh dấu|tô|ghi)|example|sample mark|how to|beispiel|"
    r"so (?:markieren|ankreuzen|ausfüllen)|korrektur|exemple|comme ceci|correction|ejemplo|exemplo|esempio|correzione|"
    r"przykład|contoh",
    re.IGNORECASE,
)
TITLE_LARGER = 1.12  # times the height of a question's words: a title is set one size larger, 12 pt over 10.5
SMALL = 0.75  # of the usual height of words: the code of a box is set smaller
POINTER = re.compile(r"[▼▽▾↓⇓⇩⬇]+")  # from the name of a column down to its boxes
LEAST_CAPITALS = 4  # letters of a title in capitals: "B2" counts a question
STATEMENT_WORDS = 6  # beside a box alone: a sentence that is agreed to, and no option; with a full stop it has fewer


@dataclass(frozen=True)
class Run(Rect):
    """Words that stand together on a line."""

    text: str
    words: tuple[Word, ...]

    @property
    def size(self) -> float:
        """How high its letters are."""
        return self.h

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h


def make_run(words: list[Word]) -> Run:
    """One run of these words, from left to right."""
    words = sorted(words, key=lambda word: word.x)
    x, y = words[0].x, min(word.y for word in words)
    right, bottom = max(word.x + word.w for word in words), max(word.y + word.h for word in words)
    return Run(x, y, right - x, bottom - y, " ".join(word.text for word in words), tuple(words))


def runs_of(words: tuple[Word, ...], boxes: tuple[Found, ...]) -> list[Run]:
    """Words gathered into runs; a box between two words parts them, and so do dots that lead to an option's words."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.center[1]):
        near = lines and abs(word.center[1] - lines[-1][-1].center[1]) < ON_LINE * min(word.h, lines[-1][-1].h)
        # lines of two columns lie at heights between each other
        if near and not any(other.x < word.center[0] < other.x + other.w for other in lines[-1]):
            lines[-1].append(word)
        else:
            lines.append([word])
    runs = []
    for line in lines:
        line.sort(key=lambda w: w.x)
        current = [line[0]]
        for word in line[1:]:
            gap = word.x - (current[-1].x + current[-1].w)
            far = gap > max(LEAST_GAP_MM, RUN_GAP * word.size)
            if far or _between(current[-1], word, boxes) or _leads_to_option(current[-1], word, line, boxes):
                runs.append(make_run(current))
                current = []
            current.append(word)
        runs.append(make_run(current))
    return sorted(runs, key=lambda run: (run.center[1], run.x))


def _leads_to_option(dots: Word, word: Word, line: list[Word], boxes: tuple[Found, ...]) -> bool:
    """Whether dots end before a word that has its box right behind it: "2. Your hearing ........ Good [ ]"."""
    if not LEADS.search(dots.text):
        return False
    after = min((other.x for other in line if other.x > word.x), default=word.x + word.w + LED_BOX_MM)
    last = Word(after, word.y, 0.0, word.h, "")
    return min(after - word.x - word.w, LED_BOX_MM) > 0 and _between(word, last, boxes)


def _between(left: Word, right: Word, boxes: tuple[Found, ...]) -> bool:
    return any(
        box.shape != "writing"
        and left.x < box.center[0] < right.x + right.w
        and abs(box.center[1] - left.center[1]) < max(box.h, left.h) / 2
        for box in boxes
    )


def signed_codes(pages: list[FormPage]) -> list[FormPage]:
    """The pages, with a sign after every code that counts a question, "A1." for "A1": so many of them in all, each
    letter's from 1 without a gap; a single one may be a size of paper."""
    codes = {
        match[0]: (match[1], int(match[2])) for page in pages for w in page.words if (match := CODE.fullmatch(w.text))
    }
    numbers = {letter: {n for other, n in codes.values() if other == letter} for letter, _ in codes.values()}
    counting = {letter for letter, own in numbers.items() if own == set(range(1, len(own) + 1))}
    signed = {text for text, (letter, _) in codes.items() if letter in counting}
    if len(signed) < COUNTED_LEAST:
        return pages
    return [
        replace(page, words=tuple(replace(w, text=f"{w.text}.") if w.text in signed else w for w in page.words))
        for page in pages
    ]


def numbered_codes(pages: list[FormPage]) -> list[FormPage]:
    """The pages, with its number for every code that begins with initials and counts a question, "1." for "SQD1.":
    before words, behind no box, and each part's from 0 or 1 without a gap; by itself such a code may be a name."""
    codes = [{w: m for w in page.words if (m := LONG_CODE.fullmatch(w.text)) and _leads(w, page)} for page in pages]
    numbers: dict[str, set[int]] = {}
    for match in (match for own in codes for match in own.values()):
        numbers.setdefault(match[1], set()).add(int(match[2]))
    counting = {
        part
        for part, own in numbers.items()
        if len(own) >= COUNTED_LEAST and min(own) < 2 and len(own) == max(own) - min(own) + 1
    }
    signs = [{w: f"{m[2]}." for w, m in own.items() if m[1] in counting} for own in codes]
    return [
        replace(page, words=tuple(replace(w, text=own.get(w, w.text)) for w in page.words))
        for page, own in zip(pages, signs, strict=True)
    ]


def _leads(word: Word, page: FormPage) -> bool:
    """Whether a word begins a line, no box right before it, and other words follow it."""
    things = [*page.words, *(box for box in page.found if box.shape != "writing")]
    level = [at for at in things if at.y < word.center[1] + word.h / 2 and word.center[1] - word.h / 2 < at.y + at.h]
    before = [at for at in level if word.x - at.x > 0 and word.x - at.x - at.w < LEAST_GAP_MM]
    after = min((at for at in level if at.x > word.x), key=lambda at: at.x, default=None)
    return not before and isinstance(after, Word) and has_words(after.text)


def without_counters(page: FormPage) -> FormPage:
    """The page without the letters right before boxes, "a. [ ] Yes  b. [ ] No": they count the options, and belong to
    the words of none. Only where they go on from one to the next; one by itself may count a question."""
    boxes = [box for box in page.found if box.shape != "writing"]
    letters = [
        word
        for word in page.words
        if LETTER.fullmatch(word.text)
        and any(0 <= box.x - word.x - word.w < LEAST_GAP_MM and box.y < word.center[1] < box.bottom for box in boxes)
    ]
    order = [ord(LETTER.sub(r"\1", word.text)) for word in sorted(letters, key=lambda w: (round(w.center[1]), w.x))]
    if not any(b == a + 1 for a, b in pairwise(order)):
        return page
    return replace(page, words=tuple(word for word in page.words if word not in letters))


def counts_after(sign: str, before: str) -> bool:
    """Whether a letter with its sign, "j.", is the next one after another, "i."."""
    letters = [match[1].lower() for match in map(LETTER.fullmatch, (before, sign)) if match]
    return len(letters) == 2 and ALPHABET.index(letters[1]) - ALPHABET.index(letters[0]) in LETTER_STEPS


def with_codes(page: FormPage) -> FormPage:
    """A drawn page with the small digits right beside boxes, by which their answers are typed in, as the signs of these
    boxes: they are the words of none. Only where they count on; one by itself points to a footnote."""
    usual = median([word.h for word in page.words]) if page.words else 0.0
    small = [word for word in page.words if word.h < SMALL * usual and word.text.isdecimal() and len(word.text) <= 2]
    codes = {word: index for word in small if (index := _coded(word, page.found)) is not None}
    numbers = {int(word.text) for word in codes}
    if not any(number + 1 in numbers for number in numbers):
        return page
    signs = {index: word.text for word, index in codes.items()}
    found = tuple(replace(box, inside=box.inside or signs.get(i, "")) for i, box in enumerate(page.found))
    return replace(page, words=tuple(word for word in page.words if word not in codes), found=found)


def _coded(word: Word, boxes: tuple[Found, ...]) -> int | None:
    """The box right beside a word, at its foot or head too."""
    gaps = {
        index: max(word.x - box.right, box.x - word.x - word.w)
        for index, box in enumerate(boxes)
        if box.shape != "writing" and box.y - word.h <= word.center[1] <= box.bottom + word.h
    }
    near = [index for index, gap in gaps.items() if 0 <= gap < LEAST_GAP_MM]
    return min(near, key=lambda index: gaps[index], default=None)


def is_numbered(text: str) -> bool:
    """Whether a line begins as a numbered question does."""
    return bool(NUMBERED.match(text) or ONLY_NUMBER.match(text))


def points_on(text: str) -> bool:
    """Whether words say where to go on after an option, and don't ask what only some are to answer."""
    return bool(SKIP.match(text)) and not (text.endswith("?") and is_numbered(ARROW.sub("", text)))


def has_words(text: str) -> bool:
    """Whether there is a letter in it."""
    return any(map(str.isalpha, text))


def asks_by_number(text: str) -> bool:
    """Whether a line begins with a number without a sign and then a sentence."""
    bare = BARE_NUMBER.match(text)
    return bool(bare) and text[bare.end()].isupper() if bare else False


def plain(text: str) -> str:
    """A question's wording without its number, an arrow before that, and how to answer below the asterisk behind it
    unless several may be chosen; the number itself where there is nothing else."""
    # what must be answered has an asterisk on forms from the web
    text = LEADER.sub("", " ".join(text.split())).rstrip(" *")
    if is_numbered(ARROW.sub("", text)):
        text = ARROW.sub("", text)
    how = HOW_BEHIND.search(text)
    if how and not most_answers(how[1])[0]:
        text = text[: how.start()]
    rest = (BARE_NUMBER if asks_by_number(text) else NUMBERED).sub("", text, count=1).strip()
    return rest if len(rest) >= 2 else text.rstrip(".):")


def option_words(label: str) -> str:
    """An option's words without a dash before them, the dots behind them, and what is to be written in brackets."""
    return DASH.sub("", ROOM_BEHIND.sub("", LEADER.sub("", label)))


def recounted(labels: list[str]) -> list[str]:
    """The options' words, of which all but one have their number in brackets behind them, in order: that one's, which
    was read as another sign ("Poor q)"), is known by the others."""
    found = [COUNT_BEHIND.search(label) for label in labels]
    firsts = {int(match[1]) - index for index, match in enumerate(found) if match}
    missing = [index for index, match in enumerate(found) if not match]
    if len(labels) <= COUNTED_LEAST or len(firsts) != 1 or len(missing) != 1:
        return labels
    index = missing[0]
    mended = SIGN_BEHIND.sub(f" ({firsts.pop() + index})", labels[index])
    return [*labels[:index], mended, *labels[index + 1 :]]


def unlettered(labels: list[str]) -> list[str]:
    """The options' words without the letters or numbers that they are counted by, if all of them are, in order."""
    found = [LETTERED.match(label) for label in labels]
    signs = [match[1] for match in found if match]
    if len(signs) < max(2, len(labels)):
        return labels
    steps = [int(sign) if sign.isdecimal() else ord(sign) for sign in signs]
    in_order = all(b - a == 1 for a, b in pairwise(steps))
    return [LETTERED.sub("", label, count=1) for label in labels] if in_order else labels


def rise(labels: list[str]) -> bool:
    """Whether the options' letters or amounts rise from each to the next, as far as they have any ("Under 18", "18–24",
    "I'd rather not say")."""
    amounts = [amount for amount in map(_amount, labels) if amount is not None]
    enough = len(amounts) >= max(COUNTED_LEAST, len(labels) / 2)
    return enough and all(a < b for a, b in pairwise(amounts))


def _amount(label: str) -> float | None:
    """By what an option is put in order: its letter, or the first number in it."""
    sign = LETTERED.match(label)
    if sign and sign[1].isalpha():
        return float(ord(sign[1].lower()))
    found = AMOUNT.search(label)
    if found is None:
        return None
    number = re.sub(r"[.,](?=\d{3})", "", found[0]).replace(",", ".")
    return float(number) - 0.5 * bool(BELOW.match(label)) + 0.5 * bool(ABOVE.match(label))


def most_answers(text: str) -> tuple[bool, int | None]:
    """(several may be chosen, at most how many), as the wording says."""
    found = AT_MOST.search(text)
    if found:
        said = (found[1] or found[2]).lower()
        number = NUMBERS.get(said) or int(said)
        return (True, number) if number > 1 else (False, None)
    return bool(MANY.search(text)), None


def is_statement(label: str) -> bool:
    """Whether words beside a box are a sentence to agree to, "I take part of my own will.", and not an option's."""
    words = len(label.split())
    return words >= STATEMENT_WORDS or (words > 2 and label.endswith("."))


def is_title(run: Run, below: Run) -> bool:
    """Whether a line is the name of a part of the form, set larger than the question that stands right below it, or in
    capitals; under these a number without a sign is enough, "14 Your age"."""
    asks = below.text[:1].isupper() and ("?" in below.text or below.text.endswith(":"))
    # a number set larger stands before words of the usual size
    larger = run.words[-1].h > TITLE_LARGER * below.words[-1].h
    capitals = in_capitals(run.text) and not below.text.isupper() and run.bottom < below.center[1]
    above = (asks and larger) or (capitals and ((asks and below.text.endswith("?")) or asks_by_number(below.text)))
    return above and not run.text.endswith(("?", ":", ","))


def in_capitals(text: str) -> bool:
    """Whether a line is set in capitals, as the name of a part of the form may be."""
    return text.isupper() and sum(map(str.isalpha, text)) >= LEAST_CAPITALS
