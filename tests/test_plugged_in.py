"""Extractors of other plugins: their facts have tables, and their faults cost nobody else anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from articles_db import FIRST, change, rows, run, values
from plain_extractors import plain_pipeline

from datasette_wirefacts import jobs
from datasette_wirefacts.errors import ExtractorError
from datasette_wirefacts.explain import explain_facts
from datasette_wirefacts.extractors import Extractor, in_order
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.rows import facts_json

pytestmark = pytest.mark.usefixtures("pipeline")


@dataclass(frozen=True, kw_only=True)
class Vote:
    start: int
    end: int
    text: str
    share: Decimal
    sure: bool = True
    code: str | None = None
    party_names: tuple[str, ...] = ()


def votes(doc: Any, pack: Any, *needs: Any) -> Any:
    yield Vote(start=0, end=5, text=doc.text[:5], share=Decimal("1.5"), code="x", party_names=("A", "B"))


def mixed(doc: Any, pack: Any, *needs: Any) -> Any:
    yield from votes(doc, pack)
    yield "no vote"


def helper(doc: Any, pack: Any, *needs: Any) -> Any:
    yield "for other extractors"


def broken(doc: Any, pack: Any) -> Any:
    raise RuntimeError("out of order")


def test_plugged_in_facts_have_a_table(articles: Path, pipeline: Callable[[Pipeline], None]) -> None:
    pipeline(plain_pipeline(Extractor("votes", votes, fact=Vote)))
    run(articles)
    run(articles)
    first = dict(id=1, document_id=1, start=0, end=5, text="Name1", share=1.5, sure=1, code="x", party_names='["A", "B"]')
    assert rows(articles, "SELECT * FROM votes")[0] == first
    change(articles, "UPDATE articles SET body = 'Name1 ist da.' WHERE id = 1")
    run(articles)
    assert values(articles, "SELECT id FROM votes") == [1, 2]


def test_facts_without_a_table_are_left_out(articles: Path, pipeline: Callable[[Pipeline], None]) -> None:
    pipeline(plain_pipeline(Extractor("helper", helper), Extractor("votes", mixed, fact=Vote)))
    assert run(articles).errors == 2
    assert values(articles, "SELECT count(*) FROM votes") == [2]
    assert set(values(articles, "SELECT extractor FROM wirefacts_errors")) == {"votes"}


@pytest.mark.parametrize("name", ["articles", "quotes"])
def test_a_plugged_in_kind_takes_no_table_of_others(articles: Path, pipeline: Callable[[Pipeline], None], name: str) -> None:
    pipeline(Pipeline((Extractor(name, votes, fact=Vote),)))
    with pytest.raises(ExtractorError, match=f"The .*extractor '{name}'"):
        run(articles)


def test_a_failing_extractor_costs_its_own_facts_and_is_told(articles: Path, pipeline: Callable[[Pipeline], None]) -> None:
    pipeline(plain_pipeline(Extractor("broken", broken, fact=Vote)))
    assert run(articles).errors == 2
    assert values(articles, "SELECT source_pk, extractor, message FROM wirefacts_errors") == [
        ("[1]", "broken", "RuntimeError: out of order"),
        ("[2]", "broken", "RuntimeError: out of order"),
    ]
    assert values(articles, "SELECT count(*) FROM quotes") == [3]
    pipeline(plain_pipeline())
    run(articles)
    assert values(articles, "SELECT count(*) FROM wirefacts_errors") == [0]


@dataclass(frozen=True, kw_only=True)
class Loose:
    label: Any
    start: Any = None
    end: Any = None


def loose(**fields: Any) -> Callable[..., Any]:
    return lambda doc, pack: [Loose(**fields)]


@pytest.mark.parametrize("label", [date(2024, 1, 1), {"a"}, [{"x": b"y"}], {1: "x"}, object()], ids=lambda x: type(x).__name__)
def test_a_field_that_json_cannot_say_costs_that_extractor_alone(articles: Path, pipeline: Any, label: Any) -> None:
    pipeline(plain_pipeline(Extractor("loose", loose(label=label), fact=Loose), Extractor("votes", votes, fact=Vote)))
    found = facts_json(jobs.make_pipeline().extract(FIRST, language="de"))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["loose"], len(found["votes"]), len(found["quotes"])) == ([], 1, 1)
    assert [failure["extractor"] for failure in found["failures"]] == ["loose"]
    assert run(articles).errors == 2
    assert values(articles, "SELECT count(*) FROM votes") == [2]


def test_numbers_that_json_cannot_say_become_null_or_round() -> None:
    extractor = Extractor("loose", loose(label=[float("nan"), 10**5000, 2**70, -(2**63) + 1, 1.0, True]), fact=Loose)
    (found,) = facts_json(Pipeline((extractor,)).extract("Ja."))["loose"]
    assert json.dumps(found["label"]) == f"[null, null, {float(2**70)!r}, {-(2**63) + 1}, 1.0, true]"


@pytest.mark.parametrize("place", [{}, {"start": None, "end": None}, {"start": "x", "end": 5}])
def test_a_fact_without_a_place_is_kept(articles: Path, pipeline: Any, place: Any) -> None:
    pipeline(plain_pipeline(Extractor("loose", loose(label="x", **place), fact=Loose)))
    text = "Startseite | Politik\n" + FIRST
    facts = jobs.make_pipeline().extract(text, language="de")
    assert (len(facts.others["loose"]), facts.failures) == (1, ())
    assert any("loose" in line for line in explain_facts(facts, text, 120))
    change(articles, "UPDATE articles SET body = ?", text)
    run(articles)
    assert values(articles, "SELECT label FROM loose") == ["x", "x", "x"]


def test_a_fact_in_boilerplate_is_left_out() -> None:
    extractor = Extractor("loose", loose(label="x", start=0, end=5))
    assert Pipeline((extractor,)).extract("Startseite | Politik\n" + FIRST, language="de").others["loose"] == ()


def test_lists_in_a_declaration_are_as_good_as_tuples() -> None:
    listed = Extractor("votes", votes, needs=["entities"], languages=["de"])  # type: ignore[arg-type]
    assert listed == Extractor("votes", votes, needs=("entities",), languages=("de",))
    assert hash(Pipeline((listed,))) == hash(Pipeline((listed,)))


@pytest.mark.parametrize("name", ["id", "language", "dateline", "repeats", "failures"])
def test_a_name_that_the_facts_of_every_text_have_is_refused(name: str) -> None:
    with pytest.raises(ExtractorError, match=f"No extractor can be called '{name}'"):
        in_order([Extractor(name, votes)])


def test_facts_that_are_no_dataclass_are_refused() -> None:
    with pytest.raises(ExtractorError, match="'votes' are no dataclass"):
        in_order([Extractor("votes", votes, fact=dict)])


def test_what_failed_is_tried_again(articles: Path, pipeline: Any) -> None:
    calls = []

    def flaky(doc: Any, pack: Any) -> Any:
        calls.append(doc.text)
        if len(calls) == 1:
            raise RuntimeError("network down")
        yield from votes(doc, pack)

    pipeline(plain_pipeline(Extractor("votes", flaky, fact=Vote)))
    assert (run(articles).errors, values(articles, "SELECT count(*) FROM votes")) == (1, [1])
    again = run(articles)
    assert (again.errors, again.done["changed"], again.done["unchanged"]) == (0, 1, 1)
    assert values(articles, "SELECT count(*) FROM votes") == [2]
    assert values(articles, "SELECT count(*) FROM wirefacts_errors") == [0]
    assert run(articles).done["unchanged"] == 2
