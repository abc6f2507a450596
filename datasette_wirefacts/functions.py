"""Facts as SQL functions: `wire_quotes(text)` and its sisters, registered on a SQLite connection.

None of them raises: NULL gives NULL, and so does an argument that cannot be used. Nothing is loaded before the first call.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, Any

from datasette_wirefacts import _compat
from datasette_wirefacts.metadata import saved_queries

if TYPE_CHECKING:
    from datasette_wirefacts.pipeline import Pipeline

Result = str | float | None
LONGEST_TEXT = 100_000  # characters; one call cannot be interrupted, so it must end soon by itself
RECENT_TEXTS = 128
ENGINES = ("fast", "full")
LOADED_LANGUAGE = "de"  # the one with the largest tables
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")


def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Register the functions on a connection of Datasette's: with its time limit for reads, without one for writes."""
    if _compat.is_internal(database):
        return
    limit = None if _compat.is_write_connection() else datasette.setting("sql_time_limit_ms")
    register_functions(conn, engine=_engine(datasette, database), datasette=datasette, time_limit_ms=limit)


def check_configuration(datasette: Any) -> None:
    """Raises Datasette's StartupError where the engine is configured as something that it cannot be."""
    for database in datasette.databases:
        _engine(datasette, database)


def _engine(datasette: Any, database: str) -> str:
    """The engine that the user's configuration chooses for a database."""
    from datasette.utils import StartupError

    configured = datasette.plugin_config("datasette-wirefacts", database=database) or {}
    engine = configured.get("engine", "fast") if isinstance(configured, dict) else configured
    if engine not in ENGINES:
        raise StartupError(
            f"The engine of datasette-wirefacts can be {' or '.join(ENGINES)}, not {engine!r}: correct the configuration."
        )
    return str(engine)


def warmed(app: Any) -> Any:
    """The application, loading what the functions need before the first request that calls one.

    Loading takes about a second, and so does Datasette's time limit: within it, the first query would always be cut off.
    """

    async def warm(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and _calls_functions(scope):
            await asyncio.to_thread(_load)
        await app(scope, receive, send)

    return warm


def _calls_functions(scope: Any) -> bool:
    """Whether the query of this request, in its address or saved by us, names one of the functions."""
    if b"wire_" in scope.get("query_string", b""):
        return True
    saved = saved_queries().get(scope["path"].rpartition("/")[2].partition(".")[0], {})
    return "wire_" in saved.get("sql", "")


@cache
def _load() -> None:
    _make_pipeline("fast", None).extract(".", language=LOADED_LANGUAGE)


def register_functions(
    conn: sqlite3.Connection, *, engine: str = "fast", datasette: Any = None, time_limit_ms: float | None = None
) -> None:
    """Make the functions known to a connection; one that is called after its statement's time limit interrupts the statement."""
    make = cache(lambda: _make_pipeline(engine, datasette))
    guard = _deadline(conn, time_limit_ms) if time_limit_ms else None
    for name, function in _text_functions(make).items():
        guarded = _never_raising(function, guard)
        conn.create_function(name, 1, guarded, deterministic=True)
        conn.create_function(name, 2, guarded, deterministic=True)
    conn.create_function("wire_language", 1, _never_raising(_language, guard), deterministic=True)
    conn.create_function("wire_canonical", 1, _never_raising(_canonical, guard), deterministic=True)
    conn.create_function("wire_similar", 2, _never_raising(_similar, guard), deterministic=True)


def _make_pipeline(engine: str, datasette: Any) -> Pipeline:
    from datasette_wirefacts.pipeline import make_pipeline

    return make_pipeline(engine, datasette=datasette)


def _text_functions(make: Callable[[], Pipeline]) -> dict[str, Callable[..., Result]]:
    """The functions of a text by name; ``make`` gives the pipeline on first use."""

    def found(name: str) -> Callable[..., Result]:
        return lambda text, language=None: _results(make(), text[:LONGEST_TEXT], _tag(language))[name]

    names = ("wire_quotes", "wire_figures", "wire_entities", "wire_facts", "wire_number", "wire_unit")
    return {name: found(name) for name in names} | {
        "wire_dateline": lambda text, language=None: _dateline(make().languages, text[:LONGEST_TEXT], _tag(language))
    }


@lru_cache(maxsize=RECENT_TEXTS)
def _results(pipeline: Pipeline, text: str, language: str | None) -> Mapping[str, Result]:
    """What each function says of a text, so that several functions of one row extract it once."""
    from datasette_wirefacts.rows import facts_json

    facts = facts_json(pipeline.extract(text, language=language))
    first: dict[str, Any] = next(iter(facts["figures"]), {})
    amount = first.get("amount")
    return {
        "wire_quotes": _json(facts["quotes"]),
        "wire_figures": _json(facts["figures"]),
        "wire_entities": _json(facts["entities"]),
        "wire_facts": _json(facts),
        "wire_number": None if amount is None else float(amount),
        "wire_unit": first.get("unit"),
    }


def _dateline(languages: tuple[Any, ...], text: str, language: str | None) -> str | None:
    """The dateline alone: it needs no tokens, and is a hundred times faster than all facts."""
    from datasette_wirefacts.datelines import find_dateline
    from datasette_wirefacts.languages import load_pack
    from datasette_wirefacts.languages.detect import detect_language
    from datasette_wirefacts.rows import plain
    from datasette_wirefacts.texts import clean

    text = clean(text)
    dateline = find_dateline(text, load_pack(language or detect_language(text), languages))
    return _json(plain(dateline)) if dateline else None


def _language(text: str) -> str:
    from datasette_wirefacts.languages.detect import detect_language

    return detect_language(text[:LONGEST_TEXT])


def _canonical(name: str) -> str:
    from datasette_wirefacts.names import canonical

    return canonical(name[:LONGEST_TEXT])


def _similar(one: str, other: str) -> float:
    from datasette_wirefacts.names import similar

    return similar(one, other)


def _tag(language: object) -> str | None:
    """A BCP 47 tag as the packs spell it; None where nothing was given. Raises ValueError on anything else.

    >>> _tag("DE-at"), _tag(""), _tag(None)
    ('de-AT', None, None)
    """
    if language is None or language == "":
        return None
    if not isinstance(language, str) or not LANGUAGE_TAG.fullmatch(language):
        raise ValueError(language)
    first, *rest = language.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _never_raising(function: Callable[..., Result], guard: Callable[[], bool] | None) -> Callable[..., Result]:
    """The function as SQLite may call it: NULL for anything that it cannot take, and at once where the time is up."""

    @wraps(function)
    def safe(*arguments: Any) -> Result:
        if not isinstance(arguments[0], str) or (guard and guard()):
            return None
        try:
            return function(*arguments)
        except Exception:  # an error in a function ends the user's whole query, without a word of what went wrong
            return None

    return safe


def _deadline(conn: sqlite3.Connection, time_limit_ms: float) -> Callable[[], bool]:
    """A check that interrupts the connection's statement once its time is up.

    SQLite asks its progress handler between its own steps only, every thousand of them, which may be minutes of our functions.
    """
    started = [time.perf_counter()]

    def mark_start(statement: str) -> None:
        started[0] = time.perf_counter()

    def time_is_up() -> bool:
        if (time.perf_counter() - started[0]) * 1000 <= time_limit_ms:
            return False
        conn.interrupt()
        return True

    conn.set_trace_callback(mark_start)
    return time_is_up
