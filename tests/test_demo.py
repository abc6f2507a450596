"""The demo database: made from the packaged dispatches, and the one in the repository is up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from datasette_wirefacts.cli import wirefacts
from datasette_wirefacts.demo import dispatches

COMMITTED = Path(__file__).parent.parent / "demo.db"
OF_A_RUN = {"wirefacts_runs", "wirefacts_errors", "_sqlite_migrations", "sqlite_stat1", "sqlite_stat4"}
HOW = "demo.db is out of date: make it again with `datasette wirefacts demo demo.db`, look at what changed, and commit it."


def opened(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))


def tables(path: Path) -> list[str]:
    with opened(path) as conn:
        found = conn.execute("select name from sqlite_master where type = 'table' and name != 'sqlite_sequence' order by name")
        return [name for (name,) in found if name not in OF_A_RUN]


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    with opened(path) as conn:
        conn.row_factory = sqlite3.Row
        columns = len(conn.execute(f'pragma table_info("{table}")').fetchall())
        found = conn.execute(f'select * from "{table}" order by {", ".join(map(str, range(1, columns + 1)))}').fetchall()
    return [{key: row[key] for key in row.keys() if key != "extracted_at"} for row in found]  # noqa: SIM118


def test_the_committed_demo_has_the_tables_of_today(demo_db: Path) -> None:
    assert tables(COMMITTED) == tables(demo_db), HOW


@pytest.mark.parametrize("table", tables(COMMITTED))
def test_the_committed_demo_is_what_the_code_makes(demo_db: Path, table: str) -> None:
    old, new = rows(COMMITTED, table), rows(demo_db, table)
    differing = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
    assert len(old) == len(new), f"{HOW} {table}: {len(old)} rows there, {len(new)} rows now"
    assert not differing, f"{HOW} {table}, {len(differing)} rows, the first: {differing[0]}"


def test_the_demo_is_small(demo_db: Path) -> None:
    assert demo_db.stat().st_size < 3_000_000


def test_each_dispatch_is_an_article(demo_db: Path) -> None:
    assert [row["body"] for row in rows(demo_db, "articles")] == [dispatch["body"] for dispatch in dispatches()]
    assert len(rows(demo_db, "articles")) >= 40
    assert len(rows(demo_db, "documents")) == len(rows(demo_db, "articles"))


@pytest.mark.parametrize(("table", "surface"), [("quotes", "quote"), ("figures", "figure"), ("mentions", "mention")])
def test_surfaces_stand_where_the_offsets_say(demo_db: Path, table: str, surface: str) -> None:
    bodies = {row["id"]: row["body"] for row in rows(demo_db, "articles")}
    articles = {row["id"]: row["articles_id"] for row in rows(demo_db, "documents")}
    found = rows(demo_db, table)
    assert found
    parts: dict[int, list[tuple[int, int]]] = {}
    for part in rows(demo_db, "quote_parts"):
        if part["part"] == "content":
            parts.setdefault(part["quote_id"], []).append((part["start"], part["end"]))
    for row in found:
        body = bodies[articles[row["document_id"]]]
        spans = parts[row["id"]] if table == "quotes" else [(row["start"], row["end"])]
        assert (spans[0][0], spans[-1][1]) == (row["start"], row["end"])
        assert " … ".join(body[start:end] for start, end in spans) == row[surface]


def test_the_demo_has_split_quotes(demo_db: Path) -> None:
    contents = [part["quote_id"] for part in rows(demo_db, "quote_parts") if part["part"] == "content"]
    assert len(contents) > len(set(contents))


def test_nothing_failed(demo_db: Path) -> None:
    assert rows(demo_db, "wirefacts_errors") == []
    with opened(demo_db) as conn:
        assert conn.execute("pragma foreign_key_check").fetchall() == []
        assert conn.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_it_can_be_made_again(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    for _ in range(2):
        run = CliRunner().invoke(wirefacts, ["demo", str(path)])
        assert run.exit_code == 0, run.output
        assert str(path) in run.output
    assert [file.name for file in tmp_path.iterdir()] == ["demo.db"]


@pytest.mark.parametrize("content", [b"", b"Liebe Grusse", b"SQLite format 3\x00"])
def test_no_other_file_is_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.db"
    path.write_bytes(content)
    run = CliRunner().invoke(wirefacts, ["demo", str(path)])
    assert run.exit_code == 1
    assert "no demo database" in run.output
    assert path.read_bytes() == content


def test_no_database_of_somebody_else_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("create table articles (id integer primary key)")
    assert CliRunner().invoke(wirefacts, ["demo", str(path)]).exit_code == 1
    assert tables(path) == ["articles"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    run = CliRunner().invoke(wirefacts, ["demo", str(tmp_path / "nowhere" / "demo.db")])
    assert run.exit_code == 1
    assert "nowhere" in run.output


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that takes no files")
def test_a_folder_that_takes_no_files_is_named() -> None:
    run = CliRunner().invoke(wirefacts, ["demo", "/proc/demo.db"])
    assert (run.exit_code, type(run.exception)) == (1, SystemExit)
    assert "/proc/demo.db cannot be" in run.output


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    run = CliRunner().invoke(wirefacts, ["demo", str(tmp_path / ("x" * 300))])
    assert (run.exit_code, type(run.exception)) == (1, SystemExit)
    assert "cannot be written: File name too long" in run.output
