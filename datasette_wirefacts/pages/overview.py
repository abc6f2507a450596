"""The overview of a database: how much there is, who speaks, of what, and what the runs left undone."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from datasette.utils.asgi import Response

from datasette_wirefacts.pages.counts import dicts, remembered
from datasette_wirefacts.pages.frame import Page, Rows, json_response
from datasette_wirefacts.pages.plots import bar_plot
from datasette_wirefacts.sources import quoted

TOP = 10
TOTALS = ("documents", "figures", "mentions", "roles")
COUNTS = {
    "kinds": "SELECT kind, count(*) AS n FROM quotes GROUP BY kind ORDER BY n DESC",
    "entities": "SELECT kind, count(*) AS n FROM entities GROUP BY kind ORDER BY n DESC",
    "days": "SELECT published, count(*) AS n FROM quotes WHERE published IS NOT NULL GROUP BY published",
    "units": f"SELECT unit, count(*) AS n FROM figures WHERE unit IS NOT NULL GROUP BY unit ORDER BY n DESC, unit LIMIT {TOP}",
    "speakers": f"""
        SELECT e.id, e.name, t.n
        FROM (SELECT speaker_id, count(*) AS n FROM quotes WHERE speaker_id IS NOT NULL GROUP BY 1 ORDER BY n DESC LIMIT {TOP}) AS t
          JOIN entities AS e ON e.id = t.speaker_id ORDER BY t.n DESC, e.name
    """,
    "places": f"""
        SELECT e.id, e.name, t.n FROM (SELECT entity_id, count(*) AS n FROM mentions GROUP BY entity_id) AS t
          JOIN entities AS e ON e.id = t.entity_id WHERE e.kind = 'place' ORDER BY t.n DESC, e.name LIMIT {TOP}
    """,
    "failed": """
        SELECT e.source_id, s.source_table, count(*) AS n
        FROM wirefacts_errors AS e JOIN wirefacts_sources AS s ON s.id = e.source_id
        GROUP BY e.source_id
    """,
}
RUNS = """
    SELECT r.*, s.source_table FROM wirefacts_runs AS r LEFT JOIN wirefacts_sources AS s ON s.id = r.source_id
    ORDER BY r.id DESC LIMIT 1
"""
NEWEST = f"""
    SELECT d.id, d.title, d.published, p.name AS place, a.name AS agency FROM documents AS d
      LEFT JOIN entities AS p ON p.id = d.dateline_place_id LEFT JOIN entities AS a ON a.id = d.agency_id
    ORDER BY d.published DESC, d.id DESC LIMIT {TOP}
"""


async def overview(page: Page) -> Response:
    """The page."""
    counts = await remembered(page, "overview", _count)
    quotes = sum(row["n"] for row in counts["kinds"])
    context = counts | {
        "totals": counts["totals"] | {"quotes": quotes, "entities": sum(row["n"] for row in counts["entities"])},
        "newest": await page.rows(NEWEST),
        "runs": await page.rows(RUNS),
    }
    if page.request.url_vars.get("json"):
        return json_response(context)
    weeks = bar_plot(page.words, [[(row["published"], row["n"]) for row in counts["days"]]], step="week")
    return await page.html("wirefacts_overview.html", weeks=weeks, **context)


def _count(connection: sqlite3.Connection) -> dict[str, Any]:
    found: dict[str, Any] = {name: dicts(connection, sql) for name, sql in COUNTS.items()}
    sums = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in TOTALS)
    found["totals"] = dicts(connection, f"SELECT {sums}")[0]
    found["pending"] = _pending(connection)
    return found


def _pending(connection: sqlite3.Connection) -> Rows:
    """For each source, how many articles with a text have no document, and have not failed either."""
    sources = dicts(connection, "SELECT id, source_table, key_columns, text_column, where_sql FROM wirefacts_sources ORDER BY id")
    parts, values = [], []
    for source in sources:
        keys = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in json.loads(source["key_columns"]))
        where = f"({source['where_sql']}\n) AND " if source["where_sql"] else ""
        has_text = f"{quoted(source['text_column'])} IS NOT NULL"
        count = f"SELECT count(*) FROM {quoted(source['source_table'])} WHERE {where}{keys} AND {has_text}"
        done = "SELECT count(*) FROM documents WHERE source_id = ?"
        failed = """
            SELECT count(DISTINCT source_pk) FROM wirefacts_errors AS e WHERE source_id = ? AND NOT EXISTS
              (SELECT 1 FROM documents AS d WHERE d.source_id = e.source_id AND d.source_pk = e.source_pk)
        """
        parts.append(f"SELECT ? AS source_table, max(0, ({count}) - ({done}) - ({failed})) AS n")
        values += [source["source_table"], source["id"], source["id"]]
    try:
        return [row for row in dicts(connection, " UNION ALL ".join(parts), values) if row["n"]] if parts else []
    except sqlite3.Error:  # a table is gone, or a condition no longer fits it: the next run says so
        return []
