"""Doc -> Figure: every number with its value, unit, comparator, trend, what it measures and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from datasette_wirefacts.docs import text_of, tokens_of
from datasette_wirefacts.extractors.figures.comparators import compare
from datasette_wirefacts.extractors.figures.ellipsis import lend_units
from datasette_wirefacts.extractors.figures.labels import name_counted
from datasette_wirefacts.extractors.figures.measured import set_measured
from datasette_wirefacts.extractors.figures.pairs import set_pairs
from datasette_wirefacts.extractors.figures.periods import set_periods
from datasette_wirefacts.extractors.figures.ranges import join_ranges
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.scan import find_drafts
from datasette_wirefacts.extractors.figures.trend import set_trends
from datasette_wirefacts.extractors.figures.words import figure_words
from datasette_wirefacts.facts import Figure, Measured, Period
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_figures(doc: Doc, pack: LanguagePack) -> Iterator[Figure]:
    """The figures of a text, in order."""
    text = text_of(doc)
    reading = Reading(text.text, tokens_of(doc), pack.derived(figure_words), day(text.published))
    reading.body = text.dateline.end if text.dateline else 0
    drafts = find_drafts(reading, pack)
    if drafts:
        reading.mark_clauses(drafts)
    for draft in drafts:
        compare(reading, draft)
    drafts = lend_units(reading, join_ranges(reading, drafts))
    name_counted(reading, drafts)
    set_trends(reading, drafts)
    set_pairs(reading, drafts)
    abouts, periods = set_measured(reading, drafts), set_periods(reading, drafts)
    for draft, about, period in zip(drafts, abouts, periods, strict=True):
        yield figure(reading, draft, about, period)


def first_figure(doc: Doc, pack: LanguagePack) -> Figure | None:
    """The first figure of a text, of which ``wire_number`` gives the amount and ``wire_unit`` the unit."""
    return next(extract_figures(doc, pack), None)


def figure(reading: Reading, draft: Draft, about: Measured | None, period: Period | None) -> Figure:
    """The fact that a finished draft states."""
    return Figure(
        start=draft.start,
        end=draft.end,
        text=reading.text[draft.start : draft.end],
        kind=draft.kind,
        amount=draft.amount,
        amount_high=draft.high,
        unit=draft.unit,
        counted=draft.counted,
        iso=draft.iso or length(reading, draft),
        comparator=draft.comparator,
        trend=draft.trend,
        change=draft.change,
        measured=about,
        period=period,
        magnitude=magnitude(draft.amount),
        assumed=draft.assumed,
        rule=draft.rule,
    )


def length(reading: Reading, draft: Draft) -> str | None:
    """The ISO form of a length of time: `P7Y`."""
    form = reading.words.durations.get(draft.unit or "")
    if form is None or draft.amount is None or draft.high is not None or draft.kind not in ("duration", "period"):
        return None
    factor = reading.words.section("duration_factors").get(draft.unit or "", 1)
    return form.format(f"{(draft.amount * factor).normalize():f}")


def magnitude(amount: Decimal | None) -> str | None:
    """The power of ten's bucket of an amount, for facets.

    >>> magnitude(Decimal("19400000")), magnitude(Decimal("0.5")), magnitude(Decimal(0))
    ('millions', 'below 1', 'zero')
    """
    if amount is None:
        return None
    if not amount:
        return "zero"
    power = abs(amount).adjusted()
    return "below 1" if power < 0 else BUCKETS[min(power // 3, len(BUCKETS) - 1)]


BUCKETS = ("ones to hundreds", "thousands", "millions", "billions", "trillions and more")


def day(published: str | None) -> date | None:
    """The day of publication, where it is one."""
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None
