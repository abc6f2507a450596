"""A database that somebody may write to at any time -> facts that follow by themselves.

Whether anybody has written is asked of SQLite (``PRAGMA data_version``), which costs next to nothing; only then are rows looked at.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from datasette_wirefacts.connections import clear_errors
from datasette_wirefacts.errors import LockError, WirefactsError
from datasette_wirefacts.jobs import Job, update, warm_up
from datasette_wirefacts.runs import Run

PAUSE = 0.25  # seconds between two questions
LOCK_PAUSE = 2.0  # before asking again whether the other run has finished
LONGEST_PAUSE = 60.0  # between two tries of what fails


def keep_up(job: Job, path: Path, tell: Callable[[Sequence[Run]], None], complain: Callable[[str], None]) -> None:
    """Follows the database until ``job.stop`` is set. ``tell`` hears of each run, ``complain`` of what keeps it from running."""
    seen: int | None = None
    said, pause = "", PAUSE
    warm = False
    while not job.stop.is_set():
        try:
            version, began = _version(job.archive.connection), time.monotonic()
            if version != seen:
                with clear_errors(path):
                    runs = update(job, quiet=True)
                seen, said = version, ""
                # Whoever writes all the time, but no articles, does not keep us looking all the time.
                pause = PAUSE if runs else max(PAUSE, time.monotonic() - began)
                if runs:
                    tell(runs)
                elif not warm:
                    warm_up(job)
                    warm = True
        except KeyboardInterrupt:
            return
        except LockError:
            pause = LOCK_PAUSE
        except Exception as error:  # whatever it is, it may have passed when we try again
            what = str(error) if isinstance(error, WirefactsError) else f"{path}: {type(error).__name__}: {error}"
            if what != said:
                complain(what)
            said, pause = what, min(2 * max(pause, 1), LONGEST_PAUSE)
        job.stop.wait(pause)


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has written."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
