"""Language pack -> the words, units and patterns that the readers of figures look up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from datasette_wirefacts.extractors.figures.digits import digit_pattern
from datasette_wirefacts.languages import LanguagePack

WordNumber = Callable[[str], Decimal | None]


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands behind (or before) a number; ``factor`` turns the part into the whole, as of cents."""

    id: str
    kind: str  # money, percent, percentage_point, temperature, duration, measure
    factor: Decimal = Decimal(1)
    assumed: str | None = None
    shy: bool = False  # counts only before punctuation or the end


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The tables ``figures`` and ``cldr.json`` as sets, maps and patterns."""

    table: Mapping[str, Any]
    digits: re.Pattern[str]
    decimal: str  # "" where either mark may be the decimal one
    points: bool  # a point before fewer or more than three digits is a decimal mark too
    units: Mapping[str, Unit]  # as written
    folded_units: Mapping[str, Unit]  # in lower case
    first_pieces: frozenset[str]  # what a unit may begin with, in lower case
    prefixes: Mapping[str, Unit]  # currencies that stand before the number
    after_article: frozenset[str]  # what an article may stand before as the number one
    months: Mapping[str, int]
    scales: Mapping[str, int]
    comparators: Mapping[tuple[str, ...], str]
    comparator_parts: frozenset[str]
    durations: Mapping[str, str]
    sets: Mapping[str, frozenset[str]]
    short_months: frozenset[str]  # which months a point may follow
    adjective_endings: tuple[str, ...]
    adverb_endings: tuple[str, ...]
    time_endings: tuple[str, ...]
    genitive_endings: tuple[str, ...]
    oblique_endings: tuple[str, ...]
    participle_endings: tuple[str, ...]
    weekdays: Mapping[str, int]  # Monday is 0; with a part of the day too: `dienstagmorgen`
    spoken_times: frozenset[str]  # what a time without a number may end with
    particles: frozenset[str]  # prepositions, conjunctions, adverbs, `darüber`: no part of a noun phrase
    no_nouns: frozenset[str]  # articles and uncounted numbers, with a capital at the head of a sentence
    verbs: frozenset[str]  # of state and of change
    multiplying: Mapping[str, str]  # verbs such as those of doubling, with up or down
    particle_verbs: Mapping[str, Mapping[str, str]]  # verb -> particle -> up or down
    beginnings: frozenset[str]
    number_word: WordNumber
    ordinal_word: WordNumber
    fraction_word: WordNumber

    def get(self, section: str, name: str) -> Any:
        """An entry of the table, or an empty one."""
        return self.table.get(section, {}).get(name, ())

    def section(self, name: str) -> Mapping[str, Any]:
        """A section of the table, empty where the language has none."""
        found: Mapping[str, Any] = self.table.get(name, {})
        return found

    def has(self, word: str, key: str) -> bool:
        """Whether the table's list ``section.name`` has that word."""
        return word in self.sets.get(key, EMPTY)


ROLES = ("change.by", "change.to", "change.from", "comparator_words.articles", "ranges.joiners")
VERBS = ("measured.state", "measured.capacity", "trend.up", "trend.down")
PARTICLES = ("measured.prepositions", "measured.conjunctions", "measured.adverbs", "words.function")
NO_NOUNS = ("measured.determiners", "measured.oblique", "numbers.indefinite")
SPOKEN_TIMES = ("periods.relative", "period heads", "periods.vague", "periods.year", "periods.ago_units")
AFTER_ARTICLE = ("numbers.dozen", "numbers.half", "distribution.of")
EMPTY: frozenset[str] = frozenset()
# Lists that are asked for together.
UNIONS = {
    "passed over": ("comparator_words.articles", "trend.than", "change.fillers", "ranges.joiners"),
    "attached by": ("measured.attaching", "measured.oblique", "measured.determiners", "measured.conjunctions"),
    "spending": ("measured.invested", "measured.paying"),
    "going on": ("measured.prepositions", "measured.conjunctions", "measured.passive", "measured.copulas", "periods.going_on"),
    "before times": (
        "measured.prepositions",
        "measured.oblique",
        "measured.determiners",
        "periods.year",
        "periods.fillers",
    ),
    "gap": ("change.by", "change.to", "measured.attaching_always", "measured.gap", "comparator_words.articles"),
    "articles": ("measured.determiners", "measured.oblique"),
}


