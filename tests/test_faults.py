"""What can go wrong around a run, with real files and real processes: each time a clear message, and nothing is lost."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from datasette.cli import cli

from datasette_wirefacts import connections
from datasette_wirefacts.tables import own_tables

TEXT = "Die Brücke wird gesperrt. „Das dauert 3 Wochen“, sagte Erna Muster am Montag in Neustadt."
COMMAND = [sys.executable, "-m", "datasette", "wirefacts", "extract"]
OPTIONS = ["articles", "--text", "body", "--language", "de"]


def make(path: Path, count: int = 3) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body)")
        texts = (f"{TEXT} Es sind {n} Autos, berichtete Karl{n} Beispiel. " * (1 + n % 5) for n in range(count))
        db.executemany("INSERT INTO articles (body) VALUES (?)", ([text] for text in texts))
    return path


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    return make(tmp_path / "wire.db")


def extract(path: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["wirefacts", "extract", str(path), *(options or OPTIONS)])


def failed(path: Path, *options: str) -> str:
    """The message of a run that fails as it should."""
    result = extract(path, *options)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return result.stderr.replace(str(path), "PATH")


def ask(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] if len(row) == 1 else row for row in db.execute(sql)]


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def state(path: Path) -> dict[str, list[Any]]:
    """All that our tables hold but the times and the runs; the file must be sound."""
    assert ask(path, "PRAGMA integrity_check") == ["ok"]
    assert ask(path, "PRAGMA foreign_key_check") == []
    found = {}
    for table in (table for table in own_tables() if table not in ("wirefacts_runs", "wirefacts_errors")):
        columns = [name for name in ask(path, f"SELECT name FROM pragma_table_info('{table}')") if name != "extracted_at"]
        quoted = ", ".join(f'"{name}"' for name in columns)
        found[table] = ask(path, f"SELECT {quoted} FROM {table} ORDER BY id")
    return found


# -- names and files


def test_no_such_file(tmp_path: Path) -> None:
    assert failed(tmp_path / "none.db") == "Error: There is no file PATH: name a database that holds a table with articles.\n"
    assert not (tmp_path / "none.db").exists()
    assert "There is no file" in failed(tmp_path)


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dies ist kein SQLite. " * 200)
    assert failed(path) == "Error: PATH is not an SQLite database: name a file that Datasette can open.\n"
    path.write_bytes(b"")
    assert failed(path) == "Error: There is no table 'articles' in the database. It has: none at all.\n"
    assert path.read_bytes() == b""


def test_a_damaged_database(tmp_path: Path) -> None:
    path = make(tmp_path / "wire.db", 500)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x99" * (len(content) - 4096)
    path.write_bytes(content)
    assert failed(path).startswith("Error: PATH is damaged (database disk image is malformed): restore a copy")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["none", "--text", "body"], "There is no table 'none' in the database. It has: 'articles', 'news', 'quotes_of_the_day'."),
        (["articles", "--text", "none"], "The table 'articles' has no column 'none'. It has: 'id', 'body'."),
        (["articles", "--text", "body", "--title", "x"], "The table 'articles' has no column 'x'. It has: 'id', 'body'."),
        (["articles", "--text", "body", "--key", "x"], "The table 'articles' has no column 'x'. It has: 'id', 'body'."),
        (["articles", "--text", "body", "--where", "nope = 1"], "'articles' where nope = 1 cannot be read: no such column: nope."),
        (
            ["articles", "--text", "body", "--where", "1) OR (1"],
            "'articles' where 1) OR (1 cannot be read: near \")\": syntax error",
        ),
        (
            ["articles", "--text", "body", "--where", "1; DROP TABLE articles"],
            "'articles' where 1; DROP TABLE articles cannot be read",
        ),
        (
            ["articles", "--text", "body", "--where", "json(body) > 1"],
            "'articles' where json(body) > 1 cannot be read: malformed JSON",
        ),
        (["articles", "--text", "body", "--model", "xx_none"], "The spaCy pipeline 'xx_none' is not installed"),
        (
            ["news", "--text", "body"],
            "'news' is a view: say with --key COLUMN which of its columns tells its rows apart ('id', 'body').",
        ),
        (["news", "--text", "body", "--key", "body"], "The column 'body' does not tell rows apart"),
        (["articles", "--text", "body", "--language", "Deutsch, bitte"], "'Deutsch, bitte' is no language tag"),
    ],
)
def test_names_that_mean_nothing(wire: Path, options: list[str], complaint: str) -> None:
    change(wire, "CREATE VIEW news AS SELECT id, substr(body, 1, 9) AS body FROM articles", "CREATE TABLE quotes_of_the_day (q)")
    message = failed(wire, *options)
    assert message.startswith(f"Error: {complaint}")
    assert len(ask(wire, "SELECT id FROM articles")) == 3


def test_our_own_tables_are_no_source(wire: Path) -> None:
    extract(wire)
    assert failed(wire, "quotes", "--text", "quote").startswith("Error: 'quotes' is a table that this plugin made")


@pytest.mark.parametrize("name", ["quotes", "Documents"])
def test_a_name_that_the_user_has_already(wire: Path, name: str) -> None:
    change(wire, f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, body TEXT)")
    before = ask(wire, "SELECT sql FROM sqlite_master")
    assert f"The database already has something called '{name}', which this plugin did not make" in failed(wire)
    assert ask(wire, "SELECT sql FROM sqlite_master") == before


# -- what a text column may hold


def test_values_that_are_no_text(wire: Path) -> None:
    change(
        wire,
        "DELETE FROM articles",
        "INSERT INTO articles VALUES (1, NULL), (2, ''), (3, 4711), (4, 1.5), (5, x'ff00ff'), (6, CAST('Ja.' AS BLOB))",
        "INSERT INTO articles VALUES (7, CAST(x'4aff' AS TEXT)), (8, 'a' || char(0) || 'b')",
    )
    result = extract(wire)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("articles  8  (6 new, 1 empty, 1 failed)")
    lengths = "SELECT articles_id, characters FROM documents ORDER BY 1"
    assert ask(wire, lengths) == [(2, 0), (3, 4), (4, 3), (6, 3), (7, 2), (8, 3)]
    assert ask(wire, "SELECT source_pk, extractor, message FROM wirefacts_errors") == [
        ("[5]", "text", "The text is a BLOB of 3 bytes that are not UTF-8: store it as TEXT.")
    ]
    extract(wire)
    assert len(ask(wire, "SELECT id FROM wirefacts_errors")) == 1


def test_texts_larger_than_spacy_takes(wire: Path) -> None:
    with closing(sqlite3.connect(wire)) as db, db:
        db.execute("UPDATE articles SET body = ? WHERE id = 1", ["x" * 5_000_000])
        db.execute("UPDATE articles SET body = ? WHERE id = 2", ["Es regnet in Neustadt. " * 45_000])
    assert extract(wire).exit_code == 0
    assert ask(wire, "SELECT characters FROM documents WHERE articles_id < 3 ORDER BY articles_id") == [5_000_000, 1_035_000]
    assert ask(wire, "SELECT * FROM wirefacts_errors") == []


def test_a_key_that_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "wire.db"
    change(path, "CREATE TABLE articles (id TEXT PRIMARY KEY, body)", "INSERT INTO articles VALUES (CAST(x'61ff' AS TEXT), 'Ja.')")
    assert "is text that is not UTF-8" in failed(path)


# -- other programs


@contextmanager
def held(path: Path, statement: str, seconds: float) -> Iterator[int]:
    """Another process that executes the statement and holds what it got."""
    code = (
        "import sqlite3, sys, time\n"
        f"db = sqlite3.connect(sys.argv[1], isolation_level=None); db.execute('BEGIN'); db.execute({statement!r}).fetchone()\n"
        f"print('held', flush=True); time.sleep({seconds})"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process.pid
        finally:
            process.kill()


WRITING = "DELETE FROM articles WHERE id = 0"
READING = "SELECT id FROM articles"


@pytest.mark.parametrize("statement", [WRITING, READING])
def test_a_lock_that_stays_is_named(wire: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.5)
    with held(wire, statement, 60) as pid:
        message = failed(wire)
    who = rf"python[\d.]* (process {pid})" if Path("/proc/locks").exists() else "another program"
    assert message.startswith("Error: PATH is locked by ")
    assert f"(process {pid})" in message or who == "another program"
    assert "wait until it has finished" in message
    assert extract(wire).exit_code == 0


@pytest.mark.parametrize("statement", [WRITING, READING])
def test_a_lock_that_goes_is_waited_for(wire: Path, statement: str) -> None:
    with held(wire, statement, 1.5):
        assert extract(wire).exit_code == 0
    assert len(ask(wire, "SELECT id FROM documents")) == 3


def test_two_runs_at_once(tmp_path: Path) -> None:
    alone, both = make(tmp_path / "alone.db", 60), make(tmp_path / "both.db", 60)
    extract(alone)
    runs = [subprocess.Popen([*COMMAND, str(both), *OPTIONS], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in "ab"]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert state(both) == state(alone)


@pytest.mark.parametrize("what", ["UPDATE articles SET body = body || ' Ende.'", "DELETE FROM articles WHERE id = 2"])
def test_an_article_that_changes_while_it_is_extracted(wire: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    from datasette_wirefacts import jobs

    original = jobs.extract_article

    def meanwhile(article: Any, *settings: Any, **options: Any) -> Any:
        if article.key == (2,):
            change(wire, what)
        return original(article, *settings, **options)

    monkeypatch.setattr(jobs, "extract_article", meanwhile)
    assert extract(wire).exit_code == 0
    monkeypatch.undo()
    assert extract(wire).exit_code == 0
    assert ask(wire, "SELECT characters = length(body) FROM articles LEFT JOIN documents ON articles_id = articles.id") in (
        [1, 1, 1],
        [1, 1],
    )
    assert ask(wire, "PRAGMA foreign_key_check") == []


def unprivileged(command: list[str]) -> list[str]:
    """The command without root's right to write everywhere."""
    if os.geteuid():
        return command
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search", *command]


