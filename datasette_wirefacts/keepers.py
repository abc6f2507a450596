"""A database of a running Datasette -> a thread that keeps it up to date.

The thread looks with a connection of its own and writes in Datasette's turn; processes extract, so that neither the event loop nor
the write thread ever waits for a text. Server, threads and processes end together.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.connections import connect, patiently
from datasette_wirefacts.jobs import Job
from datasette_wirefacts.keeping import keep_up
from datasette_wirefacts.runs import Run
from datasette_wirefacts.workers import Workers

T = TypeVar("T")
Queue = Callable[[Callable[[sqlite3.Connection], Any]], Any]
NICENESS = 10  # of the processes that extract: pages come first
LAST_WORDS = 10.0  # seconds that a thread has to note that it was stopped
log = logging.getLogger("datasette_wirefacts")


@dataclass(slots=True)
class ServedArchive(Archive):
    """An archive whose writes queue up with all others of a Datasette."""

    queue: Queue = field(kw_only=True)

    def _write(self, work: Callable[[sqlite3.Connection], T], patience: float | None) -> T:
        return patiently(lambda: self.queue(work), patience)  # type: ignore[no-any-return]


@dataclass(slots=True)
class Keeper:
    """The thread of one database."""

    path: Path
    queue: Queue
    workers: int
    stop: threading.Event = field(default_factory=threading.Event)
    pool: Workers = field(init=False)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.pool = Workers(self.workers, always=True, niceness=NICENESS)
        self.thread = threading.Thread(target=self._keep, name=f"wirefacts for {self.path.name}", daemon=True)

    def _keep(self) -> None:
        try:
            with closing(connect(self.path)) as connection, self.pool:
                job = Job(ServedArchive(connection, queue=self.queue), self.pool, self.stop)
                keep_up(job, self.path, self._tell, log.warning)
        except Exception:
            if not self.stop.is_set():
                log.exception("%s is no longer kept up to date", self.path)

    def _tell(self, runs: Sequence[Run]) -> None:
        for run in runs:
            log.info("%s, %s: %s", self.path.name, run.source.table, dict(run.summary.done))

    def end(self) -> None:
        """Ends the thread; what it was extracting is left to the next server or run."""
        self.stop.set()
        self.pool.kill()
        self.thread.join(LAST_WORDS)
