"""Number -> what stands beside it: units, currencies before and behind, rates (`je Liter`), compounds (`-Projekt`)."""

from __future__ import annotations

import re

from datasette_wirefacts.extractors.figures.reading import Reading
from datasette_wirefacts.extractors.figures.words import PIECE, Unit

LONGEST = 48
MOST_PIECES = 9
COMPOUND = re.compile(r"(?:-[^\W_]+)+")
PUNCTUATION = frozenset('.,;:!?)]}…"“”«»/–—')


def match_unit(reading: Reading, at: int) -> tuple[int, Unit] | None:
    """The longest unit that begins at ``at`` or behind one white space, with its end."""
    text, words = reading.text, reading.words
    start = reading.space(at)
    first = PIECE.match(text, start)
    if first is None or first[0].lower() not in words.first_pieces:
        return None
    pieces = []
    end = start
    for _ in range(MOST_PIECES):
        piece = PIECE.match(text, end, start + LONGEST)
        if piece is None:
            break
        end = piece.end()
        pieces.append(end)
    for end in reversed(pieces):
        surface = text[start:end].replace("\u00a0", " ").replace("\u202f", " ")
        unit = words.units.get(surface) or words.folded_units.get(surface.lower()) or _glued(reading, surface, start == at)
        if unit and not _inside_word(text, end) and not (unit.shy and start > at and not closes(text, end)):
            return end, unit
    return None


def _glued(reading: Reading, surface: str, glued: bool) -> Unit | None:
    """A symbol in another case, directly behind its number: `500Km`."""
    if not glued and len(surface) < 3:
        return None
    unit = reading.words.units.get(surface.lower())
    return unit if unit and not unit.shy and unit.kind != "money" else None


def _inside_word(text: str, end: int) -> bool:
    return text[end - 1 : end].isalpha() and text[end : end + 1].isalnum()


def closes(text: str, end: int) -> bool:
    """Whether punctuation or the text's end follows."""
    following = text[end : end + 1]
    return not following or following in PUNCTUATION or following == "\n"


def rate_end(reading: Reading, end: int) -> tuple[int, str] | None:
    """The end and the unit of a phrase like `je Liter` that begins at ``end``."""
    text = reading.text
    start = reading.space(end)
    if text[start : start + 1] == "/":
        found = match_unit(reading, start + 1)
    else:
        word = reading.word(end)
        if word is None or not reading.words.has(word.norm, "units.per"):
            return None
        found = match_unit(reading, word.end)
    return (found[0], found[1].id) if found and found[1].kind != "money" else None


def currency_before(reading: Reading, start: int) -> tuple[int, Unit] | None:
    """A currency code or sign that stands before ``start``, with its own start."""
    text = reading.text
    end = start
    while end > 0 and start - end < 2 and text[end - 1] in " \u00a0\u202f":
        end -= 1
    for length in range(min(5, end), 0, -1):
        surface = text[end - length : end]
        unit = reading.words.prefixes.get(surface.upper())
        if (
            unit
            and end - length >= reading.floor
            and _as_written(surface)
            and not (surface[0].isalpha() and end > length and text[end - length - 1].isalnum())
        ):
            return end - length, unit
    return None


def _as_written(surface: str) -> bool:
    """Codes stand in capitals; only with a sign behind them (`usd$`) may they be small."""
    return surface == surface.upper() or surface[-1] in "$." or not surface.isascii()


def compound_end(reading: Reading, end: int) -> int:
    """The end of the hyphened compound that goes on at ``end``; ``end`` itself if none does."""
    found = COMPOUND.match(reading.text, end)
    return found.end() if found else end
