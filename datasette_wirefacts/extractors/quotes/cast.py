"""Entities, roles or mere syntax -> the persons of a text, with their offices and where each is named."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.apposed import apposed_names
from datasette_wirefacts.extractors.quotes.offices import NounTable, noun_table, office_at
from datasette_wirefacts.extractors.quotes.reading import Reading
from datasette_wirefacts.facts import Entity, Role, Span
from datasette_wirefacts.languages import LanguagePack


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the text knows him: full name, gender if known, head nouns of his offices, places where he is named."""

    name: str
    gender: str | None
    offices: frozenset[str]
    role: str | None
    places: tuple[int, ...]  # tokens


@dataclass(frozen=True, slots=True)
class Named:
    """What a mention stands for."""

    name: str
    kind: str
    role: str | None
    found: str
    person: Person | None = None
    gender: str | None = None  # grammatical, where no person is known


NamedAt = tuple[int, int, Person]  # first token, end, who
OtherAt = tuple[int, int, str, str]  # first token, end, kind, name


def persons_named(
    reading: Reading, pack: LanguagePack, entities: Sequence[Entity], roles: Sequence[Role]
) -> tuple[list[Person], list[NamedAt], list[OtherAt]]:
    """The persons of a text, where they are named, and the other things with names (token ranges with their kind), in order."""
    nouns = pack.derived(noun_table)
    offices: dict[str, list[str]] = {}
    for role in roles:
        offices.setdefault(role.person, []).append(role.role)
    starts = reading.tokens.starts
    persons: list[Person] = []
    mentions: list[NamedAt] = []
    organisations: list[OtherAt] = []
    apposed = {(b, e): office for b, e, office in apposed_names(reading, nouns)}
    for entity in entities:
        spans = [_token_span(reading, starts, m.start, m.end) for m in entity.mentions]
        places = tuple(sorted(b for b, e in spans if b < e))
        spans = [(b, e) for b, e in spans if b < e and not reading.text.kinds[b] & w.NUM]
        name = entity.name
        if entity.kind == "person" and spans:
            spans, name = _without_office(reading, nouns, spans, name)
        beside = next((apposed.pop(span) for span in spans if span in apposed), None)
        if entity.kind != "person" and beside is None:
            organisations.extend((b, e, entity.kind, entity.name) for b, e in spans if b < e)
            continue
        held = offices.get(entity.name, [])
        heads = frozenset(_role_head(role) for role in held) | ({beside} if beside else frozenset())
        gender = entity.gender or (_sex(nouns, beside) if beside else _sex_before(reading, nouns, spans))
        person = Person(name, gender, heads, held[0] if held else None, places)
        persons.append(person)
        mentions.extend((b, e, person) for b, e in spans if b < e)
    named = [(b, e) for b, e, _ in mentions] + [(b, e) for b, e, _, _ in organisations]
    taken = {i for b, e in named for i in range(b, e)}
    parts = {(i, i + 1) for b, e in named for i in (b,) if e == b + 1}
    for (b, e), office in apposed.items():
        if all(i not in taken or (i, i + 1) in parts for i in range(b, e)):  # "Fu" of "Fu Wenrui" is one word of the name
            person = Person(" ".join(reading.text.words[b:e]), _sex(nouns, office), frozenset({office}), None, (b,))
            persons.append(person)
            mentions.append((b, e, person))
    persons, mentions = _completed(reading, nouns, persons, mentions)
    mentions = _joined_to_full(persons, mentions)
    taken = {i for b, e, _ in mentions for i in range(b, e)} | {i for b, e, _, _ in organisations for i in range(b, e)}
    more, read_off = _persons_from_syntax(reading, nouns, taken, alone=not persons)
    persons.extend(more)
    mentions.extend(read_off)
    mentions.sort(key=lambda mention: mention[:2])
    return persons, mentions, sorted(organisations)


