"""Number -> Draft: what the number counts or measures, by what stands beside it."""

from __future__ import annotations

from decimal import Decimal

from datasette_wirefacts.extractors.figures.labels import is_adjective, is_label, label_ending, noun_phrase
from datasette_wirefacts.extractors.figures.money import is_price, money, money_before
from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.suffixes import suffixed
from datasette_wirefacts.extractors.figures.units import compound_end, match_unit, rate_end
from datasette_wirefacts.extractors.figures.words import Unit

BLANKS = frozenset({"", " ", "\n", "\u00a0"})
LEAST_SENTENCE = 4  # tokens: in less, a number is just a number


def quantity(reading: Reading, number: Number) -> Draft | None:
    """The figure that a number makes with its signs, unit, currency or counted noun; None where it is no quantity."""
    with_sign(reading, number)
    return (
        suffixed(reading, number)
        or money_before(reading, number)
        or with_unit(reading, number)
        or compound(reading, number)
        or plain(reading, number)
    )


def with_sign(reading: Reading, number: Number) -> None:
    """Takes a minus sign or word before the number into it."""
    text, start = reading.text, number.start
    words = reading.words
    sign = text[start - 1 : start]
    blank = sign in BLANKS
    if not blank and words.has(sign, "signs.minus") and (start == 1 or text[start - 2] in " \u00a0\n(\t"):
        # Between two numbers with spaces around it, the dash of a range: "3 –5" is rare enough to read as minus.
        number.start, number.negative = start - 1, True
    elif not blank and words.has(sign, "signs.plus") and (start == 1 or text[start - 2] in " \u00a0\n(\t"):
        number.start = start - 1
    else:
        if words.has(reading.before(start)[0], "signs.minus_words"):
            number.start, number.negative = reading.tokens.starts[reading.token_before(start)], True
    if number.negative:
        number.amount = -number.amount


def with_unit(reading: Reading, number: Number) -> Draft | None:
    """`5 Kilometer`, `3,5 Mio. Euro`, `20 Prozent`, `1,79 Euro je Liter`."""
    glued = reading.text[number.end : number.end + 1] == "-"
    found = match_unit(reading, number.end + 1 if glued else number.end) or over_adjective(reading, number)
    if found is None or (number.form == "article" and not article_counts(reading, number, found)):
        return None
    end, unit = found
    if end == number.end + 1 and label_ending(reading, reading.before(number.start)[0]):
        return None  # "Lindenallee 14b"
    if unit.id in reading.words.get("money", "weights") and is_price(reading, number, end):
        unit = Unit(
            reading.words.get("money", "weights")[unit.id],
            "money",
            assumed=reading.words.section("money")["assumed"].get(reading.text[number.end : end].strip().lower()),
        )
    if unit.kind == "money":
        return money(reading, number, end, unit, glued)
    if number.point and unit.shy:
        return None
    rate = None if glued else rate_end(reading, end)
    if rate:
        end = rate[0]
        unit = Unit(f"{unit.id}-per-{rate[1]}" if unit.kind in ("measure", "duration") else unit.id, unit.kind)
    if reading.text[end : end + 1] == "-" and reading.text[end + 1 : end + 2].isalpha():
        end = compound_end(reading, end)
        if unit.kind == "percent" and glued:
            return Draft(number.start, end, "percent", rule="compound", amount=number.amount, unit=unit.id)
        return Draft(number.start, end, unit.kind, rule="compound", amount=number.amount, unit=unit.id)
    kind = unit.kind
    draft = Draft(
        number.start, end, kind, rule="unit", amount=number.amount * unit.factor, unit=unit.id, base=number.base, scale=number.scale
    )
    return refined(reading, number, draft)


def over_adjective(reading: Reading, number: Number) -> tuple[int, Unit] | None:
    """The unit of time behind an adjective: `zwei bittere Jahre`."""
    i = reading.token_after(number.end)
    if i + 1 >= len(reading.tokens) or number.form == "article" or not is_adjective(reading, i):
        return None
    found = match_unit(reading, reading.tokens.ends[i])
    return found if found and found[1].kind == "duration" and not found[1].shy else None


