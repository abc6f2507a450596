"""Source and what is stored of it -> what a run has to do: articles that are new or changed, documents whose article is gone."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.articles import engine_name, input_hash, settings_hash
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.reading import INPUTS, PAGE, Row, all_keys, encoding_of, key_json, make_article, read_pages, read_these
from datasette_wirefacts.registry import Registered
from datasette_wirefacts.sources import Source
from datasette_wirefacts.triggers import are_set
from datasette_wirefacts.workers import Task

Tried = dict[tuple[int, str], str]  # by source and key: the hash of an article that failed


@dataclass(slots=True)
class Finder:
    """Looks through one source. ``looked`` counts the articles that need nothing, by unchanged and empty."""

    archive: Archive
    source: Source
    known: Registered
    pipeline: Pipeline
    tried: Tried = field(default_factory=dict)
    engine: str = ""
    settings: bytes = b""
    encoding: str = ""
    looked: Counter[str] = field(default_factory=Counter)
    noted: int = 0  # the last change that triggers had noted when this one began to look
    broken: bool = False  # triggers are missing that should be there
    settled: bool = False  # what triggers have noted is all that has changed

    def __post_init__(self) -> None:
        self.engine = engine_name(self.pipeline)
        self.settings = settings_hash(self.source, self.pipeline)
        self.encoding = encoding_of(self.archive.connection)
        if self.source.triggers:
            self.archive.read(self._ask_triggers)

    def _ask_triggers(self, connection: sqlite3.Connection) -> None:
        self.noted = connection.execute("SELECT coalesce(max(id), 0) FROM wirefacts_changes").fetchone()[0]
        (settled,) = connection.execute("SELECT settled FROM wirefacts_sources WHERE id = ?", [self.known.id]).fetchone()
        self.broken = not are_set(connection, self.known, self.source)
        self.settled = settled == self.settings.hex() and not self.broken

    def unsettled(self) -> bool:
        """Whether there is something to settle."""
        sql = "SELECT 1 FROM wirefacts_changes WHERE source_id = ? AND id <= ? LIMIT 1"
        return self.source.triggers and (not self.settled or bool(self.archive.rows(sql, [self.known.id, self.noted])))

    def settle(self, connection: sqlite3.Connection) -> None:
        """After a whole pass: what triggers had noted before it is done. Call it inside a transaction."""
        connection.execute("DELETE FROM wirefacts_changes WHERE source_id = ? AND id <= ?", [self.known.id, self.noted])
        sql = "UPDATE wirefacts_sources SET settled = ? WHERE id = ? AND settled IS NOT ?"
        connection.execute(sql, [self.settings.hex(), self.known.id, self.settings.hex()])

    def gone(self) -> list[int]:
        """The documents whose row or text is no longer in the source, whether or not the condition chooses it."""
        if self.settled:
            return self._gone_of(self._noted_keys())
        keys = all_keys(self.archive.connection, self.source)
        sql = "SELECT id, source_pk FROM documents WHERE source_id = ? ORDER BY id"
        return [id for id, pk in self.archive.rows(sql, [self.known.id]) if pk not in keys]

    def _gone_of(self, pks: Sequence[str]) -> list[int]:
        there = {key_json(self.source, row[:1]) for row in read_these(self.archive.connection, self.source, pks, chosen=False)}
        sql = "SELECT id FROM documents WHERE source_id = ? AND source_pk = ?"
        return [id for pk in pks if pk not in there for (id,) in self.archive.rows(sql, [self.known.id, pk])]

    def changed(self, limit: int | None = None, heard: Callable[[int], None] = lambda rows: None) -> Iterator[Task]:
        """The articles that are new or changed, in the order of their keys; ``heard`` is told of the others."""
        for page in self._pages(limit):
            tasks = list(self._tasks(page))
            if len(tasks) < len(page):
                heard(len(page) - len(tasks))
            yield from tasks

    def _pages(self, limit: int | None) -> Iterator[list[Row]]:
        if self.settled and limit is None:
            return _paged(read_these(self.archive.connection, self.source, self._noted_keys()))
        return read_pages(self.archive.connection, self.source, limit)

    def _noted_keys(self) -> list[str]:
        """The keys that triggers have noted, in the order of the keys."""
        noted = "SELECT DISTINCT row_key FROM wirefacts_changes WHERE source_id = ? AND id <= ?"
        sql = f"{noted} AND row_key IS NOT NULL ORDER BY row_key"
        return [key_json(self.source, row) for row in self.archive.rows(sql, [self.known.id, self.noted])]

    def these(self, pks: Iterable[str]) -> Iterator[Task]:
        """The articles with these keys, changed or not."""
        for row in read_these(self.archive.connection, self.source, pks):
            yield self._task(row, known=True)

    def _tasks(self, page: Sequence[Row]) -> Iterator[Task]:
        pks = [key_json(self.source, row[:-INPUTS]) for row in page]
        stored = self._stored(pks)
        for pk, row in zip(pks, page, strict=True):
            hash = input_hash(self.settings, row[-INPUTS:])
            old = stored.get(pk)
            if old == hash or self.tried.get((self.known.id, pk)) == hash:
                self.looked["unchanged"] += 1
            elif old is None and row[1 - INPUTS] is None:
                self.looked["empty"] += 1
            else:
                yield self._task(row, known=old is not None, hash=hash)

    def _task(self, row: Row, known: bool, hash: str | None = None) -> Task:
        article = make_article(self.source, row, self.encoding)
        return Task(article, hash or input_hash(self.settings, row[-INPUTS:]), known)

    def _stored(self, pks: Sequence[str]) -> dict[str, Any]:
        """The hashes of those that are stored, by key."""
        sql = f"SELECT source_pk, input_hash FROM documents WHERE source_id = ? AND source_pk IN ({', '.join('?' * len(pks))})"
        return dict(self.archive.rows(sql, [self.known.id, *pks]))


def _paged(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while page := list(islice(rows, PAGE)):
        yield page
