"""Other programs, read-only files, full disks, Ctrl-C and kill around a run: a clear message, and the next run goes on."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from command_line import COMMAND, OPTIONS, ask, change, extract, failed, make, state

from datasette_wirefacts import archive, connections, workers
from datasette_wirefacts.jobs import Job, update
from datasette_wirefacts.locks import process_start


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
    monkeypatch.setattr(connections, "FIRST_PATIENCE", 0.5)
    monkeypatch.setattr(archive, "FIRST_PATIENCE", 0.5)
    with held(wire, statement, 60) as pid:
        message = failed(wire)
    who = rf"python[\d.]* \(process {pid}\)" if Path("/proc/locks").exists() else "another program"
    assert re.match(f"Error: PATH is locked by {who}: wait until it has finished", message), message
    assert extract(wire).exit_code == 0


@pytest.mark.parametrize("statement", [WRITING, READING])
def test_a_lock_that_goes_is_waited_for(wire: Path, statement: str) -> None:
    with held(wire, statement, 1.5):
        assert extract(wire).exit_code == 0
    assert len(ask(wire, "SELECT id FROM documents")) == 3


def test_a_lock_of_half_a_minute_in_the_middle_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute would be too long for a test: here it is longer than the patience of the beginning."""
    monkeypatch.setattr(archive, "FIRST_PATIENCE", 0.5)
    whole, path = make(tmp_path / "whole.db", 60), make(tmp_path / "wire.db", 60)
    extract(whole, *OPTIONS, "--workers", "1")
    original = workers.extract_article
    others: list[Any] = []

    def meanwhile(article: Any, *settings: Any, **options: Any) -> Any:
        if article.key == (25,):
            others.append(held(path, "PRAGMA user_version = 1", 2))
            others[0].__enter__()
        return original(article, *settings, **options)

    monkeypatch.setattr(workers, "extract_article", meanwhile)
    assert extract(path, *OPTIONS, "--workers", "1").exit_code == 0
    others[0].__exit__(None, None, None)
    assert state(path) == state(whole)


def test_a_file_that_becomes_read_only_in_the_middle_of_a_run(tmp_path: Path) -> None:
    whole, path = make(tmp_path / "whole.db", 400), make(tmp_path / "a" / "wire.db", 400)
    extract(whole)
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*unprivileged(COMMAND), str(path), *OPTIONS], **pipes) as run:
        assert run.stderr is not None
        assert run.stderr.readline() == "100 of 400 articles\n"
        path.chmod(0o444)
        path.parent.chmod(0o555)
        _, complaints = run.communicate(timeout=60)
    path.parent.chmod(0o755)
    path.chmod(0o644)
    if run.returncode:  # with the journal in its folder gone, SQLite can begin no transaction
        assert re.search(f"Error: {path} cannot be (written|opened|read)", complaints), complaints
    assert extract(path).exit_code == 0
    assert state(path) == state(whole)


def test_two_runs_at_once(tmp_path: Path) -> None:
    alone, both = make(tmp_path / "alone.db", 300), make(tmp_path / "both.db", 300)
    extract(alone)
    with subprocess.Popen([*COMMAND, str(both), *OPTIONS], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as first:
        assert first.stderr is not None
        assert first.stderr.readline() == "100 of 300 articles\n"
        message = failed(both)
        first.communicate(timeout=60)
    who = rf"Error: Another run extracts into this database: process {first.pid} on \S+, since \d{{4}}-\S+Z\. Wait until"
    assert re.match(who, message), message
    assert first.returncode == 0
    assert state(both) == state(alone)


OWNER = "INSERT INTO wirefacts_lock VALUES (1, 'x', {}, '{}', {}, '2026-01-01T00:00:00Z', {})"
HERE = socket.gethostname()
LOCKS: dict[str, tuple[tuple[Any, ...], bool]] = {
    "a process that is gone": ((2**22 + 1, HERE, "'1'", 1e12), False),
    "a later process with its number": ((os.getpid(), HERE, "'1'", 1e12), False),
    "this very process": ((os.getpid(), HERE, f"'{process_start(os.getpid())}'", 0), True),
    "another machine": ((1, "elsewhere", "'1'", 1e12), True),
    "another machine, long ago": ((1, "elsewhere", "'1'", 0), False),
}


@pytest.mark.parametrize("owner", LOCKS)
def test_a_lock_is_heeded_as_long_as_its_owner_lives(wire: Path, owner: str) -> None:
    extract(wire)
    values, lives = LOCKS[owner]
    change(wire, OWNER.format(*values), "UPDATE wirefacts_runs SET status = 'running'")
    assert extract(wire).exit_code == lives
    assert ask(wire, "SELECT status FROM wirefacts_runs") == (["running"] if lives else ["killed", "done"])
    assert len(ask(wire, "SELECT token FROM wirefacts_lock")) == lives


def test_a_lock_that_could_not_be_given_back_is_still_ones_own(wire: Path) -> None:
    extract(wire)
    with closing(connections.connect(wire)) as connection:
        job = Job(archive.Archive(connection))
        start = process_start(os.getpid())
        change(wire, OWNER.format(os.getpid(), HERE, f"'{start}'", 0).replace("'x'", f"'{job.lock.token}'"))
        assert [run.summary.done["unchanged"] for run in update(job)] == [3]
    assert ask(wire, "SELECT * FROM wirefacts_lock") == []


def test_a_run_whose_lock_was_taken_writes_no_more(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = workers.extract_article

    def meanwhile(article: Any, *settings: Any, **options: Any) -> Any:
        change(wire, "UPDATE wirefacts_lock SET token = 'of another run'")
        return original(article, *settings, **options)

    monkeypatch.setattr(workers, "extract_article", meanwhile)
    assert "Another run took this one for dead" in failed(wire)
    assert ask(wire, "SELECT count(*) FROM documents") == [0]
    assert ask(wire, "SELECT token FROM wirefacts_lock") == ["of another run"]


@pytest.mark.parametrize("what", ["UPDATE articles SET body = body || ' Ende.'", "DELETE FROM articles WHERE id = 2"])
def test_an_article_that_changes_while_it_is_extracted(wire: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    original = workers.extract_article

    def meanwhile(article: Any, *settings: Any, **options: Any) -> Any:
        if article.key == (2,):
            change(wire, what)
        return original(article, *settings, **options)

    monkeypatch.setattr(workers, "extract_article", meanwhile)
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
    assert ask(path, "SELECT status FROM wirefacts_runs") == ["failed"]
    assert ask(path, "SELECT extractor, source_pk FROM wirefacts_errors") == [("run", None)]
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


def obey_ctrl_c() -> None:
    """Where the tests themselves run in the background, what they start would ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_between_documents(tmp_path: Path) -> None:
    whole, stopped = make(tmp_path / "whole.db", 500), make(tmp_path / "stopped.db", 500)
    extract(whole)
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*COMMAND, str(stopped), *OPTIONS], preexec_fn=obey_ctrl_c, **pipes) as run:
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
