"""What Datasette shows for a database that we filled, with and without the user's own metadata."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from datasette.app import Datasette
from site_of import copy_of

from datasette_wirefacts.metadata import database_contents, descriptions

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.asyncio


def serve(path: Path, metadata: dict[str, Any] | None = None) -> Datasette:
    return Datasette([str(path)], metadata=metadata, settings={"sql_time_limit_ms": 30_000})  # the machine may be busy


def with_table(table: str, **settings: Any) -> dict[str, Any]:
    return {"databases": {"demo": {"tables": {table: settings}}}}


async def get(datasette: Datasette, path: str, **parameters: Any) -> Any:
    answer = await datasette.client.get(path, params=parameters or None, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer


async def facets(datasette: Datasette, table: str) -> dict[str, list[Any]]:
    """The labels under each facet of a table's page."""
    answer = await get(datasette, f"/demo/{table}.json?_extra=facet_results")
    found = answer.json()["facet_results"]
    found = found.get("results", found)  # 1.0 has one level more
    return {name: [result["label"] for result in facet["results"]] for name, facet in found.items()}


async def test_facet_by_speaker(demo_db: Path) -> None:
    speakers = (await facets(serve(demo_db), "quotes"))["speaker_id"]
    with closing(sqlite3.connect(demo_db)) as conn:
        persons = {name for (name,) in conn.execute("select name from entities where kind = 'person'")}
    assert len(speakers) > 5
    assert set(speakers) & persons
    assert speakers[0] in (await get(serve(demo_db), "/demo/quotes?_facet=speaker_id")).text


async def test_facet_by_unit_and_kind(demo_db: Path) -> None:
    datasette = serve(demo_db)
    assert "EUR" in (await get(datasette, "/demo/figures?_facet=unit&_facet=kind")).text
    found = await facets(datasette, "figures")
    assert {"EUR", "%"} <= set(found["unit"])
    assert {"money", "percent", "count"} <= set(found["kind"])


async def test_quotes_from_sql(demo_db: Path) -> None:
    sql = "select json_extract(value, '$.speaker.name') as speaker from articles, json_each(wire_quotes(body))"
    assert "Henrike Vosskamp" in (await get(serve(demo_db), "/demo", sql=sql)).text
    rows = (await get(serve(demo_db), "/demo.json", sql=sql, _shape="array")).json()
    assert {"speaker": "Henrike Vosskamp"} in rows


async def test_each_table_has_its_facets_without_configuration(demo_db: Path) -> None:
    datasette = serve(demo_db)
    for table, settings in descriptions()["tables"].items():
        if settings.get("facets") and not settings.get("hidden"):
            assert list(await facets(datasette, table)) == settings["facets"]


async def test_facets_are_indexed(demo_db: Path) -> None:
    with closing(sqlite3.connect(demo_db)) as conn:
        for table, settings in descriptions()["tables"].items():
            first = conn.execute(
                "select distinct i.name from pragma_index_list(?) as l, pragma_index_info(l.name) as i where i.seqno = 0", [table]
            )
            columns = {column for (column,) in first}
            wanted = {*settings.get("facets", ()), settings.get("sort_desc"), settings.get("sort")} - {None}
            assert wanted <= columns, table


async def test_descriptions_are_those_of_the_tables(demo_db: Path) -> None:
    with closing(sqlite3.connect(demo_db)) as conn:
        for table, settings in descriptions()["tables"].items():
            columns = [name for (name,) in conn.execute("select name from pragma_table_info(?)", [table])]
            assert columns, table
            if "columns" in settings:
                assert sorted(settings["columns"]) == sorted(column for column in columns if column != "articles_id"), table


async def test_descriptions_are_shown(demo_db: Path) -> None:
    page = (await get(serve(demo_db), "/demo/quotes")).text
    assert descriptions()["tables"]["quotes"]["description"] in page
    assert descriptions()["tables"]["quotes"]["columns"]["cue_verb"] in page


async def test_descriptions_leave_room_for_the_facets(demo_db: Path) -> None:
    datasette = serve(demo_db)
    (link,) = re.findall(r'href="([^"]*wirefacts\.css[^"]*)"', (await get(datasette, "/demo/quotes")).text)
    assert "max-height" in (await get(datasette, link)).text
    for page in ("/", "/demo", "/-/versions"):
        assert "wirefacts.css" not in (await get(datasette, page)).text


