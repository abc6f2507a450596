"""Ctrl-C -> a flag that is looked at between two documents.

Raised inside a document, KeyboardInterrupt may be lost: what runs in C (spaCy's code, callbacks of SQLite) can only print it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ctrl_c_noted() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second raises KeyboardInterrupt at once.

    Signals reach the main thread alone, and a program that was started to ignore Ctrl-C (``nohup``, ``&``) goes on ignoring it.
    """
    noted = threading.Event()
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield noted
        return

    def note(number: int, frame: FrameType | None) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
