"""The SQL functions: in SQLite, in sqlite-utils, in Datasette under its time limit."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.utils import StartupError

from datasette_wirefacts import functions
from datasette_wirefacts.functions import LONGEST_TEXT, register_functions

TEXT = "ULMENBACH, 3. Mai (NordPress) – „Wir bauen 40 Wohnungen“, sagte Bürgermeisterin Anna Kern. Das kostet 9,5 Millionen Euro."
TEXT_FUNCTIONS = ("wire_quotes", "wire_figures", "wire_entities", "wire_facts", "wire_dateline", "wire_number", "wire_unit")
FUNCTIONS = (*TEXT_FUNCTIONS, "wire_language", "wire_canonical")


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as conn:
        register_functions(conn)
        yield conn


def call(conn: sqlite3.Connection, expression: str, *arguments: Any) -> Any:
    return conn.execute(f"select {expression}", arguments).fetchone()[0]


def test_quotes(conn: sqlite3.Connection) -> None:
    (quote,) = json.loads(call(conn, "wire_quotes(?)", TEXT))
    assert (quote["text"], quote["speaker"]["name"]) == ("Wir bauen 40 Wohnungen", "Anna Kern")


def test_figures(conn: sqlite3.Connection) -> None:
    figures = json.loads(call(conn, "wire_figures(?)", TEXT))
    assert [(f["amount"], f["unit"]) for f in figures if f["kind"] == "money"] == [(9_500_000, "EUR")]


def test_entities(conn: sqlite3.Connection) -> None:
    assert "Anna Kern" in [entity["name"] for entity in json.loads(call(conn, "wire_entities(?)", TEXT))]


def test_facts_are_those_of_the_command_line(conn: sqlite3.Connection) -> None:
    facts = json.loads(call(conn, "wire_facts(?)", TEXT))
    assert list(facts) == ["language", "dateline", "repeats", "quotes", "figures", "entities", "roles"]
    assert json.loads(call(conn, "wire_quotes(?)", TEXT)) == facts["quotes"]
    assert json.loads(call(conn, "wire_dateline(?)", TEXT)) == facts["dateline"]


def test_dateline(conn: sqlite3.Connection) -> None:
    dateline = json.loads(call(conn, "wire_dateline(?)", TEXT))
    assert (dateline["date"], dateline["agencies"]) == ("--05-03", ["NordPress"])
    assert [place.title() for place in dateline["places"]] == ["Ulmenbach"]
    assert call(conn, "wire_dateline('Es regnet.')") is None


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("9,5 Millionen Euro", 9_500_000.0, "EUR"),
        ("rund 9.000 Tonnen", 9000.0, "tonne"),
        ("12 Prozent", 12.0, "%"),
        ("nichts dergleichen", None, None),
        ("", None, None),
    ],
)
def test_number_and_unit(conn: sqlite3.Connection, text: str, number: float | None, unit: str | None) -> None:
    row = conn.execute("select wire_number(?1), wire_unit(?1), typeof(wire_number(?1))", (text,)).fetchone()
    assert row == (number, unit, "null" if number is None else "real")


def test_language(conn: sqlite3.Connection) -> None:
    assert call(conn, "wire_language(?)", TEXT) == "de"


def test_canonical_is_equal_for_spellings_of_one_name(conn: sqlite3.Connection) -> None:
    assert call(conn, "wire_canonical('Dr. Anna Kern') = wire_canonical('ANNA KERN')") == 1


def test_similar(conn: sqlite3.Connection) -> None:
    assert call(conn, "wire_similar('Anna Kern', 'Anna Kern')") == 1.0
    assert call(conn, "wire_similar('Anna Kern', 'Otto Brandt')") < 0.6


def test_of_long_names_the_beginning_is_compared(conn: sqlite3.Connection) -> None:
    one, other = "Anna Kern " * 10_000, "Berta Huber " * 9_000
    started = time.perf_counter()
    assert call(conn, "wire_similar(?, ?)", one, other) < 0.8
    assert call(conn, "wire_similar(?, ?)", one, one[:90_000] + "x" * 10_000) == 1.0
    assert time.perf_counter() - started < 10  # comparing all of it takes minutes


def test_long_names_are_not_kept_in_memory(conn: sqlite3.Connection) -> None:
    from datasette_wirefacts import names

    kept = names._known_fold.cache_info().currsize
    assert call(conn, "wire_canonical(?)", "Ruprecht Uhlenhorst-" * 4_000)
    assert names._known_fold.cache_info().currsize == kept


@pytest.mark.parametrize("function", FUNCTIONS)
def test_null_gives_null(conn: sqlite3.Connection, function: str) -> None:
    assert call(conn, f"{function}(null)") is None


def test_null_beside_a_name_gives_null(conn: sqlite3.Connection) -> None:
    assert conn.execute("select wire_similar(null, 'a'), wire_similar('a', null)").fetchone() == (None, None)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("argument", [b"\xff\x00", 5, 1.5])
def test_what_is_no_text_gives_null(conn: sqlite3.Connection, function: str, argument: Any) -> None:
    assert call(conn, f"{function}(?)", argument) is None


@pytest.mark.parametrize("function", TEXT_FUNCTIONS)
def test_language_may_be_given(conn: sqlite3.Connection, function: str) -> None:
    assert call(conn, f"{function}(?, 'de')", TEXT) == call(conn, f"{function}(?)", TEXT)
    assert call(conn, f"{function}(?, null)", TEXT) == call(conn, f"{function}(?)", TEXT)


@pytest.mark.parametrize("function", TEXT_FUNCTIONS)
@pytest.mark.parametrize("language", ["", "../../tmp", "/tmp", "de/..", "d e", "deutsch", 5, b"de"])
def test_what_is_no_language_gives_null(conn: sqlite3.Connection, function: str, language: Any) -> None:
    assert call(conn, f"{function}(?, ?)", TEXT, language) is None


@pytest.mark.parametrize("language", ["DE-at", "de_AT", "de-Latn-AT-1996-x-ulm"])
def test_a_language_is_written_as_everywhere(conn: sqlite3.Connection, language: str) -> None:
    from datasette_wirefacts.languages import language_tag

    assert json.loads(call(conn, "wire_facts(?, ?)", TEXT, language))["language"] == language_tag(language)


def test_unknown_language_gets_what_applies_everywhere(conn: sqlite3.Connection) -> None:
    assert json.loads(call(conn, "wire_facts(?, 'qya')", TEXT))["language"] == "qya"


@pytest.mark.parametrize("function", TEXT_FUNCTIONS)
@pytest.mark.parametrize("text", ["", "\x00", "„", "»" * 500, "1" * 500, "\u202e(" * 200, "a\u0308\xad-" * 100])
def test_no_text_raises(conn: sqlite3.Connection, function: str, text: str) -> None:
    result = call(conn, f"{function}(?)", text)
    assert result is None or isinstance(result, (str, float))


def test_of_a_long_text_the_beginning_counts(conn: sqlite3.Connection) -> None:
    long = TEXT + "\n" + "Es regnet weiter. " * (LONGEST_TEXT // 18 + 1)
    assert len(json.loads(call(conn, "wire_quotes(?)", long + TEXT))) == 1


def test_functions_are_deterministic(conn: sqlite3.Connection) -> None:
    conn.execute("create table t (body text)")
    conn.execute("create index i on t (wire_number(body))")  # SQLite takes only deterministic functions here


def test_one_text_is_extracted_once(conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    from datasette_wirefacts.pipeline import Pipeline

    calls = []
    extract = Pipeline.extract
    monkeypatch.setattr(Pipeline, "extract", lambda *a, **k: calls.append(1) or extract(*a, **k))
    text = TEXT + " Und das nur einmal."
    conn.execute("select wire_quotes(?1), wire_figures(?1), wire_entities(?1), wire_number(?1)", (text,)).fetchone()
    assert calls == [1]


def test_nothing_is_loaded_before_the_first_call() -> None:
    code = (
        "import sqlite3, sys; from datasette_wirefacts.functions import register_functions;"
        "register_functions(sqlite3.connect(':memory:'));"
        "print([m for m in ('spacy', 'datasette_wirefacts.pipeline', 'datasette_wirefacts.languages') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("command", [["memory"], ["query", ":memory:"]])
def test_in_sqlite_utils(command: list[str]) -> None:
    sql = "select wire_number('9,5 Millionen Euro') as n, json_array_length(wire_quotes(:text)) as quotes"
    arguments = [sys.executable, "-m", "sqlite_utils", *command, sql, "-p", "text", TEXT]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [{"n": 9_500_000.0, "quotes": 1}]


def articles(tmp_path: Path, number: int) -> Path:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("create table articles (id integer primary key, body text)")
        conn.executemany("insert into articles (body) values (?)", [(f"{TEXT} {n}",) for n in range(number)])
    return path


PATIENT = {"sql_time_limit_ms": 30_000}  # the machine may be busy


@pytest.mark.asyncio
async def test_in_datasette(tmp_path: Path) -> None:
    datasette = Datasette([str(articles(tmp_path, 3))], settings=PATIENT)
    sql = "select json_extract(value, '$.speaker.name') as speaker from articles, json_each(wire_quotes(body))"
    answer = await datasette.client.get("/news.json", params={"sql": sql, "_shape": "array"}, follow_redirects=True)
    assert answer.json() == [{"speaker": "Anna Kern"}] * 3


@pytest.mark.asyncio
async def test_a_query_over_its_time_limit_is_cut_off(tmp_path: Path) -> None:
    datasette = Datasette([str(articles(tmp_path, 200))], settings={"sql_time_limit_ms": 300})
    sql = "select sum(length(wire_quotes(a.body || b.id))) from articles a, articles b"
    started = time.perf_counter()
    answer = await datasette.client.get("/news", params={"sql": sql}, follow_redirects=True)
    assert time.perf_counter() - started < 30  # 40,000 texts take minutes
    assert answer.status_code == 400
    assert "SQL query took too long" in answer.text


@pytest.mark.asyncio
async def test_the_time_limit_holds_on_full_text_tables(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("create virtual table articles using fts5(body)")
        conn.executemany("insert into articles (body) values (?)", [(f"{n} {TEXT * 10}",) for n in range(60)])
    datasette = Datasette([str(path)], settings={"sql_time_limit_ms": 300})
    sql = "-- all about Kern\nselect sum(length(wire_quotes(body))) from articles where articles match 'kern'"
    answer = await datasette.client.get("/news", params={"sql": sql}, follow_redirects=True)
    assert answer.status_code == 400
    assert "SQL query took too long" in answer.text


COUNTING = (  # the function is called first
    "with recursive n(i) as (select length(wire_language('Das ist der ganze Satz.')) union all select i + 1 from n where i < {}) "
    "select count(*) as n from n"
)


def slow_to_load(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Loading takes longer than the time limit, on every connection; the engines that were loaded."""
    loaded = []

    def load(engine: str) -> None:
        loaded.append(engine)
        time.sleep(3)

    monkeypatch.setattr(functions, "_load", load)
    return loaded


