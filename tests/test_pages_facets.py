"""Facets by range and by links: the count of each value is that of the rows behind its link."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from site_of import ROOT_ONLY, fetch, local, page, serve

from datasette_wirefacts.facets import range_edges

pytestmark = pytest.mark.asyncio


async def facet(datasette: Any, path: str, name: str) -> list[dict[str, Any]]:
    separator = "&" if "?" in path else "?"
    answer = await fetch(datasette, f"{path}{separator}_extra=facet_results&_facet_size=max")
    assert answer.status_code == 200, answer.text
    found = answer.json()["facet_results"]
    return list(found.get("results", found)[name]["results"])


async def count(datasette: Any, url: str) -> int:
    answer = await fetch(datasette, local(url))
    assert answer.status_code == 200, (url, answer.text)
    found = answer.json()
    return int(found["filtered_table_rows_count"] if "filtered_table_rows_count" in found else found["count"])


async def check(datasette: Any, path: str, name: str, each: int = 1) -> list[dict[str, Any]]:
    results = await facet(datasette, path, name)
    for result in [result for result in results if not result["selected"]][::each]:  # the link of a selected one takes it away
        assert await count(datasette, result["toggle_url"] + "&_extra=count&_size=0") == result["count"], result
    return results


@pytest.mark.parametrize("filters", ["", "kind=money&", "amount__gte=1000&", "kind=temperature&", "unit=nothing&"])
async def test_ranges_count_the_rows_behind_them(demo_db: Path, filters: str) -> None:
    datasette = serve(demo_db)
    results = await check(datasette, f"/demo/figures.json?{filters}_facet_range=amount", "amount")
    whole = await count(datasette, f"/demo/figures.json?{filters}amount__notnull=1&_extra=count&_size=0")
    assert sum(result["count"] for result in results) == whole
    assert (len(results) > 2) == (filters != "unit=nothing&")


async def test_a_range_that_is_chosen_can_be_left(demo_db: Path) -> None:
    datasette = serve(demo_db)
    results = await facet(datasette, "/demo/figures.json?kind=money&_facet_range=amount", "amount")
    chosen = next(result for result in results if result["count"] > 5)
    first, *within = await check(datasette, local(chosen["toggle_url"]), "amount")
    assert first["selected"]
    assert first["count"] == chosen["count"] == sum(result["count"] for result in within)


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ("integer", [1, 2, 3, 3, 3, 900, None, "x"]),
        ("real", [0.001, 0.5, 3, 1e12, -4.5]),
        ("numeric", [-5, -4.25, -1, 0]),
        ("real", [0.1 * i for i in range(100)]),
        ("integer", [7, 7]),
        ("real", [1e308, -1e308]),
        ("integer", [2**62, 2**63 - 1]),
        ("integer", [None, None]),
    ],
)
async def test_ranges_fit_any_numbers(tmp_path: Path, declared: str, values: list[Any]) -> None:
    path = tmp_path / "demo.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(f'create table t (id integer primary key, "a ""b" {declared})')
        conn.executemany('insert into t ("a ""b") values (?)', [(value,) for value in values])
    results = await check(serve(path), "/demo/t.json?_facet_range=a+%22b", 'a "b')
    numbers = [value for value in values if isinstance(value, int | float) and abs(value) <= 1e17]
    assert sum(result["count"] for result in results) == len(numbers)


async def test_columns_that_hold_no_numbers_have_no_ranges(demo_db: Path) -> None:
    for column in ("quote", "nothing", "id__gte"):
        answer = await fetch(serve(demo_db), f"/demo/quotes.json?_facet_range={column}&_extra=facet_results")
        assert answer.status_code == 200


def edges_hold(low: float, high: float) -> bool:
    edges = range_edges(low, high, low if low > 0 else high or None)
    return edges == sorted(set(edges)) and edges[0] <= low and edges[-1] > high and len(edges) <= 16


async def test_edges_of_ranges() -> None:
    pairs = [(0, 0), (1, 1), (-3, 5), (0.1, 0.1000001), (1, 49), (1, 50), (1e-9, 1e15), (-1e15, 1e15), (999, 1000), (0, 0.3)]
    assert [pair for pair in pairs if not edges_hold(*pair)] == []


async def test_documents_by_the_names_in_them(demo_db: Path) -> None:
    datasette = serve(demo_db)
    results = await check(datasette, "/demo/documents.json?_facet_m2m=mentions.entity_id", "mentions.entity_id", each=40)
    assert results[0]["count"] >= results[1]["count"] > 1
    assert results[0]["label"] != results[0]["value"]
    chosen = local(results[0]["toggle_url"])
    within = await check(datasette, chosen, "mentions.entity_id", each=40)
    (again,) = [result for result in within if result["selected"]]
    assert again["value"] == results[0]["value"]
    assert again["count"] == results[0]["count"]
    assert "&_m2m=" not in again["toggle_url"]


async def test_ranges_of_documents_by_the_names_in_them(demo_db: Path) -> None:
    datasette = serve(demo_db)
    linked = "/demo/documents.json?_m2m=mentions.entity_id:2"
    whole = await count(datasette, linked + "&_extra=count&_size=0")
    assert 0 < whole < await count(datasette, "/demo/documents.json?_extra=count&_size=0")
    results = await check(datasette, linked + "&_facet_range=characters", "characters")
    assert sum(result["count"] for result in results) == whole
    answer = await fetch(datasette, linked + "&_facet_range=characters&_extra=count,facet_results")
    assert {key: answer.json()[key] for key in ("filtered_table_rows_count", "count") if key in answer.json()}.popitem()[1] == whole


async def test_names_by_the_documents_that_name_them(demo_db: Path) -> None:
    path = "/demo/entities.json?kind=person&_facet_m2m=mentions.document_id"
    assert await check(serve(demo_db), path, "mentions.document_id", each=10)


@pytest.mark.parametrize("name", ["mentions", "mentions.nothing", "nothing.entity_id", "", "wirefacts_runs.source_id", '".'])
async def test_links_that_there_are_not(demo_db: Path, name: str) -> None:
    answer = await fetch(serve(demo_db), "/demo/documents.json", params={"_facet_m2m": name, "_extra": "facet_results"})
    assert answer.status_code == 200
    found = answer.json()["facet_results"]
    assert name not in found.get("results", found)
    assert (await fetch(serve(demo_db), "/demo/documents.json", params={"_m2m": f"{name}:1"})).status_code == 400


async def test_facets_from_the_configuration(demo_db: Path) -> None:
    tables = {"figures": {"facets": [{"range": "amount"}, "kind"]}, "documents": {"facets": [{"m2m": "mentions.entity_id"}]}}
    datasette = serve(demo_db, tables=tables)
    assert " up to 10,000" in await page(datasette, "/demo/figures")
    assert "_m2m=" in await page(datasette, "/demo/documents")


async def test_facets_show_nothing_of_hidden_tables(demo_db: Path) -> None:
    datasette = serve(demo_db, tables={"mentions": ROOT_ONLY})
    found = (await fetch(datasette, "/demo/documents.json?_facet_m2m=mentions.entity_id&_extra=facet_results")).json()[
        "facet_results"
    ]
    assert "mentions.entity_id" not in found.get("results", found)
    assert (await fetch(datasette, "/demo/documents.json?_m2m=mentions.entity_id:1")).status_code == 400
    assert (await fetch(datasette, "/demo/documents.json?_m2m=mentions.entity_id:1", actor="root")).status_code == 200


async def test_links_and_other_filters_together(demo_db: Path) -> None:
    path = "/demo/entities.json?kind=person&_m2m=mentions.document_id:1&name__contains=Uwe&_shape=array"
    assert [row["name"] for row in (await fetch(serve(demo_db), path)).json()] == ["Uwe Tjarksen"]
