"""Digits and number words -> exact values with their scale: `2,5 Milliarden`, `fünf und drei Viertel`, `zwei Dutzend`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from datasette_wirefacts.extractors.figures.reading import Reading, Word

DOZEN = Decimal(12)
HALF = Decimal("0.5")
LONGEST_DIGITS = 30  # more digits than this are a code, not a number
LINKS = 6  # at most so many numbers with scale words make one: 27 Billionen 17 Milliarden 800 Millionen
NO_CENTS = re.compile(r"[.,][-–—](?!\d)")


@dataclass(slots=True)
class Number:
    """A number with its place; ``base`` is the amount before scale words."""

    start: int
    end: int
    amount: Decimal
    form: str  # digits, words, article, fraction, half
    base: Decimal
    scale: int = 0
    grouped: bool = False
    decimals: int = 0
    point: bool = False  # digits with a foreign decimal mark
    negative: bool = False


def digit_number(reading: Reading, match: re.Match[str]) -> Number | None:
    """The number that a match of the digit pattern stands for, with scale words behind it; None for a code."""
    surface, group = match[0], match.lastgroup
    if len(surface) > LONGEST_DIGITS + 10:
        return None
    value = decimal_value(surface, group, reading.words.decimal)
    if value is None:
        return None
    end = match.end()
    cents = NO_CENTS.match(reading.text, end) if group in ("number", "grouped") else None
    number = Number(
        match.start(),
        cents.end() if cents else end,
        value,
        "digits",
        value,
        grouped=group == "grouped",
        decimals=max(0, -int(value.as_tuple().exponent)),
        point=group == "point" and not reading.words.points,
    )
    vulgar = reading.words.section("fractions").get(reading.text[end : end + 1])
    if vulgar:
        number.end, number.amount = end + 1, value + Decimal(vulgar[0]) / Decimal(vulgar[1])
        number.base = number.amount
    word = reading.word(number.end)
    if word and reading.words.has(word.norm, "numbers.unclear_scales") and word.norm not in reading.words.scales:
        return None
    return with_scales(reading, number)


def decimal_value(surface: str, group: str | None, decimal: str) -> Decimal | None:
    """The exact value of digits.

    >>> decimal_value("1.234,50", "grouped", ","), decimal_value("1’250’000", "grouped", ","), decimal_value("19.90", "point", ",")
    (Decimal('1234.50'), Decimal('1250000'), Decimal('19.90'))
    """
    if group == "foreign":
        return Decimal(surface.replace(",", ""))
    if group == "grouped":
        mark = next(c for c in surface if not c.isdigit())
        whole, *rest = (
            re.split(r"[.,]", surface) if mark not in ".," else surface.replace(mark, "").split("," if mark == "." else ".")
        )
        return Decimal("".join(c for c in whole if c.isdigit()) + ("." + rest[0] if rest else ""))
    if group == "chain":
        return None
    if group == "number":
        surface = surface.replace(decimal or ",", ".")
    try:
        return Decimal(surface) if surface.isascii() and sum(c.isdigit() for c in surface) <= LONGEST_DIGITS else None
    except ArithmeticError:
        return None


def word_number(reading: Reading, at: int) -> Number | None:
    """The number that the words from ``at`` on stand for, else None."""
    word = reading.word(at)
    if word is None or word.start != at:
        return None
    words = reading.words
    value = words.number_word(word.norm)
    if value is not None:
        number = Number(word.start, word.end, value, "words", value)
        return with_scales(reading, with_fraction(reading, with_comma(reading, number)))
    if words.has(word.norm, "numbers.articles"):
        return _after_article(reading, word)
    if words.has(word.norm, "numbers.half"):
        return _half(reading, word.start, word)
    if words.has(word.norm, "numbers.whole_half"):
        return Number(word.start, word.end, HALF, "half", HALF)
    return None


def _after_article(reading: Reading, article: Word) -> Number | None:
    """`eine Million`, `ein Drittel`, `ein halbes Dutzend`; an article alone is left to the reader of units."""
    following = reading.word(article.end)
    if following is None:
        return None
    words = reading.words
    if words.has(following.norm, "numbers.half"):
        return _half(reading, article.start, following)
    one = Number(article.start, article.end, Decimal(1), "article", Decimal(1))
    larger = with_scales(reading, with_fraction(reading, one))
    return replace(larger, form="words" if larger.form == "article" else larger.form) if larger.end > one.end else one


def _half(reading: Reading, start: int, half: Word) -> Number:
    number = Number(start, half.end, HALF, "half" if start < half.start else "bare half", HALF)
    return with_scales(reading, number)


def with_comma(reading: Reading, number: Number) -> Number:
    """`zwei Komma drei`: the digits behind the spoken decimal mark."""
    word = reading.word(number.end)
    if word is None or not reading.words.has(word.norm, "numbers.comma"):
        return number
    digits, end = "", word.end
    while len(digits) < 8:
        following = reading.word(end)
        value = reading.words.number_word(following.norm) if following else None
        if following is None or value is None or value >= 10 or value % 1:
            break
        digits, end = digits + str(value), following.end
    if not digits:
        return number
    amount = number.amount + Decimal("0." + digits)
    return replace(number, end=end, amount=amount, base=amount)


def with_fraction(reading: Reading, number: Number) -> Number:
    """`zwei Drittel`, `fünf und drei Viertel`, `drei halbe`."""
    word = reading.word(number.end)
    if word is None:
        return number
    words = reading.words
    if words.has(word.norm, "numbers.half") and number.form == "words":
        return replace(number, end=word.end, amount=number.amount * HALF, base=number.amount * HALF, form="half")
    by = words.fraction_word(word.norm)
    if by:
        amount = number.amount / by
        return replace(number, end=word.end, amount=amount, base=amount, form="fraction")
    if words.has(word.norm, "numbers.and") and (upper := reading.word(word.end)):
        lower = reading.word(upper.end)
        count = words.number_word(upper.norm) or (Decimal(1) if words.has(upper.norm, "numbers.articles") else None)
        by = words.fraction_word(lower.norm) if lower else None
        if lower and count and by:
            amount = number.amount + count / by
            return replace(number, end=lower.end, amount=amount, base=amount)
    return number


def with_scales(reading: Reading, number: Number) -> Number:
    """The number with the scale words behind it, and with smaller numbers that go on from there."""
    total, scale, end = scaled(reading, number)
    if end == number.end:
        return number
    lowest = scale
    for _ in range(LINKS):
        more = _next_link(reading, end)
        if more is None:
            break
        amount, further, next_end = scaled(reading, more)
        if next_end == more.end and (more.form != "words" or (lowest < 6 and more.amount >= 1000)):
            break
        if amount >= Decimal(10) ** lowest or (further >= lowest and next_end > more.end):
            break
        total, lowest, end = total + amount, further or 0, next_end
        if not lowest:
            break
    return replace(number, end=end, amount=total, scale=scale)


def _next_link(reading: Reading, at: int) -> Number | None:
    start = reading.space(at)
    if reading.text[start : start + 1].isdigit():
        match = reading.words.digits.match(reading.text, start)
        value = (
            decimal_value(match[0], match.lastgroup, reading.words.decimal)
            if match and match.lastgroup in ("number", "grouped")
            else None
        )
        return Number(start, match.end(), value, "digits", value) if match and value is not None else None
    word = reading.word(at)
    value = reading.words.number_word(word.norm) if word else None
    if word and value is None and reading.words.has(word.norm, "numbers.articles"):
        return Number(word.start, word.end, Decimal(1), "article", Decimal(1))
    return Number(word.start, word.end, value, "words", value) if word and value is not None else None


def scaled(reading: Reading, number: Number) -> tuple[Decimal, int, int]:
    """Amount, power of ten and end of a number with the scale words directly behind it."""
    amount, end, power = number.amount, number.end, 0
    words = reading.words
    for _ in range(2):
        word = reading.word(end)
        if word is None or "\n" in reading.text[end : word.start]:
            break
        if words.has(word.norm, "numbers.dozen"):
            amount, end = amount * DOZEN, word.end
            power = power or 1
        elif word.norm in words.scales and not (number.form == "digits" and number.grouped and words.scales[word.norm] == 3):
            power += words.scales[word.norm]
            amount, end = amount.scaleb(words.scales[word.norm]), _abbreviation_end(reading, word)
        else:
            break
    return amount, power, end


def _abbreviation_end(reading: Reading, word: Word) -> int:
    """The end of a scale word with the point of its abbreviation, where that point does not end the sentence."""
    end = word.end
    if reading.text[end : end + 1] != "." or len(word.norm) > 4:
        return end
    if reading.text[end + 1 : end + 2] == ".":
        return end + 1
    return end if reading.sentence_ends_at(word.start) else end + 1
