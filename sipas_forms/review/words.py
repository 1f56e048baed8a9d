"""What the pages say, in Vietnamese and English: one table per language under `pages/`, so that wording isn't code."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from sipas_forms.plan.text import Language

FOLDER = Path(__file__).parent / "pages"


@functools.cache
def _table(language: Language) -> dict[str, str]:
    table = json.loads((FOLDER / f"words-{language}.json").read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in table.items()}


class Words:
    """The page's words in one language: `words("left", number="12")`. KeyError for a word that is not in the table."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return _table(self.language)[key].format(**values)

    def reason(self, code: str) -> str:
        """A row of the policy table, or a kind of problem, in words; the code itself where it has none."""
        return _table(self.language).get(f"reason.{code}", code)

    def problem(self, code: str) -> str:
        """A kind of problem as a heading."""
        return _table(self.language).get(f"problem.{code}", code)

    def advice(self, code: str) -> str:
        """What to do about a kind of problem."""
        table = _table(self.language)
        return table.get(f"advice.{code}", table["advice.other"])

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with the language's signs: 1.234,5 or 1,234.5."""
        text = f"{value:,.{decimals}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text

    def script(self) -> dict[str, str]:
        """The words that the page's scripts say."""
        return {k.removeprefix("js."): v for k, v in _table(self.language).items() if k.startswith("js.")}
