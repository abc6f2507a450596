"""A Datasette over a file, and its pages, for the tests."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from datasette.app import Datasette

ROOT_ONLY = {"allow": {"id": "root"}}


def copy_of(database: Path, folder: Path, *statements: str) -> Path:
    """A copy under the same name, changed by the statements."""
    path = folder / database.name
    shutil.copy(database, path)
    with closing(sqlite3.connect(path)) as conn, conn:
        for statement in statements:
            conn.execute(statement)
    return path


def serve(path: Path, *, tables: dict[str, Any] | None = None, immutable: bool = False, **settings: Any) -> Datasette:
    """Serves the file under its own name; ``tables`` is configuration as Datasette takes it."""
    configured = {"databases": {path.stem: {"tables": tables or {}}}}
    kind = "config" if hasattr(Datasette, "set_resource_metadata") else "metadata"
    files: Any = {"files": [], "immutables": [str(path)]} if immutable else {"files": [str(path)]}
    return Datasette(**files, **{kind: configured}, settings={"sql_time_limit_ms": 30_000} | settings)


async def fetch(datasette: Datasette, path: str, *, actor: str | None = None, language: str = "en", **options: Any) -> Any:
    """What Datasette answers; redirects are left to the caller."""
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": actor}}, "actor")} if actor else {}
    return await datasette.client.get(path, headers={"Accept-Language": language}, cookies=cookies, **options)


async def page(datasette: Datasette, path: str, **options: Any) -> str:
    """The HTML of a page that must be there."""
    answer = await fetch(datasette, path, **options)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
    return str(answer.text)


def local(url: str) -> str:
    """Path and query of an address, without its fragment."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
