"""The reading view: each fact is marked where it stands, whatever it overlaps with, and what is in a text stays text."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from site_of import ROOT_ONLY, fetch, local, page, serve

from datasette_wirefacts.pages.reading import Mark, block_at, blocks, fill
from datasette_wirefacts.pages.wording import LANGUAGES, read_wording

DOCUMENT = "/demo/-/wirefacts/document/{}"


class Elements(HTMLParser):
    """The ids of a page, the links, and the text by class; fails on elements that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: dict[str, str] = {}
        self.open: list[tuple[str, list[str]]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if found.get("href") else []
        if tag not in {"meta", "link", "input", "br", "hr", "img", "path"}:
            self.open.append((tag, (found.get("class") or "").split()))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"path"}:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for name in {name for tag, names in self.open for name in names}:
            self.texts[name] = self.texts.get(name, "") + data


def rows(path: Path, sql: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        return conn.execute(sql, values).fetchall()


def test_overlapping_and_nested_marks() -> None:
    text = "Er sagte, acht Euro seien zu viel."
    found = blocks(text, [])
    marks = [Mark(10, 33, "q1", "indirect", "quote-1"), Mark(10, 19, "f1", "figure", "figure-1"), Mark(3, 14, "x", "cue", "x")]
    fill(text, found, marks)
    (block,) = found
    assert "".join(segment.text for segment in block.segments) == text
    by_text = {segment.text: segment.classes for segment in block.segments}
    assert by_text["acht"] == "x wf-cue q1 wf-indirect f1 wf-figure"
    assert by_text[" seien zu viel"] == "q1 wf-indirect"
    assert [segment.anchors for segment in block.segments if segment.anchors] == [("x",), ("quote-1", "figure-1")]


def test_marks_that_begin_between_paragraphs_or_end_behind_the_text() -> None:
    text = "Eins.\n\nZwei."
    found = blocks(text, [])
    fill(text, found, [Mark(5, 99, "q1", "direct", "quote-1"), Mark(50, 60, "q2", "direct", "quote-2"), Mark(3, 3, "q3", "direct")])
    assert [[segment.classes for segment in block.segments] for block in found] == [[""], ["q1 wf-direct"]]
    assert found[1].segments[0].anchors == ("quote-1",)
    assert block_at(found, 6) is found[0]
    assert block_at(found, 7) is found[1]
    assert block_at([], 0) is None


def test_repeats_that_overlap_are_folded_once() -> None:
    found = blocks("abcdefgh\nijkl", [(2, 6), (4, 10), (4, 5)])
    assert [(block.start, block.end, block.repeat) for block in found] == [
        (0, 2, False),
        (2, 6, True),
        (6, 8, True),
        (9, 10, True),
        (10, 13, False),
    ]


def test_both_languages_say_the_same_things() -> None:
    def keys(value: Any, path: str = "") -> set[str]:
        if not isinstance(value, dict):
            return {path + "".join(sorted(re.findall(r"\{\w+\}", str(value))))}
        return set().union(*(keys(item, f"{path}.{key}") for key, item in value.items()))

    english, german = (keys(read_wording(language).words) for language in LANGUAGES)
    assert english == german


@pytest.mark.asyncio
async def test_every_fact_of_every_document_is_marked(demo_db: Path) -> None:
    datasette = serve(demo_db)
    for id, body in rows(demo_db, "select documents.id, body from documents join articles on articles.id = articles_id"):
        found = Elements(await page(datasette, DOCUMENT.format(id)))
        assert len(found.ids) == len(set(found.ids))
        for table, name, surface in (
            ("quotes", "quote", None),
            ("figures", "figure", "figure"),
            ("mentions", "mention", "mention"),
        ):
            for row in rows(demo_db, f"select * from {table} where document_id = ?", id):
                assert f"{name}-{row['id']}" in found.ids
                if surface:
                    short = f"{table[0]}{row['id']}"
                    assert found.texts[short].startswith(row[surface]), (id, row[surface])
        shown = "".join(found.texts["wf-text"].split())
        assert all("".join(line.split())[:30] in shown for line in body.splitlines())


@pytest.mark.asyncio
async def test_a_repeated_passage_is_folded(demo_db: Path) -> None:
    ((id,),) = rows(demo_db, "select document_id from repeats limit 1")
    found = Elements(await page(serve(demo_db), DOCUMENT.format(id)))
    assert "Repeated passage" in found.texts["wf-repeat"]


@pytest.mark.asyncio
async def test_links_of_the_reading_view_lead_somewhere(demo_db: Path) -> None:
    datasette = serve(demo_db)
    found = Elements(await page(datasette, DOCUMENT.format(1)))
    for link in sorted({local(link) for link in found.links if link.startswith(("/demo", "http"))}):
        assert (await fetch(datasette, link)).status_code == 200, link
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


@pytest.mark.asyncio
async def test_facts_have_addresses_of_their_own(demo_db: Path) -> None:
    datasette = serve(demo_db)
    for table, name in (("quotes", "quote"), ("figures", "figure"), ("mentions", "mention"), ("roles", "role")):
        ((id, document),) = rows(demo_db, f"select id, document_id from {table} order by id desc limit 1")
        answer = await fetch(datasette, f"/demo/-/wirefacts/{table}/{id}")
        assert answer.status_code == 302
        assert answer.headers["location"] == f"{DOCUMENT.format(document)}#{name}-{id}"


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["document/0", "document/99999999", f"document/{10**30}", "quotes/0"])
async def test_what_is_not_there(demo_db: Path, path: str) -> None:
    assert (await fetch(serve(demo_db), f"/demo/-/wirefacts/{path}")).status_code == 404


