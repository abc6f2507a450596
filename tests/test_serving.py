"""With `auto: true` a server keeps its databases up to date, whoever writes, and whatever happens to it."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from command_line import TEXT, ask, change, extract, make, state
from datasette.app import Datasette
from datasette.utils import StartupError
from served import IS_1_0, ask_server, serving, within

FAST = ["articles", "--text", "body", "--language", "de", "--engine", "fast"]
QUOTES = "SELECT articles_id, quote FROM quotes JOIN documents ON documents.id = document_id ORDER BY 1"
SECONDS = 120.0  # the machine that tests may be busy; a change takes less than two


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A database with three articles, which were extracted."""
    path = make(tmp_path / "wire.db")
    assert extract(path, *FAST).exit_code == 0
    return path


def test_what_sqlite_utils_writes_is_followed(archive: Path) -> None:
    with serving(archive):
        with closing(sqlite3.connect(archive)) as connection:
            articles = sqlite_utils.Database(connection)["articles"]
            articles.insert({"id": 10, "body": "„Das stimmt“, sagte Eva Neumann."})
            articles.update(1, {"body": "„Das ist falsch“, sagte Karl Muster."})
            articles.delete(2)
        expected = [(1, "Das ist falsch"), (3, "Das dauert 3 Wochen"), (3, "Es sind 2 Autos"), (10, "Das stimmt")]
        within(SECONDS, lambda: ask(archive, QUOTES) == expected)
        within(SECONDS, lambda: ask(archive, "SELECT * FROM wirefacts_lock") == [])
    assert ask(archive, "PRAGMA foreign_key_check") == []
    assert set(ask(archive, "SELECT status FROM wirefacts_runs")) == {"done"}


@pytest.mark.skipif(not IS_1_0, reason="0.65 has no write API")
def test_what_the_write_api_writes_is_followed(archive: Path) -> None:
    root = {"permissions": {name: True for name in ("insert-row", "update-row", "delete-row")}}
    with serving(archive, **root) as (_, address):
        new = {"rows": [{"id": 10, "body": "„Das stimmt“, sagte Eva Neumann."}]}
        assert ask_server(address, "/wire/articles/-/insert", new)["ok"]
        within(SECONDS, lambda: (10, "Das stimmt") in ask(archive, QUOTES))
        changed = {"update": {"body": "„Das ist falsch“, sagte Karl Muster."}}
        assert ask_server(address, "/wire/articles/10/-/update", changed)["ok"]
        within(SECONDS, lambda: (10, "Das ist falsch") in ask(archive, QUOTES))
        assert ask_server(address, "/wire/articles/10/-/delete", {})["ok"]
        within(SECONDS, lambda: len(ask(archive, "SELECT id FROM documents")) == 3)


def test_triggers_serve_a_server_too(archive: Path) -> None:
    assert extract(archive, *FAST, "--triggers").exit_code == 0
    with serving(archive):
        change(archive, f"UPDATE articles SET body = '{TEXT} „Das ist falsch“, sagte Karl Muster.' WHERE id = 1")
        within(SECONDS, lambda: (1, "Das ist falsch") in ask(archive, QUOTES))
        within(SECONDS, lambda: ask(archive, "SELECT * FROM wirefacts_changes") == [])


def test_a_server_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    path = make(tmp_path / "wire.db", 400)
    assert extract(path, *FAST, "--limit", "1").exit_code == 0
    with serving(path) as (process, _):
        within(SECONDS, lambda: len(ask(path, "SELECT id FROM documents")) > 1)
        began = time.monotonic()
        process.terminate()
        process.wait(60)
        assert time.monotonic() - began < 20
    assert ask(path, "SELECT * FROM wirefacts_lock") == []
    assert ask(path, "SELECT status FROM wirefacts_runs ORDER BY id DESC LIMIT 1") == ["stopped"]


def test_nothing_is_written_where_nobody_asks_for_it(archive: Path) -> None:
    with serving(archive, plugins={}):
        change(archive, "DELETE FROM articles WHERE id = 1")
        time.sleep(1)
    assert len(ask(archive, "SELECT id FROM documents")) == 3


@pytest.mark.parametrize("seed", range(6))
def test_a_server_that_is_killed(tmp_path: Path, seed: int) -> None:
    whole, path = make(tmp_path / "whole.db", 120), tmp_path / "wire.db"
    assert extract(whole, *FAST, "--limit", "1").exit_code == 0
    shutil.copy(whole, path)
    assert extract(whole, *FAST, "--workers", "1").exit_code == 0
    with serving(path) as (process, _):
        within(SECONDS, lambda: len(ask(path, "SELECT id FROM documents")) > 1)
        time.sleep(random.Random(seed).uniform(0, 1))
        process.kill()
        process.wait()
    assert ask(path, "PRAGMA integrity_check") == ["ok"]
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert extract(path, *FAST, "--workers", "1").exit_code == 0
    assert state(path) == state(whole)
    assert "running" not in ask(path, "SELECT status FROM wirefacts_runs")


def test_a_server_goes_on_where_another_was_killed(tmp_path: Path) -> None:
    path = make(tmp_path / "wire.db", 120)
    assert extract(path, *FAST, "--limit", "1").exit_code == 0
    with serving(path) as (process, _):
        within(SECONDS, lambda: len(ask(path, "SELECT id FROM documents")) > 1)
        process.kill()
        process.wait()
    with serving(path):
        within(SECONDS, lambda: len(ask(path, "SELECT id FROM documents")) == 120)
        within(SECONDS, lambda: ask(path, "SELECT status FROM wirefacts_runs ORDER BY id DESC LIMIT 1") == ["done"])


@pytest.mark.asyncio
@pytest.mark.parametrize("settings", [{"auto": "yes"}, {"auto": True, "workers": 0}])
async def test_a_configuration_that_means_nothing(settings: dict[str, object]) -> None:
    plugins = {"plugins": {"datasette-wirefacts": settings}}
    datasette = Datasette([], config=plugins) if IS_1_0 else Datasette([], metadata=plugins, memory=True)
    with pytest.raises(StartupError, match="of datasette-wirefacts can be"):
        await datasette.invoke_startup()
