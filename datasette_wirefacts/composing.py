"""Text -> a copy with composed letters (NFC), and where each of its characters stands in the text.

Some systems write ``Köln`` with an ``o`` and a combining mark. Patterns are for composed letters; offsets are those of the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from datasette_wirefacts.facts import Span

# A character with its marks: those of the Latin, Greek and Cyrillic letters.
MARKED = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Composed:
    """The copy; ``offsets`` has one more item than it has characters. None: the text was composed already."""

    text: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> Span:
        """A span of the copy as one of the text."""
        return (self.offsets[start], self.offsets[end]) if self.offsets else (start, end)


def composed(text: str) -> Composed:
    """The composed copy of a text.

    >>> copy = composed("Ko\\u0308ln liegt")
    >>> copy.text, copy.span(0, 4)
    ('Köln liegt', (0, 5))
    """
    if unicodedata.is_normalized("NFC", text):
        return Composed(text)
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in MARKED.finditer(text):
        letter = unicodedata.normalize("NFC", match[0])
        pieces += [text[at : match.start()], letter]
        offsets += range(at, match.start() + 1)
        offsets += range(match.start() + 1, match.start() + len(letter))
        at = match.end()
    return Composed("".join([*pieces, text[at:]]), (*offsets, *range(at, len(text) + 1)))
