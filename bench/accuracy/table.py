"""The table of accuracy: per profile and marking, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scipy.stats import beta

from bench.accuracy.judge import Count
from bench.accuracy.people import KNOWN
from sipas_forms.simulate import AMBIGUOUS

CONFIDENCE = 0.95
# How the rows of a profile are ordered.
ORDER = ("cross", "tick", "slash", "fill", "scribble", "overshoot", "off", "edge", "faint", "corrected", "blank")
HEAD = ("marking", "questions", "boxes", "right", "doubtful", "doubtful %", "misreads", "≤ per million boxes")


@dataclass
class Sum:
    """All seeds of one profile."""

    profile: str
    seeds: list[int] = field(default_factory=list)
    forms: int = 0
    pages: int = 0
    seconds: float = 0.0
    markings: dict[str, Count] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    misreads: list[dict[str, Any]] = field(default_factory=list)
    decided: list[dict[str, Any]] = field(default_factory=list)

    def add(self, line: dict[str, Any]) -> None:
        """One seed more."""
        self.seeds.append(line["seed"])
        self.forms += line["forms"]
        self.pages += line["pages"]
        self.seconds += line["seconds"]
        for marking, count in line["markings"].items():
            self.markings.setdefault(marking, Count()).add(count)
        self.problems.update(line["problems"])
        self.reasons.update(line["reasons"])
        self.misreads += [{"seed": line["seed"], **note} for note in line["misreads"]]
        self.decided += [{"seed": line["seed"], **note} for note in line["decided"]]

    def plain(self) -> Count:
        """All but the truly ambiguous."""
        total = Count()
        for marking, count in self.markings.items():
            if marking not in AMBIGUOUS:
                total.add(vars(count))
        return total


def sums(lines: list[dict[str, Any]]) -> list[Sum]:
    """One sum per profile, in the order of the simulator's."""
    found: dict[str, Sum] = {}
    for line in lines:
        found.setdefault(line["profile"], Sum(line["profile"])).add(line)
    return [found[name] for name in KNOWN if name in found]


def upper_bound(errors: int, trials: int) -> float:
    """One-sided 95% upper bound of a rate, exact (Clopper-Pearson); at no errors about 3 in `trials`."""
    if errors >= trials:
        return 1.0
    return float(beta.ppf(CONFIDENCE, errors + 1, trials - errors))


def report(found: list[Sum]) -> Iterator[str]:
    """The lines of the report."""
    for part in found:
        yield from _profile(part)
        yield ""


def _profile(part: Sum) -> Iterator[str]:
    seeds = f"seeds {_ranges(part.seeds)}"
    pace = part.pages / part.seconds if part.seconds else 0.0
    yield f"### {part.profile}: {part.forms:,} forms, {part.pages:,} pages ({seeds}; {pace:.1f} pages/s a process)"
    yield ""
    yield _row(HEAD)
    yield "|---|" + "---:|" * (len(HEAD) - 1)
    plain = [m for m in (*ORDER, *sorted(part.markings)) if m in part.markings and m not in AMBIGUOUS]
    for marking in dict.fromkeys(plain):
        yield _row(_cells(marking, part.markings[marking]))
    yield _row(_cells("**all of these**", part.plain()))
    yield ""
    ambiguous = [m for m in sorted(part.markings) if m in AMBIGUOUS]
    if ambiguous:
        yield "Truly ambiguous, to be left to a person: " + "; ".join(
            _ambiguous(marking, part.markings[marking]) for marking in ambiguous
        )
    yield "Pages not read: " + (_counted(part.problems) or "none")
    yield f"Doubtful by reason: {_shares(part) or 'none'}"
    yield f"Doubtful, most often: {_counted(part.reasons, 8) or 'none'}"
    for word, note in [*(("MISREAD", n) for n in part.misreads), *(("decided", n) for n in part.decided)]:
        where = f"{note['seed']}/{note['serial']}/{note['question']}"
        yield f"{word} {where} ({note['marking']}): '{note['truth']}' was {note['status']} as '{note['answer']}'"


def _cells(name: str, count: Count) -> tuple[str, ...]:
    read = count.questions - count.unread
    # writing areas have no boxes: each counts as one
    trials = (count.boxes or read) * (read - count.doubtful) // max(read, 1)
    numbers = (count.questions, count.boxes, count.right, count.doubtful)
    share = f"{100 * count.doubtful / read:.2f}" if read else "-"
    bound = f"{1e6 * upper_bound(count.misread, trials):,.1f}" if trials else "-"
    return (name, *(f"{number:,}" for number in numbers), share, str(count.misread), bound)


def _ambiguous(marking: str, count: Count) -> str:
    read = count.questions - count.unread
    decided = f", {count.decided} decided ({count.as_meant} as was meant)" if count.decided else ""
    return f"{marking} {count.doubtful:,} of {read:,}{decided}"


def _shares(part: Sum) -> str:
    """Reasons with their share of the questions that are not ambiguous; a mark under a streak is `line_through`."""
    reasons: Counter[str] = Counter()
    for name, number in part.reasons.items():
        reasons[name.rpartition(": ")[2]] += number
    plain = part.plain()
    read = max(plain.questions - plain.unread, 1)
    return ", ".join(f"{name} {100 * number / read:.2f}%" for name, number in reasons.most_common())


def _counted(counter: Counter[str], most: int | None = None) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counter.most_common(most))


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _ranges(seeds: list[int]) -> str:
    """1, 2, 3, 7 → 1–3, 7."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1][-1:] = [*parts[-1][-1:], seed] if len(parts[-1]) == 1 else [seed]
        else:
            parts.append([seed])
    return ", ".join("–".join(map(str, part)) for part in parts)
