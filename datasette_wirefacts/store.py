"""DocumentRows -> rows of the tables. Everything here runs inside a transaction that the caller opens."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from datasette_wirefacts.rows import DocumentRows, Row
from datasette_wirefacts.sources import quoted

# Columns that hold a position among the document's entities or quotes until the ids are known.
ENTITY_COLUMNS = (
    *("dateline_place_id", "agency_id", "speaker_id", "addressee_id", "measured_id", "claimed_by_id"),
    *("entity_id", "person_id", "organisation_id", "place_id"),
)
QUOTE_COLUMNS = ("quote_id", "nested_in")
# What makes two facts of a document the same one in the eyes of its id; equal ones are told apart by their order.
IDENTITY = {
    "quotes": ("kind", "quote"),
    "quote_parts": ("quote_id", "part"),
    "figures": ("kind", "figure"),
    "mentions": ("mention",),
    "roles": ("role",),
    "repeats": (),
}
OF_DOCUMENT = {"quote_parts": "quote_id IN (SELECT id FROM quotes WHERE document_id = ?)"}
UNUSED = "NOT EXISTS (SELECT 1 FROM mentions AS m WHERE m.entity_id = a.entity_id AND m.mention = a.alias)"
LAST = "\U0010ffff"  # sorts behind every country and code


@dataclass(slots=True)
class Ids:
    """Ids for new rows. SQLite gives a table's next id only with an INSERT; quotes that refer to each other need theirs before."""

    connection: sqlite3.Connection
    last: dict[str, int] = field(default_factory=dict)

    def new(self, table: str) -> int:
        """An id of that table that was never used."""
        if table not in self.last:
            found = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
            self.last[table] = found[0] if found else 0
        self.last[table] += 1
        return self.last[table]


def replace_document(connection: sqlite3.Connection, rows: DocumentRows, origin: Row, ids: Ids) -> int:
    """Stores a document in the place of what was stored of it before; returns its id. Facts that stay the same keep theirs.

    ``origin`` are the columns of documents that say where the text comes from, source_id and source_pk among them.
    """
    key = [origin["source_id"], origin["source_pk"]]
    found = connection.execute("SELECT id FROM documents WHERE source_id = ? AND source_pk = ?", key).fetchone()
    document = int(found[0]) if found else ids.new("documents")
    entities = [entity_id(connection, row, ids) for row in rows.entities]
    connection.execute("DELETE FROM wirefacts_names WHERE document_id = ?", [document])  # its facts point to their own names again
    _upsert(connection, "documents", [_resolved(rows.document, entities, ()) | origin | {"id": document}])
    stale: dict[str, set[int]] = {}
    quotes, stale["quotes"] = _fact_ids(connection, "quotes", document if found else None, rows.facts["quotes"], ids)
    for table, facts in rows.facts.items():
        ours = table in IDENTITY
        owner = {} if table in OF_DOCUMENT else {"document_id": document}
        resolved = [(_resolved(row, entities, quotes) if ours else row) | owner for row in facts]
        if table == "quotes":
            fact_ids = quotes
        else:
            fact_ids, stale[table] = _fact_ids(connection, table, document if found else None, resolved, ids)
        _upsert(connection, table, [row | {"id": id} for row, id in zip(resolved, fact_ids, strict=True)])
    for table, gone in stale.items():  # last, so that no cascade takes a row that has moved to another one
        connection.executemany(f"DELETE FROM {quoted(table)} WHERE id = ?", [[id] for id in gone])
    _replace_signature(connection, document, rows.signature)
    return document


def _replace_signature(connection: sqlite3.Connection, document: int, signature: Row | None) -> None:
    """What the search for twins knows of the document; it hears of it by triggers."""
    if signature is None:
        for table in ("wirefacts_signatures", "wirefacts_words"):
            connection.execute(f"DELETE FROM {table} WHERE document_id = ?", [document])
        return
    columns = [name for name in signature if name != "words"]
    connection.execute(
        f"INSERT INTO wirefacts_signatures (document_id, {', '.join(columns)}) VALUES (?, {', '.join('?' * len(columns))}) "
        f"ON CONFLICT (document_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns)}",
        [document, *(signature[name] for name in columns)],
    )
    sql = "INSERT INTO wirefacts_words VALUES (?, ?) ON CONFLICT (document_id) DO UPDATE SET words = excluded.words"
    connection.execute(sql, [document, signature["words"]])


