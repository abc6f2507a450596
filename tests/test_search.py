"""Full-text search over quotes and entities: Datasette's search box finds it, and the indexes stay in step."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import SECOND, change, run, values
from datasette.app import Datasette
from test_permissions import ROOT_ONLY, serve, status

from datasette_wirefacts.search import INDEXES
from datasette_wirefacts.store import remove_documents
from datasette_wirefacts.tables import create_tables

WITHOUT = (
    *("DROP TABLE quotes_fts", "DROP TABLE entities_fts", "DELETE FROM _sqlite_migrations WHERE name = 'search'"),
    *(f"DROP TRIGGER {index}_{what}" for index in INDEXES for what in ("added", "removed", "changed")),
)


def in_step(path: Path) -> bool:
    """Whether each index has the words of its table, no more and no less; SQLite raises where it has not."""
    with closing(sqlite3.connect(path)) as db, db:
        for index in INDEXES:
            db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
            vocabulary = f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {index}, instance)"
            db.execute(vocabulary)
            docs = {id for (id,) in db.execute("SELECT DISTINCT doc FROM temp.words")}
            db.execute("DROP TABLE temp.words")
            assert docs <= {id for (id,) in db.execute(f"SELECT id FROM {index.removesuffix('_fts')}")}
    return True


def found(path: Path, words: str, index: str = "quotes_fts") -> list[int]:
    return values(path, f"SELECT rowid FROM {index} WHERE {index} MATCH '{words}' ORDER BY rowid")


@pytest.mark.usefixtures("pipeline")
def test_the_indexes_stay_in_step(articles: Path) -> None:
    run(articles)
    assert found(articles, "Name2") == values(articles, "SELECT id FROM quotes WHERE quote LIKE '%Name2%' OR speaker = 'Name2'")
    change(articles, "UPDATE articles SET body = 'Name1 sagte: „Sieben Störche“. Name7 schwieg.' WHERE id = 1")
    run(articles)
    assert len(found(articles, "storche")) == 1  # without diacritics and in small letters
    assert len(found(articles, "Name7", "entities_fts")) == 1
    assert in_step(articles)
    change(articles, "UPDATE articles SET body = NULL WHERE id = 1")
    run(articles)
    assert found(articles, "storche") == found(articles, "Name7", "entities_fts") == []
    assert in_step(articles)


@pytest.mark.usefixtures("pipeline")
def test_a_cascade_takes_the_words_along(articles: Path) -> None:
    run(articles)
    with closing(sqlite3.connect(articles)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM articles WHERE id = 2")  # the document and its quotes go with it
    assert values(articles, "SELECT count(*) FROM documents") == [1]
    assert found(articles, "Nein") == []
    assert in_step(articles)
    with closing(sqlite3.connect(articles)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        remove_documents(db, values(articles, "SELECT id FROM documents"))
    assert found(articles, "Name2") == []
    assert in_step(articles)


def run_without_search(articles: Path) -> None:
    """Leaves the database as a version left it that had no search."""
    run(articles)
    for statement in WITHOUT:
        change(articles, statement)


@pytest.mark.usefixtures("pipeline")
def test_a_database_from_before_gets_it(articles: Path) -> None:
    run_without_search(articles)
    change(articles, "INSERT INTO articles VALUES (4, 'Vierte', ?, NULL)", SECOND.replace("Nein", "Niemals"))
    run(articles)
    assert len(found(articles, "Niemals")) == len(found(articles, "Nein")) == 1
    assert in_step(articles)


@pytest.mark.usefixtures("pipeline")
def test_an_index_of_the_users_own_stays(articles: Path) -> None:
    run_without_search(articles)
    change(articles, "CREATE VIRTUAL TABLE quotes_fts USING fts5 (quote, content='quotes', content_rowid='id', prefix='2')")
    run(articles)
    assert values(articles, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%fts%' ORDER BY 1") == [
        f"entities_fts_{what}" for what in ("added", "changed", "removed")
    ]
    assert "prefix" in values(articles, "SELECT sql FROM sqlite_master WHERE name = 'quotes_fts'")[0]


def test_all_of_it_is_plain_sql(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "plain.db")) as db, db:
        create_tables(db)
        db.execute("INSERT INTO entities (name, kind) VALUES ('Ülm', 'place')")
    with closing(sqlite3.connect(tmp_path / "plain.db")) as db, db:
        db.execute("UPDATE entities SET name = 'Kiel'")
    assert found(tmp_path / "plain.db", "Kiel", "entities_fts") == [1]
    assert found(tmp_path / "plain.db", "ulm", "entities_fts") == []


async def search(datasette: Datasette, table: str, words: str) -> list[Any]:
    answer = await datasette.client.get(f"/demo/{table}.json", params={"_search": words, "_shape": "array"})
    assert answer.status_code == 200
    return list(answer.json())


@pytest.mark.asyncio
async def test_the_search_box_works(demo_db: Path) -> None:
    datasette = Datasette([str(demo_db)], settings={"sql_time_limit_ms": 30_000})
    await datasette.invoke_startup()
    for table in ("quotes", "entities"):
        page = await datasette.client.get(f"/demo/{table}", follow_redirects=True)
        assert 'name="_search"' in page.text
    rows = await search(datasette, "quotes", "Vosskamp")
    assert rows
    assert "Henrike Vosskamp" in {row["speaker"] for row in rows}
    assert "Henrike Vosskamp" in [row["name"] for row in await search(datasette, "entities", "vosskamp")]
    tables = (await datasette.client.get("/demo.json")).json()["tables"]
    shown = {table["name"] for table in tables if not table["hidden"]}
    assert shown >= {"quotes", "entities"}
    assert not [name for name in shown if "_fts" in name]


@pytest.mark.asyncio
async def test_who_may_not_see_the_articles_cannot_search_them(demo_db: Path) -> None:
    datasette = serve(demo_db, tables={"articles": ROOT_ONLY})
    with closing(sqlite3.connect(demo_db)) as db:
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name LIKE '%\\_fts%' ESCAPE '\\' AND type = 'table'")
        ]
    assert set(tables) > set(INDEXES)
    for table in tables:
        assert await status(datasette, f"/demo/{table}.json?_size=1") == 403, table
    assert await status(datasette, "/demo/quotes_fts.json?_size=1", "root") == 200
    assert await status(datasette, "/demo/quotes.json?_search=Vosskamp") == 403
    for table in ("wirefacts_signatures", "wirefacts_words"):
        assert await status(datasette, f"/demo/{table}.json?_size=1") == 403, table
