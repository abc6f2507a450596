"""Facts -> plain dicts with stable keys: as JSON prints them (README, "Facts as JSON"), and as rows of the tables.

Pure: no database. In the rows an entity or a quote is its position among those of the document; the store makes ids of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, is_dataclass
from decimal import Decimal
from typing import Any

from datasette_wirefacts.facts import Entity, Facts, Failure, Figure, Quote, Span
from datasette_wirefacts.nesting import Nest
from datasette_wirefacts.texts import clean

Row = dict[str, Any]

HIDDEN = frozenset({"place_spans", "agency_spans", "gender", "qualifier", "code"})
NOTHING: frozenset[str] = frozenset()
LARGEST_DIGITS = 18  # every whole number with so many fits SQLite's 64 bits
MOST_BITS = 63  # of a whole number that SQLite takes, beside its sign


def facts_json(facts: Facts, id: str | None = None) -> dict[str, Any]:
    """The JSON object of one text."""
    return {
        **({"id": id} if id is not None else {}),
        "language": facts.language,
        "dateline": plain(facts.dateline),
        "repeats": [plain(repeat) for repeat in facts.repeats],
        "quotes": [plain(quote) for quote in facts.quotes],
        "figures": [plain(figure) for figure in facts.figures],
        "entities": [plain(entity) for entity in facts.entities],
        "roles": [plain(role) for role in facts.roles],
        **{name: [plain(fact, hidden=NOTHING) for fact in found] for name, found in facts.others.items()},
        **({"failures": [plain(failure) for failure in facts.failures]} if facts.failures else {}),
    }


def plain(fact: Any, hidden: frozenset[str] = HIDDEN) -> Any:
    """A fact as JSON types: dataclasses become objects, without the hidden keys, decimals numbers, tuples lists.

    Raises TypeError on anything else; in the facts of plugged-in extractors the pipeline has seen to that.

    >>> plain((Decimal("9000"), Decimal("1.7"), None))
    [9000, 1.7, None]
    """
    if is_dataclass(fact) and not isinstance(fact, type):
        fact = asdict(fact)
    if isinstance(fact, dict):
        return {_key(key): plain(value, hidden) for key, value in fact.items() if key not in hidden}
    if isinstance(fact, (list, tuple)):
        return [plain(value, hidden) for value in fact]
    if isinstance(fact, Decimal):
        return number(fact)
    if isinstance(fact, int) and fact.bit_length() > MOST_BITS:
        return number(Decimal(fact))
    if isinstance(fact, float):
        return fact if math.isfinite(fact) else None
    if fact is None or isinstance(fact, (str, int)):
        return fact
    raise TypeError(f"a field holds {fact!r}, which is nothing that JSON can say")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"an object has the key {key!r}, which is no string")
    return key


def number(amount: Decimal) -> int | float | None:
    """A decimal as the number that JSON and SQLite take; None where it is larger than both can say.

    >>> number(Decimal("9000")), number(Decimal("1E20")), number(Decimal("1E999"))
    (9000, 1e+20, None)
    """
    if amount.is_finite() and amount.adjusted() < LARGEST_DIGITS and amount == amount.to_integral_value():
        return int(amount)
    value = float(amount)
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """The rows that one text yields: of the document itself, of its entities (each with "aliases"), and of each fact table."""

    document: Row
    entities: list[Row]
    facts: dict[str, list[Row]]
    failures: list[Failure] = field(default_factory=list)
    signature: Row | None = None  # by which its twins are found


def document_rows(facts: Facts, *, title: str | None, published: str | None, characters: int) -> DocumentRows:
    """The rows of one text's facts."""
    names = Names(facts.entities)
    quotes = Nest((part.start, part.end, i) for i, quote in enumerate(facts.quotes) for part in quote.parts)
    context = {"published": published, "language": facts.language}
    return DocumentRows(
        document={"title": title, **context, **_dateline_row(facts, names), "characters": characters},
        entities=[_entity_row(entity) for entity in facts.entities],
        facts={
            "quotes": [_quote_row(quote, names) | context for quote in facts.quotes],
            "quote_parts": [row for i, quote in enumerate(facts.quotes) for row in _part_rows(quote, i)],
            "figures": [_figure_row(figure, names) | {"published": published} for figure in facts.figures],
            "mentions": list(_mention_rows(facts, quotes)),
            "roles": [
                {
                    "person_id": names.find(role.person, "person"),
                    "role": role.role,
                    "organisation_id": names.find(role.organisation, "organisation"),
                    "place_id": names.find(role.place, "place"),
                    **{name: getattr(role, name) for name in ("start", "end", "rule")},
                }
                for role in facts.roles
            ],
            "repeats": [asdict(repeat) for repeat in facts.repeats],
            **_other_rows(facts),
        },
        failures=list(facts.failures),
    )


