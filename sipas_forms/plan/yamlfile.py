"""Reads a YAML file into a pydantic model; every mistake becomes a sentence with file, line and key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ValidationError

from sipas_forms.errors import PlanError

Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[str | int, ...]

# A plan is written by hand; a megabyte is some 20,000 lines. Anything larger is not a plan.
MAX_BYTES = 1_000_000
# The built-in plans are 9 deep and hold some 700 values; more comes from an alias that repeats or holds itself.
MAX_DEPTH = 40
MAX_VALUES = 100_000

# pydantic's words for the commonest slips, said as an office would say them; {} are pydantic's own figures.
WHOLE, DAY, LIST = (
    "must be a whole number",
    "must be a date such as 2020-07-31",
    "must be a list (lines that begin with '- ')",
)
PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here (a typing mistake?)",
    "int_parsing": WHOLE,
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "list_type": LIST,
    "tuple_type": LIST,
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "model_type": "must be a group of 'key: value' lines",
    "dict_type": "must be a group of 'key: value' lines",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}


class MisplacedError(ValueError):
    """A mistake that a model finds in one of its parts: `at` leads from the model to that part."""

    def __init__(self, words: str, *at: str | int) -> None:
        super().__init__(words)
        self.at = at


def spelt(pattern: str, words: str) -> AfterValidator:
    """Text that matches `pattern` wholly; `words` say what it must be where it doesn't."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"must be {words}")
        return value

    return AfterValidator(check)


def load_model(path: Path, model: type[Model]) -> Model:
    """Load and check `path`.

    Raises:
        PlanError: the file can't be read, isn't YAML, repeats a key or breaks the model; all mistakes at once.
    """
    node = _compose(path)
    lines: dict[KeyPath, int] = {}
    problems: list[str] = []
    data = _build(node, (), lines, problems, path)
    if not problems:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            problems = [_sentence(path, dict(item), lines) for item in error.errors()]
    raise PlanError("\n".join(problems))


def has_key(path: Path, key: str) -> bool:
    """Whether `path` is a YAML mapping with `key` at its top; False for anything unreadable."""
    try:
        node = _compose(path)
    except PlanError:
        return False
    return isinstance(node, yaml.MappingNode) and any(k.value == key for k, _ in node.value)


def check_yaml(path: Path) -> None:
    """PlanError where `path` can't be read as YAML at all."""
    _compose(path)


def _compose(path: Path) -> yaml.Node:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PlanError(f"{path}: larger than 1 MB, so it is not a plan; give the YAML file of the survey.")
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path}: is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise PlanError(f"{path}: can't be read ({error.strerror}).") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise PlanError(f"{path}{where}: is not correct YAML: {_first_line(error)}.") from None
    except RecursionError:
        raise PlanError(f"{path}: is nested too deeply; a plan has a few levels.") from None
    if node is None:
        raise PlanError(f"{path}: is empty.")
    return node


def _build(node: yaml.Node, at: KeyPath, lines: dict[KeyPath, int], problems: list[str], path: Path) -> Any:
    """Plain Python data from `node`; notes the line of every key on the way."""
    lines.setdefault(at, node.start_mark.line + 1)
    if len(at) > MAX_DEPTH or len(lines) > MAX_VALUES:
        place = f"{path}, line {node.start_mark.line + 1}"
        raise PlanError(f"{place}: repeats itself without end (by '&' and '*'?); write it out.")
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                line = key_node.start_mark.line + 1
                problems.append(f"{path}, line {line}, {_dotted((*at, key))}: is given twice; keep one.")
            lines[(*at, key)] = key_node.start_mark.line + 1
            result[key] = _build(value_node, (*at, key), lines, problems, path)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*at, i), lines, problems, path) for i, item in enumerate(node.value)]
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        problems.append(f"{path}, line {node.start_mark.line + 1}, {_dotted(at)}: {_first_line(error)}.")
        return None


def _first_line(error: Exception) -> str:
    """What is wrong; a parser adds lines with places of its own, which we name ourselves."""
    return str(getattr(error, "problem", None) or error).splitlines()[0].rstrip(".")


def _sentence(path: Path, item: dict[str, Any], lines: dict[KeyPath, int]) -> str:
    fault = item.get("ctx", {}).get("error")
    at: KeyPath = (*item["loc"], *(fault.at if isinstance(fault, MisplacedError) else ()))
    known = at
    while known and known not in lines:
        known = known[:-1]
    kind = item["type"]
    words = str(item["msg"]).removeprefix("Value error, ")
    if kind in PLAIN_WORDS:
        words = PLAIN_WORDS[kind].format(**item.get("ctx", {}))
    given = item.get("input")
    if kind == "string_type" and isinstance(given, bool | int | float | date):
        words += ", so put it into quotes"  # YAML takes 01 for a number and no for false
    plain = isinstance(given, str | int | float | bool) and kind != "missing"
    shown = f" (here: {given!r})" if plain else ""
    return f"{path}, line {lines.get(known, 1)}, {_dotted(at)}: {words}{shown}."


def _dotted(at: KeyPath) -> str:
    text = ""
    for part in at:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"
