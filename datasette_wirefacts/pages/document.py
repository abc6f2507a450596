"""The reading view: a document's text with its facts marked in place, and beside each paragraph the facts that begin in it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import Forbidden, Response

from datasette_wirefacts import _compat_permissions
from datasette_wirefacts.articles import readable
from datasette_wirefacts.datelines import find_dateline
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.pages.articles import article_key, article_url
from datasette_wirefacts.pages.citations import cite
from datasette_wirefacts.pages.frame import Page, Rows, json_response
from datasette_wirefacts.pages.reading import WINDOW, Block, Mark, block_at, blocks, fill
from datasette_wirefacts.sources import quoted
from datasette_wirefacts.texts import clean

LINE_REST = 5_000  # characters by which a page may be longer, to end with a line
MOST_FACTS = 500  # of them on one page; texts that are thick with them have several
SINGULAR = {"quotes": "quote", "figures": "figure", "mentions": "mention", "roles": "role"}
DOCUMENT = """
    SELECT d.*, s.source_table, s.text_column, s.key_columns, p.name AS place, a.name AS agency
    FROM documents AS d JOIN wirefacts_sources AS s ON s.id = d.source_id
      LEFT JOIN entities AS p ON p.id = d.dateline_place_id LEFT JOIN entities AS a ON a.id = d.agency_id
    WHERE d.id = ?
"""
FACTS = {
    "quotes": 'SELECT * FROM quotes WHERE document_id = :id AND start < :end AND "end" > :start ORDER BY start, id',
    "quote_parts": """
        SELECT p.* FROM quotes AS q JOIN quote_parts AS p ON p.quote_id = q.id
        WHERE q.document_id = :id AND q.start < :end AND q."end" > :start ORDER BY p.start, p.id
    """,
    "figures": """
        SELECT f.*, e.name AS claimed_by FROM figures AS f LEFT JOIN entities AS e ON e.id = f.claimed_by_id
        WHERE f.document_id = :id AND f.start < :end AND f."end" > :start ORDER BY f.start, f.id
    """,
    "mentions": """
        SELECT m.*, e.name, e.kind FROM mentions AS m JOIN entities AS e ON e.id = m.entity_id
        WHERE m.document_id = :id AND m.start < :end AND m."end" > :start ORDER BY m.start, m.id
    """,
    "roles": """
        SELECT r.*, e.name AS person, o.name AS organisation FROM roles AS r LEFT JOIN entities AS e ON e.id = r.person_id
          LEFT JOIN entities AS o ON o.id = r.organisation_id
        WHERE r.document_id = :id AND r.start < :end AND r."end" > :start ORDER BY r.start, r.id
    """,
    "repeats": "SELECT * FROM repeats WHERE document_id = :id ORDER BY start",
}
BEYOND = f"""
    SELECT start FROM ({" UNION ALL ".join(f"SELECT document_id, start FROM {table}" for table in SINGULAR)})
    WHERE document_id = :id AND start > :start ORDER BY start LIMIT 1 OFFSET {MOST_FACTS}
"""
TWINS = """
    SELECT t.kind, t.similarity, d.id, d.title, t.document_id = :id AS is_original
    FROM twins AS t JOIN documents AS d ON d.id = CASE t.document_id WHEN :id THEN t.original_id ELSE t.document_id END
    WHERE t.document_id = :id OR t.original_id = :id ORDER BY d.id LIMIT 20
"""
Facts = dict[str, Rows]


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a text: the whole of one that is not very long."""

    text: str
    start: int
    end: int
    length: int


async def document(page: Page) -> Response:
    """The page of a document."""
    found = await page.row(DOCUMENT, [page.id])
    text = await _text(page, found)
    piece = _piece(text or "", page.request.args.get("from"))
    if page.request.url_vars.get("json"):
        return json_response({"document": found, "text": text, **await _facts(page, piece)})
    piece = await _ended(page, piece, found["id"])
    facts = await _facts(page, piece)
    state = "gone" if text is None else "same" if _holds(piece, found, facts) else "changed"
    if state != "same":
        facts = {table: [] for table in facts}
    return await page.html(
        "wirefacts_document.html",
        document=found,
        state=state,
        piece=piece,
        blocks=_blocks(page, piece, found, facts),
        facts=facts,
        twins=await page.rows(TWINS, {"id": page.id}),
        article_url=article_url(page, found),
        rules=_rules(facts),
    )


