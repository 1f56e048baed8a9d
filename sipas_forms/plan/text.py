"""Text in the survey's languages: Vietnamese always, English beside it where given."""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["vi", "en"]


class Text(BaseModel):
    """A piece of wording. In YAML a plain string (Vietnamese) or a mapping with `vi` and `en`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vi: str
    en: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = {"vi": value}
        if not isinstance(value, dict | Text):
            raise ValueError("must be text (in quotes where it is a number), or { vi: …, en: … }")
        if isinstance(value, dict):
            # Composed Unicode: a decomposed ế would be set as two glyphs and hash differently.
            return {k: unicodedata.normalize("NFC", v) if isinstance(v, str) else v for k, v in value.items()}
        return value

    @model_validator(mode="after")
    def _not_empty(self) -> Text:
        if not self.vi.strip():
            raise ValueError("the text is empty")
        return self

    def in_(self, language: Language) -> str:
        """The wording in `language`; Vietnamese where there is no English."""
        return self.en if language == "en" and self.en else self.vi
