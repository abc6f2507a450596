"""Where digits are no quantity: paragraphs, roads, models, addresses, phone numbers, kings; and where a noun is counted."""

from __future__ import annotations

import re
from itertools import pairwise

from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading

MODEL = re.compile(r"[^\W\d_]\d{1,4}[-–]\Z")  # "A350-900"
LONGEST_MODEL = 8
MOST_ADJECTIVES = 3
ATTENTION = 5  # tokens from the verb to the particle of `gab auf sich acht`
LONG_CODE = 7  # so many digits without a group mark are a code, if no unit follows


def is_label(reading: Reading, number: Number) -> bool:
    """Whether a number without a unit names something instead of counting it."""
    if number.form == "digits":
        return is_code(reading, number) or is_named(reading, number)
    return is_no_number_word(reading, number)


def is_code(reading: Reading, number: Number) -> bool:
    """Glued to letters or signs, with a leading zero, or of many digits: `A320`, `030`, `DE0007`."""
    text, start, end = reading.text, number.start, number.end
    left, right = text[start - 1 : start] if start else "", text[end : end + 1]
    if number.point:
        return True
    surface = text[start:end]
    if len(surface) > 1 and surface[0] == "0" and surface.isdigit():
        return True
    if left in ("-", "–") and MODEL.search(text, max(0, start - LONGEST_MODEL), start):
        return True
    if left and (left.isalnum() or left in "/_@#&=\\+°§.,:" or (left in "-–" and start > 1 and text[start - 2].isalpha())):
        return True
    if right == "-" and text[end + 1 : end + 2].isalpha():
        return True
    if right and (right.isalpha() or (right in "/_@&=\\" and text[end + 1 : end + 2].isalnum())):
        return True
    if right == "-" and text[end + 1 : end + 2].isdigit() and not number.grouped and is_phone(reading, number):
        return True
    return (surface.isdigit() and len(surface) >= LONG_CODE and not number.scale) or is_phone(reading, number)


def is_phone(reading: Reading, number: Number) -> bool:
    """Whether digits or a plus sign of a telephone number stand before or behind."""
    text, start, end = reading.text, number.start, number.end
    around = text[max(0, start - 6) : start]
    dialled = around.rstrip(" -/()")[-4:]
    if dialled and dialled[-1].isdigit() and around.endswith(("-", "/", ") ")) and not number.grouped:
        return dialled.lstrip(" ").startswith(("0", "+"))
    after = text[end : end + 12]
    if number.decimals:
        return False  # "0,55 (Vorjahr: 0,90)"
    return text[start : start + 1] == "0" and any(c.isdigit() for c in after)


def is_named(reading: Reading, number: Number) -> bool:
    """`Artikel 5`, `Boeing 737`, `Windows 11`, `Rosenstraße 42`, `10115 Berlin`."""
    before, surface = reading.before(number.start)
    words = reading.words
    if before and (words.has(before, "labels.before") or label_ending(reading, before)):
        return not (before.isalpha() and len(before) == 1 and surface.islower()) or words.has(before, "labels.letters")
    if _postcode(reading, number):
        return True
    if (
        not surface[:1].isupper()
        or reading.sentence_starts_at(reading.token_before(number.start))
        or number.decimals
        or number.grouped
    ):
        return False
    if any(before.endswith(value) for value in words.sets.get("labels.values", ())):
        return False
    return noun_phrase(reading, number.end) is None and not number.scale and not goes_on(reading, number.end)


def goes_on(reading: Reading, end: int) -> bool:
    """Whether `bis` or a dash and another number follow."""
    word = reading.word(end)
    text = reading.text
    if word is None:
        return text[end : end + 1] in ("-", "–") and text[end + 1 : end + 2].isdigit()
    return reading.words.has(word.norm, "ranges.joiners") and text[(at := reading.space(word.end)) : at + 1].isdigit()


def label_ending(reading: Reading, before: str) -> bool:
    """Whether a word ends as streets, rooms and chapters do, which are numbered."""
    return len(before) > 4 and any(before.endswith(ending) for ending in reading.words.get("labels", "endings"))


def _postcode(reading: Reading, number: Number) -> bool:
    """Five digits behind a comma and before a name: `Rosenstraße 42, 10115 Berlin`."""
    text = reading.text
    if number.end - number.start != 5 or number.grouped or number.decimals:
        return False
    before = text[max(0, number.start - 2) : number.start].strip()
    following = reading.word(number.end)
    return (
        before in (",", "-", "–", "")
        and following is not None
        and following.surface[:1].isupper()
        and _house_number(reading, number.start)
    )


