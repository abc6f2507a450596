"""Draft -> the time that the figure is about, resolved against the day of publication where the text leaves it open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from datasette_wirefacts.extractors.figures.calendar import OPEN, Days, in_year, relative, resolve, weekday
from datasette_wirefacts.extractors.figures.labels import is_adjective
from datasette_wirefacts.extractors.figures.phrases import clause_of, is_noun
from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Reading
from datasette_wirefacts.facts import Period

TIMES = frozenset({"year", "period", "date"})
TIMED = frozenset({"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "count", "number"})
CARRIED = frozenset(
    {"money", "percent", "percentage_point", "multiple", "fraction", "number"}
)  # take a period from the clause before
LINKS = ("measured.prepositions", "measured.oblique", "measured.determiners", "periods.year", "periods.fillers")
PARTS = frozenset({"part-of-year", "period-first", "date"})  # rules whose time may lack its year
BEHIND = 8  # tokens from a count or a measure to a period behind it
LINE = 60  # tokens from a figure back to the time that heads its line
LONGEST_LINE = 1000  # characters
NEAR = 3  # tokens between a figure and the period that follows it directly


@dataclass(frozen=True, slots=True)
class Time:
    """A period in the text: token range, place, value, and whether it is only what is compared with."""

    first: int
    last: int
    period: Period
    compared: bool
    part: bool = False  # of a year that may be named behind it
    day: bool = False  # a weekday, on which something was said as often as counted


def set_periods(reading: Reading, drafts: list[Draft]) -> list[Period | None]:
    """The period of each draft, None where none is said."""
    if not reading.tokens.words:
        return [None for _ in drafts]
    found = [
        time
        for time in merged(reading, sorted(times(reading, drafts), key=lambda time: time.first))
        if time.period.start >= reading.body
    ]
    timed = [draft for draft in drafts if draft.kind in TIMED]
    owners = [owner(reading, time, timed) for time in found]
    places = [time.first for time in found]
    return [chosen(reading, draft, found, owners, places) if draft.kind in TIMED else None for draft in drafts]


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
    yield from (found for found in spoken(reading) if found.first not in taken)


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
    return Time(first, last, period, compared(reading, first), part)


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
    for i, norm in enumerate(norms):
        if norm in singles:
            yield time(reading, i, i + 1, *relative(singles[norm], reading.published))
        elif norm in heads and i and (phrase := f"{norms[i - 1]} {norm}") in pairs:
            yield time(reading, i - 1, i + 1, *relative(pairs[phrase], reading.published))
        elif i and words.has(norm, "periods.vague") and words.has(norms[i - 1], "periods.vague_before"):
            if reading.tokens.words[i][:1].isupper():
                yield replace(time(reading, i, i + 1, None, OPEN), day=words.has(norm, "periods.day_parts"))
        elif (day_of := weekday_of(reading, norm)) is not None and i and words.has(norms[i - 1], "periods.weekday_before"):
            day = weekday(day_of, reading.published)
            yield replace(time(reading, i, i + 1, day.isoformat() if day else None, (day, day)), day=True)


def weekday_of(reading: Reading, norm: str) -> int | None:
    """Which day of the week a word is, alone or with a part of the day: `Dienstagmorgen`."""
    for number, name in enumerate(reading.words.section("periods").get("weekdays", ())):
        if norm.startswith(name) and (norm == name or reading.words.has(norm[len(name) :], "periods.day_parts")):
            return number
    return None


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
    return words.has(norms[i], "periods.comparing") or record(reading, i)


def record(reading: Reading, i: int) -> bool:
    """Whether `seit` at token i says since when something is the highest or the first: `der höchste Stand seit 2011`."""
    norms, words = reading.tokens.norms, reading.words
    if not words.has(norms[i], "periods.since") or i < 2:
        return False
    endings = tuple(words.get("periods", "superlatives")) or ("\0",)
    return norms[i - 2].endswith(endings) and reading.same_sentence(i - 2, i)


def attributive(reading: Reading, time: Time) -> bool:
    """Whether the time belongs to a participle before a noun: `die 1968 eingeweihte Brücke`."""
    k = time.last
    return (
        k + 1 < len(reading.tokens)
        and is_adjective(reading, k)
        and is_noun(reading, k + 1)
        and k not in reading.verbs_in(k, k + 1)
        and reading.same_sentence(k + 1, time.first)
    )


def heading(reading: Reading, draft: Draft, found: list[Time], places: list[int]) -> Period | None:
    """`- 14. September 2023: …`: the time that stands alone before a colon at the head of the figure's line."""
    i = reading.token_at(draft.start)
    k = bisect_left(places, i) - 1
    while k >= 0 and i - places[k] <= LINE:
        time = found[k]
        line = reading.text.rfind("\n", max(0, draft.start - LONGEST_LINE), draft.start) + 1
        if time.period.start < line:
            return None
        mark = time.last < len(reading.tokens) and reading.tokens.words[time.last] == ":"
        if mark and not any(c.isalnum() for c in reading.text[line : time.period.start]):
            return time.period
        k -= 1
    return None


def chosen(reading: Reading, draft: Draft, found: list[Time], owners: list[Draft | None], places: list[int]) -> Period | None:
    """The period of a figure among those of its sentence."""
    i = reading.token_at(draft.start)
    if draft.kind == "measure" and not draft.trend and reading.words.has(reading.before(draft.start)[0], "measured.attribute"):
        return None  # a property: "eine Leistung von 100 Megawatt"
    low, high = reading.around(i)
    near = range(bisect_left(places, low), bisect_left(places, high))
    for k in near:
        if owners[k] is draft:
            return found[k].period
    first, last = clause_of(reading, i)
    free = [
        found[k]
        for k in near
        if owners[k] is None
        and not found[k].compared
        and not (found[k].day and draft.kind == "count")
        and not attributive(reading, found[k])
    ]
    before = [time for time in free if first <= time.first < i]
    behind = [time for time in free if i < time.first < (min(last, i + BEHIND) if draft.kind in ("measure", "count") else last)]
    carried = draft.kind in CARRIED and (draft.trend or draft.change) and draft.change != "conversion"
    earlier = [time for time in free if time.first < first] if carried else []
    pick = before[-1:] or behind[:1] or earlier[-1:]
    return pick[0].period if pick else heading(reading, draft, found, places)


def owner(reading: Reading, time: Time, timed: list[Draft]) -> Draft | None:
    """The figure that a period directly follows and belongs to alone, among several: `12,7 nach 1.234 im Vorjahr`."""
    k = bisect_right(timed, time.period.start, key=lambda draft: draft.end) - 1
    if k < 0 or time.compared:
        return None
    figure, i = timed[k], reading.token_at(timed[k].start)
    end = reading.token_after(figure.end)
    if not (reading.same_sentence(i, time.first) and 0 <= time.first - end < NEAR):
        return None
    neighbours = [other for other in timed[max(0, k - 1) : k + 2] if other is not figure]
    if not any(reading.same_sentence(reading.token_at(other.start), i) for other in neighbours):
        return None
    norms, words = reading.tokens.norms, reading.words
    linked = all(any(words.has(norms[k], key) for key in LINKS) for k in range(end, time.first))
    return figure if linked else None
