"""Twins: which documents repeat another, what they keep of their facts, and that it depends on the set of documents alone."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import change, run, values
from twin_cases import others, twins

from datasette_wirefacts import neighbours, steps
from datasette_wirefacts.archive import Archive
from datasette_wirefacts.connections import connect
from datasette_wirefacts.twins import find_twins

TWINS = (
    "SELECT o.source_pk, d.source_pk, t.kind FROM twins AS t JOIN documents AS d ON d.id = t.document_id "
    "JOIN documents AS o ON o.id = t.original_id ORDER BY o.id, d.id"
)


def make(path: Path, rows: list[tuple[int, str, str]]) -> Path:
    """A database with these articles: key, text, date."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body TEXT, day TEXT)")
        db.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
    return path


def extract(path: Path, **options: Any) -> None:
    run(path, published="day", engine="fast", **options)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All texts of the corpus in one table: originals under 1000 and more, twins from 2000 on, others from 3000 on."""
    pairs, lookalikes = list(twins()), list(others())
    rows = [(1000 + n, text, "2024-05-01") for n, (_, text, _, _) in enumerate(pairs)]
    rows += [(2000 + n, twin, "2024-05-02") for n, (_, _, twin, _) in enumerate(pairs)]
    rows += [(3000 + n, other, "2024-05-03") for n, (_, _, other) in enumerate(lookalikes)]
    path = make(tmp_path_factory.mktemp("twins") / "wire.db", rows)
    extract(path)
    return path


def test_the_corpus_is_as_large_as_promised() -> None:
    assert (len(list(twins())), len(list(others()))) == (30, 60)
    texts = [text for _, *pair, _ in twins() for text in pair] + [text for *_, text in others()]
    assert len(texts) == len(set(texts))
    assert all(70 <= len(text.split()) <= 300 for text in texts)


def test_precision_and_recall(corpus: Path) -> None:
    found = {(original, twin) for original, twin, _ in values(corpus, TWINS)}
    right = {(f"[{1000 + n}]", f"[{2000 + n}]") for n in range(30)}
    assert found <= right  # precision 100 %
    assert len(found) >= 0.95 * len(right)


@pytest.mark.parametrize(("n", "kind"), [(n, kind) for n, (*_, kind) in enumerate(twins())])
def test_kinds(corpus: Path, n: int, kind: str) -> None:
    assert values(
        corpus, f"SELECT kind FROM twins JOIN documents ON documents.id = document_id WHERE source_pk = '[{2000 + n}]'"
    ) == [kind]


def facts(path: Path, key: int) -> dict[str, list[Any]]:
    of = f"document_id = (SELECT id FROM documents WHERE source_pk = '[{key}]')"
    return {
        "quotes": values(path, f"SELECT quote FROM quotes WHERE {of} ORDER BY start"),
        "figures": values(path, f"SELECT figure FROM figures WHERE {of} ORDER BY start"),
        "mentions": values(path, f"SELECT mention FROM mentions WHERE {of} ORDER BY start"),
        "roles": values(path, f"SELECT role FROM roles WHERE {of} ORDER BY start"),
    }


def test_a_corrected_figure_shows_and_a_syndicated_quote_counts_once(corpus: Path) -> None:
    by_what = {what: n for n, (what, *_) in enumerate(twins())}
    assert facts(corpus, 2000 + by_what["weather"])["figures"] == ["75 Kilometer"]
    assert facts(corpus, 2000 + by_what["weather"])["quotes"] == []
    assert facts(corpus, 2000 + by_what["stock market"])["figures"] == ["26.018", "4,5 Prozent"]
    # Only the dateline is new.
    dateline = {"quotes": [], "figures": ["27. Mai"], "mentions": ["Stuttenau", "dpl"], "roles": []}
    assert facts(corpus, 2000 + by_what["election"]) == dateline
    assert "Klaas Hinrichsen" in facts(corpus, 2000 + by_what["ship launching"])["mentions"]
    assert facts(corpus, 1000 + by_what["weather"])["quotes"]


A = "Der Hafen hat im Mai 31 Millionen Tonnen umgeschlagen. „Wir haben uns von alter Ladung getrennt“, sagte Anna Kern am Montag. "
B = "Vor einem Jahr waren es nach Angaben der Gesellschaft 28 Millionen Tonnen gewesen, wie aus ihrem jüngsten Bericht hervorgeht. "
C = "Die Gewerkschaft forderte mehr Geld für die Beschäftigten und kündigte für den Herbst weitere Gespräche mit den Betrieben an. "


def everything(path: Path) -> dict[str, Any]:
    """Twins and facts, told by keys in place of ids."""
    key = "(SELECT source_pk FROM documents AS d WHERE d.id = {})"
    of = key.format("document_id")
    return {
        "twins": values(path, f"SELECT {of}, {key.format('original_id')}, similarity, kind FROM twins ORDER BY 1"),
        "quotes": values(path, f"SELECT {of}, quote, speaker, start FROM quotes ORDER BY 1, start"),
        "figures": values(path, f"SELECT {of}, figure, kind, start FROM figures ORDER BY 1, start"),
        "mentions": values(path, f"SELECT {of}, mention, start FROM mentions ORDER BY 1, start"),
        "left": values(path, "SELECT id FROM documents WHERE input_hash = ''"),
        "unsettled": values(path, "SELECT id FROM wirefacts_unsettled"),
        "thinned": values(path, f"SELECT {of}, thinned, body, facts FROM wirefacts_signatures ORDER BY 1"),
    }


def from_scratch(path: Path, tmp_path: Path) -> dict[str, Any]:
    fresh = tmp_path / f"fresh{random.randrange(10**12)}.db"
    make(fresh, values(path, "SELECT id, body, day FROM articles"))
    extract(fresh)
    return everything(fresh)


def test_the_first_published_is_the_original(tmp_path: Path) -> None:
    rows = [
        (1, A + B, "2024-05-03"),
        (2, A + B, "2024-05-02T18:00"),
        (10, A + B, "2024-05-02T09:00"),
        (9, A + B, "2024-05-02T09:00"),
    ]
    path = make(tmp_path / "wire.db", [*rows, (4, A + B, "unbekannt"), (5, A + B, "")])
    extract(path)
    assert values(path, "SELECT DISTINCT source_pk FROM documents JOIN twins ON original_id = documents.id") == ["[9]"]
    assert values(path, "SELECT count(*), min(similarity) FROM twins WHERE kind = 'copy'") == [(5, 1.0)]
    assert values(path, "SELECT DISTINCT source_pk FROM quotes JOIN documents ON documents.id = document_id") == ["[9]"]


def test_when_the_original_goes_its_twins_get_their_facts_back(tmp_path: Path) -> None:
    path = make(tmp_path / "wire.db", [(n, A + B, f"2024-05-0{n}") for n in (1, 2, 3)])
    extract(path)
    assert [len(facts(path, n)["quotes"]) for n in (1, 2, 3)] == [2, 0, 0]
    change(path, "DELETE FROM articles WHERE id = 1")
    extract(path)
    assert [len(facts(path, n)["quotes"]) for n in (2, 3)] == [2, 0]
    change(path, "UPDATE articles SET body = ? WHERE id = 2", C + C.replace("Herbst", "Winter"))
    extract(path)
    assert values(path, "SELECT count(*) FROM twins") == [0]
    assert "Wir haben uns von alter Ladung getrennt" in facts(path, 3)["quotes"]
    assert everything(path) == from_scratch(path, tmp_path)


def test_a_fact_that_an_earlier_twin_has_counts_once_too(tmp_path: Path) -> None:
    corrected = (A + B).replace("31 Mill", "32 Mill")
    path = make(tmp_path / "wire.db", [(1, A + B, "2024-05-01"), (2, corrected, "2024-05-02"), (3, corrected, "2024-05-03")])
    extract(path)
    assert values(path, TWINS) == [("[1]", "[2]", "corrected"), ("[1]", "[3]", "corrected")]
    assert [facts(path, n)["figures"] for n in (2, 3)] == [["32 Millionen Tonnen"], []]


def test_no_chains(tmp_path: Path) -> None:
    """b is near to a, c to b, but c is not near to a."""
    words = [f"wort{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(400)]
    texts = [" ".join(words[start : start + 200]) + "." for start in (0, 20, 60)]
    path = make(tmp_path / "wire.db", [(n, text, f"2024-05-0{n}") for n, text in enumerate(texts, 1)])
    extract(path)
    assert values(path, TWINS) == [("[1]", "[2]", "corrected")]


def test_short_texts_have_exact_copies_only(tmp_path: Path) -> None:
    short = "Der Hafen hat im Mai 31 Millionen Tonnen umgeschlagen."
    rows = [
        (1, short, ""),
        (2, short, ""),
        (3, short.replace("31", "32"), ""),
        (4, "Korrektur folgt.", ""),
        (5, "Korrektur folgt.", ""),
    ]
    path = make(tmp_path / "wire.db", rows)
    extract(path)
    assert values(path, TWINS) == [("[1]", "[2]", "copy")]


def variants() -> list[str]:
    """Dispatches of a few families; within one, some are twins of each other and some are not."""
    numbers = random.Random(7)
    texts = []
    for family in range(4):
        base = [f"silbe{chr(97 + family)}{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]
        for _ in range(14):
            words = base[: numbers.choice((60, 60, 45, 38))]
            for _ in range(numbers.choice((0, 0, 1, 2, 8))):
                words[numbers.randrange(len(words))] = f"{numbers.randrange(10, 99)}"
            texts.append(" ".join(words) + f" „Es sind {numbers.randrange(3)}“, sagte Name{family}.")
    return texts


@pytest.mark.usefixtures("pipeline")
@pytest.mark.parametrize("seed", range(4))
def test_step_by_step_as_from_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Whatever comes, goes and changes, in whatever order: the twins are those of the documents that are there."""
    monkeypatch.setattr(neighbours, "NEAREST", 3)
    from datasette_wirefacts import twins as module

    monkeypatch.setattr(module, "MOST_STIRRED", 2.0)
    texts, numbers = variants(), random.Random(seed)
    path = make(tmp_path / "wire.db", [])
    for _ in range(14):
        for _ in range(numbers.randrange(1, 12)):
            what, key, text = numbers.random(), numbers.randrange(60), numbers.choice(texts)
            day = numbers.choice([None, *(f"2024-05-{n:02}" for n in range(1, 20))])
            if what < 0.7:
                change(path, "INSERT OR IGNORE INTO articles VALUES (?, ?, ?)", key, text, day)
            elif what < 0.85:
                change(path, "DELETE FROM articles WHERE id = ?", key)
            else:
                change(path, "UPDATE articles SET body = ?, day = ? WHERE id = ?", text, day, key)
        extract(path)
    assert everything(path) == from_scratch(path, tmp_path)
    assert values(path, "SELECT count(*) FROM twins")[0] > 5


