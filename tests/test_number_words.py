"""The German number-word grammar against num2words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from datasette_wirefacts.languages.de.number_words import fraction_word, number_word, ordinal_word

SOME = [*range(0, 1100), *range(1100, 10_000, 37), *range(10_000, 1_000_000, 4801)]


def test_cardinals_agree_with_num2words() -> None:
    num2words = pytest.importorskip("num2words").num2words
    assert [n for n in SOME if number_word(num2words(n, lang="de")) != n] == []


def test_ordinals_agree_with_num2words() -> None:
    num2words = pytest.importorskip("num2words").num2words
    assert [n for n in SOME[1:] if ordinal_word(num2words(n, lang="de", to="ordinal").lower()) != n] == []


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("dreissig", 30),
        ("dreißig", 30),
        ("fuenfhundert", 500),
        ("neunzehnhundertachtzig", 1980),
        ("zwo", 2),
        ("hundertundeins", 101),
        ("tausendundeins", 1001),
        ("anderthalb", "1.5"),
        ("eineinhalb", "1.5"),
        ("zwölfeinhalb", "12.5"),
        ("einig", None),
        ("vieler", None),
        ("achtung", None),
        ("einsicht", None),
        ("zehnzehn", None),
        ("hunderthundert", None),
        ("zweihundert" * 10, None),
        ("", None),
    ],
)
def test_number_words(word: str, value: int | str | None) -> None:
    assert number_word(word) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("word", "value"), [("erster", 1), ("dritt", 3), ("siebente", 7), ("zwoelft", 12), ("beste", None), ("einte", None)]
)
def test_ordinal_words(word: str, value: int | None) -> None:
    assert ordinal_word(word) == value


@pytest.mark.parametrize(
    ("word", "value"), [("viertel", 4), ("dritteln", 3), ("hundertstel", 100), ("titel", None), ("kapiteln", None)]
)
def test_fraction_words(word: str, value: int | None) -> None:
    assert fraction_word(word) == value
