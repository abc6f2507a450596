"""Descriptions -> names: ``die Direktorin``, ``der 52-Jährige``, ``das Unternehmen`` and whom the text has named before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cast import Named, NamedAt, OtherAt, Person
from datasette_wirefacts.extractors.quotes.naming import is_proper
from datasette_wirefacts.extractors.quotes.offices import NounTable, office_at, same_office
from datasette_wirefacts.extractors.quotes.reading import Reading

Base = Callable[[str, str], str]  # the language's nominative of a noun behind an article
RECENT = 40  # mentions that a description looks back


def head_noun(reading: Reading, first: int, last: int) -> str:
    """The lower-case head noun of a phrase, empty where it has none."""
    return next((reading.text.norms[i] for i in range(first, last) if reading.text.kinds[i] & w.NOUN), "")


def behind_place(reading: Reading, nouns: NounTable, first: int, last: int) -> int:
    """The first token behind an adjective made from a place: ``das Berliner [Stadtoberhaupt]``; else ``first``."""
    at = next((i for i in range(first, last - 1) if reading.text.kinds[i] & w.NOUN), None)
    if at is None:
        return first
    inside = reading.text.kinds[at + 1] & w.NOUN and reading.text.norms[at].endswith(nouns.place_adjectives)
    return at + 1 if inside and reading.text.norms[at] not in nouns.heads["person"] else first


def _of_that_place(person: Person, adjective: str) -> bool:
    """Whether no other place stands in the office: the ``Bürgermeister von Bern`` is not the ``Zürcher Stadtoberhaupt``."""
    tail = [word for word in (person.role or "").split()[1:] if word[:1].isupper()]
    return not tail or any(word[:4] == adjective[:4] for word in tail)


def _is_nation(reading: Reading, nouns: NounTable, i: int) -> bool:
    return bool(reading.text.kinds[i] & w.ADJ) and reading.text.norms[i].endswith(nouns.nations)


def _of_that_nation(nouns: NounTable, person: Person, adjective: str) -> bool:
    """Whether no other nation stands in the office: the ``slowenische Präsident`` is not the ``kroatische Staatschef``."""
    stem = _stem(nouns, adjective)
    nations = [word.lower() for word in (person.role or "").split() if word.lower().endswith(nouns.nations)]
    return not nations or any(_stem(nouns, nation) == stem for nation in nations)


def _stem(nouns: NounTable, adjective: str) -> str:
    return next((adjective.removesuffix(end) for end in nouns.nations if adjective.endswith(end)), adjective)


def _leads(nouns: NounTable, head: str, person: Person) -> bool:
    """Whether ``Werkschefin`` can stand for the ``Direktorin des Werks``: the compound begins with the body of the office."""
    end = next((end for end in nouns.leading if head.endswith(end)), "")
    body = head.removesuffix(end).rstrip("-").removesuffix("s") if end else ""
    return len(body) > 2 and person.role is not None and any(word.lower().startswith(body) for word in person.role.split()[1:])


def described_person(
    reading: Reading,
    nouns: NounTable,
    persons: list[Person],
    mentions: list[NamedAt],
    first: int,
    last: int,
    base: Base | None = None,
) -> Named | None:
    """The one person named before whose office, age or sex the description with a definite article fits."""
    start = behind_place(reading, nouns, first, last)
    head = head_noun(reading, start, last)
    article = reading.text.norms[first]
    if base is not None and reading.text.kinds[first] & w.GENITIVE:
        head = base(head, article)
    if not head or not is_definite(reading, nouns, first):
        return None
    earlier = [person for person in persons if person.places and person.places[0] < first]
    tail = head.rpartition("-")[2]
    found = [p for p in earlier if any(same_office(nouns, head, o) or same_office(nouns, tail, o) for o in p.offices)]
    if start != first:
        found = [p for p in found if _of_that_place(p, reading.text.words[start - 1])]
    nation = next((reading.text.norms[i] for i in range(first, last) if _is_nation(reading, nouns, i)), None)
    if nation is not None and found:
        found = [p for p in found if _of_that_nation(nouns, p, nation)]
    if len(found) == 1:
        return Named(found[0].name, "person", found[0].role, "description", found[0])
    if found:
        words = {reading.text.words[i] for i in range(first, last) if reading.text.kinds[i] & w.NOUN}
        found = [p for p in found if p.role is not None and words.intersection(p.role.split()[1:])]
        return Named(found[0].name, "person", found[0].role, "description", found[0]) if len(found) == 1 else None
    found = [p for p in earlier if _leads(nouns, head, p)]
    if found:
        return Named(found[0].name, "person", found[0].role, "description", found[0]) if len(found) == 1 else None
    aged = head.endswith(nouns.aged)
    if (tail != head and not aged) or sum(bool(reading.text.kinds[i] & w.NOUN) for i in range(start, last)) > 1:
        return None  # "die Werks-Chefin", "die Leiterin des Amtes": an office of somebody in particular
    gender = "f" if head.endswith(nouns.feminine) or (aged and article in nouns.she_articles) else "m"
    if not aged and (gender == "m" or head.endswith(nouns.distinct)) and not (gender == "m" and head.endswith(nouns.neutral)):
        return None
    same = [person for person in earlier if person.gender == gender]
    if aged and len(same) > 1:
        same = _last_named(mentions, first, gender)
    return Named(same[0].name, "person", same[0].role, "description", same[0]) if len(same) == 1 else None


def described_organisation(reading: Reading, nouns: NounTable, others: list[OtherAt], first: int, last: int) -> Named | None:
    """The one organisation named before whose name holds the description's noun, or the only one where a firm is meant."""
    head = head_noun(reading, first, last)
    if len(head) < 4 or not is_definite(reading, nouns, first):
        return None
    earlier = others[max(0, bisect_left(others, (first,)) - RECENT) : bisect_left(others, (first,))]
    names = {name for b, _, kind, name in earlier if kind == "organisation" and not reading.in_dateline(b)}
    fitting = {name for name in names if head in name.lower()}
    if not fitting and head in nouns.clubs:
        fitting = {name for name in names if name.split()[0].lower() in nouns.club_names}
    if not fitting and head in nouns.firms:
        fitting = names
    return Named(fitting.pop(), "organisation", None, "description") if len(fitting) == 1 else None


