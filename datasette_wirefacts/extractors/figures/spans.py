"""Words -> periods that hold a number: `letzten sieben Jahren`, `Ende 2023`, `dritten Quartal`, `19. Jahrhundert`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from datasette_wirefacts.extractors.figures.calendar import counted
from datasette_wirefacts.extractors.figures.dates import FOUR_DIGITS, month_at
from datasette_wirefacts.extractors.figures.decades import decade, spoken_decade
from datasette_wirefacts.extractors.figures.numbers import Number, digit_number, word_number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading, Word
from datasette_wirefacts.extractors.figures.units import match_unit

EDGES = (("begin", "B"), ("middle", "M"), ("end", "E"))


def number_at(reading: Reading, at: int) -> Number | None:
    """The number that begins at ``at`` or behind its white space."""
    start = reading.space(at)
    if reading.text[start : start + 1].isdigit():
        match = reading.words.digits.match(reading.text, start)
        return digit_number(reading, match) if match and match.lastgroup in ("number", "grouped") else None
    return word_number(reading, start)


def counted_period(reading: Reading, at: int) -> Draft | None:
    """`letzten sieben Jahren`, `nächsten drei Monate`, `ersten fünf Monaten`."""
    word = reading.word(at)
    if word is None:
        return None
    number = number_at(reading, word.end)
    if number is None or number.form == "article":
        return None
    unit = match_unit(reading, number.end)
    if unit is None or unit[1].kind != "duration" or unit[1].shy:
        return None
    ahead = reading.words.has(word.norm, "periods.next")
    rule = "period-first" if reading.words.has(word.norm, "periods.first") else "period-next" if ahead else "period-last"
    draft = Draft(word.start, unit[0], "period", rule=rule, amount=number.amount, unit=unit[1].id)
    if rule == "period-first":
        of_this_year(reading, draft)
    return draft


def of_this_year(reading: Reading, draft: Draft) -> None:
    """Takes `dieses Jahres` into the first months of a year, with their ISO value where the day of publication is known."""
    first = reading.word(draft.end)
    second = reading.word(first.end) if first else None
    phrases = reading.words.section("periods").get("phrases", {})
    if first and second and phrases.get(f"{first.norm} {second.norm}") == "year0":
        draft.end = second.end
        draft.iso = counted(draft, reading.published)[0]


def edge_of_period(reading: Reading, at: int) -> Draft | None:
    """`Ende 2023`, `Anfang März`, `Mitte Juni 2022`."""
    word = reading.word(at)
    if word is None:
        return None
    letter = next((letter for name, letter in EDGES if reading.words.has(word.norm, f"periods.{name}")), None)
    if letter is None:
        return None
    if whole := named_time(reading, word.end):
        return replace(whole, start=word.start, rule="edge-of-long", iso=f"{whole.iso}-{letter}")
    month = month_at(reading, word.end)
    year = FOUR_DIGITS.match(reading.text, month[2] if month else word.end)
    if month:
        prefix = f"{year[1]}-{month[1]:02}" if year else f"--{month[1]:02}"
        return Draft(word.start, year.end() if year else month[2], "period", rule="period-edge", iso=f"{prefix}-{letter}")
    return Draft(word.start, year.end(), "period", rule="period-edge", iso=f"{year[1]}-{letter}") if year else None


def named_time(reading: Reading, at: int) -> Draft | None:
    """A decade or a century that begins behind ``at``, with or without an article: `der 90er Jahre`, `des 19. Jahrhunderts`."""
    word = reading.word(at)
    if word and reading.words.has(word.norm, "measured.genitive"):
        at = word.end
    start = reading.space(at)
    if not reading.text[start : start + 1].isdigit():
        word = reading.word(at)
        value = reading.words.ordinal_word(word.norm) if word else None
        found = ordinal_period(reading, word.start, word.end, value) if word and value else spoken_decade(reading, start, True)
        return found if found and found.rule in ("century", "decade") else None
    number = number_at(reading, start)
    if number is None:
        return None
    if reading.text[number.end : number.end + 1] == ".":
        found = ordinal_period(reading, number.start, number.end + 1, number.amount)
        return found if found and found.rule == "century" else None
    return decade(reading, number, True)


def half_of(reading: Reading, start: int, noun: Word, value: Decimal) -> Draft | None:
    """`zweiten Hälfte der achtziger Jahre`, `ersten Hälfte des 20. Jahrhunderts`, `zweiten Hälfte 2023`; ``noun`` is the half."""
    if value not in (1, 2):
        return None
    whole = named_time(reading, noun.end)
    if whole is None:
        year = FOUR_DIGITS.match(reading.text, noun.end)
        return Draft(start, year.end(), "period", rule="part-of-year", iso=f"{year[1]}-H{value}") if year else None
    low, years = (int(whole.amount), 5) if whole.amount is not None else (int((whole.iso or "0")[:2]) * 100 + 1, 50)
    low += years if value == 2 else 0
    first, last = Decimal(low), Decimal(low + years - 1)
    return Draft(start, whole.end, "period", rule="half-of-long", amount=first, high=last, iso=f"{first}/{last}")


def ordinal_period(reading: Reading, start: int, end: int, value: Decimal) -> Draft | None:
    """`ersten Quartal 2024`, `zweites Halbjahr`, `19. Jahrhundert`; ``end`` is that of the ordinal."""
    noun = reading.word(end)
    if noun is None or value % 1:
        return None
    words = reading.words
    if words.has(noun.norm, "periods.half_of"):
        return half_of(reading, start, noun, value)
    if words.has(noun.norm, "periods.century") and 1 <= value <= 30:
        point = reading.text[noun.end : noun.end + 1] == "." and len(noun.norm) < 4
        return Draft(start, noun.end + point, "period", rule="century", iso=f"{int(value) - 1:02}XX")
    letter, most = (
        ("Q", 4) if words.has(noun.norm, "periods.quarter") else ("H", 2) if words.has(noun.norm, "periods.half") else ("", 0)
    )
    if not 1 <= value <= most:
        return None
    year = FOUR_DIGITS.match(reading.text, noun.end)
    iso = f"{letter}{int(value)}"
    return Draft(start, year.end() if year else noun.end, "period", rule="part-of-year", iso=f"{year[1]}-{iso}" if year else iso)
