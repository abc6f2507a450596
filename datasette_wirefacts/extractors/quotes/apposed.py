"""Commas -> names beside an office, whatever the entities take them for: ``Fu Wenrui, Vizepräsident des Hauses,``."""

from __future__ import annotations

from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.offices import NounTable, office_at
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import Reading

FARTHEST = 10  # tokens of an office before its name
NAME = (2, 3)  # words


def apposed_names(reading: Reading, nouns: NounTable) -> Iterator[tuple[int, int, str]]:
    """Full names that an office stands beside, behind a comma or before one: first token, end, head noun of the office."""
    words = reading.text.words
    for comma, word in enumerate(words):
        if word != ",":
            continue
        first = comma + 1
        while first < len(words) and reading.text.norms[first] in nouns.titles:
            first += 1
        end = _name_end(reading, nouns, first)
        if end is not None and words[end : end + 1] in ([","], [":"]) and (office := _office_before(reading, nouns, comma)):
            yield first, end, office
        begin = _name_begin(reading, nouns, comma)
        if begin is not None and (office := _office_behind(reading, nouns, comma + 1)):
            yield begin, comma, office


def _is_part(reading: Reading, nouns: NounTable, i: int) -> bool:
    """Whether the token can be a word of a name: capitalised, no office, no verb at the head of a sentence."""
    text = reading.text
    return bool(text.kinds[i] & w.NOUN) and text.words[i].istitle() and not office_at(reading, nouns, i)


def _name_end(reading: Reading, nouns: NounTable, first: int) -> int | None:
    end = first
    while end < len(reading.text.words) and end - first <= NAME[1] and _is_part(reading, nouns, end):
        end += 1
    return end if NAME[0] <= end - first <= NAME[1] else None


def _name_begin(reading: Reading, nouns: NounTable, last: int) -> int | None:
    """The first word of a full name that ends before a comma and begins its sentence or follows the verb."""
    begin = last
    low = reading.tokens.sentences[reading.tokens.sentence_of[last]][0]
    while begin > low and last - begin <= NAME[1] and _is_part(reading, nouns, begin - 1):
        begin -= 1
    free = begin == low or bool(reading.text.kinds[begin - 1] & (w.FINITE | w.PREP) and not reading.text.kinds[begin - 1] & w.NOUN)
    return begin if free and NAME[0] <= last - begin <= NAME[1] else None


def _office_before(reading: Reading, nouns: NounTable, comma: int) -> str | None:
    """The head noun of a definite noun phrase for a person that ends at a comma: ``Der Gouverneur des Gebiets X,``."""
    text = reading.text
    low = max(reading.tokens.sentences[reading.tokens.sentence_of[comma]][0], comma - FARTHEST)
    for start in range(low, comma):
        if not text.kinds[start] & w.DET or (text.kinds[start] & w.OBLIQUE and start == low):
            continue
        head = next((i for i in range(start, comma) if text.kinds[i] & w.NOUN), None)
        if head is None or not office_at(reading, nouns, head):
            continue
        return text.norms[head] if phrase_end(text, start, comma, reading.phrases, wide=True) == comma else None
    return None


def _office_behind(reading: Reading, nouns: NounTable, first: int) -> str | None:
    """The head noun of the office that begins behind a comma: ``, Vice President des Hauses``, ``, der Chef``."""
    text = reading.text
    at = first
    while at < len(text.words) and at - first < 3 and text.kinds[at] & (w.DET | w.ADJ) and not text.kinds[at] & w.NOUN:
        at += 1
    for i in (at, at + 1):
        if i < len(text.words) and text.kinds[i] & w.NOUN and office_at(reading, nouns, i):
            return text.norms[i]
        if i >= len(text.words) or not text.kinds[i] & w.NOUN:
            return None
    return None
