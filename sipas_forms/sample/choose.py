"""Which people of a cell are drawn: three methods, one algorithm each, that anyone can do again by hand or program.

The people of a cell are numbered 1 to N in frame order. Everything that is random comes from the seed by SHA-256 of

    SEED newline UNIT newline FIELD newline WORDS        (UTF-8; read as a hexadecimal number H where one is needed)

- The ticket of person NUMBER has WORDS = NUMBER.
- `simple-1`: people in the order of their tickets; the first n are official, the next r reserve.
- `systematic-1`: person ⌊(i + H/2^256)·N/n⌋ + 1 for i = 0 … n-1, with WORDS = `start`; the reserve is drawn in the same
  way from the others, with WORDS = `reserve`. Frame order is by day of dealing, so that the sample is spread over time.
- `stratified-1`: the same as systematic, on the people in the order of (stratum, ticket): every stratum gets its
  proportional share, rounded down or up by chance, and is a simple random sample inside (random systematic sampling on
  an ordered frame, Cochran, Sampling Techniques, 3rd ed. 1977, ch. 8).

Each list is then put in the order of the tickets: the order of the reserve is random. With every method everybody has
the same chance n/N to be official and r/N to be reserve.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Method = Literal["simple", "systematic", "stratified"]
METHODS: dict[Method, str] = {"simple": "simple-1", "systematic": "systematic-1", "stratified": "stratified-1"}
TWO_256 = 1 << 256


@dataclass(frozen=True)
class Chosen:
    """Frame numbers from 1, each list in drawn order."""

    official: tuple[int, ...]
    reserve: tuple[int, ...]


def choose(method: str, seed: str, cell: tuple[str, str], strata: Sequence[int], official: int, reserve: int) -> Chosen:
    """Draw from a cell whose strata, in frame order, have so many people each (one stratum: no strata).

    Raises:
        ValueError: the method is not one of METHODS, or more are asked for than there are.
    """
    total = sum(strata)
    if not 0 <= official <= total or not 0 <= reserve <= total - official:
        raise ValueError(f"{official} + {reserve} of {total}")
    tickets = {number: _digest(seed, cell, str(number)) for number in range(1, total + 1)}
    if method == METHODS["simple"]:
        order = sorted(tickets, key=lambda number: (tickets[number], number))
        return Chosen(tuple(order[:official]), tuple(order[official : official + reserve]))
    if method == METHODS["systematic"]:
        order = list(tickets)
    elif method == METHODS["stratified"]:
        order = _by_stratum(strata, tickets)
    else:
        raise ValueError(f"unknown method {method}")
    first = _spread(order, official, _digest(seed, cell, "start"))
    taken = set(first)
    rest = _spread([number for number in order if number not in taken], reserve, _digest(seed, cell, "reserve"))
    return Chosen(*(tuple(sorted(part, key=lambda number: (tickets[number], number))) for part in (first, rest)))


def _digest(seed: str, cell: tuple[str, str], words: str) -> str:
    return hashlib.sha256("\n".join((seed, *cell, words)).encode()).hexdigest()


def _by_stratum(strata: Sequence[int], tickets: dict[int, str]) -> list[int]:
    order: list[int] = []
    for size in strata:
        numbers = range(len(order) + 1, len(order) + size + 1)
        order.extend(sorted(numbers, key=lambda number: (tickets[number], number)))
    return order


def _spread(order: Sequence[int], size: int, digest: str) -> list[int]:
    """`size` of `order` at equal distances from a random start; in whole numbers, so alike on every machine."""
    start = int(digest, 16)
    return [order[(i * TWO_256 + start) * len(order) // (size * TWO_256)] for i in range(size)]


def formula_size(people: int, margin: float) -> int:
    """n = N / (1 + N·e²), rounded up (Yamane 1967; as the ministry's guides state it), never more than N."""
    from fractions import Fraction
    from math import ceil

    e = Fraction(str(margin))
    return min(people, ceil(people / (1 + people * e * e))) if people else 0
