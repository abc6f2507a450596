"""Several processes extract: the same tables as from one, whatever happens to the processes."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from articles_db import change, everything, rows, run, values
from plain_extractors import plain_pipeline

from datasette_wirefacts import jobs, reading, workers
from datasette_wirefacts.docs import text_of
from datasette_wirefacts.extractors import Extractor
from datasette_wirefacts.pipeline import Pipeline

COUNT = 90
Use = Callable[[Pipeline], None]


@dataclass(frozen=True)
class Word:
    start: int
    word: str


def deadly(doc: Any, pack: Any) -> Iterator[Word]:
    """Ends its process at one word, raises at another, and kills its process at a third the first time only."""
    text = text_of(doc).text
    if "Tod" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "Fehler" in text:
        raise ValueError("no luck")
    once = Path(text.partition("einmal ")[2].split(" ")[0])
    if "einmal" in text and not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    print("what an extractor prints is no answer")
    yield Word(start=0, word=text.split()[0])


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A database with articles that share entities."""
    path = tmp_path / "wire.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body TEXT)")
        texts = (f"Name{n % 7} sagte: „Es sind {n} Name{n % 11}.“ " * (1 + n % 3) for n in range(COUNT))
        db.executemany("INSERT INTO articles (body) VALUES (?)", ([text] for text in texts))
    return path


def copied(path: Path, name: str) -> Path:
    copy = path.with_name(name)
    copy.write_bytes(path.read_bytes())
    return copy


@pytest.mark.parametrize("count", [2, 3])
def test_the_tables_are_the_same_from_any_number(many: Path, pipeline: Use, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    other = copied(many, "other.db")
    run(many)
    monkeypatch.setattr(jobs, "BATCH_DOCUMENTS", 3)
    monkeypatch.setattr(reading, "PAGE", 7)
    assert run(other, workers=count).done["new"] == COUNT
    assert everything(other) == everything(many)


def test_the_order_of_arrival_does_not_show(many: Path, pipeline: Use) -> None:
    other = copied(many, "other.db")
    run(many)
    change(other, "CREATE TABLE all_articles AS SELECT * FROM articles")
    change(other, "DELETE FROM articles")
    for where in ("id % 3 = 2", "id % 3 = 0", "id % 3 = 1"):
        change(other, f"INSERT INTO articles SELECT * FROM all_articles WHERE {where}")
        run(other)
    for sql in (
        "SELECT articles_id, characters, input_hash FROM documents ORDER BY 1",
        "SELECT name, kind, country, code FROM entities ORDER BY 1",
        "SELECT articles_id, quote, speaker, e.name, start FROM quotes LEFT JOIN entities e ON e.id = speaker_id "
        "JOIN documents d ON d.id = document_id ORDER BY 1, start",
        "SELECT name, alias, aliases.kind FROM aliases JOIN entities ON entities.id = entity_id ORDER BY 1, 2",
    ):
        assert values(other, sql) == values(many, sql)


def test_few_articles_start_no_process(many: Path, pipeline: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_start", None)
    assert run(many, limit=workers.FEW - 1, workers=2).done["new"] == workers.FEW - 1


def test_a_text_that_kills_its_process_costs_no_other(many: Path, pipeline: Use, tmp_path: Path) -> None:
    pipeline(plain_pipeline(Extractor("words", deadly, fact=Word)))
    change(many, "UPDATE articles SET body = 'Der Tod.' WHERE id IN (3, 50)")
    change(many, "UPDATE articles SET body = 'Ein Fehler.' WHERE id = 60")
    change(many, "UPDATE articles SET body = ? WHERE id = 70", f"Nur einmal {tmp_path / 'once'} tot.")
    summary = run(many, workers=2)
    assert (summary.done["new"], summary.done["failed"], summary.errors) == (COUNT - 2, 2, 3)
    assert values(many, "SELECT source_pk, extractor, message FROM wirefacts_errors ORDER BY id") == [
        ("[3]", "text", "The process that read this text was ended twice (signal 9): is it too large?"),
        ("[50]", "text", "The process that read this text was ended twice (signal 9): is it too large?"),
        ("[60]", "words", "ValueError: no luck"),
    ]
    assert values(many, "SELECT count(*) FROM words") == [COUNT - 3]
    change(many, "UPDATE articles SET body = 'Ja.' WHERE id IN (3, 50, 60)")
    assert run(many, workers=2).errors == 0
    assert rows(many, "SELECT * FROM wirefacts_errors") == []


def test_an_extractor_that_no_other_process_finds_runs_in_this_one(many: Path, pipeline: Use) -> None:
    pipeline(plain_pipeline(Extractor("words", lambda doc, pack: [Word(start=0, word="hier")], fact=Word)))
    assert run(many, workers=2).done["new"] == COUNT
    assert values(many, "SELECT count(*) FROM words") == [COUNT]
