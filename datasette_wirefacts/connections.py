"""Path -> SQLite connection that waits for other programs, and clear words for what a database refuses."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from datasette_wirefacts.errors import DatabaseError, InputError

T = TypeVar("T")
FIRST_PATIENCE = 10.0  # seconds to wait for another program before there is anything to lose
PATIENCE = 60.0  # later on
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5  # seconds between two tries
WAIT_IN_SQLITE = 0.2  # seconds; short, because Ctrl-C is heard only between two waits
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
REFUSALS = {
    sqlite3.SQLITE_READONLY: "{path} cannot be written: make the file and its folder writable, or work on a copy.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: check that you may read it and write to its folder.",
    sqlite3.SQLITE_NOTADB: "{path} is not an SQLite database: name a file that Datasette can open.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged ({error}): restore a copy, or try `sqlite3 {path} .recover`.",
    sqlite3.SQLITE_FULL: "{path} cannot grow, the disk is full: make room and run the command again; what was written is kept.",
    sqlite3.SQLITE_IOERR: "{path} cannot be read or written ({error}): check the disk and run the command again.",
}


class BrokenText(bytes):
    """A TEXT value that is not UTF-8, as the bytes that it is."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, with foreign keys on. Raises InputError where there is no such file."""
    if not path.is_file():
        raise InputError(f"There is no file {path}: name a database that holds a table with articles.")
    with clear_errors(path):
        connection = sqlite3.connect(path, timeout=WAIT_IN_SQLITE, isolation_level=None)
        try:
            connection.text_factory = _text
            connection.execute("PRAGMA foreign_keys = ON")
            patiently(lambda: connection.execute("SELECT count(*) FROM sqlite_master").fetchone(), FIRST_PATIENCE)
        except BaseException:
            connection.close()
            raise
    return connection


def _text(value: bytes) -> str | BrokenText:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return BrokenText(value)


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's refusals into DatabaseErrors that say what to do; other errors pass."""
    try:
        yield
    except sqlite3.Error as error:
        code = _code(error)
        if code in BUSY:
            raise DatabaseError(
                f"{path} is locked by {holder(path)}: wait until it has finished, or stop it, and run again."
            ) from error
        if code in REFUSALS:
            raise DatabaseError(REFUSALS[code].format(path=path, error=error)) from error
        raise


def _code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF  # the extended codes carry their family in the low byte


def patiently(work: Callable[[], T], patience: float | None = None) -> T:
    """What ``work`` returns, tried again while another program holds the database, for PATIENCE seconds at most."""
    last = time.monotonic() + (PATIENCE if patience is None else patience)
    pause = FIRST_PAUSE
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if _code(error) not in BUSY or time.monotonic() > last:
                raise
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def write(connection: sqlite3.Connection, work: Callable[[], T], patience: float | None = None) -> T:
    """What ``work`` returns, done in one transaction: all of it or nothing. It may be called again after a lock."""

    def once() -> T:
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = work()
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    return patiently(once, patience)


def holder(path: Path) -> str:
    """Who holds a lock on the file, as far as Linux tells: "sqlite3 (process 4711)"; else "another program"."""
    try:
        files = [path, path.with_name(path.name + "-shm")]  # in WAL mode the second one carries the locks
        inodes = {str(file.stat().st_ino) for file in files if file.exists()}
        held = [line.split() for line in Path("/proc/locks").read_text(encoding="utf-8").splitlines() if "->" not in line]
        pids = {int(pid) for *_, pid, file, _, _ in held if file.rpartition(":")[2] in inodes} - {0, os.getpid()}
        names = [f"{Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip()} (process {pid})" for pid in sorted(pids)]
    except (OSError, ValueError):
        return "another program"
    return ", ".join(names) or "another program"
