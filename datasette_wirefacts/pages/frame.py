"""Request -> Page: the database that it asks for, opened for whoever may see it, and what every page needs to render."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.utils import tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Response

from datasette_wirefacts import _compat, _compat_permissions
from datasette_wirefacts.metadata import Contents, database_contents
from datasette_wirefacts.pages.wording import Wording, wording_for

# Who may not see one of these sees no page: each page shows something of most of them.
SHOWN = (
    *("documents", "entities", "quotes", "figures", "mentions", "roles", "aliases", "quote_parts", "repeats", "twins"),
    *("wirefacts_sources", "wirefacts_runs", "wirefacts_errors"),
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that its reader may see."""

    datasette: Any
    request: Any
    database: Any
    contents: Contents
    words: Wording

    async def rows(self, sql: str, values: Any = ()) -> Rows:
        """The rows of a query, as dicts."""
        return [dict(row) for row in (await self.database.execute(sql, values)).rows]

    async def source_rows(self, sql: str, values: Any = ()) -> Rows:
        """The same of the user's own table; none where it is gone, or a view that no longer fits."""
        try:
            return await self.rows(sql, values)
        except sqlite3.OperationalError:
            return []

    async def row(self, sql: str, values: Any = ()) -> dict[str, Any]:
        """The only row of a query. Raises NotFound where there is none."""
        found = await self.rows(sql, values)
        if not found:
            raise NotFound(self.words("no_such_page"))
        return found[0]

    @property
    def id(self) -> int:
        """The number in the address. Raises NotFound on one that no row can have."""
        id = int(self.request.url_vars["id"])
        if id >= 2**63:
            raise NotFound(self.words("no_such_page"))
        return id

    def url(self, *parts: Any, **query: Any) -> str:
        """The address of a page of ours: ``url("document", 7)``."""
        return our_url(self.datasette, self.database.name, *parts, **query)

    def table_url(self, table: str, **query: Any) -> str:
        """The address of Datasette's page of a table, with filters."""
        return with_query(self.datasette.urls.table(self.database.name, table), query)

    def row_url(self, table: str, id: int) -> str:
        """The address of Datasette's page of a row of ours."""
        return str(self.datasette.urls.row(self.database.name, table, str(id)))

    def absolute(self, url: str) -> str:
        """An address with the host in front."""
        return str(self.datasette.absolute_url(self.request, url))

    async def html(self, template: str, status: int = 200, **context: Any) -> Response:
        """The page as a template shows it."""
        static = self.datasette.urls.static_plugins
        common = {
            "t": self.words,
            "page": self,
            "database": self.database.name,
            "style_sheet": static("datasette_wirefacts", "wirefacts.css"),
            "script": static("datasette_wirefacts", "pages.js"),
        }
        html = await self.datasette.render_template(template, common | context, request=self.request)
        # The pages differ by language: a cache in between must know.
        headers = {"Vary": "Accept-Language, Cookie", "Content-Language": self.words.language}
        return Response.html(_compat.in_language(html, self.words.language), status=status, headers=headers)


View = Callable[[Page], Awaitable[Response]]


def our_url(datasette: Any, database: str, *parts: Any, **query: Any) -> str:
    """The address of a page of ours."""
    path = "/".join([str(datasette.urls.database(database)), "-", "wirefacts", *map(str, parts)])
    return with_query(path, query)


def with_query(path: Any, query: dict[str, Any]) -> str:
    """A path with those parameters that have a value.

    >>> with_query("/demo/quotes", {"kind": "direct", "cue": None})
    '/demo/quotes?kind=direct'
    """
    filled = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(filled)}" if filled else str(path)


def shown(view: View) -> Callable[[Any, Any], Awaitable[Response]]:
    """A view as Datasette calls it: for readers, of a database that we filled, who may see all that pages show."""

    async def respond(datasette: Any, request: Any) -> Response:
        words = wording_for(request.headers.get("accept-language"))
        if request.method not in ("GET", "HEAD"):
            return Response.text(words("only_get"), status=405)
        database = find_database(datasette, request, words)
        contents = database_contents(database)
        if not contents:
            raise NotFound(words("no_such_page"))
        if not await _compat_permissions.may_view_all(datasette, request.actor, database.name, SHOWN):
            raise Forbidden(words("forbidden"))
        return await view(Page(datasette, request, database, contents, words))

    return respond


def find_database(datasette: Any, request: Any, words: Wording) -> Any:
    """The database in the address. Raises NotFound where there is none."""
    try:
        return datasette.get_database(route=tilde_decode(request.url_vars["database"]))
    except KeyError:
        raise NotFound(words("no_such_page")) from None


def json_response(value: Any) -> Response:
    """A value as Datasette answers JSON."""
    return Response(json.dumps(value, ensure_ascii=False, default=str), content_type="application/json; charset=utf-8")
