"""The names that all texts of an archive give -> which of them mean one thing, and the name that it then has.

Pure, and a function of the set of names alone. A wrong merge is worse than a missed one: what may be meant by a name in two ways
keeps its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from datasette_wirefacts.names import alike, fold

NEAR = 0.88  # how alike the keys of two spellings of one surname are at least
LONG_ENOUGH = 6  # letters of a surname that may differ in one
MOST_COMPARED = 60  # persons with one beginning and country; beyond that, nearness says too little
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "-": " ", "’": "'"})


class Key(NamedTuple):
    """What tells one entity from another."""

    kind: str
    name: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnName:
    """A name as texts give it, with all that they say of the thing."""

    key: Key
    country: str | None = None
    code: str | None = None
    countries: frozenset[str] = frozenset()  # of a person's offices
    acronyms: frozenset[str] = frozenset()  # that stand in brackets behind the name

    @property
    def name(self) -> str:
        return self.key.name


Frequencies = Callable[[Collection[Key]], Mapping[Key, int]]


def same_names(own: Sequence[OwnName], transcribed: Collection[str], documents: Frequencies) -> dict[Key, Key]:
    """For each name that is to give way, the one that takes its place.

    ``transcribed`` are the countries whose names come in several spellings; ``documents`` tells in how many documents the given
    names stand, which matters only among those that mean one thing.
    """
    chosen: dict[Key, Key] = {}
    full = [known for known in own if known.key.kind == "person" and surname(known.name)]
    groups = _Groups(own)
    _join_spellings(groups, own)
    _join_transcribed_persons(groups, full, transcribed)
    _join_places(groups, [known for known in own if known.key.kind == "place"], transcribed)
    _join_acronyms(groups, [known for known in own if known.key.kind == "organisation"])
    joined = [group for group in groups if len(group) > 1]
    counts = documents([known.key for group in joined for known in group])
    for group in joined:
        best = min((known.key for known in group), key=lambda key: _rank(key, counts[key]))
        chosen.update((known.key, best) for known in group if known.key != best)
    return chosen | _full_names(own, full, lambda known: chosen.get(known.key, known.key))


def plain_key(name: str) -> str:
    """A name without regard to case, accents, umlauts and hyphens; transcriptions stay apart.

    >>> plain_key("MÜLLER-Lüdenscheidt") == plain_key("Mueller Luedenscheidt")
    True
    """
    lowered = _lowered(name)
    return " ".join("".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)).split())


def _lowered(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().translate(UMLAUTS)


def _spelling(name: str) -> str:
    """
    >>> _spelling("José") == _spelling("Jose"), _spelling("JOSÉ") == _spelling("José")
    (False, True)
    """
    return plain_key(name) if len(name.split()) > 1 else _lowered(name)


def surname(name: str) -> str | None:
    """The surname of a full name, with the small words before it; None where the name is not a full one.

    >>> surname("Ursula von der Leyen"), surname("Leyen"), surname("von der Leyen")
    ('von der Leyen', None, None)
    """
    words = name.split()
    if len(words) < 2 or not words[0][:1].isupper():
        return None
    first = len(words) - 1
    while first > 1 and words[first - 1][:1].islower():
        first -= 1
    return " ".join(words[first:])


def _rank(key: Key, documents: int) -> tuple[bool, int, str]:
    """Which spelling stands for all: not one in capitals, the most frequent, the first in the alphabet."""
    return key.name.isupper(), -documents, key.name


class _Groups:
    """Names that are joined, two at a time, unless what is known of them speaks against it."""

    def __init__(self, own: Iterable[OwnName]) -> None:
        self.members = {known.key: [known] for known in own}

    def __iter__(self) -> Iterator[list[OwnName]]:
        return iter({id(group): group for group in self.members.values()}.values())

    def join(self, one: OwnName, other: OwnName) -> None:
        left, right = self.members[one.key], self.members[other.key]
        if left is not right and not _conflict(left, right):
            left += right
            self.members.update((known.key, left) for known in right)


def _conflict(left: Sequence[OwnName], right: Sequence[OwnName]) -> bool:
    """True where two groups have two codes, two countries, or offices in different countries."""
    return any(one and other and not one & other for one, other in zip(_told(left), _told(right), strict=True))


def _told(group: Sequence[OwnName]) -> tuple[set[str], set[str], set[str]]:
    """What is known of a group: codes, countries, and the countries of its offices."""
    return (
        {known.code for known in group if known.code},
        {known.country for known in group if known.country},
        {country for known in group for country in known.countries},
    )


def _by(own: Iterable[OwnName], key: Callable[[OwnName], object]) -> Iterator[list[OwnName]]:
    """Those with one key together, in the order of their names; without the ones that are alone."""
    found: dict[object, list[OwnName]] = {}
    for known in sorted(own, key=lambda known: known.key):
        found.setdefault(key(known), []).append(known)
    return (some for some in found.values() if len(some) > 1)


def _join_spellings(groups: _Groups, own: Iterable[OwnName]) -> None:
    """Capitals, accents, umlauts, hyphens; a name of one word must be the same but for capitals and umlauts."""
    for some in _by(own, lambda known: (known.key.kind, known.key.qualifier, _spelling(known.name))):
        for other in some[1:]:
            groups.join(some[0], other)


def _join_transcribed_persons(groups: _Groups, full: Iterable[OwnName], transcribed: Collection[str]) -> None:
    """Full names from one such country whose keys are equal, or whose first names are equal and whose surnames are near."""
    foreign = [known for known in full if not known.countries or known.countries & set(transcribed)]
    for some in _by(foreign, lambda known: fold(known.name)):
        if any(known.countries for known in some) and _one_country(some):
            for other in some[1:]:
                groups.join(some[0], other)
    placed = [known for known in foreign if known.countries]
    for some in _by(placed, lambda known: (fold(known.name.split()[0]), fold(surname(known.name) or "")[:1])):
        for one, other in combinations(some, 2) if len(some) <= MOST_COMPARED else ():
            if one.countries & other.countries & set(transcribed) and _near(one.name, other.name):
                groups.join(one, other)


def _one_country(some: Sequence[OwnName]) -> bool:
    """True where those with a country have one in common."""
    placed = [known.countries for known in some if known.countries]
    return bool(frozenset.intersection(*placed))


def _near(one: str, other: str) -> bool:
    last, its = fold(surname(one) or ""), fold(surname(other) or "")
    if last != its and (last.startswith(its) or its.startswith(last)):
        return False  # the ending tells two persons apart: Iwanow and Iwanowa, Romanenko and Romanenkow
    return min(len(last), len(its)) >= LONG_ENOUGH and alike(last, its) >= NEAR


def _join_places(groups: _Groups, places: Sequence[OwnName], transcribed: Collection[str]) -> None:
    """Places with one code, and spellings from one such country."""
    for some in _by((known for known in places if known.code), lambda known: known.code):
        for other in some[1:]:
            groups.join(some[0], other)
    for some in _by((known for known in places if known.country in transcribed), lambda known: (known.country, fold(known.name))):
        for other in some[1:]:
            groups.join(some[0], other)


def _join_acronyms(groups: _Groups, bodies: Sequence[OwnName]) -> None:
    """An acronym alone is the one organisation of which some text says that it is so called."""
    called: dict[str, list[OwnName]] = {}
    for known in sorted(bodies, key=lambda known: known.key):
        for acronym in known.acronyms:
            called.setdefault(acronym, []).append(known)
    by_name = {known.name: known for known in bodies}
    for acronym, meant in called.items():
        if len({id(groups.members[known.key]) for known in meant}) == 1 and acronym in by_name:
            groups.join(meant[0], by_name[acronym])


def _full_names(own: Iterable[OwnName], full: Sequence[OwnName], stands: Callable[[OwnName], Key]) -> dict[Key, Key]:
    """Surnames that stand alone -> the one person of that name."""
    bearers: dict[str, set[Key]] = {}
    for known in full:
        last = surname(known.name) or ""
        for form in {last, last.split()[-1]}:
            bearers.setdefault(plain_key(form), set()).add(stands(known))
    found = {}
    for known in own:
        meant = bearers.get(plain_key(known.name), set()) if known.key.kind == "person" and not surname(known.name) else set()
        if len(meant) == 1:
            found[known.key] = next(iter(meant))
    return found
