"""sqlite-utils' hook: the SQL functions in `sqlite-utils query` and `sqlite-utils memory`."""

from __future__ import annotations

import sqlite3

from sqlite_utils import hookimpl


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    from datasette_wirefacts.functions import register_functions

    register_functions(conn)
