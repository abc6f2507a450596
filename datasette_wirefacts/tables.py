"""schema.sql -> tables and indexes in the user's database, and what later versions change about them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from datasette_wirefacts.errors import ExtractorError, InputError
from datasette_wirefacts.extractors import Extractor
from datasette_wirefacts.sources import Source, quoted

SCHEMA = Path(__file__).with_name("schema.sql")
# Columns with an index: each foreign key and each facet. UNIQUE constraints bring their own.
INDEXES = {
    "wirefacts_runs": ("source_id",),
    "wirefacts_errors": ("run_id", "source_id", "source_pk", "extractor"),
    "entities": ("name", "country"),
    "aliases": ("alias", "kind"),
    "documents": ("published", "language", "dateline_place_id", "agency_id", "engine"),
    "twins": ("original_id", "kind"),
    "quotes": (
        *("document_id", "kind", "speaker_id", "speaker", "speaker_kind", "speaker_role", "speaker_found", "cue_verb"),
        *("medium", "addressee_id", "nested_in", "published", "language", "rule"),
    ),
    "quote_parts": ("quote_id", "part"),
    "figures": (
        *("document_id", "kind", "amount", "unit", "counted", "comparator", "trend", "change", "measured", "measured_id"),
        *("period_start", "magnitude", "assumed", "quote_id", "claimed_by_id", "published", "rule"),
    ),
    "mentions": ("document_id", "mention", "adjective", "source", "quote_id", "rule"),
    "roles": ("document_id", "person_id", "role", "organisation_id", "place_id", "rule"),
    "repeats": ("document_id",),
}
CREATED = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
COLUMN_TYPES = {str: "TEXT", int: "INTEGER", bool: "INTEGER", float: "REAL", Decimal: "NUMERIC"}


@cache
def schema_statements() -> tuple[str, ...]:
    """The statements of schema.sql, in order."""
    statements = [""]
    for line in SCHEMA.read_text(encoding="utf-8").splitlines(keepends=True):
        statements[-1] += line
        if sqlite3.complete_statement(statements[-1]):
            statements.append("")
    return tuple(statement.strip() for statement in statements[:-1])


def own_tables() -> tuple[str, ...]:
    """The names of the tables of schema.sql, in the order in which they refer to each other.

    >>> own_tables()[0]
    'wirefacts_sources'
    """
    return tuple(found[1] for found in map(CREATED.search, schema_statements()) if found)


def create_tables(connection: sqlite3.Connection) -> None:
    """Creates our tables and indexes, or brings those of an older version up to date. Call it inside a transaction."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("wirefacts")

    @migrations()
    def first_tables(db: Any) -> None:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
        taken = [name for name in names if name.casefold() in own_tables()]
        if taken:
            raise InputError(
                f"The database already has something called {', '.join(map(repr, taken))}, which this plugin did not make: "
                "rename it, or extract into a copy of the database that holds the articles alone."
            )
        for statement in schema_statements():
            connection.execute(statement)
        for table, columns in INDEXES.items():
            create_indexes(connection, table, columns)

    migrations.apply(Database(connection, execute_plugins=False, recursive_triggers=False))


def create_indexes(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    """One index for each of the columns."""
    for column in columns:
        name = quoted(f"idx_{table}_{column}")
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(table)} ({quoted(column)})")


