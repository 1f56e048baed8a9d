"""One family of errors: each class is a class of fault, with its exit code for the command line.

A `SipasError` carries a sentence that says what is wrong, where, and what to do; only `cli` turns it into an exit.
Codes 1 (a bug) and 2 (wrong usage) belong to Python and click, so ours start at 3.
"""

from __future__ import annotations

import errno
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}  # EDQUOT: Windows has none


class SipasError(Exception):
    """A fault that a user can understand and mend; `str(error)` is the whole message."""

    exit_code = 3


class PlanError(SipasError):
    """A survey plan or a questionnaire has mistakes; the message lists every one with file, line and key."""

    exit_code = 3


class WorkspaceError(SipasError):
    """The folder is not a workspace, or lacks what the command needs."""

    exit_code = 4


class ListError(SipasError):
    """A transaction list can't be used at all (unreadable, or without the needed columns)."""

    exit_code = 5


class SampleError(SipasError):
    """The sample can't be drawn, replaced or verified as asked."""

    exit_code = 6


class PrintError(SipasError):
    """The questionnaire can't be laid out or printed."""

    exit_code = 7


class ScanError(SipasError):
    """There is nothing to read at the given place, or scans can't be simulated from what is there."""

    exit_code = 8


class StoreError(SipasError):
    """The survey's database can't be opened, is of a newer version, or refuses the change."""

    exit_code = 9


class ReportError(SipasError):
    """A report or an export can't be made."""

    exit_code = 10


class ReviewError(SipasError):
    """The review page can't be served as asked."""

    exit_code = 11


class PeopleError(SipasError):
    """The data of people can't be opened: no or a wrong passphrase, a lost key, or a survey that is closed."""

    exit_code = 12


class AdoptError(SipasError):
    """A form that was drawn elsewhere can't be adopted: it can't be opened, or no answer boxes are found on it."""

    exit_code = 14


class DiskError(SipasError):
    """A file or a folder can't be written or read where nothing else says so better: mostly, the disk is full."""

    exit_code = 15


def unwritable(path: Path | str, error: OSError) -> str:
    """The sentence for a file that can't be written: why, and what to do about it."""
    if error.errno in FULL:
        return f"{path}: can't be written, the disk is full. Make room on it and run the command again."
    why = error.strerror or type(error).__name__
    cure = "If it is open in another program (Excel), close it there, and run the command again."
    return f"{path}: can't be written ({why}). {cure}"
