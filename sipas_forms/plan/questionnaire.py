"""The questionnaire: what is asked and which answers can be ticked. Wording is data; no code knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Bounded

from sipas_forms.plan.text import Text
from sipas_forms.plan.yamlfile import load_model

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
OptionCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,16}$"), Bounded(coerce_numbers_to_str=True)]
Kind = Literal["single", "multiple", "writing"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One answer that can be ticked."""

    code: OptionCode
    label: Text


class Condition(_Frozen):
    """Asked only of those who answered `question` with one of `options`."""

    question: Identifier
    options: tuple[OptionCode, ...]


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
        if len(set(codes)) < len(codes):
            raise ValueError(f"question {self.id}: two options have the same code")
        if self.kind == "writing" and self.options:
            raise ValueError(f"question {self.id}: a writing question has no options")
        if self.kind != "writing" and len(self.options) < 2:
            raise ValueError(f"question {self.id}: needs at least two options")
        if self.max_answers is not None and self.kind != "multiple":
            raise ValueError(f"question {self.id}: max_answers belongs to kind: multiple")
        if self.between is not None and not (self.digits and 0 <= self.between[0] <= self.between[1]):
            raise ValueError(
                f"question {self.id}: between is two numbers, the smaller first, for a question with digits"
            )
        return self

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

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,4}$")]
    title: Text
    criteria: tuple[Criterion, ...] = Bounded(min_length=1)


class Scale(_Frozen):
    """The satisfaction scale, worst to best; `satisfied` are the codes of the top boxes."""

    options: tuple[Option, ...] = Bounded(min_length=2, max_length=11)
    satisfied: tuple[OptionCode, ...]

    @model_validator(mode="after")
    def _known(self) -> Scale:
        codes = [option.code for option in self.options]
        if len(set(codes)) < len(codes):
            raise ValueError("two options of the scale have the same code")
        for code in self.satisfied:
            if code not in codes:
                raise ValueError(f"satisfied names {code}, which is not an option of the scale")
        for code in codes:
            if not code.isdigit():
                raise ValueError(f"the scale's codes are its scores, so {code} must be a number")
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
    """

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    source: str = ""
    groups: tuple[Identifier, ...] = ()
    improve: Identifier | None = None
    adopted: bool = False
    title: Text
    introduction: Text
    thanks: Text
    scale: Scale
    sections: tuple[Section, ...] = Bounded(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Questionnaire:
        ids = [question.id for question in self.all_questions()]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two questions have the id {name}; each needs its own")
        codes = [factor.code for factor in self.factors]
        if len(set(codes)) < len(codes):
            raise ValueError("two factors have the same code")
        for question in self.all_questions():
            self._check_condition(question)
        self._check_roles({question.id: question.kind for question in self.all_questions()})
        return self

    def _check_roles(self, kinds: dict[str, Kind]) -> None:
        for name in self.groups:
            if kinds.get(name) != "single":
                raise ValueError(f"groups names {name}, which is not a question with one answer")
        if self.improve is not None and kinds.get(self.improve, "writing") == "writing":
            raise ValueError(f"improve names {self.improve}, which is not a question with boxes")

    def _check_condition(self, question: Question) -> None:
        if question.asked_if is None:
            return
        asked = {q.id: [o.code for o in q.options] for q in self.all_questions()}
        if question.asked_if.question not in asked:
            raise ValueError(f"question {question.id}: asked_if names an unknown question")
        for code in question.asked_if.options:
            if code not in asked[question.asked_if.question]:
                raise ValueError(f"question {question.id}: asked_if names {code}, which is not an option there")

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
        for section in self.sections:
            yield from section.questions
            for factor in section.factors:
                for criterion in factor.criteria:
                    yield Question(
                        id=criterion.id, text=criterion.text, options=self.scale.options, boxes=criterion.boxes
                    )

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
