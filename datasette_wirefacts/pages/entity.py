"""The page of a person, place or organisation: offices over time, what it said and claimed, who is named with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from datasette.utils.asgi import Response

from datasette_wirefacts.pages.contexts import contexts
from datasette_wirefacts.pages.counts import dicts, remembered
from datasette_wirefacts.pages.frame import Page, json_response
from datasette_wirefacts.pages.plots import bar_plot

SHOWN = 20  # quotes, figures and documents on the page; the tables have the rest
NEAR = 200  # documents in which is looked for who is named with it
ENTITY = "SELECT * FROM entities WHERE id = ?"
LISTS = {
    "aliases": "SELECT alias, kind FROM aliases WHERE entity_id = :id ORDER BY kind, alias LIMIT 60",
    "roles": f"""
        SELECT r.id, r.role, r.document_id, d.published, r.person_id, e.name AS person, r.organisation_id, o.name AS organisation
        FROM roles AS r JOIN documents AS d ON d.id = r.document_id LEFT JOIN entities AS e ON e.id = r.person_id
          LEFT JOIN entities AS o ON o.id = r.organisation_id
        WHERE r.id IN (
          SELECT id FROM (SELECT id FROM roles WHERE person_id = :id ORDER BY id DESC LIMIT {NEAR})
          UNION SELECT id FROM (SELECT id FROM roles WHERE organisation_id = :id ORDER BY id DESC LIMIT {NEAR})
          UNION SELECT id FROM (SELECT id FROM roles WHERE place_id = :id ORDER BY id DESC LIMIT {NEAR}))
        ORDER BY d.published, r.id
    """,
    "quotes": f"""
        SELECT q.*, d.title FROM quotes AS q JOIN documents AS d ON d.id = q.document_id
        WHERE q.speaker_id = :id ORDER BY q.published DESC, q.id DESC LIMIT {SHOWN}
    """,
    "figures": f"""
        SELECT f.*, d.title FROM figures AS f JOIN documents AS d ON d.id = f.document_id
        WHERE f.claimed_by_id = :id ORDER BY f.published DESC, f.id DESC LIMIT {SHOWN}
    """,
    "documents": f"""
        SELECT d.id, d.title, d.published FROM documents AS d
        WHERE d.id IN (SELECT DISTINCT document_id FROM mentions WHERE entity_id = :id ORDER BY document_id DESC LIMIT {SHOWN})
        ORDER BY d.published DESC, d.id DESC
    """,
    "companions": f"""
        SELECT e.id, e.name, e.kind, count(DISTINCT m.document_id) AS n
        FROM (SELECT DISTINCT document_id FROM mentions WHERE entity_id = :id ORDER BY document_id DESC LIMIT {NEAR}) AS d
          CROSS JOIN mentions AS m ON m.document_id = d.document_id JOIN entities AS e ON e.id = m.entity_id
        WHERE m.entity_id <> :id GROUP BY e.id ORDER BY n DESC, e.name LIMIT {SHOWN}
    """,
    "namesakes": """
        SELECT e.id, e.name, e.kind, e.qualifier FROM entities AS n JOIN entities AS e ON e.name = n.name AND e.id <> n.id
        WHERE n.id = :id ORDER BY e.id LIMIT 10
    """,
}
QUOTE_DAYS = "SELECT published, count(*) AS n FROM quotes WHERE speaker_id = ? GROUP BY published"
MENTION_DAYS = """
    SELECT d.published, count(*) AS n FROM mentions AS m JOIN documents AS d ON d.id = m.document_id
    WHERE m.entity_id = ? GROUP BY d.published
"""


async def entity(page: Page) -> Response:
    """The page."""
    found = await page.row(ENTITY, [page.id])
    lists = {name: await page.rows(sql, {"id": page.id}) for name, sql in LISTS.items()}
    days = await remembered(page, f"entity {page.id}", partial(_days, page.id))
    totals = {name: sum(n for _, n in counts) for name, counts in days.items()}
    lists["roles"] = _periods(lists["roles"])
    if page.request.url_vars.get("json"):
        return json_response({"entity": found, "totals": totals, **lists})
    around = await contexts(page, lists["quotes"])
    timeline = bar_plot(page.words, [days["mentions"], days["quotes"]])
    context: dict[str, Any] = {"entity": found, "totals": totals, "around": around, "timeline": timeline, **lists}
    return await page.html("wirefacts_entity.html", **context)


def _days(id: int, connection: Any) -> dict[str, list[tuple[Any, int]]]:
    found = {"quotes": dicts(connection, QUOTE_DAYS, [id]), "mentions": dicts(connection, MENTION_DAYS, [id])}
    return {name: [(row["published"], row["n"]) for row in rows] for name, rows in found.items()}


def _periods(roles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each office of a person, with the first and the last day on which an article gives it, the latest first."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in roles:
        known = found.setdefault((row["person_id"], row["role"], row["organisation_id"]), row | {"first": row["published"], "n": 0})
        known["last"] = row["published"] or known.get("last")
        known["n"] += 1
    return sorted(found.values(), key=lambda row: str(row["last"] or ""), reverse=True)
