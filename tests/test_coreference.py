"""Whom the mentions of speakers stand for: the corpus ``coreference``, one text a line with the speaker of each quote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from corpus_cases import read_cases

from datasette_wirefacts.pipeline import make_pipeline


def params() -> Iterator[Any]:
    for language, name, case in read_cases("coreference"):
        gap = case.get("known_gap")
        marks = [pytest.mark.xfail(reason=gap, strict=True)] if gap else []
        yield pytest.param(language, case, id=name, marks=marks)


@pytest.mark.parametrize(("language", "case"), list(params()))
def test_speakers(language: str, case: dict[str, Any]) -> None:
    quotes = make_pipeline("fast").extract(case["text"], language=language).quotes
    got = [
        {"mention": quote.speaker.text, "name": quote.speaker.name, "found": quote.speaker.found} if quote.speaker else None
        for quote in quotes
    ]
    assert got == case["speakers"]
