"""Makes the data sets that R's `survey` package and this program are both asked about: forms.csv and plans.csv.

Run once, from the root: `python tests/r_survey/generate.py`; then `Rscript tests/r_survey/expected.R`.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 20200916
CRITERIA = ("A1", "A2", "B3", "B4", "B5")
# What the data sets differ in: units, fields of each, smallest and largest cell, share of blanks, frame known.
SHAPES = [
    (1, 1, 12, 12, 0.0, True),
    (1, 1, 9, 9, 0.2, False),
    (1, 3, 5, 9, 0.1, True),
    (2, 1, 6, 14, 0.0, True),
    (2, 2, 3, 10, 0.05, True),
    (2, 2, 1, 7, 0.0, True),
    (3, 2, 2, 6, 0.3, True),
    (3, 1, 8, 8, 0.0, False),
    (2, 3, 4, 8, 0.4, True),
    (4, 2, 2, 5, 0.1, True),
    (1, 2, 15, 20, 0.02, True),
    (2, 2, 1, 3, 0.1, False),
]


def main() -> None:
    """Every shape twice: as shares with factors averaged, and with every other choice of the plan in turn."""
    rng = random.Random(SEED)
    forms: list[list[object]] = []
    plans: list[list[object]] = []
    for number, (units, fields, least, most, blank, known) in enumerate(SHAPES * 2):
        second = number >= len(SHAPES)
        criterion = "mean" if second and number % 2 else "satisfied"
        average = "criteria" if second and number % 3 else "factors"
        weights = "design" if known and number % 4 != 1 else "equal"
        for unit in range(1, units + 1):
            level = rng.uniform(2.6, 4.2)
            for field in range(1, fields + 1):
                n = rng.randint(least, most)
                population = rng.choice([n, n + 3, 4 * n, 40 * n]) if known else ""
                plans.append([number + 1, f"U{unit}", f"F{field}", population, criterion, average, weights])
                for _ in range(n):
                    mood = rng.gauss(level, 0.8)
                    scores = [min(5, max(1, round(rng.gauss(mood, 0.9)))) for _ in CRITERIA]
                    answers = ["" if rng.random() < blank else str(score) for score in scores]
                    if number % 6 == 0:
                        answers[3] = "5"  # a criterion with which everybody is satisfied
                    sex = "" if rng.random() < 0.1 else str(rng.randint(1, 2))
                    forms.append([number + 1, f"U{unit}", f"F{field}", sex, *answers])
    _write("plans.csv", ["set", "unit", "field", "population", "criterion", "average", "weights"], plans)
    _write("forms.csv", ["set", "unit", "field", "sex", *CRITERIA], forms)


def _write(name: str, head: list[str], rows: list[list[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([head, *rows])


if __name__ == "__main__":
    main()