def _completed(
    reading: Reading, nouns: NounTable, persons: list[Person], mentions: list[NamedAt]
) -> tuple[list[Person], list[NamedAt]]:
    """Persons of one word whose other name stands beside it once: ``Amrei`` in ``Studienleiterin Amrei Schüttgens``."""
    full: dict[str, str] = {}
    taken = {i for b, e, _ in mentions for i in range(b, e)}
    for b, e, person in mentions:
        if " " in person.name or person.name in full or e - b != 1:
            continue
        if e < len(reading.text.words) and _is_name(reading, nouns, e) and e not in taken and office_at(reading, nouns, b - 1):
            full[person.name] = f"{person.name} {reading.text.words[e]}"
        elif _begins_sentence(reading, b) and reading.text.words[e + 1 : e + 2] == [","] and _is_name(reading, nouns, e):
            full[person.name] = f"{person.name} {reading.text.words[e]}"  # "Fu Wenrui, Vorstand des Hauses, …"
        elif b > 1 and _is_name(reading, nouns, b - 1) and b - 1 not in taken and _titled(reading, nouns, b - 2):
            full[person.name] = f"{reading.text.words[b - 1]} {person.name}"
    new = {p.name: replace(p, name=full[p.name]) for p in persons if p.name in full}
    return [new.get(p.name, p) for p in persons], [(b, e, new.get(p.name, p)) for b, e, p in mentions]


def _titled(reading: Reading, nouns: NounTable, i: int) -> bool:
    """Whether token ``i`` is an office, or the first capitalised word behind a verb: ``gestand Taucher Pelle Ahlborn``."""
    kinds = reading.text.kinds
    return office_at(reading, nouns, i) or bool(kinds[i] & w.NOUN and i and kinds[i - 1] & w.FINITE)


def _without_office(reading: Reading, nouns: NounTable, spans: list[Span], name: str) -> tuple[list[Span], str]:
    """The mentions and the name of a person without an office that has slipped into them: ``Wallnitz' Coach Pit Maier``."""
    words = name.split()
    first = spans[0][0]
    cut = next((n for n in range(len(words) - 2, 0, -1) if office_at(reading, nouns, first + n)), -1)
    if len(words) < 3 or cut < 0 or reading.text.words[first : first + len(words)] != words:
        return spans, name
    return [(b + cut + 1 if e - b == len(words) else b, e) for b, e in spans], " ".join(words[cut + 1 :])


def _sex(nouns: NounTable, office: str) -> str:
    return "f" if office.endswith(nouns.feminine) else "m"


def _sex_before(reading: Reading, nouns: NounTable, spans: list[Span]) -> str | None:
    """The sex that the noun before a full name tells: ``Physiotherapeutin Cora Venn``."""
    norms = [reading.text.norms[b - 1] for b, e in spans if b and e - b > 1 and reading.text.kinds[b - 1] & w.NOUN]
    if any(norm.endswith(nouns.feminine) for norm in norms):
        return "f"
    return "m" if any(norm.endswith(nouns.endings["person"]) or norm in nouns.heads["person"] for norm in norms) else None


def _joined_to_full(persons: list[Person], mentions: list[NamedAt]) -> list[NamedAt]:
    """The mentions, those of a single word as the one person whose full name begins or ends with it."""
    owners: dict[str, Person | None] = {}
    for person in persons:
        words = person.name.split()
        for word in {words[0], words[-1]} if len(words) > 1 else ():
            owners[word] = None if word in owners else person
    return [(b, e, owners.get(p.name) or p) for b, e, p in mentions]


def _begins_sentence(reading: Reading, i: int) -> bool:
    return i == reading.tokens.sentences[reading.tokens.sentence_of[i]][0]


def _is_name(reading: Reading, nouns: NounTable, i: int) -> bool:
    return bool(reading.text.kinds[i] & w.NOUN) and not office_at(reading, nouns, i) and reading.text.words[i].istitle()


def _role_head(role: str) -> str:
    """The noun of an office: ``Stellvertretender Vorsitzender des Rates`` -> vorsitzender."""
    words = role.split()
    while len(words) > 1 and words[0][:1].islower():  # "deutscher Amtskollege"
        del words[0]
    capitals = next((n for n, word in enumerate(words) if word[:1].islower()), len(words))
    return words[max(0, capitals - 1)].lower() if words else ""


