"""A run that a reader has started in the browser: a thread beside the server, its progress, and what stops it.

The thread looks with a connection of its own and writes in Datasette's turn; a process extracts. To pause is to stop between two
articles; to go on is a new run, which finds what is still to be done.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from datasette_wirefacts import _compat
from datasette_wirefacts.connections import connect
from datasette_wirefacts.errors import WirefactsError
from datasette_wirefacts.jobs import Job, run_source
from datasette_wirefacts.keepers import NICENESS, ServedArchive
from datasette_wirefacts.sources import Source, count_articles, find_source
from datasette_wirefacts.workers import Workers

ACTIVE = ("starting", "running", "stopping")


@dataclass(slots=True)
class Extraction:
    """One run after another over the same source; ``done`` counts articles looked at since the last start."""

    path: Path
    table: str
    settings: dict[str, Any]
    queue: Any
    state: str = "starting"  # running, stopping, paused, cancelled, done, failed
    wanted: str = "done"  # what the state is to be after a stop
    total: int = 0
    done: int = 0
    errors: int = 0
    message: str = ""
    began: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def active(self) -> bool:
        """Whether a thread works on it."""
        return self.state in ACTIVE

    def start(self) -> None:
        """Begins, or goes on."""
        self.state, self.wanted, self.message = "starting", "done", ""
        self.done, self.began = 0, time.monotonic()
        self.stop.clear()
        self.thread = threading.Thread(target=self._run, name=f"wirefacts from {self.table}", daemon=True)
        self.thread.start()

    def end(self, wanted: str) -> None:
        """Stops after the article at hand; ``wanted`` is "paused" or "cancelled"."""
        if self.active:
            self.state, self.wanted = "stopping", wanted
            self.stop.set()
        elif self.state == "paused":
            self.state = wanted

    def _run(self) -> None:
        try:
            with closing(connect(self.path)) as connection, Workers(1, always=True, niceness=NICENESS) as workers:
                source = find_source(connection, self.table, **self.settings)
                self.total = count_articles(connection, source)
                job = Job(ServedArchive(connection, queue=self.queue), workers, self.stop, self._heard)
                if self.state == "starting":
                    self.state = "running"
                self.errors = run_source(job, source).errors
                self.state = self.wanted if self.stop.is_set() else "done"
        except WirefactsError as error:
            self.state, self.message = "failed", str(error)
        except Exception as error:
            self.state, self.message = "failed", f"{type(error).__name__}: {error}"

    def _heard(self, articles: int) -> None:
        self.done += articles


def extractions(datasette: Any) -> dict[str, Extraction]:
    """The last extraction of each database, by the database's name."""
    if not hasattr(datasette, "wirefacts_extractions"):
        datasette.wirefacts_extractions = {}
    found: dict[str, Extraction] = datasette.wirefacts_extractions
    return found


def begin(datasette: Any, database: Any, table: str, settings: dict[str, Any]) -> Extraction:
    """Starts to extract from a table. Call it on the event loop."""
    queue = partial(_compat.write_in_turn, datasette, database, asyncio.get_running_loop())
    extraction = Extraction(Path(database.path), table, settings, queue)
    extractions(datasette)[database.name] = extraction
    extraction.start()
    return extraction


def check_source(path: Path, table: str, settings: dict[str, Any]) -> Source:
    """The source that is asked for. Raises InputError where a column is not there."""
    with closing(connect(path)) as connection:
        return find_source(connection, table, **settings)
