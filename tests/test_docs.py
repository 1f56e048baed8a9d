"""The documents say what the program does: commands, exit codes, the policy, problem codes, links."""

from __future__ import annotations

import configparser
import inspect
import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from sipas_forms import errors
from sipas_forms.cli import sipas
from sipas_forms.report.exports import ANSWER_COLUMNS, FORM_COLUMNS, PAGE_COLUMNS
from sipas_forms.sample.eligibility import Reason
from sipas_forms.scanning import decide, marking
from sipas_forms.scanning.marks import INK_FROM, INK_NOISE
from sipas_forms.scanning.policy import POLICY, Policy
from sipas_forms.simulate.profiles import MARKINGS, PROFILES
from sipas_forms.tally.files import COUNT_COLUMNS, INDEX_COLUMNS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "sipas_forms"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, title: str) -> str:
    """What stands below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(title)}$(.*?)(?=^#|\Z)", text_of(name), re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no heading '{title}'"
    return found[1]


def first_cells(table: str) -> list[str]:
    """The words in code type in the first column of the tables in a text."""
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def commands(path: Path) -> list[str]:
    """Every `sipas …` in code blocks and in code type."""
    text = path.read_text(encoding="utf-8")
    inline = re.findall(r"`(sipas [^`]+)`", text)
    blocks = re.findall(r"^ {4}(sipas .+)$", text, re.MULTILINE)
    fenced = [
        line
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in block.split("\n")
        if line.startswith("sipas ")
    ]
    return inline + blocks + fenced


def check_command(line: str) -> None:
    """Follow the groups by name, then the options; click itself says what it doesn't know."""
    words = shlex.split(line, comments=True)[1:]
    node: click.Command = sipas
    context = click.Context(sipas, info_name="sipas")
    while isinstance(node, click.Group) and words:
        if words[0] == "--workspace":
            words = words[2:]
            continue
        name = words.pop(0)
        child = node.get_command(context, name)
        assert child is not None, f"'{line}': there is no command '{name}'"
        node, context = child, click.Context(child, parent=context, info_name=name)
    known = {name for parameter in node.params for name in parameter.opts + parameter.secondary_opts}
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in known, f"'{line}': there is no option {word}"
    if not isinstance(node, click.Group) and any(not word.startswith("-") for word in words):
        node.make_context(node.name, words, parent=context)  # the values too are of the right kind


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_are_real(path: Path) -> None:
    for line in commands(path):
        check_command(line)


def test_the_readme_goes_the_whole_road() -> None:
    said = " ".join(commands(ROOT / "README.md"))
    for command in (
        "init",
        "frame import",
        "sample draw",
        "print",
        "read",
        "review",
        "status",
        "tally",
        "report",
        "export",
    ):
        assert f"sipas {command}" in said, command


def test_exit_codes_are_those_of_the_errors() -> None:
    said = dict(re.findall(r"^\| (\d+) \| `(\w+)` \|", section("docs/architecture.md", "Exit codes"), re.MULTILINE))
    real = {
        str(error.exit_code): name
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, errors.SipasError) and error is not errors.SipasError
    }
    assert said == real


def test_the_policy_table_has_every_reason() -> None:
    said = set(first_cells(section("docs/policy.md", "From the kinds to an answer")))
    source = Path(decide.__file__).read_text(encoding="utf-8")
    # every string in code that is shaped like a reason and is no kind, status, score or question kind
    literals = set(re.findall(r'"([a-z]+_[a-z_]+|marked|filled|corrected|printed|handwriting)"', source))
    assert said == literals


def test_the_policy_table_has_every_kind() -> None:
    table = section("docs/policy.md", "From a box's scores to its kind")
    said = set(re.findall(r"^\| (\w+) \|", table, re.MULTILINE)) - {"kind"}
    assert said == set(marking.Kind.__args__)  # type: ignore[attr-defined]


def test_outcomes_in_the_policy_table() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (accepted|blank|doubtful) \|",
        section("docs/policy.md", "From the kinds to an answer"),
        re.M,
    )
    undoubted = {name: outcome for name, outcome in rows if outcome != "doubtful"}
    blank = dict.fromkeys(("nothing_marked", "nothing_written"), "blank")
    assert undoubted == blank | dict.fromkeys(("marked", "corrected", "filled", "printed"), "accepted")


