"""The corpus of twins: dispatches, each with a twin of it and with two others that only look like it.

A case is {"what", "text", "twin", "others"}. The others are told by what is done to the text: "keep" so many paragraphs, or "drop"
some; "edits" replace words; "lead" stands before, "add" behind. A twin also states its "kind".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "corpus" / "de" / "twins.jsonl"


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def made(text: str, change: dict[str, Any]) -> str:
    """The text with that change."""
    paragraphs = text.split("\n")[: change.get("keep")]
    text = "\n".join(paragraph for i, paragraph in enumerate(paragraphs) if i not in change.get("drop", ()))
    for old, new in change.get("edits", ()):
        assert old in text, old
        text = text.replace(old, new)
    return "\n".join(part for part in (change.get("lead"), text, change.get("add")) if part)


def twins() -> Iterator[tuple[str, str, str, str]]:
    """Each twin: what it is about, the original, the twin, its kind."""
    for case in cases():
        yield case["what"], case["text"], made(case["text"], case["twin"]), case["twin"]["kind"]


def others() -> Iterator[tuple[str, str, str]]:
    """Each pair that only looks alike: what it is about, and the two texts."""
    for case in cases():
        for n, other in enumerate(case["others"]):
            yield f"{case['what']} {n + 1}", case["text"], made(case["text"], other)
