"""A source goes in, tables come out: from any table, without duplicates, with ids that stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plain_extractors import plain_pipeline

from datasette_wirefacts import jobs
from datasette_wirefacts.connections import connect
from datasette_wirefacts.errors import ExtractorError
from datasette_wirefacts.extractors import Extractor
from datasette_wirefacts.jobs import Summary, extract_source
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.sources import find_source
from datasette_wirefacts.tables import INDEXES, own_tables

FIRST = "Name1 sagte: „Es sind 12 Name2.“ Chef von Ort1, Name1, zählte 7."
SECOND = "Name2 sagte: „Nein.“ Name1 schwieg. „Ja.“"
RUN_TABLES = {"wirefacts_runs", "wirefacts_errors"}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "wire.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT, body TEXT, day TEXT)")
        rows = [(1, "Erste", FIRST, "2024-10-16T08:00"), (2, "Zweite", SECOND, "gestern"), (3, "Leer", None, None)]
        db.executemany("INSERT INTO articles VALUES (?, ?, ?, ?)", rows)
    return path


@pytest.fixture(autouse=True)
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pipeline], None]:
    def use(pipeline: Pipeline) -> None:
        monkeypatch.setattr(jobs, "make_pipeline", lambda *settings: pipeline)

    use(plain_pipeline())
    return use


def run(path: Path, table: str = "articles", text: str = "body", limit: int | None = None, **options: Any) -> Summary:
    connection = connect(path)
    try:
        return extract_source(connection, find_source(connection, table, text=text, language="de", **options), limit=limit)
    finally:
        connection.close()


def rows(path: Path, sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql)]


def values(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db, db:
        return [row[0] if len(row) == 1 else row for row in db.execute(sql)]


def change(path: Path, sql: str, *parameters: Any) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(sql, parameters)


def everything(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of our tables but the times."""
    found = {table: rows(path, f'SELECT * FROM "{table}" ORDER BY id') for table in own_tables() if table not in RUN_TABLES}
    return {table: [{k: v for k, v in row.items() if k != "extracted_at"} for row in some] for table, some in found.items()}


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


ODD_TABLES = {
    "rowid": ('CREATE TABLE "{t}" ("{c}" TEXT)', 'INSERT INTO "{t}" (rowid, "{c}") VALUES (?, ?)', [7, 9], False),
    "real rowid column": ('CREATE TABLE "{t}" (rowid TEXT, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', ["x", "x"], False),
    "integer": ('CREATE TABLE "{t}" (id INTEGER PRIMARY KEY, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', [-3, 2**62], True),
    "text": ('CREATE TABLE "{t}" ("a key" TEXT PRIMARY KEY, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', ["z", "ä'\""], True),
    "blob": ('CREATE TABLE "{t}" (k PRIMARY KEY, "{c}" TEXT)', 'INSERT INTO "{t}" VALUES (?, ?)', [1.5, b"\xff"], True),
    "no rowid": (
        'CREATE TABLE "{t}" (k TEXT PRIMARY KEY, "{c}") WITHOUT ROWID',
        'INSERT INTO "{t}" VALUES (?, ?)',
        ["1", "2"],
        True,
    ),
    "compound": (
        'CREATE TABLE "{t}" (a TEXT DEFAULT 1, b INT, "{c}" TEXT, PRIMARY KEY (b, a))',
        'INSERT INTO "{t}" (b, "{c}") VALUES (?, ?)',
        [1, 2],
        False,
    ),
}


@pytest.mark.parametrize("kind", ODD_TABLES)
@pytest.mark.parametrize(
    "name", ["plain", 'a"b', "x]y", "two words", "Meldungen Übersee", "source", "document_id", "'; --", "%s ?"]
)
def test_any_table(tmp_path: Path, kind: str, name: str) -> None:
    create, insert, keys, pointed_to = ODD_TABLES[kind]
    path, names = tmp_path / "odd.db", {"t": name.replace('"', '""'), "c": ("text " + name).replace('"', '""')}
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(create.format(**names))
        db.executemany(insert.format(**names), [(key, text) for key, text in zip(keys, [FIRST, SECOND], strict=True)])
        before = db.execute("SELECT sql FROM sqlite_master").fetchall()
    run(path, name, "text " + name)
    assert run(path, name, "text " + name).done == {"unchanged": 2, "gone": 0}
    assert values(path, "SELECT characters FROM documents ORDER BY id") == [len(FIRST), len(SECOND)]
    (column,) = values(path, "SELECT document_column FROM wirefacts_sources")
    assert (column is not None) == pointed_to
    if pointed_to:
        quoted = column.replace('"', '""')
        assert values(path, f'SELECT "{quoted}" FROM documents ORDER BY id') == keys
    assert values(path, "PRAGMA foreign_key_check") == []
    change(path, f'DELETE FROM "{names["t"]}"')
    assert run(path, name, "text " + name).done == {"gone": 2}
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute("SELECT sql FROM sqlite_master").fetchall()[: len(before)] == before


