"""Names across the archive beside twins: both steps depend on the set of documents alone, each whatever the other has done."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import change, run, values
from test_archive_names import FULL, archive, names, shown

from datasette_wirefacts.archive import Archive

HARBOUR = (
    "Die Arbeiten am neuen Hafenbecken haben nach langen Verhandlungen zwischen der Stadt und den Anwohnern begonnen. Bagger und "
    "Schiffe sind seit dem frühen Morgen im Einsatz, viele Zuschauer standen am Ufer. "
)
LONE = (
    HARBOUR + "Ministerin Vosskamp lobte den Rat. „Wir zahlen den Bau aus eigener Tasche und fragen niemanden“, sagte Vosskamp. "
    "Danach ging sie wieder in die Halle und begrüßte dort die Gäste aus der Umgebung."
)
LONE_TWIN = LONE + " Am Abend gab es ein Fest."
CAPTAIN = (
    "Die Leiterin sprach. Der Kapitän Jürgen Müllenkamp kam am Montag in den Hafen. Später fuhr Jürgen Müllenkamp wieder fort."
)
CAPTAIN_ASCII = "Der Kapitän Juergen Muellenkamp lobte gestern die Arbeit der Werft in der Stadt."
UNION = [
    "Die Gewerkschaft Haefen und Verkehr (GHV) ruft zum Streik auf. Die GHV fordert mehr Lohn.",
    "Die Gewerkschaft Häfen und Verkehr (GHUV) lehnt ab.",
    "Die Gewerkschaft Häfen und Verkehr (GHUV) sagt zu.",
    "Die GHV lehnt ab. Das teilte die GHV mit.",
]


def step_by_step(path: Path, *parts: dict[int, str]) -> Path:
    """A database into which the articles come in several parts, each followed by a run."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, body)")
    for part in parts:
        for key, text in part.items():
            change(path, "INSERT INTO articles VALUES (?, ?)", key, text)
        run(path, engine="fast")
    return path


def test_a_document_thinned_out_after_it_was_named(tmp_path: Path) -> None:
    """Its own names are gone with its facts, and the frequency of the spellings is another one."""
    late = step_by_step(tmp_path / "a.db", {5: HARBOUR + CAPTAIN, 6: CAPTAIN_ASCII}, {1: HARBOUR + CAPTAIN + " Ende."})
    assert values(late, "SELECT status FROM wirefacts_runs") == ["done", "done"]
    at_once = step_by_step(tmp_path / "b.db", {1: HARBOUR + CAPTAIN + " Ende.", 5: HARBOUR + CAPTAIN, 6: CAPTAIN_ASCII})
    assert shown(late) == shown(at_once)


def test_own_names_of_facts_that_are_gone_do_not_count(tmp_path: Path) -> None:
    """The spelling with fewer documents gives way, also where the other one had more before its documents were thinned out."""
    ascii_ = HARBOUR + CAPTAIN.replace("Jürgen Müllenkamp", "Juergen Muellenkamp")
    first = {5: ascii_, 6: CAPTAIN, 7: CAPTAIN + " Es regnet."}
    late = step_by_step(tmp_path / "a.db", first, {1: ascii_ + " Ende.", 2: ascii_ + " Es ist Abend."})
    at_once = step_by_step(tmp_path / "b.db", first | {1: ascii_ + " Ende.", 2: ascii_ + " Es ist Abend."})
    assert shown(late) == shown(at_once)


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_twins_are_compared_by_what_they_say_themselves(tmp_path: Path, order: tuple[int, ...]) -> None:
    texts = {1: LONE, 2: LONE_TWIN, 3: FULL}
    at_once = step_by_step(tmp_path / "a.db", texts)
    assert len(values(at_once, "SELECT id FROM quotes")) == 2
    assert shown(step_by_step(tmp_path / "b.db", *({key: texts[key]} for key in order))) == shown(at_once)


def test_an_acronym_counts_where_its_body_has_moved_to_another_spelling(tmp_path: Path) -> None:
    at_once = archive(tmp_path / "a.db", UNION)
    assert names(at_once, "organisation") == ["Gewerkschaft Häfen und Verkehr"]
    before = shown(at_once)
    change(at_once, "INSERT INTO articles (body) VALUES ('Am Dienstag regnete es in Rom.')")
    run(at_once, engine="fast")
    assert before <= shown(at_once)
    assert names(at_once, "organisation") == ["Gewerkschaft Häfen und Verkehr"]


def test_an_original_that_goes_by_a_foreign_key_gives_its_twin_the_facts_back(tmp_path: Path) -> None:
    path = step_by_step(tmp_path / "a.db", {1: LONE, 2: LONE_TWIN, 3: FULL})
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM articles WHERE id = 1")
    assert values(path, "SELECT count(*) FROM documents") == [2]
    run(path, engine="fast")
    assert shown(path) == shown(step_by_step(tmp_path / "b.db", {2: LONE_TWIN, 3: FULL}))
    runs = values(path, "SELECT count(*) FROM wirefacts_unsettled")
    assert runs == [0]


def test_facts_of_many_names_move_in_few_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datasette_wirefacts import steps

    first = [f"{a}{b}" for a in ("Ahl", "Birk", "Tann", "Moor", "Lind") for b in ("kamp", "stedt", "beck", "hagen")]
    texts = [text for name in first for text in (FULL.replace("Vosskamp", name), f"Ministerin {name} schwieg am Montag.")]
    written = [0]
    write, name_once = Archive.write, steps.name_once

    def counting(archive: Archive, work: Any) -> Any:
        written[0] += 1
        return write(archive, work)

    def counted(archive: Archive) -> None:
        monkeypatch.setattr(Archive, "write", counting)
        name_once(archive)
        monkeypatch.setattr(Archive, "write", write)

    monkeypatch.setattr(steps, "name_once", counted)
    path = archive(tmp_path / "a.db", texts)
    assert len(values(path, "SELECT DISTINCT name FROM wirefacts_names")) > 15
    assert written[0] <= 2
