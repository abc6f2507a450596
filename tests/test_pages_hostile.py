"""Texts, names, tables and columns full of markup are text on every page and in every cell; no page asks or reads too much."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils import tilde_encode
from site_of import fetch, local, page, serve
from test_pages_reading import Elements

from datasette_wirefacts.connections import connect
from datasette_wirefacts.jobs import extract_source
from datasette_wirefacts.sources import find_source

pytestmark = pytest.mark.asyncio
EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>&lt;{{ 7 * 7 }}"
TABLE, TEXT, TITLE, DAY = (f"{name} <b id='evil'>\"x\"" for name in ("table", "text", "title", "day"))
BODY = (
    "KIEL, 3. März (<u>dpa</u>) - "
    "„<b onclick='x'>Wir bauen</b> 7 Häfen für 12,5 Millionen Euro“, sagte Ministerin Anna Kern am Montag. "
    f"Sie nannte {EVIL} als Grund.\n\n„</p></span></style><script>alert(3)</script> 30 Prozent sind zu wenig“, sagte Anna Kern."
)
MOST_QUERIES = 15


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles that try it, and facts that hold nothing but markup."""
    path = tmp_path_factory.mktemp("hostile") / "demo.db"
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in (TABLE, TEXT, TITLE, DAY)]
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(f"create table {quoted[0]} (id integer primary key, {', '.join(quoted[1:])})")
        rows = [(1, BODY, EVIL, "2024-03-04"), (2, BODY.replace("Kern", "Kern <i>"), EVIL, EVIL)]
        conn.executemany(f"insert into {quoted[0]} values (?, ?, ?, ?)", rows)
    with closing(connect(path)) as conn:
        extract_source(conn, find_source(conn, TABLE, text=TEXT, title=TITLE, published=DAY))
        conn.execute("update entities set name = name || ?, country = ?, code = ?, qualifier = ?", [EVIL] * 4)
        conn.execute("insert into aliases (entity_id, alias, kind) select id, ?, ? from entities", [EVIL, EVIL])
        conn.execute(
            "insert into roles (document_id, person_id, role, start, \"end\", rule) select 1, id, ?, 5, 9, 'x' from entities",
            [EVIL],
        )
        conn.execute(
            "update quotes set speaker = ?, speaker_role = ?, cue = ?, kind = iif(id = 2, ?, kind), language = ?", [EVIL] * 5
        )
        conn.execute("update figures set measured = ?, counted = ?, period = ?, unit = ?, comparator = ?, kind = ?", [EVIL] * 6)
        conn.execute("update figures set unit = 'EUR', kind = 'money' where id = 2")
        conn.execute("update documents set language = ? where id = 2", [EVIL])
        conn.execute("insert or replace into twins (document_id, original_id, similarity, kind) values (2, 1, 1, ?)", [EVIL])
        conn.execute(
            "insert into wirefacts_errors (run_id, source_id, source_pk, extractor, message, happened_at)"
            " values (1, 1, '[1]', ?, ?, ?)",
            [EVIL] * 3,
        )
    return path


