"""Quotes -> the words around them in their articles."""

from __future__ import annotations

import json
from typing import Any

from datasette_wirefacts import _compat_permissions
from datasette_wirefacts.pages.frame import Page, Rows
from datasette_wirefacts.sources import quoted

AROUND = 160  # characters to either side
MOST_SOURCES = 3  # each is a query
SOURCES = """
    SELECT source_table, key_columns, text_column, document_column FROM wirefacts_sources
    WHERE document_column IS NOT NULL ORDER BY id
"""


async def contexts(page: Page, quotes: Rows) -> dict[int, tuple[str, str]]:
    """For each quote what stands before and behind it; nothing where the article has changed or has several keys."""
    found: dict[int, tuple[str, str]] = {}
    if not quotes:
        return found
    for source in (await page.rows(SOURCES))[:MOST_SOURCES]:
        if await _compat_permissions.may_view_all(page.datasette, page.request.actor, page.database.name, [source["source_table"]]):
            for row in await page.source_rows(_sql(source, len(quotes)), [quote["id"] for quote in quotes]):
                if str(row["words"]).startswith(row["quote"].partition(" … ")[0]):
                    found[row["id"]] = (_from_word(str(row["before"])), _to_word(str(row["behind"])))
    return found


def _sql(source: dict[str, Any], count: int) -> str:
    text, (key,) = f"a.{quoted(source['text_column'])}", json.loads(source["key_columns"])
    return f"""
        SELECT q.id, q.quote, substr({text}, q.start + 1, q."end" - q.start) AS words,
          substr({text}, max(q.start - {AROUND}, 0) + 1, min(q.start, {AROUND})) AS before,
          substr({text}, q."end" + 1, {AROUND}) AS behind
        FROM quotes AS q JOIN documents AS d ON d.id = q.document_id
          JOIN {quoted(source["source_table"])} AS a ON a.{quoted(key)} = d.{quoted(source["document_column"])}
        WHERE q.id IN ({", ".join("?" * count)})
    """


def _from_word(text: str) -> str:
    """The last paragraph of a text, from the beginning of a word on.

    >>> _from_word("Satz. Sie sagte: ") if AROUND > 17 else ""
    'Satz. Sie sagte: '
    """
    last = text.rpartition("\n")[2]
    return "… " + last.partition(" ")[2] if len(last) == AROUND else last


def _to_word(text: str) -> str:
    first = text.partition("\n")[0]
    return first.rpartition(" ")[0] + " …" if len(first) == AROUND else first
