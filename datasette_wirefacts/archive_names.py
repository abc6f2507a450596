"""A step over the archive: facts point to things by the name that the whole archive gives them, not only their own text.

Where a text says "Merkel" and the archive knows one person of that name, its facts point to "Angela Merkel". The table
``wirefacts_names`` keeps what the text itself says, one row for each fact that points elsewhere. From that the step can be
taken back, so that it depends on the set of documents alone. Which names mean the same, ``same_names`` decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial

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
OWN = "n.kind, n.name, n.qualifier"
MOVED = "EXISTS (SELECT 1 FROM wirefacts_names AS n WHERE n.fact_table = ? AND n.fact_column = ? AND n.fact_id = f.id)"
UNMOVED_MENTIONS = (
    "mentions AS m JOIN entities AS e ON e.id = m.entity_id "
    "LEFT JOIN wirefacts_names AS n ON n.fact_table = 'mentions' AND n.fact_column = 'entity_id' AND n.fact_id = m.id "
    "WHERE n.id IS NULL"
)


def name_once(archive: Archive) -> None:
    """Has every fact point to the name that the archive gives its thing."""
    transcribed = load_pack("und").table("entities").get("archive", {}).get("transcribed", ())
    own = archive.read(own_names)
    wanted = same_names(own, frozenset(transcribed))
    _move_back(archive, wanted)
    unmoved = {Key(*row) for row in archive.rows("SELECT kind, name, qualifier FROM entities")} & wanted.keys()
    for key in sorted(unmoved):
        for table, columns in COLUMNS.items():
            for column in columns:
                while archive.write(partial(_move_some, table=table, column=column, key=key, target=wanted[key])):
                    pass


def own_names(connection: sqlite3.Connection) -> list[OwnName]:
    """The names that the texts themselves give, whatever their facts point to."""
    found: dict[Key, list[OwnName]] = {}
    for sql in (
        "SELECT e.kind, e.name, e.qualifier, e.country, e.code, count(DISTINCT m.document_id) "
        f"FROM {UNMOVED_MENTIONS} GROUP BY e.id",
        f"SELECT {OWN}, min(country), min(code), count(DISTINCT document_id) FROM wirefacts_names AS n "
        f"WHERE fact_table = 'mentions' GROUP BY {OWN}",
    ):
        for kind, name, qualifier, country, code, documents in connection.execute(sql):
            key = Key(kind, name, qualifier)
            found.setdefault(key, []).append(OwnName(key=key, country=country, code=code, documents=documents))
    countries, acronyms = _countries(connection), _acronyms(connection)
    return [
        OwnName(
            key=key,
            country=min((known.country for known in some if known.country), default=None),
            code=min((known.code for known in some if known.code), default=None),
            documents=sum(known.documents for known in some),
            countries=frozenset(countries.get(key, ())),
            acronyms=frozenset(acronyms.get(key, ())),
        )
        for key, some in sorted(found.items())
    ]


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
        f"SELECT DISTINCT e.kind, e.name, e.qualifier, m.mention FROM {UNMOVED_MENTIONS} AND e.kind = 'organisation' "
        "AND EXISTS (SELECT 1 FROM aliases AS a WHERE a.entity_id = e.id AND a.alias = m.mention AND a.kind = 'acronym')"
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
    for table in COLUMNS:  # whose fact is gone
        there = f"EXISTS (SELECT 1 FROM {quoted(table)} AS f WHERE f.id = n.fact_id)"
        gone = archive.rows(f"SELECT n.id FROM wirefacts_names AS n WHERE n.fact_table = ? AND NOT {there}", [table])
        wrong += [id for (id,) in gone]
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
        table, column, fact, kind, name, qualifier, country, code, alias, alias_kind, speaker = row
        if connection.execute(f"SELECT 1 FROM {quoted(table)} WHERE id = ?", [fact]).fetchone():
            aliases = [(alias, alias_kind)] if alias_kind else []
            entity = entity_id(
                connection,
                {"kind": kind, "name": name, "qualifier": qualifier, "country": country, "code": code, "aliases": aliases},
                new,
            )
            connection.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ? WHERE id = ?", [entity, fact])
            if column == "speaker_id":
                connection.execute("UPDATE quotes SET speaker = ? WHERE id = ?", [speaker, fact])
        connection.execute("DELETE FROM wirefacts_names WHERE id = ?", [id])


def _move_some(connection: sqlite3.Connection, table: str, column: str, key: Key, target: Key) -> bool:
    """Moves some of the facts that point to their own name; False where none is left."""
    sql = "SELECT id, country, code FROM entities WHERE kind = ? AND name = ? AND qualifier = ?"
    own, its = connection.execute(sql, key).fetchone(), connection.execute(sql, target).fetchone()
    if own is None:
        return False
    document = "f.id" if table == "documents" else "f.document_id"
    facts = connection.execute(
        f"SELECT f.id, {document} FROM {quoted(table)} AS f WHERE f.{quoted(column)} = ? AND NOT {MOVED} LIMIT ?",
        [own[0], table, column, AT_ONCE],
    ).fetchall()
    entity = (
        its[0]
        if its
        else entity_id(connection, {**target._asdict(), "country": None, "code": None, "aliases": []}, Ids(connection))
    )
    for fact, document_id in facts:
        own_words = _own_words(connection, table, column, fact, own[0])
        connection.execute(
            "INSERT INTO wirefacts_names (document_id, fact_table, fact_column, fact_id, target_id, kind, name, qualifier, "
            "country, code, alias, alias_kind, speaker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [document_id, table, column, fact, entity, *key, own[1], own[2], *own_words],
        )
        connection.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = ? WHERE id = ?", [entity, fact])
        if column == "speaker_id":
            connection.execute("UPDATE quotes SET speaker = ? WHERE id = ?", [target.name, fact])
        alias, kind, _ = own_words
        if alias and alias != target.name:
            values = [entity, alias, kind or alias_kind_of(key, target)]
            connection.execute("INSERT OR IGNORE INTO aliases (entity_id, alias, kind) VALUES (?, ?, ?)", values)
    return len(facts) == AT_ONCE


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
