"""A database of articles, runs over it, and questions to it, for the tests of extraction into tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from datasette_wirefacts.connections import connect
from datasette_wirefacts.jobs import extract_source
from datasette_wirefacts.runs import Summary
from datasette_wirefacts.sources import find_source
from datasette_wirefacts.tables import own_tables

FIRST = "Name1 sagte: „Es sind 12 Name2.“ Chef von Ort1, Name1, zählte 7."
SECOND = "Name2 sagte: „Nein.“ Name1 schwieg. „Ja.“"
RUN_TABLES = {"wirefacts_runs", "wirefacts_errors", "wirefacts_lock", "wirefacts_changes"}


def run(
    path: Path, table: str = "articles", text: str = "body", limit: int | None = None, workers: int = 1, **options: Any
) -> Summary:
    connection = connect(path)
    try:
        return extract_source(
            connection, find_source(connection, table, text=text, language="de", **options), limit=limit, workers=workers
        )
    finally:
        connection.close()


def rows(path: Path, sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql)]


def values(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db, db:
        return [row[0] if len(row) == 1 else row for row in db.execute(sql)]


def change(path: Path, sql: str, *parameters: Any) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(sql, parameters)


def everything(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of our tables but the times."""
    found = {table: rows(path, f'SELECT * FROM "{table}" ORDER BY id') for table in own_tables() if table not in RUN_TABLES}
    return {table: [{k: v for k, v in row.items() if k != "extracted_at"} for row in some] for table, some in found.items()}
