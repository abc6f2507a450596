"""Text -> Drafts: one pass over what may begin a figure (digits, number words, signal words), each read once, left to right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from datasette_wirefacts.extractors.figures import clocks, dates, decades, others, spans
from datasette_wirefacts.extractors.figures.labels import noun_phrase
from datasette_wirefacts.extractors.figures.numbers import Number, digit_number, word_number
from datasette_wirefacts.extractors.figures.quantities import quantity
from datasette_wirefacts.extractors.figures.reading import Draft, Reading, Word
from datasette_wirefacts.extractors.figures.suffixes import with_suffix
from datasette_wirefacts.extractors.figures.units import currency_before
from datasette_wirefacts.extractors.figures.words import figure_words
from datasette_wirefacts.languages import LanguagePack

# Addresses of the web and of mail, telephone numbers: no digit in them is a figure.
WEB = re.compile(r"(?:https?://|www\.)[^\s]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,64}")
PHONE = re.compile(r"(?:\+\d|00?[1-9])\d{0,6}(?:[ /()-]{1,3}\d{1,9}){1,6}(?![\d%])")
CODE = re.compile(r"\d{1,7}(?:-\d{1,7}){3,8}(?!\d)")  # "978-3-16-148410-0"
POINT = re.compile(r"(?P<point>\d+\.\d+)")
RUN = re.compile(r"\d+")
MOST_KNOWN = 50_000
WordReader = Callable[[Reading, int], Draft | None]
READERS: dict[str, Callable[[Reading, re.Match[str]], Draft | None]] = {
    "iso": dates.read_iso,
    "dmy": dates.read_numeric,
    "dm": dates.read_day_month,
    "clock": clocks.read_clock,
    "score": clocks.read_score,
    "years": decades.read_year_pair,
    "fraction": others.read_fraction,
}


def find_drafts(reading: Reading, pack: LanguagePack) -> list[Draft]:
    """The figures of a text, in order, without what surrounds them."""
    signals, known = pack.derived(signal_readers), pack.derived(number_like_words)
    found: list[Draft] = []
    blocked = web_addresses(reading.text)
    at = k = 0
    for start, token in anchors(reading, signals, known):
        while k < len(blocked) and blocked[k][1] <= start:
            k += 1
        if start < at or (k < len(blocked) and blocked[k][0] <= start):
            continue
        reading.floor = at
        if token is None:
            draft, at = read_digits(reading, start)
        else:
            draft = read_word(reading, start, token, signals)
        if draft and draft.start >= reading.floor:
            found.append(draft)
            at = draft.end
    return found


def web_addresses(text: str) -> list[tuple[int, int]]:
    """The places of addresses, whose digits are none."""
    if "://" in text or "www." in text or "@" in text:
        return [match.span() for match in WEB.finditer(text)]
    return []


def anchors(reading: Reading, signals: dict[str, list[WordReader]], known: dict[str, bool]) -> Iterator[tuple[int, int | None]]:
    """Places where a figure may begin, in order: runs of digits (without a token), and words with their token's index."""
    tokens, beginnings = reading.tokens, reading.words.beginnings
    hits = [i for i, norm in enumerate(tokens.norms) if norm in signals or norm[:3] in beginnings]
    words = [i for i in hits if may_begin(reading, i, signals, known)]
    k = 0
    for run in RUN.finditer(reading.text):
        start = run.start()
        while k < len(words) and tokens.starts[words[k]] < start:
            yield tokens.starts[words[k]], words[k]
            k += 1
        yield start, None
    for i in words[k:]:
        yield tokens.starts[i], i


def may_begin(reading: Reading, i: int, signals: dict[str, list[WordReader]], known: dict[str, bool]) -> bool:
    """Whether token i can begin a figure: no article without a unit or a scale behind it, no word that only looks like a number."""
    words, norm = reading.words, reading.tokens.norms[i]
    if words.has(norm, "numbers.articles"):
        following = reading.tokens.norms[i + 1] if i + 1 < len(reading.tokens) else ""
        return following in words.after_article or bool(words.fraction_word(following))
    if norm in signals:
        return True
    if norm not in known:
        if len(known) > MOST_KNOWN:
            known.clear()
        known[norm] = number_like(reading, i)
    return known[norm]


def number_like(reading: Reading, i: int) -> bool:
    """Whether token i begins with a number word, an ordinal, a decade or a compound of one."""
    word = reading.word(reading.tokens.starts[i])
    if word is None:
        return False
    words, norm = reading.words, word.norm
    return (
        words.number_word(norm) is not None
        or words.ordinal_word(norm) is not None
        or others.spoken_multiple(reading, word) is not None
        or any(norm.startswith(decade) for decade in words.get("periods", "decade_words"))
    )


def number_like_words(pack: LanguagePack) -> dict[str, bool]:
    """An empty store of what ``number_like`` said about a word."""
    return {}


