"""Facts -> lines of an aligned table: where, what, by which rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasette_wirefacts.facts import Facts, Figure, Quote, Role
from datasette_wirefacts.rows import plain

Line = tuple[str, ...]
HEADINGS = ("place", "kind", "rule", "text", "meaning")
# A terminal obeys control characters, and lone surrogates cannot be printed.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
GAP = "  "
WIDEST_MEANING = 60
NARROWEST_TEXT = 20


def explain_facts(facts: Facts, text: str, width: int) -> Iterator[str]:
    """A line for each fact in the order of the text, no wider than ``width`` where that can be, and safe for a terminal."""
    return (UNPRINTABLE.sub("\ufffd", line) for line in _lines(facts, text, width))


def _lines(facts: Facts, text: str, width: int) -> Iterator[str]:
    found = sorted([*_quotes(facts), *_figures(facts), *_entities(facts), *_roles(facts, text), *_others(facts, text)])
    yield f"language {facts.language}" + "".join(
        f", repeats {repeat.original_start} at {repeat.start}–{repeat.end}" for repeat in facts.repeats
    )
    if facts.dateline:
        yield "dateline " + ", ".join([*facts.dateline.places, facts.dateline.date or "no date", *facts.dateline.agencies])
    for failure in facts.failures:
        yield f"failed   {failure.extractor}: {failure.message}"
    yield from _aligned([HEADINGS, *(line for _, line in found)], width)


def _quotes(facts: Facts) -> Iterator[tuple[int, Line]]:
    for quote in facts.quotes:
        yield quote.start, (f"{quote.start}–{quote.end}", f"quote {quote.kind}", quote.rule, quote.text, _said(quote))


def _said(quote: Quote) -> str:
    speaker = quote.speaker
    name = (
        f"{speaker.name or speaker.text} ({', '.join(filter(None, [speaker.role, speaker.found]))})" if speaker else "nobody found"
    )
    return f"{name}: {quote.cue.text}" if quote.cue else name


def _figures(facts: Facts) -> Iterator[tuple[int, Line]]:
    for figure in facts.figures:
        yield figure.start, (f"{figure.start}–{figure.end}", figure.kind, figure.rule, figure.text, _value(figure))


def _value(figure: Figure) -> str:
    """
    >>> from decimal import Decimal
    >>> _value(Figure(start=0, end=9, text="3 Euro", kind="money", amount=Decimal(3), unit="EUR", comparator="approx", rule="x"))
    'approx 3 EUR'
    """
    amounts = "–".join(str(plain(amount)) for amount in (figure.amount, figure.amount_high) if amount is not None)
    said = [figure.comparator, amounts, figure.unit, figure.counted, figure.iso, figure.trend, figure.change]
    about = [figure.measured.text if figure.measured else None, figure.period.text if figure.period else None]
    return " ".join(filter(None, said)) + "".join(f", {words}" for words in about if words)


def _entities(facts: Facts) -> Iterator[tuple[int, Line]]:
    for entity in facts.entities:
        meaning = " ".join(filter(None, [entity.name, entity.country]))
        for mention in entity.mentions:
            yield mention.start, (f"{mention.start}–{mention.end}", entity.kind, mention.rule, mention.text, meaning)


def _roles(facts: Facts, text: str) -> Iterator[tuple[int, Line]]:
    for role in facts.roles:
        yield role.start, (f"{role.start}–{role.end}", "role", role.rule, text[role.start : role.end], _office(role))


def _office(role: Role) -> str:
    return ", ".join(filter(None, [role.person, role.role, role.organisation, role.place]))


def _others(facts: Facts, text: str) -> Iterator[tuple[int, Line]]:
    for name, found in facts.others.items():
        for fact in found:
            start, end = (
                offset if isinstance(offset, int) else 0 for offset in (getattr(fact, "start", 0), getattr(fact, "end", 0))
            )
            yield start, (f"{start}–{end}", name, str(getattr(fact, "rule", "")), text[start:end], str(plain(fact)))


def _aligned(lines: list[Line], width: int) -> Iterator[str]:
    """The lines with their columns one below the other; of the last two, what is too wide is shortened."""
    lines = [tuple(" ".join(cell.split()) for cell in line) for line in lines]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    widths[-1] = min(widths[-1], WIDEST_MEANING)
    left = width - sum(widths[:3]) - widths[-1] - len(GAP) * (len(HEADINGS) - 1)
    widths[-2] = min(widths[-2], max(left, NARROWEST_TEXT))
    for line in lines:
        yield GAP.join(shortened(cell, size).ljust(size) for cell, size in zip(line, widths, strict=True)).rstrip()


def shortened(text: str, size: int) -> str:
    """The beginning and the end of a text that is too long.

    >>> shortened("Die Brücke wird gesperrt", 12)
    'Die Br…perrt'
    """
    if len(text) <= size:
        return text
    tail = (size - 1) // 2
    return f"{text[: size - 1 - tail]}…{text[len(text) - tail :]}"
