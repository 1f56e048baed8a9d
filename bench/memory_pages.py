"""Writes the scans that `bench.memory` reads, in a process of its own: FOLDER SOURCE_PAGES PAGES."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from bench.survey import issue_and_print
from sipas_forms.simulate import simulate_scans


def main(folder: Path, source: int, pages: int) -> None:
    """`pages` files of which `source` differ; the others are the same pages under other names."""
    workspace = issue_and_print(folder, -(-source // 16))
    batch = simulate_scans(workspace, workspace.scans, "clean", seed=1, limit=-(-source // 2))
    for number in range(len(batch.files), pages):
        original = batch.files[number % len(batch.files)]
        copy = workspace.scans / f"again-{number:05d}{original.suffix}"
        try:
            os.link(original, copy)
        except OSError:
            shutil.copyfile(original, copy)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
