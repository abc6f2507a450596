"""Digits and words -> dates, months and years: `16. Oktober 2024`, `Januar bis Juni 2024`, `2005/06`, `neunziger Jahre`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from datasette_wirefacts.extractors.figures.labels import noun_phrase
from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading, Word
from datasette_wirefacts.extractors.figures.units import match_unit

YEARS = range(1000, 2101)
LIKELY_YEARS = range(1750, 2060)
FOUR_DIGITS = re.compile(r"[ \u00a0]?([12]\d{3})(?![\d.,:]\d|\w|[-–/]\d?\w)")
JOINER = re.compile(r"[ \u00a0]?([-–—]|[^\W\d_]{1,9})")
WORD = re.compile(r"[^\W\d_]+")
LISTED_DAYS = re.compile(r"(?:\.,?(?: [^\W\d_]{2,5}){0,2} [0-3]?\d){1,6}(?=\.)")
WINTER = re.compile(r"[ \u00a0]?([12]\d{3})/(?:\d\d|\d{4})(?![\d/])")
SECOND_DAY = re.compile(r"\.([-–/]| ?[-–] ?| [^\W\d_]{3}(?: [^\W\d_]{3})? )([0-3]?\d)(?=\.)")


def read_iso(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`2024-10-16`."""
    year, month, day = (int(part) for part in match[0].split("-"))
    return dated(match.start(), match.end(), year, month, day)


