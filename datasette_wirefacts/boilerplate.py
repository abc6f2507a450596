"""Text -> the lines that carry no news: credits, web navigation, sign-off.

Which lines those are, the language's table ``datelines`` says, section ``boilerplate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack

LINE = re.compile(r"[^\r\n]+")
LONGEST = 200  # characters; a longer line is prose, however it begins
RULE_LINE = re.compile(r"[\s|*_=#·•–—-]{1,200}")
CLOSING_CREDIT = re.compile(r"\s\(([^()\n]{2,60})\)\s*$")


def find_boilerplate(text: str, pack: LanguagePack) -> tuple[Span, ...]:
    """The spans of such lines, and of an agency's credit in brackets at the end of the text."""
    words = pack.table("datelines").get("boilerplate", {})
    line_starts = tuple(words.get("line_starts", ()))
    line_words = frozenset(words.get("line_words", ()))
    lines = [span for span in _short_lines(text) if _is_boilerplate(text[slice(*span)].strip(), line_starts, line_words)]
    credit = _closing_credit(text, pack)
    return tuple([*lines, credit] if credit else lines)


def _short_lines(text: str) -> Iterator[Span]:
    return (match.span() for match in LINE.finditer(text) if match.end() - match.start() <= LONGEST)


def _is_boilerplate(line: str, line_starts: tuple[str, ...], line_words: frozenset[str]) -> bool:
    return line.startswith(line_starts) or line in line_words or bool(RULE_LINE.fullmatch(line))


def _closing_credit(text: str, pack: LanguagePack) -> Span | None:
    """``(dpa/lno)`` after the last sentence."""
    match = CLOSING_CREDIT.search(text, max(0, len(text) - LONGEST))
    if not match:
        return None
    agencies = {agency.casefold() for agency in pack.table("datelines").get("agencies", ())}
    names = re.split(r"[/,; ]", match[1].casefold())
    return (match.start() + 1, match.end()) if agencies & set(names) else None