@pytest.mark.usefixtures("pipeline")
@pytest.mark.parametrize("stop", [1, 2, 3, 5, 8, 13])
def test_stopped_at_any_write_the_next_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    from datasette_wirefacts import thinning
    from datasette_wirefacts import twins as module

    monkeypatch.setattr(module, "AT_ONCE", 2)
    monkeypatch.setattr(module, "MOST_STIRRED", 2.0)
    monkeypatch.setattr(thinning, "AT_ONCE", 2)
    texts = variants()
    path = make(tmp_path / "wire.db", [(n, text, f"2024-05-{n % 9 + 1:02}") for n, text in enumerate(texts)])
    extract(path)
    change(path, "DELETE FROM articles WHERE id % 5 = 0")
    change(path, "UPDATE articles SET day = '2024-04-01' WHERE id % 7 = 0")
    original, written = Archive.write, [0]

    def failing(self: Archive, work: Any) -> Any:
        written[0] += 1
        if written[0] > stop:
            raise KeyboardInterrupt
        return original(self, work)

    def stopping(archive: Archive) -> None:
        monkeypatch.setattr(Archive, "write", failing)
        try:
            find_twins(archive)
        finally:
            monkeypatch.setattr(Archive, "write", original)

    monkeypatch.setattr(steps, "find_twins", stopping)
    extract(path)
    monkeypatch.setattr(steps, "find_twins", find_twins)
    extract(path)
    extract(path)
    assert everything(path) == from_scratch(path, tmp_path)


