"""Row of one of our tables -> how Datasette's own pages show its cells: facts link to where they stand, amounts have their unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from datasette_wirefacts.metadata import database_contents
from datasette_wirefacts.pages.frame import our_url

FACTS = {"quotes": "quote", "figures": "figure", "mentions": "mention", "roles": "role"}  # table: column that links to the text
PAGES = {"documents": ("document", "title"), "entities": ("entity", "name")}  # table: page of its rows, column that links there
DATES = {"published", "period_start", "period_end", "dateline_date"}
MARKS = {"de": "„{}“", "en": "“{}”", "fr": "« {} »", "ru": "«{}»"}
COMPARATORS = {"approx": "≈", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "indefinite": "~"}
UNIT_SIGNS = {"x": "×", "celsius": "°C", "kilometer": "km", "meter": "m", "kilogram": "kg", "tonne": "t", "hectare": "ha"}


def render_cell(datasette: Any, database: str, table: str | None, column: str, value: Any, row: Any) -> Markup | None:
    """The cell as HTML, or None where Datasette's way is good."""
    draw = _drawing(table, column)
    if draw is None or value is None or table is None or table not in database_contents(datasette.databases[database]).facts:
        return None
    return draw(datasette, database, table, value, {key: _plain(row[key]) for key in row.keys()})  # noqa: SIM118 (a Row's keys)


def _drawing(table: str | None, column: str) -> Callable[..., Markup | None] | None:
    if table in FACTS and column == FACTS[table]:
        return _fact
    if table in PAGES and column == PAGES[table][1]:
        return _page
    if table == "figures" and column == "amount":
        return _amount
    return _date if column in DATES and table in {*FACTS, *PAGES} else None


def _plain(value: Any) -> Any:
    """The value of a foreign key that Datasette has given a label."""
    return value["value"] if isinstance(value, dict) else value


def _fact(datasette: Any, database: str, table: str, value: Any, row: dict[str, Any]) -> Markup | None:
    if "id" not in row:
        return None
    words = _cut(datasette, value)
    if table == "quotes" and row.get("kind") == "direct":
        words = MARKS.get(str(row.get("language"))[:2], "“{}”").format(words)
    return Markup('<a class="wf-cell-{}" href="{}">{}</a>').format(table, our_url(datasette, database, table, row["id"]), words)


def _page(datasette: Any, database: str, table: str, value: Any, row: dict[str, Any]) -> Markup | None:
    if "id" not in row:
        return None
    return Markup('<a href="{}">{}</a>').format(our_url(datasette, database, PAGES[table][0], row["id"]), _cut(datasette, value))


def _cut(datasette: Any, value: Any) -> str:
    """The words, no longer than Datasette shows those of other cells."""
    length, words = int(datasette.setting("truncate_cells_html")), str(value)
    return words[:length] + "…" if 0 < length < len(words) else words


def _amount(datasette: Any, database: str, table: str, value: Any, row: dict[str, Any]) -> Markup:
    return Markup('<span class="wf-amount">{}</span>').format(
        amount(value, row.get("amount_high"), row.get("unit"), row.get("comparator"))
    )


def amount(value: Any, high: Any = None, unit: str | None = None, comparator: str | None = None) -> str:
    """An amount as everybody reads it, whatever his language.

    >>> amount(9500000, None, "EUR", "gt"), amount(4.5, 6, "%"), amount(2, None, "x")
    ('> 9\u202f500\u202f000 EUR', '4.5–6 %', '2 ×')
    """
    numbers = _number(value) if high is None else f"{_number(value)}–{_number(high)}"
    return " ".join(filter(None, (COMPARATORS.get(comparator or ""), numbers, UNIT_SIGNS.get(unit or "", unit))))


def _number(value: Any) -> str:
    if not isinstance(value, int | float):
        return str(value)
    if abs(value) >= 1e15:
        return f"{value:.4g}"
    return (f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")).replace(",", "\u202f")


def _date(datasette: Any, database: str, table: str, value: Any, row: dict[str, Any]) -> Markup:
    return Markup('<time class="wf-date" datetime="{0}">{0}</time>').format(str(value))
