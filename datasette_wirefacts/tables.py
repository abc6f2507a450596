"""schema.sql -> tables and indexes in the user's database, and what later versions change about them."""

from __future__ import annotations

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
from datasette_wirefacts.search import SEARCH, create_search
from datasette_wirefacts.sources import quoted

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
        *("document_id", "kind", "speaker", "speaker_kind", "speaker_role", "speaker_found", "cue_verb"),
        *("medium", "addressee_id", "nested_in", "published", "language", "rule"),
    ),
    "quote_parts": ("quote_id", "part"),
    "figures": (
        *("document_id", "amount", "counted", "comparator", "trend", "change", "measured", "measured_id"),
        *("period_start", "magnitude", "assumed", "quote_id", "published", "rule"),
    ),
    "mentions": ("document_id", "mention", "adjective", "source", "quote_id", "rule"),
    "roles": ("document_id", "person_id", "role", "organisation_id", "place_id", "rule"),
    "repeats": ("document_id",),
    "wirefacts_names": ("document_id", "target_id"),
}
# Indexes that answer what the pages ask without a look at the rows; each serves as an index of its first column too.
COMPOUND = (
    ("quotes", "speaker_id", "published"),
    ("figures", "unit", "published"),
    ("figures", "kind", "unit", "published"),
    ("figures", "claimed_by_id", "published"),
    ("mentions", "entity_id", "document_id"),
)
CREATED = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
COLUMN_TYPES = {str: "TEXT", int: "INTEGER", bool: "INTEGER", float: "REAL", Decimal: "NUMERIC"}


@cache
def statements_of(file: Path) -> tuple[str, ...]:
    """The statements of a file of ours, in order."""
    statements = [""]
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        statements[-1] += line
        if sqlite3.complete_statement(statements[-1]):
            statements.append("")
    return tuple(statement.strip() for statement in statements[:-1])


def own_tables() -> tuple[str, ...]:
    """The names of the tables of schema.sql, in the order in which they refer to each other.

    >>> own_tables()[0]
    'wirefacts_sources'
    """
    return tuple(found[1] for found in map(CREATED.search, statements_of(SCHEMA)) if found)


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
        for statement in statements_of(SCHEMA):
            connection.execute(statement)
        for table, columns in INDEXES.items():
            create_indexes(connection, table, columns)

    @migrations()
    def lock_and_changes(db: Any) -> None:
        """The first version had neither; where the first step has just been taken, nothing is left to do."""
        for column, declared in (("triggers", "INTEGER NOT NULL DEFAULT 0"), ("settled", "TEXT")):
            if column not in columns_of(connection, "wirefacts_sources"):
                connection.execute(f"ALTER TABLE wirefacts_sources ADD COLUMN {column} {declared}")
        _create_missing(connection, "wirefacts_lock", "wirefacts_changes")

    @migrations()
    def search(db: Any) -> None:
        create_search(connection, statements_of(SEARCH))

    @migrations()
    def signatures(db: Any) -> None:
        for statement in statements_of(SCHEMA.with_name("twins.sql")):
            connection.execute(statement)
        connection.execute("UPDATE documents SET input_hash = ''")  # those of an earlier version have none yet

    @migrations()
    def compound_indexes(db: Any) -> None:
        """Before, the first columns had indexes of their own."""
        for table, *columns in COMPOUND:
            name = f"idx_{table}_{'_'.join(columns)}"
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({', '.join(columns)})")
            if table != "mentions":  # whose index of (entity_id, mention) answers other questions
                connection.execute(f"DROP INDEX IF EXISTS idx_{table}_{columns[0]}")

    @migrations()
    def archive_names(db: Any) -> None:
        """The first version did not have the table; where the first step has just been taken, nothing is left to do."""
        for table in _create_missing(connection, "wirefacts_names"):
            create_indexes(connection, table, INDEXES[table])

    migrations.apply(Database(connection, execute_plugins=False, recursive_triggers=False))


def _create_missing(connection: sqlite3.Connection, *tables: str) -> list[str]:
    """Creates those of these tables of the schema that are not there, and names them."""
    made = []
    for statement in statements_of(SCHEMA):
        found = CREATED.search(statement)
        if found and found[1] in tables and not columns_of(connection, found[1]):
            connection.execute(statement)
            made.append(found[1])
    return made


def create_indexes(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    """One index for each of the columns."""
    for column in columns:
        name = quoted(f"idx_{table}_{column}")
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(table)} ({quoted(column)})")


def columns_of(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The declared types by column; empty where there is no such table."""
    return dict(connection.execute("SELECT name, type FROM pragma_table_info(?)", [table]))


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
