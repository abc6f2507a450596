"""No text makes the quotes step raise, lose its offsets, or take more than linear time."""

from __future__ import annotations

import time

import pytest

from datasette_wirefacts.docs import read
from datasette_wirefacts.extractors.quotes import extract_quotes
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.texts import read_text

PATTERNS = {
    "opening marks": "„",
    "closing marks": "“",
    "straight marks": '" ',
    "nested marks": "„a «b »c ",
    "dashes": "- ",
    "commas": "sagte, ",
    "cues": "sagte er dass ",
    "clauses": "sagte er, dass er sagte, er habe gesagt, ",
    "one sentence": "der Mann und die Frau ",
    "one noun phrase": "der alte ",
    "names": "Meier ",
    "genitives": "des Amtes ",
    "prepositions": "nach Angaben von ",
    "brackets": "( a ",
    "pronouns": "Er sagte, sie sei da. ",
    "quotes": "„Ja, das ist so“, sagte Jan Meier. ",
    "fragments": "Er nannte es „schlecht“ und „falsch“, ",
    "fragments with tags": "„a“ sagte A. ",
    "paragraphs": "„Auf\n\n",
    "labels": "Meier: ",
    "names beside offices": "der Chef, Jan Maier, ",
    "repeated opening marks": "„Auf\n\n„Ab “\n\n",
    "words before marks": "mit den Worten „a b.“ ",
    "brackets with marks": "der Mann („a ist b c d.“), ",
    "inner marks": "„a: ‚b‘ ",
    "digits": "1 2 ",
}


def quotes_of(text: str) -> tuple[list[object], float]:
    """The quotes of a text and the seconds that the step took, reading apart."""
    pack = load_pack("de")
    doc = read(read_text(text, pack), pack)
    start = time.process_time()
    found = list(extract_quotes(doc, pack, (), ()))
    return list(found), time.process_time() - start


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_time_grows_with_the_text(pattern: str) -> None:
    small, large = 12_000, 48_000  # characters
    quotes_of(pattern * 50)  # tables are built on first use
    before = min(quotes_of(pattern * (small // len(pattern)))[1] for _ in range(2))
    after = min(quotes_of(pattern * (large // len(pattern)))[1] for _ in range(2))
    assert after < 9 * before + 0.1  # four times the text; a quadratic step would take sixteen times as long


MARKS = ["„", "“", '"""', "„“", '- "', "\ufffd„\ufffd“", "„a\r\n\r\nb“", "„Ja“,"]
WORDS = ["", " ", ":", "Sagte", "Laut", "nach", "So:", "Wie sagte", "zufolge", "sagte er"]


@pytest.mark.parametrize("text", MARKS + WORDS)
def test_nothing_raises(text: str) -> None:
    quotes_of(text)


def test_offsets_hold_the_surface() -> None:
    text = "Der Chef, Jan Maier, sagte der „Post“: „Wir\xa0gehen 🙂 weiter.“ Das sei „ganz klar“, so Maier."
    pack = load_pack("de")
    for quote in extract_quotes(read(read_text(text, pack), pack), pack, (), ()):
        assert quote.text == " … ".join(text[part.start : part.end] for part in quote.parts)
        assert quote.speaker is None or text[quote.speaker.start : quote.speaker.end] == quote.speaker.text
