"""Source -> filled tables: finds out which rows are new, changed or gone, extracts them, and writes them in small batches.

Extraction never happens inside a transaction. A run that is stopped, even by force, leaves each document old or new; the next one
goes on. Documents are written in the order of their keys, so that equal runs give equal tables.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Any

from datasette_wirefacts.articles import Outcome, engine_name, extract_article, input_hash
from datasette_wirefacts.connections import patiently, write
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.pipeline import Pipeline, make_pipeline
from datasette_wirefacts.registry import find_vanished, follow_changes, register
from datasette_wirefacts.sources import Article, Source, all_keys, count_without_key, read_pages, still_there
from datasette_wirefacts.stopping import ctrl_c_noted
from datasette_wirefacts.store import (
    Ids,
    remove_aliases,
    remove_documents,
    remove_entities,
    replace_document,
    unnamed_entities,
    unused_aliases,
)
from datasette_wirefacts.tables import analyze, create_fact_table, create_tables, plugged_in

BATCH_ROWS = 500  # facts in one transaction, which then takes some 40 ms; a document is never split
BATCH_DOCUMENTS = 20  # what a run that is killed has to do again
COUNTED = ("quotes", "figures", "entities")
GONE_AT_ONCE = 50  # documents or entities removed in one transaction


@dataclass(slots=True)
class Summary:
    """What a run did, and what the database then holds."""

    articles: int = 0
    done: Counter[str] = field(default_factory=Counter)  # articles by new, changed, unchanged, empty, failed, gone
    errors: int = 0
    undated: int = 0  # articles whose date of publication cannot be read
    unknown_languages: Counter[str] = field(default_factory=Counter)  # articles in languages that nobody wrote rules for
    vanished: dict[tuple[str, str], int] = field(default_factory=dict)  # documents removed by table and text column that are gone
    holds: dict[str, int] = field(default_factory=dict)  # rows by table
    seconds: float = 0.0
    stopped: bool = False


@dataclass(slots=True)
class Run:
    """One pass over a source."""

    connection: sqlite3.Connection
    source: Source
    pipeline: Pipeline
    source_id: int
    document_column: str | None  # the column of documents that points to the article's row
    id: int
    summary: Summary = field(default_factory=Summary)
    waiting: list[Outcome] = field(default_factory=list)


def extract_source(
    connection: sqlite3.Connection, source: Source, *, limit: int | None = None, progress: Callable[[int], None] = lambda done: None
) -> Summary:
    """Brings the facts of a source up to date. ``progress`` hears how many articles are done since it was last called."""
    began = time.monotonic()
    run = _begin(connection, source, make_pipeline(source.engine, source.model))
    try:
        _write_keyless(run)
        _remove_vanished(run)
        _remove_gone(run)
        with ctrl_c_noted() as stop:
            _extract_pages(run, limit, progress, stop)
        _write_waiting(run)
        _tidy(run)
    except KeyboardInterrupt:
        _write_waiting(run)
        run.summary.stopped = True
    except Exception as error:
        with suppress(sqlite3.Error):  # the database may be what failed
            _end(run, "failed", str(error))
        raise
    patiently(lambda: _end(run, "stopped" if run.summary.stopped else "done"))
    run.summary.holds = patiently(lambda: {table: _count(connection, table) for table in COUNTED})
    run.summary.seconds = time.monotonic() - began
    return run.summary


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _begin(connection: sqlite3.Connection, source: Source, pipeline: Pipeline) -> Run:
    def prepare() -> Run:
        create_tables(connection)
        follow_changes(connection)
        for extractor in plugged_in(pipeline.extractors):
            create_fact_table(connection, extractor)
        known = register(connection, source)
        cursor = connection.execute(
            "INSERT INTO wirefacts_runs (source_id, started_at, status) VALUES (?, ?, 'running')", [known.id, now()]
        )
        return Run(connection, source, pipeline, known.id, known.document_column, int(cursor.lastrowid or 0))

    return write(connection, prepare)


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _remove_vanished(run: Run) -> None:
    """Removes the sources that are gone, this one's siblings and others, with their documents."""
    for vanished in patiently(partial(find_vanished, run.connection, run.source)):
        sql = "SELECT id FROM documents WHERE source_id = ? ORDER BY id"
        ids = [id for (id,) in patiently(partial(_all, run.connection, sql, vanished.id))]
        _remove(run, ids)
        write(run.connection, partial(run.connection.execute, "DELETE FROM wirefacts_sources WHERE id = ?", [vanished.id]))
        if ids:
            run.summary.vanished[vanished.table, vanished.text] = len(ids)


def _all(connection: sqlite3.Connection, sql: str, *values: Any) -> list[Any]:
    return connection.execute(sql, values).fetchall()


def _remove(run: Run, documents: Sequence[int]) -> None:
    for ids in _portions(documents):
        write(run.connection, partial(remove_documents, run.connection, ids))
    run.summary.done["gone"] += len(documents)