def no_number(word: str) -> Decimal | None:
    """What a language without number words knows of them."""
    return None


def figure_words(pack: LanguagePack) -> FigureWords:
    """The figure words of a pack."""
    table = pack.table("figures")
    path = pack.file("cldr.json")
    cldr: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path else {}
    exact, folded = unit_maps(table, cldr)
    notation = table.get("notation", {})
    scales = {**{k.rstrip("."): v for k, v in cldr.get("scales", {}).items()}, **table.get("scales", {})}
    sets = word_sets(table)
    particles = particle_verbs(table)
    multiplying = {word: trend for word, (_, trend) in table.get("multiples", {}).items() if trend}
    beginnings = pack.function("number_beginnings")
    return FigureWords(
        table=table,
        digits=digit_pattern(notation.get("decimal", "."), notation.get("groups", ())),
        decimal=notation.get("decimal", "."),
        points=notation.get("points", False),
        units=exact,
        folded_units=folded,
        first_pieces=frozenset(PIECE.match(name)[0].lower() for name in (*exact, *folded) if PIECE.match(name)),  # type: ignore[index]
        prefixes=prefix_map(table, cldr),
        after_article=frozenset(
            {name.split(" ")[0].lower() for name in (*exact, *folded)}
            | scales.keys()
            | {f"{name}." for name in scales}
            | {word for key in AFTER_ARTICLE for word in sets.get(key, ())}
            | set(table.get("time_compounds", ()))
        ),
        months=month_map(pack, cldr),
        scales=scales,
        comparators={tuple(words.split()): value for words, value in table.get("comparators", {}).items()},
        comparator_parts=frozenset(word for words in table.get("comparators", ()) for word in words.split())
        - EMPTY.union(*(sets.get(key, EMPTY) for key in ROLES)),
        durations=table.get("durations", {}),
        sets=sets,
        short_months=short_months(pack, cldr),
        adjective_endings=tuple(table.get("words", {}).get("adjective_endings", ())) or ("\0",),
        adverb_endings=tuple(table.get("measured", {}).get("adverb_endings", ())) or ("\0",),
        time_endings=tuple(table.get("measured", {}).get("time_endings", ())) or ("\0",),
        participle_endings=tuple(table.get("measured", {}).get("participle_endings", ())) or ("\0",),
        oblique_endings=tuple(table.get("measured", {}).get("oblique_endings", ())) or ("\0",),
        genitive_endings=tuple(table.get("measured", {}).get("genitive_endings", ())) or ("\0",),
        weekdays=(weekdays := weekday_map(table)),
        spoken_times=frozenset(weekdays).union(*(sets.get(key, EMPTY) for key in SPOKEN_TIMES)),
        particles=pronominal(table).union(*(sets.get(key, EMPTY) for key in PARTICLES)),
        no_nouns=EMPTY.union(*(sets.get(key, EMPTY) for key in NO_NOUNS)),
        verbs=frozenset().union(*(sets.get(key, EMPTY) for key in VERBS), particles, multiplying),
        particle_verbs=particles,
        multiplying=multiplying,
        beginnings=beginnings() if beginnings else EMPTY,
        number_word=pack.function("number_word") or no_number,
        ordinal_word=pack.function("ordinal_word") or no_number,
        fraction_word=pack.function("fraction_word") or no_number,
    )


# Words, single signs and digits: a unit begins and ends where a piece does.
PIECE = re.compile(r"[^\W\d_]+|\d+|[ \u00a0\u202f]|[^\w ]")


