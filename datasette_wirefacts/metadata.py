"""Database -> what Datasette shows for it: descriptions, facets, order, labels and saved queries of our tables."""

from __future__ import annotations

import sqlite3
import tomllib
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from datasette_wirefacts.connections import clear_errors, connect, patiently
from datasette_wirefacts.errors import InputError
from datasette_wirefacts.search import search_tables

Settings = dict[str, dict[str, Any]]  # by table, as `tables` of a metadata.yml has them


@dataclass(frozen=True, slots=True)
class Source:
    """A table that articles came from, its column with the headline, and the column of `documents` that points to it."""

    table: str
    title: str | None
    document_column: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What we need to know of a database; empty for one that we did not fill, whatever its tables are called."""

    tables: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()
    facts: frozenset[str] = frozenset()  # the tables that we filled from the sources, other plugins' too

    def __bool__(self) -> bool:
        return bool(self.tables)


@cache
def descriptions() -> dict[str, Any]:
    """The file descriptions.toml; not to be changed."""
    return tomllib.loads(Path(__file__).with_name("descriptions.toml").read_text(encoding="utf-8"))


def table_settings(contents: Contents) -> Settings:
    """Descriptions, facets, order and labels of our tables, and labels for the user's; fresh dicts that may be changed."""
    settings = {table: _copy(known) for table, known in descriptions()["tables"].items() if table in contents.tables}
    for source in contents.sources:
        if source.title:
            settings.setdefault(source.table, {})["label_column"] = source.title
        if source.document_column:
            settings["documents"]["columns"][source.document_column] = f"The article's row in {source.table}"
    return settings


def saved_queries() -> dict[str, dict[str, str]]:
    """The saved queries by name, as `queries` of a metadata.yml has them; fresh dicts that may be changed."""
    return {name: query | {"sql": query["sql"].strip()} for name, query in descriptions()["queries"].items()}


def metadata_yaml(path: Path) -> str:
    """The contents of a metadata.yml for a file that we filled. Raises InputError or DatabaseError where it is none or locked."""
    import yaml

    with closing(connect(path)) as conn, clear_errors(path):
        contents = patiently(lambda: read_contents(conn))
    if not contents:
        raise InputError(f"{path} holds no facts: name a database that `datasette wirefacts extract` has filled.")
    database = {"tables": table_settings(contents), "queries": saved_queries()}
    return str(yaml.dump({"databases": {path.stem: database}}, allow_unicode=True, sort_keys=False, width=120))


def style_sheets(datasette: Any, database: str | None, table: str | None) -> list[str]:
    """The addresses of what a page of one of our tables needs to look well."""
    known = datasette.databases.get(database)
    ours = known and table and table in table_settings(database_contents(known))
    return [datasette.urls.static_plugins("datasette_wirefacts", "wirefacts.css")] if ours else []


@dataclass(slots=True)
class _Known:
    """What a file last told us, and its state then."""

    stamp: tuple[Any, ...] | None = None
    contents: Contents = Contents()


@lru_cache(maxsize=64)
def _known(path: Path, immutable: bool) -> _Known:
    """What we remember of a file: Datasette 0.65 asks for it many times a page."""
    return _Known()


def database_contents(database: Any) -> Contents:
    """The contents of one of Datasette's databases; a database in memory counts as empty.

    One that cannot be read right now counts as it was: whoever writes to it is done in a moment, and Datasette itself tells the
    user what else may be wrong with it.
    """
    if not database.path:
        return Contents()
    path = Path(database.path).resolve()
    known = _known(path, not database.is_mutable)
    stamp = file_state(database)
    if stamp != known.stamp:
        address = f"{path.as_uri()}?mode=ro" + ("" if database.is_mutable else "&immutable=1")
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=0)) as conn:  # no waiting: other requests wait meanwhile
                known.contents = read_contents(conn)
            known.stamp = stamp
        except sqlite3.Error:
            pass
    return known.contents


def file_state(database: Any) -> tuple[Any, ...]:
    """What changes when somebody writes to the file of a database."""
    path = Path(database.path).resolve()
    return tuple(_stamp(file) for file in (path, path.with_name(path.name + "-wal")))


def read_contents(conn: sqlite3.Connection) -> Contents:
    """The contents of an open database. Raises sqlite3.Error where it cannot be read."""
    tables = frozenset(name for (name,) in conn.execute("select name from sqlite_master where type = 'table'"))
    columns = {name for (name,) in conn.execute("select name from pragma_table_info('wirefacts_sources')")}
    if not columns >= {"source_table", "title_column", "document_column"}:
        return Contents()
    found = conn.execute("select source_table, title_column, document_column from wirefacts_sources order by id")
    sources = tuple(Source(*row) for row in found)
    facts = _fact_tables(conn, tables) - {source.table for source in sources}
    return Contents(sources=sources, tables=tables, facts=facts)


def _fact_tables(conn: sqlite3.Connection, tables: frozenset[str]) -> frozenset[str]:
    """Our tables with their search indexes, and those of other extractors: they point to the documents."""
    described = {table for table, settings in descriptions()["tables"].items() if "columns" in settings}
    ours = frozenset(table for table in tables if table in described or table.startswith("wirefacts_"))
    pointing = conn.execute(
        "select m.name from sqlite_master as m, pragma_foreign_key_list(m.name) as k"
        " where m.type = 'table' and k.\"table\" = 'documents'"
    )
    return ours | search_tables(tables) | {name for (name,) in pointing}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return list(value) if isinstance(value, list) else value
