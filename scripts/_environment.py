"""Sets up what the scripts need: a virtual environment with pinned dependencies, and tesseract with Vietnamese.

Only the standard library is used here, since it runs before anything is installed. Linux, macOS and Windows alike.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements.txt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Written last, so that an installation that was cut short is done again.
STAMP = ENVIRONMENT / "installed.txt"


def run(*arguments: str) -> int:
    """Run the environment's Python with `arguments`, making the environment first where needed; returns its exit
    code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one place that an older Python reaches
        sys.exit("Python 3.11 or later is needed; this is " + sys.version.split()[0] + ".")
    _install()
    _install_tesseract()
    try:
        return subprocess.call([str(PYTHON), *arguments])
    except KeyboardInterrupt:
        return 130  # the program itself has said so


def _install() -> None:
    wanted = hashlib.sha256(
        REQUIREMENTS.read_bytes() + (ROOT / "setup.cfg").read_bytes() + sys.version.encode()
    ).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    print(f"Making the environment in {ENVIRONMENT.name} (once) ...", file=sys.stderr, flush=True)
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for arguments in (["-r", str(REQUIREMENTS)], ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        if subprocess.call(pip + arguments, cwd=ROOT):
            sys.exit("The packages could not be installed (see above); is the package index within reach?")
    STAMP.write_text(wanted, encoding="utf-8")


def _install_tesseract() -> None:
    """By the system's package manager where that is possible without asking, else one sentence."""
    if _has_vietnamese():
        return
    apt, root = shutil.which("apt-get"), hasattr(os, "geteuid") and os.geteuid() == 0
    if apt and root:
        print("Installing tesseract with Vietnamese (once) ...", file=sys.stderr, flush=True)
        for arguments in (["update"], ["install", "-y", "tesseract-ocr", "tesseract-ocr-vie"]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.call([apt, "-qq", *arguments], stdout=subprocess.DEVNULL, env=environment)
    if not _has_vietnamese():
        print(
            "tesseract with Vietnamese is not installed (Debian, Ubuntu: apt install tesseract-ocr-vie; macOS: brew "
            "install tesseract-lang; Windows: the UB Mannheim installer). Without it everything works but the "
            "suggestions for handwriting.",
            file=sys.stderr,
        )


def _has_vietnamese() -> bool:
    found = shutil.which("tesseract")
    if not found:
        return False
    languages = subprocess.run([found, "--list-langs"], capture_output=True, text=True, check=False)
    return "vie" in languages.stdout.split()
