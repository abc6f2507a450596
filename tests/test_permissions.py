"""Who may not see the articles sees nothing that was taken from them; our saved queries go round nobody's permissions."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from site_of import copy_of

import datasette_wirefacts
from datasette_wirefacts.metadata import descriptions, saved_queries
from datasette_wirefacts.permissions import tables_read

CREATED = re.compile(r"^CREATE (?:VIRTUAL )?TABLE (\w+)", re.MULTILINE)
SCHEMAS = [Path(datasette_wirefacts.__file__).with_name(name) for name in ("schema.sql", "twins.sql", "search.sql")]
NAMED = {table for schema in SCHEMAS for table in CREATED.findall(schema.read_text(encoding="utf-8"))}
OURS = [table for table, settings in descriptions()["tables"].items() if "columns" in settings]
ROOT_ONLY = {"allow": {"id": "root"}}
ON_TABLES = [name for name, query in saved_queries().items() if tables_read(query["sql"])]


def serve(path: Path, *, queries: dict[str, Any] | None = None, tables: dict[str, Any] | None = None, **database: Any) -> Datasette:
    settings = database | {"tables": tables or {}, "queries": queries or {}}
    if hasattr(Datasette, "set_resource_metadata"):
        return Datasette([str(path)], config={"databases": {"demo": settings}}, settings={"sql_time_limit_ms": 30_000})
    return Datasette([str(path)], metadata={"databases": {"demo": settings}}, settings={"sql_time_limit_ms": 30_000})


async def status(datasette: Datasette, path: str, actor: str | None = None) -> int:
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": actor}}, "actor")} if actor else {}
    answer = await datasette.client.get(path, params={"text": "Es regnet."}, cookies=cookies, follow_redirects=True)
    return int(answer.status_code)


async def listed(datasette: Datasette, actor: str | None = None) -> tuple[set[str], set[str]]:
    """The tables and the saved queries that the page of the database offers."""
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": actor}}, "actor")} if actor else {}
    found = (await datasette.client.get("/demo.json", cookies=cookies)).json()
    return {table["name"] for table in found["tables"]}, {query["name"] for query in found["queries"]}


def test_tables_of_the_saved_queries(demo_db: Path) -> None:
    for name, query in saved_queries().items():
        read: set[str] = set()

        def note(action: int, table: str | None, *rest: Any, read: set[str] = read) -> int:
            if action == sqlite3.SQLITE_READ and table in OURS:
                read.add(str(table))
            return sqlite3.SQLITE_OK

        with closing(sqlite3.connect(demo_db)) as conn:
            conn.create_function("wire_quotes", 1, lambda text: "[]")
            conn.set_authorizer(note)
            conn.execute(query["sql"], {"text": ""}).fetchall()
        assert tables_read(query["sql"]) == read, name


@pytest.mark.asyncio
@pytest.mark.parametrize("private", [["articles"], [*OURS, "articles"], ["quotes"]])
async def test_private_tables_are_private_in_saved_queries(demo_db: Path, private: list[str]) -> None:
    datasette = serve(demo_db, tables=dict.fromkeys(private, ROOT_ONLY), allow_sql=False)
    for name in ("quotes_with_numbers", "who_said_most"):
        assert await status(datasette, f"/demo/{name}.json") == 403
        assert await status(datasette, f"/demo/{name}.json", "root") == 200
        assert name not in (await listed(datasette))[1]
        assert name in (await listed(datasette, "root"))[1]
    assert await status(datasette, "/demo/quotes_in_a_text.json") == 200


@pytest.mark.asyncio
async def test_who_may_not_see_the_articles_sees_nothing_of_them(demo_db: Path) -> None:
    datasette = serve(demo_db, tables={"articles": ROOT_ONLY, "quotes": {"allow": True}})
    for table in ("articles", *OURS):
        assert await status(datasette, f"/demo/{table}.json?_size=1") == 403, table
        assert await status(datasette, f"/demo/{table}.json?_size=1", "root") == 200, table
    tables, queries = await listed(datasette)
    assert not tables & {"articles", *OURS}
    assert queries == set(saved_queries()) - set(ON_TABLES)
    tables, queries = await listed(datasette, "root")
    assert tables >= {"articles", *OURS}
    assert queries == set(saved_queries())


@pytest.mark.asyncio
async def test_no_table_of_the_schema_is_left_open(demo_db: Path) -> None:
    with closing(sqlite3.connect(demo_db)) as conn:
        tables = {name for (name,) in conn.execute("select name from sqlite_master where type = 'table'")}
    ours = {table for table in tables if table in NAMED or table.startswith(tuple(name + "_" for name in NAMED if "fts" in name))}
    assert ours >= {*OURS, *NAMED, "wirefacts_unsettled", "quotes_fts_data", "entities_fts_docsize"}
    assert tables - ours <= {"articles", "sqlite_sequence", "sqlite_stat1", "_sqlite_migrations"}  # the last three say nothing
    datasette = serve(demo_db, tables={"articles": ROOT_ONLY})
    for table in sorted(ours):
        assert await status(datasette, f"/demo/{table}.json?_size=1") == 403, table
        seen = await status(datasette, f"/demo/{table}.json?_size=1", "root")
        assert seen == 200 or (seen == 403 and "_fts_" in table), table  # 1.0 shows nobody what an index is made of
    assert not (await listed(datasette))[0] & ours


@pytest.mark.asyncio
async def test_tables_of_other_plugins_are_taken_from_the_articles_too(demo_db: Path, tmp_path: Path) -> None:
    others = (
        "create table hashtags (id integer primary key, document_id integer references documents(id))",
        "create table notes (id integer primary key)",
    )
    path = copy_of(demo_db, tmp_path, *others)
    datasette = serve(path, tables={"articles": ROOT_ONLY})
    assert await status(datasette, "/demo/hashtags.json") == 403
    assert await status(datasette, "/demo/hashtags.json", "root") == 200
    assert await status(datasette, "/demo/notes.json") == 200


@pytest.mark.asyncio
async def test_a_private_database_stays_private(demo_db: Path) -> None:
    datasette = serve(demo_db, **ROOT_ONLY)
    for path in ("/demo/quotes.json", "/demo/who_said_most.json"):
        assert await status(datasette, path) == 403
        assert await status(datasette, path, "root") == 200


@pytest.mark.asyncio
async def test_all_is_open_where_nothing_is_private(demo_db: Path) -> None:
    datasette = serve(demo_db, allow_sql=False)
    tables, queries = await listed(datasette)
    assert tables >= {"articles", *OURS}
    assert queries == set(saved_queries())
    for name in queries:
        assert await status(datasette, f"/demo/{name}.json") == 200


@pytest.mark.asyncio
async def test_the_users_own_queries_are_his(demo_db: Path) -> None:
    own = {"who_said_most": {"sql": "select count(*) from quotes"}, "mine": {"sql": "select count(*) from quotes"}}
    datasette = serve(demo_db, tables={"articles": ROOT_ONLY}, queries=own, allow_sql=False)
    for name in ("who_said_most", "mine"):
        assert await status(datasette, f"/demo/{name}.json") == 200