async def fact(page: Page) -> Response:
    """A fact's lasting address: leads to its place in the reading view."""
    table = page.request.url_vars["table"]
    found = await page.row(f"SELECT document_id, start FROM {table} WHERE id = ?", [page.id])
    beyond = await _beyond(page, found["document_id"], 0)
    start = max(0, found["start"] - 300) if found["start"] >= min(WINDOW, beyond // 2) else None
    url = page.url("document", found["document_id"], **{"from": start})
    return Response.redirect(f"{url}#{SINGULAR[table]}-{page.id}")


async def _text(page: Page, document: dict[str, Any]) -> str | None:
    """The text as the source has it now, or None where it is no more. Raises Forbidden where the reader may not see it."""
    table, keys = document["source_table"], json.loads(document["key_columns"])
    if not await _compat_permissions.may_view_all(page.datasette, page.request.actor, page.database.name, [table]):
        raise Forbidden(page.words("forbidden"))
    is_it = " AND ".join(f"{quoted(name)} IS ?" for name in keys)
    sql = f"SELECT {quoted(document['text_column'])} AS text FROM {quoted(table)} WHERE {is_it} LIMIT 1"
    found = await page.source_rows(sql, article_key(document))
    if not found or found[0]["text"] is None:
        return None
    try:
        return clean(readable(found[0]["text"]))
    except UnicodeDecodeError:
        return None


def _piece(text: str, start: str | None) -> Shown:
    """The part of a long text that is asked for."""
    begin = min(int(start), len(text)) if start and start.isdecimal() and len(start) < 12 else 0
    end = len(text)
    if begin + WINDOW < end:
        newline = text.find("\n", begin + WINDOW, begin + WINDOW + LINE_REST)
        end = begin + WINDOW if newline < 0 else newline + 1
    return Shown(text[begin:end], begin, end, len(text))


async def _ended(page: Page, piece: Shown, document: int) -> Shown:
    """The piece, shorter where it would be slow to draw: it ends with a line, if it need not become half as long for that."""
    end = await _beyond(page, document, piece.start) - piece.start
    if end >= len(piece.text):
        return piece
    newline = piece.text.rfind("\n", end // 2, end)
    text = piece.text[: end if newline < 0 else newline + 1]
    return Shown(text, piece.start, piece.start + len(text), piece.length)


async def _beyond(page: Page, document: int, start: int) -> int:
    """Where the first fact begins that is one too many for a page from ``start`` on."""
    found = await page.rows(BEYOND, {"id": document, "start": start})
    return int(found[0]["start"]) if found else sys.maxsize


async def _facts(page: Page, piece: Shown) -> Facts:
    where = {"id": page.id, "start": piece.start, "end": max(piece.end, 1)}
    return {table: await page.rows(sql, where) for table, sql in FACTS.items()}


def _holds(piece: Shown, document: dict[str, Any], facts: Facts) -> bool:
    """Whether the facts still stand in the text where they were found."""
    surfaces = [(row["start"], row["end"], row["mention"]) for row in facts["mentions"]]
    surfaces += [(row["start"], row["end"], row["figure"]) for row in facts["figures"]]
    contents: dict[int, list[str]] = {}
    for part in facts["quote_parts"]:
        if part["part"] == "content":
            contents.setdefault(part["quote_id"], []).append(_slice(piece, part["start"], part["end"]))
    inside = [row for row in facts["quotes"] if piece.start <= row["start"] and row["end"] <= piece.end]
    return (
        document["characters"] == piece.length
        and all(_slice(piece, b, e) == words for b, e, words in surfaces if piece.start <= b and e <= piece.end)
        and all(" … ".join(contents.get(row["id"], [])) == row["quote"] for row in inside)
    )


def _slice(piece: Shown, start: int, end: int) -> str:
    return piece.text[max(start - piece.start, 0) : max(end - piece.start, 0)]


def _blocks(page: Page, piece: Shown, document: dict[str, Any], facts: Facts) -> list[Block]:
    repeats = [(row["start"] - piece.start, row["end"] - piece.start) for row in facts["repeats"]]
    found = blocks(piece.text, [(max(b, 0), e) for b, e in repeats if e > 0])
    fill(piece.text, found, _marks(page, piece, facts) + (_dateline(piece, document) if facts["mentions"] else []))
    for note in sorted(_notes(page, document, facts), key=lambda note: (note["start"], note["table"] != "quotes", note["id"])):
        place = block_at(found, note["start"] - piece.start)
        if place is not None:
            place.notes.append(note)
    return found


def _marks(page: Page, piece: Shown, facts: Facts) -> list[Mark]:
    """The stretches of all facts, with offsets into the piece."""
    kinds = {row["id"]: row["kind"] for row in facts["quotes"]}
    anchored: set[int] = set()
    marks = []

    def mark(start: int, end: int, fact: str, style: str, anchor: str | None, href: str | None = None) -> None:
        marks.append(Mark(max(start - piece.start, 0), min(end - piece.start, len(piece.text)), fact, style, anchor, href))

    for part in facts["quote_parts"]:
        id, content = part["quote_id"], part["part"] == "content"
        first = content and id not in anchored
        if first:
            anchored.add(id)
        start, end = (part["outer_start"], part["outer_end"]) if content else (part["start"], part["end"])
        mark(start, end, f"q{id}", kinds[id] if content else part["part"], f"quote-{id}" if first else None)
    for table, letter in (("figures", "f"), ("roles", "r")):
        for row in facts[table]:
            mark(row["start"], row["end"], f"{letter}{row['id']}", SINGULAR[table], f"{SINGULAR[table]}-{row['id']}")
    for row in facts["mentions"]:
        url = page.url("entity", row["entity_id"])
        mark(row["start"], row["end"], f"m{row['id']}", row["kind"], f"mention-{row['id']}", url)
    return marks


def _dateline(piece: Shown, document: dict[str, Any]) -> list[Mark]:
    if piece.start:
        return []
    found = find_dateline(piece.text, load_pack(document["language"] or "und"))
    return [Mark(found.start, found.end, "dateline", "dateline")] if found else []


def _notes(page: Page, document: dict[str, Any], facts: Facts) -> list[dict[str, Any]]:
    """What stands in the margin: quotes, figures and roles, each with its citation."""
    notes = []
    for table in ("quotes", "figures", "roles"):
        for row in facts[table]:
            url = page.absolute(page.url(table, row["id"]))
            own = {"table": table, "fact": f"{table[0]}{row['id']}", "anchor": f"{SINGULAR[table]}-{row['id']}"}
            notes.append(row | own | {"citation": cite(page.words, table, row, document, url)})
    return notes


def _rules(facts: Facts) -> list[tuple[str, str]]:
    """Short name and id of each fact: the page's own style sheet marks all stretches of the fact that is pointed at."""
    return [(f"{table[0]}{row['id']}", f"{name}-{row['id']}") for table, name in SINGULAR.items() for row in facts[table]]