async def test_quotes_come_with_the_newest_first(demo_db: Path) -> None:
    rows = (await get(serve(demo_db), "/demo/quotes.json?_shape=array&_size=max")).json()
    dates = [row["published"] for row in rows]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize(
    ("table", "column", "parent"),
    [
        ("quotes", "document_id", "documents"),
        ("mentions", "entity_id", "entities"),
        ("documents", "articles_id", "articles"),
        ("documents", "source_id", "wirefacts_sources"),
    ],
)
async def test_foreign_keys_have_labels(demo_db: Path, table: str, column: str, parent: str) -> None:
    rows = (await get(serve(demo_db), f"/demo/{table}.json?_shape=array&_labels=on&_size=5")).json()
    labels = descriptions()["tables"].get(parent, {"label_column": "title"})["label_column"]
    with closing(sqlite3.connect(demo_db)) as conn:
        for row in rows:
            wanted = conn.execute(f"select {labels} from {parent} where id = ?", [row[column]["value"]]).fetchone()[0]
            assert row[column]["label"] == wanted


async def test_only_facts_are_listed(demo_db: Path) -> None:
    tables = (await get(serve(demo_db), "/demo.json")).json()["tables"]
    shown = {table["name"] for table in tables if not table["hidden"]}
    facts = {"documents", "twins", "entities", "aliases", "mentions", "roles", "quotes", "figures", "repeats"}
    assert shown == {"articles"} | facts


async def test_saved_queries_answer(demo_db: Path) -> None:
    datasette = serve(demo_db)
    listed = {query["name"] for query in (await get(datasette, "/demo.json")).json()["queries"]}
    assert listed == set(descriptions()["queries"])
    text = "„Wir bauen“, sagte Anna Kern."
    for name in listed:
        rows = (await get(datasette, f"/demo/{name}.json", _shape="array", text=text)).json()
        assert rows, name


async def test_users_metadata_wins(demo_db: Path) -> None:
    own = with_table("quotes", description="Meine Zitate", facets=["medium"], sort="id", columns={"cue": "Wort"})
    page = (await get(serve(demo_db, own), "/demo/quotes")).text
    assert "Meine Zitate" in page
    assert descriptions()["tables"]["quotes"]["description"] not in page
    assert "Wort" in page
    assert descriptions()["tables"]["quotes"]["columns"]["rule"] in page
    assert list(await facets(serve(demo_db, own), "quotes")) == ["medium"]
    rows = (await get(serve(demo_db, own), "/demo/quotes.json?_shape=array")).json()
    assert rows[0]["id"] < rows[1]["id"]


async def test_instance_metadata_names_no_tables(demo_db: Path) -> None:
    datasette = serve(demo_db, {"title": "Meine Seite", "databases": {"demo": {"allow": {"id": "root"}}}})
    answer = await datasette.client.get("/-/metadata.json")
    if answer.status_code == 200:  # 1.0 has no such page
        assert answer.json()["title"] == "Meine Seite"
        assert "articles" not in answer.text
        assert "quotes" not in answer.text


async def test_users_label_wins(demo_db: Path) -> None:
    datasette = serve(demo_db, with_table("entities", label_column="kind"))
    rows = (await get(datasette, "/demo/mentions.json?_shape=array&_labels=on&_size=1")).json()
    assert rows[0]["entity_id"]["label"] in {"person", "place", "organisation"}


async def test_a_label_column_follows_the_title_that_was_named(demo_db: Path, tmp_path: Path) -> None:
    renamed = ("alter table articles rename column title to headline", "update wirefacts_sources set title_column = 'headline'")
    path = copy_of(demo_db, tmp_path, *renamed)
    rows = (await get(serve(path), "/demo/documents.json?_shape=array&_labels=on&_size=1")).json()
    assert rows[0]["articles_id"]["label"] == rows[0]["title"]


async def test_tables_of_the_same_names_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("create table quotes (id integer primary key, price real)")
    datasette = serve(path)
    assert await facets(datasette, "quotes") == {}
    assert (await get(datasette, "/demo.json")).json()["queries"] == []


