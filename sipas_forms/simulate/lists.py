"""Made-up transaction lists, dirty as real ones, and the key that says what an import must make of each row.

The key (`truth.csv`) comes from how each row was made, never from the import. All people are made up.
"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from sipas_forms.errors import ListError, unwritable
from sipas_forms.plan import Field, Survey, Unit
from sipas_forms.sample.importing import TRUTH_HEADER
from sipas_forms.sample.words import Value, fold, holds
from sipas_forms.simulate.listfiles import TONES, Placed, write_list
from sipas_forms.simulate.names import (
    FAMILY_NAMES,
    FEMALE_NAMES,
    MALE_NAMES,
    MIDDLE_NAMES,
    PLACES,
    PROCEDURES,
    STREETS,
)

# A cell's rows where the plan asks for few people; a plan with large samples gets three times what it draws.
ROWS_PER_CELL = (150, 300)
# Rows of every kind of dirt, in percent of a cell's rows.
DIRT_PERCENT = {
    "outside_window": 4, "not_in_person": 6, "outside_residence": 5, "no_phone": 3, "bad_phone": 2,
    "no_name": 1, "bad_name": 1, "no_address": 1, "no_date": 1, "bad_date": 1, "unknown_channel": 1,
}  # fmt: skip
DUPLICATE_PERCENT = 6
# Of the rows of a person who comes again, those with another phone; the house then tells that it is the same person.
OTHER_PHONE_CHANCE = 0.2
# People of one house whose names differ in a tone only ('Hoa', 'Hòa'), in percent: nobody but the unit can say.
NAMESAKE_PERCENT = 1
# Numbers of houses in a quarter or a street, enough for the longest list that is made.
HOUSES = 20_000
# The default seed of `simulate lists`, so that the demo is the same everywhere.
DEFAULT_SEED = 2020


@dataclass(frozen=True)
class Person:
    """A made-up person, as clean as the office's register would have it."""

    name: str
    address: str
    phone: str  # ten digits


@dataclass(frozen=True)
class MadeRow:
    """A row before it is written: `fault` is the reason code that an import must find; '' for a candidate.

    `resembles` is the phone of another person of the cell, whom only the unit can tell from this one.
    """

    person: Person
    unit: Unit
    field: Field
    procedure: str
    name: str
    address: str
    phone: Value
    day: date | None
    day_text: str  # instead of a day, where it can't be read
    channel: str
    fault: str = ""
    resembles: str = ""


@dataclass
class Town:
    """Makes people of a survey's units; no phone and no house is given twice."""

    rng: random.Random
    phones: set[str] = field(default_factory=set)
    houses: set[str] = field(default_factory=set)

    def person(self, unit: Unit) -> Person:
        """Somebody who lives inside the unit."""
        return Person(self.name(), self.address(unit), self.phone())

    def name(self) -> str:
        """Two to four words."""
        rng = self.rng
        women = rng.random() < 0.5
        middle = (
            [rng.choice(["Thị", *MIDDLE_NAMES] if women else ["Văn", *MIDDLE_NAMES])] if rng.random() < 0.93 else []
        )
        second = [rng.choice(MIDDLE_NAMES)] if middle and rng.random() < 0.25 else []
        given = rng.choice(FEMALE_NAMES if women else MALE_NAMES)
        return " ".join([rng.choice(FAMILY_NAMES), *middle, *second, given])

    def address(self, unit: Unit, elsewhere: bool = False) -> str:
        """An address inside the unit, or in a place that none of its residence words names."""
        rng = self.rng
        words = [fold(residence) for residence in unit.residence]
        far = [name for name in PLACES if not any(holds(fold(name), w) or holds(w, fold(name)) for w in words)]
        place = rng.choice(far) if elsewhere else rng.choice(unit.residence)
        level = {"ward": ("phường ", "P. ", "P.", ""), "district": ("quận ", "Q. ", "Q.", "")}.get(unit.level, ("",))
        streets = [street for street in STREETS if not any(holds(fold(street), word) for word in words)]
        while True:
            number, quarter = rng.randint(1, HOUSES), rng.randint(1, 30)
            start = rng.choice([f"Số {number}, tổ {quarter}", f"Số {number} {rng.choice(streets)}"])
            if elsewhere or f"{start}, {place}" not in self.houses:
                self.houses.add(f"{start}, {place}")
                return f"{start}, {rng.choice(level)}{place}"

    def phone(self) -> str:
        """Ten digits that nobody else has."""
        while True:
            start = self.rng.choice(["090", "091", "098", "097", "096", "083", "085", "035", "038", "077", "079"])
            number = start + "".join(self.rng.choices("0123456789", k=7))
            if number not in self.phones:
                self.phones.add(number)
                return number


