"""Language pack -> the words that stand around an office and its name, as sets."""

from __future__ import annotations

from dataclasses import dataclass

from datasette_wirefacts.languages import LanguagePack


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The words around an office."""

    articles: frozenset[str]
    ties: frozenset[str]
    joining: frozenset[str]
    adjective_endings: tuple[str, ...]
    nominative: dict[str, str]
    genders: dict[str, str]
    copulas: frozenset[str]
    making: frozenset[str]
    adverbs: frozenset[str]
    unchanged: frozenset[str]
    plural_articles: frozenset[str]
    plural_endings: tuple[str, ...]  # of a woman's office, of an adjectival one


def around(pack: LanguagePack) -> Around:
    """The table's section as sets."""
    table = pack.table("roles").get("around", {})
    sets = {
        name: frozenset(table.get(name, ()))
        for name in ("articles", "ties", "joining", "copulas", "making", "adverbs", "unchanged", "plural_articles")
    }
    endings = tuple(table.get("adjective_endings", ()))
    plural = tuple(table.get("plural_endings", ("\0", "\0")))
    return Around(
        adjective_endings=endings,
        plural_endings=plural,
        nominative=table.get("nominative", {}),
        genders=table.get("genders", {}),
        **sets,
    )