def test_a_read_only_file(wire: Path) -> None:
    before = wire.read_bytes()
    wire.chmod(0o444)
    wire.parent.chmod(0o555)
    try:
        done = subprocess.run([*unprivileged(COMMAND), str(wire), *OPTIONS], capture_output=True, text=True)
    finally:
        wire.parent.chmod(0o755)
    assert (done.returncode, done.stderr) == (
        1,
        f"Error: {wire} cannot be written: make the file and its folder writable, or work on a copy.\n",
    )
    assert wire.read_bytes() == before


def test_a_full_disk(tmp_path: Path) -> None:
    path, other = make(tmp_path / "wire.db", 300), make(tmp_path / "other.db", 300)
    extract(other)
    limit = other.stat().st_size - 60_000

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run([*COMMAND, str(path), *OPTIONS], capture_output=True, text=True, preexec_fn=full)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"Error: {path} cannot")
    assert 0 < len(ask(path, "SELECT id FROM documents")) < 300
    assert extract(path).exit_code == 0
    assert state(path) == state(other)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_the_journal_mode_stays(wire: Path, mode: str) -> None:
    with closing(sqlite3.connect(wire)) as db:
        db.execute(f"PRAGMA journal_mode = {mode}")
    assert extract(wire).exit_code == 0
    assert ask(wire, "PRAGMA journal_mode") == [mode]


