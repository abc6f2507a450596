"""Frames -> to whom it is said: ``gegenüber der Zeitung``, ``sagte der Zeitung``, ``forderte die Regierung auf``."""

from __future__ import annotations

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cues import Found
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import Reading
from datasette_wirefacts.facts import Span


def addressee_in(reading: Reading, first: int, last: int, cue: Found, speaker: Span | None) -> Span | None:
    """The addressee in a frame's token range: behind ``gegenüber``, in the dative, or the object of asking and warning."""
    text, words = reading.text, reading.words
    asks = cue.lemma in words.asking
    tells = cue.lemma in words.telling
    i = first
    while i < last:
        if speaker is not None and speaker[0] <= i < speaker[1]:
            i = speaker[1]
            continue
        kind = text.kinds[i]
        if text.norms[i] in words.toward:
            end = phrase_end(text, i + 1, last, reading.phrases) if i + 1 < last else None
            return (i + 1, end) if end is not None else None
        if kind & w.PREP and not kind & w.NOUN:
            end = phrase_end(text, i + 1, last, reading.phrases) if i + 1 < last else None
            i = end if end is not None else i + 1
            continue
        end = phrase_end(text, i, last, reading.phrases) if kind & (w.DET | w.NOUN | w.PRON) else None
        if end is None or end <= i:
            if (asks or tells) and text.norms[i] in words.addressed and kind & w.PRON:
                return i, i + 1
            i += 1
            continue
        if i > cue.tokens[0] and cue.tokens[0] not in range(i, end):
            dative = text.norms[i] in words.dative
            if (tells and dative) or (asks and text.norms[i] not in words.genitive_only):
                return i, end
        i = end
    return None
