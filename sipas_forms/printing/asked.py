"""What was asked on paper: the questionnaire is kept as it was printed, and where today's says otherwise is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sipas_forms.plan import Language, Question, Questionnaire, Text, Workspace, load_questionnaire

# How many changes a sentence names.
NAMED = 3
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@dataclass(frozen=True)
class Reworded:
    """A question or factor that today's questionnaire has otherwise than forms of `version`.

    Attributes:
        printed: its words on the forms, empty where they don't have it; `now`: today's, empty where it is gone.
        settled: whether the questionnaire says that it means the same (`corrected`).
    """

    name: str
    version: str
    printed: str
    now: str
    settled: bool

    def __str__(self) -> str:
        printed = f"printed: “{self.printed}”" if self.printed else "not on those forms"
        return f"{self.name} ({printed}; {f'now: “{self.now}”' if self.now else 'now gone'})"


def named(changes: Sequence[Reworded]) -> str:
    """The first changes in words, and how many more there are."""
    more = f" and {len(changes) - NAMED} more" if len(changes) > NAMED else ""
    return ", ".join(map(str, changes[:NAMED])) + more


def keep_asked(source: Path, folder: Path, version: str) -> None:
    """Keep the questionnaire beside its layout (`<version>.yaml`); the first stays."""
    kept = folder / f"{version}.yaml"
    if not kept.exists():
        beside = kept.with_name(kept.name + ".part")
        shutil.copyfile(source, beside)
        beside.replace(kept)


def reworded(workspace: Workspace, versions: Iterable[str], current: Callable[[], str]) -> tuple[Reworded, ...]:
    """Where the questionnaire, whose form version is `current` (asked for when it matters), differs from forms of these
    versions. The same version is the same paper; of one whose questionnaire was not kept nothing can be said.

    Raises:
        PlanError: a questionnaire that was kept is damaged.
    """
    paths = [workspace.layouts / f"{version}.yaml" for version in sorted(set(versions))]
    changes = [
        change
        for path in paths
        if path.is_file()
        for change in _differences(load_questionnaire(path), workspace.questionnaire, path.stem)
    ]
    same = current() if changes else ""
    return tuple(change for change in changes if change.version != same)


def _differences(printed: Questionnaire, now: Questionnaire, version: str) -> list[Reworded]:
    drawn = printed.adopted or now.adopted
    before, after = _parts(printed, drawn), _parts(now, drawn)
    found = []
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old != new:
            found.append(Reworded(name, version, *_words(old, new), name in now.corrected))
    return found


@dataclass(frozen=True)
class _Part:
    """What is compared of a question or factor; `rest` is what is printed of it beside its words and boxes."""

    text: Text | None
    labels: tuple[Text, ...] = ()
    rest: tuple[str, ...] = ()

    def shown(self, language: Language, whole: bool) -> str:
        """Its words; `whole`: with its options."""
        labels = [label.in_(language) for label in self.labels]
        parts = [*([self.text.in_(language)] if self.text else []), "; ".join([*labels, *self.rest])]
        return ": ".join(part for part in (parts if whole else parts[:1]) if part)


def _parts(questionnaire: Questionnaire, drawn: bool) -> dict[str, _Part]:
    factors = {} if drawn else {factor.code: _Part(factor.title) for factor in questionnaire.factors}
    return factors | {q.id: _part(q, drawn) for q in questionnaire.all_questions()}


def _part(question: Question, drawn: bool) -> _Part:
    """Words of a form that was drawn elsewhere are a copy of what stands on it, and free to be mended."""
    rest = (f"{question.kind}, at most {question.most}", *(option.code for option in question.options))
    if drawn:
        return _Part(None, (), (*rest, f"boxes {question.boxes}"))
    return _Part(question.text, tuple(option.label for option in question.options), rest)


def _words(old: _Part | None, new: _Part | None) -> tuple[str, str]:
    """What to say of both: the shortest that shows how they differ."""
    shown = [("", "")]
    for whole in (False, True):
        for language in LANGUAGES:
            shown.append((old.shown(language, whole) if old else "", new.shown(language, whole) if new else ""))
    return next((pair for pair in shown if pair[0] != pair[1]), shown[-1])
