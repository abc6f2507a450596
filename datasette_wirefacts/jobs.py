"""Source -> filled tables: finds out which rows are new, changed or gone, extracts them, and writes them in small batches.

Extraction never happens inside a transaction. A run that is stopped, even by force, leaves each document old or new; the next one
goes on. Documents are written in the order of their keys, so that equal runs give equal tables. What is done to the whole archive
afterwards stands in ``steps``.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Event

from datasette_wirefacts.archive import Archive, portions
from datasette_wirefacts.articles import engine_name, extract_article, input_hash
from datasette_wirefacts.pipeline import make_pipeline
from datasette_wirefacts.registry import Registered, find_vanished, registered_sources, remove_source
from datasette_wirefacts.runs import Run, Summary, begin, count, end, write_error, write_waiting
from datasette_wirefacts.sources import Article, Source, all_keys, count_without_key, read_pages, read_these
from datasette_wirefacts.steps import steps
from datasette_wirefacts.stopping import ctrl_c_noted
from datasette_wirefacts.store import remove_documents

BATCH_ROWS = 500  # facts in one transaction, which then takes some 40 ms; a document is never split
BATCH_DOCUMENTS = 20  # what a run that is killed has to do again
COUNTED = ("quotes", "figures", "entities")


def extract_source(
    connection: sqlite3.Connection, source: Source, *, limit: int | None = None, progress: Callable[[int], None] = lambda done: None
) -> Summary:
    """Brings the facts of a source up to date. ``progress`` hears how many articles are done since it was last called."""
    began = time.monotonic()
    archive = Archive(connection)
    run = begin(archive, source, make_pipeline(source.engine, source.model))
    try:
        _write_keyless(run)
        _remove_vanished(run)
        _remove_gone(run)
        with ctrl_c_noted() as stop:
            _extract_pages(run, limit, progress, stop)
            _take_steps(run, stop)
    except KeyboardInterrupt:
        write_waiting(run)
        run.summary.stopped = True
    except Exception as error:
        with suppress(sqlite3.Error):  # the database may be what failed
            end(run, "failed", str(error))
        raise
    end(run, "stopped" if run.summary.stopped else "done")
    run.summary.holds = {table: archive.rows(f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED}
    run.summary.seconds = time.monotonic() - began
    return run.summary


def _remove_vanished(run: Run) -> None:
    """Removes the sources that are gone, this one's siblings and others, with their documents."""
    for vanished in run.archive.read(partial(find_vanished, source=run.source)):
        ids = [id for (id,) in run.archive.rows("SELECT id FROM documents WHERE source_id = ? ORDER BY id", [vanished.id])]
        _remove(run, ids)
        run.archive.write(partial(remove_source, id=vanished.id))
        if ids:
            run.summary.vanished[vanished.table, vanished.text] = len(ids)


def _remove(run: Run, documents: Sequence[int]) -> None:
    for ids in portions(documents):
        run.archive.write(partial(remove_documents, ids=ids))
    run.summary.done["gone"] += len(documents)


def _remove_gone(run: Run) -> None:
    """Removes the documents whose row or text is no longer in the source, whether or not this run looks at all rows."""
    keys = all_keys(run.archive.connection, run.source)
    stored = run.archive.rows("SELECT id, source_pk FROM documents WHERE source_id = ? ORDER BY id", [run.known.id])
    _remove(run, [id for id, pk in stored if pk not in keys])


def _extract_pages(run: Run, limit: int | None, progress: Callable[[int], None], stop: Event) -> None:
    engine = engine_name(run.pipeline)
    for page in read_pages(run.archive.connection, run.source, limit):
        known = _known(run, page)
        for article in page:
            hash = input_hash(article, run.source, run.pipeline, engine)
            old = known.get(article.pk)
            if old == hash:
                run.summary.done["unchanged"] += 1
            else:
                outcome = extract_article(article, run.source, run.pipeline, hash=hash, engine=engine)
                run.waiting.append(outcome)
                count(run, outcome, known=old is not None)
            run.summary.articles += 1
            _write_batch(run)
            progress(1)
            if stop.is_set():
                raise KeyboardInterrupt
    write_waiting(run)


def _write_batch(run: Run) -> None:
    if len(run.waiting) >= BATCH_DOCUMENTS or sum(outcome.size for outcome in run.waiting) >= BATCH_ROWS:
        write_waiting(run)


def _known(run: Run, page: Sequence[Article]) -> dict[str, str]:
    """The input hashes of those of the articles that are stored, by key."""
    sql = f"SELECT source_pk, input_hash FROM documents WHERE source_id = ? AND source_pk IN ({', '.join('?' * len(page))})"
    return dict(run.archive.rows(sql, [run.known.id, *(article.pk for article in page)]))


def _write_keyless(run: Run) -> None:
    """One error for all rows with NULL in their key."""
    rows = count_without_key(run.archive.connection, run.source)

    def store(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM wirefacts_errors WHERE source_id = ? AND source_pk IS NULL", [run.known.id])
        if rows:
            message = f"{rows} rows have no key ({', '.join(run.source.key)} is NULL) and were left out."
            write_error(connection, run, None, "key", message)

    run.archive.write(store)
    run.summary.errors += rows > 0


def _take_steps(run: Run, stop: Event) -> None:
    """The steps, the documents that they want extracted again, and the steps once more, until nothing is left to do."""
    if not run.changed:
        return
    seen = set(_marked(run.archive))  # an extractor failed on these: the next run tries again
    while True:
        for step in steps():
            step(run.archive)
        marked = [key for key in _marked(run.archive) if key not in seen]
        if not marked:
            return
        _extract_again(run, marked, stop)
        seen.update(marked)


def _marked(archive: Archive) -> list[tuple[int, str]]:
    """The documents without a hash, by source and key."""
    return archive.rows("SELECT source_id, source_pk FROM documents WHERE input_hash = '' ORDER BY id")


def _extract_again(run: Run, marked: list[tuple[int, str]], stop: Event) -> None:
    for known, source in registered_sources(run.archive.connection):
        pks = [pk for id, pk in marked if id == known.id]
        if pks:
            _extract_these(_sibling(run, known, source), read_these(run.archive.connection, source, pks), stop)


def _sibling(run: Run, known: Registered, source: Source) -> Run:
    """The same run over another source."""
    if known.id == run.known.id:
        return run
    return replace(run, known=known, source=source, pipeline=make_pipeline(source.engine, source.model), waiting=[])


def _extract_these(run: Run, articles: Iterable[Article], stop: Event) -> None:
    engine = engine_name(run.pipeline)
    for article in articles:
        hash = input_hash(article, run.source, run.pipeline, engine)
        run.waiting.append(extract_article(article, run.source, run.pipeline, hash=hash, engine=engine))
        run.summary.again += 1
        _write_batch(run)
        if stop.is_set():
            raise KeyboardInterrupt
    write_waiting(run)
