"""A run: what it is about, what it has done so far, and its rows of wirefacts_runs and wirefacts_errors."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.articles import Outcome
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.registry import Registered, follow_changes, register
from datasette_wirefacts.sources import Source, still_there
from datasette_wirefacts.store import Ids, replace_document
from datasette_wirefacts.tables import columns_of, create_fact_table, plugged_in
from datasette_wirefacts.triggers import set_triggers

CHANGES = ("new", "changed", "gone", "failed")


@dataclass(slots=True)
class Summary:
    """What a run did, and what the database then holds."""

    articles: int = 0
    done: Counter[str] = field(default_factory=Counter)  # articles by new, changed, unchanged, empty, failed, gone
    again: int = 0  # documents extracted again because a step wanted it
    errors: int = 0
    undated: int = 0  # articles whose date of publication cannot be read
    unknown_languages: Counter[str] = field(default_factory=Counter)  # articles in languages that nobody wrote rules for
    vanished: dict[tuple[str, str], int] = field(default_factory=dict)  # documents removed by table and text column that are gone
    holds: dict[str, int] = field(default_factory=dict)  # rows by table
    damage: str | None = None  # what is wrong with the trained model
    seconds: float = 0.0
    stopped: bool = False


@dataclass(slots=True)
class Run:
    """One pass over a source, and the steps after it."""

    archive: Archive
    source: Source
    pipeline: Pipeline
    known: Registered  # the source as the database knows it
    id: int
    due: bool  # the steps are still to be done for what was before this run
    summary: Summary = field(default_factory=Summary)
    waiting: list[Outcome] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the steps have something to do."""
        return self.due or any(self.summary.done[kind] for kind in CHANGES)


def begin(connection: sqlite3.Connection, archive: Archive, source: Source, pipeline: Pipeline, due: bool) -> Run:
    """A new run. The source's row is made, or brought up to date. Call it inside a transaction."""
    follow_changes(connection)
    for extractor in plugged_in(pipeline.extractors):
        create_fact_table(connection, extractor)
    known = register(connection, source)
    set_triggers(connection, known, source)
    cursor = connection.execute(
        "INSERT INTO wirefacts_runs (source_id, started_at, status) VALUES (?, ?, 'running')", [known.id, now()]
    )
    return Run(archive, source, pipeline, known, int(cursor.lastrowid or 0), due)


def interrupted(connection: sqlite3.Connection) -> bool:
    """Whether the last run did not get to its end, or documents have gone without one: with their articles, by foreign keys."""
    last = connection.execute("SELECT status FROM wirefacts_runs ORDER BY id DESC LIMIT 1").fetchone()
    if last is not None and last[0] != "done":
        return True
    known = columns_of(connection, "wirefacts_unsettled")
    return bool(known) and connection.execute("SELECT 1 FROM wirefacts_unsettled LIMIT 1").fetchone() is not None


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def end(archive: Archive, runs: Sequence[Run], status: str, message: str | None = None) -> None:
    """Notes what the runs did, and if they did it without the trained model."""
    for run in runs:
        run.summary.damage = run.pipeline.damage()

    def note(connection: sqlite3.Connection) -> None:
        for run in runs:
            summary = run.summary
            values = [now(), status, summary.articles, summary.done["new"] + summary.done["changed"], summary.done["gone"]]
            connection.execute(
                "UPDATE wirefacts_runs SET ended_at = ?, status = ?, articles = ?, extracted = ?, gone = ?, errors = ?, "
                "message = ? WHERE id = ?",
                [*values, summary.errors, message or summary.damage, run.id],
            )
            if message:
                write_error(connection, run, None, "run", message)

    archive.write(note)


def count(run: Run, outcome: Outcome, known: bool) -> None:
    """Adds an outcome to the summary; ``known``: there is a document of the article already."""
    run.summary.articles += 1
    run.summary.done["changed" if outcome.rows and known else outcome.kind] += 1
    run.summary.errors += len(outcome.failures)
    run.summary.undated += bool(outcome.rows and outcome.article.published and not outcome.rows.document["published"])
    language = outcome.rows.document["language"] if outcome.rows else None
    if language and not load_pack(language, run.pipeline.languages).known:
        run.summary.unknown_languages[language] += 1


def write_waiting(run: Run) -> None:
    """Writes what was extracted, in one transaction."""
    if not run.waiting:
        return

    def store(connection: sqlite3.Connection) -> None:
        ids = Ids(connection)
        for outcome in run.waiting:
            _write(connection, run, outcome, ids)

    run.archive.write(store)
    run.waiting.clear()


def _write(connection: sqlite3.Connection, run: Run, outcome: Outcome, ids: Ids) -> None:
    key = [run.known.id, outcome.article.pk]
    connection.execute("DELETE FROM wirefacts_errors WHERE source_id = ? AND source_pk = ?", key)
    for failure in outcome.failures:
        write_error(connection, run, outcome.article.pk, failure.extractor, failure.message)
    if outcome.rows and _stored_since(connection, key, outcome.rows.document["input_hash"]):
        return
    if outcome.rows is None:  # what is stored may be of an earlier text
        connection.execute("DELETE FROM documents WHERE source_id = ? AND source_pk = ?", key)
    # The user may have deleted the row since it was read; then the foreign key would refuse the document.
    elif not run.source.parent_key or still_there(connection, run.source, outcome.article.key):
        pointer = {run.known.document_column: outcome.article.key[0]} if run.known.document_column else {}
        where = {"source_id": run.known.id, "source_pk": outcome.article.pk, "extracted_at": now()}
        replace_document(connection, outcome.rows, where | pointer, ids)


def _stored_since(connection: sqlite3.Connection, key: list[Any], hash: str) -> bool:
    """Whether another run has stored the same since this one looked."""
    sql = "SELECT 1 FROM documents WHERE source_id = ? AND source_pk = ? AND input_hash = ? AND input_hash != ''"
    return connection.execute(sql, [*key, hash]).fetchone() is not None


def write_error(connection: sqlite3.Connection, run: Run, pk: str | None, extractor: str, message: str) -> None:
    """A row of wirefacts_errors. Call it inside a transaction."""
    connection.execute(
        "INSERT INTO wirefacts_errors (run_id, source_id, source_pk, extractor, message, happened_at) VALUES (?, ?, ?, ?, ?, ?)",
        [run.id, run.known.id, pk, extractor, message, now()],
    )
