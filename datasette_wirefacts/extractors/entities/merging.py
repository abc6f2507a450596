"""Names by rule and names by the model -> one list: the model decides, the rules fill in where they are sure or know more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from datasette_wirefacts.extractors.entities.bodies import QUOTES
from datasette_wirefacts.extractors.entities.lexicon import CITY, COMMON, KNOWN, NAME, NOUN
from datasette_wirefacts.extractors.entities.model import KINDS
from datasette_wirefacts.extractors.entities.persons import gender_of, title_before
from datasette_wirefacts.extractors.entities.places import city_of_adjective
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

MODEL = "model"
# Rules that hold against the model; that hold where the model sees a part of what they see; and where it sees nothing.
SURE = frozenset({"dateline", "kind", "state", "announced-in-quotes", "named-event"})
WIDER = frozenset({"head-noun", "expansion", "body-of", "legal-form", "club", "announced-in-quotes", "tail-noun", "several-words"})
# Rules that tell what a word is wherever it stands in the text.
TELLING = frozenset({"announced", "kind", "office-place", "office-firm", "preposition", "city", "acronym", "expansion"})
FILLING = frozenset({"dateline", "kind", "state", "country", "compass", "several-words", "inhabitant", "adjective"}) | {
    *("title", "first-name", "joint-name", "family-first", "apposed", "again", "town-adjective"),
    *("announced", "announced-in-quotes", "office-firm", "office-place", "club"),
}


def merge(reading: Reading, found: Sequence[Spotted], recognised: Sequence[tuple[int, int, str]]) -> list[Spotted]:
    """All names in order, without overlap."""
    position = {index: i for i, index in enumerate(reading.tokens.doc_index)}
    ranges = [(tokens[0], tokens[-1] + 1, label) for tokens, label in _token_ranges(position, recognised)]
    kept = [spotted for spotted in found if spotted.rule in SURE or (spotted.rule in WIDER and _wider(spotted, ranges))]
    taken = [False] * (len(reading) + 1)
    for spotted in kept:
        _take(taken, spotted.first, spotted.last)
    same = {(spotted.first, spotted.last): spotted for spotted in found}
    for first, last, label in ranges:
        if label in KINDS and not any(taken[first:last]):
            spotted_by_model = _of_model(reading, first, last, label, same.get((first, last)))
            kept += [spotted_by_model] if spotted_by_model else []
    for first, last, _ in ranges:
        _take(taken, first, last)
    filling = [s for s in found if s.rule in FILLING and not any(taken[s.first : s.last])]
    known = {reading.words[s.first]: s for s in found if _tells(s) and s.last - s.first == 1}
    return sorted((_as_told(reading, spotted, known) for spotted in kept + filling), key=lambda spotted: spotted.first)


def _tells(spotted: Spotted) -> bool:
    """True where the rule knows what the word is, not only guesses; a firm's short name is the firm."""
    return spotted.rule in TELLING or (spotted.kind == "organisation" and spotted.rule == "again")


def _as_told(reading: Reading, spotted: Spotted, known: dict[str, Spotted]) -> Spotted:
    """A single word that the model guesses is what a rule knows of it elsewhere in the text."""
    if spotted.rule != MODEL or spotted.last - spotted.first > 1 or spotted.adjective:
        return spotted
    word = reading.words[spotted.first]
    told = known.get(word) or (known.get(word[:-1]) if word[-1] in "s'’" else None)
    return replace(told, first=spotted.first, last=spotted.last, rule=MODEL, source="model") if told else spotted


def _token_ranges(position: dict[int, int], recognised: Sequence[tuple[int, int, str]]) -> Iterator[tuple[list[int], str]]:
    for start, end, label in recognised:
        tokens = [position[i] for i in range(start, end) if i in position]
        if tokens:
            yield tokens, label


def _wider(spotted: Spotted, ranges: Sequence[tuple[int, int, str]]) -> bool:
    """True where the model sees parts of this name only."""
    inside = [(first, last) for first, last, _ in ranges if first < spotted.last and last > spotted.first]
    parts = all(spotted.first <= first and last <= spotted.last for first, last in inside)
    return bool(inside) and parts and (spotted.first, spotted.last) not in inside


def _take(taken: list[bool], first: int, last: int) -> None:
    taken[first:last] = [True] * (last - first)


def _of_model(reading: Reading, first: int, last: int, label: str, rule: Spotted | None) -> Spotted | None:
    """The model's name, with what a rule that found the same knows of it; None where it is no name of a thing."""
    kind, adjective = KINDS[label], label == "LOCderiv"
    words = reading.words[first:last]
    if all(word in reading.table.money or word in reading.table.always or not word[0].isalpha() for word in words):
        return None
    others = kind == "other" and rule is not None and rule.kind in ("event", "work", "product", "other")
    if rule is not None and rule.adjective == adjective and (rule.kind == kind or others):
        return replace(rule, source="model")
    if _denied(reading, first, last, kind):
        return None
    if adjective:
        return Spotted(
            first=first, last=last, kind=kind, rule=MODEL, adjective=True, name=_place_of(reading, first, last), source="model"
        )
    if kind == "person":
        return _person(reading, first, last)
    return Spotted(
        first=first, last=last, kind=_exact(reading, first, last) if kind == "other" else kind, rule=MODEL, source="model"
    )


def _denied(reading: Reading, first: int, last: int, kind: str) -> bool:
    """True where the words speak against a name: "der Koch", a plain noun that is neither person, place nor body, a headline."""
    mask = reading.masks[first]
    if last - first > 1:
        return kind == "other" and reading.surface(first, last).isupper()
    noun = bool(mask & NOUN and mask & KNOWN and not mask & NAME)
    if kind == "place" and reading.previous(first).lower() in reading.table.noun_articles:
        return bool(mask & CITY and mask & COMMON) or reading.words[first] in reading.table.alone
    if kind == "person":
        return reading.previous(first).lower() in reading.table.noun_articles and bool(
            mask & NOUN or reading.words[first] in reading.table.alone
        )
    return kind == "other" and noun and reading.previous(first) not in QUOTES


def _person(reading: Reading, first: int, last: int) -> Spotted | None:
    """A person without the title that the model may have taken with the name."""
    while last - first > 1 and (reading.words[first] in reading.table.address or reading.offices.find(reading.words[first])):
        first += 1
    gender = gender_of(reading, first, last) or title_before(reading, first)[1]
    return Spotted(first=first, last=last, kind="person", rule=MODEL, gender=gender, source="model")


def _exact(reading: Reading, first: int, last: int) -> str:
    """What other thing it is: an event by its noun, a product by its number, a work in quotation marks."""
    if reading.tokens.norms[last - 1].endswith(reading.table.event_ends):
        return "event"
    if any(character.isdigit() for character in reading.surface(first, last)):
        return "product"
    return "work" if first and reading.words[first - 1] in QUOTES else "other"


def _place_of(reading: Reading, first: int, last: int) -> str | None:
    """The place in an adjective that no rule has taken for one."""
    norm = reading.tokens.norms[first]
    table = reading.table
    known = table.adjectives.get(norm) or table.inhabitants.get(norm) if last - first == 1 else None
    return known or (city_of_adjective(reading, reading.surface(first, last)) if reading.words[first][0].isupper() else None)
