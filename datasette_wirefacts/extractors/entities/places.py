"""Reading -> places: countries, regions, cities, and the adjectives and inhabitants made from them."""

from __future__ import annotations

from datasette_wirefacts.extractors.entities.lexicon import (
    BEGINS_PLACE,
    CITY,
    CITY_ADJECTIVE,
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
    if reading.words[i] in reading.table.always and not reading.masks[i] & BEGINS_PLACE:
        return _opened(reading, i)
    finders = (_several_words, _opened, _named, _after_kind, _of_office, _country, _adjective, _city)
    return next((found for finder in finders if (found := finder(reading, i))), None)


def adjective_at(reading: Reading, i: int) -> Spotted | None:
    """The place in an adjective: "russischen"; whatever its first letter."""
    norm = reading.tokens.norms[i]
    name = reading.table.adjectives.get(norm)
    if name is None and norm.startswith(reading.table.compass):
        name = next(
            (base for c in reading.table.compass if norm.startswith(c) and (base := reading.table.adjectives.get(norm[len(c) :]))),
            None,
        )
    if name is None:
        return None
    return Spotted(first=i, last=i + 1, kind="place", rule="adjective", adjective=True, name=name)


def _several_words(reading: Reading, i: int) -> Spotted | None:
    if not reading.masks[i] & BEGINS_PLACE:
        return None
    for j in range(min(len(reading), i + LONGEST), i + 1, -1):
        if not reading.words[j - 1][0].isupper() or not all(reading.joined(k) for k in range(i + 1, j)):
            continue
        surface = reading.surface(i, j)
        if reading.gazetteer.find(surface):
            return Spotted(first=i, last=j, kind="place", rule="several-words")
        ending = reading.table.city_adjectives["ending"]
        if surface.endswith(ending) and reading.gazetteer.find(surface[: -len(ending)]):
            name = surface[: -len(ending)]
            return Spotted(first=i, last=j, kind="place", rule="city-adjective", adjective=True, name=name)
    return None


def _opened(reading: Reading, i: int) -> Spotted | None:
    """A name with a first word that many places share: "Bad Kaltenrode"."""
    if reading.words[i] not in reading.table.openers or i + 1 >= len(reading) or not reading.joined(i + 1):
        return None
    mask, word = reading.masks[i + 1], reading.words[i + 1]
    if not word[0].isupper() or word in reading.table.always or mask & (NOUN | COMMON) or not word[1:2].islower():
        return None
    return Spotted(first=i, last=i + 2, kind="place", rule="opener")


def _named(reading: Reading, i: int) -> Spotted | None:
    """An adjective with a capital and a noun for a place: "Bayerischen Wald", "Kölner Dom"."""
    if i + 1 >= len(reading) or not reading.joined(i + 1) or not reading.tokens.norms[i + 1].endswith(reading.table.named):
        return None
    if not reading.words[i + 1][0].isupper() or reading.words[i + 1] in reading.table.always:
        return None
    from_country = reading.tokens.norms[i] in reading.table.adjectives and reading.previous(i)
    from_city = reading.masks[i] & CITY_ADJECTIVE or (
        reading.words[i].endswith(reading.table.city_adjectives["ending"]) and not reading.masks[i]
    )
    return Spotted(first=i, last=i + 2, kind="place", rule="named") if from_country or from_city else None


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


def _of_office(reading: Reading, i: int) -> Spotted | None:
    """What an office is of or in: "Bürgermeisterin von Nieder-Sollbach"."""
    tie = reading.previous(i).lower()
    office = reading.words[i - 2] if i > 1 else ""
    of_body = tie in reading.table.office_ties and office[:1].isupper() and office.lower().endswith(reading.table.bodies)
    if not of_body and (tie not in reading.table.office_ties or not reading.offices.find(office)):
        return None
    if office.lower().endswith(reading.table.firm_offices):
        return None
    word, mask = reading.words[i], reading.masks[i]
    if mask & (KNOWN | COMMON | FIRST) or not word[1:2].islower():
        return None
    return Spotted(first=i, last=i + 1, kind="place", rule="office-place")


def _country(reading: Reading, i: int) -> Spotted | None:
    word = reading.words[i]
    if word in reading.table.alone and reading.previous(i).lower() not in reading.table.prepositions:
        return None
    declined = word[-1] in "sn" and word[:-1] in reading.gazetteer.names and not reading.masks[i] & FIRST
    if word in reading.gazetteer.names or declined:
        return Spotted(first=i, last=i + 1, kind="place", rule="country")
    if word.lower().startswith(reading.table.compass):
        rest = next(
            (
                word[len(c) :]
                for c in reading.table.compass
                if word.lower().startswith(c) and word[len(c) :].capitalize() in reading.gazetteer.names
            ),
            "",
        )
        if rest:
            return Spotted(first=i, last=i + 1, kind="place", rule="compass")
    if (
        not reading.masks[i] & (NOUN | COMMON | LIKE_LAST)
        and reading.tokens.norms[i].endswith(reading.table.streets)
        and len(word) > 8
    ):
        return Spotted(first=i, last=i + 1, kind="place", rule="street")
    return None


def _adjective(reading: Reading, i: int) -> Spotted | None:
    """Inhabitants and adjectives in -er: "Franzosen", "Mogiljower Unternehmen"."""
    word, table = reading.words[i], reading.table
    name = table.inhabitants.get(reading.tokens.norms[i])
    if name:
        return Spotted(first=i, last=i + 1, kind="place", rule="inhabitant", adjective=True, name=name)
    ending = table.city_adjectives["ending"]
    if not word.endswith(ending) or word in table.never_adjective or len(word) < 5 or "-" in word:
        return None
    mask = reading.masks[i]
    follows = _noun_follows(reading, i)
    name = city_of_adjective(reading, word)
    sure = mask & CITY_ADJECTIVE or (follows and not mask & (KNOWN | NOUN | LIKE_LAST | LIKE_FIRST | LAST | COMMON))
    if name is None or not sure or (word in table.alone and not follows):
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
    if reading.previous(i).lower() in table.place_articles:
        return None
    located = reading.previous(i).lower() in table.prepositions or _beside_city(reading, i)
    if (word in table.alone and not located) or mask & (COMMON | LIKE_FIRST):
        return None
    if (mask & LIKE_PLACE and mask & CITY) or (mask & CITY and not mask & (NOUN | FIRST | LAST | LIKE_LAST | LIKE_ORGANISATION)):
        return Spotted(first=i, last=i + 1, kind="place", rule="city")
    if mask & LIKE_PLACE:
        return Spotted(first=i, last=i + 1, kind="place", rule="like-city")
    unknown = not mask & (KNOWN | NOUN | FIRST | LAST | LIKE_LAST) and word[1:2].islower() and word[-1].isalpha()
    if located and (mask & CITY or unknown):
        return Spotted(first=i, last=i + 1, kind="place", rule="preposition")
    return None


def _beside_city(reading: Reading, i: int) -> bool:
    """True where a comma or a conjunction ties the word to a city: "Halle und Leipzig"."""
    if not reading.masks[i] & CITY:
        return False
    return any(
        0 <= other < len(reading)
        and reading.words[between] in reading.table.tying
        and reading.masks[other] & CITY
        and reading.masks[other] & LIKE_PLACE
        and reading.words[other] not in reading.table.alone
        for between, other in ((i + 1, i + 2), (i - 1, i - 2))
        if between < len(reading)
    )
