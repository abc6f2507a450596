"""`datasette wirefacts update`, `status` and `forget`, and triggers that note what changes."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from command_line import OPTIONS, RUN_TABLES, ask, change, extract, state
from datasette.cli import cli
from served import within
from test_interruptions import obey_ctrl_c

from datasette_wirefacts import changes

SAID = "„Das stimmt“, sagte Eva Neumann."
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('articles', 'letters')"
KEYS = "SELECT source_pk FROM documents ORDER BY id"


def command(name: str, path: Path, *options: str) -> Result:
    result = CliRunner().invoke(cli, ["wirefacts", name, str(path), *options])
    assert result.exit_code in (0, 1), result.output
    return result


def status(path: Path) -> list[dict[str, Any]]:
    return json.loads(command("status", path, "--json").stdout)  # type: ignore[no-any-return]


@pytest.fixture
def two(wire: Path) -> Path:
    """A database with the facts of two tables."""
    change(wire, "CREATE TABLE letters (name TEXT, day TEXT, body TEXT, PRIMARY KEY (name, day))")
    change(wire, f"INSERT INTO letters VALUES ('a', '2024-10-16', '{SAID}')")
    extract(wire)
    extract(wire, "letters", *OPTIONS[1:])
    return wire


def test_all_sources_are_brought_up_to_date(two: Path) -> None:
    change(two, f"INSERT INTO letters VALUES ('b', '2024-10-16', '{SAID}')", f"UPDATE articles SET body = '{SAID}' WHERE id = 2")
    change(two, "DELETE FROM articles WHERE id = 1")
    lines = [line.partition("  ")[2] for line in command("update", two).stdout.splitlines()]
    assert lines == ["articles: 1 changed, 1 unchanged, 1 gone", "letters: 1 new, 1 unchanged"]
    assert ask(two, "SELECT characters FROM documents WHERE source_pk != '[3]'") == [len(SAID)] * 3
    assert ask(two, "SELECT count(*) FROM quotes WHERE quote = 'Das stimmt'") == [1]  # the two others are its twins
    lines = [line.partition("  ")[2] for line in command("update", two).stdout.splitlines()]
    assert lines == ["articles: 2 unchanged", "letters: 2 unchanged"]


def test_an_update_knows_the_options_of_the_extraction(wire: Path) -> None:
    extract(wire, *OPTIONS, "--engine", "fast", "--where", "id < 3")
    change(wire, "UPDATE articles SET body = body || ' Ende.'")
    assert "2 changed" in command("update", wire).stdout
    assert ask(wire, "SELECT DISTINCT substr(engine, 1, 4) FROM documents") == ["fast"]
    assert ask(wire, KEYS) == ["[1]", "[2]"]


def test_status(two: Path) -> None:
    change(two, f"INSERT INTO letters VALUES ('b', '2024-10-16', '{SAID}')", "UPDATE articles SET body = x'ff00' WHERE id = 2")
    change(two, "DELETE FROM articles WHERE id = 1")
    columns = ("table", "done", "pending", "failed")
    assert [[one[name] for name in columns] for one in status(two)] == [["articles", 1, 2, 0], ["letters", 1, 1, 0]]
    command("update", two)
    assert [[one[name] for name in columns] for one in status(two)] == [["articles", 1, 0, 1], ["letters", 2, 0, 0]]
    assert status(two)[0]["last_run"]["status"] == "done"
    assert "  failed    1  (see the table wirefacts_errors)\n" in command("status", two).stdout


def test_nothing_to_update(wire: Path) -> None:
    message = f"Error: {wire} holds no facts: run `datasette wirefacts extract` first, once for each table.\n"
    assert command("update", wire).stderr == message
    assert status(wire) == []
    assert command("forget", wire, "articles").stderr.startswith("Error: No facts were taken from 'articles'")


def test_a_table_that_is_gone_is_left_out_and_named(two: Path) -> None:
    change(two, "DROP TABLE letters")
    result = command("update", two)
    assert result.stderr.startswith("Left out: There is no table 'letters' in the database.")
    assert "3 unchanged" in result.stdout
    assert len(ask(two, KEYS)) == 4
    assert "Cannot be read: There is no table 'letters'" in command("status", two).stdout
    assert command("forget", two, "letters").exit_code == 0
    assert len(ask(two, KEYS)) == 3


def test_what_is_forgotten_is_gone(two: Path) -> None:
    extract(two, *OPTIONS, "--triggers")
    before = ask(two, "SELECT * FROM articles")
    assert command("forget", two, "Articles").stdout == "Articles is forgotten: 3 documents with their facts are gone.\n"
    assert ask(two, KEYS) == ['["a", "2024-10-16"]']
    assert ask(two, "SELECT name FROM entities") == ["Eva Neumann"]
    assert ask(two, TRIGGERS) == []
    assert ask(two, "SELECT * FROM wirefacts_changes") == []
    assert "articles_id" not in ask(two, "SELECT name FROM pragma_table_info('documents')")
    assert ask(two, "SELECT * FROM articles") == before
    command("forget", two, "letters")
    assert all(not rows for table, rows in state(two).items() if table not in RUN_TABLES)
    assert extract(two).exit_code == 0


def test_triggers_note_what_changes(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert extract(wire, *OPTIONS, "--triggers").exit_code == 0
    change(wire, f"UPDATE articles SET body = '{SAID}' WHERE id = 2", "DELETE FROM articles WHERE id = 1")
    change(wire, f"INSERT INTO articles VALUES (9, '{SAID}')", "UPDATE articles SET id = 30 WHERE id = 3")
    monkeypatch.setattr(changes, "read_pages", None)  # nobody looks at all rows
    assert "2 new, 1 changed, 2 gone" in command("update", wire).stdout
    assert sorted(ask(wire, KEYS)) == ["[2]", "[30]", "[9]"]
    assert ask(wire, "SELECT * FROM wirefacts_changes") == []


def test_triggers_that_a_rebuilt_table_lost_are_made_again(wire: Path) -> None:
    extract(wire, *OPTIONS, "--triggers")
    change(
        wire, "CREATE TABLE copy (id INTEGER PRIMARY KEY, body)", "INSERT INTO copy SELECT * FROM articles", "DROP TABLE articles"
    )
    change(wire, "ALTER TABLE copy RENAME TO articles", f"UPDATE articles SET body = '{SAID}' WHERE id = 2")
    assert "1 changed, 2 unchanged" in command("update", wire).stdout
    assert len(ask(wire, TRIGGERS)) == 3


def test_triggers_come_and_go_as_they_are_asked_for(wire: Path) -> None:
    extract(wire, *OPTIONS, "--triggers")
    extract(wire)
    assert len(ask(wire, TRIGGERS)) == 3
    extract(wire, *OPTIONS, "--no-triggers")
    assert ask(wire, TRIGGERS) == []
    change(wire, "CREATE VIEW news AS SELECT id, body FROM articles")
    result = extract(wire, "news", *OPTIONS[1:], "--key", "id", "--triggers")
    assert result.stderr.startswith("Error: 'news' can have no triggers")


def test_triggers_never_refuse_a_row(wire: Path) -> None:
    change(wire, "CREATE TABLE odd (name PRIMARY KEY, body TEXT)")
    extract(wire, "odd", *OPTIONS[1:], "--triggers")
    with closing(sqlite3.connect(wire)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        for key in (1, 1.5, "a'b", b"\xff", None):
            db.execute("INSERT INTO odd VALUES (?, ?)", [key, SAID])
        db.execute("INSERT OR REPLACE INTO odd VALUES ('a''b', ?)", [SAID + " Ja."])
    assert "4 new" in command("update", wire).stdout
    with closing(sqlite3.connect(wire)) as db, db:
        db.execute("DELETE FROM odd")
    assert "4 gone" in command("update", wire).stdout


def test_a_database_of_the_first_version(two: Path) -> None:
    before = state(two)
    for name in ("wirefacts_lock", "wirefacts_changes"):
        change(two, f"DROP TABLE {name}")
    for column in ("triggers", "settled"):
        change(two, f"ALTER TABLE wirefacts_sources DROP COLUMN {column}")
    change(two, "DELETE FROM _sqlite_migrations WHERE name = 'lock_and_changes'")
    assert [one["done"] for one in status(two)] == [3, 1]
    assert "3 unchanged" in command("update", two).stdout
    assert state(two) == before


def test_watching(two: Path) -> None:
    arguments = [sys.executable, "-m", "datasette", "wirefacts", "update", str(two), "--watch"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(arguments, preexec_fn=obey_ctrl_c, **pipes) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == f"Watching {two}. Ctrl-C ends it.\n"
        change(two, f"UPDATE articles SET body = '{SAID}' WHERE id = 2")
        within(30, lambda: "Das stimmt" in ask(two, "SELECT quote FROM quotes WHERE document_id = 2"))
        change(two, "DELETE FROM letters")
        within(30, lambda: len(ask(two, KEYS)) == 3)
        within(30, lambda: ask(two, "SELECT * FROM wirefacts_lock") == [])
        process.send_signal(signal.SIGINT)
        printed, complaints = process.communicate(timeout=30)
    assert process.returncode == 0
    assert complaints == ""
    assert [line.partition("  ")[2] for line in printed.splitlines()] == [
        *("articles: 1 changed, 2 unchanged", "letters: 1 unchanged"),
        *("articles: 3 unchanged", "letters: 1 gone"),
    ]
