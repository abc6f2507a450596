"""The page of figures: those of one unit, over time as a plot, and as a table."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from typing import Any

from datasette.utils.asgi import Response

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
    """What the address asks for; without a unit the most frequent one of that kind, so that the plot shows one unit only."""
    asked = page.request.args
    chosen: dict[str, Any] = {name: (asked.get(name) or "").strip() or None for name in ("kind", "unit", "about", "claimed_by")}
    for name in ("from", "to"):
        value = (asked.get(name) or "").strip()
        chosen[name] = value if DAY.fullmatch(value) else None
    after = NEXT.fullmatch(asked.get("next") or "")
    chosen["after"] = (after[1], int(after[2])) if after else None
    if not chosen["unit"]:
        units = _sums([row for row in known if chosen["kind"] in (None, row["kind"])], "unit")
        chosen["unit"] = units[0][0] if units else None
    return chosen


def _query(chosen: dict[str, Any]) -> tuple[str, list[Any]]:
    where = ["f.amount IS NOT NULL"]
    values: list[Any] = []

    def add(condition: str, *value: Any) -> None:
        where.append(condition)
        values.extend(value)

    if chosen["unit"]:
        add("f.unit = ?", chosen["unit"])
    elif chosen["kind"]:  # a kind without units, such as a count
        add("f.unit IS NULL")
    if chosen["kind"]:
        add("f.kind = ?", chosen["kind"])
    if chosen["about"]:
        add("(f.measured = ? OR f.counted = ?)", chosen["about"], chosen["about"])
    if (chosen["claimed_by"] or "").isdecimal():
        add("f.claimed_by_id = ?", int(chosen["claimed_by"][:18]))
    for name, sign in (("from", ">="), ("to", "<=")):
        if chosen[name]:  # the time that the figure is about; without one, that of the article
            add(f"coalesce(f.period_start, f.published) {sign} ?", chosen[name] + ("\uffff" if name == "to" else ""))
    if chosen["after"]:
        day, id = chosen["after"]
        add(
            "(f.published < ? OR (f.published = ? AND f.id < ?) OR f.published IS NULL)"
            if day
            else "f.published IS NULL AND f.id < ?",
            *((day, day, id) if day else (id,)),
        )
    newest = f"""
        SELECT f.* FROM figures AS f WHERE {" AND ".join(where)} ORDER BY f.published DESC, f.id DESC LIMIT {PLOTTED}
    """
    return (
        f"""
        SELECT f.*, coalesce(f.period_start, f.published) AS day, d.title, e.name AS claimed_by
        FROM ({newest}) AS f JOIN documents AS d ON d.id = f.document_id LEFT JOIN entities AS e ON e.id = f.claimed_by_id
        ORDER BY f.published DESC, f.id DESC
    """,
        values,
    )
