"""People who try a reader: the simulator's profiles with what is rare there made frequent.

`clean+circles` is the scanner of `clean` with the people of `circles`. Doubt is no figure here, misreads are.
"""

from __future__ import annotations

from dataclasses import replace

from sipas_forms.simulate import PROFILES
from sipas_forms.simulate.profiles import PenKind, People, Profile, Range

USUAL = People()
# In shares of answered questions; in the profiles themselves they are a tenth of that.
MISSES = (("off", 0.2), ("overshoot", 0.4), ("circled", 0.15), ("between", 0.05))
SLIPS = (("off", 0.1), ("overshoot", 0.1), ("corrected", 0.05), ("double", 0.02))
DOUBTS = (("circled", 0.03), ("between", 0.05), ("withdrawn", 0.05), ("faint", 0.02))
PEOPLE: dict[str, People] = {
    # leave much out, and miss their boxes: does a neighbour's mark answer for them?
    "misses": replace(USUAL, blank=0.3, exceptions=MISSES),
    "slips": replace(USUAL, blank=0.15, pen_rest=0.003, exceptions=(*SLIPS, *DOUBTS)),
    # leave much out, and mark small, on the printed line of the box
    "edges": replace(USUAL, blank=0.2, exceptions=(("edge", 0.3),)),
    # take marks back by a circle, as in exams
    "circles": replace(USUAL, exceptions=(("withdrawn", 0.3),), taken_back_by_circle=1.0),
    # fill and scribble, and take that back
    "fills": replace(USUAL, habits=(("fill", 0.6), ("scribble", 0.4)), exceptions=(("corrected", 0.06), *SLIPS[:2])),
}
PENS: dict[str, tuple[PenKind, ...]] = {
    "thick": (
        PenKind("marker", 0.5, Range(0.9, 1.6), Range(20, 90)),
        PenKind("fine liner", 0.5, Range(0.15, 0.25), Range(30, 120), grain=0.2, skips=0.2),
    ),
    "pale": (PenKind("pale", 1.0, Range(0.2, 0.7), Range(140, 200), grain=0.3, skips=0.2),),
}
# A page of an unwiped glass, of which most was left out: does dirt answer? Specks a page, of which a tenth are hairs.
HAIRS_DIRT = 150.0


def _stressed(profile: Profile) -> dict[str, Profile]:
    found = {f"{profile.name}+{name}": replace(profile, people=people) for name, people in PEOPLE.items()}
    found |= {f"{profile.name}+{name}": replace(profile, pens=pens) for name, pens in PENS.items()}
    soiled = replace(profile.scanner, dirt=HAIRS_DIRT)
    found[f"{profile.name}+hairs"] = replace(profile, people=replace(USUAL, blank=0.6), scanner=soiled)
    return {name: replace(one, name=name) for name, one in found.items()}


KNOWN: dict[str, Profile] = {**PROFILES, **{n: p for base in PROFILES.values() for n, p in _stressed(base).items()}}