def _remove_gone(run: Run) -> None:
    """Removes the documents whose row or text is no longer in the source, whether or not this run looks at all rows."""
    keys = all_keys(run.connection, run.source)
    sql = "SELECT id, source_pk FROM documents WHERE source_id = ? ORDER BY id"
    stored = patiently(partial(_all, run.connection, sql, run.source_id))
    _remove(run, [id for id, pk in stored if pk not in keys])


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[i : i + GONE_AT_ONCE] for i in range(0, len(ids), GONE_AT_ONCE))


def _extract_pages(run: Run, limit: int | None, progress: Callable[[int], None], stop: Event) -> None:
    engine = engine_name(run.pipeline)
    for page in read_pages(run.connection, run.source, limit):
        known = _known(run, page)
        for article in page:
            hash = input_hash(article, run.source, run.pipeline, engine)
            old = known.get(article.pk)
            if old == hash:
                run.summary.done["unchanged"] += 1
            else:
                outcome = extract_article(article, run.source, run.pipeline, hash=hash, engine=engine)
                run.waiting.append(outcome)
                _count_outcome(run, outcome, known=old is not None)
            run.summary.articles += 1
            if len(run.waiting) >= BATCH_DOCUMENTS or sum(outcome.size for outcome in run.waiting) >= BATCH_ROWS:
                _write_waiting(run)
            progress(1)
            if stop.is_set():
                raise KeyboardInterrupt


def _count_outcome(run: Run, outcome: Outcome, known: bool) -> None:
    run.summary.done["changed" if outcome.rows and known else outcome.kind] += 1
    run.summary.errors += len(outcome.failures)
    run.summary.undated += bool(outcome.rows and outcome.article.published and not outcome.rows.document["published"])
    language = outcome.rows.document["language"] if outcome.rows else None
    if language and not load_pack(language, run.pipeline.languages).known:
        run.summary.unknown_languages[language] += 1


def _known(run: Run, page: Sequence[Article]) -> dict[str, str]:
    """The input hashes of those of the articles that are stored, by key."""
    sql = f"SELECT source_pk, input_hash FROM documents WHERE source_id = ? AND source_pk IN ({', '.join('?' * len(page))})"
    return dict(patiently(partial(_all, run.connection, sql, run.source_id, *(article.pk for article in page))))


def _write_waiting(run: Run) -> None:
    """Writes what was extracted, in one transaction."""
    if not run.waiting:
        return

    def store() -> None:
        ids = Ids(run.connection)
        for outcome in run.waiting:
            _write(run, outcome, ids)

    write(run.connection, store)
    run.waiting.clear()


def _write(run: Run, outcome: Outcome, ids: Ids) -> None:
    key = [run.source_id, outcome.article.pk]
    run.connection.execute("DELETE FROM wirefacts_errors WHERE source_id = ? AND source_pk = ?", key)
    for failure in outcome.failures:
        _write_error(run, outcome.article.pk, failure.extractor, failure.message)
    if outcome.rows is None:  # what is stored may be of an earlier text
        run.connection.execute("DELETE FROM documents WHERE source_id = ? AND source_pk = ?", key)
    # The user may have deleted the row since it was read; then the foreign key would refuse the document.
    elif not run.source.parent_key or still_there(run.connection, run.source, outcome.article.key):
        pointer = {run.document_column: outcome.article.key[0]} if run.document_column else {}
        where = {"source_id": run.source_id, "source_pk": outcome.article.pk, "extracted_at": now()}
        replace_document(run.connection, outcome.rows, where | pointer, ids)


def _write_error(run: Run, pk: str | None, extractor: str, message: str) -> None:
    run.connection.execute(
        "INSERT INTO wirefacts_errors (run_id, source_id, source_pk, extractor, message, happened_at) VALUES (?, ?, ?, ?, ?, ?)",
        [run.id, run.source_id, pk, extractor, message, now()],
    )


def _write_keyless(run: Run) -> None:
    """One error for all rows with NULL in their key."""
    count = count_without_key(run.connection, run.source)

    def store() -> None:
        run.connection.execute("DELETE FROM wirefacts_errors WHERE source_id = ? AND source_pk IS NULL", [run.source_id])
        if count:
            _write_error(run, None, "key", f"{count} rows have no key ({', '.join(run.source.key)} is NULL) and were left out.")

    write(run.connection, store)
    run.summary.errors += count > 0


def _tidy(run: Run) -> None:
    """After a whole pass: entities and aliases that no text has any more go, and the query planner learns the new sizes."""
    if any(run.summary.done[kind] for kind in ("new", "changed", "gone", "empty", "failed")):
        for find, remove in ((unnamed_entities, remove_entities), (unused_aliases, remove_aliases)):
            for ids in _portions(patiently(partial(find, run.connection))):
                write(run.connection, partial(remove, run.connection, ids))
        write(run.connection, lambda: analyze(run.connection))


def _end(run: Run, status: str, message: str | None = None) -> None:
    summary = run.summary
    values = [now(), status, summary.articles, summary.done["new"] + summary.done["changed"], summary.done["gone"]]
    sql = (
        "UPDATE wirefacts_runs SET ended_at = ?, status = ?, articles = ?, extracted = ?, gone = ?, errors = ?, message = ? "
        "WHERE id = ?"
    )
    run.connection.execute(sql, [*values, summary.errors, message, run.id])
