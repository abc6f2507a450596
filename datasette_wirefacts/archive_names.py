"""A step over the archive: facts point to things by the name that the whole archive gives them, not only their own text.

Where a text says "Merkel" and the archive knows one person of that name, its facts point to "Angela Merkel". The table
``wirefacts_names`` keeps what the text itself says, one row for each fact that points elsewhere. From that the step can be
taken back, so that it depends on the set of documents alone. Which names mean the same, ``same_names`` decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.same_names import Key, OwnName, same_names, surname
from datasette_wirefacts.sources import quoted
from datasette_wirefacts.store import Ids, entity_id

AT_ONCE = 200  # facts in one transaction
COLUMNS = {
    "mentions": ("entity_id",),
    "quotes": ("speaker_id", "addressee_id"),
    "figures": ("measured_id", "claimed_by_id"),
    "roles": ("person_id", "organisation_id", "place_id"),
    "documents": ("dateline_place_id", "agency_id"),
}
OF_KEY = "FROM entities WHERE kind = ? AND name = ? AND qualifier = ?"
ENTITY = f"SELECT id, country, code {OF_KEY}"
OWN = "n.kind, n.name, n.qualifier"
MOVED = "EXISTS (SELECT 1 FROM wirefacts_names AS n WHERE n.fact_table = ? AND n.fact_column = ? AND n.fact_id = f.id)"
UNMOVED = (
    "FROM mentions AS m WHERE NOT EXISTS (SELECT 1 FROM wirefacts_names AS n "
    "WHERE n.fact_table = 'mentions' AND n.fact_column = 'entity_id' AND n.fact_id = m.id)"
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A fact that points to its own name and is to point to another one."""

    key: Key
    table: str
    column: str
    fact: int
    document: int


def name_once(archive: Archive) -> None:
    """Has every fact point to the name that the archive gives its thing."""
    transcribed = load_pack("und").table("entities").get("archive", {}).get("transcribed", ())
    _forget_gone(archive)
    own = archive.read(own_names)
    wanted = same_names(own, frozenset(transcribed), lambda keys: archive.read(partial(_documents, keys=keys)))
    _move_back(archive, wanted)
    pointers = archive.read(partial(_to_move, keys=sorted(wanted)))
    for at in range(0, len(pointers), AT_ONCE):
        archive.write(partial(_move_some, pointers=pointers[at : at + AT_ONCE], wanted=wanted))


def _forget_gone(archive: Archive) -> None:
    """The own names of facts that are there no longer say nothing any more."""
    for table in COLUMNS:
        there = f"EXISTS (SELECT 1 FROM {quoted(table)} AS f WHERE f.id = n.fact_id)"
        gone = archive.rows(f"SELECT n.id FROM wirefacts_names AS n WHERE n.fact_table = ? AND NOT {there}", [table])
        for at in range(0, len(gone), AT_ONCE):
            archive.write(partial(_forget, rows=gone[at : at + AT_ONCE]))


def _forget(connection: sqlite3.Connection, rows: Sequence[tuple[int]]) -> None:
    connection.executemany("DELETE FROM wirefacts_names WHERE id = ?", rows)