def refined(reading: Reading, number: Number, draft: Draft) -> Draft | None:
    """Units whose kind depends on their neighbours: degrees and years."""
    if draft.unit == "degree":
        return degrees(reading, draft)
    if draft.kind == "duration":
        return duration(reading, number, draft)
    return draft


def degrees(reading: Reading, draft: Draft) -> Draft:
    """Heat or an angle; nothing around it leaves the plain degree."""
    i = reading.token_at(draft.start)
    first, last = reading.around(i)
    around = reading.tokens.norms[first:last]
    angles = reading.words.sets.get("units.angle", frozenset())
    if not any(word in angles or word.endswith("winkel") for word in around) and any(
        reading.tokens.starts[k] >= draft.end or reading.tokens.ends[k] <= draft.start
        for k in range(first, last)
        if reading.tokens.words[k][:1].isalpha()
    ):
        draft.unit, draft.kind = "celsius", "temperature"
        below = below_zero(reading, draft.end)
        if below:
            draft.end, draft.amount = below, -(draft.amount or Decimal(0))
    return draft


def below_zero(reading: Reading, end: int) -> int | None:
    """The end of `unter null` behind a temperature."""
    for phrase in reading.words.get("numbers", "below_zero"):
        start = reading.space(end)
        if reading.text[start : start + len(phrase)].lower() == phrase:
            return start + len(phrase)
    return None


def duration(reading: Reading, number: Number, draft: Draft) -> Draft | None:
    """`60 Jahre alt` and `im Alter von 50 Jahren` are ages, other times durations."""
    draft.rule = "duration"
    after = reading.word(draft.end)
    if after and reading.words.has(after.norm, "suffix_words.age_after"):
        draft.end, draft.kind, draft.rule = after.end, "age", "age-old"
    elif draft.unit == "year" and of_age(reading, number.start, draft.end):
        draft.kind, draft.rule = "age", "age-phrase"
    return draft


def of_age(reading: Reading, start: int, end: int) -> bool:
    """Whether `im Alter von`, or a bound of age such as `ab`, stands before ``start``."""
    i = reading.token_before(start)
    norms = reading.tokens.norms
    if i > 1 and reading.words.has(norms[i], "ranges.joiners") and is_number(reading, i - 1):
        i -= 2  # "im Alter von ein bis sechs Jahren"
    if any(
        norms[max(0, i - k) : i + 1] == phrase.split() for phrase in reading.words.get("suffix_words", "age_phrase") for k in (1, 2)
    ):
        return True
    if i < 0:
        return False
    if reading.words.has(norms[i], "suffix_words.age_with") and noun_phrase(reading, end) is None:
        return True
    return reading.words.has(norms[i], "suffix_words.age_bounds") and aged(reading, i)


def is_number(reading: Reading, i: int) -> bool:
    """Whether token i is written in digits, or is a number word or the article."""
    norm = reading.tokens.norms[i]
    return norm.isdigit() or reading.words.number_word(norm) is not None


def aged(reading: Reading, i: int) -> bool:
    """Whether the bound at token i opens the sentence or follows people."""
    return reading.sentence_starts_at(i) or reading.words.has(reading.tokens.norms[i - 1], "suffix_words.aged_nouns")


def article_counts(reading: Reading, number: Number, found: tuple[int, Unit]) -> bool:
    """Whether an article before a unit is the number one: `ein Jahr`, `einen Euro`, `ein Pfund Hack`."""
    end, unit = found
    if unit.kind == "duration":
        return said_as_number(reading, number, end)
    if unit.kind in ("money", "percent", "percentage_point"):
        return not unit.shy
    following = reading.word(end)
    return following is not None and (following.surface[:1].isupper() or end == len(reading.text))