@pytest.mark.asyncio
async def test_databases_without_facts_have_no_pages(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "demo.db").close()
    datasette = serve(tmp_path / "demo.db")
    assert (await fetch(datasette, DOCUMENT.format(1))).status_code == 404
    assert (await fetch(datasette, "/other/-/wirefacts/document/1")).status_code == 404


@pytest.mark.asyncio
async def test_json_of_a_document(demo_db: Path) -> None:
    answer = await fetch(serve(demo_db), DOCUMENT.format(1) + ".json")
    found = answer.json()
    assert answer.headers["content-type"].startswith("application/json")
    for figure in found["figures"]:
        assert found["text"][figure["start"] : figure["end"]] == figure["figure"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update articles set body = 'Neu: ' || body where id = 1", "has changed since"),
        ("update articles set body = replace(body, 'Vosskamp', 'Kossvamp') where id = 1", "has changed since"),
        ("update articles set body = '' where id = 1", "has changed since"),
        ("update articles set body = null where id = 1", "no longer in its table"),
        ("delete from articles where id = 1", "no longer in its table"),
    ],
)
async def test_articles_that_are_no_longer_what_they_were(demo_db: Path, tmp_path: Path, change: str, words: str) -> None:
    path = tmp_path / "demo.db"
    shutil.copy(demo_db, path)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(change)
    html = await page(serve(path), DOCUMENT.format(1))
    assert words in html
    assert 'id="quote-' not in html
    assert ("Kossvamp" in html) == ("Kossvamp" in change)


