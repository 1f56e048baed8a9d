"""What was counted, one JSON line per profile and seed, so that runs with different seeds add up.

A line counts for the code that made it; its digest passes over comments and docstrings.
"""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "bench" / "out"
# What a simulated page and its reading hang on; the policy alone can be run again on stored scores.
SOURCES = ("sipas_forms/plan", "sipas_forms/printing", "sipas_forms/simulate", "sipas_forms/scanning")
POLICY = tuple(f"sipas_forms/scanning/{name}.py" for name in ("decide", "marking", "policy"))
SEEDS_WITH_SCORES = 5000  # per profile: 200,000 pages, some 600 MB


@dataclass(frozen=True)
class Results:
    """The results under a folder, and the digests of the code as it stands."""

    folder: Path = OUT

    @property
    def path(self) -> Path:
        """The JSON lines."""
        return self.folder / "accuracy.jsonl"

    @cached_property
    def code(self) -> str:
        """Digest of everything that results hang on."""
        return code_digest()

    @cached_property
    def measuring(self) -> str:
        """The same without the policy: what stored scores hang on."""
        return code_digest(without=POLICY)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the code as it stands, the newest of each profile and seed, in order."""
        found = {(line["profile"], line["seed"]): line for line in self._all() if line["code"] == self.code}
        return [found[key] for key in sorted(found)]

    def measured_lines(self) -> list[dict[str, Any]]:
        """The newest lines of each profile and seed that another policy made, and whose stored scores still hold."""
        found = {
            (line["profile"], line["seed"]): line for line in self._all() if line.get("measuring") == self.measuring
        }
        lines = [found[key] for key in sorted(found) if found[key]["code"] != self.code]
        return [line for line in lines if self.scores_path(line["profile"], line["seed"]).exists()]

    def other_lines(self) -> int:
        """How many seeds were read by other versions of the code only."""
        counted = {(line["profile"], line["seed"]) for line in self.lines()}
        return len({(line["profile"], line["seed"]) for line in self._all()} - counted)

    def append(self, line: dict[str, Any]) -> None:
        """Add one line; it takes the place of an older one of its profile and seed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            marked = line | {"code": self.code, "measuring": self.measuring}
            file.write(json.dumps(marked, ensure_ascii=False) + "\n")

    def scores(self, profile: str) -> list[Path]:
        """The files of stored scores that still hold."""
        return sorted((self.folder / "scores").glob(f"{profile}-*-{self.measuring}.json.gz"))

    def scores_path(self, profile: str, seed: int) -> Path:
        """Where one seed's scores are stored."""
        return self.folder / "scores" / f"{profile}-{seed:06d}-{self.measuring}.json.gz"

    def _all(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        whole = [text for text in self.path.read_text(encoding="utf-8").splitlines() if text.endswith("}")]
        return [json.loads(text) for text in whole]  # a line that a kill cut off doesn't end in a brace


def code_digest(without: tuple[str, ...] = (), root: Path = ROOT) -> str:
    """12 hexadecimal digits over the sources, without comments and docstrings, and the templates."""
    digest = hashlib.sha256()
    files = [path for folder in SOURCES for path in sorted((root / folder).glob("*.py"))]
    for path in [*files, root / "bench" / "accuracy" / "pages.py"]:
        name = path.relative_to(root).as_posix()
        if name not in without:
            digest.update(f"{name}\n{_meaning(path)}\n".encode())
    for path in sorted((root / "templates").glob("*.yaml")):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _meaning(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]
    return ast.dump(tree)