def read_numeric(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`16.10.2024`, `16.10.24`."""
    day, month, year = (int(part) for part in re.split(r"[./][ \u00a0]?", match[0]))
    return dated(match.start(), match.end(), year if year > 99 else year + (2000 if year < 70 else 1900), month, day)


def read_day_month(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`16.10.`; not at a place where a list may number its points."""
    day, month = (int(part) for part in match[0].replace("\u00a0", "").replace(" ", "").rstrip(".").split("."))
    return dated(match.start(), match.end(), None, month, day)


def dated(start: int, end: int, year: int | None, month: int, day: int) -> Draft | None:
    """A date, if the calendar has it."""
    try:
        found = date(year or 2000, month, day)
    except ValueError:
        return None
    iso = f"--{month:02}-{day:02}" if year is None else found.isoformat()
    return Draft(start, end, "date", rule="date", iso=iso)


def day_without_point(reading: Reading, number: Number) -> Draft | None:
    """`am 22.04` with a preposition of dates before it."""
    surface = reading.text[number.start : number.end]
    if not number.point or not reading.words.has(reading.before(number.start)[0], "periods.day_before"):
        return None
    day, month = surface.split(".")
    return dated(number.start, number.end, None, int(month), int(day)) if len(month) == 2 and len(day) <= 2 else None


def month_at(reading: Reading, at: int) -> tuple[Word, int, int] | None:
    """The month that begins behind ``at``: its word, number and end with the point of an abbreviation."""
    word = reading.word(at)
    number = reading.words.months.get(word.norm) if word and word.surface[:1].isupper() else None
    if word is None or number is None:
        return None
    end = word.end + (reading.text[word.end : word.end + 1] == "." and word.norm in reading.words.short_months)
    return word, number, end


def day_and_month(reading: Reading, number: Number) -> Draft | None:
    """`16. Oktober 2024`, `16. Oktober`, `16./17. Oktober` by its last day."""
    if reading.text[number.end : number.end + 1] != "." or number.grouped or not 1 <= number.amount <= 31:
        return None
    month = month_at(reading, number.end + 1)
    if month is None:
        return days_and_month(reading, number)
    year = FOUR_DIGITS.match(reading.text, month[2])
    end = (
        year.end()
        if year
        else (month[2] if reading.text[month[2] - 1] != "." or not reading.sentence_ends_at(month[0].start) else month[0].end)
    )
    return dated(number.start, end, int(year[1]) if year else None, month[1], int(number.amount))


def days_and_month(reading: Reading, number: Number) -> Draft | None:
    """`20. bis 26. September` as one period, `3. und 4. Mai` as the first of two."""
    found = SECOND_DAY.match(reading.text, number.end)
    month = month_at(reading, found.end() + 1) if found else None
    if found is None or month is None:
        return listed_day(reading, number)
    year = FOUR_DIGITS.match(reading.text, month[2])
    first = dated(number.start, number.end + 1, int(year[1]) if year else None, month[1], int(number.amount))
    joiner = found[1].strip().lower()
    if first is None or reading.words.has(joiner, "periods.both_days"):
        return first
    second = dated(number.start, year.end() if year else month[2], int(year[1]) if year else None, month[1], int(found[2]))
    if second is None or not reading.words.has(joiner, "periods.day_range"):
        return None
    second.kind, second.iso, second.rule = "period", f"{first.iso}/{second.iso}", "date-range"
    return second


def listed_day(reading: Reading, number: Number) -> Draft | None:
    """The first of `3., 4. und 5. Mai`, `1. sowie am 8. Dezember`."""
    found = LISTED_DAYS.match(reading.text, number.end)
    month = month_at(reading, found.end() + 1) if found else None
    words = reading.words
    if found is None or month is None or not all(words.has(word, "periods.day_list") for word in WORD.findall(found[0].lower())):
        return None
    year = FOUR_DIGITS.match(reading.text, month[2])
    return dated(number.start, number.end + 1, int(year[1]) if year else None, month[1], int(number.amount))


def spoken_day(reading: Reading, at: int, value: Decimal) -> Draft | None:
    """`ersten Mai`, `zwölften Juli 2011`: a day by its ordinal word."""
    word = reading.word(at)
    month = month_at(reading, word.end) if word and 1 <= value <= 31 else None
    if word is None or month is None:
        return None
    year = FOUR_DIGITS.match(reading.text, month[2])
    return dated(word.start, year.end() if year else month[2], int(year[1]) if year else None, month[1], int(value))


def month_and_year(reading: Reading, at: int) -> Draft | None:
    """`Oktober 2024`, `Januar bis Juni 2024`."""
    month = month_at(reading, at)
    year = FOUR_DIGITS.match(reading.text, month[2]) if month else None
    if month and year is None:
        return months_and_year(reading, month) or month_listed(reading, month) or month_alone(reading, month)
    if month is None or year is None or noun_counts(reading, year.end()) > 1:
        return None
    return Draft(month[0].start, year.end(), "period", rule="month", iso=f"{year[1]}-{month[1]:02}")


def months_and_year(reading: Reading, month: tuple[Word, int, int]) -> Draft | None:
    """`Januar bis Juni 2024` from its first month on."""
    joiner = JOINER.match(reading.text, month[2])
    between = reading.words.has(reading.before(month[0].start)[0], "ranges.between")
    joins = joiner is not None and reading.words.has(joiner[1].lower(), "ranges.between_joiner" if between else "ranges.joiners")
    second = month_at(reading, joiner.end()) if joiner and joins else None
    year = FOUR_DIGITS.match(reading.text, second[2]) if second else None
    if second is None or not month[1] < second[1]:
        return None
    said = year[1] if year else "-"
    iso = f"{said}-{month[1]:02}/{said}-{second[1]:02}"
    return Draft(month[0].start, year.end() if year else second[2], "period", rule="months", iso=iso)


def month_listed(reading: Reading, month: tuple[Word, int, int]) -> Draft | None:
    """The first of `Juli und August 2015`, which shares the year."""
    joiner = reading.word(month[2])
    second = month_at(reading, joiner.end) if joiner and reading.words.has(joiner.norm, "periods.both_days") else None
    year = FOUR_DIGITS.match(reading.text, second[2]) if second else None
    return Draft(month[0].start, month[0].end, "period", rule="month-listed", iso=f"{year[1]}-{month[1]:02}") if year else None


def month_alone(reading: Reading, month: tuple[Word, int, int]) -> Draft | None:
    """`im Oktober`: a month behind a word that dates."""
    before = reading.before(month[0].start)[0]
    i = reading.token_before(month[0].start)
    joined = reading.words.has(before, "periods.both_days") and i > 0 and reading.tokens.norms[i - 1] in reading.words.months
    if not joined and not reading.words.has(before, "periods.month_before"):
        return None
    return Draft(month[0].start, month[0].end, "period", rule="month-alone", iso=f"--{month[1]:02}")


def season(reading: Reading, at: int) -> Draft | None:
    """`Frühjahr 2025`."""
    word = reading.word(at)
    year = (WINTER.match(reading.text, word.end) or FOUR_DIGITS.match(reading.text, word.end)) if word else None
    if word is None or year is None:
        return None
    return Draft(word.start, year.end(), "period", rule="season", iso=year[1] + reading.words.get("periods", "seasons")[word.norm])


def year(reading: Reading, number: Number) -> Draft | None:
    """A bare four-digit number that is a year by its place: `im Jahr 2023`, `seit 1990`, `2019 gewann`."""
    if not is_year_shaped(reading, number):
        return None
    before, _ = reading.before(number.start)
    words = reading.words
    if words.has(before, "labels.before") and not words.has(before, "periods.year_before"):
        return None
    said = words.has(before, "periods.year") or before in words.months
    unit = match_unit(reading, number.end)
    if not said and unit and not unit[1].shy and not unit[1].assumed:
        return None  # "auf 1900 Metern"
    counting = noun_counts(reading, number.end)
    if not said and grows(reading, number):
        return None
    if not said and (compared(reading, number.start) or (counting and (int(number.amount) not in LIKELY_YEARS or counting > 1))):
        return None
    if not said and not words.has(before, "periods.year_before") and int(number.amount) not in LIKELY_YEARS:
        return None
    return Draft(number.start, number.end, "year", rule="year", amount=number.amount, iso=f"{int(number.amount):04}")


def spoken_year(reading: Reading, number: Number) -> Draft | None:
    """`seit neunzehnhundertachtzig`."""
    if number.form != "words" or number.scale or number.amount % 1 or int(number.amount) not in LIKELY_YEARS:
        return None
    before = reading.before(number.start)[0]
    dating = any(reading.words.has(before, key) for key in ("periods.year", "periods.since", "periods.until"))
    if not dating or noun_counts(reading, number.end):
        return None
    return Draft(number.start, number.end, "year", rule="year", amount=number.amount, iso=f"{int(number.amount)}")


def is_year_shaped(reading: Reading, number: Number) -> bool:
    """Four digits, nothing glued to them but a dash or a slash between years."""
    text, start, end = reading.text, number.start, number.end
    if number.form != "digits" or end - start != 4 or number.grouped or number.decimals or int(number.amount) not in YEARS:
        return False
    left, right = text[start - 1 : start], text[end : end + 1]
    return not (left.isalnum() or (left and left in "/_@#&=\\+°§.,:$€£") or right.isalnum() or (right and right in "_@&=%°€$£"))


def grows(reading: Reading, number: Number) -> bool:
    """Whether digits are what something grows from, to more than a year can be: `von derzeit 2000 auf rund 15.000`."""
    word = reading.word(number.end)
    i = reading.token_before(number.start)
    start = any(reading.words.has(norm, "change.from") for norm in reading.tokens.norms[max(0, i - 1) : i + 1])
    if not start or word is None or not reading.words.has(word.norm, "change.to"):
        return False
    following = reading.word(word.end)
    at = reading.space(following.end if following and (following.norm,) in reading.words.comparators else word.end)
    match = reading.words.digits.match(reading.text, at) if reading.text[at : at + 1].isdigit() else None
    return match is not None and not (match.lastgroup == "number" and len(match[0]) == 4)


def compared(reading: Reading, start: int) -> bool:
    """Whether a comparator stands before, which counts but dates nothing: `rund 2000`."""
    before, _ = reading.before(start)
    return reading.words.comparators.get((before,)) in ("approx", "lt", "gt") and not reading.words.has(
        before, "periods.year_before"
    )


def noun_counts(reading: Reading, end: int) -> int:
    """0 where no noun follows, 1 where one does, 2 where it is one that is counted by the thousand."""
    phrase = noun_phrase(reading, end)
    if phrase is None:
        return 0
    noun = reading.tokens.norms[phrase[1] - 1]
    if noun in reading.words.months:
        return 0
    return 2 if reading.words.has(noun, "labels.counted") else 1
