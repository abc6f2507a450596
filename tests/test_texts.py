"""What is read before anything is extracted: datelines, boilerplate, repeats, sentences, tokens."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from corpus_cases import read_cases

from datasette_wirefacts.docs import read, tokens_of
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.languages.detect import detect_language
from datasette_wirefacts.rows import plain
from datasette_wirefacts.texts import read_text

LEAD = "Die Fähre über den Laasesund fällt bis Sonntag aus, teilte die Reederei am Abend mit. Grund ist ein Schaden am Ruder."
CREDIT = "Foto: Jana Holm/NordPress\n(Quelle: NordPress)\n-0-"


def cases(kind: str) -> list[Any]:
    found = []
    for language, name, case in read_cases(kind):
        gap = case.get("known_gap")
        marks = [pytest.mark.xfail(reason=gap, strict=True)] if gap else []
        found.append(pytest.param(language, case, id=name, marks=marks))
    return found


@pytest.mark.parametrize(("language", "case"), cases("datelines"))
def test_dateline(language: str, case: dict[str, Any]) -> None:
    found = plain(read_text(case["text"], load_pack(language)).dateline)
    assert (found and {key: found[key] for key in ("places", "date", "agencies")}) == case["dateline"]


@pytest.mark.parametrize(
    "head", ["KÖLN, 3. März (dpa/lno) -", "Göttingen/Gößweinstein, 7. Jänner 2025 -", "\ufeffÖhringen (öpa) -"]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spans_of_a_dateline_are_those_of_the_text(head: str, form: Any) -> None:
    text = unicodedata.normalize(form, head + " Es schneit in Böen.")
    dateline = read_text(text, load_pack("de")).dateline
    assert dateline
    assert text[dateline.end :] == unicodedata.normalize(form, " Es schneit in Böen.")
    spans = [*dateline.place_spans, *dateline.agency_spans]
    assert [unicodedata.normalize("NFC", text[b:e]) for b, e in spans] == [*dateline.places, *dateline.agencies]


@pytest.mark.parametrize(("language", "case"), cases("sentences"))
def test_sentences(language: str, case: dict[str, Any]) -> None:
    pack = load_pack(language)
    tokens = tokens_of(read(read_text(case["text"], pack), pack))
    found = [case["text"][tokens.starts[first] : tokens.ends[last - 1]] for first, last in tokens.sentences]
    assert found == case["sentences"]


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        (f"{LEAD}\nMehr dazu später.\n{LEAD}", [LEAD]),
        (f"Die Lage:\n{LEAD} Der Rest folgt.\n{LEAD} Es gibt mehr.", [LEAD]),
        (f"{LEAD}\n{LEAD}\n{LEAD}", [LEAD, LEAD]),
        (f"{LEAD}\n{LEAD.replace(' Grund', '  Grund')} Ende.", [LEAD[:86], LEAD[86:]]),
        ("Nein, sagte er. Ja. Nein, sagte er.", []),
        (LEAD, []),
    ],
)
def test_repeats(text: str, repeats: list[str]) -> None:
    found = read_text(text, load_pack("de")).repeats
    assert [text[repeat.start : repeat.end] for repeat in found] == repeats
    for repeat in found:
        length = repeat.end - repeat.start
        assert text[repeat.original_start : repeat.original_start + length] == text[repeat.start : repeat.end]


@pytest.mark.parametrize(
    ("text", "boilerplate"),
    [
        (f"{LEAD}\n{CREDIT}", CREDIT.split("\n")),
        (f"Startseite | Politik\nWetter | 2 °C, bedeckt\nFreitag, 27. Dezember\n{LEAD}", 3),
        (f"\ufeffPr\u0061\u0308sident\nMenu\u0308\n{LEAD}", 2),
        (f"{LEAD} (dpa/lno)", ["(dpa/lno)"]),
        (f"{LEAD} (nur freitags)", []),
        ("2 °C", []),
        ("Politik ist die Kunst, sagte sie, des Möglichen.", []),
    ],
)
def test_boilerplate(text: str, boilerplate: list[str] | int) -> None:
    found = [text[start:end] for start, end in read_text(text, load_pack("de")).boilerplate]
    assert found == (text.split("\n")[:boilerplate] if isinstance(boilerplate, int) else boilerplate)


@pytest.mark.parametrize("text", ["Für die Brücke über den Fluß gäbe es später größere Pläne.", "Für Müller wäre früher möglich."])
def test_a_language_is_found_in_any_form_of_its_letters(text: str) -> None:
    for form in (text, unicodedata.normalize("NFD", text), "\ufeff" + text):
        assert detect_language(form) == "de"


def test_a_byte_order_mark_belongs_to_no_word() -> None:
    pack = load_pack("de")
    tokens = tokens_of(read(read_text("\ufeffKiel liegt am Meer.", pack), pack))
    assert (tokens.words[0], tokens.starts[0]) == ("Kiel", 1)


HOSTILE = {
    "combining marks": "a\u0308\u0301",
    "marks alone": "\u0308",
    "marks": '"',
    "mixed marks": "„“»«",
    "dashes": "- ",
    "points": ". ",
    "capitals": "Ab ",
    "one word": "a",
    "one sentence": "und ",
    "digits": "1",
    "version": "1.1.",
    "lines": "\n",
    "line of dashes": "- - \n",
    "nul": "\x00",
    "surrogate": "\ud800",
    "soft hyphen": "a\xadb",
    "right to left": "\u202ea ",
    "brackets": "(A) ",
}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE.keys())
def test_offsets_hold_on_hostile_text(pattern: str) -> None:
    pack = load_pack("de")
    text = read_text(pattern * 5000 + "\r\nEnde 😀 e\u0301.", pack)
    doc = read(text, pack)
    tokens = tokens_of(doc)
    assert doc.text == text.text
    assert [text.text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)] == tokens.words
    assert [i for first, last in tokens.sentences for i in range(first, last)] == list(range(len(tokens)))
    json.dumps(text.text).encode()
