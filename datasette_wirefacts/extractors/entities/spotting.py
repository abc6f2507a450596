"""Reading -> Spotted: at each token the longest name that a finder sees, from left to right; then what the document teaches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from datasette_wirefacts.extractors.entities.lexicon import COMMON, NOUN
from datasette_wirefacts.extractors.entities.organisations import Phrases, fixed_at, organisation_at, phrases
from datasette_wirefacts.extractors.entities.persons import person_at
from datasette_wirefacts.extractors.entities.places import adjective_at, place_at
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack


def spot(reading: Reading, pack: LanguagePack) -> list[Spotted]:
    """All names by rule, in order, without overlap."""
    return _again(reading, _by_rule(reading, pack))


def _by_rule(reading: Reading, pack: LanguagePack) -> list[Spotted]:
    known = pack.derived(phrases)
    found = list(_dateline(reading))
    i = max((spotted.last for spotted in found), default=0)
    while i < len(reading):
        spotted = _at(reading, i, known)
        if spotted is None:
            i += 1
        else:
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
        organisation_at(reading, i),
        adjective_at(reading, i),
    ]
    best = None
    for candidate in candidates:
        if candidate is not None and (best is None or candidate.last > best.last):
            best = candidate
    return best


def _again(reading: Reading, found: list[Spotted]) -> list[Spotted]:
    """The names with the later mentions that no rule sees by themselves: a surname, an acronym, a name of one word."""
    surnames = {reading.words[s.last - 1] for s in found if s.kind == "person" and s.last - s.first > 1}
    others = {reading.words[s.first]: s for s in found if s.kind != "person" and s.last - s.first == 1 and not s.adjective}
    kept = [s if s.last - s.first > 1 or s.adjective else _as_person(reading, s, surnames) for s in found]
    covered = [False] * (len(reading) + 1)
    for spotted in kept:
        covered[spotted.first : spotted.last] = [True] * (spotted.last - spotted.first)
    for i, word in enumerate(reading.words):
        if covered[i] or not word[0].isupper() or len(word) < 3:
            continue
        base = word if word in surnames or word in others else word[:-1] if word[-1] in "s'’" else ""
        if base in surnames and not reading.masks[i] & COMMON:
            kept.append(Spotted(first=i, last=i + 1, kind="person", rule="again"))
        elif base in others and others[base].rule != "dateline" and not reading.masks[i] & (NOUN | COMMON):
            kept.append(replace(others[base], first=i, last=i + 1, rule="again"))
    return sorted(kept, key=lambda s: s.first)


def _as_person(reading: Reading, spotted: Spotted, surnames: set[str]) -> Spotted:
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
