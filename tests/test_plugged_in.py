"""Extractors of other plugins: their facts have tables, and their faults cost nobody else anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from articles_db import change, rows, run, values
from plain_extractors import plain_pipeline

from datasette_wirefacts.errors import ExtractorError
from datasette_wirefacts.extractors import Extractor
from datasette_wirefacts.pipeline import Pipeline

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
