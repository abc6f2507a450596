"""A name as the text declines it -> the name: "Deutschen Reichsbahn" -> "Deutsche Reichsbahn"."""

from __future__ import annotations

from datasette_wirefacts.extractors.entities.lexicon import CITY_ADJECTIVE, COMMON, GENITIVE, KNOWN, NOUN
from datasette_wirefacts.extractors.entities.organisations import stem
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted


def nominative(reading: Reading, spotted: Spotted, surface: str) -> str:
    """The name of a place or body; what the table does not know how to undo stays as it is."""
    words = surface.split(" ")
    head = _head(reading, spotted, words)
    if head is None:
        return surface
    noun = base_of_noun(reading, words[head])
    if head:
        ending = _ending(reading, noun)
        if ending is not None and _declined_adjective(reading, words[0]):
            words[0] = stem(words[0]) + ending
    words[head] = noun
    return " ".join(words)


def _head(reading: Reading, spotted: Spotted, words: list[str]) -> int | None:
    """The noun that is declined: the first word, or the second behind an adjective."""
    from_city = reading.masks[spotted.first] & CITY_ADJECTIVE
    if len(words) > 1 and (from_city or _declined_adjective(reading, words[0])) and reading.masks[spotted.first + 1]:
        return 1
    return 0 if reading.masks[spotted.first] & (NOUN | KNOWN) or len(words) > 1 else None


def _declined_adjective(reading: Reading, word: str) -> bool:
    norm = word.lower()
    if norm in reading.table.adjective_leads or norm in reading.table.adjectives:
        return True
    return bool(reading.lexicon.know(word) & COMMON) and norm.endswith(reading.table.adjective_endings)


def base_of_noun(reading: Reading, word: str) -> str:
    """A body's noun without the ending of its genitive."""
    norm = word.lower()
    for ending in reading.table.genitive_endings:
        if norm.endswith(ending) and norm[: len(norm) - len(ending)].endswith(reading.table.declined):
            return word[: len(word) - len(ending)]
    return word


def _ending(reading: Reading, noun: str) -> str | None:
    """The ending of an adjective before this noun, by the noun's gender."""
    norm = noun.lower()
    best = max(((len(end), ending) for end, ending in reading.table.endings_by_noun.items() if norm.endswith(end)), default=None)
    return best[1] if best else None


def base_of_person(reading: Reading, spotted: Spotted, surface: str, forms: set[str]) -> str:
    """A person's name without genitive -s: where the text has it without, or where the bare surname is a word and this is not."""
    if surface[-1] in "'’":
        return surface[:-1]
    if surface[-1] == "s" and (surface[:-1] in forms or (reading.masks[spotted.last - 1] & GENITIVE and _owns(reading, spotted))):
        return surface[:-1]
    return surface


def _owns(reading: Reading, spotted: Spotted) -> bool:
    """True where what is owned stands behind the name: "Merkels Rede", "Merkels letzte Rede"."""
    following = reading.following(spotted.last - 1)
    return following[:1].isupper() or (following[:1].islower() and following.endswith(reading.table.adjective_endings))
