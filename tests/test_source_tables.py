"""Any table or view can be a source, whatever it is called and however its rows are told apart."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import FIRST, SECOND, change, run, values

from datasette_wirefacts.connections import connect
from datasette_wirefacts.reading import read_pages
from datasette_wirefacts.sources import find_source

pytestmark = pytest.mark.usefixtures("pipeline")


ODD_TABLES = {
    "rowid": ('CREATE TABLE "{t}" ("{c}" TEXT)', 'INSERT INTO "{t}" (rowid, "{c}") VALUES (?, ?)', [7, 9], False),
    "real rowid column": ('CREATE TABLE "{t}" (rowid TEXT, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', ["x", "x"], False),
    "integer": ('CREATE TABLE "{t}" (id INTEGER PRIMARY KEY, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', [-3, 2**62], True),
    "text": ('CREATE TABLE "{t}" ("a key" TEXT PRIMARY KEY, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', ["z", "ä'\""], True),
    "blob": ('CREATE TABLE "{t}" (k PRIMARY KEY, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', [1.5, b"\xff"], True),
    "no rowid": (
        'CREATE TABLE "{t}" (k TEXT PRIMARY KEY, "{c}") WITHOUT ROWID',
        'INSERT INTO "{t}" VALUES (?, ?)',
        ["1", "2"],
        True,
    ),
    "compound": (
        'CREATE TABLE "{t}" (a TEXT DEFAULT 1, b INT, "{c}" TEXT, PRIMARY KEY (b, a))',
        'INSERT INTO "{t}" (b, "{c}") VALUES (?, ?)',
        [1, 2],
        False,
    ),
}


@pytest.mark.parametrize("kind", ODD_TABLES)
@pytest.mark.parametrize(
    "name", ["plain", 'a"b', "x]y", "two words", "Meldungen Übersee", "source", "document_id", "'; --", "%s ?"]
)
def test_any_table(tmp_path: Path, kind: str, name: str) -> None:
    create, insert, keys, pointed_to = ODD_TABLES[kind]
    path, names = tmp_path / "odd.db", {"t": name.replace('"', '""'), "c": ("text " + name).replace('"', '""')}
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(create.format(**names))
        db.executemany(insert.format(**names), [(key, text) for key, text in zip(keys, [FIRST, SECOND], strict=True)])
        before = db.execute("SELECT sql FROM sqlite_master").fetchall()
    run(path, name, "text " + name)
    assert run(path, name, "text " + name).done == {"unchanged": 2, "gone": 0}
    assert values(path, "SELECT characters FROM documents ORDER BY id") == [len(FIRST), len(SECOND)]
    (column,) = values(path, "SELECT document_column FROM wirefacts_sources")
    assert (column is not None) == pointed_to
    if pointed_to:
        quoted = column.replace('"', '""')
        assert values(path, f'SELECT "{quoted}" FROM documents ORDER BY id') == keys
    assert values(path, "PRAGMA foreign_key_check") == []
    change(path, f'DELETE FROM "{names["t"]}"')
    assert run(path, name, "text " + name).done == {"gone": 2}
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute("SELECT sql FROM sqlite_master").fetchall()[: len(before)] == before


def test_a_column_that_tells_rows_apart_can_be_pointed_to(articles: Path) -> None:
    change(articles, "CREATE TABLE urls (url TEXT UNIQUE, body TEXT)")
    change(articles, "INSERT INTO urls VALUES ('https://example.org/1', ?)", FIRST)
    run(articles, "urls", key="url")
    assert values(articles, "SELECT urls_id FROM documents") == ["https://example.org/1"]


def test_a_view_with_a_key(articles: Path) -> None:
    change(articles, "CREATE VIEW news AS SELECT id AS number, body FROM articles WHERE body IS NOT NULL")
    run(articles, "news", key="number")
    assert values(articles, "SELECT source_pk FROM documents") == ["[1]", "[2]"]
    assert values(articles, "SELECT document_column FROM wirefacts_sources") == [None]


def test_two_sources_share_the_entities(articles: Path) -> None:
    change(articles, "CREATE TABLE letters (id INTEGER PRIMARY KEY, body TEXT)")
    change(articles, "INSERT INTO letters VALUES (1, ?)", SECOND)
    run(articles)
    run(articles, "letters")
    assert values(articles, "SELECT articles_id, letters_id FROM documents") == [(1, None), (2, None), (None, 1)]
    assert values(articles, "SELECT count(*) FROM entities WHERE name = 'Name1'") == [1]


def test_rows_without_a_key_are_left_out_and_told(articles: Path) -> None:
    change(articles, "CREATE TABLE codes (code TEXT PRIMARY KEY, body TEXT)")
    with closing(sqlite3.connect(articles)) as db, db:
        db.executemany("INSERT INTO codes VALUES (?, ?)", [(None, FIRST), (None, FIRST), ("a", SECOND)])
    assert (run(articles, "codes").errors, run(articles, "codes").errors) == (1, 1)
    assert values(articles, "SELECT extractor, source_pk FROM wirefacts_errors") == [("key", None)]


PAGED = {
    "view": "CREATE VIEW source AS SELECT 'k' || id AS k, body, id % 2 AS odd FROM many",
    "view of groups": "CREATE VIEW source AS SELECT id AS k, max(body) AS body, id % 2 AS odd FROM many GROUP BY id + 0",
    "no index": "CREATE TABLE source AS SELECT id AS k, body, id % 2 AS odd FROM many",
    "no index, key at the end": "CREATE TABLE source AS SELECT body, id % 2 AS odd, CAST(id AS TEXT) AS k FROM many",
    "indexed": "CREATE TABLE source (k INTEGER PRIMARY KEY, body, odd)",
}


def read_all(path: Path, kind: str, count: int, **options: Any) -> tuple[list[Any], int]:
    """The keys in the order in which they are read from that many rows, and how often SQLite took a thousand steps for it."""
    change(path, "CREATE TABLE many (id INTEGER PRIMARY KEY, body TEXT)")
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany("INSERT INTO many (body) VALUES (?)", [["Ja."]] * count)
        db.execute(PAGED[kind])
        if kind == "indexed":
            db.execute("INSERT INTO source SELECT id, body, id % 2 FROM many")
    steps = []
    with closing(connect(path)) as connection:
        source = find_source(connection, "source", text="body", key="k", where=options.get("where"))
        connection.set_progress_handler(lambda: steps.append(1) and None, 1000)
        keys = [row[0] for page in read_pages(connection, source, options.get("limit")) for row in page]
        assert connection.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)
    return keys, len(steps)


@pytest.mark.parametrize("kind", PAGED)
def test_twice_the_rows_are_twice_the_work(tmp_path: Path, kind: str) -> None:
    (keys, one), (more, two) = (read_all(tmp_path / f"{n}.db", kind, n) for n in (3000, 6000))
    assert (len(keys), len(more)) == (3000, 6000)
    assert (keys, more) == (sorted(keys), sorted(more))
    assert two < 3 * one


@pytest.mark.parametrize("kind", PAGED)
def test_pages_keep_to_the_condition_and_the_limit(tmp_path: Path, kind: str) -> None:
    keys, _ = read_all(tmp_path / "a.db", kind, 300, where="odd -- only these", limit=120)
    assert len(keys) == 120
    assert all(int(str(key).removeprefix("k")) % 2 for key in keys)
