"""Who answers what, and how it is marked: one made-up respondent per form, with one pen and one habit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from sipas_forms.plan import Question, Questionnaire
from sipas_forms.printing.compose import BOX
from sipas_forms.simulate.profiles import (
    ANY_ADULT,
    BIRTH_YEARS,
    COMMENTS,
    FAINT_PENCIL,
    LIKELY,
    MARKS,
    PenKind,
    People,
    Profile,
)
from sipas_forms.simulate.seeds import generator

# Kinds that are drawn with a plain shape of another name.
LINE_SHAPES = ("cross", "tick", "slash")
EVEN = 0.5  # as many on upright lines as on level ones


@dataclass(frozen=True)
class Pen:
    """One person's pen: width (mm), grey on white paper, paper grain (0 to 1), share of strokes with a
    gap."""

    name: str
    width_mm: float
    grey: float
    grain: float
    skips: float


@dataclass(frozen=True)
class Mark:
    """One thing that a hand draws.

    Attributes:
        option: the box; empty for writing.
        shape: cross, tick, slash, fill, scribble, blackout, circle, rest (a pen's dot) or text.
        offset_mm: of its centre from the box's centre.
        size: times the usual size.
        between: share of the way to the nearest other box of the question.
        text: what is written.
    """

    question: str
    option: str
    shape: str
    pen: Pen
    offset_mm: tuple[float, float] = (0.0, 0.0)
    size: float = 1.0
    between: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """The truth about one question: `options` is what was meant, `marking` how it was put on paper."""

    question: str
    options: tuple[str, ...]
    marking: str
    text: str = ""

    @property
    def value(self) -> str:
        """As truth.csv writes it."""
        return self.text or ";".join(self.options)


@dataclass(frozen=True)
class FilledForm:
    """One respondent's form: an answer to every question, and everything that is drawn."""

    answers: tuple[Answer, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class _Person:
    people: People
    pen: Pen
    faint: Pen
    habit: str
    size: float
    mood: float


def cell_mood(people: People, rng: np.random.Generator) -> float:
    """How much better or worse than usual a cell (unit × field) is judged; pass it to `fill_form`."""
    return float(rng.normal(0, people.cell_spread))


def fill_form(
    questionnaire: Questionnaire, profile: Profile, rng: np.random.Generator, mood: float = 0.0
) -> FilledForm:
    """One made-up respondent of the profile's people; `mood` is the cell's."""
    person = _draw_person(profile, rng, mood)
    scale_questions = {criterion.id for criterion in questionnaire.criteria}
    answers: dict[str, Answer] = {}
    marks: list[Mark] = []
    for question in questionnaire.all_questions():
        if question.kind == "writing":
            answer, drawn = _write(question, person, answers, rng)
        elif _is_skipped(question, answers, person, rng):
            answer, drawn = Answer(question.id, (), "blank"), []
        else:
            meant = (
                [_satisfaction(question, person, rng)]
                if question.id in scale_questions
                else _choices(question, person, rng)
            )
            answer, drawn = _put_on_paper(question, meant, person, rng)
        answers[question.id] = answer
        marks += drawn + _pen_rests(question, person, rng)
    return FilledForm(tuple(answers.values()), tuple(marks))


def _draw_person(profile: Profile, rng: np.random.Generator, mood: float) -> _Person:
    people = profile.people
    shares = np.array([kind.share for kind in profile.pens])
    pen = _draw_pen(profile.pens[int(rng.choice(len(shares), p=shares / shares.sum()))], rng)
    faint = _draw_pen(FAINT_PENCIL, rng)
    if rng.random() < people.faint_person:
        pen = faint
    return _Person(
        people=people,
        pen=pen,
        faint=faint,
        # A faint pencil draws lines: nobody blackens boxes so that they stay pale.
        habit=_pick(people.habits, rng) if pen is not faint else LINE_SHAPES[int(rng.integers(3))],
        size=float(rng.uniform(0.85, 1.15)),
        mood=mood + float(rng.normal(0, people.person_spread)),
    )


def _draw_pen(kind: PenKind, rng: np.random.Generator) -> Pen:
    return Pen(kind.name, kind.width_mm.draw(rng), kind.grey.draw(rng), kind.grain, kind.skips)


def _is_skipped(question: Question, answers: dict[str, Answer], person: _Person, rng: np.random.Generator) -> bool:
    left_out = rng.random() < person.people.blank
    condition = question.asked_if
    if condition is not None and condition.question in answers:
        return left_out or not set(answers[condition.question].options) & set(condition.options)
    return left_out


def _satisfaction(question: Question, person: _Person, rng: np.random.Generator) -> str:
    people = person.people
    rest = max(0.05, 1 - people.cell_spread**2 - people.person_spread**2 - people.criterion_spread**2)
    feeling = person.mood + _criterion_mood(question.id, people.criterion_spread) + rng.normal(0, rest**0.5)
    cuts = _scale_cuts(len(question.options), people.scale_shares)
    return question.options[int(np.searchsorted(cuts, feeling))].code


@lru_cache(maxsize=4096)
def _criterion_mood(name: str, spread: float) -> float:
    return float(generator(0, "criterion", name).normal(0, spread))


@lru_cache(maxsize=64)
def _scale_cuts(options: int, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Where the feeling (a standard normal number) goes from one point of the scale to the next."""
    known = np.concatenate([[0.0], np.cumsum(shares)])
    inner = np.interp(np.arange(1, options) / options, np.linspace(0, 1, len(known)), known / known[-1])
    return tuple(float(cut) for cut in ndtri(inner))


def _choices(question: Question, person: _Person, rng: np.random.Generator) -> list[str]:
    codes = [option.code for option in question.options]
    weights = _weights(question.id, tuple(codes))
    if question.kind == "single":
        return [codes[int(rng.choice(len(codes), p=weights))]]
    count = 1 + int(rng.binomial(question.most - 1, 0.35)) if question.most > 1 else 1
    if count == question.most < len(codes) and rng.random() < person.people.too_many:
        count += 1
    picked = rng.choice(len(codes), size=count, replace=False, p=weights)
    return [codes[i] for i in sorted(int(i) for i in picked)]


@lru_cache(maxsize=4096)
def _weights(name: str, codes: tuple[str, ...]) -> tuple[float, ...]:
    known = LIKELY.get(name, {})
    if set(known) == set(codes):
        raw = np.array([known[code] for code in codes])
    else:
        raw = generator(0, "weights", name).dirichlet(np.full(len(codes), 4.0)) + 0.01
    return tuple(float(weight) for weight in raw / raw.sum())


def _put_on_paper(
    question: Question, meant: list[str], person: _Person, rng: np.random.Generator
) -> tuple[Answer, list[Mark]]:
    """How the answer is marked: the habit, or one of the exceptions on one of the boxes."""
    shape = _usual_shape(person, rng)
    kind = _exception(person.people, rng) or shape
    if person.pen is person.faint and kind in (*LINE_SHAPES, "off", "edge", "overshoot"):
        kind = "faint"
    if len(meant) > question.most:
        return Answer(question.id, tuple(meant), "too_many"), [_usual(question, o, shape, person, rng) for o in meant]
    if question.kind == "multiple" and kind in ("double", "withdrawn"):
        kind = "corrected"
    first, others = meant[0], meant[1:]
    free = [option.code for option in question.options if option.code not in meant]
    if kind in ("double", "corrected") and not free:
        kind = shape
    options, marks = _special(question, first, free, kind, shape, person, rng)
    marks += [_usual(question, option, shape, person, rng) for option in others]
    order = [option.code for option in question.options]
    return Answer(question.id, tuple(sorted([*options, *others], key=order.index)), kind), marks


def _special(
    question: Question,
    option: str,
    free: list[str],
    kind: str,
    shape: str,
    person: _Person,
    rng: np.random.Generator,
) -> tuple[list[str], list[Mark]]:
    """What was meant, and the marks for it, for one box and one kind of marking."""
    usual = _usual(question, option, shape, person, rng)
    line = shape if shape in LINE_SHAPES else "cross"
    if kind == "faint":
        return [option], [_usual(question, option, line, person, rng, pen=person.faint)]
    if kind == "off":
        far, way = MARKS.off_mm.draw(rng), rng.uniform(0, 2 * np.pi)
        off = (float(far * np.cos(way)), float(far * np.sin(way)))
        return [option], [Mark(question.id, option, line, person.pen, off, person.size)]
    if kind == "edge":
        return [option], [_on_an_edge(question, option, line, person, rng)]
    if kind == "overshoot":
        return [option], [_usual(question, option, line, person, rng, size=MARKS.overshoot.draw(rng))]
    if kind == "between":
        way = MARKS.between.draw(rng)
        return [option], [Mark(question.id, option, line, person.pen, (0.0, 0.0), person.size, between=way)]
    if kind == "circled":
        return [option], [_usual(question, option, "circle", person, rng)]
    if kind == "double":
        second = free[int(rng.integers(len(free)))]
        return [option, second], [usual, _usual(question, second, shape, person, rng)]
    if kind == "withdrawn":
        round_it = rng.random() < person.people.taken_back_by_circle
        return [], [usual, _usual(question, option, "circle" if round_it else "blackout", person, rng)]
    if kind == "corrected":
        wrong = free[int(rng.integers(len(free)))]
        taken_back = [
            _usual(question, wrong, shape, person, rng),
            _usual(question, wrong, "blackout", person, rng),
        ]
        # Whoever fills boxes must mark otherwise beside a black-out, or nobody could tell the two apart.
        return [option], [*taken_back, _usual(question, option, line, person, rng)]
    return [option], [usual]


def _usual(
    question: Question,
    option: str,
    shape: str,
    person: _Person,
    rng: np.random.Generator,
    pen: Pen | None = None,
    size: float = 1.0,
) -> Mark:
    spread = MARKS.centre_sd_mm
    offset = np.clip(rng.normal(0, spread, 2), -2 * spread, 2 * spread)
    return Mark(
        question.id,
        option,
        shape,
        pen or person.pen,
        (float(offset[0]), float(offset[1])),
        person.size * size,
    )


def _on_an_edge(question: Question, option: str, shape: str, person: _Person, rng: np.random.Generator) -> Mark:
    """A small mark with its middle on one of the four lines of its box."""
    across = float(rng.choice((-1, 1))) * BOX / 2 + MARKS.edge_off_mm.draw(rng)
    along = MARKS.edge_along_mm.draw(rng)
    off = (across, along) if rng.random() < EVEN else (along, across)
    return Mark(question.id, option, shape, person.pen, off, MARKS.edge_size.draw(rng))


def _usual_shape(person: _Person, rng: np.random.Generator) -> str:
    if rng.random() < person.people.keeps_habit:
        return person.habit
    return LINE_SHAPES[int(rng.integers(len(LINE_SHAPES)))]


def _exception(people: People, rng: np.random.Generator) -> str | None:
    chance = rng.random()
    for kind, share in people.exceptions:
        if chance < share:
            return kind
        chance -= share
    return None


def _pick(shares: tuple[tuple[str, float], ...], rng: np.random.Generator) -> str:
    weights = np.array([share for _, share in shares])
    return shares[int(rng.choice(len(shares), p=weights / weights.sum()))][0]


def _pen_rests(question: Question, person: _Person, rng: np.random.Generator) -> list[Mark]:
    found = []
    for option in question.options:
        if rng.random() < person.people.pen_rest:
            x, y = (float(v) for v in rng.uniform(-1.2, 1.2, 2))
            found.append(Mark(question.id, option.code, "rest", person.pen, (x, y)))
    return found


def _write(
    question: Question, person: _Person, answers: dict[str, Answer], rng: np.random.Generator
) -> tuple[Answer, list[Mark]]:
    share = person.people.digits_written if question.digits else person.people.words_written
    if rng.random() >= share:
        return Answer(question.id, (), "blank"), []
    if question.digits == 4:
        text = str(_birth_year(answers, rng))
    elif question.digits:
        text = "".join(str(digit) for digit in rng.integers(0, 10, question.digits))
    else:
        text = COMMENTS[int(rng.integers(len(COMMENTS)))]
    mark = Mark(question.id, "", "text", person.pen, size=person.size, text=text)
    return Answer(question.id, (), "written", text), [mark]


def _birth_year(answers: dict[str, Answer], rng: np.random.Generator) -> int:
    band = answers["age"].options if "age" in answers else ()
    first, last = BIRTH_YEARS.get(band[0], ANY_ADULT) if band else ANY_ADULT
    return int(rng.integers(first, last + 1))
