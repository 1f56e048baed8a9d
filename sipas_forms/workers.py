"""Worker processes: one thread each, and gone when the process that started them is, however it went."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any

import cv2

ORPHANED = 1  # exit code of a worker whose parent was killed; nobody is left to see it


def worker_pool(
    count: int, start: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """A pool of `count` processes; each calls `start(*arguments)` first. Spawned, not forked, as all systems can."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin, initargs=(start, arguments))


def _begin(start: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    one_thread()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if start:
        start(*arguments)


def one_thread() -> None:
    """One process per core is quicker than many threads per page; tesseract's wait for each other on a busy machine,
    until a third of a second has become seven."""
    cv2.setNumThreads(1)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")


def _end_with_parent() -> None:
    """A killed parent tells nobody: its workers would wait for work, with their memory, until the next boot."""
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(ORPHANED)