def said_as_number(reading: Reading, number: Number, end: int) -> bool:
    """Whether `eine Stunde` is a length of time: with a comparator before it, `lang` behind it, or alone in its sentence."""
    i = reading.token_at(number.start)
    first, last = reading.around(i)
    words = reading.tokens.words
    alone = not any(word[:1].isalnum() for word in (*words[first:i], *words[reading.token_after(end) : last]))
    after = reading.word(end)
    lasting = after is not None and reading.words.has(after.norm, "time.lasting")
    return alone or lasting or reading.before(number.start)[0] in reading.words.comparator_parts


def compound(reading: Reading, number: Number) -> Draft | None:
    """`500-Millionen-Euro-Projekt`, `Zehn-Punkte-Plan`: scale, unit and noun behind hyphens."""
    text, end = reading.text, number.end
    if text[end : end + 1] != "-" or not text[end + 1 : end + 2].isalpha() or number.form == "article":
        return None
    amount = number.amount
    word = reading.word(end + 1)
    at = end + 1
    scale = 0
    if word and word.norm in reading.words.scales:
        scale = reading.words.scales[word.norm]
        amount, at = amount.scaleb(scale), word.end
    draft = Draft(
        number.start, compound_end(reading, number.end), "count", rule="compound", amount=amount, base=number.base, scale=scale
    )
    by = reading.words.fraction_word(word.norm) if word else None
    if by:
        draft.kind, draft.amount = "fraction", number.amount / by
        return draft
    unit = match_unit(reading, at + 1 if text[at : at + 1] == "-" else at)
    if not unit and not scale and text.count("-", number.end, draft.end) < 2 and number.form == "digits":
        return None  # a model, as "4004-Prozessor"
    if unit:
        draft.kind, draft.unit, draft.amount, draft.assumed = unit[1].kind, unit[1].id, amount * unit[1].factor, unit[1].assumed
        if draft.unit == "degree":
            draft.unit, draft.kind = "celsius", "temperature"
    return draft


def age_beside_name(reading: Reading, number: Number) -> bool:
    """`Karl Müller (47)`, `Karl Müller, 47,`."""
    if number.form != "digits" or number.end - number.start > 3 or not 1 <= number.amount <= 115 or number.decimals:
        return False
    if reading.text[number.end : number.end + 1] not in (")", ","):
        return False
    words = reading.tokens.words
    i = reading.token_at(number.start)
    if i < 2 or i + 1 >= len(words) or (words[i - 1], words[i + 1]) not in (("(", ")"), (",", ",")):
        return False
    names = words[max(0, i - 3) : i - 1]
    return all(name[:1].isupper() and name[1:2].islower() for name in names) and (words[i - 1] == "(" or len(names) == 2)


def counts_alone(reading: Reading, number: Number) -> bool:
    """Whether a whole number without a noun counts what is named elsewhere: `drei weitere warteten`, not `Stärke 6`."""
    before = reading.before(number.start)[0]
    value = any(before.endswith(noun) for noun in reading.words.sets.get("labels.values", ()))
    first, last = reading.around(reading.token_at(number.start))
    return not value and not number.decimals and number.amount >= 0 and last - first > LEAST_SENTENCE


def plain(reading: Reading, number: Number) -> Draft | None:
    """A number without a unit: it counts the noun behind it, or is just a number."""
    if number.form == "article" or (number.form == "bare half" and not number.scale) or is_label(reading, number):
        return None
    if age_beside_name(reading, number):
        return Draft(number.start, number.end, "age", rule="age-beside-name", amount=number.amount, unit="year")
    draft = Draft(
        number.start, number.end, "number", rule="number", amount=number.amount, base=number.base, scale=number.scale, bare=True
    )
    if number.form in ("fraction",) or (number.form == "half" and number.amount < 1):
        draft.kind, draft.rule = "fraction", "fraction"
        return draft
    counted = noun_phrase(reading, number.end)
    if not counted and counts_alone(reading, number):
        draft.kind = "count"
    if counted:
        draft.kind, draft.rule, draft.noun = "count", "count", counted
        draft.counted = reading.tokens.words[counted[1] - 1]
    return draft
