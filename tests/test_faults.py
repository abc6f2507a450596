"""Names, files and values that cannot be used: each time a clear message, and nothing is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_line import OPTIONS, ask, change, extract, failed, make


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
        (["articles", "--text", "body", "--where", "id >"], "'articles' where id > cannot be read: a syntax error at its end."),
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


def test_a_date_that_is_out_of_this_world(wire: Path) -> None:
    change(wire, "ALTER TABLE articles ADD COLUMN day", "UPDATE articles SET day = 'Wed, 16 Oct 2024 08:00:00 +99999999999999'")
    assert extract(wire, *OPTIONS, "--published", "day").exit_code == 0
    assert ask(wire, "SELECT published FROM documents") == [None, None, None]