def simulate_lists(survey: Survey, folder: Path, seed: int | None = None) -> list[Path]:
    """Write one list per unit into `folder`, and `truth.csv` beside; the same seed makes the same bytes.

    Returns the lists (without the key), ready for `import_lists`.

    Raises:
        ListError: the folder can't be written.
    """
    rng = random.Random(f"{DEFAULT_SEED if seed is None else seed}/{survey.code}")
    town = Town(rng)
    truth: list[tuple[str | int, ...]] = []
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, unit in enumerate(survey.units):
            rows = [row for work in unit.fields for row in _cell_rows(town, survey, unit, work)]
            path, placed = write_list(rng, survey, unit, rows, folder, style=number)
            truth.extend(_truth(path.name, placed))
            paths.append(path)
        with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(TRUTH_HEADER)
            writer.writerows(truth)
    except OSError as error:
        raise ListError(unwritable(folder, error)) from None
    return paths


def _truth(file: str, placed: list[Placed]) -> list[tuple[str | int, ...]]:
    """What an import must make of each row: of a person's rows in a cell the first counts."""
    seen: set[tuple[str, str, str]] = set()
    resembling: dict[str, str] = {}
    for place in placed:
        if place.made is not None and place.made.resembles:
            resembling[place.made.resembles] = place.made.person.phone
            resembling[place.made.person.phone] = place.made.resembles
    lines: list[tuple[str | int, ...]] = []
    for place in sorted(placed, key=lambda p: (p.sheet_number, p.row)):
        made = place.made
        if made is None:
            lines.append((file, place.sheet, place.row, "", "", "refused", "not_a_record"))
            continue
        cell = (made.unit.code, made.field.code)
        person = (*cell, made.person.phone)
        expected = "refused" if made.fault else "merged" if person in seen else "accepted"
        doubt = expected == "accepted" and (*cell, resembling.get(made.person.phone, "")) in seen
        if not made.fault:
            seen.add(person)
        reason = "maybe_same" if doubt else made.fault
        lines.append((file, place.sheet, place.row, *cell, "check" if doubt else expected, reason))
    return lines


