"""Names and nouns -> who a text has brought in: surnames that stand alone, persons without a name (``ein Hüttenwart``)."""

from __future__ import annotations

from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cast import NamedAt, OtherAt, Person
from datasette_wirefacts.extractors.quotes.offices import NounTable, office_at
from datasette_wirefacts.extractors.quotes.reading import Reading


def surnames_alone(reading: Reading, persons: list[Person], taken: set[int]) -> Iterator[NamedAt]:
    """Where the last word of one person's name stands alone behind the full name and no entity covers it."""
    owners: dict[str, Person | None] = {}
    for person in persons:
        words = person.name.split()
        if len(words) > 1 and person.places:
            surname_first = person.gender is not None and _stands_alone(reading, words)
            for word in {words[0], words[-1]} if person.gender is None or surname_first else {words[-1]}:
                owners[word] = None if word in owners else person
    for word, owner in owners.items():
        if owner is None:
            continue
        for form in (word, word + "s"):
            for i in reading.places_of(form.lower()):
                if i not in taken and i > owner.places[0] and reading.text.words[i] == form:
                    yield i, i + 1, owner


def _stands_alone(reading: Reading, words: list[str]) -> bool:
    """Whether the first word of a name, and never the last, is a subject without the other: ``Csomortáni wies das zurück``."""
    text = reading.text

    def alone(word: str, other: str) -> bool:
        return any(
            i + 1 < len(text.words) and text.kinds[i + 1] & w.FINITE and text.words[max(0, i - 1)] != other
            for i in reading.places_of(word.lower())
        )

    return alone(words[0], words[-1]) and not alone(words[-1], words[0])


def linked(others: list[OtherAt]) -> list[OtherAt]:
    """The things with names, an abbreviation as the one organisation whose capitals it is: ``FCG`` for ``FC Gmünd``."""
    names: dict[str, set[str]] = {}
    for _, _, kind, name in others:
        if kind == "organisation" and " " in name:
            names.setdefault("".join(letter for letter in name if letter.isupper()), set()).add(name)
    full = {short: found.pop() for short, found in names.items() if len(found) == 1}
    return [(b, e, kind, full.get(name, name) if kind == "organisation" else name) for b, e, kind, name in others]


def strangers(reading: Reading, nouns: NounTable, indefinite: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    """Persons whom a sentence brings in without a name at its head: token, gender and noun of ``Ein Hüttenwart``."""
    text = reading.text
    for i, norm in enumerate(text.norms[:-1]):
        if norm not in indefinite:
            continue
        at = i + 1
        while at < len(text.norms) - 1 and at - i < 4 and text.kinds[at] & w.ADJ and not text.kinds[at] & w.NOUN:
            at += 1
        named = at + 1 < len(text.norms) and text.kinds[at + 1] & w.NOUN
        opens = i == reading.tokens.sentences[reading.tokens.sentence_of[i]][0]
        if opens and text.kinds[at] & w.NOUN and not named and office_at(reading, nouns, at) and norm in nouns.articles:
            yield i, "f" if text.norms[at].endswith(nouns.feminine) else nouns.articles[norm], text.words[at]
