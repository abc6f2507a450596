"""One run at a time: a row of wirefacts_lock says who extracts, and every write of a run makes sure that it still does.

A lock whose owner is gone is taken over: on this machine when no such process runs, on another one when it was not heard of for
STALE seconds. An owner that was only asleep finds at its next write that the lock is not its own, and stops.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from datasette_wirefacts.errors import LockError

STALE = 600.0


@dataclass(frozen=True, slots=True)
class Lock:
    """A run's right to write; ``token`` tells it from every other run's."""

    token: str = field(default_factory=lambda: uuid4().hex)

    def take(self, connection: sqlite3.Connection) -> None:
        """Takes the lock, and marks runs that died without a word. Raises LockError where another run has it."""
        owner = connection.execute("SELECT token, process, host, process_start, since, heartbeat FROM wirefacts_lock").fetchone()
        if owner and owner[0] != self.token:
            _, process, host, start, since, heartbeat = owner
            if _alive(process, host, start, heartbeat):
                raise LockError(
                    f"Another run extracts into this database: process {process} on {host}, since {since}. "
                    "Wait until it has finished, or stop it, and run again."
                )
        connection.execute("DELETE FROM wirefacts_lock")
        connection.execute(
            "INSERT INTO wirefacts_lock (id, token, process, host, process_start, since, heartbeat) VALUES (1, ?, ?, ?, ?, ?, ?)",
            [self.token, os.getpid(), socket.gethostname(), process_start(os.getpid()), _now(), time.time()],
        )
        connection.execute("UPDATE wirefacts_runs SET status = 'killed' WHERE status = 'running'")

    def beat(self, connection: sqlite3.Connection) -> None:
        """Says that the run lives. Raises LockError where another has taken the lock."""
        sql = "UPDATE wirefacts_lock SET heartbeat = ? WHERE token = ?"
        if not connection.execute(sql, [time.time(), self.token]).rowcount:
            raise LockError(
                "Another run took this one for dead, and extracts into the database now. Run again when it has finished."
            )

    def release(self, connection: sqlite3.Connection) -> None:
        """Gives the lock back."""
        connection.execute("DELETE FROM wirefacts_lock WHERE token = ?", [self.token])


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _alive(process: int, host: str, start: str | None, heartbeat: float) -> bool:
    if host != socket.gethostname():
        return time.time() - heartbeat < STALE
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # there is one, of another user
        pass
    return process_start(process) == start


def process_start(process: int) -> str | None:
    """When a process was started, as Linux counts it: tells it from a later one with its number. None where it is not known."""
    try:
        state, *fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return "ended" if state == "Z" else fields[18]
    except (OSError, ValueError, IndexError):
        return None
