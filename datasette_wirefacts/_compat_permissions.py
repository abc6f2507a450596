"""How Datasette 0.65 and 1.0 ask for permissions, and are asked.

0.65 asks whether an actor may see one table or query (`permission_allowed`), 1.0 for all that he may not see
(`permission_resources_sql`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from datasette.utils import actor_matches_allow

from datasette_wirefacts._compat import configuration, wants_to_be_told
from datasette_wirefacts.metadata import Contents, database_contents, saved_queries
from datasette_wirefacts.permissions import needed_for_query, needed_for_table, tables_read

EXTRACT = "wirefacts-extract"  # the permission
# Set while we ask Datasette who may see a source: it asks us in return, and then we have nothing to say.
asking_for_sources: ContextVar[bool] = ContextVar("asking_for_sources", default=False)


async def asked_permission(datasette: Any, actor: Any, action: str, resource: Any) -> bool | None:
    """What `permission_allowed` answers (0.65): False where a table behind ours is hidden, True to who may extract."""
    if action == EXTRACT:
        return _is_granted(datasette, actor, resource) or None
    needed: Iterable[str] = ()
    if action == "view-table":
        database, table = resource
        known = datasette.databases.get(database)
        needed = needed_for_table(database_contents(known), table) if known else ()
    elif action == "view-query":
        database, name = resource
        query = await datasette.get_canned_query(database, name, actor)
        needed = needed_for_query(name, query["sql"]) if query else ()
    for table in needed:
        if not await _may_view(datasette, actor, database, table):
            return False
    return None


async def denied(datasette: Any, actor: Any, action: str) -> Any:
    """What `permission_resources_sql` answers (1.0): our tables and queries that the actor may not see; where he may extract."""
    if action == EXTRACT:
        return _granted(datasette, actor)
    if action not in ("view-table", "view-query") or asking_for_sources.get():
        return None
    hidden = _hidden_tables if action == "view-table" else _hidden_queries
    found: list[tuple[str, str | None]] = [
        (name, child)
        for name, database in list(datasette.databases.items())
        for child in await hidden(datasette, actor, name, database_contents(database))
    ]
    return _rules(found, allow=0, reason="made from a table that is hidden") if found else None


def _rules(found: list[tuple[str, str | None]], allow: int, reason: str) -> Any:
    from datasette.permissions import PermissionSQL

    return PermissionSQL(
        sql="""
            SELECT json_extract(value, '$[0]') AS parent, json_extract(value, '$[1]') AS child, :wirefacts_allow AS allow,
                :wirefacts_reason AS reason
            FROM json_each(:wirefacts_found)
        """,
        params={"wirefacts_found": json.dumps(found), "wirefacts_allow": allow, "wirefacts_reason": reason},
    )


def _granted(datasette: Any, actor: Any) -> Any:
    found: list[tuple[str, str | None]] = [(name, None) for name in datasette.databases if _is_granted(datasette, actor, name)]
    return _rules(found, allow=1, reason="allow_extract of datasette-wirefacts") if found else None


def _is_granted(datasette: Any, actor: Any, database: str) -> bool:
    """Whether the plugin's configuration lets the actor extract; if it says nothing, root may."""
    return bool(actor_matches_allow(actor, configuration(datasette, database).get("allow_extract", {"id": "root"})))


async def may_extract(datasette: Any, actor: Any, database: str, table: str) -> bool:
    """Whether the actor may extract facts from a table: he must see it too."""
    if not await _may_view(datasette, actor, database, table):
        return False
    if wants_to_be_told(datasette):
        from datasette.resources import DatabaseResource

        return bool(await datasette.allowed(action=EXTRACT, resource=DatabaseResource(database), actor=actor))
    return bool(await datasette.permission_allowed(actor, EXTRACT, resource=database, default=False))


def actions() -> list[Any]:
    """What `register_actions` answers (1.0)."""
    from datasette.permissions import Action
    from datasette.resources import DatabaseResource

    return [Action(name=EXTRACT, description="Extract facts from tables", resource_class=DatabaseResource)]


async def _hidden_tables(datasette: Any, actor: Any, database: str, contents: Contents) -> list[str]:
    token = asking_for_sources.set(True)
    try:
        seen = {source.table: await _may_view(datasette, actor, database, source.table) for source in contents.sources}
    finally:
        asking_for_sources.reset(token)
    return [table for table in contents.facts if not all(seen[source] for source in needed_for_table(contents, table))]


async def _hidden_queries(datasette: Any, actor: Any, database: str, contents: Contents) -> list[str]:
    if not contents:
        return []
    queries = {name: query["sql"] for name, query in saved_queries().items()}
    tables = frozenset[str]().union(*map(tables_read, queries.values()))
    unseen = {table for table in tables if not await _may_view(datasette, actor, database, table)}
    hidden = []
    for name, sql in queries.items():
        if tables_read(sql) & unseen:
            known = await datasette.get_query(database, name)
            if known and needed_for_query(name, known.sql):
                hidden.append(name)
    return hidden


async def _may_view(datasette: Any, actor: Any, database: str, table: str) -> bool:
    if wants_to_be_told(datasette):
        from datasette.resources import TableResource

        return bool(await datasette.allowed(action="view-table", resource=TableResource(database, table), actor=actor))
    from datasette.utils.asgi import Forbidden

    try:
        await datasette.ensure_permissions(actor, [("view-table", (database, table)), ("view-database", database), "view-instance"])
    except Forbidden:
        return False
    return True


async def may_view_all(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> bool:
    """Whether the actor may see all of the tables."""
    for table in tables:
        if not await _may_view(datasette, actor, database, table):
            return False
    return True
