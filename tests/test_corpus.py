"""Every case of every language and kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus_cases import read_cases, short, stated

from datasette_wirefacts.pipeline import make_pipeline
from datasette_wirefacts.rows import facts_json

KINDS = ("quotes", "figures", "entities", "roles")
PACKAGE = Path(__file__).parent.parent / "datasette_wirefacts"


def params() -> Iterator[Any]:
    for kind in KINDS:
        for language, name, case in read_cases(kind):
            gap = case.get("known_gap")
            yield pytest.param(kind, language, case, id=name, marks=[pytest.mark.xfail(reason=gap, strict=True)] if gap else [])


@pytest.mark.parametrize(("kind", "language", "case"), list(params()))
def test_case(kind: str, language: str, case: dict[str, Any]) -> None:
    context = {key: case[key] for key in ("published", "title") if key in case}
    facts = facts_json(make_pipeline("fast").extract(case["text"], language=case.get("language", language), **context))
    assert not facts.get("failures")
    got = [short(kind, fact, case["text"]) for fact in facts[kind]]
    assert stated(got, case["facts"]) == case["facts"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_stands_twice(kind: str) -> None:
    texts = [case["text"] for _, _, case in read_cases(kind)]
    assert len(texts) == len(set(texts))


def rules_in(kind: str) -> set[str]:
    """The rule names that the modules of a kind write as literals: `rule="…"`."""
    paths = [PACKAGE / "extractors" / f"{kind}.py", *(PACKAGE / "extractors" / kind).glob("*.py")]
    calls = [node for path in paths if path.exists() for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    words = [w.value for call in calls if isinstance(call, ast.Call) for w in call.keywords if w.arg == "rule"]
    return {word.value for word in words if isinstance(word, ast.Constant)}


@pytest.mark.parametrize("kind", KINDS)
def test_each_rule_has_a_case(kind: str) -> None:
    facts = [fact for _, _, case in read_cases(kind) if "known_gap" not in case for fact in case["facts"]]
    assert rules_in(kind) <= {rule for fact in facts for rule in [fact.get("rule"), *fact.get("rules", ())]}
