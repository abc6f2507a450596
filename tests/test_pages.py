"""Overview, the pages of names, and the page of figures: what they count is what is there, and they read no more than they show."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from site_of import ROOT_ONLY, copy_of, fetch, local, page, serve
from test_pages_reading import Elements, rows

from datasette_wirefacts.pages.plots import bar_plot, day_of, point_plot
from datasette_wirefacts.pages.wording import read_wording

HOME = "/demo/-/wirefacts"
WORDS = read_wording("en")


def entity_id(path: Path, name: str) -> int:
    return int(rows(path, "select id from entities where name = ?", name)[0][0])


@pytest.mark.asyncio
@pytest.mark.parametrize("address", [HOME + "/entity/abc", HOME + "/document/-1", HOME + "/quotes/abc", "/demo/a/b/c"])
async def test_addresses_that_are_not_there(demo_db: Path, address: str) -> None:
    assert (await fetch(serve(demo_db), address)).status_code == 404


@pytest.mark.asyncio
async def test_overview_counts_what_is_there(demo_db: Path) -> None:
    found = (await fetch(serve(demo_db), HOME + ".json")).json()
    for table, n in found["totals"].items():
        assert rows(demo_db, f"select count(*) from {table}")[0][0] == n
    assert sum(row["n"] for row in found["kinds"]) == found["totals"]["quotes"]
    speaker = found["speakers"][0]
    assert rows(demo_db, "select count(*) from quotes where speaker_id = ?", speaker["id"])[0][0] == speaker["n"]
    assert found["newest"][0]["published"] == rows(demo_db, "select max(published) from documents")[0][0]
    assert found["pending"] == found["failed"] == []


@pytest.mark.asyncio
async def test_overview_follows_the_file_and_names_what_is_left_undone(demo_db: Path, tmp_path: Path) -> None:
    path = copy_of(demo_db, tmp_path)
    datasette = serve(path)
    assert "have been read, without errors" in await page(datasette, HOME)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "insert into articles (id, body) values (900, 'Es regnet.'), (901, 'Es schneit.'), (902, null), (903, 'Es hagelt.')"
        )
        conn.execute(
            "insert into wirefacts_errors (run_id, source_id, source_pk, extractor, message, happened_at)"
            " values (1, 1, '[903]', 'text', 'x', '')"
        )
    for _ in range(100):  # where counting takes long, numbers may be a moment old
        html = await page(datasette, HOME)
        if "2 articles in articles are still to be read" in html:
            break
        await asyncio.sleep(0.1)
    assert "2 articles in articles are still to be read" in html
    assert "1 error in articles" in html


@pytest.mark.asyncio
async def test_overview_of_tables_that_are_empty(demo_db: Path, tmp_path: Path) -> None:
    path = copy_of(demo_db, tmp_path, "pragma foreign_keys = on", "delete from documents", "delete from entities")
    for path_ in (HOME, HOME + "/figures"):
        await page(serve(path), path_)


@pytest.mark.asyncio
async def test_a_source_that_is_gone_breaks_no_page(demo_db: Path, tmp_path: Path) -> None:
    path = copy_of(demo_db, tmp_path, "drop table articles")
    for name in ("", "/document/1", "/entity/4"):
        assert (await fetch(serve(path), HOME + name)).status_code == 200, name


@pytest.mark.asyncio
async def test_page_of_a_person(demo_db: Path) -> None:
    id = entity_id(demo_db, "Henrike Vosskamp")
    datasette = serve(demo_db)
    html = await page(datasette, f"{HOME}/entity/{id}")
    found = (await fetch(datasette, f"{HOME}/entity/{id}.json")).json()
    assert found["totals"]["quotes"] == rows(demo_db, "select count(*) from quotes where speaker_id = ?", id)[0][0]
    assert {row["role"] for row in found["roles"]} >= {"Vorstandschefin"}
    assert "Vosskamp" in {row["alias"] for row in found["aliases"]}
    assert found["companions"][0]["n"] == max(row["n"] for row in found["companions"])
    dates = [row["published"] for row in found["quotes"]]
    assert dates == sorted(dates, reverse=True)
    assert "antwortete die 54-Jährige" in html  # what stands around a quote


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["", "/entity/4", "/entity/1", "/figures", "/figures?unit=EUR"])
async def test_links_lead_somewhere(demo_db: Path, path: str) -> None:
    datasette = serve(demo_db)
    found = Elements(await page(datasette, HOME + path))
    links = sorted({local(link) for link in found.links if link.startswith("/demo")})
    assert len(links) > 10
    for link in links:
        assert (await fetch(datasette, link)).status_code in (200, 302), link


@pytest.mark.asyncio
async def test_figures_are_filtered(demo_db: Path) -> None:
    datasette = serve(demo_db)

    async def figures(**asked: Any) -> list[dict[str, Any]]:
        return list((await fetch(datasette, HOME + "/figures.json", params=asked)).json()["figures"])

    for asked, condition in (
        ({"unit": "CHF"}, "unit = 'CHF'"),
        ({"kind": "percent"}, "kind = 'percent' and unit = '%'"),
        ({"unit": "EUR", "about": "Raps"}, "unit = 'EUR' and (measured = 'Raps' or counted = 'Raps')"),
        (
            {"unit": "%", "from": "2025-01", "to": "2025-06"},
            "unit = '%' and coalesce(period_start, published) between '2025-01' and '2025-07'",
        ),
        (
            {"unit": "EUR", "claimed_by": entity_id(demo_db, "Antje Wübbels")},
            "unit = 'EUR' and claimed_by_id = (select id from entities where name = 'Antje Wübbels')",
        ),
    ):
        wanted = {row[0] for row in rows(demo_db, f"select id from figures where amount is not null and {condition}")}
        found = [row["id"] for row in await figures(**asked)]
        assert wanted
        assert set(found) == (wanted if len(wanted) <= 50 else set(found) & wanted), asked
    for nonsense in ({"from": "x"}, {"next": "'"}, {"claimed_by": "9" * 40}, {"unit": "<b>"}, {"kind": "%"}):
        assert (await fetch(datasette, HOME + "/figures", params=nonsense)).status_code == 200


@pytest.mark.asyncio
async def test_a_unit_that_the_kind_has_not_is_dropped(demo_db: Path) -> None:
    datasette = serve(demo_db)
    for kind, unit in (("percent", "%"), ("count", None), ("money", "EUR"), (None, "EUR")):
        asked = {"kind": kind or "", "unit": "EUR"}
        found = (await fetch(datasette, HOME + "/figures.json", params=asked)).json()
        assert found["chosen"]["unit"] == unit
        assert found["figures"]
        assert {(row["kind"], row["unit"]) for row in found["figures"]} <= {(kind or row["kind"], unit) for row in found["figures"]}


@pytest.mark.asyncio
@pytest.mark.parametrize("sql", [True, False])
async def test_links_keep_what_is_chosen(demo_db: Path, sql: bool) -> None:
    datasette = serve(demo_db, default_allow_sql=sql)
    ((id, topic, day),) = rows(
        demo_db,
        "select claimed_by_id, measured, coalesce(period_start, published) from figures"
        " where kind = 'percent' and unit = '%' and amount > 0 and claimed_by_id > 0 and measured > '' and published > '' limit 1",
    )
    for wider in ({}, {"from": day[:4], "to": day[:7]}, {"about": topic}):
        asked = {"kind": "percent", "unit": "%", "claimed_by": str(id), **wider}
        wanted = (await fetch(datasette, HOME + "/figures.json", params=asked)).json()["figures"]
        links = Elements(await page(datasette, f"{HOME}/figures?{urlencode(asked)}")).links
        (as_json,) = [link for link in links if "/figures.json" in link]
        assert dict(parse_qsl(urlsplit(as_json).query)) == asked
        for link in [link for link in links if "/-/wirefacts/figures?" in link and "about=" in link]:
            assert dict(parse_qsl(urlsplit(link).query)).items() >= {k: v for k, v in asked.items() if k != "about"}.items()
        as_rows = [link for link in links if link.startswith("/demo/figures?")]
        assert len(as_rows) == (sql or not wider)
        for link in as_rows:
            found = (await fetch(datasette, link.replace("figures?", "figures.json?_shape=array&_size=max&"))).json()
            assert {row["id"] for row in found} == {row["id"] for row in wanted}
            assert found


@pytest.mark.asyncio
async def test_one_leafs_through_all_figures(demo_db: Path) -> None:
    datasette = serve(demo_db)
    seen: list[int] = []
    path = HOME + "/figures?unit=EUR"
    while path:
        found = Elements(await page(datasette, path))
        seen += [int(link.rpartition("/")[2]) for link in found.links if "/wirefacts/figures/" in link]
        path = next((link for link in found.links if "next=" in link), "")
    wanted = {row[0] for row in rows(demo_db, "select id from figures where unit = 'EUR' and amount is not null")}
    assert set(seen) == wanted


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "private",
    [
        "articles",
        "figures",
        "aliases",
        "quote_parts",
        "repeats",
        "twins",
        "wirefacts_sources",
        "wirefacts_runs",
        "wirefacts_errors",
    ],
)
async def test_pages_are_as_private_as_their_tables(demo_db: Path, private: str) -> None:
    datasette = serve(demo_db, tables={private: ROOT_ONLY})
    for path in ("", ".json", "/entity/4", "/entity/4.json", "/figures", "/figures.json"):
        assert (await fetch(datasette, HOME + path)).status_code == 403, path
        assert (await fetch(datasette, HOME + path, actor="root")).status_code == 200, path


@pytest.mark.asyncio
async def test_pages_are_linked_from_datasettes_own(demo_db: Path) -> None:
    datasette = serve(demo_db)
    assert f'href="{HOME}"' in await page(datasette, "/demo")
    assert f'href="{HOME}"' in await page(datasette, "/demo/quotes")
    assert f'href="{HOME}/figures' in await page(datasette, "/demo/figures")
    hidden = serve(demo_db, tables={"articles": ROOT_ONLY})
    assert HOME not in await page(hidden, "/demo")


@pytest.mark.asyncio
async def test_pages_of_an_immutable_file(demo_db: Path) -> None:
    for path in ("", "/entity/4", "/figures"):
        await page(serve(demo_db, immutable=True), HOME + path)


@pytest.mark.asyncio
async def test_pages_below_a_base_url(demo_db: Path) -> None:
    datasette = serve(demo_db, base_url="/wire/")
    found = Elements(await page(datasette, HOME))
    assert all(link.startswith("/wire/") for link in found.links if link.startswith("/"))


def test_days_of_dates() -> None:
    assert [day_of(iso) for iso in (None, "", "x", "2024-13-01", "--10-16", 5)] == [None] * 6
    assert str(day_of("0001-01-01")) == "0001-01-01"


@pytest.mark.parametrize(
    "days",
    [
        ["2024-01-01"],
        ["2024-01-01", "2024-01-02"],
        ["0001-01-01", "9999-12-31"],
        ["1999-12-31", "2024-02-29"],
        ["2024-01-01", None, "x"],
    ],
)
def test_plots_of_any_dates(days: list[Any]) -> None:
    plot = bar_plot(WORDS, [[(day, 3) for day in days], []])
    assert plot
    assert sum(numbers[0] for _, numbers in plot.table) == 3 * sum(day_of(day) is not None for day in days)
    assert all(0 <= bar["x"] <= plot.width and 0 <= bar["y"] <= plot.height for bar in plot.bars)
    assert len(plot.bars) <= 2 * 90 or plot.step == "year"
    assert bar_plot(WORDS, [[], [(None, 4)]]) is None


@pytest.mark.parametrize("amounts", [[0], [5, 5], [-3, 7], [1, 1e18], [0.0001, 0.1], [1e300, 2e300], [10**18, 10**18], [0, 1000]])
def test_plots_of_any_amounts(amounts: list[float]) -> None:
    plot = point_plot(WORDS, [{"day": "2024-01-01", "amount": amount} for amount in amounts])
    assert plot
    assert all(-0.01 <= point["y"] <= plot.height + 0.01 for point in plot.points)
    assert plot.log == (min(amounts) > 0 and max(amounts) / min(amounts) >= 50)
    heights = [y for y, _ in plot.y_ticks]
    assert heights == sorted(heights, reverse=True)
    assert point_plot(WORDS, [{"day": None, "amount": 3}, {"day": "2024", "amount": None}]) is None
