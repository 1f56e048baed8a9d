"""Plan: the survey and its questionnaire as YAML files, checked on load, and the workspace that holds them."""

from sipas_forms.plan.questionnaire import Criterion, Factor, Option, Question, Questionnaire, load_questionnaire
from sipas_forms.plan.survey import Field, IndexMethod, Sample, Survey, Unit, load_survey
from sipas_forms.plan.text import Language, Text
from sipas_forms.plan.workspace import Workspace, create_workspace

__all__ = [
    "Criterion",
    "Factor",
    "Field",
    "IndexMethod",
    "Language",
    "Option",
    "Question",
    "Questionnaire",
    "Sample",
    "Survey",
    "Text",
    "Unit",
    "Workspace",
    "create_workspace",
    "load_questionnaire",
    "load_survey",
]