@pytest.mark.asyncio
async def test_long_texts_have_several_pages(demo_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    shutil.copy(demo_db, path)
    with closing(sqlite3.connect(path)) as conn, conn:
        (body,) = conn.execute("select body from articles where id = 1").fetchone()
        before = "Es regnet. " * 10_000 + "\n\n"
        conn.execute("update articles set body = ? where id = 1", [before + body])
        conn.execute("update documents set characters = ? where id = 1", [len(before + body)])
        for table, columns in (
            *((table, ("start", "end")) for table in ("quotes", "figures", "mentions", "roles")),
            ("quote_parts", ("start", "end", "outer_start", "outer_end")),
        ):
            shifted = ", ".join(f'"{column}" = "{column}" + {len(before)}' for column in columns)
            of = "quote_id in (select id from quotes where document_id = 1)" if table == "quote_parts" else "document_id = 1"
            conn.execute(f"update {table} set {shifted} where {of}")
        ((quote,),) = conn.execute("select min(id) from quotes where document_id = 1").fetchall()
    datasette = serve(path)
    first = Elements(await page(datasette, DOCUMENT.format(1)))
    assert len(first.texts["wf-text"]) < 70_000
    (going_on,) = [link for link in first.links if "from=" in link]
    assert f"quote-{quote}" in Elements(await page(datasette, going_on)).ids
    answer = await fetch(datasette, f"/demo/-/wirefacts/quotes/{quote}")
    assert f"quote-{quote}" in Elements(await page(datasette, local(answer.headers["location"]))).ids
    for start in ("x", "-5", "9" * 11, "9" * 40):
        await page(datasette, DOCUMENT.format(1) + f"?from={start}")


@pytest.mark.asyncio
async def test_pages_of_an_immutable_file(demo_db: Path) -> None:
    await page(serve(demo_db, immutable=True), DOCUMENT.format(1))


@pytest.mark.asyncio
async def test_the_readers_language(demo_db: Path) -> None:
    datasette = serve(demo_db)
    german = await page(datasette, DOCUMENT.format(1), language="de-AT,de;q=0.9,en;q=0.5")
    assert '<html lang="de">' in german
    assert "14. Februar 2024" in german
    english = await page(datasette, DOCUMENT.format(1), language="fr")
    assert '<html lang="en">' in english
    assert "14 February 2024" in english


@pytest.mark.asyncio
@pytest.mark.parametrize("private", ["articles", "quotes", "entities"])
async def test_who_may_not_see_a_table_sees_no_page_with_it(demo_db: Path, private: str) -> None:
    datasette = serve(demo_db, tables={private: ROOT_ONLY, **({"documents": {"allow": True}} if private == "articles" else {})})
    for path in (DOCUMENT.format(1), DOCUMENT.format(1) + ".json", "/demo/-/wirefacts/figures/1"):
        assert (await fetch(datasette, path)).status_code == 403, path
        assert (await fetch(datasette, path, actor="root")).status_code in (200, 302), path


@pytest.mark.asyncio
async def test_cells_lead_into_the_text(demo_db: Path) -> None:
    datasette = serve(demo_db)
    for table, name in (("quotes", "quote"), ("figures", "figure"), ("mentions", "mention"), ("roles", "role")):
        for path in (f"/demo/{table}?_size=3", f"/demo/{table}/1", f"/demo/{table}?_size=3&_col={name}"):
            links = [link for link in Elements(await page(datasette, path)).links if "/-/wirefacts/" in link]
            assert [link for link in links if f"#{name}-" in link or f"/wirefacts/{table}/" in link], path
    assert "/-/wirefacts/document/1" in await page(datasette, "/demo/documents/1")
    assert "/-/wirefacts/entity/1" in await page(datasette, "/demo/entities/1")


@pytest.mark.asyncio
async def test_cells_say_what_they_mean(demo_db: Path) -> None:
    html = await page(serve(demo_db), "/demo/figures?_size=max&kind=money")
    assert "> 95\u202f000\u202f000 EUR".replace(">", "&gt;") in html
    html = await page(serve(demo_db), "/demo/quotes?kind=direct")
    assert "„" in html
    assert '<time class="wf-date" datetime="' in html


@pytest.mark.asyncio
async def test_other_tables_are_drawn_by_datasette(demo_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("create table quotes (id integer primary key, quote text)")
        conn.execute("insert into quotes values (1, 'Ja')")
    assert "/-/wirefacts" not in await page(serve(path), "/demo/quotes")
