"""Draft -> the noun phrase beside the figure that it belongs to: `Umsatz von …`, `… der Stimmen`, `… Tonnen Weizen`."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.labels import is_adjective
from datasette_wirefacts.extractors.figures.phrases import (
    attributes_end,
    clause_of,
    genitive_end,
    is_noun,
    nouns_end,
    phrases,
)
from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Phrase, Reading

TokenRange = tuple[int, int]


def partitive(reading: Reading, draft: Draft) -> TokenRange | None:
    """`20 Prozent der Stimmen`, `40 Tonnen Weizen`, `Hälfte aller Sitze`, `drei Prozent mehr Autos`."""
    i = reading.token_after(draft.end)
    if draft.kind == "count" or i >= len(reading.tokens) or not reading.same_sentence(reading.token_at(draft.start), i):
        return None
    last = clause_of(reading, i)[1]
    words, norm = reading.words, reading.tokens.norms[i]
    if draft.kind in ("percent", "fraction", "number") and words.has(norm, "measured.partitive"):
        end = genitive_end(reading, i, last)
        return (i + 1, end) if end > i else None
    qualified = draft.rule != "compound" and is_adjective(reading, i) and i + 1 < last
    if qualified and draft.kind in ("measure", "temperature"):
        return sized(reading, i, last)
    superlative = norm.endswith(tuple(words.get("periods", "superlatives")) or ("\0",))
    if qualified and draft.kind in ("money", "percent") and not superlative and not reading.verbs_in(i, i + 1):
        return sized(reading, i, last)  # "die mit 2 Millionen Euro geförderte Schule"
    stuff = draft.kind == "measure" and words.has(norm, "measured.of_stuff")
    if (stuff or words.has(norm, "trend.up_than") or words.has(norm, "trend.down_than")) and i + 1 < last:
        i += 1
    elif draft.kind not in ("measure", "money", "percent", "fraction") or draft.rule == "compound":
        return None
    return (i, genitive_end(reading, nouns_end(reading, i + 1, last), last)) if is_noun(reading, i) else None


def sized(reading: Reading, i: int, last: int) -> TokenRange | None:
    """`eine 12 Meter hohe Mauer`: the noun behind the adjective that the figure measures."""
    k = i + 1
    while k < last and is_adjective(reading, k):
        k += 1
    if k >= last or not is_noun(reading, k) or reading.words.has(reading.tokens.norms[k], "measured.time_nouns"):
        return None
    return k, nouns_end(reading, k + 1, last)


def purpose(reading: Reading, draft: Draft) -> TokenRange | None:
    """`Für den Ankauf stellt das Land 49 Millionen bereit`, `für Roggen 171 Euro`: what the money is for."""
    if draft.kind != "money":
        return None
    i = reading.token_at(draft.start)
    first = clause_of(reading, i)[0]
    if not reading.words.has(reading.tokens.norms[first], "measured.purpose"):
        return None
    phrase = next(phrases(reading, first, i), None)
    if phrase is None or not phrase.governor or reading.words.has(reading.tokens.norms[phrase.head], "measured.time_nouns"):
        return None
    return phrase.first, attributes_end(reading, phrase.last, i, False)


def attribute(reading: Reading, draft: Draft) -> TokenRange | None:
    """`die Entfernung zwischen A und B von 9.000 Kilometern`: the noun that `von` belongs to, over its own attributes."""
    i = skip_comparators(reading, reading.token_before(draft.start))
    if i < 1 or draft.change == "from":
        return None
    if reading.words.has(reading.tokens.norms[i], "ranges.between") and draft.high is not None:
        run = nominal_run(reading, clause_of(reading, i)[0], i)
        return last_measure(reading, run[-1]) if run else None
    if not reading.words.has(reading.tokens.norms[i], "measured.attribute"):
        return None
    run = nominal_run(reading, clause_of(reading, i)[0], i)
    if not run:
        return None
    return valued(reading, run) or headed(reading, run)


def amounting(reading: Reading, draft: Draft) -> TokenRange | None:
    """`eine Kampfstärke von 15.000 Soldaten`: the noun of measure that a count gives the size of."""
    found = attribute(reading, draft)
    stems = tuple(reading.words.get("measured", "nouns")) + tuple(reading.words.get("measured", "count_nouns"))
    head = found and next((k for k in range(*found) if is_noun(reading, k)), None)
    return found if head is not None and stems and reading.tokens.norms[head].endswith(stems) else None


def supported(reading: Reading, draft: Draft) -> TokenRange | None:
    """`fördert die Schule mit 2 Millionen Euro`: what the money goes to, right before the preposition."""
    words, norms = reading.words, reading.tokens.norms
    i = skip_comparators(reading, reading.token_before(draft.start))
    while i > 0 and words.has(norms[i], "measured.gap") and not words.has(norms[i], "measured.having"):
        i -= 1
    first, last = clause_of(reading, max(i, 0))
    if (
        i < 1
        or not words.has(norms[i], "measured.having")
        or not any(words.has(n, "measured.supporting") for n in norms[first:last])
    ):
        return None
    phrase = next((p for p in phrases(reading, first, i) if p.last == i and not p.governor), None)
    return (phrase.first, phrase.last) if phrase else None


def purpose_behind(reading: Reading, draft: Draft) -> TokenRange | None:
    """`2 Milliarden Euro für die Bekämpfung der Folgen`: what money directly before the preposition is for."""
    i = reading.past_aside(reading.token_after(draft.end))
    if draft.kind != "money" or i >= len(reading.tokens) or not reading.same_sentence(reading.token_at(draft.start), i):
        return None
    if not reading.words.has(reading.tokens.norms[i], "measured.purpose"):
        return None
    phrase = next(phrases(reading, i, clause_of(reading, i)[1]), None)
    if phrase is None or reading.words.has(reading.tokens.norms[phrase.head], "measured.time_nouns"):
        return None
    return phrase.first, phrase.last


def had(reading: Reading, draft: Draft) -> TokenRange | None:
    """`ein Betrieb mit 430 Angestellten`: who has so many, at the head of the clause or behind a preposition."""
    i = skip_comparators(reading, reading.token_before(draft.start))
    words, norms = reading.words, reading.tokens.norms
    if i < 1 or not words.has(norms[i], "measured.having"):
        return None
    first = clause_of(reading, i)[0]
    phrase = next((p for p in phrases(reading, first, i) if p.last == i), None)
    if phrase is None or phrase.first == first or not words.has(norms[phrase.first - 1], "measured.indefinite"):
        return None
    if phrase.first - 1 > first and not words.has(norms[phrase.first - 1], "numbers.articles"):
        return None  # "landete auf dem Flughafen mit vier Insassen"
    return phrase.first, phrase.last


def invested(reading: Reading, draft: Draft) -> TokenRange | None:
    """`in den Ausbau 3 Millionen Euro stecken`: what the money goes into."""
    words, norms = reading.words, reading.tokens.norms
    first, last = clause_of(reading, reading.token_at(draft.start))
    goals = (p for p in phrases(reading, first, last) if words.has(p.governor, "measured.into"))
    goal = next((p for p in goals if not words.has(norms[p.head], "measured.time_nouns")), None)
    return (goal.first, goal.last) if goal else None


def valued(reading: Reading, run: list[Phrase]) -> TokenRange | None:
    """`Maschinen im Wert von`, `eine Strafe in Höhe von`: what has the value."""
    words, last = reading.words, run[-1]
    head = reading.tokens.norms[last.head]
    value = head.endswith(tuple(words.get("measured", "value_nouns")) or ("\0",))
    value = value and words.has(last.governor, "measured.value_prepositions")
    size = words.has(head, "measured.size_nouns") and words.has(last.governor, "measured.size_prepositions")
    if len(run) < 2 or not (value or size):
        return None
    return last_measure(reading, run[-2]) or (max(run[-2].first, run[-2].last - 1), run[-2].last)


def headed(reading: Reading, run: list[Phrase]) -> TokenRange | None:
    """The nearest phrase of the run whose head is a noun of measure, with all behind it; else the nearest phrase."""
    for phrase in reversed(run):
        if change_noun(reading, phrase.head):
            return None
        found = last_measure(reading, phrase)
        if found:
            return found[0], run[-1].last
    return run[-1].first, run[-1].last


def last_measure(reading: Reading, phrase: Phrase) -> TokenRange | None:
    """The phrase from its last noun of measure on: in `Institut Verluste` the second noun begins a phrase of its own."""
    stems = tuple(reading.words.get("measured", "nouns"))
    for k in range(phrase.last - 1, phrase.head - 1, -1):
        if is_noun(reading, k) and reading.tokens.norms[k].endswith(stems):
            return (phrase.first if k == phrase.head else k), phrase.last
    return None


def change_noun(reading: Reading, i: int) -> bool:
    """Whether token i is a plain word of change (`Plus`, `Rückgang`): what changes is said elsewhere."""
    norm, words = reading.tokens.norms[i], reading.words
    return words.has(norm, "trend.up_nouns") or words.has(norm, "trend.down_nouns")


def changed(reading: Reading, draft: Draft) -> TokenRange | None:
    """`ein Anstieg der Preise um 5 Prozent`, `das Minus bei den Ausfuhren von drei Prozent`: what the noun of change is said of."""
    i = skip_comparators(reading, reading.token_before(draft.start))
    words, norms = reading.words, reading.tokens.norms
    if i < 1 or not any(words.has(norms[i], key) for key in ("measured.attribute", "change.by", "change.to", "ranges.between")):
        return None
    run = nominal_run(reading, clause_of(reading, i)[0], i)
    for k, phrase in enumerate(run):
        if not change_noun(reading, phrase.head):
            continue
        if phrase.last > phrase.head + 1:
            return phrase.head + 2, run[-1].last
        if k + 1 < len(run):
            return run[k + 1].first, run[-1].last
        telling = norms[phrase.head].endswith(tuple(words.get("measured", "telling")) or ("\0",))
        return (phrase.head, phrase.last) if telling else None
    changes = tuple(words.get("trend", "up_nouns")) + tuple(words.get("trend", "down_nouns"))
    compound = draft.change == "by" and run and changes and norms[run[-1].head].endswith(changes)
    return (run[-1].first, run[-1].last) if compound else None  # "ein Umsatzplus von 8 Prozent"


def nominal_run(reading: Reading, first: int, end: int) -> list[Phrase]:
    """The phrases that reach without a verb up to token ``end``, in order."""
    run: list[Phrase] = []
    for phrase in phrases(reading, first, end):
        if run and not attached(reading, run[-1].last, phrase):
            run = []
        run.append(phrase)
    return run if run and reading.past_aside(run[-1].last) == end else []


def attached(reading: Reading, end: int, phrase: Phrase) -> bool:
    """Whether a phrase goes on directly from ``end``, by a preposition or a conjunction with its article."""
    norms, words = reading.tokens.norms, reading.words
    between = range(reading.past_aside(end), phrase.first)
    return all(words.has(norms[k], "attached by") for k in between) and (bool(phrase.governor) or not between)


def skip_comparators(reading: Reading, i: int) -> int:
    """The token before the comparators and articles that end with token i."""
    if i in reading.skipped:
        return reading.skipped[i]
    words, norms = reading.words, reading.tokens.norms
    last = i
    while (
        i > 0
        and last - i < FEW
        and (
            norms[i] in words.comparator_parts
            or words.has(norms[i], "comparator_words.articles")
            or words.has(norms[i], "trend.than")
        )
    ):
        i -= 1
    reading.skipped[last] = i
    return i


def label(reading: Reading, draft: Draft) -> TokenRange | None:
    """`CDU 31 Prozent; SPD 28 Prozent`: a name that alone fills the clause before the figure."""
    if draft.kind not in ("percent", "money", "percentage_point"):
        return None
    i = reading.token_at(draft.start)
    first, _ = clause_of(reading, i)
    found = list(phrases(reading, first, i))
    if len(found) != 1 or found[0].governor or found[0].last != i or found[0].first > first + 1:
        return None
    return found[0].first, i
