"""Digits and words -> decades and pairs of years: `1990er Jahre`, `neunziger Jahre`, `2005/06`."""

from __future__ import annotations

import re
from decimal import Decimal

from datasette_wirefacts.extractors.figures.dates import YEARS
from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading, Word


def read_year_pair(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`2005/06`."""
    first, second = match[0].split("/")
    low, high = int(first), int(second if len(second) == 4 else first[:2] + second)
    if high == low - 99:
        high += 100
    if low not in YEARS or high != low + 1:
        return None
    return Draft(match.start(), match.end(), "year", rule="year-pair", amount=Decimal(low), high=Decimal(high), iso=f"{low}/{high}")


def decade(reading: Reading, number: Number, edge: bool = False) -> Draft | None:
    """`1990er Jahre`, `90er-Jahren`; `den 70ern` where no noun follows; behind an ``edge`` (`Ende der`) no word for years."""
    text = reading.text
    suffix = next((s for s in reading.words.get("periods", "decade_suffixes") if text.startswith(s, number.end)), None)
    if number.form != "digits" or suffix is None or number.amount % 10 or number.decimals:
        return None
    end, amount = number.end + len(suffix), int(number.amount)
    if amount < 100:
        amount += 1900
    word = reading.word(end + 1 if text[end : end + 1] == "-" else end)
    named = word is not None and reading.words.has(word.norm, "periods.decade_years")
    if amount not in YEARS or not (named or number.amount > 1000 or alone(reading, number, word, edge)):
        return None
    return decade_draft(number.start, word.end if word and named else end, amount // 10)


def alone(reading: Reading, number: Number, following: Word | None, edge: bool) -> bool:
    """Whether `70er` is a decade without the word for years: behind an edge or an article, and before no noun."""
    article = reading.words.has(reading.before(number.start)[0], "periods.decade_before")
    return (edge or article) and (following is None or following.surface[:1].islower())


def decade_draft(start: int, end: int, tens: int) -> Draft:
    """The ten years that begin with ``tens``."""
    return Draft(start, end, "period", rule="decade", amount=Decimal(tens * 10), high=Decimal(tens * 10 + 9), iso=f"{tens}X")


def spoken_decade(reading: Reading, at: int, edge: bool = False) -> Draft | None:
    """`neunziger Jahre`, `Neunzigerjahre`; behind an ``edge`` (`Ende der Neunziger`) without the word for years."""
    word = reading.word(at)
    if word is None:
        return None
    decades = reading.words.section("periods").get("decade_words", {})
    for name, tens in decades.items():
        if (
            word.norm == name
            and (following := reading.word(word.end))
            and reading.words.has(following.norm, "periods.decade_years")
        ):
            return decade_draft(word.start, following.end, tens)
        if word.norm.startswith(name) and reading.words.has(word.norm.removeprefix(name), "periods.decade_years"):
            return decade_draft(word.start, word.end, tens)
        if edge and word.norm == name and word.surface[:1].isupper():
            return decade_draft(word.start, word.end, tens)
    return None