def _cell_rows(town: Town, survey: Survey, unit: Unit, work: Field) -> list[MadeRow]:
    """One cell's rows, shuffled: candidates, the same people again, and every kind of dirt."""
    rng = town.rng
    size = survey.sample_of(work)
    total = max(rng.randint(*ROWS_PER_CELL), 3 * (size.official + size.reserve))
    faults = [fault for fault, percent in DIRT_PERCENT.items() for _ in range(max(1, total * percent // 100))]
    duplicates = max(2, total * DUPLICATE_PERCENT // 100)
    namesakes = max(1, total * NAMESAKE_PERCENT // 100)
    good = [_good_row(town, survey, unit, work) for _ in range(total - len(faults) - duplicates - namesakes)]
    again = [_again(town, survey, row) for row in rng.sample(good, duplicates)]
    # not of those who come again, whose names are typed without accents at times; nor of names that have few
    alone = [
        row for row in good if not {r.person.phone for r in again} & {row.person.phone} and _accented(row.name) > 1
    ]
    again += [_namesake(town, survey, row) for row in rng.sample(alone, min(namesakes, len(alone)))]
    bad = [MAKE_WRONG[fault](town, survey, _good_row(town, survey, unit, work)) for fault in faults]
    rows = good + again + bad
    rng.shuffle(rows)
    return rows


def _good_row(town: Town, survey: Survey, unit: Unit, work: Field) -> MadeRow:
    person = town.person(unit)
    channel = town.rng.choice(["Trực tiếp", "Trực tiếp", "trực tiếp", "TRỰC TIẾP", "Nộp trực tiếp"])
    day = _day_inside(town.rng, survey)
    procedure = town.rng.choice(PROCEDURES)
    return MadeRow(person, unit, work, procedure, person.name, person.address, person.phone, day, "", channel)


def _day_inside(rng: random.Random, survey: Survey) -> date:
    first, last = survey.window.first, survey.window.last
    # The edges of the window are eligible too, and are where a wrong comparison would show.
    return rng.choice([first, last]) if rng.random() < 0.03 else first + timedelta(rng.randint(0, (last - first).days))


def _again(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    """The same person another time, written otherwise, sometimes with another phone."""
    rng = town.rng
    name = rng.choice([row.name, row.name.upper(), row.name.lower(), f"Ông/Bà {row.name}", fold(row.name).title()])
    other = rng.random() < OTHER_PHONE_CHANCE and (not name.isascii() or _accented(row.name) > 1)
    phone = town.phone() if other else row.phone
    return replace(row, name=name, phone=phone, day=_day_inside(rng, survey))


def _accented(name: str) -> int:
    return sum(not word.isascii() for word in name.split())


def _namesake(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    """Somebody of the same house whose name differs in the tone of its last word."""
    *front, last = row.name.split()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", last) if sign not in TONES)
    spelt = [
        unicodedata.normalize("NFC", re.sub("([aeiouy][\u0302\u0306\u031b]?)", rf"\1{t}", bare, count=1, flags=re.I))
        for t in TONES
    ]
    given = town.rng.choice([word for word in spelt if word != last])
    person = Person(f"{' '.join(front)} {given}", row.address, town.phone())
    day = _day_inside(town.rng, survey)
    return replace(row, person=person, name=person.name, phone=person.phone, day=day, resembles=row.person.phone)


def _other_day(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    days = timedelta(town.rng.choice([1, 1, town.rng.randint(1, 120)]))
    before = town.rng.random() < 0.5
    return replace(row, day=survey.window.first - days if before else survey.window.last + days, fault="outside_window")


def _remote(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    words = town.rng.choice(["Trực tuyến", "Trực tuyến mức độ 4", "Online", "Bưu chính", "Qua BCCI", "DVC trực tuyến"])
    return replace(row, channel=words, fault="not_in_person")


def _elsewhere(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    return replace(row, address=town.address(row.unit, elsewhere=True), fault="outside_residence")


def _bad_phone(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    wrong = town.rng.choice([row.person.phone[:7], row.person.phone + "12", "không có", "0123", "1900 1234"])
    return replace(row, phone=wrong, fault="bad_phone")


def _bad_day(town: Town, survey: Survey, row: MadeRow) -> MadeRow:
    words = town.rng.choice(["31/02/2020", "12/25/2020", "tháng 3", "sáng thứ hai", "00/00/2020", "2020"])
    return replace(row, day=None, day_text=words, fault="bad_date")


def _without(fault: str, **changes: str | None) -> Callable[[Town, Survey, MadeRow], MadeRow]:
    return lambda town, survey, row: replace(row, fault=fault, **changes)  # type: ignore[arg-type]


MAKE_WRONG: dict[str, Callable[[Town, Survey, MadeRow], MadeRow]] = {
    "outside_window": _other_day,
    "not_in_person": _remote,
    "outside_residence": _elsewhere,
    "no_phone": _without("no_phone", phone=""),
    "bad_phone": _bad_phone,
    "no_name": _without("no_name", name=""),
    "bad_name": lambda town, survey, row: replace(row, name=row.name.split()[-1], fault="bad_name"),
    "no_address": _without("no_address", address=""),
    "no_date": _without("no_date", day=None),
    "bad_date": _bad_day,
    "unknown_channel": _without("unknown_channel", channel=""),
}
