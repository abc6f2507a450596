"""Rows of a table -> which of its columns hold the text, the headline and the date: by what is in them, not by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette_wirefacts.dates import iso_date

LONG = 200  # characters from which on a text is more than a headline
MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Guess:
    """Names of columns; None where none looks like it."""

    text: str | None
    title: str | None
    published: str | None


def guess_columns(rows: Sequence[dict[str, Any]]) -> Guess:
    """The columns by their contents: the longest text, the first distinct short text of several words, the first that is dates.

    >>> guess_columns([{"id": 1, "head": "Ein Hafen wächst", "day": "2024-10-16", "body": "Der Hafen wächst. " * 20}])
    Guess(text='body', title='head', published='day')
    """
    texts = {
        name: [str(row[name]) for row in rows if isinstance(row[name], str) and row[name].strip()]
        for name in (rows[0] if rows else ())
    }
    lengths = {name: sum(map(len, values)) / len(values) for name, values in texts.items() if values}
    text = max(lengths, key=lambda name: lengths[name], default=None)
    dates = (name for name, values in texts.items() if values and _share(iso_date(value) is not None for value in values) >= MOSTLY)
    published = next((name for name in dates if name != text), None)
    titles = (name for name in lengths if name not in (text, published) and _is_title(texts[name]))
    return Guess(text, next(titles, None), published)


def _share(answers: Any) -> float:
    known = [bool(answer) for answer in answers]
    return sum(known) / len(known)


def _is_title(values: Sequence[str]) -> bool:
    several_words = _share(" " in value.strip() for value in values) >= MOSTLY
    return several_words and sum(map(len, values)) / len(values) < LONG and len(set(values)) > len(values) / 2