def test_a_column_that_tells_rows_apart_can_be_pointed_to(articles: Path) -> None:
    change(articles, "CREATE TABLE urls (url TEXT UNIQUE, body TEXT)")
    change(articles, "INSERT INTO urls VALUES ('https://example.org/1', ?)", FIRST)
    run(articles, "urls", key="url")
    assert values(articles, "SELECT urls_id FROM documents") == ["https://example.org/1"]


def test_a_view_with_a_key(articles: Path) -> None:
    change(articles, "CREATE VIEW news AS SELECT id AS number, body FROM articles WHERE body IS NOT NULL")
    run(articles, "news", key="number")
    assert values(articles, "SELECT source_pk FROM documents") == ["[1]", "[2]"]
    assert values(articles, "SELECT document_column FROM wirefacts_sources") == [None]


def test_two_sources_share_the_entities(articles: Path) -> None:
    change(articles, "CREATE TABLE letters (id INTEGER PRIMARY KEY, body TEXT)")
    change(articles, "INSERT INTO letters VALUES (1, ?)", SECOND)
    run(articles)
    run(articles, "letters")
    assert values(articles, "SELECT articles_id, letters_id FROM documents") == [(1, None), (2, None), (None, 1)]
    assert values(articles, "SELECT count(*) FROM entities WHERE name = 'Name1'") == [1]


def test_rows_without_a_key_are_left_out_and_told(articles: Path) -> None:
    change(articles, "CREATE TABLE codes (code TEXT PRIMARY KEY, body TEXT)")
    with closing(sqlite3.connect(articles)) as db, db:
        db.executemany("INSERT INTO codes VALUES (?, ?)", [(None, FIRST), (None, FIRST), ("a", SECOND)])
    assert (run(articles, "codes").errors, run(articles, "codes").errors) == (1, 1)
    assert values(articles, "SELECT extractor, source_pk FROM wirefacts_errors") == [("key", None)]


@dataclass(frozen=True, kw_only=True)
class Vote:
    start: int
    end: int
    text: str
    share: Decimal
    sure: bool = True
    code: str | None = None
    party_names: tuple[str, ...] = ()


def votes(doc: Any, pack: Any, *needs: Any) -> Any:
    yield Vote(start=0, end=5, text=doc.text[:5], share=Decimal("1.5"), code="x", party_names=("A", "B"))


def mixed(doc: Any, pack: Any, *needs: Any) -> Any:
    yield from votes(doc, pack)
    yield "no vote"


def helper(doc: Any, pack: Any, *needs: Any) -> Any:
    yield "for other extractors"


def broken(doc: Any, pack: Any) -> Any:
    raise RuntimeError("out of order")


def test_plugged_in_facts_have_a_table(articles: Path, pipeline: Callable[[Pipeline], None]) -> None:
    pipeline(plain_pipeline(Extractor("votes", votes, fact=Vote)))
    run(articles)
    run(articles)
    first = dict(id=1, document_id=1, start=0, end=5, text="Name1", share=1.5, sure=1, code="x", party_names='["A", "B"]')
    assert rows(articles, "SELECT * FROM votes")[0] == first
    change(articles, "UPDATE articles SET body = 'Name1 ist da.' WHERE id = 1")
    run(articles)
    assert values(articles, "SELECT id FROM votes") == [1, 2]


def test_facts_without_a_table_are_left_out(articles: Path, pipeline: Callable[[Pipeline], None]) -> None:
    pipeline(plain_pipeline(Extractor("helper", helper), Extractor("votes", mixed, fact=Vote)))
    assert run(articles).errors == 2
    assert values(articles, "SELECT count(*) FROM votes") == [2]
    assert set(values(articles, "SELECT extractor FROM wirefacts_errors")) == {"votes"}


@pytest.mark.parametrize("name", ["articles", "quotes"])
def test_a_plugged_in_kind_takes_no_table_of_others(articles: Path, pipeline: Callable[[Pipeline], None], name: str) -> None:
    pipeline(Pipeline((Extractor(name, votes, fact=Vote),)))
    with pytest.raises(ExtractorError, match=f"The .*extractor '{name}'"):
        run(articles)


def test_a_failing_extractor_costs_its_own_facts_and_is_told(articles: Path, pipeline: Callable[[Pipeline], None]) -> None:
    pipeline(plain_pipeline(Extractor("broken", broken, fact=Vote)))
    assert run(articles).errors == 2
    assert values(articles, "SELECT source_pk, extractor, message FROM wirefacts_errors") == [
        ("[1]", "broken", "RuntimeError: out of order"),
        ("[2]", "broken", "RuntimeError: out of order"),
    ]
    assert values(articles, "SELECT count(*) FROM quotes") == [3]
    pipeline(plain_pipeline())
    run(articles)
    assert values(articles, "SELECT count(*) FROM wirefacts_errors") == [0]


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
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone() == (0,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'quotes'").fetchone() > (0,)
