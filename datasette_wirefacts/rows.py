"""Facts -> plain dicts with stable keys, as JSON prints them (README, "Facts as JSON"). Pure: no database."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from decimal import Decimal
from typing import Any

from datasette_wirefacts.facts import Entity, Facts, Quote

HIDDEN = frozenset({"place_spans", "agency_spans", "gender", "qualifier", "code"})


def facts_json(facts: Facts, id: str | None = None) -> dict[str, Any]:
    """The JSON object of one text."""
    return {
        **({"id": id} if id is not None else {}),
        "language": facts.language,
        "dateline": plain(facts.dateline),
        "repeats": [plain(repeat) for repeat in facts.repeats],
        "quotes": [quote_json(quote) for quote in facts.quotes],
        "figures": [plain(figure) for figure in facts.figures],
        "entities": [entity_json(entity) for entity in facts.entities],
        "roles": [plain(role) for role in facts.roles],
        **{name: [plain(fact) for fact in found] for name, found in facts.others.items()},
        **({"failures": [plain(failure) for failure in facts.failures]} if facts.failures else {}),
    }


def quote_json(quote: Quote) -> dict[str, Any]:
    """The JSON object of a quote."""
    return {**plain(quote), "frame": [list(span) for span in quote.frame]}


def entity_json(entity: Entity) -> dict[str, Any]:
    """The JSON object of an entity."""
    return plain(entity)  # type: ignore[no-any-return]


def plain(fact: Any) -> Any:
    """A fact as JSON types: dataclasses become objects, decimals numbers, tuples lists.

    >>> plain((Decimal("9000"), Decimal("1.7"), None))
    [9000, 1.7, None]
    """
    if is_dataclass(fact) and not isinstance(fact, type):
        fact = {key: value for key, value in asdict(fact).items()}
    if isinstance(fact, dict):
        return {key: plain(value) for key, value in fact.items() if key not in HIDDEN}
    if isinstance(fact, (list, tuple)):
        return [plain(value) for value in fact]
    if isinstance(fact, Decimal):
        return number(fact)
    return fact


def number(amount: Decimal) -> int | float:
    """A decimal as the number that JSON and SQLite take."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