def test_triggers_of_the_user_are_left_alone(wire: Path) -> None:
    change(
        wire,
        "CREATE TABLE log (what TEXT)",
        "CREATE TRIGGER note AFTER UPDATE ON articles BEGIN INSERT INTO log VALUES (new.id); END",
    )
    assert extract(wire).exit_code == 0
    assert ask(wire, "SELECT * FROM log") == []


# -- being stopped


def test_ctrl_c_stops_between_documents(tmp_path: Path) -> None:
    whole, stopped = make(tmp_path / "whole.db", 500), make(tmp_path / "stopped.db", 500)
    extract(whole)
    with subprocess.Popen([*COMMAND, str(stopped), *OPTIONS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        assert run.stderr.readline() == "100 of 500 articles\n"
        run.send_signal(signal.SIGINT)
        printed, complaints = run.communicate(timeout=60)
    assert run.returncode == 130
    assert complaints.endswith("Stopped. The same command goes on from here.\n")
    assert "Traceback" not in complaints
    assert printed.startswith("articles  ")
    assert 100 <= len(ask(stopped, "SELECT id FROM documents")) < 500
    assert ask(stopped, "SELECT status FROM wirefacts_runs") == ["stopped"]
    assert extract(stopped).exit_code == 0
    assert state(stopped) == state(whole)


def test_a_killed_run_is_gone_on_with(tmp_path: Path) -> None:
    whole, killed = make(tmp_path / "whole.db", 400), make(tmp_path / "killed.db", 400)
    extract(whole)
    for milliseconds in (0, 30, 60):
        with subprocess.Popen([*COMMAND, str(killed), *OPTIONS], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            assert run.stderr is not None
            run.stderr.readline()
            time.sleep(milliseconds / 1000)
            run.kill()
    assert 0 < len(ask(killed, "SELECT id FROM documents")) < 400
    assert extract(killed).exit_code == 0
    assert state(killed) == state(whole)
