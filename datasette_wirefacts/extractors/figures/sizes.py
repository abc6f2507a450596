"""Draft -> what stands beside a measure without a verb: `eine 100 Mann starke Truppe`, `200 Kilometer nördlich von Rom`."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.attributes import TokenRange, last_measure, nominal_run, sized, skip_comparators
from datasette_wirefacts.extractors.figures.phrases import clause_of, phrases
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.subjects import eligible, pronoun_before


def strong(reading: Reading, i: int) -> TokenRange | None:
    """`eine 100 Mann starke Truppe`: the noun behind the adjective at token i that says of how many it consists."""
    if i >= len(reading.tokens) or not reading.words.has(reading.tokens.norms[i], "measured.strong"):
        return None
    return sized(reading, i, clause_of(reading, i)[1])


def apposed(reading: Reading, draft: Draft) -> TokenRange | None:
    """`einen Mann, ca. 180 Zentimeter groß`: the noun right before the comma, of which a clause without a verb tells the size."""
    word = reading.word(draft.end)
    first, last = clause_of(reading, reading.token_at(draft.start))
    if draft.kind != "measure" or word is None or not reading.words.has(word.norm, "measured.sizes") or first < 2:
        return None
    if reading.verbs_in(first, last) or not reading.same_sentence(first - 2, first):
        return None
    found = [p for p in phrases(reading, *clause_of(reading, first - 2)) if p.last == first - 1]
    return (found[0].first, found[0].last) if found else None


def located(reading: Reading, draft: Draft) -> TokenRange | None:
    """`Der Ort liegt am Meer, 200 Kilometer nördlich von Rom`: what is so far from something, at the head of its clause."""
    words, word = reading.words, reading.word(draft.end)
    i = reading.token_at(draft.start)
    first, last = clause_of(reading, i)
    if (
        draft.kind != "measure"
        or word is None
        or not (reading.any_of(i, last, "measured.away") or words.has(word.norm, "measured.directions"))
    ):
        return None
    start = reading.around(i)[0]
    if next(phrases(reading, first, i), None) is None and first - 2 >= start:
        first, last = clause_of(reading, first - 2)
    phrase = next((p for p in phrases(reading, first, min(last, i)) if eligible(reading, p, [])), None)
    return (phrase.first, phrase.last) if phrase else None


def estimated(reading: Reading, draft: Draft) -> TokenRange | None:
    """`bezifferte die Kosten auf 80 Millionen`, `den Schaden schätzt sie auf …`: the object of a verb of estimating."""
    words, norms = reading.words, reading.tokens.norms
    i = skip_comparators(reading, reading.token_before(draft.start))
    first, last = clause_of(reading, max(i, 0))
    if i < 1 or not words.has(norms[i], "change.to") or reading.any_of(first, last, "trend.passive"):
        return None
    verb = next((v for v in range(first, last) if words.has(norms[v], "measured.estimating")), None)
    found = [p for p in phrases(reading, first, i) if not p.governor and not words.has(norms[p.head], "measured.time_nouns")]
    if verb is None or not found:
        return None
    head = next((p for p in found if p.last <= verb), None)
    fronted = head if head and (head.oblique or pronoun_before(reading, verb, i)) else None
    object_ = fronted or next((p for p in found if last_measure(reading, p)), None) or found[-1]
    if object_ is head and not (fronted or last_measure(reading, object_)):
        return None
    run = nominal_run(reading, object_.first, i)
    return object_.first, run[-1].last if run and run[0].first == object_.first else object_.last


def fallen(reading: Reading, draft: Draft) -> TokenRange | None:
    """`auf die Kandidatin entfielen 51 Prozent, auf den Gegner 49`: whom a share falls to."""
    words = reading.words
    i = reading.token_at(draft.start)
    first, last = reading.around(i)
    if not reading.any_of(first, last, "measured.falling"):
        return None
    low = clause_of(reading, i)[0]
    goal = next((p for p in phrases(reading, low, i) if words.has(p.governor, "change.to")), None)
    return (goal.first, goal.last) if goal else None
