"""Triggers on a user's table, where he asks for them: they note in wirefacts_changes which rows were written.

They are plain SQL, so that the file works without this plugin, and they insert into a table that refuses nothing. Everything here
runs inside a transaction that the caller opens.
"""

from __future__ import annotations

import sqlite3

from datasette_wirefacts.errors import InputError
from datasette_wirefacts.registry import Registered
from datasette_wirefacts.sources import Source, quoted

EVENTS = {"insert": ("new",), "update": ("new", "old"), "delete": ("old",)}
HERE = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'wirefacts!_' || ? || '!_%' ESCAPE '!' ORDER BY name"
)


def set_triggers(connection: sqlite3.Connection, known: Registered, source: Source) -> None:
    """Makes the table's triggers what the source wants them to be. Raises InputError where it cannot have any."""
    wanted = _statements(known, source) if source.triggers else {}
    if wanted == dict(connection.execute(HERE, [known.id]).fetchall()):
        return
    drop_triggers(connection, known.id)
    for statement in wanted.values():
        connection.execute(statement)


def drop_triggers(connection: sqlite3.Connection, id: int) -> None:
    """Removes the triggers of a source, and what they have noted. From now on nothing is known of the table's changes."""
    for name, _ in connection.execute(HERE, [id]).fetchall():
        connection.execute(f"DROP TRIGGER {quoted(name)}")
    connection.execute("DELETE FROM wirefacts_changes WHERE source_id = ?", [id])
    connection.execute("UPDATE wirefacts_sources SET settled = NULL WHERE id = ?", [id])


def are_set(connection: sqlite3.Connection, known: Registered, source: Source) -> bool:
    """Whether all triggers are there: they go with the table when something rebuilds it."""
    return source.triggers and _statements(known, source) == dict(connection.execute(HERE, [known.id]).fetchall())


def _statements(known: Registered, source: Source) -> dict[str, str]:
    if len(source.key) > 1 or known.document_column is None:
        raise InputError(
            f"{source.table!r} can have no triggers: it takes a table whose primary key, or a UNIQUE column named with --key, "
            "is a single column. Leave --triggers out."
        )
    return {f"wirefacts_{known.id}_{event}": _statement(known, source, event) for event in sorted(EVENTS)}


def _statement(known: Registered, source: Source, event: str) -> str:
    keys = [f"{row}.{quoted(source.key[0])}" for row in EVENTS[event]]
    notes = f"INSERT INTO wirefacts_changes (source_id, row_key) VALUES {', '.join(f'({known.id}, {key})' for key in keys)};"
    return f"CREATE TRIGGER wirefacts_{known.id}_{event} AFTER {event.upper()} ON {quoted(source.table)} BEGIN {notes} END"
