"""Names in the user's database -> Source: a table or view with articles, checked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette_wirefacts.connections import patiently
from datasette_wirefacts.errors import InputError

BEHIND = 'near "LIMIT": syntax error'  # SQLite names the word of ours that follows the user's
ROWID_NAMES = ("rowid", "_rowid_", "oid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where articles stand: names are those of the database, checked, and not yet quoted."""

    table: str
    key: list[str]
    text: str
    title: str | None = None
    published: str | None = None
    language: str | None = None
    where: str | None = None
    engine: str = "full"
    model: str | None = None
    triggers: bool = False  # on the table, to note changes
    parent_key: bool = False  # a foreign key can point to the key


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A row of a source as SQLite gives it; ``pk`` is its key as a JSON list."""

    key: tuple[Any, ...]
    pk: str
    text: Any
    title: Any
    published: Any


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it consists of.

    >>> print(quoted('a"b'))
    "a""b"
    """
    return '"' + name.replace('"', '""') + '"'


def find_source(
    connection: sqlite3.Connection,
    table: str,
    *,
    text: str,
    title: str | None = None,
    published: str | None = None,
    key: str | None = None,
    **settings: Any,
) -> Source:
    """The source that these names mean. Raises InputError where one of them is not in the database."""
    kind, table = _find_table(connection, table)
    columns = _columns(connection, table)
    column = partial(_find_column, table, list(columns))
    primary = sorted((name for name, pk in columns.items() if pk), key=lambda name: columns[name])
    keys = [column(key)] if key else primary or _rowid(kind, table, columns)
    parent = kind == "table" and len(keys) == 1 and can_be_pointed_to(connection, table, keys[0])
    source = Source(
        table=table,
        key=keys,
        text=column(text),
        title=column(title) if title else None,
        published=column(published) if published else None,
        parent_key=parent,
        **settings,
    )
    _check_rows(connection, source, distinct=parent or keys == primary or keys[0] not in columns)
    return source


def _find_table(connection: sqlite3.Connection, name: str) -> tuple[str, str]:
    """The kind ("table", "view") and the exact name."""
    known = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
    found = [item for item in known if item[1] == name] or [item for item in known if item[1].casefold() == name.casefold()]
    if not found:
        names = [table for _, table in known if not table.startswith(("sqlite_", "_sqlite_", "wirefacts_"))]
        raise InputError(f"There is no table {name!r} in the database. It has: {_listed(names)}.")
    return found[0]  # type: ignore[no-any-return]


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, int]:
    """The columns with their places in the primary key, 0 for most. Raises InputError on a view of what is not there."""
    try:
        return dict(connection.execute("SELECT name, pk FROM pragma_table_xinfo(?)", [table]))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise InputError(f"{table!r} cannot be read: {error}. Correct the view.") from error


def _find_column(table: str, columns: list[str], name: str) -> str:
    found = [column for column in columns if column == name] or [c for c in columns if c.casefold() == name.casefold()]
    if not found:
        raise InputError(f"The table {table!r} has no column {name!r}. It has: {_listed(columns)}.")
    return found[0]


def _listed(names: Any) -> str:
    return ", ".join(map(repr, names)) or "none at all"


def _rowid(kind: str, table: str, columns: dict[str, int]) -> list[str]:
    free = [name for name in ROWID_NAMES if name not in {column.casefold() for column in columns}]
    if kind == "view" or not free:
        raise InputError(
            f"{table!r} is a view: say with --key COLUMN which of its columns tells its rows apart ({_listed(columns)})."
        )
    return free[:1]


def can_be_pointed_to(connection: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether a foreign key can point to that column: it is the primary key of a table, or has a UNIQUE constraint of its own."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE", [table]).fetchone():
        return False
    primary = [name for (name,) in connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE pk", [table])]
    return [name.casefold() for name in primary] == [column.casefold()] or _unique(connection, table, column)


def _unique(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM pragma_index_list(?) AS i WHERE i.\"unique\" AND i.origin = 'u' "
            "AND (SELECT json_group_array(name) FROM pragma_index_info(i.name)) = ?",
            [table, json.dumps([column], ensure_ascii=False)],
        ).fetchone()
    )


def _check_rows(connection: sqlite3.Connection, source: Source, distinct: bool) -> None:
    """Raises InputError where the condition is no SQL or the key does not tell the rows apart."""
    for chosen in (source.where or "1", condition(source)):  # without brackets too: "1) OR (1" would get out of them
        select(connection, source, f"SELECT 1 FROM {quoted(source.table)} WHERE {chosen}\nLIMIT 0")
    if distinct:
        return
    (column,) = map(quoted, source.key)
    sql = f"SELECT {column} FROM {quoted(source.table)} WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1 LIMIT 1"
    for (value,) in select(connection, source, sql):
        raise InputError(
            f"The column {source.key[0]!r} does not tell rows apart: {value!r} stands there twice. Name another --key."
        )


def select(
    connection: sqlite3.Connection,
    source: Source,
    sql: str,
    values: Sequence[Any] = (),
    fetch: Callable[[sqlite3.Cursor], list[tuple[Any, ...]]] = sqlite3.Cursor.fetchall,
) -> list[tuple[Any, ...]]:
    """Rows of the user's table. Raises InputError where SQLite cannot make sense of the condition or of the view."""
    try:
        return patiently(lambda: fetch(connection.execute(sql, values)))
    except (sqlite3.Error, sqlite3.Warning) as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
            raise
        chosen = f" where {source.where}" if source.where else ""
        what = str(error).replace(BEHIND, "a syntax error at its end")
        raise InputError(f"{source.table!r}{chosen} cannot be read: {what}. Correct the condition or the view.") from error


def condition(source: Source) -> str:
    """The condition that chooses rows."""
    return f"({source.where}\n)" if source.where else "1"  # the line end closes a comment


def count_articles(connection: sqlite3.Connection, source: Source, limit: int | None = None) -> int:
    """How many rows a run will look at."""
    sql = f"SELECT count(*) FROM {quoted(source.table)} WHERE {condition(source)} AND {has_key(source)}"
    [(count,)] = select(connection, source, sql)
    return int(count) if limit is None else min(count, limit)


def count_without_key(connection: sqlite3.Connection, source: Source) -> int:
    """How many rows have a NULL in their key: SQLite allows it, but nothing can point to them."""
    sql = f"SELECT count(*) FROM {quoted(source.table)} WHERE NOT ({has_key(source)})"
    return int(select(connection, source, sql)[0][0])


def has_key(source: Source) -> str:
    """The condition that a row can be named."""
    return " AND ".join(f"{quoted(name)} IS NOT NULL" for name in source.key)


def still_there(connection: sqlite3.Connection, source: Source, key: tuple[Any, ...]) -> bool:
    """Whether the row is still in the table."""
    is_it = " AND ".join(f"{quoted(name)} IS ?" for name in source.key)
    return connection.execute(f"SELECT 1 FROM {quoted(source.table)} WHERE {is_it}", key).fetchone() is not None
