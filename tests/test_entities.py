"""Entities and roles: hostile input, the data files, the trained model, names."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from datasette_wirefacts.facts import Facts
from datasette_wirefacts.languages import HERE, load_pack
from datasette_wirefacts.names import canonical, similar
from datasette_wirefacts.pipeline import make_pipeline

DATA = [path for path in HERE.rglob("*") if path.suffix in (".npy", ".npz", ".tsv")]
HOSTILE = {
    "capitals": "A" * 300_000,
    "hyphens": "Müller-" * 40_000,
    "points": "Dr. " * 80_000,
    "particles": "Hans " + "von " * 80_000,
    "names": "Karl Otto " * 40_000,
    "joined": "Karl und " * 40_000,
    "brackets": "(SPD" * 60_000,
    "acronyms": "Verband der Hafenarbeiter (VDH) " * 8_000,
    "offices": "Präsident der " * 30_000,
    "commas": "Karl Otto, Präsident, " * 15_000,
    "quotes": "Film „" * 40_000,
    "genitives": "s' " * 80_000,
    "nothing": " \n\t" * 100_000,
    "marks": "\u200b\ufeff\u00ad\ufffd" * 20_000,
}


def facts(text: str, engine: str = "fast", **context: Any) -> Facts:
    return make_pipeline(engine).extract(text, language="de", **context)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_is_read_in_linear_time(text: str) -> None:
    from datasette_wirefacts.docs import read
    from datasette_wirefacts.extractors.entities import extract_entities
    from datasette_wirefacts.extractors.roles import extract_roles
    from datasette_wirefacts.texts import Text

    pack = load_pack("de")
    seconds = []
    for size in (len(text) // 4, len(text)):
        doc = read(Text(text=text[:size], language="de"), pack)
        started = time.process_time()
        entities = tuple(extract_entities(doc, pack))
        tuple(extract_roles(doc, pack, entities))
        seconds.append(time.process_time() - started)
    assert seconds[1] < 8 * seconds[0] + 1


@pytest.mark.parametrize(
    "text", ["", " ", ".", "„", "(", "A", "Dr.", "Dr. ", "Herr", "der", "'s", "s'", "\x00", "\ud800", "von der", "1. FC", "GmbH"]
)
@pytest.mark.parametrize("engine", ["fast", "full"])
def test_short_input_does_not_raise(text: str, engine: str) -> None:
    assert not facts(text, engine).failures


@pytest.mark.parametrize("language", ["en", "xx", "ja", "de-AT", "de-CH"])
def test_other_languages_do_not_raise(language: str) -> None:
    assert not make_pipeline("full").extract("Anna Lindemann kam nach Wien.", language=language).failures


def test_a_surname_finds_its_first_name_in_the_title() -> None:
    (entity,) = facts("Gestern sprach Schröder.", title="Gerhard Schröder: Rede zur Lage").entities
    assert entity.name == "Gerhard Schröder"


def test_data_files_are_small() -> None:
    sizes = [path.stat().st_size for path in DATA]
    assert max(sizes) < 4_000_000
    assert sum(sizes) < 10_000_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chabarowsk", "Khabarovsk"),
        ("Demeschin", "Demeshin"),
        ("Mogiljow", "Mogilev"),
        ("Bundeskanzlerin Angela Merkel", "Angela Merkel"),
        ("Merkels", "Merkel"),
        ("der Dr. Müller", "MUELLER"),
        ("Selenskyj", "Zelensky"),
        ("Chruschtschow", "Khrushchev"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Engel", "Engels"), ("Minsk", "Pinsk"), ("Brest", "Bresta"), ("Maria", "Mario"), ("Peter", "Petra")]
)
def test_two_names_have_two_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("name", ["", " ", "'", "der", "Präsident", "\ud800", "x" * 10_000])
def test_no_name_raises(name: str) -> None:
    assert isinstance(canonical(name), str)
    assert 0 <= similar(name, "Merkel") <= 1


def test_similar_names_are_near_one() -> None:
    assert similar("Gorbatschow", "Gorbachev") > 0.8
    assert similar("Merkel", "Steinmeier") < 0.6


def test_a_pipeline_of_the_users_own_names_things_instead_of_the_model(tmp_path: Path) -> None:
    import spacy

    nlp = spacy.blank("de")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "PERSON", "pattern": "Vosskuhl"}, {"label": "GPE", "pattern": "Quarx"}, {"label": "CARDINAL", "pattern": "zwei"}]
    )
    nlp.to_disk(tmp_path)
    found = make_pipeline("full", model=str(tmp_path)).extract("In Quarx sah Vosskuhl zwei Rehe.", language="de").entities
    assert {(entity.name, entity.kind) for entity in found} == {("Quarx", "place"), ("Vosskuhl", "person")}


def test_the_model_finds_what_no_rule_sees() -> None:
    text = "Mit Halbritter und Vosskuhl verlassen zwei Stürmer den Verein."
    names = {entity.name: entity for entity in facts(text, "full").entities}
    assert names["Vosskuhl"].mentions[0].source == "model"
    assert "Vosskuhl" not in {entity.name for entity in facts(text).entities}


def test_the_model_loads_fast() -> None:
    from datasette_wirefacts.extractors.entities.model import loaded

    assert loaded(load_pack("de")) is not None
    started = time.process_time()
    assert loaded(load_pack("de")) is not None
    assert time.process_time() - started < 0.5


def test_a_long_text_is_read_by_the_model_in_pieces() -> None:
    text = "Mit Halbritter und Vosskuhl verlassen zwei Stürmer den Verein. " * 900
    from datasette_wirefacts.docs import read
    from datasette_wirefacts.extractors.entities import extract_entities
    from datasette_wirefacts.texts import Text

    pack = load_pack("de")
    doc = read(Text(text=text, language="de"), pack)
    doc.user_data["wirefacts_engine"] = "full"
    (entity,) = (entity for entity in extract_entities(doc, pack) if entity.name == "Vosskuhl")
    assert len(entity.mentions) == 900
    assert all(text[mention.start : mention.end] == "Vosskuhl" for mention in entity.mentions)
