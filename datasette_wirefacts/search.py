"""search.sql -> full-text search over quotes and entities, also in a database that was filled before there was any."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

SEARCH = Path(__file__).with_name("search.sql")
INDEXED = re.compile(r"^CREATE (?:VIRTUAL TABLE (\w+)|TRIGGER (\w+_fts)_\w+)", re.MULTILINE)
INDEXES = ("quotes_fts", "entities_fts")


def create_search(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    """Creates the indexes by the statements of search.sql, and fills them. Call it inside a transaction.

    One that the user has made already stays; an SQLite without FTS5 gets none.
    """
    if not connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone():
        return
    existing = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    missing = [index for index in INDEXES if index not in existing]
    for statement in statements:
        found = INDEXED.search(statement)
        if found and (found[1] or found[2]) in missing:
            connection.execute(statement)
    for index in missing:
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")


def search_tables(tables: frozenset[str]) -> frozenset[str]:
    """Those of the tables that are an index of ours or a part of one: whoever may see them reads what was said.

    >>> sorted(search_tables(frozenset({"quotes", "quotes_fts", "quotes_fts_data", "notes_fts"})))
    ['quotes_fts', 'quotes_fts_data']
    """
    return frozenset(table for table in tables if table.startswith(INDEXES))
