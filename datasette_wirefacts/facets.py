"""Facets that Datasette lacks: by number range (`_facet_range=amount`), by linked rows (`_facet_m2m=mentions.entity_id`).

Both take a string, in the address and in configuration (`- range: amount`), and each count is that of the rows behind its link.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args, path_with_replaced_args
from datasette.utils.asgi import BadRequest

from datasette_wirefacts import _compat, _compat_permissions
from datasette_wirefacts.sources import quoted

LINKED = "_m2m"
BUCKETS = 8  # about so many
LARGEST = 1e17  # numbers beyond are in no range: the edges above them are none that SQLite can compare with
SPANS_MAGNITUDES = 50  # largest to smallest value from which on the buckets grow by powers of ten


class RangeFacet(Facet):  # type: ignore[misc]  # Datasette has no types
    """Rows by the range that a number falls into; the ranges fit the numbers."""

    type = "range"

    async def suggest(self) -> list[dict[str, Any]]:
        """Columns of numbers that are no keys, for the line of suggested facets."""
        if not self.table:
            return []
        database = self.ds.databases[self.database]
        keys = {key["column"] for key in await database.foreign_keys_for_table(self.table)} | set(
            await database.primary_keys(self.table)
        )
        taken = {config["config"].get("simple") for config in self.get_configs()}
        return [
            {
                "name": column,
                "type": self.type,
                "toggle_url": _link(self, path_with_added_args(self.request, {"_facet_range": column})),
            }
            for column in await self._numbers()
            if column not in keys | taken
        ]

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Datasette's facet results: ranges in the order of their numbers."""
        found, late = [], []
        for config in self.get_configs():
            column = config["config"].get("column") or config["config"].get("simple")
            if column not in await self._numbers():
                continue
            try:
                found.append(await self._results(column, config["source"]))
            except QueryInterrupted:
                late.append(column)
        return found, late

    async def _numbers(self) -> list[str]:
        """Columns whose declared type makes SQLite compare what is asked for as a number, as the filters need it."""
        return [
            column for column, declared in (await _types(self)).items() if _affinity(declared) in ("INTEGER", "REAL", "NUMERIC")
        ]

    async def _results(self, column: str, source: str) -> dict[str, Any]:
        name, results = quoted(column), []
        least = f"min(CASE WHEN {name} > 0 THEN {name} END)"
        extremes = f"SELECT min({name}), max({name}), {least} FROM ({self.sql}) WHERE {name} BETWEEN -{LARGEST} AND {LARGEST}"
        low, high, least_above_zero = (await self._execute(extremes, self.params)).rows[0]
        edges = range_edges(low, high, least_above_zero) if low is not None else []
        if edges:
            counts = ", ".join(
                f"sum(CASE WHEN {name} >= :wfr{i} AND {name} < :wfr{i + 1} THEN 1 ELSE 0 END)" for i in range(len(edges) - 1)
            )
            values = dict(self.params or {}) | {f"wfr{i}": _asked(edge) for i, edge in enumerate(edges)}
            row = (await self._execute(f"SELECT {counts} FROM ({self.sql})", values)).rows[0]
            results = [self._result(column, edges[i], edges[i + 1], count) for i, count in enumerate(row) if count]
        chosen = self._chosen(column)
        if chosen:
            results = [self._result(column, *chosen, sum(result["count"] for result in results), selected=True), *results]
        return _facet(self, column, source, results)

    async def _execute(self, sql: str, values: Any) -> Any:
        limit = self.ds.setting("facet_time_limit_ms")
        return await self.ds.execute(self.database, sql, values, truncate=False, custom_time_limit=limit)

    def _chosen(self, column: str) -> tuple[str, str] | None:
        asked = dict(self.get_querystring_pairs())
        low, high = asked.get(f"{column}__gte"), asked.get(f"{column}__lt")
        return (low, high) if low and high else None

    def _result(self, column: str, low: Any, high: Any, count: int, selected: bool = False) -> dict[str, Any]:
        asked = {f"{column}__gte": str(low), f"{column}__lt": str(high)}
        path = (
            path_with_removed_args(self.request, asked)
            if selected
            else path_with_replaced_args(self.request, asked | {"_next": None})
        )
        label = f"{_label(low)} up to {_label(high)}"
        return {"value": str(low), "label": label, "count": count, "toggle_url": _link(self, path), "selected": selected}


