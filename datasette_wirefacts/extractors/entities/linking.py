"""Spotted names -> Entity: what names the same thing comes under one name, with the other forms as aliases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from datasette_wirefacts.extractors.entities.bodies import expansion
from datasette_wirefacts.extractors.entities.gazetteer import Place
from datasette_wirefacts.extractors.entities.nominative import nominative
from datasette_wirefacts.extractors.entities.people import People
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.facts import Alias, Entity, Mention
from datasette_wirefacts.names import fold


@dataclass(slots=True)
class _Thing:
    """An entity that is being put together."""

    name: str
    kind: str
    place: Place = field(default_factory=Place)
    gender: str | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)


def link(reading: Reading, found: Sequence[Spotted]) -> list[Entity]:
    """The entities of a text, in the order of their first mention."""
    things = _persons(reading, found) + _places(reading, found) + _others(reading, found)
    things.sort(key=lambda thing: thing.mentions[0].start)
    return [_entity(thing) for thing in things]


def _entity(thing: _Thing) -> Entity:
    return Entity(
        name=thing.name,
        kind=thing.kind,
        country=thing.place.country,
        code=thing.place.code,
        gender=thing.gender,
        aliases=tuple(Alias(alias=alias, kind=kind) for alias, kind in thing.aliases.items() if alias != thing.name),
        mentions=tuple(thing.mentions),
    )


def _mention(reading: Reading, spotted: Spotted) -> Mention:
    start, end = reading.tokens.starts[spotted.first], reading.tokens.ends[spotted.last - 1]
    return Mention(
        start=start,
        end=end,
        text=reading.text.text[start:end],
        adjective=spotted.adjective,
        source=spotted.source,
        rule=spotted.rule,
    )


def _persons(reading: Reading, found: Sequence[Spotted]) -> list[_Thing]:
    """One thing for each full name; a surname alone belongs to the one full name that ends with it."""
    mentions = [spotted for spotted in found if spotted.kind == "person"]
    people = People(reading, mentions)
    things: dict[str, _Thing] = {}
    for spotted in mentions:
        name = people.name(spotted)
        thing = things.setdefault(fold(name), _Thing(name, "person"))
        thing.gender = thing.gender or people.genders.get(name) or spotted.gender
        thing.mentions.append(_mention(reading, spotted))
        surface = reading.surface(spotted.first, spotted.last)
        given = people.by_first.get(people.base(spotted)) is not None
        if surface != thing.name and spotted.name is None and not given:
            thing.aliases.setdefault(surface, _person_alias(surface, thing.name))
    return list(things.values())


def _person_alias(surface: str, name: str) -> str:
    if surface.isupper():
        return "capitals"
    if surface in name.split() or name.casefold().endswith(f" {surface.casefold()}"):
        return "surname"
    return "inflected" if surface[-1] in "s'’" and surface[:-1] in (name, name.split()[-1]) else "spelling"


def _places(reading: Reading, found: Sequence[Spotted]) -> list[_Thing]:
    """Places by their code, else by their folded name; an adjective belongs to the place that the text names."""
    places = [spotted for spotted in found if spotted.kind == "place"]
    things: dict[str, _Thing] = {}
    bare: dict[str, str] = {}
    forms = {reading.surface(s.first, s.last) for s in places}
    forms |= {form.title() for form in forms if form.isupper()}
    for spotted in sorted(places, key=lambda s: _order(reading, s)):
        surface = reading.surface(spotted.first, spotted.last)
        name, place = _named_place(reading, spotted, surface, forms)
        key = _key(name, place)
        if not spotted.prefix and key not in things and fold(name) in bare and (spotted.adjective or not place.code):
            key = bare[fold(name)]
        thing = things.setdefault(key, _Thing(name, "place", place))
        if spotted.prefix:
            bare.setdefault(fold(surface), key)
        thing.mentions.append(_mention(reading, spotted))
        if surface != thing.name and not thing.name.endswith(f" {surface}"):
            thing.aliases.setdefault(surface, _alias_kind(spotted, surface, thing.name))
        if not spotted.adjective and not spotted.prefix and " " in thing.name and " " not in name and place.code:
            thing.name = name
    for thing in things.values():
        thing.mentions.sort(key=lambda mention: mention.start)
    return list(things.values())


def _order(reading: Reading, spotted: Spotted) -> tuple[bool, bool, bool, int]:
    """Which mention gives a place its name: not an adjective, the fullest, not in capitals, a single word, the first."""
    surface = reading.surface(spotted.first, spotted.last)
    return spotted.adjective, not spotted.prefix, surface.isupper(), spotted.first


def _alias_kind(spotted: Spotted, surface: str, name: str) -> str:
    if spotted.adjective:
        return "adjective"
    if surface.isupper() and surface.casefold() == name.casefold():
        return "capitals"
    return "inflected" if fold(surface)[:4] == fold(name)[:4] else "spelling"


def _key(name: str, place: Place) -> str:
    return place.code or fold(name)


def _named_place(reading: Reading, spotted: Spotted, surface: str, forms: set[str]) -> tuple[str, Place]:
    gazetteer = reading.gazetteer
    if spotted.name:
        return spotted.name, gazetteer.find(spotted.name) or Place()
    name = surface.title() if surface.isupper() and len(surface) > 3 else surface
    if surface.isupper() and gazetteer.find(surface) is None and gazetteer.find(surface.title()) is not None:
        name = surface.title()
    if name[-1] in "sn'’" and gazetteer.find(name) is None and (gazetteer.find(name[:-1]) or name[:-1] in forms):
        name = name[:-1]
    if spotted.prefix:
        return f"{spotted.prefix} {name}", gazetteer.region(spotted.prefix, name) or Place()
    if " " in name and gazetteer.find(name) is None:
        name = nominative(reading, spotted, name)
    return name, _certain(gazetteer.find(name))


def _certain(place: Place | None) -> Place:
    """The place, but without a code where other cities of that name come near it in size."""
    return place if place is not None and place.certain else Place()


def _others(reading: Reading, found: Sequence[Spotted]) -> list[_Thing]:
    """Organisations, works, events, products by their folded name; an acronym belongs to the name before its brackets."""
    things: dict[tuple[str, str], _Thing] = {}
    others = [spotted for spotted in found if spotted.kind not in ("person", "place")]
    full = _expansions(reading, others)
    forms = {reading.surface(spotted.first, spotted.last) for spotted in others}
    for spotted in others:
        surface = reading.surface(spotted.first, spotted.last)
        base = surface[:-1] if surface[-1] in "s'’" and surface[:-1] in forms else surface
        own = reading.agencies.get(surface.casefold()) or spotted.name or nominative(reading, spotted, base)
        name = full.get(surface, own)
        thing = things.setdefault((spotted.kind, fold(name)), _Thing(name, spotted.kind))
        thing.mentions.append(_mention(reading, spotted))
        if surface != thing.name:
            thing.aliases.setdefault(surface, "acronym" if surface in full else "inflected")
    return list(things.values())


def _expansions(reading: Reading, found: Sequence[Spotted]) -> dict[str, str]:
    """Acronym -> name, where the text gives it in brackets behind the name: "Gewerkschaft Hafen und Verkehr (GHV)"."""
    by_end = {spotted.last: spotted for spotted in found if spotted.kind == "organisation"}
    full: dict[str, str] = {}
    for spotted in found:
        name = by_end.get(spotted.first - 1)
        if name is not None and spotted.kind == "organisation" and expansion(reading, spotted.first) is not None:
            own = name.name or nominative(reading, name, reading.surface(name.first, name.last))
            full.setdefault(reading.surface(spotted.first, spotted.last), own)
    names = {spotted.name or reading.surface(spotted.first, spotted.last) for spotted in found}
    for acronym, meant in reading.table.acronyms.items():
        if acronym in names and meant in names:
            full.setdefault(acronym, meant)
    return full
