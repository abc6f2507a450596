"""Number -> Draft of an amount of money: `€ 5`, `5 Euro 30`, `zwei Pfund` where it is a price."""

from __future__ import annotations

import re
from decimal import Decimal

from datasette_wirefacts.extractors.figures.labels import next_is_lower, noun_phrase
from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.units import closes, compound_end, currency_before, match_unit, rate_end
from datasette_wirefacts.extractors.figures.words import Unit

HUNDRED = Decimal(100)
CENTS = re.compile(r"\d\d?(?!\d|[.,:/-]\d)")


def money_before(reading: Reading, number: Number) -> Draft | None:
    """`€ 5`, `US-$ 4,9 Mrd.`, `CHF 1’250’000`."""
    found = currency_before(reading, number.start)
    if found is None or number.form not in ("digits", "half"):
        return None
    start, unit = found
    amount = number.amount * unit.factor
    rate = rate_end(reading, number.end)
    end = rate[0] if rate else number.end
    return Draft(
        start,
        end,
        "money",
        rule="money-before",
        amount=amount,
        unit=unit.id,
        assumed=unit.assumed,
        base=number.base,
        scale=number.scale,
    )


def is_price(reading: Reading, number: Number, end: int) -> bool:
    """Whether a unit that is a weight and a currency is money here: a large sum, or words of prices around it."""
    if number.scale >= 6:
        return True
    if noun_phrase(reading, end) or reading.text[end : end + 1] == "-":
        return False
    i = reading.token_at(number.start)
    first, last = reading.around(i)
    stems = reading.words.get("money", "price_stems")
    return any(stem in norm for norm in reading.tokens.norms[first:last] for stem in stems)


def money(reading: Reading, number: Number, end: int, unit: Unit, glued: bool) -> Draft | None:
    """An amount of money with its small change: `5 Euro 30`, `5 Euro und 30 Cent`."""
    amount = number.amount * unit.factor
    draft = Draft(
        number.start,
        end,
        "money",
        rule="money",
        amount=amount,
        unit=unit.id,
        assumed=unit.assumed,
        base=number.base,
        scale=number.scale,
    )
    if reading.text[end : end + 1] == "-" and reading.text[end + 1 : end + 2].isalpha():
        draft.end, draft.rule = compound_end(reading, end), "compound"
        return draft
    change = None if glued or number.scale or unit.factor != 1 else small_change(reading, end)
    if change:
        draft.end, draft.rule = change[0], "money-change"
        draft.amount = amount + change[1] / HUNDRED
        return draft
    rate = rate_end(reading, end)
    if rate:
        draft.end = rate[0]
    return draft


def small_change(reading: Reading, end: int) -> tuple[int, Decimal] | None:
    """The end and the value of hundredths behind an amount of money."""
    words = reading.words
    word = reading.word(end)
    joined = word is not None and words.has(word.norm, "numbers.and")
    start = reading.space(word.end if word and joined else end)
    match = CENTS.match(reading.text, start)
    number_end, value = (match.end(), Decimal(match[0])) if match else (0, None)
    if match is None and (spoken := reading.word(start)):
        number_end, value = spoken.end, words.number_word(spoken.norm)
    if value is None or not 1 <= value < HUNDRED or value % 1:
        return None
    part = match_unit(reading, number_end)
    if part and part[1].factor == Decimal("0.01"):
        return part[0], value
    if part or noun_phrase(reading, number_end) or not (closes(reading.text, number_end) or next_is_lower(reading, number_end)):
        return None
    return number_end, value
