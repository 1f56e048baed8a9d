"""The house rules that can be checked: who imports whom, who writes SQL, who knows pixels, which commands docs name."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from sipas_forms import errors
from sipas_forms.cli import COMMANDS
from sipas_forms.cli import sipas as road

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "sipas_forms"
# In the order in which a sheet of paper travels.
ROAD = ("plan", "sample", "printing", "adopt", "field", "scanning", "review", "tally", "report")
# Modules at the top that every station may use.
COMMON = {"errors", "workers"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def station_of(path: Path) -> str:
    """The folder, or the module's name where it lies at the top."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Full names of everything that a module imports, inside functions too, as `a.b.c`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def stations_imported(path: Path) -> set[str]:
    ours = {name.split(".")[1] for name in imports_of(path) if name.startswith("sipas_forms.")}
    return ours - COMMON - {station_of(path)}


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 60
    assert {station_of(path) for path in MODULES} >= {*ROAD, "store", "simulate", "cli", "flow"}


@pytest.mark.parametrize("path", [p for p in MODULES if station_of(p) in ROAD], ids=name_of)
def test_a_station_imports_earlier_ones_and_the_store_only(path: Path) -> None:
    allowed = {*ROAD[: ROAD.index(station_of(path))], "store"}
    assert stations_imported(path) <= allowed


@pytest.mark.parametrize("path", [p for p in MODULES if station_of(p) == "store"], ids=name_of)
def test_the_store_imports_no_station(path: Path) -> None:
    assert stations_imported(path) == set()


@pytest.mark.parametrize("path", [p for p in MODULES if station_of(p) == "simulate"], ids=name_of)
def test_the_simulator_knows_paper_but_not_its_reader(path: Path) -> None:
    """A simulator that shared the reader's code would share its mistakes."""
    assert stations_imported(path) <= {"plan", "sample", "printing", "store"}


@pytest.mark.parametrize("path", [p for p in MODULES if station_of(p) != "store"], ids=name_of)
def test_only_the_store_writes_sql(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & {"sqlalchemy", "sqlite3"}


@pytest.mark.parametrize("path", [p for p in MODULES if station_of(p) not in ("cli", "__main__")], ids=name_of)
def test_nothing_but_the_command_line_prints_or_exits(path: Path) -> None:
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"print", "sys.exit", "exit", "click.echo"}
    assert not {name.split(".")[0] for name in imports_of(path)} & {"click", "rich"}


def test_deciding_touches_no_pixels_and_measuring_no_thresholds() -> None:
    decide = {name.split(".")[0] for name in imports_of(PACKAGE / "scanning" / "decide.py")}
    assert not decide & {"numpy", "cv2", "PIL", "scipy", "pypdfium2"}
    for name in ("marks", "areas", "frames", "register", "streaks", "reader"):
        assert not {i for i in imports_of(PACKAGE / "scanning" / f"{name}.py") if ".decide" in i}


def test_matrices_are_left_to_one_thread() -> None:
    """Two workers whose matrix threads wait for each other read a page in the time of three."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    ask = "import sys, os, sipas_forms as s; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    said = subprocess.run([sys.executable, "-c", ask], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert said.stdout.split() == ["False", "1"]


def test_a_picture_never_meets_sql() -> None:
    for path in MODULES:
        if station_of(path) == "store":
            assert not {name.split(".")[0] for name in imports_of(path)} & {"numpy", "cv2", "PIL"}


@pytest.mark.parametrize("path", [p for p in MODULES if station_of(p) == "cli"], ids=name_of)
def test_commands_import_what_is_heavy_when_called(path: Path) -> None:
    """At the top of a command's module stand light imports only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {a.name for n in top if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module) for n in top if isinstance(n, ast.ImportFrom)}
    ours = {n for n in names if n.startswith("sipas_forms")}
    assert ours <= {"sipas_forms.errors", "sipas_forms.cli", "sipas_forms"} | {n for n in ours if ".cli." in n}
    assert not {n.split(".")[0] for n in names} & {
        "cv2",
        "numpy",
        "pandas",
        "rich",
        "reportlab",
        "sqlalchemy",
    }


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = (first.end_lineno or 0) if doc else node.lineno
            assert (node.end_lineno or 0) - start <= 60, f"{path}: {node.name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_things_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body:
        assert ast.get_docstring(tree), f"{path} has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path}: {node.name} has no docstring"


def test_each_class_of_fault_has_its_exit_code() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, errors.SipasError)]
    kinds.remove(errors.SipasError)
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes) > 5
    assert min(codes) >= 3


# --- what docs say

SHELL = re.compile(r"```(?:sh|shell|bash|console)?\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"[`'](sipas [^`'\n]+)[`']")


def commands_in(path: Path) -> list[str]:
    """Every `sipas …` in a Markdown file's code, or in the sentences of a module."""
    text = path.read_text(encoding="utf-8")
    found = INLINE.findall(text)
    for block in SHELL.findall(text) if path.suffix == ".md" else []:
        joined = block.replace("\\\n", " ")
        found += [line.strip().removeprefix("$ ") for line in joined.splitlines() if "sipas " in line]
    return [line for line in found if re.match(r"sipas [a-z-]", line)]


def check(line: str) -> str | None:
    """What is wrong with a command line as docs show it; places are words in capitals, and … ends it."""
    words = shlex.split(re.split(r"[…·|>#\[]", line)[0])[1:]
    command: click.Command = road
    context = click.Context(road)
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
            if word.split("=")[0] not in known:
                return f"{command.name} has no option {word}"
            flag = any(word in p.opts and getattr(p, "is_flag", False) for p in command.params)
            if words and not flag and word not in ("--help", "-h") and not words[0].startswith("-"):
                words.pop(0)
        elif isinstance(command, click.Group) and not word.isupper():
            found = command.get_command(context, word)
            if found is None:
                return f"{command.name} has no command {word}"
            command = found
    return None


DOCS = [p for p in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if p.is_file()]
# Commands of issues to come, which today's docs may name.
TO_COME = {"sipas review"}


@pytest.mark.parametrize("path", [*DOCS, *MODULES], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_that_are_named_exist(path: Path) -> None:
    wrong = {line: problem for line in commands_in(path) if line not in TO_COME and (problem := check(line))}
    assert wrong == {}


def test_the_check_of_commands_sees_mistakes() -> None:
    assert check("sipas read scans --workers 2") is None
    assert check("sipas sample replace SERIAL --reason 'moved away'") is None
    assert check("sipas reed") is not None
    assert check("sipas read --worker 2") is not None
    assert check("sipas sample drow") is not None


@pytest.mark.skipif(not (ROOT / "README.md").is_file(), reason="there is no README yet")
def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in COMMANDS if f"sipas {name}" not in text]
    assert missing == []
