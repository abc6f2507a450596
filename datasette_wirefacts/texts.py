"""Article row -> Text: the source string with its language, dateline, boilerplate and repeats.

Nothing is cut out: every offset is one into the original string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from datasette_wirefacts.boilerplate import find_boilerplate
from datasette_wirefacts.datelines import find_dateline
from datasette_wirefacts.facts import Dateline, Repeat, Span
from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.repeats import find_repeats

BYTE_ORDER_MARK = "\ufeff"  # at the head of a file that some program wrote; it belongs to no word
# NUL and lone surrogates cannot be stored as text; they become U+FFFD one for one, so that offsets hold.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A dispatch as the extractors see it; ``title`` and ``published`` are context, never a source of facts."""

    text: str
    language: str
    title: str | None = None
    published: str | None = None  # ISO 8601 date
    dateline: Dateline | None = None
    boilerplate: tuple[Span, ...] = ()  # credits, navigation, sign-off
    repeats: tuple[Repeat, ...] = ()

    @property
    def silent(self) -> tuple[Span, ...]:
        """The stretches that yield no facts: boilerplate and repeats, in order."""
        return tuple(sorted([*self.boilerplate, *((repeat.start, repeat.end) for repeat in self.repeats)]))


def read_text(source: str, pack: LanguagePack, *, title: str | None = None, published: str | None = None) -> Text:
    """The Text of a source string in the pack's language."""
    text = clean(source)
    dateline = find_dateline(text, pack)
    return Text(
        text=text,
        language=pack.code,
        title=title,
        published=published,
        dateline=dateline,
        boilerplate=find_boilerplate(text, pack),
        repeats=find_repeats(text),
    )


def clean(source: str) -> str:
    """The string as it is read, with the same offsets: NULs and lone surrogates replaced, a byte order mark as a space.

    >>> clean("a\\x00b"), clean("\ufeffKiel")
    ('a\ufffdb', ' Kiel')
    """
    if source.startswith(BYTE_ORDER_MARK):
        source = " " + source[1:]
    return UNSTORABLE.sub("\ufffd", source)
