"""Text -> the stretches that stand again, letter for letter, in the same text.

Agencies and web copies deliver a body twice, or its lead quote again at the end. A repeat begins at a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasette_wirefacts.facts import Repeat

SHORTEST = 60  # characters; shorter sentences recur by chance ("Das Urteil ist noch nicht rechtskräftig.")
GOES_ON = 30  # characters that must agree behind a small difference
# A rough sentence start is enough here: both copies are cut alike.
SENTENCE_START = re.compile(r"(?:^|(?<=\n)|(?<=[.!?:\"“”«»–-] ))(?=\S)")
SENTENCE_END = re.compile(r"[.!?…][\"“”«»’)]{0,2}(?=\s)|(?=\n)")


def find_repeats(text: str) -> tuple[Repeat, ...]:
    """The repeats in order, none inside another; where the copies differ in a mark or a space, one ends and the next begins.

    >>> body = "Die Brücke wird am kommenden Montag für den Verkehr gesperrt, bestätigte das Amt.\\n"
    >>> find_repeats(body + body)
    (Repeat(start=82, end=163, original_start=0),)
    """
    seen: dict[str, int] = {}
    found: list[Repeat] = []
    read_to = 0  # what was compared once is not compared again: linear, also where nothing comes of it
    for start in _starts(text):
        if start < read_to:
            continue
        key = text[start : start + SHORTEST]
        if len(key) < SHORTEST:
            break
        original = seen.setdefault(key, start)
        if original < start:
            repeats, read_to = _chain(text, original, start)
            found.extend(repeats)
    return tuple(found)


def _chain(text: str, original: int, start: int) -> tuple[list[Repeat], int]:
    """The repeat that begins here and those that go on behind small differences, and how far the text was compared."""
    repeats: list[Repeat] = []
    resumed = False
    while True:
        length = _common_length(text, original, start)
        gap = _small_gap(text, original + length, start + length) if length < start - original else None
        whole = length if gap else _sentence_length(text, start, length)
        if whole >= SHORTEST or (resumed and whole):
            repeats.append(Repeat(start=start, end=start + whole, original_start=original))
        if not gap:
            return repeats, start + length
        original, start = original + length + gap[0], start + length + gap[1]
        resumed = True


def _small_gap(text: str, original: int, start: int) -> tuple[int, int] | None:
    """How many characters to skip in each copy so that they agree again for a while, two at the most."""
    for skip in ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0)):
        here, there = start + skip[1], original + skip[0]
        if (
            there + GOES_ON <= start
            and text[here : here + GOES_ON] == text[there : there + GOES_ON]
            and len(text) - here >= GOES_ON
        ):
            return skip
    return None


def _starts(text: str) -> Iterator[int]:
    return (match.start() for match in SENTENCE_START.finditer(text))


def _common_length(text: str, original: int, start: int) -> int:
    """How far the two stretches agree, never running into each other."""
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
    return length


def _sentence_length(text: str, start: int, length: int) -> int:
    """The length cut back to the last sentence that both copies have whole."""
    if start + length < len(text):
        ends = [match.end() for match in SENTENCE_END.finditer(text, start, start + length + 1)]
        length = max((end - start for end in ends if end <= start + length), default=0)
    return len(text[start : start + length].rstrip())
