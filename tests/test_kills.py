"""kill -9 at any moment: each document is old or new, the file is sound, and the next run ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from command_line import ask, change, extract, state
from datasette.cli import cli

COUNT = 90
CASES = {"first": 18, "changed": 18, "changed in WAL mode": 8, "two workers": 6}
KILLS = [(case, seed) for case, times in CASES.items() for seed in range(times)]
OPTIONS = ["articles", "--text", "body", "--title", "title", "--language", "de", "--engine", "fast"]
Start = Callable[..., int]
FACTS = {
    "quotes": "SELECT document_id, quote, kind, speaker, start, rule FROM quotes",
    "parts": 'SELECT document_id, part, p.start, p."end" FROM quote_parts p JOIN quotes q ON q.id = quote_id',
    "figures": "SELECT document_id, figure, kind, amount, unit, f.start, f.rule FROM figures f",
    "mentions": "SELECT document_id, mention, name, m.start, m.rule FROM mentions m JOIN entities e ON e.id = entity_id",
}


WORDS = ("Hafen", "Brücke", "Markt", "Schule", "Theater", "Bahnhof", "Rathaus", "Museum", "Garten", "Turm", "Stadion", "Klinik")
VERBS = ("öffnet", "schließt", "wächst", "brennt", "glänzt", "fehlt", "bleibt", "endet", "beginnt", "ruht")


def text(n: int) -> str:
    """Of every tenth, the next one is a twin."""
    known = n - (n % 10 == 1)
    pick = random.Random(known).choice
    told = " ".join(f"Der {pick(WORDS)} am {pick(WORDS)} {pick(VERBS)} seit {pick(range(99))} Tagen." for _ in range(9))
    said = f"„Es sind {known} Züge“, sagte Anna{known % 9} Kern in Ulm. Karl{known % 5} Beispiel sah {known + 3} Autos."
    return f"{told} {said} Zuletzt waren es {n} Euro."


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts a command line of ours in a process of its own, and returns its number."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    zygote = Path(__file__).with_name("zygote.py")
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([sys.executable, str(zygote)], env=environment, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        def run(*command: str) -> int:
            process.stdin.write(json.dumps(["wirefacts", *command]) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return int(process.stdout.readline())  # type: ignore[union-attr]

        yield run
        process.stdin.close()


def ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def wait(process: int) -> None:
    while not ended(process):
        time.sleep(0.005)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory, start: Start) -> dict[str, tuple[Path, Path, list[str], float]]:
    """By case: the file before a run, the file after it, the command line, and how long the run took."""
    folder = tmp_path_factory.mktemp("kills")
    path = folder / "articles.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT)")
        db.executemany("INSERT INTO articles VALUES (?, ?, ?)", [(n, f"Titel {n}", text(n)) for n in range(1, COUNT + 1)])
    changed = folder / "changed.db"
    shutil.copy(path, changed)
    assert extract(changed, *OPTIONS, "--workers", "1").exit_code == 0
    change(
        changed,
        "UPDATE articles SET body = 'Neu: ' || body || ' „Das ist falsch“, sagte Eva Neumann.' WHERE id % 2",
        "DELETE FROM articles WHERE id % 7 = 0",
        "INSERT INTO articles SELECT id + 1000, title, body FROM articles WHERE id % 5 = 0",
    )
    in_wal_mode = folder / "wal.db"
    shutil.copy(changed, in_wal_mode)
    assert ask(in_wal_mode, "PRAGMA journal_mode = wal") == ["wal"]
    before = {"first": path, "changed": changed, "changed in WAL mode": in_wal_mode, "two workers": path}
    return {case: _undisturbed(start, folder, case, file) for case, file in before.items()}


def _undisturbed(start: Start, folder: Path, case: str, before: Path) -> tuple[Path, Path, list[str], float]:
    command = ["update", "{}", "--workers", "1"] if "changed" in case else ["extract", "{}", *OPTIONS, "--workers"]
    command += [] if "changed" in case else ["2" if case == "two workers" else "1"]
    after = folder / f"after {case}.db"
    shutil.copy(before, after)
    began = time.monotonic()
    wait(start(*(part.format(after) for part in command)))
    seconds = time.monotonic() - began
    assert ask(after, "SELECT status FROM wirefacts_runs ORDER BY id DESC LIMIT 1") == ["done"]
    return before, after, command, seconds


def twins(path: Path) -> set[tuple[Any, ...]]:
    """The documents whose facts the last step of a run thins out, or has thinned out before."""
    return set(ask(path, "SELECT source_pk, input_hash FROM documents WHERE id IN (SELECT document_id FROM twins)"))


def facts(path: Path) -> dict[tuple[Any, ...], dict[str, list[Any]]]:
    """The facts of each document, by its article and its hash."""
    found = {id: (pk, hash) for id, pk, hash in ask(path, "SELECT id, source_pk, input_hash FROM documents")}
    by_document: dict[tuple[Any, ...], dict[str, list[Any]]] = {key: {kind: [] for kind in FACTS} for key in found.values()}
    for kind, sql in FACTS.items():
        for document, *row in ask(path, f"{sql} ORDER BY 1, 2, 3, 4"):
            by_document[found[document]][kind].append(row)
    return by_document


@pytest.mark.parametrize(("case", "seed"), KILLS)
def test_a_run_that_is_killed(cases: dict[str, Any], start: Start, tmp_path: Path, case: str, seed: int) -> None:
    before, after, command, seconds = cases[case]
    path = tmp_path / "wire.db"
    shutil.copy(before, path)
    process = start(*(part.format(path) for part in command))
    time.sleep(random.Random(f"{case} {seed}").uniform(0, seconds))
    if not ended(process):
        os.kill(process, signal.SIGKILL)
    wait(process)
    assert ask(path, "PRAGMA integrity_check") == ["ok"]
    # The deleted articles still have documents, as before the run.
    assert {(table, parent) for table, _, parent, _ in ask(path, "PRAGMA foreign_key_check")} <= {("documents", "articles")}
    if ask(path, "SELECT name FROM sqlite_master WHERE name = 'documents'"):
        known = (facts(before) if "changed" in case else {}) | facts(after)
        thinned = twins(before if "changed" in case else path) | twins(after) | twins(path)
        for document, found in facts(path).items():
            assert found == known.get(document) or document in thinned or not document[1], document
    again = [part.format(path) for part in command[:-1]] + ["1"]
    cli(["wirefacts", *again], standalone_mode=False)
    assert state(path) == state(after)
    assert ask(path, "SELECT * FROM wirefacts_lock") == []


def test_the_cases_hold_facts(cases: dict[str, Any]) -> None:
    for before, after, _, _ in cases.values():
        assert before.exists()
        assert all(rows for table, rows in state(after).items() if table in {"quotes", "figures", "mentions", "twins"})
