"""Word -> Office: the words for offices and professions that stand with a person's name.

Forms are made from the table ``roles``; a compound is known by its end ("Verbandspräsidentin").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from datasette_wirefacts.languages import LanguagePack

SHORTEST = 4  # letters of an office that may end a compound
LONG_ENOUGH = 7  # letters of an office that is known by its ending alone
PLURAL = "nen"  # behind a woman's office
CACHED = 100_000


class Office(NamedTuple):
    """An office as a form names it: its nominative, and the gender, or None where the form leaves it open."""

    nominative: str
    gender: str | None  # m, f
    adjectival: bool = False


@dataclass(frozen=True, slots=True)
class Offices:
    """All forms in lower case, and the modifiers by stem."""

    forms: dict[str, Office]
    compound: dict[str, Office]  # which are offices at the end of a compound alone
    ends: tuple[str, ...]
    rule_ends: tuple[str, ...]
    modifiers: frozenset[str]
    is_name: Callable[[str], bool]
    cache: dict[str, Office | None]

    def find(self, word: str) -> Office | None:
        """The office that a word names, with the compound's first part kept."""
        if word in self.cache:
            return self.cache[word]
        if len(self.cache) >= CACHED:
            self.cache.clear()
        found = self.cache[word] = self._find(word) if word[:1].isupper() and len(word) < 60 else None
        return found

    def _find(self, word: str) -> Office | None:
        lower = word.lower()
        exact = self.forms.get(lower)
        if exact is not None and exact.nominative.isupper() and not word.isupper():
            return None  # "Ob" is no "OB"
        if exact is not None:
            return exact._replace(nominative=word[:1] + exact.nominative[1:]) if not word.isupper() else exact
        if lower.endswith(self.ends):
            for at in range(1, len(word) - SHORTEST + 1):
                office = self.forms.get(lower[at:]) or self.compound.get(lower[at:])
                if office is not None and (lower[at:] in self.forms or not self.is_name(word)):
                    tail = office.nominative if word[at].isupper() else office.nominative.lower()
                    return office._replace(nominative=word[:at] + tail)
        return self._by_ending(word, lower)

    def _by_ending(self, word: str, lower: str) -> Office | None:
        """A woman's office that no table has: "Tischlerin"."""
        plural = lower.endswith(PLURAL)
        single = word[: -len(PLURAL)] if plural else word
        if len(single) < LONG_ENOUGH or not single.lower().endswith(self.rule_ends) or self.is_name(single):
            return None
        return Office(single, "f")

    def is_modifier(self, norm: str) -> bool:
        """True for "stellvertretender" and the like, in any form."""
        return any(norm.startswith(stem) and len(norm) - len(stem) <= 2 for stem in self.modifiers) if norm else False


def offices(pack: LanguagePack) -> Offices:
    """The pack's offices; the declension's endings stand in the table with the words."""
    # Only here, because the package of entities reads offices itself.
    from datasette_wirefacts.extractors.entities.lexicon import CITY_ADJECTIVE, NAME, lexicon
    from datasette_wirefacts.extractors.entities.reading import entity_words

    known, inhabitants = pack.derived(lexicon).know, pack.derived(entity_words).inhabitants

    def is_name(word: str) -> bool:
        """A name, or an inhabitant: "Wienerin"."""
        return bool(known(word) & NAME or known(word[:-2]) & CITY_ADJECTIVE) or word.lower() in inhabitants

    table = pack.table("roles").get("offices", {})
    forms: dict[str, Office] = {}
    compound: dict[str, Office] = {}
    for group in table.get("declensions", ()):
        for word in table.get(group["words"], ()):
            base = word[: len(word) - len(group.get("cut", ""))] if word.endswith(group.get("cut", "")) else word
            for ending in group["endings"]:
                nominative = base + group.get("nominative", "")
                office = Office(nominative, group.get("gender"), group.get("adjectival", False))
                (compound if group.get("compound") else forms).setdefault((base + ending).lower(), office)
    long = tuple(form for form in (*forms, *compound) if len(form) >= SHORTEST)
    rule_ends, modifiers = tuple(table.get("rule_ends", ())), frozenset(table.get("modifiers", ()))
    return Offices(forms, compound, long, rule_ends, modifiers, is_name, {})
