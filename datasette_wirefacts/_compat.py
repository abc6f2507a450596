"""Everything in which Datasette 0.65 and 1.0 differ.

0.65 asks for metadata and queries at every request (`get_metadata`, `canned_queries`); 1.0 wants to be told, at its start and
again when a database file has changed. What the user has written himself wins on both. Permissions: ``_compat_permissions``.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from datasette_wirefacts.metadata import Contents, Settings, database_contents, saved_queries, table_settings

T = TypeVar("T")
SORTS = {"sort", "sort_desc"}


def is_internal(database: str) -> bool:
    """True for Datasette's own database: 0.65 prepares its connections too, 1.0 does not."""
    return database == "_internal"


def is_write_connection() -> bool:
    """True where a connection is being prepared for writes: on both versions a thread of its own makes it."""
    return "_execute_writes" in threading.current_thread().name


def configuration(datasette: Any, database: str) -> Any:
    """The plugin's configuration for a database: its own, or else the general one.

    1.0 forgets the general one as soon as a database has any configuration, which we give it ourselves.
    """
    own = datasette.plugin_config("datasette-wirefacts", database=database)
    return own or datasette.plugin_config("datasette-wirefacts") or {}


def wants_to_be_told(datasette: Any) -> bool:
    """True for 1.0, which does not ask."""
    return hasattr(datasette, "set_resource_metadata")


def asked_metadata(datasette: Any, key: str | None, database: str | None, table: str | None) -> dict[str, Any]:
    """What `get_metadata` answers (0.65); Datasette itself lays the user's metadata over it.

    Nothing without a key and a database: so asks /-/metadata.json, which anybody may read, whatever tables are private.
    """
    if key is None and database is None:
        return {}
    found = {}
    for name, known in datasette.databases.items():
        if database in (None, name):
            settings = table_settings(database_contents(known))
            _drop_sorts(settings, _user_tables(datasette._metadata_local, name))
            if settings:
                found[name] = {"tables": {table: settings.get(table, {})} if table else settings}
    return {"databases": found}


def asked_queries(datasette: Any, database: str) -> dict[str, dict[str, str]]:
    """What `canned_queries` answers (0.65): our queries, but for those that the user has named alike."""
    if not database_contents(datasette.databases[database]):
        return {}
    users = datasette.metadata("queries", database=database, fallback=False) or {}
    return {name: query for name, query in saved_queries().items() if name not in users}


async def labels(datasette: Any, actor: Any, database: str, table: str, column: str, values: list[Any]) -> dict[Any, Any]:
    """The labels of values of a foreign key, by column and value."""
    who = (actor,) if wants_to_be_told(datasette) else ()
    found: dict[Any, Any] = await datasette.expand_foreign_keys(*who, database, table, column, values)
    return found


def in_language(html: str, language: str) -> str:
    """A page with its language named in its first element: 0.65 names none, 1.0 always English."""
    named = f'<html lang="{language}">'
    return html.replace('<html lang="en">' if '<html lang="en">' in html[:200] else "<html>", named, 1)


async def may_run_sql(datasette: Any, actor: Any, database: str) -> bool:
    """Whether the actor may ask in SQL, and so by `_where=` too."""
    if wants_to_be_told(datasette):
        from datasette.resources import DatabaseResource

        return bool(await datasette.allowed(action="execute-sql", resource=DatabaseResource(database), actor=actor))
    return bool(await datasette.permission_allowed(actor, "execute-sql", resource=database, default=True))


async def tell_all(datasette: Any) -> None:
    """Tell Datasette about all databases that we filled, if it wants to be told."""
    # Datasette draws tracebacks with rich, which spaCy brings along. Of an address that is not there it has none: rich raises,
    # and the reader gets 500 instead of 404. The traceback module's report of real errors stays.
    setattr(import_module("datasette.handle_exception"), "rich", None)  # noqa: B010
    if wants_to_be_told(datasette):
        for name, database in list(datasette.databases.items()):
            await _tell(datasette, name, database_contents(database))


def write_in_turn(datasette: Any, database: Any, loop: Any, work: Callable[[sqlite3.Connection], T]) -> T:
    """What ``work`` returns, done in one transaction of Datasette's write connection. Not to be called on the event loop.

    0.65 opens no transaction of its own; 1.0 can be asked not to. Exceptions come back as values: Datasette would print them.
    """

    def in_turn(conn: sqlite3.Connection) -> tuple[Any, BaseException | None]:
        try:
            return _in_transaction(conn, work), None
        except BaseException as error:
            return None, error

    options = {"transaction": False} if wants_to_be_told(datasette) else {}
    result, error = asyncio.run_coroutine_threadsafe(database.execute_write_fn(in_turn, **options), loop).result()
    if error:
        raise error
    return result  # type: ignore[no-any-return]


def _in_transaction(conn: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """The connection is Datasette's: what we need of it is set, and afterwards as it was."""
    if conn.in_transaction:  # somebody's write that was never committed: the next one would have committed it
        conn.commit()
    (foreign_keys,) = conn.execute("PRAGMA foreign_keys").fetchone()
    row_factory, conn.row_factory = conn.row_factory, None
    conn.execute("PRAGMA foreign_keys = ON")
    try:
        conn.execute("BEGIN IMMEDIATE")
        result = work(conn)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    finally:
        conn.row_factory = row_factory
        conn.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")
    return result


def watched(datasette: Any, app: Any) -> Any:
    """The application, telling Datasette about databases that were filled while it was running."""
    if not wants_to_be_told(datasette):
        return app
    told: dict[str, Contents] = {}

    async def telling(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and datasette._startup_invoked:
            for name, database in list(datasette.databases.items()):
                contents = database_contents(database)
                if told.get(name, Contents()) != contents:
                    told[name] = contents
                    await _tell(datasette, name, contents)
        await app(scope, receive, send)

    return telling


async def _tell(datasette: Any, database: str, contents: Contents) -> None:
    if not contents:
        return
    settings = table_settings(contents)
    datasette.config = datasette.config or {}
    configured = datasette.config.setdefault("databases", {}).setdefault(database, {}).setdefault("tables", {})
    _drop_sorts(settings, configured)
    for table, wanted in settings.items():
        await _tell_descriptions(datasette, database, table, wanted)
        for key, value in wanted.items():
            configured.setdefault(table, {}).setdefault(key, value)
    for name, query in saved_queries().items():
        known = await datasette.get_query(database, name)
        if known is None or known.source == "plugin":
            await datasette.add_query(database, name, is_trusted=True, **query)


async def _tell_descriptions(datasette: Any, database: str, table: str, wanted: dict[str, Any]) -> None:
    """Hand the descriptions over, and take them out of ``wanted``: the rest is configuration."""
    description, columns = wanted.pop("description", None), wanted.pop("columns", {})
    if description and "description" not in await datasette.get_resource_metadata(database, table):
        await datasette.set_resource_metadata(database, table, "description", description)
    for column, value in columns.items():
        if "description" not in await datasette.get_column_metadata(database, table, column):
            await datasette.set_column_metadata(database, table, column, "description", value)


def _user_tables(metadata: dict[str, Any] | None, database: str) -> dict[str, Any]:
    return (((metadata or {}).get("databases") or {}).get(database) or {}).get("tables") or {}


def _drop_sorts(settings: Settings, users: dict[str, Any]) -> None:
    """Take our order away where the user has chosen one: Datasette refuses `sort` beside `sort_desc`."""
    for table, wanted in settings.items():
        if SORTS & set(users.get(table) or {}):
            for key in SORTS:
                wanted.pop(key, None)
