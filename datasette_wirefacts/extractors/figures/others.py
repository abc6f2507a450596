"""Words -> ordinals, shares, multiples and uncounted numbers: `dritten`, `jeder vierte`, `verdoppelt`, `Tausende`."""

from __future__ import annotations

import re
from decimal import Decimal

from datasette_wirefacts.extractors.figures.dates import spoken_day
from datasette_wirefacts.extractors.figures.labels import is_adjective, is_code, is_named, noun_phrase
from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading, Word
from datasette_wirefacts.extractors.figures.spans import number_at, ordinal_period
from datasette_wirefacts.extractors.figures.suffixes import so_much
from datasette_wirefacts.extractors.figures.units import match_unit

# "(12., 67.)", "(45.+2)": minutes of play in brackets, alone or in a list.
MINUTE = re.compile(r"\.(?=[),;/+])")
LISTED = re.compile(r"\((?:[\d., /;+]*|[^()\n]*[,;] )$")
FARTHEST = 40  # characters from the bracket


def digit_ordinal(reading: Reading, number: Number) -> Draft | None:
    """`75. Mal`, `3. Banane`, `19. Jahrhundert`."""
    text, end = reading.text, number.end
    if text[end : end + 1] != "." or number.form != "digits" or number.decimals or number.grouped or number.amount > 9999:
        return None
    if is_code(reading, Number(number.start, end, number.amount, "fraction", number.base)) or text[end + 1 : end + 2].isalnum():
        return None
    if MINUTE.match(text, end) and LISTED.search(text, max(0, number.start - FARTHEST), number.start):
        return Draft(number.start, end + 1, "ordinal", rule="ordinal-minute", amount=number.amount)
    period = ordinal_period(reading, number.start, end + 1, number.amount)
    if period:
        return period
    word = reading.word(end + 1)
    if word is None or named(reading, word) or is_named(reading, number):
        return None
    if word.surface[:1].isupper() and reading.words.has(word.norm, "ordinals.times"):
        return Draft(number.start, word.end, "ordinal", rule="ordinal-times", amount=number.amount)
    i = reading.token_at(number.start)
    determined = reading.words.has(reading.before(number.start)[0], "ordinals.determiners") or (
        i > 0 and word.surface[:1].isupper() and is_adjective(reading, i - 1)
    )
    if determined and reading.same_sentence(i, reading.token_at(word.start)):
        return Draft(number.start, end + 1, "ordinal", rule="ordinal-digits", amount=number.amount)
    return None


def spoken_ordinal(reading: Reading, at: int, value: Decimal) -> Draft | None:
    """`dritten`, `zum ersten Mal`, `zu zweit`."""
    word = reading.word(at)
    if word is None:
        return None
    words = reading.words
    period = ordinal_period(reading, word.start, word.end, value) or spoken_day(reading, at, value)
    if period:
        return period
    before, _ = reading.before(word.start)
    if word.norm.endswith("t"):
        return (
            Draft(word.start, word.end, "ordinal", rule="ordinal-group", amount=value)
            if words.has(before, "ordinals.together") and value > 1
            else None
        )
    following = reading.word(word.end)
    if words.has(word.norm, "periods.first") and following and words.number_word(following.norm):
        return None  # "die ersten zehn": the number counts
    if words.has(before, "ordinals.not_ordinal") or (following and named(reading, following)):
        return None
    if value == 1 and vague(reading, word.norm, before, following):
        return None
    if words.has(word.norm, "ordinals.verbs") and not words.has(before, "ordinals.determiners") and (before or following):
        return None
    if following and following.surface[:1].isupper() and words.has(following.norm, "ordinals.times"):
        return Draft(word.start, following.end, "ordinal", rule="ordinal-times", amount=value)
    return Draft(word.start, word.end, "ordinal", rule="ordinal", amount=value)


def vague(reading: Reading, norm: str, before: str, following: Word | None) -> bool:
    """Whether a first one is only some early one: `nach ersten Schätzungen`, `eine erste Bilanz`."""
    words = reading.words
    if following is None or not following.surface[:1].isupper():
        return False
    if words.has(before, "numbers.articles"):
        return True
    plural = following.norm.endswith(tuple(words.get("ordinals", "vague_endings")) or ("\0",))
    return (
        plural
        and words.has(norm, "ordinals.vague")
        and (not words.has(before, "ordinals.determiners") or words.has(before, "ordinals.vague_after"))
    )


def named(reading: Reading, following: Word) -> bool:
    """Whether the word behind an ordinal makes it a name: `Weltkrieg`, `Deutsche` with a capital."""
    words = reading.words
    return words.has(following.norm, "ordinals.not_before") or (
        following.surface[:1].isupper() and words.has(following.norm, "ordinals.not_before_capital")
    )


def rank(reading: Reading, number: Number) -> Draft | None:
    """`Platz drei`, `Rang 5`."""
    before, _ = reading.before(number.start)
    if not reading.words.has(before, "ordinals.rank") or number.amount % 1 or number.scale:
        return None
    return Draft(number.start, number.end, "ordinal", rule="rank", amount=number.amount)