def office_heads(reading: Reading, mentions: list[NamedAt], roles: Sequence[Role]) -> Iterator[tuple[int, int]]:
    """For each name with its office before it, the first tokens of both: ``[Minister] Kurt Lange``."""
    firsts = [b for b, _, _ in mentions]
    starts = reading.tokens.starts
    for role in roles:
        first, last = bisect_left(starts, role.start), bisect_left(starts, role.end)
        i = bisect_left(firsts, last)
        if first < last and i < len(firsts) and firsts[i] == last and mentions[i][2].name == role.person:
            yield last, first


def _token_span(reading: Reading, starts: list[int], start: int, end: int) -> Span:
    return bisect_right(starts, start) - 1 if start in starts[
        bisect_left(starts, start) : bisect_left(starts, start) + 1
    ] else bisect_left(starts, start), bisect_left(starts, end)


def _persons_from_syntax(reading: Reading, nouns: NounTable, taken: set[int], *, alone: bool) -> tuple[list[Person], list[NamedAt]]:
    """Persons that no entity is: names behind an office or a title, then every place where their surname stands alone.

    ``alone``: there are no entities at all, so that a bare pair of capitalised words is taken for a name, too.
    """
    text = reading.text
    found: dict[str, tuple[str | None, str | None, list[Span]]] = {}
    i = 0
    while i < len(text.words):
        if not text.kinds[i] & w.NOUN:
            i += 1
            continue
        end = i
        while (
            end < len(text.words) and text.kinds[end] & w.NOUN and reading.tokens.sentence_of[end] == reading.tokens.sentence_of[i]
        ):
            end += 1
        name = _full_name(reading, nouns, i, end)
        if name is not None and not alone and (name[2] is None or end - name[0] < 2 or taken.intersection(range(name[0], end))):
            name = None
        if name is not None:
            b, gender, office = name
            key = " ".join(text.words[b:end])
            known = found.setdefault(key, (gender, office, []))
            known[2].append((b, end))
            if (known[1] is None and office) or (known[0] is None and gender):
                found[key] = (known[0] or gender, known[1] or office, known[2])
        i = end
    persons: list[Person] = []
    mentions: list[NamedAt] = []
    surnames: dict[str, Person | None] = {}
    for key, (gender, office, spans) in found.items():
        person = Person(key, gender, frozenset({office}) if office else frozenset(), None, tuple(b for b, _ in spans))
        persons.append(person)
        mentions.extend((b, e, person) for b, e in spans)
        surname = key.split()[-1]
        surnames[surname] = None if surname in surnames else person
    taken = taken | {i for b, e, _ in mentions for i in range(b, e)}
    for i, word in enumerate(text.words):
        named = surnames.get(word) or surnames.get(word.removesuffix("s"))
        if named is not None and i not in taken and text.kinds[i] & w.NOUN:
            mentions.append((i, i + 1, named))
    return persons, mentions


def _full_name(reading: Reading, nouns: NounTable, first: int, last: int) -> tuple[int, str | None, str | None] | None:
    """Where in a run of capitalised words a person's name begins, with gender and office if the words before tell them."""
    text = reading.text
    gender: str | None = None
    office: str | None = None
    at = first
    office_tokens = [n for n in range(first, last - 1) if office_at(reading, nouns, n)]
    if office_tokens:
        at = office_tokens[-1]
    while at < last:
        norm = text.norms[at]
        if norm in nouns.titles:
            gender = nouns.titles[norm] or gender
        elif norm in nouns.heads["person"] or norm.endswith(nouns.endings["person"]):
            office = norm
            gender = "f" if norm.endswith(nouns.feminine) else "m"
        else:
            break
        at += 1
    size = last - at
    before = text.kinds[first - 1] if first else 0
    if at == first and before & w.GENITIVE and before & w.DET and size >= 3:
        return last - 2, None, _office_before(reading, nouns, first)
    if size in (2, 3) and (at > first or not before & (w.DET | w.ADJ | w.PREP | w.NUM)):
        return at, gender, office
    if size == 1 and at > first:
        return at, gender, office
    return None


def _office_before(reading: Reading, nouns: NounTable, i: int) -> str | None:
    if i < 2:
        return None
    norm = reading.text.norms[i - 2]
    return norm if norm in nouns.heads["person"] or norm.endswith(nouns.endings["person"]) else None
