"""Names across the archive: a function of the set of documents, whichever came first and whichever went."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import change, rows, run, values

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.archive_names import COLUMNS, name_once
from datasette_wirefacts.connections import connect
from datasette_wirefacts.same_names import Key, OwnName, same_names

FULL = "Die Hafenmeisterin Ina Vosskamp besuchte die Werft in Möllwitz. „Wir bauen drei Kräne“, sagte Ina Vosskamp."
LONE = "Über den Streit sprach Ministerin Vosskamp am Montag. „Wir zahlen 12 Millionen Euro“, sagte Vosskamp."
COUSIN = "Der Trainer Olaf Vosskamp trat zurück. „Es reicht“, sagte Olaf Vosskamp."
OTHER = "Der Bürgermeister Jan Ohlsen lobte den Rat. „Gut gemacht“, sagte Ohlsen."
BODY = "Die Gewerkschaft Hafen und Verkehr (GHV) ruft zum Streik auf. Die GHV fordert mehr Lohn."
SHORT = "Die GHV lehnt ab. Das teilte die GHV mit."
TEXTS = (FULL, LONE, COUSIN, OTHER, BODY, SHORT)


def archive(path: Path, texts: list[str], engine: str = "fast") -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body)")
        db.executemany("INSERT INTO articles (body) VALUES (?)", ([text] for text in texts))
    run(path, engine=engine)
    return path


def shown(path: Path) -> set[Any]:
    """What facts say with the names that they point to, whatever the ids; and the aliases."""
    name = "(SELECT kind || ':' || name FROM entities WHERE id = {})"
    found: set[Any] = set()
    for table, columns in COLUMNS.items():
        document = "t.id" if table == "documents" else "t.document_id"
        names = ", ".join(name.format(f"t.{column}") for column in columns)
        start = "0" if table == "documents" else "t.start"
        speaker = "speaker" if table == "quotes" else "0"
        sql = (
            f"SELECT '{table}', (SELECT body FROM articles WHERE id = d.articles_id), {start}, {speaker}, {names} "
            f"FROM {table} AS t JOIN documents AS d ON d.id = {document}"
        )
        found.update(values(path, sql))
    found.update(
        values(path, "SELECT 'alias', e.kind, e.name, a.alias, a.kind FROM aliases AS a JOIN entities AS e ON e.id = entity_id")
    )
    found.update(values(path, "SELECT 'entity', kind, name, country, code FROM entities"))
    return found


def names(path: Path, kind: str = "person") -> list[str]:
    return values(path, f"SELECT name FROM entities WHERE kind = '{kind}' ORDER BY name")


def test_a_surname_is_the_one_full_name_of_the_archive(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", [LONE, FULL])
    assert names(path) == ["Ina Vosskamp"]
    assert set(values(path, "SELECT speaker FROM quotes")) == {"Ina Vosskamp"}
    assert set(values(path, "SELECT e.name FROM quotes q JOIN entities e ON e.id = q.speaker_id")) == {"Ina Vosskamp"}
    claimed = "SELECT e.name FROM figures f JOIN entities e ON e.id = f.claimed_by_id WHERE f.unit = 'EUR'"
    assert values(path, claimed) == ["Ina Vosskamp"]
    roles = "SELECT r.role, e.name FROM roles r JOIN entities e ON e.id = r.person_id ORDER BY 1"
    assert values(path, roles) == [("Hafenmeisterin", "Ina Vosskamp"), ("Ministerin", "Ina Vosskamp")]
    assert ("Vosskamp", "surname") in values(path, "SELECT alias, kind FROM aliases")
    assert values(path, "SELECT DISTINCT name FROM wirefacts_names") == ["Vosskamp"]


def test_two_full_names_leave_the_surname_alone(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", [FULL, LONE, COUSIN])
    assert names(path) == ["Ina Vosskamp", "Olaf Vosskamp", "Vosskamp"]


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    expected = None
    orders = random.Random(5).sample(list(itertools.permutations(range(len(TEXTS)))), 6)
    for n, order in enumerate(orders):
        path = tmp_path / f"{n}.db"
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body)")
        for i in order:
            change(path, "INSERT INTO articles (body) VALUES (?)", TEXTS[i])
            if n % 2:
                run(path, engine="fast")
        run(path, engine="fast")
        expected = expected or shown(path)
        assert shown(path) == expected


@pytest.mark.parametrize("gone", TEXTS)
def test_what_goes_leaves_no_trace(gone: str, tmp_path: Path) -> None:
    kept = [text for text in TEXTS if text != gone]
    path = archive(tmp_path / "a.db", list(TEXTS))
    change(path, "DELETE FROM articles WHERE body = ?", gone)
    run(path, engine="fast")
    assert shown(path) == shown(archive(tmp_path / "b.db", kept))


def test_the_full_name_goes_and_comes_back(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", [FULL, LONE])
    before = shown(path)
    change(path, "DELETE FROM articles WHERE body = ?", FULL)
    run(path, engine="fast")
    assert names(path) == ["Vosskamp"]
    assert set(values(path, "SELECT speaker FROM quotes")) == {"Vosskamp"}
    assert rows(path, "SELECT * FROM wirefacts_names") == []
    change(path, "INSERT INTO articles (body) VALUES (?)", FULL)
    run(path, engine="fast")
    assert shown(path) == before


def test_a_changed_article_is_named_again(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", [FULL, LONE])
    change(path, "UPDATE articles SET body = ? WHERE body = ?", LONE + " Es regnet.", LONE)
    run(path, engine="fast")
    assert names(path) == ["Ina Vosskamp"]
    change(path, "UPDATE articles SET body = ? WHERE body = ?", OTHER, FULL)
    run(path, engine="fast")
    assert names(path) == ["Jan Ohlsen", "Vosskamp"]


def test_an_acronym_is_the_body_that_another_text_explains(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", [SHORT, BODY])
    assert names(path, "organisation") == ["Gewerkschaft Hafen und Verkehr"]
    assert ("GHV", "acronym") in values(path, "SELECT alias, kind FROM aliases")


def test_the_spelling_of_most_documents_stands_for_all(tmp_path: Path) -> None:
    """A document in which one mention has moved and another has not is one document."""
    both = "Der Kapitän Jürgen Müllenkamp kam. Später fuhr Jürgen Müllenkamp wieder fort."
    other = "Der Kapitän Juergen Muellenkamp lobte gestern die Arbeit der Werft in der Stadt."
    path = archive(tmp_path / "a.db", [other, both, other + " Es regnet."])
    assert names(path) == ["Juergen Muellenkamp"]
    moved = "fact_table = 'mentions' AND name = 'Jürgen Müllenkamp'"
    own = "SELECT entity_id FROM mentions WHERE mention = 'Juergen Muellenkamp'"
    # As a run that is killed between two transactions leaves it: one of two mentions has moved.
    change(path, f"DELETE FROM articles WHERE body = '{other} Es regnet.'")
    run(path, engine="fast")
    assert names(path) == ["Juergen Muellenkamp"]
    [(first, last)] = values(path, f"SELECT min(fact_id), max(fact_id) FROM wirefacts_names WHERE {moved}")
    assert first != last
    change(path, "INSERT INTO entities (kind, name, qualifier) VALUES ('person', 'Jürgen Müllenkamp', '')")
    change(path, f"UPDATE mentions SET entity_id = (SELECT max(id) FROM entities) WHERE id = {last}")
    change(path, f"DELETE FROM wirefacts_names WHERE {moved} AND fact_id = {last}")
    with closing(connect(path)) as connection:
        name_once(Archive(connection))
    assert len(values(path, own)) == 1
    assert {*values(path, "SELECT name FROM entities JOIN mentions ON entity_id = entities.id WHERE kind = 'person'")} == {
        "Juergen Muellenkamp"
    }


def test_the_step_can_be_repeated(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", list(TEXTS))
    before = {
        table: rows(path, f"SELECT * FROM {table} ORDER BY id") for table in (*COLUMNS, "wirefacts_names", "aliases", "entities")
    }
    with closing(connect(path)) as connection:
        name_once(Archive(connection))
    assert before == {table: rows(path, f"SELECT * FROM {table} ORDER BY id") for table in before}
    assert values(path, "PRAGMA foreign_key_check") == []


def test_a_fact_that_goes_by_itself_is_forgotten(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.db", [FULL, LONE])
    change(path, "DELETE FROM quotes")
    with closing(connect(path)) as connection:
        name_once(Archive(connection))
    assert rows(path, "SELECT * FROM wirefacts_names WHERE fact_table = 'quotes'") == []


def person(name: str, *countries: str) -> OwnName:
    return OwnName(key=Key("person", name), countries=frozenset(countries))


def place(name: str, country: str | None = None, code: str | None = None) -> OwnName:
    return OwnName(key=Key("place", name), country=country, code=code)


def body(name: str, *acronyms: str) -> OwnName:
    return OwnName(key=Key("organisation", name), acronyms=frozenset(acronyms))


OFTEN = {"Dmitri Demeschin", "Jörg Müller"}  # in more documents than the other spellings


def documents(keys: Collection[Key]) -> dict[Key, int]:
    return {key: 1 + (key.name in OFTEN) for key in keys}


@pytest.mark.parametrize(
    ("own", "merged"),
    [
        ([person("Dmitri Demeschin", "RU"), person("Dmitry Demeshin", "RU")], {"Dmitry Demeshin": "Dmitri Demeschin"}),
        ([person("Dmitri Demeschin", "RU"), person("Dmitry Demeshin")], {"Dmitry Demeshin": "Dmitri Demeschin"}),
        ([person("Dmitri Demeschin", "RU"), person("Dmitry Demeshin", "BY")], {}),
        ([person("Anatoli Isatschenko", "BY"), person("Anatoli Isachenko", "BY")], {"Anatoli Isatschenko": "Anatoli Isachenko"}),
        (
            [person("Anatoli Ponomarenko", "RU"), person("Anatoli Ponamarenko", "RU")],
            {"Anatoli Ponomarenko": "Anatoli Ponamarenko"},
        ),
        ([person("Anatoli Ponomarenko", "RU"), person("Anatoli Ponamarenko")], {}),
        ([person("Sascha Iwanow", "RU"), person("Sascha Iwanowa", "RU")], {}),
        ([person("Oleg Romanenko", "UA"), person("Oleg Romanenkow", "UA")], {}),
        ([person("Jürgen Müller", "DE"), person("Juergen Mueller", "AT")], {}),
        ([person("Jürgen Müller", "DE", "AT"), person("Juergen Mueller", "AT")], {"Jürgen Müller": "Juergen Mueller"}),
        ([person("José"), person("Jose")], {}),
        ([place("Élan"), place("Elan")], {}),
        ([person("JOSÉ"), person("José")], {"JOSÉ": "José"}),
        ([person("José Ribeiro"), person("Jose Ribeiro")], {"José Ribeiro": "Jose Ribeiro"}),
        ([person("Müller"), person("Mueller")], {"Müller": "Mueller"}),
        ([person("Anna Maier"), person("Anna Mayer")], {}),
        ([person("Thomas Schmidt", "DE"), person("Thomas Schmitt", "DE")], {}),
        ([person("Peter Fischer", "DE"), person("Peter Fisher", "GB")], {}),
        ([person("Jörg Mueller"), person("Jörg Müller")], {"Jörg Mueller": "Jörg Müller"}),
        ([person("Vosskamp"), person("Ina Vosskamp")], {"Vosskamp": "Ina Vosskamp"}),
        ([person("Vosskamp"), person("Ina Vosskamp"), person("Olaf Vosskamp")], {}),
        ([person("Moor"), person("Ina von der Moor")], {"Moor": "Ina von der Moor"}),
        ([person("von der Moor"), person("Ina von der Moor")], {"von der Moor": "Ina von der Moor"}),
        ([person("Ina"), person("Ina Vosskamp")], {}),
        (
            [person("Demeshin"), person("Dmitry Demeshin", "RU"), person("Dmitri Demeschin", "RU")],
            {"Demeshin": "Dmitri Demeschin", "Dmitry Demeshin": "Dmitri Demeschin"},
        ),
        ([place("Vosskamp"), person("Ina Vosskamp")], {}),
        ([place("Kiew", "UA", "geonames:703448"), place("Kyjiw", "UA", "geonames:703448")], {"Kyjiw": "Kiew"}),
        ([place("Chabarowsk", "RU"), place("Khabarovsk", "RU")], {"Khabarovsk": "Chabarowsk"}),
        ([place("Chabarowsk", "RU", "geonames:1"), place("Khabarovsk", "RU", "geonames:2")], {}),
        ([place("Hohenfels", "DE"), place("Hohenfeld", "DE")], {}),
        ([place("MÖLLWITZ"), place("Möllwitz")], {"MÖLLWITZ": "Möllwitz"}),
        ([place("Neustadt", "DE"), place("NEUSTADT", "AT")], {}),
        ([body("GHV"), body("Gewerkschaft Hafen und Verkehr", "GHV")], {"GHV": "Gewerkschaft Hafen und Verkehr"}),
        ([body("GHV"), body("Gewerkschaft Hafen und Verkehr", "GHV"), body("Gesamthafenverein", "GHV")], {}),
        ([body("Belta"), body("BelTA")], {"Belta": "BelTA"}),
    ],
)
def test_which_names_mean_one_thing(own: list[OwnName], merged: dict[str, str]) -> None:
    for some in (own, own[::-1]):
        found = same_names(some, frozenset({"RU", "BY", "UA"}), documents)
        assert {key.name: target.name for key, target in found.items()} == merged