def unit_maps(table: Mapping[str, Any], cldr: Mapping[str, Any]) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """All units by their names: as written (symbols), and in lower case (words)."""
    units, money = table.get("units", {}), table.get("money", {})
    kinds = {unit: kind for kind, members in table.get("kinds", {}).items() for unit in members}
    shy, drop, assumed = set(units.get("shy", ())), set(units.get("drop", ())), money.get("assumed", {})

    def plain(name: str, unit: str) -> Unit:
        return Unit(unit, kinds.get(unit, "measure"), shy=name in shy)

    def currency(name: str, code: str, factor: str = "1") -> Unit:
        return Unit(code, "money", Decimal(factor), assumed.get(name))

    exact = {
        name: plain(name, unit)
        for name, unit in {**cldr.get("symbols", {}), **units.get("symbols", {})}.items()
        if name not in drop
    }
    folded = {
        name: plain(name, unit) for name, unit in {**cldr.get("units", {}), **units.get("names", {})}.items() if name not in drop
    }
    codes = {code: code for code in cldr.get("codes", ())} | money.get("old_codes", {})
    symbols = {**codes, **cldr.get("currency_symbols", {}), **money.get("symbols", {})}
    exact |= {name: currency(name, code) for name, code in symbols.items()}
    folded |= {
        name: currency(name, code)
        for name, code in {**cldr.get("currencies", {}), **money.get("names", {})}.items()
        if name not in folded
    }
    for adjective, code in money.get("adjectives", {}).items():
        folded |= {
            f"{adjective}{ending} {noun}": currency("", code)
            for noun in money.get("adjective_nouns", ())
            for ending in money.get("adjective_endings", ())
        }
    for name, (code, factor) in money.get("parts", {}).items():
        (exact if name != name.lower() else folded)[name] = currency(name, code, factor)
    return exact, folded


def prefix_map(table: Mapping[str, Any], cldr: Mapping[str, Any]) -> dict[str, Unit]:
    """Currencies that may stand before the number: codes, signs and short names, as written."""
    money = table.get("money", {})
    names = {code: code for code in cldr.get("codes", ())} | money.get("old_codes", {})
    names |= cldr.get("currency_symbols", {}) | money.get("symbols", {})
    names |= {name: money.get("names", {})[name] for name in money.get("before", ())}
    assumed = money.get("assumed", {})
    whole = {name.upper(): Unit(code, "money", assumed=assumed.get(name)) for name, code in names.items()}
    parts = {name: part for name, part in money.get("parts", {}).items() if name.isupper()}
    thousands = {name: Unit(code, "money", Decimal(factor)) for name, (code, factor) in parts.items()}
    return whole | thousands


def month_map(pack: LanguagePack, cldr: Mapping[str, Any]) -> dict[str, int]:
    """Months by name, without the point of an abbreviation."""
    months = {name.rstrip("."): number for name, number in cldr.get("months", {}).items()}
    for number, names in pack.table("datelines").get("months", {}).items():
        months |= {name.lower().rstrip("."): int(number) for name in names}
    return months


def short_months(pack: LanguagePack, cldr: Mapping[str, Any]) -> frozenset[str]:
    """The months that are written with a point, without it."""
    names = [
        *cldr.get("months", {}),
        *(name.lower() for names in pack.table("datelines").get("months", {}).values() for name in names),
    ]
    return frozenset(name.rstrip(".") for name in names if name.endswith("."))


def pronominal(table: Mapping[str, Any]) -> frozenset[str]:
    """Adverbs of a pronoun and a preposition: `darüber`, `wobei`."""
    measured = table.get("measured", {})
    return frozenset(stem + word for stem in measured.get("pronominal", ()) for word in measured.get("prepositions", ()))


def weekday_map(table: Mapping[str, Any]) -> dict[str, int]:
    """The days of the week, alone and with the parts of the day."""
    periods = table.get("periods", {})
    parts = ("", *periods.get("day_parts", ()))
    return {f"{name}{part}": number for number, name in enumerate(periods.get("weekdays", ())) for part in parts}


def word_sets(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Every list of the table, and every sub-table's keys, as a set by ``section.name``."""
    found: dict[str, frozenset[str]] = {}
    for section, entries in table.items():
        for name, value in entries.items():
            if isinstance(value, (list, dict)):
                found[f"{section}.{name}"] = frozenset(value)
    for name, keys in UNIONS.items():
        found[name] = EMPTY.union(*(found.get(key, EMPTY) for key in keys))
    found["period heads"] = frozenset(phrase.split()[-1] for phrase in table.get("periods", {}).get("phrases", ()))
    return found


def particle_verbs(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The forms of separable verbs of change, each with its particles and what they make of it."""
    found: dict[str, dict[str, str]] = {}
    for particle, ways in table.get("trend", {}).get("particles", {}).items():
        for way, verbs in ways.items():
            for verb in verbs:
                found.setdefault(verb, {})[particle] = way
    return found
