"""`datasette wirefacts extract` over a small database, and questions to what it left, for the tests of what goes wrong."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from datasette.cli import cli

from datasette_wirefacts.tables import own_tables

TEXT = "Die Brücke wird gesperrt. „Das dauert 3 Wochen“, sagte Erna Muster am Montag in Neustadt."
COMMAND = [sys.executable, "-m", "datasette", "wirefacts", "extract"]
RUN_TABLES = ("wirefacts_runs", "wirefacts_errors", "wirefacts_lock", "wirefacts_changes")
OPTIONS = ["articles", "--text", "body", "--language", "de"]


def make(path: Path, count: int = 3) -> Path:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body)")
        texts = (f"{TEXT} Es sind {n} Autos, berichtete Karl{n} Beispiel. " * (1 + n % 5) for n in range(count))
        db.executemany("INSERT INTO articles (body) VALUES (?)", ([text] for text in texts))
    return path


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
    for table in (table for table in own_tables() if table not in RUN_TABLES):
        columns = [name for name in ask(path, f"SELECT name FROM pragma_table_info('{table}')") if name != "extracted_at"]
        quoted = ", ".join(f'"{name}"' for name in columns)
        found[table] = ask(path, f"SELECT {quoted} FROM {table} ORDER BY id")
    return found