def _house_number(reading: Reading, start: int) -> bool:
    i = reading.token_before(start)
    return start == 0 or (i >= 1 and reading.tokens.words[i] == "," and reading.tokens.words[i - 1][:1].isdigit())


def is_no_number_word(reading: Reading, number: Number) -> bool:
    """`außer Acht`, `die deutsche Elf`, `Claudia Tausend`."""
    words = reading.words
    i = reading.token_at(number.start)
    surface = reading.tokens.words[i] if i < len(reading.tokens) else ""
    norm = reading.tokens.norms[i] if i < len(reading.tokens) else ""
    if words.has(norm, "no_numbers.attention"):
        following = reading.word(number.end)
        if following and words.has(following.norm, "no_numbers.attention_verbs"):
            return True
        if words.has(reading.before(number.start)[0], "no_numbers.attention_before") and surface[:1].isupper():
            return True
        if noun_phrase(reading, number.end) is None:
            near = reading.tokens.norms[max(reading.around(i)[0], i - ATTENTION) : i]
            return any(
                words.has(a, "no_numbers.attention_heads") and words.has(b, "no_numbers.attention_to") for a, b in pairwise(near)
            )
    if surface[:1].isupper() and words.has(norm, "no_numbers.capital") and not reading.sentence_starts_at(i):
        before, written = reading.before(number.start)
        named = written[:1].isupper() and (before,) not in words.comparators
        return noun_phrase(reading, number.end) is None or named
    return False


def noun_phrase(reading: Reading, end: int) -> tuple[int, int] | None:
    """The token range of the noun that a number before ``end`` counts, with its adjectives; None if none follows directly."""
    tokens = reading.tokens
    i = first = reading.token_after(end)
    if i >= len(tokens) or "." in reading.text[end : tokens.starts[i]]:
        return None  # a sentence ends between
    while i < len(tokens) and i - first <= MOST_ADJECTIVES and reading.same_sentence(first, i):
        word = tokens.words[i]
        if word[:1].isupper() and word[:1].isalpha():
            if i > first and not agrees(reading, first, i):
                return None
            return (first, i + 1) if len(word) > 1 and not reading.words.has(tokens.norms[i], "labels.no_nouns") else None
        if not is_adjective(reading, i):
            return None
        i += 1
    return None


def name_counted(reading: Reading, drafts: list[Draft]) -> None:
    """Gives the dative of a counted noun its nominative (`Zuschauern`: `Zuschauer`) where the text or the table vouches for it."""
    ending = reading.words.get("words", "dative_plural")
    if not ending:
        return
    vouched = {d.counted for d in drafts if d.counted and d.amount is not None and (d.high is not None or d.amount > 1)}
    known = tuple(reading.words.get("words", "zero_plurals"))
    for draft in drafts:
        plural = draft.counted.removesuffix(ending) if draft.counted else None
        if plural and plural != draft.counted and (plural in vouched or plural.lower().endswith(known)):
            draft.counted = plural


def agrees(reading: Reading, first: int, noun: int) -> bool:
    """Whether the adjectives fit: those in -en stand behind an article or before a dative plural, else they are verbs."""
    norms, words = reading.tokens.norms, reading.words
    endings = tuple(words.get("words", "weak_endings"))
    if not endings or not any(norms[k].endswith(endings) for k in range(first, noun)):
        return True
    before = norms[first - 2] if first > 1 else ""
    return (
        words.has(before, "measured.determiners")
        or words.has(before, "measured.oblique")
        or norms[noun].endswith(tuple(words.get("words", "dative_endings")))
    )


def is_adjective(reading: Reading, i: int) -> bool:
    """Whether token i may stand between a number and its noun: inflected, in lower case, and no function word."""
    word = reading.tokens.norms[i]
    if reading.tokens.words[i][:1].isupper() or reading.words.number_word(word) is not None:
        return False
    return (
        len(word) > 3
        and word.endswith(reading.words.adjective_endings)
        and word.isalpha()
        and not reading.words.has(word, "words.function")
    )


def next_is_lower(reading: Reading, end: int) -> bool:
    """Whether the next word begins in lower case."""
    word = reading.word(end)
    return word is not None and word.surface[:1].islower()
