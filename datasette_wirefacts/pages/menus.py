"""Links to our pages in the menus of Datasette's own, for those who may see them."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode

from datasette_wirefacts import _compat_permissions
from datasette_wirefacts.metadata import database_contents
from datasette_wirefacts.pages.frame import SHOWN, our_url
from datasette_wirefacts.pages.wording import wording_for

Links = list[dict[str, str]]


async def database_links(datasette: Any, actor: Any, database: str, request: Any) -> Links:
    """Links for the page of a database."""
    contents = database_contents(datasette.databases[database])
    if not contents or not await _compat_permissions.may_view_all(datasette, actor, database, SHOWN):
        return []
    words = wording_for(request.headers.get("accept-language") if request else None)
    return [
        {"href": our_url(datasette, database), "label": words("menu.overview")},
        {"href": our_url(datasette, database, "figures"), "label": words("menu.figures")},
    ]


async def table_links(datasette: Any, actor: Any, database: str, table: str, request: Any) -> Links:
    """Links for the page of a table or a view: of one of ours to the facts, of any other to the extraction."""
    known = datasette.databases[database]
    if table in database_contents(known).facts:
        return await database_links(datasette, actor, database, request)
    if not known.is_mutable or not known.path or not await _compat_permissions.may_extract(datasette, actor, database, table):
        return []
    words = wording_for(request.headers.get("accept-language") if request else None)
    return [{"href": our_url(datasette, database, "extract", tilde_encode(table)), "label": words("extract.menu")}]
