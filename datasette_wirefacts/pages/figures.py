"""The page of figures: those of one unit, over time as a plot, and as a table."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from typing import Any

from datasette.utils.asgi import Response

from datasette_wirefacts import _compat
from datasette_wirefacts.cells import amount
from datasette_wirefacts.pages.counts import dicts, remembered
from datasette_wirefacts.pages.frame import Page, Rows, json_response
from datasette_wirefacts.pages.plots import point_plot

PLOTTED = 400  # points; the newest
LISTED = 50  # of these, rows in the table below
NO_AMOUNTS = ("date", "time", "period", "score", "ordinal", "year")
UNITS = """
    SELECT kind, unit, count(*) AS n FROM figures GROUP BY kind, unit ORDER BY n DESC, kind, unit
"""
ASKED = {  # what the address may ask for; the time is that which the figure is about or, without one, that of the article
    "kind": "kind = :kind",
    "unit": "unit = :unit",
    "about": "(measured = :about OR counted = :about)",
    "claimed_by": "claimed_by_id = :claimed_by",
    "from": "coalesce(period_start, published) >= :from",
    "to": "coalesce(period_start, published) <= :to || '~'",  # a month holds its days
}
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
NEXT = re.compile(r"([\d-]*)/(\d{1,18})")


async def figures(page: Page) -> Response:
    """The page."""
    known = await remembered(page, "units", _units)
    chosen = _chosen(page, known)
    rows = await page.rows(*_query(chosen))
    listed, more = rows[:LISTED], len(rows) > LISTED
    if page.request.url_vars.get("json"):
        return json_response({"chosen": chosen, "figures": listed})
    for row in rows:
        row["shown"] = amount(row["amount"], row["amount_high"], row["unit"], row["comparator"])
    return await page.html(
        "wirefacts_figures.html",
        chosen=chosen,
        filters={name: chosen[name] for name in ASKED},
        rows_url=await _rows_url(page, chosen),
        kinds=_sums(known, "kind"),
        units=_sums([row for row in known if chosen["kind"] in (None, row["kind"])], "unit"),
        plot=point_plot(page.words, rows),
        plotted=len(rows),
        listed=listed,
        topics=Counter(topic for row in rows if (topic := row["measured"] or row["counted"])).most_common(12),
        next=f"{listed[-1]['published'] or ''}/{listed[-1]['id']}" if more else None,
    )


def _units(connection: sqlite3.Connection) -> Rows:
    return [row for row in dicts(connection, UNITS) if row["kind"] not in NO_AMOUNTS]


def _sums(known: Rows, name: str) -> list[tuple[str, int]]:
    """The values of a column with their numbers of figures, the most frequent first."""
    sums: Counter[str] = Counter()
    for row in known:
        if row[name]:
            sums[row[name]] += row["n"]
    return sums.most_common()


def _chosen(page: Page, known: Rows) -> dict[str, Any]:
    """What the address asks for; without a unit of that kind the most frequent one, so that the plot shows one unit only."""
    asked = page.request.args
    chosen: dict[str, Any] = {name: (asked.get(name) or "").strip() or None for name in ASKED}
    if not (chosen["claimed_by"] or "").isdecimal():
        chosen["claimed_by"] = None
    for name in ("from", "to"):
        if not DAY.fullmatch(chosen[name] or ""):
            chosen[name] = None
    after = NEXT.fullmatch(asked.get("next") or "")
    chosen["after"] = (after[1], int(after[2])) if after else None
    units = _sums([row for row in known if chosen["kind"] in (None, row["kind"])], "unit")
    if not chosen["unit"] or (chosen["kind"] and chosen["unit"] not in dict(units)):  # the form sends the unit of another kind
        chosen["unit"] = units[0][0] if units else None
    return chosen


def _query(chosen: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    where = ["amount IS NOT NULL", *(condition for name, condition in ASKED.items() if chosen[name])]
    if chosen["kind"] and not chosen["unit"]:  # a kind without units, such as a count
        where.append("unit IS NULL")
    day, id = chosen["after"] or (None, None)
    if day:
        where.append("(published < :day OR (published = :day AND id < :id) OR published IS NULL)")
    elif id is not None:
        where.append("published IS NULL AND id < :id")
    newest = f"SELECT * FROM figures WHERE {' AND '.join(where)} ORDER BY published DESC, id DESC LIMIT {PLOTTED}"
    return (
        f"""
        SELECT f.*, coalesce(f.period_start, f.published) AS day, d.title, e.name AS claimed_by
        FROM ({newest}) AS f JOIN documents AS d ON d.id = f.document_id LEFT JOIN entities AS e ON e.id = f.claimed_by_id
        ORDER BY f.published DESC, f.id DESC
    """,
        chosen | {"day": day, "id": id},
    )


async def _rows_url(page: Page, chosen: dict[str, Any]) -> str | None:
    """Datasette's page of the same rows; None where its filters cannot say which, and the reader may not say so in SQL."""
    wider = [ASKED[name].replace(f":{name}", _literal(chosen[name])) for name in ("about", "from", "to") if chosen[name]]
    if wider and not await _compat.may_run_sql(page.datasette, page.request.actor, page.database.name):
        return None
    query = {
        "kind": chosen["kind"],
        "unit": chosen["unit"],
        "unit__isnull": 1 if chosen["kind"] and not chosen["unit"] else None,
        "claimed_by_id": chosen["claimed_by"],
        "amount__notnull": 1,
        "_where": " AND ".join(wider),
    }
    return page.table_url("figures", **query)


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
