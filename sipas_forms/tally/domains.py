"""The domains that figures are given for: each cell, unit and field, the survey, and groups of respondents."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.plan import Questionnaire, Survey
from sipas_forms.tally.results import ALL, Group


@dataclass(frozen=True)
class Domain:
    """A union of cells; `cells` are indices into `Survey.cells()`. With `group`, those respondents of it alone."""

    unit: str
    field: str
    cells: tuple[int, ...]
    group: Group | None = None


def domains_of(survey: Survey) -> list[Domain]:
    """Every cell, followed by its unit's total; then each field across units; then the survey."""
    cells = [(unit.code, field.code) for unit, field in survey.cells()]
    found: list[Domain] = []
    for unit in survey.units:
        own = [i for i, (code, _) in enumerate(cells) if code == unit.code]
        found += [Domain(unit.code, cells[i][1], (i,)) for i in own]
        found.append(Domain(unit.code, ALL, tuple(own)))
    for name in dict.fromkeys(code for _, code in cells):
        found.append(Domain(ALL, name, tuple(i for i, (_, code) in enumerate(cells) if code == name)))
    found.append(Domain(ALL, ALL, tuple(range(len(cells)))))
    return found


def group_domains(survey: Survey, questionnaire: Questionnaire) -> list[Domain]:
    """Each group of respondents in every unit, every field and the survey; cells are too small to be cut further."""
    wholes = [domain for domain in domains_of(survey) if ALL in (domain.unit, domain.field)]
    return [
        Domain(whole.unit, whole.field, whole.cells, (name, option.code))
        for name in questionnaire.groups
        for option in questionnaire.question(name).options
        for whole in wholes
    ]
