"""The user renames, rebuilds or drops a source: the file stays usable, what stays keeps its ids, and what goes is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import FIRST, SECOND, change, everything, run, values
from click.testing import CliRunner
from datasette.cli import cli

from datasette_wirefacts.errors import WirefactsError
from datasette_wirefacts.registry import remembered

pytestmark = pytest.mark.usefixtures("pipeline")
OTHERS = "SELECT id FROM quotes WHERE document_id IN (SELECT id FROM documents WHERE letters_id IS NOT NULL)"
REBUILT = (
    "ALTER TABLE articles RENAME TO old",
    "CREATE TABLE articles AS SELECT * FROM old",
    "DROP TABLE old",
)


@pytest.fixture
def two(articles: Path) -> Path:
    """A database with the facts of two tables, and a view of the first."""
    change(articles, "CREATE TABLE letters (id INTEGER PRIMARY KEY, body TEXT)")
    change(articles, "INSERT INTO letters VALUES (1, ?)", SECOND)
    change(articles, "CREATE VIEW headlines AS SELECT headline FROM articles")
    run(articles)
    run(articles, "letters")
    return articles


def sound(path: Path) -> None:
    assert values(path, "PRAGMA integrity_check") == ["ok"]
    assert values(path, "PRAGMA foreign_key_check") == []
    pointers = values(path, "SELECT \"from\" FROM pragma_foreign_key_list('documents')")
    first = "SELECT (SELECT name FROM pragma_index_info(l.name) WHERE seqno = 0) FROM pragma_index_list('documents') AS l"
    assert set(pointers) <= set(values(path, first))


def test_a_dropped_table_takes_only_its_own_facts_along(two: Path) -> None:
    change(two, "CREATE INDEX mine ON documents (title) WHERE articles_id IS NOT NULL")
    before = values(two, OTHERS)
    change(two, "DROP TABLE articles")
    change(two, "INSERT INTO letters VALUES (2, ?)", FIRST)
    command = ["wirefacts", "extract", str(two), "letters", "--text", "body", "--language", "de"]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    assert "'body' of 'articles' is gone, and so are the 2 documents with its texts." in result.stderr
    assert "gone" not in CliRunner().invoke(cli, command).stderr
    assert values(two, "SELECT source_pk FROM documents") == ["[1]", "[2]"]
    assert values(two, "SELECT source_table FROM wirefacts_sources") == ["letters"]
    assert values(two, OTHERS)[: len(before)] == before
    assert values(two, "SELECT sum(gone) FROM wirefacts_runs") == [2]
    sound(two)


def test_a_table_rebuilt_without_its_key_keeps_its_facts(two: Path) -> None:
    before = values(two, "SELECT id, quote FROM quotes")
    for statement in ("DROP VIEW headlines", *REBUILT):
        change(two, statement)
    assert run(two).done == {"unchanged": 2, "empty": 1, "gone": 0}
    assert run(two, "letters").done == {"unchanged": 1, "gone": 0}
    assert values(two, "SELECT id, quote FROM quotes") == before
    assert values(two, "SELECT document_column FROM wirefacts_sources") == [None, "letters_id"]
    sound(two)


def test_a_key_that_comes_back_is_pointed_to_again(two: Path) -> None:
    before = everything(two)
    for statement in ("DROP VIEW headlines", "CREATE TABLE kept AS SELECT * FROM articles", "DROP TABLE articles"):
        change(two, statement)
    change(two, "CREATE TABLE articles AS SELECT * FROM kept")
    run(two)
    change(two, "DROP TABLE articles")
    change(two, "CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT, body TEXT, day TEXT)")
    change(two, "INSERT INTO articles SELECT * FROM kept")
    run(two)
    assert everything(two) == before
    sound(two)


RENAMED: dict[str, tuple[list[str], dict[str, Any]]] = {
    "table": (["articles RENAME TO news"], {"table": "news"}),
    "column": (["articles RENAME body TO text"], {"text": "text"}),
    "both": (["articles RENAME body TO text", "articles RENAME TO news"], {"table": "news", "text": "text"}),
    "key": (["articles RENAME id TO number"], {}),
    "case": (["articles RENAME TO aa", "aa RENAME TO Articles", "Articles RENAME body TO bb", "Articles RENAME bb TO Body"], {}),
}


@pytest.mark.parametrize("what", RENAMED)
@pytest.mark.parametrize("other_first", [False, True])
def test_what_is_renamed_is_the_same_source(two: Path, what: str, other_first: bool) -> None:
    statements, now = RENAMED[what]
    before = everything(two)
    for statement in statements:
        change(two, f"ALTER TABLE {statement}")
    if other_first:
        assert run(two, "letters").vanished == {}
    assert run(two, **now).done == {"unchanged": 2, "empty": 1, "gone": 0}
    assert {k: v for k, v in everything(two).items() if k != "wirefacts_sources"} == {
        k: v for k, v in before.items() if k != "wirefacts_sources"
    }
    assert len(values(two, "SELECT id FROM wirefacts_sources")) == 2
    sound(two)


@pytest.mark.parametrize("what", RENAMED)
def test_what_is_renamed_keeps_its_options(articles: Path, what: str) -> None:
    statements, now = RENAMED[what]
    run(articles, title="headline", published="day")
    for statement in statements:
        change(articles, f"ALTER TABLE {statement}")
    place = {"table": "articles", "text": "body"} | now
    with closing(sqlite3.connect(articles)) as connection:
        kept = remembered(connection, **place)
        assert kept.items() >= {"title": "headline", "published": "day", "language": "de"}.items()
        connection.execute(f"ALTER TABLE {place['table']} RENAME headline TO heading")
        connection.execute(f"ALTER TABLE {place['table']} RENAME {place['text']} TO words")
        assert "title" not in remembered(connection, place["table"], "words")


def test_a_view_that_is_replaced_by_another_is_gone(two: Path) -> None:
    view = "CREATE VIEW {} AS SELECT id AS number, body FROM letters"
    change(two, view.format("old_view"))
    run(two, "old_view", key="number")
    change(two, "DROP VIEW old_view")
    change(two, view.format("new_view"))
    assert run(two, "new_view", key="number").vanished == {("old_view", "body"): 1}
    assert values(two, "SELECT source_table FROM wirefacts_sources") == ["articles", "letters", "new_view"]


def test_of_two_texts_of_a_table_one_can_go(two: Path) -> None:
    run(two, text="headline")
    change(two, "DROP VIEW headlines")
    change(two, "ALTER TABLE articles DROP COLUMN headline")
    assert run(two).vanished == {("articles", "headline"): 3}
    assert values(two, "SELECT count(*) FROM documents") == [3]


def test_a_view_that_is_broken_stops_nothing(two: Path) -> None:
    change(two, "CREATE VIEW news AS SELECT id AS number, body FROM articles")
    run(two, "news", key="number")
    change(two, "DROP TABLE articles")
    assert run(two, "letters").vanished == {("articles", "body"): 2}
    assert values(two, "SELECT source_table FROM wirefacts_sources") == ["letters", "news"]
    with pytest.raises(WirefactsError, match=r"no such table: main\.articles"):
        run(two, "news", key="number")
    sound(two)


def test_a_pointer_that_the_user_added_to_documents_counts_too(two: Path) -> None:
    change(two, "CREATE TABLE desks (name TEXT PRIMARY KEY)")
    change(two, "ALTER TABLE documents ADD COLUMN desk REFERENCES desks")
    change(two, "UPDATE articles SET body = body || ' Ende.'")
    assert run(two).done["changed"] == 2
    assert values(two, "SELECT desk FROM documents") == [None, None, None]
    change(two, "DROP TABLE desks")
    assert run(two).done["unchanged"] == 2
    assert "desk" not in values(two, "SELECT name FROM pragma_table_info('documents')")
