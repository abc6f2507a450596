"""Extraction from the browser: the form, the preview, the run, and who may."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import FIRST
from site_of import fetch, page, serve
from test_pages_reading import rows

from datasette_wirefacts.pages.extraction import extractions
from datasette_wirefacts.pages.guesses import Guess, guess_columns

pytestmark = pytest.mark.asyncio
FORM = "/wire/-/wirefacts/extract/articles"
START = {"action": "start", "text": "body", "title": "headline", "published": "day", "engine": "fast", "language": "de"}


async def post(datasette: Any, path: str, data: dict[str, str], actor: str | None = "root", token: bool = True) -> Any:
    """Sends the form as a browser does, with its token."""
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": actor}}, "actor")} if actor else {}
    headers = {"Sec-Fetch-Site": "same-origin" if token else "cross-site", "Accept-Language": "en"}
    form = await datasette.client.get(path, cookies=cookies, headers={"Accept-Language": "en"})
    found = re.search(r'name="csrftoken" value="([^"]+)"', form.text)
    if found and token:
        data = data | {"csrftoken": found[1]}
        cookies["ds_csrftoken"] = form.cookies.get("ds_csrftoken", "")
    return await datasette.client.post(path, data=data, cookies=cookies, headers=headers)


async def finished(datasette: Any, wanted: str = "done") -> dict[str, Any]:
    for _ in range(600):
        state: dict[str, Any] = (await fetch(datasette, FORM + ".json", actor="root")).json()
        if not state["active"]:
            assert state["state"] == wanted, state
            return state
        await asyncio.sleep(0.1)
    raise AssertionError(state)


async def test_from_form_to_facts(articles: Path) -> None:
    datasette = serve(articles)
    html = await page(datasette, FORM, actor="root")
    assert '<option value="body" selected>' in html.partition('<select name="text">')[2].partition("</select>")[0]
    answer = await post(datasette, FORM, START)
    assert answer.status_code == 302
    assert answer.headers["location"] == FORM
    state = await finished(datasette)
    assert state["share"] == 1
    assert "Done." in await page(datasette, FORM, actor="root")
    assert rows(articles, "select count(*) from documents")[0][0] == 2
    assert rows(articles, "select engine, language from wirefacts_sources")[0][:] == ("fast", "de")
    assert (await fetch(datasette, "/wire/-/wirefacts/document/1")).status_code == 200


async def test_looking_changes_nothing(articles: Path) -> None:
    datasette = serve(articles)
    before = articles.read_bytes()
    html = await page(datasette, FORM + "?preview=1&text=body&engine=fast&action=start", actor="root")
    assert "The first 3 articles" in html
    for path in (".json", "?action=start&text=body", ""):
        await page(datasette, FORM + path, actor="root")
    assert articles.read_bytes() == before
    assert extractions(datasette) == {}


async def test_the_preview_shows_facts(articles: Path) -> None:
    html = await page(serve(articles), FORM + "?preview=1&text=body&title=headline&engine=fast&language=de", actor="root")
    assert "wf-direct" in html or "wf-indirect" in html


async def test_pause_go_on_and_cancel(articles: Path) -> None:
    with closing(sqlite3.connect(articles)) as conn, conn:
        conn.executemany("insert into articles (headline, body) values ('x', ?)", [(FIRST * 3 + str(n),) for n in range(400)])
    datasette = serve(articles)
    await post(datasette, FORM, START)
    running = extractions(datasette)["wire"]
    while running.done < 3 and running.active:
        await asyncio.sleep(0.01)
    assert (await post(datasette, FORM, START)).status_code == 409
    await post(datasette, FORM, {"action": "pause"})
    state = await finished(datasette, "paused")
    assert 0 < rows(articles, "select count(*) from documents")[0][0] < 402
    assert "Go on" in await page(datasette, FORM, actor="root")
    await post(datasette, FORM, {"action": "resume"})
    while running.state == "starting":
        await asyncio.sleep(0.01)
    await post(datasette, FORM, {"action": "cancel"})
    state = await finished(datasette, "cancelled")
    assert state["words"].startswith("Cancelled")
    assert "Go on" not in await page(datasette, FORM, actor="root")


@pytest.mark.parametrize(
    ("wrong", "words"), [({"text": "nothing"}, "no column"), ({"text": ""}, "no column"), ({"language": "x!"}, "no language tag")]
)
async def test_what_cannot_be_read_is_said(articles: Path, wrong: dict[str, str], words: str) -> None:
    datasette = serve(articles)
    answer = await post(datasette, FORM, START | wrong)
    assert answer.status_code == 400
    assert words in answer.text
    assert extractions(datasette) == {}


async def test_who_may_extract(articles: Path) -> None:
    datasette = serve(articles)
    for actor in (None, "somebody"):
        assert (await fetch(datasette, FORM, actor=actor)).status_code == 403
        assert (await fetch(datasette, FORM + ".json", actor=actor)).status_code == 403
        assert (await post(datasette, FORM, START, actor=actor)).status_code == 403
        assert FORM not in await page(datasette, "/wire/articles", actor=actor)
    assert f'href="{FORM}"' in await page(datasette, "/wire/articles", actor="root")
    assert extractions(datasette) == {}


async def test_who_may_not_see_the_table_may_not_extract_from_it(articles: Path) -> None:
    datasette = serve(articles, tables={"articles": {"allow": {"id": "other"}}})
    assert (await fetch(datasette, FORM, actor="somebody")).status_code == 403


async def test_other_sites_cannot_start_it(articles: Path) -> None:
    datasette = serve(articles)
    assert (await post(datasette, FORM, START, token=False)).status_code == 403
    assert extractions(datasette) == {}


async def test_what_is_no_table_of_articles(demo_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "wire.db"
    shutil.copy(demo_db, path)
    datasette = serve(path)
    for table in ("quotes", "wirefacts_runs", "nothing"):
        assert (await fetch(datasette, f"/wire/-/wirefacts/extract/{table}", actor="root")).status_code in (403, 404), table
    assert (await fetch(serve(path, immutable=True), FORM, actor="root")).status_code == 409


async def test_errors_lead_to_their_rows(articles: Path) -> None:
    with closing(sqlite3.connect(articles)) as conn, conn:
        conn.execute("insert into articles (id, headline, body) values (77, 'x', x'ff00ff')")
    datasette = serve(articles)
    await post(datasette, FORM, START)
    await finished(datasette)
    html = await page(datasette, FORM, actor="root")
    assert '<a href="/wire/articles/77">[77]</a>' in html
    assert "not UTF-8" in html


async def test_guesses() -> None:
    rows_ = [{"id": n, "slug": f"a{n}", "head": f"Der Hafen {n}", "text": "Es regnet. " * 50, "on": "16.10.2024"} for n in range(5)]
    assert guess_columns(rows_) == Guess("text", "head", "on")
    assert guess_columns([]) == Guess(None, None, None)
    assert guess_columns([{"n": 1, "b": b"x", "e": " "}]) == Guess(None, None, None)
