"""Fact and document -> a sentence to cite it by: the words, who said them, where that stands, and the address."""

from __future__ import annotations

from typing import Any

from datasette_wirefacts.pages.wording import Wording


def cite(words: Wording, table: str, fact: dict[str, Any], document: dict[str, Any], url: str) -> str:
    """The citation of a quote, a figure or a role."""
    origin = [document["agency"], document["place"], words.date(document["published"])]
    where = ", ".join(part for part in origin if part)
    title = document["title"] or words("document.number", number=document["id"])
    what = {"quotes": _quote, "figures": _figure, "roles": _role}[table](words, fact)
    return f"{what} – {title}{f' ({where})' if where else ''}, {url}"


def _quote(words: Wording, quote: dict[str, Any]) -> str:
    said = words("quoted" if quote["kind"] == "direct" else "reported", text=quote["quote"])
    speaker = ", ".join(filter(None, (quote["speaker"], quote["speaker_role"])))
    return f"{said} – {speaker}" if speaker else said


def _figure(words: Wording, figure: dict[str, Any]) -> str:
    what = ", ".join(filter(None, (figure["measured"], figure["counted"], figure["period"])))
    text = f"{figure['figure']} ({what})" if what else str(figure["figure"])
    return f"{text} – {figure['claimed_by']}" if figure["claimed_by"] else text


def _role(words: Wording, role: dict[str, Any]) -> str:
    return ": ".join(filter(None, (role["person"], role["role"])))
