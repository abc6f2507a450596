"""What a reader does, in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from site_of import ROOT_ONLY

PAGES = {
    "overview": "/-/wirefacts",
    "document": "/-/wirefacts/document/1",
    "person": "/-/wirefacts/entity/4",
    "figures": "/-/wirefacts/figures?unit=EUR",
}
EXTRACT = "/-/wirefacts/extract/articles?preview=1"
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder to put pictures of the pages into
OPEN_ALL = "document.querySelectorAll('main details').forEach(details => details.open = true)"


def background(page: Any, selector: str) -> str:
    return str(page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor"))


def walk(page: Any, demo: str) -> None:
    """From a facet to a quote, its place in the text, its speaker, the figures, and back."""
    page.goto(f"{demo}/quotes?_facet=speaker_id")
    page.get_by_role("link", name="Henrike Vosskamp", exact=True).first.click()
    assert "speaker_id=" in page.url
    page.locator("td.col-quote a").first.click()
    page.wait_for_url(re.compile(r"/-/wirefacts/document/\d+#quote-\d+"))
    id = page.url.rpartition("-")[2]
    assert background(page, f"p .q{id}.wf-direct, p .q{id}") != background(page, "p")
    assert page.locator(f".q{id}").first.is_visible()
    page.locator("main").get_by_role("link", name="Henrike Vosskamp").last.click()
    assert page.locator("h1").inner_text() == "Henrike Vosskamp"
    page.locator("main").get_by_role("link", name="Figures", exact=True).click()
    assert "Figures" in page.locator("h1").inner_text()
    page.go_back()
    page.go_back()
    assert "/document/" in page.url


def test_from_facet_to_quote_to_speaker_to_figures_and_back(browser: Callable[..., Any], demo: str) -> None:
    walk(browser(), demo)


def test_the_same_without_javascript(browser: Callable[..., Any], demo: str) -> None:
    page = browser(java_script_enabled=False)
    page.goto(f"{demo}/-/wirefacts/document/1")
    page.locator(".wf-permalink").nth(8).click()
    assert "#" in page.url
    page.locator(".wf-cite summary").first.click()
    assert page.locator(".wf-citation").first.is_visible()
    assert page.locator(".wf-copy").first.is_hidden()
    page.goto(f"{demo}/-/wirefacts/figures")
    page.locator("select[name=unit]").select_option("CHF")
    page.get_by_role("button", name="Show").click()
    assert page.locator("h1").inner_text() == "Figures: CHF"
    page.goto(f"{demo}/-/wirefacts/entity/4")
    assert page.locator("svg rect").count() > 1


def test_pointing_at_a_fact_marks_its_parts(browser: Callable[..., Any], demo: str) -> None:
    page = browser()
    page.goto(f"{demo}/-/wirefacts/document/1")
    before = {part: background(page, f"p .q2.wf-{part}") for part in ("direct", "cue", "speaker")}
    page.locator("li.q2").hover()
    after = {part: background(page, f"p .q2.wf-{part}") for part in ("direct", "cue", "speaker")}
    assert all(before[part] != after[part] for part in before)
    assert len(set(after.values())) == 3
    page.mouse.move(0, 0)
    page.locator("li.q2 .wf-permalink").focus()
    assert background(page, "p .q2.wf-cue") == after["cue"]


def test_copying_a_citation(browser: Callable[..., Any], demo: str) -> None:
    page = browser(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{demo}/-/wirefacts/document/1")
    page.locator("li.q2 summary").click()
    page.locator("li.q2 .wf-copy").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in (
        "Wir haben uns von Ladung getrennt",
        "Henrike Vosskamp",
        "NordPress",
        "Brackenhafen",
        "14 February 2024",
        "/quotes/2",
    ):
        assert words in copied
    page.goto(copied.split()[-1])
    assert page.url.endswith("document/1#quote-2")


def test_the_keyboard_reaches_what_there_is(browser: Callable[..., Any], demo: str) -> None:
    page = browser()
    page.goto(f"{demo}/-/wirefacts/document/1")
    names = []
    for _ in range(30):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    wanted = ["Overview", "Brackenhafen", "Source", "BHG", "¶", "Cite"]
    assert [names.index(name) for name in wanted] == sorted(names.index(name) for name in wanted)


@pytest.mark.parametrize("path", [*PAGES.values(), EXTRACT])
def test_on_a_narrow_screen(browser: Callable[..., Any], demo: str, path: str) -> None:
    page = browser(width=360, height=740, actor="root")
    page.goto(demo + path)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(browser: Callable[..., Any], demo: str, axe: str, name: str, colours: str) -> None:
    for width in (1280, 360):
        page = browser(width=width, color_scheme=colours)
        page.goto(demo + PAGES[name])
        page.evaluate(OPEN_ALL)
        check(page, axe)


def check(page: Any, axe: str) -> None:
    """No violation that axe-core calls serious or critical."""
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    grave = [violation for violation in found if violation["impact"] in ("serious", "critical")]
    said = [
        (violation["id"], node["html"][:200], node["failureSummary"][:300])
        for violation in grave
        for node in violation["nodes"][:3]
    ]
    assert said == []


def test_a_user_who_may_not_see_the_articles(browser: Callable[..., Any], served: Callable[..., str], demo_db: Path) -> None:
    address = served(demo_db, {"articles": ROOT_ONLY}) + "/demo"
    stranger, root = browser(), browser(actor="root")
    for path in PAGES.values():
        assert stranger.goto(address + path).status == 403
        assert root.goto(address + path).status == 200
    stranger.goto(address)
    assert stranger.locator("a[href*='/-/wirefacts']").count() == 0


@pytest.mark.parametrize("javascript", [True, False])
def test_extraction_from_form_to_finished(
    browser: Callable[..., Any], served: Callable[..., str], articles: Path, axe: str, javascript: bool
) -> None:
    address = served(articles) + "/wire"
    page = browser(actor="root", java_script_enabled=javascript)
    page.goto(f"{address}/articles")
    page.locator(
        "summary[aria-haspopup], .actions-menu-links summary, .page-action-menu summary, .page-header summary"
    ).first.click()
    page.get_by_role("link", name="Extract facts").or_(page.get_by_role("menuitem", name="Extract facts")).first.click()
    page.get_by_role("button", name="Preview").click()
    assert page.locator("main article").count() == 3
    if javascript:
        check(page, axe)
    page.get_by_role("button", name="Extract the facts of all articles").click()
    for _ in range(120):
        if page.get_by_text("Done.").count():
            break
        page.wait_for_timeout(500)
        if not javascript:
            page.reload()
    if javascript:
        check(page, axe)
    page.locator("main").get_by_role("link", name="Overview").click()
    assert page.locator("h1").inner_text() == "Facts in wire"


@pytest.mark.skipif(not SCREENSHOTS, reason="pictures are made where SCREENSHOTS names a folder")
@pytest.mark.parametrize("name", [*PAGES, "extract"])
def test_pictures(browser: Callable[..., Any], demo: str, name: str) -> None:
    folder = Path(str(SCREENSHOTS))
    folder.mkdir(exist_ok=True)
    path = PAGES.get(name, EXTRACT)
    for kind, options in {
        "desktop": {"width": 1200, "height": 820},
        "phone": {"width": 360, "height": 740},
        "dark": {"width": 1200, "height": 820, "color_scheme": "dark"},
    }.items():
        page = browser(actor="root" if name == "extract" else None, **options)
        page.goto(demo + path + ("#quote-2" if name == "document" and kind == "desktop" else ""))
        page.wait_for_timeout(300)
        page.screenshot(path=str(folder / f"{name}-{kind}.png"))
