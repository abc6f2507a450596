"""Table twins -> facts of the twins thinned out: of equal facts in a group, the first document that has one keeps it.

So a syndicated quote counts once, while a corrected figure shows. Equal are: quotes with the same words, unless they name another
speaker; figures with the same words of the same kind for the same thing; mentions of an entity, or by a name, that stood there
before; roles of the same person with the same words; facts of plugged-in extractors with the same fields. Repeats stay: they are
about the text. A document whose originals are other ones than when it was thinned out is extracted again first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import groupby
from typing import Any

from datasette_wirefacts.archive import Archive, portions
from datasette_wirefacts.extractors import gather_extractors
from datasette_wirefacts.signatures import WORD
from datasette_wirefacts.sources import quoted
from datasette_wirefacts.store import mark_again
from datasette_wirefacts.tables import columns_of, plugged_in

MEMBERS = """
SELECT t.original_id, t.document_id, s.facts, s.thinned, o.facts, o.thinned
FROM twins AS t JOIN wirefacts_signatures AS s ON s.document_id = t.document_id
  JOIN wirefacts_signatures AS o ON o.document_id = t.original_id
ORDER BY o.position, t.original_id, s.position, t.document_id
"""
ALONE = """
SELECT document_id FROM wirefacts_signatures AS s
WHERE thinned IS NOT NULL AND NOT EXISTS (SELECT 1 FROM twins AS t WHERE t.document_id = s.document_id)
"""
# What the text itself says, whatever the archive has made of it: else the result depended on which text came first.
OWN = (
    "coalesce((SELECT json_array(n.kind, n.name, n.qualifier) FROM wirefacts_names AS n "
    "WHERE n.fact_table = '{table}' AND n.fact_column = '{column}' AND n.fact_id = f.id), "
    "(SELECT json_array(e.kind, e.name, e.qualifier) FROM entities AS e WHERE e.id = f.{column}))"
)
OWN_SPEAKER = (
    "coalesce((SELECT n.speaker FROM wirefacts_names AS n "
    "WHERE n.fact_table = 'quotes' AND n.fact_column = 'speaker_id' AND n.fact_id = f.id), f.speaker)"
)
COLUMNS = {
    "quotes": ("quote", OWN_SPEAKER, "speaker_id"),
    "figures": ("kind", "figure", "counted", "comparator", "trend", "change", "measured"),
    "mentions": (OWN.format(table="mentions", column="entity_id"), "mention"),
    "roles": (OWN.format(table="roles", column="person_id"), "role"),
}
AT_ONCE = 20  # documents thinned out in one transaction
STRUCTURE = frozenset({"id", "document_id", "start", "end"})
Key = tuple[Any, ...]


@dataclass(slots=True)
class Thinned:
    """Which facts of a document go, by table, and the digest of what they were compared with."""

    document: int
    against: bytes
    gone: dict[str, list[int]] = field(default_factory=dict)


def thin_out(archive: Archive) -> None:
    """Thins out what is to be thinned out, and marks what must be extracted again before."""
    again = [id for (id,) in archive.rows(ALONE)]
    tables = COLUMNS | _plugged_in(archive)
    waiting: list[Thinned] = []
    for _, members in groupby(archive.rows(MEMBERS), key=lambda member: member[0]):
        for thinned in _group(archive, list(members), tables, again):
            waiting.append(thinned)
            if len(waiting) == AT_ONCE:
                archive.write(partial(_store, thinned=tuple(waiting)))
                waiting.clear()
    archive.write(partial(_store, thinned=tuple(waiting)))
    for ids in portions(again):
        archive.write(partial(mark_again, documents=ids))


def _plugged_in(archive: Archive) -> dict[str, tuple[str, ...]]:
    """The tables of plugged-in kinds of fact, with the columns that make a fact."""
    found = {}
    for extractor in plugged_in(gather_extractors()):
        columns = archive.read(partial(columns_of, table=extractor.name))
        if columns:
            found[extractor.name] = tuple(quoted(name) for name in columns if name not in STRUCTURE)
    return found


def _group(archive: Archive, members: Sequence[Any], tables: dict[str, tuple[str, ...]], again: list[int]) -> Iterator[Thinned]:
    """The members of a group that can be thinned out now; those that must be extracted again before go into ``again``."""
    original, _, _, _, facts, complete = members[0]
    digest = blake2b(facts, digest_size=16)
    ready = complete is None  # else the original is being extracted again
    seen, unread = Seen(tables), [original]
    for _, document, facts, thinned, _, _ in members:
        against = digest.digest()
        if thinned is None and ready:
            for id in unread:
                seen.lacking(_facts(archive, id, tables))
            unread.clear()
            yield Thinned(document, against, seen.lacking(_facts(archive, document, tables)))
        elif thinned is not None and thinned != against:
            again.append(document)
            ready = False
        else:
            unread.append(document)
        digest.update(facts)


def _facts(archive: Archive, document: int, tables: dict[str, tuple[str, ...]]) -> dict[str, list[Key]]:
    """The facts of a document by table, each with its id first."""
    return {
        table: archive.rows(
            f"SELECT {', '.join(('id', *columns))} FROM {quoted(table)} AS f WHERE document_id = ? ORDER BY id", [document]
        )
        for table, columns in tables.items()
    }


def _store(connection: sqlite3.Connection, thinned: Sequence[Thinned]) -> None:
    for each in thinned:
        for table, ids in each.gone.items():
            connection.executemany(f"DELETE FROM {quoted(table)} WHERE id = ?", [[id] for id in ids])
        connection.execute("UPDATE wirefacts_signatures SET thinned = ? WHERE document_id = ?", [each.against, each.document])


class Seen:
    """The facts that earlier documents of a group have."""

    def __init__(self, tables: dict[str, tuple[str, ...]]) -> None:
        self.keys: dict[str, set[Key]] = {table: set() for table in tables}

    def lacking(self, facts: dict[str, list[Key]]) -> dict[str, list[int]]:
        """The ids of the facts that were seen before, by table; after that, all of them are."""
        gone = {}
        for table, rows in facts.items():
            is_known, keys_of = JUDGES.get(table, (_all_known, _whole))
            gone[table] = [row[0] for row in rows if is_known(keys_of(row[1:]), self.keys[table])]
        for table, rows in facts.items():
            keys_of = JUDGES.get(table, (_all_known, _whole))[1]
            self.keys[table].update(key for row in rows for key in keys_of(row[1:]))
        return gone


def _whole(row: Key) -> list[Key]:
    return [row]


def _all_known(keys: list[Key], seen: set[Key]) -> bool:
    return all(key in seen for key in keys)


def _any_known(keys: list[Key], seen: set[Key]) -> bool:
    return any(key in seen for key in keys)


def _quote(row: Key) -> list[Key]:
    """
    >>> _quote(("Wir bauen!", "Anna Kern", 7)), _quote(("wir bauen", None, None))
    ([('wir bauen',), ('wir bauen', 'anna kern')], [('wir bauen',)])
    """
    quote, speaker, speaker_id = row
    words = _folded(quote)
    return [(words,), (words, _folded(speaker))] if speaker_id is not None else [(words,)]


def _figure(row: Key) -> list[Key]:
    """What is measured may be open in the later text, where the original says it."""
    *same, measured = row
    key = tuple(value and " ".join(value.casefold().split()) for value in same)
    return [key, (*key, _folded(measured))] if measured is not None else [key]


def _mention(row: Key) -> list[Key]:
    return [(row[0],), (_folded(row[1]),)]


def _role(row: Key) -> list[Key]:
    return [(row[0], _folded(row[1]))]


def _folded(text: str | None) -> str | None:
    """The words alone: marks and spaces change on the way."""
    return None if text is None else " ".join(WORD.findall(text.casefold()))


JUDGES: dict[str, tuple[Callable[[list[Key], set[Key]], bool], Callable[[Key], list[Key]]]] = {
    "quotes": (_all_known, _quote),
    "figures": (_all_known, _figure),
    "mentions": (_any_known, _mention),
    "roles": (_all_known, _role),
}