class ManyToManyFacet(Facet):  # type: ignore[misc]
    """Rows by what a table of links ties them to: documents by the entities that they mention."""

    type = "m2m"

    async def suggest(self) -> list[dict[str, Any]]:
        """None: whether a table is one of links is for its owner to say."""
        return []

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Datasette's facet results: the most frequent first."""
        found, late = [], []
        for config in self.get_configs():
            name = str(config["config"].get("simple") or "")
            try:
                result = await self._results(name, config["source"])
            except QueryInterrupted:
                late.append(name)
            else:
                found += [result] if result else []
        return found, late

    async def _results(self, name: str, source: str) -> dict[str, Any] | None:
        link = await _find_link(self.ds, self.request.actor, self.database, self.table, name)
        if link is None:
            return None
        ours, column, size = quoted(link.ours), quoted(link.column), self.get_facet_size()
        filtered = " where " in self.sql.lower()
        sql = f"""
            SELECT {column} AS value, count(DISTINCT {ours}) AS n FROM {quoted(link.table)}
            WHERE {column} IS NOT NULL {f"AND {ours} IN (SELECT {quoted(link.here)} FROM ({self.sql}))" if filtered else ""}
            GROUP BY {column} ORDER BY n DESC, value LIMIT {size + 1}
        """
        limit = self.ds.setting("facet_time_limit_ms")
        rows = (await self.ds.execute(self.database, sql, self.params, truncate=False, custom_time_limit=limit)).rows
        values = [row["value"] for row in rows[:size]]
        labels = await _compat.labels(self.ds, self.request.actor, self.database, link.table, link.column, values)
        results = [self._result(name, row, labels.get((link.column, row["value"]), row["value"])) for row in rows[:size]]
        return _facet(self, name, source, results) | {"truncated": len(rows) > size}

    def _result(self, name: str, row: Any, label: Any) -> dict[str, Any]:
        asked = {LINKED: f"{name}:{row['value']}"}
        chosen = (LINKED, asked[LINKED]) in self.get_querystring_pairs()
        path = path_with_removed_args(self.request, asked) if chosen else path_with_added_args(self.request, asked)
        link = _link(self, path)
        return {"value": row["value"], "label": label, "count": row["n"], "toggle_url": link, "selected": chosen}


async def linked(datasette: Any, request: Any, database: str, table: str) -> FilterArguments:
    """What `?_m2m=mentions.entity_id:7` asks for, once or several times: the rows that are linked to all of these.

    Datasette's own `_through` would do, but it takes the value of another filter for its own.
    """
    conditions, values, words = [], {}, []
    for number, asked in enumerate(request.args.getlist(LINKED)):
        name, _, value = asked.rpartition(":")
        link = await _find_link(datasette, request.actor, database, table, name)
        if link is None:
            raise BadRequest(f"{name!r} is no column of a table that links to {table!r}")
        links = f"SELECT {quoted(link.ours)} FROM {quoted(link.table)} WHERE {quoted(link.column)} = :wfm{number}"
        conditions.append(f"{quoted(link.here)} IN ({links})")
        values[f"wfm{number}"] = value
        labels = await _compat.labels(datasette, request.actor, database, link.table, link.column, [_number_or(value)])
        words.append(f"{name} is {labels.get((link.column, _number_or(value)), value)}")
    return FilterArguments(conditions, params=values, human_descriptions=words)


@dataclass(frozen=True, slots=True)
class _Link:
    """A table of links: its column that points to us, the column of ours that it points to, and the column that links."""

    table: str
    column: str
    ours: str
    here: str


