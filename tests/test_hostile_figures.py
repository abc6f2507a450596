"""Figures in hostile texts: nothing raises, and the time grows with the length."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from datasette_wirefacts.docs import read
from datasette_wirefacts.extractors.figures import extract_figures, first_figure
from datasette_wirefacts.facts import Figure
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.texts import Text

PIECES = [
    "zweihundert",
    "zweihundert ",
    "1",
    "1.1.",
    "1,",
    "1 ",
    "1 000 ",
    "1:",
    "1:0 ",
    "1/",
    "-1",
    "1-",
    "+49 ",
    "0 ",
    "$",
    "1 € ",
    "1. ",
    "5 bis ",
    "von 1 auf 2 ",
    "ein ",
    "ein halbes ",
    "drei Viertel ",
    "Millionen ",
    "1 Millionen ",
    "jeder vierte ",
    "letzten sieben Jahren ",
    "16. Oktober ",
    "im Jahr 2023 ",
    "2023 2024 ",
    "stieg um 5 Prozent und ",
    "Umsatz von 5 Euro von ",
    "Haus der Frau ",
    "zwischen Haus und ",
    "5 neue ",
    "(5) ",
    "1@",
    "www.1",
    "Ä1ß",
    "\u202f1",
    "½",
    "٣",
    "5\xad",
    "5\u00a0%\u200f ",
]


def figures(text: str) -> tuple[list[Figure], float]:
    pack = load_pack("de")
    doc = read(Text(text=text, language="de", published="2024-11-20"), pack)
    start = time.process_time()
    return list(extract_figures(doc, pack)), time.process_time() - start


@pytest.mark.parametrize("piece", PIECES)
def test_time_is_linear(piece: str) -> None:
    text = piece * (5_000 // len(piece))
    found, seconds = figures(text)
    assert all(text[f.start : f.end] == f.text for f in found)
    longer = figures(text * 4)[1]
    assert longer < 8 * max(seconds, 0.05)


SHORT = ["", " ", "\n", "1", "%", "1%", "€", ".", "-", "−", "1.", "1,", "ein", "\ufffd", "1\n2\n3", "9" * 500, "1e5", "²"]


@pytest.mark.parametrize("text", SHORT)
def test_short_texts(text: str) -> None:
    found, _ = figures(text)
    assert all(text[f.start : f.end] == f.text for f in found)


def test_figures_do_not_overlap() -> None:
    found, _ = figures("Von 3 bis 5 Mio. Euro und 2,5-fach, 16.10.2024, 3:2 (1:1) und 12-jährig, 5 € 6 €, § 7.")
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_other_languages_have_digits_and_signs() -> None:
    pack = load_pack("fr")
    doc = read(Text(text="Le taux est de 5 % et 1,200 personnes, 3 km.", language="fr"), pack)
    assert [(f.text, f.kind) for f in extract_figures(doc, pack)][:1] == [("5 %", "percent")]


def test_first_figure() -> None:
    pack = load_pack("de")
    doc = read(Text(text="Der Wert stieg auf 3,5 Mio. Euro, dann auf 4.", language="de"), pack)
    first = first_figure(doc, pack)
    assert first is not None
    assert (first.amount, first.unit) == (3_500_000, "EUR")
