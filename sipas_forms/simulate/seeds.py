"""Random generators that hang on names, not on order: same seed and names, same numbers."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of one thing (a cell, a form, a page), whoever else draws and when."""
    text = "\x1f".join(str(part) for part in (seed, *names))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))
