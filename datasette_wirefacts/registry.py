"""Source -> its row of wirefacts_sources and its foreign key column in documents; both follow what the user does to the table.

Everything here runs inside a transaction that the caller opens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from datasette_wirefacts.errors import InputError
from datasette_wirefacts.sources import ROWID_NAMES, Source, can_be_pointed_to, find_source, quoted
from datasette_wirefacts.tables import columns_of, create_indexes, own_tables

NO_TABLE = "NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = s.source_table COLLATE NOCASE)"
OF_TEXT = "source_table = ? COLLATE NOCASE AND text_column = ? COLLATE NOCASE"
NO_COLUMN = "NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(s.source_table) WHERE name = s.text_column COLLATE NOCASE)"


@dataclass(frozen=True, slots=True)
class Registered:
    """A source as the database knows it: its id, and the column of documents that points to its rows, if any can."""

    id: int
    document_column: str | None


@dataclass(frozen=True, slots=True)
class Vanished:
    """A source whose table, or whose text column, is no longer there."""

    id: int
    table: str
    text: str


def follow_changes(connection: sqlite3.Connection) -> None:
    """Makes documents and sources fit the tables as they are now.

    A foreign key whose table is gone, or whose key in it, would make SQLite refuse every document: its column goes. A table that
    was renamed has taken the foreign key along: its sources get the new name.
    """
    for column, table, key in _pointers(connection):
        if can_be_pointed_to(connection, table, key):
            connection.execute(
                f"UPDATE OR IGNORE wirefacts_sources AS s SET source_table = ? WHERE document_column = ? AND {NO_TABLE}",
                [table, column],
            )
        else:
            _drop_column(connection, column)
            connection.execute("UPDATE wirefacts_sources SET document_column = NULL WHERE document_column = ?", [column])


def _pointers(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """The columns of documents that point to tables of the user, each with the table and its key."""
    keys = connection.execute(
        'SELECT f."from", f."table", coalesce(f."to", (SELECT name FROM pragma_table_xinfo(f."table") WHERE pk = 1), \'\') '
        "FROM pragma_foreign_key_list('documents') AS f"
    ).fetchall()
    return [(column, table, key) for column, table, key in keys if table not in own_tables()]


def _drop_column(connection: sqlite3.Connection, column: str) -> None:
    """Removes a column of documents together with the indexes that it is in."""
    indexes = connection.execute(
        "SELECT DISTINCT l.name FROM pragma_index_list('documents') AS l, pragma_index_xinfo(l.name) AS x, sqlite_master AS m "
        "WHERE m.name = l.name AND (x.name = ?1 OR ((l.partial OR x.cid = -2) AND instr(lower(m.sql), lower(?1))))",
        [column],
    ).fetchall()
    for (index,) in indexes:
        connection.execute(f"DROP INDEX {quoted(index)}")
    try:
        # Otherwise SQLite refuses as long as the user has a view, of whatever, that is broken.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(f"ALTER TABLE documents DROP COLUMN {quoted(column)}")
    finally:
        connection.execute("PRAGMA writable_schema = OFF")


def register(connection: sqlite3.Connection, source: Source) -> Registered:
    """Adds the source, or brings it up to date; its foreign key column in documents is added where needed."""
    if source.table in own_tables():
        raise InputError(f"{source.table!r} is a table that this plugin made: name a table that holds articles.")
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
        "triggers": source.triggers,
    }
    found = _find(connection, source)
    if not found:
        cursor = connection.execute(
            f"INSERT INTO wirefacts_sources ({', '.join(values)}) VALUES ({', '.join(':' + name for name in values)})", values
        )
        return Registered(int(cursor.lastrowid or 0), column)
    settings = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE wirefacts_sources SET {settings} WHERE id = :id", values | {"id": found.id})
    if column and column != found.document_column:  # the documents do not point there yet: without a hash they are made again
        connection.execute("UPDATE documents SET input_hash = '' WHERE source_id = ?", [found.id])
    return Registered(found.id, column)


def _find(connection: sqlite3.Connection, source: Source) -> Registered | None:
    """The source as it is known; else one of the same table whose text column is gone: it was renamed."""
    select = "SELECT id, document_column FROM wirefacts_sources AS s WHERE"
    found = connection.execute(f"{select} {OF_TEXT}", [source.table, source.text]).fetchone()
    renamed = f"{select} source_table = ? COLLATE NOCASE AND {NO_COLUMN} ORDER BY id LIMIT 1"
    found = found or connection.execute(renamed, [source.table]).fetchone()
    return Registered(*found) if found else None


def remembered(connection: sqlite3.Connection, table: str, text: str) -> dict[str, str]:
    """The options of the last run over that table and text column, without those that it did not have."""
    if not columns_of(connection, "wirefacts_sources"):
        return {}
    options = {
        "title": "title_column",
        "published": "published_column",
        "language": "language",
        "engine": "engine",
        "model": "model",
    }
    select = f"SELECT {', '.join(options.values())} FROM wirefacts_sources AS s"
    found = connection.execute(f"{select} WHERE {OF_TEXT}", [table, text]).fetchone()
    known = dict(zip(options, found or _renamed(connection, select, table), strict=False))
    if not found:  # what was renamed may have been more than one column
        columns = columns_of(connection, table)
        known |= {name: None for name in ("title", "published") if known.get(name) not in columns}
    return {name: value for name, value in known.items() if value is not None}


def _renamed(connection: sqlite3.Connection, select: str, table: str) -> tuple[str | None, ...]:
    """The options of a source of that table whose text column is gone, or of one that the table, renamed, has taken along."""
    pointers = [column for column, target, _ in _pointers(connection) if target == table]
    places = ", ".join("?" * len(pointers))
    found = connection.execute(
        f"{select} WHERE (source_table = ? COLLATE NOCASE AND {NO_COLUMN}) OR (document_column IN ({places}) AND {NO_TABLE}) "
        "ORDER BY id LIMIT 1",
        [table, *pointers],
    ).fetchone()
    return tuple(found or ())


def has_triggers(connection: sqlite3.Connection, table: str, text: str) -> bool:
    """Whether triggers note the changes of that table for that text column."""
    if "triggers" not in columns_of(connection, "wirefacts_sources"):
        return False
    found = connection.execute(f"SELECT triggers FROM wirefacts_sources WHERE {OF_TEXT}", [table, text]).fetchone()
    return bool(found and found[0])


def registered_sources(connection: sqlite3.Connection) -> list[tuple[Registered, Source]]:
    """All sources that can be read, in the order in which they came."""
    return [(known, source) for known, source in _registered(connection) if isinstance(source, Source)]


def unreadable_sources(connection: sqlite3.Connection) -> list[str]:
    """Why sources cannot be read: their table is gone, or their view is broken."""
    return [str(source) for _, source in _registered(connection) if isinstance(source, InputError)]


def _registered(connection: sqlite3.Connection) -> Iterator[tuple[Registered, Source | InputError]]:
    names = "source_table, key_columns, text_column, title_column, published_column, language, where_sql, engine, model"
    triggers = "triggers" if "triggers" in columns_of(connection, "wirefacts_sources") else "0"
    sql = f"SELECT id, document_column, {names}, {triggers} FROM wirefacts_sources ORDER BY id"
    for id, column, table, keys, *options, has_triggers in connection.execute(sql).fetchall():
        key = json.loads(keys)
        settings = dict(zip(("text", "title", "published", "language", "where", "engine", "model"), options, strict=True))
        named = key[0] if len(key) == 1 and key[0] not in ROWID_NAMES else None
        try:
            yield Registered(id, column), find_source(connection, table, key=named, triggers=bool(has_triggers), **settings)
        except InputError as error:
            yield Registered(id, column), error


def find_vanished(connection: sqlite3.Connection, source: Source) -> list[Vanished]:
    """The sources whose table is gone, and those of this source's table whose text column is gone."""
    sql = (
        f"SELECT id, source_table, text_column FROM wirefacts_sources AS s WHERE {NO_TABLE} "
        f"OR (source_table = ? COLLATE NOCASE AND {NO_COLUMN}) ORDER BY id"
    )
    return [Vanished(*row) for row in connection.execute(sql, [source.table])]


def remove_source(connection: sqlite3.Connection, id: int) -> None:
    """Forgets a source; its documents go with it, and the column that pointed to its rows if nobody else needs it."""
    found = connection.execute(
        "SELECT document_column FROM wirefacts_sources AS s WHERE id = ? AND NOT EXISTS (SELECT 1 FROM wirefacts_sources AS other "
        "WHERE other.document_column = s.document_column AND other.id != s.id)",
        [id],
    ).fetchone()
    if found and found[0] in columns_of(connection, "documents"):
        _drop_column(connection, found[0])
    connection.execute("DELETE FROM wirefacts_sources WHERE id = ?", [id])


def _document_column(connection: sqlite3.Connection, source: Source) -> str:
    """The column of documents that points to the source's table, added where it is missing."""
    (key,) = source.key
    for child, table, parent in _pointers(connection):
        if (table.casefold(), parent.casefold()) == (source.table.casefold(), key.casefold()):
            return child
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
