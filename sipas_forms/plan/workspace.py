"""The workspace: a folder that holds one survey from its plan to its reports."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sipas_forms.errors import WorkspaceError
from sipas_forms.plan.questionnaire import Questionnaire, load_questionnaire
from sipas_forms.plan.survey import Survey, load_survey
from sipas_forms.plan.yamlfile import check_yaml, has_key

FOLDERS = ("templates", "forms", "scans", "output")


@dataclass(frozen=True)
class Workspace:
    """Where everything of one survey lies.

    Raises (from the properties):
        WorkspaceError: no plan, or several, under `templates/`.
        PlanError: the only file that can be the plan is not YAML, or the plan or the questionnaire has mistakes.
    """

    root: Path

    @property
    def templates(self) -> Path:
        """Plans and questionnaires (YAML)."""
        return self.root / "templates"

    @property
    def forms(self) -> Path:
        """Printed batches."""
        return self.root / "forms"

    @property
    def layouts(self) -> Path:
        """A layout and its reference pages for every form version ever printed."""
        return self.root / "forms" / "layouts"

    @property
    def scans(self) -> Path:
        """What comes back from the scanner."""
        return self.root / "scans"

    @property
    def output(self) -> Path:
        """Tallies, exports, reports."""
        return self.root / "output"

    @property
    def database(self) -> Path:
        """The survey's database: forms, readings, answers, decisions. No personal data."""
        _ = self.survey_file  # so that no database is made in a folder that is no workspace
        return self.root / "survey.db"

    @property
    def people_database(self) -> Path:
        """Respondents' data and their serials, apart from the answers."""
        _ = self.survey_file
        return self.root / "people.db"

    @cached_property
    def survey_file(self) -> Path:
        """The one survey plan under `templates/`."""
        if not self.templates.is_dir():
            raise WorkspaceError(
                f"{self.root}: is not a workspace (it has no folder 'templates'). Run 'sipas init DIR' to make one, "
                "or go to the folder of your survey, or name it with --workspace DIR."
            )
        found = sorted(self.templates.glob("*.y*ml"))
        plans = [path for path in found if has_key(path, "survey")]
        if not plans:
            for path in found:  # the plan may be the file that is broken: then that is what to say
                check_yaml(path)
            raise WorkspaceError(f"{self.templates}: holds no survey plan (a YAML file with the key 'survey').")
        if len(plans) > 1:
            names = ", ".join(path.name for path in plans)
            raise WorkspaceError(f"{self.templates}: holds several survey plans ({names}); keep one per workspace.")
        return plans[0]

    @cached_property
    def survey(self) -> Survey:
        """The survey plan, checked."""
        return load_survey(self.survey_file)

    @property
    def questionnaire_file(self) -> Path:
        """The questionnaire that the plan names."""
        return self.templates / f"{self.survey.questionnaire}.yaml"

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The survey's questionnaire, checked."""
        return load_questionnaire(self.questionnaire_file)

    def relative(self, path: Path) -> str:
        """`path` as written in exports: relative to the root, with forward slashes; absolute where outside."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.resolve().as_posix()


def create_workspace(root: Path, survey: str = "long-bien-2020") -> Workspace:
    """Make the shape of a workspace at `root` with a copy of a built-in survey; files that exist are kept.

    Raises:
        WorkspaceError: there is no built-in survey of that name, or `root` holds another survey.
    """
    source = _builtin_templates()
    plan = source / f"{survey}.yaml"
    if not plan.is_file() or not has_key(plan, "survey"):
        known = ", ".join(path.stem for path in sorted(source.glob("*.yaml")) if has_key(path, "survey"))
        raise WorkspaceError(f"There is no built-in survey '{survey}'. There is: {known}.")
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root)
    others = [p.name for p in workspace.templates.glob("*.y*ml") if has_key(p, "survey") and p.name != plan.name]
    if others:
        raise WorkspaceError(f"{root}: already holds another survey ({', '.join(others)}); choose another folder.")
    for path in (plan, source / f"{load_survey(plan).questionnaire}.yaml"):
        if not (workspace.templates / path.name).exists():
            shutil.copyfile(path, workspace.templates / path.name)
    return workspace


def _builtin_templates() -> Path:
    """The repository's `templates/`, or where the wheel installs them."""
    beside = Path(__file__).resolve().parents[2] / "templates"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "sipas_forms" / "templates"
