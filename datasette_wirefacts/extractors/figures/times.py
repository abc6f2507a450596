"""Drafts and words -> the times of a text, each with its days: what a figure may be about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from datasette_wirefacts.extractors.figures.calendar import OPEN, Days, in_year, relative, resolve, weekday
from datasette_wirefacts.extractors.figures.phrases import clause_of
from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Reading
from datasette_wirefacts.facts import Period

TIMES = frozenset({"year", "period", "date"})
PARTS = frozenset({"part-of-year", "period-first", "date"})  # rules whose time may lack its year


@dataclass(frozen=True, slots=True)
class Time:
    """A period in the text: token range, place, value, and whether it is only what is compared with."""

    first: int
    last: int
    period: Period
    compared: bool
    part: bool = False  # of a year that may be named behind it
    bracketed: bool = False  # stands alone in brackets
    day: bool = False  # a weekday, on which something was said as often as counted


def merged(reading: Reading, found: list[Time]) -> Iterator[Time]:
    """The periods, with a part of a year and the year behind it as one: `ersten fünf Monaten dieses Jahres`."""
    waiting: Time | None = None
    for time in found:
        if waiting and time.first - waiting.last <= 1 and time.period.first and waiting.part and of_year(reading, waiting, time):
            waiting = together(reading, waiting, time)
            continue
        if waiting:
            yield waiting
        waiting = time
    if waiting:
        yield waiting


def of_year(reading: Reading, part: Time, year: Time) -> bool:
    """Whether only an article stands between, and the second is a whole year."""
    iso = year.period.iso or ""
    return (
        len(iso) == 4
        and iso.isdigit()
        and all(
            reading.words.has(reading.tokens.norms[k], "measured.oblique")
            or reading.words.has(reading.tokens.norms[k], "periods.year")
            for k in range(part.last, year.first)
        )
    )


def together(reading: Reading, part: Time, year: Time) -> Time:
    """A part of a year in the year that is named behind it."""
    iso, days = in_year(part.period, int(year.period.iso or 0))
    return time(reading, part.first, year.last, iso, days)


def times(reading: Reading, drafts: list[Draft]) -> Iterator[Time]:
    """The periods of a text, in order: figures that are times, and phrases without a number."""
    taken: set[int] = set()
    for draft in drafts:
        if draft.kind in TIMES or ago(reading, draft):
            i, last = reading.token_at(draft.start), reading.token_before(draft.end) + 1
            taken.update(range(i, max(last, i + 1)))
            iso, days = resolve(draft, reading.published)
            yield time(reading, i, max(last, i + 1), iso, days, draft.rule in PARTS, (draft.start, draft.end))
        elif coming := ahead(reading, draft):
            iso, days = resolve(coming, reading.published)
            yield time(reading, reading.token_at(draft.start), reading.token_before(draft.end) + 1, iso, days)
        elif end := later(reading, draft):
            yield time(reading, reading.token_at(draft.start), reading.token_before(end) + 1, None, OPEN)
    yield from (found for found in spoken(reading) if found.first not in taken)


def ahead(reading: Reading, draft: Draft) -> Draft | None:
    """`In zwei Wochen beginnt …`: a length of time on from the day of publication, where the clause says what is to come."""
    i = reading.token_before(draft.start)
    if draft.kind != "duration" or i < 0 or draft.high is not None or not reading.words.has(reading.tokens.norms[i], "periods.in"):
        return None
    first, last = clause_of(reading, i)
    coming = any(reading.words.has(norm, "periods.coming") for norm in reading.tokens.norms[first:last])
    if not coming or draft.amount is None or draft.amount % 1:
        return None
    return replace(draft, amount=-draft.amount, iso=None)


def later(reading: Reading, draft: Draft) -> int | None:
    """The end of `drei Monate später`: a time that is known only from what was told before."""
    word = reading.word(draft.end) if draft.kind == "duration" else None
    return word.end if word and reading.words.has(word.norm, "periods.later") else None


def ago(reading: Reading, draft: Draft) -> bool:
    """`vor fünf Jahren`: a length of time that dates."""
    return draft.kind == "duration" and reading.words.has(reading.before(draft.start)[0], "periods.ago")


def time(
    reading: Reading, first: int, last: int, iso: str | None, days: Days, part: bool = False, place: tuple[int, int] | None = None
) -> Time:
    """A period with its place, by tokens unless ``place`` gives the characters."""
    start, end = place or (reading.tokens.starts[first], reading.tokens.ends[last - 1])
    low, high = bounded(reading, first, days)
    period = Period(
        text=reading.text[start:end],
        start=start,
        end=end,
        iso=iso,
        first=low.isoformat() if low else None,
        last=high.isoformat() if high else None,
    )
    words = reading.tokens.words
    bracketed = 0 < first < last < len(words) and (words[first - 1], words[last]) == ("(", ")")
    return Time(first, last, period, compared(reading, first), part, bracketed)


def bounded(reading: Reading, first: int, days: Days) -> Days:
    """The days, open to one side behind `seit` and `bis`."""
    i = first - 1
    norms, words = reading.tokens.norms, reading.words
    while (
        i > 0
        and first - i <= FEW
        and (words.has(norms[i], "measured.oblique") or words.has(norms[i], "periods.fillers"))
        and reading.same_sentence(i, first)
    ):
        i -= 1
    if i < 0 or not reading.same_sentence(i, first):
        return days
    if words.has(norms[i], "periods.since"):
        return days[0], None
    return (None, days[1]) if words.has(norms[i], "periods.until") else days


def spoken(reading: Reading) -> Iterator[Time]:
    """Periods without a number: `im vergangenen Jahr`, `im Vorjahr`, `am Dienstag`."""
    norms, words = reading.tokens.norms, reading.words
    table = words.section("periods")
    singles, pairs = table.get("relative", {}), table.get("phrases", {})
    heads = words.sets.get("period heads", frozenset())
    for i in [k for k, norm in enumerate(norms) if norm in words.spoken_times]:
        norm = norms[i]
        if norm in singles:
            yield time(reading, i, i + 1, *relative(singles[norm], reading.published))
        elif norm in heads and i and (phrase := f"{norms[i - 1]} {norm}") in pairs:
            yield time(reading, i - 1, i + 1, *relative(pairs[phrase], reading.published))
        elif i and words.has(norm, "periods.vague") and words.has(norms[i - 1], "periods.vague_before"):
            night = words.has(norm, "periods.night") and i + 2 < len(norms) and words.has(norms[i + 1], "periods.night_joiner")
            if night and norms[i + 2] in words.weekdays:
                continue  # "in der Nacht auf Freitag": the day names it
            if reading.tokens.words[i][:1].isupper():
                yield replace(time(reading, i, i + 1, None, OPEN), day=words.has(norm, "periods.day_parts"))
        elif i and words.has(norm, "periods.year") and i + 1 < len(norms) and words.has(norms[i + 1], "periods.year_away"):
            yield time(reading, i, i + 2, None, OPEN)
        elif i > 1 and norm in table.get("ago_units", {}) and a_unit_ago(reading, i):
            yield time(reading, i - 1, i + 1, *relative(table["ago_units"][norm], reading.published))
        elif i and (day := weekday_at(reading, i)):
            yield day


def a_unit_ago(reading: Reading, i: int) -> bool:
    """Whether `vor einem` stands before token i."""
    norms, words = reading.tokens.norms, reading.words
    return (
        words.has(norms[i - 1], "numbers.articles") and words.has(norms[i - 2], "periods.ago") and reading.same_sentence(i - 2, i)
    )


def weekday_at(reading: Reading, i: int) -> Time | None:
    """`am Dienstag`, `kommenden Freitag`, `Nacht auf Freitag` by its second day."""
    norms, words = reading.tokens.norms, reading.words
    number = words.weekdays.get(norms[i])
    if number is None or not reading.same_sentence(i - 1, i):
        return None
    ahead = words.has(norms[i - 1], "periods.next")
    day = weekday(number, reading.published, ahead)
    iso = day.isoformat() if day else None
    if i > 1 and words.has(norms[i - 1], "periods.night_joiner") and words.has(norms[i - 2], "periods.night"):
        return replace(time(reading, i - 2, i + 1, iso, (day - timedelta(days=1) if day else None, day)), day=True)
    bound = words.has(norms[i - 1], "periods.since") or words.has(norms[i - 1], "periods.until")
    if not (ahead or bound or words.has(norms[i - 1], "periods.weekday_before")):
        return None
    return replace(time(reading, i, i + 1, iso, (day, day)), day=not bound)


def compared(reading: Reading, first: int) -> bool:
    """Whether the period stands in a comparison: `als 2022`, `gegenüber dem Vorjahr`."""
    norms, words = reading.tokens.norms, reading.words
    i = first - 1
    while (
        i >= 0
        and first - i <= FEW
        and (
            words.has(norms[i], "measured.oblique")
            or words.has(norms[i], "measured.determiners")
            or words.has(norms[i], "periods.fillers")
            or words.has(norms[i], "periods.ago")
        )
    ):
        i -= 1
    if i < 0 or not reading.same_sentence(i, first):
        return False
    as_since = i > 0 and words.has(norms[i], "periods.since") and words.has(norms[i - 1], "periods.comparing")  # "wie seit 1999"
    return as_since or words.has(norms[i], "periods.comparing") or record(reading, i)


def record(reading: Reading, i: int) -> bool:
    """Whether `seit` at token i says since when something is the highest or the first: `der höchste Stand seit 2011`."""
    norms, words = reading.tokens.norms, reading.words
    if not words.has(norms[i], "periods.since") or i < 2:
        return False
    endings = tuple(words.get("periods", "superlatives")) or ("\0",)
    return norms[i - 2].endswith(endings) and reading.same_sentence(i - 2, i)
