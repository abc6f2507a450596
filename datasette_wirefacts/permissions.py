"""Tables and saved queries -> the tables that one must be allowed to see before one may see them.

Whoever may not see a table with articles sees nothing that was taken from it, and a saved query of ours shows no more than the
tables that it reads. How Datasette is told so is in ``_compat``.
"""

from __future__ import annotations

import re

from datasette_wirefacts.metadata import Contents, descriptions, saved_queries


def needed_for_table(contents: Contents, table: str) -> frozenset[str]:
    """The tables with articles behind a table: all of them for any of ours, none for any other."""
    return frozenset(source.table for source in contents.sources) if table in contents.facts else frozenset()


def needed_for_query(name: str, sql: str) -> frozenset[str]:
    """The tables that a saved query of ours reads; none for one that the user has named alike."""
    ours = saved_queries().get(name)
    return tables_read(sql) if ours and ours["sql"] == sql.strip() else frozenset()


def tables_read(sql: str) -> frozenset[str]:
    """The tables that a statement of descriptions.toml reads.

    >>> sorted(tables_read("select count(*) as figures from quotes join entities on entities.id = quotes.speaker_id"))
    ['entities', 'quotes']
    """
    return frozenset(re.findall(r"\b(?:from|join) (\w+)", sql)) & frozenset(descriptions()["tables"])
