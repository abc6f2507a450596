"""Sources -> filled tables: finds out which rows are new, changed or gone, extracts them, and writes them in small batches.

Extraction never happens inside a transaction. A run that is stopped, even by force, leaves each document old or new; the next one
goes on. Documents are written in the order of their keys, so that equal runs give equal tables, whoever extracts them. What is done
to the whole archive afterwards stands in ``steps``.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from threading import Event

from datasette_wirefacts.archive import Archive, portions
from datasette_wirefacts.articles import engine_name
from datasette_wirefacts.changes import Finder, Tried
from datasette_wirefacts.errors import InputError
from datasette_wirefacts.functions import LOADED_LANGUAGE
from datasette_wirefacts.locks import Lock
from datasette_wirefacts.pipeline import Pipeline, make_pipeline
from datasette_wirefacts.registry import Registered, find_vanished, follow_changes, registered_sources, remove_source
from datasette_wirefacts.runs import Run, Summary, begin, count, end, interrupted, write_error, write_waiting
from datasette_wirefacts.sources import Article, Source, count_without_key
from datasette_wirefacts.steps import steps
from datasette_wirefacts.stopping import ctrl_c_noted
from datasette_wirefacts.store import remove_documents
from datasette_wirefacts.tables import columns_of, create_tables
from datasette_wirefacts.triggers import drop_triggers
from datasette_wirefacts.workers import Task, Workers

BATCH_ROWS = 500  # facts in one transaction, which then takes some 40 ms; a document is never split
BATCH_DOCUMENTS = 20  # what a run that is killed has to do again
OF_SOURCE = "SELECT id FROM documents WHERE source_id = ? ORDER BY id"
COUNTED = ("quotes", "figures", "entities")


def silence(done: int) -> None:
    """Nobody wants to hear of the progress."""


@dataclass(slots=True)
class Job:
    """With what a run works: the database, who extracts, what stops it, and who hears how many articles are done."""

    archive: Archive
    workers: Workers = field(default_factory=Workers)
    stop: Event = field(default_factory=Event)
    progress: Callable[[int], None] = silence
    lock: Lock = field(default_factory=Lock)  # the same for all runs: one that could not be given back stays its own
    tried: Tried = field(default_factory=dict)  # articles that failed, and are not tried again until they change


@dataclass(slots=True)
class Found:
    """What is to be done in a source, as far as is known before the run begins."""

    finder: Finder
    gone: list[int]
    tasks: Iterator[Task]


def extract_source(
    connection: sqlite3.Connection,
    source: Source,
    *,
    limit: int | None = None,
    workers: int = 1,
    progress: Callable[[int], None] = silence,
) -> Summary:
    """Brings the facts of a source up to date. ``progress`` hears how many articles are done since it was last called."""
    with ctrl_c_noted() as stop, Workers(workers) as pool:
        return run_source(Job(Archive(connection), pool, stop, progress), source, limit)


def run_source(job: Job, source: Source, limit: int | None = None) -> Summary:
    """The same with a job of the caller's own."""
    began = time.monotonic()
    with _running(job, [source]) as runs:
        [run] = runs
        _remove_vanished(run)
        _pass_over(job, run, _look(job, run.known, source, run.pipeline, limit), whole=limit is None)
        _take_steps(job, runs)
    summary = run.summary
    summary.holds = {table: job.archive.rows(f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED}
    summary.seconds = time.monotonic() - began
    return summary


def update(job: Job, *, quiet: bool = False) -> list[Run]:
    """Brings all sources up to date; ``quiet``: nothing is written where there is nothing to do."""
    if not is_filled(job.archive):
        return []
    known = registered_sources(job.archive.connection)
    early = [found for pair in known if (found := _look_early(job, *pair))] if quiet else []
    if quiet and not early and not job.archive.read(interrupted):
        return []
    with _running(job, [source for _, source in known]) as runs:
        for run in runs:
            begun = [found for found in early if found.finder.known == run.known]
            _pass_over(job, run, begun[0] if begun else _look(job, run.known, run.source, run.pipeline))
        _take_steps(job, runs)
    return runs


def is_filled(archive: Archive) -> bool:
    """Whether a source was ever extracted into the database."""
    return bool(archive.read(partial(columns_of, table="wirefacts_sources")))


def warm_up(job: Job) -> None:
    """Loads what the sources need, so that their first new article is not kept waiting."""
    for _, source in registered_sources(job.archive.connection) if is_filled(job.archive) else ():
        source = replace(source, language=source.language or LOADED_LANGUAGE)
        nothing = Task(Article(key=(), pk="", text=".", title=None, published=None), hash="")
        pipeline = make_pipeline(source.engine, source.model)
        for _ in job.workers.outcomes([nothing], source, pipeline, engine_name(pipeline)):
            pass


def forget(job: Job, table: str) -> int:
    """Removes the sources of that table with their documents and triggers; returns how many. Raises InputError on none."""
    sql = "SELECT id FROM wirefacts_sources WHERE source_table = ? COLLATE NOCASE ORDER BY id"
    sources = [id for (id,) in job.archive.rows(sql, [table])] if is_filled(job.archive) else []
    if not sources:
        raise InputError(f"No facts were taken from {table!r}: `datasette wirefacts status` lists the tables.")
    with _running(job, []):
        job.archive.write(follow_changes)
        ids = [id for source in sources for (id,) in job.archive.rows(OF_SOURCE, [source])]
        _remove(job.archive, ids)
        for source in sources:
            job.archive.write(partial(drop_triggers, id=source))
            job.archive.write(partial(remove_source, id=source))
        for step in steps():
            step(job.archive)
    return len(ids)


@contextmanager
def _running(job: Job, sources: Sequence[Source]) -> Iterator[list[Run]]:
    """The runs over these sources, under the lock; how they ended is noted."""
    archive, lock = job.archive, job.lock

    def prepare(connection: sqlite3.Connection) -> list[Run]:
        create_tables(connection)
        lock.take(connection)
        due = interrupted(connection)
        return [begin(connection, archive, source, make_pipeline(source.engine, source.model), due) for source in sources]

    runs = archive.write(prepare)
    archive.lock = lock
    try:
        yield runs
    except KeyboardInterrupt:
        for run in runs:
            run.summary.stopped = True
            write_waiting(run)
        end(archive, runs, "stopped")
    except Exception as error:
        with suppress(sqlite3.Error):  # the database may be what failed
            end(archive, runs, "failed", str(error))
        raise
    else:
        end(archive, runs, "done")
    finally:
        archive.lock = None
        with suppress(sqlite3.Error):
            archive.write(lock.release)


def _look(job: Job, known: Registered, source: Source, pipeline: Pipeline, limit: int | None = None) -> Found:
    finder = Finder(job.archive, source, known, pipeline, job.tried)

    def heard(rows: int) -> None:
        job.progress(rows)
        if job.stop.is_set():
            raise KeyboardInterrupt

    return Found(finder, finder.gone(), finder.changed(limit, heard))


def _look_early(job: Job, known: Registered, source: Source) -> Found | None:
    """What is to be done in a source; None if nothing."""
    found = _look(job, known, source, make_pipeline(source.engine, source.model))
    first = next(found.tasks, None)
    if first is None and not found.gone and not found.finder.broken:
        if found.finder.unsettled():
            job.archive.write(found.finder.settle)
        return None
    found.tasks = chain([first] if first else [], found.tasks)
    return found


def _pass_over(job: Job, run: Run, found: Found, whole: bool = True) -> None:
    """Extracts what is new or changed, and removes what is gone; ``whole``: all of it."""
    _write_keyless(run)
    _remove(run.archive, found.gone)
    run.summary.done["gone"] += len(found.gone)
    _extract(job, run, found.finder, found.tasks)
    run.summary.done.update(found.finder.looked)
    run.summary.articles += found.finder.looked.total()
    if whole and run.source.triggers:
        run.archive.write(found.finder.settle)


def _extract(job: Job, run: Run, finder: Finder, tasks: Iterable[Task], again: bool = False) -> None:
    for task, outcome in job.workers.outcomes(tasks, run.source, run.pipeline, finder.engine):
        run.waiting.append(outcome)
        if again:
            run.summary.again += 1
        else:
            count(run, outcome, task.known)
            job.progress(1)
        if len(run.waiting) >= BATCH_DOCUMENTS or sum(outcome.size for outcome in run.waiting) >= BATCH_ROWS:
            write_waiting(run)
        if outcome.failures:
            job.tried[run.known.id, task.article.pk] = task.hash
        if job.stop.is_set():
            raise KeyboardInterrupt
    write_waiting(run)


def _remove_vanished(run: Run) -> None:
    """Removes the sources that are gone, this one's siblings and others, with their documents."""
    for vanished in run.archive.read(partial(find_vanished, source=run.source)):
        ids = [id for (id,) in run.archive.rows(OF_SOURCE, [vanished.id])]
        _remove(run.archive, ids)
        run.summary.done["gone"] += len(ids)
        run.archive.write(partial(remove_source, id=vanished.id))
        if ids:
            run.summary.vanished[vanished.table, vanished.text] = len(ids)


def _remove(archive: Archive, documents: Sequence[int]) -> None:
    for ids in portions(documents):
        archive.write(partial(remove_documents, ids=ids))


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


def _take_steps(job: Job, runs: Sequence[Run]) -> None:
    """The steps, the documents that they want extracted again, and the steps once more, until nothing is left to do."""
    if not any(run.changed for run in runs):
        return
    seen = set(_marked(job.archive))  # an extractor failed on these: the next run tries again
    while True:
        with job.archive.heeding(job.stop):
            for step in steps():
                step(job.archive)
        marked = [key for key in _marked(job.archive) if key not in seen]
        if not marked:
            return
        _extract_again(job, runs, marked)
        seen.update(marked)


def _marked(archive: Archive) -> list[tuple[int, str]]:
    """The documents without a hash, by source and key."""
    return archive.rows("SELECT source_id, source_pk FROM documents WHERE input_hash = '' ORDER BY id")


def _extract_again(job: Job, runs: Sequence[Run], marked: list[tuple[int, str]]) -> None:
    for known, source in registered_sources(job.archive.connection):
        pks = [pk for id, pk in marked if id == known.id]
        if pks:
            own = [run for run in runs if run.known.id == known.id]
            pipeline = own[0].pipeline if own else make_pipeline(source.engine, source.model)
            run = own[0] if own else replace(runs[0], known=known, source=source, pipeline=pipeline, waiting=[])
            finder = Finder(job.archive, source, known, pipeline)
            _extract(job, run, finder, finder.these(pks), again=True)
