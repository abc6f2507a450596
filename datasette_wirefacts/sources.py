"""Table or view of the user's database -> Source -> articles, in batches by key."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette_wirefacts.connections import BrokenText, patiently
from datasette_wirefacts.errors import InputError

PAGE = 50  # articles read at once; few, because one may have 5 MB
COPY = "temp.wirefacts_sorted_articles"
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
    for condition in (source.where or "1", _condition(source)):  # without brackets too: "1) OR (1" would get out of them
        _select(connection, source, f"SELECT 1 FROM {quoted(source.table)} WHERE {condition}\nLIMIT 0")
    if distinct:
        return
    (column,) = map(quoted, source.key)
    sql = f"SELECT {column} FROM {quoted(source.table)} WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1 LIMIT 1"
    for (value,) in _select(connection, source, sql):
        raise InputError(
            f"The column {source.key[0]!r} does not tell rows apart: {value!r} stands there twice. Name another --key."
        )


def _select(connection: sqlite3.Connection, source: Source, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of the user's table. Raises InputError where SQLite cannot make sense of the condition or of the view."""
    try:
        return patiently(lambda: connection.execute(sql, values).fetchall())
    except (sqlite3.Error, sqlite3.Warning) as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
            raise
        condition = f" where {source.where}" if source.where else ""
        raise InputError(f"{source.table!r}{condition} cannot be read: {error}. Correct the condition or the view.") from error


def _condition(source: Source) -> str:
    return f"({source.where}\n)" if source.where else "1"  # the line end closes a comment


def count_articles(connection: sqlite3.Connection, source: Source, limit: int | None = None) -> int:
    """How many rows a run will look at."""
    sql = f"SELECT count(*) FROM {quoted(source.table)} WHERE {_condition(source)} AND {_has_key(source)}"
    [(count,)] = _select(connection, source, sql)
    return int(count) if limit is None else min(count, limit)


def count_without_key(connection: sqlite3.Connection, source: Source) -> int:
    """How many rows have a NULL in their key: SQLite allows it, but nothing can point to them."""
    sql = f"SELECT count(*) FROM {quoted(source.table)} WHERE NOT ({_has_key(source)})"
    return int(_select(connection, source, sql)[0][0])


def _has_key(source: Source) -> str:
    return " AND ".join(f"{quoted(name)} IS NOT NULL" for name in source.key)


def read_pages(connection: sqlite3.Connection, source: Source, limit: int | None = None) -> Iterator[list[Article]]:
    """The articles in the order of their keys, some at a time; between two pages no lock is held."""
    read = _pages_by_key if _finds_by_key(connection, source) else _pages_of_copy
    for rows in read(connection, source, limit):
        yield [_article(source, row) for row in rows]


def read_these(connection: sqlite3.Connection, source: Source, pks: Iterable[str]) -> Iterator[Article]:
    """Of the articles with these keys, those that are there and chosen."""
    is_it = " AND ".join(f"{quoted(name)} IS ?" for name in source.key)
    sql = f"SELECT {_columns_read(source)} FROM {quoted(source.table)} WHERE {is_it} AND {_condition(source)}"
    for pk in pks:
        for row in _select(connection, source, sql, _key_of_json(pk)):
            yield _article(source, row)


def _columns_read(source: Source) -> str:
    wanted = [quoted(name) if name else "NULL" for name in (source.text, source.title, source.published)]
    return ", ".join(f"{column} AS c{n}" for n, column in enumerate([*map(quoted, source.key), *wanted]))


def _ordered(source: Source, beyond: bool = False) -> str:
    """The statement that gives the rows in the order of their keys; ``beyond``: only those behind a given key."""
    keys = [quoted(name) for name in source.key]
    rest = f"AND ({', '.join(keys)}) > ({', '.join('?' * len(keys))})" if beyond else ""
    return (
        f"SELECT {_columns_read(source)} FROM {quoted(source.table)} "
        f"WHERE {_condition(source)} AND {_has_key(source)} {rest} ORDER BY {', '.join(keys)}"
    )


def _finds_by_key(connection: sqlite3.Connection, source: Source) -> bool:
    """Whether SQLite gets to the rows behind a key by an index; else it would look at all rows for every page."""
    plan = _select(connection, source, f"EXPLAIN QUERY PLAN {_ordered(source, beyond=True)}", [None] * len(source.key))
    return not any("TEMP B-TREE" in step for *_, step in plan)


def _pages_by_key(connection: sqlite3.Connection, source: Source, limit: int | None) -> Iterator[list[tuple[Any, ...]]]:
    last: tuple[Any, ...] = ()
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        rows = _select(connection, source, f"{_ordered(source, beyond=bool(last))} LIMIT {size}", last)
        if not rows:
            return
        yield rows
        last = tuple(rows[-1][: len(source.key)])
        left = None if left is None else left - len(rows)


def _pages_of_copy(connection: sqlite3.Connection, source: Source, limit: int | None) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as they are now, sorted once into a temporary table, which is no part of the user's file."""
    ordered = f"{_ordered(source)} LIMIT {-1 if limit is None else limit}"
    connection.execute(f"DROP TABLE IF EXISTS {COPY}")
    try:
        _select(connection, source, f"CREATE TEMP TABLE {COPY.partition('.')[2]} AS {ordered}")
        last = 0
        while rows := connection.execute(f"SELECT rowid, * FROM {COPY} WHERE rowid > ? LIMIT {PAGE}", [last]).fetchall():
            yield [row[1:] for row in rows]
            last = rows[-1][0]
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {COPY}")


def _article(source: Source, row: tuple[Any, ...]) -> Article:
    *key, text, title, published = row
    return Article(key=tuple(key), pk=key_json(source, key), text=text, title=title, published=published)


def key_json(source: Source, key: Any) -> str:
    """The key as a JSON list; bytes as Datasette writes them. Raises InputError on a text that is not UTF-8."""
    if any(isinstance(value, BrokenText) for value in key):
        raise InputError(f"The key {key!r} in {source.table!r} is text that is not UTF-8: correct it, or name another --key.")
    return json.dumps(list(key), ensure_ascii=False, default=_bytes_json)


def _key_of_json(pk: str) -> list[Any]:
    """The key of which ``key_json`` made this."""
    return [base64.b64decode(value["encoded"]) if isinstance(value, dict) else value for value in json.loads(pk)]


def _bytes_json(value: bytes) -> dict[str, Any]:
    return {"$base64": True, "encoded": base64.b64encode(value).decode("ascii")}


def all_keys(connection: sqlite3.Connection, source: Source) -> set[str]:
    """The keys of all rows that have a text, chosen or not, as JSON lists."""
    keys = ", ".join(map(quoted, source.key))
    sql = f"SELECT {keys} FROM {quoted(source.table)} WHERE {_has_key(source)} AND {quoted(source.text)} IS NOT NULL"
    return {key_json(source, key) for key in _select(connection, source, sql)}


def still_there(connection: sqlite3.Connection, source: Source, key: tuple[Any, ...]) -> bool:
    """Whether the row is still in the table."""
    is_it = " AND ".join(f"{quoted(name)} IS ?" for name in source.key)
    return connection.execute(f"SELECT 1 FROM {quoted(source.table)} WHERE {is_it}", key).fetchone() is not None
