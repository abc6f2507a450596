"""Spotted names -> Entity: what names the same thing comes under one name, with the other forms as aliases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from datasette_wirefacts.extractors.entities.gazetteer import Place
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
    """Full names first; a surname alone belongs to the one full name that ends with it."""
    people = [spotted for spotted in found if spotted.kind == "person"]
    forms = {reading.surface(s.first, s.last) for s in people}
    things: dict[str, _Thing] = {}
    by_surname: dict[str, list[_Thing]] = {}
    for spotted in people:
        name = _base(reading.surface(spotted.first, spotted.last), forms)
        if spotted.last - spotted.first > 1 and name not in things:
            things[name] = thing = _Thing(name, "person", gender=spotted.gender)
            by_surname.setdefault(name.split()[-1], []).append(thing)
    for spotted in people:
        surface = reading.surface(spotted.first, spotted.last)
        name = _base(surface, forms)
        known = things.get(name) or _by_surname(surface, by_surname)
        thing = known or things.setdefault(name, _Thing(name, "person", gender=spotted.gender))
        thing.gender = thing.gender or spotted.gender
        thing.mentions.append(_mention(reading, spotted))
        if surface != thing.name:
            thing.aliases.setdefault(surface, "surname" if surface in thing.name.split() else "inflected")
    return [thing for thing in things.values() if thing.mentions]


def _base(surface: str, forms: set[str]) -> str:
    """The name without genitive -s, where the document has it without."""
    return surface[:-1] if surface[-1] in "s'’" and surface[:-1] in forms else surface


def _by_surname(surface: str, by_surname: dict[str, list[_Thing]]) -> _Thing | None:
    candidates = by_surname.get(surface) or (by_surname.get(surface[:-1]) if surface[-1] in "s'’" else None) or []
    return candidates[0] if len(candidates) == 1 else None


def _places(reading: Reading, found: Sequence[Spotted]) -> list[_Thing]:
    """Places by their code, else by their folded name; an adjective belongs to the place that the text names."""
    places = [spotted for spotted in found if spotted.kind == "place"]
    things: dict[str, _Thing] = {}
    bare: dict[str, str] = {}
    forms = {reading.surface(s.first, s.last) for s in places}
    for spotted in sorted(places, key=lambda s: (s.adjective, not s.prefix, s.first)):
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
    for thing in things.values():
        thing.mentions.sort(key=lambda mention: mention.start)
    return list(things.values())


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
    if name[-1] in "s'’" and gazetteer.find(name) is None and (gazetteer.find(name[:-1]) or name[:-1] in forms):
        name = name[:-1]
    if spotted.prefix:
        return f"{spotted.prefix} {name}", gazetteer.region(spotted.prefix, name) or Place()
    return name, gazetteer.find(name) or Place()


def _others(reading: Reading, found: Iterable[Spotted]) -> list[_Thing]:
    things: dict[tuple[str, str], _Thing] = {}
    for spotted in found:
        if spotted.kind in ("person", "place"):
            continue
        surface = reading.surface(spotted.first, spotted.last)
        name = spotted.name or surface
        thing = things.setdefault((spotted.kind, fold(name)), _Thing(name, spotted.kind))
        thing.mentions.append(_mention(reading, spotted))
        if surface != thing.name:
            thing.aliases.setdefault(surface, "inflected")
    return list(things.values())
