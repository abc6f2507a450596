"""Reading -> places: countries, regions, cities, and the adjectives and inhabitants made from them."""

from __future__ import annotations

from datasette_wirefacts.extractors.entities.lexicon import (
    BEGINS_PLACE,
    CITY,
    COMMON,
    FIRST,
    KNOWN,
    LAST,
    LIKE_FIRST,
    LIKE_LAST,
    LIKE_ORGANISATION,
    LIKE_PLACE,
    NOUN,
    REGION,
)
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

LONGEST = 5  # tokens of a place's name


def place_at(reading: Reading, i: int) -> Spotted | None:
    """The place whose name begins at token i."""
    word, mask = reading.words[i], reading.masks[i]
    if word in reading.table.always and not mask & BEGINS_PLACE:
        return None
    return (
        _several_words(reading, i) or _after_kind(reading, i) or _country(reading, i) or _adjective(reading, i) or _city(reading, i)
    )


def adjective_at(reading: Reading, i: int) -> Spotted | None:
    """The place in an adjective: "russischen"; whatever its first letter."""
    name = reading.table.adjectives.get(reading.tokens.norms[i])
    if name is None:
        return None
    return Spotted(first=i, last=i + 1, kind="place", rule="adjective", adjective=True, name=name)


def _several_words(reading: Reading, i: int) -> Spotted | None:
    if not reading.masks[i] & BEGINS_PLACE:
        return None
    for j in range(min(len(reading), i + LONGEST), i + 1, -1):
        if not reading.words[j - 1][0].isupper() or not all(reading.joined(k) for k in range(i + 1, j)):
            continue
        if reading.gazetteer.find(reading.surface(i, j)):
            return Spotted(first=i, last=j, kind="place", rule="several-words")
    return None


def _after_kind(reading: Reading, i: int) -> Spotted | None:
    """A name behind a generic word: "Gebiet Mogiljow", "die Stadt Kaltenrode"."""
    previous = reading.previous(i)
    kept = reading.table.kinds_kept.get(previous.lower(), "") if previous[:1].isupper() else ""
    if (not kept and previous not in reading.table.kinds) or not reading.joined(i):
        return None
    mask = reading.masks[i]
    if mask & (CITY | REGION | LIKE_PLACE) or not mask & (NOUN | COMMON | KNOWN):
        return Spotted(first=i, last=i + 1, kind="place", rule="kind", prefix=kept)
    return None


def _country(reading: Reading, i: int) -> Spotted | None:
    word = reading.words[i]
    if word in reading.gazetteer.names or (word[-1] == "s" and word[:-1] in reading.gazetteer.names):
        return Spotted(first=i, last=i + 1, kind="place", rule="country")
    return None


def _adjective(reading: Reading, i: int) -> Spotted | None:
    """Inhabitants and adjectives in -er: "Franzosen", "Mogiljower Unternehmen"."""
    word, table = reading.words[i], reading.table
    name = table.inhabitants.get(reading.tokens.norms[i])
    if name:
        return Spotted(first=i, last=i + 1, kind="place", rule="inhabitant", adjective=True, name=name)
    ending = table.city_adjectives["ending"]
    if not word.endswith(ending) or word in table.never_adjective or len(word) < 5:
        return None
    name = city_of_adjective(reading, word)
    if name is None or (reading.masks[i] & (LIKE_LAST | LIKE_FIRST | LAST) and not _noun_follows(reading, i)):
        return None
    return Spotted(first=i, last=i + 1, kind="place", rule="city-adjective", adjective=True, name=name)


def city_of_adjective(reading: Reading, word: str) -> str | None:
    """The city of an adjective: "Mogiljower" -> "Mogiljow"."""
    rules = reading.table.city_adjectives
    irregular = rules["irregular"].get(word.lower())
    if irregular:
        return str(irregular)
    for cut, added in rules["bases"]:
        base = word[: -len(cut)] + added if word.endswith(cut) else ""
        if len(base) > 2 and reading.lexicon.know(base) & (CITY | LIKE_PLACE | REGION):
            mask = reading.lexicon.know(base)
            if mask & LIKE_PLACE or not mask & (NOUN | COMMON | LIKE_LAST | LIKE_FIRST):
                return base
    return None


def _noun_follows(reading: Reading, i: int) -> bool:
    return reading.following(i)[:1].isupper() and reading.joined(i + 1)


def _city(reading: Reading, i: int) -> Spotted | None:
    word, mask = reading.words[i], reading.masks[i]
    table = reading.table
    if word in table.always or len(word) < 3:
        return None
    located = reading.previous(i).lower() in table.prepositions
    if word in table.alone and not located:
        return None
    if mask & LIKE_PLACE and not mask & COMMON:
        return Spotted(first=i, last=i + 1, kind="place", rule="city")
    if mask & CITY and not mask & (NOUN | COMMON | FIRST | LAST | LIKE_LAST | LIKE_FIRST | LIKE_ORGANISATION):
        return Spotted(first=i, last=i + 1, kind="place", rule="city")
    if located and mask & CITY and not mask & (COMMON | LIKE_FIRST):
        return Spotted(first=i, last=i + 1, kind="place", rule="preposition")
    if located and not mask & (KNOWN | NOUN | FIRST | LAST | LIKE_LAST | LIKE_FIRST) and word[1:2].islower():
        return Spotted(first=i, last=i + 1, kind="place", rule="preposition")
    return None
