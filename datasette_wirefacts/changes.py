"""Source and what is stored of it -> what a run has to do: articles that are new or changed, documents whose article is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.articles import engine_name, input_hash, settings_hash
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.reading import INPUTS, Row, all_keys, encoding_of, key_json, make_article, read_pages, read_these
from datasette_wirefacts.registry import Registered
from datasette_wirefacts.sources import Source
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

    def __post_init__(self) -> None:
        self.engine = engine_name(self.pipeline)
        self.settings = settings_hash(self.source, self.pipeline)
        self.encoding = encoding_of(self.archive.connection)

    def gone(self) -> list[int]:
        """The documents whose row or text is no longer in the source, whether or not the condition chooses it."""
        keys = all_keys(self.archive.connection, self.source)
        sql = "SELECT id, source_pk FROM documents WHERE source_id = ? ORDER BY id"
        return [id for id, pk in self.archive.rows(sql, [self.known.id]) if pk not in keys]

    def changed(self, limit: int | None = None, heard: Callable[[int], None] = lambda rows: None) -> Iterator[Task]:
        """The articles that are new or changed, in the order of their keys; ``heard`` is told of the others."""
        for page in read_pages(self.archive.connection, self.source, limit):
            tasks = list(self._tasks(page))
            if len(tasks) < len(page):
                heard(len(page) - len(tasks))
            yield from tasks

    def these(self, pks: Iterable[str]) -> Iterator[Task]:
        """The articles with these keys, changed or not."""
        for row in read_these(self.archive.connection, self.source, pks):
            yield self._task(row, known=True)

    def _tasks(self, page: Sequence[Row]) -> Iterator[Task]:
        pks = [key_json(self.source, row[: -2 * INPUTS]) for row in page]
        stored = self._stored(pks)
        for pk, row in zip(pks, page, strict=True):
            hash = input_hash(self.settings, row[-2 * INPUTS :])
            old = stored.get(pk)
            if old == hash or self.tried.get((self.known.id, pk)) == hash:
                self.looked["unchanged"] += 1
            elif old is None and row[-2 * INPUTS] == "null":
                self.looked["empty"] += 1
            else:
                yield self._task(row, known=old is not None, hash=hash)

    def _task(self, row: Row, known: bool, hash: str | None = None) -> Task:
        article = make_article(self.source, row, self.encoding)
        return Task(article, hash or input_hash(self.settings, row[-2 * INPUTS :]), known)

    def _stored(self, pks: Sequence[str]) -> dict[str, Any]:
        """The hashes of those that are stored, by key."""
        sql = f"SELECT source_pk, input_hash FROM documents WHERE source_id = ? AND source_pk IN ({', '.join('?' * len(pks))})"
        return dict(self.archive.rows(sql, [self.known.id, *pks]))
