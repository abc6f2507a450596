"""Text -> the lines that carry no news: credits, web navigation, sign-off.

Which lines those are, the language's table ``datelines`` says, section ``boilerplate``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack

LINE = re.compile(r"[^\r\n]+")
LONGEST = 200  # characters; a longer line is prose, however it begins
RULE_LINE = r"[\s|*_=#·•–—-]{1,200}"
CLOSING_CREDIT = re.compile(r"\s\(([^()\n]{2,60})\)\s*$")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """The language's table, ready for use."""

    starts: tuple[str, ...]
    words: frozenset[str]
    lines: re.Pattern[str]
    agencies: frozenset[str]

    def holds(self, line: str) -> bool:
        """True where the line as a whole is boilerplate."""
        line = unicodedata.normalize("NFC", line.strip())
        return line.startswith(self.starts) or line in self.words or bool(self.lines.fullmatch(line))


def boilerplate(pack: LanguagePack) -> Boilerplate:
    """The table as sets and one pattern."""
    table = pack.table("datelines")
    words = table.get("boilerplate", {})
    return Boilerplate(
        tuple(words.get("line_starts", ())),
        frozenset(words.get("line_words", ())),
        re.compile("|".join([RULE_LINE, *words.get("line_patterns", ())])),
        frozenset(agency.casefold() for agency in table.get("agencies", ())),
    )


def find_boilerplate(text: str, pack: LanguagePack) -> tuple[Span, ...]:
    """The spans of such lines, and of an agency's credit in brackets at the end of the text; a text is never all boilerplate."""
    table = pack.derived(boilerplate)
    every = list(_short_lines(text))
    lines = [span for span in every if table.holds(text[slice(*span)])]
    if len(lines) == len(every) and len(text) <= LONGEST:
        return ()
    credit = _closing_credit(text, table.agencies)
    return tuple([*lines, credit] if credit else lines)


def _short_lines(text: str) -> Iterator[Span]:
    return (match.span() for match in LINE.finditer(text) if match.end() - match.start() <= LONGEST)


def _closing_credit(text: str, agencies: frozenset[str]) -> Span | None:
    """``(dpa/lno)`` after the last sentence."""
    match = CLOSING_CREDIT.search(text, max(0, len(text) - LONGEST))
    if not match:
        return None
    return (match.start() + 1, match.end()) if agencies & set(re.split(r"[/,; ]", match[1].casefold())) else None