async def _find_link(datasette: Any, actor: Any, database: str, table: str | None, name: str) -> _Link | None:
    """What a name like "mentions.entity_id" means; None where there is no such thing, or the actor may not see it."""
    links, _, column = name.rpartition(".")
    known = datasette.databases[database]
    if not table or links not in await known.table_names() or column not in await known.table_columns(links):
        return None
    if not await _compat_permissions.may_view_all(datasette, actor, database, [links]):
        return None
    for key in await known.foreign_keys_for_table(links):
        if key["other_table"] == table:
            return _Link(links, column, key["column"], key["other_column"])
    return None


def _number_or(value: str) -> Any:
    return int(value) if value.isdecimal() and len(value) < 19 else value


def range_edges(low: float, high: float, least: float | None = None) -> list[float]:
    """The edges of ranges that hold all numbers from ``low`` to ``high``: each range has its lower edge and not its upper one.

    ``least`` is the smallest number above zero. Ranges by powers of ten have one more for zero, and one for all below it.

    >>> range_edges(0, 23, 1), range_edges(3, 20000, 3)
    ([0, 5, 10, 15, 20, 25], [1, 10, 100, 1000, 10000, 100000])
    >>> range_edges(-30, 20000, 5)
    [-100, 0, 1, 10, 100, 1000, 10000, 100000]
    """
    if least and high / least >= SPANS_MAGNITUDES:
        bottom, top = math.floor(math.log10(least)), math.floor(math.log10(high)) + 1
        every = math.ceil((top - bottom) / (BUCKETS + 4))
        powers = [_power(exponent) for exponent in range(bottom, top + every, every)]
        below = [-_power(math.floor(math.log10(-low)) + 1)] if low < 0 else []
        return [*below, *([0] if low <= 0 else []), *powers]
    width = _width((high - low) / BUCKETS or abs(low) / BUCKETS or 1)
    number = math.floor(low / width)
    edges = [_clean((number - 1) * width)]
    while edges[-1] <= high:
        edges.append(_clean(number * width))
        number += 1
    return edges[1:] if edges[1] <= low else edges  # a quotient may be rounded up


def _width(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is no smaller."""
    power = _power(math.floor(math.log10(least)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999)


def _power(exponent: int) -> float:
    return 10**exponent if exponent >= 0 else float(f"1e{exponent}")


def _clean(number: float) -> float:
    return int(number) if float(number).is_integer() else float(f"{number:.12g}")


def _label(edge: Any) -> str:
    return f"{edge:,}" if isinstance(edge, int) else str(edge)


def _asked(edge: Any) -> Any:
    """The edge as Datasette's filters hand it to SQLite."""
    return int(edge) if str(edge).isdigit() and edge < 2**63 else str(edge)


async def _types(facet: Any) -> dict[str, str]:
    if not facet.table:
        return {}
    return {column.name: column.type for column in await facet.ds.databases[facet.database].table_column_details(facet.table)}


def _affinity(declared: str) -> str:
    """The rules of SQLite's manual, "Determination Of Column Affinity".

    >>> [_affinity(name) for name in ("INTEGER", "varchar(9)", "", "double", "decimal", "floating point")]
    ['INTEGER', 'TEXT', 'BLOB', 'REAL', 'NUMERIC', 'INTEGER']
    """
    name = declared.upper()
    if "INT" in name:
        return "INTEGER"
    if any(part in name for part in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not name or "BLOB" in name:
        return "BLOB"
    return "REAL" if any(part in name for part in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


def _link(facet: Any, path: str) -> str:
    return str(facet.ds.absolute_url(facet.request, facet.ds.urls.path(path)))


def _facet(facet: Any, name: str, source: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    removed = path_with_removed_args(facet.request, {f"_facet_{facet.type}": name})
    return {
        "name": name,
        "type": facet.type,
        "hideable": source != "metadata",
        "toggle_url": facet.ds.urls.path(removed),
        "results": results,
        "truncated": False,
    }