def signal_readers(pack: LanguagePack) -> dict[str, list[WordReader]]:
    """Which readers a word calls, by the word."""
    words = pack.derived(figure_words)
    found: dict[str, list[WordReader]] = {}

    def add(reader: WordReader, *keys: str) -> None:
        for key in keys:
            for word in words.sets.get(key, ()):
                found.setdefault(word, []).append(reader)

    for month in words.months:
        found.setdefault(month, []).append(dates.month_and_year)
        found.setdefault(month + ".", []).append(dates.month_and_year)
    add(others.dozen, "numbers.dozen")
    for word in words.get("periods", "seasons"):
        found.setdefault(word, []).append(dates.season)
    add(spans.edge_of_period, "periods.begin", "periods.middle", "periods.end")
    add(spans.counted_period, "periods.last", "periods.next", "periods.first")
    add(others.each, "distribution.each")
    add(others.multiple_word, "multiples")
    for word in words.section("multiples"):
        found[word] = [others.multiple_word]
    for word in ("numbers.articles", "numbers.half", "numbers.whole_half", "distribution.one"):
        add(number_word, word)
    for word in words.get("numbers", "indefinite"):
        found.setdefault(word, []).append(uncounted)
    for word in words.section("time_compounds"):
        found.setdefault(word, []).append(time_compound)
    for sign in words.section("fractions"):
        found.setdefault(sign, []).append(others.vulgar_fraction)
    return found


def read_word(reading: Reading, at: int, token: int, signals: dict[str, list[WordReader]]) -> Draft | None:
    """The figure that a word begins."""
    for reader in signals.get(reading.tokens.norms[token], ()):
        draft = reader(reading, at)
        if draft:
            return draft
    return number_word(reading, at)


def read_digits(reading: Reading, start: int) -> tuple[Draft | None, int]:
    """The figure that digits begin, and where to go on if they begin none."""
    text = reading.text
    match = reading.words.digits.match(text, start)
    if match is None:
        return None, start + 1
    if code := CODE.match(text, start):
        return None, code.end()
    if text[start] == "0" or (start and text[start - 1] == "+"):
        phone = PHONE.match(text, start - (text[start] != "0"))
        if phone and not (start and (text[start - 1].isalnum() or text[start - 1] in ",.")):
            return None, phone.end()
    if start and (text[start - 1].isalpha() or text[start - 1] == "_") and not currency_before(reading, start):
        return None, match.end()
    reader = READERS.get(match.lastgroup or "")
    if reader:
        return reader(reading, match) or (behind_point(reading, match) if match.lastgroup == "dm" else None), match.end()
    if match.lastgroup == "point" and (
        clock := clocks.clock_range(reading, match) or clocks.clock_time(reading, start, match.end(), False)
    ):
        return clock, match.end()
    number = digit_number(reading, match)
    return read_number(reading, number) if number else None, match.end()


def behind_point(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`19.90.` at the end of a sentence looks like a day and a month that the calendar does not have."""
    shorter = POINT.match(reading.text, match.start())
    number = digit_number(reading, shorter) if shorter else None
    return read_number(reading, number) if number else None


def read_number(reading: Reading, number: Number) -> Draft | None:
    """The figure that a number of digits makes."""
    return (
        dates.day_and_month(reading, number)
        or dates.day_without_point(reading, number)
        or decades.decade(reading, number)
        or others.digit_ordinal(reading, number)
        or clocks.spoken_clock(reading, number)
        or others.one_of(reading, number)
        or dates.year(reading, number)
        or others.rank(reading, number)
        or quantity(reading, number)
    )


def number_word(reading: Reading, at: int) -> Draft | None:
    """The figure that a number word, an ordinal or a compound with a number in front makes."""
    word = reading.word(at)
    if word is None or word.start != at:
        return None
    number = word_number(reading, at)
    if (
        number
        and number.form in ("article", "words")
        and (following := reading.word(number.end))
        and following.norm in reading.words.section("time_compounds")
    ):
        compound = time_compound(reading, following.start)
        return replace(compound, start=at, amount=number.amount * compound.amount) if compound and compound.amount else None
    if number is None:
        return ordinal_or_compound(reading, word)
    return (
        large_ordinal(reading, number)
        or dates.spoken_year(reading, number)
        or clocks.spoken_clock(reading, number)
        or others.one_of(reading, number)
        or others.rank(reading, number)
        or quantity(reading, number)
    )


def ordinal_or_compound(reading: Reading, word: Word) -> Draft | None:
    decade = decades.spoken_decade(reading, word.start)
    if decade:
        return decade
    value = reading.words.ordinal_word(word.norm)
    if value is not None:
        return others.spoken_ordinal(reading, word.start, value)
    compound = others.spoken_multiple(reading, word)
    if compound is None or (compound[0] == 1 and compound[1].startswith(("fach", "mal"))):
        return None
    return with_suffix(reading, word.start, word.end, *compound)


def large_ordinal(reading: Reading, number: Number) -> Draft | None:
    """`einhundert Milliardste`."""
    word = reading.word(number.end)
    value = reading.words.ordinal_word(word.norm) if word and number.form == "words" else None
    if word is None or value is None or value < 1_000_000:
        return None
    return Draft(number.start, word.end, "ordinal", rule="ordinal-large", amount=number.amount * value)


def uncounted(reading: Reading, at: int) -> Draft | None:
    """`Tausende`; without a capital only right before what is counted: `vor tausenden Anhängern`."""
    word = reading.word(at)
    if word is None or not (word.surface[:1].isupper() or noun_phrase(reading, word.end)):
        return None
    return others.indefinite(reading, word, reading.words.section("numbers")["indefinite"][word.norm] * Decimal(1))


def time_compound(reading: Reading, at: int) -> Draft | None:
    """`Viertelstunde` with the article or the number before it."""
    word = reading.word(at)
    if word is None:
        return None
    amount, unit = reading.words.section("time_compounds")[word.norm]
    return Draft(word.start, word.end, "duration", rule="time-compound", amount=Decimal(amount), unit=unit)