def own_names(connection: sqlite3.Connection) -> list[OwnName]:
    """The names that the texts themselves give, whatever their facts point to."""
    sql = (
        "SELECT kind, name, qualifier, min(country), min(code) FROM ("
        "SELECT e.kind, e.name, e.qualifier, e.country, e.code FROM entities AS e "
        f"WHERE EXISTS (SELECT 1 {UNMOVED} AND m.entity_id = e.id) UNION ALL "
        f"SELECT {OWN}, n.country, n.code FROM wirefacts_names AS n WHERE n.fact_table = 'mentions'"
        ") GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    countries, acronyms = _countries(connection), _acronyms(connection)
    return [
        OwnName(
            key=(key := Key(*names)),
            country=country,
            code=code,
            countries=frozenset(countries.get(key, ())),
            acronyms=frozenset(acronyms.get(key, ())),
        )
        for *names, country, code in connection.execute(sql)
    ]


def _documents(connection: sqlite3.Connection, keys: Collection[Key]) -> dict[Key, int]:
    """In how many documents each of these names stands."""
    found: dict[Key, set[int]] = {key: set() for key in keys}
    if found:
        sql = f"SELECT DISTINCT {OWN}, document_id FROM wirefacts_names AS n WHERE fact_table = 'mentions'"
        for *names, document in connection.execute(sql):
            if (key := Key(*names)) in found:
                found[key].add(document)
    sql = f"SELECT DISTINCT m.document_id {UNMOVED} AND m.entity_id = (SELECT id {OF_KEY})"
    for key, documents in found.items():
        documents.update(document for (document,) in connection.execute(sql, key))
    return {key: len(documents) for key, documents in found.items()}


def _countries(connection: sqlite3.Connection) -> dict[Key, set[str]]:
    """The countries of the places of each person's offices."""
    sql = (
        "SELECT DISTINCT coalesce(n.kind, e.kind), coalesce(n.name, e.name), coalesce(n.qualifier, e.qualifier), p.country "
        "FROM roles AS r JOIN entities AS e ON e.id = r.person_id JOIN entities AS p ON p.id = r.place_id "
        "LEFT JOIN wirefacts_names AS n ON n.fact_table = 'roles' AND n.fact_column = 'person_id' AND n.fact_id = r.id "
        "WHERE p.country IS NOT NULL"
    )
    return _collected(connection, sql)


def _acronyms(connection: sqlite3.Connection) -> dict[Key, set[str]]:
    """The acronyms that stand in a text for an organisation which the same text names in full."""
    sql = (
        "SELECT e.kind, e.name, e.qualifier, a.alias FROM aliases AS a JOIN entities AS e ON e.id = a.entity_id "
        "WHERE a.kind = 'acronym' AND e.kind = 'organisation' "
        f"AND EXISTS (SELECT 1 {UNMOVED} AND m.entity_id = e.id AND m.mention = a.alias) "
        f"UNION SELECT {OWN}, n.alias FROM wirefacts_names AS n "
        "WHERE fact_table = 'mentions' AND kind = 'organisation' AND alias_kind = 'acronym'"
    )
    return _collected(connection, sql)


def _collected(connection: sqlite3.Connection, sql: str) -> dict[Key, set[str]]:
    found: dict[Key, set[str]] = {}
    for *key, value in connection.execute(sql):
        found.setdefault(Key(*key), set()).add(value)
    return found


def _move_back(archive: Archive, wanted: dict[Key, Key]) -> None:
    """Facts that point to another name than they should, or to their own again, get their own name back."""
    sql = f"SELECT n.id, {OWN}, e.kind, e.name, e.qualifier FROM wirefacts_names AS n JOIN entities AS e ON e.id = n.target_id"
    wrong = [id for id, *key, kind, name, qualifier in archive.rows(sql) if wanted.get(Key(*key)) != Key(kind, name, qualifier)]
    for at in range(0, len(wrong), AT_ONCE):
        archive.write(partial(_move_back_some, ids=wrong[at : at + AT_ONCE]))


def _move_back_some(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    new = Ids(connection)
    for id in ids:
        row = connection.execute(
            "SELECT fact_table, fact_column, fact_id, kind, name, qualifier, country, code, alias, alias_kind, speaker "
            "FROM wirefacts_names WHERE id = ?",
            [id],
        ).fetchone()
        if row is None:  # somebody may just have deleted the article
            continue
        table, column, fact, kind, name, qualifier, country, code, alias, alias_kind, speaker = row
        aliases = [(alias, alias_kind)] if alias_kind else []
        names = {"kind": kind, "name": name, "qualifier": qualifier, "country": country, "code": code, "aliases": aliases}
        if connection.execute(f"SELECT 1 FROM {quoted(table)} WHERE id = ?", [fact]).fetchone():
            _point(connection, table, column, fact, entity_id(connection, names, new), speaker)
        connection.execute("DELETE FROM wirefacts_names WHERE id = ?", [id])


def _point(connection: sqlite3.Connection, table: str, column: str, fact: int, entity: int, speaker: str | None) -> None:
    """Has a fact point to an entity; a quote also says who the speaker is."""
    connection.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ? WHERE id = ?", [entity, fact])
    if column == "speaker_id":
        connection.execute("UPDATE quotes SET speaker = ? WHERE id = ?", [speaker, fact])


def _to_move(connection: sqlite3.Connection, keys: Iterable[Key]) -> list[Pointer]:
    """The facts that point to these names and are their own."""
    found = []
    for key in keys:
        own = connection.execute(ENTITY, key).fetchone()
        for table, columns in COLUMNS.items() if own else ():
            document = "f.id" if table == "documents" else "f.document_id"
            for column in columns:
                sql = f"SELECT f.id, {document} FROM {quoted(table)} AS f WHERE f.{quoted(column)} = ? AND NOT {MOVED} ORDER BY 1"
                rows = connection.execute(sql, [own[0], table, column])
                found += [Pointer(key, table, column, fact, document_id) for fact, document_id in rows]
    return found


def _move_some(connection: sqlite3.Connection, pointers: Sequence[Pointer], wanted: dict[Key, Key]) -> None:
    new = Ids(connection)
    for pointer in pointers:
        own = connection.execute(ENTITY, pointer.key).fetchone()
        still = f"SELECT 1 FROM {quoted(pointer.table)} WHERE id = ? AND {quoted(pointer.column)} = ?"
        # Somebody may just have deleted the article.
        if own and connection.execute(still, [pointer.fact, own[0]]).fetchone():
            _move(connection, pointer, own, wanted[pointer.key], new)


def _move(connection: sqlite3.Connection, pointer: Pointer, own: tuple[int, Any, Any], target: Key, new: Ids) -> None:
    """Has a fact point to another name than its own, and notes its own."""
    found = connection.execute(ENTITY, target).fetchone()
    names = {**target._asdict(), "country": None, "code": None, "aliases": []}
    entity = found[0] if found else entity_id(connection, names, new)
    table, column, fact = pointer.table, pointer.column, pointer.fact
    own_words = _own_words(connection, table, column, fact, own[0])
    connection.execute(
        "INSERT INTO wirefacts_names (document_id, fact_table, fact_column, fact_id, target_id, kind, name, qualifier, "
        "country, code, alias, alias_kind, speaker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [pointer.document, table, column, fact, entity, *pointer.key, own[1], own[2], *own_words],
    )
    _point(connection, table, column, fact, entity, target.name)
    alias, kind, _ = own_words
    if alias and alias != target.name:
        values = [entity, alias, kind or alias_kind_of(pointer.key, target)]
        connection.execute("INSERT OR IGNORE INTO aliases (entity_id, alias, kind) VALUES (?, ?, ?)", values)


def _own_words(
    connection: sqlite3.Connection, table: str, column: str, fact: int, entity: int
) -> tuple[str | None, str | None, str | None]:
    """Of a mention its words, and their kind among the aliases of its own name; of a quote its speaker."""
    if column == "speaker_id":
        return None, None, connection.execute("SELECT speaker FROM quotes WHERE id = ?", [fact]).fetchone()[0]
    if table != "mentions":
        return None, None, None
    sql = (
        "SELECT mention, (SELECT a.kind FROM aliases AS a WHERE a.entity_id = ? AND a.alias = mention ORDER BY a.kind LIMIT 1) "
        "FROM mentions WHERE id = ?"
    )
    return *connection.execute(sql, [entity, fact]).fetchone(), None


def alias_kind_of(key: Key, target: Key) -> str:
    """How a name that gives way is related to the one that takes its place.

    >>> alias_kind_of(Key("person", "Merkel"), Key("person", "Angela Merkel"))
    'surname'
    """
    if key.kind == "person" and not surname(key.name):
        return "surname"
    if key.name.isupper():
        return "acronym" if key.kind == "organisation" and key.name.casefold() != target.name.casefold() else "capitals"
    return "spelling"