def columns_of(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The declared types by column; empty where there is no such table."""
    return dict(connection.execute("SELECT name, type FROM pragma_table_info(?)", [table]))


def register(connection: sqlite3.Connection, source: Source) -> tuple[int, str | None]:
    """Adds the source or brings it up to date; its id, and its foreign key column in documents, which is added where needed."""
    if source.table in own_tables():
        raise InputError(f"{source.table!r} is a table that this plugin made: name a table that holds articles.")
    found = connection.execute(
        "SELECT id FROM wirefacts_sources WHERE source_table = ? AND text_column = ?",
        [source.table, source.text],
    ).fetchone()
    column = _document_column(connection, source) if source.parent_key else None
    values = {
        "source_table": source.table,
        "key_columns": json.dumps(source.key, ensure_ascii=False),
        "text_column": source.text,
        "title_column": source.title,
        "published_column": source.published,
        "language": source.language,
        "where_sql": source.where,
        "engine": source.engine,
        "model": source.model,
        "document_column": column,
    }
    if found:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(f"UPDATE wirefacts_sources SET {settings} WHERE id = :id", values | {"id": found[0]})
        return int(found[0]), column
    cursor = connection.execute(
        f"INSERT INTO wirefacts_sources ({', '.join(values)}) VALUES ({', '.join(':' + name for name in values)})", values
    )
    return int(cursor.lastrowid or 0), column


def _document_column(connection: sqlite3.Connection, source: Source) -> str:
    """The column of documents that points to the source's table, added where it is missing."""
    (key,) = source.key
    for child, table, parent in connection.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', ["documents"]):
        if (table, parent) == (source.table, key):
            return str(child)
    taken = {name.casefold() for name in columns_of(connection, "documents")}
    column = f"{source.table}_id"
    while column.casefold() in taken:
        column += "_"
    declared = columns_of(connection, source.table)[key]
    connection.execute(
        f"ALTER TABLE documents ADD COLUMN {quoted(column)} {affinity(declared)} "
        f"REFERENCES {quoted(source.table)}({quoted(key)}) ON DELETE CASCADE"
    )
    create_indexes(connection, "documents", (column,))
    return column


def affinity(declared: str) -> str:
    """The type that SQLite makes of a declared one, whatever that consists of.

    >>> affinity("BIGINT"), affinity("varchar(255)"), affinity(""), affinity("DATE")
    ('INTEGER', 'TEXT', 'BLOB', 'NUMERIC')
    """
    words = {"INT": "INTEGER", "CHAR": "TEXT", "CLOB": "TEXT", "TEXT": "TEXT", "BLOB": "BLOB"}
    words |= {"REAL": "REAL", "FLOA": "REAL", "DOUB": "REAL"}
    return next((kind for word, kind in words.items() if word in declared.upper()), "NUMERIC" if declared else "BLOB")


def create_fact_table(connection: sqlite3.Connection, extractor: Extractor) -> None:
    """The table of a plugged-in kind of fact: a column for each field of its dataclass. Missing columns are added."""
    columns = fact_columns(extractor)
    existing = columns_of(connection, extractor.name)
    keys = connection.execute('SELECT "table", "from" FROM pragma_foreign_key_list(?)', [extractor.name]).fetchall()
    if existing and ("documents", "document_id") not in keys:
        raise ExtractorError(f"The extractor {extractor.name!r} is called like a table of the database: rename one of them.")
    if not existing:
        connection.execute(
            f"CREATE TABLE {quoted(extractor.name)} (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            'document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, start INTEGER, "end" INTEGER'
            + "".join(f", {quoted(name)} {declared}" for name, declared in columns.items())
            + ")"
        )
        create_indexes(connection, extractor.name, ("document_id",))
    for name in [name for name in columns if existing and name not in existing]:
        connection.execute(f"ALTER TABLE {quoted(extractor.name)} ADD COLUMN {quoted(name)} {columns[name]}")


def fact_columns(extractor: Extractor) -> dict[str, str]:
    """The declared types by field of the extractor's fact, without start and end, which every fact table has."""
    if extractor.fact is None:
        return {}
    hints = get_type_hints(extractor.fact)
    names = [field.name for field in fields(extractor.fact)]
    if extractor.name.casefold() in own_tables() or {"id", "document_id"} & set(names):
        raise ExtractorError(
            f"The facts of the extractor {extractor.name!r} cannot be stored: call it like none of our tables, "
            "and none of its fields `id` or `document_id`."
        )
    return {name: _column_type(hints[name]) for name in names if name not in ("start", "end")}


def _column_type(hint: Any) -> str:
    """
    >>> _column_type(int | None), _column_type(tuple[str, ...])
    ('INTEGER', 'TEXT')
    """
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    return COLUMN_TYPES.get(kinds[0], "TEXT") if len(kinds) == 1 else "TEXT"


def plugged_in(extractors: tuple[Extractor, ...]) -> Iterator[Extractor]:
    """The extractors whose facts have a table of their own."""
    return (extractor for extractor in extractors if extractor.fact is not None)


def analyze(connection: sqlite3.Connection) -> None:
    """Tells the query planner how our tables look now; from a sample, so that it is quick on large ones."""
    connection.execute("PRAGMA analysis_limit = 1000")
    for table in own_tables():
        connection.execute(f"ANALYZE {quoted(table)}")