@pytest.mark.asyncio
@pytest.mark.parametrize("engine", ["fast", "full"])
async def test_loading_does_not_count_for_the_time_limit(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    loaded = slow_to_load(monkeypatch)
    plugins = {"plugins": {"datasette-wirefacts": {"engine": engine}}}
    datasette = Datasette(memory=True, metadata=plugins, settings={"sql_time_limit_ms": 2000})
    sql = COUNTING.format(20_000)
    answer = await datasette.client.get("/_memory.json", params={"sql": sql, "_shape": "array"}, follow_redirects=True)
    assert answer.json() == [{"n": 19_999}]
    assert loaded == [engine]


@pytest.mark.asyncio
async def test_after_loading_the_time_limit_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    slow_to_load(monkeypatch)
    datasette = Datasette(memory=True, settings={"sql_time_limit_ms": 300})
    sql = COUNTING.format(10**9)
    answer = await datasette.client.get("/_memory", params={"sql": sql}, follow_redirects=True)
    assert answer.status_code == 400
    assert "SQL query took too long" in answer.text


def test_the_first_query_of_all_is_not_cut_off(tmp_path: Path) -> None:
    # The limit is long because the machine may be busy.
    code = (
        "import asyncio, sys; from datasette.app import Datasette;"
        "datasette = Datasette([sys.argv[1]], settings={'sql_time_limit_ms': 5000});"
        "get = lambda path: asyncio.run(datasette.client.get(path, follow_redirects=True)).status_code;"
        "print(get('/news?sql=select+1'), 'spacy' in sys.modules);"
        "print(get('/news?sql=select+wire_quotes(body)+from+articles'), 'spacy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code, articles(tmp_path, 2)], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["200", "False", "200", "True"]


@pytest.mark.asyncio
async def test_writes_have_no_time_limit(tmp_path: Path) -> None:
    datasette = Datasette([str(articles(tmp_path, 60))], settings={"sql_time_limit_ms": 1})
    await datasette.get_database("news").execute_write("update articles set body = wire_quotes(body)")
    with closing(sqlite3.connect(tmp_path / "news.db")) as conn:
        assert conn.execute("select count(*) from articles where json_array_length(body) = 1").fetchone() == (60,)


@pytest.mark.asyncio
async def test_engine_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines = []
    make = functions._make_pipeline

    def noted(engine: str, datasette: Any) -> Any:
        engines.append((engine, datasette))
        return make(engine, datasette)

    monkeypatch.setattr(functions, "_make_pipeline", noted)
    path = articles(tmp_path, 1)
    for engine in ("fast", "full"):
        datasette = Datasette([str(path)], metadata={"plugins": {"datasette-wirefacts": {"engine": engine}}}, settings=PATIENT)
        await datasette.client.get("/news.json?sql=select+wire_quotes('a')", follow_redirects=True)
        assert engines[-1] == (engine, datasette)


@pytest.mark.asyncio
@pytest.mark.parametrize("configured", [{"engine": "quick"}, "quick", {"engine": None}])
async def test_an_engine_that_is_none_stops_the_start(configured: Any) -> None:
    datasette = Datasette(memory=True, metadata={"plugins": {"datasette-wirefacts": configured}})
    with pytest.raises(StartupError, match="fast or full"):
        await datasette.invoke_startup()


@pytest.mark.asyncio
async def test_functions_have_a_home_without_our_tables() -> None:
    datasette = Datasette(memory=True, settings=PATIENT)
    answer = await datasette.client.get("/_memory.json?sql=select+wire_unit('12+Prozent')+as+u&_shape=array", follow_redirects=True)
    assert answer.json() == [{"u": "%"}]
