"""The packaged dispatches -> a demo database: a table of articles, and the facts taken from it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

from datasette_wirefacts.connections import clear_errors
from datasette_wirefacts.errors import InputError

# SQLite keeps this number in the file's header: it tells our demo, which may be made again, from a file of the user's.
DEMO_MARK = int.from_bytes(b"wire", "big")
PAGE_SIZE = 1024  # many small tables and indexes: the file gets half as large as with SQLite's 4096
ARTICLES = """
create table articles (
  id integer primary key, title text, body text, published text, agency text, desk text, language text
)
"""


def dispatches() -> Iterator[dict[str, Any]]:
    """The dispatches that come with the package, written for it."""
    for line in files("datasette_wirefacts").joinpath("demo", "dispatches.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def build_demo(path: Path) -> bool:
    """Make the demo database, or make it again: then True. Raises InputError where some other file is in the way."""
    try:
        with clear_errors(path):
            return _build(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another file.") from error


def _build(path: Path) -> bool:
    there = path.exists()
    if there and not _is_demo(path):
        raise InputError(f"{path} is there already, and it is no demo database: name another file, or remove it.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}: make it first, or name another.")
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        _write_articles(unfinished)
        _extract(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return there


def _is_demo(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as conn:
            return bool(conn.execute("pragma application_id").fetchone() == (DEMO_MARK,))
    except sqlite3.Error:
        return False


def _write_articles(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(f"pragma page_size = {PAGE_SIZE}")
        conn.execute(f"pragma application_id = {DEMO_MARK}")
        conn.execute(ARTICLES)
        conn.executemany(
            "insert into articles values (:id, :title, :body, :published, :agency, :desk, :language)", list(dispatches())
        )


def _extract(path: Path) -> None:
    from datasette_wirefacts.connections import connect
    from datasette_wirefacts.jobs import extract_source
    from datasette_wirefacts.sources import find_source

    with closing(connect(path)) as conn:
        extract_source(conn, find_source(conn, "articles", text="body", title="title", published="published"))
        conn.execute("vacuum")