def entity_id(connection: sqlite3.Connection, row: Row, ids: Ids) -> int:
    """The id of an entity, which all documents share; it is added where it is new."""
    key = {name: row[name] for name in ("kind", "name", "qualifier")}
    found = connection.execute(
        "SELECT id, country, code FROM entities WHERE kind = :kind AND name = :name AND qualifier = :qualifier", key
    ).fetchone()
    entity = int(found[0]) if found else ids.new("entities")
    known = [(found[1], found[2])] if found else []
    # The same pair, whichever document comes first.
    country, code = min([(row["country"], row["code"]), *known], key=lambda pair: [value or LAST for value in pair])
    if (country, code) not in known:
        _upsert(connection, "entities", [key | {"country": country, "code": code, "id": entity}])
    aliases = set(connection.execute("SELECT alias, kind FROM aliases WHERE entity_id = ?", [entity]))
    new = [pair for pair in dict.fromkeys(row["aliases"]) if pair not in aliases]
    _upsert(connection, "aliases", [{"entity_id": entity, "alias": a, "kind": k, "id": ids.new("aliases")} for a, k in new])
    return entity


def _resolved(row: Row, entities: Sequence[int], quotes: Sequence[int]) -> Row:
    """The row with ids where it had positions."""
    found = {column: entities[row[column]] for column in ENTITY_COLUMNS if row.get(column) is not None}
    return row | found | {column: quotes[row[column]] for column in QUOTE_COLUMNS if row.get(column) is not None}


def _fact_ids(
    connection: sqlite3.Connection, table: str, document: int | None, rows: Sequence[Row], ids: Ids
) -> tuple[list[int], set[int]]:
    """An id for each row, an old one where the same fact was stored before, and the old ids that are left over."""
    identity = IDENTITY.get(table, tuple(name for name in ("kind", "text") if rows and name in rows[0]))
    old: dict[tuple[Any, ...], int] = {}
    if document is not None:
        columns = ", ".join(map(quoted, ("id", *identity)))
        of_document = OF_DOCUMENT.get(table, "document_id = ?")
        stored = connection.execute(f"SELECT {columns} FROM {quoted(table)} WHERE {of_document} ORDER BY start, id", [document])
        found = stored.fetchall()
        old = dict(zip(_numbered(row[1:] for row in found), (row[0] for row in found), strict=True))
    fact_ids = [
        old.pop(key) if key in old else ids.new(table) for key in _numbered(tuple(row[name] for name in identity) for row in rows)
    ]
    return fact_ids, set(old.values())


def _numbered(keys: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each key with its ordinal among equals.

    >>> _numbered([("a",), ("b",), ("a",)])
    [('a', 0), ('b', 0), ('a', 1)]
    """
    seen: Counter[tuple[Any, ...]] = Counter()
    numbered = []
    for key in keys:
        numbered.append((*key, seen[key]))
        seen[key] += 1
    return numbered


def _upsert(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    """Writes the rows by their ids; all of them have the same columns."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(map(quoted, columns))
    settings = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in columns if name != "id")
    connection.executemany(
        f"INSERT INTO {quoted(table)} ({names}) VALUES ({', '.join('?' * len(columns))}) ON CONFLICT (id) DO UPDATE SET {settings}",
        [[row[name] for name in columns] for row in rows],
    )


def remove_documents(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Removes documents with their facts."""
    connection.executemany("DELETE FROM documents WHERE id = ?", [[id] for id in ids])


def mark_again(connection: sqlite3.Connection, documents: Sequence[int]) -> None:
    """Has the documents extracted again by this run, or by the next one if this one is stopped."""
    connection.executemany("UPDATE documents SET input_hash = '' WHERE id = ?", [[id] for id in documents])


def unused_aliases(connection: sqlite3.Connection) -> list[int]:
    """The aliases that no text has any more."""
    return [id for (id,) in connection.execute(f"SELECT id FROM aliases AS a WHERE {UNUSED} ORDER BY id")]


def remove_aliases(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Removes those of the aliases that still no text has."""
    connection.executemany(f"DELETE FROM aliases AS a WHERE id = ? AND {UNUSED}", [[id] for id in ids])


def unnamed_entities(connection: sqlite3.Connection) -> list[int]:
    """The entities that no fact and no document points to any more."""
    return [id for (id,) in connection.execute(f"SELECT id FROM entities AS e WHERE {_unnamed(connection)} ORDER BY id")]


def remove_entities(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Removes those of the entities that still nothing points to, and with them their aliases."""
    unnamed = _unnamed(connection)
    connection.executemany(f"DELETE FROM entities AS e WHERE id = ? AND {unnamed}", [[id] for id in ids])


def _unnamed(connection: sqlite3.Connection) -> str:
    """The condition that no foreign key of any table, the user's included, points to the entity ``e``."""
    pointers = connection.execute(
        'SELECT m.name, f."from" FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f '
        "WHERE m.type = 'table' AND lower(f.\"table\") = 'entities' AND m.name != 'aliases' ORDER BY m.name != 'mentions', 1, 2"
    ).fetchall()
    return " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {quoted(table)} AS t WHERE t.{quoted(column)} = e.id)" for table, column in pointers
    )
