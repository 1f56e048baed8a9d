"""The command line: order, exit codes, what goes where, and that no fault ends in a traceback."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from paper import PLAN, done, papers, sipas
from PIL import Image as Pil

from sipas_forms.cli import COMMANDS, main
from sipas_forms.plan import Workspace, create_workspace

ROOT = Path(__file__).resolve().parents[1]


def shell(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a user starts it."""
    command = [sys.executable, "-m", "sipas_forms", *args]
    return subprocess.run(
        command, cwd=cwd, env=_environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def test_help_lists_the_road_in_order() -> None:
    run = done("--help")
    places = [run.out.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    names = list(COMMANDS)
    expected = ["init", "frame", "sample", "print", "read", "status", "tally", "report", "export"]
    assert [n for n in names if n in expected] == expected


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    run = done(name, "--help")
    assert f"sipas {name}" in run.out
    assert len(run.out.splitlines()) > 4


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    heavy = "cv2 numpy pandas reportlab sqlalchemy matplotlib scipy pypdfium2 rich"
    code = (
        "import sys; from click.testing import CliRunner; from sipas_forms.cli import sipas\n"
        "assert CliRunner().invoke(sipas, ['--help']).exit_code == 0\n"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "args",
    [
        ("reed",),
        ("read", "--workers", "0"),
        ("read", "--workers", "many"),
        ("read", "--nonsense"),
        ("export", "answers"),
        ("sample", "replace"),
        ("print", "--language", "fr"),
        ("report", "--format", "odt"),
    ],
)
def test_wrong_usage_is_2(tmp_path: Path, args: tuple[str, ...]) -> None:
    run = sipas(*args, at=tmp_path)
    assert run.code == 2
    assert "Error" in run.err
    assert run.out == ""


@pytest.mark.parametrize(
    "args",
    [
        ("print",),
        ("read",),
        ("status",),
        ("tally",),
        ("report",),
        ("sample", "draw"),
        ("frame", "import", "x.csv"),
    ],
)
def test_a_folder_that_is_no_workspace_is_4(tmp_path: Path, args: tuple[str, ...]) -> None:
    run = sipas(*args, at=tmp_path)
    assert run.code == 4
    assert "is not a workspace" in run.err
    assert list(tmp_path.iterdir()) == [], "nothing is made in a folder that isn't ours"


def test_init_makes_the_shape_and_keeps_what_is_there(tmp_path: Path) -> None:
    root = tmp_path / "khảo sát mới"
    done("init", str(root))
    assert {p.name for p in root.iterdir()} == {"templates", "forms", "scans", "output"}
    plan = root / "templates" / "long-bien-2020.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    done("init", str(root))
    assert plan.read_text(encoding="utf-8") == PLAN
    assert done("status", at=root).code == 0


def test_init_of_an_unknown_survey_names_the_known(tmp_path: Path) -> None:
    run = sipas("init", str(tmp_path / "a"), "--survey", "mars")
    assert run.code == 4
    assert "long-bien-2020" in run.err
    assert not (tmp_path / "a").exists()


def test_two_plans_in_one_workspace(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    (workspace.templates / "second.yaml").write_text(PLAN, encoding="utf-8")
    run = sipas("status", at=tmp_path)
    assert run.code == 4
    assert "long-bien-2020.yaml, second.yaml" in run.err


def test_reading_nothing_is_8(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    run = sipas("read", at=tmp_path)
    assert run.code == 8
    assert "no scans" in run.err
    run = sipas("read", tmp_path / "không có.pdf", at=tmp_path)
    assert run.code == 8
    assert "không có.pdf" in run.err


def test_printing_before_drawing_is_7(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    run = sipas("print", at=tmp_path)
    assert run.code == 7
    assert "sipas sample draw" in run.err


def test_drawing_before_importing_is_6(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    assert sipas("sample", "draw", at=tmp_path).code == 6
    assert sipas("sample", "replace", "TT-TP-0001-X", "--reason", "moved", at=tmp_path).code == 6


def test_simulating_before_printing_is_8(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    run = sipas("simulate", "scans", "--to", tmp_path / "s", at=tmp_path)
    assert run.code == 8
    assert "sipas print" in run.err


def test_a_list_that_is_no_list_is_5(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    run = sipas("frame", "import", tmp_path / "a.xlsx", at=tmp_path)
    assert run.code == 5
    assert "a.xlsx" in run.err


def test_status_of_a_new_workspace(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    run = done("status", at=tmp_path)
    assert "LDTBXH" in run.out


def test_status_counts(survey_copy: Workspace) -> None:
    """Six pages of three forms: two forms complete, one half, the rest missing; one blank sheet is a problem."""
    some = papers(survey_copy)[:5]
    for i, paper in enumerate(some):
        Pil.fromarray(paper.filled(150)).save(survey_copy.scans / f"{i}.png")
    Pil.new("L", (1240, 1754), 250).save(survey_copy.scans / "x.png")
    run = done("read", "--workers", "1", at=survey_copy.root)
    assert "6 files, 6 pages: 5 read, 1 problems." in run.out
    assert "reading" in run.err
    assert "reading" not in run.out
    status = done("status", "--missing", at=survey_copy.root)
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in status.out.splitlines() if line[:2] in ("LB", "TT")}
    assert rows["LB", "HKD"] == ["3", "3", "3", "2", "0", "0"]
    assert rows["TT", "TP"] == ["3", "3", "0", "0", "0", "3"]
    assert "blank_page: 1" in status.out
    missing = status.out.split("Not come back:")[1].split("problems")[0]
    assert missing.count("TT-") == 6
    assert "LB-" not in missing
    done("report", "--format", "html", at=survey_copy.root)
    first = (survey_copy.output / "reports" / "TEST20.html").read_text(encoding="utf-8").split("II. KẾT QUẢ")[0]
    assert "còn 1 trang quét chưa dùng được, chờ xử lý" in first
    assert "thu về 3 phiếu (trong đó 1 phiếu thiếu trang), chưa thu về 6 phiếu" in first


def test_a_sentence_and_a_code_in_a_process_of_its_own(tmp_path: Path) -> None:
    run = shell("--workspace", str(tmp_path), "status")
    assert run.returncode == 4
    assert run.stdout == ""
    assert "is not a workspace" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_folder_where_one_stands_is_the_workspace(survey_copy: Workspace) -> None:
    run = shell("status", cwd=survey_copy.root)
    assert run.returncode == 0, run.stderr
    assert "LDTBXH" in run.stdout
    assert run.stderr == ""


def test_a_reader_that_goes_away_is_no_fault(survey_copy: Workspace) -> None:
    """`sipas status --missing | head -1`."""
    command = [
        sys.executable,
        "-m",
        "sipas_forms",
        "--workspace",
        str(survey_copy.root),
        "status",
        "--missing",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment())
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(60), said) == (0, "")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Makes `sipas status` fail with an exception, as a full disk or a mistake of the program would."""
    import sipas_forms.cli.scanning

    def fail(error: Exception) -> None:
        @click.command()
        def broken() -> None:
            raise error

        monkeypatch.setattr(sipas_forms.cli.scanning, "status", broken)
        monkeypatch.setattr(sys, "argv", ["sipas", "status"])

    return fail


def test_a_full_disk_is_a_sentence_whatever_writes(
    failing: Callable[[Exception], None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(OSError(errno.ENOSPC, "No space left on device", "forms/TP.pdf"))
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err
    assert stop.value.code == 15
    assert "forms/TP.pdf" in said
    assert "the disk is full" in said
    assert "Traceback" not in said


def test_a_fault_of_the_program_says_where_and_no_value(
    failing: Callable[[Exception], None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(KeyError("Nguyễn Thị Bịa"))
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err
    assert stop.value.code == 1
    assert "KeyError at tests/test_cli.py:" in said
    assert "Bịa" not in said
    assert "Traceback" not in said