async def test_a_database_that_is_filled_while_it_is_served(demo_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("create table articles (id integer primary key, body text)")
    datasette = serve(path)
    assert (await get(datasette, "/demo.json")).json()["queries"] == []
    with closing(sqlite3.connect(demo_db)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    assert list(await facets(datasette, "quotes")) == descriptions()["tables"]["quotes"]["facets"]
    assert len((await get(datasette, "/demo.json")).json()["queries"]) == len(descriptions()["queries"])


async def test_the_demos_own_page(demo_db: Path) -> None:
    datasette = serve(demo_db, yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8")))
    assert "The dispatches were written for this demo" in (await get(datasette, "/")).text
    assert list(await facets(datasette, "articles")) == ["agency", "desk"]
    assert descriptions()["tables"]["quotes"]["description"] in (await get(datasette, "/demo/quotes")).text


async def test_the_links_on_the_demos_front_page(demo_db: Path) -> None:
    page = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))["description_html"]
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) > 5
    for link in links:
        await get(serve(demo_db), link)


async def test_metadata_command(demo_db: Path) -> None:
    from click.testing import CliRunner

    from datasette_wirefacts.cli import wirefacts

    run = CliRunner().invoke(wirefacts, ["metadata", str(demo_db)])
    assert run.exit_code == 0, run.output
    tables = yaml.safe_load(run.output)["databases"]["demo"]["tables"]
    assert tables["quotes"] == descriptions()["tables"]["quotes"]
    assert list(await facets(serve(demo_db, yaml.safe_load(run.output)), "quotes")) == tables["quotes"]["facets"]


@pytest.mark.parametrize("journal", ["delete", "wal"])
async def test_a_busy_moment_takes_nothing_away(demo_db: Path, tmp_path: Path, journal: str) -> None:
    path = copy_of(demo_db, tmp_path)
    known = SimpleNamespace(path=str(path), is_mutable=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute(f"pragma journal_mode = {journal}")
        before = database_contents(known)
        assert before
        for change in ("update documents set title = 'x'", "create table more (id integer primary key)"):
            writer.execute("begin exclusive")
            writer.execute(change)
            writer.execute("commit")
            writer.execute("begin exclusive")  # the file has its new date already, and is still locked
            assert database_contents(known)
            writer.execute("rollback")
        assert "more" in database_contents(known).tables


async def test_a_database_that_was_locked_at_first_is_read_later(demo_db: Path, tmp_path: Path) -> None:
    path = copy_of(demo_db, tmp_path)
    known = SimpleNamespace(path=str(path), is_mutable=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("begin exclusive")
        assert not database_contents(known)
        writer.execute("rollback")
    assert database_contents(known)


async def test_facets_survive_a_busy_moment(demo_db: Path, tmp_path: Path) -> None:
    path = copy_of(demo_db, tmp_path)
    datasette = serve(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        await get(datasette, "/")
        os.utime(path)
        writer.execute("begin exclusive")
        database_contents(datasette.databases["demo"])
        writer.execute("rollback")
    assert list(await facets(datasette, "quotes")) == descriptions()["tables"]["quotes"]["facets"]


async def test_metadata_command_says_what_is_wrong(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from datasette_wirefacts import connections
    from datasette_wirefacts.cli import wirefacts

    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    path, no_database = copy_of(demo_db, tmp_path), tmp_path / "text.db"
    no_database.write_text("Es regnet. " * 200, encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("begin exclusive")
        for argument, words in ((path, "is locked"), (tmp_path / "missing.db", "no file"), (no_database, "not an SQLite database")):
            run = CliRunner().invoke(wirefacts, ["metadata", str(argument)])
            assert run.exit_code == 1
            assert words in run.output
            assert "holds no facts" not in run.output


async def test_metadata_command_wants_a_database_of_ours(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from datasette_wirefacts.cli import wirefacts

    path = tmp_path / "other.db"
    sqlite3.connect(path).close()
    for argument in (path, tmp_path / "missing.db"):
        run = CliRunner().invoke(wirefacts, ["metadata", str(argument)])
        assert run.exit_code != 0
        assert str(argument) in run.output