class Harmless(HTMLParser):
    """Fails on any element or attribute that no template of ours or Datasette's writes."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attributes}
        assert not {name for name in names if name.startswith("on")}, (tag, attributes)
        assert dict(attributes).get("id") != "evil"
        assert tag not in {"img", "b", "u", "i"}, attributes
        self.in_script = tag == "script"

    def handle_data(self, data: str) -> None:
        if getattr(self, "in_script", False):
            assert "alert(" not in data
            self.in_script = False


PAGES = [
    *("", "/document/1", "/document/2", "/entity/1", "/entity/2", "/figures", "/figures?unit=EUR"),
    f"/figures?unit={EVIL}&about={EVIL}&kind={EVIL}&from={EVIL}&to={EVIL}&claimed_by={EVIL}",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
async def test_markup_is_text_on_our_pages(hostile: Path, path: str, language: str) -> None:
    html = await page(serve(hostile), "/demo/-/wirefacts" + path.replace("<", "%3C").replace("&lt;", ""), language=language)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "{{ 7" in html or "49" not in html
    Harmless().feed(html)


@pytest.mark.parametrize("table", ["documents", "quotes", "figures", "mentions", "roles", "entities", "aliases", "quote_parts"])
async def test_markup_is_text_in_cells(hostile: Path, table: str) -> None:
    for path in (f"/demo/{table}?_size=max", f"/demo/{table}/1"):
        html = await page(serve(hostile), path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b id=" not in html


async def test_facets_hold_no_markup(hostile: Path) -> None:
    datasette = serve(hostile)
    for path in (
        "documents?_facet_m2m=mentions.entity_id",
        "figures?_facet_range=amount",
        f"documents?_m2m=mentions.entity_id:{EVIL}",
    ):
        html = await page(datasette, "/demo/" + path.replace("<", "%3C").replace("&lt;", ""))
        assert "<script>alert" not in html
        assert "<img src=x" not in html


@pytest.mark.parametrize("query", ["", "?preview=1", f"?preview=1&language={EVIL}&text={EVIL}&engine={EVIL}"])
async def test_markup_is_text_in_the_form(hostile: Path, query: str) -> None:
    path = "/demo/-/wirefacts/extract/" + tilde_encode(TABLE) + query.replace("<", "%3C").replace("&lt;", "")
    html = await page(serve(hostile), path, actor="root")
    assert "<script>alert" not in html
    Harmless().feed(html)


class Counting:
    """A plugin that counts the statements that are executed on a database."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.__name__ = "counting"

    @hookimpl(trylast=True)
    def prepare_connection(self, conn: Any, database: str) -> None:
        if database == "demo":
            conn.set_trace_callback(self.statements.append)


@pytest.mark.parametrize(
    "path", ["", "/document/1", "/document/7", "/entity/1", "/entity/4", "/figures", "/figures?unit=EUR", "/quotes/1"]
)
async def test_pages_ask_little(demo_db: Path, path: str) -> None:
    counting = Counting()
    pm.register(counting, name="counting")
    try:
        datasette = serve(demo_db)
        await fetch(datasette, "/-/versions.json")
        counting.statements.clear()
        answer = await fetch(datasette, "/demo/-/wirefacts" + path)
    finally:
        pm.unregister(name="counting")
    assert answer.status_code in (200, 302)
    # Datasette itself looks up in the schema how the tables are called that somebody may see.
    asked = [sql for sql in counting.statements if not re.search(r"(?i)^\s*(pragma|--)|from sqlite_master", sql)]
    assert 0 < len(asked) <= MOST_QUERIES, asked


@pytest.mark.parametrize("line", [1, 40, 10**6])  # facts on each line of the text
async def test_texts_thick_with_facts_have_several_pages(demo_db: Path, tmp_path: Path, line: int) -> None:
    path, document = tmp_path / "demo.db", "/demo/-/wirefacts/document/1"
    shutil.copy(demo_db, path)
    texts = [f"{number} Euro" for number in range(1, 1301)]
    body = "".join(text + ("\n" if number % line == 0 else " ") for number, text in enumerate(texts, 1))
    with closing(sqlite3.connect(path)) as conn, conn:
        for table in ("quotes", "figures", "mentions", "roles", "repeats"):
            conn.execute(f"delete from {table} where document_id = 1")
        conn.execute("update articles set body = ? where id = 1", [body])
        conn.execute("update documents set characters = ? where id = 1", [len(body)])
        places = [(number, text, body.index(text)) for number, text in enumerate(texts, 10_000)]
        conn.executemany(
            "insert into figures (id, document_id, figure, kind, start, \"end\", rule) values (?, 1, ?, 'money', ?, ?, 'x')",
            [(id, text, start, start + len(text)) for id, text, start in places],
        )
    datasette = serve(path)
    shown: list[str] = []
    link = document
    while link:
        found = Elements(await page(datasette, link))
        here = [id for id in found.ids if id.startswith("figure-1")]
        assert 0 < len(here) <= 501
        shown += here
        link = next((link for link in found.links if "from=" in link), "")
    assert list(dict.fromkeys(shown)) == [f"figure-{id}" for id, _, _ in places]
    for id in range(10_000, 11_300, 99):
        answer = await fetch(datasette, f"/demo/-/wirefacts/figures/{id}")
        assert f"figure-{id}" in Elements(await page(datasette, local(answer.headers["location"]))).ids
    assert len((await fetch(datasette, document + ".json")).json()["figures"]) == 1300
