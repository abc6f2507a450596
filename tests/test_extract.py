"""A source goes in, tables come out: without duplicates, with ids that stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from articles_db import FIRST, SECOND, change, everything, rows, run, values

from datasette_wirefacts.tables import INDEXES, own_tables

pytestmark = pytest.mark.usefixtures("pipeline")


def test_documents(articles: Path) -> None:
    run(articles, title="headline", published="day")
    columns = "title, published, language, characters, source_pk, articles_id, engine"
    assert rows(articles, f"SELECT {columns} FROM documents") == [
        dict(zip(columns.split(", "), row, strict=True))
        for row in [
            ("Erste", "2024-10-16", "de", len(FIRST), "[1]", 1, "full 0.1.0"),
            ("Zweite", None, "de", len(SECOND), "[2]", 2, "full 0.1.0"),
        ]
    ]


def test_facts_point_to_each_other(articles: Path) -> None:
    run(articles, published="day")
    assert values(articles, "SELECT name FROM entities ORDER BY id") == ["Name1", "Name2", "Ort1"]
    quotes = "SELECT q.document_id, q.quote, q.speaker, e.name, q.cue_verb FROM quotes q LEFT JOIN entities e ON e.id = speaker_id"
    assert values(articles, quotes) == [
        (1, "Es sind 12 Name2.", "Name1", "Name1", "sagen"),
        (2, "Nein.", "Name2", "Name2", "sagen"),
        (2, "Ja.", None, None, None),
    ]
    figures = (
        "SELECT figure, amount, quote_id, c.name, measured, m.name, published FROM figures "
        "LEFT JOIN entities c ON c.id = claimed_by_id LEFT JOIN entities m ON m.id = measured_id"
    )
    assert values(articles, figures) == [
        ("12", 12, 1, "Name1", "Name2", "Name2", "2024-10-16"),
        ("7", 7, None, None, None, None, "2024-10-16"),
    ]
    assert values(articles, "SELECT mention, quote_id FROM mentions WHERE document_id = 1 ORDER BY start") == [
        ("Name1", None),
        ("Name2", 1),
        ("Ort1", None),
        ("Name1", None),
    ]
    assert values(
        articles, "SELECT p.name, role, o.name FROM roles JOIN entities p ON p.id = person_id JOIN entities o ON o.id = place_id"
    ) == [("Name1", "Chef", "Ort1")]
    assert values(articles, "SELECT part, outer_start IS NOT NULL FROM quote_parts WHERE quote_id = 1") == [
        ("content", 1),
        ("cue", 0),
        ("speaker", 0),
    ]


def test_a_speaker_whom_nobody_knows_has_no_name(articles: Path) -> None:
    change(articles, "UPDATE articles SET body = 'Er sagte: „Ja.“' WHERE id = 1")
    run(articles, where="id = 1")
    columns = "speaker, speaker_id, speaker_kind, speaker_text, speaker_found"
    assert values(articles, f"SELECT {columns} FROM quotes") == [(None, None, None, "Er", "none")]


def test_a_second_run_changes_nothing(articles: Path) -> None:
    run(articles)
    before = everything(articles)
    summary = run(articles)
    assert summary.done == {"unchanged": 2, "empty": 1, "gone": 0}
    assert everything(articles) == before


def test_equal_runs_give_equal_tables(articles: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(articles.read_bytes())
    run(articles)
    run(copy, limit=1)
    run(copy)
    assert everything(copy) == everything(articles)


def test_a_changed_text_keeps_the_ids_of_what_stays(articles: Path) -> None:
    run(articles)
    change(articles, "UPDATE articles SET body = ? WHERE id = 2", "Neu: „Doch.“ " + SECOND + " „Ja.“")
    assert run(articles).done["changed"] == 1
    assert values(articles, "SELECT id, quote FROM quotes WHERE document_id = 2 ORDER BY start") == [
        (4, "Doch."),
        (2, "Nein."),
        (3, "Ja."),
        (5, "Ja."),
    ]
    change(articles, "UPDATE articles SET body = ? WHERE id = 2", "Name3 sagte: „Ja.“")
    run(articles)
    assert values(articles, "SELECT id, quote FROM quotes WHERE document_id = 2") == [(3, "Ja.")]
    assert values(articles, "SELECT quote_id FROM quote_parts WHERE quote_id NOT IN (SELECT id FROM quotes)") == []
    assert values(articles, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("column", ["headline", "day"])
def test_each_input_column_counts(articles: Path, column: str) -> None:
    run(articles, title="headline", published="day")
    change(articles, f"UPDATE articles SET {column} = '2020-01-01' WHERE id = 1")
    assert run(articles, title="headline", published="day").done["changed"] == 1


def test_a_deleted_row_takes_its_facts_along(articles: Path) -> None:
    run(articles)
    change(articles, "DELETE FROM articles WHERE id = 1")
    assert run(articles, where="id > 1000").done["gone"] == 1
    assert values(articles, "SELECT source_pk FROM documents") == ["[2]"]
    assert values(articles, "SELECT name FROM entities") == ["Name1", "Name2"]  # Ort1 is named nowhere any more
    assert values(articles, "SELECT count(*) FROM quotes") == [2]


def test_a_text_that_becomes_null_takes_its_facts_along(articles: Path) -> None:
    run(articles)
    change(articles, "UPDATE articles SET body = NULL WHERE id = 1")
    run(articles)
    assert values(articles, "SELECT source_pk FROM documents") == ["[2]"]


def test_with_foreign_keys_on_a_delete_cascades(articles: Path) -> None:
    run(articles)
    with closing(sqlite3.connect(articles)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM articles")
    for table in ("documents", "quotes", "quote_parts", "figures", "mentions", "roles"):
        assert values(articles, f"SELECT count(*) FROM {table}") == [0]


def test_where_and_limit_leave_the_others_alone(articles: Path) -> None:
    run(articles)
    assert run(articles, where="id = 2").articles == 1
    assert run(articles, limit=1).articles == 1
    assert values(articles, "SELECT count(*) FROM documents") == [2]


def test_an_id_is_never_used_again(articles: Path) -> None:
    run(articles)
    change(articles, "DELETE FROM articles WHERE id = 2")
    run(articles)
    change(articles, "INSERT INTO articles (id, body) VALUES (2, ?)", SECOND)
    run(articles)
    assert values(articles, "SELECT id FROM documents ORDER BY id") == [1, 3]
    assert values(articles, "SELECT id FROM quotes ORDER BY id") == [1, 4, 5]


def test_the_schema_is_as_facets_need_it(articles: Path) -> None:
    run(articles)
    with closing(sqlite3.connect(articles)) as db, db:
        for table in own_tables():
            keys = db.execute('SELECT "from", on_delete FROM pragma_foreign_key_list(?)', [table]).fetchall()
            indexed = [
                db.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", [index]).fetchall()
                for (index,) in db.execute("SELECT name FROM pragma_index_list(?)", [table]).fetchall()
            ]
            first = {columns[0][0] for columns in indexed}
            assert {column for column, _ in keys} | set(INDEXES.get(table, ())) <= first, table
            assert {action for _, action in keys} <= {"CASCADE", "SET NULL"}
            for index, unique in db.execute('SELECT name, "unique" FROM pragma_index_list(?)', [table]).fetchall():
                assert not unique or len(db.execute("SELECT * FROM pragma_index_info(?)", [index]).fetchall()) > 1
        triggers = db.execute("SELECT tbl_name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
        assert {table for (table,) in triggers} <= {*own_tables(), "wirefacts_signatures"}  # nothing on the user's tables
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'quotes'").fetchone() > (0,)