def test_thresholds_have_their_values() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \| (.+?) \|", section("docs/policy.md", "Thresholds"), re.MULTILINE)
    said = {name: float(value) for name, value, _ in rows}
    assert said == {field.name: float(getattr(POLICY, field.name)) for field in fields(Policy)}
    named = set(re.findall(r"`([a-z]+_[a-z_]+|clean)`", text_of("docs/policy.md")))
    assert {field.name for field in fields(Policy)} <= named
    assert INK_FROM > 0
    assert INK_NOISE > 0  # named on the page, imported above so that a new name is noticed


def problem_codes() -> set[str]:
    """Every code that a Problem, a recorded problem, TWO_SCANS or the like is made with, in the source."""
    codes: set[str] = set()
    for path in [*(PACKAGE / "scanning").glob("*.py"), *(PACKAGE / "store").glob("*.py")]:
        source = path.read_text(encoding="utf-8")
        codes |= set(re.findall(r'\bProblem\(\s*"(\w+)"', source))
        codes |= set(re.findall(r'problem=\(\s*"(\w+)"', source))
        codes |= set(re.findall(r'return "(\w+)", f?"', source))
        named = r'^(?:TWO_SCANS|WRONG_ORDER|PILE_HELD|TO_CONFIRM|FRONT_FIRST) = "(\w+)"'
        codes |= set(re.findall(named, source, re.MULTILINE))
    return codes


def test_problem_codes_are_those_of_the_source() -> None:
    said = first_cells(section("docs/formats.md", "Problem codes"))
    assert len(said) == len(set(said))
    assert set(said) == problem_codes()


def test_the_review_page_has_a_heading_for_every_problem() -> None:
    for language in ("vi", "en"):
        words = json.loads((PACKAGE / "review" / "pages" / f"words-{language}.json").read_text(encoding="utf-8"))
        assert {f"problem.{code}" for code in problem_codes()} <= words.keys()


def test_problem_codes_named_elsewhere_exist() -> None:
    named = set(re.findall(r"^\|(.*?)\|", section("docs/troubleshooting.md", "Scanning"), re.MULTILINE))
    codes = {code for cell in named for code in re.findall(r"`([a-z]+_[a-z]+)`", cell)}
    reasons = set(first_cells(section("docs/policy.md", "From the kinds to an answer")))
    assert codes <= problem_codes() | reasons


def test_reasons_of_refused_rows() -> None:
    listed = section("docs/formats.md", "Transaction lists: `sipas frame import`")
    assert first_cells(listed) == [reason.value for reason in Reason]


def test_export_columns() -> None:
    exports = section("docs/formats.md", "Exports")
    for columns in (FORM_COLUMNS, PAGE_COLUMNS, INDEX_COLUMNS, COUNT_COLUMNS):
        assert f"`{','.join(columns)}`" in exports
    table = "".join(row.split("|")[1] for row in exports.split("\n") if row.startswith("| `"))
    assert tuple(re.findall(r"`(\w+)`", table)) == ANSWER_COLUMNS


def test_markings_and_profiles() -> None:
    said = set(re.findall(r"`(\w+)`", section("docs/formats.md", "Simulation")))
    assert said >= MARKINGS
    assert set(re.findall(r"`(\w+)`", section("docs/guide-statistician.md", "Checking the reader"))) >= set(PROFILES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_resolve(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        assert file.is_file(), f"{path.name}: {target} is not there"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in anchors, f"{path.name}: {target} has no such heading"


def test_pictures_are_small() -> None:
    shown = {name for path in PAGES for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text(encoding="utf-8"))}
    assert shown
    for picture in (ROOT / "docs" / "pictures").glob("*.png"):
        assert picture.stat().st_size <= 250_000, picture.name
        assert any(name.endswith(picture.name) for name in shown), f"{picture.name} is shown nowhere"


def test_every_module_group_is_on_the_map() -> None:
    house = section("docs/architecture.md", "The house")
    for station in ("plan", "sample", "printing", "field", "scanning"):
        for module in (PACKAGE / station).glob("*.py"):
            assert module.name in house or module.name == "__init__.py", f"{station}/{module.name} is not on the map"


def test_installed_templates_exist() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    installed = config["options.data_files"]["share/sipas_forms/templates"].split()
    assert sorted(installed) == sorted(f"templates/{path.name}" for path in (ROOT / "templates").glob("*.yaml"))
    assert (ROOT / config["metadata"]["license_files"]).read_text(encoding="utf-8").count("Apache License") >= 2
    assert (ROOT / config["metadata"]["long_description"].removeprefix("file:").strip()).is_file()
