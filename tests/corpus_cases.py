"""The corpora: cases as JSON lines, and how the facts of a text are compared with what a case states.

A case is {"text", "facts": [...]} with, where needed, "language" (default: the folder's), "published", "title", "known_gap"
(why it still fails: a strict xfail) and "by": "reader" (written by somebody who had not seen the rules). "facts" lists every
fact of that kind in the text, in order; an empty list is a negative case. Of a fact only the keys that the case states are
compared, each in its short form: a quote's "parts" as surfaces, "speaker" as name or null, "cue" as text, "found", "role",
"frame" as surfaces; a figure's "measured", "period" as surfaces; an entity's "mentions" as surfaces. "offset" pins a fact to
its place where a surface occurs twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"


def read_cases(kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each case of that kind with its language and an id that leads to its line."""
    for path in sorted(CORPUS.glob(f"*/{kind}.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield path.parent.name, f"{path.parent.name}/{kind}:{number}", json.loads(line)


def short(kind: str, fact: dict[str, Any], text: str) -> dict[str, Any]:
    """A fact as a case may state it."""
    surfaces = lambda spans: [text[slice(*span)] for span in spans]  # noqa: E731
    if kind == "quotes":
        speaker, cue = fact["speaker"] or {}, fact["cue"] or {}
        return fact | {
            "parts": [text[part["start"] : part["end"]] for part in fact["parts"]],
            "outer": [text[part["outer_start"] : part["outer_end"]] for part in fact["parts"]],
            "speaker": speaker.get("name"),
            "speaker_text": speaker.get("text"),
            "speaker_kind": speaker.get("kind"),
            "role": speaker.get("role"),
            "found": speaker.get("found"),
            "cue": cue.get("text"),
            "verb": cue.get("verb"),
            "addressee": (fact["addressee"] or {}).get("name"),
            "frame": surfaces(fact["frame"]),
            "offset": fact["parts"][0]["start"],
        }
    if kind == "figures":
        period = fact["period"] or {}
        return fact | {
            "measured": (fact["measured"] or {}).get("text"),
            "period": period.get("text"),
            "period_iso": period.get("iso"),
            "first": period.get("first"),
            "last": period.get("last"),
            "offset": fact["start"],
        }
    if kind == "entities":
        return fact | {
            "mentions": [mention["text"] for mention in fact["mentions"]],
            "adjectives": [mention["text"] for mention in fact["mentions"] if mention["adjective"]],
            "rules": sorted({mention["rule"] for mention in fact["mentions"]}),
            "aliases": {alias["alias"]: alias["kind"] for alias in fact["aliases"]},
            "offset": fact["mentions"][0]["start"],
        }
    return fact | {"offset": fact["start"], "text": text[fact["start"] : fact["end"]]}


def stated(got: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was got, cut down to the keys that the case states; surplus facts keep their text, so that they show."""
    cut = [{key: fact.get(key) for key in want} for fact, want in zip(got, wanted, strict=False)]
    return cut + [{"surplus": fact.get("text") or fact.get("name")} for fact in got[len(wanted) :]]
