"""Source -> its rows, in pages by key -> articles.

Rows are read with the bytes of their values, which is quick: most rows are only looked at to see that they have not changed.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from datasette_wirefacts.connections import BrokenText, patiently
from datasette_wirefacts.errors import InputError
from datasette_wirefacts.sources import Article, Source, condition, has_key, quoted, select

PAGE = 500  # rows read at once, unless they are large
PAGE_BYTES = 4_000_000
COPY = "temp.wirefacts_sorted_articles"
INPUTS = 4  # the types of text, title and date in one word, and the bytes of each
Row = tuple[Any, ...]  # the key's values, then the inputs


def read_pages(connection: sqlite3.Connection, source: Source, limit: int | None = None) -> Iterator[list[Row]]:
    """The rows in the order of their keys, some at a time; between two pages no lock is held."""
    read = _pages_by_key if _finds_by_key(connection, source) else _pages_of_copy
    return read(connection, source, limit)


def read_these(connection: sqlite3.Connection, source: Source, pks: Iterable[str], chosen: bool = True) -> Iterator[Row]:
    """Of the rows with these keys, those that the condition chooses; otherwise all that have a text."""
    is_it = " AND ".join(f"{quoted(name)} IS ?" for name in source.key)
    wanted = condition(source) if chosen else f"{quoted(source.text)} IS NOT NULL"
    sql = f"SELECT {_columns(source)} FROM {quoted(source.table)} WHERE {is_it} AND {wanted}"
    for pk in pks:
        yield from select(connection, source, sql, _key_of_json(pk))


def _columns(source: Source) -> str:
    names = [quoted(name) if name else "NULL" for name in (source.text, source.title, source.published)]
    kinds = " || ' ' || ".join(f"typeof({name})" for name in names)
    return ", ".join([*map(quoted, source.key), kinds, *(f"CAST({name} AS BLOB)" for name in names)])


def _ordered(source: Source, beyond: bool = False) -> str:
    """The statement that gives the rows in the order of their keys; ``beyond``: only those behind a given key."""
    keys = [quoted(name) for name in source.key]
    rest = f"AND ({', '.join(keys)}) > ({', '.join('?' * len(keys))})" if beyond else ""
    return (
        f"SELECT {_columns(source)} FROM {quoted(source.table)} "
        f"WHERE {condition(source)} AND {has_key(source)} {rest} ORDER BY {', '.join(keys)}"
    )


def _finds_by_key(connection: sqlite3.Connection, source: Source) -> bool:
    """Whether SQLite gets to the rows behind a key by an index; else it would look at all rows for every page."""
    plan = select(connection, source, f"EXPLAIN QUERY PLAN {_ordered(source, beyond=True)}", [None] * len(source.key))
    return not any("TEMP B-TREE" in step for *_, step in plan)


def _pages_by_key(connection: sqlite3.Connection, source: Source, limit: int | None) -> Iterator[list[Row]]:
    last: Row = ()
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        rows = select(connection, source, f"{_ordered(source, beyond=bool(last))} LIMIT {size}", last, fetch=_some)
        if not rows:
            return
        yield rows
        last = tuple(rows[-1][: len(source.key)])
        left = None if left is None else left - len(rows)


def _some(cursor: sqlite3.Cursor) -> list[Row]:
    """The next rows, as many as memory should hold at once."""
    rows, size = [], 0
    for row in cursor:
        rows.append(row)
        size += len(row[-3] or b"")
        if size > PAGE_BYTES:
            break
    cursor.close()
    return rows


def _pages_of_copy(connection: sqlite3.Connection, source: Source, limit: int | None) -> Iterator[list[Row]]:
    """The rows as they are now, sorted once into a temporary table, which is no part of the user's file."""
    ordered = f"{_ordered(source)} LIMIT {-1 if limit is None else limit}"
    names = ", ".join(f"c{n}" for n in range(len(source.key) + INPUTS))
    connection.execute(f"DROP TABLE IF EXISTS {COPY}")
    try:
        select(
            connection,
            source,
            f"CREATE TEMP TABLE {COPY.partition('.')[2]} AS WITH rows ({names}) AS ({ordered}) SELECT * FROM rows",
        )
        last = 0
        while rows := _some(connection.execute(f"SELECT rowid, * FROM {COPY} WHERE rowid > ? LIMIT {PAGE}", [last])):
            yield [row[1:] for row in rows]
            last = rows[-1][0]
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {COPY}")


def make_article(source: Source, row: Row, encoding: str) -> Article:
    """The article of a row; ``encoding`` is that of the database."""
    key, (kinds, *values) = row[:-INPUTS], row[-INPUTS:]
    text, title, published = (_value(kind, value, encoding) for kind, value in zip(kinds.split(), values, strict=True))
    return Article(key=key, pk=key_json(source, key), text=text, title=title, published=published)


def _value(kind: str, value: bytes | None, encoding: str) -> str | bytes | None:
    """A value as it was stored; numbers as their digits.

    >>> _value("text", b"Ja", "utf-8"), _value("integer", b"12", "utf-8"), _value("blob", b"Ja", "utf-8")
    ('Ja', '12', b'Ja')
    """
    if value is None or kind == "blob":
        return value
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return BrokenText(value)


def encoding_of(connection: sqlite3.Connection) -> str:
    """In which encoding the database keeps texts."""
    return str(patiently(partial(connection.execute, "PRAGMA encoding")).fetchone()[0])


def key_json(source: Source, key: Row) -> str:
    """The key as a JSON list; bytes as Datasette writes them. Raises InputError on a text that is not UTF-8."""
    if len(key) == 1 and type(key[0]) is int:
        return f"[{key[0]}]"
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
    sql = f"SELECT {keys} FROM {quoted(source.table)} WHERE {has_key(source)} AND {quoted(source.text)} IS NOT NULL"
    return {key_json(source, key) for key in select(connection, source, sql)}
