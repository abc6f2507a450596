"""All articles of the gold folder in one command; each fact of each table is then looked up in its text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from datasette.cli import cli

from datasette_wirefacts.texts import clean

GOLD = Path(__file__).parents[2] / "shared" / "gold" / "quotes" / "train"
pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="the gold articles are not beside the project")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("gold") / "archive.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (name TEXT PRIMARY KEY, body TEXT)")
        texts = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(GOLD.glob("*.json")))
        db.executemany("INSERT INTO articles VALUES (?, ?)", ((text["documentName"], text["originalText"]) for text in texts))
    result = CliRunner().invoke(cli, ["wirefacts", "extract", str(path), "articles", "--text", "body", "--language", "de"])
    assert result.exit_code == 0, result.output
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def test_every_article_is_a_document(archive: sqlite3.Connection) -> None:
    assert (
        archive.execute("SELECT count(*) FROM documents").fetchone() == archive.execute("SELECT count(*) FROM articles").fetchone()
    )
    assert archive.execute("SELECT * FROM wirefacts_errors").fetchall() == []
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []
    assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def facts(archive: sqlite3.Connection, table: str, columns: str) -> Iterator[Any]:
    """Each row of a fact table with its text: text, start, end, and the columns."""
    joined = "JOIN quotes AS q ON q.id = f.quote_id JOIN documents AS d ON d.id = q.document_id"
    joined = joined if table == "quote_parts" else "JOIN documents AS d ON d.id = f.document_id"
    sql = f'SELECT body, f.start, f."end", {columns} FROM {table} AS f {joined} JOIN articles AS a ON a.name = d.articles_id'
    rows = archive.execute(sql).fetchall()
    assert len(rows) == archive.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return iter(rows)


@pytest.mark.parametrize(("table", "column"), [("figures", "figure"), ("mentions", "mention")])
def test_surfaces(archive: sqlite3.Connection, table: str, column: str) -> None:
    assert [row for row in facts(archive, table, column) if clean(row[0][row[1] : row[2]]) != row[3]] == []


def test_quotes_are_their_parts(archive: sqlite3.Connection) -> None:
    contents = "(SELECT json_group_array(json_array(start, \"end\")) FROM quote_parts WHERE quote_id = f.id AND part = 'content')"
    for text, start, end, quote, parts in facts(archive, "quotes", f"quote, {contents}"):
        spans = sorted(json.loads(parts))
        assert quote == " … ".join(clean(text[slice(*span)]) for span in spans)
        assert (start, end) == (spans[0][0], spans[-1][1])


def test_parts_lie_in_their_marks(archive: sqlite3.Connection) -> None:
    for text, start, end, part, outer_start, outer_end in facts(archive, "quote_parts", "part, outer_start, outer_end"):
        assert 0 <= start < end <= len(text)
        assert (part == "content") == (outer_start is not None)
        if outer_start is not None:
            assert outer_start <= start < end <= outer_end
            assert text[outer_start:outer_end].strip() == text[outer_start:outer_end]


def test_speaker_parts_are_the_speakers_words(archive: sqlite3.Connection) -> None:
    for text, start, end, part, words in facts(archive, "quote_parts", "part, q.speaker_text"):
        assert part != "speaker" or clean(text[start:end]) == words


def test_offices_stand_in_the_text(archive: sqlite3.Connection) -> None:
    for text, start, end, _ in facts(archive, "roles", "role"):
        assert text[start:end].strip() == text[start:end] != ""


def test_repeats_stand_twice(archive: sqlite3.Connection) -> None:
    for text, start, end, original in facts(archive, "repeats", "original_start"):
        assert text[start:end] == text[original : original + end - start] != ""