def is_definite(reading: Reading, nouns: NounTable, first: int) -> bool:
    """Whether a definite article begins the phrase."""
    norm = reading.text.norms[first]
    owned = norm in nouns.possessives or norm in nouns.mine or norm in nouns.quantifiers
    return bool(reading.text.kinds[first] & w.DET) and norm not in reading.words.indefinite and not owned


def _last_named(mentions: list[NamedAt], at: int, gender: str) -> list[Person]:
    """The person of that sex who was named last."""
    end = bisect_left(mentions, (at,))
    return next(([p] for _, _, p in reversed(mentions[max(0, end - RECENT) : end]) if p.gender == gender), [])


def kind_of(reading: Reading, nouns: NounTable, others: list[OtherAt], first: int, last: int) -> str:
    """What the phrase names: an organisation, a group, a document, a person or other."""
    text = reading.text
    head = next((text.norms[i] for i in range(first, last) if text.kinds[i] & w.NOUN), "")
    for b, e, kind, _ in others[bisect_left(others, (first,)) :]:
        if b >= last:
            break
        if b == first and e <= last:
            return kind
    one = first > 0 and text.norms[first - 1] in nouns.singular
    groups = ("document", "person", "organisation") if one else ("document", "group", "person", "organisation")
    for kind in groups:
        if head in nouns.heads[kind]:
            return kind
    for kind in groups if one else ("group", "document", "person", "organisation"):
        if head.endswith(nouns.endings[kind]) and nouns.endings[kind]:
            return kind
    return "person" if is_proper(reading, first, last) and last - first in (2, 3) else "other"


def gender_of(reading: Reading, nouns: NounTable, article: int, start: int, last: int, carried: bool) -> str | None:
    """The grammatical gender that the noun's ending or its article tells."""
    head = head_noun(reading, start, last)
    if head.endswith(nouns.feminine):
        return "f"
    gender = nouns.articles.get(reading.text.norms[article])
    return "f" if carried and gender == "m" else gender


def _organisation_at(reading: Reading, nouns: NounTable, article: int) -> Named | None:
    """The organisation that stands behind an article as a subject: ``Der Branchenverband Röstkontor wies …``."""
    text = reading.text
    norm = text.norms[article + 1]
    if norm not in nouns.heads["organisation"] and not norm.endswith(nouns.endings["organisation"]):
        return None
    end = article + 2
    while end < len(text.kinds) and text.kinds[end] & w.NOUN:
        end += 1
    if end >= len(text.kinds) or not text.kinds[end] & w.FINITE or text.kinds[end] & w.SUBJ1:
        return None
    begin = article + 2 if end > article + 2 else article + 1
    return Named(" ".join(text.words[begin:end]), "organisation", None, "pronoun")


def described_subject(
    reading: Reading,
    nouns: NounTable,
    persons: list[Person],
    mentions: list[NamedAt],
    at: int,
    gender: str | None,
    since: int,
    base: Base | None = None,
) -> tuple[bool, Named | None]:
    """Whether the subject of a sentence behind ``since`` is ``der Torwart``, whom a pronoun at ``at`` takes up, and who that is."""
    sentence = reading.tokens.sentence_of[at]
    text = reading.text
    for n in range(sentence - 1, max(since, sentence - 3), -1):
        first, last = reading.tokens.sentences[n]
        for i in range(first, min(last - 2, first + RECENT)):
            opens = i == first or text.kinds[i - 1] & w.FINITE
            if not opens or nouns.articles.get(text.norms[i]) != gender or not is_definite(reading, nouns, i):
                continue
            if (organisation := _organisation_at(reading, nouns, i)) is not None:
                return True, replace(organisation, gender=gender)
            if office_at(reading, nouns, i + 1) and not text.kinds[i + 2] & w.NOUN:
                meant = described_person(reading, nouns, persons, mentions, i, i + 2)
                if meant is not None:
                    return True, replace(meant, found="pronoun")
                if base is None or any(p.gender in (None, gender) and p.places and p.places[0] < i for p in persons):
                    return True, None
                return True, Named(base(text.words[i + 1], text.norms[i]), "person", None, "pronoun", None, gender)
    return False, None
