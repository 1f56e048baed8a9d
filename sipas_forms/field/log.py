"""`field log`: what happened to forms outside the office, by serial. Only ever added to; corrections are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sipas_forms.errors import SampleError
from sipas_forms.plan import Survey, Workspace
from sipas_forms.plan.serial import ROW_WORD, split_serial
from sipas_forms.sample.dispositions import read_reason
from sipas_forms.store import open_store
from sipas_forms.store.field_log import OFFICE, Fact, Key, add_facts, history
from sipas_forms.store.forms import FormRow, all_forms

# Said of a result that was logged by mistake; it stays in the history.
TAKEN_BACK = "none"
EVENTS = ("handed_out", "attempt", "returned", "result")


@dataclass(frozen=True)
class Logged:
    """What became of one event: `fact` as it now counts, `new` where it was added; `before` is what counted."""

    fact: Fact
    new: bool
    before: Fact | None = None


def log_events(
    workspace: Workspace, serials: Iterable[str], event: str, day: date, reason: str = "", correct: bool = False
) -> list[Logged]:
    """Log one event of some forms, all or none; what is there already is left as it is.

    Serials may be typed or come from a row's code (`SIPAS LB2020 TT-TP-0007-N`). A second try of the same day is taken
    for the first one said again. `reason`, a code or words, is for the event `result`; 'none' takes it back.

    Raises:
        SampleError: a serial is mistyped, unknown or void, the day can't be, or something else is logged already and
            `correct` is not asked for.
    """
    check_day(workspace.survey, day)
    value = _value(event, reason)
    store = open_store(workspace.database)
    try:
        forms = {form.serial: form for form in all_forms(store)}
        known = history(store)
        logged = []
        for serial in dict.fromkeys(read_serial(workspace.survey, text) for text in serials):
            check_form(forms, serial)
            logged.append(_place(known, Fact(serial, event, 0, day.isoformat(), value), correct))
        add_facts(store, [one.fact for one in logged if one.new])
        return logged
    finally:
        store.close()


def read_serial(survey: Survey, text: str) -> str:
    """The serial that was typed, or that a row's code says.

    Raises:
        SampleError: it is none, mistyped, or of another survey.
    """
    words = text.strip().upper().split()
    if len(words) == 3 and words[0] == ROW_WORD and words[1] != survey.code:
        raise SampleError(f"{words[2]}: is of another survey ({words[1]}); this one is {survey.code}.")
    serial = words[-1] if words else ""
    if split_serial(serial) is None:
        raise SampleError(f"'{text}' is not a serial, or is mistyped (its check character is wrong). Look at the form.")
    return serial


def check_form(forms: dict[str, FormRow], serial: str) -> None:
    """SampleError where a form was never issued or is void."""
    form = forms.get(serial)
    if form is None:
        raise SampleError(f"{serial}: no form of this serial was issued in this survey.")
    if form.state == "void":
        raise SampleError(f"{serial}: is void; log the form that took its place ('sipas export forms' lists all).")


def check_day(survey: Survey, day: date) -> None:
    """SampleError where nothing can have happened to a form on that day."""
    if day > date.today():
        raise SampleError(f"{day:%d/%m/%Y} is in the future; look at the day (--on YYYY-MM-DD).")
    if day < survey.window.first:
        raise SampleError(f"{day:%d/%m/%Y} is before the survey's window; look at the day (--on YYYY-MM-DD).")


def tries_of(known: Mapping[Key, Sequence[Fact]]) -> dict[str, list[Fact]]:
    """The tries of every form that has some, as they count, by number."""
    found: dict[str, list[Fact]] = {}
    for (serial, event, _), said in sorted(known.items()):
        if event == "attempt":
            found.setdefault(serial, []).append(said[-1])
    return found


def _value(event: str, reason: str) -> str:
    if event not in EVENTS:
        raise SampleError(f"There is no event '{event}'. There is: {', '.join(EVENTS)}.")
    if event != "result":
        return ""
    if reason.strip().lower() == TAKEN_BACK:
        return ""
    code = read_reason(reason).code
    if code == "other" and reason.strip() != "other":
        raise SampleError("No known result; choose one of the codes of 'sipas field log --help' (no names).")
    return code


def _place(known: dict[Key, list[Fact]], fact: Fact, correct: bool) -> Logged:
    """The fact with its number, new or not; SampleError where it contradicts what is logged."""
    if fact.event == "attempt":
        tries = tries_of(known).get(fact.serial, [])
        same = next((one for one in tries if one.day == fact.day), None)
        if same:
            return Logged(same, False, same)
        number = max((one.number for one in tries), default=0) + 1
        return Logged(Fact(fact.serial, fact.event, number, fact.day, fact.value, OFFICE), True)
    before = known.get(fact.key, [None])[-1]
    if before and fact.event == "result" and not before.value:
        before = None  # it was taken back
    if fact.event == "result" and not fact.value and before is None:
        raise SampleError(f"{fact.serial}: no result is logged that could be taken back.")
    if before and (before.says == fact.says or (fact.event == "result" and before.value == fact.value)):
        return Logged(before, False, before)
    if before and not correct:
        said = " ".join(filter(None, (before.value, before.day)))
        raise SampleError(
            f"{fact.serial}: {fact.event} is logged already ({said}, by {before.source}); nothing was changed. "
            "If that is wrong, say so with --correct."
        )
    return Logged(fact, True, before)
