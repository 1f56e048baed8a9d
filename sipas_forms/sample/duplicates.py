"""One person, one candidate: rows of a cell that are the same person or phone, also where spelt a little differently.

- The same phone is one candidate, whatever the name: one answer a phone.
- The same name at the same house is one candidate, whatever the phone. Names are the same without accents where one
  of the two was plainly typed without any; two names that differ in an accent ('Hoa', 'Hòa') are not.
- Names that differ in one letter at the same house, and the same name at nearly the same address or at an address
  without a house, may be one person: the later row waits for the unit's word.

Nothing depends on the order in which lists are imported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from sipas_forms.sample.eligibility import Doubt, Merge
from sipas_forms.sample.places import NUMBERED_QUARTER
from sipas_forms.sample.words import HONORIFIC, SIGNS, fold
from sipas_forms.store.list_store import Settled
from sipas_forms.store.people import ListRow

# 'P.', 'Q.' and the like, as single words of a folded address.
SHORT = {"p": "phuong", "q": "quan", "tp": "thanh pho", "tdp": "to dan pho", "kp": "khu pho", "tt": "thi tran"}
# An address that names a house, not only its quarter: 'số 5', 'ngõ 12', '5/7 phố …', or two numbers.
HOUSE = re.compile(r"\b(so|ngo|ngach|hem|nha|can ho|phong|lo|kiot) \d|^\d|\d\D+\d")
NUMBERS = re.compile(r"\d+")
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# Addresses with equal numbers whose words are alike to this share (of 100) may be one: 'Hoa Sữa' and 'Hoa Sua' with
# another word for the ward are above 85, two streets of made-up lists never above 70.
ALIKE = 85
# Rows compared with all others of their house at a time; bounds the matrix to some megabytes.
BLOCK = 500
# A shorter name has too few letters for one of them to be a slip.
LONG_NAME = 8


def settle(rows: list[ListRow]) -> list[Settled]:
    """What becomes of the rows of one cell (all without faults, by file, sheet and row)."""
    names = [row.person.rpartition("|")[0] for row in rows]  # as `words.person_key` made it
    addresses = [address_key(row.address) for row in rows]
    group = _Groups(len(rows))
    by_phone = _same(row.phone for row in rows)
    for members in by_phone:
        for other in members[1:]:
            group.join(members[0], other)
    homes = _same(
        f"{name}|{address}" if names_house(address) else "" for name, address in zip(names, addresses, strict=True)
    )
    for members in homes:
        for a, b in combinations(members, 2):
            if same_accents(rows[a].name, rows[b].name):
                group.join(a, b)
    alike = dict(_alike(group, rows, names, addresses))
    return [_settled(number, rows, names, group, alike) for number in range(len(rows))]


def _settled(number: int, rows: list[ListRow], names: list[str], group: _Groups, alike: dict[int, int]) -> Settled:
    row, members = rows[number], group.members(number)
    first = next((m for m in members if not rows[m].doubts or rows[m].confirmed), members[0])
    if number != first:
        close = names[number] == names[first] or _similar(names[number], names[first])
        return Settled("merged", first, (Merge.SAME_PERSON if close else Merge.SAME_PHONE).value)
    if row.confirmed:
        return Settled("accepted")
    if number in alike:
        return Settled("check", alike[number], Doubt.MAYBE_SAME.value)
    return Settled("check" if row.doubts else "accepted")


def address_key(address: str) -> str:
    """The folded address with its abbreviations written out."""
    return " ".join([SHORT.get(word, word) for word in fold(address).split()])


def names_house(address: str) -> bool:
    """Whether a folded address leads to a house; 'tổ 5, ấp 3' leads to dozens of them."""
    return HOUSE.search(NUMBERED_QUARTER.sub("", address).strip()) is not None


@lru_cache(maxsize=65_536)
def accents(name: str) -> str:
    """The name's letters with their tones at the end of each word: 'Hoà' and 'Hòa' are alike."""
    words = []
    own = len(HONORIFIC.sub("", fold(name)).split())  # without 'Ông/Bà', which stands first
    for word in SIGNS.sub(" ", name.casefold()).split()[-own:]:
        signs = unicodedata.normalize("NFD", word)
        words.append("".join(s for s in signs if s not in TONES) + "".join(s for s in signs if s in TONES))
    return " ".join(words)


def same_accents(one: str, other: str) -> bool:
    """Whether two names that fold alike are one: their accents agree, or one was plainly typed without any.

    'Mai Kim Anh' may be a name as it is; beside 'Mai Kim Ánh' it is not plain, beside 'Trần Thị Ánh' 'Tran Thi Anh' is.
    """
    if accents(one) == accents(other):
        return True
    return any(
        a.isascii() and sum(not word.isascii() for word in b.split()) > 1 for a, b in ((one, other), (other, one))
    )


def _similar(one: str, other: str) -> bool:
    """Names as one might spell one and the same: a letter or two, or a word left out."""
    return Levenshtein.distance(one, other, score_cutoff=2) <= 2 or fuzz.token_set_ratio(one, other) == 100


def _same(keys: Iterator[str]) -> list[list[int]]:
    """The numbers of equal keys; '' is equal to nothing."""
    first: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if key and first.setdefault(key, number) != number:
            found.setdefault(key, [first[key]]).append(number)
    return sorted(found.values())


def _alike(group: _Groups, rows: list[ListRow], names: list[str], addresses: list[str]) -> Iterator[tuple[int, int]]:
    """(row, earlier row) of two candidates that may be one person, both the first of their group."""
    for a, b in (*_same_name(names, addresses), *_same_house(names, addresses)):
        one, other = sorted((group.members(a)[0], group.members(b)[0]))
        if one != other:
            yield other, one


def _same_name(names: list[str], addresses: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs of one name whose addresses are the same or nearly so; all numbers in them are equal."""
    numbers = (" ".join(NUMBERS.findall(address)) for address in addresses)
    for members in _same(f"{name}|{number}" for name, number in zip(names, numbers, strict=True)):
        unique = members[:BLOCK]  # more than that of one name is a column that was filled down
        for a, b in combinations(unique, 2):
            if fuzz.token_sort_ratio(addresses[a], addresses[b]) >= ALIKE:
                yield a, b


def _same_house(names: list[str], addresses: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs of one house whose names differ in one letter."""
    for members in _same(address if names_house(address) else "" for address in addresses):
        first = {names[member]: member for member in reversed(members) if len(names[member]) >= LONG_NAME}
        unique = list(first)
        for start in range(0, len(unique), BLOCK):
            block = unique[start : start + BLOCK]
            far = process.cdist(block, unique, scorer=Levenshtein.distance, score_cutoff=1, dtype=np.uint8)
            for i, j in np.argwhere(far == 1).tolist():
                if start + i < j:
                    yield first[block[i]], first[unique[j]]


class _Groups:
    """Rows joined into groups (union by the smallest number)."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        a, b = sorted((self.root(one), self.root(other)))
        self.parent[b] = a

    def members(self, number: int) -> Sequence[int]:
        """The group of a row, in order; asked for after the last join."""
        return self.several.get(self.root(number)) or (number,)

    @cached_property
    def several(self) -> dict[int, list[int]]:
        """The groups of more than one row, by their first."""
        found: dict[int, list[int]] = {}
        for each in range(len(self.parent)):
            first = self.root(each)
            if first != each:
                found.setdefault(first, [first]).append(each)
        return found
