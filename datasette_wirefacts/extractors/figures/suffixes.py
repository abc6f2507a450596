"""Number with a suffix -> Draft: `12-jährig`, `1,7-fache`, `dreitägige`, `dreimal so viel`."""

from __future__ import annotations

import re
from decimal import Decimal

from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.units import rate_end

SUFFIX = re.compile(r"-?([^\W\d_]{2,30})")


def suffixed(reading: Reading, number: Number) -> Draft | None:
    """`12-jährig`, `1,7-fache`, `50-prozentige`, `dreimal` glued to digits."""
    if number.form != "digits":
        return None
    found = SUFFIX.match(reading.text, number.end)
    return with_suffix(reading, number.start, found.end(), number.amount, found[1].lower()) if found else None


def with_suffix(reading: Reading, start: int, end: int, amount: Decimal, rest: str) -> Draft | None:
    """The figure of a number and a suffix such as `jähriger`, which ``rest`` begins with."""
    words = reading.words
    stem = next((s for s in words.section("suffixes") if rest.startswith(s) and len(rest) - len(s) <= 3), None)
    if stem is None:
        return None
    meaning = words.section("suffixes")[stem]
    if meaning == "%":
        return Draft(start, end, "percent", rule="percent-adjective", amount=amount, unit="%")
    if meaning == "x":
        return Draft(start, end, "multiple", rule="multiple-suffix", amount=amount, unit="x")
    if meaning == "times":
        return times(reading, start, end, amount)
    if meaning == "person":
        return Draft(start, end, "count", rule="persons-adjective", amount=amount, unit=None)
    if meaning == "year" and not duration_noun(reading, end):
        return Draft(start, end, "age", rule="age-adjective", amount=amount, unit="year")
    return Draft(start, end, "duration", rule="duration-adjective", amount=amount, unit=meaning)


def duration_noun(reading: Reading, end: int) -> bool:
    """Whether the noun behind the adjective is none that has an age."""
    word = reading.word(end)
    for _ in range(2):
        if word is None or word.surface[:1].isupper():
            break
        word = reading.word(word.end)
    return word is not None and any(word.norm.endswith(noun) for noun in reading.words.sets.get("suffix_words.not_aged", ()))


def times(reading: Reading, start: int, end: int, amount: Decimal) -> Draft | None:
    """`dreimal so viel` is a multiple, `dreimal` counts occasions."""
    more = so_much(reading, end)
    if more:
        return Draft(start, more, "multiple", rule="multiple-as", amount=amount, unit="x")
    if amount <= 1:
        return None
    rate = rate_end(reading, end)  # "fünfmal pro Woche"
    return Draft(start, rate[0] if rate else end, "count", rule="times", amount=amount)


def so_much(reading: Reading, end: int) -> int | None:
    """The end of `so viel`, `so hoch` behind ``end``."""
    so = reading.word(end)
    if so is None or not reading.words.has(so.norm, "multiple_words.so"):
        return None
    adjective = reading.word(so.end)
    return adjective.end if adjective and reading.words.has(adjective.norm, "multiple_words.as") else None
