"""Facts: what every stage passes on.

All offsets are code points into the source text, start inclusive and end exclusive, and ``text[start:end]`` is the surface.
The fields have the names of the columns and of the JSON keys (README, "Facts as JSON").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Where, when and by which agencies a dispatch was filed: ``MOGILJOW, 16. Oktober (BelTA) -``."""

    places: tuple[str, ...]
    date: str | None  # ISO 8601; "--10-16" where the year is not said
    agencies: tuple[str, ...]
    start: int
    end: int
    place_spans: tuple[Span, ...] = ()
    agency_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A stretch that stands again, letter for letter, in the same text."""

    start: int
    end: int
    original_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stretch of a quote's content, without and (``outer_*``) with its quotation marks."""

    start: int
    end: int
    outer_start: int
    outer_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who says it: the mention (``text``, ``start``, ``end``) and the name that it stands for, None where that is not known."""

    name: str | None
    kind: str  # person, organisation, place, group, document, other
    role: str | None
    start: int
    end: int
    text: str
    found: str  # name, pronoun, description, noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom it is said; the name is None where it is not known."""

    name: str | None
    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """The words that report: ``teilte … mit`` has two spans; ``verb`` is the lemma (``mitteilen``) or None."""

    text: str
    verb: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One utterance: its content in one or several parts, and who said it."""

    kind: str  # direct, indirect, reported, free_indirect, indirect_free
    text: str  # the parts' surfaces, joined by " … "
    parts: tuple[Part, ...]
    speaker: Speaker | None = None
    cue: Cue | None = None
    frame: tuple[Span, ...] = ()
    addressee: Addressee | None = None
    medium: str | None = "speech"  # speech, writing, thought
    nested_in: int | None = None  # index into the document's quotes
    rule: str

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[-1].end


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The noun phrase that a figure is about."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time that a figure is about; ``first`` and ``last`` are ISO dates, None where the text leaves them open."""

    text: str
    start: int
    end: int
    iso: str | None = None
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its meaning; kinds, units and ISO forms are listed in the README."""

    start: int
    end: int
    text: str
    kind: str
    amount: Decimal | None = None
    amount_high: Decimal | None = None
    unit: str | None = None
    counted: str | None = None
    iso: str | None = None
    comparator: str | None = None  # approx, lt, le, gt, ge, indefinite
    trend: str | None = None  # up, down
    change: str | None = None  # by, to, from, of, conversion
    measured: Measured | None = None
    period: Period | None = None
    magnitude: str | None = None
    quote: int | None = None  # index into the document's quotes
    claimed_by: str | None = None
    assumed: str | None = None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another form of an entity's name."""

    alias: str
    kind: str  # inflected, surname, acronym, spelling, adjective, capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place in a text that names an entity."""

    start: int
    end: int
    text: str
    adjective: bool = False
    source: str = "rules"  # model, rules, person
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing with a name, and where the text names it."""

    name: str
    kind: str  # person, place, organisation, event, work, product, other
    qualifier: str = ""
    country: str | None = None  # ISO 3166-1
    code: str | None = None  # "iso3166-2:BY-MA", "geonames:625665"
    gender: str | None = None  # m, f; a hint for pronouns, not stored
    aliases: tuple[Alias, ...] = ()
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One office of a person, as the text states it; offsets are those of the office's words."""

    person: str
    role: str
    organisation: str | None = None
    place: str | None = None
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An extractor that raised: its facts of this text are missing."""

    extractor: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that one text yields; ``others`` holds the facts of plugged-in extractors by the extractor's name."""

    language: str
    dateline: Dateline | None = None
    repeats: tuple[Repeat, ...] = ()
    quotes: tuple[Quote, ...] = ()
    figures: tuple[Figure, ...] = ()
    entities: tuple[Entity, ...] = ()
    roles: tuple[Role, ...] = ()
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    silent: tuple[Span, ...] = ()  # credits, navigation, repeats: what was not read
