"""Text -> the stretches that stand again, letter for letter, in the same text.

Agencies and web copies deliver a body twice, or its lead quote again at the end. A repeat begins at a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasette_wirefacts.facts import Repeat

SHORTEST = 60  # characters; shorter sentences recur by chance ("Das Urteil ist noch nicht rechtskräftig.")
# A rough sentence start is enough here: both copies are cut alike.
SENTENCE_START = re.compile(r"(?:^|(?<=\n)|(?<=[.!?\"“”«»] ))(?=[^\s])")
SENTENCE_END = re.compile(r"[.!?…][\"“”«»’)]{0,2}(?=\s|$)|(?=\n)|$")


def find_repeats(text: str) -> tuple[Repeat, ...]:
    """The repeats in order, each as long as it goes, none inside another.

    >>> body = "Die Brücke wird am kommenden Montag für den Verkehr gesperrt, bestätigte das Amt.\\n"
    >>> find_repeats(body + body)
    (Repeat(start=82, end=163, original_start=0),)
    """
    seen: dict[str, int] = {}
    found: list[Repeat] = []
    for start in _starts(text):
        if found and start < found[-1].end:
            continue
        key = text[start : start + SHORTEST]
        if len(key) < SHORTEST:
            break
        original = seen.setdefault(key, start)
        length = _common_length(text, original, start) if original < start else 0
        if length >= SHORTEST:
            found.append(Repeat(start=start, end=start + length, original_start=original))
    return tuple(found)


def _starts(text: str) -> Iterator[int]:
    return (match.start() for match in SENTENCE_START.finditer(text))


def _common_length(text: str, original: int, start: int) -> int:
    """How far the two stretches agree, cut back to the end of a sentence and never running into each other."""
    longest = min(start - original, len(text) - start)
    step = 1024
    length = 0
    while length < longest:
        size = min(step, longest - length)
        if text[original + length : original + length + size] == text[start + length : start + length + size]:
            length += size
        elif size == 1:
            break
        else:
            step = max(1, size // 2)
    return _sentence_length(text, start, length)


def _sentence_length(text: str, start: int, length: int) -> int:
    ends = [match.end() for match in SENTENCE_END.finditer(text, start, start + length) if match.end() <= start + length]
    if start + length == len(text) or (length and not text[start + length - 1 : start + length + 1].strip()):
        ends.append(start + length)
    end = max(ends, default=start)
    return len(text[start:end].rstrip())
