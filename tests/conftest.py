"""Shared fixtures."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from articles_db import FIRST, SECOND
from command_line import make
from plain_extractors import plain_pipeline

from datasette_wirefacts import jobs
from datasette_wirefacts.pipeline import Pipeline


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo database as the code makes it now; for reading only."""
    from datasette_wirefacts.demo import build_demo

    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build_demo(path)
    return path


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A database with three articles, one of them empty."""
    path = tmp_path / "wire.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT, body TEXT, day TEXT)")
        rows = [(1, "Erste", FIRST, "2024-10-16T08:00"), (2, "Zweite", SECOND, "gestern"), (3, "Leer", None, None)]
        db.executemany("INSERT INTO articles VALUES (?, ?, ?, ?)", rows)
    return path


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pipeline], None]:
    """Runs use the plain pipeline, or the one that this is called with."""

    def use(pipeline: Pipeline) -> None:
        monkeypatch.setattr(jobs, "make_pipeline", lambda *settings: pipeline)

    use(plain_pipeline())
    return use


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    """A database with three articles for the command line."""
    return make(tmp_path / "wire.db")
