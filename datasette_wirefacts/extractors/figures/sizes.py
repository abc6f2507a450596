"""Draft -> what stands beside a measure without a verb: `eine 100 Mann starke Truppe`, `200 Kilometer nördlich von Rom`."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.attributes import TokenRange, sized
from datasette_wirefacts.extractors.figures.phrases import clause_of, phrases
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.subjects import eligible


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
    away = any(words.has(norm, "measured.away") for norm in reading.tokens.norms[i:last])
    if draft.kind != "measure" or word is None or not (away or words.has(word.norm, "measured.directions")):
        return None
    start = reading.around(i)[0]
    if next(phrases(reading, first, i), None) is None and first - 2 >= start:
        first, last = clause_of(reading, first - 2)
    phrase = next((p for p in phrases(reading, first, min(last, i)) if eligible(reading, p, [])), None)
    return (phrase.first, phrase.last) if phrase else None
