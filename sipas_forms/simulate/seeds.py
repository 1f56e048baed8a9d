"""Random generators that hang on names, not on order: the same seed and names give the same numbers anywhere."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of one thing (a cell, a form, a page), independent of every other and of who draws first."""
    text = "\x1f".join(str(part) for part in (seed, *names))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))
