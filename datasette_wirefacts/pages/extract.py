"""The page "Extract facts" of a table: a form with guessed columns, a preview of three articles, and the run with its progress."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import Forbidden, NotFound, Response

from datasette_wirefacts import _compat_permissions
from datasette_wirefacts.errors import WirefactsError
from datasette_wirefacts.languages import language_tag
from datasette_wirefacts.metadata import database_contents
from datasette_wirefacts.pages.articles import article_url
from datasette_wirefacts.pages.extraction import Extraction, begin, check_source, extractions
from datasette_wirefacts.pages.frame import Page, Rows, find_database, json_response
from datasette_wirefacts.pages.guesses import guess_columns
from datasette_wirefacts.pages.wording import wording_for
from datasette_wirefacts.sources import quoted

LOOKED_AT = 20  # rows to guess from
PREVIEWED = 3
PREVIEWED_CHARACTERS = 20_000
ENGINES = ("full", "fast")


ERRORS = """
    SELECT e.*, s.source_table, s.key_columns FROM wirefacts_errors AS e JOIN wirefacts_sources AS s ON s.id = e.source_id
    WHERE s.source_table = ? ORDER BY e.id DESC LIMIT 20
"""


async def extract(datasette: Any, request: Any) -> Response:
    """The page; POST starts, pauses, resumes or cancels."""
    words = wording_for(request.headers.get("accept-language"))
    database = find_database(datasette, request, words)
    table = tilde_decode(request.url_vars["table"])
    page = Page(datasette, request, database, database_contents(database), words)
    if not await _compat_permissions.may_extract(datasette, request.actor, database.name, table):
        raise Forbidden(words("extract.forbidden"))
    if table not in [*await database.table_names(), *await database.view_names()] or table in page.contents.facts:
        raise NotFound(words("no_such_page"))
    if not database.is_mutable or not database.path:
        return Response.text(words("extract.immutable"), status=409)
    running = extractions(datasette).get(database.name)
    if request.method == "POST":
        return await _act(page, table, running)
    if request.url_vars.get("json"):
        return json_response(_state(page, running) if running and running.table == table else {"state": "none"})
    return await _form(page, table, running)


async def _act(page: Page, table: str, running: Extraction | None) -> Response:
    asked = await page.request.post_vars()
    action = asked.get("action")
    if action == "preview":
        return await _form(page, table, running, asked, preview=True)
    if action == "start":
        if running and running.active:
            return await _form(page, table, running, error=page.words("extract.busy", table=running.table), status=409)
        settings = _settings(asked)
        try:
            language_tag(settings["language"]) if settings.get("language") else None
            await asyncio.to_thread(check_source, Path(page.database.path), table, settings)
        except WirefactsError as error:
            return await _form(page, table, running, asked, str(error), status=400)
        begin(page.datasette, page.database, table, settings)
    elif running and running.table == table:
        if action == "resume" and running.state in ("paused", "failed"):
            running.start()
        elif action in ("pause", "cancel"):
            running.end("paused" if action == "pause" else "cancelled")
    return Response.redirect(page.url("extract", tilde_encode(table)))


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    """What the form says, as ``find_source`` takes it."""
    settings: dict[str, Any] = {name: asked.get(name) or None for name in ("text", "title", "published", "language")}
    settings["text"] = settings["text"] or ""
    settings["language"] = (settings["language"] or "").strip() or None
    return settings | {"engine": asked["engine"] if asked.get("engine") in ENGINES else ENGINES[0]}


async def _form(
    page: Page,
    table: str,
    running: Extraction | None,
    asked: Any = None,
    error: str | None = None,
    status: int = 200,
    preview: bool = False,
) -> Response:
    rows = await page.source_rows(f"SELECT * FROM {quoted(table)} LIMIT {LOOKED_AT}")
    guess = guess_columns(rows)
    asked = asked or page.request.args
    chosen = {name: asked.get(name) or getattr(guess, name) for name in ("text", "title", "published")}
    if asked.get("text"):  # the form was sent: an empty field is meant
        chosen = {name: asked.get(name) or None for name in chosen}
    chosen |= {"language": asked.get("language") or "", "engine": asked.get("engine") or ENGINES[0]}
    previewed = None
    if preview or (page.request.args.get("preview") and not error):
        try:
            previewed = await asyncio.to_thread(_preview, rows[:PREVIEWED], chosen)
        except WirefactsError as problem:
            error = str(problem)
    return await page.html(
        "wirefacts_extract.html",
        status=status,
        table=table,
        columns=list(rows[0]) if rows else await page.database.table_columns(table),
        chosen=chosen,
        engines=ENGINES,
        preview=previewed,
        error=error,
        running=_state(page, running) if running else None,
        errors=await _errors(page, table),
        here=bool(running and running.table == table),
        action=page.url("extract", tilde_encode(table)),
    )


async def _errors(page: Page, table: str) -> Rows:
    """The last errors in articles of the table, with the addresses of their rows."""
    if "wirefacts_errors" not in page.contents.tables:
        return []
    found = await page.rows(ERRORS, [table])
    return [row | {"url": article_url(page, row) if row["source_pk"] else None} for row in found]


def _preview(rows: Rows, chosen: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts of some articles. Raises InputError on a language that is none."""
    from datasette_wirefacts.pipeline import make_pipeline
    from datasette_wirefacts.rows import facts_json

    pipeline = make_pipeline(chosen["engine"] if chosen["engine"] in ENGINES else ENGINES[0])
    found = []
    for row in rows:
        text = str(row.get(chosen["text"]) or "")[:PREVIEWED_CHARACTERS]
        title = row.get(chosen["title"]) if chosen["title"] else None
        facts = facts_json(pipeline.extract(text, language=chosen["language"].strip() or None, title=str(title) if title else None))
        found.append({"title": title, "text": text, "facts": facts})
    return found


def _state(page: Page, running: Extraction) -> dict[str, Any]:
    """What the page says of a run, in words and numbers."""
    total = max(running.total, running.done, 1)
    share = 1.0 if running.state == "done" else running.done / total
    return {
        "state": running.state,
        "active": running.active,
        "table": running.table,
        "done": running.done,
        "total": running.total,
        "share": share,
        "errors": running.errors,
        "words": page.words(f"extract.state.{running.state}"),
        "numbers": page.words("extract.numbers", n=running.total, done=page.words.number(running.done)),
        "message": running.message,
    }
