"""Word -> Office: the words for offices and professions that stand with a person's name.

Forms are made from the table ``roles``; a compound is known by its end ("Verbandspräsidentin").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from datasette_wirefacts.languages import LanguagePack

SHORTEST = 4  # letters of an office that may end a compound
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
    ends: tuple[str, ...]
    modifiers: frozenset[str]
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
        if not lower.endswith(self.ends):
            return None
        for at in range(1, len(word) - SHORTEST + 1):
            office = self.forms.get(lower[at:])
            if office is not None:
                tail = office.nominative if word[at].isupper() else office.nominative.lower()
                return office._replace(nominative=word[:at] + tail)
        return None

    def is_modifier(self, norm: str) -> bool:
        """True for "stellvertretender" and the like, in any form."""
        return any(norm.startswith(stem) and len(norm) - len(stem) <= 2 for stem in self.modifiers) if norm else False


def offices(pack: LanguagePack) -> Offices:
    """The pack's offices; the declension's endings stand in the table with the words."""
    table = pack.table("roles").get("offices", {})
    forms: dict[str, Office] = {}
    for group in table.get("declensions", ()):
        for word in table.get(group["words"], ()):
            base = word[: len(word) - len(group.get("cut", ""))] if word.endswith(group.get("cut", "")) else word
            for ending in group["endings"]:
                nominative = base + group.get("nominative", "")
                forms.setdefault((base + ending).lower(), Office(nominative, group.get("gender"), group.get("adjectival", False)))
    long = tuple(form for form in forms if len(form) >= SHORTEST)
    return Offices(forms, long, frozenset(table.get("modifiers", ())), {})
