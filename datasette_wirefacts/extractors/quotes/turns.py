"""Paragraphs -> direct quotes without marks: the turns of an interview (``Frage: …``, ``Meier: …``) and dialogue after dashes."""

from __future__ import annotations

from collections import Counter

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import SENTENCE_MARKS
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import Draft, Reading
from datasette_wirefacts.facts import Span

FEWEST = 3  # labelled paragraphs that make an interview
LABEL = 4  # tokens
DATE = 6  # tokens before the colon of an item in a list: "- 1. Januar 1999: …"
LEAD = 200  # tokens before the first turn


def turn_quotes(reading: Reading) -> list[Draft]:
    """The turns of a text, in order."""
    labels = {first: label for first, last in reading.tokens.paragraphs if (label := _label(reading, first, last)) is not None}
    names = Counter(reading.text.norms[b] for b, _ in labels.values())
    interview = len(labels) >= FEWEST and len(names) < len(labels)
    found: list[Draft] = []
    dashed: list[Draft] = []
    asker = _asker(reading, min(labels)) if interview else None
    for first, last in reading.tokens.paragraphs:
        if interview and first in labels and names[reading.text.norms[labels[first][0]]] > 1:
            speaker = labels[first] if reading.text.norms[first] not in reading.words.asker else asker
            found.append(_draft((labels[first][1] + 1, last), speaker, rule="interview-turn"))
        elif _dashed(reading, first, last):
            dashed.append(_draft((first + 1, last), None, rule="dash-dialogue"))
            continue
        found.extend(dashed if len(dashed) > 1 else [])
        dashed = []
    found.extend(dashed if len(dashed) > 1 else [])
    return sorted(found, key=lambda draft: draft.first)


def _asker(reading: Reading, turn: int) -> Span | None:
    """Who asks the questions of an interview: ``im Gespräch mit dem Abendboten``, said before its first turn."""
    text, words = reading.text, reading.words
    for i in range(turn - 3, max(0, turn - LEAD) - 1, -1):
        if text.norms[i] in words.talks and text.norms[i + 1] in words.beside:
            end = phrase_end(text, i + 2, turn, reading.phrases, attributes=False)
            return (i + 2, end) if end is not None else None
    return None


def _draft(part: Span, speaker: Span | None, *, rule: str) -> Draft:
    return Draft(kind="direct", parts=[part], outer=[part], rule=rule, speaker=speaker)


def _label(reading: Reading, first: int, last: int) -> Span | None:
    """The noun phrase before a colon at the head of a paragraph of running text."""
    text = reading.text
    colon = next((i for i in range(first, min(first + LABEL, last)) if text.words[i] == ":"), None)
    if colon is None or colon == first or colon + 2 >= last or text.words[last - 1] not in SENTENCE_MARKS:
        return None
    if text.words[colon + 1] in reading.marks.all or not all(text.kinds[i] & w.NOUN for i in range(first, colon)):
        return None
    return first, colon


def _dashed(reading: Reading, first: int, last: int) -> bool:
    """A paragraph that begins with a dash and holds a whole sentence: speech, no item of a list."""
    words = reading.text.words
    return (
        last - first > 2
        and words[first] in reading.marks.dashes
        and words[last - 1] in SENTENCE_MARKS
        and words[first + 1][0].isupper()
        and ":" not in words[first + 1 : min(first + 1 + DATE, last)]
    )
