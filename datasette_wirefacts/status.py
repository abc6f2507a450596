"""Database -> how far its sources are: what is stored, what is still to be done, what failed, and the last run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.changes import Finder
from datasette_wirefacts.jobs import is_filled
from datasette_wirefacts.pipeline import make_pipeline
from datasette_wirefacts.registry import Registered, registered_sources
from datasette_wirefacts.sources import Source


@dataclass(frozen=True, slots=True)
class Status:
    """Of one source."""

    table: str
    text: str
    engine: str
    triggers: bool
    done: int  # articles whose facts are stored and up to date
    pending: int  # articles that the next run will extract, or whose facts it will remove
    failed: int  # articles in wirefacts_errors
    last_run: dict[str, Any] | None


def all_status(archive: Archive) -> list[Status]:
    """The status of each source that can be read. Looks at all articles, and writes nothing."""
    if not is_filled(archive):
        return []
    return [_status(archive, known, source) for known, source in registered_sources(archive.connection)]


def _status(archive: Archive, known: Registered, source: Source) -> Status:
    finder = Finder(archive, source, known, make_pipeline(source.engine, source.model))
    gone = len(finder.gone())
    changed = [(task.article.pk, task.known) for task in finder.changed()]
    sql = "SELECT DISTINCT source_pk FROM wirefacts_errors WHERE source_id = ? AND source_pk IS NOT NULL"
    errors = archive.rows(sql, [known.id])
    failed = {pk for (pk,) in errors}
    (stored,) = archive.rows("SELECT count(*) FROM documents WHERE source_id = ?", [known.id])[0]
    pending = [pk for pk, _ in changed if pk not in failed]
    return Status(
        table=source.table,
        text=source.text,
        engine=source.engine,
        triggers=source.triggers,
        done=stored - gone - sum(is_known for _, is_known in changed),
        pending=len(pending) + gone,
        failed=len(failed),
        last_run=_last_run(archive, known.id),
    )


def _last_run(archive: Archive, source: int) -> dict[str, Any] | None:
    columns = ("started_at", "ended_at", "status", "articles", "extracted", "gone", "errors", "message")
    sql = f"SELECT {', '.join(columns)} FROM wirefacts_runs WHERE source_id = ? ORDER BY id DESC LIMIT 1"
    found = archive.rows(sql, [source])
    return dict(zip(columns, found[0], strict=True)) if found else None
