"""Reading -> Spotted: at each token the longest name that a finder sees, from left to right; then what the document teaches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import replace

from datasette_wirefacts.extractors.entities.bodies import body_at, expansion
from datasette_wirefacts.extractors.entities.lexicon import COMMON, KNOWN, LIKE_FIRST, NOUN
from datasette_wirefacts.extractors.entities.organisations import Phrases, fixed_at, organisation_at, phrases
from datasette_wirefacts.extractors.entities.persons import person_at
from datasette_wirefacts.extractors.entities.places import adjective_at, place_at
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack

WEAK = frozenset({"surname", "like-city", "preposition", "acronym-article"})


def spot(reading: Reading, pack: LanguagePack) -> list[Spotted]:
    """All names by rule, in order, without overlap."""
    return again(reading, _by_rule(reading, pack))


def _by_rule(reading: Reading, pack: LanguagePack) -> list[Spotted]:
    known = pack.derived(phrases)
    found = list(_dateline(reading))
    i = max((spotted.last for spotted in found), default=0)
    while i < len(reading):
        spotted = _at(reading, i, known)
        longer = expansion(reading, i) if spotted is None or spotted.last == i + 1 else None
        if longer is not None and spotted is None:
            spotted = Spotted(first=i, last=i + 1, kind="organisation", rule="acronym")
        if spotted is None:
            i += 1
        else:
            if longer is not None:
                while found and found[-1].last > longer.first:
                    found.pop()
                found.append(longer)
            found.append(spotted)
            i = spotted.last
    return found


def _at(reading: Reading, i: int, known: Phrases) -> Spotted | None:
    word = reading.words[i]
    if not word[0].isupper():
        return adjective_at(reading, i) if word[0].isalpha() else None
    candidates = [
        fixed_at(reading, i, known),
        person_at(reading, i),
        place_at(reading, i),
        body_at(reading, i),
        organisation_at(reading, i),
        adjective_at(reading, i),
    ]
    best = None
    for candidate in candidates:
        if candidate is not None and (best is None or _weight(candidate) > _weight(best)):
            best = candidate
    return best


def _weight(spotted: Spotted) -> tuple[int, bool]:
    """The longer name is the better one; of two of one length the one that is not the guess of a single word."""
    return spotted.last, spotted.rule not in WEAK


def again(reading: Reading, found: list[Spotted]) -> list[Spotted]:
    """The names with the later mentions that no rule sees by themselves: a surname, an acronym, a name of one word."""
    surnames = {reading.words[s.last - 1]: s for s in found if s.kind == "person" and s.last - s.first > 1}
    others = {reading.words[s.first]: s for s in found if s.kind != "person" and s.last - s.first == 1 and not s.adjective}
    kept = [s if s.last - s.first > 1 or s.adjective else _as_person(reading, s, surnames) for s in found]
    eastern = {reading.words[s.first]: s for s in found if s.kind == "person" and s.last - s.first > 1}
    surnames |= {word: s for word, s in eastern.items() if word in reading.table.eastern and not reading.masks[s.first] & COMMON}
    firms = _short_firms(reading, found)
    others |= {word: s for word, s in firms.items() if word not in surnames}
    firsts = {reading.words[s.first]: s.first for s in reversed(found) if s.kind == "person" and s.last - s.first > 1}
    others |= {word.title(): spotted for word, spotted in others.items() if word.isupper() and len(word) > 4}
    covered = [False] * (len(reading) + 1)
    for spotted in kept:
        covered[spotted.first : spotted.last] = [True] * (spotted.last - spotted.first)
    towns = {word: spotted for word, spotted in others.items() if spotted.kind == "place"}
    kept = [_as_adjective(reading, spotted, towns) for spotted in kept]
    for i, word in enumerate(reading.words):
        if covered[i] or not word[0].isupper() or (len(word) < 3 and word not in surnames):
            continue
        of_town = _adjective_of(reading, i, towns)
        if of_town is not None:
            kept.append(of_town)
            continue
        base = word if word in surnames or word in others or word in firsts else word[:-1] if word[-1] in "s'’" else ""
        first = _with_particles(reading, i, surnames[base]) if base in surnames else i
        if base in surnames and (first < i or not _is_word(reading, i)):
            kept.append(Spotted(first=first, last=i + 1, kind="person", rule="again"))
        elif firsts.get(base, i) < i and _is_first_name(reading, i):
            kept.append(Spotted(first=i, last=i + 1, kind="person", rule="again"))
        elif base in others and _may_repeat(reading, i, others[base]):
            kept.append(replace(others[base], first=i, last=i + 1, rule="again"))
    return sorted(kept, key=lambda s: s.first)


def _short_firms(reading: Reading, found: list[Spotted]) -> dict[str, Spotted]:
    """Firms by the one word before their legal form, where it is no word but a name: "Kyvex" of "Kyvex AG"."""
    firms = {}
    for spotted in found:
        if spotted.rule == "legal-form":
            rest = [
                k
                for k in range(spotted.first, spotted.last)
                if reading.words[k] not in reading.table.endings and reading.words[k] != "&"
            ]
            if len(rest) == 1 and not reading.masks[rest[0]] & (COMMON | NOUN):
                firms[reading.words[rest[0]]] = replace(spotted, name=reading.surface(spotted.first, spotted.last))
    return firms


def _adjective_of(reading: Reading, i: int, towns: dict[str, Spotted]) -> Spotted | None:
    """An adjective in -er of a town that only this text knows: "Kaltenroder"."""
    word = reading.words[i]
    rules = reading.table.city_adjectives
    if not towns or not word.endswith(rules["ending"]) or word in reading.table.never_adjective:
        return None
    bases = (word[: len(word) - len(cut)] + added for cut, added in rules["bases"] if word.endswith(cut))
    town = next((towns[base] for base in bases if base in towns), None)
    if town is None or not reading.following(i)[:1].isupper():
        return None
    name = reading.words[town.first]
    return replace(
        town,
        first=i,
        last=i + 1,
        rule="town-adjective",
        adjective=True,
        name=town.name or (None if town.prefix else name),
        prefix="",
    )


def _as_adjective(reading: Reading, spotted: Spotted, towns: dict[str, Spotted]) -> Spotted:
    """What was taken for a name of its own but is such an adjective."""
    if spotted.last - spotted.first > 1 or spotted.name is not None or spotted.rule in ("dateline", "kind", "fixed"):
        return spotted
    return _adjective_of(reading, spotted.first, towns) or spotted


def _with_particles(reading: Reading, i: int, full: Spotted) -> int:
    """The first token of a surname that is repeated with its particles: "Von der Leyen"."""
    back = 0
    for k in range(full.last - 2, full.first, -1):
        at = i - back - 1
        if reading.words[k] not in reading.table.particles or at < 0 or reading.tokens.norms[at] != reading.tokens.norms[k]:
            break
        back += 1
    return i - back


def _is_word(reading: Reading, i: int) -> bool:
    """True where a surname stands for the word that it also is: "der Winter", but not "Winter sagte"."""
    mask = reading.masks[i]
    article = reading.previous(i).lower() in reading.table.place_articles
    return bool(mask & COMMON) or (article and bool(mask & NOUN))


def _is_first_name(reading: Reading, i: int) -> bool:
    mask = reading.masks[i]
    return bool(mask & LIKE_FIRST) and not mask & COMMON and reading.previous(i).lower() not in reading.table.noun_articles


def _may_repeat(reading: Reading, i: int, spotted: Spotted) -> bool:
    """An agency of the dateline stays there; a word that is a known noun too is no second mention."""
    mask = reading.masks[i]
    if spotted.rule == "dateline" and spotted.kind != "place":
        return False
    if spotted.kind == "place" and reading.previous(i).lower() in reading.table.place_articles:
        return False
    return not mask & COMMON and not (mask & NOUN and mask & KNOWN)


def _as_person(reading: Reading, spotted: Spotted, surnames: Container[str]) -> Spotted:
    """A single word that the text knows as somebody's surname is that person, unless its place in the sentence says otherwise."""
    word = reading.words[spotted.first]
    if spotted.kind == "person" or spotted.rule in ("dateline", "preposition", "kind", "fixed", "country"):
        return spotted
    if word in surnames or (word[-1] == "s" and word[:-1] in surnames):
        return Spotted(first=spotted.first, last=spotted.last, kind="person", rule="again")
    return spotted


def _dateline(reading: Reading) -> Iterator[Spotted]:
    dateline = reading.text.dateline
    if dateline is None:
        return
    spans = [(span, "place") for span in dateline.place_spans] + [(span, "organisation") for span in dateline.agency_spans]
    for span, kind in sorted(spans):
        first, last = _tokens(reading, span)
        if first < last:
            yield Spotted(first=first, last=last, kind=kind, rule="dateline")


def _tokens(reading: Reading, span: Span) -> tuple[int, int]:
    return bisect_left(reading.tokens.starts, span[0]), bisect_right(reading.tokens.ends, span[1])