class Names:
    """The entities of a document by place and by name; each answer is a position among them, or None."""

    def __init__(self, entities: tuple[Entity, ...]) -> None:
        self.entities = entities
        self.by_span = {(mention.start, mention.end): i for i, entity in enumerate(entities) for mention in entity.mentions}
        self.by_name: dict[str, list[int]] = {}
        self.by_alias: dict[str, list[int]] = {}
        for i, entity in enumerate(entities):
            self.by_name.setdefault(entity.name, []).append(i)
            for alias in {alias.alias for alias in entity.aliases}:
                self.by_alias.setdefault(alias, []).append(i)

    def find(self, name: str | None, *kinds: str) -> int | None:
        """The one entity of these kinds with that name, else the one with that alias."""
        for table in (self.by_name, self.by_alias):
            found = [i for i in table.get(name or "", ()) if self.entities[i].kind in kinds]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def actor(self, name: str | None) -> int | None:
        """The one person, organisation or place with that name: what can speak and be measured."""
        return self.find(name, "person", "organisation", "place")

    def at(self, span: Span, name: str, kind: str) -> int | None:
        """The entity of that kind which is mentioned there, else the one with that name."""
        i = self.by_span.get(span)
        return i if i is not None and self.entities[i].kind == kind else self.find(name, kind)


def _dateline_row(facts: Facts, names: Names) -> Row:
    dateline = facts.dateline
    places = zip(dateline.place_spans, dateline.places, strict=False) if dateline else ()
    agencies = zip(dateline.agency_spans, dateline.agencies, strict=False) if dateline else ()
    return {
        "dateline_place_id": next((names.at(span, name, "place") for span, name in places), None),
        "dateline_date": dateline.date if dateline else None,
        "agency_id": next((names.at(span, name, "organisation") for span, name in agencies), None),
    }


def _entity_row(entity: Entity) -> Row:
    forms = {mention.text for mention in entity.mentions}
    return {
        **{name: getattr(entity, name) for name in ("name", "kind", "qualifier", "country", "code")},
        "aliases": [(alias.alias, alias.kind) for alias in entity.aliases if alias.alias in forms],
    }


def _quote_row(quote: Quote, names: Names) -> Row:
    speaker, cue = quote.speaker, quote.cue
    return {
        "quote": quote.text,
        "kind": quote.kind,
        "speaker_id": names.actor(speaker.name) if speaker else None,
        "speaker": speaker.name if speaker else None,  # a pronoun that stands for nobody known has no name
        "speaker_kind": speaker.kind if speaker and speaker.name else None,
        "speaker_role": speaker.role if speaker else None,
        "speaker_text": speaker.text if speaker else None,
        "speaker_found": speaker.found if speaker else "none",
        "cue": cue.text if cue else None,
        "cue_verb": cue.verb if cue else None,
        "medium": quote.medium,
        "addressee_id": names.actor(quote.addressee.name) if quote.addressee else None,
        "nested_in": quote.nested_in,
        "start": quote.start,
        "end": quote.end,
        "rule": quote.rule,
    }


def _part_rows(quote: Quote, position: int) -> Iterator[Row]:
    for part in quote.parts:
        yield {"quote_id": position, "part": "content", **asdict(part)}
    others = {
        "cue": quote.cue.spans if quote.cue else (),
        "frame": quote.frame,
        "speaker": [(quote.speaker.start, quote.speaker.end)] if quote.speaker else (),
        "addressee": [(quote.addressee.start, quote.addressee.end)] if quote.addressee else (),
    }
    for name, spans in others.items():
        for start, end in spans:
            yield {"quote_id": position, "part": name, "start": start, "end": end, "outer_start": None, "outer_end": None}


def _figure_row(figure: Figure, names: Names) -> Row:
    same = ("kind", "unit", "counted", "iso", "comparator", "trend", "change", "magnitude", "assumed", "start", "end", "rule")
    measured, period = figure.measured, figure.period
    return {
        "figure": figure.text,
        **{name: getattr(figure, name) for name in same},
        "amount": plain(figure.amount),
        "amount_high": plain(figure.amount_high),
        "measured": measured.text if measured else None,
        "measured_id": names.actor(measured.text) if measured else None,
        "period": period.text if period else None,
        "period_start": period.first if period else None,
        "period_end": period.last if period else None,
        "quote_id": figure.quote,
        "claimed_by_id": names.actor(figure.claimed_by),
    }


def _mention_rows(facts: Facts, quotes: Nest) -> Iterator[Row]:
    placed = sorted((mention.start, i, n) for i, entity in enumerate(facts.entities) for n, mention in enumerate(entity.mentions))
    for _, i, n in placed:
        mention = facts.entities[i].mentions[n]
        yield {
            "entity_id": i,
            "mention": mention.text,
            "adjective": int(mention.adjective),
            "quote_id": quotes.owner(mention.start, mention.end),
            **{name: getattr(mention, name) for name in ("source", "start", "end", "rule")},
        }


def _other_rows(facts: Facts) -> dict[str, list[Row]]:
    """The rows of plugged-in extractors, whose facts are dataclasses."""
    return {
        name: [{key: _storable(value) for key, value in plain(fact, hidden=NOTHING).items()} for fact in found]
        for name, found in facts.others.items()
    }


def _storable(value: Any) -> Any:
    """A JSON value as SQLite takes it: lists and objects as their JSON."""
    if isinstance(value, (dict, list)):
        return clean(json.dumps(value, ensure_ascii=False))
    return clean(value) if isinstance(value, str) else value