def each(reading: Reading, at: int) -> Draft | None:
    """`jeder vierte Deutsche`: the ordinal is a share."""
    word = reading.word(at)
    following = reading.word(word.end) if word else None
    if following is None:
        return None
    value = reading.words.ordinal_word(following.norm) if not following.norm.endswith("t") else None
    if value and value > 1:
        return share_of(reading, Draft(following.start, following.end, "fraction", rule="each", amount=1 / value))
    number = number_at(reading, word.end) if word else None
    if number and number.form == "digits" and reading.text[number.end : number.end + 1] == "." and number.amount > 1:
        return share_of(reading, Draft(number.start, number.end + 1, "fraction", rule="each", amount=1 / number.amount))
    return None


def share_of(reading: Reading, draft: Draft) -> Draft:
    """The share with the noun that it is counted in."""
    counted = noun_phrase(reading, draft.end)
    if counted:
        draft.counted = reading.tokens.words[counted[1] - 1]
    return draft


def one_of(reading: Reading, number: Number) -> Draft | None:
    """`zwei von drei Befragten`, `einer von 7000`."""
    of = reading.word(number.end)
    if of is None or not reading.words.has(of.norm, "distribution.of") or number.amount % 1 or number.scale:
        return None
    whole = number_at(reading, of.end)
    if whole is None or whole.form not in ("digits", "words") or whole.amount <= number.amount or whole.amount % 1:
        return None
    if (number.amount > 10 and whole.amount < 10) or match_unit(reading, whole.end):
        return None
    return share_of(reading, Draft(number.start, whole.end, "fraction", rule="of-total", amount=number.amount / whole.amount))


def multiple_word(reading: Reading, at: int) -> Draft | None:
    """`verdoppelt`, `halbiert`, `doppelt so hoch`, `das Doppelte`."""
    word = reading.word(at)
    if word is None:
        return None
    words = reading.words
    amount, trend = words.section("multiples")[word.norm]
    end = word.end
    if words.has(word.norm, "multiple_words.bare"):
        more = so_much(reading, end)
        if more is None:
            return None
        end = more
    elif words.has(word.norm, "multiple_words.nominal") and not (
        word.surface[:1].isupper() and words.has(reading.before(word.start)[0], "multiple_words.nominal_before")
    ):
        return None
    return Draft(word.start, end, "multiple", rule="multiple-word", amount=Decimal(amount), unit="x", trend=trend or None)


def indefinite(reading: Reading, word: Word, amount: Decimal) -> Draft:
    """`Tausende`, `Dutzende Menschen`, `Millionen von Toten`, `Hunderte Millionen Euro`."""
    end = word.end
    scale = reading.word(end)
    if scale and scale.surface[:1].isupper() and scale.norm in reading.words.scales:
        amount, end = amount.scaleb(reading.words.scales[scale.norm]), scale.end
    draft = Draft(word.start, end, "number", rule="indefinite", amount=amount, comparator="indefinite", bare=True)
    unit = match_unit(reading, end)
    if unit and not unit[1].shy:
        draft.kind, draft.unit, draft.end, draft.assumed, draft.bare = unit[1].kind, unit[1].id, unit[0], unit[1].assumed, False
        return draft
    of = reading.word(end)
    counted = noun_phrase(reading, of.end if of and reading.words.has(of.norm, "distribution.of") else end)
    if counted:
        draft.kind, draft.noun = "count", counted
        draft.counted = reading.tokens.words[counted[1] - 1]
    return draft


def dozen(reading: Reading, at: int) -> Draft | None:
    """`mehrere Dutzend Anwohner`: a dozen with a word before it that says how many."""
    word = reading.word(at)
    if word is None or reading.words.comparators.get((reading.before(at)[0],)) != "indefinite":
        return None
    return indefinite(reading, word, Decimal(12))


def read_fraction(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`1/2`, where the denominator is larger and nothing dates it."""
    over, under = (int(part) for part in match[0].split("/"))
    text = reading.text
    if (
        not 0 < over < under
        or (match.start() and (text[match.start() - 1].isalnum() or text[match.start() - 1] in "-+/.,"))
        or under > 1000
    ):
        return None
    number = Number(match.start(), match.end(), Decimal(over) / Decimal(under), "fraction", Decimal(1))
    return (
        None if is_named(reading, number) else Draft(match.start(), match.end(), "fraction", rule="fraction", amount=number.amount)
    )


def vulgar_fraction(reading: Reading, at: int) -> Draft | None:
    """`½` alone."""
    over, under = reading.words.section("fractions")[reading.text[at]]
    return Draft(at, at + 1, "fraction", rule="fraction", amount=Decimal(over) / Decimal(under))


def spoken_multiple(reading: Reading, word: Word) -> tuple[Decimal, str] | None:
    """The number and the suffix of a solid compound: `zwölfjährige`, `dreifache`."""
    for stem in reading.words.section("suffixes"):
        at = word.norm.find(stem, 2)
        if at > 0 and (value := reading.words.number_word(word.norm[:at])) is not None:
            return value, word.norm[at:]
    return None