def test_a_second_time_it_changes_nothing(corpus: Path) -> None:
    before = everything(corpus)
    with closing(connect(corpus)) as connection:
        find_twins(Archive(connection))
    assert everything(corpus) == before


def test_sketches_of_another_version_are_made_again(tmp_path: Path) -> None:
    path = make(tmp_path / "wire.db", [(n, A + B, f"2024-05-0{n}") for n in (1, 2)])
    extract(path)
    before = values(path, "SELECT sketch, sketched_by FROM wirefacts_signatures")
    change(path, "UPDATE wirefacts_signatures SET sketch = zeroblob(128), sketched_by = 'another'")
    with closing(connect(path)) as connection:
        find_twins(Archive(connection))
    assert values(path, "SELECT sketch, sketched_by FROM wirefacts_signatures") == before


def test_the_dateline_and_the_credits_are_no_part_of_the_body(tmp_path: Path) -> None:
    framed = f"Foto: Karl Muster/dpa\nWIEN, 4. Mai (APA) – {A + B}\n© APA"
    path = make(tmp_path / "wire.db", [(1, f"BERLIN, 3. Mai (dpa) - {A + B}", "2024-05-03"), (2, framed, "2024-05-04")])
    extract(path)
    assert values(path, TWINS) == [("[1]", "[2]", "copy")]
