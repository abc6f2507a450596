"""Reading -> organisations: fixed names, acronyms, clubs, firms by their legal form, bodies by their head or tail noun."""

from __future__ import annotations

from collections.abc import Iterable

from datasette_wirefacts.extractors.entities.bodies import QUOTES, proper
from datasette_wirefacts.extractors.entities.lexicon import (
    ACRONYM,
    CITY_ADJECTIVE,
    COMMON,
    KNOWN,
    LIKE_ORGANISATION,
    LIKE_PLACE,
    NOUN,
)
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.languages import LanguagePack

ENDINGS = ("en", "er", "es", "em", "e", "s", "n", "")
LONGEST = 6


class Phrases:
    """Fixed names by their first word; a word of several may stand in any case: "Europäischen Union"."""

    def __init__(self, pack: LanguagePack) -> None:
        self.by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self.single: dict[str, tuple[str, str]] = {}
        table = pack.table("entities")
        self._add("organisation", table.get("organisations", {}).get("names", ()))
        kinds = tuple(f"{kind} " for kind in table.get("places", {}).get("kinds_kept", {}).values())
        several = [name for name in table.get("places", {}).get("names", ()) if " " in name and not name.startswith(kinds)]
        self._add("place", several)
        for section, kind in (("events", "event"), ("works", "work"), ("products", "product"), ("names", "other")):
            self._add(kind, table.get("others", {}).get(section, ()))
        for entries in self.by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def _add(self, kind: str, names: Iterable[str]) -> None:
        for name in names:
            words = name.split()
            if len(words) == 1:
                self.single[name] = (kind, name)
            else:
                stems = tuple(stem(word) for word in words)
                self.by_first.setdefault(stems[0], []).append((stems, kind, name))


def phrases(pack: LanguagePack) -> Phrases:
    """The pack's fixed names."""
    return Phrases(pack)


def stem(word: str) -> str:
    """A word without an ending of declension; crude, for comparing the words of a fixed name."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)] if ending else word
    return word


def fixed_at(reading: Reading, i: int, known: Phrases) -> Spotted | None:
    """The fixed name of several words or one that begins at token i."""
    word = reading.words[i]
    for stems, kind, name in known.by_first.get(stem(word), ()):
        last = i + len(stems)
        if last <= len(reading) and all(
            stem(reading.words[k]) == s and (k == i or reading.joined(k)) for k, s in zip(range(i, last), stems, strict=True)
        ):
            if kind == "place":
                return Spotted(first=i, last=last, kind=kind, rule="state", name=name)
            return Spotted(first=i, last=last, kind=kind, rule="fixed", name=name)
    if word in reading.table.in_quotes and reading.previous(i) not in QUOTES:
        return None
    found = known.single.get(word) or (known.single.get(word[:-1]) if word[-1] == "s" and len(word) > 4 else None)
    if found:
        return Spotted(first=i, last=i + 1, kind=found[0], rule="fixed", name=found[1])
    return None


def organisation_at(reading: Reading, i: int) -> Spotted | None:
    """The organisation whose name begins at token i."""
    return _club(reading, i) or _firm(reading, i) or of_firm(reading, i) or _acronym(reading, i) or _single(reading, i)


def _club(reading: Reading, i: int) -> Spotted | None:
    if reading.words[i] not in reading.table.clubs or not reading.joined(i + 1):
        return None
    j = i + 1
    while (
        j < min(len(reading), i + 4)
        and reading.joined(j)
        and (proper(reading, j) or reading.words[j].isdigit() or j == i + 1 or _unknown(reading, j))
    ):
        j += 1
    if not reading.words[i + 1][0].isupper():
        return None
    return Spotted(first=i, last=j, kind="organisation", rule="club") if j > i + 1 else None


def _unknown(reading: Reading, j: int) -> bool:
    return reading.words[j][0].isupper() and not reading.masks[j] & KNOWN and reading.words[j] not in reading.table.always


def _firm(reading: Reading, i: int) -> Spotted | None:
    """Capitalised words up to a legal form: "Kalchgruber Frachten GmbH"."""
    if reading.words[i] in reading.table.always or _announces(reading, reading.words[i]):
        return None
    j = i + 1
    while j < min(len(reading), i + LONGEST) and reading.joined(j):
        if reading.words[j] in reading.table.endings:
            while j + 1 < len(reading) and reading.joined(j + 1) and reading.words[j + 1] in reading.table.endings | {"&"}:
                j += 1
            return Spotted(first=i, last=j + 1, kind="organisation", rule="legal-form")
        if not reading.words[j][0].isupper() and reading.words[j] != "&":
            return None
        j += 1
    return None


def _announces(reading: Reading, word: str) -> bool:
    """True for what a firm is, before its name: "Chiphersteller"."""
    return word in reading.table.before or word.lower().endswith(reading.table.before_ends)


def _acronym(reading: Reading, i: int) -> Spotted | None:
    word, mask = reading.words[i], reading.masks[i]
    if not mask & ACRONYM or word in reading.table.never_acronym or len(word) > 6:
        return None
    if mask & LIKE_ORGANISATION:
        return Spotted(first=i, last=i + 1, kind="organisation", rule="acronym")
    if mask & (LIKE_PLACE | COMMON) or reading.previous(i).lower() not in reading.table.articles:
        return None
    return Spotted(first=i, last=i + 1, kind="organisation", rule="acronym-article")


def _single(reading: Reading, i: int) -> Spotted | None:
    """A name behind a noun that announces one: "der Konzern Siemens", "der Chiphersteller Kelbrand"."""
    before, mask = reading.previous(i), reading.masks[i]
    announced = before[:1].isupper() and _announces(reading, before)
    if not announced or not reading.joined(i) or not reading.words[i][0].isupper() or reading.words[i] in reading.table.always:
        return None
    if mask & (COMMON | CITY_ADJECTIVE) or (mask & NOUN and mask & KNOWN) or reading.offices.find(reading.words[i]):
        return None
    return Spotted(first=i, last=i + 1, kind="organisation", rule="announced")


def of_firm(reading: Reading, i: int) -> Spotted | None:
    """What an office of firms is of: "CEO von Quandrex"."""
    office = reading.words[i - 2] if i > 1 else ""
    if not office.lower().endswith(reading.table.firm_offices) or reading.previous(i) not in reading.table.office_ties:
        return None
    mask = reading.masks[i]
    if mask & (COMMON | NOUN | LIKE_PLACE) or not reading.offices.find(office):
        return None
    return Spotted(first=i, last=i + 1, kind="organisation", rule="office-firm")
