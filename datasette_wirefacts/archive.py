"""Connection -> Archive: a database as runs and steps see it, read at any time and written in short transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any, TypeVar

from datasette_wirefacts.connections import FIRST_PATIENCE, patiently, write
from datasette_wirefacts.locks import Lock

T = TypeVar("T")
AT_ONCE = 50  # documents or entities removed in one transaction


@dataclass(slots=True)
class Archive:
    """Reads and writes wait for other programs. What they are given must bear to be called again."""

    connection: sqlite3.Connection  # for reading only
    lock: Lock | None = None  # the run's; every write makes sure that it still has it
    stop: Event | None = None  # once it is set, a write raises KeyboardInterrupt

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What ``work`` returns. It fetches all that it wants: between two calls no lock is held."""
        return patiently(partial(work, self.connection))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query."""
        return self.read(lambda connection: connection.execute(sql, values).fetchall())

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What ``work`` returns, done in one transaction: all of it or nothing. 100 ms at most: others wait meanwhile."""
        if self.stop and self.stop.is_set():
            raise KeyboardInterrupt
        return self._write(partial(self._locked, work) if self.lock else work, None if self.lock else FIRST_PATIENCE)

    @contextmanager
    def heeding(self, stop: Event) -> Iterator[None]:
        """Inside, nothing is written any more once the event is set."""
        self.stop = stop
        try:
            yield
        finally:
            self.stop = None

    def _locked(self, work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
        if self.lock:
            self.lock.beat(connection)
        return work(connection)

    def _write(self, work: Callable[[sqlite3.Connection], T], patience: float | None) -> T:
        return write(self.connection, partial(work, self.connection), patience)


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids, as many at a time as one transaction may remove."""
    return (ids[i : i + AT_ONCE] for i in range(0, len(ids), AT_ONCE))
