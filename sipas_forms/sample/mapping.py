"""The mapping file: what a person says about a list that the program would read otherwise."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Bounded

from sipas_forms.errors import ListError
from sipas_forms.plan.yamlfile import load_model
from sipas_forms.sample.columns import HEADER_WITHIN_ROWS, Role
from sipas_forms.sample.legacy import Encoding


class Mapping(BaseModel):
    """How to read a list; whatever is left out is found by the program.

    Attributes:
        sheets: only these sheets.
        header_row: the last row of the header, as the spreadsheet numbers it.
        columns: role to the column's name as written, or its letter; several in a list.
        dates: whether the day or the month stands first in text.
        encoding: of the letters, for the whole file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheets: tuple[str, ...] = ()
    header_row: int | None = Bounded(default=None, ge=1, le=10 * HEADER_WITHIN_ROWS)
    columns: dict[Role, str | tuple[str, ...]] = {}
    dates: Literal["day_first", "month_first"] = "day_first"
    encoding: Encoding | None = None

    def digest(self) -> str:
        """Tells one mapping from another."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def load_mapping(path: Path) -> Mapping:
    """Load and check a mapping file.

    Raises:
        ListError: there is no such file.
        PlanError: it has mistakes; all are listed with file, line and key.
    """
    if not path.is_file():
        raise ListError(f"{path}: there is no such mapping file.")
    return load_model(path, Mapping)
