"""The questionnaire: what is asked and which answers can be ticked. Wording is data; no code knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Bounded

from sipas_forms.plan.text import Text
from sipas_forms.plan.yamlfile import KeyPath, MisplacedError, load_model, spelt

Identifier = Annotated[
    str, spelt(r"[A-Za-z][A-Za-z0-9_]{0,31}", "a letter, then letters, digits and _, at most 32 in all")
]
OptionCode = Annotated[
    str, Bounded(coerce_numbers_to_str=True), spelt(r"[A-Za-z0-9_]{1,16}", "1 to 16 letters, digits and _")
]
Kind = Literal["single", "multiple", "writing"]

# Columns of the data files beside the answers (`sipas report`), and words that SPSS keeps for itself.
TAKEN = frozenset(["unit", "field", "stratum", "population", "weight"])
TAKEN_BY_SPSS = frozenset(["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"])


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One answer that can be ticked."""

    code: OptionCode
    label: Text


class Condition(_Frozen):
    """Asked only of those who answered `question` with one of `options`."""

    question: Identifier
    options: tuple[OptionCode, ...] = Bounded(min_length=1)


class Question(_Frozen):
    """A question with boxes (`single`, `multiple`) or room for handwriting (`writing`).

    Attributes:
        max_answers: of a multiple choice; None is any number.
        digits: of a writing question that asks for a number in digit cells; 0 for free writing.
        between: least and most that such a number can sensibly be; a person who types another is asked once more.
        height_mm: room for free writing.
        boxes: on a form that was drawn elsewhere, the numbers of its places, one for each option (or the writing
            area).
    """

    id: Identifier
    kind: Kind = "single"
    text: Text
    options: tuple[Option, ...] = ()
    max_answers: int | None = Bounded(default=None, ge=1)
    digits: int = Bounded(default=0, ge=0, le=12)
    between: tuple[int, int] | None = None
    height_mm: float = Bounded(default=12.0, ge=6, le=150)
    asked_if: Condition | None = None
    boxes: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _fits_kind(self) -> Question:
        codes = [option.code for option in self.options]
        _codes_once(f"question {self.id}: two options have the same code", codes)
        if self.kind == "writing" and self.options:
            raise ValueError(f"question {self.id}: a writing question has no options")
        if self.kind == "single" and len(self.options) < 2:
            raise ValueError(f"question {self.id}: needs at least two options")
        if self.kind == "multiple" and not self.options:  # one alone: a statement to tick, as a consent is
            raise ValueError(f"question {self.id}: needs an option")
        if self.max_answers is not None and self.kind != "multiple":
            raise MisplacedError(f"question {self.id}: max_answers belongs to kind: multiple", "max_answers")
        if self.max_answers is not None and self.max_answers > len(codes):
            words = f"question {self.id}: allows {self.max_answers} answers of {len(codes)} options"
            raise MisplacedError(words, "max_answers")
        if self.between is not None and not (self.digits and 0 <= self.between[0] <= self.between[1]):
            words = f"question {self.id}: between is two numbers, the smaller first, for a question with digits"
            raise MisplacedError(words, "between")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the data files that hold its answers."""
        if self.kind == "multiple":
            return tuple(f"{self.id}_{option.code}" for option in self.options)
        return (self.id,) if self.kind == "single" else ()

    @property
    def most(self) -> int:
        """How many options may be ticked (0 for writing)."""
        if self.kind == "multiple":
            return self.max_answers or len(self.options)
        return 1 if self.kind == "single" else 0


class Criterion(_Frozen):
    """One row of the satisfaction scale; `boxes` as of a `Question`."""

    id: Identifier
    text: Text
    boxes: tuple[int, ...] = ()


class Factor(_Frozen):
    """A group of criteria that makes one factor index."""

    code: Annotated[str, spelt(r"[A-Z0-9]{1,4}", "1 to 4 capitals and digits")]
    title: Text
    criteria: tuple[Criterion, ...] = Bounded(min_length=1)


class Scale(_Frozen):
    """The satisfaction scale, worst to best; codes are the scores, `satisfied` are the codes of the top boxes."""

    options: tuple[Option, ...] = Bounded(min_length=2, max_length=11)
    satisfied: tuple[OptionCode, ...] = Bounded(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Scale:
        codes = [option.code for option in self.options]
        _codes_once("two options of the scale have the same code", codes)
        for index, code in enumerate(codes):
            if not code.isdigit():
                words = f"the scale's codes are its scores, so {code} must be a number"
                raise MisplacedError(words, "options", index, "code")
            if index and int(code) <= int(codes[index - 1]):
                words = f"the scale goes from worst to best and its codes are the scores, so {code} must be more than "
                raise MisplacedError(words + codes[index - 1], "options", index, "code")
        for index, code in enumerate(self.satisfied):
            if code not in codes:
                raise MisplacedError(f"satisfied names {code}, which is not an option of the scale", "satisfied", index)
        if set(self.satisfied) != set(codes[len(codes) - len(set(self.satisfied)) :]) or set(self.satisfied) == set(
            codes
        ):
            raise MisplacedError("must be the codes of the best options, and not of all", "satisfied")
        return self


class Section(_Frozen):
    """A titled part of the form: questions, or the satisfaction grid when `factors` is given."""

    title: Text
    note: Text | None = None
    new_page: bool = False
    questions: tuple[Question, ...] = ()
    factors: tuple[Factor, ...] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> Section:
        if bool(self.questions) == bool(self.factors):
            raise ValueError("a section has either questions or factors")
        return self


class Questionnaire(_Frozen):
    """The whole form. Every box on paper belongs to one `Question` of `all_questions`.

    Attributes:
        groups: single choices about the respondent, by which figures are broken down.
        improve: the choice of what should be improved first.
        adopted: drawn elsewhere, so that its places are those found on the original, not ours to lay out.
        corrected: questions and factors that stand here otherwise than on forms that are out, and mean the same.
    """

    code: Annotated[str, spelt(r"[a-z0-9-]{1,40}", "1 to 40 small letters, digits and -")]
    source: str = ""
    groups: tuple[Identifier, ...] = ()
    improve: Identifier | None = None
    adopted: bool = False
    corrected: tuple[str, ...] = ()
    title: Text
    introduction: Text
    thanks: Text
    scale: Scale
    sections: tuple[Section, ...] = Bounded(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Questionnaire:
        self._check_names()
        placed = list(self._placed())
        codes: set[str] = set()
        for place, factor in self._factors_placed():
            if factor.code in codes:
                raise MisplacedError(f"two factors have the same code {factor.code}", *place, "code")
            codes.add(factor.code)
        for place, question in placed:
            self._check_condition(place, question)
        self._check_roles({question.id: question.kind for _, question in placed})
        return self

    def _check_names(self) -> None:
        """Every id once, and every column of the data files, where capitals make no difference (SPSS)."""
        ids: set[str] = set()
        columns = dict.fromkeys(TAKEN, "the data files themselves") | dict.fromkeys(TAKEN_BY_SPSS, "SPSS")
        for place, question in self._placed():
            if question.id in ids:
                raise MisplacedError(f"two questions have the id {question.id}; each needs its own", *place, "id")
            ids.add(question.id)
            for column in question.columns:
                if column.lower() in columns:
                    words = f"the column {column} of the data files is taken by {columns[column.lower()]}"
                    raise MisplacedError(f"{words}; give another id", *place, "id")
                columns[column.lower()] = f"question {question.id}"

    def _check_roles(self, kinds: dict[str, Kind]) -> None:
        for index, name in enumerate(self.groups):
            if kinds.get(name) != "single":
                words = f"groups names {name}, which is not a question with one answer"
                raise MisplacedError(words, "groups", index)
        if self.improve is not None and kinds.get(self.improve, "writing") == "writing":
            raise MisplacedError(f"improve names {self.improve}, which is not a question with boxes", "improve")

    def _check_condition(self, place: KeyPath, question: Question) -> None:
        if question.asked_if is None:
            return
        asked = {q.id: [o.code for o in q.options] for q in self.all_questions()}
        if question.asked_if.question not in asked or question.asked_if.question == question.id:
            words = f"question {question.id}: asked_if names an unknown question"
            raise MisplacedError(words, *place, "asked_if", "question")
        for code in question.asked_if.options:
            if code not in asked[question.asked_if.question]:
                words = f"question {question.id}: asked_if names {code}, which is not an option there"
                raise MisplacedError(words, *place, "asked_if", "options")

    @property
    def factors(self) -> list[Factor]:
        """All factors, in order."""
        return [factor for section in self.sections for factor in section.factors]

    @property
    def criteria(self) -> list[Criterion]:
        """All criteria, in order."""
        return [criterion for factor in self.factors for criterion in factor.criteria]

    def all_questions(self) -> Iterator[Question]:
        """Every question in the order of the form; a criterion is a single choice on the scale."""
        return (question for _, question in self._placed())

    def _factors_placed(self) -> Iterator[tuple[KeyPath, Factor]]:
        """Every factor with the keys that lead to it in the file."""
        for s, section in enumerate(self.sections):
            for f, factor in enumerate(section.factors):
                yield ("sections", s, "factors", f), factor

    def _placed(self) -> Iterator[tuple[KeyPath, Question]]:
        """Every question with the keys that lead to it in the file."""
        for s, section in enumerate(self.sections):
            for q, question in enumerate(section.questions):
                yield ("sections", s, "questions", q), question
            for f, factor in enumerate(section.factors):
                for c, criterion in enumerate(factor.criteria):
                    at: KeyPath = ("sections", s, "factors", f, "criteria", c)
                    options, boxes = self.scale.options, criterion.boxes
                    yield at, Question(id=criterion.id, text=criterion.text, options=options, boxes=boxes)

    def question(self, name: str) -> Question:
        """The question of that id; KeyError where there is none."""
        for question in self.all_questions():
            if question.id == name:
                return question
        raise KeyError(name)


class _File(_Frozen):
    questionnaire: Questionnaire


def load_questionnaire(path: Path) -> Questionnaire:
    """Load and check a questionnaire; PlanError lists every mistake with file, line and key."""
    return load_model(path, _File).questionnaire


def _codes_once(words: str, codes: list[str]) -> None:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise MisplacedError(words, "options", index, "code")
