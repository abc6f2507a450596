"""Draft -> the time that the figure is about, resolved against the day of publication where the text leaves it open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from datasette_wirefacts.extractors.figures.attributes import skip_comparators
from datasette_wirefacts.extractors.figures.labels import is_adjective
from datasette_wirefacts.extractors.figures.phrases import clause_of, is_noun, nominal_end
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.times import Time, merged, times
from datasette_wirefacts.facts import Period

TIMED = frozenset({"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "count", "number"})
CARRIED = frozenset(
    {"money", "percent", "percentage_point", "multiple", "fraction", "number"}
)  # take a period from the clause before
HEAD = 7  # tokens from the head of a sentence to a time that holds for all of it
FAR = 60  # tokens from there to a clause that goes on
BEHIND = 8  # tokens from a count or a measure to a period behind it
LINE = 60  # tokens from a figure back to the time that heads its line
LONGEST_LINE = 1000  # characters
NEAR = 3  # tokens between a figure and the period that follows it directly


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
    given: list[Period | None] = []
    for draft in drafts:
        same = draft.change == "conversion" and given
        given.append(given[-1] if same else chosen(reading, draft, found, owners, places) if draft.kind in TIMED else None)
    return given


def attributive(reading: Reading, time: Time) -> bool:
    """Whether the time belongs to a noun: `die 1968 eingeweihte Brücke`, `ein Schreiben vom 11. August`."""
    k, norms = time.last, reading.tokens.norms
    i = time.first - 1
    if i > 0 and reading.words.has(norms[i], "periods.of_day") and is_noun(reading, i - 1) and reading.same_sentence(i - 1, i):
        return True
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


def is_property(reading: Reading, draft: Draft) -> bool:
    """Whether a measure belongs to a thing at all times: `eine Leistung von 100 Megawatt`, `ein 12 Meter hoher Turm`."""
    if draft.kind not in ("measure", "money"):
        return False
    before = reading.tokens.norms[max(0, skip_comparators(reading, reading.token_before(draft.start)))]
    i = reading.token_after(draft.end)
    sized = i + 1 < len(reading.tokens) and is_adjective(reading, i) and is_noun(reading, i + 1) and not reading.verbs_in(i, i + 1)
    if draft.kind == "money":
        return sized and reading.words.has(before, "measured.having")  # "die mit 3.000 Euro dotierte Auszeichnung"
    return sized or reading.words.has(before, "measured.attribute") or reading.words.has(before, "measured.having")


def is_base(reading: Reading, draft: Draft) -> bool:
    """Whether a count is known already and only counted from: `45 der 620 Stellen`, `die drei Genossenschaften`."""
    before = reading.before(draft.start)[0]
    return draft.kind == "count" and reading.words.has(before, "periods.definite")


def chosen(reading: Reading, draft: Draft, found: list[Time], owners: list[Draft | None], places: list[int]) -> Period | None:
    """The period of a figure among those of its sentence."""
    i = reading.token_at(draft.start)
    if draft.rule == "compound" or (not draft.trend and (is_property(reading, draft) or is_base(reading, draft))):
        return None
    low, high = reading.around(i)
    near = range(bisect_left(places, low), bisect_left(places, high))
    for k in near:
        if owners[k] is draft:
            return found[k].period
    headed = next((found[k] for k in near if found[k].last == i - 1), None) if reading.tokens.words[i - 1] == ":" else None
    if headed:
        return headed.period  # "(Vorjahr: 0,90)"
    first, last = clause_of(reading, i)
    free = [
        found[k]
        for k in near
        if owners[k] is None
        and not found[k].compared
        and not (found[k].day and draft.kind == "count")
        and not attributive(reading, found[k])
    ]
    before = [time for time in free if first <= time.first < i and not verb_joined(reading, time, i)]
    behind = [time for time in free if i < time.first < (min(last, i + BEHIND) if draft.kind in ("measure", "count") else last)]
    carried = draft.kind in CARRIED and (draft.trend or draft.change) and draft.change != "conversion"
    carried = carried or (draft.kind == "count" and draft.trend and draft.change == "by")
    earlier = [time for time in free if time.first < first] if carried else []
    behind = [time for time in behind if not verb_joined(reading, time, i)]
    pick = before[-1:] or behind[:1] or earlier[-1:] or opening(reading, first, i, [found[k] for k in near], free)
    pick = pick or said_behind(reading, draft, last, free)
    return pick[0].period if pick else heading(reading, draft, found, places)


def verb_joined(reading: Reading, time: Time, i: int) -> bool:
    """Whether `und` and a verb stand between a time and the figure at token i: `wurde 2006 gegründet und hat 900 Speicher`."""
    low, high = (time.last, i) if time.first < i else (i, time.first)
    joints = (k for k in range(low, high - 1) if reading.words.has(reading.tokens.norms[k], "measured.conjunctions"))
    small = (k for k in joints if reading.tokens.words[k + 1][:1].islower())
    joint = next((k for k in small if reading.verbs_in(k + 1, k + 2) or k + 2 == time.first), None)
    if joint is None or time.first > i:
        return joint is not None
    return bool(reading.verbs_in(clause_of(reading, i)[0], time.first)) or auxiliary(reading, time.first)


def auxiliary(reading: Reading, first: int) -> bool:
    """Whether a finite verb of the tables stands right before token ``first``."""
    norm = reading.tokens.norms[first - 1] if first else ""
    return any(reading.words.has(norm, key) for key in ("measured.passive", "measured.copulas", "measured.auxiliaries"))


def opening(reading: Reading, first: int, i: int, near: list[Time], free: list[Time]) -> list[Time]:
    """The time at the head of the sentence, for a clause at ``first`` with a figure at ``i`` that goes on with it."""
    words, norms = reading.words, reading.tokens.norms
    if first < 2 or first >= len(norms):
        return []
    if words.has(norms[first], "periods.when"):
        return [time for time in near if time.last == first - 1][:1]
    start = reading.tokens.sentences[reading.tokens.sentence_of[first]][0]
    goes_on = first in reading.verbs_in(first, first + 1) or words.has(norms[first], "going on")
    if words.has(norms[first], "measured.prepositions") and nominal_end(reading, first + 1, len(norms)) == first + 1:
        goes_on = False  # "in der zunächst 120 …": a relative clause
    goes_on = goes_on or first == i or norms[first] in words.comparator_parts
    if not goes_on or first - start > FAR:
        return []
    end = clause_of(reading, start)[1]
    if words.has(norms[start], "measured.maybe_conjunctions") and not all(
        words.has(norms[k], "before times") for t in free[:1] for k in range(start, t.first)
    ):
        return []  # "Seit sie 2002 umzog, …" dates only its own clause
    return [time for time in free if time.first - start <= HEAD and time.last <= min(first, end) and not time.day][:1]


def said_behind(reading: Reading, draft: Draft, last: int, free: list[Time]) -> list[Time]:
    """The time in the relative clause of a counted noun: `800 Autos, die in diesem Jahr brannten`."""
    if draft.noun is None or draft.noun[1] != last or last + 1 >= len(reading.tokens):
        return []
    if reading.tokens.words[last] != "," or not reading.words.has(reading.tokens.norms[last + 1], "measured.relative"):
        return []
    first, end = clause_of(reading, last + 1)
    return [time for time in free if first <= time.first < end][:1]


def owner(reading: Reading, time: Time, timed: list[Draft]) -> Draft | None:
    """The figure that a period directly follows and belongs to alone, among several: `12,7 nach 1.234 im Vorjahr`."""
    if time.bracketed:
        k = bisect_right(timed, time.period.start, key=lambda draft: draft.end) - 1
        behind = k >= 0 and reading.token_after(timed[k].end) == time.first - 1
        return timed[k] if behind else None
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
    linked = all(words.has(norms[k], "before times") for k in range(end, time.first))
    return figure if linked else None
